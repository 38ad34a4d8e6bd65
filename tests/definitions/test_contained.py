"""Definitions that raise, hang, die or lie: one clear line, and the rest of the run goes on."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import (
    Classifier,
    Contained,
    DefinitionFailed,
    LookupTable,
    SearchLike,
    definition_named,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.studies import tagged_minima
from mesacircuits.tasks import parse_task

#: Seconds after which what should have ended hangs.
LONG = 600
AND, AND_TASK = Circuit.parse(2, "g1 = a & b; out = g1"), parse_task("tt:2:8")

BAD = """
import os
import signal
import sys
import time
from fractions import Fraction

from mesacircuits.definitions import Judgement, LookupTable, definition_record
from mesacircuits.errors import CertificateError

print("printed while it was loaded")
calls = 0


def raises(solver, task):
    return 1 // 0


def raises_badly(solver, task):
    class Bad(Exception):
        def __str__(self):
            raise ValueError
    raise Bad


def recurses(solver, task):
    return recurses(solver, task)


def leaves(solver, task):
    sys.exit(3)


def interrupts(solver, task):
    raise KeyboardInterrupt


def loops(solver, task):
    print("it begins", file=sys.stderr, flush=True)
    while True:
        pass


def sleeps(solver, task):
    time.sleep(100)


def dies(solver, task):
    os._exit(7)


def crashes(solver, task):
    os.kill(os.getpid(), signal.SIGSEGV)


def floats(solver, task):
    return 0.5


def long(solver, task):
    return Fraction(1, 10**5000)


def sets(solver, task):
    return True, {"wires": {1, 2}}


def keys(solver, task):
    return True, {"wires": {1: 2}}


def functions(solver, task):
    return True, {"wires": raises}


def infinite(solver, task):
    return True, {"value": float("inf")}


def large(solver, task):
    return True, {"text": "x" * (1 << 21)}


def writes(solver, task):
    for pipe in range(3, 30):
        try:
            os.write(pipe, b"junk" * 5)
        except OSError:
            pass
    return 0


def alternates(solver, task):
    global calls
    calls += 1
    return calls % 2


def remembers(solver, task):
    global calls
    calls += 1
    return calls > 1


def counts(solver, task):
    global calls
    calls += 1
    return calls > 6


def hashes(solver, task):
    return True, {"listed": list({"a", "b", "c", "d", "e", "f", "g", "h"})}


def on_or(solver, task):
    return solver.size // (solver.size if solver.gates[0].operator == "and" else 0), {"k": 1}


def prints(solver, task):
    print("printed while it judged" * 10000)
    return 1, {"read": sys.stdin.read()}


def spawns(solver, task):
    if os.fork() == 0:
        time.sleep(100)
    with open(str(__file__) + ".group", "w") as file:
        file.write(str(os.getpgid(0)))
    return 0


class Checking(LookupTable):
    name = tag = "checking"

    def judge(self, solver, task):
        return 1, {"size": solver.size}

    def check(self, solver, task, witness):
        if witness != {"size": solver.size}:
            raise CertificateError("size", "another")
