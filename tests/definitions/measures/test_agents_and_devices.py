"""Agents and devices: both chances summed by brute force, and odds worked out by hand."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb, log2, prod

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import (
    circuit_of_words,
    hold_to_its_word,
    rewired,
    solved_choices,
    solved_worlds,
)

from mesacircuits.circuits import Circuit
from mesacircuits.data import published
from mesacircuits.definitions.exemplars import exemplar_named, program_exemplar
from mesacircuits.definitions.measures import (
    AgentsAndDevices,
    best_words,
    circuit_chance,
    device_chance,
    other_objectives,
)
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import OptimisationTask, World, WorldTask, parse_task, task_named
from mesacircuits.testing.axioms.subjects import small_circuits


def weights_of(inputs):
    """Return the sum of 2^-bits over the minimal circuits of each function, from all circuits."""
    least, found = {}, Counter()
    for circuit in small_circuits():
        if circuit.inputs == inputs:
            (bits,) = circuit.output_bits()
            if least.setdefault(bits, circuit.size) == circuit.size:
                # Gates one after another, each of five operators on two wires before it.
                chance = Fraction(1, 2 ** (circuit.size + 1))
                for place in range(circuit.size):
                    chance /= 5 * comb(inputs + place, 2)
                found[bits] += chance / (2 * (inputs + circuit.size + 1))
    return found


WEIGHTS = {n: weights_of(n) for n in (1, 2)}


def naive_device(inputs, tables, support):
    weights, chance = WEIGHTS[inputs], Fraction(1)
    for table in tables:
        agreeing = sum(w for bits, w in weights.items() if (bits ^ table) & support == 0)
        chance *= agreeing / sum(weights.values())
    return chance


def naive_agent(task, words, error):
    """Return the chance of an agent, over the task's utility and its set points."""
    utilities = [task.utilities]
    for other in other_objectives(task, "set-points"):
        utilities.append(other.valued.utilities)
    chances = []
    for rows in utilities:
        chance = Fraction(1)
        for x in range(1 << task.inputs):
            if task.support_bits >> x & 1:
                best = [
                    w for w, u in zip(task.candidates, rows[x], strict=True) if u == max(rows[x])
                ]
                hit = Fraction(words[x] in best, len(best))
                chance *= (1 - error) * hit + error / (1 << task.outputs)
        chances.append(chance)
    return sum(chances) / len(chances)


@given(solved_choices(), st.sampled_from(["1/8", "1/2", "1"]))
def test_odds_by_brute_force(pair, error):
    task, circuit = pair
    judgement = AgentsAndDevices(error).judge(circuit, task)
    if judgement.score is None:
        support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
        assert all(len({*task.utilities[x]}) == 1 for x in support)
        return
    words = [sum(bit << i for i, bit in enumerate(circuit(x))) for x in range(1 << task.inputs)]
    agent = naive_agent(task, words, Fraction(error))
    device = naive_device(task.inputs, circuit.output_bits(), task.support_bits)
    assert float(judgement.measured.value) == pytest.approx(log2(agent / device), abs=1e-9)
    assert judgement.holds == (agent > device)
    if judgement.holds:
        assert Fraction(judgement.witness["agent"]) == agent
        assert Fraction(judgement.witness["device"]) == device


@given(solved_choices() | solved_worlds())
@settings(max_examples=60)
def test_judgements_hold_to_their_word(pair):
    task, circuit = pair
    for definition in (AgentsAndDevices(), AgentsAndDevices("1/2", "transpositions")):
        hold_to_its_word(definition, circuit, task)


@given(solved_choices() | solved_worlds())
@settings(max_examples=30)
def test_what_is_inside_does_not_count(pair):
    task, circuit = pair
    measured = AgentsAndDevices().measure(circuit, task)
    for other in rewired(circuit).values():
        assert AgentsAndDevices().measure(other, task) == measured


