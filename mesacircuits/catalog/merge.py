"""Merging catalogs that were built apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mesacircuits.catalog.schema import KEYS
from mesacircuits.catalog.store import Catalog
from mesacircuits.catalog.verify import Verification, check_bases, verify_catalog
from mesacircuits.definitions import Definition
from mesacircuits.enumeration import Effort
from mesacircuits.errors import MesacircuitsError
from mesacircuits.records import refuse_same_files

__all__ = ["Merged", "merge"]

_ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Merged:
    """What merging did.

    Attributes:
        added: how many rows of each table were new.
        verification: what was checked of what was taken; None if it was not.
    """

    added: dict[str, int]
    verification: Verification | None


def merge(
    into: Catalog,
    other: Catalog,
    *,
    verify: bool | Verification = True,
    definitions: Collection[Definition] = (),
    effort: Effort | None = None,
) -> Merged:
    """Add all that is in another catalog, in one transaction, having verified it.

    What is in both must be the same in both: merging is then the union, whichever way round.

    Arguments:
        verify: whether to check the other catalog first, as `verify_catalog` does; or what that
            found of the same content. All is read at one moment: what is added is what was checked.
        definitions, effort: as for `verify_catalog`.

    Raises `ArgumentError` where the two contradict each other, are one file, or the other is
    damaged, `CertificateError` where the other does not hold, and `MesacircuitsError` if the budget
    ended before that was seen; then nothing is added.

    >>> import tempfile
    >>> from mesacircuits.catalog import build
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Catalog.create(f"{folder}/a.db") as a, Catalog.create(f"{folder}/b.db") as b:
    ...         _ = build(a, "tt:2:8"), build(b, "tt:2:6")
    ...         found = [merge(a, b).added["searches"] for _ in range(2)]
    ...         found, a.counts()["tasks"]
    ([1, 0], 2)
    """
    refuse_same_files({"catalog": into.path}, {"the other": other.path})
    new = {}
    with other.reading():
        checked = None
        if verify:
            if isinstance(verify, Verification) and verify.digest == other.digest():
                checked = verify
            else:
                checked = verify_catalog(other, effort=effort, definitions=definitions)
            if checked.open:
                left = checked.of - checked.searches
                raise MesacircuitsError(
                    f"catalog: {left:,} searches of {other.path} not verified in the budget"
                )
        with into.transaction():
            for table in KEYS:
                rows = other.rows(f"SELECT * FROM {table}")
                new[table] = sum(into.insert(table, some) for some in _some_at_once(rows))
            if verify:
                check_bases(into)
            # Before it is there for good.
            other.refuse_changed()
    return Merged(new, checked)


def _some_at_once(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        yield some
