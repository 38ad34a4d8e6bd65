"""The file of five-input classes: parts kept, kills, full disks, files that somebody forged."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing

import numpy as np
import pytest
from journals import journal_that_names

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.five_inputs import formulas, function_classes, survey
from mesacircuits.enumeration.five_inputs.store import (
    ClassTable,
    SurveyStore,
    _digest_of,
    _key_of,
    _part_digest,
)
from mesacircuits.errors import ArgumentError

ONE = Effort(workers=1)
STAGES = {"depth": {"depth": True}, "formula": {"formula": True}}
#: So that there are many parts of few functions: as the patches of `small_parts`.
PARTS = {"_PAIRS_AT_ONCE": 5000, "_SPLITS_IN_PART": 30, "_SPLITS_AT_ONCE": 10}


@pytest.fixture
def small_parts(monkeypatch):
    """Cut searches of four inputs into dozens of parts; depths are looked for as XORs, too."""
    for name, value in PARTS.items():
        monkeypatch.setattr(formulas, name, value)
    monkeypatch.setattr(formulas, "_MANY_PAIRS", 0)


def contents(path):
    """Return all that a file says, but how long searches took and digests."""
    with sqlite3.connect(path) as file:
        return [
            file.execute(f"SELECT * FROM {table}").fetchall()
            for table in (
                "class",
                "part",
                "(SELECT size, counting, units, done, sums, tried, looked, hits, complete "
                "FROM run)",
            )
        ]


def parts_of(path):
    with sqlite3.connect(path) as file:
        [count] = file.execute("SELECT count(*) FROM part").fetchone()
        return count


class StopAfter:
    """Let the budget of a run end when so many parts were kept."""

    def __init__(self, monkeypatch, parts):
        put = SurveyStore.put_part
        self.kept = 0

        def put_part(store, *arguments):
            self.kept += 1
            put(store, *arguments)

        monkeypatch.setattr(SurveyStore, "put_part", put_part)
        monkeypatch.setattr(Effort, "left", lambda _: 1.0 if self.kept < parts else 0.0)


# -- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_each_part_is_kept_and_none_is_run_again(stage, small_parts, tmp_path, monkeypatch):
    whole, path = tmp_path / "whole.db", tmp_path / "cut.db"
    survey(path, 4, size=0, effort=ONE)
    survey(whole, 4, size=0, effort=ONE)
    expected = survey(whole, 4, **STAGES[stage], effort=ONE)
    assert not parts_of(whole)
    for ran in range(1, 200):
        with monkeypatch.context() as patch:
            StopAfter(patch, 3)
            found = survey(path, 4, **STAGES[stage], effort=ONE)
        if found.conclusive:
            break
        assert found.unfinished == stage
        assert parts_of(path) == 3 * ran
        if ran > 1:
            assert f"{3 * ran - 3} parts of the {stage} stage" in str(found)
    assert found.conclusive
    assert ran > 3
    rows = "depths" if stage == "depth" else "lengths"
    assert getattr(found, rows) == getattr(expected, rows)
    assert contents(path) == contents(whole)


KILLED = """
import os, signal, sys
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.five_inputs import formulas, survey
from mesacircuits.enumeration.five_inputs.store import SurveyStore

path, stage, parts, moment = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
for argument in sys.argv[5:]:
    name, _, value = argument.partition("=")
    setattr(formulas, name, int(value))
put, kept = SurveyStore.put_part, 0

def put_part(store, *arguments):
    global kept
    kept += 1
    if kept > parts and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    put(store, *arguments)
    if kept > parts:
        # Within the transaction: what was put is lost.
        store._file.execute("PRAGMA cache_spill = 1")
        os.kill(os.getpid(), signal.SIGKILL)

