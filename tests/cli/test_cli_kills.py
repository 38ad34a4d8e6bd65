"""Long commands killed by SIGKILL and started again: the result is that of a run left alone."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

#: Kills the process that runs a command once so many units, or parts, are in its file.
KILLED = """
import os, signal, sys
from mesacircuits.enumeration.units import UnitStore

left = int(sys.argv[1])

def count():
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

put = UnitStore.put

def put_and_count(store, *arguments):
    put(store, *arguments)
    count()

UnitStore.put = put_and_count
from mesacircuits.cli import main
main(sys.argv[2:])
"""
FEW = {
    "census": ["census", "--inputs", "3"],
    "enumerate": ["enumerate", "tt:3:18", "--engine", "threads"],
    "programs": ["programs", "satisfying(candidates=4)", "--json"],
    "check": ["check", "minimal-circuits", "--set", "inputs=3"],
    "claim": ["check", "chess-needs-search", "--quick", "--json"],
}
MORE = {
    "aig": ["census", "--inputs", "3", "--basis", "aig", "--tags", "--json"],
    "nand": ["census", "--inputs", "2", "--basis", "nand", "--order", "pareto"],
    "lists": ["class-minima", "--inputs", "3", "--basis", "mig", "--json"],
    "relation": ["enumerate", "tt:3:96,E8", "--basis", "aig", "--engine", "threads"],
    "front": ["programs", "satisfying(candidates=4)", "--front"],
    "four": ["check", "minimal-circuits", "--set", "inputs=4", "--set", "order=depth-size"],
    "levin": ["check", "levin", "--quick", "--json"],
    "pseudo-alignment": ["check", "pseudo-alignment", "--quick"],
    "matrix": [
        *("check", "pseudo-alignment", "--quick"),
        *("--set", "definition=search-like;search-like(reencoding=none)"),
    ],
    "five-inputs": ["five-inputs", "--depth", "--formula", "--json"],
}


def killed(file, arguments, option, count):
    """Run a command in a process of its own, killed when so much is in its file."""
    command = [sys.executable, "-c", KILLED, str(count), *arguments, option, str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert ran.stdout == ""


def in_file(file):
    """Return how many units a store holds; each was kept once."""
    with closing(sqlite3.connect(file)) as store:
        return store.execute("SELECT count(*), count(DISTINCT digest) FROM unit").fetchone()[0]


def told(out, arguments):
    """Return what a command printed, but for what it took from its file, and that."""
    if "--json" not in arguments:
        *lines, last = out.splitlines()
        assert " units from " in last or "from " in last
        return lines, last
    records = json.loads(out)
    taken = [each.pop("from_file") for each in (records if "--all" in arguments else [records])]
    return records, taken[0]


def check_kills(run, tmp_path, arguments, kills, seed):
    """Kill a command so often, at units drawn, each time started again; then let it end."""
    whole, file = tmp_path / "whole", tmp_path / "killed"
    status, expected, _ = run(*arguments, "--resume", whole)
    assert status in (0, 3)
    count = in_file(whole)
    assert count > kills
    points = sorted(random.Random(seed).sample(range(1, count), kills))
    before = 0
    for point in points:
        killed(file, arguments, "--resume", point - before)
        # What was kept is there, and nothing is lost that was kept before.
        assert in_file(file) == point
        before = point
    again, out, err = run(*arguments, "--resume", file)
    # With --all as JSON, lines on stderr tell of the progress.
    assert (again, "" if "--all" in arguments else err) == (status, "")
    lines, last = told(out, arguments)
    if "--json" in arguments:
        assert lines == json.loads(expected)
        assert last["file"] == str(file)
        assert 0 < last["units"] <= last["of"]
    else:
        assert lines == expected.splitlines()
        assert f" units from {file}, not searched again" in last
    assert in_file(file) == count
    assert sorted(os.listdir(tmp_path)) == ["killed", "whole"]


@pytest.mark.parametrize("name", ["census", pytest.param("claim", marks=pytest.mark.slow)])
def test_a_kill_changes_nothing(run, tmp_path, name):
    check_kills(run, tmp_path, FEW[name], 1, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FEW, *MORE])
def test_kills_change_nothing(run, tmp_path, name):
    check_kills(run, tmp_path, {**FEW, **MORE}[name], 3 if name != "matrix" else 1, f"{name} 2")


@pytest.mark.slow
def test_kills_of_all_claims_change_nothing(run, tmp_path):
    check_kills(run, tmp_path, ["check", "--all", "--quick", "--json"], 3, "all")
