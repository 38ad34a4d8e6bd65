"""README and docs show what their commands print: each `console` block is run and compared.

Blocks ```python file=NAME, or ```toml file=NAME, of a page are files of that name, where its
commands are run; so are the catalogs that its earlier blocks build.
"""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
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

#: Folders of the catalogs that commands built, by these.
BUILT = {}


def session(block):
    """Yield each command of a block with the output shown below it."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def printed(command, folder):
    command, _, head = command.partition(" | head -")
    words = shlex.split(command)
    assert words[0] == "mesacircuits"
    run = subprocess.run(
        [sys.executable, "-m", "mesacircuits.cli", *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    # A definition that failed is printed beside the others, which did not.
    assert run.returncode in (0, 3) or (run.returncode == 1 and run.stdout), run.stderr
    lines = run.stdout.splitlines(keepends=True)
    return "".join(lines[: int(head)] if head else lines)


@pytest.mark.parametrize(
    ("page", "block"),
    BLOCKS,
    ids=[f"{page.name}: {block.partition(chr(10))[0][2:50]}" for page, block in BLOCKS],
)
def test_commands_print_what_is_shown(page, block, tmp_path, tmp_path_factory):
    files = re.findall(r"```(?:python|toml) file=(\S+)\n(.*?)```", page.read_text(), re.S)
    for name, text in files:
        (tmp_path / name).write_text(text)
    builds = [
        command
        for earlier in _blocks_before(page, block)
        for command, _ in session(earlier)
        if command.startswith("mesacircuits catalog build")
    ]
    if builds:
        if tuple(builds) not in BUILT:
            # Later blocks of a page ask the same catalogs.
            BUILT[tuple(builds)] = folder = tmp_path_factory.mktemp("built")
            for command in builds:
                printed(command, folder)
        shutil.copytree(BUILT[tuple(builds)], tmp_path, dirs_exist_ok=True)
    for command, output in session(block):
        assert printed(command, tmp_path) == output


def _blocks_before(page, block):
    blocks = [each for where, each in BLOCKS if where == page]
    return blocks[: blocks.index(block)]


def test_python_examples():
    assert doctest.testfile(str(README), module_relative=False).failed == 0


def test_every_line_fits():
    for _, block in BLOCKS:
        for command, output in session(block):
            assert all(len(line) <= 80 for line in output.splitlines()), command
