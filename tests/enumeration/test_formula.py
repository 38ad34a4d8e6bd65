"""Formulas against raw brute force, published counts, and what is special about trees."""

from collections import Counter
from functools import cache
from itertools import product

import numpy as np
import pytest
from formula_twin import formulas_by_brute_force, tree_of_circuit
from hypothesis import given, settings

from mesacircuits.circuits import AIG, B2, BASES, Basis, Circuit, TruthTable, npn_canonical
from mesacircuits.data import published
from mesacircuits.enumeration.census import census
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.five_inputs import formula_lengths as lengths_of_classes
from mesacircuits.enumeration.formulas import (
    complete_table,
    formula_counts,
    formula_lengths,
    formula_trees,
    minimal_formulas,
)
from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, RelationTask
from mesacircuits.testing import bases as drawn_bases, truth_tables

#: Bases of a user's own, with costs, constants and repeats in all combinations that matter.
OWN = [
    Basis.closed("dear-xor", {"and": 1, "xor": 3}, free_inverters=True),
    Basis.closed("nand-apart", {"nand": 1}, free_inverters=False),
    Basis.closed("dear-not", {"nand": 2, "not": 1}, free_inverters=False),
    Basis.closed("implication", {"butnot": 1, "nand": 2}, free_inverters=False, repeats=True),
    Basis.closed("nor-with-0", {"nor": 1, "xnor": 2}, free_inverters=False, constants=True),
    Basis.closed("self-dual", {"maj": 1}, free_inverters=True),
    Basis.closed("maj-and-not", {"maj": 2, "not": 1}, free_inverters=False, constants=True),
    Basis.closed("nand3", {"tt:3:7F": 2}, False, constants=True, repeats=True),
    Basis.closed("odd3", {"tt:3:1D": 1, "and": 2}, False, repeats=True),
    Basis("and-alone", B2.operators[3:4], free_inverters=True),
    Basis.closed("affine", {"xor": 1}, free_inverters=True),
]
ALL = [*BASES.values(), *OWN]
all_bases = pytest.mark.parametrize("basis", ALL, ids=str)


@cache
def brute_force(inputs, basis, cost):
    return formulas_by_brute_force(inputs, basis, cost)


def reach(basis):
    """How far brute force goes: inputs with the greatest cost."""
    wide = any(form.wires == 3 or len(form.pattern) == 3 for form in basis.forms)
    if wide:
        return [(2, 2), (3, 2)] if len(basis.forms) < 12 else [(2, 2), (3, 1)]
    return [(2, 4), (3, 3)]


def trees_of(circuits, inputs):
    """The formulas of one-output circuits, written as brute force writes them."""
    trees = []
    for circuit in circuits:
        gates = [(gate.operator, gate.operands) for gate in circuit.gates]
        trees.append(tree_of_circuit(inputs, gates, circuit.outputs[0].wire))
    return trees


# -- against brute force --------------------------------------------------------------------------


@all_bases
def test_lengths_and_counts_are_those_of_brute_force(basis):
    for inputs, cost in reach(basis):
        levels = brute_force(inputs, basis, cost)
        lengths = formula_lengths(inputs, basis)
        counts = formula_counts(inputs, basis)
        mask = (1 << (1 << inputs)) - 1
        for bits in range(mask + 1):
            if bits in (0, mask):
                assert (lengths[bits], counts[bits]) == (0, 1)
                continue
            normal = bits ^ mask if basis.free_inverters and bits & 1 else bits
            found = [(c, len(level[normal])) for c, level in enumerate(levels) if normal in level]
            if found:
                assert (lengths[bits], counts[bits]) == found[0]
            else:
                assert lengths[bits] == -1 or lengths[bits] > cost


@all_bases
def test_slack_is_that_of_brute_force(basis):
    for inputs, cost in reach(basis):
        levels = brute_force(inputs, basis, cost)
        for within in (1, 2):
            table = complete_table(inputs, basis, within)
            lister = formula_trees(inputs, basis)
            for bits in sorted(set().union(*levels)):
                place = table.classes.number[bits]
                for more in range(within + 1):
                    spent = int(table.lengths[place]) + more
                    if spent <= cost:
                        expected = levels[spent].get(bits, set())
                        assert table.counts[more][place] == len(expected)
                        assert sum(1 for _ in lister.trees(bits, spent)) == len(expected)


@all_bases
def test_the_formulas_listed_are_those_of_brute_force(basis):
    for inputs, cost in reach(basis):
        levels = brute_force(inputs, basis, cost)
        lengths = formula_lengths(inputs, basis)
        for bits in sorted(set().union(*levels)):
            if lengths[bits] > 0:
                table = TruthTable(inputs, bits)
                within = min(1, cost - int(lengths[bits]))
                listed = list(minimal_formulas(table, basis, within=within))
                expected = set()
                for level in levels[: int(lengths[bits]) + within + 1]:
                    expected |= level.get(bits, set())
                trees = trees_of(listed, inputs)
                assert len(trees) == len(set(trees))
                assert set(trees) == expected
                assert all(circuit.tables() == (table,) for circuit in listed)


