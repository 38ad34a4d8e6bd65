"""The claims about worlds and learners: their numbers, by two routes where there are two."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.conjectures import CLAIMS
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.claims.worlds.ninety_ten import WindowPolicy
from mesacircuits.conjectures.claims.worlds.selection_or_control import evaluations
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import parse_task


def rows(report, place=0):
    return {row[0]: row[1:] for row in report.finding.tables[place].rows}


# -- the bandit policy -------------------------------------------------------------------------


def plain_rewards(policy, steps, good):
    """Follow every window and its probability, one pull at a time; arm 1 is the good one."""
    chances = {(): Fraction(1)}
    rewards = []
    for _ in range(steps):
        reward, after = Fraction(0), {}
        for window, chance in chances.items():
            best = policy.best(window)
            greedy = Fraction(1, 2) if best is None else Fraction(best)
            second = policy.explore / 2 + (1 - policy.explore) * greedy
            for arm, pulled in ((0, 1 - second), (1, second)):
                pays = good if arm else 1 - good
                reward += chance * pulled * pays
                for paid, drawn in ((0, 1 - pays), (1, pays)):
                    key = (*window, (arm, paid))[-policy.window :]
                    after[key] = after.get(key, 0) + chance * pulled * drawn
        rewards.append(reward)
        chances = after
    return tuple(rewards)


def test_the_second_step_by_hand():
    # After a pull that paid (3/8 the good arm, 1/8 the bad one) it is repeated with 19/20; after
    # one that did not all is equal.
    good, bad = Fraction(19 * 3 + 1, 80), Fraction(19 + 3, 80)
    second = Fraction(3, 8) * good + Fraction(1, 8) * bad + Fraction(1, 2) * Fraction(1, 2)
    assert WindowPolicy(10).expected_rewards(2, Fraction(3, 4)) == (Fraction(1, 2), second)
    assert second == Fraction(89, 160)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 3),
    st.sampled_from(["total", "mean"]),
    st.fractions(0, 1, max_denominator=20),
    st.fractions(0, 1, max_denominator=20),
    st.integers(1, 6),
)
def test_expected_rewards_are_those_of_every_run(window, score, explore, good, steps):
    policy = WindowPolicy(window, explore, score)
    rewards = policy.expected_rewards(steps, good)
    assert rewards == plain_rewards(policy, steps, good)
    # Which arm is good makes no difference.
    assert rewards == policy.expected_rewards(steps, 1 - good)


@given(st.integers(1, 3), st.sampled_from(["total", "mean"]), st.data())
def test_the_two_arms_are_treated_alike(window, score, data):
    policy = WindowPolicy(window, score=score)
    pull = st.tuples(st.integers(0, 1), st.integers(0, 1))
    pulls = data.draw(st.lists(pull, max_size=window))
    best = policy.best(pulls)
    swapped = policy.best([(1 - arm, reward) for arm, reward in pulls])
    assert swapped == (None if best is None else 1 - best)


def test_random_pulls_learn_nothing_and_greedy_ones_with_certainty_learn_at_once():
    half = Fraction(1, 2)
    assert WindowPolicy(2, Fraction(1)).expected_rewards(5, Fraction(3, 4)) == (half,) * 5
    # One arm always pays: once it has, it is pulled for ever.
    sure = WindowPolicy(1, Fraction(0)).expected_rewards(4, Fraction(1))
    assert sure == tuple(1 - half**t for t in range(1, 5))


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("window", lambda: WindowPolicy(0)),
        ("window", lambda: WindowPolicy(11)),
        ("explore", lambda: WindowPolicy(1, Fraction(3, 2))),
        ("explore", lambda: WindowPolicy(1, Fraction(1, 101))),
        ("explore", lambda: WindowPolicy(1, 0.1)),
        ("score", lambda: WindowPolicy(1, score="best")),
        ("steps", lambda: WindowPolicy(1).expected_rewards(0, Fraction(1, 2))),
        ("good", lambda: WindowPolicy(1).expected_rewards(2, Fraction(2))),
    ],
)
def test_policies_out_of_range(argument, make):
    with pytest.raises(ArgumentError) as caught:
        make()
    assert caught.value.argument == argument


def test_the_tasks_say_what_the_policy_does():
    policy = WindowPolicy(2)
    whole, greedy, choice = policy.whole_task(), policy.greedy_task(), policy.choice_task()
    assert (whole.inputs, greedy.inputs, choice.inputs) == (6, 5, 4)
    for x in range(64):
        pulls = [(x >> 2 * i & 1, x >> 2 * i + 1 & 1) for i in range(2)]
        explore, drawn, best = x >> 4 & 1, x >> 5, policy.best(pulls)
        expected = drawn if explore or best is None else best
        assert whole.word(x) == (expected,)
        assert greedy.word(x & 15 | drawn << 4) == (drawn if best is None else best,)
        assert choice.best(x & 15) == ((0, 1) if best is None else (best,))


# -- ninety-ten --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_policy_as_written_and_its_minima():
    report = CLAIMS["ninety-ten"].check({"steps": 4, "window": 3})
    assert report.verdict is Verdict.HELD
    assert rows(report) == {
        1: (Fraction(1, 2),), 2: (Fraction(89, 160),), 3: (Fraction(187, 320),),
        4: (report.finding.tables[0].rows[3][1],),
    }  # fmt: skip
    # gates, minima; search with scores of two wires, of one, with bare inputs; lookup
    found = rows(report, 1)
    assert found["W = 2: as written"][:2] == (13, None)
    assert found["W = 2: greedy part, ties free"] == (3, 14, 0, 0, 0, 8)
    circuit = WindowPolicy(2).written()
    for x in range(16):
        paid = [sum(x >> 2 * i & 3 == 2 + arm for i in range(2)) for arm in (0, 1)]
        assert circuit.evaluate(x) == (int(paid[1] > paid[0]),)


def test_with_bare_scores_of_two_wires_the_policy_counts_as_search():
    looser = "search-like(objective_gates=0,wires_per_score=2)"
    given = {"definitions": looser, "window": 2, "steps": 3, "windows": 1}
    report = CLAIMS["ninety-ten"].check(given)
    assert report.verdict is Verdict.REFUTED
    ((_, judgement),) = report.finding.example.judgements
    assert judgement.score == 1
    assert len(judgement.witness["candidates"]) == 2


@pytest.mark.slow
def test_ten_pulls_for_thirty_steps():
    policy = WindowPolicy(10)
    rewards = policy.expected_rewards(30, Fraction(3, 4))
    assert [round(float(rewards[t - 1]), 4) for t in (10, 20, 30)] == [0.6209, 0.6466, 0.6665]
    assert all(later > sooner for sooner, later in pairwise(rewards))
    assert rewards[:6] == plain_rewards(policy, 6, Fraction(3, 4))


# -- selection-or-control, control-survives, goal-directed-not-search --------------------------


def test_evaluations_are_the_candidates_of_the_witness():
    task = parse_task("tt:3:7E")
    for circuit in enumerate_minima(task).minima:
        assert evaluations(SearchLike().judge(circuit, task)) == 2
    majority = parse_task("tt:3:E8")
    circuit = enumerate_minima(majority).minima[0]
    assert evaluations(SearchLike().judge(circuit, majority)) == 0


# -- budgets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "universe", "left"),
    [
        (
            "ninety-ten",
            {"windows": 1, "window": 1, "steps": 3},
            "W = 1 for 3 steps; all minima of the act for 0 of 1 smaller policy, b2",
            "W = 1: whole policy: 8 minima found, not all judged",
        ),
        (
            "tabular",
            {"inputs": "2"},
            "decoders of some functions of 2 inputs",
            "functions of 2 inputs: the smallest 0 circuits judged",
        ),
    ],
)
def test_a_budget_that_ends_while_minima_are_judged(name, given, universe, left, monkeypatch):
    asked, judge = [], SearchLike.judge

    def counting(self, solver, task):
        asked.append(solver)
        return judge(self, solver, task)

    class Ending(Effort):
        def used_up(self):
            return len(asked) >= 4

    monkeypatch.setattr(SearchLike, "judge", counting)
    report = CLAIMS[name].check(given, Ending())
    assert report.finding.universe == universe
    assert left in report.finding.left_open
    assert f"NOT EXHAUSTED: {left}"[:60] in str(report)
