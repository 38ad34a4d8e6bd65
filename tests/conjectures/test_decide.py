"""Verdicts, counts and smallest examples, against judging every minimum of every function."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import given, strategies as st

from mesacircuits.call import Settings
from mesacircuits.circuits import Circuit, TruthTable, npn_class, npn_classes
from mesacircuits.circuits.bases import B2, basis_named
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claim import Finding, Report
from mesacircuits.conjectures.decide import decide, verdict_of
from mesacircuits.conjectures.sentence import (
    QUANTIFIERS,
    SENTENCE_ORDERS,
    Sentence,
    Verdict,
    parse_sentence,
    worst,
)
from mesacircuits.definitions import (
    ControlLike,
    Definition,
    LookupTable,
    SearchLike,
    check_witness,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.frontier import dial_variants
from mesacircuits.definitions.measures.extensional import Extensional
from mesacircuits.enumeration import ORDERS, Effort, Minima, census, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.survey import ClassRow
from mesacircuits.studies.universe import Universe, inputs_in_use, parse_universe, table_of
from mesacircuits.tasks import FunctionTask, parse_task

XOR = parse_task("tt:2:6")

DIALS: tuple[Definition, ...] = (
    SearchLike(),
    SearchLike(objective_gates=0),
    SearchLike(objective_gates=2),
    SearchLike(reencoding="none"),
    SearchLike(objective_gates=0, reencoding="none"),
    LookupTable(),
    LookupTable(1),
)


@cache
def all_minima(basis: str, order: str) -> tuple[Minima, ...]:
    return tuple(enumerate_minima(TruthTable(3, bits), basis, order) for bits in range(256))


@cache
def holds(definition: Definition, circuit: Circuit) -> bool:
    return definition.judge(circuit, FunctionTask(circuit.tables())).holds


def examples(
    minima: tuple[Minima, ...], definition: Definition, quantifier: str
) -> list[tuple[int, int, int]]:
    """Return gates, inputs in use and truth table of every function with a deciding minimum."""
    return [
        (found.minima[0].size, len(found.task.tables[0].support()), found.task.tables[0].bits)
        for found in minima
        if any(holds(definition, c) != (quantifier == "every") for c in found.minima)
    ]


# Both orders in one test: they share most minima, which are judged once.
@pytest.mark.parametrize("basis", ["b2", pytest.param("aig", marks=pytest.mark.slow)])
def test_verdicts_and_smallest_examples(basis: str, sampled) -> None:
    asked = sampled(product(("size", "depth-size"), QUANTIFIERS, DIALS), 8)
    for order, quantifier, definition in asked:
        minima = all_minima(basis, order)
        sentence = Sentence(
            quantifier, order, Universe.of_functions(3), basis_named(basis), definition
        )
        result = decide(sentence)
        found = examples(minima, definition, quantifier)
        there = (Verdict.REFUTED, Verdict.HELD)[quantifier == "some"]
        absent = (Verdict.HELD, Verdict.REFUTED)[quantifier == "some"]
        assert result.verdict == (there if found else absent)
        assert (result.open_functions, result.open_classes) == (0, 0)
        assert result.exhausted_size is None
        if not found:
            assert result.example is None
            continue
        example = result.example
        assert example is not None
        table = example.task.tables[0]
        assert (example.solver.size, len(table.support()), table.bits) == min(found)
        own = minima[table.bits]
        fitting = [c for c in own.minima if holds(definition, c) != (quantifier == "every")]
        assert example.solver == fitting[0]
        assert example.minima == own.circuits
        assert example.tagged == sum(holds(definition, c) for c in own.minima)
        assert example.judgement == definition.judge(example.solver, example.task)
        if example.judgement.holds:
            record = definition_record(definition)
            check_witness(example.solver, example.task, record, example.judgement.witness)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["size", "depth-size"])
def test_rows_totals_and_frontier(order: str) -> None:
    minima = all_minima("b2", order)
    for definition in DIALS:
        result = decide(Sentence("no", order, Universe.of_functions(3), B2, definition))
        assert len(result.classes) == len(list(npn_classes(3)))
        for row in result.classes:
            own = minima[table_of(row.task).bits]
            members = [m for m in minima if npn_class_of(m) == npn_class_of(own)]
            # One class, one name: its least member.
            assert row.name == min(t for m in members for t in m.task.tables).hex
            assert (row.functions, row.circuits) == (len(members), own.circuits)
            assert row.size == own.size
            assert row.depth == (own.depth if order == "depth-size" else None)
            assert row.minima == sum(m.circuits for m in members) // 2
            tags = [[holds(definition, c) for c in m.minima] for m in members]
            assert row.tagged == sum(map(sum, tags)) // 2
            assert row.some == sum(map(any, tags))
            assert row.every == sum(map(all, tags))
            assert row.disagrees == (any(map(any, tags)) and not all(map(all, tags)))
        sizes = [row.size for row in result.classes]
        assert sizes == sorted(sizes)
        totals = result.totals
        assert totals["functions"] == 256
        assert totals["minima"] == sum(m.circuits for m in minima) // 2
        assert totals["tagged_minima"] == sum(row.tagged for row in result.classes)
        assert totals["tagged_functions"] == sum(
            any(holds(definition, c) for c in m.minima) for m in minima
        )
        assert result.disagreeing == tuple(row for row in result.classes if row.disagrees)
        # Its own dials first; rows of other dials may be left out where they are empty.
        given = {row.definition: row for row in result.frontier}
        assert result.frontier[0].definition == describe_definition(definition)
        for variant in dial_variants(definition):
            tagged = [m for m in minima if any(holds(variant, c) for c in m.minima)]
            if row := given.pop(describe_definition(variant), None):
                assert row.functions == len(tagged)
                assert row.classes == len(set(map(npn_class_of, tagged)))
                assert row.minima == sum(holds(variant, c) for m in tagged for c in m.minima) // 2
            else:
                assert not tagged
        assert not given


@cache
def least_of_class(bits: int) -> int:
    return npn_class(TruthTable(3, bits)).representative.bits


def npn_class_of(minima: Minima) -> int:
    return least_of_class(minima.task.tables[0].bits)


# -- verdicts ------------------------------------------------------------------------------------


@st.composite
def rows(draw: st.DrawFn) -> ClassRow:
    minima = draw(st.integers(1, 3))
    tagged = draw(st.integers(0, minima))
    return ClassRow("6", XOR, 1, 1, None, minima, minima, tagged, 0, 0)


@given(st.sampled_from(list(QUANTIFIERS)), st.lists(rows(), max_size=3), st.booleans())
def test_verdicts_claim_no_more_than_was_seen(
    quantifier: str, seen: list[ClassRow], exhausted: bool
) -> None:
    def truth(every: list[ClassRow]) -> bool:
        tagged, minima = sum(r.tagged for r in every), sum(r.minima for r in every)
        return {"no": tagged == 0, "every": tagged == minima, "some": tagged > 0}[quantifier]

    # Whatever the rest may be: nothing, a minimum with the tag, one without.
    rests = [[], [row(1)], [row(0)]] if not exhausted else [[]]
    outcomes = {truth([*seen, *rest]) for rest in rests}
    expected = Verdict.INCONCLUSIVE
    if len(outcomes) == 1:
        expected = Verdict.HELD if outcomes.pop() else Verdict.REFUTED
    assert verdict_of(quantifier, seen, exhausted) == expected


def row(tagged: int) -> ClassRow:
    return ClassRow("6", XOR, 1, 1, None, 1, 1, tagged, 0, 0)


def test_the_worst_verdict_and_its_exit_status() -> None:
    ranked = [Verdict.HELD, Verdict.INCONCLUSIVE, Verdict.REFUTED]
    assert [v.exit_status for v in ranked] == [0, 4, 3]
    for several in product(ranked, repeat=3):
        assert worst(several) == ranked[max(map(ranked.index, several))]
    assert worst([]) == Verdict.HELD


@pytest.mark.parametrize("order", ["size", "depth-size"])
@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_a_tiny_budget_is_inconclusive_where_nothing_decides(order: str, inputs: int) -> None:
    for quantifier, verdict in (("no", "inconclusive"), ("some", "inconclusive")):
        text = f"{quantifier} {order}-minimal circuit of functions({inputs}) over b2 is search-like"
        result = decide(parse_sentence(text), Effort(seconds=1e-6, shipped=False))
        assert result.verdict.value == verdict
        assert result.example is None
        seen = sum(row.functions for row in result.classes)
        assert result.open_functions == (1 << (1 << inputs)) - seen > 0
        assert result.open_classes == len(list(npn_classes(inputs))) - len(result.classes) > 0
        assert result.exhausted_size is not None
        record = result.to_json()
        assert record["open"] == {
            "functions": result.open_functions,
            "classes": result.open_classes,
            "exhausted_size": result.exhausted_size,
        }
    # A constant has no tag, so of `every` a counterexample is at hand.
    text = f"every {order}-minimal circuit of functions({inputs}) over b2 is search-like"
    result = decide(parse_sentence(text), Effort(seconds=1e-6, shipped=False))
    assert result.verdict == Verdict.REFUTED
    assert result.example is not None
    assert result.example.solver.size == 0


def test_the_budget_ends_before_the_example_is_found() -> None:
    sentence = parse_sentence("no size-minimal circuit of functions(3) over b2 is search-like")
    whole = decide(sentence, Effort(shipped=False))
    nodes = Effort(nodes=10**6)
    census(3, sentence.basis, sentence.order, nodes)
    # As many as the census takes, and one for the search of the example, which takes more.
    effort = Effort(nodes=nodes.tried + 1)
    result = decide(sentence, effort)
    assert effort.used_up()
    assert result.classes == whole.classes
    assert (result.verdict, result.open_functions) == (Verdict.REFUTED, 0)
    assert result.example is None
    assert result.example_is_open
    record = result.to_json()
    assert record["example"] is None
    assert record["open"] == {"functions": 0, "classes": 0, "exhausted_size": None, "example": True}
    assert "example" not in whole.to_json()["open"]
    text = str(Report(None, Settings({}), Finding.of_arms([result])))
    assert text.endswith("\n\n  smallest counterexample: not found within the budget")


def test_functions_of_one_input_have_no_gates() -> None:
    for quantifier, verdict in (("no", "held"), ("some", "refuted"), ("every", "refuted")):
        text = f"{quantifier} size-minimal circuit of functions(1) over b2 is search-like"
        result = decide(parse_sentence(text))
        assert (result.verdict.value, result.totals["functions"]) == (verdict, 4)


# -- what it applies to --------------------------------------------------------------------------


@pytest.mark.parametrize("universe", ["functions(2)", "tt:2:6", "tt:2:6; argmax"])
def test_control_needs_a_world(universe: str) -> None:
    with pytest.raises(ArgumentError, match="control-like") as raised:
        decide(Sentence("no", "size", parse_universe(universe), B2, ControlLike()))
    assert raised.value.argument == "definition"


@pytest.mark.parametrize(
    ("task", "definition", "verdicts"),
    [
        # Of three, three.
        ("tt:3:7E", SearchLike(), {"no": "refuted", "every": "held", "some": "held"}),
        ("tt:3:7E", SearchLike(objective_gates=2),
         {"no": "held", "every": "refuted", "some": "refuted"}),
        # Of 75, three.
        ("tt:4:0017", SearchLike(), {"no": "refuted", "every": "refuted", "some": "held"}),
        ("tt:4:0017", LookupTable(), {"no": "held", "every": "refuted", "some": "refuted"}),
        ("tt:3:AA", SearchLike(), {"no": "held", "every": "refuted", "some": "refuted"}),
        ("tt:1:3", LookupTable(), {"no": "held", "every": "refuted", "some": "refuted"}),
    ],
)  # fmt: skip
def test_a_single_task(task: str, definition: Definition, verdicts: dict[str, str]) -> None:
    minima = enumerate_minima(task)
    tags = [holds(definition, circuit) for circuit in minima.minima]
    for quantifier, verdict in verdicts.items():
        universe = Universe.of_task(parse_task(task))
        result = decide(Sentence(quantifier, "size", universe, B2, definition))
        assert result.verdict.value == verdict
        (row,) = result.classes
        assert (row.functions, row.circuits, row.minima) == (1, len(tags), len(tags))
        assert (row.tagged, row.some, row.every) == (sum(tags), any(tags), all(tags))
        assert result.frontier[0].minima == sum(tags)
        fitting = [
            circuit
            for circuit, tag in zip(minima.minima, tags, strict=True)
            if tag != (quantifier == "every")
        ]
        assert (result.example.solver if result.example else None) == next(iter(fitting), None)


def test_a_single_task_within_a_tiny_budget() -> None:
    for quantifier in QUANTIFIERS:
        sentence = parse_sentence(
            f"{quantifier} size-minimal circuit of tt:4:0017 over b2 is search-like"
        )
        result = decide(sentence, Effort(seconds=1e-6, shipped=False))
        assert result.verdict == Verdict.INCONCLUSIVE
        assert (result.classes, result.example) == ((), None)
        assert (result.open_functions, result.open_classes) == (1, 1)


#: Universes that are decided task by task.
ANY = (
    "tt:3:96,E8",
    "tt:2:6@7",
    "relation:2:1:1,2,3,2",
    "argmax(candidates=3)",
    "bandit",
    "functions(2, outputs=2)",
    "partial(2)",
    "choices(2, 1, s=1, ties=first)",
    "worlds(2, 2)",
    "tt:3:7E; argmax; thermostat",
)
QUICK = [(text, "size") for text in ANY[:-1]]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        pytest.param(text, order, marks=[] if (text, order) in QUICK else [pytest.mark.slow])
        for text, order in product(ANY, SENTENCE_ORDERS)
        # Formulas are of functions.
        if order != "formula" or text in ANY[:2]
    ],
)
def test_any_universe_is_decided_task_by_task(text: str, order: str) -> None:
    """Each row is what enumerating its task and judging each minimum says."""
    universe = parse_universe(text)
    definition = LookupTable()
    cap = 5 if ORDERS[order].takes_cap else None
    result = decide(Sentence("every", order, universe, B2, definition, cap=cap))
    rows = {row.name: row for row in result.classes}
    assert list(rows) == [name for name, _ in universe.listed() if name in rows]
    out = dict(result.left_out)
    assert {*rows, *out} == {name for name, _ in universe.listed()}
    for name, task in universe.listed():
        minima = enumerate_minima(task, B2, order, cap=cap).minima
        said = [definition.judge(circuit, task) for circuit in minima]
        assert (name in out) == (not minima or not all(judgement.applies for judgement in said))
        if name in rows:
            row = rows[name]
            tagged = sum(judgement.holds for judgement in said)
            assert (row.circuits, row.minima, row.tagged) == (len(minima), len(minima), tagged)
            alike = universe.stands_for(name)
            every = alike * (tagged == len(minima))
            assert (row.functions, row.some, row.every) == (alike, alike * (tagged > 0), every)
            assert row.size == min(circuit.size for circuit in minima)
    lacking = [row for row in rows.values() if row.tagged < row.minima]
    assert (result.verdict is Verdict.REFUTED) == bool(lacking)
    if lacking:
        least = min(lacking, key=lambda row: (row.size, inputs_in_use(row.task), row.name))
        assert result.example is not None
        assert result.example.name == least.name
        assert not result.example.judgement.holds


def test_functions_of_five_inputs_are_those_of_four_and_what_reads_all() -> None:
    # With an input more, that is not read, each cell holds twice as many.
    definition = LookupTable(4)
    text = "no size-minimal circuit of functions({}) over b2 is lookup-table(inputs_per_cell={})"
    four, five = (decide(parse_sentence(text.format(n, c))) for n, c in ((4, 2), (5, 4)))
    assert five.verdict == four.verdict == Verdict.REFUTED
    assert (five.open_classes, five.exhausted_size) == (616_126 - 222, 3)
    assert five.open_functions == 2**32 - five.totals["functions"]
    # Of each size as many classes.
    assert [row.size for row in five.classes] == [row.size for row in four.classes]
    for row in five.classes[:40]:
        own = enumerate_minima(table_of(row.task), "b2")
        assert (row.size, row.circuits) == (own.size, own.circuits)
        tagged = sum(definition.judge(circuit, row.task).holds for circuit in own.minima)
        # Renaming inputs does not change it, nor does negating them.
        assert row.tagged * own.circuits == tagged * row.minima


def test_other_bases_and_orders_are_decided_function_by_function() -> None:
    for basis, out in (("mig", 0), ("nand", 0), ("monotone", 10)):
        text = f"some size-minimal circuit of functions(2) over {basis} is lookup-table"
        result = decide(parse_sentence(text))
        assert (len(result.classes), len(result.left_out)) == (16 - out, out)
    with pytest.raises(ArgumentError, match=r"^universe: expected functions of at most 3 inputs"):
        decide(parse_sentence("no pareto-minimal circuit of functions(4) over b2 is search-like"))


def test_a_definition_without_kernels_is_judged_chain_by_chain():
    text = "no size-minimal circuit of functions(2) over b2 is extensional"
    result = decide(parse_sentence(text))
    assert [row.definition for row in result.frontier] == ["extensional"]
    for row in result.classes:
        minima = enumerate_minima(row.task, "b2")
        judged = [Extensional().judge(c, minima.function_task).holds for c in minima.minima]
        assert bool(row.some) == (any(judged) and row.size > 0)


@pytest.mark.parametrize(
    ("inputs", "order", "classes", "functions", "minima"),
    [
        (3, "size", 1, 8, 12),
        (3, "depth-size", 1, 8, 12),
        (4, "size", 13, 2024, 1620),
        (4, "depth-size", 12, 1832, 1428),
    ],
)
def test_how_many_functions_have_minima_that_search(inputs, order, classes, functions, minima):
    (arm,) = check(f"no {order}-minimal circuit of functions({inputs}) over b2 is search-like").arms
    assert not arm.open_functions
    assert arm.totals["tagged_classes"] == classes
    assert arm.totals["tagged_functions"] == functions
    assert arm.totals["tagged_minima"] == minima
