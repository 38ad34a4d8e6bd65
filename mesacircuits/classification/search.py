"""Search-like: the solver evaluates candidates and selects the best (intervene on evaluations)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.npn import np_group
from mesacircuits.circuits.npn_kernels import images_under
from mesacircuits.classification.definition import (
    SEARCH_LIKE,
    Judgement,
    Solver,
    definition_record,
    solver_of,
)
from mesacircuits.classification.selection import select_words, words_on
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task

__all__ = ["REENCODINGS", "SearchLike"]

#: How the objective may be re-encoded before groups are compared (see `SearchLike`).
REENCODINGS = ("common", "none", "per-group")


@dataclass(frozen=True, slots=True)
class SearchLike:
    """The default definition of search, with groups of one wire.

    A circuit is search-like on a task with support S iff there are k' >= k distinct candidate
    words and for each of them one wire, read as it is or inverted, such that

    (a) *evaluate*: no wire lies in another's fan-in cone; each cone holds at least c gates; and
        the wires compute one objective: after one re-encoding y = x XOR r common to all, each is
        the other under a renaming (permutation) of inputs, on S;
    (b) *select*: on S, and after any exchange of the wires' values, the output is the word of a
        candidate of maximal value, ties by any rule (where all are equal one fixed other word is
        allowed); each wire changes the output somewhere; some gate outside the cones, from which an
        output is reached, reads two;
    (c) *cut*: with the wires held fixed nothing else moves the output. The score is the greatest
        1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)], x and x' uniform on S, over the
        choices that satisfy (a) and (b); 0 if there are none or the output is constant on S.

    Arguments:
        candidates: k, at least 2; a lower bound. One output bit admits only two candidates.
        objective_gates: c, at least 0: the gates of a whole cone; at 0 bare inputs are candidates.
        wires_per_score: w; this version knows w = 1.
        reencoding: `common`; `none` (r = 0); or `per-group` (a re-encoding for each wire).

    Raises `ArgumentError` for dials outside those ranges.

    Source: E. Hubinger et al., *Risks from Learned Optimization in Advanced Machine Learning
    Systems*, 2019, section 1.1: a system is an optimizer if it is "internally searching through a
    search space [...] looking for those elements that score high according to some objective
    function that is explicitly represented within the system".

    >>> from mesacircuits.tasks import parse_task
    >>> c = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; out = g3")
    >>> SearchLike().judge(c, parse_task("expr:(a & b) & ~(c & d)")).score
    Fraction(1, 1)
    """

    candidates: int = 2
    objective_gates: int = 1
    wires_per_score: int = 1
    reencoding: str = "common"

    name: ClassVar[str] = "search-like"
    tag: ClassVar[str] = SEARCH_LIKE
    version: ClassVar[int] = 1
    source: ClassVar[str] = "Hubinger et al. 2019, section 1.1"
    formula: ClassVar[str] = (
        "k or more wires, one per candidate word, compute one objective of at least c gates; the "
        "output is the word of a wire of maximal value, also after any exchange of their values; "
        "with them fixed nothing else moves it"
    )
    blind_to: ClassVar[str] = (
        "objectives of several wires, searches in which no two evaluations exist at once, "
        "and whatever happens off the support"
    )

    def __post_init__(self) -> None:
        for name, value, least in (
            ("candidates", self.candidates, 2),
            ("objective_gates", self.objective_gates, 0),
        ):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise ArgumentError(name, f"a whole number of at least {least}", value)
        if self.wires_per_score != 1 or isinstance(self.wires_per_score, bool):
            raise ArgumentError("wires_per_score", "1", self.wires_per_score)
        if self.reencoding not in REENCODINGS:
            raise ArgumentError("reencoding", f"one of {', '.join(REENCODINGS)}", self.reencoding)

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""
        return {
            "candidates": self.candidates,
            "objective_gates": self.objective_gates,
            "wires_per_score": self.wires_per_score,
            "reencoding": self.reencoding,
        }

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a circuit on a task, with a witness iff it is 1.

        Raises `ArgumentError` if the circuit does not solve the task.
        """
        circuit = solver_of(solver, task)
        best, witness = Fraction(0), None
        finder = _Finder(self, circuit, task)
        if len(words_on(circuit.output_bits(), finder.support)) > 1:
            for group in finder.groups():
                selection = finder.selects(group)
                if selection is None:
                    continue
                score = finder.score(group)
                if score > best:
                    best = score
                if score == 1:
                    witness = finder.witness(group, *selection)
                    break
        return Judgement(definition_record(self), self.tag, best, witness)


