"""Worlds to be kept where they should be: thermostats, integrators, pursuit, mazes, two impostors.

They are stated by rules: states are tuples of whole numbers, and functions move them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, product
from string import hexdigits

from mesacircuits.call import Parameter
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.policy_task import WorldTask
from mesacircuits.tasks.world import Dynamics, World

__all__ = ["TASKS", "WORLD", "world_label"]

#: A state of a world, before it is numbered.
State = tuple[int, ...]
#: The most states of a world that is written out, a digit each.
_MOST_WRITTEN = 16
#: Action words of two bits that push one way or the other: bit 0 up, bit 1 down; both cancel out.
_PUSH = (0, 1, -1, 0)


def _clamped(value: int, least: int, most: int) -> int:
    """Return the number of the range that is nearest to `value`."""
    return max(least, min(most, value))


def _signed(value: int, bits: int) -> int:
    """Return a whole number as a word in two's complement: modulo 2^bits."""
    return value & (1 << bits) - 1


def _signed_bits(most: int) -> int:
    """Return how many bits hold -most to most in two's complement."""
    return most.bit_length() + 1


def _pushes(axes: int, least: int, most: int) -> list[Callable[[State], State]]:
    """Return the disturbances that push each of the first parts of a state by one, up and down."""

    def pushed(axis: int, by: int) -> Callable[[State], State]:
        return lambda s: (*s[:axis], _clamped(s[axis] + by, least, most), *s[axis + 1 :])

    return [pushed(axis, by) for axis in range(axes) for by in (1, -1)]


def _world_from_rules(
    states: Sequence[State],
    observe: Callable[[State], int],
    step: Callable[[State, int], State],
    in_target: Callable[[State], bool],
    pushes: Iterable[Callable[[State], State]],
    *,
    fields: Sequence[int],
    action_bits: int,
    names: tuple[str, ...],
    starts: Sequence[State] | None = None,
) -> World:
    """Return the world of these states, which begins in each of them unless `starts` are given.

    Arguments:
        states: all of them, in the order in which they are numbered.
        observe: o(s).
        step: the next state under an action.
        in_target: which states are to be reached and kept.
        pushes: the disturbances.
        fields: how many bits of the observation belong together.
        action_bits: m.
        names: what the parts of a state are called, such as ("T", "S").
        starts: the states that a run may begin in."""
    number = {state: i for i, state in enumerate(states)}
    actions = range(1 << action_bits)
    return World(
        observation_bits=sum(fields),
        action_bits=action_bits,
        states=tuple(
            " ".join(f"{name}={v}" for name, v in zip(names, state, strict=True))
            for state in states
        ),
        observations=tuple(observe(state) for state in states),
        steps=tuple(tuple(number[step(state, a)] for a in actions) for state in states),
        starts=tuple(number[state] for state in (states if starts is None else starts)),
        target=tuple(number[state] for state in states if in_target(state)),
        disturbances=tuple(tuple(number[push(state)] for state in states) for push in pushes),
        fields=tuple(fields),
    )


def _demanded(world: World, demand: str, within: int | None) -> WorldTask:
    """Return the task of acting optimally in every state, or else of `_fastest`.

    Raises `ArgumentError` for a T where shortest ways are _demanded.
    """
    if demand == "reach":
        return _fastest(world, within)
    if within is not None:
        raise ArgumentError("within", "none where every way has to be a shortest", within)
    return WorldTask(world, demand=demand)


def _fastest(world: World, within: int | None, most: int | None = None) -> WorldTask:
    """Return the task of reaching and keeping the target within T steps.

    Without `within`, T is the greatest distance of a start from the target: where states do not
    look alike and the target can be kept, no policy does with less, and some policy does with that.
    `most` takes its place where they do look alike.

    Raises `ArgumentError` for a T with which no start but the nearest could reach the target.
    """
    distances = WorldTask(world).distances
    for start in world.starts:
        if distances[start] is None:
            raise ArgumentError("world", "a target that each start can reach", world.states[start])
    farthest = max(distances[start] or 0 for start in world.starts)
    if within is None:
        within = farthest if most is None else most
    if within < farthest:
        expected = f"a whole number from {farthest}, the farthest start's distance"
        raise ArgumentError("within", expected, within)
    return WorldTask(world, within)


