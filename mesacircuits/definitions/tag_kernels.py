"""Numba kernels that tag many single-output chains at once, for functions of at most four inputs.

They decide the same tags as `SearchLike` and `LookupTable` on total tasks (score 1 or not), and
are tested against them; scores and witnesses come from those. Of chains that are known to be
minima one kernel decides search at five inputs too, by a theorem.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = [
    "cube_table", "lookup_tags", "minimum_search_tags", "renaming_table", "search_reencodings",
]  # fmt: skip


@kernel
def renaming_table(inputs: int, orders: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return for each function of n <= 4 inputs its least image under permutations of inputs."""
    count = 1 << (1 << inputs)
    table = np.zeros(count, dtype=np.uint16)
    done = np.zeros(count, dtype=np.uint8)
    for bits in range(count):
        if done[bits]:
            continue
        for row in range(len(orders)):
            moved = 0
            for x in range(1 << inputs):
                y = 0
                for i in range(inputs):
                    y |= ((x >> orders[row, i]) & 1) << i
                moved |= ((bits >> y) & 1) << x
            table[moved] = bits
            done[moved] = 1
    return table


@kernel
def cube_table(inputs: int) -> NDArray[np.bool_]:
    """Return for each function of n <= 4 inputs whether it is a conjunction of literals."""
    table = np.zeros(1 << (1 << inputs), dtype=np.bool_)
    for cared in range(1 << inputs):
        for value in range(1 << inputs):
            if value & ~cared:
                continue
            bits = 0
            for x in range(1 << inputs):
                if x & cared == value:
                    bits |= 1 << x
            table[bits] = True
    return table


@leaf
def _reencoded(bits: int, inputs: int, mask: int, literals: NDArray[np.int64]) -> int:
    # The table of x -> f(x XOR mask).
    for i in range(inputs):
        if (mask >> i) & 1:
            high = bits & literals[i]
            bits = (high >> (1 << i)) | ((bits ^ high) << (1 << i))
    return bits


@leaf
def _evaluate(
    gates: NDArray[np.uint8],
    inputs: int,
    operators: NDArray[np.int64],
    tables: NDArray[np.int64],
    first: int,
    second: int,
) -> int:
    # Fill `tables` from the inputs on, leaving wires `first` and `second` as they are.
    for g in range(len(gates)):
        w = inputs + g
        if w in (first, second):
            continue
        x, y = tables[gates[g, 0]], tables[gates[g, 1]]
        tables[w] = apply_operator(x, y, operators, gates[g, 2])
    return tables[inputs + len(gates) - 1]


@kernel
def _cones(gates: NDArray[np.uint8], inputs: int) -> NDArray[np.int64]:
    # Bit v of cones[w]: wire v feeds wire w or is it.
    cones = np.zeros(inputs + len(gates), dtype=np.int64)
    for i in range(inputs):
        cones[i] = 1 << i
    for g in range(len(gates)):
        w = inputs + g
        cones[w] = cones[gates[g, 0]] | cones[gates[g, 1]] | (1 << w)
    return cones


@leaf
def _ones(bits: int) -> int:
    count = 0
    while bits:
        bits &= bits - 1
        count += 1
    return count


