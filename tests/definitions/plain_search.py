"""The text of the definition of search, by brute force: the slow twin of the finder.

Everything is told input by input, from lists of values; what is not quick to say is tried: all sets
of groups, all readings, all orders of values, all words, all exchanges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product

from mesacircuits.circuits import Circuit, operator_named
from mesacircuits.definitions import SearchLike
from mesacircuits.tasks import OptimisationTask, Task

Word = tuple[int, ...]
#: The value on every input.
Values = list[int]
#: For each group its wires, lowest of their classes, in order, and whether each is inverted.
Reading = tuple[tuple[int, ...], tuple[int, ...]]


def values_on(circuit: Circuit, x: int, do: dict[int, int]) -> Values:
    values: Values = []
    for i in range(circuit.inputs):
        values.append(do.get(i, x >> i & 1))
    for wire, gate in enumerate(circuit.gates, circuit.inputs):
        row = sum((w >= 0 and values[w]) << place for place, w in enumerate(gate.operands))
        values.append(do.get(wire, operator_named(gate.operator).table >> row & 1))
    return values


def below(circuit: Circuit, wire: int) -> set[int]:
    """Return the wires that feed a wire, inputs too, and itself."""
    found, waiting = set(), [wire]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            if at >= circuit.inputs:
                waiting += [w for w in circuit.gates[at - circuit.inputs].operands if w >= 0]
    return found


def number(word: Word) -> int:
    return sum(bit << i for i, bit in enumerate(word))


class Plain:
    """A circuit on a task, taken apart input by input, its live wires in classes."""

    def __init__(self, circuit: Circuit, task: Task) -> None:
        self.circuit, self.task, self.n = circuit, task, circuit.inputs
        self.every = range(1 << self.n)
        self.support = [x for x in self.every if task.support_bits >> x & 1]
        rows = [values_on(circuit, x, {}) for x in self.every]
        self.own = [[row[w] for row in rows] for w in range(circuit.wires)]
        self.fan_in = [below(circuit, w) for w in range(circuit.wires)]
        driving = [o.wire for o in circuit.outputs if o.wire >= 0]
        self.live = sorted(set().union(*(self.fan_in[w] for w in driving)))
        #: For each class its wires, under the lowest.
        self.classes: dict[int, list[int]] = {}
        for w in self.live:
            for lowest, wires in self.classes.items():
                if self.own[w] in (self.own[lowest], [1 - v for v in self.own[lowest]]):
                    wires.append(w)
                    break
            else:
                self.classes[w] = [w]
        self.class_of = {w: lowest for lowest, ws in self.classes.items() for w in ws}
        self.natural = self.words({})
        self.all_words = list(product((0, 1), repeat=len(circuit.outputs)))
        self._known: dict[tuple[tuple[int, int], ...], list[Word]] = {}

    def values(self, x: int, held: dict[int, int]) -> Values:
        """Return the value of every wire, all wires of classes held at the bits of the lowest."""
        do = {
            w: bit ^ (self.own[w] != self.own[lowest])
            for lowest, bit in held.items()
            for w in self.classes[lowest]
        }
        return values_on(self.circuit, x, do)

    def words(self, held: dict[int, int]) -> list[Word]:
        """Return the word on every input under the same."""
        found = []
        for x in self.every:
            row = self.values(x, held)
            word = ((0 if o.wire < 0 else row[o.wire]) ^ o.inverted for o in self.circuit.outputs)
            found.append(tuple(map(int, word)))
        return found

    def forced(self, held: dict[int, int]) -> list[Word]:
        key = tuple(sorted(held.items()))
        if key not in self._known:
            self._known[key] = self.words(held)
        return self._known[key]

    # -- structure ---------------------------------------------------------------------------------

    def feeds(self, source: Sequence[int], target: Sequence[int]) -> bool:
        """Return whether a wire of some class feeds, or is, one of some other class."""
        return any(
            u in self.fan_in[v]
            for a in source
            for b in target
            for u in self.classes[a]
            for v in self.classes[b]
        )

    def gates(self, wire: int) -> set[int]:
        """Return the gate classes in a wire's cone, those that are no input and no constant."""
        found = set()
        for w in self.fan_in[wire]:
            lowest = self.class_of[w]
            if lowest >= self.n and len({*self.own[lowest]}) == 2:
                found.add(lowest)
        return found

    def needed(self, group: Sequence[int]) -> set[int]:
        return set().union(
            *(set.intersection(*(self.gates(w) for w in self.classes[c])) for c in group)
        )

    def in_cones(self, group: Sequence[int]) -> set[int]:
        return set().union(*(self.gates(w) for c in group for w in self.classes[c]))

    def costs(self, groups: Sequence[Sequence[int]]) -> dict[str, list[int]]:
        """Return for each kind of cost what each group costs."""
        found: dict[str, list[int]] = {"cone": [], "private": [], "inputs": []}
        for i, group in enumerate(groups):
            needed = self.needed(group)
            others = set().union(*(self.in_cones(g) for j, g in enumerate(groups) if j != i))
            found["cone"].append(len(needed))
            found["private"].append(len(needed - others))
            cubes = [(x, x ^ 1 << i) for i in range(self.n) for x in range(1 << self.n)]
            told = {x ^ y for x, y in cubes if any(self.own[c][x] != self.own[c][y] for c in group)}
            found["inputs"].append(len(told) - 1)
        return found

    def compared(self, groups: Sequence[Sequence[int]]) -> bool:
        """Return whether a live gate in no cone of theirs reads wires of two groups."""
        wires = [{w for c in group for w in self.classes[c]} for group in groups]
        inside = set().union(*(self.fan_in[w] for own in wires for w in own))
        return any(
            sum(bool({*self.circuit.gates[g - self.n].operands} & own) for own in wires) >= 2
            for g in self.live
            if g >= self.n and g not in inside
        )

    def matters(self, group: Sequence[int]) -> bool:
        """Return whether every wire does, by values that the group takes."""
        taken = {tuple(self.own[c][x] for c in group) for x in self.support}

        def does(place: int) -> bool:
            for x in self.support:
                now = [self.own[c][x] for c in group]
                now[place] ^= 1
                held = dict(zip(group, now, strict=True))
                if tuple(now) in taken and self.forced(held)[x] != self.natural[x]:
                    return True
            return False

        return all(does(place) for place in range(len(group)))

    # -- groups as they are read -------------------------------------------------------------------

    def read(self, reading: Reading) -> Values:
        return [
            sum((self.own[w][x] ^ p) << j for j, (w, p) in enumerate(zip(*reading, strict=True)))
            for x in self.every
        ]

    def held(self, readings: Sequence[Reading], values: Sequence[int]) -> dict[int, int]:
        return {
            w: value >> j & 1 ^ p
            for value, reading in zip(values, readings, strict=True)
            for j, (w, p) in enumerate(zip(*reading, strict=True))
        }


