"""What a shell completes: the names that the library knows, by the argument that takes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

__all__ = ["completed"]

#: Universes that are written with a number.
_FAMILIES = ("functions(3)", "functions(4)", "partial(3)", "choices(2,2)", "library", "exemplars")


def _tasks() -> Iterable[str]:
    from mesacircuits.tasks import LIBRARY

    return LIBRARY


def _claims() -> Iterable[str]:
    from mesacircuits.conjectures.registry import registered

    return registered()


def _bases() -> Iterable[str]:
    from mesacircuits.circuits import BASES

    return BASES


def _definitions() -> Iterable[str]:
    from mesacircuits.definitions import DEFINITIONS

    return DEFINITIONS


def _tags() -> Iterable[str]:
    from mesacircuits.definitions import TAGS

    return TAGS


def _orders() -> Iterable[str]:
    from mesacircuits.enumeration import ORDERS

    return ORDERS


def _program_orders() -> Iterable[str]:
    from mesacircuits.enumeration.programs import PROGRAM_ORDERS

    return PROGRAM_ORDERS


def _machines() -> Iterable[str]:
    from mesacircuits.programs.machine import VARIANTS

    return VARIANTS


def _pictures() -> Iterable[str]:
    from mesacircuits.circuits.drawing import DRAWINGS

    return DRAWINGS


def _formats() -> Iterable[str]:
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS

    return CIRCUIT_FORMATS


_NAMES: dict[str, Callable[[], Iterable[str]]] = {
    "conjecture": _claims,
    "words": _claims,
    "task": _tasks,
    "universe": lambda: [*_FAMILIES, *_tasks()],
    "universes": lambda: [*_FAMILIES, *_tasks()],
    "basis": _bases,
    "bases": _bases,
    "definition": _definitions,
    "definitions": _definitions,
    "order": _orders,
    "orders": _orders,
    "tag": _tags,
    "operations": _machines,
    "machine": _machines,
    "source_format": _formats,
    "target_format": _formats,
}


def completed(
    context: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the names that an argument may be completed to; where there are none, files are."""
    names = _NAMES.get(param.name or "", list)
    if param.name == "order" and context.info_name == "programs":
        names = _program_orders
    elif param.name == "form":
        names = _pictures
    found = [CompletionItem(name) for name in names() if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]
