"""Units on threads: order, budgets, early ends, and the file that keeps what is finished."""

import ast
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from unit_cases import answers, endless, expected, failing, summed

from mesacircuits import enumeration
from mesacircuits.circuits import B2
from mesacircuits.enumeration import units
from mesacircuits.enumeration.chain_kernels import extend_chains
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.rows import operator_masks
from mesacircuits.enumeration.symmetry import symmetry_of
from mesacircuits.enumeration.targets import target_set
from mesacircuits.enumeration.units import UnitResult, run_units
from mesacircuits.errors import ArgumentError

#: Long and short units mixed, so that they do not finish in order.
MIXED = [(seed, (400, 1, 30, 7)[seed % 4]) for seed in range(40)]


def workers_alive():
    return [t for t in threading.enumerate() if t.name.startswith("ThreadPoolExecutor")]


def run(arguments, effort, key="key", work=summed):
    return answers(run_units(work, arguments, effort, key, "title"))


def until_budget_ends(arguments, effort, key="key", work=summed):
    """Return what is yielded, and whether the budget ended."""
    found = []
    try:
        for pair in run_units(work, arguments, effort, key, "title"):
            found += answers([pair])
    except BudgetEnded:
        return found, True
    return found, False


def forbidden(argument, stop, most_tried):
    raise AssertionError("it was to be taken from the store")


# -- results -----------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_results_come_in_order(workers):
    effort = Effort(workers=workers)
    assert run(MIXED, effort) == expected(MIXED)
    assert effort.tried == sum(steps for _, steps in MIXED)
    assert not workers_alive()


def test_no_units(tmp_path):
    assert run([], Effort()) == []
    assert run([], Effort(store=tmp_path / "s", nodes=1, seconds=1e-9)) == []


def test_units_in_flight_and_results_held_are_bounded(monkeypatch):
    begun, most = [], []
    yielded = []

    def work(argument, stop, most_tried):
        begun.append(argument)
        most.append(len(begun) - len(yielded))
        return UnitResult({"a": np.zeros(1000, dtype=np.uint8)}, 1, True)

    monkeypatch.setattr(units, "_MOST_HELD", 5000)
    for index, _ in run_units(work, range(200), Effort(workers=2), "key", "title"):
        yielded.append(index)
    assert yielded == list(range(200))
    # Under way, held, and one held too many.
    assert max(most) <= 4 + 5 + 4 + 1


@pytest.mark.parametrize("held", [0, 1 << 28])
def test_results_too_large_to_hold_are_read_back(monkeypatch, tmp_path, held):
    monkeypatch.setattr(units, "_MOST_HELD", held)
    assert run(MIXED, Effort(workers=3, store=tmp_path / "s")) == expected(MIXED)


def test_one_slow_unit_does_not_hold_up_the_others():
    rest = threading.Semaphore(0)

    def work(argument, stop, most_tried):
        if argument == 0:
            for _ in range(99):
                rest.acquire()
        else:
            rest.release()
        return UnitResult({}, 1, True)

    found = run_units(work, range(100), Effort(workers=2), "key", "title")
    assert [index for index, _ in found] == list(range(100))


def test_the_bar_advances_once_per_unit(monkeypatch, tmp_path):
    seen = []

    class Bar:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def advance(self, units=1):
            seen[-1] += units

    def bar(self, title, total):
        assert (title, total) == ("title", len(MIXED))
        seen.append(0)
        return Bar()

    monkeypatch.setattr(Effort, "bar", bar)
    for _ in range(2):
        run(MIXED, Effort(workers=2, store=tmp_path / "s"))
    assert seen == [len(MIXED)] * 2


# -- budgets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("nodes", [1, 399, 400, 401, 437, 438, 439, 2000, 4379, 4380, 10**6])
def test_a_budget_of_nodes_ends_at_one_place(nodes, tmp_path):
    fitting, left = [], nodes
    for answer in expected(MIXED):
        left -= answer[1]
        if left < 0:
            break
        fitting.append(answer)
    ended = len(fitting) < len(MIXED)
    for workers in (1, 2, 5):
        for store in (None, tmp_path / "s"):
            effort = Effort(workers=workers, nodes=nodes, store=store)
            assert until_budget_ends(MIXED, effort) == (fitting, ended)
            assert (effort.nodes_left() == 0) == (ended or nodes == 4380)
    with_more = Effort(nodes=nodes + 50, store=tmp_path / "s")
    assert len(until_budget_ends(MIXED, with_more)[0]) >= len(fitting)


