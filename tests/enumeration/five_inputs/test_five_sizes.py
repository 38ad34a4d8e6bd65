"""Sizes and numbers of minimal circuits by gate sets, against plain search and the census."""

from collections import Counter

import numpy as np
import pytest
from five_twin import (
    circuits_plainly,
    sets_plainly,
    ways_plainly,
)

from mesacircuits.circuits import AIG, B2, Circuit, Gate, Output, TruthTable
from mesacircuits.enumeration import BudgetEnded, Effort, census
from mesacircuits.enumeration.five_inputs import function_classes, set_kernels, sizes
from mesacircuits.enumeration.five_inputs.classes import (
    OpenClasses,
    byte_images,
    operator_masks,
)
from mesacircuits.enumeration.five_inputs.sizes import (
    MOST_SIZE,
    SizeRun,
    beginnings,
    exact_minima,
    exhausted_sizes,
    goal_of,
    size_units,
)
from mesacircuits.enumeration.five_inputs.witness_kernels import circuits_of_sets

BASES = [B2, pytest.param(AIG, marks=pytest.mark.slow)]
both_bases = pytest.mark.parametrize("basis", BASES, ids=str)
ONE = Effort(workers=1)
NONE = np.empty(0, dtype=np.int64)


def found_sizes(inputs, basis, effort=ONE, most=MOST_SIZE):
    """Yield for each size it, the classes that have it, their circuits, and how many of each."""
    for run in exhausted_sizes(inputs, basis, effort, most):
        numbers, gates = run.found
        yield run.size, numbers, gates, exact_minima(function_classes(inputs), run.sums)[numbers]


@both_bases
@pytest.mark.parametrize(("inputs", "most"), [(2, 3), pytest.param(3, 4, marks=pytest.mark.slow)])
def test_counts_agree_with_the_plain_twin(inputs, most, basis):
    """All sets of all minimal circuits, without symmetry, layers or cuts."""
    classes = function_classes(inputs)
    for size, classed, _, minima in found_sizes(inputs, basis, most=most):
        numbers = dict(zip(classed.tolist(), minima.tolist(), strict=True))
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
def test_all_circuits_over_sets_of_gates(basis):
    """As many as the plain twin counts, no two alike, and each computes the gates of its set."""
    classes = function_classes(3)
    for size, numbers, _, _ in found_sizes(3, basis, most=3):
        wanted = [f for f in range(0, 256, 2) if classes.of(np.array([f]))[0] in numbers]
        found = sets_plainly(3, basis, size, wanted)
        # The output's gate comes last.
        rows = [[*sorted(tables - {f}), f] for tables, f in found.items()]
        gates, over = circuits_of_sets(
            np.array(rows, dtype=np.int64), classes.literals, operator_masks(basis)
        )
        counts = [circuits_plainly(3, ways_plainly(3, basis, row)) for row in rows]
        assert np.bincount(over, minlength=len(rows)).tolist() == counts
        assert len(np.unique(gates.reshape(len(gates), -1), axis=0)) == len(gates)
        tables = classes.evaluated(gates, basis)
        assert (tables[:, -1] == np.array(rows)[over, -1]).all()
        assert (np.sort(tables, axis=1) == np.sort(np.array(rows)[over], axis=1)).all()


def test_listed_minima_stop_when_told():
    classes = function_classes(4)
    [unit, *_] = size_units(OpenClasses(classes, np.flatnonzero(classes.reads_all)), B2, 6)
    assert list(unit.minima(np.zeros(3, dtype=np.int64), np.ones(1, dtype=np.uint8))) == []


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
        for size, numbers, _, minima in found_sizes(inputs, basis)
        for number, count in zip(numbers.tolist(), minima.tolist(), strict=True)
    }
    assert found == expected


