"""What a survey returns: counts, bounds, budgets of time, printing."""

import json
import os
import time

import numpy as np
import pytest

from mesacircuits.circuits import B2, Circuit, Gate, Output
from mesacircuits.enumeration import Effort, census
from mesacircuits.enumeration.five_inputs import formula_lengths, function_classes, survey
from mesacircuits.enumeration.five_inputs.formulas import formula_circuits
from mesacircuits.enumeration.five_inputs.survey import PUBLISHED
from mesacircuits.errors import ArgumentError

ONE = Effort(workers=1)


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Return the file of a whole survey of four inputs, and what it returned."""
    path = tmp_path_factory.mktemp("survey") / "four.db"
    effort = Effort(workers=1, store=path)
    return path, survey(4, depth=True, formula=True, size=7, effort=effort)


def test_four_inputs_agree_with_published_counts(four):
    _, found = four
    for measure, rows in (
        ("depth", found.depths),
        ("length", found.lengths),
        ("size", found.sizes),
    ):
        assert tuple(row.classes for row in rows) == PUBLISHED[4][measure]
        assert sum(row.functions for row in rows) == 65_536
    assert found.bounds == ()
    assert found.conclusive
    assert found.settled_classes == found.total_classes == 222


@pytest.mark.slow
def test_four_inputs_agree_with_the_census(four):
    _, found = four
    expected = {}
    for c in census(4, "b2", "size", ONE).classes:
        row = expected.setdefault(c.size, [0, 0, 0])
        for place, count in enumerate((1, c.functions, c.circuits * c.functions // 2)):
            row[place] += count
    assert {r.size: [r.classes, r.functions, r.minima] for r in found.sizes} == expected


def test_every_class_has_a_circuit_from_its_formula():
    classes, lengths = function_classes(4), formula_lengths(4, B2)
    gates = formula_circuits(lengths, 4, B2, ONE)
    for number in np.flatnonzero(lengths.values > 0).tolist():
        listed = tuple(
            Gate(B2.names[op], (low, high)) for low, high, op in gates[number].tolist() if high
        )
        circuit = Circuit(4, listed, (Output(3 + len(listed)),))
        assert circuit.output_bits() == (int(classes.normal[number]),)
        assert circuit.size <= lengths.values[number]
        assert circuit.in_basis(B2)


def test_formulas_bound_sizes():
    found = survey(4, formula=True, effort=ONE)
    assert found.sizes == (found.sizes[0],)
    assert {row.lower for row in found.bounds} == {0}
    assert max(row.upper for row in found.bounds) == 7
    assert sum(row.classes for row in found.bounds) + found.settled_classes == 222


def test_bounds_settle_what_is_not_exhausted(tmp_path, four):
    path = tmp_path / "b.db"
    found = survey(4, size=5, bounds=1e6, effort=Effort(workers=1, store=path))
    assert [row.classes for row in found.sizes] == [*PUBLISHED[4]["size"]]
    assert [row.minima for row in found.sizes][6:] == [None, None]
    assert [(s.size, s.counting) for s in found.searches][-2:] == [(6, False), (7, False)]
    # They hold whatever is known when they are read again, such as lengths of formulas.
    more = survey(4, formula=True, effort=Effort(workers=1, store=path))
    assert more.sizes == found.sizes
    # Counting afterwards gives what counting at once does.
    again = survey(4, depth=True, size=7, effort=Effort(workers=1, store=path))
    assert (again.depths, again.lengths, again.sizes) == (
        four[1].depths,
        four[1].lengths,
        four[1].sizes,
    )


def test_sizes_of_fewer_inputs_are_found_with_none_exhausted():
    found = survey(4, size=0, effort=ONE)
    assert [row.classes for row in found.sizes] == [2, 2, 5, 3, 2]
    assert not found.searches
    assert [(row.lower, row.upper) for row in found.bounds] == [(3, None)]


def test_seconds_for_bounds_count_from_each_search():
    long_ago = time.monotonic() - 600
    effort = Effort(workers=1, started=long_ago)
    found = survey(4, size=5, bounds=300, effort=effort)
    assert found.conclusive
    assert found.settled_classes == 222


def test_a_limit_counts_from_now_and_stays_within_the_budget(clock):
    long_ago = Effort(seconds=1).started - 600
    assert Effort(started=long_ago).limited(300).left() == 300
    assert Effort(seconds=1000, started=long_ago).limited(300).left() == 300
    assert Effort(seconds=700, started=long_ago).limited(300).left() == 100
    assert Effort(seconds=500, started=long_ago).limited(300).left() <= 1e-9
    with pytest.raises(ArgumentError, match="budget"):
        Effort().limited(0)


def test_the_report(four):
    _, found = four
    text = str(found)
    assert text.startswith("65,536 functions of 4 inputs in 222 NPN classes, b2\n")
    assert "7       12         12      2,720  1,232,112" in text
    assert max(map(len, text.splitlines())) <= 80
    record = json.loads(json.dumps(found.to_json()))
    assert record["settled_classes"] == 222
    assert record["sizes"][-1] == {
        "size": 7,
        "classes": 12,
        "functions": 2720,
        "minima": 1_232_112,
        "published": 12,
    }


@pytest.mark.parametrize(
    ("arguments", "name"),
    [({"inputs": 6}, "inputs"), ({"size": 13}, "size"), ({"bounds": 0}, "bounds")],
)
def test_bad_arguments(arguments, name):
    with pytest.raises(ArgumentError, match=f"{name}: "):
        survey(**{"inputs": 3, **arguments})


@pytest.mark.slow
def test_the_command_makes_no_file_without_time(tmp_path, run):
    arguments = ["five-inputs", "--resume", tmp_path / "five.db", "--workers", "1"]
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert err.endswith("five.db (there is no such file)\n")
    assert len(err.splitlines()) == 1
    status, out, _ = run(*arguments, "--depth", "--budget", "1e-9")
    assert status == 4
    assert "NOT FINISHED: the budget ended during --depth" in out
    assert not os.listdir(tmp_path)


@pytest.mark.slow
def test_the_command_prints_what_the_file_holds(tmp_path, run):
    path = tmp_path / "five.db"
    survey(size=0, effort=Effort(workers=1, store=path))
    before = path.read_bytes()
    status, out, _ = run("five-inputs", "--resume", path, "--workers", "1", "--json")
    assert status == 0
    record = json.loads(out)
    assert record["total_classes"] == 616_126
    assert record["from_file"]["file"] == str(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["five.db"]


def test_without_a_stage_and_a_file_there_is_nothing_to_print(run):
    status, out, err = run("five-inputs")
    assert (status, out) == (1, "")
    assert err.startswith("mesacircuits: error: resume: expected a file of finished units")


@pytest.mark.slow
def test_five_inputs_up_to_size_seven():
    found = survey(depth=True, formula=True, size=7)
    for measure, rows in (("depth", found.depths), ("length", found.lengths)):
        assert tuple(row.classes for row in rows) == PUBLISHED[5][measure]
    assert tuple(row.classes for row in found.sizes)[:8] == PUBLISHED[5]["size"][:8]
    functions = (12, 100, 1140, 11570, 109826, 995240, 8430800, 63401728)
    assert tuple(row.functions for row in found.sizes)[:8] == functions
    assert tuple(row.minima for row in found.sizes)[5:8] == (2_508_060, 43_220_940, 778_199_040)
    assert {row.lower for row in found.bounds} == {8}
    assert None not in {row.upper for row in found.bounds}
