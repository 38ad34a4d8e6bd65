"""Minimal cuts of a circuit: sets of wires that all paths to some outputs pass through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mesacircuits.circuits import CONSTANT, Output
from mesacircuits.circuits.circuit import Wired

__all__ = ["minimal_cuts"]


def minimal_cuts(circuit: Wired, outputs: Sequence[Output]) -> Iterator[tuple[int, ...]]:
    """Yield each minimal cut between the inputs and some of the outputs, its wires ascending.

    A *cut* is a set K of wires such that every path from an input to a wire that drives one of the
    outputs passes through K; it is minimal iff no proper subset is a cut. A wire may be a gate, or
    an input that itself drives one of the outputs (each cut has to hold those). Constants come from
    no input, so they need no cut, and outputs of constants alone are cut by no wires at all.

    The cuts are told apart by what lies between them and the outputs. From the outputs' wires down,
    each wire met is either *kept*, to lie in K, or *opened*: its operands are met in its place. Let
    M be all wires met. A kept wire stays needed iff some path from an input to it avoids the
    rest of M, which only grows; opening is refused where it would break that, or meet an input that
    may not be kept. A wire without such a path can never be kept, and opening it breaks
    nothing. So no choice leads nowhere and no cut comes twice: each costs O(s^2) steps for s
    gates. There may be exponentially many; all are yielded.

    Arguments:
        circuit: any circuit.
        outputs: those of its outputs that are to be cut off.

    Source: the paradigm of listing cuts by choices that never fail is that of J. S. Provan and D.
    R. Shier, *A paradigm for listing (s, t)-cuts in graphs*, Algorithmica 15, 1996.

    >>> from mesacircuits.circuits import Circuit
    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> [[nae.wire_name(wire) for wire in cut] for cut in minimal_cuts(nae, nae.outputs)]
    [['g1', 'g2'], ['g3']]
    """
    inputs = circuit.inputs
    operands = [0] * inputs + [_mask(gate.operands) for gate in circuit.gates]
    drivers = _mask(output.wire for output in outputs)
    # Inputs that may not be kept.
    barred = (1 << inputs) - 1 & ~drivers
    waiting = [(0, drivers, drivers)]
    while waiting:
        kept, undecided, met = waiting.pop()
        if not undecided:
            yield tuple(wire for wire in range(circuit.wires) if kept >> wire & 1)
            continue
        wire = undecided.bit_length() - 1
        rest = undecided ^ 1 << wire
        reached = _reached(operands, inputs, met)
        if reached >> wire & 1:
            waiting.append((kept | 1 << wire, rest, met))
        if wire >= inputs and not operands[wire] & barred:
            wider = met | operands[wire]
            if not kept & ~_reached(operands, inputs, wider):
                waiting.append((kept, rest | operands[wire] & ~met, wider))


def _mask(wires: Iterable[int]) -> int:
    mask = 0
    for wire in wires:
        if wire != CONSTANT:
            mask |= 1 << wire
    return mask


def _reached(operands: Sequence[int], inputs: int, met: int) -> int:
    """Return the wires to which some path leads from an input, no wire before the last met."""
    reached = (1 << inputs) - 1
    for wire in range(inputs, len(operands)):
        if operands[wire] & reached & ~met:
            reached |= 1 << wire
    return reached
