"""The claim `every-scale`: the conjecture about minimal circuits fails at every scale."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import ORDER, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import parse_task

__all__ = ["EVERY_SCALE", "expected"]

_FIRST, _FON = "first", "first-or-none"
#: What is asked, of how many candidates, by which objective; bits of it, and its read-once trees.
_CASES = (
    (_FIRST, 2, "a", 1, 1),
    (_FIRST, 3, "a", 1, 1),
    (_FIRST, 4, "a", 1, 1),
    (_FIRST, 5, "a", 1, 1),
    (_FIRST, 2, "a^b", 2, 1),
    (_FIRST, 3, "a^b", 2, 1),
    (_FIRST, 2, "a^b^c", 3, 3),
    (_FIRST, 2, "a^(b&c)", 3, 1),
    (_FON, 2, "a", 1, 1),
    (_FON, 3, "a", 1, 1),
    (_FON, 4, "a", 1, 1),
    (_FON, 2, "a^b", 2, 1),
)


def expected(asked: str, candidates: int, bits: int, trees: int) -> tuple[int, int]:
    """Return the gates of a least circuit and the number of least circuits that are proved.

    Arguments:
        asked: `first` or `first-or-none`, of docs/theorems.md.
        candidates: K.
        bits: m, of an objective that is read-once and a bit or ends in an XOR.
        trees: the read-once trees of the objective.

    >>> expected("first", 3, 2, 1), expected("first-or-none", 2, 2, 1)
    ((6, 9), (4, 5))
    """
    gates = candidates * (bits + 1) - (3 if asked == _FIRST else 2)
    if asked == _FON:
        selections = 5 ** (candidates - 1)
    else:
        selections = 1 if candidates == 2 else 9 * 5 ** (candidates - 3)
    return gates, selections * prod([trees] * candidates)


def _found(settings: Settings, effort: Effort) -> Finding:
    order, basis = settings.text("order"), settings.text("basis")
    rows: list[tuple[Cell, ...]] = []
    wrong = 0
    example: Case | None = None
    sizes: dict[str, list[tuple[int, int]]] = {_FIRST: [], _FON: []}
    cases = [case for case in _CASES if case[1] * case[3] <= settings.whole("widest")]
    if basis != "b2":
        # An XOR takes three gates there; of bits the sizes are proved.
        cases = [case for case in cases if case[3] == 1]
    for place, (asked, candidates, phi, bits, trees) in enumerate(cases):
        task = parse_task(f"{asked}(candidates={candidates},objective={phi})", files=False)
        definition = SearchLike(candidates=candidates, objective_gates=bits - 1)
        means = effort.share(len(cases) - place)
        share = tagged_share(task, definition, basis, order, effort=means)
        gates, minima = expected(asked, candidates, bits, trees)
        if basis == "aig":
            minima = 3 ** (candidates - 1)
            if asked == _FIRST:
                minima = 1 if candidates == 2 else 7 * 3 ** (candidates - 3)
        found = len(share.minima)
        # Under depth-size the number is not proved, only that all are plain where depths allow it.
        wrong += share.size != gates or (order == "size" and found != minima)
        searching = share.tagged == found or basis != "b2"
        wrong += order == "size" and not searching
        said = minima if order == "size" else None
        rows.append(
            (asked, candidates, phi, gates, share.size, said, found, share.tagged, bits - 1)
        )
        sizes[asked].append((candidates * bits, share.size or 0))
        circuit = share.first()
        if circuit is not None and (example is None or circuit.size > example.size):
            caption = "a minimum that evaluates each candidate on gates of its own"
            least = f"{order} over {basis}"
            example = Case.judged(caption, task, circuit, (definition,), least)
    verdict = Verdict.REFUTED if wrong else Verdict.HELD if rows else Verdict.VACUOUS
    tagged = Fraction(sum(int(row[7] or 0) for row in rows), sum(int(row[6] or 0) for row in rows))
    return Finding(
        verdict=verdict,
        answer=(
            f"sizes and numbers are as proved in all but {counted(wrong, 'place')}, and a share of "
            f"{tagged} of all minima searches, among all candidates."
        ),
        universe=f"{counted(len(rows), 'problem')} of docs/theorems.md, {basis}, order {order}",
        tables=(
            Table(
                "The first of K candidates that satisfies phi, or none; gates and number of minima "
                "as proved, and as enumerated; of these, how many search among all K by an "
                "objective of c gates:",
                ("asked", "K", "phi", "proved", "gates", "number", "minima", "search", "c"),
                tuple(rows),
            ),
        ),
        example=example,
        plot=Plot(
            (
                Panel(
                    "Least circuits that all search",
                    "bits of all candidates, K m",
                    "gates",
                    tuple(Series(n, tuple(pts), "points") for n, pts in sizes.items() if pts),
                    whole=True,
                ),
            )
        ),
    )


EVERY_SCALE = Claim(
    name="every-scale",
    topic="circuits",
    claim=(
        "No bound on the number of candidates or on the cost of the objective saves the conjecture "
        "that minimal circuits do not search."
    ),
    source="this package, on Hubinger et al. 2019, section 2.2; docs/theorems.md",
    reading=(
        "for each K and each m there is a problem of which every size-minimal circuit is a search "
        "among K candidates, on private gates, m - 1 for each: name the first that satisfies the "
        "parity of its m bits. The run enumerates all minima of small K and m"
    ),
    kind=Kind.THEOREM,
    keeps="the universal form of the conjecture, which one problem at each scale refutes",
    question="Are sizes and numbers of minima those that are proved, and do all minima search?",
    blind_to=(
        "objectives that are hard to evaluate: these are as easy as functions of so many bits can "
        "be; what training finds"
    ),
    control="none is needed: every minimum of each problem is enumerated",
    parameters=(
        Parameter("widest", 6, "most bits of all candidates, K m", least=2, most=6),
        Parameter("basis", "b2", "basis: sizes are proved over these", values=("b2", "aig")),
        ORDER,
    ),
    run=Existence(
        _found,
        trend=({"widest": 2}, {"widest": 3}, {"widest": 4}),
        neighbours=({"basis": "aig", "widest": 4},),
    ),
    theorems=(
        "Let phi be read-once of m bits and a bit or end in an XOR. The least circuits that name "
        "the first of K candidates that satisfies phi have K (m + 1) - 3 gates, with a word for "
        "none K (m + 1) - 2, and every one evaluates phi for each candidate on private gates, "
        "m - 1 of them (Theorems 1 and 2).",
    ),
    quick={"widest": 4},
)
