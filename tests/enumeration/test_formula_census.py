"""The census of formulas: published rows, all named bases, and what a budget leaves."""

import pytest

from mesacircuits.circuits import BASES, Basis
from mesacircuits.data import published
from mesacircuits.enumeration.census import formula_census
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.formulas import formula_counts, formula_lengths
from mesacircuits.errors import ArgumentError


def test_published_rows():
    result = formula_census(4)
    expected = published().distribution(4, "formula").counts
    assert tuple(row.functions for row in result.rows) == expected
    assert [row.classes for row in result.rows] == [2, 2, 5, 20, 34, 75, 68, 16]
    assert result.total == {"functions": 65536, "classes": 222, "formulas": 820874}
    assert result.exhaustive
    assert result.kind == "NPN"


@pytest.mark.parametrize("basis", BASES.values(), ids=str)
@pytest.mark.parametrize("inputs", [1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_rows_add_up(inputs, basis):
    result = formula_census(inputs, basis)
    counts, lengths = formula_counts(inputs, basis), formula_lengths(inputs, basis)
    step = 2 if basis.free_inverters else 1
    assert result.exhaustive
    assert result.total["functions"] + result.without_functions == 1 << (1 << inputs)
    for row in result.rows:
        assert row.functions == (lengths == row.length).sum()
        assert row.formulas == sum(
            counts[bits] for bits in range(0, len(counts), step) if lengths[bits] == row.length
        )
    assert (result.without_functions == 0) == (basis.name != "monotone")


def test_costs_take_the_place_of_gates():
    dear = Basis.closed("dear-xor", {"and": 1, "xor": 3}, free_inverters=True)
    aig, plain = formula_lengths(3, "aig"), formula_lengths(3, dear)
    assert (plain <= aig).all()
    assert plain[0x66] == 3 == aig[0x66]
    # Three ANDs read both inputs twice, so the XOR is cheaper where these are formulas.
    assert (plain[0x96], aig[0x96]) == (6, 9)


def test_what_a_budget_leaves():
    result = formula_census(4, "mig", Effort(seconds=1e-6))
    assert not result.exhaustive
    assert result.total["functions"] + result.open_functions == 65536
    assert result.exhausted_length == 0
    record = result.to_json()
    assert record["not_exhausted"]["functions"] == result.open_functions
    assert "NOT EXHAUSTED: 65,526 functions (220 classes)" in str(result)
    assert "(not exhausted)" in result.headline


def test_functions_without_formula_are_named():
    result = formula_census(3, "monotone")
    assert (result.without_functions, result.exhaustive) == (236, True)
    assert result.to_json()["without_formula"] == {"functions": 236, "classes": 70}
    assert "No formula in this basis: 236 functions (70 classes)." in str(result)
    ended = formula_census(3, "monotone", Effort(seconds=1e-6))
    assert ended.without_functions + ended.open_functions + ended.total["functions"] == 256


def test_json_rows():
    record = formula_census(2, "nand").to_json()
    assert record["order"] == "formula"
    assert record["class_kind"] == "P"
    assert record["rows"][0] == {"length": 0, "functions": 4, "classes": 3, "formulas": 4}


def test_arguments_out_of_range():
    for inputs in (0, 5, None):
        with pytest.raises(ArgumentError, match="inputs"):
            formula_census(inputs)
