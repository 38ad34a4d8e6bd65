"""Definitions of one's own: functions, classes and objects, read from files and packages.

What is loaded here runs inside this process with all its rights. Commands load definitions that
are not part of mesacircuits through `Contained`, which runs them in a process of their own.
"""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from mesacircuits.call import Call, check_names
from mesacircuits.circuits import MealyMachine
from mesacircuits.definitions.definition import (
    MIXED,
    UNCLASSIFIED,
    Definition,
    Solver,
)
from mesacircuits.definitions.function_definition import (
    Dial,
    FunctionDefinition,
    as_definition,
    type_text,
)
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.tasks import Task

__all__ = [
    "GROUP",
    "DefinitionFailed",
    "described",
    "entry_point_definitions",
    "load_definition",
    "subject_text",
]

#: The group of entry points by which installed packages offer definitions.
GROUP = "mesacircuits.definitions"

_LONGEST_SUBJECT = 160


class DefinitionFailed(MesacircuitsError):
    """A definition that is not part of mesacircuits did not give a judgement.

    Attributes:
        definition: the definition, as it was named.
        subject: the task and the solver that it was to judge; empty while it was being loaded.
        problem: what happened.

    >>> print(DefinitionFailed("mine.py:deep", "tt:1:1 by out = ~a", "took longer than 10 s"))
    definition mine.py:deep failed on tt:1:1 by out = ~a: took longer than 10 s
    """

    def __init__(self, definition: str, subject: str, problem: str) -> None:
        problem = " ".join(problem.split())
        at = f" on {subject}" if subject else ""
        super().__init__(f"definition {definition} failed{at}: {problem}")
        self.definition = definition
        self.subject = subject
        self.problem = problem

    def __reduce__(self) -> tuple[type[DefinitionFailed], tuple[str, str, str]]:
        return type(self), (self.definition, self.subject, self.problem)


def subject_text(solver: Solver, task: Task) -> str:
    """Return a task and a solver in a few words, as failures name them."""
    shown = solver.circuit if isinstance(solver, MealyMachine) else solver
    text = " ".join(f"{task} by {shown}".split())
    return text if len(text) <= _LONGEST_SUBJECT else text[: _LONGEST_SUBJECT - 3] + "..."


def load_definition(text: str) -> Definition:
    """Return the definition `FILE.py:NAME`, or that of an installed package, in this process.

    NAME is a definition, a class of definitions without required arguments, or a function as
    `from_function` takes it. Dials follow in parentheses. **The file is run**, with your rights.

    Raises:
        ArgumentError: if there is no such file or name, or no definition of that name.
        DefinitionFailed: if loading it raises something.
    """
    call = Call.parse(text, "definition")
    name = call.name
    if (place := file_of(name)) is not None:
        file, name = place
        module = _module_of(file, text)
        try:
            found = getattr(module, name)
        except AttributeError:
            public = [known for known in vars(module) if not known.startswith("_")]
            came = name + did_you_mean(name, public)
            raise ArgumentError("definition", f"a name that {file} defines", came) from None
    else:
        offered = entry_point_definitions()
        if name not in offered:
            raise ArgumentError("definition", "one of an installed package", name)
        with _failing(text):
            found = offered[name].load()
    with _failing(text):
        return _completed(found, name, call.values)


def file_of(name: str) -> tuple[str, str] | None:
    """Return the file and the name there of a definition called `FILE.py:NAME`; else None.

    >>> file_of("mine.py:deep"), file_of("search-like")
    (('mine.py', 'deep'), None)
    """
    match = re.fullmatch(r"(.*\.py):([^\s:()=,]+)", name)
    return match and (match[1], match[2])


def entry_point_definitions() -> dict[str, EntryPoint]:
    """Return the definitions that installed packages offer, by name, without loading any."""
    return {point.name: point for point in entry_points(group=GROUP)}


@contextmanager
def _failing(text: str) -> Iterator[None]:
    # Turns whatever another's code raises into a `DefinitionFailed`.
    try:
        yield
    except MesacircuitsError:
        raise
    except Exception as error:
        raise DefinitionFailed(text, "", described(error)) from error


def described(error: BaseException) -> str:
    """Return on one line what was raised, and the place in the file that raised it."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = "(no text)"
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {text}"
    ours = Path(__file__).parent.parent
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_file() and ours not in Path(frame.filename).parents
    ]
    at = f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""
    return f"raised {type(error).__name__}{': ' if text else ''}{text[:200]}{at}"


def _module_of(file: str, text: str) -> ModuleType:
    path = Path(file)
    if not path.is_file():
        raise ArgumentError("path", "a readable file of Python", str(path))
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        # Beside what it imports from its own folder, as `python FILE.py` would find it.
        sys.path.append(folder)
    name = f"mesacircuits_definitions_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise ArgumentError("path", "a file of Python, .py", str(path))
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up while they are made.
    sys.modules[name] = module
    with _failing(text):
        spec.loader.exec_module(module)
    return module


def _completed(found: object, name: str, dials: dict[str, Dial]) -> Definition:
    if isinstance(found, FunctionDefinition):
        made: object = found.with_dials(dials)
    elif isinstance(found, type):
        check_names(f"dial of {name}", dials, list(inspect.signature(found).parameters))
        made = found(**dials)
    elif callable(getattr(found, "judge", None)):
        if dials and not is_dataclass(found):
            raise ArgumentError(f"dial of {name}", "none", ", ".join(dials))
        check_names(f"dial of {name}", dials, list(getattr(found, "__dataclass_fields__", ())))
        made = replace(found, **dials) if dials else found  # type: ignore[type-var]
    elif callable(found):
        made = as_definition(name.replace("_", "-"))(found).with_dials(dials)
    else:
        expected = "a definition, a class of them, or a function of solver and task"
        raise ArgumentError("definition", expected, f"{name}, {type_text(found)}")
    return _checked(made, name)


def _checked(made: object, name: str) -> Definition:
    wanted = ("name", "tag", "version", "formula", "source", "blind_to", "parameters", "judge")
    lacking = [attribute for attribute in wanted if not hasattr(made, attribute)]
    if lacking or not isinstance(made, Definition):
        got = f"one without {', '.join(lacking)}"
        raise ArgumentError(f"definition {name}", "an object with all of a definition", got)
    for attribute in ("name", "tag", "formula", "source", "blind_to"):
        value = getattr(made, attribute)
        if not isinstance(value, str) or not value.strip():
            raise ArgumentError(f"{attribute} of {name}", "a text", value)
    if made.tag in (MIXED, UNCLASSIFIED) or not made.tag.isprintable() or len(made.tag) > 40:
        raise ArgumentError(f"tag of {name}", "a short name of its own", made.tag)
    if not isinstance(made.version, int):
        raise ArgumentError(f"version of {name}", "a whole number", made.version)
    for dial, value in dict(made.parameters).items():
        if not isinstance(dial, str) or not isinstance(value, int | str | None):
            raise ArgumentError(f"dial of {name}", "a name with a number or a text", dial)
    return made
