"""The definitions that have a name, and definitions from text: names, dials, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from typing import Any, cast

from mesacircuits.call import Call, check_names
from mesacircuits.definitions.contained import TIME_LIMIT, Contained
from mesacircuits.definitions.definition import Definition, WithDials, about
from mesacircuits.definitions.own_definitions import (
    DefinitionFailed,
    entry_point_definitions,
    file_of,
)
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tables import counted, wrapped

__all__ = [
    "DEFINITIONS",
    "LITERATURE",
    "all_definitions",
    "definition_call",
    "definition_named",
    "definition_text",
    "definitions_json",
    "definitions_text",
    "describe_definition",
    "is_of_package",
]

#: Where the definitions that come with mesacircuits stand, in the order in which they are listed:
#: a new one is a file and a line here.
_HOMES = {
    "search-like": "search_like.SearchLike",
    "control-like": "control_like.ControlLike",
    "lookup-table": "lookup_table.LookupTable",
    "contains": "contains.Contains",
    "optimisation-power": "measures.optimisation_power.OptimisationPower",
    "robust-basin": "measures.robust_basin.RobustBasin",
    "touchette-lloyd": "measures.touchette_lloyd.TouchetteLloyd",
    "goal-directedness": "measures.goal_directedness.GoalDirectedness",
    "retargetable": "measures.retargetable.Retargetable",
    "mesa-learner": "measures.mesa_learner.MesaLearner",
    "extensional": "measures.extensional.Extensional",
    "deceptive": "measures.deceptive.Deceptive",
    "look-ahead": "measures.look_ahead.LookAhead",
    "world-model": "measures.world_model.WorldModel",
    "agents-and-devices": "measures.agents_and_devices.AgentsAndDevices",
    "search-efficiency": "measures.search_efficiency.SearchEfficiency",
}


class _Definitions(Mapping[str, type[WithDials]]):
    """Definitions by name, each loaded when it is met."""

    def __init__(self, within: str = "") -> None:
        self._within = within

    def __getitem__(self, name: str) -> type[WithDials]:
        module, _, found = _HOMES[name].rpartition(".")
        home = import_module(f"{__package__}.{module}")
        return cast(type[WithDials], getattr(home, found))

    def __iter__(self) -> Iterator[str]:
        return (name for name, home in _HOMES.items() if home.startswith(self._within))

    def __len__(self) -> int:
        return sum(1 for _ in self)


#: The definitions that come with mesacircuits, by name: the defaults first, then the literature's.
DEFINITIONS: Mapping[str, type[WithDials]] = _Definitions()
#: Of these the thresholds on measures from the literature.
LITERATURE: Mapping[str, type[WithDials]] = _Definitions("measures.")


#: How often a definition may be made of another that is made of another: texts come from strangers.
_MOST_NESTED = 3


def definition_call(text: str) -> Call:
    """Return what a text states of a definition: its name, and its dials as texts.

    Raises `ArgumentError` for a text of another form.

    >>> definition_call("contains(search-like(candidates=3), outputs=2)").arguments
    {'definition': 'search-like(candidates=3)', 'outputs': '2'}
    """
    name = text.strip().partition("(")[0].rstrip()
    made_of = DEFINITIONS[name].made_of if name in DEFINITIONS else ""
    return Call.parse(text, "definition", made_of, needed=False)


def is_of_package(text: str) -> bool:
    """Return whether a text names a definition of the package, made of such alone if of any.

    >>> is_of_package("contains(search-like)"), is_of_package("contains(mine.py:deep)")
    (True, False)
    """
    for _ in range(_MOST_NESTED + 1):
        try:
            call = definition_call(text)
        except ArgumentError:
            return False
        if call.name not in DEFINITIONS:
            return False
        inner = call.arguments.get(DEFINITIONS[call.name].made_of)
        if inner is None:
            return True
        text = inner
    return False


def definition_named(
    text: str,
    dials: Mapping[str, int | str] | None = None,
    *,
    time_limit: float = TIME_LIMIT,
    files: bool = True,
) -> Definition:
    """Return the definition that `text` names, its dials at their defaults unless given.

    Arguments:
        text: `NAME` or `NAME(dial=value,...)`, a name of `DEFINITIONS` or one that an installed
            package offers (an entry point of the group `mesacircuits.definitions`); or
            `FILE.py:NAME`, dials likewise, for one of your own; or `contains(...)` of any of these,
            whose text stands first. What is not of `DEFINITIONS` is run with your rights, in a
            process of its own (see `Contained`).
        dials: further dials; they may be spelled with hyphens.
        time_limit: the seconds that each judgement of a contained definition may take.
        files: whether it may name a file or what an installed package offers; say False for texts
            of strangers, so that nothing of theirs is run.

    Raises:
        ArgumentError: for an unknown name or dial, with the nearest known one, for a value out of
            range, and for a file that cannot be read.
        DefinitionFailed: for a definition that cannot be loaded.

    >>> definition_named("search-like(objective_gates=2)").parameters["objective_gates"]
    2
    >>> definition_named("search-like", {"objective-gates": 2}).parameters["objective_gates"]
    2
    >>> definition_named("contains(search-like(objective_gates=2))").tag
    'contains(search-like)'
    """
    return _named(text, dials or {}, time_limit, files, _MOST_NESTED)


def _named(
    text: str, dials: Mapping[str, int | str], time_limit: float, files: bool, nested: int
) -> Definition:
    stated = definition_call(text)
    further = {dial.replace("-", "_"): value for dial, value in dials.items()}
    call = Call(stated.name, {**stated.arguments, **further})
    if call.name in DEFINITIONS:
        made = DEFINITIONS[call.name]
        known = [field.name for field in fields(cast(Any, made)) if field.init]
        check_names(f"dial of {call.name}", call.arguments, known)
        values: dict[str, Any] = call.values
        if isinstance(inner := values.get(made.made_of), str):
            if not nested:
                most = f"one in another at most {_MOST_NESTED} times"
                raise ArgumentError("definition", most, text[:80])
            values[made.made_of] = _named(inner, {}, time_limit, files, nested - 1)
        return cast(Definition, cast(Any, made)(**values))
    if not files or file_of(call.name) is None:
        offered = entry_point_definitions() if files else {}
        if call.name not in offered:
            known = [*DEFINITIONS, *offered]
            expected = f"one of {', '.join(known)}{', or FILE.py:NAME' if files else ''}"
            raise ArgumentError("definition", expected, call.name + did_you_mean(call.name, known))
    return Contained(str(call), time_limit)


def describe_definition(definition: Definition) -> str:
    """Return a definition in the form that sentences use: its name and the dials not at default.

    >>> describe_definition(definition_named("search-like(objective_gates=2)"))
    'search-like(objective_gates=2)'
    >>> describe_definition(definition_named("contains"))
    'contains(search-like)'
    """
    return definition_text(definition.name, definition.parameters)


def definition_text(name: str, parameters: Mapping[str, Any]) -> str:
    """Return the text of a definition of that name and those dials, whether it is known or not.

    >>> definition_text("contains", {"definition": "mine.py:deep", "outputs": 1})
    'contains(mine.py:deep)'
    """
    usual: Mapping[str, Any] = {}
    made_of = ""
    if name in DEFINITIONS:
        usual, made_of = DEFINITIONS[name]().parameters, DEFINITIONS[name].made_of
    dials = {
        dial: value
        for dial, value in parameters.items()
        if dial == made_of or dial not in usual or usual[dial] != value
    }
    return str(Call(name, dials, made_of))


def all_definitions(time_limit: float = TIME_LIMIT) -> Iterator[Definition | DefinitionFailed]:
    """Yield every definition that has a name, or why it could not be loaded.

    >>> next(all_definitions()).name
    'search-like'
    """
    for name in DEFINITIONS:
        yield DEFINITIONS[name]()
    for name in entry_point_definitions():
        if name not in DEFINITIONS:
            try:
                yield Contained(name, time_limit)
            except DefinitionFailed as failure:
                yield failure
            except ArgumentError as error:
                yield DefinitionFailed(name, "", str(error))


def definitions_json(text: str | None = None) -> list[dict[str, Any]]:
    """Return every definition, or the one that `text` names, as JSON values."""
    found = all_definitions() if text is None else [definition_named(text)]
    return [_record(definition) for definition in found]


def _record(definition: Definition | DefinitionFailed) -> dict[str, Any]:
    if isinstance(definition, DefinitionFailed):
        return {"name": definition.definition, "failed": definition.problem}
    return about(definition)


def definitions_text(records: list[dict[str, Any]]) -> str:
    """Return what `definitions_json` gave as text.

    >>> print(definitions_text(definitions_json("lookup-table(inputs_per_cell=1)")[:1]))
    lookup-table (version 3)
      gives the tag lookup-table
      two or more disjoint wires, each a cube of the inputs, together exactly where
      the output is not the default word; knocking one out returns exactly its own
      inputs to the default (or, with tree=on, outputs are trees of multiplexers
      over constants and literals, each entry of which can be edited alone)
      dials: inputs_per_cell = 1, tree = off
      source: Hubinger et al. 2019, section 2.1
      blind to: entries that are no cubes, cells that overlap, and what is done off
        the support (though a copy has to be one there too)
    """
    lines = [] if len(records) == 1 else [counted(len(records), "definition"), ""]
    for record in records:
        if "failed" in record:
            lines += [record["name"], wrapped(f"failed: {record['failed']}", "  ", "    "), ""]
            continue
        dials = ", ".join(f"{name} = {value}" for name, value in record["parameters"].items())
        lines += [
            f"{record['name']} (version {record['version']})",
            f"  gives the tag {record['tag']}",
            wrapped(record["formula"], "  "),
            wrapped(f"dials: {dials or 'none'}", "  ", "    "),
            wrapped(f"source: {record['source']}", "  ", "    "),
            wrapped(f"blind to: {record['blind_to']}", "  ", "    "),
            "",
        ]
    return "\n".join(lines[:-1])
