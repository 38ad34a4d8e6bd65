"""Permutation tests against all ways of marking, listed one by one."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, strategies as st

from mesacircuits.studies import nulls
from mesacircuits.studies.nulls import Unit, permuted

VALUES = st.one_of(st.integers(-3, 3), st.fractions(-2, 2, max_denominator=6))
UNITS = st.lists(st.builds(Unit, st.sampled_from("ab"), st.booleans(), VALUES), max_size=9)


def by_listing(units):
    """Return the effects of all ways to mark, and the one that is; None if nothing is open."""
    parts = []
    for name in sorted({unit.stratum for unit in units}):
        part = [unit for unit in units if unit.stratum == name]
        marked = sum(unit.marked for unit in part)
        if 0 < marked < len(part) and len({unit.value for unit in part}) > 1:
            parts.append((part, marked))
    if not parts:
        return None
    total = sum(marked for _, marked in parts)

    def effect(choice):
        excess = Fraction(0)
        for (part, _), held in zip(parts, choice, strict=True):
            mean = sum((Fraction(unit.value) for unit in part), Fraction(0)) / len(part)
            excess += sum(part[place].value - mean for place in held)
        return excess / total

    ways = product(*(combinations(range(len(part)), marked) for part, marked in parts))
    is_so = [[i for i, unit in enumerate(part) if unit.marked] for part, _ in parts]
    return [effect(way) for way in ways], effect(is_so)


@given(UNITS)
def test_p_is_the_share_of_all_ways_to_mark(units):
    found, listed = permuted(units), by_listing(units)
    if listed is None:
        assert found.is_vacuous
        assert found.above == found.below == (1, 1)
        return
    effects, observed = listed
    assert found.effect == observed
    above = Fraction(sum(effect >= observed for effect in effects), len(effects))
    below = Fraction(sum(effect <= observed for effect in effects), len(effects))
    assert (found.above, found.below) == ((above, above), (below, below))
    low, high = found.null
    assert 100 * sum(effect < low for effect in effects) <= len(effects)
    assert 100 * sum(effect <= low for effect in effects) > len(effects)
    assert 100 * sum(effect > high for effect in effects) <= len(effects)
    assert 100 * sum(effect >= high for effect in effects) > len(effects)


@given(UNITS, st.integers(1, 9), st.integers(-9, 9))
def test_a_change_of_scale_changes_no_p(units, factor, shift):
    changed = [Unit(u.stratum, u.marked, factor * u.value + shift) for u in units]
    one, other = permuted(units), permuted(changed)
    assert (one.above, one.below, one.strata) == (other.above, other.below, other.strata)
    if not one.is_vacuous:
        assert other.effect == factor * one.effect


@pytest.mark.parametrize("seed", range(3))
def test_what_is_drawn_has_what_is_counted_within(monkeypatch, seed):
    units = [Unit(i % 3, i * i % 5 < 2, Fraction(i * 7 % 11, 3)) for i in range(30)]
    counted = permuted(units)
    monkeypatch.setattr(nulls, "_MOST_BITS", 0)
    drawn = permuted(units, draws=2000, seed=seed)
    assert (counted.draws, drawn.draws) == (0, 2000)
    assert drawn.effect == counted.effect
    for one, other in ((drawn.above, counted.above), (drawn.below, counted.below)):
        assert one[0] < other[0] < one[1]


def test_an_effect_that_is_there_is_found_and_chance_is_not():
    """Two hundred units: marked ones have one more in five; and marks that say nothing."""
    real = [Unit(i % 7, i % 4 == 0, i % 5 + (i % 4 == 0)) for i in range(200)]
    assert permuted(real).above[1] < Fraction(1, 10**4)
    none = [Unit(i % 7, i % 4 == 0, i % 5) for i in range(200)]
    assert Fraction(1, 100) < permuted(none).above[0]
    assert Fraction(1, 100) < permuted(none).below[0]
