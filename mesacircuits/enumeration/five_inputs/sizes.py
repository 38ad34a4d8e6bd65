"""Least sizes C of all functions, and how many minimal circuits they have, size by size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import TruthTable, input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.five_inputs.classes import (
    FunctionClasses,
    OpenClasses,
    byte_images,
    class_alone,
    function_classes,
    operator_masks,
)
from mesacircuits.enumeration.five_inputs.set_kernels import Goal, extend_sets
from mesacircuits.enumeration.five_inputs.witness_kernels import circuits_of_sets
from mesacircuits.enumeration.symmetry import symmetry_of
from mesacircuits.enumeration.units import UnitResult, has_arrays, run_units
from mesacircuits.records import content_hash

__all__ = [
    "MOST_SIZE",
    "MinimaBatch",
    "SizeRun",
    "SizeUnit",
    "beginnings",
    "exact_minima",
    "exhausted_sizes",
    "goal_of",
    "single_gates",
    "size_units",
]

#: Kernels keep sets of up to twelve gates; no function of five inputs needs more.
MOST_SIZE = 12
# Raise this when a change could change what a unit holds.
_VERSION = 1
# So many beginnings are searched in a unit, some seconds; from size 11 on, one takes as long.
_IN_UNIT = 64
_FROM_ONE = 11
# All circuits over so many sets of gates are listed at once: some megabytes.
_SETS_AT_ONCE = 1 << 14


@dataclass(frozen=True, eq=False)
class Beginning:
    """How a set of gates begins: a first layer, and what is chosen next.

    Attributes:
        first: the tables of the gates of the first layer, shape (f,).
        weight: how many first layers its orbit has.
        group: the rows of `byte_images` that carry it to itself, shape (g,).
        forced: what is chosen after it, shape (m,).
    """

    first: NDArray[np.int64]
    weight: int
    group: NDArray[np.int64]
    forced: NDArray[np.int64]

    def extend(
        self, goal: Goal, inputs: int, size: int, stop: NDArray[np.uint8], collect_at: int = 0
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Search all that begins so; what is counted is added to `goal.sums`. See `extend_sets`."""
        found: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] = extend_sets(
            goal,
            inputs,
            np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64),
            byte_images(inputs),
            self.group,
            self.weight,
            self.first,
            size,
            self.forced,
            collect_at,
            stop,
        )
        return found


def _triples(basis: Basis) -> NDArray[np.int64]:
    # One way to write each function of three wires by two operators.
    masks = operator_masks(basis)
    wires = np.array([0xAA, 0xCC, 0xF0])
    chosen = np.zeros((3, len(masks)), dtype=np.int64)
    met: set[int] = set()
    for third in range(3):
        for op in range(len(masks)):
            middle = apply_operator(wires[(third + 1) % 3], wires[(third + 2) % 3], masks, op)
            for end in range(len(masks)):
                table = int(apply_operator(middle, wires[third], masks, end))
                if table not in met:
                    met.add(table)
                    chosen[third, op] |= 1 << end
    return chosen


def goal_of(
    basis: Basis, waiting: OpenClasses, noted: NDArray[np.uint8], sums: NDArray[np.int64]
) -> Goal:
    """Return what is looked for, as the kernel takes it.

    Arguments:
        basis: a basis of two-input operators with free inverters.
        waiting: the classes that no smaller circuit computes.
        noted: which classes need no set noted, shape (c,); changed by the search.
        sums: where circuits are counted, shape (c,); empty to find one set per class only.
    """
    classes, numbers = waiting.classes, waiting.numbers
    floors = np.empty((0, 2), dtype=np.int64)
    if len(numbers) == 1 and classes.inputs > 2:
        floors = _floors(int(classes.forms[numbers[0]]), classes.inputs, basis)
    return Goal(
        operator_masks(basis),
        _triples(basis),
        classes.places,
        waiting.marks,
        waiting.weights,
        floors,
        sums,
        noted,
    )


# Sizes of functions with an input fixed are looked at up to here; all over `b2` have no more.
_FLOORS_TO = 7


