"""The second engine: exact synthesis by SAT, independent of the exhaustive enumerator.

It answers existence questions with a circuit or, by unsatisfiability, with a proof that there is
none; and it lists all reduced circuits of a size, or all minima: the solver finds a set of gate
functions not met before, and all circuits over it are listed. `sat_encoding` has the encodings and
why they lose nothing.

Source of the solvers: A. Ignatiev, A. Morgado, J. Marques-Silva, *PySAT*, SAT 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, count, product
from typing import Any

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.operators import operator_named, operator_of
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.sat_encoding import ChainEncoding, Formula, TreeEncoding
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.function import FunctionTask

__all__ = [
    "all_circuits",
    "all_minima",
    "minimum_depth",
    "minimum_depth_size",
    "minimum_size",
    "shallower_exists",
    "smaller_exists",
    "solve_size",
]

_SOLVER = "cadical195"
_AND, _XOR = 0x8, 0x6


def _solver(clauses: list[list[int]]) -> Any:
    from pysat.solvers import Solver

    return Solver(name=_SOLVER, bootstrap_with=clauses)


def _check(basis: Basis, **bounds: int | None) -> None:
    for argument, value in bounds.items():
        if value is not None and (not isinstance(value, int) or value < 0):
            raise ArgumentError(argument, "a whole number, not negative", value)
    if not basis.free_inverters or any(operator.arity != 2 for operator in basis.operators):
        raise ArgumentError("basis", "two-input operators and free inverters", basis.name)
    # Complete iff it builds AND and XOR (Zhegalkin); otherwise a search might never end.
    reached: set[int] = set()
    found = {0xA, 0xC}
    while reached != found:
        reached = set(found)
        for operator, p, q in product(basis.operators, reached, reached):
            found.add(operator.apply((p, q), 0xF))
    if not {_AND, _XOR} <= reached:
        raise ArgumentError("basis", "one that builds AND and XOR", basis.name)


def _model(encoding: ChainEncoding, solver: Any) -> Circuit | None:
    while solver.solve():
        circuit = encoding.decode(solver.get_model())
        clauses = _parting(encoding, circuit)
        if not clauses:
            return circuit
        solver.append_formula(clauses)
    return None


def _parting(encoding: ChainEncoding, circuit: Circuit) -> list[list[int]]:
    # Clauses that part gates of equal functions, none iff the circuit is reduced. Added as needed,
    # so at most once per pair of gates: minimal circuits never need them.
    inputs, bits, clauses = circuit.inputs, circuit.wire_bits(), []
    for i, j in combinations(range(inputs, circuit.wires), 2):
        if bits[i] == bits[j]:
            apart = []
            for p, q in zip(encoding.values[i][1:], encoding.values[j][1:], strict=True):
                apart.append(encoding.cnf.new())
                clauses += [[-apart[-1], p, q], [-apart[-1], -p, -q]]
            clauses.append(apart)
    return clauses


def _one(encoding: ChainEncoding) -> Circuit | None:
    with _solver(encoding.cnf.clauses) as solver:
        return _model(encoding, solver)


def _every(encoding: ChainEncoding, depth: int | None) -> Iterator[Circuit]:
    # A model stands for all circuits whose gates compute the same set of functions, and for the
    # images of these under the exchanges of inputs that the task allows. One exchange per input q,
    # with the greatest such p < q, generates them all.
    task, swaps = encoding.task, {q: p for p, q in encoding.swappable}
    seen: set[frozenset[int]] = set()
    with _solver(encoding.cnf.clauses) as solver:
        while model := _model(encoding, solver):
            waiting = [frozenset(model.wire_bits()[task.inputs :])]
            while waiting:
                functions = waiting.pop()
                if functions not in seen:
                    seen.add(functions)
                    waiting += [_exchanged(functions, p, q, task.inputs) for q, p in swaps.items()]
                    for circuit in _over(functions, task, encoding.basis):
                        if depth is None or circuit.depth <= depth:
                            solver.add_clause(encoding.blocking(circuit))
                            yield circuit


def _exchanged(functions: frozenset[int], p: int, q: int, inputs: int) -> frozenset[int]:
    both = 1 << p | 1 << q
    image = [x ^ both if (x >> p ^ x >> q) & 1 else x for x in range(1 << inputs)]
    return frozenset(sum((f >> y & 1) << x for x, y in enumerate(image)) for f in functions)


def _over(functions: frozenset[int], task: FunctionTask, basis: Basis) -> Iterator[Circuit]:
    # All reduced circuits for the task whose gates compute just these functions.
    mask = (1 << (1 << task.inputs)) - 1
    bits = [input_bits(task.inputs, i) for i in range(task.inputs)]
    keys: list[tuple[int, int, int]] = [(0, 0, 0)]

    def chains() -> Iterator[tuple[Gate, ...]]:
        if len(keys) > len(functions):
            yield tuple(Gate(operator_of(2, table).name, (j, k)) for k, j, table in keys[1:])
            return
        for k, operator in product(range(keys[-1][0], len(bits)), basis.operators):
            for j in range(k):
                value = operator.apply((bits[j], bits[k]), mask)
                if value in functions and value not in bits and (k, j, operator.table) > keys[-1]:
                    keys.append((k, j, operator.table))
                    bits.append(value)
                    yield from chains()
                    keys.pop()
                    bits.pop()

    for gates in chains():
        drivers = [_drivers(task, table, bits) for table in task.tables]
        for outputs in product(*drivers):
            circuit = Circuit(task.inputs, gates, outputs)
            if circuit.is_reduced():
                yield circuit


def _drivers(task: FunctionTask, table: TruthTable, bits: list[int]) -> list[Output]:
    # The outputs that are `table` on the support, constants first, given each wire's function.
    support, found = task.support_bits, []
    for wire, function in enumerate([0, *bits], CONSTANT):
        difference = (table.bits ^ function) & support
        if difference in (0, support):
            found.append(Output(wire, difference != 0))
    return found


def solve_size(
    task: FunctionTask, basis: Basis, size: int, depth: int | None = None
) -> Circuit | None:
    """Return a reduced circuit with exactly `size` gates that solves the task, or None.

    None is a proof that there is no *reduced* one of this size and depth; there may be smaller
    ones (see `smaller_exists`), as a function may have a circuit of 1 gate but no reduced one of 6.

    Arguments:
        task: the function or functions, total or on a support.
        basis: two-input operators with free inverters.
        size: the number of gates.
        depth: the greatest depth allowed; None for any.

    Returns the circuit as a canonical chain. Raises `ArgumentError` for a negative size or depth
    or another kind of basis.

    Source: Kojevnikov, Kulikov, Yaroslavtsev, SAT 2009.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> print(solve_size(parse_task("expr:a ^ b"), B2, 1))
    g1 = a ^ b; out = g1
    >>> solve_size(parse_task("tt:3:E8"), B2, 3) is None
    True
    """
    _check(basis, size=size, depth=depth)
    return _one(ChainEncoding(task, basis, size, depth))


def _least(
    task: FunctionTask, basis: Basis, sizes: range | count[int], depth: int | None
) -> Circuit | None:
    # Sizes from 0 up, each asked knowing that the smaller ones have no solution.
    for size in sizes:
        circuit = _one(ChainEncoding(task, basis, size, depth, least=True))
        if circuit is not None:
            return circuit
    return None


def smaller_exists(
    task: FunctionTask, basis: Basis, size: int, depth: int | None = None
) -> Circuit | None:
    """Return a circuit with fewer than `size` gates that solves the task, or None as a proof.

    Every size from 0 up is asked, so the circuit returned is one of least size; where none is, no
    circuit at all, reduced or not, has fewer than `size` gates and depth at most `depth`.

    Arguments and errors as for `solve_size`. Source: the same.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> smaller_exists(parse_task("tt:3:E8"), B2, 4) is None
    True
    >>> smaller_exists(parse_task("tt:3:E8"), B2, 5).size
    4
    """
    _check(basis, size=size, depth=depth)
    return _least(task, basis, range(size), depth)


class _Builder:
    """Merges formulas into one reduced circuit, none deeper: each function by its flattest node."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.mask = (1 << (1 << inputs)) - 1
        #: Function -> depth, and operator with the operands' functions.
        self.flattest: dict[int, tuple[int, tuple[str, int, int] | None]] = {
            input_bits(inputs, i): (0, None) for i in range(inputs)
        }
        self.wires = {input_bits(inputs, i): i for i in range(inputs)}
        self.gates: list[Gate] = []

    def read(self, formula: Formula) -> tuple[int, int]:
        """Note every subformula; return this one's function and depth."""
        if isinstance(formula, int):
            return input_bits(self.inputs, formula), 0
        name, left, right = formula
        (p, p_depth), (q, q_depth) = self.read(left), self.read(right)
        bits, depth = operator_named(name).apply((p, q), self.mask), 1 + max(p_depth, q_depth)
        if bits not in self.flattest or depth < self.flattest[bits][0]:
            self.flattest[bits] = depth, (name, p, q)
        return bits, depth

    def wire(self, bits: int) -> int:
        """Return the wire of a function that was noted, building what it needs."""
        if bits not in self.wires:
            node = self.flattest[bits][1]
            assert node is not None  # inputs have their wires from the start
            operands = (self.wire(node[1]), self.wire(node[2]))
            self.gates.append(Gate(node[0], operands))
            self.wires[bits] = self.inputs + len(self.gates) - 1
        return self.wires[bits]


