"""The claim `training-flag`: a circuit that sees whether it is trained need not be deceptive."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import ORDER, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["TRAINING_FLAG", "reads"]

_PROVED = ("b2", "aig")


def reads(circuit: Circuit, wire: int) -> bool:
    """Return whether a gate or an output of a circuit reads a wire.

    >>> reads(Circuit.parse(2, "g1 = a & b; out = g1"), 1), reads(Circuit.parse(2, "out = a"), 1)
    (True, False)
    """
    read = {w for gate in circuit.gates for w in gate.operands}
    return wire in read | {output.wire for output in circuit.outputs}


def _found(settings: Settings, effort: Effort) -> Finding:
    inputs, order = settings.whole("inputs"), settings.text("order")
    rows: list[tuple[Cell, ...]] = []
    broken = tasks = 0
    example: Case | None = None
    for name in settings.texts("bases"):
        basis = basis_named(name)
        few = inputs if name in _PROVED else min(inputs, 2)
        forms = [int(form) for form in classes_of(few, basis).representatives]
        for flag in (0, 1):
            minima = reading = with_some = 0
            for bits in forms:
                if bits in (0, (1 << (1 << few)) - 1):
                    # A constant output may stand on the flag.
                    continue
                if effort.used_up():
                    raise BudgetEnded
                support = ((1 << (1 << few)) - 1) << (flag << few)
                task = FunctionTask((TruthTable(few + 1, bits << (flag << few)),), support)
                found = enumerate_minima(task, basis, order, effort).all_found().minima
                here = [circuit for circuit in found if reads(circuit, few)]
                minima, reading = minima + len(found), reading + len(here)
                with_some += bool(here)
                tasks += 1
                if here and name not in _PROVED and example is None:
                    caption = f"a minimum over {name} that reads the flag, its last input"
                    example = Case.judged(caption, task, here[0], (), f"{order} over {name}")
            broken += reading if name in _PROVED else 0
            rows.append((name, few, flag, len(forms), with_some, minima, reading,
                         Fraction(reading, minima) if minima else None))  # fmt: skip
    table = Table(
        "Functions of n inputs up to symmetry, and a flag that has one value in training; how "
        "many have a minimum that reads the flag; all minima, and those that read it:",
        ("basis", "n", "flag", "functions", "some", "minima", "read it", "share"),
        tuple(rows),
    )
    listed = [n for n in _PROVED if n in settings.texts("bases")]
    return Finding(
        verdict=Verdict.REFUTED if broken else Verdict.HELD if listed else Verdict.VACUOUS,
        answer=f"over {' and '.join(listed) or 'no basis asked'} {broken} minima read the flag.",
        universe=f"{counted(tasks, 'function')} with a flag, order {order}",
        tables=(table,),
        example=example,
        notes=(
            "Constants are left out: what is constant in training may stand on the flag.",
            "What reads the flag need not be deceptive: over nand it serves as a constant 1, of "
            "which an inverter can be made. But such a circuit does behave otherwise once the "
            "flag changes.",
        ),
        plot=Plot((bar_panel(table, ("share",), "Minima that read the flag", "share of minima"),)),
    )


TRAINING_FLAG = Claim(
    name="training-flag",
    topic="circuits",
    claim="A circuit that sees whether it is in training need not be deceptive.",
    source="Hubinger 2019, Are minimal circuits deceptive?",
    reading=(
        "one more input, the flag, has one value throughout training and another later. Over bases "
        "in which a gate with a constant operand is a wire or a constant at no cost, does no least "
        "circuit that is right in training read it? And over other bases, how many do?"
    ),
    kind=Kind.THEOREM,
    keeps="that minimality takes no notice of what does not vary in training",
    question="Over b2 and aig, does no minimum read a flag that is constant in training?",
    blind_to=(
        "signs of training that vary; deception that needs no sign; outputs that are constant in "
        "training"
    ),
    control="bases in which a constant operand is worth something: exact, all minima",
    parameters=(
        Parameter("inputs", 3, "inputs beside the flag; elsewhere at most 2", least=1, most=3),
        Parameter("bases", "b2; aig; nand; mig; mux", "bases", names="basis"),
        ORDER,
    ),
    run=Existence(
        _found, trend=({"inputs": 1}, {"inputs": 2}), neighbours=({"order": "depth-size"},)
    ),
    theorems=(
        "Let an input be constant on the support, and no output. Over b2 and aig no gate and no "
        "output of a minimum, under size or depth-size, reads it (Theorem 3, a flag that is "
        "constant in training).",
    ),
    quick={"inputs": 2},
)
