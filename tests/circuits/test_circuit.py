"""Circuits: round trips, canonical chains, interventions, shape, and what is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import (
    AIG,
    B2,
    CONSTANT,
    Circuit,
    Gate,
    Output,
    TruthTable,
    operator_named,
)
from mesacircuits.circuits.bases import operator_of
from mesacircuits.errors import ArgumentError
from mesacircuits.testing import bases, circuits, relabelled, truth_tables

widths, few = st.integers(0, 4), st.integers(1, 3)
any_circuits = circuits(widths, basis=bases(), outputs=few)
reduced_circuits = circuits(
    st.sampled_from([3, 4, 2, 3, 4, 3, 1, 0]), basis=bases(named=True), outputs=few, reduced=True
)


@st.composite
def odd_circuits(draw):
    """Circuits with operators of any arity and table, such as no basis has."""
    n = draw(st.integers(1, 3))
    gates = []
    for place in range(draw(st.integers(0, 4))):
        arity = draw(st.integers(1, 4))
        operator = operator_of(arity, draw(st.integers(0, (1 << (1 << arity)) - 1)))
        wires = st.integers(0, n + place - 1)
        gates.append(Gate(operator.name, tuple(draw(wires) for _ in range(arity))))
    return Circuit(n, tuple(gates), (Output(n + len(gates) - 1, draw(st.booleans())),))


def key(gate):
    return gate.operands[::-1], operator_named(gate.operator).table


# -- round trips -----------------------------------------------------------------------------


@given(any_circuits | odd_circuits())
def test_round_trips(circuit):
    assert eval(repr(circuit)) == circuit
    assert Circuit.from_json(circuit.to_json()) == circuit
    assert Circuit.from_json(json.loads(json.dumps(circuit.to_json()))) == circuit
    # Multiplexers are written alike whatever the order of their operands.
    for text in (str(circuit), str(circuit).replace("; ", "\n")):
        assert Circuit.parse(circuit.inputs, text).canonical() == circuit.canonical()


def test_an_operator_has_one_name_and_operands_are_a_tuple():
    assert hash(Gate("and", [0, 1])) == hash(Gate("and", (0, 1)))
    assert Gate("tt:2:8", (0, 1)) == Gate("and", (0, 1))
    circuit = Circuit(2, (Gate("tt:2:6", (0, 1)),), (Output(2),))
    assert circuit.in_basis(B2)
    assert Circuit.parse(2, str(circuit)) == circuit


@given(reduced_circuits)
def test_text_may_name_gates_as_it_likes(circuit):
    text = str(circuit)
    for i in range(circuit.size, 0, -1):
        text = text.replace(f"g{i}", f"gate_{i}x")
    assert Circuit.parse(circuit.inputs, text).canonical() == circuit.canonical()


# -- identity --------------------------------------------------------------------------------


@given(reduced_circuits.flatmap(lambda c: st.tuples(st.just(c), relabelled(c))))
def test_canonical_forgets_order_and_operand_order(pair):
    circuit, other = pair
    assert other.canonical() == circuit.canonical()
    assert other.hash_hex == circuit.hash_hex
    assert other.tables() == circuit.tables()


@given(reduced_circuits)
def test_keys_of_a_canonical_reduced_chain_strictly_increase(circuit):
    canonical = circuit.canonical()
    keys = [key(gate) for gate in canonical.gates]
    assert keys == sorted(set(keys))
    assert all(list(gate.operands) == sorted(gate.operands) for gate in canonical.gates)


@given(any_circuits | odd_circuits())
def test_canonical_is_idempotent_and_keeps_meaning_and_shape(circuit):
    canonical = circuit.canonical()
    assert canonical.canonical() == canonical
    assert canonical.tables() == circuit.tables()
    assert (canonical.size, canonical.depth) == (circuit.size, circuit.depth)
    assert canonical.is_reduced() == circuit.is_reduced()


@given(reduced_circuits, reduced_circuits)
def test_different_functions_have_different_hashes(one, other):
    if one.inputs != other.inputs or one.tables() != other.tables():
        assert one.hash_hex != other.hash_hex


def test_a_wire_read_twice_does_not_break_the_canonical_form():
    # The operator p AND (q XOR r) of (a, b, b), and the same gate with its operands turned round.
    circuits = []
    for order in [(0, 1, 2), (2, 1, 0), (1, 0, 2)]:
        operator = operator_named("tt:3:E4").permuted(order)
        operands = tuple((0, 1, 1)[i] for i in order)
        circuits.append(Circuit(2, (Gate(operator.name, operands),), (Output(2),)))
    assert len({c.canonical() for c in circuits}) == 1


@given(any_circuits | odd_circuits() | reduced_circuits)
def test_reduced_means_what_it_says(circuit):
    full = (1 << (1 << circuit.inputs)) - 1
    bits = circuit.wire_bits()
    reached = {w for o in circuit.outputs if o.wire >= 0 for w in circuit.cones[o.wire]}
    distinct = len({0, full, *bits}) == len(bits) + 2
    assert circuit.is_reduced() == (distinct and len(reached) == circuit.size)


def test_a_constant_gate_is_not_reduced():
    for operator in ("xor", "xnor"):
        assert not Circuit(1, (Gate(operator, (0, 0)),), (Output(1),)).is_reduced()


@given(reduced_circuits)
def test_drawn_reduced_circuits_are_reduced(circuit):
    assert circuit.is_reduced()


@given(st.data(), bases(), st.booleans())
def test_drawn_circuits_are_in_their_basis(data, basis, reduced):
    circuit = data.draw(circuits(widths, basis=basis, outputs=few, reduced=reduced))
    assert circuit.in_basis(basis)


# -- meaning ---------------------------------------------------------------------------------


def run(circuit, x, do=None):
    """Evaluate on one input, gate by gate: the slow twin of `output_bits`."""
    do, values = do or {}, []
    for wire in range(circuit.wires):
        if wire in do:
            value = do[wire](x)
        elif wire < circuit.inputs:
            value = x >> wire & 1
        else:
            gate = circuit.gates[wire - circuit.inputs]
            row = sum((w >= 0 and values[w]) << i for i, w in enumerate(gate.operands))
            value = operator_named(gate.operator).table >> row & 1
        values.append(value)
    return tuple(
        int(o.inverted) if o.wire == CONSTANT else values[o.wire] ^ o.inverted
        for o in circuit.outputs
    )


@given(any_circuits | odd_circuits(), st.data())
def test_interventions_agree_with_a_slow_evaluator(circuit, data):
    held = data.draw(st.sets(st.sampled_from(range(circuit.wires)))) if circuit.wires else ()
    do = {wire: data.draw(truth_tables(circuit.inputs)) for wire in held}
    plain, tables = circuit.tables(), circuit.tables(do)
    for x in range(1 << circuit.inputs):
        assert circuit(x) == tuple(t(x) for t in plain) == run(circuit, x)
        assert tuple(t(x) for t in tables) == run(circuit, x, do)


@given(any_circuits, st.data())
def test_doing_what_happens_anyway_changes_nothing(circuit, data):
    bits = circuit.wire_bits()
    held = data.draw(st.sets(st.sampled_from(range(circuit.wires)))) if bits else set()
    do = {wire: TruthTable(circuit.inputs, bits[wire]) for wire in held}
    assert circuit.tables(do) == circuit.tables()


@given(any_circuits, st.data())
def test_only_the_cone_matters(circuit, data):
    if not circuit.gates:
        return
    wire = data.draw(st.sampled_from(range(circuit.inputs, circuit.wires)))
    changed = circuit.wire_bits({wire: data.draw(truth_tables(circuit.inputs)).bits})
    for other, bits in enumerate(circuit.wire_bits()):
        assert wire in circuit.cones[other] or changed[other] == bits


# -- shape -----------------------------------------------------------------------------------


@given(any_circuits | odd_circuits())
def test_depths_and_cones_by_walking_back(circuit):
    def paths(wire):
        if wire < circuit.inputs:
            return [()]
        operands = circuit.gates[wire - circuit.inputs].operands
        return [(wire, *path) for w in {*operands} for path in paths(w)]

    for wire in range(circuit.wires):
        walked = paths(wire)
        assert circuit.depths[wire] == max(map(len, walked))
        assert circuit.cones[wire] == {gate for path in walked for gate in path}
    driven = [circuit.depths[o.wire] for o in circuit.outputs if o.wire != CONSTANT]
    assert circuit.depth == max(driven, default=0)
    assert circuit.wires == circuit.inputs + circuit.size


def test_an_inverted_output_is_outside_a_basis_without_free_inverters():
    from mesacircuits.circuits import Basis

    costly = Basis("drawn", (operator_named("nand"),), free_inverters=False)
    gates = (Gate("nand", (0, 1)),)
    assert Circuit(2, gates, (Output(2), Output(CONSTANT, True))).in_basis(costly)
    assert not Circuit(2, gates, (Output(2, True),)).in_basis(costly)
    assert not Circuit(2, gates, (Output(2),)).in_basis(AIG)


# -- refusals --------------------------------------------------------------------------------

NOT_CIRCUITS = [
    (lambda: Circuit(17, (), (Output(0),)), "inputs: expected a whole number from 0 to 16"),
    (lambda: Circuit(1, (), ()), "outputs: expected at least one output, got none"),
    (lambda: Circuit(1, (), (Output(1),)), "outputs[0].wire: expected a wire from -1 to 0, got 1"),
    (lambda: Circuit(1, (), (Output(-2),)), "outputs[0].wire: expected a wire from -1 to 0"),
    (
        lambda: Circuit(1, (Gate("not", (0,)), Gate("and", (0, 2))), (Output(0),)),
        "gates[1].operands: expected wires from -1 to 1, got (0, 2)",
    ),
    (lambda: Gate("and", (0,)), "operands: expected 2 for and, got (0,)"),
    (lambda: Gate("but", (0,)), "operator: expected one of not, and"),
    (
        lambda: Circuit(1, (), (Output(0),))(2),
        "x: expected 1 bit, a first, or one integer",
    ),
    (
        lambda: Circuit(1, (), (Output(0),)).tables({1: TruthTable(1, 0)}),
        "do: expected wires from 0 to 0, got 1",
    ),
    (
        lambda: Circuit(1, (), (Output(0),)).tables({0: TruthTable(2, 0)}),
        "do: expected tables of 1 inputs, got TruthTable(inputs=2, bits=0x0)",
    ),
    (lambda: Circuit.parse(10**9, "out = a"), "inputs: expected a whole number from 0 to 16"),
    (lambda: Circuit.parse(2, ""), "circuit: expected a last step out = WIRE, got nothing"),
    (lambda: Circuit.parse(2, "g = a & x; out = g"), "circuit: expected a wire among a, b, got x"),
    (lambda: Circuit.parse(2, "g = a b & b"), "circuit: expected a gate such as a & ~g1"),
    (lambda: Circuit.parse(2, "g = a &"), "circuit: expected a gate such as a & ~g1 or an expr"),
    (lambda: Circuit.parse(2, "g = a"), "circuit: expected a gate such as a & ~g1 or an expr"),
    (lambda: Circuit.parse(2, "a = a & b"), "circuit: expected a new name for each gate, got a"),
    (lambda: Circuit.parse(2, "out = ~c"), "circuit: expected an output wire among a, b, got ~c"),
    (lambda: Circuit.parse(2, "out = a & c"), "circuit: expected a wire among a, b, got c"),
    (lambda: Circuit.parse(2, "out = a,"), "circuit: expected an output wire among a, b, got noth"),
    (lambda: Circuit.parse(2, "out = a b"), "circuit: expected an output wire such as ~g1 or an"),
    (
        lambda: Circuit.parse(2, "out = a; g = a & b"),
        "circuit: expected steps NAME = GATE, then out = WIRE as the last, got g = a & b",
    ),
    (lambda: Circuit.from_json([]), "circuit: expected a circuit in JSON form, got Expected"),
    (
        lambda: Circuit.from_json({"inputs": 1, "gates": [], "outputs": [], "more": 0}),
        "circuit: expected a circuit in JSON form, got Object contains unknown field `more`",
    ),
]


@pytest.mark.parametrize(("call", "text"), NOT_CIRCUITS)
def test_bad_circuits_are_refused_on_one_line(call, text):
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_words_are_not_joined_across_white_space():
    text = "g1 = a & b; g2 = a ^ g 1; out = g2"
    with pytest.raises(ArgumentError, match=r"^circuit: expected a wire among a, b, g1, got g$"):
        Circuit.parse(2, text)
    with pytest.raises(ArgumentError, match=r", got a \^ b 1 \('1' at column 7, not an operator"):
        Circuit.parse(2, text.replace("g 1", "b 1"))
    assert Circuit.parse(2, text.replace("g 1", " g1 ")).size == 2


@given(st.integers(0, 3), st.text(st.sampled_from("abg1out =&|^~();,\n:tE8?"), max_size=30))
def test_any_text_is_a_circuit_or_refused(inputs, text):
    try:
        circuit = Circuit.parse(inputs, text)
    except ArgumentError:
        return
    assert Circuit.parse(inputs, str(circuit)) == circuit


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["inputs", "gates", "outputs", "wire", "inverted", "operands"]), inner
        )
    ),
    max_leaves=8,
)


@given(any_circuits, st.data())
def test_damaged_json_is_refused_by_name(circuit, data):
    record = circuit.to_json()
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(values)
    try:
        other = Circuit.from_json(record)
    except ArgumentError:
        return
    assert other.to_json() == record


@given(circuits(), st.data())
def test_bits_are_given_as_people_type_them(circuit, data):
    bits = data.draw(st.tuples(*[st.integers(0, 1)] * circuit.inputs))
    word = circuit.evaluate(sum(bit << i for i, bit in enumerate(bits)))
    named = dict(zip(map(circuit.wire_name, range(circuit.inputs)), bits, strict=True))
    assert word == circuit.evaluate(list(bits)) == circuit.evaluate(np.array(bits))
    assert word == circuit.evaluate(**named)
    assert circuit.inputs == 1 or word == circuit.evaluate(*bits)
    for wrong in ("1" * circuit.inputs, [0.0] * circuit.inputs, [2] * circuit.inputs, 0.0, None):
        with pytest.raises(ArgumentError, match=r"^x: expected"):
            circuit.evaluate(wrong)
    with pytest.raises(ArgumentError, match="by its name"):
        circuit.evaluate(other=1)
