"""What a truth table may be written as: numbers, bits, functions, expressions, texts.

One place reads them all, for `TruthTable.of` and for every task of the public interface. Bits run
from input x = 0 on, but in a text of 0 and 1, as in a number, the last is that of x = 0. The first
argument of a function is input a, the lowest bit of x.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, TypeAlias

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.truthtable import (
    MAX_TABLE_INPUTS,
    TruthTable,
    expression_inputs,
    inputs_of_hex,
    order_of_inputs,
    parse_expressions,
)
from mesacircuits.errors import ArgumentError

__all__ = ["TABLE_FORMS", "TableLike", "table_text", "tables_of"]

#: What a truth table may be written as, besides one itself.
TableLike: TypeAlias = TruthTable | Circuit | str | int | Iterable[Any] | Callable[..., Any]

#: The same, in words.
TABLE_FORMS = (
    "a number with n, 2^n bits from x = 0 on, a function of n bits, a sympy expression, "
    "or a text such as 0x16E9, 11101000 or x1 & x2"
)

_HEX = re.compile(r"(0[xX])?[0-9a-fA-F]+")
_BINARY = re.compile(r"(0[bB])?[01]+")
_LETTER = re.compile(r"[a-fA-F]")
_OPERATOR = re.compile(r"[&|^~!\[]|(?<![\w-])(?:and|or|xor|not)(?![\w-])", re.IGNORECASE)
_ONLY = re.compile(r"[\w\s()\[\]&|^~!,]+")
_CALL = re.compile(r"\s*(?!(?:and|or|xor|not)\b)[A-Za-z][\w-]*\s*\(", re.IGNORECASE)


def tables_of(
    value: object, inputs: int | None = None, argument: str = "table", most: int = 64
) -> tuple[TruthTable, ...]:
    """Return the truth tables, one for each output, that a value states.

    Arguments:
        value: one of `TABLE_FORMS`; or several tables, or expressions, in a list or tuple. A
            function may give several bits, as a tuple or list.
        inputs: n; None for what the value says itself.
        argument: what errors call it.
        most: the most outputs.

    Raises `ArgumentError` for anything else, for another number of inputs than `inputs`, and where
    the number of inputs, or what is meant, is not certain.

    >>> tables_of(0xE8, 3) == tables_of([0, 0, 0, 1, 0, 1, 1, 1]) == tables_of("11101000")
    True
    >>> tables_of(lambda a, b: (a ^ b, a & b))
    (TruthTable(inputs=2, bits=0x6), TruthTable(inputs=2, bits=0x8))
    """
    if inputs is not None and (type(inputs) is not int or not 0 <= inputs <= MAX_TABLE_INPUTS):
        raise ArgumentError("n", f"a whole number from 0 to {MAX_TABLE_INPUTS}", inputs)
    # Arrays and numbers of other libraries give those of Python.
    given: Any = value.tolist() if hasattr(value, "tolist") else value
    found: tuple[TruthTable, ...] | None = None
    if isinstance(given, TruthTable):
        found = (given,)
    elif isinstance(given, Circuit):
        found = given.tables()
    elif isinstance(given, str):
        found = table_text(given, inputs, argument, most)
    elif isinstance(given, int) and not isinstance(given, bool):
        found = (_of_number(given, inputs, argument),)
    elif _is_symbolic(given):
        found = _of_expressions((given,), inputs, argument)
    elif isinstance(given, list | tuple | bytes | bytearray):
        found = _of_list([*given], inputs, argument)
    elif callable(given):
        found = _of_function(given, inputs, argument)
    if found is None:
        raise ArgumentError(argument, TABLE_FORMS, value)
    if len(found) > most:
        raise ArgumentError(argument, f"at most {most} outputs", len(found))
    if inputs is not None and found[0].inputs != inputs:
        raise ArgumentError(argument, f"{inputs} inputs, as n says", f"{found[0].inputs}")
    return found


# -- numbers and bits ----------------------------------------------------------------------------


def _of_number(number: int, inputs: int | None, argument: str) -> TruthTable:
    if inputs is None:
        expected = "the number of inputs beside a number, as in (0xE8, n=3)"
        raise ArgumentError(argument, expected, number)
    if not 0 <= number < 1 << (1 << inputs):
        expected = f"a number of at most {1 << inputs} bits for {inputs} inputs, not negative"
        raise ArgumentError(argument, expected, number)
    return TruthTable(inputs, number)


def _bit(value: Any) -> int | None:
    # Also those of other libraries: what is equal to 0 or 1, or is called True or False.
    if isinstance(value, str):
        return None
    if str(value) in ("True", "False"):
        return int(str(value) == "True")
    return next((bit for bit in (0, 1) if value == bit), None)


def _of_list(
    values: Sequence[Any], inputs: int | None, argument: str
) -> tuple[TruthTable, ...] | None:
    if values and all(isinstance(value, TruthTable) for value in values):
        for table in values:
            if table.inputs != values[0].inputs:
                raise ArgumentError(argument, f"tables of {values[0].inputs} inputs", table)
        return tuple(values)
    bits = [_bit(value) for value in values]
    if values and None in bits:
        if all(map(_is_symbolic, values)):
            return _of_expressions(values, inputs, argument)
        place = bits.index(None)
        raise ArgumentError(argument, f"0 or 1 as bit {place} of a table", values[place])
    n = max(len(bits).bit_length() - 1, 0)
    if len(bits) != 1 << n or n > MAX_TABLE_INPUTS or (inputs is None and not n):
        expected = "2^n bits, from x = 0 on: 2, 4, 8, 16, ... of them"
        raise ArgumentError(argument, expected, f"{len(bits)}")
    return (TruthTable(n, sum((bit or 0) << x for x, bit in enumerate(bits))),)


# -- functions -----------------------------------------------------------------------------------


def arguments_of(function: Callable[..., Any]) -> tuple[int, int | None]:
    """Return the least and the greatest number of arguments by place, None for any number.

    What has no signature, such as some functions of C, is taken for one of 1 argument.

    >>> arguments_of(lambda a, b, c=0: a), arguments_of(lambda *bits: 0)
    ((2, 3), (0, None))
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 1, 1
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    least = sum(p.default is p.empty for p in by_place)
    return least, None if any(p.kind is p.VAR_POSITIONAL for p in parameters) else len(by_place)


