"""Small worlds with circuits in them, calculated by hand, and random ones that are solved."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import ControlLike, check_witness, definition_record
from mesacircuits.tasks import Task, World, WorldTask
from mesacircuits.testing import circuits

Pair = tuple[Circuit, WorldTask]


def prove(circuit: Circuit, task: Task, witness: Any) -> None:
    """Hold a witness against the checker of control."""
    check_witness(circuit, task, definition_record(ControlLike()), witness)


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


def control(cut: list[int], behavioural: bool, *fields: Any) -> dict[str, Any]:
    """Return a witness: null, other, observations, ratio and ranking come in that order."""
    names = ("null", "other", "observations", "ratio", "ranking")
    values = dict(zip(names, fields, strict=True))
    return {"kind": "control", "cut": cut, "behavioural": behavioural, **values}


#: Circuits, tasks and the witness that they should be given.
CASES: dict[str, tuple[Circuit, WorldTask, dict[str, Any]]] = {
    "heat and cool": (
        Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; out = g1, g2"),
        WorldTask(ROOM, 1),
        control([2, 3], True, [[0, 0]], [[1, 0], [0, 1]], 4, "3/4", [0, 1, 1, 0]),
    ),
    # The motor's own wire and g1 would do as well, but both drive actions.
    "cold or warm, then move": (
        Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; g3 = g1 | g2; out = g3, g1"),
        WorldTask(MOTOR, 1),
        control([2, 3], False, [[0, 0]], [[1, 0], [0, 1]], 4, "3/4", [0, 1, 1, 0]),
    ),
    # The set point itself is an action, so every cut holds it.
    "an input acts": (
        Circuit.parse(2, "g1 = a ^ b; out = g1, b"),
        WorldTask(MOTOR, 1),
        control([1, 2], True, [[0, 0], [1, 0]], [[0, 1], [1, 1]], 4, "1", [0, 1, 1, 0]),
    ),
    "optimal": (
        Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; out = g1, g2"),
        WorldTask(ROOM, 0, "optimal"),
        control([2, 3], True, [[0, 0]], [[1, 0], [0, 1]], 4, "3/4", [0, 1, 1, 0]),
    ),
    # At distance 1 it tries down first, and up if that was no good: memory c says that it tried.
    # In state 0 down leaves it there (2 steps to go); state 2 with memory 1 does not occur.
    "a bit of memory": (
        Circuit.parse(3, "g1 = a & c; g2 = a & ~c; g3 = b | g2; out = g1, g3, g2"),
        WorldTask(DIAL, 2, state_bits=1),
        control(
            [3, 5], True, [[0, 0]], [[1, 0], [0, 1]], 3, "1", [2, 1, 0, 0, 1, None, 2, 2]
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
