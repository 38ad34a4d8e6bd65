"""The claim `runtime-information`: optimizers exist as information arrives at run time."""

from __future__ import annotations

from itertools import groupby

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures.claim import BASIS, ORDER, Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import (
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.shares import mean_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = ["RUNTIME_INFORMATION", "bits_read"]


def bits_read(table: TruthTable) -> int:
    """Return how many inputs a function depends on.

    >>> bits_read(TruthTable(3, 0b10001000)), bits_read(TruthTable(2, 0))
    (2, 0)
    """
    n, bits = table.inputs, table.bits
    return sum(any((bits >> x ^ bits >> (x ^ 1 << i)) & 1 for x in range(1 << n)) for i in range(n))


def _by_size_and_bits(row: ClassRow) -> tuple[int, int]:
    return row.size, bits_read(row.representative)


def _compared(settings: Settings, effort: Effort) -> Compared:
    inputs = settings.whole("inputs")
    found = tagged_classes(settings, effort)
    tag = definition_named(settings.text("definition")).tag
    units = [
        Unit(row.size, bits_read(row.representative) == inputs, row.value if row.some else 0)
        for row in found
    ]
    rows: list[tuple[Cell, ...]] = []
    for (size, late), part in groupby(sorted(found, key=_by_size_and_bits), _by_size_and_bits):
        here = list(part)
        some = sum(bool(row.some) for row in here)
        rows.append((size, late, inputs - late, len(here), some, mean_share(here)))
    return Compared(
        tuple(units),
        f"all {counted(len(found), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')}, {settings.text('basis')}, order size",
        (
            Table(
                "Classes by least size, by how many bits arrive at run time, and how many were "
                f"known at design time; those with a {tag} minimum, and the mean share of such "
                "minima:",
                ("gates", "late", "early", "classes", "some", "share"),
                tuple(rows),
            ),
        ),
        notes=(
            "A decision f(a, x) whose bits a are known at design time is the function f(a, .), for "
            "which the rest is minimised; so a class of functions that depend on fewer inputs is "
            "one whose other bits arrived early.",
            "What a definition demands it cannot discover: two candidates of two bits each, or "
            "that share one, take three bits at run time. Classes are matched in size, and those "
            "of sizes where no class has fewer bits decide nothing.",
        ),
    )


RUNTIME_INFORMATION = Claim(
    name="runtime-information",
    topic="worlds and learners",
    claim="A mesa-optimizer exists because information arrives at run time.",
    source="Wentworth and Hubinger, thread on online learning",
    reading=(
        "a decision f(a, x), some bits a of which are known at design time: then minima are those "
        "of f(a, .), which reads the rest. All classes of functions of n inputs: is the share of "
        "tagged minima greater where all bits arrive at run time than where some were known, at "
        "equal least size?"
    ),
    kind=Kind.TENDENCY,
    keeps="that moving information from design time to run time is what brings optimizers",
    question=(
        "Among classes of equal size, do those that read all bits at run time have more tagged "
        "minima than those that read fewer?"
    ),
    blind_to=(
        "information that arrives over several steps, inputs that are not equally likely, and the "
        "same decision followed from early to late"
    ),
    control="classes of equal size, some of whose bits were known: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        BASIS,
        ORDER,
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="classes all of whose bits arrive at run time",
        value="share of tagged minima",
        matched="least size",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"order": "depth-size"},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3},
)
