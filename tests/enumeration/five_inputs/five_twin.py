"""The plain-Python twins of this package's kernels: slow, and meant to be obvious.

Nothing here is pruned or taken up to symmetry. Tests hold the kernels against them; no engine uses
them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import product

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits

__all__ = [
    "circuits_plainly",
    "depths_plainly",
    "lengths_plainly",
    "near_plainly",
    "sets_plainly",
    "unneeded_plainly",
    "ways_plainly",
]

#: The two wires that a gate reads, the lower first.
Way = tuple[int, int]


def _gates(x: int, y: int, basis: Basis, inputs: int) -> list[int]:
    mask = (1 << (1 << inputs)) - 1
    return [operator.apply((x, y), mask) for operator in basis.operators]


def depths_plainly(inputs: int, basis: Basis) -> dict[int, int]:
    """Return D of every function with f(0) = 0 of `inputs` inputs, by combining all pairs.

    >>> from mesacircuits.circuits import B2
    >>> depths_plainly(2, B2)[0b0110]
    1
    """
    depths = dict.fromkeys([0, *(input_bits(inputs, i) for i in range(inputs))], 0)
    for depth in range(1, 1 << inputs):
        lower = list(depths)
        for x, y in product(lower, repeat=2):
            for table in _gates(x, y, basis, inputs):
                depths.setdefault(table, depth)
    return depths


def lengths_plainly(inputs: int, basis: Basis) -> dict[int, int]:
    """Return L of every function with f(0) = 0 of `inputs` inputs, by combining all pairs.

    >>> from mesacircuits.circuits import B2
    >>> max(lengths_plainly(3, B2).values())
    4
    """
    count = 1 << ((1 << inputs) - 1)
    levels = [{0, *(input_bits(inputs, i) for i in range(inputs))}]
    lengths = dict.fromkeys(levels[0], 0)
    while len(lengths) < count:
        level: set[int] = set()
        for length, shorter in enumerate(levels):
            for x, y in product(shorter, levels[len(levels) - 1 - length]):
                level |= {t for t in _gates(x, y, basis, inputs) if t not in lengths}
        levels.append(level)
        lengths |= dict.fromkeys(level, len(levels) - 1)
    return lengths


def ways_plainly(inputs: int, basis: Basis, tables: Sequence[int]) -> list[list[Way]]:
    """Return for each gate of a set the pairs of other wires that give it, once per operator."""
    wires = [*(input_bits(inputs, i) for i in range(inputs)), *tables]
    found = []
    for gate, table in enumerate(tables):
        others = [w for w in range(len(wires)) if w != inputs + gate]
        found.append(
            [
                (i, j)
                for j in others
                for i in others
                if i < j
                for result in _gates(wires[i], wires[j], basis, inputs)
                if result == table
            ]
        )
    return found


def unneeded_plainly(inputs: int, ways: Sequence[Sequence[Way]]) -> set[int]:
    """Return the wires without which all other gates can still be computed."""
    wires = range(inputs + len(ways))
    result = set()
    for gone in wires:
        known = set(range(inputs)) - {gone}
        for _ in ways:
            known |= {
                inputs + gate
                for gate, listed in enumerate(ways)
                if inputs + gate != gone and any(known >= set(way) for way in listed)
            }
        if known == set(wires) - {gone}:
            result.add(gone)
    return result


def circuits_plainly(inputs: int, ways: Sequence[Sequence[Way]]) -> int:
    """Return in how many ways the gates can choose one way each so that none depends on itself."""
    count = 0
    for choice in product(*ways):
        known = set(range(inputs))
        for _ in ways:
            known |= {inputs + gate for gate, way in enumerate(choice) if known >= set(way)}
        count += len(known) == inputs + len(ways)
    return count


def sets_plainly(
    inputs: int, basis: Basis, size: int, wanted: Collection[int]
) -> dict[frozenset[int], int]:
    """Return the sets of `size` gates, one of them wanted, and what it computes.

    Every set is listed whose gates can be computed one after another. If what is wanted has no
    smaller circuit, these are the sets of gates of its minimal circuits.

    >>> from mesacircuits.circuits import B2
    >>> len(sets_plainly(3, B2, 2, [0b10000000]))       # a & b & c
    3
    """
    literals = [input_bits(inputs, i) for i in range(inputs)]
    held: set[frozenset[int]] = {frozenset()}
    for _ in range(size):
        held = {
            chosen | {table}
            for chosen in held
            for x, y in product([*literals, *chosen], repeat=2)
            for table in _gates(x, y, basis, inputs)
            if table and table not in chosen and table not in literals
        }
    return {chosen: table for chosen in held for table in chosen if table in wanted}


def _all_read_another(gates: Sequence[tuple[int, int, int]], inputs: int, basis: Basis) -> set[int]:
    # What circuits compute in which all that read a wire read a gate over it and one before.
    found = set()
    for wire in range(inputs + len(gates)):
        for other in set(range(max(inputs, wire))) - {wire}:
            for op in range(len(basis.operators)):
                wires = [input_bits(inputs, i) for i in range(inputs)]
                seen = list(wires)
                for at in range(len(gates) + 1):
                    if inputs + at == max(wire + 1, inputs):
                        pair = sorted((wire, other))
                        wires.append(_gates(*(wires[w] for w in pair), basis, inputs)[op])
                        seen[wire] = wires[-1]
                    if at < len(gates):
                        low, high, kind = gates[at]
                        table = _gates(seen[low], seen[high], basis, inputs)[kind]
                        wires.append(table)
                        seen.append(table)
                if all(wires):
                    found.add(seen[-1])
    return found


def near_plainly(
    gates: Sequence[tuple[int, int, int]], inputs: int, basis: Basis, longer: bool
) -> set[int]:
    """Return what circuits compute that differ from one by one gate, none of theirs constant.

    >>> from mesacircuits.circuits import B2
    >>> sorted(near_plainly([(0, 1, 3)], 2, B2, False))
    [2, 4, 6, 8, 14]
    """
    kinds = range(len(basis.operators))
    circuits: list[list[tuple[int, int, int]]] = []
    for at, (low, high, _) in enumerate(gates):
        wire = inputs + at
        if not longer:
            pairs = [(i, j) for j in range(wire) for i in range(j)]
            circuits += [
                [*gates[:at], (i, j, op), *gates[at + 1 :]] for i, j in pairs for op in kinds
            ]
            continue
        rest = [(i + (i >= wire), j + (j >= wire), op) for i, j, op in gates[at + 1 :]]
        for kept, other in ((low, high), (high, low)):
            for y in set(range(wire)) - {kept, other}:
                new = min(y, kept), max(y, kept)
                circuits += [
                    [*gates[:at], (*new, op), (other, wire, end), *rest]
                    for op in kinds
                    for end in kinds
                ]
    found = set()
    if longer:
        found = _all_read_another(gates, inputs, basis)
    for circuit in circuits:
        wires = [input_bits(inputs, i) for i in range(inputs)]
        for low, high, op in circuit:
            wires.append(_gates(wires[low], wires[high], basis, inputs)[op])
        if all(wires):
            found.add(wires[-1])
    return found
