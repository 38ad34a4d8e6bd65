"""Truth tables: algebra, cofactors, hexadecimal and repr, and what is refused."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, input_bits, is_cube_bits
from mesacircuits.errors import ArgumentError
from mesacircuits.testing import truth_tables

WIDTHS = st.integers(0, 5)
read = TruthTable.from_hex


@st.composite
def same_width(draw, count, least=0):
    n = draw(st.integers(least, 5))
    return [draw(truth_tables(n)) for _ in range(count)]


@given(same_width(3))
def test_boolean_algebra(tables):
    f, g, h = tables
    zero, one = TruthTable.constant(f.inputs, 0), TruthTable.constant(f.inputs, 1)
    assert f & (g | h) == (f & g) | (f & h)
    assert ~(f & g) == ~f | ~g
    assert f ^ g == (f & ~g) | (~f & g)
    assert (f ^ f, f | ~f, ~~f) == (zero, one, f)
    assert f & one == f | zero == f


@given(same_width(2), st.data())
def test_operations_are_pointwise(tables, data):
    f, g = tables
    x = data.draw(st.integers(0, (1 << f.inputs) - 1))
    assert ((f & g)(x), (f | g)(x), (f ^ g)(x)) == (f(x) & g(x), f(x) | g(x), f(x) ^ g(x))
    assert (~f)(x) == 1 - f(x)


@given(truth_tables(WIDTHS))
def test_values_determine_the_table(f):
    assert TruthTable.of(f.inputs, f) == f
    assert f.count_ones() == sum(f(x) for x in range(1 << f.inputs))


@given(truth_tables(st.integers(0, 7)))
def test_hexadecimal_and_repr_round_trip(f):
    assert len(f.hex) == max(1, 2**f.inputs // 4)
    assert TruthTable.from_hex(f.inputs, f.hex) == f
    assert TruthTable.from_hex(f.inputs, str(f).lower()) == f
    assert eval(repr(f)) == f


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_table_of_an_input(case):
    n, i = case
    assert TruthTable.of_input(n, i) == TruthTable.of(n, lambda x: x >> i & 1)


@given(same_width(1, least=1), st.data())
def test_cofactors_are_shannons(tables, data):
    (f,) = tables
    i = data.draw(st.integers(0, f.inputs - 1))
    low, high, literal = f.cofactor(i, 0), f.cofactor(i, 1), TruthTable.of_input(f.inputs, i)
    assert (~literal & low) | (literal & high) == f
    for x in range(1 << f.inputs):
        assert low(x) == f(x & ~(1 << i))
        assert high(x) == f(x | 1 << i)
    assert i not in low.support()
    assert (i in f.support()) == (low != high)


@given(truth_tables(WIDTHS))
def test_restriction_to_the_support_loses_nothing(f):
    kept = f.support()
    small = f.restricted_to(kept)
    assert small.support() == tuple(range(len(kept)))
    assert (
        TruthTable.of(f.inputs, lambda x: small(sum((x >> i & 1) << k for k, i in enumerate(kept))))
        == f
    )


def cubes(n):
    """Yield every conjunction of literals, by brute force: a literal or none for each input."""
    found = [(1 << (1 << n)) - 1]
    for i in range(n):
        found += [c & p for c in found for p in (input_bits(n, i), ~input_bits(n, i))]
    return set(found)


@pytest.mark.parametrize("n", range(4))
def test_cubes_are_the_conjunctions_of_literals(n):
    expected = cubes(n)
    assert len(expected) == 3**n
    assert {b for b in range(1 << (1 << n)) if TruthTable(n, b).is_cube()} == expected


@given(st.integers(0, 255), st.integers(1, 255))
def test_cubes_on_a_support(bits, support):
    expected = {c & support for c in cubes(3)} - {0}
    assert is_cube_bits(bits, 3, support) == (bits & support in expected)


@pytest.mark.parametrize(
    ("call", "argument", "expected", "got"),
    [
        (lambda: TruthTable(17, 0), "inputs", "a whole number from 0 to 16", "17"),
        (lambda: TruthTable("3", 0), "inputs", "a whole number from 0 to 16", "3"),
        (lambda: TruthTable(2, 16), "bits", "an integer of at most 4 bits, not negative", "16"),
        (lambda: TruthTable(2, -1), "bits", "an integer of at most 4 bits, not negative", "-1"),
        (lambda: TruthTable(2, 1)(4), "x", "2 bits, a first, or one integer from 0 to 3", "4"),
        (lambda: TruthTable.of_input(2, 2), "index", "an input below 2", "2"),
        (lambda: TruthTable(2, 1).cofactor(2, 0), "index", "an input below 2", "2"),
        (lambda: TruthTable(2, 1).cofactor(-1, 0), "index", "an input below 2", "-1"),
        (lambda: read(3, "E"), "truth table", "2 hexadecimal digits for 3 inputs", "E"),
        (lambda: read(3, "-1"), "truth table", "2 hexadecimal digits for 3 inputs", "-1"),
        (lambda: read(2, "", "f"), "f", "1 hexadecimal digit for 2 inputs", "nothing"),
        (lambda: read(1, "7"), "truth table", "at most 2 bits", "7"),
        (
            lambda: TruthTable(1, 0) & TruthTable(2, 0),
            *("operand", "a table of 1 inputs", "TruthTable(inputs=2, bits=0x0)"),
        ),
    ],
)
def test_bad_arguments_are_named_on_one_line(call, argument, expected, got):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == f"{argument}: expected {expected}, got {got}"


@pytest.mark.parametrize("inputs", [-1, MAX_TABLE_INPUTS + 1, 10**9])
@pytest.mark.parametrize(
    "make",
    [
        lambda n: TruthTable.from_hex(n, "0"),
        lambda n: TruthTable.of_input(n, 0),
        lambda n: TruthTable.constant(n, 1),
        lambda n: TruthTable.of(n, lambda x: 0),
    ],
)
def test_too_many_inputs_are_refused_before_anything_large_is_built(make, inputs):
    with pytest.raises(ArgumentError, match=r"^inputs: expected a whole number from 0 to 16, got"):
        make(inputs)


@given(st.integers(0, 4), st.text(max_size=6))
def test_any_text_is_read_or_refused(inputs, text):
    try:
        table = TruthTable.from_hex(inputs, text)
    except ArgumentError:
        return
    assert table.hex == (text[2:] if text[:2] in ("0x", "0X") else text).upper()
