"""The kernel for tasks over two-input gates against its plain twin and the engine for any basis."""

import numpy as np
import pytest
from form_cases import chains_at_most, function
from form_twin import circuits_for_task
from hypothesis import assume, given, settings, strategies as st

from mesacircuits.circuits import AIG, B2, Basis
from mesacircuits.enumeration import Effort, engines
from mesacircuits.enumeration.engines import TaskEngine
from mesacircuits.enumeration.own_symmetry import OwnSymmetry, own_symmetry
from mesacircuits.enumeration.rows import rows_of_circuits
from mesacircuits.enumeration.sat import all_circuits, smaller_exists
from mesacircuits.enumeration.symmetry import symmetry_of
from mesacircuits.tasks import FunctionTask, RelationTask, parse_task
from mesacircuits.testing import circuits

ONE = Effort(workers=1)
XOR_ONLY = Basis.closed("xor", {"xor": 1}, free_inverters=True)
#: Parity, and the two higher bits, of the number of ones among four bits.
SIDEWAYS = "tt:4:6996,7EE8,8000"
BASES = st.sampled_from([B2, B2, AIG, XOR_ONLY])


def listed(task, basis, cost, depth=None):
    return TaskEngine(task, basis, ONE).circuits(cost, depth)


def listed_by_any_basis(task, basis, cost, depth=None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "has_fast_kernel", lambda basis: False)
        engine = TaskEngine(task, basis, ONE)
        assert not engine.is_fast
        return engine.circuits(cost, depth)


def drivers_of(circuits):
    return np.array(
        [[part for o in c.outputs for part in (o.wire, o.inverted)] for c in circuits],
        dtype=np.int16,
    )


@st.composite
def asked(draw, inputs, most_gates, most_outputs=3):
    """A task that some circuit of few gates solves: functions, some on a support, or relations."""
    basis, n = draw(BASES), draw(st.sampled_from(inputs))
    outputs = draw(st.integers(1, most_outputs))
    solver = draw(circuits(n, basis, max_gates=most_gates, outputs=outputs, reduced=True))
    tables, full = solver.output_bits(), (1 << (1 << n)) - 1
    if draw(st.booleans()):
        return basis, function(n, *tables, support=draw(st.none() | st.integers(1, full)))
    words = st.sets(st.integers(0, (1 << outputs) - 1), max_size=draw(st.integers(0, 2)))
    accept = [
        {sum((table >> x & 1) << i for i, table in enumerate(tables))} | draw(words)
        for x in range(1 << n)
    ]
    return basis, RelationTask(n, outputs, tuple(map(tuple, accept)))


@settings(max_examples=50)
@given(asked((2, 3), 4), st.integers(1, 4), st.none() | st.integers(1, 4))
def test_the_kernel_lists_what_its_twin_lists(drawn, cost, depth):
    basis, task = drawn
    while cost and chains_at_most(task.inputs, basis, cost) > 1500:
        cost -= 1
    found = listed(task, basis, cost, depth)
    assert len({*found}) == len(found)
    assert {*found} == {*circuits_for_task(task, basis, cost, depth)}


def least_with_circuits(task, basis, cost, depth):
    """Return the least cost up to `cost` at which there are circuits, if there is one."""
    found = (c for c in range(1, cost + 1) if listed(task, basis, c, depth))
    return next(found, cost)


@settings(max_examples=40)
@given(asked((2, 3, 3), 6), st.integers(3, 5), st.none() | st.integers(2, 5))
def test_the_kernel_lists_what_the_engine_for_any_basis_lists(drawn, cost, depth):
    """Up to the minima: of a loose task there are too many circuits beyond to list twice."""
    basis, task = drawn
    cost = least_with_circuits(task, basis, cost, depth)
    assert listed(task, basis, cost, depth) == listed_by_any_basis(task, basis, cost, depth)


@pytest.mark.slow
@settings(max_examples=40)
@given(asked((4,), 7, 4), st.integers(3, 5), st.none() | st.integers(2, 5))
def test_the_kernel_lists_what_the_engine_for_any_basis_lists_of_four_inputs(drawn, cost, depth):
    basis, task = drawn
    cost = least_with_circuits(task, basis, cost, depth)
    assert listed(task, basis, cost, depth) == listed_by_any_basis(task, basis, cost, depth)


@settings(max_examples=40)
@given(asked((2, 3), 6), st.integers(2, 5), st.none() | st.integers(2, 5))
def test_floors_lose_nothing(drawn, cost, depth):
    """What is known of circuits with an input fixed cuts chains, but no circuits."""
    basis, task = drawn
    cost = least_with_circuits(task, basis, cost, depth)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_FLOORS_FROM", 100)
        plainly = listed(task, basis, cost, depth)
        patch.setattr(engines, "_FLOORS_FROM", 1)
        patch.setattr(engines, "_FLOOR_INPUTS", 2)
        assert listed(task, basis, cost, depth) == plainly


def test_floors_are_sizes_of_the_task_with_an_input_fixed():
    """Two numbers of one bit and a carry: with a bit fixed, XOR and AND, or XNOR and OR."""
    engine = TaskEngine(parse_task("adder(bits=1)"), B2, ONE)
    floors = engine._floors()
    assert floors == tuple((part, 2) for part in (0x55, 0xAA, 0x33, 0xCC, 0x0F, 0xF0))
    assert engine.tried > 0


def test_floors_spare_work():
    task = parse_task("adder(bits=2)")
    engine = TaskEngine(task, B2, ONE)
    assert engine.circuits(7, None) == ()
    engine.tried = 0
    assert engine.circuits(7, None) == ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_FLOORS_FROM", 100)
        without = TaskEngine(task, B2, ONE)
        assert without.circuits(7, None) == ()
    assert engine.tried < without.tried / 3


