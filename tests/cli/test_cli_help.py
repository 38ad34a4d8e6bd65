"""The help: every command in a section, with an example that runs; and what a shell completes."""

import shlex
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from mesacircuits.cli.main import mesacircuits

#: A definition that the examples name.
MINE = """
def shallow(solver, task):
    return solver.depth <= 2
"""

HALF = ".model m\n.inputs a b\n.outputs s\n.names a b s\n10 1\n01 1\n.end\n"


def commands(group, *names):
    """Yield the names and the command of every leaf."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield (*names, name), command


ALL = dict(commands(mesacircuits))


def test_every_command_is_in_one_section():
    listed = [name for names in mesacircuits.sections.values() for name in names]
    assert sorted(listed) == sorted(mesacircuits.commands)


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_every_help_shows_an_example(run, names):
    status, out, _ = run(*names, "--help")
    assert status == 0
    *_, shown = out.partition("\nExample:\n")
    assert shown.replace(" \\\n   ", "").strip() == f"mesacircuits {ALL[names].example}"
    assert tuple(shlex.split(ALL[names].example))[: len(names)] == names
    assert max(map(len, out.splitlines())) <= 80


def made_before(names, run):
    """Make the files that an example reads."""
    Path("mine.py").write_text(MINE)
    if names == ("verify",):
        run("check", "minimal-circuits", "--set", "inputs=2", "--certificate", "c.json")
    if names == ("convert",):
        Path("adder.blif").write_text(HALF)
    if names[0] == "catalog" and names[1:] not in (("build",), ("orbit-tags",)):
        run("catalog", "build", "minima.db", "functions(2)")
        run("catalog", "build", "all.db", "functions(2)")


@pytest.mark.slow
@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_every_example_runs(run, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made_before(names, run)
    status, out, errors = run(*shlex.split(ALL[names].example))
    assert status in (0, 3, 4), errors
    assert out or errors or Path("test_mine.py").exists()


def completions(*words):
    """Return what a shell offers for the last word."""
    *before, incomplete = words
    shell = ShellComplete(mesacircuits, {}, "mesacircuits", "_MESACIRCUITS_COMPLETE")
    return [item.value for item in shell.get_completions(before, incomplete)]


def test_names_are_completed():
    assert completions("check", "more-") == ["more-minima-more-risk"]
    assert completions("conjectures", "tab") == ["tables-beat-search", "tabular"][::-1]
    assert completions("enumerate", "therm") == ["thermostat"]
    assert completions("enumerate", "maj", "--basis", "x") == ["xmg"]
    assert completions("enumerate", "maj", "--order", "depth") == ["depth-size", "depth"]
    assert completions("programs", "argmax", "--order", "wor") == ["worst-time"]
    assert completions("classify", "argmax", "--definition", "look") == [
        "lookup-table",
        "look-ahead",
    ]
    assert completions("draw", "argmax", "--format", "s") == ["svg"]
    # What is no name may be a file.
    shell = ShellComplete(mesacircuits, {}, "mesacircuits", "_MESACIRCUITS_COMPLETE")
    assert [item.type for item in shell.get_completions(["verify"], "c")] == ["file"]