@given(st.integers(1, 2), st.data())
def test_chances_of_all_functions_on_a_support_sum_to_one(inputs, data):
    full = (1 << (1 << inputs)) - 1
    support = data.draw(st.integers(0, full))
    functions = {bits & support for bits in range(full + 1)}
    chances = [device_chance(inputs, bits, support) for bits in functions]
    assert sum(chances) == 1
    assert chances == [naive_device(inputs, [bits], support) for bits in functions]


@given(solved_choices())
@settings(max_examples=30)
def test_an_agent_gives_some_function(pair):
    task, _ = pair
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    total = Fraction(0)
    for given_ in product(range(1 << task.outputs), repeat=len(support)):
        words = dict(zip(support, given_, strict=True))
        total += naive_agent(task, words, Fraction(1, 8))
    assert total == 1


def test_counts_of_three_inputs_are_the_published_ones():
    # The least chance of a function, and the total: 8 functions without gates, the others by size,
    # each with its inverse.
    total = 8 * circuit_chance(3, 0)
    for row in published().calibration("b2", "size").rows:
        total += 2 * row.circuits * circuit_chance(3, row.gates)
    # Majority has 51 smallest circuits, of four gates.
    assert device_chance(3, 0xE8, 0xFF) == 51 * circuit_chance(3, 4) / total
    assert device_chance(3, 0x00, 0xFF) == circuit_chance(3, 0) / total
    # On two inputs, 000 and 111: an equal share for 0 and 1 in each order.
    assert device_chance(3, 0x80, 0x81) == device_chance(3, 0x01, 0x81)
    assert sum(device_chance(3, bits, 0x81) for bits in (0x00, 0x01, 0x80, 0x81)) == 1


def test_bits_of_a_circuit():
    # Two gates over two inputs: 3 bits for their number, 5 * 1 and 5 * 3 ways, 2 * 5 outputs.
    assert circuit_chance(2, 2) == Fraction(1, 8 * 5 * 15 * 10)
    assert circuit_chance(1, 1) == 0
    with pytest.raises(ArgumentError, match="inputs: expected 1 to 4"):
        device_chance(5, 0, 1)


def test_the_comparison_of_two_evaluations_by_hand():
    # On six of eight inputs the candidates tie, 1/2 each; on two the better one has 15/16.
    pair = exemplar_named("argmax-unrolled")
    judgement = AgentsAndDevices().judge(pair.solver, pair.task)
    assert Fraction(judgement.witness["agent"]) == Fraction(15, 16) ** 2 / 2**6
    assert judgement.witness["objectives"] == [{"objective": "own", "best": [2] * 5 + [1, 1, 2]}]
    # As b & c & ~a it takes two gates, in three ways.
    (table,) = pair.solver.output_bits()
    device = device_chance(3, table, 0xFF)
    assert device / device_chance(3, 0, 0xFF) == 3 * circuit_chance(3, 2) / circuit_chance(3, 0)
    assert Fraction(judgement.witness["device"]) == device


def test_each_objective_says_how_many_words_are_best():
    graded = task_named("argmax", levels=4)
    words = [int((x >> 2) > (x & 3)) for x in range(16)]
    circuit = circuit_of_words(words, 4, 1)
    listed = AgentsAndDevices().judge(circuit, graded).witness["objectives"]
    assert [found["objective"] for found in listed] == ["own", "1", "2"]
    # The greater one of two values 0 to 3 is always taken; where they are equal both are best.
    assert listed[0]["best"] == [2 if x >> 2 == x & 3 else 1 for x in range(16)]
    # The set point 1 is missed where a value of 1 meets a greater one, and where 0 meets 3.
    missed = [x for x, count in enumerate(listed[1]["best"]) if not count]
    assert {tuple(sorted((x & 3, x >> 2))) for x in missed} == {(0, 3), (1, 2), (1, 3), (2, 3)}


