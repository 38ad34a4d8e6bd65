"""Search-like: the solver evaluates candidates and selects the best (intervene on evaluations)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, islice, permutations, product
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.circuit import Wired
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
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
from mesacircuits.tasks import OptimisationTask, Task

if TYPE_CHECKING:
    from mesacircuits.definitions.bulk import Chains

__all__ = ["MOST_WIRES_PER_SCORE", "REENCODINGS", "SearchLike"]

#: How the objective may be re-encoded before groups are compared (see `SearchLike`).
REENCODINGS = ("common", "none", "per-group")
#: The most wires of a group.
MOST_WIRES_PER_SCORE = 2
# Of a frontier.
_MOST_OBJECTIVE_GATES = 6

Word = tuple[int, ...]
Order = tuple[int, ...]
#: The wires of a group.
Site = tuple[int, ...]
#: The values of all groups on some input, and the word output under them.
Seen = tuple[tuple[int, ...], Word]


@dataclass(frozen=True, slots=True)
class SearchLike(WithDials):
    """The default definition of search.

    A circuit is search-like on a task with support S iff there are k' >= k distinct candidate
    words and for each of them a *group* of w wires, each read as it is or inverted, so that the
    group has one of 2^w values, such that

    (a) *evaluate*: no wire of one group feeds or is a wire of another (within one group a wire may
        feed the other); the cone of every wire holds at least c gates; and the groups compute one
        objective: after one re-encoding y = x XOR r common to all, each is the other under a
        renaming (permutation) of inputs, on S, its wires taken in some order and polarity;
    (b) *select*: there is a total order of the 2^w values, one for all groups, such that on S, and
        after any exchange of the groups' values (all wires of a group at once), the output is the
        word of a candidate of maximal value, ties by any rule (where all are equal one fixed other
        word is allowed); some gate outside the cones, from which an output is reached, reads wires
        of two groups; and every wire matters: for some x in S and some value that its group takes
        on S and that differs from the value on x in this wire alone, setting the group to it
        changes the output on x;
    (c) *cut*: with the groups held fixed nothing else moves the output. The score is the greatest
        1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)], x and x' uniform on S, over the
        choices that satisfy (a) and (b); 0 if there are none, if the output is constant on S, and
        if no action matters in the task's world.

    For w = 1 the order is 0 < 1 and "every wire matters" says that each group changes the output
    somewhere. For w = 2 it follows that a group takes at least three values on S: a score of one
    bit does not become one of two by a copy, an idle wire, or a wire that only feeds the other.
    (That merging two values would falsify (b) is not asked: ties are free, so the low bit of a
    comparator of two-bit numbers would be merged away.)

    Where the task is an `OptimisationTask`, candidates are its candidates and its utilities say
    what the objective is; in (a) re-encodings and renamings are not asked for, but one map phi
    from utilities to values such that the value of the group of word w is phi(U(x, w)) for all x
    in S. In the order of (b) phi increases weakly; it is not constant on the utilities that occur.
    Any candidates, at least k, may be the ones evaluated.

    A circuit with state is judged as it stands: state bits are inputs, bits of the next state are
    outputs, and S holds the inputs that can occur.

    Arguments:
        candidates: k, at least 2; a lower bound. One output bit admits only two candidates.
        objective_gates: c, at least 0: the gates of a whole cone; at 0 bare inputs are candidates.
        wires_per_score: w, 1 or 2, exact.
        reencoding: `common`; `none` (r = 0); or `per-group` (a re-encoding for each group). Where
            there are utilities it says nothing.

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
    """

    candidates: int = dial(2, least=2)
    objective_gates: int = dial(1, least=0)
    wires_per_score: int = dial(1, least=1, most=MOST_WIRES_PER_SCORE)
    reencoding: str = dial("common", values=REENCODINGS)

    name: ClassVar[str] = "search-like"
    tag: ClassVar[str] = SEARCH_LIKE
    version: ClassVar[int] = 1
    symmetric = True
    source: ClassVar[str] = "Hubinger et al. 2019, section 1.1"
    formula: ClassVar[str] = (
        "k or more groups of w wires, one per candidate word, compute one objective of at least c "
        "gates (the task's utilities, if it has any); the output is the word of a group of maximal "
        "value, also after any exchange of their values; with them fixed nothing else moves it"
    )
    blind_to: ClassVar[str] = (
        "objectives of more wires than w, searches in which no two evaluations exist at once, "
        "searches through time (state bits count as inputs, bits of the next state as outputs), "
        "and whatever happens off the support"
    )

    def variants(self) -> list[SearchLike]:
        """Return the definition with other objectives: of 1 to 6 gates, re-encoded or not."""
        return [
            replace(self, objective_gates=gates, reencoding=reencoding)
            for reencoding in dict.fromkeys((self.reencoding, "common", "none"))
            for gates in range(1, _MOST_OBJECTIVE_GATES + 1)
        ]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether this asks for as many candidates and gates, and no freer objectives."""
        rank = ("none", "common", "per-group").index
        return (
            isinstance(other, SearchLike)
            and self.candidates >= other.candidates
            and self.objective_gates >= other.objective_gates
            and self.wires_per_score == other.wires_per_score
            and rank(self.reencoding) <= rank(other.reencoding)
        )

    @property
    def ignores_negations(self) -> bool:
        """A common re-encoding, or each group's own, takes up what is negated."""
        return self.reencoding != "none"

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64] | None:
        """Return what the kernel finds, by scores of one bit; None for those of two."""
        width, cost = self.wires_per_score, self.objective_gates
        # One output bit has two words, so no more than two candidates; and of two groups of two
        # wires, another gate compares the four.
        if self.candidates > 2 or chains.size < (cost if width == 1 else 4 * bool(cost) + 1):
            return chains.none
        if width > 1:
            return None
        found = chains.reencodings(self.reencoding == "per-group")[:, cost]
        # Re-encoding C by z turns what z makes comparable into what compares as it is.
        return found if self.reencoding == "none" else chains.whole(found)

    def minima_tags(self, chains: Chains) -> NDArray[np.bool_] | None:
        """Return what the normal form of docs/theorems.md says of minima; None at other dials."""
        covered = SearchLike(
            candidates=self.candidates,
            objective_gates=self.objective_gates,
            reencoding=self.reencoding,
        )
        if self != covered:
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
        searching = witness.get("kind") in ("search", "scored-search", "utility-search")
        for candidate in witness["candidates"] if searching else ():
            # Bit 0 last, as numbers are written.
            label = f"candidate {''.join(map(str, reversed(candidate['word'])))}"
            if "wire" in candidate:
                labels.append((candidate["wire"], label + read_as(candidate["inverted"])))
                continue
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
            finder = GroupFinder(circuit, task, self)
            for choice in finder.choices():
                selection = finder.selects(choice)
                if selection is None:
                    continue
                score = finder.score(choice)
                best = max(best, score)
                if score == 1:
                    witness = witness_of(finder, choice, selection)
                    break
        return self.judgement(best, witness)


