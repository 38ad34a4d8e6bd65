"""Filling a catalog: all minima of tasks, of every class of functions, and of programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mesacircuits.catalog.entries import (
    Entry,
    Judged,
    Minimum,
    Run,
    definition_hash,
    universe_of_functions,
    universe_of_part,
    universe_of_task,
)
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named, basis_text
from mesacircuits.definitions import Classifier, Definition
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.orders import DEPTH, ORDERS, checked_order
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.enumeration.programs.orders import order_named
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.programs import classifier_for
from mesacircuits.studies.universe import Universe, as_universe
from mesacircuits.tasks import FunctionTask, Task, TaskLike, machine_for

__all__ = [
    "CATALOG_ORDERS", "BuildReport", "WantedSearch", "add_searches", "build", "judged_by",
    "wanted_searches",
]  # fmt: skip

#: The orders of circuits that catalogs have: those that need no cap.
CATALOG_ORDERS = tuple(order for order in ORDERS if order != DEPTH)


@dataclass(frozen=True)
class BuildReport:
    """What building did.

    Attributes:
        added, kept: searches that were new, and that were there already.
        open: those that the budget did not reach, by name.
    """

    added: int
    kept: int
    open: tuple[str, ...]

    def __str__(self) -> str:
        text = f"{self.added:,} searches added, {self.kept:,} were there"
        if self.open:
            text += f"; {len(self.open):,} not exhausted: {', '.join(self.open[:5])}"
            text += f" and {len(self.open) - 5:,} more" if len(self.open) > 5 else ""
        return text


@dataclass(frozen=True)
class WantedSearch:
    """One search to be in a catalog.

    Attributes:
        entry: what it is of, without minima.
        definitions: what is to judge them.
        find: gives them, with what they are from; None if the budget ended.
    """

    entry: Entry
    definitions: tuple[Definition, ...]
    find: Callable[[Effort], tuple[tuple[Minimum, ...], str] | None]


def build(
    catalog: Catalog,
    *universes: Universe | TaskLike,
    bases: Sequence[str | Basis] = ("b2",),
    orders: Sequence[str] = ("size",),
    program_orders: Sequence[str] = ("length",),
    definitions: Sequence[Definition] | None = None,
    effort: Effort | None = None,
) -> BuildReport:
    """Add all minima of the tasks of universes to a catalog, with their tags.

    Each search is added in one transaction as soon as it is done, and what is there already is not
    searched again: a build that was killed goes on where it was.

    Arguments:
        catalog: open for writing.
        universes: the tasks whose minimal circuits are wanted, or with `programs(TASK)` its
            minimal programs: universes, or texts as `parse_universe` reads them. Of
            `functions(N)`, one of each class; of families of orbits, one of each orbit.
        bases, orders: over and under which circuits are minimal: each with each.
        program_orders: under which programs are.
        definitions: what tags; by default the three default definitions.
        effort: budget of the whole, shared evenly among what is left; threads; progress bar;
            whether shipped minima may answer.

    Raises `ArgumentError` for what cannot be searched, and where the catalog says otherwise.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Catalog.create(f"{folder}/c.db") as catalog:
    ...     print(build(catalog, "functions(2)", bases=["aig"]))
    ...     print(build(catalog, "functions(2)", bases=["aig"]))
    ...     catalog.counts()["minima"]
    4 searches added, 0 were there
    0 searches added, 4 were there
    5
    """
    wanted = wanted_searches(
        *universes,
        bases=bases,
        orders=orders,
        program_orders=program_orders,
        definitions=definitions,
    )
    return add_searches(catalog, wanted, effort)


def wanted_searches(
    *universes: Universe | TaskLike,
    bases: Sequence[str | Basis] = ("b2",),
    orders: Sequence[str] = ("size",),
    program_orders: Sequence[str] = ("length",),
    definitions: Sequence[Definition] | None = None,
) -> tuple[WantedSearch, ...]:
    """Return the searches that `build` would add, every argument checked, nothing searched.

    Arguments and errors as for `build`.

    >>> print(*(each.entry for each in wanted_searches("functions(1)", bases=["aig"])), sep="; ")
    tt:1:0 (aig, size); tt:1:1 (aig, size)
    """
    items: list[WantedSearch] = []
    named = [as_universe(each) for each in universes]
    for universe in named:
        if universe.fixed or universe.fixed_programs:
            raise ArgumentError("universe", "tasks, not solvers as they are", universe.text)
    chosen = Classifier().definitions if definitions is None else tuple(definitions)
    for basis in map(basis_named, bases):
        for order in orders:
            checked_order(order, CATALOG_ORDERS)
            for universe in named:
                universe.refuse_moved(basis)
                for functions in universe.functions:
                    items += _classes(functions.inputs, basis, order, chosen)
                for name, task in universe.tasks:
                    within, functions_of = basis_text(basis), universe.stands_for(name)
                    if name in universe.orbits:
                        within = universe_of_part(universe.orbits[name].part, within, order)
                    else:
                        within = universe_of_task(task, within, order)
                    items.append(_circuits(task, basis, order, chosen, within, functions_of))
    for _, task in (asked for universe in named for asked in universe.programs):
        own = classifier_for(task).definitions if definitions is None else chosen
        items += [_programs(task, order, own) for order in program_orders]
    return tuple(items)


def add_searches(
    catalog: Catalog, wanted: Sequence[WantedSearch], effort: Effort | None = None
) -> BuildReport:
    """Add what `wanted_searches` gave to a catalog, as `build` does."""
    effort = effort or Effort()
    added = kept = 0
    left_open = []
    with effort.bar("searches", len(wanted)) as bar:
        for place, item in enumerate(wanted):
            entry = item.entry
            if catalog.has(entry.hash_hex, [definition_hash(d) for d in item.definitions]):
                kept += 1
            # The bar of each search would overwrite this one.
            elif found := item.find(
                replace(effort.share(len(wanted) - place), show_progress=False)
            ):
                minima, source = found
                judged = tuple(judged_by(d, minima, entry.task) for d in item.definitions)
                run = replace(entry.run, source=source)
                added += catalog.add(replace(entry, minima=minima, judged=judged, run=run))
            else:
                left_open.append(str(entry))
            bar.advance()
    return BuildReport(added, kept, tuple(left_open))


def judged_by(
    definition: Definition, minima: tuple[Minimum, ...], task: Task, bulk: bool = True
) -> Judged:
    """Return what a definition says of all minima of a task.

    Arguments:
        bulk: whether kernels may say which have no tag; else each is judged by itself.
    """
    if not minima:
        return Judged(definition, True, {})
    first = definition.judge(minima[0].solver, task)
    if not first.applies:
        return Judged(definition, False, {})
    circuits = [m.solver for m in minima if isinstance(m.solver, Circuit)]
    if bulk and len(circuits) == len(minima):
        tags = bulk_tags(definition, circuits, task)
        places = [place for place, tag in enumerate(tags) if tag]
        said = {place: definition.judge(minima[place].solver, task) for place in places}
    else:
        every = (definition.judge(minimum.solver, task) for minimum in minima)
        said = {place: judgement for place, judgement in enumerate(every) if judgement.holds}
    return Judged(definition, True, said)


def _circuits(
    task: Task,
    basis: Basis,
    order: str,
    definitions: tuple[Definition, ...],
    universe: str,
    functions: int = 1,
) -> WantedSearch:
    def find(effort: Effort) -> tuple[tuple[Minimum, ...], str] | None:
        found = enumerate_minima(task, basis, order, effort)
        if not found.exhaustive:
            return None
        source = str(found.plan) if found.plan.engine == "shipped" else "search"
        return tuple(map(Minimum.of_circuit, found.minima)), source

    entry = Entry(task, basis_text(basis), order, (), (), Run(universe), functions)
    return WantedSearch(entry, definitions, find)


def _classes(
    inputs: int, basis: Basis, order: str, definitions: tuple[Definition, ...]
) -> Iterator[WantedSearch]:
    universe = universe_of_functions(inputs, basis_text(basis), order)
    classes = classes_of(inputs, basis)
    for form, functions in zip(
        classes.representatives.tolist(), classes.functions.tolist(), strict=True
    ):
        task = FunctionTask((TruthTable(inputs, form),))
        yield _circuits(task, basis, order, definitions, universe, functions)


def _programs(task: Task, order: str, definitions: tuple[Definition, ...]) -> WantedSearch:
    order_named(order)
    machine = machine_for(task)

    def find(effort: Effort) -> tuple[tuple[Minimum, ...], str] | None:
        found = enumerate_programs(task, order, machine, effort)
        if not found.exhaustive:
            return None
        return tuple(map(Minimum.of_program, found.minima)), "search"

    run = Run(universe_of_task(task, str(machine), order, "program"))
    entry = Entry(task, str(machine), order, (), (), run, kind="program")
    return WantedSearch(entry, definitions, find)
