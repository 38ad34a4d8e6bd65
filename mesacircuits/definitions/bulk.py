"""Tags of many enumerated circuits at once, through numba kernels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, operator_named
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.definitions.control_like import ControlLike
from mesacircuits.definitions.definition import Definition
from mesacircuits.definitions.lookup_table import LookupTable
from mesacircuits.definitions.registry import DEFINITIONS
from mesacircuits.definitions.search_like import SearchLike
from mesacircuits.definitions.tag_kernels import (
    cube_table,
    lookup_tags,
    renaming_table,
    search_reencodings,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["MAX_BULK_INPUTS", "bulk_reencodings", "bulk_sets", "bulk_tags"]

#: Kernels look tables of functions up, so inputs are at most so many.
MAX_BULK_INPUTS = 4
#: Kernels hold a set of wires in the bits of an integer.
_MAX_BULK_WIRES = 62


@lru_cache(maxsize=8)
def _renaming_table(inputs: int) -> NDArray[np.uint16]:
    orders = np.array(list(permutations(range(inputs))), dtype=np.uint8)
    table: NDArray[np.uint16] = renaming_table(inputs, orders)
    return table


@lru_cache(maxsize=8)
def _cube_table(inputs: int) -> NDArray[np.bool_]:
    table: NDArray[np.bool_] = cube_table(inputs)
    return table


def _literals(inputs: int) -> NDArray[np.int64]:
    if not 2 <= inputs <= MAX_BULK_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 2 to {MAX_BULK_INPUTS}", inputs)
    return np.array([input_bits(inputs, i) for i in range(inputs)], dtype=np.int64)


def _operators(basis: Basis) -> NDArray[np.int64]:
    return np.array(
        [[-(o.table >> bit & 1) for bit in (1, 2, 3)] for o in basis.operators], dtype=np.int64
    )


def _pairs(gates: NDArray[np.uint8] | NDArray[np.int8]) -> NDArray[np.uint8]:
    # Rows (low, high, operator), of those or of the rows that the exhaustive engine lists.
    return np.ascontiguousarray(gates[:, :, -3:], dtype=np.uint8)


def bulk_reencodings(
    inputs: int,
    basis: Basis,
    gates: NDArray[np.uint8] | NDArray[np.int8],
    per_group: bool = False,
) -> NDArray[np.int64]:
    """Return under which re-encodings each single-output chain is search-like, for each cost.

    Arguments:
        gates: rows (low, high, operator place in `basis`), shape (m, r, 3); or rows of which these
            are the last three parts, as the exhaustive engine lists them.
        per_group: whether each wire may have a re-encoding of its own.

    Returns:
        shape (m, r + 1): in column c, bit z is set iff the chain is search-like with k = 2 and
        objectives of at least c gates under the common re-encoding z. (With `per_group`, bit 0
        says whether it is under some re-encodings.)

    >>> from mesacircuits.circuits import B2
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> [f"{row:08b}" for row in bulk_reencodings(3, B2, nae)[0]]
    ['01011010', '01011010', '00000000', '00000000']
    """
    return _reencodings(inputs, _operators(basis), _pairs(gates), per_group)


def _reencodings(
    inputs: int, operators: NDArray[np.int64], gates: NDArray[np.uint8], per_group: bool
) -> NDArray[np.int64]:
    found: NDArray[np.int64] = search_reencodings(
        gates, inputs, _literals(inputs), operators, _renaming_table(inputs), per_group
    )
    return found


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

    Kernels decide search with scores of one bit and lookup; by another definition each chain is
    judged by itself, once for each z unless it is search under a common re-encoding.

    Raises `ArgumentError` for what is no definition.

    >>> from mesacircuits.circuits import B2
    >>> nae = np.array([[[0, 1, 2], [1, 2, 2], [3, 4, 4]]], dtype=np.uint8)
    >>> search = [SearchLike(), SearchLike(reencoding="none"), SearchLike(objective_gates=2)]
    >>> [f"{sets.item():08b}" for sets in bulk_sets(search, 3, B2, nae)]
    ['11111111', '01011010', '00000000']
    """
    gates = _pairs(gates)
    kernels = [d for d in definitions if _has_kernel(d)]
    by_kernel = iter(_sets(kernels, inputs, _operators(basis), gates, unread))
    return [
        next(by_kernel) if _has_kernel(d) else _judged_sets(d, inputs, basis, gates, unread)
        for d in definitions
    ]


def _has_kernel(definition: Definition) -> bool:
    if isinstance(definition, SearchLike):
        return definition.wires_per_score == 1
    return isinstance(definition, LookupTable | ControlLike)


