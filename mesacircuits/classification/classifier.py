"""Classifiers: a set of definitions with a rule of precedence, itself a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.classification.control import ControlLike
from mesacircuits.classification.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    MIXED,
    SEARCH_LIKE,
    UNCLASSIFIED,
    Definition,
    Judgement,
)
from mesacircuits.classification.lookup import LookupTable
from mesacircuits.classification.search import SearchLike
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import wrapped
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["Classification", "Classifier", "classify", "witness_labels"]


@dataclass(frozen=True)
class Classification:
    """All judgements of one circuit on one task.

    Attributes:
        circuit, task: what was judged.
        judgements: one per definition, in the classifier's order.
        tags: every tag that is given.
        named: the one tag that precedence names, or `unclassified`.
    """

    circuit: Circuit
    task: Task
    judgements: tuple[Judgement, ...]
    tags: tuple[str, ...]
    named: str

    @property
    def verdict(self) -> str:
        """`unclassified`, the only tag, or `mixed` where two or more hold."""
        if len(self.tags) > 1:
            return MIXED
        return self.tags[0] if self.tags else UNCLASSIFIED

    @property
    def marks(self) -> dict[int, str]:
        """Labels for the wires of the witnesses, as drawings take them."""
        labels: dict[int, list[str]] = {}
        for judgement in self.judgements:
            for wire, label in witness_labels(judgement.witness or {}):
                labels.setdefault(wire, []).append(label)
        return {wire: ", ".join(texts) for wire, texts in labels.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the classification as JSON values."""
        return {
            "task": str(self.task),
            "circuit": self.circuit.to_json(),
            "hash": self.circuit.hash_hex,
            "verdict": self.verdict,
            "tags": list(self.tags),
            "named": self.named,
            "judgements": [judgement.to_json() for judgement in self.judgements],
        }

    def __str__(self) -> str:
        several = f" ({', '.join(self.tags)}; named {self.named})" if len(self.tags) > 1 else ""
        lines = [
            f"{self.verdict}{several}: {self.task}",
            wrapped(str(self.circuit), hanging="  ", at="; "),
        ]
        for judgement in self.judgements:
            score = judgement.note if judgement.score is None else f"score {judgement.score}"
            lines.append(f"{judgement.tag:<13} {score}")
            lines += [
                f"{'':<13} {self.circuit.wire_name(wire)}: {label}"
                for wire, label in witness_labels(judgement.witness or {})
            ]
        return "\n".join(lines)


def witness_labels(witness: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Return the wires of a witness, in its order, each with what it serves as."""
    if witness.get("kind") == "search":
        return [
            (
                candidate["wire"],
                f"candidate {_word(candidate['word'])}" + _inverted(candidate["inverted"]),
            )
            for candidate in witness["candidates"]
        ]
    if witness.get("kind") == "lookup":
        return [
            (cell["wire"], f"cell {cell['cube']}" + _inverted(cell["inverted"]))
            for cell in witness["cells"]
        ]
    return []


def _word(bits: list[int]) -> str:
    # Bit 0 last, as numbers are written.
    return "".join(map(str, reversed(bits)))


def _inverted(inverted: bool) -> str:
    return " (read inverted)" if inverted else ""


@dataclass(frozen=True)
class Classifier:
    """Definitions and the order in which their tags take precedence.

    Arguments:
        definitions: what is judged by; at most one per tag.
        precedence: tags, the first that holds names the circuit; it must list every tag given.

    Raises `ArgumentError` for two definitions of one tag, or a tag without a place.

    >>> from mesacircuits.tasks import parse_task
    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> Classifier().classify(nae, parse_task("tt:3:7E")).tags
    ('search-like',)
    """

    definitions: tuple[Definition, ...] = (SearchLike(), LookupTable(), ControlLike())
    precedence: tuple[str, ...] = (SEARCH_LIKE, LOOKUP_TABLE, CONTROL_LIKE)

    def __post_init__(self) -> None:
        tags = [definition.tag for definition in self.definitions]
        if len(set(tags)) < len(tags):
            raise ArgumentError("definitions", "one definition per tag", ", ".join(tags))
        if missing := sorted(set(tags) - set(self.precedence)):
            raise ArgumentError("precedence", f"a place for {', '.join(missing)}", self.precedence)

    def classify(self, circuit: Circuit, task: Task) -> Classification:
        """Return every judgement of the circuit on the task.

        Raises `ArgumentError` if the circuit does not solve the task.
        """
        judgements = tuple(d.judge(circuit, task) for d in self.definitions)
        held = {judgement.tag for judgement in judgements if judgement.holds}
        tags = tuple(tag for tag in self.precedence if tag in held)
        return Classification(circuit, task, judgements, tags, tags[0] if tags else UNCLASSIFIED)


def classify(
    circuit: Circuit, task: Task | None = None, classifier: Classifier | None = None
) -> Classification:
    """Return every judgement of a circuit, by default on the task of computing its own function.

    >>> print(classify(Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3")))
    lookup-table: tt:3:D8
    g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3
    search-like   score 0
    lookup-table  score 1
                  g1: cell 11-
                  g2: cell 0-1
    control-like  not applicable: the task has no world
    """
    if task is None:
        task = FunctionTask(circuit.tables())
    return (classifier or Classifier()).classify(circuit, task)
