"""`axioms`, `write-test`, `definitions NAME` and `classify --definition`, as they are used."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from mesacircuits import definitions
from mesacircuits.circuits import Circuit
from mesacircuits.cli import main
from mesacircuits.cli.main import _signal_behind, _Stopped
from mesacircuits.definitions import DEFINITIONS, from_function
from mesacircuits.testing.axioms import AXIOMS

COUNT = len(AXIOMS)

MINE = '''
from mesacircuits.definitions import as_definition, has_influence
from mesacircuits.definitions.definition import wired_of, words_on


def depth_over_3(solver, task):
    """Its longest path has more than three gates."""
    return solver.depth > 3


def depth_over(solver, task, gates=2):
    return solver.depth > gates


@as_definition(tag="big", blind_to="all but the size, so whatever happens off the support")
def big(solver, task, least=2):
    live = set().union(*(solver.cones[o.wire] for o in solver.outputs if o.wire >= 0))
    held = len(live) >= least and has_influence(solver, task)
    return held, {"gates": len(live)} if held else None


@as_definition(blind_to="all but the words, so whatever happens off the support")
def words(solver, task, least=3):
    """It answers with so many words, and its answers matter."""
    wired = wired_of(solver, task)
    said = len(words_on(wired.output_bits(), task.support_bits))
    held = said >= least and has_influence(wired, task)
    return held, {"words": said} if held else None


def nothing(solver, task):
    return 0


def fails(solver, task):
    return 1 // 0 if solver.size == 1 else 0


def loops(solver, task):
    while True:
        pass


print("noise")
'''


@pytest.fixture
def run(capfd, tmp_path, monkeypatch):
    """Return a function that runs a command where `mine.py` is: (status, stdout, stderr)."""
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        return (caught.value.code, *capfd.readouterr())

    return call


@pytest.mark.slow
def test_axioms_that_hold(run) -> None:
    status, text, errors = run("axioms", "mine.py:words", "--examples", 4)
    assert status == 0
    assert text.startswith("mine.py:words(least=3): 16 axioms held, 0 broken\n\naxiom ")
    assert "witnesses, program-witnesses: not applicable: it has no method `check`\n" in text
    assert "intensional: no: " in text
    assert "noise" not in text
    told = [line for line in errors.splitlines() if line != "noise"]
    assert told[:2] == [f"axiom 1 of {COUNT}: scores", f"axiom 2 of {COUNT}: witnesses"]
    assert len(told) == COUNT


@pytest.mark.slow
def test_axioms_on_what_says_nothing(run) -> None:
    status, data, _ = run("axioms", "mine.py:nothing", "--examples", 3, "--json")
    statuses = {row["axiom"]: row["status"] for row in json.loads(data)["axioms"]}
    # Nor does it say that it is blind off the support.
    broken = [name for name, known in statuses.items() if known == "broken"]
    assert broken == ["off-support", "non-trivial"]
    assert status == 3


@pytest.mark.parametrize(
    ("name", "examples", "size"),
    [
        # Hundreds and thousands of judgements in a process; tests/testing has it without one.
        pytest.param("depth_over(gates=2)", 30, 3, marks=pytest.mark.slow),
        pytest.param("depth_over_3", 100, 4, marks=pytest.mark.slow),
    ],
)
def test_axioms_that_are_broken(run, name: str, examples: int, size: int) -> None:
    status, data, _ = run("axioms", f"mine.py:{name}", "--examples", examples, "--json")
    assert status == 3
    record = json.loads(data)
    broken = {row["axiom"] for row in record["axioms"] if row["status"] == "broken"}
    # What it says of itself is nothing, so not that it is blind off the support.
    assert broken >= {"scores", "off-support", "no-influence"}
    assert broken <= {"scores", "off-support", "no-influence", "idempotence"}
    assert record["definition"]["text"] == f"mine.py:{name}"
    shown = record["axioms"][0]["counterexample"]["subjects"][0]
    assert Circuit.from_json(shown["circuit"]).size == size
    assert (shown["score"], record["axioms"][0]["smallest"]) == ("1", True)


def says_that_it_failed(run, name: str, problem: str, *options: str) -> None:
    status, text, _ = run("axioms", f"mine.py:{name}", "--examples", 50, *options)
    assert status == 1
    assert text.startswith(f"mine.py:{name}: failed; ")
    assert f"definition mine.py:{name} failed on " in text
    assert problem in " ".join(text.split())


def test_axioms_on_a_definition_that_fails(run) -> None:
    says_that_it_failed(run, "fails", "raised ZeroDivisionError")


def test_axioms_on_a_definition_that_takes_too_long(run, judging_takes_long) -> None:
    says_that_it_failed(run, "loops", "took longer than 1 s", "--time-limit", "1")


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (["axioms", "serch-like"], 2, "did you mean search-like"),
        (["axioms", "mine.py:bigg"], 2, "did you mean big"),
        (["axioms", "search-like", "--examples", "0"], 2, "examples: expected a whole number"),
        (["axioms", "none.py:big"], 1, "path: expected a readable file of Python, got none.py"),
        (["axioms", "mine.py:big", "--time-limit", "0"], 2, "--time-limit"),
        (["axioms", "mine.py:big", "--time-limit", "1e99"], 2, "at most 86400, got 1e+99"),
        (["write-test", "search-like", "--output", "mine.py"], 2, "mine.py exists; with --force"),
        (["write-test", "search-like", "--force"], 2, "--force is about the file of --output"),
        (["write-test", "mine.py:bigg"], 2, "did you mean big"),
        (["write-test", "search-like", "--json", "--output", "t.py"], 2, "--output has no use"),
        (["definitions", "mine.py:big(most=1)"], 2, "dial of big: expected least, got most"),
        (["classify", "tt:2:8", "--definition", "x"], 2, "definition: expected one of"),
    ],
)
def test_what_is_refused(run, arguments, status, problem) -> None:
    code, out, errors = run(*arguments)
    assert (code, out) == (status, "")
    *noise, line = errors.splitlines()
    assert line.startswith("mesacircuits: error: ")
    assert problem in line
    assert set(noise) <= {"noise"}


#: So that the tests that are written draw few examples, where that is enough.
FEW = """
from hypothesis import settings

