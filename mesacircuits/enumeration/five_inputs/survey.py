"""Depths, formula lengths and sizes of all functions of five inputs, computed into one file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.formulas import (
    formula_lengths,
    least_depths,
    parts_key,
)
from mesacircuits.enumeration.five_inputs.report import Survey
from mesacircuits.enumeration.five_inputs.sizes import (
    Found,
    SizeSearch,
    exact_minima,
    small_sizes,
)
from mesacircuits.enumeration.five_inputs.store import (
    MOST_SIZE,
    ClassTable,
    SizeRun,
    SurveyStore,
    looked_at,
)
from mesacircuits.enumeration.five_inputs.witnesses import (
    bytes_of_formulas,
    bytes_of_sets,
    tables_of_bytes,
)
from mesacircuits.errors import ArgumentError, FileError

__all__ = ["MOST_SIZE", "survey"]


@dataclass(eq=False)
class _State:
    classes: FunctionClasses
    basis: Basis
    store: SurveyStore
    table: ClassTable
    effort: Effort


def survey(
    store: str | os.PathLike[str],
    inputs: int = 5,
    basis: str | Basis = "b2",
    depth: bool = False,
    formula: bool = False,
    size: int | None = None,
    bounds: float | None = None,
    effort: Effort | None = None,
) -> Survey:
    """Compute what is asked for, as far as the file does not hold it already, and return it all.

    Arguments:
        store: the file; killed at any moment and called again, nothing is lost but the part of a
            stage that was under way, some seconds, and nothing is counted twice. Without anything
            to compute it must be there, and is only read.
        inputs: n, from 3 to 5.
        basis: a basis of two-input operators with free inverters, or its name.
        depth: compute least depths D, of all functions.
        formula: compute least formula lengths L, of all functions, and circuits from them.
        size: exhaust all circuits of up to so many gates: C of what they compute, and how many
            minimal circuits each function has. What is left has C > size.
        bounds: for what is left, look for circuits of size + 1, size + 2, ... gates, so many
            seconds for each.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.

    Returns:
        what the file holds then, marked unfinished if the budget ended first.

    Raises:
        ArgumentError: for arguments outside those ranges, a file that is not such a store, or one
            with a circuit that does not compute its function: all are evaluated every time. What
            else the file holds is checked as far as can be without computing it again.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = survey(f"{folder}/three.db", 3, depth=True, formula=True, size=4)
    >>> [(row.value, row.classes, row.functions) for row in found.depths]
    [(0, 2, 8), (1, 2, 30), (2, 8, 194), (3, 2, 24)]
    >>> [(row.size, row.classes, row.minima) for row in found.sizes]
    [(0, 2, 4), (1, 2, 15), (2, 5, 75), (3, 3, 180), (4, 2, 540)]
    """
    if not isinstance(inputs, int) or not 3 <= inputs <= 5:
        raise ArgumentError("inputs", "a whole number from 3 to 5", inputs)
    if size is not None and not 0 <= size <= MOST_SIZE:
        raise ArgumentError("size", f"a whole number from 0 to {MOST_SIZE}", size)
    if bounds is not None and not bounds > 0:
        raise ArgumentError("bounds", "a positive number of seconds", bounds)
    basis = basis_named(basis)
    effort = effort or Effort()
    stages: list[tuple[str, Callable[[_State], None]]] = []
    if depth:
        stages.append(("depth", _depth))
    if formula:
        stages.append(("formula", _formula))
    if size is not None:
        stages.append(("size", partial(_sizes, most=size)))
    if bounds is not None:
        stages.append(("bounds", partial(_bounds, seconds=bounds)))
    path = os.fspath(store)
    # Before classes are numbered, which takes seconds.
    is_new = looked_at(path, writing=bool(stages))
    classes = function_classes(inputs)
    if is_new and effort.left() <= 0:
        # Making the file is a part of its own, and there is no time for it.
        empty = ClassTable.empty(len(classes))
        return Survey.of(classes, basis.name, empty, [], stages[0][0], path)
    file = SurveyStore(path, classes, basis.name, writing=bool(stages))
    try:
        # A file that was just made is not to blame for anything.
        with nullcontext() if is_new else file.fitting():
            return _surveyed(_State(classes, basis, file, file.table(), effort), stages)
    finally:
        file.close()


def _surveyed(state: _State, stages: Sequence[tuple[str, Callable[[_State], None]]]) -> Survey:
    held = _held(state)
    unfinished = ""
    try:
        for name, stage in stages:
            unfinished = name
            stage(state)
        unfinished = ""
    except BudgetEnded:
        pass
    wrong = check_witnesses(state.classes, state.basis, state.store, state.table)
    if len(wrong):
        form = f"0x{int(state.classes.forms[wrong[0]]):X}"
        raise FileError("store", "circuits that compute their functions", f"another one for {form}")
    return Survey.of(
        state.classes,
        state.basis.name,
        state.table,
        state.store.runs(),
        unfinished,
        state.store.path,
        held,
    )


def _held(state: _State) -> tuple[str, ...]:
    # What the file holds before anything is computed, in words.
    table = state.table
    held = []
    for name, values in (("depth", table.depth), ("formula length", table.length)):
        if (values >= 0).any():
            held.append(name)
    for stage in ("depth", "formula"):
        count = state.store.parts(_stage_key(stage))
        if count:
            held.append(f"{count:,} parts of the {stage} stage")
    for run in state.store.runs():
        done = "all" if run.done.all() else f"{int(run.done.sum()):,} of {len(run.done):,}"
        held.append(f"size {run.size} ({done} units{'' if run.counting else ', one each'})")
    if not held and (table.upper >= 0).any():
        held.append("circuits")
    return tuple(held)


# -- depths and formula lengths --------------------------------------------------------------


def _stage_key(stage: str) -> str:
    return f"{stage} {parts_key()}"


@dataclass(frozen=True)
class _StoredParts:
    """The parts of one stage, in the file."""

    state: _State
    stage: str

    def take(self, number: int) -> NDArray[np.int64] | None:
        return self.state.store.part(self.stage, number)

    def keep(self, number: int, found: NDArray[np.int64]) -> None:
        with self.state.store.transaction(self.state.table) as store:
            store.put_part(self.stage, number, found)


def _depth(state: _State) -> None:
    if (state.table.depth >= 0).all():
        return
    key = _stage_key("depth")
    parts = _StoredParts(state, key)
    table = state.table
    values = least_depths(state.classes.inputs, state.basis, state.effort, parts).values
    state.table = replace(table, depth=values)
    with state.store.transaction(state.table) as store:
        store.put_column("depth", values)
        store.drop_parts(key)


def _formula(state: _State) -> None:
    if (state.table.length >= 0).all():
        return
    key = _stage_key("formula")
    parts = _StoredParts(state, key)
    lengths = formula_lengths(state.classes.inputs, state.basis, state.effort, parts)
    rows = bytes_of_formulas(state.classes, state.basis, lengths)
    table = replace(state.table, length=lengths.values)
    table.note(np.arange(len(rows)), np.array([len(row) // 3 for row in rows]))
    state.table = table
    with state.store.transaction(state.table) as store:
        store.put_column("length", lengths.values)
        store.put_witnesses(range(len(rows)), rows)
        store.drop_parts(key)


# -- sizes by exhaustion ---------------------------------------------------------------------


def _sizes(state: _State, most: int) -> None:
    _fewer_inputs(state)
    full = state.classes.reads_all
    for size in range(max(2, state.classes.inputs - 1), most + 1):
        run = state.store.run(size, True)
        if run is not None and run.complete:
            continue
        # Whatever a smaller circuit computes has been settled by now.
        waiting = np.flatnonzero(full & (state.table.lower >= size))
        if not len(waiting):
            break
        if state.effort.left() <= 0:
            raise BudgetEnded
        _search(state, size, waiting, True, run, None)


def _fewer_inputs(state: _State) -> None:
    # Minimal circuits read no input that the function does not depend on.
    classes = state.classes
    if state.table.lower[classes.reads_all].max() > 0:
        return
    if state.effort.left() <= 0:
        raise BudgetEnded
    table = state.table.copy()
    table.minima[classes.trivial] = 1
    table.lower[classes.reads_all] = classes.inputs - 1
    numbers: list[NDArray[np.int64]] = [classes.trivial]
    rows: list[list[bytes]] = [[b"", b""]]
    # This takes a second and is kept all at once: ended by a short budget, it would never be done.
    effort = replace(state.effort, seconds=None)
    for inputs in range(2, classes.inputs):
        for size, found, minima in small_sizes(inputs, state.basis, effort):
            sets = found.sets
            for width in range(inputs, classes.inputs):
                sets = sets | sets << (1 << width)
            places = classes.of(sets[:, -1])
            table.lower[places], table.minima[places] = size, minima
            numbers.append(places)
            rows.append(bytes_of_sets(classes, state.basis, places, sets))
    for places, data in zip(numbers, rows, strict=True):
        table.note(places, np.array([len(row) // 3 for row in data]))
    with state.store.transaction(table) as store:
        store.put_column("size_lower", table.lower)
        store.put_column("minima", table.minima)
        for places, data in zip(numbers, rows, strict=True):
            store.put_witnesses(places.tolist(), data)
    state.table = table


def _search(
    state: _State,
    size: int,
    waiting: NDArray[np.int64],
    counting: bool,
    run: SizeRun | None,
    seconds: float | None,
) -> None:
    # Search a size, to its end or for some seconds, storing batch by batch.
    table, classes = state.table, state.classes
    if run is not None and run.size != size:
        raise ValueError("a search of another size")
    noted = np.ones(len(classes), dtype=np.uint8)
    noted[waiting] = 0
    # Of what an earlier run noted, circuits are stored already.
    noted[(table.upper >= 0) & (table.upper <= size)] = 1
    search = SizeSearch(
        classes, state.basis, size, OpenClasses(classes, waiting), noted, counting, run
    )
    kind = "size" if counting else "circuits of size"
    effort = state.effort
    if seconds is not None:
        effort = effort.limited(seconds)
    with state.effort.bar(f"{classes.inputs} inputs, {kind} {size}", len(search.units)) as bar:
        bar.advance(int(search.run.done.sum()))
        while not search.complete:
            found = search.advance(effort, bar)
            _keep(state, search, found)
    _conclude(state, search, waiting)


def _keep(state: _State, search: SizeSearch, found: Found) -> None:
    rows = bytes_of_sets(state.classes, state.basis, found.numbers, found.sets)
    table = state.table.copy()
    table.note(found.numbers, np.full(len(rows), search.run.size))
    with state.store.transaction(table) as store:
        store.put_witnesses(found.numbers.tolist(), rows)
        store.put_run(search.run)
    state.table = table


def _conclude(state: _State, search: SizeSearch, waiting: NDArray[np.int64]) -> None:
    table, run = state.table.copy(), search.run
    reached = waiting[table.upper[waiting] <= run.size] if len(waiting) else waiting
    reached = reached[table.upper[reached] >= 0]
    if run.counting:
        minima = exact_minima(state.classes, run.sums)
        counted = np.flatnonzero(minima)
        if not np.array_equal(counted, np.sort(reached)):
            raise ArithmeticError("circuits were counted of other classes than noted")
        table.minima[counted] = minima[counted]
    if run.done.all():
        # All sets of this size were met: what was not reached needs more gates.
        left = np.setdiff1d(waiting, reached)
        table.lower[left[table.lower[left] == run.size]] = run.size + 1
    run.complete = True
    with state.store.transaction(table) as store:
        store.put_column("size_lower", table.lower)
        store.put_column("minima", table.minima)
        store.put_run(run)
    state.table = table


# -- upper bounds beyond ---------------------------------------------------------------------


def _bounds(state: _State, seconds: float) -> None:
    full = state.classes.reads_all
    least = int(state.table.lower[full].max())
    for size in range(max(least, state.classes.inputs - 1, 2), MOST_SIZE + 1):
        # What is known grows from size to size.
        table = state.table
        upper = np.where(table.upper < 0, MOST_SIZE + 1, table.upper)
        waiting = np.flatnonzero(full & (table.lower <= size) & (upper > size))
        if not len(waiting):
            continue
        if state.effort.left() <= 0:
            raise BudgetEnded
        try:
            _search(state, size, waiting, False, state.store.run(size, False), seconds)
        except BudgetEnded:
            if state.effort.left() <= 0:
                raise


def check_witnesses(
    classes: FunctionClasses, basis: Basis, store: SurveyStore, table: ClassTable
) -> NDArray[np.int64]:
    """Return the classes whose stored circuit does not compute its function; there should be none.

    Every circuit is evaluated afresh from its gates, on all inputs, and its size is held against
    the stored bound. A class with a bound but without a circuit is among them.
    """
    missing = table.upper >= 0
    wrong = []
    for size in range(MOST_SIZE + 1):
        numbers, rows = store.witnesses(size)
        if not len(rows):
            continue
        if (numbers < 0).any() or (numbers >= len(classes)).any():
            raise ValueError("circuits of no class")
        if size:
            right = tables_of_bytes(classes, basis, rows, size) == classes.normal[numbers]
            right &= table.upper[numbers] == size
        else:
            right = np.isin(numbers, classes.trivial)
        missing[numbers] = False
        wrong.append(numbers[~right])
    return np.sort(np.concatenate([np.flatnonzero(missing), *wrong]))
