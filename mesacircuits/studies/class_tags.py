"""Which classes of functions of up to five inputs have minima that search, or that are tables.

All minima of all functions are listed, up to permuting and negating inputs, size by size, and every
one is judged: search by the normal form of docs/theorems.md, tables by the kernel of their
definition. Permuting and negating inputs takes no tag away but that of search without re-encoding,
so of that a circuit has a set of negations. Inputs that a function does not read change no tag,
but that they double the inputs of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import comb
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import check_whole
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.data.class_tags import (
    ClassTagsFile,
    SearchRecord,
    SizeRecord,
    TaggedClass,
    stored_class_tags,
)
from mesacircuits.definitions import Definition, LookupTable, SearchLike, definition_record
from mesacircuits.definitions.bulk import Chains, in_normal_form
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.sizes import (
    MOST_SIZE,
    MinimaBatch,
    SizeUnit,
    exact_minima,
    single_gates,
    size_units,
)
from mesacircuits.enumeration.symmetry import exact_quotient, symmetry_of
from mesacircuits.enumeration.units import UnitResult, has_arrays, run_units
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash
from mesacircuits.studies.survey import negations_tagged
from mesacircuits.tables import Table, counted, plain_table, wrapped

__all__ = ["ClassTags", "Tagged", "class_tags", "shipped_class_tags"]

# Raise this when a change could change what a unit holds.
_VERSION = 1
_MOST_INPUTS = 5
_COMMON, _NONE, _PER_GROUP = "common", "none", "per-group"
_COSTS = ("cone", "private")
#: What a circuit may be, by its place: of search by the re-encoding, then tables.
_KINDS = (_COMMON, _PER_GROUP, "lookup", "tabular")
_DEFINITIONS = (SearchLike(), LookupTable())
_NOTHING = np.empty((0, 7), dtype=np.int64)


# -- judging -----------------------------------------------------------------------------------


def _judged(batch: MinimaBatch, inputs: int, basis: Basis) -> NDArray[np.int64]:
    # Rows: kind, class, function, negations, cone, private, weight; of none but search under a
    # common re-encoding does more than the class matter.
    chains = Chains(inputs, basis.operators, batch.gates)
    rows = []
    for kind, reencoding in enumerate((_COMMON, _PER_GROUP)):
        costs = chains.search_costs(reencoding)
        held = np.flatnonzero(costs[:, 0] >= 0)
        found = np.stack(
            [np.full(len(held), kind), batch.numbers[held], batch.tables[held], costs[held, 2],
             costs[held, 0], costs[held, 1], batch.weights[held]], axis=1,
        )  # fmt: skip
        if kind:
            found[:, 2:4] = 0
        rows.append(found)
    for kind, definition in ((2, LookupTable()), (3, LookupTable(1))):
        held = np.flatnonzero(definition.minima_tags(chains))
        found = np.zeros((len(held), 7), dtype=np.int64)
        found[:, 0], found[:, 1], found[:, 6] = kind, batch.numbers[held], batch.weights[held]
        rows.append(found)
    return _summed(rows)


def _summed(rows: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    # The weights of rows that are equal but for them are added.
    given = np.concatenate([_NOTHING, *rows])
    alike, place = np.unique(given[:, :6], axis=0, return_inverse=True)
    weights = np.zeros(len(alike), dtype=np.int64)
    np.add.at(weights, place.reshape(-1), given[:, 6])
    return np.concatenate([alike, weights[:, None]], axis=1)


def _tag(unit: SizeUnit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    sums = np.zeros(len(unit.open.classes), dtype=np.int64)
    tally = np.zeros(3, dtype=np.int64)
    rows = [_NOTHING]
    for batch in unit.minima(tally, stop):
        np.add.at(sums, batch.numbers, batch.weights)
        rows.append(_judged(batch, unit.inputs, unit.basis))
        if tally[:2].sum() > most_tried:
            return UnitResult({}, int(tally[:2].sum()), False)
    tried = int(tally[:2].sum())
    if stop[0] or tried > most_tried:
        return UnitResult({}, tried, False)
    found = np.flatnonzero(sums)
    counts = np.stack([found, sums[found]], axis=1)
    return UnitResult({"counted": counts, "tagged": _summed(rows)}, tried, True)


def _check(unit: SizeUnit, result: UnitResult) -> None:
    # That it speaks of open classes, and tags no more circuits than it counts.
    for name, width in (("counted", 2), ("tagged", 7)):
        others = {key: array for key, array in result.arrays.items() if key == name}
        has_arrays(others, {name: (np.int64, (None, width))})
    if len(result.arrays) > 2:
        raise ValueError("its arrays are not counted, tagged")
    counts, tagged = result.arrays["counted"], result.arrays["tagged"]
    still = unit.open.holds()
    for numbers in (counts[:, 0], tagged[:, 1]):
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(still)):
            raise ValueError("one of no class")
        if not still[numbers].all():
            raise ValueError("one of other classes")
    if (counts[:, 1] < 1).any() or (tagged < 0).any() or (tagged[:, 0] >= len(_KINDS)).any():
        raise ValueError("one that counts less than nothing")
    sums = np.zeros((len(_KINDS), len(still)), dtype=np.int64)
    np.add.at(sums, (tagged[:, 0], tagged[:, 1]), tagged[:, 6])
    every = np.zeros(len(still), dtype=np.int64)
    np.add.at(every, counts[:, 0], counts[:, 1])
    if (sums > every).any():
        raise ValueError("one that tags more circuits than it counts")


def _of_size(
    waiting: OpenClasses, basis: Basis, size: int, effort: Effort
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # The minima of each open class that has any of this size, and the rows of all that are tagged.
    classes = waiting.classes
    sums = np.zeros(len(classes), dtype=np.int64)
    if size == 1:
        batch = single_gates(classes, basis)
        np.add.at(sums, batch.numbers, batch.weights)
        return sums, _judged(batch, classes.inputs, basis)
    about = [classes.inputs, basis.to_json(), size, waiting.digest]
    about += [definition_record(definition) for definition in _DEFINITIONS]
    key = content_hash(["class_tags", _VERSION, *about])
    title = f"{classes.inputs} inputs, tags of size {size}"
    rows = [_NOTHING]
    units = size_units(waiting.copy(), basis, size)
    with closing(run_units(_tag, units, effort, key, title, _check)) as results:
        for _, result in results:
            counts = result.arrays["counted"]
            sums[counts[:, 0]] += counts[:, 1]
            rows.append(result.arrays["tagged"])
    return sums, _summed(rows)


def _tagged_classes(
    classes: FunctionClasses, basis: Basis, size: int, sums: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> Iterable[TaggedClass]:  # fmt: skip
    for number in np.unique(rows[:, 1]).tolist():
        mine = rows[rows[:, 1] == number]
        table = TruthTable(classes.inputs, int(classes.forms[number]))
        functions = int(classes.functions[number])
        common = mine[mine[:, 0] == 0]
        lookup, tabular = (int(mine[mine[:, 0] == kind, 6].sum()) for kind in (2, 3))
        yield TaggedClass(
            table=table.hex,
            inputs=classes.inputs,
            size=size,
            functions=functions,
            minima=int(sums[number]),
            search=tuple(_search_records(classes.inputs, mine)),
            unturned=_unturned(table, basis, functions, common) if len(common) else {},
            lookup=lookup,
            tabular=tabular,
        )


def _search_records(inputs: int, rows: NDArray[np.int64]) -> Iterable[SearchRecord]:
    for kind, reencoding in ((0, _COMMON), (0, _NONE), (1, _PER_GROUP)):
        mine = rows[rows[:, 0] == kind]
        for cone, private in np.unique(mine[:, 4:6], axis=0).tolist():
            here = mine[(mine[:, 4:6] == (cone, private)).all(axis=1)]
            minima = int(here[:, 6].sum())
            if reencoding == _NONE:
                # Of its images under all negations a circuit has the tag in so many.
                turned = int((here[:, 6] * np.bitwise_count(here[:, 3])).sum())
                minima = exact_quotient(turned, 1 << inputs)
            yield SearchRecord(reencoding, cone, private, minima)


def _unturned(
    table: TruthTable, basis: Basis, functions: int, rows: NDArray[np.int64]
) -> dict[str, tuple[int, ...]]:
    # Of how many functions some minimum searches without re-encoding, by cost and least gates.
    symmetry = symmetry_of(table.inputs, basis)
    found = {}
    for column, cost in enumerate(_COSTS, 4):
        most = int(rows[:, column].max())
        each = []
        for gates in range(most + 1):
            held = rows[rows[:, column] >= gates]
            some, _ = negations_tagged(symmetry, table, held[:, 2].astype(np.uint64), held[:, 3])
            each.append(exact_quotient(functions * some, 1 << table.inputs))
        found[cost] = tuple(each)
    return found


# -- what was found ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tagged:
    """How many classes have some minimum with a tag, how many functions have, and how many minima.

    Minima are summed over functions with f(0) = 0.
    """

    classes: int = 0
    functions: int = 0
    minima: int = 0


def _tagged(each: TaggedClass, definition: Definition, inputs: int) -> Tagged:
    # Of the functions of `inputs` inputs in the class.
    places = comb(inputs, each.inputs)
    minima = 0
    if isinstance(definition, LookupTable):
        minima = each.lookup
        if definition.inputs_per_cell is not None:
            # An input that is not read doubles the inputs of each cell.
            minima = each.tabular if inputs == each.inputs else 0
        functions = each.functions if minima else 0
    else:
        assert isinstance(definition, SearchLike)
        least, cost, reencoding = (
            definition.objective_gates, definition.cost, definition.reencoding,
        )  # fmt: skip
        minima = sum(
            found.minima
            for found in each.search
            if found.reencoding == reencoding
            and (found.cone if cost == "cone" else found.private) >= least
        )
        functions = each.functions if minima else 0
        if minima and reencoding == _NONE:
            functions = each.unturned[cost][least]
    return Tagged(int(minima > 0), places * functions, places * minima)


@dataclass(frozen=True)
class ClassTags:
    """The classes of functions of up to `inputs` inputs whose minima have tags, size by size.

    Attributes:
        record: what was found of the functions that read all inputs, for each number of them.
        unfinished: whether the budget ended first; then sizes are left out.
        shipped: the file that answered; empty if minima were searched.
    """

    record: ClassTagsFile
    unfinished: bool = False
    shipped: str = ""

    @property
    def inputs(self) -> int:
        """The most inputs n."""
        most: int = self.record.inputs
        return most

    @cached_property
    def sizes(self) -> dict[tuple[int, int], SizeRecord]:
        """By inputs and size, all functions of so many inputs that have minima of that size.

        >>> found = class_tags(3).sizes[3, 3]
        >>> found.classes, found.functions, found.minima
        (3, 80, 180)
        """
        most = {n: max((s.size for s in self.record.sizes if s.inputs == n), default=-1)
                for n in range(2, self.inputs + 1)}  # fmt: skip
        found = {}
        for n in range(2, self.inputs + 1):
            for size in range(most[n] + 1):
                mine = [s for s in self.record.sizes if s.inputs <= n and s.size == size]
                found[n, size] = SizeRecord(
                    n,
                    size,
                    sum(s.classes for s in mine),
                    sum(comb(n, s.inputs) * s.functions for s in mine),
                    sum(comb(n, s.inputs) * s.minima for s in mine),
                )
        return found

    def count(self, inputs: int, size: int, definition: Definition) -> Tagged:
        """Return how many classes and functions of `inputs` inputs have such minima, of `size`.

        Arguments:
            definition: `SearchLike` with any `objective_gates`, `reencoding` and cost by gates, or
                `LookupTable` with any number of inputs, or one, for each cell.

        Raises `ArgumentError` for other dials.

        >>> found = class_tags(4)
        >>> sum(found.count(4, size, SearchLike()).functions for size in range(8))
        2024
        """
        _check_definition(definition)
        held = [
            _tagged(each, definition, inputs)
            for each in self.record.classes
            if each.size == size and each.inputs <= inputs
        ]
        return Tagged(*(sum(getattr(t, name) for t in held) for name in Tagged.__slots__))

    def best(self, reencoding: str = _COMMON, cost: str = "cone") -> dict[str, int]:
        """Return the greatest c at which some minimum of a class is search-like, by its table.

        Classes are those of functions that read all `inputs` inputs.

        >>> class_tags(3).best()
        {'18': 1}
        """
        _check_definition(SearchLike(reencoding=reencoding, cost=cost))
        found = {}
        for each in self.record.classes:
            costs = [getattr(s, cost) for s in each.search if s.reencoding == reencoding]
            if each.inputs == self.inputs and costs:
                found[each.table] = max(costs)
        return found

    def percents(self, inputs: int, definition: Definition, of: str) -> list[tuple[int, float]]:
        """Return by size the percent of `classes`, `functions` or `minima` that are tagged.

        Sizes at which nothing is tagged are left out.
        """
        found = []
        for (n, size), every in self.sizes.items():
            part = getattr(self.count(n, size, definition), of)
            if n == inputs and part:
                found.append((size, 100 * float(Fraction(part, getattr(every, of)))))
        return found

    @cached_property
    def _most(self) -> dict[str, int]:
        # The greatest costs of all, which the tables go up to.
        every = [s for each in self.record.classes for s in each.search]
        return {cost: max((getattr(s, cost) for s in every), default=0) for cost in _COSTS}

    def to_json(self) -> dict[str, Any]:
        """Return what was found as JSON values, with the shares under the default dials."""
        record: dict[str, Any] = msgspec.to_builtins(self.record)
        record["unfinished"] = self.unfinished
        if self.shipped:
            record["shipped"] = self.shipped
        record["shares"] = [
            {
                **msgspec.to_builtins(every),
                "tagged": {d.name: asdict(self.count(n, size, d)) for d in _DEFINITIONS},
            }
            for (n, size), every in self.sizes.items()
        ]
        return record

    def __str__(self) -> str:
        last = max((size for n, size in self.sizes if n == self.inputs), default=0)
        head = (
            f"Minima of all functions of up to {counted(self.inputs, 'input')}, "
            f"{self.record.basis}, of at most {counted(last, 'gate')}: how many NPN classes have "
            "some that are search-like, or lookup tables"
        )
        parts = [wrapped(head, "", "  ")]
        for definition in _DEFINITIONS:
            parts.append(self._trend(definition))
        parts += [self._by_cost(reencoding) for reencoding in (_COMMON, _PER_GROUP)]
        parts += [self._by_reencoding(of) for of in ("functions", "minima")]
        said = (
            "Classes are of all functions of n inputs, also of those that do not read all of them. "
            "Without re-encoding the same classes have search-like minima as under a common one, "
            "of fewer of their functions. Minima: summed over functions with f(0) = 0. "
            "--json lists the classes."
        )
        parts.append(wrapped(said))
        if self.shipped:
            parts.append(f"As shipped in {self.shipped}; --fresh searches again.")
        if self.unfinished:
            parts.append("NOT FINISHED: the budget ended; greater sizes are left out.")
        return "\n\n".join(parts)

    def _trend(self, definition: Definition) -> str:
        numbers = range(min(3, self.inputs), self.inputs + 1)
        rows = []
        for size in sorted({size for n, size in self.sizes if n in numbers}):
            cells: list[object] = [size]
            for n in numbers:
                every = self.sizes.get((n, size))
                part = self.count(n, size, definition).classes
                cells.append(_share(part, every.classes) if every and every.classes else "")
            rows.append(cells)
        heads = ("C", *(f"n = {n}" for n in numbers))
        return f"Classes with a {definition.name} minimum:\n{plain_table(heads, rows, '  ')}"

    def _by_cost(self, reencoding: str) -> str:
        dials = [(cost, c) for cost in _COSTS for c in range(1, self._most[cost] + 1)]
        rows = []
        for (n, size), every in self.sizes.items():
            found = [
                self.count(n, size, SearchLike(objective_gates=c, cost=cost, reencoding=reencoding))
                for cost, c in dials
            ]
            if n >= min(3, self.inputs) and found and found[0].classes:
                rows.append((n, size, every.classes, *(each.classes for each in found)))
        heads = ("n", "C", "classes", *(f"{cost[0]}>={c}" for cost, c in dials))
        said = (
            f"Classes with a search-like minimum, re-encoding {reencoding}, evaluations of c gates "
            "in the cone, or p private ones, at least:"
        )
        return Table(said, heads, rows).text()

    def _by_reencoding(self, of: str) -> str:
        asked = [SearchLike(reencoding=r) for r in (_NONE, _COMMON, _PER_GROUP)]
        rows = []
        for (n, size), every in self.sizes.items():
            found = [getattr(self.count(n, size, d), of) for d in (*asked, LookupTable())]
            if n >= min(3, self.inputs) and any(found):
                rows.append((n, size, getattr(every, of), *found))
        heads = ("n", "C", of, _NONE, _COMMON, _PER_GROUP, "lookup-table")
        said = {
            "functions": "Functions with a search-like minimum, by re-encoding, or a table:",
            "minima": "Minima that are search-like, by re-encoding, or tables:",
        }
        return Table(said[of], heads, rows).text()


def _share(part: int, whole: int) -> str:
    return f"{part:,}/{whole:,} = {100 * part / whole:.3g} %"


def _check_definition(definition: Definition) -> None:
    if isinstance(definition, LookupTable):
        if definition.tree == "off" and definition.inputs_per_cell in (None, 1):
            return
    elif isinstance(definition, SearchLike) and definition.cost in _COSTS:
        free = SearchLike()
        if free == replace(
            definition,
            objective_gates=free.objective_gates,
            cost=free.cost,
            reencoding=free.reencoding,
        ):
            return
    expected = (
        "search-like with dials objective_gates, reencoding and cost by gates, or lookup-table "
        "with one input for each cell or any number"
    )
    raise ArgumentError("definition", expected, definition)


def shipped_class_tags(
    inputs: int = _MOST_INPUTS, basis: str | Basis = "b2", size: int | None = None
) -> ClassTags | None:
    """Return what `class_tags` would if it ships, for today's definitions; else None.

    Arguments: see `class_tags`.

    >>> shipped_class_tags(5, "aig")
    """
    stored = stored_class_tags(basis_named(basis).name)
    if stored is None:
        return None
    record, name, _ = stored
    least = 0 if size is None or inputs < record.inputs else size
    if inputs > record.inputs or least > record.size or record.definitions != _definitions():
        return None
    return ClassTags(_narrowed(record, inputs, size), shipped=name)


@fitting_units
def class_tags(
    inputs: int = _MOST_INPUTS,
    basis: str | Basis = "b2",
    size: int | None = None,
    effort: Effort | None = None,
) -> ClassTags:
    """Return which classes of functions of up to n inputs have search-like minima, or tables.

    Minima are of the order `size`. What ships with the package answers if the effort allows it.

    Arguments:
        inputs: n, from 2 to 5.
        basis: `b2` or `aig`, of whose minima the normal form of docs/theorems.md speaks.
        size: the most gates of functions that read n inputs, at least n - 1; by default as many as
            ship, or 8. Of fewer inputs all functions are looked at.
        effort: the means.

    Raises `ArgumentError` for arguments outside those ranges.

    >>> found = class_tags(3, effort=Effort(shipped=False))
    >>> [found.count(3, size, SearchLike()) for size in (3, 4)]
    [Tagged(classes=1, functions=8, minima=12), Tagged(classes=0, functions=0, minima=0)]
    """
    check_whole("inputs", inputs, 2, _MOST_INPUTS)
    if size is not None:
        check_whole("size", size, inputs - 1, MOST_SIZE)
    basis = basis_named(basis)
    if not in_normal_form(basis, "size"):
        raise ArgumentError("basis", "b2 or aig", basis.name)
    effort = effort or Effort()
    shipped = shipped_class_tags(inputs, basis, size) if effort.takes_shipped else None
    if shipped is not None:
        return shipped
    sizes = [SizeRecord(0, 0, 1, 2, 1), SizeRecord(1, 0, 1, 2, 1)]
    tagged: list[TaggedClass] = []
    most = 8 if size is None else size
    unfinished = False
    try:
        for read in range(2, inputs + 1):
            classes = function_classes(read)
            waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
            at = read - 1
            while waiting.marks.any() and at <= (most if read == inputs else MOST_SIZE):
                sums, rows = _of_size(waiting, basis, at, effort)
                numbers = np.flatnonzero(exact_minima(classes, sums))
                functions, minima = classes.functions[numbers].sum(), sums[numbers].sum()
                sizes.append(SizeRecord(read, at, len(numbers), int(functions), int(minima)))
                tagged += _tagged_classes(classes, basis, at, sums, rows)
                waiting.close(numbers)
                at += 1
    except BudgetEnded:
        unfinished = True
    found = ClassTagsFile(basis.name, _definitions(), inputs, most, tuple(sizes), tuple(tagged))
    return ClassTags(_narrowed(found, inputs, size), unfinished)


def _definitions() -> list[dict[str, Any]]:
    return [definition_record(definition) for definition in _DEFINITIONS]


def _narrowed(record: ClassTagsFile, inputs: int, size: int | None) -> ClassTagsFile:
    # The part about functions of at most so many inputs, and of those that read all at most so many
    # gates.
    most = record.size if size is None else size

    def within(each: SizeRecord | TaggedClass) -> bool:
        kept: bool = each.inputs < inputs or (each.inputs == inputs and each.size <= most)
        return kept

    return msgspec.structs.replace(
        record,
        inputs=inputs,
        size=most,
        sizes=tuple(filter(within, record.sizes)),
        classes=tuple(filter(within, record.classes)),
    )
