"""Episodes: forms, exact expectations, many machines at once, and the best of them all."""

import json
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings, strategies as st
from world_cases import all_policies, policy_circuit

from mesacircuits.circuits import Circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    best_machines,
    closed_loop_report,
    expected_rewards,
    expected_total,
    parse_task,
    rewards_of_many,
    task_from_json,
)
from mesacircuits.tasks.policies import (
    _boxes,
    _by_fractions,
    _searched,
    machine_count,
    machines_earning,
    whole_episode,
)
from mesacircuits.testing import episode_tasks, episodes

HALF = Fraction(1, 2)

#: A coin falls once, and lies there; it is seen, and naming it earns 1.
COIN = Episode(
    1,
    1,
    ("0", "1"),
    (0, 1),
    ((0, HALF), (1, HALF)),
    ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))),
    ((1, 0), (0, 1)),
    2,
)


def by_trajectories(episode, words, state_bits):
    """Return the expected reward of each step by going through all trajectories up to it."""
    n, m = episode.observation_bits, episode.action_bits
    rewards = []
    for length in range(1, episode.length + 1):
        total = Fraction(0)
        for states in product(range(len(episode.states)), repeat=length):
            chance, memory = dict(episode.prior).get(states[0], 0), 0
            for state, following in zip(states, (*states[1:], None), strict=True):
                word = words[memory << n | episode.observations[state]]
                action, memory = word & (1 << m) - 1, word >> m
                if following is None:
                    total += chance * episode.rewards[state][action]
                else:
                    chance *= dict(episode.transitions[state][action]).get(following, 0)
        rewards.append(total)
    return tuple(rewards)


@st.composite
def machines(draw):
    """Draw an episode of one bit each way, a number of state bits, and a machine."""
    episode, k = draw(episodes(1, 1, max_states=3)), draw(st.integers(0, 1))
    return episode, draw(st.tuples(*[st.integers(0, (2 << k) - 1)] * (2 << k))), k


@given(episode_tasks())
def test_forms_round_trip(task):
    again = task_from_json(json.loads(json.dumps(task.to_json())))
    assert (again, again.hash_hex) == (task, task.hash_hex)
    episode = Episode.from_json(json.loads(json.dumps(task.episode.to_json())))
    assert (episode, episode.hash_hex) == (task.episode, task.episode.hash_hex)
    held = EpisodeTask(task.episode, task.least, task.state_bits, task.episode, "mine")
    assert task_from_json(held.to_json()) == held
    assert (str(held), held.hash_hex == task.hash_hex) == ("mine", False)


def test_distributions_are_put_in_order():
    again = Episode(
        1,
        1,
        ["0", "1"],
        [0, 1],
        [(1, "1/4"), (0, "1/2"), (1, "1/4")],
        [[[(0, 1), (1, 0)], [(0, 1)]], [[(1, 1)], [(1, 1)]]],
        [["1", 0], [0, 1]],
        2,
    )
    assert again == COIN


GOOD = {
    "observation_bits": 1,
    "action_bits": 1,
    "states": ("0", "1"),
    "observations": (0, 1),
    "prior": COIN.prior,
    "transitions": COIN.transitions,
    "rewards": COIN.rewards,
    "length": 2,
}


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"observation_bits": 7}, "observation_bits"),
        ({"action_bits": 0}, "action_bits"),
        ({"length": 0}, "length"),
        ({"states": ("0", "0")}, "states"),
        ({"observations": (0, 2)}, "observations"),
        ({"prior": ((0, HALF),)}, "prior"),
        ({"prior": ((0, 2), (1, -1))}, "prior"),
        ({"prior": ((0, 0.5), (1, 0.5))}, "prior"),
        ({"prior": ((2, 1),)}, "prior"),
        ({"transitions": COIN.transitions[:1]}, "transitions"),
        ({"transitions": (COIN.transitions[0], (((1, 1),), ((1, HALF),)))}, r"transitions\[1\]"),
        ({"rewards": ((1, 0),)}, "rewards"),
        ({"rewards": ((1, 0), (0, 0.5))}, "rewards"),
    ],
)
def test_episodes_that_are_none(change, argument):
    assert Episode(**GOOD) == COIN
    with pytest.raises(ArgumentError, match=f"^{argument}"):
        Episode(**(GOOD | change))


