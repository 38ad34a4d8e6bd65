"""Contains: the finder against the text of the definition and the checker, kernels, and names."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from copied_wires import same_circuits
from hypothesis import given, settings, strategies as st
from judged_circuits import Pair, agree, choosers, judged, tables_of_cubes
from plain_values import below, values_on, word_on
from toy_definition import ReadOften
from witness_mutations import leaves, same, set_at, shown, values_of

from mesacircuits.circuits import B2, Circuit, Output, TruthTable
from mesacircuits.definitions import (
    Classifier,
    ControlLike,
    Definition,
    LookupTable,
    SearchLike,
    check_judgement,
    check_witness,
    classify,
    definition_named,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.bulk import Chains, bulk_sets, bulk_tags
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.definitions.contains import Contains, part_of
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.definitions.registry import is_of_package
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.levels import levels
from mesacircuits.enumeration.rows import basis_tables, circuit_of_rows
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Program
from mesacircuits.studies.survey import survey
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tasks import FunctionTask, Task, machine_for, parse_task

INNER: tuple[Definition, ...] = (LookupTable(), LookupTable(1), SearchLike(), ReadOften())
SEARCH_IN_AN_AND = "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; g4 = g3 & d; out = g4"
#: A multiplexer, two cells, whose output is flipped by an input.
TABLE_IN_AN_XOR = "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; g4 = g3 ^ c; out = g4"
TABLE: dict[str, Any] = {
    "kind": "contains",
    "wires": [5],
    "part": [0, 1, 2, 3, 4, 5],
    "witness": {
        "kind": "lookup",
        "default": [0],
        "cells": [
            {"wire": 3, "inverted": False, "cube": "11-", "inputs": [3, 7]},
            {"wire": 4, "inverted": False, "cube": "0-1", "inputs": [4, 6]},
        ],
    },
}


def own_task(circuit: Circuit) -> FunctionTask:
    return FunctionTask(circuit.tables())


# -- the text of the definition, by brute force --------------------------------------------------


def oracle(contains: Contains, circuit: Circuit, task: Task) -> Fraction:
    inner = contains.definition
    assert not isinstance(inner, str)
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    natural = {x: word_on(circuit, x, {}) for x in support}
    if len({*natural.values()}) == 1:
        return Fraction(0)
    rows = [values_on(circuit, x, {}) for x in range(1 << task.inputs)]
    tables = list(zip(*rows, strict=True))
    inverse = [tuple(1 - bit for bit in table) for table in tables]
    live: set[int] = set()
    for output in circuit.outputs:
        live |= below(circuit, output.wire) if output.wire >= 0 else set()

    def alike(u: int, v: int) -> bool:
        return tables[u] == tables[v] or tables[u] == inverse[v]

    best = Fraction(0)
    gates = sorted(w for w in live if w >= circuit.inputs)
    for count in range(1, contains.outputs + 1):
        for wires in combinations(gates, count):
            if any(alike(u, v) for u, v in combinations(wires, 2)):
                continue
            used = False
            for y in support:
                do = {
                    w: rows[y][w] for w in range(circuit.wires) if any(alike(w, v) for v in wires)
                }
                used |= any(word_on(circuit, x, do) != natural[x] for x in support)
            if used:
                part, _ = part_of(circuit, wires)
                own = FunctionTask(part.tables(), task.support_bits)
                score = inner.judge(part, own).score
                assert score is not None
                best = max(best, score)
    return best


@settings(max_examples=100)
@given(judged(tables_of_cubes, most_inputs=3) | judged(choosers, most_inputs=3), st.data())
def test_finder_is_complete_and_the_checker_agrees(pair: Pair, data: st.DataObject) -> None:
    inner = data.draw(st.sampled_from(INNER[:3]))
    for outputs in (1, 2):
        contains = Contains(inner, outputs)
        assert agree(contains, *pair) == oracle(contains, *pair)


@given(judged(tables_of_cubes, most_inputs=3))
def test_a_definition_of_ones_own_is_contained(pair: Pair) -> None:
    contains = Contains(ReadOften(3))
    judgement = contains.judge(*pair)
    assert judgement.score == oracle(contains, *pair)
    check_judgement(contains, *pair, judgement)


@given(judged(tables_of_cubes) | judged(choosers))
def test_a_tag_on_its_own_function_is_contained(pair: Pair) -> None:
    circuit, task = pair
    if len(circuit.outputs) > 1:
        circuit = Circuit(circuit.inputs, circuit.gates, circuit.outputs[:1])
        task = FunctionTask(task.tables[:1], task.support)
    for definition in INNER[:3]:
        if definition.judge(circuit, task).holds:
            assert Contains(definition).judge(circuit, task).holds


def test_all_minima_of_three_inputs_that_have_a_tag_contain_it() -> None:
    held = 0
    for bits in range(0, 256, 2):
        minima = enumerate_minima(TruthTable(3, bits))
        for definition in INNER[:3]:
            own = bulk_tags(definition, minima.minima, minima.task)
            contained = bulk_tags(Contains(definition), minima.minima, minima.task)
            assert all(inside or not tag for tag, inside in zip(own, contained, strict=True))
            held += sum(own)
    assert held > 40


@settings(max_examples=40)
@given(judged(tables_of_cubes, most_inputs=3), st.data())
def test_wires_computed_twice_take_no_tag_away(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    others = list(same_circuits(circuit))
    contains = Contains(LookupTable())
    if others and contains.judge(circuit, task).holds:
        assert contains.judge(data.draw(st.sampled_from(others)), task).holds


# -- anchors -------------------------------------------------------------------------------------


def test_what_is_and_what_contains() -> None:
    for inputs, text, definition in (
        (4, SEARCH_IN_AN_AND, SearchLike()),
        (3, TABLE_IN_AN_XOR, LookupTable()),
    ):
        circuit = Circuit.parse(inputs, text)
        assert not definition.judge(circuit, own_task(circuit)).holds
        assert agree(Contains(definition), circuit, own_task(circuit)) == 1


def test_what_changes_no_output_is_not_contained() -> None:
    # g3 is a table, but g5 is b, whatever g3 is on the support where d is 0.
    text = "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; g4 = g3 & d; g5 = b | g4; out = g5"
    circuit = Circuit.parse(4, text)
    assert agree(Contains(LookupTable()), circuit, own_task(circuit)) == 1
    asleep = FunctionTask(circuit.tables(), 0xFF)
    assert agree(Contains(LookupTable()), circuit, asleep) == 0
    # Nor is a gate that is set to what it always is.
    steady = Circuit.parse(2, "g1 = a & ~a; g2 = b | g1; out = g2")
    often = Contains(ReadOften(1))
    score = often.judge(steady, own_task(steady)).score
    assert score == oracle(often, steady, own_task(steady)) == 1
    assert Contains(ReadOften(2)).judge(steady, own_task(steady)).score == Fraction(1, 2)


def test_parts_of_two_outputs() -> None:
    # Two lines of a decoder, and their sum joined with c: neither line is a table by itself.
    text = "g1 = a & b; g2 = a | b; g3 = g1 ^ c; g4 = g2 & g3; out = g4"
    circuit = Circuit.parse(3, text)
    assert agree(Contains(LookupTable()), circuit, own_task(circuit)) < 1
    judgement = Contains(LookupTable(), outputs=2).judge(circuit, own_task(circuit))
    assert judgement.witness is not None
    assert judgement.witness["wires"] == [3, 4]
    assert judgement.witness["part"] == [0, 1, 2, 3, 4]


def test_where_it_does_not_apply() -> None:
    circuit = Circuit.parse(2, "g1 = a & b; out = g1")
    wire = Circuit.parse(2, "out = a")
    for solver in (circuit, wire):
        judgement = Contains(ControlLike()).judge(solver, own_task(solver))
        assert (judgement.score, judgement.witness) == (None, None)
        why = "not applicable: a part is a function, and the task has no world"
        assert judgement.note == why
    task = parse_task("satisfying(candidates=4)")
    program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine_for(task, "oracle"))
    judgement = Contains(SearchLike()).judge(program, task)
    assert (judgement.score, judgement.note[:14]) == (None, "not applicable")
    # A wire has no part, and a solver in a world where nothing matters has none of use.
    assert Contains(LookupTable()).judge(wire, own_task(wire)).score == 0
    rock = Circuit.parse(2, "g1 = a & b; g2 = a & ~b; g3 = g1 | g2; out = g3, 0")
    assert Contains(LookupTable()).judge(rock, parse_task("rock")).score == 0


def test_policies_contain_what_their_parts_are() -> None:
    task = parse_task("thermostat")
    inner = Contains(LookupTable(), outputs=2)
    thermostat = Circuit.parse(
        4,
        "g1 = ~b & d; g2 = b & ~d; g3 = ~a & c; g4 = a & ~c; g5 = g3 & ~g2; g6 = g4 & ~g1; "
        "g7 = g1 | g5; g8 = g2 | g6; out = g7, g8",
    )
    judgement = inner.judge(thermostat, task)
    assert judgement.holds
    check_judgement(inner, thermostat, task, judgement)


# -- kernels -------------------------------------------------------------------------------------


def plainly_used(circuit: Circuit) -> list[bool]:
    """Return for each gate whether the output makes use of it: `used_gates`, input by input."""
    rows = [values_on(circuit, x, {}) for x in range(1 << circuit.inputs)]
    tables = list(zip(*rows, strict=True))
    live = below(circuit, circuit.outputs[0].wire)
    if len({word_on(circuit, x, {}) for x in range(len(rows))}) == 1:
        live = []
    found = []
    for gate in range(circuit.inputs, circuit.wires):
        inverse = tuple(1 - bit for bit in tables[gate])
        like = [w for w, table in enumerate(tables) if table in (tables[gate], inverse)]
        found.append(
            gate in live
            and any(
                word_on(circuit, x, {w: rows[y][w] for w in like}) != word_on(circuit, x, {})
                for x in range(len(rows))
                for y in range(len(rows))
            )
        )
    return found


def check_parts(inputs: int, gates: np.ndarray) -> None:
    """Hold the parts of chains against those of circuits."""
    expected: list[set[Circuit]] = []
    for chain in gates:
        circuit = circuit_of_rows(basis_tables(B2), inputs, chain)
        used = plainly_used(circuit)
        expected.append(
            {part_of(circuit, [inputs + place])[0] for place, is_used in enumerate(used) if is_used}
        )
    found: list[set[Circuit]] = [set() for _ in gates]
    for parts, of, which in Chains(inputs, B2.operators, gates).parts:
        assert len(np.unique(parts.gates, axis=0)) == len(parts.gates)
        for chain, place in zip(of.tolist(), which.tolist(), strict=True):
            found[chain].add(circuit_of_rows(basis_tables(B2), inputs, parts.gates[place]))
    for ours, theirs in zip(found, expected, strict=True):
        assert {c.without_dead_gates() for c in ours} == theirs


@cache
def some_chains(inputs: int, size: int) -> np.ndarray:
    found = (level for level in levels(inputs, B2, "size", Effort()) if level.size == size)
    return next(found).chains.rows[:, :, -3:]


@pytest.mark.parametrize(("inputs", "size"), [(3, 3), (3, 4), (4, 4), (4, 5)])
def test_parts_of_chains_are_those_of_circuits(inputs: int, size: int) -> None:
    gates = some_chains(inputs, size)
    check_parts(inputs, gates[:: max(1, len(gates) // 40)])


@settings(max_examples=60)
@given(st.integers(2, 3), st.integers(1, 6), st.data())
def test_parts_of_chains_that_are_not_reduced(inputs: int, size: int, data: st.DataObject) -> None:
    rows = []
    for gate in range(size):
        wire = st.integers(0, inputs + gate - 1)
        rows.append((data.draw(wire), data.draw(wire), data.draw(st.integers(0, 4))))
    hold_to_judging(inputs, rows)


def test_a_constant_output_contains_nothing() -> None:
    # Its part a | b reads wires in two places; but the output is 0.
    hold_to_judging(2, [(0, 0, 3), (1, 2, 0), (0, 0, 0), (2, 3, 2), (5, 0, 1)])


def hold_to_judging(inputs: int, rows: list[tuple[int, int, int]]) -> None:
    """Hold what kernels find of the parts of a chain against the definition's own judge."""
    gates = np.array([rows], dtype=np.uint8)
    check_parts(inputs, gates)
    circuit = circuit_of_rows(basis_tables(B2), inputs, gates[0])
    for inner in INNER:
        contains = Contains(inner)
        held = contains.judge(circuit, own_task(circuit)).holds
        assert bulk_tags(contains, [circuit], own_task(circuit)) == [held]


