"""Definitions tried on the axioms: small examples first, then drawn ones, then the smallest.

And, written out, a file of tests for pytest, with the axioms of one definition.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from textwrap import fill
from typing import Any

from hypothesis.strategies import SearchStrategy

from mesacircuits.call import Call
from mesacircuits.definitions.definition import Definition, definition_record
from mesacircuits.definitions.own_definitions import DefinitionFailed, file_of
from mesacircuits.definitions.registry import DEFINITIONS, definition_call, describe_definition
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import Table, counted, plain_table, wrapped
from mesacircuits.testing.axioms.axiom import (
    Axiom,
    Conclusion,
    Counts,
    Example,
    Subject,
    Tally,
    Violation,
)
from mesacircuits.testing.axioms.remembered import Remembered
from mesacircuits.testing.axioms.subjects import KINDS, subjects
from mesacircuits.testing.axioms.tagged import MOST_DRAWN, Solvers
from mesacircuits.testing.drawing import look_at

__all__ = [
    "BROKEN",
    "EXAMPLES",
    "UNDECIDED",
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

#: The exit status where an axiom is broken, and where none is but one is undecided.
BROKEN = 3
UNDECIDED = 4

_INTENSIONAL = "intensional"


#: How a table calls an axiom of which some solvers of one function get different scores.
_YES = {True: "yes", False: "no"}


@dataclass(frozen=True)
class AxiomResult:
    """What became of one axiom.

    Attributes:
        axiom: the axiom.
        tally: what was seen: how many examples of each kind, to how many of them the definition
            applied, in how many the tag was given.
        inapplicable: why the axiom says nothing of the definition; "" if it does.
        conclusion: what follows from all examples together, where no single one decides.
        smallest: whether the counterexample is the first of the axiom's small examples to break it;
            else it is what Hypothesis shrank, and none of the small ones looked at is smaller.
    """

    axiom: Axiom
    tally: Tally = field(default_factory=Tally)
    inapplicable: str = ""
    conclusion: Conclusion | None = None
    smallest: bool = False

    @property
    def examples(self) -> int:
        """How many examples were looked at."""
        return self.tally.counts.examples

    @property
    def applied(self) -> int:
        """To how many of those the definition applied."""
        return self.tally.counts.applied

    @property
    def tagged(self) -> int:
        """In how many of those the tag was given."""
        return self.tally.counts.tagged

    @property
    def violation(self) -> Violation | None:
        """The counterexample, if a single example breaks the axiom."""
        return None if self.conclusion else self.tally.first

    @property
    def status(self) -> str:
        """`held`, `broken`, `inconclusive`, `reported` or `not applicable`."""
        if self.violation is not None:
            return "broken"
        if not self.applied:
            return "not applicable"
        return self.conclusion.status if self.conclusion else "held"

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
            "tagged": self.tagged,
            "kinds": {kind: asdict(counts) for kind, counts in self.tally.kinds.items()},
        }
        if self.remark:
            record["remark"] = self.remark
        elif self.conclusion is not None:
            record["found"] = self.tally.found
            if self.conclusion.text:
                record["conclusion"] = self.conclusion.text
            if self.tally.first is not None:
                record["example"] = self.tally.first.to_json()
        elif self.violation is not None:
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
        return self._with_status("broken")

    def _with_status(self, status: str) -> tuple[AxiomResult, ...]:
        return tuple(result for result in self.results if result.status == status)

    @property
    def intensional(self) -> bool | None:
        """Whether two solvers of one task and one function got different scores.

        None where that was not tried.
        """
        tried = [r for r in self.results if r.axiom.name == _INTENSIONAL and r.applied]
        return bool(tried[0].tally.found) if tried else None

    @property
    def exit_status(self) -> int:
        """0 if all held, 3 if some are broken, 4 if else one is undecided, 1 if it failed."""
        if self.failure is not None:
            return 1
        if self.broken:
            return BROKEN
        return UNDECIDED if self._with_status("inconclusive") else 0

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
            "intensional": self.intensional,
            "failure": None if self.failure is None else str(self.failure),
        }

    def __str__(self) -> str:
        name = describe_definition(self.definition)
        held = counted(len(self._with_status("held")), "axiom")
        counts = f"{held} held, {len(self.broken)} broken"
        if undecided := len(self._with_status("inconclusive")):
            counts += f", {undecided} inconclusive"
        parts = [wrapped(f"{name}: {'failed; ' * (self.failure is not None)}{counts}", "", "  ")]
        if self.results:
            parts += [self._table(), self._kinds_table()]
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
        for status in ("broken", "inconclusive", "reported"):
            parts += [text for r in self._with_status(status) if (text := _told(r))]
        if self.failure is not None:
            parts.append(wrapped(str(self.failure), "", "  "))
        return "\n\n".join(parts)

    def _table(self) -> str:
        heads = ("axiom", "verdict", "with tag", "applied", "examples")
        rows = [(r.axiom.name, r.status, r.tagged, r.applied, r.examples) for r in self.results]
        return plain_table(heads, rows)

    def _kinds_table(self) -> str:
        """Return how many examples of each kind had the tag, of those applied to."""
        kinds = [kind for kind in KINDS if any(kind in r.tally.kinds for r in self.results)]
        rows = []
        for result in self.results:
            seen = [result.tally.kinds.get(kind) for kind in kinds]
            if any(seen):
                cells = (f"{c.tagged}/{c.applied}" if c else "-" for c in seen)
                rows.append((result.axiom.name, *cells))
        if not rows:
            return ""
        title = "With the tag, of those to which the definition applied, by kind:"
        return Table(title, ("axiom", *kinds), rows).text("")


def _told(result: AxiomResult) -> str:
    """Return what is told of an axiom beside its verdict; "" if that is all."""
    name, conclusion, first = result.axiom.name, result.conclusion, result.tally.first
    if result.violation is not None:
        where = "the smallest counterexample"
        if not result.smallest:
            where = "a counterexample (the small examples before it hold)"
        heading = wrapped(f"{name}: {result.axiom.statement}", "", "  ")
        return f"{heading}\n{where}:\n\n{result.violation}"
    if conclusion is None or not conclusion.text:
        return ""
    word = _YES[first is not None] if name == _INTENSIONAL else conclusion.status
    lines = [wrapped(f"{name}: {word}: {conclusion.text}", "", "  ")]
    if first is not None:
        lines += ["the smallest of them:", "", first.text(drawn=False)]
    return "\n".join(lines)


def try_axioms(
    definition: Definition,
    axioms: Sequence[Axiom] | None = None,
    examples: int = EXAMPLES,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> AxiomTrial:
    """Return what becomes of a definition on the axioms.

    Each axiom is tried on small examples in order, four for each that is drawn, and on drawn ones;
    both of all kinds of tasks alike. Half of what is drawn is made of solvers that have the tag
    (see `Solvers`), and the other half of any, wherever such are found; if then no example had the
    tag, or all had it, more are drawn of solvers that were found on the other side. If one example
    breaks the axiom, smaller ones are looked for among all small examples: so the counterexample is
    the first of those, or else what Hypothesis shrank.

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
    remembered = Remembered(definition)
    solvers = Solvers(remembered, seed, min(examples, MOST_DRAWN))
    results: list[AxiomResult] = []
    failure = None
    for place, axiom in enumerate(axioms, 1):
        if progress is not None:
            progress(f"{place} of {len(axioms)}: {axiom.name}")
        try:
            results.append(_Trial(remembered, solvers, axiom, examples, seed).result())
        except DefinitionFailed as error:
            failure = error
            break
    return AxiomTrial(definition, tuple(results), failure, examples, seed)