def _thermostat(levels: int, within: int | None) -> WorldTask:
    top = levels - 1

    def step(state: State, action: int) -> State:
        # Bit 0 heats, bit 1 cools.
        return _clamped(state[0] + _PUSH[action], 0, top), state[1]

    bits = top.bit_length()
    world = _world_from_rules(
        [(t, s) for s in range(levels) for t in range(levels)],
        lambda state: state[0] | state[1] << bits,
        step,
        lambda state: state[0] == state[1],
        _pushes(1, 0, top),
        fields=(bits, bits),
        action_bits=2,
        names=("T", "S"),
    )
    return _fastest(world, within)


def _integrator(order: int, reach: int, demand: str, within: int | None) -> WorldTask:
    width = _signed_bits(reach)

    def observe(state: State) -> int:
        rate = _signed(state[1], 2) if order == 2 else 0
        return _signed(state[0], width) | rate << width

    def step(state: State, action: int) -> State:
        rates = (*state[1:], _PUSH[action])
        moved = [value + rate for value, rate in zip(state, rates, strict=True)]
        return _clamped(moved[0], -reach, reach), *(_clamped(v, -1, 1) for v in moved[1:])

    ranges = [range(-reach, reach + 1)] + [range(-1, 2)] * (order - 1)
    world = _world_from_rules(
        list(product(*ranges)),
        observe,
        step,
        lambda state: not any(state),
        _pushes(1, -reach, reach),
        fields=(width, 2)[:order],
        action_bits=2,
        names=("x", "v")[:order],
    )
    return _demanded(world, demand, within)


def _rock(reach: int) -> WorldTask:
    def step(state: State, action: int) -> State:
        return (state[0] - (state[0] > 0) + (state[0] < 0),)

    bits = _signed_bits(reach)
    world = _world_from_rules(
        [(x,) for x in range(-reach, reach + 1)],
        lambda state: _signed(state[0], bits),
        step,
        lambda state: state == (0,),
        _pushes(1, -reach, reach),
        fields=(bits,),
        action_bits=2,
        names=("x",),
    )
    return _fastest(world, None)


def _bottle_cap() -> WorldTask:
    def tipped(state: State) -> State:
        return state if state[1] else (1 - state[0], 0)

    standing = [(0, 0), (1, 0)]
    world = _world_from_rules(
        [*standing, (1, 1)],
        lambda state: state[0] | state[1] << 1,
        lambda state, action: state,
        lambda state: not state[1],
        [tipped],
        fields=(1, 1),
        action_bits=2,
        names=("tipped", "spilled"),
        starts=standing,
    )
    return _fastest(world, None)


#: The moves that the target repeats, along the axes.
_COURSES: dict[str, tuple[tuple[int, int], ...]] = {
    "still": ((0, 0),),
    "zigzag": ((1, 0), (-1, 0)),
    "circle": ((1, 0), (0, 1), (-1, 0), (0, -1)),
}
_MOST_OBSERVED = 6


