"""Tasks of acting, with a few bits of state: in a world for its target, in episodes for reward."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, cast

from mesacircuits.call import check_whole, rational_from
from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.episode import Episode, expected_total
from mesacircuits.tasks.policies import (
    Box,
    can_be_tried,
    has_policy,
    hull_masks,
    machines_earning,
    policy_boxes,
)
from mesacircuits.tasks.task import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    FunctionTask,
    OptimisationTask,
    Recorded,
    RelationTask,
    Task,
)
from mesacircuits.tasks.world import World, reaches_and_keeps

__all__ = ["DEMANDS", "ActingTask", "AnyTask", "EpisodeTask", "WorldTask"]

#: What is acceptable of a policy in a world.
DEMANDS = {
    "reach": "from every start the target within T steps, and never out of it from then on",
    "optimal": "in every state an action on a shortest way to the target, in it one that stays",
}

_MOST_STEPS = 1 << 16


class ActingTask(Recorded):
    """A task of acting on observations of n bits by actions of m bits, with k bits of state.

    Its circuits have n + k inputs, the state above the observation, and m + k outputs, the next
    state above the action.
    """

    if TYPE_CHECKING:

        @property
        def state_bits(self) -> int:
            """The bits of state k that are granted."""

        @property
        def label(self) -> str:
            """The text that named the task, if one did."""

    #: Whether the task has a world to act in.
    has_world = True

    @property
    def surroundings(self) -> World | Episode:
        """What observations come from and actions go to."""
        raise NotImplementedError

    @property
    def inputs(self) -> int:
        """The number of input bits, n + k."""
        return self.surroundings.observation_bits + self.state_bits

    @property
    def outputs(self) -> int:
        """The number of output bits, m + k."""
        return self.surroundings.action_bits + self.state_bits

    @cached_property
    def support_bits(self) -> int:
        """The inputs that can occur: observations that some state gives, under every memory."""
        width = 1 << self.surroundings.observation_bits
        observed = sum(1 << o for o in {*self.surroundings.observations})
        return sum(observed << memory * width for memory in range(1 << self.state_bits))

    @cached_property
    def boxes(self) -> tuple[RelationTask, ...] | None:
        """Disjoint relations whose solutions, together, are the policies that solve the task.

        None if they are too many to list, or policies too many to try (see `policy_boxes` and
        `machines_earning`).
        """
        boxes = self._boxes()
        if boxes is None:
            return None
        return tuple(RelationTask(self.inputs, self.outputs, box) for box in boxes)

    def _boxes(self) -> tuple[Box, ...] | None:
        raise NotImplementedError

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each word the integer whose bit x says if some acceptable policy gives it on x.

        Where `boxes` are too many to list, every word is taken to be possible on every input, but
        in a world those that lead a start out of reach of the target within T - 1 more steps.
        """
        return hull_masks(self.boxes, self.inputs, self.outputs)

    def machine(self, circuit: Wired) -> MealyMachine:
        """Return the circuit as a machine with the state bits that the task grants.

        A machine made of what is no circuit can be run, but has no content hash.
        """
        return MealyMachine(cast(Circuit, circuit), self.state_bits)

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` does, in its world or its episodes, what is asked for."""
        fits = (circuit.inputs, len(circuit.outputs)) == (self.inputs, self.outputs)
        return fits and self._accepts(words_of(circuit))

    def _accepts(self, words: tuple[int, ...]) -> bool:
        raise NotImplementedError

    def without_fields(self) -> ActingTask:
        """Return the task without a word on which bits of an observation belong together."""
        raise NotImplementedError

    def plain(self) -> Task:
        """Return the task: what is acceptable is joint."""
        return cast(Task, self)

    @property
    def _room(self) -> int:
        # The most bits of state that circuits have room for.
        return min(
            MAX_TASK_INPUTS - self.surroundings.observation_bits,
            MAX_RELATION_OUTPUTS - self.surroundings.action_bits,
        )

    def __str__(self) -> str:
        return self.label or f"{self.kind.removesuffix('-task')}:{self.hash_hex[:12]}"


@dataclass(frozen=True)
class WorldTask(ActingTask):
    """The task of acting in a world.

    A circuit solves it iff, closed into a loop with the world, it does what is demanded:

    - `reach`: from each start the world is in the target from step T on, for ever. That is a
      predicate on whole policies: all left may be acceptable, and all right, but no mixture.
    - `optimal`: in each state that is not in the target it takes an action whose successor is
      nearest to the target, and in the target one that stays there. That is a relation.

    With k bits of state granted the circuit is a `MealyMachine` of n + k inputs and m + k outputs,
    its state 0 at the start.

    Arguments:
        world: the world.
        within: T >= 0; for `optimal` it is not used, and must be 0.
        demand: a name of `DEMANDS`.
        state_bits: k >= 0; 0 for `optimal`.
        label: how `str` calls the task; no part of what it is.

    Raises `ArgumentError` for more than 6 inputs or 4 outputs, and under `optimal` for states that
    cannot reach the target or stay in it, or that look alike but have no optimal action in common.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> task = WorldTask(door, 1)
    >>> from mesacircuits.circuits import Circuit
    >>> [task.solved_by(Circuit.parse(1, text)) for text in ("out = ~a", "out = 1", "out = a")]
    [True, True, False]
    """

    world: World
    within: int = 0
    demand: str = "reach"
    state_bits: int = 0
    label: str = field(default="", compare=False, repr=False)

    kind, called = "world-task", "a world task"

    def __post_init__(self) -> None:
        if self.demand not in DEMANDS:
            raise ArgumentError("demand", f"one of {', '.join(DEMANDS)}", self.demand)
        optimal = self.demand == "optimal"
        check_whole("within", self.within, 0, 0 if optimal else _MOST_STEPS)
        check_whole("state_bits", self.state_bits, 0, 0 if optimal else self._room)
        if optimal:
            _ = self._optimal  # raises unless there is such a policy

    @property
    def joint(self) -> bool:
        """Whether what is acceptable on one input depends on what is done on others."""
        return self.demand == "reach"

    def plain(self) -> Task:
        """Return the relation of optimal actions, as that is judged in each state by itself."""
        if self.joint or not self.boxes:
            return self
        relation = self.boxes[0]
        return relation.to_function() if relation.is_function() else relation

    @property
    def surroundings(self) -> World:
        """The world."""
        return self.world

    def without_fields(self) -> WorldTask:
        """Return the task without a word on which bits of an observation belong together."""
        return replace(self, world=replace(self.world, fields=None), label="")

    def _boxes(self) -> tuple[Box, ...] | None:
        if self.demand == "optimal":
            return (self._optimal,)
        return policy_boxes(self.world, self.within, self.state_bits)

    @cached_property
    def solvable(self) -> bool | None:
        """Whether some policy solves the task; None if that search grew too long."""
        if self.boxes is not None:
            return bool(self.boxes)
        return has_policy(self.world, self.within, self.state_bits)

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """See `ActingTask.word_masks`."""
        masks = super().word_masks
        return masks if self.boxes is not None else self._within_reach(masks)

    def _within_reach(self, masks: tuple[int, ...]) -> tuple[int, ...]:
        # Starts meet the first state of memory; with T = 0 no start tells anything.
        kept, world = list(masks), self.world
        for start in world.starts if self.within else ():
            for word in range(len(masks)):
                distance = self.distances[world.steps[start][word & (1 << world.action_bits) - 1]]
                if distance is None or distance >= self.within:
                    kept[word] &= ~(1 << world.observations[start])
        return tuple(kept)

    def _accepts(self, words: tuple[int, ...]) -> bool:
        if self.demand == "optimal":
            return all(word in box for word, box in zip(words, self._optimal, strict=True))
        return reaches_and_keeps(self.world, words, self.within, self.state_bits)

    @cached_property
    def distances(self) -> tuple[int | None, ...]:
        """For each state the least number of steps to the target; None if it cannot be reached."""
        before: dict[int, set[int]] = {}
        for state, row in enumerate(self.world.steps):
            for other in row:
                before.setdefault(other, set()).add(state)
        found = dict.fromkeys(self.world.target, 0)
        queue = [*self.world.target]
        for other in queue:
            fresh = before.get(other, set()) - found.keys()
            found |= dict.fromkeys(fresh, found[other] + 1)
            queue += fresh
        return tuple(found.get(state) for state in range(len(self.world.states)))

    @cached_property
    def _optimal(self) -> Box:
        world = self.world
        every = frozenset(range(1 << world.action_bits))
        accept = [every] * (1 << world.observation_bits)
        for state, row in enumerate(world.steps):
            distance = self.distances[state]
            if distance is None:
                expected = "a world whose target can be reached from every state"
                raise ArgumentError("world", expected, world.states[state])
            near = frozenset(
                a for a, other in enumerate(row) if self.distances[other] == max(0, distance - 1)
            )
            if not near:
                raise ArgumentError("world", "a target that can be kept", world.states[state])
            o = world.observations[state]
            accept[o] = accept[o] & near
            if not accept[o]:
                expected = "an optimal action that all states of one observation share"
                raise ArgumentError("world", expected, world.states[state])
        return tuple(tuple(sorted(words)) for words in accept)


@dataclass(frozen=True)
class EpisodeTask(ActingTask):
    """The task of earning, in expectation, at least a given reward per episode.

    A circuit of n + k inputs and m + k outputs solves it iff as a `MealyMachine` with k bits of
    state, 0 at the start, the expected sum of its rewards is at least `least`.

    Arguments:
        episode: what it acts in.
        least: the rational that the expected sum must reach.
        state_bits: k >= 0.
        held_out: the same game with other hidden parameters, which tells learning from knowing.
        label: how `str` calls the task; no part of what it is.

    Raises `ArgumentError` for more than 6 inputs or 4 outputs, and for a held-out episode with
    other observations or actions.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> task = EpisodeTask(coin, Fraction(2))
    >>> from mesacircuits.circuits import Circuit
    >>> task.solved_by(Circuit.parse(1, "out = a")), task.solved_by(Circuit.parse(1, "out = 0"))
    (True, False)
    """

    episode: Episode
    least: Fraction
    state_bits: int = 0
    held_out: Episode | None = None
    label: str = field(default="", compare=False, repr=False)

    kind, called = "episode-task", "an episode task"
    #: Whether what is acceptable on one input depends on what is done on others.
    joint = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "least", rational_from(self.least, "least"))
        check_whole("state_bits", self.state_bits, 0, self._room)
        other = self.held_out
        if other is not None and (other.observation_bits, other.action_bits) != (
            self.episode.observation_bits,
            self.episode.action_bits,
        ):
            expected = "an episode with as many bits of observation and of action"
            got = f"{other.observation_bits} and {other.action_bits}"
            raise ArgumentError("held_out", expected, got)

    @property
    def surroundings(self) -> Episode:
        """The episode."""
        return self.episode

    def without_fields(self) -> EpisodeTask:
        """Return the task without a word on which bits of an observation belong together."""
        held_out = self.held_out and replace(self.held_out, fields=None)
        episode = replace(self.episode, fields=None)
        return replace(self, episode=episode, held_out=held_out, label="")

    def _boxes(self) -> tuple[Box, ...] | None:
        return machines_earning(self.episode, self.state_bits, self.least)

    @cached_property
    def solvable(self) -> bool | None:
        """Whether some machine solves the task; None if there are too many to try."""
        if self.boxes is not None:
            return bool(self.boxes)
        return True if can_be_tried(self.episode, self.state_bits) else None

    def _accepts(self, words: tuple[int, ...]) -> bool:
        return expected_total(self.episode, words, self.state_bits) >= self.least


#: A task of any kind.
AnyTask = FunctionTask | RelationTask | OptimisationTask | WorldTask | EpisodeTask
