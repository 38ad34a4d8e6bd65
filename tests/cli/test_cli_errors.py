"""Bad input: one line on stderr, nothing on stdout, the right exit status, and no file left."""

import json
import os
import subprocess
import sys

import pytest

from mesacircuits.cli import main
from mesacircuits.conjectures import check

SENTENCE = "no size-minimal circuit of functions(2) over b2 is search-like"
TASK = "tt:3:7E"


@pytest.fixture
def refused(capfd, tmp_path, monkeypatch):
    """Return a function that runs a command that must fail, and returns its one line."""
    monkeypatch.chdir(tmp_path)

    def call(status, *arguments):
        before = sorted(tmp_path.rglob("*"))
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        out, errors = capfd.readouterr()
        assert out == ""
        assert errors.startswith("mesacircuits: error: ")
        assert errors.endswith("\n")
        assert len(errors.splitlines()) == 1
        assert all(c.isprintable() for c in errors[:-1])
        assert len(errors) < 500
        assert caught.value.code == status, errors
        assert sorted(tmp_path.rglob("*")) == before
        return errors

    return call


BAD_TASKS = {
    "tt:3:7E1": "hex",
    "tt:3:7": "hex",
    "tt:3:0x": "hex",
    "tt:3:7G": "hex",
    "tt:3:-1": "hex",
    "tt:3:": "hex",
    "tt:3:٣٣": "hex",
    "tt:3": "tt:3:HEX",
    "tt:0:0": "inputs",
    "tt:7:00": "inputs",
    "tt:x:00": "inputs",
    "tt:²:00": "inputs",
    "tt:" + "9" * 5000 + ":0": "inputs",
    "tt:2:8,6,7,1,2": "output",
    "tt:3:" + "F" * 10**5: "hex",
    "expr:": "",
    "expr:a &": "",
    "expr:(a": "",
    "expr:b & q": "",
    "expr:aa": "",
    "expr:a\n&\x1b[31m": "",
    "expr:" + "(" * 10**5: "",
    "expr:" + "~" * 10**5 + "a": "",
    "expr:9:a": "inputs",
    "majorty": "tt:N:HEX",
    "": "tt:N:HEX",
    "\ud800": "tt:N:HEX",
}


@pytest.mark.parametrize("task", BAD_TASKS, ids=lambda task: ascii(task[:20]))
@pytest.mark.parametrize("command", ["enumerate", "classify", "draw"])
def test_tasks(refused, command, task):
    line = refused(2, command, task)
    assert "task" in line
    assert BAD_TASKS[task] in line


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        *((["census", "--inputs", n], "inputs") for n in ("0", "9", "-1", "x", "", "9" * 5000)),
        (["census"], "--inputs"),
        (["census", "--inputs", "3", "--basis", "b3"], "b2, aig"),
        (["census", "--inputs", "3", "--order", "length"], "depth-size"),
        (["census", "--inputs", "3", "--budget", "0"], "budget"),
        (["census", "--inputs", "3", "--budget", "nan"], "budget"),
        (["census", "--inputs", "3", "--workers", "0"], "workers"),
        (["census", "--inputs", "3", "--workers", "x"], "--workers"),
        (["census", "--inputs", "3", "--tags", "--order", "length"], "one of size, depth-size"),
        (["census", "--inputs", "2", "--classes"], "--classes: expected --json to go with it"),
        (["census", "--inputs=2", "--order=formula", "--resume=x"], "nothing is kept of formulas"),
        (["census", "--inputs=2", "--order=formula", "--engine=dask"], "for --engine: formulas"),
        (
            ["census", "--inputs", "2", "--classes", "--json", "--tags"],
            "--classes: expected a census without --tags, got --tags",
        ),
        (
            ["census", "--inputs", "2", "--classes", "--json", "--order", "formula"],
            "--classes: expected another order than formula to go with it, got formula",
        ),
        (["enumerate", TASK, "--basis", "aigs"], "aig"),
        (["enumerate", TASK, "--order", "depth"], "cap"),
        (["enumerate"], "TASK"),
        (["enumerate", TASK, TASK], "unexpected"),
        (["enumerate", TASK, "--cuont"], "--cuont"),
        (["classify", TASK, "--circuit", "g1 = a & b; out = g1"], "circuit"),
        (["classify", TASK, "--circuit", "g1 = a & ; out = g1"], "circuit"),
        (["classify", TASK, "--circuit", "="], "circuit"),
        *(
            ([command, TASK, *given], f"cap: expected a greatest size for the order depth{more}")
            for command in ("classify", "draw")
            for given, more in (
                (["--order", "depth"], ", and for no other, got nothing"),
                (["--cap", "3"], ", and for no other, got 3"),
            )
        ),
        (["draw", TASK, "--circuit", "g = a; out = g", "--cap", "3"], "goes without --cap"),
        (["draw", TASK, "--format", "gif"], "svg"),
        (["draw", TASK, "--tag", "serach-like"], "search-like"),
        (["draw", TASK, "--tag", "lookup-table"], "tag"),
        (["draw", TASK, "--index", "0"], "index"),
        (["draw", TASK, "--index", "4"], "from 1 to 3"),
        (["draw", TASK, "--json", "--output", "picture"], "--output"),
        (["check"], "NAME|SENTENCE"),
        (["check", "minimal-circiuts"], "did you mean minimal-circuits?"),
        (["check", "\ud800\x1b"], "conjecture"),
        (["check", SENTENCE, "--set", "inputs=3"], "settings: expected nothing beside a sentence"),
        (["check", "minimal-circuits", "--set", "inputs=0"], "inputs"),
        (["check", "minimal-circuits", "--set", "inputs=5"], "inputs"),
        (["check", "minimal-circuits", "--set", "basis=nand"], "basis"),
        (["check", "minimal-circuits", "--set", "order=formula"], "order"),
        (["check", "minimal-circuits", "--set", "definition=search"], "search-like"),
        (["check", "minimal-circuits", "--set", "definition=control-like"], "definition"),
        (["check", "minimal-circuits", "--set", "definition"], "NAME=VALUE"),
        (["check", "minimal-circuits", "--set", "inputs=2", "--set", "inputs=3"], "inputs once"),
        *(
            (["check", "minimal-circuits", "--set", f"definition={definition}"], said)
            for definition, said in (
                ("search-like(candidates=1)", "candidates"),
                ("search-like(objective_gates=-1)", "objective_gates"),
                ("search-like(reencoding)", "NAME=VALUE"),
                ("search-like(reencoding=some)", "reencoding"),
                ("search-like(k=2)", "k"),
                (f"search-like(candidates={'9' * 5000})", "candidates"),
                ("search-like(candidates=2,candidates=3)", "candidates once"),
                ("lookup-table(candidates=2)", "candidates"),
            )
        ),
        (["verify"], "FILE"),
        (["verify", "c.json", "--workers", "-1"], "workers"),
        (["chekc", "minimal-circuits"], "chekc"),
        (["--verbose"], "--verbose"),
    ],
    ids=lambda value: (
        " ".join(value)[:60].encode("ascii", "replace").decode() if isinstance(value, list) else ""
    ),
)
def test_arguments(refused, arguments, names):
    assert names in refused(2, *arguments)


