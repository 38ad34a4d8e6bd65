"""Surveys: the minima of every class, or of every task, of a universe, and how many have a tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import comb
from operator import and_, or_
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Output, TruthTable, npn_canonical, npn_orbit
from mesacircuits.circuits.bases import Basis
from mesacircuits.data.minima import minima_files, stored_minima
from mesacircuits.definitions import Definition, has_tag
from mesacircuits.definitions.bulk import bulk_sets, bulk_tags, in_normal_form
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    MAX_CENSUS_INPUTS,
    SIZE,
    BudgetEnded,
    Census,
    Effort,
    Level,
    census,
    enumerate_minima,
)
from mesacircuits.enumeration.census import shipped_census
from mesacircuits.enumeration.minima_lists import minima_rows, shipped_classes
from mesacircuits.enumeration.symmetry import (
    Symmetry,
    class_numbers,
    exact_quotient,
    has_fast_kernel,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.universe import (
    Member,
    Universe,
    Unsolved,
    as_universe,
    inputs_in_use,
    solved_tasks,
    table_of,
)
from mesacircuits.tasks import FunctionTask, Task, TaskLike

__all__ = [
    "LEFT_OUT",
    "ClassRow",
    "Kinds",
    "Survey",
    "TagCount",
    "goes_by_classes",
    "negations_tagged",
    "refuse_inapplicable",
    "smallest_in_classes",
    "survey",
    "survey_classes",
    "tally_level",
]

#: Why a task says nothing of a definition.
LEFT_OUT = (
    "no circuit over the basis solves it",
    "no circuit within the cap solves it",
    "the definition does not apply to it",
)
_NO_CIRCUIT, _NONE_WITHIN, _DOES_NOT_APPLY = LEFT_OUT

#: What is counted, given the sets that `bulk_sets` returns for the definitions, and the full set.
Kinds = Callable[[list[NDArray[np.int64]], int], list[NDArray[np.int64]]]

_Picked = TypeVar("_Picked")


@dataclass(frozen=True, slots=True)
class TagCount:
    """The minima of one NPN class that have a tag.

    Attributes:
        circuits: those minima, summed over the class's functions with f(0) = 0.
        some: functions of the class with at least one such minimum.
        every: functions of the class whose minima are all such.
    """

    circuits: int = 0
    some: int = 0
    every: int = 0


@dataclass(frozen=True, slots=True)
class ClassRow:
    """The minima of one NPN class of functions, or of one task, and those with the tag.

    Attributes:
        name: what names it: the least member of the class, in hexadecimal, or the task.
        task: that member's function, or the task.
        functions: number of functions in the class; of a task, for how many it stands in its
            universe, itself included (see `Universe.orbits`).
        size: gates of each minimum; of the smallest, where they differ.
        depth: their depth where the order is `depth-size`, else None.
        circuits: minima of each function.
        minima: minima of all its functions with f(0) = 0 together; of a task, of itself.
        tagged: how many of those have the tag.
        some, every: functions some, and all, of whose minima have it.
        others: the same counts of what else was asked about.
    """

    name: str
    task: Task
    functions: int
    size: int
    depth: int | None
    circuits: int
    minima: int
    tagged: int = 0
    some: int = 0
    every: int = 0
    others: tuple[TagCount, ...] = field(default=(), compare=False)

    @property
    def counts(self) -> tuple[TagCount, ...]:
        """All the counts, of the tag first."""
        return TagCount(self.tagged, self.some, self.every), *self.others

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates, inputs in use, hexadecimal table or name."""
        return self.size, inputs_in_use(self.task), self.name

    @property
    def representative(self) -> TruthTable:
        """The least member of the class."""
        return table_of(self.task)

    @property
    def value(self) -> Fraction:
        """The mean share of a function's minima that have the tag."""
        return Fraction(self.tagged, self.minima)

    @property
    def disagrees(self) -> bool:
        """Whether minima of the class have the tag and others do not."""
        return 0 < self.tagged < self.minima

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        skipped = ("task", "others")
        return {name: getattr(self, name) for name in ClassRow.__slots__ if name not in skipped}


