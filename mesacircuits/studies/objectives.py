"""Reading off objectives: what search-like minima evaluate, and how they choose off the support."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from mesacircuits.circuits import Circuit, TruthTable, operator_named
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.circuit import CONSTANT, Wired
from mesacircuits.circuits.truthtable import input_name
from mesacircuits.definitions import (
    SearchLike,
    definition_named,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.definition import words_on
from mesacircuits.enumeration import AUTO, SIZE, BudgetEnded, Effort, Minima, enumerate_minima
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.universe import Universe, as_universe, asked_of_each
from mesacircuits.tables import Cell, Table, counted, wrapped
from mesacircuits.tasks import OptimisationTask, Task

__all__ = [
    "RELATIONS", "Errors", "FoundObjective", "ObjectiveGroup", "Objectives", "OffSupport",
    "TaskObjectives", "objective_of", "read_objectives", "task_objectives", "training_of",
]  # fmt: skip

#: How what is evaluated may be related to the task's utility (see `SearchLike`).
RELATIONS = ("aligned", "proxy", "other")
# Of functions of so many bits shortest formulas are known at once; of more, tables are shown.
_MOST_FORMULA_BITS = 4
_NOT_SEARCHING = "not search-like"


# -- what is evaluated -----------------------------------------------------------------------------


@dataclass(frozen=True)
class FoundObjective:
    """The objective phi that a search-like solver evaluates, as its witness has it.

    Values are ranks: 0 for the worst that phi takes, in the witness's order, then 1, and so on.

    Attributes:
        kind: `features`: phi is a function of a candidate's own features and the context;
            `utility`: it is one of the task's utility.
        values: for each vector of own features, lowest, and context, from 0 on, the rank of phi;
            of kind `utility` for each utility, ascending.
        bits: how many features and bits of context there are; (0, 0) for kind `utility`.
        utilities: of kind `utility` the utilities; else empty.
        evaluated: the candidates that are evaluated, ascending, each with the mask m of features
            (and context, above them) that are read inverted: phi(vector XOR m).
        relation: one of `RELATIONS`: how phi is related to the task's utility.

    >>> xor = FoundObjective("features", (0, 1, 1, 0), (2, 0), (), ((0, 0), (1, 0)), "proxy")
    >>> xor.digits, xor.expression, str(xor)
    ('6', 'a ^ b', 'a ^ b')
    """

    kind: str
    values: tuple[int, ...]
    bits: tuple[int, int]
    utilities: tuple[Fraction, ...]
    evaluated: tuple[tuple[int, int], ...]
    relation: str

    @cached_property
    def digits(self) -> str:
        """Phi as the task `choice` has utilities: hexadecimal for two values, else a digit each."""
        if self.kind == "features" and max(self.values) == 1:
            return self._table.hex
        return "".join(f"{value:x}" for value in self.values)

    @property
    def _table(self) -> TruthTable:
        return TruthTable(sum(self.bits), sum(value << v for v, value in enumerate(self.values)))

    @cached_property
    def expression(self) -> str | None:
        """A shortest formula, in the letters of own features, then of the context.

        None where phi has more than two values, or more than four bits, or is one of utility.
        """
        if self.kind != "features" or max(self.values) > 1 or sum(self.bits) > _MOST_FORMULA_BITS:
            return None
        return _formula(self._table)

    def to_json(self) -> dict[str, Any]:
        """Return the objective as JSON values."""
        record: dict[str, Any] = {"kind": self.kind, "relation": self.relation}
        if self.kind == "features":
            record |= {"features": self.bits[0], "context": self.bits[1]}
            record |= {"values": list(self.values), "expression": self.expression}
        else:
            pairs = zip(self.utilities, self.values, strict=True)
            record["map"] = [{"utility": str(u), "value": value} for u, value in pairs]
        record["digits"] = self.digits
        record["evaluated"] = [{"candidate": i, "inverted": mask} for i, mask in self.evaluated]
        return record

    def __str__(self) -> str:
        if self.kind == "utility":
            pairs = zip(self.utilities, self.values, strict=True)
            said = "U: " + ", ".join(f"{u} -> {value}" for u, value in pairs)
        else:
            said = self.expression or self.digits
        letters = [input_name(place) for place in range(sum(self.bits))]
        for candidate, mask in self.evaluated:
            if mask:
                read = ", ".join(letter for i, letter in enumerate(letters) if mask >> i & 1)
                said += f" (of candidate {candidate} with ~{read})"
        return said


@cache
def _formula(table: TruthTable) -> str:
    found = enumerate_minima(table, "b2", "formula").minima
    return min((_infix(circuit) for circuit in found), key=lambda text: (len(text), text))


def _infix(circuit: Circuit) -> str:
    """Return a circuit that is a formula as one expression."""

    def of(wire: int) -> str:
        if wire < circuit.inputs:
            return circuit.wire_name(wire)
        gate = circuit.gates[wire - circuit.inputs]
        operands = (_bracketed(of(operand)) for operand in gate.operands)
        return operator_named(gate.operator).form.format(*operands)

    [output] = circuit.outputs
    if output.wire == CONSTANT:
        return circuit.output_text(0)
    text = of(output.wire)
    return f"~{_bracketed(text)}" if output.inverted else text


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


def objective_of(witness: Mapping[str, Any], task: OptimisationTask) -> FoundObjective:
    """Return the objective of a witness of `SearchLike` for a task with utilities.

    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("choice(2,2,utility=6,ties=first)")
    >>> circuit = Circuit.parse(4, "g1 = a ^ b; g2 = c ^ d; g3 = ~g1 & g2; out = g3")
    >>> found = objective_of(SearchLike().judge(circuit, task).witness, task)
    >>> str(found), found.relation, found.evaluated
    ('a ^ b', 'aligned', ((0, 0), (1, 0)))
    """
    said = witness["objective"]
    listed = [pair["value"] for pair in said["map"]] if said["kind"] == "utility" else said["phi"]
    taken = {*listed}
    rank = {value: place for place, value in enumerate(v for v in witness["order"] if v in taken)}
    values = tuple(rank[value] for value in listed)
    if said["kind"] == "utility":
        utilities = tuple(Fraction(pair["utility"]) for pair in said["map"])
        by_word = {word: i for i, word in enumerate(task.candidates)}
        words = [sum(b << j for j, b in enumerate(c["word"])) for c in witness["candidates"]]
        evaluated = tuple(sorted((by_word[word], 0) for word in words))
        return FoundObjective("utility", values, (0, 0), utilities, evaluated, said["relation"])
    own = max(map(len, task.features or ()))
    bits = own, len(task.context)
    evaluated = tuple(sorted((c["candidate"], c["reencoding"]) for c in witness["candidates"]))
    return FoundObjective("features", values, bits, (), evaluated, said["relation"])


# -- off the support -------------------------------------------------------------------------------


@dataclass(frozen=True)
class OffSupport:
    """The inputs that training leaves out, and which words are right there by the task's utilities.

    The task with its support lifted says what is right: ties are broken as the task has it, and
    where they are excluded, inputs on which the best candidates have several words count nowhere.

    Attributes:
        inputs: the inputs off the support, as an integer whose bit x says whether x is one.
        right: for each word the inputs on which it is right.

    >>> from mesacircuits.tasks import parse_task
    >>> off = OffSupport.of(parse_task("choice(2,1,ties=first,training=1)"))
    >>> f"{off.inputs:04b}", off.error(Circuit.parse(2, "out = b"))
    ('1110', Fraction(1, 3))
    """

    inputs: int
    right: tuple[int, ...]

    @classmethod
    def of(cls, task: OptimisationTask) -> OffSupport:
        """Return what is off the support of a task."""
        lifted = replace(task, support=None)
        return cls(lifted.support_bits & ~task.support_bits, lifted.word_masks)

    def wrong(self, solver: Wired) -> int:
        """Return the inputs off the support on which a solver gives no best candidate's word."""
        words = words_on(solver.output_bits(), self.inputs)
        found = 0
        for word, inside in words.items():
            found |= inside & ~self.right[sum(bit << i for i, bit in enumerate(word))]
        return found

    def error(self, solver: Wired) -> Fraction | None:
        """Return the share of inputs off the support on which a solver is wrong; None of none."""
        if not self.inputs:
            return None
        return Fraction(self.wrong(solver).bit_count(), self.inputs.bit_count())


