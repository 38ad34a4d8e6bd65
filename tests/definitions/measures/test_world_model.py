"""World models: all groups and encodings tried plainly, a planner by hand, which worlds count."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import circuit_of_words, hold_to_its_word, rewired, solved_worlds

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.circuit import words_of
from mesacircuits.definitions.definition import has_influence
from mesacircuits.definitions.exemplars import exemplar_named, program_exemplar
from mesacircuits.definitions.measures import StatedGoal, WorldModel, stated_goal
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import (
    World,
    WorldTask,
    configurations_from,
    next_configurations,
    task_named,
)

ROOM = task_named("thermostat")
#: min(T + 1, 3) is (~h, i), max(T - 1, 0) is (j, k); it heats iff the one is at most the set point
#: (c, d), and cools iff the other is at least it.
PLANNER = Circuit.parse(
    4,
    "h = a & ~b; i = a | b; j = ~a & b; k = a & b; "
    "l = i & ~d; m = i ^ d; n = h | c; o = m | n; p = o & ~l; "
    "q = d & ~k; r = k ^ d; s = c & ~j; t = s & ~r; u = q | t; out = p, ~u",
)


def ending(task, circuit):
    """Return the task of coming to where a circuit comes to, in the same world."""
    following = next_configurations(task.world, words_of(circuit))
    ends = {*task.world.starts}
    for _ in following:
        ends = {following[at] for at in ends}
    target = tuple(configurations_from(following, ends))
    return WorldTask(replace(task.world, target=target), len(following))


def line(places):
    """Return a line of three places or more, a goal of one bit, and two actions, left and right."""
    states = [(p, g) for g in (0, 1) for p in range(places)]
    width = (places - 1).bit_length()
    return World(
        width + 1, 1, tuple(map(str, states)), tuple(p | g << width for p, g in states),
        tuple(
            (places * g + max(p - 1, 0), places * g + min(p + 1, places - 1)) for p, g in states
        ),
        tuple(range(len(states))),
        tuple(i for i, (p, g) in enumerate(states) if p == g * (places - 1)),
    )  # fmt: skip


@st.composite
def planners(draw):
    """Draw the planner with a gate or two changed, in a room whose target is where it ends."""
    gates = [*PLANNER.gates]
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(gates) - 1))
        name = draw(st.sampled_from(("and", "or", "xor", "butnot", "notbut")))
        operands = gates[place].operands
        if draw(st.booleans()):
            operands = (operands[0], draw(st.integers(0, 3 + place)))
        gates[place] = Gate(name, operands)
    circuit = Circuit(4, tuple(gates), PLANNER.outputs)
    return ending(ROOM, circuit), circuit


def naive_share(circuit, task):
    """Return the greatest share, from the definition; only where the world states its goal."""
    world, n = task.world, circuit.inputs
    bits = range(world.observation_bits)
    goal = [
        i
        for i in bits
        if all(
            (world.observations[s] ^ world.observations[t]) >> i & 1 == 0
            for s, row in enumerate(world.steps)
            for t in row
        )
    ]
    place_bits = [i for i in bits if i not in goal]
    state_of = {o: s for s, o in enumerate(world.observations)}
    support = [x for x in range(1 << n) if task.support_bits >> x & 1]

    def shown(x):
        return tuple(x >> i & 1 for i in place_bits)

    places = sorted({shown(o) for o in state_of})
    width = (len(places) - 1).bit_length()
    seen = (1 << world.observation_bits) - 1
    full, tables = (1 << (1 << n)) - 1, circuit.wire_bits()
    live, waiting = set(), [output.wire for output in circuit.outputs]
    while waiting:
        wire = waiting.pop()
        if wire >= 0 and wire not in live:
            live.add(wire)
            waiting += circuit.gates[wire - n].operands if wire >= n else ()
    equal = {
        w: [v for v in live if tables[v] in (tables[w], tables[w] ^ full)] for w in sorted(live)
    }
    lowest = [w for w in equal if w == min(equal[w])]

    def acted(x, held):
        do = {v: -(held[w] ^ (tables[v] != tables[w])) for w in held for v in equal[w]}
        return tuple(t >> x & 1 for t in circuit.output_bits(do)[: world.action_bits])

    natural = {x: acted(x, {}) for x in support}
    says = {}
    for w in lowest:
        by_place = {p: {tables[w] >> x & 1 for x in support if shown(x) == p} for p in places}
        if tables[w] not in (0, full) and all(len(v) == 1 for v in by_place.values()):
            says[w] = {p: min(v) for p, v in by_place.items()}
    groups = [
        group
        for group in combinations(says, width)
        if max(group) >= n
        and any(
            acted(x, {w: tables[w] >> y & 1 for w in group}) != natural[x]
            for x in support
            for y in support
        )
    ]
    known_cuts = {}

    def cuts(union):
        if union not in known_cuts:
            live_goal = [i for i in goal if i in live]
            free = any(i in live and i not in union for i in place_bits)
            known_cuts[union] = free and all(
                acted(y, {w: tables[w] >> x & 1 for w in (*union, *live_goal)}) == natural[x]
                for x in support
                for y in support
            )
        return known_cuts[union]

    leads = {}
    for action in range(1 << world.action_bits):
        successor = {
            shown(x): shown(world.observations[world.steps[state_of[x & seen]][action]])
            for x in support
        }
        if successor not in leads.values():
            leads[action] = successor
    best = Fraction(0)
    readings = [
        (order, turned) for order in permutations(range(width)) for turned in range(1 << width)
    ]
    encodings = [
        dict(zip(places, codes, strict=True))
        for codes in permutations(range(1 << width), len(places))
    ]

    @cache
    def right(action, group):
        """Return how many places the group is right of, under each encoding."""
        read = [
            {p: sum(says[group[j]][p] << i for i, j in enumerate(order)) ^ turned for p in places}
            for order, turned in readings
        ]
        return [
            max(sum(said[p] == enc[leads[action][p]] for p in places) for said in read)
            for enc in encodings
        ]

    for count in range(2, len(leads) + 1):
        for actions in combinations(leads, count):
            for chosen in product(groups, repeat=count):
                if len({*chosen}) < count or not cuts(frozenset().union(*chosen)):
                    continue
                counted = (right(*pair) for pair in zip(actions, chosen, strict=True))
                most = max(map(sum, zip(*counted, strict=True)))
                best = max(best, Fraction(most, count * len(places)))
    return best


@given(planners())
@settings(max_examples=40, deadline=None)
def test_all_groups_and_encodings_tried_plainly(pair):
    task, circuit = pair
    score = WorldModel().judge(circuit, task).score
    if score is not None:
        expected = naive_share(circuit, task) if has_influence(circuit, task) else 0
        assert score == expected


@given(planners() | solved_worlds())
@settings(max_examples=40, deadline=None)
def test_judgements_hold_to_their_word(pair):
    task, circuit = pair
    hold_to_its_word(WorldModel(), circuit, task)


@given(planners())
@settings(max_examples=10, deadline=None)
def test_saying_the_same_twice_changes_nothing(pair):
    task, circuit = pair
    score = WorldModel().judge(circuit, task).score
    for other in rewired(circuit).values():
        assert WorldModel().judge(other, task).score == score


@pytest.mark.parametrize("change", ["as it is", "doubled", "split", "buffered"])
def test_the_room_is_heated_by_a_model_of_it(change):
    circuit = {"as it is": PLANNER, **rewired(PLANNER)}[change]
    judgement = WorldModel().judge(circuit, ROOM)
    assert judgement.holds
    witness = judgement.witness
    assert (witness["goal"], witness["places"]) == ([2, 3], [0, 1, 2, 3])
    assert witness["actions"] == [1, 2]
    assert len(WorldModel.wire_labels(witness)) == 4
    hold_to_its_word(WorldModel(), circuit, ROOM)


def hall(last="or"):
    """Return a thermostat of eight levels, and a circuit that acts by a model of it.

    The model is right if `last`, the operator in the top bit of where cooling leads, is `or`.
    """
    states = [(t, g) for g in range(8) for t in range(8)]
    world = World(
        6, 2, tuple(map(str, states)), tuple(t | g << 3 for t, g in states),
        tuple(tuple(min(max(t + by, 0), 7) + 8 * g for by in (0, 1, -1, 0)) for t, g in states),
        tuple(range(64)), tuple(9 * t for t in range(8)),
    )  # fmt: skip
    gates = []

    def gate(name, *operands):
        gates.append(Gate(name, operands))
        return 5 + len(gates)

    def at_most(low, high):
        # Carried from the lowest bit: 1 so far, and kept where two bits are equal.
        above = gate("butnot", low[0], high[0])
        for one, other in zip(low[1:], high[1:], strict=True):
            kept = gate("and", above, gate("xnor", one, other))
            above = gate("or", gate("butnot", one, other), kept)
        return Output(above, True)

    a, b, c, *goal = range(6)
    full, unequal = gate("and", b, c), gate("xor", a, b)
    warmer = (
        gate("nand", a, gate("nand", b, c)),
        gate("or", unequal, full),
        gate("or", c, gate("and", a, b)),
    )
    some = gate("or", b, c)
    cooler = (
        gate("butnot", some, a),
        gate("butnot", gate("or", a, some), unequal),
        gate("and", c, gate(last, a, b)),
    )
    outputs = at_most(warmer, goal), at_most(goal, cooler)
    circuit = Circuit(6, tuple(gates), outputs)
    return ending(WorldTask(world), circuit), circuit


def test_a_model_of_eight_places():
    task, circuit = hall()
    # It ends at the set point, and in the hall as it was meant.
    assert task.world.target == tuple(9 * t for t in range(8))
    judgement = WorldModel().judge(circuit, task)
    assert judgement.holds
    assert (judgement.witness["places"], len(judgement.witness["groups"])) == ([*range(8)], 2)
    WorldModel().check(circuit, task, judgement.witness)


def test_too_many_groups_for_a_score_are_refused():
    task, circuit = hall("and")
    with pytest.raises(ArgumentError, match="solver: expected one with at most 1048576 choices"):
        WorldModel().judge(circuit, task)


def test_labels_say_what_a_wire_stands_for():
    witness = WorldModel().judge(PLANNER, ROOM).witness
    assert witness["groups"] == [[4, 5], [6, 7]]
    # The first group is read as it is, so its encoding has the low bit inverted: so has the second.
    assert witness["encoding"] == [1, 0, 3, 2]
    assert WorldModel.wire_labels(witness) == [
        (4, "place after 1, bit 0"),
        (5, "place after 1, bit 1"),
        (6, "place after 2, bit 0 (read inverted)"),
        (7, "place after 2, bit 1"),
    ]


def test_a_model_that_is_wrong_of_one_place():
    # Cooled from 3 it takes itself to be at 1, so that at the set point 2 it does not cool: a room
    # whose target is where it ends. (b, h) says where it stays, but for the place 3, which is as 2;
    # (i, b) where heating leads, and (j, b) where cooling does: eleven pairs of twelve.
    circuit = Circuit.parse(4, str(PLANNER).replace("g3 = ~a & b", "g3 = b & a"))
    judgement = WorldModel().judge(circuit, ending(ROOM, circuit))
    assert judgement.score == judgement.measured.value == Fraction(11, 12)
    assert judgement.witness is None


def test_comparing_temperatures_takes_no_model():
    pair = exemplar_named("thermostat-4")
    judgement = WorldModel().judge(pair.solver, pair.task)
    assert judgement.score == 0 == naive_share(pair.solver, pair.task)
    loop = program_exemplar("thermostat-loop")
    hold_to_its_word(WorldModel(), loop.solver, loop.task)


def test_the_goal_in_the_observation():
    assert stated_goal(line(3)) == StatedGoal((2,), (0, 1, 2), ((0, 0, 1), (1, 2, 2)))
    assert stated_goal(line(3)).place_of(0b110) == 2
    assert stated_goal(line(5)).width == 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"observations": (0, 1, 2, 0, 1, 2)}, "states look alike"),
        # Everything that is seen moves: the last place leads on to the other goal.
        ({"steps": ((0, 1), (0, 2), (1, 3), (3, 4), (3, 5), (4, 0))}, "every bit"),
        # With the other goal left is right.
        ({"steps": ((0, 1), (0, 2), (1, 2), (4, 3), (5, 3), (5, 4))}, "depends on what no action"),
        ({"target": (0, 3)}, "does not decide"),
    ],
)
def test_worlds_that_state_no_goal(changes, why):
    world = replace(line(3), **changes)
    assert why in stated_goal(world)
    task = ending(WorldTask(replace(world, target=(0,))), Circuit.parse(3, "out = c"))
    if why != "does not decide":
        assert why in WorldModel().judge(Circuit.parse(3, "out = c"), task).note


@pytest.mark.parametrize(
    ("places", "note"),
    [(2, "it has 2 places, not 3 to 8"), (9, "it has 9 places, not 3 to 8")],
)
def test_few_places_and_many(places, note):
    world = line(places)
    bit = world.observation_bits - 1
    circuit = circuit_of_words([x >> bit & 1 for x in range(2 << bit)], bit + 1, 1)
    judgement = WorldModel().judge(circuit, WorldTask(world, places))
    assert judgement.note == f"not applicable: {note}"


def test_going_where_one_is_told_takes_no_model():
    # Left for the goal 0 and right for 1: no group moves the action.
    judgement = WorldModel().judge(Circuit.parse(3, "out = c"), WorldTask(line(3), 3))
    assert (judgement.score, judgement.measured.value) == (0, 0)


def test_all_actions_alike():
    world = line(3)
    alike = replace(world, steps=tuple((row[1], row[1]) for row in world.steps))
    circuit = Circuit.parse(3, "out = c")
    target = tuple(s for s in range(6) if s % 3 == 2 or s == 0)
    task = WorldTask(replace(alike, target=target), 3)
    assert WorldModel().judge(circuit, task).note == "not applicable: all actions lead alike"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("groups", [[4, 5], [4, 5]], "a group twice"),
        ("groups", [[4, 4], [6, 7]], "a class twice"),
        ("groups", [[4, 5], [0, 1]], "of inputs alone"),
        ("groups", [[4, 5], [6, 99]], "no lowest wire"),
        ("groups", [[5, 4], [6, 7]], "not the place after 1"),
        ("groups", [[4, 5]], "not 2 for each action"),
        ("inverted", [[False, True], [True, False]], "not the place after 1"),
        ("encoding", [0, 1, 2, 3], "not the place after 1"),
        ("encoding", [1, 1, 3, 2], "no encoding"),
        ("actions", [1, 1], "lead alike"),
        ("actions", [0, 3], "lead alike"),
        ("actions", [1], "not two or more"),
        ("actions", [2, 1], "not the place after 2"),
        ("goal", [2], "it is"),
        ("places", [0, 1, 2], "they are"),
    ],
)
def test_the_checker_finds_what_is_wrong(field, value, why):
    witness = WorldModel().judge(PLANNER, ROOM).witness
    with pytest.raises(CertificateError, match=why):
        WorldModel().check(PLANNER, ROOM, {**witness, field: value})


def test_who_reads_the_place_beside_the_model_does_not_act_by_it():
    # The same words and the same model, but i AND NOT d is computed from a and b again.
    text = str(PLANNER).replace("g5 = g2 & ~d", "x = a & ~d; y = b & ~d; g5 = x | y")
    beside = Circuit.parse(4, text)
    assert beside.tables() == PLANNER.tables()
    witness = WorldModel().judge(PLANNER, ROOM).witness
    with pytest.raises(CertificateError, match="the action moves though they are held"):
        WorldModel().check(beside, ROOM, witness)
    assert WorldModel().judge(beside, ROOM).score == naive_share(beside, ROOM) < 1


def test_a_witness_of_one_circuit_is_none_of_another():
    witness = WorldModel().judge(PLANNER, ROOM).witness
    with pytest.raises(CertificateError, match="groups"):
        WorldModel().check(exemplar_named("thermostat-4").solver, ROOM, witness)
