"""When slack makes search unnecessary: all minima of small argmax tasks, and how many search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import SearchLike, describe_definition
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import plain_table, wrapped
from mesacircuits.tasks import MAX_TASK_INPUTS, OptimisationTask
from mesacircuits.tasks.task import PLAIN_TIES

__all__ = [
    "SLACK_DEFINITIONS",
    "SLACK_HEADS",
    "SLACK_OBJECTIVES",
    "SlackObjective",
    "SlackRow",
    "SlackTable",
    "slack_table",
]

#: The definitions whose tags are counted, in the order of the columns.
SLACK_DEFINITIONS = (
    SearchLike(objective_gates=0),
    SearchLike(),
    SearchLike(wires_per_score=2),
)
#: The heads of their columns.
SLACK_HEADS = ("w=1 c=0", "w=1 c=1", "w=2 c=1")
_MOST_CANDIDATES = 4


@dataclass(frozen=True)
class SlackObjective:
    """What a candidate scores, from bits of its own and a bit that all share.

    Attributes:
        levels: how many scores there are: 0 to levels - 1.
        own_bits: how many bits each candidate has to itself.
        shared_bits: how many bits all share, 0 or 1.
        meaning: the score in words.
        score: the score, of a candidate's own bits as an integer and the shared bit.
    """

    levels: int
    own_bits: int
    shared_bits: int
    meaning: str
    score: Callable[[int, int], int]

    def task(self, candidates: int, ties: str) -> OptimisationTask:
        """Return the task of giving the index of a candidate of greatest score.

        Own bits come first, candidate 0's lowest, then the shared bit.

        Raises `ArgumentError` for more than six inputs, and for ties that have no name.

        >>> SLACK_OBJECTIVES["xor"].task(2, "first").best(0b100)
        (0,)
        """
        own = candidates * self.own_bits
        if own + self.shared_bits > MAX_TASK_INPUTS:
            expected = f"candidates of at most {MAX_TASK_INPUTS} bits in all"
            raise ArgumentError("candidates", expected, own + self.shared_bits)
        mask = (1 << self.own_bits) - 1
        rows = tuple(
            tuple(
                Fraction(self.score(x >> self.own_bits * i & mask, x >> own))
                for i in range(candidates)
            )
            for x in range(1 << own + self.shared_bits)
        )
        outputs = (candidates - 1).bit_length()
        return OptimisationTask(
            own + self.shared_bits,
            outputs,
            tuple(range(candidates)),
            rows,
            ties=ties,
            features=tuple(
                tuple(range(self.own_bits * i, self.own_bits * (i + 1))) for i in range(candidates)
            ),
            label=f"argmax of {candidates} by {self.meaning}, ties {ties}",
        )


#: Objectives by name. But for `bit` each needs a gate for every bit of a score.
SLACK_OBJECTIVES = {
    "bit": SlackObjective(2, 1, 0, "the one own bit, p", lambda own, _: own),
    "and": SlackObjective(2, 2, 0, "p AND q, of two own bits", lambda own, _: int(own == 3)),
    "xor": SlackObjective(2, 1, 1, "p XOR s", lambda own, shared: own ^ shared),
    "sum": SlackObjective(3, 2, 0, "p + q", lambda own, _: own.bit_count()),
    "turned": SlackObjective(
        3, 2, 1, "(p XOR s) + (q XOR s)", lambda own, s: (own ^ 3 * s).bit_count()
    ),
}  # fmt: skip


@dataclass(frozen=True)
class SlackRow:
    """One argmax task and its minima.

    Attributes:
        candidates, objective, ties: the task: K, and names of `SLACK_OBJECTIVES` and `PLAIN_TIES`.
        state: `exhausted`; `not exhausted` where the effort ended first; `too wide` where the task
            would have more than six inputs.
        exhausted_size: where the effort ended: no circuit of so many gates solves the task.
        size: the least size; None unless exhausted.
        minima: how many circuits have it.
        read: the fewest and the most candidates whose own bits a minimum reads.
        tagged: minima with the tag, for each of `SLACK_DEFINITIONS`.
    """

    candidates: int
    objective: str
    ties: str
    state: str
    exhausted_size: int | None = None
    size: int | None = None
    minima: int | None = None
    read: tuple[int, int] | None = None
    tagged: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        objective = SLACK_OBJECTIVES[self.objective]
        names = [describe_definition(definition) for definition in SLACK_DEFINITIONS]
        return {
            "candidates": self.candidates,
            "levels": objective.levels,
            "shared_bits": objective.shared_bits,
            "objective": self.objective,
            "ties": self.ties,
            "state": self.state,
            "exhausted_size": self.exhausted_size,
            "size": self.size,
            "minima": self.minima,
            "read": None if self.read is None else list(self.read),
            "tagged": dict(zip(names, self.tagged, strict=False)),
        }

    @property
    def cells(self) -> tuple[object, ...]:
        """The row as printed."""
        kind = SLACK_OBJECTIVES[self.objective]
        first = (self.candidates, kind.levels, kind.shared_bits, self.objective, self.ties)
        if self.size is None or self.minima is None or self.read is None:
            size = "-" if self.exhausted_size is None else f">{self.exhausted_size}"
            return (*first, size, self.state, "-", *("-" for _ in SLACK_HEADS))
        least, most = self.read
        read = str(least) if least == most else f"{least}-{most}"
        return (*first, str(self.size), f"{self.minima:,}", read, *self.tagged)


@dataclass(frozen=True)
class SlackTable:
    """The rows of a slack table.

    Attributes:
        rows: by number of candidates, objective and ties.
        basis: what circuits are made of.
    """

    rows: tuple[SlackRow, ...]
    basis: str

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON values."""
        return {
            "basis": self.basis,
            "order": "size",
            "objectives": {name: o.meaning for name, o in SLACK_OBJECTIVES.items()},
            "rows": [row.to_json() for row in self.rows],
        }

    def __str__(self) -> str:
        heads = ("K", "L", "s", "score", "ties", "size", "minima", "read", *SLACK_HEADS)
        used = dict.fromkeys(row.objective for row in self.rows)
        lines = [
            wrapped(
                f"argmax over K candidates of L scores, s bits shared; basis {self.basis}, order "
                "size: all minima, and how many of them are search-like by an objective read from "
                "at most w wires, of at least c gates. read: candidates whose own bits a minimum "
                "reads."
            ),
            "",
            plain_table(heads, [row.cells for row in self.rows]),
            "",
            *(f"{name:<6} {SLACK_OBJECTIVES[name].meaning}" for name in used),
        ]
        return "\n".join(lines)


