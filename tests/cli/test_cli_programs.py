"""The commands about programs: what they print, what they refuse, how they end."""

import json
import re
from xml.etree import ElementTree

import pytest

SEARCH = "0: inc r0; query r1, r0; jz r1, 0"
TASK = "satisfying(candidates=4)"
THERMOSTAT = "inc r0; observe r1, 1; jlt r1, r2, 6; observe r2, 0; jlt r2, r1, 6; jnz r0, 0"


def test_programs_lists_what_was_exhausted_and_found(run):
    status, out, errors = run("programs", TASK)
    assert (status, errors) == (0, "")
    assert "1 minimal program: 3 instructions and entries" in out
    assert "load r1, r0" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    record = json.loads(run("programs", TASK, "--json")[1])
    assert record["programs"] == 1
    plain = [row for row in record["exhausted"] if not row["utility"]]
    assert [row["found"] for row in plain] == [0, 0, 0, 1]
    assert record["minima"][0]["cost"]["worst_time"] == 12


def test_programs_are_tagged(run):
    asked = ("programs", TASK, "--operations", "oracle")
    out = run(*asked, "--tags")[1]
    assert "first search-like, program 1" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    record = json.loads(run(*asked, "--tags", "--json")[1])
    assert record["named"]["search-like"] == 1
    assert record["minima"][0]["tags"] == ["search-like"]
    by = json.loads(run(*asked, "--definition", "lookup-table", "--json")[1])
    assert by["tags"] == {"lookup-table": 0, "mixed": 0, "unclassified": 1}


def test_the_front_has_tags_and_a_hull(run):
    arguments = ("programs", TASK, "--front", "--operations", "oracle-search", "--cap", "3")
    out = run(*arguments)[1]
    assert "1 lookup-table" in out
    assert "14/11" in out
    assert "longer programs were not looked at" in out
    record = json.loads(run(*arguments, "--json")[1])
    assert record["hull"][0]["high"] == "14/11"
    assert record["points"][-1]["named"] == {"lookup-table": 1}


def test_the_first_ten_or_all(run):
    asked = ("programs", "argmax(candidates=4)", "--operations", "oracle")
    first = run(*asked)[1]
    assert "and 15 more (--all)" in first
    assert "25. length 4" in run(*asked, "--all")[1]


def test_the_census_of_programs(run):
    asked = ("program-census", "--operations", "oracle")
    out = run(*asked, "--inputs", "2", "--outputs", "2", "--cap", "3")[1]
    rows = [line.split()[:3] for line in out.splitlines() if line[:12].strip().isdigit()]
    assert rows == [["0", "1", "1"], ["1", "2", "2"], ["2", "4", "4"], ["3", "12", "24"]]
    assert "237 functions left: at least 4 instructions each" in out
    given = (*asked, "--inputs", "1", "--json", "--functions")
    record = json.loads(run(*given)[1])
    found = {f["task"]: (f["length"], f["programs"]) for f in record["functions"]}
    assert found == {"tt:1:0": (0, 1), "tt:1:2": (1, 1), "tt:1:3": (1, 1), "tt:1:1": (2, 1)}


