"""Search-like where utilities are given: its slow twin, the checker, and changes of U."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st
from judged_circuits import choosers
from judged_pairs import pair_scorers
from plain_search import plain_score

from mesacircuits.circuits import Circuit, NPNTransform
from mesacircuits.definitions import REENCODINGS, SearchLike, check_witness, definition_record
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import FunctionTask, OptimisationTask, parse_task
from mesacircuits.tasks.library import task_named
from mesacircuits.testing import circuits, relabelled

DIALS = tuple(
    SearchLike(candidates=k, objective_gates=c, wires_per_score=w)
    for k, c, w in product((2, 3), range(3), (1, 2))
)

Pair = tuple[Circuit, OptimisationTask]


def agree(definition: SearchLike, circuit: Circuit, task: OptimisationTask) -> Fraction:
    """Judge, hold the judgement against the checker, and return the score."""
    judgement = definition.judge(circuit, task)
    assert judgement.score is not None
    assert (judgement.witness is not None) == (judgement.score == 1)
    if judgement.witness is not None:
        assert judgement.witness["kind"] == "search"
        kind = "utility" if task.features is None else "features"
        assert judgement.witness["objective"]["kind"] == kind
        check_witness(circuit, task, judgement.definition, judgement.witness)
    return judgement.score


@st.composite
def evaluators(draw: st.DrawFn, most_inputs: int = 4) -> Pair:
    """Draw a circuit and utilities that some of its wires tell apart, which it maximises."""
    n, outputs = draw(st.integers(2, most_inputs)), draw(st.sampled_from([1, 1, 2]))
    circuit = draw(
        choosers(n, outputs) | pair_scorers(n, outputs) | circuits(n, max_gates=5, outputs=outputs)
    )
    full = (1 << (1 << n)) - 1
    support = draw(st.just(full) | st.integers(1, full))
    candidates = draw(st.permutations(range(1 << outputs)))
    if outputs == 2 and draw(st.booleans()):
        candidates = candidates[:3]
    tables = circuit.wire_bits()
    wire = st.integers(0, circuit.wires - 1)
    levels = draw(st.permutations([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)]))
    pairs = [(draw(wire), draw(wire)) for _ in candidates]
    if circuit.wires >= n + 4 and draw(st.integers(0, 3)):
        # The first gates are the groups where a circuit was drawn to have some.
        bits = draw(st.sampled_from([((0, 0), (1, 1)), ((0, 1), (2, 3)), ((1, 0), (3, 2))]))
        pairs[:2] = [(n + i, n + j) for i, j in bits]
    rows = tuple(
        tuple(levels[(tables[u] >> x & 1) + 2 * (tables[v] >> x & 1)] for u, v in pairs)
        for x in range(1 << n)
    )
    words = [
        sum((t >> x & 1) << i for i, t in enumerate(circuit.output_bits())) for x in range(1 << n)
    ]
    # Where the circuit gives something worse than the best, the task asks for nothing.
    for x in range(1 << n):
        fine = words[x] in candidates and rows[x][candidates.index(words[x])] == max(rows[x])
        if not fine:
            support &= ~(1 << x)
    if not support:
        best = max(rows[0])
        word = words[0] if words[0] in candidates else candidates[0]
        rows = (tuple(best if c == word else Fraction(-1) for c in candidates), *rows[1:])
        support = 1
    task = OptimisationTask(n, outputs, tuple(candidates), rows, support)
    return circuit, task if task.solved_by(circuit) else replace(
        task, support=None, slack=Fraction(9)
    )


solved = evaluators().filter(lambda pair: pair[1].solved_by(pair[0]))


@settings(max_examples=8)
@given(solved)
def test_finder_is_complete(pair: Pair) -> None:
    for definition in DIALS:
        assert agree(definition, *pair) == plain_score(definition, *pair), definition


@pytest.mark.slow
@settings(max_examples=300)
@given(solved)
def test_finder_is_complete_at_length(pair: Pair) -> None:
    for definition in DIALS:
        assert agree(definition, *pair) == plain_score(definition, *pair), definition


# -- invariances ---------------------------------------------------------------------------------


def said(definition: SearchLike, circuit: Circuit, task: OptimisationTask):
    """Return all that is said but what names utilities."""
    judgement = definition.judge(circuit, task)
    witness = dict(judgement.witness or {"objective": {}})
    objective = witness.pop("objective")
    return judgement.score, witness, [level["value"] for level in objective.get("map", [])]


@settings(max_examples=60)
@given(
    solved,
    st.fractions(min_value=Fraction(1, 9), max_value=9),
    st.fractions(min_value=-9, max_value=9),
)
def test_positive_affine_changes_of_utilities_do_not_matter(
    pair: Pair, scale: Fraction, shift: Fraction
) -> None:
    circuit, task = pair
    rows = tuple(tuple(scale * u + shift for u in row) for row in task.utilities)
    changed = replace(task, utilities=rows, slack=scale * task.slack)
    assert changed.solved_by(circuit)
    for definition in DIALS:
        assert said(definition, circuit, changed) == said(definition, circuit, task)


@settings(max_examples=60)
@given(solved, st.data())
def test_names_and_listing_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    other = data.draw(relabelled(circuit))
    order = data.draw(st.permutations(range(len(task.candidates))))
    listed = replace(
        task,
        candidates=tuple(task.candidates[i] for i in order),
        utilities=tuple(tuple(row[i] for i in order) for row in task.utilities),
    )
    for definition in DIALS:
        score = definition.judge(circuit, task).score
        assert definition.judge(other, task).score == score
        assert definition.judge(circuit, listed).score == score


def test_negating_inputs_and_words_together_does_not_matter() -> None:
    task = task_named("argmax", candidates=2, shared=1, objective="xor", ties="first")
    assert isinstance(task, OptimisationTask)
    for circuit in enumerate_minima(task).minima:
        for mask in range(8):
            turned = NPNTransform((0, 1, 2), mask).on_circuit(circuit)
            rows = tuple(task.utilities[x ^ mask] for x in range(8))
            moved = replace(task, utilities=rows)
            # A function of features may be re-encoded; a map of utilities has nothing to.
            for definition in (SearchLike(), SearchLike(objective="base", reencoding="none")):
                held = definition.judge(circuit, task).holds
                assert definition.judge(turned, moved).holds == held


# -- what utilities decide -----------------------------------------------------------------------


def two_candidates(first: str, second: str) -> OptimisationTask:
    """Return argmax over the words 0 and 1, the scores written as expressions."""
    scores = []
    for text in (first, second):
        task = parse_task(f"expr:{text}")
        assert isinstance(task, FunctionTask)
        scores.append(task.tables[0].bits)
    rows = tuple(tuple(Fraction(bits >> x & 1) for bits in scores) for x in range(16))
    return OptimisationTask(4, 1, (0, 1), rows)


ARGMAX = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; out = g3")


def test_the_objective_is_that_of_the_task() -> None:
    task = two_candidates("(a & b) | (c & d & 0)", "(c & d) | (a & b & 0)")
    assert agree(SearchLike(), ARGMAX, task) == 1
    # The circuit is right for other utilities too, but what it compares is not them: where
    # candidate 0 scores candidate 1 does as well, though c & d says no such thing.
    other = two_candidates("(a & b) | (c & d & 0)", "(c & d) | (a & b)")
    assert other.solved_by(ARGMAX)
    assert agree(SearchLike(), ARGMAX, other) == 0


def test_what_utilities_say_no_renaming_needs_to() -> None:
    # One objective by utilities, though no renaming makes AND out of OR.
    task = two_candidates("(a & b) | (c & d & 0)", "(c | d) | (a & b & 0)")
    circuit = Circuit.parse(4, "g1 = a & b; g2 = c | d; g3 = g2 & ~g1; out = g3")
    for reencoding in REENCODINGS:
        assert agree(SearchLike(reencoding=reencoding), circuit, task) == 1
    assert SearchLike(reencoding="none").judge(circuit, FunctionTask(circuit.tables())).score == 0


def test_a_score_may_be_coarser_than_utility() -> None:
    # Utilities 0, 1, 2 of which the circuit tells 2 from the others; within 1 of the best will do.
    rows = tuple(tuple(Fraction((x >> i & 3).bit_count()) for i in (0, 2)) for x in range(16))
    task = OptimisationTask(4, 1, (0, 1), rows, slack=Fraction(1))
    assert agree(SearchLike(), ARGMAX, task) == 1
    witness = SearchLike().judge(ARGMAX, task).witness
    assert witness is not None
    values = [(level["utility"], level["value"]) for level in witness["objective"]["map"]]
    assert values == [("0", 0), ("1", 0), ("2", 1)]
    # Selecting the worse is no search: the order of values is that of utilities.
    worse = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; out = ~g3")
    anything = replace(task, slack=Fraction(2))
    assert anything.solved_by(worse)
    assert agree(SearchLike(), worse, anything) == 0
    assert agree(SearchLike(), ARGMAX, anything) == 1


def test_graded_utilities_are_scores_of_two_bits() -> None:
    rows = tuple(tuple(Fraction((x >> i & 3).bit_count()) for i in (0, 2)) for x in range(16))
    task = OptimisationTask(4, 1, (0, 1), rows, ties="first")
    text = "g1 = a | b; g2 = a & b; g3 = c | d; g4 = c & d; g5 = g3 & ~g1; g6 = g4 & ~g2; "
    circuit = Circuit.parse(4, text + "g7 = g5 | g6; out = g7")
    assert agree(SearchLike(wires_per_score=2), circuit, task) == 1
    assert agree(SearchLike(), circuit, task) < 1
    witness = SearchLike(wires_per_score=2).judge(circuit, task).witness
    assert witness is not None
    assert [level["value"] for level in witness["objective"]["map"]] == [0, 1, 3]
    # Which values the levels have, and so the order, is the circuit's: g1 ^ g2 instead of g1.
    text = "g1 = a ^ b; g2 = a & b; g3 = c ^ d; g4 = c & d; g5 = g3 & ~g1; g6 = g5 & ~g2; "
    other = Circuit.parse(4, text + "g7 = g4 & ~g2; g8 = g6 | g7; out = g8")
    witness = SearchLike(wires_per_score=2).judge(other, task).witness
    assert witness is not None
    assert [level["value"] for level in witness["objective"]["map"]] == [0, 1, 2]


@pytest.mark.slow
def test_three_candidates_two_of_them_evaluated() -> None:
    # Ties free, some candidate has to be best: of three, two are evaluated and the third taken
    # where neither is good; where both are, either.
    task = task_named("argmax", candidates=3, shared=1, objective="xor")
    assert isinstance(task, OptimisationTask)
    minima = enumerate_minima(task)
    assert (minima.size, minima.circuits) == (3, 8)
    held = [c for c in minima.minima if agree(SearchLike(), c, task) == 1]
    assert len(held) == 4
    for circuit in held:
        witness = SearchLike().judge(circuit, task).witness
        assert witness is not None
        assert len(witness["candidates"]) == 2
        words = {tuple(c["word"]) for c in witness["candidates"]}
        assert tuple(witness["other_word"]) not in words
        assert agree(SearchLike(candidates=3), circuit, task) < 1


def test_words_are_candidates_of_the_task() -> None:
    # The same circuit, its first word no candidate (and never asked for).
    rows = tuple((Fraction(x >> 2 & x >> 3 & 1), Fraction(0)) for x in range(16))
    support = sum(1 << x for x in range(16) if x & 12 == 12 and x & 3 != 3)
    circuit = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; out = g3, 0")
    task = OptimisationTask(4, 2, (1, 2), rows, support)
    assert task.solved_by(circuit)
    assert agree(SearchLike(), circuit, task) == 0


def test_plans_that_share_a_word_are_evaluated_each_by_itself() -> None:
    # The first of four plans that serves; it is the plan's first action that is given.
    task = parse_task("choice(candidates=4,features=1,ties=first,words=0011)")
    circuit = Circuit.parse(4, "g1 = a | b; g2 = c | d; g3 = ~g1 & g2; out = g3")
    plans = SearchLike(objective_gates=0, plans="on")
    found = plans.judge(circuit, task)
    assert found.witness is not None
    assert [c["candidate"] for c in found.witness["candidates"]] == [0, 1, 2, 3]
    assert found.witness["objective"]["relation"] == "aligned"
    check_witness(circuit, task, definition_record(plans), found.witness)
    # Words that are distinct, or that say which candidate is meant, there are none.
    assert SearchLike(objective_gates=0).judge(circuit, task).score == 0
    by_words = SearchLike(objective_gates=0, plans="on", objective="base")
    assert by_words.judge(circuit, task).score == 0