def training_of(task: OptimisationTask) -> int | None:
    """Return the vectors of features that occur, as an integer whose bit f says whether f does.

    None where the task does not say whose features inputs are.

    >>> from mesacircuits.tasks import parse_task
    >>> f"{training_of(parse_task('choice(2,2,training=7)')):04b}"
    '0111'
    """
    found = None
    for own in task.features or ():
        for x in range(1 << task.inputs if own else 0):
            if task.support_bits >> x & 1:
                found = (found or 0) | 1 << sum(
                    (x >> place & 1) << t for t, place in enumerate(own)
                )
    return found


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors off the support of some minima.

    Attributes:
        minima: how many there are.
        least, mean, greatest: of their errors; None where there are none, or no input is off it.

    >>> Errors.of([Fraction(1, 2), Fraction(0)]).mean
    Fraction(1, 4)
    """

    minima: int
    least: Fraction | None
    mean: Fraction | None
    greatest: Fraction | None

    @classmethod
    def of(cls, errors: Sequence[Fraction | None]) -> Errors:
        """Return the errors of minima one by one, summed up."""
        known = [error for error in errors if error is not None]
        if not known:
            return cls(len(errors), None, None, None)
        return cls(len(errors), min(known), sum(known, Fraction(0)) / len(known), max(known))

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON values; fractions are texts."""
        shares = {name: getattr(self, name) for name in ("least", "mean", "greatest")}
        said = {name: None if share is None else str(share) for name, share in shares.items()}
        return {"minima": self.minima, "error": said}


