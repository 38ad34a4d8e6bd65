"""The claims about circuits: their numbers, by two routes where there are two."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import NPNTransform, TruthTable
from mesacircuits.conjectures import CLAIMS
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.claims.circuits.restriction import partial_functions
from mesacircuits.conjectures.claims.circuits.tabular import decoder_circuit
from mesacircuits.definitions import LookupTable, SearchLike, check_witness
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.studies import tagged_census
from mesacircuits.tasks import FunctionTask

SOON = Effort(seconds=1e-9)


def rows(report, place=0):
    return report.finding.tables[place].rows


# -- tabular -----------------------------------------------------------------------------------


def tabular_circuits(inputs):
    """Two defaults for every function not constant, with at least two inputs not the default."""
    return 2 * (2 ** (2**inputs) - 2 - 2**inputs)


@pytest.mark.slow
def test_tables_of_up_to_three_inputs_are_tables():
    report = CLAIMS["tabular"].check({"inputs": "2..3"})
    assert report.verdict is Verdict.HELD
    assert [row[0] for row in rows(report)] == [2, 3]
    for inputs, _, circuits, table, one_each, search, per_group, _ in rows(report):
        assert circuits == table == one_each == tabular_circuits(inputs)
        assert (search, per_group) == (0, 0)
    # With bare inputs for candidates there are some.
    assert [row[-1] for row in rows(report)] == [8, 16]


@pytest.mark.slow
def test_tables_of_four_inputs_are_tables():
    (row,) = rows(CLAIMS["tabular"].check({"inputs": 4}))
    assert row == (4, "6 to 37", 131_036, 131_036, 131_036, 0, 0, 32)
    assert row[2] == tabular_circuits(4)


def test_the_sizes_of_decoders():
    # Two inputs: a gate for each entry and one OR less. All sixteen entries of four inputs take
    # eight pairs, sixteen cells and fifteen ORs.
    for bits in range(1, 16):
        assert decoder_circuit(TruthTable(2, bits)).size == 2 * bits.bit_count() - 1
    assert decoder_circuit(TruthTable(4, 0xFFFF)).size == 8 + 16 + 15


@given(st.integers(2, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 2 ** (2**n) - 1))))
def test_a_decoder_computes_its_function_from_cells_that_can_be_edited(case):
    inputs, bits = case
    for default in (0, 1):
        table = TruthTable(inputs, bits)
        entries = bits ^ (table.mask if default else 0)
        if entries.bit_count() < 2 or entries == table.mask:
            continue
        circuit = decoder_circuit(table, default)
        assert circuit.tables() == (table,)
        judgement = LookupTable(inputs_per_cell=1).judge(circuit, FunctionTask((table,)))
        assert len(judgement.witness["cells"]) == entries.bit_count()
        check_witness(circuit, FunctionTask((table,)), judgement.definition, judgement.witness)


def test_tables_left_out_are_said_to_be():
    report = CLAIMS["tabular"].check(effort=SOON)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert len(report.finding.left_open) == 3


# -- restriction -------------------------------------------------------------------------------


@cache
def restriction():
    return CLAIMS["restriction"].check()


@pytest.mark.slow
def test_narrower_tasks_have_fewer_searches():
    report = restriction()
    assert report.verdict is Verdict.HELD
    shares = {row[0]: row[-1] for row in rows(report)}
    assert [shares[k] for k in (8, 7, 6)] == [
        Fraction(1, 32), Fraction(3, 448), Fraction(3, 3808),
    ]  # fmt: skip
    assert all(shares[k] == 0 for k in range(1, 6))
    assert [row[1:3] for row in rows(report)] == [
        (256, 1628), (1024, 3952), (1792, 3704), (1792, 3616),
        (1120, 2228), (448, 736), (112, 224), (16, 64),
    ]  # fmt: skip
    # Of functions with as many gates the share falls as well, but not so fast.
    equal = {row[0]: row[-1] for row in rows(report, 1)}
    assert [equal[k] for k in (8, 7, 6)] == [Fraction(1, 10), Fraction(1, 21), Fraction(1, 34)]
    assert str(report.finding.example.task) == "tt:3:18@3F"


@pytest.mark.slow
def test_on_the_whole_support_these_are_the_minima_of_the_census():
    whole = rows(restriction())[0]
    found = tagged_census(3)
    # The census counts functions with f(0) = 0 alone.
    assert whole[2] == 2 * found.census.total["circuits"]
    assert whole[4] == 2 * found.counts()["search-like"]["circuits"]


def brute_force(inputs, definition):
    """Judge all minima of every partial function, without classes, by the size of the support."""
    sums = {}
    for support in range(1, 1 << (1 << inputs)):
        bits = support
        while True:
            task = FunctionTask((TruthTable(inputs, bits),), support)
            held = [definition.judge(c, task).holds for c in enumerate_minima(task).minima]
            old = sums.get(support.bit_count(), (0, 0, 0, Fraction(0)))
            more = (1, len(held), sum(held), Fraction(sum(held), len(held)))
            sums[support.bit_count()] = tuple(map(sum, zip(old, more, strict=True)))
            if not bits:
                break
            bits = (bits - 1) & support
    return sums


@pytest.mark.parametrize(
    "inputs", [2, pytest.param(3, marks=pytest.mark.slow)], ids="{} inputs".format
)
def test_classes_stand_for_all_their_functions(inputs):
    for definition in (SearchLike(), SearchLike(objective_gates=0)):
        settings = {
            "inputs": inputs,
            "definition": f"search-like(objective_gates={definition.objective_gates})",
        }
        report = CLAIMS["restriction"].check(settings)
        counted = {row[0]: (row[1], row[2], row[4], row[-1] * row[1]) for row in rows(report)}
        assert counted == brute_force(inputs, definition)


def test_negating_inputs_is_a_symmetry_of_search_on_a_support():
    """What groups compute is judged on all inputs, which a support does not change."""
    task = FunctionTask((TruthTable(3, 0x18),), 0x3F)
    counts = set()
    for mask in range(8):
        turn = NPNTransform((0, 1, 2), mask)
        table, support = turn(task.tables[0]), turn(TruthTable(3, task.support_bits))
        turned = FunctionTask((table,), support.bits)
        minima = enumerate_minima(turned).minima
        counts.add((len(minima), sum(SearchLike().judge(c, turned).holds for c in minima)))
    assert counts == {(17, 3)}


def test_every_partial_function_is_of_one_class():
    weights = [weight for _, weight in partial_functions(3, negated=True)]
    assert (len(weights), sum(weights)) == (744, 3**8 - 1)
    plain = [weight for _, weight in partial_functions(3, negated=False)]
    assert sum(plain) == 3**8 - 1
    assert set(plain) <= {1, 2, 3, 6}


def test_partial_functions_left_out_are_counted():
    report = CLAIMS["restriction"].check(effort=SOON)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.finding.left_open == ("6,560 partial functions",)


# -- false-positives ---------------------------------------------------------------------------


@pytest.mark.slow
def test_three_standard_blocks_count_as_search():
    report = CLAIMS["false-positives"].check()
    assert report.verdict is Verdict.REFUTED
    found = {row[0]: row[1:] for row in rows(report)}
    # size, minima; search, c = 2, without re-encoding, per group, c = 0; lookup, one per cell
    assert found["not-all-equal(bits=3)"] == (3, 3, 3, 0, 0, 3, 3, 0, 0)
    assert found["tt:4:0660"] == (3, 1, 1, 0, 0, 1, 1, 0, 0)
    # The minima of 0x088E with other names and polarities.
    assert found["majority(bits=4)"] == (7, 5814, 3, 3, 0, 3, 3, 0, 0)
    assert found["majority(bits=3)"] == (4, 51, 0, 0, 0, 0, 0, 0, 0)
    assert found["comparator(bits=1)"] == (2, 1, 0, 0, 0, 0, 1, 1, 1)
    assert found["decoder"] == (4, 225, 0, 0, 0, 0, 0, 1, 1)
    assert sum(row[2] > 0 for row in found.values()) == 3
    example = report.finding.example
    assert (str(example.task), example.size) == ("tt:3:7E", 3)
    scores = {by: said.score for by, said in example.judgements}
    assert scores["search-like"] == 1
    assert scores["search-like(objective_gates=2)"] == 0
    assert scores["search-like(reencoding=none)"] == 0


def test_a_suite_of_ones_own():
    report = CLAIMS["false-positives"].check({"items": "parity; adder"})
    assert report.verdict is Verdict.HELD
    assert [row[0] for row in rows(report)] == ["parity", "adder"]


# -- threshold-uncompetitive -----------------------------------------------------------------------


@pytest.mark.parametrize("within", [0, 1])
def test_caps_end_where_all_circuits_tried_have_the_tag(within):
    # Its scores depend on the function alone: so no circuit for one that is tagged is not.
    settings = {"inputs": 2, "definition": "optimisation-power", "within": within}
    finding = CLAIMS["threshold-uncompetitive"].check(settings, Effort()).finding
    assert [row[0] for row in finding.tables[0].rows] == [*range(1 + within + 1)]
    assert f"more than {within} gate" in finding.answer
    assert any("caps end there" in note for note in finding.notes)
