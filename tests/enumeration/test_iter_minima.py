"""Minima one by one, while they are searched for: the same as in the list, each once."""

from itertools import islice

import pytest

from mesacircuits.enumeration import (
    BudgetEnded,
    Constraints,
    Effort,
    constraints_of,
    enumerate_minima,
    iter_minima,
)
from mesacircuits.errors import ArgumentError


def fresh(**means):
    return Effort(shipped=False, **{"workers": 1} | means)


@pytest.mark.parametrize(
    ("task", "basis", "asked"),
    [
        ("tt:4:E916", "b2", {}),  # one function, one set of first gates of each orbit
        ("tt:4:A0A0,6AC0", "b2", {}),  # several outputs, by the symmetries of the task
        ("relation:3:1:1,1,3,2,1,2,2,3", "aig", {}),
        ("tt:3:96", "mig", {}),
        ("tt:3:E8", "and=1,xor=3+free-inverters", {}),  # circuits of several lengths
        ("tt:3:1E", "nand", {"order": "depth-size"}),
        ("tt:3:E8", "b2", {"order": "pareto"}),
        ("tt:3:E8", "b2", {"order": "formula"}),
        ("tt:3:6A,E8", "b2", {"engine": "sat"}),
        ("tt:5:96696996", "b2", {}),  # by the walk through sets of gates
        ("tt:3:E8", "b2", {"exactly": 5}),
        ("expr:a ^ b, (a ^ b) & c", "b2", {"constraints": Constraints(fanout=1)}),
        ("tt:3:96", "b2", {"constraints": Constraints(arrival=(0, 2))}),
        ("tt:3:E8", "b2", {"constraints": constraints_of(forbid="expr:a & b"), "at_most": 5}),
        ("tt:3:E8", "b2", {"constraints": constraints_of(topology="2,1,1")}),
        ("thermostat", "xmg", {}),
        ("tt:3:00", "b2", {}),
        ("expr:a & ~b", "monotone", {}),
    ],
)
def test_they_are_those_of_the_list_each_once(task, basis, asked):
    found = list(iter_minima(task, basis, effort=fresh(), **asked))
    assert len(found) == len({*found})
    assert {*found} == {*enumerate_minima(task, basis, effort=fresh(), **asked)}


def test_the_search_goes_no_further_than_it_is_asked():
    whole, part = fresh(), fresh()
    assert len(enumerate_minima("tt:4:E916", effort=whole)) == 108
    some = iter_minima("tt:4:E916", effort=part)
    met = [*islice(some, 3)]
    some.close()
    assert len({*met}) == 3
    assert 0 < part.tried < whole.tried / 2
    assert next(some, None) is None


def test_what_was_met_stands_where_the_budget_ends():
    some = iter_minima("tt:4:E916", effort=fresh(nodes=10**5))
    met = []
    with pytest.raises(BudgetEnded):
        met.extend(some)
    assert {*met} < {*enumerate_minima("tt:4:E916")}


def test_wrong_arguments_raise_before_the_first():
    with pytest.raises(ArgumentError, match="order: expected one of"):
        iter_minima("tt:3:E8", order="sise")
