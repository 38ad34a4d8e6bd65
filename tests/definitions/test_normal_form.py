"""The normal form of docs/theorems.md: what search means for one output bit of a minimum.

Both ways on the minima of three and four inputs, against the definition; the kernel that decides
minima of five inputs by it, against its plain twin and against the definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st
from normal_form_twin import evaluation_costs, evaluations

from mesacircuits.circuits import AIG, B2, Circuit, NPNTransform, TruthTable, npn_classes
from mesacircuits.circuits.bases import NAND, Basis
from mesacircuits.definitions import REENCODINGS, LookupTable, SearchLike
from mesacircuits.definitions.bulk import Chains, bulk_tags, in_normal_form
from mesacircuits.enumeration import Minima, enumerate_minima
from mesacircuits.enumeration.rows import rows_of_circuits
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import tagged_minima
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing import circuits

COSTS = range(5)
DEFINITIONS = [
    (SearchLike(objective_gates=c, reencoding=r), c, r) for c in COSTS for r in REENCODINGS
]


@cache
def minima_of_three(basis: str, order: str) -> tuple[Minima, ...]:
    return tuple(enumerate_minima(TruthTable(3, bits), basis, order) for bits in range(0, 256, 2))


def minima_of_four(order: str) -> Iterator[Minima]:
    """Yield all minima of the least function of each NPN class, as they ship."""
    for known in npn_classes(4):
        yield enumerate_minima(known.representative, "b2", order)


def both_ways(found: Minima, listed: Sequence[Circuit], reencodings: Sequence[str]) -> int:
    """Hold the definition against the right-hand side; return how many circuits search at c = 0."""
    searching = 0
    for reencoding, circuit in product(reencodings, listed):
        cost, _ = evaluation_costs(circuit, reencoding)
        # What does not search at c = 0 does so at no c; the default is asked all the same.
        for gates in COSTS if cost >= 0 else (0, 1):
            definition = SearchLike(objective_gates=gates, reencoding=reencoding)
            assert definition.judge(circuit, found.task).holds == (cost >= gates)
        searching += cost >= 0
    return searching


# -- the theorem ---------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", ["b2", "aig"])
@pytest.mark.parametrize("order", ["size", "depth-size", "pareto"])
def test_both_ways_on_all_minima_of_three_inputs(basis: str, order: str, sampled) -> None:
    searching = 0
    for found in sampled(minima_of_three(basis, order), 25):
        searching += both_ways(found, found.minima, REENCODINGS)
    assert searching


def test_not_all_equal_is_the_smallest_that_evaluates_on_gates() -> None:
    for order, count in (("size", 12), ("depth-size", 12)):
        listed = [c for found in minima_of_three("b2", order) for c in found.minima]
        costs = [evaluation_costs(circuit)[0] for circuit in listed]
        # Not-all-equal with f(0) = 0, and the same with one input inverted: each in three ways.
        named = {listed[i].tables()[0].hex for i, cost in enumerate(costs) if cost >= 1}
        assert named == {"18", "24", "42", "7E"}
        assert sum(cost >= 1 for cost in costs) == count
        assert max(costs) == 1


def test_both_ways_on_minima_of_four_inputs(sampled) -> None:
    found = [*minima_of_four("depth-size")]
    searching = [
        both_ways(each, [c for c in each.minima if evaluation_costs(c)[0] >= 0], ["common"])
        for each in found
    ]
    # In thirteen classes some minimum of least size evaluates on gates; here c = 0 counts as well.
    assert sum(map(bool, searching)) >= 12
    for each in sampled(found, 25):
        both_ways(each, each.minima[:6], REENCODINGS)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["size", "depth-size"])
def test_both_ways_on_all_minima_of_four_inputs(order: str) -> None:
    searching = 0
    for found in minima_of_four(order):
        searching += both_ways(found, found.minima, ["common"])
    assert searching


@pytest.mark.parametrize("order", [pytest.param("size", marks=pytest.mark.slow), "depth-size"])
def test_the_census_of_four_inputs_by_the_right_hand_side(order: str) -> None:
    classes = functions = minima = 0
    for known, found in zip(npn_classes(4), minima_of_four(order), strict=True):
        # Of f(0) = 0, as counts are; a common re-encoding and renaming lose no tag.
        tagged = sum(evaluation_costs(circuit)[0] >= 1 for circuit in found.minima)
        classes += tagged > 0
        functions += known.functions * (tagged > 0)
        minima += known.functions // 2 * tagged
    assert (classes, functions, minima) == (
        (13, 2024, 1620) if order == "size" else (12, 1832, 1428)
    )


@pytest.mark.parametrize(
    ("text", "searches", "form"),
    [
        # One gate too many: a and c are evaluations, but the last gate reads others.
        ("g1 = a ^ c; g2 = ~c & g1; out = g2", True, False),
        # The last gate is right, but one evaluation feeds the other.
        ("g1 = a ^ b; g2 = c ^ g1; g3 = a ^ g2; g4 = ~g1 & g3; out = g4", False, True),
    ],
)
def test_it_is_about_minima(text: str, searches: bool, form: bool) -> None:
    circuit = Circuit.parse(3, text)
    task = FunctionTask(circuit.tables())
    assert circuit.is_reduced()
    assert circuit not in enumerate_minima(task).minima
    assert SearchLike(objective_gates=0).judge(circuit, task).holds == searches
    assert (evaluation_costs(circuit)[0] >= 0) == form


@pytest.mark.slow
def test_circuits_of_least_depth_of_any_size() -> None:
    # Four gates are enough for every least depth of three inputs.
    for bits in range(0, 256, 6):
        found = enumerate_minima(TruthTable(3, bits), "b2", "depth", cap=5)
        assert found.depth == minima_of_three("b2", "depth-size")[bits // 2].depth
        definition = SearchLike(objective_gates=0)
        for circuit in found.minima[:: max(1, found.circuits // 20)]:
            held = definition.judge(circuit, found.task).holds
            assert held == (evaluation_costs(circuit)[0] >= 0)


# -- the kernel ----------------------------------------------------------------------------------


def chains_of(basis: Basis, listed: Sequence[Circuit]) -> Chains:
    return Chains(listed[0].inputs, basis.operators, rows_of_circuits(basis, listed))


@pytest.mark.parametrize("reencoding", REENCODINGS)
def test_kernel_and_twin_agree_on_minima(reencoding: str, sampled) -> None:
    for found in (*minima_of_three("b2", "size"), *sampled(minima_of_four("depth-size"), 60)):
        listed = [c for c in found.minima if c.size][:50]
        if listed:
            costs = chains_of(B2, listed).search_costs(reencoding).tolist()
            assert costs == [[*evaluations(circuit, reencoding)] for circuit in listed]


@settings(max_examples=60)
@given(circuits(5, max_gates=7, reduced=True).filter(lambda c: c.size), st.data())
def test_kernel_and_twin_agree_on_any_chains(circuit: Circuit, data: st.DataObject) -> None:
    # Minima or not: they say the same of the last gate.
    reencoding = data.draw(st.sampled_from(REENCODINGS))
    costs = chains_of(B2, [circuit]).search_costs(reencoding).tolist()
    assert costs == [[*evaluations(circuit, reencoding)]]


def test_kernel_takes_two_to_five_inputs() -> None:
    for inputs in (2, 5):
        [circuit] = enumerate_minima(TruthTable.of(inputs, lambda x: x & 3 == 3)).minima
        # AND is A AND B, and b is the inverse of a, renamed and one of the two inverted.
        assert chains_of(B2, [circuit]).search_costs("common")[0, :2].tolist() == [0, 0]
        assert chains_of(B2, [circuit]).search_costs("none").tolist() == [[-1, -1, 0]]
    with pytest.raises(ArgumentError, match=r"^inputs: expected .* from 2 to 5, got 6$"):
        chains_of(B2, [Circuit.parse(6, "x = a & f; out = x")]).search_costs("common")


# -- five inputs ---------------------------------------------------------------------------------


@st.composite
def five_input_functions(draw: st.DrawFn) -> TruthTable:
    """Draw a function of few gates; mostly what takes the better of two evaluations."""
    one = draw(circuits(5, max_gates=2, reduced=True)).tables()[0]
    if draw(st.booleans()):
        order = tuple(draw(st.permutations(range(5))))
        return one & ~NPNTransform(order, draw(st.integers(0, 31)))(one)
    if draw(st.booleans()):
        # A table: two cubes, of which input 0 selects.
        cares = [draw(st.sampled_from((2, 6, 12, 24))) for _ in range(2)]
        return TruthTable.of(5, lambda x: x & cares[x & 1] == cares[x & 1])
    return one & ~draw(circuits(5, max_gates=2)).tables()[0]


@settings(max_examples=25)
@given(five_input_functions())
def test_minima_of_five_inputs_against_the_definition(table: TruthTable) -> None:
    found = enumerate_minima(table)
    listed = found.minima[:: max(1, found.circuits // 30)]
    private = [SearchLike(objective_gates=c, cost="private") for c in COSTS]
    lookup = [LookupTable(), LookupTable(1), LookupTable(2, "on")]
    for definition in (*(d for d, _, _ in DEFINITIONS), *private, *lookup):
        said = [definition.judge(circuit, found.task).holds for circuit in listed]
        assert bulk_tags(definition, listed, found.task, True) == said


FIVE = "expr:5:(a ^ (b & c)) & ~(d ^ (b & e))"


def test_minima_of_five_inputs_need_no_judgement(monkeypatch) -> None:
    found = enumerate_minima(FIVE)
    definition = SearchLike(objective_gates=2)
    tags = [definition.judge(circuit, found.task).holds for circuit in found.minima]
    assert any(tags)

    def judge(*_: object) -> None:
        raise AssertionError("judged")

    monkeypatch.setattr(SearchLike, "judge", judge)
    assert bulk_tags(definition, found.minima, found.task, True) == tags
    # More candidates than words, and two bits a score: no form, or no theorem.
    assert not any(bulk_tags(SearchLike(candidates=3), found.minima, found.task, True))
    with pytest.raises(AssertionError, match="judged"):
        bulk_tags(SearchLike(wires_per_score=2), found.minima, found.task, True)
    # Nor may one go by it where nobody said that they are minima.
    with pytest.raises(AssertionError, match="judged"):
        bulk_tags(definition, found.minima, found.task)


def test_whoever_tags_minima_says_so(monkeypatch) -> None:
    found = enumerate_minima(FIVE)
    definition = SearchLike()
    count = sum(definition.judge(circuit, found.task).holds for circuit in found.minima)
    judged: list[Circuit] = []
    judge = SearchLike.judge

    def noted(self: SearchLike, solver: Circuit, task: FunctionTask) -> object:
        judged.append(solver)
        return judge(self, solver, task)

    monkeypatch.setattr(SearchLike, "judge", noted)
    assert tagged_minima(found.task).tags["search-like"] == count
    assert judged == []
    share = tagged_share(found.task, definition)
    assert (share.tagged, len(judged)) == (count, 1)  # asked once if it applies
    # Within a gate of them are others, which have to be judged.
    judged.clear()
    near = tagged_minima("expr:5:(a ^ b) & (c ^ d)", within=1)
    assert len({*judged}) == near.result.circuits
    other = LookupTable()
    assert bulk_tags(other, found.minima, found.task, True) == [
        other.judge(circuit, found.task).holds for circuit in found.minima
    ]


def test_of_which_minima_it_speaks() -> None:
    assert in_normal_form(B2, "size")
    assert in_normal_form(AIG, "pareto")
    # Inverses cost gates there, formulas repeat, and a cap on the size may bar the least depth.
    assert not in_normal_form(NAND, "size")
    assert not in_normal_form(B2, "formula")
    assert not in_normal_form(B2, "depth")
