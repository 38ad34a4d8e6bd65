"""What arguments are: files that are read or written, whole numbers; checked before any work."""

import itertools
import os
import subprocess
import sys

import click
import pytest

from mesacircuits.cli.main import mesacircuits
from mesacircuits.cli.options import (
    LARGEST,
    OUTPUT,
    OUTPUT_FOLDER,
    OUTPUT_OR_FOLDER,
    PAGE,
    STORE,
    FileType,
    NamedType,
    WholeType,
)
from mesacircuits.enumeration import Effort


def commands(group=mesacircuits, words=()):
    """Yield (words, command) for each command of the tree."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


PARAMS = [(words, param) for words, command in commands() for param in command.params]
IDS = [f"{' '.join(words)} {param.opts[0]}" for words, param in PARAMS]

#: Parameters of text that name no file, whatever they are given.
TEXTS = {
    *(
        "arrival",
        "at-most",
        "charge",
        "class",
        "columns",
        "depth",
        "engine",
        "exactly",
        "format",
        "from",
        "kind",
        "machine",
    ),
    *("model", "operations", "order", "program-order", "registers", "size", "sql", "tag", "time"),
    *("to", "draw", "widths", "words"),
}


@pytest.mark.parametrize(("words", "param"), PARAMS, ids=IDS)
def test_each_parameter_says_whether_it_is_a_file(words, param):
    kind = param.type.types[0] if isinstance(param.type, click.Tuple) else param.type
    if isinstance(kind, FileType | NamedType | WholeType | click.Choice):
        return
    assert kind is not click.INT, "a whole number is of the type WHOLE"
    metavar = param.metavar or param.name.upper()
    for word in ("FILE", "FOLDER", "DIR", "PATH", "CNF", "TASK", "DEF", "BASIS", "UNIVERSE"):
        assert word not in metavar, "a file is of one of the types of cli/options.py"
    if kind is click.STRING:
        assert param.opts[-1].lstrip("-") in TEXTS, "does it name a file? Then its type says so"
    else:
        assert isinstance(kind, click.types.BoolParamType | click.types.FuncParamType)


def test_what_is_written_and_what_is_read_is_marked():
    found = {
        f"{' '.join(words)} {param.opts[0].lstrip('-')}": param.type
        for words, param in PARAMS
        if isinstance(param.type, FileType)
    }
    written = {name: kind for name, kind in found.items() if kind.written}
    assert written == {
        "atlas folder": OUTPUT_FOLDER,
        "assemble output": OUTPUT,
        "catalog build file": STORE,
        "catalog export output": OUTPUT_OR_FOLDER,
        "catalog merge file": STORE,
        "catalog recover file": STORE,
        "census resume": STORE,
        "check certificate": OUTPUT,
        "check page": PAGE,
        "check plot": OUTPUT,
        "check resume": STORE,
        "class-minima resume": STORE,
        "compare picture": OUTPUT,
        "convert destination": OUTPUT,
        "draw output": OUTPUT,
        "enumerate cnf": OUTPUT,
        "enumerate proof": OUTPUT,
        "enumerate resume": STORE,
        "enumerate write": OUTPUT,
        "five-inputs plot": OUTPUT,
        "five-inputs resume": STORE,
        "five-inputs store": STORE,
        "fronts resume": STORE,
        "program-census resume": STORE,
        "programs resume": STORE,
        "prove cnf": OUTPUT,
        "prove proof": OUTPUT,
        "tasks output": OUTPUT,
        "trace picture": OUTPUT,
        "write-test output": OUTPUT,
    }


# -- files that clash --------------------------------------------------------------------------


@pytest.fixture
def kept(run, tmp_path, monkeypatch):
    """Return a function that runs a command which must be refused, and change no file."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "a.md", "a.svg", "a.toml", "a.py", "a.db", "a.cnf", "a.blif"):
        (tmp_path / name).write_text(name)
    os.link("a.db", "hard.db")
    os.symlink("a.db", "soft.db")

    def content():
        return {p.name: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    before = content()

    def call(status, *arguments):
        found, out, errors = run(*arguments)
        assert (found, out, errors.count("\n")) == (status, "", 1), errors
        assert content() == before
        return errors

    return call


#: Per command, what comes before its files, and its files: those that are written, then the rest.
CLASHES = [
    (["check", "slack"], ["--certificate", "--plot", "--resume", "--page"], ["--claims"]),
    (["prove", "tt:2:8", "--size=0"], ["--cnf", "--proof"], ["--basis"]),
    (["prove"], ["--cnf"], ["--basis"]),
    (["census", "--inputs=2"], ["--resume"], ["--basis"]),
    (["enumerate", "a.json"], ["--resume"], [""]),
    (["compare", "a.py:one", "a.py:two"], ["--picture"], ["", "--universe", "--basis"]),
    (["draw"], ["--output"], ["", "--basis", "--circuit", "--program"]),
    (["trace"], ["--picture"], ["", "--program"]),
    (["assemble"], ["--output"], ["", "--task"]),
    (["tasks"], ["--output"], [""]),
    (["write-test"], ["--output"], [""]),
    (["convert"], ["destination"], ["source"]),
]


def given(option, value):
    return [f"{option}={value}"] if option.startswith("--") else [value]


@pytest.mark.parametrize(
    ("command", "written", "read"), CLASHES, ids=[" ".join(c[0])[:20] for c in CLASHES]
)
def test_no_output_is_an_input_or_another_output(kept, command, written, read):
    for one, other in [*itertools.combinations(written, 2), *itertools.product(written, read)]:
        # The same file, spelled in another way.
        name = "a.md" if "--page" in (one, other) else "a.json"
        arguments = [*command, *given(one, name), *given(other, os.path.abspath(name))]
        assert "a file other than" in kept(2, *arguments), arguments


@pytest.mark.parametrize("name", ["a.db", "./a.db", "hard.db", "soft.db"])
def test_files_are_told_apart_by_what_they_are(kept, name):
    for form in ("csv", "jsonl", "latex", "svg"):
        line = kept(2, "catalog", "export", "a.db", name, "--format", form)
        assert "output: expected a file other than file" in line
    assert "a file other than" in kept(2, "catalog", "merge", "a.db", name)
    assert "a file other than" in kept(2, "check", "slack", "--resume=a.db", f"--plot={name}")


def test_what_is_written_beside_a_page_counts(kept):
    line = kept(2, "check", "slack", "--page", "a.md", "--plot", "a.svg")
    assert "plot: expected a file other than page 2" in line
    assert "a file other than" in kept(2, "check", "slack", "--plot", "a.svg", "--page", "a.md")


def test_pages_are_known_before_the_claims_are_checked(kept, tmp_path):
    (tmp_path / "slack.md").unlink(missing_ok=True)
    line = kept(2, "check", "--all", "--page", ".", "--resume", "slack.svg")
    assert "page" in line
    assert "a file other than resume" in line


def test_a_page_that_is_none_is_refused_before_the_search(kept, monkeypatch):
    monkeypatch.setattr(Effort, "left", lambda _: pytest.fail("it began"))
    assert "page: " in kept(2, "check", "slack", "--page", "a.md")


def test_devices_and_streams_never_clash(run, tmp_path):
    task = ("prove", "tt:2:8", "--size", "0", "--cnf", "/dev/null", "--proof", "/dev/null")
    assert run(*task)[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "slack", "--certificate"),
        ("check", "slack", "--plot"),
        ("check", "slack", "--page"),
        ("check", "slack", "--resume"),
        ("draw", "tt:3:7E", "--output"),
        ("five-inputs", "--depth", "--resume"),
        ("atlas",),
        ("convert", "a.blif"),
        ("prove", "tt:2:8", "--size=0", "--cnf"),
        ("catalog", "build", "--basis=b2"),
    ],
    ids=" ".join,
)
def test_an_empty_name_names_no_file(kept, arguments):
    assert "expected the path of a f" in kept(2, *arguments, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "slack", "--certificate"),
        ("check", "slack", "--plot"),
        ("check", "slack", "--page"),
        ("check", "slack", "--resume"),
        ("draw", "tt:3:7E", "--output"),
        ("prove", "tt:2:8", "--size=0", "--cnf"),
        ("prove", "tt:2:8", "--size=0", "--proof"),
        ("compare", "search-like", "lookup-table", "--picture"),
        ("tasks", "majority", "--output"),
        ("census", "--inputs=2", "--resume"),
        ("catalog", "build", "--basis=b2"),
    ],
    ids=" ".join,
)
def test_a_file_without_write_permission_is_refused(kept, tmp_path, arguments):
    suffix = {"--page": ".md", "--plot": ".svg", "--picture": ".svg"}.get(arguments[-1], ".json")
    target = tmp_path / f"a{suffix}"
    target.chmod(0o444)
    assert "Permission denied" in kept(1, *arguments, target)
    assert target.stat().st_mode & 0o777 == 0o444


