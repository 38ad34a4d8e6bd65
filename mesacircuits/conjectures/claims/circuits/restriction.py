"""The claim `restriction`: narrower tasks might make optimizers rarer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import (
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.completions import FunctionTags, partial_classes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

__all__ = ["RESTRICTION"]

_ALL, _CUBES = "all", "cubes"
#: Shares are rounded to the nearest of so many parts.
_PARTS = 10_000


def _tasks(settings: Settings) -> Iterator[tuple[int, int, int]]:
    """Yield how many inputs a task leaves out, its support, and its values there."""
    inputs = settings.whole("inputs")
    whole = (1 << (1 << inputs)) - 1
    for left in range(settings.whole("left_out") + 1):
        for support, bits, _ in partial_classes(inputs, left):
            if settings.text("supports") == _ALL or _is_cube(whole & ~support):
                yield left, support, bits


def _is_cube(bits: int) -> bool:
    """Return whether inputs are those on which some bits have given values, or none."""
    inside = [x for x in range(bits.bit_length()) if bits >> x & 1]
    varies = 0
    for x in inside:
        varies |= x ^ inside[0]
    return not inside or len(inside) == 1 << varies.bit_count()


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare tasks of one least size: the share of tagged minima of those that leave nothing."""
    inputs = settings.whole("inputs")
    tags = FunctionTags(inputs, tagged_classes(settings, effort))
    units = []
    shares: dict[tuple[int, int], list[Fraction]] = defaultdict(list)
    for number, (left, support, bits) in enumerate(_tasks(settings)):
        if not number % 500 and effort.used_up():
            raise BudgetEnded
        found = tags.least(support, bits)
        # Exact shares of thousands of classes have no common denominator that is small.
        share = Fraction(round(found.share * _PARTS), _PARTS)
        units.append(Unit(found.size, not left, share))
        shares[found.size, left].append(share)
    most = settings.whole("left_out")
    return Compared(
        tuple(units),
        f"all {counted(len(units), 'class', 'classes')} of partial functions of "
        f"{counted(inputs, 'input')} that leave out at most {most}, {settings.text('basis')}, "
        "order size",
        (
            Table(
                "Mean share of tagged minima, by least size and by how many inputs the task leaves "
                "out; in brackets the classes:",
                ("gates", *(f"{left} left out" for left in range(most + 1))),
                tuple(
                    (size, *(_cell(shares[size, left]) for left in range(most + 1)))
                    for size in sorted({size for size, _ in shares})
                ),
            ),
        ),
        notes=(
            "The minima of a partial function are those of its least completions. Each is judged "
            "as the function of all inputs that it computes, whatever the task asks for. Shares "
            f"are rounded to 1/{_PARTS:,}.",
        ),
    )


def _cell(shares: list[Fraction]) -> Cell:
    if not shares:
        return None
    return f"{float(sum(shares, Fraction(0)) / len(shares)):.4f} ({len(shares):,})"


RESTRICTION = Claim(
    name="restriction",
    topic="circuits",
    claim="Narrower tasks might make optimizers rarer.",
    source="Hubinger et al. 2019, section 2.1, task restriction",
    reading=(
        "a task is narrower the more inputs it leaves out: all functions of n inputs, and all "
        "partial functions, f on a support S and anything elsewhere, that leave out up to so many; "
        "all minima of each; the share that have the tag. Circuits are judged on all inputs."
    ),
    kind=Kind.MIGHT,
    keeps="that a task which asks about fewer inputs has other solvers",
    question=(
        "Of tasks with equally large minima, is the share of tagged minima greater where no input "
        "is left out than where some are?"
    ),
    blind_to=(
        "that narrow tasks have small minima, which rarely have the tag whatever the task is; "
        "tasks that narrow by asking for less on each input; environments of more than four bits; "
        "and the general intelligence that the source's broad tasks would call for"
    ),
    control="partial functions with equally large minima: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("left_out", 2, "a task leaves out at most so many inputs", least=1, most=3),
        Parameter(
            "supports",
            _ALL,
            f"what may be left out; `{_CUBES}`: the inputs on which some bits have given values, "
            "such as an environment would leave out",
            values=(_ALL, _CUBES),
        ),
        Parameter("basis", "b2", "basis", values=("b2", "aig")),
        Parameter("order", "size", "what minimal means", values=("size",)),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="whole functions",
        value="share of tagged minima",
        matched="least size",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"left_out": 1},
            {"supports": _CUBES},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3},
)
