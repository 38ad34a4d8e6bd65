"""The search for programs in tree normal form, compiled: arrays in, arrays out.

A program is run on the inputs in turn. An instruction is chosen only when it is fetched, the target
of a jump only when it is taken, an entry of the private table only when it is read; what a choice
leads to is undone when the next is tried. All state is in arrays, so that the search can be left
where the room for what it finds is used up, and gone on with.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,possibly-undefined"

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf

__all__ = [
    "COSTS",
    "END",
    "FRAME",
    "FULL",
    "STOPPED",
    "VARIANT",
    "Choices",
    "Code",
    "Limits",
    "Progress",
    "Runs",
    "search_programs",
]

_Numbers = NDArray[np.int64]

# Why the search returned.
END, FULL, STOPPED = 0, 1, 2

# Operations, by their place in `OPERATIONS`.
INC, DEC, MOV, ADD, SUB, AND, OR, XOR, ANDNOT = 0, 1, 2, 3, 4, 5, 6, 7, 8
OBSERVE, LOAD, TABLE, UTILITY, QUERY, QUERY_PROXY, ARGMAX = 9, 10, 11, 12, 13, 14, 15
ACT, JMP, JZ, JNZ, JLT = 16, 17, 18, 19, 20

# Kinds of choices: an instruction, the target of a jump, an entry of the table.
SLOT, TARGET, ENTRY = 0, 1, 2

# So many costs of a program are found: bits, time in all turns, in the longest turn, queries.
COSTS = 4

# Rules that leave out programs for which others stand, as bits.
RULE_NEXT, RULE_DEAD, RULE_THREAD, RULE_ORDER = 1, 2, 4, 8

# How many choices are tried before the stop flag is looked at again.
_PATIENCE = 1 << 14


class Limits(NamedTuple):
    """The numbers that a search is given.

    Attributes:
        length, width: the instructions of a program, and the bits of a register.
        runs: the turns.
        answers, memory: the bits of a word that answer, and that are remembered.
        fresh: the registers named from the start.
        bits, worst, total, queries: the most that a program may cost: the bits of its code, the
            time of its longest turn and of all, its queries.
        rules: the rules, as bits.
        split: after how many choices to list them in place of searching on; else -1.
        forced: how many choices are forced.
        least_bits: the bits of the shortest instruction.
        nodes: the most choices to try.
        live: the registers that are read after a turn, as a mask.
        has_act: whether there is an instruction that ends a turn.
    """

    length: int
    width: int
    runs: int
    answers: int
    memory: int
    fresh: int
    bits: int
    worst: int
    total: int
    queries: int
    rules: int
    split: int
    forced: int
    least_bits: int
    nodes: int
    live: int
    has_act: int


#: A variant: its operation, the shifts of its registers, the number of an input word, the bits of
#: its code, and as masks of registers what it writes and what it reads.
VARIANT = np.dtype(
    [(name, np.int64) for name in ["op", "d", "a", "b", "word", "bits", "writes", "reads"]]
)


class Choices(NamedTuple):
    """The variants that may stand at a place, V in all.

    Attributes:
        rows: shape (V,), of the type `VARIANT`.
        allowed, counts: for each number of registers named so far, the variants that may come.
        fresh_after: shape (V, R + 1): the number of registers named after a variant; else -1.
    """

    rows: NDArray[Any]
    allowed: _Numbers
    counts: _Numbers
    fresh_after: _Numbers


class Runs(NamedTuple):
    """What a program is run on.

    Attributes:
        start: shape (runs,): the registers at the start, w bits each.
        words: shape (runs, input words): the words of the input.
        objective: shape (runs, 2^w): the answers to queries.
        loads: shape (runs, 2^w): the words of the input, 0 beyond the last.
        utility, proxy: shape (runs, 2^w): what the table of utilities says, and the proxy.
        best: shape (runs,): the answer of `argmax`.
        accept: shape (runs,): bit a says whether word a is acceptable.
    """

    start: _Numbers
    words: _Numbers
    objective: _Numbers
    loads: _Numbers
    utility: _Numbers
    proxy: _Numbers
    best: _Numbers
    accept: _Numbers


class Code(NamedTuple):
    """The program as far as it is chosen.

    Attributes:
        code, targets: shape (L,): the variant at each place and the target of each jump; -1 for
            what is not chosen.
        entries: shape (runs,): the table; -1 for what is not chosen.
        given: shape (runs,): the words given.
    """

    code: _Numbers
    targets: _Numbers
    entries: _Numbers
    given: _Numbers


#: A choice that was made, and the state to return to: what is chosen and where, the next option and
#: how many there are; registers, place, turn, and its time and queries; Brent's search for a loop;
#: registers named, bits of the code, places not chosen, and jumps without a target; of turns that
#: ended the time, the queries and the longest time; of an entry, the time and the queries of a turn
#: that ended well under an option tried before, -1 if none did.
_FIELDS = (
    *("kind", "at", "next", "options", "regs", "pc", "run", "steps", "asked"),
    *("saved", "saved_pc", "power", "laps", "fresh", "bits", "open", "loose"),
    *("total", "queries", "longest", "best_time", "best_asked"),
)
FRAME = np.dtype([(name, np.int64) for name in _FIELDS])


class Progress(NamedTuple):
    """How far a search has come when it returns, shape (1,) each.

    Attributes:
        depth, nodes: the choices made, and those tried.
        found: the programs found since it was called.
        begun: whether the search has begun.
    """

    depth: _Numbers
    nodes: _Numbers
    found: _Numbers
    begun: _Numbers


@leaf
def _note(progress: Progress, depth: int, nodes: int, found: int) -> None:
    progress.depth[0], progress.nodes[0], progress.found[0] = depth, nodes, found


@leaf
def _is_target(place: int, targets: _Numbers, length: int) -> bool:
    for i in range(length):  # noqa: SIM110
        if targets[i] == place:
            return True
    return False


@leaf
def _fits(
    place: int, v: int, code: _Numbers, targets: _Numbers, variants: Choices, limits: Limits
) -> bool:
    """Return whether a variant may stand at a place, beside what stands there already."""
    length, rules, live = limits.length, limits.rules, limits.live
    op, writes, reads = variants.rows[v].op, variants.rows[v].writes, variants.rows[v].reads
    if rules & RULE_DEAD:
        if op == ACT and reads == 1 and place == length - 1:
            return False
        if writes:
            if place == length - 1:
                if not writes & live:
                    return False
            elif code[place + 1] >= 0:
                n = code[place + 1]
                if variants.rows[n].op == ACT:
                    if not writes & (variants.rows[n].reads | live & ~1):
                        return False
                elif variants.rows[n].writes == writes and not variants.rows[n].reads & writes:
                    return False
        if place > 0 and code[place - 1] >= 0:
            before = variants.rows[code[place - 1]].writes
            if before:
                if op == ACT:
                    if not before & (reads | live & ~1):
                        return False
                elif writes == before and not reads & writes:
                    return False
    ends = op == JMP or (op == ACT and reads == 1)
    return not (rules & RULE_THREAD and ends and _is_target(place, targets, length))


@leaf
def _may_jump(place: int, to: int, code: _Numbers, variants: Choices, limits: Limits) -> bool:
    """Return whether the jump at a place may go to another."""
    length, rules = limits.length, limits.rules
    if rules & RULE_NEXT and (to in (place + 1, place)):
        return False
    if rules & RULE_THREAD:
        if to == length:
            return not (limits.has_act and variants.rows[code[place]].op == JMP)
        if code[to] >= 0:
            op = variants.rows[code[to]].op
            return not (op == JMP or (op == ACT and variants.rows[code[to]].reads == 1))
    return True


@leaf
def _in_order(
    code: _Numbers, targets: _Numbers, variants: Choices, length: int, spare: int
) -> bool:
    """Return whether independent neighbours ascend, but where a jump comes between or yet may."""
    for s in range(1, length):
        a, b = code[s - 1], code[s]
        if a <= b or b < 0 or variants.rows[a].op >= ACT or variants.rows[b].op >= ACT:
            continue
        apart = variants.rows[a].writes & (variants.rows[b].reads | variants.rows[b].writes)
        if apart | variants.rows[b].writes & variants.rows[a].reads:
            continue
        if not _is_target(s, targets, length):
            if spare == 0:
                return False
            spare -= 1
    return True


@leaf
def search_programs(
    program: Code,
    frames: NDArray[Any],
    progress: Progress,
    found: _Numbers,
    stop: NDArray[np.uint8],
    limits: Limits,
    variants: Choices,
    turns: Runs,
    forced: _Numbers,
) -> int:
    """Search on until the end, the stop flag, or the room for what is found is used up.

    Arguments:
        program, progress: where the search is, to go on from there.
        frames: the choices made, of the type `FRAME`, shape (most,).
        found: shape (room, 2 L + `COSTS` + runs), or (room, split): the programs with their costs
            and words, or the choices that lead to parts.
        stop: shape (1,): set from outside to end the search.
        limits, variants, turns: what is searched.
        forced: shape (.,): the first choices.

    Returns:
        `END`, `FULL` or `STOPPED`.
    """
    code, targets, entries, given = program
    length, width, runs = limits.length, limits.width, limits.runs
    mask = (1 << width) - 1
    answer_mask, memory_mask = (1 << limits.answers) - 1, (1 << limits.memory) - 1
    most_bits, worst, most_total = limits.bits, limits.worst, limits.total
    most_queries, rules, split = limits.queries, limits.rules, limits.split
    least_bits, most_nodes = limits.least_bits, limits.nodes
    room = found.shape[0]
    depth, nodes, count = progress.depth[0], progress.nodes[0], 0
    regs, pc, run, steps, asked = turns.start[0], 0, 0, 0, 0
    saved, saved_pc, power, laps = -1, -1, 1, 0
    fresh, total, queries, bits, longest = limits.fresh, 0, 0, 0, 0
    open_slots, loose = length, 0
    running = progress.begun[0] == 0
    progress.begun[0] = 1
    until = nodes + _PATIENCE
    kind, at, options = -1, 0, 0
    while True:
        if running:
            # Run on until something is to be chosen, or the program fails, or all is done.
            kind, failed, ended, shift = -1, False, False, 0
            if pc >= length:
                ended = True
            else:
                v = code[pc]
                if v < 0:
                    kind, at, options = SLOT, pc, variants.counts[fresh]
                else:
                    op = variants.rows[v].op
                    steps += 1
                    if steps > worst or total + steps + (runs - run - 1) > most_total:
                        failed = True
                    elif op >= JMP:
                        first = regs >> variants.rows[v].a & mask
                        if op == JZ:
                            taken = first == 0
                        elif op == JNZ:
                            taken = first != 0
                        elif op == JLT:
                            taken = first < (regs >> variants.rows[v].b & mask)
                        else:
                            taken = True
                        if not taken:
                            pc += 1
                        else:
                            to = targets[pc]
                            if to < 0:
                                kind, at, options = TARGET, pc, length + 1
                            else:
                                if to <= pc:
                                    # Brent: whoever comes back to a saved configuration loops.
                                    if regs == saved and to == saved_pc:
                                        failed = True
                                    laps += 1
                                    if laps == power:
                                        saved, saved_pc, laps = regs, to, 0
                                        power *= 2
                                pc = to
                    elif op == ACT:
                        ended, shift = True, variants.rows[v].a
                    else:
                        d = variants.rows[v].d
                        a = regs >> variants.rows[v].a & mask
                        if op == QUERY:
                            value = turns.objective[run, a]
                            asked += 1
                            failed = queries + asked > most_queries
                        elif op == INC:
                            value = a + 1
                        elif op == MOV:
                            value = a
                        elif op == SUB:
                            value = (regs >> d & mask) - a
                        elif op == OBSERVE:
                            value = turns.words[run, variants.rows[v].word]
                        elif op == LOAD:
                            value = turns.loads[run, a]
                        elif op == UTILITY:
                            value = turns.utility[run, a]
                        elif op == QUERY_PROXY:
                            value = turns.proxy[run, a]
                            asked += 1
                            failed = queries + asked > most_queries
                        elif op == TABLE:
                            value = entries[run]
                            if value < 0:
                                kind, at, options = ENTRY, run, answer_mask + 1
                        elif op == DEC:
                            value = a - 1
                        elif op == ADD:
                            value = (regs >> d & mask) + a
                        elif op == ARGMAX:
                            value = turns.best[run]
                        else:
                            b = regs >> variants.rows[v].b & mask
                            if op == AND:
                                value = a & b
                            elif op == OR:
                                value = a | b
                            elif op == XOR:
                                value = a ^ b
                            else:
                                value = a & ~b
                        if kind < 0:
                            regs = (regs & ~(mask << d)) | (value & mask) << d
                            pc += 1
            if ended:
                held = regs >> width & memory_mask
                word = (regs >> shift & answer_mask) | held << limits.answers
                if not turns.accept[run] >> word & 1:
                    failed = True
                elif depth > 0 and frames[depth - 1].kind == ENTRY:
                    # Nothing was chosen since the entry, so another entry makes the same program.
                    f = depth - 1
                    if frames[f].run == run:
                        if frames[f].best_time < 0:
                            frames[f].best_time, frames[f].best_asked = steps, asked
                        elif steps >= frames[f].best_time and asked >= frames[f].best_asked:
                            failed = True
                if not failed:
                    given[run] = word
                    total += steps
                    queries += asked
                    longest = max(longest, steps)
                    run += 1
                    if run == runs:
                        failed = True
                        if open_slots == 0 and loose == 0 and split < 0:
                            for i in range(length):
                                found[count, i] = code[i]
                                found[count, length + i] = targets[i]
                            found[count, 2 * length] = bits
                            found[count, 2 * length + 1] = total
                            found[count, 2 * length + 2] = longest
                            found[count, 2 * length + 3] = queries
                            for i in range(runs):
                                found[count, 2 * length + COSTS + i] = given[i]
                            count += 1
                            if count == room:
                                _note(progress, depth, nodes, count)
                                return FULL
                    else:
                        regs, pc, steps, asked = turns.start[run], 0, 0, 0
                        saved, saved_pc, power, laps = -1, -1, 1, 0
            if kind >= 0:
                running = False
                if split >= 0 and depth == split:
                    for i in range(depth):
                        found[count, i] = frames[i].next - 1
                    count += 1
                    if count == room:
                        _note(progress, depth, nodes, count)
                        return FULL
                else:
                    f = depth
                    depth += 1
                    frames[f].kind, frames[f].at = kind, at
                    frames[f].next, frames[f].options = 0, options
                    if f < limits.forced:
                        frames[f].next, frames[f].options = forced[f], forced[f] + 1
                    # A jump or a read that waits for its choice is executed again.
                    frames[f].steps = steps - (kind != SLOT)
                    frames[f].regs, frames[f].pc, frames[f].run = regs, pc, run
                    frames[f].saved, frames[f].saved_pc = saved, saved_pc
                    frames[f].power, frames[f].laps = power, laps
                    frames[f].fresh, frames[f].total = fresh, total
                    frames[f].queries, frames[f].bits = queries, bits
                    frames[f].open, frames[f].loose = open_slots, loose
                    frames[f].asked, frames[f].longest = asked, longest
                    frames[f].best_time, frames[f].best_asked = -1, -1
            elif failed:
                running = False
            if running:
                continue
        # Take back the last choice and try the next option.
        while depth > 0:
            f = depth - 1
            kind, at = frames[f].kind, frames[f].at
            if kind == SLOT:
                code[at] = -1
                targets[at] = -1
            elif kind == TARGET:
                targets[at] = -1
            else:
                entries[at] = -1
            option = frames[f].next
            if option >= frames[f].options:
                depth -= 1
                continue
            frames[f].next = option + 1
            nodes += 1
            fresh, bits = frames[f].fresh, frames[f].bits
            open_slots, loose = frames[f].open, frames[f].loose
            if kind == SLOT:
                v = variants.allowed[fresh, option]
                bits += variants.rows[v].bits
                open_slots -= 1
                if bits + open_slots * least_bits > most_bits:
                    continue
                if not _fits(at, v, code, targets, variants, limits):
                    continue
                code[at] = v
                if variants.rows[v].op >= JMP:
                    loose += 1
                fresh = variants.fresh_after[v, fresh]
            elif kind == TARGET:
                if not _may_jump(at, option, code, variants, limits):
                    continue
                targets[at] = option
                loose -= 1
            else:
                entries[at] = option
            if rules & RULE_ORDER and not _in_order(
                code, targets, variants, length, open_slots + loose
            ):
                continue
            regs, pc, run = frames[f].regs, frames[f].pc, frames[f].run
            steps, asked = frames[f].steps, frames[f].asked
            saved, saved_pc = frames[f].saved, frames[f].saved_pc
            power, laps = frames[f].power, frames[f].laps
            total, queries = frames[f].total, frames[f].queries
            longest = frames[f].longest
            running = True
            break
        if not running or nodes > until:
            until = nodes + _PATIENCE
            over = nodes > most_nodes or stop[0] != 0
            if not running or over:
                _note(progress, depth, nodes, count)
                return END if not running else STOPPED
