"""Tables of plain text, for results that print in a terminal 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

__all__ = ["WIDTH", "counted", "plain_table", "reached", "wrapped"]

#: The width that printed results keep to.
WIDTH = 80


def plain_table(heads: Sequence[str], rows: Iterable[Sequence[object]], indent: str = "") -> str:
    """Return a table: numbers to the right with thousands separators, text to the left.

    >>> print(plain_table(("tag", "circuits"), [("search-like", 1234), ("mixed", 5)]))
    tag          circuits
    search-like     1,234
    mixed               5
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed = [list(row) for row in rows]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=True, header_style="")
    for column, head in enumerate(heads):
        numeric = bool(listed) and all(
            isinstance(row[column], int) or row[column] in ("all", "-") for row in listed
        )
        table.add_column(Text(head), justify="right" if numeric else "left", no_wrap=True)
    for row in listed:
        table.add_row(*(Text(f"{v:,}" if isinstance(v, int) else _cell(v)) for v in row))
    console = Console(width=WIDTH - len(indent), color_system=None, no_color=True, highlight=False)
    with console.capture() as capture:
        console.print(table)
    lines = capture.get().rstrip("\n").split("\n")
    return "\n".join((indent + line).rstrip() for line in lines)


def _cell(value: object) -> str:
    # On one line, whatever it is: a line of its own could pass for a row.
    return " ".join(str(value).splitlines())


def wrapped(text: str, indent: str = "", hanging: str | None = None, at: str = " ") -> str:
    """Return `text` broken into lines of at most 80 columns, after `indent`, then `hanging`.

    Lines are broken at spaces, or only at the spaces in `at`.

    >>> print(wrapped("one two", indent="  "))
      one two
    """
    # A no-break space holds together what is not to be broken.
    held = text.replace(" ", "\u00a0").replace(at.replace(" ", "\u00a0"), at)
    lines = textwrap.fill(
        held,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
    )
    return lines.replace("\u00a0", " ")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with what it counts.

    >>> counted(1, "minimum", "minima"), counted(1200, "task")
    ('1 minimum', '1,200 tasks')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def reached(done: int, number: int, noun: str, plural: str | None = None) -> str:
    """Return how many of a number were reached, or just the number if all were.

    >>> reached(7, 15, "task"), reached(1, 1, "task"), reached(0, 1, "world")
    ('7 of 15 tasks', '1 task', '0 of 1 world')
    """
    return ("" if done == number else f"{done:,} of ") + counted(number, noun, plural)
