"""Episode tasks: earn a given expected reward, with a few bits of state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec

from mesacircuits.call import check_whole, rational_from, rational_text
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record
from mesacircuits.tasks.acting import ActingTask
from mesacircuits.tasks.closed_loop import expected_total
from mesacircuits.tasks.episode import Episode, EpisodeRecord
from mesacircuits.tasks.policy_boxes import hull_masks
from mesacircuits.tasks.relation import RelationTask

__all__ = ["EpisodeTask", "EpisodeTaskRecord"]


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

    @cached_property
    def boxes(self) -> tuple[RelationTask, ...] | None:
        """Disjoint relations whose solutions, together, are the machines that solve the task.

        None if they, or the machines to try, are too many (see `machines_earning`).
        """
        from mesacircuits.tasks.machine_search import machines_earning

        return self._relations(machines_earning(self.episode, self.state_bits, self.least))

    @cached_property
    def solvable(self) -> bool | None:
        """Whether some machine solves the task; None if there are too many to try."""
        if self.boxes is not None:
            return bool(self.boxes)
        from mesacircuits.tasks.machine_search import can_be_tried

        return True if can_be_tried(self.episode, self.state_bits) else None

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each word the integer whose bit x says if some acceptable machine gives it on x.

        Where `boxes` are too many to list, every word is taken to be possible on every input.
        """
        return hull_masks(self.boxes, self.inputs, self.outputs)

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` earns at least the reward asked for, in expectation."""
        if not self._fits(circuit):
            return False
        words = words_of(circuit)
        return expected_total(self.episode, words, self.state_bits) >= self.least

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values; `from_json` is the inverse but for the label."""
        record: dict[str, Any] = {
            "kind": "episode-task",
            "episode": self.episode.to_json(),
            "least": rational_text(self.least),
            "state_bits": self.state_bits,
        }
        if self.held_out is not None:
            record["held_out"] = self.held_out.to_json()
        return record

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> EpisodeTask:
        """Return the task that `to_json` gave, raising `ArgumentError` for anything else."""
        return json_record(
            value, EpisodeTaskRecord, "task", "an episode task in JSON form"
        ).to_task()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        return self.label or f"episode:{self.hash_hex[:12]}"


class EpisodeTaskRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of an episode task, as `EpisodeTask.to_json` writes it."""

    episode: EpisodeRecord
    least: int | str
    state_bits: int = 0
    held_out: EpisodeRecord | None = None
    kind: str = "episode-task"

    def to_task(self) -> EpisodeTask:
        """Return the task, raising `ArgumentError` for what it cannot have."""
        if self.kind != "episode-task":
            raise ArgumentError("kind", "episode-task", self.kind)
        return EpisodeTask(
            self.episode.to_episode(),
            rational_from(self.least, "least"),
            self.state_bits,
            None if self.held_out is None else self.held_out.to_episode(),
        )
