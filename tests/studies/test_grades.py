"""Definitions graded by the suite: what is counted as what, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from mesacircuits.definitions import (
    TAGS,
    LookupTable,
    SearchLike,
    definition_named,
    from_function,
)
from mesacircuits.definitions.suite import suite, suite_item
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import compare, parse_universe
from mesacircuits.studies.comparison import Comparison
from mesacircuits.studies.grades import (
    APART,
    CLEAR,
    FALSE_ALARM,
    HIT,
    MISS,
    OPEN,
    Grade,
    grade,
    grades_of,
    share_text,
)
from mesacircuits.tasks import WorldTask


@dataclass(frozen=True)
class Told:
    """A definition that gives its tag as it is told, and applies where it is told."""

    tag: str
    name: str = "told"


def said_by(reader, tag):
    return [(item, [reader(item, tag)]) for item in suite()]


@pytest.mark.parametrize("tag", TAGS)
def test_who_says_what_readers_say_has_full_marks(tag):
    (found,) = grades_of([Told(tag)], said_by(lambda item, tag: item.verdict(tag), tag))
    assert (found.sensitivity, found.specificity) == (1, 1)
    assert not found.names(MISS) + found.names(FALSE_ALARM)
    assert set(found.names(OPEN)) == {item.name for item in suite() if tag in item.readers_differ}
    assert [name for name, _ in found.outcomes] == [item.name for item in suite()]


@pytest.mark.parametrize("tag", TAGS)
def test_who_says_the_opposite_has_none(tag):
    opposite = said_by(lambda item, tag: not item.verdict(tag), tag)
    (found,) = grades_of([Told(tag)], opposite)
    assert (found.sensitivity, found.specificity) == (0, 0)


def test_where_a_definition_does_not_apply_it_misses_but_clears_nothing():
    (found,) = grades_of([Told(TAGS[1])], said_by(lambda item, tag: None, TAGS[1]))
    assert (found.sensitivity, found.specificity) == (0, None)
    assert share_text(*found.share(CLEAR, FALSE_ALARM)) == "-"
    assert found.to_json()["specificity_percent"] is None
    only_worlds = said_by(lambda i, _: True if isinstance(i.task, WorldTask) else None, TAGS[1])
    (found,) = grades_of([Told(TAGS[1])], only_worlds)
    assert found.sensitivity == 1
    assert set(found.names(FALSE_ALARM)) >= {"rock", "combination-lock", "timer"}
    assert "parity" in found.names(APART)


def test_all_six_outcomes():
    assert [grade(v, t) for v in (True, False, None) for t in (True, False, None)] == [
        *(HIT, MISS, MISS),
        *(FALSE_ALARM, CLEAR, APART),
        *(OPEN, OPEN, OPEN),
    ]


def test_only_tags_that_readers_know_are_graded():
    items = said_by(lambda item, tag: True, "")
    assert grades_of([Told("goal-directed")], items) == ()
    assert grades_of([Told(TAGS[0])], []) == ()
    two = [(item, [True, False]) for item in suite()]
    assert [found.definition for found in grades_of([Told("mine"), Told(TAGS[2])], two)] == [1]


def test_a_grade_as_json():
    found = Grade(1, TAGS[0], (("a", HIT), ("b", MISS), ("c", MISS), ("d", CLEAR), ("e", OPEN)))
    assert found.to_json() == {
        "number": 2,
        "tag": "search-like",
        "sensitivity": "1/3",
        "sensitivity_percent": 33.33,
        "specificity": "1",
        "specificity_percent": 100.0,
        "hits": ["a"],
        "misses": ["b", "c"],
        "false_alarms": [],
        "clear": ["d"],
        "readers_differ": ["e"],
        "not_applicable": [],
    }


def test_what_may_be_missed_is_left_out_of_a_second_share():
    outcomes = (("minimax", HIT), ("alpha-beta", MISS), ("binary-search", MISS), ("rom", CLEAR))
    record = Grade(0, TAGS[0], outcomes).to_json()
    assert (record["sensitivity"], record["sensitivity_to_others"]) == ("1/3", "1/2")
    assert record["may_be_missed"] == ["binary-search"]
    hit = Grade(0, TAGS[0], (("minimax", HIT), ("binary-search", HIT)))
    assert (hit.excused, hit.excused_share) == ((), (2, 2))
    # Other tags excuse nothing.
    assert Grade(0, TAGS[2], outcomes).excused == ()


#: The dials of docs/definitions.md with no false alarm.
STRICT = "search-like(wires_per_score=3,cost=inputs,pruning=on,ties=input,space=declared)"


@pytest.mark.slow
def test_one_set_of_dials_has_specificity_1_and_finds_four_fifths():
    (graded,) = compare([definition_named(STRICT)], "exemplars").grades
    assert graded.specificity == 1
    assert graded.share(HIT, MISS) == (27, 34)
    assert graded.excused_share == (27, 32)
    assert Fraction(*graded.excused_share) >= Fraction(4, 5)


@pytest.fixture(scope="module")
def found():
    definitions = [SearchLike(), SearchLike(objective_gates=4), LookupTable()]
    return compare(definitions, "exemplars")


def test_grades_are_what_judgements_say(found):
    """Each outcome is asked for again, item by item, without the comparison."""
    assert isinstance(found, Comparison)
    for definition, grades in zip(found.definitions, found.grades, strict=True):
        for name, outcome in grades.outcomes[::7]:
            item = suite_item(name)
            judgement = definition.judge(item.solver, item.task)
            held = judgement.holds if judgement.applies else None
            assert outcome == grade(item.verdict(definition.tag), held)
    strict, loose = found.grades[1], found.grades[0]
    assert strict.sensitivity < loose.sensitivity
    assert strict.specificity >= loose.specificity


def test_the_text_names_what_is_missed(found):
    text = " ".join(str(found).split())
    assert f"By what readers say of {len(suite())} solvers of the suite:" in text
    for grades in found.grades:
        number = grades.definition + 1
        for outcome, what in ((MISS, "misses"), (FALSE_ALARM, "false alarms")):
            assert f" {number} {what}: {', '.join(grades.names(outcome)) or 'none'} " in text
    assert "lookup-table, readers differ: multiplexer, priority-encoder, decision-list" in text


def test_the_picture_has_a_sign_for_each_outcome(found):
    root = ElementTree.fromstring(found.picture())
    shapes = {tag: list(root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")) for tag in (
        "rect", "circle", "text")}  # fmt: skip
    outcomes = [outcome for grades in found.grades for _, outcome in grades.outcomes]
    # One more of each in the legend.
    assert len(shapes["rect"]) == outcomes.count(HIT) + outcomes.count(MISS) + 2
    filled = [s for s in shapes["rect"] if s.get("fill") != "none"]
    assert len(filled) == outcomes.count(HIT) + 1
    assert len(shapes["circle"]) == outcomes.count(FALSE_ALARM) + outcomes.count(CLEAR) + 2
    words = [shape.text for shape in shapes["text"]]
    assert words.count("?") == outcomes.count(OPEN) + 1
    assert {item.name for item in suite()} <= {*words}
    width, height = (float(root.get(side)) for side in ("width", "height"))
    for shape in (*shapes["rect"], *shapes["text"]):
        assert 0 <= float(shape.get("x")) <= width
        assert 0 <= float(shape.get("y")) <= height


def test_one_definition_can_be_graded_but_not_compared():
    alone = compare([LookupTable()], "program-exemplars")
    assert (len(alone.grades), alone.pairs) == (1, ())
    assert "nothing to compare" not in str(alone)
    for universe in ("functions(2)", "exemplars; tt:2:8"):
        with pytest.raises(ArgumentError, match="at least two"):
            compare([LookupTable()], universe)
    with pytest.raises(ArgumentError, match="at least one"):
        compare([], "exemplars")


def test_what_is_no_item_is_not_graded():
    mixed = compare([SearchLike(), LookupTable()], "program-exemplars; tt:3:7E")
    assert mixed.minima == len(parse_universe("program-exemplars").program_members()) + 3
    assert len(mixed.grades[0].outcomes) == mixed.minima - 3
    assert compare([SearchLike(), LookupTable()], "tt:3:7E").grades == ()


def fails_on_programs(solver, task):
    return solver.size > 3


def test_programs_that_a_definition_refuses_are_missed():
    mine = from_function("search-like", "search-like", fails_on_programs)
    (graded,) = compare([mine, LookupTable()], "exemplars").grades[:1]
    assert "search-loop" in graded.names(MISS)
    assert "copy" in graded.names(APART)
    assert Fraction(0) < graded.sensitivity < 1
