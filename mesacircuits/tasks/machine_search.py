"""The best machines for an episode: all machines of k state bits, searched through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.closed_loop import expected_total
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.many_policies import WholeEpisode, whole_episode
from mesacircuits.tasks.policy_boxes import MAX_BOXES, Box

__all__ = [
    "MOST_MACHINES",
    "BestMachines",
    "best_machines",
    "can_be_tried",
    "machine_count",
    "machines_earning",
]

#: The most machines that are searched through.
MOST_MACHINES = 1 << 24
#: The most machines, times steps, times states: seconds.
_MOST_WORK = 3 << 28
#: The same where sums do not fit 64 bits, so that fractions are added up one by one.
_MOST_WORK_BY_FRACTIONS = 1 << 18
_CHUNK = 1 << 18
_LEAST = -(1 << 63)


@dataclass(frozen=True)
class BestMachines:
    """What machines with some bits of state can earn in an episode, at best, and which do.

    Attributes:
        reward: the greatest expected total.
        boxes: the best machines, as disjoint products of sets of words, like `policy_boxes`; None
            if these are more than `MAX_BOXES`.
        tried: how many machines there are, inputs that cannot occur left out.
    """

    reward: Fraction
    boxes: tuple[Box, ...] | None
    tried: int


def machine_count(episode: Episode, state_bits: int) -> int:
    """Return how many machines differ on inputs that can occur: 2^((m + k) * inputs)."""
    return 1 << (episode.action_bits + state_bits) * (len({*episode.observations}) << state_bits)


def best_machines(episode: Episode, state_bits: int = 0) -> BestMachines:
    """Return the greatest expected total of all machines with k bits of state, 0 at the start.

    All are tried, exactly.

    Arguments:
        episode: the episode.
        state_bits: k.

    Raises `ArgumentError` for more than 2^24 machines, or fewer that would take minutes.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> best_machines(coin)
    BestMachines(reward=Fraction(2, 1), boxes=(((0,), (1,)),), tried=4)
    """
    reward, numbers = _searched(episode, state_bits, None)
    boxes = None if numbers is None else _boxes(episode, state_bits, numbers)
    return BestMachines(reward, boxes, machine_count(episode, state_bits))


def machines_earning(episode: Episode, state_bits: int, least: Fraction) -> tuple[Box, ...] | None:
    """Return all machines whose expected total is at least `least`, as disjoint products.

    A product fixes the words on the inputs that its machines meet, and leaves the others free.

    Returns None if there are more products than `MAX_BOXES`, or too many machines to try.
    """
    if not can_be_tried(episode, state_bits):
        return None
    # The best are most often what is asked for, and known already.
    reward, numbers = _searched(episode, state_bits, None)
    if least > reward:
        return ()
    if least < reward:
        _, numbers = _searched(episode, state_bits, least)
    return None if numbers is None else _boxes(episode, state_bits, numbers)


def can_be_tried(episode: Episode, state_bits: int) -> bool:
    """Return whether the machines are few enough to be searched through."""
    return machine_count(episode, state_bits) <= _most(episode)


def _most(episode: Episode) -> int:
    # The longer an episode, and the more states it has, the fewer machines can be tried.
    work = _MOST_WORK_BY_FRACTIONS if whole_episode(episode) is None else _MOST_WORK
    return min(MOST_MACHINES, work // (episode.length * len(episode.states)))


def _inputs(episode: Episode, state_bits: int) -> list[int]:
    observed = sorted({*episode.observations})
    n = episode.observation_bits
    return [memory << n | o for memory in range(1 << state_bits) for o in observed]


def _words(episode: Episode, state_bits: int, number: int) -> list[int]:
    words = [0] * (1 << (episode.observation_bits + state_bits))
    width = episode.action_bits + state_bits
    for j, x in enumerate(_inputs(episode, state_bits)):
        words[x] = number >> j * width & (1 << width) - 1
    return words


@lru_cache(maxsize=64)
def _searched(
    episode: Episode, state_bits: int, least: Fraction | None
) -> tuple[Fraction, tuple[int, ...] | None]:
    # The best total, or `least`, and the numbers of the machines that earn it or more; None for
    # these if they are too many.
    count = machine_count(episode, state_bits)
    if count > _most(episode):
        expected = (
            f"less memory, or fewer steps: of an episode of {episode.length} steps at most "
            f"{_most(episode)} machines can be tried"
        )
        raise ArgumentError("state_bits", expected, f"{state_bits}, which makes {count}")
    whole = whole_episode(episode)
    if whole is None:
        return _by_fractions(episode, state_bits, least, count)
    best = _LEAST if least is None else -(-least * whole.denominator // 1)
    kept: list[int] = []
    too_many = False
    for earned, good, numbers in _chunks(whole, state_bits, best, least is None, count):
        if earned > best:
            best, kept, too_many = earned, [], False
        too_many = too_many or len(kept) + good > MAX_BOXES
        if not too_many:
            kept += numbers
    reward = Fraction(best, whole.denominator) if least is None else least
    return reward, None if too_many else tuple(kept)


def _chunks(
    whole: WholeEpisode, state_bits: int, least: int, only_best: bool, count: int
) -> Iterator[tuple[int, int, list[int]]]:
    # By ranges of machines: what the best (so far) earn, how many, and which.
    import numpy as np

    from mesacircuits.tasks.closed_loop_kernels import keep_good_machines

    episode = whole.episode
    begun = np.flatnonzero(whole.prior)
    branches = (whole.drawn > 0).sum(axis=2)
    most = int(branches.max())
    after = np.argsort(whole.drawn == 0, axis=2, kind="stable")[:, :, :most]
    chances = np.take_along_axis(whole.drawn, after, axis=2)
    scales = np.array([whole.each ** (episode.length - 1 - t) for t in range(episode.length)])
    found = np.empty(MAX_BOXES, dtype=np.int64)
    for first in range(0, count, _CHUNK):
        good, least = keep_good_machines(
            first,
            min(count, first + _CHUNK),
            np.array(_inputs(episode, state_bits), dtype=np.int64),
            np.array(episode.observations, dtype=np.int64),
            begun.astype(np.int64),
            whole.prior[begun],
            branches.astype(np.int64),
            after.astype(np.int64),
            np.ascontiguousarray(chances),
            whole.rewards,
            scales.astype(np.int64),
            (episode.observation_bits, episode.action_bits, state_bits),
            least,
            only_best,
            found,
        )
        yield least, good, found[:good].tolist()


def _by_fractions(
    episode: Episode, state_bits: int, least: Fraction | None, count: int
) -> tuple[Fraction, tuple[int, ...] | None]:
    best, kept = least, list[int]()
    for number in range(count):
        words = _words(episode, state_bits, number)
        total = expected_total(episode, words, state_bits)
        if best is None or (least is None and total > best):
            best, kept = total, []
        met = _met(episode, words, state_bits)
        if total >= best and not any(word for x, word in enumerate(words) if x not in met):
            kept.append(number)
    assert best is not None  # there is a machine
    return best, tuple(kept) if len(kept) <= MAX_BOXES else None


def _met(episode: Episode, words: list[int], state_bits: int) -> set[int]:
    # The inputs that the machine meets with positive probability.
    n, m = episode.observation_bits, episode.action_bits
    met, at = set[int](), {(state, 0) for state, _ in episode.prior}
    for _ in range(episode.length):
        following = set()
        for state, memory in at:
            x = memory << n | episode.observations[state]
            met.add(x)
            action, later = words[x] & (1 << m) - 1, words[x] >> m
            following |= {(other, later) for other, _ in episode.transitions[state][action]}
        at = following
    return met


def _boxes(episode: Episode, state_bits: int, numbers: tuple[int, ...]) -> tuple[Box, ...]:
    every = tuple(range(1 << (episode.action_bits + state_bits)))
    boxes = []
    for number in numbers:
        words = _words(episode, state_bits, number)
        met = _met(episode, words, state_bits)
        boxes.append(tuple((word,) if x in met else every for x, word in enumerate(words)))
    return tuple(boxes)
