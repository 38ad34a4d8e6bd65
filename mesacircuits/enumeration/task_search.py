"""All circuits of one cost for any task over any basis, by exhaustion."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Output
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import inverse_elements
from mesacircuits.circuits.npn_kernels import image
from mesacircuits.circuits.operators import operator_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.form_kernels import extend_forms
from mesacircuits.enumeration.form_symmetry import FirstForms, first_forms
from mesacircuits.enumeration.form_tables import (
    ABSENT,
    NO_GATE,
    circuit_of_rows,
    form_tables,
    gates_over,
)
from mesacircuits.enumeration.form_transform_kernels import images_of_rows
from mesacircuits.enumeration.stored_rows import (
    StoredRows,
    each_once,
    has_arrays,
    stored_rows,
)
from mesacircuits.enumeration.task_tables import NO_HITS, TaskTables, hits_of, task_tables
from mesacircuits.enumeration.units import UnitResult, run_units
from mesacircuits.enumeration.wanted import wanted_set
from mesacircuits.records import content_hash
from mesacircuits.tasks import Task

__all__ = ["TaskSearch", "circuits_without_gates", "keys_of"]

#: Up to so many inputs one set of first gates per orbit is extended, for all images of the task.
_MAX_ORBIT_INPUTS = 4
_NOTHING = wanted_set(0, np.empty(0, dtype=np.uint64))
# Raise this when a change of the engine could change what a stored unit holds.
_VERSION = 1

Row = tuple[int, int, int, int]
Words = tuple[int, ...]


@dataclass(frozen=True)
class _Unit:
    """The circuits of one cost that begin with given gates.

    With `first_gates` these are all the gates that read only inputs, and the circuits are those
    for any image of the task under the symmetries of the basis.
    """

    inputs: int
    words: Words
    basis: Basis
    cost: int
    depth: int
    begun: tuple[Row, ...]
    first_gates: bool


class TaskSearch:
    """Lists the circuits of a task, over any basis: several outputs, slack, and all.

    Arguments:
        task: the task; at most 6 inputs and 4 outputs.
        basis: any basis with gates of fan-in at most 3.
        effort: the means of all searches.
    """

    def __init__(self, task: Task, basis: Basis, effort: Effort) -> None:
        self.inputs, self.words = task.inputs, tuple(task.word_masks)
        self.basis, self.effort = basis, effort
        self.outputs = task_tables(self.inputs, self.words).outputs
        self.tables = form_tables(basis)
        self.tried = 0

    def circuits(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly `cost`, of depth at most `depth`, sorted by keys.

        Raises:
            BudgetEnded: if the effort's budget ran out first.
        """
        bound = -1 if depth is None else depth
        orbits = self.inputs <= _MAX_ORBIT_INPUTS and cost > 0
        begun, weights = self._orbits(cost) if orbits else self._beginnings(cost)
        units = [_Unit(self.inputs, self.words, self.basis, cost, bound, b, orbits) for b in begun]
        key = content_hash(
            ["task_search", _VERSION, self.inputs, self.words, self.basis.to_json(), cost, bound]
        )
        if self.effort.used_up():
            raise BudgetEnded
        title = f"cost {cost}" if self.basis.costs else f"size {cost}"
        title += "" if depth is None else f", depth {depth}"
        gates, driven, counted = [], [], 0
        with closing(run_units(_list_unit, units, self.effort, key, title, _check)) as results:
            for number, result in results:
                self.tried += result.tried
                gates.append(result.arrays["gates"])
                driven.append(result.arrays["driven"])
                counted += len(gates[-1]) * weights[number]
        if not counted:
            return ()
        longest = max(part.shape[1] for part in gates)
        padded = [
            np.pad(part, ((0, 0), (0, longest - part.shape[1]), (0, 0)), constant_values=NO_GATE)
            for part in gates
        ]
        rows, drivers = np.concatenate(padded), np.concatenate(driven)
        if orbits:
            rows, drivers = self._carried_back(rows, drivers, counted)
        else:
            drivers = drivers[:, 1:]
        listed = [
            circuit_of_rows(self.tables, self.inputs, chain, outputs.reshape(-1, 2))
            for chain, outputs in zip(rows, drivers, strict=True)
        ]
        return tuple(sorted(listed, key=keys_of))

    def _orbits(self, cost: int) -> tuple[list[tuple[Row, ...]], list[int]]:
        level = first_forms(self.inputs, self.basis)
        required = task_tables(self.inputs, self.words).required.bit_count()
        idle = 0 if required == self.inputs else self.inputs
        begun: list[tuple[Row, ...]] = []
        weights: list[int] = []
        for count in range(1, cost // self.tables.cheapest + 1):
            chosen, sizes = level.sets(count, cost, idle, self.outputs)
            begun += [tuple(_rows(level.gates[places])) for places in chosen]
            weights += sizes.tolist()
        return begun, weights

    def _beginnings(self, cost: int) -> tuple[list[tuple[Row, ...]], list[int]]:
        # All pairs of gates that a chain may begin with; a single gate may cost as much as three.
        if cost < 3 * self.tables.cheapest:
            return [()], [1]
        first = gates_over(self.basis, self.inputs)
        second = gates_over(self.basis, self.inputs + 1)
        begun: list[tuple[Row, ...]] = [(g, h) for g in first for h in second if _key(h) > _key(g)]
        begun += [(g,) for g in first if int(self.tables.costs[g[3]]) == cost]
        return begun, [1] * len(begun)

    def _carried_back(
        self, gates: NDArray[np.int8], driven: NDArray[np.int16], counted: int
    ) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
        # A circuit for the image of the task under g is the image of one for the task under g.
        level = first_forms(self.inputs, self.basis)
        images = _images(self.inputs, self.basis, self.words)
        number = np.array(images.number)
        parts = []
        for t in np.unique(driven[:, 0]).tolist():
            chosen = driven[:, 0] == t
            rows = np.flatnonzero(number == t)
            inverse_orders, inverse_masks = inverse_elements(level.orders[rows], level.masks[rows])
            for order, mask in zip(inverse_orders, inverse_masks, strict=True):
                here = int(chosen.sum())
                home, drivers = images_of_rows(
                    gates[chosen],
                    np.ascontiguousarray(driven[chosen, 1:]),
                    self.inputs,
                    np.tile(order, (here, 1)),
                    np.full(here, mask, dtype=np.uint8),
                    level.rewrites,
                    level.patterns,
                )
                flat = home.reshape(here, -1).astype(np.int16)
                parts.append(np.concatenate([flat, drivers], axis=1))
        found = np.unique(np.concatenate(parts), axis=0)
        # Every image has as many circuits, so the weighted ones must share out evenly.
        if len(found) * len(images.words) != counted:
            raise ArithmeticError(f"{len(found)} circuits listed, {counted} counted on the orbit")
        width = gates.shape[1] * 4
        return found[:, :width].astype(np.int8).reshape(-1, *gates.shape[1:]), found[:, width:]


def _rows(gates: NDArray[np.int8]) -> list[Row]:
    return [(third, second, first, form) for third, second, first, form in gates.tolist()]


def _key(row: Row) -> Row:
    return row[2], row[1], row[0], row[3]


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
    wires = [*((i, input_bits(task.inputs, i)) for i in range(task.inputs)), (CONSTANT, 0)]
    drivers = [(Output(wire), bits) for wire, bits in wires]
    drivers += [
        (Output(wire, inverted=True), bits ^ whole)
        for wire, bits in wires
        if basis.free_inverters or wire == CONSTANT
    ]
    # By outputs chosen so far: for each word, the inputs on which they spell its lower bits and it
    # is acceptable; on every input there must be such a word.
    begun: list[tuple[tuple[Output, ...], list[int]]] = [((), list(task.word_masks))]
    for place in range(task.outputs):
        begun = [
            ((*outputs, output), spelled)
            for outputs, masks in begun
            for output, bits in drivers
            for spelled in [
                [m & (bits if word >> place & 1 else ~bits) for word, m in enumerate(masks)]
            ]
            if reduce(or_, spelled) == whole
        ]
    found = (Circuit(task.inputs, (), outputs) for outputs, _ in begun)
    return tuple(sorted(found, key=keys_of))


def keys_of(circuit: Circuit) -> tuple[object, ...]:
    """Return what circuits, as canonical chains, are sorted by: gates, their keys, outputs.

    >>> keys_of(Circuit.parse(2, "g1 = a & b; out = g1"))
    (1, (((1, 0), 8),), ((2, False),))
    """
    gates = tuple(
        (tuple(reversed(g.operands)), operator_named(g.operator).table) for g in circuit.gates
    )
    return len(gates), gates, tuple((o.wire, o.inverted) for o in circuit.outputs)


@dataclass(frozen=True)
class _Images:
    """The images of a task under the symmetries of a basis, and which symmetry gives which."""

    words: tuple[Words, ...]
    number: tuple[int, ...]
    tables: tuple[TaskTables, ...]
    hits: tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.uint8]]


