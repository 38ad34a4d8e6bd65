"""The claim `one-task`: being deceptive on many tasks, and on one, come to the same."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable, npn_classes
from mesacircuits.conjectures.claim import (
    BASIS,
    ORDER,
    Case,
    Cell,
    Claim,
    Finding,
    Kind,
    Table,
    Verdict,
)
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["ONE_TASK", "restricted_gates"]


def restricted_gates(circuit: Circuit, selector: int, value: int) -> int:
    """Return how many gates are left of a circuit of one output when an input is fixed.

    Gates that turn constant go, and of gates that turn equal or inverse all but the first; what
    read them reads what is left. Gates that reach no output then go as well.

    >>> mux = Circuit.parse(3, "g1 = a ^ b; g2 = c & g1; g3 = a ^ g2; out = g3")
    >>> restricted_gates(mux, 2, 0), restricted_gates(mux, 2, 1)
    (0, 0)
    """
    tables = circuit.wire_bits()
    fixed = tables[selector]
    full = (1 << (1 << circuit.inputs)) - 1
    place = 1 << selector
    first: dict[int, int] = {}
    name: list[int] = []
    for wire, bits in enumerate(tables):
        half = bits & (fixed if value else full ^ fixed)
        other = half | (half >> place if value else half << place)
        least = min(other, full ^ other)
        name.append(first.setdefault(least, wire))
    constant = first.get(0, -1)
    left, met = [name[out.wire] for out in circuit.outputs if out.wire >= 0], set()
    while left:
        wire = left.pop()
        if wire in met or wire == constant or wire < circuit.inputs:
            continue
        met.add(wire)
        operands = circuit.gates[wire - circuit.inputs].operands
        left += [name[o] for o in operands if o >= 0]
    return len(met)


def _least(table: TruthTable, basis: str, order: str, effort: Effort) -> int:
    found = enumerate_minima(FunctionTask((table,)), basis, order, effort=effort)
    if not found.exhaustive or found.size is None:
        raise BudgetEnded
    return found.size


def _found(settings: Settings, effort: Effort) -> Finding:
    inputs, basis, order = settings.whole("inputs"), settings.text("basis"), settings.text("order")
    most = settings.whole("most")
    classes = list(npn_classes(inputs))
    # By gates of a minimum: how many, and how many of both, one or none of whose parts are minima.
    counts: dict[int, list[int]] = {}
    dearer = tasks = 0
    extra: dict[int, int] = {}
    example: Case | None = None
    for place, each in enumerate(classes):
        table, means = each.representative, effort.share(len(classes) - place)
        task = FunctionTask((table,))
        found = enumerate_minima(task, basis, order, effort=means)
        if not found.exhaustive:
            raise BudgetEnded
        taken = found.minima[:: -(-len(found.minima) // most)] if most else found.minima
        for selector in table.support():
            parts = [table.cofactor(selector, value) for value in (0, 1)]
            least = [_least(part, basis, order, means) for part in parts]
            if means.used_up():
                raise BudgetEnded
            tasks += 1
            for circuit in taken:
                gates = [restricted_gates(circuit, selector, value) for value in (0, 1)]
                over = [have - want for have, want in zip(gates, least, strict=True)]
                dearer += any(
                    have > circuit.size or o < 0 for have, o in zip(gates, over, strict=True)
                )
                row = counts.setdefault(circuit.size, [0, 0, 0, 0])
                row[0] += 1
                row[1 + sum(o > 0 for o in over)] += 1
                extra[max(over)] = extra.get(max(over), 0) + 1
                if example is None and max(over) > 0:
                    name = "abcdef"[selector]
                    more = counted(max(over), "gate")
                    caption = f"selected by {name}: a part has {more} more than it takes"
                    example = Case.judged(caption, task, circuit, (), f"{order} over {basis}")
    rows: list[tuple[Cell, ...]] = [(size, *row) for size, row in sorted(counts.items())]
    total, both = (sum(row[i] for row in counts.values()) for i in (0, 1))
    return Finding(
        verdict=Verdict.REFUTED if dearer else Verdict.HELD if total else Verdict.VACUOUS,
        answer=(
            f"in each of {counted(total, 'minimum', 'minima')} of one task made of two, fixing the "
            f"selector leaves a circuit of no more gates for either; for both these are minima in "
            f"{both:,}, and a part has up to {counted(max(extra, default=0), 'gate')} too many."
        ),
        universe=(
            f"{counted(len(classes), 'class', 'classes')} of functions of "
            f"{counted(inputs, 'input')}, each input in turn the selector: {tasks} tasks, {basis}, "
            f"order {order}"
        ),
        tables=(
            Table(
                "Minima of the one task, by gates; of how many both parts are minima of the two "
                "tasks, one part alone, or neither:",
                ("gates", "minima", "both", "one", "neither"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "Theorem: tasks f_0, ..., f_{k-1} of n bits are one task F(s, x) = f_s(x). A circuit "
            "for F with s fixed to i is one for f_i, of no more gates; and circuits for all f_i "
            "with a selection of their outputs are one for F. So what is said of behaviour on each "
            "task is said of F, whatever the predicate; and a circuit for F that errs with "
            "probability e over s uniform errs on each task with probability at most k e.",
            "What is said of minima does not carry over: a minimum for F need not be made of "
            "minima. These are the circuits that the equivalence needs and that are not minimal.",
        )
        + ((f"At most {most} minima of each task, evenly by rank.",) if most else ()),
        plot=Plot(
            (
                Panel(
                    "Minima both of whose parts are minima",
                    "gates",
                    "share",
                    (
                        Series(
                            "share",
                            tuple(
                                (s, Fraction(row[1], row[0])) for s, row in sorted(counts.items())
                            ),
                            "points",
                        ),
                    ),
                    most=1,
                    whole=True,
                ),
            )
        ),
    )


ONE_TASK = Claim(
    name="one-task",
    topic="circuits",
    claim=(
        "For any predicate, being deceptive on a set of tasks and being deceptive on one task are "
        "equivalent."
    ),
    source="Hubinger 2019, Are minimal circuits deceptive?",
    reading=(
        "two tasks are made one by an input that selects which is to be done. With the selector "
        "fixed, is every minimum of the one task a circuit for either of the two, of no more "
        "gates? And is it a minimum there, so that what is said of minima carries over?"
    ),
    kind=Kind.THEOREM,
    keeps="that the predicate may be any: only what a circuit does on each task is used",
    question="Does fixing the selector leave a circuit of no more gates for each task?",
    blind_to="predicates of how a circuit is made; tasks that are drawn, and more than two",
    control="minima of the two tasks by themselves: exact",
    parameters=(
        Parameter("inputs", 3, "inputs of the one task, selector included", least=2, most=4),
        Parameter("most", 0, "minima of each task, by rank; 0: all", least=0),
        BASIS,
        ORDER,
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2}, {"inputs": 4, "most": 50}),
        neighbours=({"basis": "aig"}, {"basis": "mig"}, {"order": "depth-size"}),
    ),
    quick={"inputs": 2},
)