def slack_table(
    candidates: Sequence[int] = (2, 3),
    objectives: Sequence[str] = ("bit", "and", "xor", "sum", "turned"),
    ties: Sequence[str] = PLAIN_TIES,
    effort: Effort | None = None,
    basis: str = "b2",
) -> SlackTable:
    """Return how many minimal circuits of argmax tasks search, by how much slack there is.

    A task gives each of K candidates a score, and asks for the index of one of greatest score: of
    any such where ties are free, else of the first or the last. All circuits of least size are
    judged by `SLACK_DEFINITIONS`, the utilities being the scores.

    Two scores of two levels, ties free, are never compared: the answer "1 unless candidate 0
    scores" is right on every input, and so is "1 iff candidate 1 scores"; either reads one
    candidate. Of K candidates K - 1 have to be evaluated, and from K = 3 on those are compared. A
    tie-break brings back the comparison of two: "1 iff candidate 1 scores and candidate 0 does not"
    asks for both. Of three levels each candidate needs but one threshold, and not the same: "1 iff
    candidate 1 scores at least 1 and candidate 0 less than 2" is right where ties are free.

    Arguments:
        candidates: numbers of candidates K, each from 2 to 4.
        objectives: names of `SLACK_OBJECTIVES`.
        ties: names of `PLAIN_TIES`.
        effort: the means, of which each row may use an even share of what is left. By
            default without limit, which some of the larger tasks would use up.
        basis: what circuits are made of.

    Returns:
        the table. A row whose effort ended says so.

    Raises `ArgumentError` for names and numbers that are none of those.

    >>> print(slack_table(candidates=(2,), objectives=("xor",)))
    argmax over K candidates of L scores, s bits shared; basis b2, order size: all
    minima, and how many of them are search-like by an objective read from at most w
    wires, of at least c gates. read: candidates whose own bits a minimum reads.
    <BLANKLINE>
    K  L  s  score  ties   size  minima  read  w=1 c=0  w=1 c=1  w=2 c=1
    2  2  1  xor    free   1     2       1           0        0        0
    2  2  1  xor    first  3     3       2           1        1        1
    2  2  1  xor    last   3     3       2           1        1        1
    <BLANKLINE>
    xor    p XOR s
    """
    for count in candidates:
        if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= 4:
            raise ArgumentError("candidates", f"whole numbers from 2 to {_MOST_CANDIDATES}", count)
    for argument, given, known in (
        ("objectives", objectives, tuple(SLACK_OBJECTIVES)), ("ties", ties, PLAIN_TIES)
    ):  # fmt: skip
        for name in given:
            if name not in known:
                raise ArgumentError(argument, f"names among {', '.join(known)}", name)
    effort = effort or Effort()
    asked = list(product(candidates, dict.fromkeys(objectives), ties))
    rows = [
        _row(count, objective, tie, effort.share(len(asked) - place), basis)
        for place, (count, objective, tie) in enumerate(asked)
    ]
    return SlackTable(tuple(rows), basis)


def _row(count: int, objective: str, ties: str, effort: Effort, basis: str) -> SlackRow:
    kind = SLACK_OBJECTIVES[objective]
    if count * kind.own_bits + kind.shared_bits > MAX_TASK_INPUTS:
        return SlackRow(count, objective, ties, "too wide")
    task = kind.task(count, ties)
    found = enumerate_minima(task, basis, effort=effort)
    if not found.exhaustive:
        return SlackRow(count, objective, ties, "not exhausted", found.exhausted_size)
    read = [_candidates_read(circuit, count, kind.own_bits) for circuit in found.minima]
    return SlackRow(
        count,
        objective,
        ties,
        "exhausted",
        found.exhausted_size,
        found.size,
        found.circuits,
        (min(read), max(read)),
        tuple(sum(bulk_tags(d, found.minima, task)) for d in SLACK_DEFINITIONS),
    )


def _candidates_read(circuit: Circuit, count: int, own_bits: int) -> int:
    live = frozenset().union(*(circuit.cones[o.wire] for o in circuit.outputs if o.wire >= 0))
    wires = {w for gate in live for w in circuit.gates[gate - circuit.inputs].operands}
    wires |= {output.wire for output in circuit.outputs}
    return len({w // own_bits for w in wires if 0 <= w < count * own_bits})