def _shares(number: int, parts: int) -> list[int]:
    """Return a number in so many parts, as equal as can be, the larger first.

    >>> _shares(7, 3)
    [3, 2, 2]
    """
    return [number // parts + (i < number % parts) for i in range(parts)]


class _Trial:
    """One axiom being tried."""

    def __init__(
        self, definition: Remembered, solvers: Solvers, axiom: Axiom, examples: int, seed: int
    ) -> None:
        self.definition, self.solvers, self.axiom = definition, solvers, axiom
        self.number, self.seed = examples, seed
        self.concluding = axiom.concluding(definition)
        self.kinds: dict[str, Counts] = {}
        self.found = 0
        self.first: Violation | None = None

    def result(self) -> AxiomResult:
        reason = self.axiom.inapplicable(self.definition)
        if reason:
            return AxiomResult(self.axiom, inapplicable=reason)
        smallest = False
        try:
            self._look_at_all()
        except _Broken as broken:
            violation = broken.violation
            smaller = self._smaller(violation.example)
            smallest = smaller is not None
            self.first = smaller or violation
        tally = Tally(self.kinds, self.found, self.first)
        conclusion = None if self.concluding is None else self.concluding(tally)
        return AxiomResult(self.axiom, tally, "", conclusion, smallest)

    def _look_at_all(self) -> None:
        kinds = self.axiom.kinds
        small = _shares(self.number * _SMALL_PER_DRAWN, len(kinds))
        for kind, count in zip(kinds, small, strict=True):
            for example in islice(self.axiom.small(kind), count):
                self._look(example)
        drawn = dict(zip(kinds, _shares(self.number, len(kinds)), strict=True))
        for kind, count in drawn.items():
            tagged = self.solvers.strategy(kind) if count > 1 else None
            if tagged is not None:
                self._draw(kind, tagged, count // 2)
                count -= count // 2
            self._draw(kind, subjects(kind), count)
        for kind, count in drawn.items():
            # Both sides are met, where solvers of both are known.
            counts = sum(self.kinds.values(), Counts())
            if not 0 < counts.tagged < counts.applied:
                other = self.solvers.strategy(kind, tagged=not counts.tagged)
                if other is not None:
                    self._draw(kind, other, count)

    def _look(self, example: Example) -> None:
        judgements, violation = self.axiom.look(self.definition, example)
        own = Counts(
            1,
            any(judgement.applies for judgement in judgements),
            any(judgement.holds for judgement in judgements),
        )
        self.kinds[example.kind] = self.kinds.get(example.kind, Counts()) + own
        if violation is None:
            return
        self.found += 1
        if self.concluding is None:
            raise _Broken(violation)
        if self.first is None or example.key < self.first.example.key:
            self.first = violation

    def _draw(self, kind: str, solvers: SearchStrategy[Subject], count: int) -> None:
        failed: list[DefinitionFailed] = []
        latest: list[_Broken] = []

        def look(example: Example) -> None:
            if failed:
                # Once it failed it is not asked again; so Hypothesis has nothing to shrink.
                raise failed[0]
            try:
                self._look(example)
            except DefinitionFailed as error:
                failed.append(error)
                raise
            except _Broken as broken:
                latest.append(broken)
                raise

        try:
            look_at(self.axiom.drawn(kind, solvers), look, count, self.seed)
        except _Broken:
            # Hypothesis ends with the example to which it shrank.
            raise latest[-1] from None

    def _smaller(self, than: Example) -> Violation | None:
        """Return the first of the small examples that breaks the axiom, if none is larger."""
        for example in islice(self.axiom.smallest(), _MOST_SMALL):
            if example.key[0] > than.key[0]:
                break
            try:
                self._look(example)
            except _Broken as broken:
                return broken.violation
        return None


class _Broken(Exception):
    """An example breaks the axiom."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.problem)
        self.violation = violation


_HEAD = '''"""Axioms that {name} is to satisfy.

Begun by `mesacircuits write-test`; yours to keep and to change.
"""

from itertools import islice
{path_import}
import pytest
from hypothesis import HealthCheck, given, settings

from mesacircuits.definitions import {loader}
from mesacircuits.testing import axioms
from mesacircuits.testing.axioms.trial import try_axioms

# What Hypothesis keeps is in your cache folder, and in no `.hypothesis` beside this file.
axioms.keep_files_elsewhere()

{definition}
AXIOMS = {axioms}
# Some examples are made of what is rare, and some definitions are slow.
SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("axiom", AXIOMS, ids=lambda axiom: axiom.name)
def test_small_examples(axiom):
    """The smallest circuits come first, so what fails here is no larger than needed."""
    # Only the first 400 of the small examples; most axioms have many more. Once a drawn one breaks
    # an axiom, `mesacircuits axioms` looks on among the small ones for the smallest that does.
    for example in islice(axiom.smallest(), 400):
        axiom.assert_holds(DEFINITION, example)
'''

_TEST = '''

@SETTINGS
@given(axioms.{constant}.examples(DEFINITION))
def test_{function}(example):
    """{statement}"""
    axioms.{constant}.assert_holds(DEFINITION, example)
'''

_WHOLE_TEST = '''

def test_{function}():
    """{statement}"""
    # No single example decides.
    assert not try_axioms(DEFINITION, [axioms.{constant}]).broken
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
    single = [a for a in AXIOMS if not a.inapplicable(definition) and not a.concluding(definition)]
    listed = "".join(f"    axioms.{axiom.constant},\n" for axiom in single)
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
        concluding = axiom.concluding(definition)
        if reason := axiom.inapplicable(definition):
            remark = f"{axiom.name} does not apply: {reason}."
        elif concluding is not None and concluding(Tally()).status == "reported":
            remark = f"{axiom.name} is not demanded: `mesacircuits axioms` reports it."
        else:
            text += (_TEST if concluding is None else _WHOLE_TEST).format(
                constant=axiom.constant,
                function=axiom.name.replace("-", "_"),
                statement=_folded(axiom.statement),
            )
            continue
        text += _LEFT_OUT.format(remark=_comment(remark))
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