_Literal = tuple[int, bool]


class _Finder:
    """The wires of one circuit, their objectives up to re-encoding and renaming, and choices."""

    def __init__(self, definition: SearchLike, circuit: Circuit, task: Task) -> None:
        self.definition = definition
        self.circuit = circuit
        self.support = task.support_bits
        self.inputs = task.inputs
        self.full = (1 << (1 << task.inputs)) - 1
        self.values = circuit.wire_bits()
        # Which wires feed each wire, inputs too (cones hold gates only), and the wire itself.
        self.reached: list[frozenset[int]] = [frozenset({i}) for i in range(self.inputs)]
        for place, gate in enumerate(circuit.gates, self.inputs):
            below = (self.reached[w] for w in gate.operands if w >= 0)
            self.reached.append(frozenset({place}).union(*below))
        orders, masks = np_group(self.inputs)
        # The gates that reach an output: dead ones are no part of the solver.
        driving = (o.wire for o in circuit.outputs if o.wire >= 0)
        self.live = frozenset().union(*(circuit.cones[w] for w in driving))
        # Images of the support: renamings and re-encodings must map it onto itself.
        kept = images_under(np.uint64(self.support), self.inputs, orders, masks)
        kept = kept.reshape(-1, 1 << self.inputs) == np.uint64(self.support)
        self.renamings = np.flatnonzero(kept[:, 0])
        self.reencodings = [0]
        if definition.reencoding != "none":
            self.reencodings = np.flatnonzero(kept[0]).tolist()
        self.orders, self.masks = orders, masks
        self.images: dict[int, NDArray[np.uint64]] = {}
        self.forms: dict[_Literal, NDArray[np.uint64]] = {}

    def image(self, literal: _Literal) -> NDArray[np.uint64]:
        """Return the read table under renaming p (row) after re-encoding r (column), on S."""
        wire, inverted = literal
        if wire not in self.images:
            moved = images_under(np.uint64(self.values[wire]), self.inputs, self.orders, self.masks)
            self.images[wire] = moved.reshape(-1, 1 << self.inputs)[self.renamings]
        flip = np.uint64(self.full if inverted else 0)
        return (self.images[wire] ^ flip) & np.uint64(self.support)

    def form(self, literal: _Literal) -> NDArray[np.uint64]:
        """Return, for each re-encoding, the least image: equal iff a renaming carries one to it."""
        if literal not in self.forms:
            self.forms[literal] = self.image(literal).min(axis=0)[self.reencodings]
        return self.forms[literal]

    def groups(self) -> Iterator[tuple[_Literal, ...]]:
        """Yield every choice of literals that satisfies (a), each set of literals once."""
        cones, reached = self.circuit.cones, self.reached
        most = 1 << len(self.circuit.outputs)
        wires = [
            w for w in range(self.circuit.wires) if len(cones[w]) >= self.definition.objective_gates
        ]

        def grow(chosen: tuple[_Literal, ...], start: int) -> Iterator[tuple[_Literal, ...]]:
            if len(chosen) >= self.definition.candidates:
                yield chosen
            if len(chosen) == most:
                return
            for place in range(start, len(wires)):
                wire = wires[place]
                if any(wire in reached[w] or w in reached[wire] for w, _ in chosen):
                    continue
                for inverted in (False, True):
                    more = (*chosen, (wire, inverted))
                    if len(more) == 1 or self.one_objective(more):
                        yield from grow(more, place + 1)

        yield from grow((), 0)

    def one_objective(self, group: Sequence[_Literal]) -> bool:
        """Return whether the literals are one objective under the dial's re-encodings."""
        forms = [self.form(literal) for literal in group]
        if self.definition.reencoding == "per-group":
            shared = set(forms[0].tolist())
            return bool(shared.intersection(*(form.tolist() for form in forms[1:])))
        return bool(np.logical_and.reduce([forms[0] == form for form in forms[1:]]).any())

    def selects(
        self, group: tuple[_Literal, ...]
    ) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...] | None] | None:
        """Return the candidates' words and the other word if (b) holds, else None."""
        if not self._read_together(group) or not all(map(self._moves_output, group)):
            return None
        reads = [self.values[w] ^ (self.full if inv else 0) for w, inv in group]
        cases = []
        for order in permutations(range(len(group))):
            do = {
                wire: reads[source] ^ (self.full if inverted else 0)
                for (wire, inverted), source in zip(group, order, strict=True)
            }
            cases.append(([reads[source] for source in order], self.circuit.output_bits(do)))
        return select_words(cases, self.support)

    def _read_together(self, group: tuple[_Literal, ...]) -> bool:
        wires = {w for w, _ in group}
        inside = frozenset().union(*(self.circuit.cones[w] for w in wires)) | wires
        return any(
            len(wires.intersection(self.circuit.gates[place - self.inputs].operands)) >= 2
            for place in self.live - inside
        )

    def _moves_output(self, literal: _Literal) -> bool:
        wire = literal[0]
        value = self.values[wire] & self.support
        taken = [0] * (value != self.support) + [self.full] * bool(value)
        plain = self.circuit.output_bits()
        return any(
            (old ^ new) & self.support
            for constant in taken
            for old, new in zip(plain, self.circuit.output_bits({wire: constant}), strict=True)
        )

    def score(self, group: tuple[_Literal, ...]) -> Fraction:
        """Return (c) exactly: pairs (x, x') are counted by the values that x gives the group."""
        wires = [w for w, _ in group]
        plain = self.circuit.output_bits()
        moved = unequal = 0
        for values, holders in words_on([self.values[w] for w in wires], self.support).items():
            do = {w: self.full if v else 0 for w, v in zip(wires, values, strict=True)}
            forced = words_on(self.circuit.output_bits(do), self.support)
            for word, xs in words_on(plain, holders).items():
                moved += xs.bit_count() * sum(
                    ys.bit_count() for other, ys in forced.items() if other != word
                )
        words = words_on(plain, self.support)
        total = self.support.bit_count()
        unequal = sum(xs.bit_count() * (total - xs.bit_count()) for xs in words.values())
        return max(Fraction(0), 1 - Fraction(moved, unequal))

    def witness(
        self,
        group: tuple[_Literal, ...],
        words: tuple[tuple[int, ...], ...],
        other: tuple[int, ...] | None,
    ) -> Mapping[str, Any]:
        """Return the witness as JSON values, candidates by their words read as integers."""
        ranked = sorted(
            zip(words, group, strict=True),
            key=lambda pair: sum(bit << i for i, bit in enumerate(pair[0])),
        )
        literals = [literal for _, literal in ranked]
        shared = self._least_reencodings(literals)
        first = self.image(literals[0])[:, shared[0]]
        candidates = []
        for (word, (wire, inverted)), r in zip(ranked, shared, strict=True):
            own = self.image((wire, inverted))
            identity = own[0, r]
            row = int(np.flatnonzero(first == identity)[0])
            cone = self.circuit.cones[wire]
            others = frozenset().union(*(self.circuit.cones[w] for w, _ in literals if w != wire))
            candidates.append(
                {
                    "word": list(word),
                    "wire": wire,
                    "inverted": inverted,
                    "cost": len(cone),
                    "private_cost": len(cone - others),
                    "reencoding": int(r),
                    "renaming": [int(i) for i in self.orders[self.renamings[row] << self.inputs]],
                }
            )
        return {
            "kind": "search",
            "candidates": candidates,
            "other_word": None if other is None else list(other),
        }

    def _least_reencodings(self, literals: list[_Literal]) -> list[int]:
        forms = [self.form(literal) for literal in literals]
        if self.definition.reencoding == "per-group":
            # The first is read as it is; some re-encoding of each other matches it.
            return [
                int(self.reencodings[int(np.flatnonzero(form == forms[0][0])[0])]) for form in forms
            ]
        same = np.logical_and.reduce([forms[0] == form for form in forms[1:]])
        return [int(self.reencodings[int(np.flatnonzero(same)[0])])] * len(literals)