@dataclass(frozen=True, slots=True)
class Selection:
    """How a circuit selects.

    Attributes:
        words: the distinct words of the candidates, one per group.
        other: the one other word, given somewhere that all values are equal; None if there is none.
        order: the values from the worst to the best.
    """

    words: tuple[Word, ...]
    other: Word | None
    order: tuple[int, ...]


def seen_values(
    groups: Sequence[Sequence[int]], outputs: Sequence[int], support: int
) -> frozenset[Seen]:
    """Return the values that groups have together on the support, each with the word given then.

    Arguments:
        groups: for each group the tables of its wires as read; bit j of its value is wire j's.
        outputs: the tables of the outputs.
        support: the inputs that count.

    >>> sorted(seen_values([[0b0110], [0b1100]], [0b0010], 0b0111))
    [((0, 0), (0,)), ((1, 0), (1,)), ((1, 1), (0,))]
    """
    width = len(groups[0])
    inside = width * len(groups)
    flat = [table for group in groups for table in group]
    return frozenset(
        (
            tuple(
                sum(bit << j for j, bit in enumerate(code[start : start + width]))
                for start in range(0, inside, width)
            ),
            code[inside:],
        )
        for code in words_on([*flat, *outputs], support)
    )


def select(
    seen: Collection[Seen],
    orders: Iterable[tuple[int, ...]],
    words: tuple[Word, ...] | None = None,
) -> Selection | None:
    """Return words and an order by which the output is always the word of a best group.

    Arguments:
        seen: values of the k groups, and the word output under them (see `seen_values`).
        orders: the orders of values to try, worst first; of those that agree on the values seen
            the first serves for all.
        words: the words of the groups, where they are known.

    Returns:
        the first selection that fits; None if there is none. A group whose word nothing fixes has
        the least word that is given, or the least that is not.

    >>> select({((0, 0), (0,)), ((1, 0), (1,)), ((0, 1), (0,))}, [(0, 1)])
    Selection(words=((1,), (0,)), other=None, order=(0, 1))
    """
    occurring = {value for values, _ in seen for value in values}
    tried: set[tuple[int, ...]] = set()
    for order in orders:
        on_these = tuple(value for value in order if value in occurring)
        if on_these in tried:
            continue
        tried.add(on_these)
        found = _under(seen, order, words)
        if found is not None:
            return found
    return None


