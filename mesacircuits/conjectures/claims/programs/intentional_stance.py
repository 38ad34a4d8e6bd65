"""The claim `intentional-stance`: every policy is optimal for some goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.measures.agents_and_devices import AgentsAndDevices
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask
from mesacircuits.tasks.world import all_dynamics

__all__ = ["INTENTIONAL_STANCE", "best_acts", "goals_of_states", "is_optimal"]

#: What is had a step later counts half.
_DISCOUNT = Fraction(1, 2)
_ACTIONS = 2
#: After each state and action the next state.
_Dynamics = Sequence[Sequence[int]]


def best_acts(
    world: _Dynamics, reward: Callable[[int, int], int], steps: int
) -> list[list[set[int]]]:
    """Return the acts by which the sum of rewards over the steps to come is greatest.

    Arguments:
        world: the next state after each state and action.
        reward: of an action in a state.
        steps: how many steps are to come.

    Returns:
        for 1, 2, ... steps to come, for each state, the best acts.

    >>> best_acts(((0, 1), (1, 0)), lambda state, act: int(act == 1), 2)
    [[{1}, {1}], [{1}, {1}]]
    """
    totals, found = [0] * len(world), []
    for _ in range(steps):
        each = [
            [reward(state, act) + totals[after] for act, after in enumerate(row)]
            for state, row in enumerate(world)
        ]
        totals = [max(row) for row in each]
        found.append([{act for act, total in enumerate(row) if total == max(row)} for row in each])
    return found


def _worth(world: _Dynamics, policy: Sequence[int], goal: Sequence[int]) -> list[Fraction]:
    """Return what a policy gains from each state on, of all states that it comes to, discounted."""
    found = []
    for start in range(len(world)):
        path: list[int] = []
        state = world[start][policy[start]]
        while state not in path:
            path.append(state)
            state = world[state][policy[state]]
        first = path.index(state)
        parts = [goal[s] * _DISCOUNT**t for t, s in enumerate(path)]
        again = sum(parts[first:], Fraction(0)) / (1 - _DISCOUNT ** (len(path) - first))
        found.append(sum(parts[:first], Fraction(0)) + again)
    return found


def is_optimal(world: _Dynamics, policy: Sequence[int], goal: Sequence[int]) -> bool:
    """Return whether no policy gains more from any state, for a goal of states, discounted by half.

    It is so iff no single other act gains more (R. A. Howard 1960).

    Arguments:
        world: the next state after each state and action.
        policy: the act in each state.
        goal: the reward of coming to each state.

    >>> stay_or_go = ((0, 1), (1, 0))
    >>> is_optimal(stay_or_go, (1, 0), (0, 1)), is_optimal(stay_or_go, (1, 1), (0, 1))
    (True, False)
    """
    worth = _worth(world, policy, goal)
    return all(
        goal[after] + _DISCOUNT * worth[after] <= worth[state]
        for state, row in enumerate(world)
        for after in row
    )


def goals_of_states(states: int) -> Iterator[tuple[int, ...]]:
    """Yield the goals that give each state a whole number below their number, but constant ones.

    >>> list(goals_of_states(2))
    [(0, 1), (1, 0)]
    """
    for goal in product(range(states), repeat=states):
        if len({*goal}) > 1 and min(goal) == 0:
            yield goal


@dataclass
class _Counts:
    policies: int = 0
    optimal: int = 0
    of_states: int = 0


def _of_worlds(states: int, effort: Effort) -> _Counts:
    counts = _Counts()
    goals = list(goals_of_states(states))
    for world in all_dynamics(states, _ACTIONS):
        if effort.used_up():
            raise BudgetEnded
        for policy in product(range(_ACTIONS), repeat=states):
            counts.policies += 1

            def does(state: int, act: int, policy: tuple[int, ...] = policy) -> int:
                return int(policy[state] == act)

            best = best_acts(world, does, states + 1)
            counts.optimal += all(row == [{act} for act in policy] for row in best)
            counts.of_states += any(is_optimal(world, policy, goal) for goal in goals)
    return counts


@cache
def _circuit(inputs: int, bits: int) -> Circuit:
    task = FunctionTask((TruthTable(inputs, bits),))
    return enumerate_minima(task, "b2").all_found().minima[0]


def _odds(states: int, effort: Effort) -> tuple[int, int]:
    """Return how many policies of worlds with a target there are, and which are likelier agents."""
    definition = AgentsAndDevices()
    policies = agents = 0
    universe = parse_universe(f"worlds({states}, {_ACTIONS})")
    for name, task in universe.listed():
        if effort.used_up():
            raise BudgetEnded
        for bits in range(1 << states):
            # Solvers or not: what is asked is whether a target accounts for what they do.
            judged = definition.value(_circuit(task.inputs, bits), task)
            if judged.applies:
                policies += universe.stands_for(name)
                agents += universe.stands_for(name) * (judged.witness is not None)
    return policies, agents


def _found(settings: Settings, effort: Effort) -> Finding:
    most = settings.whole("states")
    rows: list[tuple[Cell, ...]] = []
    series: dict[str, list[tuple[int, Fraction]]] = {"of acts": [], "of states": [], "odds": []}
    held = True
    for states in range(2, most + 1):
        counts = _of_worlds(states, effort)
        policies, agents = _odds(states, effort)
        whole, optimal, of_states = counts.policies, counts.optimal, counts.of_states
        held = held and optimal == whole
        rows.append((states, whole, optimal, of_states, policies, agents))
        shares = (optimal, whole), (of_states, whole)
        for points, (part, of) in zip(series.values(), (*shares, (agents, policies)), strict=True):
            points.append((states - 2, Fraction(part, of)))
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"of {whole:,} pairs of a world of {counted(most, 'state')} and a policy {optimal:,} "
            f"are the only optimum of a goal of acts, and {of_states:,} an optimum of some goal of "
            f"states; for {agents:,} of {policies:,} pairs in worlds with a target an agent is the "
            "likelier account."
        ),
        universe=f"all worlds of 2 to {most} states and {_ACTIONS} actions, all policies",
        tables=(
            Table(
                "Pairs of a world and a policy; those where it is the only optimum, from every "
                "state on, of the goal that rewards its acts; an optimum of some goal of states "
                "that is not constant; pairs of a world with a target, and those for whose policy "
                "the odds are for an agent:",
                ("states", "pairs", "of acts", "of states", "with target", "agents"),
                tuple(rows),
            ),
        ),
        notes=(
            "Goals of acts: 1 for the act of the policy, else 0; from 1 step to come up to one "
            "more than there are states. Goals of states: a whole number below the number of "
            "states for coming to each, what is a step later counts half.",
            "Odds: `agents-and-devices`, of a policy that errs at one in eight and pursues some "
            "target, against a circuit drawn by its description. A world stands for all that are "
            "like it.",
        ),
        plot=Plot(
            (
                Panel(
                    "Policies that a goal accounts for",
                    "share",
                    "",
                    tuple(Series(name, tuple(p), "points") for name, p in series.items()),
                    most=1,
                    names=tuple(f"{states} states" for states in range(2, most + 1)),
                ),
            )
        ),
    )


INTENTIONAL_STANCE = Claim(
    name="intentional-stance",
    topic="programs",
    claim="Every policy is optimal for some goal.",
    source=(
        "Dennett 1987, The Intentional Stance; Ng and Russell 2000, Algorithms for Inverse "
        "Reinforcement Learning, on degenerate solutions"
    ),
    reading=(
        "a goal rewards acts in states. Constructed: to a policy p the goal that gives 1 for the "
        "act p(s) in state s and 0 for any other. All worlds of so many states and two actions and "
        "all policies: is each policy the only optimum of that goal, from every state on? Beside "
        "it: of which policies some goal that speaks of states alone says so, and the odds of a "
        "goal against a circuit."
    ),
    kind=Kind.THEOREM,
    keeps="that some goal fits any behaviour, so that to fit one says nothing",
    question="Is every policy the only optimum of the goal that rewards its acts?",
    blind_to="how long the goal is to say, policies with memory, and worlds with chance",
    control="goals of states alone, and odds against a circuit drawn blindly: exact",
    theorems=(
        "For every world, every number T of steps and every policy p, of the goal that gives 1 for "
        "the act of p and else 0, p is the only optimum: it gains T, the most there is, and who "
        "once does another act gains at most T - 1",
    ),
    parameters=(Parameter("states", 3, "most states of a world", least=2, most=3),),
    run=Existence(_found, trend=({"states": 2},)),
    quick={"states": 2},
)  # fmt: skip
