"""Tables, as text in a terminal 80 columns wide, Markdown, LaTeX and HTML; and what is counted."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

from mesacircuits.errors import ArgumentError, MissingExtra

__all__ = [
    "WIDTH", "Cell", "Framed", "Table", "bits_text", "cell_text", "counted", "escaped_latex",
    "plain_table", "range_of", "reached", "wrapped",
]  # fmt: skip

#: The width that printed results keep to.
WIDTH = 80
#: What a table shows: numbers to the right, exact rationals, text, or nothing (`None`).
Cell = int | float | str | Fraction | None

# Exact rationals up to so many characters are shown beside their decimals.
_LONGEST = 17
# Smaller decimals are shown with an exponent.
_SMALLEST = 0.001
# In LaTeX longer texts are broken; and of a hash so many digits stand there.
_BROKEN = 48
_HASH = re.compile("[0-9a-f]{64}")
_DIGITS = 12
_ESCAPES = {
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    **{c: f"\\{c}" for c in "{}$&#%_"},
}  # fmt: skip


class Framed:
    """What is shown as rows, and so as a data frame of pandas or polars."""

    def frame_columns(self) -> dict[str, list[Any]]:
        """Return the columns by name, each with its values from the first row on."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return the rows as a `pandas.DataFrame`; raises `MissingExtra` without pandas."""
        return self._frame("pandas")

    def to_polars(self) -> Any:
        """Return the rows as a `polars.DataFrame`; raises `MissingExtra` without polars."""
        return self._frame("polars")

    def _frame(self, library: str) -> Any:
        try:
            made = import_module(library).DataFrame
        except ImportError as error:
            raise MissingExtra(library, library, "a data frame") from error
        return made(self.frame_columns())


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it shows, its heads, and its rows.

    >>> table = Table("Counts:", ("task", "minima"), (("argmax", 2), ("rock", 1036)))
    >>> print(table.text())
    Counts:
      task    minima
      argmax       2
      rock     1,036
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.heads):
                raise ArgumentError("rows", f"{len(self.heads)} cells, one per head", row)
            if not all(isinstance(cell, Cell) for cell in row):
                # Such as what a run took from a file that somebody made.
                raise TypeError(f"a cell that is no number and no text: {row}")

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON values; rationals are texts such as `"2/3"`."""
        rows = [[str(c) if isinstance(c, Fraction) else c for c in row] for row in self.rows]
        return {"title": self.title, "heads": list(self.heads), "rows": rows}

    def text(self, indent: str = "  ") -> str:
        """Return the table as printed. One too wide has its rows' names listed below by number.

        If it is too wide even so, its columns are printed in blocks, the first before each.
        """
        rows = [[cell_text(cell) for cell in row] for row in self.rows]
        columns = [[head, *cells] for head, *cells in zip(self.heads, *rows, strict=True)]
        room, widths = WIDTH - len(indent), [*map(_width, columns)]
        names = ""
        if sum(widths) - 2 > room and any(isinstance(name, str) for name in columns[0][1:]):
            listed = (f"{number} {name}" for number, name in enumerate(columns[0][1:], 1))
            names = f"{self.heads[0]}: {'; '.join(listed)}"
            columns[0][1:] = range(1, len(rows) + 1)
            widths[0] = _width(columns[0])
        lines = [wrapped(self.title)] if self.title else []
        block, left = [columns[0]], room - widths[0]
        for column, width in zip(columns[1:], widths[1:], strict=True):
            if width - 2 > left and len(block) > 1:
                lines += _aligned(block, indent)
                block, left = [columns[0]], room - widths[0]
            block.append(column)
            left -= width
        lines += _aligned(block, indent)
        if names:
            lines.append(wrapped(names, indent, indent * 2, at="; "))
        return "\n".join(lines)

    def markdown(self) -> str:
        """Return the table as Markdown, under its title.

        >>> print(Table("Counts:", ("task", "minima"), (("a|b", 1036),)).markdown())
        Counts:
        <BLANKLINE>
        | task | minima |
        | --- | ---: |
        | a\\|b | 1,036 |
        """
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.heads)
        rules = ["---" if any(isinstance(c, str) for c in column) else "---:" for column in columns]
        rows = [self.heads, rules, *([_grouped(cell_text(c)) for c in row] for row in self.rows)]
        lines = (
            f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
        )
        return "\n".join([self.title, "", *lines])

    def latex(self, width: str = "6cm") -> str:
        """Return the rows as a `tabular` in the manner of booktabs, numbers to the right.

        So that it fits on a page, hashes are cut to their first digits, and long texts are broken,
        in columns of this width.

        >>> print(Table("", ("size", "tag"), ((1200, "a_b"),)).latex(), end="")
        \\begin{tabular}{rl}
        \\toprule
        size & tag \\\\
        \\midrule
        1\\,200 & a\\_b \\\\
        \\bottomrule
        \\end{tabular}
        """
        kinds = ""
        for column in zip(*self.rows, strict=True) if self.rows else [()] * len(self.heads):
            numeric = column and all(isinstance(cell, int | float | None) for cell in column)
            broken = any(len(_for_latex(cell)) > _BROKEN for cell in column)
            kinds += "r" if numeric else f"p{{{width}}}" if broken else "l"
        head, *rows = (
            " & ".join(escaped_latex(_for_latex(cell)) for cell in row) + " \\\\\n"
            for row in (self.heads, *self.rows)
        )
        # What stands first in a row would be an option of the command that ends the row before.
        rows = [f"{{}}{row}" if row.startswith(("[", "*")) else row for row in rows]
        body = "".join(rows).replace("\x00", "\\,")
        return (
            f"\\begin{{tabular}}{{{kinds}}}\n\\toprule\n{head}\\midrule\n{body}"
            "\\bottomrule\n\\end{tabular}\n"
        )

    def html(self) -> str:
        """Return the table as HTML: numbers stand to the right; heads, title and texts are HTML.

        >>> Table("", ("n",), ((1200,),)).html()
        '<table><thead><tr><th scope="col">n</th></tr></thead><tbody><tr><td class="number">1,200\
</td></tr></tbody></table>'
        """
        said = f"<caption>{self.title}</caption>" if self.title else ""
        head = "".join(f'<th scope="col">{name}</th>' for name in self.heads)
        body = ""
        for row in self.rows:
            cells = (
                f'<td class="number">{cell:,}</td>'
                if isinstance(cell, int)
                else f"<td>{'' if cell is None else cell}</td>"
                for cell in row
            )
            body += f"<tr>{''.join(cells)}</tr>"
        return f"<table>{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cell_text(cell: Cell) -> int | str:
    """Return a cell as text shows it: a rational as its decimals and itself, on one line.

    >>> cell_text(Fraction(1, 3)), cell_text(Fraction(1, 10**5)), cell_text(None), cell_text(5)
    ('0.3333 = 1/3', '1.00e-05 = 1/100000', '-', 5)
    """
    if cell is None:
        return "-"
    if isinstance(cell, int):
        return cell
    if not isinstance(cell, Fraction) or cell.denominator == 1:
        # A line of its own could pass for a row.
        return " ".join(str(cell).splitlines())
    exact, value = str(cell), float(cell)
    decimals = f"{value:.4f}" if abs(value) >= _SMALLEST else f"{value:.2e}"
    return decimals + (f" = {exact}" if len(exact) <= _LONGEST else "...")


def _grouped(cell: int | str) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell


def _width(column: list[int | str]) -> int:
    # With the space behind it.
    from rich.cells import cell_len

    return max(cell_len(_grouped(cell)) for cell in column) + 2


def _aligned(columns: list[list[int | str]], indent: str) -> list[str]:
    """Return the lines of columns beside each other: heads, then cells, numbers to the right."""
    from rich.cells import cell_len, set_cell_size

    lines = [indent] * len(columns[0])
    for column in columns:
        cells = column[1:]
        right = bool(cells) and all(isinstance(c, int) or c in ("all", "-") for c in cells)
        width = min(_width(column) - 2, WIDTH - len(lines[0]))
        for number, cell in enumerate(map(_grouped, column)):
            if right:
                lines[number] += cell.rjust(width) + "  "
            else:
                shown = cell if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"
                lines[number] += set_cell_size(shown, width) + "  "
    return [line.rstrip() for line in lines]


def _for_latex(cell: Cell) -> str:
    if isinstance(cell, int):
        # Thousands are set apart by thin spaces.
        return f"{cell:,}".replace(",", "\x00")
    if isinstance(cell, str) and _HASH.fullmatch(cell):
        return cell[:_DIGITS]
    return "" if cell is None else str(cell)


def escaped_latex(text: str) -> str:
    """Return text that LaTeX sets as it stands, in ASCII, letters without their accents.

    >>> print(escaped_latex("a_b & 50% café"))
    a\\_b \\& 50\\% cafe
    """
    return "".join(
        _ESCAPES.get(c, c) if c.isascii()
        else unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode() or "?"
        for c in text
    )  # fmt: skip


def plain_table(heads: Sequence[str], rows: Iterable[Sequence[object]], indent: str = "") -> str:
    """Return a table as text: numbers to the right with thousands separators, all else to the left.

    >>> print(plain_table(("tag", "circuits"), [("search-like", 1234), ("mixed", 5)]))
    tag          circuits
    search-like     1,234
    mixed               5
    """
    listed = (tuple(c if isinstance(c, int) else str(c) for c in row) for row in rows)
    return Table("", tuple(heads), tuple(listed)).text(indent)


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


def bits_text(word: int, count: int) -> str:
    """Return the low bits of a word, bit 0 first.

    >>> bits_text(1, 2)
    '10'
    """
    return "".join(str(word >> i & 1) for i in range(count))


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


def range_of(values: Iterable[int]) -> int | str:
    """Return the only value, or the least and the greatest as text.

    >>> range_of([3]), range_of([1, 4, 2])
    (3, '1 to 4')
    """
    low, *others = sorted(set(values))
    return f"{low} to {others[-1]}" if others else low
