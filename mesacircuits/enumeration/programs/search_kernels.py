"""The search for programs in tree normal form, compiled: arrays in, arrays out.

A program is run on the inputs in turn. An instruction is chosen only when it is fetched, the target
of a jump only when it is taken, an entry of the private table only when it is read; what a choice
leads to is undone when the next is tried. All state is in arrays, so that the search can be left
where the room for what it finds is used up, and gone on with.
"""

from __future__ import annotations

from typing import Any

from mesacircuits.circuits.compiled_kernels import leaf

__all__ = ["COSTS", "END", "FRAME_FIELDS", "FULL", "STOPPED", "search_programs"]

# Why the search returned.
END, FULL, STOPPED = 0, 1, 2

# Operations, by their place in `OPERATIONS`.
INC, DEC, MOV, ADD, SUB, AND, OR, XOR, ANDNOT = 0, 1, 2, 3, 4, 5, 6, 7, 8
OBSERVE, TABLE, QUERY, ARGMAX, ACT, JMP, JZ, JNZ, JLT = 9, 10, 11, 12, 13, 14, 15, 16, 17

# Columns of a variant: the operation, the shifts of its registers, the number of an input word, the
# bits of its code, and as masks of registers what it writes and what it reads.
V_OP, V_D, V_A, V_B, V_WORD, V_BITS, V_WRITES, V_READS = 0, 1, 2, 3, 4, 5, 6, 7

# Kinds of choices: an instruction, the target of a jump, an entry of the table.
SLOT, TARGET, ENTRY = 0, 1, 2

# Columns of a frame: what is chosen and where, the next option, and the state to return to; of an
# entry also the time and the queries of a run that ended well under an option tried before.
F_KIND, F_AT, F_NEXT, F_COUNT, F_REGS, F_PC, F_RUN, F_STEPS = 0, 1, 2, 3, 4, 5, 6, 7
F_SAVED, F_SAVED_PC, F_POWER, F_LAPS, F_FRESH, F_TOTAL, F_QUERIES = 8, 9, 10, 11, 12, 13, 14
F_BITS, F_OPEN, F_LOOSE, F_ASKED, F_BEST_TIME, F_BEST_ASKED, F_LONGEST = 15, 16, 17, 18, 19, 20, 21
FRAME_FIELDS = 22

# What is found: the code, its targets, these costs, and the words given on each input.
C_BITS, C_TOTAL, C_LONGEST, C_QUERIES = 0, 1, 2, 3
COSTS = 4

# Places in the state that outlives a call.
S_DEPTH, S_NODES, S_FOUND, S_BEGUN = 0, 1, 2, 3

# Places in the parameters.
P_LENGTH, P_WIDTH, P_RUNS, P_ANSWERS, P_MEMORY, P_FRESH = 0, 1, 2, 3, 4, 5
P_BITS, P_WORST, P_TOTAL, P_QUERIES, P_RULES, P_SPLIT = 6, 7, 8, 9, 10, 11
P_FORCED, P_LEAST_BITS, P_NODES, P_LIVE, P_HAS_ACT = 12, 13, 14, 15, 16

# Rules that leave out programs for which others stand, as bits.
RULE_NEXT, RULE_DEAD, RULE_THREAD, RULE_ORDER = 1, 2, 4, 8

# How many choices are tried before the stop flag is looked at again.
_PATIENCE = 1 << 14


@leaf
def _is_target(place: Any, targets: Any, length: Any) -> Any:
    for i in range(length):  # noqa: SIM110
        if targets[i] == place:
            return True
    return False


@leaf
def _fits(place: Any, v: Any, code: Any, targets: Any, variants: Any, params: Any) -> Any:
    """Return whether a variant may stand at a place, beside what stands there already."""
    length, rules, live = params[P_LENGTH], params[P_RULES], params[P_LIVE]
    op, writes, reads = variants[v, V_OP], variants[v, V_WRITES], variants[v, V_READS]
    if rules & RULE_DEAD:
        if op == ACT and reads == 1 and place == length - 1:
            return False
        if writes:
            if place == length - 1:
                if not writes & live:
                    return False
            elif code[place + 1] >= 0:
                n = code[place + 1]
                if variants[n, V_OP] == ACT:
                    if not writes & (variants[n, V_READS] | live & ~1):
                        return False
                elif variants[n, V_WRITES] == writes and not variants[n, V_READS] & writes:
                    return False
        if place > 0 and code[place - 1] >= 0:
            before = variants[code[place - 1], V_WRITES]
            if before:
                if op == ACT:
                    if not before & (reads | live & ~1):
                        return False
                elif writes == before and not reads & writes:
                    return False
    ends = op == JMP or (op == ACT and reads == 1)
    return not (rules & RULE_THREAD and ends and _is_target(place, targets, length))


