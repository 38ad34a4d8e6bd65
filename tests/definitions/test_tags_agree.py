"""The kernels that tag many chains at once against definitions that judge one circuit."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, TruthTable
from mesacircuits.circuits.bases import AIG, B2, Basis
from mesacircuits.definitions import (
    REENCODINGS,
    ControlLike,
    Definition,
    LookupTable,
    SearchLike,
    definition_named,
)
from mesacircuits.definitions.bulk import Chains as BulkChains, bulk_sets, bulk_tags
from mesacircuits.enumeration import Effort, Minima, enumerate_minima
from mesacircuits.enumeration.levels import levels
from mesacircuits.enumeration.rows import basis_tables, circuit_of_rows
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing import circuits, relabelled

SEARCHES = (
    *(SearchLike(objective_gates=c, reencoding=r) for c in range(4) for r in REENCODINGS),
    *(SearchLike(objective_gates=c, cost="private") for c in (1, 2)),
    *(
        SearchLike(objective_gates=c, reencoding=r, pruning="on")
        for c in (0, 1)
        for r in REENCODINGS
    ),
    SearchLike(objective_gates=2, cost="private", pruning="on"),
)
LOOKUPS = (
    *(LookupTable(bound) for bound in (None, 4, 2, 1)),
    *(LookupTable(bound, "on") for bound in (None, 2)),
)
#: Definitions that say the same of a circuit and of that with some inputs negated.
INVARIANT: tuple[Definition, ...] = (
    *(d for d in SEARCHES if d.reencoding != "none"),
    *LOOKUPS,
    SearchLike(candidates=3),
    ControlLike(),
)
PLAIN: tuple[Definition, ...] = tuple(d for d in SEARCHES if d.reencoding == "none")
DIALS = (*INVARIANT, *PLAIN)
#: What version 1 has no names for; there is no kernel for most of it.
LATER: tuple[dict[str, str | int], ...] = (
    {"cost": "private"}, {"cost": "private", "objective_gates": 2}, {"plans": "on"},
    {"pruning": "on"}, {"ties": "input"}, {"wires_per_score": 2}, {"objective": "base"},
    {"plans": "on", "pruning": "on", "ties": "input"},
)  # fmt: skip

Chains = NDArray[np.uint8]


@cache
def minima_of_three(basis: str, order: str) -> tuple[Minima, ...]:
    """Return the minima of all functions with f(0) = 0, and of some others."""
    chosen = [*range(0, 256, 2), *range(1, 256, 14)]
    return tuple(enumerate_minima(TruthTable(3, bits), basis, order) for bits in chosen)


def own_task(circuit: Circuit) -> FunctionTask:
    return FunctionTask(circuit.tables())


@cache
def holds(definition: Definition, circuit: Circuit) -> bool:
    """Return whether one circuit has the tag, by the definition itself."""
    return definition.judge(circuit, own_task(circuit)).holds


def check_sets(basis: Basis, inputs: int, gates: Chains, every: bool = False) -> None:
    """Hold `bulk_sets` of chains, all dials, against judging each with its inputs negated by z.

    Without `every` sets that are full or empty are judged at z = 0 and one other z alone.
    """
    order = tuple(range(inputs))
    turns = [NPNTransform(order, z) for z in range(1 << inputs)]
    found = np.array(bulk_sets(DIALS, inputs, basis, gates)).T.tolist()
    for number, (chain, sets) in enumerate(zip(gates, found, strict=True)):
        circuit = circuit_of_rows(basis_tables(basis), inputs, chain)
        turned = [turn.on_circuit(circuit) for turn in turns]
        for definition, tagged in zip(DIALS, sets, strict=True):
            places = range(1 << inputs)
            if not every and definition in INVARIANT:
                assert tagged in (0, (1 << (1 << inputs)) - 1)
                places = (0, 1 + number % ((1 << inputs) - 1))
            for z in places:
                assert bool(tagged >> z & 1) == holds(definition, turned[z])


# -- three inputs, all of it ---------------------------------------------------------------------


# Both orders in one test: they share most minima, which are judged once.
@pytest.mark.slow
@pytest.mark.parametrize("basis", ["b2", "aig"])
def test_bulk_tags_agree_on_all_minima_of_three_inputs(basis: str, sampled) -> None:
    counts: Counter[str] = Counter()
    both = (*minima_of_three(basis, "size"), *minima_of_three(basis, "depth-size"))
    for minima in sampled(both, 120):
        for definition in DIALS:
            tags = bulk_tags(definition, minima.minima, minima.task)
            assert tags == [holds(definition, circuit) for circuit in minima.minima]
            counts[definition.name] += sum(tags)
    assert counts["search-like"] > 0 < counts["lookup-table"]


@pytest.mark.parametrize(
    ("basis", "order"),
    [
        pytest.param(B2, "size", id="size-b2", marks=pytest.mark.slow),
        pytest.param(AIG, "size", id="size-aig", marks=pytest.mark.slow),
        pytest.param(B2, "depth-size", id="depth-size-b2", marks=pytest.mark.slow),
        pytest.param(AIG, "depth-size", id="depth-size-aig", marks=pytest.mark.slow),
    ],
)
def test_bulk_sets_agree_on_all_chains_of_three_inputs(basis: Basis, order: str) -> None:
    for level in levels(3, basis, order, Effort()):
        check_sets(basis, 3, level.chains.rows)


# -- four inputs, samples ------------------------------------------------------------------------


@cache
def chains_of_four(size: int) -> Chains:
    found = (level for level in levels(4, B2, "size", Effort()) if level.size == size)
    return next(found).chains.rows


@cache
def tagged_chains_of_four(size: int) -> NDArray[np.int64]:
    """Return where in `chains_of_four` something is tagged by some definition."""
    sets = bulk_sets(DIALS, 4, B2, chains_of_four(size))
    return np.flatnonzero(np.bitwise_or.reduce(sets))


@pytest.mark.parametrize("size", [3, 4, 5])
@settings(max_examples=25)
@given(data=st.data())
def test_bulk_sets_agree_on_samples_of_four_inputs(size: int, data: st.DataObject) -> None:
    chains = chains_of_four(size)
    places = st.integers(0, len(chains) - 1)
    if len(tagged := tagged_chains_of_four(size)):
        places |= st.sampled_from(tagged.tolist())
    check_sets(B2, 4, chains[np.newaxis, data.draw(places)])


@pytest.mark.slow
@pytest.mark.parametrize("size", [3, 4])
def test_bulk_sets_agree_on_all_chains_of_four_inputs(size: int) -> None:
    check_sets(B2, 4, chains_of_four(size), every=True)


def test_invariant_sets_are_empty_or_full() -> None:
    full = (1 << 16) - 1
    for size in (3, 4, 5):
        gates = chains_of_four(size)
        for sets in bulk_sets(INVARIANT, 4, B2, gates):
            assert set(sets.tolist()) <= {0, full}
        # Under a common re-encoding a chain is tagged iff it is without under some.
        for c in range(6):
            common, none = bulk_sets(
                [SearchLike(objective_gates=c), SearchLike(objective_gates=c, reencoding="none")],
                4, B2, gates,
            )  # fmt: skip
            assert ((common > 0) == (none > 0)).all()
            assert (
                none == BulkChains(4, B2.operators, gates).reencodings(False)[:, min(c, size)]
            ).all()


# -- circuits that no enumerator lists -----------------------------------------------------------


@st.composite
def ending_in_a_gate(draw: st.DrawFn) -> Circuit:
    """Draw a circuit, reduced or not, that its last gate ends, in any chain that writes it."""
    n = draw(st.integers(2, 4))
    drawn = draw(circuits(n, max_gates=7, reduced=draw(st.booleans())))
    circuit = Circuit(
        n,
        drawn.gates or (Gate("and", (0, 1)),),
        (Output(n + max(drawn.size, 1) - 1, draw(st.booleans())),),
    )
    other = draw(relabelled(circuit))
    return other if other.outputs[0].wire == other.wires - 1 else circuit


@settings(max_examples=250)
@given(ending_in_a_gate())
def test_bulk_tags_agree_on_circuits_of_any_kind(circuit: Circuit) -> None:
    task = own_task(circuit)
    for definition in DIALS:
        assert bulk_tags(definition, [circuit], task) == [definition.judge(circuit, task).holds]


@settings(max_examples=100)
@given(ending_in_a_gate(), st.sampled_from(LATER))
def test_bulk_tags_agree_at_later_dials(circuit: Circuit, dials: dict[str, str | int]) -> None:
    task, definition = own_task(circuit), definition_named("search-like", dials)
    assert bulk_tags(definition, [circuit], task) == [definition.judge(circuit, task).holds]
    # The whole of it twice, joined by AND, is tagged as it is.
    count = len(circuit.gates)
    again = tuple(
        Gate(g.operator, tuple(w + count if w >= circuit.inputs else w for w in g.operands))
        for g in circuit.gates
    )
    (end,) = circuit.outputs
    both = Gate("and", (end.wire, end.wire + count))
    twice = Output(circuit.inputs + 2 * count, end.inverted)
    doubled = Circuit(circuit.inputs, (*circuit.gates, *again, both), (twice,))
    assert definition.judge(doubled, task).holds == definition.judge(circuit, task).holds
    assert bulk_tags(definition, [doubled], task) == bulk_tags(definition, [circuit], task)


@pytest.mark.parametrize(
    ("definition", "inputs", "text"),
    [
        # A cell and its complement on one wire.
        (LookupTable(), 2, "g1 = a & b; g2 = a | g1; g3 = a ^ g2; out = g3"),
        # Majority is a | b where c is 1, and a gate is that, but a dead one.
        (
            LookupTable(tree="on"), 3,
            "g1 = a & b; g2 = a | b; g3 = a ^ b; g4 = g3 & c; g5 = g1 | g4; out = g5",
        ),
        # A multiplexer that serves on both sides of another: parity.
        (LookupTable(tree="on"), 3, "g1 = b ^ c; g2 = a ^ g1; out = g2"),
        # A dead gate that reads both groups; they meet nowhere else.
        (
            SearchLike(), 4,
            "g1 = a & b; g2 = c & d; g3 = g1 & c; g4 = g1 & ~c; g5 = g3 & ~g2; g6 = g4 & ~g2; "
            "g7 = g1 ^ g2; g8 = g5 | g6; out = g8",
        ),
    ],
)  # fmt: skip
def test_oddities_of_circuits_that_are_not_reduced(
    definition: Definition, inputs: int, text: str
) -> None:
    circuit = Circuit.parse(inputs, text)
    task = own_task(circuit)
    assert not definition.judge(circuit, task).holds
    assert bulk_tags(definition, [circuit], task) == [False]


@pytest.mark.parametrize("padding", [28, 30, 31, 32, 33, 40, 140])
def test_more_wires_than_an_integer_has_bits(padding: int) -> None:
    # Both objectives pass through a long row of gates that change nothing, and so cost nothing.
    gates, ends = [], []
    for first, second in ((0, 1), (2, 3)):
        gates.append(Gate("and", (first, second)))
        for _ in range(padding):
            gates.append(Gate("and", (first, 3 + len(gates))))
        ends.append(3 + len(gates))
    gates.append(Gate("butnot", (ends[0], ends[1])))
    circuit = Circuit(4, tuple(gates), (Output(3 + len(gates)),))
    for cost, held in ((1, True), (2, False)):
        definition = SearchLike(objective_gates=cost)
        assert definition.judge(circuit, own_task(circuit)).holds == held
        assert bulk_tags(definition, [circuit], own_task(circuit)) == [held]


@pytest.mark.parametrize("definition", [SearchLike(), SearchLike(objective_gates=0), LookupTable()])
def test_bulk_tags_where_kernels_do_not_apply(definition: Definition) -> None:
    # Several outputs, a support, one input, circuits of unequal size, no gates: all are judged.
    decoder = Circuit.parse(2, "g1 = a & b; g2 = a & ~b; out = g1, g2")
    nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    longer = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = c ^ a; g4 = g1 | g2; out = g4")
    wire = Circuit.parse(1, "out = ~a")
    for group, task in (
        ([decoder], own_task(decoder)),
        ([nae], FunctionTask(nae.tables(), 0b1111)),
        ([nae, longer], own_task(nae)),
        ([longer, longer], own_task(nae)),
        ([wire], own_task(wire)),
        ([], own_task(wire)),
    ):
        expected = [definition.judge(circuit, task).holds for circuit in group]
        assert bulk_tags(definition, group, task) == expected


def test_what_kernels_refuse() -> None:
    nothing = np.zeros((0, 3, 3), dtype=np.uint8)
    for inputs in (1, 5):
        with pytest.raises(ArgumentError) as raised:
            bulk_sets([SearchLike()], inputs, B2, nothing)
        assert raised.value.argument == "inputs"
    with pytest.raises(ArgumentError) as raised:
        bulk_sets([Unknown()], 3, B2, nothing)  # type: ignore[list-item]
    assert raised.value.argument == "definition"
    assert [len(sets) for sets in bulk_sets(DIALS, 3, B2, nothing)] == [0] * len(DIALS)


class Unknown:
    """A definition that no kernel knows."""

    name = "mine"


# -- anchors of four inputs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "size", "count", "search", "lookup"),
    [
        ("tt:3:E8", 4, 51, 0, 0),
        ("tt:4:0017", None, 75, 3, 0),
        ("tt:4:088E", 7, 5814, 3, None),
    ],
)
def test_anchors(task: str, size: int | None, count: int, search: int, lookup: int | None) -> None:
    minima = enumerate_minima(task)
    assert minima.circuits == count
    assert size in (None, minima.size)
    tags = bulk_tags(SearchLike(), minima.minima, minima.task)
    assert sum(tags) == search
    looked = bulk_tags(LookupTable(), minima.minima, minima.task)
    assert lookup in (None, sum(looked))
    assert not any(a and b for a, b in zip(tags, looked, strict=True))
    # The finder finds the same ones, with witnesses.
    judged = [c for c, tag in zip(minima.minima, tags, strict=True) if tag] + [
        *minima.minima[:: max(1, count // 100)]
    ]
    for circuit in judged:
        held = SearchLike().judge(circuit, minima.task).witness is not None
        assert held == tags[minima.minima.index(circuit)]
