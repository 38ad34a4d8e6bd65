"""Witnesses of two-bit scores and of utilities: those made by hand hold, altered ones do not."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from witness_mutations import leaves, same, set_at, shown, values_of

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.definitions import Judgement, LookupTable, SearchLike, check_witness
from mesacircuits.definitions.checker import check_judgement, score_of_search_groups
from mesacircuits.definitions.definition import Solver, circuit_of, definition_record
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import FunctionTask, OptimisationTask, Task

Json = Any

#: p + q of two own bits, "at least 1" and "at least 2"; the first of the best.
SUMS = "g1 = a | b; g2 = a & b; g3 = c | d; g4 = c & d; g5 = g3 & ~g1; g6 = g4 & ~g2; "
SUMS += "g7 = g5 | g6; out = g7"


def group(word: list[int], wires: list[int], private: int, renaming: Json = None, **more: Json):
    """Return a candidate of a witness; without a renaming, of one by utilities."""
    costs = more.pop("costs", [1] * len(wires))
    record = {"word": word, "wires": wires, "inverted": [False] * len(wires), "costs": costs}
    record |= {"private_cost": private}
    if renaming is not None:
        record |= {"reencoding": 0, "renaming": renaming}
    return {**record, **more}


def scored(*candidates: Json, order: list[int], other: list[int] | None = None) -> Json:
    return {
        "kind": "scored-search", "order": order,
        "candidates": list(candidates), "other_word": other,
    }  # fmt: skip


def by_utility(
    *candidates: Json, order: list[int], levels: dict[str, int], other: list[int] | None = None
) -> Json:
    listed = [{"utility": utility, "value": value} for utility, value in levels.items()]
    return {
        "kind": "utility-search", "order": order, "map": listed,
        "candidates": list(candidates), "other_word": other,
    }  # fmt: skip


def of_function(inputs: int, text: str, definition: SearchLike, witness: Json):
    circuit = Circuit.parse(inputs, text)
    return circuit, FunctionTask(circuit.tables()), definition, witness


def of_sums(text: str, definition: SearchLike, witness: Json, **more: Any):
    rows = tuple(tuple(Fraction((x >> i & 3).bit_count()) for i in (0, 2)) for x in range(16))
    return Circuit.parse(4, text), OptimisationTask(4, 1, (0, 1), rows, **more), definition, witness


def of_three(text: str, definition: SearchLike, witness: Json, ties: str):
    """Return a case of argmax over three candidates, each scoring its own bit and d."""
    rows = tuple(tuple(Fraction(x >> i & x >> 3 & 1, 2) for i in range(3)) for x in range(16))
    task = OptimisationTask(4, 2, (0, 1, 2), rows, ties=ties)
    return Circuit.parse(4, text), task, definition, witness


BARE = SearchLike(objective_gates=0, wires_per_score=2)
PAIRS = SearchLike(wires_per_score=2)
THREE = "g1 = a & d; g2 = b & d; g3 = c & d; g4 = g2 & ~g1; g5 = g1 | g2; g6 = g3 & ~g5; "

CASES = {
    "numbers of two bits": of_function(
        4, "g1 = d & ~b; g2 = b ^ d; g3 = c & ~a; g4 = g3 & ~g2; g5 = g1 | g4; out = g5", BARE,
        scored(group([0], [0, 1], 0, [0, 1, 2, 3], costs=[0, 0]),
               group([1], [2, 3], 0, [2, 3, 0, 1], costs=[0, 0]), order=[0, 1, 2, 3]),
    ),
    # One half added: 1 is the sum bit alone, so that 2, the carry alone, is best.
    "sums coded in binary": of_function(
        4, "g1 = a ^ b; g2 = a & b; g3 = c ^ d; g4 = c & d; g5 = g3 & ~g1; g6 = g5 & ~g2; "
        "g7 = g4 & ~g2; g8 = g6 | g7; out = g8", PAIRS,
        scored(group([0], [4, 5], 2, [0, 1, 2, 3]), group([1], [6, 7], 2, [2, 3, 0, 1]),
               order=[0, 1, 2, 3]),
    ),
    # The second score is that of ~c and d, by inverted wires in the other order.
    "sums, one re-encoded": of_function(
        4, "g1 = a | b; g2 = a & b; g3 = c & ~d; g4 = d & ~c; g5 = g1 | g3; g6 = g4 & ~g2; "
        "g7 = g5 & ~g6; out = ~g7", PAIRS,
        scored(group([0], [4, 5], 2, [0, 1, 2, 3], reencoding=1),
               group([1], [6, 7], 2, [2, 3, 0, 1], inverted=[True, False], reencoding=1),
               order=[0, 1, 2, 3]),
    ),
    "sums, own re-encodings": of_function(
        4, "g1 = a | b; g2 = a & b; g3 = c & ~d; g4 = d & ~c; g5 = g1 | g3; g6 = g4 & ~g2; "
        "g7 = g5 & ~g6; out = ~g7", replace(PAIRS, reencoding="per-group"),
        scored(group([0], [4, 5], 2, [0, 1, 2, 3]),
               group([1], [6, 7], 2, [2, 3, 0, 1], inverted=[True, False], reencoding=4),
               order=[0, 1, 2, 3]),
    ),
    "three levels, by utilities": of_sums(
        SUMS, PAIRS,
        by_utility(group([0], [4, 5], 2), group([1], [6, 7], 2), order=[0, 1, 2, 3],
                   levels={"0": 0, "1": 1, "2": 3}),
        ties="first",
    ),
    # Within 1 of the best: telling 2 from less will do.
    "one threshold of three levels": of_sums(
        "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; out = g3", SearchLike(),
        by_utility(group([0], [4], 1), group([1], [5], 1), order=[0, 1],
                   levels={"0": 0, "1": 0, "2": 1}),
        slack=Fraction(1),
    ),
    "three candidates, by utilities": of_three(
        THREE + "out = g4, g6", SearchLike(candidates=3),
        by_utility(group([0, 0], [4], 1), group([1, 0], [5], 1), group([0, 1], [6], 1),
                   order=[0, 1], levels={"0": 0, "1/2": 1}),
        ties="first",
    ),
    # Ties free: the third is taken where neither of the others is good.
    "two of three evaluated": of_three(
        "g1 = a & d; g2 = b & d; g3 = g2 & ~g1; g4 = g1 | g2; out = g3, ~g4", SearchLike(),
        by_utility(group([0, 0], [4], 1), group([1, 0], [5], 1), order=[0, 1],
                   levels={"0": 0, "1/2": 1}, other=[0, 1]),
        ties="free",
    ),
}  # fmt: skip

#: Which fields may be named when this one is altered, besides itself.
DEPENDENT = {
    "word": {"word", "other_word", "wires", "map", "utility", "value"},
    "wires": {"costs", "private_cost", "renaming", "reencoding", "candidates", "map", "value",
              "word", "order", "inverted"},
    "inverted": {"renaming", "wires", "value", "map", "order", "word"},
    "reencoding": {"renaming", "reencoding"},
    "other_word": {"word"},
    "order": {"word", "map"},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_witness_holds_and_is_what_is_found(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    check_witness(circuit, task, definition_record(definition), witness)
    wires = tuple(w for c in witness["candidates"] for w in c["wires"])
    assert score_of_search_groups(circuit, task, wires) == 1
    found = definition.judge(circuit, task)
    check_judgement(definition, circuit, task, found)
    assert found.witness is not None
    assert set(found.witness) == set(witness)


@pytest.mark.parametrize("name", CASES)
def test_no_field_can_be_altered_alone(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    record = definition_record(definition)
    for path, value in leaves(witness):
        field = path[-1]
        for new in values_of(field, value, circuit, task):
            if same(value, new):
                continue
            with pytest.raises(CertificateError) as raised:
                check_witness(circuit, task, record, set_at(witness, path, new))
            where = raised.value.where
            named = {*re.split(r"[.\[\]]+", where)}
            fine = where.startswith(shown(path)) or named & DEPENDENT.get(field, set())
            assert fine, f"{shown(path)} := {new!r} was blamed on {raised.value}"


@pytest.mark.parametrize("name", CASES)
def test_fields_and_parts_cannot_be_dropped_added_or_reordered(name: str) -> None:
    circuit, task, definition, witness = CASES[name]
    altered = [({**witness, "note": 1}, "note"), (None, "witness")]
    for parts in ("candidates", *(["map"] if "map" in witness else [])):
        for path in [(key,) for key in witness] + [(parts, 0, key) for key in witness[parts][0]]:
            holder = copy.deepcopy(witness)
            del (holder if len(path) == 1 else holder[parts][0])[path[-1]]
            altered.append((holder, shown(path)))
        altered.append((set_at(witness, (parts, 1, "note"), 1), f"{parts}[1].note"))
        altered.append(({**witness, parts: witness[parts][::-1]}, parts))
        altered.append(({**witness, parts: witness[parts] + witness[parts][-1:]}, parts))
        altered.append(({**witness, parts: witness[parts][:1]}, parts))
    for changed, where in altered:
        with pytest.raises(CertificateError) as raised:
            check_witness(circuit, task, definition_record(definition), changed)
        assert raised.value.where.startswith(where)


@pytest.mark.parametrize(
    ("name", "dials", "where"),
    [
        ("sums, one re-encoded", {"reencoding": "none"}, "candidates[0].reencoding"),
        ("sums, one re-encoded", {"reencoding": "per-group"}, "candidates[0].reencoding"),
        ("sums, own re-encodings", {"reencoding": "common"}, "candidates[1].reencoding"),
        ("sums coded in binary", {"objective_gates": 2}, "candidates[0].costs[0]"),
        ("sums coded in binary", {"candidates": 3}, "candidates"),
        ("sums coded in binary", {"wires_per_score": 1}, "kind"),
        ("three levels, by utilities", {"wires_per_score": 1}, "candidates[0].wires"),
        ("one threshold of three levels", {"wires_per_score": 2}, "candidates[0].wires"),
        ("two of three evaluated", {"candidates": 3}, "candidates"),
    ],
)
def test_dials_are_obeyed(name: str, dials: dict[str, Any], where: str) -> None:
    circuit, task, definition, witness = CASES[name]
    record = definition_record(replace(definition, **dials))
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, task, record, witness)
    assert raised.value.where.startswith(where)


def test_the_task_says_which_kind_of_witness_it_is() -> None:
    circuit, task, definition, witness = CASES["three levels, by utilities"]
    record = definition_record(definition)
    with pytest.raises(CertificateError):
        check_witness(circuit, FunctionTask(circuit.tables()), record, witness)
    plain = definition.judge(circuit, FunctionTask(circuit.tables())).witness
    assert plain is not None
    check_witness(circuit, FunctionTask(circuit.tables()), record, plain)
    with pytest.raises(CertificateError):
        check_witness(circuit, task, record, plain)


@pytest.mark.parametrize(
    ("text", "first", "second", "where"),
    [
        # A wire of one score feeds the other score.
        ("g1 = a | b; g2 = a & b; g3 = g1 | d; g4 = c & d; g5 = g3 & ~g1; g6 = g4 & ~g2; "
         "g7 = g5 | g6; out = g7", [4, 5], [6, 7], "candidates[1].wires[0]"),
        # A veto by an input that no score knows of.
        ("g1 = a | b; g2 = a & b; g3 = c | d; g4 = c & d; g5 = g3 & ~g1; g6 = g4 & ~g2; "
         "g7 = g5 | g6; g8 = g7 & e; out = g8", [5, 6], [7, 8], "candidates[1].word"),
    ],
)  # fmt: skip
def test_what_is_no_witness(text: str, first: Json, second: Json, where: str) -> None:
    inputs = 5 if "e;" in text else 4
    rest = list(range(4, inputs))
    witness = scored(
        group([0], first, 2, [0, 1, 2, 3, *rest]),
        group([1], second, 2, [2, 3, 0, 1, *rest], costs=[2, 1] if "g1 | d" in text else [1, 1]),
        order=[0, 1, 2, 3],
    )
    circuit, task, definition, _ = of_function(inputs, text, PAIRS, None)
    with pytest.raises(CertificateError) as raised:
        check_witness(circuit, task, definition_record(definition), witness)
    assert raised.value.where == where


def test_copies_are_no_second_bit() -> None:
    # Where e is 0, g2 is g1 and g4 is g3: scores have two values, and no bit changes alone.
    circuit = Circuit.parse(
        5, "g1 = a & b; g2 = g1 | e; g3 = c & d; g4 = g3 | e; g5 = g3 & ~g1; g6 = g4 & g5; out = g6"
    )
    task = FunctionTask(circuit.tables(), 0xFFFF)
    witness = scored(
        group([0], [5, 6], 2, [0, 1, 2, 3, 4], costs=[1, 2]),
        group([1], [7, 8], 2, [2, 3, 0, 1, 4], costs=[1, 2]),
        order=[0, 1, 2, 3],
    )
    with pytest.raises(CertificateError, match=re.escape("candidates[0].wires[0]: alone changes")):
        check_witness(circuit, task, definition_record(PAIRS), witness)


# -- judgements ----------------------------------------------------------------------------------


def test_judgements_are_checked_whole() -> None:
    circuit, task, definition, _ = CASES["numbers of two bits"]
    judgement = definition.judge(circuit, task)
    check_judgement(definition, circuit, task, judgement)
    check_judgement(LookupTable(), circuit, task, LookupTable().judge(circuit, task))
    for altered, where in (
        (replace(judgement, tag="lookup-table"), "tag"),
        (replace(judgement, score=Fraction(3, 2)), "score"),
        (replace(judgement, score=Fraction(1, 2)), "witness"),
        (replace(judgement, witness=None), "witness"),
        (replace(judgement, definition=definition_record(SearchLike())), "definition"),
    ):
        with pytest.raises(CertificateError) as raised:
            check_judgement(definition, circuit, task, altered)
        assert raised.value.where == where
    with pytest.raises(CertificateError, match="circuit"):
        check_judgement(definition, Circuit.parse(4, "out = a"), task, judgement)


@dataclass(frozen=True)
class Constant:
    """Tags circuits whose output is constant; its witness is the word."""

    name: ClassVar[str] = "constant"
    tag: ClassVar[str] = "constant"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "here"
    formula: ClassVar[str] = "the output is constant"
    blind_to: ClassVar[str] = "all else"
    parameters: ClassVar[dict[str, int | str | None]] = {}

    def judge(self, solver: Solver, task: Task) -> Judgement:
        tables = circuit_of(solver).tables()
        held = all(table.bits in (0, table.mask) for table in tables)
        witness = {"word": [table(0) for table in tables]} if held else None
        return Judgement(definition_record(self), self.tag, Fraction(held), witness)


class Checked(Constant):
    """The same, with a check of its own."""

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        words = [(circuit_of(solver)(x)) for x in range(1 << task.inputs)]
        if any(list(word) != witness["word"] for word in words):
            raise CertificateError("word", "not always output")


def test_definitions_of_ones_own_may_bring_a_check() -> None:
    circuit = Circuit.parse(1, "out = 1")
    task = FunctionTask(circuit.tables())
    for solver in (circuit, MealyMachine(circuit, 0)):
        judgement = Checked().judge(solver, task)
        check_judgement(Checked(), solver, task, judgement)
        with pytest.raises(CertificateError, match="word: not always"):
            check_judgement(Checked(), solver, task, replace(judgement, witness={"word": [0]}))
    # Without one, nobody knows how; a judgement without a witness needs none.
    with pytest.raises(CertificateError, match=re.escape("definition.name")):
        check_judgement(Constant(), circuit, task, Constant().judge(circuit, task))
    wire = Circuit.parse(1, "out = a")
    other = FunctionTask(wire.tables())
    check_judgement(Constant(), wire, other, Constant().judge(wire, other))
