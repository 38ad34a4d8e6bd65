"""Control-like: cuts, scores by hand, an oracle by brute force, and what changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from control_cases import (
    CASES,
    KEYS,
    LAMPS,
    ROOM,
    Pair,
    controlled_worlds,
    numbered,
    prove,
    solved_worlds,
)
from copied_wires import same_circuits
from hypothesis import given, settings, strategies as st
from plain_values import below, values_on

from mesacircuits.circuits import Circuit, Gate, MealyMachine, NPNTransform, Output
from mesacircuits.definitions import (
    Classifier,
    ControlLike,
    Judgement,
    classify,
    definition_named,
    describe_definition,
)
from mesacircuits.definitions.control_like import minimal_cuts
from mesacircuits.definitions.exemplars import EXEMPLARS
from mesacircuits.enumeration import enumerate_minima
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


def judge(circuit: Circuit, task: WorldTask, least_rank: int = 1) -> Judgement:
    """Judge, hold the witness against the checker, and return the judgement."""
    judgement = ControlLike(least_rank).judge(circuit, task)
    assert judgement.score is not None
    assert 0 <= judgement.score <= 1
    assert (judgement.witness is not None) == (judgement.score == 1) == judgement.holds
    if judgement.witness is not None:
        prove(circuit, task, judgement.witness, least_rank)
    return judgement


# -- cuts ----------------------------------------------------------------------------------------


class Graph:
    """The classes of a circuit's wires and what they read, from values input by input."""

    def __init__(self, circuit: Circuit, outputs: Iterable[Output]) -> None:
        self.circuit, self.drivers = circuit, {o.wire for o in outputs if o.wire >= 0}
        rows = [values_on(circuit, x, {}) for x in range(1 << circuit.inputs)]
        tables = list(zip(*rows, strict=True))
        live: set[int] = set()
        for output in circuit.outputs:
            live |= below(circuit, output.wire) if output.wire >= 0 else set()
        #: The class of each live wire, by its lowest; None for constants.
        self.name: dict[int, int | None] = {}
        for wire in sorted(live):
            like = (tables[wire], tuple(1 - bit for bit in tables[wire]))
            lowest = min(w for w in live if tables[w] in like)
            self.name[wire] = None if len({*tables[wire]}) == 1 else lowest
        self.acting: set[int] = set()
        for wire in self.drivers:
            self.acting |= below(circuit, wire)
        self.nodes = {self.name[w] for w in self.acting} - {None}
        self.sources = {self.name[w] for w in self.acting if w < circuit.inputs}

    def passes(self, avoided: set[int]) -> bool:
        """Return whether some path of classes from an input to an output avoids these."""
        waiting, met = [self.name[wire] for wire in self.drivers], set()
        while waiting:
            name = waiting.pop()
            if name is None or name in avoided or name in met:
                continue
            met.add(name)
            if name in self.sources:
                return True
            for wire in self.acting:
                if self.name[wire] == name:
                    gate = self.circuit.gates[wire - self.circuit.inputs]
                    waiting += [self.name[w] for w in gate.operands if w >= 0]
        return False


def cuts_by_trial(circuit: Circuit, outputs: tuple[Output, ...]) -> list[tuple[int, ...]]:
    graph = Graph(circuit, outputs)
    ends = {graph.name[wire] for wire in graph.drivers}
    allowed = sorted(w for w in graph.nodes if w not in graph.sources or w in ends)
    found: list[tuple[int, ...]] = []
    for size in range(len(allowed) + 1):
        for cut in combinations(allowed, size):
            if not any({*less} <= {*cut} for less in found) and not graph.passes({*cut}):
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


@pytest.mark.parametrize(
    ("inputs", "text", "cuts"),
    [
        # A copy of g1, a buffer and an inverter of it are g1; one that is read for nothing as well.
        (2, "g1 = a ^ b; g2 = a ^ b; g3 = g1 & g1; g4 = ~g2; g5 = g3 & ~g4; out = g5", [(2,)]),
        # A buffer of an input is the input, which may be cut where it acts, and only there.
        (2, "g1 = a & a; g2 = g1 & b; out = g1, g2", [(0, 3)]),
        (2, "g1 = a & a; g2 = g1 & b; out = g2", [(3,)]),
        # A constant comes from nowhere.
        (2, "g1 = a & ~a; g2 = b | g1; g3 = a ^ b; g4 = g3 | g1; out = g4", [(4,)]),
        # Majority by two ways, both in use: what the one reads, the other may have to be cut off.
        (3, "g1 = a & b; g2 = a | b; g3 = g2 & c; g4 = g1 | g3; g5 = a ^ b; g6 = g5 & c; "
            "g7 = g1 | g6; g8 = g4 & g7; out = g8", [(3, 5, 8), (6,)]),
    ],
)  # fmt: skip
def test_wires_of_one_function_are_cut_together(
    inputs: int, text: str, cuts: list[tuple[int, ...]]
) -> None:
    circuit = Circuit.parse(inputs, text)
    assert sorted(minimal_cuts(circuit, circuit.outputs)) == cuts
    assert cuts_by_trial(circuit, circuit.outputs) == cuts