@pytest.mark.parametrize(
    ("inputs", "size"), [(3, 3), (3, 4), pytest.param(4, 5, marks=pytest.mark.slow)]
)
def test_bulk_sets_agree_with_judging(inputs: int, size: int) -> None:
    gates = some_chains(inputs, size)
    gates = gates[:: max(1, len(gates) // 25)]
    tagged = [Contains(inner) for inner in (*INNER, SearchLike(reencoding="none"))]
    # Of parts of two outputs there is no kernel.
    tagged.append(Contains(LookupTable(), outputs=2))
    for definition, sets in zip(tagged, bulk_sets(tagged, inputs, B2, gates), strict=True):
        for chain, found in zip(gates, sets.tolist(), strict=True):
            circuit = circuit_of_rows(basis_tables(B2), inputs, chain)
            held = definition.judge(circuit, own_task(circuit)).holds
            assert bool(found & 1) == held, (definition, circuit)


@pytest.mark.parametrize(
    ("definition", "tagged"),
    [("search-like", 12), ("contains(search-like)", 48),
     ("contains(search-like(objective_gates=2))", 0)],
)  # fmt: skip
def test_how_many_minima_of_three_inputs_contain_search(definition: str, tagged: int) -> None:
    asked = [definition_named(definition)]
    rows = survey(parse_universe("functions(3)"), B2, "size", asked, Effort()).rows
    assert sum(row.minima for row in rows) == 814
    assert sum(row.counts[0].circuits for row in rows) == tagged


def test_how_many_minima_of_four_inputs_contain_search() -> None:
    asked = [Contains(SearchLike()), Contains(SearchLike(objective_gates=2))]
    rows = survey(parse_universe("functions(4)"), B2, "size", asked, Effort()).rows
    counts = [
        (
            sum(row.counts[i].some > 0 for row in rows),
            sum(row.counts[i].some for row in rows),
            sum(row.counts[i].circuits for row in rows),
        )
        for i in range(2)
    ]
    assert counts == [(85, 22976, 216972), (34, 9824, 24816)]
    assert sum(row.minima for row in rows) == 2561138


# -- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "definition", "written"),
    [
        ("contains", Contains(SearchLike()), "contains(search-like)"),
        ("contains(search-like)", Contains(SearchLike()), None),
        (
            " contains ( search-like( candidates = 3 ) , outputs = 2 ) ",
            Contains(SearchLike(candidates=3), 2),
            "contains(search-like(candidates=3),outputs=2)",
        ),
        ("contains(outputs=3)", Contains(outputs=3), "contains(search-like,outputs=3)"),
        ("contains(definition=lookup-table)", Contains(LookupTable()), "contains(lookup-table)"),
        (
            "contains(contains(lookup-table(inputs_per_cell=1),outputs=2))",
            Contains(Contains(LookupTable(1), 2)),
            None,
        ),
    ],
)
def test_texts(text: str, definition: Contains, written: str | None) -> None:
    assert definition_named(text) == named_in_file("definition", text) == definition
    assert describe_definition(definition) == (written or text)
    assert definition_named(describe_definition(definition)) == definition
    assert Contains(**definition.parameters) == definition
    classifier = Classifier((definition, SearchLike()))
    assert Classifier.from_json(classifier.to_json()) == classifier
    assert is_of_package(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contains(serch-like)", r"definition: .* got serch-like \(did you mean search-like"),
        ("contains(search-like(candidates=1))", "candidates: expected"),
        ("contains(search-like,outputs=0)", "outputs: expected"),
        ("contains(search-like,output=2)", "dial of contains: .*did you mean outputs"),
        ("contains(search-like,lookup-table)", "definition: "),
        ("contains(search-like", "definition: expected NAME or"),
        ("contains(" * 4 + "search-like" + ")" * 4, "one in another at most 3 times"),
        ("contains(" * 9**4 + ")" * 9**4, "one in another at most 3 times"),
        ("contains(missing.py:deep)", "path: expected a readable file"),
    ],
)
def test_texts_that_name_nothing(text: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        definition_named(text)


def test_values_that_are_no_definitions() -> None:
    with pytest.raises(ArgumentError, match="definition: expected a definition"):
        Contains(3)  # type: ignore[arg-type]


def test_what_it_has_from_what_is_contained() -> None:
    search, table = Contains(SearchLike()), Contains(LookupTable())
    assert (search.tag, table.tag) == ("contains(search-like)", "contains(lookup-table)")
    assert Contains(table).tag == "contains(contains(lookup-table))"
    assert search.version == SearchLike.version + 1
    assert search.symmetric
    assert search.ignores_negations
    assert not Contains(SearchLike(reencoding="none")).ignores_negations
    dearer = Contains(SearchLike(objective_gates=2))
    assert dearer in search.variants()
    assert dearer.is_stricter_than(search)
    assert not search.is_stricter_than(dearer)
    assert search.is_stricter_than(Contains(SearchLike(), 2))
    assert not Contains(SearchLike(), 2).is_stricter_than(search)
    assert not search.is_stricter_than(table)
    assert not search.is_stricter_than(SearchLike())


OWN = '''
def deep(solver, task, least=2):
    """Some path has so many gates."""
    return solver.depth >= least
'''


def test_own_definitions_are_contained_and_never_run_for_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine (1).py"
    file.write_text(OWN)
    text = f"contains({file}:deep(least=3))"
    assert not is_of_package(text)
    with pytest.raises(ArgumentError, match="definition: expected one of"):
        named_in_file("definition", text)
    mine = definition_named(text)
    assert (describe_definition(mine), mine.tag) == (text, "contains(deep)")
    circuit = Circuit.parse(4, SEARCH_IN_AN_AND)
    for definition, held in (
        (mine, True),
        (definition_named(f"contains({file}:deep(least=4))"), 0),
    ):
        judgement = definition.judge(circuit, own_task(circuit))
        assert judgement.holds == held
        assert not isinstance(definition.definition, str)
        definition.definition.close()
    record = definition_record(mine)
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, own_task(circuit), record, {"kind": "contains"})
    assert raised.value.where == "definition.parameters"


# -- witnesses -----------------------------------------------------------------------------------


def test_the_witness_made_by_hand_is_the_one_found() -> None:
    circuit, contains = Circuit.parse(3, TABLE_IN_AN_XOR), Contains(LookupTable())
    assert contains.judge(circuit, own_task(circuit)).witness == TABLE
    check_witness(circuit, own_task(circuit), definition_record(contains), TABLE)


def test_no_field_can_be_altered_alone() -> None:
    circuit, contains = Circuit.parse(3, TABLE_IN_AN_XOR), Contains(LookupTable())
    task, record = own_task(circuit), definition_record(contains)
    for path, value in leaves(TABLE):
        field = path[-1]
        values = list(values_of(field, value, circuit, task))
        if field in ("wires", "part"):
            wires = range(circuit.wires + 1)
            values += [list(w) for size in range(9) for w in combinations(wires, size)]
            values += [value[::-1], value * 2, [-1, *value]]
        for new in values:
            if same(new, value):
                continue
            with pytest.raises(CertificateError) as raised:
                contains.check(circuit, task, set_at(TABLE, path, new))
            named = raised.value.where
            related = {"wires": ("wires", "part"), "part": ("part",)}.get(str(path[0]), (path[0],))
            assert named.startswith(tuple(map(str, related))), (shown(path), new, raised.value)
    for field in TABLE:
        with pytest.raises(CertificateError) as raised:
            contains.check(circuit, task, {k: v for k, v in TABLE.items() if k != field})
        assert raised.value.where == field
    with pytest.raises(CertificateError, match="unknown field"):
        contains.check(circuit, task, {**TABLE, "gates": 1})
    with pytest.raises(CertificateError, match=r"definition.version: version \d is checked"):
        check_witness(circuit, task, {**record, "version": record["version"] - 1}, TABLE)
    for dials in ({"definition": "lookup-table( )", "outputs": 1}, {"outputs": 1, "x": 2}):
        with pytest.raises(CertificateError, match=r"definition\.parameters"):
            check_witness(circuit, task, {**record, "parameters": dials}, TABLE)


def test_parts_that_are_refused() -> None:
    text = "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; g4 = g3 & d; g5 = g3 | g4; out = g4"
    circuit, contains = Circuit.parse(4, text), Contains(LookupTable(), 2)
    witness = contains.judge(circuit, own_task(circuit)).witness
    assert witness is not None
    task, part, dead = own_task(circuit), witness["part"], [8]
    for wires, where, said in (
        ([6, 6], "wires[1]", "do not ascend"),
        (dead, "wires[0]", "no gate from which an output is reached"),
        ([2], "wires[0]", "no gate from which an output is reached"),
        ([], "wires", "0 given, of 1 to 2"),
        ([4, 5, 6], "wires", "3 given, of 1 to 2"),
    ):
        with pytest.raises(CertificateError, match=said) as raised:
            contains.check(circuit, task, {**witness, "wires": wires, "part": part})
        assert raised.value.where == where
    twice = Circuit.parse(3, "g1 = a & b; g2 = a & b; g3 = g1 ^ c; g4 = g2 & g3; out = g4")
    with pytest.raises(CertificateError, match="it is wire 3, or that inverted"):
        contains.check(twice, own_task(twice), {**TABLE, "wires": [3, 4]})
    asleep = FunctionTask(circuit.tables(), 0xFF)
    with pytest.raises(CertificateError, match="constant"):
        contains.check(circuit, asleep, witness)
    shut = Circuit.parse(4, text.replace("out = g4", "g6 = b | g4; out = g6"))
    with pytest.raises(CertificateError, match="change the output nowhere") as raised:
        contains.check(shut, FunctionTask(shut.tables(), 0xFF), witness)
    assert raised.value.where == "wires"


def test_labels_are_of_the_whole() -> None:
    # Another gate comes first, so that the part has other numbers.
    text = "g1 = c | d; g2 = a & b; g3 = c & ~a; g4 = g2 | g3; g5 = g4 ^ g1; out = g5"
    circuit = Circuit.parse(4, text)
    found = classify(circuit, classifier=Classifier((Contains(LookupTable()),)))
    [judgement] = found.judgements
    assert judgement.witness is not None
    assert witness_labels(judgement.witness) == [
        (7, "output of a part"), (5, "in it cell 11--"), (6, "in it cell 0-1-"),
    ]  # fmt: skip
    assert "g4: output of a part" in str(found)
    # The witness of somebody's definition may look like anything.
    for odd in ({"kind": "lookup"}, {"kind": "search", "candidates": 3}, {}, None):
        assert witness_labels({**judgement.witness, "witness": odd})[0] == (7, "output of a part")


def test_an_output_that_is_the_inverse_of_a_part() -> None:
    circuit = Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = ~g3")
    judgement = Contains(LookupTable()).judge(circuit, own_task(circuit))
    assert judgement.witness is not None
    assert judgement.witness["wires"] == [5]
    assert part_of(circuit, [5])[0].outputs == (Output(5),)
