"""The SAT engine against naive enumeration, published counts and the design's calibration."""

from collections import Counter

import pytest
from sat_twin import function, naive, some_tasks

from mesacircuits.circuits import (
    AIG,
    B2,
    Basis,
    npn_classes,
    operator_named,
)
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.sat import (
    all_circuits,
    all_minima,
    minimum_depth,
    minimum_depth_size,
    minimum_size,
    shallower_exists,
    smaller_exists,
    solve_size,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task


@pytest.mark.parametrize("basis", [B2, AIG], ids=str)
@pytest.mark.parametrize(
    ("inputs", "outputs", "greatest", "count"), [(2, 1, 3, 20), (3, 1, 2, 25), (2, 2, 2, 20)]
)
def test_minima_without_a_cap_agree_with_plain_enumeration(basis, inputs, outputs, greatest, count):
    for task in some_tasks(inputs, outputs, count):
        solutions = [set(naive(task, basis, size).values()) for size in range(greatest + 1)]
        least = [size for size, found in enumerate(solutions) if found]
        if least:
            assert minimum_size(task, basis)[0] == least[0]
            minima = all_minima(task, basis)
            assert {c.hash_hex for c in minima} == {c.hash_hex for c in solutions[least[0]]}
        depth, size, circuit = minimum_depth_size(task, basis)
        assert (circuit.depth, circuit.size) == (depth, size)
        assert all(depth <= c.depth for c in set().union(*solutions))
        if size <= greatest:
            flat = {c.hash_hex for c in solutions[size] if c.depth == depth}
            assert {c.hash_hex for c in all_minima(task, basis, "depth-size")} == flat


@pytest.mark.parametrize(
    ("text", "wirings", "circuits"), [("tt:3:E8", 33, 51), ("tt:3:CA", 4, 6), ("tt:4:6996", 15, 15)]
)
def test_calibration_of_the_design(text, wirings, circuits):
    found = all_minima(parse_task(text), B2)
    shapes = {
        (tuple(zip((g.operands for g in c.gates), c.wire_bits()[c.inputs :], strict=True)))
        for c in found
    }
    assert (len(shapes), len(found)) == (wirings, circuits)


COUNTS = {
    (B2, "size"): {1: (15, 15), 2: (57, 75), 3: (40, 180), 4: (12, 540)},
    (AIG, "size"): {1: (12, 12), 2: (32, 48), 3: (15, 30), 4: (52, 216), 5: (4, 96), 6: (9, 276)},
    (B2, "depth-size"): {1: (15, 15), 2: (57, 75), 3: (40, 108), 4: (12, 444)},
}


@pytest.mark.parametrize(
    ("basis", "order"),
    [
        (B2, "depth-size"),
        pytest.param(B2, "size", marks=pytest.mark.slow),
        pytest.param(AIG, "size", marks=pytest.mark.slow),
    ],
)
def test_all_minima_of_three_inputs(basis, order):
    functions, circuits = Counter(), Counter()
    trivial = {0, *(input_bits(3, i) for i in range(3))}
    for bits in sorted(set(range(0, 256, 2)) - trivial):
        task = function(3, bits)
        minima = all_minima(task, basis, order)
        assert all(task.solved_by(c) and c.is_reduced() and c.in_basis(basis) for c in minima)
        assert all(c == c.canonical() for c in minima)
        functions[minima[0].size] += 1
        circuits[minima[0].size] += len(set(minima))
    assert {k: (functions[k], circuits[k]) for k in sorted(functions)} == COUNTS[basis, order]


def test_constants_inputs_and_irrelevant_inputs():
    for task in (function(3, 0), function(3, 0xFF), function(3, 0xCC), function(3, 0x0F)):
        assert minimum_size(task, B2)[0] == 0
        assert minimum_depth(task, B2)[0] == 0
        assert len(all_minima(task, B2)) == 1
    assert minimum_size(function(0, 1), AIG)[0] == 0
    assert solve_size(function(0, 1), AIG, 1) is None
    assert solve_size(function(1, 2), B2, 1) is None
    assert len(all_minima(parse_task("expr:5:a ^ c"), B2)) == 1


def test_several_outputs_share_gates():
    adder = parse_task("expr:a ^ b ^ c, (a & b) | (a & c) | (b & c)")
    size, circuit = minimum_size(adder, B2)
    assert (size, adder.solved_by(circuit)) == (5, True)
    assert smaller_exists(adder, B2, 5) is None
    assert minimum_depth(adder, B2)[0] == 3


def test_slack_counts_output_assignments():
    task = function(2, 0b0010, support=0b0110)  # a on the inputs 01 and 10: a, or the inverse of b
    assert {str(c) for c in all_minima(task, B2)} == {"out = a", "out = ~b"}


def test_no_four_gates_for_169e():
    task = parse_task("tt:4:169E")
    assert smaller_exists(task, B2, 5) is None
    minima = all_minima(task, B2)
    assert len(minima) == 10
    assert set(all_circuits(task, B2, 5)) == set(minima)  # without what is known of smaller sizes
    assert not list(all_circuits(task, B2, 4))


def test_depth_is_refuted_for_all_sizes():
    assert shallower_exists(parse_task("tt:4:6996"), B2, 2) is None
    assert shallower_exists(parse_task("tt:4:6996"), AIG, 4) is None
    circuit = shallower_exists(parse_task("tt:4:6996"), AIG, 5)
    assert circuit.depth == 4
    assert circuit.is_reduced()
    assert circuit.in_basis(AIG)


def test_arguments_are_checked_at_once():
    task = parse_task("tt:2:8")
    with pytest.raises(ArgumentError, match="cost"):
        all_circuits(task, B2, -1)
    with pytest.raises(ArgumentError, match="size"):
        solve_size(task, B2, -1)
    with pytest.raises(ArgumentError, match="depth"):
        shallower_exists(task, B2, -1)
    only_and = Basis("conjunctions", (operator_named("and"),), free_inverters=True)
    # A basis that lacks circuits needs no bound for a task that it has one for.
    assert minimum_size(task, only_and)[0] == 1
    with pytest.raises(ArgumentError, match="builds AND and XOR"):
        minimum_size(parse_task("tt:2:6"), only_and)


def test_other_bases_are_data():
    zhegalkin = Basis("zhegalkin", (operator_named("and"), operator_named("xor")), True)
    task = parse_task("expr:a | b")
    assert minimum_size(task, zhegalkin)[0] == 3
    minima = {c.hash_hex for c in all_minima(task, zhegalkin)}
    assert minima == set(naive(task, zhegalkin, 3))


@pytest.mark.slow
def test_sizes_and_depths_of_all_classes_of_four_inputs():
    sizes, depths = Counter(), Counter()
    for cls in npn_classes(4):
        task = FunctionTask((cls.representative,))
        sizes[minimum_size(task, B2)[0]] += 1
        depths[minimum_depth(task, B2)[0]] += cls.functions
    assert [sizes[k] for k in range(8)] == [2, 2, 5, 20, 34, 75, 72, 12]
    assert [depths[k] for k in range(5)] == [10, 60, 1458, 56456, 7552]