SurveyStore.put_part = put_part
survey(path, 4, **{stage: True}, effort=Effort(workers=1))
"""


@pytest.mark.parametrize(
    ("stage", "moment"),
    [
        ("depth", "before"),
        pytest.param("formula", "within", marks=pytest.mark.slow),
        pytest.param("depth", "within", marks=pytest.mark.slow),
        pytest.param("formula", "before", marks=pytest.mark.slow),
    ],
)
def test_a_kill_loses_one_part(stage, moment, small_parts, tmp_path):
    whole, path = tmp_path / "whole.db", tmp_path / "killed.db"
    survey(whole, 4, **STAGES[stage], effort=ONE)
    settings = [f"{name}={value}" for name, value in {**PARTS, "_MANY_PAIRS": 0}.items()]
    for kills in (1, 2):
        command = [sys.executable, "-c", KILLED, path, stage, "4", moment, *settings]
        killed = subprocess.run(command, check=False)
        assert killed.returncode == -signal.SIGKILL
        if moment == "before":
            assert parts_of(path) == 4 * kills
    found = survey(path, 4, **STAGES[stage], effort=ONE)
    assert found.conclusive
    assert "8 parts of the" in str(found)
    assert contents(path) == contents(whole)
    assert sorted(os.listdir(tmp_path)) == ["killed.db", "whole.db"]


def test_a_reader_beside_a_journal_touches_nothing(tmp_path, small_parts, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "five.db"
    survey(path, 4, depth=True, effort=ONE)
    journal = tmp_path / "five.db-journal"
    journal.write_bytes(b"left over")
    before = path.read_bytes()
    with pytest.raises(ArgumentError, match="a run was killed in it; run a stage"):
        survey("five.db", 4)
    assert path.read_bytes() == before
    assert journal.read_bytes() == b"left over"
    assert survey(path, 4, depth=True, effort=ONE).conclusive
    assert survey(path, 4).conclusive


@pytest.mark.parametrize("writing", [False, True])
@pytest.mark.parametrize("kind", ["journal", "log", "pipe"])
def test_what_lies_beside_a_store_is_left_as_it_is(tmp_path, small_parts, kind, writing):
    path, victim = tmp_path / "five.db", tmp_path / "victim"
    survey(path, 4, depth=True, effort=ONE)
    victim.write_text("precious")
    if kind == "journal":
        journal_that_names(path, victim)
    elif kind == "pipe":
        os.mkfifo(tmp_path / "five.db-journal")
    else:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    before = sorted(os.listdir(tmp_path)), path.read_bytes()
    with pytest.raises(ArgumentError, match="store: expected a file of five-input classes"):
        survey(path, 4, depth=writing, effort=ONE)
    assert (sorted(os.listdir(tmp_path)), path.read_bytes()) == before
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_is_told_of(stage, small_parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(formulas, "_PAIRS_AT_ONCE", 300)
    monkeypatch.setattr(formulas, "_SPLITS_IN_PART", 4)
    path = "five.db"
    survey(path, 4, size=0, effort=Effort(workers=1))
    prepare = SurveyStore._prepare

    def full(store, writing):
        prepare(store, writing)
        [pages] = store._file.execute("PRAGMA page_count").fetchone()
        store._file.execute(f"PRAGMA max_page_count = {pages}")

    [before, *_] = contents(path)
    with monkeypatch.context() as patch:
        patch.setattr(SurveyStore, "_prepare", full)
        asked = STAGES[stage]
        with pytest.raises(ArgumentError, match=r"^store: .* \(database or disk is full\)$"):
            survey(path, 4, **asked, effort=ONE)
    assert contents(path)[0] == before
    assert parts_of(path)
    assert survey(path, 4, **asked, effort=ONE).conclusive


# -- other files, and earlier ones ---------------------------------------------------------------


def of_units(path):
    from mesacircuits.enumeration.units import UnitStore

    UnitStore(path, "key").close()


def with_a_trigger(path):
    survey(path, 4, depth=True, effort=ONE)
    with sqlite3.connect(path) as file:
        file.execute("CREATE TRIGGER t AFTER INSERT ON part BEGIN DELETE FROM class; END")


def of_no_permission(path):
    survey(path, 4, depth=True, effort=ONE)
    path.chmod(0o444)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (of_units, "another program's file"),
        (with_a_trigger, "with other tables"),
        (of_no_permission, "Permission denied"),
        (os.mkfifo, "another program's file|not a regular file"),
    ],
)
def test_other_files_are_not_touched(make, reason, tmp_path):
    path = tmp_path / "file"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(ArgumentError, match=f"^store: .*({reason})"):
        survey(path, 4, formula=True, effort=ONE)
    assert os.listdir(tmp_path) == ["file"]
    assert before is None or path.read_bytes() == before


def test_a_file_of_the_first_version_goes_on(tmp_path):
    """It had no parts, and no digests."""
    path, whole = tmp_path / "first.db", tmp_path / "whole.db"
    survey(path, 4, depth=True, size=5, effort=ONE)
    survey(whole, 4, depth=True, formula=True, size=6, effort=ONE)
    with sqlite3.connect(path) as file:
        file.execute("DROP TABLE part")
        file.execute("DELETE FROM about WHERE key LIKE 'sha256%'")
        file.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    assert survey(path, 4).conclusive
    assert path.read_bytes() == before
    assert survey(path, 4, depth=True, formula=True, size=6, effort=ONE).conclusive
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (2,)
    kept, expected = contents(path), contents(whole)
    # Circuits of one size may be different ones.
    assert [row[:-1] for row in kept[0]] == [row[:-1] for row in expected[0]]
    assert kept[1:] == expected[1:]


# -- forged files --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Return a file with all tables filled: stages done, one begun, sizes half searched."""
    path = tmp_path_factory.mktemp("honest") / "four.db"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PARTS.items():
            patch.setattr(formulas, name, value)
        survey(path, 4, depth=True, size=5, effort=ONE)
        StopAfter(patch, 12)
        found = survey(path, 4, formula=True, effort=ONE)
    assert found.unfinished == "formula"
    return path


