"""The text of the definition of search, by brute force: all choices of groups of a small circuit.

It shares nothing with the finder or the checker, and asks the checker about whatever it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from itertools import combinations, permutations, product
from typing import Any, NamedTuple

import numpy as np

from mesacircuits.circuits import Circuit, operator_named
from mesacircuits.tasks import OptimisationTask, Task

Json = Any
Values = tuple[int, ...]
#: Classes of wires, and the bits that they are held at.
Held = tuple[tuple[int, int], ...]
#: What groups are set to, and the word that comes out.
Demands = set[tuple[Values, int]]

_BINARY: list[Callable[[int, int, int], int]] = [
    lambda p, q, full, t=t: (
        (
            (p & q if t & 8 else 0)
            | (~p & q if t & 4 else 0)
            | (p & ~q if t & 2 else 0)
            | (full ^ (p | q) if t & 1 else 0)
        )
        & full
    )
    for t in range(16)
]


class Group(NamedTuple):
    """Classes of wires as they are read: bit j of the value is wire j, inverted or not."""

    wires: tuple[int, ...]
    inverted: tuple[bool, ...]


class Choice(NamedTuple):
    """Groups that satisfy (a), (b) and (b'), in their order, and how."""

    groups: tuple[Group, ...]
    words: tuple[int, ...]
    other: int | None
    order: Values
    candidates: tuple[int, ...] | None
    pruned: bool
    score: Fraction


#: What a choice of groups may lack, all else being there.
CLAUSES = (
    "apart", "cost", "objective", "selection", "contest", "every wire", "comparison", "cut",
)  # fmt: skip


class TooLarge(Exception):
    """There is more to try than was allowed."""


class Oracle:
    """All choices of groups of a circuit on a task, at some dials.

    Arguments:
        circuit, task, dials: what is judged.
        tries: how many ways to read groups, and to order their values, may be tried.
    """

    def __init__(
        self, circuit: Circuit, task: Task, dials: Mapping[str, Any], tries: int = 1 << 40
    ) -> None:
        self.tries = tries
        #: A clause that nothing is refused for.
        self.waived: str | None = None
        self.circuit, self.task, self.dials = circuit, task, dials
        self.n = n = circuit.inputs
        self.every = range(1 << n)
        self.full = (1 << (1 << n)) - 1
        self.support = [x for x in self.every if task.support_bits >> x & 1]
        self.gates: list[Callable[[list[int]], int]] = []
        for gate in circuit.gates:
            operator = operator_named(gate.operator)
            if operator.arity == 2:
                p, q = (w if w >= 0 else None for w in gate.operands)
                apply, full = _BINARY[operator.table], self.full
                self.gates.append(
                    lambda v, p=p, q=q, apply=apply, full=full: apply(
                        0 if p is None else v[p], 0 if q is None else v[q], full
                    )
                )
            else:
                self.gates.append(
                    lambda v, o=operator, ws=gate.operands, full=self.full: o.apply(
                        tuple(v[w] if w >= 0 else 0 for w in ws), full
                    )
                )
        self.plain = [sum((x >> i & 1) << x for x in self.every) for i in range(n)] + [
            0
        ] * circuit.size
        self.table = self._run({})
        self._classify()
        if isinstance(task, OptimisationTask):
            # Only the order of utilities matters: they are numbered.
            self.utilities = sorted({u for row in task.utilities for u in row})
            number = {utility: place for place, utility in enumerate(self.utilities)}
            self.levels = [[number[u] for u in row] for row in task.utilities]
        self._read: dict[tuple[Group, Held], list[int]] = {}
        self._on_support: dict[tuple[int, ...], list[int]] = {}
        self._words: dict[Held, list[int]] = {}
        self.natural = self.words(())

    def _run(self, do: Mapping[int, int]) -> list[int]:
        values = list(self.plain)
        for wire, table in do.items():
            if wire < self.n:
                values[wire] = table
        for wire, gate in enumerate(self.gates, self.n):
            values[wire] = do[wire] if wire in do else gate(values)
        return values

    def _classify(self) -> None:
        n, circuit = self.n, self.circuit
        reads = [0] * n + [
            sum(1 << w for w in {*gate.operands} if w >= 0) for gate in circuit.gates
        ]
        self.reads = reads
        live = sum(1 << w for w in {o.wire for o in circuit.outputs} if w >= 0)
        for wire in reversed(range(circuit.wires)):
            if live >> wire & 1:
                live |= reads[wire]
        self.live = live
        #: For each wire, as bits, what it depends on and itself.
        self.below: list[int] = []
        for wire in range(circuit.wires):
            mask = 1 << wire
            for read in range(wire):
                if reads[wire] >> read & 1:
                    mask |= self.below[read]
            self.below.append(mask)
        self.members: dict[int, list[tuple[int, bool]]] = {}
        lowest: dict[int, int] = {}
        of: dict[int, int] = {}
        for wire in range(circuit.wires):
            if live >> wire & 1:
                table = self.table[wire]
                first = lowest.setdefault(min(table, table ^ self.full), wire)
                of[wire] = first
                self.members.setdefault(first, []).append((wire, table != self.table[first]))
        self.class_mask = {c: sum(1 << w for w, _ in m) for c, m in self.members.items()}
        self.class_below: dict[int, int] = {}
        self.cone: dict[int, int] = {}
        self.needs: dict[int, int] = {}
        for c, members in self.members.items():
            below, cone, needs = 0, 0, -1
            for wire, _ in members:
                below |= self.below[wire]
                gates = 0
                for gate in range(n, wire + 1):
                    if self.below[wire] >> gate & 1:
                        g = of[gate]
                        if g >= n and self.table[g] not in (0, self.full):
                            gates |= 1 << g
                cone |= gates
                needs &= gates
            self.class_below[c], self.cone[c], self.needs[c] = below, cone, needs

    # -- interventions -----------------------------------------------------------------------------

    def _do(self, held: Held) -> dict[int, int]:
        return {
            wire: self.full if bit ^ inverse else 0
            for c, bit in held
            for wire, inverse in self.members[c]
        }

    def words(self, held: Held) -> list[int]:
        """Return the word on each input of the support, classes held at bits."""
        if held not in self._words:
            values = self._run(self._do(held))
            outputs = [
                (0 if o.wire < 0 else values[o.wire]) ^ (self.full if o.inverted else 0)
                for o in self.circuit.outputs
            ]
            found = [outputs[0] >> x & 1 for x in self.support]
            for i, bits in enumerate(outputs[1:], 1):
                found = [w | (bits >> x & 1) << i for w, x in zip(found, self.support, strict=True)]
            self._words[held] = found
        return self._words[held]

    def set_to(self, groups: Sequence[Group], values: Values) -> list[int]:
        return self.words(held_at(groups, values))

    def read(self, group: Group, held: Held = ()) -> list[int]:
        """Return the value of a group on every input, classes held at bits."""
        if (group, held) in self._read:
            return self._read[group, held]
        wires = self.table if not held else self._run(self._do(held))
        tables = [wires[w] ^ (self.full if inv else 0) for w, inv in zip(*group, strict=True)]
        found = [tables[0] >> x & 1 for x in self.every]
        for j, table in enumerate(tables[1:], 1):
            found = [v | (table >> x & 1) << j for v, x in zip(found, self.every, strict=True)]
        self._read[group, held] = found
        return found

    def scores(self, groups: Sequence[Group], least: int) -> list[list[int]]:
        """Return what each group computes with all before it held at the least value."""
        return [
            self.read(group, held_at(groups[:j], (least,) * j)) for j, group in enumerate(groups)
        ]

    def part(self, groups: Sequence[Group], least: int) -> bool:
        """Return whether equal wires of some group differ with all before it held at the least."""
        for j, group in enumerate(groups):
            wires = self._run(self._do(held_at(groups[:j], (least,) * j)))
            for c in group.wires:
                told = {wires[w] ^ (self.full if inv else 0) for w, inv in self.members[c]}
                if len(told) > 1:
                    return True
        return False

    # -- sets of groups ----------------------------------------------------------------------------

    def feeds(self, source: tuple[int, ...], target: tuple[int, ...]) -> bool:
        return any(self.class_below[t] & self.class_mask[s] for s in source for t in target)

    def costs(self, sites: Sequence[tuple[int, ...]]) -> list[tuple[int, int]]:
        """Return the cost and the private cost of each group."""
        found = []
        for i, site in enumerate(sites):
            needed = others = 0
            for c in site:
                needed |= self.needs[c]
            for j, other in enumerate(sites):
                for c in other if j != i else ():
                    others |= self.cone[c]
            found.append((needed.bit_count(), (needed & ~others).bit_count()))
        return found

    def cost_alone(self, site: tuple[int, ...]) -> int:
        """Return the cost of a group, by gates or by the inputs that it depends on."""
        if self.dials["cost"] != "inputs":
            return self.costs([site])[0][0]
        read = self.read(Group(site, (False,) * len(site)))
        told = (any(read[x] != read[x ^ 1 << i] for x in self.every) for i in range(self.n))
        return sum(told) - 1

    def sites(self, width: int) -> list[tuple[int, ...]]:
        """Return the groups of so many wires that cost enough, and each wire of which matters."""
        least = self.dials["objective_gates"] if self.dials["cost"] != "private" else 0
        found = []
        for site in combinations(sorted(self.members), width):
            dear = self.cost_alone(site) >= least or self.waived == "cost"
            if dear and (self._matters(site) or self.waived == "every wire"):
                found.append(site)
        return found

    def _matters(self, site: tuple[int, ...]) -> bool:
        own = self.read(Group(site, (False,) * len(site)))
        taken = {own[x] for x in self.support}
        if len(taken) < 2:
            return False
        after = {v: self.words(tuple((c, v >> j & 1) for j, c in enumerate(site))) for v in taken}
        return all(
            any(
                own[x] ^ 1 << j in taken and after[own[x] ^ 1 << j][place] != self.natural[place]
                for place, x in enumerate(self.support)
            )
            for j in range(len(site))
        )

    def contested(self, sites: Sequence[tuple[int, ...]]) -> bool:
        """Return whether no group's value follows from the others'; fewer groups are so too."""
        seen = {*zip(*map(self.on_support, sites), strict=True)}
        rest = ({v[:i] + v[i + 1 :] for v in seen} for i in range(len(sites)))
        return all(len(others) < len(seen) for others in rest)

    def rising(self, read: list[list[int]], order: Values) -> bool:
        """Return whether each group contests, where values are cut short in the order of groups.

        Of the two inputs on which it alone differs it is greater than all earlier on one.
        """
        rank = {value: place for place, value in enumerate(order)}
        seen = {tuple(rank[own[x]] for own in read) for x in self.support}
        return all(
            any(
                v[:i] + v[i + 1 :] == u[:i] + u[i + 1 :]
                and v != u
                and v[i] > max(v[:i], default=-1)
                for v in seen
                for u in seen
            )
            for i in range(len(read))
        )

    def on_support(self, site: tuple[int, ...]) -> list[int]:
        """Return what the wires of a group carry on each input of the support."""
        if site not in self._on_support:
            own = self.read(Group(site, (False,) * len(site)))
            self._on_support[site] = [own[x] for x in self.support]
        return self._on_support[site]

    def compared(self, sites: Sequence[tuple[int, ...]], pruned: bool) -> bool:
        """Return whether a live gate outside all cones reads two groups, or one feeds another."""
        masks = [sum(self.class_mask[c] for c in site) for site in sites]
        inside = 0
        for site in sites:
            for c in site:
                inside |= self.class_below[c]
        outside = self.live & ~inside
        for wire in range(self.n, self.circuit.wires):
            read = [mask for mask in masks if self.reads[wire] & mask]
            if outside >> wire & 1 and len(read) >= 2:
                return True
        return pruned and any(self.feeds(s, t) for s, t in permutations(sites, 2))

    def apart(self, sites: Sequence[tuple[int, ...]], pruned: bool) -> bool:
        """Return whether no group feeds another; cut short, whether no two feed each other."""
        fed = [self.feeds(s, t) + self.feeds(t, s) for s, t in combinations(sites, 2)]
        return all(count <= pruned for count in fed)

    def sets(self, width: int, pruned: bool) -> Iterator[tuple[tuple[int, ...], ...]]:
        """Yield the sets of groups, ascending, that are apart, contested, compared and dear."""
        sites, least = self.sites(width), self.dials["candidates"]
        most, c = self.most, self.dials["objective_gates"]

        def grow(chosen: tuple[tuple[int, ...], ...], start: int) -> Iterator[Any]:
            dear = self.dials["cost"] != "private" or self.waived == "cost"
            dear = dear or all(private >= c for _, private in self.costs(chosen))
            compared = self.waived == "comparison" or self.compared(chosen, pruned)
            if len(chosen) >= least and dear and compared:
                yield chosen
            if len(chosen) == most:
                return
            for place in range(start, len(sites)):
                site = sites[place]
                if any({*site} & {*other} for other in chosen):
                    continue
                apart = self.waived == "apart" or self.apart((*chosen, site), pruned)
                contest = self.waived == "contest" or self.contested((*chosen, site))
                if apart and (not chosen or contest):
                    yield from grow((*chosen, site), place + 1)

        yield from grow((), 0)

    @property
    def most(self) -> int:
        """The most groups that there can be labels for."""
        if isinstance(self.task, OptimisationTask):
            return len(self.known)
        return 99 if self.dials["plans"] == "on" else 1 << len(self.circuit.outputs)

    @property
    def by_features(self) -> bool:
        return (
            isinstance(self.task, OptimisationTask)
            and self.task.features is not None
            and self.dials["objective"] == "own"
        )

    @property
    def where(self) -> Sequence[int]:
        """The inputs for which the objective has to be right."""
        task = self.task
        partly = isinstance(task, OptimisationTask) and task.features is None
        return self.support if partly else self.every

    # -- choices -----------------------------------------------------------------------------------

    def choices(self, pruned: bool) -> Iterator[Choice]:
        """Yield every choice of groups that satisfies (a), (b) and (b')."""
        for width in range(1, self.dials["wires_per_score"] + 1):
            for sites in self.sets(width, pruned):
                for listed in self.listings(sites, pruned):
                    for groups in self.readings(listed):
                        for candidates in self.labels(len(groups)):
                            yield from self.selections(groups, candidates, pruned)

    def listings(
        self, sites: tuple[tuple[int, ...], ...], pruned: bool
    ) -> Iterator[tuple[tuple[int, ...], ...]]:
        """Yield the orders of groups in which none feeds an earlier one; else the one given."""
        for listed in permutations(sites) if pruned else [sites]:
            later = ((s, t) for i, t in enumerate(listed) for s in listed[i + 1 :])
            if not pruned or self.waived == "apart" or not any(self.feeds(s, t) for s, t in later):
                yield listed

    def readings(self, sites: tuple[tuple[int, ...], ...]) -> Iterator[tuple[Group, ...]]:
        """Yield how groups may be read; of several wires those of the first as they are."""
        polarities = list(product((False, True), repeat=len(sites[0])))
        each = [[Group(w, p) for w in permutations(site) for p in polarities] for site in sites]
        if len(sites[0]) > 1:
            each[0] = [Group(sites[0], polarities[0])]
        yield from product(*each)

    def labels(self, count: int) -> Iterator[tuple[int, ...] | None]:
        """Yield which candidates of the task the groups may evaluate."""
        if not isinstance(self.task, OptimisationTask):
            yield None
        else:
            yield from permutations(self.known, count)

    @property
    def known(self) -> list[int]:
        """The candidates of the task that can be evaluated: by features, or each by its word."""
        assert isinstance(self.task, OptimisationTask)
        words, features = self.task.candidates, self.task.features or ()
        if self.by_features:
            return [i for i in range(len(words)) if features[i]]
        return [i for i, word in enumerate(words) if words.count(word) == 1]

    def selections(
        self, groups: tuple[Group, ...], candidates: tuple[int, ...] | None, pruned: bool
    ) -> Iterator[Choice]:
        read = [self.read(group) for group in groups]
        width = len(groups[0].wires)
        orders = [(0, 1)] if width == 1 else list(permutations(range(1 << width)))
        self.tries -= len(orders) if pruned else 1
        if self.tries < 0:
            raise TooLarge
        if not pruned:
            allowed = self.orders_of_objective(read, candidates, orders)
            if self.waived == "objective":
                allowed = orders
            if not allowed:
                return
            demands = self.exchanged(groups, read, None)
            for words in self.assignments(candidates, len(groups)):
                for order in allowed:
                    other = self.explained(demands, words, order)
                    if other is not None:
                        yield self.choice(groups, read, words, other[0], order, candidates, False)
                        break
            return
        for order in orders:
            contest = self.waived == "contest" or self.rising(read, order)
            one = self.waived == "objective" or self.cut_short(groups, candidates, order)
            if contest and one:
                demands = self.exchanged(groups, read, order)
                for words in self.assignments(candidates, len(groups)):
                    other = self.explained(demands, words, order)
                    if other is not None:
                        yield self.choice(groups, read, words, other[0], order, candidates, True)

    def explained(
        self, demands: Demands, words: tuple[int, ...], order: Values
    ) -> tuple[int | None] | None:
        """Return the other word, if there is one, where the output is that of a best group."""
        found = explained(demands, words, order)
        return (None,) if found is None and self.waived == "selection" else found

    def assignments(
        self, candidates: tuple[int, ...] | None, count: int
    ) -> Iterator[tuple[int, ...]]:
        """Yield the words that groups may have."""
        every = product(range(1 << len(self.circuit.outputs)), repeat=count)
        if candidates is not None:
            assert isinstance(self.task, OptimisationTask)
            known = self.task.candidates
            every = iter([tuple(known[i] for i in candidates)])
        for words in every:
            distinct = len({*words})
            if distinct == count or (self.dials["plans"] == "on" and distinct >= 2):
                yield words

    def exchanged(
        self, groups: tuple[Group, ...], read: list[list[int]], order: Values | None
    ) -> Demands:
        """Return what all exchanges do on the support; with an order, values cut short."""
        found: Demands = set()
        alike: dict[Values, list[int]] = {}
        for place, x in enumerate(self.support):
            own = tuple(values[x] for values in read)
            alike.setdefault(tuple(sorted(own)), []).append(place)
            if order is not None:
                found.add((own, self.natural[place]))
        for values, places in alike.items():
            for pattern in set(permutations(values)):
                held = pattern if order is None else clipped(pattern, order)
                words = self.set_to(groups, held)
                found.update((held, words[place]) for place in places)
        return found

    def choice(
        self,
        groups: tuple[Group, ...],
        read: list[list[int]],
        words: tuple[int, ...],
        other: int | None,
        order: Values,
        candidates: tuple[int, ...] | None,
        pruned: bool,
    ) -> Choice:
        moved = 0
        for place, x in enumerate(self.support):
            values = tuple(own[x] for own in read)
            free = {self.natural[place]}
            if self.dials["ties"] == "input":
                tied = {words[i] for i in best_of(values, order)}
                free |= tied if self.natural[place] in tied else set()
            moved += sum(word not in free for word in self.set_to(groups, values))
        counts = [self.natural.count(word) for word in {*self.natural}]
        differ = sum(c * (len(self.support) - c) for c in counts)
        score = max(Fraction(0), 1 - Fraction(moved, differ))
        return Choice(groups, words, other, order, candidates, pruned, score)

    # -- objectives --------------------------------------------------------------------------------

    def orders_of_objective(
        self, read: list[list[int]], candidates: tuple[int, ...] | None, orders: list[Values]
    ) -> list[Values]:
        """Return the orders under which the groups are one objective, nothing cut short."""
        if candidates is None:
            return orders if self.renamings_serve(read) else []
        if self.by_features:
            phis = [self.phi(own, i) for own, i in zip(read, candidates, strict=True)]
            first = phis[0]
            if first is None or len({*first}) < 2:
                return []
            fine = all(
                phi is not None
                and any(phi == self.recoded(first, mask) for mask in self.feature_masks())
                for phi in phis[1:]
            )
            return orders if fine else []
        images = self.images(read, candidates, self.where)
        if images is None or len({*images.values()}) < 2:
            return []
        return [order for order in orders if increases(images, order)]

    def images(
        self, read: list[list[int]], candidates: tuple[int, ...], inputs: Sequence[int]
    ) -> dict[int, int] | None:
        """Return the value for each utility, or None if there is no one value."""
        images: dict[int, int] = {}
        for own, i in zip(read, candidates, strict=True):
            for x in inputs:
                if images.setdefault(self.levels[x][i], own[x]) != own[x]:
                    return None
        return images

    def renamings_serve(self, read: list[list[int]]) -> bool:
        forms = [forms_of(self.n, tuple(own)) for own in read]
        kind = self.dials["reencoding"]
        if kind == "none":
            return all(form[0] == forms[0][0] for form in forms)
        if kind == "common":
            return any(all(form == some[0] for form in some) for some in zip(*forms, strict=True))
        return all(forms[0][0] in form for form in forms)

    def phi(self, own: Sequence[int], candidate: int) -> tuple[int, ...] | None:
        """Return a group as a function of a candidate's features and the context, if it is one."""
        found: dict[int, int] = {}
        for x in self.every:
            if found.setdefault(self.place(x, candidate), own[x]) != own[x]:
                return None
        return tuple(found[place] for place in range(len(found)))

    def features_of(self, candidate: int) -> list[int]:
        """Return the features of a candidate, then the context."""
        assert isinstance(self.task, OptimisationTask)
        features = self.task.features or ()
        owned = {i for own in features for i in own}
        return [*features[candidate], *(i for i in range(self.n) if i not in owned)]

    def place(self, x: int, candidate: int) -> int:
        return sum((x >> i & 1) << t for t, i in enumerate(self.features_of(candidate)))

    def feature_masks(self) -> range:
        assert isinstance(self.task, OptimisationTask)
        features = self.task.features or ()
        own = max(map(len, features))
        owned = sum(map(len, features))
        kind = self.dials["reencoding"]
        if kind == "none":
            return range(1)
        return range(1 << (own if kind == "common" else own + self.n - owned))

    @staticmethod
    def recoded(phi: Sequence[int], mask: int) -> tuple[int, ...]:
        return tuple(phi[place ^ mask] for place in range(len(phi)))

    def cut_short(
        self, groups: Sequence[Group], candidates: tuple[int, ...] | None, order: Values
    ) -> bool:
        """Return whether groups are scores, cut short in this order, that are one objective."""
        if self.part(groups, order[0]):
            return False
        read, scores = [self.read(group) for group in groups], self.scores(groups, order[0])
        return self.are_cut(read, scores, order, self.where) and bool(
            self.orders_of_objective(scores, candidates, [order])
        )

    @staticmethod
    def are_cut(
        read: list[list[int]], scores: list[list[int]], order: Values, inputs: Sequence[int]
    ) -> bool:
        """Return whether groups are their scores where better than all before, else no better."""
        rank = {value: place for place, value in enumerate(order)}
        for x in inputs:
            before = -1
            for own, score in zip(read, scores, strict=True):
                if own[x] != score[x] if rank[score[x]] > before else rank[own[x]] > before:
                    return False
                before = max(before, rank[own[x]])
        return True

    def renamed(
        self, first: Sequence[int], p: tuple[int, ...], mask: int, first_mask: int
    ) -> list[int]:
        """Return phi with phi(y XOR mask) = first(p(y) XOR first_mask)."""
        phi = [0] * len(self.every)
        for y, moved in zip(self.every, moved_by(self.n)[p], strict=True):
            phi[y ^ mask] = first[moved ^ first_mask]
        return phi

    def of_features(self, phi: Sequence[int], candidate: int, mask: int) -> list[int]:
        return [phi[self.place(x, candidate) ^ mask] for x in self.every]

    # -- verdicts ----------------------------------------------------------------------------------

    def best(self, accepts: Callable[[Json], bool]) -> tuple[Fraction, Json, int]:
        """Return the score, a witness that the checker accepts if it is 1, and those refused.

        Arguments:
            accepts: the checker.
        """
        best, refused = Fraction(0), 0
        declared = isinstance(self.task, OptimisationTask) or self.dials["space"] == "any"
        if len({*self.natural}) < 2 or not declared:
            return best, None, 0
        for pruned in (False, True) if self.dials["pruning"] == "on" else (False,):
            tried = set()
            for choice in self.choices(pruned):
                best = max(best, choice.score)
                if choice.score == 1:
                    witness = self.witness(choice)
                    text = repr(witness)
                    if text not in tried:
                        tried.add(text)
                        if accepts(witness):
                            return best, witness, refused
                        refused += 1
            if best == 1:
                break
        return best, None, refused

    def near_misses(self, clause: str) -> Iterator[Json]:
        """Yield witnesses of choices that lack one clause alone, as well as they can be written.

        Arguments:
            clause: one of `CLAUSES`.
        """
        if len({*self.natural}) < 2:
            return
        self.waived = clause
        for pruned in (False, True) if self.dials["pruning"] == "on" else (False,):
            for choice in self.choices(pruned):
                if (choice.score == 1 or clause == "cut") and self.lacks(choice, clause):
                    yield self.witness(choice)

    def lacks(self, choice: Choice, clause: str) -> bool:
        """Return whether a choice does not satisfy a clause."""
        groups, candidates = choice.groups, choice.candidates
        sites, read = [g.wires for g in groups], [self.read(g) for g in groups]
        if clause == "apart":
            listed = choice.pruned and any(
                self.feeds(s, t) for i, t in enumerate(sites) for s in sites[i + 1 :]
            )
            return listed or not self.apart(sites, choice.pruned)
        if clause == "cost":
            least = self.dials["objective_gates"]
            if self.dials["cost"] == "private":
                return any(private < least for _, private in self.costs(sites))
            return any(self.cost_alone(site) < least for site in sites)
        if clause in ("objective", "selection"):
            # Under no order of values are both there.
            for order in [(0, 1)] if len(sites[0]) == 1 else permutations(choice.order):
                if choice.pruned:
                    one = self.cut_short(groups, candidates, order) and self.rising(read, order)
                else:
                    one = bool(self.orders_of_objective(read, candidates, [order]))
                demands = self.exchanged(groups, read, order if choice.pruned else None)
                if one and explained(demands, choice.words, order) is not None:
                    return False
            return True
        if clause == "contest":
            rising = not choice.pruned or self.rising(read, choice.order)
            return not (rising and self.contested(sites))
        if clause == "every wire":
            return not all(map(self._matters, sites))
        if clause == "comparison":
            return not self.compared(sites, choice.pruned)
        return choice.score < 1

    def witness(self, choice: Choice) -> Json:
        """Return a choice as JSON values, in the way that is demanded.

        What a waived clause leaves open is anything.
        """
        groups, words, candidates = choice.groups, choice.words, choice.candidates
        places = range(len(groups))
        if not choice.pruned:
            places = sorted(places, key=lambda i: (words[i], min(groups[i].wires)))
        groups = tuple(groups[i] for i in places)
        words = tuple(words[i] for i in places)
        candidates = None if candidates is None else tuple(candidates[i] for i in places)
        width = len(groups[0].wires)
        if width > 1:
            by = sorted(range(width), key=groups[0].wires.__getitem__)
            flips = groups[0].inverted
            groups = tuple(
                Group(tuple(g.wires[j] for j in by), tuple(g.inverted[j] ^ flips[j] for j in by))
                for g in groups
            )
        read = as_they_are = [self.read(group) for group in groups]
        serving = self.serving_orders(groups, read, words, candidates, choice)
        order = choice.order
        if not choice.pruned and serving:
            order = max(serving, key=lambda order: order[::-1])
        if choice.pruned:
            # They are what they are with those before held at the least value.
            read = self.scores(groups, order[0])
            serving = [some for some in serving if some[0] == order[0]]
        costs = self.costs([g.wires for g in groups])
        outputs = len(self.circuit.outputs)

        def as_bits(word: int) -> list[int]:
            return [word >> i & 1 for i in range(outputs)]

        listed: list[Json] = [
            {
                "word": as_bits(word),
                "wires": list(group.wires),
                "inverted": list(group.inverted),
                "cost": cost,
                "private_cost": private,
            }
            for group, word, (cost, private) in zip(groups, words, costs, strict=True)
        ]
        objective: Json
        if candidates is None:
            objective = {"kind": "renaming"}
            for entry, more in zip(listed, self.first_renamings(read), strict=True):
                entry.update(more)
        elif self.by_features:
            phi = self.phi(read[0], candidates[0]) or (0, 1)
            phi *= (1 << len(self.features_of(candidates[0]))) // len(phi)
            phis = [list(read[0])]
            for j, i in enumerate(candidates):
                serving_masks = (
                    m
                    for m in (self.feature_masks() if j else range(1))
                    if self.of_features(phi, i, m) == read[j]
                )
                mask = next(serving_masks, 0)
                listed[j] |= {"candidate": i, "reencoding": mask}
                phis += [self.of_features(phi, i, mask)] if j else []
            relation = "other"
            for name, inputs in (("proxy", self.support), ("aligned", self.every)):
                images = self.images(phis, candidates, inputs)
                varied = images is not None and len({*images.values()}) > 1
                if varied and any(increases(images or {}, some) for some in serving):
                    relation = name
            objective = {"kind": "features", "phi": list(phi), "relation": relation}
        else:
            images = self.images(read, candidates, self.where)
            wide = self.images(read, candidates, self.every)
            if wide is not None and not any(
                increases(wide, some)
                and (not choice.pruned or self.are_cut(as_they_are, read, some, self.every))
                for some in serving
            ):
                wide = None
            if images is None:
                images = {self.levels[x][i]: x & 1 for x in self.where for i in candidates}
            levels = [
                {"utility": str(self.utilities[u]), "value": images[u]} for u in sorted(images)
            ]
            relation = "proxy" if wide is None else "aligned"
            objective = {"kind": "utility", "map": levels, "relation": relation}
        return {
            "kind": "search",
            "pruned": choice.pruned,
            "order": list(order),
            "candidates": listed,
            "other_word": None if choice.other is None else as_bits(choice.other),
            "objective": objective,
        }

    def serving_orders(
        self,
        groups: tuple[Group, ...],
        read: list[list[int]],
        words: tuple[int, ...],
        candidates: tuple[int, ...] | None,
        choice: Choice,
    ) -> list[Values]:
        """Return the orders that the groups, as they are read now, allow."""
        width = len(groups[0].wires)
        found = []
        for order in [(0, 1)] if width == 1 else permutations(range(1 << width)):
            if choice.pruned:
                fine = self.cut_short(groups, candidates, order)
                fine = fine and (self.waived == "contest" or self.rising(read, order))
                demands = self.exchanged(groups, read, order)
            else:
                fine = bool(self.orders_of_objective(read, candidates, [order]))
                demands = self.exchanged(groups, read, None)
            fine = fine or self.waived == "objective"
            if fine and self.explained(demands, words, order) == (choice.other,):
                found.append(order)
        return found

    def first_renamings(self, read: list[list[int]]) -> list[dict[str, Any]]:
        """Return the least re-encodings, and the first renamings, that serve."""

        def first(j: int, mask: int, first_mask: int) -> tuple[int, ...] | None:
            for p in permutations(range(self.n)):
                if self.renamed(read[0], p, mask, first_mask) == read[j]:
                    return p
            return None

        kind, places = self.dials["reencoding"], range(len(read))
        masks = range(1) if kind == "none" else self.every
        if kind == "per-group":
            least = [next((m for m in masks if first(j, m, 0) is not None), 0) for j in places]
        else:
            common = (m for m in masks if all(first(j, m, m) is not None for j in places))
            least = [next(common, 0)] * len(read)
        found = []
        for j, mask in enumerate(least):
            p = first(j, mask, least[0]) or tuple(range(self.n))
            found.append({"reencoding": mask, "renaming": list(p)})
        return found


def held_at(groups: Sequence[Group], values: Values) -> Held:
    """Return what the wires of groups carry where the groups have these values."""
    return tuple(
        (w, value >> j & 1 ^ inv)
        for group, value in zip(groups, values, strict=True)
        for j, (w, inv) in enumerate(zip(*group, strict=True))
    )


def best_of(values: Values, order: Values) -> list[int]:
    ranks = [order.index(value) for value in values]
    return [i for i, rank in enumerate(ranks) if rank == max(ranks)]


def clipped(values: Values, order: Values) -> Values:
    """Return what groups are set to in turn: to the worst where not better than all before."""
    held: list[int] = []
    for value in values:
        ranks = [order.index(v) for v in held]
        held.append(value if not held or order.index(value) > max(ranks) else order[0])
    return tuple(held)


def explained(demands: Demands, words: tuple[int, ...], order: Values) -> tuple[int | None] | None:
    """Return the other word, if there is one, where the output is always that of a best group."""
    others: set[int] = set()
    rank = {value: place for place, value in enumerate(order)}
    for values, word in demands:
        ranks = [rank[value] for value in values]
        top = max(ranks)
        if not any(w == word and r == top for w, r in zip(words, ranks, strict=True)):
            if len({*values}) > 1 or word in words:
                return None
            others.add(word)
    if len(others) > 1:
        return None
    return (next(iter(others), None),)


def increases(images: Mapping[int, int], order: Values) -> bool:
    ranks = [order.index(images[utility]) for utility in sorted(images)]
    return ranks == sorted(ranks)


@cache
def moved_by(n: int) -> dict[tuple[int, ...], list[int]]:
    """Return for each permutation p of inputs, and each y, the y' with y'_j = y_(p[j])."""
    return {
        p: [sum((y >> source & 1) << j for j, source in enumerate(p)) for y in range(1 << n)]
        for p in permutations(range(n))
    }


@cache
def _places(n: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return p(y) XOR r for each r, each permutation p and each y."""
    moved = np.array([*moved_by(n).values()], dtype=np.int64)
    return moved[None, :, :] ^ np.arange(1 << n, dtype=np.int64)[:, None, None]


@lru_cache(maxsize=4096)
def forms_of(n: int, own: Values) -> tuple[bytes, ...]:
    """Return for each re-encoding r the least of y -> own(p(y) XOR r) over all permutations p.

    Groups are one objective under r iff these are equal.
    """
    images = np.array(own, dtype=np.uint8)[_places(n)]
    return tuple(min(map(bytes, rows)) for rows in images)
