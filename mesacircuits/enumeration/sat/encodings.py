"""CNF encodings of circuits: one canonical chain per model, or formulas in complete trees.

First conjunctive normal forms themselves, and a solver for them (A. Ignatiev, A. Morgado, J.
Marques-Silva, *PySAT*, SAT 2018); literals are non-zero integers, as in DIMACS.

A circuit of depth d unfolds, output by output, into formulas of depth d, so bounding depth needs no
bound on size: the nodes of complete trees of height d suffice.

Encodings share nothing with the exhaustive enumerator but the values `Circuit`, `Basis` and `Task`.

Sources: A. Kojevnikov, A. Kulikov, G. Yaroslavtsev, *Finding efficient circuits using SAT-solvers*,
SAT 2009; D. E. Knuth, TAOCP 4A, 7.2.2.2, exercise 477; W. Haaswijk et al., *SAT-based exact
synthesis: encodings, topology families, and parallelism*, IEEE TCAD 39, 2020 ("SSV").
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, permutations, product
from typing import Any

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.constraints import FREE, Constraints
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.sat.gate_kinds import applied, gate_kinds
from mesacircuits.enumeration.sat.symmetries import (
    Key,
    exchanged_inputs,
    first_gate_orbits,
    generators_of,
    symmetries_of,
)
from mesacircuits.enumeration.topology import ANY, Fence, GatePattern, Wiring, input_index
from mesacircuits.tasks import Task

__all__ = [
    "SOLVER",
    "ChainEncoding",
    "Cnf",
    "Formula",
    "FormulaMerger",
    "ProductEncoding",
    "Session",
    "TreeEncoding",
    "absent",
    "check_budget",
    "differs",
    "forbidden_cubes",
    "output_literals",
    "table_of",
]


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

    def gate(self, chosen: int, bits: Sequence[int], operands: Sequence[int], g: int) -> None:
        """Add: if `chosen`, then g is the function with these table bits of the operands."""
        for row, bit in enumerate(bits):
            other = [-p if row >> i & 1 else p for i, p in enumerate(operands)]
            self.add([-chosen, *other, -bit, g])
            self.add([-chosen, *other, bit, -g])

    def parity(self, chosen: int, result: int, p: int, q: int) -> None:
        """Add: if `chosen`, then `result` is p XOR q."""
        self.gate(chosen, (-self.true, self.true, self.true, -self.true), (p, q), result)

    def unequal(self, chosen: int, one: Sequence[int], other: Sequence[int]) -> None:
        """Add: if `chosen`, then the two sequences of literals differ somewhere."""
        apart = [-chosen]
        for p, q in zip(one, other, strict=True):
            apart.append(self.new())
            self.add([-apart[-1], p, q])
            self.add([-apart[-1], -p, -q])
        self.add(apart)


def differs(bits: Sequence[int], table: int) -> list[int]:
    """Return the clause that a function with these table bits is not the one with this table."""
    return [-bit if table >> row & 1 else bit for row, bit in enumerate(bits)]


# On so many rows all values are looked through.
_FEW_ROWS = 8


def absent(tables: Iterable[int], rows: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield values on rows that no table has: on all of few rows, of many on as few as will do.

    >>> list(absent([0b00, 0b11], [0, 1]))
    [{0: 0, 1: 1}, {0: 1, 1: 0}]
    """
    if len(rows) <= _FEW_ROWS:
        kept = {tuple(table >> row & 1 for row in rows) for table in tables}
        for values in product((0, 1), repeat=len(rows)):
            if values not in kept:
                yield dict(zip(rows, values, strict=True))
        return
    waiting: list[tuple[dict[int, int], list[int]]] = [({}, list(tables))]
    while waiting:
        begun, left = waiting.pop()
        if not left:
            yield begun
        elif len(begun) < len(rows):
            row = rows[len(begun)]
            for value in (0, 1):
                waiting.append(({**begun, row: value}, [t for t in left if t >> row & 1 == value]))


def table_of(bits: Sequence[int], model: set[int]) -> int:
    """Return the table that a model gives to table bits."""
    return sum(1 << row for row, bit in enumerate(bits) if bit in model)