settings.register_profile("few", max_examples=20)
settings.load_profile("few")
"""


def outcome(folder, file: str) -> tuple[int, set[str]]:
    """Run pytest on a file; return its status and the names of the tests that failed."""
    (folder / "conftest.py").write_text(FEW)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", folder, file],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    return done.returncode, {line.split("::")[1].split(" ")[0] for line in lines}


def test_a_test_is_written_for_each_axiom(run, tmp_path) -> None:
    status, text, _ = run("write-test", "mine.py:big(least=3)")
    assert status == 0
    assert "from mesacircuits.testing import axioms\n" in text
    assert 'load_definition(f"{FILE}:big(least=3)")' in text
    assert text.count("@given(") == 15
    assert "\naxioms.keep_files_elsewhere()\n" in text
    assert text.count("try_axioms(DEFINITION, [axioms.") == 1
    assert "# technology is not demanded: `mesacircuits axioms` reports it.\n" in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.slow
def test_written_tests_pass_for_a_good_definition(run, tmp_path) -> None:
    assert run("write-test", "mine.py:words", "--output", "test_words.py")[:2] == (0, "")
    assert outcome(tmp_path, "test_words.py") == (0, set())
    # Nothing is left behind, not even where Hypothesis would keep what failed.
    assert not list(tmp_path.rglob(".hypothesis"))


@pytest.mark.slow
def test_written_tests_fail_for_a_bad_definition(run, tmp_path) -> None:
    (tmp_path / "tests").mkdir()
    assert run("write-test", "mine.py:depth_over_3", "--output", "tests/test_depth.py")[0] == 0
    assert 'Path(__file__).parent / "../mine.py"' in (tmp_path / "tests/test_depth.py").read_text()
    status, failed = outcome(tmp_path, "tests/test_depth.py")
    assert status == 1
    assert "test_off_support" in failed
    assert failed <= {"test_off_support", "test_scores", "test_no_influence", "test_idempotence"}
    assert not list(tmp_path.rglob(".hypothesis"))


def test_a_file_is_replaced_by_force_only(run, tmp_path) -> None:
    file = tmp_path / "test_search.py"
    file.write_text("kept")
    assert run("write-test", "search-like", "--output", file)[0] == 2
    assert file.read_text() == "kept"
    assert run("write-test", "search-like", "--output", file, "--force") == (0, "", "")
    assert file.read_text() == run("write-test", "search-like")[1]


@pytest.mark.parametrize(
    ("number", "status", "word"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_a_signal_while_examples_are_drawn(run, monkeypatch, number, status, word) -> None:
    asked = []

    def judge(solver, task):
        asked.append(solver)
        if len(asked) == 5:  # the first four examples are small ones, and in order
            os.kill(os.getpid(), number)
        return 0

    definition = from_function("never", "never", judge)
    monkeypatch.setattr(definitions, "definition_named", lambda *_, **__: definition)
    code, out, errors = run("axioms", "never", "--examples", 1)
    assert (code, out) == (status, "")
    assert errors == f"axiom 1 of {COUNT}: scores\nmesacircuits: {word}\n"


def test_a_signal_in_a_group_is_found() -> None:
    group = BaseExceptionGroup("drawn", [ValueError(), BaseExceptionGroup("", [_Stopped(143)])])
    assert _signal_behind(group) == 128 + _Stopped.by
    assert _signal_behind(BaseExceptionGroup("drawn", [KeyboardInterrupt()])) == 130
    assert _signal_behind(ExceptionGroup("drawn", [ValueError(), OSError()])) is None


@pytest.mark.slow
def test_written_tests_of_a_default_definition(run, tmp_path) -> None:
    status, text, _ = run("write-test", "control-like")
    assert status == 0
    assert 'DEFINITION = definition_named("control-like")\n' in text
    assert "# tabulation does not apply: its tag is not lookup-table.\n" in text
    (tmp_path / "test_control.py").write_text(text)
    _, failed = outcome(tmp_path, "test_control.py")
    assert not failed
    status, data, _ = run("write-test", "control-like", "--json")
    assert json.loads(data) == {"definition": "control-like", "tests": text}


def test_definitions_are_listed_and_shown(run) -> None:
    status, text, _ = run("definitions")
    assert status == 0
    assert text.startswith(f"{len(DEFINITIONS)} definitions\n")
    assert all(f"\n{name} (version " in text for name in DEFINITIONS)
    status, text, _ = run("definitions", "mine.py:big(least=4)")
    assert text.splitlines()[:2] == ["mine.py:big (version 1)", "  gives the tag big"]
    assert "  dials: least = 4\n" in text
    assert json.loads(run("definitions", "mine.py:big", "--json")[1])["parameters"] == {"least": 2}


@pytest.mark.slow
def test_classify_by_definitions_of_ones_own(run) -> None:
    chosen = ("--definition", "search-like", "--definition", "mine.py:big")
    # One that fails on some circuits, of which there is none here.
    status, text, _ = run("classify", "tt:3:7E", *chosen, "--definition", "mine.py:fails")
    assert status == 0
    assert "\nmixed              3      -\n" in text
    record = json.loads(run("classify", "tt:3:7E", *chosen, "--json")[1])
    assert (record["tags"]["big"], record["named"]["big"]) == (3, 0)
    assert record["classifications"][0]["judgements"][1]["witness"] == {"gates": 3}
    status, text, _ = run("classify", "tt:2:8", *chosen, "--definition", "mine.py:fails")
    assert status == 1
    assert "definition mine.py:fails failed on tt:2:8 by g1 = a & b; out = g1: raised" in text
    assert "search-like        0      0" in text
    given = ("--circuit", "g1 = a & b; out = g1")
    status, text, _ = run("classify", "tt:2:8", *given, "--definition", "mine.py:fails")
    assert (status, text.splitlines()[2][:42]) == (1, "fails         failed: raised ZeroDivisionE")


@pytest.mark.parametrize(
    ("task", "circuit", "verdict"),
    [
        ("relation:1:2:9,6", "out = a, 0", "unclassified"),
        ("argmax", "out = b", "unclassified"),
        ("thermostat(levels=2)", None, ""),
    ],
)
def test_classify_any_task(run, task: str, circuit: str | None, verdict: str) -> None:
    given = [] if circuit is None else ["--circuit", circuit]
    status, text, _ = run("classify", task, *given)
    assert status == 0
    assert text.startswith(f"{verdict}: {task}" if verdict else task)
    assert json.loads(run("classify", task, *given, "--json")[1])


@pytest.mark.slow
def test_nothing_is_left_in_the_present_folder(tmp_path):
    command = [sys.executable, "-m", "mesacircuits.cli", "axioms", "lookup-table"]
    given = ["--programs", "--examples", "1"]
    done = subprocess.run([*command, *given], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0
    assert not list(tmp_path.iterdir())