# -- of one task -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectiveGroup:
    """The search-like minima of a task that evaluate one objective.

    Attributes:
        objective: what they evaluate.
        errors: how many they are, and their errors off the support.
        first: the number of the first of them among the minima, from 1.
    """

    objective: FoundObjective
    errors: Errors
    first: int

    def to_json(self) -> dict[str, Any]:
        """Return the group as JSON values."""
        return {**self.objective.to_json(), **self.errors.to_json(), "first": self.first}


@dataclass(frozen=True)
class TaskObjectives:
    """What the search-like minima of a task evaluate.

    Attributes:
        name: the text that names the task.
        task: the task.
        minima: its minima.
        groups: those that are search-like by objective: aligned ones first, then proxies; of these
            the more minima have, the earlier.
        searching, others: the errors off the support of all that are search-like, and of the rest.
        off_support: how many inputs off the support count.
        stands_for: how many tasks of a universe it stands for.
    """

    name: str
    task: OptimisationTask
    minima: Minima
    groups: tuple[ObjectiveGroup, ...]
    searching: Errors
    others: Errors
    off_support: int
    stands_for: int = 1

    def related(self, relation: str) -> int:
        """Return how many minima evaluate an objective so related to the task's utility."""
        groups = (g for g in self.groups if g.objective.relation == relation)
        return sum(g.errors.minima for g in groups)

    @property
    def matched(self) -> tuple[Fraction, Fraction] | None:
        """The mean errors of search-like minima and of the others; None unless there are both."""
        if self.searching.mean is None or self.others.mean is None:
            return None
        return self.searching.mean, self.others.mean

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values."""
        return {
            "name": self.name,
            "stands_for": self.stands_for,
            **self.minima.to_json(with_minima=False),
            "support": self.task.support_bits.bit_count(),
            "off_support": self.off_support,
            "objectives": [group.to_json() for group in self.groups],
            "search_like": self.searching.to_json(),
            "others": self.others.to_json(),
        }


def task_objectives(
    minima: Minima,
    task: OptimisationTask,
    definition: SearchLike | None = None,
    *,
    name: str = "",
    stands_for: int = 1,
    goes_on: Callable[[], bool] = lambda: True,
) -> TaskObjectives:
    """Return what the search-like ones among the minima of a task evaluate.

    A minimum may search in more than one way; what `SearchLike.judge` finds first is meant.

    Arguments:
        minima: all minima of the task, or of one with the same acceptable words on its support.
        task: the task, whose utilities say what is aligned, and what is wrong off the support.
        definition: search-like, with its dials; by default at their defaults.
        name, stands_for: what the result says.
        goes_on: asked before each judgement whether there is time left.

    Raises `BudgetEnded` when there is none.

    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("choice(2,2,utility=6,training=7,ties=first)")
    >>> found = task_objectives(enumerate_minima(task), task)
    >>> [(str(g.objective), g.objective.relation, g.errors.mean) for g in found.groups]
    [('a ^ b', 'aligned', Fraction(0, 1)), ('a | b', 'proxy', Fraction(3, 7))]
    """
    definition = definition or SearchLike()
    off = OffSupport.of(task)
    grouped: dict[FoundObjective, list[tuple[int, Fraction | None]]] = {}
    rest = []
    for number, circuit in enumerate(minima.minima, 1):
        if not goes_on():
            raise BudgetEnded
        judged = definition.judge(circuit, task)
        error = off.error(circuit)
        if judged.witness is None:
            rest.append(error)
        else:
            grouped.setdefault(objective_of(judged.witness, task), []).append((number, error))
    groups = [
        ObjectiveGroup(objective, Errors.of([error for _, error in found]), found[0][0])
        for objective, found in grouped.items()
    ]
    groups.sort(key=lambda g: (RELATIONS.index(g.objective.relation), -g.errors.minima, g.first))
    return TaskObjectives(
        name or str(task),
        task,
        replace(minima, task=task),
        tuple(groups),
        Errors.of([error for found in grouped.values() for _, error in found]),
        Errors.of(rest),
        off.inputs.bit_count(),
        stands_for,
    )


# -- of a universe ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Objectives:
    """What the search-like minima of each task of a universe evaluate.

    Attributes:
        universe, basis, order: what they are of, and what minimal means.
        definition: which minima are search-like.
        rows: a row for each task whose minima were all found and judged, in the universe's order.
        left_open: of the other tasks what was reached, a line each.
    """

    universe: Universe
    basis: str
    order: str
    definition: SearchLike
    rows: tuple[TaskObjectives, ...]
    left_open: tuple[str, ...] = field(default=())

    @property
    def exhaustive(self) -> bool:
        """Whether the minima of every task were found and judged."""
        return not self.left_open

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Sums over the tasks, each weighted by how many it stands for.

        `tasks`, `minima`, `search_like`, and how many of these are `aligned`, `proxy` and `other`;
        `error` of search-like minima, and of `others`: the mean over minima of tasks with inputs
        off the support; and `matched`: over the tasks with inputs off the support and minima of
        both kinds, how many these are, and the means over them of the tasks' mean errors.
        """
        rows = self.rows
        found: dict[str, Any] = {
            "tasks": sum(row.stands_for for row in rows),
            "minima": sum(row.stands_for * row.minima.circuits for row in rows),
            "search_like": sum(row.stands_for * row.searching.minima for row in rows),
        }
        for relation in RELATIONS:
            found[relation] = sum(row.stands_for * row.related(relation) for row in rows)
        found["error"] = _mean((row.stands_for, row.searching) for row in rows)
        found["others"] = _mean((row.stands_for, row.others) for row in rows)
        pairs = [(row.stands_for, row.matched) for row in rows]
        both = [(weight, pair) for weight, pair in pairs if pair is not None]
        tasks = sum(weight for weight, _ in both)
        found["matched"] = {"tasks": tasks, "search_like": None, "others": None}
        for place, name in enumerate(("search_like", "others") if tasks else ()):
            total = sum((weight * pair[place] for weight, pair in both), Fraction(0))
            found["matched"][name] = total / tasks
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values; fractions are texts."""
        return {
            "universe": str(self.universe),
            "left_out": list(self.universe.left_out),
            "basis": self.basis,
            "order": self.order,
            "definition": definition_record(self.definition),
            "exhaustive": self.exhaustive,
            "not_exhausted": list(self.left_open),
            "tasks": [row.to_json() for row in self.rows],
            "totals": _texts(self.totals),
        }

    def __str__(self) -> str:
        single = len(self.rows) + len(self.left_open) == 1
        parts = _task_lines(self) if single else _universe_lines(self)
        return "\n".join(parts)


def _mean(weighted: Iterable[tuple[int, Errors]]) -> Fraction | None:
    total, minima = Fraction(0), 0
    for weight, errors in weighted:
        if errors.mean is not None:
            total += weight * errors.minima * errors.mean
            minima += weight * errors.minima
    return total / minima if minima else None


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _texts(each) for name, each in value.items()}
    return str(value) if isinstance(value, Fraction) else value


_ERROR = (
    "error off S: the share of the inputs off the support on which the output is no best "
    "candidate's word, by the task's utilities and its rule for ties"
)


def _task_lines(found: Objectives) -> list[str]:
    """Return the text of one task."""
    if found.left_open:
        return [wrapped(line, "", "  ") for line in found.left_open]
    [row] = found.rows
    tagged = f"{counted(row.searching.minima, 'minimum', 'minima')} of {row.minima.circuits:,}"
    by = describe_definition(found.definition)
    inputs = 1 << row.task.inputs
    lines = [
        wrapped(row.minima.headline, "", "  "),
        wrapped(f"{tagged} search-like, by {by}; {found.basis}, order {found.order}", "", "  "),
        wrapped(
            f"S: {row.task.support_bits.bit_count()} of {inputs} inputs; {row.off_support} off it",
            "",
            "  ",
        ),
        "",
    ]
    rows: list[tuple[Cell, ...]] = [
        (str(g.objective), g.objective.digits, g.objective.relation, *_cells(g.errors))
        for g in row.groups
    ]
    if row.others.minima:
        rows.append((_NOT_SEARCHING, "-", "-", *_cells(row.others)))
    heads = ("evaluates", "table", "is", "minima", "least", "mean error", "greatest")
    lines += [Table("", heads, rows).text(""), "", wrapped(f"{_letters(found)}{_ERROR}.")]
    return lines


def _cells(errors: Errors) -> tuple[Cell, Cell, Cell, Cell]:
    ends = ("-" if end is None else str(end) for end in (errors.least, errors.greatest))
    least, greatest = ends
    return errors.minima, least, errors.mean, greatest


def _universe_lines(found: Objectives) -> list[str]:
    """Return the text of several tasks: a line for each objective, then sums."""
    tasks = counted(len(found.rows), "task")
    by = describe_definition(found.definition)
    lines = [
        wrapped(
            f"{tasks} of {found.universe}, {found.basis}, order {found.order}: what minima that "
            f"are search-like, by {by}, evaluate",
            "",
            "  ",
        )
    ]
    lines += [wrapped(f"left out: {line}", "  ", "    ") for line in found.universe.left_out]
    lines += [wrapped(f"NOT EXHAUSTED: {line}", "  ", "    ") for line in found.left_open]
    orbits = bool(found.universe.orbits)
    cells: list[tuple[Cell, ...]] = []
    for row in found.rows:
        own = (row.name, *((row.stands_for,) if orbits else ()), row.minima.size)
        for group in row.groups:
            said = (str(group.objective), group.objective.relation)
            cells.append((*own, *said, group.errors.minima, group.errors.mean))
        if row.others.minima or not row.groups:
            cells.append((*own, _NOT_SEARCHING, "-", row.others.minima, row.others.mean))
    heads = ("task", *(("stands for",) if orbits else ()), "size")
    table = Table("", (*heads, "evaluates", "is", "minima", "error off S"), _numbered(cells))
    names = dict.fromkeys(row.name for row in found.rows)
    listed = "; ".join(f"{number} {name}" for number, name in enumerate(names, 1))
    lines += ["", table.text(""), wrapped(f"task: {listed}", "  ", "    ", at="; ")]
    return [*lines, "", *_total_lines(found), wrapped(f"{_letters(found)}{_ERROR}, on average.")]


def _numbered(cells: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    # Names of tasks are long, and each stands in several lines.
    names = {name: number for number, name in enumerate(dict.fromkeys(c[0] for c in cells), 1)}
    return [(names[name], *rest) for name, *rest in cells]


def _total_lines(found: Objectives) -> list[str]:
    totals = found.totals
    weighted = f" that stand for {totals['tasks']:,}" if found.universe.orbits else ""
    related = ", ".join(f"{relation} {totals[relation]:,}" for relation in RELATIONS)
    lines = [
        f"over {counted(len(found.rows), 'task')}{weighted}: search-like "
        f"{totals['search_like']:,} of {counted(totals['minima'], 'minimum', 'minima')} "
        f"({related})"
    ]
    for name, kind in (("error", "search-like"), ("others", "other")):
        if totals[name] is not None:
            lines.append(f"mean error off S of {kind} minima: {_share(totals[name])}")
    matched = totals["matched"]
    if matched["tasks"]:
        lines.append(
            f"where a task has both, {counted(matched['tasks'], 'task')}, mean of the tasks' "
            f"means: search-like {_share(matched['search_like'])}, others "
            f"{_share(matched['others'])}"
        )
    return [wrapped(line, "", "  ") for line in lines]


def _share(share: Fraction) -> str:
    return f"{float(share):.4f} = {share}"


def _letters(found: Objectives) -> str:
    """Return what the letters of expressions stand for."""
    bits = {g.objective.bits for row in found.rows for g in row.groups if g.objective.expression}
    if not bits:
        return ""
    own, context = max(bits)
    said = f"{', '.join(map(input_name, range(own)))}: a candidate's own features"
    if context:
        said += f"; {', '.join(map(input_name, range(own, own + context)))}: the context"
    return f"{said}; "


@fitting_units
def read_objectives(
    universe: str | Universe | Task,
    basis: str | Basis = "b2",
    order: str = SIZE,
    definition: str | SearchLike | None = None,
    effort: Effort | None = None,
    *,
    cap: int | None = None,
    within: int = 0,
    engine: str = AUTO,
) -> Objectives:
    """Return what all search-like minima of a task, or of each task of a universe, evaluate.

    Tasks that accept the same words on the same support have the same minima, which are searched
    for once, in at most half of the seconds: judging them takes time as well.

    Arguments:
        universe: a task with utilities, or a universe of such, or text that names one.
        basis, order, cap, within, engine: as `enumerate_minima` takes them.
        definition: search-like, perhaps with dials; by default at their defaults.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.

    Raises:
        ArgumentError: for a task without utilities, another definition than search-like, and as
            `parse_universe` and `enumerate_minima` do.

    >>> found = read_objectives("first(2, a^b)")
    >>> [(str(g.objective), g.errors.minima) for row in found.rows for g in row.groups]
    [('a ^ b', 1)]
    >>> read_objectives("choices(2, 2, ties=first, D=7)").totals["proxy"]
    4
    >>> read_objectives("tt:3:E8")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: task: expected a task with utilities, such as choice or \
