"""The claim `control-survives`: excluding search leaves control-type inner optimizers."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit
from mesacircuits.conjectures.claim import (
    Case,
    Cell,
    Claim,
    Finding,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import ControlLike, definition_named, has_tag
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted
from mesacircuits.tasks import World, WorldTask, parse_task

__all__ = ["CONTROL_SURVIVES", "relabelled"]

_WORLDS = (
    "thermostat(levels=2); thermostat(levels=4); pursuit(course=still); pursuit; "
    "pursuit(kind=grid,course=still); maze; bottle-cap; rock"
)


def relabelled(world: World, generator: random.Random) -> World:
    """Return a world with what each action does exchanged, state by state, at random.

    In each state the 2^m actions are permuted, so that as much can be reached as before, but no
    rule need hold for several states.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> sorted(relabelled(door, random.Random(0)).steps[0])
    [0, 1]
    """
    steps = []
    for row in world.steps:
        moved = list(row)
        generator.shuffle(moved)
        steps.append(tuple(moved))
    return replace(world, steps=tuple(steps))


def _counts(task: WorldTask, settings: Settings, effort: Effort) -> list[int] | None:
    """Return size, minima, search-free ones and control-like ones among these; None: no solver."""
    search = definition_named(settings.text("definition"))
    if task.solvable is False:
        return None
    found = enumerate_minima(task, "b2", effort=effort).all_found()
    if not found.minima:
        return None
    free = control = 0
    for circuit in found.minima:
        if effort.used_up():
            raise BudgetEnded
        if not has_tag(search, circuit, task):
            free += 1
            control += ControlLike().judge(circuit, task).holds
    return [found.minima[0].size, len(found.minima), free, control]


def _null(task: WorldTask, settings: Settings, effort: Effort) -> list[list[int]]:
    generator = random.Random(settings.whole("seed"))
    rows = []
    for _ in range(settings.whole("draws")):
        other = replace(task, world=relabelled(task.world, generator), label="")
        counts = _counts(other, settings, effort.limited(nodes=settings.whole("nodes")))
        if counts is not None:
            rows.append(counts)
    return rows


def _run(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "control-survives 1", settings)
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    shares: list[Fraction] = []
    nulls: list[Fraction] = []
    example: Case | None = None
    unmade: tuple[str, ...] = ()
    for text in settings.texts("worlds"):
        task = parse_task(text)
        if not isinstance(task, WorldTask):
            raise ArgumentError("worlds", "tasks with a world", text)
        try:
            counts = kept.part(text, partial(_counts, task, settings, effort))
        except BudgetEnded:
            left.append(text)
            continue
        size, minima, free, control = counts
        share = Fraction(control, free) if free else None
        null = None
        drawn = 0
        try:
            others = kept.part(f"{text} null", partial(_null, task, settings, effort))
            drawn = len(others)
            found = [Fraction(row[3], row[2]) for row in others if row[2]]
            null = sum(found, Fraction(0)) / len(found) if found else None
        except BudgetEnded:
            tried = counted(settings.whole("nodes"), "gate")
            left.append(f"{text}: relabelled worlds, within {tried} tried for each")
        rows.append((text, size, minima, minima - free, control, share, drawn, null))
        if share is not None:
            shares.append(share)
            if null is not None:
                nulls.append(null)
        if control and example is None and not unmade:
            example, unmade = within_budget(partial(_example, task, settings, effort))
    mean = sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)
    null_mean = sum(nulls, Fraction(0)) / len(nulls) if nulls else Fraction(0)
    some = sum(share > 0 for share in shares)
    held = 2 * some > len(shares) and mean > null_mean
    verdict = Verdict.HELD if held else Verdict.REFUTED
    table = Table(
        "Minima without search, and those of them that are control-like; null: the mean share in "
        "relabelled worlds that can be solved:",
        ("world", "gates", "minima", "search", "control", "share", "drawn", "null"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.INCONCLUSIVE if any(": " not in line for line in left) else verdict,
        answer=(
            f"in {some} of {counted(len(shares), 'world')} some search-free "
            "minimum is control-like; mean "
            f"share {float(mean):.4f}, in relabelled worlds {float(null_mean):.4f}."
        ),
        universe=f"all minima of {counted(len(rows), 'world')}, b2, order size",
        tables=(table,),
        example=example,
        notes=(
            "Relabelled: in each state the actions change places at random, drawn with the seed; "
            "as hard to reach the target, but without a rule that an error could carry.",
        ),
        left_open=(*left, *unmade),
        plot=Plot((bar_panel(table, ("share", "null"), "Control without search", "share"),)),
    )


def _example(task: WorldTask, settings: Settings, effort: Effort) -> Case | None:
    search = definition_named(settings.text("definition"))
    for circuit in enumerate_minima(task, "b2", effort=effort).all_found().minima:
        if _survives(circuit, task, settings):
            definitions = (ControlLike(), search)
            return Case.judged("first that survives", task, circuit, definitions, "size over b2")
    return None


def _survives(circuit: Circuit, task: WorldTask, settings: Settings) -> bool:
    search = definition_named(settings.text("definition"))
    return ControlLike().judge(circuit, task).holds and not has_tag(search, circuit, task)


CONTROL_SURVIVES = Claim(
    name="control-survives",
    topic="worlds and learners",
    claim="Excluding search leaves control-type inner optimizers.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "all minima of worlds with a target; those that are search-like are excluded; the share of "
        "control-like among the rest, beside the same in worlds where the actions of each state "
        "have changed places."
    ),
    question=(
        "Are control-like minima left in more than half of the worlds, and in the mean a larger "
        "share than in relabelled worlds?"
    ),
    blind_to="controllers with memory, and worlds with more than six bits of observation",
    control="worlds with each state's actions exchanged: drawn by a seed, all minima of each",
    parameters=(
        Parameter("worlds", _WORLDS, "tasks with a world", names="task"),
        Parameter("draws", 8, "relabelled worlds drawn for each", least=0, most=64),
        Parameter("seed", 0, "seed of the draws", least=0),
        Parameter("nodes", 20_000_000, "gates tried for one relabelled world", least=1),
        Parameter("definition", "search-like", "what is excluded", names="definition"),
    ),
    run=_run,
    quick={"worlds": "thermostat(levels=2); bottle-cap; pursuit(course=still)", "draws": 2},
)
