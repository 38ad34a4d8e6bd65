"""Units on dask: real clusters on the loopback interface, workers killed, schedulers that go."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from unit_cases import (
    answers,
    deadly,
    endless,
    endless_but_first,
    expected,
    failing,
    logged,
    read_only,
    summed,
)

from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.units import run_units
from mesacircuits.errors import ArgumentError, MesacircuitsError, MissingExtra

distributed = pytest.importorskip("distributed")
dask_units = pytest.importorskip("mesacircuits.enumeration.dask_units")

MIXED = [(seed, (40, 1, 30, 7)[seed % 4]) for seed in range(24)]
#: No test waits so long, unless something hangs.
FOREVER = 120


@pytest.fixture(scope="module", autouse=True)
def _clusters_end():
    yield
    dask_units.close_local_clusters()


@pytest.fixture
def cluster():
    """Return a cluster that somebody else started."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as started:
        yield started


def by_dask(workers=2, **more):
    return Effort(workers=workers, engine="dask", **more)


def run(arguments, effort, work=summed):
    return answers(run_units(work, arguments, effort, "key", "title"))


def processes(folder):
    """Return the processes that began units, by the files they left."""
    return [int(path.name.split("-")[1]) for path in Path(folder).glob("*-*-*")]


def wait_for(condition):
    limit = time.monotonic() + FOREVER
    while not condition():
        assert time.monotonic() < limit, "it hangs"
        time.sleep(0.01)


# -- results -----------------------------------------------------------------------------------


def test_results_are_those_of_threads(tmp_path):
    effort = by_dask(store=tmp_path / "s")
    assert run(MIXED, effort) == expected(MIXED)
    assert effort.tried == sum(steps for _, steps in MIXED)
    # Threads take from the store what processes found.
    assert run(MIXED, Effort(store=tmp_path / "s"), work=failing) == expected(MIXED)


def test_processes_do_the_work(tmp_path):
    run([(str(tmp_path), seed, 1, 0.05) for seed in range(12)], by_dask(), logged)
    assert set(processes(tmp_path))
    assert os.getpid() not in processes(tmp_path)


@pytest.mark.slow
def test_a_cluster_of_others(cluster):
    effort = by_dask(scheduler=cluster.scheduler_address)
    for _ in range(2):
        assert run(MIXED, effort) == expected(MIXED)
    assert cluster.status.name == "running"


def test_arrays_may_be_written_to():
    ((_, result),) = run_units(read_only, [10**6], by_dask(), "key", "title")
    result.arrays["a"][0] = 1


@pytest.mark.slow
def test_functions_of_a_script(tmp_path):
    """Dask has to pickle what no worker can import."""
    (tmp_path / "script.py").write_text(
        "import numpy as np\n"
        "from mesacircuits.enumeration.effort import Effort\n"
        "from mesacircuits.enumeration.units import UnitResult, run_units\n"
        "def square(number, stop, most_tried):\n"
        "    return UnitResult({'square': np.array(number**2)}, 1, True)\n"
        "if __name__ == '__main__':\n"
        "    effort = Effort(engine='dask', workers=2)\n"
        "    found = run_units(square, range(9), effort, 'key', 'title')\n"
        "    print([int(result.arrays['square']) for _, result in found])\n"
    )
    ran = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{[n**2 for n in range(9)]}\n"


# -- workers that die --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("own", [True, False])
def test_a_killed_worker_loses_and_repeats_nothing(tmp_path, cluster, own):
    log = tmp_path / "log"
    log.mkdir()
    arguments = [(str(log), seed, 20, 0.25) for seed in range(16)]
    means = {} if own else {"scheduler": cluster.scheduler_address}
    effort = by_dask(store=tmp_path / "s", **means)

    def kill_some():
        for number in (2, 6):
            wait_for(lambda number=number: len(processes(log)) >= number)
            # The one that began a unit last is in the middle of it.
            latest = max(log.iterdir(), key=lambda path: int(path.name.split("-")[2]))
            os.kill(int(latest.name.split("-")[1]), signal.SIGKILL)

    killer = threading.Thread(target=kill_some)
    killer.start()
    found = run(arguments, effort, logged)
    killer.join()
    assert found == expected([(seed, 20) for seed in range(16)])
    assert effort.tried == 16 * 20
    # What was lost with the workers was begun again.
    assert len(processes(log)) > 16
    assert len(set(processes(log))) > 2


