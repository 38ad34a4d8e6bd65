"""The claim `tables-beat-search`: its least depths, held against circuits that definitions tag."""

import pytest

from mesacircuits.circuits import B2, NPNTransform, TruthTable
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claims.circuits.tables_beat_search import (
    NONE,
    TABLES_BEAT_SEARCH,
    halves_depths,
    table_depths,
)
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.enumeration.reach import depths_of_classes
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.tasks import FunctionTask


def both(inputs):
    depths = depths_of_classes(inputs, B2)[classes_of(inputs, B2).number]
    return table_depths(inputs), halves_depths(depths, 1, "search")


@pytest.mark.parametrize(("inputs", "more"), [(2, 3), pytest.param(3, 2, marks=pytest.mark.slow)])
def test_no_tagged_circuit_is_shallower(inputs, more):
    found = both(inputs)
    definitions = LookupTable(), SearchLike(objective_gates=1)
    met = [0, 0]
    for bits in range(1, (1 << (1 << inputs)) - 1, 2 if inputs == 2 else 6):
        task = FunctionTask((TruthTable(inputs, bits),))
        circuits = enumerate_minima(task, within=more).minima
        for place, definition in enumerate(definitions):
            depths = [c.depth for c in circuits if definition.judge(c, task).holds]
            least = min(depths, default=NONE)
            assert least >= found[place][bits]
            met[place] += least == found[place][bits] < NONE
    # And some are as shallow.
    assert met[0] >= 1
    assert inputs == 2 or min(met) > 3


def test_least_depths_are_those_of_the_class():
    turn = NPNTransform((2, 0, 1), 5)
    for depths in both(3):
        for bits in range(256):
            assert depths[bits] == depths[255 ^ bits] == depths[turn(TruthTable(3, bits)).bits]


def test_a_table_of_exclusive_or_takes_every_row():
    # Four cubes of three literals, each of depth 2: an OR of depth 4.
    assert table_depths(3)[0x96] == 4
    assert table_depths(2)[0b0110] == 2


@pytest.mark.slow
def test_tables_are_deeper_and_so_they_are_than_what_selects_nothing():
    report = check(TABLES_BEAT_SEARCH)
    assert report.verdict.value == "no evidence"
    assert report.finding.evidence.effect == pytest.approx(0.41, abs=0.05)
    assert {v.value for v in report.finding.evidence.placebos.values()} == {"against"}
