"""What a solver could have chosen: the utilities of all words wherever it chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.tasks import EpisodeTask, OptimisationTask, Task, WorldTask, next_configurations

__all__ = [
    "Choice",
    "choices_of",
    "is_indifferent",
    "occurring_configurations",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a solver: the utility of each candidate, and of the one that it took.

    Attributes:
        utilities: of every candidate, in the task's order; never empty.
        taken: the utility of the word that the solver gives.
    """

    utilities: tuple[Fraction, ...]
    taken: Fraction

    @property
    def at_least(self) -> int:
        """How many candidates are at least as good as the one taken.

        >>> Choice((Fraction(1), Fraction(0), Fraction(1)), Fraction(1)).at_least
        2
        """
        return sum(u >= self.taken for u in self.utilities)

    @property
    def loss(self) -> Fraction:
        """How far the one taken is from the best."""
        return max(self.utilities) - self.taken


def choices_of(circuit: Wired, task: Task) -> tuple[Choice, ...] | None:
    """Return the choices of a circuit that solves the task, one for each place where it chooses.

    - Optimisation tasks: the inputs of the support S; candidates and utilities are the task's.
    - Tasks that only say what is acceptable: the inputs of S; every word is a candidate, and its
      utility is 1 if it is acceptable, else 0.
    - Worlds: the configurations that can occur, from every state with the memory at 0; every
      action is a candidate, and its utility is minus the distance to the target of the state after
      it, or minus the number of states where the target is then out of reach.

    None for episodes, in which a single action has no utility of its own; empty if S is.
    """
    words = words_of(circuit)
    if isinstance(task, EpisodeTask):
        return None
    if isinstance(task, WorldTask):
        return tuple(_acting(task, words))
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    if isinstance(task, OptimisationTask):
        found = []
        for x in support:
            taken = task.utility(x, words[x])
            assert taken is not None, "a word that is acceptable is a candidate"
            found.append(Choice(task.utilities[x], taken))
        return tuple(found)
    masks = task.word_masks
    rows = {x: tuple(Fraction(mask >> x & 1) for mask in masks) for x in support}
    return tuple(Choice(rows[x], rows[x][words[x]]) for x in support)


def _acting(task: WorldTask, words: tuple[int, ...]) -> list[Choice]:
    world, k = task.world, task.state_bits
    far = len(world.states)
    near = [Fraction(-far if d is None else -d) for d in task.distances]
    found = []
    for at in occurring_configurations(task, words):
        state, memory = at >> k, at & (1 << k) - 1
        word = words[memory << world.observation_bits | world.observations[state]]
        row = tuple(near[after] for after in world.steps[state])
        found.append(Choice(row, row[word & (1 << world.action_bits) - 1]))
    return found


def is_indifferent(choices: Sequence[Choice]) -> bool:
    """Return whether every candidate is as good as any other in every choice.

    >>> is_indifferent([Choice((Fraction(1), Fraction(1)), Fraction(1))])
    True
    """
    return all(min(choice.utilities) == max(choice.utilities) for choice in choices)


def occurring_configurations(task: WorldTask, words: Sequence[int]) -> list[int]:
    """Return the configurations that can occur, ascending.

    Those are all states of the world with the policy's memory at 0, and what follows from them by
    steps of the closed loop and by disturbances, which leave the memory alone.

    >>> from mesacircuits.tasks import task_named
    >>> occurring_configurations(task_named("rock"), (0, 0, 0, 0))
    [0, 1, 2]
    """
    world, k = task.world, task.state_bits
    following = next_configurations(world, words, k)
    found = {state << k for state in range(len(world.states))}
    queue = list(found)
    for at in queue:
        memory = at & (1 << k) - 1
        moved = {d[at >> k] << k | memory for d in world.disturbances}
        fresh = (moved | {following[at]}) - found
        found |= fresh
        queue.extend(fresh)
    return sorted(found)
