"""Orbits: problems that are the same but for the names and polarities of bits, one of each.

A problem is a table: a row of numbers, one for each word of the input. A move renames words and
numbers: t becomes the table t'(v) = value(t(column(v))). The moves of a family are a group, and the
problems that they make of one are its orbit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.npn import np_group
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.world import all_dynamics

__all__ = [
    "INVERSIONS", "MOST_TABLES", "NOTHING", "PERMUTATIONS", "UP_TO", "Moves", "bit_moves",
    "choice_orbits", "function_orbits", "orbits_of", "useless_utilities", "world_orbits",
]  # fmt: skip

Words = NDArray[np.int64]
#: A table, and how many tables are in its orbit.
Orbit = tuple[tuple[int, ...], int]

NOTHING, PERMUTATIONS, INVERSIONS = "nothing", "permutations", "inversions"
#: What problems may be the same up to, each with what it allows.
UP_TO = {
    INVERSIONS: "bits are permuted and inverted",
    PERMUTATIONS: "bits are permuted",
    NOTHING: "bits stay as they are",
}
#: More tables are not told apart.
MOST_TABLES = 1 << 16


def bit_moves(bits: int, up_to: str = INVERSIONS, fixed: int = 0) -> Words:
    """Return what moves of bits make of each word: an array of shape (moves, 2^bits).

    Arguments:
        bits: the width of words.
        up_to: a name of `UP_TO`: which moves.
        fixed: how many of the highest bits stay as they are.

    >>> bit_moves(1).tolist(), bit_moves(2, PERMUTATIONS).tolist()
    ([[0, 1], [1, 0]], [[0, 1, 2, 3], [0, 2, 1, 3]])
    """
    free = bits - fixed
    orders, masks = np_group(free)
    if up_to != INVERSIONS:
        orders, masks = orders[masks == 0], masks[masks == 0]
    if up_to == NOTHING:
        orders, masks = orders[:1], masks[:1]
    words = np.arange(1 << free)
    moved = np.zeros((len(masks), 1 << free), dtype=np.int64)
    for i in range(free):
        moved |= (words[None, :] >> orders[:, i].astype(np.int64)[:, None] & 1) << i
    moved ^= masks.astype(np.int64)[:, None]
    return _joined(moved, np.arange(1 << fixed)[None, :])


def _joined(low: Words, high: Words) -> Words:
    """Return every move of the low bits with every move of the high ones."""
    pairs = low[:, None, None, :] + high[None, :, :, None] * low.shape[1]
    joined: Words = pairs.reshape(len(low) * len(high), -1)
    return joined


@dataclass(frozen=True, eq=False)
class Moves:
    """A group of moves of tables: move g makes t'(v) = values[g, t(columns[g, v])] of t.

    Attributes:
        columns: shape (moves, entries).
        values: shape (moves, numbers that an entry can be).
    """

    columns: Words
    values: Words

    @classmethod
    def of(cls, columns: Words, values: Words) -> Moves:
        """Return every move of words with every move of numbers."""
        return cls(np.repeat(columns, len(values), axis=0), np.tile(values, (len(columns), 1)))

    @cached_property
    def _weights(self) -> Words:
        radix = self.values.shape[1]
        return np.array([radix**v for v in range(self.columns.shape[1])], dtype=np.int64)

    def number(self, table: Sequence[int]) -> int:
        """Return the number of a table: entry v is its digit v."""
        return int(np.asarray(table, dtype=np.int64) @ self._weights)

    def orbit(self, table: Sequence[int]) -> set[int]:
        """Return the numbers of all tables that the moves make of one.

        >>> words = bit_moves(1)
        >>> sorted(Moves.of(words, words).orbit((0, 1)))
        [1, 2]
        """
        entries = np.asarray(table, dtype=np.int64)[self.columns]
        images = np.take_along_axis(self.values, entries, axis=1) @ self._weights
        return {*images.tolist()}


def orbits_of(tables: Sequence[tuple[int, ...]], moves: Moves) -> Iterator[Orbit]:
    """Yield the table of least number of each orbit, ascending, with the size of the orbit.

    Arguments:
        tables: all tables of some family that the moves carry to itself.
        moves: the group.

    >>> words = bit_moves(1)
    >>> every = [(a, b) for a in (0, 1) for b in (0, 1)]
    >>> list(orbits_of(every, Moves.of(words, words)))
    [((0, 0), 2), ((1, 0), 2)]
    """
    seen: set[int] = set()
    for table in sorted(tables, key=lambda table: table[::-1]):
        if moves.number(table) in seen:
            continue
        orbit = moves.orbit(table)
        seen |= orbit
        yield table, len(orbit)


def _check_number(count: int, what: str) -> None:
    if count > MOST_TABLES:
        raise ArgumentError("universe", f"at most {MOST_TABLES:,} {what}", f"{count:,}")


def function_orbits(inputs: int, outputs: int, up_to: str = INVERSIONS) -> Iterator[Orbit]:
    """Yield one of each orbit of tuples of m functions of n inputs, as words, with its size.

    Inputs are permuted and inverted, and so are outputs. Sizes add up to 2^(m 2^n).

    Raises `ArgumentError` for more than `MOST_TABLES` tuples.

    >>> [len(list(function_orbits(n, 1))) for n in (1, 2, 3)]
    [2, 4, 14]
    """
    _check_number(1 << (outputs << inputs), "tuples of functions")
    moves = Moves.of(bit_moves(inputs, up_to), bit_moves(outputs, up_to))
    yield from orbits_of([*product(range(1 << outputs), repeat=1 << inputs)], moves)


def choice_orbits(
    features: int,
    context: int,
    levels: int,
    training: int | None,
    up_to: str = INVERSIONS,
    fixed: int = 0,
) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """Yield one of each orbit of pairs (D, U) of vectors that occur and a utility, with its size.

    U gives each vector of m features and s bits of context one of L values. Features are permuted
    and inverted, and so is the context; values are relabelled in their order: U stands for all
    utilities of L values that order vectors as it does, and its own values are 0, 1, ... without a
    gap. Left out are pairs by which no candidate is ever better than another: in every context, all
    of D have one utility.

    Sizes add up to L^(2^(m + s)) less `useless_utilities`, for each D.

    Arguments:
        features, context, levels: m, s and L.
        training: D as a mask, moved by those moves alone that carry it to itself; or None for every
            D but the empty one.
        up_to: a name of `UP_TO`.
        fixed: how many of the last bits of the context stay as they are.

    Raises `ArgumentError` for more than `MOST_TABLES` utilities.

    >>> [(u, size) for _, u, size in choice_orbits(2, 0, 2, 0b1111)]
    [((1, 0, 0, 0), 4), ((1, 1, 0, 0), 4), ((0, 1, 1, 0), 2), ((1, 1, 1, 0), 4)]
    """
    vectors, count = 1 << features, 1 << features + context
    _check_number(levels**count, "utilities")
    own = bit_moves(features, up_to)
    shared = bit_moves(context, up_to, fixed)
    found: Iterable[Orbit] = [(tuple((training or 0) >> f & 1 for f in range(vectors)), 1)]
    if training is None:
        sets = [table for table in product((0, 1), repeat=vectors) if any(table)]
        found = orbits_of(sets, Moves.of(own, np.arange(2)[None, :]))
    weight = {
        table: comb(levels, used)
        for used in range(2, levels + 1)
        for table in product(range(used), repeat=count)
        if len({*table}) == used
    }
    for occurring, many in found:
        kept = own[(np.array(occurring)[own] == np.array(occurring)).all(axis=1)]
        inside = [f for f in range(vectors) if occurring[f]]

        def decides(table: tuple[int, ...], inside: list[int] = inside) -> bool:
            return any(
                len({table[f + start] for f in inside}) > 1 for start in range(0, count, vectors)
            )

        tables = [table for table in weight if decides(table)]
        group = Moves.of(_joined(kept, shared), np.arange(levels)[None, :])
        for table, size in orbits_of(tables, group):
            mask = sum(bit << f for f, bit in enumerate(occurring))
            yield mask, table, size * weight[table] * many


def useless_utilities(features: int, context: int, levels: int, training: int) -> int:
    """Return by how many utilities no candidate is ever better than another (see `choice_orbits`).

    >>> useless_utilities(2, 0, 2, 0b1111), useless_utilities(2, 0, 2, 0b0011)
    (2, 8)
    """
    outside = (1 << features) - training.bit_count()
    free: int = levels ** ((1 + outside) << context)
    return free


def world_orbits(states: int, actions: int, up_to: str = INVERSIONS) -> Iterator[Orbit]:
    """Yield one of each orbit of worlds of N states and A actions, with its size.

    A table is the next state for each state and action, then the target, one state. States and
    actions are renamed where that permutes and inverts the bits of their numbers, which is what a
    policy observes and does: any other renaming makes it compute something else. Sizes add up to
    N^(N A) N.

    Raises `ArgumentError` for more than `MOST_TABLES` worlds.

    >>> found = list(world_orbits(2, 2))
    >>> len(found), sum(size for _, size in found), found[0]
    (10, 32, ((0, 0, 0, 0, 0), 2))
    """
    _check_number(states ** (states * actions + 1), "worlds")
    moved = bit_moves((states - 1).bit_length(), up_to)[:, :states]
    named = moved[(moved < states).all(axis=1)]
    acted = bit_moves((actions - 1).bit_length(), up_to)
    back = np.argsort(named, axis=1)
    columns, values = [], []
    for to, source in zip(named, back, strict=True):
        for action in acted:
            entries = (source[:, None] * actions + action[None, :]).reshape(-1)
            columns.append([*entries.tolist(), states * actions])
            values.append(to.tolist())
    group = Moves(np.array(columns), np.array(values))
    tables = [
        (*(after for row in dynamics for after in row), target)
        for dynamics in all_dynamics(states, actions)
        for target in range(states)
    ]
    yield from orbits_of(tables, group)
