"""The interpreter: what each operation does, and how it is decided whether a turn ends."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.programs import Instance, Machine, Program, run_turn
from mesacircuits.programs.interpreter import fast_run
from mesacircuits.testing import programs

MACHINE = Machine(
    operations=(
        "inc", "dec", "mov", "add", "sub", "and", "or", "xor", "andnot", "observe", "load",
        "utility", "query", "query-proxy",
        "argmax", "act", "jmp", "jz", "jnz", "jlt",
    ),
    inputs=4,
    words=((0, 1), (2, 3)),
)  # fmt: skip
GIVEN = Instance(0b0110, (3, 1, 0, 2), 2, utility=(1, 0, 3, 2), proxy=(2, 0, 1, 3))

ANSWERS = [
    ("", 0),
    ("inc r0", 1),
    ("dec r0", 3),
    ("inc r0; inc r0; inc r0; inc r0; inc r0", 1),
    ("inc r1; inc r1; mov r0, r1", 2),
    ("inc r0; inc r1; inc r1; add r0, r1", 3),
    ("inc r0; inc r1; inc r1; sub r0, r1", 3),
    ("observe r0, 0", 0b10),
    ("observe r0, 1", 0b01),
    ("observe r1, 0; observe r2, 1; and r0, r1, r2", 0),
    ("observe r1, 0; observe r2, 1; or r0, r1, r2", 3),
    ("observe r1, 0; inc r2; xor r0, r1, r2", 3),
    ("dec r1; observe r2, 0; andnot r0, r1, r2", 1),
    ("query r0, r1", 3),
    ("inc r1; inc r1; inc r1; query r0, r1", 2),
    ("load r0, r0", 0b10),
    ("inc r1; load r0, r1", 0b01),
    ("dec r1; load r0, r1", 0),
    ("inc r1; inc r1; utility r0, r1", 3),
    ("query-proxy r0, r1", 2),
    ("argmax r0", 2),
    ("inc r1; act r1; inc r0", 1),
    ("jmp end; inc r0", 0),
    ("jz r1, 2; inc r0; inc r0", 1),
    ("jnz r1, 2; inc r0; inc r0", 2),
    ("inc r1; jlt r2, r1, 3; inc r0; inc r0", 1),
    ("jlt r1, r2, 2; inc r0; inc r0", 2),
]


@pytest.mark.parametrize(("text", "word"), ANSWERS)
def test_what_operations_do(text, word):
    assert run_turn(Program.parse(text, MACHINE), GIVEN).word == word


def test_memory_persists_in_the_registers_after_the_first():
    machine = Machine(inputs=1, answers=1, memory=2, operations=("inc", "mov", "jz"))
    program = Program.parse("mov r0, r1; inc r1", machine)
    given = [run_turn(program, Instance(held << 1)).word for held in range(4)]
    # The answer is the low bit of the memory, which counts up.
    assert given == [(held & 1) | ((held + 1) % 4) << 1 for held in range(4)]


def test_a_loaded_input_stands_in_registers():
    machine = Machine(width=1, inputs=3, answers=1, operations="boolean", loaded=True)
    program = Program.parse("xor r0, r0, r1; xor r0, r0, r2", machine)
    assert [run_turn(program, Instance(x)).word for x in range(8)] == [
        x.bit_count() & 1 for x in range(8)
    ]


def simulated(program, instance):
    """Run a turn for one more step than there are configurations; None if it is not over then."""
    machine = program.machine
    most = (len(program.code) + 1) << machine.registers * machine.width
    bare = Program(machine, program.code, program.table)
    registers, place = machine.start(instance.x), 0
    for _ in range(most + 1):
        if place == len(bare.code):
            return machine.word(registers, 0)
        instruction = bare.code[place]
        if instruction.name == "act":
            return machine.word(registers, instruction.operands[0])
        # One step by the interpreter itself, of a program of this instruction alone.
        place = step(bare, instance, registers, place)
    return None


def loaded(machine, x):
    """The words of an input, bit by bit."""
    return [sum((x >> bit & 1) << j for j, bit in enumerate(word)) for word in machine.words]


def step(program, instance, registers, place):
    instruction = program.code[place]
    read = [registers[r] for r in instruction.reads]
    jumps = {"jmp": lambda: True, "jz": lambda: read[0] == 0, "jnz": lambda: read[0] != 0}
    jumps["jlt"] = lambda: read[0] < read[1]
    if instruction.operation.jumps:
        return instruction.target if jumps[instruction.name]() else place + 1
    mask = program.machine.mask
    table = program.table or (None,) * (instance.x + 1)
    value = {
        "inc": lambda: read[0] + 1,
        "dec": lambda: read[0] - 1,
        "mov": lambda: read[0],
        "add": lambda: read[0] + read[1],
        "sub": lambda: read[0] - read[1],
        "and": lambda: read[0] & read[1],
        "or": lambda: read[0] | read[1],
        "xor": lambda: read[0] ^ read[1],
        "andnot": lambda: read[0] & ~read[1],
        "observe": lambda: program.machine.input_word(instance.x, instruction.operands[1]),
        "table": lambda: table[instance.x] or 0,
        "query": lambda: instance.objective[read[0]] if instance.objective else 0,
        "load": lambda: loaded(program.machine, instance.x)[read[0] :][:1] or [0],
        "utility": lambda: instance.utility[read[0]] if instance.utility else 0,
        "query-proxy": lambda: instance.proxy[read[0]] if instance.proxy else 0,
        "argmax": lambda: instance.best,
    }[instruction.name]()
    value = value[0] if isinstance(value, list) else value
    registers[instruction.operands[0]] = value & mask
    return place + 1


def instances(program):
    machine = program.machine
    width = 1 << machine.width
    return st.builds(
        Instance,
        st.integers(0, (1 << machine.inputs + machine.memory) - 1),
        st.lists(st.integers(0, machine.mask), min_size=width, max_size=width).map(tuple),
        st.integers(0, machine.mask),
        st.lists(st.integers(0, machine.mask), min_size=width, max_size=width).map(tuple),
        st.lists(st.integers(0, machine.mask), min_size=width, max_size=width).map(tuple),
    )


@given(st.data())
def test_a_turn_ends_iff_it_does_within_as_many_steps_as_there_are_configurations(data):
    program = data.draw(programs(max_instructions=5))
    instance = data.draw(instances(program))
    turn = run_turn(program, instance)
    assert turn.word == simulated(program, instance)
    if turn.word is None:
        assert 0 <= turn.repeats < turn.time


@given(st.data())
def test_fast_runs_are_runs(data):
    program = data.draw(programs(max_instructions=5))
    instance = data.draw(instances(program))
    entry = (program.table[instance.x] if program.table else None) or 0
    natural = run_turn(program, instance)
    written = [
        (step.place, step.visit, step.result) for step in natural.steps if step.result is not None
    ]
    word, results = fast_run(program, instance, entry)
    assert word == natural.word
    if word is not None:
        assert results == {(place, visit): value for place, visit, value in written}
    if not written:
        return
    place, visit, _ = data.draw(st.sampled_from(written))
    bit = data.draw(st.integers(0, program.machine.width - 1))
    value = data.draw(st.integers(0, 1))
    held = {(place, visit): (1 << bit, value << bit)}
    assert fast_run(program, instance, entry, held)[0] == run_turn(program, instance, held).word
