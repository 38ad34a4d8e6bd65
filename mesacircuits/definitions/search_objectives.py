"""What makes groups of wires one objective, and what that demands of the order of their values."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.tasks import OptimisationTask

__all__ = [
    "Ahead",
    "Demands",
    "FeatureObjective",
    "Map",
    "Objective",
    "Order",
    "RenamedObjective",
    "Score",
    "UtilityObjective",
    "Values",
    "above_all",
    "best_order",
    "cut_demands",
    "joined_ahead",
    "meets",
    "orders",
    "regions_of",
]

#: All values of a group, from the worst to the best.
Order = tuple[int, ...]
#: The values of all groups on some input.
Values = tuple[int, ...]
#: Of the values in the second set the best is one in the first. Sets of values are masks.
Demand = tuple[int, int]
Demands = frozenset[Demand]
#: For each set of values the inputs on which earlier groups have these values.
Ahead = dict[int, int]


# -- orders of values ------------------------------------------------------------------------------


def orders(count: int, demands: Collection[Demand]) -> Iterator[Order]:
    """Yield the orders of so many values, worst first, that meet all demands.

    Those with the greater best value come first, of them those with the greater second best, and
    so on. Of two values, which are those of a wire, the order is 0, 1: it may be read inverted.

    A value may stand next, from the best on, iff it is one of the first set of each demand that is
    not met yet and whose second set it is in. One that may stand next may do so later too, so that
    to place whichever may leads nowhere into a dead end.

    >>> first, second, *_ = orders(4, {(0b0010, 0b0011), (0b1000, 0b1100)})
    >>> first, second
    ((0, 1, 2, 3), (0, 2, 1, 3))
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


# -- one objective ---------------------------------------------------------------------------------


class Score(NamedTuple):
    """What a group evaluates.

    Attributes:
        tables: the tables of its wires as they are read; wire j is bit j of the value.
        label: the number of the candidate of the task, if it has candidates.
    """

    tables: tuple[int, ...]
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


def above_all(least: int, count: int) -> Demands:
    """Return the demand that of so many values one is the least.

    >>> sorted(above_all(0, 4))
    [(2, 3), (4, 5), (8, 9)]
    """
    others = (value for value in range(count) if value != least)
    return frozenset((1 << value, 1 << value | 1 << least) for value in others)


def cut_demands(score: Sequence[int], own: Sequence[int], ahead: Ahead, domain: int) -> Demands:
    """Return what is demanded of the order so that a group is a score cut short.

    Where the two differ, some earlier group's value is at least that of either.

    Arguments:
        score: for each value the inputs on which the score has it.
        own: the same for the group.
        ahead: the values of all earlier groups.
        domain: the inputs that count.

    >>> sorted(cut_demands([0b0011, 0b1100], [0b0111, 0b1000], {1: 0b0011, 2: 0b1100}, 0b1111))
    [(2, 3)]
    >>> sorted(cut_demands([0b0011, 0b1100], [0b0111, 0b1000], {1: 0b1111}, 0b1111))
    [(1, 3)]
    """
    found = set()
    for earlier, inside in ahead.items():
        for value, on in enumerate(score):
            if not on & inside & domain & ~own[value]:
                continue
            for cut, got in enumerate(own):
                among = earlier | 1 << value | 1 << cut
                if cut != value and on & inside & domain & got and among != earlier:
                    found.add((earlier, among))
    return frozenset(found)


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


class Objective:
    """What makes scores one objective.

    A *state* says what is known of the objective of some scores, so that a further one can be held
    against it.

    Arguments:
        inputs: the number of inputs n.
        domain: the inputs on which scores are compared.
        reencoding: one of `REENCODINGS`.
    """

    def __init__(self, inputs: int, domain: int, reencoding: str) -> None:
        self.inputs, self.domain, self.reencoding = inputs, domain, reencoding
        self.full = (1 << (1 << inputs)) - 1

    #: The candidates that a group may evaluate; one that is None, if the task has none.
    labels: Sequence[int | None] = (None,)

    def fits(self, table: int, label: int | None) -> bool:
        """Return whether a wire may be one of the score of a candidate."""
        return True

    def kind(self, tables: Sequence[int]) -> Hashable:
        """Return what is the same for all scores of one objective, however their wires are read."""
        return ()

    def begin(self, first: Score) -> Any:
        """Return the state of one score; None if it can be none."""
        raise NotImplementedError

    def join(self, state: Any, held: Sequence[Score], score: Score) -> Any:
        """Return the state of the scores held and one more; None if they are no one objective."""
        raise NotImplementedError

    def demands(self, state: Any) -> Demands:
        """Return what the objective demands of the order of values."""
        return frozenset()

    def fields(self, scores: Sequence[Score], state: Any) -> list[dict[str, object]]:
        """Return for each score what the witness says of how it is the objective."""
        return [{} for _ in scores]


