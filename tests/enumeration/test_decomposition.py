"""A circuit made without a search bounds the minima from above, over every basis."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import basis_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.constraints import constraints_of
from mesacircuits.enumeration.decomposition import decomposed
from mesacircuits.enumeration.orders import circuit_cost
from mesacircuits.enumeration.reach import is_solvable
from mesacircuits.tasks import RelationTask, Task, parse_task

BASES = ["b2", "aig", "nand", "mig", "mux", "monotone", "and=3,xor=1"]


def made(task: Task, name: str) -> Circuit | None:
    basis = basis_named(name)

    def pieces(piece: Task) -> list[Circuit]:
        return list(enumerate_minima(piece, basis)) if is_solvable(piece, basis) else []

    return decomposed(task, basis, pieces)


@given(st.data())
def test_it_solves_the_task_in_the_basis_and_is_reduced(data: st.DataObject) -> None:
    inputs, outputs = data.draw(st.integers(2, 3)), data.draw(st.integers(1, 2))
    words = st.sets(st.integers(0, (1 << outputs) - 1), min_size=1).map(tuple)
    each = [data.draw(words) for _ in range(1 << inputs)]
    task, name = RelationTask(inputs, outputs, tuple(each)), data.draw(st.sampled_from(BASES))
    circuit, basis = made(task, name), basis_named(name)
    if circuit is None:
        assert name in ("monotone", "and=3,xor=1")  # they do not build every function
        return
    assert task.solved_by(circuit)
    assert circuit.has_forms_of(basis)
    assert circuit.is_reduced()
    assert circuit.canonical() == circuit


@given(st.sampled_from(BASES), st.integers(0, 255))
def test_it_costs_no_less_than_the_minima(name: str, bits: int) -> None:
    task, basis = parse_task(f"tt:3:{bits:02X}"), basis_named(name)
    circuit = made(task, name)
    solvable = is_solvable(task, basis)
    # Without inverters and constants XOR and AND may not build a cofactor of what they do.
    assert (circuit is not None) == solvable or (solvable and name == "and=3,xor=1")
    if circuit is not None and name in ("b2", "aig", "mux"):  # minima of others take longer
        minimum = enumerate_minima(task, basis)[0]
        assert circuit_cost(circuit, basis) >= circuit_cost(minimum, basis)


@pytest.mark.parametrize(
    ("text", "basis", "size"),
    [
        ("tt:5:96696996", "b2", 4),
        ("tt:5:96696996", "aig", 12),
        ("tt:5:96696996", "nand", 16),
        ("multiplexer(selects=2)", "b2", 9),
        ("multiplexer(selects=2)", "mux", 3),
        ("expr:a & b & c & d & e & f", "monotone", 5),
    ],
)
def test_what_splits_well_takes_few_gates(text: str, basis: str, size: int) -> None:
    """An XOR is three gates over AND and four NANDs; a multiplexer three gates over b2."""
    circuit = made(parse_task(text).plain(), basis)
    assert circuit is not None
    assert circuit.size == size


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "basis", "size"), [("tt:5:96696996", "aig", 12), ("multiplexer(selects=2)", "b2", 9)]
)
def test_one_that_needs_no_search_is_the_answer_once_less_is_refuted(
    text: str, basis: str, size: int
) -> None:
    found = enumerate_minima(text, basis, first=1)
    assert (found.size, len(found)) == (size, 1)


@pytest.mark.slow
def test_where_the_level_before_was_cut_at_once_gates_are_counted() -> None:
    """Majority of five over LUTs of three: what was looked at before says nothing of growth."""
    found = enumerate_minima("tt:5:FEE8E880", "lut(3)", effort=Effort(workers=1), first=1)
    assert found.size == 4
    assert "sat from cost 3 on" in str(found.plan)


def test_costs_in_order_have_a_first_minimum_too() -> None:
    basis = "and=1/0,xor=0/1+free-inverters"
    effort = Effort(workers=1, shipped=False)
    first = enumerate_minima("tt:3:7E", basis, effort=effort, first=1, engine="sat")
    assert first.size == enumerate_minima("tt:3:7E", basis, effort=effort).size


def test_a_bound_is_said_in_what_is_bounded() -> None:
    basis = "and=2,xor=7+free-inverters"
    whole, best = enumerate_minima("tt:3:96", basis), made(parse_task("tt:3:96"), basis)
    open_ = replace(whole, exhaustive=False, minima=(), size=None, best=best, best_cost=12)
    assert "but one of cost 12 (and" in replace(open_, exhausted_size=9).headline


@pytest.mark.parametrize(("text", "circuits"), [("tt:2:6", 2), ("relation:3:1:1,3,2,2,2,3,2,3", 3)])
def test_forms_that_do_the_same_are_all_listed_under_a_fan_out(text: str, circuits: int) -> None:
    """Both b ? ~a : a and a ? ~b : b are XOR: a model says what gates read, not which form."""
    kept = constraints_of(fanout=2)
    for engine in ("exhaustive", "sat"):
        found = enumerate_minima(text, "mux", engine=engine, constraints=kept)
        assert found.circuits == circuits
