"""The axioms on circuits: judgements, how a circuit is written and built, tasks, exemplars.

Some demand that nothing depends on changes that may not matter: other names of inputs and words,
other ways to write or to build.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import B2, Circuit, Gate, MealyMachine, NPNTransform, Output, TruthTable
from mesacircuits.circuits.bases import operator_named, operator_of
from mesacircuits.definitions.checker import check_judgement
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    SEARCH_LIKE,
    Definition,
    Judgement,
    circuit_of,
)
from mesacircuits.definitions.exemplars import EXEMPLARS, exemplar_named
from mesacircuits.definitions.own_definitions import type_text
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import (
    MAX_RELATION_OUTPUTS,
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
)
from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject
from mesacircuits.testing.axioms.subjects import (
    choosers,
    small_functions,
    small_solved,
    small_subjects,
    subjects,
    tables,
    tabulated,
)
from mesacircuits.testing.strategies import function_tasks, relabelled, rewritten

__all__ = [
    "ANCHORS",
    "DEAD_GATES",
    "GATE_RENAMING",
    "NO_INFLUENCE",
    "OFF_SUPPORT",
    "RENAMING",
    "SCORES",
    "TABULATION",
    "UNTAGGED_ANCHORS",
    "UTILITY_SCALE",
    "WITNESSES",
    "Renaming",
    "bits_to_rename",
    "edited_off",
    "idle_world",
    "rescaled",
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
                features=self._features(task.features),
                label="",
            )
        if not isinstance(task, RelationTask):
            task = RelationTask.from_word_masks(task.inputs, task.word_masks)
        accept = tuple(tuple(map(self.word, task.accept[y])) for y in sources)
        return RelationTask(task.inputs, task.outputs, accept)

    def _features(
        self, old: tuple[tuple[int, ...], ...] | None
    ) -> tuple[tuple[int, ...], ...] | None:
        if old is None:
            return None
        return tuple(tuple(self.permutation[place] for place in own) for own in old)

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


def _examples() -> SearchStrategy[Example]:
    return subjects().map(lambda subject: Example((subject,)))


def _smallest() -> Iterator[Example]:
    for subject in small_subjects():
        yield Example((subject,))


def _exact_score(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    judgement = judgements[0]
    # Types are promised, and definitions are written by anyone.
    score: object = judgement.score
    if score is None:
        return None if judgement.witness is None else "There is a witness, but no score."
    if not isinstance(score, Fraction):
        return f"The score is {type_text(score)}, not a Fraction."
    if not 0 <= score <= 1:
        return f"The score is {score}, not from 0 to 1."
    if judgement.holds and judgement.witness is None:
        return "The tag is given without a witness."
    if not judgement.holds and judgement.witness is not None:
        return f"There is a witness, though the score is {judgement.score}."
    return None


def _proved(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    subject = example.subjects[0]
    if judgements[0].witness is None:
        return None
    try:
        check_judgement(definition, subject.solver, subject.task, judgements[0])
    except CertificateError as error:
        return f"The witness is refused: {error.where}: {error.problem}."
    return None


def _without_checker(definition: Definition) -> str:
    if callable(getattr(definition, "check", None)):
        return ""
    return "it has no method `check`"


SCORES = Axiom(
    "scores",
    "Scores are exact and from 0 to 1, and there is a witness exactly where the tag is given.",
    _examples,
    _smallest,
    _exact_score,
)
WITNESSES = Axiom(
    "witnesses",
    "The checker, which derives every field again, accepts each witness.",
    _examples,
    _smallest,
    _proved,
    _without_checker,
)

_REWRITTEN = "gates and operands in another order"
_DEAD = "with a dead gate"


def same_score(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    """Return how two scores differ, where they do."""
    first, second = judgements
    if first.score == second.score:
        return None
    shown = ["does not apply" if j.score is None else str(j.score) for j in judgements]
    return f"The score is {shown[0]}; {example.change} it is {shown[1]}."


def _pair(subject: Subject, circuit: Circuit, change: str) -> Example:
    return Example((subject, Subject(circuit, subject.task)), change)


@st.composite
def _rewritten(draw: DrawFn) -> Example:
    subject = draw(subjects())
    return _pair(subject, draw(relabelled(circuit_of(subject.solver))), _REWRITTEN)


def _smallest_rewritten() -> Iterator[Example]:
    for subject in small_subjects():
        for circuit in rewritings(circuit_of(subject.solver)):
            yield _pair(subject, circuit, _REWRITTEN)


@st.composite
def _dead(draw: DrawFn) -> Example:
    subject = draw(subjects())
    circuit = circuit_of(subject.solver)
    for _ in range(draw(st.integers(1, 2))):
        wire = st.integers(0, circuit.wires - 1)
        circuit = with_dead_gate(circuit, draw(st.sampled_from(B2.names)), (draw(wire), draw(wire)))
    return _pair(subject, draw(relabelled(circuit)), _DEAD)


def _smallest_dead() -> Iterator[Example]:
    for subject in small_subjects():
        for circuit in with_dead_gates(circuit_of(subject.solver)):
            yield _pair(subject, circuit, _DEAD)


@st.composite
def _renamed(draw: DrawFn) -> Example:
    subject = draw(subjects())
    n, m = bits_to_rename(subject.task)
    renaming = Renaming(
        tuple(draw(st.permutations(range(n)))),
        draw(st.integers(0, (1 << n) - 1)),
        tuple(draw(st.permutations(range(m)))),
        draw(st.integers(0, (1 << m) - 1)),
    )
    return Example((subject, renaming.subject(subject)), f"with {renaming}")


def _smallest_renamed() -> Iterator[Example]:
    for subject in small_subjects():
        for renaming in simple_renamings(*bits_to_rename(subject.task)):
            yield Example((subject, renaming.subject(subject)), f"with {renaming}")


_EDITED = "edited off the support"


@st.composite
def _edited(draw: DrawFn) -> Example:
    subject = draw(subjects("function", "optimisation", "world"))
    task, circuit = subject.task, circuit_of(subject.solver)
    full = (1 << (1 << task.inputs)) - 1
    if task.support_bits == full and isinstance(task, FunctionTask):
        support = draw(st.integers(1, full - 1))
        task = FunctionTask(task.tables, support)
    off = full & ~task.support_bits
    edited = circuit
    if circuit.size:
        number = draw(st.integers(0, circuit.size - 1))
        edited = edited_off(circuit, number, off & draw(st.integers(0, full))) or circuit
    other = task
    if isinstance(task, OptimisationTask):
        turned = (
            row if task.support_bits >> x & 1 else row[::-1] for x, row in enumerate(task.utilities)
        )
        other = OptimisationTask(
            task.inputs, task.outputs, task.candidates, tuple(turned), task.support, task.ties,
            task.slack, task.features,
        )  # fmt: skip
    return Example((Subject(circuit, task), Subject(edited, other)), _EDITED)


def _smallest_edited() -> Iterator[Example]:
    for subject in small_functions():
        circuit = circuit_of(subject.solver)
        if circuit.inputs > 2:
            # Of three inputs there is no room in gates that read two others.
            continue
        full = (1 << (1 << circuit.inputs)) - 1
        for support in range(1, full):
            partial = Subject(circuit, FunctionTask(circuit.tables(), support))
            for number in range(circuit.size):
                edited = edited_off(circuit, number, full & ~support)
                if edited is not None:
                    yield _pair(partial, edited, _EDITED)


def _blind_off_support(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    problem = same_score(definition, example, judgements)
    if problem is None and judgements[0].applies and "support" not in definition.blind_to:
        return "The score is blind to edits off the support, and `blind_to` does not say so."
    return problem


GATE_RENAMING = Axiom(
    "gate-renaming",
    "Writing gates and operands in another order leaves the score alone.",
    _rewritten,
    _smallest_rewritten,
    same_score,
)
DEAD_GATES = Axiom(
    "dead-gates",
    "Gates that reach no output leave the score alone.",
    _dead,
    _smallest_dead,
    same_score,
)
RENAMING = Axiom(
    "renaming",
    "Renaming the inputs and outputs of circuit and task together leaves the score alone.",
    _renamed,
    _smallest_renamed,
    same_score,
)
OFF_SUPPORT = Axiom(
    "off-support",
    "Edits off the support leave the score alone, and the definition says that it is blind to "
    "them.",
    _edited,
    _smallest_edited,
    _blind_off_support,
)


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


def _rescaled_example(subject: Subject, scale: Fraction, shift: Fraction) -> Example:
    task = subject.task
    assert isinstance(task, OptimisationTask | EpisodeTask)
    other = Subject(subject.solver, rescaled(task, scale, shift))
    return Example((subject, other), f"with {scale} U + {shift}")


_VALUED = [
    Subject(exemplar.solver, exemplar.task)
    for exemplar in EXEMPLARS
    if isinstance(exemplar.task, OptimisationTask | EpisodeTask)
]


@st.composite
def _valued(draw: DrawFn) -> Example:
    subject = draw(st.sampled_from(_VALUED) | subjects("optimisation", "episode"))
    scale = draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(1, 3))))
    return _rescaled_example(subject, scale, draw(st.sampled_from(range(-2, 3)).map(Fraction)))


def _smallest_valued() -> Iterator[Example]:
    for subject in small_solved("optimisation"):
        yield _rescaled_example(subject, Fraction(2), Fraction(0))
        yield _rescaled_example(subject, Fraction(1), Fraction(1))


def _without_influence(task: Task) -> Task:
    # The same world, or episode, but that every action does what action 0 does.
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


_OUTPUT = "the output is constant on the support"
_ACTION = "the action changes nothing"


@st.composite
def _idle(draw: DrawFn) -> Example:
    subject = draw(choosers() | tables() | subjects("function", "world", "episode"))
    circuit, task = circuit_of(subject.solver), subject.task
    if not isinstance(task, FunctionTask):
        idle = _without_influence(task)
        # What the world does by itself decides whether it is solved at all.
        if idle.solved_by(circuit):
            return Example((Subject(circuit, idle),), _ACTION)
    if draw(st.booleans()) and len(circuit.outputs) <= MAX_RELATION_OUTPUTS:
        idle = idle_world(circuit.inputs, len(circuit.outputs))
        return Example((Subject(circuit, idle),), _ACTION)
    word = circuit(draw(st.integers(0, (1 << circuit.inputs) - 1)))
    alike = sum(1 << x for x in range(1 << circuit.inputs) if circuit(x) == word)
    return Example((Subject(circuit, FunctionTask(circuit.tables(), alike)),), _OUTPUT)


def _smallest_idle() -> Iterator[Example]:
    for subject in small_solved("world"):
        task = subject.task
        if isinstance(task, WorldTask) and all(a == b for a, b in task.world.steps):
            yield Example((subject,), _ACTION)
    for subject in small_functions():
        circuit = circuit_of(subject.solver)
        table = circuit.tables()[0]
        for support in (table.mask & ~table.bits, table.bits):
            if support:
                task = FunctionTask((table,), support)
                yield Example((Subject(circuit, task),), _OUTPUT)
        yield Example((Subject(circuit, idle_world(circuit.inputs, 1)),), _ACTION)


def _untagged(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    if not judgements[0].holds:
        return None
    return f"The tag is given, though {example.change}."


UTILITY_SCALE = Axiom(
    "utility-scale",
    "Positive affine changes of the utilities, or rewards, leave the score alone.",
    _valued,
    _smallest_valued,
    same_score,
)
NO_INFLUENCE = Axiom(
    "no-influence",
    "Where the output is constant on the support, or the action changes nothing, there is no tag.",
    _idle,
    _smallest_idle,
    _untagged,
)

#: Exemplars that nothing may tag.
UNTAGGED_ANCHORS = ("constant", "rock", "bottle-cap")
#: Exemplars that must have a tag, for definitions that give it.
_TAGGED = {
    LOOKUP_TABLE: ("decoder", "truth-table"),
    CONTROL_LIKE: ("thermostat-2", "thermostat-4"),
    SEARCH_LIKE: ("argmax-unrolled",),
}


def _anchors() -> Iterator[Example]:
    examples = []
    for name in (*UNTAGGED_ANCHORS, *(name for names in _TAGGED.values() for name in names)):
        exemplar = exemplar_named(name)
        subject = Subject(exemplar.solver, exemplar.task)
        examples.append(Example((subject,), name, name not in UNTAGGED_ANCHORS))
    yield from sorted(examples, key=lambda example: example.key)


def _any_anchor() -> SearchStrategy[Example]:
    return st.sampled_from(list(_anchors()))


def _anchored(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    asked = example.change in _TAGGED.get(definition.tag, ())
    return anchor_problem(definition, example, judgements[0], asked)


def anchor_problem(
    definition: Definition, example: Example, judgement: Judgement, asked: bool, called: str = ""
) -> str | None:
    """Return how an exemplar's verdict is not as known: a tag that it may not have, or lacks."""
    called = called or f"The {example.change}"
    if not example.tagged:
        return f"{called} is tagged." if judgement.holds else None
    if asked and not judgement.holds:
        score = judgement.note if judgement.score is None else f"its score is {judgement.score}"
        return f"{called} is not tagged {definition.tag}: {score}."
    return None


