"""The claim `pseudo-alignment`: its classes, its null and its numbers, by a second route."""

from fractions import Fraction
from itertools import permutations, product

import pytest

from mesacircuits.conjectures import Verdict
from mesacircuits.conjectures.claims.circuits.pseudo_alignment import (
    PSEUDO_ALIGNMENT,
    Problem,
    problems,
)
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import read_objectives
from mesacircuits.studies.objectives import training_of
from mesacircuits.tasks import parse_task


def images_of(table, levels):
    """Return what permuting and inverting two features, and reversing utilities, makes of one."""
    found = set()
    for (i, j), mask, turned in product(permutations((0, 1)), range(4), (False, True)):
        moved = [0] * 4
        for vector, entry in enumerate(table):
            bits = vector & 1, vector >> 1
            place = (bits[i] | bits[j] << 1) ^ mask
            moved[place] = levels + 1 - entry if turned and entry else entry
        found.add(tuple(moved))
    return found


@pytest.mark.parametrize("levels", [2, 3])
def test_one_problem_of_each_class(levels):
    every = {
        table
        for table in product(range(levels + 1), repeat=4)
        if len({*table} - {0}) > 1 and sum(map(bool, table)) <= 3
    }
    found = problems(2, levels, 3)
    classes = [images_of(problem.table, levels) for problem in found]
    assert [problem.stands_for for problem in found] == [len(each) for each in classes]
    assert sum(map(len, classes)) == len(every)
    assert set().union(*classes) == every
    assert [problem.vectors for problem in found] == sorted(p.vectors for p in found)


def test_what_a_problem_says():
    problem = Problem((0, 0, 0, 0, 1, 2, 2, 1), 2, 1)
    assert (problem.training, problem.fixed, problem.ends_in_xor) == (0xF0, (2,), True)
    assert len([*problem.utilities()]) == 16
    assert all(u[4:] == (0, 1, 1, 0) for u in problem.utilities())
    assert not Problem((0, 0, 0, 0, 1, 2, 2, 2), 2, 1).ends_in_xor
    assert Problem((1, 2, 2, 0), 2, 1).fixed == ()


def test_reversed_utilities_have_the_same_minima():
    """To choose the better of two by U is to choose the worse by -U: candidates are exchanged."""
    for ties in ("first", "free", "excluded"):
        one = enumerate_minima(parse_task(f"choice(2,2,utility=1,training=7,ties={ties})"))
        other = enumerate_minima(parse_task(f"choice(2,2,utility=6,training=7,ties={ties})"))
        assert (one.size, one.circuits) == (other.size, other.circuits)
        exchanged = {tuple(_exchanged(t.bits) for t in c.tables()) for c in one.minima}
        assert exchanged == {tuple(t.bits for t in c.tables()) for c in other.minima}


def _exchanged(bits):
    return sum((bits >> (x >> 2 | (x & 3) << 2) & 1) << x for x in range(16))


@pytest.mark.slow
def test_two_features_and_the_same_by_universes():
    finding = PSEUDO_ALIGNMENT.check({"features": 2, "definition": "search-like"}).finding
    assert (finding.verdict, finding.left_open) == (Verdict.HELD, ())
    by_training, errors, theorem, neighbours = (table.rows for table in finding.tables)
    for training, vectors, *_, share in by_training:
        found = read_objectives(f"choices(2,2,ties=first,D={training})").totals
        if found["search_like"]:
            assert share == 1 - Fraction(found["aligned"], found["search_like"])
            # Of two utilities that agree on all but v vectors, phi is one of 2^v.
            assert share == 1 - Fraction(1, 2 ** (4 - vectors))
        else:
            assert share is None
    assert by_training[2] == ("7", 3, 0, 2, 1, 1, 1, 2, Fraction(1, 2))
    matched = read_objectives("choices(2,2,ties=first,D=7)").totals["matched"]
    assert [*map(str, errors[0][4:6])] == [
        f"{float(matched[name]):.4f}" for name in ("search_like", "others")
    ]
    assert theorem[0][1:] == (1, 1, 0, 0)
    verdicts = {row[0]: row[1] for row in neighbours}
    assert verdicts["2 features, c = 0"] == verdicts["2 features, 3 levels"] == "refuted"
    assert verdicts["2 features, ties free"] == "vacuous"
    case = finding.example
    assert case.judgement.witness["objective"]["relation"] == "proxy"
    assert "as small as the aligned one" in case.caption


@pytest.mark.slow
def test_three_features():
    finding = PSEUDO_ALIGNMENT.check({"vectors": 4}).finding
    assert finding.verdict is Verdict.REFUTED
    by_training, errors, theorem, neighbours = (table.rows for table in finding.tables)
    assert sum(row[5] for row in by_training) == 12
    assert sum(row[6] for row in by_training) == 10
    for _, vectors, *_, share in by_training:
        assert share in (None, 1 - Fraction(1, 2 ** (8 - vectors)))
    # Searches are right wherever training settles the answer.
    assert {row[6] for row in errors} == {"0.0000"}
    assert errors[-1][:4] == ("all", 13, 7, 4)
    # No minimum reads what is constant in training; where U is an XOR there, every one searches.
    assert theorem[0][1:4] == (7, 19, 0)
    assert theorem[1][1:] == (1, 1, 0, 1)
    assert neighbours[0][1:4] == ("refuted", 12, 10)
    case = finding.example
    assert case.judgement.witness["objective"]["relation"] == "aligned"
    # It stands alone: no minimum of the same task searches for a proxy.
    assert training_of(case.task) != 0x0F
    [row] = read_objectives(case.task).rows
    assert {group.objective.relation for group in row.groups} == {"aligned"}


@pytest.mark.slow
def test_nothing_decides_it_where_nothing_searches():
    report = PSEUDO_ALIGNMENT.check({"features": 1, "vectors": 2})
    assert report.verdict is Verdict.VACUOUS
    assert "is an aligned search minimal" in report.finding.answer


def test_a_budget_that_ends_is_said():
    report = PSEUDO_ALIGNMENT.check({"features": 2}, Effort(seconds=1e-9))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.finding.left_open


@pytest.mark.parametrize(
    ("settings", "argument"),
    [
        ({"definition": "lookup-table"}, "definition"),
        ({"definition": "search-like(objective=base)"}, "definition"),
        ({"definition": SearchLike(objective="base")}, "definition"),
        ({"basis": "nand"}, "basis"),
        ({"ties": "context"}, "ties"),
        ({"features": 4}, "features"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, argument):
    with pytest.raises(ArgumentError) as caught:
        PSEUDO_ALIGNMENT.check(settings)
    assert caught.value.argument == argument
