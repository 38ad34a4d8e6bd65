"""`mesacircuits tasks`: the list, single tasks, files, and what is refused."""

import json
import subprocess
import sys

import pytest

from mesacircuits.cli import main
from mesacircuits.tasks import LIBRARY, parse_task, task_from_json
from mesacircuits.tasks.drawing import task_svg


@pytest.fixture
def run(capfd, tmp_path, monkeypatch):
    """Return a function that runs `tasks` in an empty folder: status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main(["tasks", *arguments])
        out, errors = capfd.readouterr()
        return caught.value.code or 0, out, errors

    return call


def test_the_list(run):
    status, out, errors = run()
    assert (status, errors) == (0, "")
    assert all(len(line) <= 80 for line in out.splitlines())
    for name, named in LIBRARY.items():
        assert f"\n  {name}" in out
        assert named.description.split()[0] in out
    status, out, errors = run("--json")
    assert (status, errors) == (0, "")
    records = json.loads(out)
    assert [record["name"] for record in records] == list(LIBRARY)
    assert records[0]["parameters"][0] == {
        "name": "candidates",
        "default": 2,
        "values": "a whole number from 2 to 6",
        "doc": "how many candidates, K",
    }


def test_one_task(run):
    status, out, errors = run("argmax(candidates=3,ties=last)")
    assert (status, errors) == (0, "")
    lines = out.splitlines()
    task = parse_task("argmax(candidates=3,ties=last)")
    assert lines[0] == "argmax(candidates=3,ties=last): optimisation task, 3 inputs, 2 outputs"
    assert "  ties=last: which of the best is asked for (one of free, first, last; free" in lines
    assert f"hash: {task.hash_hex}" in lines
    assert "support: all 8 inputs" in lines
    assert lines[-8:][0] == "000   0   0  *0"
    assert all(len(line) <= 80 for line in lines)


def test_one_task_as_json(run):
    status, out, errors = run("nim(heaps=3,most=1,ask=move)", "--json")
    assert (status, errors) == (0, "")
    record = json.loads(out)
    assert record["settings"] == {"heaps": 3, "most": 1, "ask": "move"}
    assert record["label"] == "nim(heaps=3,most=1,ask=move)"
    assert (record["kind"], record["inputs"], record["outputs"]) == ("optimisation", 3, 3)
    assert record["support_size"] == 7
    task = task_from_json(record["task"])
    assert task == parse_task(record["label"])
    assert task.hash_hex == record["hash"]


@pytest.mark.parametrize("text", ["choice(2, 2, 1)", "first(3, a & b)", "world(target=0)"])
def test_choices_and_worlds_are_drawn(run, tmp_path, text):
    assert run(text, "--output", "task.svg") == (0, "", "")
    assert (tmp_path / "task.svg").read_text() == task_svg(parse_task(text))


@pytest.mark.parametrize("text", ["adder", "argmax(levels=3)", "thermostat", "bandit"])
def test_a_file_written_is_the_task(run, text):
    assert run(text, "--output", "task.json") == (0, "", "")
    assert parse_task("file:task.json") == parse_task("task.json") == parse_task(text)
    status, out, _ = run("file:task.json")
    assert status == 0
    assert parse_task(text).hash_hex in out


def test_a_function_may_be_written_as_pla(run):
    assert run("adder", "--output", "adder.pla") == (0, "", "")
    assert parse_task("adder.pla") == parse_task("adder")


@pytest.mark.parametrize(
    ("arguments", "status", "part"),
    [
        (["argmx"], 2, "did you mean argmax?"),
        (["argmax(levels=5)"], 2, "task argmax, levels: expected a whole number from 2 to 4"),
        (["maze(name=nowhere)"], 2, "task maze, name: expected one of"),
        (["--output", "x.json"], 2, "--output goes with a TASK, and without --json"),
        (["adder", "--json", "--output", "x.json"], 2, "--output goes with a TASK"),
        (
            ["adder", "--output", "x.txt"],
            2,
            "expected a name that ends in .pla, .json or .svg",
        ),
        (["adder", "--output", "no/x.json"], 1, "output: expected a writable path"),
        (["argmax", "--output", "x.pla"], 2, "format: expected json, for a task that is more"),
        (["adder", "--output", "x.svg"], 2, "task: expected a choice or a world, for a picture"),
        (["argmax(levels=9)", "--output", "x.svg"], 2, "levels: expected a whole number from 2"),
        (["first(2)", "--output", "x.txt"], 2, ".json or .svg"),
        (["first(2,3,4)"], 2, "task first: expected NAME=VALUE, got 4"),
        (["first(3,a^b^c)"], 2, "objective: expected an expression of at most 2 bits for 3"),
        (["adder", "majority"], 2, "unexpected extra argument"),
    ],
)
def test_what_is_refused(run, tmp_path, arguments, status, part):
    code, out, errors = run(*arguments)
    assert (code, out) == (status, "")
    assert errors.startswith("mesacircuits: error: ")
    assert part in errors
    assert len(errors.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_help_reads_no_task():
    code = (
        "import sys\n"
        "from mesacircuits.cli import main\n"
        "try:\n    main(['tasks', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "assert not any(m.startswith('mesacircuits.tasks') for m in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "NAME(p=v,...)" in run.stdout