@st.composite
def _tabulated(draw: DrawFn) -> Example:
    task = draw(function_tasks(st.integers(2, 3), outputs=st.integers(1, 2), partial=True))
    assume(_stored(task))
    return Example((Subject(tabulated(task), task),), "table", True)


def _stored(task: FunctionTask) -> bool:
    # At least two entries, and no constant: where nothing is at stake there is no tag.
    words = [task.word(x) for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    return len({*words}) > 1 and sum(map(any, words)) >= 2


def _smallest_tabulated() -> Iterator[Example]:
    examples = []
    for inputs in (2, 3):
        for bits in range(1 << (1 << inputs)):
            task = FunctionTask((TruthTable(inputs, bits),))
            if _stored(task):
                examples.append(Example((Subject(tabulated(task), task),), "table", True))
    yield from sorted(examples, key=lambda example: example.key)


def _is_table(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    if judgements[0].holds:
        return None
    return f"The table is not tagged; its score is {judgements[0].score}."


def _no_lookup(definition: Definition) -> str:
    return "" if definition.tag == LOOKUP_TABLE else f"its tag is not {LOOKUP_TABLE}"


ANCHORS = Axiom(
    "anchors",
    "Constant, rock and bottle cap have no tag; decoder and truth table are lookup, thermostats "
    "control, unrolled brute force search.",
    _any_anchor,
    _anchors,
    _anchored,
)
TABULATION = Axiom(
    "tabulation",
    "The table of a function that is not constant, with two entries or more, is a lookup table.",
    _tabulated,
    _smallest_tabulated,
    _is_table,
    _no_lookup,
)
