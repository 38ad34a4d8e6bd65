"""The axioms: kept by the default definitions, and broken by bad ones where they should be."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from itertools import islice, permutations, product

import pytest

from mesacircuits.circuits import B2, Circuit, Gate, Output
from mesacircuits.circuits.bases import operator_named
from mesacircuits.definitions import (
    ControlLike,
    DefinitionFailed,
    Judgement,
    LookupTable,
    SearchLike,
    definition_record,
    from_function,
    has_influence,
)
from mesacircuits.definitions.definition import circuit_of, wired_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import axioms
from mesacircuits.testing.axioms.changes import Renaming
from mesacircuits.testing.axioms.subjects import small_circuits
from mesacircuits.testing.axioms.trial import EXAMPLES, try_axioms
from mesacircuits.testing.drawing import drawn

BLIND = "everything else, so whatever happens off the support"


def deep(solver, task):
    return circuit_of(solver).depth > 3


def begins_with_and(solver, task):
    gates = circuit_of(solver).gates
    return (1, {"gate": 1}) if gates and gates[0].operator == "and" else 0


DEPTH_OVER_3 = from_function("depth-over-3", "deep", deep, blind_to=BLIND)
BEGINS_WITH_AND = from_function("begins", "begins-with-and", begins_with_and, blind_to=BLIND)
ALWAYS = from_function("always", "always", lambda solver, task: (1, {"sure": True}), blind_to=BLIND)
NEVER = from_function("never", "never", lambda solver, task: 0, blind_to=BLIND)
HARDLY = from_function("hardly", "hardly", lambda solver, task: Fraction(1, 2), blind_to=BLIND)
CAREFUL = from_function(
    "careful", "careful", lambda s, t: (1, {"k": 1}) if has_influence(s, t) else 0, blind_to=BLIND
)


#: Enough where nothing is to be found, or where the small examples find it.
FEW = 8


@cache
def broken(definition, examples):
    return {result.axiom.name: result for result in try_axioms(definition, None, examples).broken}


@pytest.mark.parametrize("examples", [FEW, pytest.param(EXAMPLES, marks=pytest.mark.slow)])
@pytest.mark.parametrize("definition", [SearchLike(), LookupTable(), ControlLike()])
def test_the_default_definitions_keep_the_axioms(definition, examples: int) -> None:
    trial = try_axioms(definition, None, examples)
    assert not trial.broken
    held = {result.axiom.name for result in trial.results if result.status == "held"}
    assert {"scores", "witnesses", "gate-renaming", "dead-gates", "renaming", "anchors"} <= held
    assert {"duplication", "idempotence", "idle-input", "non-trivial"} <= held
    assert trial.intensional or definition == ControlLike()
    on_programs = {axiom.name for axiom in axioms.PROGRAM_AXIOMS} - {"program-unrolling"}
    assert on_programs <= held
    assert trial.exit_status == 0


@pytest.mark.parametrize(
    ("definition", "axiom"),
    [
        (SearchLike(objective_gates=2), "anchors"),
        pytest.param(SearchLike(reencoding="none"), "renaming", marks=pytest.mark.slow),
        pytest.param(LookupTable(inputs_per_cell=1), "", marks=pytest.mark.slow),
    ],
)
def test_dials_that_lose_an_axiom(definition, axiom: str) -> None:
    tried = [axioms.ANCHORS, axioms.RENAMING, axioms.TABULATION]
    if axiom == "anchors":
        # Search loses renaming, too, on some partial supports (see below), which few draws show.
        tried.remove(axioms.RENAMING)
    trial = try_axioms(definition, tried, 100 if axiom == "renaming" else 30)
    assert [result.axiom.name for result in trial.broken] == [axiom][: bool(axiom)]


@pytest.mark.parametrize("gates", [1, 2])
def test_search_is_renamed_with_its_inputs_on_a_partial_support(gates: int) -> None:
    """Negating input a moves the support, but groups are one objective on all inputs."""
    text = "g1 = ~(a | b); g2 = g1 & ~c; g3 = a & b; g4 = g3 & ~c; g5 = g2 | g4; out = g2, g5"
    subject = axioms.Subject(Circuit.parse(3, text), parse_task("tt:3:01,09@29"))
    renamed = Renaming((0, 1, 2), 1, (0, 1), 0).subject(subject)
    axioms.RENAMING.assert_holds(
        SearchLike(objective_gates=gates), axioms.Example((subject, renamed))
    )


@pytest.mark.parametrize(
    ("definition", "examples", "names"),
    [
        (NEVER, FEW, {"non-trivial"}),
        (HARDLY, FEW, set()),
        (CAREFUL, FEW, {"non-trivial"}),
        (ALWAYS, FEW, {"no-influence", "anchors", "program-anchors", "non-trivial"}),
        pytest.param(
            DEPTH_OVER_3,
            EXAMPLES,
            {"scores", "no-influence", "idempotence"},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            BEGINS_WITH_AND,
            EXAMPLES,
            {"gate-renaming", "dead-gates", "renaming", "off-support", "no-influence"}
            | {"idempotence"},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_bad_definitions_break_the_axioms_that_they_should(definition, examples, names) -> None:
    assert set(broken(definition, examples)) == names


def test_what_a_definition_is_blind_to_must_be_said() -> None:
    silent = from_function("depth-over-3", "deep", deep)
    tried = try_axioms(silent, [axioms.OFF_SUPPORT], FEW)
    assert [result.axiom.name for result in tried.broken] == ["off-support"]
    text = " ".join(str(tried).split())
    assert "no edit off the support changes the score, and `blind_to` does not say" in text
    # One that sees such edits, and says nothing of it, is right; one that denies it is not.
    sees = from_function("begins", "begins-with-and", begins_with_and)
    assert try_axioms(sees, [axioms.OFF_SUPPORT], FEW).results[0].status == "held"
    partly = from_function("deep", "deep", deep, blind_to="some of what is off the support")
    assert try_axioms(partly, [axioms.OFF_SUPPORT], FEW).results[0].status == "reported"
    denies = try_axioms(BEGINS_WITH_AND, [axioms.OFF_SUPPORT], EXAMPLES).results[0]
    assert denies.violation.problem.startswith("The score is ")


def last_gate_inverts(solver, task):
    """Say whether inverting the last gate inverts the outputs; the fault: it may be dead."""
    circuit = circuit_of(solver)
    if not circuit.gates:
        return 0
    full, last = (1 << (1 << circuit.inputs)) - 1, circuit.wires - 1
    after = circuit.output_bits({last: circuit.wire_bits()[last] ^ full})
    inverted = all(a == b ^ full for a, b in zip(after, circuit.output_bits(), strict=True))
    return (1, {"wire": last}) if inverted and circuit.size > 2 else 0


@pytest.mark.parametrize(
    "seed", [pytest.param(s, marks=[pytest.mark.slow] * (s > 1)) for s in range(20)]
)
def test_a_fault_of_dead_gates_is_found_with_any_seed(seed: int) -> None:
    faulty = from_function("last-inverts", "inverts", last_gate_inverts, blind_to=BLIND)
    (result,) = try_axioms(faulty, [axioms.DEAD_GATES], seed=seed).results
    assert result.status == "broken"
    first, second = result.violation.example.subjects
    assert first.solver.size < second.solver.size


# -- counterexamples are no larger than needed ---------------------------------------------------


@pytest.mark.slow
def test_the_smallest_deep_circuit_without_a_witness() -> None:
    result = broken(DEPTH_OVER_3, EXAMPLES)["scores"]
    subject = result.violation.example.subjects[0]
    assert result.smallest
    assert result.violation.problem == "The tag is given without a witness."
    assert (subject.solver.size, subject.solver.inputs) == (4, 2)
    # Depth is at most size, so there is none of fewer gates; of one input, no gate is reduced.
    assert all(circuit.depth <= 3 for circuit in small_circuits() if circuit.size < 4)
    # All reduced circuits of two inputs and four gates, by brute force: the least function wins.
    least = min(
        int(circuit.tables()[0].hex, 16)
        for circuit in chains(2, 4)
        if circuit.depth > 3 and circuit.is_reduced()
    )
    assert subject.solver.tables()[0].bits == least


def chains(inputs: int, size: int):
    """Yield every circuit of so many gates over `b2`, its last gate the output, either way read."""
    choices = [
        [
            Gate(name, pair)
            for pair in product(range(inputs + place), repeat=2)
            if pair[0] < pair[1]
            for name in B2.names
        ]
        for place in range(size)
    ]
    for gates in product(*choices):
        for inverted in (False, True):
            yield Circuit(inputs, gates, (Output(inputs + size - 1, inverted),))


def written_otherwise(circuit: Circuit):
    """Yield the circuit with its gates in every order, and every gate's operands exchanged."""
    for order in permutations(range(circuit.size)):
        for flips in product((False, True), repeat=circuit.size):
            place = {wire: wire for wire in range(circuit.inputs)}
            gates = []
            for number, flip in zip(order, flips, strict=True):
                gate = circuit.gates[number]
                if not all(w in place for w in gate.operands):
                    break
                operator = operator_named(gate.operator)
                operands = [place[w] for w in gate.operands]
                if flip:
                    operator, operands = operator.permuted((1, 0)), operands[::-1]
                gates.append(Gate(operator.name, tuple(operands)))
                place[circuit.inputs + number] = circuit.inputs + len(gates) - 1
            else:
                outputs = (Output(place[o.wire], o.inverted) for o in circuit.outputs)
                yield Circuit(circuit.inputs, tuple(gates), tuple(outputs))


