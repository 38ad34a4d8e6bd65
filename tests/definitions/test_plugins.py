"""Definitions of one's own: from functions, classes, files, and installed packages."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import (
    Classifier,
    Contained,
    Definition,
    DefinitionFailed,
    Judgement,
    Measured,
    SearchLike,
    as_definition,
    definition_named,
    definition_record,
    describe_definition,
    from_function,
    load_definition,
)
from mesacircuits.definitions.own_definitions import judgement_from
from mesacircuits.definitions.registry import all_definitions, definitions_json
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import parse_task

AND, AND_TASK = Circuit.parse(2, "g1 = a & b; out = g1"), parse_task("tt:2:8")

MINE = '''
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from beside import LEAST
from mesacircuits.definitions import Judgement, as_definition, definition_record


def deep(solver, task, least=LEAST):
    """The longest path is long.

    And more of it.
    """
    return solver.depth >= least, None


@as_definition("few", "thrifty", formula="at most two gates", blind_to="everything else")
def few_gates(solver, task):
    return Fraction(1, solver.size or 1), ({"size": solver.size} if solver.size < 2 else None)


@dataclass(frozen=True)
class Wide:
    inputs: int = 2

    name: ClassVar[str] = "wide"
    tag: ClassVar[str] = "wide"
    version: ClassVar[int] = 3
    formula: ClassVar[str] = "many inputs"
    source: ClassVar[str] = "nobody"
    blind_to: ClassVar[str] = "gates"

    @property
    def parameters(self):
        return {"inputs": self.inputs}

    def judge(self, solver, task):
        held = solver.inputs >= self.inputs
        witness = {"inputs": solver.inputs} if held else None
        return Judgement(definition_record(self), self.tag, Fraction(held), witness, "counted")


class Lacking:
    name = "lacking"

    def judge(self, solver, task):
        return 0


class Nothing:
    pass


nothing = object()
needing = lambda solver, task, least: 0
wide3 = Wide(3)
number = 3
'''


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "beside.py").write_text("LEAST = 2\n")
    (tmp_path / "mine.py").write_text(MINE)
    return str(tmp_path / "mine.py")


@pytest.mark.parametrize(
    "load", [load_definition, pytest.param(definition_named, marks=pytest.mark.slow)]
)
def test_functions_classes_and_objects_of_a_file(mine: str, load) -> None:
    deep = load(f"{mine}:deep")
    assert (deep.tag, deep.version, deep.parameters) == ("deep", 1, {"least": 2})
    assert (deep.formula, deep.source) == ("The longest path is long.", "not stated")
    assert deep.judge(AND, AND_TASK).score == 0
    shallow = load(f"{mine}:deep(least=1)").judge(AND, AND_TASK)
    assert (shallow.holds, shallow.witness) == (True, None)
    few = load(f"{mine}:few_gates")
    assert (few.tag, few.formula, few.blind_to) == (
        "thrifty",
        "at most two gates",
        "everything else",
    )
    assert few.judge(AND, AND_TASK).witness == {"size": 1}
    for wide in (
        load(f"{mine}:Wide(inputs=3)"),
        load(f"{mine}:wide3"),
        load(f"{mine}:wide3(inputs=3)"),
    ):
        assert (wide.version, wide.parameters) == (3, {"inputs": 3})
        judged = wide.judge(AND, AND_TASK)
        assert (judged.score, judged.tag, judged.note) == (Fraction(0), "wide", "counted")
        assert judged.definition == definition_record(wide)
        assert isinstance(wide, Definition)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("deap", r"a name that .*mine.py defines, got deap \(did you mean deep\?\)"),
        ("deep(lest=2)", r"dial of deep: expected least, got lest \(did you mean least\?\)"),
        ("Wide(input=2)", r"dial of Wide: expected inputs, got input"),
        ("few_gates(least=2)", "dial of few: expected none, got least"),
        (
            "Lacking",
            "definition Lacking: expected an object with all of a definition, got one without "
            "tag, version, formula, source, blind_to, parameters$",
        ),
        ("Nothing", "without name, tag, version, formula, source, blind_to, parameters, judge$"),
        ("needing", "judge: expected a default for each dial, got least"),
        ("number", "a definition, a class of them, or a function .* got number, an int$"),
        ("nothing", "a definition, a class of them, or a function .* got nothing, an object$"),
    ],
)
@pytest.mark.parametrize("load", [load_definition, definition_named])
def test_what_is_no_definition(mine: str, load, name: str, error: str) -> None:
    with pytest.raises(ArgumentError, match=error) as caught:
        load(f"{mine}:{name}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "load", [load_definition, pytest.param(definition_named, marks=pytest.mark.slow)]
)
def test_files_that_cannot_be_loaded(tmp_path: Path, load) -> None:
    with pytest.raises(
        ArgumentError, match=r"path: expected a readable file of Python, got no\.py"
    ):
        load("no.py:name")
    for text, problem in (
        ("import no_such_module", "raised ModuleNotFoundError: No module named 'no_such_module'"),
        ("def f(:", "SyntaxError: .*bad.py, line 1"),
        ("x = 1\n1 / 0", r"raised ZeroDivisionError: division by zero \(bad.py, line 2\)"),
        ("raise SystemExit(3)", r"raised SystemExit: 3 \(bad.py, line 1\)"),
    ):
        if "SystemExit" in text and load is load_definition:
            continue  # in this process an exit is an exit
        (tmp_path / "bad.py").write_text(text)
        with pytest.raises(DefinitionFailed, match=problem) as caught:
            load(f"{tmp_path}/bad.py:f")
        assert "\n" not in str(caught.value)
        assert caught.value.definition == f"{tmp_path}/bad.py:f"


def test_the_text_form_names_the_definition(mine: str) -> None:
    contained = definition_named(f"{mine}:deep(least=5)")
    assert contained == Contained(f"{mine}:deep(least=5)")
    assert contained.name == f"{mine}:deep"
    assert describe_definition(contained) == f"{mine}:deep(least=5)"
    assert definition_named(f"{mine}:deep", {"least": 5}) == contained
    assert definition_record(contained) == {
        "name": f"{mine}:deep",
        "version": 1,
        "parameters": {"least": 5},
    }
    assert definitions_json(f"{mine}:Wide")[0]["formula"] == "many inputs"
    for seconds in (0, -1, 86401, 1e99, float("inf"), float("nan")):
        with pytest.raises(ArgumentError, match=r"time_limit: .* more than 0 and at most 86400"):
            definition_named(f"{mine}:deep", time_limit=seconds)


@pytest.mark.parametrize(
    ("result", "score", "witness"),
    [
        (True, 1, None),
        (0, 0, None),
        (Fraction(2, 3), Fraction(2, 3), None),
        (Fraction(1, 10**100 - 1), Fraction(1, 10**100 - 1), None),
        ((1, {"wire": 2}), 1, {"wire": 2}),
        ((1, [2, 3]), 1, {"kind": "t", "value": [2, 3]}),
        (None, None, None),
        ((None, "no world"), None, None),
    ],
)
def test_what_functions_may_return(result, score, witness) -> None:
    judged = from_function("n", "t", lambda solver, task: result).judge(AND, AND_TASK)
    assert (judged.score, judged.witness, judged.tag) == (score, witness, "t")
    assert judged.applies == (not judged.note)
    if isinstance(result, tuple) and score is None:
        assert judged.note == "not applicable: no world"


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (0.5, "0.5, a float, which is not exact"),
        (2, "a number from 0 to 1, got 2"),
        (Fraction(-1, 2), "a number from 0 to 1, got -1/2"),
        ("yes", "a bool, got a str"),
        (Fraction(1, 10**100), "score: expected at most 100 digits above and below the line"),
        (Fraction(10**5000), "score: expected at most 100 digits"),
        (Fraction(1, 10**5000), "score: expected at most 100 digits"),
        (
            Judgement({}, "t", Fraction(0), measured=Measured(Fraction(1, 10**5000), "bits")),
            "measured value: expected at most 100 digits",
        ),
        ((Fraction(1, 2), {"wire": 2}), "witness: expected none with the score 1/2"),
        (Judgement({}, "other", Fraction(0)), "tag of the judgement: expected t, got other"),
    ],
)
def test_what_functions_may_not_return(result, problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem):
        judgement_from(from_function("n", "t", lambda solver, task: result), result)


@pytest.mark.parametrize(
    ("result", "score", "witness", "measured"),
    [
        ((0, Measured(3, "gates")), 0, None, Measured(Fraction(3), "gates")),
        ((Fraction(1, 2), Measured(0.25, "nats", 1e-9)), Fraction(1, 2), None, ...),
        ((True, {"wire": 2}, Measured(Fraction(3, 2), "bits")), 1, {"wire": 2}, ...),
        ((False, None, Measured(-2.0, "bits")), 0, None, ...),
        (Judgement({}, "t", Fraction(0), measured=Measured(1, "bits")), 0, None, ...),
    ],
)
def test_functions_may_return_what_they_measured(result, score, witness, measured) -> None:
    judged = from_function("n", "t", lambda solver, task: result).judge(AND, AND_TASK)
    given = result.measured if isinstance(result, Judgement) else result[-1]
    assert (judged.score, judged.witness) == (score, witness)
    assert judged.measured == (given if measured is ... else measured)
    assert judged.to_json()["measured"] == judged.measured.to_json()


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (Measured(1, "bits"), r"measured value: expected a score before it: .* got 1 bits"),
        ((Measured(1, "bits"), 1), "score: expected a Fraction, an int or a bool, got a mesac"),
        ((1, 2, 3), "score: expected a Fraction, an int or a bool, got a tuple"),
        ((1, {}, 2, Measured(1, "bits")), "score: expected a Fraction, .* got a tuple"),
        ((None, Measured(1, "bits")), "measured value: expected none without a score"),
        ((0, Measured("1", "bits")), "measured value: expected a Fraction, .* got a str"),
        ((0, Measured(float("nan"), "bits")), "a Fraction, an int or a finite float, got nan"),
        ((0, Measured(Fraction(1, 10**5000), "bits")), "measured value: expected at most 100"),
        ((0, Measured(1, "")), "unit of the measured value: expected a few words, .* got nothing"),
        ((0, Measured(1, None)), "unit of the measured value: expected a few words"),
        ((0, Measured(1.5, "bits", -1.0)), "error of the measured value: expected a number from 0"),
        ((0, Measured(1, "bits", 0.1)), "error of the measured value: expected 0 of an exact"),
        ((0, Measured(1.5, "bits", None)), "error of the measured value: expected a number from"),
        (
            Judgement({}, "t", Fraction(0), measured=1),
            "measured value: expected a Measured, got an",
        ),
    ],
)
def test_what_is_no_measured_value(result, problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem) as caught:
        judgement_from(from_function("n", "t", lambda solver, task: result), result)
    assert "\n" not in str(caught.value)


MEASURING = """
from math import log2
from mesacircuits.definitions import Measured


