"""What holds of every registered claim, over its smaller universe."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from mesacircuits.conjectures import check, verify, write_certificate
from mesacircuits.conjectures.check import all_checked, line_text
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.registry import registered
from mesacircuits.conjectures.report_text import page_head, plot_of
from mesacircuits.data import stored_claims, stored_verdicts
from mesacircuits.enumeration import Effort, Interruption
from mesacircuits.errors import CertificateError
from mesacircuits.records import content_hash

ENTRIES = registered()

#: Whose quick universes take seconds, too.
LONG = {
    *(
        "diversity",
        "every-scale",
        "gradual",
        "extra-bits",
        "hard-coded",
        "information-funnel",
        "joint-coding",
        "length-or-time",
        "levin",
        "mass-production",
        "noise-is-a-table",
        "one-task",
        "pseudo-alignment",
        "range",
        "rare-error",
        "slack",
        "smoothed",
    ),
    *("one-of-the-shortest", "reachability", "restriction", "search-pays", "tabular", "weather"),
    *("inner-rl-causes", "mesa-learning", "ninety-ten", "smaller-honest", "training-flag"),
}
#: What the smaller universes say, where it is not what the defaults do.
QUICK = {
    "control-survives": "vacuous",
    "extra-bits": "no evidence",
    "general-agents": "held",
    "goal-directed-not-search": "vacuous",
    "human-modelling": "vacuous",
    "maze": "vacuous",
    "no-formal-link": "vacuous",
    "pseudo-alignment": "held",
    "runtime-information": "vacuous",
    "selection-or-control": "vacuous",
    "statefulness": "vacuous",
    "threshold-uncompetitive": "vacuous",
}

#: One of what is spelled as several, but for ranges such as 1 to 3, and ratios.
WRONG_PLURAL = (
    r"(?<![\w.,/|=-])1 (?:NPN |search-like |minimal )?(?:classes|functions|minima|circuits|tasks|"
    r"worlds|gates|inputs|items|sizes|states|bits|steps|pairs|programs|machines|arms)\b"
    # The first of the settings that a column is abbreviated to, such as `1 inputs = 2`.
    r"(?! =)"
)

#: Claims about every case or some case, which are measured against nothing.
UNIVERSAL = {
    *("tabular", "false-positives", "one-of-the-shortest", "bits-floor", "contains-search"),
    *("selection-or-control", "goal-directed-not-search", "diversity-assumptions"),
}


def test_every_row_of_the_literature_is_registered():
    assert len(ENTRIES) == 64
    topics = [entry.topic for entry in ENTRIES.values()]
    assert {t: topics.count(t) for t in topics} == {
        "circuits": 33,
        "worlds and learners": 18,
        "programs": 13,
    }


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in ENTRIES],
)
def test_a_claim_answers_and_is_shown(name, tmp_path):
    entry = ENTRIES[name]
    report = check(entry, settings=entry.quick)
    assert report.verdict.value == QUICK.get(name, stored_verdicts()[name])
    assert entry.kind is None or report.verdict in entry.kind.verdicts
    record = json.loads(json.dumps(report.to_json()))
    assert record["conjecture"] == name
    assert max(map(len, str(report).splitlines())) <= 80
    head = " ".join(str(report).partition("\n\n")[0].split())
    assert head.startswith(f"{report.verdict.value.upper()}: {name}")
    known = stored_verdicts()[name]
    # A smaller universe never contradicts the defaults without saying so.
    assert head.endswith(f"; at the defaults: {known}") == (report.verdict.value != known)
    assert not re.search(WRONG_PLURAL, str(report) + report.finding.answer + report.universe)
    assert report.universe != stored_claims()[name].universe
    assert report.finding.answer.endswith(".")
    head = page_head(report)
    assert head.startswith(f"# {name}\n")
    picture = plot_of(report)
    assert picture is not None
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    if report.arms:
        return
    assert entry.quick
    assert entry.control or name in UNIVERSAL
    path = tmp_path / "c.json"
    write_certificate(report.certificate(), path)
    found = verify(path)
    assert found.verdict is report.verdict
    assert found.asserted[0].startswith("certificate: verdict, answer, ")


# Arms, not findings, say what `minimal-circuits` left open.
@pytest.mark.parametrize("name", sorted(set(ENTRIES) - {"minimal-circuits"}))
def test_a_claim_whose_budget_is_used_up_is_inconclusive(name):
    report = check(ENTRIES[name], effort=Effort(seconds=1e-9), settings=ENTRIES[name].quick)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.finding.left_open
    assert "NOT EXHAUSTED" in str(report)


#: A small run of a claim with an example.
SUITE = {
    "items": "parity; not-all-equal",
    "definitions": "search-like; search-like(plans=on,pruning=on)",
}


def test_a_certificate_is_verified_in_full_by_running_the_claim_again(tmp_path):
    entry = ENTRIES["false-positives"]
    report = check(entry, settings=SUITE)
    path = tmp_path / "c.json"
    write_certificate(report.certificate(), path)
    found = verify(path, full=True)
    assert found.full
    assert any("by SAT over b2 no circuit of fewer than 3 gates" in step for step in found.steps)
    assert any("the witness of search-like holds" in step for step in found.steps)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda v: v.update(answer="none."), "answer"),
        (lambda v: v["example"].update(task="tt:3:7F"), r"example\.circuit: does not solve"),
        (lambda v: v["example"].update(size=2), r"example\.size"),
        (lambda v: v["example"]["judgements"][0].update(score="1/2"), "judgements"),
        (lambda v: v["example"].update(minimal="depth over b2"), "minimal"),
        (lambda v: v["settings"].update(item="parity"), "settings"),
        (lambda v: v.update(claim="All is well."), "claim"),
        (lambda v: v.update(conjecture="tabulr"), "conjecture"),
        (lambda v: v.update(asserted=[]), "asserted"),
        (lambda v: v.update(more=1), "file"),
    ],
)
def test_a_certificate_that_says_something_else_is_refused(change, where, tmp_path):
    value = check("false-positives", settings=SUITE).certificate()
    value = json.loads(json.dumps(value))
    change(value)
    body = {key: field for key, field in value.items() if key != "checksum"}
    path = tmp_path / "c.json"
    write_certificate({**body, "checksum": content_hash(body)}, path)
    with pytest.raises(CertificateError, match=where):
        verify(path, full=True)
    write_certificate({**body, "checksum": value["checksum"]}, path)
    with pytest.raises(CertificateError, match=r"checksum|file"):
        verify(path)


def test_all_are_checked_once_and_what_is_done_is_kept(tmp_path):
    store = tmp_path / "all.db"
    some = [ENTRIES[name] for name in ("false-positives", "rare-error")]
    ended = Effort(seconds=1e-9, store=store)
    assert {c.verdict for c in all_checked(some, quick=True, effort=ended)} == {"inconclusive"}
    first = list(all_checked(some, quick=True, effort=Effort(store=store)))
    again = list(all_checked(some, quick=True, effort=Effort(store=store)))
    assert [c.verdict for c in first] == ["held", "no evidence"]
    # Seconds are those of the run that is kept; that it is from a file is said.
    assert first == [replace(checked, from_file="") for checked in again]
    assert all(checked.from_file for checked in again)


@pytest.mark.slow
def test_a_line_names_its_universe_and_the_verdict_of_the_defaults():
    quick, whole = (ENTRIES[name] for name in ("general-agents", "rare-error"))
    [differs, agrees] = all_checked([quick, whole], quick=True)
    assert line_text(differs).splitlines()[0].endswith("general-agents; at the defaults: refuted")
    assert "utilities of at most 3 values" in line_text(agrees)
    assert "defaults" not in line_text(agrees)
    assert differs.to_json()["at_the_defaults"] == "refuted"
    assert "at_the_defaults" not in agrees.to_json()


def test_an_interruption_ends_the_claim_and_begins_no_other():
    effort = Effort(interruption=Interruption())
    found = all_checked([ENTRIES["rare-error"], ENTRIES["maze"]], quick=True, effort=effort)
    effort.interruption.end()
    assert list(found) == []
    assert ENTRIES["maze"].check(ENTRIES["maze"].quick, effort).verdict is Verdict.INCONCLUSIVE
