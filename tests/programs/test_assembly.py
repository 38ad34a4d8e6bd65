"""Programs as text and as JSON: what is written is read, and what is wrong is named."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.programs import Instruction, Machine, Program
from mesacircuits.records import canonical_json
from mesacircuits.testing import machines, programs


@given(programs())
def test_text_and_json_round_trip(program):
    assert Program.parse(str(program)) == program
    assert Program.from_json(program.to_json()) == program
    assert Program.from_json(canonical_json(program.to_json())).hash_hex == program.hash_hex


@given(machines())
def test_machines_round_trip(machine):
    assert Machine.parse(str(machine)) == machine
    assert Machine.from_json(machine.to_json()) == machine


def test_labels_comments_and_numbers_say_the_same():
    written = """
        # the shortest search
        again:  inc r0
                load r1, r0   # what it scores
                jz r1, again
    """
    assert Program.parse(written, Machine()) == Program.parse(
        "0: inc r0; 1: load r1, r0; jz r1, 0", Machine()
    )
    assert Program.parse("jz r1, end; inc r0", Machine()).code[0].target == 2


BAD = [
    ("inc r4", "line 1: expected operands of inc from 0 to 3, got 4"),
    ("inc", "line 1: expected inc REGISTER"),
    ("inc 0", "line 1: expected a register such as r0"),
    ("fly r0", "line 1: expected one of inc"),
    ("inc r0\njz r1, nowhere", "line 2: expected a label or a number"),
    ("inc r0\njz r1, 9", "line 2: expected a place from 0 to 2"),
    ("a: inc r0\na: inc r1", "line 2: expected each label once"),
    ("end: inc r0", "line 1: expected each label once, and not 'end'"),
    ("3: inc r0", "line 1: expected the number 0"),
    (".register 4", "line 1: expected .machine or .table"),
    (".table 0\n.table 0", "line 2: expected .machine or .table, each once"),
    ("inc r0\n.machine abacus", "line 2, operations: expected one of fair"),
    ("\n.machine fair(registers=0)", "line 2, registers: expected a whole number"),
    (".machine fair(speed=9)", "line 1, machine: expected registers, width"),
    (".table 0 1 x\ntable r0", "line 1: expected numbers"),
    ("table r0\n.table 0 1", "line 2, table: expected 16 entries"),
    (f".table{' 4' * 16}\ntable r0", "line 1, table: expected entries of 2 bits"),
    ("inc r0\n\n.table 0 1", "line 3, table: expected none without use"),
    ("inc r0\ntable r0", "line 2, table: expected one entry for each input"),
    ("inc r0; observe r0, 0\nobserve r0, 7", "line 2: expected operands of observe from 0 to 3"),
    (
        ".machine standard(registers=4, width=2, inputs=4, answers=2)\ninc r0",
        "in place of standard: oracle, or fair",
    ),
    (
        ".machine boolean(registers=3, width=1, inputs=3, answers=1, loaded=1)",
        "expected a machine of version 2, whose words of the input are stated",
    ),
    (".machine fair(inputs=2, words=1+x)", "line 1, words: expected the bits of each word"),
    (".machine fair(inputs=3, words=3)", "line 1, width: expected at least 3"),
    (".machine fair(inputs=3, words=1+1)", "line 1, words: expected each of 3 input bits in one"),
    ("inc r0\n# without it\nargmax r0", "line 3: expected one of inc"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_what_is_wrong_is_named_with_its_line(text, message):
    with pytest.raises(ArgumentError) as caught:
        Program.parse(text, None if ".machine" in text else Machine(inputs=4))
    assert str(caught.value).startswith("program, ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_text_without_a_machine_needs_one():
    with pytest.raises(ArgumentError, match="a task or machine beside it"):
        Program.parse("inc r0")
    with pytest.raises(ArgumentError, match="a program for"):
        Program.parse(f".machine {Machine()}\ninc r0", Machine(registers=2))


WORDS = st.sampled_from(
    ["inc", "r0", "r1", ",", ";", "\n", "jz", ":", "0", "end", ".machine", ".table", "-", "#", " "]
)


@given(st.one_of(st.text(), st.lists(WORDS).map("".join), st.lists(WORDS).map(" ".join)))
def test_any_text_is_read_or_refused(text):
    with suppress(MesacircuitsError):
        Program.parse(text, Machine())


@given(st.binary())
def test_any_bytes_are_read_or_refused_as_json(data):
    with pytest.raises(MesacircuitsError):
        Program.from_json(data)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["machine", "code", "table", "kind"]), inner)
        ),
    )
)
def test_any_json_is_read_or_refused(value):
    with pytest.raises(ArgumentError):
        Program.from_json(value)


def test_a_machine_of_version_1_is_refused():
    old = Machine(inputs=4).to_json()
    del old["words"], old["charge"]
    with pytest.raises(ArgumentError, match="version 2"):
        Machine.from_json(old)


def test_programs_refuse_what_their_machine_lacks():
    with pytest.raises(ArgumentError, match=r"code\[0\]"):
        Program(Machine(), (Instruction("query", (0, 0)),))
    with pytest.raises(ArgumentError, match="operands"):
        Instruction("inc", (0, 1))