def changed(definition, circuit: Circuit) -> bool:
    task = FunctionTask(circuit.tables())
    scores = {definition.judge(c, task).score for c in written_otherwise(circuit)}
    return len(scores) > 1


@pytest.mark.slow
def test_the_smallest_circuit_whose_gates_have_names() -> None:
    result = broken(BEGINS_WITH_AND, EXAMPLES)["gate-renaming"]
    first, second = result.violation.example.subjects
    assert (result.smallest, first.task) == (True, second.task)
    assert {j.score for j in result.violation.judgements} == {Fraction(0), Fraction(1)}
    assert first.solver.hash_hex == second.solver.hash_hex
    assert (first.solver.size, first.solver.inputs) == (3, 2)
    for size in (1, 2):
        for inputs in (2, 3):
            reduced = (c for c in chains(inputs, size) if c.is_reduced())
            assert not any(changed(BEGINS_WITH_AND, c) for c in reduced)
    least = min(
        int(c.tables()[0].hex, 16)
        for c in chains(2, 3)
        if c.is_reduced() and changed(BEGINS_WITH_AND, c)
    )
    assert first.solver.tables()[0].bits == least


@pytest.mark.slow
def test_the_smallest_dead_gate() -> None:
    first, second = broken(BEGINS_WITH_AND, EXAMPLES)["dead-gates"].violation.example.subjects
    # One input has no two wires to read.
    assert (first.solver.size, first.solver.inputs) == (0, 2)
    assert str(second.solver) == "g1 = a & b; out = 0"


