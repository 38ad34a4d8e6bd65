"""What axioms do to circuits and tasks: changes that change nothing that matters."""

from __future__ import annotations

from itertools import accumulate, pairwise, product

import pytest
from hypothesis import assume, given, settings, strategies as st

from mesacircuits.circuits import B2, Circuit, Gate, Output
from mesacircuits.circuits.bases import basis_named, operator_named
from mesacircuits.definitions import LookupTable
from mesacircuits.tasks import (
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    WorldTask,
    expected_total,
    parse_task,
)
from mesacircuits.testing import (
    circuits,
    function_tasks,
    mealy_machines,
    solved_pairs,
    world_tasks,
)
from mesacircuits.testing.axioms import Subject
from mesacircuits.testing.axioms.changes import (
    BUFFER,
    DOUBLE_INVERSION,
    Renaming,
    bits_to_rename,
    buffered,
    circuit_of_program,
    duplicated,
    edited_off,
    idle_world,
    in_other_gates,
    occurring_inputs,
    reread,
    rescaled,
    rewritings,
    simple_renamings,
    twice,
    unrolled_machine,
    uses_of,
    with_copied_input,
    with_dead_gates,
    with_idle_input,
)
from mesacircuits.testing.axioms.subjects import (
    program_subjects,
    small_circuits,
    small_subjects,
    tabulated,
)
from mesacircuits.testing.strategies import SOLVED_KINDS, tasks_solved_by


@st.composite
def renamings(draw, inputs: int, outputs: int) -> Renaming:
    return Renaming(
        tuple(draw(st.permutations(range(inputs)))),
        draw(st.integers(0, (1 << inputs) - 1)),
        tuple(draw(st.permutations(range(outputs)))),
        draw(st.integers(0, (1 << outputs) - 1)),
    )


@given(solved_pairs(), st.data())
def test_renamed_solvers_solve_the_renamed_task(pair, data) -> None:
    circuit, task = pair
    renaming = data.draw(renamings(*bits_to_rename(task)))
    renamed = renaming.subject(Subject(circuit, task))
    assert renamed.task.solved_by(renamed.solver)
    assert renamed.task.support_bits.bit_count() == task.support_bits.bit_count()
    if isinstance(task, EpisodeTask):
        words = (s.task.machine(s.solver).words for s in (Subject(circuit, task), renamed))
        totals = {
            expected_total(s.episode, w, task.state_bits)
            for s, w in zip((task, renamed.task), words, strict=True)
        }
        assert len(totals) == 1
    if isinstance(task, WorldTask):
        assert renamed.task.distances == task.distances


@given(circuits(2, outputs=2), st.data())
def test_solvers_that_fail_fail_when_renamed(circuit, data) -> None:
    task = data.draw(function_tasks(2, outputs=2, partial=True))
    renaming = data.draw(renamings(2, 2))
    assert renaming.task(task).solved_by(renaming.circuit(circuit)) == task.solved_by(circuit)


def test_a_renaming_by_hand() -> None:
    task = OptimisationTask(2, 1, (0, 1), ((0, 1), (2, 3), (4, 5), (6, 7)), support=0b0011)
    # New input 0 is the old b, new input 1 the old a inverted; words are exchanged.
    renamed = Renaming((1, 0), 0b01, (0,), 0b1).task(task)
    assert renamed.candidates == (1, 0)
    # New x = (b, ~a): from 00 on the old inputs are a = 1, b = 0; 1, 1; 0, 0; 0, 1.
    assert [row[0] for row in renamed.utilities] == [2, 6, 0, 4]
    assert renamed.support == 0b0101
    assert str(Renaming((1, 0), 0b01, (0,), 0b1)) == (
        "inputs in the order 1, 0; inputs negated 0; outputs negated 0"
    )


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (2, 1), (2, 2), (3, 1)])
def test_simple_renamings_make_all_others(inputs: int, outputs: int) -> None:
    def of(renaming: Renaming, name: tuple[int, ...]) -> tuple[int, ...]:
        # What becomes of all inputs and words, listed by their first names.
        move = renaming.transform(inputs)
        named = {move.source(x): x for x in range(1 << inputs)}
        count = 1 << inputs
        return (*(named[x] for x in name[:count]), *(renaming.word(w) for w in name[count:]))

    start = (*range(1 << inputs), *range(1 << outputs))
    found, edge = {start}, [start]
    while edge:
        edge = [
            new
            for name in edge
            for renaming in simple_renamings(inputs, outputs)
            if (new := of(renaming, name)) not in found and not found.add(new)
        ]
    sizes = {1: 2, 2: 8, 3: 48}
    assert len(found) == sizes[inputs] * sizes[outputs]