@pytest.mark.slow
def test_a_unit_that_kills_its_worker_is_given_up(monkeypatch):
    monkeypatch.setattr(dask_units, "_MOST_DEATHS", 0)
    monkeypatch.setattr(dask_units, "_MOST_RERUNS", 1)
    dask_units.close_local_clusters()
    try:
        with pytest.raises(MesacircuitsError, match=r"^dask lost unit 0 2 times$"):
            run([0], by_dask(1), deadly)
    finally:
        dask_units.close_local_clusters()


# -- early ends --------------------------------------------------------------------------------


def began_and_ended(folder):
    return [{p.name[6:] for p in folder.glob(f"{word}-*")} for word in ("began", "ended")]


@pytest.mark.slow
@pytest.mark.parametrize("own", [True, False])
def test_time_ends_units_that_run(tmp_path, cluster, own):
    means = {} if own else {"scheduler": cluster.scheduler_address}
    run([(1, 1)], by_dask(**means))  # so that workers are up
    arguments = [(str(tmp_path), number) for number in range(9)]
    with pytest.raises(BudgetEnded):
        run(arguments, by_dask(seconds=2, **means), endless)
    began, ended = began_and_ended(tmp_path)
    assert began == ended
    assert run(MIXED, by_dask(**means)) == expected(MIXED)


def test_the_deadline_of_a_unit_is_its_own(tmp_path):
    """Units end by themselves, should their caller have died."""
    unit = dask_units._Unit(
        endless, (str(tmp_path), 0), 10, 0.05, "run", dask_units.version("mesacircuits")
    )
    assert not unit().complete
    assert not dask_units._flags


def test_units_that_begin_after_the_end_are_stopped(tmp_path):
    dask_units._end("a run that is over")
    with dask_units._stop_flag("a run that is over", None) as stop:
        assert stop[0]
    with dask_units._stop_flag("another", None) as stop:
        assert not stop[0]
        dask_units._end("another")
        assert stop[0]


@pytest.mark.parametrize("nodes", [1, 77, 78, 79, 200])
def test_a_budget_of_nodes_ends_where_it_does_on_threads(nodes):
    ends = []
    for effort in (Effort(nodes=nodes), by_dask(nodes=nodes)):
        found = []
        with pytest.raises(BudgetEnded):
            found.extend(i for i, _ in run_units(summed, MIXED, effort, "key", "title"))
        ends.append((found, effort.tried))
    assert ends[0] == ends[1]


def test_an_error_in_a_unit_ends_the_others():
    with pytest.raises(RuntimeError, match="no more"):
        run(range(50), by_dask(), failing)
    assert run(MIXED, by_dask()) == expected(MIXED)


def test_closing_ends_the_units(tmp_path):
    arguments = [(str(tmp_path), number) for number in range(9)]
    with closing(run_units(endless_but_first, arguments, by_dask(), "key", "title")) as pairs:
        assert next(pairs)[0] == 0
    began, ended = began_and_ended(tmp_path)
    assert began
    assert began == ended


# -- what is refused ---------------------------------------------------------------------------


def test_no_scheduler_at_the_address(monkeypatch):
    monkeypatch.setattr(dask_units, "_PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://x", "127.0.0.1:99999999"):
        with pytest.raises(ArgumentError, match=r"^scheduler: expected the address of a") as caught:
            run(MIXED, by_dask(scheduler=address))
        assert address in str(caught.value)


