"""The finder of search against its slow twin, which tries all that the definition speaks of."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.strategies import DrawFn
from judged_circuits import choosers, judged, tasks_of
from judged_pairs import pair_scorers
from plain_search import plain_score

from mesacircuits.circuits import Circuit, Gate, Output, npn_classes
from mesacircuits.circuits.bases import B2
from mesacircuits.conjectures import check
from mesacircuits.definitions import REENCODINGS, SearchLike
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import FunctionTask, OptimisationTask, Task
from mesacircuits.testing import circuits, relabelled

Pair = tuple[Circuit, Task]

#: Every dial at every setting, some together.
NARROW = (
    *(SearchLike(objective_gates=c, reencoding=r) for c in (0, 1, 2) for r in REENCODINGS),
    SearchLike(candidates=3, objective_gates=0),
    SearchLike(cost="private"),
    SearchLike(cost="inputs"),
    SearchLike(space="declared"),
    SearchLike(objective_gates=0, objective="base"),
    SearchLike(objective_gates=0, plans="on"),
    SearchLike(candidates=3, objective_gates=0, plans="on"),
    SearchLike(objective_gates=0, ties="input"),
    SearchLike(objective_gates=0, ties="input", plans="on"),
    *(SearchLike(objective_gates=0, pruning="on", reencoding=r) for r in REENCODINGS),
    SearchLike(pruning="on"),
    SearchLike(pruning="on", cost="private"),
    SearchLike(objective_gates=0, pruning="on", plans="on"),
    SearchLike(objective_gates=0, pruning="on", ties="input", objective="base"),
)
WIDE = (
    *(SearchLike(objective_gates=0, wires_per_score=2, reencoding=r) for r in REENCODINGS),
    SearchLike(wires_per_score=2),
    SearchLike(wires_per_score=2, cost="private"),
    SearchLike(wires_per_score=2, cost="inputs"),
    SearchLike(wires_per_score=2, cost="inputs", pruning="on"),
    SearchLike(objective_gates=0, wires_per_score=2, objective="base"),
    SearchLike(objective_gates=0, wires_per_score=2, ties="input"),
    SearchLike(objective_gates=0, wires_per_score=2, plans="on", ties="input"),
    SearchLike(objective_gates=0, wires_per_score=2, pruning="on"),
    SearchLike(objective_gates=0, wires_per_score=2, pruning="on", objective="base"),
)


def agree(pair: Pair, dials: tuple[SearchLike, ...]) -> None:
    for definition in dials:
        judgement = definition.judge(*pair)
        assert judgement.score == plain_score(definition, *pair), definition
        assert (judgement.witness is not None) == judgement.holds


@st.composite
def early_exits(draw: DrawFn, inputs: int, outputs: int) -> Circuit:
    """Draw evaluations of which later ones are cut short, and gates that select."""
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return inputs + len(gates) - 1

    name = draw(st.sampled_from(B2.names))
    groups: list[int] = []
    for _ in range(draw(st.integers(2, 2 if outputs == 1 else 3))):
        a, b = draw(st.permutations(range(inputs)))[:2]
        if not groups:
            groups.append(add(name, a, b))
            continue
        earlier = groups[-1] if draw(st.booleans()) else add("or", groups[0], groups[-1])
        if draw(st.booleans()):
            groups.append(add("butnot", add(name, a, b), earlier))
        else:
            groups.append(add(name, add("butnot", a, earlier), b))
    drivers = groups[1:] if draw(st.booleans()) else [add("butnot", groups[1], groups[0])]
    drivers = [*drivers, *drivers, *groups][:outputs]
    return Circuit(inputs, tuple(gates), tuple(Output(w, draw(st.booleans())) for w in drivers))


@st.composite
def choices(draw: DrawFn, most_inputs: int = 4) -> Pair:
    """Draw a circuit that evaluates candidates' features, and utilities that it may maximise."""
    shapes = [(2, 1, 0), (2, 1, 1), (3, 1, 0), (2, 1, 2), (3, 1, 1), (2, 2, 0)]
    fitting = [shape for shape in shapes if shape[0] * shape[1] + shape[2] <= most_inputs]
    count, own, shared = draw(st.sampled_from(fitting))
    n = count * own + shared
    places = draw(st.permutations(range(n)))
    features = [tuple(places[own * i : own * (i + 1)]) for i in range(count)]
    context = places[own * count :]
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return n + len(gates) - 1

    names = st.sampled_from(B2.names)
    by = draw(names)
    scores: list[int] = []
    for mine in features:
        wire = mine[0]
        for other in (*mine[1:], *context[:1]):
            wire = add(by if draw(st.integers(0, 4)) else draw(names), wire, other)
        if scores and draw(st.integers(0, 2)) == 0:
            wire = add("butnot", wire, scores[-1])
        scores.append(wire)
    g, h = scores[:2]
    if count == 3:
        best = add("or", g, h)
        drivers = [add("butnot", h, g), add("butnot", scores[2], best)]
    else:
        drivers = [add(draw(names) if draw(st.booleans()) else "butnot", h, g)]
        if draw(st.booleans()):
            drivers[0] = add(draw(names), drivers[0], draw(st.integers(0, n - 1)))
    circuit = Circuit(n, tuple(gates), tuple(Output(w, draw(st.booleans())) for w in drivers))
    words = [
        sum((t >> x & 1) << i for i, t in enumerate(circuit.output_bits())) for x in range(1 << n)
    ]
    outputs = len(drivers)
    numbers = draw(st.permutations(range(1 << outputs)))[:count]
    extra = [w for w in range(1 << outputs) if w not in numbers] if draw(st.booleans()) else []
    levels = draw(st.permutations([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)]))
    tables, blind = circuit.wire_bits(), draw(st.booleans())
    rows = tuple(
        (
            *(levels[(tables[w] >> x & 1) + 2 * (blind and x >> places[0] & 1)] for w in scores),
            *[levels[2]] * len(extra),
        )
        for x in range(1 << n)
    )
    candidates = (*numbers, *extra)
    support = sum(1 << x for x, word in enumerate(words) if word in candidates)
    kept = support & draw(st.just(support) | st.integers(0, (1 << (1 << n)) - 1))
    said = (*features, *((),) * len(extra)) if draw(st.integers(0, 4)) else None
    if not support:
        candidates = tuple(range(1 << outputs))
        zeros = [Fraction(0)] * (len(candidates) - 1)
        rows = tuple((Fraction(x & 1), *zeros) for x in range(1 << n))
        said, support = None, (1 << (1 << n)) - 1
    task = OptimisationTask(
        n, outputs, candidates, rows, kept or support, slack=Fraction(9), features=said
    )
    return circuit, task


