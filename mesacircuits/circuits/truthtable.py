"""Truth tables: a Boolean function of n inputs as an integer of 2^n bits, and its expressions.

Bit x of the integer is f(x), where x = sum of x_i 2^i. So the table of the input `a` (x_0) on
three inputs is 0xAA, and the carry of a full adder is 0xE8. This is the convention of kitty and
ABC; it differs from the one that prints truth tables from the row 0...0 on the left.

The operators of expressions such as `(a & b) ^ ~c`, from tightest to loosest: `~` or `!` or `not`;
`&` or `and`; `^` or `xor`; `|` or `or`. Variables are the letters a to p, or, where it is said what
they are, any names such as x1 and x[0]; constants are 0 and 1.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Generic, NamedTuple, SupportsIndex, TypeVar, overload

from mesacircuits.errors import ArgumentError

if TYPE_CHECKING:
    from mesacircuits.circuits.written import TableLike

__all__ = [
    "MAX_TABLE_INPUTS", "ExpressionReader", "Token", "TruthTable", "expression_inputs",
    "input_bits", "input_name", "inputs_of_hex", "is_cube_bits", "order_of_inputs",
    "parse_expression", "parse_expressions", "tokens_of", "variables_of",
]  # fmt: skip

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


#: What no table has, so that one who gives a list alone is told what takes it.
_NO_BITS = -(1 << 99)


@dataclass(frozen=True, slots=True, order=True)
class TruthTable:
    """A Boolean function f: {0,1}^n -> {0,1}, as an integer whose bit x is f(x).

    Arguments:
        inputs: n, from 0 to 16.
        bits: the integer, from 0 to 2^(2^n) - 1.

    Raises `ArgumentError` outside those ranges. Tables combine with `&`, `|`, `^` and `~`; they are
    sequences of their values from x = 0 on, and `int(f)` is the integer.

    Source: D. E. Knuth, *The Art of Computer Programming* 4A, section 7.1.1 (with the order of
    the bits reversed, as in kitty and ABC).

    >>> a, b, c = (TruthTable.of_input(3, i) for i in range(3))
    >>> majority = (a & b) | (a & c) | (b & c)
    >>> majority
    TruthTable(inputs=3, bits=0xE8)
    >>> majority(0b011), majority(1, 1, 0), majority[0b100]
    (1, 1, 0)
    >>> list(majority), int(majority)
    ([0, 0, 0, 1, 0, 1, 1, 1], 232)
    """

    inputs: int
    bits: int = _NO_BITS

    def __post_init__(self) -> None:
        if not isinstance(self.inputs, int) or not 0 <= self.inputs <= MAX_TABLE_INPUTS:
            expected = f"a whole number from 0 to {MAX_TABLE_INPUTS}"
            if self.bits == _NO_BITS:
                expected += ", and bits after it (TruthTable.of takes lists, texts, functions)"
            got: object = self.inputs
            if isinstance(got, int) and self.bits in range(1, 7) and 0 < got < 1 << 64:
                got = f"{got} (the bits come after it: TruthTable({self.bits}, 0x{got:X}))"
            raise ArgumentError("inputs", expected, got)
        if not isinstance(self.bits, int) or not 0 <= self.bits < 1 << (1 << self.inputs):
            expected = f"an integer of at most {1 << self.inputs} bits, not negative"
            raise ArgumentError("bits", expected, "nothing" if self.bits == _NO_BITS else self.bits)

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
    def of(cls, inputs: TableLike, function: TableLike | None = None) -> TruthTable:
        """Return the table that a value states, alone or after the number of inputs.

        After a number of inputs n, a function of one argument is given each x = sum of x_i 2^i in
        turn; one of n arguments is given bits, a first. Anything else is one of the forms that
        `tables_of` reads: a number (after n), bits from x = 0 on, a function of bits, a sympy
        expression, a text.

        Raises `ArgumentError` for anything else.

        >>> TruthTable.of(4, lambda x: x.bit_count() % 2)
        TruthTable(inputs=4, bits=0x6996)
        >>> TruthTable.of(lambda a, b, c: a + b + c > 1)
        TruthTable(inputs=3, bits=0xE8)
        >>> TruthTable.of([0, 0, 0, 1]) == TruthTable.of("a & b") == TruthTable.of(2, 0b1000)
        True
        """
        from mesacircuits.circuits.written import arguments_of, one_table

        if function is None:
            return one_table(inputs)
        if not isinstance(inputs, int):
            raise ArgumentError("inputs", "the number of inputs, before what has so many", inputs)
        if not callable(function) or isinstance(function, TruthTable):
            return one_table(function, inputs)
        least, most = arguments_of(function)
        if inputs > 1 and most is None and least < 2:
            expected = "a function that says whether it takes x or n bits"
            raise ArgumentError("function", expected, "one of any number")
        if inputs > 1 and least > 1:
            return one_table(function, inputs)
        rows = range(cls(inputs, 0).mask.bit_length())
        return cls(inputs, sum(bool(function(x)) << x for x in rows))

    @classmethod
    def from_hex(
        cls, inputs: int | str, text: str | None = None, argument: str = "truth table"
    ) -> TruthTable:
        """Return the table that `text` writes in hexadecimal, with or without a leading `0x`.

        Exactly 2^n / 4 digits are asked for (one digit for n < 3): a wrong number of digits is
        most often a wrong number of inputs. Of the text alone, n >= 2 is told by the digits.

        >>> TruthTable.from_hex(4, "088E").hex
        '088E'
        >>> TruthTable.from_hex("cafe")
        TruthTable(inputs=4, bits=0xCAFE)
        """
        if isinstance(inputs, str) and text is None:
            return cls.from_hex(inputs_of_hex(inputs, argument), inputs, argument)
        if isinstance(inputs, str) or text is None:
            raise ArgumentError(argument, "the number of inputs, then hexadecimal digits", inputs)
        cls(inputs, 0)
        digits = _hex_digits(text)
        wanted = max(1, (1 << inputs) // 4)
        expected = f"{wanted} hexadecimal digit{'s' * (wanted > 1)} for {inputs} inputs"
        if len(digits) != wanted or any(d not in _HEX_DIGITS for d in digits):
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

    def __call__(self, *bits: int) -> int:
        """Return f(x) for x = sum of x_i 2^i, given as one number or as its bits x_0, x_1, ..."""
        return self.bits >> row_of(self.inputs, bits) & 1

    def __int__(self) -> int:
        return self.bits

    def __len__(self) -> int:
        return 1 << self.inputs

    def __iter__(self) -> Iterator[int]:
        return (self.bits >> x & 1 for x in range(1 << self.inputs))

    @overload
    def __getitem__(self, x: int) -> int: ...

    @overload
    def __getitem__(self, x: slice) -> tuple[int, ...]: ...

    def __getitem__(self, x: int | slice) -> int | tuple[int, ...]:
        """Return f(x); of a slice, several values. As in any sequence, -1 is the last."""
        rows = range(1 << self.inputs)[x]
        if isinstance(rows, range):
            return tuple(self.bits >> row & 1 for row in rows)
        return self.bits >> rows & 1

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
        return tuple(i for i in range(self.inputs) if self.cofactor(i, 0) != self.cofactor(i, 1))

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


_HEX_DIGITS = "0123456789abcdefABCDEF"


def _hex_digits(text: str) -> str:
    return text[2:] if text[:2] in ("0x", "0X") else text


def inputs_of_hex(text: str, argument: str = "truth table") -> int:
    """Return the number of inputs, 2 or more, of a table with as many hexadecimal digits.

    >>> inputs_of_hex("0x16E9")
    4
    """
    digits = _hex_digits(text)
    inputs = len(digits).bit_length() + 1
    if 4 * len(digits) != 1 << inputs or inputs > MAX_TABLE_INPUTS:
        expected = "1, 2, 4, 8 or 16 hexadecimal digits, for 2, 3, 4, 5 or 6 inputs"
        raise ArgumentError(argument, expected, text)
    return inputs


def row_of(inputs: int, bits: Sequence[object]) -> int:
    """Return x = sum of x_i 2^i, given as one number, or its bits or a list of them, x_0 first.

    >>> row_of(3, (6,)), row_of(3, (0, 1, 1)), row_of(3, ([0, 1, 1],))
    (6, 6, 6)
    """
    given = bits
    if len(bits) == 1 and not isinstance(bits[0], str):
        if isinstance(bits[0], Iterable):
            given = tuple(bits[0])
        elif isinstance(bits[0], SupportsIndex) and operator.index(bits[0]) in range(1 << inputs):
            return operator.index(bits[0])
    listed = [bit for bit in given if isinstance(bit, SupportsIndex) and bit in (0, 1)]
    if len(listed) == len(given) == inputs:
        return sum(bool(bit) << i for i, bit in enumerate(listed))
    one = (
        f"{inputs} bit{'s' * (inputs != 1)}, a first, or one integer from 0 to {(1 << inputs) - 1}"
    )
    raise ArgumentError("x", one, given[0] if len(given) == 1 else given)


# Without the space before them: a search that begins within a long space would see it once more.
_TOKEN = re.compile(r"[A-Za-z_]\w*(?:\[\d{1,9}\])?|\d+|\S")
_SPELLINGS = {"not": "~", "!": "~", "and": "&", "xor": "^", "or": "|"}
#: From the loosest operator to the tightest.
_LEVELS = ("|", "^", "&")
_COMBINE: dict[str, Callable[[TruthTable, TruthTable], TruthTable]] = {
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
}
_MAX_NESTING = 100


class Token(NamedTuple):
    """A word or symbol of a text and the column, from 1, where it starts."""

    text: str
    column: int


def tokens_of(
    text: str, names: Container[str] = (), pattern: re.Pattern[str] = _TOKEN
) -> Iterator[Token]:
    """Yield the words and symbols of `text`, operators under their one-letter spelling.

    Arguments:
        text: the text.
        names: what is a name, even where it spells an operator.
        pattern: what is one word or symbol.

    >>> [token.text for token in tokens_of("a and or", names=("or",))]
    ['a', '&', 'or']
    """
    for match in pattern.finditer(text):
        word = match[0]
        spelled = word if word in names else _SPELLINGS.get(word.lower(), word)
        yield Token(spelled, match.start() + 1)


def _letter_index(token: Token) -> int:
    # Only the 26 letters: other alphabets have letters that lower to one of them, or to two.
    text = token.text
    letter = text.isascii() and text.isalpha() and len(text) == 1
    return ord(text.lower()) - ord("a") if letter else -1


def variables_of(text: str) -> int:
    """Return the least number of inputs that an expression's letters need.

    >>> variables_of("(a & b) ^ d")
    4
    """
    return max((_letter_index(token) + 1 for token in tokens_of(text)), default=0)


_SEVERAL_LETTERS = re.compile(r"[a-fA-F]{2,}")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\[\d+\])?", re.ASCII)


def expression_inputs(text: str, argument: str = "expression") -> tuple[str, ...]:
    """Return the names of an expression's inputs, input 0 first, as `order_of_inputs` says.

    >>> expression_inputs("x10 ^ x9"), expression_inputs("x[1] & ~x[0]"), expression_inputs("c | a")
    (('x9', 'x10'), ('x[0]', 'x[1]'), ('a', 'b', 'c'))
    """
    names = (t.text for t in tokens_of(text) if _NAME.fullmatch(t.text))
    return order_of_inputs(names, argument)


def order_of_inputs(names: Iterable[str], argument: str = "expression") -> tuple[str, ...]:
    """Return inputs by their names, the first first.

    If all are letters a to p, of either case, they stand for inputs 0 to 15 themselves, and the
    inputs go up to the last of them. Other names are in their natural order, x2 before x10.

    Raises `ArgumentError`, naming `argument`, where that is not certain: if among other names a
    letter a to f would come to stand for another input than its own, and for names such as `ab`,
    which may mean `a & b`.

    >>> order_of_inputs({"q", "p"}), order_of_inputs({"C"}), order_of_inputs({"s", "a", "b"})
    (('p', 'q'), ('a', 'b', 'c'), ('a', 'b', 's'))
    """
    found = {*names}
    last = max((_letter_index(Token(name, 1)) for name in found), default=-1)
    if last < MAX_TABLE_INPUTS and all(_letter_index(Token(n, 1)) >= 0 for n in found):
        return tuple(map(input_name, range(last + 1)))

    def natural(name: str) -> tuple[list[tuple[int, str]], str]:
        parts = re.findall(r"\d+|\D+", name)
        return [(int(p) if p.isdigit() and len(p) < 20 else -1, p) for p in parts], name

    ordered = tuple(sorted(found, key=natural))
    for place, name in enumerate(ordered):
        if _letter_index(Token(name, 1)) not in (-1, place, *range(6, 26)):
            expected = f"letters a, b, c, ..., or other names alone: is {name} input {place}?"
            raise ArgumentError(argument, expected, ", ".join(ordered))
        if _SEVERAL_LETTERS.fullmatch(name):
            raise ArgumentError(argument, f"{' & '.join(name)}, or another name", name)
    return ordered


Value = TypeVar("Value")


class ExpressionReader(Generic[Value]):
    """Reads expressions by recursive descent; a subclass says what their values are.

    Arguments:
        tokens: the words and symbols of a text, operators under their one-letter spelling.
        end: the column after the last.
        argument: what errors call the text.
    """

    def __init__(self, tokens: Iterable[Token], end: int, argument: str) -> None:
        # One at a time, for a token takes many times the room of its text.
        self.tokens = chain(tokens, repeat(Token("", end)))
        self.next = next(self.tokens)
        self.argument = argument

    def leaf(self, token: Token, nesting: int) -> Value:
        """Return the value of a token that is neither an operator nor a parenthesis."""
        raise NotImplementedError

    def inverse(self, value: Value) -> Value:
        """Return NOT of a value."""
        raise NotImplementedError

    def joined(self, symbol: str, first: Value, second: Value) -> Value:
        """Return the AND, XOR or OR of two values, as `&`, `^` or `|` says."""
        raise NotImplementedError

    def take(self) -> Token:
        """Return the next token, and go on."""
        token, self.next = self.next, next(self.tokens)
        return token

    def take_only(self, text: str, expected: str) -> None:
        """Go on after a token with this text; raises `ArgumentError` if another comes."""
        if self.next.text != text:
            raise self.refusal(expected, self.next)
        self.take()

    def refusal(self, expected: str, token: Token) -> Exception:
        """Return the error that says what was expected in place of a token."""
        came = f"'{token.text}'" if token.text else "the end"
        return ArgumentError(self.argument, expected, f"{came} at column {token.column}")

    def read(self, level: int = 0, nesting: int = 0) -> Value:
        """Return the value of what comes next, of operators as tight as `level` and tighter."""
        if nesting > _MAX_NESTING:
            most = f"at most {_MAX_NESTING} nested parentheses and negations"
            raise self.refusal(most, self.next)
        if level < len(_LEVELS):
            symbol = _LEVELS[level]
            value = self.read(level + 1, nesting)
            while self.next.text == symbol:
                self.take()
                value = self.joined(symbol, value, self.read(level + 1, nesting))
            return value
        token = self.take()
        if token.text == "~":
            return self.inverse(self.read(level, nesting + 1))
        if token.text == "(":
            value = self.read(0, nesting + 1)
            self.take_only(")", "')' or an operator")
            return value
        return self.leaf(token, nesting)


class _TableReader(ExpressionReader[TruthTable]):
    """Reads expressions of `inputs` inputs, of some names, as their truth tables."""

    def __init__(self, text: str, inputs: int, argument: str, names: Sequence[str]) -> None:
        super().__init__(tokens_of(text), len(text) + 1, argument)
        self.inputs = inputs
        self.places = {name: place for place, name in enumerate(names)}

    def inverse(self, value: TruthTable) -> TruthTable:
        return ~value

    def joined(self, symbol: str, first: TruthTable, second: TruthTable) -> TruthTable:
        return _COMBINE[symbol](first, second)

    def leaf(self, token: Token, nesting: int) -> TruthTable:
        if token.text in ("0", "1"):
            return TruthTable.constant(self.inputs, token.text == "1")
        index = self.places.get(token.text, -1 if len(token.text) > 1 else _letter_index(token))
        if not 0 <= index < self.inputs:
            letters = f"a to {input_name(self.inputs - 1)}" if self.inputs > 1 else "a"
            raise self.refusal(f"an input ({letters}), 0, 1, '~' or '('", token)
        return TruthTable.of_input(self.inputs, index)


def parse_expression(text: str, inputs: int, argument: str = "expression") -> TruthTable:
    """Return the truth table of a Boolean expression over `inputs` inputs a, b, c, ...

    Raises `ArgumentError` that names the word or symbol at fault and its column.

    >>> parse_expression("(a & b) ^ c", 3)
    TruthTable(inputs=3, bits=0x78)
    >>> parse_expression("a b", 2, "f")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: f: expected &, ^, | or the end, got 'b' at column 3
    """
    return _tables(text, inputs, argument, 1)[0]


def parse_expressions(
    text: str,
    inputs: int,
    argument: str = "expression",
    most: int = 64,
    names: Sequence[str] = (),
) -> tuple[TruthTable, ...]:
    """Return the truth tables of Boolean expressions separated by commas, at most `most` of them.

    Columns in errors are those of the whole text. Inputs are called as `names` says; letters that
    are no name there stand for inputs 0, 1, ...

    >>> parse_expressions("a & b, a ^ b", 2)
    (TruthTable(inputs=2, bits=0x8), TruthTable(inputs=2, bits=0x6))
    """
    count = text.count(",") + 1
    if count > most:
        raise ArgumentError(argument, f"at most {most} expressions", count)
    return _tables(text, inputs, argument, count, names)


def _tables(
    text: str, inputs: int, argument: str, count: int, names: Sequence[str] = ()
) -> tuple[TruthTable, ...]:
    reader, tables = _TableReader(text, inputs, argument, names), []
    for place in range(1, count + 1):
        tables.append(reader.read())
        if reader.next.text != ("," if place < count else ""):
            raise reader.refusal("&, ^, | or the end", reader.next)
        reader.take()
    return tuple(tables)
