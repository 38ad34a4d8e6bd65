"""Budgets, threads and bars: what an effort says, and how a search ends when it is over."""

import math
import pickle
import sys
import threading
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mesacircuits.circuits import B2
from mesacircuits.enumeration import BudgetEnded, Effort, engines, enumerate_minima, units
from mesacircuits.enumeration.chain_kernels import extend_chains
from mesacircuits.enumeration.effort import NO_LIMIT
from mesacircuits.enumeration.engines import FunctionQuestion, listed
from mesacircuits.enumeration.rows import operator_masks
from mesacircuits.enumeration.symmetry import symmetry_of
from mesacircuits.enumeration.targets import target_set
from mesacircuits.errors import ArgumentError

#: Five inputs, sum modulo 4: at ten gates the search would take days.
LEVEL = symmetry_of(5, B2)
ENDLESS = 10
WANTED = target_set(
    5, np.array([sum((x.bit_count() >> 1 & 1) << x for x in range(32))], dtype=np.uint64)
)


def find_chains(symmetry, size, wanted, effort):
    return listed(FunctionQuestion(symmetry, wanted, size, all_read=True), effort)


# -- what an effort says ----------------------------------------------------------------------


def test_without_a_budget_time_is_unlimited():
    effort = Effort()
    assert effort.left() == math.inf
    assert effort.threads >= 1
    assert Effort(workers=3).threads == 3


def test_time_runs_from_the_start(clock):
    effort = Effort(seconds=10)
    assert effort.left() == 10
    clock.now += 4
    assert effort.left() == 6
    clock.now += 7
    assert effort.left() == -1
    assert Effort(seconds=10, started=effort.started).left() == -1


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


def test_a_store_is_kept_as_text(tmp_path):
    assert Effort(store=tmp_path / "s") == Effort(store=str(tmp_path / "s"))
    effort = Effort(5, 2, nodes=7, engine="dask", scheduler="tcp://h:1", store=Path("s"))
    assert eval(repr(effort)) == effort


@pytest.mark.parametrize("nodes", [0, -1, 1.5, math.nan, "5", NO_LIMIT + 1])
def test_a_budget_of_nodes_is_a_positive_whole_number(nodes):
    with pytest.raises(ArgumentError, match="nodes: expected a whole number from 1 to"):
        Effort(nodes=nodes)


def test_engines_are_known():
    with pytest.raises(ArgumentError, match="engine: expected one of threads, dask, got sat"):
        Effort(engine="sat")


@pytest.mark.parametrize(
    ("engine", "address", "expected"),
    [("threads", "tcp://h:1", "engine dask to go with it"), ("dask", "", "an address")],
)
def test_schedulers_are_for_dask(engine, address, expected):
    with pytest.raises(ArgumentError, match=f"scheduler: expected {expected}"):
        Effort(engine=engine, scheduler=address)


@pytest.mark.parametrize("store", ["", "a\0b", b"bytes", 7])
def test_a_store_is_a_path(store):
    with pytest.raises(ArgumentError, match="resume: expected the path of a file"):
        Effort(store=store)


# -- nodes ------------------------------------------------------------------------------------


def test_without_a_budget_nodes_are_unlimited():
    effort = Effort()
    effort.count_tried(10**12)
    assert effort.nodes_left() == NO_LIMIT
    assert effort.tried == 10**12
    assert not effort.used_up()


def test_either_budget_may_be_used_up():
    assert Effort(seconds=1e-9).used_up()
    effort = Effort(seconds=1000, nodes=3)
    effort.count_tried(2)
    assert not effort.used_up()
    effort.count_tried(2)
    assert effort.used_up()
    assert effort.nodes_left() == -1


def test_shares_of_nodes_add_up():
    """Parts one after the other, each with its share of what is left, as arms are decided."""
    effort = Effort(nodes=100)
    first = effort.share(3)
    assert first.nodes_left() == 33
    first.count_tried(10)
    assert (first.nodes_left(), effort.nodes_left()) == (23, 90)
    second = effort.share(2)
    assert second.nodes_left() == 45
    half = second.share(2)
    assert half.nodes_left() == 22
    half.count_tried(22)
    assert (half.nodes_left(), second.nodes_left(), effort.nodes_left()) == (0, 23, 68)
    assert effort.tried == half.tried == 32


@pytest.mark.parametrize("over", [0, 3])
def test_a_part_of_no_time_is_used_up_though_the_clock_stands(clock, over):
    effort = Effort(seconds=10)
    clock.now += 10 + over
    for part in (effort.share(2), effort.limited(5), effort.limited(5).share(3)):
        assert part.used_up()


