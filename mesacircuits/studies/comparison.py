"""How often definitions disagree over a universe of minima, and where they first do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from heapq import merge
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Output
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.definitions import (
    Definition,
    Judgement,
    definition_named,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.definitions.contained import TIME_LIMIT
from mesacircuits.definitions.definition import WithDials
from mesacircuits.drawing import card
from mesacircuits.enumeration import SIZE, Effort
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.grades import Grade, grades_of, grades_picture, grades_text
from mesacircuits.studies.survey import goes_by_classes, smallest_in_classes, survey
from mesacircuits.studies.universe import (
    Member,
    ProgramMember,
    Universe,
    Unsolved,
    as_universe,
)
from mesacircuits.tables import Table, cell_text, counted, wrapped
from mesacircuits.tasks import FunctionTask, Task, TaskLike

if TYPE_CHECKING:
    from mesacircuits.definitions.exemplars import Exemplar
    from mesacircuits.drawing import Picture

__all__ = ["Comparison", "Disagreed", "Pair", "compare"]

_AnyMember = Member | ProgramMember
_Solver = Circuit | UnrolledProgram
# Who gives its tag, where both of two apply: both, only either, neither.
_VERDICTS = (True, True), (True, False), (False, True), (False, False)


@dataclass(frozen=True)
class Disagreed:
    """The smallest solver on which two definitions disagree.

    Attributes:
        name: the text that names its task.
        task, circuit: what was judged; the latter may be a program.
        size: gates, or the length of a program.
        judgements: what the first and the second definition say.
    """

    name: str
    task: Task
    circuit: Circuit | UnrolledProgram
    size: int
    judgements: tuple[Judgement, Judgement]

    def to_json(self) -> dict[str, Any]:
        """Return the example as JSON values."""
        kind = "program" if isinstance(self.circuit, UnrolledProgram) else "circuit"
        return {
            "task": self.name,
            kind: self.circuit.to_json(),
            "hash": self.circuit.hash_hex,
            "size": self.size,
            "judgements": [judgement.to_json() for judgement in self.judgements],
        }


@dataclass(frozen=True)
class Pair:
    """How two definitions compare over all minima of a universe.

    Attributes:
        first, second: their places among the definitions compared, from 0.
        both, only_first, only_second, neither: minima by who gives its tag.
        apart: minima to which one of them, or neither, applies.
        example: the smallest solver on which they disagree; None where they never do, or where it
            was not found within the budget.
    """

    first: int
    second: int
    both: int
    only_first: int
    only_second: int
    neither: int
    apart: int
    example: Disagreed | None

    @property
    def compared(self) -> int:
        """The minima to which both apply."""
        return self.both + self.disagreements + self.neither

    @property
    def disagreements(self) -> int:
        """The minima to which one gives its tag and the other does not."""
        return self.only_first + self.only_second

    @property
    def example_is_open(self) -> bool:
        """Whether they disagree, but the budget ended before the smallest solver was found."""
        return self.example is None and self.disagreements > 0

    @property
    def share(self) -> Fraction | None:
        """The share of disagreements among the minima compared; None if there are none."""
        return Fraction(self.disagreements, self.compared) if self.compared else None

    def to_json(self) -> dict[str, Any]:
        """Return the pair as JSON values; the share is a string such as `"6/407"`."""
        names = ("first", "second", "both", "only_first", "only_second", "neither", "apart")
        record: dict[str, Any] = {name: getattr(self, name) for name in names}
        record["share"] = None if self.share is None else str(self.share)
        record["example"] = None if self.example is None else self.example.to_json()
        if self.example_is_open:
            record["open"] = {"example": True}
        return record


@dataclass(frozen=True)
class Comparison:
    """How definitions disagree over a universe.

    Attributes:
        universe, basis, order: what was judged.
        definitions: the definitions, those that failed left out.
        tagged: for each the number of minima with its tag.
        applies: for each the number of minima to which it applies.
        minima: the minima judged. Of functions, where inverters are free, those with f(0) = 0.
        pairs: every pair of them.
        failed: definitions that did not give judgements, and why, a line each.
        left_open: what the budget left out, a line each.
        refused: how definitions failed on programs alone; from there on they apply to none.
        grades: over items of the suite, how each definition that means a tag of readers does.
        minima_from: the shipped file that the minima are from; empty if they were searched for.
    """

    universe: Universe
    basis: str
    order: str
    definitions: tuple[Definition, ...]
    tagged: tuple[int, ...]
    applies: tuple[int, ...]
    minima: int
    pairs: tuple[Pair, ...]
    failed: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    minima_from: str = field(default="", compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The definitions as commands name them, with the dials that are not at default."""
        return tuple(map(describe_definition, self.definitions))

    @property
    def counted_over(self) -> str | None:
        """Of which functions minima were counted; None for all, or where there are none."""
        return "functions with f(0) = 0" if self.universe.counts_half(self.basis) else None

    @property
    def exhaustive(self) -> bool:
        """Whether every minimum of the universe was judged."""
        return not self.left_open

    def pair(self, first: int, second: int) -> Pair:
        """Return the pair of definitions number `first` < `second`, from 0."""
        return next(p for p in self.pairs if (p.first, p.second) == (first, second))

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON values."""
        return {
            "universe": str(self.universe),
            "left_out": list(self.universe.left_out),
            "basis": self.basis,
            "order": self.order,
            "counted_over": self.counted_over,
            "exhaustive": self.exhaustive,
            "not_exhausted": list(self.left_open),
            "minima": self.minima,
            "definitions": [
                {"text": name, **definition_record(d), "tag": d.tag, "tagged": t, "applies": a}
                for name, d, t, a in zip(
                    self.names, self.definitions, self.tagged, self.applies, strict=True
                )
            ],
            "failed": list(self.failed),
            **({"refused": list(self.refused)} if self.refused else {}),
            **({"minima_from": self.minima_from} if self.minima_from else {}),
            **({"grades": self._grades_json()} if self.grades else {}),
            "pairs": [pair.to_json() for pair in self.pairs],
        }

    def _grades_json(self) -> list[dict[str, Any]]:
        return [
            {"definition": self.names[grade.definition], **grade.to_json()} for grade in self.grades
        ]

    def picture(self, form: str = "svg") -> str | bytes:
        """Return a picture: the text of an SVG, or the bytes of a PNG.

        Over items of the suite it shows what came of each by each definition that is graded. Else
        it is the matrix as a heat map: each square says on how many minima two definitions
        disagree, and which share of those compared that is; its colour is the deeper the nearer the
        share is to the greatest of all.

        Raises `ArgumentError` for another form, and `MissingExtra` for PNG without matplotlib.
        """
        from mesacircuits.drawing import FORMS

        if form not in FORMS:
            raise ArgumentError("picture", f"a name that ends in {' or '.join(FORMS)}", form)
        picture = _graded_picture(self) if self.grades else _picture(self)
        return picture.svg() if form == "svg" else picture.png("compare --picture FILE.png")

    def __str__(self) -> str:
        return _text(self)

    def __repr__(self) -> str:
        return f"<{_head(self)}>"

    def _repr_html_(self) -> str:
        return card(_head(self), str(self))


def compare(
    definitions: Sequence[str | Definition],
    universe: Universe | TaskLike,
    basis: str | Basis = "b2",
    order: str = SIZE,
    effort: Effort | None = None,
    *,
    time_limit: float = TIME_LIMIT,
) -> Comparison:
    """Count how often each pair of definitions disagrees over all minima of a universe.

    Two definitions disagree on a minimum if both apply and just one gives its tag. Where every
    definition is `symmetric` and the universe is all functions of n inputs, this is a view of
    `survey`: one minimum per orbit is judged and counted for its orbit, and minima that ship with
    the package answer if the effort allows it; else each minimum is judged. Where inverters are
    free, a function and its inverse have the same circuits but for how the output is read: of all
    functions those with f(0) = 0 are judged, whatever definitions would say of their inverses.

    Arguments:
        definitions: at least two (over items of the suite alone, one), no two alike in name and
            dials, as `definition_named` reads them or as values. One that fails while it judges is
            reported, and left out; one that fails on programs alone is reported, and does not apply
            to them.
        universe: as `parse_universe` reads it.
        basis, order: what minima are of, and what minimal means.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.
        time_limit: the seconds that each judgement of a definition of your own may take.

    Raises:
        ArgumentError: for too few definitions, or as `parse_universe` and `census` do.

    >>> found = compare(["search-like", "search-like(reencoding=none)"], "functions(3)")
    >>> pair = found.pairs[0]
    >>> pair.only_first, pair.share, pair.example.name
    (6, Fraction(3, 407), 'tt:3:18')
    """
    universe = as_universe(universe)
    read, failed = _read(definitions, time_limit, 1 if universe.only_given else 2)
    basis = basis_named(basis)
    effort = effort or Effort()
    by_classes = goes_by_classes(universe, basis, order) and all(
        isinstance(definition, WithDials) and definition.symmetric for definition in read
    )
    chosen = _by_classes if by_classes else _one_by_one
    found = chosen(read, universe, basis, order, effort)
    return replace(found, failed=(*failed, *found.failed))


def _read(
    definitions: Sequence[str | Definition], time_limit: float, least: int
) -> tuple[list[Definition], list[str]]:
    read: list[Definition] = []
    failed: list[str] = []
    for given in definitions:
        if not isinstance(given, str):
            read.append(given)
            continue
        try:
            read.append(definition_named(given, time_limit=time_limit))
        except ArgumentError:
            raise
        except MesacircuitsError as error:
            failed.append(str(error))
    names = [*map(describe_definition, read)]
    if len(definitions) < least or len({*names}) < len(names):
        number = "at least two, no two alike" if least > 1 else "at least one, no two alike"
        raise ArgumentError("definitions", number, ", ".join(names))
    return read, failed


def _by_classes(
    definitions: Sequence[Definition],
    universe: Universe,
    basis: Basis,
    order: str,
    effort: Effort,
) -> Comparison:
    """Return the comparison over all functions of n inputs, one minimum per orbit judged."""
    several = range(len(definitions))
    pairs = list(combinations(several, 2))

    def kinds(sets: list[NDArray[np.int64]], _full: int) -> list[NDArray[np.int64]]:
        # What each gives, and what each pair gives both.
        return [*sets, *(sets[i] & sets[j] for i, j in pairs)]

    # What was given no time is left open, whatever ships.
    in_time = not effort.used_up()
    found = survey(universe, basis, order, definitions, effort, kinds, in_time)
    counts = {row: [count.circuits for count in row.counts] for row in found.rows}
    minima = sum(row.minima for row in found.rows)
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    first = Circuit(universe.inputs, (), (Output(0),))
    applies = [d.judge(first, FunctionTask(first.tables())).applies for d in definitions]
    compared = []
    for place, (i, j) in enumerate(pairs, len(definitions)):
        if not (applies[i] and applies[j]):
            compared.append(Pair(i, j, 0, 0, 0, 0, minima, None))
            continue
        one, other, both = definitions[i], definitions[j], sums[place]

        def example(
            member: Member, one: Definition = one, other: Definition = other
        ) -> Disagreed | None:
            said = [bulk_tags(d, member.solvers, member.task) for d in (one, other)]
            for circuit, first, second in zip(member.solvers, *said, strict=True):
                if first != second:
                    return _disagreed(one, other, member, circuit)
            return None

        differ = [row for row, own in counts.items() if own[i] + own[j] > 2 * own[place]]
        smallest = smallest_in_classes(differ, basis, order, effort, example, of_half=True)
        only = sums[i] - both, sums[j] - both
        neither = minima - both - sum(only)
        compared.append(Pair(i, j, both, *only, neither, 0, smallest))
    left_open: tuple[str, ...] = ()
    if found.census is not None and found.census.open_functions:
        half = found.census.open_functions // 2
        left_open = (f"{universe}: {half:,} functions with f(0) = 0",)
    return Comparison(
        universe=universe,
        basis=basis.name,
        order=order,
        definitions=tuple(definitions),
        tagged=tuple(sums[: len(definitions)]),
        applies=tuple(minima * applied for applied in applies),
        minima=minima,
        pairs=tuple(compared),
        left_open=left_open,
        minima_from=found.minima_from,
    )


def _disagreed(
    first: Definition, second: Definition, member: _AnyMember, solver: _Solver
) -> Disagreed:
    """Return a solver of a member with what two definitions say of it."""
    said = first.judge(solver, member.task), second.judge(solver, member.task)
    size = solver.program.length if isinstance(solver, UnrolledProgram) else solver.size
    return Disagreed(member.name, member.task, solver, size, said)


def _tags(definition: Definition, member: _AnyMember) -> Sequence[bool | None]:
    # None where the definition does not apply: to all solvers alike, if it is symmetric.
    symmetric = isinstance(definition, WithDials) and definition.symmetric
    if symmetric and member.solvers:
        if definition.judge(member.solvers[0], member.task).applies:
            return bulk_tags(definition, member.solvers, member.task)
        return [None] * len(member.solvers)
    said = (definition.judge(solver, member.task) for solver in member.solvers)
    return [judgement.holds if judgement.applies else None for judgement in said]


class _Tally:
    """Counts by pattern: who gives its tag, who does not, and who does not apply."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions = list(definitions)
        self.failed: dict[int, str] = {}
        #: Definitions that fail on programs, as those that are meant for circuits do.
        self.refusing: dict[int, str] = {}
        self.patterns: Counter[tuple[bool | None, ...]] = Counter()
        self.first: dict[tuple[int, int], tuple[_AnyMember, _Solver]] = {}
        #: What is said of items of the suite.
        self.items: list[tuple[Exemplar[Any], tuple[bool | None, ...]]] = []

    def add(self, member: _AnyMember) -> None:
        programs = isinstance(member, ProgramMember)
        failures = self.refusing if programs else self.failed
        columns: list[Sequence[bool | None]] = []
        for place, definition in enumerate(self.definitions):
            column: Sequence[bool | None] = [None] * len(member.solvers)
            if place not in failures:
                try:
                    column = _tags(definition, member)
                except Exception as error:
                    argument = isinstance(error, ArgumentError)
                    if not programs and (argument or not isinstance(error, MesacircuitsError)):
                        raise
                    failures[place] = str(error) or type(error).__name__
            columns.append(column)
        for number, pattern in enumerate(zip(*columns, strict=True)):
            self.patterns[pattern] += 1
            if member.item is not None:
                self.items.append((member.item, pattern))
            for i, j in combinations(range(len(pattern)), 2):
                if {pattern[i], pattern[j]} == {True, False} and (i, j) not in self.first:
                    self.first[i, j] = member, member.solvers[number]

    def settle(self) -> None:
        """Let those fail that refused programs and judged nothing else."""
        for place in self.refusing:
            if all(pattern[place] is None for pattern in self.patterns):
                self.failed[place] = self.refusing[place]

    def where(self, test: Callable[[tuple[bool | None, ...]], bool]) -> int:
        return sum(count for pattern, count in self.patterns.items() if test(pattern))

    def pair(self, a: int, i: int, b: int, j: int) -> Pair:
        """Return how definitions number i and j compare, as the pair of number a and b."""
        counts: Counter[tuple[bool | None, bool | None]] = Counter()
        for pattern, count in self.patterns.items():
            counts[pattern[i], pattern[j]] += count
        both, first, second, neither = (counts[one, other] for one, other in _VERDICTS)
        apart = counts.total() - both - first - second - neither
        example = None
        if (i, j) in self.first:
            example = _disagreed(self.definitions[i], self.definitions[j], *self.first[i, j])
        return Pair(a, b, both, first, second, neither, apart, example)


