"""The file of finished units: what goes in comes out, and what is damaged or foreign is refused."""

import os
import random
import sqlite3
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from journals import journal_that_names
from unit_cases import answers, expected, summed

from mesacircuits.enumeration import units
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.units import (
    UnitResult,
    UnitStore,
    arrays_of_bytes,
    bytes_of_arrays,
    run_units,
)
from mesacircuits.errors import ArgumentError

ARGUMENTS = [(seed, 3) for seed in range(30)]


def run(path, arguments=ARGUMENTS):
    return answers(run_units(summed, arguments, Effort(workers=2, store=path), "key", "title"))


def rows(path):
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT key, number, tried FROM unit ORDER BY 1, 2").fetchall()
    finally:
        connection.close()


def result_of(values, tried=1):
    return UnitResult({"a": np.array(values)}, tried, True)


@pytest.fixture
def unchecked(monkeypatch):
    """Let every opening check the whole file, as in a new process."""
    monkeypatch.setattr(units, "_checked", set())


# -- what goes in comes out --------------------------------------------------------------------


@given(
    st.dictionaries(
        st.text("abcxyz_09 é/", min_size=1, max_size=8),
        hnp.arrays(
            st.sampled_from(["u1", "i1", "i2", "u8", "i8", "?", "f8", ">u4"]),
            hnp.array_shapes(min_dims=0, min_side=0),
        ),
        max_size=4,
    )
)
def test_arrays_come_back(arrays):
    back = arrays_of_bytes(bytes_of_arrays(arrays))
    # In the same order, too: what comes from the store is no different from what was just found.
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert (back[name].dtype, back[name].shape) == (array.dtype, array.shape)
        assert back[name].tobytes() == array.tobytes()
        assert back[name].flags.writeable
    assert bytes_of_arrays(back) == bytes_of_arrays(arrays)


def test_objects_are_not_pickled():
    with pytest.raises(ValueError, match="pickle"):
        bytes_of_arrays({"a": np.array([object()])})


def test_the_first_result_of_a_unit_stays(tmp_path):
    with UnitStore(tmp_path / "s", "key") as store:
        assert (store.tried(3), store.get(3)) == (None, None)
        store.put(3, result_of([1, 2], 7))
        store.put(3, result_of([8, 9], 1))
        assert store.tried(3) == store.get(3).tried == 7
        assert store.get(3).arrays["a"].tolist() == [1, 2]
        assert store.get(3).complete
    assert rows(tmp_path / "s") == [("key", 3, 7)]


def test_lists_of_units_are_kept_apart(tmp_path):
    for key in ("one", "two"):
        with UnitStore(tmp_path / "s", key) as store:
            store.put(0, result_of([len(key)]))
            store.put(1, result_of(list(key.encode())))
    with UnitStore(tmp_path / "s", "two") as store:
        assert store.get(1).arrays["a"].tolist() == list(b"two")
    with UnitStore(tmp_path / "s", "three") as store:
        assert store.get(1) is None


def test_a_unit_cut_off_is_no_result(tmp_path):
    with UnitStore(tmp_path / "s", "key") as store, pytest.raises(ValueError, match="cut off"):
        store.put(0, UnitResult({}, 1, False))


def test_a_closed_store_is_one_file(tmp_path):
    run(tmp_path / "s")
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    assert rows(tmp_path / "s") == [("key", seed, 3) for seed in range(30)]


