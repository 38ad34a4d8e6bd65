"""The axioms on circuits: judgements, how a circuit is written and built, tasks, exemplars.

Most demand that nothing depends on changes that may not matter: other names of inputs and words,
other ways to write or to build, copies and buffers. Some only report what changes: other gates for
the same function, an input given twice, the steps of a machine laid out in space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import B2, Circuit, MealyMachine, Output, TruthTable
from mesacircuits.definitions.checker import check_judgement
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    SEARCH_LIKE,
    Definition,
    Judgement,
    circuit_of,
)
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.own_definitions import type_text
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    WorldTask,
)
from mesacircuits.testing.axioms.axiom import (
    Axiom,
    Conclusion,
    Example,
    Subject,
    Tally,
    of_subjects,
    refusal,
    reported,
)
from mesacircuits.testing.axioms.changes import (
    BUFFER,
    DOUBLE_INVERSION,
    Renaming,
    Use,
    bits_to_rename,
    buffered,
    duplicated,
    edited_off,
    idle_world,
    in_other_gates,
    occurring_inputs,
    rescaled,
    rewritings,
    simple_renamings,
    twice,
    unrolled_machine,
    uses_of,
    with_copied_input,
    with_dead_gate,
    with_dead_gates,
    with_idle_input,
    without_influence,
)
from mesacircuits.testing.axioms.subjects import tabulated
from mesacircuits.testing.strategies import SOLVED_KINDS, function_tasks, relabelled

__all__ = [
    "ANCHORS",
    "CIRCUIT_AXIOMS",
    "COPIED_INPUT",
    "DEAD_GATES",
    "DUPLICATION",
    "GATE_RENAMING",
    "IDEMPOTENCE",
    "IDLE_INPUT",
    "INTENSIONAL",
    "NO_INFLUENCE",
    "OFF_SUPPORT",
    "RENAMING",
    "SCORES",
    "TABULATION",
    "TECHNOLOGY",
    "UNROLLING",
    "UNTAGGED_ANCHORS",
    "UTILITY_SCALE",
    "WITNESSES",
    "alone",
    "anchor_problem",
    "same_score",
    "same_tag",
]


# -- judgements ------------------------------------------------------------------------------------


def _alone(draw: DrawFn, subject: Subject) -> Example:
    return Example((subject,))


def _just(subject: Subject) -> Iterator[Example]:
    yield Example((subject,))


#: Each subject as an example of its own.
alone = of_subjects(_alone, _just)


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
    SOLVED_KINDS,
    *alone,
    _exact_score,
)
WITNESSES = Axiom(
    "witnesses",
    "The checker, which derives every field again, accepts each witness.",
    SOLVED_KINDS,
    *alone,
    _proved,
    _without_checker,
)


# -- how a circuit is written and built ------------------------------------------------------------

_REWRITTEN = "gates and operands in another order"
_DEAD = "with a dead gate"
_DUPLICATED = "with a gate in two copies"


def same_score(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    """Return how two scores differ, where they do."""
    first, second = judgements
    if first.score == second.score:
        return None
    if first.score is None:
        return f"The definition does not apply; {example.change} the score is {second.score}."
    after = "the definition does not apply" if second.score is None else f"it is {second.score}"
    return f"The score is {first.score}; {example.change} {after}."


def same_tag(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    """Return which of two has the tag, where only one has; None where either is out of scope.

    >>> from mesacircuits.definitions import from_function
    >>> small = from_function("small", "small", lambda solver, task: solver.size < 1)
    >>> wire = Subject(Circuit.parse(1, "out = a"), FunctionTask((TruthTable(1, 0b10),)))
    >>> example = _pair(wire, buffered(wire.solver, 0, [(0, 0)]), "with a buffer")
    >>> judgements = tuple(small.judge(s.solver, s.task) for s in example.subjects)
    >>> same_tag(small, example, judgements), same_score(small, example, judgements)
    ('The tag is given; with a buffer it is not.', 'The score is 1; with a buffer it is 0.')
    """
    first, second = judgements
    if first.holds == second.holds or not (first.applies and second.applies):
        return None
    given, not_given = "The tag is given", "The tag is not given"
    if first.holds:
        return f"{given}; {example.change} it is not."
    return f"{not_given}; {example.change} it is."


def _pair(subject: Subject, circuit: Circuit, change: str) -> Example:
    return Example((subject, Subject(circuit, subject.task)), change)


def _rewritten(draw: DrawFn, subject: Subject) -> Example:
    return _pair(subject, draw(relabelled(circuit_of(subject.solver))), _REWRITTEN)


def _rewritings(subject: Subject) -> Iterator[Example]:
    for circuit in rewritings(circuit_of(subject.solver)):
        yield _pair(subject, circuit, _REWRITTEN)


def _dead(draw: DrawFn, subject: Subject) -> Example:
    circuit = circuit_of(subject.solver)
    for _ in range(draw(st.integers(1, 2))):
        wire = st.integers(0, circuit.wires - 1)
        circuit = with_dead_gate(circuit, draw(st.sampled_from(B2.names)), (draw(wire), draw(wire)))
    return _pair(subject, draw(relabelled(circuit)), _DEAD)


def _deads(subject: Subject) -> Iterator[Example]:
    for circuit in with_dead_gates(circuit_of(subject.solver)):
        yield _pair(subject, circuit, _DEAD)


def _shared(circuit: Circuit) -> list[tuple[int, list[Use]]]:
    # The gates that are read more than once, with where.
    found = [(i, uses_of(circuit, circuit.inputs + i)) for i in range(circuit.size)]
    return [(number, uses) for number, uses in found if len(uses) > 1]


def _some(draw: DrawFn, uses: list[Use], all_too: bool) -> list[Use]:
    """Draw some of a wire's uses, at least one, and not all of them unless all may be."""
    last = (1 << len(uses)) - 1 - (not all_too)
    chosen = draw(st.integers(1, last))
    return [use for i, use in enumerate(uses) if chosen >> i & 1]


