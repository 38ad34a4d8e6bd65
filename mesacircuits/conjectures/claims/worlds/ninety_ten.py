"""The claim `ninety-ten`: "best of the last ten, 90 %; else random" adapts, and is no search."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import (
    Definition,
    definition_named,
    describe_definition,
    has_tag,
)
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.studies.universe import Member, Unsolved, solved_task
from mesacircuits.studies.window_bandit import SCORES, WindowPolicy
from mesacircuits.tables import counted, reached
from mesacircuits.tasks import Task

__all__ = ["NINETY_TEN"]

_DEFINITIONS = (
    "search-like",
    "search-like(wires_per_score=2)",
    "search-like(objective_gates=0)",
    "search-like(objective_gates=0,wires_per_score=2)",
    "lookup-table",
)


def _tasks(settings: Settings) -> Iterator[tuple[str, Task]]:
    for window in settings.wholes("windows"):
        policy = WindowPolicy(window, settings.rational("explore"), settings.text("score"))
        if window <= settings.whole("whole"):
            yield f"W = {window}: whole policy", policy.whole_task()
        else:
            yield f"W = {window}: greedy part, ties random", policy.greedy_task()
        if window > 1:
            # With one pull any arm may be best.
            yield f"W = {window}: greedy part, ties free", policy.choice_task()


def _run(settings: Settings, effort: Effort) -> Finding:
    definitions = tuple(definition_named(text) for text in settings.texts("definitions"))
    policy = WindowPolicy(
        settings.whole("window"), settings.rational("explore"), settings.text("score")
    )
    rows: list[tuple[Cell, ...]] = []
    left_open: list[str] = []
    searching: Case | None = None
    first: Case | None = None
    tasks = list(_tasks(settings))
    for place, (name, task) in enumerate(tasks):
        # One share of the seconds is kept for the rewards.
        found = solved_task(name, task, "b2", "size", effort.share(len(tasks) - place + 1))
        if isinstance(found, Unsolved):
            left_open.append(str(found))
            continue
        try:
            row, case = _judged(found, definitions, effort)
        except BudgetEnded:
            minima = counted(len(found.solvers), "minimum", "minima")
            left_open.append(f"{name}: {minima} found, not all judged")
            continue
        rows.append(row)
        searching = searching or case
        first = first or Case.judged(
            "one of the minima", task, found.solvers[0], definitions, "size over b2"
        )
    steps = settings.whole("steps")
    rewards: tuple[Fraction, ...] = ()
    try:
        rewards = policy.expected_rewards(steps, settings.rational("good"), effort)
    except BudgetEnded:
        left_open.append(f"W = {policy.window}: the expected reward of {counted(steps, 'step')}")
    adapts = all(a <= b for a, b in pairwise(rewards)) and rewards[:1] < rewards[-1:]
    if (rewards and not adapts) or searching is not None:
        verdict = Verdict.REFUTED
    else:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.HELD
    rise = "the expected reward was not computed"
    if rewards:
        how = "rises" if adapts else "does not only rise"
        end = f"{float(rewards[-1]):.4f} at step {steps}"
        rise = f"the expected reward {how} from {rewards[0]} to {end}"
    tags = "no minimum of its act is" if searching is None else "some minimum of its act is"
    return Finding(
        verdict=verdict,
        answer=f"{rise}, and {tags} {describe_definition(definitions[0])}.",
        universe=(
            f"W = {policy.window} for {counted(steps, 'step')}; all minima of the act for "
            f"{reached(len(rows), len(tasks), 'smaller policy', 'smaller policies')}, b2"
        ),
        tables=(
            Table(
                "Expected reward by step (exact in --json):",
                ("step", "expected reward"),
                tuple((t + 1, rewards[t]) for t in _shown(len(rewards))),
            ),
            _tags_table(definitions, rows),
        ),
        example=searching or first,
        notes=(
            f"{settings.text('score')}: {SCORES[settings.text('score')]}.",
            "whole policy: inputs are arm and reward of each pull, a bit that says whether to pull "
            "at random, and the arm to pull at random. Greedy part: it never pulls at random but "
            "where arms tie; with ties free either arm will do there, and the scores are the "
            "utilities.",
        ),
        left_open=tuple(left_open),
        plot=_plot(policy, rewards),
    )


def _plot(policy: WindowPolicy, rewards: tuple[Fraction, ...]) -> Plot:
    last = max(len(rewards), 1)
    series = (
        Series(f"best of the last {policy.window}", tuple(enumerate(rewards, 1))),
        Series("at random", ((1, Fraction(1, 2)), (last, Fraction(1, 2)))),
    )
    return Plot((Panel("A bandit of two arms", "step", "expected reward", series),))


def _shown(steps: int) -> list[int]:
    # The first steps, then every fifth, and the last.
    return [t for t in range(steps) if t < 4 or (t + 1) % 5 == 0 or t == steps - 1]


def _judged(
    found: Member, definitions: tuple[Definition, ...], effort: Effort
) -> tuple[tuple[Cell, ...], Case | None]:
    held: list[list[bool]] = [[] for _ in definitions]
    for circuit in found.solvers:
        for tags, definition in zip(held, definitions, strict=True):
            if effort.used_up():
                raise BudgetEnded
            tags.append(has_tag(definition, circuit, found.task))
    case = None
    if any(held[0]):
        circuit = found.solvers[held[0].index(True)]
        case = Case.judged(found.name, found.task, circuit, definitions, "size over b2")
    return (found.name, found.size, len(found.solvers), *map(sum, held)), case


def _tags_table(definitions: tuple[Definition, ...], rows: list[tuple[Cell, ...]]) -> Table:
    numbers = [str(number) for number in range(1, len(definitions) + 1)]
    keys = "; ".join(
        f"{number} {describe_definition(d)}" for number, d in zip(numbers, definitions, strict=True)
    )
    return Table(
        f"Minima with each tag: {keys}.",
        ("act", "size", "minima", *numbers),
        tuple(rows),
    )


NINETY_TEN = Claim(
    name="ninety-ten",
    topic="worlds and learners",
    claim=(
        "A bandit policy that repeats the best of the last ten with 90 %, and else acts at "
        "random, is no optimizer."
    ),
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "a machine that remembers its last W = 10 pulls of two arms: with probability 9/10 it "
        "pulls the arm of greater score among them, ties at random, else an arm at random. Its "
        "exact expected reward by step, where one arm pays with 3/4 and the other with 1/4; and "
        "for W of 1 and 2 all minimal circuits of its act, tagged."
    ),
    question="Does its expected reward only rise, and is no minimum of its act search-like?",
    blind_to=(
        "circuits of the act for the ten pulls themselves, circuits that update the window, and "
        "whether adapting is optimizing"
    ),
    parameters=(
        Parameter("window", 10, "W of the policy that is run", least=1, most=10),
        Parameter("steps", 30, "how long it is run", least=2, most=200),
        Parameter("good", Fraction(3, 4), "how often the good arm pays; the other 1 - good"),
        Parameter("explore", Fraction(1, 10), "how often an arm is pulled at random"),
        Parameter("score", "total", "what is best", values=tuple(SCORES)),
        Parameter("windows", (1, 2), "W of the acts whose minima are found", least=1, most=2),
        Parameter("whole", 1, "for W up to this the whole act, not its greedy part", least=0),
        Parameter(
            "definitions",
            "; ".join(_DEFINITIONS),
            "definitions, the first asked about",
            names="definition",
        ),
    ),
    run=_run,
    control="a policy that always pulls at random, which earns 1/2 at every step: exact",
    quick={"window": 4, "steps": 10, "windows": 1},
)
