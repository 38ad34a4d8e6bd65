"""Hand-made witnesses hold; altered in any one field they do not; junk is refused in order."""

from __future__ import annotations

import copy
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st
from witness_mutations import leaves, same, set_at, shown, values_of

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.checker import check_witness, score_of_search_groups
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import FunctionTask, parse_task

Json = Any


def search_definition(reencoding: str = "common", gates: int = 1, candidates: int = 2) -> Json:
    dials = {"candidates": candidates, "objective_gates": gates, "reencoding": reencoding}
    return {"name": "search-like", "version": 1, "parameters": {**dials, "wires_per_score": 1}}


def lookup_definition(bound: int | None = None, tree: str = "off") -> Json:
    dials = {"inputs_per_cell": bound, "tree": tree}
    return {"name": "lookup-table", "version": 3, "parameters": dials}


def candidate(
    word: list[int], wire: int, renaming: list[int], cost: int = 1, private: int = 1, **more: Json
) -> Json:
    record = {"word": word, "wire": wire, "inverted": False, "cost": cost, "private_cost": private}
    return {**record, "reencoding": 0, "renaming": renaming, **more}


def search(*candidates: Json, other: list[int] | None = None) -> Json:
    return {"kind": "search", "candidates": list(candidates), "other_word": other}


def cell(wire: int, cube: str, inputs: list[int], inverted: bool = False) -> Json:
    return {"wire": wire, "inverted": inverted, "cube": cube, "inputs": inputs}


def lookup(default: list[int], *cells: Json) -> Json:
    return {"kind": "lookup", "default": default, "cells": list(cells)}


def case(inputs: int, text: str, definition: Json, witness: Json, support: int | None = None):
    circuit = Circuit.parse(inputs, text)
    return circuit, FunctionTask(circuit.tables(), support), definition, witness


NAE = "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3"
#: Equal is best for candidate 0, unequal for candidate 1: inverting `a` makes them one objective.
NAE_WITNESS = search(
    candidate([0], 3, [0, 1, 2], inverted=True, reencoding=1),
    candidate([1], 4, [1, 2, 0], reencoding=1),
)
NAE_PER_GROUP = search(
    candidate([0], 3, [0, 1, 2], inverted=True), candidate([1], 4, [1, 2, 0], reencoding=2)
)
ARGMAX_WITNESS = search(candidate([0], 5, [0, 1, 2, 3]), candidate([1], 4, [2, 3, 0, 1]))
THREE = "g1 = a & d; g2 = b & d; g3 = c & d; g4 = g2 & ~g1; g5 = g1 | g2; "
THREE_CANDIDATES = (
    candidate([0, 0], 4, [0, 1, 2, 3]),
    candidate([1, 0], 5, [1, 0, 2, 3]),
    candidate([0, 1], 6, [2, 0, 1, 3]),
)

CASES = {
    "not-all-equal": case(3, NAE, search_definition(), NAE_WITNESS),
    "not-all-equal, masks per group": case(3, NAE, search_definition("per-group"), NAE_PER_GROUP),
    "argmax of two": case(
        4, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; out = g3",
        search_definition("none"), ARGMAX_WITNESS,
    ),
    # (h0 | h1) ^ h0 instead of h1 & ~h0: compared by two gates.
    "argmax by way of the maximum": case(
        4, "g1 = a & b; g2 = c & d; g3 = g1 | g2; g4 = g3 ^ g2; out = g4",
        search_definition(), ARGMAX_WITNESS,
    ),
    "objectives of two gates, one shared": case(
        4, "g1 = a & b; g2 = g1 | c; g3 = g1 | d; g4 = g2 & ~g3; out = g4",
        search_definition(gates=2),
        search(candidate([0], 6, [0, 1, 2, 3], cost=2), candidate([1], 5, [0, 1, 3, 2], cost=2)),
    ),
    "inputs as scores": case(
        2, "g1 = a & ~b; out = g1", search_definition("none", gates=0),
        search(candidate([0], 1, [0, 1], 0, 0), candidate([1], 0, [1, 0], 0, 0)),
    ),
    "three candidates": case(
        4, THREE + "g6 = g3 & ~g5; out = g4, g6",
        search_definition(candidates=3), search(*THREE_CANDIDATES),
    ),
    "three candidates or none": case(
        4, THREE + "g6 = g3 & ~g5; g7 = g5 | g3; g8 = g7 & ~g4; g9 = g7 & ~g6; out = ~g8, ~g9",
        search_definition(), search(*THREE_CANDIDATES, other=[1, 1]),
    ),
    # Off the support, where c differs from d, the circuit compares other things.
    "on a part of the inputs": case(
        4, "g1 = c ^ d; g2 = a | g1; g3 = b | g1; g4 = g2 & ~g3; out = g4",
        search_definition("none"),
        search(candidate([0], 6, [0, 1, 2, 3], 2), candidate([1], 5, [1, 0, 2, 3], 2)), 0xF00F,
    ),
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
}  # fmt: skip

