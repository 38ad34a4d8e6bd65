"""The claim `joint-coding`: its classes of pairs, and their joint sizes, by a second route."""

from itertools import permutations

import pytest

from mesacircuits.circuits import B2, NPNTransform, TruthTable
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claims.circuits.joint_coding import pairs_of
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.enumeration.sat import minimum_size
from mesacircuits.tasks import FunctionTask

XOR_CHOICE, AND_CHOICE = 0x0660, 0x7000


def orbits(g, h):
    """Return the classes of pairs (g', h'), the members of each listed, outputs either way."""
    moves = [NPNTransform(order, mask) for order in permutations(range(4)) for mask in range(16)]

    def normal(bits):
        return min(bits, bits ^ 0xFFFF)

    def images(bits):
        return [normal(move(TruthTable(4, bits)).bits) for move in moves]

    found = set()
    for other in {*images(h)} - {normal(g)}:
        found.add(frozenset(zip(images(g), images(other), strict=True)))
    return found


def test_one_pair_of_each_class():
    found = pairs_of(XOR_CHOICE, XOR_CHOICE)
    classes = orbits(XOR_CHOICE, XOR_CHOICE)
    assert len(found) == len(classes) == 4
    for form in found:
        assert sum((XOR_CHOICE, form) in each for each in classes) == 1


@pytest.mark.slow
def test_who_chooses_by_another_predicate_is_marked():
    # By a ^ b and by its inverse candidates are the same; so are b & ~a and the like.
    marked = [form for form, same in pairs_of(AND_CHOICE, AND_CHOICE).items() if same]
    choices = set()
    for good in range(4):
        table = sum((x >> 2 == good and x & 3 != good) << x for x in range(16))
        exchanged = sum((x & 3 == good and x >> 2 != good) << x for x in range(16))
        choices |= {table, exchanged, table ^ 0xFFFF, exchanged ^ 0xFFFF}
    same = [each for each in orbits(AND_CHOICE, AND_CHOICE)
            if any(g == AND_CHOICE and h in choices for g, h in each)]  # fmt: skip
    assert AND_CHOICE in choices
    assert len(marked) == len(same) == 5
    for form in marked:
        assert any((AND_CHOICE, form) in each for each in same)


@pytest.mark.slow
def test_joint_sizes_by_the_other_engine():
    for form in pairs_of(XOR_CHOICE, XOR_CHOICE):
        task = FunctionTask((TruthTable(4, XOR_CHOICE), TruthTable(4, form)))
        assert enumerate_minima(task, first=1).size == minimum_size(task, B2)[0]


@pytest.mark.slow
def test_no_evidence_that_agents_share_more():
    report = check("joint-coding")
    assert report.verdict.value == "no evidence"
    assert [row[3:7:2] for row in report.finding.tables[1].rows] == [(5, 28), (2, 5), (1, 3)]
