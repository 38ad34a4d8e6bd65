"""Tags of many enumerated circuits at once, through the kernels of their definitions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, operator_named
from mesacircuits.circuits.bases import AIG, B2, Basis, Operator
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.definitions.definition import Definition, WithDials
from mesacircuits.definitions.registry import DEFINITIONS
from mesacircuits.definitions.tag_kernels import (
    minimum_search_tags,
    part_rows,
    renaming_table,
    search_reencodings,
    used_gates,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import FunctionTask, Task

__all__ = [
    "MAX_BULK_INPUTS", "MAX_MINIMUM_INPUTS", "Chains", "bulk_sets", "bulk_tags", "in_normal_form",
    "sets_of",
]  # fmt: skip

#: A kernel looks tables of functions up, so inputs are at most so many.
MAX_BULK_INPUTS = 4
#: Other kernels need no such table: of minima a theorem decides, and cells are told by arithmetic.
MAX_MINIMUM_INPUTS = 5
# Whose minima the normal form of docs/theorems.md is about. Their circuits are reduced, and what
# has fewer gates and is no deeper is less.
_NORMAL_BASES = (B2, AIG)
_NORMAL_ORDERS = frozenset({"size", "size-depth", "depth-size", "pareto"})
#: Kernels hold a set of wires in the bits of an integer.
_MAX_BULK_WIRES = 62


@lru_cache(maxsize=8)
def _renaming_table(inputs: int) -> NDArray[np.uint16]:
    orders = np.array(list(permutations(range(inputs))), dtype=np.uint8)
    table: NDArray[np.uint16] = renaming_table(inputs, orders)
    return table


@lru_cache(maxsize=8)
def _renamed_inputs(inputs: int) -> NDArray[np.uint8]:
    # For each permutation p and each input y the input p(y): bit i of y goes to place p[i].
    places = np.array(list(permutations(range(inputs))), dtype=np.uint8)
    ys = np.arange(1 << inputs, dtype=np.uint8)
    moved = np.zeros((len(places), len(ys)), dtype=np.uint8)
    for i in range(inputs):
        moved |= (ys >> i & 1)[np.newaxis] << places[:, i : i + 1]
    return moved


def in_normal_form(basis: Basis, order: str) -> bool:
    """Return whether minima over a basis, under an order, are such as a theorem decides.

    That is the normal form of docs/theorems.md. It speaks of minima alone, not of circuits within
    some gates of them.

    >>> in_normal_form(B2, "depth-size"), in_normal_form(B2, "formula")
    (True, False)
    """
    return basis in _NORMAL_BASES and order in _NORMAL_ORDERS


class Chains:
    """Single-output chains of one size, the last gate being the output, as kernels take them.

    Arguments:
        inputs: the number of inputs that gates read.
        operators: of two operands each, 0 where both are 0.
        gates: rows (low, high, place in `operators`), shape (m, r, 3); or rows of which these are
            the last three parts, as the exhaustive engine lists them.
        unread: how many more inputs the circuits have, which no gate reads.
    """

    def __init__(
        self,
        inputs: int,
        operators: Sequence[Operator],
        gates: NDArray[np.uint8] | NDArray[np.int8],
        unread: int = 0,
    ) -> None:
        self.inputs, self.unread, self.named = inputs, unread, tuple(operators)
        self.gates = np.ascontiguousarray(gates[:, :, -3:], dtype=np.uint8)
        #: Three masks for each operator (see `extend_chains`).
        self.operators = np.array(
            [[-(o.table >> bit & 1) for bit in (1, 2, 3)] for o in operators], dtype=np.int64
        )
        self._reencodings: dict[tuple[bool, bool, bool], NDArray[np.int64]] = {}
        self._costs: dict[str, NDArray[np.int64]] = {}

    @property
    def size(self) -> int:
        """The number of gates r."""
        return int(self.gates.shape[1])

    @property
    def none(self) -> NDArray[np.int64]:
        """The sets of a tag that no chain has."""
        return np.zeros(len(self.gates), dtype=np.int64)

    def whole(self, tagged: NDArray[Any]) -> NDArray[np.int64]:
        """Return the full set for each chain that is tagged under some negation, else the empty."""
        return np.where(tagged, (1 << (1 << self.inputs)) - 1, self.none)

    @cached_property
    def literals(self) -> NDArray[np.int64]:
        """The truth tables of the inputs, of which there are at most `MAX_MINIMUM_INPUTS`."""
        self._check_inputs(MAX_MINIMUM_INPUTS)
        return np.array([input_bits(self.inputs, i) for i in range(self.inputs)], dtype=np.int64)

    def _check_inputs(self, most: int) -> None:
        if not 2 <= self.inputs <= most:
            raise ArgumentError("inputs", f"a whole number from 2 to {most}", self.inputs)

    def reencodings(
        self, per_group: bool = False, private: bool = False, pruning: bool = False
    ) -> NDArray[np.int64]:
        """Return under which re-encodings each chain is search-like, for each cost, computed once.

        Arguments:
            per_group: whether each group may have a re-encoding of its own.
            private: whether costs are private.
            pruning: whether one group may be cut short by the other.

        Returns:
            shape (m, r + 1): in column c, bit z is set iff the chain is search-like by groups of
            one wire that cost at least c gates, under the common re-encoding z. (With `per_group`,
            bit 0 says whether it is under some re-encodings.)

        >>> from mesacircuits.circuits import B2
        >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
        >>> [f"{row:08b}" for row in Chains(3, B2.operators, nae).reencodings()[0]]
        ['01011010', '01011010', '00000000', '00000000']
        """
        asked = per_group, private, pruning
        self._check_inputs(MAX_BULK_INPUTS)
        if asked not in self._reencodings:
            self._reencodings[asked] = search_reencodings(
                self.gates,
                self.inputs,
                self.literals,
                self.operators,
                _renaming_table(self.inputs),
                *asked,
            )
        return self._reencodings[asked]

    @cached_property
    def parts(self) -> list[tuple[Chains, NDArray[np.int64], NDArray[np.int64]]]:
        """The chains that gates end of which the chains' outputs make use.

        A gate is *used* iff it is live and setting all wires of its class (those that are equal or
        inverse to it on all inputs) to some constant that it takes changes the output. An output
        that is constant uses none.

        Returns:
            for each size of such parts: the parts, each once; and two arrays, of chains and of
            places in the parts, that say which chain has which part. Where the part is all of a
            chain it is the chain itself.

        >>> from mesacircuits.circuits import B2
        >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
        >>> [(len(parts.gates), of.tolist()) for parts, of, _ in Chains(3, B2.operators, nae).parts]
        [(2, [0, 0]), (1, [0])]
        """
        used, sizes = used_gates(self.gates, self.inputs, self.literals, self.operators)
        of, last = np.nonzero(used)
        found: list[tuple[Chains, NDArray[np.int64], NDArray[np.int64]]] = []
        for size in np.unique(sizes[of, last]).tolist():
            here = np.flatnonzero(sizes[of, last] == size)
            if size == self.size:
                found.append((self, of[here], of[here]))
                continue
            rows = part_rows(self.gates, self.inputs, of[here], last[here], size)
            unique, which = np.unique(rows.reshape(len(rows), -1), axis=0, return_inverse=True)
            gates = unique.reshape(-1, size, 3)
            parts = Chains(self.inputs, self.named, gates, self.unread)
            found.append((parts, of[here], which.reshape(-1)))
        return found

    def search_costs(self, reencoding: str) -> NDArray[np.int64]:
        """Return what evaluating costs in each chain that searches, if all chains are minima.

        By the normal form of docs/theorems.md: where the chains are no minima it says nothing. What
        negates inputs changes no cost; so under `common` the third number has bit z set iff the
        chain with its inputs negated by z searches under `none`.

        Arguments:
            reencoding: which re-encodings count, as `SearchLike` has it.

        Returns:
            shape (m, 3): the gates of the cheaper evaluation, and its private gates at least, both
            -1 for a chain that is not search-like at any number of gates; and the re-encodings, as
            bits, under which it is. Computed once.

        >>> from mesacircuits.circuits import B2
        >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
        >>> Chains(3, B2.operators, nae).search_costs("common").tolist()
        [[1, 1, 90]]
        """
        if reencoding not in self._costs:
            masks = np.arange(1 if reencoding == "none" else 1 << self.inputs, dtype=np.int64)
            self._costs[reencoding] = minimum_search_tags(
                self.gates,
                self.inputs,
                self.literals,
                self.operators,
                _renamed_inputs(self.inputs),
                masks,
                reencoding == "per-group",
            )
        return self._costs[reencoding]


def bulk_sets(
    definitions: Sequence[Definition],
    inputs: int,
    basis: Basis,
    gates: NDArray[np.uint8] | NDArray[np.int8],
    unread: int = 0,
) -> list[NDArray[np.int64]]:
    """Return, for each definition, under which re-encodings each single-output chain has its tag.

    A re-encoding z negates the inputs whose bit is set in z. Bit z of the set of a chain C is set
    iff the tag is given to the circuit that is C with its inputs so negated, on that circuit's own
    function. So bit 0 speaks of C itself, and a definition that negating inputs leaves alone has
    sets that are empty or full; only search without re-encoding has others.

    Arguments:
        gates: rows (low, high, operator place in `basis`) of chains, shape (m, r, 3); or rows of
            which these are the last three parts, as the exhaustive engine lists them.
        unread: how many more inputs the circuits have, which no gate reads. Each doubles the
            inputs of a cell; sets still speak of the negations of the `inputs` alone.

    Returns:
        one array of shape (m,) per definition; the full set is 2^(2^n) - 1.

    Definitions with a kernel decide all chains at once; by another each chain is judged by itself,
    once for each z unless the definition ignores negations.

    Raises `ArgumentError` for what is no definition.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.definitions import SearchLike
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> search = [SearchLike(), SearchLike(reencoding="none"), SearchLike(objective_gates=2)]
    >>> [f"{sets.item():08b}" for sets in bulk_sets(search, 3, B2, nae)]
    ['11111111', '01011010', '00000000']
    """
    chains = Chains(inputs, basis.operators, gates, unread)
    return [sets_of(definition, chains) for definition in definitions]


def sets_of(definition: Definition, chains: Chains) -> NDArray[np.int64]:
    """Return under which re-encodings each of some chains has a definition's tag (`bulk_sets`)."""
    sets = _kernel_sets(definition, chains)
    return _judged_sets(definition, chains) if sets is None else sets


