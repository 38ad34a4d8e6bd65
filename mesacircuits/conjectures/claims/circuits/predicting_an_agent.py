"""The claim `predicting-an-agent`: the least predictor of an agent may contain it."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Definition, definition_named, has_tag
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import tagged_share
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["PREDICTING_AN_AGENT"]


def _predictors(agent: Circuit, basis: str, effort: Effort) -> tuple[Circuit, ...]:
    """Return all least circuits that say what an agent does on every input."""
    functions = tuple(TruthTable(agent.inputs, bits) for bits in agent.output_bits())
    found = enumerate_minima(FunctionTask(functions), basis, effort=effort)
    if not found.exhaustive:
        raise BudgetEnded
    return found.minima


def _found(settings: Settings, effort: Effort) -> Finding:
    basis = settings.text("basis")
    kinds = [(text, settings.text("control")) for text in settings.texts("worlds")]
    kinds += [(text, settings.text("search")) for text in settings.texts("choices")]
    rows: list[tuple[Cell, ...]] = []
    shares: dict[str, list[tuple[int, Fraction]]] = {}
    agents = others = missing = 0
    example: Case | None = None
    for place, (text, asked) in enumerate(kinds):
        definition = definition_named(asked)
        listed = parse_universe(text).listed()
        means = effort.share(len(kinds) - place)
        here, predictors, tagged, every = 0, 0, 0, 0
        for name, task in listed:
            share = tagged_share(task, definition, basis, effort=means)
            # One agent for each behaviour: they are predicted alike.
            found = {
                c.output_bits(): c for c, held in zip(share.minima, share.held, strict=True) if held
            }
            for agent in found.values():
                if means.used_up():
                    raise BudgetEnded
                predicting = _predictors(agent, basis, means)
                like = [has_tag(definition, circuit, task) for circuit in predicting]
                here, predictors, tagged = here + 1, predictors + len(like), tagged + sum(like)
                every += all(like)
                # The theorem: the agent is among its least predictors.
                missing += agent not in predicting
                if example is None and not all(like):
                    circuit = predicting[like.index(False)]
                    example = _example(name, task, circuit, definition)
        agents, others = agents + here, others + here - every
        value = Fraction(tagged, predictors) if predictors else None
        rows.append(
            (f"in {text}", definition.tag, len(listed), here, predictors, tagged, value, every)
        )
        if value is not None:
            shares.setdefault(definition.tag, []).append((place, value))
    verdict = Verdict.VACUOUS
    if agents:
        verdict = Verdict.REFUTED if missing else Verdict.HELD
    return Finding(
        verdict=verdict,
        answer=(
            f"each of {counted(agents, 'agent')} is among the least circuits that say what it "
            f"does; of {others} some other of these is no agent."
        ),
        universe=f"{'; '.join(text for text, _ in kinds)}, {basis}",
        tables=(
            Table(
                "Minima of each task that have the tag, one for each behaviour: the agents; all "
                "minima of the function that such an agent computes: its predictors; how many of "
                "these have the tag, put back in the agent's place; agents of which all have:",
                ("universe", "tag", "tasks", "agents", "predictors", "tagged", "share", "all"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "Theorem: a least circuit A for a task computes some function f, and no circuit of "
            "fewer gates computes f, as it would solve the task as well. So A is a least circuit "
            "for f: a least predictor of a least agent may always be the agent.",
            "A predictor put in the agent's place does what the agent does, on every input: so a "
            "definition that sees behaviour alone would give it the agent's tag.",
        ),
        plot=Plot(
            (
                Panel(
                    "Predictors that are agents",
                    "share of predictors",
                    "",
                    tuple(Series(tag, tuple(points), "points") for tag, points in shares.items()),
                    names=tuple(text for text, _ in kinds),
                    most=1,
                ),
            )
        ),
    )


def _example(name: str, task: Task, circuit: Circuit, definition: Definition) -> Case:
    caption = f"a least predictor of an agent of {name} that is none itself"
    return Case.judged(caption, task, circuit, (definition,))


PREDICTING_AN_AGENT = Claim(
    name="predicting-an-agent",
    topic="circuits",
    claim="The minimal predictor of an agent may contain the agent.",
    source="Kosoy, in comments on Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "an agent is a minimum of a world, or of a choice, that has the tag; its predictors are "
        "all minima of the function that it computes. Is the agent among them? And how many, "
        "put in its place, have the tag?"
    ),
    kind=Kind.THEOREM,
    keeps="that the predictor is minimal, and that it only may",
    question="Is each agent among its least predictors?",
    blind_to="agents that are not minimal; predictors that see less than the agent, or later",
    control="none is needed: all minima of both are listed",
    parameters=(
        Parameter(
            "worlds", "worlds(2,2); worlds(2,4); worlds(3,2)", "universes of worlds", names="words"
        ),
        Parameter(
            "choices",
            "choices(2,2,ties=first); choices(4,1,ties=first)",
            "universes of choices",
            names="words",
        ),
        BASIS,
        Parameter("control", "control-like", "the tag of agents in worlds", names="definition"),
        Parameter("search", "search-like", "the tag of choosers", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"worlds": "worlds(2,2)", "choices": "choices(2,1,ties=first)"},),
        neighbours=(
            {"basis": "aig"},
            {"search": "search-like(objective_gates=0)"},
            {"choices": "choices(2,2)"},
        ),
    ),
    quick={"worlds": "worlds(2,2)", "choices": "choices(2,2,ties=first)"},
)
