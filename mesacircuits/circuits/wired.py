"""What a solver presents to those who intervene on it: wires, what feeds them, what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from mesacircuits.circuits.circuit import Output

__all__ = ["Wired", "WiredGate", "words_of"]


class WiredGate(Protocol):
    """A wire that is no input, and the wires that it reads."""

    @property
    def operands(self) -> tuple[int, ...]:
        """The wires that it reads, all lower than its own."""


class Wired(Protocol):
    """A circuit, or what can be asked the same questions: inputs, wires, interventions.

    Tables are integers whose bit x belongs to input x = sum of x_i 2^i. Wires 0 to n - 1 are the
    inputs, the others are numbered so that each reads lower ones only.

    >>> from mesacircuits.circuits import Circuit
    >>> wired: Wired = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> wired.wires, wired.output_bits({0: 0b1111})
    (3, (12,))
    """

    @property
    def inputs(self) -> int:
        """The number of inputs n."""

    @property
    def gates(self) -> Sequence[WiredGate]:
        """The wires from n on."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What drives each output bit."""

    @property
    def wires(self) -> int:
        """The number of wires."""

    @property
    def cones(self) -> Sequence[frozenset[int]]:
        """For each wire the set of what it costs: its length is the cost."""

    @property
    def hash_hex(self) -> str:
        """The content hash, as hexadecimal digits."""

    def wire_bits(self, do: Mapping[int, int] | None = None) -> list[int]:
        """Return the table of every wire, those in `do` replaced."""

    def output_bits(self, do: Mapping[int, int] | None = None) -> tuple[int, ...]:
        """Return the table of every output, the wires in `do` replaced."""

    def wire_name(self, wire: int) -> str:
        """Return the name of a wire."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""


def words_of(wired: Wired) -> tuple[int, ...]:
    """Return for each input its output word, output i as bit i.

    >>> from mesacircuits.circuits import Circuit
    >>> words_of(Circuit.parse(2, "g1 = a & b; out = g1, b"))
    (0, 0, 2, 3)
    """
    tables = wired.output_bits()
    return tuple(
        sum((bits >> x & 1) << i for i, bits in enumerate(tables)) for x in range(1 << wired.inputs)
    )
