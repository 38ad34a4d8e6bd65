"""Classifiers: all tags shown, precedence names one, and every judgement says by what it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings, strategies as st

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import (
    CONTROL_LIKE,
    DEFINITIONS,
    LOOKUP_TABLE,
    MIXED,
    SEARCH_LIKE,
    TAGS,
    UNCLASSIFIED,
    Classifier,
    ControlLike,
    Definition,
    Judgement,
    LookupTable,
    SearchLike,
    check_witness,
    classify,
    definition_named,
    definition_record,
    describe_definition,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, World, WorldTask, parse_task
from mesacircuits.testing import circuits, solved_pairs
from mesacircuits.testing.strategies import SOLVED_KINDS

NAE = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
MULTIPLEXER = Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3")
MAJORITY = Circuit.parse(3, "g1 = a & b; g2 = a | b; g3 = c & g2; g4 = g1 | g3; out = g4")
#: Inputs compared by an XOR that a decoder makes: at c = 0, with the entries 01 and 10.
BOTH = Circuit.parse(2, "g1 = a & ~b; g2 = b & ~a; out = g1, g2")
BOTH_BY = (SearchLike(objective_gates=0), LookupTable())


@dataclass(frozen=True)
class Always:
    """A definition of somebody else's: everything has its tag."""

    tag: str
    name: str = "always"
    version: int = 7
    formula: str = "true"
    source: str = "nobody"
    blind_to: str = "everything"

    @property
    def parameters(self) -> dict[str, int | str | None]:
        return {"loudness": 11}

    def judge(self, circuit: Circuit, task: FunctionTask) -> Judgement:
        return Judgement(definition_record(self), self.tag, Fraction(1), {"kind": "faith"})


def test_one_tag_is_the_verdict() -> None:
    for circuit, tag in ((NAE, SEARCH_LIKE), (MULTIPLEXER, LOOKUP_TABLE)):
        found = classify(circuit)
        assert (found.tags, found.verdict, found.named) == ((tag,), tag, tag)
        assert found.marks
        assert str(found).startswith(f"{tag}: {found.task}\n")


def test_no_tag_is_unclassified() -> None:
    for circuit in (MAJORITY, Circuit.parse(2, "out = a"), Circuit.parse(1, "out = 1")):
        found = classify(circuit)
        assert (found.tags, found.verdict, found.named) == ((), UNCLASSIFIED, UNCLASSIFIED)
        assert found.marks == {}


def test_several_tags_are_mixed_and_precedence_names_one() -> None:
    for precedence in permutations(TAGS):
        found = Classifier(BOTH_BY, precedence).classify(BOTH, FunctionTask(BOTH.tables()))
        held = tuple(tag for tag in precedence if tag != CONTROL_LIKE)
        assert (found.verdict, found.tags, found.named) == (MIXED, held, held[0])
        assert str(found).startswith(f"mixed ({', '.join(held)}; named {held[0]})")
        # Wires with a part in both witnesses are labelled with both.
        search, lookup = (judgement.witness for judgement in found.judgements)
        searching = {wire for part in search["candidates"] for wire in part["wires"]}
        assert set(found.marks) == searching | {part["wire"] for part in lookup["cells"]}


@given(st.sets(st.sampled_from(TAGS)), st.permutations(TAGS))
def test_precedence_orders_whatever_holds(held: set[str], precedence: list[str]) -> None:
    definitions = tuple(Always(tag) for tag in sorted(held))
    found = Classifier(definitions, tuple(precedence)).classify(NAE, parse_task("tt:3:7E"))
    expected = tuple(tag for tag in precedence if tag in held)
    assert found.tags == expected
    assert found.named == (expected[0] if expected else UNCLASSIFIED)
    assert found.verdict == (MIXED if len(held) > 1 else found.named)


def test_one_definition_at_several_dials() -> None:
    dials = (SearchLike(), SearchLike(objective_gates=2), LookupTable())
    classifier = Classifier(dials)
    assert classifier.labels == ("search-like", "search-like(objective_gates=2)", LOOKUP_TABLE)
    assert classifier.ranked == classifier.labels
    assert Classifier(dials[::-1]).ranked == (*classifier.labels[1::-1], LOOKUP_TABLE)
    assert Classifier.from_json(json.loads(json.dumps(classifier.to_json()))) == classifier
    found = classifier.classify(NAE, parse_task("tt:3:7E"))
    # The tag is given by one of them: it is one tag all the same, and the verdict is not mixed.
    assert (found.tags, found.verdict, found.named) == ((SEARCH_LIKE,), SEARCH_LIKE, SEARCH_LIKE)
    assert found.held == ("search-like",)
    lines = str(found).splitlines()
    assert any(re.fullmatch(r"search-like +score 1", line) for line in lines)
    assert any(re.fullmatch(r"search-like\(objective_gates=2\) +score 0", line) for line in lines)
    wide = Classifier((SearchLike(), SearchLike(reencoding="per-group")))
    # What both mark is labelled once.
    assert (
        wide.classify(NAE, parse_task("tt:3:7E")).marks
        == Classifier().classify(NAE, parse_task("tt:3:7E")).marks
    )