def _floors(bits: int, inputs: int, basis: Basis) -> NDArray[np.int64]:
    # For each input the least sizes with it fixed, those of the easier value first.
    least = least_sizes(inputs - 1, basis)
    table = TruthTable(inputs, bits)
    others = [tuple(j for j in range(inputs) if j != i) for i in range(inputs)]
    each = [
        [table.cofactor(i, value).restricted_to(others[i]).bits for value in (0, 1)]
        for i in range(inputs)
    ]
    numbers = function_classes(inputs - 1).of(np.array(each).reshape(-1))
    return np.sort(least[numbers].reshape(inputs, 2), axis=1)


@lru_cache(maxsize=8)
def least_sizes(inputs: int, basis: Basis) -> NDArray[np.int64]:
    """Return C of each class of functions of up to four inputs; 8 where it is more than 7.

    >>> from mesacircuits.circuits import B2
    >>> np.bincount(least_sizes(3, B2)).tolist()
    [2, 2, 5, 3, 2]
    """
    classes = function_classes(inputs)
    sizes = np.full(len(classes), _FLOORS_TO + 1, dtype=np.int64)
    sizes[classes.trivial] = 0
    for read in range(2, inputs + 1):
        narrow = function_classes(read)
        for run in exhausted_sizes(read, basis, Effort(workers=1), _FLOORS_TO):
            functions = narrow.forms[run.found[0]]
            for width in range(read, inputs):
                functions = functions | functions << (1 << width)
            sizes[classes.of(functions)] = run.size
    return sizes


@lru_cache(maxsize=4)
def beginnings(inputs: int, basis: Basis, size: int) -> tuple[Beginning, ...]:
    """Return how the sets of gates of circuits of `size` gates over all inputs begin.

    Each orbit of first layers is represented once. Together they lead to every gate set of a
    minimal circuit that reads all inputs, up to permuting and negating inputs.

    Arguments:
        size: the number of gates, at least inputs - 1 and 2.
    """
    symmetry = symmetry_of(inputs, basis)
    masks = operator_masks(basis)
    tables = symmetry.input_tables.astype(np.int64)
    none = np.empty(0, dtype=np.int64)
    nothing = class_alone(inputs, int(tables[0]))
    nothing.close(np.zeros(1, dtype=np.int64))
    goal = goal_of(basis, nothing, np.zeros(1, dtype=np.uint8), none)
    depth = max(0, min(4 if size < 10 else 5, size - 3))
    stop = np.zeros(1, dtype=np.uint8)
    found: list[Beginning] = []
    for count in range(1, size):
        for places, weight in zip(*symmetry.sets(count, size, 0), strict=True):
            gates = symmetry.gates[places].tolist()
            first = [apply_operator(tables[a], tables[b], masks, op) for _, a, b, op in gates]
            short = Beginning(np.array(first), int(weight), symmetry.stabiliser(places), none)
            if count >= depth or size - count <= 2:
                found.append(short)
                continue
            for row in short.extend(goal, inputs, size, stop, depth)[2]:
                found.append(Beginning(short.first, short.weight, short.group, row.copy()))
    return tuple(found)