def _pursuit(kind: str, course: str, sight: int, demand: str, within: int | None) -> WorldTask:
    axes = 1 if kind == "line" else 2
    moves = _COURSES[course]
    if axes == 1 and course == "circle":
        raise ArgumentError("course", "still or zigzag, for kind line", course)
    width, phases = _signed_bits(sight), len(moves)
    fields = [width] * axes + [(phases - 1).bit_length()] * (phases > 1)
    seen = sum(fields)
    if seen > _MOST_OBSERVED:
        expected = f"a smaller number: at most {_MOST_OBSERVED} bits can be observed, not {seen}"
        raise ArgumentError("sight", expected, sight)

    def observe(state: State) -> int:
        word = state[-1] << axes * width
        for axis, distance in enumerate(state[:-1]):
            word |= _signed(distance, width) << axis * width
        return word

    def step(state: State, action: int) -> State:
        *distances, phase = state
        for axis in range(axes):
            flown = _PUSH[action >> 2 * axis & 3]
            ahead = distances[axis] + moves[phase][axis] - flown
            distances[axis] = _clamped(ahead, -sight, sight)
        return *distances, (phase + 1) % phases

    ranges = [range(-sight, sight + 1)] * axes
    world = _world_from_rules(
        [(*reversed(d), phase) for phase in range(phases) for d in product(*ranges)],
        observe,
        step,
        lambda state: not any(state[:-1]),
        _pushes(axes, -sight, sight),
        fields=fields,
        action_bits=2 * axes,
        names=(*("dx", "dy")[:axes], "phase"),
    )
    return _demanded(world, demand, within)


#: Action words: north, east, south, west.
_MOVES = ((0, 1), (1, 0), (0, -1), (-1, 0))

#: Pairs of neighbouring cells between which there is no wall, each both ways.
Passages = frozenset[tuple[State, State]]


def _zigzag_path(side: int) -> list[State]:
    # Along the rows, from the south-west; every second one backwards.
    return [(x if y % 2 == 0 else side - 1 - x, y) for y in range(side) for x in range(side)]


def _spiral_path(side: int) -> list[State]:
    path: list[State] = [(0, 0)]
    lengths = [side - 1, *(n for n in range(side - 1, 0, -1) for _ in range(2))]
    for turn, length in enumerate(lengths):
        dx, dy = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn % 4]
        for _ in range(length):
            path.append((path[-1][0] + dx, path[-1][1] + dy))
    return path


def _random_tree(pairs: list[tuple[State, State]], seed: int) -> list[tuple[State, State]]:
    # Passages in an order drawn by the seed, each kept if it joins what was apart.
    random.Random(seed).shuffle(pairs)
    part = {cell: cell for pair in pairs for cell in pair}
    kept = []
    for one, other in pairs:
        if part[one] != part[other]:
            kept.append((one, other))
            joined, into = part[one], part[other]
            part = {cell: into if p == joined else p for cell, p in part.items()}
    return kept


def _layout(name: str, side: int, seed: int) -> tuple[Passages, State]:
    goal: State = (side - 1, side - 1)
    inner = [(x, y) for y in range(side) for x in range(side - 1)]
    pairs: list[tuple[State, State]] = [((x, y), (x + 1, y)) for x, y in inner]
    pairs += [((y, x), (y, x + 1)) for x, y in inner]
    if name == "random":
        pairs = _random_tree(pairs, seed)
    elif name != "open":
        path = _zigzag_path(side) if name == "zigzag" else _spiral_path(side)
        pairs, goal = list(pairwise(path)), path[-1]
    return frozenset([*pairs, *((b, a) for a, b in pairs)]), goal


def _maze(
    name: str, side: int, seed: int, sees: str, state_bits: int, within: int | None
) -> WorldTask:
    passages, goal = _layout(name, side, seed)
    bits = (side - 1).bit_length()

    def moved(state: State, direction: int) -> State:
        dx, dy = _MOVES[direction]
        other = state[0] + dx, state[1] + dy
        return other if (state, other) in passages else state

    def pushed(direction: int) -> Callable[[State], State]:
        return lambda state: moved(state, direction)

    def observe(state: State) -> int:
        if sees == "place":
            return state[0] | state[1] << bits
        return sum((moved(state, d) == state) << d for d in range(4))

    world = _world_from_rules(
        [(x, y) for y in range(side) for x in range(side)],
        observe,
        moved,
        lambda state: state == goal,
        [pushed(direction) for direction in range(4)],
        fields=(bits, bits) if sees == "place" else (1, 1, 1, 1),
        action_bits=2,
        names=("x", "y"),
    )
    # What looks alike may need any number of steps; a run that arrives does so before it repeats.
    ever = None if sees == "place" else len(world.states) << state_bits
    task = _fastest(world, within, ever)
    return WorldTask(world, task.within, state_bits=state_bits)


