"""Marks: short labels that a drawing sets beside wires, and the colours that they take."""

from __future__ import annotations

from collections.abc import Mapping

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.errors import ArgumentError

__all__ = ["PALETTE", "checked_marks", "mark_colours", "output_name"]

#: Colours for marks: each has a contrast of at least 4 to 1 with white and with #0d1117.
PALETTE = ("#dc3a25", "#2878cf", "#17883d", "#a057d6", "#aa690d", "#11858c")


def checked_marks(circuit: Circuit, marks: Mapping[int, str] | None) -> dict[int, str]:
    """Return `marks` by ascending wire, each label on one line and free of control characters.

    Raises `ArgumentError` for a wire that the circuit does not have or a label without text.

    >>> checked_marks(Circuit.parse(2, "g1 = a & b; out = g1"), {2: "cell\\n0"})
    {2: 'cell 0'}
    """
    clean = {}
    for wire, label in sorted((marks or {}).items()):
        if not 0 <= wire < circuit.wires:
            raise ArgumentError("marks", f"wires from 0 to {circuit.wires - 1}", wire)
        text = "".join(c for c in " ".join(str(label).split()) if c.isprintable())
        if not text:
            raise ArgumentError("marks", f"a label for wire {wire}", label)
        clean[wire] = text
    return clean


def mark_colours(marks: Mapping[int, str]) -> dict[int, str]:
    """Return the colour of each marked wire: one for each label, in turn.

    >>> mark_colours({0: "cell", 3: "error", 4: "cell"})
    {0: '#dc3a25', 3: '#2878cf', 4: '#dc3a25'}
    """
    labels = list(dict.fromkeys(marks.values()))
    return {wire: PALETTE[labels.index(label) % len(PALETTE)] for wire, label in marks.items()}


def output_name(circuit: Circuit, place: int) -> str:
    """Return the name of output number `place`: `out`, or `out0`, `out1`, ... of several.

    >>> output_name(Circuit.parse(2, "out = a, b"), 1)
    'out1'
    """
    return "out" if len(circuit.outputs) == 1 else f"out{place}"
