"""The groups of wires by which a circuit may be searching, found exhaustively."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, permutations
from typing import Any

from mesacircuits.circuits.circuit import Wired
from mesacircuits.definitions.definition import endless_bits
from mesacircuits.definitions.search_objective import (
    Objective,
    Reading,
    RenamedObjective,
    UtilityObjective,
)
from mesacircuits.definitions.selection import (
    Seen,
    Selection,
    seen_values,
    select,
    words_on,
)
from mesacircuits.tasks import OptimisationTask, Task

__all__ = ["GroupFinder", "witness_of"]

Site = tuple[int, ...]


class GroupFinder:
    """The choices of groups of one circuit that satisfy (a) and (b) of `SearchLike`.

    Arguments:
        circuit: a circuit that solves the task.
        task: the task; one with utilities says what the objective is.
        candidates, objective_gates, wires_per_score, reencoding: the dials of `SearchLike`.
    """

    def __init__(
        self,
        circuit: Wired,
        task: Task,
        candidates: int,
        objective_gates: int,
        wires_per_score: int,
        reencoding: str,
    ) -> None:
        self.circuit = circuit
        self.support = task.support_bits
        self.full = (1 << (1 << task.inputs)) - 1
        self.values = circuit.wire_bits()
        self.plain = circuit.output_bits()
        self._least, self._gates, self._width = candidates, objective_gates, wires_per_score
        # Which wires feed each wire, inputs too (cones hold gates only), and the wire itself.
        self._reached: list[frozenset[int]] = [frozenset({i}) for i in range(task.inputs)]
        for place, gate in enumerate(circuit.gates, task.inputs):
            below = (self._reached[w] for w in gate.operands if w >= 0)
            self._reached.append(frozenset({place}).union(*below))
        # The gates that reach an output: dead ones are no part of the solver.
        driving = (o.wire for o in circuit.outputs if o.wire >= 0)
        self._live = frozenset().union(*(circuit.cones[w] for w in driving))
        self.objective: Objective
        if isinstance(task, OptimisationTask):
            self._most = len(task.candidates)
            self.objective = UtilityObjective(self.values, task)
        else:
            self._most = 1 << task.outputs
            self.objective = RenamedObjective(self.values, task.inputs, self.support, reencoding)

    def choices(self) -> Iterator[tuple[Reading, ...]]:
        """Yield every choice of groups and readings that satisfies (a), sets of groups ascending.

        Of groups that matter, and that some gate outside their cones compares, these alone.
        """
        cones = self.circuit.cones
        wires = [w for w in range(self.circuit.wires) if len(cones[w]) >= self._gates]
        sites = [
            site
            for site in combinations(wires, self._width)
            if self._is_read(site) and self._matters(site)
        ]

        def grow(chosen: tuple[Reading, ...], start: int) -> Iterator[tuple[Reading, ...]]:
            if len(chosen) >= self._least and self._read_together([r.wires for r in chosen]):
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
    assert isinstance(objective, RenamedObjective)
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