def _kernel_sets(definition: Definition, chains: Chains) -> NDArray[np.int64] | None:
    return definition.kernel_sets(chains) if isinstance(definition, WithDials) else None


def _judged_sets(definition: Definition, chains: Chains) -> NDArray[np.int64]:
    if not isinstance(definition, Definition):
        raise ArgumentError(
            "definition", f"a definition such as {', '.join(DEFINITIONS)}", definition
        )
    inputs, unread = chains.inputs, chains.unread
    invariant = isinstance(definition, WithDials) and definition.ignores_negations
    found, width = chains.none, inputs + unread
    for place, chain in enumerate(chains.gates.tolist()):
        listed = tuple(
            Gate(
                chains.named[operator].name,
                tuple(w if w < inputs else w + unread for w in operands),
            )
            for *operands, operator in chain
        )
        circuit = Circuit(width, listed, (Output(width + chains.size - 1),))
        for z in range(1 if invariant else 1 << inputs):
            turned = NPNTransform(tuple(range(width)), z).on_circuit(circuit)
            judgement = definition.judge(turned, FunctionTask(turned.tables()))
            found[place] |= int(judgement.holds) << z
    return chains.whole(found) if invariant else found


def bulk_tags(
    definition: Definition,
    circuits: Sequence[Circuit | UnrolledProgram],
    task: Task,
    minima: bool = False,
) -> list[bool]:
    """Return for each of many circuits or programs that solve a task whether it has the tag.

    Arguments:
        minima: whether they are known to be minima of the task, over a basis and under an order of
            which `in_normal_form` is true.

    The definition's kernel decides where it can (a function on all of at most four inputs; one
    output, driven by the last gate; two-input operators; at most 62 wires); of minima of five
    inputs, a theorem (see `WithDials.minima_tags`). Otherwise each is judged, equal ones once.

    >>> from mesacircuits.definitions import SearchLike
    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> bulk_tags(SearchLike(), [nae], FunctionTask(nae.tables()))
    [True]
    """
    plain = [circuit for circuit in circuits if isinstance(circuit, Circuit)]
    if (
        2 <= task.inputs <= (MAX_MINIMUM_INPUTS if minima else MAX_BULK_INPUTS)
        and isinstance(definition, WithDials)
        and isinstance(task, FunctionTask)
        and task.support is None
        and len(plain) == len(circuits)
        and all(_fits_kernel(circuit) for circuit in plain)
        and len({circuit.size for circuit in plain}) == 1
    ):
        names = sorted({gate.operator for circuit in plain for gate in circuit.gates})
        rows = [[(*g.operands, names.index(g.operator)) for g in c.gates] for c in plain]
        gates = np.array(rows, dtype=np.uint8)
        chains = Chains(task.inputs, [*map(operator_named, names)], gates)
        if task.inputs <= MAX_BULK_INPUTS:
            sets = definition.kernel_sets(chains)
            tags = None if sets is None else (sets & 1).astype(np.bool_)
        else:
            tags = definition.minima_tags(chains)
        if tags is not None:
            return [bool(tag) for tag in tags]
    held = {c: definition.judge(c, task).holds for c in dict.fromkeys(circuits)}
    return [held[circuit] for circuit in circuits]


def _fits_kernel(circuit: Circuit) -> bool:
    return (
        circuit.size > 0
        and circuit.wires <= _MAX_BULK_WIRES
        and [output.wire for output in circuit.outputs] == [circuit.wires - 1]
        and all(
            operator_named(gate.operator).arity == 2 and not operator_named(gate.operator).table & 1
            for gate in circuit.gates
        )
    )
