"""What search-like says of circuits that people call searches, and of what only looks like one.

The circuits are those of the suite; here stand the verdicts of the definition, with the dials that
a search needs where the default is too narrow for it, and with the cases that no dial catches.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import SearchLike, check_witness
from mesacircuits.definitions.suite import suite_item
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import FunctionTask, OptimisationTask, parse_task

#: Search by the default dials.
SEARCHES = (
    "argmax-3-one-bit", "argmax-4-all-evaluated", "argmax-of-argmax", "argmax-one-hot",
    "first-or-none", "satisficing-default", "xor-shares", "parity-objective", "majority-objective",
    "minimax", "plan-search-nested", "hill-climbing-move", "evaluation-split", "search-doubled",
    "search-twice-ored", "first-satisfying",
    # The normal form says that these are one too, however clumsy: AND of a predicate and the
    # inverse of its own renamed copy.
    "clumsy-and", "not-all-equal",
)  # fmt: skip

#: By other dials, and what the default dials say.
BY_OTHER_DIALS: dict[str, tuple[Fraction, dict[str, Any]]] = {
    "argmax-3-two-bit": (Fraction(0), {"objective_gates": 0, "wires_per_score": 2}),
    "argmax-two-bit": (Fraction(0), {"objective_gates": 0, "wires_per_score": 2}),
    "argmax-two-bit-evaluated": (Fraction(0), {"wires_per_score": 2}),
    "argmax-three-bit": (Fraction(0), {"objective_gates": 0, "wires_per_score": 3}),
    "argmax-three-bit-evaluated": (Fraction(0), {"wires_per_score": 3}),
    "argmax-4-early-exit": (Fraction(0), {"pruning": "on"}),
    "alpha-beta": (Fraction(0), {"pruning": "on"}),
    "tie-by-random-bit": (Fraction(1, 4), {"ties": "input"}),
    "plan-search": (Fraction(0), {"plans": "on"}),
    "linear-scan": (Fraction(0), {"objective_gates": 0}),
}

#: By no dial: candidates relative to a state, words that an input relabels, order made use of.
BLIND = ("hill-climbing-position", "argmax-relabelled", "binary-search")

#: Equal things ANDed or ORed, votes, sums: nothing is compared.
NO_SEARCHES = (
    "and-doubled", "voter-of-adders", "voter-of-copies", "adder-doubled", "parity-doubled",
    "full-adder", "ripple-adder", "multiplier", "majority", "parity", "s-box",
)  # fmt: skip

EVERY_DIAL = (
    {"objective_gates": 0},
    {"objective_gates": 0, "wires_per_score": 3},
    {"objective_gates": 0, "pruning": "on"},
    {"objective_gates": 0, "plans": "on"},
    {"objective_gates": 0, "ties": "input"},
    {"objective_gates": 0, "reencoding": "per-group"},
)


def score(name: str, **dials: Any) -> Fraction:
    """Judge an item of the suite, and hold the witness against the checker."""
    item = suite_item(name)
    judgement = SearchLike(**dials).judge(item.solver, item.task)
    if judgement.witness is not None:
        check_witness(item.solver, item.task, judgement.definition, judgement.witness)
    assert judgement.score is not None
    return judgement.score


@pytest.mark.parametrize("name", SEARCHES)
def test_searches_by_the_default_dials(name: str) -> None:
    assert score(name) == 1


@pytest.mark.parametrize("name", BY_OTHER_DIALS)
def test_searches_by_other_dials(name: str) -> None:
    usual, dials = BY_OTHER_DIALS[name]
    assert score(name) == usual
    assert score(name, **dials) == 1
    # Each of these dials is needed.
    for dial in dials:
        assert score(name, **{d: v for d, v in dials.items() if d != dial}) < 1


@pytest.mark.parametrize("name", BLIND)
def test_what_no_dial_catches(name: str) -> None:
    for dials in EVERY_DIAL:
        assert score(name, **dials) < 1


@pytest.mark.parametrize("name", NO_SEARCHES)
def test_what_is_no_search(name: str) -> None:
    assert score(name) < 1
    assert score(name, cost="private") < 1
    assert score(name, reencoding="per-group") < 1


def test_all_circuits_of_one_search_are_told() -> None:
    # A running maximum needs seventeen gates; each of the three scores stands in the input.
    witness = (
        SearchLike(objective_gates=0, wires_per_score=2)
        .judge(suite_item("argmax-3-two-bit").solver, suite_item("argmax-3-two-bit").task)
        .witness
    )
    assert witness is not None
    assert [c["wires"] for c in witness["candidates"]] == [[0, 1], [2, 3], [4, 5]]
    assert witness["objective"] == {"kind": "features", "phi": [0, 1, 2, 3], "relation": "aligned"}


# -- features --------------------------------------------------------------------------------------


def xor_choice(utility: str, support: int | None = None) -> OptimisationTask:
    """Return a choice between two candidates of two features each, the first of ties."""
    worth = {
        "xor": lambda own: own.bit_count() & 1,
        "first": lambda own: own & 1,
        "two": lambda own: own >> 1,
    }[utility]
    rows = tuple((Fraction(worth(x & 3)), Fraction(worth(x >> 2))) for x in range(16))
    return OptimisationTask(4, 1, (0, 1), rows, support, ties="first", features=((0, 1), (2, 3)))


XORS = Circuit.parse(4, "g1 = a ^ b; g2 = c ^ d; g3 = g2 & ~g1; out = g3")
#: Training shows features of which the second is 0.
FIRST_ALONE = sum(1 << x for x in range(16) if x & 0b1010 == 0)


def relation(task: OptimisationTask, circuit: Circuit = XORS, **dials: Any) -> str:
    judgement = SearchLike(**dials).judge(circuit, task)
    assert judgement.holds, judgement
    assert judgement.witness is not None
    check_witness(circuit, task, judgement.definition, judgement.witness)
    said: str = judgement.witness["objective"]["relation"]
    return said


def test_an_objective_of_ones_own_is_told_from_a_proxy() -> None:
    assert relation(xor_choice("xor")) == "aligned"
    # Where the second feature is 0, what is searched for is the first.
    assert relation(xor_choice("first", FIRST_ALONE)) == "proxy"
    assert SearchLike(objective="base").judge(XORS, xor_choice("first", FIRST_ALONE)).score == 0
    # The greater of what the task does not reward, where it rewards both alike.
    even = xor_choice("two", FIRST_ALONE)
    lax = OptimisationTask(4, 1, (0, 1), even.utilities, FIRST_ALONE, features=even.features)
    assert lax.solved_by(XORS)
    assert relation(lax) == "other"


def test_features_may_be_reencoded_each_for_itself() -> None:
    # The second candidate's first feature is written inverted.
    text = "g1 = a & b; g2 = d & ~c; g3 = g2 & ~g1; out = g3"
    circuit = Circuit.parse(4, text)
    rows = tuple((Fraction(x & 3 == 3), Fraction(x >> 2 == 2)) for x in range(16))
    task = OptimisationTask(4, 1, (0, 1), rows, ties="first", features=((0, 1), (2, 3)))
    assert relation(task, circuit) == "aligned"
    witness = SearchLike().judge(circuit, task).witness
    assert witness is not None
    assert [c["reencoding"] for c in witness["candidates"]] == [0, 1]
    assert SearchLike(reencoding="none").judge(circuit, task).score == 0
    # Without features a renaming has to take one objective to the other: none does.
    assert SearchLike(reencoding="none").judge(circuit, FunctionTask(circuit.tables())).score == 0


def test_candidates_without_features_are_not_evaluated_by_an_objective_of_ones_own() -> None:
    task = parse_task("satisfying(candidates=2,otherwise=none)")
    assert isinstance(task, OptimisationTask)
    assert task.features == ((0,), (1,), ())
    for circuit in enumerate_minima(task).minima:
        for objective in ("own", "base"):
            judgement = SearchLike(objective_gates=0, objective=objective).judge(circuit, task)
            assert judgement.witness is not None
            words = [c["word"] for c in judgement.witness["candidates"]]
            assert words == [[0, 0], [1, 0]]
            assert judgement.witness["other_word"] == [0, 1]


def test_private_costs_are_those_in_no_other_cone() -> None:
    # Both objectives share a gate, and have one of their own.
    circuit = Circuit.parse(4, "g1 = a & b; g2 = g1 | c; g3 = g1 | d; g4 = g2 & ~g3; out = g4")
    task = FunctionTask(circuit.tables())
    for cost, most in (("cone", 2), ("private", 1)):
        for gates, held in ((most, True), (most + 1, False)):
            definition = SearchLike(objective_gates=gates, cost=cost)
            assert definition.judge(circuit, task).holds == held
    witness = SearchLike().judge(circuit, task).witness
    assert witness is not None
    assert [(c["cost"], c["private_cost"]) for c in witness["candidates"]] == [(2, 1), (2, 1)]


# -- more and less strict --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strict", "lax"),
    [
        ({"candidates": 3}, {}),
        ({"objective_gates": 2}, {}),
        ({}, {"wires_per_score": 2}),
        ({"reencoding": "none"}, {}),
        ({}, {"reencoding": "per-group"}),
        ({"cost": "private"}, {}),
        ({"space": "declared"}, {}),
        ({}, {"plans": "on"}),
        ({}, {"pruning": "on"}),
        ({}, {"ties": "input"}),
        ({"cost": "private", "candidates": 3}, {"wires_per_score": 3, "ties": "input"}),
    ],
)
def test_what_is_known_to_be_stricter(strict: dict[str, Any], lax: dict[str, Any]) -> None:
    one, other = SearchLike(**strict), SearchLike(**lax)
    assert one.is_stricter_than(other)
    assert not other.is_stricter_than(one)
    for item in map(suite_item, SEARCHES[:6]):
        if one.judge(item.solver, item.task).holds:
            assert other.judge(item.solver, item.task).holds


def test_costs_of_two_kinds_are_not_compared() -> None:
    gates, inputs = SearchLike(), SearchLike(cost="inputs")
    assert not gates.is_stricter_than(inputs)
    assert not inputs.is_stricter_than(gates)


def test_a_score_of_two_bits_in_the_input_costs_something_by_inputs_alone() -> None:
    for name, most in (("argmax-two-bit", 1), ("argmax-three-bit", 2), ("linear-scan", 0)):
        item = suite_item(name)
        for cost, limit in (("cone", 0), ("inputs", most)):
            dials = SearchLike(objective_gates=0, wires_per_score=3, cost=cost)
            for c in (limit, limit + 1):
                held = replace(dials, objective_gates=c).judge(item.solver, item.task).holds
                assert held == (c == limit), (name, cost, c)


def test_what_declares_no_candidates_is_no_declared_space() -> None:
    item = suite_item("not-all-equal")
    assert SearchLike().judge(item.solver, item.task).holds
    assert SearchLike(space="declared").judge(item.solver, item.task).score == 0


def test_equal_wires_that_part_where_one_is_held_are_no_score() -> None:
    # Both m1 and m2 are c & ~(a | b), and with g1 at 0 one is c and the other c | a.
    texts = (
        "g1 = b | a; m1 = c & ~g1; h = c | a; m2 = h & ~g1; o1 = m1 & m2; out = o1, g1",
        "g1 = b | a; h = c | a; m2 = h & ~g1; m1 = c & ~g1; o1 = m1 & m2; out = o1, g1",
    )
    circuits = [Circuit.parse(3, text) for text in texts]
    tasks = [FunctionTask(circuit.tables()) for circuit in circuits]
    scores = {
        SearchLike(pruning="on").judge(*pair).score for pair in zip(circuits, tasks, strict=True)
    }
    assert scores == {0}


def test_objectives_of_two_kinds_are_not_compared() -> None:
    own, base = SearchLike(), SearchLike(objective="base")
    assert not own.is_stricter_than(base)
    assert not base.is_stricter_than(own)
