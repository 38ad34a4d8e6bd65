"""Mesa-learners: learning told from task location, from clocks, and from what comes by itself."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, strategies as st
from literature_cases import circuit_of_words, hold_to_its_word

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import MesaLearner, learning_gain, yoked_rewards
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Episode, EpisodeTask, expected_rewards, task_named

STAY_OR_SHIFT = (3, 0, 0, 3)


def cued(flipped: bool, length: int = 3) -> Episode:
    """Return episodes of two worlds, told apart by a cue that is shown after the first step.

    State 0 is the beginning of a world where action 0 pays, 1 that of one where action 1 does;
    after the first step world w shows the cue w, or the other one if `flipped`.
    """
    rewards = tuple(
        tuple(Fraction(action == state % 2) for action in range(2)) for state in range(4)
    )
    cues = (0, 0, 1, 0) if flipped else (0, 0, 0, 1)
    half = Fraction(1, 2)
    after = tuple((((2 + s % 2, Fraction(1)),),) * 2 for s in range(4))
    return Episode(
        1, 1, ("w0", "w1", "cue0", "cue1"), cues, ((0, half), (1, half)), after, rewards, length
    )


def test_win_stay_lose_shift_learns():
    # r = 1/2, 5/8, 5/8, 5/8 with 3/4 and 1/4; 1/2, 1, 1, 1 with 1 and 0. Yoked: always 1/2.
    pair = exemplar_named("win-stay-lose-shift")
    rewards = expected_rewards(pair.task.episode, STAY_OR_SHIFT, 1)
    assert rewards == (Fraction(1, 2),) + (Fraction(5, 8),) * 3
    assert yoked_rewards(pair.task.episode, STAY_OR_SHIFT) == (Fraction(1, 2),) * 4
    judgement = MesaLearner().judge(pair.solver, pair.task)
    assert judgement.holds
    assert judgement.witness == {"kind": "mesa-learner", "trained": "1/8", "held_out": "1/2"}


def test_what_reads_a_known_cue_locates_its_task():
    task = EpisodeTask(cued(False), Fraction(5, 2), 0, cued(True))
    follow = Circuit.parse(1, "out = a")
    # Trained: 1/2, 1, 1. Where the cues have changed places: 1/2, 0, 0.
    assert expected_rewards(task.episode, (0, 1)) == (Fraction(1, 2), 1, 1)
    judgement = MesaLearner().judge(follow, task)
    assert (judgement.score, judgement.measured.value) == (0, Fraction(1, 2))
    assert judgement.note == "task location: gain 1/2 trained, -1/2 held out"


def test_learning_in_part():
    # Held out, the arms differ less than in training: 5/8 and 3/8, so p' - 1/2 = 2 (1/8)^2.
    trained, held_out = (
        task_named("bandit", good=g, bad=1 - g) for g in map(Fraction, ("3/4", "5/8"))
    )
    task = EpisodeTask(trained.episode, Fraction(19, 8), 1, held_out.episode)
    solver = exemplar_named("win-stay-lose-shift").solver
    judgement = MesaLearner().judge(solver, task)
    assert judgement.note == "learning in part: gain 1/8 trained, 1/32 held out"
    assert judgement.score == Fraction(1, 4)
    assert MesaLearner("1/4").judge(solver, task).holds
    assert MesaLearner("1/2").judge(solver, task).score == Fraction(1, 2)


def test_a_coin_does_not_learn():
    pair = exemplar_named("blind-coin")
    judgement = MesaLearner().judge(pair.solver, pair.task)
    assert (judgement.score, judgement.note) == (0, "no gain: gain 0 trained, 0 held out")


def test_rewards_that_rise_whatever_is_done_are_no_learning():
    # Two states, the second of which pays; nothing is observed, nothing matters.
    one = Fraction(1)
    rising = Episode(
        1, 1, ("early", "late"), (0, 0), ((0, one),), ((((1, one),),) * 2,) * 2, ((0, 0), (1, 1)), 3
    )
    task = EpisodeTask(rising, Fraction(2), 0, rising)
    assert expected_rewards(rising, (0, 0)) == (0, 1, 1)
    judgement = MesaLearner().judge(Circuit.parse(1, "out = a"), task)
    assert judgement.note == "no gain: gain 0 trained, 0 held out"


def test_what_is_known_at_once_is_not_learned():
    # The hidden arm is observed from the start: the reward is 1 at every step.
    half = Fraction(1, 2)
    plain = Episode(
        1,
        1,
        ("0", "1"),
        (0, 1),
        ((0, half), (1, half)),
        tuple((((s, Fraction(1)),),) * 2 for s in range(2)),
        ((1, 0), (0, 1)),
        3,
    )
    assert learning_gain(plain, (0, 1)) == 0


@st.composite
def episodes(draw):
    """Draw small episodes of any kind."""
    count = draw(st.integers(1, 3))
    weights = st.lists(st.integers(0, 2), min_size=count, max_size=count).filter(any)

    def distribution():
        drawn = draw(weights)
        return tuple((s, Fraction(w, sum(drawn))) for s, w in enumerate(drawn) if w)

    return Episode(
        1,
        1,
        tuple(map(str, range(count))),
        tuple(draw(st.integers(0, 1)) for _ in range(count)),
        distribution(),
        tuple((distribution(), distribution()) for _ in range(count)),
        tuple(tuple(Fraction(draw(st.integers(0, 2))) for _ in range(2)) for _ in range(count)),
        draw(st.integers(2, 3)),
    )


WORDS = st.tuples(*[st.integers(0, 3)] * 4)


@given(episodes(), WORDS)
def test_the_yoked_learner_by_all_pairs_of_histories(episode, words):
    """Every history of one episode gives the actions, an independent one bears them."""

    def chances(actions):
        # How likely the learner is to take these actions in an episode of its own.
        total = Fraction(0)
        for states in product(range(len(episode.states)), repeat=len(actions)):
            chance, memory = dict(episode.prior).get(states[0], Fraction(0)), 0
            for t, action in enumerate(actions):
                word = words[memory << 1 | episode.observations[states[t]]]
                chance *= (word & 1) == action
                memory = word >> 1
                if t + 1 < len(actions):
                    step = dict(episode.transitions[states[t]][action])
                    chance *= step.get(states[t + 1], Fraction(0))
            total += chance
        return total

    expected = []
    for t in range(episode.length):
        reward = Fraction(0)
        for actions in product(range(2), repeat=t + 1):
            weights = dict(episode.prior)
            for action in actions[:-1]:
                moved: dict[int, Fraction] = {}
                for s, p in weights.items():
                    for other, q in episode.transitions[s][action]:
                        moved[other] = moved.get(other, Fraction(0)) + p * q
                weights = moved
            pay = sum(p * episode.rewards[s][actions[-1]] for s, p in weights.items())
            reward += chances(actions) * pay
        expected.append(reward)
    assert yoked_rewards(episode, words) == tuple(expected)


@given(episodes(), st.tuples(*[st.integers(0, 1)] * 2))
def test_blind_policies_gain_nothing(episode, memories):
    # The action and the next memory depend on the memory alone: a clock at most.
    first, second = (m << 1 | (1 - m) for m in memories)
    assert learning_gain(episode, (first, first, second, second), 1) == 0


@given(episodes(), episodes(), WORDS, st.sampled_from(["1/4", "1"]))
def test_judgements_hold_to_their_word(episode, held_out, words, least):
    circuit = circuit_of_words(list(words), 2, 2)
    task = EpisodeTask(episode, Fraction(-100), 1, held_out)
    hold_to_its_word(MesaLearner(least), circuit, task)


def test_where_it_does_not_apply():
    solver = exemplar_named("win-stay-lose-shift").solver
    episode = task_named("bandit").episode
    cases = {
        "the task has no held-out episodes": EpisodeTask(episode, Fraction(0), 1),
        "there is no step after the first": EpisodeTask(
            cued(False, 1), Fraction(0), 1, cued(True, 1)
        ),
    }
    for why, task in cases.items():
        assert MesaLearner().judge(solver, task).note == f"not applicable: {why}"
    pair = exemplar_named("parity")
    judgement = MesaLearner().judge(pair.solver, pair.task)
    assert judgement.note == "not applicable: the task has no episodes"


def test_bad_dials_are_refused():
    with pytest.raises(ArgumentError, match="least: expected a fraction above 0"):
        MesaLearner("0")