@pytest.mark.parametrize("name", [":memory:", "file:s?mode=ro", "a b'\"%é"])
def test_names_mean_nothing_special(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(name) == expected(ARGUMENTS)
    assert len(rows(tmp_path / name)) == 30


def test_an_empty_file_is_an_empty_store(tmp_path):
    """As a kill leaves it, that came between making the file and its table."""
    (tmp_path / "s").touch()
    assert run(tmp_path / "s") == expected(ARGUMENTS)


# -- damage ------------------------------------------------------------------------------------


def refused(path):
    with pytest.raises(
        ArgumentError, match=r"^resume: expected (a file of finished units|a writable path), got "
    ) as e:
        run(path)
    assert e.value.argument == "resume"
    assert "\n" not in str(e.value)
    return str(e.value)


def of_another_program(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmark (url TEXT)")
    connection.commit()
    connection.close()


def of_a_later_version(path):
    run(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()


def a_catalog(path):
    """As catalogs were marked when units were marked so, too."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE minima (search TEXT)")
    connection.execute("PRAGMA application_id = 0x6D657361")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()


def with_a_trigger(path):
    run(path)
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TRIGGER t AFTER INSERT ON unit BEGIN DELETE FROM unit WHERE number = 0; END"
    )
    connection.commit()
    connection.close()


def of_a_view(path):
    run(path)
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE unit RENAME TO other")
    connection.execute("CREATE VIEW unit AS SELECT * FROM other")
    connection.commit()
    connection.close()


def test_a_journal_that_names_another_file_is_never_played_back(tmp_path):
    path, victim = tmp_path / "s", tmp_path / "victim"
    with UnitStore(path, "key"):
        pass
    victim.write_text("precious")
    journal_that_names(path, victim)
    before = path.read_bytes()
    assert "other files, which would be deleted" in refused(path)
    assert (path.read_bytes(), victim.read_text()) == (before, "precious")


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_pipes_beside_a_file_are_refused_unopened(tmp_path, end):
    os.mkfifo(tmp_path / f"s{end}")
    assert "not a regular file" in refused(tmp_path / "s")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda p: p.write_bytes(b"x"), "not a database"),
        (lambda p: p.write_bytes(b"SQLite format 3\0"), "not a database"),
        (lambda p: p.write_bytes(random.Random(1).randbytes(10**5)), "not a database"),
        (lambda p: p.mkdir(), "Is a directory"),
        (of_another_program, "another program"),
        (of_a_later_version, "another version"),
        (a_catalog, "another program"),
        (with_a_trigger, "another program"),
        (of_a_view, "another program"),
    ],
)
def test_foreign_files_are_refused_and_left_alone(tmp_path, unchecked, make, reason):
    path = tmp_path / "s"
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    assert reason in refused(path)
    assert path.is_dir() or path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_paths_that_cannot_be_used(tmp_path):
    assert "No such directory" in refused(tmp_path / "missing" / "s")
    (tmp_path / "file").touch()
    assert "Not a directory" in refused(tmp_path / "file" / "s")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_devices_are_refused():
    refused("/dev/full")


def test_truncation_is_noticed(tmp_path, monkeypatch):
    run(tmp_path / "s")
    data = (tmp_path / "s").read_bytes()
    for length in {1, 50, 99, 100, 4095, 4096, len(data) // 2, len(data) - 4096}:
        monkeypatch.setattr(units, "_checked", set())
        (tmp_path / "t").write_bytes(data[:length])
        refused(tmp_path / "t")


def test_no_flipped_bit_changes_a_result(tmp_path, monkeypatch):
    """Damage is refused, or is where it does no harm; what it hides is run again."""
    run(tmp_path / "s")
    data = (tmp_path / "s").read_bytes()
    chosen = random.Random(7)
    noticed = 0
    for place in [*range(0, 100, 3), *chosen.sample(range(100, len(data)), 120)]:
        monkeypatch.setattr(units, "_checked", set())
        damaged = bytearray(data)
        damaged[place] ^= 1 << chosen.randrange(8)
        (tmp_path / "t").write_bytes(damaged)
        try:
            assert run(tmp_path / "t") == expected(ARGUMENTS)
        except ArgumentError:
            noticed += 1
        for name in ("t", "t-wal", "t-shm", "t-journal"):
            (tmp_path / name).unlink(missing_ok=True)
    assert noticed > 20


def test_a_changed_number_of_gates_is_noticed(tmp_path):
    run(tmp_path / "s")
    connection = sqlite3.connect(tmp_path / "s")
    with connection:
        connection.execute("UPDATE unit SET tried = 2 WHERE number = 7")
    connection.close()
    assert "damaged" in refused(tmp_path / "s")


def test_a_file_marked_as_all_were_once_goes_on(tmp_path):
    run(tmp_path / "s", ARGUMENTS[:20])
    connection = sqlite3.connect(tmp_path / "s")
    connection.execute("PRAGMA application_id = 0x6D657361")
    connection.close()
    effort = Effort(workers=2, store=tmp_path / "s")
    assert answers(run_units(summed, ARGUMENTS, effort, "key", "title")) == expected(ARGUMENTS)
    assert (effort.from_file.taken, effort.from_file.units) == (20, 30)


def test_a_full_disk_is_told_of(tmp_path, monkeypatch):
    run(tmp_path / "s", ARGUMENTS[:2])
    opened = UnitStore._open

    def full(store):
        opened(store)
        store._execute("PRAGMA max_page_count = 1")

    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(UnitStore, "_open", full)
        assert "(database or disk is full)" in refused("s")
    assert run("s") == expected(ARGUMENTS)


def test_a_kill_while_the_file_is_made_is_put_right(tmp_path):
    """Its first page is written, others are not, and the journal says that there were none."""
    UnitStore(tmp_path / "s", "key").close()
    with open(tmp_path / "s", "r+b") as file:
        file.truncate(4096)
    # Magic, records (as many as there are), nonce, pages before, sector, page; to a whole sector.
    numbers = (0xFFFFFFFF, 1, 0, 512, 4096)
    head = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", *numbers)
    (tmp_path / "s-journal").write_bytes(head.ljust(512, b"\0"))
    assert run(tmp_path / "s") == expected(ARGUMENTS)
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


# -- several at once ---------------------------------------------------------------------------


def test_threads_opening_and_filling_one_store(tmp_path):
    wrong = []

    def fill(first):
        try:
            with UnitStore(tmp_path / "s", "key") as store:
                for number in [*range(first, 40), *range(first)]:
                    store.put(number, result_of([number]))
                    assert store.get(number).arrays["a"].tolist() == [number]
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=fill, args=(5 * k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert rows(tmp_path / "s") == [("key", number, 1) for number in range(40)]


KILLED = """
import os, random, signal, sqlite3, sys, time
from contextlib import closing
sys.path.insert(0, sys.argv[1])
from unit_cases import summed, answers
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.units import run_units

path, kills, together, seed = sys.argv[2], *map(int, sys.argv[3:6])
ARGUMENTS = [(number, 300) for number in range(120)]
# Processes fork before any thread starts, so each needs no time to import.
def run():
    effort = Effort(workers=2, store=path)
    return answers(run_units(summed, ARGUMENTS, effort, "key", "title"))

def forked():
    child = os.fork()
    if not child:
        run()
        os._exit(0)
    return child

def kept():
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
            return file.execute("SELECT count(*) FROM unit").fetchone()[0]
    except sqlite3.Error:
        return 0

def runs(child):
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

done = 0
for units in sorted(random.Random(seed).choices(range(len(ARGUMENTS)), k=kills)):
    children = [forked() for _ in range(together)]
    while kept() < units and any(map(runs, children)):
        time.sleep(1e-4)
    for child in children:
        os.kill(child, signal.SIGKILL)
    done += sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0 for child in children)
for child in [forked() for _ in range(together - 1)]:
    assert os.waitpid(child, 0)[1] == 0
print(done, run())
"""


@pytest.mark.parametrize("together", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_kills_at_any_moment_lose_and_repeat_nothing(tmp_path, together):
    command = [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(tmp_path / "s")]
    command += ["20", str(together), str(random.randrange(10**6))]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, (command, ran.stderr)
    _, _, found = ran.stdout.partition(" ")
    arguments = [(number, 300) for number in range(120)]
    assert found == f"{expected(arguments)}\n"
    assert rows(tmp_path / "s") == [("key", number, 300) for number in range(120)]
