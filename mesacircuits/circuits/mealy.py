"""Mealy machines: a circuit and bits of state that it reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mesacircuits.call import check_whole
from mesacircuits.circuits.circuit import Circuit, words_of
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash

__all__ = ["MealyMachine"]


@dataclass(frozen=True)
class MealyMachine:
    """A Mealy machine made of a circuit and k bits of state.

    Inputs 0 to n - 1 of the circuit are the observation, the last k are the state. Outputs 0 to
    m - 1 are the action, the last k are the next state. With k = 0 it is a circuit, taken for a
    policy without memory.

    Arguments:
        circuit: n + k inputs and m + k outputs, m at least 1.
        state_bits: k >= 0.
        start: the state, as a word, before the first step.

    Raises `ArgumentError` for a circuit without room for the state, or a start of more bits.

    Source: G. H. Mealy, *A method for synthesizing sequential circuits*, Bell System Technical
    Journal 34, 1955.

    >>> last = MealyMachine(Circuit.parse(2, "out = b, a"), 1)  # acts by what it saw before
    >>> last.run([1, 0, 0, 1])
    (0, 1, 0, 0)
    >>> last.observation_bits, last.action_bits
    (1, 1)
    """

    circuit: Circuit
    state_bits: int = 0
    start: int = 0

    def __post_init__(self) -> None:
        most = min(self.circuit.inputs, len(self.circuit.outputs) - 1)
        check_whole("state_bits", self.state_bits, 0, most)
        last = (1 << self.state_bits) - 1
        if type(self.start) is not int or not 0 <= self.start <= last:
            raise ArgumentError("start", f"a word from 0 to {last}", self.start)

    @property
    def observation_bits(self) -> int:
        """The number of input bits n that are observed."""
        return self.circuit.inputs - self.state_bits

    @property
    def action_bits(self) -> int:
        """The number of output bits m that act."""
        return len(self.circuit.outputs) - self.state_bits

    @cached_property
    def words(self) -> tuple[int, ...]:
        """For each input word of the circuit (state above observation) its output word."""
        return words_of(self.circuit)

    def respond(self, observation: int, state: int) -> tuple[int, int]:
        """Return the action on an observation in a state, and the next state.

        >>> MealyMachine(Circuit.parse(2, "out = b, a"), 1).respond(1, 0)
        (0, 1)
        """
        word = self.words[state << self.observation_bits | observation]
        return word & (1 << self.action_bits) - 1, word >> self.action_bits

    def run(self, observations: Iterable[int]) -> tuple[int, ...]:
        """Return the actions on a sequence of observations, from the start state."""
        state, actions = self.start, []
        for observation in observations:
            action, state = self.respond(observation, state)
            actions.append(action)
        return tuple(actions)

    def to_json(self) -> dict[str, Any]:
        """Return the machine as JSON values; `from_json` is the inverse."""
        return {
            "kind": "mealy",
            "circuit": self.circuit.to_json(),
            "state_bits": self.state_bits,
            "start": self.start,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> MealyMachine:
        """Return the machine that `to_json` gave, raising `ArgumentError` for anything else.

        >>> last = MealyMachine(Circuit.parse(2, "out = b, a"), 1)
        >>> MealyMachine.from_json(last.to_json()) == last
        True
        """
        known = {"kind", "circuit", "state_bits", "start"}
        if not isinstance(value, Mapping) or not {"circuit", "state_bits"} <= {*value} <= known:
            raise ArgumentError("machine", "a Mealy machine in JSON form", value)
        if value.get("kind", "mealy") != "mealy":
            raise ArgumentError("machine", "kind mealy", value["kind"])
        circuit = Circuit.from_json(value["circuit"])
        return cls(circuit, value["state_bits"], value.get("start", 0))

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form with the circuit canonical, in hexadecimal."""
        return content_hash({**self.to_json(), "circuit": self.circuit.canonical().to_json()})

    def __str__(self) -> str:
        names = [self.circuit.wire_name(i) for i in range(self.circuit.inputs)]
        state = ", ".join(names[self.observation_bits :]) or "none"
        # A program has a line for each instruction.
        text = "; ".join(line.strip() for line in str(self.circuit).splitlines())
        return f"{text}; state {state}"

    def _repr_svg_(self) -> str:
        from mesacircuits.circuits.drawing import draw_svg

        return draw_svg(self.circuit)
