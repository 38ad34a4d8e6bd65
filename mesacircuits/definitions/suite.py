"""The suite: solvers with the verdicts that a reader gives them, to measure definitions by.

A definition of "optimizer" is tried on circuits of which everybody can say what they do: searches
of all kinds, controllers, tables, and much that looks alike and is none of them. The verdicts are a
reader's. No definition had a part in them, and where a definition says otherwise, that is what the
suite is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.definition import CONTROL_LIKE, LOOKUP_TABLE, SEARCH_LIKE
from mesacircuits.definitions.exemplars import (
    EXEMPLARS,
    Exemplar,
    exemplar_of_circuit,
    exemplar_of_program,
    program_exemplars,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import OptimisationTask, World, WorldTask
from mesacircuits.tasks.library.functions import function_of_words

__all__ = ["MAY_BE_MISSED", "suite", "suite_item"]

#: Items that a definition of a tag may miss: binary search leaves most candidates out unevaluated,
#: and compares no two evaluations.
MAY_BE_MISSED = {SEARCH_LIKE: frozenset({"binary-search", "binary-search-program"})}

_S, _C, _T = SEARCH_LIKE, CONTROL_LIKE, LOOKUP_TABLE

Bits = tuple[int, ...]
#: What a candidate is worth, from its own features and the context.
Utility = Callable[[Bits, Bits], int]


# -- tasks -------------------------------------------------------------------------------------


def _choice(
    label: str,
    features: Sequence[Sequence[int]],
    utility: Utility,
    *,
    inputs: int | None = None,
    words: Sequence[int] = (),
    default: tuple[int, Fraction] | None = None,
    ties: str = "free",
    support: int | None = None,
) -> OptimisationTask:
    """Return the choice among candidates of which each has features of its own.

    Arguments:
        label: what the task is called.
        features: for each candidate the inputs that are its features.
        utility: what a candidate is worth, from its features and the context.
        inputs: n; by default as many as are features.
        words: the candidates' words; by default their numbers.
        default: a further word, and what it is worth on every input.
        ties, support: as for `OptimisationTask`.
    """
    count = sum(map(len, features)) if inputs is None else inputs
    own = {position for positions in features for position in positions}
    context = [position for position in range(count) if position not in own]

    def bits(x: int, positions: Iterable[int]) -> Bits:
        return tuple(x >> position & 1 for position in positions)

    rows = [
        tuple(Fraction(utility(bits(x, positions), bits(x, context))) for positions in features)
        for x in range(1 << count)
    ]
    candidates = tuple(words or range(len(features)))
    listed = [tuple(positions) for positions in features]
    if default is not None:
        candidates = (*candidates, default[0])
        rows = [(*row, default[1]) for row in rows]
        listed.append(())
    return OptimisationTask(
        inputs=count,
        outputs=max(max(candidates).bit_length(), 1),
        candidates=candidates,
        utilities=tuple(rows),
        support=support,
        ties=ties,
        label=label,
        features=tuple(listed),
    )


def _all(own: Bits, context: Bits) -> int:
    return int(all((*own, *context)))


def _parity(own: Bits, context: Bits) -> int:
    return sum((*own, *context)) & 1


def _number(own: Bits, context: Bits) -> int:
    return sum(bit << place for place, bit in enumerate(own))


def _gray(own: Bits, context: Bits) -> int:
    # Gray code: the bits from the highest down are the sums of all above.
    bits = [sum(own[place:]) & 1 for place in range(len(own))]
    return _number(tuple(bits), ())


def _majority(own: Bits, context: Bits) -> int:
    return int(2 * sum(own) > len(own))


def _relabelled() -> OptimisationTask:
    # Inputs: two values, the bit that both share, and a key that renames the words.
    rows = []
    for x in range(16):
        worth = [x >> i & x >> 2 & 1 for i in (0, 1)]
        key = x >> 3
        rows.append(tuple(Fraction(worth[word ^ key]) for word in (0, 1)))
    return OptimisationTask(4, 1, (0, 1), tuple(rows), label="argmax-relabelled")


def _climb(moves: bool) -> OptimisationTask:
    # Inputs: a position of two bits on a ring of four, then the height of each. From a position one
    # goes to the next, or stays.
    rows, words = [], (0, 1) if moves else (0, 1, 2, 3)
    for x in range(64):
        at = x & 3
        heights = [x >> 2 + place & 1 for place in range(4)]
        reached = {0: at, 1: (at + 1) % 4} if moves else {at: at, (at + 1) % 4: (at + 1) % 4}
        # Where it cannot go is worse than anywhere that it can.
        rows.append(tuple(Fraction(heights[reached[w]] if w in reached else -1) for w in words))
    name = "hill-climbing-move" if moves else "hill-climbing-position"
    return OptimisationTask(6, 1 if moves else 2, words, tuple(rows), label=name)


def _plan(own: Bits, context: Bits) -> int:
    return int(any(own) and all(context))


#: The inputs on which a list of three bits ascends.
_ASCENDING = sum(1 << x for x in (0b000, 0b100, 0b110, 0b111))


def _plant(
    label: str,
    states: int,
    target: Iterable[int],
    step: Callable[[int, int], int],
    *,
    action_bits: int = 1,
    within: int | None = None,
    state_bits: int = 0,
    moved: Sequence[int] = (1, -1),
) -> WorldTask:
    """Return the task of a world whose states are numbers, observed as they are.

    Arguments:
        label: what the task is called.
        states: how many there are, a power of two.
        target: those to be reached and kept.
        step: the next state under an action; what is out of range is the nearest in range.
        action_bits: m.
        within: T; by default the number of states.
        state_bits: k, the bits that the policy may keep.
        moved: by how much each disturbance moves the state.
    """

    def near(state: int) -> int:
        return max(0, min(states - 1, state))

    every = range(states)
    world = World(
        (states - 1).bit_length(),
        action_bits,
        tuple(map(str, every)),
        tuple(every),
        tuple(tuple(near(step(s, a)) for a in range(1 << action_bits)) for s in every),
        tuple(every),
        tuple(target),
        tuple(tuple(near(s + by) for s in every) for by in moved),
    )
    return WorldTask(
        world, states if within is None else within, state_bits=state_bits, label=label
    )


def _heated(state: int, action: int) -> int:
    return state + (1 if action else -1)


def _pushed(state: int, action: int) -> int:
    # Bit 0 heats, bit 1 cools; both cancel out.
    return state + (0, 1, -1, 0)[action]


#: The key of each state of the combination lock.
_KEYS = (0, 3, 1, 2)


def _unlocked(state: int, action: int) -> int:
    # A wrong key locks what is open.
    return 0 if action == _KEYS[state] else max(state, 1)


def _washed(state: int, action: int) -> int:
    # Stages are gone through by 0, 1, 0; what is not their turn changes nothing.
    return min(state + (action == state & 1), 3) if state < 3 else 3


def _ring() -> WorldTask:
    # A place and a goal on a ring of four. Action bit 0 goes up, bit 1 down; both cancel out.
    states = [(place, goal) for goal in range(4) for place in range(4)]
    number = {state: i for i, state in enumerate(states)}

    def moved(state: tuple[int, int], by: int) -> int:
        return number[(state[0] + by) % 4, state[1]]

    world = World(
        4,
        2,
        tuple(f"at={place} goal={goal}" for place, goal in states),
        tuple(place | goal << 2 for place, goal in states),
        tuple(tuple(moved(state, by) for by in (0, 1, -1, 0)) for state in states),
        tuple(range(16)),
        tuple(number[place, place] for place in range(4)),
        tuple(tuple(moved(state, by) for state in states) for by in (1, -1)),
    )
    return WorldTask(world, 2, label="ring")


# -- items -------------------------------------------------------------------------------------

# Evaluations of four candidates, of which each satisfies if its own bit and both context bits do.
_FOUR = "s = e & f; v0 = a & s; v1 = b & s; v2 = c & s; v3 = d & s; "
_TWO = "v0 = a & c; v1 = b & c; "
# The greater of two numbers of two bits each, c d above a b: whether it is the second.
_GREATER = "x = d & ~b; y = ~(d ^ b); z = c & ~a; t = y & z; m = x | t; "


def _argmax(candidates: int, shared: int, ties: str = "free") -> OptimisationTask:
    """Return the choice of a candidate whose own bit and all context bits are 1."""
    name = f"argmax-{candidates}-{shared}" + (f"-{ties}" if ties != "free" else "")
    own = [(i,) for i in range(candidates)]
    return _choice(name, own, _all, inputs=candidates + shared, ties=ties)


def _searches() -> Iterable[Exemplar[Circuit]]:
    item = exemplar_of_circuit
    pairs = [(0, 1), (2, 3)]
    triples = [(0, 1, 2), (3, 4, 5)]
    yield item(
        "argmax-3-one-bit",
        _argmax(3, 1),
        "v0 = a & d; v1 = b & d; v2 = c & d; l = v1 & ~v0; n = v0 | v1; h = v2 & ~n; out = l, h",
        [_S],
        "It evaluates three candidates by one predicate and gives the first that has it.",
    )
    yield item(
        "argmax-4-all-evaluated",
        _argmax(4, 2),
        _FOUR + "w1 = v1 & ~v0; n = v0 | v1; w2 = v2 & ~n; o = n | v2; w3 = v3 & ~o; l = w1 | w3; "
        "h = w2 | w3; out = l, h",
        [_S],
        "It evaluates all four candidates, then gives the index of the first good one.",
    )
    yield item(
        "argmax-4-early-exit",
        _argmax(4, 2),
        "s = e & f; v0 = a & s; r = s & ~v0; v1 = b & r; q = r & ~v1; v2 = c & q; p = q & ~v2; "
        "v3 = d & p; l = v1 | v3; h = v2 | v3; out = l, h",
        [_S],
        "The same search, in which a candidate is evaluated only if all before it failed.",
    )
    yield item(
        "argmax-of-argmax",
        _argmax(4, 2),
        _FOUR + "x = v1 & ~v0; y = v3 & ~v2; p = v0 | v1; q = v2 | v3; h = q & ~p; "
        "i = y & h; j = x & ~h; l = i | j; out = l, h",
        [_S],
        "An argmax of argmaxes: the winners of two pairs meet, and the index of the best is given.",
    )
    yield item(
        "argmax-two-bit-evaluated",
        _choice(
            "two-bit-scores",
            triples,
            lambda own, _: 2 * own[2] + (own[0] ^ own[1]),
        ),
        "p = a ^ b; q = d ^ e; x = f & ~c; y = ~(f ^ c); z = q & ~p; t = y & z; m = x | t; out = m",
        [_S],
        "It computes scores of two bits for two candidates and takes the greater.",
    )
    yield item(
        "argmax-two-bit",
        _choice("two-bit-numbers", pairs, _number),
        _GREATER + "out = m",
        [_S],
        "Scores of two bits stand in the input as they are, and the greater is taken.",
    )
    yield item(
        "argmax-3-two-bit",
        "argmax(candidates=3,levels=4)",
        "x = d & ~b; y = ~(d ^ b); z = c & ~a; t = y & z; m = x | t; "
        "g0 = a & ~m; g1 = c & m; k = g0 | g1; g2 = b & ~m; g3 = d & m; l = g2 | g3; "
        "u = f & ~l; v = ~(f ^ l); w = e & ~k; r = v & w; h = u | r; i = m & ~h; out = i, h",
        [_S],
        "It keeps the best of three scores of two bits as it goes: a running maximum.",
    )
    yield item(
        "argmax-three-bit",
        _choice("three-bit-numbers", triples, _number),
        "x = f & ~c; y = ~(f ^ c); u = e & ~b; v = ~(e ^ b); z = d & ~a; t = v & z; w = u | t; "
        "r = y & w; m = x | r; out = m",
        [_S],
        "Scores of three bits stand in the input as they are, and the greater is taken.",
    )
    yield item(
        "argmax-three-bit-evaluated",
        _choice("gray-scores", triples, _gray),
        "p = b ^ c; i = a ^ p; q = e ^ f; j = d ^ q; x = f & ~c; y = ~(f ^ c); u = q & ~p; "
        "v = ~(q ^ p); z = j & ~i; t = v & z; w = u | t; r = y & w; m = x | r; out = m",
        [_S],
        "It decodes two scores of three bits from Gray code and takes the greater.",
    )
    yield item(
        "argmax-one-hot",
        _choice("one-hot-of-3", [*pairs, (4, 5)], _parity, words=(1, 2, 4), ties="first"),
        "v0 = a ^ b; v1 = c ^ d; v2 = e ^ f; w = v1 & ~v0; n = v0 | v1; "
        "x = v2 & ~n; y = w | x; out = ~y, w, x",
        [_S],
        "It grants the first of three whose score is 1, by a line for each; else the first.",
    )
    yield item(
        "first-or-none",
        _choice("first-or-none", [(0, 1), (2, 3)], _parity, default=(2, Fraction(1, 2))),
        "v0 = a ^ b; v1 = c ^ d; w = v1 & ~v0; n = v0 | v1; out = w, ~n",
        [_S],
        "It gives the first of two that satisfies, or says that none does.",
    )
    yield item(
        "satisficing-default",
        _argmax(4, 2),
        "s = e & f; v0 = a & s; v1 = b & s; v2 = c & s; w1 = v1 & ~v0; n = v0 | v1; w2 = v2 & ~n; "
        "o = ~(n | v2); l = w1 | o; h = w2 | o; out = l, h",
        [_S],
        "It takes the first of three that is good enough, or else the fourth unseen.",
    )
    yield item(
        "xor-shares",
        _choice("xor-shares", pairs, _parity, ties="first"),
        "v0 = a ^ b; v1 = c ^ d; m = v1 & ~v0; out = m",
        [_S],
        "Each score comes in two shares, which are summed before the comparison.",
    )
    yield item(
        "parity-objective",
        _choice("parity-of-three", triples, _parity, ties="first"),
        "x = a ^ b; v0 = x ^ c; y = d ^ e; v1 = y ^ f; m = v1 & ~v0; out = m",
        [_S],
        "Each candidate is evaluated by a sum of its three features, and the first odd one taken.",
    )
    yield item(
        "majority-objective",
        _choice("majority-of-three", triples, _majority, ties="first"),
        "x = a ^ b; p = a & b; q = x & c; v0 = p | q; y = d ^ e; r = d & e; s = y & f; v1 = r | s; "
        "m = v1 & ~v0; out = m",
        [_S],
        "Each candidate is evaluated by a vote of its three features, and the first winner taken.",
    )
    yield item(
        "minimax",
        _choice("minimax", pairs, _all, ties="first"),
        "v0 = a & b; v1 = c & d; m = v1 & ~v0; out = m",
        [_S],
        "It takes the move whose worst reply is best, two plies deep.",
    )
    yield item(
        "alpha-beta",
        _choice("minimax", pairs, _all, ties="first"),
        "v0 = a & b; t = c & ~v0; m = t & d; out = m",
        [_S],
        "The same minimax, in which the second move is looked at only if the first is no win.",
    )
    yield item(
        "tie-by-random-bit",
        _choice("argmax-with-a-coin", [(0,), (1,)], lambda own, c: own[0] & c[0], inputs=4),
        _TWO + "e = v0 ^ v1; x = v1 & e; y = d & ~e; m = x | y; out = m",
        [_S],
        "It takes the better of two, and where they are equally good tosses a coin from the input.",
    )
    yield item(
        "plan-search",
        "expr:5:(c | d) & e & ~(a & e) & ~(b & e)",
        "v0 = a & e; v1 = b & e; v2 = c & e; v3 = d & e; p = v2 | v3; q = p & ~v0; m = q & ~v1; "
        "out = m",
        [_S],
        "It finds the first of four plans of two steps that works, and gives its first step.",
    )
    yield item(
        "plan-search-nested",
        _choice("first-steps", pairs, _plan, inputs=5, ties="first"),
        "v0 = a & e; v1 = b & e; v2 = c & e; v3 = d & e; p = v0 | v1; q = v2 | v3; m = q & ~p; "
        "out = m",
        [_S],
        "The best second step is found for each first step, then the best first step is given.",
    )
    climb = (
        "p0 = d & a; p1 = c & ~a; p = p0 | p1; q0 = f & a; q1 = e & ~a; q = q0 | q1; "
        "r0 = q & b; r1 = p & ~b; r = r0 | r1; "
        "s0 = e & a; s1 = d & ~a; s = s0 | s1; t0 = c & a; t1 = f & ~a; t = t0 | t1; "
        "u0 = t & b; u1 = s & ~b; u = u0 | u1; m = u & ~r; "
    )
    yield item(
        "hill-climbing-position",
        _climb(moves=False),
        climb + "i = a ^ m; k = a & m; j = b ^ k; out = i, j",
        [_S],
        "It looks up the height here and next door, moves if that is better, and gives the place.",
    )
    yield item(
        "hill-climbing-move",
        _climb(moves=True),
        climb + "out = m",
        [_S],
        "The same step of hill climbing, which says only whether to move.",
    )
    yield item(
        "argmax-relabelled",
        _relabelled(),
        _TWO + "m = v1 & ~v0; o = m ^ d; out = o",
        [_S],
        "It finds the better of two, and gives its index enciphered by a key from the input.",
    )
    listed = _choice(
        "first-in-a-sorted-list",
        [(0,), (1,), (2,)],
        _number,
        default=(3, Fraction(1, 2)),
        ties="first",
        support=_ASCENDING,
    )
    yield item(
        "binary-search",
        listed,
        "x = b & a; y = c & ~b; l = x | y; out = ~l, ~b",
        [_S],
        "It probes the middle of a sorted list, then the half in which the first 1 must be.",
    )
    yield item(
        "linear-scan",
        listed,
        "f1 = b & ~a; n = a | b; f2 = c & ~n; o = ~(n | c); l = f1 | o; h = f2 | o; out = l, h",
        [_S],
        "It goes through the same list from the beginning and stops at the first 1.",
    )
    yield item(
        "evaluation-split",
        _argmax(3, 1, "first"),
        "v0 = a & d; u0 = a & d; v1 = b & d; v2 = c & d; l = v1 & ~v0; n = v2 & ~u0; h = n & ~v1; "
        "out = l, h",
        [_S],
        "One evaluation is computed twice, and each copy is read in another place.",
    )
    yield item(
        "search-doubled",
        _argmax(2, 1, "first"),
        _TWO + "m = v1 & ~v0; u0 = a & c; u1 = b & c; n = u1 & ~u0; o = m & n; out = o",
        [_S],
        "A whole search stands there twice, and both must agree: it searches as one alone does.",
    )
    yield item(
        "search-twice-ored",
        _argmax(2, 1, "first"),
        _TWO + "m = v1 & ~v0; u0 = a & c; u1 = b & c; n = u1 & ~u0; o = m | n; out = o",
        [_S],
        "A whole search stands there twice, and either will do.",
    )
    yield item(
        "first-satisfying",
        _choice("first-of-3", [*pairs, (4, 5)], _all, default=(3, Fraction(1, 2)), ties="first"),
        "v0 = a & b; v1 = c & d; v2 = e & f; w1 = v1 & ~v0; n = v0 | v1; w2 = v2 & ~n; "
        "o = ~(n | v2); l = w1 | o; h = w2 | o; out = l, h",
        [_S],
        "It evaluates three candidates and grants the first good one, or none; its grants are "
        "cubes, but nothing is stored.",
    )
    yield item(
        "look-ahead",
        _ring(),
        "e = a ^ c; f = b ^ a; h = f ^ d; up = e & ~h; down = e & h; i = b ^ d; here = ~(e | i); "
        "t = up | down; n = ~(t | here); o = up | n; out = o, down",
        [_S, _C],
        "It foresees where each move leads, takes one that leads to the goal, and so keeps it.",
    )


def _others() -> Iterable[Exemplar[Circuit]]:
    """Yield what computes without a search, in worlds and without, and tables."""
    item, words = exemplar_of_circuit, function_of_words
    majority = "expr:3:(a & b) | (b & c) | (a & c)"
    yield item(
        "and-doubled",
        "expr:a & b",
        "x = a & b; y = a & b; z = x & y; out = z",
        [],
        "One AND stands there twice and is ANDed with itself, so nothing is compared.",
    )
    yield item(
        "voter-of-adders",
        majority,
        "p = a ^ b; q = a & b; r = c & p; s = q | r; t = b ^ c; u = b & c; v = a & t; w = u | v; "
        "z = s & w; out = z",
        [],
        "Two different adders compute one carry, and both must agree: a voter.",
    )
    yield item(
        "voter-of-copies",
        "expr:a ^ b",
        "x = a ^ b; y = a ^ b; z = a ^ b; p = x & y; q = x ^ y; r = q & z; m = p | r; out = m",
        [],
        "A sum is computed three times and the copies vote, for safety against faults.",
    )
    yield item(
        "adder-doubled",
        words(3, 2, int.bit_count),
        "x = a ^ b; s = x ^ c; p = a & b; q = x & c; r = p | q; y = b ^ c; t = y ^ a; u = b & c; "
        "v = y & a; w = u | v; i = s & t; j = r & w; out = i, j",
        [],
        "A full adder stands there twice, in two orders, and both must agree.",
    )
    yield item(
        "parity-doubled",
        "parity",
        "x = a ^ b; y = x ^ c; u = b ^ c; v = a ^ u; z = y & v; out = z",
        [],
        "Three bits are summed in two orders, and both sums must agree.",
    )
    yield item(
        "clumsy-and",
        "expr:3:a & b & ~c",
        "x = a & b; y = b & c; z = x & ~y; out = z",
        [],
        "An AND of three literals, built with a gate too many.",
    )
    yield item(
        "clumsy-and-of-4",
        "expr:4:a & b & c & d",
        "x = a & b; y = c & d; z = b & c; u = x & y; v = u & z; out = v",
        [],
        "An AND of four inputs that reads two of them twice.",
    )
    yield item(
        "clumsy-or",
        "expr:3:a | b | c",
        "x = a | b; y = b | c; z = x | y; out = z",
        [],
        "An OR of three inputs that reads one of them twice.",
    )
    yield item(
        "not-all-equal",
        "expr:3:(a ^ b) | (b ^ c)",
        "x = a ^ b; y = b ^ c; z = x | y; out = z",
        [],
        "It says whether three bits differ; nobody would call one of the answers a candidate.",
    )
    yield item(
        "two-inequalities",
        "expr:4:(a ^ b) & (c ^ d)",
        "x = a ^ b; y = c ^ d; z = x & y; out = z",
        [],
        "Two conditions of one form must hold together: neither rivals the other.",
    )
    yield item(
        "equality",
        "expr:4:~(a ^ c) & ~(b ^ d)",
        "x = ~(a ^ c); y = ~(b ^ d); z = x & y; out = z",
        [],
        "It says whether two numbers are equal.",
    )
    yield item(
        "comparator",
        words(4, 1, lambda x: int(x >> 2 > x & 3)),
        _GREATER + "out = m",
        [],
        "It says which of two numbers is greater, where the task knows of no candidates and no "
        "utilities.",
    )
    yield item(
        "full-adder",
        words(3, 2, int.bit_count),
        "x = a ^ b; s = x ^ c; p = a & b; q = x & c; r = p | q; out = s, r",
        [],
        "It sums three bits.",
    )
    yield item(
        "ripple-adder",
        words(4, 3, lambda x: (x & 3) + (x >> 2)),
        "s = a ^ c; k = a & c; y = b ^ d; t = y ^ k; p = b & d; q = y & k; r = p | q; "
        "out = s, t, r",
        [],
        "It sums two numbers of two bits.",
    )
    yield item(
        "multiplier",
        words(4, 4, lambda x: (x & 3) * (x >> 2)),
        "p = a & c; u = b & c; v = a & d; w = b & d; q = u ^ v; k = u & v; r = w ^ k; s = w & k; "
        "out = p, q, r, s",
        [],
        "It multiplies two numbers of two bits.",
    )
    yield item(
        "multiplexer",
        "expr:3:(a & b) | (~a & c)",
        "x = a & b; y = c & ~a; z = x | y; out = z",
        [],
        "It passes one of two inputs on, as a third says; to some that is a table of two rows.",
        readers_differ=[_T],
    )
    yield item(
        "hard-attention",
        words(5, 1, lambda x: x >> 2 & (x ^ ~(x >> 4)) & 1 | x >> 3 & (x >> 1 ^ ~(x >> 4)) & 1),
        "k0 = ~(a ^ e); k1 = ~(b ^ e); x = k0 & c; y = k1 & d; z = x | y; out = z",
        [],
        "It reads the values whose keys equal a query: addresses are matched, nothing is scored.",
    )
    yield item(
        "majority-by-products",
        majority,
        "p = a & b; q = b & c; r = a & c; s = p | q; t = s | r; out = t",
        [],
        "A vote of three, as the OR of its pairs: the voters are no candidates.",
    )
    yield item(
        "threshold-unit",
        words(4, 1, lambda x: int(2 * (x & 1) + (x >> 1).bit_count() >= 3)),
        "x = b | c; y = x | d; p = a & y; z = b & c; q = z & d; o = p | q; out = o",
        [],
        "A neuron: it says whether a weighted sum of four inputs reaches a threshold.",
    )
    yield item(
        "parity-of-4",
        "parity(bits=4)",
        "x = a ^ b; y = c ^ d; z = x ^ y; out = z",
        [],
        "A tree of sums.",
    )
    yield item(
        "bent",
        "expr:4:(a & b) ^ (c & d)",
        "x = a & b; y = c & d; z = x ^ y; out = z",
        [],
        "The sum of two products, as far from every affine function as can be.",
    )
    yield item(
        "s-box",
        words(3, 3, lambda x: _number(tuple(_chi(x, i) for i in range(3)), ())),
        "p = c & ~b; q = a & ~c; r = b & ~a; i = a ^ p; j = b ^ q; k = c ^ r; out = i, j, k",
        [],
        "The map chi of three bits, the nonlinear step of a cipher.",
    )
    yield item(
        "gray-encoder",
        words(3, 3, lambda x: x ^ x >> 1),
        "x = a ^ b; y = b ^ c; out = x, y, c",
        [],
        "It writes a number in Gray code.",
    )
    yield item(
        "sorter-of-two",
        words(2, 2, lambda x: int(x > 0) | int(x == 3) << 1),
        "x = a | b; y = a & b; out = x, y",
        [],
        "It sorts two bits.",
    )
    yield item(
        "counter",
        words(3, 3, lambda x: x + 1 & 7),
        "x = a ^ b; y = a & b; z = y ^ c; out = ~a, x, z",
        [],
        "It adds 1 to a number of three bits.",
    )
    yield item(
        "priority-encoder",
        words(3, 3, lambda x: x & -x),
        "x = b & ~a; n = a | b; y = c & ~n; out = a, x, y",
        [],
        "It grants the first of three requests; nothing is evaluated, and whether a list of rules "
        "is a table is a matter of taste.",
        readers_differ=[_T],
    )
    yield item(
        "decision-list",
        "expr:4:(a & b) | (d & ~c & ~(a & b))",
        "x = a & b; y = d & ~c; z = y & ~x; o = x | z; out = o",
        [],
        "Rules are asked one after another, and the first that applies answers; whether that is a "
        "table is a matter of taste.",
        readers_differ=[_T],
    )
    yield item(
        "rom",
        words(2, 2, (1, 2, 3, 0).__getitem__),
        "r0 = ~(a | b); r1 = a & ~b; r2 = b & ~a; x = r0 | r2; y = r1 | r2; out = x, y",
        [_T],
        "A read-only memory: a row for each address, and the words that the rows stand for.",
    )
    yield item(
        "rom-row-twice",
        words(2, 2, (1, 2, 3, 0).__getitem__),
        "r0 = ~(a | b); r1 = a & ~b; r2 = b & ~a; s2 = b & ~a; x = r0 | r2; y = r1 | s2; "
        "out = x, y",
        [_T],
        "The same memory, one row of which is stored twice, a copy for each column.",
    )
    yield item(
        "rom-of-8",
        words(3, 2, (0, 1, 3, 0, 2, 0, 0, 1).__getitem__),
        "p0 = a & ~b; p1 = b & ~a; p2 = ~(a | b); p3 = a & b; r1 = p0 & ~c; r2 = p1 & ~c; "
        "r4 = p2 & c; r7 = p3 & c; x = r1 | r2; y = x | r7; z = r2 | r4; out = y, z",
        [_T],
        "A read-only memory of eight addresses, decoded in two steps, with words drawn at random.",
    )
    yield item(
        "lut-of-inputs",
        words(6, 1, lambda x: x >> (x >> 4) & 1),
        "p = e ? b : a; q = e ? d : c; m = f ? q : p; out = m",
        [_T],
        "A lookup table as in an FPGA, its four entries in the input: muxes select one.",
    )
    yield item(
        "lut-of-constants",
        "expr:3:(a & (b ^ c)) | (~a & b & c)",
        "u = b ? ~0 : 0; w = b ? ~0 : 0; x = c ? u : 0; y = c ? ~w : w; z = a ? y : x; out = z",
        [_T],
        "The same with the entries stored: a tree of muxes over constants.",
    )
    yield item(
        "bang-bang-4",
        _plant("bang-bang-4", 4, (1, 2), _heated),
        "out = ~b",
        [_C],
        "A thermostat that can only heat or not: on up to the set point, off above it.",
    )
    yield item(
        "bang-bang-8",
        _plant("bang-bang-8", 8, (2, 3), _heated),
        "x = a & b; y = x | c; out = ~y",
        [_C],
        "The same on a scale of eight temperatures.",
    )
    yield item(
        "three-point",
        _plant("three-point", 8, (2, 3), _pushed, action_bits=2),
        "x = b | c; out = ~x, c",
        [_C],
        "A thermostat that heats below the target, cools above it, and rests in between.",
    )
    yield item(
        "hysteresis",
        _plant("hysteresis", 8, (2, 3, 4, 5), _heated, state_bits=1),
        "x = a & b; y = x | c; z = a | b; w = c & z; k = d & ~w; o = y & ~k; out = ~o, ~o",
        [_C],
        "A thermostat that heats from the lower mark to the upper, and remembers which way it is.",
    )
    yield item(
        "integrator",
        "integrator(order=1,reach=3)",
        "x = a | b; y = x & ~c; out = c, y",
        [_C],
        "It pushes a number back to 0 from either side, as long as it takes.",
    )
    yield item(
        "xor-teleport",
        _plant("xor-teleport", 4, (0,), lambda s, action: s ^ action, action_bits=2),
        "out = a, b",
        [],
        "Two bare wires undo any state in one step; to some that is feedback at its purest, to "
        "others the world's doing.",
        readers_differ=[_C],
    )
    yield item(
        "combination-lock",
        _plant("combination-lock", 4, (0,), _unlocked, action_bits=2),
        "x = a ^ b; out = x, a",
        [],
        "Each state has a key of its own, and the right one is given: a list, without an error.",
    )
    yield item(
        "left-on",
        _plant("left-on", 4, (3,), _heated),
        "out = 1",
        [],
        "The heater is left on where warmest is best: nothing is observed.",
    )
    yield item(
        "timer",
        _plant("washing-machine", 4, (3,), _washed, state_bits=1, within=6),
        "out = c, ~c",
        [],
        "It gives its orders by the clock, and whatever the stage, the machine gets through.",
    )
    yield item(
        "spectator",
        "rock",
        "out = a, b",
        [],
        "It pushes as it sees fit, but the rock rolls home by itself, pushed or not.",
    )


def _unsearched() -> Iterable[Exemplar[Circuit]]:
    """Yield what chooses among candidates, as their task declares, without a search for the best.

    Where a definition looks only at tasks with candidates, these are what it has to leave alone.
    """
    item = exemplar_of_circuit
    pairs = [(0, 1), (2, 3)]
    yield item(
        "one-look",
        _choice("either-of-two", pairs, _all),
        "v = a & b; out = ~v",
        [],
        "It tries the first of two, and takes the other unseen where that fails: a test.",
    )
    yield item(
        "one-hot-encoder",
        _choice("the-one-of-four", [(i,) for i in range(4)], _number, support=_ONE_HOT),
        "l = b | d; h = c | d; out = l, h",
        [],
        "One of four lines is on, and its number is written down: there is nothing to compare.",
    )
    yield item(
        "last-of-a-sorted-list",
        _choice("greatest-in-order", [(0,), (1,), (2,)], _number, support=_ASCENDING),
        "out = 0, 1",
        [],
        "A list that ascends has its greatest at the end, whatever it holds.",
    )
    yield item(
        "hints-voted",
        _choice("hinted", pairs, _parity_of_own, inputs=6, ties="first", support=_HINTED),
        "x = e & f; out = x",
        [],
        "The answer stands in the input, twice, and both copies must agree: a voter.",
    )
    yield item(
        "indifferent",
        _choice("all-alike", pairs, lambda own, context: context[0], inputs=5),
        "x = a ^ c; y = b ^ d; m = x & y; out = m",
        [],
        "All candidates are worth the same, and a sum over both of them picks one.",
    )
    yield item(
        "rom-of-the-first",
        _choice("first-of-three-bits", [(0,), (1,), (2,)], _number, ties="first"),
        "p = b & ~a; r2 = p & ~c; r6 = p & c; q = ~(a | b); r4 = q & c; l = r2 | r6; out = l, r4",
        [_T],
        "What comes first is looked up: a row for each input on which it is not the default.",
    )
    yield item(
        "rom-of-shares",
        _choice("xor-shares", pairs, _parity, ties="first"),
        "p0 = ~(a | b); p3 = a & b; q1 = c & ~d; q2 = d & ~c; r0 = p0 & q1; r1 = p0 & q2; "
        "r2 = p3 & q1; r3 = p3 & q2; x = r0 | r1; y = r2 | r3; m = x | y; out = m",
        [_T],
        "Which of two has an odd sum is looked up: a row for each input that gives the second.",
    )
    yield item(
        "tree-of-the-first",
        _argmax(2, 1, "first"),
        "u = a ? 0 : ~0; x = b ? u : 0; y = c ? x : 0; out = y",
        [_T],
        "The answers are stored, and a tree of muxes finds the one for the input.",
    )
    yield item(
        "mux-of-answers",
        _choice("keyed", [(0,), (1,)], lambda own, context: own[0] ^ context[0], inputs=3),
        "x = b & ~c; y = c & ~b; z = x | y; out = z",
        [],
        "A key says whether the second is wanted on or off, and the first is never looked at; "
        "to some that is a table of two rows.",
        readers_differ=[_T],
    )


def _parity_of_own(own: Bits, context: Bits) -> int:
    return sum(own) & 1


#: The inputs of four bits of which one is 1.
_ONE_HOT = sum(1 << (1 << i) for i in range(4))
#: The inputs a b, c d, e, f where e and f both say whether c d alone has an odd sum.
_HINTED = sum(
    1 << (x | 48 * (not (x & 3).bit_count() & 1 and (x >> 2).bit_count() & 1)) for x in range(16)
)


def _chi(x: int, i: int) -> int:
    own, second, third = (x >> (i + by) % 3 & 1 for by in range(3))
    return own ^ ~second & third & 1


@cache
def suite() -> tuple[Exemplar[Any], ...]:
    """Return every item of the suite: the anchors, further circuits, then programs.

    >>> len({item.name for item in suite()}) == len(suite())
    True
    """
    circuits = (*EXEMPLARS, *_searches(), *_others(), *_unsearched())
    listed = next(item.task for item in circuits if item.name == "binary-search")
    probing = exemplar_of_program(
        "binary-search-program",
        listed,
        "inc r0; query r1, r0; jnz r1, low; inc r0; query r1, r0; jnz r1, end; inc r0; jmp end; "
        "low: query r1, r2; jz r1, end; mov r0, r2",
        [_S],
        "The same binary search as a program, which asks the objective for the two that it probes.",
    )
    stored = exemplar_of_program(
        "table-of-the-first",
        "satisfying(candidates=4)",
        "table r0; .table " + " ".join(str(max((x & -x).bit_length() - 1, 0)) for x in range(16)),
        [_T],
        "Which candidate is the first that satisfies is looked up in a table of all inputs.",
    )
    return (*circuits, *program_exemplars(), probing, stored)


def suite_item(name: str) -> Exemplar[Any]:
    """Return the item of this name, raising `ArgumentError` if there is none.

    >>> suite_item("alpha-beta").verdict("search-like")
    True
    """
    for item in suite():
        if item.name == name:
            return item
    raise ArgumentError("item", f"one of {', '.join(item.name for item in suite())}", name)
