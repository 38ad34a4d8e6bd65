"""Exact numbers in tasks: whole numbers, or texts such as 2/3."""

from __future__ import annotations

import re
from fractions import Fraction

from mesacircuits.errors import ArgumentError

__all__ = ["rational_from", "rational_text"]

_DIGITS = 18
_FORM = re.compile(rf"-?\d{{1,{_DIGITS}}}(?:/\d{{1,{_DIGITS}}})?", re.ASCII)


def rational_from(value: Fraction | int | str, argument: str) -> Fraction:
    """Return a fraction, a whole number or a text such as `-2/3` as a `Fraction`.

    Raises `ArgumentError`, naming `argument`, for anything else: floating-point numbers, which are
    not exact, and whole numbers and texts of more than 18 digits.

    >>> rational_from("2/4", "prior")
    Fraction(1, 2)
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_DIGITS:
        return Fraction(value)
    if isinstance(value, str) and _FORM.fullmatch(value.strip()):
        try:
            return Fraction(value.strip())
        except ZeroDivisionError:
            pass
    raise ArgumentError(argument, "whole numbers or fractions such as 2/3", value)


def rational_text(value: Fraction) -> int | str:
    """Return a fraction as JSON holds it: a whole number as such, else text.

    >>> rational_text(Fraction(3)), rational_text(Fraction(-2, 4))
    (3, '-1/2')
    """
    return value.numerator if value.denominator == 1 else str(value)
