"""Boolean expressions such as `(a & b) ^ ~c`: a reader that points at what it cannot read.

Operators from tightest to loosest: `~` or `!` or `not`; `&` or `and`; `^` or `xor`; `|` or `or`.
Variables are single letters, a to p; constants are 0 and 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeVar

from mesacircuits.circuits.truthtable import TruthTable, input_name
from mesacircuits.errors import ArgumentError

__all__ = ["Token", "parse_expression", "parse_expressions", "tokens_of", "variables_of"]

# Without the space before them: a search that begins within a long space would see it once more.
_TOKEN = re.compile(r"[A-Za-z_]\w*|\d+|\S")
_SPELLINGS = {"not": "~", "!": "~", "and": "&", "xor": "^", "or": "|"}
_LEVELS = ("|", "^", "&")
_MAX_NESTING = 100

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or symbol of a text and the column, from 1, where it starts."""

    text: str
    column: int


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the words and symbols of `text`, operators under their one-letter spelling."""
    for match in _TOKEN.finditer(text):
        yield Token(_SPELLINGS.get(match[0].lower(), match[0]), match.start() + 1)


class _Reader:
    def __init__(self, text: str, argument: str) -> None:
        # One at a time, for a token takes many times the room of its text.
        self.tokens = chain(tokens_of(text), repeat(Token("", len(text) + 1)))
        self.next = next(self.tokens)
        self.argument = argument

    def take(self) -> Token:
        token, self.next = self.next, next(self.tokens)
        return token

    def fail(self, expected: str, token: Token) -> ArgumentError:
        came = f"'{token.text}'" if token.text else "the end"
        return ArgumentError(self.argument, expected, f"{came} at column {token.column}")


def _read(
    reader: _Reader,
    level: int,
    leaf: Callable[[Token], _T],
    invert: Callable[[_T], _T],
    combine: Callable[[str, _T, _T], _T],
    nesting: int = 0,
) -> _T:
    if nesting > _MAX_NESTING:
        raise reader.fail(f"at most {_MAX_NESTING} nested parentheses and negations", reader.next)
    if level < len(_LEVELS):
        value = _read(reader, level + 1, leaf, invert, combine, nesting)
        while reader.next.text == _LEVELS[level]:
            symbol = reader.take().text
            right = _read(reader, level + 1, leaf, invert, combine, nesting)
            value = combine(symbol, value, right)
        return value
    token = reader.take()
    if token.text == "~":
        return invert(_read(reader, level, leaf, invert, combine, nesting + 1))
    if token.text == "(":
        value = _read(reader, 0, leaf, invert, combine, nesting + 1)
        if reader.next.text != ")":
            raise reader.fail("')' or an operator", reader.next)
        reader.take()
        return value
    return leaf(token)


def _letter_index(token: Token) -> int:
    # Only the 26 letters: other alphabets have letters that lower to one of them, or to two.
    text = token.text
    return (
        ord(text.lower()) - ord("a") if text.isascii() and text.isalpha() and len(text) == 1 else -1
    )


def variables_of(text: str) -> int:
    """Return the least number of inputs that an expression's letters need.

    >>> variables_of("(a & b) ^ d")
    4
    """
    return max((_letter_index(token) + 1 for token in tokens_of(text)), default=0)


def parse_expression(text: str, inputs: int, argument: str = "expression") -> TruthTable:
    """Return the truth table of a Boolean expression over `inputs` inputs a, b, c, ...

    Raises `ArgumentError` that names the word or symbol at fault and its column.

    >>> parse_expression("(a & b) ^ c", 3)
    TruthTable(inputs=3, bits=0x78)
    >>> parse_expression("a b", 2, "f")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: f: expected an operator or the end, got 'b' at column 3
    """
    (table,) = _tables(text, inputs, argument, 1)
    return table


def parse_expressions(
    text: str, inputs: int, argument: str = "expression", most: int = 64
) -> tuple[TruthTable, ...]:
    """Return the truth tables of Boolean expressions separated by commas, at most `most` of them.

    Columns in errors are those of the whole text.

    >>> parse_expressions("a & b, a ^ b", 2)
    (TruthTable(inputs=2, bits=0x8), TruthTable(inputs=2, bits=0x6))
    """
    count = text.count(",") + 1
    if count > most:
        raise ArgumentError(argument, f"at most {most} expressions", count)
    return _tables(text, inputs, argument, count)


def _tables(text: str, inputs: int, argument: str, count: int) -> tuple[TruthTable, ...]:
    reader = _Reader(text, argument)

    def leaf(token: Token) -> TruthTable:
        if token.text in ("0", "1"):
            return TruthTable.constant(inputs, token.text == "1")
        index = _letter_index(token)
        if not 0 <= index < inputs:
            letters = f"a to {input_name(inputs - 1)}" if inputs > 1 else "a"
            raise reader.fail(f"an input ({letters}), 0, 1, '~' or '('", token)
        return TruthTable.of_input(inputs, index)

    def combine(symbol: str, left: TruthTable, right: TruthTable) -> TruthTable:
        if symbol == "&":
            return left & right
        return left ^ right if symbol == "^" else left | right

    tables = []
    for place in range(1, count + 1):
        tables.append(_read(reader, 0, leaf, TruthTable.__invert__, combine))
        if reader.next.text != ("," if place < count else ""):
            raise reader.fail("an operator or the end", reader.next)
        reader.take()
    return tuple(tables)