def seal(path):
    """Make all digests right."""
    with sqlite3.connect(path) as file:
        columns = "depth, length, size_lower, size_upper, minima"
        names = ", ".join(f"ifnull({name}, -1)" for name in columns.split(", "))
        rows = file.execute(f"SELECT {names} FROM class ORDER BY number").fetchall()
        try:
            table = ClassTable(*np.array(rows, dtype=np.int64).T.copy())
            values = [(table.digest, "sha256")]
        except (ValueError, OverflowError, TypeError):
            # No numbers, so no digest.
            values = []
        for size, counting, *row in file.execute(
            "SELECT size, counting, units, done, sums, tried, looked, hits, seconds, complete "
            "FROM run"
        ).fetchall():
            values.append((_digest_of(tuple(row)), _key_of(size, bool(counting))))
        file.executemany("UPDATE about SET value = ? WHERE key = ?", values)
        parts = file.execute("SELECT rowid, stage, number, found FROM part").fetchall()
        for rowid, stage, number, found in parts:
            if isinstance(found, bytes) and isinstance(stage, str):
                digest = _part_digest(stage, number, found)
                file.execute("UPDATE part SET digest = ? WHERE rowid = ?", (digest, rowid))


def check_forged(path):
    """Return whether a forged file is refused, by all that reads it, in one line."""
    refused = 0
    for asked in ({}, {"depth": True, "formula": True, "size": 5}):
        try:
            found = survey(path, 4, **asked, effort=ONE)
        except ArgumentError as error:
            lines = str(error).splitlines()
            refused += [line.startswith("store: expected ") for line in lines] == [True] or 99
        else:
            assert f"\nfrom {path}, not computed again: " in str(found)
            assert found.to_json()["from_file"]["held"]
    assert refused < 99
    return refused


VALUES = [None, "x", -1, 0, 3, 2**63 - 1, 1.5, b"x" * 6]


@pytest.mark.parametrize("table", ["class", "run", "part", "about"])
def test_every_column_of_every_table(table, honest, tmp_path, small_parts, monkeypatch, sampled):
    monkeypatch.setattr(formulas, "_MANY_PAIRS", 1_000_000_000)
    chosen = random.Random(table)
    path = tmp_path / "forged.db"
    with sqlite3.connect(honest) as file:
        names = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
        rows = [row[0] for row in file.execute(f"SELECT rowid FROM {table}")]
    refused = tried = 0
    for name in names:
        for value in sampled(VALUES, 5):
            shutil.copy(honest, path)
            file = sqlite3.connect(path)
            try:
                file.execute(
                    f"UPDATE {table} SET {name} = ? WHERE rowid = ?", (value, chosen.choice(rows))
                )
                file.commit()
            except sqlite3.Error:
                # Not even SQLite takes it there.
                continue
            finally:
                file.close()
            seal(path)
            tried += 1
            refused += check_forged(path) > 0
    # A part under another name is one that is not there.
    assert refused > (tried / 5 if table == "part" else tried / 2)


