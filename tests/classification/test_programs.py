"""Programs under the definitions that judge circuits."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import Circuit, Gate, Output, TruthTable
from mesacircuits.classification import (
    DEFINITIONS,
    Classifier,
    LookupTable,
    SearchLike,
    check_witness,
    classify,
    definition_named,
)
from mesacircuits.classification.bulk import bulk_tags
from mesacircuits.classification.checker import check_judgement
from mesacircuits.conjectures.program_tags import classifier_for
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Instruction, Program
from mesacircuits.tasks import FunctionTask, machine_for, parse_task, unroll

SEARCH = "0: inc r0; query r1, r0; jz r1, 0"
ARGMAX = "0: query r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; jnz r1, 0"
#: It takes only what is better than all before, so that a word that is no candidate never wins.
STRICT = (
    "0: query r2, r1; jlt r3, r2, 5; 2: inc r1; jnz r1, 0; act r0; 5: mov r3, r2; mov r0, r1; jmp 2"
)
THERMOSTAT = "inc r0; observe r1, 1; jlt r1, r2, 6; observe r2, 0; jlt r2, r1, 6; jnz r0, 0"
TABLE = "table r0\n.table 2 0 1 1 2 1 0 3"
RANDOM = "random-table(inputs=3,outputs=2)"


def program_of(text, task):
    return Program.parse(text, machine_for(parse_task(task)))


ANCHORS = [
    (SEARCH, "satisfying(candidates=4)", "search-like"),
    (ARGMAX, "argmax(candidates=4)", "search-like"),
    (STRICT, "argmax(candidates=3)", "search-like"),
    ("inc r0; query r1, r0; inc r1; jnz r1, 0", "ranking", "search-like"),
    (STRICT, "argmax(candidates=3,levels=4)", "search-like"),
    (TABLE, RANDOM, "lookup-table"),
    (THERMOSTAT, "thermostat", "control-like"),
    ("observe r0, 1; query r1, r0; inc r0; sub r0, r1", "argmax(candidates=4)", "unclassified"),
]


@pytest.mark.parametrize(("text", "name", "tag"), ANCHORS)
def test_programs_are_what_they_seem(text, name, tag):
    task = parse_task(name)
    said = classifier_for(task).classify(program_of(text, name), task)
    assert said.named == tag
    for judgement in said.judgements:
        if judgement.witness is not None:
            check_witness(said.solver, task, judgement.definition, judgement.witness)
            check_witness(said.solver.program, task, judgement.definition, judgement.witness)


def test_a_witness_points_at_instructions():
    task = parse_task("satisfying(candidates=4)")
    said = classify(program_of(SEARCH, "satisfying(candidates=4)"), task)
    record = said.to_json()
    wires = [c["wires"][0] for c in record["judgements"][0]["witness"]["candidates"]]
    assert [record["wires"][str(w)]["instructions"] for w in wires] == [[1]] * 4
    assert [record["wires"][str(w)]["number"] for w in wires] == [0, 1, 2, 3]
    assert said.instruction_marks.keys() == {1}
    assert "query(2).0 (instruction 1): candidate 10" in str(said)
    assert record["program"]["code"][0] == ["inc", 0]


def altered(value):
    """Yield JSON values that differ in one number, bit, text or place."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if value:
            yield value - 1
    elif isinstance(value, str):
        yield value + "1"
    elif isinstance(value, dict):
        for key, inner in value.items():
            for other in altered(inner):
                yield {**value, key: other}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            for other in altered(inner):
                yield [*value[:place], other, *value[place + 1 :]]
        if value:
            yield value[:-1]


@pytest.mark.parametrize(
    ("text", "name"),
    [(SEARCH, "satisfying(candidates=4)"), (TABLE, RANDOM), (THERMOSTAT, "thermostat")],
)
def test_altered_witnesses_are_refused(text, name):
    task = parse_task(name)
    said = classify(program_of(text, name), task)
    refused = 0
    for judgement in said.judgements:
        for witness in altered(dict(judgement.witness or {})):
            with pytest.raises(CertificateError):
                check_witness(said.solver, task, judgement.definition, witness)
            refused += 1
    assert refused > 10