def test_a_budget_of_nodes_spans_levels():
    effort = Effort(nodes=1000, workers=2)
    assert run([(1, 600)], effort) == expected([(1, 600)])
    assert effort.nodes_left() == 400
    with pytest.raises(BudgetEnded):
        run([(2, 401)], effort)
    assert effort.used_up()
    with pytest.raises(BudgetEnded):
        run([(3, 1)], effort)


@pytest.mark.parametrize("argument", ["definition", "task"])
def test_a_definition_that_does_not_apply_is_no_fault_of_the_file(argument, tmp_path):
    """A task may come from a file, a definition does not."""
    effort = Effort(store=tmp_path / "s")
    effort.count_unit(from_file=True)
    with pytest.raises(ArgumentError) as caught, effort.fitting():
        raise ArgumentError(argument, "one that applies", "another")
    assert caught.value.argument == {"task": "resume"}.get(argument, argument)


def test_units_run_little_beyond_a_budget_of_nodes():
    most = []

    def work(argument, stop, most_tried):
        most.append(most_tried)
        return UnitResult({}, 10, True)

    found, ended = until_budget_ends(range(1000), Effort(nodes=105, workers=2), work=work)
    assert (len(found), ended) == (10, True)
    assert len(most) <= 10 + 1 + 4
    assert max(most) == 105


@pytest.mark.parametrize("workers", [1, 3])
def test_time_ends_units_that_run(workers, tmp_path, clock):
    def work(argument, stop, most_tried):
        clock.now += 1
        return endless(argument, stop, most_tried)

    arguments = [(tmp_path, number) for number in range(10)]
    # The last unit that there is a worker for takes the rest of it.
    effort = Effort(seconds=workers, workers=workers)
    assert until_budget_ends(arguments, effort, work=work) == ([], True)
    assert not workers_alive()
    began = {path.name[6:] for path in tmp_path.glob("began-*")}
    ended = {path.name[6:] for path in tmp_path.glob("ended-*")}
    # Units that were never stopped would not have ended.
    assert began == ended
    assert len(began) == workers


def test_kernels_heed_the_end_of_a_budget(clock):
    level = symmetry_of(5, B2)
    table = sum((x.bit_count() >> 1 & 1) << x for x in range(32))
    wanted = target_set(5, np.array([table], dtype=np.uint64))

    def work(places, stop, most_tried):
        clock.now += 1
        gates, _, tried = extend_chains(
            5,
            level.input_tables,
            operator_masks(B2),
            level.gates[places],
            10,  # takes days
            40,
            *wanted.arguments,
            np.empty(0, dtype=np.uint64),
            most_tried,
            stop,
        )
        return UnitResult({"gates": gates}, int(tried), not stop[0])

    arguments = [np.array([place]) for place in range(4)]
    assert until_budget_ends(arguments, Effort(2, 2), work=work) == ([], True)
    assert not workers_alive()


def test_finished_results_are_yielded_even_late(tmp_path):
    run(MIXED, Effort(store=tmp_path / "s"))
    late = Effort(seconds=1e-9, store=tmp_path / "s")
    assert run(MIXED, late, work=forbidden) == expected(MIXED)
    assert until_budget_ends([*MIXED, (99, 1)], late) == (expected(MIXED), True)
    assert until_budget_ends(MIXED, late, key="other") == ([], True)


# -- early ends --------------------------------------------------------------------------------


def test_an_error_in_a_unit_ends_the_others():
    found = []
    with pytest.raises(RuntimeError, match="no more"):
        found.extend(run_units(failing, range(50), Effort(workers=4), "key", "title"))
    assert not workers_alive()


def test_an_interrupt_ends_the_units(monkeypatch, tmp_path):
    """As by Ctrl-C while the main thread waits."""
    began = []

    def interrupted(pending, timeout, return_when):
        while not list(tmp_path.glob("began-*")):
            pass
        began.extend(workers_alive())
        raise KeyboardInterrupt

    monkeypatch.setattr(units, "wait", interrupted)
    arguments = [(tmp_path, number) for number in range(5)]
    with pytest.raises(KeyboardInterrupt):
        run(arguments, Effort(workers=2), work=endless)
    assert began
    assert not workers_alive()