@pytest.mark.slow
def test_a_scheduler_that_goes(tmp_path):
    started = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    )
    pairs = run_units(
        endless,
        [(str(tmp_path), 0)],
        by_dask(scheduler=started.scheduler_address),
        "key",
        "title",
    )

    def close():
        wait_for(lambda: began_and_ended(tmp_path)[0])
        started.close()

    closer = threading.Thread(target=close)
    closer.start()
    with pytest.raises(
        MesacircuitsError, match=r"^(the dask scheduler has gone|dask lost unit 0 )"
    ):
        next(pairs)
    closer.join()


@pytest.mark.slow
def test_a_cluster_of_our_own_that_has_lost_its_workers(tmp_path, monkeypatch):
    """Units that no worker will run are not waited for."""
    for name in ("_RECOUNT", "_FORSAKEN"):
        monkeypatch.setattr(dask_units, name, 0.0)
    dask_units.close_local_clusters()
    pairs = run_units(endless, [(str(tmp_path), 0)], by_dask(1), "key", "title")

    def end_workers():
        wait_for(lambda: began_and_ended(tmp_path)[0])
        dask_units._clusters[1].scale(0)

    killer = threading.Thread(target=end_workers)
    killer.start()
    try:
        with pytest.raises(MesacircuitsError, match=r"^the processes of the dask cluster here"):
            next(pairs)
    finally:
        killer.join()
        dask_units.close_local_clusters()


IN_A_PROCESS = """
import os, resource, signal, sys
from distributed.deploy.spec import SpecCluster
from mesacircuits.cli import main

if sys.argv[1] == "interrupted":
    close = SpecCluster.close

    def interrupted(self, *more, **named):
        # As by Ctrl-C, once all is done and printed.
        SpecCluster.close = close
        os.kill(os.getpid(), signal.SIGINT)
        return close(self, *more, **named)

    SpecCluster.close = interrupted
else:
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), 64))
main(["census", "--inputs", "2", "--basis", "aig", "--engine", "dask", "--workers", "1"])
"""


def in_a_process(how):
    return subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, how], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_an_interrupt_at_the_very_end_is_no_traceback():
    ran = in_a_process("interrupted")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "functions of 2 inputs" in ran.stdout


@pytest.mark.parametrize("files", [pytest.param(32, marks=pytest.mark.slow), 64])
def test_too_few_files_for_a_cluster_are_one_line(files):
    """Where they run out as dask starts, it may wait for ever."""
    ran = in_a_process(str(files))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "mesacircuits: error: no dask cluster could be started here: for 1 workers it takes 88 "
        f"open files, and {files} are allowed (ulimit -n)\n"
    )


def test_why_a_cluster_does_not_start_is_said(monkeypatch):
    def failing(**_):
        try:
            raise OSError(24, "Too many open files")
        except OSError as error:
            raise RuntimeError("Nanny failed to start.") from error

    monkeypatch.setattr(distributed, "LocalCluster", failing)
    monkeypatch.setattr(dask_units, "_clusters", {})
    with pytest.raises(MesacircuitsError, match=r"started here \(Too many open files\)$"):
        run(MIXED, by_dask())


def test_workers_of_another_version():
    unit = dask_units._Unit(summed, (1, 1), 10, None, "run", "0.0.1")
    with pytest.raises(
        ArgumentError, match=r"^scheduler: expected workers with mesacircuits 0.0.1"
    ):
        unit()


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "mesacircuits.enumeration.dask_units")
    with pytest.raises(MissingExtra, match=r"pip install 'dask>=.*' 'distributed>=.*'"):
        run(MIXED, by_dask())


def test_dask_is_loaded_on_demand_only():
    code = (
        "import sys, numpy as np\n"
        "from mesacircuits.enumeration.effort import Effort\n"
        "from mesacircuits.enumeration.units import UnitResult, run_units\n"
        "work = lambda a, s, m: UnitResult({'a': np.zeros(1)}, 1, True)\n"
        "list(run_units(work, range(3), Effort(), 'key', 'title'))\n"
        "print({'dask', 'distributed'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