def test_a_long_row_of_inverters_is_one_wire() -> None:
    gates = [Gate("xor", (0, 1)), *(Gate("not", (wire,)) for wire in range(2, 61))]
    chain = Circuit(2, tuple(gates), (Output(61),))
    assert list(minimal_cuts(chain, chain.outputs)) == [(2,)]


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
        # It sets the temperature without a look at it, but with one at the set point, which may be
        # disturbed; so held at one set point it does not do.
        (2, "out = b, ~b", WorldTask(ROOM, 1), "1", "behavioural"),
        # It goes on cooling a cold room, where either answer keeps it cold.
        (2, "g1 = b & ~a; out = g1, ~b", WorldTask(ROOM, 1), "1", "behavioural"),
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
    assert judge(heater, WorldTask(replace(ROOM, starts=(2, 3)), 1)).score == Fraction(2, 3)


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


def by_brute_force(
    circuit: Circuit, task: WorldTask, least_rank: int
) -> tuple[Fraction, list[int] | None]:
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

    def after(at: tuple[int, int]) -> tuple[int, int]:
        action, later = machine.respond(world.observations[at[0]], at[1])
        return world.steps[at[0]][action], later

    def distance(at: tuple[int, int]) -> int:
        for steps in range(1 + (len(world.states) << task.state_bits)):
            if at[0] in world.target:
                return steps
            at = after(at)
        return 0

    def helps(action: int) -> bool:
        """Return whether an action for ever would do, disturbed or from the starts."""
        begun = [moved[state] for state, _ in undisturbed for moved in world.disturbances]
        for at in begun or world.starts:
            for _ in world.states:
                at = world.steps[at][action]
            for _ in world.states:
                if at not in world.target:
                    return False
                at = world.steps[at][action]
        return True

    undisturbed = run({(start, 0) for start in world.starts})
    kinds = [tuple(range(len(world.states))), *world.disturbances]
    pairs = [(moved[state], memory) for state, memory in undisturbed for moved in kinds]
    occurring = run({*pairs})
    acting = circuit.outputs[: world.action_bits]
    bits, n = circuit.wire_bits(), world.observation_bits
    outside = [at for at in occurring if at[0] not in world.target]
    if least_rank > 1 and all(distance(at) < least_rank for at in outside):
        return Fraction(0), None
    graph, best = Graph(circuit, acting), None
    for cut in cuts_by_trial(circuit, acting):
        error = {
            (state, memory): tuple(
                bits[w] >> (memory << n | world.observations[state]) & 1 for w in cut
            )
            for state, memory in occurring
        }
        there = {error[at] for at in outside}
        inside = {error[at] for at in occurring if at[0] in world.target}
        values = len(there | inside)
        lasts = any(
            after(at)[0] not in world.target and error[at] == error[after(at)] for at in outside
        )
        if (
            (len(there) > 1 or there - inside)
            and values <= len({world.observations[state] for state, _ in occurring})
            and (lasts or least_rank == 1)
        ):
            behavioural = {*cut} <= {graph.name[wire] for wire in graph.drivers}
            rank = behavioural, values, len(cut), cut
            best = rank if best is None else min(best, rank)
    taken = {machine.respond(world.observations[s], memory)[0] for s, memory in outside}
    if best is None or any(map(helps, taken)) or blind_policy_suffices(world, task.within):
        return Fraction(0), None
    return Fraction(sum(map(rests, pairs)), len(pairs)), list(best[3])


@settings(max_examples=300)
@given(solved_worlds() | controlled_worlds())
def test_finder_checker_and_brute_force_agree(pair: Pair) -> None:
    for least_rank in (1, 2, 3):
        judgement = judge(*pair, least_rank)
        score, cut = by_brute_force(*pair, least_rank)
        assert judgement.score == score
        if judgement.witness is not None:
            assert judgement.witness["cut"] == cut


# -- anchors -------------------------------------------------------------------------------------


#: What needs one step from anywhere: the state is the action that undoes it, or has a key.
TELEPORT = numbered("xor-teleport", 4, (0,), lambda s, action: s ^ action, 2)
LOCK = numbered("lock", 4, (0,), lambda s, action: 0 if action == KEYS[s] else max(s, 1), 2)
INTEGRATOR = parse_task("integrator(order=1,reach=3)")


