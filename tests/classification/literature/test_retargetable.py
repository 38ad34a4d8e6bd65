"""Retargetability: edits, families of other objectives, and minima that it tells apart."""

from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import hold_to_its_word, solved_choices, solved_worlds

from mesacircuits.circuits import Circuit
from mesacircuits.classification.exemplars import exemplar_named
from mesacircuits.classification.literature import (
    FAMILIES,
    Retargetable,
    circuits_within,
    distance_in_edits,
    one_edit_away,
    other_objectives,
)
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import OptimisationTask, parse_task, task_named
from mesacircuits.testing import circuits


@given(circuits(inputs=2, max_gates=4, outputs=st.integers(1, 2)))
def test_one_edit_is_one_edit(circuit):
    near = list(one_edit_away(circuit))
    assert len(set(near)) == len(near)
    assert all(distance_in_edits(circuit, other) == 1 for other in near)
    # Nine other operators, other wires for each operand, other drivers in two polarities.
    operands = sum(2 * (circuit.inputs + place - 1) for place in range(circuit.size))
    outputs = len(circuit.outputs) * (2 * (circuit.wires + 1) - 1)
    assert len(near) == 9 * circuit.size + operands + outputs


def test_all_circuits_of_a_shape_are_some_edits_away():
    # A gate over two inputs: 10 operators, 4 pairs of operands, 8 outputs. They differ in 4 places.
    start = Circuit.parse(2, "g1 = a & b; out = g1")
    everything = list(circuits_within(start, 4))
    assert len(everything) == 10 * 4 * 8
    for edits in range(4):
        near = set(circuits_within(start, edits))
        assert near == {c for c in everything if distance_in_edits(start, c) <= edits}


def test_circuits_of_other_shapes_are_at_no_distance():
    start = Circuit.parse(2, "g1 = a & b; out = g1")
    assert distance_in_edits(start, Circuit.parse(2, "out = a")) is None
    assert distance_in_edits(start, Circuit.parse(3, "g1 = a & b; out = g1")) is None
    triple = Circuit.parse(3, "g1 = maj(a, b, c); out = g1")
    assert distance_in_edits(triple, Circuit.parse(3, "g1 = a & b; out = g1")) is None
    # A gate of three operands keeps its operator: 2 wires for each of 3 operands, 9 outputs.
    assert sum(1 for _ in one_edit_away(triple)) == 3 * 2 + 9


def test_set_points_of_a_utility():
    # Values 0, 1, 2, 3: -U is a renaming of the two words; 1 and 2 are left.
    graded = task_named("argmax", levels=4)
    assert [other.key for other in other_objectives(graded, "set-points")] == ["1", "2"]
    near_one = other_objectives(graded, "set-points")[0].task
    # Candidate values (0, 1), (3, 1), (2, 0): word 1, word 1, and either (both miss 1 by one).
    assert [near_one.accept[x] for x in (0 | 1 << 2, 3 | 1 << 2, 2)] == [(1,), (1,), (0, 1)]


def test_two_values_and_one_output_leave_only_the_inversion():
    task = exemplar_named("argmax-unrolled").task
    assert other_objectives(task, "set-points") == ()
    judgement = Retargetable().judge(exemplar_named("argmax-unrolled").solver, task)
    assert judgement.note == "not applicable: no other objective of the family is left"


def test_three_candidates_leave_the_least_as_an_objective():
    # With three candidates the least of them is no renaming of the greatest.
    (least,) = other_objectives(task_named("argmax", candidates=3), "set-points")
    assert least.key == "0"
    assert least.task.accept[0b011] == (2,)


def test_transpositions_are_renamings():
    for pair in (exemplar_named("parity"), exemplar_named("argmax-unrolled")):
        (swap,) = other_objectives(pair.task, "transpositions")
        inverted = Circuit(
            pair.solver.inputs,
            pair.solver.gates,
            tuple(type(o)(o.wire, not o.inverted) for o in pair.solver.outputs),
        )
        assert swap.key == "0-1"
        assert swap.task.solved_by(inverted)
        # So with one output bit every circuit that is not constant is one edit away.
        assert Retargetable(family="transpositions").judge(pair.solver, pair.task).holds


def test_objectives_that_accept_the_same_are_none():
    # Words 0 and 1 are as good everywhere, so to exchange them changes nothing.
    task = OptimisationTask(1, 2, (0, 1, 2), ((1, 1, 0), (1, 1, 2)))
    keys = [other.key for other in other_objectives(task, "transpositions")]
    assert keys == ["0-2", "1-2"]


def test_other_targets_of_a_thermostat():
    # T XOR S = r for r = 1, 2, 3; observations are T and S, and shifts of either give the same.
    room = task_named("thermostat")
    others = other_objectives(room, "set-points")
    assert [len(other.task.world.target) for other in others] == [4, 4, 4]
    assert {other.task.world.target for other in others} == {
        tuple(sorted(4 * s + (s ^ r) for s in range(4))) for r in (1, 2, 3)
    }


