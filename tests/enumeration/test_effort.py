"""Budgets, threads and bars: what an effort says, and how a search ends when it is over."""

import math
import threading
import time
from concurrent.futures import wait

import numpy as np
import pytest

from mesacircuits.circuits import B2
from mesacircuits.enumeration import BudgetEnded, Effort, chains, enumerate_minima
from mesacircuits.enumeration.chain_kernels import extend_chains
from mesacircuits.enumeration.chains import find_chains
from mesacircuits.enumeration.first_level import first_level
from mesacircuits.enumeration.wanted import wanted_set
from mesacircuits.errors import ArgumentError

#: Five inputs, sum modulo 4: at ten gates the search would take days.
LEVEL = first_level(5, B2)
ENDLESS = 10
WANTED = wanted_set(
    5, np.array([sum((x.bit_count() >> 1 & 1) << x for x in range(32))], dtype=np.uint64)
)


# -- what an effort says ----------------------------------------------------------------------


def test_without_a_budget_time_is_unlimited():
    effort = Effort()
    assert effort.left() == math.inf
    assert effort.threads >= 1
    assert Effort(workers=3).threads == 3


def test_time_runs_from_the_start(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    effort = Effort(seconds=10, started=100.0)
    assert effort.left() == 10
    now[0] = 104.0
    assert effort.left() == 6
    now[0] = 111.0
    assert effort.left() == -1


@pytest.mark.parametrize("seconds", [0, -1, 0.0, math.nan])
def test_a_budget_is_positive(seconds):
    with pytest.raises(ArgumentError, match="budget: expected a positive number of seconds, got"):
        Effort(seconds=seconds)


@pytest.mark.parametrize("workers", [0, -2])
def test_there_is_a_worker(workers):
    with pytest.raises(ArgumentError, match="workers: expected at least 1, got"):
        Effort(workers=workers)


def test_efforts_are_values():
    assert Effort(5, 2) == Effort(5, 2) != Effort(5, 3)
    assert eval(repr(Effort(5, 2, True))) == Effort(5, 2, True)


# -- progress ---------------------------------------------------------------------------------


@pytest.mark.parametrize("show", [False, True])
def test_progress_keeps_off_what_is_no_terminal(show, capsys):
    with Effort(show_progress=show).bar("title", 3) as bar:
        bar.advance()
        bar.advance(2)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_progress_is_drawn_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Effort(show_progress=True).bar("size 7", 3) as bar:
        bar.advance(2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "size 7" in captured.err
    assert "2/3" in captured.err


def test_a_search_advances_its_bar_once_per_unit(monkeypatch):
    seen = []

    class Bar:
        def __init__(self, total):
            self.total = total

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def advance(self, units=1):
            seen.append(units)

    def bar(self, title, total):
        assert title == "size 4"
        totals.append(total)
        return Bar(total)

    totals = []
    monkeypatch.setattr(Effort, "bar", bar)
    level = first_level(3, B2)
    wanted = wanted_set(3, np.array([0xE8], dtype=np.uint64))
    found = find_chains(level, 4, wanted, Effort(workers=2))
    assert [sum(seen)] == totals == [len(found.units)]


# -- the end of a search ----------------------------------------------------------------------


def workers_alive():
    return [t for t in threading.enumerate() if t.name.startswith("ThreadPoolExecutor")]


@pytest.mark.parametrize("seconds", [1e-9, 0.05])
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_no_thread_outlives_a_budget(workers, seconds):
    with pytest.raises(BudgetEnded):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(seconds, workers))
    assert not workers_alive()


def test_no_thread_outlives_an_interrupt(monkeypatch):
    """As by Ctrl-C while the main thread waits: running kernels are told to stop."""
    running = []

    def interrupted(pending, timeout, return_when):
        wait(pending, timeout=0.05, return_when=return_when)
        running.extend(workers_alive())
        raise KeyboardInterrupt

    monkeypatch.setattr(chains, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(workers=2))
    assert running
    assert not workers_alive()


def test_no_thread_outlives_an_error_in_another(monkeypatch):
    def failing(*arguments):
        if len(arguments[3]) > 1:
            raise RuntimeError("no more")
        return extend_chains(*arguments)

    monkeypatch.setattr(chains, "extend_chains", failing)
    wanted = wanted_set(4, np.array([0x1680], dtype=np.uint64))
    with pytest.raises(RuntimeError, match="no more"):
        find_chains(first_level(4, B2), 5, wanted, Effort(workers=2))
    assert not workers_alive()


def test_a_search_after_one_that_was_cut_off_is_whole():
    with pytest.raises(BudgetEnded):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(0.05, 2))
    assert enumerate_minima("tt:3:E8", effort=Effort(workers=2)).circuits == 51


@pytest.mark.parametrize("size", [5, ENDLESS])
def test_a_kernel_heeds_its_flag(size):
    def run(stopped):
        return extend_chains(
            5,
            LEVEL.input_tables,
            LEVEL.operators,
            LEVEL.gates[:1],
            size,
            40,
            *WANTED.arguments,
            np.empty(0, dtype=np.uint64),
            np.array([stopped], dtype=np.uint8),
        )

    gates, functions, tried = run(True)
    assert (len(gates), len(functions)) == (0, 0)
    assert tried < 100
    if size == 5:
        assert run(False)[2] > 100 * tried
