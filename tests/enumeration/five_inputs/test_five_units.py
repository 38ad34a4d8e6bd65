"""Units of surveys in their file: kept, taken, killed in between, forged, of other versions."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.five_inputs import formulas, sizes, survey
from mesacircuits.enumeration.units import _digest, arrays_of_bytes, bytes_of_arrays
from mesacircuits.errors import ArgumentError

STAGES = {"depth": True, "formula": True, "size": 6}
#: So that there are many units of few functions.
SMALL = {"_PAIRS_AT_ONCE": 5000, "_SPLITS_AT_ONCE": 30, "_CIRCUITS_AT_ONCE": 20, "_MANY_PAIRS": 0}


@pytest.fixture
def small_units(monkeypatch):
    """Cut searches of four inputs into dozens of units; depths are looked for as XORs, too."""
    for name, value in SMALL.items():
        monkeypatch.setattr(formulas, name, value)
    monkeypatch.setattr(sizes, "_IN_UNIT", 20)


def kept_in(path, **means):
    return Effort(workers=1, store=path, **means)


def units_of(path):
    """Return all that a file holds but how long it took."""
    with closing(sqlite3.connect(path)) as file:
        rows = file.execute("SELECT key, number, tried, arrays FROM unit ORDER BY key, number")
        found = {}
        for key, number, tried, data in rows:
            arrays = arrays_of_bytes(data)
            if "tally" in arrays:
                arrays["tally"][0, 3] = 0
            found[key, number] = tried, {name: array.tolist() for name, array in arrays.items()}
        return found


def timeless(found):
    """Return a survey as JSON values, but for seconds."""
    record = found.to_json()
    for row in record["searches"]:
        row["seconds"] = 0
    return record


# -- kept and taken ------------------------------------------------------------------------------


def test_each_unit_is_kept_and_none_is_run_again(small_units, tmp_path, monkeypatch):
    path = tmp_path / "four.db"
    expected = survey(4, **STAGES, effort=kept_in(path))
    units, effort = units_of(path), kept_in(path)
    for module, names in ((formulas, ("_combine", "_split", "_join")), (sizes, ("_search",))):
        for name in names:
            # Their names are in the keys.
            monkeypatch.setattr(getattr(module, name), "__code__", (lambda *_: 1 / 0).__code__)
    assert survey(4, **STAGES, effort=effort) == expected
    assert (effort.from_file.taken, effort.from_file.units) == (len(units), len(units))
    assert survey(4, effort=kept_in(path)) == expected
    assert units_of(path) == units


def test_nodes_end_a_survey_at_one_place(small_units, tmp_path):
    """Whatever a file held before, and on any number of threads."""
    path, ended = tmp_path / "cut.db", set()
    for power in range(4, 40):
        nodes = 2**power
        found = survey(4, **STAGES, effort=kept_in(path, nodes=nodes))
        if not found.conclusive:
            assert "NOT FINISHED" in str(found)
        if power % 4 == 0 or found.conclusive:
            again = survey(4, **STAGES, effort=Effort(workers=2, nodes=nodes))
            assert timeless(again) == timeless(found)
        ended.add(found.unfinished)
        if found.conclusive:
            break
    assert ended == {"depth", "formula", "size", ""}
    whole = tmp_path / "whole.db"
    assert timeless(survey(4, **STAGES, effort=kept_in(whole))) == timeless(found)
    assert units_of(path) == units_of(whole)


KILLED = """
import os, signal, sys
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.five_inputs import formulas, sizes, survey
from mesacircuits.enumeration.units import UnitStore

left = int(sys.argv[2])
for argument in sys.argv[3:]:
    name, _, value = argument.partition("=")
    setattr(formulas, name, int(value))
sizes._IN_UNIT = 20
put = UnitStore.put

def put_and_die(*arguments):
    global left
    put(*arguments)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

UnitStore.put = put_and_die
survey(4, depth=True, formula=True, size=6, effort=Effort(workers=2, store=sys.argv[1]))
"""


def test_a_kill_loses_no_unit(small_units, tmp_path, sampled):
    whole, path = tmp_path / "whole.db", tmp_path / "killed.db"
    expected = survey(4, **STAGES, effort=kept_in(whole))
    kept = 0
    for units in sampled((4, 30, 55), 2):
        settings = [f"{name}={value}" for name, value in SMALL.items()]
        command = [sys.executable, "-c", KILLED, path, str(units), *settings]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        kept += units
        assert len(units_of(path)) == kept
    effort = kept_in(path)
    assert timeless(survey(4, **STAGES, effort=effort)) == timeless(expected)
    assert effort.from_file.taken == kept
    assert units_of(path) == units_of(whole)
    assert sorted(os.listdir(tmp_path)) == ["killed.db", "whole.db"]


# -- other files ---------------------------------------------------------------------------------


def of_an_earlier_version(path):
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE class (number INTEGER PRIMARY KEY)")
        file.execute("PRAGMA application_id = 0x6D657335")
        file.execute("PRAGMA user_version = 2")


def of_text(path):
    path.write_text("not a database, but long enough to look at" * 99)


def of_another_program(path):
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE other (x)")


def of_no_permission(path):
    survey(3, depth=True, effort=kept_in(path))
    path.chmod(0o444)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (of_an_earlier_version, "it was written by another version"),
        (of_text, "file is not a database"),
        (of_another_program, "it belongs to another program"),
        (of_no_permission, "a writable path|Permission denied"),
        (os.mkdir, "a writable path|not a regular file"),
        (os.mkfifo, "a writable path|not a regular file"),
    ],
)
@pytest.mark.parametrize("stage", [{}, {"depth": True}], ids=str)
def test_other_files_are_refused_and_not_touched(make, reason, stage, tmp_path):
    path = tmp_path / "file"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ArgumentError, match=f"^resume: expected .*({reason})") as refused:
        survey(4, **stage, effort=kept_in(path))
    assert len(str(refused.value).splitlines()) == 1
    assert os.listdir(tmp_path) == ["file"]
    assert before is None or path.read_bytes() == before


def test_units_of_other_inputs_and_bases_are_not_taken(tmp_path):
    path = tmp_path / "three.db"
    survey(3, **STAGES, effort=kept_in(path))
    found = survey(4, effort=kept_in(path))
    # But for sizes of functions that read fewer inputs.
    assert [row.classes for row in found.sizes] == [2, 2, 5, 3, 2]
    assert (found.depths, found.lengths, found.searches) == ((), (), ())
    effort = kept_in(path)
    found = survey(3, "aig", effort=effort)
    assert (found.depths, found.sizes, found.searches) == ((), (), ())
    assert effort.from_file is None


# -- forged files --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Return a file with units of all kinds, and what it says."""
    path = tmp_path_factory.mktemp("honest") / "four.db"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setattr(formulas, name, value)
        patch.setattr(sizes, "_IN_UNIT", 20)
        return path, survey(4, depth=True, formula=True, size=5, bounds=1e6, effort=kept_in(path))


