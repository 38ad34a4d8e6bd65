"""CNF encoding of formulas of bounded depth, and their merging into a circuit as shallow.

A circuit of depth d unfolds, output by output, into formulas of depth d, so bounding depth needs no
bound on size: the nodes of complete trees of height d suffice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.sat.chain_encoding import output_literals
from mesacircuits.enumeration.sat.cnf import Cnf, differs, table_of
from mesacircuits.enumeration.sat.kinds import applied, gate_kinds
from mesacircuits.tasks import Task

__all__ = ["Formula", "FormulaMerger", "TreeEncoding"]

#: An input, or the table of a gate and the formulas that it reads.
Formula = int | tuple[int, tuple["Formula", ...]]


@dataclass
class _Node:
    values: list[int]
    leaf: list[int]
    bits: list[int] = field(default_factory=list)
    arity: dict[int, int] = field(default_factory=dict)
    children: tuple[_Node, ...] = ()


class TreeEncoding:
    """CNF: some formulas of depth at most `depth`, one per output, solve the task together.

    A node is an input, or a gate applied to its first subtrees. None is constant, and the subtrees
    of a gate, which compute distinct functions, come in lexicographic order of their values: so it
    is in a reduced circuit unfolded, operands permuted as need be. An output is a formula, inverted
    if inverters are free, or a constant.

    Arguments:
        task, basis: what is solved, and from what.
        depth: the height of the trees.
    """

    def __init__(self, task: Task, basis: Basis, depth: int) -> None:
        self.task, self.basis = task, basis
        self.kinds = gate_kinds(basis)
        self.cnf = cnf = Cnf()
        # With free inverters normal functions are 0 on input 0.
        self._rows = range(int(basis.free_inverters), 1 << task.inputs)
        height = depth if task.inputs else 0
        self._outputs: list[tuple[_Node, int, int]] = []
        for literals in output_literals(cnf, task):
            root, constant = self._node(height, root=True)
            if basis.free_inverters:
                inverted = literals.get(0) or cnf.new()
            else:
                inverted = cnf.new()
                cnf.add([constant, -inverted])
            for x, value in zip(self._rows, root.values, strict=True):
                if x in literals:
                    cnf.parity(cnf.true, literals[x], value, inverted)
            self._outputs.append((root, constant, inverted))

    def _node(self, height: int, root: bool = False) -> tuple[_Node, int]:
        cnf, rows = self.cnf, self._rows
        node = _Node([cnf.new() for _ in rows], [cnf.new() for _ in range(self.task.inputs)])
        for wire, selection in enumerate(node.leaf):
            for x, value in zip(rows, node.values, strict=True):
                cnf.add([-selection, value if x >> wire & 1 else -value])
        constant = cnf.new() if root else -cnf.true
        cnf.add([constant, *node.values])
        if not self.basis.free_inverters:
            cnf.add([constant, *(-value for value in node.values)])
        for value in node.values if root else ():
            cnf.add([-constant, -value])
        if height:
            self._add_gate(node, height)
        choices = [*node.leaf, *node.arity.values()]
        cnf.exactly_one([*choices, constant] if root else choices)
        if root:
            for child in node.children:
                cnf.add([-constant, child.leaf[0]])
        return node, constant

    def _add_gate(self, node: _Node, height: int) -> None:
        cnf, forms = self.cnf, self.kinds.forms
        node.children = tuple(self._node(height - 1)[0] for _ in range(self.kinds.fan_in))
        node.arity = {k: cnf.new() for k in forms}
        node.bits = [cnf.new() for _ in range(1 << self.kinds.fan_in)]
        for k, tables in forms.items():
            read = node.children[:k]
            for row in range(1 << k, len(node.bits)):
                cnf.add([-node.arity[k], -node.bits[row]])
            for row in range(1 << k):
                values = {table >> row & 1 for table in tables}
                if len(values) == 1:
                    bit = node.bits[row]
                    cnf.add([-node.arity[k], bit if 1 in values else -bit])
            if len(tables) < 1 << (1 << k):
                self._admit(node, k, tables)
            for place, g in enumerate(node.values):
                operands = [child.values[place] for child in read]
                cnf.gate(node.arity[k], node.bits[: 1 << k], operands, g)
            for child in node.children[k:]:
                cnf.add([-node.arity[k], child.leaf[0]])  # idle subtrees are all alike
        for left, right in zip(node.children, node.children[1:], strict=False):
            # Where gates read both, the left values precede the right ones.
            place = node.children.index(right)
            ordered = [node.arity[k] for k in forms if k > place]
            if not ordered:
                continue
            equal = cnf.new()
            for arity in ordered:
                cnf.add([-arity, equal])
            for p, q in zip(left.values, right.values, strict=True):
                following = cnf.new()
                cnf.add([-equal, -p, q])
                cnf.add([-equal, p, q, following])
                cnf.add([-equal, -p, -q, following])
                equal = following
            cnf.add([-equal])
        for selection, child in product(node.leaf, node.children):
            cnf.add([-selection, child.leaf[0]])

    def _admit(self, node: _Node, k: int, tables: Iterable[int]) -> None:
        # Bits that all tables share are fixed already: only the others are looked through.
        listed = list(tables)
        open_rows = [row for row in range(1 << k) if len({t >> row & 1 for t in listed}) == 2]
        kept = {tuple(t >> row & 1 for row in open_rows) for t in listed}
        bits = [node.bits[row] for row in open_rows]
        for values in product((0, 1), repeat=len(open_rows)):
            if values not in kept:
                table = sum(value << at for at, value in enumerate(values))
                self.cnf.add([-node.arity[k], *differs(bits, table)])

    def decode(self, model: Iterable[int]) -> list[tuple[Formula | None, bool]]:
        """Return for each output its formula in a model, None if constant, and its inversion."""
        true = set(model)

        def formula(node: _Node) -> Formula:
            for wire, selection in enumerate(node.leaf):
                if selection in true:
                    return wire
            k = next(k for k, selection in node.arity.items() if selection in true)
            table = table_of(node.bits[: 1 << k], true)
            return table, tuple(formula(child) for child in node.children[:k])

        return [
            (None if constant in true else formula(root), inverted in true)
            for root, constant, inverted in self._outputs
        ]


class FormulaMerger:
    """Merges formulas into one reduced circuit, none deeper: each function by its flattest node."""

    def __init__(self, inputs: int, basis: Basis) -> None:
        self.inputs, self.kinds = inputs, gate_kinds(basis)
        self._mask = (1 << (1 << inputs)) - 1
        self._wires = {input_bits(inputs, i): i for i in range(inputs)}
        # Function -> depth, and table with the operands' functions.
        self._flattest: dict[int, tuple[int, tuple[int, tuple[int, ...]] | None]]
        self._flattest = dict.fromkeys(self._wires, (0, None))
        self._gates: list[Gate] = []

    def read(self, formula: Formula) -> tuple[int, int]:
        """Note every subformula; return this one's function and depth."""
        if isinstance(formula, int):
            return input_bits(self.inputs, formula), 0
        table, operands = formula
        parts = [self.read(operand) for operand in operands]
        functions = tuple(bits for bits, _ in parts)
        bits, depth = applied(table, functions, self._mask), 1 + max(d for _, d in parts)
        if bits not in self._flattest or depth < self._flattest[bits][0]:
            self._flattest[bits] = depth, (table, functions)
        return bits, depth

    def _wire(self, bits: int) -> int:
        if bits not in self._wires:
            node = self._flattest[bits][1]
            assert node is not None  # inputs have their wires from the start
            table, functions = node
            form = self.kinds.forms[len(functions)][table][0]
            wires = tuple(self._wire(function) for function in functions)
            self._gates.append(Gate(form.operator.name, form.operands(wires)))
            self._wires[bits] = self.inputs + len(self._gates) - 1
        return self._wires[bits]

    def circuit(self, outputs: list[tuple[int | None, bool]]) -> Circuit:
        """Return the circuit, canonical, of functions that were read (None: constant 0)."""
        drivers = tuple(
            Output(CONSTANT if bits is None else self._wire(bits), inverted)
            for bits, inverted in outputs
        )
        return Circuit(self.inputs, tuple(self._gates), drivers).canonical()
