"""Goal-directedness: properties of the paper, certified bounds, and numbers worked out by hand."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import exp, inf, log

import pytest
from hypothesis import assume, given, settings, strategies as st
from literature_cases import (
    choices,
    circuit_of_words,
    hold_to_its_word,
    rewired,
    solved_choices,
    solved_worlds,
)

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import (
    Choice,
    Decisions,
    GoalDirectedness,
    best_fit,
    decisions_by_utility,
    decisions_of,
    other_objectives,
    run_time_fraction,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import OptimisationTask, World, WorldTask, parse_task


def one_shot(found: list[Choice]) -> Decisions:
    return Decisions(
        tuple(choice.utilities for choice in found),
        tuple((0,) * len(choice.utilities) for choice in found),
        1,
        tuple(range(len(found))),
        sum((choice.taken for choice in found), Fraction(0)) / len(found),
        tuple((choice.utilities.index(choice.taken),) for choice in found),
    )


ONE_SHOT = choices().map(one_shot)


@st.composite
def runs(draw):
    """Draw decision processes of up to three steps, and any actions in them."""
    states, actions, steps = (draw(st.integers(1, 3)) for _ in range(3))
    rewards = st.sampled_from([Fraction(0), Fraction(1), Fraction(-1, 2)])
    table = [[draw(rewards) for _ in range(actions + 1)] for _ in range(states)]
    after = [[draw(st.integers(0, states - 1)) for _ in range(actions + 1)] for _ in range(states)]
    chosen = [[draw(st.integers(0, actions)) for _ in range(steps)] for _ in range(states)]
    earned = Fraction(0)
    for state, taken in enumerate(chosen):
        for action in taken:
            earned += table[state][action]
            state = after[state][action]
    return Decisions(
        tuple(map(tuple, table)),
        tuple(map(tuple, after)),
        steps,
        tuple(range(states)),
        earned / states,
        tuple(map(tuple, chosen)),
    )


ANY = ONE_SHOT | runs()


def likelihood(decisions, beta):
    """Return f(beta) from the chances of whole sequences, exp(beta R) over their sum."""
    total = 0.0
    for start, taken in zip(decisions.starts, decisions.chosen, strict=True):
        weights = {}
        for actions in product(range(decisions.actions), repeat=decisions.steps):
            state, earned = start, Fraction(0)
            for action in actions:
                earned += decisions.rewards[state][action]
                state = decisions.after[state][action]
            weights[actions] = exp(beta * float(earned))
        total += log(weights[taken] / sum(weights.values()))
    return total / len(decisions.starts) + decisions.steps * log(decisions.actions)


@given(ANY, st.floats(0, 8))
def test_soft_policies_are_boltzmann_over_whole_sequences(decisions, beta):
    """In a deterministic world the soft policy of T steps is Boltzmann over sequences."""
    scaled = beta * float(decisions.scale)
    expected = pytest.approx(likelihood(decisions, beta), abs=1e-9)
    assert decisions.soft(scaled)[0] == expected
    assert decisions.run_likelihood(scaled) == expected


@given(ANY, st.floats(0, 6), st.floats(0.01, 6))
def test_the_fit_is_concave_in_beta(decisions, beta, step):
    (low, slope), (high, later) = decisions.soft(beta), decisions.soft(beta + step)
    assert later <= slope + 1e-9
    assert high <= low + slope * step + 1e-9
    assert low <= high - later * step + 1e-9


@given(ANY, st.lists(st.floats(0, 50), min_size=1, max_size=8))
def test_no_beta_fits_better_than_the_bound(decisions, betas):
    fit = best_fit(decisions)
    assert fit.error <= 2e-9
    for beta in betas:
        assert decisions.soft(beta)[0] <= fit.value + fit.error + 1e-9
    if fit.beta < inf:
        value = decisions.soft(fit.beta * float(decisions.scale))[0]
        assert value == pytest.approx(fit.value, abs=2e-9)
    else:
        assert decisions.soft(1e5)[0] == pytest.approx(fit.value, abs=1e-6)


@given(ANY)
def test_it_lies_between_nothing_and_all(decisions):
    for negative in (False, True):
        fit = best_fit(decisions, negative)
        assert 0 <= fit.value <= decisions.steps * log(decisions.actions) + 1e-9
    assert best_fit(decisions, True).value >= best_fit(decisions).value - 1e-9


@given(choices())
def test_in_one_step_it_is_at_most_the_optimisation_power(found):
    # Every candidate as good has at least the chance of the one taken, so that is at most 1 / #.
    power = -log(run_time_fraction(found)) / len(found)
    assert best_fit(one_shot(found)).value <= power + 1e-9


@given(ANY, st.fractions(1, 5, max_denominator=3), st.fractions(-3, 3, max_denominator=2))
def test_positive_affine_changes_of_the_utility_change_nothing(decisions, factor, shift):
    rewards = tuple(tuple(factor * r + shift for r in row) for row in decisions.rewards)
    earned = factor * decisions.earned + shift * decisions.steps
    other, own = (
        best_fit(d) for d in (replace(decisions, rewards=rewards, earned=earned), decisions)
    )
    assert other.value == pytest.approx(own.value, abs=4e-9)
    assert (other.exact, other.sequences) == (own.exact, own.sequences)


@given(ANY)
def test_avoiding_the_utility_is_as_directed_under_any_beta(decisions):
    own, other = best_fit(decisions, True), best_fit(decisions.negated(), True)
    assert own.value == pytest.approx(other.value, abs=4e-9)
    assert own.beta == pytest.approx(-other.beta, rel=1e-3, abs=1e-6)


def test_what_earns_as_much_as_chance_has_none():
    half = [Choice((Fraction(0), Fraction(1)), Fraction(taken)) for taken in (0, 1)]
    fit = best_fit(one_shot(half))
    assert (fit.value, fit.error, fit.beta, fit.exact) == (0, 0, 0, True)
    # Worse than chance: none in pursuit, all of it in avoidance.
    bad = [Choice((Fraction(0), Fraction(1)), Fraction(0))] * 2
    assert best_fit(one_shot(bad)).value == 0
    assert best_fit(one_shot(bad), True).value == pytest.approx(log(2))
    assert best_fit(one_shot(bad), True).beta == -inf


def test_hand_calculated_choices():
    # Two words, the better one always taken: ln 2.
    sharp = [Choice((Fraction(0), Fraction(1)), Fraction(1))] * 2
    assert best_fit(one_shot(sharp)).value == pytest.approx(log(2))
    # Four words, two of them best: ln 4 - ln 2.
    tied = [Choice((Fraction(0), Fraction(0), Fraction(1), Fraction(1)), Fraction(1))]
    assert best_fit(one_shot(tied)).value == pytest.approx(log(2))
    assert best_fit(one_shot(tied)).sequences == (2,)
    # The better of two on three inputs of four: pi_beta is 3/4 there, ln 2 - H(1/4), beta = ln 3.
    most = [Choice((Fraction(0), Fraction(1)), Fraction(int(i > 0))) for i in range(4)]
    fit = best_fit(one_shot(most))
    assert fit.value == pytest.approx(log(2) + 0.75 * log(0.75) + 0.25 * log(0.25), abs=2e-9)
    assert fit.beta == pytest.approx(log(3), abs=1e-3)


def test_a_hand_calculated_run():
    # A door that is open or shut; pushing shuts it for good. T = 2, reward for each step shut.
    door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    pushing = Circuit.parse(1, "out = ~a")
    decisions = decisions_of(pushing, WorldTask(door, 2), 2)
    # Best sequences: from open, push and then anything (2); from shut, anything (4).
    fit = best_fit(decisions)
    assert fit.sequences == (2, 4)
    assert fit.value == pytest.approx(2 * log(2) - (log(2) + log(4)) / 2)


def test_ties_are_shared_by_sequences_not_by_single_actions():
    # From the fork both ways are equally good at once; one of them leaves two ways to go on.
    world = World(
        2,
        1,
        ("fork", "one", "two", "end"),
        (0, 1, 2, 3),
        ((1, 2), (3, 0), (3, 3), (3, 3)),
        (0,),
        (1, 2, 3),
    )
    decisions = decisions_of(Circuit.parse(2, "out = 0"), WorldTask(world, 0), 2)
    # Sequences that stay in the target: one-end, two-end, two-end: three of four.
    assert best_fit(decisions).sequences == (3,)
    assert decisions.soft(60.0)[0] == pytest.approx(2 * log(2) - log(3))


def test_the_threshold_is_exact_where_it_is_attained():
    # Ties on half of the inputs: MEG is half of ln 2, exactly the default threshold.
    rows = ((0, 1), (0, 0))
    task = OptimisationTask(1, 1, (0, 1), rows)
    solver = Circuit.parse(1, "out = ~a")
    assert GoalDirectedness().judge(solver, task).holds
    assert not GoalDirectedness("51/100").judge(solver, task).holds
    assert GoalDirectedness("0").judge(solver, task).holds


@given(solved_choices() | solved_worlds(), st.sampled_from(["0", "1/4", "1/2", "1"]))
@settings(max_examples=60)
def test_judgements_hold_to_their_word(pair, least):
    task, circuit = pair
    steps = 2 if isinstance(task, WorldTask) else 0
    for beta in ("nonnegative", "any"):
        hold_to_its_word(GoalDirectedness(least, beta, steps), circuit, task)
    hold_to_its_word(GoalDirectedness(least, steps=steps, utility="unknown"), circuit, task)


def set_points(task):
    """Return the decision rows of the task's utility and of all its set points, family or not."""
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    values = sorted({u for x in support for u in task.utilities[x]})
    rows = [task.utilities[x] for x in support]
    found = [rows]
    for goal in range(len(values) - 1):
        near = [tuple(Fraction(-abs(values.index(u) - goal)) for u in row) for row in rows]
        found.append(near)
    return support, found


