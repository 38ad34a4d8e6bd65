"""What every claim has in common: settings, findings, their text and JSON, and how it is asked."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

import mesacircuits
from mesacircuits.call import value_text
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures import (
    CLAIMS,
    CONJECTURES,
    Case,
    Claim,
    Finding,
    Parameter,
    Settings,
    Table,
    conjecture_named,
)
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.registry import (
    conjectures_json,
    conjectures_text,
    registered,
)
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.records import readable_json
from mesacircuits.studies.class_tags import class_tags
from mesacircuits.tasks import parse_task


def answer(settings: Settings, effort: Effort) -> Finding:
    """Answer whether the number is even; with a budget that is used up, nothing."""
    number = settings.whole("number")
    verdict = Verdict.REFUTED if number % 2 else Verdict.HELD
    task = parse_task("tt:3:7E")
    nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    return Finding(
        Verdict.INCONCLUSIVE if effort.used_up() else verdict,
        f"it is {number}.",
        "one number",
        (Table("Its share:", ("number", "share"), ((number, Fraction(number, 7)),)),),
        Case.judged("a case", task, nae, (LookupTable(), SearchLike())),
        ("a note",),
        ("everything",) if effort.used_up() else (),
    )


NUMBERS = (
    Parameter("number", 4, "the number", least=1, most=9),
    Parameter("some_widths", (1, 2), "several", least=1),
    Parameter("chance", Fraction(1, 2), "a chance"),
    Parameter("word", "one", "a word", values=("one", "two")),
)
EVEN = Claim(
    "even",
    "numbers",
    "It is even.",
    "Euclid",
    "one number",
    "Is it even?",
    "odd numbers",
    NUMBERS,
    answer,
)


# -- settings ----------------------------------------------------------------------------------


def test_settings_are_read_from_texts_and_values_alike():
    texts = {"number": "7", "some_widths": "2..4", "chance": "0.25", "word": "two"}
    values = {"number": 7, "some-widths": (2, 3, 4), "chance": Fraction(1, 4), "word": "two"}
    settings = EVEN.settings(texts)
    assert settings == EVEN.settings(values)
    assert settings.whole("number") == 7
    assert settings.wholes("some_widths") == (2, 3, 4)
    assert settings.rational("chance") == Fraction(1, 4)
    assert settings.texts("word") == ("two",)
    assert str(settings) == "number = 7, some_widths = 2..4, chance = 1/4, word = two"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "0"),
        ("number", "10"),
        ("number", "1,2"),
        ("number", "x"),
        ("number", True),
        ("number", 2.5),
        ("number", "9" * 30),
        ("some_widths", ""),
        ("some_widths", "0..2"),
        ("some_widths", (1, True)),
        ("chance", "1/0"),
        ("chance", 0.5),
        ("word", "three"),
        ("word", 1),
    ],
)
def test_a_setting_out_of_range_is_named(name, value):
    with pytest.raises(ArgumentError) as caught:
        EVEN.settings({name: value})
    assert caught.value.argument == name


def test_an_unknown_setting_has_a_nearest_name():
    with pytest.raises(ArgumentError, match="did you mean number"):
        EVEN.settings({"numbr": 1})


@given(st.lists(st.integers(0, 99), min_size=1, max_size=5).map(tuple))
def test_numbers_are_read_as_they_are_written(numbers):
    assert Parameter("widths", (1,), "any").read(value_text(numbers)) == numbers


# -- what is printed ---------------------------------------------------------------------------


def test_a_report_states_the_answer_and_the_evidence():
    report = EVEN.check()
    assert (report.verdict, report.exit_status, report.name) == (Verdict.HELD, 0, "even")
    text = str(report)
    for part in ("HELD: even, one number", "It is even. (after Euclid)",
                 "Is it even? Yes: it is 4.",
                 "0.5714 = 4/7", "a case: tt:3:7E, 3 gates", "[candidate", "- a note",
                 "search-like   score 1"):  # fmt: skip
        assert part in text
    assert EVEN.check({"number": 3}).exit_status == 3
    short = EVEN.check(effort=Effort(seconds=1e-9))
    assert short.exit_status == 4
    assert "NOT EXHAUSTED: everything" in str(short)
    assert "Not decided: it is 4." in str(short)


def test_a_report_is_json():
    record = EVEN.check({"number": 3}).to_json()
    assert readable_json(record)
    assert record["verdict"] == "refuted"
    assert record["settings"] == {
        "number": 3,
        "some_widths": [1, 2],
        "chance": "1/2",
        "word": "one",
    }
    assert record["tables"][0]["rows"] == [[3, "3/7"]]
    assert [said["score"] for said in record["example"]["judgements"]] == ["0", "1"]
    # A certificate is without the caption, which nothing could derive again.
    del record["example"]["caption"]
    certificate = EVEN.check({"number": 3}).certificate()
    assert {name: certificate[name] for name in record} == record


def test_a_table_has_a_cell_for_each_head():
    with pytest.raises(ArgumentError):
        Table("", ("one", "two"), ((1,),))


@given(
    st.integers(1, 12).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 10**7) | st.text("abc()=, ", max_size=30).map(str.strip),
                     min_size=width, max_size=width).map(tuple),
            min_size=1, max_size=4,
        )
    )
)  # fmt: skip
def test_no_table_is_cut_off(rows):
    table = Table("Any:", tuple(f"h{i}" for i in range(len(rows[0]))), tuple(rows))
    text = table.text()
    assert max(map(len, text.splitlines())) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    for row in rows:
        for cell in row[1:]:
            if isinstance(cell, int):
                assert f"{cell:,}" in text


# -- the register ------------------------------------------------------------------------------


def test_every_claim_is_stated_in_full():
    assert not set(CLAIMS) & set(CONJECTURES)
    for name, claim in CLAIMS.items():
        assert claim.name == name
        assert claim.question.endswith("?")
        assert not claim.blind_to.endswith(".")
        for text in (claim.claim, claim.source, claim.reading, claim.topic, claim.blind_to):
            assert text.strip()
        assert max(map(len, str(claim).splitlines())) <= 80
        for parameter in claim.parameters:
            # Defaults are values that the parameter would accept.
            assert parameter.read(value_text(parameter.default)) == parameter.default
            assert f"{parameter.name} = " in str(claim).replace("\n", " ")


def test_the_register_lists_conjectures_and_claims_by_topic():
    names = [record["name"] for record in conjectures_json()]
    assert sorted(names) == sorted([*CONJECTURES, *CLAIMS])
    text = conjectures_text()
    assert all(f"\n  {name} " in text for name in names)
    assert max(map(len, text.splitlines())) <= 80
    with pytest.raises(ArgumentError, match=r"did you mean tabular"):
        conjecture_named("tabulr")


def test_claims_are_checked_by_name():
    report = mesacircuits.check("tabular", {"inputs": 2})
    assert report.settings.wholes("inputs") == (2,)
    assert mesacircuits.check("tabular", {"inputs": "2"}).to_json() == report.to_json()
    with pytest.raises(ArgumentError, match="setting of tabular"):
        mesacircuits.check("tabular", {"basis": "aig"})
    both = mesacircuits.check("minimal-circuits", {"inputs": 2})
    for place, order in enumerate(("size", "depth-size")):
        (arm,) = mesacircuits.check("minimal-circuits", {"inputs": 2, "order": order}).arms
        assert arm.to_json() == both.arms[place].to_json()
    with pytest.raises(ArgumentError, match="setting of minimal-circuits"):
        mesacircuits.check("minimal-circuits", {"gates": 2})


def test_a_definition_stands_for_its_text():
    definition = SearchLike(objective_gates=0)
    report = mesacircuits.check("restriction", {"inputs": 2, "definition": definition})
    assert report.settings.text("definition") == "search-like(objective_gates=0)"


def test_quotation_marks_are_around_quotations_alone():
    for entry in registered().values():
        text, said = " ".join(str(entry).split()), entry.to_json()
        quoted = f'"{entry.claim}" ({entry.source})' in text
        assert quoted == said["quotation"] == entry.quotation
        assert quoted or f"{entry.claim} (after {entry.source})" in text
        # A paraphrase hedges in its own words.
        assert not re.search(r"""(?<!\w)['"]""", entry.claim)
    assert [name for name, entry in registered().items() if entry.quotation] == ["minimal-circuits"]
    assert registered()["minimal-circuits"].claim.startswith("speculative conjecture: neither a ")


def test_sources_say_where():
    """Each claim after *Risks from Learned Optimization* has its section."""
    for entry in registered().values():
        if "Hubinger et al. 2019" in entry.source:
            assert re.search(r"section (2|3)\.[12](?!\d)", entry.source), entry.name
    where = {name: entry.source for name, entry in registered().items()}
    assert "section 2.1" in where["maze"]
    assert "footnote" not in where["maze"]
    assert "section 2.2" in where["information-funnel"]
    assert "Demski" not in where["information-funnel"]
    assert where["no-formal-link"] == "Shimi and Demski, review thread on inner alignment"


def test_the_headline_says_what_ships_of_five_inputs(monkeypatch):
    headline = CONJECTURES["minimal-circuits"]
    defaults = {parameter.name: parameter.default for parameter in headline.parameters}
    beside = headline.run.beside(defaults)
    tags = class_tags()
    counts = [tags.count(5, size, SearchLike()).classes for size in range(10)]
    assert f": {sum(counts)} of 296,135 classes have" in beside.note
    # Two candidates of seven gates each are the most.
    assert beside.searches == {(2, gates): gates < 8 for gates in range(1, 9)}
    # Not of another definition, nor beside one universe, nor where nothing ships.
    for other in ({"inputs": 3}, {"universe": "few"}, {"definition": "lookup-table"}):
        assert headline.run.beside(defaults | other) is None
    monkeypatch.setattr("mesacircuits.conjectures.registry.shipped_class_tags", lambda: None)
    assert headline.run.beside(defaults) is None
