"""The claim `statefulness`: saved state favours optimizers by relaxing the time penalty."""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import partial

from mesacircuits.classification import SearchLike, definition_named
from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claim_text import counted
from mesacircuits.conjectures.finding import Case, Cell, Finding, Table
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.conjectures.settings import Parameter, Settings
from mesacircuits.conjectures.shares import tagged_share
from mesacircuits.conjectures.verdict import Verdict
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import EpisodeTask, parse_task

__all__ = ["STATEFULNESS"]

_FAMILIES = "bandit; weather(rung=pairs); weather(rung=sticky); weather(rung=drifting)"


def _text(family: str, steps: int, bits: int) -> str:
    name, _, inside = family.rstrip(")").partition("(")
    given = [inside] if inside else []
    return f"{name}({','.join([*given, f'steps={steps}', f'state_bits={bits}'])})"


def _part(text: str, settings: Settings, effort: Effort) -> list[int]:
    task = parse_task(text)
    if not isinstance(task, EpisodeTask):
        raise ArgumentError("families", "tasks with episodes", text)
    share = tagged_share(task, definition_named(settings.text("definition")), effort=effort)
    searching = sum(SearchLike().judge(circuit, task).holds for circuit in share.minima)
    return [share.size or 0, len(share.minima), share.tagged, searching]


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    kept = KeptParts(effort, "statefulness 1", settings)
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    shares: dict[tuple[str, int, int], Fraction] = {}
    searching = 0
    first = None
    lengths = settings.wholes("steps")
    most = settings.whole("bits")
    for family in settings.texts("families"):
        for steps in lengths:
            for bits in range(most + 1):
                text = _text(family, steps, bits)
                try:
                    found = kept.part(text, partial(_part, text, settings, effort))
                except BudgetEnded:
                    left.append(text)
                    continue
                size, minima, tagged, search = found
                searching += search
                shares[family, steps, bits] = Fraction(tagged, minima)
                if tagged and first is None:
                    first = text
                rows.append((family, steps, bits, size, minima, tagged, search))
    by_state = [
        (shares[f, t, bits], shares[f, t, bits + 1])
        for f, t, bits in shares
        if (f, t, bits + 1) in shares
    ]
    by_steps = [
        (shares[f, a, bits], shares[f, b, bits])
        for f in settings.texts("families")
        for a, b in itertools.pairwise(lengths)
        for bits in range(1, most + 1)
        if (f, a, bits) in shares and (f, b, bits) in shares
    ]
    falls = sum(a > b for a, b in [*by_state, *by_steps])
    rises = sum(a < b for a, b in by_state)
    held = not falls and rises > 0
    tag = definition.tag
    series = []
    for bits in range(most + 1):
        points = []
        for steps in lengths:
            here = [share for (_, t, k), share in shares.items() if (t, k) == (steps, bits)]
            if here:
                points.append((steps, sum(here, Fraction(0)) / len(here)))
        series.append(Series(counted(bits, "bit"), tuple(points)))
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left else Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"with a bit of state more the share of {tag} minima rises in {rises} of "
            f"{len(by_state)} cases; with more state or more steps it falls in {falls}; "
            f"{counted(searching, 'minimum is', 'minima are')} search-like."
        ),
        universe=(
            f"all minima of {len(settings.texts('families'))} families of episodes, "
            f"{counted(len(lengths), 'length')}, up to {counted(most, 'bit')} of state, b2"
        ),
        tables=(
            Table(
                f"Minimal machines by steps of an episode and bits of state: {tag}, and "
                "search-like:",
                ("family", "steps", "bits", "gates", "minima", tag, "search"),
                tuple(rows),
            ),
        ),
        example=_example(first, settings),
        notes=(
            "A minimum is a circuit of fewest gates that earns the most that machines of so many "
            "bits can earn; state is saved from step to step, so that its work need not be done "
            "in one.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    f"Minima that are {tag}",
                    "steps of an episode",
                    "mean share",
                    tuple(series),
                    most=1,
                ),
            )
        ),
    )


def _example(text: str | None, settings: Settings) -> Case | None:
    if text is None:
        return None
    task = parse_task(text)
    definition = definition_named(settings.text("definition"))
    circuit = tagged_share(task, definition).first()
    if circuit is None:
        return None
    return Case.judged("first with the tag", task, circuit, (definition,), "size over b2")


STATEFULNESS = Claim(
    name="statefulness",
    topic="worlds and learners",
    claim="Saved state favours optimizers, since it relaxes the penalty on time.",
    source="Hubinger et al. 2019, section 2.2",
    reading=(
        "all minimal machines of episodes with k bits of state and T steps: the share that is a "
        "mesa-learner (optimizes within the episode), and that is search-like, as k and T grow."
    ),
    question=(
        "Does the share of tagged minima rise with a bit of state somewhere, and fall nowhere "
        "with more state or more steps?"
    ),
    blind_to="searches spread over several steps, which no definition here reads off state",
    control="the same episodes without state: exact, all minima",
    parameters=(
        Parameter("families", _FAMILIES, "episodes that take steps and state_bits"),
        Parameter("steps", (2, 3, 4, 6), "lengths of an episode", least=2, most=8),
        Parameter("bits", 1, "most bits of state", least=1, most=1),
        Parameter("definition", "mesa-learner", "whose tag is counted"),
    ),
    run=_run,
    quick={"families": "bandit", "steps": (2, 4)},
)
