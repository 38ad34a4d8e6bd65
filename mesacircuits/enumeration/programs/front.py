"""The front of programs: none other is as short, as fast and asks as little; and its lower hull."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.enumeration.effort import Effort, fitting_units
from mesacircuits.enumeration.programs.length_search import (
    NO_BOUND,
    Bounds,
    Found,
    Turns,
)
from mesacircuits.enumeration.programs.minima import (
    UTILITY,
    Cut,
    Exhausted,
    MinimalProgram,
    Uses,
    exhaust,
    least_code_bits,
    lengths_within,
)
from mesacircuits.enumeration.programs.orders import bits_json
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Machine
from mesacircuits.programs.charges import Bits, Charge
from mesacircuits.programs.machine import MAX_LENGTH
from mesacircuits.tasks import Task, TaskLike, as_task
from mesacircuits.tasks.program_inputs import machine_for

__all__ = ["TIMES", "FrontPoint", "HullPiece", "ProgramFront", "lower_hull", "program_front"]

#: What the time of a program is.
TIMES = {
    "worst": "instructions executed in the longest turn",
    "mean": "instructions executed, on average over the support",
}
DEFAULT_FRONT_CAP = 4


@dataclass(frozen=True)
class FrontPoint:
    """Programs of equal bits, time and queries.

    Attributes:
        bits: of the prefix code, with the table.
        time: worst or mean.
        queries: in all turns; 0 where queries are not compared.
        programs: all of them, up to the canonical form.
    """

    bits: Charge
    time: Fraction
    queries: int
    programs: tuple[MinimalProgram, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the point as JSON values."""
        return {
            "bits": bits_json(self.bits),
            "time": str(self.time),
            "queries": self.queries,
            "programs": [program.to_json() for program in self.programs],
        }


@dataclass(frozen=True)
class HullPiece:
    """A point that is least under bits + lambda * time for a range of lambda.

    Attributes:
        point: the point.
        low, high: the ends of the range; `high` is None where it has none.

    At an end that two pieces share both are least, and so is any point between them on the line.
    """

    point: FrontPoint
    low: Charge
    high: Charge | None


@dataclass(frozen=True)
class ProgramFront:
    """The front of a task's programs.

    Attributes:
        task, machine: what the programs are for.
        time: a name of `TIMES`.
        with_queries: whether queries are compared, too.
        cap: programs of more instructions were not looked at.
        points: the front, by bits, time and queries ascending.
        exhausted: what was searched through.
        cut: the length within which the search ended; None if all up to the cap were searched.
        complete: whether longer ones cannot be on the front, or below its hull: they take more bits
            than the fastest program that asks nothing, or the fastest.
    """

    task: Task
    machine: Machine
    time: str
    with_queries: bool
    cap: int
    points: tuple[FrontPoint, ...]
    exhausted: tuple[Exhausted, ...]
    cut: Cut | None
    complete: bool

    @property
    def exhaustive(self) -> bool:
        """Whether all programs up to the cap were searched through."""
        return self.cut is None

    @property
    def hull(self) -> tuple[HullPiece, ...]:
        """What is least under bits + lambda * time, for all lambda from 0 on."""
        return lower_hull(self.points)

    def to_json(self) -> dict[str, Any]:
        """Return the front as JSON values."""
        return {
            "task": str(self.task),
            "machine": self.machine.to_json(),
            "time": self.time,
            "cap": self.cap,
            "exhaustive": self.exhaustive,
            "cut": None if self.cut is None else self.cut.to_json(),
            "complete": self.complete,
            "exhausted": [line.to_json() for line in self.exhausted],
            "points": [point.to_json() for point in self.points],
            "hull": [
                {
                    "bits": bits_json(piece.point.bits),
                    "time": str(piece.point.time),
                    "low": _exact(piece.low),
                    "high": None if piece.high is None else _exact(piece.high),
                }
                for piece in self.hull
            ],
        }


def _exact(number: Charge) -> str:
    return number.exact if isinstance(number, Bits) else str(number)


