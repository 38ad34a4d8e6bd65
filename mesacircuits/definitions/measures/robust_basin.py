"""Flint's optimising systems: a broad basin of attraction that perturbations do not leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.definitions.definition import Judgement, Measured
from mesacircuits.definitions.measures.choices import occurring_configurations
from mesacircuits.definitions.measures.measure import (
    LiteratureDefinition,
    demand,
    threshold,
)
from mesacircuits.tasks import Task, WorldTask, configurations_from, next_configurations

__all__ = ["Basin", "RobustBasin", "basin_of"]


@dataclass(frozen=True, slots=True)
class Basin:
    """The configurations of a closed loop, told apart by where they lead.

    Attributes:
        occurring: all configurations that can occur.
        basin: those from which the target is reached and kept.
        robust: those of the basin from which any one disturbance, at any time, leaves the run
            within the basin.
        target: how many states of the world the target has.
        states: how many states the basin has, whatever the memory.
    """

    occurring: frozenset[int]
    basin: frozenset[int]
    robust: frozenset[int]
    target: int
    states: int

    @property
    def fraction(self) -> Fraction:
        """The robust basin as a fraction of all configurations that can occur."""
        return Fraction(len(self.robust), len(self.occurring))


def basin_of(task: WorldTask, words: tuple[int, ...]) -> Basin:
    """Return the basin of a policy, given by its words, in the world of a task.

    The time that reaching the target takes does not count.

    >>> from mesacircuits.tasks import World
    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,), ((0, 0),))
    >>> shutting, idle = (basin_of(WorldTask(door, 2), words) for words in ((1, 0), (0, 0)))
    >>> sorted(shutting.robust), sorted(idle.basin), sorted(idle.robust)
    ([0, 1], [1], [])
    """
    world, k = task.world, task.state_bits
    following = next_configurations(world, words, k)
    occurring = occurring_configurations(task, words)
    inside = {at for at in occurring if world.in_target(at >> k)}
    while staying := {at for at in inside if following[at] not in inside}:
        inside -= staying
    # What flows into the largest part of the target that is never left.
    basin = _flowing_into(inside, occurring, following)
    unsafe = {
        at
        for at in occurring
        if at not in basin
        or any(moved[at >> k] << k | at & (1 << k) - 1 not in basin for moved in world.disturbances)
    }
    robust = basin - _flowing_into(unsafe, occurring, following)
    return _basin(task, occurring, basin, robust)


def _basin(
    task: WorldTask, occurring: Iterable[int], basin: Iterable[int], robust: Iterable[int]
) -> Basin:
    inside, states = frozenset(basin), {at >> task.state_bits for at in basin}
    target = len(task.world.target)
    return Basin(frozenset(occurring), inside, frozenset(robust), target, len(states))


def _flowing_into(ends: set[int], occurring: list[int], following: list[int]) -> set[int]:
    before: dict[int, list[int]] = {}
    for at in occurring:
        before.setdefault(following[at], []).append(at)
    found, queue = {*ends}, list(ends)
    for at in queue:
        fresh = [earlier for earlier in before.get(at, ()) if earlier not in found]
        found.update(fresh)
        queue.extend(fresh)
    return found


@dataclass(frozen=True, slots=True)
class RobustBasin(LiteratureDefinition):
    """A closed loop that moves to a small target from a broad basin, despite perturbations.

    A configuration is a state of the world and one of the policy's memory; those that can occur
    are all states with the memory at 0 and what follows by steps and disturbances. Its *basin* is
    where the target is reached and kept; its *robust basin* are the configurations of the basin
    whose run, disturbed once, at any time (after the target is reached, too) and by any of the
    world's disturbances, is still in the basin. The measure is the robust basin as a fraction of
    all that can occur. The score is min(1, measure / `least`) if the target is small, that is, has
    at most `ratio` times as many states as the basin; else 0.

    No influence of the actions is asked for: a rock in a bowl qualifies, as Flint says of a ball in
    a valley. A bottle cap does not: its basin is no larger than its target. Without disturbances
    there is nothing to be robust against, and the definition does not apply.

    Arguments:
        least: the fraction of configurations to be in the robust basin, above 0 and at most 1.
        ratio: the most states of the target for each state of the basin, from 0 to 1.

    Raises `ArgumentError` for dials outside those ranges.

    Source: A. Flint, *The ground of optimization*, 2020.

    >>> from mesacircuits.definitions.exemplars import exemplar_named
    >>> rock, cap = exemplar_named("rock"), exemplar_named("bottle-cap")
    >>> RobustBasin().judge(rock.solver, rock.task).holds
    True
    >>> RobustBasin().judge(cap.solver, cap.task).note
    'the target is not small: 2 states of 2 in the basin'
    """

    least: str = threshold(1, above=True)
    ratio: str = threshold(Fraction(1, 2), stricter="less")

    name: ClassVar[str] = "robust-basin"
    tag: ClassVar[str] = "robust-basin"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("robust", "basin", "configurations")
    source: ClassVar[str] = "Flint 2020"
    formula: ClassVar[str] = (
        "a large enough fraction of all configurations reach the target and keep it, also after "
        "any single disturbance at any time; the target is small beside the basin"
    )
    blind_to: ClassVar[str] = (
        "whether the solver's actions matter, how it chooses them, how long reaching takes, and "
        "whatever happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return the exact score of a solver in its world, with the fraction measured."""
        if not isinstance(task, WorldTask):
            return self.not_applicable("the task has no world with a target")
        if not task.world.disturbances:
            return self.not_applicable("the world has no disturbances")
        found = basin_of(task, words_of(circuit))
        measured = Measured(found.fraction, "of configurations")
        if not self._small(found):
            plural = "" if found.target == 1 else "s"
            shown = f"{found.target} state{plural} of {found.states} in the basin"
            return self.unmet(measured, note=f"the target is not small: {shown}")
        score = found.fraction / Fraction(self.least)
        if score < 1:
            return self.unmet(measured, score)
        listed = {"robust": sorted(found.robust), "basin": sorted(found.basin)}
        return self.met({**listed, "configurations": len(found.occurring)}, measured)

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds, by running every disturbed run."""
        words = words_of(circuit)
        demand(isinstance(task, WorldTask), "kind", "a task with a world is needed")
        assert isinstance(task, WorldTask)
        world, k = task.world, task.state_bits
        following = next_configurations(world, words, k)
        occurring = occurring_configurations(task, words)

        def leads_home(start: int) -> bool:
            at = start
            for _ in range(len(following)):
                at = following[at]
            return all(world.in_target(c >> k) for c in configurations_from(following, [at]))

        basin = [at for at in occurring if leads_home(at)]
        demand(witness["basin"] == basin, "basin", f"it is {basin}")
        robust = []
        for start in basin:
            run = configurations_from(following, [start])
            moved = {d[at >> k] << k | at & (1 << k) - 1 for at in run for d in world.disturbances}
            if all(map(leads_home, moved)):
                robust.append(start)
        demand(witness["robust"] == robust, "robust", f"it is {robust}")
        demand(witness["configurations"] == len(occurring), "configurations", f"{len(occurring)}")
        found = _basin(task, occurring, basin, robust)
        enough = self._small(found) and found.fraction >= Fraction(self.least)
        demand(enough, "robust", "too few, or the target is not small")

    def _small(self, found: Basin) -> bool:
        return found.target <= Fraction(self.ratio) * found.states
