"""The claims about circuits: their numbers, by two routes where there are two."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import TruthTable
from mesacircuits.conjectures import CLAIMS
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.claims.circuits.tabular import decoder_circuit
from mesacircuits.definitions import LookupTable, check_witness
from mesacircuits.enumeration import Effort
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
    # Decoders of two to four inputs, and trees of two and three.
    assert len(report.finding.left_open) == 5