def forge(path, rowid, arrays, tried=None):
    """Replace the arrays of a unit, its digest made right."""
    with sqlite3.connect(path) as file:
        key, number, old = file.execute(
            "SELECT key, number, tried FROM unit WHERE rowid = ?", (rowid,)
        ).fetchone()
        data = bytes_of_arrays(arrays)
        tried = old if tried is None else tried
        file.execute(
            "UPDATE unit SET arrays = ?, tried = ?, digest = ? WHERE rowid = ?",
            (data, tried, _digest(key, number, tried, data), rowid),
        )


def is_refused(path):
    """Return whether a forged file is refused in one line; else the effort names the file."""
    effort, problem = kept_in(path), ""
    try:
        survey(4, effort=effort)
    except ArgumentError as error:
        problem = str(error)
    if not problem:
        assert effort.from_file is not None
        return False
    assert problem.startswith("resume: expected units that ")
    assert len(problem.splitlines()) == 1
    return True


def variants(array, chosen, count):
    """Yield arrays that an array is forged to: other forms, and `count` values altered."""
    yield array.astype(np.float64)
    yield array[None]
    yield array.reshape(-1)[:-1]
    yield np.concatenate([array, array])
    yield np.zeros_like(array)
    limits = np.iinfo(array.dtype)
    for number in range(count):
        other = array.copy()
        place = chosen.randrange(array.size)
        near = int(array.flat[place]) + chosen.choice([-2, -1, 1, 2])
        value = (near, limits.min, limits.max, chosen.randint(limits.min, limits.max))[number % 4]
        other.flat[place] = min(max(value, limits.min), limits.max)
        yield other


@pytest.mark.parametrize("units", [1, pytest.param(5, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["reached", "gates", "counted", "noted", "tally"])
def test_forged_arrays(kind, units, honest, small_units, tmp_path):
    source, _ = honest
    path, chosen = tmp_path / "forged.db", random.Random(kind)
    with sqlite3.connect(source) as file:
        listed = [
            (rowid, arrays)
            for rowid, data in file.execute("SELECT rowid, arrays FROM unit ORDER BY rowid")
            if (arrays := arrays_of_bytes(data)).get(kind, np.empty(0)).size
        ]
    refused = []
    for rowid, arrays in chosen.sample(listed, min(units, len(listed))):
        forgeries = [{**arrays, "more": arrays[kind]}, {}]
        forgeries += [
            {**arrays, kind: other}
            for other in variants(arrays[kind], chosen, 4 if units > 1 else 2)
        ]
        for forged in forgeries:
            shutil.copy(source, path)
            forge(path, rowid, forged)
            refused.append(is_refused(path))
    # Counts of functions looked at, and of minima, only a search can tell.
    assert sum(refused) > len(refused) / 2


def test_a_circuit_in_place_of_another_is_refused(honest, small_units, tmp_path):
    """Even where it is as small, and of the basis."""
    source, _ = honest
    path = tmp_path / "forged.db"
    with sqlite3.connect(source) as file:
        rows = file.execute("SELECT rowid, arrays FROM unit ORDER BY rowid").fetchall()
    forged = set()
    for rowid, data in rows:
        arrays = arrays_of_bytes(data)
        if len(arrays.get("gates", ())) > 2 and ("noted" in arrays) not in forged:
            forged.add("noted" in arrays)
            refused = 0
            for change in range(1, 5):
                shutil.copy(source, path)
                gates = arrays["gates"].copy()
                gates[0, 0, 2] = (gates[0, 0, 2] + change) % 5
                forge(path, rowid, {**arrays, "gates": gates})
                refused += is_refused(path)
            # With another operator it may still be one for a function of the class.
            assert refused
    assert forged == {True, False}


def test_a_class_that_a_unit_lacks_makes_no_wrong_table(honest, small_units, tmp_path):
    """Without one of the classes that a unit reached, which only another search could tell."""
    source, _ = honest
    path, refused = tmp_path / "forged.db", 0
    with sqlite3.connect(source) as file:
        rows = file.execute("SELECT rowid, arrays FROM unit ORDER BY rowid").fetchall()
    for rowid, data in rows[::9]:
        arrays = arrays_of_bytes(data)
        if len(arrays.get("reached", ())):
            shutil.copy(source, path)
            forge(path, rowid, {"reached": arrays["reached"][1:]})
            refused += is_refused(path)
    # What follows from it is not in the file, unless the numbers of classes are other ones then.
    assert 0 <= refused < len(rows)