@settings(deadline=None, max_examples=25)
@given(drawn_bases())
def test_drawn_bases_agree_with_brute_force(basis):
    if not basis.forms or any(form.wires == 3 for form in basis.forms):
        return
    levels = brute_force(2, basis, 3)
    table = complete_table(2, basis, 1)
    for bits in sorted(set().union(*levels)):
        place = table.classes.number[bits]
        least = int(table.lengths[place])
        assert least == min(cost for cost, level in enumerate(levels) if bits in level)
        for more in range(2 if 0 < least < 3 else 1):
            assert table.counts[more][place] == len(levels[least + more].get(bits, ()))


# -- published and known counts -------------------------------------------------------------------


def test_published_lengths_of_four_inputs():
    expected = published().distribution(4, "formula").counts
    assert tuple(np.bincount(formula_lengths(4, B2))) == expected


@pytest.mark.parametrize("basis", [B2, AIG], ids=str)
def test_the_engine_for_five_inputs_finds_the_same_lengths(basis):
    other = np.bincount(lengths_of_classes(4, basis).values)
    table = complete_table(4, basis)
    assert np.bincount(table.lengths).tolist() == other.tolist()


@pytest.mark.parametrize("basis", [B2, AIG, BASES["mux"], BASES["and-or-not"], OWN[0]], ids=str)
def test_formulas_are_never_shorter_than_circuits(basis):
    lengths = formula_lengths(3, basis)
    for c in census(3, basis).classes:
        assert lengths[c.representative.bits] >= c.size


def test_where_no_gate_is_read_twice_minimal_circuits_are_formulas():
    """Up to three gates of `b2`; beyond, a minimal circuit may share a gate."""
    counts, lengths = formula_counts(3, B2), formula_lengths(3, B2)
    for c in census(3, B2).classes:
        if c.size <= 3:
            assert lengths[c.representative.bits] == c.size
            assert counts[c.representative.bits] == c.circuits


def test_nand_and_nor_are_dual():
    mask = 0xFF
    nand, nor = formula_counts(3, "nand"), formula_counts(3, "nor")
    for bits in range(mask + 1):
        dual = int(f"{bits:08b}"[::-1], 2) ^ mask
        assert nand[bits] == nor[dual]


@pytest.mark.slow
def test_idle_inputs_shorten_no_formula_but_minimal_ones_may_read_them(sampled):
    """NOR(c, d) may stand for NOR(c, c) where c decides anyway; in other bases none reads d."""
    for basis in {*sampled(BASES.values(), 2), BASES["nor"]}:
        three, four = formula_lengths(3, basis), formula_lengths(4, basis)
        fewer, more = formula_counts(3, basis), formula_counts(4, basis)
        assert all(three[bits] == four[bits * 0x101] for bits in range(256))
        differ = sum(fewer[bits] != more[bits * 0x101] for bits in range(256))
        assert differ == (9 if basis.name in ("nand", "nor") else 0)
    text = (
        "g1 = ~(a | a); g2 = ~(a | b); g3 = ~(b | b); g4 = ~(c | c); g5 = ~(c | d); "
        "g6 = ~(g1 | g3); g7 = ~(g5 | g6); g8 = ~(g4 | g7); g9 = ~(g2 | g8); out = g9"
    )
    assert Circuit.parse(4, text) in minimal_formulas("tt:4:6E6E", "nor")


# -- what trees are -------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", BASES.values(), ids=str)
@settings(deadline=None, max_examples=15)
@given(table=truth_tables(inputs=3))
def test_listed_formulas_are_trees_of_the_least_cost_and_as_many_as_counted(basis, table):
    length = int(formula_lengths(3, basis)[table.bits])
    listed = list(minimal_formulas(table, basis))
    assert len(listed) == len(set(listed)) == formula_counts(3, basis)[table.bits]
    assert len({circuit.hash_hex for circuit in listed}) == len(listed)
    for circuit in listed:
        assert circuit.tables() == (table,)
        assert circuit.in_basis(basis)
        assert circuit_cost(circuit, basis) == length
        assert circuit.canonical() == circuit
        read = Counter(w for gate in circuit.gates for w in set(gate.operands) if w >= 3)
        read.update(output.wire for output in circuit.outputs if output.wire >= 3)
        assert dict(read) == dict.fromkeys(range(3, circuit.wires), 1)


def test_subformulas_of_one_function_need_not_be_equal():
    """NAND(T, T') over minimal T, T' for the same g: unordered pairs, equal ones among them."""
    counts = formula_counts(3, "nand")
    for inverted in range(256):
        pairs = counts[inverted] * (counts[inverted] + 1) // 2
        doubled = [
            circuit
            for circuit in minimal_formulas(TruthTable(3, inverted ^ 0xFF), "nand")
            if _reads_twice(circuit, inverted)
        ]
        assert len(doubled) in (0, pairs)


