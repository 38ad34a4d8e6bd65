"""What minimal means of programs: orders, and the costs that they compare."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import inf, log2
from typing import Any

from mesacircuits.errors import ArgumentError
from mesacircuits.programs.charges import Bits, Charge

__all__ = [
    "PROGRAM_ORDERS",
    "Cost",
    "ProgramOrder",
    "bits_json",
    "bits_text",
    "order_named",
    "time_function",
]

#: The orders by name, each with what is least.
PROGRAM_ORDERS = {
    "length": "instructions, and entries of the private table and of that of utilities",
    "bits": "bits of the prefix code, and of the tables",
    "worst-time": "instructions executed in the longest turn; then bits",
    "mean-time": "instructions executed, on average over the support; then bits",
    "total-time": "instructions executed in all turns of the support; then bits",
    "queries": "queries in all turns of the support; then bits",
    "kt": "bits + ceil(log2 t), t the time of the longest turn, at least 1",
    "f:EXPRESSION": "bits + f(t), such as f:t**2 or f:3*ceiling(log(t,2)), t as in kt",
}
#: Those that a program of any length may be least under, so that a cap on the length is stated.
#: Each with the cost that is least, and then the bits.
_CAPPED = {
    "worst-time": "longest",
    "mean-time": "total",
    "total-time": "total",
    "queries": "queries",
}
_LOGARITHM = "ceiling(log(t, 2))"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program costs.

    Attributes:
        length: instructions and entries of the tables, that of utilities only if it is read.
        bits: of the prefix code, with the tables as the machine charges them.
        longest: the time of the longest turn.
        total: the time of all turns.
        queries: in all turns.
        turns: how many turns, one for each input of the support.

    >>> Cost(3, 27, 12, 60, 20, 15).mean
    Fraction(4, 1)
    """

    length: int
    bits: Charge
    longest: int
    total: int
    queries: int
    turns: int

    @property
    def mean(self) -> Fraction:
        """The mean time of a turn."""
        return Fraction(self.total, self.turns)

    @property
    def kt(self) -> Charge:
        """Levin's Kt: bits + ceil(log2 t), t the time of the longest turn, at least 1."""
        return self.bits + (max(self.longest, 1) - 1).bit_length()

    def to_json(self) -> dict[str, Any]:
        """Return the cost as JSON values; the mean time is a fraction as text."""
        return {
            "length": self.length,
            "bits": bits_json(self.bits),
            "worst_time": self.longest,
            "mean_time": str(self.mean),
            "total_time": self.total,
            "queries": self.queries,
            "kt": bits_json(self.kt),
        }


def bits_json(bits: Charge) -> int | str:
    """Return a number of bits as JSON: a whole number, or an exact text.

    >>> from mesacircuits.programs.charges import log_bits
    >>> bits_json(24), bits_json(log_bits(3))
    (24, '0 + log2(3)')
    """
    if isinstance(bits, Bits):
        return bits.exact
    return int(bits) if bits.denominator == 1 else str(bits)


def bits_text(bits: Charge) -> str:
    """Return a number of bits as printed, to two places where it is not rational.

    >>> from mesacircuits.programs.charges import log_bits
    >>> bits_text(1), bits_text(log_bits(3))
    ('1 bit', '1.58 bits')
    """
    return f"{bits} bits" if isinstance(bits, Bits) or bits != 1 else "1 bit"


@dataclass(frozen=True, slots=True)
class ProgramOrder:
    """An order of programs.

    Attributes:
        name: a name of `PROGRAM_ORDERS`, or `f:` and an expression in t.
        capped: whether a cap on the length has to be stated.

    >>> order_named("kt").key(Cost(3, 27, 12, 60, 20, 15))
    (Fraction(31, 1),)
    """

    name: str

    @property
    def capped(self) -> bool:
        """Whether only programs up to a stated length are compared."""
        return self.name in _CAPPED

    @property
    def least(self) -> str | None:
        """The attribute of `Cost` that is least where the length is capped; else None."""
        return _CAPPED.get(self.name)

    @property
    def counts_time(self) -> bool:
        """Whether the order depends on how long programs run, or how often they ask."""
        return self.name not in ("length", "bits")

    @property
    def of_time(self) -> Callable[[int], Fraction]:
        """What the time of the longest turn adds to the bits, where the order adds them."""
        if self.name == "kt":
            return time_function(_LOGARITHM)
        if self.name.startswith("f:"):
            return time_function(self.name.removeprefix("f:"))
        return lambda time: Fraction(0)

    def key(self, cost: Cost) -> tuple[Charge, ...]:
        """Return what is least in the minima, the first number first."""
        if self.name == "length":
            return (Fraction(cost.length),)
        if self.least is not None:
            first = cost.mean if self.least == "total" else Fraction(getattr(cost, self.least))
            return first, cost.bits
        return (cost.bits + self.of_time(max(cost.longest, 1)),)

    def shown(self, cost: Cost) -> str:
        """Return the cost under this order as text, with its unit."""
        if self.name == "length":
            return self.unit(cost.length)
        if self.name == "bits":
            return self.unit(cost.bits)
        if self.capped:
            number = {"mean-time": cost.mean, "worst-time": cost.longest, "queries": cost.queries}
            unit = "queries" if self.name == "queries" else "instructions executed"
            first = number.get(self.name, cost.total)
            if first == 1:
                unit = unit.replace("queries", "query").replace("instructions", "instruction")
            return f"{first} {unit}, {bits_text(cost.bits)}"
        return f"{self.key(cost)[0]} ({bits_text(cost.bits)}, time {cost.longest})"

    def unit(self, number: Charge) -> str:
        """Return a number of what is least under length or bits, with its unit."""
        if self.name == "length":
            return f"{number:,} instruction{'s' if number != 1 else ''} and entries"
        return bits_text(number)

    def __str__(self) -> str:
        return self.name