@leaf
def _may_jump(place: Any, to: Any, code: Any, variants: Any, params: Any) -> Any:
    """Return whether the jump at a place may go to another."""
    length, rules = params[P_LENGTH], params[P_RULES]
    if rules & RULE_NEXT and (to in (place + 1, place)):
        return False
    if rules & RULE_THREAD:
        if to == length:
            return not (params[P_HAS_ACT] and variants[code[place], V_OP] == JMP)
        if code[to] >= 0:
            op = variants[code[to], V_OP]
            return not (op == JMP or (op == ACT and variants[code[to], V_READS] == 1))
    return True


@leaf
def _in_order(code: Any, targets: Any, variants: Any, length: Any, spare: Any) -> Any:
    """Return whether independent neighbours ascend, but where a jump comes between or yet may."""
    for s in range(1, length):
        a, b = code[s - 1], code[s]
        if a <= b or b < 0 or variants[a, V_OP] >= ACT or variants[b, V_OP] >= ACT:
            continue
        apart = variants[a, V_WRITES] & (variants[b, V_READS] | variants[b, V_WRITES])
        if apart | variants[b, V_WRITES] & variants[a, V_READS]:
            continue
        if not _is_target(s, targets, length):
            if spare == 0:
                return False
            spare -= 1
    return True


