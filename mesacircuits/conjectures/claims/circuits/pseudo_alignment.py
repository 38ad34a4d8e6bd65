"""The claim `pseudo-alignment`: a proxy that agrees in training is as good a mesa-objective."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.conjectures.claim import (
    BASIS,
    Case,
    Cell,
    Claim,
    Evidence,
    Finding,
    Kind,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import SearchLike, definition_named, describe_definition
from mesacircuits.enumeration import SIZE, Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.nulls import Unit, permuted
from mesacircuits.studies.objectives import RELATIONS, OffSupport, objective_of
from mesacircuits.studies.orbits import Moves, bit_moves, orbits_of
from mesacircuits.tables import counted
from mesacircuits.tasks import OptimisationTask, parse_task
from mesacircuits.tasks.library.choices import choice_label

__all__ = ["PSEUDO_ALIGNMENT", "Problem", "problems"]

#: The significance level.
_LEVEL = Fraction(1, 100)
#: What may become of ties. Of two candidates `last` is `first`, the candidates exchanged and the
#: output inverted, and so no neighbour.
_TIES = ("first", "last", "free", "excluded")
_OTHER_TIES = ("first", "free", "excluded")


# -- what training says ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What training says: the vectors of features that occur, and the utility of each.

    Attributes:
        table: for each vector of features 0 if it does not occur, else 1 more than its utility.
        levels: how many values a utility may have.
        stands_for: how many such tables it stands for, itself included.

    >>> problem = Problem((1, 2, 2, 0), 2, 4)
    >>> f"{problem.training:04b}", [*problem.utilities()]
    ('0111', [(0, 1, 1, 0), (0, 1, 1, 1)])
    """

    table: tuple[int, ...]
    levels: int
    stands_for: int

    @property
    def training(self) -> int:
        """D, as an integer whose bit f says whether vector f occurs."""
        return sum(bool(entry) << f for f, entry in enumerate(self.table))

    @property
    def vectors(self) -> int:
        """How many vectors occur."""
        return self.training.bit_count()

    @property
    def features(self) -> int:
        """The number m of features."""
        return len(self.table).bit_length() - 1

    @property
    def fixed(self) -> tuple[int, ...]:
        """The features that have one value in training."""
        inside = [f for f, entry in enumerate(self.table) if entry]
        return tuple(t for t in range(self.features) if len({f >> t & 1 for f in inside}) == 1)

    @property
    def ends_in_xor(self) -> bool:
        """Whether Theorem 3 applies, of two free features: all their values, U there their XOR."""
        inside = [f for f, entry in enumerate(self.table) if entry]
        free = [t for t in range(self.features) if t not in self.fixed]
        if len(free) != 2 or len(inside) != 4:
            return False
        parity = {(sum(f >> t & 1 for t in free) % 2, self.table[f]) for f in inside}
        return len(parity) == 2

    def utilities(self) -> Iterator[tuple[int, ...]]:
        """Yield every utility that agrees with what training says."""
        choices = [range(self.levels) if not e else (e - 1,) for e in self.table]
        yield from product(*choices)


def problems(features: int, levels: int, vectors: int) -> list[Problem]:
    """Return one of each class of problems of two candidates, fewest vectors first.

    Features are permuted and inverted. The order of utilities is reversed as well: the better of
    two candidates by U is the worse by -U, so that the circuits are the same, with the candidates
    exchanged. Left out are problems in which all vectors that occur have one utility.

    Arguments:
        features, levels: m and L.
        vectors: at most so many vectors occur.

    >>> [problem.table for problem in problems(1, 2, 2)]
    [(2, 1)]
    >>> len(problems(2, 2, 4)), sum(problem.stands_for for problem in problems(2, 2, 4))
    (7, 50)
    """
    tables = [
        table
        for table in product(range(levels + 1), repeat=1 << features)
        if len({*table} - {0}) > 1 and sum(map(bool, table)) <= vectors
    ]
    own = bit_moves(features)
    values = np.array([[0, *range(1, levels + 1)], [0, *range(levels, 0, -1)]])
    found = orbits_of(tables, Moves.of(own, values))
    listed = [Problem(table, levels, size) for table, size in found]
    return sorted(listed, key=lambda problem: problem.vectors)


