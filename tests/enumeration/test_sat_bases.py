"""The SAT engine on every kind of basis, task and order, against plain enumeration."""

import itertools
import random
from collections import Counter

import pytest
from sat_twin import cost_of, function, naive, some_basis, some_tasks

from mesacircuits.circuits import AIG, B2, Basis, basis_named
from mesacircuits.circuits.bases import MONOTONE, MUX, NAND
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.sat import (
    all_circuits,
    all_minima,
    circuit_cost,
    minimum_depth,
    minimum_size,
    pareto_front,
    shallower_exists,
    smaller_exists,
    solve_size,
)
from mesacircuits.enumeration.sat.encodings import ChainEncoding
from mesacircuits.enumeration.sat.search import Search
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import RelationTask, parse_task

NAMES = ["nand", "nor", "and-or-not", "monotone", "mig", "xmg", "mux", "b2", "aig"]
WEIGHTED = Basis.closed("weighted", {"and": 1, "xor": 3}, free_inverters=True)


def agree(task, basis, greatest):
    """Check every public answer on a task against all circuits of cost at most `greatest`."""
    found = [naive(task, basis, cost) for cost in range(greatest + 1)]
    for cost, depth in itertools.product(range(greatest + 1), (None, 0, 1, 2)):
        within = {h for h, c in found[cost].items() if depth is None or c.depth <= depth}
        listed = [c.hash_hex for c in all_circuits(task, basis, cost, depth)]
        assert len(listed) == len(set(listed))
        assert set(listed) == within, (task, basis, cost, depth)
        one = solve_size(task, basis, cost, depth)
        assert one.hash_hex in within if within else one is None
    solutions = {h: c for each in found for h, c in each.items()}
    one = smaller_exists(task, basis, greatest + 1)
    assert (one is None) == (not solutions)
    for depth in range(greatest):
        if any(c.depth < depth for c in solutions.values()):
            flat = shallower_exists(task, basis, depth)
            assert flat.depth < depth
            assert task.solved_by(flat)
            assert flat.is_reduced()
            assert flat.in_basis(basis)
    points = {(cost_of(c, basis), c.depth) for c in solutions.values()}
    front = {p for p in points if not any(q != p and q[0] <= p[0] and q[1] <= p[1] for q in points)}
    assert pareto_front(task, basis, greatest) == tuple(sorted(front))
    least = min((cost for cost, _ in points), default=0)
    flattest = min((d for _, d in points), default=0)
    flat_least = min((d for cost, d in points if cost == least), default=0)

    def check(order, wanted, slack=0):
        listed = all_minima(task, basis, order, slack, cap=greatest)
        assert [circuit_cost(c, basis) for c in listed] == sorted(cost_of(c, basis) for c in listed)
        expected = {h for h, c in solutions.items() if wanted(cost_of(c, basis), c.depth)}
        assert {c.hash_hex for c in listed} == expected, (task, basis, order, slack)
        assert len(listed) == len(expected)

    check("size", lambda cost, _: cost == least)
    check("size", lambda cost, _: cost <= least + 1, slack=1)
    check("size-depth", lambda cost, d: cost == least and d == flat_least)
    check("size-depth", lambda cost, d: cost <= least + 1 and d <= flat_least, slack=1)
    check("depth", lambda _, d: d == flattest)
    check("pareto", lambda cost, d: (cost, d) in front)
    # Within the cap the least depth of all need not occur.
    if solutions and (flat := shallower_exists(task, basis, flattest)) is None:
        cheapest = min(cost for cost, d in points if d == flattest)
        check("depth-size", lambda cost, d: cost == cheapest and d == flattest)
    elif solutions:
        assert circuit_cost(flat, basis) > greatest


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("inputs", "outputs", "greatest", "count"),
    [
        (1, 1, 3, 6),
        (2, 1, 3, 5),
        pytest.param(2, 2, 2, 5, marks=pytest.mark.slow),
        (3, 1, 2, 2),
        pytest.param(3, 1, 2, 5, marks=pytest.mark.slow),
    ],
)
def test_named_bases_agree_with_plain_enumeration(name, inputs, outputs, greatest, count):
    if name in ("mux", "xmg"):  # so many forms that three gates take long
        greatest = min(greatest, 2)
    for task in some_tasks(inputs, outputs, count, name):
        agree(task, basis_named(name), greatest)


@pytest.mark.parametrize("seed", range(8))
def test_bases_of_ones_own_agree_with_plain_enumeration(seed):
    rng = random.Random(seed)
    basis = some_basis(rng)
    for inputs, outputs in ((1, 1), (2, 1), (2, 2), (3, 1)):
        for task in some_tasks(inputs, outputs, 3, seed):
            agree(task, basis, 3 if inputs < 3 else 2)


@pytest.mark.parametrize("name", NAMES)
def test_symmetry_breaking_loses_no_set_of_functions(name):
    basis = basis_named(name)
    for inputs, outputs, most in ((2, 1, 3), (3, 1, 3), (3, 2, 3)):
        for task in some_tasks(inputs, outputs, 6, name):
            search = Search(task, basis)
            least = search.least(range(most + 1), None)
            if least is None:
                continue
            size = circuit_cost(least, basis)
            fast = {c.hash_hex for c in search.every(size, None, least=True)}
            plain = {c.hash_hex for c in plainly(task, basis, size)}
            assert fast == plain
            assert least.hash_hex in plain


def plainly(task, basis, size):
    """Every circuit of so many gates from the encoding without symmetries or spared gates."""
    encoding = ChainEncoding(task, basis, size, symmetric=False)
    return Search(task, basis).every_of(encoding, size, None)


