"""Search-like: the finder against the checker and its slow twin, invariances and anchors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings, strategies as st
from hypothesis.strategies import DrawFn
from judged_circuits import Pair, agree, choosers, judged
from plain_search import plain_score

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, TruthTable
from mesacircuits.circuits.bases import B2
from mesacircuits.definitions import REENCODINGS, LookupTable, SearchLike, check_witness
from mesacircuits.definitions.definition import definition_record
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import npn_transforms, relabelled

DIALS = tuple(
    SearchLike(candidates=k, objective_gates=c, reencoding=r)
    for k, c, r in product((2, 3), range(4), REENCODINGS)
)
COMMON = tuple(d for d in DIALS if d.reencoding != "none")


@settings(max_examples=150)
@given(judged(choosers))
def test_finder_and_checker_agree(pair: Pair) -> None:
    for definition in DIALS:
        agree(definition, *pair)


#: Two or three of its wires may be groups, and one output tells only that there is a third.
THREE = "g1 = b & ~a; g2 = a | b; g3 = c & ~g2; out = g1, g3"


def test_finder_is_complete_on_all_minima_of_two_and_three_inputs() -> None:
    # Of each class one function; what negations do is covered below.
    dials = (
        *(SearchLike(objective_gates=c, reencoding=r) for c in range(3) for r in REENCODINGS),
        SearchLike(cost="private"),
        SearchLike(pruning="on"),
        SearchLike(objective_gates=0, plans="on", ties="input"),
    )
    held = 0
    for task in ("tt:2:6", "tt:2:8", "tt:2:1", *(f"tt:3:{b}" for b in ("18", "7E", "D8", "1E"))):
        minima = enumerate_minima(task)
        for circuit in minima.minima[:6]:
            for definition in dials:
                score = agree(definition, circuit, minima.task)
                assert score == plain_score(definition, circuit, minima.task), definition
                held += score == 1
    assert held > 20


# -- invariances ---------------------------------------------------------------------------------


def scores(circuit: Circuit, task: FunctionTask, dials: tuple[SearchLike, ...] = DIALS):
    return [definition.judge(circuit, task).score for definition in dials]


@st.composite
def with_dead_gates(draw: DrawFn, circuit: Circuit) -> Circuit:
    """Draw the circuit with gates that reach no output, anywhere among the others."""
    gates = list(circuit.gates)
    for _ in range(draw(st.integers(1, 3))):
        wire = st.integers(0, circuit.inputs + len(gates) - 1)
        gates.append(Gate(draw(st.sampled_from(B2.operators)).name, (draw(wire), draw(wire))))
    return draw(relabelled(Circuit(circuit.inputs, tuple(gates), circuit.outputs)))


@settings(max_examples=60)
@given(judged(choosers), st.data())
def test_names_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    assert scores(data.draw(relabelled(circuit)), task) == scores(circuit, task)


#: The gates g5 and g6 read one group each: what compares is not one gate that reads both.
APART = (
    "g1 = a & b; g2 = c & d; g3 = g1 & c; g4 = g1 & ~c; g5 = g3 & ~g2; g6 = g4 & ~g2; {}; out = {}"
)


@settings(max_examples=60)
@given(judged(choosers), st.data())
def test_dead_gates_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    assert scores(data.draw(with_dead_gates(circuit)), task) == scores(circuit, task)


def test_a_dead_gate_compares_nothing() -> None:
    alone = Circuit.parse(4, APART.format("g7 = g5 | g6", "g7"))
    dead = Circuit.parse(4, APART.format("g7 = g1 ^ g2; g8 = g5 | g6", "g8"))
    # Alive, but heard of only by an output of its own.
    heard = Circuit.parse(4, APART.format("g7 = g1 & ~g2; g8 = g5 | g6", "g7, g8"))
    for circuit, held in ((alone, False), (dead, False), (heard, True)):
        assert SearchLike().judge(circuit, FunctionTask(circuit.tables())).holds == held
    witness = SearchLike().judge(heard, FunctionTask(heard.tables())).witness
    assert witness is not None
    record = definition_record(SearchLike())
    for i, word in enumerate(([0], [1])):
        witness["candidates"][i]["word"] = word
    with pytest.raises(CertificateError, match="no gate outside"):
        check_witness(dead, FunctionTask(dead.tables()), record, witness)


def moved(transform: NPNTransform, circuit: Circuit, task: FunctionTask) -> Pair:
    """Return circuit and task transformed together, the support too."""
    inputs_alone = NPNTransform(transform.permutation, transform.negated_inputs)
    support = inputs_alone(TruthTable(task.inputs, task.support_bits)).bits
    tables = tuple(transform(table) for table in task.tables)
    return transform.on_circuit(circuit), FunctionTask(tables, support)


@settings(max_examples=80)
@given(judged(choosers), st.data())
def test_npn_transformations_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    drawn = data.draw(npn_transforms(circuit.inputs))
    mask = data.draw(st.integers(0, (1 << task.inputs) - 1))
    negation = NPNTransform(tuple(range(task.inputs)), mask)
    renaming = NPNTransform(drawn.permutation, 0, drawn.negate_output)
    turned = moved(renaming, *moved(negation, *pair))
    assert scores(*turned, COMMON) == scores(*pair, COMMON)
    assert scores(*moved(renaming, *pair)) == scores(*pair)


def test_negations_that_move_the_support_do_not_matter() -> None:
    # Groups are one objective on all inputs, so no renaming has to keep the support.
    circuit = Circuit.parse(3, "g1 = a & ~b; out = g1")
    pair = circuit, FunctionTask(circuit.tables(), 0b00010111)
    turned = moved(NPNTransform((0, 1, 2), 0b001), *pair)
    assert turned[1].support_bits == 0b00101011
    definition = SearchLike(objective_gates=0)
    assert (definition.judge(*pair).holds, definition.judge(*turned).holds) == (True, True)
    # Where b is always the inverse of a, neither differs while the other does not.
    assert not definition.judge(circuit, FunctionTask(circuit.tables(), 0b00000110)).holds


@settings(max_examples=40)
@given(judged(choosers), st.data())
def test_renaming_the_words_does_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    order = data.draw(st.permutations(range(task.outputs)))
    flips = [data.draw(st.booleans()) for _ in order]
    outputs = tuple(
        Output(circuit.outputs[i].wire, circuit.outputs[i].inverted ^ flip)
        for i, flip in zip(order, flips, strict=True)
    )
    tables = tuple(
        ~task.tables[i] if flip else task.tables[i] for i, flip in zip(order, flips, strict=True)
    )
    renamed = Circuit(circuit.inputs, circuit.gates, outputs), FunctionTask(tables, task.support)
    assert scores(*renamed) == scores(*pair)


def test_without_reencoding_negating_an_input_matters() -> None:
    definition, nae = SearchLike(reencoding="none"), enumerate_minima("tt:3:7E").minima
    held = [
        [
            definition.judge(*moved(NPNTransform((0, 1, 2), mask), c, parse_task("tt:3:7E"))).holds
            for mask in range(8)
        ]
        for c in nae
    ]
    assert all(not row[0] and any(row) and not all(row) for row in held)


def test_what_groups_compute_off_the_support_matters() -> None:
    # On S, where c equals d, both scores are inputs; off it the first is another function.
    text = "g1 = a {} g0; g2 = b & ~g0; g3 = g1 & ~g2; out = g3"
    support, held = 0xF00F, []
    for operator in ("& ~", "|"):
        circuit = Circuit.parse(4, "g0 = c ^ d; " + text.format(operator))
        held.append(SearchLike().judge(circuit, FunctionTask(circuit.tables(), support)).holds)
    assert held == [True, False]


# -- what is written twice -----------------------------------------------------------------------

#: Every dial away from its default, and some together.
EVERY = (
    SearchLike(),
    SearchLike(objective_gates=0),
    SearchLike(objective_gates=2),
    SearchLike(reencoding="none"),
    SearchLike(cost="private"),
    SearchLike(cost="inputs"),
    SearchLike(space="declared"),
    SearchLike(objective_gates=0, plans="on"),
    SearchLike(pruning="on"),
    SearchLike(ties="input"),
    SearchLike(objective_gates=0, wires_per_score=2),
)


def doubled(circuit: Circuit, join: str) -> Circuit:
    """Return C AND C, or C OR C, the gates of the second after those of the first."""
    n, size = circuit.inputs, circuit.size
    again = [w if w < n else w + size for w in range(circuit.wires)]
    gates = (
        *circuit.gates,
        *(Gate(g.operator, tuple(again[w] for w in g.operands)) for g in circuit.gates),
    )
    [out] = circuit.outputs
    both = Gate(join, (out.wire, again[out.wire]))
    return Circuit(n, (*gates, both), (Output(n + 2 * size, out.inverted),))


def split(circuit: Circuit, number: int, last: bool) -> Circuit:
    """Return the circuit with a copy of a gate, which feeds the last of its readers, or all others.

    A reader may read the gate by both operands; then one reads the copy.
    """
    n, wire = circuit.inputs, circuit.inputs + number

    def moved_to(w: int) -> int:
        return w if w <= wire else w + 1

    gates = [Gate(g.operator, tuple(map(moved_to, g.operands))) for g in circuit.gates]
    gates.insert(number + 1, gates[number])
    places = [
        (place, k)
        for place, gate in enumerate(gates)
        for k, w in enumerate(gate.operands)
        if w == wire
    ]
    for place, k in places[-1:] if last else places[1:]:
        operands = list(gates[place].operands)
        operands[k] = wire + 1
        gates[place] = Gate(gates[place].operator, tuple(operands))
    outputs = tuple(Output(moved_to(o.wire), o.inverted) for o in circuit.outputs)
    return Circuit(n, tuple(gates), outputs)


def buffered(circuit: Circuit, number: int) -> Circuit:
    """Return the circuit with a gate read through an AND with itself."""
    twice = split(circuit, number, False)
    gates, wire = list(twice.gates), circuit.inputs + number
    gates[number + 1] = Gate("and", (wire, wire))
    outputs = tuple(
        Output(wire + 1 if o.wire == wire else o.wire, o.inverted) for o in twice.outputs
    )
    return Circuit(circuit.inputs, tuple(gates), outputs)


def rewritten(circuit: Circuit, number: int) -> Iterator[Circuit]:
    """Yield the circuit twice, joined by AND and by OR, and with one of its gates split."""
    yield doubled(circuit, "and")
    yield doubled(circuit, "or")
    yield split(circuit, number, last=True)
    yield split(circuit, number, last=False)
    yield buffered(circuit, number)


def minima_of_three() -> Iterator[tuple[Circuit, FunctionTask]]:
    """Yield the minima that have a gate, of all functions that are 0 on the input of zeros."""
    for bits in range(0, 256, 2):
        task = FunctionTask((TruthTable(3, bits),))
        for circuit in enumerate_minima(task).minima:
            if circuit.size:
                yield circuit, task


@pytest.mark.slow
def test_writing_twice_changes_nothing_in_all_minima_of_three_inputs() -> None:
    said = []
    for place, (circuit, task) in enumerate(minima_of_three()):
        said.append(SearchLike().judge(circuit, task).score)
        for other in rewritten(circuit, place % circuit.size):
            assert SearchLike().judge(other, task).score == said[-1]
    assert (len(said), said.count(Fraction(1))) == (810, 12)


@pytest.mark.slow
def test_writing_any_gate_twice_changes_nothing_in_all_minima_of_three_inputs() -> None:
    for circuit, task in minima_of_three():
        said = scores(circuit, task, EVERY)
        for number in range(circuit.size):
            for other in rewritten(circuit, number):
                assert scores(other, task, EVERY) == said


@settings(max_examples=25)
@given(judged(choosers, most_inputs=3), st.data())
def test_a_gate_written_twice_changes_nothing(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    assume(circuit.size)
    number = data.draw(st.integers(0, circuit.size - 1))
    other = split(circuit, number, data.draw(st.booleans()))
    assert scores(other, task, EVERY) == scores(circuit, task, EVERY)
    assert scores(buffered(circuit, number), task, EVERY) == scores(circuit, task, EVERY)


# -- anchors -------------------------------------------------------------------------------------


def tagged(definition: SearchLike | LookupTable, task: str) -> tuple[int, int]:
    """Return how many of the minima have the tag, and how many there are."""
    minima = enumerate_minima(task)
    return (
        sum(definition.judge(circuit, minima.task).holds for circuit in minima.minima),
        minima.circuits,
    )


def test_not_all_equal_is_search_under_a_common_reencoding_only() -> None:
    assert tagged(SearchLike(), "tt:3:7E") == (3, 3)
    assert tagged(SearchLike(reencoding="per-group"), "tt:3:7E") == (3, 3)
    assert tagged(SearchLike(reencoding="none"), "tt:3:7E") == (0, 3)
    assert tagged(SearchLike(objective_gates=2), "tt:3:7E") == (0, 3)


def test_comparing_two_conjunctions_is_search() -> None:
    circuit = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; out = g3")
    task = parse_task("expr:(a & b) & ~(c & d)")
    for reencoding in REENCODINGS:
        assert agree(SearchLike(reencoding=reencoding), circuit, task) == 1
        assert agree(SearchLike(reencoding=reencoding, objective_gates=2), circuit, task) < 1
    assert tagged(SearchLike(), "tt:4:0888") == (1, 3)


def test_0660_is_search() -> None:
    # Which of a XOR b and c XOR d: one objective, both values compared by XOR's neighbour.
    circuit = Circuit.parse(4, "g1 = a ^ b; g2 = c ^ d; g3 = g1 & g2; out = g3")
    assert circuit.tables() == parse_task("tt:4:0660").tables
    held, count = tagged(SearchLike(), "tt:4:0660")
    assert held == count > 0
    # AND compares once one score is read inverted, which re-encoding one input of the pair does.
    assert tagged(SearchLike(objective_gates=2), "tt:4:0660")[0] == 0


def test_unrolled_brute_force_is_search_at_its_own_cost() -> None:
    # U(x, 0) = (a & b) | c and U(x, 1) = (b & c) | d by gates of their own; the better wins.
    text = "g1 = a & b; g2 = g1 | c; g3 = b & c; g4 = g3 | d; g5 = g4 & ~g2; out = g5"
    circuit = Circuit.parse(4, text)
    task = FunctionTask(circuit.tables())
    for reencoding in REENCODINGS:
        for c in (1, 2):
            assert agree(SearchLike(2, c, reencoding=reencoding), circuit, task) == 1
        assert agree(SearchLike(2, 3, reencoding=reencoding), circuit, task) < 1


def test_three_candidates_are_compared() -> None:
    circuit = Circuit.parse(3, THREE)
    task = FunctionTask(circuit.tables())
    for k, c, held in ((2, 0, True), (3, 0, True), (4, 0, False), (3, 1, False)):
        assert SearchLike(k, c, reencoding="none").judge(circuit, task).holds == held


@pytest.mark.parametrize("text", ["0", "1", "a", "~a", "b"])
def test_constants_and_wires_are_no_search(text: str) -> None:
    circuit = Circuit.parse(2, f"out = {text}")
    task = FunctionTask(circuit.tables())
    for definition in DIALS:
        assert agree(definition, circuit, task) == 0


@pytest.mark.parametrize("argument", ["candidates", "objective_gates", "wires_per_score"])
@pytest.mark.parametrize("value", [-1, 1.5, "two", None, True])
def test_dials_out_of_range_are_refused(argument: str, value: object) -> None:
    with pytest.raises(ArgumentError) as raised:
        SearchLike(**{argument: value})  # type: ignore[arg-type]
    assert raised.value.argument == argument


def test_other_dials_out_of_range_are_refused() -> None:
    for dials in ({"candidates": 1}, {"wires_per_score": 4}, {"reencoding": "all"}):
        with pytest.raises(ArgumentError) as raised:
            SearchLike(**dials)  # type: ignore[arg-type]
        assert raised.value.argument == next(iter(dials))
    assert SearchLike(objective_gates=0).parameters["objective_gates"] == 0
    with pytest.raises(ArgumentError, match="solves"):
        SearchLike().judge(Circuit.parse(2, "out = a"), parse_task("expr:a & b"))