@dataclass(frozen=True)
class Survey:
    """What was found of a universe.

    Attributes:
        rows: one for each NPN class whose minima were exhausted, representatives ascending; or for
            each task, in the universe's order.
        by_classes: which of the two.
        members: the tasks of those rows with their minima, by name.
        left_out: tasks that say nothing of the definitions, each with the reason.
        unsolved: tasks whose minima the budget left out.
        minima_from: the shipped file that the minima are from; empty if they were searched for.
        census: the census that gave the classes, where one did.
    """

    rows: tuple[ClassRow, ...]
    by_classes: bool
    members: dict[str, Member] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()
    unsolved: tuple[Unsolved, ...] = ()
    minima_from: str = ""
    census: Census | None = None


def goes_by_classes(universe: Universe, basis: Basis, order: str) -> bool:
    """Return whether one function of each NPN class stands for its class, and not tasks one by one.

    >>> from mesacircuits.circuits.bases import B2, MIG
    >>> [goes_by_classes(Universe.of_functions(4), basis, SIZE) for basis in (B2, MIG)]
    [True, False]
    """
    return universe.only_functions and order in (SIZE, DEPTH_SIZE) and has_fast_kernel(basis)


def survey(
    universe: Universe | TaskLike,
    basis: Basis,
    order: str,
    definitions: Sequence[Definition],
    effort: Effort,
    kinds: Kinds | None = None,
    shipped: bool = True,
    cap: int | None = None,
) -> Survey:
    """Return how many minima of each class, or task, of a universe definitions tag.

    Where `goes_by_classes` says so, one function of each NPN class is looked at, under every
    negation of inputs, so definitions must not depend on the inputs' order; of five inputs, those
    classes that read at most four. The minima that ship with the package answer if the effort
    allows it. Of any other universe every task is looked at.

    Arguments:
        universe, basis, order: what minima are of, and what minimal means.
        definitions: what tags them. The first says which tasks are left out, as it does not apply.
        effort: budget, threads and progress bar.
        kinds: of classes, what is counted in the definitions' stead.
        shipped: whether minima that ship may answer.
        cap: the greatest size that is considered, for the order that asks for one.

    Raises:
        ArgumentError: if every task is left out.

    >>> from mesacircuits.circuits.bases import B2
    >>> from mesacircuits.definitions import SearchLike
    >>> found = survey(Universe.of_functions(3), B2, "size", [SearchLike()], Effort())
    >>> [(row.name, row.tagged) for row in found.rows if row.some]
    [('18', 12)]
    >>> found.minima_from
    'minima-b2-size.json.xz'
    """
    universe = as_universe(universe)
    if not goes_by_classes(universe, basis, order):
        return _by_tasks(universe, basis, order, definitions, effort, cap)
    inputs = universe.inputs
    return survey_classes(inputs, basis, order, definitions, effort, kinds, shipped=shipped)


def survey_classes(
    inputs: int,
    basis: Basis,
    order: str,
    definitions: Sequence[Definition],
    effort: Effort,
    kinds: Kinds | None = None,
    *,
    with_census: bool = False,
    shipped: bool = True,
) -> Survey:
    """Return how many minima of each class of functions of n inputs definitions tag.

    Arguments are those of `survey`; and `with_census`: the census is asked for, too, so shipped
    minima answer only where a census ships as well.

    Raises:
        ArgumentError: as `census` does, which counts tags level by level.
    """
    asked = _Classes(inputs, basis, order, definitions, kinds or (lambda sets, full: sets))
    counted = shipped_census(inputs, basis, order) if with_census else None
    shipped = shipped and effort.takes_shipped and has_fast_kernel(basis)
    if shipped and (counted is not None or not with_census):
        rows = asked.shipped()
        if rows is not None:
            file = minima_files()[basis.name, order]
            return Survey(rows, True, minima_from=file, census=counted)
    return asked.searched(effort)


