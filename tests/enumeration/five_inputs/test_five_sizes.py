"""Sizes and numbers of minimal circuits by gate sets, against plain search and the census."""

from collections import Counter

import numpy as np
import pytest
from five_twin import (
    circuits_plainly,
    sets_plainly,
    ways_plainly,
)

from mesacircuits.circuits import AIG, B2, TruthTable
from mesacircuits.enumeration import BudgetEnded, Effort, census
from mesacircuits.enumeration.five_inputs import function_classes, set_kernels, sizes
from mesacircuits.enumeration.five_inputs.classes import OpenClasses
from mesacircuits.enumeration.five_inputs.sizes import SizeSearch, exact_minima, small_sizes
from mesacircuits.enumeration.five_inputs.units import byte_images, goal_of, run_unit, units_of

BASES = [B2, pytest.param(AIG, marks=pytest.mark.slow)]
both_bases = pytest.mark.parametrize("basis", BASES, ids=str)
ONE = Effort(workers=1)


def set_order(inputs, basis, tables):
    """Return the tables of a set so that each can be computed from those before it."""
    listed = ways_plainly(inputs, basis, sorted(tables))
    known, order = set(range(inputs)), []
    while len(order) < len(tables):
        for gate, ways in enumerate(listed):
            if inputs + gate not in known and any(known >= set(way) for way in ways):
                known.add(inputs + gate)
                order.append(sorted(tables)[gate])
    return order


@both_bases
@pytest.mark.parametrize(("inputs", "most"), [(2, 3), pytest.param(3, 4, marks=pytest.mark.slow)])
def test_counts_agree_with_the_plain_twin(inputs, most, basis):
    """All sets of all minimal circuits, without symmetry, layers or cuts."""
    classes = function_classes(inputs)
    for size, found, minima in small_sizes(inputs, basis, ONE):
        if size > most:
            break
        numbers = dict(zip(found.numbers.tolist(), minima.tolist(), strict=True))
        wanted = [
            f for f in range(0, 1 << (1 << inputs), 2) if classes.of(np.array([f]))[0] in numbers
        ]
        counted = Counter()
        for tables, function in sets_plainly(inputs, basis, size, wanted).items():
            counted[function] += circuits_plainly(
                inputs, ways_plainly(inputs, basis, sorted(tables))
            )
        assert counted == {f: numbers[classes.of(np.array([f]))[0]] for f in wanted}


@both_bases
def test_counts_agree_with_the_census(basis):
    inputs = 4 if basis is B2 else 3
    classes = function_classes(inputs)
    expected = {
        c.representative.bits: (c.size, c.circuits)
        for c in census(inputs, basis, "size", Effort(workers=1)).classes
        if len(c.representative.support()) == inputs
    }
    found = {
        int(classes.forms[number]): (size, count)
        for size, sets, minima in small_sizes(inputs, basis, ONE)
        for number, count in zip(sets.numbers.tolist(), minima.tolist(), strict=True)
    }
    assert found == expected


@both_bases
def test_noted_sets_compute_what_they_are_noted_for(basis):
    classes = function_classes(3)
    for size, found, _ in small_sizes(3, basis, ONE):
        assert classes.of(found.sets[:, -1]).tolist() == found.numbers.tolist()
        for tables in found.sets.tolist():
            assert len(set(tables)) == size
            assert set_order(3, basis, tables)


@pytest.mark.parametrize("least_left", [0, 3, 5, 99])
def test_how_far_symmetry_is_used_changes_no_count(least_left):
    """Five inputs, size 5; the kernel is run as plain Python, so few units are."""
    classes = function_classes(4)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    for size, found, minima in small_sizes(4, B2, ONE, most=4):
        sums = np.zeros(len(classes), dtype=np.int64)
        goal = goal_of(B2, waiting, np.ones(len(classes), dtype=np.uint8), sums)
        plain = set_kernels.extend_sets.py_func
        for unit in units_of(goal, 4, B2, size):
            constants = plain.__globals__
            before = constants["_LEAST_LEFT"]
            constants["_LEAST_LEFT"] = least_left
            try:
                plain(
                    goal,
                    4,
                    classes.literals,
                    byte_images(4),
                    unit.group,
                    unit.weight,
                    unit.first,
                    size,
                    unit.forced,
                    0,
                    np.zeros(1, dtype=np.uint8),
                )
            finally:
                constants["_LEAST_LEFT"] = before
        assert np.array_equal(exact_minima(classes, sums)[found.numbers], minima)
        waiting.close(found.numbers)


