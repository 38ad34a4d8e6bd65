"""The plan of the house, kept by tests: who imports whom, what importing costs, what is public."""

import ast
import importlib
import inspect
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(p for top in ("mesacircuits", "cli", "data") for p in (ROOT / top).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

#: What each package may import; only what stands before it in data's flow.
ALLOWED = {"errors": set(), "cache_folders": set()}
ALLOWED |= {name: {"errors"} for name in ("call", "records", "tables", "drawing")}
ALLOWED["circuits"] = {*ALLOWED}
ALLOWED["data"] = ALLOWED["circuits"] | {"circuits"}
ALLOWED["programs"] = ALLOWED["circuits"] | {"circuits"}
ALLOWED["tasks"] = ALLOWED["programs"] | {"programs"}
ALLOWED["enumeration"] = ALLOWED["tasks"] | {"tasks", "data"}
ALLOWED["definitions"] = ALLOWED["tasks"] | {"tasks", "data"}
ALLOWED["studies"] = ALLOWED["tasks"] | {"tasks", "data", "enumeration", "definitions"}
ALLOWED["conjectures"] = ALLOWED["studies"] | {"studies"}
ALLOWED["catalog"] = ALLOWED["conjectures"] | {"conjectures"}
ALLOWED["testing"] = ALLOWED["conjectures"] | {"conjectures"}
ALLOWED["cli"] = ALLOWED["testing"] | {"testing", "catalog"}
# `mesacircuits/__init__.py` may name anything, lazily: what importing it costs is tested below.
ALLOWED["mesacircuits"] = set(ALLOWED) - {"cli"}


def name_of(path):
    """Return the dotted name under which a source file is installed."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[0] != "mesacircuits":
        parts.insert(0, "mesacircuits")
    return ".".join(parts).removesuffix(".__init__")


def layer(module):
    """Return the package of a dotted name: its second part, or the root's own name."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def imports_of(source, package):
    """Yield the dotted names of all that a source text imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            if base == "mesacircuits":
                yield from (f"{base}.{alias.name}" for alias in node.names)
            else:
                yield base


@cache
def imports_of_file(path):
    name = name_of(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return set(imports_of(path.read_text(), package))


def identify(path):
    return str(path.relative_to(ROOT))


def test_the_reader_of_imports_sees_them_all():
    source = """
import mesacircuits.tasks as t
from mesacircuits import circuits, Unknown
from . import near
from .near import x
from ..records import y
def f():
    if TYPE_CHECKING:
        from mesacircuits.catalog.store import z
"""
    assert set(imports_of(source, "mesacircuits.testing")) == {
        "mesacircuits.tasks",
        "mesacircuits.circuits",
        "mesacircuits.Unknown",
        "mesacircuits.testing",
        "mesacircuits.testing.near",
        "mesacircuits.records",
        "mesacircuits.catalog.store",
    }


def test_packages_import_only_downwards():
    for path in SOURCES:
        own = layer(name_of(path))
        assert own in ALLOWED, f"{identify(path)}: a new package needs its place in the order above"
        ours = {m for m in imports_of_file(path) if m.split(".")[0] == "mesacircuits"}
        above = {layer(module) for module in ours} - {own} - ALLOWED[own]
        assert not above, identify(path)


def test_nothing_imports_cli_or_data_as_a_top_level_module():
    for path in SOURCES + TESTS:
        tops = {module.split(".")[0] for module in imports_of_file(path)}
        assert not tops & {"cli", "data"}, identify(path)


def test_files_are_named_for_a_topic():
    unclear = {"utils", "util", "common", "helpers", "misc"}
    assert [identify(p) for p in SOURCES + TESTS if p.stem in unclear] == []


#: What reads files that strangers pass on: certificates, catalogs, stores, claims of one's own.
READERS = [
    *(ROOT / "mesacircuits/conjectures").glob("verify*.py"),
    *(
        ROOT / f"mesacircuits/conjectures/{name}.py"
        for name in ("certificate", "kept_parts", "claim", "sentence", "decide")
    ),
    *(p for p in (ROOT / "mesacircuits/catalog").rglob("*.py") if p.stem != "building"),
    *(ROOT / f"mesacircuits/enumeration/{n}.py" for n in ("units", "rows", "engines", "drup")),
    *(ROOT / f"mesacircuits/enumeration/five_inputs/{name}.py" for name in ("formulas", "sizes")),
]
#: What may lead from a name to a file, a module or an entry point, or runs a text.
LEADING = {
    *("definition_named", "basis_named", "parse_task", "parse_function_task", "read_task"),
    *("load_definition", "entry_point_definitions", "entry_points", "Contained", "own_claims"),
    *("import_module", "__import__", "spec_from_file_location", "exec", "eval", "loads", "Popen"),
}


def test_names_in_files_are_resolved_by_one_function():
    """No reader calls another than `named_in_file`, which has no way to a path or a module."""
    assert all(path.is_file() for path in READERS)
    callers = set()
    for path in READERS:
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "id", getattr(node, "attr", None))
            callers |= {path} if name == "named_in_file" else set()
            assert name not in LEADING, f"{identify(path)}: {name}"
    assert len(callers) > 3


def test_the_function_that_resolves_names_in_files_says_no_to_files():
    source = (ROOT / "mesacircuits/definitions/file_names.py").read_text()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = {"basis_named", "definition_named", "parse_task", "parse_function_task"}
    found = [call for call in calls if getattr(call.func, "id", "") in named]
    assert len(found) == len(named)
    for call in found:
        assert [(k.arg, ast.literal_eval(k.value)) for k in call.keywords] == [("files", False)]


def test_kernels_are_compiled_in_one_way():
    """So that no inner loop counts references unawares, and code is kept where it is safe."""
    for path in SOURCES:
        if path.stem != "compiled_kernels":
            assert "numba" not in {module.split(".")[0] for module in imports_of_file(path)}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stem.endswith("_kernels")], ids=identify)
def test_kernels_are_kept_under_all_that_is_compiled_into_them(path):
    from mesacircuits.circuits.compiled_kernels import sources_of

    if path.stem == "compiled_kernels":
        return
    seen, waiting = set(), [name_of(path)]
    while waiting:
        module = waiting.pop()
        seen.add(module)
        if module.endswith("_kernels") and not module.endswith(".compiled_kernels"):
            imported = imports_of_file(ROOT.joinpath(*module.split(".")).with_suffix(".py"))
            ours = {m for m in imported if m.split(".")[0] == "mesacircuits"}
            waiting += ours - seen
    assert {name_of(source) for source in sources_of(path)} == seen


def test_every_package_is_shipped():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shipped = project["tool"]["setuptools"]["packages"]
    assert len(set(shipped)) == len(shipped)
    ours = {name_of(p) for p in SOURCES if p.name == "__init__.py"}
    assert ours | {"mesacircuits.claim_pages"} == set(shipped)


def modules_after(code):
    """Return the top-level modules loaded after running `code` in a fresh interpreter."""
    code += "\nimport sys\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(run.stdout.splitlines()[-1].split())


HEAVY = {"numpy", "numba", "sympy", "networkx", "pysat", "matplotlib"}


@pytest.mark.parametrize(
    "code",
    [
        "import mesacircuits",
        "import mesacircuits.cli",
        "import mesacircuits.circuits, mesacircuits.tasks, mesacircuits.testing",
    ],
)
def test_importing_is_cheap(code):
    assert not modules_after(code) & HEAVY


def test_other_users_of_hypothesis_pay_little():
    loaded = modules_after("import hypothesis")
    assert "mesacircuits.testing.registration" in loaded, "the entry point is not installed"
    assert not loaded & (HEAVY | {"mesacircuits.testing.strategies"})


@pytest.mark.parametrize("first", ["hypothesis", "mesacircuits.testing"])
def test_types_are_known_whichever_is_imported_first(first):
    modules_after(
        f"import {first}\n"
        "from hypothesis import Phase, find, settings, strategies as st\n"
        "from mesacircuits.circuits import *\n"
        "from mesacircuits.programs import *\n"
        "from mesacircuits.tasks import *\n"
        "once = settings(database=None, phases=[Phase.generate])\n"
        "kinds = [Basis, Circuit, NPNTransform, TruthTable, MealyMachine, FunctionTask]\n"
        "kinds += [RelationTask, OptimisationTask, World, WorldTask, Episode, EpisodeTask]\n"
        "kinds += [Machine, Program]\n"
        "for kind in kinds:\n"
        "    assert isinstance(find(st.from_type(kind), lambda _: True, settings=once), kind)\n"
        "assert find(st.from_type(Circuit), lambda c: c.size > 1 and c.is_reduced())"
    )


PACKAGES = {name_of(p) for p in SOURCES if p.name == "__init__.py"}
PACKAGES |= {"mesacircuits.errors", "mesacircuits.records", "mesacircuits.call"}


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_public_names_exist_and_are_documented(package):
    module = importlib.import_module(package)
    assert len((module.__doc__ or "").strip(" .")) > 10
    public = getattr(module, "__all__", ())
    assert len(set(public)) == len(public)
    for name in public:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isroutine(value):
            text = vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__
            # A dataclass without a docstring is given its signature for one.
            assert text, f"{package}.{name} has no docstring"
            assert not text.startswith(f"{name}("), f"{package}.{name} has no docstring"
