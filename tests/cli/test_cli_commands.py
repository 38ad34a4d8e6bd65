"""Every command: what it prints, as text and as JSON, and its exit status."""

import base64
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from mesacircuits.circuits import BASES, Circuit
from mesacircuits.conjectures import CLAIMS, CONJECTURES
from mesacircuits.data import published
from mesacircuits.definitions import DEFINITIONS
from mesacircuits.definitions.frontier import MOST_SETTINGS

HELD = "no size-minimal circuit of functions(2) over b2 is search-like"
REFUTED = "no size-minimal circuit of functions(3) over b2 is search-like"


def answer(run, *arguments, status=0):
    """Run a command as text and with --json; return both, checked for what all commands promise."""
    code, text, errors = run(*arguments)
    assert (code, errors) == (status, "")
    lines = text.splitlines()
    assert lines[0].strip()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)
    code, data, errors = run(*arguments, "--json")
    assert (code, errors) == (status, "")
    return lines, json.loads(data)


# -- counting ----------------------------------------------------------------------------------

COLUMNS = ["size", "functions", "classes", "circuits", "wirings", "circuits_p", "circuits_npn"]


@pytest.mark.parametrize(
    ("basis", "order"), [("b2", "size"), ("aig", "size"), ("b2", "depth-size")]
)
def test_census(run, basis, order):
    lines, record = answer(run, "census", "--inputs", 3, "--basis", basis, "--order", order)
    depths = ["depths"] if order == "depth-size" else []
    heads = ["inputs", "basis", "order", "class_kind", "exhaustive", "rows"]
    assert list(record) == [*heads, *depths]
    assert record["exhaustive"] is True
    assert all(list(row) == COLUMNS for row in record["rows"])
    # Published rows count functions with f(0) = 0, other than the constant and the inputs.
    rows = {row["size"]: (row["functions"] // 2, row["circuits"]) for row in record["rows"]}
    assert rows.pop(0) == (4, 4)
    expected = published().calibration(basis, order).rows
    assert rows == {row.gates: (row.functions, row.circuits) for row in expected}
    total = sum(row["circuits"] for row in record["rows"])
    assert lines[0].startswith(f"{total} minimal circuits of 256 functions of 3 inputs, {basis}")


def test_census_of_several_outputs(run):
    lines, record = answer(run, "census", "--inputs", 2, "--outputs", 3)
    assert lines[0] == "34 classes of 3-output functions of 2 inputs by size, b2"
    assert sum(row["functions"] for row in record["rows"]) == 16**3
    _, sizes = answer(run, "census", "--inputs", 2, "--outputs", 3, "--sizes")
    for row in record["rows"]:
        del row["circuits"]
    assert sizes == record


def test_census_with_tags(run):
    lines, record = answer(run, "census", "--inputs", 2, "--tags")
    assert lines[0] == "8 minimal circuits of 16 functions of 2 inputs, b2, order size"
    for row in record["rows"]:
        assert list(row) == [*COLUMNS, "tags", "named"]
        assert sum(tag["circuits"] for tag in row["named"].values()) == row["circuits"]


@pytest.mark.parametrize("more", [[], ["--tags"]], ids=" ".join)
def test_a_census_that_is_cut_short_says_so(run, more):
    arguments = ("census", "--inputs", 4, "--basis", "aig", "--fresh", "--budget", "1e-6", *more)
    lines, record = answer(run, *arguments, status=4)
    assert record["exhaustive"] is False
    assert record["not_exhausted"]["functions"] == 2**16 - sum(
        row["functions"] for row in record["rows"]
    )
    assert any("NOT EXHAUSTED" in line for line in lines)


def test_a_census_of_formulas_that_is_cut_short_says_so(run):
    arguments = ("census", "--inputs", 4, "--order", "formula", "--budget", "1e-6")
    status, text, errors = run(*arguments)
    assert (status, errors) == (4, "")
    assert "NOT EXHAUSTED" in text
    status, data, _ = run(*arguments, "--json")
    assert (status, json.loads(data)["exhaustive"]) == (4, False)


def test_a_census_with_every_class(run):
    status, data, errors = run("census", "--inputs", 3, "--classes", "--json")
    assert (status, errors) == (0, "")
    assert len(json.loads(data)["classes"]) == 14


WEIGHTED = ("census", "--inputs", 2, "--basis", "and=2,xor=5+free-inverters")


def test_a_census_in_a_basis_with_costs_speaks_of_costs(run):
    status, text, _ = run(*WEIGHTED)
    assert status == 0
    assert text.splitlines()[2].split()[0] == "cost"
    assert "every cheaper reduced circuit was listed" in text
    status, text, _ = run(*WEIGHTED, "--order", "depth", "--cap", 3)
    assert status == 0
    assert text.splitlines()[0].endswith("order depth within cost 3")
    assert "No circuit within cost 3: 2 functions (1 class)." in text
    assert "(cost, depth) fronts" in run(*WEIGHTED, "--order", "pareto")[1]
    status, text, _ = run(*WEIGHTED[:2], 4, *WEIGHTED[3:], "--budget", "1e-6")
    assert status == 4
    assert "\ncosts up to " in text
    assert "gates" not in text
    record = json.loads(run(*WEIGHTED, "--json")[1])
    assert [row["size"] for row in record["rows"]] == [0, 2, 5]


MINIMA = ["task", "basis", "order", "size", "depth", "circuits", "dags", "wirings", "exhaustive"]


def test_enumerate(run):
    lines, record = answer(run, "enumerate", "tt:3:E8")
    assert lines[0] == "tt:3:E8: 51 minimal circuits (33 wirings), size 4, depth 3"
    assert list(record) == [*MINIMA, "exhausted_size", "solvable", "plan", "minima"]
    assert [record[name] for name in MINIMA] == ["tt:3:E8", "b2", "size", 4, 3, 51, 51, 33, True]
    assert len(record["minima"]) == 51
    counted_lines, counted = answer(run, "enumerate", "tt:3:E8", "--count")
    assert counted == {k: v for k, v in record.items() if k != "minima"}
    assert counted_lines[0] == lines[0]
    assert len(counted_lines) < len(lines)


def test_enumerate_with_tags(run):
    lines, record = answer(run, "enumerate", "tt:4:0017", "--tags")
    assert lines[0].startswith("tt:4:0017: 75 minimal circuits ")
    none = {"lookup-table": 0, "control-like": 0}
    assert record["tags"] == {"search-like": 3, **none, "mixed": 0, "unclassified": 72}
    assert record["named"] == {"search-like": 3, **none, "unclassified": 72}
    assert sum("search-like" in minimum["tags"] for minimum in record["minima"]) == 3
    assert len(record["minima"]) == record["circuits"] == 75


def test_enumerate_counts_a_universe_task_by_task(run):
    lines, record = answer(run, "enumerate", "functions(2); argmax", "--count", "--tags")
    assert lines[0] == "17 tasks of functions(2); argmax, b2, order size: 18 minima"
    for row in record["tasks"]:
        name = row.pop("name")
        assert row == answer(run, "enumerate", name, "--count", "--tags")[1]
    status, _, error = run("enumerate", "functions(2)")
    assert (status, error.count("\n")) == (2, 1)
    assert "one task, or a universe with --count" in error


def test_enumerate_reads_objectives_off(run):
    task = "choice(2,3,utility=6A,training=F0,ties=first)"
    lines, record = answer(run, "enumerate", task, "--objectives")
    assert lines[2] == "1 minimum of 1 search-like, by search-like; b2, order size"
    assert lines[6].split() == [
        "a",
        "^",
        "b",
        "66",
        "proxy",
        "1",
        "7/24",
        "0.2917",
        "=",
        "7/24",
        "7/24",
    ]
    [row] = record["tasks"]
    assert row["objectives"][0]["relation"] == "proxy"
    strict = ("--definition", "search-like(objective_gates=2)")
    lines, record = answer(run, "enumerate", task, "--objectives", *strict)
    assert lines[2].startswith("0 minima of 1 search-like, by search-like(objective_gates=2)")
    universe = "choices(2,2,ties=first,D=7)"
    status, out, errors = run("enumerate", universe, "--objectives")
    assert (status, errors.count("note: ")) == (0, 1)
    assert out.startswith(f"8 tasks of {universe}, b2, order size: what minima that are\n")
    status, out, errors = run("enumerate", "first(3,a&b)", "--objectives", "--nodes", "1000")
    assert (status, errors) == (4, "")
    assert "not exhausted; no circuit of at most " in out
    for words, said in (
        (("tt:3:E8", "--objectives"), "task: expected a task with utilities"),
        ((task, "--objectives", "--tags"), "--objectives goes without"),
        ((task, "--definition", "search-like"), "--definition goes with --objectives"),
        ((task, "--objectives", "--definition", "lookup-table"), "definition: expected search-"),
    ):
        status, out, errors = run("enumerate", *words)
        assert (status, out, errors.count("\n")) == (2, "", 1)
        assert said in errors


def test_families_say_for_how_many_tasks_they_stand(run, tmp_path):
    said = "choices(2,2): 4 tasks, one of each orbit, for 14 in all"
    note = f"mesacircuits: note: {said}\n"
    status, out, errors = run("enumerate", "choices(2,2)", "--count")
    assert (status, errors) == (0, note)
    assert out.startswith("4 tasks of choices(2,2), b2, order size: 8 minima\n  left out: choices")
    assert "\ntask                          stands for  size  depth  minima\n" in out
    asked = "no size-minimal circuit of choices(2,2) over b2 is search-like"
    status, out, errors = run("check", asked)
    assert (status, errors) == (0, note)
    said = "all minima of all 4 tasks (one of each orbit, for 14 in all) were exhausted;"
    assert out.startswith(f"HELD: {asked}\n  {said}")
    status, out, errors = run(
        "compare", "search-like", "lookup-table", "--universe", "choices(2,2)"
    )
    assert (status, errors) == (0, note)
    assert out.startswith("2 definitions over 8 minima of choices(2,2), b2")
    file = tmp_path / "c.db"
    status, out, errors = run("catalog", "build", file, "choices(2,2)")
    assert (status, errors, out.splitlines()[0]) == (0, note, "4 searches added, 0 were there")
    status, out, errors = run("catalog", "verify", file)
    assert (status, errors) == (0, "")
    sql = "SELECT text, functions FROM searches JOIN tasks ON task = tasks.hash"
    status, out, errors = run("catalog", "query", file, "--sql", sql, "--json")
    assert sorted(row["functions"] for row in json.loads(out)["rows"]) == [2, 4, 4, 4]


def test_a_choice_of_one_feature_does_not_search(run):
    asked = "no size-minimal circuit of choices(2, 1) over b2 is search-like"
    status, out, errors = run("check", asked)
    assert status == 0
    assert errors == "mesacircuits: note: choices(2,1): 1 task, one of each orbit, for 2 in all\n"
    assert out.startswith("HELD: no size-minimal circuit of choices(2,1) over b2 is search-like\n")
    status, out, errors = run("check", asked.replace("b2", "nand"))
    assert (status, out) == (2, "")
    assert "universe: expected up_to=permutations, since to invert inputs is not free" in errors


def test_plans_are_more_than_there_are_words(run):
    task = "choice(3,1,utility=2,words=011,ties=first)"
    asked = f"no size-minimal circuit of {task} over b2 is search-like(objective_gates=0%s)"
    bound = "one output bit has two words, so k = 2 candidates at most"
    assert bound in run("check", asked % "")[1]
    assert bound not in run("check", asked % ",plans=on")[1]


def test_enumerate_of_no_gates_and_by_expression(run):
    assert answer(run, "enumerate", "tt:1:0")[1]["size"] == 0
    assert answer(run, "enumerate", "expr:~b", "--tags")[1]["task"] == "tt:2:3"


@pytest.mark.parametrize("command", ["enumerate", "classify"])
def test_what_the_budget_did_not_reach_is_inconclusive(run, command):
    lines, record = answer(run, command, "tt:6:123456789ABCDEF0", "--budget", 1e-6, status=4)
    assert "not exhausted" in lines[0]
    assert record["exhaustive"] is False
    assert record["circuits"] == 0
    code, out, errors = run("draw", "tt:6:123456789ABCDEF0", "--budget", 1e-6)
    assert (code, out, errors.count("\n")) == (4, "", 1)


# -- single circuits ---------------------------------------------------------------------------


def test_classify(run):
    lines, record = answer(run, "classify", "tt:3:7E")
    assert lines[0].startswith("tt:3:7E: 3 minimal circuits")
    assert record["tags"]["search-like"] == len(record["classifications"]) == 3
    assert {c["verdict"] for c in record["classifications"]} == {"search-like"}


def test_classify_by_one_definition_at_several_dials(run):
    names = ("search-like", "search-like(objective_gates=2)")
    dials = [word for name in names for word in ("--definition", name)]
    lines, record = answer(run, "classify", "tt:4:03C0", *dials)
    assert list(record["tags"])[:2] == list(names)
    # Once in the counts, and once for the circuit.
    assert sum(line.startswith("search-like ") for line in lines) == 2
    assert any(line.startswith(f"{names[1]}  score 0; 1 at objective_gates=1") for line in lines)
    said = record["classifications"][0]["judgements"]
    assert [j["definition"]["parameters"]["objective_gates"] for j in said] == [1, 2]
    assert "frontier" not in said[0]
    assert {"objective_gates": 1} in said[1]["frontier"]["given_at"]
    text = "x = a ^ b; y = b ^ c; z = x | y; out = z"
    lines, record = answer(run, "classify", "tt:3:7E", "--circuit", text, *dials)
    assert any(line.startswith(f"{names[1]}  score 0; 1 at ") for line in lines)
    assert record["judgements"][1]["frontier"]["settings_left"] == 0
    status, _, errors = run("classify", "tt:3:7E", *dials, *dials)
    assert (status, "no two alike" in errors) == (2, True)


def test_classify_says_at_which_other_dials(run):
    multiplexer = ("tt:3:D8", "--circuit", "x = a & b; y = c & ~a; z = x | y; out = z")
    bounded = ("--definition", "lookup-table(inputs_per_cell=1)")
    lines, record = answer(run, "classify", *multiplexer, *bounded)
    assert "lookup-table  score 0; 1 at inputs_per_cell=2" in lines
    assert record["judgements"][0]["frontier"]["given_at"] == [{"inputs_per_cell": 2}]
    lines, record = answer(run, "classify", *multiplexer, *bounded, "--settings", 1)
    assert "lookup-table  score 0; 1 at inputs_per_cell=None (4 more not tried)" in lines
    lines, record = answer(run, "classify", *multiplexer, *bounded, "--settings", 0)
    assert "lookup-table  score 0" in lines
    assert "frontier" not in record["judgements"][0]
    parity = ("parity", "--circuit", "x = a ^ b; y = x ^ c; out = y")
    lines, _ = answer(run, "classify", *parity, *bounded)
    assert "lookup-table  score 0; none of 5 other settings tried gives the tag" in lines
    assert run("classify", *parity, "--settings", -1)[0] == 2
    help_text = " ".join(run("classify", "--help")[1].split())
    assert f"[default: {MOST_SETTINGS}]" in help_text


def test_classify_within_a_cap(run):
    record = answer(run, "classify", "tt:3:7E", "--order", "depth", "--cap", 4)[1]
    listed = answer(run, "enumerate", "tt:3:7E", "--order", "depth", "--cap", 4, "--tags")[1]
    assert (record["order"], record["cap"], record["tags"]) == ("depth", 4, listed["tags"])


def test_classify_a_circuit_of_ones_own(run, tmp_path):
    text = "x = a & b; y = c & d; z = x & ~y; out = z"
    lines, record = answer(run, "classify", "tt:4:0888", "--circuit", text)
    assert lines[0] == "search-like: tt:4:0888"
    assert record["verdict"] == "search-like"
    judged = {j["tag"]: j for j in record["judgements"]}
    assert judged["search-like"]["score"] == "1"
    assert judged["search-like"]["witness"]["kind"] == "search"
    file = tmp_path / "circuit=1.json"
    file.write_text(json.dumps(Circuit.parse(4, text).to_json()))
    assert answer(run, "classify", "tt:4:0888", "--circuit", file)[1] == record


def test_draw_to_stdout(run):
    lines, record = answer(run, "draw", "tt:3:7E")
    assert record["drawing"].splitlines() == lines
    assert record["format"] == "terminal"
    assert "candidate" in "\n".join(lines)
    assert "candidate" not in run("draw", "tt:3:7E", "--plain")[1]
    chosen = answer(run, "draw", "tt:4:0017", "--tag", "search-like")[1]["circuit"]
    listed = answer(run, "enumerate", "tt:4:0017", "--tags")[1]["minima"]
    place = next(i for i, m in enumerate(listed) if "search-like" in m["tags"])
    assert chosen == {k: v for k, v in listed[place].items() if k in chosen}
    assert answer(run, "draw", "tt:4:0017", "--index", place + 1)[1]["circuit"] == chosen
    within = ("--order", "depth", "--cap", 3)
    assert answer(run, "draw", "tt:3:7E", *within)[1]["circuit"]["gates"]
    own = answer(run, "draw", "expr:a & b", "--circuit", "g = a & b; out = g")[1]
    assert own["task"] == "tt:2:8"


PICTURES = {
    "terminal": lambda data: "out" in data.decode(),
    "svg": lambda data: ElementTree.fromstring(data).tag == "{http://www.w3.org/2000/svg}svg",
    "dot": lambda data: "graph" in data.decode(),
    "tex": lambda data: "tikz" in data.decode(),
    "png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
}


@pytest.mark.parametrize("form", PICTURES)
def test_draw_in_each_format(run, tmp_path, form):
    if form == "png":
        pytest.importorskip("matplotlib")
    file = tmp_path / "picture"
    assert run("draw", "tt:3:7E", "--format", form, "--output", file) == (0, "", "")
    assert PICTURES[form](file.read_bytes())
    assert [path.name for path in tmp_path.iterdir()] == ["picture"]
    code, out, errors = run("draw", "tt:3:7E", "--format", form, "--json")
    assert (code, errors) == (0, "")
    record = json.loads(out)
    whole = base64.b64decode(record["base64"]) if form == "png" else record["drawing"].encode()
    assert PICTURES[form](whole)


@pytest.mark.parametrize(
    "form",
    ["svg", *(pytest.param(f, marks=pytest.mark.slow) for f in PICTURES if f != "svg")],
)
def test_draw_into_a_pipe(form):
    if form == "png":
        pytest.importorskip("matplotlib")
    command = [sys.executable, "-m", "mesacircuits.cli", "draw", "tt:3:7E", "--format", form]
    piped = subprocess.run(command, capture_output=True, check=True)
    assert PICTURES[form](piped.stdout)
    assert piped.stderr == b""


# -- conjectures -------------------------------------------------------------------------------


def test_check_the_conjecture(run, tmp_path):
    lines, record = answer(run, "check", "minimal-circuits", "--set", "inputs=3", status=3)
    assert lines[0] == "REFUTED: minimal-circuits (2 of 2 arms), functions(3), b2"
    assert [arm["order"] for arm in record["arms"]] == ["size", "depth-size"]
    assert {arm["verdict"] for arm in record["arms"]} == {record["verdict"]} == {"refuted"}
    file = tmp_path / "c.json"
    arguments = ("check", "minimal-circuits", "--set", "inputs=3", "--certificate", file)
    assert run(*arguments) == (3, "\n".join(lines) + "\n", "")
    certificate = json.loads(file.read_text())
    # Where the minima came from is no matter of the certificate: it is checked all the same.
    shipped = record.pop("minima_from")
    assert shipped == ["minima-b2-depth-size.json.xz", "minima-b2-size.json.xz"]
    assert {k: certificate[k] for k in record} == record
    assert answer(run, *arguments, "--fresh", status=3)[1] == record
    verified, found = answer(run, "verify", file)
    assert verified[0].startswith("VERIFIED except for what it asserts: refuted: minimal-circuits")
    assert found["verified"] is True
    assert found["full"] is False
    assert found["asserted"] == certificate["asserted"]


def named(*settings):
    """Return the arguments that check the headline conjecture with these settings."""
    return ["minimal-circuits", *(word for each in settings for word in ("--set", each))]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([HELD], 0),
        ([REFUTED], 3),
        ([REFUTED.replace("no ", "some ", 1)], 0),
        ([REFUTED.replace("no ", "every ", 1)], 3),
        ([REFUTED.replace("functions(3)", "tt:3:7E")], 3),
        (["no size-minimal circuit of tt:6:123456789ABCDEF0 over b2 is lookup-table"], 4),
        ([REFUTED.replace("(3)", "(4)").replace("b2", "aig")], 4),
        (named("inputs=2"), 0),
        (named("inputs=3", "order=size", "definition=search-like(objective_gates=2)"), 0),
        (named("inputs=3", "definition=search-like(reencoding=none)"), 3),
        (named("inputs=2", "definition=lookup-table"), 0),
        (named("inputs=1", "basis=aig", "definition=search-like(candidates=3)"), 0),
    ],
)
def test_check_and_its_exit_status(run, arguments, status):
    # What ships answers within any budget.
    budget = ["--budget", 1e-6, "--fresh"] if status == 4 else []
    lines, record = answer(run, "check", *arguments, *budget, status=status)
    verdict = {0: "held", 3: "refuted", 4: "inconclusive"}[status]
    assert record["verdict"] == verdict
    assert lines[0].startswith(f"{verdict.upper()}: ")


