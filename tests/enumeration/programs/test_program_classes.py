"""Shortest programs, each class once, against raw brute force written from the documentation."""

import pytest
from hypothesis import given, settings, strategies as st
from raw_programs import RawMachine, classes, shortest

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import (
    FunctionPasses,
    enumerate_programs,
    program_census,
)
from mesacircuits.enumeration.programs.length_search import LengthCut, acceptable_words
from mesacircuits.enumeration.programs.program_classes import least_of_class
from mesacircuits.programs import VARIANTS, Instruction, Machine
from mesacircuits.programs.machine import packed_words
from mesacircuits.tasks import FunctionTask, OptimisationTask, machine_for, parse_task
from mesacircuits.tasks.program_inputs import utility_levels


def raw_of(program):
    return tuple((i.name, *i.operands) for i in program.code)


def raw_machine(machine):
    words = packed_words(machine.inputs, machine.width)
    assert machine.layout in (words, packed_words(machine.inputs, 1))
    return RawMachine(
        machine.names, machine.registers, machine.width, machine.inputs, machine.answers,
        packed=machine.layout == words,
    )  # fmt: skip


def check_classes(machine, found, programs):
    """Check that programs are one of each class of what brute force found."""
    grouped = classes(raw_machine(machine), found)
    listed = [raw_of(program) for program in programs]
    assert {*listed} <= {*found}
    assert sorted(sum(code in group for code in listed) for group in grouped) == [1] * len(grouped)
    for code in found:
        # Each program leads to the one listed, but for where its jumps go on from.
        given = tuple(Instruction(name, tuple(operands)) for name, *operands in code)
        least = tuple((i.name, *i.operands) for i in least_of_class(machine, given))
        group = next(group for group in grouped if code in group)
        assert least in group


def check_task(name, operations, registers, length):
    task = parse_task(name)
    machine = machine_for(task, operations, registers)
    masks = acceptable_words(task)
    inputs = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]

    def scores(x):
        if not isinstance(task, OptimisationTask):
            return ()
        levels = utility_levels(task)
        words = range(max(task.candidates) + 1)
        values = [task.utility(x, word) for word in words]
        return [0 if v is None else max(sum(u <= v for u in levels) - 1, 0) for v in values]

    def solves(given):
        x, word = inputs[len(given) - 1], given[-1]
        return True if word is not None and masks[x] >> word & 1 else None

    found = shortest(raw_machine(machine), scores, solves, inputs, length)
    minima = enumerate_programs(task, machine=machine)
    assert {len(program.code) for program in minima.programs} == {length}
    assert found.keys() == {True}
    check_classes(machine, found[True], minima.programs)


@pytest.mark.parametrize(
    ("task", "operations", "registers", "length"),
    [
        ("satisfying(candidates=4)", ("inc", "query", "jz"), 3, 3),
        ("argmax(candidates=2,ties=first)", ("inc", "sub", "query"), 3, 3),
        ("satisfying(candidates=4)", ("inc", "load", "jz"), 3, 3),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                ("satisfying(candidates=4)", ("inc", "query", "jz", "jlt"), 3, 3),
                ("argmax(candidates=3)", ("inc", "query", "jz", "act"), 3, 4),
                ("tt:4:5A5A,936C", ("observe", "sub"), 4, 4),
                ("ranking", ("inc", "query", "sub", "jnz"), 3, 4),
                ("argmax(candidates=4)", ("inc", "query", "jlt"), 3, 4),
                ("argmax(levels=4)", ("query", "inc", "jlt"), 3, 4),
                ("argmax(candidates=4)", ("inc", "load", "jnz", "jlt"), 3, 4),
            )
        ),
    ],
)
def test_minima_are_one_of_each_class(task, operations, registers, length):
    check_task(task, operations, registers, length)


