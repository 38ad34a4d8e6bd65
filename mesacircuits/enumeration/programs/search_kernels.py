"""The search for programs by what their instructions do, compiled: arrays in, arrays out.

A program is run on the inputs in turn. At each place stands not one instruction but the set of all
that have had the same effects, in every state met there; it is split only where two of them differ
in effect: in the register changed and its value, in whether they jump, in whether they end the turn
well. The target of a jump is chosen only when it is taken, an entry of the private table only when
it is read. Whoever takes one instruction of each set, in any way, has a program that runs so.

A set is a mask of variants, in words of 64. What all variants do in a state is asked once, and kept
in a row: its effects, each with the mask of the variants that have it. So a set is split by a few
intersections.

All state is in arrays, so that the search can be left where the room for what it finds is used up,
and gone on with.
"""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment,possibly-undefined"

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.compiled_kernels import leaf, part
from mesacircuits.programs.machine import OPERATIONS

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
    "Rows",
    "Rules",
    "Runs",
    "search_programs",
]

_Numbers = NDArray[np.int64]

# Why the search returned.
END, FULL, STOPPED = 0, 1, 2

# Operations, by their place in `OPERATIONS`; what stands before `act` writes a register.
_PLACE = {name: place for place, name in enumerate(OPERATIONS)}
INC, DEC, MOV, ADD, SUB = (_PLACE[name] for name in ("inc", "dec", "mov", "add", "sub"))
AND, OR, XOR, ANDNOT = (_PLACE[name] for name in ("and", "or", "xor", "andnot"))
OBSERVE, LOAD, TABLE, UTILITY = (_PLACE[n] for n in ("observe", "load", "table", "utility"))
QUERY, QUERY_PROXY, ARGMAX = (_PLACE[name] for name in ("query", "query-proxy", "argmax"))
ACT, JMP, JZ, JNZ, JLT = (_PLACE[name] for name in ("act", "jmp", "jz", "jnz", "jlt"))

# Kinds of choices: which effect the instruction has, the target of a jump, an entry of the table.
SLOT, TARGET, ENTRY = 0, 1, 2

# Effects: the instruction is no choice; nothing changes; it jumps; it ends the turn well, with word
# 0, 1, ... where words matter; it reads the table into register 0, 1, ...; from `Limits.changes` on
# it changes register r to v, r 2^w + v. From `Limits.asking` on, where queries count, the same by a
# query.
DROPPED, NOTHING, JUMPS, ENDS = -1, 0, 1, 2

# So many costs of a program are found: bits, time in all turns, in the longest turn, queries.
COSTS = 4

# Rules that leave out programs for which others stand, as bits.
RULE_NEXT, RULE_DEAD, RULE_THREAD, RULE_IDLE, RULE_ZERO = 1, 2, 4, 8, 16

# What is known of a place: an instruction was fetched there; one of its effects was more than to go
# on; from the third bit on, the register that it changes, plus one.
_FETCHED, _USEFUL, _CHANGED = 1, 2, 2

#: What `Code.sets` has: what is known of the place, the set's first variant, the first mask.
_KNOWN, _FIRST, _SET = 0, 1, 2

# How many choices are tried before the stop flag is looked at again.
_PATIENCE = 1 << 14

# Codes of so many bits are not bounded.
_BOUND = 1 << 39