class RenamedObjective(Objective):
    """One objective without utilities: scores that renamings of inputs carry to each other.

    With G_i(y) the value of score i, scores are one objective iff there is a mask r such that each
    G_i(y XOR r) is G_0(p_i(y) XOR r) for a permutation p_i of inputs, for all y. Where re-encodings
    are `none`, r is 0; where they are `per-group`, each score has a mask of its own, G_0's 0. The
    state is the masks that serve.
    """

    def __init__(self, inputs: int, domain: int, reencoding: str) -> None:
        super().__init__(inputs, domain, reencoding)
        orders, masks = np_group(inputs)
        self.orders, self._masks = orders, masks
        self.masks = range(1 if reencoding == "none" else 1 << inputs)
        self._images: dict[int, NDArray[np.uint64]] = {}
        self._forms: dict[tuple[int, ...], tuple[Values, ...]] = {}
        self._counts: dict[tuple[int, ...], tuple[int, ...]] = {}

    def kind(self, tables: Sequence[int]) -> Hashable:
        """Return how many inputs have each value: those of no value in particular."""
        return tuple(sorted(part.bit_count() for part in regions_of(tables, self.full)))

    def begin(self, first: Score) -> tuple[int, ...]:
        """Return all masks, of which with `per-group` one stands for all."""
        return (0,) if self.reencoding == "per-group" else tuple(self.masks)

    def join(
        self, state: tuple[int, ...], held: Sequence[Score], score: Score
    ) -> tuple[int, ...] | None:
        """Return the masks that serve for this score too."""
        # Renamings and re-encodings permute the inputs, so each value has as many in every score.
        if self._count(score.tables) != self._count(held[0].tables):
            return None
        first, own = self._form(held[0].tables), self._form(score.tables)
        return tuple(mask for mask in state if first[mask] == own[mask]) or None

    def fields(self, scores: Sequence[Score], state: Any) -> list[dict[str, object]]:
        """Return for each score the least re-encoding and the first renaming that serve."""
        found: list[dict[str, object]] = []
        firsts = self._image(scores[0].tables)
        mask = 0 if self.reencoding == "per-group" else state[0]
        columns = self.masks if self.reencoding == "per-group" else (mask,)
        for score in scores:
            # For each renaming (row) and mask whether one carries the first score to this one.
            same = np.logical_and.reduce(
                [
                    first[:, [mask]] == image[0, list(columns)]
                    for first, image in zip(firsts, self._image(score.tables), strict=True)
                ]
            )
            column = int(np.flatnonzero(same.any(axis=0))[0])
            row = int(np.flatnonzero(same[:, column])[0])
            order = [int(i) for i in self.orders[row << self.inputs]]
            found.append({"reencoding": columns[column], "renaming": order})
        return found

    def _count(self, tables: tuple[int, ...]) -> tuple[int, ...]:
        if tables not in self._counts:
            parts = regions_of(tables, self.full)
            self._counts[tables] = tuple(part.bit_count() for part in parts)
        return self._counts[tables]

    def _image(self, tables: tuple[int, ...]) -> list[NDArray[np.uint64]]:
        """Return each table under renaming p (row) after re-encoding r (column)."""
        found = []
        for table in tables:
            # A table and its inverse have inverse images.
            least = min(table, table ^ self.full)
            if least not in self._images:
                bits = np.uint64(least)
                moved = images_under(bits, self.inputs, self.orders, self._masks)
                self._images[least] = moved.reshape(-1, 1 << self.inputs)[:, : len(self.masks)]
            found.append(self._images[least] ^ np.uint64(table ^ least))
        return found

    def _form(self, tables: tuple[int, ...]) -> tuple[Values, ...]:
        """Return, for each re-encoding, the least image: equal iff a renaming carries one to it.

        With `per-group`, the least of all.
        """
        if tables not in self._forms:
            images = self._image(tables)
            alive = np.ones(images[0].shape, dtype=np.bool_)
            least = []
            for image in images:
                lowest = np.where(alive, image, ~np.uint64(0)).min(axis=0)
                alive &= image == lowest
                least.append(lowest.tolist())
            forms = tuple(zip(*least, strict=True))
            self._forms[tables] = (min(forms),) if self.reencoding == "per-group" else forms
        return self._forms[tables]


