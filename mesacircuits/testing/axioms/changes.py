"""What axioms do to solvers and tasks: changes that should not matter, or are to be told of.

Other names, other orders, gates that reach nothing, copies and buffers, other gates for the same
function, inputs more, edits off the support, other scales of utility, steps laid out in space.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, chain, pairwise
from typing import Any

from mesacircuits.circuits import Circuit, Gate, MealyMachine, NPNTransform, Output, TruthTable
from mesacircuits.circuits.bases import operator_named, operator_of
from mesacircuits.circuits.circuit import CONSTANT, FALSE, GateBuilder
from mesacircuits.definitions.definition import circuit_of
from mesacircuits.programs.unrolled import UnrolledProgram
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
from mesacircuits.testing.axioms.subjects import Subject
from mesacircuits.testing.strategies import rewritten

__all__ = [
    "BUFFER",
    "DOUBLE_INVERSION",
    "Renaming",
    "Use",
    "bits_to_rename",
    "buffered",
    "circuit_of_program",
    "duplicated",
    "edited_off",
    "idle_world",
    "in_other_gates",
    "occurring_inputs",
    "reread",
    "rescaled",
    "rewritings",
    "simple_renamings",
    "twice",
    "unrolled_machine",
    "uses_of",
    "with_copied_input",
    "with_dead_gate",
    "with_dead_gates",
    "with_idle_input",
    "without_influence",
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
        moved = reread(task, task.inputs, sources, move.permutation)
        if isinstance(moved, FunctionTask):
            tables = (moved.tables[q] for q in self.output_permutation)
            words = (~t if self.negated_outputs >> j & 1 else t for j, t in enumerate(tables))
            return FunctionTask(tuple(words), moved.support)
        if isinstance(moved, OptimisationTask):
            named = replace(moved, candidates=tuple(map(self.word, moved.candidates)))
            return named if not self._turns_ties(task) else _turned(named)
        accept = tuple(tuple(map(self.word, words)) for words in moved.accept)
        return RelationTask(moved.inputs, moved.outputs, accept)

    def _turns_ties(self, task: Task) -> bool:
        # The first is given where the bit is 0, the last where it is 1; inverted, the other way.
        place = task.tie_input if isinstance(task, OptimisationTask) else None
        return place is not None and bool(self.negated_inputs >> place & 1)

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
        fields = self._fields(world.fields)
        return replace(world, observations=observations, steps=steps, fields=fields)

    def _episode(self, episode: Episode) -> Episode:
        actions = self._actions()
        return replace(
            episode,
            observations=self._observations(episode.observations),
            transitions=tuple(tuple(row[a] for a in actions) for row in episode.transitions),
            rewards=tuple(tuple(row[a] for a in actions) for row in episode.rewards),
            fields=self._fields(episode.fields),
        )

    def _fields(self, widths: tuple[int, ...] | None) -> tuple[int, ...] | None:
        # None where bits that belong together are so no longer side by side.
        if widths is None:
            return None
        ends = pairwise(accumulate(widths, initial=0))
        fields = sorted(sorted(self.permutation[slice(*each)]) for each in ends)
        together = [*chain.from_iterable(fields)] == [*range(len(self.permutation))]
        return tuple(map(len, fields)) if together else None

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


def _turned(task: OptimisationTask) -> OptimisationTask:
    """Return the task with its candidates in the opposite order."""
    return replace(
        task,
        candidates=task.candidates[::-1],
        utilities=tuple(row[::-1] for row in task.utilities),
        proxy=None,
        features=task.features and task.features[::-1],
    )


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
    """Yield the circuit with a dead AND, or XOR, of each two wires; of one wire, a dead NOT."""
    if circuit.wires == 1:
        yield with_dead_gate(circuit, "not", (0,))
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


def rescaled(task: OptimisationTask | EpisodeTask, scale: Fraction, shift: Fraction) -> Task:
    """Return the task with each utility, or reward, u replaced by scale u + shift.

    >>> task = OptimisationTask(1, 1, (0, 1), ((0, 1), (1, 0)))
    >>> rescaled(task, Fraction(2), Fraction(1)).utilities[0]
    (Fraction(1, 1), Fraction(3, 1))
    """

    def moved(rows: tuple[tuple[Fraction, ...], ...]) -> tuple[tuple[Fraction, ...], ...]:
        return tuple(tuple(scale * u + shift for u in row) for row in rows)

    if isinstance(task, OptimisationTask):
        return replace(task, utilities=moved(task.utilities), slack=scale * task.slack, label="")
    held_out = task.held_out
    if held_out is not None:
        held_out = replace(held_out, rewards=moved(held_out.rewards))
    return replace(
        task,
        episode=replace(task.episode, rewards=moved(task.episode.rewards)),
        least=scale * task.least + shift * task.episode.length,
        held_out=held_out,
        label="",
    )


def without_influence(task: Task) -> Task:
    """Return the same world, or episode, but that every action does what action 0 does.

    >>> world = World(1, 1, ("0", "1"), (0, 1), ((0, 1), (1, 0)), (0, 1), (1,))
    >>> without_influence(WorldTask(world, 1)).world.steps
    ((0, 0), (1, 1))
    """
    if isinstance(task, WorldTask):
        steps = tuple((row[0],) * len(row) for row in task.world.steps)
        return replace(task, world=replace(task.world, steps=steps), label="")
    assert isinstance(task, EpisodeTask)
    episode = task.episode
    alike = replace(
        episode,
        transitions=tuple((row[0],) * len(row) for row in episode.transitions),
        rewards=tuple((row[0],) * len(row) for row in episode.rewards),
    )
    return replace(task, episode=alike, label="")


def idle_world(observation_bits: int, action_bits: int) -> WorldTask:
    """Return the task of acting in a world with a state for each observation, which stays.

    >>> idle_world(1, 1).world.steps
    ((0, 0), (1, 1))
    """
    states = tuple(range(1 << observation_bits))
    world = World(
        observation_bits,
        action_bits,
        tuple(map(str, states)),
        states,
        tuple((state,) * (1 << action_bits) for state in states),
        states,
        states,
    )
    return WorldTask(world)


# -- copies, buffers, other gates ------------------------------------------------------------------

#: Where a wire is read: at an operand of the gate of this number, from 0; or, where that is the
#: number of all gates, by an output.
Use = tuple[int, int]

#: Gates by which a wire is carried on as it is, each reading the one before.
BUFFER = ("tt:1:2",)
DOUBLE_INVERSION = ("not", "not")


def uses_of(circuit: Circuit, wire: int) -> list[Use]:
    """Return where a wire is read, in the order of the gates and then of the outputs.

    >>> uses_of(Circuit.parse(2, "g1 = a & b; g2 = g1 ^ a; out = g2, g1"), 2)
    [(1, 0), (2, 1)]
    """
    read = [
        (i, j) for i, g in enumerate(circuit.gates) for j, w in enumerate(g.operands) if w == wire
    ]
    return [*read, *((circuit.size, j) for j, o in enumerate(circuit.outputs) if o.wire == wire)]


def _with_gates(
    circuit: Circuit, at: int, made: Sequence[Gate], moved: Collection[Use], instead: bool = False
) -> Circuit:
    """Put gates before the one of number `at`, or instead of it, and let the last be read.

    Arguments:
        circuit: a circuit.
        at: the number of a gate, from 0, or of all gates.
        made: the gates, at least one; they read wires as these are numbered now, and each other
            as the wires from that of number `at` on.
        moved: the uses that read the last of them; `instead` of a gate, all uses of it do.
        instead: whether the gate of number `at` goes.
    """
    start, more = circuit.inputs + at, len(made) - instead
    last = start + len(made) - 1

    def read(reader: int, place: int, wire: int) -> int:
        if (reader, place) in moved or (instead and wire == start):
            return last
        return wire + more if wire >= start else wire

    later = [
        Gate(gate.operator, tuple(read(i, j, wire) for j, wire in enumerate(gate.operands)))
        for i, gate in enumerate(circuit.gates)
        if i >= at + instead
    ]
    outputs = (
        Output(read(circuit.size, j, output.wire), output.inverted)
        for j, output in enumerate(circuit.outputs)
    )
    return Circuit(circuit.inputs, (*circuit.gates[:at], *made, *later), tuple(outputs))


def duplicated(circuit: Circuit, number: int, moved: Collection[Use]) -> Circuit:
    """Return the circuit with a copy of one of its gates, which some of its readers read instead.

    Arguments:
        circuit: a circuit.
        number: the number of the gate, from 0.
        moved: those of its uses (`uses_of`) that read the copy.

    >>> circuit = Circuit.parse(2, "g1 = a & b; g2 = g1 ^ a; g3 = g1 | g2; out = g3")
    >>> print(duplicated(circuit, 0, [(2, 0)]))
    g1 = a & b; g2 = a & b; g3 = g1 ^ a; g4 = g2 | g3; out = g4
    """
    return _with_gates(circuit, number + 1, [circuit.gates[number]], moved)


def buffered(
    circuit: Circuit, wire: int, moved: Collection[Use], through: Sequence[str] = BUFFER
) -> Circuit:
    """Return the circuit with a wire carried on by further gates, which some of its readers read.

    Arguments:
        circuit: a circuit.
        wire: an input or a gate's wire.
        moved: those of its uses that read the last of these gates.
        through: operators, each applied to the one before; of two operands it reads it twice.

    >>> circuit = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> print(buffered(circuit, 0, [(0, 0)], DOUBLE_INVERSION))
    g1 = ~a; g2 = ~g1; g3 = g2 & b; out = g3
    """
    at = max(0, wire - circuit.inputs + 1)
    made, read = [], wire
    for place, name in enumerate(through):
        made.append(Gate(name, (read,) * operator_named(name).arity))
        read = circuit.inputs + at + place
    return _with_gates(circuit, at, made, moved)


def twice(circuit: Circuit, operator: str) -> Circuit:
    """Return the circuit with all its gates twice, what drives an output joined by an operator.

    Arguments:
        circuit: a circuit.
        operator: `and` or `or`: what joins a wire and its copy; an input is joined with itself.

    >>> print(twice(Circuit.parse(2, "g1 = a & b; out = g1"), "and"))
    g1 = a & b; g2 = a & b; g3 = g1 & g2; out = g3
    """
    n, size = circuit.inputs, circuit.size

    def copied(wire: int) -> int:
        return wire + size if wire >= n else wire

    gates = [*circuit.gates]
    gates += [Gate(g.operator, tuple(map(copied, g.operands))) for g in circuit.gates]
    joined = {CONSTANT: CONSTANT}
    for output in circuit.outputs:
        if output.wire not in joined:
            joined[output.wire] = n + len(gates)
            gates.append(Gate(operator, (output.wire, copied(output.wire))))
    outputs = (Output(joined[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(n, tuple(gates), tuple(outputs))


_XOR, _XNOR = 0x6, 0x9


def in_other_gates(circuit: Circuit, number: int) -> Iterator[Circuit]:
    """Yield the circuit with one of its gates made of others: all that this knows of.

    XOR, or its inverse, becomes an OR of two ANDs, or an AND of an OR and an inverted AND. AND and
    its like become, by De Morgan, their dual of two inverters, and their inverse inverted. NOT
    becomes a NOR, or NAND, of one wire with itself. What reads three operands or more is split on
    the first (Shannon). A gate that ignores one of its two operands stays as it is.

    Arguments:
        circuit: a circuit.
        number: the number of the gate, from 0.

    >>> xor = Circuit.parse(2, "g1 = a ^ b; out = g1")
    >>> for other in in_other_gates(xor, 0):
    ...     print(other)
    g1 = a & ~b; g2 = ~a & b; g3 = g1 | g2; out = g3
    g1 = a | b; g2 = a & b; g3 = g1 & ~g2; out = g3
    """
    gate, first = circuit.gates[number], circuit.inputs + number
    for made in _equivalents(gate, first):
        yield _with_gates(circuit, number, made, (), instead=True)


def _equivalents(gate: Gate, first: int) -> Iterator[list[Gate]]:
    operator, operands = operator_named(gate.operator), gate.operands
    table, last = operator.table, (first, first + 1)
    if operator.arity == 1:
        if table == 0x1:
            yield [Gate("nor", operands * 2)]
            yield [Gate("nand", operands * 2)]
    elif operator.arity == 2 and table in (_XOR, _XNOR):
        even = table == _XNOR
        pair = ("and", "nor") if even else ("butnot", "notbut")
        yield [*(Gate(name, operands) for name in pair), Gate("or", last)]
        # Of the OR and the AND: the OR but not the AND, or the inverse of that.
        joined = operator_of(2, 0xD if even else 0x2).name
        yield [Gate("or", operands), Gate("and", operands), Gate(joined, last)]
    elif operator.arity == 2 and table.bit_count() in (1, 3):
        dual = operator_of(2, sum((table >> (row ^ 3) & 1) << row for row in range(4))).name
        yield [Gate("not", operands[:1]), Gate("not", operands[1:]), Gate(dual, last)]
        yield [Gate(operator_of(2, table ^ 0xF).name, operands), Gate("not", (first,))]
    elif operator.arity > 2:
        rows = range(1 << operator.arity - 1)
        halves = (
            operator_of(operator.arity - 1, sum((table >> (2 * r + p) & 1) << r for r in rows))
            for p in (1, 0)
        )
        yield [
            *(Gate(half.name, operands[1:]) for half in halves),
            Gate("and", (operands[0], first)),
            Gate("notbut", (operands[0], first + 1)),
            Gate("or", (first + 2, first + 3)),
        ]


# -- inputs more -----------------------------------------------------------------------------------

WordTask = FunctionTask | RelationTask | OptimisationTask


def reread(
    task: Task,
    inputs: int,
    sources: Sequence[int],
    places: Sequence[int],
    inside: int | None = None,
) -> WordTask:
    """Return a task of words over other inputs, which asks on each of them what the task asks.

    Arguments:
        task: a task without a world.
        inputs: the number of inputs n' of the new one.
        sources: for each of the 2^n' new inputs the old one.
        places: for each old input bit the new one, by which candidates have their features.
        inside: the new inputs that belong to the support where the old one does; by default all.

    >>> from mesacircuits.tasks import parse_task
    >>> print(reread(parse_task("tt:1:2"), 2, [0, 0, 1, 1], [1], 0b1001))
    tt:2:8@9
    """
    every = range(1 << inputs)
    allowed = (1 << (1 << inputs)) - 1 if inside is None else inside
    if isinstance(task, RelationTask):
        words = tuple(range(1 << task.outputs))
        accept = (task.accept[sources[y]] if allowed >> y & 1 else words for y in every)
        return RelationTask(inputs, task.outputs, tuple(accept))
    assert isinstance(task, FunctionTask | OptimisationTask), "a world has inputs of its own"
    support = sum((task.support_bits >> sources[y] & 1) << y for y in every) & allowed
    if isinstance(task, FunctionTask):
        tables = (sum(table(sources[y]) << y for y in every) for table in task.tables)
        return FunctionTask(tuple(TruthTable(inputs, bits) for bits in tables), support)
    own = task.features
    return replace(
        task,
        inputs=inputs,
        utilities=tuple(task.utilities[sources[y]] for y in every),
        proxy=None,
        support=support,
        features=own and tuple(tuple(places[i] for i in each) for each in own),
        tie_input=None if task.tie_input is None else places[task.tie_input],
        label="",
    )


def _inserted(word: int, place: int, bit: int) -> int:
    low = word & (1 << place) - 1
    return low | bit << place | word >> place << place + 1


def _removed(word: int, place: int) -> int:
    return word & (1 << place) - 1 | word >> place + 1 << place


def _widened(circuit: Circuit, place: int) -> Circuit:
    """Return the circuit with one more input at a place, which nothing reads."""

    def moved(wire: int) -> int:
        return wire + (wire >= place)

    gates = (Gate(gate.operator, tuple(map(moved, gate.operands))) for gate in circuit.gates)
    outputs = (Output(moved(o.wire), o.inverted) for o in circuit.outputs)
    return Circuit(circuit.inputs + 1, tuple(gates), tuple(outputs))


def _solver_like(subject: Subject, circuit: Circuit, task: Task) -> Subject:
    solver = subject.solver
    if isinstance(solver, MealyMachine):
        return Subject(replace(solver, circuit=circuit), task)
    return Subject(circuit, task)


def with_idle_input(subject: Subject, place: int) -> Subject:
    """Return solver and task with one more input bit, which nothing reads and nothing asks for.

    The support is S x {0, 1}: every old input under both values. In a world, or an episode, each
    state is there twice, once for each value, which it shows and no action changes; a run begins
    with either, in an episode each with probability 1/2.

    Arguments:
        subject: a circuit, or a machine, with a task of at most five inputs.
        place: the number of the new input, among those observed.

    >>> wire = Subject(Circuit.parse(1, "out = a"), FunctionTask((TruthTable(1, 0b10),), 0b10))
    >>> idle = with_idle_input(wire, 0)
    >>> print(idle.solver, idle.task, sep=", ")
    out = b, tt:2:C@C
    """
    task = subject.task
    circuit = _widened(circuit_of(subject.solver), place)
    if isinstance(task, WorldTask):
        changed: Task = replace(task, world=_world_twice(task.world, place), label="")
    elif isinstance(task, EpisodeTask):
        held_out = None if task.held_out is None else _episode_twice(task.held_out, place)
        episode = _episode_twice(task.episode, place)
        changed = replace(task, episode=episode, held_out=held_out, label="")
    else:
        inputs = task.inputs + 1
        sources = [_removed(y, place) for y in range(1 << inputs)]
        changed = reread(task, inputs, sources, _places(task.inputs, place))
    return _solver_like(subject, circuit, changed)


def _places(inputs: int, place: int) -> list[int]:
    return [i + (i >= place) for i in range(inputs)]


def _seen_twice(observations: Sequence[int], place: int) -> tuple[int, ...]:
    return tuple(_inserted(o, place, bit) for bit in (0, 1) for o in observations)


def _named_twice(states: Sequence[str]) -> tuple[str, ...]:
    return (*states, *(f"{name}'" for name in states))


def _world_twice(world: World, place: int) -> World:
    count = len(world.states)

    def both(states: Sequence[int]) -> tuple[int, ...]:
        return (*states, *(state + count for state in states))

    return World(
        world.observation_bits + 1,
        world.action_bits,
        _named_twice(world.states),
        _seen_twice(world.observations, place),
        (*world.steps, *(tuple(s + count for s in row) for row in world.steps)),
        both(world.starts),
        both(world.target),
        tuple(map(both, world.disturbances)),
    )


def _episode_twice(episode: Episode, place: int) -> Episode:
    count = len(episode.states)
    half = Fraction(1, 2)
    return replace(
        episode,
        observation_bits=episode.observation_bits + 1,
        states=_named_twice(episode.states),
        observations=_seen_twice(episode.observations, place),
        prior=tuple((s + bit * count, p * half) for bit in (0, 1) for s, p in episode.prior),
        transitions=tuple(
            tuple(tuple((s + bit * count, p) for s, p in drawn) for drawn in row)
            for bit in (0, 1)
            for row in episode.transitions
        ),
        rewards=episode.rewards * 2,
        # The new bit may lie within what belongs together.
        fields=None,
    )


def with_copied_input(subject: Subject, copied: int, place: int, moved: Collection[Use]) -> Subject:
    """Return solver and task with one of its inputs given twice, some readers reading the copy.

    The support is the set of the words in which copy and original are equal, and which without the
    copy are in S: {y : y_copy = y_original, y without its copy in S}. On all other words nothing is
    asked, so there the solver, whose readers disagree, may do as it likes. In a world or an episode
    each state shows the bit twice.

    Arguments:
        subject: a circuit, or a machine, with a task of at most five inputs.
        copied: the number of an observed input.
        place: the number of the copy, among those observed.
        moved: those of the input's uses (`uses_of`) that read the copy.

    >>> always = Circuit.parse(1, "g1 = ~a; g2 = a | g1; out = g2")
    >>> subject = Subject(always, FunctionTask((TruthTable(1, 0b11),)))
    >>> given_twice = with_copied_input(subject, 0, 1, [(1, 0)])
    >>> print(given_twice.solver, given_twice.task, sep=", ")
    g1 = ~a; g2 = b | g1; out = g2, tt:2:9@9
    """
    task, original = subject.task, copied + (copied >= place)
    wide = _widened(circuit_of(subject.solver), place)

    def read(reader: int, at: int, wire: int) -> int:
        return place if (reader, at) in moved else wire

    gates = (
        Gate(gate.operator, tuple(read(i, j, wire) for j, wire in enumerate(gate.operands)))
        for i, gate in enumerate(wide.gates)
    )
    outputs = (
        Output(read(wide.size, j, output.wire), output.inverted)
        for j, output in enumerate(wide.outputs)
    )
    circuit = Circuit(wide.inputs, tuple(gates), tuple(outputs))

    def shown(surroundings: Any) -> Any:
        return replace(
            surroundings,
            observation_bits=surroundings.observation_bits + 1,
            observations=tuple(
                _inserted(o, place, o >> copied & 1) for o in surroundings.observations
            ),
            fields=None,
        )

    if isinstance(task, WorldTask):
        changed: Task = replace(task, world=shown(task.world), label="")
    elif isinstance(task, EpisodeTask):
        held_out = None if task.held_out is None else shown(task.held_out)
        changed = replace(task, episode=shown(task.episode), held_out=held_out, label="")
    else:
        inputs = task.inputs + 1
        every = range(1 << inputs)
        sources = [_removed(y, place) for y in every]
        inside = sum(1 << y for y in every if y >> place & 1 == y >> original & 1)
        changed = reread(task, inputs, sources, _places(task.inputs, place), inside)
    return _solver_like(subject, circuit, changed)


# -- steps laid out in space -----------------------------------------------------------------------


def unrolled_machine(machine: MealyMachine, steps: int) -> Circuit:
    """Return the circuit from so many observations to as many actions, from the start state on.

    Step t reads inputs t n to t n + n - 1 and drives outputs t m to t m + m - 1; it has all gates
    of the machine's circuit, in the place of the state what the step before left, at first the
    constants of the start.

    >>> last = MealyMachine(Circuit.parse(2, "g1 = a & b; out = g1, a"), 1, start=1)
    >>> print(unrolled_machine(last, 2))
    g1 = a & ~0; g2 = b & a; out = g1, g2
    """
    n, m, circuit = machine.observation_bits, machine.action_bits, machine.circuit
    build = GateBuilder(n * steps)
    state = [Output(CONSTANT, bool(machine.start >> i & 1)) for i in range(machine.state_bits)]
    actions: list[Output] = []
    for t in range(steps):
        wires = [*build.inputs[t * n : t * n + n], *state]
        for gate in circuit.gates:
            operands = [wires[w] if w >= 0 else FALSE for w in gate.operands]
            wires.append(build.gate(operator_named(gate.operator).table, operands))
        words = [
            Output(driver.wire, driver.inverted ^ output.inverted)
            for output in circuit.outputs
            for driver in [wires[output.wire] if output.wire >= 0 else FALSE]
        ]
        actions += words[:m]
        state = words[m:]
    return build.circuit(actions)


def occurring_inputs(machine: MealyMachine, steps: int) -> int:
    """Return the inputs of a machine's circuit that occur within so many steps from its start.

    Bit x is set iff input x does, under some observations; every observation may come.

    >>> last = MealyMachine(Circuit.parse(2, "out = b, a"), 1)
    >>> bin(occurring_inputs(last, 1)), bin(occurring_inputs(last, 2))
    ('0b11', '0b1111')
    """
    width = 1 << machine.observation_bits
    states, found = {machine.start}, 0
    for _ in range(steps):
        met = {state << machine.observation_bits | o for state in states for o in range(width)}
        found |= sum(1 << x for x in met)
        states = {machine.words[x] >> machine.action_bits for x in met}
    return found


def circuit_of_program(program: UnrolledProgram, most_gates: int) -> Circuit | None:
    """Return the circuit to which a program unrolls: for each of its wires, gates that compute it.

    A wire that is no input is a function of the wires that it reads, by what they are on the inputs
    on which the program ends; on values that do not occur there it is 0. Of more than four operands
    it is a tree of gates, split on the last of them. So the circuit answers as the program does
    wherever that ends.

    Arguments:
        program: the program with what its turns meet.
        most_gates: the most gates that the circuit may have.

    Returns None for a circuit of more gates, and where a wire is no such function: it depends on
    what happened in which order.

    >>> from mesacircuits.definitions.exemplars import program_exemplar
    >>> search = program_exemplar("search-loop")
    >>> circuit = circuit_of_program(search.solver, 64)
    >>> circuit.size, search.task.solved_by(circuit), circuit_of_program(search.solver, 30)
    (62, True, None)
    """
    build = GateBuilder(program.inputs)
    wires, tables = list(build.inputs), program.wire_bits()
    ended = [x for x in range(1 << program.inputs) if not program.endless_bits() >> x & 1]
    for gate, own in zip(program.gates, tables[program.inputs :], strict=True):
        table, known = 0, 0
        for x in ended:
            row = sum((tables[w] >> x & 1) << i for i, w in enumerate(gate.operands))
            value = own >> x & 1
            if known >> row & 1 and table >> row & 1 != value:
                return None
            known |= 1 << row
            table |= value << row
        constant = Output(CONSTANT, bool(table))
        read = [wires[w] for w in gate.operands]
        wires.append(build.lookup(table, read) if read else constant)
        if len(build.gates) > most_gates:
            return None
    return build.circuit(
        Output(wires[o.wire].wire, wires[o.wire].inverted ^ o.inverted) for o in program.outputs
    )
