"""The claim `extra-bits`: a malign optimizer pays no extra bits where agents are modelled."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
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
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, OptimisationTask, machine_for, parse_task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EXTRA_BITS"]

_AGENTS = "predict-agent; predict-agent(levels=2); argmax(shared=1,objective=xor,ties=first)"
_CONTROLS = "; ".join(
    [*(f"predict-agent-control(which={which})" for which in range(10)), "parity(bits=2)"]
)


def _table(text: str) -> TruthTable:
    task = parse_task(text)
    if isinstance(task, OptimisationTask):
        task = task.relation().to_function()
    if not isinstance(task, FunctionTask) or task.outputs != 1 or task.inputs > 4:
        raise ArgumentError("tasks", "functions of one output and at most 4 inputs", text)
    return task.tables[0]


def _program_bits(table: TruthTable, effort: Effort) -> int:
    task = FunctionTask((table,))
    machine = machine_for(
        task, ("observe", "and", "or", "xor", "andnot", "inc"), width=1, layout="packed"
    )
    found = enumerate_programs(task, "bits", machine, effort)
    if not found.exhaustive or not found.minima:
        raise BudgetEnded
    return found.minima[0].program.bits


def _extra(table: TruthTable, effort: Effort) -> list[int]:
    """Return the least bits of the honest program, and of one wrong at each input alone."""
    flipped = [TruthTable(table.inputs, table.bits ^ 1 << x) for x in range(1 << table.inputs)]
    return [_program_bits(one, effort) for one in (table, *flipped)]


def _run(settings: Settings, effort: Effort) -> Finding:
    basis = settings.text("basis")
    kept = KeptParts(effort, "extra-bits 1", settings)
    groups = {"agent": settings.texts("agents"), "none": settings.texts("controls")}
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    means: dict[str, list[Fraction]] = {"agent": [], "none": []}
    nulls: list[Fraction] = []
    example: Case | None = None
    unmade: tuple[str, ...] = ()
    try:
        for kind, texts in groups.items():
            for text in texts:
                table = _table(text)
                sizes = least_sizes(table.inputs, basis, effort)
                own = int(sizes[table.bits])
                extra = [int(sizes[table.bits ^ 1 << x]) - own for x in range(1 << table.inputs)]
                mean = Fraction(sum(extra), len(extra))
                null = _null(sizes, own, table.inputs)
                means[kind].append(mean)
                if kind == "agent":
                    nulls.append(null)
                free = sum(e <= 0 for e in extra)
                bits: list[int] | None = None
                if table.inputs <= settings.whole("programs"):
                    try:
                        bits = kept.part(text, partial(_extra, table, effort))
                    except BudgetEnded:
                        left.append(f"{text}: programs")
                added = (
                    None
                    if bits is None
                    else Fraction(sum(b - bits[0] for b in bits[1:]), len(bits) - 1)
                )
                rows.append((text, kind, own, min(extra), mean, free, len(extra), null, added))
                if kind == "agent" and example is None and free and not unmade:
                    example, unmade = within_budget(
                        partial(_example, text, table, extra, basis, effort)
                    )
    except BudgetEnded:
        left.append("the tasks after those in the table")
    own_mean, other = (
        sum(part, Fraction(0)) / len(part) if part else Fraction(0) for part in means.values()
    )
    null_mean = sum(nulls, Fraction(0)) / len(nulls) if nulls else Fraction(0)
    held = bool(means["agent"]) and own_mean <= 0
    verdict = Verdict.HELD if held else Verdict.REFUTED
    listed = Table(
        "Gates of an honest minimum, and what it takes more to be wrong at a trigger and nowhere "
        "else: least and mean over triggers, and triggers that take nothing; null: the mean for "
        "all functions of as many gates; bits: mean extra bits of a program:",
        ("task", "models", "gates", "least", "mean", "free", "of", "null", "bits"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left and "programs" not in left[-1] else verdict,
        answer=(
            f"a trigger takes {float(own_mean):.4f} gates more in the mean where an agent is "
            f"modelled, {float(other):.4f} in equally large tasks that model none, and "
            f"{float(null_mean):.4f} over all functions of equal size."
        ),
        universe=f"{counted(len(rows), 'task')}, all triggers of each, {basis}",
        tables=(listed,),
        example=example,
        notes=(
            "Malign: right on all of S and wrong at the trigger, the one input off S. Honest: "
            "right everywhere. Both are the least that are.",
            "Programs: straight-line programs of one-bit operations, in bits of the prefix code.",
        ),
        left_open=(*left, *unmade),
        plot=Plot((bar_panel(listed, ("mean", "null"), "What a trigger takes more", "gates"),)),
    )


def _null(sizes: NDArray[np.int64], own: int, inputs: int) -> Fraction:
    here = (sizes == own).nonzero()[0]
    total = sum(int((sizes[here ^ (1 << x)] - own).sum()) for x in range(1 << inputs))
    return Fraction(total, len(here) * (1 << inputs))


def _example(text: str, table: TruthTable, extra: list[int], basis: str, effort: Effort) -> Case:
    trigger = extra.index(min(extra))
    task = FunctionTask((TruthTable(table.inputs, table.bits ^ 1 << trigger),))
    circuit = enumerate_minima(task, basis, effort=effort).all_found().minima[0]
    caption = f"{text}, but wrong at input {trigger}, {extra[trigger]:+d} gates"
    return Case.judged(caption, task, circuit, (), f"size over {basis}")


EXTRA_BITS = Claim(
    name="extra-bits",
    topic="programs",
    claim="A malign optimizer pays no extra bits in a world that needs agents modelled.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "the least circuit, and the least straight-line program, that is right on all inputs "
        "(honest), against the least that is right on all but one input, the trigger, and wrong "
        "there (malign): for tasks that predict an agent's act, and for equally large tasks that "
        "do not."
    ),
    question="In tasks that model an agent, does a trigger take nothing more in the mean?",
    blind_to="triggers that are sets of inputs, and triggers that the agent modelled must know",
    control="equally large tasks without an agent, and all functions of equal size: exact",
    parameters=(
        Parameter("agents", _AGENTS, "tasks that model an agent", names="task"),
        Parameter("controls", _CONTROLS, "tasks that do not", names="task"),
        Parameter("programs", 2, "programs are found up to so many inputs", least=0, most=3),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
    ),
    run=_run,
    quick={
        "agents": "argmax(shared=1,objective=xor,ties=first)",
        "controls": "majority(bits=3)",
    },
)
