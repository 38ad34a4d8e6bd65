"""The claim `mass-production`: the least chooser need not evaluate candidate by candidate."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_classes
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["MASS_PRODUCTION", "first_of_two"]


def first_of_two(phi: TruthTable) -> TruthTable:
    """Return phi(x) & ~phi(y), x the lower bits and y the upper: is the first the only good one?

    >>> first_of_two(TruthTable(1, 0b10)).hex
    '2'
    """
    n = phi.inputs
    low = (1 << n) - 1
    return TruthTable.of(2 * n, lambda x: phi[x & low] & (1 - phi[x >> n]))


def _least(table: TruthTable, basis: str, effort: Effort, most: int | None = None) -> int | None:
    task = FunctionTask((table,))
    found = enumerate_minima(task, basis, effort=effort, first=1, at_most=most)
    if not found.exhaustive:
        raise BudgetEnded
    return found.size


def _found(settings: Settings, effort: Effort) -> Finding:
    basis, bits = settings.text("basis"), settings.whole("bits")
    dearest = settings.whole("dearest")
    definition = definition_named(settings.text("definition"))
    phis = [c.representative for c in npn_classes(bits)]
    phis = [phi for phi in phis if len(phi.support()) == bits]
    universes = settings.texts("choices")
    rows: list[tuple[Cell, ...]] = []
    shared: list[TruthTable] = []
    out_of_reach = 0
    points: list[tuple[int, int]] = []
    for place, phi in enumerate(phis):
        means = effort.share(len(phis) + len(universes) - place)
        one = _least(phi, basis, means)
        if one is None or one > dearest:
            out_of_reach += 1
            rows.append((phi.hex, one, None, None if one is None else 2 * one + 1))
            continue
        # Two evaluations and a gate will do; is there anything cheaper?
        two = _least(first_of_two(phi), basis, means, 2 * one + 1)
        rows.append((phi.hex, one, two, 2 * one + 1))
        if two is not None:
            points.append((one, two))
            shared += [phi] * (two < 2 * one + 1)
    groups: list[tuple[Cell, ...]] = []
    sharing = searching = 0
    example: Case | None = None
    for place, text in enumerate(universes):
        means = effort.share(len(universes) - place)
        minima = many = some = 0
        for _, task in parse_universe(text).listed():
            found = enumerate_minima(task, basis, effort=means)
            if not found.exhaustive or means.used_up():
                raise BudgetEnded
            for circuit in found.minima:
                judged = definition.judge(circuit, task)
                if judged.witness is None:
                    continue
                costs = [(c["cost"], c["private_cost"]) for c in judged.witness["candidates"]]
                own = all(cost == private for cost, private in costs)
                minima, many, some = minima + 1, many + len(costs), some + (not own)
                if example is None and not own:
                    caption = "the first minimum whose evaluations share gates"
                    example = Case.judged(caption, task, circuit, (definition,))
        groups.append((text, minima, many, some))
        sharing, searching = sharing + some, searching + minima
    done = len(rows) - out_of_reach
    return Finding(
        verdict=Verdict.HELD,
        answer=(
            f"by theorem. Of {counted(bits, 'bit')} nothing of it is seen: two evaluations cost "
            f"twice as much as one for {done - len(shared)} of {counted(done, 'class', 'classes')} "
            f"in reach, and evaluations share gates in {sharing} of {searching:,} search-like "
            "minima."
        ),
        universe=(
            f"all objectives of {counted(bits, 'bit')} of at most {counted(dearest, 'gate')}; "
            f"{'; '.join(universes)}, {basis}"
        ),
        tables=(
            Table(
                "For each class of objectives phi that read all bits: gates of phi, of "
                "phi(x) & ~phi(y), and of two evaluations and a gate:",
                ("phi", "C(phi)", "C(two)", "2 C(phi) + 1"),
                tuple(rows),
            ),
            Table(
                "Search-like minima of choices, evaluations in them, and minima in which some "
                "evaluation has gates that are not its own:",
                ("universe", "minima", "evaluations", "that share"),
                tuple(groups),
            ),
        ),
        example=example,
        notes=(
            "Theorem (D. Uhlig 1974; docs/theorems.md, Parts A to D): for almost all objectives "
            "of m bits, several evaluations together cost hardly more than one; so no least "
            "circuit spends C(phi) gates of its own on each candidate.",
            f"{counted(out_of_reach, 'class', 'classes')} cost more than was allowed."
            if out_of_reach
            else "All classes were settled.",
            "What would have answered otherwise: one objective for which two evaluations cost less "
            "than twice one, at so few bits.",
        ),
        plot=Plot(
            (
                Panel(
                    "Two evaluations beside one",
                    "gates of one",
                    "gates of two and a selection",
                    (
                        Series("least", tuple(dict.fromkeys(points)), "points"),
                        Series(
                            "twice and one more",
                            tuple((c, Fraction(2 * c + 1)) for c in sorted({c for c, _ in points})),
                        ),
                    ),
                    whole=True,
                ),
            )
        ),
    )


MASS_PRODUCTION = Claim(
    name="mass-production",
    topic="circuits",
    claim=(
        "For almost all objectives a least chooser does not evaluate candidate by candidate: "
        "several evaluations together cost hardly more than one."
    ),
    source="Uhlig 1974, On the synthesis of self-correcting schemes; for choosers this project",
    reading=(
        "the theorem is about large objectives; what is run looks for the first sign of it. For "
        "every objective phi of few bits: does phi(x) & ~phi(y) cost less than twice phi and one "
        "gate? And in every search-like minimum of choices: has each evaluation its gates to "
        "itself?"
    ),
    kind=Kind.THEOREM,
    keeps="that evaluations are of one objective, on blocks of inputs that share no bit",
    question="Does the theorem hold, and is there a sign of it at so few bits?",
    blind_to="objectives of more than four bits; more than two evaluations of them",
    control="two evaluations on gates of their own: exact",
    parameters=(
        Parameter("bits", 3, "bits of the objective", least=1, most=3),
        Parameter("dearest", 3, "objectives of at most so many gates", least=1, most=4),
        Parameter(
            "choices",
            "choices(2,2,D=each,ties=first); choices(3,2,ties=first)",
            "universes of choices",
            names="words",
        ),
        BASIS,
        Parameter("definition", "search-like", "search-like, with its dials", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"bits": 1}, {"bits": 2}),
        neighbours=({"definition": "search-like(objective_gates=0)"},),
    ),
    quick={"dearest": 2, "choices": "choices(2,2,ties=first)"},
)
