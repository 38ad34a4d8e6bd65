"""Circuits and tasks to judge, and judgements held against the checker."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, TruthTable
from mesacircuits.circuits.bases import B2
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.definitions import Definition, check_witness
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing import bases, circuits

Pair = tuple[Circuit, FunctionTask]


@st.composite
def tasks_of(draw: DrawFn, circuit: Circuit) -> FunctionTask:
    """Draw a task that the circuit solves: total, or on a support with anything off it."""
    full = (1 << (1 << circuit.inputs)) - 1
    if draw(st.booleans()):
        return FunctionTask(circuit.tables())
    support = draw(st.integers(1, full) | st.sampled_from(symmetric_supports(circuit.inputs)))
    noise = draw(st.integers(0, full)) & ~support
    tables = tuple(TruthTable(circuit.inputs, t.bits ^ noise) for t in circuit.tables())
    return FunctionTask(tables, support)


@cache
def symmetric_supports(inputs: int) -> tuple[int, ...]:
    """Return supports on which renamings and re-encodings are left: subcubes and equalities."""
    literals = [input_bits(inputs, i) for i in range(inputs)]
    full = (1 << (1 << inputs)) - 1
    found = {a ^ b for a in literals for b in literals} | {*literals}
    found |= {full ^ bits for bits in found}
    return tuple(sorted(found - {0}))


@st.composite
def choosers(draw: DrawFn, inputs: int, outputs: int) -> Circuit:
    """Draw copies of one objective, its inputs renamed and re-encoded, and gates that compare.

    Most random circuits evaluate nothing; many of these do. Ties are broken by position, by an
    input (which the cut does not allow), or by a word of no candidate.
    """
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return inputs + len(gates) - 1

    names = st.sampled_from(B2.names)
    wire, other = draw(st.permutations(range(inputs)))[:2]
    for _ in range(draw(st.integers(1, 2))):
        wire, other = add(draw(names), wire, other), draw(st.integers(0, inputs - 1))
    objective = Circuit(inputs, tuple(gates), (Output(wire),))
    gates.clear()
    copies = 2 if outputs == 1 else draw(st.integers(2, 3))
    common = NPNTransform(tuple(range(inputs)), draw(st.integers(0, (1 << inputs) - 1)))
    own_masks = draw(st.booleans())
    orders = draw(st.lists(st.permutations(range(inputs)), min_size=copies, max_size=copies))
    ends: list[int] = []
    for order in orders:
        mask = draw(st.integers(0, (1 << inputs) - 1)) if own_masks else 0
        turned = common.on_circuit(NPNTransform(tuple(order), mask).on_circuit(objective))
        place = [*range(inputs), *range(inputs + len(gates), inputs + len(gates) + turned.size)]
        for gate in turned.gates:
            add(gate.operator, *(place[w] for w in gate.operands))
        ends.append(place[turned.outputs[0].wire])
    h, g = ends[:2]
    if copies == 3:
        wins, best = add("butnot", g, h), add("or", h, g)
        drivers = [wins, add("butnot", ends[2], best)]
        if draw(st.booleans()):
            some = add("or", best, ends[2])
            drivers = [add("butnot", some, d) for d in drivers]
    else:
        kind = draw(st.sampled_from(["position", "input", "any"]))
        drivers = [add(draw(names) if kind == "any" else "butnot", h, g)]
        if kind == "input":
            differ = add("xor", h, g)
            tie = add("butnot", draw(st.integers(0, inputs - 1)), differ)
            drivers = [add("or", tie, drivers[0])]
        if outputs == 2:
            drivers.append(draw(st.sampled_from([drivers[0], add(draw(names), h, g)])))
    flips = [draw(st.booleans()) for _ in drivers]
    driving = zip(drivers, flips, strict=True)
    return Circuit(inputs, tuple(gates), tuple(Output(w, flip) for w, flip in driving))


@st.composite
def tables_of_cubes(draw: DrawFn, inputs: int, outputs: int) -> Circuit:
    """Draw conjunctions of literals and outputs that join some of them: most are lookup tables."""
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return inputs + len(gates) - 1

    cubes = []
    for _ in range(draw(st.integers(2, 3))):
        wire, *more = draw(st.permutations(range(inputs)))
        for literal in more[: draw(st.integers(1, inputs - 1))]:
            wire = add(draw(st.sampled_from(["and", "butnot", "notbut"])), wire, literal)
        cubes.append(wire)
    drivers = []
    for _ in range(outputs):
        wire, *more = draw(st.permutations(cubes))
        for cube in more[: draw(st.integers(1, len(more)))]:
            wire = add(draw(st.sampled_from(["or", "or", "xor"])), wire, cube)
        drivers.append(Output(wire, draw(st.booleans())))
    return Circuit(inputs, tuple(gates), tuple(drivers))


@st.composite
def trees(draw: DrawFn, inputs: int, outputs: int) -> Circuit:
    """Draw multiplexers over constants, literals and each other, made of ANDs and an OR, or of one.

    Now and then a multiplexer serves twice, so that not all are trees.
    """
    gates: list[Gate] = []

    def add(name: str, *operands: int) -> int:
        gates.append(Gate(name, operands))
        return inputs + len(gates) - 1

    made: list[int] = []

    def tree(left: list[int]) -> int:
        kind = draw(st.integers(0, 9))
        if made and kind == 0:
            return draw(st.sampled_from(made))
        select, rest = left[0], left[1:]
        if not rest:
            return select
        high, low = tree(rest), tree(draw(st.permutations(rest)))
        if kind < 3:
            wire = add(draw(st.sampled_from(B2.names)), select, high)
        elif kind < 6:
            wire = add("mux", select, high, low)
        else:
            wire = add("or", add("and", select, high), add("butnot", low, select))
        made.append(wire)
        return wire

    drivers = [tree(draw(st.permutations(range(inputs)))) for _ in range(outputs)]
    flips = [draw(st.booleans()) for _ in drivers]
    driving = zip(drivers, flips, strict=True)
    return Circuit(inputs, tuple(gates), tuple(Output(w, flip) for w, flip in driving))


@st.composite
def judged(
    draw: DrawFn,
    likely: Callable[[int, int], st.SearchStrategy[Circuit]],
    most_inputs: int = 4,
) -> Pair:
    """Draw a circuit, random or from `likely`, and a task that it solves."""
    n, outputs = draw(st.integers(2, most_inputs)), draw(st.integers(1, 2))
    circuit = draw(
        circuits(n, max_gates=6, outputs=outputs, reduced=True)
        | circuits(n, bases(), max_gates=6, outputs=outputs)
        | likely(n, outputs)
    )
    return circuit, draw(tasks_of(circuit))


def agree(definition: Definition, circuit: Circuit, task: FunctionTask) -> Fraction:
    """Judge, hold the judgement against the checker, and return the score."""
    judgement = definition.judge(circuit, task)
    assert judgement.score is not None
    assert 0 <= judgement.score <= 1
    assert (judgement.witness is not None) == (judgement.score == 1) == judgement.holds
    if judgement.witness is not None:
        check_witness(circuit, task, judgement.definition, judgement.witness)
    return judgement.score