def _of_function(
    function: Callable[..., Any], inputs: int | None, argument: str
) -> tuple[TruthTable, ...]:
    least, most = arguments_of(function)
    if inputs is None:
        if least != most:
            expected = "n, where a function may take several numbers of arguments"
            raise ArgumentError(argument, expected, function)
        inputs = least
    elif not least <= inputs <= (inputs if most is None else most):
        expected = f"a function of {inputs} bits (of x as one number: TruthTable.of({inputs}, ...))"
        raise ArgumentError(argument, expected, f"one of {least}")
    if not 1 <= inputs <= MAX_TABLE_INPUTS:
        raise ArgumentError(argument, f"a function of 1 to {MAX_TABLE_INPUTS} bits", inputs)
    tables: list[int] = []
    for x in range(1 << inputs):
        value = function(*(x >> i & 1 for i in range(inputs)))
        word = value if isinstance(value, tuple | list) else (value,)
        bits = [_bit(each) for each in word]
        tables = tables or [0] * len(word)
        if not word or None in bits or len(word) != len(tables):
            expected = f"0 or 1 from the function (NOT is 1 - a or not a) on input {x}"
            raise ArgumentError(argument, expected, value)
        for output, bit in enumerate(bits):
            tables[output] |= (bit or 0) << x
    return tuple(TruthTable(inputs, bits) for bits in tables)


# -- expressions of sympy ------------------------------------------------------------------------


def _is_symbolic(value: object) -> bool:
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Basic)


def _of_expressions(
    expressions: Sequence[Any], inputs: int | None, argument: str
) -> tuple[TruthTable, ...]:
    names = {symbol.name for each in expressions for symbol in each.free_symbols}
    listed = order_of_inputs(names, argument)
    least = max(len(listed), 1)
    if (inputs or least) < least or least > MAX_TABLE_INPUTS:
        expected = f"at most {inputs or MAX_TABLE_INPUTS} symbols ({_ordered(listed)})"
        raise ArgumentError(argument, expected, least)
    width = inputs or least
    places = {name: place for place, name in enumerate(listed)}
    tables = {
        symbol: TruthTable.of_input(width, places[_place(symbol.name, places)])
        for each in expressions
        for symbol in each.free_symbols
    }
    return tuple(_symbolic(each, tables, width, argument) for each in expressions)


def _place(name: str, places: Container[str]) -> str:
    # Letters stand for inputs in either case.
    return name if name in places else name.lower()


