"""What a task may be written as: all forms of a table say the same, and the rest is refused."""

import numpy as np
import pytest
import sympy
from hypothesis import given, strategies as st

from mesacircuits import enumerate_minima
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.written import tables_of
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.universe import as_universe
from mesacircuits.tasks import FunctionTask, as_task, parse_task
from mesacircuits.testing import truth_tables


def minterms(bits, names):
    """The expression of a list of bits as a sum of minterms, and one of sympy."""
    rows = [x for x, bit in enumerate(bits) if bit]
    literals = [[(name, x >> i & 1) for i, name in enumerate(names)] for x in rows]
    text = " | ".join(" & ".join("~" * (1 - on) + n for n, on in each) for each in literals)
    terms = (
        sympy.And(*(sympy.Symbol(n) if on else ~sympy.Symbol(n) for n, on in each))
        for each in literals
    )
    return text, sympy.Or(*terms, evaluate=False)


@given(truth_tables(st.integers(1, 4)), st.sampled_from(["x{}", "x[{}]", "in{}_", "letters"]))
def test_every_form_of_a_table_says_the_same(table, named):
    n, bits = table.inputs, [table(x) for x in range(1 << table.inputs)]
    task = FunctionTask((table,))

    def function(*given):
        assert len(given) == n
        return bits[sum(bit << i for i, bit in enumerate(given))]

    binary = "".join(map(str, reversed(bits)))
    forms = [table, task, bits, tuple(bits), bytes(bits), binary, f"0b{binary}"]
    forms += [np.array(bits), np.array(bits, dtype=bool), np.array(bits, dtype=float), str(task)]
    if n > 1:
        forms.append(f"0x{table.hex.lower()}")
        if set(table.hex) - {"0", "1"} and len(table.hex) > 1:
            forms.append(table.hex)
    assert all(as_task(form) == as_task(form, n) == task for form in forms)
    assert (
        as_task(int(table), n) == as_task(np.int64(int(table)), n) == as_task(function, n) == task
    )
    # Names beyond 9 show that the order is natural.
    names = "abcd"[:n] if named == "letters" else [named.format(i + 9) for i in range(n)]
    if any(bits):
        text, expression = minterms(bits, names)
        assert as_task(f"({text}) & 1", n) == as_task(f"expr:{text}", n) == task
        assert as_task(expression, n) == task
    # The same lists without what reads them as a whole.
    assert list(table) == list(table[:]) == bits
    assert [table[x] for x in range(-len(table), len(table))] == 2 * bits
    assert all(table(*(x >> i & 1 for i in range(n))) == table(x) for x in range(len(table)))
    assert TruthTable.of(n, lambda x: bits[x]) == TruthTable.of(bits) == TruthTable.of(n, binary)


@given(st.lists(truth_tables(3), min_size=2, max_size=3))
def test_several_outputs(tables):
    task = FunctionTask(tuple(tables))
    text = ",".join(f"0x{table.hex}" for table in tables)
    functions = as_task(lambda a, b, c: [table(a, b, c) for table in tables])
    assert as_task(tables) == as_task(text) == functions == task


def test_circuits_and_what_sympy_has():
    a, b, c = sympy.symbols("a b c")
    circuit = Circuit.parse(3, "g1 = a & ~b; g2 = g1 | c; out = g2, ~g1")
    assert as_task(circuit) == as_task(circuit.to_sympy()) == parse_task("tt:3:F2,DD")
    for expression, text in (
        (sympy.Implies(a, b), "0xD"),
        (sympy.ITE(a, b, c), "D8"),
        (sympy.Equivalent(a, b, c), "81"),
        (sympy.Xor(a, b, c), "96"),
        (sympy.Nor(a, c), "05"),
        (sympy.true, "0b11"),
    ):
        assert as_task(expression) == as_task(text)
    assert as_task(sympy.Or, n=2) == as_task("a | b")


