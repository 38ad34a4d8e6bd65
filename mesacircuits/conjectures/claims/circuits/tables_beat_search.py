"""The claim `tables-beat-search`: a fast enough solution memorises what search would find."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.reach import depths_of_classes
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["TABLES_BEAT_SEARCH", "halves_depths", "table_depths"]

#: The depth of what there is no circuit for.
NONE = 99
#: How the two halves of a circuit are joined: by an AND, which selects, or by an XOR.
_SEARCH, _HALVES = "search", "halves"


def table_depths(inputs: int) -> NDArray[np.int64]:
    """Return the least depth of a table of each function, by truth table; `NONE` if there is none.

    A table is the OR of two or more disjoint cubes, where the function or where its inverse is 1. A
    cube of l literals takes depth ceil(log2 l), and cubes of depths d_i take an OR of depth d iff
    sum 2^(d_i) <= 2^d (Kraft). So the least sum over all partitions into cubes says it.

    >>> table_depths(2).tolist()[6], table_depths(2).tolist()[8]  # a ^ b, and a & b by its zeros
    (2, 2)
    """
    import numpy as np

    rows = 1 << inputs
    cubes: list[tuple[int, int]] = []
    for literals in product((0, 1, None), repeat=inputs):
        fixed = [(i, bit) for i, bit in enumerate(literals) if bit is not None]
        bits = sum(1 << x for x in range(rows) if all(x >> i & 1 == b for i, b in fixed))
        cubes.append((bits, 1 << max(len(fixed) - 1, 0).bit_length()))
    # least: over partitions of a set of rows; split: over those into two or more.
    least = np.full(1 << rows, 1 << NONE // 2, dtype=np.int64)
    split = least.copy()
    least[0] = 0
    for first in reversed(range(rows)):
        sets = np.arange(1 << rows - first - 1) << first + 1 | 1 << first
        for bits, weight in cubes:
            # The cube of the first row; what is left has its first row later.
            if bits & -bits == 1 << first:
                inside = sets[sets & bits == bits]
                rest = least[inside ^ bits] + weight
                least[inside] = np.minimum(least[inside], rest)
                more = inside != bits
                split[inside[more]] = np.minimum(split[inside[more]], rest[more])
    best = np.minimum(split, split[::-1])
    depths: NDArray[np.int64] = np.ceil(np.log2(best)).astype(np.int64)
    # What gives one word alone stores nothing.
    depths[[0, -1]] = NONE
    return depths


def halves_depths(depths: NDArray[np.int64], gates: int, joined: str) -> NDArray[np.int64]:
    """Return the least depth of a circuit of two halves, by truth table; `NONE` if there is none.

    It is f = A & B up to inversion, or f = A ^ B, where B is A inverted after a renaming p of
    inputs and a common re-encoding r: B(y ^ r) = ~A(p(y) ^ r). Joined by an AND it is what a search
    comes to at one output bit (docs/theorems.md, Theorem 4): 1 + the depth of A, the least.

    Arguments:
        depths: the least depth of each function, by truth table.
        gates: 1 if A must not be a bare input, else 0.
        joined: `search` for AND, `halves` for XOR.

    >>> import numpy as np
    >>> from mesacircuits.circuits import B2
    >>> found = depths_of_classes(3, B2)[classes_of(3, B2).number]
    >>> halves_depths(found, 1, "search")[[0x18, 0x96]].tolist() == [2, NONE]
    True
    """
    import numpy as np

    inputs = (len(depths) - 1).bit_length().bit_length() - 1
    rows = 1 << inputs
    tables = np.arange(len(depths))
    columns = [tables >> x & 1 for x in range(rows)]
    found: NDArray[np.int64] = np.full(len(depths), NONE, dtype=np.int64)
    usable = depths >= gates
    seen = set()
    for order, code in product(permutations(range(inputs)), range(rows)):
        moved = tuple(
            code ^ sum(((x ^ code) >> i & 1) << place for place, i in enumerate(order))
            for x in range(rows)
        )
        if moved in seen:
            continue
        seen.add(moved)
        other = sum((1 - columns[moved[x]]) << x for x in range(rows))
        whole = tables & other if joined == _SEARCH else tables ^ other
        # No half is the whole, nor are both one: then nothing is selected.
        usable_here = usable & (whole != tables) & (whole != other) & (whole != 0)
        reached = whole[usable_here]
        np.minimum.at(found, reached, 1 + depths[tables[usable_here]])
    return np.minimum(found, found[::-1])


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare, for each class with a table and a search, the least depths of the two."""
    inputs, basis = settings.whole("inputs"), basis_named("b2")
    if effort.used_up():
        raise BudgetEnded
    classes = classes_of(inputs, basis)
    by_class = depths_of_classes(inputs, basis)
    depths = by_class[classes.number]
    table = table_depths(inputs)
    search = halves_depths(depths, settings.whole("objective_gates"), settings.text("against"))
    units, counts = [], Counter[tuple[int, int, int]]()
    for place, form in enumerate(classes.representatives.tolist()):
        if table[form] < NONE and search[form] < NONE:
            ends = int(by_class[place]), int(table[form]), int(search[form])
            counts[ends] += 1
            units += [Unit(form, True, ends[1]), Unit(form, False, ends[2])]
    return Compared(
        tuple(units),
        f"all classes of functions of {counted(inputs, 'input')}, b2: least depths over circuits "
        "of any size",
        (
            Table(
                "Classes with both, by their least depth, that of a table, and that of a "
                f"{settings.text('against')}:",
                ("least", "table", settings.text("against"), "classes"),
                tuple((*key, number) for key, number in sorted(counts.items())),
            ),
            _growth(),
        ),
        notes=(
            "table: the OR of two or more disjoint cubes, of the words that are not the default; "
            "search: Theorem 4, its halves at their least depths. Both are exact, for circuits of "
            "any size.",
            "Where candidates are parities, each cube of a table names all their bits. So the "
            "last candidate's word needs 2^((m - 1) K) cubes, and the table is deeper by about "
            "(m - 1) K: the gap grows with K and with m, and there is no crossing.",
        ),
    )