def _symbolic(expression: Any, tables: Any, inputs: int, argument: str) -> TruthTable:
    from functools import reduce
    from operator import and_, or_, xor

    if expression in tables:
        found: TruthTable = tables[expression]
        return found
    if not expression.args and (bit := _bit(expression)) is not None:
        return TruthTable.constant(inputs, bit)
    name = type(expression).__name__
    if name not in ("And", "Or", "Xor", "Not", "Implies", "Equivalent", "ITE"):
        expected = "symbols and And, Or, Xor, Not, Implies, Equivalent, ITE of them"
        raise ArgumentError(argument, expected, str(expression))
    parts = [_symbolic(each, tables, inputs, argument) for each in expression.args]
    if name == "Not":
        return ~parts[0]
    if name == "Implies":
        return ~parts[0] | parts[1]
    if name == "ITE":
        return parts[0] & parts[1] | ~parts[0] & parts[2]
    if name == "Equivalent":
        return reduce(and_, parts) | ~reduce(or_, parts)
    return reduce({"And": and_, "Or": or_, "Xor": xor}[name], parts)


def _ordered(names: Sequence[str]) -> str:
    shown = ", ".join(name[:20] for name in names[:8])
    return shown + ", ..." * (len(names) > 8)


# -- texts ---------------------------------------------------------------------------------------


def table_text(
    text: str, inputs: int | None = None, argument: str = "table", most: int = 64
) -> tuple[TruthTable, ...] | None:
    """Return the truth tables that a text states by itself; None if it has no such form.

    - `0x16E9`, or hexadecimal digits of which one is above 1: 1, 2, 4, 8, ... digits are tables of
      2, 3, 4, 5, ... inputs;
    - `11101000` or `0b11101000`: 2^n digits, the last is that of x = 0;
    - an expression with an operator, as `expression_inputs` says what its inputs are.

    Several outputs are separated by commas.

    Raises `ArgumentError` for a number of digits that no table has, and for one letter alone, which
    may be an input or a digit.

    >>> table_text("16E9"), table_text("10")
    ((TruthTable(inputs=4, bits=0x16E9),), (TruthTable(inputs=1, bits=0x2),))
    >>> table_text("x1 & ~x10 | x2")
    (TruthTable(inputs=3, bits=0xCE),)
    >>> table_text("majority") is None
    True
    """
    parts = [part.strip() for part in text.split(",")]
    if all(map(_HEX.fullmatch, parts)):
        if len(parts) > most:
            raise ArgumentError(argument, f"at most {most} outputs", len(parts))
        if letters := [part for part in parts if _LETTER.fullmatch(part)]:
            digit, name = letters[0].upper(), letters[0].lower()
            expected = f"0x{digit} (a table) or expr:{name} (an input), not a letter of both"
            raise ArgumentError(argument, expected, text)
        tables = tuple(_of_digits(part, inputs, argument) for part in parts)
        if len({table.inputs for table in tables}) > 1:
            expected = "tables of as many inputs each (0x before hexadecimal digits 0 and 1)"
            raise ArgumentError(argument, expected, text)
        return tables
    if not is_expression(text):
        return None
    names = expression_inputs(text, argument)
    if len(names) > (inputs or MAX_TABLE_INPUTS):
        expected = f"at most {inputs or MAX_TABLE_INPUTS} inputs ({_ordered(names)})"
        raise ArgumentError(argument, expected, len(names))
    return parse_expressions(text, inputs or max(len(names), 1), argument, most, names)


def is_expression(text: str) -> bool:
    """Return whether a text has an operator, or an input such as x[0], and no other form.

    >>> is_expression("x & y"), is_expression("and-or-not"), is_expression("first(2, a ^ b)")
    (True, False, False)
    """
    return bool(_ONLY.fullmatch(text) and _OPERATOR.search(text)) and not _CALL.match(text)


def _of_digits(text: str, inputs: int | None, argument: str) -> TruthTable:
    if not _BINARY.fullmatch(text):
        n = inputs_of_hex(text, argument) if inputs is None else inputs
        return TruthTable.from_hex(n, text, argument)
    digits = text[2:] if text[:2] in ("0b", "0B") else text
    n = len(digits).bit_length() - 1
    if len(digits) != 1 << n or n > MAX_TABLE_INPUTS or (inputs is None and not n):
        expected = "2^n digits 0 and 1, the last of x = 0 (0x before hexadecimal digits)"
        raise ArgumentError(argument, expected, text)
    return TruthTable(n, int(digits, 2))


def one_table(value: object, inputs: int | None = None, argument: str = "table") -> TruthTable:
    """Return the one truth table that a value states, as `tables_of` reads it.

    >>> one_table("cafe").inputs
    4
    """
    found = tables_of(value, inputs, argument)
    if len(found) != 1:
        raise ArgumentError(argument, "one output", len(found))
    return found[0]
