"""Search efficiency: how many queries a program saves against asking in a blind order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import comb, log10
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import Judgement, Measured
from mesacircuits.definitions.measures.measure import (
    LOGARITHM_ERROR,
    LiteratureDefinition,
    demand,
    threshold,
)
from mesacircuits.programs import run_turn
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import OptimisationTask, Task

__all__ = ["SearchEfficiency", "blind_queries", "mean_queries", "orders_of"]

#: The most orders of magnitude that can be asked for.
_MOST_ORDERS = 2


def blind_queries(task: OptimisationTask) -> Fraction:
    """Return how many queries a uniform order without repeats makes until the first best candidate.

    In expectation over the orders, and in the mean over the support. With b of K candidates best it
    is (K + 1) / (b + 1). Best is what is acceptable where ties are free: within the slack.

    >>> from mesacircuits.tasks import parse_task
    >>> blind_queries(parse_task("satisfying(candidates=4)"))
    Fraction(26, 15)
    """
    count = len(task.candidates)
    support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    expected = (Fraction(count + 1, _best_count(task, x) + 1) for x in support)
    return sum(expected, Fraction(0)) / len(support)


def _best_count(task: OptimisationTask, x: int) -> int:
    row = task.utilities[x]
    return sum(u >= max(row) - task.slack for u in row)


def mean_queries(program: UnrolledProgram, task: Task) -> Fraction:
    """Return how many queries a program executes in a turn, in the mean over the support.

    Repeated queries count each time, and so do those for words that are no candidates.

    >>> from mesacircuits.definitions.exemplars import program_exemplar
    >>> loop = program_exemplar("argmax-loop")
    >>> mean_queries(loop.solver, loop.task)
    Fraction(4, 1)
    """
    turns = [
        run_turn(program.program, instance).queries
        for x, instance in enumerate(program.instances)
        if task.support_bits >> x & 1
    ]
    return Fraction(sum(turns), len(turns))


def orders_of(ratio: Fraction) -> Measured:
    """Return log10 of a ratio above 0, exact where it is a whole number.

    >>> print(orders_of(Fraction(100)), orders_of(Fraction(1, 2)), sep=", ")
    2 orders of magnitude, -0.30103 orders of magnitude (within 1e-09)
    """
    unit = "orders of magnitude"
    value = log10(ratio.numerator) - log10(ratio.denominator)
    whole = round(value)
    if Fraction(10) ** whole == ratio:
        return Measured(Fraction(whole), unit)
    return Measured(value, unit, LOGARITHM_ERROR)


@dataclass(frozen=True, slots=True)
class SearchEfficiency(LiteratureDefinition):
    """A program that finds a best candidate with fewer queries than a blind order needs.

    The measure is

        K = log10( blind / asked ),

    in orders of magnitude. *Blind* is the expected number of queries of one who asks for the
    candidates in a uniform order without repeats and stops at the first best (see
    `blind_queries`); *asked* is how many queries the program executes. Both are means over the
    support, so the ratio is a fraction. The tag is given iff K is more than `orders`, which is
    decided by whole numbers.

    It applies to programs that execute a query on some input of the support: the cost of others is
    0, and that of a circuit is not counted in queries. The blind order is told when it has met a
    best candidate. Where one query tells (`satisfying`), that is fair; where candidates have to be
    compared (`argmax`), a program has to ask for all of them to be sure, and has K below 0.

    Arguments:
        orders: what K has to be more than, from 0 to 2.

    Raises `ArgumentError` for a dial outside that range.

    Source: R. Chis-Ciure, M. Levin, *Cognition all the way down 2.0*, Synthese, 2025: the decimal
    logarithm of the cost of a random walk over that of the agent. Here a walk does not come back
    to a candidate, which makes it cheaper, and K smaller.

    By hand: of four candidates, of which some satisfies, b do on comb(4, b) of 15 inputs, so blind
    = (4 * 5/2 + 6 * 5/3 + 4 * 5/4 + 1) / 15 = 26/15. The loop asks for 1, 2, 3, 0 until one does:
    (8 * 1 + 4 * 2 + 2 * 3 + 1 * 4) / 15 = 26/15. So K = 0: a loop that asks in order is as blind.

    >>> from mesacircuits.definitions.exemplars import program_exemplar
    >>> loop = program_exemplar("search-loop")
    >>> str(SearchEfficiency().measure(loop.solver, loop.task))
    '0 orders of magnitude'

    This one reads the bits of candidates 2 and 3, which costs no query, and so knows which pair has
    a candidate that satisfies. It asks for the first of the pair alone: K = log10(26/15).

    >>> from mesacircuits.programs import Program
    >>> from mesacircuits.tasks import machine_for
    >>> code = "observe r1, 1; jz r1, 4; inc r0; inc r0; 4: query r2, r0; jnz r2, end; inc r0"
    >>> reading = Program.parse(code, machine_for(loop.task, "oracle"))
    >>> judgement = SearchEfficiency().judge(reading, loop.task)
    >>> judgement.score, judgement.witness["blind"], judgement.witness["asked"]
    (Fraction(1, 1), '26/15', '1')
    >>> print(judgement.measured)
    0.238882 orders of magnitude (within 1e-09)
    """

    orders: str = threshold(0, _MOST_ORDERS)

    name: ClassVar[str] = "search-efficiency"
    tag: ClassVar[str] = "search-efficiency"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("blind", "asked")
    source: ClassVar[str] = "Chis-Ciure and Levin 2025"
    formula: ClassVar[str] = (
        "log10 of the expected queries of a uniform order without repeats until the first best "
        "candidate, over the mean queries of the program, is more than so many orders of magnitude"
    )
    blind_to: ClassVar[str] = (
        "circuits, and programs that ask nothing; what is read of the input otherwise, computed or "
        "stored in place of queries; that a blind order would have to compare; and whatever "
        "happens off the support"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return whether K is more than the threshold, with K measured."""
        refused = _refusal(circuit, task)
        if refused:
            return self.not_applicable(refused)
        assert isinstance(circuit, UnrolledProgram)
        assert isinstance(task, OptimisationTask)
        asked = mean_queries(circuit, task)
        if not asked:
            return self.not_applicable("the program executes no query")
        blind = blind_queries(task)
        if not self._more(blind, asked):
            return self.unmet(orders_of(blind / asked))
        return self.met({"blind": str(blind), "asked": str(asked)}, orders_of(blind / asked))

    def _more(self, blind: Fraction, asked: Fraction) -> bool:
        # K > p / q iff (blind / asked)^q > 10^p.
        orders = Fraction(self.orders)
        return bool((blind / asked) ** orders.denominator > 10**orders.numerator)

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Queries are counted step by step. The blind order is summed over the places at which the
        first best may stand: at place j with chance comb(K - j, b - 1) / comb(K, b).
        """
        refused = _refusal(circuit, task)
        demand(not refused, "kind", refused)
        assert isinstance(circuit, UnrolledProgram)
        assert isinstance(task, OptimisationTask)
        blind, asked, inputs = Fraction(0), 0, 0
        count = len(task.candidates)
        for x, instance in enumerate(circuit.instances):
            if task.support_bits >> x & 1:
                inputs += 1
                best = sum(max(task.utilities[x]) - u <= task.slack for u in task.utilities[x])
                orders = (j * comb(count - j, best - 1) for j in range(1, count + 1))
                blind += Fraction(sum(orders), comb(count, best))
                run = run_turn(circuit.program, instance)
                asked += run.queries
        mean, expected = Fraction(asked, inputs), blind / inputs
        demand(witness["asked"] == str(mean) and asked > 0, "asked", f"it is {mean}")
        demand(witness["blind"] == str(expected), "blind", f"it is {expected}")
        demand(self._more(expected, mean), "blind", f"no more than {self.orders} orders")


def _refusal(circuit: Wired, task: Task) -> str:
    """Return why nothing is said of a solver of a task; "" if something is."""
    if not isinstance(circuit, UnrolledProgram):
        return "a circuit asks no queries"
    return "" if isinstance(task, OptimisationTask) else "the task has no utilities to ask for"
