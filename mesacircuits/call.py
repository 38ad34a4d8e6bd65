"""Texts `NAME(NAME=VALUE,...)`, and parameters: what such a value may be, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import takewhile
from typing import Any, TypeVar

from mesacircuits.errors import ArgumentError, did_you_mean

__all__ = [
    "ABSENT", "Call", "Parameter", "Settings", "Value", "check_names", "check_whole",
    "named_values", "rational_from", "rational_text", "read_all", "value_text",
]  # fmt: skip

#: What a parameter can be: a number, an exact fraction, text, several numbers, or absent.
Value = int | str | Fraction | tuple[int, ...] | None

_Kind = TypeVar("_Kind")

#: How the absence of a value is written, where a parameter may be absent.
ABSENT = "-"

#: Longer numbers are refused, as they could take long to read.
_MOST_DIGITS = 18
_RATIONAL = re.compile(rf"-?\d{{1,{_MOST_DIGITS}}}(?:[/.]\d{{1,{_MOST_DIGITS}}})?", re.ASCII)
_RANGE = re.compile(r"\s*(\d{1,3})\s*\.\.\s*(\d{1,3})\s*", re.ASCII)
_LIST = re.compile(r"\s*-?\d+\s*(,\s*-?\d+\s*)*", re.ASCII)
_NAMED = re.compile(r"\s*[^\W\d][\w-]*\s*=")


@dataclass(frozen=True)
class Call:
    """A name with arguments, as a text states them.

    Arguments:
        name: the name.
        arguments: the values by name; of a text that was read, texts.
        first: the argument that is written before the others, and without its name; it counts in no
            comparison.

    >>> call = Call.parse("search-like( objective-gates = 2 )", "definition")
    >>> print(call), call.arguments
    search-like(objective_gates=2)
    (None, {'objective_gates': '2'})
    >>> print(Call("partial", {"density": "1/2", "task": "tt:2:6,8"}, "task"))
    partial(tt:2:6,8,density=1/2)
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    first: str = field(default="", compare=False)

    @classmethod
    def parse(
        cls, text: str, argument: str, first: str | tuple[str, ...] = "", needed: bool = True
    ) -> Call:
        """Return what a text `NAME` or `NAME(NAME=VALUE,...)` states, in time linear in its length.

        Values may have parentheses, and commas within these; a name only before a colon.

        Arguments:
            text: the text.
            argument: what errors call it.
            first: the name of a value which may stand first without its name, commas included; or
                the names of several, which may stand first in this order.
            needed: whether the one value has to be given.

        Raises `ArgumentError` for another form, and for names given twice.

        >>> Call.parse("programs(tt:2:6,8)", "universe", "task").arguments
        {'task': 'tt:2:6,8'}
        >>> Call.parse("choices(3, 2, levels=3)", "universe", ("candidates", "features")).values
        {'candidates': 3, 'features': 2, 'levels': 3}
        """
        name, inside = _split(text.strip())
        if not name or "(" in name.rpartition(":")[2] or name.endswith(")"):
            raise ArgumentError(argument, "NAME or NAME(NAME=VALUE,...)", text)
        parts = comma_parts(inside)
        nameless = [*takewhile(lambda part: first and not _NAMED.match(part), parts)]
        if isinstance(first, tuple):
            named = [f"{each}={part}" for each, part in zip(first, nameless, strict=False)]
            parts[: len(named)] = named
        elif nameless:
            parts[: len(nameless)] = [f"{first}={','.join(nameless)}"]
        arguments = named_values(parts, argument)
        if isinstance(first, str) and first and needed and first not in arguments:
            raise ArgumentError(argument, f"{name[:80]}({first.upper()})", text)
        return cls(name, arguments, first if isinstance(first, str) else "")

    @property
    def values(self) -> dict[str, int | str | None]:
        """The arguments, of which whole numbers, and None, stand for themselves."""
        return {name: _plain(value) for name, value in self.arguments.items()}

    def __str__(self) -> str:
        parts = [f"{name}={v}" for name, v in self.arguments.items() if name != self.first]
        if self.first in self.arguments:
            own = str(self.arguments[self.first])
            # What would be read as another value's keeps its name.
            parts.insert(0, f"{self.first}={own}" if _NAMED.match(own) else own)
        inside = ",".join(parts)
        return f"{self.name}({inside})" if inside else self.name


def _split(text: str) -> tuple[str, str]:
    # The name, and what is within the parenthesis that ends the text.
    depth = 0
    for place in range(len(text) - 1, -1, -1) if text.endswith(")") else ():
        depth += (text[place] == ")") - (text[place] == "(")
        if not depth:
            return text[:place].rstrip(), text[place + 1 : -1]
    return ("", "") if depth else (text, "")


