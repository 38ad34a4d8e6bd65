"""Routing: the vertical tracks that wires take in the channel between two layers.

In a channel each wire comes in from the left at one height and leaves at the right at one or more.
It takes one vertical track, unless it runs straight. Two wires must not lie on each other: if one
comes in at a height at which another leaves, it must take a track further left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Net", "tracks_of"]

_CLASH = 1000
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Net:
    """What one wire does in a channel: the height it comes in at and those it leaves at."""

    wire: int
    enters: float
    leaves: tuple[float, ...]

    @property
    def top(self) -> float:
        """The least height."""
        return min(self.enters, *self.leaves)

    @property
    def bottom(self) -> float:
        """The greatest height."""
        return max(self.enters, *self.leaves)

    @property
    def straight(self) -> bool:
        """Whether the wire needs no track."""
        return self.top == self.bottom


def _cost(first: Net, second: Net) -> int:
    """Return the crossings of two wires if the first takes a track further left."""
    over = sum(second.top < y < second.bottom for y in first.leaves)
    over += first.top < second.enters < first.bottom
    return over + _CLASH * (second.enters in first.leaves)


def _order(nets: list[Net]) -> tuple[list[Net], int]:
    """Return the nets in a good order of tracks from the left, and its cost."""
    cost = {(a.wire, b.wire): _cost(a, b) for a in nets for b in nets if a is not b}

    best = sorted(nets, key=lambda n: (n.leaves[0] > n.enters, n.enters))
    for _ in range(_ROUNDS):
        changed = False
        for net in nets:
            old = best.index(net)
            rest = [n for n in best if n is not net]
            # The cost of putting the net first, then of each place further right.
            costs = [sum(cost[net.wire, n.wire] for n in rest)]
            for n in rest:
                costs.append(costs[-1] - cost[net.wire, n.wire] + cost[n.wire, net.wire])
            place = min(range(len(costs)), key=costs.__getitem__)
            if costs[place] < costs[old]:
                best, changed = [*rest[:place], net, *rest[place:]], True
        if not changed:
            break
    return best, sum(cost[a.wire, b.wire] for i, a in enumerate(best) for b in best[i + 1 :])


def tracks_of(nets: Iterable[Net]) -> tuple[Mapping[int, int], bool]:
    """Return the track of each wire that is not straight, from 0 at the left, and whether it is
    certain that no two wires lie on each other.

    >>> tracks_of([Net(0, 0.0, (20.0,)), Net(1, 20.0, (40.0,)), Net(2, 60.0, (60.0,))])
    ({1: 0, 0: 1}, True)
    """
    order, cost = _order([net for net in nets if not net.straight])
    tracks: dict[int, int] = {}
    for i, net in enumerate(order):
        # Wires that share no height may share a track.
        before = [o for o in order[:i] if o.top <= net.bottom and net.top <= o.bottom]
        tracks[net.wire] = max((tracks[o.wire] + 1 for o in before), default=0)
    return tracks, cost < _CLASH
