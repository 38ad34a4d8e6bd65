"""World tasks: bring a world into its target and keep it there, or act optimally in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import msgspec

from mesacircuits.call import check_whole
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record
from mesacircuits.tasks.acting import ActingTask
from mesacircuits.tasks.closed_loop import reaches_and_keeps
from mesacircuits.tasks.policy_boxes import Box, has_policy, hull_masks, policy_boxes
from mesacircuits.tasks.relation import RelationTask
from mesacircuits.tasks.world import World, WorldRecord

__all__ = ["DEMANDS", "WorldTask", "WorldTaskRecord"]

#: What is acceptable of a policy.
DEMANDS = {
    "reach": "from every start the target within T steps, and never out of it from then on",
    "optimal": "in every state an action on a shortest way to the target, in it one that stays",
}

_MOST_STEPS = 1 << 16


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

    @property
    def surroundings(self) -> World:
        """The world."""
        return self.world

    @cached_property
    def boxes(self) -> tuple[RelationTask, ...] | None:
        """Disjoint relations whose solutions, together, are the policies that solve the task.

        None if they are too many to list (see `policy_boxes`).
        """
        boxes: tuple[Box, ...] | None
        if self.demand == "optimal":
            boxes = (self._optimal,)
        else:
            boxes = policy_boxes(self.world, self.within, self.state_bits)
        return self._relations(boxes)

    @cached_property
    def solvable(self) -> bool | None:
        """Whether some policy solves the task; None if that search grew too long."""
        if self.boxes is not None:
            return bool(self.boxes)
        return has_policy(self.world, self.within, self.state_bits)

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each word the integer whose bit x says if some acceptable policy gives it on x.

        Where `boxes` are too many to list, it says so of every word but those that lead a start out
        of reach of the target within T - 1 more steps.
        """
        masks = hull_masks(self.boxes, self.inputs, self.outputs)
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

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit`, in closed loop with the world, does what is demanded."""
        if not self._fits(circuit):
            return False
        words = words_of(circuit)
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
        found: dict[int, int] = dict.fromkeys(self.world.target, 0)
        edge = list(self.world.target)
        while edge:
            edge = [s for other in edge for s in self._nearer(before.get(other, ()), other, found)]
        return tuple(found.get(state) for state in range(len(self.world.states)))

    @staticmethod
    def _nearer(states: set[int] | tuple[()], other: int, found: dict[int, int]) -> list[int]:
        fresh = [state for state in states if state not in found]
        found.update(dict.fromkeys(fresh, found[other] + 1))
        return fresh

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

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values; `from_json` is the inverse but for the label."""
        return {
            "kind": "world-task",
            "world": self.world.to_json(),
            "within": self.within,
            "demand": self.demand,
            "state_bits": self.state_bits,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> WorldTask:
        """Return the task that `to_json` gave, raising `ArgumentError` for anything else.

        >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
        >>> WorldTask.from_json(WorldTask(door, 1).to_json()) == WorldTask(door, 1)
        True
        """
        return json_record(value, WorldTaskRecord, "task", "a world task in JSON form").to_task()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        return self.label or f"world:{self.hash_hex[:12]}"


class WorldTaskRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a world task, as `WorldTask.to_json` writes it."""

    world: WorldRecord
    within: int = 0
    demand: str = "reach"
    state_bits: int = 0
    kind: str = "world-task"

    def to_task(self) -> WorldTask:
        """Return the task, raising `ArgumentError` for what it cannot have."""
        if self.kind != "world-task":
            raise ArgumentError("kind", "world-task", self.kind)
        return WorldTask(self.world.to_world(), self.within, self.demand, self.state_bits)
