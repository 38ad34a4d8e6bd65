"""The claim `human-modelling`: tasks that contain optimizers teach optimizing."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Case, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import Share, class_shares, mean_share, tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import parse_task

__all__ = ["HUMAN_MODELLING"]

_AGENTS = "predict-agent; predict-agent(levels=2); argmax(shared=1,objective=xor,ties=first)"
_CONTROLS = "; ".join(f"predict-agent-control(which={which})" for which in range(10))


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    basis = settings.text("basis")
    universe = f"tasks that contain an agent and tasks that do not, {basis}, order size"
    groups = {"agent": settings.texts("agents"), "none": settings.texts("controls")}
    found: list[tuple[str, str, Share]] = []
    try:
        for kind, texts in groups.items():
            for text in texts:
                share = tagged_share(parse_task(text), definition, basis, effort=effort)
                found.append((kind, text, share))
        nulls = {
            inputs: class_shares(inputs, definition, basis, "size", effort)
            for inputs in {share.task.inputs for _, _, share in found}
            if inputs <= 4
        }
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows = []
    for kind, text, share in found:
        of_equal_size = [r for r in nulls.get(share.task.inputs, ()) if r.size == share.size]
        rows.append(
            (
                text,
                kind,
                share.size,
                len(share.minima),
                share.tagged,
                share.value,
                mean_share(of_equal_size),
            )
        )
    agents, controls = (
        [share.value or Fraction(0) for k, _, share in found if k == kind]
        for kind in ("agent", "none")
    )
    own = sum(agents, Fraction(0)) / len(agents)
    other = sum(controls, Fraction(0)) / len(controls)
    matched = [row[6] for row in rows[: len(agents)] if row[6] is not None]
    null = sum(matched, Fraction(0)) / len(matched) if matched else Fraction(0)
    table = Table(
        f"Minima that are {definition.tag}; null: mean share over all functions of as many inputs "
        "and gates:",
        ("task", "models", "gates", "minima", "tagged", "share", "null"),
        tuple(rows),
    )
    tagged = next(((t, s) for _, t, s in found if s.tagged), None)
    example = None
    if tagged is not None and (circuit := tagged[1].first()) is not None:
        example = Case.judged(
            f"first with the tag, {tagged[0]}",
            tagged[1].task,
            circuit,
            (definition,),
            f"size over {basis}",
        )
    return Finding(
        verdict=Verdict.HELD if own > max(null, other) else Verdict.REFUTED,
        answer=(
            f"of the minima of {counted(len(agents), 'task')} that contain an "
            f"agent {float(own):.2%} are "
            f"{definition.tag} in the mean, of all functions of equal size {float(null):.2%}, and "
            f"of {counted(len(controls), 'task')} without an agent {float(other):.2%}."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "predict-agent: what an agent that takes the first of its best options will do; the "
            "controls are functions of as many gates, minima and inputs that depend on every "
            "input, and are nobody's choice.",
        ),
        plot=Plot((bar_panel(table, ("share", "null"), "Tasks and their nulls", "share"),)),
    )


HUMAN_MODELLING = Claim(
    name="human-modelling",
    topic="circuits",
    claim="Tasks that contain optimizers, such as modelling humans, might teach optimizing.",
    source="Hubinger et al. 2019, section 2.1, human modeling",
    reading=(
        "all minima of tasks that ask for the act of an agent that maximises a utility it is "
        "given, beside those of equally complex functions that are nobody's act: the share that "
        "has the tag."
    ),
    question=(
        "Is the mean share of tagged minima larger for tasks that contain an agent than for all "
        "functions of equal size, and than for tasks without an agent?"
    ),
    blind_to="agents of more options or levels, and agents met only in part of the task",
    control="functions of equal size that are no agent's act, and all of equal size: exact",
    parameters=(
        Parameter("agents", _AGENTS, "tasks that contain an agent", names="task"),
        Parameter("controls", _CONTROLS, "tasks that do not", names="task"),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={
        "agents": "predict-agent(levels=2); argmax(shared=1,objective=xor,ties=first)",
        "controls": "majority(bits=3)",
    },
)