def _duplicate(draw: DrawFn, subject: Subject) -> Example:
    circuit = circuit_of(subject.solver)
    for _ in range(draw(st.integers(1, 2))):
        shared = _shared(circuit)
        assume(shared)
        number, uses = draw(st.sampled_from(shared))
        circuit = duplicated(circuit, number, _some(draw, uses, all_too=False))
    return _pair(subject, circuit, _DUPLICATED)


def _duplicates(subject: Subject) -> Iterator[Example]:
    circuit = circuit_of(subject.solver)
    for number, uses in _shared(circuit):
        for use in uses:
            yield _pair(subject, duplicated(circuit, number, [use]), _DUPLICATED)


_TWICE = "with all gates twice, outputs joined by"
#: Gates that carry a wire on as it is, and what that is called.
_THROUGH = {
    "with a buffer": BUFFER,
    "with a double inversion": DOUBLE_INVERSION,
    "with a wire joined with itself by AND": ("and",),
    "with a wire joined with itself by OR": ("or",),
}


def _idempotent(draw: DrawFn, subject: Subject) -> Example:
    circuit = circuit_of(subject.solver)
    if draw(st.booleans()):
        operator = draw(st.sampled_from(("and", "or")))
        return _pair(subject, twice(circuit, operator), f"{_TWICE} {operator.upper()}")
    change = draw(st.sampled_from(list(_THROUGH)))
    read = [(w, uses) for w in range(circuit.wires) if (uses := uses_of(circuit, w))]
    assume(read)
    wire, uses = draw(st.sampled_from(read))
    moved = _some(draw, uses, all_too=True)
    return _pair(subject, buffered(circuit, wire, moved, _THROUGH[change]), change)


def _idempotents(subject: Subject) -> Iterator[Example]:
    circuit = circuit_of(subject.solver)
    for operator in ("and", "or"):
        yield _pair(subject, twice(circuit, operator), f"{_TWICE} {operator.upper()}")
    for wire in range(circuit.wires):
        if uses := uses_of(circuit, wire):
            for change, through in _THROUGH.items():
                yield _pair(subject, buffered(circuit, wire, uses[:1], through), change)


def _other_gates(draw: DrawFn, subject: Subject) -> Example:
    circuit = circuit_of(subject.solver)
    ways = [(i, other) for i in range(circuit.size) for other in in_other_gates(circuit, i)]
    assume(ways)
    number, other = draw(st.sampled_from(ways))
    return _pair(subject, other, f"with gate {number + 1} made of others")


def _all_other_gates(subject: Subject) -> Iterator[Example]:
    circuit = circuit_of(subject.solver)
    for number in range(circuit.size):
        for other in in_other_gates(circuit, number):
            yield _pair(subject, other, f"with gate {number + 1} made of others")


_TABLE = "as the table of its function"
#: A table has a cell for each input.
_LEAST_TABLE_INPUTS = 2


def _same_function(draw: DrawFn, subject: Subject) -> Example:
    circuit = circuit_of(subject.solver)
    if draw(st.booleans()):
        return _other_gates(draw, subject)
    assume(circuit.inputs >= _LEAST_TABLE_INPUTS)
    return _pair(subject, tabulated(FunctionTask(circuit.tables())), _TABLE)


