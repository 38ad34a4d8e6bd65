"""Circuits from expressions: their tables, their gates, and that what was one gate still is it."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import B2, Circuit, Gate, Output, TruthTable, parse_expression
from mesacircuits.errors import ArgumentError

INPUTS = 4


def extended(inner):
    """Return expressions of expressions, each with the number of its gates."""
    symbols = st.sampled_from(["&", "^", "|", " and ", " xor ", " or "])
    inverted = st.tuples(st.sampled_from(["~", "!", "not "]), inner).map(
        lambda case: (f"{case[0]}({case[1][0]})", case[1][1])
    )
    joined = st.tuples(inner, symbols, inner).map(
        lambda case: (f"({case[0][0]}){case[1]}({case[2][0]})", case[0][1] + case[2][1] + 1)
    )
    return inverted | joined


expressions = st.recursive(st.sampled_from([(c, 0) for c in "abcd01"]), extended, max_leaves=8)


@given(expressions)
def test_an_output_computes_its_expression_with_a_gate_for_each_operator(case):
    text, gates = case
    circuit = Circuit.parse(INPUTS, f"out = {text}")
    assert circuit.tables() == (parse_expression(text, INPUTS),)
    assert circuit.size == gates
    assert circuit.in_basis(B2)


@given(expressions, expressions, st.sampled_from("&^|"))
def test_steps_may_be_expressions_and_read_one_another(first, second, symbol):
    x, y = f"(~({first[0]}))", f"(~({second[0]}))"
    circuit = Circuit.parse(INPUTS, f"x = {x}; y = {y}; out = x {symbol} y")
    assert circuit.tables() == (parse_expression(f"{x} {symbol} {y}", INPUTS),)
    assert circuit.size == first[1] + second[1] + 1


@pytest.mark.parametrize("first", "&^|")
@pytest.mark.parametrize("second", "&^|")
@pytest.mark.parametrize("inverted", ["", "~"])
def test_operators_bind_as_in_expressions(first, second, inverted):
    text = f"a {first} b {second} {inverted}c"
    assert Circuit.parse(3, f"out = {text}").tables() == (parse_expression(text, 3),)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x = a | ~b; out = x", "g1 = ~a & b; out = ~g1"),
        ("x = a | ~b; y = ~x; out = y", "g1 = ~a & b; out = g1"),
        ("x = a | ~b; y = x & c; out = y", "g1 = ~a & b; g2 = ~g1 & c; out = g2"),
        ("out = a & b", "g1 = a & b; out = g1"),
        ("out = a & b & c, a ^ b", "g1 = a & b; g2 = g1 & c; g3 = a ^ b; out = g2, g3"),
        ("out = a ? b | c : ~c", "g1 = b | c; g2 = a ? ~g1 : c; out = ~g2"),
        ("out = a ? b : c ? a : b", "g1 = c ? a : b; g2 = a ? b : g1; out = g2"),
        ("out = maj(a & b, ~b, c)", "g1 = a & b; g2 = maj(g1, ~b, c); out = g2"),
        ("out = ~tt:3:96(a, b, c ^ a)", "g1 = c ^ a; g2 = xor3(a, b, g1); out = ~g2"),
        ("out = ~~a, (b), 1 & a", "g1 = ~0 & a; out = a, b, g1"),
        ("and = a & b; out = and ^ a", "g1 = a & b; g2 = g1 ^ a; out = g2"),
    ],
)
def test_gates_come_in_the_order_in_which_they_are_evaluated(text, printed):
    circuit = Circuit.parse(3, text)
    assert str(circuit) == printed
    assert Circuit.parse(3, printed) == circuit


#: A step that `str` writes is that gate, whatever it would be as an expression.
SINGLE = [
    ("a & b", Gate("and", (0, 1))),
    ("a & ~b", Gate("butnot", (0, 1))),
    ("~a & b", Gate("notbut", (0, 1))),
    ("a | b", Gate("or", (0, 1))),
    ("a ^ 0", Gate("xor", (0, -1))),
    ("~a", Gate("not", (0,))),
    ("~(a & b)", Gate("nand", (0, 1))),
    ("~(a | b)", Gate("nor", (0, 1))),
    ("~( a ^b )", Gate("xnor", (0, 1))),
    ("maj(~a, b, c)", Gate("maj~0", (0, 1, 2))),
    ("a ? ~b : c", Gate("mux~", (0, 1, 2))),
    ("tt:2:8(a, b)", Gate("and", (0, 1))),
    ("tt:3:01(a,b,c)", Gate("tt:3:01", (0, 1, 2))),
]


@pytest.mark.parametrize(("text", "gate"), SINGLE)
def test_a_step_that_is_one_gate_is_that_gate(text, gate):
    assert Circuit.parse(3, f"g = {text}; out = ~g") == Circuit(3, (gate,), (Output(3, True),))


def test_a_gate_of_what_is_read_inverted_takes_the_inversion():
    nand = Circuit.parse(2, "x = a | ~b; y = ~(x & a); z = x ? a : b; out = y, z")
    assert nand.tables() == (
        ~(TruthTable(2, 0b1011) & TruthTable(2, 0b1010)),
        TruthTable(2, 0b1110),
    )
    assert nand.size == 3


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("g = a b", "a gate such as a & ~g1 or an expression such as (a | ~b) ^ g1, got a b ('b'"),
        ("g = (a & b", "got (a & b (the end at column 7, not ')' or an operator)"),
        ("g = a ? b", "got a ? b (the end at column 6, not ':' or an operator)"),
        ("g = nand(a, b)", "got nand(a, b) ('nand' at column 1, not maj, xor3 or tt:N:HEX)"),
        ("g = maj(a & b, c)", "got maj(a & b, c) (')' at column 13, not 3 operands of maj)"),
        ("g = tt:2:88(a, b & c)", "operator: expected one of not, and"),
        ("g = 1", "got 1 (no operator: what reads it can read that wire)"),
        ("g = (a)", "got (a) (no operator: what reads it can read that wire)"),
        ("g = a & q | b", "a wire among a, b, c, got q"),
        ("out = a b", "an output wire such as ~g1 or an expression such as (a | ~b) ^ g1"),
        ("out = a & b c", "('c' at column 7, not an operator or the end)"),
        ("out = " + "~" * 200 + "a", "st 100 nested parentheses and negations)"),
    ],
)
def test_refusals_say_which_form_to_use(text, part):
    with pytest.raises(ArgumentError) as caught:
        Circuit.parse(3, text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
