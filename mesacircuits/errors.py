"""The exceptions of mesacircuits: one root, and one line of text each."""

from __future__ import annotations

_LONGEST = 80


class MesacircuitsError(Exception):
    """Root of every error that mesacircuits raises on purpose."""


class ArgumentError(MesacircuitsError, ValueError):
    """An argument is not what was asked for.

    The text names the argument, what was expected, and what came, on one line.

    >>> raise ArgumentError("inputs", "a whole number from 1 to 6", 9)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: inputs: expected a whole number from 1 to 6, got 9
    """

    def __init__(self, argument: str, expected: str, got: object) -> None:
        shown = got if isinstance(got, str) else repr(got)
        shown = " ".join(shown.split())
        if len(shown) > _LONGEST:
            # The end tells why: a reason in parentheses, a suggestion.
            shown = f"{shown[: _LONGEST // 2 - 3]}...{shown[-_LONGEST // 2 :]}"
        super().__init__(f"{argument}: expected {expected}, got {shown or 'nothing'}")
        self.argument = argument
        self.expected = expected
        self.got = got

    def __reduce__(self) -> tuple[type[ArgumentError], tuple[str, str, object]]:
        return type(self), (self.argument, self.expected, self.got)


class MissingExtra(MesacircuitsError, ImportError):
    """A library behind an optional extra is not installed; the text is the pip line."""

    def __init__(self, library: str, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs {library}: pip install 'mesacircuits[{extra}]'")
        self.library = library
        self.extra = extra
        self.purpose = purpose

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str, str]]:
        return type(self), (self.library, self.extra, self.purpose)


class CertificateError(MesacircuitsError, ValueError):
    """A certificate does not hold; `where` is the JSON path of the field at fault."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"certificate: {where}: {problem}")
        self.where = where
        self.problem = problem

    def __reduce__(self) -> tuple[type[CertificateError], tuple[str, str]]:
        return type(self), (self.where, self.problem)