@pytest.mark.parametrize("before", [0, 9, 10, 15])
def test_a_share_of_too_few_nodes_is_none(before):
    effort = Effort(nodes=10)
    effort.count_tried(before)
    part = effort.share(11)
    assert part.nodes_left() == 0
    assert part.used_up()
    assert effort.nodes_left() == 10 - before


def test_a_share_keeps_the_other_means(tmp_path):
    effort = Effort(60, 2, True, nodes=9, engine="dask", scheduler="h:1", store=tmp_path / "s")
    part = effort.share(3)
    assert (part.nodes, part.seconds <= 20) == (3, True)
    assert replace(part, nodes=9, seconds=60) == effort
    assert Effort().share(2) == Effort()


def test_threads_count_together():
    effort = Effort(nodes=10**6)

    def count():
        for _ in range(2000):
            effort.share(1).count_tried(1)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert effort.tried == 16000


def test_efforts_travel():
    effort = Effort(nodes=10)
    effort.count_tried(4)
    sent = pickle.loads(pickle.dumps(effort))
    assert sent == effort
    assert sent.nodes_left() == 6
    sent.count_tried(1)
    assert effort.nodes_left() == 6


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
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Effort(show_progress=True).bar("size 7", 3) as bar:
        bar.advance(2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "size 7" in captured.err
    assert "2/3" in captured.err


def test_a_bar_within_another_stands_below_it(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    effort = Effort(show_progress=True)
    with effort.bar("settings", 2) as outer:
        for size in (7, 8):
            with effort.bar(f"size {size}", 3) as bar:
                bar.advance(3)
            outer.advance()
    written = capsys.readouterr().err
    assert written.index("settings") < written.index("size 7") < written.index("size 8")
    assert "2/2" in written
    with effort.bar("alone", 1):
        pass
    assert "settings" not in capsys.readouterr().err


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
        assert title == "3 inputs, b2, size 4"
        totals.append(total)
        return Bar(total)

    totals = []
    monkeypatch.setattr(Effort, "bar", bar)
    level = symmetry_of(3, B2)
    wanted = target_set(3, np.array([0xE8], dtype=np.uint64))
    found = find_chains(level, 4, wanted, Effort(workers=2))
    assert [sum(seen)] == totals == [len(found.units)]


# -- the end of a search ----------------------------------------------------------------------


def workers_alive():
    return [t for t in threading.enumerate() if t.name.startswith("ThreadPoolExecutor")]


@pytest.fixture
def late_once_begun(clock, monkeypatch):
    """Let the clock go on for ten seconds as soon as a kernel begins."""

    def begun(*arguments):
        clock.now += 10
        return extend_chains(*arguments)

    monkeypatch.setattr(engines, "extend_chains", begun)


def test_no_thread_is_begun_after_the_budget():
    with pytest.raises(BudgetEnded):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(1e-9, 2))
    assert not workers_alive()


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_no_thread_outlives_a_budget(workers, late_once_begun):
    with pytest.raises(BudgetEnded):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(5, workers))
    assert not workers_alive()


def test_no_thread_outlives_an_interrupt(monkeypatch):
    """As by Ctrl-C while the main thread waits: running kernels are told to stop."""
    running = []

    def interrupted(pending, timeout, return_when):
        wait(pending, timeout=0, return_when=return_when)
        running.extend(workers_alive())
        raise KeyboardInterrupt

    monkeypatch.setattr(units, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(workers=2))
    assert running
    assert not workers_alive()


def test_no_thread_outlives_an_error_in_another(monkeypatch):
    def failing(*arguments):
        if len(arguments[3]) > 1:
            raise RuntimeError("no more")
        return extend_chains(*arguments)

    monkeypatch.setattr(engines, "extend_chains", failing)
    wanted = target_set(4, np.array([0x1680], dtype=np.uint64))
    with pytest.raises(RuntimeError, match="no more"):
        find_chains(symmetry_of(4, B2), 5, wanted, Effort(workers=2))
    assert not workers_alive()


def test_a_search_after_one_that_was_cut_off_is_whole(late_once_begun):
    with pytest.raises(BudgetEnded):
        find_chains(LEVEL, ENDLESS, WANTED, Effort(5, 2))
    assert enumerate_minima("tt:3:E8", effort=Effort(workers=2)).circuits == 51


@pytest.mark.parametrize("size", [5, ENDLESS])
def test_a_kernel_heeds_its_flag(size):
    def run(stopped):
        return extend_chains(
            5,
            LEVEL.input_tables,
            operator_masks(B2),
            LEVEL.gates[:1],
            size,
            40,
            *WANTED.arguments,
            np.empty(0, dtype=np.uint64),
            1 << 62,
            np.array([stopped], dtype=np.uint8),
        )

    gates, functions, tried = run(True)
    assert (len(gates), len(functions)) == (0, 0)
    assert tried < 100
    if size == 5:
        assert run(False)[2] > 100 * tried
