"""Search-like: the solver evaluates candidates and selects the best (intervene on evaluations)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice, permutations, product
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.circuit import Wired
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
    wired_of,
    words_on,
)
from mesacircuits.definitions.search_objectives import (
    Ahead,
    Demands,
    FeatureObjective,
    Objective,
    Order,
    RenamedObjective,
    Score,
    UtilityObjective,
    Values,
    above_all,
    best_order,
    cut_demands,
    joined_ahead,
    meets,
    orders,
    regions_of,
)
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.programs.comparisons import Comparisons
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tables import bits_text, plain_table, wrapped
from mesacircuits.tasks import OptimisationTask, Task

if TYPE_CHECKING:
    from mesacircuits.definitions.bulk import Chains

__all__ = ["COSTS", "MOST_WIRES_PER_SCORE", "OBJECTIVES", "REENCODINGS", "SearchLike"]

#: How the objective may be re-encoded before groups are compared (see `SearchLike`).
REENCODINGS = ("common", "none", "per-group")
#: The most wires of a group.
MOST_WIRES_PER_SCORE = 3
#: Of which cost of a group the dial `objective_gates` is a bound (see `SearchLike`).
COSTS = ("cone", "private", "inputs")
#: Whether the task has to say what is searched (see `SearchLike`).
SPACES = ("any", "declared")
#: Whose objective it is where the task has utilities (see `SearchLike`).
OBJECTIVES = ("own", "base")
# Of a frontier.
_MOST_OBJECTIVE_GATES = 6

Word = tuple[int, ...]
#: The classes of wires of a group, each by its lowest wire.
Site = tuple[int, ...]
#: Classes, and the bits that their lowest wires are held at.
Held = tuple[tuple[int, int], ...]
#: The values of all groups on some input, and the word output under them.
Seen = tuple[Values, Word]


@dataclass(frozen=True, slots=True)
class SearchLike(WithDials):
    """The default definition of search.

    What is structural is judged on all 2^n inputs, what is behaviour on the support S. Wires are
    *classes*: live wires that compute one function up to inversion are one wire and are set
    together (`WireClasses`). A *group* is w' <= w classes, w' the same for all, each read as its
    lowest wire is or inverted; its value G_i(x) is one of 0, ..., 2^w' - 1, wire j being bit j.
    Each group has a word, the candidate that it evaluates; at least two words occur.

    A circuit is search-like on a task iff there are r >= k groups such that

    - (a) *evaluate*: no class of a group feeds, or is, a class of another (within one group a class
      may feed another); each group costs at least c gates; and the groups compute one objective on
      all inputs: there is a mask z such that G_i(y XOR z) = G_0(p_i(y) XOR z) for all y, p_i a
      permutation of the inputs;
    - (b) *select*: there is a total order of the 2^w' values, one for all groups, such that for
      every x in S, and after any exchange of the groups' values on x (group i set to the value that
      group pi(i) has on x, pi a permutation), the output is the word of a group of maximal value;
      where all groups' values are equal, one fixed other word is allowed. A program has to end
      whenever values are exchanged;
    - (b') *contest*: for each group there are x, x' in S on which the other groups' values agree
      and its own differ; every wire matters: for some x in S and some value that its group takes on
      S and that differs from the value on x in this wire alone, setting the group to it changes the
      output on x; and a live gate, in no cone of the groups' wires, reads wires of two groups;
    - (c) *cut*: with the groups held fixed nothing else moves the output. The score is the greatest
      1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)], x and x' uniform on S, over the choices
      that satisfy (a), (b) and (b'); 0 if there are none, if the output is constant on S, and if no
      action matters in the task's world.

    What a group costs: its cone cost is the number of gate classes that some class of it needs
    (that all wires of the class have in their cones), its private cost how many of those are in no
    cone of another group's wires; by inputs it costs one less than the number of inputs that its
    value depends on (in a program, which asks for utilities, its cone). So many gates at least make
    one bit of that many; a score of several bits that stands in the input costs something by
    inputs, and none in gates. For w' = 1 the order is 0 < 1.

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
    such that a group may feed later ones, which it may cut short. With all earlier groups held at
    the least value of the order group j computes its score v_j (v_0 = G_0), all wires of a class of
    it one and the same then, too; the scores are one objective as above; and for all x, with M the
    maximum of G_i(x) over i < j, G_j(x) = v_j(x) where v_j(x) > M, and G_j(x) <= M elsewhere (for x
    in S, where utilities hold on S alone). Exchanged values are set in order, and a value that is
    no greater than all set before becomes the least; the output as it stands is the word of a group
    of maximal value too. In (b') the two inputs of a group must be such that on one of them it is
    greater than all earlier groups (what is cut short contests nothing), and for the comparing gate
    it is enough that one group feeds another.

    *Programs.* Wires are single executions, an instruction at a visit; those that ask for one
    candidate, or load one word, evaluate one thing and are one wire. What is loaded costs nothing,
    as an input does; else a group costs the executed instructions that compute it, addresses and
    what is the same in every turn aside. In (b') each group has, besides, an execution (1) whose
    data reach a comparison: a conditional jump, or an instruction that computes from it and from
    another group, an address being no data; and (2) that alone, all others left as they are,
    changes the output or which instructions are executed on some x in S, given a value that the
    group takes on S. So a program that walks from a candidate to the one that its value names, and
    compares nothing, does not search.

    A circuit with state is judged as it stands: state bits are inputs, bits of the next state are
    outputs, and S holds the inputs that can occur.

    Arguments:
        candidates: k, at least 2; a lower bound of the number of groups.
        objective_gates: c, at least 0; at 0 bare inputs are candidates.
        wires_per_score: w, 1 to 3: the most wires of a group.
        reencoding: `common`; `none` (z = 0, m_i = 0); `per-group`: a mask z_i for each group, and
            m_i may invert the context as well. Where there are utilities and they are the objective
            it says nothing.
        cost: which cost c bounds, `cone`, `private` or `inputs`.
        objective: `own`, or `base`: the task's utilities.
        plans: `off`: the words are distinct; `on`: several groups may have one word, as plans have
            one first action (under `objective=base` each word is then that of one candidate alone).
        pruning: whether groups may be cut short, `off` or `on`.
        ties: `fixed`; or `input`: in (c) no pair (x, x') counts as moved where the groups of
            maximal value on x have two or more words, and both C(x) and the forced output are among
            these. The one other word of (b) is not: whether it is given may not be the input's.
        space: `any`; or `declared`: only solvers of an `OptimisationTask` are search-like, for it
            alone says what the candidates are. Of a function every answer can be called one, and
            two renamed twins of which one is inverted are then a search (docs/theorems.md).

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
    space: str = dial("any", values=SPACES)

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
        "candidates of which the others tell the last (as in a ranking), "
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

    def settings(self) -> list[SearchLike]:
        """Return what one or two dials set less strictly admit."""
        freer: list[dict[str, Any]] = [
            *({"candidates": k} for k in range(2, self.candidates)),
            *({"objective_gates": c} for c in reversed(range(self.objective_gates))),
            *({"wires_per_score": w} for w in range(2, MOST_WIRES_PER_SCORE + 1)),
            *({"reencoding": "common"} for _ in range(self.reencoding == "none")),
            *({"cost": "cone"} for _ in range(self.cost == "private")),
            *({"space": "any"} for _ in range(self.space == "declared")),
            *({name: "on"} for name in ("plans", "pruning")),
            {"ties": "input"},
        ]
        pairs = ({**one, **other} for one, other in combinations(freer, 2))
        return list(dict.fromkeys(replace(self, **dials) for dials in (*freer, *pairs)))

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether this asks for no less in any dial, of the same kind of objective."""
        rank = ("none", "common", "per-group").index
        return (
            isinstance(other, SearchLike)
            and self.candidates >= other.candidates
            and self.objective_gates >= other.objective_gates
            and self.wires_per_score <= other.wires_per_score
            and rank(self.reencoding) <= rank(other.reencoding)
            and (self.cost == other.cost or (self.cost, other.cost) == ("private", "cone"))
            and self.space >= other.space
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
        if self.space == "declared" or (self.plans == "off" and self.candidates > 2):
            # A function declares no candidates, and one output bit has two words.
            return chains.none
        if (self.wires_per_score, self.plans, self.ties) != (1, "off", "fixed"):
            return None
        if self.cost == "inputs":
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
        covered = SearchLike(
            self.candidates, self.objective_gates, reencoding=self.reencoding, cost=self.cost
        )
        if replace(self, objective="own") != covered or self.cost == "inputs":
            return None
        # One output bit has two words, so there are no more than two candidates.
        costs = chains.search_costs(self.reencoding)[:, int(self.cost == "private")]
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
    def interventions(
        cls, solver: Solver, task: Task, dials: Mapping[str, Any], witness: Mapping[str, Any]
    ) -> str:
        """Return the exchanges of the candidates' values, and what is output under each."""
        from mesacircuits.definitions.checker import exchanges

        words = [_number_of(candidate["word"]) for candidate in witness["candidates"]]
        wired = wired_of(solver, task)
        names = [wired.wire_name(i) for i in range(wired.inputs)]
        head = "".join(names) if all(len(name) == 1 for name in names) else "input"
        rows = []
        for found in exchanges(solver, task, dials, witness):
            equal = len(found.best) == len(words)
            best = "all equal" if equal else " ".join(words[i] for i in found.best)
            output = _number_of(bits_text(found.word, task.outputs))
            there = "as it is" if found.held == found.own else "exchanged"
            own, held = (" ".join(map(str, values)) for values in (found.own, found.held))
            rows.append((bits_text(found.input, wired.inputs), own, there, held, output, best))
        said = (
            f"values of candidates {', '.join(words)}, exchanged: each output is a best one's word"
        )
        heads = (head, "values", "", "set to", "output", "best")
        return f"{wrapped(said)}\n{plain_table(heads, rows)}"

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the wires of the groups, each with the candidate that it evaluates."""
        labels = []
        for candidate in witness["candidates"] if witness.get("kind") == "search" else ():
            label = f"candidate {_number_of(candidate['word'])}"
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
        if self.space == "declared" and not isinstance(task, OptimisationTask):
            return self.judgement(Fraction(0))
        if has_influence(circuit, task):
            finder = Finder(circuit, task, self)
            for choice, selection in finder.found():
                score = finder.score(choice, selection)
                best = max(best, score)
                if score == 1:
                    witness = finder.witness(choice, selection)
                    break
        return self.judgement(best, witness)


def _number_of(word: Iterable[object]) -> str:
    """Return a word as numbers are written, bit 0 last."""
    return "".join(map(str, word))[::-1]


# -- words ----------------------------------------------------------------------------------------


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
        if plans or len({*known}) == len(known):
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
        free = sorted((*given, *used, *spare[len(used) : len(used) + 1]), key=_number)
        for word in (fixed[len(words)],) if len(words) in fixed else free:
            if plans or word not in words:
                yield from assign((*words, word))

    yield from assign(())


def _number(word: Word) -> int:
    return sum(bit << i for i, bit in enumerate(word))


def _word(number: int, width: int) -> Word:
    return tuple(number >> i & 1 for i in range(width))


# -- choices of groups -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """A group of wires as it is read.

    Attributes:
        wires: the lowest wires of its classes; wire j is bit j of the group's value.
        inverted: for each whether it is read inverted.
        label: the number of the candidate of the task that the group evaluates, if it has some.
    """

    wires: Site
    inverted: tuple[bool, ...]
    label: int | None = None


class View(NamedTuple):
    """What the groups of a choice evaluate.

    Attributes:
        scores: what each evaluates; of one that is cut short, if nothing cut it short.
        state: what makes them one objective (see `Objective`).
        demands: what is demanded of the order, so that they are cut short as they are.
    """

    scores: tuple[Score, ...]
    state: Any
    demands: Demands


@dataclass(frozen=True, slots=True)
class Choice:
    """Groups that satisfy (a) and (b'), but for what depends on the order of values.

    Attributes:
        readings: the groups.
        cells: for all groups' values together the inputs of the support on which they have them.
        views: what they evaluate; where groups stand in an order and may be cut short, for each
            value that may be the least.
        ahead: the values of all groups on all inputs, where they stand in an order; else None.
    """

    readings: tuple[Reading, ...]
    cells: Mapping[Values, int]
    views: Mapping[int, View]
    ahead: Ahead | None = None

    @property
    def width(self) -> int:
        """How many wires each group has."""
        return len(self.readings[0].wires)

    @property
    def pruned(self) -> bool:
        """Whether groups may be cut short."""
        return self.ahead is not None


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
        self._tables: dict[Held, Sequence[int]] = {}
        self._mattering: dict[Site, bool] = {}
        self._regions: dict[tuple[Site, tuple[bool, ...]], tuple[int, ...]] = {}
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
            return RenamedObjective(task.inputs, self.full, dials.reencoding)
        if task.features is None:
            return UtilityObjective(task, inputs, dials.reencoding)
        made = FeatureObjective if dials.objective == "own" else UtilityObjective
        return made(task, self.full, dials.reencoding)

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
            if self.labels(site):
                kind = self.objective.kind([self.tables[w] for w in site])
                kinds.setdefault(kind, []).append(site)
        least, most = self.dials.candidates, self.most
        for sites in kinds.values():
            if len(sites) < least:
                continue
            able = [site for site in sites if self.matters(site)]

            def grow(choice: Choice, start: int, able: list[Site] = able) -> Iterator[Choice]:
                held = [reading.wires for reading in choice.readings]
                if len(held) >= least and self.compared(held) and self.reach(held):
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
                    for reading in self.readings(site, self.labels(site), not held):
                        more = self.joined(choice, reading)
                        if more is not None:
                            yield from grow(more, place + 1)

            if len(able) >= least:
                yield from grow(self.begun(), 0)

    def cut_choices(self, width: int) -> Iterator[Choice]:
        """Yield the choices of groups in an order, which may be cut short."""
        able = [site for site in self.sites(width) if self.matters(site)]
        least, feeds = self.dials.candidates, self.classes.feeds

        def grow(choice: Choice) -> Iterator[Choice]:
            held = [reading.wires for reading in choice.readings]
            met = self.compared(held) or any(self.touch(*pair) for pair in combinations(held, 2))
            if len(held) >= least and met and self.reach(held):
                yield choice
            if len(held) == self.most:
                return
            for site in able:
                if any(feeds(u, v) for u in site for other in held for v in other):
                    continue
                if not self.affordable([*held, site]):
                    continue
                labels = self.objective.labels if held else self.labels(site)
                for reading in self.readings(site, labels, not held):
                    more = self.joined(choice, reading)
                    if more is not None:
                        yield from grow(more)

        yield from grow(self.begun(range(1 << width if width > 1 else 1), 1 << width))

    def sites(self, width: int) -> Iterator[Site]:
        """Yield the sets of classes that could be a group, ascending."""
        varying = [
            wire for wire, table in self.tables.items() if 0 < table & self.support < self.support
        ]
        for site in combinations(varying, width):
            by_inputs = self.dials.cost == "inputs"
            costs = self.classes.reach(site) if by_inputs else len(self.classes.cost(site))
            if costs >= self.dials.objective_gates:
                yield site

    def labels(self, site: Site) -> list[int | None]:
        """Return the candidates that a group may evaluate which nothing cuts short."""
        return [
            label
            for label in self.objective.labels
            if all(self.objective.fits(self.tables[w], label) for w in site)
        ]

    def readings(self, site: Site, labels: Iterable[int | None], first: bool) -> Iterator[Reading]:
        """Yield how a group may be read.

        All orders of values are tried, so the first of several wires may as well be read as it is.
        """
        for label in labels:
            if first and len(site) > 1:
                yield Reading(site, (False,) * len(site), label)
                continue
            for wires in permutations(site):
                for inverted in product((False, True), repeat=len(site)):
                    yield Reading(wires, inverted, label)

    def begun(self, leasts: Iterable[int] = (), values: int = 0) -> Choice:
        """Return the choice of no groups.

        Arguments:
            leasts: where groups may be cut short, the values that may be the least.
            values: how many values there are then.
        """
        views = {least: View((), None, above_all(least, values)) for least in leasts}
        cells: dict[Values, int] = {(): self.support}
        if not views:
            return Choice((), cells, {0: View((), None, frozenset())})
        return Choice((), cells, views, {0: self.full})

    def joined(
        self, choice: Choice, reading: Reading, objective: Objective | None = None
    ) -> Choice | None:
        """Return a choice with one group more; None if it is none by (a) and (b').

        Arguments:
            choice: the groups before.
            reading: the further group.
            objective: what they have to be; by default what the dials say.
        """
        objective, held = objective or self.objective, choice.readings
        parts = self.regions(reading)
        cells = {
            (*values, value): inside & part
            for values, inside in choice.cells.items()
            for value, part in enumerate(parts)
            if inside & part
        }
        # Of two values the order is known.
        order = (0, 1) if choice.pruned and len(reading.wires) == 1 else None
        if held and not all(contested(cells, group, order) for group in range(len(held) + 1)):
            return None
        views: dict[int, View] = {}
        for least, (scores, state, demands) in choice.views.items():
            before = () if choice.ahead is None else self.held_at(held, least)
            if before and not self.are_one(reading.wires, before):
                continue
            score = Score(self.read(reading, before), reading.label)
            if choice.ahead is not None and held:
                uncut = regions_of(score.tables, self.full)
                demands |= cut_demands(uncut, parts, choice.ahead, objective.domain)
            more = objective.join(state, scores, score) if held else objective.begin(score)
            if more is None:
                continue
            if choice.ahead is not None:
                every = orders(len(parts), demands | objective.demands(more))
                if next(every, None) is None:
                    continue
            views[least] = View((*scores, score), more, demands)
        if not views:
            return None
        ahead = None if choice.ahead is None else joined_ahead(choice.ahead, parts)
        return Choice((*held, reading), cells, views, ahead)

    def chosen(
        self, start: Choice, readings: Iterable[Reading], objective: Objective | None = None
    ) -> Choice | None:
        """Return the choice of these groups; None if it is none."""
        choice: Choice | None = start
        for reading in readings:
            choice = None if choice is None else self.joined(choice, reading, objective)
        return choice

    def read(self, reading: Reading, held: Held = ()) -> tuple[int, ...]:
        """Return the table of each wire of a group as it is read, classes held at bits."""
        tables = self.tables_under(held) if held else self.classes.bits
        return tuple(
            tables[w] ^ (self.full if inverted else 0)
            for w, inverted in zip(reading.wires, reading.inverted, strict=True)
        )

    def regions(self, reading: Reading) -> tuple[int, ...]:
        """Return for each value of a group the inputs on which it has that value."""
        key = reading.wires, reading.inverted
        if key not in self._regions:
            self._regions[key] = regions_of(self.read(reading), self.full)
        return self._regions[key]

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

    @cached_property
    def _comparisons(self) -> Comparisons | None:
        if not isinstance(self.solver, UnrolledProgram):
            return None
        return Comparisons(self.solver, self.support)

    def reach(self, sites: Sequence[Site]) -> bool:
        """Return whether each group reaches a comparison, as those of a program have to."""
        return self._comparisons is None or self._comparisons.serve(sites)

    def affordable(self, sites: Sequence[Site]) -> bool:
        """Return whether no group costs too little; what is private grows less with each group."""
        if self.dials.cost != "private":
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

    def held_at(self, readings: Iterable[Reading], value: int) -> Held:
        """Return what the classes of some groups are held at where all have one value."""
        return tuple(
            (wire, value >> j & 1 ^ inverted)
            for reading in readings
            for j, (wire, inverted) in enumerate(zip(reading.wires, reading.inverted, strict=True))
        )

    def under(self, choice: Choice, values: Values) -> dict[Word, int]:
        """Return what is output with the groups held at these values (see `forced`)."""
        pairs = zip(choice.readings, values, strict=True)
        return self.forced(pin for reading, v in pairs for pin in self.held_at((reading,), v))

    def forced(self, held: Iterable[tuple[int, int]]) -> dict[Word, int]:
        """Return for each word the inputs of the support with that output, classes held at bits.

        Inputs on which a program then never ends are in none.
        """
        key = tuple(sorted(held))
        if key not in self._forced:
            do = self._do(key)
            inside = self.support & ~endless_bits(self.solver, do)
            self._forced[key] = words_on(self.solver.output_bits(do), inside)
        return self._forced[key]

    def tables_under(self, held: Held) -> Sequence[int]:
        """Return the table of each wire, classes held at bits."""
        key = tuple(sorted(held))
        if key not in self._tables:
            self._tables[key] = self.solver.wire_bits(self._do(key))
        return self._tables[key]

    def are_one(self, site: Site, held: Held) -> bool:
        """Return whether the wires of each class of a group are one wire, classes held at bits."""
        bits, inverted = self.tables_under(held), self.classes.inverted
        return all(
            bits[wire] ^ bits[lowest] == (self.full if inverted[wire] else 0)
            for lowest in site
            for wire in self.classes.members[lowest]
        )

    def _do(self, held: Held) -> dict[int, int]:
        do: dict[int, int] = {}
        for lowest, bit in held:
            do |= self.classes.do(lowest, self.full if bit else 0)
        return do

    # -- (b) and (c) -------------------------------------------------------------------------------

    def selections(
        self,
        choice: Choice,
        known: Sequence[Word] | None = None,
        more: Demands = frozenset(),
        objective: Objective | None = None,
    ) -> Iterator[Selection]:
        """Yield how a choice satisfies (b).

        Arguments:
            choice: the groups.
            known: their words, if they are known.
            more: what else is demanded of the order of values.
            objective: what the groups are; by default what the dials say.
        """
        if known is None and self.candidates is not None:
            known = [self.candidates[r.label] for r in choice.readings if r.label is not None]
        natural = {
            (values, word)
            for values, inside in choice.cells.items()
            for word, on in self.words.items()
            if inside & on
        }
        rising = (objective or self.objective).demands
        views = [
            view.demands | rising(view.state) | more for _, view in sorted(choice.views.items())
        ]
        if choice.pruned:
            yield from self._cut_selected(choice, natural, known, views)
            return
        # Most choices fail as they stand, before anything is exchanged.
        if next(self._selected(choice, natural, known, views[0]), None) is None:
            return
        seen = self.exchanged(choice)
        if seen is None:
            return
        found = self._selected(choice, natural | seen, known, views[0])
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
        views: Iterable[Demands],
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
            selecting = demands_of(seen, words)
            found: set[Order] = set()
            for demands in views:
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

        Pairs in which a program does not end count, those of two words that are spared do not.
        """
        forced, moved = self.under(choice, values), 0
        ends = sum(on.bit_count() for on in forced.values())
        for word, on in self.words.items():
            here = (on & choice.cells[values]).bit_count()
            if here:
                others = sum(
                    ys.bit_count()
                    for given, ys in forced.items()
                    if given != word and not (given in spared and word in spared)
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
        anew = self.chosen(self.begun(), readings)
        assert anew is not None
        return anew, tuple(word for word, _ in paired)

    def witness(self, choice: Choice, selection: Selection) -> Mapping[str, Any]:
        """Return the witness of a choice with score 1 as JSON values."""
        if not choice.pruned:
            choice, words = self.normalised(choice, selection.words)
            selection = next(self.selections(choice, words))
        view = choice.views[selection.order[0] if choice.pruned else 0]
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
                self.objective.fields(view.scores, view.state),
                strict=True,
            )
        ]
        return {
            "kind": "search",
            "pruned": choice.pruned,
            "order": list(selection.order),
            "candidates": listed,
            "other_word": None if selection.other is None else list(selection.other),
            "objective": self.described(choice, selection, view),
        }

    def described(self, choice: Choice, selection: Selection, view: View) -> dict[str, Any]:
        """Return what the witness says of the objective."""
        objective = self.objective
        if isinstance(objective, FeatureObjective):
            tables = objective.phi(view.scores[0]) or ()
            phi = [
                sum((table >> k & 1) << j for j, table in enumerate(tables))
                for k in range(1 << objective.width)
            ]
            relation = "aligned" if self.follows(choice, selection, self.full) else "proxy"
            if relation == "proxy" and not self.follows(choice, selection, self.support):
                relation = "other"
            return {"kind": "features", "phi": phi, "relation": relation}
        if isinstance(objective, UtilityObjective):
            return {
                "kind": "utility",
                "map": [{"utility": str(u), "value": value} for u, value in view.state],
                "relation": "aligned" if self.is_aligned(choice, selection) else "proxy",
            }
        return {"kind": "renaming"}

    def follows(self, choice: Choice, selection: Selection, inputs: int) -> bool:
        """Return whether the scores are a map of utility that increases weakly on these inputs.

        It does so in some order by which the groups select.
        """
        assert isinstance(self.task, OptimisationTask)
        utilities = UtilityObjective(self.task, inputs, "none")
        least = selection.order[0] if choice.pruned else 0
        view = choice.views[least]
        first, *others = view.scores
        state, held = utilities.begin(first), [first]
        for score in others:
            state = None if state is None else utilities.join(state, held, score)
            held.append(score)
        if state is None or len({value for _, value in state}) < 2:
            return False
        alone, more = replace(choice, views={least: view}), utilities.demands(state)
        return next(self.selections(alone, selection.words, more), None) is not None

    def is_aligned(self, choice: Choice, selection: Selection) -> bool:
        """Return whether groups that are a map of utility on the support are it on all inputs."""
        everywhere, start = self.objective_on(self.full), self.begun()
        if choice.pruned:
            start = self.begun((selection.order[0],), len(selection.order))
        wider = self.chosen(start, choice.readings, everywhere)
        if wider is None:
            return False
        some = self.selections(wider, selection.words, objective=everywhere)
        return next(some, None) is not None


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
    return frozenset(tied) if len(tied) > 1 else frozenset()