def _one_by_one(
    definitions: Sequence[Definition],
    universe: Universe,
    basis: Basis,
    order: str,
    effort: Effort,
) -> Comparison:
    tally = _Tally(definitions)
    left_open: list[str] = []
    late = 0
    several = universe.functions or universe.tasks
    programs = universe.program_members(effort.share(2) if several else effort)
    circuits = universe.members(basis, order, effort)
    for member in merge(circuits, programs, key=lambda member: member.key):
        if isinstance(member, Unsolved):
            left_open.append(str(member))
        elif effort.used_up():
            late += 1
        else:
            tally.add(member)
    if late:
        were = "was" if late == 1 else "were"
        left_open.append(f"{counted(late, 'task')} whose minima were found {were} not judged")
    tally.settle()
    items = _in_their_order(tally.items)
    kept = [place for place in range(len(definitions)) if place not in tally.failed]
    return Comparison(
        universe=universe,
        basis=basis.name,
        order=order,
        definitions=tuple(definitions[place] for place in kept),
        tagged=tuple(tally.where(lambda p, i=i: p[i] is True) for i in kept),  # type: ignore[misc]
        applies=tuple(tally.where(lambda p, i=i: p[i] is not None) for i in kept),  # type: ignore[misc]
        minima=tally.patterns.total(),
        pairs=tuple(tally.pair(*a, *b) for a, b in combinations(enumerate(kept), 2)),
        failed=tuple(tally.failed.values()),
        left_open=tuple(left_open),
        refused=tuple(line for place, line in tally.refusing.items() if place in kept),
        grades=grades_of(
            [definitions[place] for place in kept],
            [(item, [said[place] for place in kept]) for item, said in items],
        ),
    )


