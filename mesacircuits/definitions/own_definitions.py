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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass, replace
from fractions import Fraction
from importlib.metadata import EntryPoint, entry_points
from math import isfinite
from numbers import Rational, Real
from pathlib import Path
from types import ModuleType

from mesacircuits.call import Call, check_names
from mesacircuits.circuits import MealyMachine
from mesacircuits.definitions.definition import (
    MIXED,
    UNCLASSIFIED,
    Definition,
    Judgement,
    Measured,
    Solver,
    definition_record,
)
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.tasks import Task

__all__ = [
    "GROUP",
    "MOST_DIGITS",
    "DefinitionFailed",
    "Dial",
    "FunctionDefinition",
    "as_definition",
    "described",
    "entry_point_definitions",
    "from_function",
    "judgement_from",
    "load_definition",
    "subject_text",
    "type_text",
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


#: The most digits that a score's numerator and its denominator may have.
MOST_DIGITS = 100

_UNSTATED = "not stated"

#: Which way a dial may be set so that it never adds a tag.
WAYS = ("more", "less")


_Judge = Callable[..., object]
#: The value of a dial.
Dial = int | str | None


@dataclass(frozen=True)
class FunctionDefinition:
    """A definition made of a function of a solver and a task (see `from_function`).

    Attributes:
        name, tag, version, formula, source, blind_to: as every definition has them.
        function: judges; it takes a solver, a task, and the dials by name.
        dials: the dials and their values.
        ways: for each dial of which it is known, whether `more` or `less` never adds a tag.
    """

    name: str
    tag: str
    function: _Judge
    formula: str = _UNSTATED
    source: str = _UNSTATED
    blind_to: str = _UNSTATED
    version: int = 1
    dials: tuple[tuple[str, Dial], ...] = ()
    ways: tuple[tuple[str, str], ...] = ()

    @property
    def stricter(self) -> dict[str, str]:
        """For each dial of which it is known, whether `more` or `less` never adds a tag."""
        return dict(self.ways)

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""
        return dict(self.dials)

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return what the function says, as a judgement.

        Raises `ArgumentError` where that is no exact score, and whatever the function raises.
        """
        return judgement_from(self, self.function(solver, task, **self.parameters))

    def with_dials(self, dials: Mapping[str, Dial]) -> FunctionDefinition:
        """Return the definition with some of its dials set otherwise."""
        check_names(f"dial of {self.name}", dials, [name for name, _ in self.dials])
        return replace(self, dials=tuple((self.parameters | dict(dials)).items()))


def from_function(
    name: str,
    tag: str,
    judge: _Judge,
    *,
    formula: str = "",
    source: str = "",
    blind_to: str = "",
    version: int = 1,
    stricter: Mapping[str, str] | None = None,
) -> FunctionDefinition:
    """Return the definition whose score is what a function of solver and task returns.

    Arguments:
        name: what the definition is called.
        tag: the tag that it gives where the score is 1.
        judge: takes a solver (a `Circuit` or a `MealyMachine`) and a task; further arguments with
            a default are dials. It returns an exact score from 0 to 1 (a Fraction, an int or a
            bool), after which may come a witness, JSON values that prove the tag, and last a
            `Measured`, the value that the score is a threshold on: `(score, witness)`,
            `(score, measured)` or `(score, witness, measured)`. Where it does not apply it returns
            None, or None and a few words why.
        formula, source, blind_to, version: what users should know of it; the formula is by default
            the first paragraph of the function's docstring.
        stricter: for some dials, numbers, `more` or `less`: set so they never add a tag, which the
            axiom `dial-monotone` then tries.

    Raises `ArgumentError` for an argument of `judge` that has no default, beside the first two, and
    where `stricter` names no dial or says neither.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> deep = from_function("deep", "deep", lambda solver, task, least=3: solver.depth >= least)
    >>> deep.judge(Circuit.parse(1, "out = a"), parse_task("tt:1:2")).score, deep.parameters
    (Fraction(0, 1), {'least': 3})
    """
    arguments = list(inspect.signature(judge).parameters.values())
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = [argument for argument in arguments if argument.kind not in kinds]
    for argument in named[2:]:
        if argument.default is inspect.Parameter.empty:
            raise ArgumentError("judge", "a default for each dial", argument.name)
    ways = dict(stricter or {})
    check_names(f"dial of {name}", ways, [argument.name for argument in named[2:]])
    for known, way in ways.items():
        if way not in WAYS:
            raise ArgumentError(f"stricter of {known}", " or ".join(WAYS), way)
    described = (inspect.getdoc(judge) or "").partition("\n\n")[0]
    return FunctionDefinition(
        name,
        tag,
        judge,
        formula or " ".join(described.split()) or _UNSTATED,
        source or _UNSTATED,
        blind_to or _UNSTATED,
        version,
        tuple((argument.name, argument.default) for argument in named[2:]),
        tuple(ways.items()),
    )


def as_definition(
    name: str = "",
    tag: str = "",
    *,
    formula: str = "",
    source: str = "",
    blind_to: str = "",
    version: int = 1,
    stricter: Mapping[str, str] | None = None,
) -> Callable[[_Judge], FunctionDefinition]:
    """Return a decorator that makes a definition of a function, as `from_function` does.

    By default the name is the function's, with hyphens, and the tag is the name.

    >>> @as_definition(blind_to="all but the number of gates")
    ... def at_most_two_gates(solver, task):
    ...     return solver.size <= 2
    >>> at_most_two_gates.name, at_most_two_gates.tag
    ('at-most-two-gates', 'at-most-two-gates')
    """

    def make(judge: _Judge) -> FunctionDefinition:
        called = name or getattr(judge, "__name__", "definition").replace("_", "-")
        return from_function(
            called,
            tag or called,
            judge,
            formula=formula,
            source=source,
            blind_to=blind_to,
            version=version,
            stricter=stricter,
        )

    return make


def judgement_from(definition: Definition, result: object) -> Judgement:
    """Return what a definition's function returned, as a judgement.

    Raises `ArgumentError` for a score that is not exact or not from 0 to 1, for a witness beside
    a score below 1, for a measured value that is no number with a unit and a bound on its error, or
    that stands beside no score, and for a judgement with another tag.

    >>> deep = from_function("deep", "deep", lambda solver, task: 0.5)
    >>> judgement_from(deep, (True, {"depth": 4})).holds
    True
    >>> print(judgement_from(deep, (0, Measured(3, "gates"))).measured)
    3 gates
    >>> judgement_from(deep, 0.5)
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: score: expected a Fraction, an int or a bool, got \
0.5, a float, which is not exact
    """
    if isinstance(result, Judgement):
        score: object = result.score
        witness: object = result.witness
        note, measured = result.note, result.measured
        if result.tag != definition.tag:
            raise ArgumentError("tag of the judgement", definition.tag, str(result.tag))
    else:
        parts: tuple[object, ...] = result if isinstance(result, tuple) else (result,)
        measured = None
        if parts and isinstance(parts[-1], Measured):
            measured, parts = parts[-1], parts[:-1]
            if not parts:
                expected = "a score before it: (score, measured) or (score, witness, measured)"
                raise ArgumentError("measured value", expected, str(measured))
        # What is neither of these is taken for a score, and refused as such.
        score, witness = (
            parts if len(parts) == 2 else (parts[0] if len(parts) == 1 else parts, None)
        )
        note = ""
        if score is None:
            note = f"not applicable: {witness if isinstance(witness, str) else 'it gave no score'}"
            witness = None
    exact = None if score is None else _exact(score)
    if measured is not None:
        if exact is None:
            raise ArgumentError("measured value", "none without a score", type_text(measured))
        measured = _measure(measured)
    if witness is not None and exact != 1:
        raise ArgumentError("witness", f"none with the score {exact}", type(witness).__name__)
    if witness is not None and not isinstance(witness, Mapping):
        witness = {"kind": definition.tag, "value": witness}
    return Judgement(
        definition_record(definition), definition.tag, exact, witness, str(note), measured
    )


_LONGEST_UNIT = 40


def _measure(measured: object) -> Measured:
    # Types are promised, and definitions are written by anyone.
    if not isinstance(measured, Measured):
        raise ArgumentError("measured value", "a Measured", type_text(measured))
    value: object = measured.value
    unit: object = measured.unit
    error: object = measured.error
    if isinstance(value, Rational):
        value = Fraction(int(value.numerator), int(value.denominator))
        _check_digits("measured value", value)
    elif isinstance(value, Real) and isfinite(value):
        value = float(value)
    else:
        got = value if isinstance(value, float) else type_text(value)
        raise ArgumentError("measured value", "a Fraction, an int or a finite float", got)
    if not isinstance(unit, str) or not unit.isprintable() or not 0 < len(unit) <= _LONGEST_UNIT:
        raise ArgumentError("unit of the measured value", "a few words, such as bits", unit)
    if not isinstance(error, Real) or not isfinite(error) or error < 0:
        raise ArgumentError("error of the measured value", "a number from 0", error)
    if isinstance(value, Fraction) and error:
        expected = "0 of an exact value; else a float as the value"
        raise ArgumentError("error of the measured value", expected, error)
    return Measured(value, unit, float(error))


def _exact(score: object) -> Fraction:
    if isinstance(score, float):
        got = f"{score}, a float, which is not exact"
        raise ArgumentError("score", "a Fraction, an int or a bool", got)
    if not isinstance(score, Rational):
        raise ArgumentError("score", "a Fraction, an int or a bool", type_text(score))
    exact = Fraction(int(score.numerator), int(score.denominator))
    _check_digits("score", exact)
    if not 0 <= exact <= 1:
        raise ArgumentError("score", "a number from 0 to 1", str(exact))
    return exact


def _check_digits(what: str, number: Fraction) -> None:
    # Longer ones are not even written: Python refuses to, from some thousands of digits on.
    if max(abs(number.numerator), number.denominator) >= 10**MOST_DIGITS:
        expected = f"at most {MOST_DIGITS} digits above and below the line"
        raise ArgumentError(what, expected, "more")


def type_text(value: object) -> str:
    """Return the type of a value with its article, as messages say what came.

    >>> type_text(3), type_text("three"), type_text(Fraction(1, 3))
    ('an int', 'a str', 'a fractions.Fraction')
    """
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    return f"{'an' if name[0] in 'aeioAEIO' else 'a'} {name}"