def _under(
    seen: Collection[Seen], order: tuple[int, ...], words: tuple[Word, ...] | None
) -> Selection | None:
    rank = {value: place for place, value in enumerate(order)}
    # What is demanded: where exactly the groups of `best` are maximal, this word came out.
    demands: set[tuple[frozenset[int], Word]] = set()
    count = width = 0
    for values, word in seen:
        count, width = len(values), len(word)
        ranks = [rank[value] for value in values]
        top = max(ranks)
        demands.add((frozenset(i for i, r in enumerate(ranks) if r == top), word))
    everyone = frozenset(range(count))

    def fitting(chosen: tuple[Word, ...]) -> Selection | None:
        others = set()
        for best, word in demands:
            if word not in {chosen[i] for i in best}:
                if best != everyone or word in chosen:
                    return None
                others.add(word)
        if len(others) > 1:
            return None
        return Selection(chosen, next(iter(others), None), order)

    if words is not None:
        return fitting(words)
    given = sorted({word for _, word in demands})
    # A candidate whose word never comes out may have any word that nobody gives.
    unused = (word[::-1] for word in product((0, 1), repeat=width) if word[::-1] not in given)
    spare = [word for _, word in zip(range(count), unused, strict=False)]
    fixed: dict[int, Word] = {}
    for best, word in demands:
        if len(best) == 1 and fixed.setdefault(next(iter(best)), word) != word:
            return None

    def assign(chosen: tuple[Word, ...]) -> Selection | None:
        place = len(chosen)
        if place == count:
            return fitting(chosen)
        for word in [fixed[place]] if place in fixed else [*given, *spare]:
            if word not in chosen:
                done = assign((*chosen, word))
                if done is not None:
                    return done
        return None

    return assign(())


@dataclass(frozen=True, slots=True)
class Reading:
    """A group of wires as it is read.

    Attributes:
        wires: the wires; wire j is bit j of the group's value.
        inverted: for each whether it is read inverted.
        word: the candidate that the group evaluates, where that is known beforehand.
    """

    wires: tuple[int, ...]
    inverted: tuple[bool, ...]
    word: Word | None = None


