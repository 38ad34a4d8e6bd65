"""Programs under the definitions that judge circuits."""

from itertools import product

import pytest
from hypothesis import assume, given, strategies as st
from witness_mutations import leaves, same, set_at, values_of

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.circuit import words_of
from mesacircuits.definitions import (
    DEFINITIONS,
    Classifier,
    LookupTable,
    SearchLike,
    check_witness,
    classify,
    definition_named,
)
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.definitions.checker import _origins_of, _Slices, check_judgement
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Instruction, Program
from mesacircuits.programs.comparisons import Comparisons
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.programs import classifier_for
from mesacircuits.tasks import (
    FunctionTask,
    OptimisationTask,
    instances_of,
    machine_for,
    parse_task,
    unroll,
)

SEARCH = "0: inc r0; query r1, r0; jz r1, 0"
ARGMAX = "0: query r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; jnz r1, 0"
#: It takes only what is better than all before, so that a word that is no candidate never wins.
STRICT = (
    "0: query r2, r1; jlt r3, r2, 5; 2: inc r1; jnz r1, 0; act r0; 5: mov r3, r2; mov r0, r1; jmp 2"
)
THERMOSTAT = "inc r0; observe r1, 1; jlt r1, r2, 6; observe r2, 0; jlt r2, r1, 6; jnz r0, 0"
TABLE = "table r0\n.table 2 0 1 1 2 1 0 3"
RANDOM = "random-table(inputs=3,outputs=2)"


def program_of(text, task, operations="oracle", width=None):
    return Program.parse(text, machine_for(parse_task(task), operations, width=width))


