"""What world tasks and episode tasks share: how wide their circuits are, and which inputs occur."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.circuits.circuit import Wired
from mesacircuits.tasks.function import MAX_TASK_INPUTS
from mesacircuits.tasks.relation import MAX_RELATION_OUTPUTS, RelationTask

if TYPE_CHECKING:
    from mesacircuits.tasks.episode import Episode
    from mesacircuits.tasks.policy_boxes import Box
    from mesacircuits.tasks.world import World

__all__ = ["ActingTask"]


class ActingTask:
    """A task of acting on observations of n bits by actions of m bits, with k bits of state.

    Its circuits have n + k inputs, the state above the observation, and m + k outputs, the next
    state above the action.
    """

    if TYPE_CHECKING:

        @property
        def state_bits(self) -> int:
            """The bits of state k that are granted."""

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
        observed, width = self.surroundings.observed, 1 << self.surroundings.observation_bits
        return sum(observed << memory * width for memory in range(1 << self.state_bits))

    def machine(self, circuit: Wired) -> MealyMachine:
        """Return the circuit as a machine with the state bits that the task grants.

        A machine made of what is no circuit can be run, but has no content hash.
        """
        return MealyMachine(cast(Circuit, circuit), self.state_bits)

    def _fits(self, circuit: Wired) -> bool:
        # Whether the circuit is as wide as a solver has to be.
        return (circuit.inputs, len(circuit.outputs)) == (self.inputs, self.outputs)

    @property
    def _room(self) -> int:
        # The most bits of state that circuits have room for.
        return min(
            MAX_TASK_INPUTS - self.surroundings.observation_bits,
            MAX_RELATION_OUTPUTS - self.surroundings.action_bits,
        )

    def _relations(self, boxes: tuple[Box, ...] | None) -> tuple[RelationTask, ...] | None:
        if boxes is None:
            return None
        return tuple(RelationTask(self.inputs, self.outputs, box) for box in boxes)