def orders_of_values(width: int) -> list[Order]:
    """Return the orders of the values of a group of so many wires, lexicographically.

    A single wire may be read inverted, so that its one order is 0, 1.

    >>> len(orders_of_values(1)), len(orders_of_values(2)), orders_of_values(2)[0]
    (1, 24, (0, 1, 2, 3))
    """
    return [(0, 1)] if width == 1 else list(permutations(range(1 << width)))


def _readings(wires: tuple[int, ...], first: bool, word: Word | None) -> Iterator[Reading]:
    if first and len(wires) > 1:
        # All orders of values are tried, so the first group may as well be read as it is.
        yield Reading(wires, (False,) * len(wires), word)
        return
    for arranged in permutations(wires):
        for inverted in product((False, True), repeat=len(wires)):
            yield Reading(arranged, inverted, word)


class RenamedObjective:
    """One objective without utilities: groups that renamings carry to each other, on S.

    With G_i(y) the value of group i and S the support, groups are one objective iff there is a
    mask r such that each G_i(y XOR r) is G_0(p_i(y) XOR r) for a permutation p_i of inputs, for
    all y in S; XOR r and the p_i map S onto itself. Where re-encodings are `none`, r is 0; where
    they are `per-group`, each group has a mask of its own.

    Arguments:
        values: the table of each wire.
        inputs: the number of inputs.
        support: S as an integer.
        reencoding: one of `REENCODINGS`.
    """

    def __init__(self, values: Sequence[int], inputs: int, support: int, reencoding: str) -> None:
        self._values, self._inputs, self._support = values, inputs, support
        self._own = reencoding == "per-group"
        self._full = (1 << (1 << inputs)) - 1
        orders, masks = np_group(inputs)
        self._orders, self._masks = orders, masks
        # Images of the support: renamings and re-encodings must map it onto itself.
        kept = images_under(np.uint64(support), inputs, orders, masks)
        kept = kept.reshape(-1, 1 << inputs) == np.uint64(support)
        self._renamings = np.flatnonzero(kept[:, 0])
        every = [0] if reencoding == "none" else np.flatnonzero(kept[0]).tolist()
        self._reencodings: list[int] = every
        self._images: dict[int, NDArray[np.uint64]] = {}
        self._forms: dict[Reading, list[tuple[int, ...]]] = {}
        self._counts: dict[Reading, tuple[int, ...]] = {}

    def readings(self, wires: tuple[int, ...], first: bool) -> Iterator[Reading]:
        """Yield how a group may be read: any polarities, any correspondence of its wires."""
        return _readings(wires, first, None)

    def orders(self, readings: Sequence[Reading]) -> Iterable[Order]:
        """Return every order of values."""
        return orders_of_values(len(readings[0].wires))

    def is_one(self, readings: Sequence[Reading]) -> bool:
        """Return whether the groups are one objective under the re-encodings allowed."""
        # Renamings and re-encodings permute S, so each value has as many inputs in every group.
        counts = self._count(readings[0])
        if any(self._count(reading) != counts for reading in readings[1:]):
            return False
        forms = [self._form(reading) for reading in readings]
        if self._own:
            return bool(set(forms[0]).intersection(*forms[1:]))
        return any(all(form == first for form in rest) for first, *rest in zip(*forms, strict=True))

    def fields(self, readings: Sequence[Reading]) -> list[dict[str, object]]:
        """Return for each group the least re-encoding and the first renaming that serve."""
        masks = self._least_reencodings(readings)
        firsts = self._image(readings[0])
        found: list[dict[str, object]] = []
        for reading, r in zip(readings, masks, strict=True):
            same = np.logical_and.reduce(
                [
                    first[:, masks[0]] == own[0, r]
                    for first, own in zip(firsts, self._image(reading), strict=True)
                ]
            )
            row = int(np.flatnonzero(same)[0])
            order = self._orders[self._renamings[row] << self._inputs]
            found.append({"reencoding": r, "renaming": [int(i) for i in order]})
        return found

    def _least_reencodings(self, readings: Sequence[Reading]) -> list[int]:
        forms = [self._form(reading) for reading in readings]
        if self._own:
            # The first is read as it is; some re-encoding of each other matches it.
            return [self._reencodings[form.index(forms[0][0])] for form in forms]
        same = [all(form == first for form in rest) for first, *rest in zip(*forms, strict=True)]
        return [self._reencodings[same.index(True)]] * len(readings)

    def _read(self, reading: Reading) -> list[int]:
        return [
            self._values[w] ^ (self._full if inverted else 0)
            for w, inverted in zip(reading.wires, reading.inverted, strict=True)
        ]

    def _count(self, reading: Reading) -> tuple[int, ...]:
        if reading not in self._counts:
            tables = self._read(reading)
            found = []
            for code in product((0, self._full), repeat=len(tables)):
                inside = self._support
                for table, unlike in zip(tables, code, strict=True):
                    inside &= table ^ unlike
                found.append(inside.bit_count())
            self._counts[reading] = tuple(found)
        return self._counts[reading]

    def _image(self, reading: Reading) -> list[NDArray[np.uint64]]:
        """Return each read table under renaming p (row) after re-encoding r (column), on S."""
        found = []
        for wire, inverted in zip(reading.wires, reading.inverted, strict=True):
            if wire not in self._images:
                bits = np.uint64(self._values[wire])
                moved = images_under(bits, self._inputs, self._orders, self._masks)
                self._images[wire] = moved.reshape(-1, 1 << self._inputs)[self._renamings]
            flip = np.uint64(self._full if inverted else 0)
            found.append((self._images[wire] ^ flip) & np.uint64(self._support))
        return found

    def _form(self, reading: Reading) -> list[tuple[int, ...]]:
        """Return, for each re-encoding, the least image: equal iff a renaming carries one to it."""
        if reading not in self._forms:
            images = [image[:, self._reencodings] for image in self._image(reading)]
            alive = np.ones(images[0].shape, dtype=np.bool_)
            least = []
            for image in images:
                lowest = np.where(alive, image, ~np.uint64(0)).min(axis=0)
                alive &= image == lowest
                least.append(lowest.tolist())
            self._forms[reading] = list(zip(*least, strict=True))
        return self._forms[reading]


