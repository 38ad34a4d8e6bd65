"""The claim `statefulness`: saved state favours optimizers by relaxing the time penalty."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import Definition, definition_named, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.serial_machines import machine_count, serial_machines, unrolled
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["STATEFULNESS"]

# How many machines are made between looks at the budget.
_LOOK = 1 << 14


def _least_machines(
    inputs: int, most: int, effort: Effort
) -> dict[int, tuple[int, Counter[Circuit]]]:
    """Return for each function the least gates a step, and what its machines unroll to."""
    found: dict[int, tuple[int, Counter[Circuit]]] = {}
    for size in range(most + 1):
        with effort.bar(f"machines of {size} gates a step", machine_count(inputs, size)) as bar:
            for number, (bits, machine) in enumerate(serial_machines(inputs, size)):
                if not number % _LOOK:
                    bar.advance(_LOOK)
                    if effort.used_up():
                        raise BudgetEnded
                least, circuits = found.setdefault(bits, (size, Counter()))
                if least == size:
                    circuits[unrolled(inputs, machine)] += 1
    return found


def _share(circuits: Counter[Circuit], definition: Definition) -> Fraction:
    tagged = sum(
        count
        for circuit, count in circuits.items()
        if has_tag(definition, circuit, FunctionTask(circuit.tables()))
    )
    return Fraction(tagged, circuits.total())


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, most = settings.whole("inputs"), settings.whole("gates")
    universe = (
        f"all functions of {counted(inputs, 'input')}, f(0) = 0; all machines "
        "with a bit of state of up to "
        f"{counted(most, 'gate')} a step, two steps, b2"
    )
    try:
        sizes = least_sizes(inputs, effort=effort)
        found = _least_machines(inputs, most, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    saved = 0
    means = [Fraction(0), Fraction(0)]
    example = None
    for size in range(int(sizes.max()) + 1):
        functions = [bits for bits in range(0, len(sizes), 2) if sizes[bits] == size]
        reached = [bits for bits in functions if bits in found]
        fewer = sum(found[bits][0] < size for bits in reached)
        saved += fewer
        machines = new = 0
        sums = [Fraction(0), Fraction(0)]
        for bits in reached:
            task = FunctionTask((TruthTable(inputs, bits),))
            share = tagged_share(task, definition, effort=effort)
            circuits = found[bits][1]
            machines += circuits.total()
            minima = {circuit.gates for circuit in share.minima}
            new += sum(n for circuit, n in circuits.items() if circuit.gates not in minima)
            sums[0] += _share(circuits, definition)
            sums[1] += share.value or Fraction(0)
            circuit = share.first()
            if example is None and circuit is not None:
                caption = f"all that machines of {counted(size, 'gate')} a step unroll to, first"
                example = Case.judged(caption, task, circuit, (definition,), "size over b2")
        means = [mean + part for mean, part in zip(means, sums, strict=True)]
        averages = [part / len(reached) if reached else None for part in sums]
        rows.append((size, len(functions), len(reached), fewer, machines, new, *averages))
    more = means[0] > means[1]
    table = Table(
        "Functions by the gates of a minimum; those that a machine computes in two steps with so "
        "many gates a step or fewer; with fewer than a minimum has; machines of fewest gates a "
        "step, and those that unroll to a circuit that is no minimum; mean share that is "
        f"{definition.tag}: of these machines, unrolled, and of minima:",
        ("gates", "functions", "reached", "fewer", "machines", "new", "two steps", "minima"),
        tuple(rows),
    )
    reached_all = sum(int(str(row[2])) for row in rows)
    return Finding(
        verdict=Verdict.HELD if saved and more else Verdict.REFUTED,
        answer=(
            f"of {counted(reached_all, 'function')} that machines of up to "
            f"{counted(most, 'gate')} a step compute in two "
            f"steps, {saved} take fewer gates a step than a circuit without state; the mean share "
            f"that is {definition.tag} is {'larger' if more else 'not larger'} with state."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "A machine sees the same input twice, starts in state 0, and its output at the second "
            "step is the answer. Gates a step are its time; a circuit without state needs all its "
            "gates at once.",
            "Unrolled: both steps as one circuit over the input, without what is constant or "
            "computed twice; it is judged like any other.",
        ),
        plot=Plot((bar_panel(table, ("two steps", "minima"), "Two steps or one", "mean share"),)),
    )


STATEFULNESS = Claim(
    name="statefulness",
    topic="worlds and learners",
    claim="Saved state favours optimizers, since it relaxes the penalty on time.",
    source="Hubinger et al. 2019, section 2.2, statefulness",
    reading=(
        "a function may be evaluated over two steps, by a machine that keeps a bit from the first "
        "to the second: fewer gates a step is less time. All machines of fewest gates a step, "
        "unrolled, and their share that has the tag, against all minima of circuits without state."
    ),
    question=(
        "Does some function take fewer gates a step with state, and is the mean share of tagged "
        "machines larger than that of tagged minima?"
    ),
    blind_to="more steps, more state, and functions of more inputs, where more could be saved",
    control="all minima of the same functions, without state: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("gates", 3, "most gates a step", least=1, most=3),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={"gates": 2},
)
