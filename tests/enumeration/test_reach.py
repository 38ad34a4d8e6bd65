"""What a basis builds at all, and how deep it must be, against brute force."""

from itertools import combinations, product

import pytest
from form_cases import closed_bases, function, some_bases, tasks
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import BASES, Basis
from mesacircuits.circuits.bases import MONOTONE
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.reach import builds_all, depths_of_classes, is_solvable, least_depth
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import parse_task

ALONE = Basis.closed("alone", {"nand": 1}, free_inverters=False)


def depths_by_search(inputs, basis):
    """The least depth of each function of inputs, gates and constants; gates read distinct ones."""
    mask = (1 << (1 << inputs)) - 1
    depths = {input_bits(inputs, i): 0 for i in range(inputs)}
    depth, more = 0, True
    while more:
        depth += 1
        more = {
            form.operator.apply(tuple(0 if p < 0 else wires[p] for p in form.pattern), mask)
            for form in basis.forms
            for wires in combinations([*depths], form.wires)
        } - {0, mask, *depths}
        depths |= dict.fromkeys(more, depth)
    depths |= {0: 0, mask: 0}
    if basis.free_inverters:
        depths |= {bits ^ mask: depth for bits, depth in depths.items()}
    return depths


@settings(max_examples=60)
@given(some_bases, st.integers(1, 2))
def test_depths_of_all_functions(basis, inputs):
    expected = depths_by_search(inputs, basis)
    found = depths_of_classes(inputs, basis)[classes_of(inputs, basis).number].tolist()
    assert found == [expected.get(bits, -1) for bits in range(len(found))]


@pytest.mark.parametrize("name", ["b2", "nand", "and-or-not", "monotone"])
def test_depths_of_three_inputs(name):
    expected = depths_by_search(3, BASES[name])
    found = depths_of_classes(3, BASES[name])[classes_of(3, BASES[name]).number].tolist()
    assert found == [expected.get(bits, -1) for bits in range(256)]


@settings(max_examples=60)
@given(some_bases, st.integers(1, 2).flatmap(lambda n: tasks(n, 2)))
def test_least_depth_of_tasks(basis, task):
    depths = depths_by_search(task.inputs, basis)
    best = None
    for chosen in product(depths, repeat=task.outputs):
        words = [
            sum((bits >> x & 1) << i for i, bits in enumerate(chosen))
            for x in range(1 << task.inputs)
        ]
        if all(task.word_masks[word] >> x & 1 for x, word in enumerate(words)):
            depth = max(depths[bits] for bits in chosen)
            best = depth if best is None else min(best, depth)
    assert least_depth(task, basis) == best
    assert is_solvable(task, basis) == (best is not None)


@settings(max_examples=40)
@given(closed_bases())
def test_a_basis_that_builds_all_builds_all(basis):
    everything = all(
        len(depths_by_search(inputs, basis)) == 1 << (1 << inputs) for inputs in (1, 2)
    )
    if builds_all(basis):
        assert everything
        assert is_solvable(parse_task("tt:5:169E7B3C"), basis)


def test_what_named_bases_build():
    assert {name for name in BASES if not builds_all(BASES[name])} == {"monotone"}


def test_wires_read_once():
    """NAND gates that read no wire twice do not invert the only input."""
    assert not builds_all(ALONE)
    assert least_depth(parse_task("expr:1:~a"), ALONE) is None
    assert least_depth(parse_task("expr:2:~a"), ALONE) == 3
    with pytest.raises(ArgumentError, match="basis: expected one that builds every function"):
        is_solvable(parse_task("tt:5:169E7B3C"), ALONE)


def test_more_inputs_than_are_listed():
    with pytest.raises(ArgumentError, match="task: expected at most 4 inputs, got 5 inputs"):
        least_depth(parse_task("tt:5:169E7B3C"), BASES["b2"])


def is_monotone(inputs, bits):
    return all(
        bits >> x & 1 <= bits >> (x | 1 << i) & 1 for x in range(1 << inputs) for i in range(inputs)
    )


def test_monotone_functions_have_circuits():
    for inputs, count in ((1, 3), (2, 6), (3, 20)):
        solvable = [
            bits
            for bits in range(1 << (1 << inputs))
            if is_solvable(function(inputs, bits), MONOTONE)
        ]
        assert solvable == [b for b in range(1 << (1 << inputs)) if is_monotone(inputs, b)]
        assert len(solvable) == count


@given(st.integers(0, 255), st.integers(1, 255))
def test_partial_functions_of_five_inputs_over_and_and_or(bits, support):
    """With two idle inputs more, the rule for many inputs must say what the lists say of three."""

    def widened(table):
        return sum((table >> (x & 7) & 1) << x for x in range(32))

    few = is_solvable(function(3, bits, support=support), MONOTONE)
    many = function(5, widened(bits), support=widened(support))
    assert is_solvable(many, MONOTONE) == few
    both = function(5, widened(bits), widened(0x80), support=widened(support))
    assert is_solvable(both, MONOTONE) == few


def test_no_circuit_within_a_cap():
    found = enumerate_minima("expr:a ^ b", "aig", "depth", Effort(workers=1), cap=2)
    assert (found.solvable, found.exhaustive, found.minima) == (False, True, ())
    assert enumerate_minima("expr:a ^ b", "aig", "depth", Effort(workers=1), cap=3).circuits > 0
