"""Witnesses of control made by hand hold; altered in any one field they do not."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any

import pytest
from control_cases import (
    CASES,
    LAMPS,
    MOTOR,
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
    some_action_is_always_optimal,
    some_blind_policy_does,
)
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import World, WorldTask, blind_policy_suffices, parse_task

Json = Any

#: Which fields may be named when this one is altered, besides itself.
DEPENDENT = {"cut": {"behavioural", "null", "other", "ratio"}}
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
    elif field in ("null", "other"):
        words = [list(word) for word in product((0, 1), repeat=2)]
        for size in range(len(words) + 1):
            yield from map(list, combinations(words, size))
        yield from (value[::-1], value + value, [[0, 0, 0]], [[2, 0]], [[0]])
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
            if type(new) is type(value) and new == value:
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
AT_OUTPUTS = control([2, 4], True, [[0, 0]], [[0, 1], [1, 1]], 4, "3/4", [0, 1, 1, 0])
SETTER = control([1], True, [[0], [1]], [[0], [1]], 4, "1", [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("circuit", "task", "witness", "where", "problem"),
    [
        (TWO_STAGES[0], TWO_STAGES[1], AT_OUTPUTS, "cut", "wires [2, 3] are a better one"),
        # A gate more than is needed; a wire that lies behind another.
        (TWO_STAGES[0], TWO_STAGES[1], {**TWO_STAGES[2], "cut": [2, 3, 4]}, "cut[1]", "without"),
        (HEAT_COOL[0], HEAT_COOL[1], {**HEAT_COOL[2], "cut": [0, 1]}, "cut[0]", "drives no action"),
        (HEAT_COOL[0], HEAT_COOL[1], {**HEAT_COOL[2], "cut": [2]}, "cut", "avoids it"),
        # Right by ignoring the temperature: the error is the set point, null and not.
        (Circuit.parse(2, "out = b, ~b"), HEAT_COOL[1], SETTER, "cut", "[0] occurs in the target"),
        # Knocked high it stays there: the error is seen, and not acted on.
        (Circuit.parse(2, "g1 = a | b; out = g1, b"), WorldTask(LAMPS, 1),
         control([1, 2], True, [[0, 0]], [[0, 1], [1, 1]], 3, "1", [1, 0, 2]), "ranking[2]", "2"),
        # Always in the target, so that there is nothing to correct.
        (HEAT_COOL[0], WorldTask(World(2, 2, ROOM.states, ROOM.observations, ROOM.steps, (0,),
         (0,)), 1), control([2, 3], True, [[0, 0]], [], 1, "1", [0, None, None, None]), "other",
         "nothing but"),
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
    loop = control([0], True, [[0]], [[1]], 2, "1", [0, 1, 0])
    with pytest.raises(CertificateError, match="into state on, it does not recover") as raised:
        prove(Circuit.parse(1, "out = a"), WorldTask(blinker, 0), loop)
    assert raised.value.where == "witness"
    # From one start, with nothing to disturb it, turning the motor on twice would do.
    calm = World(2, 2, MOTOR.states, MOTOR.observations, MOTOR.steps, (2,), (0, 3))
    with pytest.raises(CertificateError, match="a blind policy suffices") as raised:
        prove(TWO_STAGES[0], WorldTask(calm, 1), {
            **TWO_STAGES[2], "other": [[1, 0]], "observations": 2, "ratio": "1",
            "ranking": [None, None, 1, 0],
        })  # fmt: skip
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
