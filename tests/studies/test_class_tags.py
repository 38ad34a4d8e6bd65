"""Which classes have tagged minima: against studies of fewer inputs, and against definitions."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from mesacircuits.circuits import AIG, B2, NPNTransform, TruthTable, npn_canonical
from mesacircuits.conjectures.plot import is_plain_svg
from mesacircuits.data.class_tags import stored_class_tags
from mesacircuits.definitions import REENCODINGS, LookupTable, SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.five_inputs import function_classes
from mesacircuits.enumeration.five_inputs.classes import OpenClasses
from mesacircuits.enumeration.five_inputs.sizes import size_units
from mesacircuits.enumeration.symmetry import exact_quotient
from mesacircuits.enumeration.units import UnitResult
from mesacircuits.errors import ArgumentError
from mesacircuits.studies import class_tags as module
from mesacircuits.studies.class_tags import class_tags
from mesacircuits.studies.shares import class_shares
from mesacircuits.testing import circuits

COSTS = ("cone", "private")
DIALS = [
    *(
        SearchLike(objective_gates=c, reencoding=reencoding, cost=cost)
        for c, reencoding, cost in product(range(5), REENCODINGS, COSTS)
    ),
    LookupTable(),
    LookupTable(1),
]
SEARCHED = Effort(shipped=False, workers=1)


@pytest.fixture(scope="module")
def four():
    """Return the tags of four inputs, searched."""
    return class_tags(4, effort=SEARCHED)


# -- three and four inputs: the studies of all classes, by the kernels of definitions ------------


def agree(found, inputs, definition):
    """Hold the counts of each size against those of `class_shares`."""
    rows = class_shares(inputs, definition)
    for size in {row.size for row in rows}:
        mine = [row for row in rows if row.size == size]
        every, tagged = found.sizes[inputs, size], found.count(inputs, size, definition)
        assert (every.classes, every.functions, every.minima) == (
            len(mine),
            sum(row.functions for row in mine),
            sum(row.minima for row in mine),
        )
        assert (tagged.classes, tagged.functions, tagged.minima) == (
            sum(row.some > 0 for row in mine),
            sum(row.some for row in mine),
            sum(row.tagged for row in mine),
        )


@pytest.mark.parametrize("definition", DIALS, ids=str)
def test_three_inputs_agree_with_the_shares_of_classes(four, definition):
    agree(four, 3, definition)


@pytest.mark.parametrize("definition", [DIALS[6], DIALS[9], *DIALS[-2:]], ids=str)
def test_four_inputs_agree_with_the_shares_of_classes(four, definition):
    agree(four, 4, definition)


@pytest.mark.slow
@pytest.mark.parametrize("definition", DIALS, ids=str)
def test_four_inputs_agree_with_them_under_all_dials(four, definition):
    agree(four, 4, definition)


def test_three_inputs_over_another_basis():
    found = class_tags(3, AIG, effort=SEARCHED, size=6)
    for definition in (SearchLike(objective_gates=0), SearchLike(objective_gates=1), LookupTable()):
        rows = class_shares(3, definition, "aig")
        counted = {size: found.count(3, size, definition).minima for size in range(7)}
        for size, minima in counted.items():
            assert minima == sum(row.tagged for row in rows if row.size == size)


def test_the_known_census(four):
    totals = {}
    for n in (3, 4):
        counts = [four.count(n, size, SearchLike()) for size in range(8)]
        totals[n] = tuple(
            sum(getattr(c, name) for c in counts) for name in ("classes", "functions", "minima")
        )
    assert totals == {3: (1, 8, 12), 4: (13, 2024, 1620)}


# -- five inputs: what ships, against the definition on all minima -------------------------------


def recorded(table, definition):
    """Return how many minima of a function are tagged, as the shipped file says of its class."""
    least = npn_canonical(table)[0].hex
    for each in stored_class_tags("b2")[0].classes:
        if (each.inputs, each.table) == (table.inputs, least):
            minima = module._tagged(each, definition, table.inputs).minima
            return exact_quotient(minima, each.functions // 2)
    return 0


@st.composite
def functions_of_few_gates(draw):
    """Draw a function that reads five inputs; mostly the better of two evaluations, or a table."""
    kind = draw(st.sampled_from(["search", "search", "table", "any"]))
    one = draw(circuits(5, max_gates=2, reduced=True)).tables()[0]
    other = NPNTransform(tuple(draw(st.permutations(range(5)))), draw(st.integers(0, 31)))(one)
    table = one & ~other
    if kind == "table":
        cares = [draw(st.sampled_from((2, 6, 12, 24, 14))) for _ in range(2)]
        table = TruthTable.of(5, lambda x: x & cares[x & 1] == cares[x & 1])
    if kind == "any":
        table = draw(circuits(5, min_gates=4, max_gates=5, reduced=True)).tables()[0]
    return NPNTransform(tuple(draw(st.permutations(range(5)))), draw(st.integers(0, 31)))(table)


# Few small circuits read all five inputs.
@settings(max_examples=20, suppress_health_check=[*HealthCheck])
@given(functions_of_few_gates().filter(lambda table: len(table.support()) == 5))
def test_shipped_tags_are_those_of_the_definitions(table):
    """Whatever member of its class a function is: the tag does not depend on it."""
    dials = [
        *(SearchLike(objective_gates=c) for c in (1, 2, 3)),
        SearchLike(objective_gates=2, cost="private"),
        SearchLike(objective_gates=2, reencoding="per-group"),
        LookupTable(),
        LookupTable(1),
    ]
    found = enumerate_minima(table, effort=SEARCHED)
    for definition in dials:
        held = [definition.judge(circuit, found.task).holds for circuit in found.minima]
        assert sum(held) == recorded(table, definition)


def test_some_shipped_class_of_each_size_is_as_judged(sampled):
    record = stored_class_tags("b2")[0]
    for size in (5, 6):
        mine = [e for e in record.classes if (e.inputs, e.size) == (5, size)]
        for each in sampled(mine, 3):
            found = enumerate_minima(TruthTable.from_hex(5, each.table), effort=SEARCHED)
            assert found.circuits == exact_quotient(each.minima, each.functions // 2)
            for definition in (SearchLike(), SearchLike(objective_gates=3), LookupTable()):
                held = [definition.judge(circuit, found.task).holds for circuit in found.minima]
                assert sum(held) == recorded(TruthTable.from_hex(5, each.table), definition)


def test_what_ships_is_about_all_functions():
    found = class_tags()
    assert found.shipped == "class-tags-b2.json"
    assert found.record.size >= 8
    assert [found.sizes[5, size].functions for size in range(9)] == [
        12, 100, 1140, 11570, 109826, 995240, 8430800, 63401728, 383877392,
    ]  # fmt: skip
    assert found.sizes[5, 8].minima == 12_663_168_000
    best = found.best()
    apart = found.best(reencoding="per-group")
    assert all(apart[table] >= c for table, c in best.items())
    sizes = {each.table: each.size for each in found.record.classes if each.inputs == 5}
    # Two evaluations and a gate; what they share counts twice.
    assert all(c < sizes[table] for table, c in best.items())
    assert all(2 * c < sizes[table] for table, c in found.best(cost="private").items())


@pytest.mark.slow
def test_what_ships_is_what_a_search_finds():
    found = class_tags(5, size=7, effort=Effort(shipped=False))
    assert found.record == class_tags(5, size=7).record


def test_what_ships_of_four_inputs_is_what_a_search_finds(four):
    assert class_tags(4).shipped
    assert class_tags(4, size=7).record == class_tags(4, size=7, effort=SEARCHED).record
    assert class_tags(4).record.classes == four.record.classes


# -- budgets, files, arguments -------------------------------------------------------------------


def test_parts_are_kept(tmp_path, four):
    path = tmp_path / "tags.db"
    cut = class_tags(4, effort=Effort(workers=1, nodes=100_000, store=path))
    assert cut.unfinished
    assert cut.sizes == {key: found for key, found in four.sizes.items() if key in cut.sizes}
    assert 0 < len(cut.sizes) < len(four.sizes)
    effort = Effort(workers=1, store=path)
    assert class_tags(4, effort=effort).record == four.record
    assert effort.from_file is not None


def test_a_part_that_cannot_be_is_refused():
    classes = function_classes(3)
    unit = size_units(OpenClasses(classes, np.flatnonzero(classes.reads_all)), B2, 2)[0]
    good = module._tag(unit, np.zeros(1, dtype=np.uint8), 10**9)
    module._check(unit, good)
    closed = int(classes.trivial[0])
    row = [0, int(good.arrays["counted"][0, 0]), 0, 0, 0, 0, 10**6]
    bad = [
        {"counted": good.arrays["counted"]},
        good.arrays | {"more": np.zeros(1)},
        good.arrays | {"counted": good.arrays["counted"].astype(np.int32)},
        good.arrays | {"counted": np.array([[closed, 1]])},
        good.arrays | {"counted": np.array([[len(classes), 1]])},
        good.arrays | {"counted": good.arrays["counted"] * [1, 0]},
        good.arrays | {"tagged": np.array([row])},
        good.arrays | {"tagged": np.array([[9, *row[1:]]])},
    ]
    for arrays in bad:
        with pytest.raises(ValueError, match=r"array|one "):
            module._check(unit, UnitResult(arrays, 1, True))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"inputs": 6}, "inputs"),
        ({"size": 3}, "size"),
        ({"size": 13}, "size"),
        ({"basis": "mig"}, "basis"),
    ],
)
def test_arguments_are_checked(arguments, said):
    with pytest.raises(ArgumentError, match=f"^{said}: expected"):
        class_tags(**arguments)


@pytest.mark.parametrize(
    "definition",
    [SearchLike(candidates=3), SearchLike(cost="inputs"), LookupTable(2), LookupTable(1, "on")],
    ids=str,
)
def test_other_dials_are_refused(definition):
    with pytest.raises(ArgumentError, match=r"^definition: expected"):
        class_tags(3).count(3, 3, definition)


def test_the_command_answers_from_what_ships(run, tmp_path):
    status, out, errors = run("five-inputs", "--tags", "--size", "6")
    assert (status, errors) == (0, "")
    assert "21/389 = 5.4 %" in out
    assert "class-tags-b2.json" in out
    assert max(map(len, out.splitlines())) <= 80
    status, out, _ = run("five-inputs", "--tags", "--json")
    record = json.loads(out)
    assert (status, record["shipped"]) == (0, "class-tags-b2.json")
    [row] = [r for r in record["shares"] if (r["inputs"], r["size"]) == (4, 5)]
    assert row["tagged"]["search-like"] == {"classes": 5, "functions": 1280, "minima": 1056}
    pytest.importorskip("matplotlib")
    file = tmp_path / "shares.svg"
    assert run("five-inputs", "--tags", "--plot", file)[0] == 0
    drawn = file.read_text()
    assert is_plain_svg(drawn)
    # Sizes are whole numbers, each with its tick.
    assert all(f">{size}</text>" in drawn for size in range(3, 9))
    assert ".5</text>" not in drawn


def test_what_does_not_go_together_is_refused(run):
    for words in (["--tags", "--depth"], ["--tags", "--bounds", "3"], ["--fresh", "--size", "5"]):
        status, out, errors = run("five-inputs", *words)
        assert (status, out) == (2, "")
        assert "--tags" in errors
