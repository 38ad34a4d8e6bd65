"""CNF encoding of circuits of a given number of gates: one canonical chain per model.

Shares nothing with the exhaustive enumerator but the values `Circuit`, `Basis` and `Task`.

Sources: A. Kojevnikov, A. Kulikov, G. Yaroslavtsev, *Finding efficient circuits using SAT-solvers*,
SAT 2009; D. E. Knuth, TAOCP 4A, 7.2.2.2, exercise 477; W. Haaswijk et al., *SAT-based exact
synthesis: encodings, topology families, and parallelism*, IEEE TCAD 39, 2020 ("SSV").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.sat.cnf import Cnf, differs, forbidden_cubes, table_of
from mesacircuits.enumeration.sat.kinds import gate_kinds
from mesacircuits.enumeration.sat.symmetry import input_exchanges
from mesacircuits.tasks import Task

__all__ = ["ChainEncoding", "output_literals"]

# Of gates over gates that are spared for some tables only, so many pairs are forbidden one by one.
_MOST_PAIRS = 64


def output_literals(cnf: Cnf, task: Task) -> list[dict[int, int]]:
    """Return for each output its literal on each input where it matters, words being acceptable.

    A word is acceptable iff it is in none of the cubes that hold no acceptable word. An output
    that such a cube fixes alone is a constant there.
    """
    outputs: list[dict[int, int]] = [{} for _ in range(task.outputs)]
    for x in range(1 << task.inputs):
        words = frozenset(word for word, mask in enumerate(task.word_masks) if mask >> x & 1)
        if len(words) == 1 << task.outputs:
            continue
        for cube in forbidden_cubes(words, task.outputs):
            if len(cube) == 1:
                ((i, value),) = cube.items()
                outputs[i][x] = cnf.constant(not value)
                continue
            clause = []
            for i, value in cube.items():
                literal = outputs[i].setdefault(x, 0) or cnf.new()
                outputs[i][x] = literal
                clause.append(-literal if value else literal)
            cnf.add(clause)
    return outputs


class ChainEncoding:
    """CNF: some chain of exactly `size` gates solves the task, to depth `depth`, at cost `cost`.

    Variables: for each gate one selection per set of at most three lower wires (exactly one holds),
    the bits of its function of these wires, its value on each input (with free inverters normal
    gates are 0 on input 0); for each output one selection per wire. The key of a gate is its set of
    wires, highest first, then its function's table. Every model is a chain whose keys strictly
    increase and all of whose gates are used, and every reduced circuit is such a chain, once: of
    the chains of a graph it is the one whose sequence of keys is least. That no gate is an input or
    a constant is encoded; that no two gates are equal only with `distinct`.

    Sets of wires are compared as sums of 2^w: replacing a wire by lower ones lowers a key. Some
    constraints are met not by every solution, but by that whose sequence of keys is least:

    - exchangeable inputs p < q: a gate reads q without p only after some gate read p. Else exchange
      them: the first such gate's key falls, those before it, which read neither, stay.
    - with `least`: no gate t reads a gate g (or two gates over the same wires) if, read through to
      what g reads, t computes something spared (`GateKinds.is_spared`): what a gate computes at no
      greater cost. Else let it be read directly: t keeps its function, is no deeper, and its key
      falls. If g is then unused, or t got cheaper, there is a cheaper reduced circuit, which
      `least` rules out. Nor is t constant or one of the wires: the circuit is reduced.

    Either keeps the set of functions that the gates compute, up to exchanges of inputs. So for
    each solution there is a model with the same set, up to the group that `exchanges` generate.

    Arguments:
        task, basis: what is solved, and from what.
        size: the number of gates.
        depth: the greatest depth allowed; None for any.
        cost: the sum of the gates' costs; None for any.
        least: there is known to be no reduced solution of less cost, to the same depth.
        distinct: demand that gates compute distinct functions.
        exchange: order the inputs that can be exchanged.
    """

    def __init__(
        self,
        task: Task,
        basis: Basis,
        size: int,
        depth: int | None = None,
        cost: int | None = None,
        *,
        least: bool = False,
        distinct: bool = False,
        exchange: bool = True,
    ) -> None:
        self.task, self.basis, self.size = task, basis, size
        self.kinds = kinds = gate_kinds(basis)
        self.cnf = cnf = Cnf()
        n, free = task.inputs, basis.free_inverters
        self._rows = range(1 << n)
        #: For each wire its value on each input x, as a literal.
        self.values = [[cnf.constant(x >> i & 1) for x in self._rows] for i in range(n)]
        for _ in range(size):
            rest = [cnf.new() for _ in self._rows[1:]]
            self.values.append([-cnf.true if free else cnf.new(), *rest])
        sets = [w for k in kinds.forms for w in combinations(range(n + size), k)]
        sets.sort(key=lambda wires: wires[::-1])
        #: For each gate the selections of what it reads, in the order of keys.
        self._reads = [{w: cnf.new() for w in sets if w[-1] < n + i} for i in range(size)]
        self._arity: list[dict[int, int]] = []
        self._bits = [self._table_bits(i) for i in range(size)]
        for i, reads in enumerate(self._reads):
            result = self.values[n + i]
            for wires, selection in reads.items():
                for x in self._rows[1:] if free else self._rows:
                    operands = [self.values[w][x] for w in wires]
                    cnf.gate(selection, self._bits[i][len(wires)], operands, result[x])
            for bits in (0, *(input_bits(n, w) for w in range(n))):
                cnf.add(differs(result, bits))
            if not free:
                cnf.add(differs(result, (1 << len(self._rows)) - 1))
        self._increasing_keys()
        self._drivers: list[dict[int, int]] = []
        self._inverted: list[dict[int, int]] = []
        self._drive_outputs()
        for i in range(size):
            cnf.add([*self._readers(n + i, i + 1), *self._driven(n + i)])
        self._known_cost: list[dict[int, int]] = []
        if cost is not None and len(kinds.costs) > 1:
            self._add_cost(cost)
        if depth is not None:
            self._bound_depth(depth)
        #: The exchanges of inputs up to which solutions are met.
        self.exchanges = input_exchanges(task, basis) if exchange else ()
        for p, q, _ in self.exchanges:
            self._order_inputs(p, q)
        if least:
            self._forbid_spared()
        if distinct:
            for one, other in combinations(self.values[n:], 2):
                cnf.unequal(cnf.true, one, other)
        self._absent: dict[int, int] = {}

    def _table_bits(self, i: int) -> dict[int, list[int]]:
        # For each number of wires the bits of gate i's table. What all tables agree on is constant;
        # what is left is shared by all numbers of wires.
        cnf = self.cnf
        shared: dict[int, int] = {}
        found: dict[int, list[int]] = {}
        forms = self.kinds.forms
        arity = {k: cnf.true if len(forms) == 1 else cnf.new() for k in forms}
        self._arity.append(arity)
        if len(arity) > 1:
            cnf.exactly_one(list(arity.values()))
            for wires, selection in self._reads[i].items():
                cnf.add([-selection, arity[len(wires)]])
        for k, tables in forms.items():
            bits = []
            for row in range(1 << k):
                given = {table >> row & 1 for table in tables}
                if len(given) == 1:
                    bits.append(cnf.constant(min(given)))
                else:
                    bits.append(shared.setdefault(row, 0) or cnf.new())
                    shared[row] = bits[-1]
            found[k] = bits
        for k, bits in found.items():
            for variable in shared.values():
                if variable not in bits:
                    cnf.add([-arity[k], -variable])
            for values in product((0, 1), repeat=sum(abs(bit) != cnf.true for bit in bits)):
                left = iter(values)
                table = sum(
                    (bit == cnf.true if abs(bit) == cnf.true else next(left)) << row
                    for row, bit in enumerate(bits)
                )
                if table not in forms[k]:
                    cnf.add([-arity[k], *differs(bits, table)])
        return found

    def _readers(self, wire: int, first: int, last: int | None = None) -> list[int]:
        places = self._reads[first:last]
        return [s for reads in places for wires, s in reads.items() if wire in wires]

    def _driven(self, wire: int) -> list[int]:
        return [drivers[wire] for drivers in self._drivers if wire in drivers]

    def _increasing_keys(self) -> None:
        # A ladder per gate, rung r meaning "the rank of what it reads is at least r", makes the
        # selection exactly one; rungs carry over to the next gate, whose rank may not be less.
        cnf = self.cnf
        before: list[int] = []
        for reads in self._reads:
            ladder = [cnf.true, *(cnf.new() for _ in range(len(reads) - 1)), -cnf.true]
            cnf.add(reads.values())
            for selection, low, high in zip(reads.values(), ladder, ladder[1:], strict=False):
                cnf.add([-high, low])
                cnf.add([-selection, low])
                cnf.add([-selection, -high])
                cnf.add([selection, -low, high])
            for rung, carried in zip(before[:-1], ladder, strict=False):
                cnf.add([-rung, carried])
            before = ladder
        for i in range(self.size - 1):
            same = {k: cnf.new() for k in self.kinds.forms}
            for wires, selection in self._reads[i].items():
                cnf.add([-selection, -self._reads[i + 1][wires], same[len(wires)]])
            for k, tables in self.kinds.forms.items():
                first, second = self._bits[i][k], self._bits[i + 1][k]
                for low, high in product(tables, tables):
                    if low >= high:
                        cnf.add([-same[k], *differs(first, low), *differs(second, high)])

    def _drive_outputs(self) -> None:
        cnf, task, wires = self.cnf, self.task, self.task.inputs + self.size
        # The last gate is read by none: if there is just one output, it drives that.
        one = task.outputs == 1 and self.size > 0
        candidates = [wires - 1] if one else [CONSTANT, *range(wires)]
        for literals in output_literals(cnf, task):
            chosen = {wire: cnf.new() for wire in candidates}
            cnf.exactly_one(list(chosen.values()))
            if self.basis.free_inverters:
                # All wires are 0 on input 0, so there the output says whether it is inverted.
                inverted = dict.fromkeys(candidates, literals.get(0) or cnf.new())
            else:
                inverted = {w: cnf.new() if w == CONSTANT else -cnf.true for w in candidates}
            for wire, selection in chosen.items():
                for x, literal in literals.items():
                    if x == 0 and self.basis.free_inverters:
                        continue
                    value = self.values[wire][x] if wire >= 0 else -cnf.true
                    cnf.parity(selection, literal, value, inverted[wire])
            self._drivers.append(chosen)
            self._inverted.append(inverted)

    def _add_cost(self, cost: int) -> None:
        # spent[c]: the gates so far cost c.
        cnf, costs = self.cnf, self.kinds.costs
        spent = {0: cnf.true}
        for i, bits in enumerate(self._bits):
            price = {c: cnf.new() for c in costs}
            cnf.exactly_one(list(price.values()))
            for k, tables in self.kinds.forms.items():
                for table in tables:
                    allowed = [price[c] for c in self.kinds.costs_of(k, table)]
                    cnf.add([-self._arity[i][k], *differs(bits[k], table), *allowed])
            left = self.size - i - 1
            following: dict[int, int] = {}
            for (total, so_far), (c, chosen) in product(spent.items(), price.items()):
                if costs[0] * left <= cost - total - c <= costs[-1] * left:
                    after = following.setdefault(total + c, 0) or cnf.new()
                    following[total + c] = after
                    cnf.add([-so_far, -chosen, after])
                else:
                    cnf.add([-so_far, -chosen])
            spent = following
            self._known_cost.append(price)
        if cost not in spent:
            cnf.add([])

    def _bound_depth(self, depth: int) -> None:
        # deep[i][d]: gate i has depth d + 1 or more. Every gate reaches an output, so bounding the
        # depth of outputs bounds that of all; one of full depth must itself be an output.
        cnf, n = self.cnf, self.task.inputs
        if depth < 1:
            return cnf.add([cnf.constant(self.size == 0)])
        deep: list[list[int]] = []
        for i, reads in enumerate(self._reads):
            deep.append([cnf.true, *(cnf.new() for _ in range(depth - 1)), -cnf.true])
            cnf.add([-deep[i][depth - 1], *self._driven(n + i)])
            for wires, selection in reads.items():
                for wire, d in product(wires, range(depth)):
                    if wire >= n:
                        cnf.add([-selection, -deep[wire - n][d], deep[i][d + 1]])

    def _order_inputs(self, p: int, q: int) -> None:
        for i, reads in enumerate(self._reads):
            earlier = self._readers(p, 0, i)
            for wires, selection in reads.items():
                if q in wires and p not in wires:
                    self.cnf.add([-selection, *earlier])

    def _forbid_spared(self) -> None:
        n, kinds = self.task.inputs, self.kinds
        twins = {k for k in kinds.forms if kinds.twins_are_spared(k)}
        for i, later in combinations(range(self.size), 2):
            gate = n + i
            uppers = [item for item in self._reads[later].items() if gate in item[0]]
            for (lower, low), (upper, high) in product(self._reads[i].items(), uppers):
                leaves = sorted({*lower, *upper} - {gate})
                if len(leaves) <= kinds.fan_in:
                    place = {wire: at for at, wire in enumerate(leaves)} | {gate: -1}
                    self._forbid(i, later, [-low, -high], place, lower, upper)
            for wires, selection in self._reads[i].items():
                if len(wires) in twins:
                    for third in range(later + 1, self.size):
                        reader = self._reads[third][gate, n + later]
                        self.cnf.add([-selection, -self._reads[later][wires], -reader])

    def _forbid(
        self,
        i: int,
        later: int,
        selected: list[int],
        place: dict[int, int],
        lower: Sequence[int],
        upper: Sequence[int],
    ) -> None:
        # That gate `later` reads `upper` and gate i `lower`, if it is spared.
        forms, leaves = self.kinds.forms, len(place) - 1
        reads = tuple(place[w] for w in lower), tuple(place[w] for w in upper)
        spared = self.kinds.spared(*reads, leaves)
        if len(spared) == len(forms[len(lower)]) * len(forms[len(upper)]):
            self.cnf.add(selected)
        elif len(spared) <= _MOST_PAIRS:
            low_bits, high_bits = self._bits[i][len(lower)], self._bits[later][len(upper)]
            for low, high in spared:
                self.cnf.add([*selected, *differs(low_bits, low), *differs(high_bits, high)])

    def parting(self, circuit: Circuit) -> list[list[int]]:
        """Return clauses that part gates of equal functions, none iff the circuit is reduced.

        They are added as needed, at most once per pair of gates: minima rarely need them.
        """
        first, bits = len(self.cnf.clauses), circuit.wire_bits()
        for i, j in combinations(range(circuit.inputs, circuit.wires), 2):
            if bits[i] == bits[j]:
                self.cnf.unequal(self.cnf.true, self.values[i], self.values[j])
        return self.cnf.clauses[first:]

    def blocking(self, functions: Iterable[int]) -> list[list[int]]:
        """Return clauses that some of these `size` functions is computed by no gate."""
        cnf, first, clause = self.cnf, len(self.cnf.clauses), []
        for bits in functions:
            if bits not in self._absent:
                self._absent[bits] = cnf.new()
                for values in self.values[self.task.inputs :]:
                    cnf.add([-self._absent[bits], *differs(values, bits)])
            clause.append(self._absent[bits])
        cnf.add(clause)
        return cnf.clauses[first:]

    def decode(self, model: Iterable[int]) -> Circuit:
        """Return the circuit that a model of the CNF describes, its gates in the model's order."""
        true, gates = set(model), []
        for i, reads in enumerate(self._reads):
            wires = next(wires for wires, selection in reads.items() if selection in true)
            forms = self.kinds.forms[len(wires)][table_of(self._bits[i][len(wires)], true)]
            price = self._known_cost[i] if self._known_cost else {}
            form = next(f for f in forms if not price or price[f.cost] in true)
            gates.append(Gate(form.operator.name, form.operands(wires)))
        outputs = []
        for chosen, inverted in zip(self._drivers, self._inverted, strict=True):
            wire = next(wire for wire, selection in chosen.items() if selection in true)
            outputs.append(Output(wire, inverted[wire] in true))
        return Circuit(self.task.inputs, tuple(gates), tuple(outputs))
