"""The symmetries of a task that its circuits share, and how they part the gates over the inputs.

A symmetry permutes the inputs and negates some; it is one of a task if outputs exchanged, and some
of them inverted, make up for it. All are tried, each on the relation itself: nothing is shared with
the symmetries of the exhaustive engine, which are found in another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np

from mesacircuits.circuits import Basis
from mesacircuits.enumeration.sat.gate_kinds import gate_kinds
from mesacircuits.tasks import Task

__all__ = [
    "Key",
    "Symmetry",
    "exchanged_inputs",
    "first_gate_orbits",
    "generators_of",
    "symmetries_of",
]

# Of more outputs only the order given is tried: a subgroup of the symmetries is as sound.
_PERMUTED_OUTPUTS = 4

#: What a gate reads, and its table.
Key = tuple[tuple[int, ...], int]


class Symmetry(NamedTuple):
    """Input `order[i]` takes the place of input i, negated if bit i of `mask` is set."""

    order: tuple[int, ...]
    mask: int

    def on_input(self, x: int) -> int:
        """Return what the inputs read in place of x."""
        return sum((x >> w & 1) << i for i, w in enumerate(self.order)) ^ self.mask

    def on_gates(self, functions: Iterable[int], basis: Basis) -> frozenset[int]:
        """Return what the gates of a circuit compute in place of these, polarities normal.

        >>> from mesacircuits.circuits import AIG
        >>> sorted(Symmetry((1, 0), 0).on_gates([0b0010], AIG))
        [4]
        """
        rows = 1 << len(self.order)
        place = [self.on_input(x) for x in range(rows)]
        images = {sum((f >> y & 1) << x for x, y in enumerate(place)) for f in functions}
        if basis.free_inverters:
            images = {bits ^ (1 << rows) - 1 if bits & 1 else bits for bits in images}
        return frozenset(images)

    def on_key(self, key: Key, basis: Basis) -> Key:
        """Return what a gate that reads only inputs becomes, polarity normal.

        >>> from mesacircuits.circuits import AIG
        >>> Symmetry((1, 2, 0), 0b001).on_key(((0, 2), 0b1000), AIG)   # a & c becomes ~b & a
        ((0, 1), 2)
        """
        wires, table = key
        read = sorted(self.order[w] for w in wires)
        place = [read.index(self.order[w]) for w in wires]
        flips = sum((self.mask >> w & 1) << i for i, w in enumerate(wires))
        rows = 1 << len(wires)
        image = 0
        for row in range(rows):
            before = sum((row >> at & 1) << i for i, at in enumerate(place)) ^ flips
            image |= (table >> before & 1) << row
        if basis.free_inverters and image & 1:
            image ^= (1 << rows) - 1
        return tuple(read), image


def symmetries_of(task: Task, basis: Basis) -> tuple[Symmetry, ...]:
    """Return all symmetries of a task: a group, for they are all that keep its relation.

    Inputs are negated only if the basis is closed under negating operands, outputs inverted only
    if inverters are free.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> for symmetry in symmetries_of(parse_task("expr:a & ~b"), AIG):
    ...     print(symmetry)
    Symmetry(order=(0, 1), mask=0)
    Symmetry(order=(1, 0), mask=3)
    >>> len(symmetries_of(parse_task("comparator(bits=2)"), AIG))
    8
    """
    return _symmetries(task.inputs, task.outputs, tuple(task.word_masks), basis)


@lru_cache(maxsize=64)
def _symmetries(
    inputs: int, outputs: int, word_masks: tuple[int, ...], basis: Basis
) -> tuple[Symmetry, ...]:
    words = [
        frozenset(w for w, mask in enumerate(word_masks) if mask >> x & 1)
        for x in range(1 << inputs)
    ]
    number = {accepted: i for i, accepted in enumerate(dict.fromkeys(words))}
    # What the relation may become: itself, with outputs exchanged and inverted.
    goals = set()
    orders = permutations(range(outputs)) if outputs <= _PERMUTED_OUTPUTS else [range(outputs)]
    for order in orders:
        for flips in range(1 << outputs) if basis.free_inverters else (0,):
            moved = Symmetry(tuple(order), flips)
            images = {w: number.get(frozenset(map(moved.on_input, w))) for w in number}
            if None not in images.values():
                goals.add(np.array([images[w] for w in words], dtype=np.uint8).tobytes())
    relation = np.array([number[w] for w in words], dtype=np.uint8)
    rows = np.arange(1 << inputs)
    negated = gate_kinds(basis).is_negation_closed()
    found = []
    for order in permutations(range(inputs)):
        place = sum(((rows >> w & 1) << i for i, w in enumerate(order)), start=0 * rows)
        for mask in range(1 << inputs) if negated else (0,):
            if relation[place ^ mask].tobytes() in goals:
                found.append(Symmetry(order, mask))
    return tuple(found)


def generators_of(symmetries: Iterable[Symmetry]) -> tuple[Symmetry, ...]:
    """Return some of the symmetries of a group, of which all others are products.

    Those that fix the first inputs are a subgroup; of each such subgroup one is taken for each
    image of the next input, so that the rest fixes that, too (O. Schreier, C. Sims).

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> group = symmetries_of(parse_task("tt:4:6996"), B2)
    >>> len(group), len(generators_of(group))
    (384, 16)
    """
    kept: dict[tuple[int, int, int], Symmetry] = {}
    for symmetry in symmetries:
        order, mask = symmetry
        for i, w in enumerate(order):
            if w != i or mask >> i & 1:
                kept.setdefault((i, w, mask >> i & 1), symmetry)
                break
    return tuple(kept.values())


def exchanged_inputs(symmetries: Iterable[Symmetry]) -> list[tuple[int, int]]:
    """Return the pairs of inputs p < q that some symmetry exchanges, leaving all others.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> exchanged_inputs(symmetries_of(parse_task("expr:a & ~b ^ c"), AIG))
    [(0, 1)]
    """
    found = set()
    for order, mask in symmetries:
        moved = [i for i, w in enumerate(order) if w != i]
        if len(moved) == 2 and not mask & ~sum(1 << i for i in moved):
            found.add((moved[0], moved[1]))
    return sorted(found)


def first_gate_orbits(task: Task, basis: Basis) -> list[list[Key]]:
    """Return the gates that read only inputs, those that symmetries carry to each other together.

    Each orbit begins with its least key, and orbits come in the order of these.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> first_gate_orbits(parse_task("expr:a & b"), B2)
    [[((0, 1), 2), ((0, 1), 4)], [((0, 1), 6)], [((0, 1), 8)], [((0, 1), 14)]]
    """
    generators = generators_of(symmetries_of(task, basis))
    keys = [
        (wires, table)
        for arity, tables in gate_kinds(basis).forms.items()
        for wires in combinations(range(task.inputs), arity)
        for table in tables
    ]
    left = sorted(keys, key=lambda key: (key[0][::-1], key[1]), reverse=True)
    seen: set[Key] = set()
    orbits = []
    while left:
        key = left.pop()
        if key in seen:
            continue
        seen.add(key)
        orbit = [key]
        for reached in orbit:
            for symmetry in generators:
                image = symmetry.on_key(reached, basis)
                if image not in seen:
                    seen.add(image)
                    orbit.append(image)
        orbits.append(orbit)
    return orbits