def test_one_set_for_each_class_is_found_without_counting():
    classes = function_classes(4)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    for size, found, _ in small_sizes(4, B2, ONE):
        noted = np.zeros(len(classes), dtype=np.uint8)
        search = SizeSearch(classes, B2, size, waiting, noted, counting=False)
        with ONE.bar("", 1) as bar:
            numbers = []
            while not search.complete:
                numbers += search.advance(ONE, bar).numbers.tolist()
        assert sorted(numbers) == sorted(found.numbers.tolist())
        assert not np.isin(found.numbers, waiting.numbers).any()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_batches_and_threads_change_no_count(workers, monkeypatch):
    expected = [(size, minima.sum()) for size, _, minima in small_sizes(4, B2, ONE, most=6)]
    monkeypatch.setattr(sizes.SizeSearch.advance, "__defaults__", (0.0,))
    found = small_sizes(4, B2, Effort(workers=workers), most=6)
    assert [(size, minima.sum()) for size, _, minima in found] == expected


def test_an_ended_budget_leaves_nothing_behind():
    classes = function_classes(4)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    noted = np.zeros(len(classes), dtype=np.uint8)
    search = SizeSearch(classes, B2, 7, waiting, noted)
    effort = Effort(seconds=1e-9, workers=2)
    with effort.bar("", 1) as bar, pytest.raises(BudgetEnded):
        search.advance(effort, bar)
    assert not noted.any()
    assert not search.run.sums.any()
    assert not search.run.done.any()
    assert (search.run.tried, search.run.looked, search.run.hits) == (0, 0, 0)


def test_a_stopped_unit_ends_at_once():
    classes = function_classes(4)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    goal = goal_of(B2, waiting, np.zeros(len(classes), dtype=np.uint8), None)
    unit = max(units_of(goal, 4, B2, 7), key=lambda unit: unit.weight)
    result = run_unit(goal, 4, 7, unit, np.ones(1, dtype=np.uint8))
    assert (len(result.sets), result.tally.tolist()) == (0, [0, 0, 0])


def test_a_count_that_does_not_divide_is_an_error():
    classes = function_classes(3)
    with pytest.raises(ArithmeticError):
        exact_minima(classes, np.ones(len(classes), dtype=np.int64))


@pytest.mark.parametrize("inputs", [2, 3, 5])
def test_images_of_bytes(inputs):
    images = byte_images(inputs)
    rng = np.random.default_rng(0)
    for bits in rng.integers(0, 1 << (1 << inputs), 3).tolist():
        moved = np.zeros(len(images), dtype=np.uint32)
        for byte in range(4):
            moved ^= images[:, 256 * byte + (bits >> (8 * byte) & 255)]
        both = {int(t) for t in moved} | {int(t) ^ ((1 << (1 << inputs)) - 1) for t in moved}
        from mesacircuits.circuits.npn import npn_orbit

        assert both == {t.bits for t in npn_orbit(TruthTable(inputs, bits))}


@pytest.mark.slow
def test_published_counts_of_five_inputs_up_to_size_six():
    classes = function_classes(5)
    found = {size: (sets, minima) for size, sets, minima in small_sizes(5, B2, ONE, most=6)}
    assert {size: len(sets.numbers) for size, (sets, _) in found.items()} == {
        4: 59,
        5: 314,
        6: 1916,
    }
    # With the classes of fewer inputs these are the 995,240 and 8,430,800 of TAOCP.
    functions = {size: int(classes.functions[s.numbers].sum()) for size, (s, _) in found.items()}
    assert functions == {4: 56_946, 5: 874_320, 6: 8_305_760}
