"""What Hypothesis learns of mesacircuits: types, once they are imported; and no file is left."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from importlib import import_module, resources
from pathlib import Path

import pytest
from hypothesis import Phase, find, given, settings, strategies as st

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import Definition, has_tag
from mesacircuits.tasks import Task
from mesacircuits.testing.registration import _DRAWN

ONCE = settings(database=None, phases=[Phase.generate])
TYPES = [
    getattr(import_module(f"mesacircuits.{package}"), name)
    for package, names in _DRAWN.items()
    for name in names
]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_type_is_drawn_and_written_as_python(kind) -> None:
    drawn = find(st.from_type(kind), lambda _: True, settings=ONCE)
    if kind is Task:
        assert drawn.inputs > 0
    else:
        assert isinstance(drawn, kind)


@given(st.from_type(Task), st.from_type(Definition))
def test_annotations_of_signatures_are_drawn(task, definition) -> None:
    assert 1 <= task.inputs <= 6
    assert definition.name


def test_a_property_may_be_annotated_alone() -> None:
    seen = []

    @settings(ONCE, max_examples=10)
    @given(...)
    def holds(circuit: Circuit, task: Task) -> None:
        seen.append((circuit, task))

    holds()
    assert len(seen) == 10
    assert callable(has_tag)


def run(code: str, cwd: Path, **environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    return ran.stdout


def test_importing_hypothesis_imports_nothing_else_of_mesacircuits(tmp_path: Path) -> None:
    code = "import hypothesis, sys; print(*sorted(m for m in sys.modules if 'mesacirc' in m))"
    assert run(code, tmp_path).split() == [
        "mesacircuits",
        "mesacircuits.testing",
        "mesacircuits.testing.registration",
    ]


@pytest.mark.parametrize("before", ["", "import mesacircuits.definitions", "import hypothesis"])
def test_packages_may_be_imported_before_and_after(tmp_path: Path, before: str) -> None:
    code = f"""
{before}
import sys
from hypothesis import find, settings, Phase, strategies as st
import mesacircuits.definitions, mesacircuits.programs, mesacircuits.tasks.world
from mesacircuits import circuits, definitions, programs, tasks
once = settings(database=None, phases=[Phase.generate])
for kind in (circuits.Gate, programs.Instruction, tasks.World, tasks.Task, definitions.Definition):
    find(st.from_type(kind), lambda _: True, settings=once)
print(*[type(finder).__name__ for finder in sys.meta_path if "Watch" in type(finder).__name__])
"""
    assert not run(code, tmp_path).strip(), "it watches on, though all has been imported"


@pytest.mark.parametrize("package", _DRAWN)
def test_packages_are_as_if_nothing_had_watched(package: str) -> None:
    module = import_module(f"mesacircuits.{package}")
    assert type(module.__spec__.loader).__module__ == "_frozen_importlib_external"
    assert module.__loader__ is module.__spec__.loader
    assert resources.files(module).joinpath("__init__.py").is_file()
    assert inspect.getsource(module).startswith('"""')


def test_a_module_that_cannot_be_imported_raises_what_it_raised(tmp_path: Path) -> None:
    (tmp_path / "mesacircuits_watched.py").write_text("1 / 0")
    code = """
import sys
from mesacircuits.testing.registration import _Watch
sys.meta_path.insert(0, _Watch({"mesacircuits_watched": print, "no_such_module": print}))
for name in ("mesacircuits_watched", "no_such_module"):
    try:
        __import__(name)
    except (ZeroDivisionError, ImportError) as error:
        print(type(error).__name__)
"""
    assert run(code, tmp_path, PYTHONPATH=str(tmp_path)).split() == [
        "ZeroDivisionError",
        "ModuleNotFoundError",
    ]


MODULES = "strategies, solving, tagging, registration, axioms"


def test_importing_leaves_no_files(tmp_path: Path) -> None:
    run(f"from mesacircuits.testing import {MODULES}", tmp_path)
    assert not [*tmp_path.iterdir()]


def test_the_documented_variable_keeps_files_elsewhere(tmp_path: Path) -> None:
    code = """
from hypothesis import find
from mesacircuits.testing import circuits
find(circuits(2), lambda circuit: circuit.size == 1)
"""
    here, kept = tmp_path / "here", tmp_path / "kept"
    here.mkdir()
    run(code, here, HYPOTHESIS_STORAGE_DIRECTORY=str(kept))
    assert not [*here.iterdir()]
    assert [*kept.iterdir()]


def test_the_tests_themselves_use_it() -> None:
    kept = Path(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"])
    assert kept.resolve() != (Path.cwd() / ".hypothesis").resolve()
