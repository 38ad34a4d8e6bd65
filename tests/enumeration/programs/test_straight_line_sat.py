"""Shortest programs without jumps by SAT, against all states that programs lead to."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.enumeration import Effort, Interruption
from mesacircuits.enumeration.programs import enumerate_programs, program_census
from mesacircuits.enumeration.programs.length_search import Turns, all_variants
from mesacircuits.enumeration.sat.programs import Settled, ShortestProgram, shortest_program
from mesacircuits.enumeration.sat.straight_line import StraightLineEncoding
from mesacircuits.programs import OPERATIONS, Machine
from mesacircuits.tasks import FunctionTask, machine_for, parse_task, unroll
from tests.enumeration.programs.test_programs_by_sat import check_task

SLOW = pytest.mark.slow
OTHERS = ("act", "utility", "query", "query-proxy", "argmax")
STRAIGHT = [n for n, o in OPERATIONS.items() if not o.jumps and n not in OTHERS]
BOOLEAN = ("observe", "and", "or", "xor", "andnot")


def after(machine, variant, x, registers, entry):
    """Return the registers on an input after an instruction, by what its operation means."""
    operation = OPERATIONS[variant.name]
    sources = [registers[variant.operands[i]] for i in operation.reads]
    if operation.of is not None:
        value = operation.of(*sources, *[0] * (2 - len(sources)))
    elif variant.name == "table":
        value = entry
    else:
        word = sources[0] if variant.name == "load" else variant.operands[1]
        value = machine.input_word(x, word)
    target = variant.operands[0]
    return (*registers[:target], value & machine.mask, *registers[target + 1 :])


def least_lengths(machine, inputs, most, most_states):
    """Return for each tuple of words, one for each input, the least length of a program; and most.

    All states that programs of up to `most` instructions lead to are listed, with each private
    table, by nothing but what the operations mean; of fewer if there are too many states.
    """
    start = tuple(tuple(machine.start(x)) for x in inputs)
    found = {}
    for reads in (False, True)[: 1 + ("table" in machine.names)]:
        entries = len(inputs) if reads else 0
        variants = [v for v in all_variants(machine) if reads or v.name != "table"]
        for table in product(range(1 << machine.answers), repeat=entries):
            last, states = {start}, {start}
            for length in range(most - entries + 1):
                for state in last:
                    words = tuple(machine.word([*registers], 0) for registers in state)
                    found[words] = min(length + entries, found.get(words, length + entries))
                last = {
                    tuple(
                        after(machine, variant, x, registers, entry)
                        for x, registers, entry in zip(inputs, state, table or inputs, strict=True)
                    )
                    for variant in variants
                    for state in last
                } - states
                states |= last
                if len(states) * len(variants) > most_states:
                    most = length + entries
                    break
    return {words: length for words, length in found.items() if length <= most}, most


def turns_of(machine, inputs, words):
    """Return the turns of the task to give these words on these inputs."""
    outputs = [
        sum((word >> i & 1) << x for x, word in zip(inputs, words, strict=True))
        for i in range(machine.answers)
    ]
    support = sum(1 << x for x in inputs)
    *tables, mask = (f"{bits:0{max(1 << machine.inputs >> 2, 1)}X}" for bits in (*outputs, support))
    return Turns(parse_task(f"tt:{machine.inputs}:{','.join(tables)}@{mask}"), machine)


def machine_of(chance, most_bits):
    """Return a machine without jumps, and on which inputs it is tried."""
    sets = (BOOLEAN, chance.sample(BOOLEAN, 4), chance.sample(STRAIGHT, chance.randint(2, 5)))
    names = {*chance.choice(sets), "load" if chance.random() < 0.1 else "observe"}
    width = chance.randint(1, 2)
    registers, answers = chance.randint(1, most_bits // width), chance.randint(1, width)
    inputs = 3 if registers * width == 2 else 2
    words = ((0, 1),) if inputs == width == 2 and chance.random() < 0.5 else None
    loaded = chance.random() < 0.4 and (words is not None or inputs <= registers)
    machine = Machine(registers, width, inputs, answers, 0, tuple(names), loaded, words)
    return machine, chance.choice([range(1 << inputs)] * 3 + [range(3)])


def check_least(seed, most_bits, most, most_states):
    """Check some functions of which programs are long, and one that has no such program."""
    chance = Random(seed)
    machine, inputs = machine_of(chance, most_bits)
    least, reached = least_lengths(machine, inputs, most, most_states)
    some = chance.sample([*least], min(len(least), 40))
    for words in sorted(some, key=lambda words: -least[words])[:3]:
        found = shortest_program(turns_of(machine, inputs, words).task, machine)
        assert found.minimum.cost.length == least[words]
        assert found.task.solved_by(unroll(found.minimum.program, found.task))
    other = tuple(chance.randrange(1 << machine.answers) for _ in inputs)
    if other not in least:
        turns = turns_of(machine, inputs, other)
        for length in range(1, min(reached, 5) + 1):
            assert StraightLineEncoding(turns, length).solve(Effort()) is None


SEEDS = st.integers(0, 1 << 32)


@given(SEEDS)
@settings(max_examples=20)
def test_the_least_length_is_that_of_all_states(seed):
    check_least(seed, 3, 4, 1_000)


@SLOW
@given(SEEDS)
@settings(max_examples=150)
def test_the_least_length_is_that_of_all_states_of_more_registers(seed):
    check_least(seed, 6, 7, 50_000)


def test_what_no_register_ever_holds_no_program_answers():
    """Bit by bit the upper bit of an answer is 0; the budget has ended before anything is asked."""
    stopped = Interruption()
    stopped.end()
    task = parse_task("tt:3:96,E8")
    found = shortest_program(task, machine_for(task, BOOLEAN), Effort(interruption=stopped))
    assert found.exhaustive
    assert (found.minimum, found.settled) == (None, ())
    assert "no program solves it: on some input" in str(found)


def test_both_engines_say_up_to_what_length_there_is_no_program():
    task = parse_task("tt:1:2")
    machine = machine_for(task, ("inc",), 1)
    empty = Settled(0, False, False, False, 0, 0, 0, 0)
    by_sat = ShortestProgram(task, machine, None, (empty,))
    for found in (by_sat, enumerate_programs(task, machine=machine)):
        assert "no program of at most 64 instructions and entries solves it" in str(found)


@SLOW
@pytest.mark.parametrize(
    ("name", "operations", "others"),
    [
        ("tt:3:E8", BOOLEAN, {}),
        ("tt:3:E8", BOOLEAN, {"loaded": True}),
        ("tt:3:68", BOOLEAN, {"registers": 3, "width": 1}),
        ("tt:3:96", (*BOOLEAN, "inc", "table"), {"registers": 2}),
        ("tt:2:6,8", "loop-free", {}),
        ("thermostat(levels=2)", "loop-free", {}),  # a world with memory
        ("argmax(candidates=2,ties=first)", ("argmax", "query", "inc", "sub"), {}),
        ("satisfying(candidates=2)", "loop-free", {}),
    ],
)
def test_the_least_length_is_that_of_exhaustion(name, operations, others):
    check_task(name, operations, **{"registers": 4, **others})


@SLOW
@pytest.mark.parametrize(
    ("inputs", "outputs", "operations", "registers", "cap"),
    [
        (3, 1, BOOLEAN, 2, 7),
        (3, 1, BOOLEAN, 3, 7),
        (2, 2, ("inc", "mov", "sub", "observe", "load"), 3, 6),
    ],
)
def test_the_least_lengths_of_all_functions_are_those_of_exhaustion(
    inputs, outputs, operations, registers, cap
):
    census = program_census(inputs, outputs, operations, registers, cap=cap)
    assert len(census.functions) > 100
    for function in census.functions:
        found = shortest_program(FunctionTask(function.tables), census.machine)
        assert found.minimum.cost.length == function.length
