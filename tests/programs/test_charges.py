"""Exact numbers of bits against floating-point ones, and roots against powers."""

from fractions import Fraction
from math import isclose, log2

from hypothesis import given, strategies as st

from mesacircuits.programs.charges import Bits, _root, log_bits

positive = st.fractions(Fraction(1, 60), 1000, max_denominator=60)
rationals = st.fractions(-50, 50, max_denominator=6)


@given(st.integers(1, 10**40), st.integers(2, 9), st.integers(-1, 1))
def test_a_root_is_found_iff_there_is_one(base, exponent, beside):
    number = max(base**exponent + beside, 1)
    found = _root(number, exponent)
    # Beside 0 and 1 no two powers of one exponent are neighbours.
    assert (found is not None) == (beside == 0 or number == 1)
    assert found is None or found**exponent == number


@given(positive, rationals, rationals, positive)
def test_sums_products_and_comparisons_are_exact(q, r, factor, other):
    number, second = r + log_bits(q), log_bits(other)
    assert isclose(float(number), r + log2(q), abs_tol=1e-9)
    assert (number + second) - second == number
    assert number * factor + number * (1 - factor) == number
    assert 2 * (number / 2) == number
    assert log_bits(q) + second == log_bits(q * other)
    # Equal numbers have one form, whatever made them.
    share = log_bits(q**3) / 3
    assert share == log_bits(q)
    assert isinstance(share, Bits) == (
        q.numerator & q.numerator - 1 != 0 or q.denominator & q.denominator - 1 != 0
    )
    near = float(number) - float(second)
    if abs(near) > 1e-9:
        assert (number < second) == (near < 0)


@given(st.integers(1, 10**9), st.integers(1, 6), rationals)
def test_the_floor_is_the_whole_number_below(q, share, r):
    number = r + log_bits(q) * Fraction(1, share)
    below = number.__floor__()
    assert below <= number < below + 1
