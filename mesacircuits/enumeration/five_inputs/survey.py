"""Depths, formula lengths and sizes of all functions of five inputs, computed into one file."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    function_classes,
)
from mesacircuits.enumeration.five_inputs.formulas import formula_lengths, least_depths
from mesacircuits.enumeration.five_inputs.report import Survey
from mesacircuits.enumeration.five_inputs.sizes import (
    Found,
    SizeSearch,
    exact_minima,
    small_sizes,
)
from mesacircuits.enumeration.five_inputs.store import ClassTable, SizeRun, SurveyStore
from mesacircuits.enumeration.five_inputs.witnesses import (
    bytes_of_formulas,
    bytes_of_sets,
    tables_of_bytes,
)
from mesacircuits.errors import ArgumentError

__all__ = ["MOST_SIZE", "survey"]

#: Kernels keep sets of up to twelve gates; no function of five inputs needs more.
MOST_SIZE = 12


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
        store: the file; killed at any moment and called again, nothing is lost but the last
            seconds, and nothing is counted twice.
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
            with a circuit that does not compute its function: all are evaluated every time.

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
    classes = function_classes(inputs)
    file = SurveyStore(store, classes, basis.name)
    try:
        state = _State(classes, basis, file, file.table(), effort)
        unfinished = ""
        try:
            if depth:
                unfinished = "depth"
                _depth(state)
            if formula:
                unfinished = "formula"
                _formula(state)
            if size is not None:
                unfinished = "size"
                _sizes(state, size)
            if bounds is not None:
                unfinished = "bounds"
                _bounds(state, bounds)
            unfinished = ""
        except BudgetEnded:
            pass
        return _summary(state, unfinished)
    finally:
        file.close()


def _depth(state: _State) -> None:
    if (state.table.depth >= 0).all():
        return
    values = least_depths(state.classes.inputs, state.basis, state.effort).values
    with state.store as store:
        store.put_column("depth", values)
    state.table.depth = values


def _formula(state: _State) -> None:
    if (state.table.length >= 0).all():
        return
    lengths = formula_lengths(state.classes.inputs, state.basis, state.effort)
    rows = bytes_of_formulas(state.classes, state.basis, lengths)
    with state.store as store:
        store.put_column("length", lengths.values)
        store.put_witnesses(range(len(rows)), rows)
    state.table = state.store.table()


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
        _search(state, size, waiting, True, run, None)


def _fewer_inputs(state: _State) -> None:
    # Minimal circuits read no input that the function does not depend on.
    table, classes = state.table, state.classes
    if table.lower[classes.reads_all].max() > 0:
        return
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
    with state.store as store:
        store.put_column("size_lower", table.lower)
        store.put_column("minima", table.minima)
        for places, data in zip(numbers, rows, strict=True):
            store.put_witnesses(places.tolist(), data)
    state.table = state.store.table()


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
    with state.store as store:
        store.put_witnesses(found.numbers.tolist(), rows)
        store.put_run(search.run)
    held = state.table.upper[found.numbers]
    state.table.upper[found.numbers] = np.where(
        (held < 0) | (held > search.run.size), search.run.size, held
    )


def _conclude(state: _State, search: SizeSearch, waiting: NDArray[np.int64]) -> None:
    table, run = state.table, search.run
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
    with state.store as store:
        store.put_column("size_lower", table.lower)
        store.put_column("minima", table.minima)
        store.put_run(run)


# -- upper bounds beyond ---------------------------------------------------------------------


def _bounds(state: _State, seconds: float) -> None:
    table, full = state.table, state.classes.reads_all
    least = int(table.lower[full].max())
    for size in range(max(least, state.classes.inputs - 1, 2), MOST_SIZE + 1):
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


def _summary(state: _State, unfinished: str) -> Survey:
    wrong = check_witnesses(state.classes, state.basis, state.store, state.table)
    if len(wrong):
        form = f"0x{int(state.classes.forms[wrong[0]]):X}"
        raise ArgumentError(
            "store", "circuits that compute their functions", f"another one for {form}"
        )
    return Survey.of(
        state.classes,
        state.basis.name,
        state.table,
        state.store.runs(),
        unfinished,
    )


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
        if size:
            right = tables_of_bytes(classes, basis, rows, size) == classes.normal[numbers]
            right &= table.upper[numbers] == size
        else:
            right = np.isin(numbers, classes.trivial)
        missing[numbers] = False
        wrong.append(numbers[~right])
    return np.sort(np.concatenate([np.flatnonzero(missing), *wrong]))
