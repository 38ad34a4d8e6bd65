"""The claim `range`: a richer model space makes optimizers likelier."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import pairwise

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_classes
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import Definition, definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.shares import class_shares, mean_share, tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, parse_task

__all__ = ["RANGE"]

_BASES = "aig; b2"
_STATES = "weather(rung=pairs); weather(rung=sticky); bandit; bandit(sees=both)"


def _within(
    inputs: int, within: int, definition: Definition, basis: str, effort: Effort
) -> list[str | int]:
    # The mean share over all functions, and how many have a circuit with the tag; by class.
    total, some, functions = Fraction(0), 0, 0
    for entry in npn_classes(inputs):
        task = FunctionTask((TruthTable(inputs, entry.representative.bits),))
        share = tagged_share(task, definition, basis, effort=effort, within=within)
        total += (share.value or Fraction(0)) * entry.functions
        some += entry.functions if share.tagged else 0
        functions += entry.functions
    return [str(total / functions), some]


def _with_state(text: str, bits: int, definition: Definition, effort: Effort) -> list[str | int]:
    named = text if "(" in text else f"{text}()"
    inside = named[named.index("(") + 1 : -1]
    full = f"{named[: named.index('(')]}({inside}{',' if inside else ''}state_bits={bits})"
    share = tagged_share(parse_task(full), definition, effort=effort)
    return [share.size or 0, len(share.minima), share.tagged]


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    if definition.parameters.get("reencoding") == "none":
        raise ArgumentError("definition", "one whose tag is constant on classes", definition.name)
    inputs = settings.whole("inputs")
    kept = KeptParts(effort, "range 1", settings)
    universe = (
        f"all functions of {counted(inputs, 'input')}; "
        f"{counted(len(settings.texts('states')), 'world')} with memory"
    )
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    chains: list[list[Fraction]] = []
    try:
        along: list[Fraction] = []
        for basis in settings.texts("bases"):
            found = class_shares(inputs, definition, basis, "size", effort)
            value = mean_share(found) or Fraction(0)
            along.append(value)
            rows.append((f"basis {basis}", sum(row.some for row in found), value))
        chains.append(along)
        along = []
        for within in range(settings.whole("within") + 1):
            compute = partial(
                _within, inputs, within, definition, settings.texts("bases")[-1], effort
            )
            text, some = kept.part(f"within {within}", compute)
            along.append(Fraction(text))
            rows.append((f"minima and up to {counted(within, 'gate')} more", some, along[-1]))
        chains.append(along)
        by_bits: dict[int, list[Fraction]] = {}
        for text in settings.texts("states"):
            for bits in range(settings.whole("state_bits") + 1):
                compute = partial(_with_state, text, bits, definition, effort)
                _, minima, tagged = kept.part(f"{text} {bits}", compute)
                by_bits.setdefault(bits, []).append(Fraction(tagged, minima))
        along = []
        for bits, shares in by_bits.items():
            along.append(sum(shares, Fraction(0)) / len(shares))
            some = sum(share > 0 for share in shares)
            rows.append((f"{counted(bits, 'bit')} of state, worlds", some, along[-1]))
        chains.append(along)
    except BudgetEnded:
        left.append("the steps after those in the table")
    rises = [all(a <= b for a, b in pairwise(c)) for c in chains]
    strict = [rise and c[0] < c[-1] for rise, c in zip(rises, chains, strict=True)]
    held = all(rises) and any(strict)
    verdict = Verdict.HELD if held else Verdict.REFUTED
    names = ("basis", "cap", "state")
    said = "; ".join(
        f"{name} {'rises' if up else 'stays' if rise else 'does not only rise'} "
        f"({' to '.join(f'{float(v):.4f}' for v in c)})"
        for name, rise, up, c in zip(names, rises, strict, chains, strict=False)
    )
    table = Table(
        f"The mean share of {definition.tag} solvers in wider and wider model spaces; some: "
        "functions, or worlds, with such a solver:",
        ("model space", "some", "share"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left else verdict,
        answer=f"the mean share, along each axis: {said}.",
        universe=universe,
        tables=(table,),
        notes=(
            "The last basis is the one whose size cap is raised. With state a solver is a circuit "
            "that reads and writes it; worlds are those of the library's learners.",
        ),
        left_open=tuple(left),
        plot=Plot((bar_panel(table, ("share",), "Wider model spaces", "mean share"),)),
    )


RANGE = Claim(
    name="range",
    topic="circuits",
    claim="A richer model space makes it likelier that an optimizer can be found.",
    source="Hubinger et al. 2019, section 2.2, algorithmic range",
    reading=(
        "the mean share of tagged solvers over all functions of n inputs as the basis grows from "
        "and-inverter graphs to all gates of two inputs, and as circuits of more gates than "
        "minimal are let in; and over worlds for learners as bits of state are granted."
    ),
    question=("Does the mean share never fall along any of the three axes, and rise along one?"),
    blind_to="architectures that are not circuits, and spaces where solvers differ in likelihood",
    control="the same tasks in the narrower space: exact, all solvers",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("bases", _BASES, "bases, each with all gates of the one before", names="basis"),
        Parameter("within", 2, "gates more than minimal, up to so many", least=0, most=2),
        Parameter("states", _STATES, "worlds that take state_bits", names="task"),
        Parameter("state_bits", 1, "bits of state, up to so many", least=0, most=1),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={"within": 1, "states": "weather(rung=sticky)"},
)