# -- what its minima do ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Solved:
    """The minima of a problem.

    Attributes:
        problem: what training says.
        size: their gates.
        searching: for each minimum whether it is search-like.
        wrong: for each on how many pairs of a utility that agrees with training, and an input off
            the support, it is wrong.
        pairs: how many such pairs there are.
        slips: for each on how many inputs off the support it is wrong on which all those utilities
            ask for the same.
        settled: how many such inputs there are.
        related: how many pairs of such a utility and a search-like minimum have each relation.
        ways: of the utilities, how many have an aligned search among the minima and another, an
            aligned one alone, and others alone.
        objectives: how many objectives search-like minima evaluate.
        reading: how many minima read a feature that is constant in training.
    """

    problem: Problem
    size: int
    searching: tuple[bool, ...]
    wrong: tuple[int, ...]
    pairs: int
    slips: tuple[int, ...]
    settled: int
    related: tuple[int, ...]
    ways: tuple[int, int, int]
    objectives: int
    reading: int

    @property
    def tagged(self) -> int:
        return sum(self.searching)

    @property
    def leaves_out(self) -> bool:
        return self.problem.vectors < len(self.problem.table)

    @property
    def aligned(self) -> int:
        """How many utilities have an aligned search among the minima, where that is open.

        It is not where training leaves nothing out, nor where a feature is constant in it: no
        minimum reads that one, as is proved.
        """
        is_open = self.leaves_out and not self.problem.fixed
        return self.ways[0] + self.ways[1] if is_open else 0

    def error(self, searching: bool) -> Fraction | None:
        """Return the mean error off the support of minima that search, or of those that do not."""
        return self._share(self.wrong, self.pairs, searching)

    def slip(self, searching: bool) -> Fraction | None:
        """Return the same of the inputs on which all utilities that agree ask for the same."""
        return self._share(self.slips, self.settled, searching)

    def _share(self, counts: Sequence[int], whole: int, searching: bool) -> Fraction | None:
        own = [n for n, tag in zip(counts, self.searching, strict=True) if tag == searching]
        return Fraction(sum(own), len(own) * whole) if own and whole else None

    @property
    def errors(self) -> tuple[Fraction, Fraction] | None:
        """The mean errors of search-like minima and of the others; None unless there are both."""
        one, other = self.error(True), self.error(False)
        return None if one is None or other is None else (one, other)

    def to_json(self) -> list[Any]:
        searching = [int(tag) for tag in self.searching]
        errors = list(self.wrong), self.pairs, list(self.slips), self.settled
        counts = list(self.related), list(self.ways), self.objectives, self.reading
        return [self.size, searching, *errors, *counts]

    @classmethod
    def of_json(cls, problem: Problem, value: Sequence[Any]) -> _Solved:
        size, searching, wrong, pairs, slips, settled, *counts = value
        related, ways, objectives, reading = counts
        both, alone, others = map(int, ways)
        return cls(
            problem,
            int(size),
            tuple(map(bool, searching)),
            tuple(map(int, wrong)),
            int(pairs),
            tuple(map(int, slips)),
            int(settled),
            tuple(map(int, related)),
            (both, alone, others),
            int(objectives),
            int(reading),
        )


