"""Circuits that score by two wires, and a slow reading of the definition of search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mesacircuits.circuits import Circuit, Gate, Output, operator_named
from mesacircuits.circuits.bases import B2
from mesacircuits.tasks import Task

Word = tuple[int, ...]
Group = tuple[int, ...]
#: A group as read: its value on every input of the support.
Read = dict[int, int]


def values_on(circuit: Circuit, x: int, do: dict[int, int]) -> list[int]:
    values: list[int] = []
    for i in range(circuit.inputs):
        values.append(do.get(i, x >> i & 1))
    for wire, gate in enumerate(circuit.gates, circuit.inputs):
        row = sum((w >= 0 and values[w]) << place for place, w in enumerate(gate.operands))
        values.append(do.get(wire, operator_named(gate.operator).table >> row & 1))
    return values


def word_on(circuit: Circuit, x: int, do: dict[int, int]) -> Word:
    values = values_on(circuit, x, do)
    return tuple((0 if o.wire < 0 else values[o.wire]) ^ o.inverted for o in circuit.outputs)


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


class Oracle:
    """The text of the definition, by brute force: groups of w wires of one circuit on a task."""

    def __init__(self, circuit: Circuit, task: Task, width: int) -> None:
        self.circuit, self.width = circuit, width
        self.support = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
        self.fan_in = [below(circuit, wire) for wire in range(circuit.wires)]
        self.own = {x: values_on(circuit, x, {}) for x in self.support}
        self.natural = {x: word_on(circuit, x, {}) for x in self.support}
        self.live: set[int] = set()
        for output in circuit.outputs:
            self.live |= self.fan_in[output.wire] if output.wire >= 0 else set()
        self.words = list(product((0, 1), repeat=len(circuit.outputs)))

    def group_sets(self) -> Iterator[tuple[Group, ...]]:
        """Yield the sets of two or more groups that are apart, compared, and matter."""
        groups = [g for g in combinations(range(self.circuit.wires), self.width) if self.matter(g)]
        for count in range(2, len(self.words) + 1):
            for chosen in combinations(groups, count):
                apart = all(
                    u not in self.fan_in[v] and v not in self.fan_in[u]
                    for one, other in combinations(chosen, 2)
                    for u in one
                    for v in other
                )
                if apart and self.compared(chosen):
                    yield chosen

    def matter(self, group: Group) -> bool:
        taken = {tuple(self.own[x][w] for w in group) for x in self.support}

        def does(place: int) -> bool:
            for x in self.support:
                now = [self.own[x][w] for w in group]
                now[place] ^= 1
                do = dict(zip(group, now, strict=True))
                if tuple(now) in taken and word_on(self.circuit, x, do) != self.natural[x]:
                    return True
            return False

        return all(does(place) for place in range(len(group)))

    def compared(self, groups: tuple[Group, ...]) -> bool:
        inside = set().union(*(self.fan_in[w] for group in groups for w in group))
        return any(
            sum(bool({*gate.operands} & {*group}) for group in groups) >= 2
            for place, gate in enumerate(self.circuit.gates, self.circuit.inputs)
            if place in self.live - inside
        )

    def cheapest(self, groups: tuple[Group, ...]) -> int:
        """Return the least number of gates in the cone of a wire."""
        n = self.circuit.inputs
        return min(sum(w >= n for w in self.fan_in[wire]) for group in groups for wire in group)

    def readings(self, groups: tuple[Group, ...]) -> Iterator[tuple[tuple[Group, Group], ...]]:
        """Yield for each group its wires in some order, and the polarity of each."""
        polarities = list(product((0, 1), repeat=self.width))
        each = [[(order, p) for order in permutations(g) for p in polarities] for g in groups]
        yield from product(*each)

    def read(self, reading: tuple[Group, Group]) -> Read:
        return {
            x: sum((self.own[x][w] ^ p) << j for j, (w, p) in enumerate(zip(*reading, strict=True)))
            for x in self.support
        }

    def seen(self, readings: tuple[tuple[Group, Group], ...]) -> set[tuple[Word, Word]]:
        """Return values of the groups, and the word under them, for all exchanges."""
        read = [self.read(reading) for reading in readings]
        found = set()
        for order in permutations(range(len(readings))):
            for x in self.support:
                values = tuple(read[i][x] for i in order)
                do = {
                    w: value >> j & 1 ^ p
                    for value, (wires, polarity) in zip(values, readings, strict=True)
                    for j, (w, p) in enumerate(zip(wires, polarity, strict=True))
                }
                found.add((values, word_on(self.circuit, x, do)))
        return found

    def orders(self) -> list[Word]:
        return [(0, 1)] if self.width == 1 else list(permutations(range(1 << self.width)))


def explained(seen: set[tuple[Word, Word]], order: Word, words: tuple[Word, ...]) -> bool:
    """Return whether the output is always the word of a best group."""
    others = set()
    for values, word in seen:
        ranks = [order.index(value) for value in values]
        best = [w for w, rank in zip(words, ranks, strict=True) if rank == max(ranks)]
        if word not in best:
            if word in words or len(best) < len(words):
                return False
            others.add(word)
    return len(others) <= 1


def one_objective(read: list[Read], inputs: int, support: list[int], reencoding: str) -> bool:
    """Return whether values on the support are one objective under the re-encodings allowed."""
    masks = [r for r in range(1 << inputs) if {x ^ r for x in support} == {*support}]

    def renamed(x: int, order: tuple[int, ...]) -> int:
        return sum((x >> source & 1) << i for i, source in enumerate(order))

    orders = [
        p for p in permutations(range(inputs)) if {renamed(x, p) for x in support} == {*support}
    ]

    def same(g: Read, h: Read) -> bool:
        return any(all(g[x] == h[renamed(x, p)] for x in support) for p in orders)

    coded = [[{x: h[x ^ r] for x in support} for r in masks] for h in read]
    if reencoding == "none":
        return all(same(read[0], h) for h in read[1:])
    if reencoding == "common":
        return any(
            all(same(coded[0][place], h[place]) for h in coded[1:]) for place in range(len(masks))
        )
    return any(all(any(same(g, h) for h in other) for other in coded[1:]) for g in coded[0])


@st.composite
def pair_scorers(draw: DrawFn, inputs: int, outputs: int) -> Circuit:
    """Draw copies of an objective of two wires, inputs renamed, and gates that compare them."""
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return inputs + len(gates) - 1

    names = st.sampled_from(B2.names)
    bare = draw(st.booleans())
    kinds = [draw(names), draw(names)]
    groups = []
    order = draw(st.permutations(range(inputs)))
    for turn in range(2):
        # Apart where there are inputs enough, and that is drawn.
        if turn and draw(st.booleans()):
            order = order[2:] + order[:2] if len(order) > 3 else draw(st.permutations(order))
        a, b = order[:2]
        groups.append((a, b) if bare else (add(kinds[0], a, b), add(kinds[1], a, b)))
    (u, v), (s, t) = groups
    end = draw(st.sampled_from(["lexicographic", "lexicographic", "thermometer", "any"]))
    if end == "any":
        first, second = add(draw(names), u, s), add(draw(names), v, t)
        drivers = [add(draw(names), first, second)]
    else:
        high = add(draw(st.sampled_from(["butnot", "notbut"])), u, s)
        low = add(draw(st.sampled_from(["butnot", "notbut"])), v, t)
        if end == "lexicographic":
            low = add("butnot", low, add("xor", u, s))
        drivers = [add("or", high, low)]
    if outputs == 2:
        drivers.append(draw(st.sampled_from([drivers[0], add(draw(names), u, s)])))
    return Circuit(inputs, tuple(gates), tuple(Output(w, draw(st.booleans())) for w in drivers))
