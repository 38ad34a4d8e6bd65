"""How often definitions disagree over a universe of minima, and where they first do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import combinations
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.definitions import (
    Definition,
    Judgement,
    LookupTable,
    SearchLike,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.definitions.contained import TIME_LIMIT
from mesacircuits.enumeration import SIZE, Effort
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.universe import (
    Member,
    ProgramMember,
    Universe,
    Unsolved,
    parse_universe,
)
from mesacircuits.tables import counted
from mesacircuits.tasks import Task

__all__ = ["Comparison", "Disagreed", "Pair", "compare"]


_AnyMember = Member | ProgramMember


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
            "pairs": [pair.to_json() for pair in self.pairs],
        }

    def picture(self, form: str = "svg") -> str | bytes:
        """Return the matrix as a heat map: the text of an SVG, or the bytes of a PNG.

        Raises `ArgumentError` for another form, and `MissingExtra` for PNG without matplotlib.
        """
        from mesacircuits.studies.comparison_picture import disagreement_picture

        return disagreement_picture(self, form)

    def __str__(self) -> str:
        from mesacircuits.studies.comparison_text import comparison_text

        return comparison_text(self)


def compare(
    definitions: Sequence[str | Definition],
    universe: str | Universe,
    basis: str | Basis = "b2",
    order: str = SIZE,
    effort: Effort | None = None,
    *,
    time_limit: float = TIME_LIMIT,
) -> Comparison:
    """Count how often each pair of definitions disagrees over all minima of a universe.

    Two definitions disagree on a minimum if both apply and just one gives its tag. Where every
    definition has a kernel and the universe is all functions of n inputs, one minimum per orbit is
    judged and counted for its orbit; else each minimum is judged. Where inverters are free, a
    function and its inverse have the same circuits but for how the output is read: of all functions
    those with f(0) = 0 are judged, whatever the definitions would say of their inverses.

    Arguments:
        definitions: at least two, no two alike, as `definition_named` reads them or as values. One
            that fails while it judges is reported, and left out; one that fails on programs alone
            is reported, and does not apply to them.
        universe: as `parse_universe` reads it.
        basis, order: what minima are of, and what minimal means.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.
        time_limit: the seconds that each judgement of a definition of your own may take.

    Raises:
        ArgumentError: for fewer than two definitions, or as `parse_universe` and `census` do.

    >>> found = compare(["search-like", "search-like(reencoding=none)"], "functions(3)")
    >>> pair = found.pairs[0]
    >>> pair.only_first, pair.share, pair.example.name
    (6, Fraction(3, 407), 'tt:3:18')
    """
    read, failed = _read(definitions, time_limit)
    universe = parse_universe(universe) if isinstance(universe, str) else universe
    basis = basis_named(basis)
    effort = effort or Effort()
    found: Comparison | None = None
    if universe.only_functions:
        from mesacircuits.studies.comparison_levels import compared_by_levels

        found = compared_by_levels(read, universe, basis, order, effort)
    if found is None:
        found = _one_by_one(read, universe, basis, order, effort)
    return _with_failed(found, failed)


def _read(
    definitions: Sequence[str | Definition], time_limit: float
) -> tuple[list[Definition], list[str]]:
    from mesacircuits.definitions import definition_named

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
    if len(definitions) < 2 or len({*names}) < len(names):
        raise ArgumentError("definitions", "at least two, no two alike", ", ".join(names))
    return read, failed


def _with_failed(found: Comparison, failed: list[str]) -> Comparison:
    from dataclasses import replace

    return replace(found, failed=(*failed, *found.failed))


def _tags(definition: Definition, member: _AnyMember) -> list[bool | None]:
    # None where the definition does not apply.
    if isinstance(definition, SearchLike | LookupTable):
        return list(bulk_tags(definition, member.solvers, member.task))
    said = (definition.judge(circuit, member.task) for circuit in member.solvers)
    return [judgement.holds if judgement.applies else None for judgement in said]


class _Tally:
    """Counts by pattern: who gives its tag, who does not, and who does not apply."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.definitions = list(definitions)
        self.failed: dict[int, str] = {}
        #: Definitions that fail on programs, as those that are meant for circuits do.
        self.refusing: dict[int, str] = {}
        self.patterns: Counter[tuple[bool | None, ...]] = Counter()
        self.first: dict[tuple[int, int], tuple[_AnyMember, Circuit | UnrolledProgram]] = {}

    def add(self, member: _AnyMember) -> None:
        programs = isinstance(member, ProgramMember)
        failures = self.refusing if programs else self.failed
        columns: list[list[bool | None]] = []
        for place, definition in enumerate(self.definitions):
            column: list[bool | None] = [None] * len(member.solvers)
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

    def pairs(self, kept: Sequence[int]) -> Iterator[Pair]:
        for (a, i), (b, j) in combinations(enumerate(kept), 2):
            counts: Counter[tuple[bool | None, bool | None]] = Counter()
            for pattern, count in self.patterns.items():
                counts[pattern[i], pattern[j]] += count
            applied = {key: count for key, count in counts.items() if None not in key}
            yield Pair(
                a,
                b,
                both=applied.get((True, True), 0),
                only_first=applied.get((True, False), 0),
                only_second=applied.get((False, True), 0),
                neither=applied.get((False, False), 0),
                apart=counts.total() - sum(applied.values()),
                example=self._example(i, j),
            )

    def _example(self, i: int, j: int) -> Disagreed | None:
        if (i, j) not in self.first:
            return None
        member, circuit = self.first[i, j]
        return disagreed(self.definitions[i], self.definitions[j], member, circuit)


def disagreed(
    first: Definition, second: Definition, member: _AnyMember, circuit: Circuit | UnrolledProgram
) -> Disagreed:
    """Return a solver of a member with what two definitions say of it."""
    said = first.judge(circuit, member.task), second.judge(circuit, member.task)
    size = circuit.program.length if isinstance(circuit, UnrolledProgram) else circuit.size
    return Disagreed(member.name, member.task, circuit, size, said)


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
        tasks = (
            "1 task whose minima were found was"
            if late == 1
            else (f"{counted(late, 'task')} whose minima were found were")
        )
        left_open.append(f"{tasks} not judged")
    tally.settle()
    kept = [place for place in range(len(definitions)) if place not in tally.failed]
    return Comparison(
        universe=universe,
        basis=basis.name,
        order=order,
        definitions=tuple(definitions[place] for place in kept),
        tagged=tuple(tally.where(lambda p, i=i: p[i] is True) for i in kept),  # type: ignore[misc]
        applies=tuple(tally.where(lambda p, i=i: p[i] is not None) for i in kept),  # type: ignore[misc]
        minima=tally.patterns.total(),
        pairs=tuple(tally.pairs(kept)),
        failed=tuple(tally.failed.values()),
        left_open=tuple(left_open),
        refused=tuple(line for place, line in tally.refusing.items() if place in kept),
    )
