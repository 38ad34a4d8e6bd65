"""Names that stand in files: certificates, catalogs, journals, stores. Nothing of them is run.

Files are passed between people who do not trust each other. What one names, such as the definition
by which a circuit was judged, is a name of this package or a literal value; there is no way from
here to a path, a module or an entry point. Only what the user names on the command line may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, overload

from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.definitions.definition import Definition
from mesacircuits.definitions.registry import definition_named
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.tasks import AnyTask, FunctionTask, parse_function_task, parse_task

__all__ = ["KINDS", "named_in_file"]

_RESOLVERS: dict[str, Callable[[str], Any]] = {
    "basis": lambda text: basis_named(text, files=False),
    "definition": lambda text: definition_named(text, files=False),
    "machine": Machine.parse,
    "function": lambda text: parse_function_task(text, files=False),
    "task": lambda text: parse_task(text, files=False),
}
#: What a file may name, each with what it is called in errors.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "basis": "a basis of the package or one written out",
        "definition": "a definition of the package",
        "function": "a function task written out",
        "machine": "a machine written out",
        "task": "a task of the package or one written out",
    }
)


@overload
def named_in_file(kind: Literal["basis"], text: object) -> Basis: ...
@overload
def named_in_file(kind: Literal["definition"], text: object) -> Definition: ...
@overload
def named_in_file(kind: Literal["function"], text: object) -> FunctionTask: ...
@overload
def named_in_file(kind: Literal["machine"], text: object) -> Machine: ...
@overload
def named_in_file(kind: Literal["task"], text: object) -> AnyTask: ...
def named_in_file(kind: str, text: object) -> Any:
    """Return what a name that stands in a file means: the package's own, or a literal value.

    This is the one way from a name in a file to what it names. Paths, modules and entry points are
    refused as any unknown name is, without a look at the disk.

    Arguments:
        kind: one of `KINDS`.
        text: what the file says; anything but a text is refused.

    Raises `ArgumentError`, naming the kind.

    >>> named_in_file("definition", "search-like").name
    'search-like'
    >>> named_in_file("basis", "basis.json")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: basis: expected one of b2, aig, nand, nor, and-or-not, \
monotone, mig, xmg, mux, lut(K), OPERATOR=COST,..., got basis.json
    """
    if not isinstance(text, str):
        raise ArgumentError(kind, KINDS[kind], text)
    return _RESOLVERS[kind](text)
