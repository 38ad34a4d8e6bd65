"""All minima of one function, by exhaustion."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.enumeration.chains import (
    NO_DEPTH_BOUND,
    ChainSet,
    circuit_of_chain,
    find_chains,
)
from mesacircuits.enumeration.depths import depth_of
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.first_level import FirstLevel, first_level
from mesacircuits.enumeration.levels import DEPTH_SIZE, ORDERS, checked_order
from mesacircuits.enumeration.transform_kernels import images_of_chains, least_operators
from mesacircuits.enumeration.wanted import wanted_set
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import wrapped
from mesacircuits.tasks import FunctionTask, parse_function_task

__all__ = ["Minima", "enumerate_minima"]

_EXPANDED_AT_ONCE = 1 << 18
_LISTED = 12
# SAT settles depths of 4 and more in seconds for five inputs; for six it may take hours.
_SAT_DEPTH_INPUTS = 5


@dataclass(frozen=True)
class Minima:
    """All minimal circuits of a task.

    Attributes:
        task: what they solve.
        basis, order: names of what was minimised over, and how.
        minima: every minimal circuit, as canonical chains, in the order of their keys.
        wirings: the number of wirings among them.
        exhausted_size: every smaller circuit, and under `depth-size` every one as shallow, was
            shown not to solve the task; all circuits of at most this many gates were exhausted.
        exhaustive: whether the minima were reached before the budget ended.
        tried: gates looked at by the search.
    """

    task: FunctionTask
    basis: str
    order: str
    minima: tuple[Circuit, ...]
    wirings: int
    exhausted_size: int
    exhaustive: bool = True
    tried: int = field(default=0, compare=False)

    @property
    def size(self) -> int | None:
        """The number of gates of the minima; None if they were not reached."""
        return self.minima[0].size if self.minima else None

    @property
    def depth(self) -> int | None:
        """The least depth among the minima; None if they were not reached."""
        return min((c.depth for c in self.minima), default=None)

    @property
    def circuits(self) -> int:
        """The number of minimal circuits."""
        return len(self.minima)

    def to_json(self, with_minima: bool = True) -> dict[str, Any]:
        """Return the result as JSON values, without the list of circuits if so asked."""
        record: dict[str, Any] = {
            "task": str(self.task),
            "basis": self.basis,
            "order": self.order,
            "size": self.size,
            "depth": self.depth,
            "circuits": self.circuits,
            "wirings": self.wirings,
            "exhaustive": self.exhaustive,
            "exhausted_size": self.exhausted_size,
        }
        if with_minima:
            record["minima"] = [circuit.to_json() for circuit in self.minima]
        return record

    @property
    def headline(self) -> str:
        """The answer in one line."""
        if not self.exhaustive:
            least = " of least depth" if self.order == DEPTH_SIZE else ""
            return (
                f"{self.task}: not exhausted; no circuit{least} of at most {self.exhausted_size} "
                f"gates ({self.basis}, {self.order})"
            )
        plural = "" if self.circuits == 1 else "s"
        return (
            f"{self.task}: {self.circuits:,} minimal circuit{plural} ({self.wirings:,} "
            f"wiring{'' if self.wirings == 1 else 's'}), size {self.size}, depth {self.depth}"
        )

    def text(self, listed: bool = True) -> str:
        """Return the result as printed, with or without the first of the circuits."""
        lines = [self.headline]
        if self.exhaustive:
            lines.append(
                f"basis {self.basis}, order {self.order}: {ORDERS[self.order]}; "
                "minimal by exhaustion"
            )
        if self.exhaustive and listed:
            lines.append("")
            for number, circuit in enumerate(self.minima[:_LISTED], 1):
                lines.append(wrapped(str(circuit), f"{number:>4}  ", " " * 6, at="; "))
            if self.circuits > _LISTED:
                lines.append(f"      and {self.circuits - _LISTED:,} more (--json lists all)")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


def enumerate_minima(
    task: FunctionTask | TruthTable | str,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
) -> Minima:
    """Return every minimal circuit of a single-output task.

    All reduced circuits of 0, 1, 2, ... gates are listed, up to permuting and negating inputs,
    until one computes a function of the task's orbit; those found are carried back to the task.
    So nothing smaller exists, and the list is complete. Circuits over inputs that the function
    does not depend on are never minimal.

    Arguments:
        task: a `FunctionTask`, a truth table, or text as `parse_task` reads it; total, with one
            output, of at most six inputs. Reach is by size: some 7 gates at four inputs take
            seconds, 8 at five minutes.
        basis: a basis or its name.
        order: `size`, or `depth-size`. Under the latter the least depth of a five-input function
            is settled by SAT where it is 4 or more; six-input functions of such depth are refused.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.

    Returns:
        the minima, or, if the budget ended first, none and `exhaustive` False.

    Raises:
        ArgumentError: for a task of several outputs or with a restricted support, and for
            unknown names.

    >>> majority = enumerate_minima("tt:3:E8")
    >>> majority.size, majority.circuits, majority.wirings
    (4, 51, 33)
    """
    if isinstance(task, str):
        task = parse_function_task(task)
    elif isinstance(task, TruthTable):
        task = FunctionTask((task,))
    basis = basis_named(basis)
    checked_order(order)
    if task.outputs != 1:
        raise ArgumentError("task", "one output", f"{task.outputs} outputs")
    if task.support is not None:
        raise ArgumentError("task", "a function on all inputs", f"{task}")
    effort = effort or Effort()
    table = task.tables[0]
    inverted = bool(table.bits & 1)
    support = table.support()
    if len(support) < 2:
        wire = support[0] if support else CONSTANT
        circuit = Circuit(table.inputs, (), (Output(wire, inverted),))
        return Minima(task, basis.name, order, (circuit,), 1, 0)
    core = table.restricted_to(support)
    bits = core.bits ^ (core.mask if inverted else 0)
    search = _Search(first_level(len(support), basis), bits)
    tried, size = 0, len(support) - 2
    try:
        bound = NO_DEPTH_BOUND
        if order == DEPTH_SIZE:
            bound = _least_depth(FunctionTask((core,)), bits, basis)
        while True:
            chains = find_chains(
                search.level, size + 1, search.wanted, effort, bound, f"size {size + 1}"
            )
            tried += chains.tried
            size += 1
            if len(chains):
                break
    except BudgetEnded:
        return Minima(task, basis.name, order, (), 0, size, exhaustive=False, tried=tried)
    gates = search.carried_back(chains)
    wirings = int(least_operators(gates, search.level.input_tables, search.level.operators).sum())
    circuits = tuple(
        _on_inputs(circuit_of_chain(basis, len(support), chain, inverted), support, table.inputs)
        for chain in gates
    )
    return Minima(task, basis.name, order, circuits, wirings, size, tried=tried)


def _least_depth(task: FunctionTask, bits: int, basis: Basis) -> int:
    bound = depth_of(bits, task.inputs, basis)
    if bound.exact:
        return bound.depth
    if task.inputs > _SAT_DEPTH_INPUTS:
        raise ArgumentError(
            "task",
            f"depth below {bound.depth} for {task.inputs} inputs under depth-size",
            f"{task}",
        )
    from mesacircuits.enumeration.sat import minimum_depth

    return minimum_depth(task, basis)[0]


class _Search:
    """The orbit of one normal function, and the way back from its members' circuits to its own."""

    def __init__(self, level: FirstLevel, bits: int) -> None:
        self.level = level
        images = images_under(np.uint64(bits), level.inputs, level.orders, level.masks)
        full = np.uint64((1 << (1 << level.inputs)) - 1)
        images = np.where(images & np.uint64(1), images ^ full, images)
        self.members, self.first_row = np.unique(images, return_index=True)
        self.stabiliser = np.flatnonzero(images == np.uint64(bits))
        self.wanted = wanted_set(level.inputs, self.members)

    def carried_back(self, chains: ChainSet) -> NDArray[np.uint8]:
        """Return every chain for the function itself, sorted by keys, shape (m, r, 3)."""
        level = self.level
        member = np.searchsorted(self.members, chains.functions)
        rows = self.first_row[member]
        inverse_orders = np.argsort(level.orders[rows], axis=1).astype(np.uint8)
        inverse_masks = np.zeros(len(rows), dtype=np.uint8)
        for i in range(level.inputs):
            inverse_masks |= (level.masks[rows] >> i & 1) << level.orders[rows, i]
        home = images_of_chains(
            chains.gates, level.inputs, inverse_orders, inverse_masks, level.rewrites
        )
        shape = (-1, *home.shape[1:])
        found = np.empty((0, home.shape[1] * 3), dtype=np.uint8)
        step = max(1, _EXPANDED_AT_ONCE // len(self.stabiliser))
        for start in range(0, len(home), step):
            part = home[start : start + step]
            spread = np.repeat(part, len(self.stabiliser), axis=0)
            turns = np.tile(self.stabiliser, len(part))
            images = images_of_chains(
                spread, level.inputs, level.orders[turns], level.masks[turns], level.rewrites
            )
            found = np.unique(np.concatenate([found, images.reshape(len(images), -1)]), axis=0)
        # Counts are constant on the orbit, so the weighted chains must share out evenly.
        if len(found) * len(self.members) != int(chains.weights.sum()):
            raise ArithmeticError(
                f"{len(found)} circuits listed, {chains.weights.sum()} counted on the orbit"
            )
        listed = found.reshape(shape)
        keys = listed[:, :, [1, 0, 2]].reshape(len(listed), -1)
        return listed[np.lexsort(keys.T[::-1])]


def _on_inputs(circuit: Circuit, support: tuple[int, ...], inputs: int) -> Circuit:
    # Inputs keep their order, so the chain stays canonical.
    if len(support) == inputs:
        return circuit
    wire = [*support, *range(inputs, inputs + circuit.size)]
    gates = tuple(Gate(g.operator, tuple(wire[w] for w in g.operands)) for g in circuit.gates)
    outputs = tuple(Output(wire[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(inputs, gates, outputs)
