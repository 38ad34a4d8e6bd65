"""The claim `gradual`: optimization is messy and gradual, not a module."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Circuit
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Definition, definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import circuits_of_size
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["GRADUAL"]


def _scores(
    settings: Settings, gates: int, definition: Definition, effort: Effort
) -> dict[str, object]:
    """Return how many circuits of a size have each score, and the first between 0 and 1."""
    counts: Counter[Fraction] = Counter()
    between = None
    found = circuits_of_size(settings.whole("inputs"), gates, settings.text("basis"), effort)
    for task, circuits in found:
        for circuit in circuits:
            if effort.used_up():
                raise BudgetEnded
            score = definition.judge(circuit, task).score
            if score is None:
                continue
            counts[score] += 1
            if between is None and 0 < score < 1:
                between = [task.tables[0].bits, circuit.to_json()]
    listed = [[str(score), count] for score, count in sorted(counts.items())]
    return {"counts": listed, "between": between}


def _run(settings: Settings, effort: Effort) -> Finding:
    definitions = {name: definition_named(settings.text(name)) for name in ("definition", "table")}
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    kept = KeptParts(effort, "gradual 1", settings)
    rows: list[tuple[Cell, ...]] = []
    left_open: list[str] = []
    gradual = total = clean = 0
    example = None
    series: dict[str, dict[Fraction, int]] = {}
    for name, definition in definitions.items():
        for gates in settings.wholes("gates"):
            try:
                compute = partial(_scores, settings, gates, definition, effort)
                found = kept.part(f"{name} {gates}", compute)
            except BudgetEnded:
                left_open.append(f"{definition.tag}: circuits of {counted(gates, 'gate')}")
                continue
            counts = {Fraction(score): count for score, count in found["counts"]}
            here = sum(counts.values())
            partly = sum(count for score, count in counts.items() if 0 < score < 1)
            rows.append(
                (
                    definition.tag,
                    gates,
                    here,
                    counts.get(Fraction(0), 0),
                    partly,
                    len([score for score in counts if 0 < score < 1]),
                    counts.get(Fraction(1), 0),
                )
            )
            sums = series.setdefault(definition.tag, {})
            for score, count in counts.items():
                sums[score] = sums.get(score, 0) + count
            if name == "definition":
                gradual, total = gradual + partly, total + here
                clean += counts.get(Fraction(1), 0)
                if example is None and found["between"] is not None:
                    example = _example(inputs, found["between"], definition)
    tag = definitions["definition"].tag
    verdict = Verdict.HELD
    if not gradual:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.REFUTED
    other = series.get(definitions["table"].tag, {})
    between = sum(count for score, count in other.items() if 0 < score < 1)
    return Finding(
        verdict=verdict,
        answer=(
            f"of {counted(total, 'circuit')} {gradual:,} have a {tag} score "
            f"between 0 and 1 and {clean:,} "
            f"a clean cut, score 1; beside that {between:,} have a "
            f"{definitions['table'].tag} score between."
        ),
        universe=(
            f"all reduced circuits of {settings.text('basis')}, "
            f"{counted(inputs, 'input')}, by gates"
        ),
        tables=(
            Table(
                "Circuits by their score (values: how many different scores between 0 and 1):",
                ("definition", "gates", "circuits", "0", "between", "values", "1"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "Circuits of functions with f(0) = 0, minimal or not; their inverses have the same "
            "scores."
            if basis in ("b2", "aig", "mig", "mux")
            else "Circuits of all functions, minimal or not.",
        ),
        left_open=tuple(left_open),
        plot=Plot(
            tuple(
                Panel(
                    f"Scores of {name}",
                    "score",
                    "share of circuits with no more",
                    (Series(name, _cumulative(counts), "steps"),),
                    most=1,
                )
                for name, counts in series.items()
            )
        ),
    )


def _cumulative(counts: dict[Fraction, int]) -> tuple[tuple[Fraction, Fraction], ...]:
    total, so_far, points = sum(counts.values()), 0, []
    for score, count in sorted(counts.items()):
        so_far += count
        points.append((score, Fraction(so_far, total)))
    if points and points[-1][0] < 1:
        points.append((Fraction(1), Fraction(1)))
    return tuple(points)


def _example(inputs: int, between: list[object], definition: Definition) -> Case:
    bits, record = between
    assert isinstance(bits, int)
    assert isinstance(record, dict)
    task = FunctionTask((TruthTable(inputs, bits),))
    caption = "first with a score between 0 and 1"
    return Case.judged(caption, task, Circuit.from_json(record), (definition,))


GRADUAL = Claim(
    name="gradual",
    topic="circuits",
    claim="Optimization is messy and gradual, not a module.",
    source="Hobbhahn 2023, Clarifying mesa-optimization",
    reading=(
        "the scores of all reduced circuits of a size, minimal or not, as solvers of the function "
        "that they compute: how many have a score of 0, of 1 (a clean cut), or between."
    ),
    question="Does any circuit have a score strictly between 0 and 1?",
    blind_to="circuits of tasks with slack or utilities, and gradations that the score has none of",
    control="the scores of lookup-table over the same circuits: exact, all of them",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("gates", (1, 2, 3, 4), "gates of the circuits", least=0, most=5),
        BASIS,
        Parameter("definition", "search-like", "whose scores are counted", names="definition"),
        Parameter("table", "lookup-table", "whose scores stand beside them", names="definition"),
    ),
    run=_run,
    quick={"gates": (1, 2, 3)},
)
