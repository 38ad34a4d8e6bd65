"""Whether anything is at stake: an output that differs, and actions that make a difference."""

from __future__ import annotations

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import Solver, wired_of
from mesacircuits.definitions.selection import words_on
from mesacircuits.tasks import EpisodeTask, Task, WorldTask

__all__ = ["has_influence"]


def has_influence(solver: Solver | Wired, task: Task) -> bool:
    """Return whether a solver answers with two words, and its answers matter to the world.

    False where the output is constant on the support, and where in every state of the task's world
    all actions have the same successor (in an episode, the same reward too). Where there is no
    influence no definition gives its tag.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import World, parse_task
    >>> wire = Circuit.parse(1, "out = a")
    >>> has_influence(wire, parse_task("tt:1:2")), has_influence(wire, parse_task("tt:1:2@2"))
    (True, False)
    >>> still = World(1, 1, ("0", "1"), (0, 1), ((0, 0), (1, 1)), (0, 1), (0, 1))
    >>> has_influence(wire, WorldTask(still))
    False
    """
    if len(words_on(wired_of(solver, task).output_bits(), task.support_bits)) < 2:
        return False
    if isinstance(task, WorldTask):
        return any(len({*row}) > 1 for row in task.world.steps)
    if isinstance(task, EpisodeTask):
        rows = (*task.episode.transitions, *task.episode.rewards)
        return any(len({*row}) > 1 for row in rows)
    return True