"""


@pytest.fixture(scope="module")
def bad(tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("definitions") / "bad.py"
    file.write_text(BAD)
    return str(file)


def slow(*values):
    return pytest.param(*values, marks=pytest.mark.slow)


def refuse(definition: Contained, problem: str) -> None:
    with pytest.raises(DefinitionFailed, match=problem) as caught:
        definition.judge(AND, AND_TASK)
    text = str(caught.value)
    assert text.startswith(
        f"definition {definition.text} failed on tt:2:8 by g1 = a & b; out = g1: "
    )
    assert "\n" not in text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("raises", r"raised ZeroDivisionError: .* \(bad.py, line 16\)"),
        slow("raises_badly", r"raised Bad: \(no text\)"),
        slow("recurses", "raised RecursionError: maximum recursion depth exceeded"),
        slow("leaves", "raised SystemExit: 3"),
        slow("interrupts", "raised KeyboardInterrupt"),
        ("dies", "its process ended with status 7"),
        ("crashes", "its process was killed by SIGSEGV"),
        slow("floats", "0.5, a float, which is not exact"),
        slow("long", "score: expected at most 100 digits above and below the line"),
        slow("sets", "witness.wires: expected JSON values, got a set"),
        slow("keys", "witness.wires: expected names for keys, got an int"),
        slow("functions", "witness.wires: expected JSON values, got a function"),
        slow("infinite", "witness.value: expected JSON values, got a float"),
        ("large", "a judgement of more than 1,048,576 bytes"),
        ("writes", "an answer of more than|wrote what is no answer"),
        ("alternates", "not deterministic: score 1, and 0 when asked twice"),
        slow("remembers", "not deterministic: score 0, and 1 when asked twice"),
        ("hashes", "not deterministic: another witness in a fresh process"),
    ],
)
def test_a_failure_is_one_line(bad: str, name: str, problem: str) -> None:
    refuse(Contained(f"{bad}:{name}", LONG), problem)


@pytest.mark.parametrize("name", [pytest.param("loops", marks=pytest.mark.slow), "sleeps"])
def test_one_that_takes_too_long_is_ended(bad: str, name: str, judging_takes_long) -> None:
    refuse(Contained(f"{bad}:{name}", time_limit=1), "took longer than 1 s")


def test_a_verdict_that_depends_on_what_was_judged_before_is_found(bad: str) -> None:
    definition = Contained(f"{bad}:counts")
    for _ in range(3):
        assert definition.judge(AND, AND_TASK).score == 0
    with pytest.raises(DefinitionFailed, match="score 1, and 0 in a fresh process"):
        definition.judge(AND, AND_TASK)


def test_after_a_failure_a_new_process_judges_on(bad: str) -> None:
    definition = Contained(f"{bad}:on_or")
    either = Circuit.parse(2, "g1 = a | b; out = g1")
    for _ in range(2):
        assert definition.judge(AND, AND_TASK).holds
        with pytest.raises(DefinitionFailed, match="ZeroDivisionError"):
            definition.judge(either, parse_task("tt:2:E"))


def test_the_rest_of_a_run_goes_on(bad: str) -> None:
    definitions = (SearchLike(), Contained(f"{bad}:raises"), LookupTable())
    found = Classifier(definitions).classify(AND, AND_TASK)
    assert [j.score is None for j in found.judgements] == [False, True, False]
    assert found.judgements[1].note.startswith("failed: raised ZeroDivisionError")
    assert "raises        failed: raised ZeroDivisionError" in str(found)
    tagged = tagged_minima("tt:3:7E", classifier=Classifier(definitions))
    assert tagged.tags["search-like"] == 3
    assert "raises" not in tagged.tags
    assert [failure.definition for failure in tagged.failures] == [f"{bad}:raises"]
    assert len(tagged.classify(0).judgements) == 2
    assert tagged.to_json()["failures"] == [str(tagged.failures[0])]
    assert "bad.py:raises failed on" in " ".join(str(tagged).split())


def test_what_it_prints_does_not_reach_stdout(bad: str, capfd) -> None:
    judged = Contained(f"{bad}:prints").judge(AND, AND_TASK)
    assert judged.witness == {"read": ""}
    out, errors = capfd.readouterr()
    assert out == ""
    assert "printed while it was loaded\n" in errors
    assert "printed while it judged" in errors


def test_a_checker_of_its_own_is_run_there_too(bad: str) -> None:
    definition = Contained(f"{bad}:Checking")
    assert definition.check is not None
    definition.check(AND, AND_TASK, {"size": 1})
    with pytest.raises(CertificateError, match="size: another"):
        definition.check(AND, AND_TASK, {"size": 2})
    assert Contained(f"{bad}:raises").check is None


def test_only_solvers_are_judged(bad: str) -> None:
    with pytest.raises(ArgumentError, match="circuit"):
        Contained(f"{bad}:on_or").judge(AND, parse_task("tt:2:6"))


def running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("how", [pytest.param("closed", marks=pytest.mark.slow), "collected"])
def test_processes_end_with_the_definition(bad: str, how: str) -> None:
    definition = Contained(f"{bad}:spawns")
    definition.judge(AND, AND_TASK)
    groups = [int(Path(f"{bad}.group").read_text())]
    assert running(groups[0])
    if how == "closed":
        definition.close()
    del definition
    gc.collect()
    limit = time.monotonic() + LONG
    # Its children are reaped by init, in its own time.
    while any(map(running, groups)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(map(running, groups))


def test_the_text_means_the_same_wherever_the_folder_goes(bad: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(Path(bad).parent)
    definition = definition_named("bad.py:on_or")
    monkeypatch.chdir(tmp_path)
    assert definition.judge(AND, AND_TASK).holds
    assert definition.name == "bad.py:on_or"


@pytest.mark.slow
def test_ctrl_c_ends_a_run_that_waits_for_a_definition(bad: str) -> None:
    command = ["classify", "tt:2:8", "--definition", f"{bad}:loops", "--time-limit", "500"]
    run = subprocess.Popen(
        [sys.executable, "-m", "mesacircuits.cli", *command],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    assert run.stderr.readline() == "printed while it was loaded\n"
    assert run.stderr.readline() == "it begins\n"
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=LONG) == 130
    assert "interrupted" in run.stderr.read()
