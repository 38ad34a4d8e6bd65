"""`mesacircuits run`: worlds, episodes, pictures, and what is refused."""

import json

import pytest

from mesacircuits.circuits import Circuit
from mesacircuits.cli import main
from mesacircuits.records import readable_json


@pytest.fixture
def run(capfd, tmp_path, monkeypatch):
    """Return a function that runs `run` in an empty folder: status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main(["run", *arguments])
        out, errors = capfd.readouterr()
        return caught.value.code or 0, out, errors

    return call


def test_a_world(run):
    status, out, errors = run("thermostat(levels=2)", "--circuit", "out = ~a, ~b")
    assert (status, errors) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "thermostat(levels=2): SOLVED by out = ~a, ~b; state none"
    assert "  T=1 S=0 -> [T=0 S=0]  (settled after 1)" in lines
    assert all(len(line) <= 80 for line in lines)


def test_a_world_as_json(run):
    status, out, _ = run("thermostat(levels=2)", "--circuit", "out = a, b", "--json")
    record = json.loads(out)
    assert (status, record["solved"], record["recovers"]) == (0, False, False)
    assert len(record["runs"]) == 4


def test_episodes_and_a_file(run, tmp_path):
    circuit = Circuit.parse(2, "g1 = a ^ b; out = g1, ~g1")
    (tmp_path / "stay.json").write_text(readable_json(circuit.to_json()))
    status, out, errors = run("bandit", "--circuit", "stay.json")
    assert (status, errors) == (0, "")
    assert "expected total 19/8 = 2.3750 (asked: 19/8 = 2.3750)" in out
    status, out, _ = run("bandit", "--circuit", "stay.json", "--json")
    record = json.loads(out)
    assert record["rewards"] == ["1/2", "5/8", "5/8", "5/8"]
    assert record["held_out_total"] == "7/2"


def test_pictures(run):
    status, out, _ = run("rock", "--circuit", "out = 0, 0", "--draw", "terminal")
    assert (status, out.splitlines()[1].split()) == (0, [">", "0", "x=-1", "11", "[1]"])
    status, out, _ = run("rock", "--circuit", "out = 0, 0", "--draw", "svg", "--json")
    assert json.loads(out)["drawing"].startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("expr:a & b", "--circuit", "out = a"), "task: expected a task with a world or episodes"),
        (("bandit", "--circuit", "out = a"), "solver: expected 2 inputs and 2 outputs"),
        (("bandit", "--circuit", "out = a, b", "--draw", "svg"), "--draw goes with a world"),
        (("rock", "--circuit", "out = 0, 0", "--draw", "gif"), "form: expected one of terminal"),
        (("rock",), "give --circuit or --program"),
        (("rocket", "--circuit", "out = a"), "did you mean rock"),
    ],
)
def test_what_is_refused(run, arguments, message):
    status, out, errors = run(*arguments)
    assert (status, out) == (2, "")
    assert message in errors
    assert len(errors.splitlines()) == 1


def test_a_file_that_is_not_there(run):
    status, out, errors = run("rock", "--circuit", "absent.json")
    assert (status, out) == (1, "")
    assert "path: expected a readable file" in errors