def comma_parts(inside: str) -> list[str]:
    """Return what commas separate that are not within parentheses; of blanks, nothing.

    >>> comma_parts("a, maj(a, b, c)")
    ['a', ' maj(a, b, c)']
    """
    parts: list[str] = []
    held: list[str] = []
    depth = 0
    for piece in inside.split(",") if inside.strip() else ():
        held.append(piece)
        depth += piece.count("(") - piece.count(")")
        if not depth:
            parts.append(",".join(held))
            held.clear()
    return parts


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"-?[0-9]{1,9}", value):
        return int(value)
    return None if value == "None" else value


def named_values(parts: Iterable[str], argument: str) -> dict[str, str]:
    """Return texts `NAME=VALUE` as values by name, in which hyphens become underscores.

    Raises `ArgumentError`, naming `argument`, for another form, and for a name given twice.

    >>> named_values(["some-bits = 5"], "--set")
    {'some_bits': '5'}
    """
    found: dict[str, str] = {}
    for part in parts:
        name, _, value = (piece.strip() for piece in part.partition("="))
        name = name.replace("-", "_")
        if not (value and name.isidentifier()):
            raise ArgumentError(argument, "NAME=VALUE", part.strip())
        if name in found:
            raise ArgumentError(argument, f"{name[:80]} once", part)
        found[name] = value
    return found


