"""Merging catalogs that were built apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from mesacircuits.catalog.schema import KEYS
from mesacircuits.catalog.store import Catalog

__all__ = ["merge"]

_ROWS_AT_ONCE = 4096


def merge(into: Catalog, other: Catalog) -> dict[str, int]:
    """Add all that is in another catalog, in one transaction; return how many rows were new.

    What is in both must be the same in both: merging is then the union, whichever way round.

    Raises `ArgumentError` where the two contradict each other, or the other is damaged; then
    nothing is added.

    >>> import tempfile
    >>> from mesacircuits.catalog import build
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Catalog.create(f"{folder}/a.db") as a, Catalog.create(f"{folder}/b.db") as b:
    ...         _ = build(a, tasks=["tt:2:8"]), build(b, tasks=["tt:2:6"])
    ...         merge(a, b)["searches"], merge(a, b)["searches"], a.counts()["tasks"]
    (1, 0, 2)
    """
    new = {}
    with into.transaction():
        for table in KEYS:
            rows = other.rows(f"SELECT * FROM {table}")
            new[table] = sum(into.insert(table, some) for some in _some_at_once(rows))
    return new


def _some_at_once(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield some
