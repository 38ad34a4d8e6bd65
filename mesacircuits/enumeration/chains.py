"""Canonical chains found by the exhaustive engine, as arrays, and the search that finds them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from math import factorial
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.chain_kernels import extend_chains, partners_of
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.first_level import FirstLevel, first_level
from mesacircuits.enumeration.form_tables import ABSENT
from mesacircuits.enumeration.stored_rows import check_listed, has_arrays, stored_rows
from mesacircuits.enumeration.transform_kernels import count_fixing, least_operators
from mesacircuits.enumeration.units import UnitResult, run_units
from mesacircuits.enumeration.wanted import WantedSet
from mesacircuits.records import content_hash

__all__ = ["NO_DEPTH_BOUND", "ChainSet", "circuit_of_chain", "find_chains", "pure_conjugates"]

# Raise this when a change of the engine could change what a stored unit holds.
_VERSION = 1

#: A depth that no enumerated circuit reaches.
NO_DEPTH_BOUND = 40


def circuit_of_chain(
    basis: Basis, inputs: int, gates: NDArray[np.uint8], inverted: bool = False
) -> Circuit:
    """Return the circuit of a chain given as rows (low, high, operator), its last gate the output.

    >>> from mesacircuits.circuits import B2
    >>> print(circuit_of_chain(B2, 2, np.array([[0, 1, 3]], dtype=np.uint8)))
    g1 = a & b; out = g1
    """
    names = basis.names
    listed = tuple(Gate(names[op], (low, high)) for low, high, op in gates.tolist())
    return Circuit(inputs, listed, (Output(inputs + len(listed) - 1, inverted),))


@dataclass(frozen=True)
class ChainSet:
    """Chains of one size, each standing for its orbit's share of circuits.

    Attributes:
        level: the input-reading gates that the chains were built from.
        gates: rows (low, high, operator), shape (m, r, 3).
        functions: the normal function of each chain, shape (m,).
        unit: which set of first gates each chain begins with, shape (m,).
        units: those sets, each a tuple of places in `level.gates`.
        unit_weight: the number of sets in the orbit of each, shape (u,).
        tried: how many gates the search looked at.
    """

    level: FirstLevel
    gates: NDArray[np.uint8]
    functions: NDArray[np.uint64]
    unit: NDArray[np.int64]
    units: tuple[NDArray[np.uint8], ...]
    unit_weight: NDArray[np.int64]
    tried: int

    def __len__(self) -> int:
        return len(self.functions)

    @property
    def size(self) -> int:
        """The number of gates of every chain."""
        return int(self.gates.shape[1])

    @property
    def weights(self) -> NDArray[np.int64]:
        """For each chain, the number of sets in the orbit of its first gates, shape (m,)."""
        return self.unit_weight[self.unit]

    def circuit(self, index: int) -> Circuit:
        """Return chain number `index` as a circuit for its normal function."""
        return circuit_of_chain(self.level.basis, self.level.inputs, self.gates[index])

    def is_wiring(self) -> NDArray[np.bool_]:
        """Return for each chain whether it is the one that stands for its wiring."""
        least: NDArray[np.bool_] = least_operators(
            self.gates, self.level.input_tables, self.level.operators
        )
        return least

    def fixing(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each chain C what counting circuits up to symmetry needs.

        Let G be the group of input permutations and negations, G_C the elements that carry C to
        itself. Returns |G_C|, and the sum over h in G_C of the number of g in G for which
        g h g^-1 negates no input.
        """
        counts = pure_conjugates(self.level.inputs, self.level.orders, self.level.masks)
        fixed = np.zeros(len(self), dtype=np.int64)
        summed = np.zeros(len(self), dtype=np.int64)
        level = self.level
        for number, places in enumerate(self.units):
            chosen = np.flatnonzero(self.unit == number)
            if len(chosen):
                # An element that fixes a circuit carries its first gates to themselves.
                rows = level.stabiliser(places)
                fixed[chosen], summed[chosen] = count_fixing(
                    self.gates[chosen],
                    level.inputs,
                    level.orders[rows],
                    level.masks[rows],
                    counts[rows],
                    level.rewrites,
                )
        return fixed, summed


def pure_conjugates(
    inputs: int, orders: NDArray[np.uint8], masks: NDArray[np.uint8], negations: bool = True
) -> NDArray[np.int64]:
    """Return for symmetries h the number of g in the group G for which g h g^-1 negates no input.

    Arguments:
        orders, masks: some symmetries, y_i = x_order(i) XOR mask_i.
        negations: whether G has all negations of inputs beside all permutations, or none.
    """
    # With the negation t, (t h t)_i = x_p(i) XOR t_p(i) XOR m_i XOR t_i; conjugating further by a
    # permutation does not change whether the mask is 0.
    counts = np.zeros(len(masks), dtype=np.int64)
    for t in range(1 << inputs if negations else 1):
        pure = np.ones(len(masks), dtype=bool)
        for i in range(inputs):
            p, m = orders[:, i].astype(np.int64), masks.astype(np.int64)
            pure &= (t >> p & 1) ^ (m >> i & 1) ^ (t >> i & 1) == 0
        counts += pure
    return counts * factorial(inputs)


