"""AIGER, ASCII and binary: the examples of its report, odd but legal files, and refusals."""

import pytest

from mesacircuits.circuits import AIG, Circuit, Gate, Output
from mesacircuits.circuits.formats import read_aiger, write_aag, write_aig
from mesacircuits.errors import ArgumentError

#: The half adder of the AIGER report, ASCII and binary.
HALF_ADDER = """\
aag 7 2 0 2 3
2
4
6
12
6 13 15
12 2 4
14 3 5
i0 x
i1 y
o0 s
o1 c
c
half adder
aag 1 2 3: comments say anything
"""
BINARY_HALF_ADDER = (
    b"aig 5 2 0 2 3\n10\n6\n\x02\x02\x03\x02\x01\x02i0 x\ni1 y\no0 s\no1 c\nc\n\xff\x00half adder\n"
)


#: As berkeley-abc's `&write` left it: no text follows the c.
BY_ABC = (
    b"aig 10 4 0 3 6\n19\n21\n1\n\x06\x02\x01\x04\x01\x04\x04\x04\x01\x02\x01\x11cn\x00\x00\x00"
    b"\x02w\x00\nThis file was produced by the GIA package in ABC\n"
)


def test_bytes_after_c_are_a_comment():
    assert read_aiger(BY_ABC).output_bits() == (0x07F8, 0xFD57, 0xFFFF)


def test_the_half_adder():
    circuit = read_aiger(HALF_ADDER)
    assert str(circuit) == "g1 = x & y; g2 = x | y; g3 = ~g1 & g2; out = g3, g1"
    assert read_aiger(HALF_ADDER.encode()) == circuit
    assert read_aiger(HALF_ADDER.replace("\n", "\r\n")) == circuit
    assert read_aiger(BINARY_HALF_ADDER).hash_hex == circuit.hash_hex


@pytest.mark.parametrize(
    ("text", "circuit"),
    [
        ("aag 0 0 0 1 0\n0\n", "out = 0"),
        ("aag 0 0 0 1 0\n1", "out = 1"),
        ("aig 0 0 0 1 0\n1\n", "out = 1"),
        ("aag 1 1 0 2 0\n2\n2\n3\n", "out = a, ~a"),
        ("aig 1 1 0 2 0\n2\n3\n", "out = a, ~a"),
        # Variables with gaps and in any order, ANDs before what they read, one that none reads.
        (
            "aag 9 2 0 1 3\n8\n2\n19\n18 6 2\n6 8 2\n4 3 9\n",
            "x = a & b; y = x & b; z = a | b; out = ~y",
        ),
        # ANDs of constants and of one wire twice.
        ("aag 2 1 0 1 1\n2\n4\n4 2 1\n", "x = a & 1; out = x"),
        ("aag 2 1 0 1 1\n2\n4\n4 0 3\n", "x = 0 & ~a; out = x"),
        ("aag 2 1 0 1 1\n2\n4\n4 2 3\n", "x = a & ~a; out = x"),
        ("aag 2 1 0 1 1\n2\n4\n4 3 3\n", "x = a | a; out = ~x"),
        ("aag 1 0 0 1 1\n3\n2 1 1\n", "x = 0 | 0; out = x"),
        ("aag 1 1 0 1 0\n2\n3\nc\n", "out = ~a"),
        # As berkeley-abc's &write and hands leave it.
        ("aag 1 1 0 1 0\n2\n3\nc made by hand\ni9 no symbol", "out = ~a"),
        ("aag 1 1 0 1 0 0 0 0 0\n2\n3\n\n\nc\n", "out = ~a"),
        ("aig 1 1 0 1 0\n3\n\ni0 x\n\ncn\x00\x02w", "out = ~a"),
        ("aag 1 1 0 1 0\n2\n3\ni0 a name with spaces\n", "out = ~a"),
    ],
)
def test_odd_but_legal(text, circuit):
    inputs = int(text.split()[2])
    if "a & 1" in circuit:
        expected = Circuit(1, (Gate("butnot", (0, -1)),), (Output(1),))
    else:
        expected = Circuit.parse(inputs, circuit)
    assert read_aiger(text.encode()).hash_hex == expected.hash_hex


def test_large_differences_take_several_bytes():
    gates = tuple(Gate("and", (i, i + 1)) for i in range(200))
    circuit = Circuit(2, (*gates, Gate("and", (0, 1))), (Output(200), Output(202)))
    data = write_aig(circuit)
    assert data.count(b"\x80") + sum(byte > 0x80 for byte in data) > 0
    assert read_aiger(data).gates == tuple(
        Gate("and", gate.operands[::-1]) for gate in circuit.gates
    )


