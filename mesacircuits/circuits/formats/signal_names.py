"""What the wires of a circuit are called in files, since `Circuit` keeps no names of theirs."""

from __future__ import annotations

from mesacircuits.circuits.circuit import CONSTANT, Circuit

__all__ = ["ZERO", "signal_name"]

#: The signal that is 0, where a gate reads the constant.
ZERO = "zero"


def signal_name(circuit: Circuit, wire: int) -> str:
    """Return what files call a wire: inputs a, b, ...; gates g1, g2, ...; the constant `ZERO`.

    >>> signal_name(Circuit.parse(1, "out = a"), 0)
    'a'
    """
    return ZERO if wire == CONSTANT else circuit.wire_name(wire)