def _growth() -> Table:
    """Return depth and gates of table and plain search for o_{K-1}, phi the parity of m bits."""
    rows: list[tuple[Cell, ...]] = []
    for bits, candidates in product((1, 2, 3, 4), (2, 3, 4, 8)):
        width, cells = bits * candidates, 1 << (bits - 1) * candidates
        deep = (width - 1).bit_length() + (bits - 1) * candidates
        plain = (bits - 1).bit_length() + (candidates - 1).bit_length()
        gates = candidates * (bits - 1) + candidates - 1
        least = (width - 1).bit_length()
        rows.append((candidates, bits, least, plain, gates, deep, cells * width - 1))
    return Table(
        "Is the last of K candidates the first whose m bits have odd parity? bound: least depth of "
        "anything that reads K m bits; depth and gates of the plain search (docs/theorems.md) and "
        "of the OR of all cubes where it is so, nothing shared:",
        ("K", "m", "bound", "search", "gates", "table", "its gates"),
        tuple(rows),
    )


TABLES_BEAT_SEARCH = Claim(
    name="tables-beat-search",
    topic="circuits",
    claim="A fast enough solution memorises what search would find.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "time is depth, and size is free. For every class of functions of n inputs that has both: "
        "the least depth of a lookup table, by exhausting partitions into cubes, and of a search, "
        "by exhausting pairs of halves of which one is the renamed inverse of the other; and how "
        "both grow with the number of candidates and their bits"
    ),
    kind=Kind.TENDENCY,
    keeps="that little time is what drives search out, in favour of a table",
    question="For one task, is the shallowest table shallower than the shallowest search?",
    blind_to=(
        "sequential machines, which read one cell of a table in a step; tasks whose search space "
        "is not in the input; tables with what is not a cube in a cell"
    ),
    control="the shallowest search of the same class: exact, all classes that have one",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("objective_gates", 1, "least gates of a half", least=0, most=1),
        Parameter(
            "against",
            _SEARCH,
            "what tables are compared with; `halves`: joined by an XOR, which selects nothing",
            values=(_SEARCH, _HALVES),
        ),
    ),
    run=Tendency(
        _compared,
        unit=("solver", "solvers"),
        marked="tables",
        value="least depth",
        matched="the task",
        greater=False,
        placebos={"two halves that select nothing": {"against": _HALVES}},
        trend=({"inputs": 2}, {"inputs": 3}, {"inputs": 4}),
        neighbours=({"objective_gates": 0},),
    ),
    quick={"inputs": 3},
)
