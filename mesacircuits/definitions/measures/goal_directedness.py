"""Maximum-entropy goal-directedness: how well pursuing a utility predicts what is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import inf, isfinite, log, prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    dial,
)
from mesacircuits.definitions.measures.choices import choices_of
from mesacircuits.definitions.measures.measure import (
    NOTHING_ASKED,
    LiteratureDefinition,
    demand,
    threshold,
)
from mesacircuits.definitions.measures.retargetable import other_objectives
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task, WorldTask

__all__ = [
    "BETAS",
    "TOLERANCE",
    "UTILITIES",
    "Decisions",
    "Fit",
    "GoalDirectedness",
    "best_fit",
    "decisions_by_utility",
    "decisions_of",
]

#: Which soft-optimal policies may explain what is done.
BETAS = {
    "nonnegative": "those that pursue the utility",
    "any": "also those that avoid it, as in the paper",
}

#: Whose utility it is that may explain what is done.
UTILITIES = {
    "known": "the task's own",
    "unknown": "the task's own, or one of the family of set points, whichever explains it best",
}
#: How the task's own utility is called.
_OWN = "own"

_MOST_STEPS = 1 << 12
#: The most triples of a time, a state and an action; beyond them it is an error.
_MOST_ENTRIES = 1 << 22


def decisions_of(circuit: Wired, task: Task, steps: int = 0) -> Decisions | None:
    """Return the decision process of a task and what a circuit that solves it does there.

    - Without a world: one step; the states are the inputs of the support, the actions the
      candidates, the reward U(x, a), or 1 for acceptable words and 0 for others.
    - Worlds: T steps from the starts; the reward is 1 for each step whose next state is in the
      target. T is `steps`, else the task's deadline, or the number of states if that is 0.

    None for episodes and for tasks without support. Raises `ArgumentError` for a world too large
    to solve.
    """
    if isinstance(task, WorldTask):
        return _world_decisions(circuit, task, steps)
    choices = choices_of(circuit, task)
    if not choices:
        return None
    places = range(len(choices))
    return Decisions(
        tuple(choice.utilities for choice in choices),
        tuple((state,) * len(choices[state].utilities) for state in places),
        1,
        tuple(places),
        sum((choice.taken for choice in choices), Fraction(0)) / len(choices),
        # Any candidate of that utility has the same chance as the one taken.
        tuple((choice.utilities.index(choice.taken),) for choice in choices),
    )


def _world_decisions(circuit: Wired, task: WorldTask, steps: int) -> Decisions:
    world, machine = task.world, task.machine(circuit)
    length = steps or task.within or len(world.states)
    if length * len(world.states) << world.action_bits > _MOST_ENTRIES:
        expected = f"steps whose tables have at most {_MOST_ENTRIES} entries"
        raise ArgumentError("steps", expected, length)
    earned, chosen = 0, []
    for state in world.starts:
        memory, actions = 0, []
        for _ in range(length):
            action, memory = machine.respond(world.observations[state], memory)
            state = world.steps[state][action]
            actions.append(action)
            earned += world.in_target(state)
        chosen.append(tuple(actions))
    return Decisions(
        tuple(tuple(Fraction(world.in_target(s)) for s in row) for row in world.steps),
        world.steps,
        length,
        world.starts,
        Fraction(earned, len(world.starts)),
        tuple(chosen),
    )


def decisions_by_utility(circuit: Wired, task: Task, steps: int = 0) -> dict[int | str, Decisions]:
    """Return the decision processes of a task under its own utility and each other set point.

    By name: `own` first, then those of `other_objectives`, in the same T steps. Where the family
    knows none, the task's own is alone; of episodes and tasks without support there is none.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import task_named
    >>> wire = Circuit.parse(2, "out = b")
    >>> [*decisions_by_utility(wire, task_named("argmax"))]
    ['own']
    """
    own = decisions_of(circuit, task, steps)
    if own is None:
        return {}
    found: dict[int | str, Decisions] = {_OWN: own}
    for other in other_objectives(task, "set-points") or ():
        decisions = decisions_of(circuit, other.valued or other.task, own.steps)
        assert decisions is not None, "on the same support, without episodes"
        found[other.key] = decisions
    return found


@dataclass(frozen=True, slots=True)
class GoalDirectedness(LiteratureDefinition):
    """Maximum-entropy goal-directedness (MEG) with respect to the task's utility, or to some.

    The soft-optimal policy pi_beta is the one of greatest causal entropy among those that earn as
    much as it does: pi_beta(a | x) proportional to exp(beta U(x, a)) in one step, and in T steps,
    by soft value iteration, exp(beta r(s, a) + V_{t+1}(s') - V_t(s)) with V_t(s) = ln of the sum
    over a of exp(beta r(s, a) + V_{t+1}(s')) and V_T = 0. With K actions

        MEG = max over beta of E[sum over t of ln pi_beta(a_t | s_t)] + T ln K,

    the expectation over the runs of the policy. The sum telescopes to beta E[R] - E[V_0], which is
    concave in beta, so the maximum is found with certified bounds (see `best_fit`); it lies between
    0 and T ln K. The tag is given iff MEG is at least `least` T ln K; the score is then 1, else 0.
    Without support nothing is done: MEG and score are 0, whatever `least`.

    Where the policy earns the most there is (beta tends to infinity) MEG is T ln K minus the mean
    logarithm of the number of best sequences, and the threshold is decided by whole numbers. Else
    MEG is known within 1e-9 nats; a threshold within that error counts as missed, and the note says
    so. Actions depend on the full state in pi_beta: what a policy cannot observe is charged to it.

    With `utility=unknown` MEG is the maximum over the task's own utility and the set points of
    `other_objectives` (one for each set of acceptable words; in worlds, each other target), so it
    is never less; the witness names the utility, the first of those that explain most. The
    threshold is the same, T ln K having nothing of a utility.

    Arguments:
        least: a fraction of T ln K, from 0 to 1.
        beta: a name of `BETAS`.
        steps: T in worlds; 0 stands for the task's deadline, or the number of states if it is 0.
        utility: a name of `UTILITIES`.

    Raises `ArgumentError` for dials outside those ranges.

    Source: M. MacDermott, J. Fox, F. Belardinelli, T. Everitt, *Measuring Goal-Directedness*,
    NeurIPS 2024; soft value iteration: B. Ziebart, *Modeling Purposeful Adaptive Behavior with the
    Principle of Maximum Causal Entropy*, 2010.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> xor = Circuit.parse(2, "g1 = a ^ b; out = g1")
    >>> print(GoalDirectedness().judge(xor, parse_task("tt:2:6")).measured)  # ln 2
    0.693147 nats (within 1e-09)

    By hand: of two candidates with values from 0 to 2 this circuit takes one of value 1 where there
    is one, else the first, as the slack allows. Over the nine inputs it earns 9, as much as uniform
    actions do: no maximiser at all. For the set point 1, with utility -|v - 1|, it always takes a
    best candidate; on five inputs both are, so MEG is ln 2 - (5 / 9) ln 2 = 0.308.

    >>> from mesacircuits.tasks import OptimisationTask
    >>> values = [(min(x & 3, 2), min(x >> 2, 2)) for x in range(16)]
    >>> support = sum(1 << x for x in range(16) if x & 3 < 3 and x >> 2 < 3)
    >>> task = OptimisationTask(4, 1, (0, 1), values, support, slack=Fraction(2))
    >>> middling = Circuit.parse(4, "g1 = c & ~a; out = g1")
    >>> for utility in UTILITIES:
    ...     judgement = GoalDirectedness("2/5", utility=utility).judge(middling, task)
    ...     print(utility, judgement.score, f"{float(judgement.measured.value):.3f}")
    known 0 0.000
    unknown 1 0.308
    >>> judgement.witness["utility"]
    '1'
    """

    least: str = threshold(Fraction(1, 2))
    beta: str = dial("nonnegative", values=tuple(BETAS))
    steps: int = dial(0, least=0, most=_MOST_STEPS)
    utility: str = dial("known", values=tuple(UTILITIES))

    name: ClassVar[str] = "goal-directedness"
    tag: ClassVar[str] = "goal-directedness"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("beta", "sequences", "nats")
    source: ClassVar[str] = "MacDermott, Fox, Belardinelli and Everitt 2024"
    formula: ClassVar[str] = (
        "max over beta of E[sum of ln pi_beta(a_t | s_t)] + T ln K, with pi_beta soft-optimal for "
        "the task's utility (or for the one of a family that does best), is at least a fraction of "
        "T ln K"
    )
    blind_to: ClassVar[str] = (
        "everything inside the solver, utilities other than those asked, whether the state is not "
        "known or the goal not pursued, and whatever happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return whether MEG is at least the threshold, with MEG measured."""
        if not task.support_bits:
            return self.unmet(Measured(Fraction(0), "nats"), note=NOTHING_ASKED)
        processes = self._processes(circuit, task)
        if not processes:
            return self.not_applicable("episodes hide their state from the policy")
        if any(decisions.actions == 1 for decisions in processes.values()):
            return self.not_applicable("there is one candidate only")
        fits = {key: best_fit(found, self.beta == "any") for key, found in processes.items()}
        met = {key: fit for key, fit in fits.items() if self._enough(processes[key], fit)}
        key, fit = max((met or fits).items(), key=lambda pair: pair[1].value)
        most = max(found.value for found in fits.values())
        error = max(found.error - (most - found.value) for found in fits.values())
        zero = all(found.exact and not found.sequences for found in fits.values())
        measured = Measured(Fraction(0) if zero else most, "nats", error)
        if not met:
            near = any(
                not found.exact and found.value + found.error >= self._threshold(processes[name])
                for name, found in fits.items()
            )
            return self.unmet(measured, note="within the error of the threshold" if near else "")
        witness = {
            "beta": fit.beta if isfinite(fit.beta) else "inf" if fit.beta > 0 else "-inf",
            "sequences": list(fit.sequences),
            "nats": fit.value,
        }
        named = {"utility": key} if self.utility == "unknown" else {}
        return self.met(named | witness, measured)

    def fields_of_witness(self) -> tuple[str, ...]:
        """Return the fields of a witness: it names the utility where that is not known."""
        named = ("utility",) if self.utility == "unknown" else ()
        return (*named, *self.witness_fields)

    def _processes(self, circuit: Wired, task: Task) -> dict[int | str, Decisions]:
        if self.utility == "unknown":
            return decisions_by_utility(circuit, task, self.steps)
        decisions = decisions_of(circuit, task, self.steps)
        return {} if decisions is None else {_OWN: decisions}

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        At a finite beta the logarithms are summed along the policy's own runs; in the limit the
        best sequences are counted forwards, by what they earn. Either bounds MEG from below.
        """
        processes = self._processes(circuit, task)
        demand(bool(processes), "kind", "episodes hide their state, or no support")
        key = witness["utility"] if self.utility == "unknown" else _OWN
        known = isinstance(key, int | str) and not isinstance(key, bool) and key in processes
        demand(known, "utility", "none of the family")
        decisions, beta = processes[key], witness["beta"]
        known = beta in ("inf", "-inf") or isinstance(beta, int | float)
        demand(known and not isinstance(beta, bool), "beta", "neither a number nor infinite")
        beta = float(beta)
        demand(beta >= 0 or self.beta == "any", "beta", "negative")
        if beta < 0:
            decisions, beta = decisions.negated(), -beta
        if isfinite(beta):
            demand(witness["sequences"] == [], "sequences", "only for the limit")
            value = decisions.run_likelihood(beta * float(decisions.scale)) if beta else 0.0
            # `_enough` takes this off again.
            fit = Fit(value + _ROUNDING, 0.0, beta, exact=not beta)
        else:
            counts = _best_counts(decisions)
            demand(witness["sequences"] == counts, "sequences", f"they are {counts}")
            value = decisions.most - sum(map(log, counts)) / len(counts)
            fit = Fit(value, 0.0, inf, tuple(counts), exact=True)
        given = witness["nats"]
        close = isinstance(given, int | float) and abs(value - given) < _ROUNDING
        demand(close, "nats", f"it is {value}")
        demand(self._enough(decisions, fit), "nats", f"below {self.least} of the most")

    def _threshold(self, decisions: Decisions) -> float:
        return float(Fraction(self.least)) * decisions.most

    def _enough(self, decisions: Decisions, fit: Fit) -> bool:
        least = Fraction(self.least)
        if not fit.exact:
            return fit.value - _ROUNDING >= self._threshold(decisions)
        if not fit.sequences:
            return least == 0
        # MEG >= least T ln K iff K^((1 - least) T n) is at least the product of the n counts.
        p, q = least.numerator, least.denominator
        most = decisions.actions ** (decisions.steps * len(fit.sequences) * (q - p))
        return bool(most >= prod(fit.sequences) ** q)


#: Twice what rounding may do to a sum of logarithms, with room.
_ROUNDING = 1e-10


def _best_counts(decisions: Decisions) -> list[int]:
    # For each start how many sequences of actions earn the most, all of them followed forwards.
    counts = []
    total = Fraction(0)
    for start in decisions.starts:
        ways = {(start, Fraction(0)): 1}
        for _ in range(decisions.steps):
            after: dict[tuple[int, Fraction], int] = {}
            for ((state, earned), count), action in product(ways.items(), range(decisions.actions)):
                reward = earned + decisions.rewards[state][action]
                key = decisions.after[state][action], reward
                after[key] = after.get(key, 0) + count
            ways = after
        best = max(earned for _, earned in ways)
        counts.append(sum(count for (_, earned), count in ways.items() if earned == best))
        total += best
    demand(total == decisions.earned * len(counts), "beta", "the policy does not earn the most")
    return counts


#: The certified error, in nats, down to which the best temperature is looked for.
TOLERANCE = 1e-9
_MOST_ROUNDS = 400
_Values = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Decisions:
    """A deterministic decision process of T steps, and what a policy earns in it.

    Arguments:
        rewards: for each state and each of the K actions a rational reward.
        after: for each state and action the next state.
        steps: T, at least 1.
        starts: the first states, one uniformly drawn.
        earned: the total reward of the policy in question, in the mean over the starts.
        chosen: for each start the actions of the policy, T of them.
    """

    rewards: tuple[tuple[Fraction, ...], ...]
    after: tuple[tuple[int, ...], ...]
    steps: int
    starts: tuple[int, ...]
    earned: Fraction
    chosen: tuple[tuple[int, ...], ...]

    @property
    def actions(self) -> int:
        """The number K of actions."""
        return len(self.after[0])

    @property
    def most(self) -> float:
        """The greatest goal-directedness there is, T ln K."""
        return self.steps * log(self.actions)

    @cached_property
    def best_values(self) -> _Values:
        """For each number of steps to go the most that can be earned from each state."""
        values = [tuple(Fraction(0) for _ in self.after)]
        for _ in range(self.steps):
            last = values[-1]
            values.append(
                tuple(
                    max(r + last[s] for r, s in zip(earned, then, strict=True))
                    for earned, then in zip(self.rewards, self.after, strict=True)
                )
            )
        return tuple(values)

    @cached_property
    def best_sequences(self) -> tuple[int, ...]:
        """For each state how many of the K^T sequences of actions earn the most."""
        counts = [1] * len(self.after)
        for to_go in range(1, self.steps + 1):
            last, best = self.best_values[to_go - 1], self.best_values[to_go]
            counts = [
                sum(
                    counts[s]
                    for r, s in zip(earned, then, strict=True)
                    if r + last[s] == best[state]
                )
                for state, (earned, then) in enumerate(zip(self.rewards, self.after, strict=True))
            ]
        return tuple(counts)

    @cached_property
    def best_earned(self) -> Fraction:
        """The mean over the starts of the most that can be earned."""
        values = self.best_values[self.steps]
        return sum((values[s] for s in self.starts), Fraction(0)) / len(self.starts)

    @cached_property
    def random_earned(self) -> Fraction:
        """What uniformly random actions earn, in the mean."""
        values = [Fraction(0)] * len(self.after)
        for _ in range(self.steps):
            values = [
                sum((r + values[s] for r, s in zip(earned, then, strict=True)), Fraction(0))
                / self.actions
                for earned, then in zip(self.rewards, self.after, strict=True)
            ]
        return sum((values[s] for s in self.starts), Fraction(0)) / len(self.starts)

    def negated(self) -> Decisions:
        """Return the same process with all rewards negated."""
        rewards = tuple(tuple(-r for r in row) for row in self.rewards)
        return replace(self, rewards=rewards, earned=-self.earned)

    @cached_property
    def scale(self) -> Fraction:
        """The greatest loss of a single action against the best one; 1 if there is none."""
        return max(loss for table in self._losses for row in table for loss in row) or Fraction(1)

    @cached_property
    def _losses(self) -> tuple[_Values, ...]:
        # By steps to go, from 1 on. Against the best, not as rewards: soft values then stay small.
        return tuple(
            tuple(
                tuple(best[state] - r - last[s] for r, s in zip(earned, then, strict=True))
                for state, (earned, then) in enumerate(zip(self.rewards, self.after, strict=True))
            )
            for last, best in zip(self.best_values, self.best_values[1:], strict=False)
        )

    @cached_property
    def _tables(self) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
        scaled = [
            np.array([[float(loss / self.scale) for loss in row] for row in table])
            for table in self._losses
        ]
        return scaled, np.array(self.after, dtype=np.int64)

    def soft(self, beta: float) -> tuple[float, float]:
        """Return f(beta) and f'(beta), beta counting in units of 1 / `scale`.

        f(beta) = E[sum of ln pi_beta(a_t | s_t)] + T ln K, the expectation over the policy's runs;
        f'(beta) is what the policy earns beyond pi_beta, over `scale`.
        """
        losses, after = self._tables
        values, lost = np.zeros(len(after)), np.zeros(len(after))
        for table in losses:
            weighed = values[after] - beta * table
            peak = weighed.max(axis=1, keepdims=True)
            chances = np.exp(weighed - peak)
            total = chances.sum(axis=1, keepdims=True)
            values = (peak + np.log(total))[:, 0]
            lost = (chances / total * (table + lost[after])).sum(axis=1)
        missed = float((self.best_earned - self.earned) / self.scale)
        starts = list(self.starts)
        value = -beta * missed - float(values[starts].mean()) + self.most
        return value, float(lost[starts].mean()) - missed

    def run_likelihood(self, beta: float) -> float:
        """Return f(beta) by running the policy and summing ln pi_beta(a_t | s_t), step by step.

        Equal to what `soft` gives, which telescopes the same sum.
        """
        losses, after = self._tables
        values, logs = np.zeros(len(after)), []
        for table in losses:
            weighed = values[after] - beta * table
            peak = weighed.max(axis=1, keepdims=True)
            values = (peak + np.log(np.exp(weighed - peak).sum(axis=1, keepdims=True)))[:, 0]
            logs.append(weighed - values[:, None])
        total = 0.0
        for start, actions in zip(self.starts, self.chosen, strict=True):
            state = start
            for step, action in zip(reversed(logs), actions, strict=True):
                total += float(step[state, action])
                state = self.after[state][action]
        return total / len(self.starts) + self.most


@dataclass(frozen=True, slots=True)
class Fit:
    """The best fit of soft-optimal policies to a policy.

    Attributes:
        value: the maximum of f, in nats, from below.
        error: how far above the maximum may be.
        beta: where it is attained, in the rewards' own units; infinite for the limit.
        sequences: for the limit, the number of best sequences of actions for each start (else
            empty): then the maximum is T ln K minus the mean of their logarithms.
        exact: whether `value` is 0 exactly or given exactly by `sequences`.
    """

    value: float
    error: float
    beta: float
    sequences: tuple[int, ...] = ()
    exact: bool = False


def best_fit(decisions: Decisions, negative: bool = False) -> Fit:
    """Return the maximum over beta >= 0 of f(beta), and of any sign if `negative`.

    f is concave, so its maximum is at 0 if f'(0) <= 0, which is decided exactly; in the limit if
    the policy earns the most there is, and then f tends to T ln K minus the mean logarithm of the
    number of best sequences; else where f' changes sign. There it is bracketed by bisection, and
    tangents at the ends of the bracket bound it from above.
    """
    edge = decisions.earned - decisions.random_earned
    if edge < 0 and negative:
        fit = best_fit(decisions.negated())
        return replace(fit, beta=-fit.beta)
    if edge <= 0:
        return Fit(0.0, 0.0, 0.0, exact=True)
    if decisions.earned == decisions.best_earned:
        sequences = tuple(decisions.best_sequences[s] for s in decisions.starts)
        spare = sum(map(log, sequences)) / len(sequences)
        return Fit(decisions.most - spare, TOLERANCE, inf, sequences, exact=True)
    value, above, beta = _maximum(decisions.soft)
    # Each of the T logarithms is rounded, none is larger than T ln K.
    rounding = 1e-14 * decisions.steps * (1 + decisions.most)
    error = max(TOLERANCE, above - value + rounding)
    return Fit(value, error, beta / float(decisions.scale))


def _maximum(soft: Callable[[float], tuple[float, float]]) -> tuple[float, float, float]:
    # Of a concave function with positive slope at 0: a value, an upper bound, and the place.
    low, high = 0.0, 1.0
    at_low, at_high = soft(low), soft(high)
    while at_high[1] > 0:
        low, at_low, high = high, at_high, 2 * high
        at_high = soft(high)
    for _ in range(_MOST_ROUNDS):
        width = high - low
        above = min(at_low[0] + at_low[1] * width, at_high[0] - at_high[1] * width)
        if above - max(at_low[0], at_high[0]) < TOLERANCE / 4:
            break
        middle = (low + high) / 2
        at_middle = soft(middle)
        if at_middle[1] > 0:
            low, at_low = middle, at_middle
        else:
            high, at_high = middle, at_middle
    best, beta = max((at_low[0], low), (at_high[0], high))
    return best, max(above, best), beta
