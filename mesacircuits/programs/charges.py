"""Exact numbers of bits: rationals, and binary logarithms of rationals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from math import log2

__all__ = ["Bits", "Charge", "log_bits"]


@total_ordering
@dataclass(frozen=True, eq=True)
class Bits:
    """An exact number of bits that is not rational: r + log2(q) / k.

    Sums, differences, products with rationals, and comparisons are exact: r + log2(q) / k is
    positive iff, r = a / b, the integers 2^(a k) and q^b are so compared. No floating-point number
    decides anything; one is only printed.

    Arguments:
        rational: r.
        argument: q > 0, other than 1, its numerator and denominator odd, and no power of an
            exponent that k has in common with it.
        share: k, at least 1.

    `log_bits` makes such numbers, as rationals where they are rational.

    >>> table = 38 - log_bits(Fraction(20736))
    >>> table.exact, str(table), 23 < table < 24, table + log_bits(Fraction(20736)) == 38
    ('30 - log2(81)', '23.66', True, True)
    >>> (table - 24) / Fraction(1, 2) == 2 * table - 48, table * 2 - table == table
    (True, True)
    """

    rational: Fraction
    argument: Fraction
    share: int = 1

    @property
    def exact(self) -> str:
        """The number as text, exactly."""
        q, sign = (self.argument, "+") if self.argument > 1 else (1 / self.argument, "-")
        shared = f" / {self.share}" if self.share > 1 else ""
        return f"{self.rational} {sign} log2({q}){shared}"

    def __str__(self) -> str:
        return f"{float(self):.2f}"

    def __float__(self) -> float:
        q = self.argument
        return float(self.rational) + (log2(q.numerator) - log2(q.denominator)) / self.share

    def __add__(self, other: Charge) -> Charge:
        if not isinstance(other, Bits):
            return Bits(self.rational + other, self.argument, self.share)
        argument = self.argument**other.share * other.argument**self.share
        return _bits(self.rational + other.rational, argument, self.share * other.share)

    def __neg__(self) -> Bits:
        return Bits(-self.rational, 1 / self.argument, self.share)

    def __sub__(self, other: Charge) -> Charge:
        return self + -other

    def __rsub__(self, other: int | Fraction) -> Charge:
        return -self + other

    def __mul__(self, factor: int | Fraction) -> Charge:
        factor = Fraction(factor)
        argument = self.argument**factor.numerator
        return _bits(self.rational * factor, argument, self.share * factor.denominator)

    def __truediv__(self, divisor: int | Fraction) -> Charge:
        return self * (1 / Fraction(divisor))

    def __lt__(self, other: Charge) -> bool:
        return _sign(self - other) < 0

    def __floor__(self) -> int:
        near = int(float(self)) + 1
        while near > self:
            near -= 1
        return near

    __radd__ = __add__
    __rmul__ = __mul__


#: A number of bits: a whole number, a rational, or `Bits`.
Charge = int | Fraction | Bits


def _sign(number: Charge) -> int:
    if not isinstance(number, Bits):
        return (number > 0) - (number < 0)
    # r + log2(q) / k against 0, that is 2^(a k) q^b against 1, where r = a / b.
    a, b = number.rational.numerator, number.rational.denominator
    power = number.argument**b
    left, right = power.numerator, power.denominator
    shift = a * number.share
    left, right = (left << shift, right) if shift > 0 else (left, right << -shift)
    return (left > right) - (left < right)


def _odd(number: int) -> tuple[int, int]:
    twos = (number & -number).bit_length() - 1
    return number >> twos, twos


def _root(number: int, exponent: int) -> int | None:
    """Return the whole number of which this is the power, if it is one."""
    # Newton's way, from above.
    below = exponent - 1
    root = 1 << -(-number.bit_length() // exponent)
    while (nearer := (root * below + number // root**below) // exponent) < root:
        root = nearer
    return root if root**exponent == number else None


def _bits(rational: Fraction, argument: Fraction, share: int) -> Charge:
    """Return r + log2(q) / k in its one form; a rational where it is one."""
    above, up = _odd(argument.numerator)
    below, down = _odd(argument.denominator)
    rational += Fraction(up - down, share)
    for factor in range(2, share + 1):
        while share % factor == 0:
            roots = _root(above, factor), _root(below, factor)
            if roots[0] is None or roots[1] is None:
                break
            above, below, share = roots[0], roots[1], share // factor
    if above == below:
        return rational.numerator if rational.denominator == 1 else rational
    return Bits(rational, Fraction(above, below), share)


def log_bits(argument: Fraction | int) -> Charge:
    """Return log2(q) exactly, a whole number where it is one.

    Arguments:
        argument: q, more than 0.

    >>> log_bits(Fraction(1, 8)), log_bits(6).exact
    (-3, '1 + log2(3)')
    """
    return _bits(Fraction(0), Fraction(argument), 1)