@pytest.mark.parametrize("order", ["size", "depth-size", "pareto", "formula"])
def test_a_cap_for_another_order_is_refused_with_and_without_tags(refused, order):
    given = ("census", "--inputs", "3", "--order", order, "--cap", "3")
    line = refused(2, *given)
    assert "cap: expected a greatest size for the order depth, and for no other, got 3" in line
    if order in ("size", "depth-size"):
        assert refused(2, *given, "--tags") == line


@pytest.mark.parametrize("order", ["size-depth", "depth", "pareto", "formula"])
@pytest.mark.parametrize("more", [[], ["--cap", "3"]], ids=" ".join)
def test_tags_are_for_some_orders_of_a_census(refused, order, more):
    line = refused(2, "census", "--inputs", "3", "--tags", "--order", order, *more)
    assert f"--tags: expected order size or depth-size to go with it, got {order}" in line


@pytest.mark.parametrize("place", range(len(SENTENCE.split())))
@pytest.mark.parametrize("typo", ["{}x", "x", "{}(", "({}", "{})", "\x1b{}", "\u0661", "'", "="])
def test_each_word_of_a_sentence(refused, place, typo):
    words = SENTENCE.split()
    words[place] = typo.format(words[place])
    line = refused(2, "check", " ".join(words))
    # Without its first word it may be taken for a name; what follows a bracket is a new word.
    places = [f"sentence, word {place + 1}, column ", f"sentence, word {place + 2}, column "]
    assert any(p in line for p in places) or place == 0


@pytest.mark.parametrize("place", range(len(SENTENCE.split())))
def test_a_word_left_out_or_said_twice(refused, place):
    words = SENTENCE.split()
    assert "sentence, word " in refused(2, "check", " ".join(words[:place] + words[place + 1 :]))
    assert "sentence, word " in refused(2, "check", " ".join(words[: place + 1] + words[place:]))


UNIVERSES = [
    *("functions(0)", "functions(6)", "functions(9999)", "functions()", "functions(x)"),
    *("tt:7:0", "tt:3:7", "expr:&", "expr:" + "(" * 10**4),
]


@pytest.mark.parametrize("universe", UNIVERSES, ids=lambda text: text[:20])
def test_universes(refused, universe):
    assert "word 5" in refused(2, "check", SENTENCE.replace("functions(2)", universe))


