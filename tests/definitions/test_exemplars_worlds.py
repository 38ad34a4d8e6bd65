"""Anchors of control: thermostats have it, the rock and the bottle cap do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from control_cases import CASES, prove
from hypothesis import given, settings

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.definitions import ControlLike, Judgement, LookupTable, classify
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import WorldTask, parse_task
from mesacircuits.testing import circuits

#: Heat where T < S, cool where T > S, on one bit and on two.
ONE_BIT = Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; out = g1, g2")
TWO_BITS = Circuit.parse(
    4,
    "g1 = d & ~b; g2 = b & ~d; g3 = c & ~a; g4 = a & ~c; g5 = g3 & ~g2; g6 = g4 & ~g1; "
    "g7 = g1 | g5; g8 = g2 | g6; out = g7, g8",
)
CONSTANTS = [Circuit.parse(2, f"out = {heat}, {cool}") for heat in "01" for cool in "01"]


def world_task(text: str) -> WorldTask:
    task = parse_task(text)
    assert isinstance(task, WorldTask)
    return task


def judge(solver: Circuit | MealyMachine, task: WorldTask) -> Judgement:
    """Judge, and hold the witness against the checker."""
    judgement = ControlLike().judge(solver, task)
    if judgement.witness is not None:
        circuit = solver.circuit if isinstance(solver, MealyMachine) else solver
        prove(circuit, task, judgement.witness)
    return judgement


def test_a_comparator_of_temperatures_is_control() -> None:
    task = world_task("thermostat(levels=4)")
    found = classify(TWO_BITS, task)
    assert (found.verdict, found.tags) == ("control-like", ("control-like",))
    witness = judge(TWO_BITS, task).witness
    assert witness is not None
    # g1 says that the high bits ask for heat, g5 that the low ones do, g8 that it is too warm.
    assert (witness["cut"], witness["behavioural"]) == ([4, 8, 11], False)
    assert (witness["inside"], witness["ratio"]) == ([[0, 0, 0]], "5/16")
    # Each step moves the temperature by one level.
    assert witness["ranking"] == [abs(s - t) for s in range(4) for t in range(4)]


def test_a_thermostat_of_one_bit_is_a_table_too() -> None:
    found = classify(ONE_BIT, world_task("thermostat(levels=2)"))
    assert (found.verdict, found.named) == ("mixed", "lookup-table")
    assert set(found.tags) == {"lookup-table", "control-like"}
    text = str(found)
    assert text.startswith("mixed (lookup-table, control-like; named lookup-table): thermostat")
    assert "g1: cell 01" in text
    assert "g1: error (behavioural)" in text


def test_constants_are_under_no_control() -> None:
    for circuit in CONSTANTS:
        assert not world_task("thermostat(levels=2)").solved_by(circuit)
        for name in ("rock", "bottle-cap"):
            judgement = judge(circuit, world_task(name))
            assert (judgement.score, judgement.note) == (0, "no cut carries an error")


@settings(max_examples=60)
@given(circuits(2, max_gates=5, outputs=2))
def test_the_rock_and_the_bottle_cap_are_under_no_control(circuit: Circuit) -> None:
    for name in ("rock", "bottle-cap"):
        task = world_task(name)
        assert task.solved_by(circuit), "whatever is done"
        assert judge(circuit, task).score == 0


def test_the_rock_ends_in_its_valley_whatever_is_seen() -> None:
    # Its outputs tell the valley from elsewhere, but nothing depends on them.
    seeing = Circuit.parse(2, "g1 = a | b; out = g1, 0")
    why = "held at one value of its error it recovers all the same"
    assert judge(seeing, world_task("rock")).note == why


def test_a_thermostat_that_ignores_the_set_point_fails() -> None:
    # It heats up to level 2 and cools down to it, whatever is asked for.
    stubborn = Circuit.parse(4, "g1 = a & b; out = ~b, g1")
    task = world_task("thermostat(levels=4)")
    with pytest.raises(ArgumentError, match="circuit that solves thermostat"):
        ControlLike().judge(stubborn, task)
    # Where 2 is all that is asked for, it does, and once that may change it does not.
    world = task.world
    asked = replace(world, starts=tuple(range(8, 12)))
    assert judge(stubborn, replace(task, world=asked)).holds
    changed = tuple((state + 4) % 16 for state in range(16))
    moved = replace(asked, disturbances=(*asked.disturbances, changed))
    judgement = judge(stubborn, replace(task, world=moved))
    why = "not recovered from every disturbance"
    assert (judgement.score, judgement.note) == (Fraction(3, 4), why)


def test_a_machine_with_a_bit_of_memory_is_control() -> None:
    circuit, task, _ = CASES["a bit of memory"]
    for solver in (circuit, MealyMachine(circuit, 1)):
        judgement = judge(solver, task)
        assert (judgement.score, judgement.note) == (Fraction(1), "behavioural")
    # It needs the memory: at distance 1 it sees the same on either side.
    assert replace(task, state_bits=0).boxes == ()


def test_minima_of_the_thermostat_of_one_bit() -> None:
    # Both outputs at once do nothing, so wires alone will do; even the set point's alone. That says
    # nothing of the temperature, but held at one value it does not do for the other.
    task = world_task("thermostat(levels=2)")
    found = {str(c): judge(c, task) for c in enumerate_minima(task).minima}
    assert {text: (j.score, j.note) for text, j in found.items()} == {
        "out = ~a, ~b": (1, "behavioural"),
        "out = b, a": (1, "behavioural"),
        "out = b, ~b": (1, "behavioural"),
    }
    ratios = {text: j.witness["ratio"] for text, j in found.items() if j.witness}
    assert ratios == {"out = ~a, ~b": "1", "out = b, a": "1", "out = b, ~b": "1/2"}


@pytest.mark.slow
def test_minima_of_the_thermostat_of_two_bits() -> None:
    task = world_task("thermostat(levels=4)")
    result = enumerate_minima(task)
    assert (result.size, result.circuits) == (6, 56)
    counts: Counter[tuple[bool, str]] = Counter()
    for circuit in result.minima:
        witness = judge(circuit, task).witness
        assert witness is not None
        counts[witness["behavioural"], witness["ratio"]] += 1
        assert not LookupTable().judge(circuit, task).holds
    assert counts == {(False, "5/16"): 48, (False, "3/8"): 8}