_Item = TypeVar("_Item")


def _in_their_order(
    items: Sequence[tuple[Exemplar[Any], _Item]],
) -> list[tuple[Exemplar[Any], _Item]]:
    """Return items of the suite in its order."""
    from mesacircuits.definitions.suite import suite

    place = {item.name: number for number, item in enumerate(suite())} if items else {}
    return sorted(items, key=lambda pair: place[pair[0].name])


def _text(found: Comparison) -> str:
    """Return a comparison as printed: the matrix, then each pair with its smallest example."""
    lines = [wrapped(_head(found), "", "  ")]
    if found.minima_from:
        lines.append(f"  minima as shipped in {found.minima_from}; --fresh searches again")
    lines += [wrapped(f"NOT EXHAUSTED: {line}", "  ", "    ") for line in found.left_open]
    lines += [wrapped(f"left out: {line}", "  ", "    ") for line in found.universe.left_out]
    lines += [wrapped(f"failed: {line}", "  ", "    ") for line in found.failed]
    lines += [wrapped(f"programs not judged: {line}", "  ", "    ") for line in found.refused]
    if found.definitions:
        lines += ["", _definitions(found).text()]
    if found.grades:
        lines += ["", grades_text(found.grades, found.names)]
    if found.pairs:
        lines += ["", _matrix(found).text()]
    elif not found.grades:
        lines += ["", "nothing to compare: fewer than two definitions are left"]
    drawn: set[tuple[str, str]] = set()
    for pair in found.pairs:
        lines += ["", *_pair(found, pair, drawn)]
    return "\n".join(lines)


