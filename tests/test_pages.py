"""README and docs show what their commands print: each `console` block is run and compared.

Blocks ```python file=NAME, or with toml or blif there, of a page are files of that name, where its
commands are run; so are the catalogs that its earlier blocks build.
"""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    (page, block)
    for page in PAGES
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.S)
]

#: Thousands of judgements in processes of their own, of which tests/cli has fewer; claims of ten
#: seconds, of one of which docs/tutorial.md has a part; and definitions compared on all of three
#: inputs.
LONG = (
    "$ mesacircuits axioms",
    "$ mesacircuits check minimal-circuits |",
    "$ mesacircuits check slack",
    "$ mesacircuits compare 'search-like(wires_per_score",
)

#: Folders of the catalogs that commands built, by these.
BUILT = {}


def session(block):
    """Yield each command of a block with the output shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


@pytest.fixture
def printed(run, monkeypatch):
    """Return a function that runs a command of a page in a folder, and returns what it prints."""

    def call(command, folder):
        command, _, head = command.partition(" | head -")
        words = shlex.split(command)
        assert words[0] == "mesacircuits"
        monkeypatch.chdir(folder)
        if words[1] == "axioms":
            # Hypothesis draws from the constants of all modules that the process has loaded.
            own = [sys.executable, "-m", "mesacircuits.cli", *words[1:]]
            ran = subprocess.run(own, capture_output=True, text=True, check=False)
            status, out, errors = ran.returncode, ran.stdout, ran.stderr
        else:
            status, out, errors = run(*words[1:])
        # A definition that failed is printed beside the others, which did not; a budget may end.
        assert status in (0, 3, 4) or (status == 1 and out), errors
        lines = out.splitlines(keepends=True)
        return "".join(lines[: int(head)] if head else lines)

    return call


@pytest.mark.parametrize(
    ("page", "block"),
    [
        pytest.param(
            page,
            block,
            id=f"{page.name}: {block.partition(chr(10))[0][2:50]}",
            marks=[pytest.mark.slow] if block.startswith(LONG) else [],
        )
        for page, block in BLOCKS
    ],
)
def test_commands_print_what_is_shown(page, block, printed, tmp_path, tmp_path_factory):
    files = re.findall(r"```(?:python|toml|blif) file=(\S+)\n(.*?)```", page.read_text(), re.S)
    for name, text in files:
        (tmp_path / name).write_text(text)
    builds = _builds(*_blocks_before(page, block))
    if builds:
        if tuple(builds) not in BUILT:
            # Later blocks of a page ask the same catalogs.
            BUILT[tuple(builds)] = folder = tmp_path_factory.mktemp("built")
            for command in builds:
                printed(command, folder)
        shutil.copytree(BUILT[tuple(builds)], tmp_path, dirs_exist_ok=True)
    for command, output in session(block):
        found = printed(command, tmp_path)
        # What is drawn differs between releases of Hypothesis; pages show that of the constraints.
        if not command.startswith("mesacircuits axioms ") or _hypothesis_is_of_the_constraints():
            assert found == output
    if own := _builds(block):
        BUILT[tuple(builds + own)] = tmp_path


def _builds(*blocks):
    return [
        command
        for block in blocks
        for command, _ in session(block)
        if command.startswith("mesacircuits catalog build")
    ]


def _hypothesis_is_of_the_constraints():
    constraints = (ROOT / ".ci" / "constraints.txt").read_text()
    release = re.search(r"^hypothesis==(\d+\.\d+)\.", constraints, re.M)[1]
    return version("hypothesis").startswith(f"{release}.")


def _blocks_before(page, block):
    blocks = [each for where, each in BLOCKS if where == page]
    return blocks[: blocks.index(block)]


@pytest.mark.parametrize("page", [README, ROOT / "docs/python.md"], ids=lambda page: page.name)
def test_python_examples(page):
    ran = doctest.testfile(str(page), module_relative=False)
    assert ran.attempted > 5
    assert ran.failed == 0


def test_every_line_fits():
    for _, block in BLOCKS:
        for command, output in session(block):
            assert all(len(line) <= 80 for line in output.splitlines()), command


def test_the_picture_of_the_first_page_is_what_its_command_draws(run):
    task = "choice(candidates=3,features=2,utility=1,ties=first)"
    status, out, _ = run("draw", task, "--tag", "search-like", "--format", "svg")
    assert status == 0
    assert out.strip() == (ROOT / "docs/pictures/first-of-three.svg").read_text().strip()
    # Of both colour schemes.
    assert "prefers-color-scheme:dark" in out


def test_the_first_page_is_short():
    assert len(README.read_text().splitlines()) <= 150


def test_the_contributing_page_names_what_there_is():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= {*targets}
    assert all(
        (ROOT / link.partition("#")[0]).exists() for link in re.findall(r"\]\(([^)]+)\)", text)
    )
    assert list((ROOT / "mesacircuits/conjectures/claims").rglob("noise_is_a_table.py"))


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path):
    pytest.importorskip("sphinx")
    pytest.importorskip("furo")
    pytest.importorskip("myst_parser")
    # What is made on the way is written beside the pages.
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "papers", tmp_path / "papers")
    where = [str(tmp_path / "docs"), str(tmp_path / "site")]
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", *where]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    site = tmp_path / "site"
    pages = {page.stem for page in (ROOT / "docs").glob("*.md")}
    assert all((site / f"{page}.html").is_file() for page in pages)
    tasks = (site / "reference" / "mesacircuits.tasks.html").read_text()
    assert 'id="mesacircuits.tasks.World"' in tasks
    # Formulas are mathematics, and need no script.
    assert "<math" in (site / "theorems.html").read_text()
    assert "README.html" in (site / "index.html").read_text()
