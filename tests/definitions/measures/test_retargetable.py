"""Retargetability: edits, families of other objectives, and minima that it tells apart."""

from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import hold_to_its_word, solved_choices, solved_worlds

from mesacircuits.circuits import Circuit, Gate, NPNTransform, TruthTable
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.measures import (
    FAMILIES,
    Retargetable,
    circuits_within,
    distance_in_edits,
    one_edit_away,
    other_objectives,
)
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import OptimisationTask, World, WorldTask, parse_task, task_named
from mesacircuits.testing import circuits
from mesacircuits.testing.axioms.circuit_axioms import edited_off
from mesacircuits.testing.strategies import relabelled


@given(circuits(inputs=2, max_gates=4, outputs=st.integers(1, 2)))
@settings(max_examples=50)
def test_one_edit_is_one_edit(circuit):
    near = list(one_edit_away(circuit))
    assert all(distance_in_edits(circuit, other, order) == 1 for other, order in near)
    # Nine other operators, other wires and drivers in two polarities. A gate may read what does not
    # depend on it, so all wires but those whose cones it is in, itself among them.
    wires = range(circuit.inputs, circuit.wires)
    free = (sum(wire not in cone for cone in circuit.cones) for wire in wires)
    operands = sum(2 * 2 * (count - 1) for count in free)
    outputs = len(circuit.outputs) * (2 * (circuit.wires + 1) - 1)
    assert len(near) == 9 * circuit.size + operands + outputs


def behaviours(circuit, edits=1):
    near = circuits_within(circuit.without_dead_gates(), edits)
    return {other.output_bits() for other, _ in near}


@given(circuits(inputs=3, max_gates=4), st.data())
@settings(max_examples=50)
def test_what_an_edit_does_is_the_same_however_a_circuit_is_written(circuit, data):
    assert behaviours(data.draw(relabelled(circuit))) == behaviours(circuit)
    turn = NPNTransform(tuple(data.draw(st.permutations(range(3)))), data.draw(st.integers(0, 7)))
    moved = {tuple(turn(TruthTable(3, bits)).bits for bits in t) for t in behaviours(circuit)}
    assert behaviours(turn.on_circuit(circuit)) == moved


@given(circuits(inputs=3, max_gates=4))
@settings(max_examples=25)
def test_dead_gates_are_no_spare_parts(circuit):
    dead = Circuit(3, (*circuit.gates, Gate("xor", (0, 2))), circuit.outputs)
    assert dead.without_dead_gates() == circuit.without_dead_gates()
    assert circuit.without_dead_gates().tables() == circuit.tables()


def test_a_gate_may_read_one_that_is_written_after_it():
    start = Circuit.parse(3, "g1 = a & b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    turned = Circuit.parse(3, "g1 = b ^ c; g2 = g1 & b; g3 = g2 | g1; out = g3")
    assert (turned, (1, 0, 2)) in one_edit_away(start)
    assert distance_in_edits(start, turned, (1, 0, 2)) == 1
    assert distance_in_edits(start, turned) == 8
    assert distance_in_edits(start, turned, (0, 0, 2)) is None


def test_all_circuits_of_a_shape_are_some_edits_away():
    # A gate over two inputs: 10 operators, 4 pairs of operands, 8 outputs. They differ in 4 places.
    start = Circuit.parse(2, "g1 = a & b; out = g1")
    everything = [circuit for circuit, _ in circuits_within(start, 4)]
    assert len(everything) == 10 * 4 * 8
    for edits in range(4):
        near = {circuit for circuit, _ in circuits_within(start, edits)}
        assert near == {c for c in everything if distance_in_edits(start, c) <= edits}


def test_circuits_of_other_shapes_are_at_no_distance():
    start = Circuit.parse(2, "g1 = a & b; out = g1")
    assert distance_in_edits(start, Circuit.parse(2, "out = a")) is None
    assert distance_in_edits(start, Circuit.parse(3, "g1 = a & b; out = g1")) is None
    triple = Circuit.parse(3, "g1 = maj(a, b, c); out = g1")
    assert distance_in_edits(triple, Circuit.parse(3, "g1 = a & b; out = g1")) is None
    # A gate of three operands: 2 wires in 2 polarities for each of 3 operands, 9 outputs.
    assert sum(1 for _ in one_edit_away(triple)) == 3 * 2 * 2 + 9
    # Its operator is kept, but for operands that are others, inverted.
    turned = "g1 = tt:3:D4(c, b, c); out = g1"
    assert distance_in_edits(triple, Circuit.parse(3, turned)) == 1
    assert distance_in_edits(triple, Circuit.parse(3, turned.replace("c, b", "a, b"))) is None


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


@pytest.mark.slow
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
    note = "the output is constant on the support, or no action matters"
    assert (judgement.score, judgement.note) == (0, note)


def test_where_no_action_matters_there_is_no_target():
    # Whatever is done, all three states lead to the first; so do they when aiming at all three.
    idle = World(1, 1, ("0", "1", "2"), (0, 1, 0), ((0, 0),) * 3, (0, 1, 2), (0, 1))
    task, wire = WorldTask(idle, 1), Circuit.parse(1, "out = a")
    assert [len(other.task.world.target) for other in other_objectives(task, "set-points")] == [3]
    assert Retargetable().judge(wire, task).score == 0
    witness = {"kind": "retargetable", "objectives": 1, "edited": []}
    record = {"objective": 1, "circuit": "out = a", "order": []}
    with pytest.raises(CertificateError, match="no action matters"):
        Retargetable().check(wire, task, {**witness, "edited": [record]})


def test_how_gates_are_built_off_the_support_counts():
    # Best is AND(a, b), and nearest to 1 is OR(a, b): one operator away, if the gate has two
    # operands. With a third, read only where the task asks for nothing, it has no such neighbour.
    rows = [((1, 0), (2, 1), (2, 1), (0, 1))[x & 3] for x in range(8)]
    task = OptimisationTask(3, 1, (0, 1), tuple(rows), 0b01111111)
    circuit = Circuit.parse(3, "g1 = a & b; out = g1")
    edited = edited_off(circuit, 0, 0b10000000)
    scores = [Retargetable().judge(solver, task).score for solver in (circuit, edited)]
    assert scores == [1, 0]


def test_tasks_without_utilities_have_no_set_points():
    judgement = Retargetable().judge(
        exemplar_named("majority").solver, exemplar_named("majority").task
    )
    assert judgement.note == "not applicable: the task has no utilities, no target"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"objective": "9-9"}, "objective"),
        ({"circuit": "out = b"}, "circuit"),
        ({"circuit": "out = a"}, "circuit"),
        ({"circuit": "g1 = a & b; out = ~g1"}, "circuit"),
        ({"circuit": 3}, "circuit"),
        ({"order": [0]}, "circuit"),
        ({"order": ["0"]}, "order"),
        ({"order": 0}, "order"),
        ({"more": 0}, r"edited\[0\]"),
    ],
)
def test_witnesses_that_do_not_hold_are_refused(record, field):
    task, definition = parse_task("tt:1:2"), Retargetable(family="transpositions")
    solver = Circuit.parse(1, "out = a")
    right = {"objective": "0-1", "circuit": "out = ~a", "order": []}
    witness = {"kind": "retargetable", "objectives": 1, "edited": [right]}
    definition.check(solver, task, witness)
    with pytest.raises(CertificateError, match=field):
        definition.check(solver, task, {**witness, "edited": [{**right, **record}]})
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
