"""The exhaustive engine: all circuits of one cost, listed or counted, in units by first gates.

A *question* asks for the circuits of exactly one cost, and at most some depth, that compute one of
a set of functions or solve one of the images of a task. Its units are independent of each other:
each is the circuits whose gates that read only inputs are a given set, one set per orbit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import count as count_from, islice
from math import lcm, prod
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Output
from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.bases import Basis, cost_text
from mesacircuits.circuits.npn_kernels import image
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.chain_kernels import extend_chains, partners_of
from mesacircuits.enumeration.constraints import (
    FREE,
    Constraints,
    canonical_with_copies,
    is_normal,
)
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.enumeration.output_kernels import Sought, extend_outputs
from mesacircuits.enumeration.own_symmetry import OwnSymmetry, own_symmetry
from mesacircuits.enumeration.reach import builds_all
from mesacircuits.enumeration.rows import (
    ABSENT,
    BasisTables,
    StoredRows,
    basis_tables,
    circuit_of_rows,
    each_once,
    gates_over,
    key_order,
    keys_of,
    keys_of_rows,
    operator_masks,
    padded,
    rows_on_inputs,
    stored_rows,
)
from mesacircuits.enumeration.search_kernels import Gates, Targets, extend_rows
from mesacircuits.enumeration.symmetry import (
    Symmetry,
    has_fast_kernel,
    normal_bits,
    symmetry_of,
)
from mesacircuits.enumeration.symmetry_kernels import (
    count_fixing,
    depths_of_rows,
    least_forms,
)
from mesacircuits.enumeration.targets import (
    TargetSet,
    TaskTables,
    target_set,
    task_tables,
    task_targets,
)
from mesacircuits.enumeration.units import UnitResult, has_arrays, refused_units, run_units
from mesacircuits.records import content_hash
from mesacircuits.tasks import FunctionTask, RelationTask, Task

__all__ = [
    "Chains",
    "ConstrainedEngine",
    "Counts",
    "FunctionEngine",
    "FunctionQuestion",
    "TaskEngine",
    "Unit",
    "circuits_without_gates",
    "counted",
    "gates_of",
    "listed",
    "run_all",
    "run_each",
    "units_of",
]

#: Raise this when a change of the engine could change what a stored unit holds.
_VERSION = 3
# A depth that no circuit of the fast kernel reaches.
_NO_BOUND = 40
# Up to so many inputs one set of first gates per orbit is extended, for all images of a task.
_MAX_ORBIT_INPUTS = 4
# No unit counts more, so that sums of many stay exact.
_MOST_COUNTED = 1 << 50

Row = tuple[int, int, int, int]
Words = tuple[int, ...]
#: For each (class, depth) four sums over circuits, of all functions of the class that gates
#: compute: circuits, wirings, and the two that counting up to symmetry needs (see `Chains.fixing`).
Counts = dict[tuple[int, int], NDArray[np.int64]]


# -- questions -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class FunctionQuestion:
    """Which circuits of one cost compute one of a set of functions?

    Attributes:
        symmetry: of the basis, over the inputs.
        targets: the functions, closed under the symmetries.
        cost: what the gates of each circuit cost together.
        depth: greatest depth allowed; None for any.
        all_read: whether circuits read every input.
    """

    symmetry: Symmetry
    targets: TargetSet
    cost: int
    depth: int | None = None
    all_read: bool = False

    outputs = 1

    @property
    def required(self) -> int:
        """The inputs that every circuit reads, as bits."""
        return (1 << self.symmetry.inputs) - 1 if self.all_read else 0

    @property
    def is_fast(self) -> bool:
        """Whether the kernel for two-input operators with free inverters answers."""
        wide = self.symmetry.inputs > 1
        return wide and self.all_read and has_fast_kernel(self.symmetry.basis)

    @property
    def said(self) -> list[Any]:
        """What the question asks, as JSON values."""
        return ["functions", self.all_read, self.targets.digest.hex()]

    @property
    def for_kernel(self) -> Targets:
        """What is sought, as the kernel for any basis takes it."""
        return self.targets.targets

    def solved(
        self, functions: NDArray[np.uint64], driven: NDArray[np.int16]
    ) -> NDArray[np.uint64] | NDArray[np.int16]:
        """Return what circuits were found for, of all that the kernel says."""
        return functions

    @property
    def form(self) -> tuple[Any, tuple[int | None, ...]]:
        """The type and shape of that."""
        return np.uint64, (None,)

    def check(self, looked: StoredRows, solved: NDArray[Any]) -> None:
        """Raise `ValueError` unless circuits are what a list of such may hold."""
        last = np.arange(len(solved)), looked.last
        each_once(looked.rows)
        if (looked.sizes == 0).any() or (looked.tables[last] != solved).any():
            raise ValueError("a circuit that computes another function")
        if not np.isin(solved, self.targets.members).all():
            raise ValueError("a circuit of a function that was not sought")
        if (looked.costs != self.cost).any():
            raise ValueError(f"a circuit of another cost than {self.cost}")
        if self.depth is not None and (looked.depths[last] > self.depth).any():
            raise ValueError(f"a circuit deeper than {self.depth}")
        if ((looked.read & self.required) != self.required).any():
            raise ValueError("a circuit that does not read all inputs")
        gates = ((1 << (looked.sizes - 1)) - 1) << self.symmetry.inputs
        if ((looked.read & gates) != gates).any():
            raise ValueError("a circuit with a gate that nothing reads")


@dataclass(frozen=True)
class _TaskQuestion:
    """Which circuits of one cost solve a task; with orbits, or one of its images under symmetries?

    Attributes:
        words: the task: for each word the inputs on which it is acceptable.
        orbits: whether units stand for orbits, and images are asked for.
        is_fast: whether the kernel for two-input operators with free inverters answers; it lists
            one circuit at least of those that a symmetry of the task carries to each other.
        floors: parts of all inputs, as bits, and how many gates circuits need at least that are
            right on them; what is found does not depend on it.
        constraints: fan-out and arrival, which chains are cut by; not with orbits or `is_fast`.
    """

    inputs: int
    basis: Basis
    words: Words
    cost: int
    depth: int | None
    orbits: bool
    is_fast: bool = False
    floors: tuple[tuple[int, int], ...] = ()
    constraints: Constraints = FREE

    @property
    def symmetry(self) -> Symmetry:
        return symmetry_of(self.inputs, self.basis)

    @property
    def task(self) -> TaskTables:
        return task_tables(self.inputs, self.words)

    @property
    def outputs(self) -> int:
        return self.task.outputs

    @property
    def required(self) -> int:
        # Which inputs an image requires differs from image to image, unless it is all of them.
        required = self.task.required
        return required if not self.orbits or required == (1 << self.inputs) - 1 else 0

    @property
    def said(self) -> list[Any]:
        said = ["task", self.orbits, self.is_fast, list(self.words)]
        return [*said, self.constraints.to_json()] if self.constraints else said

    @property
    def for_kernel(self) -> Targets:
        if self.orbits:
            return _images(self.inputs, self.basis, self.words).targets
        return task_targets((self.task,), self.basis.free_inverters, several=False)

    @property
    def own(self) -> OwnSymmetry:
        return own_symmetry(self.inputs, self.basis, self.words)

    @property
    def sought(self) -> Sought:
        parts = np.array([part for part, _ in self.floors], dtype=np.uint64)
        floors = np.array([floor for _, floor in self.floors], dtype=np.int64)
        return self.task.sought(self.own.moves, parts, floors)

    def solved(self, functions: NDArray[np.uint64], driven: NDArray[np.int16]) -> NDArray[np.int16]:
        return driven

    @property
    def form(self) -> tuple[Any, tuple[int | None, ...]]:
        return np.int16, (None, 1 + 2 * self.outputs)

    def check(self, looked: StoredRows, driven: NDArray[Any]) -> None:
        each_once(looked.rows, driven)
        if (looked.costs != self.cost).any():
            raise ValueError(f"a circuit of another cost than {self.cost}")
        images = _images(self.inputs, self.basis, self.words).words if self.orbits else ()
        asked = np.array(images or [self.words], dtype=np.uint64)
        wires, inverted = driven[:, 1::2].astype(np.int64), driven[:, 2::2]
        bad = (driven[:, 0] < 0) | (driven[:, 0] >= len(asked))
        bad |= ((wires < -1) | (wires >= self.inputs + looked.sizes[:, None])).any(axis=1)
        bad |= ((inverted < 0) | (inverted > self.basis.free_inverters)).any(axis=1)
        if bad.any():
            raise ValueError("an output that nothing drives")
        every = np.arange(len(driven))[:, None]
        if self.depth is not None and (looked.depths[every, 1 + wires] > self.depth).any():
            raise ValueError(f"a circuit deeper than {self.depth}")
        if not _solve(looked, asked[driven[:, 0]], wires, inverted).all():
            raise ValueError("a circuit that does not solve the task")
        if self.is_fast and len(driven):
            self.own.check(looked.rows)


def _solve(
    looked: StoredRows,
    asked: NDArray[np.uint64],
    wires: NDArray[np.int64],
    inverted: NDArray[np.int16],
) -> NDArray[np.bool_]:
    # Whether each circuit gives an acceptable word on every input.
    every = np.arange(len(wires))
    full = np.bitwise_or.reduce(asked, axis=1, keepdims=True)
    served = np.zeros(len(wires), dtype=np.uint64)
    outputs = [
        looked.tables[every, 1 + wires[:, i]] ^ np.where(inverted[:, i] > 0, full[:, 0], 0)
        for i in range(wires.shape[1])
    ]
    for word in range(asked.shape[1]):
        given = asked[:, word].copy()
        for i, output in enumerate(outputs):
            given &= output if word >> i & 1 else ~output
        served |= given
    solved: NDArray[np.bool_] = served == full[:, 0]
    return solved


_Question = FunctionQuestion | _TaskQuestion


# -- units ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """The circuits of a question that begin with given gates.

    Circuits of one wiring may differ in their first gates, and so lie above several sets; each of
    these counts `share` of the `scale` parts that make the wiring.

    Attributes:
        begun: rows of those gates.
        whole: whether these are all the gates that read only inputs.
        weight: the number of sets in the orbit of the first gates.
    """

    question: Any
    begun: tuple[Row, ...]
    whole: bool = True
    weight: int = 1
    share: int = 1
    scale: int = 1

    @property
    def gates(self) -> NDArray[np.int8]:
        """The given gates, shape (s, 4)."""
        return np.array(self.begun, dtype=np.int8).reshape(-1, 4)

    @property
    def places(self) -> NDArray[np.int16]:
        """Their places among the gates that read only inputs."""
        keys = keys_of_rows(self.question.symmetry.gates)
        return np.searchsorted(keys, keys_of_rows(self.gates)).astype(np.int16)


def units_of(question: Any) -> list[Unit]:
    """Return the units of a question, one set of first gates per orbit, each with its weight."""
    # One set of first gates per orbit.
    symmetry = question.symmetry
    every = question.required == (1 << symmetry.inputs) - 1
    rows = [(third, second, first, form) for third, second, first, form in symmetry.gates.tolist()]
    begun: list[tuple[list[int], int]] = []
    # Few first gates leave the most to search, so such sets come first and even out the end.
    length = symmetry.tables.length(question.cost)
    most = question.cost // symmetry.tables.cheapest if length is None else length
    for count in range(1, most + 1):
        idle = 0 if every else symmetry.inputs
        chosen, weights = symmetry.sets(count, question.cost, idle, question.outputs)
        begun += zip(chosen.tolist(), weights.tolist(), strict=True)
    alike = [prod(symmetry.twins[places].tolist()) for places, _ in begun]
    scale = lcm(*alike)
    return [
        Unit(question, tuple(rows[i] for i in places), True, weight, scale // sets, scale)
        for (places, weight), sets in zip(begun, alike, strict=True)
    ]


def run_each(
    kind: str,
    units: list[Unit],
    effort: Effort,
    work: Callable[[Unit, NDArray[np.uint8], int], UnitResult],
    check: Callable[[Unit, UnitResult], None],
    soonest: bool = False,
) -> Generator[tuple[Unit, UnitResult], None, None]:
    """Yield each unit of a question, with what it found; close it to end early.

    Arguments:
        kind: what is asked of units, which names their results in a store.
        units, effort: what is run, and how.
        work, check: as for `run_units`.
        soonest: whether units of most first gates come before the others, as they leave the least
            to search.

    Raises `BudgetEnded` if the budget ran out first.
    """
    if effort.used_up():
        raise BudgetEnded
    if not units:
        return
    question = units[0].question
    inputs, basis = question.symmetry.inputs, question.symmetry.basis
    cost, depth = question.cost, question.depth
    asked = [kind, _VERSION, inputs, basis.to_json(), cost, depth, *question.said]
    said = cost_text(cost, basis.in_order)
    title = f"{inputs} inputs, {basis.name}, {'cost' if basis.costs else 'size'} {said}"
    title += "" if depth is None else f", depth {depth}"
    if soonest:
        units = sorted(units, key=lambda unit: -len(unit.begun))
        asked.append("soonest")
    if max(len(unit.begun) for unit in units) == 1:
        asked.append("one gate begun")
    with closing(run_units(work, units, effort, content_hash(asked), title, check)) as results:
        for number, result in results:
            yield units[number], result


def run_all(
    kind: str,
    units: list[Unit],
    effort: Effort,
    work: Callable[[Unit, NDArray[np.uint8], int], UnitResult],
    check: Callable[[Unit, UnitResult], None],
) -> list[tuple[Unit, UnitResult]]:
    """Return all that `run_each` yields."""
    with closing(run_each(kind, units, effort, work, check)) as results:
        return [*results]


def gates_of(tables: BasisTables, cost: int = 0) -> Gates:
    """Return the gates of a basis as the kernel for any basis takes them, to spend `cost` on."""
    return Gates(
        tables.normal_forms,
        tables.costs,
        tables.spans,
        tables.basis.free_inverters,
        tables.fan_in,
        tables.per_cost.numerator,
        tables.per_cost.denominator,
        tables.length(cost) or 0,
    )


def _extended(
    unit: Unit, stop: NDArray[np.uint8], most_tried: int
) -> tuple[NDArray[np.int8], NDArray[Any], int, bool]:
    # The circuits above a unit's gates, what they were found for, gates looked at, whether all.
    question = unit.question
    symmetry, depth = question.symmetry, question.depth
    if question.is_fast and isinstance(question, _TaskQuestion):
        rows, driven, tried = extend_outputs(
            symmetry.input_tables,
            np.uint64(symmetry.mask),
            operator_masks(symmetry.basis),
            unit.gates,
            question.cost,
            -1 if depth is None else depth,
            question.required,
            question.sought,
            most_tried,
            stop,
        )
        return rows, driven, int(tried), not stop[0] and tried <= most_tried
    if question.is_fast:
        assert isinstance(question, FunctionQuestion)
        rows, solved, tried = extend_chains(
            symmetry.inputs,
            symmetry.input_tables,
            operator_masks(symmetry.basis),
            unit.gates,
            question.cost,
            _NO_BOUND if depth is None else depth,
            *question.targets.arguments,
            _near(question, unit),
            most_tried,
            stop,
        )
        return rows, solved, int(tried), not stop[0] and tried <= most_tried
    start = symmetry.inputs, ABSENT, ABSENT, 0
    if not unit.whole:
        start = (0, ABSENT, ABSENT, 0)
        if unit.begun:
            third, second, first, form = unit.begun[-1]
            start = (first, second, third, form + (not _allowed(question).copies))
    rows, functions, driven, tried = extend_rows(
        symmetry.input_tables,
        np.uint64(symmetry.mask),
        gates_of(symmetry.tables, question.cost),
        unit.gates,
        start,
        question.cost,
        -1 if depth is None else depth,
        question.required,
        question.for_kernel,
        most_tried,
        stop,
        np.array(
            [_allowed(question).arrival_of(i) for i in range(symmetry.inputs)], dtype=np.int64
        ),
        _allowed(question).fanout or 0,
    )
    if tried < 0:
        raise symmetry.tables.no_room(symmetry.inputs)
    complete = not stop[0] and tried <= most_tried
    return rows, question.solved(functions, driven), int(tried), complete


def _allowed(question: _Question) -> Constraints:
    return question.constraints if isinstance(question, _TaskQuestion) else FREE


_partners_lock = Lock()


def _near(question: FunctionQuestion, unit: Unit) -> NDArray[np.uint64]:
    # Which functions may give one that is sought when combined with an input or a given gate.
    # Beyond four inputs a bitset over all truth tables does not fit.
    if question.symmetry.inputs > _MAX_ORBIT_INPUTS:
        return np.empty(0, dtype=np.uint64)
    with _partners_lock:
        of_inputs, of_gates = _partners(question.symmetry, question.targets)
    near: NDArray[np.uint64] = of_inputs | np.bitwise_or.reduce(of_gates[unit.places])
    return near


@lru_cache(maxsize=1)
def _partners(
    symmetry: Symmetry, targets: TargetSet
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    # All units of a question share them.
    inputs, masks = symmetry.input_tables, operator_masks(symmetry.basis)
    arguments = symmetry.inputs, masks, *targets.arguments
    gates = [
        apply_operator(inputs[low], inputs[high], masks, form)
        for _, low, high, form in symmetry.gates.tolist()
    ]
    of_inputs, of_gates = ([partners_of(t, *arguments) for t in part] for part in (inputs, gates))
    return np.bitwise_or.reduce(of_inputs), np.array(of_gates)


def _list_unit(unit: Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    rows, solved, tried, complete = _extended(unit, stop, most_tried)
    return UnitResult({"gates": rows, "solved": solved}, tried, complete)


def _check_list(unit: Unit, result: UnitResult) -> None:
    question, gates = unit.question, result.arrays.get("gates")
    # As long as the longest circuit, so nothing says how long that is.
    longest = None if gates is None or gates.ndim != 3 else gates.shape[1]
    forms = {"gates": (np.int8, (None, longest, 4)), "solved": question.form}
    has_arrays(result.arrays, forms)
    symmetry, solved = question.symmetry, result.arrays["solved"]
    if _allowed(question):
        assert isinstance(question, _TaskQuestion)
        return _check_constrained(question, unit, result.arrays["gates"], solved)
    looked = stored_rows(result.arrays["gates"], symmetry.inputs, symmetry.basis, unit.begun)
    question.check(looked, solved)


def _check_constrained(
    question: _TaskQuestion, unit: Unit, rows: NDArray[np.int8], driven: NDArray[np.int16]
) -> None:
    # As gates may be copies, circuits are looked at one by one.
    tables, task = basis_tables(question.basis), RelationTask.from_word_masks
    asked = task(question.inputs, question.words)
    for chain, ends in zip(rows, driven, strict=True):
        circuit = circuit_of_rows(tables, question.inputs, chain, ends[1:].reshape(-1, 2))
        if not is_normal(circuit, question.constraints) or not circuit.in_basis(question.basis):
            raise ValueError("a circuit that is not normal")
        if circuit_cost(circuit, question.basis) != question.cost or not asked.solved_by(circuit):
            raise ValueError("a circuit that does not solve the task at this cost")


def _count_unit(unit: Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    rows, functions, tried, complete = _extended(unit, stop, most_tried)
    chains = Chains(rows, functions, np.zeros(len(rows), dtype=np.int64), (unit,), tried)
    pairs, sums = chains.summed()
    return UnitResult({"pairs": pairs, "sums": sums}, tried, complete)


def _check_counts(unit: Unit, result: UnitResult) -> None:
    # What was counted, only counting again can tell: here just what counts may be at all.
    has_arrays(result.arrays, {"pairs": (np.int64, (None, 2)), "sums": (np.int64, (None, 4))})
    pairs, sums = result.arrays["pairs"], result.arrays["sums"]
    question = unit.question
    assert isinstance(question, FunctionQuestion)
    classes = question.symmetry.classes
    sought = np.isin(np.arange(len(classes.representatives)), classes.number[_members(question)])
    number, depth = pairs[:, 0], pairs[:, 1]
    if ((number < 0) | (number >= len(sought))).any() or not sought[number].all():
        raise ValueError("circuits of a class that was not sought")
    deepest = question.cost if question.depth is None else question.depth
    if ((depth < 1) | (depth > deepest)).any():
        raise ValueError("circuits of a depth that none has")
    if len(np.unique(pairs, axis=0)) < len(pairs):
        raise ValueError("a class is counted twice")
    # Every circuit counts the weight of its orbit, and none but itself fixes fewer than one.
    circuits, wirings, fixed, summed = sums.T
    most = _MOST_COUNTED // unit.share
    bad = (circuits < unit.weight) | (circuits > most) | (sums % unit.weight != 0).any(axis=1)
    bad |= (wirings < 0) | (wirings > circuits * unit.share)
    bad |= (fixed < circuits) | (fixed > most) | (summed < 0) | (summed > most)
    if bad.any():
        raise ValueError("counts that no circuits have")


def _members(question: FunctionQuestion) -> NDArray[np.int64]:
    return question.targets.members.astype(np.int64)


# -- what a question's units found ---------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Chains:
    """Circuits of one cost, each standing for its orbit's share of circuits.

    Attributes:
        rows: shape (m, r, 4).
        functions: what the last gate of each computes, shape (m,).
        unit: above which unit's first gates each lies, shape (m,).
        units: those units.
        tried: how many gates the search looked at.
    """

    rows: NDArray[np.int8]
    functions: NDArray[np.uint64]
    unit: NDArray[np.int64]
    units: tuple[Unit, ...]
    tried: int

    def __len__(self) -> int:
        return len(self.functions)

    @property
    def symmetry(self) -> Symmetry:
        """The symmetries of the basis."""
        symmetry: Symmetry = self.units[0].question.symmetry
        return symmetry

    @cached_property
    def weights(self) -> NDArray[np.int64]:
        """For each chain, the number of sets in the orbit of its first gates, shape (m,)."""
        return np.array([unit.weight for unit in self.units], dtype=np.int64)[self.unit]

    def circuit(self, index: int) -> Circuit:
        """Return chain number `index` as a circuit for its normal function."""
        return circuit_of_rows(self.symmetry.tables, self.symmetry.inputs, self.rows[index])

    def fixing(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each chain C what counting circuits up to symmetry needs.

        Let G be the group of symmetries, G_C the elements that carry C to itself. Returns |G_C|,
        and the sum over h in G_C of the number of g in G for which g h g^-1 negates no input.
        """
        symmetry = self.symmetry
        fixed = np.zeros(len(self), dtype=np.int64)
        summed = np.zeros(len(self), dtype=np.int64)
        for number, unit in enumerate(self.units):
            chosen = np.flatnonzero(self.unit == number)
            if len(chosen):
                # An element that fixes a circuit carries its first gates to themselves.
                turns = symmetry.stabiliser(unit.places)
                fixed[chosen], summed[chosen] = count_fixing(
                    self.rows[chosen],
                    symmetry.inputs,
                    symmetry.orders[turns],
                    symmetry.masks[turns],
                    symmetry.pure_conjugates[turns],
                    symmetry.rewrites,
                    symmetry.patterns,
                )
        return fixed, summed

    def is_wiring(self) -> NDArray[np.bool_]:
        """Return for each chain whether it, or its share, stands for its wiring."""
        symmetry, tables = self.symmetry, self.symmetry.tables
        given = np.array([len(unit.begun) for unit in self.units], dtype=np.int64)
        least: NDArray[np.bool_] = least_forms(
            self.rows,
            symmetry.input_tables,
            np.uint64(symmetry.mask),
            tables.normal_forms,
            tables.costs,
            tables.spans,
            given[self.unit],
        )
        return least

    def summed(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of class and depth that chains have, and the sums of `Counts` of each.

        A wiring counts `scale`, which its parts add up to.
        """
        if not len(self):
            return np.empty((0, 2), dtype=np.int64), np.empty((0, 4), dtype=np.int64)
        classes = self.symmetry.classes.number[self.functions]
        depths = depths_of_rows(self.rows, self.symmetry.inputs)
        shares = np.array([unit.share for unit in self.units], dtype=np.int64)[self.unit]
        columns = (np.ones_like(shares), self.is_wiring() * shares, *self.fixing())
        pairs, inverse = np.unique(np.stack([classes, depths], axis=1), axis=0, return_inverse=True)
        # Sums of integers, exact: np.bincount with weights would go through floats.
        sums = np.zeros((len(pairs), len(columns)), dtype=np.int64)
        for column, values in enumerate(columns):
            np.add.at(sums[:, column], inverse.reshape(-1), values * self.weights)
        return pairs, sums


def listed(question: FunctionQuestion, effort: Effort) -> Chains | None:
    """Return the circuits that a question asks for, one set of first gates per orbit.

    None if there is no set of first gates that they could have.

    Raises `BudgetEnded` if the effort's budget ran out first; nothing is kept then.

    >>> from mesacircuits.circuits.bases import MIG
    >>> three = target_set(3, np.arange(2, 256, 2, dtype=np.uint64))
    >>> found = listed(FunctionQuestion(symmetry_of(3, MIG), three, 1), Effort())
    >>> found.rows.shape[1:], int(found.weights.sum())
    ((1, 4), 16)
    """
    done = run_all("list", units_of(question), effort, _list_unit, _check_list)
    if not done:
        return None
    units, results = [unit for unit, _ in done], [result for _, result in done]
    return Chains(
        rows=padded([result.arrays["gates"] for result in results]),
        functions=np.concatenate([result.arrays["solved"] for result in results]),
        unit=np.repeat(np.arange(len(units)), [len(r.arrays["solved"]) for r in results]),
        units=tuple(units),
        tried=sum(result.tried for result in results),
    )


def counted(
    question: FunctionQuestion, effort: Effort, chains: Chains | None = None
) -> tuple[Counts, int]:
    """Count the circuits that a question asks for, by the class of what they compute and by depth.

    Arguments:
        chains: those circuits, if they are listed.

    Returns:
        the counts, and how many gates the search looked at.

    Raises `BudgetEnded` if the effort's budget ran out first.

    >>> from mesacircuits.circuits.bases import MIG
    >>> three = target_set(3, np.arange(2, 256, 2, dtype=np.uint64))
    >>> counts, _ = counted(FunctionQuestion(symmetry_of(3, MIG), three, 1), Effort())
    >>> sum(int(sums[0]) for sums in counts.values())
    16
    """
    parts, tried, scale = [], 0, 1
    if chains is not None:
        parts, tried, scale = [chains.summed()], chains.tried, chains.units[0].scale
    else:
        for unit, result in run_all(
            "count", units_of(question), effort, _count_unit, _check_counts
        ):
            parts.append((result.arrays["pairs"], result.arrays["sums"]))
            tried, scale = tried + result.tried, unit.scale
    counts: Counts = {}
    for pairs, sums in parts:
        for (c, depth), more in zip(pairs.tolist(), sums, strict=True):
            counts[c, depth] = counts.get((c, depth), 0) + more
    for total in counts.values():
        if total[1] % scale:
            raise ArithmeticError("the parts of a wiring are not all there")
        total[1] //= scale
    return counts, tried


# -- engines of one task -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Images:
    """The images of a task under the symmetries of a basis, and which symmetry gives which."""

    words: tuple[Words, ...]
    number: NDArray[np.int64]
    targets: Targets


@lru_cache(maxsize=4)
def _images(inputs: int, basis: Basis, words: Words) -> _Images:
    symmetry = symmetry_of(inputs, basis)
    places: dict[Words, int] = {}
    number = []
    for order, mask in zip(symmetry.orders, symmetry.masks, strict=True):
        moved = tuple(int(image(np.uint64(w), inputs, order, np.int64(mask))) for w in words)
        number.append(places.setdefault(moved, len(places)))
    tables = tuple(task_tables(inputs, moved) for moved in places)
    targets = task_targets(tables, basis.free_inverters, several=True)
    return _Images(tuple(places), np.array(number), targets)


# The longest list of pairs of first gates.
_MOST_BEGUN = 1 << 18
# Floors are asked for from so many gates and inputs on, and looked for among so many gates.
_FLOORS_FROM, _FLOOR_INPUTS, _FLOOR_NODES = 7, 4, 10**8


def _restricted(inputs: int, words: Words, i: int, value: int) -> Words:
    # A task with input i fixed, the inputs above it moved down.
    places = [
        (y & ((1 << i) - 1)) | value << i | y >> i << (i + 1) for y in range(1 << (inputs - 1))
    ]
    return tuple(sum((word >> x & 1) << y for y, x in enumerate(places)) for word in words)


#: Circuits as rows, shape (m, r, 4), and what drives their outputs, shape (m, 2 q).
Batch = tuple[NDArray[np.int8], NDArray[np.int16]]


class TaskEngine:
    """Lists the circuits of a task, over any basis: several outputs, slack, and all.

    Arguments:
        task: the task; at most 6 inputs and 4 outputs.
        basis: any basis with gates of fan-in at most 3.
        effort: the means of all searches.
    """

    def __init__(self, task: Task, basis: Basis, effort: Effort) -> None:
        self.task, self.inputs, self.words = task, task.inputs, tuple(task.word_masks)
        self.basis, self.effort = basis, effort
        self.tables = basis_tables(basis)
        self.tried = 0
        #: What is known of the size before any search, and from where.
        self.known = ""
        #: Whether the kernel for two-input operators with free inverters answers.
        self.is_fast = self.inputs > 1 and has_fast_kernel(basis)
        self._known: tuple[tuple[int, int], ...] | None = None
        task_tables(self.inputs, self.words)

    def circuits(
        self, cost: int, depth: int | None, first: int | None = None
    ) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly `cost`, of depth at most `depth`, sorted by keys.

        With `first`, as many of them as are found first, all if there are fewer.

        Raises:
            BudgetEnded: if the effort's budget ran out first.
        """
        if first is not None:
            with closing(self.stream(cost, depth)) as some:
                return tuple(sorted(islice(some, first), key=keys_of))
        if cost == 0:
            return circuits_without_gates(self.task, self.basis)
        rows, drivers = self._found(cost, depth)
        order = key_order(rows, drivers)
        return tuple(
            circuit_of_rows(self.tables, self.inputs, chain, outputs.reshape(-1, 2))
            for chain, outputs in zip(rows[order], drivers[order], strict=True)
        )

    def stream(self, cost: int, depth: int | None) -> Generator[Circuit, None, None]:
        """Yield what `circuits` returns as it is found, each once; close it to end the search.

        Of circuits that were yielded a hash is kept.
        """
        if cost == 0:
            yield from circuits_without_gates(self.task, self.basis)
            return
        seen = set[bytes]()
        with closing(self._batches(cost, depth)) as batches:
            for rows, drivers in batches:
                for chain, outputs in zip(rows, drivers, strict=True):
                    circuit = circuit_of_rows(
                        self.tables, self.inputs, chain, outputs.reshape(-1, 2)
                    )
                    for kept in self._kept((circuit,), depth):
                        key = blake2b(str(kept).encode(), digest_size=16).digest()
                        if key not in seen:
                            seen.add(key)
                            yield kept

    def is_quick(self, cost: int, depth: int | None) -> bool:
        """Return whether it is known that to exhaust a cost takes seconds."""
        return False

    def _kept(self, circuits: Iterable[Circuit], depth: int | None) -> Iterable[Circuit]:
        return circuits

    def _batches(self, cost: int, depth: int | None) -> Generator[Batch, None, None]:
        # Each unit's circuits, carried home; units may share some.
        question, units = self._asked(cost, depth)
        run = run_each("list", units, self.effort, _list_unit, _check_list, soonest=True)
        with closing(run):
            for each in run:
                self.tried += each[1].tried
                yield self._brought(question, [each], whole=False)

    def _found(self, cost: int, depth: int | None) -> Batch:
        question, units = self._asked(cost, depth)
        found = run_all("list", units, self.effort, _list_unit, _check_list)
        self.tried += sum(result.tried for _, result in found)
        return self._brought(question, found, whole=True)

    def _asked(self, cost: int, depth: int | None) -> tuple[_TaskQuestion, list[Unit]]:
        fast = self.is_fast
        orbits = self.inputs <= _MAX_ORBIT_INPUTS and not fast
        large = cost >= _FLOORS_FROM and self.inputs >= _FLOOR_INPUTS
        floors = self._floors() if fast and large and builds_all(self.basis) else ()
        # The highest cut most, and low ones less than it takes to look at them.
        high = [(part, floor) for part, floor in floors if 2 * floor >= cost]
        floors = tuple(sorted(high, key=lambda each: -each[1]))
        question = _TaskQuestion(
            self.inputs, self.basis, self.words, cost, depth, orbits, fast, floors
        )
        return question, units_of(question) if orbits else self._beginnings(question)

    def _brought(
        self, question: _TaskQuestion, found: list[tuple[Unit, UnitResult]], whole: bool
    ) -> Batch:
        # The circuits for the task that units found; `whole` if these are all, so that images are.
        width = 1 + 2 * question.outputs
        none = np.empty((0, width), dtype=np.int16)
        rows = padded([result.arrays["gates"] for _, result in found])
        driven = np.concatenate([none, *(result.arrays["solved"] for _, result in found)])
        number, drivers = driven[:, 0].astype(np.int64), driven[:, 1:]
        if question.orbits and len(rows):
            weighted = sum(len(result.arrays["solved"]) * unit.weight for unit, result in found)
            images = _images(self.inputs, self.basis, self.words)
            rows, drivers = question.symmetry.carried_home(rows, drivers, number, images.number)
            if whole:
                _share_out(len(rows), len(images.words), weighted)
        if question.is_fast and len(rows):
            try:
                rows, drivers = question.own.spread(rows, drivers, whole)
            except ArithmeticError:
                if not self.effort.store:
                    raise
                problem = "a circuit without its images"
                raise refused_units(self.effort.store, problem) from None
        return rows, drivers

    def _floors(self) -> tuple[tuple[int, int], ...]:
        # How many gates a circuit needs at least once an input is fixed.
        if self._known is None:
            n = self.inputs
            fixed = [(i, value) for i in range(n) for value in (0, 1)]
            full = (1 << (1 << n)) - 1
            parts = [input_bits(n, i) ^ (0 if value else full) for i, value in fixed]
            least = own_symmetry(n, self.basis, self.words).parts(parts)
            floors = {
                part: self._least(_restricted(n, self.words, *each))
                for part, same, each in zip(parts, least, fixed, strict=True)
                if part == same
            }
            self._known = tuple(
                (part, floors[same]) for part, same in zip(parts, least, strict=True)
            )
        return self._known

    def _least(self, words: Words) -> int:
        # A bound on the gates for a task of one input less.
        effort = replace(self.effort.limited(nodes=_FLOOR_NODES), show_progress=False)
        task = RelationTask.from_word_masks(self.inputs - 1, words)
        engine = TaskEngine(task, self.basis, effort)
        for cost in count_from():
            try:
                if engine.circuits(cost, None):
                    return cost
            except BudgetEnded:
                if self.effort.used_up():
                    raise
                return cost
            finally:
                self.tried += engine.tried
                engine.tried = 0
        raise AssertionError("every task over such a basis has a circuit")

    def _beginnings(self, question: _TaskQuestion) -> list[Unit]:
        # All pairs of gates that a chain may begin with, or all gates where pairs are too many; a
        # single gate may cost as much as three.
        cost, begun = question.cost, list[tuple[Row, ...]]([()])
        if cost >= 3 * self.tables.cheapest:
            first = gates_over(self.basis, self.inputs)
            second = gates_over(self.basis, self.inputs + 1)
            again = question.constraints.copies
            if len(first) * len(second) > _MOST_BEGUN:
                begun = [(g,) for g in first]
            else:
                begun = [
                    (g, h) for g in first for h in second if _key(h) > _key(g) or (again and g == h)
                ]
                begun += [(g,) for g in first if int(self.tables.costs[g[3]]) == cost]
        if question.is_fast:
            # Of gates that read only inputs those come first that no symmetry of the task puts
            # before themselves.
            begun = [
                rows
                for rows in begun
                if question.own.is_least(np.array(rows, dtype=np.int8).reshape(-1, 4))
            ]
        return [Unit(question, each, whole=False) for each in begun]


def _key(row: Row) -> Row:
    return row[2], row[1], row[0], row[3]


def _share_out(found: int, images: int, weighted: int) -> None:
    # Every image has as many circuits, so the weighted ones must share out evenly.
    if found * images != weighted:
        raise ArithmeticError(f"{found} circuits listed, {weighted} counted on the orbit")


class FunctionEngine(TaskEngine):
    """Lists the circuits of a function over two-input operators with free inverters.

    The search is for all members of the function's orbit at once, extending one set of
    input-reading gates per orbit; what it finds is carried back to the function. Only circuits that
    read no idle input are listed; others are never minimal (see `support_is_enough`).

    Arguments:
        task: asks for one function.
        basis: one that `has_fast_kernel`.
        effort: the means of all searches.
    """

    def __init__(self, task: FunctionTask, basis: Basis, effort: Effort) -> None:
        super().__init__(task, basis, effort)
        [table] = task.tables
        self.inverted, self.support = bool(table.bits & 1), table.support()
        if len(self.support) < 2:
            return
        core = table.restricted_to(self.support)
        self.symmetry = symmetry_of(core.inputs, basis)
        images = self.symmetry.images_of(normal_bits(core, basis))
        self.members, self.number = np.unique(images, return_inverse=True)

    def _found(self, cost: int, depth: int | None) -> Batch:
        chains = None
        if 0 < len(self.support) - 1 <= cost:
            chains = listed(self._question(cost, depth), self.effort)
        if chains is None:
            return np.empty((0, 0, 4), dtype=np.int8), np.empty((0, 2), dtype=np.int16)
        self.tried += chains.tried
        return self._brought_home(chains.rows, chains.functions, int(chains.weights.sum()))

    def _batches(self, cost: int, depth: int | None) -> Generator[Batch, None, None]:
        if not 0 < len(self.support) - 1 <= cost:
            return
        units = units_of(self._question(cost, depth))
        run = run_each("list", units, self.effort, _list_unit, _check_list, soonest=True)
        with closing(run):
            for _, result in run:
                self.tried += result.tried
                yield self._brought_home(result.arrays["gates"], result.arrays["solved"], None)

    def _question(self, cost: int, depth: int | None) -> FunctionQuestion:
        return FunctionQuestion(self.symmetry, self._targets, cost, depth, all_read=True)

    def _brought_home(
        self, rows: NDArray[np.int8], functions: NDArray[np.uint64], weighted: int | None
    ) -> Batch:
        # All circuits for the function, of circuits for members of its orbit, weighted so many;
        # None where these are not all.
        image = np.searchsorted(self.members, functions)
        alone = np.empty((len(rows), 0), dtype=np.int16)
        rows, _ = self.symmetry.carried_home(rows, alone, image, self.number)
        if weighted is not None:
            _share_out(len(rows), len(self.members), weighted)
        # Inputs keep their order, so chains stay canonical.
        rows = rows_on_inputs(rows, self.support, self.inputs)
        driver = self.inputs + rows.shape[1] - 1, self.inverted
        return rows, np.full((len(rows), 2), driver, dtype=np.int16)

    @cached_property
    def _targets(self) -> TargetSet:
        return target_set(self.symmetry.inputs, self.members)


class ConstrainedEngine(TaskEngine):
    """Lists the circuits of a task that keep to a fan-out, or whose inputs arrive late.

    No symmetry is made use of: all chains are extended, by the kernel for any basis.

    Arguments:
        task, basis, effort: as for `TaskEngine`.
        constraints: those that `extend_rows` knows are kept to by it; the rest is not looked at.
    """

    def __init__(self, task: Task, basis: Basis, effort: Effort, constraints: Constraints) -> None:
        super().__init__(task, basis, effort)
        self.is_fast, self.constraints = False, constraints

    def circuits(
        self, cost: int, depth: int | None, first: int | None = None
    ) -> tuple[Circuit, ...]:
        """Return all normal circuits of exactly `cost` that keep to it, sorted by keys.

        Raises:
            BudgetEnded: if the effort's budget ran out first.
        """
        if first is not None:
            return super().circuits(cost, depth, first)
        return tuple(sorted({*self._kept(super().circuits(cost, depth), depth)}, key=keys_of))

    def _kept(self, circuits: Iterable[Circuit], depth: int | None) -> Iterable[Circuit]:
        # What the kernel finds may differ in the names of copies alone, and be too deep.
        allowed, free = self.constraints, self.basis.free_inverters
        found = (canonical_with_copies(c) if allowed.copies else c for c in circuits)
        return (
            c
            for c in found
            if allowed.allows(c, free) and (depth is None or allowed.depth_of(c) <= depth)
        )

    def _asked(self, cost: int, depth: int | None) -> tuple[_TaskQuestion, list[Unit]]:
        bits = range(self.inputs)
        task = task_tables(self.inputs, self.words)
        late = depth is not None and any(
            task.required >> i & 1 and self.constraints.arrival_of(i) > depth for i in bits
        )
        question = _TaskQuestion(
            self.inputs,
            self.basis,
            self.words,
            cost,
            depth,
            orbits=False,
            constraints=self.constraints,
        )
        return question, [] if late else self._beginnings(question)


def circuits_without_gates(task: Task, basis: Basis) -> tuple[Circuit, ...]:
    """Return all circuits of cost 0 that solve a task, sorted by keys.

    Inputs, their inverses where inverters are free, and constants drive the outputs; so nothing is
    searched, and no kernel is compiled to learn that most tasks need gates.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> [str(c) for c in circuits_without_gates(parse_task("relation:1:1:3,2"), B2)]
    ['out = 1', 'out = a']
    """
    whole = (1 << (1 << task.inputs)) - 1
    wires = [(CONSTANT, 0), *((i, input_bits(task.inputs, i)) for i in range(task.inputs))]
    drivers = {bits: Output(wire) for wire, bits in wires}
    for wire, bits in wires if basis.free_inverters else wires[:1]:
        drivers[bits ^ whole] = Output(wire, inverted=True)
    tables = task_tables(task.inputs, tuple(task.word_masks))
    found = (
        Circuit(task.inputs, (), tuple([drivers[bits] for bits in chosen]))
        for chosen in tables.assignments(np.array(list(drivers), dtype=np.uint64))
    )
    return tuple(sorted(found, key=keys_of))
