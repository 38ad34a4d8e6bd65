"""The claim `diversity-assumptions`: f does not depend on N, nor N on how instances are cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Claim, Finding, Table, Verdict
from mesacircuits.conjectures.claims.programs.diversity_model import (
    SEARCHING,
    check_instances,
    instances_task,
    minima_of,
    names_of,
    table_code_bits,
)
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask, machine_for

__all__ = ["DIVERSITY_ASSUMPTIONS", "chunks_of"]


@dataclass(frozen=True)
class _Refit:
    """The shortest program without a table for N instances."""

    instances: int
    cost: int
    program: str
    searching: bool


@dataclass(frozen=True)
class _Chunks:
    """N instances cut into equal chunks, each solved by a program of its own.

    `bits` are those of all programs, `searching` the share that searches, on average over chunks.
    """

    chunks: int
    size: int
    bits: int
    searching: Fraction


def chunks_of(task: OptimisationTask, chunks: int) -> list[OptimisationTask]:
    """Return a task cut into so many: the first has every so manieth instance from the first on.

    >>> [f"{chunk.support_bits:b}" for chunk in chunks_of(instances_task(3, 6), 2)]
    ['10101', '101010']
    """
    support = task.support_bits
    inputs = [x for x in range(support.bit_length()) if support >> x & 1]
    return [
        replace(task, support=sum(1 << x for x in inputs[chunk::chunks]), label="")
        for chunk in range(chunks)
    ]


def _run(settings: Settings, effort: Effort) -> Finding:
    candidates, whole = settings.whole("candidates"), settings.whole("whole")
    check_instances("whole", whole, candidates)
    check_instances("instances", max(settings.wholes("instances")), candidates)
    refits: list[_Refit] = []
    chunked: list[_Chunks] = []
    left_open: list[str] = []
    try:
        for number in settings.wholes("instances"):
            task = instances_task(candidates, number)
            minima = minima_of(task, SEARCHING, effort)
            names = names_of(minima)
            code = "; ".join(map(str, minima.programs[0].code)) or "nothing"
            refits.append(_Refit(number, minima.minima[0].program.bits, code, SEARCH_LIKE in names))
        for chunks in (c for c in range(1, whole + 1) if whole % c == 0):
            bits, shares = 0, Fraction(0)
            for chunk in chunks_of(instances_task(candidates, whole), chunks):
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
    costs = {refit.cost for refit in refits}
    shares = {cut.searching for cut in chunked}
    whole = settings.whole("whole")
    steady = len(costs) == 1 and len(shares) == 1
    verdict = Verdict.HELD if steady else Verdict.REFUTED
    if left_open:
        verdict, answer = Verdict.INCONCLUSIVE, "the budget ended before all were found."
    else:
        last = refits[-1].cost
        settled = max((r.instances for r in refits if r.cost != last), default=0)
        searching = [cut.chunks for cut in chunked if cut.searching == 1]
        tables = [cut.chunks for cut in chunked if cut.searching == 0]
        answer = (
            f"f(log2 K) refitted for each N has {counted(len(costs), 'value')}, from {min(costs)} "
            f"to {counted(max(costs), 'bit')}, and is {last} from N = "
            f"{settled + 1} on; {whole} instances cut "
            f"into {_listed(searching)} are all solved by search, into {_listed(tables)} never."
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


def _listed(chunks: list[int]) -> str:
    return f"{', '.join(map(str, chunks))} chunks" if chunks else "no number of chunks"


def _tables(whole: int, refits: list[_Refit], chunked: list[_Chunks]) -> tuple[Table, ...]:
    return (
        Table(
            "The cost f of all bits of run-time optimisation, refitted for each N:",
            ("N", "f in bits", "searches", "a shortest program without a table"),
            tuple((r.instances, r.cost, "yes" if r.searching else "no", r.program) for r in refits),
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
        "f(log2 K), the bits of the shortest program without a table that gives the best of K "
        "candidates on N instances, refitted for each N; and a number of instances cut into equal "
        "chunks, each of which a program of its own solves: the share of its shortest programs "
        "that search."
    ),
    question="Is f the same for every N, and the answer the same for every partition?",
    blind_to=(
        "instances that are not spread evenly over the rankings, chunks that are unequal or cut "
        "otherwise than by taking every so manieth instance"
    ),
    parameters=(
        Parameter("candidates", 4, "candidates K of a ranking", least=2, most=4),
        Parameter("instances", tuple(range(1, 25)), "numbers of instances N", least=1, most=24),
        Parameter("whole", 24, "how many instances are cut into chunks", least=1, most=24),
    ),
    run=_run,
    quick={"instances": (1, 2, 5, 6), "whole": 6},
)