class UtilityObjective:
    """One objective where utilities are given: groups that are one monotone map of utility.

    Groups i with words w_i are one objective iff there are a map phi from utilities to values and
    an order of values such that phi increases weakly and G_i(x) = phi(U(x, w_i)) for all x in S.
    The order of utilities alone counts: no increasing change of U matters.

    Arguments:
        values: the table of each wire.
        task: the task whose candidates and utilities are meant.
    """

    def __init__(self, values: Sequence[int], task: OptimisationTask) -> None:
        self._values = values
        #: For each candidate its utilities on S, and the inputs of S on which it has each.
        self._levels: dict[Word, dict[Fraction, int]] = {}
        for place, candidate in enumerate(task.candidates):
            word = tuple(candidate >> i & 1 for i in range(task.outputs))
            levels = self._levels.setdefault(word, {})
            for x, row in enumerate(task.utilities):
                if task.support_bits >> x & 1:
                    levels[row[place]] = levels.get(row[place], 0) | 1 << x
        self._bits: dict[tuple[int, Word], dict[Fraction, int] | None] = {}

    def readings(self, wires: tuple[int, ...], first: bool) -> Iterator[Reading]:
        """Yield how a group may be read, and for which candidates it is a map of utility."""
        for word in self._levels:
            if all(self._map_of_wire(wire, word) is not None for wire in wires):
                yield from _readings(wires, first, word)

    def orders(self, readings: Sequence[Reading]) -> Iterable[Order]:
        """Yield the orders of values in which the common map, if there is one, increases."""
        phi = self.common_map(readings)
        if phi is None:
            return
        values = [phi[utility] for utility in sorted(phi)]
        for order in orders_of_values(len(readings[0].wires)):
            ranks = [order.index(value) for value in values]
            if ranks == sorted(ranks):
                yield order

    def is_one(self, readings: Sequence[Reading]) -> bool:
        """Return whether the groups' words differ and one map of utility explains all."""
        words = {reading.word for reading in readings}
        return len(words) == len(readings) and any(True for _ in self.orders(readings))

    def common_map(self, readings: Sequence[Reading]) -> dict[Fraction, int] | None:
        """Return the value for each utility that occurs, or None if groups disagree on one."""
        phi: dict[Fraction, int] = {}
        for reading in readings:
            assert reading.word is not None
            bits = [self._map_of_wire(wire, reading.word) for wire in reading.wires]
            for utility in self._levels[reading.word]:
                value = 0
                for j, (known, inverted) in enumerate(zip(bits, reading.inverted, strict=True)):
                    if known is None:
                        return None
                    value |= (known[utility] ^ inverted) << j
                if phi.setdefault(utility, value) != value:
                    return None
        return phi

    def _map_of_wire(self, wire: int, word: Word) -> dict[Fraction, int] | None:
        """Return the wire's bit for each utility of the word; None if it is no function of it."""
        if (wire, word) not in self._bits:
            bits: dict[Fraction, int] | None = {}
            for utility, inputs in self._levels[word].items():
                inside = self._values[wire] & inputs
                if inside not in (0, inputs) or bits is None:
                    bits = None
                else:
                    bits[utility] = int(inside != 0)
            self._bits[wire, word] = bits
        return self._bits[wire, word]


