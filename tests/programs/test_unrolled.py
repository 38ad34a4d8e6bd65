"""Unrolled programs: wires, what they read, and interventions."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from mesacircuits.programs import Instance, Machine, Program, run_turn
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import machine_for, parse_task, unroll
from mesacircuits.tasks.library import LIBRARY
from mesacircuits.testing import machines, programs, world_tasks


@st.composite
def unrolled(draw):
    machine = draw(machines(max_inputs=2))
    program = draw(programs(machine, max_instructions=5))
    width = 1 << machine.width
    objective = st.lists(st.integers(0, machine.mask), min_size=width, max_size=width).map(tuple)
    # Arguments count by their low bits, as the objective of a task does.
    low = (1 << machine.answers) - 1
    given_to = tuple(
        Instance(x, tuple(row[a & low] for a in range(width)), draw(st.integers(0, low)))
        for x in range(1 << machine.inputs + machine.memory)
        for row in [draw(objective)]
    )
    return UnrolledProgram(program, given_to)


def words(solver, do=None):
    tables = solver.output_bits(do)
    endless = solver.endless_bits(do)
    return [
        None if endless >> x & 1 else sum((t >> x & 1) << i for i, t in enumerate(tables))
        for x in range(1 << solver.inputs)
    ]


@given(unrolled())
def test_outputs_are_the_words_of_the_turns(solver):
    assert words(solver) == [run_turn(solver.program, i).word for i in solver.instances]


@given(unrolled())
def test_wires_read_lower_wires_and_have_names_of_their_own(solver):
    for wire, gate in enumerate(solver.gates, solver.inputs):
        assert all(0 <= operand < wire for operand in gate.operands)
        free = wire in solver._layout.free
        assert solver.cones[wire] >= ({*()} if free else {solver._layout.first[wire]})
    names = [solver.wire_name(wire) for wire in range(solver.wires)]
    assert len(set(names)) == len(names)
    assert all(output.wire < solver.wires for output in solver.outputs)


@given(st.data())
def test_holding_wires_at_what_they_are_changes_nothing(data):
    solver = data.draw(unrolled())
    values = solver.wire_bits()
    chosen = data.draw(st.sets(st.integers(0, solver.wires - 1), max_size=4))
    assert solver.wire_bits({wire: values[wire] for wire in chosen}) == values


@given(st.data())
def test_holding_an_input_is_running_on_another_input(data):
    solver = data.draw(unrolled())
    wire = data.draw(st.integers(0, solver.inputs - 1))
    bit = data.draw(st.integers(0, 1))
    natural = words(solver)
    held = words(solver, {wire: -bit})
    for x in range(1 << solver.inputs):
        assert held[x] == natural[x & ~(1 << wire) | bit << wire]


@given(st.data())
def test_holding_a_candidates_value_is_asking_another_objective(data):
    solver = data.draw(unrolled())
    asked = [w for w in range(solver.wires) if solver.source(w).kind == "query"]
    if not asked:
        return
    wire = data.draw(st.sampled_from(asked))
    table = data.draw(st.integers(0, (1 << (1 << solver.inputs)) - 1))
    source = solver.source(wire)
    expected = []
    for instance in solver.instances:
        bit = table >> instance.x & 1
        objective = tuple(
            value & ~(1 << source.bit) | bit << source.bit if a == source.number else value
            for a, value in enumerate(instance.objective)
        )
        other = replace(instance, objective=objective)
        expected.append(run_turn(solver.program, other).word)
    assert words(solver, {wire: table}) == expected


def test_what_another_candidates_value_chooses_is_no_copy_of_it():
    # Both queries ask for candidate 0 on every input, but a held answer makes the second ask for 1.
    machine = Machine(1, 1, 1, 1, operations=("query",))
    nothing = (Instance(0, (0, 0)), Instance(1, (0, 0)))
    solver = UnrolledProgram(Program.parse("query r0, r0; query r0, r0", machine), nothing)
    assert solver.outputs[0].wire != 1
    assert words(solver, {1: 0b11}) == [0, 0]
    assert words(solver, {1: 0b11, 2: 0b01}) == [1, 0]
    # One query alone is a copy of the answer.
    solver = UnrolledProgram(Program.parse("query r0, r0", machine), nothing)
    assert solver.outputs[0].wire == 1


@given(unrolled())
def test_unrolled_programs_are_values(solver):
    again = pickle.loads(pickle.dumps(solver))
    assert again == solver
    assert again.wire_bits() == solver.wire_bits()


def test_knocking_an_entry_out_leaves_the_others():
    task = parse_task("random-table(inputs=3,outputs=2)")
    table = " ".join(str(sum(bit << i for i, bit in enumerate(task.word(x)))) for x in range(8))
    solver = unroll(Program.parse(f"table r0\n.table {table}", machine_for(task)), task)
    natural = words(solver)
    for wire in range(solver.wires):
        source = solver.source(wire)
        if source.kind == "entry":
            expected = [0 if x == source.number else word for x, word in enumerate(natural)]
            assert words(solver, {wire: 0}) == expected


def test_results_that_come_in_different_orders_are_no_wires():
    # On input 0 instruction 2 runs before 4, on input 1 after it; each reads the other's result.
    text = """
        observe r1, 0
        jnz r1, 4
        2: add r2, r3
        jnz r1, 7
        4: add r3, r2
        inc r3
        jnz r1, 2
        7: mov r0, r3
    """
    machine = Machine(inputs=1, operations=("observe", "jnz", "add", "inc", "mov"))
    solver = UnrolledProgram(Program.parse(text, machine), (Instance(0), Instance(1)))
    assert all(
        operand < wire
        for wire, gate in enumerate(solver.gates, solver.inputs)
        for operand in gate.operands
    )
    assert words(solver) == [run_turn(solver.program, i).word for i in solver.instances]


@given(world_tasks(st.integers(1, 4), max_states=2), st.data())
def test_a_field_of_an_observation_is_a_word(task, data):
    widths = task.world.fields
    machine = machine_for(task)
    if widths is None:
        # Of nothing that is said to belong together the input is read w bits at a time.
        widths = [len(word) for word in machine.words]
        assert max(widths) <= machine.width
    x = data.draw(st.integers(0, (1 << task.world.observation_bits) - 1))
    place = data.draw(st.integers(0, len(widths) - 1))
    word = x >> sum(widths[:place]) & (1 << widths[place]) - 1
    for text in (f"observe r0, {place}", "inc r0; " * place + "load r1, r0"):
        assert run_turn(Program.parse(text, machine), Instance(x)).steps[-1].result == word


@pytest.mark.parametrize(
    "name", [n for n, task in LIBRARY.items() if task.topic in ("worlds", "episodes")]
)
def test_every_world_of_the_library_says_what_belongs_together(name):
    surroundings = LIBRARY[name].build().surroundings
    assert sum(surroundings.fields) == surroundings.observation_bits
