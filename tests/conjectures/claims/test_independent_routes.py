"""Numbers of claims found again by another route: by hand, in closed form, by a second engine.

Each test names its route. Further ones: the posterior and the entropies of `test_claims_worlds`,
worked out by hand, and the fronts of `test_claims_programs`, found again by brute force.
"""

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import product
from math import comb, log2

import pytest
import sympy

from mesacircuits.circuits import (
    B2,
    TruthTable,
    npn_canonical,
    npn_classes,
)
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claims.circuits.smoothed import smoothed_size
from mesacircuits.conjectures.claims.programs.maze import all_mazes
from mesacircuits.conjectures.claims.worlds.symmetry import attained
from mesacircuits.enumeration.sat import minimum_size
from mesacircuits.studies.least_sizes import least_sizes, sums_by_distance
from mesacircuits.tasks import FunctionTask
from mesacircuits.tasks.world import all_dynamics


@cache
def sizes_by_sat():
    """Return C(f) of every function of three inputs, each class asked of a SAT solver."""
    sizes = {
        c.representative.bits: minimum_size(FunctionTask((c.representative,)), B2)[0]
        for c in npn_classes(3)
    }
    return [sizes[npn_canonical(TruthTable(3, bits))[0].bits] for bits in range(256)]


def cells(name, table=0, **settings):
    """Return a claim's table by its rows' first cells."""
    rows = check(name, settings=settings).finding.tables[table].rows
    return {row[0]: row[1:] for row in rows}


def test_sizes_by_sat():
    assert sizes_by_sat() == least_sizes(3).tolist()


@pytest.mark.slow
def test_rare_error_of_one_choice_by_sat():
    """Candidates of two bits, U = 2, 1, 0, 0 of 00, 10, 01, 11: the prices of all errors."""

    def size(bits):
        return minimum_size(FunctionTask((TruthTable(4, bits),)), B2)[0]

    utility = (2, 1, 0, 0)
    table = sum((utility[x >> 2] > utility[x & 3]) << x for x in range(16))
    prices = {1: [], 2: []}
    for x in range(16):
        if lost := abs(utility[x >> 2] - utility[x & 3]):
            prices[lost].append(size(table ^ 1 << x) - size(table))
    row = cells("rare-error", 1, levels=3)["2100"]
    means = [f"{sum(p) / len(p):+.4f}" for p in prices.values()]
    assert row == (f"{table:04X}", size(table), len(prices[2]), means[1], len(prices[1]), means[0])


@pytest.mark.parametrize("bits", [0x18, 0x7E, 0x96])
def test_smoothed_size_over_all_flips(bits):
    sizes, rho = sizes_by_sat(), Fraction(1, 5)
    terms = (
        rho ** flips.bit_count() * (1 - rho) ** (8 - flips.bit_count()) * sizes[bits ^ flips]
        for flips in range(256)
    )
    sums = [int(total) for total in sums_by_distance(least_sizes(3))[:, bits]]
    assert smoothed_size(sums, rho) == sum(terms, Fraction(0))


def test_bits_saved_at_base_level_and_sizes_by_sat():
    """A code by size, written out once more; halves by slicing tables; ones counted by hand."""

    def code(sizes):
        numbers = Counter(sizes)
        return [size + 1 + (numbers[size] - 1).bit_length() for size in sizes]

    # Of two inputs a constant or a literal takes no gate, any other function one.
    two = code([int(f not in (0, 15, 10, 5, 12, 3)) for f in range(16)])
    three = code(sizes_by_sat())
    differences = []
    for form in (c.representative.bits for c in npn_classes(3)):
        halves = [
            [
                sum((form >> x & 1) << place for place, x in enumerate(rows))
                for rows in ([x for x in range(8) if x >> i & 1 == value] for value in (0, 1))
            ]
            for i in range(3)
        ]
        if any(one == other for one, other in halves):
            continue
        said = [abs(one.bit_count() - other.bit_count()) for one, other in halves]
        saved = [two[one] + two[other] - three[form] for one, other in halves]
        marked = [s for s, many in zip(saved, said, strict=True) if many == max(said)]
        if len(marked) < 3 and len(set(saved)) > 1:
            differences += [value - Fraction(sum(saved), 3) for value in marked]
    found = check("base-and-run-time-bits", settings={"inputs": 3}).finding.evidence
    assert found.effect == sum(differences) / len(differences) == Fraction(2, 3)


def test_bits_floor_in_closed_form():
    rows = check("bits-floor", settings={"inputs": 3}).finding.tables[0].rows
    for errors, good, floor, *_ in rows:
        ball = sum(comb(8, k) for k in range(errors + 1))
        assert good == ball
        assert floor == f"{log2(256 / ball):.4f}"


@pytest.mark.parametrize("side", [2, 3])
def test_mazes_by_the_matrix_tree_theorem(side):
    # A007341: 1, 4, 192, 100352, ...
    places = [(x, y) for x in range(side) for y in range(side)]
    near = [[abs(a - c) + abs(b - d) == 1 for c, d in places] for a, b in places]
    laplacian = sympy.Matrix(
        len(places),
        len(places),
        lambda i, j: sum(near[i]) if i == j else -int(near[i][j]),
    )
    assert laplacian.minor(0, 0) == len(all_mazes(side)) == {2: 4, 3: 192}[side]


def test_policies_in_worlds_by_walking():
    for world in list(all_dynamics(2, 2))[:16]:
        for policy in product(range(2), repeat=2):
            # Who stays in state 1 attains it from there, and from state 0 if one step leads to it.
            stays = world[1][policy[1]] == 1
            assert attained(world, policy, 1) == stays * (1 + (world[0][policy[0]] == 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inputs", "support"), [(2, 3), pytest.param(3, 6, marks=pytest.mark.slow)]
)
def test_over_all_functions_what_is_agreed_on_is_a_coin(inputs, support):
    # Each completion off S is as likely: no free lunch.
    report = check("consensus", settings={"inputs": inputs, "supports": (support,)})
    assert "over all functions together it is right 1/2 of the time" in report.finding.answer
