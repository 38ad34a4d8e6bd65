"""The claim `gradual`: optimization is messy and gradual, not a module."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import npn_classes
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Contains, definition_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["GRADUAL"]


def _found(settings: Settings, effort: Effort) -> Finding:
    asked = settings.text("definition")
    whole, part = definition_named(asked), definition_named(f"contains({asked})")
    assert isinstance(part, Contains)
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    within, most = settings.whole("within"), settings.whole("most")
    # By gates more than the least: by the score of the whole, and the best of a part.
    seen: dict[int, Counter[tuple[Fraction, Fraction]]] = {d: Counter() for d in range(within + 1)}
    passed_over = 0
    example: Case | None = None
    classes = list(npn_classes(inputs))
    for place, each in enumerate(classes):
        task = FunctionTask((each.representative,))
        means = effort.share(len(classes) - place)
        found = enumerate_minima(task, basis, effort=means, within=within)
        if not found.exhaustive or means.used_up():
            raise BudgetEnded
        sizes: dict[int, list[int]] = {}
        for rank, circuit in enumerate(found.minima):
            sizes.setdefault(circuit.size, []).append(rank)
        for size, ranks in sizes.items():
            # Of many evenly many by rank.
            taken = ranks[:: -(-len(ranks) // most)] if most else ranks
            passed_over += len(ranks) - len(taken)
            for rank in taken:
                circuit = found.minima[rank]
                score = whole.judge(circuit, task).score or Fraction(0)
                inside = part.judge(circuit, task).score or Fraction(0)
                seen[size - min(sizes)][score, max(score, inside)] += 1
                if example is None and 0 < max(score, inside) < 1:
                    caption = "first in which there is something of it, and no part with the tag"
                    example = Case.judged(caption, task, circuit, (whole, part))
    rows: list[tuple[Cell, ...]] = []
    shares: dict[str, list[tuple[int, Fraction]]] = {"gradual": [], "a module": []}
    gradual = module = 0
    answers = set()
    for distance, counts in seen.items():
        here = sum(counts.values())
        clean = sum(n for (score, _), n in counts.items() if score == 1)
        parts = sum(n for (score, best), n in counts.items() if score < 1 and best == 1)
        partly = {best for _, best in counts if 0 < best < 1}
        between = sum(n for (_, best), n in counts.items() if best in partly)
        gradual, module = gradual + between, module + clean + parts
        if between + clean + parts:
            answers.add(between > clean + parts)
            of = between + clean + parts
            shares["gradual"].append((distance, Fraction(between, of)))
            shares["a module"].append((distance, Fraction(clean + parts, of)))
        values = ", ".join(map(str, sorted(partly)))
        rows.append((distance, here, clean, parts, between, values or None))
    verdict = Verdict.VACUOUS
    if answers:
        verdict = Verdict.HELD if answers == {True} else Verdict.REFUTED
    return Finding(
        verdict=verdict,
        answer=(
            f"in {counted(gradual, 'circuit')} something of {whole.tag} is there and no part has "
            f"the tag; in {module:,} a part with a clean cut has it."
        ),
        universe=(
            f"circuits of up to {counted(within, 'gate')} more than the least for each of "
            f"{counted(len(classes), 'class', 'classes')} of functions of "
            f"{counted(inputs, 'input')}, {basis}"
        ),
        tables=(
            Table(
                f"Circuits by gates more than the least: those that have the tag {whole.tag}; that "
                "have it not, but a part has; and that have neither, but a score above 0, which is "
                "one of:",
                ("gates more", "circuits", "tagged", "a part", "gradual", "scores"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "One function of each class, all circuits of a size"
            + (f", or {most} of each class, evenly by rank" if most else "")
            + (f": {passed_over:,} were passed over." if passed_over else "."),
            "The score is the share of what moves the output that a cut holds back, over the best "
            "choice of groups; a circuit without any choice has 0. So only what such a choice "
            "leaves can be gradual.",
        ),
        plot=Plot(
            (
                Panel(
                    "Of circuits with anything of it",
                    "gates more than the least",
                    "share",
                    tuple(Series(name, tuple(points), "points") for name, points in shares.items()),
                    most=1,
                    whole=True,
                ),
            )
        ),
    )


GRADUAL = Claim(
    name="gradual",
    topic="circuits",
    claim="Optimization is messy and gradual, not a module.",
    source="Hobbhahn 2023, Clarifying mesa-optimization",
    reading=(
        "of the circuits for a function in which there is anything of the tag, by how many gates "
        "they have more than the least: in which is it partial (the greatest score of the whole "
        "and of its parts is between 0 and 1), and in which is it a module (the whole, or a part, "
        "has a clean cut, score 1)? Are those in which it is partial more, at every distance?"
    ),
    kind=Kind.EXISTENCE,
    keeps="gradual against modular, inside a solver; and solvers that are not minimal",
    question="Are circuits in which it is partial more than those with a clean cut?",
    blind_to="networks, in which degrees may be finer; gradations that the score has none of",
    control="lookup-table over the same circuits",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=4),
        Parameter("within", 1, "circuits of up to so many gates more", least=0, most=2),
        Parameter("most", 0, "circuits of each class and size, by rank; 0: all", least=0),
        BASIS,
        Parameter("definition", "search-like", "whose scores are counted", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2}, {"inputs": 4, "within": 0, "most": 8}),
        neighbours=(
            {"basis": "aig"},
            {"basis": "mig", "within": 0},
            {"definition": "search-like(objective_gates=0)"},
            {"definition": "search-like(reencoding=none)"},
            {"definition": "lookup-table"},
        ),
    ),
    quick={"within": 0},
)
