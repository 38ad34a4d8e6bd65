"""Search-like: the finder against the checker, a slow oracle, invariances and anchors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations, product

import pytest
from hypothesis import assume, example, given, settings, strategies as st
from hypothesis.strategies import DrawFn
from judged_circuits import Pair, agree, choosers, judged
from judged_pairs import Word, below, one_objective, values_on, word_on

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, TruthTable, operator_named
from mesacircuits.circuits.bases import B2
from mesacircuits.definitions import REENCODINGS, LookupTable, SearchLike, check_witness
from mesacircuits.definitions.checker import score_of_search_groups
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import circuits, npn_transforms, relabelled

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


# -- the oracle: the text of the definition, by brute force --------------------------------------


#: Number of candidates, gates of the cheapest group, re-encodings that will do, score.
Found = tuple[int, int, frozenset[str], Fraction]


def choices(circuit: Circuit, task: FunctionTask) -> Iterator[Found]:
    """Yield every set of wires, in every polarity, that satisfies (a) and (b) for c = 0."""
    n, outputs = circuit.inputs, len(circuit.outputs)
    support = [x for x in range(1 << n) if task.support_bits >> x & 1]
    fan_in = [below(circuit, w) for w in range(circuit.wires)]
    natural = {x: word_on(circuit, x, {}) for x in support}
    own = {x: values_on(circuit, x, {}) for x in support}
    live: set[int] = set()
    for output in circuit.outputs:
        live |= fan_in[output.wire] if output.wire >= 0 else set()
    words = list(product((0, 1), repeat=outputs))

    def moves(wire: int) -> bool:
        taken = {own[x][wire] for x in support}
        return any(word_on(circuit, x, {wire: v}) != natural[x] for v in taken for x in support)

    moving = [w for w in range(circuit.wires) if moves(w)]
    sets = [c for k in range(2, len(words) + 1) for c in combinations(moving, k)]
    for wires in sets:
        if any(u in fan_in[v] for u in wires for v in wires if u != v):
            continue
        inside = set().union(*(fan_in[w] for w in wires))
        if not any(
            len({*gate.operands} & {*wires}) >= 2
            for place, gate in enumerate(circuit.gates, n)
            if place in live - inside
        ):
            continue
        score = score_of_search_groups(circuit, task, wires)
        cheapest = min(sum(w >= n for w in fan_in[wire]) for wire in wires)
        # One polarity and its inverse in all wires differ by the order of values alone.
        for polarity in product((0, 1), repeat=len(wires)):
            read = [
                {x: own[x][w] ^ p for x in support} for w, p in zip(wires, polarity, strict=True)
            ]
            will_do = frozenset(r for r in REENCODINGS if one_objective(read, n, support, r))
            if will_do and selects(circuit, support, wires, polarity, read, words):
                yield len(wires), cheapest, will_do, score


def selects(
    circuit: Circuit,
    support: list[int],
    wires: tuple[int, ...],
    polarity: tuple[int, ...],
    read: list[dict[int, int]],
    words: list[Word],
) -> bool:
    seen: set[tuple[Word, Word]] = set()
    for order in permutations(range(len(wires))):
        for x in support:
            values = tuple(read[i][x] for i in order)
            do = {w: v ^ p for w, v, p in zip(wires, values, polarity, strict=True)}
            seen.add((values, word_on(circuit, x, do)))

    def explained(chosen: tuple[Word, ...]) -> bool:
        others = set()
        for values, word in seen:
            if word not in [w for w, v in zip(chosen, values, strict=True) if v == max(values)]:
                if word in chosen or min(values) < max(values):
                    return False
                others.add(word)
        return len(others) <= 1

    return any(map(explained, permutations(words, len(wires))))


def oracle(definition: SearchLike, found: list[Found]) -> Fraction:
    return max(
        (
            score
            for count, cost, will_do, score in found
            if count >= definition.candidates
            and cost >= definition.objective_gates
            and definition.reencoding in will_do
        ),
        default=Fraction(0),
    )


THREE = "g1 = b & ~a; g2 = a | b; g3 = c & ~g2; out = g1, g3"


@settings(max_examples=200)
@given(judged(choosers, most_inputs=3))
@example((Circuit.parse(3, THREE), FunctionTask(Circuit.parse(3, THREE).tables())))
def test_finder_is_complete(pair: Pair) -> None:
    found = list(choices(*pair))
    for definition in DIALS:
        assert agree(definition, *pair) == oracle(definition, found), definition


@pytest.mark.slow
@settings(max_examples=3000)
@given(judged(choosers, most_inputs=3))
def test_finder_is_complete_at_length(pair: Pair) -> None:
    found = list(choices(*pair))
    for definition in DIALS:
        assert agree(definition, *pair) == oracle(definition, found), definition


def test_finder_is_complete_on_all_minima_of_two_and_three_inputs() -> None:
    # Of each class one function; what negations do is covered below.
    for bits in ("6", "8", "1"):
        minima = enumerate_minima(f"tt:2:{bits}")
        for circuit in minima.minima:
            found = list(choices(circuit, minima.task))
            for definition in DIALS:
                assert agree(definition, circuit, minima.task) == oracle(definition, found)
    held = 0
    for bits in ("18", "7E", "E8", "D8", "1E", "78"):
        minima = enumerate_minima(f"tt:3:{bits}")
        for circuit in minima.minima:
            found = list(choices(circuit, minima.task))
            for definition in DIALS:
                score = agree(definition, circuit, minima.task)
                assert score == oracle(definition, found)
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
    record = {"name": "search-like", "version": 1, "parameters": SearchLike().parameters}
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
    full = range(1 << task.inputs)
    support = {x for x in full if task.support_bits >> x & 1}
    # Of negations those that leave the support where it is: on total tasks all.
    masks = [z for z in full if {x ^ z for x in support} == support]
    drawn = data.draw(npn_transforms(circuit.inputs))
    negation = NPNTransform(tuple(range(task.inputs)), data.draw(st.sampled_from(masks)))
    renaming = NPNTransform(drawn.permutation, 0, drawn.negate_output)
    turned = moved(renaming, *moved(negation, *pair))
    assert scores(*turned, COMMON) == scores(*pair, COMMON)
    assert scores(*moved(renaming, *pair)) == scores(*pair)


def test_negations_that_move_the_support_may_matter() -> None:
    # Renamings have to map the support onto itself. All do {1, 2, 4}, where a and b are one
    # objective; with a negated it is {0, 3, 5}, which exchanging a and b does not leave alone.
    circuit = Circuit.parse(3, "g1 = a & ~b; out = g1")
    pair = circuit, FunctionTask(circuit.tables(), 0b00010110)
    turned = moved(NPNTransform((0, 1, 2), 0b001), *pair)
    assert turned[1].support_bits == 0b00101001
    definition = SearchLike(objective_gates=0)
    assert (definition.judge(*pair).holds, definition.judge(*turned).holds) == (True, False)


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


@st.composite
def edited_off_support(draw: DrawFn) -> tuple[Pair, Pair]:
    """Draw a circuit and an edit of a gate of inputs on a row that never occurs on the support."""
    n = draw(st.integers(2, 4))
    circuit = draw(circuits(n, max_gates=6, outputs=draw(st.integers(1, 2))) | choosers(n, 1))
    places = [i for i, g in enumerate(circuit.gates) if max(g.operands) < n]
    assume(places)
    place = draw(st.sampled_from(places))
    gate = circuit.gates[place]
    row = draw(st.integers(1, 3))
    off = [
        x
        for x in range(1 << n)
        if sum((x >> w & 1) << k for k, w in enumerate(gate.operands)) == row
    ]
    table = operator_named(gate.operator).table ^ 1 << row
    names = [o.name for o in B2.operators if o.table == table]
    assume(names)
    gates = list(circuit.gates)
    gates[place] = Gate(names[0], gate.operands)
    edited = Circuit(n, tuple(gates), circuit.outputs)
    full = (1 << (1 << n)) - 1
    outside = sum(1 << x for x in off)
    support = draw(st.integers(0, full)) & ~outside or full & ~outside
    assume(support)
    tables = circuit.tables() if draw(st.booleans()) else edited.tables()
    task = FunctionTask(tables, support)
    return (circuit, task), (edited, task)


@settings(max_examples=80)
@given(edited_off_support())
def test_edits_off_the_support_do_not_matter(pairs: tuple[Pair, Pair]) -> None:
    # With c >= 1 no input is a group, so the row occurs under no exchange either.
    dials = tuple(d for d in DIALS if d.objective_gates)
    (circuit, task), (edited, same) = pairs
    for definition in dials:
        before, after = definition.judge(circuit, task), definition.judge(edited, same)
        assert before == after


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
    for dials in ({"candidates": 1}, {"wires_per_score": 3}, {"reencoding": "all"}):
        with pytest.raises(ArgumentError) as raised:
            SearchLike(**dials)  # type: ignore[arg-type]
        assert raised.value.argument == next(iter(dials))
    assert SearchLike(objective_gates=0).parameters["objective_gates"] == 0
    with pytest.raises(ArgumentError, match="solves"):
        SearchLike().judge(Circuit.parse(2, "out = a"), parse_task("expr:a & b"))