def test_closing_ends_the_units():
    def work(argument, stop, most_tried):
        while argument and not stop[0]:
            pass
        return UnitResult({}, 1, not stop[0])

    with closing(run_units(work, range(9), Effort(workers=2), "key", "title")) as found:
        assert next(found)[0] == 0
        assert workers_alive()
    assert not workers_alive()


# -- the store ---------------------------------------------------------------------------------


def test_stored_units_are_not_run_again(tmp_path):
    first = Effort(workers=2, store=tmp_path / "s")
    assert run(MIXED, first) == expected(MIXED)
    again = Effort(workers=2, store=tmp_path / "s")
    assert run(MIXED, again, work=forbidden) == expected(MIXED)
    assert again.tried == first.tried
    with pytest.raises(AssertionError):
        run(MIXED, again, key="other", work=forbidden)


def test_units_that_were_cut_off_are_not_stored(tmp_path):
    effort = Effort(store=tmp_path / "s", nodes=20)
    assert until_budget_ends([(1, 10), (2, 100)], effort)[1]
    ran = []

    def work(argument, stop, most_tried):
        ran.append(argument)
        return summed(argument, stop, most_tried)

    whole = Effort(store=tmp_path / "s")
    assert run([(1, 10), (2, 100)], whole, work=work) == expected([(1, 10), (2, 100)])
    assert ran == [(2, 100)]


def test_what_was_finished_out_of_order_is_kept(tmp_path):
    done = threading.Semaphore(0)

    def work(argument, stop, most_tried):
        if argument == (0, 5):
            for _ in range(9):
                done.acquire()
            raise RuntimeError("unit 0")
        result = summed(argument, stop, most_tried)
        done.release()
        return result

    arguments = [(seed, 5) for seed in range(30)]
    with pytest.raises(RuntimeError, match="unit 0"):
        run(arguments, Effort(workers=2, store=tmp_path / "s"), work=work)
    ran = []

    def counted(argument, stop, most_tried):
        ran.append(argument)
        return summed(argument, stop, most_tried)

    assert run(arguments, Effort(store=tmp_path / "s"), work=counted) == expected(arguments)
    assert (0, 5) in ran
    assert len(ran) < 30


def test_two_runs_in_one_process_share_a_store(tmp_path):
    store = tmp_path / "s"
    pairs = run_units(summed, MIXED, Effort(workers=1, store=store), "key", "title")
    found = answers([next(pairs)])
    assert run(MIXED, Effort(workers=2, store=store)) == expected(MIXED)
    assert found + answers(pairs) == expected(MIXED)


def test_a_store_that_is_none_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "s").write_text("my precious notes")
    with pytest.raises(ArgumentError, match=r"^resume: expected a file of finished units"):
        run(MIXED, Effort(store=tmp_path / "s"), work=forbidden)
    assert (tmp_path / "s").read_text() == "my precious notes"


def test_every_search_looks_through_what_it_takes_from_a_file():
    calls = [
        (path.name, node)
        for path in Path(enumeration.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "run_units"
    ]
    searches = {"engines.py", "formulas.py", "length_search.py", "search.py", "sizes.py"}
    searches |= {"functions.py", "near.py"}
    assert {name for name, _ in calls} == searches
    for name, call in calls:
        assert len(call.args) == 6, name


def test_what_is_taken_from_a_file_is_looked_through_and_counted(tmp_path):
    def refuse(argument, result):
        if argument == (3, 7):
            raise ValueError("a unit that is none")

    effort = Effort(store=tmp_path / "s")
    first = run_units(summed, MIXED, effort, "key", "title", refuse)
    assert answers(first) == expected(MIXED)
    # What this run stored itself is its own, also when it is asked for again.
    assert answers(run_units(summed, MIXED, effort, "key", "title", refuse)) == expected(MIXED)
    assert effort.from_file is None
    again = Effort(store=tmp_path / "s")
    with pytest.raises(ArgumentError, match=r"^resume: .* not a unit that is none, got "):
        answers(run_units(summed, MIXED, again, "key", "title", refuse))
    assert (again.from_file.taken, again.from_file.units) == (4, 4)
