"""What is installed: names, places, versions, and a wheel that works far from its sources."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution, version
from importlib.resources import files
from pathlib import Path

import pytest

import mesacircuits
from mesacircuits.data import stored_claims

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_version_is_one():
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(), re.M)[1]
    assert mesacircuits.__version__ == PROJECT["project"]["version"] == cited
    assert version("mesacircuits") == cited


def test_what_stands_outside_is_installed_inside_the_package():
    setup = PROJECT["tool"]["setuptools"]
    assert setup["package-dir"] == {
        "mesacircuits": "mesacircuits",
        "mesacircuits.claim_pages": "docs/claims",
        "mesacircuits.cli": "cli",
        "mesacircuits.data": "data",
    }
    assert all(name.split(".")[0] == "mesacircuits" for name in setup["packages"])
    for name in setup["packages"]:
        folder = ROOT / setup["package-dir"].get(name, name.replace(".", "/"))
        assert (folder / "__init__.py").is_file()


def test_entry_points_resolve():
    points = {(p.group, p.name): p for p in distribution("mesacircuits").entry_points}
    scripts, plugins = PROJECT["project"]["scripts"], PROJECT["project"]["entry-points"]
    expected = {("console_scripts", name): value for name, value in scripts.items()}
    for group, entries in plugins.items():
        expected |= {(group, name): value for name, value in entries.items()}
    assert {key: point.value for key, point in points.items()} == expected
    assert all(callable(point.load()) for point in points.values())


def test_types_and_data_ship():
    assert files("mesacircuits").joinpath("py.typed").is_file()
    shipped = PROJECT["tool"]["setuptools"]["package-data"]
    data = ["*.json", "*.xz"]
    atlas = ["*.css", "*.js"]
    assert shipped == {
        "mesacircuits": ["py.typed"],
        "mesacircuits.catalog.atlas": atlas,
        "mesacircuits.claim_pages": ["*.md", "*.svg"],
        "mesacircuits.data": data,
    }
    others = [p for p in (ROOT / "mesacircuits").rglob("*") if p.is_file()]
    others = [p for p in others if p.suffix not in (".py", ".pyc", ".nbi", ".nbc")]
    assert sorted(p.name for p in others) == ["atlas.css", "atlas.js", "draw.js", "py.typed"]
    kinds = {p.suffix for p in (ROOT / "data").iterdir() if p.is_file()}
    assert kinds <= {".py", ".json", ".xz"}


def test_every_library_that_is_imported_is_a_dependency():
    imported = set()
    for top in ("mesacircuits", "cli", "data"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    imported.add(node.module.split(".")[0])
    named = {"markdown_it": "markdown-it-py", "pysat": "python-sat"}
    needed = {named.get(name, name) for name in imported - sys.stdlib_module_names}
    extras = PROJECT["project"]["optional-dependencies"]
    listed = PROJECT["project"]["dependencies"]
    listed = listed + [text for extra in ("png", "dask", "duckdb") for text in extras[extra]]
    assert needed - {"mesacircuits"} == {re.match(r"[\w-]+", text)[0] for text in listed}


def test_make_compat_takes_the_oldest_versions_that_are_declared():
    script = [sys.executable, str(ROOT / ".ci" / "oldest.py")]
    printed = subprocess.run(script, capture_output=True, text=True, check=True).stdout.split()
    extras = PROJECT["project"]["optional-dependencies"].values()
    listed = sum(extras, PROJECT["project"]["dependencies"])
    # What names the package itself asks for extras, which are listed.
    declared = [text for text in listed if not text.startswith("mesacircuits[")]
    assert all(re.fullmatch(r"[\w-]+[>=]=[\w.]+", text) for text in declared)
    assert printed == [re.sub("[>=]=", "==", text) for text in declared]


def test_names_for_type_checkers_are_the_names_loaded_lazily():
    tree = ast.parse(Path(mesacircuits.__file__).read_text())
    (block,) = (
        node
        for node in tree.body
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    typed = {}
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        # `as` with the same name is what makes it public to type checkers.
        assert all(alias.asname == alias.name for alias in statement.names)
        home = statement.module.removeprefix("mesacircuits.")
        assert home not in typed
        typed[home] = tuple(alias.name for alias in statement.names)
    names = [name for names in typed.values() for name in names]
    assert mesacircuits.__all__ == [*sorted(names), "__version__"]
    for home, names in typed.items():
        public = sys.modules.get(f"mesacircuits.{home}") or __import__(
            f"mesacircuits.{home}", fromlist=["*"]
        )
        assert set(names) <= set(getattr(public, "__all__", names))
        assert all(getattr(mesacircuits, name) is getattr(public, name) for name in names)
    assert set(dir(mesacircuits)) == set(mesacircuits.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        mesacircuits.nothing  # noqa: B018


@pytest.mark.slow
def test_a_wheel_works_far_from_its_sources(tmp_path):
    def run(*command, status=0):
        done = subprocess.run(
            [str(word) for word in command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    source = tmp_path / "source"
    names = ("pyproject.toml", "README.md", "LICENSE", "mesacircuits", "cli", "data", "docs")
    source.mkdir()
    run("cp", "-r", *(ROOT / name for name in names), source)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "wheels", source)
    (wheel,) = (tmp_path / "wheels").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        members = archive.namelist()
    tops = {name.split("/")[0] for name in members}
    assert tops == {"mesacircuits", f"mesacircuits-{mesacircuits.__version__}.dist-info"}
    assert {"mesacircuits/py.typed", "mesacircuits/cli/main.py"} <= set(members)
    assert "mesacircuits/data/manifest.json" in members
    assert not any(name.endswith((".pyc", ".nbi", ".nbc")) for name in members)
    run("rm", "-r", source)
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    bin_ = tmp_path / "venv" / "bin"
    constraints = ROOT / ".ci" / "constraints.txt"
    run(bin_ / "python", "-m", "pip", "install", "--quiet", "-c", constraints, wheel)
    tool = bin_ / "mesacircuits"
    assert run(tool, "--version") == f"mesacircuits {mesacircuits.__version__}\n"
    certificate = tmp_path / "c.json"
    text = run(
        tool,
        "check",
        "minimal-circuits",
        "--set",
        "inputs=2",
        "--certificate",
        certificate,
        status=0,
    )
    head = "HELD: minimal-circuits (2 of 2 arms), functions(2), b2; at the defaults: refuted\n"
    assert text.startswith(head)
    assert run(tool, "verify", certificate, "--full").startswith("VERIFIED in full: held: ")
    code = "import mesacircuits, mesacircuits.data; print(mesacircuits.__file__)"
    assert Path(run(bin_ / "python", "-c", code).strip()).is_relative_to(tmp_path)
    code = "from mesacircuits.catalog.atlas.claims import plots; print(len(dict(plots())))"
    assert int(run(bin_ / "python", "-c", code)) == len(stored_claims())
    for top in ("cli", "data"):
        run(bin_ / "python", "-c", f"import {top}", status=1)