_WITHIN = Parameter(
    "within", None, "T, the most steps to the target; absent: the least that can do", least=0
)


def world_label(dynamics: Dynamics, target: int) -> str:
    """Return the text that names a world that is written out, T at its default.

    >>> world_label(((0, 1), (0, 1)), 1)
    'world(steps=0101)'
    """
    steps = "".join(f"{after:x}" for row in dynamics for after in row)
    return WORLD.label(steps=steps, actions=len(dynamics[0]), target=target)


def _written_out(steps: str, actions: int, target: int, within: int | None) -> WorldTask:
    count, rest = divmod(len(steps), actions)
    digits = [int(digit, 16) if digit in hexdigits else count for digit in steps]
    if rest or not 2 <= count <= _MOST_WRITTEN or max(digits) >= count:
        expected = f"the digit of a state for each of 2 to {_MOST_WRITTEN} states and {actions} "
        raise ArgumentError("steps", f"{expected}actions", steps)
    if target >= count:
        raise ArgumentError("target", f"a state from 0 to {count - 1}", target)
    every = tuple(range(count))
    world = World(
        (count - 1).bit_length(),
        (actions - 1).bit_length(),
        tuple(map(str, every)),
        every,
        tuple(tuple(digits[actions * s : actions * (s + 1)]) for s in every),
        every,
        (target,),
        tuple((s,) * count for s in every),
        ((count - 1).bit_length(),),
    )
    return WorldTask(world, count if within is None else within)


WORLD = NamedTask(
    name="world",
    topic="worlds",
    description="Act in a world that is written out: what follows each state and action.",
    text=(
        "States: numbers, which are the observations, too; all are starts. Steps: for each state, "
        "from 0 on, the next one under each action, from 0 on, as a hexadecimal digit. Target: one "
        "state. Disturbances: the world is put into any state. Accepted: every policy that from "
        "every state is in the target from step `within` on, by default as many steps as there "
        "are states."
    ),
    source="W. R. Ashby, An Introduction to Cybernetics, 1956: machines with input, as tables",
    parameters=(
        Parameter("steps", "0110", "the next states"),
        Parameter("actions", 2, "how many actions, A", values=(2, 4, 8, 16)),
        Parameter("target", 1, "the state to be reached and kept", least=0, most=15),
        Parameter("within", None, "T, the most steps there; absent: see above", least=0),
    ),
    builder=_written_out,
)

