"""The claim `diversity-assumptions`: f does not depend on N, nor N on how instances are cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import factorial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.claims.programs.diversity_model import (
    SEARCHING,
    check_instances,
    instances_task,
    minima_of,
    names_of,
    table_code_bits,
)
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.programs import ProgramMinima
from mesacircuits.programs import run_turn
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask, machine_for
from mesacircuits.tasks.program_inputs import instances_for

__all__ = ["DIVERSITY_ASSUMPTIONS", "chunks_of"]


@dataclass(frozen=True)
class _Refit:
    """The shortest programs without a table for N instances, and how they do on the others."""

    instances: int
    cost: int
    program: str
    searching: bool
    held_out: Fraction | None


@dataclass(frozen=True)
class _Chunks:
    """N instances cut into equal chunks, each solved by a program of its own.

    `bits` are those of all programs, `searching` the share that searches, on average over chunks.
    """

    chunks: int
    size: int
    bits: int
    searching: Fraction


def chunks_of(task: OptimisationTask, chunks: int, cut: str = "in turn") -> list[OptimisationTask]:
    """Return a task cut into so many equal parts.

    Arguments:
        task: the instances, which are its support.
        chunks: how many parts.
        cut: `in turn`: the first has every so manieth instance from the first on; or `in blocks`:
            the first has the first ones.

    >>> [f"{chunk.support_bits:b}" for chunk in chunks_of(instances_task(3, 6), 2)]
    ['10101', '101010']
    >>> [f"{chunk.support_bits:b}" for chunk in chunks_of(instances_task(3, 6), 2, "in blocks")]
    ['111', '111000']
    """
    support = task.support_bits
    inputs = [x for x in range(support.bit_length()) if support >> x & 1]
    size = len(inputs) // chunks
    parts = [
        inputs[chunk::chunks] if cut == "in turn" else inputs[chunk * size : (chunk + 1) * size]
        for chunk in range(chunks)
    ]
    return [replace(task, support=sum(1 << x for x in part), label="") for part in parts]


def _right(
    minima: ProgramMinima, seen: OptimisationTask, whole: OptimisationTask
) -> Fraction | None:
    """Return the share of instances not seen on which shortest programs are right, in the mean."""
    others = whole.support_bits & ~seen.support_bits
    places = [x for x in range(others.bit_length()) if others >> x & 1]
    if not places:
        return None
    right = 0
    for program in minima.programs:
        given = instances_for(program, whole)
        right += sum(run_turn(program, given[x]).word in whole.best(x) for x in places)
    return Fraction(right, len(places) * len(minima.programs))


def _found(settings: Settings, effort: Effort) -> Finding:
    candidates, whole = settings.whole("candidates"), settings.whole("whole")
    check_instances("whole", whole, candidates)
    check_instances("instances", max(settings.wholes("instances")), candidates)
    refits: list[_Refit] = []
    chunked: list[_Chunks] = []
    left_open: list[str] = []
    every = instances_task(candidates, factorial(candidates))
    try:
        for number in settings.wholes("instances"):
            task = instances_task(candidates, number)
            minima = minima_of(task, SEARCHING, effort)
            names = names_of(minima)
            code = "; ".join(map(str, minima.programs[0].code)) or "nothing"
            bits = minima.minima[0].program.bits
            right = _right(minima, task, every)
            refits.append(_Refit(number, bits, code, SEARCH_LIKE in names, right))
        for chunks in (c for c in range(1, whole + 1) if whole % c == 0):
            bits, shares = 0, Fraction(0)
            cut = settings.text("cut")
            for chunk in chunks_of(instances_task(candidates, whole), chunks, cut):
                minima = minima_of(chunk, "oracle-search", effort)
                names = names_of(minima)
                bits += minima.minima[0].program.bits
                shares += Fraction(names.get(SEARCH_LIKE, 0), len(minima.minima))
            chunked.append(_Chunks(chunks, whole // chunks, bits, shares / chunks))
    except BudgetEnded:
        left_open.append(f"instances from {len(refits) + 1} on, or partitions")
    return _finding(settings, refits, chunked, left_open)


def _finding(
    settings: Settings, refits: list[_Refit], chunked: list[_Chunks], left_open: list[str]
) -> Finding:
    # Without luck: those that are right on all that they were not fitted to.
    sure = [refit for refit in refits if refit.held_out == 1]
    totals = {cut.bits for cut in chunked}
    whole = settings.whole("whole")
    steady = len({refit.cost for refit in sure}) == 1 and len(totals) == 1
    verdict = Verdict.HELD if steady else Verdict.REFUTED
    if left_open:
        verdict, answer = Verdict.INCONCLUSIVE, "the budget ended before all were found."
    else:
        fixed = sorted({refit.cost for refit in sure})
        first = min((refit.instances for refit in sure), default=0)
        lucky = sorted({refit.cost for refit in refits if refit.held_out not in (None, 1)})
        answer = (
            f"f(log2 K) in bits, fitted to N instances, is {_numbers(lucky)} where the program is "
            f"wrong on others, and {_numbers(fixed)} where it is right on all, from N = {first} "
            f"on; to cut {counted(whole, 'instance')} into so many chunks as "
            f"{_numbers([c.chunks for c in chunked])} takes in all, in bits, "
            f"{_numbers([c.bits for c in chunked])}."
        )
    return Finding(
        verdict,
        answer,
        f"rankings of {counted(settings.whole('candidates'), 'candidate')}, "
        f"{counted(len(refits), 'number')} of "
        f"instances, {counted(len(chunked), 'partition')} of {whole}",
        _tables(whole, refits, chunked),
        None,
        (
            "For few instances a short program may happen to be right on all of them without "
            "searching: so f falls below what search costs.",
        ),
        tuple(left_open),
        _plot(settings, refits, chunked),
    )


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _tables(whole: int, refits: list[_Refit], chunked: list[_Chunks]) -> tuple[Table, ...]:
    return (
        Table(
            "The cost f of all bits of run-time optimisation, fitted to each N; held out: the "
            "share of the other rankings on which the shortest programs are right:",
            ("N", "f in bits", "held out", "searches", "a shortest program without a table"),
            tuple(
                (r.instances, r.cost, r.held_out, "yes" if r.searching else "no", r.program)
                for r in refits
            ),
        ),
        Table(
            f"{whole} instances cut into chunks, each solved by a shortest program of its own:",
            ("chunks", "N of a chunk", "bits in all", "search-like"),
            tuple((c.chunks, c.size, c.bits, c.searching) for c in chunked),
        ),
    )


def _plot(settings: Settings, refits: list[_Refit], chunked: list[_Chunks]) -> Plot:
    task = instances_task(settings.whole("candidates"), 1)
    base = table_code_bits(machine_for(task, "oracle-search"))
    entry = task.outputs
    table = tuple((r.instances, base + entry * r.instances) for r in refits)
    refit = (
        Series("f refitted", tuple((r.instances, r.cost) for r in refits), "points"),
        Series("a table instead", table),
    )
    cuts = (Series("share that searches", tuple((c.size, c.searching) for c in chunked), "points"),)
    return Plot(
        (
            Panel("f depends on N", "instances N", "bits", refit),
            Panel("N depends on the chunks", "instances of a chunk", "search-like", cuts, (), 1),
        )
    )


DIVERSITY_ASSUMPTIONS = Claim(
    name="diversity-assumptions",
    topic="programs",
    claim="The model of diversity assumes that f does not depend on N, and that N is given.",
    source="Hubinger et al. 2019, section 2.1, in its footnotes",
    reading=(
        "f(log2 K), the bits of the shortest programs without a table that give the best of K "
        "candidates on N instances, fitted for each N; those that are right on all instances held "
        "out did so without luck. And a number of instances cut into equal chunks, each of which a "
        "program of its own solves: the bits in all."
    ),
    kind=Kind.EXISTENCE,
    keeps="both assumptions, one by one; that f is a cost of optimising, not of chance",
    question="Without luck, is f the same for every N, and do chunks cost the same however cut?",
    blind_to="instances that are not spread evenly over the rankings; chunks that are unequal",
    control="the rankings that were held out: exact, all of them",
    parameters=(
        Parameter("candidates", 4, "candidates K of a ranking", least=2, most=4),
        Parameter("instances", tuple(range(1, 25)), "numbers of instances N", least=1, most=24),
        Parameter("whole", 24, "how many instances are cut into chunks", least=1, most=24),
        Parameter("cut", "in turn", "how chunks are cut", values=("in turn", "in blocks")),
    ),
    run=Existence(
        _found,
        trend=(
            {"candidates": 2, "instances": (1, 2), "whole": 2},
            {"candidates": 3, "instances": tuple(range(1, 7)), "whole": 6},
        ),
        neighbours=({"cut": "in blocks"}, {"whole": 12}),
    ),
    quick={"instances": (1, 2, 5, 6), "whole": 6},
)