@dataclass(frozen=True)
class _Classes:
    """All classes of functions of n inputs, and what is to be counted of their minima."""

    inputs: int
    basis: Basis
    order: str
    definitions: Sequence[Definition]
    kinds: Kinds

    def sets(self, read: int, gates: NDArray[np.int8]) -> list[NDArray[np.int64]]:
        """Return of chains that read so many inputs the re-encodings under which they count."""
        sets = bulk_sets(self.definitions, read, self.basis, gates, self.inputs - read)
        return self.kinds(sets, (1 << (1 << read)) - 1)

    def row(
        self,
        table: TruthTable,
        functions: int,
        cost: tuple[int, int | None],
        circuits: int,
        counted: Mapping[TruthTable, Sequence[TagCount]],
    ) -> ClassRow:
        """Return the row of the class of a table.

        Arguments:
            functions: how many functions of as many inputs as the table are in its class.
            cost: the size, and the depth where the order fixes it.
            counted: the counts of all classes but constants and inputs, which have no gates and so
                no tag.
        """
        read = len(table.support())
        functions = functions * comb(self.inputs, read) // comb(table.inputs, read)
        whole = self.least(table)
        minima = circuits * functions // 2
        counts = counted.get(whole)
        if counts is None:
            nothing = [np.zeros(1, dtype=np.int64) for _ in self.definitions]
            counts = [
                TagCount(minima, functions, functions) if kind.item() else TagCount()
                for kind in self.kinds(nothing, 1)
            ]
        return _row(whole.hex, FunctionTask((whole,)), functions, cost, circuits, minima, counts)

    def least(self, table: TruthTable) -> TruthTable:
        """Return the least member of the class, among functions of all inputs, of a table."""
        return npn_canonical(table.extended_to(self.inputs))[0]

    def searched(self, effort: Effort) -> Survey:
        """Return the rows of a census, which counts tags level by level."""
        counted: dict[TruthTable, tuple[TagCount, ...]] = {}
        most = min(self.inputs, MAX_CENSUS_INPUTS)

        def observe(level: Level) -> None:
            sets = self.sets(level.inputs, level.chains.rows)
            counted.update(tally_level(level, self.inputs, sets))

        found = census(most, self.basis, self.order, effort, observe)
        rows = [
            self.row(c.representative, c.functions, (c.size, c.depth), c.circuits, counted)
            for c in found.classes
        ]
        return Survey(_ascending(rows), True, census=found)

    def shipped(self) -> tuple[ClassRow, ...] | None:
        """Return the rows from the minima that ship; None if these are not of all classes."""
        stored = stored_minima(self.basis.name, self.order)
        if stored is None:
            return None
        gateless = 0, None if self.order == SIZE else 0
        # A constant and an input.
        rows = [self.row(TruthTable(1, bits), 2, gateless, 1, {}) for bits in (0, 1)]
        for read in range(2, min(self.inputs, MAX_CENSUS_INPUTS) + 1):
            universe = stored[0].universe(read)
            if universe is None or not universe.exhaustive or universe.kind != "NPN":
                return None
            listed = shipped_classes(read, self.basis, self.order)
            if not listed:
                return None
            for record in listed.values():
                core = TruthTable.from_hex(read, record.representative)
                if len(core.support()) < read:
                    continue
                minima = minima_rows(core, core, self.basis, record)
                sets = self.sets(read, minima)
                places = comb(self.inputs, read)
                counts = [_listed_count(s.tolist(), record.functions, read, places) for s in sets]
                counted = {self.least(core): counts}
                cost = record.size, record.depth
                rows.append(self.row(core, record.functions, cost, record.circuits, counted))
        return _ascending(rows)


def _row(
    name: str,
    task: Task,
    functions: int,
    cost: tuple[int, int | None],
    circuits: int,
    minima: int,
    counts: Sequence[TagCount],
) -> ClassRow:
    own, *others = counts or [TagCount()]
    tagged = own.circuits, own.some, own.every
    return ClassRow(name, task, functions, *cost, circuits, minima, *tagged, tuple(others))


