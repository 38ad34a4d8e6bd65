"""What is found shrinks to few gates, none of them dead, with any seed."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import find, settings, strategies as st

from mesacircuits.definitions import SearchLike
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing import circuits, solved_pairs


def seeds(count: int, quick: int):
    """Return so many seeds, of which all but the first are slow."""
    return [pytest.param(s, marks=[pytest.mark.slow] * (s >= quick)) for s in range(count)]


SEEDS = seeds(4, 1)
SEARCH = SearchLike()


def found(strategy, condition, seed: int):
    """Return what is found with a seed, the same in every run."""
    return find(
        strategy,
        condition,
        settings=settings(database=None, max_examples=4000),
        random=Random(seed),
    )


def is_live(circuit) -> bool:
    return circuit.without_dead_gates() == circuit


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_shrinks_to_three_gates(seed: int) -> None:
    circuit = found(circuits(3), lambda c: SEARCH.judge(c, FunctionTask(c.tables())).holds, seed)
    assert circuit.size == 3
    assert circuit.is_reduced()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_pair_that_searches_shrinks_to_three_gates(seed: int) -> None:
    circuit, _ = found(solved_pairs("optimisation"), lambda pair: SEARCH.judge(*pair).holds, seed)
    assert circuit.size <= 3
    assert circuit.is_reduced()


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(10, 1))
@pytest.mark.parametrize(
    "basis", ["b2", *(pytest.param(b, marks=pytest.mark.slow) for b in ("nand", "mux", "mig"))]
)
def test_a_gate_that_reads_two_gates_is_all_that_is_left(seed: int, basis: str) -> None:
    def joins(circuit) -> bool:
        n = circuit.inputs
        return any(len({w for w in gate.operands if w >= n}) > 1 for gate in circuit.gates)

    circuit = found(circuits(3, basis), joins, seed)
    assert circuit.size == 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_deep_path_is_all_that_is_left(seed: int) -> None:
    circuit = found(circuits(3, max_gates=9), lambda circuit: circuit.depth >= 4, seed)
    assert circuit.size == 4
    assert is_live(circuit)


@pytest.mark.parametrize("seed", seeds(10, 1))
def test_dead_gates_stay_where_they_are_what_is_looked_for(seed: int) -> None:
    circuit = found(circuits(2), lambda circuit: not is_live(circuit), seed)
    # A dead gate, and perhaps the gate that the output reads.
    assert circuit.size <= 2
    assert not is_live(circuit)


@pytest.mark.parametrize("seed", seeds(5, 1))
def test_outputs_are_not_held_by_what_was_left_out(seed: int) -> None:
    def differ(circuit) -> bool:
        first, second = circuit.output_bits()
        full = (1 << (1 << circuit.inputs)) - 1
        return first not in (0, full) and second not in (0, full, first, first ^ full)

    circuit = found(circuits(st.integers(1, 3), outputs=2), differ, seed)
    assert circuit.size == 0
