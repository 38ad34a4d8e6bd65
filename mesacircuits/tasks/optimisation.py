"""Optimisation tasks: utilities over candidate words, and which of the best will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import msgspec

from mesacircuits.call import check_whole, rational_from, rational_text
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Wired
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record
from mesacircuits.tasks.function import MAX_TASK_INPUTS
from mesacircuits.tasks.relation import MAX_RELATION_OUTPUTS, RelationTask

__all__ = ["TIES", "OptimisationTask", "OptimisationTaskRecord"]

#: What becomes of candidates that are equally good.
TIES = {
    "free": "any of the best candidates is acceptable",
    "first": "of the best candidates the one listed first",
    "last": "of the best candidates the one listed last",
}


@dataclass(frozen=True)
class OptimisationTask:
    """The task of choosing, on each input x of a support S, a candidate of greatest utility.

    With U(x, a) the utility of candidate word a on x and U*(x) its greatest value there, word a is
    acceptable on x in S iff it is a candidate and U(x, a) >= U*(x) - B; where ties are not free,
    iff it is the first (or the last) candidate with U(x, a) = U*(x). Off S every word is. The
    utilities stay with the task, so that definitions can ask for them.

    Arguments:
        inputs: n, 1 to 6.
        outputs: m, 1 to 4.
        candidates: distinct words of m bits, in the order in which ties are broken.
        utilities: for each input x = sum of x_i 2^i, from 0 on, one rational per candidate.
        support: S as an integer whose bit x says whether x belongs to it; None for all inputs.
        ties: a name of `TIES`.
        slack: B >= 0; more than 0 only where ties are free.
        label: how `str` calls the task, such as the text that named it; no part of what it is.

    Raises `ArgumentError` for anything outside those ranges.

    >>> larger = OptimisationTask(2, 1, (0, 1), ((0, 0), (1, 0), (0, 1), (1, 1)))
    >>> [sorted(larger.best(x)) for x in range(4)]
    [[0, 1], [0], [1], [0, 1]]
    >>> from mesacircuits.circuits import Circuit
    >>> larger.solved_by(Circuit.parse(2, "out = b")), larger.relation().is_function()
    (True, True)
    """

    inputs: int
    outputs: int
    candidates: tuple[int, ...]
    utilities: tuple[tuple[Fraction, ...], ...]
    support: int | None = None
    ties: str = "free"
    slack: Fraction = Fraction(0)
    label: str = field(default="", compare=False, repr=False)

    #: Whether the task has a world to act in; an optimisation task has none.
    has_world = False
    #: Whether what is acceptable on one input depends on what is done on others.
    joint = False

    def __post_init__(self) -> None:
        check_whole("inputs", self.inputs, 1, MAX_TASK_INPUTS)
        check_whole("outputs", self.outputs, 1, MAX_RELATION_OUTPUTS)
        last, count = (1 << self.outputs) - 1, 1 << self.inputs
        candidates = tuple(self.candidates)
        if not candidates or len({*candidates}) < len(candidates):
            raise ArgumentError("candidates", "at least one word, each once", candidates)
        if not all(isinstance(word, int) and 0 <= word <= last for word in candidates):
            raise ArgumentError("candidates", f"words from 0 to {last}", candidates)
        rows = tuple(self.utilities)
        if len(rows) != count:
            raise ArgumentError("utilities", f"{count} rows for {self.inputs} inputs", len(rows))
        for x, row in enumerate(rows):
            if len(row) != len(candidates):
                expected = f"{len(candidates)} numbers, one per candidate"
                raise ArgumentError(f"utilities[{x}]", expected, row)
        exact = tuple(tuple(rational_from(u, "utilities") for u in row) for row in rows)
        full = (1 << count) - 1
        if self.support is not None and not 0 < self.support <= full:
            raise ArgumentError("support", f"a mask from 1 to {full:#x}", self.support)
        if self.ties not in TIES:
            raise ArgumentError("ties", f"one of {', '.join(TIES)}", self.ties)
        slack = rational_from(self.slack, "slack")
        if slack < 0 or (slack and self.ties != "free"):
            raise ArgumentError("slack", "0, or more where ties are free", self.slack)
        object.__setattr__(self, "candidates", candidates)
        object.__setattr__(self, "utilities", exact)
        object.__setattr__(self, "slack", slack)
        object.__setattr__(self, "support", None if self.support == full else self.support)

    @property
    def support_bits(self) -> int:
        """The support S as an integer, bit x set iff x belongs to it.

        An input of S where every word is acceptable belongs to it all the same.
        """
        return (1 << (1 << self.inputs)) - 1 if self.support is None else self.support

    def utility(self, x: int, word: int) -> Fraction | None:
        """Return U(x, word), or None if the word is no candidate.

        >>> OptimisationTask(1, 2, (0, 3), ((1, 2), (1, 0))).utility(0, 3)
        Fraction(2, 1)
        """
        if word not in self.candidates:
            return None
        return self.utilities[x][self.candidates.index(word)]

    def best(self, x: int) -> tuple[int, ...]:
        """Return the words acceptable on input x (as if it belonged to the support), ascending."""
        row = self.utilities[x]
        bound = max(row) - self.slack
        good = [word for word, u in zip(self.candidates, row, strict=True) if u >= bound]
        if self.ties == "free":
            return tuple(sorted(good))
        return (good[0],) if self.ties == "first" else (good[-1],)

    def relation(self) -> RelationTask:
        """Return the relation of acceptable words, which keeps no utilities."""
        every = tuple(range(1 << self.outputs))
        return RelationTask(
            self.inputs,
            self.outputs,
            tuple(
                self.best(x) if self.support_bits >> x & 1 else every
                for x in range(1 << self.inputs)
            ),
        )

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each of the 2^m words the integer whose bit x says if it is acceptable on input x."""
        return self.relation().word_masks

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` gives an acceptable word on every input."""
        return self.relation().solved_by(circuit)

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values; `from_json` is the inverse but for the label."""
        record: dict[str, Any] = {
            "kind": "optimisation",
            "inputs": self.inputs,
            "outputs": self.outputs,
            "candidates": list(self.candidates),
            "utilities": [[rational_text(u) for u in row] for row in self.utilities],
            "ties": self.ties,
            "slack": rational_text(self.slack),
        }
        if self.support is not None:
            record["support"] = TruthTable(self.inputs, self.support).hex
        return record

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> OptimisationTask:
        """Return the task that `to_json` gave, raising `ArgumentError` for anything else.

        >>> larger = OptimisationTask(1, 1, (0, 1), ((0, 1), (1, "1/2")), ties="first")
        >>> OptimisationTask.from_json(larger.to_json()) == larger
        True
        """
        return json_record(
            value, OptimisationTaskRecord, "task", "an optimisation task in JSON form"
        ).to_task()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        return self.label or f"optimisation:{self.hash_hex[:12]}"


class OptimisationTaskRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of an optimisation task, as `OptimisationTask.to_json` writes it."""

    inputs: int
    outputs: int
    candidates: list[int]
    utilities: list[list[int | str]]
    kind: Literal["optimisation"] = "optimisation"
    support: str | None = None
    ties: str = "free"
    slack: int | str = 0

    def to_task(self) -> OptimisationTask:
        """Return the task, raising `ArgumentError` for what it cannot have."""
        check_whole("inputs", self.inputs, 1, MAX_TASK_INPUTS)
        support = self.support
        mask = None if support is None else TruthTable.from_hex(self.inputs, support, "support")
        return OptimisationTask(
            self.inputs,
            self.outputs,
            tuple(self.candidates),
            tuple(tuple(rational_from(u, "utilities") for u in row) for row in self.utilities),
            None if mask is None else mask.bits,
            self.ties,
            rational_from(self.slack, "slack"),
        )