def _ascending(rows: Iterable[ClassRow]) -> tuple[ClassRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.representative.bits))


def _listed_count(sets: list[int], functions: int, inputs: int, places: int) -> TagCount:
    # The minima of each function of the class are images of these, and a tag depends on the
    # negations in them alone: each of the 2^n is had by as many functions.
    total = sum(tagged.bit_count() for tagged in sets) * (functions // 2)
    some, every = reduce(or_, sets).bit_count(), reduce(and_, sets).bit_count()
    return _tag_count(total, functions * some, functions * every, inputs, places)


def _tag_count(total: int, some: int, every: int, inputs: int, places: int) -> TagCount:
    # Sums over all re-encodings of `inputs` inputs, which may be any of so many places.
    parts = 1 << inputs
    return TagCount(*(exact_quotient(each, parts) * places for each in (total, some, every)))


def tally_level(
    level: Level, inputs: int, sets: Sequence[NDArray[np.int64]]
) -> Iterator[tuple[TruthTable, tuple[TagCount, ...]]]:
    """Yield the representative of each class of a level, and its tags counted.

    Arguments:
        level: minima of functions that depend on all of some k inputs.
        inputs: n >= k: counts are over the functions of n inputs.
        sets: for each definition the re-encodings under which each chain is tagged, as
            `bulk_sets` returns them.

    Yields:
        the class's least member over all n inputs, and one count per definition.
    """
    chains = level.chains
    support = level.inputs
    representatives, number = class_numbers(support)
    classes = number[chains.functions]
    places = comb(inputs, support)
    for c in level.classes.tolist():
        chosen = np.flatnonzero(classes == c)
        core = TruthTable(support, int(representatives[c]))
        functions = int((number == c).sum())
        weights, tables = chains.weights[chosen], chains.functions[chosen]
        counts = []
        for tagged in sets:
            here = tagged[chosen]
            total = int((weights * np.bitwise_count(here)).sum())
            some, every = negations_tagged(chains.symmetry, core, tables, here)
            counts.append(_tag_count(total, functions * some, functions * every, support, places))
        yield npn_canonical(core.extended_to(inputs))[0], tuple(counts)


def negations_tagged(
    symmetry: Symmetry, core: TruthTable, tables: NDArray[np.uint64], sets: NDArray[np.int64]
) -> tuple[int, int]:
    """Return of how many re-encodings of `core` some of these circuits, and all, are tagged.

    The chains compute images T f of f = `core` under T: input i of f is fed by x_p(i) XOR t_i.
    The image of a circuit C is tagged under re-encoding z iff C is under z', z'_i = z_p(i) XOR t_i.
    """
    whole = 1 << symmetry.inputs
    full = (1 << whole) - 1
    if not sets.any():
        return 0, 0
    if (sets == full).all():
        return whole, whole
    bits = core.bits ^ (core.mask if core.bits & 1 else 0)
    images = symmetry.images_of(np.uint64(bits))
    row_of = {int(image): row for row, image in reversed(list(enumerate(images)))}

    def primed(row: int) -> list[int]:
        order, mask = symmetry.orders[row].tolist(), int(symmetry.masks[row])
        return [
            sum((z >> order[i] & 1) << i for i in range(symmetry.inputs)) ^ mask
            for z in range(whole)
        ]

    # From re-encodings z of T C to those z' of C.
    home = {
        sum(1 << moved for z, moved in enumerate(primed(row_of[table])) if tagged >> z & 1)
        for table, tagged in set(zip(tables.tolist(), sets.tolist(), strict=True))
    }
    # And back: all circuits of f are the symmetries of f applied to those found.
    symmetries = [primed(int(row)) for row in np.flatnonzero(images == np.uint64(bits))]
    spread = [
        sum(1 << z for z, moved in enumerate(own) if tagged >> moved & 1)
        for tagged in home
        for own in symmetries
    ]
    return reduce(or_, spread).bit_count(), reduce(and_, spread).bit_count()


def smallest_in_classes(
    rows: Iterable[ClassRow],
    basis: str | Basis,
    order: str,
    effort: Effort,
    pick: Callable[[Member], _Picked | None],
    of_half: bool = False,
) -> _Picked | None:
    """Return what `pick` makes of the smallest function, by gates, inputs in use and table.

    Arguments:
        rows: classes in each of which it makes something of some function.
        of_half: only functions with f(0) = 0 are asked about.

    Returns:
        None if there are no rows, or the budget ends before it is found.
    """
    listed = list(rows)
    # The least member of a class names it, but a larger one may be the smallest that fits.
    least = min((row.key[:2] for row in listed), default=None)
    found: dict[int, _Picked] = {}
    try:
        for row in (row for row in listed if row.key[:2] == least):
            for table in npn_orbit(row.representative):
                if of_half and table.bits & 1:
                    continue
                task = FunctionTask((table,))
                minima = enumerate_minima(task, basis, order, effort).all_found().minima
                picked = pick(Member(str(task), task, minima, row.size))
                if picked is not None:
                    found[table.bits] = picked
                    break
            else:
                raise ArithmeticError(f"{row.name} is counted, but no minimum of it is one")
    except BudgetEnded:
        return None
    return found[min(found)] if found else None


def _by_tasks(
    universe: Universe,
    basis: Basis,
    order: str,
    definitions: Sequence[Definition],
    effort: Effort,
    cap: int | None,
) -> Survey:
    universe.refuse_moved(basis)
    tasks = universe.listed()
    solved = solved_tasks(tasks, basis, order, effort, cap)
    rows: list[ClassRow] = []
    members: dict[str, Member] = {}
    left_out: list[tuple[str, str]] = []
    unsolved: list[Unsolved] = []
    for name, task in tasks:
        member = solved[name]
        if isinstance(member, Unsolved):
            unsolved.append(member)
        elif not member.solvers:
            left_out.append((name, _NO_CIRCUIT if cap is None else _NONE_WITHIN))
        elif not all(d.judge(member.solvers[0], task).applies for d in definitions[:1]):
            left_out.append((name, _DOES_NOT_APPLY))
        else:
            members[name] = member
            stands_for = universe.stands_for(name)
            rows.append(_task_row(member, basis, order, definitions, stands_for))
    if not rows and not unsolved:
        name, why = left_out[0]
        member = solved[name]
        if why == _DOES_NOT_APPLY and isinstance(member, Member):
            has_tag(definitions[0], member.solvers[0], member.task)
        if why == _NONE_WITHIN:
            raise ArgumentError("cap", f"one within which some circuit solves {name}", cap)
        raise ArgumentError("basis", f"one that has circuits for {name}", str(basis))
    shipped = ", ".join(sorted({m.minima_from for m in members.values() if m.minima_from}))
    return Survey(tuple(rows), False, members, tuple(left_out), tuple(unsolved), shipped)


def _task_row(
    member: Member, basis: Basis, order: str, definitions: Sequence[Definition], functions: int
) -> ClassRow:
    minima = len(member.solvers)
    minimal = in_normal_form(basis, order)
    tagged = [sum(bulk_tags(d, member.solvers, member.task, minimal)) for d in definitions]
    # All that the task stands for have the same minima, but for how bits are named.
    counts = [TagCount(n, functions * (n > 0), functions * (n == minima)) for n in tagged]
    cost = member.size, member.solvers[0].depth if order == DEPTH_SIZE else None
    return _row(member.name, member.task, functions, cost, minima, minima, counts)


def refuse_inapplicable(definition: Definition, inputs: int) -> None:
    """Raise `ArgumentError` if a definition does not apply to functions of n inputs.

    It is asked about the circuit that outputs its first input.
    """
    first = Circuit(inputs, (), (Output(0),))
    has_tag(definition, first, FunctionTask(first.tables()))