@both_bases
def test_noted_circuits_compute_what_they_are_noted_for(basis):
    classes = function_classes(3)
    for size, numbers, gates, _ in found_sizes(3, basis):
        for number, rows in zip(numbers.tolist(), gates.tolist(), strict=True):
            listed = tuple(Gate(basis.names[op], (low, high)) for low, high, op in rows)
            circuit = Circuit(3, listed, (Output(2 + size),))
            assert circuit.in_basis(basis)
            assert circuit.size == size
            assert classes.of(np.array(circuit.output_bits())).tolist() == [number]


@pytest.mark.parametrize("least_left", [0, 3, 5, 99])
def test_how_far_symmetry_is_used_changes_no_count(least_left):
    """Five inputs, size 5; the kernel is run as plain Python, so few searches are."""
    classes = function_classes(4)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    for size, numbers, _, minima in found_sizes(4, B2, most=4):
        sums = np.zeros(len(classes), dtype=np.int64)
        goal = goal_of(B2, waiting, np.ones(len(classes), dtype=np.uint8), sums)
        plain = set_kernels.extend_sets.py_func
        for begun in beginnings(4, B2, size):
            constants = plain.__globals__
            before = constants["_LEAST_LEFT"]
            constants["_LEAST_LEFT"] = least_left
            try:
                plain(
                    goal,
                    4,
                    classes.literals,
                    byte_images(4),
                    begun.group,
                    begun.weight,
                    begun.first,
                    size,
                    begun.forced,
                    0,
                    np.zeros(1, dtype=np.uint8),
                )
            finally:
                constants["_LEAST_LEFT"] = before
        assert np.array_equal(exact_minima(classes, sums)[numbers], minima)
        waiting.close(numbers)


def test_one_circuit_for_each_class_is_found_without_counting():
    classes = function_classes(4)
    for size, numbers, _, _ in found_sizes(4, B2):
        waiting = OpenClasses(classes, numbers)
        run = SizeRun(size, False, NONE)
        run.search(waiting, B2, ONE)
        assert run.complete
        assert np.array_equal(run.found[0], numbers)
        assert not waiting.marks.any()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_units_and_threads_change_no_count(workers, monkeypatch):
    expected = [(size, minima.tolist()) for size, _, _, minima in found_sizes(4, B2, most=6)]
    monkeypatch.setattr(sizes, "_IN_UNIT", 5)
    found = found_sizes(4, B2, Effort(workers=workers), most=6)
    assert [(size, minima.tolist()) for size, _, _, minima in found] == expected


@pytest.mark.parametrize("means", [{"seconds": 1e-9}, {"nodes": 1}])
def test_an_ended_budget_leaves_nothing_behind(means):
    classes = function_classes(4)
    run = SizeRun(7, True, np.zeros(len(classes), dtype=np.int64))
    with pytest.raises(BudgetEnded):
        run.search(OpenClasses(classes, np.flatnonzero(classes.reads_all)), B2, Effort(**means))
    assert not run.sums.any()
    assert (run.done, run.tried, run.looked, run.hits) == (0, 0, 0, 0)


def test_a_stopped_search_ends_at_once():
    classes = function_classes(4)
    waiting = OpenClasses(classes, np.flatnonzero(classes.reads_all))
    goal = goal_of(B2, waiting, np.zeros(len(classes), dtype=np.uint8), NONE)
    begun = max(beginnings(4, B2, 7), key=lambda begun: begun.weight)
    found, tally, _ = begun.extend(goal, 4, 7, np.ones(1, dtype=np.uint8))
    assert (len(found), tally.tolist()) == (0, [0, 0, 0])


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
    found = {size: numbers for size, numbers, _, _ in found_sizes(5, B2, most=6)}
    assert {size: len(numbers) for size, numbers in found.items()} == {4: 59, 5: 314, 6: 1916}
    # With the classes of fewer inputs these are the 995,240 and 8,430,800 of TAOCP.
    functions = {size: int(classes.functions[n].sum()) for size, n in found.items()}
    assert functions == {4: 56_946, 5: 874_320, 6: 8_305_760}
