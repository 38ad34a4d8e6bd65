"""CNF encodings of exact synthesis: gate chains for size, complete trees for depth.

The second engine's formulas, sharing nothing with the exhaustive enumerator but the values
`Circuit`, `Basis`, `TruthTable` and `FunctionTask`. Literals are non-zero integers, as in DIMACS.

Sources: A. Kojevnikov, A. Kulikov, G. Yaroslavtsev, *Finding efficient circuits using SAT-solvers*,
SAT 2009; D. E. Knuth, TAOCP 4A, 7.2.2.2, exercise 477; W. Haaswijk et al., *SAT-based exact
synthesis: encodings, topology families, and parallelism*, IEEE TCAD 39, 2020 ("SSV").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output
from mesacircuits.circuits.operators import operator_named, operator_of
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.tasks.function import FunctionTask

__all__ = ["ChainEncoding", "Cnf", "Formula", "TreeEncoding", "swappable_inputs"]


class Cnf:
    """A growing conjunction of clauses, with a literal `true` that folds away.

    >>> cnf = Cnf()
    >>> x = cnf.new()
    >>> cnf.add([x, -cnf.true]); cnf.add([-x, cnf.true])
    >>> cnf.true, x, cnf.clauses
    (1, 2, [[1], [2]])
    """

    def __init__(self) -> None:
        self.true = self.variables = 1
        self.clauses: list[list[int]] = [[1]]

    def new(self) -> int:
        """Return a new variable."""
        self.variables += 1
        return self.variables

    def add(self, clause: Iterable[int]) -> None:
        """Add a clause, unless it contains `true`; false literals are left out of it."""
        kept = [literal for literal in clause if literal != -self.true]
        if self.true not in kept:
            self.clauses.append(kept or [-self.true])

    def exactly_one(self, literals: Sequence[int]) -> None:
        """Add: exactly one of the literals holds."""
        self.add(literals)
        for one, other in combinations(literals, 2):
            self.add([-one, -other])

    def constant(self, value: int) -> int:
        """Return the literal that is true iff `value` is not 0."""
        return self.true if value else -self.true

    def operator(self, basis: Basis) -> list[int]:
        """Return three variables, the table bits 1, 2, 3 of some operator of `basis`."""
        bits = [self.new() for _ in range(3)]
        admitted = {operator.table for operator in basis.operators}
        for table in range(0, 16, 2):
            if table not in admitted:
                self.add(differs(bits, table))
        return bits

    def gate(self, chosen: int, table: Sequence[int], p: int, q: int, g: int) -> None:
        """Add: if `chosen`, then g is the operator with these table bits, applied to p and q."""
        self.add([-chosen, p, q, -g])
        for bit, row in zip(table, ((-p, q), (p, -q), (-p, -q)), strict=True):
            self.add([-chosen, *row, -bit, g])
            self.add([-chosen, *row, bit, -g])

    def output(self, chosen: int, wire: int, inverted: int, value: int) -> None:
        """Add: if `chosen`, then wire XOR inverted is `value`."""
        self.add([-chosen, wire, inverted if value else -inverted])
        self.add([-chosen, -wire, -inverted if value else inverted])


def differs(bits: Sequence[int], table: int) -> list[int]:
    """Return the clause that the operator with these table bits is not the one with this table."""
    return [-bit if table >> row & 1 else bit for row, bit in enumerate(bits, 1)]


def table_of(bits: Sequence[int], model: set[int]) -> int:
    """Return the operator table that a model gives to three table bits."""
    return sum(1 << row for row, bit in enumerate(bits, 1) if bit in model)


def _rewires(basis: Basis) -> tuple[bool, bool]:
    # Is every gate over (g, p) - and every gate over (g, h) - with g, h operators of (p, q), an
    # operator of (p, q) too, or trivial?
    tables = {operator.table for operator in basis.operators}

    def closed(others: set[int]) -> bool:
        applied = product(basis.operators, product(tables, others))
        return all(o.apply(operands, 0xF) in tables | {0x0, 0xA, 0xC} for o, operands in applied)

    return closed({0xA, 0xC}), closed(tables)


def _negation_closed(basis: Basis) -> bool:
    # One operand suffices: a basis is closed under swapping operands.
    tables = {operator.table for operator in basis.operators}
    negated = [operator.apply((0x5, 0xC), 0xF) for operator in basis.operators]
    return all((table ^ 0xF if table & 1 else table) in tables for table in negated)


def swappable_inputs(
    task: FunctionTask, basis: Basis, *, plain: bool = False
) -> tuple[tuple[int, int], ...]:
    """Return the pairs p < q of inputs whose exchange makes solutions of the task into solutions.

    It does if it maps the support onto itself and each output to itself or its inverse. Unless
    `plain`, exchanges that also negate both inputs are tried (where the basis is closed under
    negating operands); with it, each output must be mapped to itself.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("expr:a & ~b & c")
    >>> swappable_inputs(task, AIG), swappable_inputs(task, AIG, plain=True)
    (((0, 1), (0, 2), (1, 2)), ((0, 2),))
    """
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    found = []
    for p, q in combinations(range(task.inputs), 2):
        both = 1 << p | 1 << q
        for negated in (0,) if plain or not _negation_closed(basis) else (0, both):
            image = {x: (x ^ both if (x >> p ^ x >> q) & 1 else x) ^ negated for x in support}
            changes = [{table(x) ^ table(y) for x, y in image.items()} for table in task.tables]
            if set(image.values()) == set(support) and all(
                change == {0} or (change == {1} and not plain) for change in changes
            ):
                found.append((p, q))
                break
    return tuple(found)


class ChainEncoding:
    """CNF: some canonical chain of exactly `size` gates solves the task, to depth `depth`.

    Variables: for each gate one selection per pair of lower wires (exactly one holds), the three
    bits of its operator's table, its value on each input but 0 (where normal gates are 0); for
    each output one selection per wire. Every model is a chain whose keys strictly increase and
    all of whose gates are used; every reduced circuit is exactly one such chain. That no gate is
    an input or constant is encoded; that gates compute distinct functions is not.

    Some constraints are met not by every solution, but by that whose sequence of keys is
    lexicographically least (the canonical chain is the least of a graph's chains):

    - swappable inputs p < q: a gate reads q without p only after some gate read p. Else exchange
      them: the first such gate's key falls, those before it, which read neither, stay.
    - with `least`: no gate reads g = (p, q) and p again, nor two gates over one pair (p, q), where
      the basis allows such a gate to read (p, q) itself. Else let it: it keeps its function and
      its key falls; and if its function is 0, p or q it is not needed, and fewer gates do.

    With `every` only plain exchanges count. As rewiring keeps the set of functions that the gates
    compute, each solution then has a model with the same set, up to plain exchanges.

    Arguments:
        task, basis: what is solved, and from what.
        size: the number of gates.
        depth: the greatest depth allowed; None for any.
        every: lose no set of gates' functions, up to plain exchanges of inputs.
        least: there is known to be no solution with fewer gates, to the same depth.
    """

    def __init__(
        self,
        task: FunctionTask,
        basis: Basis,
        size: int,
        depth: int | None = None,
        *,
        every: bool = False,
        least: bool = False,
    ) -> None:
        self.task, self.basis, self.size = task, basis, size
        self.cnf = cnf = Cnf()
        n, rows = task.inputs, range(1 << task.inputs)
        #: For each wire its value on each input x, as a literal.
        self.values = [[cnf.constant(x >> i & 1) for x in rows] for i in range(n)]
        for _ in range(size):
            self.values.append([-cnf.true, *(cnf.new() for _ in rows[1:])])
        self._tables = [cnf.operator(basis) for _ in range(size)]
        #: Pairs by greater wire, then lesser: so the place of a pair is its rank among keys.
        pairs = [(j, k) for k in range(n + size) for j in range(k)]
        self._chosen = [{pair: cnf.new() for pair in pairs if pair[1] < n + i} for i in range(size)]
        for i, chosen in enumerate(self._chosen):
            for (j, k), selection in chosen.items():
                for x in rows[1:]:
                    p, q, g = (self.values[w][x] for w in (j, k, n + i))
                    cnf.gate(selection, self._tables[i], p, q, g)
            wire = self.values[n + i]
            for bits in (0, *(input_bits(n, w) for w in range(n))):
                cnf.add(-wire[x] if bits >> x & 1 else wire[x] for x in rows[1:])
        self._increasing_keys()
        self._drivers = self._outputs()
        for i in range(size):
            cnf.add([*self._readers(n + i, i + 1), *self._driven(n + i)])
        if depth is not None:
            self._bounded_depth(depth)
        #: The exchanges of inputs up to which solutions are met.
        self.swappable = swappable_inputs(task, basis, plain=every)
        for p, q in self.swappable:
            self._ordered_inputs(p, q)
        if least:
            self._no_rewiring()

    def _readers(self, wire: int, first: int, last: int | None = None) -> list[int]:
        places = self._chosen[first:last]
        return [s for chosen in places for pair, s in chosen.items() if wire in pair]

    def _driven(self, wire: int) -> list[int]:
        return [drivers[wire] for drivers in self._drivers if wire in drivers]

    def _increasing_keys(self) -> None:
        # A ladder per gate, rung r meaning "the pair's rank is at least r", makes the selection
        # exactly one; rungs carry over to the next gate, whose rank may not be less.
        cnf = self.cnf
        before: list[int] = []
        for chosen in self._chosen:
            ladder = [cnf.true, *(cnf.new() for _ in range(len(chosen) - 1)), -cnf.true]
            cnf.add(chosen.values())
            for selection, low, high in zip(chosen.values(), ladder, ladder[1:], strict=False):
                cnf.add([-high, low])
                cnf.add([-selection, low])
                cnf.add([-selection, -high])
                cnf.add([selection, -low, high])
            for rung, carried in zip(before[:-1], ladder, strict=False):
                cnf.add([-rung, carried])
            before = ladder
        tables = [operator.table for operator in self.basis.operators]
        for i in range(self.size - 1):
            same, (first, second) = cnf.new(), self._tables[i : i + 2]
            for pair, selection in self._chosen[i].items():
                cnf.add([-selection, -self._chosen[i + 1][pair], same])
            for low, high in product(tables, tables):
                if low >= high:
                    cnf.add([-same, *differs(first, low), *differs(second, high)])

    def _outputs(self) -> list[dict[int, int]]:
        cnf, task, wires = self.cnf, self.task, self.task.inputs + self.size
        # The last gate is read by none: if there is just one output, it drives that.
        one = task.outputs == 1 and self.size > 0
        candidates = [wires - 1] if one else [CONSTANT, *range(wires)]
        constant = [-cnf.true] * (1 << task.inputs)
        self._inverted, drivers = [], []
        for table in task.tables:
            inverted = cnf.constant(table(0)) if task.support_bits & 1 else cnf.new()
            chosen = {wire: cnf.new() for wire in candidates}
            cnf.exactly_one(list(chosen.values()))
            for wire, selection in chosen.items():
                values = self.values[wire] if wire >= 0 else constant
                for x, value in enumerate(values):
                    if task.support_bits >> x & 1:
                        cnf.output(selection, value, inverted, table(x))
            self._inverted.append(inverted)
            drivers.append(chosen)
        return drivers

    def _bounded_depth(self, depth: int) -> None:
        # deep[i][d]: gate i has depth d + 1 or more. Every gate reaches an output, so bounding the
        # depth of outputs bounds that of all; one of full depth must itself be an output.
        cnf, n = self.cnf, self.task.inputs
        if depth < 1:
            return cnf.add([cnf.constant(self.size == 0)])
        deep: list[list[int]] = []
        for i, chosen in enumerate(self._chosen):
            deep.append([cnf.true, *(cnf.new() for _ in range(depth - 1)), -cnf.true])
            cnf.add([-deep[i][depth - 1], *self._driven(n + i)])
            for pair, selection in chosen.items():
                for wire, d in product(pair, range(depth)):
                    if wire >= n:
                        cnf.add([-selection, -deep[wire - n][d], deep[i][d + 1]])

    def _ordered_inputs(self, p: int, q: int) -> None:
        for i, chosen in enumerate(self._chosen):
            earlier = self._readers(p, 0, i)
            for pair, selection in chosen.items():
                if q in pair and p not in pair:
                    self.cnf.add([-selection, *earlier])

    def _no_rewiring(self) -> None:
        n, size = self.task.inputs, self.size
        again, twice = _rewires(self.basis)
        for i, later in combinations(range(size), 2):
            for pair, selection in self._chosen[i].items():
                for wire in pair if again else ():
                    self.cnf.add([-selection, -self._chosen[later][wire, n + i]])
                for third in range(later + 1, size) if twice else ():
                    reader = self._chosen[third][n + i, n + later]
                    self.cnf.add([-selection, -self._chosen[later][pair], -reader])

    def decode(self, model: Iterable[int]) -> Circuit:
        """Return the circuit, a canonical chain, that a model of the CNF describes."""
        true, gates = set(model), []
        for chosen, table in zip(self._chosen, self._tables, strict=True):
            pair = next(pair for pair, selection in chosen.items() if selection in true)
            gates.append(Gate(operator_of(2, table_of(table, true)).name, pair))
        outputs = tuple(
            Output(next(wire for wire, s in drivers.items() if s in true), inverted in true)
            for drivers, inverted in zip(self._drivers, self._inverted, strict=True)
        )
        return Circuit(self.task.inputs, tuple(gates), outputs)

    def blocking(self, circuit: Circuit) -> list[int]:
        """Return the clause that the solution is any other chain than this one.

        Of the selections only the true ones are named, as exactly one holds; of an operator's
        bits all are. Polarities of outputs follow from the rest.
        """
        clause: list[int] = []
        for chosen, table, gate in zip(self._chosen, self._tables, circuit.gates, strict=True):
            clause.append(-chosen[gate.operands[0], gate.operands[1]])
            clause += differs(table, operator_named(gate.operator).table)
        for drivers, output in zip(self._drivers, circuit.outputs, strict=True):
            clause.append(-drivers[output.wire])
        return clause


#: An input, or an operator's name and two formulas.
Formula = int | tuple[str, "Formula", "Formula"]


@dataclass
class _Node:
    values: list[int]
    leaf: list[int]
    table: list[int] = field(default_factory=list)
    children: tuple[_Node, ...] = ()


class TreeEncoding:
    """CNF: some formula of depth at most `depth` computes output `place` of the task.

    A fan-in-2 circuit of depth d unfolds into a formula of depth d, so bounding depth needs no
    bound on size: the nodes of the complete binary tree of height d suffice. A node is an input,
    or an operator applied to its two subtrees. Only inputs of the support are looked at.

    The left subtree's values precede the right one's in lexicographic order: operands may be
    swapped, and of equal ones p, an operator makes p or 0, either of which can be spared.

    Arguments:
        task, basis: what is solved, and from what.
        place: which output.
        depth: the height of the tree, at least 1; the output must be neither an input, an inverse
            of one nor a constant on the support.
    """

    def __init__(self, task: FunctionTask, basis: Basis, place: int, depth: int) -> None:
        self.task, self.basis = task, basis
        self.cnf = cnf = Cnf()
        self._rows = [x for x in range(1, 1 << task.inputs) if task.support_bits >> x & 1]
        self._root = self._node(depth)
        table = task.tables[place]
        inverted = self._inverted = cnf.constant(table(0)) if task.support_bits & 1 else cnf.new()
        for x, value in zip(self._rows, self._root.values, strict=True):
            cnf.output(cnf.true, value, inverted, table(x))

    def _node(self, height: int) -> _Node:
        cnf = self.cnf
        leaf = [cnf.new() for _ in range(self.task.inputs)]
        node = _Node([cnf.new() for _ in self._rows], leaf)
        for wire, selection in enumerate(node.leaf):
            for x, value in zip(self._rows, node.values, strict=True):
                cnf.output(selection, value, -cnf.true, x >> wire & 1)
        choices = list(node.leaf)
        if height:
            node.table, inner = cnf.operator(self.basis), cnf.new()
            left, right = node.children = (self._node(height - 1), self._node(height - 1))
            equal = inner  # and the subtrees' values are equal so far
            for p, q, g in zip(left.values, right.values, node.values, strict=True):
                cnf.gate(inner, node.table, p, q, g)
                following = cnf.new()
                cnf.add([-equal, -p, q])
                cnf.add([-equal, p, q, following])
                cnf.add([-equal, -p, -q, following])
                equal = following
            cnf.add([-equal])
            for selection, child in product(node.leaf, node.children):
                cnf.add([-selection, child.leaf[0]])  # idle subtrees are all alike
            choices.append(inner)
        cnf.exactly_one(choices)
        return node

    def decode(self, model: Iterable[int]) -> tuple[Formula, bool]:
        """Return the formula that a model describes, and whether it is read inverted."""
        true = set(model)

        def formula(node: _Node) -> Formula:
            for wire, selection in enumerate(node.leaf):
                if selection in true:
                    return wire
            left, right = map(formula, node.children)
            return (operator_of(2, table_of(node.table, true)).name, left, right)

        return formula(self._root), self._inverted in true
