"""Numba kernels that tag many single-output chains at once, for functions of at most five inputs.

They decide the same tags as `SearchLike` and `LookupTable` on total tasks (score 1 or not), and
are tested against them; scores and witnesses come from those. Search is decided by a table of all
functions, of at most four inputs; of chains that are known to be minima at five inputs too, by a
theorem.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,return-value"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import apply_operator
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = [
    "lookup_tags", "minimum_search_tags", "part_rows", "renaming_table", "search_reencodings",
    "tree_tags", "used_gates",
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


@leaf
def _is_cube(bits: int, inputs: int, literals: NDArray[np.int64]) -> bool:
    # Whether a function that is not 0 is as large as the least cube that it lies in.
    free = inputs
    for i in range(inputs):
        free -= bits & literals[i] == 0 or bits & ~literals[i] == 0
    return _ones(bits) == 1 << free


@leaf
def _sort_wires(
    gates: NDArray[np.uint8],
    inputs: int,
    own: NDArray[np.int64],
    members: NDArray[np.int64],
    fed: NDArray[np.int64],
    needs: NDArray[np.int64],
    cones: NDArray[np.int64],
    read_with: NDArray[np.int64],
) -> int:
    """Sort the live wires of a chain into classes of equal wires, as `WireClasses` has them.

    Arguments:
        gates: the chain.
        own: the table of each wire.
        members, fed, needs, cones: what is filled in for each class, under its lowest wire: its
            wires, the wires that feed it, the gates that it needs, and those in any of its cones,
            all as bits; members of no class are 0.
        read_with: what is filled in: the classes that some live gate reads together with it.

    Returns:
        the wires that are the inverse of the lowest of their class, as bits.
    """
    wires = inputs + len(gates)
    full = (1 << (1 << inputs)) - 1
    one = np.int64(1)
    live = one << (wires - 1)
    for w in range(wires - 1, inputs - 1, -1):
        if (live >> w) & 1:
            live |= (one << np.int64(gates[w - inputs, 0])) | (
                one << np.int64(gates[w - inputs, 1])
            )
    inverted = 0
    for w in range(wires):
        members[w] = fed[w] = cones[w] = read_with[w] = 0
        needs[w] = -1
    # For a wire that is not the lowest of its class, `fed` and `cones` are its own at first.
    for w in range(wires):
        if not (live >> w) & 1:
            continue
        lowest = w
        for v in range(w):
            if members[v] and (own[v] == own[w] or own[v] == full ^ own[w]):
                lowest = v
                break
        members[lowest] |= one << w
        if own[lowest] != own[w]:
            inverted |= one << w
    # Cones and what feeds, wire by wire; held in the upper places of the arrays.
    for w in range(wires):
        if not (live >> w) & 1:
            continue
        below = one << w
        cone = np.int64(0)
        if w >= inputs:
            for place in range(2):
                v = np.int64(gates[w - inputs, place])
                below |= fed[wires + v]
                cone |= cones[wires + v]
            if own[w] != 0 and own[w] != full:
                lowest = _class_of(w, wires, members)
                if lowest >= inputs:
                    cone |= one << lowest
        fed[wires + w], cones[wires + w] = below, cone
    for w in range(wires):
        if (live >> w) & 1:
            lowest = _class_of(w, wires, members)
            fed[lowest] |= fed[wires + w]
            cones[lowest] |= cones[wires + w]
            needs[lowest] &= cones[wires + w]
            if w >= inputs:
                u = _class_of(np.int64(gates[w - inputs, 0]), wires, members)
                v = _class_of(np.int64(gates[w - inputs, 1]), wires, members)
                read_with[u] |= one << v
                read_with[v] |= one << u
    return inverted


@leaf
def _class_of(wire: int, wires: int, members: NDArray[np.int64]) -> int:
    for lowest in range(wires):
        if (members[lowest] >> wire) & 1:
            return lowest
    return wire


@leaf
def _output_under(
    gates: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    tables: NDArray[np.int64],
    held: int,
    ones: int,
) -> int:
    # The output, the wires in `held` at 1 if they are in `ones`, else at 0.
    full = (1 << (1 << inputs)) - 1
    for w in range(inputs + len(gates)):
        if (held >> w) & 1:
            tables[w] = full if (ones >> w) & 1 else 0
        elif w < inputs:
            tables[w] = literals[w]
        else:
            x, y = tables[gates[w - inputs, 0]], tables[gates[w - inputs, 1]]
            tables[w] = apply_operator(x, y, operators, gates[w - inputs, 2])
    return tables[inputs + len(gates) - 1]


@leaf
def _are_one(tables: NDArray[np.int64], wires: int, inverted: int, lowest: int, full: int) -> bool:
    # Whether wires are the lowest of them, or its inverse as they are said to be.
    for w in range(len(tables)):
        if (wires >> w) & 1 and tables[w] != lowest ^ (full if (inverted >> w) & 1 else 0):
            return False
    return True


@leaf
def _is_contested(a: int, b: int, full: int) -> bool:
    # Whether either differs somewhere while the other does not.
    a_differs = ((a & b) != 0 and (full & ~a & b) != 0) or ((a & ~b) != 0 and (full & ~a & ~b) != 0)
    b_differs = ((a & b) != 0 and (a & ~b) != 0) or ((full & ~a & b) != 0 and (full & ~a & ~b) != 0)
    return a_differs and b_differs


@leaf
def _selects(a: int, b: int, plain: int, forced: NDArray[np.int64], full: int) -> bool:
    # Whether the output is the word of the greater of two values, as they are and exchanged; the
    # wires are read as they are, b inverted already in `forced`.
    exchanged = 0
    for i in range(2):
        for j in range(2):
            # After the exchange the first has what the second had, and the other way round.
            exchanged |= (b if i else full ^ b) & (a if j else full ^ a) & forced[i, j]
    first, second = a & ~b, ~a & b & full
    for word in range(2):
        # Where the first alone has value 1 the output is `word`, where the second its inverse.
        out = plain ^ (0 if word else full)
        after = exchanged ^ (0 if word else full)
        if first & ~out == 0 and second & out == 0 and second & ~after == 0 and first & after == 0:
            return True
    return False


@leaf
def _selects_cut_short(a: int, b: int, plain: int, forced: NDArray[np.int64], full: int) -> bool:
    # The same where the second value is cut short if it is no greater.
    first, second, both = a & ~b, ~a & b & full, a & b
    for word in range(2):
        flip = 0 if word else full
        out, one, other = plain ^ flip, forced[1, 0] ^ flip, forced[0, 1] ^ flip
        if (
            first & ~out == 0
            and second & out == 0
            and (first | second | both) & ~one == 0
            and (first | second) & other == 0
        ):
            return True
    return False


@leaf
def _one_objective(
    first: int,
    second: int,
    inputs: int,
    literals: NDArray[np.int64],
    renamed: NDArray[np.uint16],
    per_group: bool,
) -> int:
    # Under which re-encodings a renaming takes one function to the other, as bits.
    found = 0
    for r in range(1 << inputs):
        form = renamed[_reencoded(first, inputs, r, literals)]
        if per_group:
            for z in range(1 << inputs):
                if form == renamed[_reencoded(second, inputs, z, literals)]:
                    return 1
        elif form == renamed[_reencoded(second, inputs, r, literals)]:
            found |= 1 << r
    return found


@kernel
def search_reencodings(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    renamed: NDArray[np.uint16],
    per_group: bool,
    private: bool,
    pruning: bool,
) -> NDArray[np.int64]:
    """Return under which re-encodings, at which costs, each chain is search-like.

    With one output there are two candidates of distinct words, here each of one class of wires.

    Arguments:
        chains: rows (low, high, operator), shape (m, r, 3), the last gate being the output.
        literals: truth tables of the inputs, shape (n,).
        operators: three masks for each operator (see `extend_chains`).
        renamed: the result of `renaming_table`.
        per_group: whether each group may have a re-encoding of its own; then bit 0 says whether
            some pair of re-encodings will do.
        private: whether costs are private.
        pruning: whether one group may be cut short by the other.

    Returns:
        an array of shape (m, r + 1): in column c, bit z is set iff re-encoding z makes two groups
        that cost at least c gates each one objective that the chain selects by, with score 1.
    """
    size = chains.shape[1]
    wires = inputs + size
    full = (1 << (1 << inputs)) - 1
    result = np.zeros((len(chains), size + 1), dtype=np.int64)
    tables, own = np.zeros(wires, dtype=np.int64), np.zeros(wires, dtype=np.int64)
    members, needs = np.zeros(wires, dtype=np.int64), np.zeros(wires, dtype=np.int64)
    fed, cones = np.zeros(2 * wires, dtype=np.int64), np.zeros(2 * wires, dtype=np.int64)
    read_with = np.zeros(wires, dtype=np.int64)
    forced, read = np.zeros((2, 2), dtype=np.int64), np.zeros((2, 2), dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        plain = np.int64(_output_under(gates, inputs, literals, operators, tables, 0, 0))
        if plain == 0 or plain == full:
            continue
        own[:] = tables
        inverted = _sort_wires(gates, inputs, own, members, fed, needs, cones, read_with)
        for u in range(wires):
            for v in range(wires):
                if u == v or not members[u] or not members[v] or fed[u] & members[v]:
                    continue
                apart = not fed[v] & members[u]
                compared = (read_with[u] >> v) & 1
                # Of two that are apart the order matters only if one is cut short.
                whole = apart and compared and u < v
                if not whole and not (pruning and (compared or not apart)):
                    continue
                a, b = own[u], own[v]
                if not _is_contested(a, b, full):
                    continue
                for i in range(2):
                    for j in range(2):
                        held = members[u] | members[v]
                        ones = members[u] & (~inverted if i else inverted)
                        ones |= members[v] & (~inverted if j else inverted)
                        forced[i, j] = _output_under(
                            gates, inputs, literals, operators, tables, held, ones
                        )
                # Values that the pair takes fix the output (score 1).
                cut = True
                for i in range(2):
                    for j in range(2):
                        taken = (a if i else full ^ a) & (b if j else full ^ b)
                        if taken and forced[i, j] != 0 and forced[i, j] != full:
                            cut = False
                if not cut:
                    continue
                # Each class changes the output somewhere, the other as it is then.
                moves = True
                for w in (u, v):
                    moved = 0
                    for i in range(2):
                        ones = members[w] & (~inverted if i else inverted)
                        moved |= plain ^ _output_under(
                            gates, inputs, literals, operators, tables, members[w], ones
                        )
                    moves = moves and moved != 0
                if not moves:
                    continue
                found = 0
                for first in range(2):
                    # Inverting both reverses the order and so only swaps the words, unless one is
                    # cut short.
                    for second in range(2):
                        mine, other = a ^ (full * first), b ^ (full * second)
                        for i in range(2):
                            for j in range(2):
                                read[i, j] = forced[i ^ first, j ^ second]
                        if whole and not first and _selects(mine, other, plain, read, full):
                            found |= _one_objective(
                                mine, other, inputs, literals, renamed, per_group
                            )
                        if (
                            not pruning
                            or ~mine & other & full == 0
                            or ~mine & ~other & full == 0
                            or not _selects_cut_short(mine, other, plain, read, full)
                        ):
                            continue
                        # What the second computes with the first at 0, which is the least. Where
                        # the first is 0 anyhow that is what it is.
                        ones = members[u] & (inverted ^ -first)
                        _output_under(gates, inputs, literals, operators, tables, members[u], ones)
                        score = tables[v] ^ (full * second)
                        if not _are_one(tables, members[v], inverted, tables[v], full):
                            continue
                        found |= _one_objective(mine, score, inputs, literals, renamed, per_group)
                if found:
                    mine, other = needs[u], needs[v]
                    if private:
                        mine, other = mine & ~cones[v], other & ~cones[u]
                    cost = min(_ones(mine), _ones(other))
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
def _inverting_masks(
    first: int, second: int, renamed: NDArray[np.uint8], masks: NDArray[np.int64], per_group: bool
) -> int:
    # The masks r, as bits, with second(y ^ r) = ~first(p(y) ^ r) for all y and some renaming p.
    # With `per_group` second(y) = ~first(p(y) ^ r), which two masks come down to.
    found = np.int64(0)
    for mask in masks:
        for row in range(len(renamed)):
            agree = True
            for y in range(renamed.shape[1]):
                other = y if per_group else y ^ mask
                if (second >> other) & 1 == (first >> (renamed[row, y] ^ mask)) & 1:
                    agree = False
                    break
            if agree:
                found |= np.int64(1) << mask
                break
    return found


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
        an array of shape (m, 3): the gates in the smaller cone of A and B, and the least number of
        gates in one cone and not in the other, both -1 where the chain does not search; and the
        masks r under which it does, as bits (with `per_group` B(y) = ~A(p(y) ^ r)).
    """
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    result = np.full((len(chains), 3), -1, dtype=np.int64)
    tables = np.zeros(inputs + size, dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        result[k, 2] = 0
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
        result[k, 2] = _inverting_masks(a, b, renamed, masks, per_group)
        if result[k, 2]:
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
    stack_left = np.zeros(33, dtype=np.int64)
    stack_next = np.zeros(33, dtype=np.int64)
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


@leaf
def _equal_wires(tables: NDArray[np.int64], wire: int, full: int) -> int:
    # The wires that are equal or inverse to one on all inputs: bit w is set for wire w.
    members = 0
    for w in range(len(tables)):
        if tables[w] in (tables[wire], full ^ tables[wire]):
            members |= 1 << w
    return members


@leaf
def _evaluate_held(
    gates: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    own: NDArray[np.int64],
    held: int,
    change: int,
    tables: NDArray[np.int64],
) -> int:
    # The output where the wires in `held` have their own tables, inverted on the inputs `change`.
    for i in range(inputs):
        tables[i] = own[i] ^ change if (held >> i) & 1 else literals[i]
    for g in range(len(gates)):
        w = inputs + g
        if (held >> w) & 1:
            tables[w] = own[w] ^ change
        else:
            x, y = tables[gates[g, 0]], tables[gates[g, 1]]
            tables[w] = apply_operator(x, y, operators, gates[g, 2])
    return tables[inputs + len(gates) - 1]


@kernel
def lookup_tags(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    most_inputs: int,
) -> NDArray[np.bool_]:
    """Return for each chain whether it is a lookup table with cells of at most so many inputs."""
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    result = np.zeros(len(chains), dtype=np.bool_)
    tables = np.zeros(inputs + size, dtype=np.int64)
    own = np.zeros(inputs + size, dtype=np.int64)
    cells = np.zeros(2 * (inputs + size), dtype=np.int64)
    wires = np.zeros(2 * (inputs + size), dtype=np.int64)
    other_cells = np.zeros(2 * (inputs + size), dtype=np.int64)
    other_wires = np.zeros(2 * (inputs + size), dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        for i in range(inputs):
            own[i] = literals[i]
        plain = np.int64(_evaluate(gates, inputs, operators, own, -1, -1))
        if plain == 0 or plain == full:
            # Where the output is constant there is no tag.
            continue
        cones = _cones(gates, inputs)
        for default in range(2):
            entries = plain if default == 0 else full ^ plain
            count = others = 0
            for w in range(inputs + size):
                members = _equal_wires(own, w, full)
                if members & ((1 << w) - 1):
                    # A lower wire stands for the class.
                    continue
                for inverted in range(2):
                    cell = own[w] ^ (full * inverted)
                    if cell == 0 or cell & ~entries or not _is_cube(cell, inputs, literals):
                        continue
                    after = np.int64(
                        _evaluate_held(
                            gates, inputs, literals, operators, own, members, cell, tables
                        )
                    )
                    if (after ^ (full * default)) & cell == 0:
                        cells[count], wires[count] = cell, w
                        count += 1
                    else:
                        other_cells[others], other_wires[others] = cell, w
                        others += 1
            whole = count
            for at in range(others):
                cell, w = other_cells[at], other_wires[at]
                members = _equal_wires(own, w, full)
                # But for what other cells feed, which is made of these.
                held = members
                for place in range(whole):
                    if cells[place] & cell or wires[place] == w:
                        continue
                    feeding = _equal_wires(own, wires[place], full)
                    for v in range(inputs + size):
                        if (members >> v) & 1 and cones[v] & feeding:
                            held &= ~(1 << v)
                if held in (0, members):
                    continue
                after = np.int64(
                    _evaluate_held(gates, inputs, literals, operators, own, held, cell, tables)
                )
                if (after ^ (full * default)) & cell == 0:
                    cells[count], wires[count] = cell, w
                    count += 1
            small = 0
            for place in range(count):
                if _ones(cells[place]) <= most_inputs:
                    cells[small], wires[small] = cells[place], wires[place]
                    small += 1
            count = small
            if count >= 2 and entries and _covers(cells, wires, count, entries):
                result[k] = True
                break
    return result


@leaf
def _named(table: int, own: NDArray[np.int64], live: int, full: int) -> int:
    # The lowest live wire that is a table or its inverse; -1 for a constant, -2 for none.
    if table in (0, full):
        return -1
    for w in range(len(own)):
        if (live >> w) & 1 and own[w] in (table, full ^ table):
            return w
    return -2


@leaf
def _entries_fit(reached: int, changed: int, side: int, literal: int, most: int) -> bool:
    # Whether the entries on one side of a multiplexer are few enough inputs, and where the
    # multiplexer is inverted on its side the output is so just where it is reached.
    if changed & side != reached:
        return False
    return max(_ones(reached & literal), _ones(reached & ~literal)) <= most


@kernel
def tree_tags(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
    most_inputs: int,
) -> NDArray[np.bool_]:
    """Return for each chain whether it is a multiplexer tree, with no more inputs for an entry.

    A cube is stated by the inputs that it fixes, and their values. Whether a class is a tree on a
    cube is known once it is for all cubes that fix one input more.
    """
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    corners = 1 << inputs
    count = inputs + size
    result = np.zeros(len(chains), dtype=np.bool_)
    own = np.zeros(count, dtype=np.int64)
    tables = np.zeros(count, dtype=np.int64)
    changed = np.zeros(count, dtype=np.int64)
    # For each wire and select what is on the low side and on the high one.
    sides = np.zeros((count, inputs, 2), dtype=np.int64)
    tree = np.zeros((count, corners, corners), dtype=np.bool_)
    for k in range(len(chains)):
        gates = chains[k]
        for i in range(inputs):
            own[i] = literals[i]
        plain = np.int64(_evaluate(gates, inputs, operators, own, -1, -1))
        live = _cones(gates, inputs)[count - 1]
        root = _named(plain, own, live, full)
        if root < inputs:
            continue
        for w in range(inputs, count):
            for s in range(inputs):
                high = own[w] & literals[s]
                low = own[w] ^ high
                high |= high >> (1 << s)
                low |= low << (1 << s)
                # Without that input, or without a wire on a side, it does not select.
                sides[w, s] = -2
                if high != low and _named(own[w], own, live, full) == w:
                    sides[w, s, 0] = _named(low, own, live, full)
                    sides[w, s, 1] = _named(high, own, live, full)
            members = _equal_wires(own, w, full)
            changed[w] = plain ^ _evaluate_held(
                gates, inputs, literals, operators, own, members, full, tables
            )
        for fixed in range(corners - 1, -1, -1):
            for value in range(corners):
                if value & ~fixed:
                    continue
                cube = full
                for i in range(inputs):
                    if (fixed >> i) & 1:
                        cube &= literals[i] if (value >> i) & 1 else full ^ literals[i]
                for w in range(inputs, count):
                    found = False
                    for s in range(inputs):
                        if sides[w, s, 0] == -2 or sides[w, s, 1] == -2 or (fixed >> s) & 1:
                            continue
                        fits = True
                        for v in range(2):
                            side = literals[s] if v else full ^ literals[s]
                            below = sides[w, s, v]
                            if below >= inputs:
                                fits &= tree[below, fixed | (1 << s), value | (v << s)]
                            else:
                                literal = full if below < 0 else literals[below]
                                fits &= _entries_fit(
                                    cube & side, changed[w], side, literal, most_inputs
                                )
                        found |= fits
                    tree[w, fixed, value] = found
        result[k] = tree[root, 0, 0]
    return result


@kernel
def used_gates(
    chains: NDArray[np.uint8],
    inputs: int,
    literals: NDArray[np.int64],
    operators: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which gates the output makes use of, and how many gates the cone of each has.

    A gate is used iff it is live and the output changes somewhere when all wires that are equal or
    inverse to it are set to a constant that it takes. An output that is constant uses none.

    Arguments:
        chains: rows (low, high, operator), shape (m, r, 3), the last gate being the output.
        inputs, literals, operators: as for `search_reencodings`.

    Returns:
        two arrays of shape (m, r).
    """
    size = chains.shape[1]
    full = (1 << (1 << inputs)) - 1
    used = np.zeros((len(chains), size), dtype=np.bool_)
    sizes = np.zeros((len(chains), size), dtype=np.int64)
    own = np.zeros(inputs + size, dtype=np.int64)
    tables = np.zeros(inputs + size, dtype=np.int64)
    for k in range(len(chains)):
        gates = chains[k]
        for i in range(inputs):
            own[i] = literals[i]
        plain = np.int64(_evaluate(gates, inputs, operators, own, -1, -1))
        if plain == 0 or plain == full:
            continue
        cones = _cones(gates, inputs)
        for g in range(size):
            w = inputs + g
            sizes[k, g] = _ones(cones[w] >> inputs)
            if not (cones[inputs + size - 1] >> w) & 1:
                continue
            members = _equal_wires(own, w, full)
            # Set to 0 it changes where it is 1, to 1 where it is 0; a constant takes itself alone.
            for change in (own[w], full ^ own[w]):
                if change == full:
                    continue
                after = _evaluate_held(
                    gates, inputs, literals, operators, own, members, change, tables
                )
                if after != plain:
                    used[k, g] = True
    return used, sizes


@kernel
def part_rows(
    chains: NDArray[np.uint8],
    inputs: int,
    of: NDArray[np.int64],
    last: NDArray[np.int64],
    size: int,
) -> NDArray[np.uint8]:
    """Return the gates of some cones as chains of their own.

    Arguments:
        chains: rows (low, high, operator), shape (m, r, 3).
        inputs: the number of inputs.
        of: for each cone the chain that it is in, shape (p,).
        last: the gate that ends it.
        size: how many gates each of them has.

    Returns:
        rows of shape (p, size, 3), the wires numbered anew, in their order.
    """
    rows = np.zeros((len(of), size, 3), dtype=np.uint8)
    place = np.zeros(inputs + chains.shape[1], dtype=np.uint8)
    for p in range(len(of)):
        gates = chains[of[p]]
        cone = _cones(gates, inputs)[inputs + last[p]]
        for i in range(inputs):
            place[i] = i
        count = 0
        for g in range(len(gates)):
            if (cone >> (inputs + g)) & 1:
                place[inputs + g] = inputs + count
                rows[p, count, 0] = place[gates[g, 0]]
                rows[p, count, 1] = place[gates[g, 1]]
                rows[p, count, 2] = gates[g, 2]
                count += 1
    return rows