def _same_functions(subject: Subject) -> Iterator[Example]:
    circuit = circuit_of(subject.solver)
    if circuit.inputs >= _LEAST_TABLE_INPUTS:
        yield _pair(subject, tabulated(FunctionTask(circuit.tables())), _TABLE)


GATE_RENAMING = Axiom(
    "gate-renaming",
    "Writing gates and operands in another order leaves the score alone.",
    SOLVED_KINDS,
    *of_subjects(_rewritten, _rewritings),
    same_score,
)
DEAD_GATES = Axiom(
    "dead-gates",
    "Gates that reach no output leave the score alone.",
    SOLVED_KINDS,
    *of_subjects(_dead, _deads),
    same_score,
)
DUPLICATION = Axiom(
    "duplication",
    "A gate replaced by two copies that share its readers leaves the score alone.",
    SOLVED_KINDS,
    *of_subjects(_duplicate, _duplicates),
    same_score,
)
IDEMPOTENCE = Axiom(
    "idempotence",
    "C AND C, C OR C, a double inversion and a buffer leave the score alone.",
    SOLVED_KINDS,
    *of_subjects(_idempotent, _idempotents),
    same_score,
)
TECHNOLOGY = Axiom(
    "technology",
    "A gate made of others that compute the same leaves the score alone (reported, as definitions "
    "that read structure may mean it).",
    SOLVED_KINDS,
    *of_subjects(_other_gates, _all_other_gates),
    same_score,
    concluding=reported("the score differs"),
)
INTENSIONAL = Axiom(
    "intensional",
    "Two solvers of one task that compute one function may get different scores (reported: yes or "
    "no).",
    SOLVED_KINDS,
    *of_subjects(_same_function, _same_functions),
    same_score,
    concluding=reported("solvers of one task and one function get different scores"),
)


# -- tasks -----------------------------------------------------------------------------------------


def _renamed(draw: DrawFn, subject: Subject) -> Example:
    n, m = bits_to_rename(subject.task)
    renaming = Renaming(
        tuple(draw(st.permutations(range(n)))),
        draw(st.integers(0, (1 << n) - 1)),
        tuple(draw(st.permutations(range(m)))),
        draw(st.integers(0, (1 << m) - 1)),
    )
    return Example((subject, renaming.subject(subject)), f"with {renaming}")


def _renamings(subject: Subject) -> Iterator[Example]:
    for renaming in simple_renamings(*bits_to_rename(subject.task)):
        yield Example((subject, renaming.subject(subject)), f"with {renaming}")


def _idle_input(draw: DrawFn, subject: Subject) -> Example:
    assume(subject.task.inputs < MAX_TASK_INPUTS)
    place = draw(st.integers(0, bits_to_rename(subject.task)[0]))
    return _with_idle(subject, place)


def _with_idle(subject: Subject, place: int) -> Example:
    return Example((subject, with_idle_input(subject, place)), f"with an idle input {place}")


def _idle_inputs(subject: Subject) -> Iterator[Example]:
    for place in (0, bits_to_rename(subject.task)[0]):
        yield _with_idle(subject, place)


def _copied_input(draw: DrawFn, subject: Subject) -> Example:
    assume(subject.task.inputs < MAX_TASK_INPUTS)
    circuit, observed = circuit_of(subject.solver), bits_to_rename(subject.task)[0]
    read = [(i, uses) for i in range(observed) if (uses := uses_of(circuit, i))]
    assume(read)
    copied, uses = draw(st.sampled_from(read))
    place = draw(st.integers(0, observed))
    return _with_copy(subject, copied, place, _some(draw, uses, all_too=True))


def _with_copy(subject: Subject, copied: int, place: int, moved: list[Use]) -> Example:
    change = f"with a copy of input {copied} as input {place}"
    return Example((subject, with_copied_input(subject, copied, place, moved)), change)


def _copied_inputs(subject: Subject) -> Iterator[Example]:
    circuit, observed = circuit_of(subject.solver), bits_to_rename(subject.task)[0]
    for copied in range(observed):
        for use in uses_of(circuit, copied):
            yield _with_copy(subject, copied, observed, [use])


_EDITED = "edited off the support"
#: How a definition says of itself that no edit off the support can matter; of one that says
#: anything else of the support, it is only told how often one does.
_BLIND = "whatever happens off the support"
_SUPPORT = "support"


def _edited(draw: DrawFn, subject: Subject) -> Example:
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
        other = replace(task, utilities=tuple(turned), label="")
    return Example((Subject(circuit, task), Subject(edited, other)), _EDITED)


