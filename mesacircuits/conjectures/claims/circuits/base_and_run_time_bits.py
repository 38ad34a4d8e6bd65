"""The claim `base-and-run-time-bits`: optimisation power, spent at base level or at run time."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import npn_classes
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.least_sizes import choosers, code_lengths, least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["BASE_AND_RUN_TIME_BITS", "parts"]

_CODE, _GATES, _SHUFFLED = "code", "gates", "shuffled"
_ALL, _CHOICES = "all", "choices"


def parts(bits: int, inputs: int, fixed: Sequence[int]) -> list[int]:
    """Return what is left of a function when some inputs are fixed, in all ways.

    Arguments:
        bits: its truth table.
        inputs: n.
        fixed: the inputs that are fixed; the others keep their order.

    Returns:
        truth tables of n - len(fixed) inputs, one for each value of the fixed ones.

    >>> [f"{part:b}" for part in parts(0b0110, 2, [1])]
    ['10', '1']
    """
    free = [i for i in range(inputs) if i not in fixed]
    found = []
    for value in range(1 << len(fixed)):
        base = sum((value >> place & 1) << i for place, i in enumerate(fixed))
        rows = (
            base | sum((x >> place & 1) << i for place, i in enumerate(free))
            for x in range(1 << len(free))
        )
        found.append(sum((bits >> row & 1) << x for x, row in enumerate(rows)))
    return found


def _lengths(inputs: int, kind: str, seed: int, effort: Effort) -> list[int]:
    """Return the bits of each function of so many inputs, by truth table."""
    if inputs == 0:
        return [1, 1]
    basis = basis_named("b2")
    sizes = least_sizes(inputs, basis, effort)
    lengths = sizes if kind == _GATES else code_lengths(sizes)
    if kind == _SHUFFLED:
        # Of classes with as many ones; so only how many ones there are says anything.
        classes = classes_of(inputs, basis)
        ones = [int(form).bit_count() for form in classes.representatives]
        drawn = random.Random(seed)
        by_class = [int(lengths[form]) for form in classes.representatives]
        for number in sorted(set(ones)):
            here = [place for place, each in enumerate(ones) if each == number]
            values = [by_class[place] for place in here]
            drawn.shuffle(values)
            for place, value in zip(here, values, strict=True):
                by_class[place] = value
        return [by_class[number] for number in classes.number]
    return [int(length) for length in lengths]


def _entropy(table: int, inputs: int) -> float:
    share = table.bit_count() / (1 << inputs)
    return -sum(p * log2(p) for p in (share, 1 - share) if p)


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare the inputs of one function: what leaving one to run time saves at base level."""
    inputs, kind = settings.whole("inputs"), settings.text("bits")
    seed = settings.whole("seed")
    if effort.used_up():
        raise BudgetEnded
    lengths = [_lengths(n, kind, seed, effort) for n in range(inputs + 1)]
    forms = [each.representative for each in npn_classes(inputs)]
    number = classes_of(inputs, basis_named("b2")).number
    choosing = {int(number[f]) for m in range(1, inputs // 2 + 1)
                for f in choosers(m, inputs - 2 * m, 4)}  # fmt: skip
    units, curves = [], defaultdict[bool, list[int]](list)
    for form in forms:
        chooses = int(number[form.bits]) in choosing
        if len(form.support()) < inputs:
            continue
        curves[chooses].append(form.bits)
        if settings.text("tasks") == _CHOICES and not chooses:
            continue
        halves = [parts(form.bits, inputs, [i]) for i in range(inputs)]
        # The greater the difference, the more the input says of the output, in bits.
        said = [abs(one.bit_count() - other.bit_count()) for one, other in halves]
        for place, pair in enumerate(halves):
            saved = sum(lengths[inputs - 1][half] for half in pair) - lengths[inputs][form.bits]
            units.append(Unit(form.bits, said[place] == max(said), saved))
    rows = [row for chooses in (True, False) for row in _curve(curves[chooses], chooses, lengths)]
    return Compared(
        tuple(units),
        f"the inputs of all {counted(len({unit.stratum for unit in units}), 'class', 'classes')} "
        f"of functions that depend on {counted(inputs, 'input')}, b2, order size",
        (
            Table(
                "The trade-off: so many inputs are left to run time, and for each value of the "
                "others a circuit is found at base level; bits of all these circuits, and bits of "
                "the output that are decided at run time; means over classes and sets of inputs; "
                "choices are those between two candidates by some utility:",
                ("tasks", "classes", "inputs left", "base", "run time"),
                tuple(rows),
            ),
        ),
        notes=(
            "Performance is the same everywhere: right on all inputs. Bits of a circuit: its size "
            "in unary and which function of that size, a prefix code. Bits at run time: the "
            "entropy of the output, given the circuit and a uniform input.",
            "Forced, and no finding: with nothing left to run time base level takes 2^n bits, one "
            "for each answer; and bits at run time never fall as more is left to it.",
        ),
    )


def _curve(
    functions: Sequence[int], chooses: bool, lengths: Sequence[Sequence[int]]
) -> Iterable[tuple[Cell, ...]]:
    inputs = len(lengths) - 1
    for left in range(inputs + 1) if functions else ():
        base, spent, count = Fraction(0), 0.0, 0
        for bits in functions:
            for fixed in combinations(range(inputs), inputs - left):
                found = parts(bits, inputs, fixed)
                base += sum(lengths[left][part] for part in found)
                spent += sum(_entropy(part, left) for part in found) / len(found)
                count += 1
        yield (
            *("choices" if chooses else "others", len(functions), left),
            *(f"{float(base / count):.4f}", f"{spent / count:.4f}"),
        )


BASE_AND_RUN_TIME_BITS = Claim(
    name="base-and-run-time-bits",
    topic="circuits",
    claim="Optimisation power is spent at base level or at run time, and can be counted in bits.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "a task is solved without error in any case; an input of it may be left to run time, or be "
        "known at base level, where a circuit is found for each of its values. For every class of "
        "functions that depend on all n inputs: does leaving that input to run time which decides "
        "most bits of the output there save most bits of circuits at base level?"
    ),
    kind=Kind.TENDENCY,
    keeps="that power is traded between the levels, and counted in bits",
    question=(
        "Of one task's inputs, does the one that brings most bits to run time save more bits at "
        "base level than the others?"
    ),
    blind_to=(
        "how circuits are found at base level: bits name one, they are not steps; tasks that are "
        "solved with some errors"
    ),
    control="the other inputs of the same function: exact, all classes",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter(
            "bits",
            _CODE,
            "bits of a circuit: of a code by size; its gates; or the code's, shuffled among "
            "classes of as many ones",
            values=(_CODE, _GATES, _SHUFFLED),
        ),
        Parameter("tasks", _ALL, "whether only choices are asked", values=(_ALL, _CHOICES)),
        Parameter("seed", 0, "seed of the shuffle", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("input", "inputs"),
        marked="inputs that decide most",
        value="bits saved at base level",
        matched="the task",
        placebos={"shuffled": {"bits": _SHUFFLED}},
        trend=({"inputs": 2}, {"inputs": 3}, {"inputs": 4}),
        neighbours=({"bits": _GATES}, {"tasks": _CHOICES}),
    ),
    quick={"inputs": 3},
)