class GroupFinder:
    """The choices of groups of one circuit that satisfy (a) and (b) of `SearchLike`.

    Arguments:
        circuit: a circuit that solves the task.
        task: the task; one with utilities says what the objective is.
        dials: the definition.
    """

    def __init__(self, circuit: Wired, task: Task, dials: SearchLike) -> None:
        self.circuit = circuit
        self.support = task.support_bits
        self.full = (1 << (1 << task.inputs)) - 1
        self.values = circuit.wire_bits()
        self.plain = circuit.output_bits()
        self._dials, self._width = dials, dials.wires_per_score
        # Which wires feed each wire, inputs too (cones hold gates only), and the wire itself.
        self._reached: list[frozenset[int]] = [frozenset({i}) for i in range(task.inputs)]
        for place, gate in enumerate(circuit.gates, task.inputs):
            below = (self._reached[w] for w in gate.operands if w >= 0)
            self._reached.append(frozenset({place}).union(*below))
        # The gates that reach an output: dead ones are no part of the solver.
        driving = (o.wire for o in circuit.outputs if o.wire >= 0)
        self._live = frozenset().union(*(circuit.cones[w] for w in driving))
        self.objective: RenamedObjective | UtilityObjective
        if isinstance(task, OptimisationTask):
            self._most = len(task.candidates)
            self.objective = UtilityObjective(self.values, task)
        else:
            self._most = 1 << task.outputs
            self.objective = RenamedObjective(
                self.values, task.inputs, self.support, dials.reencoding
            )

    def choices(self) -> Iterator[tuple[Reading, ...]]:
        """Yield every choice of groups and readings that satisfies (a), sets of groups ascending.

        Of groups that matter, and that some gate outside their cones compares, these alone.
        """
        cones = self.circuit.cones
        wires = [
            w for w in range(self.circuit.wires) if len(cones[w]) >= self._dials.objective_gates
        ]
        sites = [
            site
            for site in combinations(wires, self._width)
            if self._is_read(site) and self._matters(site)
        ]

        def grow(chosen: tuple[Reading, ...], start: int) -> Iterator[tuple[Reading, ...]]:
            if len(chosen) >= self._dials.candidates and self._read_together(
                [r.wires for r in chosen]
            ):
                yield chosen
            if len(chosen) == self._most:
                return
            for place in range(start, len(sites)):
                site, held = sites[place], [reading.wires for reading in chosen]
                if any(self._feeds(site, other) or self._feeds(other, site) for other in held):
                    continue
                if len(chosen) + 1 == self._most and not self._read_together([*held, site]):
                    continue
                for reading in self.objective.readings(site, not chosen):
                    more = (*chosen, reading)
                    if len(more) == 1 or self.objective.is_one(more):
                        yield from grow(more, place + 1)

        yield from grow((), 0)

    def selects(self, choice: Sequence[Reading]) -> Selection | None:
        """Return the words of the groups and the order of values if (b) holds, else None."""
        words = tuple(r.word for r in choice if r.word is not None) or None
        exchanges = permutations(range(len(choice)))
        seen: set[Seen] = set()
        # Most choices fail as they stand, before anything is exchanged.
        for some in (islice(exchanges, 1), exchanges):
            for order in some:
                exchanged = self._seen(choice, order)
                if exchanged is None:
                    return None
                seen |= exchanged
            selection = select(seen, self.objective.orders(choice), words)
            if selection is None:
                return None
        return selection

    def normalised(
        self, choice: Sequence[Reading], selection: Selection
    ) -> tuple[tuple[Reading, ...], Selection]:
        """Return the choice by ascending words, and the selection of least order.

        Groups of several wires are read anew, all alike, so that the first is read as it is.
        """
        paired = sorted(
            zip(selection.words, choice, strict=True),
            key=lambda pair: sum(bit << i for i, bit in enumerate(pair[0])),
        )
        words = tuple(word for word, _ in paired)
        readings = tuple(reading for _, reading in paired)
        if self._width == 1:
            return readings, replace(selection, words=words)
        first = readings[0]
        places = sorted(range(self._width), key=first.wires.__getitem__)
        flips = [first.inverted[j] for j in places]
        read = tuple(
            replace(
                reading,
                wires=tuple(reading.wires[j] for j in places),
                inverted=tuple(
                    reading.inverted[j] ^ flip for j, flip in zip(places, flips, strict=True)
                ),
            )
            for reading in readings
        )
        seen = frozenset[Seen]().union(
            *(self._seen(read, order) or () for order in permutations(range(len(read))))
        )
        least = select(seen, self.objective.orders(read), words)
        assert least is not None
        return read, least

    def score(self, choice: Sequence[Reading]) -> Fraction:
        """Return (c) exactly: pairs (x, x') are counted by the values that x gives the groups."""
        wires = [w for reading in choice for w in reading.wires]
        moved = 0
        for values, holders in words_on([self.values[w] for w in wires], self.support).items():
            do = {w: self.full if v else 0 for w, v in zip(wires, values, strict=True)}
            endless = endless_bits(self.circuit, do) & self.support
            forced = words_on(self.circuit.output_bits(do), self.support & ~endless)
            for word, xs in words_on(self.plain, holders).items():
                moved += xs.bit_count() * endless.bit_count()
                moved += xs.bit_count() * sum(
                    ys.bit_count() for other, ys in forced.items() if other != word
                )
        words = words_on(self.plain, self.support)
        total = self.support.bit_count()
        unequal = sum(xs.bit_count() * (total - xs.bit_count()) for xs in words.values())
        return max(Fraction(0), 1 - Fraction(moved, unequal))

    def _seen(self, choice: Sequence[Reading], order: Sequence[int]) -> frozenset[Seen] | None:
        """Return values and words where group i has the value of group order[i].

        None if the solver then never ends on some input of the support.
        """
        flips = [[self.full if inverted else 0 for inverted in r.inverted] for r in choice]
        read = [
            [self.values[w] ^ flip for w, flip in zip(r.wires, own, strict=True)]
            for r, own in zip(choice, flips, strict=True)
        ]
        exchanged = [read[source] for source in order]
        do = {
            wire: table ^ flip
            for reading, tables, own in zip(choice, exchanged, flips, strict=True)
            for wire, table, flip in zip(reading.wires, tables, own, strict=True)
        }
        if endless_bits(self.circuit, do) & self.support:
            return None
        return seen_values(exchanged, self.circuit.output_bits(do), self.support)

    def _is_read(self, site: Site) -> bool:
        """Return whether the objective allows some reading, which costs less than to intervene."""
        return any(True for _ in self.objective.readings(site, True))

    def _feeds(self, site: Site, other: Site) -> bool:
        return any(wire in self._reached[w] for wire in site for w in other)

    def _matters(self, site: Site) -> bool:
        """Return whether every wire does: a value that differs in it alone moves the output."""
        taken = words_on([self.values[w] for w in site], self.support)
        held = {
            value: {w: self.full if bit else 0 for w, bit in zip(site, value, strict=True)}
            for value in taken
        }
        forced = {value: self.circuit.output_bits(do) for value, do in held.items()}
        endless = {value: endless_bits(self.circuit, do) for value, do in held.items()}

        def moves(place: int) -> bool:
            for value, inputs in taken.items():
                other = (*value[:place], 1 - value[place], *value[place + 1 :])
                if other in taken and (
                    endless[other] & inputs
                    or any(
                        (old ^ new) & inputs
                        for old, new in zip(self.plain, forced[other], strict=True)
                    )
                ):
                    return True
            return False

        return all(moves(place) for place in range(len(site)))

    def _read_together(self, sites: Sequence[Site]) -> bool:
        """Return whether a live gate outside the cones reads wires of two groups."""
        inputs = self.circuit.inputs
        group_of = {wire: i for i, site in enumerate(sites) for wire in site}
        inside = frozenset().union(*(self.circuit.cones[w] for w in group_of))
        return any(
            len({group_of[w] for w in self.circuit.gates[place - inputs].operands if w in group_of})
            >= 2
            for place in self._live - inside
        )