@settings(max_examples=60)
@given(asked((2, 3), 4), st.integers(2, 4))
@pytest.mark.slow
def test_symmetries_lose_nothing(drawn, cost):
    """With the identity alone, every circuit is searched for."""
    basis, task = drawn
    found = listed(task, basis, cost)

    def identity(inputs, basis, words):
        own = own_symmetry(inputs, basis, words)
        return OwnSymmetry(own.symmetry, own.turns[:1], own.exchanges[:1], own.moves[:1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "own_symmetry", identity)
        assert listed(task, basis, cost) == found


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("adder(bits=1)", 12),  # bits exchanged; all inverted, and both outputs
        # Numbers exchanged, and outputs; all inverted, and outputs; low bits exchanged and
        # inverted.
        ("comparator(bits=2)", 8),
        (SIDEWAYS, 24),
        ("sorter(bits=4)", 48),  # all inverted: ones become zeros, the outputs turn round
        ("multiplexer(selects=2)", 16),  # selects exchanged or inverted, with data; data inverted
        ("argmax(candidates=3)", 2),  # the last two exchanged, and outputs
    ],
)
def test_symmetries_of_tasks_that_people_ask_for(text, order):
    task = parse_task(text).plain()
    assert len(own_symmetry(task.inputs, B2, tuple(task.word_masks)).turns) == order


@settings(max_examples=60)
@given(asked((2, 3), 4))
def test_a_symmetry_of_a_task_carries_its_circuits_to_its_circuits(drawn):
    basis, task = drawn
    own = own_symmetry(task.inputs, basis, tuple(task.word_masks))
    assert own.turns[0] == 0  # the identity
    solved = listed(task, basis, 2)
    assume(solved)
    rows = rows_of_circuits(basis, solved)
    drivers = drivers_of(solved)
    images, driven = symmetry_of(task.inputs, basis).spread(rows, drivers, own.turns, own.exchanges)
    assert len(images) == len(solved)
    assert {(r.tobytes(), d.tobytes()) for r, d in zip(images, driven, strict=True)} == {
        (r.tobytes(), d.tobytes()) for r, d in zip(rows, drivers, strict=True)
    }


def test_lists_that_lack_an_image_are_refused():
    """What a file of finished units may claim must fit the symmetries, or nothing is made of it."""
    task = parse_task("adder(bits=1)")
    solved = listed(task, B2, 5)
    own = own_symmetry(3, B2, tuple(task.word_masks))
    rows = rows_of_circuits(B2, solved)
    drivers = drivers_of(solved)
    least = np.array([own.is_least(each) for each in rows])
    assert 0 < least.sum() < len(rows)
    own.check(rows[least])
    with pytest.raises(ValueError, match="another stands for"):
        own.check(rows)
    assert len(own.spread(rows[least], drivers[least])[0]) == len(rows)
    refused = 0
    for i in range(least.sum()):
        chosen = np.delete(np.flatnonzero(least), i)
        own.check(rows[chosen])
        try:
            # Where the sums fit together, what is made of it is some list.
            own.spread(rows[chosen], drivers[chosen])
        except ArithmeticError:
            refused += 1
    assert refused


def test_functions_that_gates_compute_twice_over():
    """Outputs that are equal, or inverse, or an input, or constant, share gates or need none."""
    for text in ("tt:2:8,8", "tt:2:8,7", "tt:2:8,A", "tt:2:6,0,F", "tt:3:E8,17,AA,00"):
        task = parse_task(text).plain()
        for cost in range(1, 5):
            found = listed(task, B2, cost)
            assert found == listed_by_any_basis(task, B2, cost)


NONE_OF = [(SIDEWAYS, 7), ("sorter(bits=4)", 8), ("adder(bits=2)", 7)]


@pytest.mark.parametrize(("text", "size"), NONE_OF)
def test_blocks_that_no_small_circuit_computes(text, size):
    assert all(listed(parse_task(text).plain(), B2, cost) == () for cost in range(1, size + 1))


@pytest.mark.slow
def test_sat_agrees_that_no_small_circuit_adds_sideways():
    assert not smaller_exists(parse_task(SIDEWAYS), B2, 7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "size"), [("adder(bits=2)", 9), ("multiplexer(selects=2)", 8), (SIDEWAYS, 8)]
)
def test_blocks_that_no_circuit_of_one_gate_less_computes(text, size):
    assert listed(parse_task(text).plain(), B2, size) == ()


SAT_TOO = [
    ("argmax(candidates=3,levels=3)", 6, 920),
    ("choice(candidates=3,features=2,utility=1,ties=first)", 6, 75),
    ("choice(candidates=3,features=2,utility=6,ties=first)", 6, 9),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "size", "minima"), SAT_TOO)
def test_sat_lists_the_same_of_six_inputs(text, size, minima):
    task = parse_task(text).plain()
    found = listed(task, B2, size)
    assert len(found) == minima
    assert {*found} == {*all_circuits(task, B2, size)}
    assert listed(task, B2, size - 1) == ()


BLOCKS = [
    # task, least size, minima
    (SIDEWAYS, 9, 96_894),
    ("sorter(bits=4)", 10, 3),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "size", "minima"), BLOCKS)
def test_all_minima_of_blocks(text, size, minima):
    task = parse_task(text).plain()
    assert isinstance(task, FunctionTask)
    assert listed(task, B2, size - 1) == ()
    found = listed(task, B2, size)
    assert len({*found}) == len(found) == minima
    assert all(task.solved_by(circuit) for circuit in found[:: max(1, minima // 1000)])
