"""Operators of four and five operands, and look-up tables: SAT against plain chains."""

import random

import pytest
from form_twin import circuits_for_task

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import basis_named
from mesacircuits.enumeration import EXHAUSTIVE, SAT, Effort, census, enumerate_minima
from mesacircuits.enumeration.reach import builds_all
from mesacircuits.enumeration.sat import all_circuits
from mesacircuits.enumeration.sat.encodings import absent
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask

MAJ5 = "tt:5:FEE8E880"


@pytest.mark.parametrize(
    ("text", "inputs", "cost"),
    [
        ("and,xor,tt:4:8000+free-inverters", 3, 2),
        ("nand,tt:4:8000", 3, 2),
        pytest.param(
            "and=1,xor=1,tt:4:6996=2+free-inverters+constants", 3, 3, marks=pytest.mark.slow
        ),
        pytest.param(f"{MAJ5}+free-inverters+constants+repeats", 2, 1, marks=pytest.mark.slow),
        pytest.param("xor,tt:4:E880+free-inverters", 4, 2, marks=pytest.mark.slow),
    ],
)
def test_circuits_of_wide_operators_are_all_there(text, inputs, cost):
    basis = basis_named(text)
    assert basis.is_wide
    drawn = random.Random(text)
    for _ in range(3):
        # Of functions that such circuits compute, and any.
        task = FunctionTask((TruthTable(inputs, drawn.randrange(1 << (1 << inputs))),))
        plain = circuits_for_task(task, basis, cost)
        assert set(all_circuits(task, basis, cost)) == set(plain)
    wide = next(o for o in basis.operators if o.arity > 3)
    if wide.arity <= inputs:
        task = FunctionTask((TruthTable(inputs, wide.table),))
        plain = circuits_for_task(task, basis, cost)
        assert set(all_circuits(task, basis, cost)) == set(plain)


def test_a_majority_of_five_is_one_gate_and_said_to_be_by_sat():
    found = enumerate_minima("majority(bits=5)", f"{MAJ5},and,xor+free-inverters")
    assert (found.size, found.circuits, found.plan.engine) == (1, 1, "sat")
    assert "more than 3 operands" in found.plan.reason


@pytest.mark.slow
def test_look_up_tables_of_three_operands_by_both_engines():
    basis = basis_named("lut(3)")
    for text in ("tt:4:6996", "tt:4:8117"):
        exhausted = enumerate_minima(text, basis, engine=EXHAUSTIVE)
        assert exhausted.minima == enumerate_minima(text, basis, engine=SAT).minima
    # Parity of four: of three inputs and the fourth, or of two and the others.
    assert enumerate_minima("tt:4:6996", basis).circuits == 4 + 6


@pytest.mark.slow
def test_look_up_tables_of_four_operands():
    # Parity of five inputs: chains of parities of 2, 3 or 4 inputs; or h(c, d) added to a ^ b, and
    # taken away again, for each of the four functions h, normal, that are no sums.
    assert enumerate_minima("tt:5:96696996", "lut(4)").circuits == 10 + 10 + 5 + 30 * 4


def test_two_operands_make_the_full_basis():
    assert basis_named("lut(2)").forms == basis_named("b2").forms
    assert len(basis_named("lut(3)").operators) == 109 + 5


def test_prefixes_leave_out_what_no_table_begins_with():
    drawn = random.Random(4)
    tables = drawn.sample(range(1 << 10), 200)
    rows = list(range(10))
    out = [*absent(tables, rows)]
    assert len(out) < (1 << 10) - 200
    for table in range(1 << 10):
        left_out = any(all(table >> row & 1 == v for row, v in begun.items()) for begun in out)
        assert left_out == (table not in tables)


@pytest.mark.slow
def test_which_wide_bases_build_every_function():
    assert builds_all(basis_named(f"{MAJ5}+free-inverters+constants+repeats"))
    assert not builds_all(basis_named(f"{MAJ5}+free-inverters"))


@pytest.mark.parametrize(
    ("ask", "part"),
    [
        (lambda b: census(3, b), "operators of at most 3 operands"),
        (lambda b: enumerate_minima("tt:3:E8", b, engine=EXHAUSTIVE), "auto or sat"),
        (lambda b: enumerate_minima("tt:3:E8", b, effort=Effort(nodes=9)), "no budget of nodes"),
        (lambda b: enumerate_minima("tt:3:E8", MAJ5), "one that builds AND and XOR"),
        (lambda b: basis_named("lut(5)"), "from 2 to 4"),
        (lambda b: basis_named("tt:6:8000"), "tt:ARITY:HEX"),
    ],
)
def test_what_wide_operators_are_not_asked_is_refused(ask, part):
    with pytest.raises(ArgumentError, match=part):
        ask("and,xor,tt:4:8000+free-inverters")
