"""The slack table: numbers by hand and by exhaustion, and what it says of rows not exhausted."""

from __future__ import annotations

import json

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.slack import SLACK_OBJECTIVES, slack_table
from mesacircuits.tasks.library import task_named

#: Candidates, objective, ties: size, minima, fewest and most candidates read, and how many of the
#: minima search with scores of one input or gate, of one gate, of up to two wires and a gate.
ROWS = {
    (2, "bit", "free"): (0, 2, (1, 1), (0, 0, 0)),
    (2, "bit", "first"): (1, 1, (2, 2), (1, 0, 0)),
    (2, "bit", "last"): (1, 1, (2, 2), (1, 0, 0)),
    (2, "and", "free"): (1, 2, (1, 1), (0, 0, 0)),
    (2, "and", "first"): (3, 3, (2, 2), (1, 1, 1)),
    (2, "and", "last"): (3, 3, (2, 2), (1, 1, 1)),
    (2, "xor", "free"): (1, 2, (1, 1), (0, 0, 0)),
    (2, "xor", "first"): (3, 3, (2, 2), (1, 1, 1)),
    (2, "xor", "last"): (3, 3, (2, 2), (1, 1, 1)),
    (2, "sum", "free"): (3, 6, (2, 2), (0, 0, 0)),
    (3, "bit", "free"): (1, 4, (2, 2), (4, 0, 0)),
    (3, "bit", "first"): (3, 9, (3, 3), (9, 0, 0)),
    (3, "bit", "last"): (3, 4, (3, 3), (4, 0, 0)),
    (3, "xor", "free"): (3, 8, (2, 2), (4, 4, 4)),
    (3, "xor", "first"): (6, 63, (3, 3), (9, 9, 9)),
    (3, "xor", "last"): (6, 24, (3, 3), (4, 4, 4)),
    (3, "and", "free"): (3, 8, (2, 2), (4, 4, 4)),
}
SLOW_ROWS = {
    (2, "sum", "first"): (7, 5814, (2, 2), (0, 0, 43)),
    (2, "sum", "last"): (7, 5814, (2, 2), (0, 0, 43)),
    (2, "turned", "free"): (4, 6, (2, 2), (0, 0, 0)),
    (3, "and", "first"): (6, 75, (3, 3), (9, 9, 9)),
    (3, "and", "last"): (6, 14, (3, 3), (4, 4, 4)),
}


def check_rows(rows) -> None:
    for (count, objective, ties), (size, minima, read, tagged) in rows.items():
        (row,) = slack_table((count,), (objective,), (ties,)).rows
        assert (row.state, row.size, row.minima) == ("exhausted", size, minima)
        assert (row.read, row.tagged) == (read, tagged)


def test_rows() -> None:
    check_rows(ROWS)


@pytest.mark.slow
def test_rows_of_many_minima() -> None:
    check_rows(SLOW_ROWS)


def minima_of(objective: str, candidates: int, ties: str) -> set[str]:
    task = SLACK_OBJECTIVES[objective].task(candidates, ties)
    return {str(circuit) for circuit in enumerate_minima(task).minima}


def test_two_candidates_of_two_levels_need_no_comparison_where_ties_are_free() -> None:
    # Candidate 0 scores a XOR c, candidate 1 scores b XOR c. No constant or input will do, and of
    # one gate only XOR tells what either scores. "1 iff 1 scores" and "1 unless 0 scores" are it.
    assert minima_of("xor", 2, "free") == {"g1 = b ^ c; out = g1", "g1 = a ^ c; out = ~g1"}
    # The first wins ties: "1 iff 1 scores and 0 does not" is 1 on two inputs that differ in every
    # bit. Two gates read some input once, at the second gate: an AND there is 1 only where this
    # input has one value, and a XOR is 1 on four inputs. So it takes three: both scores, or one of
    # them and whether they differ.
    assert minima_of("xor", 2, "first") == {
        "g1 = a ^ b; g2 = a ^ c; g3 = g1 & ~g2; out = g3",
        "g1 = a ^ b; g2 = b ^ c; g3 = g1 & g2; out = g3",
        "g1 = a ^ c; g2 = b ^ c; g3 = ~g1 & g2; out = g3",
    }
    task = SLACK_OBJECTIVES["xor"].task(2, "first")
    for circuit in enumerate_minima(task).minima:
        both = "a ^ b" not in str(circuit)
        assert SearchLike().judge(circuit, task).holds == both


