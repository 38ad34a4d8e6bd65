"""Other objectives for a task: the finite families to which a solver might be retargeted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    EpisodeTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
)

__all__ = ["FAMILIES", "OtherObjective", "other_objectives"]

#: Families of other objectives.
FAMILIES = {
    "set-points": "aim at another value of the same utility, or at another target",
    "transpositions": "exchange two candidate words in the utility",
}

_MOST_STEPS = 1 << 16


@dataclass(frozen=True, slots=True)
class OtherObjective:
    """Another objective: what it is called within its family, and the task of pursuing it."""

    key: int | str
    task: RelationTask | WorldTask


def other_objectives(task: Task, family: str) -> tuple[OtherObjective, ...] | None:
    """Return the other objectives of a family, each once; None if the family knows none such.

    Ties are free and there is no slack. An objective is left out if it accepts what the task does.

    - `set-points`, with utilities u_1 < ... < u_L on the support: for each l < L the utility
      -|rank of U(x, a) - l|, so that l = 1 stands for -U. Those whose acceptable words are the
      task's own under one renaming of all words are left out: with one output bit, to invert it
      would do. Tasks without utilities have no such objectives: None.
    - `set-points`, in worlds: for each r > 0 the target {s : o(s) XOR r = o(z) for some z in the
      target}, to be reached in the long run, if full knowledge of the state would do for that.
    - `transpositions`, without a world: U(x, p(a)) for the exchanges p of two candidates, the
      generators of the orbit. All of these are renamings of words. In worlds: None.

    >>> from mesacircuits.tasks import parse_task
    >>> [other.key for other in other_objectives(parse_task("tt:2:6"), "transpositions")]
    ['0-1']
    """
    if isinstance(task, EpisodeTask):
        return None
    if isinstance(task, WorldTask):
        return _other_targets(task) if family == "set-points" else None
    if isinstance(task, OptimisationTask):
        own = task.relation()
        found = _set_points(task) if family == "set-points" else _swapped_utilities(task)
    elif family == "set-points":
        return None
    else:
        own = _accepted(task)
        found = _swapped_words(task, own)
    kept: dict[tuple[int, ...], OtherObjective] = {}
    known = _masks(own, task.support_bits)
    for other in found:
        masks = _masks(other.task, task.support_bits)
        renamed = family == "set-points" and sorted(masks) == sorted(known)
        if masks != known and not renamed:
            kept.setdefault(masks, other)
    return tuple(kept.values())


def _masks(task: RelationTask | WorldTask, support: int) -> tuple[int, ...]:
    return tuple(mask & support for mask in task.word_masks)


def _set_points(task: OptimisationTask) -> list[OtherObjective]:
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    values = sorted({u for x in support for u in task.utilities[x]})
    rank = {u: place for place, u in enumerate(values)}
    found = []
    for goal, value in enumerate(values[:-1]):
        rows = tuple(
            tuple(Fraction(-abs(rank.get(u, 0) - goal)) for u in row) for row in task.utilities
        )
        other = replace(task, utilities=rows, ties="free", slack=Fraction(0))
        found.append(OtherObjective(str(value), other.relation()))
    return found


def _swapped_utilities(task: OptimisationTask) -> list[OtherObjective]:
    found = []
    for i, j in combinations(range(len(task.candidates)), 2):
        rows = tuple(_swapped(row, i, j) for row in task.utilities)
        other = replace(task, utilities=rows, ties="free", slack=Fraction(0))
        key = f"{task.candidates[i]}-{task.candidates[j]}"
        found.append(OtherObjective(key, other.relation()))
    return found


def _swapped(row: tuple[Fraction, ...], i: int, j: int) -> tuple[Fraction, ...]:
    listed = list(row)
    listed[i], listed[j] = listed[j], listed[i]
    return tuple(listed)


def _accepted(task: Task) -> RelationTask:
    full = range(1 << task.outputs)
    return RelationTask(
        task.inputs,
        task.outputs,
        tuple(
            tuple(w for w in full if not task.support_bits >> x & 1 or task.word_masks[w] >> x & 1)
            for x in range(1 << task.inputs)
        ),
    )


def _swapped_words(task: Task, own: RelationTask) -> list[OtherObjective]:
    found = []
    for first, second in combinations(range(1 << task.outputs), 2):
        swap = {first: second, second: first}
        accept = tuple(tuple(sorted(swap.get(w, w) for w in words)) for words in own.accept)
        other = RelationTask(task.inputs, task.outputs, accept)
        found.append(OtherObjective(f"{first}-{second}", other))
    return found


def _other_targets(task: WorldTask) -> tuple[OtherObjective, ...]:
    world = task.world
    within = len(world.states) << task.state_bits
    if within > _MOST_STEPS:
        raise ArgumentError("world", f"at most {_MOST_STEPS} configurations", within)
    shown = {world.observations[state] for state in world.target}
    kept: dict[tuple[int, ...], OtherObjective] = {}
    for shift in range(1, 1 << world.observation_bits):
        target = tuple(s for s, o in enumerate(world.observations) if o ^ shift in shown)
        if not target or target == world.target or not _attainable(world, target):
            continue
        other = WorldTask(replace(world, target=target), within, "reach", task.state_bits)
        kept.setdefault(target, OtherObjective(shift, other))
    return tuple(kept.values())


def _attainable(world: World, target: tuple[int, ...]) -> bool:
    # Whether, knowing the state, the target can be reached from every start and then be kept.
    kept = {*target}
    while leaving := {s for s in kept if kept.isdisjoint(world.steps[s])}:
        kept -= leaving
    reached = {*kept}
    while fresh := {
        s for s, row in enumerate(world.steps) if s not in reached and not reached.isdisjoint(row)
    }:
        reached |= fresh
    return reached.issuperset(world.starts)