def _head(found: Comparison) -> str:
    definitions = counted(len(found.definitions), "definition")
    head = f"{definitions} over {counted(found.minima, *_nouns(found))} of {found.universe}"
    if not found.universe.only_given:
        head += f", {found.basis}, order {found.order}"
    return head + (f" (of {found.counted_over})" if found.counted_over else "")


def _nouns(found: Comparison) -> tuple[str, str]:
    # What is given need not be minimal.
    given = found.universe.fixed or found.universe.fixed_programs
    return ("solver", "solvers") if given else ("minimum", "minima")


def _definitions(found: Comparison) -> Table:
    columns = zip(found.names, found.tagged, found.applies, strict=True)
    rows = tuple(
        (name, number, tagged, applies) for number, (name, tagged, applies) in enumerate(columns, 1)
    )
    title = f"Definitions, the {_nouns(found)[1]} that each tags, and of how many it applies to:"
    return Table(title, ("definition", "number", "tagged", "of"), rows)


def _matrix(found: Comparison) -> Table:
    count = len(found.definitions)
    cells: dict[tuple[int, int], str] = {}
    for pair in found.pairs:
        shown = "-" if pair.share is None else f"{pair.disagreements:,}"
        cells[pair.first, pair.second] = cells[pair.second, pair.first] = shown
    widest = max(map(len, cells.values()))
    rows = tuple(
        (str(i + 1), *(f"{cells.get((i, j), ''):>{widest}}" for j in range(count)))
        for i in range(count)
    )
    heads = ("", *(f"{j + 1:>{widest}}" for j in range(count)))
    return Table(f"{_nouns(found)[1].capitalize()} on which they disagree:", heads, rows)


