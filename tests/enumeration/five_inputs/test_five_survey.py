"""The survey in its file: results, resuming, being killed, refusing other files, printing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import nullcontext

import numpy as np
import pytest

from mesacircuits.circuits import B2
from mesacircuits.enumeration import Effort, census
from mesacircuits.enumeration.five_inputs import function_classes, sizes, survey
from mesacircuits.enumeration.five_inputs.published import PUBLISHED
from mesacircuits.enumeration.five_inputs.store import SurveyStore
from mesacircuits.enumeration.five_inputs.survey import check_witnesses
from mesacircuits.enumeration.five_inputs.witnesses import circuit_of_bytes
from mesacircuits.errors import ArgumentError

ONE = Effort(workers=1)


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Return the file of a whole survey of four inputs, and what it returned."""
    path = tmp_path_factory.mktemp("survey") / "four.db"
    return path, survey(path, 4, depth=True, formula=True, size=7, effort=ONE)


def opened(path, inputs=4):
    return SurveyStore(path, function_classes(inputs), "b2")


def runs(path):
    """Return the searches of sizes that a file holds."""
    store = opened(path)
    found = store.runs()
    store.close()
    return found


def contents(path):
    """Return all that a file says of classes, but for which circuits stand for them."""
    with sqlite3.connect(path) as file:
        return file.execute(
            "SELECT number, representative, functions, depth, length, size_lower, size_upper, "
            "minima, length(witness) FROM class ORDER BY number"
        ).fetchall()


def test_four_inputs_agree_with_published_counts(four):
    _, found = four
    for measure, rows in (
        ("depth", found.depths),
        ("length", found.lengths),
        ("size", found.sizes),
    ):
        assert tuple(row.classes for row in rows) == PUBLISHED[4][measure]
        assert sum(row.functions for row in rows) == 65_536
    assert found.bounds == ()
    assert found.conclusive
    assert found.settled_classes == found.total_classes == 222


@pytest.mark.slow
def test_four_inputs_agree_with_the_census(four):
    path, _ = four
    expected = {
        c.representative.hex: (c.functions, c.size, c.size, c.circuits)
        for c in census(4, "b2", "size", Effort(workers=1)).classes
    }
    rows = contents(path)
    assert {r[1]: (r[2], r[5], r[6], r[7]) for r in rows} == expected


def test_every_class_has_a_circuit_that_computes_it(four):
    path, _ = four
    classes = function_classes(4)
    store = opened(path)
    table = store.table()
    assert not len(check_witnesses(classes, B2, store, table))
    for number in range(len(classes)):
        circuit = circuit_of_bytes(classes, B2, number, store.witness(number))
        assert circuit.output_bits() == (int(classes.forms[number]),)
        assert circuit.size == table.upper[number] == table.lower[number]
        assert circuit.in_basis(B2)
    store.close()


def test_a_wrong_circuit_is_noticed(four, tmp_path):
    path, _ = four
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as file:
        file.execute(
            "UPDATE class SET witness = (SELECT witness FROM class WHERE number = 150) "
            "WHERE number = 151"
        )
    store = opened(copy)
    assert check_witnesses(function_classes(4), B2, store, store.table()).tolist() == [151]
    store.close()
    with pytest.raises(ArgumentError, match="store: expected circuits that compute"):
        survey(copy, 4)


def test_a_missing_circuit_is_noticed(four, tmp_path):
    path, _ = four
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(copy) as file:
        file.execute("UPDATE class SET witness = NULL WHERE number IN (0, 77)")
    store = opened(copy)
    assert check_witnesses(function_classes(4), B2, store, store.table()).tolist() == [0, 77]
    store.close()


def test_formulas_bound_sizes(tmp_path):
    found = survey(tmp_path / "f.db", 4, formula=True, effort=ONE)
    assert found.sizes == (found.sizes[0],)
    assert {row.lower for row in found.bounds} == {0}
    assert max(row.upper for row in found.bounds) == 7
    assert sum(row.classes for row in found.bounds) + found.settled_classes == 222


def test_bounds_settle_what_is_not_exhausted(tmp_path, four):
    found = survey(tmp_path / "b.db", 4, size=5, bounds=1e6, effort=ONE)
    assert [row.classes for row in found.sizes] == [*PUBLISHED[4]["size"]]
    assert [row.minima for row in found.sizes][6:] == [None, None]
    assert [(s.size, s.counting) for s in found.searches][-2:] == [(6, False), (7, False)]
    store = opened(tmp_path / "b.db")
    assert not len(check_witnesses(function_classes(4), B2, store, store.table()))
    store.close()
    # Counting afterwards gives what counting at once does.
    survey(tmp_path / "b.db", 4, depth=True, formula=True, size=7, effort=ONE)
    assert contents(tmp_path / "b.db") == contents(four[0])


