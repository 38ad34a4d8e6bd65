"""stdin, stdout and stderr: what is read and printed, and what becomes of it if one fails.

Results may quote files, and files are from strangers. So texts are printed without control
characters, which a terminal would obey; data keep their bytes wherever they are not shown on one.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from mesacircuits.enumeration.effort import FromFile
    from mesacircuits.studies.universe import Universe

__all__ = [
    "EFFORT", "check_terminal", "discard_output", "from_file", "guard_streams", "is_terminal",
    "note", "read_data", "say", "say_orbits", "show", "show_notes", "write_data",
]  # fmt: skip

#: Where a command's effort is kept among what is known of the command.
EFFORT = "mesacircuits.effort"

#: What stands for a character where stdout has no such one; others are spelled out.
_ASCII = str.maketrans("─│┼●○◎◐⊕⊙∧∨⊼⊽¬▸…�", "-|+*o@o+=&|&|~>.?")


def _spelled(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # by what it is registered for
    text = error.object[error.start : error.end].translate(_ASCII)
    return text.encode("ascii", "backslashreplace").decode(), error.end


class _Lossy(io.FileIO):
    """stderr: what cannot be written is lost, and the command goes on."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def guard_streams() -> None:
    """Make the streams such that none of them can end a command in the wrong way.

    A character that stdout cannot encode is spelled in ASCII. What stderr does not take is lost. A
    stream that was closed from the start stays so, but no file that is opened takes its number.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest number that is free.
            os.open(os.devnull, os.O_RDWR)
    codecs.register_error("mesacircuits", _spelled)
    if isinstance(sys.stdout, io.TextIOWrapper) and not _is_unicode(sys.stdout.encoding):
        sys.stdout.reconfigure(errors="mesacircuits")
    if isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr is sys.__stderr__:
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Lossy(2, "w", closefd=False)),
            sys.stderr.encoding,
            "backslashreplace",
            line_buffering=True,
        )


def _is_unicode(encoding: str) -> bool:
    return codecs.lookup(encoding).name.startswith("utf")


def discard_output() -> None:
    """Let what is still to be written to stdout go nowhere; else it fails once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def is_terminal() -> bool:
    """Return whether stdout is a terminal, where people read what is printed."""
    return sys.stdout is not None and sys.stdout.isatty()


def _print(stream: TextIO | None, text: str, end: str = "\n") -> None:
    # What is printed to a stream that was closed from the start is not missed.
    if stream is not None:
        stream.write(text + end)
        stream.flush()


def say(text: str) -> None:
    """Print a line about the run on stderr."""
    from mesacircuits.records import printable

    _print(sys.stderr, printable(text))


def note(text: str) -> None:
    """Print on stderr what is to be known of a result."""
    say(f"mesacircuits: note: {text}")


def show_notes() -> None:
    """Let notes on files that were read be printed on stderr; other warnings stay what they are."""
    from mesacircuits.errors import FileNote

    usual = warnings.showwarning

    def shown(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, FileNote):
            note(" ".join(str(message).split()))
        else:
            usual(message, category, *where, **more)

    warnings.simplefilter("always", FileNote)
    warnings.showwarning = shown


def say_orbits(universe: Universe) -> None:
    """Print on stderr, before anything is searched, for how many tasks those to be solved stand."""
    if universe.orbits_text:
        note(universe.orbits_text)


def from_file() -> FromFile | None:
    """Return what the command took from the file of `--resume`; None if nothing."""
    context = click.get_current_context(silent=True)
    effort = None if context is None else context.meta.get(EFFORT)
    return None if effort is None else effort.from_file


#: Lines of a screen, beyond which a verdict is said once more.
_SCREEN = 24
_COLOURS = {
    **dict.fromkeys(("HELD", "SUPPORTED", "VERIFIED"), "green"),
    **dict.fromkeys(("REFUTED", "AGAINST"), "red"),
    **dict.fromkeys(("NO EVIDENCE", "VACUOUS", "INCONCLUSIVE"), "yellow"),
}


def _coloured(text: str) -> str:
    """Return a text whose lines that begin with a verdict have its colour, on a terminal."""
    if not is_terminal() or "NO_COLOR" in os.environ:
        return text
    words = "|".join(_COLOURS)
    return re.sub(
        rf"^(?:{words})(?=: )",
        lambda found: click.style(found[0], fg=_COLOURS[found[0]], bold=True),
        text,
        flags=re.M,
    )


def show(text: str | None, record: Any, verdict: str = "") -> None:
    """Print a result on stdout: its text, or its JSON values if there is no text.

    A text that is longer than a screen ends with its verdict.

    What was taken from a file of finished units is said beside it: in the last line of a text, and
    in each record as `from_file`.
    """
    from mesacircuits.records import printable, readable_json

    if text is not None and verdict and text.count("\n") >= _SCREEN:
        text += f"\n\n{verdict}"
    taken = from_file()
    if taken is not None and text is not None:
        text += f"\n{taken}"
    elif taken is not None:
        for each in record if isinstance(record, list) else [record]:
            each["from_file"] = taken.to_json()
    if text is not None:
        _print(sys.stdout, _coloured(printable(text)))
        return
    # What drives a terminal stands in texts alone, where JSON has another way to write it.
    _print(sys.stdout, re.sub(r"[^ -~\n]+", _escaped, readable_json(record)))


def _escaped(odd: re.Match[str]) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in odd[0])


def write_data(data: bytes, is_text: bool = True) -> None:
    """Write data for other programs to stdout.

    Arguments:
        data: what is written, as it is; only a terminal is sent text without control characters.
        is_text: whether it is text, in UTF-8; other data are not for terminals.

    Raises `click.ClickException` if stdout is closed, or a terminal and the data no text.
    """
    if sys.stdout is None:
        raise click.ClickException("stdout is closed")
    if is_terminal():
        check_terminal(is_text)
        from mesacircuits.records import printable

        _print(sys.stdout, printable(data.decode(errors="replace")), "")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def check_terminal(is_text: bool) -> None:
    """Raise `click.UsageError` if stdout is a terminal and what is to be printed is no text."""
    if not is_text and is_terminal():
        raise click.UsageError("these are bytes: they need a file or a pipe")


def read_data(argument: str, limit: int = 64 << 20) -> bytes:
    """Return what stands on stdin.

    Raises `FileError`, naming `argument`, if it is closed, cannot be read, or longer than `limit`.
    """
    from mesacircuits.errors import FileError

    if sys.stdin is None:
        raise FileError(argument, "an open stdin", "- (closed)")
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise FileError(argument, "a readable stdin", f"- ({error.strerror})") from error
    if len(data) > limit:
        raise FileError(argument, f"at most {limit} bytes on stdin", "more")
    return data
