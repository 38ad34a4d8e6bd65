"""The claim `goal-directed-not-search`: goal-directed systems need not contain search."""

from __future__ import annotations

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.claims.worlds.control_survives import goal_worlds
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import Contains, definition_named
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Unit, permuted
from mesacircuits.tables import counted

__all__ = ["GOAL_DIRECTED_NOT_SEARCH"]


def _found(settings: Settings, effort: Effort) -> Finding:
    states, basis = settings.whole("states"), settings.text("basis")
    directed = definition_named(settings.text("directed"))
    search = Contains(definition=definition_named(settings.text("definition")))
    rows: list[tuple[Cell, ...]] = []
    units = []
    worlds = solvers = unjudged = both = witnesses = 0
    example = None
    for dynamics, task in goal_worlds(states):
        if effort.used_up():
            raise BudgetEnded
        worlds += 1
        found = enumerate_minima(task, basis, "size", effort, within=settings.whole("within"))
        minima = found.all_found().minima
        solvers += len(minima)
        counts = {(a, b): 0 for a in (True, False) for b in (True, False)}
        here = []
        for circuit in minima:
            said = directed.judge(circuit, task)
            if said.score is None:
                unjudged += 1
                continue
            contains = search.judge(circuit, task).holds
            counts[said.holds, contains] += 1
            here.append((circuit, said.holds, contains))
        if not 0 < sum(contains for _, _, contains in here) < len(here):
            continue
        units += [
            Unit((worlds, circuit.size), contains, int(holds)) for circuit, holds, contains in here
        ]
        both += counts[True, True]
        witnesses += counts[True, False]
        for circuit, holds, contains in here:
            if example is None and holds and not contains:
                judges = directed, search
                example = Case.judged("a witness", task, circuit, judges, f"size over {basis}")
        name = " ".join("".join(map(str, row)) for row in dynamics)
        rows.append((name, minima[0].size, len(here), *counts.values()))
    test = permuted(units)
    verdict = Verdict.HELD if witnesses else Verdict.REFUTED
    table = Table(
        "Worlds (what follows on each state and act) some, not all, of whose solvers contain "
        "search; solvers, and those that are directed and contain search, directed without, search "
        "without being directed, and neither:",
        ("world", "gates", "solvers", "both", "directed", "search", "neither"),
        tuple(rows),
    )
    notes = [
        "Both are said of what is inside: solvers of one world do the same, or as good; that some "
        "are directed and others are not is a matter of how they are built.",
        f"Of solvers the first definition does not apply to, {unjudged} are left out.",
    ]
    if test.effect is not None:
        notes.append(
            f"The share that is directed is {float(test.effect):+.4f} among solvers that contain "
            "search, against all solvers of the same world and size (exact p "
            f"{float(test.above[1]):.3g})."
        )
    return Finding(
        verdict=verdict if rows else Verdict.VACUOUS,
        answer=(
            f"in {counted(len(rows), 'world')} whose solvers differ in search, {witnesses} "
            f"{'solver is' if witnesses == 1 else 'solvers are'} {directed.tag} and "
            f"contain no search, and {both} {directed.tag} and contain it."
        ),
        universe=(
            f"all {counted(worlds, 'world')} of {counted(states, 'state')} with two goals or more, "
            f"up to symmetry; {counted(solvers, 'solver')}, {basis}"
        ),
        tables=(table,),
        example=example,
        notes=tuple(notes),
        plot=Plot(
            (
                bar_panel(
                    table,
                    ("both", "directed", "search", "neither"),
                    "Solvers of one world",
                    "share",
                    of="solvers",
                ),
            )
        ),
    )


GOAL_DIRECTED_NOT_SEARCH = Claim(
    name="goal-directed-not-search",
    topic="worlds and learners",
    claim="Goal-directed systems need not contain search.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "all deterministic worlds of so many states whose policy reads a state and a goal. Among "
        "all minimal solvers of one world some contain search and some do not; goal-directed is "
        "one whose goal can be changed by a small edit, a measure that looks inside. Is some "
        "solver directed without containing search?"
    ),
    kind=Kind.EXISTENCE,
    keeps="that one may be had without the other, in solvers of the same task",
    question="Is there a solver that is goal-directed and contains no search, where others search?",
    blind_to="goals that no small edit changes, and search that the definition misses",
    control="solvers of the same world that do contain search: exact, all minima",
    parameters=(
        Parameter("states", 3, "states of a world", least=2, most=4),
        Parameter("within", 0, "circuits of so many more gates count, too", least=0, most=1),
        BASIS,
        Parameter("directed", "retargetable", "what counts as goal-directed", names="definition"),
        Parameter("definition", "search-like", "what counts as search", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"states": 2}, {"states": 3}),
        neighbours=(
            {"directed": "retargetable(family=transpositions)"},
            {"directed": "control-like"},
            {"definition": "search-like(objective_gates=0)"},
            {"basis": "aig"},
        ),
    ),
    quick={"states": 2},
)