@given(solved_choices())
@settings(max_examples=60)
def test_an_unknown_utility_explains_no_less(pair):
    task, circuit = pair
    assume(len(task.candidates) > 1)
    known = GoalDirectedness().measure(circuit, task)
    unknown = GoalDirectedness(utility="unknown").measure(circuit, task)
    assert unknown.value >= known.value
    support, every = set_points(task)
    words = {x: sum(bit << i for i, bit in enumerate(circuit(x))) for x in support}
    places = [task.candidates.index(words[x]) for x in support]
    most = max(
        best_fit(one_shot([Choice(r, r[p]) for r, p in zip(rows, places, strict=True)])).value
        for rows in every
    )
    # The family leaves out renamings and what accepts the same, so it may explain less than all.
    assert float(unknown.value) <= most + 3e-9
    family = decisions_by_utility(circuit, task)
    fits = [best_fit(decisions).value for decisions in family.values()]
    assert float(unknown.value) == pytest.approx(max(fits), abs=1e-9)
    assert len(family) == 1 + len(other_objectives(task, "set-points"))


@given(solved_choices() | solved_worlds())
@settings(max_examples=30)
def test_what_is_inside_does_not_count(pair):
    task, circuit = pair
    definition = GoalDirectedness(utility="unknown", steps=2 if task.has_world else 0)
    measured = definition.measure(circuit, task)
    for other in rewired(circuit).values():
        assert definition.measure(other, task) == measured