def wide(solver, task):
    return solver.inputs > 2, Measured(log2(solver.inputs + 1), "bits", 1e-9)


def deep(solver, task):
    return solver.depth > 0, {"depth": solver.depth}, Measured(solver.depth, "gates")


def bare(solver, task):
    return Measured(solver.depth, "gates")
"""


@pytest.mark.parametrize("load", [load_definition, definition_named])
def test_measured_values_are_judged_and_shown(tmp_path: Path, load) -> None:
    (tmp_path / "measuring.py").write_text(MEASURING)
    wide, deep, bare = (
        load(f"{tmp_path}/measuring.py:{name}") for name in ("wide", "deep", "bare")
    )
    judged = Classifier((wide, deep)).classify(AND, AND_TASK)
    assert [str(j.measured) for j in judged.judgements] == [
        "1.58496 bits (within 1e-09)",
        "1 gates",
    ]
    assert "score 0, measured 1.58496 bits (within 1e-09)" in str(judged)
    assert "score 1, measured 1 gates" in str(judged)
    assert judged.to_json()["judgements"][1]["measured"] == {
        "value": "1", "unit": "gates", "error": 0.0
    }  # fmt: skip
    with pytest.raises((ArgumentError, DefinitionFailed), match="a score before it"):
        bare.judge(AND, AND_TASK)


def test_decorated_functions_have_dials() -> None:
    @as_definition()
    def at_most(solver, task, gates=1):
        return solver.size <= gates

    assert (at_most.name, at_most.tag, at_most.parameters) == ("at-most", "at-most", {"gates": 1})
    none = at_most.with_dials({"gates": 0})
    assert none.judge(AND, AND_TASK).score == 0
    assert at_most.judge(AND, AND_TASK).holds


PACKAGE = {
    "offering.py": "def deep(solver, task):\n    return 0\n",
    "offering-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: offering\nVersion: 1\n",
    "offering-1.dist-info/entry_points.txt": (
        "[mesacircuits.definitions]\ndeep = offering:deep\ngone = offering:gone\n"
        "search-like = offering:deep\n"
    ),
}


@pytest.mark.slow
def test_installed_packages_offer_definitions(tmp_path: Path, monkeypatch) -> None:
    for name, text in PACKAGE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    deep = definition_named("deep")
    assert isinstance(deep, Contained)
    assert deep.judge(AND, AND_TASK).score == 0
    assert describe_definition(deep) == "deep"
    # Names of mesacircuits are its own.
    assert not isinstance(definition_named("search-like"), Contained)
    with pytest.raises(DefinitionFailed, match="definition gone failed: raised AttributeError"):
        definition_named("gone")
    with pytest.raises(ArgumentError, match="did you mean deep"):
        definition_named("deeep")
    listed = {
        d.definition if isinstance(d, DefinitionFailed) else d.name for d in all_definitions()
    }
    assert {"search-like", "deep", "gone"} <= listed
    records = {record["name"]: record for record in definitions_json()}
    assert "AttributeError" in records["gone"]["failed"]
    assert records["search-like"]["version"] == SearchLike.version
