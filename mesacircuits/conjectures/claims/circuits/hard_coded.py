"""The claim `hard-coded`: supplying the optimizer leaves less of it to be learned."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_orbit
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
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.shares import class_shares, tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["HARD_CODED", "with_oracle"]


def with_oracle(function: TruthTable, oracle: TruthTable) -> FunctionTask:
    """Return the task of computing a function of n inputs, given another one as input n + 1.

    The support is the 2^n inputs on which the last input is what the oracle says of the others.

    >>> from mesacircuits.circuits import TruthTable
    >>> task = with_oracle(TruthTable(2, 0b0110), TruthTable(2, 0b1000))
    >>> str(task)
    'tt:3:06@87'
    """
    inputs = function.inputs
    support = bits = 0
    for x in range(1 << inputs):
        place = 1 << (x | oracle(x) << inputs)
        support |= place
        bits |= place * function(x)
    return FunctionTask((TruthTable(inputs + 1, bits),), support)


def _part(bits: int, oracle: int, settings: Settings, effort: Effort) -> list[int | None]:
    definition = definition_named(settings.text("definition"))
    inputs = settings.whole("inputs")
    if effort.used_up():
        raise BudgetEnded
    task = with_oracle(TruthTable(inputs, bits), TruthTable(inputs, oracle))
    share = tagged_share(task, definition, settings.text("basis"), effort=effort)
    return [share.size, len(share.minima), share.tagged]


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, basis = settings.whole("inputs"), settings.text("basis")
    universe = (
        f"functions of {counted(inputs, 'input')} with {definition.tag} minima, given "
        "any function of them"
    )
    kept = KeptParts(effort, "hard-coded 1", settings)
    try:
        sizes = least_sizes(inputs, basis, effort)
        having = [r for r in class_shares(inputs, definition, basis, "size", effort) if r.some]
        optimizers = {m.bits for row in having for m in npn_orbit(row.representative)}
        groups: dict[tuple[str, int], list[Fraction]] = {}
        gates: dict[tuple[str, int], list[int]] = {}
        for row in having:
            bits = row.representative.bits
            with effort.bar(f"oracles of {row.representative.hex}", len(sizes)) as bar:
                for oracle in range(len(sizes)):
                    compute = partial(_part, bits, oracle, settings, effort)
                    found = kept.part(f"{bits} {oracle}", compute)
                    size, minima, tagged = found
                    kind = "another optimizer" if oracle in optimizers else "no optimizer"
                    full = len(sizes) - 1
                    if oracle in (bits, bits ^ full):
                        kind = "the answer"
                    key = kind, int(sizes[oracle])
                    groups.setdefault(key, []).append(Fraction(tagged, minima))
                    gates.setdefault(key, []).append(size)
                    bar.advance()
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    for (kind, size), shares in sorted(groups.items(), key=lambda item: (item[0][1], item[0][0])):
        mean = sum(shares, Fraction(0)) / len(shares)
        left = Fraction(sum(gates[kind, size]), len(shares))
        rows.append(
            (
                f"{kind}, {counted(size, 'gate')}",
                len(shares),
                left,
                sum(s > 0 for s in shares),
                mean,
            )
        )
    before = (
        sum((row.value for row in having), Fraction(0)) / len(having) if having else Fraction(0)
    )
    pairs = []
    for size in {size for kind, size in groups if kind == "another optimizer"}:
        own = groups["another optimizer", size]
        null = groups.get(("no optimizer", size), [])
        if null:
            means = [sum(part, Fraction(0)) / len(part) for part in (own, null)]
            pairs.append((means[0], means[1]))
    held = bool(pairs) and all(own < null for own, null in pairs)
    said = "; ".join(f"{float(own):.4f} against {float(null):.4f}" for own, null in pairs)
    table = Table(
        f"What is supplied; gates left, and share of minima that are still {definition.tag}, mean "
        "over what is supplied; some: how many leave such a minimum:",
        ("supplied", "functions", "gates left", "some", "share"),
        tuple(rows),
    )
    example, unmade = within_budget(partial(_example, having, basis, settings, effort))
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"without help {float(before):.4f} of the minima are {definition.tag}; given another "
            f"optimizer, against a function of equal size that is none, {said or 'nothing'}."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "The function supplied is one more input, on a support where it says what it should: "
            "a gate that costs nothing. One function of each class is asked about.",
        ),
        left_open=unmade,
        plot=Plot((bar_panel(table, ("share",), "Search that is left", "share of minima"),)),
    )


def _example(having: list[ClassRow], basis: str, settings: Settings, effort: Effort) -> Case | None:
    definition = definition_named(settings.text("definition"))
    if not having:
        return None
    task = FunctionTask((having[0].representative,))
    circuit = tagged_share(task, definition, basis, effort=effort).first()
    if circuit is None:
        return None
    return Case.judged("without help", task, circuit, (definition,), f"size over {basis}")


HARD_CODED = Claim(
    name="hard-coded",
    topic="circuits",
    claim="Supplying an optimizer, hard-coded, might leave less optimization to be learned.",
    source="Hubinger et al. 2019, section 2.2, hard-coded optimization",
    reading=(
        "functions with tagged minima, when another function of the same inputs can be read for "
        "nothing: the share of minima that are still tagged, if what is supplied is itself solved "
        "by tagged minima, and if it is any other function of equal size."
    ),
    question=(
        "Is the share that is left smaller when an optimizer is supplied than when a function of "
        "equal size that is none is?"
    ),
    blind_to="optimizers that take a search space and an objective as arguments",
    control="all functions of equal size that no tagged minimum solves: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={"inputs": 2, "definition": "search-like(objective_gates=0)"},
)
