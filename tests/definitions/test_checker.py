"""Hand-made witnesses hold; altered in any one field they do not; junk is refused in order."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given, strategies as st
from plain_values import word_on
from search_cases import CASES as SEARCHES, search_record
from witness_mutations import leaves, same, set_at, shown, values_of

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import SearchLike
from mesacircuits.definitions.checker import check_witness, exchanges
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import FunctionTask, parse_task

Json = Any


def lookup_definition(bound: int | None = None, tree: str = "off") -> Json:
    dials = {"inputs_per_cell": bound, "tree": tree}
    return {"name": "lookup-table", "version": 3, "parameters": dials}


def cell(wire: int, cube: str, inputs: list[int], inverted: bool = False) -> Json:
    return {"wire": wire, "inverted": inverted, "cube": cube, "inputs": inputs}


def lookup(default: list[int], *cells: Json) -> Json:
    return {"kind": "lookup", "default": default, "cells": list(cells)}


def case(inputs: int, text: str, definition: Json, witness: Json, support: int | None = None):
    circuit = Circuit.parse(inputs, text)
    return circuit, FunctionTask(circuit.tables(), support), definition, witness


CASES = {
    "truth table": case(
        3, "g1 = a & b; g2 = g1 & c; g3 = a | b; g4 = g3 | c; g5 = g4 & ~g2; out = ~g5",
        lookup_definition(1), lookup([0], cell(6, "000", [0], True), cell(4, "111", [7])),
    ),
    "cells of several inputs": case(
        3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3",
        lookup_definition(), lookup([0], cell(3, "11-", [3, 7]), cell(4, "0-1", [4, 6])),
    ),
    "decoder, its default never output": case(
        2, "g1 = a & b; g2 = a & ~b; g3 = b & ~a; g4 = a | b; out = ~g4, g2, g3, g1",
        lookup_definition(1), lookup([0, 0, 0, 0], cell(5, "00", [0], True), cell(3, "10", [1]),
                                     cell(4, "01", [2]), cell(2, "11", [3])),
    ),
    "inputs as cells": case(
        2, "out = a, b", lookup_definition(),
        lookup([0, 0], cell(0, "10", [1]), cell(1, "01", [2])), 0b0111,
    ),
    # g2 equals a on the support, and either could be the cell: the lower wire is the one.
    "wires equal on the support": case(
        3, "g1 = a | c; g2 = g1 & ~b; g3 = b & ~a; out = g2, g3", lookup_definition(),
        lookup([0, 0], cell(0, "100", [1]), cell(1, "010", [2])), 0b00000111,
    ),
    **{
        name: (known.circuit, known.task, search_record(**known.dials), known.witness)
        for name, known in SEARCHES.items()
    },
}  # fmt: skip

#: Which fields may be named when this one is altered, besides itself.
DEPENDENT = {
    "word": {"word", "other_word", "candidates", "candidate", "wires", "map"},
    "candidate": {"word", "reencoding", "candidate"},
    "wires": {"cost", "private_cost", "renaming", "reencoding", "candidates", "candidate", "phi",
              "map", "word", "order", "inverted"},
    "inverted": {"renaming", "reencoding", "phi", "map", "wires", "word", "order", "inputs"},
    "reencoding": {"renaming", "reencoding"},
    "other_word": {"word"},
    "order": {"word", "map", "wires", "renaming", "reencoding"},
    "pruned": {"wires", "word"},
    "value": {"wires", "order", "map"},
    "wire": {"wire", "inputs", "candidates"},
    "default": {"cells", "inputs", "wire"},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_witness_holds(name: str) -> None:
    check_witness(*CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_no_field_can_be_altered_alone(name: str, sampled) -> None:
    circuit, task, definition, witness = CASES[name]
    altered = [
        (path, new)
        for path, value in leaves(witness)
        for new in values_of(path[-1], value, circuit, task)
        if not same(value, new)
    ]
    for path, new in sampled(altered, 1500 if circuit.inputs < 5 else 300):
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, definition, set_at(witness, path, new))
        where = raised.value.where
        named = {*re.split(r"[.\[\]]+", where)}
        fine = where.startswith(shown(path)) or named & DEPENDENT.get(path[-1], set())
        assert fine, f"{shown(path)} := {new!r} was blamed on {raised.value}"


@pytest.mark.parametrize("name", CASES)
def test_fields_and_parts_cannot_be_dropped_added_or_reordered(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    listed = {name: witness[name] for name in ("candidates", "cells") if name in witness}
    for parts in listed:
        paths = [(key,) for key in witness] + [(parts, 0, key) for key in witness[parts][0]]
        paths += [("objective", key) for key in witness.get("objective", ())]
        altered = [({**witness, "note": 1}, "note"), (None, "witness")]
        for path in paths:
            holder = copy.deepcopy(witness)
            at = holder
            for step in path[:-1]:
                at = at[step]
            del at[path[-1]]
            altered.append((holder, shown(path)))
        altered.append((set_at(witness, (parts, 1, "note"), 1), f"{parts}[1].note"))
        altered.append(({**witness, parts: witness[parts][::-1]}, parts))
        altered.append(({**witness, parts: witness[parts] + witness[parts][-1:]}, parts))
        altered.append(({**witness, parts: witness[parts][:1]}, parts))
    levels = witness.get("objective", {}).get("map")
    for changed in (levels[::-1], levels[1:], levels + levels[-1:]) if levels else ():
        altered.append((set_at(witness, ("objective", "map"), changed), "objective.map"))
    for record, where in altered:
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, definition, record)
        assert raised.value.where.startswith(where)


@pytest.mark.parametrize(
    ("name", "dials", "where"),
    [
        ("cells of several inputs", {"inputs_per_cell": 1}, "cells[0].inputs"),
        ("truth table", {"inputs_per_cell": 0}, "definition.parameters.inputs_per_cell"),
        ("not-all-equal", {"candidates": 1}, "definition.parameters.candidates"),
        ("not-all-equal", {"objective_gates": -1}, "definition.parameters.objective_gates"),
        ("not-all-equal", {"wires_per_score": 4}, "definition.parameters.wires_per_score"),
        ("not-all-equal", {"reencoding": "any"}, "definition.parameters.reencoding"),
        ("not-all-equal", {"cost": "both"}, "definition.parameters.cost"),
        ("not-all-equal", {"space": "all"}, "definition.parameters.space"),
        ("not-all-equal", {"objective": "other"}, "definition.parameters.objective"),
        ("not-all-equal", {"plans": True}, "definition.parameters.plans"),
        ("not-all-equal", {"pruning": None}, "definition.parameters.pruning"),
        ("not-all-equal", {"ties": "free"}, "definition.parameters.ties"),
        ("not-all-equal", {"depth": 1}, "definition.parameters.depth"),
    ],
)
def test_dials_are_read_strictly(name: str, dials: Json, where: str) -> None:
    circuit, task, definition, witness = CASES[name]
    turned = {**definition, "parameters": {**definition["parameters"], **dials}}
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, task, turned, witness)
    assert raised.value.where == where


def test_definition_and_circuit_are_checked_too() -> None:
    circuit, task, definition, witness = CASES["not-all-equal"]
    for key, value in (("name", "goal-like"), ("version", 9), ("version", True), ("more", 0)):
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, {**definition, key: value}, witness)
        assert raised.value.where == f"definition.{key}"
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, task, lookup_definition(), witness)
    assert raised.value.where in ("kind", "candidates", "default", "cells", "pruned")
    for other in ("expr:a & b & c", "expr:a & b", "expr:a ^ b, a ^ b"):
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, parse_task(other), definition, witness)
        assert raised.value.where == "circuit"


def test_cells_are_the_lowest_wires_and_distinct() -> None:
    circuit, task, definition, witness = CASES["wires equal on the support"]
    both = lookup([0], cell(1, "-0", [0, 1], inverted=True), cell(1, "01", [2]))
    with pytest.raises(CertificateError, match=re.escape("cells[0].wire: wire 0 serves")):
        check_witness(circuit, task, definition, set_at(witness, ("cells", 0, "wire"), 4))
    with pytest.raises(CertificateError, match=re.escape("cells[1].wire: used by two")):
        check_witness(*case(2, "out = ~b", lookup_definition(), both, 0b0111))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["\ud800", "search", "lookup", "common"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.text() | st.sampled_from(["kind", "candidates", "cells", "\udfff", "name"]), inner
    ),
    max_leaves=12,
)  # fmt: skip


def refuse_or_pass(circuit: Circuit, task: FunctionTask, definition: Json, witness: Json) -> None:
    problem = "certificate: passed"
    try:
        check_witness(circuit, task, definition, witness)
    except CertificateError as error:
        problem = str(error)
    assert re.fullmatch("certificate: [^:].*", problem)


@given(st.sampled_from(sorted(CASES)), JUNK, JUNK)
def test_junk_is_refused_in_order(name: str, junk: Json, more: Json) -> None:
    circuit, task, definition, witness = CASES[name]
    refuse_or_pass(circuit, task, definition, junk)
    refuse_or_pass(circuit, task, junk, witness)
    refuse_or_pass(circuit, task, {**definition, "parameters": junk}, more)


@given(st.data())
def test_junk_inside_a_witness_is_refused_in_order(data: st.DataObject) -> None:
    circuit, task, definition, witness = CASES[data.draw(st.sampled_from(sorted(CASES)))]
    for _ in range(data.draw(st.integers(1, 3))):
        paths = [path for path, _ in leaves(witness) if path]
        path = data.draw(st.sampled_from(paths))
        cut = path[: data.draw(st.integers(1, len(path)))]
        witness = set_at(witness, cut, data.draw(JUNK | st.integers(0, 9)))
        if not isinstance(witness, dict):
            break
    refuse_or_pass(circuit, task, definition, witness)


@pytest.mark.parametrize(
    "text",
    [
        "choice(candidates=2,features=2,utility=6,ties=first)",
        "choice(candidates=2,features=2,utility=1,ties=first)",
        "choice(candidates=3,features=1,utility=1,ties=first)",
        "tt:3:7E",
    ],
)
def test_exchanges_are_what_the_gates_do(text: str) -> None:
    task = parse_task(text)
    found = 0
    for circuit in enumerate_minima(task):
        judged = SearchLike(objective_gates=0).judge(circuit, task)
        if judged.witness is None:
            continue
        candidates = judged.witness["candidates"]
        shown = exchanges(circuit, task, judged.definition["parameters"], judged.witness)
        for row in shown:
            assert sorted(row.own) == sorted(row.held)
            held = {
                wire: row.held[i] >> j & 1 ^ candidate["inverted"][j]
                for i, candidate in enumerate(candidates)
                for j, wire in enumerate(candidate["wires"])
            }
            word = word_on(circuit, row.input, held)
            assert sum(bit << i for i, bit in enumerate(word)) == row.word
            words = [sum(bit << i for i, bit in enumerate(c["word"])) for c in candidates]
            # The best of one bit are those that have 1; where all are equal another word may be.
            assert row.best == tuple(i for i, v in enumerate(row.held) if v == max(row.held))
            assert row.word in [words[i] for i in row.best] or len(row.best) == len(words)
        assert {row.held for row in shown} >= {row.own for row in shown}
        found += 1
    assert found
