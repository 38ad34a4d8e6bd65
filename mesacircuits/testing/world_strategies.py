"""Hypothesis strategies for worlds, episodes, and the tasks of acting in them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.tasks import Episode, EpisodeTask, World, WorldTask
from mesacircuits.tasks.episode import Distribution

__all__ = ["episode_tasks", "episodes", "world_tasks", "worlds"]


@st.composite
def worlds(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 4
) -> World:
    """Return a strategy of worlds; it shrinks to one state that nothing leaves.

    Arguments:
        observation_bits, action_bits: n and m.
        max_states: the most states that are drawn.

    >>> from hypothesis import find
    >>> find(worlds(), lambda world: len(world.target) < len(world.states)).steps
    ((0, 0), (0, 0))
    """
    count = draw(st.integers(1, max_states))
    states = st.integers(0, count - 1)
    some = st.sets(states, min_size=1)
    return World(
        observation_bits,
        action_bits,
        tuple(f"s{i}" for i in range(count)),
        tuple(draw(st.integers(0, (1 << observation_bits) - 1)) for _ in range(count)),
        tuple(tuple(draw(states) for _ in range(1 << action_bits)) for _ in range(count)),
        tuple(draw(some)),
        tuple(draw(some)),
        tuple(tuple(draw(states) for _ in range(count)) for _ in range(draw(st.integers(0, 2)))),
    )


@st.composite
def world_tasks(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 4
) -> WorldTask:
    """Return a strategy of tasks of reaching a world's target; not all can be solved.

    For a task with a policy that solves it, see `solved_pairs`.

    >>> from hypothesis import find
    >>> task = find(world_tasks(), lambda task: task.within > 0 and task.state_bits > 0)
    >>> task.within, task.inputs, task.outputs
    (1, 2, 2)
    """
    world = draw(worlds(observation_bits, action_bits, max_states))
    return WorldTask(world, draw(st.integers(0, 3)), "reach", draw(st.integers(0, 1)))


@st.composite
def _distributions(draw: DrawFn, count: int) -> Distribution:
    weights = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    if not any(weights):
        weights[0] = 1
    return tuple((state, Fraction(w, sum(weights))) for state, w in enumerate(weights))


@st.composite
def episodes(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 3
) -> Episode:
    """Return a strategy of episodes; it shrinks to one state and no reward.

    >>> from hypothesis import find
    >>> len(find(episodes(), lambda episode: len(episode.prior) > 1).prior)
    2
    """
    count, actions = draw(st.integers(1, max_states)), range(1 << action_bits)
    rewards = st.builds(Fraction, st.integers(-2, 2), st.sampled_from((1, 2)))
    return Episode(
        observation_bits,
        action_bits,
        tuple(f"s{i}" for i in range(count)),
        tuple(draw(st.integers(0, (1 << observation_bits) - 1)) for _ in range(count)),
        draw(_distributions(count)),
        tuple(tuple(draw(_distributions(count)) for _ in actions) for _ in range(count)),
        tuple(tuple(draw(rewards) for _ in actions) for _ in range(count)),
        draw(st.integers(1, 3)),
    )


@st.composite
def episode_tasks(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 3
) -> EpisodeTask:
    """Return a strategy of tasks of earning so much reward; not all can be solved.

    >>> from hypothesis import find
    >>> find(episode_tasks(), lambda task: task.least > 0).least
    Fraction(1, 1)
    """
    episode = draw(episodes(observation_bits, action_bits, max_states))
    least = draw(st.builds(Fraction, st.integers(-2, 4), st.sampled_from((1, 2))))
    return EpisodeTask(episode, least, draw(st.integers(0, 1)))