@lru_cache(maxsize=4)
def _images(inputs: int, basis: Basis, words: Words) -> _Images:
    level: FirstForms = first_forms(inputs, basis)
    places: dict[Words, int] = {}
    number = []
    for order, mask in zip(level.orders, level.masks, strict=True):
        moved = tuple(int(image(np.uint64(w), inputs, order, np.int64(mask))) for w in words)
        number.append(places.setdefault(moved, len(places)))
    tables = tuple(task_tables(inputs, moved) for moved in places)
    hits = hits_of(tables, basis.free_inverters)
    return _Images(tuple(places), tuple(number), tables, hits)


def _list_unit(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    tables = form_tables(unit.basis)
    task = task_tables(unit.inputs, unit.words)
    every: tuple[TaskTables, ...] = (task,)
    hits = NO_HITS
    start = (0, ABSENT, ABSENT, 0)
    required = task.required
    if unit.first_gates:
        images = _images(unit.inputs, unit.basis, unit.words)
        every, hits = images.tables, images.hits
        start = (unit.inputs, ABSENT, ABSENT, 0)
        # Which inputs an image requires differs from image to image, unless it is all of them.
        required = task.required if task.required == (1 << unit.inputs) - 1 else 0
    elif unit.begun:
        third, second, first, form = unit.begun[-1]
        start = (first, second, third, form + 1)
    gates, _, driven, tried = extend_forms(
        unit.inputs,
        np.array([input_bits(unit.inputs, i) for i in range(unit.inputs)], dtype=np.uint64),
        np.uint64(task.mask),
        tables.normal_forms,
        tables.costs,
        tables.spans,
        unit.basis.free_inverters,
        tables.fan_in,
        (tables.per_cost.numerator, tables.per_cost.denominator),
        np.array(unit.begun, dtype=np.int8).reshape(-1, 4),
        start,
        unit.cost,
        unit.depth,
        required,
        task.outputs,
        *_NOTHING.arguments,
        _NOTHING.members,
        np.array([each.allowed for each in every]),
        np.array([each.completions for each in every]),
        task.need(unit.basis.free_inverters),
        *hits,
        most_tried,
        stop,
    )
    if tried < 0:
        raise tables.no_room(unit.inputs)
    complete = not stop[0] and tried <= most_tried
    return UnitResult({"gates": gates, "driven": driven}, int(tried), complete)


def _check(unit: _Unit, result: UnitResult) -> None:
    task = task_tables(unit.inputs, unit.words)
    gates = result.arrays.get("gates")
    # As long as the longest circuit, so nothing says how long that is.
    longest = None if gates is None or gates.ndim != 3 else gates.shape[1]
    has_arrays(
        result.arrays,
        {
            "gates": (np.int8, (None, longest, 4)),
            "driven": (np.int16, (None, 1 + 2 * task.outputs)),
        },
    )
    looked = stored_rows(result.arrays["gates"], unit.inputs, unit.basis, unit.begun)
    driven = result.arrays["driven"]
    each_once(looked.rows, driven)
    if (looked.costs != unit.cost).any():
        raise ValueError(f"a circuit of another cost than {unit.cost}")
    images = _images(unit.inputs, unit.basis, unit.words).words if unit.first_gates else ()
    asked = np.array(images or [unit.words], dtype=np.uint64)
    wires, inverted = driven[:, 1::2].astype(np.int64), driven[:, 2::2]
    bad = (driven[:, 0] < 0) | (driven[:, 0] >= len(asked))
    bad |= ((wires < -1) | (wires >= unit.inputs + looked.sizes[:, None])).any(axis=1)
    bad |= ((inverted < 0) | (inverted > unit.basis.free_inverters)).any(axis=1)
    if bad.any():
        raise ValueError("an output that nothing drives")
    every = np.arange(len(driven))[:, None]
    if unit.depth >= 0 and (looked.depths[every, 1 + wires] > unit.depth).any():
        raise ValueError(f"a circuit deeper than {unit.depth}")
    if not _solve(looked, asked[driven[:, 0]], wires, inverted).all():
        raise ValueError("a circuit that does not solve the task")


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
