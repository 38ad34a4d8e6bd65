"""The claim `joint-coding`: predicting an agent makes being one cheap."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_canonical, npn_classes, npn_orbit
from mesacircuits.conjectures.claim import (
    Case,
    Cell,
    Claim,
    Finding,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tables import counted
from mesacircuits.tasks import (
    FunctionTask,
    OptimisationTask,
    parse_function_task,
    parse_task,
)

__all__ = ["JOINT_CODING"]

_AGENTS = "argmax(shared=1,objective=xor,ties=first); argmax(shared=1,objective=and,ties=first)"


def _agents(settings: Settings) -> dict[TruthTable, str]:
    """Return the classes of the agents' acts, each with the text that names one of them."""
    classes = {}
    for text in settings.texts("agents"):
        task = parse_task(text)
        if isinstance(task, OptimisationTask):
            found = task.relation().to_function()
        else:
            found = parse_function_task(text)
        if found.outputs != 1 or found.inputs != settings.whole("inputs"):
            wanted = f"acts of one bit and {settings.whole('inputs')} inputs, ties broken"
            raise ArgumentError("agents", wanted, text)
        classes[npn_canonical(found.tables[0])[0]] = text
    return classes


def _joint_size(g: int, h: int, inputs: int, basis: str, effort: Effort) -> int:
    task = FunctionTask((TruthTable(inputs, g), TruthTable(inputs, h)))
    found = enumerate_minima(task, basis, effort=effort)
    if not found.exhaustive or found.size is None:
        raise BudgetEnded
    return found.size


def _run(settings: Settings, effort: Effort) -> Finding:
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    universe = (
        f"pairs of functions of {counted(inputs, 'input')} and equal size, {basis}, order size"
    )
    kept = KeptParts(effort, "joint-coding 1", settings)
    agents = _agents(settings)
    rows: list[tuple[Cell, ...]] = []
    means: dict[bool, list[tuple[Fraction, Fraction, int]]] = {True: [], False: []}
    best: tuple[int, TruthTable, TruthTable] | None = None
    try:
        sizes = least_sizes(inputs, basis, effort)
        wanted = {int(sizes[form.bits]) for form in agents}
        classes = [c.representative for c in npn_classes(inputs)]
        forms = [form for form in classes if int(sizes[form.bits]) in wanted]
        for form in forms:
            size = int(sizes[form.bits])
            own = {m.bits for m in npn_orbit(form)}
            full = len(sizes) - 1
            savings: dict[bool, list[int]] = {True: [], False: []}
            for h in range(0, len(sizes), 2):
                if int(sizes[h]) != size or h in (form.bits, form.bits ^ full):
                    continue
                compute = partial(_joint_size, form.bits, h, inputs, basis, effort)
                joint = kept.part(f"{form.bits} {h}", compute)
                saved = 2 * size - joint
                savings[h in own].append(saved)
                if form in agents and h in own and (best is None or saved > best[0]):
                    best = saved, form, TruthTable(inputs, h)
            same, other = (
                Fraction(sum(part), len(part)) if part else None
                for part in (savings[True], savings[False])
            )
            name = f"{form.hex} ({agents[form]})" if form in agents else form.hex
            rows.append(
                (
                    name,
                    "agent" if form in agents else "none",
                    size,
                    len(savings[True]),
                    same,
                    len(savings[False]),
                    other,
                )
            )
            if same is not None and other is not None:
                means[form in agents].append((same, other, size))
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    own_mean = _mean([same for same, _, _ in means[True]])
    null = _mean([other for _, other, _ in means[True]])
    other_classes = _mean([same for same, _, _ in means[False]])
    held = all(same > other for same, other, _ in means[True]) and bool(means[True])
    table = Table(
        "Gates saved by computing g and h together, C(g) + C(h) - C(g, h), mean over h of as many "
        "gates as g: h the same act with inputs renamed or inverted, and any other:",
        ("g", "models", "gates", "same", "saved", "others", "saved by others"),
        tuple(rows),
    )
    example, unmade = within_budget(partial(_example, best, basis, effort))
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"whoever predicts an agent saves {float(own_mean):.4f} gates of acting as one with "
            f"other utilities, and {float(null):.4f} of any other function of equal size; between "
            f"functions of one class that are no agent's act {float(other_classes):.4f} are saved."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "g predicts the act of an agent; h is the act of the same agent with its utilities "
            "renamed or inverted, as one's own would be. Functions h with h(0) = 0, as an inverse "
            "costs nothing.",
        ),
        left_open=unmade,
        plot=Plot(
            (
                bar_panel(
                    table, ("saved", "saved by others"), "Gates saved by joint synthesis", "gates"
                ),
            )
        ),
    )


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values) if values else Fraction(0)


def _example(
    best: tuple[int, TruthTable, TruthTable] | None, basis: str, effort: Effort
) -> Case | None:
    if best is None:
        return None
    saved, *acts = best
    task = FunctionTask(tuple(acts))
    circuit = enumerate_minima(task, basis, effort=effort).all_found().minima[0]
    caption = f"an agent predicted and another acted out, {counted(saved, 'gate')} saved"
    return Case.judged(caption, task, circuit, (), f"size over {basis}")


JOINT_CODING = Claim(
    name="joint-coding",
    topic="circuits",
    claim="Predicting an agent makes being one cheap.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "C(g) + C(h) - C(g, h), the gates saved by a circuit with two outputs: g predicts an "
        "agent's act, h is that agent's act with other utilities (inputs renamed or inverted); "
        "against functions h of equal size that are not."
    ),
    question=(
        "Does every agent's act save more gates with its own kind than with other functions of "
        "equal size?"
    ),
    blind_to="agents whose utilities are learned, and circuits of more than two outputs",
    control="all other functions h of equal size, and classes that are no agent's act: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("agents", _AGENTS, "acts of agents, ties broken", names="task"),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
    ),
    run=_run,
    quick={"inputs": 2, "agents": "argmax(ties=first)"},
)
