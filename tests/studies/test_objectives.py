"""What search-like minima evaluate, and errors off the support: against plain recomputation."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings as limits, strategies as st

from mesacircuits.circuits import Output, operator_named, parse_expression
from mesacircuits.circuits.circuit import GateBuilder
from mesacircuits.definitions import SearchLike
from mesacircuits.definitions.search_like import Finder
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.objectives import (
    RELATIONS,
    Errors,
    OffSupport,
    objective_of,
    read_objectives,
    task_objectives,
    training_of,
)
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tasks import TIES, OptimisationTask, parse_task

APART = "choice(2,2,utility=6,training=7,ties=first)"
#: U = a ^ (b & c), c = 1 in training, as docs/theorems.md has it.
PROXY = "choice(2,3,utility=6A,training=F0,ties=first)"


# -- plain twins -----------------------------------------------------------------------------------


def values_on(circuit, x):
    """Return the value of each wire of a circuit on an input, one gate after the other."""
    values = [x >> i & 1 for i in range(circuit.inputs)]
    for gate in circuit.gates:
        operands = [0 if w < 0 else values[w] for w in gate.operands]
        row = sum(bit << i for i, bit in enumerate(operands))
        values.append(operator_named(gate.operator).table >> row & 1)
    return values


def word_on(circuit, x):
    values = [*values_on(circuit, x), 0]
    return sum((values[o.wire] ^ o.inverted) << i for i, o in enumerate(circuit.outputs))


def right_words(task, x):
    """Return the words of best candidates, on the support or off it; None if excluded."""
    row = task.utilities[x]
    best = [word for word, u in zip(task.candidates, row, strict=True) if u == max(row)]
    if task.ties == "free":
        return {*best}
    if task.ties == "excluded":
        return {*best} if len({*best}) == 1 else None
    last = task.ties == "last" or (task.ties == "context" and x >> task.tie_input & 1)
    return {best[-1 if last else 0]}


def plain_error(circuit, task):
    """Return the share of inputs off the support on which a circuit chooses wrongly."""
    off = [x for x in range(1 << task.inputs) if not task.support_bits >> x & 1]
    asked = [(x, words) for x in off if (words := right_words(task, x)) is not None]
    if not asked:
        return None
    wrong = sum(word_on(circuit, x) not in words for x, words in asked)
    return Fraction(wrong, len(asked))


def vector_of(task, x, candidate):
    """Return a candidate's own features, lowest, and the context, as one number."""
    places = (*task.features[candidate], *task.context)
    return sum((x >> place & 1) << t for t, place in enumerate(places))


def plain_relation(task, found):
    """Return how phi, of ranks 0 and 1, is related to the utility, from the definition's words."""

    def follows(inputs):
        pairs = [
            (task.utilities[x][i], found.values[vector_of(task, x, i) ^ mask])
            for x in inputs
            for i, mask in found.evaluated
        ]
        return len({value for _, value in pairs}) > 1 and all(
            (value <= other if u < v else value >= other if u > v else value == other)
            for u, value in pairs
            for v, other in pairs
        )

    everywhere = range(1 << task.inputs)
    if follows(everywhere):
        return "aligned"
    return "proxy" if follows([x for x in everywhere if task.support_bits >> x & 1]) else "other"


# -- errors ----------------------------------------------------------------------------------------