def test_verify_in_full(run, tmp_path):
    file = tmp_path / "c.json"
    run("check", HELD, "--certificate", file)
    lines, record = answer(run, "verify", file, "--full", "--workers", 1)
    assert lines[0].startswith("VERIFIED in full: held: ")
    assert record["full"] is True
    assert record["asserted"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]


# -- what there is to name ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "names", "keys"),
    [
        (
            "conjectures",
            [*CONJECTURES, *CLAIMS],
            [
                *("topic", "claim", "source", "reading", "control", "question", "blind_to"),
                *("quotation", "kind", "keeps", "theorems", "parameters", "last_verdict"),
            ],
        ),
        (
            "definitions",
            list(DEFINITIONS),
            ["version", "parameters", "tag", "formula", "source", "blind_to"],
        ),
        (
            "bases",
            list(BASES),
            ["description", "free_inverters", "constants", "repeats", "operators"],
        ),
    ],
)
def test_lists(run, command, names, keys):
    lines, record = answer(run, command)
    assert sorted(row["name"] for row in record) == sorted(names)
    assert all(list(row) == ["name", *keys] for row in record)
    assert all(name in "\n".join(lines) for name in names)


COMMANDS = ["check", "census", "enumerate", "classify", "draw", "verify"]
COMMANDS += ["conjectures", "definitions", "axioms", "write-test", "bases"]