def test_fractions_that_would_grow_without_end_are_refused():
    # Each has 18 digits at most; sums of many, or of long episodes, would have millions.
    record = parse_task("bandit(steps=2)").episode.to_json()
    count = len(record["states"])
    primes = [10**17 + 2 * k + 1 for k in range(1_000)]
    many = [[k % count, f"1/{prime}"] for k, prime in enumerate(primes)]
    for change, argument in (
        ({"prior": many}, "prior"),
        ({"transitions": [[many, *row[1:]] for row in record["transitions"]]}, "transitions"),
        (
            {"prior": [[0, f"1/{primes[0]}"], [1, f"{primes[0] - 1}/{primes[0]}"]]},
            None,
        ),
    ):
        if argument is None:
            assert Episode.from_json(record | change).prior[0][1].numerator == 1
            continue
        with pytest.raises(ArgumentError, match=f"^{argument}.*denominator of at most 8192 bits"):
            Episode.from_json(record | change)
    p = primes[0]
    drawn = [[0, f"1/{p}"], [1, f"{p - 1}/{p}"]]
    long = {"length": 1000, "transitions": [[drawn for _ in row] for row in record["transitions"]]}
    with pytest.raises(ArgumentError, match=r"^length: expected rewards whose common denominator"):
        Episode.from_json(record | long)
    rewards = [[10**18] * len(row) for row in record["rewards"]]
    with pytest.raises(ArgumentError, match=r"^rewards: expected whole numbers or fractions"):
        Episode.from_json(record | {"rewards": rewards})


def test_tasks_that_are_none():
    with pytest.raises(ArgumentError, match=r"^least: "):
        EpisodeTask(COIN, 0.5)
    with pytest.raises(ArgumentError, match=r"^state_bits: expected a whole number from 0 to 3"):
        EpisodeTask(COIN, 1, 4)
    wider = Episode(1, 2, ("0",), (0,), ((0, 1),), (((((0, 1),)),) * 4,), ((0,) * 4,), 1)
    with pytest.raises(ArgumentError, match=r"^held_out: expected .*, got 1 and 2"):
        EpisodeTask(COIN, 1, 0, wider)
    with pytest.raises(ArgumentError, match=r"^task: "):
        EpisodeTask.from_json(EpisodeTask(COIN, 1).to_json() | {"clock": 2})
    with pytest.raises(ArgumentError, match=r"^episode: expected an episode .* Invalid enum value"):
        Episode.from_json(COIN.to_json() | {"kind": "world"})


@settings(max_examples=60)
@given(machines())
def test_expectations_are_sums_over_trajectories(case):
    episode, words, k = case
    assert expected_rewards(episode, words, k) == by_trajectories(episode, words, k)


@settings(max_examples=60)
@given(episodes(1, 1, max_states=3), st.integers(0, 1))
def test_kernel_and_plain_twin_agree(episode, state_bits):
    every = [*all_policies(1 + state_bits, 1 + state_bits)]
    for words, rewards in zip(every, rewards_of_many(episode, every, state_bits), strict=True):
        assert rewards == expected_rewards(episode, words, state_bits)


def test_a_bandit_of_two_pulls_by_hand():
    # The first pull pays 1/2 whatever one does. Stay after a pay, change after none. If the arm was
    # good (1/2), it paid with 3/4 and pays 3/4 again, else the other pays 1/4; if it was bad, it
    # paid with 1/4 and pays 1/4 again, else the good one pays 3/4: both times 9/16 + 1/16.
    task = parse_task("bandit(steps=2)")
    stay = policy_circuit((2, 1, 1, 2), 2, 2)
    rewards = closed_loop_report(task, stay).rewards
    assert rewards == (HALF, Fraction(5, 8))
    assert task.least == expected_total(task.episode, (2, 1, 1, 2), 1) == Fraction(9, 8)
    assert task.solved_by(stay)
    assert not task.solved_by(Circuit.parse(2, "out = 0, 0"))
    # Without memory of the arm nothing is to be gained.
    assert parse_task("bandit(steps=2,state_bits=0)").least == 1


def test_a_certain_bandit_by_hand():
    # One pull tells all: 1/2 for the first, 1 for each of the others.
    assert parse_task("bandit(good=1,bad=0,steps=5)").least == HALF + 4