argmax, got tt:3:E8
    """
    universe = as_universe(universe)
    basis = basis_named(basis)
    named = definition_named(definition) if isinstance(definition, str) else definition
    named = named or SearchLike()
    if not isinstance(named, SearchLike):
        said = describe_definition(named)
        raise ArgumentError("definition", "search-like, perhaps with dials", said)
    universe.refuse_moved(basis, named)
    listed: list[tuple[str, OptimisationTask]] = []
    for name, task in universe.listed():
        if not isinstance(task, OptimisationTask):
            raise ArgumentError("task", "a task with utilities, such as choice or argmax", name)
        listed.append((name, task))
    effort = effort or Effort()
    how: dict[str, Any] = {"cap": cap, "within": within, "engine": engine}
    # What is asked of circuits, by which tasks are told apart that have other minima.
    asked: dict[tuple[int, int, tuple[int, ...]], list[tuple[str, OptimisationTask]]] = {}
    for name, task in listed:
        key = task.inputs, task.support_bits, task.word_masks
        asked.setdefault(key, []).append((name, task))
    means = effort
    if effort.seconds is not None and effort.left() > 0:
        means = effort.limited(effort.left() / 2)
    solved = asked_of_each(
        [tasks[0] for tasks in asked.values()],
        lambda _, task, share: enumerate_minima(task, basis, order, share, **how),
        lambda minima: minima.exhaustive,
        means,
    )
    rows: dict[str, TaskObjectives | str] = {}
    for tasks in asked.values():
        minima = solved[tasks[0][0]]
        for name, task in tasks:
            own = replace(minima, task=task)
            if not minima.exhaustive:
                rows[name] = own.headline
                continue
            try:
                rows[name] = task_objectives(
                    minima,
                    task,
                    named,
                    name=name,
                    stands_for=universe.stands_for(name),
                    goes_on=lambda: effort.left() > 0,
                )
            except BudgetEnded:
                found = counted(minima.circuits, "minimum", "minima")
                rows[name] = f"{own.task}: {found} found, not all judged in the budget"
    ordered = [rows[name] for name, _ in listed]
    return Objectives(
        universe,
        basis.name,
        order,
        named,
        tuple(row for row in ordered if isinstance(row, TaskObjectives)),
        tuple(row for row in ordered if isinstance(row, str)),
    )
