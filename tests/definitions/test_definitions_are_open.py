"""A definition new in the package touches one file and one line: everything else asks it."""

from __future__ import annotations

import sys

import pytest
import toy_definition
from toy_definition import ReadOften

from mesacircuits.circuits import B2, Circuit, NPNTransform
from mesacircuits.conjectures import check
from mesacircuits.definitions import (
    DEFINITIONS,
    Classifier,
    LookupTable,
    SearchLike,
    check_judgement,
    check_witness,
    definition_named,
    definition_record,
    describe_definition,
    registry,
)
from mesacircuits.definitions.bulk import bulk_sets, bulk_tags
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.levels import levels
from mesacircuits.enumeration.rows import basis_tables, circuit_of_rows
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.studies import compare
from mesacircuits.tasks import FunctionTask, parse_task

#: g1 is read twice.
PARITY_LIKE = "g1 = a ^ b; g2 = a & ~g1; g3 = c & g1; g4 = g2 | g3; out = g4"


@pytest.fixture(autouse=True)
def one_file_and_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "mesacircuits.definitions.toy_definition", toy_definition)
    monkeypatch.setitem(registry._HOMES, "read-often", "toy_definition.ReadOften")


@pytest.fixture
def kernels_only(monkeypatch):
    def judge(*_):
        pytest.fail("judged one by one, though there is a kernel")

    monkeypatch.setattr(ReadOften, "judge", judge)


def test_it_has_a_name_and_dials() -> None:
    assert definition_named("read-often(places=3)") == ReadOften(3)
    assert named_in_file("definition", "read-often") == ReadOften()
    assert describe_definition(ReadOften(3)) == "read-often(places=3)"
    assert [*DEFINITIONS][-1] == "read-often"
    assert [r["name"] for r in registry.definitions_json()] == [*DEFINITIONS]
    assert "read-often (version 3)" in registry.definitions_text(registry.definitions_json())
    with pytest.raises(ArgumentError, match="dial of read-often"):
        definition_named("read-often(place=3)")
    with pytest.raises(ArgumentError, match="places"):
        definition_named("read-often(places=0)")


def holds(definition: ReadOften, circuit: Circuit) -> bool:
    return definition.judge(circuit, FunctionTask(circuit.tables())).holds


def test_its_kernel_tags_as_judging_one_by_one() -> None:
    held = 0
    for level in levels(3, B2, "size", Effort()):
        rows = level.chains.rows[:300]
        [sets] = bulk_sets([ReadOften()], 3, B2, rows)
        for chain, found in zip(rows, sets.tolist(), strict=True):
            circuit = circuit_of_rows(basis_tables(B2), 3, chain)
            for z in (0, 5):
                turned = NPNTransform((0, 1, 2), z).on_circuit(circuit)
                assert bool(found >> z & 1) == holds(ReadOften(), turned)
            held += found > 0
    assert held > 50
    task = parse_task("tt:3:E8")
    minima = enumerate_minima(task).minima
    assert bulk_tags(ReadOften(), minima, task) == [holds(ReadOften(), c) for c in minima]


def test_bulk_tags_ask_the_kernel(kernels_only) -> None:
    task = parse_task("tt:3:E8")
    assert sum(bulk_tags(ReadOften(), enumerate_minima(task).minima, task)) == 24


def test_it_is_compared_and_stated_in_sentences() -> None:
    pair = compare([ReadOften(), SearchLike()], "functions(3)").pairs[0]
    minima = [
        (circuit, FunctionTask(circuit.tables()))
        for bits in range(0, 256, 2)
        for circuit in enumerate_minima(f"tt:3:{bits:02X}").minima
    ]
    tags = [(ReadOften().judge(*m).holds, SearchLike().judge(*m).holds) for m in minima]
    assert (pair.both, pair.only_first, pair.only_second, pair.neither) == tuple(
        tags.count(tag) for tag in ((True, True), (True, False), (False, True), (False, False))
    )
    text = "no size-minimal circuit of functions(3) over b2 is read-often"
    report = check(text)
    assert report.verdict.value == "refuted"
    frontier = {row.definition: row.minima for row in report.arms[0].frontier}
    assert {"read-often", "read-often(places=1)", "read-often(places=3)"} <= {*frontier}
    assert frontier["read-often"] == sum(first for first, _ in tags)


def test_its_witness_is_checked_and_labelled() -> None:
    circuit = Circuit.parse(3, PARITY_LIKE)
    task = FunctionTask(circuit.tables())
    judgement = ReadOften().judge(circuit, task)
    check_judgement(ReadOften(), circuit, task, judgement)
    record = definition_record(ReadOften())
    check_witness(circuit, task, record, judgement.witness)
    for altered, where in (
        ({**record, "version": 2}, "definition.version"),
        ({**record, "parameters": {"places": 0}}, "definition.parameters"),
        ({**record, "parameters": {"place": 2}}, "definition.parameters"),
        ({**record, "parameters": {"places": 3}}, "times"),
        ({**record, "name": "read-seldom"}, "definition.name"),
    ):
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, altered, judgement.witness)
        assert raised.value.where == where
    with pytest.raises(CertificateError, match="times: read 1 times"):
        check_witness(circuit, task, record, {**judgement.witness, "wire": 4})
    found = Classifier((ReadOften(), LookupTable())).classify(circuit, task)
    assert found.tags == ("read-often",)
    assert found.marks == {3: "read 2 times"}