ANCHORS = [
    (SEARCH, "satisfying(candidates=4)", "search-like"),
    (ARGMAX, "argmax(candidates=4)", "search-like"),
    (STRICT, "argmax(candidates=3)", "search-like"),
    # All utilities of a ranking differ: each follows from the others, and nothing is contested.
    ("inc r0; query r1, r0; inc r1; jnz r1, 0", "ranking", "unclassified"),
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


WITNESSED = [(text, name) for text, name, tag in ANCHORS if tag != "unclassified"]


@pytest.mark.parametrize(("text", "name"), WITNESSED)
def test_altered_witnesses_are_refused(text, name, sampled):
    task = parse_task(name)
    said = classifier_for(task).classify(program_of(text, name), task)
    refused = 0
    for judgement in said.judgements:
        witness = dict(judgement.witness or {})
        alterations = [*altered(witness)]
        for path, value in leaves(witness) if witness else ():
            field = next(key for key in reversed(path) if isinstance(key, str))
            others = values_of(field, value, said.solver, task)
            alterations += [set_at(witness, path, new) for new in others if not same(value, new)]
        for alteration in sampled(alterations, 80):
            with pytest.raises(CertificateError):
                check_witness(said.solver, task, judgement.definition, alteration)
        refused += len(alterations)
    assert refused > 100


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
def straight_lines(draw, fresh):
    """Programs of three inputs, each beside the circuit that has a gate for each instruction.

    With `fresh` no result is overwritten, and the last is the answer; else any register is written,
    and the answer is what register 0 holds in the end.
    """
    length = draw(st.integers(1, 4))
    held = [*range(3), *[CONSTANT] * length]
    code, gates = [], []
    for place in range(length):
        name = draw(st.sampled_from(sorted(OPERATORS)))
        # Registers that hold wires, and not the same twice: neither reads a constant.
        known = [r for r, wire in enumerate(held) if wire != CONSTANT]
        pairs = [(a, b) for a in known for b in known if held[a] != held[b]]
        a, b = draw(st.sampled_from(pairs))
        written = draw(st.integers(0, 2 + place))
        if fresh:
            written = 0 if place == length - 1 else 3 + place
        code.append(Instruction(name, (written, a, b)))
        gates.append(Gate(OPERATORS[name], (held[a], held[b])))
        held[written] = 3 + place
        if len({wire for wire in held if wire != CONSTANT}) < 2:
            break
    circuit = Circuit(3, tuple(gates), (Output(held[0]),))
    task = FunctionTask(circuit.tables())
    machine = machine_for(task, "boolean", registers=3 + length, width=1, loaded=True)
    return Program(machine, tuple(code)), circuit, task


BY_CIRCUITS = (SearchLike(), SearchLike(objective_gates=2), SearchLike(reencoding="none"))
BY_CIRCUITS += (LookupTable(), LookupTable(1))


@given(straight_lines(fresh=True) | straight_lines(fresh=False))
def test_a_straight_line_is_judged_as_its_circuit_is(pair):
    program, circuit, task = pair
    # Equal gates are one wire, and equal results are not.
    assume(all(len(wires) == 1 for wires in wire_classes(circuit).members.values()))
    solver = unroll(program, task)
    # Wires come by what they read, not by place: what reads inputs alone is before the others.
    places = [solver.source(wire).instructions for wire in range(3, circuit.wires)]
    in_order = places == [(place,) for place in range(circuit.size)]
    for definition in BY_CIRCUITS:
        by_circuit = definition.judge(circuit, task)
        by_program = definition.judge(program, task)
        assert by_program.score == by_circuit.score
        assert (by_program.witness is None) == (by_circuit.witness is None)
        if in_order:
            assert by_program.witness == by_circuit.witness


@st.composite
def blind_lines(draw):
    """Straight lines of `inc` and `observe`."""
    machine = machine_for(parse_task("argmax(candidates=4)"), "oracle", registers=2)
    code = draw(
        st.lists(
            st.sampled_from(
                [
                    *(Instruction("inc", (register,)) for register in range(2)),
                    *(Instruction("observe", pair) for pair in product(range(2), repeat=2)),
                ]
            ),
            max_size=6,
        )
    )
    return Program(machine, tuple(code))


@given(blind_lines())
def test_what_asks_for_no_candidate_does_not_search(program):
    # A task with utilities that the program solves: those words are best that it answers.
    argmax = parse_task("argmax(candidates=4)")
    words = words_of(UnrolledProgram(program, instances_of(argmax, program.machine)))
    rows = tuple(tuple(int(word == best) for word in argmax.candidates) for best in words)
    task = OptimisationTask(argmax.inputs, argmax.outputs, argmax.candidates, rows)
    judgement = SearchLike().judge(program, task)
    assert not judgement.holds
    assert judgement.score == 0


def test_shortest_programs_are_tagged_as_expected():
    for name, order, tag in (
        ("satisfying(candidates=4)", "length", "search-like"),
        (RANDOM, "bits", "lookup-table"),
    ):
        minima = enumerate_programs(name, order, machine_for(parse_task(name), "oracle"))
        assert minima.exhaustive
        for program in minima.programs:
            assert Classifier().classify(program, minima.task).tags == (tag,)


def test_of_the_shortest_argmax_programs_most_search():
    task = parse_task("argmax(candidates=4)")
    minima = enumerate_programs(task, machine=machine_for(task, "oracle"))
    said = [classify(program, minima.task) for program in minima.programs]
    assert [s.named for s in said].count("search-like") == 21
    assert len(said) == 25
    # One never asks for candidate 0, as it is the answer where no other satisfies.
    asked = {len(s.judgements[0].witness["candidates"]) for s in said if s.tags}
    assert asked == {3, 4}


def test_tables_are_truth_tables():
    task = FunctionTask((TruthTable(3, 0x96),))
    table = " ".join(str(0x96 >> x & 1) for x in range(8))
    program = Program.parse(f"table r0\n.table {table}", machine_for(task))
    assert classify(program, task).tags == ("lookup-table",)


#: It walks from each candidate to the one after that which its value names, and compares nothing:
#: s(x) = U(U(x)) + 1 has cycles of 1, 2 and 4, and four steps lead back. The shortest program of
#: this task on registers of three bits.
WALK = "inc r1; query r0, r2; query r2, r0; inc r2; jnz r1, 0"
FAIR = {
    "running maximum": (
        "0: load r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; jnz r1, 0",
        "argmax(candidates=4)",
        {},
    ),
    "first satisfying": ("0: inc r0; load r1, r0; jz r1, 0", "satisfying(candidates=4)", {}),
    "early exit": (
        "0: load r1, r0; jnz r1, end; inc r0; jnz r0, 0", "argmax(candidates=4)", {},
    ),
    "tournament": (
        "observe r1, 0; observe r2, 1; jlt r1, r2, second; jmp other; "
        "second: mov r1, r2; inc r0; "
        "other: observe r2, 2; observe r3, 3; jlt r2, r3, fourth; jlt r1, r2, third; jmp end; "
        "third: sub r0, r0; inc r0; jmp last; "
        "fourth: jlt r1, r3, 16; jmp end; 16: sub r0, r0; inc r0; inc r0; last: inc r0",
        "argmax(candidates=4)",
        {},
    ),
    # From the middle of three to a neighbour that is better, until none is; beyond lies 0.
    "hill climb": (
        "inc r0; around: load r2, r0; mov r1, r0; inc r1; load r3, r1; jlt r2, r3, move; "
        "inc r1; inc r1; load r3, r1; jlt r2, r3, move; jmp end; move: mov r0, r1; jmp around",
        "argmax(candidates=3)",
        {},
    ),
    # What is computed in a loop follows the jumps of the loop before.
    "table of utilities": (
        "0: load r2, r1; utility r2, r2; jlt r2, r3, 5; mov r3, r2; mov r0, r1; 5: inc r1; "
        "jnz r1, 0",
        "choice(candidates=4,features=1,utility=1)",
        {"objective_gates": 1, "pruning": "on"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAIR)
def test_programs_that_search_for_what_they_load(name):
    text, task, dials = FAIR[name]
    parsed, program = parse_task(task), program_of(text, task, "fair")
    # A load is free, as an input wire is; what is computed is not.
    strict = SearchLike().judge(program, parsed)
    assert not strict.holds
    free = SearchLike(**{"objective_gates": 0, **dials})
    said = free.judge(program, parsed)
    assert said.score == 1
    check_judgement(free, program, parsed, said)


def test_a_program_that_compares_nothing_does_not_search():
    name = "ranking(instances=24)"
    task = parse_task(name)
    program = program_of(WALK, name)
    assert task.solved_by(unroll(program, task))
    for dials in ({}, {"objective_gates": 0}, {"ties": "input"}):
        assert SearchLike(wires_per_score=2, **dials).judge(program, task).score == 0
    # Nor is it where utilities are a table that is charged.
    charged = program_of(WALK.replace("query", "utility"), name, "fair")
    assert SearchLike(wires_per_score=2).judge(charged, task).score == 0


def test_the_checker_asks_for_a_comparison_too():
    # Without its finder: a witness of groups that the walk asks for is refused for it.
    name = "ranking(instances=24)"
    task = parse_task(name)
    solver = unroll(program_of(WALK, name), task)
    groups = [
        [w for w in range(solver.wires) if solver.source(w)[:2] == ("query", candidate)][:2]
        for candidate in range(4)
    ]
    assert not Comparisons(solver, task.support_bits).serve(groups)
    slices = [_Slices(solver, x) for x in range(64) if task.support_bits >> x & 1]
    origins = [frozenset(_origins_of(solver, group)) for group in groups]
    others = frozenset().union(*origins[1:])
    assert not any(turn.compared(origins[0], others) for turn in slices)


@pytest.mark.parametrize("name", FAIR)
def test_two_ways_to_tell_what_is_compared_agree(name):
    text, task, _ = FAIR[name]
    solver = unroll(program_of(text, task, "fair"), parse_task(task))
    support = parse_task(task).support_bits
    found = Comparisons(solver, support)
    live = [w for w in range(solver.wires) if solver.source(w).kind in ("input", "result")]
    turns = [_Slices(solver, x) for x in range(1 << solver.inputs) if support >> x & 1]
    for wire in live:
        (own,) = _origins_of(solver, [wire])
        rest = frozenset(_origins_of(solver, [w for w in live if w != wire])) - {own}
        backwards = any(turn.compared(frozenset({own}), rest) for turn in turns)
        tags = {(t.kind, t.number) if t.kind != "result" else (t.place, t.visit)
                for t in found.jumped_on}  # fmt: skip
        for pair in found.joined:
            for one, other in (pair, pair[::-1]):
                if any(named(tag) in rest for tag in other):
                    tags |= {named(tag)[:2] if tag.kind != "result" else named(tag)[1:]
                             for tag in one}  # fmt: skip
        name_of = own[1:] if own[0] == "result" else own[:2]
        assert (name_of in tags) == backwards


def named(tag):
    if tag.kind == "result":
        return "result", tag.place, tag.visit
    return tag.kind, tag.number, None


def test_a_proxy_is_written_asked_for_and_tagged():
    # U is the first feature; only where it equals the second have candidates been in training.
    name = "choice(candidates=2,features=2,utility=A,training=9,proxy=C)"
    task = parse_task(name)
    by_oracle = program_of(
        "0: query-proxy r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; "
        "query-proxy r2, r1; jlt r3, r2, 8; jmp end; 8: mov r0, r1",
        name,
        "oracle-proxy",
    )
    said = SearchLike().judge(by_oracle, task)
    assert said.score == 1
    assert said.witness["objective"]["relation"] == "proxy"
    check_judgement(SearchLike(), by_oracle, task, said)
    with pytest.raises(ArgumentError, match="query-proxy"):
        program_of("query-proxy r0, r0", "argmax", "oracle-proxy")
