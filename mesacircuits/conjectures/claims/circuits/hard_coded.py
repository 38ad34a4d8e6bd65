"""The claim `hard-coded`: supplying the optimizer might leave less of it to be learned."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import basis_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.conjectures.claim import Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.least_sizes import choosers, least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

if TYPE_CHECKING:
    pass

__all__ = ["HARD_CODED", "computed_with"]

_CHOICES, _RANDOM = "choices", "random"
_INPUTS = 4


def computed_with(operators: Sequence[int], gates: int) -> list[set[int]]:
    """Return for each operator which classes of four inputs it computes at the end of a circuit.

    The operator stands once, at the output; it reads inputs, constants and gates over `b2`, in any
    order and polarity.

    Arguments:
        operators: truth tables of four operands.
        gates: how many gates stand before it, 0 or 1.

    Returns:
        numbers of classes, as `classes_of(4, B2)` has them.

    >>> from mesacircuits.circuits import B2
    >>> and4, own = 0x8000, classes_of(4, B2).number
    >>> [int(own[f]) in computed_with([and4], 1)[0] for f in (0x8000, 0x6000, 0x6AAA)]
    [True, True, False]
    """
    import numpy as np

    number = classes_of(_INPUTS, basis_named("b2")).number
    mask = (1 << (1 << _INPUTS)) - 1
    inputs = [input_bits(_INPUTS, i) for i in range(_INPUTS)]
    # Classes are closed under moving inputs, so one gate of each type stands for all.
    sets = [[inputs[0] & inputs[1]], [inputs[0] ^ inputs[1]]] if gates else [[]]
    found: list[set[int]] = [set() for _ in operators]
    for made in sets:
        wires = np.array([w ^ turn for w in (0, *inputs, *made) for turn in (0, mask)])
        rows = wires[:, None] >> np.arange(1 << _INPUTS) & 1
        read = np.array(list(product(range(len(wires)), repeat=_INPUTS)))
        places = sum(rows[read[:, i]] << i for i in range(_INPUTS))
        for place, operator in enumerate(operators):
            values = np.array([operator >> i & 1 for i in range(1 << _INPUTS)])
            tables = values[places] @ (1 << np.arange(1 << _INPUTS))
            found[place] |= set(np.unique(number[tables]).tolist())
    return found


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare operators of one size: for how many choices hardly anything is left to learn."""
    basis = basis_named("b2")
    sizes = least_sizes(_INPUTS, basis, effort)
    if effort.used_up():
        raise BudgetEnded
    classes = classes_of(_INPUTS, basis)
    forms = [int(form) for form in classes.representatives]
    whole = [place for place in range(len(forms)) if classes.supports[place] == _INPUTS]
    size = {place: int(sizes[forms[place]]) for place in whole}
    own = {int(classes.number[f]) for f in choosers(2, 0, settings.whole("levels"))} & set(whole)
    drawn = random.Random(settings.whole("seed"))

    def others() -> set[int]:
        # As many of each size, drawn among all.
        found: set[int] = set()
        for gates in sorted(set(size.values())):
            here = [place for place in whole if size[place] == gates]
            found |= set(drawn.sample(here, sum(place in own for place in here)))
        return found

    optimizers = own if settings.text("supplied") == _CHOICES else others()
    tasks = own if settings.text("tasks") == _CHOICES else others()
    asked = [place for place in whole if size[place] in {size[each] for each in optimizers}]
    reached = computed_with([forms[place] for place in asked], settings.whole("gates"))
    units, rows = [], []
    for place, solved in zip(asked, reached, strict=True):
        # To supply the answer itself would leave nothing of any task.
        units.append(Unit(size[place], place in optimizers, len((solved & tasks) - {place})))
        if place in optimizers:
            here = [len((s & tasks) - {p}) for p, s in zip(asked, reached, strict=True)
                    if size[p] == size[place] and p not in optimizers]  # fmt: skip
            mean = f"{sum(here) / len(here):.4f}" if here else None
            name = TruthTable(_INPUTS, forms[place]).hex
            rows.append((name, size[place], units[-1].value, len(here), mean))
    gates = settings.whole("gates")
    return Compared(
        tuple(units),
        f"all {counted(len(asked), 'class', 'classes')} of operators of four operands that have "
        f"the size of an optimizer, and {counted(len(tasks), 'task')}",
        (
            Table(
                f"Optimizers that are supplied; choices that take at most {counted(gates, 'gate')} "
                "before one; of other operators of equal size how many there are, and the mean of "
                "the same:",
                ("operator", "C", "choices", "others", "theirs"),
                tuple(rows),
            ),
        ),
        notes=(
            "An optimizer gives the better of two candidates of two bits, the first on ties, by "
            "some utility; another utility is what is left to learn. It is supplied as one "
            "operator at the output, which costs nothing; if it cost a gate, all would cost it.",
        ),
    )


HARD_CODED = Claim(
    name="hard-coded",
    topic="circuits",
    claim="Supplying an optimizer, hard-coded, might leave less optimization to be learned.",
    source="Hubinger et al. 2019, section 2.2, hard-coded optimization",
    reading=(
        "the output is an operator of four operands that is supplied: the better of two candidates "
        "of two bits, by any utility. What is left to learn is what it reads: for how many other "
        "choices, by any utility, does hardly a gate suffice? Against all operators of as many "
        "operands that take as many gates and do not choose"
    ),
    kind=Kind.MIGHT,
    keeps="that an optimizer is supplied, and that what it optimises for is left to learn",
    question=(
        "Do more choices take hardly a gate with an optimizer supplied than with another operator "
        "of equal size?"
    ),
    blind_to=(
        "optimizers that are used more than once or inside, such as a loop; what the gates that "
        "are left do; whether that is easier to find"
    ),
    control="all classes of operators of four operands and of equal least size: exact",
    parameters=(
        Parameter("levels", 4, "values L of a utility", least=2, most=4),
        Parameter("gates", 1, "most gates that are left", least=0, most=1),
        Parameter(
            "supplied",
            _CHOICES,
            "which operators are optimizers; `random`: as many of each size, drawn",
            values=(_CHOICES, _RANDOM),
        ),
        Parameter(
            "tasks",
            _CHOICES,
            "what is to be computed; `random`: as many functions of each size, drawn",
            values=(_CHOICES, _RANDOM),
        ),
        Parameter("seed", 0, "seed of these draws", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("operator", "operators"),
        marked="optimizers",
        value="choices within a gate",
        matched="least size",
        placebos={
            "random operators": {"supplied": _RANDOM},
            "random tasks": {"tasks": _RANDOM},
        },
        trend=({"levels": 2}, {"levels": 3}, {"levels": 4}),
    ),
    quick={"levels": 3},
)