class FeatureObjective(Objective):
    """One objective of candidates' features: one function of own features and the context.

    Scores i of candidates with features f_i are one objective iff there are a function phi and
    masks m_i such that G_i(x) = phi(f_i(x) XOR m_i, s(x)) for all x, s(x) the context. Where
    re-encodings are `none`, m_i is 0; where they are `per-group`, it may invert the context too.
    The state is the least phi under such inversions.
    """

    def __init__(self, task: OptimisationTask, domain: int, reencoding: str) -> None:
        super().__init__(task.inputs, domain, reencoding)
        features = task.features or ()
        owned = {place for own in features for place in own}
        context = tuple(place for place in range(task.inputs) if place not in owned)
        own_bits = max(map(len, features), default=0)
        by_word = sorted(range(len(features)), key=task.candidates.__getitem__)
        #: For each candidate with features the inputs that its score may depend on.
        self.places = {i: (*features[i], *context) for i in by_word if features[i]}
        self.labels = tuple(self.places)
        self.width = own_bits + len(context)
        inverted = {"none": 0, "common": own_bits, "per-group": self.width}[reencoding]
        self.masks = range(1 << inverted)
        self._projected: dict[tuple[int, int], int | None] = {}

    def kind(self, tables: Sequence[int]) -> Hashable:
        """Return how many inputs have each value: those of no value in particular."""
        return tuple(sorted(part.bit_count() for part in regions_of(tables, self.full)))

    def fits(self, table: int, label: int | None) -> bool:
        """Return whether a wire depends on a candidate's features and the context alone."""
        return self._projection(table, label) is not None

    def _projection(self, table: int, label: int | None) -> int | None:
        """Return a table over a candidate's features and the context.

        None if it depends on anything else.
        """
        assert label is not None
        if (table, label) not in self._projected:
            places = self.places[label]
            found = sum(
                (table >> sum((k >> j & 1) << place for j, place in enumerate(places)) & 1) << k
                for k in range(1 << self.width)
            )
            whole = 0
            for x in range(1 << self.inputs):
                k = sum((x >> place & 1) << j for j, place in enumerate(places))
                whole |= (found >> k & 1) << x
            self._projected[table, label] = found if whole == table else None
        return self._projected[table, label]

    def phi(self, score: Score, mask: int = 0) -> tuple[int, ...] | None:
        """Return the tables of a score over features, XOR a mask, and context, if it has some."""
        found = []
        for each in score.tables:
            table = self._projection(each, score.label)
            if table is None:
                return None
            found.append(sum((table >> (k ^ mask) & 1) << k for k in range(1 << self.width)))
        return tuple(found)

    def begin(self, first: Score) -> tuple[int, ...] | None:
        """Return the least table under the masks allowed."""
        phis = (self.phi(first, mask) for mask in self.masks)
        return min((phi for phi in phis if phi is not None), default=None)

    def join(
        self, state: tuple[int, ...], held: Sequence[Score], score: Score
    ) -> tuple[int, ...] | None:
        """Return the same if this score's is it too, and no other is its candidate's."""
        fits = score.label not in [other.label for other in held]
        return state if fits and self.begin(score) == state else None

    def fields(self, scores: Sequence[Score], state: Any) -> list[dict[str, object]]:
        """Return for each score its candidate, and the least mask that serves."""
        first = self.phi(scores[0])
        return [
            {
                "candidate": score.label,
                "reencoding": next(m for m in self.masks if self.phi(score, m) == first),
            }
            for score in scores
        ]


#: For each utility the value that it is mapped to, utilities ascending.
Map = tuple[tuple[Fraction, int], ...]


class UtilityObjective(Objective):
    """One objective where utilities are given: scores that are one monotone map of utility.

    Scores i of words w_i are one objective iff there are a map phi from utilities to values and an
    order of values such that phi increases weakly and G_i(x) = phi(U(x, w_i)) for all x of the
    domain. The order of utilities alone counts: no increasing change of U matters. The state is
    phi.
    """

    def __init__(self, task: OptimisationTask, domain: int, reencoding: str) -> None:
        super().__init__(task.inputs, domain, reencoding)
        # A group is told by its word, so that it can evaluate no candidate that shares one.
        words = task.candidates
        own = [i for i, word in enumerate(words) if words.count(word) == 1]
        by_word = sorted(own, key=words.__getitem__)
        self.labels = tuple(by_word)
        #: For each candidate its utilities, and the inputs on which it has each.
        self.levels: list[dict[Fraction, int]] = [{} for _ in words]
        for x, row in enumerate(task.utilities):
            if domain >> x & 1:
                for levels, utility in zip(self.levels, row, strict=True):
                    levels[utility] = levels.get(utility, 0) | 1 << x

    def fits(self, table: int, label: int | None) -> bool:
        """Return whether a wire is a function of a candidate's utility."""
        assert label is not None
        return all(table & inputs in (0, inputs) for inputs in self.levels[label].values())

    def begin(self, first: Score) -> Map | None:
        """Return the map of one score; None if it is no function of the utility."""
        return self._more((), first)

    def join(self, state: Map, held: Sequence[Score], score: Score) -> Map | None:
        """Return the map of all scores; None if two disagree, or are of one candidate."""
        if score.label in [other.label for other in held]:
            return None
        return self._more(state, score)

    def _more(self, state: Map, score: Score) -> Map | None:
        assert score.label is not None
        phi, regions = dict(state), regions_of(score.tables, self.full)
        for utility, inputs in self.levels[score.label].items():
            value = next(v for v, part in enumerate(regions) if part & inputs)
            if regions[value] & inputs != inputs or phi.setdefault(utility, value) != value:
                return None
        return tuple(sorted(phi.items()))

    def demands(self, state: Map) -> Demands:
        """Return that the map increases weakly."""
        steps = ((below, above) for (_, below), (_, above) in pairwise(state) if below != above)
        return frozenset((1 << above, 1 << below | 1 << above) for below, above in steps)
