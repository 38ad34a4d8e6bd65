"""Tendencies: what decides them, and what takes a verdict away again."""

from fractions import Fraction

import pytest

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.conjectures.claim import Claim, Verdict
from mesacircuits.conjectures.claims.circuits.noise_is_a_table import FAMILIES, members
from mesacircuits.conjectures.evidence import Compared, Tendency, verdict_of
from mesacircuits.conjectures.plot import draw_plot
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies import least_sizes
from mesacircuits.studies.nulls import Unit, permuted


def compared(settings, effort):
    """Twenty units a stratum, of which marked ones have `more` more, if there is a `tag`."""
    if settings.whole("more") > 5:
        raise BudgetEnded
    gain = settings.whole("more") * (settings.text("tag") != "random")
    units = [Unit(i % 3, i % 2 == 0, i // 6 % 4 + gain * (i % 2 == 0)) for i in range(60)]
    return Compared(tuple(units), "sixty units")


def tendency(**options):
    asked = {"placebos": {"random": {"tag": "random"}}, "trend": ({"more": 0}, {"more": 1})}
    return Tendency(
        compared, ("unit", "units"), "marked units", "value", "thirds", **asked | options
    )


SETTINGS = Settings({"more": 3, "tag": "own"})


@pytest.mark.parametrize(
    ("more", "greater", "verdict", "status"),
    [
        (3, True, "supported", 0),
        (3, False, "against", 3),
        (0, True, "no evidence", 4),
        (6, True, "inconclusive", 4),
    ],
)
def test_the_verdict_is_of_the_claim_as_printed(more, greater, verdict, status):
    found = tendency(greater=greater)(Settings({"more": more, "tag": "own"}), Effort())
    assert (found.verdict.value, found.verdict.exit_status) == (verdict, status)


def test_a_placebo_with_the_same_verdict_leaves_no_evidence():
    found = tendency(placebos={"as good": {"tag": "other"}})(SETTINGS, Effort())
    assert found.verdict is Verdict.NO_EVIDENCE
    assert "a placebo gives the same verdict, supported" in found.answer


def test_a_placebo_that_is_not_reached_leaves_it_open():
    found = tendency(placebos={"late": {"more": 6}})(SETTINGS, Effort())
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.left_open == ("placebo: late",)


def test_nothing_to_tell_apart_is_vacuous():
    run = Tendency(
        lambda settings, effort: Compared((Unit(0, True, 1), Unit(1, False, 2)), "two"),
        *(("unit", "units"), "marked units", "value", "nothing"),
    )
    found = run(SETTINGS, Effort())
    assert found.verdict is Verdict.VACUOUS
    assert found.verdict.exit_status == 4
    assert any("could have answered otherwise" in note for note in found.notes)


def test_each_run_is_a_row_and_the_report_says_how_many_agree():
    found = tendency(neighbours=({"more": 2}, {"more": 3}))(SETTINGS, Effort())
    rows = {row[0]: row for row in found.tables[0].rows}
    # What is asked is not asked again.
    assert list(rows) == ["as asked", "placebo: random", "more = 0", "more = 1", "more = 2"]
    assert rows["more = 0"][-1] == rows["placebo: random"][-1] == "no evidence"
    said = sum(rows[f"more = {more}"][-1] == "supported" for more in (0, 1, 2))
    assert f"{said} of 3 other settings say the same" in found.answer
    assert draw_plot(found.plot).startswith(b"<?xml")


def test_a_certificate_may_have_any_verdict(tmp_path):
    claim = Claim(
        *("toy", "circuits", "More.", "us", "toy", "More?", ""),
        (Parameter("more", 3, "", least=0), Parameter("tag", "own", "")),
        tendency(),
    )
    assert claim.check().certificate()["verdict"] == "supported"


def test_families_of_functions_have_the_known_numbers():
    """Threshold functions of n inputs: 14, 104, 1,882 (Muroga 1971; OEIS A000609)."""
    counts = [len(set(members("threshold", inputs))) for inputs in (2, 3, 4)]
    assert counts == [14, 104, 1882]
    assert [len(set(members("symmetric", inputs))) for inputs in (2, 3, 4)] == [8, 16, 32]


def test_noise_against_a_route_of_its_own():
    """By truth tables and canonical forms, where the claim goes by the classes of a census."""
    inputs = 3
    sizes = least_sizes.least_sizes(inputs)
    marked = {
        npn_canonical(TruthTable(inputs, f))[0] for name in FAMILIES for f in members(name, inputs)
    }
    forms = {npn_canonical(TruthTable(inputs, f))[0] for f in range(1 << (1 << inputs))}
    units = []
    for form in forms:
        ones = min(form.bits.bit_count(), 8 - form.bits.bit_count())
        units.append(Unit(ones, form in marked, int(sizes[form.bits])))
    from mesacircuits.conjectures.claims import CLAIMS

    row = CLAIMS["noise-is-a-table"].check({"inputs": inputs}).finding.tables[0].rows[0]
    test = permuted(units)
    assert row[1:3] == (test.units, test.marked)
    assert row[3:] == (
        f"{float(test.effect):+.4f}",
        f"{float(test.below[1]):.3g}",
        verdict_of(test, greater=False).value,
    )
    assert test.effect == Fraction(0)
