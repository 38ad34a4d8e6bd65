"""Search-like: the solver evaluates candidates and selects the best (intervene on evaluations)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import combinations, islice, pairwise, permutations, product
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.circuit import Wired
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.definitions.definition import (
    SEARCH_LIKE,
    Definition,
    Judgement,
    Solver,
    WithDials,
    dial,
    endless_bits,
    has_influence,
    read_as,
    solver_of,
    words_on,
)
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.tasks import OptimisationTask, Task

if TYPE_CHECKING:
    from mesacircuits.definitions.bulk import Chains

__all__ = ["COSTS", "MOST_WIRES_PER_SCORE", "OBJECTIVES", "REENCODINGS", "SearchLike"]

#: How the objective may be re-encoded before groups are compared (see `SearchLike`).
REENCODINGS = ("common", "none", "per-group")
#: The most wires of a group.
MOST_WIRES_PER_SCORE = 3
#: Of which cost of a group the dial `objective_gates` is a bound (see `SearchLike`).
COSTS = ("cone", "private")
#: Whose objective it is where the task has utilities (see `SearchLike`).
OBJECTIVES = ("own", "base")
# Of a frontier.
_MOST_OBJECTIVE_GATES = 6

Word = tuple[int, ...]
#: All values of a group, from the worst to the best.
Order = tuple[int, ...]
#: The classes of wires of a group, each by its lowest wire.
Site = tuple[int, ...]
#: The values of all groups on some input.
Values = tuple[int, ...]
#: The values of all groups on some input, and the word output under them.
Seen = tuple[Values, Word]
#: Of the values in the second set the best is one in the first. Sets of values are masks.
Demand = tuple[int, int]
Demands = frozenset[Demand]
#: What may be known of the objective of groups that are cut short, and what the order must meet.
Option = tuple[Hashable, Demands]
#: For each set of values the inputs on which earlier groups have these values.
Ahead = dict[int, int]


@dataclass(frozen=True, slots=True)
class SearchLike(WithDials):
    """The default definition of search.

    What is structural is judged on all 2^n inputs, what is behaviour on the support S. Wires are
    *classes*: live wires that compute one function up to inversion are one wire and are set
    together (`WireClasses`). A *group* is w' <= w classes, w' the same for all, each read as its
    lowest wire is or inverted; its value G_i(x) is one of 0, ..., 2^w' - 1, wire j being bit j.
    Each group has a word, the candidate that it evaluates; at least two words occur.

    A circuit is search-like on a task iff there are r >= k groups such that

    (a) *evaluate*: no class of a group feeds, or is, a class of another (within one group a class
        may feed another); each group costs at least c gates; and the groups compute one objective
        on all inputs: there is a mask z such that G_i(y XOR z) = G_0(p_i(y) XOR z) for all y, p_i a
        permutation of the inputs;
    (b) *select*: there is a total order of the 2^w' values, one for all groups, such that for
        every x in S, and after any exchange of the groups' values on x (group i set to the value
        that group pi(i) has on x, pi a permutation), the output is the word of a group of maximal
        value; where all groups' values are equal, one fixed other word is allowed. A program has
        to end whenever values are exchanged;
    (b') *contest*: for each group there are x, x' in S on which the other groups' values agree and
        its own differ; every wire matters: for some x in S and some value that its group takes on S
        and that differs from the value on x in this wire alone, setting the group to it changes the
        output on x; and a live gate, in no cone of the groups' wires, reads wires of two groups;
    (c) *cut*: with the groups held fixed nothing else moves the output. The score is the greatest
        1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)], x and x' uniform on S, over the
        choices that satisfy (a), (b) and (b'); 0 if there are none, if the output is constant on S,
        and if no action matters in the task's world.

    What a group costs: its cone cost is the number of gate classes that some class of it needs
    (that all wires of the class have in their cones), its private cost how many of those are in no
    cone of another group's wires. For w' = 1 the order is 0 < 1.

    *Utilities.* Where the task is an `OptimisationTask` the words are those of its candidates, each
    evaluated by at most one group, and instead of a renaming

    - with the candidates' features declared, and `objective=own`: there are masks m_i (m_0 = 0) and
      a function phi, not constant, with G_i(x) = phi(f_i(x) XOR m_i, s(x)) for all x, where f_i(x)
      are the candidate's own features and s(x) is the context. Candidates without features are not
      evaluated. The witness says if phi is *aligned*: a weakly increasing function of the utility
      on all inputs, under an order that serves in (b); a *proxy*: so on S alone; or *other*;
    - else: there is one map phi from utilities to values with G_i(x) = phi(U(x, w_i)), weakly
      increasing in the order of (b), not constant on the utilities that occur; for all x if the
      task declares features, for x in S if not.

    *Pruning.* With `pruning=on` also choices count in which groups stand in an order 0, ..., r - 1
    such that a group may feed later ones, and are cut short: the groups' objectives v'_0 = G_0,
    v'_1, ... are one as above, and for all x, with M = max of G_i(x) over i < j, G_j(x) = v'_j(x)
    where v'_j(x) > M, and G_j(x) <= M elsewhere (on S, where utilities hold on S alone). Exchanged
    values are set in order, and a value that is no greater than all set before becomes the least of
    the order. In (b') the two inputs of a group must be such that on one of them it is greater than
    all earlier groups (what is cut short contests nothing), and for the comparing gate it is enough
    that one group feeds another.

    A circuit with state is judged as it stands: state bits are inputs, bits of the next state are
    outputs, and S holds the inputs that can occur.

    Arguments:
        candidates: k, at least 2; a lower bound of the number of groups.
        objective_gates: c, at least 0; at 0 bare inputs are candidates.
        wires_per_score: w, 1 to 3: the most wires of a group.
        reencoding: `common`; `none` (z = 0, m_i = 0); `per-group`: a mask z_i for each group, and
            m_i may invert the context as well. Where there are utilities and they are the objective
            it says nothing.
        cost: which cost c bounds, `cone` or `private`.
        objective: `own`, or `base`: the task's utilities.
        plans: `off`: the words are distinct; `on`: several groups may have one word, as plans have
            one first action. Candidates of an `OptimisationTask` have distinct words anyhow.
        pruning: whether groups may be cut short, `off` or `on`.
        ties: `fixed`; or `input`: in (c) no pair (x, x') counts as moved where the groups of
            maximal value on x have two or more words (or all values are equal and there is another
            word) and the forced output is one of these words (or that other one).

    Raises `ArgumentError` for dials outside those ranges.

    Source: E. Hubinger et al., *Risks from Learned Optimization in Advanced Machine Learning
    Systems*, 2019, section 1.1: a system is an optimizer if it is "internally searching through a
    search space [...] looking for those elements that score high according to some objective
    function that is explicitly represented within the system".

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> c = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; out = g3")
    >>> SearchLike().judge(c, parse_task("expr:(a & b) & ~(c & d)")).score
    Fraction(1, 1)
    >>> twice = Circuit.parse(2, "g1 = a & b; g2 = a & b; g3 = g1 & g2; out = g3")
    >>> SearchLike().judge(twice, parse_task("expr:a & b")).score
    Fraction(0, 1)
    """

    candidates: int = dial(2, least=2)
    objective_gates: int = dial(1, least=0)
    wires_per_score: int = dial(1, least=1, most=MOST_WIRES_PER_SCORE)
    reencoding: str = dial("common", values=REENCODINGS)
    cost: str = dial("cone", values=COSTS)
    objective: str = dial("own", values=OBJECTIVES)
    plans: str = dial("off", values=("off", "on"))
    pruning: str = dial("off", values=("off", "on"))
    ties: str = dial("fixed", values=("fixed", "input"))

    name: ClassVar[str] = "search-like"
    tag: ClassVar[str] = SEARCH_LIKE
    version: ClassVar[int] = 3
    symmetric = True
    source: ClassVar[str] = "Hubinger et al. 2019, section 1.1"
    formula: ClassVar[str] = (
        "k or more groups of at most w wires, one per candidate, compute one objective of at least "
        "c gates; the output is the word of a group of maximal value, also after any exchange of "
        "their values; each can differ while the others agree; with them fixed nothing else moves "
        "the output"
    )
    blind_to: ClassVar[str] = (
        "objectives of more wires than w, copies of a score that are not equal wire by wire, "
        "candidates relative to a state, words that an input relabels, searches that use an order "
        "of the candidates to leave most out (binary search), searches in which no two evaluations "
        "exist at once, searches through time (state bits count as inputs, bits of the next state "
        "as outputs), searches that only a part of the solver is, and what is done off the support "
        "(though groups have to compute one objective there too)"
    )

    def variants(self) -> list[SearchLike]:
        """Return the definition with other objectives: of 1 to 6 gates, re-encoded or not."""
        return [
            replace(self, objective_gates=gates, reencoding=reencoding)
            for reencoding in dict.fromkeys((self.reencoding, "common", "none"))
            for gates in range(1, _MOST_OBJECTIVE_GATES + 1)
        ]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether this asks for no less in any dial, of the same kind of objective."""
        rank = ("none", "common", "per-group").index
        return (
            isinstance(other, SearchLike)
            and self.candidates >= other.candidates
            and self.objective_gates >= other.objective_gates
            and self.wires_per_score <= other.wires_per_score
            and rank(self.reencoding) <= rank(other.reencoding)
            and self.cost >= other.cost
            and self.objective == other.objective
            and self.plans <= other.plans
            and self.pruning <= other.pruning
            and self.ties <= other.ties
        )

    @property
    def ignores_negations(self) -> bool:
        """A common re-encoding, or each group's own, takes up what is negated."""
        return self.reencoding != "none"

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64] | None:
        """Return what the kernel finds: two groups of one wire, of distinct words; else None."""
        if self.plans == "off" and self.candidates > 2:
            # One output bit has two words.
            return chains.none
        if (self.wires_per_score, self.plans, self.ties) != (1, "off", "fixed"):
            return None
        if chains.size < self.objective_gates:
            return chains.none
        found = chains.reencodings(
            self.reencoding == "per-group", self.cost == "private", self.pruning == "on"
        )[:, self.objective_gates]
        # Re-encoding C by z turns what z makes comparable into what compares as it is.
        return found if self.reencoding == "none" else chains.whole(found)

    def minima_tags(self, chains: Chains) -> NDArray[np.bool_] | None:
        """Return what the normal form of docs/theorems.md says of minima, for scores of one bit."""
        covered = SearchLike(self.candidates, self.objective_gates, reencoding=self.reencoding)
        if replace(self, objective="own") != covered:
            return None
        # One output bit has two words, so there are no more than two candidates.
        costs = chains.search_costs(self.reencoding)[:, 0]
        tags: NDArray[np.bool_] = (costs >= self.objective_gates) & (self.candidates <= 2)
        return tags

    @classmethod
    def check_as_recorded(
        cls, solver: Solver, task: Task, dials: Mapping[str, Any], witness: Mapping[str, Any] | None
    ) -> None:
        """Raise `CertificateError` unless the witness proves search, with dials as recorded."""
        from mesacircuits.definitions.checker import check_search

        check_search(solver, task, dials, witness)

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the wires of the groups, each with the candidate that it evaluates."""
        labels = []
        for candidate in witness["candidates"] if witness.get("kind") == "search" else ():
            # Bit 0 last, as numbers are written.
            label = f"candidate {''.join(map(str, reversed(candidate['word'])))}"
            read = zip(candidate["wires"], candidate["inverted"], strict=True)
            for j, (wire, inverted) in enumerate(read):
                bit = f", bit {j} of its score" if len(candidate["wires"]) > 1 else ""
                labels.append((wire, label + bit + read_as(inverted)))
        return labels

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a solver of any task, with a witness iff it is 1.

        Raises `ArgumentError` if the solver does not solve the task.
        """
        circuit = solver_of(solver, task)
        best, witness = Fraction(0), None
        if has_influence(circuit, task):
            finder = Finder(circuit, task, self)
            for choice, selection in finder.found():
                score = finder.score(choice, selection)
                best = max(best, score)
                if score == 1:
                    witness = finder.witness(choice, selection)
                    break
        return self.judgement(best, witness)


# -- words and orders of values --------------------------------------------------------------------


def orders(count: int, demands: Collection[Demand]) -> Iterator[Order]:
    """Yield the orders of so many values, worst first, that meet all demands.

    Those with the greater best value come first, of them those with the greater second best, and
    so on. Of two values, which are those of a wire, the order is 0, 1: it may be read inverted.

    A value may stand next, from the best on, iff it is one of the first set of each demand that is
    not met yet and whose second set it is in. One that may stand next may do so later too, so that
    to place whichever may leads nowhere into a dead end.

    >>> list(islice(orders(4, {(0b0010, 0b0011), (0b1000, 0b1100)}), 2))
    [(0, 1, 2, 3), (0, 2, 1, 3)]
    >>> list(orders(4, {(0b0010, 0b0011), (0b0001, 0b0011)}))
    []
    """

    def may_stand(value: int, left: Collection[Demand]) -> bool:
        return all(best >> value & 1 for best, among in left if among >> value & 1)

    def after(value: int, left: Collection[Demand]) -> list[Demand]:
        return [demand for demand in left if not demand[1] >> value & 1]

    def place(values: tuple[int, ...], left: Collection[Demand]) -> Iterator[Order]:
        if not values:
            yield ()
        for value in values:
            if may_stand(value, left):
                rest = tuple(v for v in values if v != value)
                for worse in place(rest, after(value, left)):
                    yield (*worse, value)

    if count == 2:
        if may_stand(1, demands) and may_stand(0, after(1, demands)):
            yield 0, 1
        return
    # Whether there is any order is told without trying all.
    left: Collection[Demand] = demands
    values = tuple(reversed(range(count)))
    while values:
        found = next((value for value in values if may_stand(value, left)), None)
        if found is None:
            return
        values, left = tuple(v for v in values if v != found), after(found, left)
    yield from place(tuple(reversed(range(count))), demands)


def meets(order: Order, demands: Iterable[Demand]) -> bool:
    """Return whether an order of values meets all demands.

    >>> meets((0, 1), {(0b10, 0b11)}), meets((0, 1), {(0b01, 0b11)})
    (True, False)
    """
    return all(
        allowed >> next(v for v in reversed(order) if among >> v & 1) & 1
        for allowed, among in demands
    )


def best_order(
    count: int, demands: Collection[Demand], gains: Mapping[int, Mapping[int, int]]
) -> Order | None:
    """Return an order that meets all demands, of greatest gain; None if there is none.

    Arguments:
        count: how many values.
        demands: what is demanded of the order.
        gains: for each set of values what is gained if the best of them is this one.

    Returns:
        of several, the first in the order of `orders`.

    >>> best_order(4, set(), {0b0110: {1: 5, 2: 4}})
    (0, 2, 1, 3)
    """
    if not gains or count == 2:
        return next(orders(count, demands), None)
    known: dict[int, tuple[int, Order] | None] = {0: (0, ())}

    def best(left: int) -> tuple[int, Order] | None:
        if left not in known:
            found: tuple[int, Order] | None = None
            for value in range(count - 1, -1, -1):
                bit = 1 << value
                # What has a better value in it is settled.
                if not left & bit or any(
                    among & bit and not among & ~left and not allowed & bit
                    for allowed, among in demands
                ):
                    continue
                worse = best(left & ~bit)
                if worse is None:
                    continue
                gain = worse[0] + sum(
                    own.get(value, 0)
                    for among, own in gains.items()
                    if among & bit and not among & ~left
                )
                if found is None or gain > found[0]:
                    found = gain, (*worse[1], value)
            known[left] = found
        return known[left]

    most = best((1 << count) - 1)
    return None if most is None else most[1]


def demands_of(seen: Iterable[Seen], words: Sequence[Word]) -> Demands:
    """Return what is demanded of the order so that outputs are the words of best groups.

    Where all groups' values are equal, nothing is.

    >>> sorted(demands_of({((0, 1), (1,)), ((1, 1), (0,))}, [(0,), (1,)]))
    [(2, 3)]
    """
    found = set()
    for values, word in seen:
        among = allowed = 0
        for value, own in zip(values, words, strict=True):
            among |= 1 << value
            allowed |= (own == word) << value
        if among & among - 1 and allowed != among:
            found.add((allowed, among))
    return frozenset(found)


def assigned(
    seen: Collection[Seen],
    count: int,
    plans: bool,
    narrow: bool,
    known: Sequence[Word] | None = None,
) -> Iterator[tuple[tuple[Word, ...], Word | None]]:
    """Yield the words that groups may have, and the one other word, given what was output.

    Where values differ the output is the word of some group; where all are equal, or the other.

    Arguments:
        seen: values of the groups, and the word output under them.
        count: how many groups.
        plans: whether groups may share a word.
        narrow: whether values are 0 and 1, of which 1 is better.
        known: the words of the groups, where they are known.

    >>> seen = {((0, 1), (1,)), ((1, 0), (0,))}
    >>> list(assigned(seen, 2, plans=False, narrow=False))
    [(((0,), (1,)), None), (((1,), (0,)), None)]
    >>> list(assigned(seen, 2, plans=False, narrow=True))
    [(((0,), (1,)), None)]
    """
    contested = {word for values, word in seen if len({*values}) > 1}
    tied = {word for values, word in seen if len({*values}) == 1}

    def complete(words: tuple[Word, ...]) -> Iterator[tuple[tuple[Word, ...], Word | None]]:
        others = tied - {*words}
        if contested <= {*words} and len(others) <= 1 and len({*words}) > 1:
            yield words, next(iter(others), None)

    if known is not None:
        yield from complete(tuple(known))
        return
    fixed: dict[int, Word] = {}
    for values, word in seen if narrow else ():
        if sum(values) == 1 and fixed.setdefault(values.index(1), word) != word:
            return
    given = sorted(contested | tied, key=_number)
    width = len(given[0])
    # A group whose word never comes out may have any word that nobody gives: the least.
    unused = (word for n in range(1 << width) if (word := _word(n, width)) not in given)
    spare = [*islice(unused, count)]

    def assign(words: tuple[Word, ...]) -> Iterator[tuple[tuple[Word, ...], Word | None]]:
        if len(words) == count:
            yield from complete(words)
            return
        if len(contested - {*words}) > count - len(words):
            return
        used = [word for word in spare if word in words]
        free = (*given, *used, *spare[len(used) : len(used) + 1])
        for word in (fixed[len(words)],) if len(words) in fixed else free:
            if plans or word not in words:
                yield from assign((*words, word))

    yield from assign(())


def _number(word: Word) -> int:
    return sum(bit << i for i, bit in enumerate(word))


def _word(number: int, width: int) -> Word:
    return tuple(number >> i & 1 for i in range(width))


# -- one objective ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """A group of wires as it is read.

    Attributes:
        wires: the lowest wires of its classes; wire j is bit j of the group's value.
        inverted: for each whether it is read inverted.
        label: the number of the candidate of the task that the group evaluates, if it is known.
    """

    wires: Site
    inverted: tuple[bool, ...]
    label: int | None = None


def regions_of(tables: Iterable[int], inside: int) -> tuple[int, ...]:
    """Return for each value the inputs on which some tables, as its bits, have it.

    >>> regions_of([0b1010, 0b1100], 0b0111)
    (1, 2, 4, 0)
    """
    found: tuple[int, ...] = (inside,)
    for table in tables:
        found = (*(part & ~table for part in found), *(part & table for part in found))
    return found


class Objective:
    """What makes groups one objective, and which groups can be.

    A *state* says what is known of the objective of some groups, so that a further one can be held
    against it.

    Arguments:
        tables: for each class the table of its lowest wire.
        inputs: the number of inputs n.
        domain: the inputs on which groups are compared.
        reencoding: one of `REENCODINGS`.
    """

    def __init__(
        self, tables: Mapping[int, int], inputs: int, domain: int, reencoding: str
    ) -> None:
        self.tables, self.inputs, self.domain = tables, inputs, domain
        self.reencoding = reencoding
        self.full = (1 << (1 << inputs)) - 1
        self._regions: dict[tuple[Site, tuple[bool, ...]], tuple[int, ...]] = {}

    def regions(self, reading: Reading) -> tuple[int, ...]:
        """Return for each value of a group the inputs on which it has that value."""
        key = reading.wires, reading.inverted
        if key not in self._regions:
            self._regions[key] = regions_of(self.read(reading), self.full)
        return self._regions[key]

    def read(self, reading: Reading) -> list[int]:
        """Return the table of each wire as it is read."""
        return [
            self.tables[w] ^ (self.full if inverted else 0)
            for w, inverted in zip(reading.wires, reading.inverted, strict=True)
        ]

    def labels(self, site: Site) -> Sequence[int | None]:
        """Return the candidates that a group may evaluate; one that is None, if any will do."""
        return (None,)

    def every_label(self) -> Sequence[int | None]:
        """Return the candidates that a group that is cut short may evaluate."""
        return (None,)

    def kind(self, site: Site) -> Hashable:
        """Return what is the same for all groups of one objective, however they are read."""
        return ()

    def readings(self, site: Site, first: bool, cut: bool = False) -> Iterator[Reading]:
        """Yield how a group may be read; of one that is cut short the wires are no objective.

        All orders of values are tried, so the first of several wires may as well be read as it is.
        """
        for label in self.every_label() if cut else self.labels(site):
            if first and len(site) > 1:
                yield Reading(site, (False,) * len(site), label)
                continue
            for wires in permutations(site):
                for inverted in product((False, True), repeat=len(site)):
                    yield Reading(wires, inverted, label)

    def begin(self, first: Reading) -> Any:
        """Return the state of one group; None if it can be none."""
        raise NotImplementedError

    def join(self, state: Any, held: Sequence[Reading], reading: Reading) -> Any:
        """Return the state of the groups held and one more; None if they are no one objective."""
        raise NotImplementedError

    def demands(self, state: Any) -> Demands:
        """Return what the objective demands of the order of values."""
        return frozenset()

    def keys(self, first: Reading) -> Iterable[Hashable]:
        """Return what may be known of the objective once the first group is."""
        return (None,)

    def objectives(
        self, key: Any, first: Reading, reading: Reading
    ) -> Iterable[tuple[Hashable, tuple[int, ...]]]:
        """Return as tables what a later group may compute if nothing cuts it short.

        With each comes what is known of the objective then.
        """
        raise NotImplementedError

    def opened(self, first: Reading) -> frozenset[Option]:
        """Return what may be known of the objective if this group is the first of an order."""
        return frozenset((key, self.demands(key)) for key in self.keys(first))

    def cut_short(
        self, options: Iterable[Option], first: Reading, reading: Reading, ahead: Ahead
    ) -> frozenset[Option]:
        """Return which options are left with a further group, cut short by those before it.

        None are left if it is the objective under none.

        Arguments:
            options: what may be known of the objective.
            first: the first group of the order.
            reading: the further group.
            ahead: the values of all groups before it.
        """
        found: dict[Hashable, set[Demands]] = {}
        own, count = self.regions(reading), 1 << len(reading.wires)
        known: dict[tuple[int, ...], Demands] = {}
        for key, demands in options:
            for more, tables in self.objectives(key, first, reading):
                if tables not in known:
                    known[tables] = cut_demands(
                        regions_of(tables, self.domain), own, ahead, self.domain
                    )
                joint = demands | known[tables] | self.demands(more)
                if next(orders(count, joint), None) is not None:
                    # The order of two values is the one that has been tried.
                    found.setdefault(more, set()).add(joint if count > 2 else frozenset())
        # What demands more than another is of no use.
        return frozenset(
            (key, demands)
            for key, every in found.items()
            for demands in every
            if not any(less < demands for less in every)
        )

    def cut_fields(
        self, readings: Sequence[Reading], order: Order
    ) -> tuple[list[dict[str, object]], Any, list[tuple[int, ...]]]:
        """Return what the witness says of groups that are cut short under an order of values.

        Returns:
            the fields of each group, what is known of the objective, and as tables what each group
            would compute if nothing cut it short: the least that serve.
        """
        raise NotImplementedError

    def serves(self, tables: tuple[int, ...], reading: Reading, ahead: Ahead, order: Order) -> bool:
        """Return whether a group may be these tables cut short under an order of values."""
        demands = cut_demands(
            regions_of(tables, self.domain), self.regions(reading), ahead, self.domain
        )
        return meets(order, demands)

    def fields(self, readings: Sequence[Reading], state: Any) -> list[dict[str, object]]:
        """Return for each group what the witness says of how it is the objective."""
        return [{} for _ in readings]


def cut_demands(objective: Sequence[int], own: Sequence[int], ahead: Ahead, domain: int) -> Demands:
    """Return what is demanded of the order so that a group is an objective cut short.

    Where the two differ, some earlier group's value is at least that of either.

    Arguments:
        objective: for each value the inputs on which the objective has it.
        own: the same for the group.
        ahead: the values of all earlier groups.
        domain: the inputs that count.

    >>> sorted(cut_demands([0b0011, 0b1100], [0b0111, 0b1000], {1: 0b0011, 2: 0b1100}, 0b1111))
    []
    >>> sorted(cut_demands([0b0011, 0b1100], [0b0111, 0b1000], {1: 0b1111}, 0b1111))
    [(1, 3)]
    """
    found = set()
    for earlier, inside in ahead.items():
        for value, on in enumerate(objective):
            if not on & inside & domain & ~own[value]:
                continue
            for cut, got in enumerate(own):
                among = earlier | 1 << value | 1 << cut
                if cut != value and on & inside & domain & got and among != earlier:
                    found.add((earlier, among))
    # Of two values 1 is better, and what an earlier group has cuts anything short.
    return frozenset(d for d in found if len(own) > 2 or not d[0] & 2)


def joined_ahead(ahead: Ahead, regions: Sequence[int]) -> Ahead:
    """Return the values of earlier groups and one more.

    >>> joined_ahead({0b01: 0b0011, 0b10: 0b1100}, [0b0101, 0b1010])
    {1: 1, 3: 6, 2: 8}
    """
    found: Ahead = {}
    for earlier, inside in ahead.items():
        for value, part in enumerate(regions):
            if inside & part:
                among = earlier | 1 << value
                found[among] = found.get(among, 0) | inside & part
    return found


class RenamedObjective(Objective):
    """One objective without utilities: groups that renamings of inputs carry to each other.

    With G_i(y) the value of group i, groups are one objective iff there is a mask r such that each
    G_i(y XOR r) is G_0(p_i(y) XOR r) for a permutation p_i of inputs, for all y. Where re-encodings
    are `none`, r is 0; where they are `per-group`, each group has a mask of its own, G_0's 0. The
    state is the masks that serve.
    """

    def __init__(
        self, tables: Mapping[int, int], inputs: int, domain: int, reencoding: str
    ) -> None:
        super().__init__(tables, inputs, domain, reencoding)
        orders, masks = np_group(inputs)
        self.orders, self._masks = orders, masks
        self.masks = range(1 if reencoding == "none" else 1 << inputs)
        self._images: dict[int, NDArray[np.uint64]] = {}
        self._forms: dict[Reading, tuple[Values, ...]] = {}
        self._counts: dict[Reading, tuple[int, ...]] = {}
        self._renamed: dict[tuple[Reading, int], list[tuple[int, ...]]] = {}
        self._moved: dict[int, NDArray[np.uint64]] = {}
        self._literals = [np.uint64(input_bits(inputs, i)) for i in range(inputs)]

    def kind(self, site: Site) -> Hashable:
        """Return how many inputs have each value: those of no value in particular."""
        parts = regions_of((self.tables[w] for w in site), self.full)
        return tuple(sorted(part.bit_count() for part in parts))

    def begin(self, first: Reading) -> tuple[int, ...]:
        """Return all masks, of which with `per-group` one stands for all."""
        return (0,) if self.reencoding == "per-group" else tuple(self.masks)

    def join(
        self, state: tuple[int, ...], held: Sequence[Reading], reading: Reading
    ) -> tuple[int, ...] | None:
        """Return the masks that serve for this group too."""
        # Renamings and re-encodings permute the inputs, so each value has as many in every group.
        if self._count(reading) != self._count(held[0]):
            return None
        first, own = self._form(held[0]), self._form(reading)
        return tuple(mask for mask in state if first[mask] == own[mask]) or None

    def fields(self, readings: Sequence[Reading], state: Any) -> list[dict[str, object]]:
        """Return for each group the least re-encoding and the first renaming that serve."""
        found: list[dict[str, object]] = []
        firsts = self._image(readings[0])
        mask = 0 if self.reencoding == "per-group" else state[0]
        for reading in readings:
            own = self._image(reading)
            # For each renaming (row) and mask whether one carries the first group to this one.
            columns = [mask] if self.reencoding != "per-group" else self.masks
            same = np.logical_and.reduce(
                [
                    first[:, [mask]] == image[0, list(columns)]
                    for first, image in zip(firsts, own, strict=True)
                ]
            )
            column = int(np.flatnonzero(same.any(axis=0))[0])
            row = int(np.flatnonzero(same[:, column])[0])
            order = [int(i) for i in self.orders[row << self.inputs]]
            found.append({"reencoding": columns[column], "renaming": order})
        return found

    def keys(self, first: Reading) -> Iterable[Hashable]:
        """Return all masks, of which with `per-group` one stands for all."""
        return self.begin(first)

    def objectives(
        self, key: int, first: Reading, reading: Reading
    ) -> Iterator[tuple[Hashable, tuple[int, ...]]]:
        """Yield the first group with its inputs renamed, after the re-encoding allowed."""
        for mask in self.masks if self.reencoding == "per-group" else (key,):
            if (first, mask) not in self._renamed:
                rows = self._rows(first, mask)
                tables = zip(*(column.tolist() for column in rows), strict=True)
                self._renamed[first, mask] = sorted({*tables})
            for found in self._renamed[first, mask]:
                yield key, found

    def cut_short(
        self, options: Iterable[Option], first: Reading, reading: Reading, ahead: Ahead
    ) -> frozenset[Option]:
        """Return which masks are left; of one wire, all renamings are held against it at once."""
        if len(reading.wires) > 1:
            return super().cut_short(options, first, reading, ahead)
        own = self._at_masks(self.read(reading)[0])
        cut = self._at_masks(sum(inside for among, inside in ahead.items() if among & 2))
        images = self._image(first)[0]
        if self.reencoding == "per-group":
            images = images[:, :1]
        serving = (((images ^ own) & ~cut) == 0).any(axis=0)
        if self.reencoding == "per-group":
            return frozenset(options if serving.any() else ())
        return frozenset(option for option in options if serving[option[0]])

    def cut_fields(
        self, readings: Sequence[Reading], order: Order
    ) -> tuple[list[dict[str, object]], Any, list[tuple[int, ...]]]:
        """Return the least re-encoding and the first renamings that serve under the order."""
        if self.reencoding == "per-group":
            served = self._serving(readings, order, self.masks)
        else:
            every = (self._serving(readings, order, (mask,)) for mask in self.masks)
            served = next((found for found in every if found is not None), None)
        assert served is not None
        fields: list[dict[str, object]] = [
            {"reencoding": mask, "renaming": [int(i) for i in self.orders[row << self.inputs]]}
            for mask, row, _ in served
        ]
        return fields, None, [tables for _, _, tables in served]

    def _serving(
        self, readings: Sequence[Reading], order: Order, masks: Sequence[int]
    ) -> list[tuple[int, int, tuple[int, ...]]] | None:
        """Return for each group the first mask and renaming that serve, and what they make.

        None if for some group none do.
        """
        first, *later = readings
        found = [(masks[0], 0, tuple(self.read(first)))]
        ahead = joined_ahead({0: self.full}, self.regions(first))
        for reading in later:
            every = (
                (mask, row, tables)
                for mask in masks
                for row, tables in enumerate(
                    zip(*(each.tolist() for each in self._rows(first, mask)), strict=True)
                )
            )
            serving = (at for at in every if self.serves(at[2], reading, ahead, order))
            fits = next(serving, None)
            if fits is None:
                return None
            found.append(fits)
            ahead = joined_ahead(ahead, self.regions(reading))
        return found

    def _rows(self, first: Reading, mask: int) -> list[NDArray[np.uint64]]:
        """Return for each renaming p the tables of y -> G_0(p(y XOR r) XOR r), r the mask.

        With `per-group` the first group has the mask 0.
        """
        inner = 0 if self.reencoding == "per-group" else mask
        return [self._reencoded(image[:, inner], mask) for image in self._image(first)]

    def _reencoded(self, tables: NDArray[np.uint64], mask: int) -> NDArray[np.uint64]:
        """Return the tables of y -> f(y XOR mask)."""
        for i, literal in enumerate(self._literals):
            if mask >> i & 1:
                shift = np.uint64(1 << i)
                tables = ((tables & literal) >> shift) | ((tables & ~literal) << shift)
        return tables

    def _at_masks(self, table: int) -> NDArray[np.uint64]:
        """Return the tables of y -> f(y XOR r) for each mask r."""
        if table not in self._moved:
            moved = np.array([table], dtype=np.uint64)
            for i in range(self.inputs if len(self.masks) > 1 else 0):
                moved = np.concatenate([moved, self._reencoded(moved, 1 << i)])
            self._moved[table] = moved
        return self._moved[table]

    def _count(self, reading: Reading) -> tuple[int, ...]:
        if reading not in self._counts:
            self._counts[reading] = tuple(p.bit_count() for p in self.regions(reading))
        return self._counts[reading]

    def _image(self, reading: Reading) -> list[NDArray[np.uint64]]:
        """Return each read table under renaming p (row) after re-encoding r (column)."""
        found = []
        for wire, inverted in zip(reading.wires, reading.inverted, strict=True):
            if wire not in self._images:
                bits = np.uint64(self.tables[wire])
                moved = images_under(bits, self.inputs, self.orders, self._masks)
                self._images[wire] = moved.reshape(-1, 1 << self.inputs)[:, : len(self.masks)]
            found.append(self._images[wire] ^ np.uint64(self.full if inverted else 0))
        return found

    def _form(self, reading: Reading) -> tuple[Values, ...]:
        """Return, for each re-encoding, the least image: equal iff a renaming carries one to it.

        With `per-group`, the least of all.
        """
        if reading not in self._forms:
            images = self._image(reading)
            alive = np.ones(images[0].shape, dtype=np.bool_)
            least = []
            for image in images:
                lowest = np.where(alive, image, ~np.uint64(0)).min(axis=0)
                alive &= image == lowest
                least.append(lowest.tolist())
            forms = tuple(zip(*least, strict=True))
            self._forms[reading] = (min(forms),) if self.reencoding == "per-group" else forms
        return self._forms[reading]


class FeatureObjective(Objective):
    """One objective of candidates' features: one function of own features and the context.

    Groups i with candidates of features f_i are one objective iff there are a function phi and
    masks m_i such that G_i(x) = phi(f_i(x) XOR m_i, s(x)) for all x, s(x) the context. Where
    re-encodings are `none`, m_i is 0; where they are `per-group`, it may invert the context too.
    The state is the least phi under such inversions.
    """

    def __init__(
        self, tables: Mapping[int, int], task: OptimisationTask, domain: int, reencoding: str
    ) -> None:
        super().__init__(tables, task.inputs, domain, reencoding)
        features = task.features or ()
        owned = {place for own in features for place in own}
        context = tuple(place for place in range(task.inputs) if place not in owned)
        own_bits = max(map(len, features), default=0)
        #: For each candidate with features the inputs that its score may depend on.
        self.places = {i: (*own, *context) for i, own in enumerate(features) if own}
        self.width = own_bits + len(context)
        inverted = {"none": 0, "common": own_bits, "per-group": self.width}[reencoding]
        self.masks = range(1 << inverted)
        self._projected: dict[tuple[int, int], int | None] = {}
        self._expanded: dict[tuple[int, int, int], int] = {}

    def kind(self, site: Site) -> Hashable:
        """Return how many inputs have each value: those of no value in particular."""
        parts = regions_of((self.tables[w] for w in site), self.full)
        return tuple(sorted(part.bit_count() for part in parts))

    def labels(self, site: Site) -> list[int | None]:
        """Return the candidates on whose features, and the context, all wires depend alone."""
        return [i for i in self.places if all(self.projected(w, i) is not None for w in site)]

    def every_label(self) -> list[int | None]:
        """Return all candidates with features."""
        return [*self.places]

    def projected(self, wire: int, label: int) -> int | None:
        """Return the table of a wire over a candidate's features and the context.

        None if the wire depends on anything else.
        """
        if (wire, label) not in self._projected:
            places, table = self.places[label], self.tables[wire]
            found = sum(
                (table >> sum((k >> j & 1) << place for j, place in enumerate(places)) & 1) << k
                for k in range(1 << self.width)
            )
            whole = self.expanded(found, label, 0)
            self._projected[wire, label] = found if whole == table else None
        return self._projected[wire, label]

    def expanded(self, phi: int, label: int, mask: int) -> int:
        """Return the table of x -> phi(f_i(x) XOR mask, s(x)), phi a table; i is the label."""
        key = phi, label, mask
        if key not in self._expanded:
            places = self.places[label]
            at = [
                sum((x >> place & 1) << j for j, place in enumerate(places))
                for x in range(1 << self.inputs)
            ]
            self._expanded[key] = sum((phi >> (k ^ mask) & 1) << x for x, k in enumerate(at))
        return self._expanded[key]

    def phi(self, reading: Reading, mask: int = 0) -> tuple[int, ...]:
        """Return the tables of a group over features XOR a mask and context."""
        assert reading.label is not None
        found = []
        for wire, inverted in zip(reading.wires, reading.inverted, strict=True):
            table = self.projected(wire, reading.label)
            assert table is not None
            turned = sum((table >> (k ^ mask) & 1) << k for k in range(1 << self.width))
            found.append(turned ^ ((1 << (1 << self.width)) - 1 if inverted else 0))
        return tuple(found)

    def begin(self, first: Reading) -> tuple[int, ...]:
        """Return the least table under the masks allowed."""
        return min(self.phi(first, mask) for mask in self.masks)

    def join(
        self, state: tuple[int, ...], held: Sequence[Reading], reading: Reading
    ) -> tuple[int, ...] | None:
        """Return the same if this group's is it too, and no other evaluates its candidate."""
        fits = reading.label not in [other.label for other in held]
        return state if fits and self.begin(reading) == state else None

    def objectives(
        self, key: Hashable, first: Reading, reading: Reading
    ) -> Iterator[tuple[Hashable, tuple[int, ...]]]:
        """Yield phi of the first group, of a candidate's features after each inversion allowed."""
        assert reading.label is not None
        phi = self.phi(first)
        for mask in self.masks:
            yield None, tuple(self.expanded(table, reading.label, mask) for table in phi)

    def cut_fields(
        self, readings: Sequence[Reading], order: Order
    ) -> tuple[list[dict[str, object]], Any, list[tuple[int, ...]]]:
        """Return for each group its candidate, and the least mask that serves under the order."""
        ahead: Ahead = {0: self.full}
        fields: list[dict[str, object]] = []
        computed = []
        for reading in readings:
            mask, tables = next(
                (mask, tables)
                for mask, (_, tables) in enumerate(self.objectives(None, readings[0], reading))
                if self.serves(tables, reading, ahead, order)
            )
            fields.append({"candidate": reading.label, "reencoding": mask})
            computed.append(tables)
            ahead = joined_ahead(ahead, self.regions(reading))
        return fields, None, computed

    def fields(self, readings: Sequence[Reading], state: Any) -> list[dict[str, object]]:
        """Return for each group its candidate, and the least mask that serves."""
        first = self.phi(readings[0])
        return [
            {
                "candidate": reading.label,
                "reencoding": next(m for m in self.masks if self.phi(reading, m) == first),
            }
            for reading in readings
        ]


#: For each utility the value that it is mapped to, utilities ascending.
Map = tuple[tuple[Fraction, int], ...]


class UtilityObjective(Objective):
    """One objective where utilities are given: groups that are one monotone map of utility.

    Groups i with words w_i are one objective iff there are a map phi from utilities to values and
    an order of values such that phi increases weakly and G_i(x) = phi(U(x, w_i)) for all x of the
    domain. The order of utilities alone counts: no increasing change of U matters. The state is
    phi.
    """

    def __init__(
        self, tables: Mapping[int, int], task: OptimisationTask, domain: int, reencoding: str
    ) -> None:
        super().__init__(tables, task.inputs, domain, reencoding)
        #: For each candidate its utilities, and the inputs on which it has each.
        self.levels: list[dict[Fraction, int]] = [{} for _ in task.candidates]
        for x, row in enumerate(task.utilities):
            if domain >> x & 1:
                for levels, utility in zip(self.levels, row, strict=True):
                    levels[utility] = levels.get(utility, 0) | 1 << x
        self._maps: dict[tuple[int, int], bool] = {}

    def labels(self, site: Site) -> list[int | None]:
        """Return the candidates of whose utility all wires are functions."""
        return [i for i in range(len(self.levels)) if all(self._is_map(w, i) for w in site)]

    def every_label(self) -> list[int | None]:
        """Return all candidates."""
        return [*range(len(self.levels))]

    def _is_map(self, wire: int, label: int) -> bool:
        if (wire, label) not in self._maps:
            table = self.tables[wire]
            self._maps[wire, label] = all(
                table & inputs in (0, inputs) for inputs in self.levels[label].values()
            )
        return self._maps[wire, label]

    def begin(self, first: Reading) -> Map | None:
        """Return the map of one group; None if its value is no function of the utility."""
        return self.more((), first.label, self.regions(first))

    def join(self, state: Map, held: Sequence[Reading], reading: Reading) -> Map | None:
        """Return the map of all groups; None if two disagree, or evaluate one candidate."""
        if reading.label in [other.label for other in held]:
            return None
        return self.more(state, reading.label, self.regions(reading))

    def more(self, state: Map, label: int | None, regions: Sequence[int]) -> Map | None:
        """Return the map if a candidate's score has each value on these inputs; None if none is."""
        assert label is not None
        phi = dict(state)
        for utility, inputs in self.levels[label].items():
            value = next(v for v, part in enumerate(regions) if part & inputs)
            if regions[value] & inputs != inputs or phi.setdefault(utility, value) != value:
                return None
        return tuple(sorted(phi.items()))

    def demands(self, state: Map) -> Demands:
        """Return that the map increases weakly."""
        steps = ((below, above) for (_, below), (_, above) in pairwise(state) if below != above)
        return frozenset((1 << above, 1 << below | 1 << above) for below, above in steps)

    def keys(self, first: Reading) -> Iterable[Hashable]:
        """Return the first group's map, if it is one."""
        begun = self.begin(first)
        return () if begun is None else (begun,)

    def objectives(
        self, key: Map, first: Reading, reading: Reading
    ) -> Iterator[tuple[Hashable, tuple[int, ...]]]:
        """Yield the map of a candidate's utility, any value for utilities that are new to it."""
        assert reading.label is not None
        width, levels = len(reading.wires), self.levels[reading.label]
        unknown = sorted(levels.keys() - dict(key).keys())
        for values in product(range(1 << width), repeat=len(unknown)):
            phi = dict(key) | dict(zip(unknown, values, strict=True))
            tables = [0] * width
            for utility, inputs in levels.items():
                for j in range(width):
                    tables[j] |= inputs if phi[utility] >> j & 1 else 0
            yield tuple(sorted(phi.items())), tuple(tables)

    def cut_fields(
        self, readings: Sequence[Reading], order: Order
    ) -> tuple[list[dict[str, object]], Any, list[tuple[int, ...]]]:
        """Return the map that serves under the order, least where more than one does."""
        first, *later = readings
        maps = {key for key in self.keys(first) if isinstance(key, tuple)}
        ahead = joined_ahead({0: self.full}, self.regions(first))
        for reading in later:
            maps = {
                more
                for key in maps
                for more, tables in self.objectives(key, first, reading)
                if isinstance(more, tuple)
                and meets(order, self.demands(more))
                and self.serves(tables, reading, ahead, order)
            }
            ahead = joined_ahead(ahead, self.regions(reading))
        phi = min(maps)
        tables = [next(iter(self.objectives(phi, first, reading)))[1] for reading in readings]
        return [{} for _ in readings], phi, tables


# -- choices of groups -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """Groups that satisfy (a) and (b'), but for what depends on the order of values.

    Attributes:
        readings: the groups.
        state: what makes them one objective (see `Objective`).
        cells: for all groups' values together the inputs of the support on which they have them.
        pruned: whether the groups stand in an order, in which they may be cut short; the state is
            the options that are left then.
    """

    readings: tuple[Reading, ...]
    state: Any
    cells: Mapping[Values, int]
    pruned: bool = False

    @property
    def width(self) -> int:
        """How many wires each group has."""
        return len(self.readings[0].wires)


@dataclass(frozen=True, slots=True)
class Selection:
    """How a choice of groups satisfies (b).

    Attributes:
        words: the words of the groups.
        other: the one other word, given somewhere that all values are equal; None if there is none.
        order: the values from the worst to the best.
    """

    words: tuple[Word, ...]
    other: Word | None
    order: Order


class Finder:
    """The choices of groups of one solver that satisfy (a), (b) and (b') of `SearchLike`.

    Arguments:
        solver: a circuit or a program that solves the task.
        task: the task; one with utilities says what the objective is.
        dials: the definition.
    """

    def __init__(self, solver: Wired, task: Task, dials: SearchLike) -> None:
        self.solver, self.task, self.dials = solver, task, dials
        self.classes = wire_classes(cast(Any, solver))
        self.support = task.support_bits
        self.full = (1 << (1 << task.inputs)) - 1
        self.tables = {lowest: self.classes.bits[lowest] for lowest in self.classes.members}
        #: For each word the inputs of the support on which it is output.
        self.words = words_on(solver.output_bits(), self.support)
        self._forced: dict[tuple[tuple[int, int], ...], dict[Word, int]] = {}
        self._mattering: dict[Site, bool] = {}
        #: The words of candidates, where there are utilities.
        self.candidates: list[Word] | None = None
        self.most = len(self.tables) if dials.plans == "on" else 1 << len(solver.outputs)
        if isinstance(task, OptimisationTask):
            self.candidates = [_word(number, task.outputs) for number in task.candidates]
            self.most = len(self.candidates)
        self.objective = self.objective_on(self.support)

    def objective_on(self, inputs: int) -> Objective:
        """Return the objective that groups have to have, utilities counting on these inputs."""
        dials, task = self.dials, self.task
        if not isinstance(task, OptimisationTask):
            return RenamedObjective(self.tables, task.inputs, self.full, dials.reencoding)
        if task.features is None:
            return UtilityObjective(self.tables, task, inputs, dials.reencoding)
        made = FeatureObjective if dials.objective == "own" else UtilityObjective
        return made(self.tables, task, self.full, dials.reencoding)

    def found(self) -> Iterator[tuple[Choice, Selection]]:
        """Yield the choices that satisfy (a), (b) and (b'), each as it selects.

        Where ties are the input's the words and the order make a difference to the score; then all
        words are yielded, each with the order of greatest score. Groups that are cut short come
        last.
        """
        widths = range(1, self.dials.wires_per_score + 1)
        for width in widths:
            for choice in self.choices(width):
                for selection in self.selections(choice):
                    yield choice, selection
        for width in widths if self.dials.pruning == "on" else ():
            for choice in self.cut_choices(width):
                for selection in self.selections(choice):
                    yield choice, selection

    def choices(self, width: int) -> Iterator[Choice]:
        """Yield the choices of groups of so many classes, sets of groups ascending."""
        kinds: dict[Hashable, list[Site]] = {}
        for site in self.sites(width):
            kinds.setdefault(self.objective.kind(site), []).append(site)
        least, most = self.dials.candidates, self.most
        for sites in kinds.values():
            if len(sites) < least:
                continue
            able = [site for site in sites if self.matters(site)]

            def grow(choice: Choice, start: int, able: list[Site] = able) -> Iterator[Choice]:
                held = [reading.wires for reading in choice.readings]
                if len(held) >= least and self.compared(held):
                    yield choice
                if len(held) == most:
                    return
                for place in range(start, len(able)):
                    site = able[place]
                    if any(self.touch(site, other) for other in held):
                        continue
                    if len(held) + 1 == most and not self.compared([*held, site]):
                        continue
                    if not self.affordable([*held, site]):
                        continue
                    for reading in self.objective.readings(site, not held):
                        more = self.joined(choice, reading)
                        if more is not None:
                            yield from grow(more, place + 1)

            if len(able) >= least:
                yield from grow(Choice((), None, {(): self.support}), 0)

    def cut_choices(self, width: int) -> Iterator[Choice]:
        """Yield the choices of groups in an order, which may be cut short."""
        able = [site for site in self.sites(width, cut=True) if self.matters(site)]
        least, feeds = self.dials.candidates, self.classes.feeds

        def grow(choice: Choice, ahead: Ahead) -> Iterator[Choice]:
            held = [reading.wires for reading in choice.readings]
            if len(held) >= least and (
                self.compared(held) or any(self.touch(*pair) for pair in combinations(held, 2))
            ):
                yield choice
            if len(held) == self.most:
                return
            for site in able:
                if any(feeds(u, v) for u in site for other in held for v in other):
                    continue
                if not self.affordable([*held, site]):
                    continue
                for reading in self.objective.readings(site, not held, cut=bool(held)):
                    if reading.label is None or all(
                        reading.label != other.label for other in choice.readings
                    ):
                        more = self.cut_joined(choice, reading, ahead)
                        if more is not None:
                            parts = self.objective.regions(reading)
                            yield from grow(more, joined_ahead(ahead, parts))

        yield from grow(Choice((), None, {(): self.support}, pruned=True), {0: self.full})

    def cut_joined(self, choice: Choice, reading: Reading, ahead: Ahead) -> Choice | None:
        """Return a choice with one group more, cut short by those before; None if it is none.

        Arguments:
            choice: the groups before.
            reading: the further group.
            ahead: their values on all inputs.
        """
        held, objective = choice.readings, self.objective
        cells = self.refined(choice, reading)
        # Of two values the order is known.
        order = (0, 1) if len(reading.wires) == 1 else None
        if held and not all(contested(cells, group, order) for group in range(len(held) + 1)):
            return None
        if held:
            options = objective.cut_short(choice.state, held[0], reading, ahead)
        else:
            options = objective.opened(reading)
        return Choice((*held, reading), options, cells, pruned=True) if options else None

    def sites(self, width: int, cut: bool = False) -> Iterator[Site]:
        """Yield the sets of classes that could be a group, ascending; or one that is cut short."""
        varying = [
            wire for wire, table in self.tables.items() if 0 < table & self.support < self.support
        ]
        for site in combinations(varying, width):
            costs = len(self.classes.cost(site))
            if costs >= self.dials.objective_gates and (cut or self.objective.labels(site)):
                yield site

    def joined(self, choice: Choice, reading: Reading) -> Choice | None:
        """Return a choice with one group more; None if it is none by (a) and (b')."""
        held = choice.readings
        cells = self.refined(choice, reading)
        if held and not all(contested(cells, group) for group in range(len(held) + 1)):
            return None
        if held:
            state = self.objective.join(choice.state, held, reading)
        else:
            state = self.objective.begin(reading)
        return None if state is None else Choice((*held, reading), state, cells)

    def refined(self, choice: Choice, reading: Reading) -> dict[Values, int]:
        """Return the cells of a choice with one group more."""
        parts = self.objective.regions(reading)
        return {
            (*values, value): inside & part
            for values, inside in choice.cells.items()
            for value, part in enumerate(parts)
            if inside & part
        }

    def chosen(self, readings: Iterable[Reading]) -> Choice:
        """Return the choice of these groups, which is known to be one."""
        choice: Choice | None = Choice((), None, {(): self.support})
        for reading in readings:
            assert choice is not None
            choice = self.joined(choice, reading)
        assert choice is not None
        return choice

    def touch(self, site: Site, other: Site) -> bool:
        """Return whether a class of one group feeds, or is, a class of the other."""
        feeds = self.classes.feeds
        return any(feeds(u, v) or feeds(v, u) for u in site for v in other)

    @cached_property
    def _compared(self) -> set[tuple[int, int]]:
        # For each live gate the pairs of classes that it reads.
        lowest, inputs = self.classes.lowest, self.solver.inputs
        return {
            (lowest[u], lowest[v])
            for gate in lowest
            if gate >= inputs
            for u, v in permutations(self.solver.gates[gate - inputs].operands, 2)
            if u >= 0 and v >= 0
        }

    def compared(self, sites: Sequence[Site]) -> bool:
        """Return whether a live gate reads wires of two groups.

        It is in no cone of their wires, else one group would feed another.
        """
        return any(
            (u, v) in self._compared
            for site, other in combinations(sites, 2)
            for u in site
            for v in other
        )

    def affordable(self, sites: Sequence[Site]) -> bool:
        """Return whether no group costs too little; what is private grows less with each group."""
        if self.dials.cost == "cone":
            return True
        return min(map(len, self.private_costs(sites))) >= self.dials.objective_gates

    def private_costs(self, sites: Sequence[Site]) -> list[frozenset[int]]:
        """Return for each group the gates that it needs and that are in no cone of another."""
        return [
            self.classes.cost(site).difference(
                *(self.classes.cone(other) for other in sites if other != site)
            )
            for site in sites
        ]

    def matters(self, site: Site) -> bool:
        """Return whether every wire does: a value that differs in it alone moves the output."""
        if site not in self._mattering:
            parts = regions_of((self.tables[w] for w in site), self.support)

            def moves(value: int, inside: int) -> bool:
                forced = self.forced((w, value >> j & 1) for j, w in enumerate(site))
                for word, on in self.words.items():
                    inside &= ~(on & forced.get(word, 0))
                return bool(inside)

            self._mattering[site] = all(
                any(
                    inside and parts[value ^ 1 << j] and moves(value ^ 1 << j, inside)
                    for value, inside in enumerate(parts)
                )
                for j in range(len(site))
            )
        return self._mattering[site]

    def forced(self, held: Iterable[tuple[int, int]]) -> dict[Word, int]:
        """Return for each word the inputs of the support with that output, classes held at bits.

        Inputs on which a program then never ends are in none.
        """
        key = tuple(sorted(held))
        if key not in self._forced:
            do: dict[int, int] = {}
            for lowest, bit in key:
                do |= self.classes.do(lowest, self.full if bit else 0)
            inside = self.support & ~endless_bits(self.solver, do)
            self._forced[key] = words_on(self.solver.output_bits(do), inside)
        return self._forced[key]

    def under(self, choice: Choice, values: Values) -> dict[Word, int]:
        """Return the same, the groups held at these values."""
        return self.forced(
            (wire, value >> j & 1 ^ inverted)
            for reading, value in zip(choice.readings, values, strict=True)
            for j, (wire, inverted) in enumerate(zip(reading.wires, reading.inverted, strict=True))
        )

    # -- (b) and (c) -------------------------------------------------------------------------------

    def selections(
        self, choice: Choice, known: Sequence[Word] | None = None, more: Demands = frozenset()
    ) -> Iterator[Selection]:
        """Yield how a choice satisfies (b).

        Arguments:
            choice: the groups.
            known: their words, if they are known.
            more: what else is demanded of the order of values.
        """
        if known is None and self.candidates is not None:
            known = [self.candidates[r.label] for r in choice.readings if r.label is not None]
        natural = {
            (values, word)
            for values, inside in choice.cells.items()
            for word, on in self.words.items()
            if inside & on
        }
        if choice.pruned:
            yield from self._cut_selected(choice, natural, known, more)
            return
        more |= self.objective.demands(choice.state)
        # Most choices fail as they stand, before anything is exchanged.
        if next(self._selected(choice, natural, known, more), None) is None:
            return
        seen = self.exchanged(choice)
        if seen is None:
            return
        found = self._selected(choice, natural | seen, known, more)
        yield from found if self.dials.ties == "input" else islice(found, 1)

    def _selected(
        self,
        choice: Choice,
        seen: Collection[Seen],
        known: Sequence[Word] | None,
        more: Demands,
    ) -> Iterator[Selection]:
        count, plans = len(choice.readings), self.dials.plans == "on"
        for words, other in assigned(seen, count, plans, choice.width == 1, known):
            gains = self.gains(choice, words) if self.dials.ties == "input" else {}
            order = best_order(1 << choice.width, demands_of(seen, words) | more, gains)
            if order is not None:
                yield Selection(words, other, order)

    def _cut_selected(
        self,
        choice: Choice,
        natural: Collection[Seen],
        known: Sequence[Word] | None,
        more: Demands,
    ) -> Iterator[Selection]:
        """Yield how groups in an order select; what is set, clipped, depends on the values' order.

        Where ties are fixed, of the orders that serve the first words the first.
        """
        count, plans = len(choice.readings), self.dials.plans == "on"
        narrow, seen = choice.width == 1, {*natural}
        if narrow:
            exchanged = self.exchanged(choice, (0, 1))
            if exchanged is None:
                return
            seen |= exchanged
        for words, other in assigned(seen, count, plans, narrow, known):
            selecting = demands_of(seen, words) | more
            found: set[Order] = set()
            for _, demands in choice.state:
                every = orders(1 << choice.width, selecting | demands)
                serving = (o for o in every if narrow or self._cut_serves(choice, words, o))
                found.update(serving if self.dials.ties == "input" else islice(serving, 1))
            for order in sorted(found, key=lambda order: order[::-1], reverse=True):
                yield Selection(words, other, order)
                if self.dials.ties == "fixed":
                    return

    def _cut_serves(self, choice: Choice, words: Sequence[Word], order: Order) -> bool:
        """Return whether groups in an order are contested, and select, by an order of values."""
        if not all(contested(choice.cells, i, order) for i in range(len(words))):
            return False
        seen = self.exchanged(choice, order)
        return seen is not None and meets(order, demands_of(seen, words))

    def exchanged(self, choice: Choice, order: Order | None = None) -> set[Seen] | None:
        """Return what is output under exchanged values; None if a program then does not end.

        Arguments:
            choice: the groups.
            order: if given, values are set in the groups' order, and one that is no greater than
                all before it becomes the least.
        """
        # Where the same values are exchanged, all their arrangements are set.
        alike: dict[Values, int] = {}
        for values, inside in choice.cells.items():
            key = tuple(sorted(values))
            alike[key] = alike.get(key, 0) | inside
        setting: dict[Values, int] = {}
        for key, inside in alike.items():
            for arranged in set(permutations(key)):
                values = arranged if order is None else clipped(arranged, order)
                setting[values] = setting.get(values, 0) | inside
        seen: set[Seen] = set()
        for values, inside in setting.items():
            # Where these are the values anyhow, nothing changes.
            left = inside & ~choice.cells.get(values, 0)
            if not left:
                continue
            for word, on in self.under(choice, values).items():
                if left & on:
                    seen.add((values, word))
                    left &= ~on
            if left:
                return None
        return seen

    def score(self, choice: Choice, selection: Selection) -> Fraction:
        """Return (c) exactly: pairs (x, x') are counted by the values that x gives the groups."""
        total = self.support.bit_count()
        moved = 0
        for values in choice.cells:
            tied: Collection[Word] = ()
            if self.dials.ties == "input":
                tied = tied_words(values, selection)
            moved += self._pairs(choice, values, tied)
        unequal = sum(on.bit_count() * (total - on.bit_count()) for on in self.words.values())
        return max(Fraction(0), 1 - Fraction(moved, unequal))

    def _pairs(self, choice: Choice, values: Values, spared: Collection[Word] = ()) -> int:
        """Return how many pairs (x, x') move the output, x with these values.

        Pairs in which a program does not end count, those whose forced word is spared do not.
        """
        forced, moved = self.under(choice, values), 0
        ends = sum(on.bit_count() for on in forced.values())
        for word, on in self.words.items():
            here = (on & choice.cells[values]).bit_count()
            if here:
                others = sum(
                    ys.bit_count()
                    for given, ys in forced.items()
                    if given != word and given not in spared
                )
                moved += here * (others + self.support.bit_count() - ends)
        return moved

    def gains(self, choice: Choice, words: Sequence[Word]) -> dict[int, dict[int, int]]:
        """Return for each set of values how many pairs more are ties if the best is one of them."""
        gains: dict[int, dict[int, int]] = {}
        for values in choice.cells:
            among = sum(1 << value for value in {*values})
            if among & among - 1 == 0:
                continue
            for best in {*values}:
                tied = {w for w, value in zip(words, values, strict=True) if value == best}
                if len(tied) > 1:
                    own = gains.setdefault(among, {})
                    spared = self._pairs(choice, values) - self._pairs(choice, values, tied)
                    own[best] = own.get(best, 0) + spared
        return gains

    # -- the witness -------------------------------------------------------------------------------

    def normalised(self, choice: Choice, words: Sequence[Word]) -> tuple[Choice, tuple[Word, ...]]:
        """Return the choice by ascending words, then by lowest wires.

        Groups of several wires are read anew, all alike, so that the first is read as it is.
        """
        paired = sorted(
            zip(words, choice.readings, strict=True),
            key=lambda pair: (_number(pair[0]), min(pair[1].wires)),
        )
        readings = [reading for _, reading in paired]
        if choice.width > 1:
            first = readings[0]
            places = sorted(range(choice.width), key=first.wires.__getitem__)
            readings = [
                replace(
                    reading,
                    wires=tuple(reading.wires[j] for j in places),
                    inverted=tuple(reading.inverted[j] ^ first.inverted[j] for j in places),
                )
                for reading in readings
            ]
        return self.chosen(readings), tuple(word for word, _ in paired)

    def witness(self, choice: Choice, selection: Selection) -> Mapping[str, Any]:
        """Return the witness of a choice with score 1 as JSON values."""
        if choice.pruned:
            described = self.objective.cut_fields(choice.readings, selection.order)
        else:
            choice, words = self.normalised(choice, selection.words)
            selection = next(self.selections(choice, words))
            own = [tuple(self.objective.read(reading)) for reading in choice.readings]
            described = self.objective.fields(choice.readings, choice.state), choice.state, own
        every_field, state, tables = described
        readings = choice.readings
        sites = [reading.wires for reading in readings]
        private = self.private_costs(sites)
        listed = [
            {
                "word": list(word),
                "wires": list(reading.wires),
                "inverted": list(reading.inverted),
                "cost": len(self.classes.cost(reading.wires)),
                "private_cost": len(own),
                **fields,
            }
            for word, reading, own, fields in zip(
                selection.words,
                readings,
                private,
                every_field,
                strict=True,
            )
        ]
        return {
            "kind": "search",
            "pruned": choice.pruned,
            "order": list(selection.order),
            "candidates": listed,
            "other_word": None if selection.other is None else list(selection.other),
            "objective": self.described(choice, selection, state, tables),
        }

    def described(
        self, choice: Choice, selection: Selection, state: Any, tables: Sequence[tuple[int, ...]]
    ) -> dict[str, Any]:
        """Return what the witness says of the objective.

        Arguments:
            choice, selection: the groups.
            state: what is known of the objective.
            tables: what each group computes if nothing cuts it short.
        """
        objective = self.objective
        if isinstance(objective, FeatureObjective):
            first = objective.phi(choice.readings[0])
            phi = [
                sum((table >> k & 1) << j for j, table in enumerate(first))
                for k in range(1 << objective.width)
            ]
            follows = partial(self.follows, choice, selection, tables)
            relation = "aligned" if follows(self.full) else "proxy"
            if relation == "proxy" and not follows(self.support):
                relation = "other"
            return {"kind": "features", "phi": phi, "relation": relation}
        if isinstance(objective, UtilityObjective):
            return {
                "kind": "utility",
                "map": [{"utility": str(u), "value": value} for u, value in state],
                "relation": "aligned" if self.is_aligned(choice, selection) else "proxy",
            }
        return {"kind": "renaming"}

    def follows(
        self, choice: Choice, selection: Selection, tables: Sequence[tuple[int, ...]], inputs: int
    ) -> bool:
        """Return whether the objective is a map of utility that increases weakly on these inputs.

        It does so in some order by which the groups select.
        """
        assert isinstance(self.task, OptimisationTask)
        utilities = UtilityObjective(self.tables, self.task, inputs, "none")
        state: Map | None = ()
        for reading, own in zip(choice.readings, tables, strict=True):
            if state is not None:
                state = utilities.more(state, reading.label, regions_of(own, self.full))
        if state is None or len({value for _, value in state}) < 2:
            return False
        more = utilities.demands(state)
        return next(self.selections(choice, selection.words, more), None) is not None

    def is_aligned(self, choice: Choice, selection: Selection) -> bool:
        """Return whether groups that are a map of utility on the support are it on all inputs."""
        everywhere, readings = self.objective_on(self.full), choice.readings
        if not choice.pruned:
            own = [tuple(everywhere.read(reading)) for reading in readings]
            return self.follows(choice, selection, own, self.full)
        options = everywhere.opened(readings[0])
        ahead = joined_ahead({0: self.full}, everywhere.regions(readings[0]))
        for reading in readings[1:]:
            options = everywhere.cut_short(options, readings[0], reading, ahead)
            ahead = joined_ahead(ahead, everywhere.regions(reading))
        wider = replace(choice, state=options)
        return next(self.selections(wider, selection.words), None) is not None


def clipped(values: Values, order: Order) -> Values:
    """Return values as they are set in turn: one that is no greater than all before is the least.

    >>> clipped((1, 3, 2, 3), (0, 1, 2, 3)), clipped((1, 1), (0, 1)), clipped((0, 1), (0, 1))
    ((1, 3, 0, 0), (1, 0), (0, 1))
    """
    rank = {value: place for place, value in enumerate(order)}
    found: list[int] = []
    for value in values:
        greater = all(rank[value] > rank[before] for before in found)
        found.append(value if greater else order[0])
    return tuple(found)


def contested(cells: Iterable[Values], group: int, order: Order | None = None) -> bool:
    """Return whether a group's value differs somewhere while all others agree.

    With an order of values groups may be cut short: then also, of the two values, one is greater
    than those of all earlier groups.

    >>> contested([(0, 0), (1, 1)], 0), contested([(0, 0), (1, 1), (1, 0)], 0)
    (False, True)
    >>> contested([(1, 0), (1, 1)], 1, (0, 1)), contested([(0, 0), (0, 1)], 1, (0, 1))
    (False, True)
    """
    others: dict[Values, list[int]] = {}
    for values in cells:
        others.setdefault(values[:group] + values[group + 1 :], []).append(values[group])
    if order is None:
        return any(len(own) > 1 for own in others.values())
    rank = order.index
    return any(
        len(own) > 1 and max(map(rank, own)) > max(map(rank, rest[:group]), default=-1)
        for rest, own in others.items()
    )


def tied_words(values: Values, selection: Selection) -> frozenset[Word]:
    """Return the words among which the input may decide: none if one word is maximal.

    >>> sorted(tied_words((1, 1), Selection(((0,), (1,)), None, (0, 1))))
    [(0,), (1,)]
    >>> tied_words((1, 0), Selection(((0,), (1,)), None, (0, 1)))
    frozenset()
    """
    top = max(values, key=selection.order.index)
    tied = {w for w, value in zip(selection.words, values, strict=True) if value == top}
    if selection.other is not None and len({*values}) == 1:
        tied.add(selection.other)
    return frozenset(tied) if len(tied) > 1 else frozenset()