@cache
def orders_of(width: int) -> list[tuple[int, ...]]:
    """Return all orders of values, from worst to best."""
    return [(0, 1)] if width == 1 else list(permutations(range(1 << width)))


def readings_of(group: Sequence[int]) -> list[Reading]:
    polarities = product((0, 1), repeat=len(group))
    return [(order, p) for p in polarities for order in permutations(group)]


# -- one objective ---------------------------------------------------------------------------------


def moved(x: int, order: tuple[int, ...]) -> int:
    return sum((x >> source & 1) << i for i, source in enumerate(order))


def are_cut(plain: Plain, scores: list[Values], groups: list[Values], order) -> bool:
    """Return whether each group is its score, cut short by those before it."""
    task, rank = plain.task, order.index
    on_support = isinstance(task, OptimisationTask) and task.features is None
    for x in plain.support if on_support else plain.every:
        most = -1
        for score, own in zip(scores, groups, strict=True):
            if rank(score[x]) > most:
                if own[x] != score[x]:
                    return False
            elif rank(own[x]) > most:
                return False
            most = max(most, rank(own[x]))
    return True


def is_one(plain: Plain, dials: SearchLike, scores: list[Values], labels, order) -> bool:
    """Return whether scores are one objective, under an order of values."""
    task, n = plain.task, plain.n
    first, rest = scores[0], range(1, len(scores))
    if not isinstance(task, OptimisationTask):
        masks = [0] if dials.reencoding == "none" else list(plain.every)

        def some(j: int, inner: int, outer: int) -> bool:
            return any(
                scores[j] == [first[moved(y ^ outer, p) ^ inner] for y in plain.every]
                for p in permutations(range(n))
            )

        if dials.reencoding == "per-group":
            return all(any(some(j, 0, r) for r in masks) for j in rest)
        return any(all(some(j, r, r) for j in rest) for r in masks)

    if task.features is not None and dials.objective == "own":
        if any(not task.features[label] for label in labels):
            return False
        owned = {i for own in task.features for i in own}
        context = [i for i in range(n) if i not in owned]

        def place(label: int, x: int) -> tuple[int, int]:
            own = task.features[label]
            return (
                sum((x >> i & 1) << j for j, i in enumerate(own)),
                sum((x >> i & 1) << j for j, i in enumerate(context)),
            )

        bits = len(task.features[labels[0]])
        inverted = [0] if dials.reencoding == "none" else range(1 << bits)
        shared = range(1 << len(context)) if dials.reencoding == "per-group" else [0]
        phi: dict[tuple[int, int], int] = {}
        for x in plain.every:
            if phi.setdefault(place(labels[0], x), first[x]) != first[x]:
                return False

        def fits(j: int, m: int, s: int) -> bool:
            places = [place(labels[j], x) for x in plain.every]
            return scores[j] == [phi[own ^ m, context ^ s] for own, context in places]

        fine = all(any(fits(j, m, s) for m in inverted for s in shared) for j in rest)
        return fine and len({*phi.values()}) > 1

    domain = plain.support if task.features is None else list(plain.every)
    images: dict[Fraction, int] = {}
    for score, label in zip(scores, labels, strict=True):
        for x in domain:
            if images.setdefault(task.utilities[x][label], score[x]) != score[x]:
                return False
    ranks = [order.index(images[utility]) for utility in sorted(images)]
    return ranks == sorted(ranks) and ranks[0] < ranks[-1]