@given(circuits(st.integers(1, 3), max_gates=4, reduced=True))
def test_rewritings_are_the_same_circuit(circuit) -> None:
    for other in rewritings(circuit):
        assert other != circuit
        assert other.hash_hex == circuit.hash_hex


@given(circuits(2, max_gates=4))
def test_dead_gates_reach_nothing(circuit) -> None:
    for other in with_dead_gates(circuit):
        assert other.size == circuit.size + 1
        assert other.output_bits() == circuit.output_bits()
        assert all(circuit.wires not in gate.operands for gate in other.gates)


@given(circuits(st.integers(1, 3), max_gates=4), st.data())
def test_edits_off_the_support_are_seen_by_no_intervention_on_gates(circuit, data) -> None:
    assume(circuit.size)
    full = (1 << (1 << circuit.inputs)) - 1
    off = data.draw(st.integers(0, full))
    edited = edited_off(circuit, data.draw(st.integers(0, circuit.size - 1)), off)
    assume(edited is not None)
    assert (edited.size, edited.depth) == (circuit.size, circuit.depth)
    wires = st.integers(circuit.inputs, circuit.wires - 1)
    do = data.draw(st.dictionaries(wires, st.integers(0, full), max_size=2))
    for old, new in zip(circuit.wire_bits(do), edited.wire_bits(do), strict=True):
        assert not (old ^ new) & ~off
    if not do and edited.wire_bits() == circuit.wire_bits():
        assert off == 0


@given(function_tasks(st.integers(2, 3), outputs=st.integers(1, 2), partial=True))
def test_tables_compute_their_function(task) -> None:
    circuit = tabulated(task)
    assert task.solved_by(circuit)
    # Off the support, and where the word is 0, nothing is stored.
    stored = sum(1 << x for x in range(1 << task.inputs) if task.support_bits >> x & 1)
    assert all(not bits & ~stored for bits in circuit.output_bits())


def test_the_table_of_exactly_one() -> None:
    task = FunctionTask(parse_task("tt:2:6").tables)
    assert LookupTable(1).judge(tabulated(task), task).holds


@given(circuits(2), st.sampled_from((1, 2, 3)), st.integers(-3, 3), st.data())
def test_rescaled_tasks_accept_the_same(circuit, scale, shift, data) -> None:
    for kind in ("optimisation", "episode"):
        task = data.draw(tasks_solved_by(circuit, kind))
        assert rescaled(task, scale, shift).solved_by(circuit)
    task = data.draw(tasks_solved_by(circuit, "optimisation"))
    assert [rescaled(task, scale, shift).best(x) for x in range(4)] == [
        task.best(x) for x in range(4)
    ]


@given(circuits(2, outputs=2))
def test_nothing_is_at_stake_in_an_idle_world(circuit) -> None:
    assert idle_world(2, 2).solved_by(circuit)
    assert idle_world(2, 2).support_bits == 0b1111


# -- all small circuits --------------------------------------------------------------------------


def brute_force(inputs: int, size: int) -> set[str]:
    """Return the reduced circuits with one output, by trying every gate in every place."""
    found: set[str] = set()

    def extend(gates: tuple[Gate, ...]) -> None:
        if len(gates) == size:
            for wire, inverted in product(range(-1, inputs + size), (False, True)):
                circuit = Circuit(inputs, gates, (Output(wire, inverted),))
                if wire < inputs and size:
                    continue
                if wire < 0 or circuit.is_reduced():
                    found.add(circuit.hash_hex)
            return
        wires = inputs + len(gates)
        for low, high in product(range(wires), repeat=2):
            if low < high:
                for name in B2.names:
                    extend((*gates, Gate(name, (low, high))))

    extend(())
    return found


