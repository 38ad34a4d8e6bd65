"""The table of verdicts: exemplars have their tags, and docs/definitions.md shows the numbers."""

import re
from fractions import Fraction
from math import log, log2
from pathlib import Path

import pytest

from mesacircuits.definitions import ControlLike, LookupTable, SearchLike
from mesacircuits.definitions.exemplars import EXEMPLARS, exemplar_named, verdict_table
from mesacircuits.definitions.measures import LITERATURE
from mesacircuits.errors import ArgumentError
from mesacircuits.testing.axioms import AXIOMS
from mesacircuits.testing.axioms.trial import try_axioms

DEFAULTS = (SearchLike(), LookupTable(), ControlLike())
DEFINITIONS = (*DEFAULTS, *(cls() for cls in LITERATURE.values()))
PAGE = Path(__file__).parents[3] / "docs" / "definitions.md"
COLUMNS = {definition.name: i for i, definition in enumerate(DEFINITIONS)}


@pytest.fixture(scope="module")
def table():
    return verdict_table(DEFINITIONS)


@pytest.mark.parametrize("exemplar", EXEMPLARS, ids=lambda e: e.name)
def test_exemplars_have_their_default_tags(exemplar, table):
    assert exemplar.task.solved_by(exemplar.solver)
    held = {d.tag for d in DEFAULTS if table[exemplar.name][d.name].holds}
    assert held == exemplar.tags
    assert re.fullmatch(r"[A-Z].*\.", exemplar.sentence)


def test_exemplars_are_found_by_name():
    assert len({exemplar.name for exemplar in EXEMPLARS}) == len(EXEMPLARS)
    assert all(exemplar_named(e.name) is e for e in EXEMPLARS)
    with pytest.raises(ArgumentError, match="exemplar: expected one of constant, single-gate"):
        exemplar_named("teapot")


#: Scores and values worked out by hand; `None` where the definition does not apply.
BITS = {
    "constant": 1,
    "single-gate": 1,
    "rock": 0,
    "bottle-cap": 0,
    "light-switch": 1,
    # Two states have one best action of four, two have three.
    "thermostat-2": (8 - 2 * log2(3)) / 4,
    # Twelve states have one best action of four, two have two, the two at a wall have three.
    "thermostat-4": (32 - 2 - 2 * log2(3)) / 16,
    # One word of sixteen.
    "decoder": 4,
    "argmax-unrolled": Fraction(1, 4),
    "win-stay-lose-shift": None,
}
NATS = {
    "constant": log(2),
    "rock": 0,
    "bottle-cap": 0,
    "light-switch": log(2),
    # T = 1: the target is left alone by three actions of four, and reached by one.
    "thermostat-2": log(4) - 2 * log(3) / 4,
    # T = 3: d steps to go leave one action each, the other 3 - d two, or three at a wall.
    "thermostat-4": 3 * log(4) - (2 * 6 * log(3) + 2 * 8 * log(2)) / 16,
    "decoder": log(16),
    "argmax-unrolled": log(2) / 4,
    "blind-coin": None,
}
FRACTIONS = {
    "robust-basin": {
        "rock": 1,
        "bottle-cap": Fraction(2, 3),
        "light-switch": 1,
        "thermostat-2": 1,
        "thermostat-4": 1,
        "majority": None,
    },
    "touchette-lloyd": {
        "rock": 0,
        "bottle-cap": 0,
        "light-switch": 1,
        "thermostat-2": 0,
        "thermostat-4": 0,
        "blind-coin": None,
    },
    "retargetable": {
        "rock": None,
        "bottle-cap": None,
        "light-switch": 1,
        "thermostat-2": 0,
        "thermostat-4": 0,
        "argmax-unrolled": None,
        "parity": None,
    },
    "mesa-learner": {
        "win-stay-lose-shift": Fraction(1, 8),
        "blind-coin": 0,
        "thermostat-4": None,
    },
    "deceptive": {"argmax-unrolled": None, "constant": None},
    "look-ahead": {"thermostat-4": 0, "thermostat-2": None, "light-switch": None},
    "world-model": {"thermostat-4": 0, "thermostat-2": None, "bottle-cap": None},
    "agents-and-devices": {
        "light-switch": log2(Fraction(113, 256) / Fraction(1, 4)),
        # Six ties and two choices; three of the circuits of two gates, each with the chance 1 /
        # 43200, of 8, 30, 150, 360 and 1080 smallest circuits of 0 to 4 gates.
        "argmax-unrolled": log2(
            Fraction(15, 16) ** 2
            / 64
            / Fraction(3, 43200)
            * sum(Fraction(1, part) for part in (2, 20, 288, 14_000, 800_000))
        ),
        "rock": None,
        "parity": None,
    },
    "search-efficiency": {"argmax-unrolled": None},
    "extensional": {"constant": 1, "majority": 1, "rock": 1, "blind-coin": None},
    "optimisation-power": BITS,
    "goal-directedness": NATS,
}