def _judged_sets(
    definition: Definition, inputs: int, basis: Basis, gates: NDArray[np.uint8], unread: int
) -> NDArray[np.int64]:
    if not isinstance(definition, Definition):
        raise ArgumentError(
            "definition", f"a definition such as {', '.join(DEFINITIONS)}", definition
        )
    full, size = (1 << (1 << inputs)) - 1, gates.shape[1]
    invariant = False
    found = np.zeros(len(gates), dtype=np.int64)
    if isinstance(definition, SearchLike):
        # Two groups of two wires are four wires, and another gate compares them.
        most, fewest = 2, definition.wires_per_score * 2 * bool(definition.objective_gates) + 1
        if definition.candidates > most or size < fewest:
            return found
        invariant = definition.reencoding != "none"
    width = inputs + unread
    for place, chain in enumerate(gates.tolist()):
        listed = tuple(
            Gate(
                basis.operators[operator].name,
                tuple(w if w < inputs else w + unread for w in operands),
            )
            for *operands, operator in chain
        )
        circuit = Circuit(width, listed, (Output(width + size - 1),))
        if invariant:
            found[place] = full if _holds(definition, circuit) else 0
            continue
        turns = (NPNTransform(tuple(range(width)), z) for z in range(1 << inputs))
        for z, turn in enumerate(turns):
            found[place] |= int(_holds(definition, turn.on_circuit(circuit))) << z
    return found


def _holds(definition: Definition, circuit: Circuit) -> bool:
    return definition.judge(circuit, FunctionTask(circuit.tables())).holds


def _sets(
    definitions: Sequence[Definition],
    inputs: int,
    operators: NDArray[np.int64],
    gates: NDArray[np.uint8],
    unread: int = 0,
) -> list[NDArray[np.int64]]:
    full = (1 << (1 << inputs)) - 1
    nothing = np.zeros(len(gates), dtype=np.int64)
    masks: dict[bool, NDArray[np.int64]] = {}
    result = []
    for definition in definitions:
        if isinstance(definition, ControlLike):
            result.append(nothing)
        elif isinstance(definition, LookupTable):
            most = definition.inputs_per_cell
            bound = 1 << inputs if most is None else most >> unread
            tags = lookup_tags(
                gates, inputs, _literals(inputs), operators, _cube_table(inputs), bound
            )
            result.append(np.where(tags, full, 0))
        elif isinstance(definition, SearchLike):
            cost = definition.objective_gates
            if definition.candidates > 2 or cost > gates.shape[1]:
                # One output bit has two words, so no more than two candidates.
                result.append(nothing)
                continue
            per_group = definition.reencoding == "per-group"
            if per_group not in masks:
                masks[per_group] = _reencodings(inputs, operators, gates, per_group)
            found = masks[per_group][:, cost]
            # Re-encoding C by z turns what z makes comparable into what compares as it is.
            result.append(found if definition.reencoding == "none" else np.where(found, full, 0))
    return result


def bulk_tags(
    definition: Definition, circuits: Sequence[Circuit | UnrolledProgram], task: Task
) -> list[bool]:
    """Return for each of many circuits or programs that solve a task whether it has the tag.

    Kernels decide where they can (search with scores of one bit, and lookup; a function on all of
    at most four inputs; one output, driven by the last gate; two-input operators; at most 62
    wires). Otherwise each is judged, equal ones once.

    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> bulk_tags(SearchLike(), [nae], FunctionTask(nae.tables()))
    [True]
    """
    plain = [circuit for circuit in circuits if isinstance(circuit, Circuit)]
    fits = (
        isinstance(definition, SearchLike | LookupTable)
        and _has_kernel(definition)
        and 2 <= task.inputs <= MAX_BULK_INPUTS
        and isinstance(task, FunctionTask)
        and task.support is None
        and len(plain) == len(circuits)
        and all(_fits_kernel(circuit) for circuit in plain)
        and len({circuit.size for circuit in plain}) == 1
    )
    if not fits:
        held = {c: definition.judge(c, task).holds for c in dict.fromkeys(circuits)}
        return [held[circuit] for circuit in circuits]
    names = sorted({gate.operator for circuit in plain for gate in circuit.gates})
    operators = np.array(
        [[-(operator_named(name).table >> bit & 1) for bit in (1, 2, 3)] for name in names],
        dtype=np.int64,
    )
    gates = np.array(
        [[(*g.operands, names.index(g.operator)) for g in c.gates] for c in plain],
        dtype=np.uint8,
    )
    sets = _sets([definition], task.inputs, operators, gates)[0]
    return [bool(z & 1) for z in sets.tolist()]


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
