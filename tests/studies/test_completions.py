"""Partial functions by their completions, against searches for their minima."""

import random
from fractions import Fraction

import pytest

from mesacircuits.circuits import NPNTransform, TruthTable
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.studies.completions import FunctionTags, canonical_partial, partial_classes
from mesacircuits.studies.nulls import Unit, permuted
from mesacircuits.studies.shares import class_shares
from mesacircuits.tasks import FunctionTask


@pytest.mark.parametrize(
    ("support", "bits"), [(0x7F, 0x18), (0xFF, 0xE8), (0x3F, 0x16), (0xE7, 0x42), (0x11, 0x10)]
)
def test_minima_of_a_partial_function_are_those_of_its_least_completions(support, bits):
    definition = SearchLike()
    tags = FunctionTags(3, class_shares(3, definition))
    minima = enumerate_minima(FunctionTask((TruthTable(3, bits),), support)).minima
    computed = {circuit.output_bits()[0] for circuit in minima}
    held = sum(definition.judge(c, FunctionTask(c.tables())).holds for c in minima)
    found = tags.least(support, bits)
    assert (found.size, found.circuits) == (minima[0].size, len(minima))
    assert set(found.functions.tolist()) == computed
    assert (found.tagged, found.share) == (held, Fraction(held, len(minima)))


def test_every_partial_function_is_of_one_class():
    weights = [w for left in range(8) for _, _, w in partial_classes(3, left)]
    assert sum(weights) == 3**8 - 1


def test_a_class_is_what_transformations_make_of_one():
    drawn = random.Random(1)
    for _ in range(20):
        support, bits = drawn.randrange(1, 256), drawn.randrange(256)
        order = drawn.sample(range(3), 3)
        move = NPNTransform(tuple(order), drawn.randrange(8), False)
        moved = [move(TruthTable(3, table)).bits for table in (support, bits & support)]
        if drawn.random() < 0.5:
            moved[1] ^= moved[0]
        assert canonical_partial(3, *moved) == canonical_partial(3, support, bits)


def test_values_drawn_in_large_strata_agree_with_an_exact_count():
    # 300 units: drawn by value. Of as many zeros and ones the sum is hypergeometric.
    units = [Unit(0, i % 10 == 0, Fraction(i % 3, 7 * 10**6 + i)) for i in range(300)]
    exact = permuted([Unit(0, u.marked, i % 3) for i, u in enumerate(units)])
    drawn = permuted(units, draws=4000)
    assert (exact.draws, drawn.draws) == (0, 4000)
    assert drawn.above[0] <= exact.above[0] + Fraction(1, 20)
    assert drawn.above[1] >= exact.above[0] - Fraction(1, 20)
