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
    Circuit,
    TruthTable,
    npn_canonical,
    npn_classes,
)
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claims.circuits.reachability import edit_graph
from mesacircuits.conjectures.claims.circuits.smoothed import smoothed_polynomial, smoothed_size
from mesacircuits.conjectures.claims.circuits.tables_beat_search import table_size
from mesacircuits.conjectures.claims.circuits.tabular import decoder_circuit
from mesacircuits.conjectures.claims.programs.chess_needs_search import clopper_pearson
from mesacircuits.conjectures.claims.programs.maze import all_mazes
from mesacircuits.conjectures.claims.programs.no_formal_link import Pattern, link, pattern_of
from mesacircuits.conjectures.claims.programs.tic_tac_toe import LOOK_AHEAD, RULES, never_loses
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


def test_rare_error_and_sizes_by_sat():
    sizes = sizes_by_sat()
    assert sizes == least_sizes(3).tolist()
    found = cells("rare-error", inputs=3)
    for gates in range(5):
        functions = [f for f in range(256) if sizes[f] == gates]
        free = [[sizes[f ^ 1 << x] <= gates for x in range(8)] for f in functions]
        share = Fraction(sum(map(sum, free)), 8 * len(functions))
        every = sum(map(all, free))
        assert found[gates][:4] == (len(functions), sum(map(any, free)), every, share)


@pytest.mark.parametrize("bits", [0x18, 0x7E, 0x96])
def test_smoothed_size_over_all_flips_and_by_sympy(bits):
    sizes, rho = sizes_by_sat(), Fraction(1, 5)
    terms = (
        rho ** flips.bit_count() * (1 - rho) ** (8 - flips.bit_count()) * sizes[bits ^ flips]
        for flips in range(256)
    )
    sums = [int(total) for total in sums_by_distance(least_sizes(3))[:, bits]]
    assert smoothed_size(sums, rho) == sum(terms, Fraction(0))
    assert smoothed_polynomial(sums).eval(sympy.Rational(1, 5)) == sympy.Rational(
        *smoothed_size(sums, rho).as_integer_ratio()
    )


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


def test_no_formal_link_by_listing_utilities():
    circuit = Circuit.parse(3, "g1 = a ^ b; g2 = a ^ c; g3 = ~g1 & g2; out = g3")
    wires = circuit.wire_bits()
    pairs = [(1, 0), (2, 0), (2, 1)]
    independent = 0
    for chosen in product(pairs, repeat=8):
        ones, zeros = Counter(), Counter()
        for x, (more, less) in enumerate(chosen):
            output = wires[5] >> x & 1
            for word, wire in enumerate((3, 4)):
                level = more if word == output else less
                (ones if wires[wire] >> x & 1 else zeros)[level] += 1
        total = sum(ones.values()), sum(zeros.values())
        independent += all(ones[k] * total[1] == zeros[k] * total[0] for k in range(3))
    pattern = pattern_of(circuit)
    assert pattern == Pattern(2, 4, 2)
    found = link(pattern, 3)
    assert (found.utilities, found.independent) == (3**8, independent)


def test_tables_have_the_gates_of_their_decoders():
    for bits in range(2, 1 << 16, 257):
        if bits.bit_count() > 1:
            table = TruthTable(4, bits)
            assert table_size(table) == decoder_circuit(table).size


def test_edits_reach_every_circuit_that_is_counted_by_size():
    # Three wires and the constant, and the five operators on each of three pairs of wires: with the
    # output read either way.
    circuits, _ = edit_graph(3, 2)
    by_size = Counter(circuit.size for circuit in circuits)
    assert by_size[0] == 8
    assert by_size[1] == 2 * 15


def test_a_coin_by_its_beta_quantiles():
    # Of no success in n the upper bound solves (1 - p)^n = alpha / 2.
    low, high = clopper_pearson(0, 20)
    assert low == 0
    assert float((1 - high) ** 20) == pytest.approx(0.005, rel=1e-4)


def test_policies_in_worlds_by_walking():
    for world in list(all_dynamics(2, 2))[:16]:
        for policy in product(range(2), repeat=2):
            # Who stays in state 1 attains it from there, and from state 0 if one step leads to it.
            stays = world[1][policy[1]] == 1
            assert attained(world, policy, 1) == stays * (1 + (world[0][policy[0]] == 1))


def test_perfect_rules_need_no_less_than_minimax_says():
    # A list that plays a win, else blocks one, loses to a fork; so it is not perfect.
    assert not never_loses(("win", "block"))
    assert set(LOOK_AHEAD) <= set(RULES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("inputs", "support"), [(2, 3), pytest.param(3, 6, marks=pytest.mark.slow)]
)
def test_over_all_functions_what_is_agreed_on_is_a_coin(inputs, support):
    # Each completion off S is as likely: no free lunch.
    report = check("consensus", settings={"inputs": inputs, "supports": (support,)})
    assert "over all functions together it is right 1/2 of the time" in report.finding.answer