def witness_of(
    finder: GroupFinder, choice: Sequence[Reading], selection: Selection
) -> Mapping[str, Any]:
    """Return the witness of a choice as JSON values, candidates by their words as integers."""
    readings, selection = finder.normalised(choice, selection)
    cones, objective = finder.circuit.cones, finder.objective
    owned = [frozenset().union(*(cones[w] for w in r.wires)) for r in readings]
    listed: list[dict[str, Any]] = []
    for i, (word, reading) in enumerate(zip(selection.words, readings, strict=True)):
        others = frozenset().union(*owned[:i], *owned[i + 1 :])
        listed.append(
            {
                "word": list(word),
                "wires": list(reading.wires),
                "inverted": list(reading.inverted),
                "costs": [len(cones[w]) for w in reading.wires],
                "private_cost": len(owned[i] - others),
            }
        )
    other = None if selection.other is None else list(selection.other)
    order = list(selection.order)
    if isinstance(objective, UtilityObjective):
        phi = objective.common_map(readings) or {}
        levels = [{"utility": str(utility), "value": phi[utility]} for utility in sorted(phi)]
        return {
            "kind": "utility-search", "order": order, "map": levels,
            "candidates": listed, "other_word": other,
        }  # fmt: skip
    for entry, more in zip(listed, objective.fields(readings), strict=True):
        entry.update(more)
    if len(readings[0].wires) > 1:
        return {
            "kind": "scored-search", "order": order, "candidates": listed, "other_word": other
        }  # fmt: skip
    # A score of one bit: its one wire and cost are written as themselves.
    singles = [
        {
            "word": entry["word"],
            "wire": entry["wires"][0],
            "inverted": entry["inverted"][0],
            "cost": entry["costs"][0],
            "private_cost": entry["private_cost"],
            "reencoding": entry["reencoding"],
            "renaming": entry["renaming"],
        }
        for entry in listed
    ]
    return {"kind": "search", "candidates": singles, "other_word": other}
