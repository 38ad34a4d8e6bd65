"""Questions to the SAT engine: circuits of a size or depth, one or all, all minima, or none."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, combinations, count, product
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output
from mesacircuits.circuits.bases import GateForm
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.constraints import (
    FREE,
    Constraints,
    canonical_with_copies,
    is_normal,
)
from mesacircuits.enumeration.effort import BudgetEnded, Effort, Interruption
from mesacircuits.enumeration.orders import (
    ORDERS,
    PARETO,
    SIZE,
    Asked,
    Point,
    answered,
    checked_order,
    circuit_cost,
    circuit_orders,
)
from mesacircuits.enumeration.sat.encodings import (
    ChainEncoding,
    Formula,
    FormulaMerger,
    Session,
    TreeEncoding,
    check_budget,
)
from mesacircuits.enumeration.sat.gate_kinds import applied, gate_kinds
from mesacircuits.enumeration.units import (
    UnitResult,
    bytes_of_circuits,
    circuits_of_bytes,
    run_units,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash
from mesacircuits.tasks import MAX_TASK_INPUTS, RelationTask, Task

__all__ = [
    "Search",
    "all_circuits",
    "all_minima",
    "check_bounds",
    "circuits_over",
    "gate_counts",
    "minimum_depth",
    "minimum_depth_size",
    "minimum_size",
    "output_assignments",
    "pareto_front",
    "search_for",
    "shallower_exists",
    "smaller_exists",
    "solve_size",
]


class _Way(NamedTuple):
    """How one function can be computed from others: a form, the wires read, and these as bits."""

    form: GateForm
    wires: tuple[int, ...]
    bits: int


def output_assignments(
    task: Task, basis: Basis, functions: list[int]
) -> list[tuple[tuple[Output, ...], int]]:
    """Return all ways in which wires may drive the outputs of a task.

    Arguments:
        task: whose words must be acceptable on every input.
        basis: whether wires may be read inverted; constants always may.
        functions: what the wires compute.

    Returns the outputs, and which wires they read, as bits.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> output_assignments(parse_task("expr:~b"), B2, [0b1010, 0b1100])
    [((Output(1, inverted=True),), 2)]
    """
    mask = (1 << (1 << task.inputs)) - 1
    choices = [(CONSTANT, False, 0), (CONSTANT, True, mask)]
    for wire, bits in enumerate(functions):
        choices.append((wire, False, bits))
        if basis.free_inverters:
            choices.append((wire, True, bits ^ mask))
    # matches[p]: on which inputs the outputs chosen so far spell p; completions[i][p]: on which
    # some acceptable word begins so.
    completions = [list(task.word_masks)]
    for i in reversed(range(task.outputs)):
        above = completions[0]
        completions.insert(0, [above[p] | above[p | 1 << i] for p in range(1 << i)])
    found: list[tuple[tuple[Output, ...], int]] = []

    def assign(chosen: tuple[Output, ...], read: int, matches: list[int]) -> None:
        i = len(chosen)
        if i == task.outputs:
            found.append((chosen, read))
            return
        for wire, inverted, bits in choices:
            following = [m & ~bits for m in matches] + [m & bits for m in matches]
            covered = 0
            for inputs, completed in zip(following, completions[i + 1], strict=True):
                covered |= inputs & completed
            if covered == mask:
                driven = read | (1 << wire if wire >= 0 else 0)
                assign((*chosen, Output(wire, inverted)), driven, following)

    assign((), 0, [mask])
    return found


# Of more tables those that compute a function are found from it, not tried.
_MOST_TABLES = 128


def _tables_for(function: int, operands: Sequence[int], mask: int) -> Iterator[int]:
    # The tables by which the operands give a function: any bits on rows that never occur.
    table, loose = 0, []
    for row in range(1 << len(operands)):
        met = mask
        for i, operand in enumerate(operands):
            met &= operand if row >> i & 1 else ~operand
        if not met:
            loose.append(row)
        elif met & ~function == 0:
            table |= 1 << row
        elif met & function:
            return
    for values in product((0, 1), repeat=len(loose)):
        yield table | sum(value << row for value, row in zip(values, loose, strict=True))


def circuits_over(
    functions: frozenset[int],
    task: Task,
    basis: Basis,
    cost: int | None = None,
    depth: int | None = None,
) -> Iterator[Circuit]:
    """Yield all reduced circuits for a task whose gates compute just these functions.

    For each function one way to compute it from others is chosen, so that no cycle arises and
    every gate reaches an output. Circuits come as canonical chains, each once.

    Arguments:
        functions: none of them an input or constant.
        task, basis: what is solved, and from what.
        cost: what the gates cost together; None for any.
        depth: the greatest depth allowed; None for any.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> task, functions = parse_task("expr:a | b"), frozenset({0b0110, 0b1000, 0b1110})
    >>> for circuit in circuits_over(functions, task, B2, depth=2):
    ...     print(circuit)
    g1 = a ^ b; g2 = a & b; g3 = g1 ^ g2; out = g3
    g1 = a ^ b; g2 = a & b; g3 = g1 | g2; out = g3
    """
    n, kinds = task.inputs, gate_kinds(basis)
    mask = (1 << (1 << n)) - 1
    bits = [*(input_bits(n, i) for i in range(n)), *sorted(functions)]
    assignments = output_assignments(task, basis, bits)
    if not assignments:
        return
    place = {value: wire for wire, value in enumerate(bits) if wire >= n}
    ways: list[list[_Way]] = [[] for _ in place]
    for k, tables in kinds.forms.items():
        for wires in combinations(range(len(bits)), k):
            operands, read = [bits[w] for w in wires], sum(1 << w for w in wires)
            if len(tables) > _MOST_TABLES:
                for function, driven in place.items():
                    if not read >> driven & 1:
                        for given in _tables_for(function, operands, mask):
                            ways[driven - n] += [
                                _Way(f, wires, read) for f in tables.get(given, ())
                            ]
                continue
            for table, forms in tables.items():
                wire = place.get(applied(table, operands, mask))
                if wire is not None and not read >> wire & 1:
                    ways[wire - n] += [_Way(form, wires, read) for form in forms]
    gates = ((1 << len(bits)) - 1) ^ ((1 << n) - 1)
    drivable = 0
    for _, driven in assignments:
        drivable |= driven
    chosen: list[_Way] = []

    def choose(below: list[int]) -> Iterator[tuple[list[_Way], list[int]]]:
        # below[w]: the wires that wire w is known to depend on.
        wire = n + len(chosen)
        if wire == len(bits):
            yield chosen, below
            return
        for way in ways[wire - n]:
            reach = way.bits
            for w in way.wires:
                reach |= below[w]
            if not reach >> wire & 1:
                chosen.append(way)
                yield from choose(
                    [b | reach if w == wire or b >> wire & 1 else b for w, b in enumerate(below)]
                )
                chosen.pop()

    for picked, below in choose([0] * len(bits)):
        if cost is not None and sum(way.form.cost for way in picked) != cost:
            continue
        read = 0
        for way in picked:
            read |= way.bits
        unread = gates & ~read
        if unread & ~drivable:
            continue
        # What a gate depends on is a proper part of what its readers depend on.
        order = sorted(range(n, len(bits)), key=lambda w: below[w].bit_count())
        named = {w: w for w in range(CONSTANT, n)} | {w: n + i for i, w in enumerate(order)}
        chain = tuple(
            Gate(way.form.operator.name, tuple(named[w] for w in way.form.operands(way.wires)))
            for way in (picked[w - n] for w in order)
        )
        for outputs, driven in assignments:
            if not unread & ~driven:
                ends = tuple(Output(named[o.wire], o.inverted) for o in outputs)
                circuit = Circuit(n, chain, ends)
                if depth is None or circuit.depth <= depth:
                    yield circuit.canonical()


def gate_counts(basis: Basis, cost: int) -> list[int]:
    """Return the numbers of gates, ascending, that can cost so much together.

    >>> from mesacircuits.circuits import Basis
    >>> basis = Basis.closed("weighted", {"and": 2, "xor": 3}, free_inverters=True)
    >>> gate_counts(basis, 6), gate_counts(basis, 1)
    ([2, 3], [])
    """
    if basis.in_order:
        each = basis.ands_and_xors(cost)
        return [] if each is None else [sum(each)]
    costs, sums, counts = gate_kinds(basis).costs, {0}, []
    for gates in range(cost // costs[0] + 1):
        if cost in sums:
            counts.append(gates)
        sums = {total + c for total in sums for c in costs if total + c <= cost}
    return counts


@dataclass(frozen=True)
class Search:
    """What is solved, from what, and with what means.

    With `least` an answer may use that no reduced circuit of less cost, and of at most the same
    depth, solves the task.
    """

    task: Task
    basis: Basis
    effort: Effort = field(default_factory=Effort)
    constraints: Constraints = FREE

    def __post_init__(self) -> None:
        if not 0 <= self.task.inputs <= MAX_TASK_INPUTS:
            raise ArgumentError("task", f"at most {MAX_TASK_INPUTS} inputs", self.task.inputs)
        gate_kinds(self.basis)

    def check_complete(self, remedy: str) -> None:
        """Raise `ArgumentError` if the basis may lack a circuit, so that a search may not end."""
        from mesacircuits.enumeration.reach import is_solvable

        if gate_kinds(self.basis).is_complete(self.task.inputs):
            return
        solvable = False
        with suppress(ArgumentError):
            # Of many inputs that is not always decided.
            solvable = is_solvable(self.task, self.basis)
        if not solvable:
            expected = f"one that builds AND and XOR, thus every function, or {remedy}"
            raise ArgumentError("basis", expected, str(self.basis))

    def _encodings(self, cost: int, depth: int | None, least: bool) -> Iterator[ChainEncoding]:
        for size in gate_counts(self.basis, cost):
            yield ChainEncoding(
                self.task,
                self.basis,
                size,
                depth,
                cost,
                least=least,
                constraints=self.constraints,
            )

    def at(self, cost: int, depth: int | None, least: bool = False) -> Circuit | None:
        """Return a reduced circuit of exactly this cost and at most this depth, or None."""
        for encoding in self._encodings(cost, depth, least):
            with Session(encoding.cnf.clauses, self.effort) as session:
                circuit = reduced_model(encoding, session)
            if circuit is not None:
                return circuit.canonical()
        return None

    def least(self, costs: Iterable[int], depth: int | None) -> Circuit | None:
        """Return a circuit of the first of ascending costs that has one, or None.

        It must be known that none costs less than the first and is as shallow.
        """
        for cost in costs:
            circuit = self.at(cost, depth, least=True)
            if circuit is not None:
                return circuit
        return None

    def every(
        self, cost: int, depth: int | None, least: bool = False, soonest: bool = False
    ) -> Generator[Circuit, None, None]:
        """Yield every reduced circuit of exactly this cost and at most this depth, each once.

        The cubes of the encoding are shared out to units, which processes may run and a store keep;
        but with `soonest` each circuit is yielded as it is found, and nothing is kept.
        """
        if soonest:
            for encoding in self._encodings(cost, depth, least):
                yield from self.every_of(encoding, cost, depth)
            return
        for size in gate_counts(self.basis, cost):
            asked = _Question(self.task, self.basis, size, cost, depth, least, self.constraints)
            units = asked.units
            arguments = [_Unit(asked, number, units) for number in range(units)]
            run = run_units(
                _list_unit,
                arguments,
                self.effort,
                asked.key,
                f"circuits of cost {cost} by SAT",
                _check_unit,
                holds_interpreter=True,
            )
            met = set[Circuit]()  # one set of functions may have models in several cubes
            with closing(run):
                for _, result in run:
                    for circuit in circuits_of_bytes(result):
                        if circuit not in met:
                            met.add(circuit)
                            yield circuit

    def every_of(self, encoding: ChainEncoding, cost: int, depth: int | None) -> Iterator[Circuit]:
        """Yield every reduced circuit that an encoding of this cost and depth stands for.

        A model stands for all circuits whose gates compute the same set of functions, and for the
        images of these under the symmetries of the task, of which each has its circuits.
        """
        if self.constraints.copies:
            yield from self._every_with_copies(encoding)
            return
        inputs, seen = self.task.inputs, set[frozenset[int]]()
        with Session(encoding.cnf.clauses, self.effort) as session:
            while model := reduced_model(encoding, session):
                waiting = [frozenset(model.wire_bits()[inputs:])]
                while waiting:
                    functions = waiting.pop()
                    if functions in seen:
                        continue
                    seen.add(functions)
                    for symmetry in encoding.generators:
                        waiting.append(symmetry.on_gates(functions, self.basis))
                    session.add(encoding.blocking(functions))
                    found = False
                    bound = None if any(self.constraints.arrival) else depth
                    for circuit in circuits_over(functions, self.task, self.basis, cost, bound):
                        check_budget(self.effort)
                        # Others over the same functions may be deeper, by when inputs arrive, or
                        # wired otherwise.
                        deep = self.constraints.depth_of(circuit)
                        flat = depth is None or deep <= depth
                        if flat and self.constraints.allows(circuit, self.basis.free_inverters):
                            found = True
                            yield circuit
                    if not found:
                        raise ArithmeticError(f"no circuit over {sorted(functions)}, an image")

    def _every_with_copies(self, encoding: ChainEncoding) -> Iterator[Circuit]:
        # Functions do not tell gates apart here, so models are blocked one by one.
        met = set[Circuit]()
        with Session(encoding.cnf.clauses, self.effort) as session:
            while (model := session.model()) is not None:
                for circuit in map(canonical_with_copies, encoding.decodings(model)):
                    if circuit not in met:
                        met.add(circuit)
                        yield circuit
                session.add([encoding.other_than(model)])

    def of_depth(self, depth: int) -> Circuit | None:
        """Return a reduced circuit of at most this depth, of any cost, or None."""
        merger = FormulaMerger(self.task.inputs, self.basis, self.constraints)
        outputs: list[tuple[int | None, bool]] = []
        for part in independent_parts(self.task):
            formulas = self._formulas(part, depth)
            if formulas is None:
                return None
            for formula, inverted in formulas:
                outputs.append((None if formula is None else merger.read(formula)[0], inverted))
        return merger.circuit(outputs)

    def _formulas(self, part: Task, depth: int) -> list[tuple[Formula | None, bool]] | None:
        # Shallower trees first: they are quickly told, and far smaller.
        for height in range(depth + 1):
            encoding = TreeEncoding(part, self.basis, height, self.constraints)
            with Session(encoding.cnf.clauses, self.effort) as session:
                model = session.model()
            if model is not None:
                return encoding.decode(model)
        return None


# Raise this when a change of the SAT engine could change what its units list.
_VERSION = 2
# Up to so many gates a search is one unit, then twice as many for each gate more: what is soon done
# takes longer split.
_WHOLE, _MOST_UNITS = 6, 16


@dataclass(frozen=True)
class _Question:
    """What all circuits of one number of gates are asked for; the same in every process."""

    task: Task
    basis: Basis
    size: int
    cost: int
    depth: int | None
    least: bool
    constraints: Constraints = FREE

    @property
    def encoding(self) -> ChainEncoding:
        """The formula, which units take parts of."""
        return _encoding(self)

    @property
    def units(self) -> int:
        """How many units the cubes are shared out to."""
        return max(1, min(1 << max(self.size - _WHOLE, 0), _MOST_UNITS, len(self.encoding.cubes)))

    @property
    def key(self) -> str:
        """A name of the list of units, which says all that they depend on."""
        asked = [self.task.to_json(), self.basis.to_json(), self.size, self.cost, self.depth]
        kept = [self.constraints.to_json()] if self.constraints else []
        return content_hash(["sat", _VERSION, *asked, self.least, self.units, *kept])


@lru_cache(maxsize=1)
def _encoding(asked: _Question) -> ChainEncoding:
    # Kept, as units follow upon each other.
    return ChainEncoding(
        asked.task,
        asked.basis,
        asked.size,
        asked.depth,
        asked.cost,
        least=asked.least,
        constraints=asked.constraints,
    )


class _Unit(NamedTuple):
    """Share `number` of the cubes of a question, of so many."""

    asked: _Question
    number: int
    units: int


def _list_unit(unit: _Unit, stop: NDArray[np.uint8], _: int) -> UnitResult:
    asked, encoding = unit.asked, unit.asked.encoding
    effort = Effort(interruption=Interruption(stop))
    search = Search(asked.task, asked.basis, effort, asked.constraints)
    part = encoding.within(encoding.cubes[unit.number :: unit.units] or [encoding.cnf.true])
    try:
        return bytes_of_circuits(search.every_of(part, asked.cost, asked.depth))
    except BudgetEnded:
        return UnitResult({}, 0, complete=False)


def _check_unit(unit: _Unit, result: UnitResult) -> None:
    asked = unit.asked
    for circuit in circuits_of_bytes(result):
        kept = asked.constraints
        if not (is_normal(circuit, kept) and circuit == circuit.canonical()):
            raise ValueError("a circuit that is not reduced")
        if not kept.allows(circuit, asked.basis.free_inverters):
            raise ValueError("a circuit that does not keep to the constraints")
        if not circuit.in_basis(asked.basis):
            raise ValueError("a circuit over another basis")
        flat = asked.depth is None or kept.depth_of(circuit) <= asked.depth
        if not flat or (circuit.size, circuit_cost(circuit, asked.basis)) != (
            asked.size,
            asked.cost,
        ):
            raise ValueError("a circuit of another size")
        if not asked.task.solved_by(circuit):
            raise ValueError("a circuit that does not solve the task")


# How many conflicts one way is followed before it is the other's turn; and how many gates above the
# size that is to be settled the way down begins at most where no circuit is known.
_TURN, _AHEAD = 5_000, 4


class BothWays:
    """Settles one cost after the other from below, and looks for ever cheaper circuits from above.

    So that, where a budget ends first, the answer is a bound on either side. The ways take turns of
    so many conflicts; where they meet they ask the same, once.

    Arguments:
        search: what is solved, from what, to what constraints.
        depth: the greatest depth; None for any.
        best: a circuit that is known to solve it, if one is.
    """

    def __init__(self, search: Search, depth: int | None, best: Circuit | None = None) -> None:
        self.search, self.depth, self.best = search, depth, best
        # By cost: an attempt that is under way; and costs of which there is no reduced circuit.
        self._tried: dict[int, Generator[Circuit | None, None, None]] = {}
        self._none = set[int]()
        self._turns = 0

    @property
    def bound(self) -> int | None:
        """What `best` costs."""
        return None if self.best is None else circuit_cost(self.best, self.search.basis)

    def settle(self, cost: int) -> Circuit | None:
        """Return a circuit of this cost, or None: there is none.

        Raises `BudgetEnded` when the budget is used up before that is known.
        """
        while cost not in self._none:
            if self.bound == cost:
                return self.best
            self._turn(cost)
            if cost not in self._none and self.search.constraints.topology is None:
                upper = self._from_above(cost)
                if upper > cost:
                    self._turn(upper)
        return None

    def _from_above(self, cost: int) -> int:
        # The cost that is tried from above.
        if self.bound is not None and self.bound - cost <= _AHEAD:
            tried = (c for c in range(self.bound - 1, cost, -1) if c not in self._none)
            return next(tried, cost)
        # While nothing near is met, each turn is a gate further up, where circuits are more common.
        more = (c for c in range(cost + 1 + self._turns % _AHEAD, cost + _AHEAD + 1))
        self._turns += 1
        return next((c for c in more if c not in self._none), cost)

    def _turn(self, cost: int) -> None:
        if cost not in self._tried:
            self._tried[cost] = self._attempt(cost)
        try:
            found = next(self._tried[cost])
        except StopIteration:
            self._none.add(cost)
            del self._tried[cost]
            return
        if found is not None:
            self.best = found
            for other in [c for c in self._tried if c >= cost]:
                self._tried.pop(other).close()

    def _attempt(self, cost: int) -> Generator[Circuit | None, None, None]:
        # Yields None at the end of each turn, and a circuit once it is met; ends if there is none.
        for encoding in self.search._encodings(cost, self.depth, least=False):
            with Session(encoding.cnf.clauses, self.search.effort) as session:
                while (answer := session.told(_TURN)) is not False:
                    if answer is None:
                        yield None
                        continue
                    circuit = encoding.decode(session.last_model())
                    clauses = encoding.parting(circuit)
                    if not clauses:
                        copies = self.search.constraints.copies
                        yield canonical_with_copies(circuit) if copies else circuit.canonical()
                    session.add(clauses)


def both_ways(
    task: Task,
    basis: Basis,
    effort: Effort | None = None,
    constraints: Constraints = FREE,
    depth: int | None = None,
    best: Circuit | None = None,
) -> BothWays:
    """Return what settles costs from below while it looks for circuits from above.

    Arguments and errors as for `all_circuits`; `best` as for `BothWays`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> ways = both_ways(parse_task("tt:4:169E"), B2)
    >>> [ways.settle(size) is None for size in range(6)], ways.bound
    ([True, True, True, True, True, False], 5)
    """
    check_bounds(depth=depth)
    return BothWays(search_for(task, basis, effort, constraints, upwards=False), depth, best)


def reduced_model(encoding: ChainEncoding, session: Session) -> Circuit | None:
    """Return a reduced circuit that a model of the encoding describes, or None if there is none."""
    while (model := session.model()) is not None:
        circuit = encoding.decode(model)
        clauses = encoding.parting(circuit)
        if not clauses:
            return circuit
        session.add(clauses)
    return None


def independent_parts(task: Task) -> list[Task]:
    """Return the task as one task per output, where what one gives does not bind the others.

    >>> from mesacircuits.tasks import parse_task
    >>> [str(part) for part in independent_parts(parse_task("expr:a, ~a"))]
    ['relation:1:1:1,2', 'relation:1:1:2,1']
    >>> len(independent_parts(RelationTask(1, 2, ((0, 3), (1, 2)))))
    1
    """
    if task.inputs == 0 or task.outputs == 1:
        return [task]
    allowed = [[0, 0] for _ in range(task.outputs)]
    for word, mask in enumerate(task.word_masks):
        for i, values in enumerate(allowed):
            values[word >> i & 1] |= mask
    for word, mask in enumerate(task.word_masks):
        both = -1
        for i, values in enumerate(allowed):
            both &= values[word >> i & 1]
        if both != mask:
            return [task]
    return [RelationTask.from_word_masks(task.inputs, (off, on)) for off, on in allowed]


def check_bounds(**bounds: int | None) -> None:
    """Raise `ArgumentError` for a bound that is neither None nor a whole number from 0 on."""
    for argument, value in bounds.items():
        if value is not None and (type(value) is not int or value < 0):
            raise ArgumentError(argument, "a whole number, not negative", value)


def search_for(
    task: Task,
    basis: Basis,
    effort: Effort | None,
    constraints: Constraints = FREE,
    upwards: bool = True,
) -> Search:
    """Return the search for a task; raises `ArgumentError` for one that it cannot take.

    With `upwards` costs are asked for from 0 up, which of costs in order come to no end.

    Where whole policies are judged, the words that are possible on each input do not say which go
    together: such a task is asked box by box.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> search_for(parse_task("bandit"), B2, None)
    Traceback (most recent call last):
        ...
    mesacircuits.errors.ArgumentError: task: expected a function or relation, such as each of its \