@pytest.mark.parametrize("name", FRACTIONS)
def test_values_worked_out_by_hand(name, table):
    for exemplar, value in FRACTIONS[name].items():
        measured = table[exemplar][name].measured
        if value is None:
            assert measured is None
        elif isinstance(value, float):
            assert measured.value == pytest.approx(value, abs=measured.error)
        else:
            assert measured.value == value


TAGGED = {
    "optimisation-power": set(BITS)
    - {"rock", "bottle-cap", "argmax-unrolled", "win-stay-lose-shift"},
    "robust-basin": {"rock", "light-switch", "thermostat-2", "thermostat-4"},
    "touchette-lloyd": {"light-switch"},
    "goal-directedness": {"constant", "light-switch", "thermostat-2", "thermostat-4", "decoder"},
    "retargetable": {"light-switch"},
    "mesa-learner": {"win-stay-lose-shift"},
    "deceptive": set(),
    "look-ahead": set(),
    "world-model": set(),
    "agents-and-devices": {"light-switch", "thermostat-2", "thermostat-4", "argmax-unrolled"},
    "search-efficiency": set(),
    "extensional": {"light-switch", "thermostat-2", "thermostat-4", "decoder", "argmax-unrolled"},
}
#: Function tasks of one output that are not constant: power 1 bit, goal-directedness ln 2.
FUNCTIONS = {"single-gate", "truth-table", "majority", "parity", "random-table"}
TAGGED = {
    name: found
    | (FUNCTIONS if name in ("optimisation-power", "goal-directedness", "extensional") else set())
    for name, found in TAGGED.items()
}


@pytest.mark.parametrize("name", TAGGED)
def test_who_is_tagged(name, table):
    assert {exemplar for exemplar in table if table[exemplar][name].holds} == TAGGED[name]


def cell(judgement):
    """Return what the page shows of a judgement: the score, then the measured value."""
    if judgement.score is None:
        return "–"
    score = f"**{judgement.score}**" if judgement.holds else str(judgement.score)
    if judgement.measured is None:
        return score
    value = judgement.measured.value
    return f"{score}; {value if isinstance(value, Fraction) else format(value, '.3f')}"


def test_the_page_shows_the_table(table):
    section = PAGE.read_text().split("## The verdicts")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    shown = {row.split("`")[1]: [c.strip() for c in row.split("|")[2:-1]] for row in rows}
    expected = {
        name: [cell(judgements[definition.name]) for definition in DEFINITIONS]
        for name, judgements in table.items()
    }
    assert shown == expected


def test_the_page_names_every_definition_and_exemplar():
    text = PAGE.read_text()
    for definition in DEFINITIONS:
        assert re.search(rf"^#+ .*`{definition.name}`", text, re.M), definition.name
    for exemplar in EXEMPLARS:
        assert exemplar.sentence in text


def shown_axioms():
    """Return the page's table of axioms: for each definition its cells, by axiom."""
    section = PAGE.read_text().split("## Which axioms they keep")[1].split("\n## ")[0]
    heading, _, *rows = (line for line in section.splitlines() if line.startswith("|"))
    names = [name.strip() for name in heading.split("|")[2:-1]]
    cells = ([c.strip(" `*") for c in row.split("|")[1:-1]] for row in rows)
    return {name: dict(zip(names, marks, strict=True)) for name, *marks in cells}, section


def test_every_broken_axiom_is_explained():
    shown, section = shown_axioms()
    assert set(shown) == {definition.name for definition in DEFINITIONS}
    broken = {(n, axiom) for n, row in shown.items() for axiom in row if row[axiom] == "broken"}
    explained = set(re.findall(r"^- `(\S+)`, (\S+): [A-Za-z].*", section, re.M))
    assert explained == broken
    assert not broken & {(d.name, axiom.name) for d in DEFAULTS for axiom in AXIOMS}


@pytest.mark.slow
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.name)
def test_the_page_shows_which_axioms_are_kept(definition):
    trial = try_axioms(definition, examples=300)
    assert trial.failure is None
    statuses = {r.axiom.name: r.status.replace("not applicable", "–") for r in trial.results}
    statuses["intensional"] = {True: "yes", False: "no", None: "–"}[trial.intensional]
    assert shown_axioms()[0][definition.name] == statuses
