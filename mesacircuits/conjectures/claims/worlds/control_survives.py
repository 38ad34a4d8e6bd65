"""The claim `control-survives`: excluding search leaves control-type inner optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import ControlLike, definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Unit, permuted
from mesacircuits.studies.orbits import bit_moves
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import World, WorldTask
from mesacircuits.tasks.world import Dynamics, all_dynamics

__all__ = ["CONTROL_SURVIVES", "goal_task", "goal_worlds"]

_BITS = 2


def goal_task(dynamics: Dynamics) -> WorldTask | None:
    """Return the task of coming by shortest ways to a goal that is read, and of staying there.

    The policy observes the state (the low bits) and the goal; goals are all states that can be
    kept, and reached from all. Disturbances move the state anywhere. None if there are fewer than
    two goals.

    >>> goal_task(((0, 1), (0, 1))).inputs, goal_task(((0, 1), (1, 1)))
    (4, None)
    """
    states = len(dynamics)
    goals = [g for g in range(states) if g in dynamics[g] and _reached_by_all(dynamics, g)]
    if len(goals) < 2:
        return None
    pairs = [(s, g) for g in goals for s in range(states)]
    number = {pair: place for place, pair in enumerate(pairs)}
    world = World(
        observation_bits=2 * _BITS,
        action_bits=1,
        states=tuple(f"{s} to {g}" for s, g in pairs),
        observations=tuple(s | g << _BITS for s, g in pairs),
        steps=tuple(tuple(number[t, g] for t in dynamics[s]) for s, g in pairs),
        starts=tuple(range(len(pairs))),
        target=tuple(number[g, g] for g in goals),
        disturbances=tuple(
            tuple(number[(s + moved) % states, g] for s, g in pairs) for moved in range(1, states)
        ),
    )
    return WorldTask(world, demand="optimal", label=f"goals in {dynamics}")


def _reached_by_all(dynamics: Dynamics, goal: int) -> bool:
    found = {goal}
    while more := {s for s, row in enumerate(dynamics) if s not in found and found & {*row}}:
        found |= more
    return len(found) == len(dynamics)


def goal_worlds(states: int) -> Iterator[tuple[Dynamics, WorldTask]]:
    """Yield one world of two actions of each orbit with at least two goals, and its task.

    Moved are the bits of states, permuted and inverted, and the actions.

    >>> [dynamics for dynamics, _ in goal_worlds(2)]
    [((0, 1), (0, 1)), ((0, 1), (1, 0))]
    """
    moved = [row for row in bit_moves(_BITS).tolist() if max(row[:states]) < states]
    known: set[Dynamics] = set()
    for dynamics in all_dynamics(states, 2):
        if dynamics in known:
            continue
        for names, swapped in product(moved, (False, True)):
            rows: list[tuple[int, ...]] = [()] * states
            for s, row in enumerate(dynamics):
                renamed = tuple(names[t] for t in row)
                rows[names[s]] = renamed[::-1] if swapped else renamed
            known.add(tuple(rows))
        if (task := goal_task(dynamics)) is not None:
            yield dynamics, task


def _found(settings: Settings, effort: Effort) -> Finding:
    states, basis = settings.whole("states"), settings.text("basis")
    search, inside = definition_named(settings.text("definition")), settings.text("cut") == "inside"
    control, units = ControlLike(), []
    rows: list[tuple[Cell, ...]] = []
    worlds = minima = tagged = survives = 0
    example = None
    for dynamics, task in goal_worlds(states):
        if effort.used_up():
            raise BudgetEnded
        worlds += 1
        share = tagged_share(task, search, basis, effort=effort, within=settings.whole("within"))
        minima += len(share.minima)
        tagged += share.tagged
        if not share.tagged:
            continue
        counts = {True: [0, 0], False: [0, 0]}
        for circuit, found in zip(share.minima, share.held, strict=True):
            said = control.judge(circuit, task)
            controls = said.holds and not (inside and said.note == "behavioural")
            counts[found][0] += controls
            counts[found][1] += 1
            units.append(Unit((len(rows), circuit.size), not found, int(controls)))
            if example is None and controls and not found:
                judges = control, search
                example = Case.judged("survives", task, circuit, judges, f"size over {basis}")
        free, searching = counts[False], counts[True]
        survives += free[0] > 0
        name = " ".join("".join(map(str, row)) for row in dynamics)
        rows.append((name, share.size, searching[1], searching[0], free[1], free[0]))
    verdict = Verdict.HELD if survives == len(rows) else Verdict.REFUTED
    test = permuted(units)
    matched = (
        "Among minima of one world and size nothing could have come out otherwise."
        if test.effect is None
        else f"The share that controls is {float(test.effect):+.4f} among search-free minima, "
        f"against all minima of the same world and size (p of less: {float(test.below[1]):.3g}, "
        f"of more: {float(test.above[1]):.3g}): those that search control, too."
    )
    table = Table(
        "Worlds (what follows on each state and act) some of whose minima search; minima that "
        "search, and that control among these; minima without search, and that control among "
        "these:",
        ("world", "gates", "search", "control", "free", "control "),
        tuple(rows),
    )
    return Finding(
        verdict=verdict if rows else Verdict.VACUOUS,
        answer=(
            f"in {survives} of {counted(len(rows), 'world')} in which some minimum searches, some "
            "search-free one is control-like."
        ),
        universe=(
            f"all {counted(worlds, 'world')} of {counted(states, 'state')} with two goals or more, "
            f"up to symmetry; {counted(minima, 'minimal controller')}, {basis}"
        ),
        tables=(table,),
        example=example,
        notes=(
            f"Of all {counted(minima, 'minimum', 'minima')} {tagged} search: in the other worlds "
            "excluding search excludes nothing, so that they do not count.",
            "Control is counted where the error is carried by a cut inside: with the outputs as "
            "the cut it is a property of what is computed, which no excluded structure changes.",
            matched,
        ),
        plot=Plot((bar_panel(table, ("search", "free", "control "), "Minima", "number"),)),
    )


CONTROL_SURVIVES = Claim(
    name="control-survives",
    topic="worlds and learners",
    claim="Excluding search leaves control-type inner optimizers.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "all deterministic worlds of so many states whose policy reads a state and a goal, and has "
        "to come there by shortest ways and stay, after any disturbance too. All minimal "
        "controllers of each, where some search: is some search-free one control-like, by a cut "
        "inside?"
    ),
    kind=Kind.EXISTENCE,
    keeps="that what is left when searching solvers are excluded still controls",
    question="Does some search-free minimum control in every world where some minimum searches?",
    blind_to="controllers with memory, noise, and worlds of more states than are listed",
    control="minima of the same world and size that search: exact, all minima of all worlds",
    parameters=(
        Parameter("states", 3, "states of a world", least=2, most=4),
        Parameter("within", 0, "circuits of so many more gates count, too", least=0, most=1),
        BASIS,
        Parameter("definition", "search-like", "what is excluded", names="definition"),
        Parameter("cut", "inside", "control by a cut inside, or by any", values=("inside", "any")),
    ),
    run=Existence(
        _found,
        trend=({"states": 2}, {"states": 3}),
        neighbours=(
            {"cut": "any"},
            {"definition": "search-like(objective_gates=0)"},
            {"basis": "aig"},
        ),
    ),
    quick={"states": 2},
)
