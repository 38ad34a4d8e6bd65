"""Our own text in files: who the inputs are, comments, and what is refused."""

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import read_text, write_text
from mesacircuits.circuits.names import Names
from mesacircuits.errors import ArgumentError


@pytest.mark.parametrize(
    ("text", "inputs", "steps"),
    [
        ("inputs = a, b, c\nout = a", 3, "out = a"),
        ("# a comment\n\ninputs=a,b ; g1 = a & b # and\nout = ~g1\n", 2, "g1 = a & b; out = ~g1"),
        ("inputs =\nout = 1", 0, "out = 1"),
        ("g1 = a ^ d; out = g1", 4, "g1 = a ^ d; out = g1"),
        ("x = a & b\nc = x | a\nout = c", 2, "x = a & b; c = x | a; out = c"),
        ("out = 0", 0, "out = 0"),
        (b"out = p\r\n", 16, "out = p"),
    ],
)
def test_inputs_are_named_or_found(text, inputs, steps):
    assert read_text(text) == Circuit.parse(inputs, steps)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("inputs = x, x\nout = x", "f, line 1: expected inputs = x, y, ... once, with at most 16 "),
        ("inputs = 1\nout = 0", "f: expected a gate such as a & ~g1 or an expression"),
        ('inputs = "1"\nout = "0"', 'f: expected an output wire among a, "1", got "0"'),
        ("inputs = x\noutputs = f, g\nout = x", "f: expected names of 1 inputs and 1 outputs"),
        ("out = a\ninputs = a", "f: expected steps NAME = GATE, then out = WIRE as the last"),
        ("inputs = a\ninputs = a\nout = a", "f, line 2: expected inputs = x, y, ... once"),
        ("inputs = a\nout = b", "f: expected an output wire among a, got b"),
        ("", "f: expected a last step out = WIRE, got nothing"),
        ("out = q", "f: expected an input such as a, or a gate, got q"),
    ],
)
def test_what_is_no_text_of_a_circuit_is_refused(text, part):
    with pytest.raises(ArgumentError) as caught:
        read_text(text, "f")
    assert part in str(caught.value)


def test_names_are_read_and_written():
    text = 'inputs = b, a, "x[0]", "0"\noutputs = "f;#", b\nz = b & "x[0]"\nout = ~z, z & "0"'
    circuit = read_text(text)
    assert circuit == Circuit.parse(4, "z = a & c; y = z & d; out = ~z, y")
    assert circuit.names == Names(("b", "a", "x[0]", "0"), ("f;#", "b"))
    again = read_text(write_text(circuit))
    assert (again, again.names) == (circuit, circuit.names)
    assert str(circuit) == 'g1 = b & "x[0]"; g2 = g1 & "0"; out = ~g1, g2'
    # Letters go as well where no name is one.
    assert read_text("out = a ^ y", names=("x", "y")) == read_text("out = x ^ y", names=("x", "y"))
    with pytest.raises(ArgumentError):
        read_text("out = a ^ b", names=("b", "x"))


def test_one_step_per_line():
    circuit = Circuit.parse(2, "g1 = a & b; out = g1, ~a")
    assert write_text(circuit) == "inputs = a, b\ng1 = a & b\nout = g1, ~a\n"
    assert write_text(Circuit.parse(0, "out = 0")) == "inputs =\nout = 0\n"
