"""Symmetries of a task: exchanges of two inputs that make solutions into solutions."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, permutations
from typing import NamedTuple

from mesacircuits.circuits import Basis
from mesacircuits.enumeration.sat.kinds import gate_kinds
from mesacircuits.tasks import Task

__all__ = ["Exchange", "input_exchanges"]

# Of more outputs only the order given is tried.
_PERMUTED_OUTPUTS = 4


class Exchange(NamedTuple):
    """The exchange of inputs p < q, which may negate both besides."""

    p: int
    q: int
    negated: bool

    def on_input(self, x: int) -> int:
        """Return the input that x is carried to, and from: exchanges are involutions."""
        both = 1 << self.p | 1 << self.q
        return (x ^ both if (x >> self.p ^ x >> self.q) & 1 else x) ^ both * self.negated

    def on_function(self, bits: int, inputs: int) -> int:
        """Return the function x -> f(image of x) of a function f of so many inputs.

        >>> Exchange(0, 1, negated=False).on_function(0b0010, 2)
        4
        """
        return sum((bits >> self.on_input(x) & 1) << x for x in range(1 << inputs))

    def on_gates(self, functions: Iterable[int], inputs: int, basis: Basis) -> frozenset[int]:
        """Return what gates compute if the circuit's inputs are exchanged, polarities normal."""
        mask = (1 << (1 << inputs)) - 1
        place = [self.on_input(x) for x in range(1 << inputs)]
        images = {sum((f >> y & 1) << x for x, y in enumerate(place)) for f in functions}
        if basis.free_inverters:
            images = {bits ^ mask if bits & 1 else bits for bits in images}
        return frozenset(images)


def input_exchanges(task: Task, basis: Basis) -> tuple[Exchange, ...]:
    """Return for each pair of inputs an exchange that makes solutions of the task into solutions.

    One does if it maps the acceptable words on each input to those on the image, up to one order
    and (with free inverters) one inversion of the outputs. Exchanges that also negate both inputs
    are tried if the basis is closed under negating operands. Pairs without any are left out.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> [(e.p, e.q, e.negated) for e in input_exchanges(parse_task("expr:a & ~b & c"), AIG)]
    [(0, 1, True), (0, 2, False), (1, 2, True)]
    """
    negations = (False, True) if gate_kinds(basis).is_negation_closed() else (False,)
    found = []
    for p, q in combinations(range(task.inputs), 2):
        for negated in negations:
            exchange = Exchange(p, q, negated)
            images = [exchange.on_function(mask, task.inputs) for mask in task.word_masks]
            if _same_relation(task.word_masks, images, task.outputs, basis.free_inverters):
                found.append(exchange)
                break
    return tuple(found)


def _same_relation(masks: tuple[int, ...], images: list[int], outputs: int, inverted: bool) -> bool:
    # Up to permuting the outputs, and inverting some if `inverted`.
    if sorted(masks) != sorted(images):
        return False
    words = range(1 << outputs)
    orders: Iterable[tuple[int, ...]] = (
        permutations(range(outputs)) if outputs <= _PERMUTED_OUTPUTS else [tuple(range(outputs))]
    )
    for order in orders:
        moved = [sum((word >> i & 1) << place for place, i in enumerate(order)) for word in words]
        for flips in words if inverted else (0,):
            if all(masks[word] == images[moved[word] ^ flips] for word in words):
                return True
    return False
