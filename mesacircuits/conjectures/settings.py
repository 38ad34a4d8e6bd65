"""What a run of a claim depends on: parameters with defaults, and the values they are given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mesacircuits.classification import Definition, describe_definition
from mesacircuits.errors import ArgumentError, did_you_mean

__all__ = ["WORDS", "Parameter", "Settings", "Value", "given_values", "value_text"]

#: What a parameter can be: a number, a list of them, an exact fraction, or text.
Value = int | str | Fraction | tuple[int, ...]

#: What a parameter `names` that no one else knows: words of a list of the claim's own.
WORDS = "words"

# Longer numbers are no settings.
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a claim's run depends on, with its default; its type is the default's.

    Arguments:
        name: in lower case, words joined by hyphens or underscores.
        default: a whole number, a tuple of them, a `Fraction`, or text.
        meaning: what it is, in a few words.
        least, most: bounds of a number, or of each of several.
        choices: the texts allowed; empty for any.
        names: of a text without choices, what it names: a kind of `named_in_file`, several
            separated by semicolons, or `WORDS`.

    >>> widths = Parameter("inputs", (1, 2, 3), "numbers of inputs", least=1, most=4)
    >>> widths.read("2..4"), widths.read("1,3"), widths.read(2)
    ((2, 3, 4), (1, 3), (2,))
    """

    name: str
    default: Value
    meaning: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    names: str = ""

    def read(self, given: object) -> Value:
        """Return a value given as text or as itself.

        Raises `ArgumentError` for one of another type, or out of range.
        """
        value = self._typed(given)
        if isinstance(value, str):
            if self.choices and value not in self.choices:
                raise ArgumentError(self.name, f"one of {', '.join(self.choices)}", value)
            return value
        for number in value if isinstance(value, tuple) else (value,):
            low = self.least is not None and number < self.least
            if low or (self.most is not None and number > self.most):
                raise ArgumentError(self.name, self._expected, given)
        return value

    def _typed(self, given: object) -> Value:
        default = self.default
        if self.names == "definition" and isinstance(given, Definition):
            given = describe_definition(given)
        if isinstance(default, str):
            if not isinstance(given, str) or not given.strip():
                raise ArgumentError(self.name, "a text", given)
            return given.strip()
        if isinstance(default, Fraction):
            return self._fraction(given)
        numbers = _whole_numbers(given)
        if not numbers or (not isinstance(default, tuple) and len(numbers) > 1):
            raise ArgumentError(self.name, self._expected, given)
        return numbers if isinstance(default, tuple) else numbers[0]

    def _fraction(self, given: object) -> Fraction:
        if isinstance(given, int | Fraction) and not isinstance(given, bool):
            return Fraction(given)
        if isinstance(given, str) and re.fullmatch(r"-?\d{1,18}(/\d{1,18}|\.\d{1,18})?", given):
            try:
                return Fraction(given)
            except ZeroDivisionError:
                pass
        raise ArgumentError(self.name, "a fraction such as 3/4", given)

    @property
    def _expected(self) -> str:
        kind = "numbers such as 3, 1,3 or 1..4" if isinstance(self.default, tuple) else "a number"
        if isinstance(self.default, int):
            kind = "a whole number"
        low = "" if self.least is None else f" from {self.least}"
        high = "" if self.most is None else f" to {self.most}" if low else f" up to {self.most}"
        return kind + low + high

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as JSON values."""
        return {
            "name": self.name,
            "default": _json(self.default),
            "meaning": self.meaning,
            "choices": list(self.choices),
        }

    def __str__(self) -> str:
        return f"{self.name} = {value_text(self.default)}: {self.meaning}"


def _whole_numbers(given: object) -> tuple[int, ...]:
    if isinstance(given, int) and not isinstance(given, bool):
        return (given,)
    if isinstance(given, tuple | list | range):
        return tuple(given) if all(type(number) is int for number in given) else ()
    if not isinstance(given, str) or len(given) > _MOST_DIGITS:
        return ()
    if match := re.fullmatch(r"\s*(\d{1,3})\s*\.\.\s*(\d{1,3})\s*", given):
        return tuple(range(int(match[1]), int(match[2]) + 1))
    if re.fullmatch(r"\s*-?\d+\s*(,\s*-?\d+\s*)*", given):
        return tuple(map(int, given.split(",")))
    return ()


def given_values(
    owner: str, parameters: Sequence[Parameter], given: Mapping[str, object] | None
) -> dict[str, Value]:
    """Return the values that are given, by parameter, each as its parameter reads it.

    Raises `ArgumentError` for a name that is no parameter's, with the nearest, and for values out
    of range.

    >>> given_values("example", [Parameter("inputs", 3, "number of inputs")], {"inputs": "4"})
    {'inputs': 4}
    """
    values: dict[str, Value] = {}
    spelled = {parameter.name.replace("-", "_"): parameter for parameter in parameters}
    names = [parameter.name for parameter in parameters]
    for name, value in (given or {}).items():
        parameter = spelled.get(name.replace("-", "_"))
        if parameter is None:
            raise ArgumentError(
                f"setting of {owner}",
                ", ".join(names) or "nothing",
                name + did_you_mean(name, names),
            )
        values[parameter.name] = parameter.read(value)
    return values


def value_text(value: Value) -> str:
    """Return a value as `--set` takes it.

    >>> value_text((1, 2, 3)), value_text((1, 4)), value_text(Fraction(3, 4))
    ('1..3', '1,4', '3/4')
    """
    if isinstance(value, tuple):
        if len(value) > 1 and value == tuple(range(value[0], value[-1] + 1)):
            return f"{value[0]}..{value[-1]}"
        return ",".join(map(str, value))
    return str(value)


def _json(value: Value) -> Any:
    """Return a value as JSON values: a fraction is its text."""
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Fraction) else value


@dataclass(frozen=True)
class Settings:
    """The values that one run of a claim has; each is asked for by the type it has.

    >>> Settings({"inputs": (1, 2), "basis": "b2"}).texts("basis")
    ('b2',)
    """

    values: Mapping[str, Value]

    def whole(self, name: str) -> int:
        """Return a whole number."""
        value = self.values[name]
        assert isinstance(value, int)
        return value

    def wholes(self, name: str) -> tuple[int, ...]:
        """Return several whole numbers."""
        value = self.values[name]
        assert isinstance(value, tuple)
        return value

    def rational(self, name: str) -> Fraction:
        """Return a fraction."""
        value = self.values[name]
        assert isinstance(value, Fraction)
        return value

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.values[name]
        assert isinstance(value, str)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list that semicolons separate."""
        return tuple(part.strip() for part in self.text(name).split(";") if part.strip())

    def to_json(self) -> dict[str, Any]:
        """Return the values as JSON values."""
        return {name: _json(value) for name, value in self.values.items()}

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value_text(value)}" for name, value in self.values.items())