def test_other_settings_are_tried_where_asked() -> None:
    task = parse_task("tt:3:D8")
    bounded = Classifier((LookupTable(1), SearchLike()))
    assert bounded.classify(MULTIPLEXER, task).frontiers == (None, None)
    found = bounded.classify(MULTIPLEXER, task, settings=9)
    assert found.frontiers[0] is not None
    assert found.frontiers[0].given == (LookupTable(2),)
    assert "score 0; 1 at inputs_per_cell=2" in str(found)
    judgements = found.to_json()["judgements"]
    assert judgements[0]["frontier"]["given_at"] == [{"inputs_per_cell": 2}]
    # Where the tag is given, or the definition does not apply, nothing is tried.
    given = Classifier((LookupTable(), ControlLike())).classify(MULTIPLEXER, task, settings=9)
    assert given.frontiers == (None, None)
    assert all("frontier" not in judgement for judgement in given.to_json()["judgements"])
    with pytest.raises(ArgumentError, match="settings"):
        bounded.classify(MULTIPLEXER, task, settings=-1)


def test_what_classifiers_refuse() -> None:
    for argument, definitions, precedence in (
        ("definitions", (SearchLike(), SearchLike(candidates=2)), TAGS),
        ("definitions", (LookupTable(), Always(LOOKUP_TABLE), Always(LOOKUP_TABLE)), TAGS),
        ("precedence", (SearchLike(), LookupTable()), (SEARCH_LIKE,)),
        ("precedence", (Always("goal-like"),), TAGS),
    ):
        with pytest.raises(ArgumentError) as raised:
            Classifier(definitions, precedence)
        assert raised.value.argument == argument
    with pytest.raises(ArgumentError) as raised:
        classify(NAE, parse_task("tt:3:7F"))
    assert raised.value.argument == "circuit"
    # Precedence may list tags that nobody gives.
    assert Classifier((LookupTable(),)).classify(NAE, parse_task("tt:3:7E")).named == UNCLASSIFIED


@settings(max_examples=50)
@given(
    circuits(st.integers(1, 3), outputs=st.integers(1, 2)),
    st.integers(0, 3),
    st.none() | st.integers(1, 4),
)
def test_judgements_say_by_what_they_are(circuit: Circuit, gates: int, bound: int | None) -> None:
    definitions = (SearchLike(objective_gates=gates), LookupTable(bound), ControlLike())
    found = Classifier(definitions).classify(circuit, FunctionTask(circuit.tables()))
    record: dict[str, Any] = json.loads(json.dumps(found.to_json()))
    assert record["hash"] == circuit.hash_hex
    assert record["circuit"] == circuit.to_json()
    assert record["task"] == str(found.task)
    assert (record["verdict"], record["named"]) == (found.verdict, found.named)
    assert record["tags"] == list(found.tags)
    search, lookup, control = record["judgements"]
    dials = SearchLike().parameters
    assert search["definition"] == {
        "name": "search-like",
        "version": SearchLike.version,
        "parameters": {**dials, "objective_gates": gates},
    }
    assert lookup["definition"] == {
        "name": "lookup-table",
        "version": LookupTable.version,
        "parameters": {"inputs_per_cell": bound, "tree": "off"},
    }
    assert control["definition"]["version"] == ControlLike.version
    for judgement in (search, lookup):
        assert "note" not in judgement
        assert (judgement["tag"] in record["tags"]) == judgement["holds"]
        assert judgement["holds"] == (Fraction(judgement["score"]) == 1)
        assert judgement["holds"] == (judgement["witness"] is not None)
        if judgement["holds"]:
            # JSON and back, the witness still proves the tag.
            check_witness(circuit, found.task, judgement["definition"], judgement["witness"])


def test_control_does_not_apply_without_a_world() -> None:
    judgement = ControlLike().judge(NAE, parse_task("tt:3:7E"))
    assert (judgement.score, judgement.witness, judgement.holds) == (None, None, False)
    assert judgement.note == "not applicable: the task has no world"
    assert judgement.to_json()["note"] == judgement.note
    assert judgement.to_json()["score"] is None
    assert "control-like  not applicable: the task has no world" in str(classify(NAE))


