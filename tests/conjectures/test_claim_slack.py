"""The claim `slack`: what brings search back where a task leaves much open."""

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.conjectures import Verdict
from mesacircuits.conjectures.claims.circuits.slack import SLACK, candidates_read
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tasks import parse_task


def minima_of(text):
    return {str(circuit) for circuit in enumerate_minima(parse_task(text))}


def test_more_candidates_and_a_tie_break_bring_search_back():
    few = {"choices": "2,1; 2,2; 2,1,1; 3,1; 3,1,1; 4,1", "ties": "free; first"}
    finding = SLACK.run.found(SLACK.settings(few), Effort())
    assert (finding.verdict, finding.left_open) == (Verdict.HELD, ())
    # K, m, s, L, ties, choices, gates, minima, candidates read, choices that search, such minima.
    assert finding.tables[0].rows[2:6] == (
        (2, 2, 0, 2, "free", 14, "0 to 1", 8, "1", 0, 0),
        (2, 2, 0, 2, "first", 14, "1 to 3", 8, "2", 10, 3),
        (2, 1, 1, 2, "free", 12, "0 to 1", 8, "1", 0, 0),
        (2, 1, 1, 2, "first", 12, "1 to 3", 10, "2", 2, 1),
    )
    assert (finding.example.size, finding.example.judgements[0][1].holds) == (3, True)


@pytest.mark.parametrize("choice", ["2,1", "2,2,L=3", "2,1,1,L=4", "3,1,1", "4,1"])
def test_candidates_that_a_minimum_reads_are_those_that_its_output_depends_on(choice):
    """For a gate that reads an input in vain could be left out."""
    for ties in ("free", "first", "excluded"):
        for _, task in parse_universe(f"choices({choice},ties={ties})").listed():
            for circuit in enumerate_minima(task):
                matter = {i for table in circuit.tables() for i in table.support()}
                read = sum(bool(matter & {*own}) for own in task.features)
                assert candidates_read(circuit, task) == read


@pytest.mark.parametrize("choice", ["2,1", "2,2", "2,1,1", "3,1", "3,1,1", "3,2", "4,1"])
def test_of_two_levels_with_free_ties_all_but_one_are_read(choice):
    """No solver reads fewer, and some minimum no more: the theorem of the page, in these cases."""
    count = int(choice[0])
    for _, task in parse_universe(f"choices({choice},ties=free)").listed():
        assert min(candidates_read(c, task) for c in enumerate_minima(task)) == count - 1


def test_two_candidates_of_two_levels_need_no_comparison_where_ties_are_free():
    # Candidate 0 scores a XOR c, candidate 1 scores b XOR c. No constant or input will do, and of
    # one gate only XOR tells what either scores. "1 iff 1 scores" and "1 unless 0 scores" are it.
    xor = "choice(context=1,utility=6"
    assert minima_of(f"{xor})") == {"g1 = b ^ c; out = g1", "g1 = a ^ c; out = ~g1"}
    # The first wins ties: "1 iff 1 scores and 0 does not" is 1 on two inputs that differ in every
    # bit. Two gates read some input once, at the second gate: an AND there is 1 only where this
    # input has one value, and a XOR is 1 on four inputs. So it takes three: both scores, or one of
    # them and whether they differ.
    assert minima_of(f"{xor},ties=first)") == {
        "g1 = a ^ b; g2 = a ^ c; g3 = g1 & ~g2; out = g3",
        "g1 = a ^ b; g2 = b ^ c; g3 = g1 & g2; out = g3",
        "g1 = a ^ c; g2 = b ^ c; g3 = ~g1 & g2; out = g3",
    }
    task = parse_task(f"{xor},ties=first)")
    for circuit in enumerate_minima(task):
        assert SearchLike().judge(circuit, task).holds == ("a ^ b" not in str(circuit))


def test_three_levels_with_free_ties_need_one_threshold_each():
    # 1 iff candidate 1 scores at least 1 and candidate 0 less than 2: where it is 1 candidate 1 has
    # 1 against 0 or 1, or 2; where it is 0 candidate 1 has 0, or candidate 0 has 2.
    circuit = Circuit.parse(4, "g1 = a & b; g2 = c | d; g3 = ~g1 & g2; out = g3")
    text = "choice(features=2,levels=3,utility=2110)"
    task = parse_task("choice(features=2,levels=3,utility=0112)")
    assert task.solved_by(circuit)
    assert enumerate_minima(text).size == circuit.size
    # The thresholds differ: 2 of the one, 1 of the other. So they are not one map of utility.
    assert SearchLike(objective_gates=0).judge(circuit, task).score == 0


def test_of_three_candidates_two_are_evaluated_and_compared():
    # 2 where neither 0 nor 1 scores; else 1 where it scores, else 0.
    text = "choice(candidates=3,context=1,utility=6)"
    circuit = Circuit.parse(4, "g1 = a ^ d; g2 = b ^ d; g3 = g1 | g2; out = g2, ~g3")
    assert str(circuit.canonical()) in minima_of(text)


def test_what_was_not_exhausted_is_said():
    few = {"choices": "2,2,L=4", "ties": "first"}
    finding = SLACK.check(few, Effort(nodes=1, shipped=False)).finding
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert len(finding.left_open) == 13


@pytest.mark.parametrize(
    "settings",
    [{"choices": "2"}, {"choices": "2,2,L=x"}, {"choices": "2,2,D=each"}, {"ties": "none"}],
)
def test_bad_settings_are_refused(settings):
    with pytest.raises(ArgumentError):
        SLACK.check(settings)