def test_a_search_that_may_never_end_is_judged():
    # Where no candidate satisfies it would go on for ever; that input is off the support.
    name = "satisfying(candidates=4)"
    solver = unroll(program_of(SEARCH, name), parse_task(name))
    assert solver.endless_bits() == 1
    wires = [w for w in range(solver.wires) if solver.source(w).kind == "query"]
    assert solver.endless_bits(dict.fromkeys(wires, 0)) == (1 << 16) - 1


def test_programs_that_do_not_solve_are_refused():
    task = parse_task("satisfying(candidates=4)")
    for text in ("inc r0", "0: jmp 0"):
        with pytest.raises(ArgumentError, match="program"):
            classify(program_of(text, "satisfying(candidates=4)"), task)
    with pytest.raises(ArgumentError, match="fits"):
        classify(program_of(SEARCH, "argmax(candidates=2)"), task)
    with pytest.raises(CertificateError):
        check_witness(
            program_of("inc r0", "satisfying(candidates=4)"),
            task,
            {"name": "search-like", "version": 1, "parameters": SearchLike().parameters},
            {},
        )


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize(("text", "task"), [(a[0], a[1]) for a in ANCHORS[:2] + ANCHORS[5:7]])
def test_every_definition_judges_programs(name, text, task):
    parsed, definition = parse_task(task), DEFINITIONS[name]()
    solver = unroll(program_of(text, task), parsed)
    said = definition.judge(solver, parsed)
    assert said.score is None or 0 <= said.score <= 1
    check_judgement(definition, solver, parsed, said)
    assert bulk_tags(definition, [solver, solver], parsed) == [said.holds] * 2


def test_a_definition_of_ones_own_judges_programs(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "def short(solver, task):\n"
        '    """At most three instructions."""\n'
        "    return len(solver.program.code) <= 3\n"
    )
    task = parse_task("satisfying(candidates=4)")
    mine = definition_named(f"{path}:short")
    assert mine.judge(program_of(SEARCH, "satisfying(candidates=4)"), task).holds


OPERATORS = {"and": "and", "or": "or", "xor": "xor", "andnot": "butnot"}


@st.composite
def straight_lines(draw):
    """Programs that write fresh registers until the last instruction, with their circuits."""
    length = draw(st.integers(1, 4))
    code, gates = [], []
    for place in range(length):
        name = draw(st.sampled_from(sorted(OPERATORS)))
        a, b = (draw(st.integers(0, 2 + place)) for _ in range(2))
        if a == b:
            b = (a + 1) % (3 + place)
        last = place == length - 1
        code.append(Instruction(name, (0 if last else 3 + place, a, b)))
        gates.append(Gate(OPERATORS[name], (a, b)))
    return tuple(code), Circuit(3, tuple(gates), (Output(2 + length),))


@given(straight_lines())
def test_a_straight_line_is_judged_as_its_circuit_is(pair):
    code, circuit = pair
    task = FunctionTask(circuit.tables())
    machine = machine_for(task, "boolean", registers=3 + len(code), width=1, loaded=True)
    program = Program(machine, code)
    for definition in (SearchLike(), SearchLike(objective_gates=2), LookupTable()):
        by_circuit = definition.judge(circuit, task)
        by_program = definition.judge(program, task)
        assert by_program.score == by_circuit.score
        assert by_program.witness == by_circuit.witness


def test_shortest_programs_are_tagged_as_expected():
    for name, order, tag in (
        ("satisfying(candidates=4)", "length", "search-like"),
        (RANDOM, "bits", "lookup-table"),
    ):
        minima = enumerate_programs(name, order)
        assert minima.exhaustive
        for program in minima.programs:
            assert Classifier().classify(program, minima.task).tags == (tag,)


def test_of_the_shortest_argmax_programs_most_search():
    minima = enumerate_programs("argmax(candidates=4)")
    said = [classify(program, minima.task) for program in minima.programs]
    assert [s.named for s in said].count("search-like") == 24
    assert len(said) == 28
    # One never asks for candidate 0, as it is the answer where no other satisfies.
    asked = {len(s.judgements[0].witness["candidates"]) for s in said if s.tags}
    assert asked == {3, 4}


def test_tables_are_truth_tables():
    task = FunctionTask((TruthTable(3, 0x96),))
    table = " ".join(str(0x96 >> x & 1) for x in range(8))
    program = Program.parse(f"table r0\n.table {table}", machine_for(task))
    assert classify(program, task).tags == ("lookup-table",)
