"""What a search says that its budget ended, or that was told to keep what it found."""

import pytest

from mesacircuits.circuits import B2, Basis
from mesacircuits.enumeration import Effort, enumerate_minima, planner
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.formulas import minimal_formulas
from mesacircuits.enumeration.sat.proofs import refute
from mesacircuits.enumeration.sat.search import Search
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import parse_task

MAJORITY = "tt:3:E8"
#: Of six inputs and two outputs, so that only SAT can tell the least depth.
DEEP = "expr:(a & b) ^ (c | d & e) ^ (f & a & d), (a ^ f & c) | b & d & e & ~c"


def cut(task, nodes, *asked, **more):
    found = enumerate_minima(task, *asked, effort=Effort(workers=1, nodes=nodes), **more)
    assert not found.exhaustive
    assert found.minima == ()
    return found


def test_what_is_found_is_not_said_to_be_missing():
    """The least circuits were reached, those of more gates were not."""
    found = cut(MAJORITY, 20_000, within=5)
    assert found.size == 4
    assert found.exhausted_size >= 4
    assert "the least size is 4, and circuits of at most" in found.headline
    assert "no circuit" not in found.headline
    whole = enumerate_minima("tt:4:188E", "b2", "pareto")
    front = cut("tt:4:188E", whole.tried - 1, "b2", "pareto")
    assert (front.size, front.front) == (6, ())
    assert "the least size is 6" in front.headline


def test_circuits_without_gates_need_no_budget():
    for engine in ("auto", "exhaustive"):
        found = enumerate_minima("expr:a, b", effort=Effort(seconds=1e-9), engine=engine)
        assert (found.size, found.circuits) == (0, 1)
    found = cut(MAJORITY, 1)
    assert "no circuit of at most 1 gate (" in found.headline or found.exhausted_size == 0


@pytest.mark.slow
def test_costs_are_called_costs():
    dear = Basis.closed("dear", {"and": 10, "xor": 25}, free_inverters=True)
    found = cut("tt:4:6996", 1000, dear)
    assert f"no circuit of cost at most {found.exhausted_size}" in found.headline
    uneven = Basis.closed("uneven", {"and": 1, "xor": 4}, free_inverters=True)
    front = enumerate_minima("tt:3:7E", uneven, "pareto")
    costs = {(sum(uneven.cost_of(g.operator) for g in c.gates), c.depth) for c in front.minima}
    assert front.front == tuple(sorted(costs))
    for (less, deep), (more, flat) in zip(front.front, front.front[1:], strict=False):
        assert less < more
        assert deep > flat
    assert "least cost 5" in front.headline
    assert "front (cost, depth): " in front.text()
    assert front.to_json()["front"] == [list(point) for point in front.front]


def test_the_least_depth_may_take_the_budget():
    found = enumerate_minima(DEEP, "b2", "depth-size", Effort(seconds=1e-9))
    assert (found.exhaustive, found.exhausted_size, found.size) == (False, None, None)
    assert "not exhausted; no size was searched through" in found.headline
    with pytest.raises(ArgumentError, match="engine: expected auto or sat: for more than 4 inputs"):
        enumerate_minima(DEEP, "b2", "depth-size", engine="exhaustive")


def test_sat_counts_no_nodes(monkeypatch):
    with pytest.raises(ArgumentError, match="nodes: expected a budget of seconds"):
        enumerate_minima(MAJORITY, effort=Effort(nodes=5), engine="sat")
    monkeypatch.setattr(planner, "_MOST_TRIED", {"orbits": 0, "any": 0})
    assert enumerate_minima(MAJORITY).plan.engine == "exhaustive, then sat"
    assert enumerate_minima(MAJORITY, effort=Effort(nodes=10**9)).plan.engine == "exhaustive"


def test_formulas_have_a_budget():
    assert len(list(minimal_formulas("tt:3:E8", within=1, effort=Effort(nodes=10**6)))) > 5
    listed = minimal_formulas("tt:3:E8", within=1, effort=Effort(nodes=5))
    for _ in range(5):
        next(listed)
    with pytest.raises(BudgetEnded):
        next(listed)
    found = cut("tt:3:E8", 5, "b2", "formula", within=1)
    assert found.exhausted_size is None


def test_a_circuit_is_found_before_all_formulas_are_written():
    found = refute(parse_task(MAJORITY), B2, 1000, effort=Effort(seconds=600))
    assert found.size == 4


def test_an_unsolvable_relation_is_seen_at_once():
    """Four outputs that must be wrong together are not tried one by one."""
    accept = ",".join(["1"] + ["FFFE"] * 14 + ["1"])
    found = enumerate_minima(f"relation:4:4:{accept}", "monotone", effort=Effort(seconds=600))
    assert (found.solvable, found.circuits) == (False, 0)


def test_what_sat_listed_is_kept(tmp_path, monkeypatch):
    store = tmp_path / "found.db"
    first = enumerate_minima(MAJORITY, effort=Effort(store=store), engine="sat")
    assert store.exists()

    def unasked(*_args):
        raise AssertionError("asked again")

    monkeypatch.setattr(Search, "every_of", unasked)
    again = enumerate_minima(MAJORITY, effort=Effort(store=store), engine="sat")
    assert again == first
    assert again.circuits == 51


def test_a_file_that_cannot_be_used_is_refused_before_the_search(tmp_path):
    for engine in ("sat", "exhaustive"):
        with pytest.raises(ArgumentError, match="resume: expected"):
            enumerate_minima(MAJORITY, effort=Effort(store=tmp_path / "no" / "x"), engine=engine)


def test_formulas_take_no_engine_and_keep_nothing(tmp_path):
    with pytest.raises(ArgumentError, match="engine: expected auto, for the order formula"):
        enumerate_minima(MAJORITY, "b2", "formula", engine="sat")
    with pytest.raises(ArgumentError, match="resume: expected nothing, for the order formula"):
        enumerate_minima(MAJORITY, "b2", "formula", Effort(store=tmp_path / "x"))