@leaf
def search_programs(
    code: Any,
    targets: Any,
    entries: Any,
    given: Any,
    frames: Any,
    state: Any,
    found: Any,
    stop: Any,
    params: Any,
    variants: Any,
    allowed: Any,
    counts: Any,
    fresh_after: Any,
    start: Any,
    words: Any,
    objective: Any,
    best: Any,
    accept: Any,
    forced: Any,
) -> Any:
    """Search on until the end, the stop flag, or the room for what is found is used up.

    Arguments:
        code, targets: shape (L,): the variant at each place and the target of each jump; -1 for
            what is not chosen.
        entries: shape (runs,): the table; -1 for what is not chosen.
        given: shape (runs,): the words given.
        frames: shape (most frames, `FRAME_FIELDS`): the choices made.
        state: shape (4,): depth, choices tried, programs found, whether the search has begun.
        found: shape (room, 2 L + `COSTS` + runs), or (room, split): the programs with their costs
            and words, or the choices that lead to parts.
        stop: shape (1,): set from outside to end the search.
        params: numbers, by the names of this module that begin with `P_`.
        variants: shape (V, 8): what may stand at a place.
        allowed, counts: for each number of registers named so far, the variants that may come.
        fresh_after: shape (V, R + 1): the number of registers named after a variant; else -1.
        start: shape (runs,): the registers at the start, w bits each.
        words: shape (runs, input words): the words of the input.
        objective: shape (runs, 2^w): the answers to queries.
        best: shape (runs,): the answer of `argmax`.
        accept: shape (runs,): bit a says whether word a is acceptable.
        forced: shape (.,): the first choices.

    Returns:
        `END`, `FULL` or `STOPPED`.
    """
    length, width, runs = params[P_LENGTH], params[P_WIDTH], params[P_RUNS]
    mask = (1 << width) - 1
    answer_mask, memory_mask = (1 << params[P_ANSWERS]) - 1, (1 << params[P_MEMORY]) - 1
    most_bits, worst, most_total = params[P_BITS], params[P_WORST], params[P_TOTAL]
    most_queries, rules, split = params[P_QUERIES], params[P_RULES], params[P_SPLIT]
    least_bits, most_nodes = params[P_LEAST_BITS], params[P_NODES]
    room = found.shape[0]
    depth, nodes, count = state[S_DEPTH], state[S_NODES], 0
    regs, pc, run, steps, asked = start[0], 0, 0, 0, 0
    saved, saved_pc, power, laps = -1, -1, 1, 0
    fresh, total, queries, bits, longest = params[P_FRESH], 0, 0, 0, 0
    open_slots, loose = length, 0
    running = state[S_BEGUN] == 0
    state[S_BEGUN] = 1
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
                    kind, at, options = SLOT, pc, counts[fresh]
                else:
                    op = variants[v, V_OP]
                    steps += 1
                    if steps > worst or total + steps + (runs - run - 1) > most_total:
                        failed = True
                    elif op >= JMP:
                        first = regs >> variants[v, V_A] & mask
                        if op == JZ:
                            taken = first == 0
                        elif op == JNZ:
                            taken = first != 0
                        elif op == JLT:
                            taken = first < (regs >> variants[v, V_B] & mask)
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
                        ended, shift = True, variants[v, V_A]
                    else:
                        d = variants[v, V_D]
                        a = regs >> variants[v, V_A] & mask
                        if op == QUERY:
                            value = objective[run, a]
                            asked += 1
                            failed = queries + asked > most_queries
                        elif op == INC:
                            value = a + 1
                        elif op == MOV:
                            value = a
                        elif op == SUB:
                            value = (regs >> d & mask) - a
                        elif op == OBSERVE:
                            value = words[run, variants[v, V_WORD]]
                        elif op == TABLE:
                            value = entries[run]
                            if value < 0:
                                kind, at, options = ENTRY, run, answer_mask + 1
                        elif op == DEC:
                            value = a - 1
                        elif op == ADD:
                            value = (regs >> d & mask) + a
                        elif op == ARGMAX:
                            value = best[run]
                        else:
                            b = regs >> variants[v, V_B] & mask
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
                word = (regs >> shift & answer_mask) | held << params[P_ANSWERS]
                if not accept[run] >> word & 1:
                    failed = True
                elif depth > 0 and frames[depth - 1, F_KIND] == ENTRY:
                    # Nothing was chosen since the entry, so another entry makes the same program.
                    f = depth - 1
                    if frames[f, F_RUN] == run:
                        if frames[f, F_BEST_TIME] < 0:
                            frames[f, F_BEST_TIME], frames[f, F_BEST_ASKED] = steps, asked
                        elif steps >= frames[f, F_BEST_TIME] and asked >= frames[f, F_BEST_ASKED]:
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
                            found[count, 2 * length + C_BITS] = bits
                            found[count, 2 * length + C_TOTAL] = total
                            found[count, 2 * length + C_LONGEST] = longest
                            found[count, 2 * length + C_QUERIES] = queries
                            for i in range(runs):
                                found[count, 2 * length + COSTS + i] = given[i]
                            count += 1
                            if count == room:
                                state[S_DEPTH], state[S_NODES], state[S_FOUND] = depth, nodes, count
                                return FULL
                    else:
                        regs, pc, steps, asked = start[run], 0, 0, 0
                        saved, saved_pc, power, laps = -1, -1, 1, 0
            if kind >= 0:
                running = False
                if split >= 0 and depth == split:
                    for i in range(depth):
                        found[count, i] = frames[i, F_NEXT] - 1
                    count += 1
                    if count == room:
                        state[S_DEPTH], state[S_NODES], state[S_FOUND] = depth, nodes, count
                        return FULL
                else:
                    f = depth
                    depth += 1
                    frames[f, F_KIND], frames[f, F_AT] = kind, at
                    frames[f, F_NEXT], frames[f, F_COUNT] = 0, options
                    if f < params[P_FORCED]:
                        frames[f, F_NEXT], frames[f, F_COUNT] = forced[f], forced[f] + 1
                    # A jump or a read that waits for its choice is executed again.
                    frames[f, F_STEPS] = steps - (kind != SLOT)
                    frames[f, F_REGS], frames[f, F_PC], frames[f, F_RUN] = regs, pc, run
                    frames[f, F_SAVED], frames[f, F_SAVED_PC] = saved, saved_pc
                    frames[f, F_POWER], frames[f, F_LAPS] = power, laps
                    frames[f, F_FRESH], frames[f, F_TOTAL] = fresh, total
                    frames[f, F_QUERIES], frames[f, F_BITS] = queries, bits
                    frames[f, F_OPEN], frames[f, F_LOOSE] = open_slots, loose
                    frames[f, F_ASKED], frames[f, F_LONGEST] = asked, longest
                    frames[f, F_BEST_TIME], frames[f, F_BEST_ASKED] = -1, -1
            elif failed:
                running = False
            if running:
                continue
        # Take back the last choice and try the next option.
        while depth > 0:
            f = depth - 1
            kind, at = frames[f, F_KIND], frames[f, F_AT]
            if kind == SLOT:
                code[at] = -1
                targets[at] = -1
            elif kind == TARGET:
                targets[at] = -1
            else:
                entries[at] = -1
            option = frames[f, F_NEXT]
            if option >= frames[f, F_COUNT]:
                depth -= 1
                continue
            frames[f, F_NEXT] = option + 1
            nodes += 1
            fresh, bits = frames[f, F_FRESH], frames[f, F_BITS]
            open_slots, loose = frames[f, F_OPEN], frames[f, F_LOOSE]
            if kind == SLOT:
                v = allowed[fresh, option]
                bits += variants[v, V_BITS]
                open_slots -= 1
                if bits + open_slots * least_bits > most_bits:
                    continue
                if not _fits(at, v, code, targets, variants, params):
                    continue
                code[at] = v
                if variants[v, V_OP] >= JMP:
                    loose += 1
                fresh = fresh_after[v, fresh]
            elif kind == TARGET:
                if not _may_jump(at, option, code, variants, params):
                    continue
                targets[at] = option
                loose -= 1
            else:
                entries[at] = option
            if rules & RULE_ORDER and not _in_order(
                code, targets, variants, length, open_slots + loose
            ):
                continue
            regs, pc, run = frames[f, F_REGS], frames[f, F_PC], frames[f, F_RUN]
            steps, asked = frames[f, F_STEPS], frames[f, F_ASKED]
            saved, saved_pc = frames[f, F_SAVED], frames[f, F_SAVED_PC]
            power, laps = frames[f, F_POWER], frames[f, F_LAPS]
            total, queries = frames[f, F_TOTAL], frames[f, F_QUERIES]
            longest = frames[f, F_LONGEST]
            running = True
            break
        if not running or nodes > until:
            until = nodes + _PATIENCE
            over = nodes > most_nodes or stop[0] != 0
            if not running or over:
                state[S_DEPTH], state[S_NODES], state[S_FOUND] = depth, nodes, count
                return END if not running else STOPPED
