"""Worlds, policies and circuits for the tests of definitions from the literature."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.definitions.measures import Choice, LiteratureDefinition
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import (
    OptimisationTask,
    Task,
    World,
    WorldTask,
    configurations_from,
    next_configurations,
)


def circuit_of_words(words: list[int], inputs: int, outputs: int) -> Circuit:
    """Return a circuit that gives these words: the OR of their minterms, output by output."""
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return inputs + len(gates) - 1

    nothing = add("xor", 0, 0)
    everything = add("xnor", 0, 0)
    drivers = []
    for bit in range(outputs):
        total = nothing
        for x, word in enumerate(words):
            if word >> bit & 1:
                cube = everything
                for i in range(inputs):
                    cube = add("and" if x >> i & 1 else "butnot", cube, i)
                total = add("or", total, cube)
        drivers.append(Output(total))
    return Circuit(inputs, tuple(gates), tuple(drivers))


@st.composite
def worlds(draw: DrawFn, most_states: int = 5) -> World:
    """Draw small worlds of any dynamics, with any target and up to two disturbances."""
    n, m = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    count = draw(st.integers(1, most_states))
    state = st.integers(0, count - 1)

    def row(values: st.SearchStrategy[int], length: int) -> tuple[int, ...]:
        return tuple(draw(values) for _ in range(length))

    return World(
        n,
        m,
        tuple(f"s{i}" for i in range(count)),
        row(st.integers(0, (1 << n) - 1), count),
        tuple(row(state, 1 << m) for _ in range(count)),
        tuple(draw(st.sets(state, min_size=1))),
        tuple(draw(st.sets(state, min_size=1))),
        tuple(row(state, count) for _ in range(draw(st.integers(0, 2)))),
    )


@st.composite
def policies(draw: DrawFn, world: World, state_bits: int = 0) -> tuple[int, ...]:
    """Draw the words of a policy."""
    word = st.integers(0, (1 << world.action_bits + state_bits) - 1)
    return tuple(draw(word) for _ in range(1 << world.observation_bits + state_bits))


@st.composite
def solved_worlds(draw: DrawFn) -> tuple[WorldTask, Circuit]:
    """Draw a world task and a circuit that solves it: the target is made to be what it keeps to."""
    world, k = draw(worlds()), draw(st.integers(0, 1))
    words = draw(policies(world, k))
    following = next_configurations(world, words, k)
    within = len(following)
    ends = set()
    for start in world.starts:
        at = start << k
        for _ in range(within):
            at = following[at]
        ends.add(at)
    kept = {at >> k for at in configurations_from(following, ends)}
    extra = draw(st.sets(st.integers(0, len(world.states) - 1), max_size=1))
    target = tuple(sorted(kept | extra))
    aimed = World(
        world.observation_bits,
        world.action_bits,
        world.states,
        world.observations,
        world.steps,
        world.starts,
        target,
        world.disturbances,
    )
    task = WorldTask(aimed, within, "reach", k)
    circuit = circuit_of_words(list(words), task.inputs, task.outputs)
    assert task.solved_by(circuit)
    return task, circuit


UTILITIES = st.fractions(-2, 2, max_denominator=3)


@st.composite
def solved_choices(draw: DrawFn) -> tuple[OptimisationTask, Circuit]:
    """Draw a task with utilities, slack or none, and a circuit that solves it."""
    n, m = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    words = st.integers(0, (1 << m) - 1)
    candidates = tuple(draw(st.lists(words, min_size=1, unique=True)))
    rows = tuple(tuple(draw(UTILITIES) for _ in candidates) for _ in range(1 << n))
    support = draw(st.none() | st.integers(1, (1 << (1 << n)) - 1))
    slack = draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2)]))
    task = OptimisationTask(n, m, candidates, rows, support, "free", slack)
    given = [draw(st.sampled_from(accepted)) for accepted in task.relation().accept]
    circuit = circuit_of_words(given, n, m)
    assert task.solved_by(circuit)
    return task, circuit


@st.composite
def choices(draw: DrawFn, most: int = 4) -> list[Choice]:
    """Draw choices among equally many candidates, in which any of them was taken."""
    count = draw(st.integers(2, 4))
    rows = st.lists(UTILITIES, min_size=count, max_size=count).map(tuple)
    return [
        Choice(row, draw(st.sampled_from(row)))
        for row in draw(st.lists(rows, min_size=1, max_size=most))
    ]


def rewired(circuit: Circuit) -> dict[str, Circuit]:
    """Return circuits that only say the same twice: C AND C, gates split in two, and buffers."""
    n, gates, found = circuit.inputs, circuit.gates, {}

    def moved(wire: int, by: int) -> int:
        return wire + by if wire >= n else wire

    copies = [Gate(g.operator, tuple(moved(w, len(gates)) for w in g.operands)) for g in gates]
    both = [*gates, *copies]
    outputs = []
    for output in circuit.outputs:
        both.append(Gate("and", (output.wire, moved(output.wire, len(gates)))))
        outputs.append(Output(n + len(both) - 1, output.inverted))
    if all(output.wire >= 0 for output in circuit.outputs):
        found["doubled"] = Circuit(n, tuple(both), tuple(outputs))
    # Gate i becomes two, 2 i and 2 i + 1; first operands are read from the one, others not.
    place = {w: (w, w) for w in range(-1, n)}
    place |= {n + i: (n + 2 * i, n + 2 * i + 1) for i in range(len(gates))}
    split = []
    for gate in gates:
        read = tuple(place[w][min(i, 1)] for i, w in enumerate(gate.operands))
        split += [Gate(gate.operator, read)] * 2
    drivers = (Output(place[o.wire][i % 2], o.inverted) for i, o in enumerate(circuit.outputs))
    found["split"] = Circuit(n, tuple(split), tuple(drivers))
    buffers = [Gate("and", (w, w)) for w in range(n)]
    behind = {w: n + w for w in range(n)} | {-1: -1}
    for i, gate in enumerate(gates):
        buffers.append(Gate(gate.operator, tuple(behind[w] for w in gate.operands)))
        last = n + len(buffers) - 1
        buffers.append(Gate("nand", (last, last)))
        buffers.append(Gate("nor", (last + 1, last + 1)))
        behind[n + i] = last + 2
    drivers = (Output(behind[o.wire], o.inverted) for o in circuit.outputs)
    found["buffered"] = Circuit(n, tuple(buffers), tuple(drivers))
    assert all(other.tables() == circuit.tables() for other in found.values())
    return found


def hold_to_its_word(definition: LiteratureDefinition, solver: Circuit, task: Task) -> None:
    """Check what every judgement promises: range, witness iff the tag, a check that can fail."""
    judgement = definition.judge(solver, task)
    assert judgement == definition.judge(solver, task)
    assert judgement.tag == definition.name == judgement.definition["name"]
    if judgement.score is None:
        assert judgement.note.startswith("not applicable: ")
        assert judgement.measured is judgement.witness is None
        return
    assert 0 <= judgement.score <= 1
    assert isinstance(judgement.score, Fraction)
    assert judgement.measured is not None
    assert (judgement.witness is not None) == (judgement.score == 1)
    if judgement.witness is not None:
        definition.check(solver, task, judgement.witness)
        for field, value in judgement.witness.items():
            broken = {**judgement.witness, field: "nothing" if value != "nothing" else "else"}
            with pytest.raises(CertificateError, match=f"witness.{field}|witness"):
                definition.check(solver, task, broken)