def find_chains(
    level: FirstLevel,
    size: int,
    wanted: WantedSet,
    effort: Effort,
    depth_bound: int = NO_DEPTH_BOUND,
    title: str = "",
) -> ChainSet:
    """Return all chains of `size` gates that read every input and compute a wanted function.

    The search is exhaustive: one set of input-reading gates per orbit of input permutations and
    negations is extended in all ways, within the depth bound.

    Raises:
        BudgetEnded: if the effort's budget ran out first; nothing is kept then.
    """
    units: list[NDArray[np.uint8]] = []
    weights: list[int] = []
    for count in range(1, size + 1):
        # Few first gates leave the most to search, so such sets come first and even out the end.
        representatives, orbit_sizes = level.sets(count, size)
        units.extend(representatives)
        weights.extend(int(w) for w in orbit_sizes)
    key = content_hash(
        [
            "find_chains",
            _VERSION,
            level.inputs,
            level.basis.to_json(),
            size,
            depth_bound,
            wanted.digest.hex(),
        ]
    )
    arguments = [
        _Unit(level.inputs, level.basis, tuple(places.tolist()), size, depth_bound, wanted)
        for places in units
    ]
    gates: list[NDArray[np.uint8]] = [np.empty((0, size, 3), dtype=np.uint8)]
    functions: list[NDArray[np.uint64]] = [np.empty(0, dtype=np.uint64)]
    tried, lengths = 0, []
    if effort.used_up():
        raise BudgetEnded
    title = title or f"size {size}"
    with closing(run_units(_extend, arguments, effort, key, title, _check)) as results:
        for _, result in results:
            gates.append(result.arrays["gates"])
            functions.append(result.arrays["functions"])
            lengths.append(len(functions[-1]))
            tried += result.tried
    return ChainSet(
        level=level,
        gates=np.concatenate(gates),
        functions=np.concatenate(functions),
        unit=np.repeat(np.arange(len(units)), lengths),
        units=tuple(units),
        unit_weight=np.array(weights, dtype=np.int64),
        tried=tried,
    )


@dataclass(frozen=True)
class _Unit:
    """The chains above one set of first gates."""

    inputs: int
    basis: Basis
    places: tuple[int, ...]
    size: int
    depth_bound: int
    wanted: WantedSet


def _extend(unit: _Unit, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    level = first_level(unit.inputs, unit.basis)
    places = np.array(unit.places, dtype=np.uint8)
    partners = _first_partners(level, unit.wanted)
    near = np.empty(0, dtype=np.uint64)
    if partners is not None:
        near = partners[0] | np.bitwise_or.reduce(partners[1][places])
    gates, functions, tried = extend_chains(
        level.inputs,
        level.input_tables,
        level.operators,
        level.gates[places],
        unit.size,
        unit.depth_bound,
        *unit.wanted.arguments,
        near,
        most_tried,
        stop,
    )
    complete = not stop[0] and tried <= most_tried
    return UnitResult({"gates": gates, "functions": functions}, int(tried), complete)


def _check(unit: _Unit, result: UnitResult) -> None:
    has_arrays(
        result.arrays,
        {"gates": (np.uint8, (None, unit.size, 3)), "functions": (np.uint64, (None,))},
    )
    gates, functions = result.arrays["gates"], result.arrays["functions"]
    if (gates > NO_DEPTH_BOUND).any():
        raise ValueError("no gate")
    level = first_level(unit.inputs, unit.basis)
    rows = np.full((len(gates), unit.size, 4), ABSENT, dtype=np.int8)
    rows[:, :, 1:] = gates
    places = np.array(unit.places, dtype=np.uint8)
    begun = [(ABSENT, *gate) for gate in level.gates[places].tolist()]
    check_listed(
        stored_rows(rows, unit.inputs, unit.basis, begun),
        unit.inputs,
        functions,
        unit.wanted.members,
        unit.size,
        unit.depth_bound,
        (1 << unit.inputs) - 1,
    )


#: The partners for one wanted set at a time: all units of a search share it.
_partners: dict[tuple[int, str, bytes], tuple[NDArray[np.uint64], NDArray[np.uint64]]] = {}
_partners_lock = Lock()


def _first_partners(
    level: FirstLevel, wanted: WantedSet
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]] | None:
    # Beyond four inputs a bitset over all truth tables does not fit.
    if level.inputs > 4 or not len(level.gates):
        return None
    place = level.inputs, repr(level.basis), wanted.digest
    with _partners_lock:
        if place not in _partners:
            _partners.clear()
            arguments = (level.inputs, level.operators, *wanted.arguments)
            of_inputs = [partners_of(table, *arguments) for table in level.input_tables]
            of_gates = [
                partners_of(
                    apply_operator(
                        level.input_tables[low], level.input_tables[high], level.operators, int(op)
                    ),
                    *arguments,
                )
                for low, high, op in level.gates
            ]
            _partners[place] = np.bitwise_or.reduce(of_inputs), np.array(of_gates)
        return _partners[place]