def lower_hull(points: Sequence[FrontPoint]) -> tuple[HullPiece, ...]:
    """Return the points that are least under bits + lambda * time for some range of lambda >= 0.

    They are the corners of the lower convex hull of the points (bits, time), from that of fewest
    bits to that of least time; of points that agree in both the first is named.

    >>> points = [FrontPoint(b, Fraction(t), 0, ()) for b, t in ((10, 9), (12, 8), (14, 1))]
    >>> [(p.point.bits, str(p.low), str(p.high)) for p in lower_hull(points)]
    [(10, '0', '1/2'), (14, '1/2', 'None')]
    """
    corners: list[FrontPoint] = []
    for point in sorted(points, key=lambda p: (p.bits, p.time, p.queries)):
        if corners and point.time >= corners[-1].time:
            continue
        while len(corners) > 1 and _switch(corners[-2], corners[-1]) >= _switch(corners[-1], point):
            corners.pop()
        corners.append(point)
    if not corners:
        return ()
    ends: list[Charge] = [Fraction(0), *(_switch(a, b) for a, b in pairwise(corners))]
    highs: list[Charge | None] = [*ends[1:], None]
    return tuple(
        HullPiece(point, low, high) for point, low, high in zip(corners, ends, highs, strict=True)
    )


def _switch(first: FrontPoint, second: FrontPoint) -> Charge:
    """Return the lambda at which both are equally good."""
    return (second.bits - first.bits) * (1 / (first.time - second.time))


@fitting_units
def program_front(
    task: TaskLike,
    machine: Machine | None = None,
    effort: Effort | None = None,
    cap: int | None = None,
    time: str = "worst",
    with_queries: bool = True,
    hull_only: bool = False,
    n: int | None = None,
) -> ProgramFront:
    """Return the programs that no other beats in bits, time and queries all at once.

    A program beats another that is no better in any and worse in one. All that are equally good
    are kept, up to the canonical form.

    Arguments:
        task: a task, or what `as_task` reads as one.
        machine: by default the fair machine that fits it.
        effort: the means of the search.
        cap: the most instructions; by default `DEFAULT_FRONT_CAP`. If the machine has a table, some
            length is enough (see `complete`).
        time: a name of `TIMES`.
        with_queries: whether queries are compared, or bits and time alone.
        hull_only: look only for what lies on the lower hull of (bits, time), which is faster;
            without queries.
        n: the number of inputs, which a task that is a number needs.

    Raises `ArgumentError` for another time or cap, or a machine that does not fit.

    >>> front = program_front("argmax", cap=2)
    >>> [(point.bits, str(point.time), point.queries) for point in front.points]
    [(10, '1', 0)]
    """
    task = as_task(task, n)
    cap = DEFAULT_FRONT_CAP if cap is None else cap
    if not isinstance(cap, int) or not 1 <= cap <= MAX_LENGTH:
        raise ArgumentError("cap", f"a whole number from 1 to {MAX_LENGTH}", cap)
    if time not in TIMES:
        raise ArgumentError("time", f"one of {', '.join(TIMES)}", time)
    turns = Turns(task, machine or machine_for(task))
    search = _FrontSearch(turns, effort or Effort(), cap, time, with_queries, hull_only)
    return search.run()


#: Bits, time in all turns or in the longest, queries.
_Costs = tuple[Charge, int, int]


