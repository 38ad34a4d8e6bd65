"""Definitions tried on the axioms: small examples first, then drawn ones, then the smallest.

And, written out, a file of tests for pytest, with the axioms of one definition.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from textwrap import fill
from typing import Any

from mesacircuits.call import Call
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    definition_record,
)
from mesacircuits.definitions.own_definitions import (
    DefinitionFailed,
    described,
    file_of,
    subject_text,
)
from mesacircuits.definitions.registry import (
    DEFINITIONS,
    definition_call,
    describe_definition,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import plain_table, wrapped
from mesacircuits.tasks import Task
from mesacircuits.testing.axioms.axiom import Axiom, Example, Violation

__all__ = [
    "BROKEN",
    "EXAMPLES",
    "AxiomResult",
    "AxiomTrial",
    "try_axioms",
    "written_test",
]

#: How many examples are drawn, unless said otherwise; of small ones, four times as many.
EXAMPLES = 100
_SMALL_PER_DRAWN = 4
#: The most small examples among which a smallest counterexample is looked for.
_MOST_SMALL = 20_000

#: The exit status where an axiom is broken.
BROKEN = 3


@dataclass(frozen=True)
class AxiomResult:
    """What became of one axiom.

    Attributes:
        axiom: the axiom.
        examples: how many examples were looked at.
        applied: how many of those the definition applied to.
        inapplicable: why the axiom says nothing of the definition; "" if it does.
        violation: the smallest counterexample, if there is any.
        smallest: whether it is the first of the axiom's small examples to break it; else it is
            what Hypothesis shrank, and none of the small ones looked at is smaller.
    """

    axiom: Axiom
    examples: int = 0
    applied: int = 0
    inapplicable: str = ""
    violation: Violation | None = None
    smallest: bool = False

    @property
    def status(self) -> str:
        """`held`, `broken` or `not applicable`."""
        if self.violation is not None:
            return "broken"
        return "held" if self.applied else "not applicable"

    @property
    def remark(self) -> str:
        """Why the axiom does not apply, if it does not."""
        if self.violation is not None or self.applied:
            return ""
        return self.inapplicable or "the definition applies to none of the examples"

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        record: dict[str, Any] = {
            "axiom": self.axiom.name,
            "statement": self.axiom.statement,
            "status": self.status,
            "examples": self.examples,
            "applied": self.applied,
        }
        if self.remark:
            record["remark"] = self.remark
        if self.violation is not None:
            record["counterexample"] = self.violation.to_json()
            record["smallest"] = self.smallest
        return record


@dataclass(frozen=True)
class AxiomTrial:
    """What became of a definition on the axioms.

    Attributes:
        definition: the definition.
        results: one per axiom, up to the first on which the definition failed.
        failure: how it failed, if it did.
        examples, seed: as they were asked for.
    """

    definition: Definition
    results: tuple[AxiomResult, ...]
    failure: DefinitionFailed | None = None
    examples: int = EXAMPLES
    seed: int = 0

    @property
    def broken(self) -> tuple[AxiomResult, ...]:
        """The results of the axioms that are broken."""
        return tuple(result for result in self.results if result.violation is not None)

    @property
    def exit_status(self) -> int:
        """0 if all held, 3 if some are broken, 1 if the definition failed."""
        if self.failure is not None:
            return 1
        return BROKEN if self.broken else 0

    def to_json(self) -> dict[str, Any]:
        """Return the trial as JSON values."""
        return {
            "definition": {
                "text": describe_definition(self.definition),
                **definition_record(self.definition),
                "tag": self.definition.tag,
            },
            "examples": self.examples,
            "seed": self.seed,
            "axioms": [result.to_json() for result in self.results],
            "failure": None if self.failure is None else str(self.failure),
        }

    def __str__(self) -> str:
        rows = [
            (result.axiom.name, result.status, result.applied, result.examples)
            for result in self.results
        ]
        name = describe_definition(self.definition)
        held = sum(result.status == "held" for result in self.results)
        counts = f"{held} axioms held, {len(self.broken)} broken"
        parts = [wrapped(f"{name}: {'failed; ' * (self.failure is not None)}{counts}", "", "  ")]
        if rows:
            parts.append(plain_table(("axiom", "verdict", "applied", "examples"), rows))
        named: dict[str, list[str]] = {}
        for result in self.results:
            if result.remark:
                named.setdefault(result.remark, []).append(result.axiom.name)
        remarks = [
            wrapped(f"{', '.join(names)}: not applicable: {remark}", "", "  ")
            for remark, names in named.items()
        ]
        if remarks:
            parts.append("\n".join(remarks))
        for result in self.broken:
            where = "the smallest counterexample"
            if not result.smallest:
                where = "a counterexample (the small examples before it hold)"
            heading = f"{result.axiom.name}: {result.axiom.statement}"
            parts.append(f"{wrapped(heading, '', '  ')}\n{where}:\n\n{result.violation}")
        if self.failure is not None:
            parts.append(wrapped(str(self.failure), "", "  "))
        return "\n\n".join(parts)


def try_axioms(
    definition: Definition,
    axioms: Sequence[Axiom] | None = None,
    examples: int = EXAMPLES,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> AxiomTrial:
    """Return what becomes of a definition on the axioms.

    Each axiom is tried on the first of its small examples, in order, and on drawn ones. If one
    breaks it, smaller ones are looked for among all small examples: so the counterexample is the
    first of those, or else what Hypothesis shrank.

    Arguments:
        definition: the definition; one of others should be `Contained`.
        axioms: by default all.
        examples: how many are drawn for each axiom, at least 1.
        seed: what they are drawn from; with the same seed they are the same.
        progress: is told of each axiom before it is tried.

    Raises `ArgumentError` for a number of examples below 1.

    >>> from mesacircuits.definitions import LookupTable
    >>> from mesacircuits.testing.axioms import ANCHORS
    >>> try_axioms(LookupTable(), [ANCHORS], examples=5).results[0].status
    'held'
    """
    if axioms is None:
        from mesacircuits.testing.axioms import AXIOMS

        axioms = AXIOMS
    if not isinstance(examples, int) or examples < 1:
        raise ArgumentError("examples", "a whole number, at least 1", examples)
    remembered = _Remembered(definition)
    results: list[AxiomResult] = []
    failure = None
    for place, axiom in enumerate(axioms, 1):
        if progress is not None:
            progress(f"{place} of {len(axioms)}: {axiom.name}")
        try:
            results.append(_Trial(remembered, axiom, examples, seed).result())
        except DefinitionFailed as error:
            failure = error
            break
    return AxiomTrial(definition, tuple(results), failure, examples, seed)


class _Remembered:
    """A definition that judges each subject once, and counts to how many it applies."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._known: dict[tuple[Solver, str, str], Judgement] = {}
        self.applied = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._definition, name)

    def judge(self, solver: Solver, task: Task) -> Judgement:
        key = solver, type(task).__name__, task.hash_hex
        if key not in self._known:
            try:
                self._known[key] = self._definition.judge(solver, task)
            except DefinitionFailed:
                raise
            except Exception as error:
                name, subject = describe_definition(self._definition), subject_text(solver, task)
                raise DefinitionFailed(name, subject, described(error)) from error
        self.applied |= self._known[key].applies
        return self._known[key]