def shallower_exists(task: FunctionTask, basis: Basis, depth: int) -> Circuit | None:
    """Return a circuit of depth less than `depth`, of any size, that solves the task, or None.

    None is a proof: each circuit of depth d unfolds, output by output, into formulas that fit the
    complete binary tree of height d, and for some output no such formula exists.

    Arguments:
        task: the function or functions, total or on a support.
        basis: two-input operators with free inverters.
        depth: the depth to be beaten.

    Returns a reduced circuit as a canonical chain. Raises `ArgumentError` as `solve_size`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> shallower_exists(parse_task("expr:a ^ b ^ c ^ d"), B2, 2) is None
    True
    >>> print(shallower_exists(parse_task("expr:a ^ b ^ c ^ d"), B2, 3).depth)
    2
    """
    _check(basis, depth=depth)
    if depth == 0:
        return None
    builder = _Builder(task.inputs)
    drivers: list[tuple[int, Output]] = []
    for place, table in enumerate(task.tables):
        trivial = _drivers(task, table, list(builder.wires))
        if trivial:
            drivers.append((0, trivial[0]))
            continue
        if depth == 1:
            return None
        encoding = TreeEncoding(task, basis, place, depth - 1)
        with _solver(encoding.cnf.clauses) as solver:
            if not solver.solve():
                return None
            formula, inverted = encoding.decode(solver.get_model())
        drivers.append((builder.read(formula)[0], Output(CONSTANT, inverted)))
    outputs = tuple(
        Output(builder.wire(bits), output.inverted) if bits else output for bits, output in drivers
    )
    return Circuit(task.inputs, tuple(builder.gates), outputs).canonical()