def _pair(found: Comparison, pair: Pair, drawn: set[tuple[str, str]]) -> list[str]:
    first, second = pair.first + 1, pair.second + 1
    title = f"{first}, {second}: "
    if pair.share is None:
        return [f"{title}no {_nouns(found)[0]} to which both apply"]
    share = cell_text(pair.share)
    apart = f", {pair.apart:,} apart (one does not apply)" if pair.apart else ""
    counts = (
        f"{title}disagree on {pair.disagreements:,} of {pair.compared:,} ({share}): only {first} "
        f"{pair.only_first:,}, only {second} {pair.only_second:,}; both {pair.both:,}, neither "
        f"{pair.neither:,}{apart}"
    )
    lines = [wrapped(counts, "", "  ")]
    if pair.example is not None:
        names = found.names[pair.first], found.names[pair.second]
        lines += _example(pair.example, names, drawn)
    elif pair.example_is_open:
        lines.append("  smallest: not found within the budget")
    return lines


def _example(example: Disagreed, names: tuple[str, str], drawn: set[tuple[str, str]]) -> list[str]:
    from mesacircuits.circuits.drawing import draw_terminal

    marks: dict[int, str] = {}
    for judgement in example.judgements:
        if judgement.witness is not None:
            marks = dict(witness_labels(judgement.witness))
            break
    widest = max(map(len, names))
    program = isinstance(example.circuit, UnrolledProgram)
    size = f"length {example.size}" if program else counted(example.size, "gate")
    key = example.name, f"{example.circuit} {sorted(marks.items())}"
    seen = ", as drawn above" if key in drawn else ""
    lines = [
        wrapped(f"smallest: {example.name}, {size}{seen}", "  ", "    "),
        *(
            wrapped(f"{name:<{widest}}  {_said(judgement)}", "    ", "      ")
            for name, judgement in zip(names, example.judgements, strict=True)
        ),
    ]
    if not seen:
        drawn.add(key)
        if isinstance(example.circuit, UnrolledProgram):
            drawing = str(example.circuit)
        else:
            drawing = draw_terminal(example.circuit, marks, width=76)
        lines += ["", *(f"    {line}".rstrip() for line in drawing.split("\n"))]
    return lines


