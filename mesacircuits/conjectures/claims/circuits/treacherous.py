"""The claim `treacherous`: minimal circuits may behave on training inputs and defect off them."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from itertools import chain

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.completions import partial_classes
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

__all__ = ["TREACHEROUS", "completions"]

_LEAST, _SHUFFLED = "least", "shuffled"


def completions(support: int, bits: int, inputs: int) -> list[int]:
    """Return the functions that agree with what is seen on a support.

    >>> completions(0b0111, 0b0101, 2)
    [5, 13]
    """
    off = ((1 << (1 << inputs)) - 1) & ~support
    found, rest = [], 0
    while True:
        found.append(bits | rest)
        rest = (rest - off) & off
        if not rest:
            return found


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare what could have been meant: is its opposite off S minimal where it is so itself?"""
    inputs, basis = settings.whole("inputs"), basis_named(settings.text("basis"))
    sizes = [int(size) for size in least_sizes(inputs, basis, effort)]
    if settings.text("sizes") == _SHUFFLED:
        # Sizes exchanged among classes of as many functions, so that they are of no use.
        classes = classes_of(inputs, basis)
        by_class = [sizes[int(form)] for form in classes.representatives]
        same = defaultdict[int, list[int]](list)
        for place, many in enumerate(classes.functions.tolist()):
            same[many].append(place)
        drawn = random.Random(settings.whole("seed"))
        for places in same.values():
            values = [by_class[place] for place in places]
            drawn.shuffle(values)
            for place, value in zip(places, values, strict=True):
                by_class[place] = value
        sizes = [by_class[number] for number in classes.number]
    units = []
    sums: dict[int, list[int]] = {}
    classes_left_out = (partial_classes(inputs, k) for k in range(1, 1 << inputs))
    for support, bits, weight in chain.from_iterable(classes_left_out):
        if effort.used_up():
            raise BudgetEnded
        off = ((1 << (1 << inputs)) - 1) & ~support
        found = completions(support, bits, inputs)
        least = min(sizes[f] for f in found)
        both = [0, 0, 0, 0]
        for f in found:
            honest, betrayed = sizes[f] == least, sizes[f ^ off] == least
            units.append(Unit((support, bits), honest, int(betrayed)))
            both[2 * honest + betrayed] += weight
        known = sums.setdefault(support.bit_count(), [0, 0, 0, 0])
        for place, value in enumerate(both):
            known[place] += value
    rows: list[tuple[Cell, ...]] = []
    for seen, (neither, worse, kept, two) in sorted(sums.items()):
        every = neither + worse + kept + two
        shares = (
            f"{float(Fraction(part, whole)):.4f}" if whole else None
            for part, whole in ((worse + two, every), (two, kept + two), (worse, neither + worse))
        )
        rows.append((seen, every, *shares))
    return Compared(
        tuple(units),
        f"all classes of functions of {counted(inputs, 'input')} and of inputs that are seen, "
        f"{basis}, order size",
        (
            Table(
                "Inputs seen in training; pairs of these and a function that is meant; share in "
                "which some minimum is right on all that is seen and wrong on all else; of pairs "
                "in which the function that is meant is itself computed by a minimum; of others:",
                ("seen", "pairs", "treacherous", "meant is least", "is not"),
                tuple(rows),
            ),
        ),
        notes=(
            "Forced, and no finding: a circuit betrays just one of the functions that agree with "
            "it in training. So of all pairs the share is that of the functions computed by "
            "minima, which is no more than if as many functions were drawn.",
        ),
    )


TREACHEROUS = Claim(
    name="treacherous",
    topic="circuits",
    claim="A minimal circuit may behave on training inputs and defect off them.",
    source="Hubinger 2019, Are minimal circuits deceptive?",
    reading=(
        "for every function f that is meant and every set S of inputs seen: is some minimum, of "
        "what is right on S, wrong on every other input? And is that likelier where f is itself "
        "among what minima compute, so that an honest circuit is as small?"
    ),
    kind=Kind.MIGHT,
    keeps="that training cannot tell the two apart, and that size need not",
    question=(
        "Among functions that agree on S, are those that some minimum computes betrayed by "
        "another minimum more often than the others?"
    ),
    blind_to="why a circuit defects: it has no aim here, and does not ask whether it is trained",
    control="all functions that agree on the same S: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("basis", "b2", "basis, see `bases`", values=("b2", "aig", "mig", "mux")),
        Parameter(
            "sizes",
            _LEAST,
            "least sizes; `shuffled`: exchanged among classes of as many functions",
            values=(_LEAST, _SHUFFLED),
        ),
        Parameter("seed", 0, "seed of the shuffle", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("function", "functions"),
        marked="functions that some minimum computes",
        value="share betrayed by a minimum",
        matched="what is seen",
        placebos={"sizes shuffled": {"sizes": _SHUFFLED}},
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=({"basis": "aig"}, {"basis": "mig"}, {"basis": "mux"}),
    ),
    quick={"inputs": 2},
)