def test_a_survey_goes_on_where_its_budget_ended(tmp_path, four, monkeypatch, clock):
    monkeypatch.setattr(sizes.SizeSearch.advance, "__defaults__", (10.0,))
    path = tmp_path / "cut.db"
    # A second passes with every look at the clock.
    clock.tick = 1.0
    ended = set()
    for seconds in range(1, 2000, 16):
        effort = Effort(seconds=seconds, workers=1)
        found = survey(path, 4, depth=True, formula=True, size=7, effort=effort)
        ended.add(found.unfinished)
        if found.conclusive:
            break
        assert "NOT FINISHED" in str(found)
    assert ended == {"depth", "formula", "size", ""}
    assert contents(path) == contents(four[0])
    assert [s.looked for s in found.searches] == [s.looked for s in four[1].searches]


class OneUnitEach:
    """Ends the budget of a run when its first unit has ended, and cuts off all others begun.

    Those have found and counted by then all they would.
    """

    def __init__(self, monkeypatch):
        self.begun, self.ended = 0, False
        self.lock = threading.Lock()
        whole = sizes.run_unit

        def run_unit(goal, inputs, size, unit, stop):
            with self.lock:
                self.begun += 1
                first = self.begun == 1
            result = whole(goal, inputs, size, unit, stop)
            while not first and not stop[0]:
                time.sleep(1e-4)
            return result

        monkeypatch.setattr(sizes, "run_unit", run_unit)
        monkeypatch.setattr(Effort, "bar", lambda *_: nullcontext(self))
        monkeypatch.setattr(Effort, "left", lambda _: -1.0 if self.ended else 1e6)

    def advance(self, units=None):
        # Units done by an earlier run are told of by their number.
        self.ended |= units is None

    def run(self, *arguments, **options):
        self.begun, self.ended = 0, False
        return survey(*arguments, **options)


