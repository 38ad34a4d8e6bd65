"""Witnesses of control made by hand hold; altered in any one field they do not."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product
from typing import Any

import pytest
from control_cases import (
    CASES,
    LAMPS,
    ROOM,
    control,
    controlled_worlds,
    prove,
    solved_worlds,
)
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import ControlLike
from mesacircuits.definitions.checker import (
    check_control,
    some_action_is_always_optimal,
    some_blind_policy_does,
)
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import World, WorldTask, blind_policy_suffices, parse_task

Json = Any

#: Which fields may be named when this one is altered, besides itself.
DEPENDENT = {"cut": {"behavioural", "inside", "outside", "ratio"}}
ODD = (None, True, False, -1, 0, 1.0, "", "0", [], [0], [None], [[0]], [[]], {}, 1 << 70, "1/1")


@pytest.mark.parametrize("name", CASES)
def test_witness_holds_and_is_the_one_found(name: str) -> None:
    circuit, task, witness = CASES[name]
    prove(circuit, task, witness)
    judgement = ControlLike().judge(circuit, task)
    assert judgement.witness == witness
    assert judgement.note == ("behavioural" if witness["behavioural"] else "")


def values_of(field: str, value: Json, circuit: Circuit) -> Iterator[Json]:
    """Yield every value that the field could have in any witness of such a circuit, and more."""
    yield from ODD
    if field == "cut":
        wires = range(circuit.wires + 1)
        for size in range(len(wires) + 1):
            yield from map(list, combinations(wires, size))
        yield from (value[::-1], value + value[-1:])
    elif field == "inside":
        words = [list(word) for word in product((0, 1), repeat=len(value[0]))]
        for size in range(len(words) + 1):
            yield from map(list, combinations(words, size))
        yield from (value[::-1], value + value, [[0, 0, 0]], [[2, 0]], [[0]])
    elif field == "outside":
        for place, held in enumerate(value):
            words = [list(word) for word in product((0, 1), repeat=len(held["value"]))]
            for part, others in (
                ("value", (*words, [2, 0], None)),
                ("configuration", (*range(9), -1, None, True, 1 << 70)),
                ("disturbance", (*range(4), -1, None, "0", 1 << 70)),
            ):
                for other in others:
                    yield [*value[:place], {**held, part: other}, *value[place + 1 :]]
            yield [*value[:place], {**held, "until": 1}, *value[place + 1 :]]
            yield [*value[:place], {"value": held["value"]}, *value[place + 1 :]]
        yield from (value[:-1], value[::-1], value + value)
    elif field == "ranking":
        for place in range(len(value)):
            for other in (None, *range(5)):
                yield [*value[:place], other, *value[place + 1 :]]
        # As good a ranking, but not the least.
        yield [rank and rank + 1 for rank in value]
        yield from (value[:-1], [*value, None], [*value, 0], value[::-1])
    else:
        yield from chain(range(6), ("3/4", "4/4", "1", "1/2", "0.75", "control", "search"))


@pytest.mark.parametrize("name", CASES)
def test_no_field_can_be_altered_alone(name: str) -> None:
    circuit, task, witness = CASES[name]
    for field, value in witness.items():
        for new in values_of(field, value, circuit):
            if repr(new) == repr(value):
                continue
            with pytest.raises(CertificateError) as raised:
                prove(circuit, task, {**witness, field: new})
            named = re.split(r"[.\[]", raised.value.where)[0]
            fine = named == field or named in DEPENDENT.get(field, ())
            assert fine, f"{field} := {new!r} was blamed on {raised.value}"


def test_fields_cannot_be_dropped_or_added() -> None:
    circuit, task, witness = CASES["a bit of memory"]
    for field in witness:
        less = copy.deepcopy(witness)
        del less[field]
        with pytest.raises(CertificateError) as raised:
            prove(circuit, task, less)
        assert raised.value.where == field
    for record, where in (({**witness, "gain": 1}, "gain"), (None, "witness"), ([], "witness")):
        with pytest.raises(CertificateError) as raised:
            prove(circuit, task, record)
        assert raised.value.where == where


HEAT_COOL, TWO_STAGES = CASES["heat and cool"], CASES["cold or warm, then move"]
#: The cut at the outputs is an error too, of as many values.
AT_OUTPUTS = control(
    [2, 4], True, [[0, 0]], [([0, 1], 0, 1), ([1, 1], 0, 0)], 4, "3/4", None, [0, 1, 1, 0]
)
#: It comes nearer by 1, and in by 1 from near as well; in by 0 it stays.
FAN = WorldTask(
    World(1, 1, ("out", "near", "in"), (1, 1, 0), ((0, 1), (0, 2), (2, 0)), (0, 1, 2), (1, 2),
          ((0, 0, 0),)), 1,
)  # fmt: skip
#: Out leads to in by 1, and in, of either kind, is where it stays.
RATCHET = WorldTask(
    World(2, 1, ("out", "in", "in too"), (1, 0, 2), ((0, 1), (1, 1), (2, 2)), (0, 1, 2), (1, 2),
          ((0, 0, 0),)), 1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("circuit", "task", "witness", "where", "problem"),
    [
        (TWO_STAGES[0], TWO_STAGES[1], AT_OUTPUTS, "cut", "wires [2, 3] are a better one"),
        # A gate more than is needed; a wire that lies behind another.
        (TWO_STAGES[0], TWO_STAGES[1], {**TWO_STAGES[2], "cut": [2, 3, 4]}, "cut[1]", "without"),
        (HEAT_COOL[0], HEAT_COOL[1], {**HEAT_COOL[2], "cut": [0, 1]}, "cut[0]", "drives no action"),
        (HEAT_COOL[0], HEAT_COOL[1], {**HEAT_COOL[2], "cut": [2]}, "cut", "avoids it"),
        # Knocked high it stays there: the error is seen, and not acted on.
        (Circuit.parse(2, "g1 = a | b; out = g1, b"), WorldTask(LAMPS, 1),
         control([1, 2], True, [[0, 0]], [([0, 1], 0, 0), ([1, 1], 0, 0)], 3, "1", 2, [1, 0, 2]),
         "ranking[2]", "2"),
        # It does one thing inside the target and outside.
        (Circuit.parse(1, "g1 = a & ~a; g2 = g1 | a; out = g2"), FAN,
         control([0], True, [[0], [1]], [([1], 0, 0)], 2, "1", None, [1, 0, 0]), "cut",
         "elsewhere it is 1, as in the target"),
        # What it does from outside would do by itself.
        (Circuit.parse(2, "g1 = a & ~b; out = g1"), RATCHET,
         control([2], True, [[0]], [([1], 0, 0)], 3, "2/3", None, [1, 0, 0]),
         "outside[0]", "with [1] held, what begins so comes to rest"),
        # Always in the target, so that there is nothing to correct.
        (HEAT_COOL[0], WorldTask(World(2, 2, ROOM.states, ROOM.observations, ROOM.steps, (0,),
         (0,)), 1), control([2, 3], True, [[0, 0]], [], 1, "1", None, [0, None, None, None]),
         "outside", "nothing but"),
    ],
)  # fmt: skip
def test_what_is_no_witness(
    circuit: Circuit, task: WorldTask, witness: Json, where: str, problem: str
) -> None:
    assert task.solved_by(circuit)
    with pytest.raises(CertificateError, match=re.escape(problem)) as raised:
        prove(circuit, task, witness)
    assert raised.value.where == where


def test_circuits_refused_as_a_whole() -> None:
    with pytest.raises(CertificateError, match="no world with a target"):
        prove(HEAT_COOL[0], parse_task("expr:b & ~a, a & ~b"), HEAT_COOL[2])
    # Disturbed from where it rests, it is in the target every other step: ranked, not recovered.
    blinker = World(1, 1, ("on", "off", "rest"), (0, 1, 0), ((1, 1), (1, 0), (2, 2)), (2,), (0, 2),
                    ((0, 0, 0),))  # fmt: skip
    loop = control([0], True, [[0]], [([1], 2, 0)], 2, "1", None, [0, 1, 0])
    with pytest.raises(CertificateError, match="into state on, it does not recover") as raised:
        prove(Circuit.parse(1, "out = a"), WorldTask(blinker, 0), loop)
    assert raised.value.where == "witness"
    # From one start, with nothing to disturb it, going up once would do, though not for ever.
    calm = replace(LAMPS, starts=(0,), disturbances=())
    once = control([0, 1], True, [[0, 0]], [([1, 0], 0, None)], 2, "1", None, [1, 0, None])
    with pytest.raises(CertificateError, match="a blind policy suffices") as raised:
        prove(Circuit.parse(2, "out = a, b"), WorldTask(calm, 1), once)
    assert raised.value.where == "witness"


@given(solved_worlds() | controlled_worlds())
def test_blind_policies_are_decided_as_the_tasks_do(pair: tuple[Circuit, WorldTask]) -> None:
    world = pair[1].world
    for within in (0, 1, 3):
        assert some_blind_policy_does(world, within) == blind_policy_suffices(world, within)


def test_blind_policies_of_optimal_tasks() -> None:
    assert not some_action_is_always_optimal(ROOM)
    up = World(1, 1, ("0", "1", "2"), (0, 1, 1), ((0, 1), (1, 2), (2, 2)), (0,), (2,))
    assert some_action_is_always_optimal(up)


def test_what_least_rank_asks_is_checked() -> None:
    circuit, task, witness = CASES["bang-bang on a longer scale"]
    for least_rank in (1, 2, 4):
        prove(circuit, task, witness, least_rank)
    with pytest.raises(CertificateError, match="at most 4 steps from the target"):
        prove(circuit, task, witness, 5)
    circuit, task, witness = CASES["bang-bang"]
    with pytest.raises(CertificateError, match="no error lasts") as raised:
        prove(circuit, task, witness, 2)
    assert raised.value.where == "repeated"
    for dials in ({}, {"least_rank": 0}, {"least_rank": None}, {"least_rank": 1, "gain": 2}):
        with pytest.raises(CertificateError) as raised:
            check_control(circuit, task, dials, witness)
        assert raised.value.where.startswith("definition.parameters")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["\ud800", "control", "1/2"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text() | st.sampled_from(["kind", "cut", "ranking"]), inner),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60)
@given(st.sampled_from(sorted(CASES)), st.data())
def test_junk_is_refused_in_order(name: str, data: st.DataObject) -> None:
    circuit, task, witness = CASES[name]
    field = data.draw(st.sampled_from(sorted(witness)))
    junk = data.draw(JUNK)
    for record in (junk, {**witness, field: junk}):
        problem = "certificate: passed"
        try:
            prove(circuit, task, record)
        except CertificateError as error:
            problem = str(error)
        assert re.fullmatch("certificate: [^:].*", problem)