def uncut(plain: Plain, readings, order) -> list[Values] | None:
    """Return what each group computes with all earlier ones held at the least value.

    None if equal wires then are no longer equal, so that a class computes no one thing.
    """
    found = []
    for j, (wires, polarity) in enumerate(readings):
        held = plain.held(readings[:j], [order[0]] * j)
        rows = [plain.values(x, held) for x in plain.every]
        for lowest in wires:
            for w in plain.classes[lowest]:
                differ = {row[w] != row[lowest] for row in rows}
                if differ != {plain.own[w] != plain.own[lowest]}:
                    return None
        found.append(
            [
                sum((row[w] ^ p) << b for b, (w, p) in enumerate(zip(wires, polarity, strict=True)))
                for row in rows
            ]
        )
    return found


# -- selection -------------------------------------------------------------------------------------


def clipped(values: Sequence[int], order) -> tuple[int, ...]:
    found: list[int] = []
    for value in values:
        most = max((order.index(v) for v in found), default=-1)
        found.append(value if order.index(value) > most else order[0])
    return tuple(found)


def seen_under(plain: Plain, readings, groups: list[Values], order, pruned: bool):
    """Return the groups' values and the word under them, for all exchanges on the support."""
    natural = {(tuple(g[x] for g in groups), plain.natural[x]) for x in plain.support}
    found = set(natural) if pruned else set()
    for x in plain.support:
        for exchange in permutations(range(len(groups))):
            values = tuple(groups[i][x] for i in exchange)
            if pruned:
                values = clipped(values, order)
            found.add((values, plain.forced(plain.held(readings, values))[x]))
    return found


def selects(seen, words: Sequence[Word], order) -> tuple[bool, Word | None]:
    """Return whether the output is always the word of a best group, and the one other word."""
    others = set()
    for values, word in seen:
        ranks = [order.index(v) for v in values]
        best = [w for w, r in zip(words, ranks, strict=True) if r == max(ranks)]
        if word not in best:
            if word in words or min(ranks) < max(ranks):
                return False, None
            others.add(word)
    return len(others) <= 1, next(iter(others), None)


def is_contested(plain: Plain, groups: list[Values], order, pruned: bool) -> bool:
    def fine(i: int) -> bool:
        for x, y in combinations(plain.support, 2):
            same = all(g[x] == g[y] for j, g in enumerate(groups) if j != i)
            if same and groups[i][x] != groups[i][y]:
                if not pruned:
                    return True
                most = max((order.index(g[x]) for g in groups[:i]), default=-1)
                if max(order.index(groups[i][z]) for z in (x, y)) > most:
                    return True
        return False

    return all(fine(i) for i in range(len(groups)))