@dataclass(frozen=True)
class _Setting:
    """What a run depends on beside the means."""

    features: int
    levels: int
    vectors: int
    ties: str
    basis: Basis
    definition: SearchLike

    def task(self, problem: Problem, utility: Sequence[int]) -> OptimisationTask:
        return OptimisationTask.of_utility(
            utility, 2, problem.features, ties=self.ties, training=problem.training
        )

    def minima(self, problem: Problem, effort: Effort) -> tuple[Circuit, ...]:
        task = self.task(problem, next(problem.utilities()))
        return enumerate_minima(task, self.basis, SIZE, effort).all_found().minima

    def solved(self, problem: Problem, minima: Sequence[Circuit], effort: Effort) -> _Solved:
        """Return what the minima of a problem do; raises `BudgetEnded` when there is no time."""
        tasks = [self.task(problem, utility) for utility in problem.utilities()]
        groups: dict[object, list[Circuit]] = {}
        searching = []
        for circuit in minima:
            if effort.left() <= 0:
                raise BudgetEnded
            witness = self.definition.judge(circuit, tasks[0]).witness
            searching.append(witness is not None)
            if witness is not None:
                # What it evaluates does not depend on the utility; how that is related to it does.
                key = replace(objective_of(witness, tasks[0]), relation="")
                groups.setdefault(key, []).append(circuit)
        related: Counter[str] = Counter()
        ways, wrong, pairs = [0, 0, 0], [0] * len(minima), 0
        asked = [OffSupport.of(task) for task in tasks]
        settled = asked[0].inputs
        for off in asked:
            settled &= off.inputs
            for right, first in zip(off.right, asked[0].right, strict=True):
                settled &= ~(right ^ first)
        for task, off in zip(tasks, asked, strict=True):
            pairs += off.inputs.bit_count()
            for place, circuit in enumerate(minima):
                wrong[place] += off.wrong(circuit).bit_count()
            here = set()
            for circuits in groups.values():
                witness = self.definition.judge(circuits[0], task).witness
                assert witness is not None
                relation = objective_of(witness, task).relation
                related[relation] += len(circuits)
                here.add(relation)
            if here:
                alone = here == {"aligned"}
                ways[1 if alone else 0 if "aligned" in here else 2] += 1
        both, alone_ways, others = ways
        return _Solved(
            problem,
            minima[0].size,
            tuple(searching),
            tuple(wrong),
            pairs,
            tuple((asked[0].wrong(circuit) & settled).bit_count() for circuit in minima),
            settled.bit_count(),
            tuple(related[relation] for relation in RELATIONS),
            (both, alone_ways, others),
            len(groups),
            sum(_reads(circuit, problem) for circuit in minima),
        )


def _reads(circuit: Circuit, problem: Problem) -> bool:
    """Return whether a circuit reads a feature that is constant in training."""
    fixed = {problem.features * i + t for i in (0, 1) for t in problem.fixed}
    read = {w for gate in circuit.gates for w in gate.operands}
    read |= {output.wire for output in circuit.outputs}
    return bool(read & fixed)


# -- the null --------------------------------------------------------------------------------------


def _placement(found: Iterable[_Solved]) -> tuple[list[int], Fraction | None]:
    """Return in how many problems searches err less, as much, and more; and p of their errors.

    Minima of one problem are compared (`studies/nulls.py`): p is twice that of the smaller tail, at
    most 1, and where marks are drawn the upper end of its interval. None if there is nothing to
    compare.
    """
    counts, units = [0, 0, 0], []
    for solved in found:
        if solved.errors is None:
            continue
        one, other = solved.errors
        counts[1 + (one > other) - (one < other)] += 1
        units += [
            Unit(solved.problem, tag, Fraction(wrong, solved.pairs))
            for wrong, tag in zip(solved.wrong, solved.searching, strict=True)
        ]
    test = permuted(units)
    if test.is_vacuous:
        return counts, None
    return counts, min(Fraction(1), 2 * min(test.above[1], test.below[1]))