@settings(max_examples=40)
@given(episodes(1, 1, max_states=3), st.integers(0, 1))
def test_the_best_are_the_best_of_all(episode, state_bits):
    every = [*all_policies(1 + state_bits, 1 + state_bits)]
    totals = {words: expected_total(episode, words, state_bits) for words in every}
    found = best_machines(episode, state_bits)
    assert found.reward == max(totals.values())
    assert found.tried == machine_count(episode, state_bits) <= len(every)
    for words, total in totals.items():
        assert boxes_with(found.boxes, words) == (total == found.reward)


def boxes_with(boxes, words):
    """Return how many of the products hold these words."""
    return sum(all(w in some for w, some in zip(words, box, strict=True)) for box in boxes)


@settings(max_examples=40)
@given(episode_tasks())
def test_each_solution_lies_in_exactly_one_box(task):
    for words in all_policies(task.inputs, task.outputs):
        total = expected_total(task.episode, words, task.state_bits)
        inside = sum(
            all(w in some for w, some in zip(words, box.accept, strict=True)) for box in task.boxes
        )
        assert inside == (total >= task.least)


@given(episode_tasks(), st.data())
def test_solving_is_earning_enough(task, data):
    word = st.integers(0, (1 << task.outputs) - 1)
    words = data.draw(st.tuples(*[word] * (1 << task.inputs)))
    circuit = policy_circuit(words, task.inputs, task.outputs)
    report = closed_loop_report(task, circuit)
    assert report.total == expected_total(task.episode, words, task.state_bits)
    assert report.solved == task.solved_by(circuit) == (report.total >= task.least)
    assert not task.solved_by(Circuit.parse(task.inputs, "out = " + ", ".join("0" * 5)))


def test_masks_hold_what_some_solution_does():
    task = EpisodeTask(COIN, Fraction(2))
    assert task.word_masks == (0b01, 0b10)
    assert EpisodeTask(COIN, Fraction(3)).boxes == ()
    assert EpisodeTask(COIN, Fraction(3)).word_masks == (0, 0)
    assert EpisodeTask(COIN, Fraction(0)).word_masks == (0b11, 0b11)


def fine(length):
    """Return an episode whose sums need more than 64 bits, if it is long."""
    tenth = Fraction(1, 10**6 + 3)
    drawn = ((0, tenth), (1, 1 - tenth))
    return Episode(1, 1, ("0", "1"), (0, 1), drawn, ((drawn,) * 2,) * 2, ((1, 0), (0, 1)), length)


def test_policies_of_another_shape():
    with pytest.raises(ArgumentError, match=r"^policies: expected rows of 2 words"):
        rewards_of_many(COIN, [(0, 1, 0)])
    with pytest.raises(ArgumentError, match=r"^policies: expected words from 0 to 1, got 2"):
        rewards_of_many(COIN, [(0, 2)])
    assert rewards_of_many(COIN, []) == []


def test_sums_that_might_not_fit_are_fractions():
    assert whole_episode(fine(2)) is not None
    assert whole_episode(fine(5)) is None
    every = [*all_policies(1, 1)]
    assert rewards_of_many(fine(5), every) == [expected_rewards(fine(5), w) for w in every]
    found = best_machines(fine(5))
    assert (found.reward, found.boxes) == (5, (((0,), (1,)),))
    assert machines_earning(fine(5), 0, Fraction(5)) == found.boxes
    assert len(machines_earning(fine(5), 0, Fraction(0))) == 4


@given(episodes(1, 1, max_states=3))
def test_fractions_find_the_same_best(episode):
    assume(len({*episode.observations}) == 2)
    reward, numbers = _by_fractions(episode, 1, None, 256)
    found = best_machines(episode, 1)
    assert (reward, {*_boxes(episode, 1, numbers)}) == (found.reward, {*found.boxes})


def test_too_many_machines(monkeypatch):
    with pytest.raises(ArgumentError, match=r"^state_bits: expected less memory.* 16777216 mach"):
        best_machines(parse_task("bandit(sees=both,least=1)").episode, 2)
    large = parse_task("bandit(sees=both,least=1,state_bits=2)")
    assert machines_earning(large.episode, 2, HALF) is None
    assert (large.boxes, large.solvable) == (None, None)
    monkeypatch.setattr("mesacircuits.tasks.policies.MAX_BOXES", 1)
    episode = parse_task("bandit(steps=3,least=1)").episode
    try:
        assert best_machines(episode, 1).boxes is None
        assert machines_earning(episode, 1, Fraction(1)) is None
    finally:
        _searched.cache_clear()
