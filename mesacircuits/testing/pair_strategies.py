"""Hypothesis strategies for what definitions judge: a solver together with a task it solves."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.circuits.bases import B2, Basis
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
    configurations_from,
    expected_total,
    next_configurations,
)
from mesacircuits.testing.strategies import circuits
from mesacircuits.testing.task_strategies import optimisation_tasks, relation_tasks, supports
from mesacircuits.testing.world_strategies import episodes, worlds

__all__ = ["SOLVED_KINDS", "solved_pairs", "tasks_solved_by"]

#: The kinds of tasks that pairs are drawn of.
SOLVED_KINDS = ("function", "relation", "optimisation", "world", "episode")

Pair = tuple[Circuit, Task]


def solved_pairs(
    *kinds: str,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    max_gates: int = 5,
    reduced: bool = False,
) -> SearchStrategy[Pair]:
    """Return a strategy of circuits, each with a task of one of these kinds that it solves.

    The circuit is drawn first, and the task so that it solves it: whatever a definition may be
    asked to judge. With state bits the circuit is that of the machine (`task.machine`).

    Arguments:
        kinds: some of `SOLVED_KINDS`; by default all.
        basis, max_gates, reduced: as `circuits` takes them.

    >>> from hypothesis import find
    >>> circuit, task = find(solved_pairs("world"), lambda pair: pair[0].size == 1)
    >>> task.solved_by(circuit)
    True
    """
    drawn = [_pairs(kind, basis, max_gates, reduced) for kind in kinds or SOLVED_KINDS]
    return st.one_of(drawn)


@st.composite
def _pairs(
    draw: DrawFn,
    kind: str,
    basis: Basis | str | SearchStrategy[Basis],
    max_gates: int,
    reduced: bool,
) -> Pair:
    acting = kind in ("world", "episode")
    inputs, outputs = draw(st.integers(1, 2 if acting else 3)), draw(st.integers(1, 2))
    circuit = draw(circuits(inputs, basis, max_gates, outputs, reduced))
    return circuit, draw(tasks_solved_by(circuit, kind))


@st.composite
def tasks_solved_by(draw: DrawFn, circuit: Circuit, kind: str) -> Task:
    """Return a strategy of tasks of a kind that a circuit solves.

    Arguments:
        circuit: at most six inputs and four outputs.
        kind: a name of `SOLVED_KINDS`.

    >>> from hypothesis import find
    >>> wire = Circuit.parse(1, "out = a")
    >>> str(find(tasks_solved_by(wire, "relation"), lambda task: not task.is_function()))
    'relation:1:1:3,3'
    """
    n, m = circuit.inputs, len(circuit.outputs)
    words = MealyMachine(circuit).words
    if kind == "function":
        return FunctionTask(circuit.tables(), draw(supports(n)))
    if kind == "relation":
        drawn = draw(relation_tasks(n, m))
        accept = zip(drawn.accept, words, strict=True)
        return RelationTask(n, m, tuple((*accepted, word) for accepted, word in accept))
    if kind == "optimisation":
        return _made_best(draw(optimisation_tasks(n, m)), words)
    k = draw(st.integers(0, 1)) if min(n, m) > 1 else 0
    if kind == "world":
        world: World = draw(worlds(n - k, m - k))
        more = world.target if draw(st.booleans()) else ()
        return _made_target(world, words, k, draw(st.integers(0, 3)), more)
    episode: Episode = draw(episodes(n - k, m - k))
    margin = draw(st.sampled_from((Fraction(0), Fraction(1, 2))))
    return EpisodeTask(episode, expected_total(episode, words, k) - margin, k)


def _made_best(task: OptimisationTask, words: tuple[int, ...]) -> OptimisationTask:
    # What the circuit answers is a candidate, as good as the best or, where ties forbid, better.
    candidates = tuple(dict.fromkeys((*task.candidates, *words)))
    rows = []
    for row, word in zip(task.utilities, words, strict=True):
        longer = [*row, *[Fraction(0)] * (len(candidates) - len(row))]
        place, best = candidates.index(word), max(longer)
        longer[place] = best
        ties = [i for i, utility in enumerate(longer) if utility == best]
        if (task.ties == "first" and ties[0] < place) or (task.ties == "last" and ties[-1] > place):
            longer[place] += 1
        rows.append(tuple(longer))
    return replace(task, candidates=candidates, utilities=tuple(rows))


def _made_target(
    world: World, words: tuple[int, ...], state_bits: int, within: int, more: tuple[int, ...]
) -> WorldTask:
    # The target holds all that is visited from step T on.
    following = next_configurations(world, words, state_bits)
    after = set()
    for start in world.starts:
        at = start << state_bits
        for _ in range(within):
            at = following[at]
        after.add(at)
    kept = configurations_from(following, after)
    target = (*(at >> state_bits for at in kept), *more)
    return WorldTask(replace(world, target=target), within, "reach", state_bits)
