"""The definitions that have a name, and definitions from dials given by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from mesacircuits.classification.control import ControlLike
from mesacircuits.classification.definition import Definition, definition_record
from mesacircuits.classification.lookup import LookupTable
from mesacircuits.classification.search import SearchLike
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import wrapped

__all__ = [
    "DEFINITIONS",
    "definition_named",
    "definitions_json",
    "definitions_text",
    "describe_definition",
]

_Class = type[SearchLike] | type[ControlLike] | type[LookupTable]

#: The default definitions by name.
DEFINITIONS: dict[str, _Class] = {cls.name: cls for cls in (SearchLike, ControlLike, LookupTable)}


def definition_named(name: str, dials: Mapping[str, int | str] | None = None) -> Definition:
    """Return the definition called `name` with these dials, the others at their defaults.

    Dials may be spelled with hyphens. Raises `ArgumentError` for an unknown name or dial, with the
    nearest known one, or a value out of range.

    >>> definition_named("search-like", {"objective-gates": 2}).parameters["objective_gates"]
    2
    """
    if name not in DEFINITIONS:
        raise ArgumentError(
            "definition", f"one of {', '.join(DEFINITIONS)}", name + _hint(name, DEFINITIONS)
        )
    cls = DEFINITIONS[name]
    known = [field.name for field in fields(cls)]
    given: dict[str, int | str] = {}
    for dial, value in (dials or {}).items():
        spelled = dial.replace("-", "_")
        if spelled not in known:
            listed = ", ".join(known) or "no dials"
            raise ArgumentError(f"dial of {name}", listed, dial + _hint(spelled, known))
        given[spelled] = value
    return cls(**given)  # type: ignore[arg-type]


def _hint(name: str, known: Mapping[str, object] | list[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def describe_definition(definition: Definition) -> str:
    """Return a definition in the form that sentences use: its name and the dials not at default.

    >>> describe_definition(SearchLike(objective_gates=2))
    'search-like(objective_gates=2)'
    """
    usual = DEFINITIONS[definition.name]().parameters if definition.name in DEFINITIONS else {}
    dials = [
        f"{name}={value}"
        for name, value in definition.parameters.items()
        if name not in usual or usual[name] != value
    ]
    return definition.name + (f"({','.join(dials)})" if dials else "")


def definitions_json() -> list[dict[str, Any]]:
    """Return the default definitions as JSON values, dials at their defaults."""
    return [
        {
            **definition_record(definition),
            "tag": definition.tag,
            "formula": definition.formula,
            "source": definition.source,
            "blind_to": definition.blind_to,
        }
        for definition in (cls() for cls in DEFINITIONS.values())
    ]


def definitions_text() -> str:
    """Return the default definitions as text.

    >>> print(definitions_text().splitlines()[0])
    3 definitions
    """
    records = definitions_json()
    lines = [f"{len(records)} definitions"]
    for record in records:
        dials = ", ".join(f"{name} = {value}" for name, value in record["parameters"].items())
        lines += [
            "",
            f"{record['name']} (version {record['version']})",
            wrapped(record["formula"], "  "),
            wrapped(f"dials: {dials or 'none'}", "  ", "    "),
            wrapped(f"source: {record['source']}", "  ", "    "),
            wrapped(f"blind to: {record['blind_to']}", "  ", "    "),
        ]
    return "\n".join(lines)
