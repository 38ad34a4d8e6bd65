"""Checks of control-like witnesses, from scratch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from mesacircuits.definitions.check_blind import (
    some_action_is_always_optimal,
    some_blind_policy_does,
)
from mesacircuits.definitions.check_subject import Subject, Word, demand
from mesacircuits.definitions.control_records import ControlParameters, ControlWitness
from mesacircuits.tasks import World, WorldTask

__all__ = ["prove_control"]

Cut = tuple[int, ...]
#: A state of the world and the memory of the circuit.
Configuration = tuple[int, int]


def prove_control(subject: Subject, dials: ControlParameters, witness: ControlWitness) -> None:
    """Raise `CertificateError` unless the witness proves the circuit control-like.

    Every field is derived again. The cut has to be the best that carries an error: all minimal cuts
    are found anew, and no other may have a lesser rank (not behavioural, fewer values, fewer
    wires, lower wires); the ranking has to be the least.

    Arguments:
        subject: a circuit that solves a task.
        dials: none.
        witness: the witness.

    A refusal of the circuit as a whole, for a disturbance that it does not recover from or a blind
    policy that does as well, names `witness`.
    """
    task = subject.task
    if not isinstance(task, WorldTask):
        demand(False, "witness", "the task has no world with a target")
        return
    paths, loop = _Paths(subject, task), _Loop(subject, task)
    _check_cut(paths, witness.cut)
    demand(
        witness.behavioural == paths.behavioural(witness.cut),
        "behavioural",
        "says if all wires of the cut drive actions",
    )
    error = _Error(subject, loop, witness.cut)
    demand(witness.null == error.null, "null", f"in the target it is {_shown(error.null)}")
    demand(witness.other == error.other, "other", f"elsewhere it is {_shown(error.other)}")
    demand(bool(error.null), "null", "the target is never reached")
    demand(bool(error.other), "other", "there is nothing but the target")
    for value in error.other:
        demand(value not in error.null, "cut", f"{list(value)} occurs in the target and elsewhere")
    demand(
        witness.observations == loop.observations,
        "observations",
        f"{loop.observations} occur",
    )
    values = len(error.null) + len(error.other)
    demand(values <= loop.observations, "cut", f"{values} values, {loop.observations} observations")
    ratio = str(Fraction(values, loop.observations))
    demand(witness.ratio == ratio, "ratio", f"it is {ratio}")
    _check_ranking(loop, witness)
    _check_recovery(loop)
    if task.demand == "optimal":
        blind = some_action_is_always_optimal(task.world)
    else:
        blind = some_blind_policy_does(task.world, task.within)
    demand(not blind, "witness", "a blind policy suffices")
    own = (witness.behavioural, values, len(witness.cut), witness.cut)
    for cut in paths.all_cuts():
        tried = _Error(subject, loop, cut)
        rank = (paths.behavioural(cut), tried.values, len(cut), cut)
        if rank < own and tried.serves(loop.observations):
            demand(False, "cut", f"wires {list(cut)} are a better one")


def _check_cut(paths: _Paths, cut: Cut) -> None:
    for i, wire in enumerate(cut):
        where = f"cut[{i}]"
        demand(wire < paths.subject.circuit.wires, where, "no such wire")
        demand(i == 0 or cut[i - 1] < wire, where, "wires do not ascend")
        serves = wire >= paths.subject.circuit.inputs or wire in paths.drivers
        demand(serves, where, "an input that drives no action")
    demand(not paths.passes({*cut}), "cut", "some path from an input to an action avoids it")
    for i, wire in enumerate(cut):
        demand(paths.passes({*cut} - {wire}), f"cut[{i}]", "a cut without this wire")


def _check_ranking(loop: _Loop, witness: ControlWitness) -> None:
    ranks, memories = witness.ranking, 1 << loop.task.state_bits
    total = len(loop.world.states) * memories
    demand(len(ranks) == total, "ranking", f"{len(ranks)} numbers, {total} configurations")
    for number, rank in enumerate(ranks):
        where, here = f"ranking[{number}]", divmod(number, memories)
        if here not in loop.occurring:
            demand(rank is None, where, "the configuration does not occur")
        elif loop.world.in_target(here[0]):
            demand(rank == 0, where, "0 in the target")
        else:
            state, memory = loop.after(here)
            below = ranks[state * memories + memory]
            fits = rank is not None and below is not None and rank == below + 1
            demand(fits, where, f"not one more than the {below} of what follows")


def _check_recovery(loop: _Loop) -> None:
    for begun in sorted(loop.disturbed):
        at, passed = begun, set()
        while at not in passed:
            passed.add(at)
            at = loop.after(at)
        # From here on the run repeats itself.
        last = loop.run([at])
        name = loop.world.states[begun[0]]
        stays = all(loop.world.in_target(state) for state, _ in last)
        demand(stays, "witness", f"disturbed into state {name}, it does not recover")


@dataclass(frozen=True)
class _Paths:
    """The paths of a circuit from its inputs to the wires that drive its actions."""

    subject: Subject
    task: WorldTask

    @cached_property
    def drivers(self) -> set[int]:
        """The wires that drive actions; constants are none."""
        acting = self.subject.circuit.outputs[: self.task.world.action_bits]
        return {output.wire for output in acting if output.wire >= 0}

    def behavioural(self, cut: Cut) -> bool:
        return all(wire in self.drivers for wire in cut)

    def operands(self, wire: int) -> set[int]:
        circuit = self.subject.circuit
        if wire < circuit.inputs:
            return set()
        return {w for w in circuit.gates[wire - circuit.inputs].operands if w >= 0}

    def passes(self, avoided: set[int]) -> bool:
        """Return whether some path from an input to a driver avoids these wires."""
        found = self.drivers - avoided
        for wire in reversed(range(self.subject.circuit.wires)):
            if wire in found:
                found |= self.operands(wire) - avoided
        return any(wire < self.subject.circuit.inputs for wire in found)

    def all_cuts(self) -> Iterator[Cut]:
        """Yield every minimal cut: the one nearest to the actions, and others by pushing it down.

        Of a cut let E be the wires between it and the actions. Pushing moves one wire of the cut
        into E, and with it whatever no input reaches any more but through E or the cut; so every
        minimal cut with a larger E can be come by.
        """
        first = self._tidied(frozenset())
        waiting, seen = [first], {first}
        for within in waiting:
            cut = self._edge(within)
            yield tuple(sorted(cut))
            for wire in cut:
                closed = within | cut
                fresh = self.operands(wire) - closed
                gate = wire >= self.subject.circuit.inputs
                if gate and all(w >= self.subject.circuit.inputs for w in fresh):
                    pushed = self._tidied(within | {wire})
                    if pushed not in seen:
                        seen.add(pushed)
                        waiting.append(pushed)

    def _edge(self, within: frozenset[int]) -> frozenset[int]:
        return frozenset(self.drivers.union(*map(self.operands, within)) - within)

    def _tidied(self, within: frozenset[int]) -> frozenset[int]:
        while True:
            edge = self._edge(within)
            reached = {*range(self.subject.circuit.inputs)}
            for wire in range(self.subject.circuit.wires):
                if self.operands(wire) & reached - edge - within:
                    reached.add(wire)
            if edge <= reached:
                return within
            within |= edge - reached


@dataclass(frozen=True)
class _Loop:
    """A circuit in closed loop with its world."""

    subject: Subject
    task: WorldTask

    @property
    def world(self) -> World:
        return self.task.world

    @cached_property
    def words(self) -> list[Word]:
        """The output word for every input."""
        return self.subject.words()

    def input_of(self, configuration: Configuration) -> int:
        state, memory = configuration
        return self.world.observations[state] + (memory << self.world.observation_bits)

    def after(self, configuration: Configuration) -> Configuration:
        word, bits = self.words[self.input_of(configuration)], self.world.action_bits
        action = sum(bit * 2**i for i, bit in enumerate(word[:bits]))
        memory = sum(bit * 2**i for i, bit in enumerate(word[bits:]))
        return self.world.steps[configuration[0]][action], memory

    def run(self, begun: list[Configuration]) -> set[Configuration]:
        """Return what runs from these pass through."""
        found: set[Configuration] = set()
        for at in begun:
            while at not in found:
                found.add(at)
                at = self.after(at)
        return found

    @cached_property
    def undisturbed(self) -> set[Configuration]:
        return self.run([(start, 0) for start in self.world.starts])

    @cached_property
    def disturbed(self) -> set[Configuration]:
        return {(moved[s], m) for s, m in self.undisturbed for moved in self.world.disturbances}

    @cached_property
    def occurring(self) -> set[Configuration]:
        return self.undisturbed | self.run([*self.disturbed])

    @cached_property
    def inputs(self) -> tuple[set[int], set[int]]:
        """The inputs that the circuit is given inside the target, and those outside of it."""
        inside = {c for c in self.occurring if self.world.in_target(c[0])}
        outside = self.occurring - inside
        return {self.input_of(c) for c in inside}, {self.input_of(c) for c in outside}

    @cached_property
    def observations(self) -> int:
        """How many observations occur."""
        return len({self.world.observations[state] for state, _ in self.occurring})


class _Error:
    """The values that the wires of a cut take in a closed loop, in the target and elsewhere."""

    def __init__(self, subject: Subject, loop: _Loop, cut: Cut) -> None:
        bits = subject.wire_values()
        found = ({tuple(bits[wire][x] for wire in cut) for x in inputs} for inputs in loop.inputs)
        # Ascending as numbers whose lowest bit comes first.
        self.null, self.other = (tuple(sorted(some, key=lambda v: v[::-1])) for some in found)
        self.values = len(self.null) + len(self.other)

    def serves(self, observations: int) -> bool:
        """Return whether this is an error at all."""
        return (
            bool(self.null and self.other)
            and not {*self.null} & {*self.other}
            and self.values <= observations
        )


def _shown(values: tuple[Word, ...]) -> str:
    return ", ".join("".join(map(str, value)) or "-" for value in values) or "nothing"
