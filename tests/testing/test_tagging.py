"""Solvers with a tag: they have it, are built as is said, and are drawn where it matters."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial

import draws
import pytest
from hypothesis import find, given, settings, strategies as st

from mesacircuits.definitions import (
    Classifier,
    ControlLike,
    LookupTable,
    SearchLike,
    as_definition,
    check_judgement,
    definition_named,
    from_function,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, OptimisationTask, WorldTask
from mesacircuits.testing import (
    classifiers,
    definitions,
    judgements,
    relabelled,
    solved_pairs,
    tagged,
)
from mesacircuits.testing.strategies import SOLVED_KINDS
from mesacircuits.testing.tagging import constructed, kind_of, pairs_made

#: What is drawn is the same in every run, so that shares of it are.
drawn = partial(draws.drawn, seeded=0)


# -- what is built -------------------------------------------------------------------------------

#: Each with the fewest groups and gates, and the bits of a score, that its witnesses must have.
SEARCHES = {
    "search-like": (2, 1, 1),
    "search-like(candidates=3)": (3, 1, 1),
    "search-like(candidates=4,objective_gates=0)": (4, 0, 1),
    "search-like(objective_gates=3)": (2, 3, 1),
    "search-like(objective_gates=2,cost=private)": (2, 2, 1),
    "search-like(wires_per_score=2)": (2, 1, 2),
    "search-like(reencoding=none)": (2, 1, 1),
    "search-like(plans=on,candidates=3)": (3, 1, 1),
}


@pytest.mark.parametrize("text", SEARCHES)
def test_searches_have_the_tag_and_honour_the_dials(text: str) -> None:
    definition = definition_named(text)
    groups, gates, width = SEARCHES[text]
    kinds = Counter()
    for circuit, task in drawn(tagged(text), 25):
        judgement = definition.judge(circuit, task)
        assert judgement.holds
        check_judgement(definition, circuit, task, judgement)
        candidates = judgement.witness["candidates"]
        assert len(candidates) >= groups
        bounded = "private_cost" if "private" in text else "cost"
        assert min(candidate[bounded] for candidate in candidates) >= gates
        assert {len(candidate["wires"]) for candidate in candidates} <= {*range(1, width + 1)}
        kinds[type(task)] += 1
    assert {*kinds} == {FunctionTask, OptimisationTask}


@given(tagged("search-like(candidates=3)"))
def test_each_value_moves_alone_and_moves_the_output(pair) -> None:
    # By itself, not by the definition's own reading: on the wires that the witness names.
    circuit, task = pair
    full = (1 << (1 << circuit.inputs)) - 1
    witness = SearchLike(candidates=3).judge(circuit, task).witness
    wires = [candidate["wires"][0] for candidate in witness["candidates"]]
    values = circuit.wire_bits()
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    rows = {tuple(values[w] >> x & 1 for w in wires) for x in support}
    for place in range(len(wires)):
        alone = [row for row in rows if (*row[:place], 1 - row[place], *row[place + 1 :]) in rows]
        assert alone, "its value never moves without another's"
        plain = circuit.output_bits()
        forced = [circuit.output_bits({wires[place]: value}) for value in (0, full)]
        assert any(
            (a ^ b) & task.support_bits for f in forced for a, b in zip(plain, f, strict=True)
        )


def test_candidates_have_features_of_their_own() -> None:
    declared = [
        task.features
        for _, task in drawn(tagged("search-like", "optimisation"), 60)
        if task.features is not None
    ]
    assert len(declared) > 10
    for features in declared:
        own = [features_of for features_of in features if features_of]
        listed = [i for features_of in own for i in features_of]
        assert len(own) >= 2
        assert len(set(listed)) == len(listed)


@pytest.mark.parametrize(
    "text", ["control-like", "lookup-table", "lookup-table(inputs_per_cell=2)"]
)
def test_controllers_and_tables_have_the_tag(text: str) -> None:
    definition = definition_named(text)
    for circuit, task in drawn(tagged(text), 30):
        judgement = definition.judge(circuit, task)
        assert judgement.holds
        check_judgement(definition, circuit, task, judgement)


def test_controllers_steer_worlds_and_are_no_one_circuit() -> None:
    pairs = drawn(tagged("control-like"), 60)
    assert all(isinstance(task, WorldTask) for _, task in pairs)
    assert len({circuit.hash_hex for circuit, _ in pairs}) > 20
    assert len({len(task.world.states) for _, task in pairs}) > 2
    assert max(task.within for _, task in pairs) > 1


def test_tables_are_of_every_kind_that_is_asked_for() -> None:
    for kind in ("function", "relation", "optimisation", "world"):
        assert {kind_of(task) for _, task in drawn(tagged("lookup-table", kind), 8)} == {kind}
    cells = LookupTable(2)
    for circuit, task in drawn(tagged(cells, "function"), 20):
        listed = cells.judge(circuit, task).witness["cells"]
        assert max(len(cell["inputs"]) for cell in listed) <= 2


@pytest.mark.parametrize("definition", [SearchLike(), LookupTable(), ControlLike()])
def test_hardly_any_is_drawn_twice_and_hardly_any_is_rejected(definition) -> None:
    pairs = drawn(constructed(definition), 100)
    assert len(pairs) == 100
    assert len({(circuit.hash_hex, task.hash_hex) for circuit, task in pairs}) > 60


def test_what_is_found_is_small() -> None:
    circuit, task = find(
        tagged("search-like", "function"), lambda _: True, settings=settings(database=None)
    )
    assert circuit.size == 3
    assert circuit.is_reduced()
    assert task.solved_by(circuit)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: tagged("search-like(candidates=7)"), "max_inputs, max_gates: expected more, for"),
        (lambda: tagged("search-like", max_gates=2), "max_inputs, max_gates: expected more, for s"),
        (lambda: tagged("search-like(candidates=5)", max_inputs=4), "max_inputs, max_gates: exp"),
        (lambda: tagged("search-like", "world"), "kinds: expected function or optimisation, for"),
        (lambda: tagged("control-like", "function"), "kinds: expected world, for control-like"),
        (lambda: tagged("lookup-table", max_inputs=1), "max_inputs: expected at least 2, for loo"),
    ],
)
def test_what_cannot_be_built_is_refused(call, problem: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(problem)


# -- other definitions ---------------------------------------------------------------------------


@as_definition()
def deep(solver, task, least=4):
    return solver.depth >= least


@as_definition()
def thirsty(solver, task):
    """No exemplar and no minimum has a gate that nothing reads."""
    return solver.without_dead_gates() != solver


@as_definition()
def never(solver, task):
    return 0


def test_any_definition_is_served_from_what_is_known_and_what_is_drawn() -> None:
    pairs = drawn(tagged(deep), 60)
    assert all(circuit.depth >= 4 for circuit, _ in pairs)
    assert len({circuit.hash_hex for circuit, _ in pairs}) > 20
    shallow = tagged(deep.with_dials({"least": 1}), "world", max_inputs=2)
    assert all(kind_of(task) == "world" and c.inputs <= 2 for c, task in drawn(shallow, 20))


def test_what_only_drawn_solvers_have_is_found_too() -> None:
    assert constructed(thirsty) is None
    assert all(thirsty.judge(*pair).holds for pair in drawn(tagged(thirsty), 20))


@pytest.mark.parametrize("tries", [1, 30, 400])
def test_where_nothing_is_found_one_error_says_so(tries: int) -> None:
    with pytest.raises(ArgumentError) as caught:
        tagged(never, tries=tries)
    assert str(caught.value) == (
        f"definition: expected one that gives its tag to some solver, got never, to none of {tries}"
    )


def test_no_more_is_judged_than_is_said() -> None:
    judged = []

    def counted(solver, task):
        judged.append(solver)
        return 0

    with pytest.raises(ArgumentError):
        tagged(from_function("counted", "counted", counted), tries=300)
    assert 250 < len(judged) <= 300


# -- pairs ---------------------------------------------------------------------------------------

TAGS = (SearchLike(), LookupTable(), ControlLike())


def share(pairs, definition) -> Fraction:
    held = sum(definition.judge(*pair).holds for pair in pairs)
    return Fraction(held, len(pairs))


@pytest.mark.slow
def test_pairs_have_tags_unless_that_is_turned_off() -> None:
    # With one seed what is drawn may be much alike.
    usual = [pair for seeded in range(2) for pair in drawn(solved_pairs(), 150, seeded=seeded)]
    none = drawn(solved_pairs(tagged_share=0), 150)
    for definition in TAGS:
        assert share(usual, definition) > Fraction(1, 100), definition.name
    assert share(none, SearchLike()) + share(none, ControlLike()) < Fraction(1, 50)
    all_tagged = drawn(solved_pairs("optimisation", tagged_share=1), 40)
    assert share(all_tagged, SearchLike()) == 1
    assert share(drawn(solved_pairs("world", tagged_share=1), 40), ControlLike()) == 1


def test_tagged_pairs_keep_to_basis_bounds_and_being_reduced() -> None:
    pairs = solved_pairs(max_gates=3, max_inputs=3, reduced=True, tagged_share=Fraction(1, 2))
    for circuit, task in drawn(pairs, 100):
        assert circuit.size <= 3
        assert circuit.inputs <= 3
        assert circuit.is_reduced()
        assert task.solved_by(circuit)
    for circuit, _ in drawn(solved_pairs(basis="nand", tagged_share=1), 60):
        assert {gate.operator for gate in circuit.gates} <= {"nand"}


def test_no_episode_is_built() -> None:
    assert pairs_made("episode", (1, 3), (0, 5)) is None
    others = [kind for kind in SOLVED_KINDS if kind != "episode"]
    assert all(pairs_made(kind, (1, 3), (0, 5)) is not None for kind in others)


def by_first_operands(definition):
    """Return a faulty definition: it gives its tag by the order of the first gate's operands."""

    def judge(solver, task):
        judgement = definition.judge(solver, task)
        if judgement.score is None:
            return None
        first = solver.gates[0].operands if solver.gates else (0, 1)
        return judgement.score if first[0] < first[-1] else 0

    return from_function(f"first-{definition.name}", definition.tag, judge)