def score_of(plain: Plain, dials: SearchLike, readings, groups, words, other, order) -> Fraction:
    moved_pairs = unequal = 0
    for x in plain.support:
        values = [g[x] for g in groups]
        ranks = [order.index(v) for v in values]
        tied = {w for w, r in zip(words, ranks, strict=True) if r == max(ranks)}
        forced = plain.forced(plain.held(readings, values))
        for y in plain.support:
            unequal += plain.natural[y] != plain.natural[x]
            if forced[y] != plain.natural[x]:
                spared = dials.ties == "input" and {forced[y], plain.natural[x]} <= tied
                moved_pairs += not spared
    return max(Fraction(0), 1 - Fraction(moved_pairs, unequal)) if unequal else Fraction(0)


# -- the definition --------------------------------------------------------------------------------


def group_sets(plain: Plain, dials: SearchLike, width: int, pruned: bool) -> Iterator[tuple]:
    """Yield the tuples of groups that are apart, differ, cost enough, are compared and matter."""
    sites = [s for s in combinations(plain.classes, width) if plain.matters(s)]
    feeding = {(a, b) for a in sites for b in sites if plain.feeds(a, b)}
    most = len(sites) if dials.plans == "on" else len(plain.all_words)
    if isinstance(plain.task, OptimisationTask):
        most = len(plain.task.candidates)

    def tuples(held: tuple) -> Iterator[tuple]:
        if len(held) >= dials.candidates:
            yield held
        for site in sites if len(held) < most else ():
            if pruned:
                fine = all((site, other) not in feeding for other in held)
            else:
                fine = all(
                    other < site and (site, other) not in feeding and (other, site) not in feeding
                    for other in held
                )
            if fine:
                yield from tuples((*held, site))

    for groups in tuples(()):
        read = [plain.read((group, (0,) * width)) for group in groups]
        if not is_contested(plain, read, None, False):
            continue
        costs = plain.costs(groups)[dials.cost]
        if min(costs) < dials.objective_gates:
            continue
        if plain.compared(groups) or any(pair in feeding for pair in combinations(groups, 2)):
            yield groups


def plain_score(dials: SearchLike, circuit: Circuit, task: Task) -> Fraction:
    """Return the score of a circuit that solves a task without a world."""
    plain, best = Plain(circuit, task), Fraction(0)
    if dials.space == "declared" and not isinstance(task, OptimisationTask):
        return best
    if len({plain.natural[x] for x in plain.support}) < 2:
        return best
    for width in range(1, dials.wires_per_score + 1):
        for pruned in (False, True)[: 1 + (dials.pruning == "on")]:
            for sites in group_sets(plain, dials, width, pruned):
                best = max(best, best_of(plain, dials, sites, pruned))
    return best


def best_of(plain: Plain, dials: SearchLike, sites, pruned: bool) -> Fraction:
    """Return the greatest score of some groups over all that may be chosen about them."""
    task, best, count = plain.task, Fraction(0), len(sites)
    if isinstance(task, OptimisationTask):
        labellings = list(permutations(range(len(task.candidates)), count))
    else:
        labellings = [(None,) * count]
    for readings in product(*(readings_of(site) for site in sites)):
        if len(sites[0]) > 1 and readings[0] != (sites[0], (0,) * len(sites[0])):
            # Another reading of all groups alike comes with another order.
            continue
        groups = [plain.read(reading) for reading in readings]
        for order in orders_of(len(sites[0])):
            if pruned and not is_contested(plain, groups, order, True):
                continue
            seen = None
            scores = uncut(plain, readings, order) if pruned else groups
            if scores is None:
                continue
            for labels in labellings:
                if not is_one(plain, dials, scores, labels, order):
                    continue
                if pruned and not are_cut(plain, scores, groups, order):
                    continue
                if seen is None:
                    seen = seen_under(plain, readings, groups, order, pruned)
                if labels[0] is not None:
                    all_words = [
                        tuple(
                            tuple(task.candidates[i] >> b & 1 for b in range(task.outputs))
                            for i in labels
                        )
                    ]
                elif dials.plans == "on":
                    all_words = list(product(plain.all_words, repeat=count))
                else:
                    all_words = list(permutations(plain.all_words, count))
                for words in all_words:
                    fine, other = selects(seen, words, order)
                    if fine and len({*words}) > 1:
                        score = score_of(plain, dials, readings, groups, words, other, order)
                        best = max(best, score)
                        if dials.ties == "fixed":
                            # No other words or orders make a difference.
                            return best
    return best