@st.composite
def functions(draw: DrawFn, most_inputs: int = 3) -> Pair:
    """Draw a circuit, and its function on all inputs or some."""
    n, outputs = draw(st.integers(2, most_inputs)), draw(st.integers(1, 2))
    circuit = draw(
        circuits(n, max_gates=5, outputs=outputs)
        | choosers(n, outputs)
        | early_exits(n, outputs)
        | pair_scorers(n, outputs)
    )
    return circuit, draw(tasks_of(circuit))


@settings(max_examples=120)
@given(functions(2) | judged(choosers, most_inputs=3), st.sampled_from(NARROW))
def test_finder_is_complete(pair: Pair, definition: SearchLike) -> None:
    agree(pair, (definition,))


@settings(max_examples=25)
@given(functions(2), st.sampled_from(WIDE))
def test_finder_is_complete_with_wide_scores(pair: Pair, definition: SearchLike) -> None:
    agree(pair, (definition,))


@settings(max_examples=80)
@given(st.data())
def test_the_order_of_gates_does_not_matter_where_groups_are_cut_short(data) -> None:
    circuit = data.draw(early_exits(3, 2) | early_exits(4, 1))
    other, task = data.draw(relabelled(circuit)), FunctionTask(circuit.tables())
    for definition in (SearchLike(pruning="on"), SearchLike(pruning="on", objective_gates=0)):
        assert definition.judge(circuit, task).score == definition.judge(other, task).score


@pytest.mark.slow
@settings(max_examples=400)
@given(functions() | choices() | judged(choosers, most_inputs=3))
def test_finder_is_complete_at_length(pair: Pair) -> None:
    agree(pair, NARROW)


@pytest.mark.slow
@settings(max_examples=100)
@given(functions() | choices())
def test_finder_is_complete_with_wide_scores_at_length(pair: Pair) -> None:
    agree(pair, WIDE)


@pytest.mark.slow
@pytest.mark.parametrize("within", [0, 1])
def test_the_claim_gradual_counts_what_plain_scores_do(within: int) -> None:
    table = check("gradual", {"within": within}).finding.tables[0]
    counts: dict[int, Counter[Fraction]] = {}
    for form in npn_classes(3):
        task = FunctionTask((form.representative,))
        found = enumerate_minima(task, within=within)
        for circuit in found:
            scores = counts.setdefault(circuit.size - found.size, Counter())
            scores[plain_score(SearchLike(), circuit, task)] += 1
    for more, judged_here, tagged, part, gradual, _ in table.rows:
        scores = counts[more]
        assert (scores.total(), scores[Fraction(1)]) == (judged_here, tagged)
        # Of a part may be said what is not of the whole.
        assert sum(n for score, n in scores.items() if 0 < score < 1) <= gradual + part
