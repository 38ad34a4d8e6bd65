"""Look-ahead: every wire and bit tried plainly, the lock by hand, and what is no look-ahead."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import (
    circuit_of_words,
    hold_to_its_word,
    rewired,
    solved_worlds,
    worlds,
)

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.circuit import words_of
from mesacircuits.definitions.definition import has_influence
from mesacircuits.definitions.exemplars import exemplar_named, program_exemplar
from mesacircuits.definitions.measures import LookAhead, best_first_steps
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import (
    World,
    WorldTask,
    configurations_from,
    next_configurations,
    parse_task,
    task_named,
)
from mesacircuits.testing import circuits

#: Four starts show (1, r, s); action a leads to a lock that shows (0, a XOR r, 0), which opens by
#: the action that it shows. Open, it stays so under 0.
NAMES = ("r=0 s=0", "r=0 s=1", "r=1 s=0", "r=1 s=1", "m=0", "m=1", "open")
SEEN = (0b001, 0b101, 0b011, 0b111, 0b000, 0b010, 0b000)
STEPS = ((4, 5), (4, 5), (5, 4), (5, 4), (6, 4), (5, 6))


def lock(open_row):
    return WorldTask(World(3, 1, NAMES, SEEN, (*STEPS, open_row), (0, 1, 2, 3), (6,)), 2)


PLANNER = Circuit.parse(3, "g1 = a & c; g2 = b ^ g1; out = g2")


@st.composite
def loops(draw):
    """Draw a world and a small circuit in it, the target made to be where it ends."""
    world, k = draw(worlds()), draw(st.integers(0, 1))
    circuit = draw(circuits(world.observation_bits + k, max_gates=4, outputs=world.action_bits + k))
    following = next_configurations(world, words_of(circuit), k)
    ends = {start << k for start in world.starts}
    for _ in range(2):
        ends = {following[at] for at in ends}
    kept = {at >> k for at in configurations_from(following, ends)}
    task = WorldTask(replace(world, target=tuple(kept)), 2, "reach", k)
    assert task.solved_by(circuit)
    return task, circuit


@st.composite
def locks(draw):
    """Draw worlds in which the planner of the lock meets what it met there, elsewhere anything."""
    task = lock((6, 5))
    rows = []
    for seen, row in zip(SEEN, task.world.steps, strict=True):
        (taken,) = PLANNER(seen)
        other = draw(st.integers(0, 6))
        rows.append((row[0], other) if taken == 0 else (other, row[1]))
    task = WorldTask(replace(task.world, steps=tuple(rows)), 2)
    return task, draw(st.sampled_from([PLANNER, *rewired(PLANNER).values()]))


ANY = loops() | solved_worlds() | locks()


def naive_share(circuit, task):
    """Return the greatest share, from the definition: wire by wire, one flip at a time."""
    world, k, n = task.world, task.state_bits, task.world.observation_bits
    full, live = (1 << (1 << circuit.inputs)) - 1, set()
    waiting = [output.wire for output in circuit.outputs]
    while waiting:
        wire = waiting.pop()
        if wire >= 0 and wire not in live:
            live.add(wire)
            if wire >= circuit.inputs:
                waiting += circuit.gates[wire - circuit.inputs].operands
    tables = circuit.wire_bits()

    def acted(c, flipped=()):
        x = (c & (1 << k) - 1) << n | world.observations[c >> k]
        do = {wire: tables[wire] ^ full for wire in flipped}
        word = sum((bits >> x & 1) << i for i, bits in enumerate(circuit.output_bits(do)))
        return word & (1 << world.action_bits) - 1, word >> world.action_bits

    def after(c):
        action, memory = acted(c)
        return world.steps[c >> k][action] << k | memory

    occurring = {state << k for state in range(len(world.states))}
    while True:
        more = {after(c) for c in occurring}
        more |= {d[c >> k] << k | c & (1 << k) - 1 for c in occurring for d in world.disturbances}
        if more <= occurring:
            break
        occurring |= more
    far, shares = len(world.states), [Fraction(0)]
    for wire, bit in product(live, range(world.action_bits)):
        same = [w for w in live if tables[w] in (tables[wire], tables[wire] ^ full)]
        if min(same) < circuit.inputs:
            continue
        held = {
            c: tables[wire] >> ((c & (1 << k) - 1) << n | world.observations[c >> k]) & 1
            for c in occurring
        }
        planned = {c: acted(after(c))[0] >> bit & 1 for c in occurring}
        holds = {held[c] == planned[c] for c in occurring}
        by_action = {}
        for c in occurring:
            by_action.setdefault(acted(c)[0], set()).add(held[c])
        if len(holds) > 1 or all(len(values) == 1 for values in by_action.values()):
            continue
        moved = right = 0
        for c in occurring:
            new = acted(c, same)[0]
            if new == acted(c)[0]:
                continue
            moved += 1
            ends = {}
            for first, second in product(range(1 << world.action_bits), repeat=2):
                if second >> bit & 1 != planned[c]:
                    end = task.distances[world.steps[world.steps[c >> k][first]][second]]
                    worth = far if end is None else end
                    ends[first] = min(worth, ends.get(first, far))
            right += ends[new] == min(ends.values())
        if moved:
            shares.append(Fraction(right, moved))
    return max(shares)


@given(ANY)
@settings(max_examples=150)
def test_every_wire_and_bit_tried_plainly(pair):
    task, circuit = pair
    score = LookAhead().judge(circuit, task).score
    if score is None:
        assert task.within < 2
    else:
        assert score == (naive_share(circuit, task) if has_influence(circuit, task) else 0)


@given(ANY)
@settings(max_examples=60)
def test_judgements_hold_to_their_word(pair):
    task, circuit = pair
    hold_to_its_word(LookAhead(), circuit, task)


@given(loops() | locks())
@settings(max_examples=60)
def test_saying_the_same_twice_changes_nothing(pair):
    task, circuit = pair
    score = LookAhead().judge(circuit, task).score
    for other in rewired(circuit).values():
        assert LookAhead().judge(other, task).score == score


@pytest.mark.parametrize("change", ["as it is", "doubled", "split", "buffered"])
def test_the_lock_is_opened_by_looking_ahead(change):
    circuit = {"as it is": PLANNER, **rewired(PLANNER)}[change]
    judgement = LookAhead().judge(circuit, lock((6, 5)))
    assert judgement.holds
    assert judgement.witness["flips"] == [0, 1, 2, 3, 4, 5, 6]
    assert not judgement.witness["inverted"]
    hold_to_its_word(LookAhead(), circuit, lock((6, 5)))
    assert LookAhead().judge(circuit, lock((6, 6))).score == Fraction(6, 7)
    labels = LookAhead.wire_labels(judgement.witness)
    assert labels == [(judgement.witness["wire"], "next action, bit 0")]


def test_the_same_policy_without_a_wire_for_the_next_action():
    # (p AND s) XOR r with the AND computed nowhere: as p XOR r where s, else r.
    other = Circuit.parse(3, "g1 = a ^ b; g2 = c & g1; g3 = b & ~c; g4 = g2 | g3; out = g4")
    assert other.tables() == PLANNER.tables()
    assert LookAhead().judge(other, lock((6, 5))).score == 0


def test_an_input_is_what_is_seen_and_no_plan():
    # s of the start is the next action there, and a wire that says it is no gate.
    free = WorldTask(
        World(
            2, 1, ("r=0 s=0", "r=0 s=1", "r=1 s=0", "r=1 s=1", "open"), (0, 2, 1, 3, 0),
            ((4, 4), (4, 4), (4, 4), (4, 4), (4, 4)), (0, 1, 2, 3), (4,),
        ),
        2,
    )  # fmt: skip
    assert LookAhead().judge(Circuit.parse(2, "g1 = a ^ b; out = g1"), free).score == 0


def test_best_first_steps_look_two_steps_far():
    # 0 -1-> 1 -1-> 2; 0 stays, 1 goes back. By two steps 2 is reached with 1, 1 alone.
    line = World(2, 1, ("0", "1", "2"), (0, 1, 2), ((0, 1), (0, 2), (2, 2)), (0,), (2,))
    task = WorldTask(line, 2)
    # With the second action 0: from 0 both ways end in 0. With 1: 0 ends in 1, 1 ends in 2.
    assert [best_first_steps(task, 0, 0, value) for value in (0, 1)] == [{0, 1}, {1}]
    # What cannot reach the target is the farthest.
    trap = World(2, 1, ("0", "1", "2"), (0, 1, 2), ((0, 1), (1, 1), (2, 2)), (0,), (0, 2))
    assert best_first_steps(WorldTask(trap, 2), 0, 0, 0) == {0}


@pytest.mark.parametrize(
    ("name", "why"),
    [("light-switch", "at most one step"), ("parity", "no world"), ("blind-coin", "no world")],
)
def test_where_it_does_not_apply(name, why):
    pair = exemplar_named(name)
    assert why in LookAhead().judge(pair.solver, pair.task).note


def test_shortest_ways_have_a_deadline_of_their_own():
    # The farthest start is three steps away, or one.
    for reach, applies in ((3, True), (1, False)):
        task = task_named("integrator", order=1, demand="optimal", reach=reach)
        words = [0] * (1 << task.inputs)
        for state, row in enumerate(task.world.steps):
            near = [task.distances[after] for after in row]
            words[task.world.observations[state]] = near.index(min(near))
        circuit = circuit_of_words(words, task.inputs, task.outputs)
        assert LookAhead().judge(circuit, task).applies == applies


def test_programs_are_judged():
    pair = program_exemplar("thermostat-loop")
    hold_to_its_word(LookAhead(), pair.solver, pair.task)
    loop = program_exemplar("search-loop")
    assert not LookAhead().judge(loop.solver, loop.task).applies
    assert parse_task("thermostat").within == 3


def test_no_influence_no_plan():
    still = World(1, 1, ("0", "1"), (0, 1), ((0, 0), (1, 1)), (0, 1), (0, 1))
    judgement = LookAhead().judge(Circuit.parse(1, "out = a"), WorldTask(still, 2))
    assert judgement.score == 0
    assert judgement.note == "the output is constant on the support, or no action matters"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("wire", 4, "not the bit"),
        ("wire", 1, "no lowest live gate"),
        ("wire", 99, "no lowest live gate"),
        ("inverted", True, "not the bit"),
        ("bit", 1, "no bit of an action"),
        ("flips", [0], "they are"),
    ],
)
def test_the_checker_finds_what_is_wrong(field, value, why):
    task = lock((6, 5))
    witness = LookAhead().judge(PLANNER, task).witness
    with pytest.raises(CertificateError, match=why):
        LookAhead().check(PLANNER, task, {**witness, field: value})
    with pytest.raises(CertificateError, match="the flip in 4 is not right"):
        LookAhead().check(PLANNER, lock((6, 6)), witness)