def test_an_unknown_target():
    # Keeping the light on, and off: the policy pursues the one, as well as can be.
    light = exemplar_named("light-switch")
    toggled = GoalDirectedness("1", utility="unknown").judge(light.solver, light.task)
    assert [*decisions_by_utility(light.solver, light.task)] == ["own", 1]
    assert toggled.witness["utility"] == "own"
    assert toggled.measured.value == pytest.approx(log(2))
    for other, why in ((1, "sequences"), (2, "utility"), (True, "utility")):
        with pytest.raises(CertificateError, match=f"witness.{why}|witness.beta"):
            GoalDirectedness("1", utility="unknown").check(
                light.solver, light.task, {**toggled.witness, "utility": other}
            )


def test_a_middling_choice_has_a_utility_of_its_own():
    # Of values 0, 1, 2 and 3 it takes the one nearer to 1, as the slack allows.
    whole = parse_task("argmax(levels=4)")
    task = replace(whole, slack=Fraction(3))
    words = [int(abs((x >> 2) - 1) < abs((x & 3) - 1)) for x in range(16)]
    solver = circuit_of_words(words, 4, 1)
    judgement = GoalDirectedness("1/2", utility="unknown").judge(solver, task)
    assert judgement.witness["utility"] == "1"
    # Ties: four of equal values, and 0 against 2 both ways.
    assert judgement.measured.value == pytest.approx((16 - 6) / 16 * log(2), abs=1e-8)
    assert GoalDirectedness("1/2").judge(solver, task).score == 0
    # Without slack the task is another one, and so is its family: the least is a renaming.
    assert "0" not in [o.key for o in other_objectives(whole, "set-points")]


