"""Truth tables: a Boolean function of n inputs as an integer of 2^n bits.

Bit x of the integer is f(x), where x = sum of x_i 2^i. So the table of the input `a` (x_0) on
three inputs is 0xAA, and the carry of a full adder is 0xE8. This is the convention of kitty and
ABC; it differs from the one that prints truth tables from the row 0...0 on the left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mesacircuits.errors import ArgumentError

__all__ = ["MAX_TABLE_INPUTS", "TruthTable", "input_bits", "input_name", "is_cube_bits"]

#: The widest truth table that is built: 2^16 bits. Kernels work up to six inputs (64 bits).
MAX_TABLE_INPUTS = 16


def input_name(index: int) -> str:
    """Return the letter of input `index`: 0 is `a`, 1 is `b`, ...

    >>> input_name(2)
    'c'
    """
    return chr(ord("a") + index)


@cache
def input_bits(inputs: int, index: int) -> int:
    """Return the truth table of input number `index` among `inputs`, as an integer.

    >>> [hex(input_bits(3, i)) for i in range(3)]
    ['0xaa', '0xcc', '0xf0']
    """
    block = 1 << index
    bits, width = ((1 << block) - 1) << block, 2 * block
    while width < 1 << inputs:
        bits |= bits << width
        width *= 2
    return bits


def is_cube_bits(bits: int, inputs: int, support: int) -> bool:
    """Return whether the set `bits`, within `support`, is a cube of the inputs met with `support`.

    A cube is a conjunction of literals. The least cube that contains a set is the conjunction of
    all literals true on the whole of it; the set is a cube on the support iff it is that cube's
    part of the support. The empty set is not counted as a cube.

    >>> is_cube_bits(0b1010, 2, 0b1111), is_cube_bits(0b0110, 2, 0b1111)
    (True, False)
    """
    bits &= support
    if not bits:
        return False
    hull = support
    for index in range(inputs):
        literal = input_bits(inputs, index)
        if not bits & ~literal:
            hull &= literal
        elif not bits & literal:
            hull &= ~literal
    return hull == bits


@dataclass(frozen=True, slots=True, order=True)
class TruthTable:
    """A Boolean function f: {0,1}^n -> {0,1}, as an integer whose bit x is f(x).

    Arguments:
        inputs: n, from 0 to 16.
        bits: the integer, from 0 to 2^(2^n) - 1.

    Raises `ArgumentError` outside those ranges. Tables combine with `&`, `|`, `^` and `~`.

    Source: D. E. Knuth, *The Art of Computer Programming* 4A, section 7.1.1 (with the order of
    the bits reversed, as in kitty and ABC).

    >>> a, b, c = (TruthTable.of_input(3, i) for i in range(3))
    >>> majority = (a & b) | (a & c) | (b & c)
    >>> majority
    TruthTable(inputs=3, bits=0xE8)
    >>> majority(0b011), majority(0b100)
    (1, 0)
    """

    inputs: int
    bits: int

    def __post_init__(self) -> None:
        if not isinstance(self.inputs, int) or not 0 <= self.inputs <= MAX_TABLE_INPUTS:
            raise ArgumentError(
                "inputs", f"a whole number from 0 to {MAX_TABLE_INPUTS}", self.inputs
            )
        if not isinstance(self.bits, int) or not 0 <= self.bits < 1 << (1 << self.inputs):
            raise ArgumentError(
                "bits", f"an integer of at most {1 << self.inputs} bits, not negative", self.bits
            )

    @classmethod
    def of_input(cls, inputs: int, index: int) -> TruthTable:
        """Return the table of input number `index` (0 is `a`) among `inputs`."""
        cls(inputs, 0)._check_input(index)
        return cls(inputs, input_bits(inputs, index))

    @classmethod
    def constant(cls, inputs: int, value: bool | int) -> TruthTable:
        """Return the constant function `value` of `inputs` inputs."""
        return cls(inputs, cls(inputs, 0).mask if value else 0)

    @classmethod
    def of(cls, inputs: int, function: Callable[[int], bool | int]) -> TruthTable:
        """Return the table of `function`, which is given each x = sum of x_i 2^i in turn.

        >>> TruthTable.of(4, lambda x: x.bit_count() % 2)
        TruthTable(inputs=4, bits=0x6996)
        """
        rows = range(cls(inputs, 0).mask.bit_length())
        return cls(inputs, sum(bool(function(x)) << x for x in rows))

    @classmethod
    def from_hex(cls, inputs: int, text: str, argument: str = "truth table") -> TruthTable:
        """Return the table that `text` writes in hexadecimal, with or without a leading `0x`.

        Exactly 2^n / 4 digits are asked for (one digit for n < 3): a wrong number of digits is
        most often a wrong number of inputs.

        >>> TruthTable.from_hex(4, "088E").hex
        '088E'
        """
        cls(inputs, 0)
        digits = text[2:] if text[:2] in ("0x", "0X") else text
        wanted = max(1, (1 << inputs) // 4)
        expected = f"{wanted} hexadecimal digit{'s' * (wanted > 1)} for {inputs} inputs"
        if len(digits) != wanted or any(d not in "0123456789abcdefABCDEF" for d in digits):
            raise ArgumentError(argument, expected, text)
        bits = int(digits, 16)
        if bits >> (1 << inputs):
            raise ArgumentError(argument, f"at most {1 << inputs} bits", text)
        return cls(inputs, bits)

    @property
    def hex(self) -> str:
        """The table in hexadecimal, padded to its full width, capitals, without `0x`."""
        return f"{self.bits:0{max(1, (1 << self.inputs) // 4)}X}"

    @property
    def mask(self) -> int:
        """The integer with all 2^n bits set."""
        return (1 << (1 << self.inputs)) - 1

    def __call__(self, x: int) -> int:
        """Return f(x) for x = sum of x_i 2^i."""
        if not 0 <= x < 1 << self.inputs:
            raise ArgumentError("x", f"an integer from 0 to {(1 << self.inputs) - 1}", x)
        return self.bits >> x & 1

    def __and__(self, other: TruthTable) -> TruthTable:
        return TruthTable(self._common_inputs(other), self.bits & other.bits)

    def __or__(self, other: TruthTable) -> TruthTable:
        return TruthTable(self._common_inputs(other), self.bits | other.bits)

    def __xor__(self, other: TruthTable) -> TruthTable:
        return TruthTable(self._common_inputs(other), self.bits ^ other.bits)

    def __invert__(self) -> TruthTable:
        return TruthTable(self.inputs, self.bits ^ self.mask)

    def _common_inputs(self, other: TruthTable) -> int:
        if self.inputs != other.inputs:
            raise ArgumentError("operand", f"a table of {self.inputs} inputs", other)
        return self.inputs

    def _check_input(self, index: int) -> None:
        if not 0 <= index < self.inputs:
            raise ArgumentError("index", f"an input below {self.inputs}", index)

    def count_ones(self) -> int:
        """Return the number of x with f(x) = 1."""
        return self.bits.bit_count()

    def cofactor(self, index: int, value: bool | int) -> TruthTable:
        """Return f with input `index` fixed to `value`, still as a function of n inputs.

        >>> TruthTable(2, 0b1000).cofactor(0, 1)
        TruthTable(inputs=2, bits=0xC)
        """
        self._check_input(index)
        literal, shift = input_bits(self.inputs, index), 1 << index
        if value:
            half = self.bits & literal
            return TruthTable(self.inputs, half | half >> shift)
        half = self.bits & ~literal & self.mask
        return TruthTable(self.inputs, half | half << shift)

    def support(self) -> tuple[int, ...]:
        """Return the inputs that f depends on, ascending.

        >>> (TruthTable.of_input(3, 0) ^ TruthTable.of_input(3, 2)).support()
        (0, 2)
        """
        return tuple(
            i for i in range(self.inputs) if self.cofactor(i, 0).bits != self.cofactor(i, 1).bits
        )

    def restricted_to(self, kept: tuple[int, ...]) -> TruthTable:
        """Return f as a function of the inputs `kept` alone, the others set to 0.

        >>> (TruthTable.of_input(3, 0) ^ TruthTable.of_input(3, 2)).restricted_to((0, 2))
        TruthTable(inputs=2, bits=0x6)
        """
        return TruthTable.of(
            len(kept), lambda y: self(sum((y >> i & 1) << k for i, k in enumerate(kept)))
        )

    def extended_to(self, inputs: int) -> TruthTable:
        """Return the same function of `inputs` inputs, the further ones ignored.

        >>> TruthTable.from_hex(2, "8").extended_to(3)
        TruthTable(inputs=3, bits=0x88)
        """
        if inputs < self.inputs:
            raise ArgumentError("inputs", f"at least {self.inputs}", inputs)
        bits = self.bits
        for width in range(self.inputs, inputs):
            bits |= bits << (1 << width)
        return TruthTable(inputs, bits)

    def is_cube(self) -> bool:
        """Return whether f is a conjunction of literals (the empty conjunction included).

        >>> TruthTable.from_hex(3, "88").is_cube(), TruthTable.from_hex(3, "E8").is_cube()
        (True, False)
        """
        return is_cube_bits(self.bits, self.inputs, self.mask)

    def __repr__(self) -> str:
        return f"TruthTable(inputs={self.inputs}, bits=0x{self.hex})"

    def __str__(self) -> str:
        return f"0x{self.hex}"