def minimum_size(task: FunctionTask, basis: Basis) -> tuple[int, Circuit]:
    """Return the least size C of a circuit that solves the task, and one such circuit.

    Arguments and errors as for `solve_size`; every size below C is refuted.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_size(parse_task("expr:a ^ b ^ c"), AIG)[0]
    6
    """
    _check(basis)
    circuit = _least(task, basis, count(), None)
    assert circuit is not None  # the basis is complete
    return circuit.size, circuit


def minimum_depth(task: FunctionTask, basis: Basis) -> tuple[int, Circuit]:
    """Return the least depth D of a circuit that solves the task, and such a circuit.

    Arguments and errors as for `solve_size`; depth D - 1 is refuted.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_depth(parse_task("expr:a ^ b ^ c"), AIG)[0]
    4
    """
    for depth in count():
        circuit = shallower_exists(task, basis, depth + 1)
        if circuit is not None:
            return depth, circuit
    raise AssertionError("a complete basis has a circuit of some depth")


def minimum_depth_size(task: FunctionTask, basis: Basis) -> tuple[int, int, Circuit]:
    """Return the least depth D, the least size among circuits of depth D, and one such circuit.

    Arguments and errors as for `solve_size`; depth D - 1, and smaller sizes at D, are refuted.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_depth_size(parse_task("tt:3:E8"), B2)[:2]
    (3, 4)
    """
    depth, _ = minimum_depth(task, basis)
    circuit = _least(task, basis, count(), depth)
    assert circuit is not None  # one of this depth is at hand
    return depth, circuit.size, circuit


def all_circuits(
    task: FunctionTask, basis: Basis, size: int, depth: int | None = None
) -> Iterator[Circuit]:
    """Yield every reduced circuit of exactly `size` gates that solves the task, each exactly once.

    Circuits come as canonical chains, in no stated order. With slack, two output assignments on
    one graph are two circuits.

    Arguments and errors as for `solve_size`; errors are raised at once.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(list(all_circuits(parse_task("tt:3:E8"), B2, 4)))
    51
    """
    _check(basis, size=size, depth=depth)
    return _every(ChainEncoding(task, basis, size, depth, every=True), depth)


def all_minima(task: FunctionTask, basis: Basis, order: str = "size") -> tuple[Circuit, ...]:
    """Return all minimal circuits of the task under `order`, sorted by their written form.

    Arguments:
        task, basis: as for `solve_size`.
        order: `size`, or `depth-size`: least size among least depth.

    Raises `ArgumentError` for another order, and as `solve_size`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(all_minima(parse_task("tt:3:CA"), B2)), len(all_minima(parse_task("tt:4:6996"), B2))
    (6, 15)
    """
    depth: int | None = None
    if order == "size":
        size, _ = minimum_size(task, basis)
    elif order == "depth-size":
        depth, size, _ = minimum_depth_size(task, basis)
    else:
        raise ArgumentError("order", "size or depth-size", order)
    # That fewer gates do not suffice is known by now, and shortens the search.
    encoding = ChainEncoding(task, basis, size, depth, every=True, least=True)
    return tuple(sorted(_every(encoding, depth), key=str))
