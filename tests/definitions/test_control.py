"""Control-like: cuts, scores by hand, an oracle by brute force, and what changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from control_cases import CASES, LAMPS, ROOM, Pair, controlled_worlds, prove, solved_worlds
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import Circuit, Gate, MealyMachine, NPNTransform, Output
from mesacircuits.definitions import Classifier, ControlLike, Judgement, classify
from mesacircuits.definitions.control_like import minimal_cuts
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    World,
    WorldTask,
    blind_policy_suffices,
    parse_task,
)
from mesacircuits.testing import bases, circuits, relabelled


def judge(circuit: Circuit, task: WorldTask) -> Judgement:
    """Judge, hold the witness against the checker, and return the judgement."""
    judgement = ControlLike().judge(circuit, task)
    assert judgement.score is not None
    assert 0 <= judgement.score <= 1
    assert (judgement.witness is not None) == (judgement.score == 1) == judgement.holds
    if judgement.witness is not None:
        prove(circuit, task, judgement.witness)
    return judgement


# -- cuts ----------------------------------------------------------------------------------------


def passes(circuit: Circuit, outputs: Iterable[Output], avoided: set[int]) -> bool:
    waiting = [output.wire for output in outputs]
    while waiting:
        wire = waiting.pop()
        if wire < 0 or wire in avoided:
            continue
        if wire < circuit.inputs:
            return True
        waiting += circuit.gates[wire - circuit.inputs].operands
    return False


def cuts_by_trial(circuit: Circuit, outputs: tuple[Output, ...]) -> list[tuple[int, ...]]:
    drivers = {output.wire for output in outputs}
    allowed = [w for w in range(circuit.wires) if w >= circuit.inputs or w in drivers]
    found: list[tuple[int, ...]] = []
    for size in range(len(allowed) + 1):
        for cut in combinations(allowed, size):
            if not any({*less} <= {*cut} for less in found) and not passes(
                circuit, outputs, {*cut}
            ):
                found.append(cut)
    return sorted(found)


@settings(max_examples=200)
@given(
    circuits(st.integers(1, 4), bases(), max_gates=7, outputs=st.integers(1, 3)), st.integers(1, 3)
)
def test_minimal_cuts_are_those_of_all_sets_of_wires(circuit: Circuit, count: int) -> None:
    outputs = circuit.outputs[:count]
    assert sorted(minimal_cuts(circuit, outputs)) == cuts_by_trial(circuit, outputs)


@pytest.mark.parametrize(
    ("inputs", "text", "count", "cuts"),
    [
        (2, "out = 1", 1, [()]),
        (2, "out = a, ~b", 2, [(0, 1)]),
        # No input serves that drives nothing: g1 and g2 have to be cut themselves.
        (3, "g1 = a & b; g2 = b & c; g3 = g1 ^ g2; out = g3", 1, [(3, 4), (5,)]),
        (3, "g1 = a & b; g2 = g1 & c; out = g2", 1, [(4,)]),
        # Only what acts is cut: output 1 is the next memory.
        (2, "g1 = a & b; g2 = a | b; out = g1, g2", 1, [(2,)]),
        # An input that acts lies in every cut, and then g1 need not.
        (1, "g1 = ~a; g2 = g1 & a; out = a, g2", 2, [(0,)]),
        # Two layers of two wires each, and the ways to mix them.
        (4, "g1 = a & b; g2 = c & d; g3 = g1 ^ g2; g4 = g1 | g2; out = g3, g4", 2,
         [(4, 5), (6, 7)]),
    ],
)  # fmt: skip
def test_cuts_by_hand(inputs: int, text: str, count: int, cuts: list[tuple[int, ...]]) -> None:
    circuit = Circuit.parse(inputs, text)
    assert sorted(minimal_cuts(circuit, circuit.outputs[:count])) == cuts


def test_every_cut_of_a_long_circuit_is_found() -> None:
    # A chain of 60 gates, each a cut by itself; gate 1 has to be one for inputs may not.
    gates = [Gate("xor", (0, 1)), *(Gate("not", (wire,)) for wire in range(2, 61))]
    chain = Circuit(2, tuple(gates), (Output(61),))
    assert sorted(minimal_cuts(chain, chain.outputs)) == [(wire,) for wire in range(2, 62)]


# -- scores by hand ------------------------------------------------------------------------------


#: As `LAMPS`, but one lamp says low or high.
BLINKER = replace(LAMPS, observation_bits=1, observations=(1, 0, 1), starts=(0, 1, 2))


@pytest.mark.parametrize(
    ("inputs", "text", "task", "score", "note"),
    [
        # R is low and fine, undisturbed or knocked: low, fine, low, and high, where it stays.
        (2, "g1 = a | b; out = g1, b", WorldTask(LAMPS, 1), "3/4",
         "not recovered from every disturbance"),
        (2, "out = a, b", WorldTask(LAMPS, 1), "1", "behavioural"),
        # From low alone, once up would do: but nothing blind recovers from being high.
        (2, "out = a, b", WorldTask(replace(LAMPS, starts=(0,)), 1), "1", "behavioural"),
        (2, "out = a, b", WorldTask(replace(LAMPS, starts=(0,), disturbances=()), 1), "0",
         "a blind policy suffices"),
        # It tries up, then down: three values of the error, and two observations.
        (2, "g1 = a & ~b; g2 = a & b; out = g1, g2, g1", WorldTask(BLINKER, 2, state_bits=1), "0",
         "no cut carries an error"),
        # It sets the temperature without a look at it.
        (2, "out = b, ~b", WorldTask(ROOM, 1), "0", "no cut carries an error"),
        # In a cold room either answer keeps it cold, and this one is not always null there.
        (2, "g1 = b & ~a; out = g1, ~b", WorldTask(ROOM, 1), "0", "no cut carries an error"),
        # Two places that look alike are told from each other neither by wires nor by errors.
        (1, "out = 0", WorldTask(World(1, 1, ("0", "1"), (0, 0), ((1, 1), (1, 1)), (0,), (1,)), 1),
         "0", "no cut carries an error"),
    ],
)  # fmt: skip
def test_scores_by_hand(inputs: int, text: str, task: WorldTask, score: str, note: str) -> None:
    judgement = judge(Circuit.parse(inputs, text), task)
    assert (judgement.score, judgement.note) == (Fraction(score), note)


def test_without_disturbances_the_starts_take_their_place() -> None:
    calm = WorldTask(replace(ROOM, disturbances=()), 1)
    assert judge(CASES["heat and cool"][0], calm).holds
    for start in range(4):
        one = WorldTask(replace(calm.world, starts=(start,)), 1)
        assert judge(CASES["heat and cool"][0], one).score == 0


def test_a_thermostat_that_ignores_the_set_point_fails() -> None:
    heater = Circuit.parse(2, "out = ~a, 0")
    assert not WorldTask(ROOM, 1).solved_by(heater)
    with pytest.raises(ArgumentError, match="circuit that solves"):
        ControlLike().judge(heater, WorldTask(ROOM, 1))
    # Asked for warmth alone it does, until the set point is disturbed.
    assert judge(heater, WorldTask(replace(ROOM, starts=(2, 3)), 1)).score == 0


def test_where_it_does_not_apply() -> None:
    still = ((((0, 1),), ((0, 1),)),)
    paid = Episode(1, 1, ("0",), (0,), ((0, 1),), still, ((1, 1),), 1)
    for task, why in (
        (parse_task("expr:a"), "the task has no world"),
        (EpisodeTask(paid, Fraction(1)), "an episode has rewards and no target"),
    ):
        judgement = ControlLike().judge(Circuit.parse(1, "out = a"), task)
        assert (judgement.score, judgement.witness) == (None, None)
        assert judgement.note == f"not applicable: {why}"


def test_classifications_show_the_cut() -> None:
    circuit, task, _ = CASES["cold or warm, then move"]
    found = Classifier((ControlLike(),)).classify(circuit, task)
    assert found.marks == {2: "error (structural)", 3: "error (structural)"}
    assert str(found).endswith("g1: error (structural)\n              g2: error (structural)")
    both = classify(*CASES["heat and cool"][:2])
    assert (both.verdict, both.named) == ("mixed", "lookup-table")
    assert both.marks[2] == "cell 01, error (behavioural)"


# -- the oracle: the text of the definition, by brute force --------------------------------------


def by_brute_force(circuit: Circuit, task: WorldTask) -> tuple[Fraction, list[int] | None]:
    """Return the score, and the best cut that carries an error."""
    world, machine = task.world, MealyMachine(circuit, task.state_bits)

    def run(begun: set[tuple[int, int]]) -> set[tuple[int, int]]:
        found = {*begun}
        for _ in range(len(world.states) << task.state_bits):
            for state, memory in [*found]:
                action, later = machine.respond(world.observations[state], memory)
                found.add((world.steps[state][action], later))
        return found

    def rests(at: tuple[int, int]) -> bool:
        for _ in range(len(world.states) << task.state_bits):
            action, later = machine.respond(world.observations[at[0]], at[1])
            at = world.steps[at[0]][action], later
        return all(state in world.target for state, _ in run({at}))

    undisturbed = run({(start, 0) for start in world.starts})
    kinds = [tuple(range(len(world.states))), *world.disturbances]
    pairs = [(moved[state], memory) for state, memory in undisturbed for moved in kinds]
    occurring = run({*pairs})
    acting = circuit.outputs[: world.action_bits]
    bits, n = circuit.wire_bits(), world.observation_bits
    best = None
    for cut in cuts_by_trial(circuit, acting):
        taken: dict[bool, set[Any]] = {True: set(), False: set()}
        for state, memory in occurring:
            x = memory << n | world.observations[state]
            taken[state in world.target].add(tuple(bits[w] >> x & 1 for w in cut))
        values = len(taken[True] | taken[False])
        if (
            taken[True] and taken[False] and not taken[True] & taken[False]
            and values <= len({world.observations[state] for state, _ in occurring})
        ):  # fmt: skip
            behavioural = {*cut} <= {output.wire for output in acting}
            rank = behavioural, values, len(cut), cut
            best = rank if best is None else min(best, rank)
    if best is None or blind_policy_suffices(world, task.within):
        return Fraction(0), None
    return Fraction(sum(map(rests, pairs)), len(pairs)), list(best[3])


@settings(max_examples=300)
@given(solved_worlds() | controlled_worlds())
def test_finder_checker_and_brute_force_agree(pair: Pair) -> None:
    judgement = judge(*pair)
    score, cut = by_brute_force(*pair)
    assert judgement.score == score
    if judgement.witness is not None:
        assert judgement.witness["cut"] == cut


# -- what changes nothing ------------------------------------------------------------------------


def shown(judgement: Judgement) -> tuple[Any, ...]:
    """Return what names have no part in."""
    witness = judgement.witness or {}
    sizes = [len(witness.get(field, ())) for field in ("cut", "null", "other")]
    kept = [witness.get(field) for field in ("behavioural", "observations", "ratio", "ranking")]
    return judgement.score, judgement.note, *sizes, *kept


PAIRS = solved_worlds() | controlled_worlds() | st.sampled_from([c[:2] for c in CASES.values()])


@given(PAIRS, st.data())
def test_names_of_gates_and_dead_gates_change_nothing(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    before = shown(judge(circuit, task))
    assert shown(judge(data.draw(relabelled(circuit)), task)) == before
    wire = st.integers(0, circuit.wires - 1)
    dead = Gate("xor", (data.draw(wire), data.draw(wire)))
    idle = Circuit(circuit.inputs, (*circuit.gates, dead), circuit.outputs)
    assert shown(judge(idle, task)) == before


@given(PAIRS, st.data())
def test_names_of_states_change_nothing(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    world, k = task.world, task.state_bits
    order = data.draw(st.permutations(range(len(world.states))))
    place = {old: new for new, old in enumerate(order)}
    renamed = World(
        world.observation_bits,
        world.action_bits,
        tuple(world.states[old] for old in order),
        tuple(world.observations[old] for old in order),
        tuple(tuple(place[s] for s in world.steps[old]) for old in order),
        tuple(place[s] for s in world.starts),
        tuple(place[s] for s in world.target),
        tuple(tuple(place[moved[old]] for old in order) for moved in world.disturbances),
    )
    before, after = judge(circuit, task), judge(circuit, replace(task, world=renamed))
    assert shown(before)[:-1] == shown(after)[:-1]
    if before.witness is not None and after.witness is not None:
        ranking = before.witness["ranking"]
        moved = [ranking[old << k | memory] for old in order for memory in range(1 << k)]
        assert after.witness["ranking"] == moved


@given(PAIRS, st.data())
def test_names_of_observations_and_actions_change_nothing(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    world, k = task.world, task.state_bits
    n, m = world.observation_bits, world.action_bits
    bits, negated = data.draw(st.permutations(range(n))), data.draw(st.integers(0, (1 << n) - 1))
    wires, inverted = data.draw(st.permutations(range(m))), data.draw(st.integers(0, (1 << m) - 1))
    turned = NPNTransform((*bits, *range(n, n + k)), negated).on_circuit(circuit)
    acting = [turned.outputs[wires[i]] for i in range(m)]
    flipped = [Output(o.wire, o.inverted ^ bool(inverted >> i & 1)) for i, o in enumerate(acting)]
    renamed = Circuit(turned.inputs, turned.gates, (*flipped, *turned.outputs[m:]))

    def seen(observation: int) -> int:
        return sum((observation ^ negated) >> i & 1 and 1 << bit for i, bit in enumerate(bits))

    def meant(word: int) -> int:
        return sum(1 << wires[i] for i in range(m) if (word ^ inverted) >> i & 1)

    steps = tuple(tuple(row[meant(word)] for word in range(1 << m)) for row in world.steps)
    observed = tuple(map(seen, world.observations))
    other = replace(task, world=replace(world, observations=observed, steps=steps))
    assert shown(judge(renamed, other)) == shown(judge(circuit, task))
