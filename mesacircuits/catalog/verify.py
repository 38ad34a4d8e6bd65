"""Checking a catalog: all rows derived again and compared whole; and merging what was checked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mesacircuits.catalog.derived import (
    ASSERTED,
    BY_EXHAUSTION,
    BY_SAT,
    DerivedSearch,
    definition_of,
    recounted,
    refused_at,
    short,
)
from mesacircuits.catalog.entries import definition_hash, universe_of_functions
from mesacircuits.catalog.schema import KEYS
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits.bases import basis_text
from mesacircuits.definitions import Definition
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import FORMULA, BudgetEnded, Effort
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError
from mesacircuits.records import printable, refuse_same_files
from mesacircuits.tables import wrapped

__all__ = ["Merged", "Verification", "check_bases", "merge", "verify_catalog"]

_NAMED = 5
_ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Verification:
    """What was checked.

    Attributes:
        searches: how many were checked, of `of`.
        minima, tags: how many of these were derived again.
        recounted: of how many searches all minima were found again by SAT.
        searched: of how many they were found again by the search itself.
        asserted: what the catalog says and nothing here shows.
        open: what the budget did not reach.
        digest: the catalog's hash, of the very rows that were checked.
    """

    searches: int
    of: int
    minima: int
    tags: int
    recounted: int
    searched: int
    asserted: tuple[str, ...]
    open: tuple[str, ...]
    digest: str

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        named, lists = {"searched": "searched_again"}, ("asserted", "open")
        return {"verified": not self.open} | {
            named.get(name, name): [*value] if name in lists else value
            for name, value in vars(self).items()
        }

    def __str__(self) -> str:
        head = "NOT FINISHED" if self.open else "VERIFIED"
        lines = [
            f"{head}: {self.searches:,} of {self.of:,} searches, {self.minima:,} minima, "
            f"{self.tags:,} tags",
            "  all rows of these were derived again and compared, but for what is asserted",
        ]
        if self.recounted:
            lines.append(f"  all minima of {self.recounted:,} searches found again by SAT")
        if self.searched:
            lines.append(f"  all minima of {self.searched:,} searches found again by exhaustion")
        lines += [wrapped(f"asserted: {said}", "  ", "    ") for said in self.asserted]
        lines += [wrapped(f"not reached: {said}", "  ", "    ") for said in self.open]
        lines.append(f"  catalog {self.digest}")
        return printable("\n".join(lines))


def verify_catalog(
    catalog: Catalog,
    sample: int | None = None,
    seed: int = 0,
    full: bool = False,
    effort: Effort | None = None,
    definitions: Collection[Definition] = (),
) -> Verification:
    """Check a catalog: the file, and of each search all rows, derived again and compared whole.

    All is read at one moment, whatever others write meanwhile. Nothing that the catalog names is
    run or opened.

    Arguments:
        sample: check so many searches, drawn at random with `seed`; None for all.
        full: find all minima of these searches again, by SAT or by exhaustion.
        effort: its progress bar is drawn; its seconds bound the whole, and what they did not reach
            is named.
        definitions: the user's own, which judge again what the catalog says they judged. What is by
            others that are not the package's is asserted.

    Raises `CertificateError` naming the first thing that is not so, and `ArgumentError` for a
    definition that the catalog does not name.
    """
    effort = effort or Effort()
    if sample is not None and (not isinstance(sample, int) or sample < 1):
        raise ArgumentError("sample", "a number of searches, at least 1", sample)
    with catalog.reading():
        return _Verifier(catalog, full, effort, definitions).run(sample, seed)


class _Verifier:
    """One verification, and what it has counted so far."""

    def __init__(
        self, catalog: Catalog, full: bool, effort: Effort, definitions: Collection[Definition]
    ) -> None:
        self.catalog, self.full, self.effort = catalog, full, effort
        self.given = {definition_hash(definition): definition for definition in definitions}
        self.counted: Counter[str] = Counter()
        self.open: list[str] = []
        self.incomplete: list[str] = []
        self.uncounted: list[str] = []
        self.formulas: list[str] = []
        #: By hash of a definition: how many searches it judged, and how many tags it gave if it is
        #: not at hand.
        self.judged: Counter[str] = Counter()
        self.own: Counter[str] = Counter()
        #: By universe of classes: which tasks there are, and how many there should be.
        self.classes: dict[str, tuple[set[str], int]] = {}

    def run(self, sample: int | None, seed: int) -> Verification:
        _check_file(self.catalog)
        check_bases(self.catalog)
        rows = list(self.catalog.rows("SELECT * FROM definitions ORDER BY hash"))
        self.known = {row[0]: definition_of(row, self.given) for row in rows}
        for name in self.given.keys() - {row[0] for row in rows}:
            expected = "one that the catalog names, of that version and dials"
            raise ArgumentError("definition", expected, self.given[name].name)
        names = [name for [name] in self.catalog.rows("SELECT hash FROM searches ORDER BY hash")]
        chosen = names
        if sample is not None:
            chosen = sorted(random.Random(seed).sample(names, min(sample, len(names))))
        with self.effort.bar("searches", len(chosen)) as bar:
            for search in chosen:
                self._check(search)
                bar.advance()
        whole = len(chosen) == len(names) and not self.open
        return Verification(
            self.counted["searches"],
            len(names),
            self.counted["minima"],
            self.counted["tags"],
            self.counted[BY_SAT],
            self.counted[BY_EXHAUSTION],
            tuple(self._asserted(rows, whole)),
            tuple(_some(self.open)),
            self.catalog.digest(),
        )

    def _check(self, search: str) -> None:
        try:
            if self.effort.used_up():
                raise BudgetEnded
            found = DerivedSearch(self.catalog, search, self.known, self.effort)
        except BudgetEnded:
            self.open.append(self._text(search))
            return
        self.counted["searches"] += 1
        self.counted["minima"] += len(found.minima)
        self.counted["tags"] += found.tags
        if found.uncounted:
            self.uncounted.append(str(found))
        self.judged.update(found.judged)
        self.own.update(found.own)
        self._count_classes(found)
        if not self.full:
            self.incomplete.append(str(found))
            if found.order == FORMULA and len(found.minima) > 1:
                self.formulas.append(str(found))
            return
        try:
            how = recounted(found, self.effort)
        except BudgetEnded:
            self.incomplete.append(str(found))
            if self.effort.used_up():
                self.open.append(f"that the list of {found} is complete")
        else:
            self.counted[how] += 1

    def _text(self, search: str) -> str:
        # What was not reached was not derived either: so it is called by its hash too.
        sql = (
            "SELECT tasks.text, basis, ordering FROM searches JOIN tasks ON tasks.hash = task "
            "WHERE searches.hash = ?"
        )
        [(task, basis, order)] = self.catalog.rows(sql, [search])
        return f"{task[:60]} ({basis[:60]}, {order[:60]}), {short(search)}"

    def _count_classes(self, found: DerivedSearch) -> None:
        if found.basis is None:
            return
        universe = universe_of_functions(found.task.inputs, found.name, found.order)
        if universe in found.universes:
            number = len(classes_of(found.task.inputs, found.basis).representatives)
            self.classes.setdefault(universe, (set(), number))[0].add(found.task.hash_hex)

    def _asserted(self, rows: list[tuple[Any, ...]], whole: bool) -> Iterator[str]:
        if self.incomplete:
            less = f"that the lists of {len(self.incomplete):,} searches are complete"
            remedy = " (--full)"
            if self.full:
                remedy = f", which are too long to be run again: {_some(self.incomplete)[0]}"
            yield f"{less}, and that nothing costs less{remedy}"
        if self.formulas:
            yield f"the places of the minima of {len(self.formulas):,} searches for formulas"
        if self.uncounted:
            many = ", ".join(_some(self.uncounted))
            yield f"the private tables of {many}: so many serve that they were not tried"
        for row in rows:
            if row[0] in self.own:
                yield (
                    f"what {row[5][:80]} says of {self.judged[row[0]]:,} searches, with "
                    f"{self.own[row[0]]:,} tags (give --definition FILE:NAME)"
                )
        yield "how minima were come by (" + ", ".join(ASSERTED) + ")"
        yield "that no search, and no definition's judgement of one, was left out"
        if whole:
            for universe, (tasks, number) in sorted(self.classes.items()):
                if len(tasks) < number:
                    yield f"not there: {number - len(tasks):,} of {number:,} classes of {universe}"
            lacking = {row[5][:80]: self.counted["searches"] - self.judged[row[0]] for row in rows}
            few = [f"{text} of {number:,} searches" for text, number in lacking.items() if number]
            if few:
                yield f"not there: judgements by {', '.join(few)}"


def _some(names: list[str]) -> list[str]:
    if len(names) <= _NAMED:
        return names
    return [*names[:_NAMED], f"{len(names) - _NAMED:,} more"]


def _check_file(catalog: Catalog) -> None:
    for [said] in catalog.rows("PRAGMA integrity_check"):
        if said != "ok":
            raise CertificateError("file", str(said))
    for row in catalog.rows("PRAGMA foreign_key_check"):
        raise CertificateError("file", f"a row of {row[0]} refers to nothing")
    for table, column, by in (
        ("solvers", "solver", "minima"),
        ("tasks", "task", "searches"),
        ("runs", "run", "search_runs"),
        ("definitions", "definition", "judged"),
    ):
        sql = f"SELECT hash FROM {table} WHERE hash NOT IN (SELECT {column} FROM {by})"
        for [name] in catalog.rows(sql):
            raise CertificateError(f"{table}[{short(name)}]", f"no row of {by} names it")


def check_bases(catalog: Catalog) -> None:
    """Raise `CertificateError` if a search stands there twice, its basis spelled in two ways."""
    spelled: dict[str, str] = {}
    rows = catalog.rows("SELECT DISTINCT basis FROM searches WHERE kind = 'circuit' ORDER BY basis")
    for [name] in rows:
        with refused_at("searches.basis"):
            canonical = basis_text(named_in_file("basis", name))
        if (other := spelled.setdefault(canonical, name)) != name:
            said = f"{name[:60]} is another spelling of {other[:60]}"
            raise CertificateError("searches.basis", said)


# -- merging -----------------------------------------------------------------------------------


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
                rows, new[table] = other.rows(f"SELECT * FROM {table}"), 0
                while some := list(islice(rows, _ROWS_AT_ONCE)):
                    new[table] += into.insert(table, some)
            if verify:
                check_bases(into)
            # Before it is there for good.
            other.refuse_changed()
    return Merged(new, checked)
