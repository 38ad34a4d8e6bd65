"""What makes groups of wires one objective, and what that demands of the order of their values."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.tasks import OptimisationTask

__all__ = [
    "Ahead",
    "Demands",
    "FeatureObjective",
    "Map",
    "Objective",
    "Order",
    "Reading",
    "RenamedObjective",
    "Site",
    "UtilityObjective",
    "Values",
    "best_order",
    "joined_ahead",
    "meets",
    "orders",
    "regions_of",
]

#: All values of a group, from the worst to the best.
Order = tuple[int, ...]
#: The classes of wires of a group, each by its lowest wire.
Site = tuple[int, ...]
#: The values of all groups on some input.
Values = tuple[int, ...]
#: Of the values in the second set the best is one in the first. Sets of values are masks.
Demand = tuple[int, int]
Demands = frozenset[Demand]
#: What may be known of the objective of groups that are cut short, and what the order must meet.
Option = tuple[Hashable, Demands]
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
        by_word = sorted(range(len(features)), key=task.candidates.__getitem__)
        self.places = {i: (*features[i], *context) for i in by_word if features[i]}
        self.width = own_bits + len(context)
        inverted = {"none": 0, "common": own_bits, "per-group": self.width}[reencoding]
        self.masks = range(1 << inverted)
        self._projected: dict[tuple[int, int], int | None] = {}
        self._expanded: dict[tuple[int, int, int], int] = {}

    def kind(self, site: Site) -> Hashable:
        """Return how many inputs have each value: those of no value in particular."""
        parts = regions_of((self.tables[w] for w in site), self.full)
        return tuple(sorted(part.bit_count() for part in parts))

    def labels(self, site: Site) -> Sequence[int | None]:
        """Return the candidates on whose features, and the context, all wires depend alone."""
        return [i for i in self.places if all(self.projected(w, i) is not None for w in site)]

    def every_label(self) -> Sequence[int | None]:
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
        # A group is told by its word, so that it can evaluate no candidate that shares one.
        words = task.candidates
        own = [i for i, word in enumerate(words) if words.count(word) == 1]
        self._by_word = sorted(own, key=words.__getitem__)
        #: For each candidate its utilities, and the inputs on which it has each.
        self.levels: list[dict[Fraction, int]] = [{} for _ in words]
        for x, row in enumerate(task.utilities):
            if domain >> x & 1:
                for levels, utility in zip(self.levels, row, strict=True):
                    levels[utility] = levels.get(utility, 0) | 1 << x
        self._maps: dict[tuple[int, int], bool] = {}

    def labels(self, site: Site) -> Sequence[int | None]:
        """Return the candidates of whose utility all wires are functions, by their words."""
        return [i for i in self.every_label() if all(self._is_map(w, i) for w in site)]

    def every_label(self) -> list[int]:
        """Return all candidates that have words of their own, by these."""
        return self._by_word

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
        """Return the map that serves under the order, the worst where more than one does."""
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
        phi = min(maps, key=lambda phi: [order.index(value) for _, value in phi])
        tables = [next(iter(self.objectives(phi, first, reading)))[1] for reading in readings]
        return [{} for _ in readings], phi, tables