boxes, got bandit
    """
    if task.joint:
        raise ArgumentError("task", "a function or relation, such as each of its boxes", str(task))
    if upwards and basis.in_order:
        raise ArgumentError("basis", "one without costs in order, for SAT alone", basis.name)
    return Search(task, basis, effort or Effort(), constraints)


def solve_size(
    task: Task, basis: Basis, size: int, depth: int | None = None, effort: Effort | None = None
) -> Circuit | None:
    """Return a reduced circuit of exactly `size` gates that solves the task, or None.

    None is a proof that there is no *reduced* one of this size and depth; there may be smaller
    ones (see `smaller_exists`), as a function may have a circuit of 1 gate but no reduced one of 6.

    Arguments:
        task: of at most six inputs: any function or relation, total or on a support.
        basis: what it is built from.
        size: the number of gates; what they cost together, if the basis has costs.
        depth: the greatest depth allowed; None for any.
        effort: the means; only its budget counts. By default there is no limit.

    Returns the circuit as a canonical chain. Raises `ArgumentError` for a negative size or depth,
    more than six inputs, or a basis without gates, and `BudgetEnded` when the
    budget is used up.

    Source: Kojevnikov, Kulikov, Yaroslavtsev, SAT 2009.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> print(solve_size(parse_task("expr:a ^ b"), B2, 1))
    g1 = a ^ b; out = g1
    >>> solve_size(parse_task("tt:3:E8"), B2, 3) is None
    True
    """
    check_bounds(size=size, depth=depth)
    return search_for(task, basis, effort, upwards=False).at(size, depth)


def smaller_exists(
    task: Task, basis: Basis, size: int, depth: int | None = None, effort: Effort | None = None
) -> Circuit | None:
    """Return a circuit of fewer than `size` gates that solves the task, or None as a proof.

    Every size from 0 up is asked, so the circuit returned is one of least size; where none is, no
    reduced circuit has fewer than `size` gates (or costs less) and depth at most `depth`. This also
    ends where the task has no circuit at all, as with monotone bases.

    Arguments and errors as for `solve_size`. Source: the same.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.circuits.bases import MONOTONE
    >>> from mesacircuits.tasks import parse_task
    >>> smaller_exists(parse_task("tt:3:E8"), B2, 4) is None
    True
    >>> smaller_exists(parse_task("tt:3:E8"), B2, 5).size
    4
    >>> smaller_exists(parse_task("expr:a & ~b"), MONOTONE, 6) is None
    True
    """
    check_bounds(size=size, depth=depth)
    return search_for(task, basis, effort).least(range(size), depth)


def shallower_exists(
    task: Task, basis: Basis, depth: int, effort: Effort | None = None
) -> Circuit | None:
    """Return a circuit of depth less than `depth`, of any size, that solves the task, or None.

    None is a proof: each reduced circuit of depth d unfolds, output by output, into formulas that
    fit complete trees of height d, and there are no such formulas.

    Arguments and errors as for `solve_size`. Returns a reduced circuit as a canonical chain.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> shallower_exists(parse_task("expr:a ^ b ^ c ^ d"), B2, 2) is None
    True
    >>> print(shallower_exists(parse_task("expr:a ^ b ^ c ^ d"), B2, 3).depth)
    2
    """
    check_bounds(depth=depth)
    search = search_for(task, basis, effort)
    return search.of_depth(depth - 1) if depth else None


def minimum_size(task: Task, basis: Basis, effort: Effort | None = None) -> tuple[int, Circuit]:
    """Return the least size C (or cost) of a circuit that solves the task, and one such circuit.

    Arguments and errors as for `solve_size`; every size below C is refuted. The basis must build
    every function, or the search might not end; of others ask `smaller_exists`.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_size(parse_task("expr:a ^ b ^ c"), AIG)[0]
    6
    """
    search = search_for(task, basis, effort)
    search.check_complete("smaller_exists")
    circuit = search.least(count(), None)
    assert circuit is not None  # the basis is complete
    return circuit_cost(circuit, basis), circuit


def minimum_depth(
    task: Task, basis: Basis, effort: Effort | None = None, constraints: Constraints = FREE
) -> tuple[int, Circuit]:
    """Return the least depth D of a circuit that solves the task, and such a circuit.

    Arguments and errors as for `minimum_size`; depth D - 1 is refuted. Of constraints, those of
    arrival count; fan-out does not matter, for formulas have one of 1.

    >>> from mesacircuits.circuits import AIG
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_depth(parse_task("expr:a ^ b ^ c"), AIG)[0]
    4
    """
    search = search_for(task, basis, effort, constraints)
    search.check_complete("shallower_exists")
    for depth in count():
        circuit = search.of_depth(depth)
        if circuit is not None:
            return depth, circuit
    raise AssertionError("a complete basis has a circuit of some depth")


def minimum_depth_size(
    task: Task, basis: Basis, effort: Effort | None = None
) -> tuple[int, int, Circuit]:
    """Return the least depth D, the least size (or cost) at depth D, and one such circuit.

    Arguments and errors as for `minimum_size`; depth D - 1, and smaller sizes at D, are refuted.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> minimum_depth_size(parse_task("tt:3:E8"), B2)[:2]
    (3, 4)
    """
    depth, _ = minimum_depth(task, basis, effort)
    circuit = search_for(task, basis, effort).least(count(), depth)
    assert circuit is not None  # one of this depth is at hand
    return depth, circuit_cost(circuit, basis), circuit


# A tree of so many leaves is refuted far sooner than chains of every size.
_FEW_LEAVES = 16


def all_circuits(
    task: Task,
    basis: Basis,
    cost: int,
    depth: int | None = None,
    effort: Effort | None = None,
    constraints: Constraints = FREE,
    soonest: bool = False,
) -> Generator[Circuit, None, None]:
    """Yield every reduced circuit of exactly this cost that solves the task, each exactly once.

    Circuits come as canonical chains, in no stated order. With slack, two output assignments on
    one graph are two circuits.

    Arguments and errors as for `solve_size`, `cost` being its size; wrong arguments raise at once.
    With constraints, circuits that keep to them, depths counted from when inputs arrive. With
    `soonest` each is yielded as it is found, for those who want the first of them only.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(list(all_circuits(parse_task("tt:3:E8"), B2, 4)))
    51
    """
    check_bounds(cost=cost, depth=depth)
    return search_for(task, basis, effort, constraints, upwards=False).every(
        cost, depth, soonest=soonest
    )


def all_minima(
    task: Task,
    basis: Basis,
    order: str = SIZE,
    slack: int = 0,
    cap: int | None = None,
    effort: Effort | None = None,
) -> tuple[Circuit, ...]:
    """Return all minimal circuits of the task under `order`, sorted by size, then written form.

    Arguments:
        task, basis, effort: as for `solve_size`.
        order: one of `ORDERS`, other than `formula`.
        slack: also circuits of so much more size (or cost) than minimal, no deeper than the minima
            where depth counts; not under `depth`, whose cap says it, nor `pareto`.
        cap: the greatest size (or cost) that is considered. `depth` needs one, as it alone bounds
            what is listed; so does a basis that does not build every function. None for no bound.

    Returns the circuits; none if no circuit within `cap` solves the task.

    Raises `ArgumentError` for an unknown order, or a cap that lacks, and as `solve_size`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(all_minima(parse_task("tt:3:CA"), B2)), len(all_minima(parse_task("tt:4:6996"), B2))
    (6, 15)
    >>> [str(c) for c in all_minima(parse_task("expr:a & b & c & d"), B2, "size-depth")][0]
    'g1 = a & b; g2 = c & d; g3 = g1 & g2; out = g3'
    """
    check_bounds(slack=slack, cap=cap)
    search = search_for(task, basis, effort)
    checked_order(order, circuit_orders())
    if ORDERS[order].takes_cap and cap is None:
        raise ArgumentError("cap", "the greatest size, under order depth", "none")
    if slack and not ORDERS[order].takes_within:
        raise ArgumentError("slack", f"none under order {order}", slack)
    if cap is None:
        search.check_complete("a cap")
    answers = _Answers(search, cap)
    points = answers.points(order)
    for cost, bound in points[:1]:
        last = cost + slack if cap is None else min(cost + slack, cap)
        points += [(more, bound) for more in range(cost + 1, last + 1)]
    found = chain.from_iterable(
        search.every(cost, bound, answers.is_least(cost, bound)) for cost, bound in points
    )
    return tuple(sorted(found, key=lambda c: (circuit_cost(c, basis), str(c))))


@dataclass
class _Answers:
    """Answers the questions of an order, one circuit at a time.

    Attributes:
        none: by cost, the greatest depth bound within which no circuit has it.
        met: by question, the depth of a circuit.
    """

    search: Search
    cap: int | None
    none: dict[int, float] = field(default_factory=dict)
    met: dict[Point, int] = field(default_factory=dict)

    def points(self, order: str) -> list[Point]:
        """Return the costs and depth bounds of all minima; none if the cap allows none."""
        questions = ORDERS[order].questions
        assert questions is not None  # it is an order of circuits
        if self.cap is not None and not any(
            self.depth(cost, None) is not None for cost in range(self.cap + 1)
        ):
            return []
        asked = Asked(self._least_depth, self.cap, self._floor)
        return answered(questions(asked), self.depth)

    def depth(self, cost: int, bound: int | None) -> int | None:
        """Return the depth of a circuit of exactly this cost within a bound, None without one."""
        if self._is_none(cost, bound) or (cost, bound) in self.met:
            return self.met.get((cost, bound))
        circuit = self.search.at(cost, bound, self.is_least(cost, bound))
        if circuit is None:
            self.none[cost] = inf if bound is None else bound
            return None
        self.met[cost, bound] = circuit.depth
        return circuit.depth

    def _is_none(self, cost: int, bound: int | None) -> bool:
        return self.none.get(cost, -1) >= (inf if bound is None else bound)

    def is_least(self, cost: int, bound: int | None) -> bool:
        """Return whether it is known that nothing cheaper does within the bound."""
        return all(self._is_none(cheaper, bound) for cheaper in range(cost))

    def _least_depth(self) -> int:
        return next(depth for depth in count() if self.search.of_depth(depth) is not None)

    def _floor(self) -> int:
        # With a cap, the least depth is asked for where trees tell it soon.
        if self.cap is None:
            return self._least_depth()
        fan_in, depth = gate_kinds(self.search.basis).fan_in, 0
        while fan_in**depth <= _FEW_LEAVES and self.search.of_depth(depth) is None:
            depth += 1
        return depth


def pareto_front(
    task: Task, basis: Basis, cap: int | None = None, effort: Effort | None = None
) -> tuple[tuple[int, int], ...]:
    """Return the pairs of size (or cost) and depth that no circuit beats, by ascending size.

    A circuit beats a pair if it is as small and as shallow, and smaller or shallower.

    Arguments:
        task, basis, effort: as for `solve_size`.
        cap: the greatest size considered, needed if the basis does not build every function.

    Returns the pairs; none if no circuit within `cap` solves the task. Raises as `solve_size`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> pareto_front(parse_task("expr:a & (b | c & (d | e))"), B2)
    ((4, 4), (5, 3))
    """
    check_bounds(cap=cap)
    search = search_for(task, basis, effort)
    if cap is None:
        search.check_complete("a cap")
    return tuple((cost, bound or 0) for cost, bound in _Answers(search, cap).points(PARETO))
