"""The axioms on circuits: judgements, how a circuit is written and built, tasks, exemplars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import B2, Circuit, TruthTable
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
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    Task,
    World,
    WorldTask,
)
from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject
from mesacircuits.testing.axioms.changes import (
    Renaming,
    bits_to_rename,
    edited_off,
    rewritings,
    simple_renamings,
    with_dead_gate,
    with_dead_gates,
)
from mesacircuits.testing.axioms.subjects import (
    choosers,
    small_functions,
    small_solved,
    small_subjects,
    subjects,
    tables,
    tabulated,
)
from mesacircuits.testing.strategies import function_tasks, relabelled

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
    "idle_world",
    "rescaled",
]


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
            task.slack,
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