def test_a_budget_ends_inconclusive_and_is_taken_up(run, tmp_path):
    store = tmp_path / "store"
    asked = ("programs", "argmax(candidates=4)", "--operations", "oracle", "--resume", store)
    status, out, _ = run(*asked, "--nodes", "5e3")
    assert status == 4
    said = " ".join(out.split())
    assert (
        "not reached in the budget; at least 4 instructions and entries; at most 17 instructions "
        "and entries: the table"
    ) in said
    assert re.search(r"4 instructions: \d+ of \d+ parts searched", said)
    assert f"the same command goes on there, with --resume {store}" in said
    assert run(*asked)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("programs", TASK, "--order", "size"), "order: expected one of length"),
        (("programs", TASK, "--cap", "3"), "cap: expected none"),
        (("programs", TASK, "--engine", "sat", "--tags"), "--engine sat finds one program"),
        (("programs", TASK, "--operations", "abacus"), "operations: expected one of"),
        (("programs", TASK, "--width", "1"), "width: expected at least 2"),
        (("programs", TASK, "--front", "--order", "bits"), "--order has no use"),
        (("trace", TASK, "--program", "fly r0; jmp 0"), "program, line 1"),
        (("trace", TASK, "--program", SEARCH, "--input", "99"), "input: expected a number"),
        (("trace", TASK, "--program", SEARCH, "--input", "x"), "a whole number such as"),
        (("trace", TASK, "--program", SEARCH, "--picture", "x.gif"), "expected FILE.svg"),
        (("programs", TASK, "--operations", "standard"), "a set of version 2: oracle, or fair"),
        (("fronts", TASK, "--registers", "x"), "whole numbers such as 3,4"),
        (("assemble", "inc r0; inc r1"), "a line .machine, or a task or machine beside it"),
        (("assemble", "inc r0, r1", "--task", TASK), "expected inc REGISTER, got inc r0, r1"),
        (("assemble", "nop", "--task", TASK), "program, line 1: expected one of inc"),
        (("programs", TASK, "--operations", "inc+abacus"), "plus signs, got 'abacus'"),
        (("program-census", "--inputs", "5"), "outputs: expected outputs times 2^inputs"),
        (("program-census", "--inputs", "1", "--functions"), "--functions goes with --json"),
        (("assemble", "inc r9; inc r1", "--task", TASK), "operands of inc"),
        (("run", TASK), "give --circuit or --program"),
        (("classify", TASK, "--program", "inc r0; inc r0"), "a program that solves"),
        (("draw", TASK, "--program", SEARCH, "--format", "dot"), "terminal or svg"),
    ],
)
def test_what_is_refused(run, arguments, message):
    status, out, errors = run(*arguments)
    assert (status, out) == (2, "")
    assert message in errors
    assert len(errors.splitlines()) == 1


def test_a_missing_file_is_one_line(run, tmp_path):
    status, _, errors = run("trace", TASK, "--program", tmp_path / "none.asm")
    assert status == 1
    assert "readable file" in errors


def test_a_trace_and_its_picture(run, tmp_path):
    picture = tmp_path / "trace.svg"
    arguments = ("trace", TASK, "--program", SEARCH, "--input", "0b0100", "--mark")
    status, out, _ = run(*arguments, "--picture", picture)
    assert status == 0
    assert "candidate 2 scores 1" in out
    assert "candidate 00, candidate 01" in out
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    record = json.loads(run(*arguments, "--json")[1])
    assert (record["word"], record["time"], len(record["steps"])) == (2, 6, 6)


def test_assembling_and_disassembling(run, tmp_path):
    text, listing = tmp_path / "search.asm", tmp_path / "search.json"
    assert run("assemble", SEARCH, "--task", TASK, "--output", text)[0] == 0
    assert run("assemble", text, "--json", "--output", listing)[0] == 0
    assert run("assemble", listing)[1] == text.read_text()
    record = json.loads(run("assemble", listing, "--json")[1])
    assert (record["length"], record["bits"], len(record["code_bits"])) == (3, 27, 27)
    # What is printed beside a program is read with it, and has to be so.
    asked = ("programs", TASK, "--operations", "oracle", "--json")
    listed = json.loads(run(*asked)[1])["minima"]
    for printed in (record, *listed):
        listing.write_text(json.dumps(printed))
        assert run("assemble", listing)[1] == text.read_text()
    for name, value in {"length": 4, "bits": 26, "hash": "0" * 64, "text": "0:  inc r0"}.items():
        listing.write_text(json.dumps({**record, name: value}))
        status, _, errors = run("assemble", listing)
        assert (status, f"program, {name}: expected what the code says" in errors) == (1, True)


def test_texts_of_programs_may_be_longer_than_names_of_files(run):
    long = "0: " + "inc r0; " * 15 + "jz r0, 0" + " " * 5000
    assert run("assemble", long, "--task", TASK)[1].count("inc r0") == 15


def test_programs_run_in_worlds_and_on_inputs(run):
    out = run("run", "thermostat", "--program", THERMOSTAT)[1]
    assert "SOLVED" in out
    assert "16 of 16 starts" in out
    out = run("run", TASK, "--program", SEARCH)[1]
    assert "the program solves satisfying(candidates=4)" in out
    record = json.loads(run("run", TASK, "--program", SEARCH, "--json")[1])
    assert record["solved"] is True
    assert run("run", TASK, "--program", "inc r0; inc r0", "--json")[1].count("false") > 1


