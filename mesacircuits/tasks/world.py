"""Worlds: finite closed loops of states, observations, actions and disturbances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from mesacircuits.call import check_whole
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record

__all__ = ["MAX_WORLD_STATES", "World", "WorldRecord", "check_states"]

#: The most states of a world.
MAX_WORLD_STATES = 1 << 16
#: The longest name of a state, so that drawings stay legible.
_LONGEST_NAME = 40
#: The most bits of an observation, and of an action.
_MOST_BITS = 6, 4


@dataclass(frozen=True)
class World:
    """A deterministic finite world in closed loop with a policy.

    In state s the policy sees the observation o(s), a word of n bits, and answers with an action, a
    word a of m bits; the next state is step(s, a). A disturbance, at one time, puts the world from
    state s into state d(s).

    Arguments:
        observation_bits: n, 1 to 6.
        action_bits: m, 1 to 4.
        states: what the states are called; they are numbered from 0 on.
        observations: o(s) for each state.
        steps: for each state the next state under each of the 2^m actions, from word 0 on.
        starts: the states from which a run may begin; kept sorted, each once.
        target: the states to be reached and kept; likewise.
        disturbances: maps from states to states, each as a tuple over all states.

    Raises `ArgumentError` for a number, state or word out of range, and where there is no start or
    no target.

    Source: the closed loop of a plant and a controller as in control theory, made finite; see W. M.
    Wonham, *Supervisory Control of Discrete-Event Systems*, and for the target with disturbances
    A. Flint, *The ground of optimization*, 2020.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,), ((0, 0),))
    >>> door.steps[0][1], door.in_target(1), len(door.states)
    (1, True, 2)
    """

    observation_bits: int
    action_bits: int
    states: tuple[str, ...]
    observations: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    target: tuple[int, ...]
    disturbances: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        check_whole("observation_bits", self.observation_bits, 1, _MOST_BITS[0])
        check_whole("action_bits", self.action_bits, 1, _MOST_BITS[1])
        count = check_labels(self.states)
        observations = tuple(self.observations)
        check_words("observations", observations, count, self.observation_bits)
        steps = tuple(map(tuple, self.steps))
        if len(steps) != count:
            raise ArgumentError("steps", f"{count} rows, one per state", len(steps))
        for s, row in enumerate(steps):
            if len(row) != 1 << self.action_bits:
                expected = f"{1 << self.action_bits} states, one per action"
                raise ArgumentError(f"steps[{s}]", expected, row)
            check_states(f"steps[{s}]", row, count)
        for name in ("starts", "target"):
            chosen = tuple(sorted({*getattr(self, name)}))
            check_states(name, chosen, count)
            if not chosen:
                raise ArgumentError(name, "at least one state", "none")
            object.__setattr__(self, name, chosen)
        disturbances = tuple(map(tuple, self.disturbances))
        for d, moved in enumerate(disturbances):
            if len(moved) != count:
                raise ArgumentError(f"disturbances[{d}]", f"{count} states", len(moved))
            check_states(f"disturbances[{d}]", moved, count)
        object.__setattr__(self, "states", tuple(self.states))
        object.__setattr__(self, "observations", observations)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "disturbances", disturbances)

    @cached_property
    def target_set(self) -> frozenset[int]:
        """The target, to look states up in."""
        return frozenset(self.target)

    def in_target(self, state: int) -> bool:
        """Return whether a state belongs to the target."""
        return state in self.target_set

    def horizon(self, within: int, state_bits: int = 0) -> int:
        """Return the least of T and |states| 2^k: as good as T, however large that is.

        The run of a policy with k bits of state is in its loop by then, so it is in the target for
        ever from T on just if it is from here on.

        >>> World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,)).horizon(9, 1)
        4
        """
        return min(within, len(self.states) << state_bits)

    @cached_property
    def observed(self) -> int:
        """The observations that some state gives, as an integer whose bit o is set for o."""
        return sum(1 << o for o in {*self.observations})

    def to_json(self) -> dict[str, Any]:
        """Return the world as JSON values; `from_json` is the inverse."""
        return {
            "kind": "world",
            "observation_bits": self.observation_bits,
            "action_bits": self.action_bits,
            "states": list(self.states),
            "observations": list(self.observations),
            "steps": [list(row) for row in self.steps],
            "starts": list(self.starts),
            "target": list(self.target),
            "disturbances": [list(moved) for moved in self.disturbances],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> World:
        """Return the world that `to_json` gave, raising `ArgumentError` for anything else."""
        return json_record(value, WorldRecord, "world", "a world in JSON form").to_world()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())


def check_labels(states: Sequence[str]) -> int:
    """Return how many states there are, raising `ArgumentError` unless each has its own name."""
    names = tuple(states)
    if not 1 <= len(names) <= MAX_WORLD_STATES:
        raise ArgumentError("states", f"1 to {MAX_WORLD_STATES} names", len(names))
    for name in names:
        if not isinstance(name, str) or not name.isprintable() or len(name) > _LONGEST_NAME:
            expected = f"printable names of at most {_LONGEST_NAME} characters"
            raise ArgumentError("states", expected, name)
    if len({*names}) < len(names):
        raise ArgumentError("states", "names, each once", names)
    return len(names)


def check_states(argument: str, states: Sequence[int], count: int) -> None:
    """Raise `ArgumentError`, naming `argument`, unless all are numbers of `count` states."""
    for state in states:
        if isinstance(state, bool) or not isinstance(state, int) or not 0 <= state < count:
            raise ArgumentError(argument, f"states from 0 to {count - 1}", state)


def check_words(argument: str, words: Sequence[int], count: int, bits: int) -> None:
    """Raise `ArgumentError`, naming `argument`, unless these are `count` words of `bits` bits."""
    if len(words) != count:
        raise ArgumentError(argument, f"{count} words, one per state", len(words))
    for word in words:
        if isinstance(word, bool) or not isinstance(word, int) or not 0 <= word < 1 << bits:
            raise ArgumentError(argument, f"words from 0 to {(1 << bits) - 1}", word)


class WorldRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a world, as `World.to_json` writes it."""

    observation_bits: int
    action_bits: int
    states: tuple[str, ...]
    observations: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    target: tuple[int, ...]
    disturbances: tuple[tuple[int, ...], ...] = ()
    kind: str = "world"

    def to_world(self) -> World:
        """Return the world, raising `ArgumentError` for what it cannot have."""
        if self.kind != "world":
            raise ArgumentError("kind", "world", self.kind)
        return World(
            self.observation_bits,
            self.action_bits,
            self.states,
            self.observations,
            self.steps,
            self.starts,
            self.target,
            self.disturbances,
        )
