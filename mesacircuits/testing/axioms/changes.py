"""Changes that may not matter: other names of inputs and words, other ways to write or to build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mesacircuits.circuits import Circuit, Gate, MealyMachine, NPNTransform, Output, TruthTable
from mesacircuits.circuits.operators import operator_named, operator_of
from mesacircuits.definitions.definition import circuit_of
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
)
from mesacircuits.testing.axioms.axiom import Subject
from mesacircuits.testing.strategies import rewritten

__all__ = [
    "Renaming",
    "bits_to_rename",
    "edited_off",
    "rewritings",
    "simple_renamings",
    "with_dead_gate",
    "with_dead_gates",
]


@dataclass(frozen=True)
class Renaming:
    """Other names for inputs and for output words.

    Bit i of an old input is bit p_i of the new one, inverted iff bit i of `negated_inputs` is set
    (as `NPNTransform` has it). Bit j of a new word is bit q_j of the old one, inverted iff bit j of
    `negated_outputs` is set. Bits of state keep their names, and come after those listed.

    Attributes:
        permutation: p, over the observed inputs.
        negated_inputs: a mask of those.
        output_permutation: q, over the acting outputs.
        negated_outputs: a mask of those.
    """

    permutation: tuple[int, ...]
    negated_inputs: int
    output_permutation: tuple[int, ...]
    negated_outputs: int

    def transform(self, inputs: int) -> NPNTransform:
        """Return what is done to functions of so many inputs, those of state kept."""
        kept = range(len(self.permutation), inputs)
        return NPNTransform((*self.permutation, *kept), self.negated_inputs)

    def word(self, old: int) -> int:
        """Return the new name of a word; bits beyond those renamed are kept."""
        count = len(self.output_permutation)
        new = sum((old >> q & 1) << j for j, q in enumerate(self.output_permutation))
        return (new ^ self.negated_outputs) | old >> count << count

    def circuit(self, circuit: Circuit) -> Circuit:
        """Return the circuit for the renamed task."""
        moved = self.transform(circuit.inputs).on_circuit(circuit)
        outputs = list(moved.outputs)
        for j, q in enumerate(self.output_permutation):
            old = moved.outputs[q]
            inverted = old.inverted ^ bool(self.negated_outputs >> j & 1)
            outputs[j] = Output(old.wire, inverted)
        return Circuit(moved.inputs, moved.gates, tuple(outputs))

    def subject(self, subject: Subject) -> Subject:
        """Return solver and task, both renamed."""
        solver = subject.solver
        circuit = self.circuit(circuit_of(solver))
        if isinstance(solver, MealyMachine):
            return Subject(replace(solver, circuit=circuit), self.task(subject.task))
        return Subject(circuit, self.task(subject.task))

    def task(self, task: Task) -> Task:
        """Return the renamed task, of any kind.

        >>> swap = Renaming((1, 0), 0, (0,), 1)
        >>> print(swap.task(FunctionTask((TruthTable(2, 0b0010),))))
        tt:2:B
        """
        if isinstance(task, WorldTask):
            return replace(task, world=self._world(task.world), label="")
        if isinstance(task, EpisodeTask):
            held_out = None if task.held_out is None else self._episode(task.held_out)
            return replace(task, episode=self._episode(task.episode), held_out=held_out, label="")
        move = self.transform(task.inputs)
        sources = [move.source(x) for x in range(1 << task.inputs)]
        support = move(TruthTable(task.inputs, task.support_bits)).bits
        if isinstance(task, FunctionTask):
            tables = [move(task.tables[q]) for q in self.output_permutation]
            moved = (~t if self.negated_outputs >> j & 1 else t for j, t in enumerate(tables))
            return FunctionTask(tuple(moved), support)
        if isinstance(task, OptimisationTask):
            return replace(
                task,
                candidates=tuple(map(self.word, task.candidates)),
                utilities=tuple(task.utilities[y] for y in sources),
                support=support,
                label="",
            )
        if not isinstance(task, RelationTask):
            task = RelationTask.from_word_masks(task.inputs, task.word_masks)
        accept = tuple(tuple(map(self.word, task.accept[y])) for y in sources)
        return RelationTask(task.inputs, task.outputs, accept)

    def _observations(self, old: tuple[int, ...]) -> tuple[int, ...]:
        move = self.transform(len(self.permutation))
        named = {move.source(x): x for x in range(1 << len(self.permutation))}
        return tuple(named[o] for o in old)

    def _actions(self) -> list[int]:
        # For each new action word the old one.
        old_of = {self.word(a): a for a in range(1 << len(self.output_permutation))}
        return [old_of[a] for a in range(len(old_of))]

    def _world(self, world: World) -> World:
        steps = tuple(tuple(row[a] for a in self._actions()) for row in world.steps)
        observations = self._observations(world.observations)
        return replace(world, observations=observations, steps=steps)

    def _episode(self, episode: Episode) -> Episode:
        actions = self._actions()
        return replace(
            episode,
            observations=self._observations(episode.observations),
            transitions=tuple(tuple(row[a] for a in actions) for row in episode.transitions),
            rewards=tuple(tuple(row[a] for a in actions) for row in episode.rewards),
        )

    def __str__(self) -> str:
        parts = []
        if self.permutation != tuple(range(len(self.permutation))):
            parts.append(f"inputs in the order {_listed(self.permutation)}")
        if self.negated_inputs:
            parts.append(f"inputs negated {_masked(self.negated_inputs)}")
        if self.output_permutation != tuple(range(len(self.output_permutation))):
            parts.append(f"outputs in the order {_listed(self.output_permutation)}")
        if self.negated_outputs:
            parts.append(f"outputs negated {_masked(self.negated_outputs)}")
        return "; ".join(parts) or "nothing renamed"


def _listed(order: tuple[int, ...]) -> str:
    return ", ".join(map(str, order))


def _masked(mask: int) -> str:
    return _listed(tuple(i for i in range(mask.bit_length()) if mask >> i & 1))


def bits_to_rename(task: Task) -> tuple[int, int]:
    """Return how many inputs and outputs have names of their own: all but the bits of state."""
    state_bits = task.state_bits if isinstance(task, WorldTask | EpisodeTask) else 0
    return task.inputs - state_bits, task.outputs - state_bits


def simple_renamings(inputs: int, outputs: int) -> Iterator[Renaming]:
    """Yield the renamings of which all others are made: two neighbours exchanged, one negation.

    >>> [str(renaming) for renaming in simple_renamings(2, 1)]
    ['inputs in the order 1, 0', 'inputs negated 0', 'inputs negated 1', 'outputs negated 0']
    """
    same_in, same_out = tuple(range(inputs)), tuple(range(outputs))
    for i in range(inputs - 1):
        yield Renaming(_exchanged(same_in, i), 0, same_out, 0)
    for i in range(inputs):
        yield Renaming(same_in, 1 << i, same_out, 0)
    for j in range(outputs - 1):
        yield Renaming(same_in, 0, _exchanged(same_out, j), 0)
    for j in range(outputs):
        yield Renaming(same_in, 0, same_out, 1 << j)


def _exchanged(order: tuple[int, ...], i: int) -> tuple[int, ...]:
    return (*order[:i], order[i + 1], order[i], *order[i + 2 :])


#: The most operands that a gate can have.
_MOST_OPERANDS = 4


def rewritings(circuit: Circuit) -> Iterator[Circuit]:
    """Yield the circuit with its gates in every order, operands as they are and reversed."""

    def orders(placed: list[int]) -> Iterator[list[int]]:
        if len(placed) == circuit.size:
            yield placed
        for number, gate in enumerate(circuit.gates):
            ready = all(w < circuit.inputs or w - circuit.inputs in placed for w in gate.operands)
            if number not in placed and ready:
                yield from orders([*placed, number])

    for order in orders([]):
        same = [tuple(range(len(circuit.gates[number].operands))) for number in order]
        for ways in (same, None):
            other = rewritten(circuit, order, ways)
            if other != circuit:
                yield other


def with_dead_gate(circuit: Circuit, operator: str, operands: tuple[int, ...]) -> Circuit:
    """Return the circuit with one more gate, last, that nothing reads.

    >>> print(with_dead_gate(Circuit.parse(2, "out = a"), "and", (0, 1)))
    g1 = a & b; out = a
    """
    return Circuit(circuit.inputs, (*circuit.gates, Gate(operator, operands)), circuit.outputs)


def with_dead_gates(circuit: Circuit) -> Iterator[Circuit]:
    """Yield the circuit with a dead AND, or XOR, of each two wires."""
    for high in range(1, circuit.wires):
        for low in range(high):
            for operator in ("and", "xor"):
                yield with_dead_gate(circuit, operator, (low, high))


def edited_off(circuit: Circuit, number: int, off: int) -> Circuit | None:
    """Return the circuit with one gate inverted on the inputs in `off`, where there is room.

    The gate reads all inputs too, and is what it was on all others, whatever is done to the wires
    of gates: so neither size nor depth, nor any intervention on gates, tells the two apart there.

    Arguments:
        circuit: a circuit.
        number: the number of a gate, from 0.
        off: a set of inputs, bit x set iff x is in it.

    Returns None if the gate would have more than four operands.

    >>> print(edited_off(Circuit.parse(2, "g1 = a & b; out = g1"), 0, 0b0010))
    g1 = tt:2:A(a, b); out = g1
    """
    gate = circuit.gates[number]
    operands = tuple(dict.fromkeys((*gate.operands, *range(circuit.inputs))))
    if len(operands) > _MOST_OPERANDS:
        return None
    old, table = operator_named(gate.operator), 0
    for row in range(1 << len(operands)):
        values = {wire: row >> i & 1 for i, wire in enumerate(operands)}
        value = old.table >> sum(values[w] << i for i, w in enumerate(gate.operands)) & 1
        x = sum(values[i] << i for i in range(circuit.inputs))
        table |= (value ^ off >> x & 1) << row
    edited = Gate(operator_of(len(operands), table).name, operands)
    gates = (*circuit.gates[:number], edited, *circuit.gates[number + 1 :])
    return Circuit(circuit.inputs, gates, circuit.outputs)