def test_help(run):
    code, text, errors = run("--help")
    assert (code, errors) == (0, "")
    for command in COMMANDS:
        assert f"  {command} " in text
        code, out, errors = run(command, "--help")
        assert (code, errors) == (0, "")
        assert out.startswith(f"Usage: mesacircuits {command} ")
        assert max(map(len, out.splitlines())) <= 80
        assert "--json" in out
        assert run(command, "-h")[1] == out


def test_help_is_cheap():
    code = f"""
import sys
from mesacircuits.cli import main
for command in {COMMANDS}:
    try:
        main([command, "--help"])
    except SystemExit as end:
        assert end.code == 0
heavy = {{"numpy", "numba", "sympy", "networkx", "pysat", "matplotlib"}} & set(sys.modules)
sys.exit(str(heavy) if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_version(run):
    import mesacircuits

    assert run("--version") == (0, f"mesacircuits {mesacircuits.__version__}\n", "")


def test_so_many_circuits_are_printed_as_are_asked_for(run):
    printed = {
        most: run("enumerate", "tt:3:E8", "--show", most)[1].count("; out = ")
        for most in ("0", "3", "60", "all")
    }
    assert printed == {"0": 0, "3": 3, "60": 51, "all": 51}
    # JSON has all of them in any case.
    _, record = answer(run, "enumerate", "tt:3:E8", "--show", 3)
    assert len(record["minima"]) == 51
    assert run("enumerate", "tt:3:E8", "--show", "-1")[0] == 2