#: Sets of operations, with their registers and the longest programs tried.
SETS = [
    (("inc", "observe", "jz"), 3, 3),
    pytest.param(("inc", "load", "jz"), 3, 3, marks=pytest.mark.slow),
    pytest.param(("and", "xor", "observe"), 3, 3, marks=pytest.mark.slow),
    pytest.param(("mov", "observe", "sub", "jlt"), 3, 3, marks=pytest.mark.slow),
    pytest.param(("inc", "observe", "jmp", "act", "jnz"), 3, 3, marks=pytest.mark.slow),
    pytest.param(("dec", "observe", "or", "andnot"), 3, 3, marks=pytest.mark.slow),
    pytest.param(("inc", "observe", "jz", "jlt"), 2, 4, marks=pytest.mark.slow),
    # The default set, but for tables: all 1.1 million programs of three instructions.
    pytest.param(
        tuple(name for name in VARIANTS["fair"] if name not in ("table", "utility")), 3, 3,
        marks=pytest.mark.slow,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("operations", "registers", "length"), SETS)
def test_all_functions_of_two_inputs(operations, registers, length):
    machine = Machine(registers, 1, 2, 1, 0, operations)
    found = shortest(
        raw_machine(machine),
        lambda _: (),
        lambda given: None if given[-1] is None else given,
        range(4),
        length,
    )
    census = program_census(2, 1, operations, registers, 1, length)
    counted = {
        tuple(f.tables[0].bits >> x & 1 for x in range(4)): (f.length, f.programs)
        for f in census.functions
    }
    assert counted.keys() == found.keys()
    assert census.left == 16 - len(found)
    for function in census.functions:
        codes = found[tuple(function.tables[0].bits >> x & 1 for x in range(4))]
        minima = enumerate_programs(FunctionTask(function.tables), machine=machine)
        assert function.length == len(codes[0]) == len(minima.programs[0].code)
        assert function.programs == len(minima.programs)
        check_classes(machine, codes, minima.programs)


def test_passes_find_what_single_searches_find():
    tasks = [parse_task(f"tt:2:{digit}") for digit in "0678B"]
    machine = machine_for(tasks[0], "oracle", registers=3, width=1)
    passes = FunctionPasses(2, 1, machine, Effort(), tasks)
    for task in tasks:
        single = enumerate_programs(task, machine=machine)
        shared = enumerate_programs(task, machine=machine, search_for=passes)
        assert shared.minima == single.minima
        assert [(line.length, line.table, line.found) for line in shared.exhausted] == [
            (line.length, line.table, line.found) for line in single.exhausted
        ]
    with pytest.raises(LengthCut):
        FunctionPasses(2, 1, machine, Effort(nodes=100), tasks).of_length(3)


def test_nim_has_each_program_once():
    machine = machine_for(parse_task("nim"), "oracle")
    assert len(enumerate_programs("nim", machine=machine).programs) == 12


def test_the_census_of_two_inputs_and_two_outputs():
    census = program_census(2, 2, "oracle", cap=4)
    assert [row.functions for row in census.rows] == [1, 2, 4, 12, 96]
    assert census.left == 141


def test_a_budget_ends_a_census(tmp_path):
    whole = program_census(2, 1, "oracle")
    cut = program_census(2, 1, "oracle", effort=Effort(nodes=1000, store=tmp_path / "units"))
    assert not cut.exhaustive
    assert cut.rows == whole.rows[: len(cut.rows)]
    assert program_census(2, 1, "oracle", effort=Effort(store=tmp_path / "units")) == whole


registers = st.integers(0, 3)
straight = st.one_of(
    st.builds(lambda d: ("inc", d), registers),
    st.builds(lambda d, a: ("mov", d, a), registers, registers),
    st.builds(lambda d, a: ("sub", d, a), registers, registers),
    st.builds(lambda d, a, b: ("xor", d, a, b), registers, registers, registers),
    st.builds(lambda d: ("observe", d, 0), registers),
    st.builds(lambda a, t: ("jz", a, t), registers, st.integers(0, 4)),
)


@given(st.lists(straight, min_size=4, max_size=4), st.permutations([1, 2, 3]), st.data())
@settings(max_examples=60)
def test_the_least_of_a_class_is_the_same_for_all_of_it(code, names, data):
    machine = Machine(operations=("inc", "mov", "sub", "xor", "observe", "jz"))
    given = tuple(Instruction(name, tuple(operands)) for name, *operands in code)
    least = least_of_class(machine, given)
    assert least_of_class(machine, least) == least
    other = _exchanged(_renamed(given, [0, *names]), data)
    assert least_of_class(machine, other) == least
    assert [i.operation.of for i in least if i.target is not None] == [
        i.operation.of for i in given if i.target is not None
    ]


def _renamed(code, names):
    return tuple(
        Instruction(
            i.name,
            tuple(
                o if kind in "it" else names[o]
                for kind, o in zip(i.operation.form, i.operands, strict=True)
            ),
        )
        for i in code
    )


def _exchanged(code, data):
    """Return the code with one pair of independent neighbours exchanged, if there is one."""
    targets = {i.target for i in code}
    places = [
        p
        for p in range(len(code) - 1)
        if p + 1 not in targets
        and None not in (code[p].writes, code[p + 1].writes)
        and code[p].writes not in (code[p + 1].writes, *code[p + 1].reads)
        and code[p + 1].writes not in code[p].reads
    ]
    if not places:
        return code
    p = data.draw(st.sampled_from(places))
    return (*code[:p], code[p + 1], code[p], *code[p + 2 :])