def test_all_circuits_of_one_policy_are_one():
    task = task_named("argmax", candidates=3)
    minima = enumerate_minima(task, "b2", "size").minima
    by_policy = {}
    for circuit in minima:
        value = AgentsAndDevices().measure(circuit, task)
        assert by_policy.setdefault(circuit.output_bits(), value) == value


def test_a_wire_may_be_a_device():
    # With slack every word will do; the wire is right on one input of two, and cheap.
    task = OptimisationTask(1, 1, (0, 1), ((0, 1), (0, 1)), slack=Fraction(1))
    judgement = AgentsAndDevices().judge(Circuit.parse(1, "out = a"), task)
    agent = Fraction(15, 16) * Fraction(1, 16)
    # The least is an objective as well, and it is pursued on the other input alone.
    assert [o.key for o in other_objectives(task, "set-points")] == ["0"]
    assert judgement.score == 0
    assert float(judgement.measured.value) == pytest.approx(log2(agent / Fraction(1, 4)))


def test_worlds_tell_best_actions_by_distances():
    # Two steps from the target: 1 leads on, and where it cannot be reached nothing is better.
    steps = ((0, 1), (0, 2), (2, 2), (3, 3))
    line = World(2, 1, ("0", "1", "2", "3"), (0, 1, 2, 3), steps, (0,), (2,))
    assert best_words(WorldTask(line, 2)) == {0: {1}, 1: {1}, 2: {0, 1}, 3: {0, 1}}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("parity", "no utilities, and no world"),
        ("rock", "every word is as good as any other"),
        ("win-stay-lose-shift", "no utilities, and no world"),
    ],
)
def test_where_it_does_not_apply(name, why):
    pair = exemplar_named(name)
    assert why in AgentsAndDevices().judge(pair.solver, pair.task).note


def test_what_is_not_seen_or_not_counted():
    blind = World(1, 1, ("x", "y"), (0, 0), ((0, 1), (0, 1)), (0, 1), (1,))
    always = Circuit.parse(1, "out = 1")
    assert "look alike" in AgentsAndDevices().judge(always, WorldTask(blind, 1)).note
    seen = World(1, 1, ("x", "y"), (0, 1), ((0, 1), (0, 1)), (0, 1), (1,))
    kept = Circuit.parse(2, "out = 1, 0")
    assert "memory" in AgentsAndDevices().judge(kept, WorldTask(seen, 1, state_bits=1)).note
    wide = parse_task("argmax(candidates=5)")
    words = [wide.best(x)[0] for x in range(32)]
    note = AgentsAndDevices().judge(circuit_of_words(words, 5, 3), wide).note
    assert "at most 4 inputs" in note


def test_programs_are_judged():
    for name in ("search-loop", "argmax-loop", "thermostat-loop"):
        pair = program_exemplar(name)
        judgement = AgentsAndDevices().judge(pair.solver, pair.task)
        assert judgement.holds
        AgentsAndDevices().check(pair.solver, pair.task, judgement.witness)


@pytest.mark.parametrize("field", ["agent", "device"])
def test_the_checker_sums_anew(field):
    light = exemplar_named("light-switch")
    witness = AgentsAndDevices().judge(light.solver, light.task).witness
    assert witness["objectives"] == [
        {"objective": "own", "best": [1, 1]},
        {"objective": 1, "best": [0, 0]},
    ]
    with pytest.raises(CertificateError, match=f"witness.{field}: it is"):
        AgentsAndDevices().check(light.solver, light.task, {**witness, field: "1/2"})
    assert prod(map(Fraction, ("15/16", "15/16"))) / 2 + Fraction(1, 512) == Fraction(113, 256)


@pytest.mark.parametrize("dials", [{"error": "0"}, {"error": "2"}, {"family": "all"}])
def test_bad_dials_are_refused(dials):
    with pytest.raises(ArgumentError, match=f"{next(iter(dials))}: expected"):
        AgentsAndDevices(**dials)