DIALS = [
    *("(k=2)", "(candidates)", "(candidates=)", "(candidates=1)", "(candidates=x)"),
    *("(reencoding=all)", "(candidates=2,candidates=3)", "(objective_gates=" + "9" * 5000 + ")"),
]


@pytest.mark.parametrize("dials", DIALS, ids=lambda text: text[:20])
def test_dials(refused, dials):
    assert "word 9" in refused(2, "check", SENTENCE + dials)


# -- files -------------------------------------------------------------------------------------


def test_certificates_that_do_not_hold(refused, tmp_path):
    whole = json.dumps(check(SENTENCE).certificate())
    hostile = {
        b"": "no JSON",
        b"\xff\xfe\x00": "no JSON",
        b"[" * 10**6: "no JSON",
        whole[:-40].encode(): "no JSON",
        whole.replace('"held"', '"refuted"').encode(): "checksum",
        whole.replace('"claim"', '"cl\\u001b[31m\\naim"').encode(): "unknown field",
        b"{}": "format",
    }
    for data, problem in hostile.items():
        (tmp_path / "c.json").write_bytes(data)
        for more in ([], ["--json"], ["--full"]):
            line = refused(1, "verify", "c.json", *more)
            assert line.startswith("mesacircuits: error: certificate: ")
            assert problem in line


def test_files_that_cannot_be_read(refused):
    assert "No such file" in refused(1, "verify", "missing.json")
    assert "Is a directory" in refused(1, "verify", ".")
    assert "null byte" in refused(1, "verify", "a\0b")
    assert "No such file" in refused(1, "classify", TASK, "--circuit", "missing.json")
    assert "Is a directory" in refused(1, "draw", TASK, "--circuit", ".")


def test_stores_that_cannot_be_used(refused, tmp_path):
    line = refused(1, "five-inputs", "--depth", "--resume", "missing/five.db")
    assert "resume: expected a writable path, got missing/five.db" in line
    (tmp_path / "five.db").write_bytes(b"damaged" * 1000)
    assert "five.db (file is not a database)" in refused(1, "five-inputs", "--resume", "five.db")
    assert "resume: " in refused(1, "enumerate", TASK, "--resume", "five.db")


def test_a_task_without_a_circuit_cannot_be_drawn(refused):
    assert "no circuit over monotone" in refused(1, "draw", "tt:2:2", "--basis", "monotone")
    within = ("--order", "depth", "--cap", "2")
    assert "no circuit of at most 2 gates over b2" in refused(1, "draw", TASK, *within)


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 10**6, b"\xff", b'{"inputs": 1e9}', b"null"])
def test_circuit_files_that_hold_none(refused, tmp_path, data):
    (tmp_path / "circuit.json").write_bytes(data)
    assert "circuit" in refused(1, "classify", TASK, "--circuit", "circuit.json")
    wide = b'{"inputs": 1000000000, "gates": [], "outputs": [{"wire": 0, "inverted": false}]}'
    (tmp_path / "circuit.json").write_bytes(wide)
    assert "inputs" in refused(1, "classify", TASK, "--circuit", "circuit.json")


@pytest.mark.parametrize("target", ["", "missing/file", "file/file", "a\0b"])
def test_paths_that_cannot_be_written(refused, tmp_path, target):
    (tmp_path / "file").write_bytes(b"")
    path = f"{tmp_path}/{target}"
    assert "certificate: expected a writable path" in refused(
        1, "check", SENTENCE, "--certificate", path
    )
    assert "output: expected a writable path" in refused(1, "draw", TASK, "--output", path)


def test_an_old_file_stays_when_a_command_fails(refused, tmp_path):
    (tmp_path / "c.json").write_bytes(b"old")
    refused(2, "check", SENTENCE + "x", "--certificate", "c.json")
    refused(2, "draw", TASK, "--index", "9", "--output", "c.json")
    assert (tmp_path / "c.json").read_bytes() == b"old"


def test_a_missing_extra_is_named(refused, monkeypatch):
    for name in [*sys.modules]:
        if name.split(".")[0] == "matplotlib":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    line = refused(1, "draw", TASK, "--format", "png", "--output", "picture.png")
    assert "pip install 'matplotlib>=" in line


# -- as a process ------------------------------------------------------------------------------


def test_errors_of_a_process():
    for arguments, status in [(["enumerate", "tt:3:7"], 2), (["verify", "/missing"], 1), ([], 2)]:
        command = [sys.executable, "-m", "mesacircuits.cli", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == status
        assert "Traceback" not in run.stderr
        if arguments:
            assert (run.stdout, run.stderr.count("\n")) == ("", 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["bases"], ["enumerate", "tt:3:E8", "--json"]])
def test_a_full_disk_behind_stdout(arguments):
    command = [sys.executable, "-m", "mesacircuits.cli", *arguments]
    with open("/dev/full", "w") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == "mesacircuits: error: No space left on device\n"