#: Which fields may be named when this one is altered, besides itself.
DEPENDENT = {
    "word": {"word", "other_word"},
    "wire": {"wire", "cost", "private_cost", "renaming", "reencoding", "inputs", "candidates"},
    "inverted": {"renaming", "inputs"},
    "reencoding": {"renaming", "reencoding"},
    "other_word": {"word"},
    "default": {"cells", "inputs", "wire"},
}


@pytest.mark.parametrize("name", CASES)
def test_witness_holds(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    check_witness(circuit, task, definition, witness)
    if witness["kind"] == "search":
        wires = tuple(c["wire"] for c in witness["candidates"])
        assert score_of_search_groups(circuit, task, wires) == 1


@pytest.mark.parametrize("name", CASES)
def test_no_field_can_be_altered_alone(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    for path, value in leaves(witness):
        for new in values_of(path[-1], value, circuit, task):
            if same(value, new):
                continue
            with pytest.raises(CertificateError) as raised:
                check_witness(circuit, task, definition, set_at(witness, path, new))
            where = raised.value.where
            named = re.split(r"[.\[]", re.sub(r"\[\d+\]$", "", where))[-1]
            fine = where.startswith(shown(path)) or named in DEPENDENT.get(path[-1], ())
            assert fine, f"{shown(path)} := {new!r} was blamed on {raised.value}"


@pytest.mark.parametrize("name", CASES)
def test_fields_and_parts_cannot_be_dropped_added_or_reordered(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    parts = "candidates" if witness["kind"] == "search" else "cells"
    altered = []
    for path in [(key,) for key in witness] + [(parts, 0, key) for key in witness[parts][0]]:
        holder = copy.deepcopy(witness)
        del (holder if len(path) == 1 else holder[parts][0])[path[-1]]
        altered.append((holder, shown(path)))
    altered.append(({**witness, "note": 1}, "note"))
    altered.append((set_at(witness, (parts, 1, "note"), 1), f"{parts}[1].note"))
    altered.append(({**witness, parts: witness[parts][::-1]}, parts))
    altered.append(({**witness, parts: witness[parts] + witness[parts][-1:]}, parts))
    altered.append(({**witness, parts: witness[parts][:1]}, parts))
    altered.append((None, "witness"))
    for record, where in altered:
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, definition, record)
        assert raised.value.where.startswith(where)


@pytest.mark.parametrize(
    ("name", "dials", "where"),
    [
        ("not-all-equal", {"reencoding": "none"}, "candidates[0].reencoding"),
        ("not-all-equal", {"reencoding": "per-group"}, "candidates[0].reencoding"),
        ("not-all-equal", {"objective_gates": 2}, "candidates[0].cost"),
        ("not-all-equal", {"candidates": 3}, "candidates"),
        ("not-all-equal", {"candidates": 1}, "definition.parameters.candidates"),
        ("not-all-equal", {"objective_gates": -1}, "definition.parameters.objective_gates"),
        ("not-all-equal", {"wires_per_score": 3}, "definition.parameters.wires_per_score"),
        ("not-all-equal", {"reencoding": "any"}, "definition.parameters.reencoding"),
        ("not-all-equal", {"depth": 1}, "definition.parameters.depth"),
        ("cells of several inputs", {"inputs_per_cell": 1}, "cells[0].inputs"),
        ("truth table", {"inputs_per_cell": 0}, "definition.parameters.inputs_per_cell"),
    ],
)  # fmt: skip
def test_dials_are_obeyed(name: str, dials: Json, where: str) -> None:
    circuit, task, definition, witness = CASES[name]
    turned = {**definition, "parameters": {**definition["parameters"], **dials}}
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, task, turned, witness)
    assert raised.value.where == where


def test_definition_and_circuit_are_checked_too() -> None:
    circuit, task, definition, witness = CASES["not-all-equal"]
    for key, value in (("name", "goal-like"), ("version", 2), ("version", True), ("more", 0)):
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, {**definition, key: value}, witness)
        assert raised.value.where == f"definition.{key}"
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, task, lookup_definition(), witness)
    assert raised.value.where in ("kind", "candidates", "default", "cells")
    for other in ("expr:a & b & c", "expr:a & b", "expr:a ^ b, a ^ b"):
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, parse_task(other), definition, witness)
        assert raised.value.where == "circuit"


CHOOSE = "g1 = a & c; g2 = b & ~c; g3 = g1 | g2; out = g3"