def _edits(subject: Subject) -> Iterator[Example]:
    circuit = circuit_of(subject.solver)
    if not isinstance(subject.task, FunctionTask) or circuit.inputs > 2:
        # Of three inputs there is no room in gates that read two others.
        return
    full = (1 << (1 << circuit.inputs)) - 1
    for support in range(1, full):
        partial = Subject(circuit, FunctionTask(circuit.tables(), support))
        for number in range(circuit.size):
            edited = edited_off(circuit, number, full & ~support)
            if edited is not None:
                yield _pair(partial, edited, _EDITED)


def _seen_off_support(definition: Definition) -> Callable[[Tally], Conclusion] | None:
    if _BLIND in definition.blind_to:
        return None
    if _SUPPORT in definition.blind_to:
        return reported("the score differs")(definition)

    def concluded(tally: Tally) -> Conclusion:
        if tally.found:
            return Conclusion("held")
        text = f"no edit off the support changes the score, and `blind_to` does not say `{_BLIND}`"
        return Conclusion("broken", text)

    return concluded


_VALUED = ("optimisation", "episode")


def _rescaled(subject: Subject, scale: Fraction, shift: Fraction) -> Example:
    task = subject.task
    assert isinstance(task, OptimisationTask | EpisodeTask)
    other = Subject(subject.solver, rescaled(task, scale, shift))
    return Example((subject, other), f"with {scale} U + {shift}")


def _scaled(draw: DrawFn, subject: Subject) -> Example:
    scale = draw(st.sampled_from((Fraction(1), Fraction(2), Fraction(1, 3))))
    return _rescaled(subject, scale, draw(st.sampled_from(range(-2, 3)).map(Fraction)))


def _scales(subject: Subject) -> Iterator[Example]:
    yield _rescaled(subject, Fraction(2), Fraction(0))
    yield _rescaled(subject, Fraction(1), Fraction(1))


_OUTPUT = "the output is constant on the support"
_ACTION = "the action changes nothing"
_ACTING = ("function", "world", "episode")


def _idle(draw: DrawFn, subject: Subject) -> Example:
    circuit, task = circuit_of(subject.solver), subject.task
    if not isinstance(task, FunctionTask):
        idle = without_influence(task)
        # What the world does by itself decides whether it is solved at all.
        if idle.solved_by(circuit):
            return Example((Subject(circuit, idle),), _ACTION)
    if draw(st.booleans()) and len(circuit.outputs) <= MAX_RELATION_OUTPUTS:
        idle = idle_world(circuit.inputs, len(circuit.outputs))
        return Example((Subject(circuit, idle),), _ACTION)
    word = circuit(draw(st.integers(0, (1 << circuit.inputs) - 1)))
    alike = sum(1 << x for x in range(1 << circuit.inputs) if circuit(x) == word)
    return Example((Subject(circuit, FunctionTask(circuit.tables(), alike)),), _OUTPUT)


def _idles(subject: Subject) -> Iterator[Example]:
    circuit, task = circuit_of(subject.solver), subject.task
    if isinstance(task, WorldTask | EpisodeTask):
        idle = without_influence(task)
        if idle.solved_by(circuit):
            yield Example((Subject(circuit, idle),), _ACTION)
        return
    table = circuit.tables()[0]
    for support in (table.mask & ~table.bits, table.bits):
        if support:
            constant = FunctionTask((table,), support)
            yield Example((Subject(circuit, constant),), _OUTPUT)
    yield Example((Subject(circuit, idle_world(circuit.inputs, 1)),), _ACTION)