def test_a_definition_of_ones_own_is_a_definition() -> None:
    mine = Always(CONTROL_LIKE)
    assert isinstance(mine, Definition)
    found = classify(NAE, classifier=Classifier((SearchLike(), mine)))
    assert (found.verdict, found.named) == (MIXED, SEARCH_LIKE)
    assert found.judgements[1].to_json()["definition"] == {
        "name": "always",
        "version": 7,
        "parameters": {"loudness": 11},
    }
    assert describe_definition(mine) == "always(loudness=11)"


def test_the_registry() -> None:
    for name, cls in DEFINITIONS.items():
        definition = definition_named(name)
        assert isinstance(definition, Definition)
        assert definition == cls()
        said = "contains(search-like)" if name == "contains" else name
        assert (describe_definition(definition), definition.name) == (said, name)
        assert definition.source
        assert definition.formula
        assert definition.blind_to
    assert [DEFINITIONS[name].tag for name in list(DEFINITIONS)[:3]] == [
        SEARCH_LIKE,
        CONTROL_LIKE,
        LOOKUP_TABLE,
    ]
    turned = definition_named("search-like", {"objective-gates": 3, "reencoding": "none"})
    assert definition_named("search-like( objective-gates=3, reencoding = none )") == turned
    assert turned == SearchLike(objective_gates=3, reencoding="none")
    assert describe_definition(turned) == "search-like(objective_gates=3,reencoding=none)"
    for name, dials, hint in (
        ("search-lke", {}, "did you mean search-like"),
        ("lookup-table", {"input_per_cell": 1}, "did you mean inputs_per_cell"),
        ("control-like(gain=1)", {}, "expected least_rank, got gain"),
        ("lookup-table(inputs_per_cell=0)", {}, "a whole number from 1"),
        ("lookup-table(inputs_per_cell)", {}, "NAME=VALUE"),
        ("lookup-table(inputs_per_cell=1", {}, "expected NAME or NAME"),
    ):
        with pytest.raises(ArgumentError, match=hint):
            definition_named(name, dials)


def test_classifiers_are_values() -> None:
    mine = Classifier((LookupTable(1), SearchLike(objective_gates=2)), (LOOKUP_TABLE, SEARCH_LIKE))
    record = json.loads(json.dumps(mine.to_json()))
    assert record["definitions"][0]["definition"] == "lookup-table(inputs_per_cell=1)"
    assert Classifier.from_json(record) == mine
    assert hash(Classifier.from_json(record)) == hash(mine)
    names = {"SearchLike": SearchLike, "LookupTable": LookupTable, "Classifier": Classifier}
    assert eval(repr(mine), names) == mine
    assert Classifier.from_json(Classifier().to_json()) == Classifier()
    for path, value in (("version", 0), ("definition", "mine.py:deep"), ("definition", "mine")):
        altered = json.loads(json.dumps(record))
        altered["definitions"][0][path] = value
        with pytest.raises(ArgumentError, match=path):
            Classifier.from_json(altered)
    for broken in ({}, {"definitions": 1, "precedence": []}, {"definitions": [[]]}):
        with pytest.raises(ArgumentError, match="a classifier in JSON form"):
            Classifier.from_json(broken)


def test_tags_of_ones_own_come_after_the_usual_ones() -> None:
    assert Classifier((Always("late"), SearchLike(), Always("later"))).precedence == (
        SEARCH_LIKE,
        LOOKUP_TABLE,
        CONTROL_LIKE,
        "late",
        "later",
    )
    found = Classifier((Always("late"), SearchLike())).classify(NAE, parse_task("tt:3:7E"))
    assert (found.tags, found.named) == ((SEARCH_LIKE, "late"), SEARCH_LIKE)
    # A witness of others may have any shape, and the name of a kind of ours.
    assert set(found.marks) == {3, 4}


def test_machines_and_worlds_are_classified() -> None:
    door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    wire = Circuit.parse(2, "out = ~a, b")
    task = WorldTask(door, 1, "reach", 1)
    by_circuit, by_machine = (Classifier().classify(s, task) for s in (wire, task.machine(wire)))
    assert by_circuit.judgements == by_machine.judgements
    assert by_machine.wired == wire
    assert by_machine.to_json()["state_bits"] == 1
    assert by_machine.to_json()["hash"] == task.machine(wire).hash_hex
    # Whatever comes first, not what it shrinks to.
    first = settings(database=None, phases=[Phase.generate])
    for kind in SOLVED_KINDS:
        circuit, solved = find(solved_pairs(kind), lambda pair: True, settings=first)
        assert str(solved) in str(Classifier().classify(circuit, solved))
        assert len(Classifier().classify(circuit, solved).judgements) == 3