@pytest.mark.parametrize(
    ("value", "n", "said"),
    [
        (0xE8, None, "expected the number of inputs beside a number, as in (0xE8, n=3), got 232"),
        (0xE8, 2, "expected a number of at most 4 bits for 2 inputs"),
        (-1, 3, "not negative"),
        (True, 1, "expected a task, a number with n, 2^n bits from x = 0 on, a function of n bits"),
        (None, None, "or a text such as 0x16E9, 11101000 or x1 & x2, got None"),
        ({1: 2}, None, "expected a task, a number with n"),
        ([0, 1, 1], None, "expected 2^n bits"),
        ([0, 2], None, "expected 0 or 1 as bit 1 of a table, got 2"),
        (np.eye(2), None, "expected 0 or 1 as bit 0"),
        ([0, 1], 2, "expected 2 inputs, as n says, got 1"),
        (lambda x: x, 3, "expected a function of 3 bits"),
        (lambda *bits: 0, None, "expected n, where a function may take several"),
        (lambda a, b=0: a, None, "expected n, where a function may take several"),
        (lambda a, b: ~(a & b), None, "(NOT is 1 - a or not a) on input 0, got -1"),
        (lambda a, b: (a, b) if a else (a,), None, "expected 0 or 1 from the function"),
        (sympy.Symbol("a") > 1, None, "expected symbols and And, Or, Xor, Not"),
        ("a", None, "expected 0xA (a table) or expr:a (an input), not a letter of both, got a"),
        ("111", None, "expected 2^n digits 0 and 1, the last of x = 0"),
        ("1", None, "expected 2^n digits 0 and 1"),
        ("16E", None, "expected 1, 2, 4, 8 or 16 hexadecimal digits"),
        ("E8,00", None, "expected tables of as many inputs each"),
        ("E8", 4, "expected 4 hexadecimal digits for 4 inputs"),
        ("x1 & x2 & x3 & x4 & x5 & x6 & x7", None, "expected at most 6 inputs"),
        ("x1 & & x2", None, "got '&' at column 6"),
        ("b & x", None, "expected letters a, b, c, ..., or other names alone: is b input 0?"),
        ("ab | cd", None, "expected a & b, or another name, got ab"),
        ("tt:2:8", 3, "expected 3 inputs, as n says, got 2"),
    ],
    ids=lambda value: "function" if callable(value) else repr(value),
)
def test_what_is_no_task_or_several_is_refused(value, n, said):
    with pytest.raises(ArgumentError) as caught:
        as_task(value, n)
    message = str(caught.value)
    assert message.startswith("task: ")
    assert said in message
    assert len(message.splitlines()) == 1


@given(st.text(alphabet="01bcxAF[]&|^~!,( )", max_size=9) | st.text(max_size=9))
def test_any_text_is_read_or_refused(text):
    for read in (tables_of, lambda given: as_task(given, 2)):
        try:
            assert read(text)
        except ArgumentError as refusal:
            message = str(refusal)
            assert len(message.splitlines()) == 1


#: As people type them, with what the notebook then shows.
NOTEBOOK = (
    ("m = enumerate_minima(0xE8, n=3); len(m)", 51),
    ("enumerate_minima([0, 0, 0, 1, 0, 1, 1, 1]) == m", True),
    ("enumerate_minima(lambda a, b, c: a & b | a & c | b & c) == m", True),
    ("enumerate_minima(numpy.array([0, 0, 0, 1, 0, 1, 1, 1])).circuits", 51),
    ("enumerate_minima(sympy.Or(*sympy.symbols('x1 x2')))[0].evaluate(1, 0)", (1,)),
    (
        "enumerate_minima('16E9') == enumerate_minima('0x16E9') == enumerate_minima('tt:4:16E9')",
        True,
    ),
    ("c = m[0]; c(1, 1, 0), c.size, sum(max(d.fan_outs[3:]) == 1 for d in m)", ((1,), 4, 27)),
    (
        "t = TruthTable.from_hex('cafe'); t[5], t(1, 0, 1, 0), int(t), len(list(t))",
        (1, 1, 51966, 16),
    ),
    ("c.to_blif().split()[:2], c.to_verilog().split()[0]", ([".model", "circuit"], "module")),
    (
        "enumerate_minima('x[0] ^ x[1] ^ x[2]', 'xmg')[0].size, len(enumerate_minima('6', 'xag'))",
        (1, 1),
    ),
)


def test_the_first_lines_of_a_notebook():
    known = {"enumerate_minima": enumerate_minima, "numpy": np, "sympy": sympy}
    known["TruthTable"] = TruthTable
    for line, shown in NOTEBOOK:
        before, _, last = line.rpartition("; ")
        exec(before, known)
        assert eval(last, known) == shown, line


def test_the_command_line_and_universes_take_the_same(run):
    status, out, _ = run("enumerate", "16E9", "--count", "--basis", "xag")
    assert status == 0
    assert out.startswith("tt:4:16E9: 108 minimal circuits")
    assert run("enumerate", "x2 & ~x1 | x10", "--count")[1].startswith("tt:3:F4: ")
    assert str(as_universe(lambda a, b: a ^ b)) == "tt:2:6"
    assert enumerate_minima(0xE8, n=3) == enumerate_minima("11101000")
