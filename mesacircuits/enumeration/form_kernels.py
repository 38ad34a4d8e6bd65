"""Numba kernel that lists the circuits of any basis for any task: every reduced one, once.

A chain is extended only by gates of larger key (operands descending, then operator), so each
reduced circuit is met exactly once. Gates are rows (third, second, first, form) of operands
ascending, where -2 stands for an operand that the operator does not have and -1 for the constant
0; `mesacircuits.enumeration.form_tables` explains the arrays. A chain is cut, with proof, where

- a gate would compute a constant, an input, or the function of an earlier gate (not reduced);
- too many wires are unread. In the end only wires that drive outputs are unread. A gate that reads
  k wires and costs c lowers the number of unread wires by at most k - 1, so with a cost of R to
  come at most R max((k - 1) / c) of them can be taken up. Gates count, and those inputs without
  which the task cannot be solved;
- a wire would be too deep: an unread wire must reach an output within the depth bound d, and the
  paths from distinct unread wires lie in trees of fan-in F, one per output, so by Kraft's
  inequality the sum of F^depth over unread wires is at most F^d times the number of outputs;
- outputs are missing: those that fit no wire yet, where no two fit one gate, need a gate each.

`mesacircuits.enumeration.form_reference` is the plain twin of this kernel.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mesacircuits.enumeration.form_end_kernels import end_in_two
from mesacircuits.enumeration.form_gate_kernels import kind_of, next_third, result_of, taken
from mesacircuits.enumeration.form_tables import MAX_WIRES
from mesacircuits.enumeration.found_kernels import record_ways
from mesacircuits.enumeration.output_kernels import assign_outputs, fitting
from mesacircuits.enumeration.wanted_kernels import is_new, is_wanted

__all__ = ["extend_forms"]

_ABSENT = -2
# 48 times 3^32 is below 2^63.
_MOST_SUMMED = 32


@njit(cache=True, nogil=True)
def extend_forms(
    inputs: int,
    input_tables: NDArray[np.uint64],
    mask: np.uint64,
    normal_forms: NDArray[np.uint64],
    costs: NDArray[np.int64],
    spans: NDArray[np.int64],
    free: bool,
    fan_in: int,
    per_cost: tuple[int, int],
    begun: NDArray[np.int8],
    start: tuple[int, int, int, int],
    cost: int,
    depth_bound: int,
    required: int,
    outputs: int,
    multiplier: np.uint64,
    shift: np.uint64,
    sieve: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    few: NDArray[np.uint64],
    allowed: NDArray[np.uint64],
    completions: NDArray[np.uint64],
    need: NDArray[np.int64],
    hits: NDArray[np.int64],
    hit_tasks: NDArray[np.int16],
    hit_outputs: NDArray[np.uint8],
    most_tried: int,
    stop: NDArray[np.uint8],
) -> tuple[NDArray[np.int8], NDArray[np.uint64], NDArray[np.int16], int]:
    """List the circuits of one cost that begin with given gates and solve one of some tasks.

    Arguments:
        inputs: n.
        input_tables: the tables of the inputs, shape (n,).
        mask: all 2^n inputs, as bits.
        normal_forms: shape (f, 8): per form, the coefficients of its algebraic normal form, 0 or
            all ones; bit 0, 1, 2 of the column stand for its highest, middle, lowest wire.
        costs: shape (f,), positive.
        spans: shape (16, 2): the forms of each operand pattern, from and to.
        free: whether inverters are free.
        fan_in: the most wires that a form reads.
        per_cost: the greatest (k - 1) / c over forms reading k wires at cost c, as a fraction.
        begun: the gates that the chain begins with, shape (s, 4), in key order.
        start: the least key (first, second, third, form) of the next gate.
        cost: what all gates cost together.
        depth_bound: greatest depth allowed; negative for none.
        required: the inputs, as bits, that are known to be read or to drive an output.
        outputs: the number of outputs q of the tasks; 0 for "the last gate is in the wanted set".
        multiplier, shift, sieve, keys: the wanted set (see `wanted_set`), where q = 0.
        few: the wanted set listed, if it is small, else empty (see `end_in_two`).
        allowed, completions: the tasks (see `assign_outputs`), shapes (t, 2, q) and
            (t, q + 1, 2^q), where q > 0.
        need: shape (2^q,): for each set of outputs how many gates it needs at least, where q > 0.
        hits, hit_tasks, hit_outputs: the tasks some outputs of which function f may drive are
            hit_tasks[i], and those outputs hit_outputs[i], for i from hits[f] to hits[f + 1]; all
            empty if not known, where one task is allowed.
        most_tried: the search ends after so many gates looked at (the result is then partial).
        stop: a flag that, once set, ends the search early (the caller then discards the result).

    Returns:
        gates, shape (m, r, 4), rows padded with -3; the functions of the last gates, shape (m,);
        the task solved, and the drivers (wire, inverted) of its outputs, shape (m, 1 + 2 q); the
        number of gates tried, or -1 if a chain outgrew `MAX_WIRES`.
    """
    cheapest = costs.min()
    longest = len(begun)
    left = cost
    for g in range(len(begun)):
        left -= costs[begun[g, 3]]
    longest += max(left, 0) // cheapest
    found = np.empty((16, longest, 4), dtype=np.int8)
    functions = np.empty(16, dtype=np.uint64)
    driven = np.empty((16, 1 + 2 * outputs), dtype=np.int16)
    count, tried = 0, 0
    if left < 0:
        return found[:0], functions[:0], driven[:0], tried

    ends = max(outputs, 1)
    all_outputs = (1 << outputs) - 1
    tables = np.zeros(MAX_WIRES, dtype=np.uint64)
    depths = np.zeros(MAX_WIRES, dtype=np.int64)
    # Inputs that nobody need read count as read from the start.
    reads = np.zeros(MAX_WIRES, dtype=np.int64)
    gates = np.zeros((MAX_WIRES, 4), dtype=np.int64)
    # Before the gate that drives wire w is placed: what is left to spend, the number of unread
    # wires, their Kraft sum, for each task the outputs that fit some wire, and the least number of
    # gates that the others need for some task.
    spare = np.zeros(MAX_WIRES, dtype=np.int64)
    unread = np.zeros(MAX_WIRES, dtype=np.int64)
    kraft = np.zeros(MAX_WIRES, dtype=np.int64)
    tasks = len(allowed)
    fitted = np.zeros((MAX_WIRES, tasks), dtype=np.uint8)
    known = len(hits) > 0
    lacking = np.zeros(MAX_WIRES, dtype=np.int64)
    drivers = np.empty((16, 2 * ends), dtype=np.int64)
    # No chain is deeper than it is long.
    bounded = 0 <= depth_bound < min(longest, MAX_WIRES)
    # Beyond this depth the sums would overflow; they are 0 then, and cut nothing.
    summed = depth_bound <= _MOST_SUMMED
    limit = ends
    powers = np.ones(MAX_WIRES, dtype=np.int64) if summed else np.zeros(MAX_WIRES, dtype=np.int64)
    if bounded and summed:
        for i in range(1, depth_bound + 1):
            powers[i] = powers[i - 1] * fan_in
        limit *= powers[depth_bound]
    spare[inputs] = cost
    for i in range(inputs):
        tables[i] = input_tables[i]
        if (required >> i) & 1:
            unread[inputs] += 1
        else:
            reads[i] = 1
    if outputs:
        lacking[inputs] = need[all_outputs]
        for t in range(tasks):
            fitted[inputs, t] = fitting(np.uint64(0), True, allowed[t], mask)
            for i in range(inputs):
                fitted[inputs, t] |= fitting(tables[i], free, allowed[t], mask)
            lacking[inputs] = min(lacking[inputs], need[all_outputs & ~fitted[inputs, t]])
    kraft[inputs] = unread[inputs] * powers[0]
    base = inputs + len(begun)

    # The gates of `begun` are placed like all others, by the loop below, one choice each.
    w = inputs
    given = 0
    first, second, third, form = start
    if given < len(begun):
        third, second, first, form = (
            np.int64(begun[0, 0]),
            np.int64(begun[0, 1]),
            np.int64(begun[0, 2]),
            np.int64(begun[0, 3]),
        )
    if cost == 0:
        found = np.empty((16, 0, 4), dtype=np.int8)
        for t in range(tasks):
            if outputs and fitted[w, t] == all_outputs:
                ways, drivers = assign_outputs(
                    tables, w, 0, free, allowed[t], completions[t], mask, drivers
                )
                found, functions, driven = record_ways(
                    found, functions, driven, count, gates[:0], np.uint64(0), t, ways, drivers
                )
                count += ways
        return found[:count].copy(), functions[:count].copy(), driven[:count].copy(), tried

    # Without costs or a bound on depth, the last two gates may be chosen together.
    joined = outputs == 0 and not bounded and len(few) > 0 and costs.max() == cheapest
    while True:
        placed = False
        if joined and w >= base and spare[w] == 2 * cheapest:
            dangling = np.int64(0)
            for i in range(w):
                if reads[i] == 0:
                    dangling |= np.int64(1) << i
            ends_found, last, more = end_in_two(
                tables,
                w,
                dangling,
                (first, second, third, form),
                mask,
                normal_forms,
                spans,
                fan_in,
                few,
            )
            tried += more
            for m in range(len(last)):
                gates[w] = ends_found[m, 0]
                gates[w + 1] = ends_found[m, 1]
                found, functions, driven = record_ways(
                    found, functions, driven, count, gates[inputs : w + 2], last[m], 0, 1, drivers
                )
                count += 1
            first = w
        final = spare[w] < 2 * cheapest
        # So many unread wires must be taken up now, or later gates cannot take up the rest.
        needed = unread[w] + 1 - ends - per_cost[0] * max(spare[w] - cheapest, 0) // per_cost[1]
        # The last gate of one output reads all unread wires: the gate before it, and then the
        # highest of the others.
        if w >= base and final and ends == 1 and w > inputs:
            if first < w - 1:
                first, second, third, form = w - 1, _ABSENT, _ABSENT, 0
            if needed > 1:
                highest = w - 2
                while reads[highest] > 0:
                    highest -= 1
                if second < highest:
                    second, third, form = highest, _ABSENT, 0
        while first < w:
            kind = kind_of(third, second, first)
            if form < spans[kind, 0]:
                form = spans[kind, 0]
            if form >= spans[kind, 1]:
                if w < base:
                    break
                form = 0
                third = next_third(third, second, spans, kind - kind % 4)
                if third == _ABSENT:
                    second += 1
                    if second > first:
                        first, second = first + 1, _ABSENT
                        while first < w and needed > fan_in - (1 if reads[first] else 0):
                            first += 1
                continue
            a, b, c = taken(third, second, first, reads)
            if needed > a + b + c:
                form = spans[kind, 1]
                continue
            after = unread[w] - a - b - c + 1
            deepest = depths[first]
            if 0 <= second < first:
                deepest = max(deepest, depths[second])
            if 0 <= third < second:
                deepest = max(deepest, depths[third])
            weight = kraft[w]
            if bounded:
                if deepest >= depth_bound:
                    form = spans[kind, 1]
                    continue
                weight += powers[deepest + 1]
                if a:
                    weight -= powers[depths[first]]
                if b:
                    weight -= powers[depths[second]]
                if c:
                    weight -= powers[depths[third]]
                if weight > limit:
                    form = spans[kind, 1]
                    continue
            rest = spare[w] - costs[form]
            if (
                rest < 0
                or (0 < rest < cheapest)
                or ((after - ends) * per_cost[1] > per_cost[0] * rest)
            ):
                form = form + 1 if w >= base else spans[kind, 1]
                continue
            tried += 1
            table = result_of(third, second, first, tables, normal_forms[form], mask)
            hopeful = table != mask
            if outputs:
                lacks = lacking[w]
                if known:
                    for i in range(hits[table], hits[table + np.uint64(1)]):
                        fits = np.int64(fitted[w, hit_tasks[i]] | hit_outputs[i])
                        lacks = min(lacks, need[all_outputs & ~fits])
                else:
                    fits = np.int64(fitted[w, 0]) | fitting(table, free, allowed[0], mask)
                    lacks = need[all_outputs & ~fits]
                hopeful = hopeful and lacks * cheapest <= rest
            elif rest == 0:
                hopeful = is_wanted(table, multiplier, shift, sieve, keys)
            if hopeful and is_new(table, tables, w):
                gates[w, 0], gates[w, 1], gates[w, 2], gates[w, 3] = third, second, first, form
                tables[w] = table
                if rest > 0:
                    placed = True
                    break
                if w >= base - 1 and outputs == 0:
                    found, functions, driven = record_ways(
                        found, functions, driven, count, gates[inputs : w + 1], table, 0, 1, drivers
                    )
                    count += 1
                elif w >= base - 1:
                    dangling = np.int64(1) << w
                    for i in range(inputs, w):
                        if reads[i] == 0 and i != first and i != second and i != third:
                            dangling |= np.int64(1) << i
                    begin, end = (hits[table], hits[table + np.uint64(1)]) if known else (0, 1)
                    for i in range(begin, end):
                        t = np.int64(hit_tasks[i]) if known else 0
                        if known and fitted[w, t] | hit_outputs[i] != all_outputs:
                            continue
                        ways, drivers = assign_outputs(
                            tables,
                            w + 1,
                            dangling,
                            free,
                            allowed[t],
                            completions[t],
                            mask,
                            drivers,
                        )
                        found, functions, driven = record_ways(
                            found,
                            functions,
                            driven,
                            count,
                            gates[inputs : w + 1],
                            table,
                            t,
                            ways,
                            drivers,
                        )
                        count += ways
            if w < base:
                break
            form += 1
        if placed:
            if w == MAX_WIRES - 1:
                return found[:0], functions[:0], driven[:0], -1
            depths[w] = deepest + 1
            reads[first] += 1
            if 0 <= second < first:
                reads[second] += 1
            if 0 <= third < second:
                reads[third] += 1
            spare[w + 1], unread[w + 1], kraft[w + 1] = rest, after, weight
            if outputs:
                lacking[w + 1] = lacks
                fitted[w + 1, :] = fitted[w, :]
                if known:
                    for i in range(hits[table], hits[table + np.uint64(1)]):
                        fitted[w + 1, hit_tasks[i]] |= hit_outputs[i]
                else:
                    fitted[w + 1, 0] = fits
            w += 1
            given = w - inputs
            if w < base:
                third, second, first, form = (
                    np.int64(begun[given, 0]),
                    np.int64(begun[given, 1]),
                    np.int64(begun[given, 2]),
                    np.int64(begun[given, 3]),
                )
            elif w == base:
                first, second, third, form = start
            else:
                form += 1
            continue
        w -= 1
        if w < base or stop[0] or tried > most_tried:
            break
        third, second, first, form = gates[w, 0], gates[w, 1], gates[w, 2], gates[w, 3]
        reads[first] -= 1
        if 0 <= second < first:
            reads[second] -= 1
        if 0 <= third < second:
            reads[third] -= 1
        form += 1
    return found[:count].copy(), functions[:count].copy(), driven[:count].copy(), tried