TASKS = (
    WORLD,
    NamedTask(
        name="thermostat",
        topic="worlds",
        description="Bring a temperature to its set point and keep it there.",
        text=(
            "States: temperature T and set point S, each 0 to levels - 1; all are starts. "
            "Observation: the bits of T, then those of S, lowest first. Action: (heat, cool); "
            "heat alone raises T by one, cool alone lowers it, at most to the ends of its range; "
            "both or neither leave it. Target: T = S. Disturbances: T pushed up by one, and down. "
            "Accepted: every policy with which from every start T = S from step T_max = within on, "
            "for ever; by default levels - 1, so that no step may be wasted."
        ),
        source="W. R. Ashby, An Introduction to Cybernetics, 1956, chapter 11",
        parameters=(
            Parameter("levels", 4, "how many temperatures", values=(2, 4)),
            _WITHIN,
        ),
        builder=_thermostat,
    ),
    NamedTask(
        name="integrator",
        topic="worlds",
        description="Bring a chain of integrators to rest at zero: with order 2, by looking ahead.",
        text=(
            "States: x from -reach to reach and, with order 2, its rate v from -1 to 1; all are "
            "starts. Observation: x, then v, each in two's complement, lowest bit first (v takes "
            "two bits). Action: (up, down), for u = +1, -1, or 0 if both or neither are set. In "
            "one step, both at once, x becomes x + v and v becomes v + u (with order 1, x becomes "
            "x + u); each stops at the ends of its range. Target: all zero. Disturbances: x pushed "
            "up by one, and down. Accepted: every policy that from every start has reached the "
            "target after `within` steps and then stays in it; with demand=optimal every policy "
            "that takes a shortest way from every state."
        ),
        source=(
            "V. G. Rao and D. S. Bernstein, Naive control of the double integrator, IEEE Control "
            "Systems Magazine 21, 2001"
        ),
        parameters=(
            Parameter("order", 2, "how many integrators", least=1, most=2),
            Parameter("reach", 3, "the greatest x", values=(1, 3, 7)),
            Parameter("demand", "reach", "what is asked", values=("reach", "optimal")),
            _WITHIN,
        ),
        builder=_integrator,
    ),
    NamedTask(
        name="rock",
        topic="worlds",
        description="A rock in a bowl rolls to the bottom, whatever one does.",
        text=(
            "States: x from -reach to reach; all are starts. Observation: x in two's complement. "
            "Action: two bits without any influence. In one step x moves by one towards 0. Target: "
            "x = 0. Disturbances: x pushed up by one, and down. Accepted: every policy, for from "
            "every start x = 0 after reach steps."
        ),
        source="A. Flint, The ground of optimization, 2020: a ball rolling down a valley",
        parameters=(Parameter("reach", 1, "the greatest x", values=(1, 3)),),
        builder=_rock,
    ),
    NamedTask(
        name="bottle-cap",
        topic="worlds",
        description="A bottle is capped: the water stays in, whatever one does.",
        text=(
            "States: the bottle stands, is tipped, or (never, for it is capped) is tipped and "
            "spilled; it starts standing or tipped. Observation: tipped, then spilled. Action: two "
            "bits without any influence; nothing changes by itself. Target: not spilled. "
            "Disturbance: the bottle is tipped over, or set up again. Accepted: every policy."
        ),
        source="D. Filan, Bottle caps aren't optimisers, 2018",
        parameters=(),
        builder=_bottle_cap,
    ),
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
            _WITHIN,
        ),
        builder=_pursuit,
    ),
    NamedTask(
        name="maze",
        topic="worlds",
        description="Find the way through a small maze to its end, from everywhere.",
        text=(
            "States: the cells (x, y) of a square of side x side; all are starts. Action: 00 "
            "north, 10 east, 01 south, 11 west (bit 0 first); a step into a wall goes nowhere. The "
            "names: open has no inner walls, its end is the north-east corner; zigzag is one path "
            "along the rows, from the south-west; spiral one path inwards from there, its end the "
            "last cell of the path; random a tree of passages, taken in an order drawn by the seed "
            "if they join what was apart, its end the north-east corner. Observation: the place, "
            "the bits of x and then of y; or the walls around, north, east, south, west. Target: "
            "the end, where a wall has to be run into to stay. Disturbances: pushed one cell "
            "north, east, south or west, if there is no wall. Accepted: every policy, with "
            "state_bits bits of memory, that from every cell is at the end from step `within` on; "
            "by default the longest of the shortest ways, and where walls are seen any number of "
            "steps (states times memories, after which a run repeats itself)."
        ),
        source="C. E. Shannon, Presentation of a maze-solving machine, 1951",
        parameters=(
            Parameter(
                "name",
                "spiral",
                "which maze",
                values=("open", "zigzag", "spiral", "random"),
            ),
            Parameter("side", 3, "cells along a side", least=2, most=4),
            Parameter("seed", 0, "draws the random maze", least=0),
            Parameter("sees", "place", "what is observed", values=("place", "walls")),
            Parameter("state_bits", 0, "bits of memory granted", least=0, most=2),
            Parameter("within", None, "T, the most steps to the end; absent: see above", least=0),
        ),
        builder=_maze,
    ),
)