@pytest.mark.parametrize(
    ("inputs", "size"), [(1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (2, 2), (3, 2), (2, 3)]
)
def test_small_circuits_leave_none_out(inputs: int, size: int) -> None:
    listed = [c for c in small_circuits() if (c.inputs, c.size) == (inputs, size)]
    assert len({c.hash_hex for c in listed}) == len(listed)
    assert {c.hash_hex for c in listed} == brute_force(inputs, size)


def test_small_subjects_ascend() -> None:
    listed = list(small_subjects())
    assert all(a.key <= b.key for a, b in pairwise(listed))
    assert all(subject.task.solved_by(subject.solver) for subject in listed)
    assert {subject.kind for subject in listed} == {*SOLVED_KINDS}


# -- copies, buffers, other gates ------------------------------------------------------------------


def words(circuit: Circuit) -> list[tuple[int, ...]]:
    """Return the output words on all inputs, each by itself."""
    return [circuit(x) for x in range(1 << circuit.inputs)]


@given(circuits(st.integers(1, 3), max_gates=5, outputs=st.integers(1, 2)), st.data())
def test_copies_and_buffers_compute_the_same(circuit, data) -> None:
    read = [(w, uses) for w in range(circuit.wires) if (uses := uses_of(circuit, w))]
    assume(read)
    wire, uses = data.draw(st.sampled_from(read))
    moved = data.draw(st.sets(st.sampled_from(uses), min_size=1))
    through = data.draw(st.sampled_from([BUFFER, DOUBLE_INVERSION, ("and",), ("or",)]))
    others = [(buffered(circuit, wire, moved, through), len(through))]
    if wire >= circuit.inputs:
        others.append((duplicated(circuit, wire - circuit.inputs, moved), 1))
    for other, more in others:
        assert words(other) == words(circuit)
        assert other.size == circuit.size + more
        # Those that moved read the last of the new gates, and nothing else does.
        last = max(wire + 1, circuit.inputs) + more - 1
        assert len(uses_of(other, last)) == len(moved)
    copy = others[-1][0]
    if len(others) > 1:
        gate = circuit.gates[wire - circuit.inputs]
        assert copy.gates[wire - circuit.inputs] == copy.gates[wire - circuit.inputs + 1] == gate
        assert len(uses_of(copy, wire)) == len(uses) - len(moved)


@given(
    circuits(st.integers(1, 3), max_gates=5, outputs=st.integers(1, 3)),
    st.sampled_from(("and", "or")),
)
def test_twice_computes_the_same(circuit, operator: str) -> None:
    other = twice(circuit, operator)
    assert words(other) == words(circuit)
    driving = {output.wire for output in circuit.outputs if output.wire >= 0}
    assert other.size == 2 * circuit.size + len(driving)
    # The copies read none of the originals.
    for i, gate in enumerate(other.gates[circuit.size : 2 * circuit.size]):
        assert gate.operator == circuit.gates[i].operator
        assert not {*gate.operands} & {*range(circuit.inputs, circuit.wires)}


BASES_OF_ALL = st.sampled_from(("b2", "aig", "mig", "mux", "nand", "and-or-not"))


@given(circuits(st.integers(2, 3), BASES_OF_ALL.map(basis_named), max_gates=4), st.data())
def test_other_gates_compute_the_same(circuit, data) -> None:
    for number, gate in enumerate(circuit.gates):
        found = list(in_other_gates(circuit, number))
        table = operator_named(gate.operator).table
        ignoring = len(gate.operands) == 2 and table in (0x0, 0x3, 0x5, 0xA, 0xC, 0xF)
        assert bool(found) is not ignoring
        for other in found:
            assert words(other) == words(circuit)
            assert other.gates[:number] == circuit.gates[:number]
            # The gate itself has gone, for other operators.
            assert other.gates[number] != gate


# -- inputs more -----------------------------------------------------------------------------------


def without(word: int, place: int) -> int:
    bits = [word >> i & 1 for i in range(word.bit_length() + 1)]
    del bits[place : place + 1]
    return sum(bit << i for i, bit in enumerate(bits))


@given(solved_pairs(max_gates=4), st.data())
def test_an_idle_input_changes_nothing_that_is_asked(pair, data) -> None:
    circuit, task = pair
    place = data.draw(st.integers(0, bits_to_rename(task)[0]))
    # Of any circuit, whether it solves the task or not.
    other = data.draw(circuits(task.inputs, max_gates=3, outputs=task.outputs) | st.just(circuit))
    subject = with_idle_input(Subject(other, task), place)
    assert subject.task.solved_by(subject.solver) is task.solved_by(other)
    assert subject.solver.size == other.size
    assert not uses_of(subject.solver, place)
    inside = {y for y in range(2 << task.inputs) if task.support_bits >> without(y, place) & 1}
    assert subject.task.support_bits == sum(1 << y for y in inside)


@given(solved_pairs(max_gates=4), st.data())
def test_a_copied_input_is_equal_on_the_support(pair, data) -> None:
    circuit, task = pair
    observed = bits_to_rename(task)[0]
    copied, place = data.draw(st.integers(0, observed - 1)), data.draw(st.integers(0, observed))
    uses = uses_of(circuit, copied)
    moved = data.draw(st.sets(st.sampled_from(uses))) if uses else set()
    subject = with_copied_input(Subject(circuit, task), copied, place, moved)
    assert subject.task.solved_by(subject.solver)
    assert len(uses_of(subject.solver, place)) == len(moved)
    original = copied + (copied >= place)
    inside = [
        y
        for y in range(2 << task.inputs)
        if y >> place & 1 == y >> original & 1 and task.support_bits >> without(y, place) & 1
    ]
    assert subject.task.support_bits == sum(1 << y for y in inside)
    for y in inside:
        assert subject.solver(y) == circuit(without(y, place))


def test_features_move_with_their_inputs() -> None:
    rows = tuple((x & 3, x >> 2) for x in range(16))
    task = OptimisationTask(4, 1, (0, 1), rows, features=((0, 1), (2, 3)))
    inputs = range(32)
    moved = reread(task, 5, [without(y, 1) for y in inputs], [0, 2, 3, 4])
    assert moved.features == ((0, 2), (3, 4))
    assert all(moved.utilities[y] == task.utilities[without(y, 1)] for y in inputs)
    assert moved.support is None
    # Old input 0 is new input 3, and so on.
    assert Renaming((3, 2, 1, 0), 0, (0,), 0).task(task).features == ((3, 2), (1, 0))
    subject = Subject(Circuit.parse(4, "out = c"), task)
    assert with_idle_input(subject, 0).task.features == ((1, 2), (3, 4))
    assert with_copied_input(subject, 0, 4, ()).task.features == ((0, 1), (2, 3))


@given(circuits(3, max_gates=4), st.integers(0, 7), st.booleans())
def test_ties_that_an_input_breaks_are_renamed_with_it(circuit, negated: int, swapped) -> None:
    task = OptimisationTask.of_utility((0, 1, 1, 1), 2, 1, 1, ties="context")
    order = (2, 0, 1) if swapped else (0, 1, 2)
    renaming = Renaming(order, negated, (0,), 0)
    renamed = renaming.task(task)
    assert renamed.solved_by(renaming.circuit(circuit)) == task.solved_by(circuit)
    move = renaming.transform(3)
    assert all(renamed.best(x) == task.best(move.source(x)) for x in range(8))
    assert renamed.tie_input == order[2]


# -- steps laid out in space -----------------------------------------------------------------------


@given(st.integers(1, 2), st.integers(1, 2), st.integers(1, 3), st.data())
def test_steps_laid_out_act_as_the_machine(n: int, m: int, steps: int, data) -> None:
    machine = data.draw(mealy_machines(n, m, st.integers(0, 2)))
    circuit = unrolled_machine(machine, steps)
    assert circuit.size == steps * machine.circuit.size
    met = set()
    for observations in product(range(1 << n), repeat=steps):
        x = sum(o << t * n for t, o in enumerate(observations))
        word = sum(bit << i for i, bit in enumerate(circuit(x)))
        actions = machine.run(observations)
        assert [word >> t * m & (1 << m) - 1 for t in range(steps)] == list(actions)
        state = machine.start
        for o in observations:
            met.add(state << n | o)
            _, state = machine.respond(o, state)
    assert occurring_inputs(machine, steps) == sum(1 << x for x in met)


@settings(max_examples=60)
@given(program_subjects())
def test_the_circuit_of_a_program_answers_as_it_does(subject) -> None:
    program = subject.solver
    circuit = circuit_of_program(program, 10_000)
    assert circuit is not None
    ended = [x for x in range(1 << program.inputs) if not program.endless_bits() >> x & 1]
    for x in ended:
        assert circuit(x) == tuple(bits >> x & 1 for bits in program.output_bits())
    assert circuit_of_program(program, circuit.size) == circuit
    if circuit.size:
        assert circuit_of_program(program, circuit.size - 1) is None


@given(world_tasks(observation_bits=st.integers(1, 4)), st.data())
def test_bits_that_belong_together_still_do_once_renamed(task, data):
    n, m = task.world.observation_bits, task.world.action_bits
    order = tuple(data.draw(st.permutations(range(n))))
    renamed = Renaming(order, 0, tuple(range(m)), 0).task(task).world.fields

    def fields(widths, places):
        ends = pairwise(accumulate(widths, initial=0))
        return {frozenset(places[slice(*each)]) for each in ends}

    if task.world.fields is None:
        assert renamed is None
    elif renamed is not None:
        assert fields(renamed, range(n)) == fields(task.world.fields, order)
    else:
        scattered = [f for f in fields(task.world.fields, order) if max(f) - min(f) >= len(f)]
        assert scattered
