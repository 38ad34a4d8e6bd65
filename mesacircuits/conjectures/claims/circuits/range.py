"""The claim `range`: a richer model space makes it likelier that an optimizer can be found."""

from __future__ import annotations

from fractions import Fraction
from math import log2

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import (
    OWN_TAG,
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.shares import representative_shares, retagged
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = ["RANGE"]

#: Over those that ship, all functions of four inputs are asked; over the others of up to three.
_LARGE = ("aig", "b2")
_SPACES = (*_LARGE, "mux", "mig", "xmg", "b2+1")
_FOUND, _SHARE = "found", "share"


def _rows(space: str, settings: Settings, effort: Effort) -> dict[str, ClassRow]:
    """Return by class the solvers of a space; of `b2+1` those of up to a gate more than least."""
    inputs = settings.whole("inputs")
    if space in _LARGE:
        asked = Settings({**settings.values, "basis": space, "order": "size"})
        return {row.name: row for row in tagged_classes(asked, effort)}
    if inputs > _MOST_SEARCHED:
        raise ArgumentError("inputs", f"at most {_MOST_SEARCHED} over {space}", inputs)
    basis, _, more = space.partition("+")
    definition = definition_named(settings.text("definition"))
    rows = representative_shares(inputs, definition, basis, effort, within=int(more or 0))
    own = settings.text("tag") == OWN_TAG
    return {row.name: row for row in (rows if own else retagged(rows, settings.whole("seed")))}


_MOST_SEARCHED = 3


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare each class under two model spaces: is some solver tagged, or what share is?"""
    spaces = settings.text("poorer"), settings.text("richer")
    found = [_rows(space, settings, effort) for space in spaces]
    units = [
        Unit(name, bool(place), _value(row, settings.text("measure")))
        for place, rows in enumerate(found)
        for name, row in rows.items()
    ]
    table: list[tuple[Cell, ...]] = []
    for name in found[0]:
        both = [rows[name] for rows in found]
        if any(row.tagged for row in both):
            table.append((name, both[0].functions, *(c for row in both for c in _cells(row))))
    poorer, richer = spaces
    return Compared(
        tuple(units),
        f"all {counted(len(found[0]), 'class', 'classes')} of functions of "
        f"{counted(settings.whole('inputs'), 'input')}, {poorer} against {richer}, order size",
        (
            Table(
                f"Classes with a tagged solver in {poorer} or in {richer}: gates, solvers, and the "
                "bits that name a tagged one among them (-log2 of its share):",
                (
                    *("class", "functions"),
                    *(f"{what} {space}" for space in spaces for what in ("gates", "all", "bits")),
                ),
                tuple(table),
            ),
        ),
        notes=(
            "Solvers of a richer space are not those of a poorer one and more: what is minimal "
            "changes with it. Where they are, as under a raised cap of gates, that a tagged one "
            "exists never falls, which is no finding.",
        ),
    )


def _value(row: ClassRow, measure: str) -> Fraction | int:
    return row.value if measure == _SHARE else int(row.tagged > 0)


def _cells(row: ClassRow) -> tuple[Cell, ...]:
    bits = f"{log2(1 / row.value):.2f}" if row.tagged else None
    return row.size, row.circuits, bits


def _space(name: str, default: str, said: str) -> Parameter:
    return Parameter(name, default, f"{said}: minima over a basis, or `b2+1`", values=_SPACES)


RANGE = Claim(
    name="range",
    topic="circuits",
    claim="A richer model space makes it likelier that an optimizer can be found.",
    source="Hubinger et al. 2019, section 2.2, algorithmic range",
    reading=(
        "two model spaces, such as minima over and-inverter graphs and over all gates of two "
        "inputs. Of each class of functions of n inputs: does some solver of the space have the "
        "tag? What share does, in bits, is shown beside."
    ),
    kind=Kind.TENDENCY,
    keeps="that what is found depends on what the space of models holds",
    question="Of one task, has the richer space a tagged solver more often than the poorer one?",
    blind_to=(
        "architectures that are not circuits, spaces with state, and how a space is searched"
    ),
    control="the same task in the poorer space: exact, all solvers",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        _space("poorer", "aig", "the poorer space"),
        _space("richer", "b2", "the richer space"),
        Parameter(
            "measure",
            _FOUND,
            f"what is compared: whether a tagged solver is `{_FOUND}`, or the `{_SHARE}` of them",
            values=(_FOUND, _SHARE),
        ),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("solver set", "solver sets"),
        marked="the richer space",
        value="whether a tagged solver exists, or the share,",
        matched="task",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"measure": _SHARE},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
            {"inputs": 3, "poorer": "b2", "richer": "mux"},
            {"inputs": 3, "poorer": "b2", "richer": "mig"},
            {"inputs": 3, "poorer": "mig", "richer": "xmg"},
            {"inputs": 3, "poorer": "b2", "richer": "b2+1", "measure": _SHARE},
        ),
    ),
    quick={"inputs": 3},
)