@st.composite
def tasks_and_circuits(draw):
    """Draw a choice, trained on some vectors of features, and any circuit of its shape."""
    K = draw(st.integers(2, 3))
    m = draw(st.integers(1, 4 // K))
    s = draw(st.integers(0, 5 - K * m))
    L = draw(st.integers(2, 3))
    U = [draw(st.integers(0, L - 1)) for _ in range(1 << m + s)]
    ties = draw(st.sampled_from([t for t in TIES if s or t != "context"]))
    D = draw(st.integers(1, (1 << (1 << m)) - 1))
    try:
        task = OptimisationTask.of_utility(U, K, m, s, ties=ties, training=D)
    except ArgumentError:
        # No input of the support has one best word.
        task = OptimisationTask.of_utility(U, K, m, s, training=D)
    tables = [draw(st.integers(0, (1 << (1 << task.inputs)) - 1)) for _ in range(task.outputs)]
    build = GateBuilder(task.inputs)
    inputs = [Output(i) for i in range(task.inputs)]
    return task, build.circuit([build.lookup(table, inputs) for table in tables])


@given(tasks_and_circuits())
@limits(max_examples=60)
def test_an_error_is_that_of_brute_force(drawn):
    task, circuit = drawn
    off = OffSupport.of(task)
    assert off.error(circuit) == plain_error(circuit, task)
    wrong = off.wrong(circuit)
    assert wrong & ~off.inputs == 0
    assert wrong & task.support_bits == 0


def test_errors_are_summed_up():
    assert Errors.of([]) == Errors(0, None, None, None)
    assert Errors.of([None, None]) == Errors(2, None, None, None)
    some = Errors.of([Fraction(1, 2), Fraction(0), Fraction(1, 4)])
    assert some == Errors(3, Fraction(0), Fraction(1, 4), Fraction(1, 2))
    assert some.to_json() == {
        "minima": 3,
        "error": {"least": "0", "mean": "1/4", "greatest": "1/2"},
    }


@pytest.mark.parametrize("D", [1, 6, 11, 15])
def test_training_is_the_vectors_that_occur(D):
    assert training_of(parse_task(f"choice(2,2,training={D:X},utility=6)")) == D
    assert training_of(parse_task(f"choice(2,2,1,training={D:X},utility=66)")) == D


def test_training_of_a_task_whose_inputs_are_nobodys_is_unknown():
    assert training_of(parse_task("ranking")) is None


# -- what is evaluated -----------------------------------------------------------------------------

UNIVERSES = [
    ("choices(2,2,ties=first,D=each)", 1),
    ("choices(2,2,ties=last,D=7)", 1),
    ("choices(2,2,ties=first,D=6)", 0),
    ("choices(2,2,L=3,ties=first,D=7)", 1),
    ("choices(2,1,s=1,ties=first)", 1),
    ("choices(3,2,ties=free,D=3)", 0),
]


@pytest.mark.parametrize(("text", "gates"), UNIVERSES)
def test_phi_is_what_the_wires_of_the_witness_compute(text, gates):
    definition = SearchLike(objective_gates=gates)
    found = read_objectives(text, definition=definition)
    searching = 0
    for row in found.rows:
        task, counts = row.task, {}
        errors = {}
        for circuit in row.minima.minima:
            witness = definition.judge(circuit, task).witness
            errors.setdefault(witness is not None, []).append(plain_error(circuit, task))
            if witness is None:
                continue
            read = objective_of(witness, task)
            counts[read] = counts.get(read, 0) + 1
            masks = dict(read.evaluated)
            for x in range(1 << task.inputs):
                values = values_on(circuit, x)
                for group in witness["candidates"]:
                    i = group["candidate"]
                    [wire], [inverted] = group["wires"], group["inverted"]
                    phi = read.values[vector_of(task, x, i) ^ masks[i]]
                    assert values[wire] ^ inverted == phi
            assert read.relation == plain_relation(task, read)
            if read.expression is not None and sum(read.bits) == len(task.features[0]):
                phi = parse_expression(read.expression, sum(read.bits))
                assert tuple(phi(v) for v in range(1 << sum(read.bits))) == read.values
                assert phi.hex == read.digits
        assert {g.objective: g.errors.minima for g in row.groups} == counts
        for has, summed in ((True, row.searching), (False, row.others)):
            assert summed == Errors.of(errors.get(has, []))
        ranks = [RELATIONS.index(g.objective.relation) for g in row.groups]
        assert ranks == sorted(ranks)
        searching += row.searching.minima
    assert searching or "free" in text


def test_a_minimum_searches_for_one_objective_alone():
    """What `judge` finds first is all there is to find, for scores of one wire."""
    seen = 0
    for _, task in parse_universe("choices(2,2,ties=first,D=each)").listed():
        for circuit in enumerate_minima(task).minima:
            finder = Finder(circuit, task, SearchLike(objective_gates=0))
            found = {
                objective_of(finder.witness(choice, selection), task)
                for choice, selection in finder.found()
                if finder.score(choice, selection) == 1
            }
            assert len(found) <= 1
            seen += len(found)
    assert seen > 20


def test_the_least_searcher_takes_the_proxy():
    """Theorem 3: every minimum searches for a ^ b, and misjudges what has b = 1 and c = 0."""
    task = parse_task(PROXY)
    [row] = read_objectives(task).rows
    [group] = row.groups
    assert (row.minima.circuits, group.errors.minima, row.others.minima) == (1, 1, 0)
    assert (str(group.objective), group.objective.relation) == ("a ^ b", "proxy")
    [circuit] = row.minima.minima
    wrong = OffSupport.of(task).wrong(circuit)
    misjudged = {0b010, 0b011}  # b = 1, c = 0
    for x in range(64):
        if wrong >> x & 1:
            assert {x & 7, x >> 3} & misjudged
    # And among candidates that it judges as they are, it chooses rightly.
    for one in range(8):
        for other in range(8):
            if not {one, other} & misjudged:
                assert not wrong >> (one | other << 3) & 1
    assert group.errors.mean == Fraction(14, 48)


def test_scores_of_several_wires_are_ranks():
    text, definition = "argmax(levels=3,ties=first)", "search-like(wires_per_score=2)"
    [row] = read_objectives(text, definition=definition).rows
    for group in row.groups:
        values = group.objective.values
        assert {*values} == {*range(max(values) + 1)}
    utilities = "search-like(objective=base,objective_gates=0)"
    [row] = read_objectives("choice(2,1,ties=first)", definition=utilities).rows
    [group] = row.groups
    assert (group.objective.kind, str(group.objective)) == ("utility", "U: 0 -> 0, 1 -> 1")
    assert group.to_json()["map"] == [{"utility": "0", "value": 0}, {"utility": "1", "value": 1}]


def test_inverted_features_are_said():
    found = read_objectives("first(2, a^b)").rows[0].groups[0].objective
    turned = replace(found, evaluated=((0, 0), (1, 2)))
    assert str(turned) == "a ^ b (of candidate 1 with ~b)"


def test_objectives_of_five_bits_are_tables():
    task = parse_task("choice(2,1,4,utility=33333336,ties=first)")
    witness = {
        "order": [0, 1],
        "candidates": [{"candidate": 0, "reencoding": 0}, {"candidate": 1, "reencoding": 0}],
        "objective": {"kind": "features", "phi": [0, 1] * 16, "relation": "proxy"},
    }
    found = objective_of(witness, task)
    assert (found.bits, found.expression, str(found)) == ((1, 4), None, "AAAAAAAA")


# -- sums, JSON, budgets ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("D", "tasks"), [("7", 12), pytest.param("each", 110, marks=pytest.mark.slow)]
)
def test_sums_are_weighted_by_what_tasks_stand_for(D, tasks):
    """One of each orbit, weighted, sums up to what all tasks do."""
    some = read_objectives(f"choices(2,2,ties=first,D={D})")
    every = read_objectives(f"choices(2,2,ties=first,D={D},up_to=nothing)")
    assert len(some.rows) < len(every.rows) == tasks
    assert some.totals == every.totals
    assert some.totals["tasks"] == tasks
    # Training leaves one vector out, and of two utilities that agree on it phi is one.
    seven = read_objectives("choices(2,2,ties=first,D=7)").totals
    assert (seven["aligned"], seven["proxy"], seven["other"]) == (4, 4, 0)


def test_json_has_all_that_is_said():
    found = read_objectives(APART)
    record = json.loads(json.dumps(found.to_json()))
    assert record["definition"]["name"] == "search-like"
    assert (record["exhaustive"], record["not_exhausted"]) == (True, [])
    [row] = record["tasks"]
    assert (row["circuits"], row["size"], row["support"], row["off_support"]) == (8, 3, 9, 7)
    assert row["objectives"][1] == {
        "kind": "features",
        "relation": "proxy",
        "features": 2,
        "context": 0,
        "values": [0, 1, 1, 1],
        "expression": "a | b",
        "digits": "E",
        "evaluated": [{"candidate": 0, "inverted": 0}, {"candidate": 1, "inverted": 0}],
        "minima": 1,
        "error": {"least": "3/7", "mean": "3/7", "greatest": "3/7"},
        "first": row["objectives"][1]["first"],
    }
    assert row["others"] == {
        "minima": 6,
        "error": {"least": "2/7", "mean": "1/3", "greatest": "3/7"},
    }
    assert record["totals"]["matched"] == {"tasks": 1, "search_like": "3/14", "others": "1/3"}
    assert max(map(len, str(found).splitlines())) <= 80


@pytest.mark.slow
def test_the_budget_ends_before_the_minima_are_found():
    found = read_objectives("first(3, a&b)", effort=Effort(nodes=1000))
    assert (found.rows, found.exhaustive) == ((), False)
    assert "no circuit of at most " in str(found)
    assert found.to_json()["not_exhausted"] == list(found.left_open)


def test_the_budget_ends_while_minima_are_judged(clock):
    judged = []

    class Slow(SearchLike):
        def judge(self, solver, task):
            judged.append(solver)
            clock.now += 4
            return super().judge(solver, task)

    found = read_objectives(
        "choices(2,2,ties=first,D=7)", definition=Slow(), effort=Effort(seconds=10)
    )
    assert len(judged) == 3
    assert (found.rows, len(found.left_open)) == ((), 8)
    assert "8 minima found, not all judged in the budget" in found.left_open[0]


@pytest.mark.parametrize(
    ("given", "definition", "argument"),
    [
        ("tt:3:E8", None, "task"),
        ("choices(2,1); tt:2:8", None, "task"),
        ("thermostat", None, "task"),
        (APART, "lookup-table", "definition"),
        (APART, "contains(search-like)", "definition"),
        (APART, "search-like(candidates=1)", "candidates"),
    ],
)
def test_what_has_no_objectives_is_refused(given, definition, argument):
    with pytest.raises(ArgumentError) as caught:
        read_objectives(given, definition=definition)
    assert caught.value.argument == argument
    assert "\n" not in str(caught.value)


def test_minima_of_a_task_with_other_utilities_elsewhere_do():
    """What training says is all that minima depend on."""
    task = parse_task("choice(2,2,utility=E,training=7,ties=first)")
    asked = task_objectives(enumerate_minima(APART), task)
    own = task_objectives(enumerate_minima(task), task)
    assert asked.groups == own.groups
    assert [str(g.objective) for g in own.groups] == ["a | b", "a ^ b"]