def test_files_are_written_as_the_report_says():
    circuit = Circuit.parse(2, "g1 = a ^ b; out = ~g1, b, 0")
    assert write_aag(circuit) == (
        "aag 5 2 0 3 3\n2\n4\n11\n4\n0\n6 4 2\n8 5 3\n10 9 7\n"
        "i0 a\ni1 b\no0 out0\no1 out1\no2 out2\n"
    )
    assert write_aig(circuit).startswith(b"aig 5 2 0 3 3\n11\n4\n0\n\x02\x02\x03\x02\x01\x02i0 a\n")
    assert read_aiger(write_aig(circuit)).in_basis(AIG)


REFUSED = [
    (
        "",
        "aiger, line 1: expected a header aag M I L O A or aig M I L O A, got the end of the file",
    ),
    ("abc 1 2 3", "line 1: expected a header"),
    ("aag 1 1 0 1", "line 1: expected a header"),
    ("aag 1 1 0 x 0", "line 1: expected a header"),
    ("aag 9999999999 1 0 1 0", "line 1: expected a header"),
    (
        "aag 1 1 0 1 0 1",
        "no bad states, constraints or fairness of AIGER 1.9), got aag 1 1 0 1 0 1",
    ),
    ("aig 1 1 0 1 0 1 2 3 4", "the five fields M I L O A"),
    ("aag 2 1 1 1 0\n2\n4 2\n4\n", "expected a combinational circuit (no latches), got 1 latches"),
    ("aag 17 17 0 1 0", "expected at most 16 inputs, got 17"),
    ("aag 1 1 0 1 1", "expected M = 2, the inputs and ANDs, got 1"),
    ("aig 3 1 0 1 1", "expected M = 2, the inputs and ANDs, got 3"),
    ("aag 1 1 0 0 0\n2\n", "aiger: expected at least one output, got none"),
    ("aag 1 1 0 1 0", "line 2: expected one literal, an input, got the end of the file"),
    ("aag 1 1 0 1 0\n3", "line 2: expected an even literal from 2 to 2"),
    ("aag 1 1 0 1 0\n0", "line 2: expected an even literal from 2 to 2"),
    ("aag 1 1 0 1 0\n2 2", "line 2: expected one literal, an input, got 2 2"),
    ("aag 2 2 0 1 0\n2\n2", "line 3: expected a signal not driven on line 2 already, got 2"),
    ("aag 1 1 0 1 0\n2\n4", "line 3: expected a literal up to 3 for an output, got 4"),
    ("aag 2 1 0 1 0\n2\n4", "line 3: expected signals that something drives, got 4"),
    ("aag 2 1 0 1 1\n2\n4\n4 2", "line 4: expected three literals, an AND and its operands"),
    ("aag 2 1 0 1 1\n2\n4\n5 2 2", "line 4: expected an even literal from 2 to 4"),
    ("aag 2 1 0 1 1\n2\n4\n4 2 6", "line 4: expected a literal up to 5 for an operand, got 6"),
    ("aag 2 1 0 1 1\n2\n4\n2 2 2", "line 4: expected a signal not driven on line 2 already, got 2"),
    ("aag 2 1 0 1 1\n2\n4\n4 4 2", "line 4: expected no signal that depends on itself, got 4"),
    ("aag 3 1 0 1 2\n2\n4\n4 6 2\n6 5 2", "expected no signal that depends on itself, got 4"),
    (
        "aag 1 1 0 1 0\n2\n2\nx",
        "line 4: expected a symbol i0 NAME or o0 NAME, or c before comments",
    ),
    ("aag 1 1 0 1 0\n2\n2\ni0 ", "line 4: expected a symbol i0 NAME"),
    ("aag 1 1 0 1 0\n2\n2\nb0 bad", "line 4: expected a symbol i0 NAME"),
    ("aag 1 1 0 1 0\n2\n2\ni1 x", "line 4: expected a symbol of one of 1 inputs, got i1 x"),
    (b"aig 2 1 0 1 1\n4\n", "line 3, byte 16: expected a number of at most 5 bytes, got the end"),
    (
        b"aig 2 1 0 1 1\n4\n\x80\x80\x80\x80\x80\x80",
        "byte 16: expected a number of at most 5 bytes",
    ),
    (b"aig 2 1 0 1 1\n4\n\x00\x00", "byte 16: expected a difference from 1 to 4, got 0"),
    (b"aig 2 1 0 1 1\n4\n\x05\x00", "byte 16: expected a difference from 1 to 4, got 5"),
    (b"aig 2 1 0 1 1\n4\n\x02\x03", "byte 17: expected a difference of at most 2, got 3"),
    (b"aig 999999999 0 0 1 999999999\n4\n\x02\x01", "byte"),
]


@pytest.mark.parametrize(("data", "part"), REFUSED)
def test_what_is_no_aiger_is_refused(data, part):
    with pytest.raises(ArgumentError) as caught:
        read_aiger(data)
    assert part in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
