"""Touchette and Lloyd: entropy that feedback removes beyond any blind sequence of actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2, prod
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    dial,
)
from mesacircuits.definitions.measures.measure import (
    LOGARITHM_ERROR,
    LiteratureDefinition,
    demand,
    threshold,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task, World, WorldTask, next_configurations

__all__ = [
    "EntropyDrop",
    "TouchetteLloyd",
    "best_blind_spread",
    "closed_loop_spread",
    "order_of",
]

#: How many starts are in each state; states without any are left out, the others ascend.
Spread = tuple[tuple[int, int], ...]

_MOST_BITS = 16
_MOST_STEPS = 1 << 16
#: The most spreads that the search for blind sequences looks at; beyond them it is an error.
_MOST_SPREADS = 1 << 18


def order_of(spread: Spread) -> int:
    """Return the product of c^c over the counts c of a spread of N starts.

    The entropy of the state is log2(N) - log2(product) / N bits, so spreads of equally many starts
    are compared by it exactly: the larger it is, the less entropy.

    >>> order_of(((0, 2), (3, 1)))
    4
    """
    return prod(count**count for _, count in spread)


def _log_order(spread: Iterable[tuple[int, int]]) -> float:
    return sum(count * log2(count) for _, count in spread)


def _spread(states: Iterable[int]) -> Spread:
    return tuple(sorted(Counter(states).items()))


def closed_loop_spread(task: WorldTask, words: Sequence[int], steps: int) -> Spread:
    """Return the spread of the world's states after some steps of a policy from all starts.

    The policy's memory starts at 0; where it has gone is not counted.
    """
    world, k = task.world, task.state_bits
    following = next_configurations(world, words, k)
    ends = []
    for start in world.starts:
        at = start << k
        for _ in range(steps):
            at = following[at]
        ends.append(at >> k)
    return _spread(ends)


def best_blind_spread(world: World, steps: int) -> Spread:
    """Return the spread of least entropy after some steps of a blind sequence of actions.

    All sequences a_1, ..., a_T are tried, constant ones among them; those that have led all starts
    to one spread go on as one. Spreads never gain entropy, so a single state ends the search.

    Raises `ArgumentError` for a world whose spreads are too many.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> best_blind_spread(door, 1)
    ((1, 2),)
    """
    actions = range(1 << world.action_bits)
    level, seen = {_spread(world.starts)}, 1
    levels: list[frozenset[Spread]] = [frozenset(level)]
    found = {levels[0]: 0}
    for time in range(1, steps + 1):
        level = {_moved(world, spread, action) for spread in level for action in actions}
        seen += len(level)
        if seen > _MOST_SPREADS:
            expected = f"a world of at most {_MOST_SPREADS} spreads under blind actions"
            raise ArgumentError("world", expected, "more")
        single = [spread for spread in level if len(spread) == 1]
        if single:
            # Where the state then goes does not matter to its entropy.
            return min(single)
        frozen = frozenset(level)
        if frozen in found:
            first, period = found[frozen], time - found[frozen]
            level = {*levels[first + (steps - first) % period]}
            break
        found[frozen] = time
        levels.append(frozen)
    return max(level, key=lambda spread: (order_of(spread), spread))


def _moved(world: World, spread: Spread, action: int) -> Spread:
    counts: dict[int, int] = {}
    for state, count in spread:
        after = world.steps[state][action]
        counts[after] = counts.get(after, 0) + count
    return tuple(sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class EntropyDrop:
    """What a policy and the best blind sequence make of the starts, after equally many steps.

    Attributes:
        closed: the spread in closed loop.
        blind: a spread of least entropy under blind sequences.
        starts: the number N of starts.
    """

    closed: Spread
    blind: Spread
    starts: int

    @property
    def excess(self) -> Measured:
        """The entropy that the policy removes beyond the best blind sequence, in bits."""
        if order_of(self.closed) == order_of(self.blind):
            return Measured(Fraction(0), "bits")
        powers = all(c & c - 1 == 0 for _, c in (*self.closed, *self.blind))
        if powers:
            closed, blind = (
                sum(c * (c.bit_length() - 1) for _, c in spread)
                for spread in (self.closed, self.blind)
            )
            return Measured(Fraction(closed - blind, self.starts), "bits")
        value = (_log_order(self.closed) - _log_order(self.blind)) / self.starts
        return Measured(value, "bits", LOGARITHM_ERROR)

    def exceeds(self, bits: Fraction) -> bool:
        """Return, by whole numbers, whether the excess is more than so many bits.

        >>> EntropyDrop(((0, 2),), ((0, 1), (1, 1)), 2).exceeds(Fraction(1))
        False
        """
        p, q = bits.numerator, bits.denominator
        closed, blind = order_of(self.closed), order_of(self.blind)
        return bool(closed**q > blind**q << p * self.starts)


@dataclass(frozen=True, slots=True)
class TouchetteLloyd(LiteratureDefinition):
    """Feedback that removes more entropy than any blind sequence of actions.

    X_0 is uniform on the starts. The measure is the entropy drop H(X_0) - H(X_T) of the world's
    state after T steps in closed loop, minus the largest drop of any blind sequence of T actions
    (constant or clocked): its excess, in bits. It may be negative. The score is 1 if the excess is
    more than `bits`, else 0. With c the number of starts in each state at T, H(X_T) = log2 N -
    sum of c log2(c) / N, so the threshold is decided by whole numbers, products of c^c.

    The theorem bounds the drop in closed loop by the mutual information I(X; A) plus the largest
    drop of any blind action over *all* distributions of X: for a map f that is the logarithm of the
    largest number of states sent to one. Beyond the largest drop from the same starts, which is
    what is measured here, the excess may be more than I(X; A).

    Arguments:
        bits: what the excess has to be more than, from 0 to 16.
        steps: T; 0 stands for the task's own deadline, or the number of states if it is 0.

    Raises `ArgumentError` for dials outside those ranges.

    Source: H. Touchette, S. Lloyd, *Information-theoretic limits of control*, Physical Review
    Letters 84, 2000; *Information-theoretic approach to the study of control systems*, Physica A
    331, 2004.

    >>> from mesacircuits.definitions.exemplars import exemplar_named
    >>> cap, light = exemplar_named("bottle-cap"), exemplar_named("light-switch")
    >>> [str(TouchetteLloyd().measure(e.solver, e.task)) for e in (cap, light)]
    ['0 bits', '1 bits']
    """

    bits: str = threshold(0, _MOST_BITS)
    steps: int = dial(0, least=0, most=_MOST_STEPS)

    name: ClassVar[str] = "touchette-lloyd"
    tag: ClassVar[str] = "touchette-lloyd"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("steps", "closed", "blind")
    source: ClassVar[str] = "Touchette and Lloyd 2000, 2004"
    formula: ClassVar[str] = (
        "H(X_0) - H(X_T) in closed loop, minus the most of it under any blind sequence of actions, "
        "is more than so many bits"
    )
    blind_to: ClassVar[str] = (
        "which states are reached, target or not; disturbances; entropy that goes into the memory; "
        "worlds that come to rest by themselves; and whatever happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return whether the excess is more than the threshold, with the excess measured."""
        if not isinstance(task, WorldTask):
            return self.not_applicable("the task has no deterministic world")
        steps = self._steps(task)
        drop = EntropyDrop(
            closed_loop_spread(task, words_of(circuit), steps),
            best_blind_spread(task.world, steps),
            len(task.world.starts),
        )
        if not drop.exceeds(Fraction(self.bits)):
            return self.unmet(drop.excess)
        witness = {
            "steps": steps,
            "closed": [list(pair) for pair in drop.closed],
            "blind": [list(pair) for pair in drop.blind],
        }
        return self.met(witness, drop.excess)

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        The closed loop is run anew as a machine, start by start; the blind search is done again.
        """
        demand(isinstance(task, WorldTask), "kind", "a task with a world is needed")
        assert isinstance(task, WorldTask)
        world, machine, steps = task.world, task.machine(circuit), self._steps(task)
        demand(witness["steps"] == steps, "steps", f"not {steps}")
        ends = []
        for state in world.starts:
            memory = 0
            for _ in range(steps):
                action, memory = machine.respond(world.observations[state], memory)
                state = world.steps[state][action]
            ends.append(state)
        closed, blind = _spread(ends), best_blind_spread(world, steps)
        demand(witness["closed"] == [list(p) for p in closed], "closed", f"it is {closed}")
        demand(witness["blind"] == [list(p) for p in blind], "blind", f"it is {blind}")
        drop = EntropyDrop(closed, blind, len(world.starts))
        demand(drop.exceeds(Fraction(self.bits)), "closed", f"no more than {self.bits} bits")

    def _steps(self, task: WorldTask) -> int:
        return self.steps or task.within or len(task.world.states)
