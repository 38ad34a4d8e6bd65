"""The exceptions of mesacircuits: one root, and one line of text each."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import Any

_LONGEST = 80
#: More of a value than this is not looked at, for it would not be shown.
_LOOKED_AT = 4 * _LONGEST


class _Glance(reprlib.Repr):
    """The beginning of a value's `repr`, at a cost that does not grow with the value."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 6
        self.maxtuple = self.maxlist = self.maxdict = self.maxset = self.maxfrozenset = _LONGEST
        self.maxstring = self.maxother = _LOOKED_AT

    def repr_int(self, x: int, level: int) -> str:
        # Python writes no number of more than some thousand digits.
        return repr(x) if x.bit_length() < _LOOKED_AT else f"a number of {x.bit_length()} bits"


_GLANCE = _Glance()


class MesacircuitsError(Exception):
    """Root of every error that mesacircuits raises on purpose."""

    #: What a subclass was made of, where that is not its text: so that it can be pickled.
    made_of: tuple[object, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self.made_of) if self.made_of else tuple(super().__reduce__())


class ArgumentError(MesacircuitsError, ValueError):
    """An argument is not what was asked for.

    The text names the argument, what was expected, and what came, on one line.

    >>> raise ArgumentError("inputs", "a whole number from 1 to 6", 9)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: inputs: expected a whole number from 1 to 6, got 9
    """

    def __init__(self, argument: str, expected: str, got: object) -> None:
        shown = got if isinstance(got, str) else _GLANCE.repr(got)
        if len(shown) > _LOOKED_AT:
            shown = f"{shown[: _LOOKED_AT // 2]}...{shown[-_LOOKED_AT // 2 :]}"
        shown = " ".join(shown.split())
        if len(shown) > _LONGEST:
            # The end tells why: a reason in parentheses, a suggestion.
            shown = f"{shown[: _LONGEST // 2 - 3]}...{shown[-_LONGEST // 2 :]}"
        # What was expected may quote what came: no line breaks of its own.
        wanted = " ".join(f"{argument}: expected {expected}".split())
        super().__init__(f"{wanted}, got {shown or 'nothing'}")
        self.argument, self.expected, self.got = self.made_of = argument, expected, got


class FileError(ArgumentError):
    """A file cannot be read or written, or it does not hold what was asked for.

    Its text is that of an `ArgumentError`. The command line ends with status 1 by it, as the fault
    is the file's, and not with the status for bad arguments.

    >>> raise FileError("task.pla, line 3", "0, 1 or - for an input", "x")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.FileError: task.pla, line 3: expected 0, 1 or - for an input, got x
    """


class FileNote(UserWarning):
    """What is to be known of a file that was read: what was passed over, or chosen.

    It is given as a warning; the command line prints it on stderr as a note.

    >>> raise FileNote("two.blif: the first of 2 models is taken, m")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.FileNote: two.blif: the first of 2 models is taken, m
    """


def did_you_mean(word: str, known: Iterable[str], most: int = 1) -> str:
    """Return a hint at the known names nearest to a word, to be put after it; or nothing.

    >>> did_you_mean("agi", ["b2", "aig"])
    ' (did you mean aig?)'
    >>> did_you_mean("maj", ["majority", "parity"])
    ' (did you mean majority?)'

    Of names as near as each other those with the same first letter are meant first.

    >>> did_you_mean("mg", ["mig", "xmg"])
    ' (did you mean mig?)'
    """
    from difflib import SequenceMatcher, get_close_matches

    # No name is as long; comparing longer words would take long.
    if len(word) > _LONGEST:
        return ""
    names = list(known)
    # Two letters begin much.
    begun = [name for name in names if name.startswith(word)] if len(word) > 2 else []
    near = begun or sorted(
        get_close_matches(word, names, n=max(len(names), 1)),
        key=lambda name: (-SequenceMatcher(None, name, word).ratio(), name[:1] != word[:1]),
    )
    near = near[:most]
    return f" (did you mean {' or '.join(near)}?)" if near else ""


class MissingExtra(MesacircuitsError, ImportError):
    """A library behind an optional extra is not installed; the text is the pip line.

    The line names the libraries themselves, as the extra declares them, so that it works however
    this package was installed.

    >>> print(MissingExtra("matplotlib", "png", "drawing a PNG"))
    drawing a PNG needs matplotlib: pip install 'matplotlib>=3.9'
    """

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        wanted = " ".join(f"'{name}'" for name in _declared(extra) or [library.lower()])
        super().__init__(f"{purpose} needs {library}: pip install {wanted}")
        self.library, self.extra, self.purpose = self.made_of = library, extra, purpose


def _declared(extra: str) -> list[str]:
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires("mesacircuits") or []
    except PackageNotFoundError:
        return []
    parts = [line.replace('"', "'").partition(";") for line in lines]
    return [name.strip() for name, _, when in parts if when.strip() == f"extra == '{extra}'"]


class CertificateError(MesacircuitsError, ValueError):
    """A certificate does not hold; `where` is the JSON path of the field at fault."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"certificate: {where}: {problem}")
        self.where, self.problem = self.made_of = where, problem


class OutdatedError(CertificateError):
    """A certificate of an older version, or of an older definition: it can only be made anew."""


def require(holds: bool, where: str, problem: str) -> None:
    """Raise `CertificateError`, naming the field `where`, unless a condition holds.

    >>> require(True, "size", "negative")
    """
    if not holds:
        raise CertificateError(where, problem)