def packed(rows):
    return zlib.compress(np.array(rows, dtype="<i8").tobytes())


def test_forged_parts(honest, tmp_path, small_parts, monkeypatch):
    monkeypatch.setattr(formulas, "_MANY_PAIRS", 1_000_000_000)
    path = tmp_path / "forged.db"
    with sqlite3.connect(honest) as file:
        rowid, found = file.execute(
            "SELECT rowid, found FROM part WHERE length(found) > 60 LIMIT 1"
        ).fetchone()
    genuine = np.frombuffer(zlib.decompress(found), dtype="<i8").reshape(-1, 4)
    forgeries = [
        b"",
        b"x" * 40,
        zlib.compress(b"x" * 33),
        # A bomb: kilobytes that would be gigabytes.
        zlib.compress(bytes(1 << 22)),
        found + b"x" * 8,
        packed(np.concatenate([genuine, genuine[:1]])),
        packed(np.zeros((3, 4))),
    ]
    for column, value in ((0, 9999), (0, -1), (1, 1 << 40), (2, -1), (2, 3), (3, 99), (3, -1)):
        other = genuine.copy()
        other[0, column] = value
        forgeries.append(packed(other))
    other = genuine.copy()
    other[0, 3] = (other[0, 3] + 1) % 5
    forgeries.append(packed(other))
    for data in forgeries:
        shutil.copy(honest, path)
        with sqlite3.connect(path) as file:
            file.execute("UPDATE part SET found = ? WHERE rowid = ?", (data, rowid))
        seal(path)
        with pytest.raises(ArgumentError, match=r"^store: expected a file of five-input classes"):
            survey(path, 4, formula=True, effort=ONE)
    # A class that a part lacks, only computing again can tell: the report names the file.
    shutil.copy(honest, path)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE part SET found = ? WHERE rowid = ?", (packed(genuine[1:]), rowid))
    seal(path)
    assert check_forged(path) in (0, 1)


@pytest.mark.parametrize(
    "change",
    [
        "depth = 3 WHERE depth = 4 AND number = (SELECT max(number) FROM class WHERE depth = 4)",
        "size_lower = 4 WHERE size_lower = 5",
        "size_lower = 6 WHERE size_lower = 5",
        "minima = 3 WHERE size_lower < size_upper OR size_upper IS NULL",
        "witness = (SELECT witness FROM class WHERE size_upper = 3 LIMIT 1) WHERE size_upper = 3",
        "witness = x'000163' WHERE number = 0",
        "functions = functions + 1 WHERE number = 5",
        "representative = '1FFFF' WHERE number = 5",
    ],
)
def test_what_cannot_be_is_refused(change, honest, tmp_path):
    path = tmp_path / "forged.db"
    shutil.copy(honest, path)
    with sqlite3.connect(path) as file:
        assert file.execute(f"UPDATE class SET {change}").rowcount
    seal(path)
    with pytest.raises(ArgumentError, match=r"^store: expected "):
        survey(path, 4)


def test_damage_is_noticed(honest, tmp_path):
    """Without the digests made right."""
    path = tmp_path / "damaged.db"
    for table, column in (("class", "minima"), ("run", "tried"), ("part", "number")):
        shutil.copy(honest, path)
        with sqlite3.connect(path) as file:
            file.execute(
                f"UPDATE {table} SET {column} = {column} + 1000 WHERE rowid = "
                f"(SELECT max(rowid) FROM {table} WHERE {column} > 0)"
            )
        refused = check_forged(path)
        assert refused or table == "part"


def test_classes_are_compared(tmp_path):
    path = tmp_path / "three.db"
    survey(path, 3, depth=True, effort=ONE)
    with pytest.raises(ArgumentError, match="about 3 inputs, basis b2"):
        SurveyStore(path, function_classes(4), "b2")
