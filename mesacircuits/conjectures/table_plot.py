"""Plots of tables: bars for some of the columns, named by the first."""

from __future__ import annotations

from collections.abc import Sequence

from mesacircuits.conjectures.plot import Number, Panel, Series
from mesacircuits.tables import Cell, Table

__all__ = ["bar_panel"]


def bar_panel(
    table: Table,
    heads: Sequence[str],
    title: str,
    across: str,
    *,
    of: str | None = None,
    name: str | None = None,
) -> Panel:
    """Return bars for columns of a table, one for each row, beside each other.

    Arguments:
        table: what is drawn; cells that are no numbers are drawn as 0.
        heads: the columns, each a series.
        title: what the panel shows.
        across: what the values are.
        of: a column by which each value is divided, such as `minima`, so that shares are drawn.
        name: the column that names the rows; by default the first.

    >>> table = Table("Counts:", ("task", "minima", "tagged"), (("argmax", 4, 2), ("rock", 9, 0)))
    >>> panel = bar_panel(table, ["tagged"], "Tags", "share of minima", of="minima")
    >>> panel.names, panel.series[0].points
    (('argmax', 'rock'), ((0, 0.5), (1, 0.0)))
    """
    named = 0 if name is None else table.heads.index(name)
    whole = None if of is None else table.heads.index(of)

    def value(row: Sequence[Cell], column: int) -> Number:
        found = _number(row[column])
        if whole is None:
            return found
        total = _number(row[whole])
        return float(found) / float(total) if total else 0.0

    series = tuple(
        Series(
            head,
            tuple(
                (place, value(row, table.heads.index(head))) for place, row in enumerate(table.rows)
            ),
        )
        for head in heads
    )
    names = tuple(str(row[named]) for row in table.rows)
    return Panel(title, across, "", series, names=names, most=1 if of else None)


def _number(cell: Cell) -> Number:
    return 0 if cell is None or isinstance(cell, str) else cell
