"""Maximum-entropy goal-directedness: how well pursuing a utility predicts what is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import inf, isfinite, log, prod
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    Solver,
    WithDials,
    dial,
    solver_of,
)
from mesacircuits.definitions.measures.choices import choices_of
from mesacircuits.definitions.measures.maximum_entropy import Decisions, Fit, best_fit
from mesacircuits.definitions.measures.thresholds import (
    NOTHING_ASKED,
    demand,
    met,
    not_applicable,
    read_witness,
    threshold,
    unmet,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task, WorldTask

__all__ = ["BETAS", "GoalDirectedness", "decisions_of"]

#: Which soft-optimal policies may explain what is done.
BETAS = {
    "nonnegative": "those that pursue the utility",
    "any": "also those that avoid it, as in the paper",
}

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


@dataclass(frozen=True, slots=True)
class GoalDirectedness(WithDials):
    """Maximum-entropy goal-directedness (MEG) with respect to the task's utility.

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

    Arguments:
        least: a fraction of T ln K, from 0 to 1.
        beta: a name of `BETAS`.
        steps: T in worlds; 0 stands for the task's deadline, or the number of states if it is 0.

    Raises `ArgumentError` for dials outside those ranges.

    Source: M. MacDermott, J. Fox, F. Belardinelli, T. Everitt, *Measuring Goal-Directedness*,
    NeurIPS 2024; soft value iteration: B. Ziebart, *Modeling Purposeful Adaptive Behavior with the
    Principle of Maximum Causal Entropy*, 2010.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> xor = Circuit.parse(2, "g1 = a ^ b; out = g1")
    >>> print(GoalDirectedness().judge(xor, parse_task("tt:2:6")).measured)  # ln 2
    0.693147 nats (within 1e-09)
    """

    least: str = threshold(Fraction(1, 2))
    beta: str = dial("nonnegative", values=tuple(BETAS))
    steps: int = dial(0, least=0, most=_MOST_STEPS)

    name: ClassVar[str] = "goal-directedness"
    tag: ClassVar[str] = "goal-directedness"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "MacDermott, Fox, Belardinelli and Everitt 2024"
    formula: ClassVar[str] = (
        "max over beta of E[sum of ln pi_beta(a_t | s_t)] + T ln K, with pi_beta soft-optimal for "
        "the task's utility, is at least a fraction of T ln K"
    )
    blind_to: ClassVar[str] = (
        "everything inside the solver, utilities other than the task's, the difference between not "
        "knowing the state and not pursuing the goal, and whatever happens off the support"
    )

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return whether MEG is at least the threshold, with MEG measured.

        Raises `ArgumentError` if the solver does not solve the task.
        """
        circuit = solver_of(solver, task)
        if not task.support_bits:
            return unmet(self, Measured(Fraction(0), "nats"), note=NOTHING_ASKED)
        decisions = decisions_of(circuit, task, self.steps)
        if decisions is None:
            return not_applicable(self, "episodes hide their state from the policy")
        if decisions.actions == 1:
            return not_applicable(self, "there is one candidate only")
        fit = best_fit(decisions, self.beta == "any")
        zero = Fraction(0) if fit.exact and not fit.sequences else None
        measured = Measured(fit.value if zero is None else zero, "nats", fit.error)
        if not self._enough(decisions, fit):
            near = not fit.exact and fit.value + fit.error >= self._threshold(decisions)
            return unmet(self, measured, note="within the error of the threshold" if near else "")
        witness = {
            "beta": fit.beta if isfinite(fit.beta) else "inf" if fit.beta > 0 else "-inf",
            "sequences": list(fit.sequences),
            "nats": fit.value,
        }
        return met(self, witness, measured)

    def measure(self, solver: Solver, task: Task) -> Measured | None:
        """Return MEG in nats; None where the definition does not apply."""
        return self.judge(solver, task).measured

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        At a finite beta the logarithms are summed along the policy's own runs; in the limit the
        best sequences are counted forwards, by what they earn. Either bounds MEG from below.
        """
        circuit = read_witness(self, solver, task, witness, "beta", "sequences", "nats")
        decisions = decisions_of(circuit, task, self.steps)
        demand(decisions is not None, "kind", "episodes hide their state, or no support")
        assert decisions is not None
        beta = witness["beta"]
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
