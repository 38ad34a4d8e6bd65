"""How definitions are written: NAME, NAME(dial=value,...), FILE.py:NAME, FILE.py:NAME(...)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mesacircuits.errors import ArgumentError

__all__ = ["DefinitionText", "Dial"]

#: The value of a dial.
Dial = int | str | None

#: Longer numbers are no dials.
_MOST_DIGITS = 9

_FORM = re.compile(r"(?:(?P<file>.*\.py):)?(?P<name>[^\s:()=,]+)\s*(?:\((?P<dials>[^()]*)\))?")


@dataclass(frozen=True, slots=True)
class DefinitionText:
    """The parts of a definition's text.

    Attributes:
        file: the file of Python that defines it; None for a name of the registry.
        name: its name, there.
        dials: the dials that are given, in the order in which they are.

    >>> DefinitionText.parse("mine.py:deep(least=4)")
    DefinitionText(file='mine.py', name='deep', dials=(('least', 4),))
    >>> print(DefinitionText.parse("search-like( objective-gates = 2 )"))
    search-like(objective_gates=2)
    """

    file: str | None
    name: str
    dials: tuple[tuple[str, Dial], ...] = ()

    @classmethod
    def parse(cls, text: str) -> DefinitionText:
        """Return the parts of `text`; raises `ArgumentError` if it has another form."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            expected = "NAME or FILE.py:NAME, with dials as in NAME(dial=value,...)"
            raise ArgumentError("definition", expected, text)
        dials: dict[str, Dial] = {}
        for part in filter(str.strip, (match["dials"] or "").split(",")):
            dial, equals, value = (piece.strip() for piece in part.partition("="))
            dial = dial.replace("-", "_")
            if not equals or not value or not dial.isidentifier():
                raise ArgumentError("definition", "dials such as objective_gates=2", part.strip())
            if dial in dials:
                raise ArgumentError("definition", f"{dial} once", text)
            dials[dial] = _dial_value(value)
        return cls(match["file"], match["name"], tuple(dials.items()))

    @property
    def called(self) -> str:
        """The text without the dials."""
        return self.name if self.file is None else f"{self.file}:{self.name}"

    def __str__(self) -> str:
        return written(self.called, dict(self.dials))


def written(name: str, dials: Mapping[str, Dial]) -> str:
    """Return a name with dials, as `DefinitionText.parse` reads it.

    >>> written("lookup-table", {"inputs_per_cell": 1}), written("lookup-table", {})
    ('lookup-table(inputs_per_cell=1)', 'lookup-table')
    """
    return name + (f"({','.join(f'{k}={v}' for k, v in dials.items())})" if dials else "")


def _dial_value(text: str) -> Dial:
    if text == "None":
        return None
    digits = text.removeprefix("-")
    whole = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
    return int(text) if whole else text
