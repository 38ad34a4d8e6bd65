"""`compare`, and claims through `check` and `conjectures`: what is printed, and exit statuses."""

import json
import re
from xml.etree import ElementTree

import pytest

from mesacircuits.conjectures import CLAIMS, CONJECTURES

SEARCHES = ("search-like", "search-like(objective_gates=2)")


def answer(run, *arguments, status=0):
    """Run a command as text and with --json; return both, checked for what all commands promise."""
    code, text, errors = run(*arguments)
    assert (code, errors) == (status, "")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    code, data, errors = run(*arguments, "--json")
    assert (code, errors) == (status, "")
    return lines, json.loads(data)


# -- compare -----------------------------------------------------------------------------------


def test_compare(run):
    lines, record = answer(run, "compare", *SEARCHES, "lookup-table")
    assert lines[:3] == [
        "3 definitions over 814 minima of functions(3), b2, order size (of functions with",
        "  f(0) = 0)",
        "  minima as shipped in minima-b2-size.json.xz; --fresh searches again",
    ]
    fresh, searched = answer(run, "compare", *SEARCHES, "lookup-table", "--fresh")
    assert fresh == lines[:2] + lines[3:]
    assert searched == {name: value for name, value in record.items() if name != "minima_from"}
    assert "1, 2: disagree on 12 of 814 (0.0147 = 6/407): only 1 12, only 2 0; both 0," in lines
    assert list(record) == [
        "universe", "left_out", "basis", "order", "counted_over", "exhaustive", "not_exhausted",
        "minima", "definitions", "failed", "minima_from", "pairs",
    ]  # fmt: skip
    assert [d["text"] for d in record["definitions"]] == [*SEARCHES, "lookup-table"]
    pair = record["pairs"][0]
    assert (pair["only_first"], pair["share"]) == (12, "6/407")
    assert pair["example"]["task"] == "tt:3:18"
    assert [said["score"] for said in pair["example"]["judgements"]] == ["1", "0"]


def test_compare_over_several_universes(run):
    universes = ("--universe", "tt:3:7E; majority", "--universe", "thermostat(levels=2)")
    _, record = answer(run, "compare", "search-like", "control-like", *universes)
    assert record["universe"] == "tt:3:7E; majority; thermostat(levels=2)"
    assert record["minima"] == 3 + 51 + 3
    assert record["pairs"][0]["apart"] == 54


def test_compare_in_another_basis_and_order(run):
    arguments = ("compare", *SEARCHES, "--basis", "aig", "--order", "depth-size")
    lines, record = answer(run, *arguments)
    assert (record["basis"], record["order"]) == ("aig", "depth-size")
    assert "functions(3), aig, order depth-size (of" in lines[0]
    assert record["counted_over"] == "functions with f(0) = 0"


def test_compare_over_what_is_given_asks_for_no_minima(run):
    lines, _ = answer(run, "compare", *SEARCHES, "--universe", "exemplars")
    assert lines[0].startswith("2 definitions over ")
    assert lines[0].endswith(" solvers of exemplars")
    assert not re.search(r"\b(minima|minimum|minimal)\b", " ".join(lines))
    lines, record = answer(run, "compare", *SEARCHES, "--universe", "tt:2:8")
    assert lines[0] == "2 definitions over 1 minimum of tt:2:8, b2, order size"
    assert record["counted_over"] is None


def test_compare_grades_definitions_by_the_suite(run, tmp_path):
    dials = ("search-like", "search-like(objective_gates=3)")
    lines, record = answer(run, "compare", *dials, "optimisation-power", "--universe", "exemplars")
    by_dials = record["grades"]
    assert [found["definition"] for found in by_dials] == [*dials]
    for number, found in enumerate(by_dials, 1):
        hits, all_found = len(found["hits"]), len(found["hits"]) + len(found["misses"])
        share = f"{hits}/{all_found} = {100 * hits / all_found:.1f} %"
        assert any(line.startswith(f"  {found['definition']} ") and share in line for line in lines)
        said = " ".join(" ".join(lines).split())
        assert f" {number} misses: {', '.join(found['misses'])} {number} false alarms: " in said
    assert "minimax" in by_dials[0]["hits"]
    assert "minimax" in by_dials[1]["misses"]
    assert (
        "  not graded: 3 (readers were asked for search-like, control-like, lookup-table)" in lines
    )
    file = tmp_path / "suite.svg"
    one = ("compare", "lookup-table", "--universe", "program-exemplars")
    lines, record = answer(run, *one, "--picture", file)
    assert lines[0] == "1 definition over 8 solvers of program-exemplars"
    assert len(record["grades"]) == 1
    assert record["pairs"] == []
    assert not any("nothing to compare" in line for line in lines)
    assert "table-program" in file.read_text()
    assert "grades" not in answer(run, "compare", *dials, "--universe", "tt:2:8")[1]


def test_compare_where_all_functions_are_judged_says_no_less(run):
    lines, record = answer(
        run, "compare", *SEARCHES, "--basis", "nand", "--universe", "functions(2)"
    )
    assert lines[0].endswith("functions(2), nand, order size")
    assert record["counted_over"] is None


def test_compare_that_is_cut_short_says_so(run):
    lines, record = answer(run, "compare", *SEARCHES, "--budget", "1e-6", status=4)
    assert record["exhaustive"] is False
    assert any("NOT EXHAUSTED" in line for line in lines)