def test_targets_out_of_reach_are_none():
    # Neither a rock nor a cap is moved, so nothing else can be aimed at.
    for name in ("rock", "bottle-cap"):
        assert not other_objectives(exemplar_named(name).task, "set-points")


def test_edits_of_a_thermostat():
    pair = exemplar_named("thermostat-2")
    # To leave T = S both gates have to change.
    assert Retargetable().judge(pair.solver, pair.task).score == 0
    judgement = Retargetable(edits=2).judge(pair.solver, pair.task)
    (record,) = judgement.witness["edited"]
    edited = Circuit.parse(2, record["circuit"])
    assert distance_in_edits(pair.solver, edited) == 2
    four = exemplar_named("thermostat-4")
    scores = [Retargetable(e).judge(four.solver, four.task).score for e in (1, 2)]
    assert scores == [0, Fraction(2, 3)]


def test_a_switch_is_turned_round_by_one_edit():
    pair = exemplar_named("light-switch")
    assert Retargetable().judge(pair.solver, pair.task).holds


def test_minima_of_one_task_differ():
    # Two of the four smallest circuits turn to the middle value by one edit, two do not.
    graded = task_named("argmax", levels=3)
    minima = enumerate_minima(graded, "b2", "size").minima
    scores = sorted(Retargetable().judge(circuit, graded).score for circuit in minima)
    assert scores == [0, 0, 1, 1]


@given(solved_choices() | solved_worlds(), st.sampled_from([*FAMILIES]))
@settings(max_examples=25, deadline=None)
def test_judgements_hold_to_their_word(pair, family):
    task, circuit = pair
    # The circuits of these tests are large tables; a short one of one gate is edited soon.
    if circuit.size <= 24:
        hold_to_its_word(Retargetable(least="1/2", family=family), circuit, task)


@pytest.mark.parametrize("family", FAMILIES)
def test_exemplars_hold_to_their_word(family):
    for name in ("light-switch", "thermostat-2", "decoder", "argmax-unrolled", "blind-coin"):
        pair = exemplar_named(name)
        hold_to_its_word(Retargetable(least="1/4", family=family), pair.solver, pair.task)


def test_a_constant_aims_at_nothing():
    task = OptimisationTask(1, 2, (0, 1, 2), ((2, 1, 0),) * 2)
    judgement = Retargetable().judge(Circuit.parse(1, "out = 0, 0"), task)
    assert judgement.score is None or judgement.score == 0
    pair = exemplar_named("constant")
    judgement = Retargetable(family="transpositions").judge(pair.solver, pair.task)
    assert (judgement.score, judgement.note) == (0, "the output is constant on the support")


def test_tasks_without_utilities_have_no_set_points():
    judgement = Retargetable().judge(
        exemplar_named("majority").solver, exemplar_named("majority").task
    )
    assert judgement.note == "not applicable: the task has no utilities, no target"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"objective": "9-9", "circuit": "out = ~a"}, "objective"),
        ({"objective": "0-1", "circuit": "out = b"}, "circuit"),
        ({"objective": "0-1", "circuit": "out = a"}, "circuit"),
        ({"objective": "0-1", "circuit": "g1 = a & b; out = ~g1"}, "circuit"),
        ({"objective": "0-1", "circuit": 3}, "circuit"),
        ({"objective": "0-1"}, r"edited\[0\]"),
    ],
)
def test_witnesses_that_do_not_hold_are_refused(record, field):
    task, definition = parse_task("tt:1:2"), Retargetable(family="transpositions")
    solver = Circuit.parse(1, "out = a")
    right = {"objective": "0-1", "circuit": "out = ~a"}
    witness = {"kind": "retargetable", "objectives": 1, "edited": [right]}
    definition.check(solver, task, witness)
    with pytest.raises(CertificateError, match=field):
        definition.check(solver, task, {**witness, "edited": [record]})
    with pytest.raises(CertificateError, match="twice"):
        definition.check(solver, task, {**witness, "edited": [right, right]})
    with pytest.raises(CertificateError, match="0 of 1 objectives"):
        definition.check(solver, task, {**witness, "edited": []})


@pytest.mark.parametrize("dials", [{"edits": 0}, {"edits": 4}, {"least": "0"}, {"family": "all"}])
def test_bad_dials_are_refused(dials):
    with pytest.raises(ArgumentError, match=f"{next(iter(dials))}: expected"):
        Retargetable(**dials)


def test_a_lower_threshold_raises_the_score():
    graded = task_named("argmax", levels=4)
    circuit = Circuit.parse(4, "g1 = a ^ b; g2 = a & b; g3 = ~d & g1; g4 = g2 ^ g3; out = ~g4")
    assert graded.solved_by(circuit)
    whole = Retargetable().judge(circuit, graded).score
    assert Retargetable(least="1/2").judge(circuit, graded).score == min(Fraction(1), 2 * whole)