@given(solved_choices(), st.sampled_from(["1/4", "1/2", "3/4"]))
def test_the_threshold_is_a_fraction_of_all(pair, least):
    task, circuit = pair
    assume(len(task.candidates) > 1)
    judgement = GoalDirectedness(least).judge(circuit, task)
    gap = float(judgement.measured.value) - float(Fraction(least)) * log(len(task.candidates))
    if abs(gap) > judgement.measured.error:
        assert judgement.holds == (gap > 0)


def test_a_policy_short_of_the_best_is_decided_by_its_bounds():
    # One word misses by 1, the other hits by 3: f = ln 2 - (ln(1 + e^b) + ln(1 + e^-3b)) / 2.
    task = OptimisationTask(1, 1, (0, 1), ((0, 1), (0, 3)), slack=1)
    solver = Circuit.parse(1, "out = a")
    measured = GoalDirectedness().measure(solver, task)
    most = max(
        log(2) - (log(1 + exp(b / 1000)) + log(1 + exp(-3 * b / 1000))) / 2 for b in range(3000)
    )
    assert measured.value == pytest.approx(most, abs=1e-6)
    share = Fraction(most / log(2)).limit_denominator(50)
    below, above = share - Fraction(1, 50), share + Fraction(1, 50)
    below, above = (Fraction(round(100 * f), 100) for f in (below, above))
    assert GoalDirectedness(str(below)).judge(solver, task).holds
    assert not GoalDirectedness(str(above)).judge(solver, task).holds


def test_no_influence_no_directedness():
    for name in ("rock", "bottle-cap"):
        pair = exemplar_named(name)
        for beta in ("nonnegative", "any"):
            assert GoalDirectedness(beta=beta).measure(pair.solver, pair.task).value == 0


def test_partial_observation_is_charged():
    # From `near` pushing leads home, from `far` waiting does. Who sees them alike can but guess.
    world = World(1, 1, ("near", "far", "home"), (0, 1, 0), ((0, 2), (2, 1), (2, 2)), (0, 1), (2,))
    seeing, blind = (Circuit.parse(1, text) for text in ("out = ~a", "out = 1"))
    task = WorldTask(world, 1)
    alike = WorldTask(replace(world, observations=(0, 0, 1)), 1)
    assert best_fit(decisions_of(seeing, task)).value == pytest.approx(log(2))
    assert best_fit(decisions_of(blind, alike)).value == 0


def test_where_it_does_not_apply():
    one = OptimisationTask(1, 1, (1,), ((0,), (2,)))
    judgement = GoalDirectedness().judge(Circuit.parse(1, "out = 1"), one)
    assert judgement.note == "not applicable: there is one candidate only"
    pair = exemplar_named("blind-coin")
    judgement = GoalDirectedness().judge(pair.solver, pair.task)
    assert judgement.note == "not applicable: episodes hide their state from the policy"


@pytest.mark.parametrize(
    "dials",
    [
        {"least": "2"},
        {"beta": "negative"},
        {"steps": -1},
        {"steps": 1 << 13},
        {"utility": "all"},
    ],
)
def test_bad_dials_are_refused(dials):
    with pytest.raises(ArgumentError, match=f"{next(iter(dials))}: expected"):
        GoalDirectedness(**dials)
