"""Retargetability: a short edit makes the solver pursue another objective."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from typing import Any, ClassVar, TypeVar

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.bases import operator_named, operator_of
from mesacircuits.circuits.circuit import CONSTANT, Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    dial,
    endless_bits,
    has_influence,
    solves,
)
from mesacircuits.definitions.measures.measure import (
    LiteratureDefinition,
    demand,
    threshold,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import OPERATIONS, Instruction, Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import (
    EpisodeTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
)

__all__ = [
    "FAMILIES",
    "Edited",
    "OtherObjective",
    "Retargetable",
    "circuits_within",
    "distance_in_edits",
    "distance_in_program_edits",
    "one_edit_away",
    "one_program_edit_away",
    "other_objectives",
    "programs_within",
]

#: Families of other objectives.
FAMILIES = {
    "set-points": "aim at another value of the same utility, or at another target",
    "transpositions": "exchange two candidate words in the utility",
    "negated": "aim at the least of the same utility, though that be a renaming of words",
}

_MOST_EDITS = 3
#: What a task has not, of which a family knows no other objectives.
_LACKS = {
    "set-points": "no utilities, no target",
    "transpositions": "no words to choose",
    "negated": "no utilities",
}
_NO_INFLUENCE = "the output is constant on the support, or no action matters"


@dataclass(frozen=True, slots=True)
class Retargetable(LiteratureDefinition):
    """A circuit that a few edits turn into a solver for other objectives.

    The measure is the fraction of a finite family of other objectives (see `other_objectives`) that
    is solved by some circuit at most `edits` edits away (see `one_edit_away`: a gate's operator,
    one of its operands, or an output's driver, the latter two with their polarity). Gates that
    reach no output are taken away first. Of a program an edit is one operation, one operand or one
    entry of its table (see `one_program_edit_away`); what it asks keeps its answers. The score is
    min(1, measure / `least`). It is 0 where the words on the support are constant, and where no
    action matters: nothing there has a target.

    The default family, `set-points`, leaves out what a renaming of the words does, for with one
    output bit its inversion would make every circuit retargetable. `transpositions` is made of
    nothing else: it is the orbit of the utility under permutations of outcomes, by its generators.

    Arguments:
        edits: the most edits, 1 to 3.
        least: the fraction of other objectives to be in reach, above 0 and at most 1.
        family: a name of `FAMILIES`.

    Raises `ArgumentError` for dials outside those ranges.

    Source: A. Flint, *The ground of optimization*, 2020 (can a microscopic perturbation give the
    system another target?); A. Turner, P. Tadepalli, *Parametrically Retargetable Decision-Makers
    Tend To Seek Power*, NeurIPS 2022; the edit: J. Wentworth, *How To Go From Interpretability To
    Alignment: Just Retarget The Search*, 2022.

    >>> from mesacircuits.definitions.exemplars import exemplar_named
    >>> room = exemplar_named("thermostat-2")
    >>> [Retargetable(edits=e).judge(room.solver, room.task).score for e in (1, 2)]
    [Fraction(0, 1), Fraction(1, 1)]
    """

    edits: int = dial(1, stricter="less", least=1, most=_MOST_EDITS)
    least: str = threshold(1, above=True)
    family: str = dial("set-points", values=tuple(FAMILIES))

    name: ClassVar[str] = "retargetable"
    tag: ClassVar[str] = "retargetable"
    version: ClassVar[int] = 2
    witness_fields: ClassVar[tuple[str, ...]] = ("objectives", "edited")
    source: ClassVar[str] = "Flint 2020; Turner and Tadepalli 2022; Wentworth 2022"
    formula: ClassVar[str] = (
        "of a finite family of other objectives, a large enough fraction is solved by circuits at "
        "most a few edits away"
    )
    blind_to: ClassVar[str] = (
        "objectives outside the family, whether edits that do it have anything in common, and "
        "which words are given off the support (not how the gates that give them are built)"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return the exact score of a circuit, with the fraction of objectives in reach."""
        others = other_objectives(task, self.family)
        if others is None:
            why = _LACKS[self.family]
            return self.not_applicable(f"the task has {why}")
        if not others:
            return self.not_applicable("no other objective of the family is left")
        unit = "of other objectives"
        if not has_influence(circuit, task):
            return self.unmet(Measured(Fraction(0), unit), note=_NO_INFLUENCE)
        solved = self._solved(circuit, others)
        fraction = Fraction(len(solved), len(others))
        score = fraction / Fraction(self.least)
        if score < 1:
            return self.unmet(Measured(fraction, unit), score)
        listed = [
            {"objective": key, "circuit": str(near), "order": list(order)}
            for key, (near, order) in solved.items()
        ]
        witness = {"objectives": len(others), "edited": listed}
        return self.met(witness, Measured(fraction, unit))

    def _near(self, wired: Wired) -> Iterator[tuple[Wired, tuple[int, ...]]]:
        """Yield what is within the edits, with the order of what was edited."""
        if isinstance(wired, UnrolledProgram):
            order = tuple(range(len(wired.program.code)))
            for near in programs_within(wired, self.edits):
                yield near, order
        else:
            yield from circuits_within(_as_circuit(wired).without_dead_gates(), self.edits)

    def _solved(
        self, wired: Wired, others: tuple[OtherObjective, ...]
    ) -> dict[int | str, tuple[Wired, tuple[int, ...]]]:
        found: dict[int | str, tuple[Wired, tuple[int, ...]]] = {}
        tried: set[tuple[int, tuple[int, ...]]] = set()
        for near, order in self._near(wired):
            tables = endless_bits(near), near.output_bits()
            if tables in tried:
                continue
            tried.add(tables)
            for other in others:
                if other.key not in found and solves(near, other.task):
                    found[other.key] = near, order
            if len(found) == len(others):
                break
        return {other.key: found[other.key] for other in others if other.key in found}

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Each edited circuit is read from its text, its edits are counted against the solver without
        its dead gates, gate by gate in the order given, and it is tried on its objective; that
        there are enough of them is then arithmetic.
        """
        others = {other.key: other for other in other_objectives(task, self.family) or ()}
        demand(witness["objectives"] == len(others) > 0, "objectives", f"not {len(others)}")
        demand(isinstance(witness["edited"], list), "edited", "not a list")
        seen = set()
        for place, record in enumerate(witness["edited"]):
            where = f"edited[{place}]"
            fields = isinstance(record, Mapping) and {"objective", "circuit", "order"} == {*record}
            demand(fields, where, "fields are not objective, circuit, order")
            key, text, order = record["objective"], record["circuit"], record["order"]
            demand(isinstance(text, str), f"{where}.circuit", "not a text")
            known = isinstance(key, int | str) and key in others and key not in seen
            demand(known, f"{where}.objective", "not one, or twice")
            seen.add(key)
            listed = isinstance(order, list) and all(type(i) is int for i in order)
            demand(listed, f"{where}.order", "not a list of whole numbers")
            try:
                near, distance = _read_near(circuit, text, tuple(order))
            except ArgumentError as error:
                raise CertificateError(f"witness.{where}.circuit", str(error)) from error
            close = distance is not None and distance <= self.edits
            demand(close, f"{where}.circuit", f"not within {self.edits} edits")
            demand(solves(near, others[key].task), f"{where}.circuit", "does not pursue it")
        enough = Fraction(len(seen), len(others)) >= Fraction(self.least)
        demand(enough, "edited", f"{len(seen)} of {len(others)} objectives")
        demand(has_influence(circuit, task), "edited", _NO_INFLUENCE)


def _as_circuit(wired: Wired) -> Circuit:
    assert isinstance(wired, Circuit), "only circuits and programs are edited"
    return wired


def _read_near(judged: Wired, text: str, order: tuple[int, ...]) -> tuple[Wired, int | None]:
    """Return what a text states, and how many edits it is away."""
    if isinstance(judged, UnrolledProgram):
        program = Program.parse(text)
        if order != tuple(range(len(program.code))):
            return judged, None
        distance = distance_in_program_edits(judged.program, program)
        return UnrolledProgram(program, judged.instances), distance
    circuit = _as_circuit(judged).without_dead_gates()
    near = Circuit.parse(circuit.inputs, text)
    return near, distance_in_edits(circuit, near, order)


_MOST_STEPS = 1 << 16


@dataclass(frozen=True, slots=True)
class OtherObjective:
    """Another objective: what it is called within its family, and the task of pursuing it.

    Attributes:
        key: what it is called.
        task: the task of pursuing it, which says only what is acceptable.
        valued: where it is a utility, the task that states that.
    """

    key: int | str
    task: RelationTask | WorldTask
    valued: OptimisationTask | None = None


def other_objectives(task: Task, family: str) -> tuple[OtherObjective, ...] | None:
    """Return the other objectives of a family, each once; None if the family knows none such.

    Ties are free and there is no slack. An objective is left out if it accepts what the task does.

    - `set-points`, with utilities u_1 < ... < u_L on the support: for each l < L the utility
      -|rank of U(x, a) - l|, so that l = 1 stands for -U. Those whose acceptable words are the
      task's own under one renaming of all words are left out: with one output bit, to invert it
      would do. Tasks without utilities have no such objectives: None.
    - `set-points`, in worlds: for each r > 0 the target {s : o(s) XOR r = o(z) for some z in the
      target}, to be reached in the long run, if full knowledge of the state would do for that.
    - `transpositions`, without a world: U(x, p(a)) for the exchanges p of two candidates, the
      generators of the orbit. All of these are renamings of words. In worlds: None.
    - `negated`: -U, also where that is a renaming. Tasks without utilities: None.

    >>> from mesacircuits.tasks import parse_task
    >>> [other.key for other in other_objectives(parse_task("tt:2:6"), "transpositions")]
    ['0-1']
    """
    if isinstance(task, EpisodeTask):
        return None
    if isinstance(task, WorldTask):
        return _other_targets(task) if family == "set-points" else None
    if isinstance(task, OptimisationTask):
        own = task.relation()
        made = {"set-points": _set_points, "transpositions": _swapped, "negated": _negated}
        found = made[family](task)
    elif family != "transpositions":
        return None
    else:
        own = _accepted(task)
        found = _swapped_words(own, range(1 << task.outputs))
    kept: dict[tuple[int, ...], OtherObjective] = {}
    known = _masks(own, task.support_bits)
    for other in found:
        masks = _masks(other.task, task.support_bits)
        renamed = family == "set-points" and sorted(masks) == sorted(known)
        if masks != known and not renamed:
            kept.setdefault(masks, other)
    return tuple(kept.values())


def _masks(task: RelationTask | WorldTask, support: int) -> tuple[int, ...]:
    return tuple(mask & support for mask in task.word_masks)


def _set_points(task: OptimisationTask) -> list[OtherObjective]:
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    values = sorted({u for x in support for u in task.utilities[x]})
    rank = {u: place for place, u in enumerate(values)}
    found = []
    for goal, value in enumerate(values[:-1]):
        rows = tuple(
            tuple(Fraction(-abs(rank.get(u, 0) - goal)) for u in row) for row in task.utilities
        )
        found.append(_valued(str(value), task, rows))
    return found


def _valued(
    key: str, task: OptimisationTask, rows: tuple[tuple[Fraction, ...], ...]
) -> OtherObjective:
    other = replace(task, utilities=rows, ties="free", slack=Fraction(0), label="")
    return OtherObjective(key, other.relation(), other)


def _negated(task: OptimisationTask) -> list[OtherObjective]:
    rows = tuple(tuple(-u for u in row) for row in task.utilities)
    return [_valued("-U", task, rows)]


def _swapped(task: OptimisationTask) -> list[OtherObjective]:
    found = []
    for first, second in combinations(range(len(task.candidates)), 2):
        order = [*range(len(task.candidates))]
        order[first], order[second] = second, first
        rows = tuple(tuple(row[place] for place in order) for row in task.utilities)
        key = f"{task.candidates[first]}-{task.candidates[second]}"
        found.append(_valued(key, task, rows))
    return found


def _accepted(task: Task) -> RelationTask:
    full = range(1 << task.outputs)
    return RelationTask(
        task.inputs,
        task.outputs,
        tuple(
            tuple(w for w in full if not task.support_bits >> x & 1 or task.word_masks[w] >> x & 1)
            for x in range(1 << task.inputs)
        ),
    )


def _swapped_words(own: RelationTask, words: Sequence[int]) -> list[OtherObjective]:
    """Return what accepts each of two words where the other was accepted, for each pair."""
    found = []
    for first, second in combinations(words, 2):
        swap = {first: second, second: first}
        accept = tuple(tuple(sorted(swap.get(w, w) for w in row)) for row in own.accept)
        other = RelationTask(own.inputs, own.outputs, accept)
        found.append(OtherObjective(f"{first}-{second}", other))
    return found


def _other_targets(task: WorldTask) -> tuple[OtherObjective, ...]:
    world = task.world
    within = len(world.states) << task.state_bits
    if within > _MOST_STEPS:
        raise ArgumentError("world", f"at most {_MOST_STEPS} configurations", within)
    shown = {world.observations[state] for state in world.target}
    kept: dict[tuple[int, ...], OtherObjective] = {}
    for shift in range(1, 1 << world.observation_bits):
        target = tuple(s for s, o in enumerate(world.observations) if o ^ shift in shown)
        if not target or target == world.target or not _attainable(world, target):
            continue
        other = WorldTask(replace(world, target=target), within, "reach", task.state_bits)
        kept.setdefault(target, OtherObjective(shift, other))
    return tuple(kept.values())


def _attainable(world: World, target: tuple[int, ...]) -> bool:
    # Whether, knowing the state, the target can be reached from every start and then be kept.
    kept = {*target}
    while leaving := {s for s in kept if kept.isdisjoint(world.steps[s])}:
        kept -= leaving
    reached = {*kept}
    while fresh := {
        s for s, row in enumerate(world.steps) if s not in reached and not reached.isdisjoint(row)
    }:
        reached |= fresh
    return reached.issuperset(world.starts)


#: Truth tables of the operators that depend on both operands.
_OPERATORS = tuple(
    operator_of(2, table).name for table in range(16) if table not in (0, 3, 5, 10, 12, 15)
)

#: An edited circuit, and for each of its gates the number that it had before, from 0.
Edited = tuple[Circuit, tuple[int, ...]]
NearT = TypeVar("NearT")


def _chain(
    inputs: int, gates: list[Gate], outputs: tuple[Output, ...], kept: tuple[int, ...]
) -> Edited:
    # Of gates that may read later ones: always the first whose operands are there.
    place = {wire: wire for wire in range(CONSTANT, inputs)}
    waiting, placed, order = list(kept), list[Gate](), list[int]()
    while waiting:
        number = next(i for i in waiting if all(w in place for w in gates[i].operands))
        gate = gates[number]
        place[inputs + number] = inputs + len(order)
        placed.append(Gate(gate.operator, tuple(place[w] for w in gate.operands)))
        order.append(number)
        waiting.remove(number)
    moved = tuple(Output(place[o.wire], o.inverted) for o in outputs)
    return Circuit(inputs, tuple(placed), moved), tuple(order)


def one_edit_away(circuit: Circuit) -> Iterator[Edited]:
    """Yield every circuit that differs in one gate's operator, one operand, or one output.

    The operator of a gate of two operands may become any of the ten that depend on both; other
    gates keep theirs. An operand may become any other wire that does not depend on its gate, an
    output may be driven by any wire or the constant; either may be read inverted or not, and that
    of one wire in one polarity is one edit. So neither the order in which gates are written nor a
    renaming of inputs and their polarities changes what is one edit away.

    >>> sum(1 for _ in one_edit_away(Circuit.parse(2, "g1 = a & b; out = g1")))
    20
    """
    n, same = circuit.inputs, tuple(range(circuit.size))
    cones = circuit.cones
    for place, gate in enumerate(circuit.gates):
        wires = [wire for wire in range(circuit.wires) if n + place not in cones[wire]]
        for changed in _gates_near(gate, wires):
            gates = [*circuit.gates]
            gates[place] = changed
            if all(wire < n + place for wire in changed.operands):
                yield Circuit(n, tuple(gates), circuit.outputs), same
            else:
                yield _chain(n, gates, circuit.outputs, same)
    for place, output in enumerate(circuit.outputs):
        head, tail = circuit.outputs[:place], circuit.outputs[place + 1 :]
        for wire in range(CONSTANT, circuit.wires):
            for inverted in (False, True):
                changed_output = Output(wire, inverted)
                if changed_output != output:
                    yield Circuit(n, circuit.gates, (*head, changed_output, *tail)), same


def _gates_near(gate: Gate, wires: list[int]) -> Iterator[Gate]:
    if len(gate.operands) == 2:
        for name in _OPERATORS:
            if name != gate.operator:
                yield Gate(name, gate.operands)
    for place, operand in enumerate(gate.operands):
        names = (gate.operator, _reading_inverted(gate.operator, 1 << place))
        for wire in wires:
            if wire != operand:
                changed = (*gate.operands[:place], wire, *gate.operands[place + 1 :])
                for name in dict.fromkeys(names):
                    yield Gate(name, changed)


def _reading_inverted(name: str, mask: int) -> str:
    # The operator whose operands in the mask are inverted first.
    operator = operator_named(name)
    table = sum((operator.table >> (row ^ mask) & 1) << row for row in range(1 << operator.arity))
    return operator_of(operator.arity, table).name


def circuits_within(circuit: Circuit, edits: int) -> Iterator[Edited]:
    """Yield the circuits at most so many edits away, the nearest first, each chain once.

    >>> len(list(circuits_within(Circuit.parse(1, "out = a"), 1)))
    4
    """
    yield from _within(
        (circuit, tuple(range(circuit.size))),
        edits,
        lambda near: (
            (changed, tuple(near[1][i] for i in moved)) for changed, moved in one_edit_away(near[0])
        ),
        key=lambda near: near[0],
    )


def _within(
    start: NearT, edits: int, near: Callable[[NearT], Iterator[NearT]], key: Callable[[NearT], Any]
) -> Iterator[NearT]:
    """Yield what is at most so many edits away, the nearest first, each key once."""
    seen, edge = {key(start)}, [start]
    yield start
    for _ in range(edits):
        fresh = []
        for old in edge:
            for found in near(old):
                if key(found) not in seen:
                    seen.add(key(found))
                    fresh.append(found)
                    yield found
        edge = fresh


def distance_in_edits(
    first: Circuit, second: Circuit, order: tuple[int, ...] | None = None
) -> int | None:
    """Return how many edits lead from one circuit to another, gate by gate.

    Arguments:
        first: a circuit.
        second: another.
        order: for each gate of the second, which of the first it was; by default the same.

    None for circuits of unequal size, and where no edits do: gates of one or three operands keep
    their operators.

    >>> both, either = (Circuit.parse(2, f"g1 = a {o} b; out = g1") for o in "&|")
    >>> distance_in_edits(both, either)
    1
    """
    shapes = [(c.inputs, c.size, len(c.outputs)) for c in (first, second)]
    order = tuple(range(first.size)) if order is None else order
    if shapes[0] != shapes[1] or sorted(order) != list(range(first.size)):
        return None
    n, differ = first.inputs, 0
    was = {wire: wire for wire in range(CONSTANT, n)} | {
        n + place: n + number for place, number in enumerate(order)
    }
    for number, other in zip(order, second.gates, strict=True):
        changes = _changes(first.gates[number], other.operator, [was[w] for w in other.operands])
        if changes is None:
            return None
        differ += changes
    outputs = tuple(Output(was[o.wire], o.inverted) for o in second.outputs)
    return differ + sum(a != b for a, b in zip(first.outputs, outputs, strict=True))


def _changes(gate: Gate, operator: str, operands: list[int]) -> int | None:
    if len(gate.operands) != len(operands):
        return None
    moved = [i for i, (a, b) in enumerate(zip(gate.operands, operands, strict=True)) if a != b]
    # An operand that is another wire may be read inverted at no further cost.
    for turned in product((0, 1), repeat=len(moved)):
        mask = sum(bit << i for bit, i in zip(turned, moved, strict=True))
        if _reading_inverted(gate.operator, mask) == operator:
            return len(moved)
    return len(moved) + 1 if len(operands) == 2 and operator in _OPERATORS else None


def one_program_edit_away(program: Program) -> Iterator[Program]:
    """Yield every program that differs in one operation, one operand, or one entry of its table.

    An operation may become any other of the machine whose operands have the same form; `d` and `u`
    count as one. The number of instructions stays.

    >>> from mesacircuits.programs import Machine
    >>> program = Program.parse("inc r0; query r1, r0", Machine(registers=2, operations="oracle"))
    >>> sorted({str(near.code[1]) for near in one_program_edit_away(program)})
    ['mov r1, r0', 'query r0, r0', 'query r1, r0', 'query r1, r1', 'sub r1, r0']
    """
    machine, code = program.machine, program.code
    for place, instruction in enumerate(code):
        for changed in _near(program, instruction):
            edited = (*code[:place], changed, *code[place + 1 :])
            reads = any(i.name == "table" for i in edited)
            if reads == (program.table is not None):
                yield Program(machine, edited, program.table)
    for x, entry in enumerate(program.table or ()):
        for other in range(1 << program.entry_bits) if entry is not None else ():
            if other != entry and program.table is not None:
                table = (*program.table[:x], other, *program.table[x + 1 :])
                yield replace(program, table=table)


def _form(name: str) -> str:
    return OPERATIONS[name].form.replace("u", "d")


def _near(program: Program, instruction: Instruction) -> Iterator[Instruction]:
    machine, operands = program.machine, instruction.operands
    form = _form(instruction.name)
    for name in machine.names:
        if name != instruction.name and _form(name) == form:
            yield Instruction(name, operands)
    limits = {"i": machine.input_words, "t": len(program.code) + 1}
    for place, letter in enumerate(form):
        for other in range(limits.get(letter, machine.registers)):
            if other != operands[place]:
                changed = (*operands[:place], other, *operands[place + 1 :])
                yield Instruction(instruction.name, changed)


def programs_within(unrolled: UnrolledProgram, edits: int) -> Iterator[UnrolledProgram]:
    """Yield the programs at most so many edits away, the nearest first, each once.

    What their turns meet, the objective too, stays what it was.
    """
    for near in _within(unrolled.program, edits, one_program_edit_away, key=lambda near: near):
        yield UnrolledProgram(near, unrolled.instances)


def distance_in_program_edits(first: Program, second: Program) -> int | None:
    """Return how many edits lead from one program to another; None where no edits do.

    >>> from mesacircuits.programs import Machine
    >>> texts = ("inc r0; query r1, r0", "dec r0; query r2, r1")
    >>> machine = Machine(operations=("inc", "dec", "query"))
    >>> one, two = (Program.parse(text, machine) for text in texts)
    >>> distance_in_program_edits(one, two)
    3
    """
    if first.machine != second.machine or len(first.code) != len(second.code):
        return None
    if (first.table is None) != (second.table is None):
        return None
    distance = 0
    for a, b in zip(first.code, second.code, strict=True):
        if _form(a.name) != _form(b.name):
            return None
        distance += (a.name != b.name) + sum(
            p != q for p, q in zip(a.operands, b.operands, strict=True)
        )
    for entry, other in zip(first.table or (), second.table or (), strict=True):
        if (entry is None) != (other is None):
            return None
        distance += entry != other
    return distance