class _FrontSearch:
    """One search for a front: its best programs so far."""

    def __init__(
        self,
        turns: Turns,
        effort: Effort,
        cap: int,
        time: str,
        with_queries: bool,
        hull_only: bool,
    ) -> None:
        self.turns, self.effort, self.cap, self.time = turns, effort, cap, time
        self.with_queries = with_queries and not hull_only
        self.hull_only = hull_only
        self.best: dict[_Costs, list[MinimalProgram]] = {}

    def run(self) -> ProgramFront:
        exhausted, cut = exhaust(
            self.turns,
            lengths_within(self.turns.machine, self.cap, self._most_code_bits),
            self._bounds,
            self.effort,
            self._kept,
            True,
            self._offer,
        )
        points = [self._point(costs) for costs in sorted(self.best)]
        least = least_code_bits(self.turns.machine, self.cap + 1)
        bits = self._most_bits()
        return ProgramFront(
            self.turns.task,
            self.turns.machine,
            self.time,
            self.with_queries,
            self.cap,
            tuple(points),
            exhausted,
            cut,
            cut is None and bits is not None and least > bits,
        )

    def _point(self, costs: _Costs) -> FrontPoint:
        bits, time, queries = costs
        turns = len(self.turns.inputs) if self.time == "mean" else 1
        listed = sorted(self.best[costs], key=lambda m: str(m.program))
        return FrontPoint(bits, Fraction(time, turns), queries, tuple(listed))

    def _least_time(self) -> int:
        # No turn is shorter than one instruction, unless there is none.
        return len(self.turns.inputs) if self.time == "mean" else 1

    def _most_bits(self) -> Charge | None:
        """Return the bits beyond which a program is beaten for sure; None if none are."""
        least = [
            bits for bits, time, queries in self.best if time <= self._least_time() and not queries
        ]
        return min(least, default=None)

    def _most_time(self, bits: Charge) -> int:
        """Return the time beyond which a program of so many bits, or more, is beaten."""
        if self.hull_only:
            return self._hull_at(bits)
        times = [time for b, time, queries in self.best if b <= bits and not queries]
        return min(times, default=NO_BOUND)

    def _hull_at(self, bits: Charge) -> int:
        points = [FrontPoint(b, Fraction(t), 0, ()) for b, t, _ in self.best]
        corners = [piece.point for piece in lower_hull(points)]
        if not corners or bits < corners[0].bits:
            return NO_BOUND
        for first, second in pairwise(corners):
            if bits <= second.bits:
                fall, more = first.time - second.time, second.bits - first.bits
                # The greatest whole time that does not lie above the line between them.
                time = floor(first.time)
                while more * (first.time - time) < (bits - first.bits) * fall:
                    time -= 1
                return time
        return int(corners[-1].time)

    def _most_code_bits(self, uses: Uses) -> int:
        most = self._most_bits()
        return NO_BOUND if most is None else floor(most - self.turns.least_charge(uses))

    def _bounds(self, length: int, uses: Uses) -> Bounds:
        """Return the most that a program of so many instructions may cost and not be beaten."""
        extra = self.turns.least_charge(uses)
        time = self._most_time(least_code_bits(self.turns.machine, length, uses) + extra)
        bits = self._most_code_bits(uses)
        return Bounds(bits, total=time) if self.time == "mean" else Bounds(bits, longest=time)

    def _kept(self, found: Found) -> Found:
        """Drop programs that another of the same kind, table or none, beats."""
        if not len(found):
            return found
        reads = found.search.with_table(found.rows)
        time = found.cost("total" if self.time == "mean" else "longest")
        queries = found.cost("queries") * self.with_queries
        costs = np.stack([found.cost("bits"), time, queries], axis=1)
        keep = reads & self.turns.keeps_tables
        told = found.search.using(UTILITY, found.rows)
        for chosen in (reads & told, reads & ~told, ~reads & told, ~reads & ~told):
            keep |= chosen & _unbeaten(costs, chosen)
        return Found(found.search, found.rows[keep], found.tried)

    def _offer(self, minimum: MinimalProgram) -> None:
        cost = minimum.cost
        time = cost.total if self.time == "mean" else cost.longest
        own = (cost.bits, time, cost.queries if self.with_queries else 0)
        if any(_beats(other, own) for other in self.best):
            return
        self.best = {other: p for other, p in self.best.items() if not _beats(own, other)}
        self.best.setdefault(own, []).append(minimum)


def _beats(first: _Costs, second: _Costs) -> bool:
    return first != second and all(a <= b for a, b in zip(first, second, strict=True))


def _unbeaten(costs: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows no chosen row beats."""
    if not chosen.any():
        return np.zeros(len(costs), dtype=bool)
    kinds = [tuple(row) for row in np.unique(costs[chosen], axis=0).tolist()]
    left = {k for k in kinds if not any(_beats(other, k) for other in kinds)}
    return np.array([tuple(row) in left for row in costs.tolist()], dtype=bool)