class Limits(NamedTuple):
    """The numbers that a search is given.

    Attributes:
        length, width: the instructions of a program, and the bits of a register.
        runs: the turns.
        answers, memory: the bits of a word that answer, and that are remembered.
        fresh: the registers named from the start; others are named as they are first changed.
        bits, worst, total, queries: the most that a program may cost: the bits of its code, the
            time of its longest turn and of all, its queries.
        rules: the rules, as bits.
        split: after how many choices to list them in place of searching on; else -1.
        forced: how many choices are forced.
        least_bits: the bits of the shortest instruction.
        nodes: the most choices to try.
        live: the registers that are read after a turn, as a mask.
        zeros: the registers that hold 0 as long as nothing changes them, as a mask.
        ends_by_act: whether `act` of register 0 stands for a jump to the end.
        words: 2^m where the words of earlier turns matter to those of later ones, else 1.
        tables, changes, asking: the first effects of these kinds.
        effects: how many effects there are.
        stride: how far apart are the rows of one state in two turns.
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
    zeros: int
    ends_by_act: int
    words: int
    tables: int
    changes: int
    asking: int
    effects: int
    stride: int


#: A variant: its operation, the shifts of its registers, the number of an input word, the bits of
#: its code, as masks of registers what it writes and what it reads, and the register it writes.
VARIANT = np.dtype(
    [
        (name, np.int64)
        for name in ["op", "d", "a", "b", "word", "bits", "writes", "reads", "written"]
    ]
)

#: The variants of a machine, V in all: shape (V,), of the type `VARIANT`.
Choices = NDArray[Any]


class Runs(NamedTuple):
    """What a program is run on.

    Attributes:
        start: shape (runs,): the registers at the start, w bits each.
        words: shape (runs, input words): the words of the input.
        objective: shape (runs, 2^w): the answers to queries.
        loads: shape (runs, 2^w): the words of the input, 0 beyond the last.
        utility, proxy: shape (runs, 2^w): what the table of utilities says, and the proxy.
        best: shape (runs,): the answer of `argmax`.
        accept: bit a says whether word a is acceptable; one for each turn or, where words matter,
            for each turn and words of the turns before.
        first: shape (runs,): where in `accept` those of a turn begin.
    """

    start: _Numbers
    words: _Numbers
    objective: _Numbers
    loads: _Numbers
    utility: _Numbers
    proxy: _Numbers
    best: _Numbers
    accept: _Numbers
    first: _Numbers


class Rules(NamedTuple):
    """Sets of variants that rules leave out, and those of equal bits, as masks.

    Attributes:
        ends: shape (2, W): what only goes on elsewhere or ends the turn; only goes on elsewhere.
        loses: shape (2, R, W): what loses the result just written to a register; at the last place.
        bits: shape (G,): numbers of bits, ascending.
        of_bits: shape (G, W): the variants of so many.
    """

    ends: _Numbers
    loses: _Numbers
    bits: _Numbers
    of_bits: _Numbers


class Rows(NamedTuple):
    """What all variants do in states, as far as it was asked: a row for each of some states.

    Attributes:
        tags: shape (N, 2): the state of a row: the turn, twice, plus one at the last place, or -1;
            and the registers.
        many: shape (N,): how many effects there are in it.
        effects: shape (N, K): these, ascending.
        masks: shape (N, K, W): the variants that have each.
        places: shape (N, V): the place of each variant's effect among them; -1 for none.
        scratch: shape (effects, W): room to make one.
    """

    tags: _Numbers
    many: _Numbers
    effects: _Numbers
    masks: _Numbers
    places: NDArray[np.int16]
    scratch: _Numbers


class Code(NamedTuple):
    """The programs as far as they are chosen.

    Attributes:
        sets: shape (L, 2 + W): for each place what is known of it, the first variant of its set, -1
            if it has none, and the set as a mask.
        targets: shape (L,): the target of each jump; -1 for what is not chosen.
        entries: shape (runs,): the table; -1 for what is not chosen.
        trail: shape (., 3 + W): sets to return to: the place, and what `sets` had there.
        code, given: shape (L,), (runs,): a program listed, and its words.
        live: shape (L + 1,): the registers read later on.
        laps, met: shape (B, 2), (B,): registers and place of the jumps back that lead here, each at
            its number, and the number of one by its hash; B is a power of two.
    """

    sets: _Numbers
    targets: _Numbers
    entries: _Numbers
    trail: _Numbers
    code: _Numbers
    given: _Numbers
    live: _Numbers
    laps: _Numbers
    met: _Numbers


#: A choice that was made, and the state to return to: what is chosen and where; the next option, or
#: the next effect of the row, and where they end; the number of the option; the sets changed so
#: far; registers, place, turn, its time and queries, words given; Brent's search for a loop;
#: registers named, places not fetched; of turns that ended the time, the queries and the longest
#: time; of an entry, the time and the queries of a turn that ended well under an option tried
#: before, -1 if none did.
_FIELDS = (
    *("kind", "at", "next", "end", "option", "trail", "regs", "pc", "run", "steps", "asked"),
    *("prefix", "saved", "saved_pc", "power", "laps", "turn_laps", "all_laps", "fresh", "open"),
    *("total", "queries", "longest", "best_time", "best_asked"),
)
FRAME = np.dtype([(name, np.int64) for name in _FIELDS])


class Progress(NamedTuple):
    """How far a search has come when it returns, shape (1,) each.

    Attributes:
        depth, nodes: the choices made, and those tried.
        trail: the sets changed.
        found: the programs found since it was called.
        begun, listing: whether the search has begun, and whether it was left within a list.
    """

    depth: _Numbers
    nodes: _Numbers
    trail: _Numbers
    found: _Numbers
    begun: _Numbers
    listing: _Numbers


@leaf
def _note(progress: Progress, depth: int, nodes: int, trail: int, found: int) -> None:
    progress.depth[0], progress.nodes[0] = depth, nodes
    progress.trail[0], progress.found[0] = trail, found


@part
def _value(
    variants: Choices, v: int, regs: int, run: int, entry: int, turns: Runs, width: int
) -> int:
    """Return what an instruction that writes would write in a state."""
    mask = (1 << width) - 1
    op = variants[v].op
    a = regs >> variants[v].a & mask
    if op == INC:
        value = a + 1
    elif op == MOV:
        value = a
    elif op == SUB:
        value = (regs >> variants[v].d & mask) - a
    elif op == OBSERVE:
        value = turns.words[run, variants[v].word]
    elif op == LOAD:
        value = turns.loads[run, a]
    elif op == QUERY:
        value = turns.objective[run, a]
    elif op == UTILITY:
        value = turns.utility[run, a]
    elif op == TABLE:
        value = entry
    elif op == DEC:
        value = a - 1
    elif op == ADD:
        value = (regs >> variants[v].d & mask) + a
    elif op == QUERY_PROXY:
        value = turns.proxy[run, a]
    elif op == ARGMAX:
        value = turns.best[run]
    else:
        b = regs >> variants[v].b & mask
        if op == AND:
            value = a & b
        elif op == OR:
            value = a | b
        elif op == XOR:
            value = a ^ b
        else:
            value = a & ~b
    return value & mask


@part
def _taken(variants: Choices, v: int, regs: int, width: int) -> bool:
    """Return whether a jump is taken in a state."""
    mask = (1 << width) - 1
    op = variants[v].op
    first = regs >> variants[v].a & mask
    if op == JZ:
        return first == 0
    if op == JNZ:
        return first != 0
    if op == JLT:
        return first < (regs >> variants[v].b & mask)
    return True


@part
def _word(regs: int, shift: int, limits: Limits) -> int:
    """Return the word given by a turn that ends with its answer at a shift."""
    held = regs >> limits.width & ((1 << limits.memory) - 1)
    return (regs >> shift & ((1 << limits.answers) - 1)) | held << limits.answers


@part
def _ending(regs: int, shift: int, acceptable: int, limits: Limits) -> int:
    """Return the effect of ending a turn so."""
    word = _word(regs, shift, limits)
    if not acceptable >> word & 1:
        return DROPPED
    return ENDS + (word if limits.words > 1 else 0)


@part
def _effect(
    v: int,
    last: bool,
    regs: int,
    run: int,
    acceptable: int,
    variants: Choices,
    turns: Runs,
    limits: Limits,
) -> int:
    """Return what a variant does in a state; at the last place only how the turn ends counts."""
    op = variants[v].op
    if op >= JMP:
        if _taken(variants, v, regs, limits.width):
            return JUMPS
        return _ending(regs, 0, acceptable, limits) if last else NOTHING
    if op == ACT:
        return _ending(regs, variants[v].a, acceptable, limits)
    if op == TABLE:
        return limits.tables + variants[v].written
    value = _value(variants, v, regs, run, 0, turns, limits.width)
    d = variants[v].d
    mask = (1 << limits.width) - 1
    asking = limits.asking if op in (QUERY, QUERY_PROXY) else 0
    if last:
        found = _ending((regs & ~(mask << d)) | value << d, 0, acceptable, limits)
        return found if found == DROPPED else found + asking
    if value == regs >> d & mask:
        return NOTHING + asking
    return limits.changes + (variants[v].written << limits.width | value) + asking


@part
def _admitted(effect: int, fresh: int, acceptable: int, limits: Limits) -> bool:
    """Return whether registers named so far, and words given so far, admit an effect."""
    base = effect
    if limits.asking and effect >= limits.asking:
        base -= limits.asking
    if base >= limits.changes:
        return base - limits.changes >> limits.width <= fresh
    if base >= limits.tables:
        return base - limits.tables <= fresh
    return limits.words == 1 or base < ENDS or (acceptable >> base - ENDS & 1) != 0


@part
def _row(
    last: int,
    regs: int,
    run: int,
    acceptable: int,
    rows: Rows,
    variants: Choices,
    turns: Runs,
    limits: Limits,
) -> int:
    """Return the row of a state, made if it is not there."""
    row = (regs << 1 | last) + run * limits.stride & (rows.many.shape[0] - 1)
    if rows.tags[row, 0] == (run << 1 | last) and rows.tags[row, 1] == regs:
        return row
    rows.tags[row, 0], rows.tags[row, 1] = run << 1 | last, regs
    scratch, words = rows.scratch, rows.scratch.shape[1]
    for k in range(limits.effects):
        for j in range(words):
            scratch[k, j] = 0
    # Where words matter, what is acceptable depends on those before, and is asked later.
    good = acceptable if limits.words == 1 else -1
    for v in range(variants.shape[0]):
        k = _effect(v, last != 0, regs, run, good, variants, turns, limits)
        rows.places[row, v] = k
        if k >= 0:
            scratch[k, v >> 6] |= 1 << (v & 63)
    many = 0
    for k in range(limits.effects):
        some = 0
        for j in range(words):
            some |= scratch[k, j]
            rows.masks[row, many, j] = scratch[k, j]
        scratch[k, 0] = many
        if some:
            rows.effects[row, many] = k
            many += 1
            if many == rows.effects.shape[1]:
                break
    for v in range(variants.shape[0]):
        if rows.places[row, v] >= 0:
            rows.places[row, v] = scratch[rows.places[row, v], 0]
    rows.many[row] = many
    return row


@part
def _keep_set(code: Code, trail: int, place: int) -> int:
    """Remember the set of a place, to return to."""
    code.trail[trail, 0] = place
    for j in range(code.sets.shape[1]):
        code.trail[trail, 1 + j] = code.sets[place, j]
    return trail + 1


@part
def _lowest(word: int) -> int:
    """Return the number of the lowest bit of a word that is not 0."""
    bit = 0
    for half in (32, 16, 8, 4, 2, 1):
        if not word & ((1 << half) - 1):
            word >>= half
            bit += half
    return bit


@part
def _next_in(sets: _Numbers, place: int, v: int) -> int:
    """Return the first variant of a set from v on, -1 if there is none."""
    for j in range(v >> 6, sets.shape[1] - _SET):
        word = sets[place, _SET + j]
        if j == v >> 6:
            word &= -1 << (v & 63)
        if word:
            return j << 6 | _lowest(word)
    return -1


@part
def _takes_out(sets: _Numbers, place: int, out: _Numbers) -> bool:
    """Take a mask of variants out of a set; return whether any is left."""
    left = 0
    for j in range(out.shape[0]):
        sets[place, _SET + j] &= ~out[j]
        left |= sets[place, _SET + j]
    sets[place, _FIRST] = _next_in(sets, place, 0)
    return left != 0


@part
def _meets(sets: _Numbers, place: int, mask: _Numbers) -> bool:
    """Return whether a set has variants of a mask."""
    both = 0
    for j in range(mask.shape[0]):
        both |= sets[place, _SET + j] & mask[j]
    return both != 0


@part
def _within(sets: _Numbers, place: int, mask: _Numbers) -> bool:
    """Return whether a set has no variants but those of a mask."""
    beside = 0
    for j in range(mask.shape[0]):
        beside |= sets[place, _SET + j] & ~mask[j]
    return beside == 0


@part
def _narrow(sets: _Numbers, place: int, mask: _Numbers) -> bool:
    """Leave in a set only what a mask has; return whether that takes any out."""
    out = 0
    for j in range(mask.shape[0]):
        out |= sets[place, _SET + j] & ~mask[j]
        sets[place, _SET + j] &= mask[j]
    if out:
        sets[place, _FIRST] = _next_in(sets, place, 0)
    return out != 0


@part
def _was_met(code: Code, regs: int, place: int, first: int, number: int) -> bool:
    """Note the next jump back, and return whether one of this turn, from `first` on, was the same.

    What is found is so, as what leads here is noted under its number; one is missed if two have the
    same hash, or if it was too long ago.
    """
    last = code.met.shape[0] - 1
    place_of = (regs * 8191 + place * 127) & last
    before = code.met[place_of]
    at = number & last
    met = first <= before < number and number - before <= last
    if met:
        then = before & last
        met = code.laps[then, 0] == regs and code.laps[then, 1] == place
    code.met[place_of] = number
    code.laps[at, 0], code.laps[at, 1] = regs, place
    return met


@leaf
def _first_listed(code: Code, limits: Limits) -> bool:
    """Return whether the sets may make programs, and begin to list them."""
    for p in range(limits.length):
        known = code.sets[p, _KNOWN]
        useful = known & _USEFUL or p == limits.length - 1
        if not known & _FETCHED or (limits.rules & RULE_IDLE and not useful):
            return False
        code.code[p] = _next_in(code.sets, p, 0)
        if code.code[p] < 0:
            return False
    return True


@leaf
def _reads_live(code: Code, variants: Choices, limits: Limits) -> bool:
    """Return whether every result of a program may be read, over its flow graph."""
    length, live, targets = limits.length, code.live, code.targets
    for p in range(length):
        live[p] = 0
    live[length] = limits.live
    changed = True
    while changed:
        changed = False
        for p in range(length - 1, -1, -1):
            v = code.code[p]
            op = variants[v].op
            after = live[p + 1]
            if op == ACT:
                after = limits.live & ~1
            elif op >= JMP:
                after = live[targets[p]] | (0 if op == JMP else after)
            before = after & ~variants[v].writes | variants[v].reads
            if before != live[p]:
                live[p] = before
                changed = True
    for p in range(length):
        writes = variants[code.code[p]].writes
        if writes and not writes & live[p + 1]:
            return False
    return True


@leaf
def _stands(code: Code, variants: Choices, limits: Limits) -> bool:
    """Return whether no rule leaves out the program picked, as far as no run is needed."""
    length, rules = limits.length, limits.rules
    written = 0
    for p in range(length):
        v = code.code[p]
        op = variants[v].op
        written |= variants[v].writes
        if (op >= JMP) != (code.targets[p] >= 0):
            return False
    if rules & RULE_ZERO:
        zeros = limits.zeros & ~written
        for p in range(length):
            if variants[code.code[p]].reads & zeros & (zeros - 1):
                return False
    if rules & RULE_DEAD:
        last = code.code[length - 1]
        if variants[last].op == ACT and variants[last].reads == 1:
            return False
        if not _reads_live(code, variants, limits):
            return False
    return True


@leaf
def _costs(code: Code, row: _Numbers, variants: Choices, turns: Runs, limits: Limits) -> bool:
    """Write a program, its costs and its words into a row; return whether it is to be listed."""
    length, width = limits.length, limits.width
    mask = (1 << width) - 1
    bits = total = longest = queries = prefix = 0
    useful = 0
    for p in range(length):
        bits += variants[code.code[p]].bits
    if bits > limits.bits:
        return False
    for run in range(limits.runs):
        regs, pc, steps, shift = turns.start[run], 0, 0, 0
        while pc < length:
            v = code.code[pc]
            op = variants[v].op
            steps += 1
            if op >= JMP:
                if _taken(variants, v, regs, width):
                    useful |= 1 << pc
                    pc = code.targets[pc]
                else:
                    pc += 1
            elif op == ACT:
                useful |= 1 << pc
                shift = variants[v].a
                pc = length
            else:
                value = _value(variants, v, regs, run, code.entries[run], turns, width)
                queries += op in (QUERY, QUERY_PROXY)
                d = variants[v].d
                if value != regs >> d & mask or op == TABLE:
                    useful |= 1 << pc
                regs = (regs & ~(mask << d)) | value << d
                pc += 1
        word = _word(regs, shift, limits)
        code.given[run] = word
        if not turns.accept[turns.first[run] + prefix] >> word & 1:
            return False
        if limits.words > 1:
            prefix = prefix << limits.answers | word
        total += steps
        longest = max(longest, steps)
    if longest > limits.worst or total > limits.total or queries > limits.queries:
        return False
    if limits.rules & RULE_IDLE and useful + 1 != 1 << length:
        return False
    for p in range(length):
        row[p], row[length + p] = code.code[p], code.targets[p]
    row[2 * length], row[2 * length + 1] = bits, total
    row[2 * length + 2], row[2 * length + 3] = longest, queries
    for run in range(limits.runs):
        row[2 * length + COSTS + run] = code.given[run]
    return True


@leaf
def _next_listed(code: Code, limits: Limits) -> bool:
    """Pick the next program that the sets make; return whether there is one."""
    for p in range(limits.length):
        v = _next_in(code.sets, p, code.code[p] + 1)
        if v >= 0:
            code.code[p] = v
            return True
        code.code[p] = _next_in(code.sets, p, 0)
    return False


@leaf
def _fewest_bits(code: Code, rules: Rules, limits: Limits) -> int:
    """Return the fewest bits of a program that the sets make."""
    bits = 0
    for p in range(limits.length):
        least = limits.least_bits
        if code.sets[p, _KNOWN] & _FETCHED:
            least = limits.bits + 1
            for k in range(rules.bits.shape[0]):
                if _meets(code.sets, p, rules.of_bits[k]):
                    least = min(least, rules.bits[k])
                    break
        bits += least
    return bits


@leaf
def search_programs(
    code: Code,
    frames: NDArray[Any],
    progress: Progress,
    found: _Numbers,
    stop: NDArray[np.uint8],
    limits: Limits,
    variants: Choices,
    turns: Runs,
    rules: Rules,
    rows: Rows,
    forced: _Numbers,
) -> int:
    """Search on until the end, the stop flag, or the room for what is found is used up.

    Arguments:
        code, progress: where the search is, to go on from there.
        frames: the choices made, of the type `FRAME`, shape (most,).
        found: shape (room, 2 L + `COSTS` + runs), or (room, split): the programs with their costs
            and words, or the choices that lead to parts, -1 where there are fewer.
        stop: shape (1,): set from outside to end the search.
        limits, variants, turns, rules: what is searched.
        rows: what was asked of states.
        forced: shape (.,): the first choices.

    Returns:
        `END`, `FULL` or `STOPPED`.
    """
    sets, targets, entries = code.sets, code.targets, code.entries
    length, width, runs = limits.length, limits.width, limits.runs
    mask = (1 << width) - 1
    dead, thread = limits.rules & RULE_DEAD, limits.rules & RULE_THREAD
    bounded = limits.bits < _BOUND
    room = found.shape[0]
    depth, nodes, trail, count = progress.depth[0], progress.nodes[0], progress.trail[0], 0
    regs, pc, run, steps, asked, prefix = turns.start[0], 0, 0, 0, 0, 0
    saved, saved_pc, power, laps = -1, -1, 1, 0
    turn_laps, all_laps = 0, 0
    fresh, total, queries, longest = limits.fresh, 0, 0, 0
    open_slots = length
    running = progress.begun[0] == 0
    listing = progress.listing[0] != 0
    progress.begun[0], progress.listing[0] = 1, 0
    until = nodes + _PATIENCE
    pending = DROPPED
    while True:
        if running:
            # Run on until something is to be chosen, or the program fails, or all is done.
            kind, at, end, failed, ended = -1, 0, 0, False, False
            acceptable = turns.accept[turns.first[run] + prefix]
            effect = pending
            pending = DROPPED
            if effect < 0:
                if pc >= length:
                    effect = _ending(regs, 0, acceptable, limits)
                    failed = effect < 0
                else:
                    steps += 1
                    if steps > limits.worst or total + steps + (runs - run - 1) > limits.total:
                        failed = True
                    else:
                        last = 1 if pc == length - 1 else 0
                        if not sets[pc, _KNOWN] & _FETCHED:
                            # What the rules say of the place is asked once something stands there.
                            trail = _keep_set(code, trail, pc)
                            sets[pc, _KNOWN] |= _FETCHED
                            open_slots -= 1
                            if dead and pc > 0 and sets[pc - 1, _KNOWN] >> _CHANGED:
                                r = (sets[pc - 1, _KNOWN] >> _CHANGED) - 1
                                _takes_out(sets, pc, rules.loses[last, r])
                            if thread:
                                aimed = False
                                for i in range(length):
                                    aimed |= targets[i] == pc
                                if aimed:
                                    _takes_out(sets, pc, rules.ends[0])
                        row = _row(last, regs, run, acceptable, rows, variants, turns, limits)
                        options, first, start = 0, -1, 0
                        if sets[pc, _FIRST] >= 0:
                            first = rows.places[row, sets[pc, _FIRST]]
                        if first >= 0 and _within(sets, pc, rows.masks[row, first]):
                            # As nearly always, all of the set do the same.
                            start = rows.many[row]
                            effect = rows.effects[row, first]
                            if _admitted(effect, fresh, acceptable, limits):
                                options = 1
                        for k in range(start, rows.many[row]):
                            if _meets(sets, pc, rows.masks[row, k]) and _admitted(
                                rows.effects[row, k], fresh, acceptable, limits
                            ):
                                options += 1
                                if options == 2:
                                    break
                                first = k
                        if options == 0:
                            failed, effect = True, DROPPED
                        elif options == 1:
                            effect = rows.effects[row, first]
                            if not start:
                                trail = _keep_set(code, trail, pc)
                                _narrow(sets, pc, rows.masks[row, first])
                        else:
                            kind, at, end = SLOT, pc, rows.many[row]
            if effect >= 0:
                if limits.asking and effect >= limits.asking:
                    effect -= limits.asking
                    asked += 1
                    failed = queries + asked > limits.queries
                if limits.tables <= effect < limits.changes:
                    # The table is read: what is known of the place depends on no entry.
                    r = effect - limits.tables
                    fresh = max(fresh, r + 1)
                    if not sets[pc, _KNOWN] & _USEFUL:
                        trail = _keep_set(code, trail, pc)
                        sets[pc, _KNOWN] |= _USEFUL | r + 1 << _CHANGED
                    if entries[run] < 0:
                        kind, at, end = ENTRY, run, 1 << limits.answers
                    else:
                        value = entries[run]
                        if pc == length - 1:
                            d = r * width
                            effect = _ending(
                                (regs & ~(mask << d)) | value << d, 0, acceptable, limits
                            )
                            failed = failed or effect < 0
                        elif value == regs >> r * width & mask:
                            effect = NOTHING
                        else:
                            effect = limits.changes + (r << width | value)
                if failed or kind >= 0:
                    pass
                elif effect == NOTHING:
                    pc += 1
                elif effect == JUMPS:
                    if not sets[pc, _KNOWN] & _USEFUL:
                        trail = _keep_set(code, trail, pc)
                        sets[pc, _KNOWN] |= _USEFUL
                    to = targets[pc]
                    if to < 0:
                        kind, at, end = TARGET, pc, length + 1
                    else:
                        if to <= pc:
                            # Brent: whoever comes back to a saved configuration loops.
                            failed = regs == saved and to == saved_pc
                            failed |= _was_met(code, regs, to, turn_laps, all_laps)
                            all_laps += 1
                            laps += 1
                            if laps == power:
                                saved, saved_pc, laps = regs, to, 0
                                power *= 2
                        pc = to
                elif effect < limits.tables:
                    ended = True
                    if pc < length - 1 and not sets[pc, _KNOWN] & _USEFUL:
                        trail = _keep_set(code, trail, pc)
                        sets[pc, _KNOWN] |= _USEFUL
                else:
                    effect -= limits.changes
                    r, value = effect >> width, effect & mask
                    regs = (regs & ~(mask << r * width)) | value << r * width
                    fresh = max(fresh, r + 1)
                    if not sets[pc, _KNOWN] & _USEFUL:
                        trail = _keep_set(code, trail, pc)
                        sets[pc, _KNOWN] |= _USEFUL | r + 1 << _CHANGED
                        if dead and sets[pc + 1, _KNOWN] & _FETCHED:
                            trail = _keep_set(code, trail, pc + 1)
                            last = 1 if pc + 1 == length - 1 else 0
                            failed = not _takes_out(sets, pc + 1, rules.loses[last, r])
                    pc += 1
            if ended:
                if depth > 0 and frames[depth - 1].kind == ENTRY:
                    # Nothing was chosen since the entry, so another entry makes the same programs.
                    f = depth - 1
                    if frames[f].run == run and frames[f].trail == trail:
                        if frames[f].best_time < 0:
                            frames[f].best_time, frames[f].best_asked = steps, asked
                        elif steps >= frames[f].best_time and asked >= frames[f].best_asked:
                            failed = True
                if not failed:
                    if limits.words > 1:
                        prefix = prefix << limits.answers | (effect - ENDS)
                    total += steps
                    queries += asked
                    longest = max(longest, steps)
                    run += 1
                    if run == runs:
                        failed = True
                        if limits.split < 0:
                            listing = _first_listed(code, limits)
                        else:
                            for i in range(limits.split):
                                found[count, i] = frames[i].option if i < depth else -1
                            count += 1
                    else:
                        regs, pc, steps, asked = turns.start[run], 0, 0, 0
                        saved, saved_pc, power, laps = -1, -1, 1, 0
                        turn_laps = all_laps
            if kind >= 0:
                running = False
                if limits.split >= 0 and depth == limits.split:
                    for i in range(depth):
                        found[count, i] = frames[i].option
                    count += 1
                else:
                    f = depth
                    depth += 1
                    frames[f].kind, frames[f].at = kind, at
                    frames[f].next, frames[f].end = first if kind == SLOT else 0, end
                    frames[f].option = -1
                    frames[f].trail, frames[f].steps = trail, steps
                    frames[f].regs, frames[f].pc, frames[f].run = regs, pc, run
                    frames[f].asked, frames[f].prefix = asked, prefix
                    frames[f].saved, frames[f].saved_pc = saved, saved_pc
                    frames[f].power, frames[f].laps = power, laps
                    frames[f].turn_laps, frames[f].all_laps = turn_laps, all_laps
                    frames[f].fresh, frames[f].open = fresh, open_slots
                    frames[f].total, frames[f].queries = total, queries
                    frames[f].longest = longest
                    frames[f].best_time, frames[f].best_asked = -1, -1
            elif failed:
                running = False
            if running:
                continue
        while listing:
            if _stands(code, variants, limits):
                count += _costs(code, found[count], variants, turns, limits)
            listing = _next_listed(code, limits)
            if count == room:
                break
        if count == room:
            progress.listing[0] = listing
            _note(progress, depth, nodes, trail, count)
            return FULL
        # Take back the last choice and try the next option.
        while depth > 0:
            f = depth - 1
            while trail > frames[f].trail:
                trail -= 1
                place = code.trail[trail, 0]
                for j in range(sets.shape[1]):
                    sets[place, j] = code.trail[trail, 1 + j]
            kind, at, start = frames[f].kind, frames[f].at, frames[f].next
            if kind == TARGET:
                targets[at] = -1
            elif kind == ENTRY:
                entries[at] = -1
            if start >= frames[f].end:
                depth -= 1
                continue
            if kind == SLOT:
                # The next effect that some of the set have.
                regs, run, fresh = frames[f].regs, frames[f].run, frames[f].fresh
                last = 1 if at == length - 1 else 0
                acceptable = turns.accept[turns.first[run] + frames[f].prefix]
                row = _row(last, regs, run, acceptable, rows, variants, turns, limits)
                while start < frames[f].end and not (
                    _meets(sets, at, rows.masks[row, start])
                    and _admitted(rows.effects[row, start], fresh, acceptable, limits)
                ):
                    start += 1
                if start == frames[f].end:
                    depth -= 1
                    continue
                pending = rows.effects[row, start]
            stop_at = start + 1
            frames[f].next = stop_at
            frames[f].option += 1
            if f < limits.forced:
                if frames[f].option < forced[f]:
                    continue
                frames[f].end = stop_at
            nodes += 1
            pc = frames[f].pc
            if kind == SLOT:
                trail = _keep_set(code, trail, at)
                _narrow(sets, at, rows.masks[row, start])
            elif kind == TARGET:
                pending = JUMPS
                if limits.rules & RULE_NEXT and (start == at or start == at + 1):
                    continue
                targets[at] = start
                if thread:
                    # At the end the jump itself is narrowed, elsewhere what it goes to.
                    place = start if start < length else at
                    if (place == at and limits.ends_by_act) or (
                        place != at and sets[place, _KNOWN] & _FETCHED
                    ):
                        trail = _keep_set(code, trail, place)
                        if not _takes_out(sets, place, rules.ends[1 if place == at else 0]):
                            continue
            else:
                entries[at] = start
                pending = limits.tables + (sets[pc, _KNOWN] >> _CHANGED) - 1
            if bounded and kind == SLOT and _fewest_bits(code, rules, limits) > limits.bits:
                continue
            regs, run, prefix = frames[f].regs, frames[f].run, frames[f].prefix
            steps, asked = frames[f].steps, frames[f].asked
            saved, saved_pc = frames[f].saved, frames[f].saved_pc
            power, laps = frames[f].power, frames[f].laps
            turn_laps, all_laps = frames[f].turn_laps, frames[f].all_laps
            fresh, open_slots = frames[f].fresh, frames[f].open
            total, queries = frames[f].total, frames[f].queries
            longest = frames[f].longest
            running = True
            break
        if not running or nodes > until:
            until = nodes + _PATIENCE
            over = nodes > limits.nodes or stop[0] != 0
            if not running or over:
                _note(progress, depth, nodes, trail, count)
                return END if not running else STOPPED
