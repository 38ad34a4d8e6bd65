"""One question to the SAT engine: a task, a basis, and the means to answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.sat.chain_encoding import ChainEncoding
from mesacircuits.enumeration.sat.kinds import gate_kinds
from mesacircuits.enumeration.sat.listing import circuits_over
from mesacircuits.enumeration.sat.solving import Session, check_budget
from mesacircuits.enumeration.sat.tree_encoding import Formula, FormulaMerger, TreeEncoding
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import MAX_TASK_INPUTS, RelationTask, Task

__all__ = ["Search", "gate_counts"]


def gate_counts(basis: Basis, cost: int) -> list[int]:
    """Return the numbers of gates, ascending, that can cost so much together.

    >>> from mesacircuits.circuits import Basis
    >>> basis = Basis.closed("weighted", {"and": 2, "xor": 3}, free_inverters=True)
    >>> gate_counts(basis, 6), gate_counts(basis, 1)
    ([2, 3], [])
    """
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
            yield ChainEncoding(self.task, self.basis, size, depth, cost, least=least)

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

    def every(self, cost: int, depth: int | None, least: bool = False) -> Iterator[Circuit]:
        """Yield every reduced circuit of exactly this cost and at most this depth, each once."""
        for encoding in self._encodings(cost, depth, least):
            yield from self.every_of(encoding, cost, depth)

    def every_of(self, encoding: ChainEncoding, cost: int, depth: int | None) -> Iterator[Circuit]:
        """Yield every reduced circuit that an encoding of this cost and depth stands for.

        A model stands for all circuits whose gates compute the same set of functions, and for the
        images of these under the exchanges of inputs that the task allows.
        """
        inputs, seen = self.task.inputs, set[frozenset[int]]()
        with Session(encoding.cnf.clauses, self.effort) as session:
            while model := reduced_model(encoding, session):
                waiting = [frozenset(model.wire_bits()[inputs:])]
                while waiting:
                    functions = waiting.pop()
                    if functions in seen:
                        continue
                    seen.add(functions)
                    for exchange in encoding.exchanges:
                        waiting.append(exchange.on_gates(functions, inputs, self.basis))
                    session.add(encoding.blocking(functions))
                    for circuit in circuits_over(functions, self.task, self.basis, cost, depth):
                        check_budget(self.effort)
                        yield circuit

    def of_depth(self, depth: int) -> Circuit | None:
        """Return a reduced circuit of at most this depth, of any cost, or None."""
        merger = FormulaMerger(self.task.inputs, self.basis)
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
            encoding = TreeEncoding(part, self.basis, height)
            with Session(encoding.cnf.clauses, self.effort) as session:
                model = session.model()
            if model is not None:
                return encoding.decode(model)
        return None


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
