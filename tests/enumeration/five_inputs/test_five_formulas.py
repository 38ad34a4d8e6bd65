"""Depths and formula lengths of all functions."""

import numpy as np
import pytest
from five_twin import depths_plainly, lengths_plainly

from mesacircuits.circuits import AIG, B2
from mesacircuits.enumeration import BudgetEnded, Effort
from mesacircuits.enumeration.five_inputs import (
    formula_lengths,
    formulas,
    function_classes,
    least_depths,
)
from mesacircuits.enumeration.five_inputs.survey import PUBLISHED

both_bases = pytest.mark.parametrize("basis", [B2, AIG], ids=str)


def per_class(inputs, values):
    """Return the value of each class from those of functions, which must be constant on classes."""
    classes = function_classes(inputs)
    result = np.full(len(classes), -1)
    for bits, value in values.items():
        number = classes.of(np.array([bits]))[0]
        assert result[number] in (-1, value)
        result[number] = value
    return result.tolist()


@both_bases
@pytest.mark.parametrize("inputs", [2, 3])
def test_kernels_agree_with_their_twins(inputs, basis):
    assert least_depths(inputs, basis).values.tolist() == per_class(
        inputs, depths_plainly(inputs, basis)
    )
    assert formula_lengths(inputs, basis).values.tolist() == per_class(
        inputs, lengths_plainly(inputs, basis)
    )


def test_published_counts_of_four_inputs():
    assert tuple(np.bincount(least_depths(4, B2).values)) == PUBLISHED[4]["depth"]
    assert tuple(np.bincount(formula_lengths(4, B2).values)) == PUBLISHED[4]["length"]


@both_bases
def test_looking_for_xors_finds_the_same_depths(basis, monkeypatch):
    expected = least_depths(4, basis).values
    monkeypatch.setattr(formulas, "_MANY_PAIRS", 0)
    assert np.array_equal(least_depths(4, basis).values, expected)


def combined(inputs, basis, reached):
    classes = function_classes(inputs)
    for number, (x, y, op) in enumerate(reached.parts.tolist()):
        if reached.values[number]:
            table = basis.operators[op].apply((x, y), classes.mask)
            assert classes.of(np.array([table]))[0] == number
            yield reached.values[number], *reached.values[classes.of(np.array([x, y]))]


@both_bases
@pytest.mark.parametrize("many", [0, formulas._MANY_PAIRS])
def test_each_value_is_shown_by_its_parts(basis, many, monkeypatch):
    monkeypatch.setattr(formulas, "_MANY_PAIRS", many)
    for value, left, right in combined(4, basis, formula_lengths(4, basis)):
        assert value == left + right + 1
    for value, left, right in combined(4, basis, least_depths(4, basis)):
        assert value == max(left, right) + 1


@pytest.mark.parametrize("search", [formula_lengths, least_depths])
def test_a_budget_ends_the_search(search):
    with pytest.raises(BudgetEnded):
        search(4, B2, Effort(seconds=1e-9))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("search", "measure"), [(least_depths, "depth"), (formula_lengths, "length")]
)
def test_published_counts_of_five_inputs(search, measure):
    assert tuple(np.bincount(search(5, B2).values)) == PUBLISHED[5][measure]
