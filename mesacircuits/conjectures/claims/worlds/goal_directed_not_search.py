"""The claim `goal-directed-not-search`: goal-directed systems need not contain search."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import Definition, definition_named, describe_definition
from mesacircuits.enumeration import Effort
from mesacircuits.studies.universe import Member, Universe, parse_universe
from mesacircuits.tables import counted, reached

__all__ = ["GOAL_DIRECTED_NOT_SEARCH"]

_GOALS = (
    "argmax",
    "argmax(levels=4)",
    "argmax(shared=1,objective=xor)",
    "argmax(shared=1,objective=and)",
    "argmax(candidates=3)",
    "satisfying",
    "satisfying(candidates=3)",
    "tic-tac-toe",
    "thermostat(levels=2)",
    "thermostat(levels=4)",
    "integrator",
    "pursuit",
    "maze",
    "rock",
    "bottle-cap",
)


_MINIMA = "minimum", "minima"


@dataclass
class _Row:
    """The minima of a task, or of all functions, by what the two definitions say."""

    name: str
    size: str
    minima: int = 0
    directed: int = 0
    found: int = 0
    searching: int = 0
    greatest: float = field(default=0.0)

    @property
    def cells(self) -> tuple[Cell, ...]:
        nats = f"{self.greatest:.4f}"
        return self.name, self.size, self.minima, self.directed, self.found, self.searching, nats


def _judge(
    row: _Row, member: Member, directed: Definition, search: Definition, effort: Effort
) -> Circuit | None:
    """Add a task's minima to a row, as far as the effort goes.

    Returns:
        the first that is directed and does not search; None if there is none.
    """
    first = None
    for circuit in member.solvers:
        if effort.used_up():
            break
        said = directed.judge(circuit, member.task)
        score = search.judge(circuit, member.task).score
        row.minima += 1
        row.searching += score == 1
        if said.measured is not None:
            row.greatest = max(row.greatest, float(said.measured.value))
        if said.holds:
            row.directed += 1
            if score == Fraction(0):
                row.found += 1
                first = first or circuit
    return first


def _run(settings: Settings, effort: Effort) -> Finding:
    directed = definition_named(settings.text("directed"))
    search = definition_named(settings.text("definition"))
    rows: list[_Row] = []
    left_open: list[str] = []
    examples: list[tuple[Member, Circuit]] = []
    universe = parse_universe(settings.text("goals"))
    for member in universe.members("b2", "size", effort):
        if not isinstance(member, Member):
            left_open.append(str(member))
            continue
        row = _Row(member.name, str(member.size))
        if (circuit := _judge(row, member, directed, search, effort)) is not None:
            examples.append((member, circuit))
        if row.minima < len(member.solvers):
            left_open.append(
                f"{member.name}: {row.minima:,} of {counted(len(member.solvers), *_MINIMA)} judged"
            )
        if row.minima or not member.solvers:
            rows.append(row)
    if settings.whole("functions"):
        rows.append(_functions(settings.whole("functions"), directed, search, effort, left_open))
    example = None
    if examples:
        verdict = Verdict.HELD
        member, circuit = examples[0]
        example = Case.judged("smallest", member.task, circuit, (directed, search), "size over b2")
    else:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.REFUTED
    goals = [row for row in rows if not row.name.startswith("functions(")]
    found, minima = sum(row.found for row in goals), sum(row.minima for row in goals)
    having = sum(row.found > 0 for row in goals)
    # Of the functions among the goals each is a task; how many, only a whole run tells.
    partly = {line.partition(": ")[0] for line in left_open}
    done = sum(row.name not in partly for row in goals)
    whole = reached(done, max(done, len(universe.tasks)), "task")
    name = describe_definition(directed)
    table = Table(
        f"directed: {name}; found: of those, with a score of 0 for {describe_definition(search)}; "
        "search: with that tag; nats: the greatest measured:",
        ("task", "size", "minima", "directed", "found", "search", "nats"),
        tuple(row.cells for row in rows),
    )
    shown = ("directed", "found", "search")
    return Finding(
        verdict=verdict,
        answer=(
            f"{found:,} of {counted(minima, *_MINIMA)}, of {having} of "
            f"{counted(len(goals), 'task')}, have the tag "
            f"{name} and a search score of 0."
        ),
        universe=f"all minima of {whole} with a goal, b2",
        tables=(table,),
        example=example,
        notes=(
            "A function asks for one word on each input, and its utility is 1 for that word. So "
            "every circuit that computes one is as goal-directed as can be, a wire and a constant "
            "too: there the definition says nothing, and the answer does not count them.",
            "A wire may do where ties are free: with two candidates, choosing one exactly when it "
            "is good is right on every input.",
        ),
        left_open=tuple(left_open),
        plot=Plot((bar_panel(table, shown, "Minima with a goal", "share", of="minima"),)),
    )


def _functions(
    inputs: int, directed: Definition, search: Definition, effort: Effort, left_open: list[str]
) -> _Row:
    universe: Universe = parse_universe(f"functions({inputs})")
    sizes: set[int] = set()
    row = _Row(str(universe), "")
    found = 0
    for member in universe.members("b2", "size", effort):
        if not isinstance(member, Member):
            left_open.append(str(member))
            continue
        found += len(member.solvers)
        judged = row.minima
        _judge(row, member, directed, search, effort)
        if row.minima > judged:
            sizes.add(member.size)
    if row.minima < found:
        left_open.append(f"{universe}: {row.minima:,} of {counted(found, *_MINIMA)} found, judged")
    row.size = f"{min(sizes)}..{max(sizes)}" if sizes else "-"
    return row


GOAL_DIRECTED_NOT_SEARCH = Claim(
    name="goal-directed-not-search",
    topic="worlds and learners",
    claim="Goal-directed systems need not contain search.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "tasks that state a goal by utilities (argmax, satisfying, tic-tac-toe) or by a target "
        "(worlds): all minima of each; those whose maximum-entropy goal-directedness is at least "
        "half of the most there is, T ln |A|, and whose search score is 0. Beside them all "
        "functions of a few inputs."
    ),
    question="Is there a minimum that is goal-directed and has a search score of 0?",
    blind_to="goals that the task does not state, and search that the search definition misses",
    parameters=(
        Parameter("goals", "; ".join(_GOALS), "tasks, separated by semicolons", names="task"),
        Parameter("functions", 3, "also functions of so many inputs; 0 for none", least=0, most=4),
        Parameter(
            "directed", "goal-directedness", "what counts as goal-directed", names="definition"
        ),
        Parameter("definition", "search-like", "what counts as search", names="definition"),
    ),
    run=_run,
    quick={"goals": "argmax; satisfying; thermostat(levels=2)", "functions": 2},
)
