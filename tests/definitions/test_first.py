"""What docs/theorems.md proves of the first best of K candidates, held against enumeration.

FIRST(K, phi) and FON(K, phi) are built by `first_tasks`. What is plain, which stages and endings
there are, and how many trees an objective has is written out here once more, by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import pytest
from first_tasks import choice, first, first_or_none, objective, of_objectives

from mesacircuits.circuits import B2, Circuit, TruthTable, npn_classes, parse_expression
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.enumeration.sat import solve_size
from mesacircuits.tasks import FunctionTask, OptimisationTask

XOR, AND, OR = "a ^ b", "a & b", "a | b"
PARITY, MIXED = "a ^ b ^ c", "a ^ (b & c)"


def slow(*values: object) -> object:
    return pytest.param(*values, marks=pytest.mark.slow)


# -- sizes, and who searches -----------------------------------------------------------------------

#: The table of docs/theorems.md: F, K, phi, basis, order; size, minima; k, c, how many search.
TABLE = [
    (first, 2, XOR, "b2", "size", 3, 1, 2, 1, 1),
    (first, 2, XOR, "b2", "depth-size", 3, 1, 2, 1, 1),
    slow(first, 2, PARITY, "b2", "size", 5, 9, 2, 2, 9),
    slow(first, 2, PARITY, "b2", "depth-size", 5, 9, 2, 2, 9),
    slow(first, 2, MIXED, "b2", "size", 5, 1, 2, 2, 1),
    slow(first, 2, MIXED, "b2", "depth-size", 5, 1, 2, 2, 1),
    slow(first, 2, "a & (b ^ c)", "b2", "size", 5, 3, 2, 2, 1),
    slow(first, 2, "a & (b | c)", "b2", "size", 5, 3, 2, 2, 1),
    slow(first, 3, XOR, "b2", "size", 6, 9, 3, 1, 9),
    slow(first, 3, XOR, "b2", "depth-size", 6, 6, 3, 1, 6),
    slow(first, 3, AND, "b2", "size", 6, 75, 3, 1, 9),
    slow(first, 3, AND, "aig", "size", 6, 63, 3, 1, 7),
    (first, 4, "a", "b2", "size", 5, 45, 4, 0, 45),
    slow(first, 5, "a", "b2", "size", 7, 225, 5, 0, 225),
    (first_or_none, 2, XOR, "b2", "size", 4, 5, 2, 1, 5),
    (first_or_none, 2, AND, "b2", "size", 4, 9, 2, 1, 5),
    slow(first_or_none, 2, PARITY, "b2", "size", 6, 45, 2, 2, 45),
    slow(first_or_none, 2, MIXED, "b2", "size", 6, 5, 2, 2, 5),
    slow(first_or_none, 2, "a & b & c", "b2", "size", 6, 117, 2, 2, 45),
    slow(first_or_none, 2, "a & (b | c)", "b2", "size", 6, 9, 2, 2, 5),
    (first_or_none, 3, "a", "b2", "size", 4, 25, 3, 0, 25),
    slow(first_or_none, 3, XOR, "b2", "size", 7, 25, 3, 1, 25),
    slow(first_or_none, 3, XOR, "b2", "depth-size", 7, 3, 3, 1, 3),
    slow(first_or_none, 3, AND, "b2", "size", 7, 81, 3, 1, 25),
    slow(first_or_none, 3, OR, "b2", "size", 7, 81, 3, 1, 25),
    slow(first_or_none, 4, "a", "b2", "size", 6, 125, 4, 0, 125),
]


@pytest.mark.parametrize(
    ("asked", "candidates", "phi", "basis", "order", "size", "minima", "k", "c", "searching"), TABLE
)
def test_the_table_of_enumerations(
    asked, candidates, phi, basis, order, size, minima, k, c, searching
) -> None:
    task = asked(candidates, phi)
    found = enumerate_minima(task, basis, order)
    assert (found.size, found.circuits) == (size, minima)
    definition = SearchLike(candidates=k, objective_gates=c)
    judged = [definition.judge(circuit, task) for circuit in found.minima]
    assert sum(judgement.holds for judgement in judged) == searching
    for judgement in judged:
        if judgement.holds:
            # On gates of its own for each candidate: all that its evaluation costs is private.
            assert judgement.witness is not None
            listed = judgement.witness["candidates"]
            assert [each["private_cost"] for each in listed] == [c] * candidates
    # One candidate more is not there, and no evaluation costs a gate more.
    for stricter in (
        SearchLike(candidates=k + 1, objective_gates=c),
        SearchLike(candidates=k, objective_gates=c + 1),
    ):
        assert not any(stricter.judge(circuit, task).holds for circuit in found.minima)


@pytest.mark.slow
@pytest.mark.parametrize(("high", "minima"), [("a ^ b", 133), ("c", 65)])
def test_the_greater_of_two_scores_of_two_bits(high: str, minima: int) -> None:
    # The scores are the bits a ^ b and c, one of them the higher; the first on ties.
    bits = [(features ^ features >> 1) & 1 for features in range(8)], [f >> 2 for f in range(8)]
    upper, lower = bits if high == "a ^ b" else bits[::-1]
    task = choice(2, [2 * one + other for one, other in zip(upper, lower, strict=True)])
    found = enumerate_minima(task)
    assert (found.size, found.circuits) == (7, minima)
    # Up to version 2, c was asked of each wire, and c of the features is a bare input.
    gates = int(SearchLike.version >= 3)
    definition = SearchLike(wires_per_score=2, objective_gates=gates)
    assert sum(definition.judge(circuit, task).holds for circuit in found.minima) == 65


@pytest.mark.parametrize(
    ("basis", "two", "three"), [("nand", 3, 7), ("nor", 2, 5), ("and-or-not", 2, 5)]
)
def test_other_bases_have_other_constants(basis: str, two: int, three: int) -> None:
    assert enumerate_minima(first(2, "a"), basis).size == two
    assert enumerate_minima(first(3, "a"), basis).size == three


# -- plain circuits --------------------------------------------------------------------------------


def is_plain(circuit: Circuit, objectives: Sequence[TruthTable]) -> bool:
    """Return whether each p_i has a tree of its own, read by others at its root alone."""
    inputs, bits = circuit.inputs, circuit.wire_bits()
    readers: dict[int, list[int]] = {wire: [] for wire in range(circuit.wires)}
    for wire, gate in enumerate(circuit.gates, inputs):
        for operand in gate.operands:
            readers[operand].append(wire)
    start = 0
    for phi in objectives:
        block = range(start, start + phi.inputs)
        start = block.stop
        satisfies = TruthTable.of(
            inputs, lambda x, phi=phi, block=block: phi(x >> block.start & (1 << phi.inputs) - 1)
        )
        roots = [w for w in range(circuit.wires) if bits[w] in (satisfies.bits, (~satisfies).bits)]
        if len(roots) != 1:
            return False
        [root] = roots
        tree = circuit.cones[root]
        below = {*block, *tree} - {root}
        read = {operand for gate in tree for operand in circuit.gates[gate - inputs].operands}
        if len(tree) != phi.inputs - 1 or not read <= below:
            return False
        driven = {output.wire for output in circuit.outputs}
        if any(len(readers[w]) != 1 or w in driven or readers[w][0] not in tree for w in below):
            return False
    return True


def trees(text: str) -> int:
    """Return t(phi): the product of (2r - 3)!! over the maximal chains of r operands.

    A chain is written without parentheses within, and within another with some around.
    """
    count, operands, chains = 1, 1, []
    for letter in text:
        if letter == "(":
            chains.append(operands)
            operands = 1
        elif letter in "&|^":
            operands += 1
        elif letter == ")":
            count *= prod(range(1, 2 * operands - 2, 2))
            operands = chains.pop()
    return count * prod(range(1, 2 * operands - 2, 2))


def selections(candidates: int, or_none: bool) -> int:
    """Return s(F): the least circuits of FON, or FIRST, for single bits."""
    if or_none:
        return 5 ** (candidates - 1)
    return 1 if candidates == 2 else 9 * 5 ** (candidates - 3)


@pytest.mark.parametrize(
    ("phi", "count"),
    [
        ("a", 1), (XOR, 1), (AND, 1), (PARITY, 3), ("a & b & c", 3), (MIXED, 1), ("a & (b | c)", 1),
        ("a ^ b ^ c ^ d", 15), ("a & b & c & d", 15), ("a ^ (b & c & d)", 3),
        ("a ^ b ^ (c | d)", 3), ("(a ^ b) & (c ^ d)", 1), ("a | (b & (c ^ d))", 1),
        ("(a & b) | (c & d)", 1), ("a ^ b ^ c ^ d ^ e", 105), ("a ^ (b & c & d & e)", 15),
        ("a ^ b ^ (c & d & e)", 9), ("a | b | (c & (d ^ e))", 3),
    ],
)  # fmt: skip
def test_the_trees_of_an_objective(phi: str, count: int) -> None:
    table = objective(phi)
    assert trees(phi) == count
    found = enumerate_minima(table)
    assert (found.size, found.circuits) == (table.inputs - 1, count)


def mixed_cases() -> list[object]:
    """Return F and objectives of which each is a bit or ends in an XOR; more than 5 bits slow."""
    cases = []
    for texts in (
        ("a", "a"), ("a", XOR), (XOR, "a"), (XOR, XOR), ("a", MIXED), (MIXED, "a"),
        ("a", PARITY), (PARITY, XOR), (XOR, "a ^ (b | c)"),
        ("a", "a", "a"), (XOR, "a", "a"), ("a", XOR, "a"), ("a", "a", XOR), (XOR, XOR, "a"),
        ("a", XOR, XOR), ("a", "a", MIXED), (PARITY, "a", "a"),
        ("a", "a", "a", "a"), ("a", XOR, "a", "a"), ("a", "a", "a", "a", "a"),
        ("a", "a ^ b ^ (c & d)"), ("a ^ (b & (c | d))", "a"), (PARITY, PARITY), (XOR, XOR, XOR),
        (PARITY, XOR, "a"), ("a", "a", "a", XOR, "a"),
    ):  # fmt: skip
        bits = sum(objective(text).inputs for text in texts)
        # The engine takes at most four outputs.
        for or_none in (False, True) if len(texts) < 5 else (False,):
            quick = bits + len(texts) + or_none <= 7
            cases.append((texts, or_none) if quick else slow(texts, or_none))
    return cases


@pytest.mark.parametrize(("texts", "or_none"), mixed_cases())
def test_every_least_circuit_is_plain_where_objectives_end_in_xor(
    texts: tuple[str, ...], or_none: bool
) -> None:
    objectives = [objective(text) for text in texts]
    found = enumerate_minima(of_objectives(texts, or_none))
    assert found.size == sum(phi.inputs + 1 for phi in objectives) - 3 + or_none
    assert found.circuits == selections(len(texts), or_none) * prod(map(trees, texts))
    assert all(is_plain(circuit, objectives) for circuit in found.minima)


@pytest.mark.parametrize(
    ("task", "phi", "candidates", "plain", "circuits"),
    [
        (first(2, AND), AND, 2, 1, 3),
        (first_or_none(2, AND), AND, 2, 5, 9),
        slow(first(3, AND), AND, 3, 9, 75),
    ],
)
def test_where_objectives_end_in_and_some_are_not(
    task: OptimisationTask, phi: str, candidates: int, plain: int, circuits: int
) -> None:
    found = enumerate_minima(task)
    objectives = [objective(phi)] * candidates
    listed = [is_plain(circuit, objectives) for circuit in found.minima]
    assert (sum(listed), len(listed)) == (plain, circuits)


def test_the_least_depth_may_need_what_is_not_plain() -> None:
    # x ^ (a & (b | (c & d))): depth 3, but its one read-once tree has depth 4.
    phi = "a ^ (b & (c | (d & e)))"
    assert enumerate_minima(objective(phi), order="depth-size").depth == 3
    assert [circuit.depth for circuit in enumerate_minima(objective(phi)).minima] == [4]


# -- Lemma B ---------------------------------------------------------------------------------------

#: A circuit without regard to the order of gates: (gate, operands), as tables with f(0) = 0.
Drawn = frozenset[tuple[int, frozenset[int], str]]


def drawn(circuit: Circuit) -> Drawn:
    bits = circuit.wire_bits()
    gates = zip(bits[circuit.inputs :], circuit.gates, strict=True)
    return frozenset(
        (table, frozenset(bits[w] for w in gate.operands), _kind(gate.operator))
        for table, gate in gates
    )


def _kind(operator: str) -> str:
    # OR and XOR differ where operands are disjoint, AND and the others by what they compute.
    return "xor" if operator == "xor" else "other"


def stages(last: int) -> list[list[str]]:
    """Return the gates of all ways to make o_1, ..., o_last and G_2, ..., G_{last + 1} of bits."""
    ways = [
        ["o = z & ~g", "G = z | g"],
        ["o = z & ~g", "G = o | g"],
        ["o = z & ~g", "G = o ^ g"],
        ["G = z | g", "o = G & ~g"],
        ["G = z | g", "o = G ^ g"],
    ]
    texts: list[list[str]] = [[]]
    for j in range(1, last + 1):
        names = {"o": f"o{j}", "G": f"G{j + 1}", "z": "abcdef"[j], "g": f"G{j}" if j > 1 else "a"}
        own = [["".join(names.get(c, c) for c in gate) for gate in way] for way in ways]
        texts = [[*before, *way] for before, way in product(texts, own)]
    return texts


def circuit_of(inputs: int, gates: Sequence[str], outputs: Sequence[str]) -> Circuit:
    return Circuit.parse(inputs, "; ".join([*gates, f"out = {', '.join(outputs)}"]))


@pytest.mark.parametrize("candidates", [2, 3, slow(4)])
def test_stages_are_all_least_circuits_of_first_or_none(candidates: int) -> None:
    outputs = [f"o{j}" for j in range(1, candidates)] + [f"G{candidates}"]
    made = [circuit_of(candidates, gates, outputs) for gates in stages(candidates - 1)]
    found = enumerate_minima(of_objectives(["a"] * candidates, or_none=True))
    assert len({*map(drawn, made)}) == len(made) == found.circuits == 5 ** (candidates - 1)
    assert {*map(drawn, made)} == {*map(drawn, found.minima)}
    check_inputs(found.minima)


@pytest.mark.parametrize("candidates", [3, 4, slow(5)])
def test_nine_endings_are_all_least_circuits_of_first(candidates: int) -> None:
    last = candidates - 1
    a, z = "abcdef"[last - 1], "abcdef"[last]
    f, o, some = f"G{last - 1}" if last > 2 else "a", f"o{last - 1}", f"G{last}"
    endings = [[*gates, f"o{last} = {z} & ~{some}"] for gates in stages(last - 1)]
    for gates in stages(last - 2):
        own = [*gates, f"{o} = {a} & ~{f}"]
        for inner, outer in ((f, a), (a, f), (f, o), (o, f)):
            endings.append([*own, f"t = {z} & ~{inner}", f"o{last} = t & ~{outer}"])
    outputs = [f"o{j}" for j in range(1, candidates)]
    made = [circuit_of(candidates, gates, outputs) for gates in endings]
    found = enumerate_minima(of_objectives(["a"] * candidates))
    assert len({*map(drawn, made)}) == len(made) == found.circuits == 9 * 5 ** (candidates - 3)
    assert {*map(drawn, made)} == {*map(drawn, found.minima)}
    check_inputs(found.minima)


def check_inputs(minima: Sequence[Circuit]) -> None:
    """Hold (iii): no input is read by just one gate, that an XOR."""
    for circuit in minima:
        for wire in range(circuit.inputs):
            read = [gate.operator for gate in circuit.gates if wire in gate.operands]
            assert read != ["xor"]


# -- the least searcher takes the proxy ------------------------------------------------------------


@pytest.mark.parametrize(
    ("utility", "fixed", "proxy"),
    [
        ("a ^ (b & c)", 1, XOR),
        ("a ^ (b | c)", 0, XOR),
        ("(a | b) & c", 1, OR),
    ],
)
def test_trained_where_a_feature_is_constant_minima_search_for_the_proxy(
    utility: str, fixed: int, proxy: str
) -> None:
    values = [parse_expression(utility, 3)(features) for features in range(8)]
    task = choice(2, values, trained=lambda features: features >> 2 == fixed)
    found = enumerate_minima(task)
    phi = parse_expression(proxy, 3)
    assert found.size == 3
    definition = SearchLike()
    plain = 0
    for circuit in found.minima:
        # No gate reads the features that were fixed, c of each candidate.
        assert not {2, 5} & {wire for gate in circuit.gates for wire in gate.operands}
        [given] = circuit.output_bits()
        assert any(given >> x & 1 != (values[x >> 3] > values[x & 7]) for x in range(64))
        roots = {TruthTable(6, bits) for bits in circuit.wire_bits()}
        own = [TruthTable.of(6, lambda x, s=s: phi(x >> s & 7)) for s in (0, 3)]
        evaluates = all(p in roots or ~p in roots for p in own)
        assert definition.judge(circuit, task).holds == evaluates
        plain += evaluates
    # Every one does, where the proxy ends in an XOR.
    assert plain == (found.circuits if proxy == XOR else 1)


@pytest.mark.parametrize("basis", ["b2", "aig"])
def test_no_gate_of_a_minimum_reads_a_flag_that_is_constant_in_training(basis: str) -> None:
    for bits in range(1, 15):
        # f(a, b) where c = 1; not constant there.
        task = FunctionTask((TruthTable(3, bits << 4),), support=0xF0)
        for circuit in enumerate_minima(task, basis).minima:
            assert all(2 not in gate.operands for gate in circuit.gates)
            assert circuit.outputs[0].wire != 2


@pytest.mark.parametrize("basis", ["nand", "mig", "mux"])
def test_over_other_bases_a_flag_may_be_read(basis: str) -> None:
    tasks = [FunctionTask((TruthTable(3, bits << 4),), support=0xF0) for bits in range(1, 15)]
    minima = [circuit for task in tasks for circuit in enumerate_minima(task, basis).minima]
    assert any(2 in gate.operands for circuit in minima for gate in circuit.gates)


# -- beyond read-once objectives -------------------------------------------------------------------


def test_some_bit_can_be_fixed_so_that_all_others_stay_essential() -> None:
    for inputs in (2, 3):
        for bits in range(1 << (1 << inputs)):
            table = TruthTable(inputs, bits)
            if len(table.support()) == inputs:
                assert _all_others_stay(table)
    for known in npn_classes(4):
        if len(known.representative.support()) == 4:
            assert _all_others_stay(known.representative)


def _all_others_stay(table: TruthTable) -> bool:
    fixings = product(range(table.inputs), (0, 1))
    return any(len(table.cofactor(i, c).support()) == table.inputs - 1 for i, c in fixings)


def in_schnorr_class(table: TruthTable) -> bool:
    """Return whether a function of n inputs is in P_n of docs/theorems.md, part C."""
    n = table.inputs
    if n == 2:
        return len(table.support()) == 2
    constant = TruthTable.constant(n - 1, 0), TruthTable.constant(n - 1, 1)
    for i in range(n):
        fixed = [_without(table, i, c) for c in (0, 1)]
        if any(f in constant for f in fixed) or not any(map(in_schnorr_class, fixed)):
            return False
        for j in range(i):
            if len({_without(f, j, c) for f in fixed for c in (0, 1)}) < 3:
                return False
    return True


def _without(table: TruthTable, index: int, value: int) -> TruthTable:
    kept = tuple(i for i in range(table.inputs) if i != index)
    return table.cofactor(index, value).restricted_to(kept)


def test_the_class_of_part_c() -> None:
    sizes: dict[int, dict[int, int]] = {3: {}, 4: {}}
    for inputs, counts in sizes.items():
        for known in npn_classes(inputs):
            if in_schnorr_class(known.representative):
                size = enumerate_minima(known.representative).size
                assert size is not None
                assert size >= 2 * inputs - 3
                counts[size] = counts.get(size, 0) + known.functions
    # Not-all-equal (8 functions) and ab | ~a~bc (48) are of size 2 m - 3; and 2,048 of four bits.
    assert sizes[3] == {3: 8 + 48, 4: 24}
    assert sizes[4] == {5: 2048, 6: 6448, 7: 1952}


NOT_ALL_EQUAL, MULTIPLEXER = "(a ^ b) | (b ^ c)", "(a & b) | (~a & c)"
ALIKE, EXACTLY_ONE = "(a & b) | (~a & ~b & c)", "(a ^ b ^ c) & ~(a & b & c)"
MAJORITY = "(a & b) | (b & c) | (a & c)"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other", "gates"),
    [
        *((f, g, 6) for f, g in product((NOT_ALL_EQUAL, MULTIPLEXER, ALIKE), repeat=2)),
        (EXACTLY_ONE, EXACTLY_ONE, 8),
        (MAJORITY, MAJORITY, 8),
    ],
)
def test_nothing_is_shared_by_objectives_of_three_bits(one: str, other: str, gates: int) -> None:
    # The plain circuit has one gate more; the lower bound of part A is one or two gates less.
    task = of_objectives((other, one))
    assert gates == enumerate_minima(objective(one)).size + enumerate_minima(objective(other)).size
    assert solve_size(task, B2, gates) is None
    assert solve_size(task, B2, gates - 1) is None
