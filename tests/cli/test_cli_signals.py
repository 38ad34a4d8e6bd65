"""Signals and closed pipes: an early end is silent or one line, and leaves no file behind."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from mesacircuits.cli import main
from mesacircuits.conjectures import check, write_certificate

COMMAND = [sys.executable, "-m", "mesacircuits.cli"]
LONG = ["check", "no size-minimal circuit of functions(4) over aig is search-like", "--fresh"]
#: Seconds after which what should have ended, or begun, hangs.
HANGS = 600
needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs /proc")
STATUS = {signal.SIGTERM: (143, "terminated"), signal.SIGINT: (130, "interrupted")}


def started(arguments, **options):
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def units_kept(store):
    """Return how many finished units a file of `--resume` has; none while it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as kept:
            return kept.execute("SELECT count(*) FROM unit").fetchone()[0]
    except sqlite3.Error:
        return 0


def wait_until_searching(process, store):
    """Wait until a search has finished units, and begun others."""
    while process.poll() is None and not units_kept(store):
        time.sleep(0.05)
    assert process.poll() is None


def alive(process_id):
    try:
        return ") Z " not in Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False


def ended(process):
    try:
        out, errors = process.communicate(timeout=HANGS)
    finally:
        process.kill()
    return process.returncode, out, errors


@pytest.mark.parametrize("number", STATUS)
def test_a_signal_in_the_middle_of_a_search(tmp_path, number):
    """What was exhausted is printed, as at the end of a budget; no file is written of it."""
    old, store = tmp_path / "old.json", tmp_path / "kept.db"
    old.write_bytes(b"old")
    process = started([*LONG, "--resume", str(store), "--certificate", str(old)])
    wait_until_searching(process, store)
    process.send_signal(number)
    status, word = STATUS[number]
    returned, out, errors = ended(process)
    assert (returned, errors) == (status, f"mesacircuits: {word}\n")
    assert "NOT EXHAUSTED: " in out
    assert re.search(r"circuits of\s+at\s+most\s+\d+\s+gates?\s+were\s+exhausted", out)
    assert old.read_bytes() == b"old"
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"old.json", "kept.db"}


def test_a_second_signal_ends_a_search_at_once(monkeypatch):
    """The first ends its budget; one that goes on all the same is ended by the second."""
    seen = []

    def stubborn(inputs, basis, order, effort, **_):
        signal.raise_signal(signal.SIGINT)
        seen.append(effort.used_up())
        signal.raise_signal(signal.SIGTERM)
        seen.append("went on")

    monkeypatch.setattr("mesacircuits.studies.tagged_census", stubborn)
    monkeypatch.setattr("mesacircuits.enumeration.census", stubborn)
    kept = {number: signal.getsignal(number) for number in (*STATUS, signal.SIGALRM)}
    try:
        with pytest.raises(SystemExit) as ended_by:
            main(["census", "--inputs", "3"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert seen == [True]
    assert ended_by.value.code == 143


def test_what_was_exhausted_is_said_even_if_kernels_are_compiled_meanwhile(monkeypatch, capsys):
    """No search looks at its budget then, so the time it has to answer begins anew."""
    from mesacircuits.circuits import compiling
    from mesacircuits.enumeration import enumerate_minima

    def compiled_first(task, basis, order, effort, **means):
        compiling.begun()
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGALRM)
        compiling.ended()
        return enumerate_minima(task, basis, order, effort, **means)

    monkeypatch.setattr("mesacircuits.enumeration.enumerate_minima", compiled_first)
    kept = {number: signal.getsignal(number) for number in (*STATUS, signal.SIGALRM)}
    try:
        with pytest.raises(SystemExit) as ended_by:
            main(["enumerate", "16E9", "--fresh"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert ended_by.value.code == 143
    assert "tt:4:16E9: not exhausted; no " in capsys.readouterr().out


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle_of_a_full_verification(tmp_path, number):
    file = tmp_path / "c.json"
    sentence = "no size-minimal circuit of functions(4) over b2 is lookup-table"
    write_certificate(check(sentence).certificate(), file)
    process = started(["verify", str(file), "--full", "--workers", "1"])
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    limit = time.monotonic() + HANGS
    while not children.read_text().strip() and time.monotonic() < limit:
        assert process.poll() is None
        time.sleep(0.05)
    workers = children.read_text().split()
    assert workers
    # Ctrl-C reaches the whole group, as in a terminal.
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    status, word = STATUS[number]
    assert ended(process) == (status, "", f"mesacircuits: {word}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]
    limit = time.monotonic() + HANGS
    while any(map(alive, workers)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(map(alive, workers))


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("done", [1, 2, 4, 6, 8, 9, 10, 11, 12, 13])
def test_a_kill_in_the_middle_of_a_full_verification_loses_nothing(tmp_path, monkeypatch, done):
    """Killed once so many classes are kept, it goes on there, and says the same in the end."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file, kept = tmp_path / "c.json", tmp_path / "cache/mesacircuits/verify"
    sentence = "no size-minimal circuit of functions(3) over aig is lookup-table"
    write_certificate(check(sentence).certificate(), file)
    arguments = ["verify", str(file), "--full", "--workers", "2"]

    def classes():
        for path in kept.glob("*.db"):
            name = f"file:{path}?mode=ro"
            with suppress(sqlite3.Error), closing(sqlite3.connect(name, uri=True)) as units:
                return units.execute("SELECT count(*) FROM unit").fetchone()[0]
        return 0

    process = started(arguments)
    while classes() < done and process.poll() is None:
        time.sleep(0.001)
    process.kill()
    out, errors = process.communicate()
    assert (out, errors) == ("", "")
    assert classes() >= done
    status, out, errors = ended(started(arguments))
    assert (status, errors) == (0, "")
    assert out.startswith("VERIFIED in full: refuted: no size-minimal circuit of functions(3)")
    assert "  ok  arms[0]: all minima over aig under size of 14 classes found again" in out
    assert not list(kept.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["bases", "--json"],
        pytest.param(["enumerate", "tt:4:0017", "--json"], marks=pytest.mark.slow),
        pytest.param(["census", "--inputs=3"], marks=pytest.mark.slow),
    ],
)
def test_a_reader_that_leaves(arguments):
    run = subprocess.run(
        ["sh", "-c", '"$@" | head -1', "sh", *COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.count("\n") == 1
    assert run.stderr == ""


def test_a_reader_that_has_left():
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [*COMMAND, "enumerate", "tt:3:E8", "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (run.returncode, run.stderr) == (128 + signal.SIGPIPE, b"")


def test_progress_is_for_terminals_only():
    run = subprocess.run(
        [*COMMAND, "check", "minimal-circuits", "--set", "inputs=3", "--json"],
        capture_output=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (3, b"")
