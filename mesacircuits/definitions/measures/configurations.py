"""The configurations of a closed loop that can occur, from any state and after disturbances."""

from __future__ import annotations

from collections.abc import Sequence

from mesacircuits.tasks import WorldTask, next_configurations

__all__ = ["occurring_configurations"]


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
