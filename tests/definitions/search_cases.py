"""Witnesses of search written by hand, with the circuits and tasks that they are of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import SearchLike
from mesacircuits.tasks import FunctionTask, OptimisationTask, Task

Json = Any

#: The dials of search, as a record has them, where nothing else is said.
DIALS: Mapping[str, int | str] = {
    "candidates": 2,
    "objective_gates": 1,
    "wires_per_score": 1,
    "reencoding": "common",
    "cost": "cone",
    "objective": "own",
    "plans": "off",
    "pruning": "off",
    "ties": "fixed",
    "space": "any",
}


class Case(NamedTuple):
    """A circuit, a task that it solves, and a witness that it is search-like at these dials."""

    circuit: Circuit
    task: Task
    dials: dict[str, int | str]
    witness: Json


def search_record(**dials: int | str) -> Json:
    """Return the definition as a certificate records it."""
    return {
        "name": "search-like",
        "version": SearchLike.version,
        "parameters": {**DIALS, **dials},
    }


def part(
    word: list[int],
    wires: list[int],
    cost: int,
    private: int,
    renaming: list[int] | None = None,
    **more: Json,
) -> Json:
    """Return a candidate of a witness; with a renaming, of a task without utilities."""
    record = {"word": word, "wires": wires, "inverted": [False] * len(wires), "cost": cost}
    record["private_cost"] = private
    if renaming is not None:
        record |= {"reencoding": 0, "renaming": renaming}
    return {**record, **more}


def search(
    *parts: Json,
    order: list[int] | None = None,
    other: list[int] | None = None,
    pruned: bool = False,
    objective: Json = None,
) -> Json:
    return {
        "kind": "search",
        "pruned": pruned,
        "order": order or [0, 1],
        "candidates": list(parts),
        "other_word": other,
        "objective": objective or {"kind": "renaming"},
    }


def features(phi: list[int], relation: str = "aligned") -> Json:
    return {"kind": "features", "phi": phi, "relation": relation}


def levels(relation: str = "aligned", **values: int) -> Json:
    """Return a map of utilities: `u1_2=1` says that utility 1/2 becomes value 1."""
    listed = [
        {"utility": name[1:].replace("_", "/"), "value": value} for name, value in values.items()
    ]
    return {"kind": "utility", "map": listed, "relation": relation}


def of_function(
    inputs: int, text: str, witness: Json, support: int | None = None, **dials: int | str
) -> Case:
    circuit = Circuit.parse(inputs, text)
    return Case(circuit, FunctionTask(circuit.tables(), support), dials, witness)


def choice(
    inputs: int,
    outputs: int,
    words: tuple[int, ...],
    utility: Callable[[int, int], int | Fraction],
    **more: Any,
) -> OptimisationTask:
    """Return the choice of the words where utility(x, i) is that of the i-th on input x."""
    places = range(len(words))
    rows = tuple(tuple(Fraction(utility(x, i)) for i in places) for x in range(1 << inputs))
    return OptimisationTask(inputs, outputs, words, rows, **more)


def of_choice(text: str, task: OptimisationTask, witness: Json, **dials: int | str) -> Case:
    return Case(Circuit.parse(task.inputs, text), task, dials, witness)


def bits(x: int, first: int, count: int) -> int:
    return x >> first & (1 << count) - 1


def parity(x: int) -> int:
    return x.bit_count() & 1


FIRST_2 = "g1 = a ^ b; g2 = c ^ d; g3 = g2 & ~g1; out = g3"
FIRST_3 = "p0 = a ^ b; p1 = c ^ d; p2 = e ^ f; o1 = p1 & ~p0; g = p0 | p1; o2 = p2 & ~g; "
FIRST_3 += "out = o1, o2"
NAE = "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3"
ARGMAX = "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; out = g3"
#: p + q of two own bits, "at least 1" and "at least 2"; the first of the best.
SUMS = "g1 = a | b; g2 = a & b; g3 = c | d; g4 = c & d; g5 = g3 & ~g1; g6 = g4 & ~g2; "
SUMS += "g7 = g5 | g6; out = g7"
#: Greater of two numbers of two bits, and which one; then whether a third is greater.
ARGMAX_3 = "h = d & ~b; s = b ^ d; l = c & ~a; t = l & ~s; w1 = h | t; "
ARGMAX_3 += "x0 = a & ~w1; y0 = c & w1; m0 = x0 | y0; x1 = b & ~w1; y1 = d & w1; m1 = x1 | y1; "
ARGMAX_3 += "i = f & ~m1; r = f ^ m1; j = e & ~m0; k = j & ~r; w2 = i | k; o1 = w1 & ~w2; "
ARGMAX_3 += "out = o1, w2"
#: Which of two evaluations of their own bits satisfies; the second is looked at after the first.
EARLY = "g1 = a & b; g2 = c & ~g1; g3 = g2 & d; out = g3"
#: Ties broken by the last input.
RANDOM = "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; g4 = g1 ^ g2; g5 = e & ~g4; g6 = g3 | g5; out = g6"
THREE = "g1 = a & d; g2 = b & d; g3 = c & d; g4 = g2 & ~g1; g5 = g1 | g2; g6 = g3 & ~g5; "

PAIRS = ((0, 1), (2, 3))
TRIPLES = ((0, 1, 2), (3, 4, 5))


def sums(**more: Any) -> OptimisationTask:
    """Return argmax over two candidates that score 0, 1 or 2, by two bits of their own."""
    return choice(4, 1, (0, 1), lambda x, i: bits(x, 2 * i, 2).bit_count(), **more)


def three(ties: str) -> OptimisationTask:
    """Return argmax over three candidates, each scoring its own bit and d."""
    return choice(4, 2, (0, 1, 2), lambda x, i: Fraction(x >> i & x >> 3 & 1, 2), ties=ties)


CASES: dict[str, Case] = {
    # -- theorems.md: the first candidate that satisfies --
    "first of two by parity": of_function(
        4, FIRST_2,
        search(part([0], [4], 1, 1, [0, 1, 2, 3]), part([1], [5], 1, 1, [2, 3, 0, 1])),
    ),
    "first of three by parity, with features": of_choice(
        FIRST_3,
        choice(6, 2, (0, 1, 2), lambda x, i: parity(bits(x, 2 * i, 2)), ties="first",
               features=((0, 1), (2, 3), (4, 5))),
        search(part([0, 0], [6], 1, 1, candidate=0, reencoding=0),
               part([1, 0], [7], 1, 1, candidate=1, reencoding=0),
               part([0, 1], [8], 1, 1, candidate=2, reencoding=0),
               objective=features([0, 1, 1, 0])),
        candidates=3,
    ),
    "first of three by parity, by utilities": of_choice(
        FIRST_3,
        choice(6, 2, (0, 1, 2), lambda x, i: parity(bits(x, 2 * i, 2)), ties="first",
               features=((0, 1), (2, 3), (4, 5))),
        search(part([0, 0], [6], 1, 1), part([1, 0], [7], 1, 1), part([0, 1], [8], 1, 1),
               objective=levels(u0=0, u1=1)),
        candidates=3, objective="base", cost="private",
    ),
    # Inverting both of its bits leaves the parity.
    "first of two by parity, with features": of_choice(
        FIRST_2,
        choice(4, 1, (0, 1), lambda x, i: parity(bits(x, 2 * i, 2)), ties="first",
               features=((1, 0), (2, 3))),
        search(part([0], [4], 1, 1, candidate=0, reencoding=0),
               part([1], [5], 1, 1, candidate=1, reencoding=0),
               objective=features([0, 1, 1, 0])),
    ),
    # a ^ (b & c) where c is 1 in training: the least searcher goes by a ^ b.
    "the proxy": of_choice(
        "g1 = a ^ b; g2 = d ^ e; g3 = g2 & ~g1; out = g3",
        choice(6, 1, (0, 1), lambda x, i: (x >> 3 * i & 1) ^ int(bits(x, 3 * i + 1, 2) == 3),
               ties="first", features=TRIPLES,
               support=sum(1 << x for x in range(64) if x & 0b100100 == 0b100100)),
        search(part([0], [6], 1, 1, candidate=0, reencoding=0),
               part([1], [7], 1, 1, candidate=1, reencoding=0),
               objective=features([0, 1, 1, 0, 0, 1, 1, 0], "proxy")),
    ),
    # First or none: where none satisfies a word of no candidate is output.
    "first of two or none": of_function(
        4, "g1 = a ^ b; g2 = c ^ d; g3 = g2 & ~g1; g4 = g1 | g2; out = g3, g4",
        search(part([0, 1], [4], 1, 1, [0, 1, 2, 3]), part([1, 1], [5], 1, 1, [2, 3, 0, 1]),
               other=[0, 0]),
        cost="private",
    ),
    # -- audit/theory.md, 1.3 --
    "argmax of three, scores of two bits": of_function(
        6, ARGMAX_3,
        search(part([0, 0], [0, 1], 0, 0, [0, 1, 2, 3, 4, 5]),
               part([1, 0], [2, 3], 0, 0, [2, 3, 0, 1, 4, 5]),
               part([0, 1], [4, 5], 0, 0, [4, 5, 0, 1, 2, 3]), order=[0, 1, 2, 3]),
        candidates=3, objective_gates=0, wires_per_score=2,
    ),
    "argmax of three, scores of two bits, with features": of_choice(
        ARGMAX_3,
        choice(6, 2, (0, 1, 2), lambda x, i: bits(x, 2 * i, 2), ties="first",
               features=((0, 1), (2, 3), (4, 5))),
        search(part([0, 0], [0, 1], 0, 0, candidate=0, reencoding=0),
               part([1, 0], [2, 3], 0, 0, candidate=1, reencoding=0),
               part([0, 1], [4, 5], 0, 0, candidate=2, reencoding=0), order=[0, 1, 2, 3],
               objective=features([0, 1, 2, 3])),
        objective_gates=0, wires_per_score=3, reencoding="none",
    ),
    "early exit": of_function(
        4, EARLY,
        search(part([0], [4], 1, 0, [0, 1, 2, 3]), part([1], [6], 3, 2, [2, 3, 0, 1]),
               pruned=True),
        pruning="on",
    ),
    "early exit of three, with features": of_choice(
        "p0 = a & b; e0 = c & ~p0; p1 = e0 & d; g = p0 | p1; e1 = e & ~g; p2 = e1 & f; "
        "out = p1, p2",
        choice(6, 2, (0, 1, 2), lambda x, i: int(bits(x, 2 * i, 2) == 3), ties="first",
               features=((0, 1), (2, 3), (4, 5))),
        search(part([0, 0], [6], 1, 0, candidate=0, reencoding=0),
               part([1, 0], [8], 3, 0, candidate=1, reencoding=0),
               part([0, 1], [11], 6, 3, candidate=2, reencoding=0),
               pruned=True, objective=features([0, 0, 0, 1])),
        candidates=3, pruning="on",
    ),
    "early exit, by utilities": of_choice(
        EARLY,
        choice(4, 1, (0, 1), lambda x, i: int(bits(x, 2 * i, 2) == 3), ties="first"),
        search(part([0], [4], 1, 0), part([1], [6], 3, 2), pruned=True,
               objective=levels(u0=0, u1=1)),
        pruning="on",
    ),
    # Off the support both may be 1, and the utility of the second is said to be 0 there.
    "early exit, by what is so on the support": of_choice(
        EARLY,
        choice(4, 1, (0, 1), lambda x, i: int(bits(x, 2 * i, 2) == 3 and (x < 15 or i == 0)),
               ties="first", support=0x7FFF),
        search(part([0], [4], 1, 0), part([1], [6], 3, 2), pruned=True,
               objective=levels("proxy", u0=0, u1=1)),
        pruning="on",
    ),
    # Of two bits: the second looks away where the first is 3, which nothing exceeds.
    "early exit by the best value": of_function(
        4, "g1 = a & b; g2 = c & ~g1; g3 = d & ~g1; g4 = g3 & ~b; g5 = g3 ^ b; g6 = g2 & ~a; "
        "g7 = g6 & ~g5; g8 = g4 | g7; out = g8",
        search(part([0], [0, 1], 0, 0, [0, 1, 2, 3]), part([1], [5, 6], 3, 3, [2, 3, 0, 1]),
               pruned=True, order=[0, 1, 2, 3]),
        objective_gates=0, wires_per_score=2, pruning="on",
    ),
    # Where the first is 1 the second may be anything, even 1 exactly where it would be 0.
    "cut short by inversion": of_function(
        2, "g1 = a ^ b; out = g1",
        search(part([0], [0], 0, 0, [0, 1]), part([1], [2], 1, 1, [1, 0]), pruned=True),
        objective_gates=0, pruning="on",
    ),
    # Both later evaluations look away where the first satisfies; which is listed first is free.
    "early exit of two at once": of_function(
        3, "g1 = b & ~a; g2 = c & ~a; g3 = g2 & ~g1; out = g1, g3",
        search(part([0, 0], [0], 0, 0, [0, 1, 2]), part([1, 0], [3], 1, 1, [1, 0, 2]),
               part([0, 1], [4], 1, 1, [2, 0, 1]), pruned=True),
        candidates=3, objective_gates=0, pruning="on",
    ),
    "a random tie": of_function(
        5, RANDOM,
        search(part([0], [5], 1, 1, [0, 1, 2, 3, 4]), part([1], [6], 1, 1, [2, 3, 0, 1, 4])),
        ties="input",
    ),
    # Bits a, b, c, d say which plans will do; plan 2i + j begins with action i, and is given up
    # for a better one only: 1 is output where neither plan that begins with 0 will do.
    "search over four plans": of_function(
        4, "g1 = a | b; g2 = c | d; g3 = g2 & ~g1; out = g3",
        search(part([0], [0], 0, 0, [0, 1, 2, 3]), part([0], [1], 0, 0, [1, 0, 2, 3]),
               part([1], [2], 0, 0, [2, 0, 1, 3]), part([1], [3], 0, 0, [3, 0, 1, 2])),
        candidates=4, objective_gates=0, plans="on",
    ),
    "search over three plans": of_function(
        6, "p0 = a & d; p1 = b & e; p2 = c & f; g1 = p0 | p1; g2 = p2 & ~g1; out = g2",
        search(part([0], [6], 1, 1, [0, 1, 2, 3, 4, 5]), part([0], [7], 1, 1, [1, 0, 2, 4, 3, 5]),
               part([1], [8], 1, 1, [2, 0, 1, 5, 3, 4])),
        candidates=3, plans="on",
    ),
    "search over three plans, with features": of_choice(
        "p0 = a & d; p1 = b & d; p2 = c & d; g1 = p0 | p1; g2 = p2 & ~g1; out = g2",
        choice(4, 1, (0, 0, 1), lambda x, i: x >> i & x >> 3 & 1, ties="first",
               features=((0,), (1,), (2,))),
        search(part([0], [4], 1, 1, candidate=0, reencoding=0),
               part([0], [5], 1, 1, candidate=1, reencoding=0),
               part([1], [6], 1, 1, candidate=2, reencoding=0),
               objective=features([0, 0, 0, 1])),
        candidates=3, plans="on",
    ),
    "evaluation computed twice, each copy read once": of_function(
        4, "p = a ^ b; q = a ^ b; r = c ^ d; o = r & ~p; s = q | r; out = o, s",
        search(part([0, 1], [4], 1, 1, [0, 1, 2, 3]), part([1, 1], [6], 1, 1, [2, 3, 0, 1]),
               other=[0, 0]),
    ),
    # The class of the first score needs no gate that only one of its wires has below it: a & b
    # needs neither a | b nor a ^ b.
    "a dearer way to the same": of_function(
        4, "g1 = a & b; g2 = a | b; g3 = a ^ b; g4 = g2 ^ g3; g5 = c & d; g6 = g5 & ~g4; "
        "g7 = g6 & ~g1; out = g7",
        search(part([0], [4], 1, 1, [0, 1, 2, 3]), part([1], [8], 1, 1, [2, 3, 0, 1])),
    ),
    # -- scores of one bit --
    "not-all-equal": of_function(
        3, NAE,
        # Equal is best for candidate 0, unequal for 1: inverting `a` makes them one objective.
        search(part([0], [3], 1, 1, [0, 1, 2], inverted=[True], reencoding=1),
               part([1], [4], 1, 1, [1, 2, 0], reencoding=1)),
    ),
    "not-all-equal, masks per group": of_function(
        3, NAE,
        search(part([0], [3], 1, 1, [0, 1, 2], inverted=[True]),
               part([1], [4], 1, 1, [1, 2, 0], reencoding=2)),
        reencoding="per-group",
    ),
    # (h0 | h1) ^ h0 instead of h1 & ~h0: compared by two gates.
    "argmax by way of the maximum": of_function(
        4, "g1 = a & b; g2 = c & d; g3 = g1 | g2; g4 = g3 ^ g2; out = g4",
        search(part([0], [5], 1, 1, [0, 1, 2, 3]), part([1], [4], 1, 1, [2, 3, 0, 1])),
    ),
    "objectives of two gates, one shared": of_function(
        4, "g1 = a & b; g2 = g1 | c; g3 = g1 | d; g4 = g2 & ~g3; out = g4",
        search(part([0], [6], 2, 1, [0, 1, 2, 3]), part([1], [5], 2, 1, [0, 1, 3, 2])),
        objective_gates=2,
    ),
    # Three literals built with a gate too many: b is shared, and the two differ all the same.
    "a conjunction by comparing two": of_function(
        3, "x = a & b; y = b & c; z = x & ~y; out = z",
        search(part([0], [4], 1, 1, [0, 1, 2]), part([1], [3], 1, 1, [2, 0, 1])),
    ),
    "inputs as scores": of_function(
        2, "g1 = a & ~b; out = g1",
        search(part([0], [1], 0, 0, [0, 1]), part([1], [0], 0, 0, [1, 0])),
        objective_gates=0, reencoding="none",
    ),
    "three candidates or none": of_function(
        4, THREE + "g7 = g5 | g3; g8 = g7 & ~g4; g9 = g7 & ~g6; out = ~g8, ~g9",
        search(part([0, 0], [4], 1, 1, [0, 1, 2, 3]), part([1, 0], [5], 1, 1, [1, 0, 2, 3]),
               part([0, 1], [6], 1, 1, [2, 0, 1, 3]), other=[1, 1]),
    ),
    # Where d is 0 the second score is another, and the circuit is asked for nothing; what is
    # computed there is one objective all the same.
    "on a part of the inputs": of_function(
        4, ARGMAX,
        search(part([0], [4], 1, 1, [0, 1, 2, 3]), part([1], [5], 1, 1, [2, 3, 0, 1])),
        0xFF00,
    ),
    # Never is one score alone 1, and the last candidate loses every tie.
    "a word that is never output": of_function(
        3, "g1 = a | b; g2 = b | c; g3 = a | c; g4 = g2 & g3; g5 = g4 & ~g1; out = g5, 0",
        search(part([0, 0], [3], 1, 1, [0, 1, 2]), part([1, 0], [4], 1, 1, [1, 2, 0]),
               part([0, 1], [5], 1, 1, [0, 2, 1])),
        reencoding="none",
    ),
    # The same with utilities, where two candidates are as good as each other everywhere.
    "a candidate that is never output": of_choice(
        "g1 = a | b; g2 = b | c; g3 = a | c; g4 = g2 & g3; g5 = g4 & ~g1; out = g5, 0",
        choice(3, 2, (0, 1, 3, 2), lambda x, i: bool(x & (3, 6, 5, 5)[i])),
        search(part([0, 0], [3], 1, 1), part([1, 0], [4], 1, 1), part([0, 1], [5], 1, 1),
               objective=levels(u0=0, u1=1)),
        candidates=3,
    ),
    # -- scores of several bits --
    "numbers of two bits": of_function(
        4, "g1 = d & ~b; g2 = b ^ d; g3 = c & ~a; g4 = g3 & ~g2; g5 = g1 | g4; out = g5",
        search(part([0], [0, 1], 0, 0, [0, 1, 2, 3]), part([1], [2, 3], 0, 0, [2, 3, 0, 1]),
               order=[0, 1, 2, 3]),
        objective_gates=0, wires_per_score=2,
    ),
    "numbers of three bits": of_function(
        6, "l = d & ~a; s = b ^ e; m = e & ~b; k = l & ~s; n = m | k; t = c ^ f; h = f & ~c; "
        "i = n & ~t; o = h | i; out = o",
        search(part([0], [0, 1, 2], 0, 0, [0, 1, 2, 3, 4, 5]),
               part([1], [3, 4, 5], 0, 0, [3, 4, 5, 0, 1, 2]), order=[0, 1, 2, 3, 4, 5, 6, 7]),
        objective_gates=0, wires_per_score=3,
    ),
    # One half added: 1 is the sum bit alone, so that 2, the carry alone, is best of those that
    # occur; 3 does not, and has the best place that it can.
    "sums coded in binary": of_function(
        4, "g1 = a ^ b; g2 = a & b; g3 = c ^ d; g4 = c & d; g5 = g3 & ~g1; g6 = g5 & ~g2; "
        "g7 = g4 & ~g2; g8 = g6 | g7; out = g8",
        search(part([0], [4, 5], 2, 2, [0, 1, 2, 3]), part([1], [6, 7], 2, 2, [2, 3, 0, 1]),
               order=[0, 1, 2, 3]),
        wires_per_score=2, objective_gates=2,
    ),
    # The second score is that of ~c and d, by inverted wires in the other order.
    "sums, one re-encoded": of_function(
        4, "g1 = a | b; g2 = a & b; g3 = c & ~d; g4 = d & ~c; g5 = g1 | g3; g6 = g4 & ~g2; "
        "g7 = g5 & ~g6; out = ~g7",
        search(part([0], [4, 5], 2, 2, [0, 1, 2, 3], reencoding=1),
               part([1], [6, 7], 2, 2, [2, 3, 0, 1], inverted=[True, False], reencoding=1),
               order=[0, 1, 2, 3]),
        wires_per_score=2,
    ),
    # Of own bits p and q the scores p and p AND q: the first feeds the second.
    "a wire that feeds the other bit": of_function(
        4, "g1 = a & b; g2 = g1 | a; g3 = c & d; g4 = g3 | c; "
        "g5 = g2 & ~g4; g6 = g1 & ~g3; g7 = g5 | g6; out = g7",
        search(part([0], [2, 6], 1, 1, [0, 1, 2, 3]), part([1], [0, 4], 1, 1, [2, 3, 0, 1]),
               order=[0, 1, 2, 3]),
        wires_per_score=2,
    ),
    # -- by utilities and by features --
    "three levels, by utilities": of_choice(
        SUMS, sums(ties="first"),
        search(part([0], [4, 5], 2, 2), part([1], [6, 7], 2, 2), order=[0, 1, 2, 3],
               objective=levels(u0=0, u1=1, u2=3)),
        wires_per_score=2,
    ),
    # Within 1 of the best: telling 2 from less will do.
    "one threshold of three levels": of_choice(
        ARGMAX, sums(slack=Fraction(1)),
        search(part([0], [4], 1, 1), part([1], [5], 1, 1), objective=levels(u0=0, u1=0, u2=1)),
    ),
    "one threshold of three levels, with features": of_choice(
        ARGMAX, sums(slack=Fraction(1), features=PAIRS),
        search(part([0], [4], 1, 1, candidate=0, reencoding=0),
               part([1], [5], 1, 1, candidate=1, reencoding=0), objective=features([0, 0, 0, 1])),
    ),
    # The utility is 0 off the support, where the wires are not.
    "right on the support alone": of_choice(
        ARGMAX,
        choice(4, 1, (0, 1), lambda x, i: int(bits(x, 2 * i, 2) == 3 and x != 15),
               support=0x7FFF, ties="first"),
        search(part([0], [4], 1, 1), part([1], [5], 1, 1), objective=levels("proxy", u0=0, u1=1)),
    ),
    "three candidates, by utilities": of_choice(
        THREE + "out = g4, g6", three("first"),
        search(part([0, 0], [4], 1, 1), part([1, 0], [5], 1, 1), part([0, 1], [6], 1, 1),
               objective=levels(u0=0, u1_2=1)),
        candidates=3,
    ),
    # Ties free: the third is taken where neither of the others is good.
    "two of three evaluated": of_choice(
        "g1 = a & d; g2 = b & d; g3 = g2 & ~g1; g4 = g1 | g2; out = g3, ~g4", three("free"),
        search(part([0, 0], [4], 1, 1), part([1, 0], [5], 1, 1), other=[0, 1],
               objective=levels(u0=0, u1_2=1)),
    ),
    # A context e that all share; the second candidate's first feature counts inverted.
    "features re-encoded": of_choice(
        "g1 = a & b; g2 = d & ~c; g3 = g1 ^ e; g4 = g2 ^ e; g5 = g4 & ~g3; out = g5",
        choice(5, 1, (0, 1),
               lambda x, i: int(bits(x, 2 * i, 2) == 3 - i) ^ (x >> 4), ties="first",
               features=PAIRS),
        search(part([0], [7], 2, 2, candidate=0, reencoding=0),
               part([1], [8], 2, 2, candidate=1, reencoding=1),
               objective=features([0, 0, 0, 1, 1, 1, 1, 0])),
        objective_gates=2,
    ),
    # One looks for c, the other for ~c, where d is 0; which is best nobody minds.
    "context re-encoded": of_choice(
        "g1 = c | d; g2 = a & g1; g3 = c & ~d; g4 = b & ~g3; g5 = g4 & ~g2; out = g5",
        choice(4, 1, (0, 1), lambda x, i: 0, features=((0,), (1,))),
        search(part([0], [5], 2, 2, candidate=0, reencoding=0),
               part([1], [7], 2, 2, candidate=1, reencoding=2),
               objective=features([0, 0, 0, 1, 0, 1, 0, 1], "other")),
        reencoding="per-group",
    ),
}  # fmt: skip