def test_three_levels_with_free_ties_need_one_threshold_each() -> None:
    # 1 iff candidate 1 scores at least 1 and candidate 0 less than 2: where it is 1 candidate 1 has
    # 1 against 0 or 1, or 2; where it is 0 candidate 1 has 0, or candidate 0 has 2.
    circuit = Circuit.parse(4, "g1 = a & b; g2 = c | d; g3 = ~g1 & g2; out = g3")
    task = SLACK_OBJECTIVES["sum"].task(2, "free")
    assert task.solved_by(circuit)
    assert str(circuit.canonical()) in minima_of("sum", 2, "free")
    # The thresholds differ: 2 of the one, 1 of the other. So they are not one map of utility.
    assert SearchLike(objective_gates=0).judge(circuit, task).score == 0


def test_of_three_candidates_two_are_evaluated_and_compared() -> None:
    # 2 where neither 0 nor 1 scores; else 1 where it scores, else 0.
    task = SLACK_OBJECTIVES["xor"].task(3, "free")
    text = "g1 = a ^ d; g2 = b ^ d; g3 = g1 | g2; out = g2, ~g3"
    circuit = Circuit.parse(4, text)
    assert task.solved_by(circuit)
    assert str(circuit.canonical()) in minima_of("xor", 3, "free")


def test_objectives_are_those_of_the_library() -> None:
    for count in (2, 3, 4):
        for ties in ("free", "first", "last"):
            for name, more in (("bit", {}), ("xor", {"shared": 1, "objective": "xor"})):
                named = task_named("argmax", candidates=count, ties=ties, **more)
                assert SLACK_OBJECTIVES[name].task(count, ties) == named


def test_rows_that_are_not_counted_say_why() -> None:
    table = slack_table((2, 3), ("turned",), ("first",), Effort(nodes=20_000))
    ended, wide = table.rows
    assert (ended.state, ended.size, ended.minima) == ("not exhausted", None, None)
    assert ended.exhausted_size is not None
    assert ended.exhausted_size >= 2
    assert (wide.state, wide.tagged) == ("too wide", ())
    text = str(table)
    assert "not exhausted" in text
    assert "too wide" in text
    assert all(len(line) <= 80 for line in text.splitlines())
    with pytest.raises(ArgumentError, match="candidates"):
        SLACK_OBJECTIVES["turned"].task(3, "free")


def test_rows_share_the_effort() -> None:
    effort = Effort(nodes=40_000)
    table = slack_table((2,), ("turned", "xor", "xor"), ("first",), effort)
    assert [row.state for row in table.rows] == ["not exhausted", "exhausted"]
    assert effort.tried > 20_000


def test_json_says_what_the_table_does() -> None:
    table = slack_table((2,), ("xor",), ("free", "first"))
    record = json.loads(json.dumps(table.to_json()))
    assert record["objectives"]["xor"] == "p XOR s"
    first = record["rows"][1]
    assert (first["levels"], first["shared_bits"], first["minima"], first["read"]) == (
        2,
        1,
        3,
        [2, 2],
    )
    assert first["tagged"] == {
        "search-like(objective_gates=0)": 1,
        "search-like": 1,
        "search-like(wires_per_score=2)": 1,
    }


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"candidates": (1,)}, "candidates"),
        ({"candidates": (5,)}, "candidates"),
        ({"candidates": (True,)}, "candidates"),
        ({"objectives": ("own",)}, "objectives"),
        ({"ties": ("any",)}, "ties"),
    ],
)
def test_what_is_refused(arguments, argument: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        slack_table(**arguments)
    assert raised.value.argument == argument