def _reads_twice(circuit, bits):
    if not circuit.gates:
        return False
    values = circuit.wire_bits()
    return {values[w] for w in circuit.gates[-1].operands} == {bits}


def test_counts_are_constant_on_npn_classes():
    counts = formula_counts(3, AIG)
    for bits in range(256):
        assert counts[bits] == counts[npn_canonical(TruthTable(3, bits))[0].bits]


# -- tasks ----------------------------------------------------------------------------------------


def test_a_partial_function_has_the_shortest_formulas_of_all_that_fit():
    task = FunctionTask((TruthTable.from_hex(3, "E8"),), support=0x7E)
    lengths, counts = formula_lengths(3), formula_counts(3)
    fitting = [bits for bits in range(256) if not (bits ^ 0xE8) & 0x7E]
    least = min(lengths[bits] for bits in fitting)
    best = [bits for bits in fitting if lengths[bits] == least]
    listed = list(minimal_formulas(task))
    assert len(listed) == sum(counts[bits] for bits in best)
    assert all(task.solved_by(circuit) for circuit in listed)
    assert {circuit.tables()[0].bits for circuit in listed} == set(best)
    relation = RelationTask.from_function(task)
    assert list(minimal_formulas(relation)) == listed


def test_slack_comes_after_the_minima():
    listed = list(minimal_formulas("expr:a & b & c", within=2))
    sizes = [circuit.size for circuit in listed]
    assert sizes == sorted(sizes)
    assert set(sizes) == {2, 3, 4}
    assert len(listed) == len(set(listed)) == formula_counts(3, B2, 2)[0x80]


def test_outputs_have_formulas_of_their_own():
    task = FunctionTask((TruthTable.from_hex(3, "96"), TruthTable.from_hex(3, "E8")))
    listed = list(minimal_formulas(task))
    assert len(listed) == len(set(listed)) == 3 * 27
    assert all(circuit.size == 2 + 4 and task.solved_by(circuit) for circuit in listed)
    twice = FunctionTask((TruthTable.from_hex(2, "8"),) * 2)
    assert [str(circuit) for circuit in minimal_formulas(twice)] == [
        "g1 = a & b; g2 = a & b; out = g1, g2"
    ]
    one_more = Counter(circuit.size for circuit in minimal_formulas(task, within=1))
    more = [formula_counts(3, B2, 1)[bits] for bits in (0x96, 0xE8)]
    assert one_more == {6: 81, 7: (more[0] - 3) * 27 + 3 * (more[1] - 27)}


def test_wires_and_constants_cost_nothing():
    for inputs, basis in product(range(3), ("b2", "nand")):
        for text in ["out = 0", "out = 1", "out = a", "out = b"][: 2 + inputs]:
            circuit = Circuit.parse(inputs, text)
            assert list(minimal_formulas(circuit.tables()[0], basis, within=1)) == [circuit]
    assert [str(c) for c in minimal_formulas("expr:~a")] == ["out = ~a"]
    assert [str(c) for c in minimal_formulas("expr:~a", "nand")] == ["g1 = ~(a & a); out = g1"]


def test_functions_without_formula_have_none():
    assert list(minimal_formulas("expr:a ^ b", "monotone")) == []
    assert formula_lengths(2, "monotone")[0b0110] == -1
    assert formula_counts(2, "monotone")[0b0110] == 0


def test_wide_tasks_whose_functions_depend_on_four_inputs():
    table = TruthTable.from_hex(4, "6996")
    small = list(minimal_formulas(table))
    wide = list(minimal_formulas(table.extended_to(6)))
    assert [circuit.gates for circuit in trees_widened(small)] == [c.gates for c in wide]
    with pytest.raises(ArgumentError, match="at most 4 inputs"):
        minimal_formulas(table.extended_to(5), "mig")
    with pytest.raises(ArgumentError, match="at most 4 inputs"):
        minimal_formulas(table.extended_to(5), within=1)
    with pytest.raises(ArgumentError, match="one that depends on 5"):
        minimal_formulas("expr:a ^ b ^ c ^ d ^ e")


def trees_widened(circuits):
    for circuit in circuits:
        yield Circuit.parse(6, str(circuit))


# -- arguments and budgets ------------------------------------------------------------------------


def test_arguments_out_of_range():
    for inputs in (-1, 5, "3"):
        with pytest.raises(ArgumentError, match="inputs"):
            formula_lengths(inputs)
    with pytest.raises(ArgumentError, match="within"):
        formula_counts(3, within=-1)
    with pytest.raises(ArgumentError, match="within"):
        minimal_formulas("expr:a", within=-1)
    with pytest.raises(ArgumentError, match="one acceptable word"):
        minimal_formulas(RelationTask(1, 2, ((0, 3), (1,))))


def test_a_budget_ends_the_search():
    with pytest.raises(BudgetEnded):
        formula_lengths(4, "mig", Effort(seconds=1e-6))
    with pytest.raises(BudgetEnded):
        formula_counts(4, "mig", effort=Effort(seconds=1e-6))
