"""The claim `simplicity-biases`: penalty, volume and capacity all favour compression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import B2, Circuit, Gate, Output
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, parse_function_task

__all__ = ["SIMPLICITY_BIASES", "chain_volume"]


def _chains(inputs: int, gates: int) -> Iterator[tuple[Gate, ...]]:
    slots = [
        [
            Gate(o.name, pair)
            for pair in combinations(range(inputs + place), 2)
            for o in B2.operators
        ]
        for place in range(gates)
    ]
    yield from product(*slots)


def chain_volume(
    inputs: int, gates: int, effort: Effort
) -> tuple[Counter[int], Counter[tuple[int, Circuit]]]:
    """Return how many settings of a chain of gates compute each function, and by what circuit.

    A setting chooses for each gate two different wires below it and an operator of `b2`, and for
    the output a gate and a polarity.

    Returns:
        settings by function, and settings by function and reduced circuit, canonical, where what
        is left when gates that do not reach the output are dropped is reduced.

    Raises `BudgetEnded` where the budget ends.

    >>> volume, by_circuit = chain_volume(2, 1, Effort())
    >>> sum(volume.values()), len(by_circuit)  # one pair of wires, five operators, two polarities
    (10, 10)
    """
    volume: Counter[int] = Counter()
    by_circuit: Counter[tuple[int, Circuit]] = Counter()
    full = (1 << (1 << inputs)) - 1
    for number, chain in enumerate(_chains(inputs, gates)):
        if not number % 1000 and effort.used_up():
            raise BudgetEnded
        for place in range(gates):
            circuit = Circuit(inputs, chain, (Output(inputs + place),)).without_dead_gates()
            bits = circuit.output_bits()[0]
            volume[bits] += 1
            volume[bits ^ full] += 1
            if circuit.is_reduced():
                plain = circuit.canonical()
                [out] = plain.outputs
                flipped = Circuit(inputs, plain.gates, (Output(out.wire, not out.inverted),))
                by_circuit[bits, plain] += 1
                by_circuit[bits ^ full, flipped] += 1
    return volume, by_circuit


_TASKS = "tt:3:18; tt:3:18@7F; tt:3:18@EF; tt:3:E8; tt:3:1B; tt:3:1B@7F"


def _volume(inputs: int, gates: int, effort: Effort) -> dict[str, Any]:
    volume, by_circuit = chain_volume(inputs, gates, effort)
    circuits = [[bits, circuit.to_json(), n] for (bits, circuit), n in by_circuit.items()]
    return {"volume": list(volume.items()), "circuits": circuits}


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    gates = settings.whole("gates")
    tasks = [parse_function_task(text) for text in settings.texts("tasks")]
    inputs = tasks[0].inputs
    if any(t.inputs != inputs or t.outputs != 1 for t in tasks) or inputs > 3:
        raise ArgumentError("tasks", "functions of one output and 2 or 3 inputs, alike", "others")
    universe = (
        f"all chains of {counted(gates, 'gate')} on {counted(inputs, 'input')}, b2; "
        f"{counted(len(tasks), 'task')}"
    )
    kept = KeptParts(effort, "simplicity-biases 1", settings)
    rows: list[tuple[Cell, ...]] = []
    example = None
    try:
        sizes = least_sizes(inputs, "b2", effort)
        found = kept.part("volume", lambda: _volume(inputs, gates, effort))
        volume = dict(found["volume"])
        circuits = [(bits, Circuit.from_json(record), n) for bits, record, n in found["circuits"]]
        for text, task in zip(settings.texts("tasks"), tasks, strict=True):
            share = tagged_share(task, definition, effort=effort)
            if example is None and (circuit := share.first()) is not None:
                caption = f"{text}: first minimum with the tag"
                example = Case.judged(caption, task, circuit, (definition,), "size over b2")
            solving, tagged = _solved(task, volume, circuits, definition)
            cap = gates - 1
            right, capped = _capped(task, sizes, cap)
            rows.append(
                (
                    text,
                    share.size,
                    share.value,
                    Fraction(tagged, solving) if solving else None,
                    Fraction(solving, sum(volume.values())),
                    right,
                    capped,
                )
            )
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    means = []
    by_size: list[tuple[Cell, ...]] = []
    for size in range(int(sizes.max()) + 1):
        functions = [bits for bits in range(len(sizes)) if int(sizes[bits]) == size]
        total = sum(volume.get(bits, 0) for bits in functions)
        never = sum(bits not in volume for bits in functions)
        mean = Fraction(total, len(functions))
        means.append(mean)
        by_size.append((size, len(functions), total, mean, never))
    falls = all(a > b for a, b in pairwise(means))
    return Finding(
        verdict=Verdict.HELD if falls else Verdict.REFUTED,
        answer=(
            "the mean number of settings that compute a function "
            f"{'falls' if falls else 'does not fall'} with every gate of its least size: "
            f"{', '.join(f'{float(mean):,.1f}' for mean in means)} for 0 to "
            f"{counted(len(means) - 1, 'gate')}."
        ),
        universe=universe,
        tables=(
            Table(
                "Settings of a chain that compute a function, by its least size; never: functions "
                "that no chain of so many gates computes:",
                ("least size", "functions", "settings", "mean", "never"),
                tuple(by_size),
            ),
            Table(
                f"Share that is {definition.tag}: among minima; among settings that solve the task "
                "(volume); solve: settings that do, of all; under a cap of one gate less than the "
                "chain's: inputs right at best, and whether that is the task solved:",
                ("task", "gates", "minima", "volume", "solve", "capped", "solved"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "A setting whose circuit is not reduced once gates that do not reach the output are "
            "dropped has no tag: definitions would count what it computes twice.",
        ),
        plot=Plot(
            (
                Panel(
                    "Parameter volume",
                    "least size of a function, in gates",
                    "mean settings that compute it",
                    (Series("functions", tuple((r[0], r[3]) for r in by_size)),),  # type: ignore[misc]
                ),
            )
        ),
    )


def _solved(
    task: FunctionTask,
    volume: dict[int, int],
    circuits: list[tuple[int, Circuit, int]],
    definition: Any,
) -> tuple[int, int]:
    """Return how many settings solve a task, and how many of them have the tag."""
    wanted, support = task.tables[0].bits, task.support_bits
    solving = sum(n for bits, n in volume.items() if not (bits ^ wanted) & support)
    tagged = 0
    for bits, circuit, n in circuits:
        if not (bits ^ wanted) & support and has_tag(definition, circuit, task):
            tagged += n
    return solving, tagged


def _capped(task: FunctionTask, sizes: Any, cap: int) -> tuple[Fraction, str]:
    wanted, support = task.tables[0].bits, task.support_bits
    number = support.bit_count()
    best = max(
        number - ((bits ^ wanted) & support).bit_count()
        for bits in range(len(sizes))
        if int(sizes[bits]) <= cap
    )
    return Fraction(best, number), "yes" if best == number else "no"


SIMPLICITY_BIASES = Claim(
    name="simplicity-biases",
    topic="circuits",
    claim=(
        "An explicit penalty, the volume of parameters, and limited capacity all favour "
        "compression, and so mesa-optimizers."
    ),
    source="Hubinger et al. 2019, section 2.2, inductive biases",
    reading=(
        "three biases on one model space. Penalty: all minima. Volume: all chains of a fixed "
        "number of gates, every setting counted alike. Capacity: the best under a cap of gates. "
        "Does volume favour functions of smaller least size; and what share has the tag under "
        "each."
    ),
    question="Does the mean number of settings fall with every gate of a function's least size?",
    blind_to="training, which need not sample settings alike, and larger models",
    control="all functions of each least size: exact, all settings",
    parameters=(
        Parameter("gates", 3, "gates of a chain", least=1, most=3),
        Parameter(
            "tasks", _TASKS, "tasks of one output, of two or three inputs each", names="task"
        ),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=_run,
    quick={"gates": 2, "tasks": "tt:2:6; tt:2:6@7"},
)
