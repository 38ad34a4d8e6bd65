"""Optimisation power in bits: how small a target is hit, at run time or at base level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    dial,
)
from mesacircuits.definitions.measures.choices import Choice, choices_of
from mesacircuits.definitions.measures.measure import (
    NOTHING_ASKED,
    LiteratureDefinition,
    bits_of,
    demand,
    threshold,
)
from mesacircuits.tasks import Task

__all__ = ["LEVELS", "OptimisationPower", "base_level_fraction", "run_time_fraction"]

#: Where optimisation power is spent.
LEVELS = {
    "run-time": "on choosing words: the mean over choices of -log2 of the words as good or better",
    "base": "on choosing the function: -log2 of all functions whose mean utility is as good",
}

_MOST_BITS = 1024


def run_time_fraction(choices: Sequence[Choice]) -> Fraction:
    """Return the product over the choices of the fraction of candidates at least as good.

    With N choices the mean run-time power is -log2(product) / N bits.

    >>> pick = Choice((Fraction(0), Fraction(1)), Fraction(1))
    >>> run_time_fraction([pick, pick])
    Fraction(1, 4)
    """
    return prod(
        (Fraction(choice.at_least, len(choice.utilities)) for choice in choices),
        start=Fraction(1),
    )


def base_level_fraction(choices: Sequence[Choice]) -> Fraction:
    """Return the fraction of all ways to choose whose total utility is at least the total taken.

    The ways are counted exactly, by convolution over the choices of how far each candidate is from
    the best; losses beyond the total taken are left out as they arise.

    >>> pick = Choice((Fraction(0), Fraction(1)), Fraction(1))
    >>> slip = Choice((Fraction(0), Fraction(1)), Fraction(0))
    >>> base_level_fraction([pick, slip])
    Fraction(3, 4)
    """
    most = sum((choice.loss for choice in choices), Fraction(0))
    ways: dict[Fraction, int] = {Fraction(0): 1}
    for choice in choices:
        best, after = max(choice.utilities), dict[Fraction, int]()
        for loss, count in ways.items():
            for utility in choice.utilities:
                total = loss + best - utility
                if total <= most:
                    after[total] = after.get(total, 0) + count
        ways = after
    return Fraction(sum(ways.values()), prod(len(choice.utilities) for choice in choices))


@dataclass(frozen=True, slots=True)
class OptimisationPower(LiteratureDefinition):
    """Optimisation power of at least so many bits.

    With U the utilities of a choice (see `choices_of`), K the number of candidates, C(x) the word
    taken and N the number of choices, the power is

    - at `run-time`: the mean over x of -log2(#{a : U(x, a) >= U(x, C(x))} / K);
    - at `base` level: -log2 of the fraction of the K^N functions that choose candidates with a
      total utility of at least C's.

    Both are logarithms of rationals, P^(1/N) and F, so the threshold of b bits is decided by whole
    numbers: P^q <= 2^(-p N) or F^q <= 2^-p with b = p/q. The score is 1 if it is met, else 0. Where
    there is no choice (N = 0) power and score are 0, whatever b.

    A task that says only what is acceptable gives all its solvers the same power, its own.

    Arguments:
        bits: b, a fraction from 0 to 1024.
        level: a name of `LEVELS`.

    Raises `ArgumentError` for dials outside those ranges.

    Source: E. Yudkowsky, *Measuring Optimization Power*, 2008: how improbable an outcome at least
    as good is under random selection, in bits. Base level against run time: E. Hubinger et al.,
    *Risks from Learned Optimization*, 2019, section 2.1.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> xor = Circuit.parse(2, "g1 = a ^ b; out = g1")
    >>> print(OptimisationPower().judge(xor, parse_task("tt:2:6")).measured)
    1 bits
    >>> print(OptimisationPower(level="base").judge(xor, parse_task("tt:2:6")).measured)
    4 bits
    """

    bits: str = threshold(1, _MOST_BITS)
    level: str = dial("run-time", values=tuple(LEVELS))

    name: ClassVar[str] = "optimisation-power"
    tag: ClassVar[str] = "optimisation-power"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("level", "fraction", "at_least")
    source: ClassVar[str] = "Yudkowsky 2008; Hubinger et al. 2019, section 2.1"
    formula: ClassVar[str] = (
        "the mean over choices of -log2 of the fraction of candidates at least as good as the word "
        "taken (run time), or -log2 of the fraction of functions with at least its total utility "
        "(base level), is at least so many bits"
    )
    blind_to: ClassVar[str] = (
        "whatever happens inside the solver, how a task without utilities is solved, and "
        "whatever happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return whether the power is at least the threshold, with the power measured."""
        choices = choices_of(circuit, task)
        if choices is None:
            return self.not_applicable("an action in an episode has no utility of its own")
        if not choices:
            return self.unmet(Measured(Fraction(0), "bits"), note=NOTHING_ASKED)
        fraction, share = self._fraction(choices)
        measured = bits_of(fraction, share)
        if not self._enough(fraction, share):
            return self.unmet(measured)
        at_least = [choice.at_least for choice in choices]
        witness = {"level": self.level, "fraction": str(fraction), "at_least": at_least}
        return self.met(witness, measured)

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds, by sorting each choice anew."""
        choices = choices_of(circuit, task)
        demand(choices is not None, "kind", "a task with utilities is needed")
        assert choices is not None
        demand(len(choices) > 0, "at_least", NOTHING_ASKED)
        ranks = []
        for choice in choices:
            ascending = sorted(choice.utilities)
            ranks.append(len(ascending) - ascending.index(choice.taken))
        demand(witness["level"] == self.level, "level", f"not {self.level}")
        demand(witness["at_least"] == ranks, "at_least", f"the ranks are {ranks}")
        fraction, share = self._fraction(choices)
        if self.level == "run-time":
            counts = [len(choice.utilities) for choice in choices]
            fraction = Fraction(prod(ranks), prod(counts))
        demand(witness["fraction"] == str(fraction), "fraction", f"it is {fraction}")
        demand(self._enough(fraction, share), "fraction", f"less than {self.bits} bits")

    def _fraction(self, choices: Sequence[Choice]) -> tuple[Fraction, int]:
        # The fraction, and among how many choices its bits are shared.
        if self.level == "base":
            return base_level_fraction(choices), 1
        return run_time_fraction(choices), len(choices)

    def _enough(self, fraction: Fraction, share: int) -> bool:
        bound = Fraction(self.bits)
        p, q = bound.numerator, bound.denominator
        return bool(fraction.numerator**q << p * share <= fraction.denominator**q)
