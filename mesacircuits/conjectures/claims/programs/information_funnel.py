"""The claim `information-funnel`: indirect encoding favours optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from typing import Any

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import B2, Circuit, Gate, Output, TruthTable
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["INFORMATION_FUNNEL", "Run", "all_generators", "printed"]


@dataclass(frozen=True, slots=True)
class Run:
    """An instruction of a generator: print a gate so many times.

    Each gate printed reads the wires `near` and `far` places before it, so that its next copy reads
    wires that have moved on by one.
    """

    operator: str
    near: int
    far: int
    times: int


def printed(inputs: int, runs: tuple[Run, ...]) -> Circuit | None:
    """Return the circuit that a generator prints, its output the last wire; None if it reaches
    before the first input.

    >>> print(printed(3, (Run("xor", 2, 3, 2), Run("or", 1, 2, 1))))
    g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3
    """
    gates: list[Gate] = []
    for run in runs:
        for _ in range(run.times):
            wire = inputs + len(gates)
            if run.far > wire:
                return None
            gates.append(Gate(run.operator, (wire - run.far, wire - run.near)))
    return Circuit(inputs, tuple(gates), (Output(inputs + len(gates) - 1),))


def all_generators(runs: int, reach: int, times: int) -> Iterator[tuple[Run, ...]]:
    """Yield all generators of so many runs, over operators of `b2`.

    Arguments:
        reach: how far back a gate may read.
        times: how often it may be repeated.

    >>> sum(1 for _ in all_generators(1, 3, 2))  # 5 operators, 3 pairs of places, 2 times
    30
    """
    pairs = list(combinations(range(1, reach + 1), 2))
    choices = [
        Run(operator.name, near, far, count)
        for operator in B2.operators
        for near, far in pairs
        for count in range(1, times + 1)
    ]
    yield from product(choices, repeat=runs)


def _printed(settings: Settings, runs: int, effort: Effort) -> list[list[int]]:
    """Return for each function the generators of so many runs that print it, and tagged ones."""
    definition = definition_named(settings.text("definition"))
    inputs = settings.whole("inputs")
    counts: dict[int, list[int]] = {}
    known: dict[Any, tuple[int, bool]] = {}
    generators = all_generators(runs, settings.whole("reach"), settings.whole("times"))
    for number, generator in enumerate(generators):
        if not number % 2048 and effort.used_up():
            raise BudgetEnded
        circuit = printed(inputs, generator)
        if circuit is None:
            continue
        if circuit.gates not in known:
            bits = circuit.output_bits()[0]
            task = FunctionTask((TruthTable(inputs, bits),))
            # What is not reduced computes something twice, or for nothing.
            tagged = circuit.is_reduced() and has_tag(definition, circuit, task)
            known[circuit.gates] = bits, tagged
        bits, tagged = known[circuit.gates]
        row = counts.setdefault(bits, [0, 0])
        row[0] += 1
        row[1] += tagged
    return [[bits, *row] for bits, row in sorted(counts.items())]


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, most = settings.whole("inputs"), settings.whole("runs")
    kept = KeptParts(effort, "information-funnel 1", settings)
    universe = (
        f"functions of {counted(inputs, 'input')} that generators of up to "
        f"{counted(most, 'run')} print"
    )
    least: dict[int, tuple[int, int, int]] = {}
    try:
        for runs in range(1, most + 1):
            compute = partial(_printed, settings, runs, effort)
            for bits, number, tagged in kept.part(f"runs {runs}", compute):
                least.setdefault(bits, (runs, number, tagged))
        shares = {}
        for bits in least:
            task = FunctionTask((TruthTable(inputs, bits),))
            shares[bits] = tagged_share(task, definition, effort=effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    example = None
    groups: dict[tuple[int, int], list[int]] = {}
    for bits, (runs, _, _) in least.items():
        groups.setdefault((runs, shares[bits].size or 0), []).append(bits)
    totals = [Fraction(0), Fraction(0)]
    more = fewer = 0
    for (runs, size), functions in sorted(groups.items()):
        printed_share = [Fraction(least[bits][2], least[bits][1]) for bits in functions]
        direct = [shares[bits].value or Fraction(0) for bits in functions]
        totals[0] += sum(printed_share, Fraction(0))
        totals[1] += sum(direct, Fraction(0))
        more += sum(a > b for a, b in zip(printed_share, direct, strict=True))
        fewer += sum(a < b for a, b in zip(printed_share, direct, strict=True))
        rows.append(
            (
                f"{counted(runs, 'run')}, {counted(size, 'gate')}",
                len(functions),
                sum(least[bits][1] for bits in functions),
                sum(printed_share, Fraction(0)) / len(functions),
                sum(direct, Fraction(0)) / len(functions),
            )
        )
        for bits in functions:
            circuit = shares[bits].first()
            if example is None and least[bits][2] and circuit is not None:
                caption = f"printed by {counted(runs, 'run')}"
                task = FunctionTask((TruthTable(inputs, bits),))
                example = Case.judged(caption, task, circuit, (definition,), "size over b2")
    indirect, direct_mean = (total / len(least) for total in totals)
    table = Table(
        f"Functions by the least runs of a generator and the gates of a minimum; generators: all "
        f"least ones; share that is {definition.tag}: of what least generators print, and of "
        "minima:",
        ("least", "functions", "generators", "printed", "minima"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.HELD if indirect > direct_mean else Verdict.REFUTED,
        answer=(
            f"over {counted(len(least), 'function')} the mean share that is {definition.tag} is "
            f"{float(indirect):.4f} of what the least generators print and "
            f"{float(direct_mean):.4f} of minima; it is larger for "
            f"{counted(more, 'function')}, smaller for "
            f"{fewer}."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "A generator is a list of runs; a run prints a gate up to "
            f"{settings.whole('times')} times, each copy reading wires as far back as the one "
            "before it did. The last gate is the output.",
            "A printed circuit that is not reduced counts as printed, without the tag.",
        ),
        plot=Plot((bar_panel(table, ("printed", "minima"), "Encoding", "mean share"),)),
    )


INFORMATION_FUNNEL = Claim(
    name="information-funnel",
    topic="programs",
    claim="An information funnel, such as indirect encoding by a genome, might favour optimizers.",
    source="Hubinger et al. 2019, section 2.2, inductive biases",
    reading=(
        "generators print circuits gate by gate, with repetition. Of all generators with fewest "
        "runs for a function: the share whose circuit has the tag, against the share of the "
        "function's minima, over all functions that generators print."
    ),
    question="Is the mean share of tagged circuits larger under selection of generators?",
    blind_to="generators with other instructions, and circuits of more inputs",
    control="all minima of the same functions, selected by size: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=4),
        Parameter("runs", 2, "most runs of a generator", least=1, most=2),
        Parameter("reach", 5, "how far back a gate may read", least=2, most=6),
        Parameter("times", 4, "how often a gate may be repeated", least=1, most=4),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={"reach": 4, "times": 2},
)