def test_an_atlas_fills_no_folder_of_others(kept):
    assert "an empty folder, a new one, or an atlas" in kept(1, "atlas", ".", "--basis", "b2")
    assert "folder: expected a folder, got a.json" in kept(1, "atlas", "a.json")


def test_bare_words_are_the_package_s_names(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run("draw", "majority", "--output", "majority")[0] == 0


# -- whole numbers -----------------------------------------------------------------------------

WHOLES = [(words, param) for words, param in PARAMS if isinstance(param.type, WholeType)]


@pytest.mark.parametrize(("words", "param"), WHOLES, ids=lambda value: str(value)[:40])
def test_whole_numbers_are_bounded(words, param):
    assert param.type.convert(str(-LARGEST), param, None) == -LARGEST
    for text in (str(LARGEST + 1), "9" * 23, "-" + "9" * 5000, "1.5", "", "x", "\u0663", "1_000"):
        with pytest.raises(click.BadParameter, match="expected a whole number up to"):
            param.type.convert(text, param, None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("class-minima", "--fewer", "--inputs"),
        ("class-minima", "--inputs"),
        ("census", "--inputs"),
        ("prove", "tt:2:8", "--size"),
        ("programs", "argmax", "--registers"),
        ("programs", "argmax", "--width"),
        ("programs", "argmax", "--cap"),
        ("check", "minimal-circuits", "--set"),
        ("five-inputs", "--resume", "new.db", "--size"),
        ("draw", "tt:2:8", "--index"),
        ("trace", "argmax", "--program", "0: inc r0; jz r1, 0", "--input"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("number", [LARGEST, -LARGEST, 10**22])
def test_numbers_beyond_all_measure_are_refused_at_once(kept, arguments, number):
    kept(2, *arguments, number)


# -- before any work ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("class-minima", "--inputs", "5", "--fewer", "--basis", "mig"),
        ("class-minima", "--inputs", "9", "--fewer"),
        ("class-minima", "--inputs", "0", "--fewer"),
        ("class-minima", "--inputs", "4", "--fewer", "--order", "pareto"),
        ("class-minima", "--inputs", "4", "--fewer", "--basis", "and=2,or=3"),
        ("draw", "tt:4:1EE1", "--format", "gif"),
        ("draw", "tt:4:1EE1", "--index", "0"),
        ("check", "slack", "--page", "."),
        ("check", "slack", "--plot", "x.gif"),
        ("compare", "search-like", "lookup-table", "--picture", "x.gif"),
        ("compare", "search-like", "lookup-table", "--time-limit", "0"),
        ("classify", "tt:4:1EE1", "--time-limit", "-1"),
        ("axioms", "search-like", "--examples", "0"),
        ("axioms", "search-like(x=1)"),
        ("axioms", "nothing"),
        ("write-test", "nothing"),
    ],
    ids=" ".join,
)
def test_arguments_are_checked_before_the_search(kept, monkeypatch, arguments):
    """No command asks how much time or how many gates are left, nor loads the axioms."""
    for name in ("left", "used_up", "share", "bar"):
        monkeypatch.setattr(Effort, name, lambda *_, **__: pytest.fail("the search began"))
    for name in ("trial", "written_test"):
        monkeypatch.setitem(sys.modules, f"mesacircuits.testing.axioms.{name}", None)
    line = kept(2, *arguments)
    if "class-minima" in arguments and "--inputs" in arguments and arguments[2] in "059":
        assert f"inputs: expected a whole number from 1 to 4, got {arguments[2]}" in line


def test_what_a_sentence_states_is_no_option():
    """A dial has one spelling, in parentheses after its definition; the rest goes to `--set`."""
    (check,) = (command for words, command in commands() if words == ("check",))
    assert len([param for param in check.params if isinstance(param, click.Option)]) <= 14


@pytest.mark.parametrize(
    "arguments",
    [
        ("prove", "tt:2:8", "--size=0", "--cnf"),
        ("check", "slack", "--certificate"),
        ("catalog", "export", "a.db", "--format=csv"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/stderr", "printed"])
def test_what_is_printed_to_is_no_file_to_write(tmp_path, arguments, name):
    """Standard output is appended to a file that the command is also to write."""
    printed = tmp_path / "printed"
    printed.write_text("precious\n")
    command = [sys.executable, "-m", "mesacircuits.cli", *arguments, name]
    with printed.open("a") as stream:
        ran = subprocess.run(command, stdout=stream, stderr=stream, check=False, cwd=tmp_path)
    assert ran.returncode == 1
    first, line = printed.read_text().splitlines()
    assert first == "precious"
    assert line.startswith("mesacircuits: error: ")
    assert "stdout or stderr" in line