def _untagged(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    if not judgements[0].holds:
        return None
    return f"The tag is given, though {example.change}."


RENAMING = Axiom(
    "renaming",
    "Renaming the inputs and outputs of circuit and task together leaves the score alone.",
    SOLVED_KINDS,
    *of_subjects(_renamed, _renamings),
    same_score,
)
IDLE_INPUT = Axiom(
    "idle-input",
    "An input that nothing reads, and on which the task does not depend, leaves the score alone.",
    SOLVED_KINDS,
    *of_subjects(_idle_input, _idle_inputs),
    same_score,
)
COPIED_INPUT = Axiom(
    "copied-input",
    "An input given twice, equal on the support, readers of it moved to the copy, leaves the score "
    "alone (reported, as on all inputs it is another structure).",
    SOLVED_KINDS,
    *of_subjects(_copied_input, _copied_inputs),
    same_score,
    concluding=reported("the score differs"),
)
OFF_SUPPORT = Axiom(
    "off-support",
    f"No edit off the support changes the score of a definition that is blind to `{_BLIND}`; one "
    "whose scores none changes says so in `blind_to`.",
    ("function", "optimisation", "world"),
    *of_subjects(_edited, _edits),
    same_score,
    concluding=_seen_off_support,
)
UTILITY_SCALE = Axiom(
    "utility-scale",
    "Positive affine changes of the utilities, or rewards, leave the score alone.",
    _VALUED,
    *of_subjects(_scaled, _scales),
    same_score,
)
NO_INFLUENCE = Axiom(
    "no-influence",
    "Where the output is constant on the support, or the action changes nothing, there is no tag.",
    _ACTING,
    *of_subjects(_idle, _idles),
    _untagged,
)


# -- steps laid out in space -----------------------------------------------------------------------

_MOST_STEPS = 3


def _unrolled(circuit: Circuit, start: int, steps: int) -> Example:
    machine = MealyMachine(circuit, 1, start)
    laid_out = unrolled_machine(machine, steps)
    return Example(
        (
            Subject(machine, FunctionTask(circuit.tables(), occurring_inputs(machine, steps))),
            Subject(laid_out, FunctionTask(laid_out.tables())),
        ),
        f"with {steps} steps laid out",
    )


def _with_memory(circuit: Circuit, next_state: Output) -> Circuit:
    return replace(circuit, outputs=(*circuit.outputs, next_state))


def _steps_of(draw: DrawFn, subject: Subject) -> Example:
    circuit = circuit_of(subject.solver)
    assume(circuit.inputs >= 2)
    if len(circuit.outputs) < 2 or draw(st.booleans()):
        wire = draw(st.integers(0, circuit.wires - 1))
        circuit = _with_memory(circuit, Output(wire, draw(st.booleans())))
    most = min(_MOST_STEPS, MAX_TASK_INPUTS // (circuit.inputs - 1))
    return _unrolled(circuit, draw(st.integers(0, 1)), draw(st.integers(1, most)))


def _all_steps_of(subject: Subject) -> Iterator[Example]:
    circuit = circuit_of(subject.solver)
    if circuit.inputs >= 2:
        for next_state in (circuit.outputs[0], Output(0)):
            for steps in (1, 2):
                yield _unrolled(_with_memory(circuit, next_state), 0, steps)


def _no_machines(definition: Definition) -> str:
    exemplar = exemplar_named("win-stay-lose-shift")
    return refusal(definition, "machines", _unrolled(exemplar.solver, 0, 1).subjects[:1])


UNROLLING = Axiom(
    "unrolling",
    "A Mealy machine, on the inputs that occur within k steps, and its circuit of k steps, from "
    "all observations to all actions, get one tag (reported, for what a step does, k steps need "
    "not do).",
    ("function",),
    *of_subjects(_steps_of, _all_steps_of),
    same_tag,
    _no_machines,
    reported("the tag differs"),
)


# -- exemplars -------------------------------------------------------------------------------------

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


def _anchors_of(kind: str) -> Iterator[Example]:
    return (example for example in _anchors() if example.kind == kind)


def _any_anchor(kind: str, subject: SearchStrategy[Subject]) -> SearchStrategy[Example]:
    return st.sampled_from(list(_anchors_of(kind)))


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
def _stored_tables(draw: DrawFn) -> Example:
    task = draw(function_tasks(st.integers(2, 3), outputs=st.integers(1, 2), partial=True))
    assume(_stored(task))
    return Example((Subject(tabulated(task), task),), "table", True)


def _stored(task: FunctionTask) -> bool:
    # At least two entries, and no constant: where nothing is at stake there is no tag.
    words = [task.word(x) for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    return len({*words}) > 1 and sum(map(any, words)) >= 2


def _any_table(kind: str, subject: SearchStrategy[Subject]) -> SearchStrategy[Example]:
    return _stored_tables()


def _small_tables(kind: str) -> Iterator[Example]:
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
    tuple(dict.fromkeys(example.kind for example in _anchors())),
    _any_anchor,
    _anchors_of,
    _anchored,
)
TABULATION = Axiom(
    "tabulation",
    "The table of a function that is not constant, with two entries or more, is a lookup table.",
    ("function",),
    _any_table,
    _small_tables,
    _is_table,
    _no_lookup,
)

#: The axioms on circuits, in the order in which they are tried.
CIRCUIT_AXIOMS = (
    SCORES,
    WITNESSES,
    GATE_RENAMING,
    DEAD_GATES,
    DUPLICATION,
    IDEMPOTENCE,
    RENAMING,
    IDLE_INPUT,
    OFF_SUPPORT,
    UTILITY_SCALE,
    NO_INFLUENCE,
    ANCHORS,
    TABULATION,
    TECHNOLOGY,
    COPIED_INPUT,
    UNROLLING,
    INTENSIONAL,
)