def test_compare_draws_a_picture(run, tmp_path):
    file = tmp_path / "matrix.svg"
    assert run("compare", *SEARCHES, "--picture", file)[0] == 0
    assert ElementTree.fromstring(file.read_text()).tag.endswith("svg")
    pytest.importorskip("matplotlib")
    file = tmp_path / "matrix.PNG"
    assert run("compare", *SEARCHES, "--picture", file)[0] == 0
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["search-like"], "at least two"),
        (["search-like", "search-like"], "no two alike"),
        (["search-like", "lookup-tabel"], "did you mean lookup-table"),
        ([*SEARCHES, "--universe", "functions(9)"], "from 1 to 5"),
        ([*SEARCHES, "--universe", "majorty"], "did you mean majority"),
        ([*SEARCHES, "--picture", "matrix.gif"], "FILE.svg or FILE.png"),
        ([*SEARCHES, "--order", "breadth"], "order"),
        ([*SEARCHES, "--basis", "b3"], "basis"),
        ([], "DEFINITION"),
    ],
)
def test_compare_refuses(run, arguments, word):
    status, text, errors = run("compare", *arguments)
    assert (status, text) == (2, "")
    assert len(errors.splitlines()) == 1
    assert word in errors


def test_compare_reports_a_definition_that_fails(run, tmp_path):
    file = tmp_path / "own.py"
    file.write_text("def odd(solver, task):\n    raise RuntimeError('boom')\n")
    names = [*SEARCHES, f"{file}:odd"]
    status, text, errors = run("compare", *names, "--universe", "tt:3:7E")
    assert (status, errors) == (1, "")
    assert text.count("failed: definition") == 1
    assert "boom" in " ".join(text.split())
    assert "1, 2: disagree on 3 of 3" in text
    status, text, _ = run("compare", *names[1:], "--universe", "tt:3:7E")
    assert status == 1
    assert text.startswith("1 definition over 3 minima of tt:3:7E")
    assert "nothing to compare: fewer than two definitions are left" in text


def test_compare_limits_the_time_of_a_judgement(run, tmp_path, judging_takes_long):
    file = tmp_path / "own.py"
    file.write_text("import time\ndef slow(solver, task):\n    time.sleep(30)\n")
    names = ["search-like", f"{file}:slow", "--universe", "tt:2:8"]
    status, text, errors = run("compare", *names, "--time-limit", "0.5s")
    assert (status, errors) == (1, "")
    assert "0.5" in " ".join(text.split()).partition("failed: ")[2]
    assert "nothing to compare" in text


# -- claims ------------------------------------------------------------------------------------


def test_check_of_a_claim(run):
    lines, record = answer(run, "check", "tabular", "--set", "inputs=2")
    assert lines[0] == "HELD: tabular, decoders of all functions of 2 inputs"
    assert record["conjecture"] == "tabular"
    assert record["settings"] == {"inputs": [2]}
    assert record["verdict"] == "held"


def test_check_of_a_claim_with_exit_statuses(run):
    items = ("--set", "items=parity; not-all-equal")
    lines, record = answer(run, "check", "false-positives", *items)
    assert lines[0].startswith("HELD: false-positives")
    assert record["example"]["task"] == "tt:3:7E"
    strict = ("--set", "items=parity", "--set", "definitions=search-like")
    assert answer(run, "check", "false-positives", *strict, status=3)[1]["verdict"] == "refuted"
    lines, record = answer(run, "check", "tabular", "--budget", "1e-6", status=4)
    assert record["not_exhausted"]
    assert any("NOT EXHAUSTED" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["tabular", "--set", "inputs"], "NAME=VALUE"),
        (["tabular", "--set", "inputs=2", "--set", "inputs=3"], "expected inputs once"),
        (["tabular", "--set", "input=2"], "did you mean inputs"),
        (["tabular", "--set", "inputs=5"], "from 2 to 4"),
        (["tabular", "--set", "basis=aig"], "setting of tabular"),
        (["tabula"], "did you mean tabular"),
        (["minimal-circuits", "--set", "gates=2"], "setting of minimal-circuits"),
        (
            ["no size-minimal circuit of functions(2) over b2 is search-like", "--set", "a=1"],
            "settings: expected nothing beside a sentence",
        ),
    ],
)
def test_check_refuses(run, arguments, word):
    status, text, errors = run("check", *arguments)
    assert (status, text) == (2, "")
    assert len(errors.splitlines()) == 1
    assert word in errors


def test_conjectures_lists_and_explains(run):
    lines, records = answer(run, "conjectures")
    assert {record["name"] for record in records} == {*CONJECTURES, *CLAIMS}
    for name in CLAIMS:
        assert any(line.startswith(f"  {name} ") for line in lines)
        shown, record = answer(run, "conjectures", name)
        assert shown[0] == f"{name} ({record['topic']})"
        assert any(line.startswith("Question: ") for line in shown)
        assert {p["name"] for p in record["parameters"]} == {
            p.name for p in CLAIMS[name].parameters
        }
    lines, record = answer(run, "conjectures", "minimal-circuits")
    assert lines[0] == "minimal-circuits (circuits)"
    status, _, errors = run("conjectures", "restrictions")
    assert status == 2
    assert "did you mean restriction?" in errors