@pytest.mark.parametrize(
    ("definition", "seeded"),
    [
        pytest.param(tag, seed, id=f"{seed}-{tag.name}", marks=[pytest.mark.slow] * (place > 0))
        for place, (seed, tag) in enumerate((seed, tag) for seed in (0, 1) for tag in TAGS)
    ],
)
def test_a_definition_that_minds_the_order_of_operands_is_found_out(definition, seeded) -> None:
    faulty = by_first_operands(definition)
    rewritten = solved_pairs().flatmap(lambda pair: st.tuples(st.just(pair), relabelled(pair[0])))
    differing = sum(
        faulty.judge(circuit, task).score != faulty.judge(other, task).score
        for (circuit, task), other in drawn(rewritten, 300, seeded=seeded)
    )
    assert differing


# -- definitions, classifiers, judgements --------------------------------------------------------


@given(definitions())
def test_definitions_are_of_the_package(definition) -> None:
    assert definition_named(definition.name, definition.parameters) == definition


@given(definitions("search-like", "lookup-table"))
def test_definitions_may_be_chosen(definition) -> None:
    assert definition.name in ("search-like", "lookup-table")


def test_an_unknown_definition_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"got serch-like \(did you mean search-like\?\)$"):
        definitions("serch-like")


@given(classifiers())
def test_classifiers_survive_json(classifier) -> None:
    assert Classifier.from_json(classifier.to_json()) == classifier


def test_judgements_hold_and_do_not() -> None:
    found = drawn(judgements(), 100)
    assert {judgement.holds for judgement in found} == {True, False}
    assert len({judgement.tag for judgement in found}) == 3


@pytest.mark.parametrize("name", ["deceptive", "look-ahead", "world-model"])
def test_tags_that_nothing_drawn_has_are_those_of_anchors(name: str) -> None:
    definition = definition_named(name)
    assert all(definition.judge(*pair).holds for pair in definition.anchors())
    pairs = drawn(tagged(definition, max_inputs=4, max_gates=20), 3)
    assert len(pairs) == 3
    assert all(definition.judge(*pair).holds for pair in pairs)
