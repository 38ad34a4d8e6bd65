"""The frontier over dials: nearest settings that give the tag, by few judgements."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import product

from hypothesis import given, strategies as st

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.definitions.definition import WithDials, dial
from mesacircuits.definitions.frontier import Frontier, dial_variants, frontier_of
from mesacircuits.definitions.suite import suite_item
from mesacircuits.tasks import parse_task

WIRE = Circuit.parse(1, "out = a")
TASK = parse_task("tt:1:2")
HIGH = 3
SETTINGS = [*product(range(HIGH), repeat=3)]


@dataclass(frozen=True, slots=True)
class Graded(WithDials):
    """A definition with three dials: the higher, the less strict. `gives` says where it holds."""

    x: int = dial(0, least=0)
    y: int = dial(0, least=0)
    z: int = dial(0, least=0)
    gives: frozenset = field(default=frozenset(), metadata={"parameter": lambda name: Kept()})
    asked: list = field(
        default_factory=list, compare=False, metadata={"parameter": lambda name: Kept()}
    )

    name, tag, version, formula, source, blind_to = "graded", "graded", 1, "", "", ""

    @property
    def at(self):
        return self.x, self.y, self.z

    @property
    def parameters(self):
        return dict(zip("xyz", self.at, strict=True))

    def variants(self):
        return [replace(self, x=x, y=y, z=z) for x, y, z in SETTINGS]

    def is_stricter_than(self, other):
        return all(a <= b for a, b in zip(self.at, other.at, strict=True))

    def judge(self, solver, task):
        self.asked.append(self.at)
        return self.judgement(int(self.at in self.gives), {} if self.at in self.gives else None)


class Aside(Graded):
    """The same, with one setting to try: stricter in one dial, less strict in the others."""

    def variants(self):
        return [replace(self, x=0, y=2, z=2)]


class Kept:
    """Reads a value as it is."""

    def read(self, value):
        return value


def above(corners):
    """Return the settings that are no stricter than one of the corners."""
    return frozenset(
        s for s in SETTINGS if any(all(a <= b for a, b in zip(c, s, strict=True)) for c in corners)
    )


def minima_of(settings):
    return {s for s in settings if not above([o for o in settings if o != s]) & {s}}


@given(st.sets(st.sampled_from(SETTINGS[1:])), st.sampled_from([0, 1, 5, 26, 100]))
def test_the_strictest_that_give_the_tag_are_found(corners, most):
    gives = above(corners)
    definition = Graded(gives=gives)
    found = frontier_of(definition, WIRE, TASK, most)
    assert len(definition.asked) <= most
    assert len(set(definition.asked)) == len(definition.asked)
    assert found.tried + found.left == len(SETTINGS) - 1
    given_at = {variant.at for variant in found.given}
    assert given_at <= gives
    assert all(not above([a]) & {b} for a in given_at for b in given_at if a != b)
    if not found.left:
        # By brute force.
        assert given_at == minima_of(gives)


def test_a_refusal_spares_what_is_stricter():
    definition = Graded()
    assert not frontier_of(definition, WIRE, TASK).given
    # Of each dial alone the highest refuses, so the lower ones are not asked.
    assert set(definition.asked[:3]) == {(2, 0, 0), (0, 2, 0), (0, 0, 2)}
    assert set(definition.asked) == {*product((0, 2), repeat=3)} - {(0, 0, 0)}


def test_what_is_stricter_than_what_was_asked_is_not_tried():
    definition = Graded(x=1, y=2, z=2, gives=above([(2, 0, 0)]))
    found = frontier_of(definition, WIRE, TASK)
    assert {variant.at for variant in found.given} == {(2, 2, 2)}
    # Nor is what is stricter in one dial and less strict in another.
    assert definition.asked == [(2, 2, 2)]
    assert (found.text(), found.tried) == ("1 at x=2", 1)
    # But for what nothing is less strict than.
    lonely = Aside(x=1, gives=above([(0, 2, 2)]))
    assert frontier_of(lonely, WIRE, TASK).text() == "1 at x=0, y=2, z=2"


def test_what_is_said():
    asked = Graded()
    one, two = replace(asked, x=1), replace(asked, y=1, z=2)
    for frontier, text in (
        (Frontier(asked, (), 0), ""),
        (Frontier(asked, (), 1), "none of 1 other setting tried gives the tag"),
        (
            Frontier(asked, (), 32, 4),
            "none of 32 other settings tried gives the tag (4 more not tried)",
        ),
        (Frontier(asked, (one,), 3), "1 at x=1"),
        (Frontier(asked, (one, two), 3), "1 at x=1 or y=1, z=2"),
        (
            Frontier(asked, (one, two, one, two, one), 9, 1),
            "1 at x=1 or y=1, z=2 or x=1, or at 2 more (1 more not tried)",
        ),
    ):
        assert frontier.text() == text
    record = json.loads(json.dumps(Frontier(asked, (one, two), 3, 4).to_json()))
    assert record == {
        "given_at": [{"x": 1}, {"y": 1, "z": 2}],
        "settings_tried": 3,
        "settings_left": 4,
    }


def test_definitions_without_variants_have_none():
    @dataclass(frozen=True)
    class Plain:
        name: str = "plain"

    assert dial_variants(Plain()) == [Plain()]
    assert frontier_of(Plain(), WIRE, TASK).text() == ""
    # At the loosest dials nothing less strict is left to try.
    rom = suite_item("parity")
    loosest = LookupTable(tree="on")
    assert frontier_of(loosest, rom.solver, rom.task) == Frontier(loosest, (), 0)


def test_the_frontier_of_search_is_what_judgements_say():
    item = suite_item("minimax")
    strict = SearchLike(objective_gates=4)
    found = frontier_of(strict, item.solver, item.task)
    assert found.left == 0
    gives = {v for v in strict.settings() if v.judge(item.solver, item.task).holds}
    assert {*found.given} <= gives
    looser = [v for v in gives if strict.is_stricter_than(v)]
    assert looser
    assert all(any(f == v or f.is_stricter_than(v) for f in found.given) for v in looser)
