"""Journals: what was put is got, a kill loses nothing that was done, damage is harmless."""

import multiprocessing
import os
import signal
import time

import pytest
from hypothesis import given, strategies as st

from mesacircuits.conjectures.journal import Journal
from mesacircuits.errors import ArgumentError

results = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(entries=st.dictionaries(st.text(max_size=5), results, max_size=5))
def test_what_was_put_is_got_again(tmp_path_factory, entries):
    path = tmp_path_factory.mktemp("journal") / "progress"
    journal, memory = Journal(path), Journal(None)
    for key, result in entries.items():
        journal.put(key, result)
        memory.put(key, result)
    again = Journal(path)
    for key, result in entries.items():
        assert journal.get(key) == memory.get(key) == again.get(key) == result
    assert again.get("no such key") is None


def test_the_last_result_under_a_key_counts(tmp_path):
    journal = Journal(tmp_path / "progress")
    journal.put("a", 1)
    journal.put("a", 2)
    assert journal.get("a") == Journal(tmp_path / "progress").get("a") == 2


def filled(path):
    journal = Journal(path)
    for number in range(3):
        journal.put(f"key {number}", [number, "é\n"])
    return path.read_bytes()


def test_a_cut_last_line_is_dropped_wherever_it_was_cut(tmp_path):
    path = tmp_path / "progress"
    data = filled(path)
    for length in range(len(data) + 1):
        path.write_bytes(data[:length])
        journal = Journal(path)
        whole = data[:length].count(b"\n")
        assert [journal.get(f"key {n}") is not None for n in range(3)] == [
            n < whole for n in range(3)
        ]
        journal.put("next", length)
        again = Journal(path)
        assert again.get("next") == length
        assert path.read_bytes().count(b"\n") == whole + 1


JUNK = [
    *(b"", b"{}", b"[]", b"null", b"1", b'"key"', b"{", b"\xff\xfe", b"\0", b"[" * 10**5),
    *(b'["key"]', b'["key",1,2]', b'["\xff",1]', b"[[],1]", b"[{},1]", b"[1,1]"),
]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:30]))
def test_lines_of_another_kind_are_left_alone(tmp_path, junk):
    path = tmp_path / "progress"
    data = filled(path)
    path.write_bytes(junk + b"\n" + data)
    journal = Journal(path)
    assert journal.get("key 2") == [2, "é\n"]
    assert path.read_bytes() == junk + b"\n" + data


@given(junk=st.binary(max_size=60))
def test_any_bytes_are_read_without_an_exception(tmp_path_factory, junk):
    path = tmp_path_factory.mktemp("journal") / "progress"
    path.write_bytes(junk)
    journal = Journal(path)
    journal.put("key", 1)
    assert Journal(path).get("key") == 1


def test_unusable_files_are_refused_by_name(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArgumentError, match=r"^journal: expected a file to keep, got "):
        Journal(tmp_path)
    with pytest.raises(ArgumentError, match=r"^journal: expected a file to keep, got "):
        Journal(tmp_path / "missing" / "progress").put("key", 1)
    with pytest.raises(ArgumentError, match=r"^journal: expected a file to keep, got "):
        Journal(tmp_path / "file" / "progress").put("key", 1)


def test_it_is_removed_when_the_work_is_done(tmp_path):
    path = tmp_path / "progress"
    journal = Journal(path)
    journal.remove()
    journal.put("key", 1)
    assert path.exists()
    journal.remove()
    assert not path.exists()
    Journal(None).remove()


def put_without_end(path, done):
    journal = Journal(path)
    number = 0
    while True:
        journal.put(f"key {number}", "x" * 100)
        done.value = number = number + 1


def test_a_kill_loses_nothing_that_was_reported_done(tmp_path):
    path = tmp_path / "progress"
    context = multiprocessing.get_context("spawn")
    done = context.Value("q", 0)
    process = context.Process(target=put_without_end, args=(path, done), daemon=True)
    process.start()
    limit = time.monotonic() + 600
    while done.value < 5 and time.monotonic() < limit:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    journal = Journal(path)
    assert done.value >= 5
    assert all(journal.get(f"key {number}") == "x" * 100 for number in range(done.value))