CALIBRATION = {
    "nand": {1: (6, 6), 2: (12, 18), 3: (25, 57), 4: (43, 201)},
    "and-or-not": {1: (9, 9), 2: (26, 30), 3: (44, 60)},
    "mig": {1: (16, 16), 2: (32, 192), 3: (28, 600), 4: (48, 10464)},
    "xmg": {1: (20, 20), 2: (72, 288), 3: (32, 1568)},
    "mux": {1: (27, 42), 2: (85, 1332)},
}


def three_input_functions(basis):
    full = 255
    trivial = {0, full, *(input_bits(3, i) for i in range(3))}
    if basis.free_inverters:
        trivial |= {bits ^ full for bits in trivial}
    return sorted(set(range(0, 256, 2 if basis.free_inverters else 1)) - trivial)


@pytest.mark.slow
@pytest.mark.parametrize("name", CALIBRATION)
def test_all_functions_of_three_inputs(name):
    basis = basis_named(name)
    functions, circuits = Counter(), Counter()
    for bits in three_input_functions(basis):
        minima = all_minima(function(3, bits), basis, cap=max(CALIBRATION[name]))
        if minima:
            functions[minima[0].size] += 1
            circuits[minima[0].size] += len({c.hash_hex for c in minima})
    counts = {size: (functions[size], circuits[size]) for size in sorted(functions)}
    assert counts == CALIBRATION[name]


@pytest.mark.parametrize(
    ("name", "text", "size", "circuits"),
    [
        ("mig", "tt:3:E8", 1, 1),
        ("mig", "tt:3:96", 3, 18),
        ("xmg", "tt:3:96", 1, 1),
        # The carry is MAJ of the inputs, or of two of them and the inverse of their sum.
        ("xmg", "tt:3:69,E8", 2, 4),
        ("mux", "tt:3:CA", 1, 1),
        ("mux", "tt:3:96", 2, 12),
        ("nand", "expr:a ^ b", 4, 1),
        ("nand", "expr:a & b & c", 4, 6),
        ("and-or-not", "expr:a ^ b", 4, 1),
        ("monotone", "tt:3:E8", 4, 6),
    ],
)
def test_known_minima(name, text, size, circuits):
    minima = all_minima(parse_task(text), basis_named(name), cap=size)
    assert (minima[0].size, len(minima)) == (size, circuits)


def test_a_search_ends_where_there_is_no_circuit():
    task = parse_task("expr:a ^ b")
    assert smaller_exists(task, MONOTONE, 6) is None
    assert shallower_exists(task, MONOTONE, 4) is None
    for order in ("size", "depth-size", "size-depth", "depth", "pareto"):
        assert all_minima(task, MONOTONE, order, cap=4) == ()
    assert pareto_front(task, MONOTONE, cap=4) == ()
    for call in (minimum_size, minimum_depth, all_minima, pareto_front):
        with pytest.raises(ArgumentError, match="builds AND and XOR"):
            call(task, MONOTONE)
    alone = Basis.closed("alone", {"nand": 1}, free_inverters=False)
    with pytest.raises(ArgumentError, match="basis"):  # ~a needs a gate that reads a twice
        minimum_size(parse_task("expr:~a"), alone)


def test_costs_take_the_place_of_gates():
    task = parse_task("expr:a ^ b")
    assert minimum_size(task, WEIGHTED)[0] == 3
    assert {c.size for c in all_minima(task, WEIGHTED)} == {1, 3}
    assert smaller_exists(task, WEIGHTED, 3) is None
    assert pareto_front(task, WEIGHTED) == ((3, 1),)


def test_relations_bind_outputs_together():
    # Exactly one output holds: one is a wire or constant, the other its inverse.
    one = RelationTask(2, 2, ((1, 2),) * 4)
    assert len(all_minima(one, B2)) == 2 * 3
    # Both outputs are alike, and 1 where both inputs are.
    joined = RelationTask(2, 2, ((0, 3), (0, 3), (0, 3), (3,)))
    assert {str(c) for c in all_minima(joined, NAND)} == {"out = a, a", "out = b, b", "out = 1, 1"}
    assert minimum_depth(joined, NAND)[0] == 0


def test_six_inputs_and_four_outputs():
    task = parse_task("expr:6:a & b, c & d, e & f, (a & b) ^ (c & d)")
    assert minimum_size(task, AIG)[0] == 6
    assert minimum_depth(task, B2)[0] == 2


def test_a_budget_ends_the_search(clock):
    hard = parse_task("tt:5:169E7B3C")
    clock.tick = 1.0
    with pytest.raises(BudgetEnded):
        minimum_size(hard, AIG, Effort(seconds=50))
    with pytest.raises(BudgetEnded):
        all_minima(hard, B2, effort=Effort(seconds=50))
    clock.tick = 0.0
    generous = Effort(seconds=600)
    assert len(all_minima(parse_task("tt:3:E8"), B2, effort=generous)) == 51
    assert minimum_depth(parse_task("tt:3:E8"), MUX, generous)[0] == 2


def test_orders_and_slack_are_checked():
    task = parse_task("tt:2:8")
    with pytest.raises(ArgumentError, match="cap"):
        all_minima(task, B2, "depth")
    with pytest.raises(ArgumentError, match="slack"):
        all_minima(task, B2, "pareto", slack=1)
    with pytest.raises(ArgumentError, match="slack"):
        all_minima(task, B2, slack=-1)
    with pytest.raises(ArgumentError, match="order"):
        all_minima(task, B2, "formula")
    no_gates = Basis.closed("nothing", {"tt:2:0": 1}, free_inverters=True)
    with pytest.raises(ArgumentError, match="basis"):
        all_minima(task, no_gates, cap=2)