@pytest.mark.parametrize(
    ("inputs", "text", "definition", "witness", "where"),
    [
        # An input feeds the gates that read it, though the cone counts gates alone.
        (2, "g1 = a ^ b; g2 = a & ~g1; out = g2", search_definition(gates=0),
         search(candidate([0], 2, [0, 1], 1, 1), candidate([1], 0, [0, 1], 0, 0)),
         "candidates[1].wire"),
        # A multiplexer: AND cannot become NOT AND under any common re-encoding.
        (3, CHOOSE, search_definition(),
         search(candidate([0], 3, [0, 1, 2], inverted=True), candidate([1], 4, [0, 1, 2])),
         "candidates[1].renaming"),
        (3, "g1 = a & c; g2 = b & c; g3 = g1 | g2; out = g3", search_definition(),
         search(candidate([0], 3, [0, 1, 2]), candidate([1], 4, [1, 0, 2])), "candidates[0].word"),
        # Selected by gates that read one group each and what they made of it.
        (4, "g1 = a & b; g2 = c & d; g3 = g1 & ~d; g4 = g3 & ~c; out = g4", search_definition(),
         ARGMAX_WITNESS, "candidates[1].word"),
        # A side channel: the comparison can be vetoed by an input.
        (5, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; g4 = g3 & e; out = g4", search_definition(),
         search(candidate([0], 6, [0, 1, 2, 3, 4]), candidate([1], 5, [2, 3, 0, 1, 4])),
         "candidates[1].word"),
    ],
)  # fmt: skip
def test_what_is_no_witness(
    inputs: int, text: str, definition: Json, witness: Json, where: str
) -> None:
    with pytest.raises(CertificateError) as raised:
        check_witness(*case(inputs, text, definition, witness))
    assert raised.value.where == where


def test_values_that_never_differ_are_admitted_in_either_polarity() -> None:
    # a and b agree on the support, so nothing is ever exchanged. The definition does not mind.
    for inverted in (False, True):
        both = search(
            candidate([0], 0, [0, 1], 0, 0, inverted=inverted),
            candidate([1], 1, [0, 1], 0, 0, inverted=inverted),
        )
        text, definition = "g1 = a & b; out = g1", search_definition(gates=0)
        check_witness(*case(2, text, definition, both, 0b1001))


def test_cells_are_the_lowest_wires_and_distinct() -> None:
    circuit, task, definition, witness = CASES["wires equal on the support"]
    both = lookup([0], cell(1, "-0", [0, 1], inverted=True), cell(1, "01", [2]))
    with pytest.raises(CertificateError, match=re.escape("cells[0].wire: wire 0 serves")):
        check_witness(circuit, task, definition, set_at(witness, ("cells", 0, "wire"), 4))
    with pytest.raises(CertificateError, match=re.escape("cells[1].wire: used by two")):
        check_witness(*case(2, "out = ~b", lookup_definition(), both, 0b0111))


def test_a_word_never_output_is_the_least_left_over() -> None:
    # Never is one score alone 1, and the last candidate loses every tie.
    text = "g1 = a | b; g2 = b | c; g3 = a | c; g4 = g2 & g3; g5 = g4 & ~g1; out = g5, 0"
    first, second = candidate([0, 0], 3, [0, 1, 2]), candidate([1, 0], 4, [1, 2, 0])
    idle = [candidate(word, 5, [0, 2, 1]) for word in ([0, 1], [1, 1])]
    check_witness(*case(3, text, search_definition("none"), search(first, second, idle[0])))
    with pytest.raises(CertificateError, match=re.escape("candidates[2].word: never output")):
        check_witness(*case(3, text, search_definition("none"), search(first, second, idle[1])))


def test_score_of_search_groups() -> None:
    circuit, task, *_ = CASES["argmax of two"]
    assert score_of_search_groups(circuit, task, (4, 5)) == 1
    assert score_of_search_groups(circuit, task, (6,)) == 1
    assert score_of_search_groups(circuit, task, ()) == 0
    assert score_of_search_groups(circuit, FunctionTask(task.tables, 0x8000), (4, 5)) == 0
    # Of 2 * 3 * 13 pairs with g1 held 3 * 4 move the output from 1 and 1 * 12 from 0.
    assert score_of_search_groups(circuit, task, (4,)) == 1 - Fraction(24, 78)
    # Held, a moves the output more often than nothing held: b follows a on most of the support.
    sparse = Circuit.parse(3, "g1 = a ^ b; out = g1")
    assert score_of_search_groups(sparse, FunctionTask(sparse.tables(), 0x9B), (0,)) == 0
    with pytest.raises(ArgumentError):
        score_of_search_groups(circuit, task, (7,))
    with pytest.raises(ArgumentError):
        score_of_search_groups(circuit, parse_task("expr:a"), (0,))


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
