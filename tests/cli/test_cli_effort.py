"""The options of long searches: what they mean, and what is refused."""

import shutil
import sqlite3

import click
import pytest
from click.testing import CliRunner

from mesacircuits.cli import options
from mesacircuits.cli.options import effort_of
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.units import UnitStore


def asked(*arguments, default=None, long=True):
    """Return the effort that a command gets."""
    got = []

    @click.command()
    @options.effort(default_budget=default, long=long)
    def command(**means):
        got.append(effort_of(**means))

    run = CliRunner().invoke(command, [str(a) for a in arguments], standalone_mode=False)
    if run.exception:
        raise run.exception
    (effort,) = got
    return effort


def effort(**means):
    # What ships answers only where a command says so.
    return Effort(show_progress=True, shipped=False, **means)


@pytest.mark.parametrize("long", [True, False])
def test_a_budget_is_in_seconds(long):
    assert asked(long=long) == effort()
    assert asked("--budget", "60", long=long) == effort(seconds=60)
    assert asked("--budget", "1.5s", "--workers", 3, long=long) == effort(seconds=1.5, workers=3)
    assert asked(default=60, long=long) == effort(seconds=60)


def test_a_budget_is_in_nodes():
    assert asked("--nodes", "5e9") == effort(nodes=5 * 10**9)
    assert asked("--nodes", "1234567890123456789") == effort(nodes=1234567890123456789)


def test_one_budget_takes_the_place_of_the_default_of_the_other():
    assert asked("--nodes", 7, default=60) == effort(nodes=7)
    assert asked("--nodes", 7, "--budget", 60, default=60) == effort(nodes=7, seconds=60)


@pytest.mark.parametrize(
    ("given", "engine"),
    [
        ([], "threads"),
        (["--engine", "auto"], "threads"),
        (["--engine", "threads"], "threads"),
        (["--engine", "sat"], "threads"),
        (["--engine", "dask"], "dask"),
    ],
)
def test_engines(given, engine):
    assert asked(*given) == effort(engine=engine)


@pytest.mark.parametrize("address", ["tcp://host:8786", "host:8786"])
def test_an_address_is_the_dask_scheduler_there(address):
    assert asked("--engine", address) == effort(engine="dask", scheduler=address)


def test_resume_names_a_file():
    assert asked("--resume", "some file") == effort(store="some file")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--budget", "0"], "budget: expected a positive number of seconds"),
        (["--budget", "nan"], "budget: expected a positive number of seconds"),
        (["--budget", "soon"], "expected a number of seconds such as 60 or 60s, got 'soon'"),
        (["--budget", ""], "expected a number of seconds"),
        (["--nodes", "0"], "nodes: expected a whole number from 1"),
        (["--nodes", "-5"], "nodes: expected a whole number from 1"),
        (["--nodes", "1e25"], "nodes: expected a whole number from 1"),
        *(
            (["--nodes", text], "expected a whole number such as 5000 or 5e9")
            for text in ("1.5", "x", "nan", "inf", "1e999999999", "-1e999999999", "1e-999999", "")
        ),
        (["--engine", "quantum"], "quantum"),
        (["--engine", ""], "or the address of a scheduler, got ''"),
        (["--resume", ""], "resume: expected the path of a file"),
    ],
)
def test_what_is_refused(arguments, problem):
    with pytest.raises((click.ClickException, ValueError)) as caught:
        asked(*arguments)
    shown = caught.value
    text = shown.format_message() if isinstance(shown, click.ClickException) else str(shown)
    assert problem in text
    assert "\n" not in text.strip()


def test_short_searches_have_fewer_options():
    with pytest.raises(click.UsageError, match="No such option"):
        asked("--nodes", 5, long=False)


def a_catalog(path, small_catalog):
    shutil.copy(small_catalog, path)


def an_earlier_survey(path, small_catalog):
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE class (number INTEGER PRIMARY KEY)")
        file.execute("PRAGMA application_id = 0x6D657335")


def units_for_reading(path, small_catalog):
    UnitStore(path, "key").close()
    path.chmod(0o444)


def a_page(path, small_catalog):
    path.write_text("<html>")


@pytest.mark.parametrize("make", [a_catalog, an_earlier_survey, units_for_reading, a_page])
@pytest.mark.parametrize(
    "command", [["census", "--inputs", "2"], ["check", "maze", "--quick"]], ids=str
)
def test_no_other_file_is_touched_as_one_of_units(run, tmp_path, small_catalog, make, command):
    path = tmp_path / "file"
    make(path, small_catalog)
    before, mode = path.read_bytes(), path.stat().st_mode
    status, out, err = run(*command, "--resume", path)
    assert (status, out) == (1, "")
    assert err.startswith("mesacircuits: error: resume: expected ")
    assert len(err.splitlines()) == 1
    assert (path.read_bytes(), path.stat().st_mode) == (before, mode)
    assert list(tmp_path.iterdir()) == [path]


def test_five_inputs_keeps_its_parts_under_either_name_of_the_option(run, tmp_path):
    file = tmp_path / "five.db"
    status, out, errors = run("five-inputs", "--resume", file, "--store", tmp_path / "other.db")
    assert (status, out) == (2, "")
    assert "give --resume or --store, not both" in errors
    assert run("five-inputs", "--store", file) == run("five-inputs", "--resume", file)