@lru_cache(maxsize=4096)
def forbidden_cubes(words: frozenset[int], bits: int) -> tuple[dict[int, int], ...]:
    """Return the largest cubes of `bits`-bit words that contain none of `words`.

    A cube is given by the bits that it fixes, and their values. A word is none of `words` iff it
    lies in one of the cubes: these are the prime implicates of the set, negated.

    >>> forbidden_cubes(frozenset({0b01, 0b11}), 2)
    ({0: 0},)
    >>> forbidden_cubes(frozenset({0b01, 0b10}), 2)
    ({0: 0, 1: 0}, {0: 1, 1: 1})
    """
    if len(words) == 1:
        (word,) = words
        return tuple({i: ~word >> i & 1} for i in range(bits))
    found: list[dict[int, int]] = []
    for fixed in range(bits + 1):
        for places in combinations(range(bits), fixed):
            for values in product((0, 1), repeat=fixed):
                cube = dict(zip(places, values, strict=True))
                if not any(smaller.items() <= cube.items() for smaller in found) and not any(
                    all(word >> i & 1 == value for i, value in cube.items()) for word in words
                ):
                    found.append(cube)
    return tuple(found)


#: The solver's name in PySAT; one that gives proofs and takes budgets of conflicts.
SOLVER = "cadical195"

_FIRST_SLICE, _SLICE_SECONDS, _LARGEST_SLICE = 1_000, 0.5, 1_000_000


class Session(AbstractContextManager["Session"]):
    """A solver with clauses, asked again and again, until a budget ends.

    CaDiCaL cannot be interrupted from Python, but it can be told after how many conflicts to give
    up. With a limited `Effort` it is asked in slices of so many conflicts as take half a second;
    it keeps what it learnt from slice to slice.

    >>> with Session([[1, 2], [-1]], Effort(seconds=60)) as session:
    ...     session.model()
    [-1, 2]
    """

    def __init__(
        self, clauses: Iterable[list[int]], effort: Effort | None = None, proof: bool = False
    ) -> None:
        from pysat.solvers import Solver

        self._effort = effort or Effort()
        self._solver: Any = Solver(name=SOLVER, bootstrap_with=clauses, with_proof=proof)

    def __exit__(self, *_: object) -> None:
        self._solver.delete()

    def add(self, clauses: Iterable[list[int]]) -> None:
        """Add clauses."""
        self._solver.append_formula(clauses)

    def model(self) -> list[int] | None:
        """Return a model of all clauses, or None if there is none.

        Raises `BudgetEnded` when the budget is used up before it is known.
        """
        if not self._satisfiable():
            return None
        model: list[int] = self._solver.get_model()
        return model

    def proof(self) -> list[str]:
        """Return the lines of the DRUP proof that there is no model, once that was found."""
        lines: list[str] = self._solver.get_proof()
        return lines

    def told(self, conflicts: int) -> bool | None:
        """Return whether there is a model, None if so many conflicts did not tell.

        What was learnt is kept for the next time.
        """
        check_budget(self._effort)

        def solved() -> bool | None:
            self._solver.conf_budget(conflicts)
            answer: bool | None = self._solver.solve_limited()
            return answer

        return self._answered(solved)

    def last_model(self) -> list[int]:
        """Return the model that `told` met."""
        model: list[int] = self._solver.get_model()
        return model

    def _satisfiable(self) -> bool:
        return bool(self._answered(self._solved))

    def _answered(self, solved: Callable[[], bool | None]) -> bool | None:
        try:
            return solved()
        except Exception as error:
            # PySAT's own error, for which it has no name of its own.
            if "keyboard interrupt" in str(error):
                # While it solves, PySAT answers Ctrl-C in place of Python.
                if self._effort.interruption is not None:
                    self._effort.interruption.end()
                    raise BudgetEnded from error
                raise KeyboardInterrupt from error
            raise

    def _solved(self) -> bool:
        check_budget(self._effort)
        if self._effort.seconds is None and self._effort.interruption is None:
            return bool(self._solver.solve())
        conflicts = _FIRST_SLICE
        while True:
            start = time.monotonic()
            self._solver.conf_budget(conflicts)
            answer = self._solver.solve_limited()
            if answer is not None:
                return bool(answer)
            check_budget(self._effort)
            pace = conflicts / max(time.monotonic() - start, 1e-3)
            seconds = min(_SLICE_SECONDS, self._effort.left())
            conflicts = max(_FIRST_SLICE, min(int(pace * seconds), _LARGEST_SLICE))


