"""All circuits of one size for one function of two-input gates, by the orbits of first gates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.npn import inverse_elements
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.enumeration.chains import (
    NO_DEPTH_BOUND,
    ChainSet,
    circuit_of_chain,
    find_chains,
)
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.first_level import first_level
from mesacircuits.enumeration.transform_kernels import images_of_chains
from mesacircuits.enumeration.wanted import wanted_set

__all__ = ["FunctionSearch"]

_EXPANDED_AT_ONCE = 1 << 18


class FunctionSearch:
    """Lists the circuits of a function over two-input operators with free inverters.

    The search is for all members of the function's orbit at once, extending one set of
    input-reading gates per orbit; what it finds is carried back to the function. Only circuits that
    read no idle input are listed; others are never minimal (see `idle_inputs_stay_unread`).

    Arguments:
        table: the function.
        basis: one that `joins_levels`.
        effort: the means of all searches.
    """

    def __init__(self, table: TruthTable, basis: Basis, effort: Effort) -> None:
        self.table, self.basis, self.effort = table, basis, effort
        self.inverted = bool(table.bits & 1)
        self.support = table.support()
        self.tried = 0
        if len(self.support) < 2:
            return
        core = table.restricted_to(self.support)
        self.bits = core.bits ^ (core.mask if self.inverted else 0)
        self.level = first_level(len(self.support), basis)
        level = self.level
        images = images_under(np.uint64(self.bits), level.inputs, level.orders, level.masks)
        full = np.uint64((1 << (1 << level.inputs)) - 1)
        images = np.where(images & np.uint64(1), images ^ full, images)
        self.members, self.first_row = np.unique(images, return_index=True)
        self.stabiliser = np.flatnonzero(images == np.uint64(self.bits))
        self.wanted = wanted_set(level.inputs, self.members)

    def circuits(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        """Return all circuits of exactly `cost` gates, of depth at most `depth`, sorted by keys.

        Raises:
            BudgetEnded: if the effort's budget ran out first.
        """
        if len(self.support) < 2:
            if cost:
                return ()
            wire = self.support[0] if self.support else CONSTANT
            return (Circuit(self.table.inputs, (), (Output(wire, self.inverted),)),)
        if cost < len(self.support) - 1:
            return ()
        bound = NO_DEPTH_BOUND if depth is None else depth
        chains = find_chains(self.level, cost, self.wanted, self.effort, bound, f"size {cost}")
        self.tried += chains.tried
        if not len(chains):
            return ()
        return tuple(
            _on_inputs(
                circuit_of_chain(self.basis, len(self.support), chain, self.inverted),
                self.support,
                self.table.inputs,
            )
            for chain in self._carried_back(chains)
        )

    def _carried_back(self, chains: ChainSet) -> NDArray[np.uint8]:
        """Return every chain for the function itself, sorted by keys, shape (m, r, 3)."""
        level = self.level
        member = np.searchsorted(self.members, chains.functions)
        rows = self.first_row[member]
        inverse_orders, inverse_masks = inverse_elements(level.orders[rows], level.masks[rows])
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
