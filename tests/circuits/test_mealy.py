"""Mealy machines: words, runs, forms, and what is refused."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import Circuit, Gate, MealyMachine, Output
from mesacircuits.errors import ArgumentError
from mesacircuits.testing import circuits, mealy_machines

TOGGLE = MealyMachine(Circuit.parse(2, "g1 = a ^ b; out = g1, g1"), 1)


@given(mealy_machines(2, 2, st.integers(0, 2)))
def test_words_are_the_circuits_outputs(machine):
    circuit = machine.circuit
    assert (machine.observation_bits, machine.action_bits) == (2, 2)
    assert len(machine.words) == 1 << circuit.inputs
    for x, word in enumerate(machine.words):
        assert tuple(word >> i & 1 for i in range(len(circuit.outputs))) == circuit(x)


@given(mealy_machines(1, 2, st.integers(0, 2)), st.lists(st.integers(0, 1), max_size=6))
def test_a_run_feeds_the_state_back(machine, observations):
    state, expected = machine.start, []
    for observation in observations:
        outputs = machine.circuit(state << 1 | observation)
        expected.append(outputs[0] | outputs[1] << 1)
        state = sum(bit << i for i, bit in enumerate(outputs[2:]))
    assert machine.run(observations) == tuple(expected)


def test_a_toggle_by_hand():
    assert TOGGLE.run([1, 0, 1, 1, 0]) == (1, 1, 0, 1, 1)
    started = MealyMachine(TOGGLE.circuit, 1, start=1)
    assert started.run([1, 0, 1, 1, 0]) == (0, 0, 1, 0, 0)
    assert (TOGGLE.respond(1, 0), TOGGLE.respond(1, 1)) == ((1, 1), (0, 0))


@given(circuits(2, outputs=2), st.lists(st.integers(0, 3), max_size=5))
def test_without_state_it_is_its_circuit(circuit, observations):
    machine = MealyMachine(circuit)
    answers = [sum(bit << i for i, bit in enumerate(circuit(o))) for o in observations]
    assert machine.run(observations) == tuple(answers)


@given(mealy_machines(1, 1, st.integers(0, 2)))
def test_forms_round_trip(machine):
    assert MealyMachine.from_json(machine.to_json()) == machine
    names = {"Circuit": Circuit, "Gate": Gate, "MealyMachine": MealyMachine, "Output": Output}
    assert eval(repr(machine), names) == machine
    other = MealyMachine(machine.circuit.canonical(), machine.state_bits, machine.start)
    assert other.hash_hex == machine.hash_hex


def test_the_hash_tells_state_and_start():
    circuit = TOGGLE.circuit
    machines = [MealyMachine(circuit), TOGGLE, MealyMachine(circuit, 1, 1)]
    assert len({machine.hash_hex for machine in machines}) == 3
    assert len({machine.hash_hex for machine in (*machines, MealyMachine(circuit, 1, 0))}) == 3


def test_its_text_names_the_inputs_that_are_state():
    assert str(TOGGLE).endswith("; state b")
    assert str(MealyMachine(TOGGLE.circuit)).endswith("; state none")
    assert TOGGLE._repr_svg_().startswith("<svg")


@pytest.mark.parametrize("state_bits", [-1, 2, True, 0.5, "1"])
def test_state_bits_that_do_not_fit(state_bits):
    with pytest.raises(ArgumentError, match=r"^state_bits: expected a whole number from 0 to 1"):
        MealyMachine(TOGGLE.circuit, state_bits)


@pytest.mark.parametrize("start", [-1, 2, False, 0.0])
def test_a_start_that_is_no_state(start):
    with pytest.raises(ArgumentError, match=r"^start: expected a word from 0 to 1"):
        MealyMachine(TOGGLE.circuit, 1, start)


@pytest.mark.parametrize(
    "value",
    [
        3,
        {},
        {"circuit": TOGGLE.circuit.to_json()},
        TOGGLE.to_json() | {"kind": "moore"},
        TOGGLE.to_json() | {"clock": 1},
        TOGGLE.to_json() | {"state_bits": "1"},
        TOGGLE.to_json() | {"circuit": 7},
    ],
)
def test_other_json(value):
    with pytest.raises(ArgumentError):
        MealyMachine.from_json(value)