class _Trial:
    """One axiom being tried."""

    def __init__(self, definition: _Remembered, axiom: Axiom, examples: int, seed: int) -> None:
        self.definition, self.axiom = definition, axiom
        self.drawn, self.seed = examples, seed
        self.looked = self.applied = 0

    def result(self) -> AxiomResult:
        reason = self.axiom.inapplicable(self.definition)
        if reason:
            return AxiomResult(self.axiom, inapplicable=reason)
        small = self.axiom.smallest()
        violation = self._first(small, self.drawn * _SMALL_PER_DRAWN)
        smallest = violation is not None
        if violation is None:
            violation = self._by_drawing()
            if violation is not None:
                smaller = self._first(small, _MOST_SMALL, violation.example)
                smallest = smaller is not None
                violation = smaller or violation
        return AxiomResult(self.axiom, self.looked, self.applied, "", violation, smallest)

    def _check(self, example: Example) -> Violation | None:
        self.definition.applied = False
        violation = self.axiom.check(self.definition, example)
        self.looked += 1
        self.applied += self.definition.applied
        return violation

    def _first(
        self, examples: Iterator[Example], most: int, below: Example | None = None
    ) -> Violation | None:
        for example in islice(examples, most):
            if below is not None and example.key[0] > below.key[0]:
                break
            violation = self._check(example)
            if violation is not None:
                return violation
        return None

    def _by_drawing(self) -> Violation | None:
        from hypothesis import HealthCheck, Verbosity, given, seed, settings

        found: list[Violation] = []
        failed: list[DefinitionFailed] = []

        @seed(self.seed)
        @settings(
            max_examples=self.drawn,
            database=None,
            deadline=None,
            print_blob=False,
            report_multiple_bugs=False,
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(self.axiom.examples())
        def holds(example: Example) -> None:
            if failed:
                # Once it failed it is not asked again; so Hypothesis has nothing to shrink.
                raise failed[0]
            try:
                violation = self._check(example)
            except DefinitionFailed as error:
                failed.append(error)
                raise
            if violation is not None:
                found.append(violation)
                raise AssertionError

        try:
            holds()
        except AssertionError:
            # Hypothesis ends with the example to which it shrank.
            return found[-1]
        return None


_HEAD = '''"""Axioms that {name} is to satisfy.

Begun by `mesacircuits write-test`; yours to keep and to change.
"""

from itertools import islice
{path_import}
import pytest
from hypothesis import given, settings

from mesacircuits.definitions import {loader}
from mesacircuits.testing import axioms

{definition}
AXIOMS = {axioms}


@pytest.mark.parametrize("axiom", AXIOMS, ids=lambda axiom: axiom.name)
def test_small_examples(axiom):
    """The smallest circuits come first, so what fails here is no larger than needed."""
    # Only the first 400 of the small examples; most axioms have many more. Once a drawn one breaks
    # an axiom, `mesacircuits axioms` looks on among the small ones for the smallest that does.
    for example in islice(axiom.smallest(), 400):
        axiom.assert_holds(DEFINITION, example)
'''

_TEST = '''

@settings(deadline=None)
@given(axioms.{constant}.examples())
def test_{function}(example):
    """{statement}"""
    axioms.{constant}.assert_holds(DEFINITION, example)
'''

_LEFT_OUT = """

{remark}
"""


def written_test(definition: Definition, output: str | None = None) -> str:
    """Return a file of tests with the axioms of a definition, one test each.

    Arguments:
        definition: the definition, with its dials.
        output: where the file is going to be, from where a definition's own file is found; by
            default the working directory.

    >>> from mesacircuits.definitions import SearchLike
    >>> [line for line in written_test(SearchLike()).splitlines() if "search-like" in line][1]
    'DEFINITION = definition_named("search-like")'
    """
    from mesacircuits.testing.axioms import AXIOMS

    name = describe_definition(definition)
    call = definition_call(name)
    applying = [axiom for axiom in AXIOMS if not axiom.inapplicable(definition)]
    listed = "".join(f"    axioms.{axiom.constant},\n" for axiom in applying)
    path_import, loader = "", "definition_named"
    if (place := file_of(call.name)) is not None:
        folder = Path(output or "test.py").resolve().parent
        path = os.path.relpath(Path(place[0]).resolve(), folder)
        within = f":{Call(place[1], call.arguments)}"
        path_import, loader = "from pathlib import Path\n", "load_definition"
        made = (
            "# Judged in this process, where a debugger sees it.\n"
            f"FILE = Path(__file__).parent / {_quoted(path)}\n"
            f"DEFINITION = load_definition(f{_quoted('{FILE}' + within)})"
        )
    else:
        loader = loader if call.name in DEFINITIONS else "load_definition"
        made = f"DEFINITION = {loader}({_quoted(name)})"
    text = _HEAD.format(
        name=name,
        path_import=path_import,
        loader=loader,
        definition=made,
        axioms=f"(\n{listed})",
    )
    for axiom in AXIOMS:
        reason = axiom.inapplicable(definition)
        text += (
            _LEFT_OUT.format(remark=_comment(f"{axiom.name} does not apply: {reason}."))
            if reason
            else _TEST.format(
                constant=axiom.constant,
                function=axiom.name.replace("-", "_"),
                statement=_folded(axiom.statement),
            )
        )
    return text


def _comment(text: str) -> str:
    return fill(text, 100, initial_indent="# ", subsequent_indent="# ")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folded(statement: str) -> str:
    # Docstrings of one line fit in 100 columns.
    if len(statement) <= 80:
        return statement
    words, lines = statement.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 80:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{word}"
    return "\n    ".join([*lines, ""])