@pytest.mark.parametrize(
    ("inputs", "text", "task", "highest"),
    [
        (2, "out = ~b", CASES["bang-bang"][1], 1),
        (3, "g1 = a & b; g2 = g1 | c; out = ~g2", CASES["bang-bang on a longer scale"][1], 4),
        (3, "g1 = b | c; out = ~g1, c", CASES["three points"][1], 4),
        (4, str(CASES["hysteresis"][0]), CASES["hysteresis"][1], 2),
        (3, "g1 = a | b; g2 = g1 & ~c; out = c, g2", INTEGRATOR, 3),
        # They are control at r = 1: held at one word, neither comes home from everywhere.
        (2, "out = a, b", TELEPORT, 1),
        (2, "g1 = a ^ b; out = g1, a", LOCK, 1),
    ],
)
def test_anchors_and_how_far_the_target_is(
    inputs: int, text: str, task: WorldTask, highest: int
) -> None:
    circuit = Circuit.parse(inputs, text)
    for least_rank in range(1, highest + 2):
        assert judge(circuit, task, least_rank).holds == (least_rank <= highest), least_rank


def test_what_lasts_is_asked_beside_the_distance() -> None:
    # From 3 to 0 in three steps, by another word each time: a list of orders, and no error.
    track = numbered("track", 4, (0,), lambda s, action: s - (action == s) if s else action, 2)
    circuit = Circuit.parse(2, "out = a, b")
    judgement = judge(circuit, track)
    assert judgement.holds
    assert judgement.witness is not None
    assert judgement.witness["ranking"] == [0, 1, 2, 3]
    assert judgement.witness["repeated"] is None
    assert judge(circuit, track, 2).note == "no cut carries an error"
    assert judge(circuit, track, 4).note == "no configuration is 4 steps from the target"


def test_what_would_do_by_itself_is_no_feedback() -> None:
    # Heating for ever warms the room that nothing cools; it stops where that changes nothing.
    steps = ((0, 1), (1, 2), (2, 2), (3, 3))
    world = World(2, 1, ("0", "1", "2", "3"), (0, 1, 2, 3), steps, (0, 1), (2, 3),
                  ((0, 0, 0, 0), (3, 3, 3, 3)))  # fmt: skip
    judgement = judge(Circuit.parse(2, "out = ~b"), WorldTask(world, 2))
    why = "held at one value of its error it recovers all the same"
    assert (judgement.score, judgement.note) == (0, why)


def test_variants_and_which_asks_for_more() -> None:
    near, far = ControlLike(), ControlLike(3)
    assert far in near.variants()
    assert far.is_stricter_than(near)
    assert not near.is_stricter_than(far)
    assert describe_definition(far) == "control-like(least_rank=3)"
    assert definition_named("control-like(least_rank=3)") == far
    with pytest.raises(ArgumentError, match="least_rank: expected a whole number from 1"):
        ControlLike(0)


# -- what changes nothing ------------------------------------------------------------------------


def library_policies() -> Iterator[Pair]:
    """Yield some minima of worlds of the library, and the exemplars."""
    for text in ("thermostat(levels=2)", "integrator(order=1,reach=3)", "pursuit"):
        task = parse_task(text)
        assert isinstance(task, WorldTask)
        yield from ((circuit, task) for circuit in enumerate_minima(task).minima[:3])
    for exemplar in EXEMPLARS:
        if isinstance(exemplar.task, WorldTask):
            yield exemplar.solver, exemplar.task


def test_wires_computed_twice_change_nothing_in_the_library() -> None:
    held = 0
    for circuit, task in [*library_policies(), *(case[:2] for case in CASES.values())]:
        for least_rank in (1, 2):
            before = ControlLike(least_rank).judge(circuit, task)
            for other in same_circuits(circuit):
                after = judge(other, task, least_rank)
                assert (after.score, after.note) == (before.score, before.note)
            held += before.holds
    assert held > 12


@settings(max_examples=60)
@given(solved_worlds() | controlled_worlds(), st.data())
def test_wires_computed_twice_change_nothing(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    before = judge(circuit, task)
    other = data.draw(st.sampled_from([circuit, *same_circuits(circuit)]))
    after = judge(other, task)
    assert shown(after) == shown(before)


def shown(judgement: Judgement) -> tuple[Any, ...]:
    """Return what names have no part in."""
    witness = judgement.witness or {}
    sizes = [len(witness.get(field, ())) for field in ("cut", "inside", "outside")]
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