@dataclass(frozen=True)
class Parameter:
    """A value that something depends on: what it may be, its default, and how it is read.

    Its type is the default's: a whole number, a `Fraction`, a text, or several whole numbers.

    Arguments:
        name: words joined by underscores; callers may write hyphens.
        default: its value unless another is given; None if it may be absent, written `-`.
        doc: in a few words, what it is.
        values: all that it may be, if they are listed: texts, or texts and numbers.
        least, most: the range of a number, or of each of several; it is a fraction if one of
            these is a `Fraction`.
        above: whether `least` itself is excluded.
        parts: of a fraction, the largest denominator.
        names: of a text, what it names: a kind of `named_in_file`, several separated by semicolons,
            or `words` of a list of the claim's own; `expression`: it is a Boolean expression.

    >>> widths = Parameter("inputs", (1, 2, 3), "numbers of inputs", least=1, most=4)
    >>> widths.read("2..4"), widths.read("1,3"), widths.read(2)
    ((2, 3, 4), (1, 3), (2,))
    >>> Parameter("good", Fraction(3, 4), "chance", least=0, most=1).read("2/3")
    Fraction(2, 3)
    """

    name: str
    default: Value
    doc: str
    values: tuple[int | str, ...] = ()
    least: int | Fraction | None = None
    most: int | Fraction | None = None
    above: bool = False
    parts: int | None = None
    names: str = ""

    @property
    def range_text(self) -> str:
        """What the parameter may be, in words.

        >>> Parameter("ones", None, "how many", least=0).range_text
        'a whole number from 0, or -'
        """
        if self.values:
            text = f"one of {', '.join(map(str, self.values))}"
        elif isinstance(self.default, str):
            text = "a text"
        else:
            several = isinstance(self.default, tuple)
            kind = "numbers such as 3, 1,3 or 1..4" if several else "a whole number"
            text = "a fraction" if self._is_rational else kind
            low, high = ("above", ", at most") if self.above else ("from", " to")
            text += "" if self.least is None else f" {low} {self.least}"
            high = " up to" if self.least is None else high
            text += "" if self.most is None else f"{high} {self.most}"
            text += "" if self.parts is None else f", its denominator at most {self.parts}"
        return f"{text}, or {ABSENT}" if self.default is None else text

    @property
    def _is_rational(self) -> bool:
        return any(isinstance(v, Fraction) for v in (self.default, self.least, self.most))

    def read(self, value: object) -> Any:
        """Return the value that `value`, a text or a Python value, states.

        Raises `ArgumentError`, naming the parameter, for one outside `range_text`.
        """
        given = value.strip() if isinstance(value, str) else value
        if self.default is None and (given is None or given == ABSENT):
            return None
        found: Any = None
        if self.values:
            known = [v for v in self.values if given in (v, str(v))]
            if known and not isinstance(given, bool | float):
                found = known[0]
        elif isinstance(self.default, str):
            found = given if isinstance(given, str) and given else None
        elif isinstance(self.default, tuple):
            numbers = _whole_numbers(given)
            found = numbers if numbers and all(map(self._in_range, numbers)) else None
        elif (number := _exact(given)) is not None and self._in_range(number):
            whole = int(number) if number.denominator == 1 else None
            found = number if self._is_rational else whole
        if found is None:
            near = did_you_mean(given, map(str, self.values)) if isinstance(given, str) else ""
            raise ArgumentError(self.name, self.range_text, f"{given}{near}" if near else value)
        return found

    def _in_range(self, number: int | Fraction) -> bool:
        least, most, parts = self.least, self.most, self.parts
        low = least is not None and (number < least or (self.above and number == least))
        high = most is not None and number > most
        return not (low or high or (parts is not None and number.denominator > parts))

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as JSON values; its range in words."""
        default = _json(self.default)
        return {"name": self.name, "default": default, "values": self.range_text, "doc": self.doc}

    def __str__(self) -> str:
        return f"{self.name} = {value_text(self.default)}: {self.doc}"


def _whole_numbers(given: object) -> tuple[int, ...]:
    if isinstance(given, tuple | list | range):
        return tuple(given) if all(type(number) is int for number in given) else ()
    if type(given) is int:
        return (given,)
    if not isinstance(given, str) or len(given) > _MOST_DIGITS:
        return ()
    if match := _RANGE.fullmatch(given):
        return tuple(range(int(match[1]), int(match[2]) + 1))
    return tuple(map(int, given.split(","))) if _LIST.fullmatch(given) else ()


def _exact(given: object) -> Fraction | None:
    if isinstance(given, Fraction):
        return given
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**_MOST_DIGITS:
        return Fraction(given)
    if isinstance(given, str) and _RATIONAL.fullmatch(given.strip()):
        with suppress(ZeroDivisionError):
            return Fraction(given.strip())
    return None


def rational_from(value: object, argument: str) -> Fraction:
    """Return a fraction, a whole number or a text such as `-2/3` or `0.5` as a `Fraction`.

    Raises `ArgumentError`, naming `argument`, for anything else: floating-point numbers, which are
    not exact, and numbers of more than 18 digits.

    >>> rational_from("2/4", "prior")
    Fraction(1, 2)
    """
    number = _exact(value)
    if number is None:
        raise ArgumentError(argument, "whole numbers or fractions such as 2/3", value)
    return number


def rational_text(value: Fraction) -> int | str:
    """Return a fraction as JSON holds it: a whole number as such, else text.

    >>> rational_text(Fraction(3)), rational_text(Fraction(-2, 4))
    (3, '-1/2')
    """
    return value.numerator if value.denominator == 1 else str(value)


def check_whole(argument: str, value: object, least: int = 0, most: int | None = None) -> None:
    """Raise `ArgumentError`, naming `argument`, unless a value is a whole number in a range.

    >>> check_whole("inputs", 9, 1, 6)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: inputs: expected a whole number from 1 to 6, got 9
    """
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= least
    if not whole or (most is not None and value > most):  # type: ignore[operator]
        to = "" if most is None else f" to {most}"
        raise ArgumentError(argument, f"a whole number from {least}{to}", value)


def check_names(argument: str, given: Iterable[str], known: Sequence[str]) -> None:
    """Raise `ArgumentError` for the first name that is none of those known, with the nearest."""
    for name in given:
        if name not in known:
            came = name + did_you_mean(name, known)
            raise ArgumentError(argument, ", ".join(known) or "none", came)


def read_all(
    argument: str, parameters: Sequence[Parameter], given: Mapping[str, object] | None
) -> dict[str, Any]:
    """Return the values that are given, by parameter, each as its parameter reads it.

    Raises `ArgumentError` for a value out of range, naming its parameter, and naming `argument`
    for a name that is no parameter's, with the nearest, or that is given twice.

    >>> read_all("setting", [Parameter("inputs", 3, "number of inputs")], {"inputs": "4"})
    {'inputs': 4}
    """
    known = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    for written, value in (given or {}).items():
        name = written.replace("-", "_")
        check_names(argument, [name], list(known))
        if name in found:
            raise ArgumentError(argument, f"{name} once", "it twice")
        found[name] = known[name].read(value)
    return found


def value_text(value: Value) -> str:
    """Return a value as its parameter reads it.

    >>> value_text((1, 2, 3)), value_text((1, 4)), value_text(Fraction(3, 4)), value_text(None)
    ('1..3', '1,4', '3/4', '-')
    """
    if isinstance(value, tuple):
        if len(value) > 1 and value == tuple(range(value[0], value[-1] + 1)):
            return f"{value[0]}..{value[-1]}"
        return ",".join(map(str, value))
    return ABSENT if value is None else str(value)


def _json(value: Value) -> Any:
    """Return a value as JSON values: a fraction is its text."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Fraction) else value


@dataclass(frozen=True)
class Settings:
    """The values of parameters; each is asked for by the type it has.

    >>> Settings({"inputs": (1, 2), "basis": "b2"}).texts("basis")
    ('b2',)
    """

    values: Mapping[str, Value]

    def whole(self, name: str) -> int:
        """Return a whole number."""
        return self._of(int, name)

    def wholes(self, name: str) -> tuple[int, ...]:
        """Return several whole numbers."""
        return self._of(tuple, name)

    def rational(self, name: str) -> Fraction:
        """Return a fraction."""
        return self._of(Fraction, name)

    def text(self, name: str) -> str:
        """Return a text."""
        return self._of(str, name)

    def _of(self, kind: type[_Kind], name: str) -> _Kind:
        value = self.values[name]
        assert isinstance(value, kind)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list that semicolons separate."""
        return tuple(part.strip() for part in self.text(name).split(";") if part.strip())

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON values."""
        return {name: _json(value) for name, value in self.values.items()}

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value_text(value)}" for name, value in self.values.items())