def order_named(text: str) -> ProgramOrder:
    """Return the order that a text names, raising `ArgumentError` for anything else.

    >>> order_named("f:t/2").key(Cost(3, 27, 12, 60, 20, 15))
    (Fraction(33, 1),)
    """
    if text.startswith("f:"):
        time_function(text.removeprefix("f:"))
    elif text not in PROGRAM_ORDERS:
        raise ArgumentError("order", f"one of {', '.join(PROGRAM_ORDERS)}", text)
    return ProgramOrder(text)


#: The most bits of a number that an expression in the time may have anywhere.
_MOST_BITS = 4096


def _bits(node: ast.AST) -> float:
    """Return a bound on the bits of the numerator and denominator that a part of an expression has.

    Before it is evaluated: 9**9**9 is written faster than computed.
    """
    match node:
        case ast.Constant(value=int() | float() as number):
            return max(1.0, log2(abs(number) + 1)) + (64 if isinstance(number, float) else 0)
        case ast.Name():
            return 6.0  # t is at most 64
        case ast.UnaryOp(operand=operand):
            return _bits(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            exponent = _bits(right)
            return _bits(left) * 2.0**exponent if exponent <= 16 else inf
        case ast.BinOp(left=left, right=right):
            return _bits(left) + _bits(right) + 1
        case ast.Call(args=arguments):
            return sum(map(_bits, arguments)) + 1
    raise ValueError("neither a number nor an operation")


@lru_cache(maxsize=32)
def time_function(text: str) -> Callable[[int], Fraction]:
    """Return the function of the time t that an expression states, with exact values.

    Arguments:
        text: an expression in t for sympy: numbers, `+ - * / **`, `log(t, 2)`, `ceiling`, `floor`,
            `sqrt`, `Max`, `Min`; it must not fall as t grows from 1 to 64, and its values there
            must be rational, not negative, and of at most some thousand bits.

    Raises `ArgumentError` for anything else.

    >>> [str(time_function("ceiling(log(t, 2))")(t)) for t in (1, 2, 3, 8)]
    ['0', '1', '2', '3']
    """
    import sympy

    known = {"t", "log", "ceiling", "floor", "sqrt", "Max", "Min"}
    names = {*re.findall(r"[A-Za-z_]\w*", text)}
    if len(text) > 80 or names - known or not re.fullmatch(r"[\w+\-*/()., ]+", text):
        raise ArgumentError("f", f"an expression in {', '.join(sorted(known))}", text)
    symbol = sympy.Symbol("t", integer=True, positive=True)
    try:
        bits = _bits(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError) as error:
        raise ArgumentError("f", "an expression in t such as t**2", text) from error
    if bits > _MOST_BITS:
        expected = f"an expression whose numbers have at most {_MOST_BITS} bits"
        raise ArgumentError("f", expected, text)
    try:
        expression = sympy.sympify(text, locals={"t": symbol})
    except (sympy.SympifyError, TypeError, ValueError, SyntaxError) as error:
        raise ArgumentError("f", "an expression in t such as t**2", text) from error
    if not isinstance(expression, sympy.Expr):
        # Such as the name of a function alone.
        raise ArgumentError("f", "an expression in t such as t**2", text)

    @lru_cache(maxsize=1 << 12)
    def value(time: int) -> Fraction:
        found = sympy.simplify(expression.subs(symbol, time))
        if not found.is_Rational:
            raise ArgumentError("f", "an expression with rational values", text)
        return Fraction(int(found.p), int(found.q))

    values = [value(time) for time in range(1, 65)]
    if values[0] < 0 or any(a > b for a, b in pairwise(values)):
        raise ArgumentError("f", "an expression that does not fall as t grows, from 0 on", text)
    return value
