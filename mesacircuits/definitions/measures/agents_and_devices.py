"""Agents and devices: is what is done better predicted by a goal, or by a circuit drawn blindly?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from math import comb, prod
from typing import Any, ClassVar

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.circuits.npn import npn_class_table, npn_orbit
from mesacircuits.data.minima import stored_minima
from mesacircuits.definitions.definition import Judgement, dial
from mesacircuits.definitions.measures.measure import (
    LiteratureDefinition,
    bits_of,
    demand,
    threshold,
)
from mesacircuits.definitions.measures.retargetable import FAMILIES, other_objectives
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import OptimisationTask, Task, WorldTask

__all__ = [
    "MOST_DEVICE_INPUTS",
    "AgentsAndDevices",
    "best_words",
    "circuit_chance",
    "device_chance",
    "objectives_of",
]

#: Minimal circuits of all functions are counted, and shipped, up to so many inputs.
MOST_DEVICE_INPUTS = 4
#: How the task's own objective is called.
_OWN = "own"
_BASIS = "b2"
#: The operators of a gate, polarities normalised.
_OPERATORS = 5


def circuit_chance(inputs: int, size: int) -> Fraction:
    """Return the chance 2^-bits of one given chain of gates over `b2`, drawn blindly.

    The number of gates r is drawn with chance 2^-(r+1); gate i, counted from 0, is one of the five
    operators on two of the n + i wires before it, all alike; the output is one of the n + r wires
    or the constant, in either polarity, all alike. So

        bits = (r + 1) + sum over i < r of log2(5 (n + i)(n + i - 1) / 2) + log2(2 (n + r + 1)).

    >>> circuit_chance(2, 0), circuit_chance(2, 1)
    (Fraction(1, 12), Fraction(1, 160))
    """
    gates = prod(_OPERATORS * comb(inputs + i, 2) for i in range(size))
    return Fraction(1, (2 << size) * gates * 2 * (inputs + size + 1)) if gates else Fraction(0)


@cache
def _class_weights(inputs: int) -> dict[int, Fraction]:
    # For the least member of each NPN class the sum of 2^-bits over the minima of any member.
    minima = stored_minima(_BASIS, "size")
    universe = minima[0].universe(inputs) if minima else None
    assert universe is not None, "counts are shipped up to four inputs"
    assert universe.exhaustive, "every class has its counts"
    listed = {int(c.representative, 16): c for c in universe.classes}
    least = {int(form) for form in npn_class_table(inputs).tolist()}
    # Constants, inputs and their inverses take no gate, and each has one circuit.
    return {
        form: listed[form].circuits * circuit_chance(inputs, listed[form].size)
        if form in listed
        else circuit_chance(inputs, 0)
        for form in sorted(least)
    }


@lru_cache(maxsize=1024)
def device_chance(inputs: int, bits: int, support: int) -> Fraction:
    """Return the chance that a device gives these values on a support, of one output bit.

    A device is a minimal circuit over `b2`, of any function g of n inputs, drawn with a chance
    proportional to its 2^-bits (`circuit_chance`). So the chance is

        sum over g = f on S of N(g) 2^-bits(C(g))  /  sum over all g of N(g) 2^-bits(C(g)),

    with C(g) the least size of g and N(g) the number of its minimal circuits.

    Arguments:
        inputs: n, 1 to 4.
        bits: the values, bit x on input x; those off the support do not count.
        support: S, bit x set iff x belongs to it.

    Raises `ArgumentError` for more inputs.

    Of one input there are four functions, none of which takes a gate.

    >>> device_chance(1, 0b10, 0b11), device_chance(1, 0b10, 0b10), device_chance(2, 0b1000, 0b1111)
    (Fraction(1, 4), Fraction(1, 2), Fraction(1, 90))
    """
    import numpy as np

    if not 1 <= inputs <= MOST_DEVICE_INPUTS:
        raise ArgumentError("inputs", f"1 to {MOST_DEVICE_INPUTS}", inputs)
    weights, forms = _class_weights(inputs), npn_class_table(inputs)
    agreeing = np.arange(len(forms)) & support == bits & support
    found = zip(*np.unique(forms[agreeing], return_counts=True), strict=True)
    every = zip(*np.unique(forms, return_counts=True), strict=True)
    total = sum((int(count) * weights[int(form)] for form, count in every), Fraction(0))
    return sum((int(count) * weights[int(form)] for form, count in found), Fraction(0)) / total


def best_words(task: OptimisationTask | WorldTask) -> dict[int, frozenset[int]]:
    """Return on each input of the support the best words, ties free and without slack.

    In a world those are the actions after which the target is nearest (states out of its reach are
    the farthest); it has to show its states, each by an observation of its own.

    >>> from mesacircuits.tasks import parse_task
    >>> best_words(parse_task("argmax"))[1]
    frozenset({0})
    """
    if isinstance(task, OptimisationTask):
        free = replace(task, ties="free", slack=Fraction(0))
        support = (x for x in range(1 << task.inputs) if task.support_bits >> x & 1)
        return {x: frozenset(free.best(x)) for x in support}
    far, found = len(task.world.states), {}
    left = [far if d is None else d for d in task.distances]
    for seen, row in zip(task.world.observations, task.world.steps, strict=True):
        nearest = min(left[after] for after in row)
        found[seen] = frozenset(a for a, after in enumerate(row) if left[after] == nearest)
    return found


def objectives_of(
    task: OptimisationTask | WorldTask, family: str
) -> Iterator[tuple[int | str, dict[int, frozenset[int]]]]:
    """Yield the task's own objective and the others of a family: each by name, with `best_words`.

    >>> from mesacircuits.tasks import task_named
    >>> [name for name, _ in objectives_of(task_named("argmax", levels=4), "set-points")]
    ['own', '1', '2']
    """
    yield _OWN, best_words(task)
    for other in other_objectives(task, family) or ():
        pursued = other.valued or other.task
        assert isinstance(pursued, OptimisationTask | WorldTask)
        yield other.key, best_words(pursued)


@dataclass(frozen=True, slots=True)
class AgentsAndDevices(LiteratureDefinition):
    """A policy that is better predicted by what it pursues than by what a circuit happens to do.

    Let f be the words that the solver gives on the support S, out of K = 2^m words. Both chances
    are distributions over all functions from S to words, so each sums to 1.

        P_agent(f) = sum over U of w(U) prod over x in S of
                     [ (1 - e) [f(x) in best_U(x)] / |best_U(x)| + e / K ],

    an agent that pursues U, picks among its best words alike, and errs to any word with chance e.
    U is the task's own objective or one of a family of others (see `objectives_of`), of equal
    weights w: to say which one it is costs log2 of their number.

        P_device(f) = prod over output bits of
                      sum over circuits of functions that agree with f on S of 2^-bits,

    normalised over all functions (see `device_chance`). The sum is truncated: it runs over the
    *minimal* circuits of each function over `b2`, by their exact counts as shipped, and over one
    chain of each. Larger circuits of a function, which would add to its chance, are left out,
    and each output bit has a circuit of its own: outputs that share gates are priced as if they
    did not. Both are handicaps of devices, and that an agent is given the utilities, the world and
    the best words for nothing is another; so the sign says less than the order of the values.

    The measure is the log2 odds log2(P_agent / P_device), in bits; the tag is given iff it is above
    0, which is decided by fractions. A function of the policy alone: all minima of one policy on S
    get one value.

    It applies to tasks with utilities, and to worlds that show their states, each by an observation
    of its own, without memory; where only what is acceptable is stated, a utility of being right
    would be made from f itself. Where every word is as good as any other there is nothing to
    pursue, and an agent would be noise. Up to four inputs: of more the counts are not shipped.

    Arguments:
        error: e, above 0 and at most 1.
        family: a name of `FAMILIES`, where other objectives come from.

    Raises `ArgumentError` for dials outside those ranges.

    Source: L. Orseau, S. McGregor McGill, S. Legg, *Agents and Devices: A Relative Definition of
    Agency*, 2018. The two distributions, over finite tables, are this project's own.

    By hand: a switch that toggles, to be on. Pressing iff it is off is best in both states: (15 /
    16)^2; for the goal of keeping it off it is wrong in both: (1 / 16)^2; in the mean 113 / 256.
    Of one input there are four devices, without gates, so 1 / 4. The odds are 113 / 64.

    >>> from mesacircuits.definitions.exemplars import exemplar_named
    >>> light = exemplar_named("light-switch")
    >>> judgement = AgentsAndDevices().judge(light.solver, light.task)
    >>> judgement.witness["agent"], judgement.witness["device"], str(judgement.measured)
    ('113/256', '1/4', '0.820179 bits (within 1e-09)')
    """

    error: str = threshold(Fraction(1, 8), above=True)
    family: str = dial("set-points", values=tuple(FAMILIES))

    name: ClassVar[str] = "agents-and-devices"
    tag: ClassVar[str] = "agents-and-devices"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("objectives", "agent", "device")
    source: ClassVar[str] = "Orseau, McGregor McGill and Legg 2018"
    formula: ClassVar[str] = (
        "log2 of the chance that an agent, erring at times, gives these words for an objective of "
        "a family, over the chance that a minimal circuit drawn by 2^-bits does, is above 0"
    )
    blind_to: ClassVar[str] = (
        "everything inside the solver, objectives outside the family, what an agent is given for "
        "nothing (the utilities, the world, the best words), circuits of a device that are not "
        "minimal or share gates between outputs, and whatever happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return whether the odds are for an agent, with their logarithm measured."""
        refused = _refusal(task)
        if refused:
            return self.not_applicable(refused)
        assert isinstance(task, OptimisationTask | WorldTask)
        words = words_of(circuit)
        counts = {
            key: [len(row) if words[x] in row else 0 for x, row in sorted(best.items())]
            for key, best in objectives_of(task, self.family)
        }
        agent = self._agent_chance(task, [*counts.values()])
        device = prod(
            (device_chance(task.inputs, t, task.support_bits) for t in circuit.output_bits()),
            start=Fraction(1),
        )
        measured = bits_of(device / agent)
        if agent <= device:
            return self.unmet(measured)
        listed = [{"objective": key, "best": row} for key, row in counts.items()]
        witness = {"objectives": listed, "agent": str(agent), "device": str(device)}
        return self.met(witness, measured)

    def _agent_chance(self, task: Task, rows: Sequence[Sequence[int]]) -> Fraction:
        # For each objective, on each input of the support, how many words are best; 0 if that
        # given is none of them.
        error = Fraction(self.error)
        erring = error / (1 << task.outputs)
        total = Fraction(0)
        for row in rows:
            hits = ((1 - error) / count if count else Fraction(0) for count in row)
            total += prod((erring + hit for hit in hits), start=Fraction(1))
        return total / len(rows)

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Best words are found anew from utilities and distances, one by one, and the chance of a
        device by going through the orbit of each class.
        """
        refused = _refusal(task)
        demand(not refused, "kind", refused)
        assert isinstance(task, OptimisationTask | WorldTask)
        words = words_of(circuit)
        support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
        pursued: list[tuple[int | str, Any]] = [(_OWN, task)]
        pursued += [(o.key, o.valued or o.task) for o in other_objectives(task, self.family) or ()]
        counts = [[_best_count(goal, x, words[x]) for x in support] for _, goal in pursued]
        listed = [
            {"objective": key, "best": row} for (key, _), row in zip(pursued, counts, strict=True)
        ]
        demand(witness["objectives"] == listed, "objectives", "not those of the task")
        error, agent = Fraction(self.error), Fraction(0)
        for row in counts:
            chance = Fraction(1, len(counts))
            for count in row:
                hit = (1 - error) / count if count else Fraction(0)
                chance *= hit + error / (1 << task.outputs)
            agent += chance
        demand(witness["agent"] == str(agent), "agent", f"it is {agent}")
        device = Fraction(1)
        for table in circuit.output_bits():
            agreeing, total = Fraction(0), Fraction(0)
            for form, weight in _class_weights(task.inputs).items():
                members = npn_orbit(TruthTable(task.inputs, form))
                total += weight * len(members)
                agree = sum(not (g.bits ^ table) & task.support_bits for g in members)
                agreeing += weight * agree
            device *= agreeing / total
        demand(witness["device"] == str(device), "device", f"it is {device}")
        demand(agent > device, "agent", "not above the chance of a device")


def _refusal(task: Task) -> str:
    """Return why nothing is said of solvers of a task; "" if something is."""
    if isinstance(task, WorldTask):
        if task.state_bits:
            return "the policy has a memory"
        if len({*task.world.observations}) < len(task.world.states):
            return "states look alike"
    elif not isinstance(task, OptimisationTask):
        return "the task has no utilities, and no world with a target"
    if task.inputs > MOST_DEVICE_INPUTS:
        return f"minimal circuits are counted for at most {MOST_DEVICE_INPUTS} inputs"
    words = len(task.candidates) if isinstance(task, OptimisationTask) else 1 << task.outputs
    if all(len(best) == words for best in best_words(task).values()):
        return "every word is as good as any other"
    return ""


def _best_count(goal: OptimisationTask | WorldTask, x: int, word: int) -> int:
    # How many words are best there; 0 if the word is none of them.
    if isinstance(goal, OptimisationTask):
        row, place = goal.utilities[x], goal.candidates.index(word)
        return 0 if any(u > row[place] for u in row) else sum(u == row[place] for u in row)
    world = goal.world
    left = [goal.distances[after] for after in world.steps[world.observations.index(x)]]
    worth = [-len(world.states) if d is None else -d for d in left]
    return 0 if max(worth) > worth[word] else worth.count(worth[word])