@kernel
def search_reencodings(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    renamed: NDArray[np.uint16],
    per_group: bool,
) -> NDArray[np.int64]:
    """Return under which re-encodings, at which costs, each chain is search-like.

    With one output there are two candidates, each of one wire, and a gate of two operands that
    reads two wires reads just those; so the pairs to try are the operand pairs of gates.

    Arguments:
        chains: rows (low, high, operator), shape (m, r, 3), the last gate being the output.
        literals: truth tables of the inputs, shape (n,).
        operators: three masks for each operator (see `extend_chains`).
        renamed: the result of `renaming_table`.
        per_group: whether each wire may have a re-encoding of its own; then bit 0 says whether
            some pair of re-encodings will do.

    Returns:
        an array of shape (m, r + 1): in column c, bit z is set iff re-encoding z makes two wires
        of at least c gates each one objective that the chain selects by, with score 1.
    """
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    result = np.zeros((len(chains), size + 1), dtype=np.int64)
    tables = np.zeros(inputs + size, dtype=np.int64)
    forced = np.zeros((2, 2), dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        for i in range(inputs):
            tables[i] = literals[i]
        cones = _cones(gates, inputs)
        plain = np.int64(_evaluate(gates, inputs, operators, tables, -1, -1))
        own = tables.copy()
        for g in range(size):
            u, v = np.int64(gates[g, 0]), np.int64(gates[g, 1])
            if (cones[u] >> v) & 1 or (cones[v] >> u) & 1:
                continue
            if not (cones[inputs + size - 1] >> (inputs + g)) & 1:
                # A gate that does not reach the output compares nothing.
                continue
            for i in range(inputs):
                tables[i] = literals[i]
            for i in range(2):
                for j in range(2):
                    tables[u] = full * i
                    tables[v] = full * j
                    forced[i, j] = _evaluate(gates, inputs, operators, tables, u, v)
            a, b = own[u], own[v]
            # Values that the pair takes fix the output (score 1), which is not constant.
            cut = plain != 0 and plain != full
            for i in range(2):
                for j in range(2):
                    taken = (a if i else full ^ a) & (b if j else full ^ b)
                    if taken and forced[i, j] != 0 and forced[i, j] != full:
                        cut = False
            if not cut:
                continue
            # Each wire changes the output somewhere, the other at its own value.
            moved_by_u = (forced[0, 0] ^ forced[1, 0]) & (full ^ b)
            moved_by_u |= (forced[0, 1] ^ forced[1, 1]) & b
            moved_by_v = (forced[0, 0] ^ forced[0, 1]) & (full ^ a)
            moved_by_v |= (forced[1, 0] ^ forced[1, 1]) & a
            if moved_by_u == 0 or moved_by_v == 0:
                continue
            found = 0
            for opposite in range(2):
                # Read values: u as it is, v inverted if `opposite`. (Inverting both reverses the
                # order and so only swaps the words.)
                read = b ^ (full * opposite)
                u_best, v_best = a & ~read, ~a & read & full
                # After the exchange u reads what v read, and the other way round.
                new_a, new_b = read, a ^ (full * opposite)
                swapped = 0
                for i in range(2):
                    for j in range(2):
                        swapped |= (
                            (new_a if i else full ^ new_a)
                            & (new_b if j else full ^ new_b)
                            & forced[i, j]
                        )
                selects = False
                for word in range(2):
                    # Where u alone has value 1 the output is `word`, where v alone its inverse.
                    out = plain ^ (0 if word else full)
                    after = swapped ^ (0 if word else full)
                    if (
                        u_best & ~out == 0
                        and v_best & out == 0
                        and v_best & ~after == 0
                        and u_best & after == 0
                    ):
                        selects = True
                if not selects:
                    continue
                for r in range(1 << inputs):
                    form = renamed[_reencoded(a, inputs, r, literals)]
                    if per_group:
                        for other in range(1 << inputs):
                            if form == renamed[_reencoded(read, inputs, other, literals)]:
                                found |= 1
                    elif form == renamed[_reencoded(read, inputs, r, literals)]:
                        found |= 1 << r
            if found:
                cost = min(_ones(cones[u] >> inputs), _ones(cones[v] >> inputs))
                for c in range(cost + 1):
                    result[k, c] |= found
    return result


@kernel
def _gates_below(gates: NDArray[np.uint8], inputs: int) -> NDArray[np.int64]:
    # Bit g of entry w: gate g feeds wire w or is it.
    below = np.zeros(inputs + len(gates), dtype=np.int64)
    for g in range(len(gates)):
        below[inputs + g] = below[gates[g, 0]] | below[gates[g, 1]] | (1 << g)
    return below


@kernel
def _are_inverse(
    first: int, second: int, renamed: NDArray[np.uint8], masks: NDArray[np.int64], per_group: bool
) -> bool:
    # Whether second(y ^ r) = ~first(p(y) ^ r) for all y, for some of the renamings p and masks r.
    # With `per_group` second(y) = ~first(p(y) ^ r), which two masks come down to.
    for mask in masks:
        for row in range(len(renamed)):
            agree = True
            for y in range(renamed.shape[1]):
                other = y if per_group else y ^ mask
                if (second >> other) & 1 == (first >> (renamed[row, y] ^ mask)) & 1:
                    agree = False
                    break
            if agree:
                return True
    return False


@kernel
def minimum_search_tags(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    renamed: NDArray[np.uint8],
    masks: NDArray[np.int64],
    per_group: bool,
) -> NDArray[np.int64]:
    """Return what evaluating costs in each chain that searches, of chains known to be minima.

    By the normal form of docs/theorems.md a minimum is search-like, for one output and scores of
    one bit, iff its last gate is the AND or the OR of two wires A and B, as it reads them, with
    B(y ^ r) = ~A(p(y) ^ r) for all y, for some renaming p of the inputs and some mask r.

    Arguments:
        chains: rows (low, high, operator), shape (m, r, 3), the last gate being the output.
        literals: truth tables of the inputs, shape (n,), n <= 5.
        operators: three masks for each operator (see `extend_chains`).
        renamed: for each renaming p and each y the number p(y).
        masks: the re-encodings r to try.
        per_group: whether A and B may have a mask each; then `masks` are all there are.

    Returns:
        an array of shape (m, 2): the gates in the smaller cone of A and B, and the least number of
        gates in one cone and not in the other; both -1 where the chain does not search.
    """
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    result = np.full((len(chains), 2), -1, dtype=np.int64)
    tables = np.zeros(inputs + size, dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        last = operators[gates[size - 1, 2]]
        # What the gate gives where one operand is 1 alone, and where both are. As normalised, it is
        # A AND B, or ~A AND ~B inverted; A AND ~B or ~A AND B; or XOR, which selects nothing.
        if last[2] == 0 and last[0] == last[1]:
            continue
        if last[2] != 0 and last[0] != last[1]:
            continue
        for i in range(inputs):
            tables[i] = literals[i]
        _evaluate(gates, inputs, operators, tables, -1, -1)
        u, v = np.int64(gates[size - 1, 0]), np.int64(gates[size - 1, 1])
        a = tables[u]
        b = tables[v] if last[2] != 0 else full ^ tables[v]
        # Inverses have all the ones together: so most chains are told at once.
        if _ones(a) + _ones(b) != 1 << inputs:
            continue
        if _are_inverse(a, b, renamed, masks, per_group):
            cones = _gates_below(gates, inputs)
            one, other = cones[u], cones[v]
            result[k, 0] = min(_ones(one), _ones(other))
            result[k, 1] = min(_ones(one & ~other), _ones(other & ~one))
    return result


@kernel
def _covers(cells: NDArray[np.int64], wires: NDArray[np.int64], count: int, left: int) -> bool:
    # Whether disjoint cells make up exactly `left`, with at least two used in all. Depth-first:
    # the lowest input left must lie in the next cell. A wire serves in one polarity only, and in
    # both it would make up everything, so that such a cover has just those two cells.
    stack_left = np.zeros(17, dtype=np.int64)
    stack_next = np.zeros(17, dtype=np.int64)
    stack_left[0] = left
    depth = 0
    while depth >= 0:
        remaining = stack_left[depth]
        if remaining == 0:
            if depth > 2 or (depth == 2 and wires[stack_next[0] - 1] != wires[stack_next[1] - 1]):
                return True
            depth -= 1
            continue
        lowest = remaining & -remaining
        advanced = False
        for place in range(stack_next[depth], count):
            if cells[place] & lowest and cells[place] & ~remaining == 0:
                stack_next[depth] = place + 1
                stack_left[depth + 1] = remaining & ~cells[place]
                stack_next[depth + 1] = 0
                depth += 1
                advanced = True
                break
        if not advanced:
            depth -= 1
    return False


@kernel
def lookup_tags(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    cubes: NDArray[np.bool_],
    most_inputs: int,
) -> NDArray[np.bool_]:
    """Return for each chain whether it is a lookup table with cells of at most so many inputs."""
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    result = np.zeros(len(chains), dtype=np.bool_)
    tables = np.zeros(inputs + size, dtype=np.int64)
    cells = np.zeros(2 * (inputs + size), dtype=np.int64)
    wires = np.zeros(2 * (inputs + size), dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        for i in range(inputs):
            tables[i] = literals[i]
        plain = np.int64(_evaluate(gates, inputs, operators, tables, -1, -1))
        own = tables.copy()
        if plain == 0 or plain == full:
            # Where the output is constant there is no tag.
            continue
        for default in range(2):
            entries = plain if default == 0 else full ^ plain
            count = 0
            for w in range(inputs + size):
                for inverted in range(2):
                    cell = own[w] ^ (full * inverted)
                    if cell == 0 or cell & ~entries or not cubes[cell]:
                        continue
                    if _ones(cell) > most_inputs:
                        continue
                    for i in range(inputs):
                        tables[i] = literals[i]
                    tables[w] = full * inverted
                    after = np.int64(_evaluate(gates, inputs, operators, tables, w, -1))
                    if (after ^ (full * default)) & cell == 0:
                        cells[count], wires[count] = cell, w
                        count += 1
            if count >= 2 and entries and _covers(cells, wires, count, entries):
                result[k] = True
                break
    return result