def check_budget(effort: Effort) -> None:
    """Raise `BudgetEnded` if the budget is used up."""
    if effort.left() <= 0:
        raise BudgetEnded


# Of more tables order is told bit by bit, and first gates are not parted by their orbits.
_MOST_ORDERED, _MOST_PARTED = 256, 1024
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


class ProductEncoding:
    """CNF: some circuit of `ands` ANDs, and any number of XORs and inverters, solves the task.

    With as many more ANDs there is one, too, if there are two inputs: so no model for `ands` means
    that at most so many are too few. Each product is of two sums of inputs and earlier products,
    each output a sum, inverted or not. The sums of a product and their own sum make it up from one
    another with XORs, so of these the two are taken that are in reduced echelon form: each has a
    highest wire, the second's is lower, and not in the first.

    Variables: for each sum which wires are in it, its highest wire, and its value on each input.

    Arguments:
        task: what is solved.
        ands: the number of ANDs.

    Source: the circuits of Sonmez Turan and Peralta, LightSec 2014.

    >>> from mesacircuits.tasks import parse_task
    >>> clauses = [ProductEncoding(parse_task("tt:3:96,E8"), k).cnf.clauses for k in (0, 1)]
    >>> [Session(each).model() is None for each in clauses]                 # a full adder takes one
    [True, False]
    """

    def __init__(self, task: Task, ands: int) -> None:
        self.cnf = cnf = Cnf()
        self._rows, n = range(1, 1 << task.inputs), task.inputs
        # All wires are 0 on input 0: inverting what is not adds earlier wires to a product.
        wires = [[cnf.constant(x >> i & 1) for x in self._rows] for i in range(n)]
        for _ in range(ands):
            (first, one), (second, other) = self._sum(wires), self._sum(wires)
            heads = [[cnf.new() for _ in wires] for _ in (first, second)]
            for head, chosen in zip(heads, (first, second), strict=True):
                cnf.exactly_one(head)
                for at, is_head in enumerate(head):
                    cnf.add([-is_head, chosen[at]])
                    for higher in chosen[at + 1 :]:
                        cnf.add([-is_head, -higher])
            for at, is_head in enumerate(heads[1]):
                cnf.add([-is_head, -first[at]])
                cnf.add([-is_head, *heads[0][at + 1 :]])
            product_of = [cnf.new() for _ in self._rows]
            for p, q, r in zip(one, other, product_of, strict=True):
                cnf.gate(cnf.true, [cnf.constant(row == 3) for row in range(4)], (p, q), r)
            wires.append(product_of)
        for literals in output_literals(cnf, task):
            _, values = self._sum(wires)
            inverted = cnf.new()
            for x, literal in literals.items():
                value = values[x - 1] if x else -cnf.true
                cnf.parity(cnf.true, literal, value, inverted)

    def _sum(self, wires: list[list[int]]) -> tuple[list[int], list[int]]:
        # Which wires are in it, and its value on each input but 0.
        cnf, chosen = self.cnf, [self.cnf.new() for _ in wires]
        values = [-cnf.true for _ in self._rows]
        for selected, wire in zip(chosen, wires, strict=True):
            after = []
            for value, bit in zip(values, wire, strict=True):
                if bit == -cnf.true:
                    after.append(value)
                    continue
                after.append(selected if value == -cnf.true and bit == cnf.true else cnf.new())
                if after[-1] != selected:
                    cnf.parity(selected, after[-1], value, bit)
                    cnf.gate(-selected, [-cnf.true, cnf.true], (value,), after[-1])
            values = after
        return chosen, values


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
    constraints are met not by every solution, but by that whose sequence of keys is least among the
    images of one under the symmetries of the task (`symmetries_of`):

    - the first gate's key, of a gate that reads only inputs, is the least in its orbit, and no gate
      is of an orbit whose least key is lower. Else carry that gate to its orbit's least key: this
      is the first of the image, and lower. So the solutions lie in *cubes*, one for each orbit.
    - exchangeable inputs p < q: a gate reads q without p only after some gate read p. Else exchange
      them: the first such gate's key falls, those before it, which read neither, stay. (An exchange
      that negates one of them or both serves as well, as long as it leaves all other inputs.)
    - with `least`: no gate t reads a gate g (or two gates over the same wires) if, read through to
      what g reads, t computes something spared (`GateKinds.is_spared`): what a gate computes at no
      greater cost. Else let it be read directly: t keeps its function, is no deeper, and its key
      falls. If g is then unused, or t got cheaper, there is a cheaper reduced circuit, which
      `least` rules out. Nor is t constant or one of the wires: the circuit is reduced.

    Each keeps the set of functions that the gates compute, up to symmetries. So for each solution
    there is a model with the same set, up to those; one set may have models in several cubes.

    Arguments:
        task, basis: what is solved, and from what.
        size: the number of gates.
        depth: the greatest depth allowed; None for any.
        cost: the sum of the gates' costs; None for any.
        least: there is known to be no reduced solution of less cost, to the same depth.
        distinct: demand that gates compute distinct functions.
        symmetric: break the symmetries of the task.
        constraints: what solutions keep to. Symmetries are broken only where all images of a
            solution do. `least` is dropped where reading a gate directly may be one reading too
            many, another wiring, or leave a fixed function uncomputed (elsewhere the gate that
            reads directly is no deeper and computes what it did). With a limit on fan-out gates may
            be copies: keys need not strictly increase, functions not differ, and a circuit may have
            several models.
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
        symmetric: bool = True,
        constraints: Constraints = FREE,
    ) -> None:
        self.constraints = constraints
        symmetric = symmetric and constraints.symmetric and not constraints.copies
        least = least and constraints.of_functions and not constraints.fixed
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
        self._keep_to(constraints)
        self._known_cost: list[dict[int, int]] = []
        if cost is not None and len(kinds.costs) > 1:
            self._add_cost(cost)
        if depth is not None:
            self._bound_depth(depth)
        symmetries = symmetries_of(task, basis) if symmetric else ()
        #: What generates the symmetries up to which solutions are met.
        self.generators = generators_of(symmetries)
        for p, q in exchanged_inputs(symmetries):
            self._order_inputs(p, q)
        #: By orbit of gates that read only inputs, the literal that the first gate is of it.
        self.cubes: list[int] = []
        if symmetric and size and sum(map(len, kinds.forms.values())) <= _MOST_PARTED:
            self._part_by_first_gate(first_gate_orbits(task, basis))
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
            open_rows = [row for row, bit in enumerate(bits) if abs(bit) != cnf.true]
            for begun in absent(forms[k], open_rows):
                clause = [-bits[row] if value else bits[row] for row, value in begun.items()]
                cnf.add([-arity[k], *clause])
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
                if len(tables) > _MOST_ORDERED:
                    self._ascending(same[k], first, second)
                    continue
                for low, high in product(tables, tables):
                    if low > high or (low == high and not self.constraints.copies):
                        cnf.add([-same[k], *differs(first, low), *differs(second, high)])

    def _ascending(self, chosen: int, first: Sequence[int], second: Sequence[int]) -> None:
        # If `chosen`, the first table is less than the second, its highest bits looked at first.
        cnf, equal = self.cnf, self.cnf.true
        for low, high in zip(reversed(first), reversed(second), strict=True):
            cnf.add([-chosen, -equal, -low, high])
            following = cnf.new()
            cnf.add([-following, equal])
            cnf.add([-following, -low, high])
            cnf.add([-following, low, -high])
            cnf.add([following, -equal, low, high])
            cnf.add([following, -equal, -low, -high])
            equal = following
        cnf.add([-chosen, -equal])

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

    def _keep_to(self, constraints: Constraints) -> None:
        cnf, n = self.cnf, self.task.inputs
        gates, full = self.values[n:], (1 << len(self._rows)) - 1
        if constraints.fanout is not None:
            for i in range(self.size):
                readers = self._driven(n + i)
                for reads in self._reads[i + 1 :]:
                    readers.append(cnf.new())
                    for wires, selection in reads.items():
                        if n + i in wires:
                            cnf.add([-selection, readers[-1]])
                self._at_most(readers, constraints.fanout)
        free = self.basis.free_inverters
        trivial = {0, full, *(input_bits(n, i) for i in range(n))}
        for each in constraints.fixed:
            # Of gates with free inverters all are 0 on input 0.
            if isinstance(each, GatePattern):
                self._fix(each.normal() if free else each)
                continue
            bits = each.bits ^ full if free and each.bits & 1 else each.bits
            if bits not in trivial:
                cnf.add([self._computes(values, bits) for values in gates])
        for each in constraints.forbidden:
            if isinstance(each, GatePattern):
                self._rule_out(each.normal() if free else each)
                continue
            bits = each.bits ^ full if free and each.bits & 1 else each.bits
            for values in gates:
                cnf.add(differs(values, bits))
        if isinstance(constraints.topology, Fence):
            self._level(constraints.topology)
        elif constraints.topology is not None:
            self._wire(constraints.topology)

    def _computes(self, values: Sequence[int], bits: int) -> int:
        # A literal that implies that a wire computes this.
        chosen = self.cnf.new()
        for x, value in enumerate(values):
            self.cnf.add([-chosen, value if bits >> x & 1 else -value])
        return chosen

    def _fix(self, pattern: GatePattern) -> None:
        cnf, n = self.cnf, self.task.inputs
        # For each function that is read, what implies of each wire that it computes it.
        known = [
            [self._computes(values, table.bits) for values in self.values]
            for table in pattern.reads
        ]
        met = []
        for i, reads in enumerate(self._reads):
            made = pattern.function
            chosen = cnf.new() if made is None else self._computes(self.values[n + i], made.bits)
            met.append(chosen)
            for wires, selection in reads.items():
                if pattern.alone and len(wires) != len(pattern.reads):
                    cnf.add([-selection, -chosen])
                    continue
                for each in known:
                    cnf.add([-selection, -chosen, *(each[w] for w in wires)])
        cnf.add(met)

    def _rule_out(self, pattern: GatePattern) -> None:
        n, made = self.task.inputs, pattern.function
        for i, reads in enumerate(self._reads):
            other = [] if made is None else differs(self.values[n + i], made.bits)
            for wires, selection in reads.items():
                if pattern.alone and len(wires) != len(pattern.reads):
                    continue
                for chosen in permutations(wires, len(pattern.reads)):
                    differ = [
                        literal
                        for wire, table in zip(chosen, pattern.reads, strict=True)
                        for literal in differs(self.values[wire], table.bits)
                    ]
                    if self.cnf.true not in differ:
                        self.cnf.add([-selection, *differ, *other])

    def _level(self, fence: Fence) -> None:
        # levels[i][d]: gate i has depth d + 1, one more than the deepest that it reads.
        cnf, n = self.cnf, self.task.inputs
        if fence.size != self.size:
            return cnf.add([])
        levels = [[cnf.new() for _ in fence.levels] for _ in self._reads]
        for reads, level in zip(self._reads, levels, strict=True):
            cnf.exactly_one(level)
            for (wires, selection), d in product(reads.items(), range(len(level))):
                below = [levels[w - n] for w in wires if w >= n]
                if d:
                    cnf.add([-selection, -level[d], *(each[d - 1] for each in below)])
                for each, high in product(below, range(d, len(level))):
                    cnf.add([-selection, -level[d], -each[high]])
        for d, gates in enumerate(fence.levels):
            self._at_most([level[d] for level in levels], gates)

    def _wire(self, wiring: Wiring) -> None:
        # role[i][j]: gate i is the wiring's gate j; found[x][w]: what is written ?x is input w.
        cnf, n = self.cnf, self.task.inputs
        if wiring.size != self.size:
            return cnf.add([])
        role = [[cnf.new() for _ in wiring.gates] for _ in self._reads]
        for each in (*role, *zip(*role, strict=True)):
            cnf.exactly_one(list(each))
        named = {input_index(name) for name in wiring.names}
        found = {x: {w: cnf.new() for w in range(n) if w not in named} for x in wiring.marks}
        for mark in found.values():
            cnf.exactly_one(list(mark.values()))
        for one, other in combinations(found.values(), 2):
            for wire, literal in one.items():
                cnf.add([-literal, -other[wire]])
        for i, asked in product(range(self.size), enumerate(wiring.gates)):
            j, own = asked
            gates = [r for r in own if isinstance(r, int)]
            inputs = [r for r in own if isinstance(r, str) and r != ANY]
            fixed = {input_index(r) for r in inputs if r not in found}
            for wires, selection in self._reads[i].items():
                leaves, above = [w for w in wires if w < n], [w - n for w in wires if w >= n]
                unlike = [-selection, -role[i][j]]
                if (len(above), len(wires)) != (len(gates), len(own)) or not fixed <= {*leaves}:
                    cnf.add(unlike)
                    continue
                for gate in gates:
                    cnf.add([*unlike, *(role[h][gate] for h in above)])
                for mark in (found[r] for r in inputs if r in found):
                    cnf.add([*unlike, *(mark[w] for w in leaves if w in mark)])
        for end, drivers in zip(wiring.outputs or (), self._drivers, strict=False):
            for wire, selection in drivers.items():
                if isinstance(end, int) and wire >= n:
                    cnf.add([-selection, role[wire - n][end]])
                elif isinstance(end, int) or not wiring.may_drive(end, wire, n, {}):
                    cnf.add([-selection])

    def _at_most(self, literals: list[int], most: int) -> None:
        from pysat.card import CardEnc, EncType

        if len(literals) > most:
            found = CardEnc.atmost(
                literals, most, top_id=self.cnf.variables, encoding=EncType.seqcounter
            )
            for clause in found.clauses:
                self.cnf.add(clause)
            self.cnf.variables = max(self.cnf.variables, found.nv)

    def _bound_depth(self, depth: int) -> None:
        # deep[i][d]: gate i has depth d + 1 or more. Every gate reaches an output, so bounding the
        # depth of outputs bounds that of all; one of full depth must itself be an output.
        cnf, n = self.cnf, self.task.inputs
        arrival = [self.constraints.arrival_of(i) for i in range(n)]
        for wire, late in enumerate(arrival):
            if late > depth:
                for literal in self._driven(wire):
                    cnf.add([-literal])
        if depth < 1:
            return cnf.add([cnf.constant(self.size == 0)])
        deep: list[list[int]] = []
        for i, reads in enumerate(self._reads):
            deep.append([cnf.true, *(cnf.new() for _ in range(depth - 1)), -cnf.true])
            cnf.add([-deep[i][depth - 1], *self._driven(n + i)])
            for wires, selection in reads.items():
                latest = max((arrival[wire] for wire in wires if wire < n), default=0)
                if latest:
                    cnf.add([-selection, deep[i][min(latest, depth)]])
                for wire, d in product(wires, range(depth)):
                    if wire >= n:
                        cnf.add([-selection, -deep[wire - n][d], deep[i][d + 1]])

    def _order_inputs(self, p: int, q: int) -> None:
        for i, reads in enumerate(self._reads):
            earlier = self._readers(p, 0, i)
            for wires, selection in reads.items():
                if q in wires and p not in wires:
                    self.cnf.add([-selection, *earlier])

    def _part_by_first_gate(self, orbits: Iterable[list[Key]]) -> None:
        cnf = self.cnf
        below: list[int] = []
        for orbit in orbits:
            cube, met = cnf.new(), cnf.new()
            wires, table = orbit[0]
            cnf.add([-cube, self._reads[0][wires]])
            for row, bit in enumerate(self._bits[0][len(wires)]):
                cnf.add([-cube, bit if table >> row & 1 else -bit])
            for lower in below:
                cnf.add([-cube, -lower])
            for (wires, table), i in product(orbit, range(self.size)):
                bits = self._bits[i][len(wires)]
                cnf.add([-self._reads[i][wires], *differs(bits, table), met])
            self.cubes.append(cube)
            below.append(met)
        cnf.add(self.cubes)

    def within(self, cubes: Sequence[int]) -> ChainEncoding:
        """Return the encoding of the solutions in one of these cubes, which grows by itself.

        Together the cubes hold a model for each solution of the task, up to its symmetries.
        """
        part = copy(self)
        part.cnf, part._absent = Cnf(), {}
        part.cnf.variables, part.cnf.clauses = self.cnf.variables, [*self.cnf.clauses, [*cubes]]
        return part

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
        if self.basis.free_inverters and leaves <= self.kinds.full:
            return self.cnf.add(selected)
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
        if self.constraints.copies:
            return []
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

    def other_than(self, model: Iterable[int]) -> list[int]:
        """Return the clause that a chain is another than a model's."""
        true, clause = set(model), list[int]()
        for i, reads in enumerate(self._reads):
            wires = next(wires for wires, selection in reads.items() if selection in true)
            bits = self._bits[i][len(wires)]
            clause += [-reads[wires], *differs(bits, table_of(bits, true))]
            for price in self._known_cost[i : i + 1]:
                clause += [-chosen for chosen in price.values() if chosen in true]
        for chosen, inverted in zip(self._drivers, self._inverted, strict=True):
            wire = next(wire for wire, selection in chosen.items() if selection in true)
            literal = inverted[wire]
            clause += [-chosen[wire], -literal if literal in true else literal]
        return [literal for literal in clause if abs(literal) != self.cnf.true]

    def decode(self, model: Iterable[int]) -> Circuit:
        """Return the circuit that a model of the CNF describes, its gates in the model's order."""
        return next(self.decodings(model))

    def decodings(self, model: Iterable[int]) -> Iterator[Circuit]:
        """Yield all circuits that a model describes: several forms may do the same on its wires."""
        true, each = set(model), []
        for i, reads in enumerate(self._reads):
            wires = next(wires for wires, selection in reads.items() if selection in true)
            forms = self.kinds.forms[len(wires)][table_of(self._bits[i][len(wires)], true)]
            price = self._known_cost[i] if self._known_cost else {}
            first = next(f for f in forms if not price or price[f.cost] in true)
            alike = (f for f in forms if f.cost == first.cost)
            each.append([Gate(f.operator.name, f.operands(wires)) for f in alike])
        outputs = []
        for chosen, inverted in zip(self._drivers, self._inverted, strict=True):
            wire = next(wire for wire, selection in chosen.items() if selection in true)
            outputs.append(Output(wire, inverted[wire] in true))
        for gates in product(*each):
            yield Circuit(self.task.inputs, gates, tuple(outputs))


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
        constraints: an input that arrives at depth d is read only with d levels below.
    """

    def __init__(
        self, task: Task, basis: Basis, depth: int, constraints: Constraints = FREE
    ) -> None:
        self.task, self.basis, self.constraints = task, basis, constraints
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
        if root:
            for literal in self._late(node, height):
                cnf.add([-literal])
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

    def _late(self, node: _Node, height: int) -> list[int]:
        arrival_of = self.constraints.arrival_of
        return [leaf for wire, leaf in enumerate(node.leaf) if arrival_of(wire) > height]

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
            for child in read:
                for literal in self._late(child, height - 1):
                    cnf.add([-node.arity[k], -literal])
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
        for begun in absent(listed, open_rows):
            clause = [-node.bits[row] if v else node.bits[row] for row, v in begun.items()]
            self.cnf.add([-node.arity[k], *clause])

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

    def __init__(self, inputs: int, basis: Basis, constraints: Constraints = FREE) -> None:
        self.inputs, self.kinds = inputs, gate_kinds(basis)
        self._arrival_of = constraints.arrival_of
        self._mask = (1 << (1 << inputs)) - 1
        self._wires = {input_bits(inputs, i): i for i in range(inputs)}
        # Function -> depth, and table with the operands' functions.
        self._flattest: dict[int, tuple[int, tuple[int, tuple[int, ...]] | None]]
        self._flattest = {
            bits: (constraints.arrival_of(i), None) for bits, i in self._wires.items()
        }
        self._gates: list[Gate] = []

    def read(self, formula: Formula) -> tuple[int, int]:
        """Note every subformula; return this one's function and depth."""
        if isinstance(formula, int):
            return input_bits(self.inputs, formula), self._arrival_of(formula)
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