# -- what a trial says ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_trial_is_the_same_each_time() -> None:
    tried = [axioms.SCORES, axioms.GATE_RENAMING, axioms.TABULATION]
    first, second = (try_axioms(BEGINS_WITH_AND, tried, EXAMPLES) for _ in range(2))
    assert first.to_json() == second.to_json()
    assert str(first) == str(second)
    record = json.loads(json.dumps(first.to_json()))
    assert record["definition"]["text"] == "begins"
    assert [row["status"] for row in record["axioms"]] == ["held", "broken", "not applicable"]
    counterexample = record["axioms"][1]["counterexample"]
    assert {subject["score"] for subject in counterexample["subjects"]} == {"0", "1"}
    # How small it is depends on the release of Hypothesis.
    assert Circuit.from_json(counterexample["subjects"][0]["circuit"]).gates
    text = str(first)
    assert "gate-renaming  broken" in text
    assert "the smallest counterexample:" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_definition_that_fails_ends_its_trial() -> None:
    failing = from_function("failing", "failing", lambda s, t: 1 // circuit_of(s).inputs - 2 // 0)
    trial = try_axioms(failing, None, 5)
    assert isinstance(trial.failure, DefinitionFailed)
    assert (trial.results, trial.exit_status) == ((), 1)
    assert "definition failing failed on tt:1:0 by out = 0: raised ZeroDivisionError" in str(trial)
    rounded = from_function("rounded", "rounded", lambda s, t: 0.5 if s.size else 0)
    assert "not exact" in str(try_axioms(rounded, None, 5).failure)


class Unsound:
    """A definition whose judgements are no judgements."""

    name = tag = "unsound"
    version = 1
    formula = source = "none"
    blind_to = BLIND
    parameters: dict[str, int] = {}  # noqa: RUF012

    def __init__(self, score, witness) -> None:
        self.score, self.witness = score, witness

    def judge(self, solver, task) -> Judgement:
        return Judgement(definition_record(self), self.tag, self.score, self.witness)


@pytest.mark.parametrize(
    ("score", "witness", "problem"),
    [
        (Fraction(2), None, "The score is 2, not from 0 to 1."),
        (Fraction(-1, 2), None, "The score is -1/2, not from 0 to 1."),
        (0.5, None, "The score is a float, not a Fraction."),
        (1, None, "The score is an int, not a Fraction."),
        (Fraction(1), None, "The tag is given without a witness."),
        (Fraction(1, 2), {"k": 1}, "There is a witness, though the score is 1/2."),
        (None, {"k": 1}, "There is a witness, but no score."),
        (Fraction(1), {"k": 1}, None),
        (Fraction(0), None, None),
        (None, None, None),
    ],
)
def test_what_is_no_judgement(score, witness, problem) -> None:
    result = try_axioms(Unsound(score, witness), [axioms.SCORES], 1).results[0]
    assert (result.violation and result.violation.problem) == problem
    assert result.status == (
        "broken" if problem else "held" if score is not None else "not applicable"
    )


def test_what_cannot_be_tried() -> None:
    for examples in (0, -1, 1.5):
        with pytest.raises(ArgumentError, match="examples: expected a whole number, at least 1"):
            try_axioms(NEVER, None, examples)


@pytest.mark.parametrize("axiom", axioms.AXIOMS, ids=lambda axiom: axiom.name)
def test_examples_are_what_axioms_say(axiom) -> None:
    found = drawn(axiom.examples(), 20)
    found += [e for kind in axiom.kinds for e in islice(axiom.small(kind), 20)]
    assert found
    for example in found:
        assert example.kind in axiom.kinds or axiom is axioms.NO_INFLUENCE
        assert all(s.task.solved_by(wired_of(s.solver, s.task)) for s in example.subjects)
        assert len(example.subjects) in (1, 2)
        axiom.assert_holds(NEVER, example)


def test_a_violation_is_drawn_in_the_test_that_fails() -> None:
    example = next(axioms.NO_INFLUENCE.smallest())
    with pytest.raises(AssertionError) as caught:
        axioms.NO_INFLUENCE.assert_holds(ALWAYS, example)
    assert str(caught.value).startswith("no-influence: Where the output is constant")
    assert "out = 0" in str(caught.value)
