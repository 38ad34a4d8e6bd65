"""Some circuit for a task at once, by decomposition: an upper bound before anything is searched.

A function f that reads the input x is what a *piece* makes of x and the cofactors p = f(x = 0) and
q = f(x = 1). Only some of the four values of (p, q) occur, so the piece is a partial function of
three inputs with few gates: one, say, where q is the inverse of p, and f = x XOR p. Its minimal
circuits over the basis are found by search; of all inputs x and minimal pieces those are taken that
make the cheapest tree. Where pieces are multiplexers this is C. E. Shannon, *The synthesis of
two-terminal switching circuits*, 1949. Gates that compute the same are then one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import inf
from typing import NamedTuple

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Output
from mesacircuits.circuits.bases import operator_named
from mesacircuits.circuits.circuit import GateBuilder
from mesacircuits.circuits.truthtable import TruthTable
from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.tasks import RelationTask, Task

__all__ = ["decomposed"]


class _Split(NamedTuple):
    """The cheapest tree for a function: what it costs, its last piece, and what that reads."""

    cost: float
    piece: Circuit | None = None
    operands: tuple[tuple[int, TruthTable], ...] = ()


def decomposed(
    task: Task, basis: Basis, pieces: Callable[[RelationTask], Sequence[Circuit]]
) -> Circuit | None:
    """Return a reduced circuit for a task, not minimal as a rule; None if pieces do not make one.

    Arguments:
        task: of several acceptable words the least is taken on each input.
        basis: what gates there are.
        pieces: gives the minimal circuits over the basis for a partial function of three inputs,
            none if there is no circuit.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.enumeration.minima import enumerate_minima
    >>> from mesacircuits.tasks import parse_task
    >>> parity = parse_task("expr:a ^ b ^ c ^ d ^ e")
    >>> print(decomposed(parity, B2, lambda piece: enumerate_minima(piece, B2)))
    g1 = d ^ e; g2 = c ^ g1; g3 = b ^ g2; g4 = a ^ g3; out = g4
    """
    free, build = basis.free_inverters, GateBuilder(task.inputs)
    inputs = [TruthTable.of_input(task.inputs, i) for i in range(task.inputs)]
    made: dict[TruthTable, Output] = {}

    def keep(table: TruthTable, output: Output) -> Output:
        made[table] = output
        if free:
            made[~table] = ~output
        return output

    for table, output in zip(inputs, build.inputs, strict=True):
        keep(table, output)
    literals = frozenset(made)

    @cache
    def minimal(pairs: frozenset[tuple[int, int]]) -> list[tuple[Circuit, frozenset[int]]]:
        # The pieces where the cofactors have these values, and which of x, p and q they read.
        bits = [(row & 1, row >> 1 & 1, row >> 2) for row in range(8)]
        accept = [((q if x else p,) if (p, q) in pairs else (0, 1)) for x, p, q in bits]
        found = pieces(RelationTask(3, 1, tuple(accept)))
        reads = [frozenset(w for g in c.gates for w in g.operands if 0 <= w < 3) for c in found]
        return list(zip(found, reads, strict=True))

    @cache
    def split(table: TruthTable) -> _Split:
        best = _Split(inf)
        for i in table.support():
            operands = inputs[i], table.cofactor(i, 0), table.cofactor(i, 1)
            for piece, read in minimal(frozenset(zip(*operands[1:], strict=True))):
                cost = circuit_cost(piece, basis) + sum(tree_cost(operands[w]) for w in read)
                if cost < best.cost:
                    best = _Split(cost, piece, tuple((w, operands[w]) for w in sorted(read)))
        return best

    def tree_cost(table: TruthTable) -> float:
        return 0 if table in literals else split(table).cost

    def wire(table: TruthTable) -> Output:
        # Of the gates of the tree those that compute what no gate does so far.
        if table in made:
            return made[table]
        made_of = split(table)
        assert made_of.piece is not None  # the cost is finite
        known = {w: (operand, wire(operand)) for w, operand in made_of.operands}
        known[CONSTANT] = TruthTable(task.inputs, 0), Output(CONSTANT)
        for place, gate in enumerate(made_of.piece.gates, made_of.piece.inputs):
            operator = operator_named(gate.operator)
            tables, wires = zip(*(known[w] for w in gate.operands), strict=True)
            bits = operator.apply(tuple(map(int, tables)), table.mask)
            computed = TruthTable(task.inputs, bits)
            output = made.get(computed) or keep(computed, build.gate(operator.table, wires, free))
            known[place] = computed, output
        return made[table]

    asked, left = [0] * task.outputs, inputs[0].mask
    for word, accepted in enumerate(task.word_masks):
        for i in range(task.outputs):
            asked[i] |= accepted & left * (word >> i & 1)
        left &= ~accepted
    outputs = []
    for table in (TruthTable(task.inputs, bits) for bits in asked):
        if not table.support():
            outputs.append(Output(CONSTANT, inverted=table.bits > 0))
        elif tree_cost(table) < inf:
            outputs.append(wire(table))
        else:
            return None
    return build.circuit(outputs).without_dead_gates().canonical()