@pytest.mark.parametrize(
    ("stage", "workers"),
    [
        pytest.param({"size": 6}, 2, marks=pytest.mark.slow),
        pytest.param({"size": 6}, 1, marks=pytest.mark.slow),
        pytest.param({"bounds": 1e6}, 1, marks=pytest.mark.slow),
        pytest.param({"bounds": 1e6}, 2, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_budgets_of_one_unit_each_come_to_the_end(stage, workers, tmp_path, monkeypatch):
    whole, path = tmp_path / "whole.db", tmp_path / "cut.db"
    survey(path, 4, size=5, effort=ONE)
    whole.write_bytes(path.read_bytes())
    expected = survey(whole, 4, **stage, effort=ONE)
    counting = "size" in stage
    units = sum(len(s.done) for s in runs(whole) if s.size > 5)
    with monkeypatch.context() as patch:
        budget = OneUnitEach(patch)
        effort = Effort(seconds=1e6, workers=workers)
        for ran in range(units + 1):
            done = [s.done.sum() for s in runs(path) if s.size > 5]
            assert sum(done) == ran
            found = budget.run(path, 4, **stage, effort=effort)
            if found.conclusive:
                break
    assert found.conclusive
    assert contents(path) == contents(whole)
    if counting:
        for attribute in ("tried", "looked", "hits"):
            assert [getattr(s, attribute) for s in runs(path)] == [
                getattr(s, attribute) for s in runs(whole)
            ]
        assert found.sizes == expected.sizes


def test_sizes_of_fewer_inputs_are_kept_however_short_the_budget(tmp_path, monkeypatch):
    path = tmp_path / "short.db"
    left = [1e-9, 1e-9]

    def ending(effort):
        return float("inf") if effort.seconds is None else left.pop() if left else 0.0

    monkeypatch.setattr(Effort, "left", ending)
    found = survey(path, 4, size=7, effort=Effort(seconds=1e-9, workers=1))
    assert found.unfinished == "size"
    assert [row.classes for row in found.sizes] == [2, 2, 5, 3, 2]
    assert not runs(path)


def test_seconds_for_bounds_count_from_each_search(tmp_path):
    long_ago = time.monotonic() - 600
    effort = Effort(workers=1, started=long_ago)
    found = survey(tmp_path / "b.db", 4, size=5, bounds=300, effort=effort)
    assert found.conclusive
    assert found.settled_classes == 222


def test_a_limit_counts_from_now_and_stays_within_the_budget(clock):
    long_ago = Effort().started - 600
    assert Effort(started=long_ago).limited(300).left() == 300
    assert Effort(seconds=1000, started=long_ago).limited(300).left() == 300
    assert Effort(seconds=700, started=long_ago).limited(300).left() == 100
    assert Effort(seconds=500, started=long_ago).limited(300).left() <= 1e-9
    with pytest.raises(ArgumentError, match="budget"):
        Effort().limited(0)


#: Kills itself at the end of a unit, or as the result of some is written, whichever comes so late.
KILLED = """
import os, signal, sys
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.five_inputs import sizes, survey
from mesacircuits.enumeration.five_inputs.store import SurveyStore

left = int(sys.argv[2])
run_unit, put_run = sizes.run_unit, SurveyStore.put_run

def then_die(function, *arguments):
    global left
    result = function(*arguments)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

sizes.run_unit = lambda *arguments: then_die(run_unit, *arguments)
SurveyStore.put_run = lambda *arguments: then_die(put_run, *arguments)
sizes.SizeSearch.advance.__defaults__ = (0.0,)
survey(sys.argv[1], 4, size=7, effort=Effort(workers=2))
"""


@pytest.mark.slow
def test_killed_at_any_moment_it_counts_nothing_twice(tmp_path, four, sampled):
    path = tmp_path / "killed.db"
    for moment in sampled((1, 2, 5, 9, 14, 20), 3):
        command = [sys.executable, "-c", KILLED, path, str(moment)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    found = survey(path, 4, depth=True, formula=True, size=7, effort=ONE)
    assert contents(path) == contents(four[0])
    assert [s.hits for s in found.searches] == [s.hits for s in four[1].searches]


def test_what_is_computed_is_not_computed_again(four, monkeypatch):
    path, found = four
    monkeypatch.setattr(sizes.SizeSearch, "__init__", None)
    again = survey(path, 4, depth=True, formula=True, size=7, bounds=1, effort=ONE)
    assert again == found
    assert survey(path, 4) == found


def test_the_report(four):
    _, found = four
    text = str(found)
    assert text.startswith("65,536 functions of 4 inputs in 222 NPN classes, b2\n")
    assert "7       12         12      2,720  1,232,112" in text
    assert max(map(len, text.splitlines())) <= 80
    record = json.loads(json.dumps(found.to_json()))
    assert record["settled_classes"] == 222
    assert record["sizes"][-1] == {
        "size": 7,
        "classes": 12,
        "functions": 2720,
        "minima": 1_232_112,
        "published": 12,
    }


@pytest.mark.parametrize("kind", ["text", "empty schema", "other inputs", "folder", "nowhere"])
def test_other_files_are_refused(kind, tmp_path, four):
    path = tmp_path / "file"
    if kind == "text":
        path.write_text("not a database, but long enough to look at" * 99)
    elif kind == "empty schema":
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE other (x)")
    elif kind == "other inputs":
        path.write_bytes(four[0].read_bytes())
    elif kind == "folder":
        path.mkdir()
    else:
        path = tmp_path / "missing" / "file"
    expected = "store: expected (a file of five-input classes|a writable path)"
    for stage in ({}, {"depth": True}):
        before = {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()}
        with pytest.raises(ArgumentError, match=expected):
            survey(path, 3, **stage)
        assert {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "name"),
    [({"inputs": 6}, "inputs"), ({"size": 13}, "size"), ({"bounds": 0}, "bounds")],
)
def test_bad_arguments(arguments, name, tmp_path):
    with pytest.raises(ArgumentError, match=f"{name}: "):
        survey(tmp_path / "file", **{"inputs": 3, **arguments})
    assert not os.listdir(tmp_path)


def test_the_command_makes_no_file_without_time(tmp_path, run):
    arguments = ["five-inputs", "--store", tmp_path / "five.db", "--workers", "1"]
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert err.endswith("five.db (there is no such file)\n")
    assert len(err.splitlines()) == 1
    status, out, _ = run(*arguments, "--depth", "--budget", "1e-9")
    assert status == 4
    assert "NOT FINISHED: the budget ended during --depth" in out
    assert not os.listdir(tmp_path)


@pytest.mark.slow
def test_the_command_prints_what_the_file_holds(tmp_path, run):
    path = tmp_path / "five.db"
    survey(path, size=0, effort=ONE)
    before = path.read_bytes()
    status, out, _ = run("five-inputs", "--store", path, "--workers", "1", "--json")
    assert status == 0
    assert json.loads(out)["total_classes"] == 616_126
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["five.db"]


@pytest.mark.parametrize("stage", [[], ["--depth"]])
def test_a_store_without_a_name_is_a_usage_error(run, stage):
    status, out, err = run("five-inputs", "--store", "", *stage)
    assert (status, out) == (2, "")
    assert err.startswith("mesacircuits: error: store: expected the path of a file")


@pytest.mark.slow
def test_five_inputs_up_to_size_seven(tmp_path):
    found = survey(tmp_path / "five.db", depth=True, formula=True, size=7, effort=Effort())
    for measure, rows in (("depth", found.depths), ("length", found.lengths)):
        assert tuple(row.classes for row in rows) == PUBLISHED[5][measure]
    assert tuple(row.classes for row in found.sizes)[:8] == PUBLISHED[5]["size"][:8]
    functions = (12, 100, 1140, 11570, 109826, 995240, 8430800, 63401728)
    assert tuple(row.functions for row in found.sizes)[:8] == functions
    assert tuple(row.minima for row in found.sizes)[5:8] == (2_508_060, 43_220_940, 778_199_040)
    assert {row.lower for row in found.bounds} == {8}
    classes = function_classes(5)
    store = opened(tmp_path / "five.db", 5)
    assert not len(check_witnesses(classes, B2, store, store.table()))
    assert (store.table().upper >= 0).all()
    assert np.array_equal(store.table().settled, store.table().lower == store.table().upper)
    store.close()