def _units(beginnings: int, size: int) -> int:
    return -(-beginnings // (_IN_UNIT if size < _FROM_ONE else 1))


@dataclass(frozen=True, eq=False)
class MinimaBatch:
    """Some minimal circuits, one for each orbit under permuting and negating inputs, or more.

    Attributes:
        numbers: the class of the function of each circuit, shape (m,).
        weights: how many circuits each stands for, shape (m,). Summed over all batches they are all
            minima of the functions with f(0) = 0 of a class, each counted once.
        tables: the function with f(0) = 0 that each computes, shape (m,).
        gates: (low, high, operator) of each gate, the last one the output, shape (m, r, 3).
    """

    numbers: NDArray[np.int64]
    weights: NDArray[np.int64]
    tables: NDArray[np.int64]
    gates: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class SizeUnit:
    """Some of the beginnings of sets of gates, to be searched.

    Attributes:
        open: the classes looked for.
        noted: which classes need no circuit noted, shape (c,).
        counting: whether all minimal circuits are counted, or one per class is looked for.
        number: which unit of the search this is.
    """

    open: OpenClasses
    noted: NDArray[np.uint8]
    basis: Basis
    size: int
    counting: bool
    number: int

    @property
    def inputs(self) -> int:
        """The number of inputs n."""
        return self.open.classes.inputs

    @property
    def places(self) -> NDArray[np.int64]:
        """Which beginnings it has."""
        # Every so manieth: the first leave the most to choose. Looking for one circuit per class,
        # the order is mixed.
        count = len(beginnings(self.inputs, self.basis, self.size))
        order = np.arange(count)
        if not self.counting:
            order = np.random.default_rng(0).permutation(order)
        return order[self.number :: _units(count, self.size)]

    def sets(
        self, goal: Goal, tally: NDArray[np.int64], stop: NDArray[np.uint8]
    ) -> Iterator[NDArray[np.int64]]:
        """Yield the sets noted, as `extend_sets` has them, and add to `tally` what was tried."""
        every = beginnings(self.inputs, self.basis, self.size)
        for place in self.places:
            found, counts, _ = every[place].extend(goal, self.inputs, self.size, stop)
            tally += counts
            yield found

    def minima(self, tally: NDArray[np.int64], stop: NDArray[np.uint8]) -> Iterator[MinimaBatch]:
        """Yield all minimal circuits of the open classes that begin so, up to symmetry.

        They are counted in another way, too; raises `ArithmeticError` if that gives another number
        for some class.

        Arguments:
            tally: to which are added the sets tried, the functions looked at, and those of them in
                open classes, shape (3,).
            stop: a flag that, once set, ends the search early: then there is no more to come.
        """
        classes = self.open.classes
        sums = np.zeros(len(classes), dtype=np.int64)
        listed = np.zeros(len(classes), dtype=np.int64)
        none = np.empty(0, dtype=np.uint8)
        goal = goal_of(self.basis, self.open, none, sums)
        held: list[NDArray[np.int64]] = []
        waiting = 0
        # What is empty comes last, so that what is held then is listed, too.
        for found in chain(self.sets(goal, tally, stop), [None]):
            if stop[0]:
                return
            if found is not None:
                held.append(found)
                waiting += len(found)
            if not waiting or (found is not None and waiting < _SETS_AT_ONCE):
                continue
            sets = np.concatenate(held)
            held, waiting = [], 0
            gates, over = circuits_of_sets(
                sets[:, 2:].copy(), classes.literals, operator_masks(self.basis)
            )
            batch = MinimaBatch(sets[over, 0], sets[over, 1], sets[over, -1], gates)
            np.add.at(listed, batch.numbers, batch.weights)
            yield batch
        if not np.array_equal(listed, sums):
            raise ArithmeticError("other numbers of circuits were listed than counted")


def single_gates(classes: FunctionClasses, basis: Basis) -> MinimaBatch:
    """Return the gates of two inputs, each the one circuit for its function.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.enumeration.five_inputs import function_classes
    >>> single_gates(function_classes(2), B2).tables.tolist()
    [2, 4, 6, 8, 14]
    """
    tables = np.unique([op.apply((0b1010, 0b1100), 0b1111) for op in basis.operators])
    gates = classes.circuits(tables.reshape(-1, 1), basis)
    return MinimaBatch(classes.of(tables), np.ones(len(tables), dtype=np.int64), tables, gates)


def size_units(open: OpenClasses, basis: Basis, size: int) -> list[SizeUnit]:
    """Return all units of the search for the minimal circuits of one size.

    Arguments:
        open: the classes that read all inputs and that no smaller circuit computes.
        size: the number of gates, at least n - 1 and 2.
    """
    count = _units(len(beginnings(open.classes.inputs, basis, size)), size)
    none = np.empty(0, dtype=np.uint8)
    return [SizeUnit(open, none, basis, size, True, number) for number in range(count)]


def _search(unit: SizeUnit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    waiting, noted = unit.open.copy(), unit.noted.copy()
    classes = waiting.classes
    sums = np.zeros(len(classes) if unit.counting else 0, dtype=np.int64)
    goal = goal_of(unit.basis, waiting, noted, sums)
    begun = time.thread_time()
    tally = np.zeros(3, dtype=np.int64)
    sets = [np.empty((0, 2 + unit.size), dtype=np.int64)]
    for found in unit.sets(goal, tally, stop):
        sets.append(found)
        tried = int(tally[0] + tally[1])
        if stop[0] or tried > most_tried:
            return UnitResult({}, tried, False)
    listed = np.concatenate(sets)
    spent = round(1e6 * (time.thread_time() - begun))
    counted = np.flatnonzero(sums)
    arrays = {
        "counted": np.stack([counted, sums[counted]], axis=1),
        "noted": listed[:, 0].astype(np.uint32),
        "gates": classes.circuits(listed[:, 2:].copy(), unit.basis),
        # Sets tried, functions looked at and those in open classes, and microseconds.
        "tally": np.array([[*tally, spent]]),
    }
    return UnitResult(arrays, tried, True)


def _check(unit: SizeUnit, result: UnitResult) -> None:
    # That each circuit is one for its class; counts only a search can tell.
    kinds = {
        "counted": (np.int64, (None, 2)),
        "noted": (np.uint32, (None,)),
        "gates": (np.uint8, (None, unit.size, 3)),
        "tally": (np.int64, (1, 4)),
    }
    for group in (("counted",), ("noted", "gates"), ("tally",)):
        others = {
            name: a for name, a in result.arrays.items() if name in group or name not in kinds
        }
        has_arrays(others, {name: kinds[name] for name in group})
    tally = result.arrays["tally"][0]
    if (tally < 0).any() or tally[:2].sum() != result.tried or tally[2] > tally[1]:
        raise ValueError("one of another number of gates tried")
    counted, sums = result.arrays["counted"].T
    still = unit.open.holds()
    if len(counted) and (counted.min() < 0 or counted.max() >= len(still)):
        raise ValueError("one that counts circuits of no class")
    if (np.diff(counted) <= 0).any() or (sums < 1).any() or not still[counted].all():
        raise ValueError("one that counts circuits of other classes")
    if len(counted) and not unit.counting:
        raise ValueError("one that counts circuits")
    noted = result.arrays["noted"]
    if len(np.unique(noted)) < len(noted) or (noted >= len(still)).any():
        raise ValueError("one that has circuits of no classes")
    classes = unit.open.classes
    tables = classes.evaluated(result.arrays["gates"], unit.basis)
    if not tables.all() or (classes.of(tables[:, -1]) != noted).any():
        raise ValueError("one that has circuits for other functions")


@dataclass(eq=False)
class SizeRun:
    """The search for the minimal circuits of one size, as far as it has come.

    Attributes:
        size: the number of gates.
        counting: whether all minimal circuits are counted, or one per class is looked for.
        sums: the circuits counted times the sizes of orbits, shape (c,).
        units, done: into how many parts the search is cut, and how many are done.
        tried, looked, hits: gate sets tried, last functions looked at, and those of open classes.
        seconds: processor time.
        complete: whether all is done, or no class is left to find a circuit for.
        numbers, gates: classes, and a circuit for a function of each, batch by batch.
    """

    size: int
    counting: bool
    sums: NDArray[np.int64]
    units: int = 0
    done: int = 0
    tried: int = 0
    looked: int = 0
    hits: int = 0
    seconds: float = 0.0
    complete: bool = False
    numbers: list[NDArray[np.int64]] = field(default_factory=list)
    gates: list[NDArray[np.uint8]] = field(default_factory=list)

    def search(self, waiting: OpenClasses, basis: Basis, effort: Effort) -> None:
        """Search the size, as far as the effort goes.

        Arguments:
            waiting: the classes that read all inputs and that no smaller circuit computes. Looking
                for one circuit per class, those found are taken out.
            basis: a basis of two-input operators with free inverters.

        Raises `BudgetEnded` if the budget ended first; what was found till then holds.
        """
        inputs = waiting.classes.inputs
        noted = np.zeros(len(waiting.classes), dtype=np.uint8)
        about = [inputs, basis.to_json(), self.size]
        # Where counts do not depend on it, whatever was open when a circuit was found will do: what
        # is open now was open then, and each circuit shows by itself what it computes.
        about += [waiting.digest] if self.counting else ["one each"]
        kind = "size" if self.counting else "circuits of size"
        first, units = 0, 1
        while first < units and (self.counting or waiting.marks.any()):
            snapshot, had = waiting.copy(), noted.copy()
            listed = [
                SizeUnit(snapshot, had, basis, self.size, self.counting, number)
                for number in range(first, min(max(1, 2 * first), units))
            ]
            key = content_hash(["five_inputs", _VERSION, "sizes", *about, first])
            title = f"{inputs} inputs, {kind} {self.size}"
            with closing(run_units(_search, listed, effort, key, title, _check)) as results:
                for number, result in results:
                    noted[self._take(result.arrays)] = 1
                    self.done += len(listed[number].places)
                    if not self.counting:
                        waiting.close(self.numbers[-1])
            # How many there are is looked at after the first: a file may hold none.
            self.units = len(beginnings(inputs, basis, self.size))
            first, units = first + len(listed), _units(self.units, self.size)
        self.complete = True

    def _take(self, arrays: dict[str, NDArray[Any]]) -> NDArray[np.int64]:
        # Add what a unit found, and return the classes that it has circuits of.
        counted, sums = arrays["counted"].T
        self.sums[counted] += sums
        tried, looked, hits, spent = arrays["tally"][0].tolist()
        self.tried += tried
        self.looked += looked
        self.hits += hits
        self.seconds += spent / 1e6
        self.numbers.append(arrays["noted"].astype(np.int64))
        self.gates.append(arrays["gates"])
        return self.numbers[-1]

    @property
    def found(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The classes found, each once, and a circuit for a function of each, shape (m, r, 3)."""
        none = np.empty((0, self.size, 3), dtype=np.uint8)
        numbers, first = np.unique(
            np.concatenate([none[:, 0, 0].astype(np.int64), *self.numbers]), return_index=True
        )
        return numbers, np.concatenate([none, *self.gates])[first]


def exact_minima(classes: FunctionClasses, sums: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of minimal circuits of each function, from sums over classes.

    A sum runs over the functions with f(0) = 0 of a class, half of all, and all have equally many.

    Raises `ArithmeticError` if a sum does not divide exactly.
    """
    minima, rest = np.divmod(sums, classes.functions // 2)
    if rest.any():
        raise ArithmeticError("a count of circuits does not divide by the functions of its class")
    return minima


def exhausted_sizes(
    inputs: int,
    basis: Basis,
    effort: Effort,
    most: int | None = None,
    runs: list[SizeRun] | None = None,
) -> list[SizeRun]:
    """Search size by size for the minimal circuits of the functions that read all `inputs` inputs.

    Arguments:
        inputs: n, from 2 to 5; up to four, all classes are found within a second.
        most: the greatest size searched; by default until no class is left. Beyond it only what the
            effort's store holds is taken.
        runs: to which the searches are added, one for each size, as they begin.

    Returns:
        the searches.

    Raises `BudgetEnded` if the budget ended first; `runs` holds what was found.
    """
    classes = function_classes(inputs)
    runs = [] if runs is None else runs
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    size = inputs - 1
    while waiting.marks.any() and size <= MOST_SIZE:
        run = SizeRun(size, True, np.zeros(len(classes), dtype=np.int64))
        runs.append(run)
        if size == 1:
            alone = single_gates(classes, basis)
            run.numbers.append(alone.numbers)
            run.gates.append(alone.gates)
            np.add.at(run.sums, alone.numbers, alone.weights)
            run.complete = True
        elif most is None or size <= most:
            run.search(waiting, basis, effort)
        else:
            try:
                run.search(waiting, basis, effort.only_kept())
            except BudgetEnded:
                if not run.done:
                    runs.pop()
                return runs
        numbers, _ = run.found
        if not np.array_equal(numbers, np.flatnonzero(exact_minima(classes, run.sums))):
            raise ArithmeticError("circuits were counted of other classes than noted")
        waiting.close(numbers)
        size += 1
    return runs
