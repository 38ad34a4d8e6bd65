"""Small worlds with circuits in them, calculated by hand, and random ones that are solved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import ControlLike, check_witness, definition_record
from mesacircuits.tasks import Task, World, WorldTask
from mesacircuits.testing import circuits

Pair = tuple[Circuit, WorldTask]


def prove(circuit: Circuit, task: Task, witness: Any, least_rank: int = 1) -> None:
    """Hold a witness against the checker of control."""
    check_witness(circuit, task, definition_record(ControlLike(least_rank)), witness)


def room(steps: tuple[tuple[int, ...], ...]) -> World:
    """Return a room of two temperatures (bit 0 of the state) and two set points (bit 1).

    Both are observed, anything may be disturbed, and the target is that they agree.
    """
    names = ("cold-", "warm-", "cold+", "warm+")
    return World(
        2, 2, names, (0, 1, 2, 3), steps, (0, 1, 2, 3), (0, 3), ((1, 0, 3, 2), (2, 3, 0, 1))
    )


#: Action bit 0 heats, bit 1 cools, both or neither do nothing.
ROOM = room(((0, 1, 0, 0), (1, 1, 0, 1), (2, 3, 2, 2), (3, 3, 2, 3)))
#: Action bit 0 switches the motor on, and bit 1 says that it heats, not cools.
MOTOR = room(((0, 0, 0, 1), (1, 0, 1, 1), (2, 2, 2, 3), (3, 2, 3, 3)))

#: A pointer on 0 to 3 belongs on 1. Its distance from there is observed, the side is not; action
#: bit 0 moves it up and bit 1 down, as far as it goes; it may be knocked to either end.
DIAL = World(
    2, 2, ("0", "1", "2", "3"), (1, 0, 1, 2),
    ((0, 1, 0, 0), (1, 2, 0, 1), (2, 3, 1, 2), (3, 3, 2, 3)),
    (0, 1, 2, 3), (1,), ((0, 0, 0, 0), (3, 3, 3, 3)),
)  # fmt: skip

#: Low, fine or high, with one lamp for low and one for high. A knock takes it from fine to high.
LAMPS = World(
    2, 2, ("low", "fine", "high"), (1, 0, 2),
    ((0, 1, 0, 0), (1, 2, 0, 1), (2, 2, 1, 2)), (0, 1), (1,), ((0, 2, 2),),
)  # fmt: skip


def control(
    cut: list[int],
    behavioural: bool,
    inside: list[list[int]],
    outside: list[tuple[list[int], int, int | None]],
    *fields: Any,
) -> dict[str, Any]:
    """Return a witness: observations, ratio, repeated and ranking come in that order, last.

    Of each value outside come the configuration and the disturbance that it does not recover.
    """
    held = [{"value": v, "configuration": c, "disturbance": d} for v, c, d in outside]
    names = ("observations", "ratio", "repeated", "ranking")
    values = {"inside": inside, "outside": held, **dict(zip(names, fields, strict=True))}
    return {"kind": "control", "cut": cut, "behavioural": behavioural, **values}


def numbered(
    label: str,
    states: int,
    target: tuple[int, ...],
    step: Callable[[int, int], int],
    action_bits: int = 1,
    state_bits: int = 0,
) -> WorldTask:
    """Return the task of states on a scale, observed as they are, moved by 1 either way.

    Beyond the ends of the scale are its ends.
    """

    def near(state: int) -> int:
        return max(0, min(states - 1, state))

    every = range(states)
    steps = tuple(tuple(near(step(s, a)) for a in range(1 << action_bits)) for s in every)
    moved = tuple(tuple(near(s + by) for s in every) for by in (1, -1))
    bits, names = (states - 1).bit_length(), tuple(map(str, every))
    world = World(bits, action_bits, names, (*every,), steps, (*every,), target, moved)
    return WorldTask(world, states, state_bits=state_bits, label=label)


def heated(state: int, action: int) -> int:
    return state + (1 if action else -1)


def pushed(state: int, action: int) -> int:
    # Bit 0 heats, bit 1 cools; both cancel out.
    return state + (0, 1, -1, 0)[action]


#: For each state of the combination lock the word that opens it; any other locks what is open.
KEYS = (0, 3, 1, 2)


#: Circuits, tasks and the witness that they should be given.
CASES: dict[str, tuple[Circuit, WorldTask, dict[str, Any]]] = {
    "heat and cool": (
        Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; out = g1, g2"),
        WorldTask(ROOM, 1),
        # Cold and not asked for warmth, it is put into warmth (disturbance 0), where heating never
        # helps; asked for it (disturbance 1), cooling does not.
        control(
            [2, 3], True, [[0, 0]], [([1, 0], 0, 0), ([0, 1], 0, 1)], 4, "3/4", None, [0, 1, 1, 0]
        ),
    ),
    # The motor's own wire and g1 would do as well, but both drive actions.
    "cold or warm, then move": (
        Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; g3 = g1 | g2; out = g3, g1"),
        WorldTask(MOTOR, 1),
        control(
            [2, 3], False, [[0, 0]], [([1, 0], 0, 0), ([0, 1], 0, 1)], 4, "3/4", None, [0, 1, 1, 0]
        ),
    ),
    # The set point itself is an action, so every cut holds it.
    "an input acts": (
        Circuit.parse(2, "g1 = a ^ b; out = g1, b"),
        WorldTask(MOTOR, 1),
        control(
            [1, 2], True, [[0, 0], [1, 0]], [([0, 1], 0, 1), ([1, 1], 0, 0)], 4, "1", None,
            [0, 1, 1, 0],
        ),
    ),
    "optimal": (
        Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; out = g1, g2"),
        WorldTask(ROOM, 0, "optimal"),
        control(
            [2, 3], True, [[0, 0]], [([1, 0], 0, 0), ([0, 1], 0, 1)], 4, "3/4", None, [0, 1, 1, 0]
        ),
    ),
    # At distance 1 it tries down first, and up if that was no good: memory c says that it tried.
    # In state 0 down leaves it there (2 steps to go); state 2 with memory 1 does not occur.
    "a bit of memory": (
        Circuit.parse(3, "g1 = a & c; g2 = a & ~c; g3 = b | g2; out = g1, g3, g2"),
        WorldTask(DIAL, 2, state_bits=1),
        # State 3 with memory 0 (number 6) is followed by state 2 with memory 0, both down.
        control(
            [3, 5], True, [[0, 0]], [([1, 0], 0, 0), ([0, 1], 0, 0)], 3, "1", 6,
            [2, 1, 0, 0, 1, None, 2, 2],
        ),
    ),
    # On up to the set point: it acts in the target, too, and nothing is null.
    "bang-bang": (
        Circuit.parse(2, "out = ~b"),
        numbered("bang-bang", 4, (1, 2), heated),
        control(
            [1], True, [[0], [1]], [([0], 0, 0), ([1], 0, 0)], 4, "1/2", None, [1, 0, 0, 1]
        ),
    ),
    "bang-bang on a longer scale": (
        Circuit.parse(3, "g1 = a & b; g2 = g1 | c; out = ~g2"),
        numbered("longer", 8, (2, 3), heated),
        control(
            [4], True, [[0], [1]], [([0], 0, 0), ([1], 0, 0)], 8, "1/4", 0,
            [2, 1, 0, 0, 1, 2, 3, 4],
        ),
    ),
    "three points": (
        Circuit.parse(3, "g1 = b | c; out = ~g1, c"),
        numbered("three points", 8, (2, 3), pushed, 2),
        control(
            [2, 3], True, [[0, 1]], [([0, 0], 0, 0), ([1, 1], 0, 0)], 8, "3/8", 0,
            [2, 1, 0, 0, 1, 2, 3, 4],
        ),
    ),
    # Memory d: it is cooling. It cools from 6 on and then down to 3, and heats from 2 on up to 5.
    "hysteresis": (
        Circuit.parse(
            4,
            "g1 = a | b; g2 = c & g1; g3 = a & b; g4 = g3 | c; g5 = d & g4; g6 = g2 | g5; "
            "out = ~g6, g6",
        ),
        numbered("hysteresis", 8, (2, 3, 4, 5), heated, state_bits=1),
        # Cold and cooling (number 1) would take two disturbances.
        control(
            [5, 8], False, [[0, 0], [1, 0], [0, 1], [1, 1]],
            [([0, 0], 0, 0), ([1, 0], 0, 0), ([1, 1], 0, 0)], 8, "1/2", 0,
            [2, None, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2],
        ),
    ),
}  # fmt: skip


@st.composite
def solved_worlds(draw: DrawFn, most_bits: int = 1) -> Pair:
    """Draw a circuit in a world of which it solves the task.

    The target holds at least the cycles in which the undisturbed runs end. Often each state has an
    observation of its own, for otherwise an error is rare.
    """
    n, m, k = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(0, most_bits))
    circuit = draw(circuits(n + k, max_gates=6, outputs=m + k))
    count = draw(st.integers(2, 5))
    state = st.integers(0, count - 1)
    own = draw(st.booleans()) and count <= 1 << n
    observations = tuple(
        range(count) if own else (draw(st.integers(0, (1 << n) - 1)) for _ in range(count))
    )
    steps = tuple(tuple(draw(state) for _ in range(1 << m)) for _ in range(count))
    starts = draw(st.sets(state, min_size=1))
    pushes = tuple(tuple(draw(state) for _ in range(count)) for _ in range(draw(st.integers(0, 2))))
    names = tuple(f"s{s}" for s in range(count))
    world = World(n, m, names, observations, steps, tuple(starts), tuple(range(count)), pushes)
    machine, ends = WorldTask(world, 0, state_bits=k).machine(circuit), set()
    for start in starts:
        at, memory = start, 0
        for time in range(2 * (count << k)):
            if time >= count << k:
                ends.add(at)
            action, memory = machine.respond(observations[at], memory)
            at = steps[at][action]
    more = draw(st.sets(state, max_size=1)) if draw(st.booleans()) else set()
    target = tuple(ends | more)
    world = World(n, m, names, observations, steps, tuple(starts), target, pushes)
    return circuit, WorldTask(world, count << k, state_bits=k)


@st.composite
def controlled_worlds(draw: DrawFn, most_bits: int = 1) -> Pair:
    """Draw a circuit in a world that is made for it, so that many are control-like.

    Some words are taken for null: states on whose observation (memory 0) they are given form the
    target, which is kept whatever the circuit does there. Elsewhere what it does leads to a state
    of a lower number or into the target; what it never does leads anywhere, mostly far away.
    """
    n, m, k = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(0, most_bits))
    circuit = draw(circuits(n + k, max_gates=6, outputs=m + k, reduced=True))
    observations = draw(st.permutations(range(1 << n)))
    acting = circuit.output_bits()[:m]
    words = [sum((bits >> x & 1) << i for i, bits in enumerate(acting)) for x in range(1 << n + k)]
    first = words[observations[0]]
    null = draw(st.sets(st.integers(0, (1 << m) - 1), max_size=1)) | {first}
    target = [s for s, o in enumerate(observations) if words[o] in null]
    steps = []
    for state, observation in enumerate(observations):
        inside = st.sampled_from(target)
        ahead = inside if state in target else st.integers(0, state - 1) | inside
        taken = {words[memory << n | observation] for memory in range(1 << k)}
        last = len(observations) - 1
        far = st.just(last) | st.just(last) | st.integers(0, last)
        steps.append(tuple(draw(ahead if w in taken else far) for w in range(1 << m)))
    every = st.just(tuple(range(len(observations))))
    starts = draw(every | st.sets(st.integers(0, len(observations) - 1), min_size=1).map(tuple))
    pushes = tuple(
        tuple(draw(every.flatmap(st.permutations))) for _ in range(draw(st.integers(0, 2)))
    )
    names = tuple(f"s{s}" for s in range(len(observations)))
    world = World(n, m, names, tuple(observations), tuple(steps), starts, tuple(target), pushes)
    return circuit, WorldTask(world, len(observations), state_bits=k)