def test_programs_are_classified_and_drawn(run):
    task = "argmax(candidates=3,levels=4)"
    best = "query r2, r1; jlt r3, r2, 5; inc r1; jnz r1, 0; act r0; mov r3, r2; mov r0, r1; jmp 2"
    out = run("classify", task, "--program", best)[1]
    assert out.startswith(f"search-like: {task}")
    assert "bit 1 of its score" in out
    assert all(len(line) <= 80 for line in out.splitlines())
    drawn = run("draw", TASK, "--program", SEARCH)[1]
    assert "input 1" in drawn
    assert run("draw", TASK, "--program", SEARCH, "--format", "svg")[1].startswith("<svg")


def test_sentences_speak_of_programs(run, tmp_path):
    sentence = f"no length-minimal program of {TASK} over oracle is search-like"
    status, out, _ = run("check", sentence)
    assert status == 3
    assert "query for candidate 0, bit 0, asked by instruction 1" in out
    assert run("check", sentence.replace("no ", "every ", 1))[0] == 0
    [arm] = json.loads(run("check", sentence, "--json")[1])["arms"]
    [row] = arm["classes"]
    assert (row["name"], row["minima"], row["tagged"]) == (TASK, 1, 1)
    assert row["cost"] == "3 instructions and entries"
    assert [(line["length"], line["found"]) for line in row["exhausted"]] == [
        (0, 0),
        (1, 0),
        (2, 0),
        (3, 1),
    ]
    assert run("check", sentence, "--nodes", "10")[0] == 4
    for wrong, message in (
        (sentence.replace("length", "size"), "word 2"),
        (sentence.replace("oracle", "abacus"), "word 7"),
        (sentence.replace("search-like", "serach-like"), "did you mean search-like"),
        (sentence + " indeed", "the end of the sentence"),
    ):
        status, _, errors = run("check", wrong)
        assert status == 2
        assert message in errors
    file = tmp_path / "c.json"
    asked = f"every shortest program of {TASK} is search-like(objective_gates=0)"
    assert run("check", asked, "--certificate", file)[0] == 0
    assert run("verify", file)[1].startswith("VERIFIED except for what it asserts: held: every ")
    assert run("verify", file, "--full")[1].startswith("VERIFIED in full: held: every length-min")
    file.write_text(file.read_text().replace("certificate 5", "certificate 4"))
    status, _, errors = run("verify", file)
    assert (status, errors.count("\n")) == (4, 1)
    assert "format: mesacircuits certificate 4, of an older version" in errors
    assert run("check", sentence, "--set", "inputs=3")[0] == 2


def test_fronts_on_a_grid_of_machines(run):
    asked = ("fronts", "choice(candidates=3)", "--operations", "fair,oracle-search")
    asked = (*asked, "--registers", "3,4")
    status, out, _ = run(*asked)
    assert status == 0
    assert out.startswith("choice(candidates=3)\n")
    assert all(len(line) <= 80 for line in out.splitlines())
    record = json.loads(run(*asked, "--json")[1])
    told = [(f["machine"]["registers"], f["points"][0]["bits"]) for f in record["fronts"]]
    # Of tables of eight entries of two bits 72 serve; with an oracle they are charged in full.
    assert told == [(3, "22 - log2(9)"), (4, "22 - log2(9)"), (3, 24), (4, 24)]
    assert {f["points"][0]["named"]["lookup-table"] for f in record["fronts"]} == {1}
    assert run(*asked, "--nodes", "1")[0] == 4
    # Programs read inputs in their order, so that no task stands for another.
    assert "up_to=nothing" in run("fronts", "choices(3, 1)")[2]


def test_tasks_of_equal_fronts_are_one_table(run):
    asked = ("choices(3, 1, up_to=nothing)", "--operations", "oracle-search", "--cap", "1")
    out = run("fronts", *asked)[1]
    assert out.startswith("choice(candidates=3,utility=1); choice(candidates=3,utility=2)\n")
    assert out.count("machine ") == 1


def test_the_first_set_that_has_a_programs_instructions_is_taken(run):
    for text, variant in (("load r1, r0; inc r0", "fair"), (SEARCH, "oracle")):
        assert run("assemble", text, "--task", TASK)[1].startswith(f".machine {variant}(")
