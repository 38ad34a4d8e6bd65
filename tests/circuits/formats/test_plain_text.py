"""Our own text in files: who the inputs are, comments, and what is refused."""

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import read_text, write_text
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
        ("inputs = a, c\nout = a", "f, line 1: expected inputs = a, b, c, ... up to p, got a, c"),
        ("out = a\ninputs = a", "f: expected steps NAME = GATE, then out = WIRE as the last"),
        ("inputs = a\ninputs = a\nout = a", "f: expected a gate such as a & ~g1 or an expr"),
        ("inputs = a\nout = b", "f: expected an output wire among a, got b"),
        ("", "f: expected a last step out = WIRE, got nothing"),
        ("out = q", "f: expected an output wire among"),
    ],
)
def test_what_is_no_text_of_a_circuit_is_refused(text, part):
    with pytest.raises(ArgumentError) as caught:
        read_text(text, "f")
    assert part in str(caught.value)


def test_one_step_per_line():
    circuit = Circuit.parse(2, "g1 = a & b; out = g1, ~a")
    assert write_text(circuit) == "inputs = a, b\ng1 = a & b\nout = g1, ~a\n"
    assert write_text(Circuit.parse(0, "out = 0")) == "inputs =\nout = 0\n"
