"""Where definitions disagree: by orbits, minimum by minimum, and by judging without kernels."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from xml.etree import ElementTree

import pytest

from mesacircuits.circuits import basis_named
from mesacircuits.definitions import (
    ControlLike,
    LookupTable,
    SearchLike,
    check_witness,
)
from mesacircuits.enumeration import Effort, census, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import compare, parse_universe, tagged_census
from mesacircuits.studies.comparison import _by_classes, _one_by_one

DEFINITIONS = (
    SearchLike(),
    SearchLike(objective_gates=2),
    SearchLike(reencoding="none"),
    LookupTable(),
    LookupTable(1),
    ControlLike(),
)
NAMES = (
    "search-like",
    "search-like(objective_gates=2)",
    "search-like(reencoding=none)",
    "lookup-table",
)


def both_ways(universe, basis, order):
    parts = list(DEFINITIONS), parse_universe(universe), basis_named(basis), order
    return _by_classes(*parts, Effort()), _one_by_one(*parts, Effort())


@pytest.mark.parametrize(
    ("universe", "basis", "order"),
    [
        ("functions(1)", "b2", "size"),
        ("functions(2)", "b2", "size"),
        ("functions(3)", "b2", "size"),
        ("functions(3)", "b2", "depth-size"),
        ("functions(3)", "aig", "size"),
    ],
)
def test_orbits_stand_for_all_minima(universe, basis, order):
    by_levels, one_by_one = both_ways(universe, basis, order)
    assert by_levels == one_by_one


def test_every_minimum_judged_by_itself():
    """No kernels, no census: each definition asked about each circuit of each function."""
    counts = Counter()
    total = 0
    for bits in range(0, 256, 2):
        minima = enumerate_minima(f"tt:3:{bits:02X}")
        for circuit in minima.minima:
            total += 1
            held = [d.judge(circuit, minima.task).holds for d in DEFINITIONS[:5]]
            counts.update(
                pair for pair in combinations(range(5), 2) if held[pair[0]] != held[pair[1]]
            )
    found = compare(DEFINITIONS, "functions(3)")
    assert found.minima == total == 814
    for pair in found.pairs:
        if pair.second < 5:
            assert pair.disagreements == counts[pair.first, pair.second]
            assert pair.share == Fraction(counts[pair.first, pair.second], total)


@pytest.mark.slow
def test_all_functions_of_four_inputs():
    found = compare(NAMES, "functions(4)")
    assert found.exhaustive
    assert found.minima == 2_561_138
    assert found.tagged == (1620, 1464, 450, 3072)
    matrix = {(p.first, p.second): (p.both, p.only_first, p.only_second) for p in found.pairs}
    assert matrix == {
        (0, 1): (1464, 156, 0),
        (0, 2): (450, 1170, 0),
        (0, 3): (0, 1620, 3072),
        (1, 2): (384, 1080, 66),
        (1, 3): (0, 1464, 3072),
        (2, 3): (0, 450, 3072),
    }
    assert all(
        p.both + p.disagreements + p.neither == p.compared == found.minima for p in found.pairs
    )
    assert found.tagged[0] == tagged_census(4).counts()["search-like"]["circuits"]
    assert found.pair(1, 3).example.name == "tt:4:0AFA"


def test_the_smallest_example_is_the_smallest():
    found = compare(DEFINITIONS, "functions(3)")
    for pair in found.pairs:
        if pair.example is None:
            assert pair.disagreements == 0
            continue
        first, second = (DEFINITIONS[place] for place in (pair.first, pair.second))
        one, other = pair.example.judgements
        assert one.holds != other.holds
        for judgement in (one, other):
            if judgement.holds:
                check_witness(
                    pair.example.circuit, pair.example.task, judgement.definition, judgement.witness
                )
        # Nothing before it, by gates, inputs in use and table.
        for member in parse_universe("functions(3)").members():
            if member.name == pair.example.name:
                break
            for circuit in member.solvers:
                held = [d.judge(circuit, member.task).holds for d in (first, second)]
                assert held[0] == held[1]


def test_definitions_that_do_not_apply_are_counted_apart():
    found = compare(["search-like", "control-like"], "tt:3:7E; thermostat(levels=2)")
    (pair,) = found.pairs
    assert found.applies == (6, 3)
    assert (pair.apart, pair.compared, pair.only_second) == (3, 3, 3)
    nothing = compare(["search-like", "control-like"], "functions(3)").pairs[0]
    assert (nothing.apart, nothing.compared, nothing.share, nothing.example) == (814, 0, None, None)
    assert "no minimum to which both apply" in str(
        compare(["search-like", "control-like"], "tt:3:7E")
    )


def test_exemplars_and_measures_can_be_compared():
    found = compare(["search-like", "goal-directedness"], "exemplars")
    (pair,) = found.pairs
    assert pair.only_second > pair.only_first
    assert pair.example.circuit.size == 0


BROKEN = '''
def even_size(solver, task):
    """An even number of gates."""
    return solver.size % 2 == 0

def raises_on_majority(solver, task):
    if str(task) == "tt:3:E8":
        raise ValueError("no such thing")
    return 0
'''


@pytest.mark.slow
def test_a_definition_that_fails_is_left_out_and_the_rest_goes_on(tmp_path):
    file = tmp_path / "own.py"
    file.write_text(BROKEN)
    names = ["search-like", f"{file}:raises_on_majority", f"{file}:even_size"]
    found = compare(names, "tt:3:7E; tt:3:E8; tt:3:96")
    assert [d.tag for d in found.definitions] == ["search-like", "even-size"]
    (line,) = found.failed
    assert "no such thing" in line
    assert f"failed: {line[:20]}" in str(found)
    (pair,) = found.pairs
    # Of 3 + 51 + 3 minima those of three gates are searches and odd, the others even and not.
    assert (pair.both, pair.only_first, pair.only_second, pair.neither) == (0, 3, 54, 0)
    assert compare(names[1:], "tt:3:E8").pairs == ()


@pytest.mark.parametrize(
    "definitions",
    [[], ["search-like"], ["search-like", "search-like(candidates=2)"], ["search-like", "serch"]],
)
def test_definitions_that_cannot_be_compared(definitions):
    with pytest.raises(ArgumentError):
        compare(definitions, "functions(2)")


@pytest.mark.parametrize("names", [NAMES[:2], ("search-like", "goal-directedness")])
def test_what_a_budget_leaves_out_is_said(names):
    found = compare(names, "functions(3)", effort=Effort(seconds=1e-9))
    assert not found.exhaustive
    assert "NOT EXHAUSTED: functions(3): " in str(found)


def test_the_budget_ends_before_the_smallest_is_found():
    whole = compare(NAMES[:2], "functions(3)", effort=Effort(shipped=False))
    nodes = Effort(nodes=10**6)
    census(3, effort=nodes)
    found = compare(NAMES[:2], "functions(3)", effort=Effort(nodes=nodes.tried + 1))
    assert found.exhaustive
    [pair], [full] = found.pairs, whole.pairs
    assert pair == replace(full, example=None)
    assert pair.example_is_open
    assert pair.to_json()["open"] == {"example": True}
    assert "open" not in full.to_json()
    assert str(found).endswith("\n  smallest: not found within the budget")


def test_what_was_found_is_judged_however_much_was_not(endless_comparator):
    found = compare(NAMES[:2], "comparator; tt:3:E8; tt:3:7E", effort=Effort(seconds=1000))
    assert found.minima == 51 + 3
    (line,) = found.left_open
    assert line.startswith("comparator: minima not reached in the budget")


def test_the_picture_says_what_the_matrix_says():
    found = compare([*NAMES, "control-like"], "functions(3)")
    svg = found.picture()
    root = ElementTree.fromstring(svg)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    squares = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert len(squares) == 25
    for pair in found.pairs:
        shown = "not" if pair.share is None else f"{pair.disagreements:,}"
        assert texts.count(shown) >= 2
    width, height = (float(root.get(side)) for side in ("width", "height"))
    for square in squares:
        assert float(square.get("x")) + float(square.get("width")) <= width
        assert float(square.get("y")) + float(square.get("height")) <= height
    deepest = max(squares, key=lambda square: float(square.get("fill-opacity")))
    most = max(p.share for p in found.pairs if p.share is not None)
    assert found.pair(0, 3).share == most
    assert float(deepest.get("fill-opacity")) == 0.55


def test_the_picture_tells_settings_of_dials_apart():
    dials = [SearchLike(candidates=k, objective_gates=10, reencoding="per-group") for k in (3, 4)]
    svg = compare(dials, "functions(2)").picture()
    for k in (3, 4):
        assert (
            f">search-like(candidates={k},objective_gates=10,reencoding=per-group)  {k - 2}<" in svg
        )


def test_the_picture_as_png():
    pytest.importorskip("matplotlib")
    found = compare(NAMES[:2], "functions(2)")
    assert found.picture("png").startswith(b"\x89PNG\r\n")
    with pytest.raises(ArgumentError):
        found.picture("gif")


def test_names_are_escaped_in_pictures(tmp_path):
    file = tmp_path / "a&b.py"
    file.write_text(BROKEN)
    found = compare(["search-like", f"{file}:even_size"], "tt:3:7E")
    root = ElementTree.fromstring(found.picture())
    assert any("a&b.py:even_size" in (element.text or "") for element in root.iter())
