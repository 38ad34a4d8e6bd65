"""The claim `slack`: what brings search back where a task leaves much open."""

import pytest

from mesacircuits.conjectures import Verdict
from mesacircuits.conjectures.claims.circuits.slack import SLACK
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError


@pytest.mark.slow
def test_a_third_candidate_and_a_tie_break_bring_search_back():
    finding = SLACK.check({"scores": "xor"}).finding
    assert finding.verdict is Verdict.HELD
    assert not finding.left_open
    rows = [row[:9] for row in finding.tables[0].rows]
    # K, L, s, score, ties, size, minima, candidates read, minima that search with bare inputs.
    assert rows[:3] == [
        (2, 2, 1, "xor", "free", "1", "2", "1", 0),
        (2, 2, 1, "xor", "first", "3", "3", "2", 1),
        (2, 2, 1, "xor", "last", "3", "3", "2", 1),
    ]
    assert finding.tables[0].rows[3][8:] == (4, 4, 0)
    assert finding.example.judgements[0][1].holds
    assert finding.example.size == 3


def test_bare_bits_are_no_objective_of_a_gate():
    finding = SLACK.check({"scores": "bit"}).finding
    assert finding.verdict is Verdict.REFUTED
    assert finding.example is None
    assert "not a third candidate, not a tie-break" in finding.answer


def test_what_was_not_exhausted_is_said():
    finding = SLACK.check({"scores": "sum"}, Effort(seconds=1e-9, shipped=False)).finding
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert any("ties first: not exhausted" in line for line in finding.left_open)


@pytest.mark.parametrize("settings", [{"scores": "product"}, {"candidates": 2}])
def test_bad_settings_are_refused(settings):
    with pytest.raises(ArgumentError):
        SLACK.check(settings)


@pytest.mark.slow
def test_three_scores_need_a_tie_break_and_two_wires():
    rows = SLACK.check().finding.tables[0].rows
    assert len(rows) == 21
    tagged = {(row[0], row[3], row[4]): row[8:] for row in rows}
    assert tagged[2, "sum", "free"] == (0, 0, 0)
    assert tagged[2, "sum", "first"] == tagged[2, "sum", "last"] == (0, 0, 43)
    assert tagged[3, "and", "first"] == (9, 9, 0)
