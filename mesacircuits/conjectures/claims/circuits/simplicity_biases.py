"""The claim `simplicity-biases`: three biases favour compression, and so optimizers."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import combinations, combinations_with_replacement
from typing import TYPE_CHECKING

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
from mesacircuits.studies.completions import FunctionTags
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PARAMETRISATIONS", "SIMPLICITY_BIASES", "chain_volumes"]

#: Ways to set a chain of gates.
PARAMETRISATIONS = {
    "any": "operands differ, and the output may be any gate",
    "equal": "operands may be equal, and the output may be any gate",
    "last": "operands differ, and the output is the last gate",
}
#: The tables of the operators that depend on both operands, bit 2 b + a.
_TABLES = (1, 2, 4, 6, 7, 8, 9, 11, 13, 14)
_SEARCH, _COMPRESSION = "search", "compression"


def chain_volumes(inputs: int, gates: int, parametrisation: str) -> NDArray[np.int64]:
    """Return how many settings of a chain of gates compute each function.

    A setting chooses for each gate two wires below it and one of the ten operators that depend on
    both, and, where the parametrisation lets it, which gate is the output. So what is counted is
    the same for all functions of an NPN class.

    Arguments:
        inputs: n, at most 4.
        gates: the length of the chain.
        parametrisation: a name of `PARAMETRISATIONS`.

    >>> [int(chain_volumes(2, 1, way).sum()) for way in PARAMETRISATIONS]
    [10, 30, 10]
    """
    return _volumes(inputs, gates, parametrisation)


@lru_cache(maxsize=8)
def _volumes(inputs: int, gates: int, parametrisation: str) -> NDArray[np.int64]:
    import numpy as np

    from mesacircuits.circuits.truthtable import input_bits

    functions = 1 << (1 << inputs)
    whole = np.uint32(functions - 1)
    pairs_of = combinations_with_replacement if parametrisation == "equal" else combinations
    wires = [np.array([input_bits(inputs, i)], dtype=np.uint32) for i in range(inputs)]
    # How many settings of all later gates there are.
    later = [1] * gates
    for place in range(gates - 2, -1, -1):
        above = len([*pairs_of(range(inputs + place + 1), 2)])
        later[place] = later[place + 1] * above * len(_TABLES)
    volume = np.zeros(functions, dtype=np.int64)
    for place in range(gates):
        made: list[NDArray[np.uint32]] = []
        is_output = place == gates - 1 or parametrisation != "last"
        pairs = [*pairs_of(range(inputs + place), 2)]
        for low, high in pairs:
            a, b = wires[low], wires[high]
            for table in _TABLES:
                value = np.zeros_like(a)
                for bit, part in enumerate((~a & ~b, a & ~b, ~a & b, a & b)):
                    if table >> bit & 1:
                        value |= part
                value &= whole
                if is_output:
                    volume += later[place] * np.bincount(value, minlength=functions)
                if place < gates - 1:
                    made.append(value)
        if place < gates - 1:
            many = len(made)
            wires = [np.tile(wire, many) for wire in wires]
            wires.append(np.concatenate(made))
    return volume


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare classes by how many settings of a chain compute a function of them."""
    inputs, gates = settings.whole("inputs"), settings.whole("gates")
    rows = tagged_classes(settings, effort)
    tags = FunctionTags(inputs, rows)
    if effort.used_up():
        raise BudgetEnded
    volume = chain_volumes(inputs, gates, settings.text("parametrisation"))
    total = int(volume.sum())
    own = [row for row in tags.rows if row.size <= gates]
    found = {row.name: int(volume[row.representative.bits]) for row in own}
    search = settings.text("measure") == _SEARCH
    units: list[Unit] = []
    table: list[tuple[Cell, ...]] = []
    for group in sorted({_group(row, search) for row in own}):
        here = [row for row in own if _group(row, search) == group]
        middle = sorted(row.size for row in here)[len(here) // 2]
        for row in here:
            marked = bool(row.tagged) if search else row.size < middle
            # Volumes spread over orders of magnitude; ranks do not.
            fewer = sum(found[other.name] < found[row.name] for other in here)
            ties = sum(found[other.name] == found[row.name] for other in here) - 1
            others = max(len(here) - 1, 1)
            units.append(Unit(group, marked, Fraction(2 * fewer + ties, 2 * others)))
    for size in sorted({row.size for row in own}):
        at = [row for row in own if row.size == size]
        having = [row for row in at if row.tagged]
        functions = sum(row.functions for row in at)
        settled = sum(found[row.name] * row.functions for row in at)
        searching = sum(found[row.name] * row.functions * row.value for row in at)
        mean = f"{settled / functions / total:.3g}"
        ratio = f"{settled / functions / total * 2**size:.3g}"
        table.append(
            (size, len(at), functions, mean, ratio, len(having), f"{float(searching / total):.3g}")
        )
    return Compared(
        tuple(units),
        f"{counted(len(own), 'class', 'classes')} of functions of {counted(inputs, 'input')} "
        f"that take at most {counted(gates, 'gate')}; all settings of chains of so many gates, b2",
        (
            Table(
                "By least size C: classes; functions; the mean share of all settings that compute "
                "a function of that size, and times 2^C; classes with a tagged minimum; and the "
                "share of all settings, were the tagged ones as many as among minima:",
                ("gates", "classes", "functions", "share", "times 2^C", "tagged", "tagged share"),
                tuple(table),
            ),
        ),
        notes=(
            f"Settings ({settings.text('parametrisation')}): "
            f"{PARAMETRISATIONS[settings.text('parametrisation')]}; in all {total:,}.",
            "A penalty on size, and a cap on it, favour small circuits by what they say. Of "
            "circuits of equal size neither favours any, so what is left to ask is of the volume.",
        ),
    )


def _group(row: ClassRow, search: bool) -> int:

    return row.size if search else len(row.representative.support())


SIMPLICITY_BIASES = Claim(
    name="simplicity-biases",
    topic="circuits",
    claim=(
        "An explicit penalty, the volume of parameters, and limited capacity all favour "
        "compression, and so mesa-optimizers."
    ),
    source="Hubinger et al. 2019, section 2.2, inductive biases",
    reading=(
        "chains of a fixed number of gates, set at random in one of three ways; a function's "
        "volume is the share of settings that compute it. Penalty and cap go by size alone; does "
        "volume, at equal least size, favour functions with a tagged minimum? Beside it: does it "
        "favour those that take fewer gates, of as many inputs?"
    ),
    kind=Kind.TENDENCY,
    keeps="that biases towards what is short are biases towards what compresses",
    question=(
        "Of classes of equal least size, are those with a tagged minimum computed by more settings?"
    ),
    blind_to="training, which need not sample settings alike, and larger models",
    control="classes of equal least size without a tagged minimum: exact, all settings",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("gates", 4, "gates of a chain", least=1, most=4),
        Parameter("parametrisation", "any", "what may be set", values=tuple(PARAMETRISATIONS)),
        Parameter(
            "measure",
            _SEARCH,
            f"which classes are marked: `{_SEARCH}`, those with a tagged minimum, matched in size; "
            f"`{_COMPRESSION}`: those of less than the median size, matched in inputs read",
            values=(_SEARCH, _COMPRESSION),
        ),
        Parameter("basis", "b2", "basis", values=("b2",)),
        Parameter("order", "size", "what minimal means", values=("size",)),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="marked classes",
        value="rank in volume",
        matched="least size",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"parametrisation": "equal"},
            {"parametrisation": "last"},
            {"gates": 3},
            {"measure": _COMPRESSION},
            {"measure": _COMPRESSION, "parametrisation": "equal"},
            {"measure": _COMPRESSION, "parametrisation": "last"},
            {"definition": "search-like(objective_gates=2)"},
        ),
    ),
    quick={"inputs": 3, "gates": 3},
)
