"""Pursuit: a missile guided to a target that moves, on a line or on a grid."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from mesacircuits.call import Parameter
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.library.named_task import NamedTask
from mesacircuits.tasks.library.state_spaces import (
    State,
    clamped,
    demanded,
    signed,
    signed_bits,
    world_from_rules,
)
from mesacircuits.tasks.world_task import WorldTask

__all__ = ["TASKS"]

#: The moves that the target repeats, along the axes.
_COURSES: dict[str, tuple[tuple[int, int], ...]] = {
    "still": ((0, 0),),
    "zigzag": ((1, 0), (-1, 0)),
    "circle": ((1, 0), (0, 1), (-1, 0), (0, -1)),
}
_MOST_OBSERVED = 6
_PUSH = (0, 1, -1, 0)


def _pursuit(kind: str, course: str, sight: int, demand: str, within: int | None) -> WorldTask:
    axes = 1 if kind == "line" else 2
    moves = _COURSES[course]
    if axes == 1 and course == "circle":
        raise ArgumentError("course", "still or zigzag, for kind line", course)
    width, phases = signed_bits(sight), len(moves)
    seen = axes * width + (phases - 1).bit_length()
    if seen > _MOST_OBSERVED:
        expected = f"a smaller number: at most {_MOST_OBSERVED} bits can be observed, not {seen}"
        raise ArgumentError("sight", expected, sight)

    def observe(state: State) -> int:
        word = state[-1] << axes * width
        for axis, distance in enumerate(state[:-1]):
            word |= signed(distance, width) << axis * width
        return word

    def step(state: State, action: int) -> State:
        *distances, phase = state
        for axis in range(axes):
            flown = _PUSH[action >> 2 * axis & 3]
            ahead = distances[axis] + moves[phase][axis] - flown
            distances[axis] = clamped(ahead, -sight, sight)
        return *distances, (phase + 1) % phases

    def pushed(axis: int, by: int) -> Callable[[State], State]:
        def push(state: State) -> State:
            moved = list(state)
            moved[axis] = clamped(moved[axis] + by, -sight, sight)
            return tuple(moved)

        return push

    ranges = [range(-sight, sight + 1)] * axes
    world = world_from_rules(
        [(*reversed(d), phase) for phase in range(phases) for d in product(*ranges)],
        observe,
        step,
        lambda state: not any(state[:-1]),
        [pushed(axis, by) for axis in range(axes) for by in (1, -1)],
        bits=(seen, 2 * axes),
        names=(*("dx", "dy")[:axes], "phase"),
    )
    return demanded(world, demand, within)


TASKS = (
    NamedTask(
        name="pursuit",
        topic="worlds",
        description="Guide a missile to a moving target that it sees, and stay on it.",
        text=(
            "States: the place dx of the target relative to the missile (kind grid: and dy), from "
            "-sight to sight, and the phase of the target's course; all are starts. The course is "
            "still (no move), zigzag (+x, -x, and again) or circle (+x, +y, -x, -y, and again; "
            "for kind grid alone). Observation: dx, then dy, each in two's complement, then the "
            "bits of the phase. Action: (right, left), kind grid: and (up, down); the missile "
            "flies u = +1, -1, or 0 if both or neither are set, along each axis. In one step dx "
            "becomes dx + the target's move - u, but stops at the ends of its range, and dy "
            "likewise; the phase goes on. Target: dx = dy = 0: so the missile has to lead, "
            "flying where the target will be. Disturbances: the target jumps by one along each "
            "axis, each way. Accepted: every policy that from every start is on the target from "
            "step `within` on; with demand=optimal every policy that takes a shortest way from "
            "every state."
        ),
        source=(
            "L. C.-L. Yuan, Homing and navigational courses of automatic target-seeking devices, "
            "Journal of Applied Physics 19, 1948"
        ),
        parameters=(
            Parameter("kind", "line", "where it flies", values=("line", "grid")),
            Parameter("course", "zigzag", "how the target moves", values=tuple(_COURSES)),
            Parameter("sight", 1, "how far the missile sees, and how far it can be", values=(1, 3)),
            Parameter("demand", "reach", "what is asked", values=("reach", "optimal")),
            Parameter(
                "within",
                None,
                "T, the most steps to the target; absent: the least that can do",
                least=0,
            ),
        ),
        builder=_pursuit,
    ),
)