def _said(judgement: Judgement) -> str:
    if judgement.score is None:
        return judgement.note
    note = f" ({judgement.note})" if judgement.note else ""
    return f"score {judgement.score}{note}"


_CELL, _LETTER, _ROOM, _HEAD = 78.0, 7.2, 14.0, 46.0
# Longer names of files are cut.
_LONGEST = 48
_HEAT = "#d1242f"
_LINES: dict[str, Any] = {"stroke": "currentColor", "stroke_opacity": 0.35, "stroke_width": 1}
# Never so deep that text on it could not be read, light or dark.
_DEEPEST = 0.55


def _picture(found: Comparison) -> Picture:
    from mesacircuits.drawing import Picture, group, rectangle, text

    names, count = [*map(_short, found.names)], len(found.names)
    left = max(map(len, names), default=0) * _LETTER + 3 * _LETTER + 2 * _ROOM
    top = _HEAD + 26
    greatest = max((pair.share for pair in found.pairs if pair.share is not None), default=0)
    title, judged = f"Disagreements over {found.universe}", counted(found.minima, "solver")
    if not found.universe.only_given:
        title += f", {found.basis}"
        nouns = ("solver", "solvers") if found.universe.fixed else ("minimum", "minima")
        judged = f"{counted(found.minima, *nouns)}, order {found.order}"
    shapes = [text((_ROOM, 20), title, "start", font_size=14)]
    shapes.append(text((_ROOM, 38), judged, "start"))

    def square(row: int, column: int, lines: tuple[str, str], depth: float) -> None:
        x, y = left + column * _CELL, top + row * _CELL
        shapes.append(rectangle(x, y, _CELL, _CELL, fill=_HEAT, fill_opacity=depth, **_LINES))
        for line, down in zip(lines, (-9, 9), strict=True):
            shapes.append(text((x + _CELL / 2, y + _CELL / 2 + down), line))

    for i, name in enumerate(names):
        at = (i + 0.5) * _CELL
        shapes.append(text((left - _ROOM / 2, top + at), f"{name}  {i + 1}", "end"))
        shapes.append(text((left + at, top - 12), str(i + 1)))
        square(i, i, ("tagged", f"{found.tagged[i]:,}"), 0)
    for pair in found.pairs:
        lines, depth = ("not", "compared"), 0.0
        if pair.share is not None:
            lines = (f"{pair.disagreements:,}", _share(pair.share))
            depth = _DEEPEST * float(pair.share / greatest) if greatest else 0.0
        square(pair.first, pair.second, lines, depth)
        square(pair.second, pair.first, lines, depth)
    side = count * _CELL
    width = max(left + side + _ROOM, len(title) * 8.0 + 2 * _ROOM)
    name = f"Disagreements of {counted(count, 'definition')} over {found.universe}"
    drawn = [group(shapes, fill="currentColor", stroke="none")]
    return Picture(width, top + side + _ROOM, drawn, name)


def _graded_picture(found: Comparison) -> Picture:
    from mesacircuits.definitions.suite import suite_item

    items = [suite_item(name) for name, _ in found.grades[0].outcomes]
    title = f"What definitions say of {counted(len(items), 'solver')} of the suite"
    return grades_picture(found.grades, [*map(_short, found.names)], items, title)


def _short(name: str) -> str:
    # The end of a file's path tells it; of dials each tells something.
    whole = len(name) <= _LONGEST or ".py:" not in name
    return name if whole else f"...{name[3 - _LONGEST :]}"


def _share(share: Fraction) -> str:
    percent = float(100 * share)
    return f"{percent:.3g}%" if percent == 0 or percent >= 0.001 else "<0.001%"