# -- the run ---------------------------------------------------------------------------------------


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    if not isinstance(definition, SearchLike) or definition.objective != "own":
        said = describe_definition(definition)
        raise ArgumentError("definition", "search-like, with objective=own", said)
    basis = basis_named(settings.text("basis"))
    own = _Setting(
        settings.whole("features"),
        settings.whole("levels"),
        settings.whole("vectors"),
        settings.text("ties"),
        basis,
        definition,
    )
    universe = (
        f"two candidates of {counted(own.features, 'feature')}, all utilities of {own.levels} "
        f"levels, trained on at most {counted(own.vectors, 'vector')}, ties {own.ties}, "
        f"{basis.name}, order size"
    )
    if not basis.free_inverters:
        # Features are inverted, and the order of utilities is reversed, at no cost.
        raise ArgumentError("basis", "one with free inverters, such as b2 or aig", basis.name)
    kept = KeptParts(effort, "pseudo-alignment 1", settings)
    known: dict[tuple[str, Problem], tuple[Circuit, ...]] = {}
    survey = partial(_surveyed, kept=kept, known=known)
    try:
        found = survey(own, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    deciding = [each for each in found if each.aligned]
    alone = [each for each in deciding if each.ways[1]]
    verdict = _verdict(found)
    neighbours, open_lines = _neighbours(own, found, survey, effort)
    example, unmade = within_budget(partial(_example, own, deciding, alone, effort))
    counts, chance = _placement(found)
    notes = [
        "Forced by counting, and no finding: minima depend on what training says alone, while a "
        "search evaluates one phi. With two levels just one of all utilities that agree with "
        f"training is phi, so over all utilities {_counting(found)}",
        "The question leaves out D in which a feature is constant: there Theorem 3 answers. "
        "Elsewhere a proxy beside an aligned search is not forced: it would have one everywhere "
        "if among the predicates that continue what training says no one were cheapest alone, "
        "and nowhere if one always were.",
        "Errors are means over all utilities that agree with training. A class is compared where "
        "it has minima of both kinds, which are matched in all but the tag: size, support, and "
        "what is right; p is of the sum of the errors of searches, two-sided, with the tag "
        "exchanged among the minima of each class. Were some utilities likelier than others, the "
        "errors would be others.",
        "In part forced: where one candidate, which training shows, settles the answer, a circuit "
        "that chooses by a phi that agrees in training cannot be wrong, and others can (the "
        "columns settled). Elsewhere it may be wrong less often or more often than they.",
    ]
    left_open = [*open_lines, *unmade]
    return Finding(
        verdict=verdict,
        answer=_answer(found, deciding, alone, counts, chance),
        universe=universe,
        tables=(
            _objectives_table(found),
            _errors_table(found),
            _theorem_table(found, basis),
            neighbours,
        ),
        example=example,
        notes=tuple(notes),
        left_open=tuple(left_open),
        plot=_plot(found),
        evidence=Evidence(neighbours={str(row[0]): Verdict(row[1]) for row in neighbours.rows[1:]}),
    )


def _surveyed(
    setting: _Setting,
    effort: Effort,
    *,
    kept: KeptParts,
    known: dict[tuple[str, Problem], tuple[Circuit, ...]],
) -> list[_Solved]:
    """Return the minima of every problem, those that are `known` not searched for again."""
    listed = problems(setting.features, setting.levels, setting.vectors)
    found = []
    for problem in listed:

        def compute(problem: Problem = problem) -> list[Any]:
            key = setting.ties, problem
            if key not in known:
                known[key] = setting.minima(problem, effort)
            return setting.solved(problem, known[key], effort).to_json()

        dials = describe_definition(setting.definition)
        name = f"{setting.ties} {dials} {setting.levels} {problem.table}"
        found.append(_Solved.of_json(problem, kept.part(name, compute)))
    return found


def _verdict(found: Iterable[_Solved]) -> Verdict:
    deciding = [each for each in found if each.aligned]
    if not deciding:
        return Verdict.VACUOUS
    return Verdict.REFUTED if any(each.ways[1] for each in deciding) else Verdict.HELD


def _counting(found: Sequence[_Solved]) -> str:
    of = [each for each in found if each.leaves_out and each.tagged]
    total = sum(each.problem.stands_for * sum(each.related) for each in of)
    aligned = sum(each.problem.stands_for * each.related[0] for each in of)
    if not total:
        return "nothing is counted here: no minimum searches."
    share = Fraction(aligned, total)
    return (
        "a share of 2^-v of the search-like minima is aligned, where v vectors are left out "
        f"(here {float(share):.4f} on the whole, for whatever circuits are minimal)."
    )


def _answer(
    found: Sequence[_Solved],
    deciding: Sequence[_Solved],
    alone: Sequence[_Solved],
    counts: Sequence[int],
    chance: Fraction | None,
) -> str:
    classes = counted(len(found), "class", "classes")
    if not deciding:
        return f"in none of {classes} of problems is an aligned search minimal."
    beside = len(deciding) - len(alone)
    said = (
        f"of {counted(len(deciding), 'class', 'classes')} in which training leaves vectors out, no "
        f"feature constant, and a search is minimal, in {beside} a proxy is minimal beside each "
        f"aligned one, in {len(alone)} an aligned one stands alone"
    )
    if chance is None:
        return f"{said}; none has minima of both kinds to compare off S."
    less, equal, more = counts
    clear = "" if chance < _LEVEL else ", so no evidence of a difference"
    return (
        f"{said}; off S searches err less than the other minima in {less}, as much in {equal}, "
        f"more in {more} (p = {float(chance):.3g}{clear})."
    )


def _by_training(found: Sequence[_Solved]) -> dict[str, list[_Solved]]:
    """Return the problems by the training set, up to symmetry."""
    grouped: dict[tuple[int, int], list[_Solved]] = {}
    for each in found:
        problem = each.problem
        own = bit_moves(problem.features)
        occurs = np.array(problem.table)[own] > 0
        least = min(int(row @ (1 << np.arange(len(row)))) for row in occurs)
        grouped.setdefault((problem.vectors, least), []).append(each)
    return {
        TruthTable(each[0].problem.features, training).hex: each
        for (_, training), each in sorted(grouped.items())
    }


def _weighted(found: Iterable[_Solved], place: int) -> int:
    return sum(each.problem.stands_for * each.related[place] for each in found)


def _objectives_table(found: Sequence[_Solved]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for training, here in _by_training(found).items():
        total = sum(_weighted(here, place) for place in range(len(RELATIONS)))
        rivals = Fraction(total - _weighted(here, 0), total) if total else None
        deciding = [each for each in here if each.aligned]
        rows.append(
            (
                training,
                here[0].problem.vectors,
                len(here[0].problem.fixed),
                len(here),
                sum(bool(each.tagged) for each in here),
                len(deciding),
                sum(not each.ways[1] for each in deciding),
                max((each.objectives for each in here), default=0),
                rivals,
            )
        )
    heads = ("D", "vectors", "fixed", "classes", "search", "open", "beside", "phi", "not aligned")
    return Table(
        "By training set D, up to symmetry: vectors in it; features constant in it; classes of "
        "what training says; those with a search-like minimum; of these those in which D leaves "
        "vectors out and no feature constant, and of those the ones in which each aligned search "
        "has a proxy beside it; the most "
        "objectives of one class; over all utilities, the share of search-like minima whose "
        "objective is a proxy, or neither:",
        heads,
        tuple(rows),
    )


def _errors_table(found: Sequence[_Solved]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    both = {
        training: [each for each in here if each.errors is not None]
        for training, here in _by_training(found).items()
    }
    every = [each for here in both.values() for each in here]
    for training, here in [*both.items(), ("all", every)]:
        if not here:
            continue
        counts, chance = _placement(here)
        means = [_mean(each.error(tag) for each in here) for tag in (True, False)]
        slips = [_mean(each.slip(tag) for each in here) for tag in (True, False)]
        rows.append((training, len(here), counts[0], counts[2], *means, *slips, _shown(chance)))
    return Table(
        "Errors off S where a class has search-like and other minima: classes; in how many "
        "searches err less, and more; mean error of searches, and of the others; and of these "
        "on inputs on which all utilities that agree with training ask for the same:",
        ("D", "classes", "less", "more", "searches", "others", "settled", "others'", "p"),
        tuple(rows),
    )


def _mean(shares: Iterable[Fraction | None]) -> str | None:
    known = [share for share in shares if share is not None]
    return f"{float(sum(known, Fraction(0)) / len(known)):.4f}" if known else None


def _shown(chance: Fraction | None) -> str | None:
    return None if chance is None else f"{float(chance):.3g}"


def _theorem_table(found: Sequence[_Solved], basis: Basis) -> Table:
    fixed = [each for each in found if each.problem.fixed]
    xor = [each for each in fixed if each.problem.ends_in_xor]
    covered = "" if basis.name in ("b2", "aig") else f" (which says nothing over {basis.name})"
    rows: list[tuple[Cell, ...]] = []
    for name, here in (("a feature is constant", fixed), ("and U is an XOR of two others", xor)):
        minima = sum(len(each.searching) for each in here)
        reading = sum(each.reading for each in here)
        rows.append((name, len(here), minima, reading, sum(each.tagged for each in here)))
    return Table(
        f"Theorem 3 checked{covered}: minima that read a feature that is constant in training, "
        "and that search:",
        ("training", "classes", "minima", "read it", "search-like"),
        tuple(rows),
    )


def _neighbours(
    own: _Setting, found: Sequence[_Solved], survey: Any, effort: Effort
) -> tuple[Table, list[str]]:
    """Return the verdict at neighbouring settings, one changed at a time, and what was left open.

    But for fewer vectors they are those of two features, where each takes a moment.
    """
    small = replace(own, features=2, vectors=4)
    asked = [(f"2 features, ties {ties}", replace(small, ties=ties)) for ties in _OTHER_TIES]
    asked.append(("2 features, 3 levels", replace(small, levels=3)))
    for gates in (0, 2):
        changed = own.definition.with_dials({"objective_gates": gates})
        asked.append((f"2 features, c = {gates}", replace(small, definition=changed)))
    rows: list[tuple[Cell, ...]] = [_neighbour("as asked", found)]
    for vectors in range(2, own.vectors):
        fewer = [each for each in found if each.problem.vectors <= vectors]
        rows.append(_neighbour(f"at most {vectors} vectors", fewer))
    left_open = []
    for name, setting in asked:
        try:
            rows.append(_neighbour(name, found if setting == own else survey(setting, effort)))
        except BudgetEnded:
            left_open.append(f"{name}: the budget ended first")
    same = sum(row[1] == rows[0][1] for row in rows[1:])
    return (
        Table(
            f"The verdict at neighbouring settings, {same} of {len(rows) - 1} as asked; vacuous: "
            "nothing decides it; c: least gates of an objective; open: classes in which an "
            "aligned search is minimal and D leaves vectors out, but no feature constant; beside: "
            "those in which each has a proxy beside it; less, more: classes in which searches err "
            "less, and more, off S:",
            ("setting", "verdict", "open", "beside", "less", "more", "p"),
            tuple(rows),
        ),
        left_open,
    )


def _neighbour(name: str, found: Sequence[_Solved]) -> tuple[Cell, ...]:
    deciding = [each for each in found if each.aligned]
    counts, chance = _placement(found)
    said = _verdict(found).value
    beside = sum(not each.ways[1] for each in deciding)
    return (name, said, len(deciding), beside, counts[0], counts[2], _shown(chance))


def _example(
    setting: _Setting, deciding: Sequence[_Solved], alone: Sequence[_Solved], effort: Effort
) -> Case | None:
    """Return a smallest aligned search that stands alone; if none does, a smallest proxy."""
    relation, caption = "aligned", "an aligned search without a proxy that is as small"
    if not alone:
        relation, caption = "proxy", "a search for a proxy, as small as the aligned one"
    for solved in sorted(alone or deciding, key=lambda each: each.size):
        problem = solved.problem
        minima = setting.minima(problem, effort)
        for utility in problem.utilities():
            label = choice_label(
                utility, 2, problem.features, ties=setting.ties, training=problem.training
            )
            task = parse_task(label, files=False)
            assert isinstance(task, OptimisationTask)
            for circuit in minima:
                witness = setting.definition.judge(circuit, task).witness
                if witness is None or witness["objective"]["relation"] != relation:
                    continue
                objective = objective_of(witness, task)
                return Case.judged(
                    f"{caption}: it evaluates {objective}",
                    task,
                    circuit,
                    (setting.definition,),
                    f"size over {setting.basis.name}",
                )
    return None


def _plot(found: Sequence[_Solved]) -> Plot:
    grouped = _by_training(found)
    names = tuple(f"D = {training}" for training in grouped)
    shares = []
    for place, here in enumerate(grouped.values()):
        deciding = [each for each in here if each.aligned]
        beside = sum(not each.ways[1] for each in deciding)
        shares.append((place, Fraction(beside, len(deciding)) if deciding else 0))
    points = tuple(each.errors for each in found if each.errors is not None)
    both = [error for pair in points for error in pair] or [Fraction(0), Fraction(1)]
    ends = min(both), max(both)
    return Plot(
        (
            Panel(
                "A proxy beside each aligned search",
                "share of classes",
                "",
                (Series("classes", tuple(shares)),),
                names=names,
                most=1,
            ),
            Panel(
                "Error off S, a point for each class",
                "other minima",
                "search-like minima",
                (
                    Series("classes", tuple((other, one) for one, other in points), "points"),
                    Series("equal", tuple((end, end) for end in ends)),
                ),
            ),
        )
    )


PSEUDO_ALIGNMENT = Claim(
    name="pseudo-alignment",
    topic="circuits",
    claim=(
        "To what is selected in training, a proxy that agrees with the base objective there is as "
        "good a mesa-objective."
    ),
    source=(
        "Hubinger et al. 2019, section 3.1, and Shimi and Demski, review thread on inner alignment"
    ),
    reading=(
        "choices between two candidates by a utility U of their features; training shows a set D "
        "of vectors of features, S = D x D. A search-like minimum evaluates a phi of a "
        "candidate's own features: aligned with U, a proxy that agrees in training, or neither. "
        "All D, all U, all minima"
    ),
    kind=Kind.EXISTENCE,
    keeps="what selection by size can tell apart",
    question=(
        "Where training leaves vectors out, but no feature constant, and an aligned search is "
        "minimal, is a search for a proxy always minimal beside it?"
    ),
    blind_to=(
        "how training moves; utilities that are not equally likely, more than two candidates, "
        "contexts, and how bad a wrong choice is"
    ),
    parameters=(
        Parameter("features", 3, "features m of each candidate", least=1, most=3),
        Parameter("vectors", 6, "at most so many vectors in D", least=2, most=8),
        Parameter("levels", 2, "values L of a utility", least=2, most=3),
        Parameter("ties", "first", "what becomes of ties", values=_TIES),
        BASIS,
        Parameter("definition", "search-like", "search-like, with its dials", names="definition"),
    ),
    run=_run,
    theorems=(
        "Where training leaves a feature constant, no gate of a minimum over b2 or aig reads it; "
        "and if U on D is read-once in the others and ends in an XOR, every minimum searches, "
        "among all candidates, for what U is on D (Theorem 3).",
    ),
    control=(
        "the other minima of the same problems: exact, by placing the tag at random among the "
        "minima of each class; and utilities, all that agree with training"
    ),
    quick={"features": 2},
)
