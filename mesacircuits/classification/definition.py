"""What a definition of "optimizer" is: a function from (solver, task) to a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, runtime_checkable

from mesacircuits.circuits import Circuit
from mesacircuits.tasks import FunctionTask

__all__ = [
    "CONTROL_LIKE",
    "LOOKUP_TABLE",
    "MIXED",
    "SEARCH_LIKE",
    "TAGS",
    "UNCLASSIFIED",
    "Definition",
    "Judgement",
    "definition_record",
]

SEARCH_LIKE = "search-like"
CONTROL_LIKE = "control-like"
LOOKUP_TABLE = "lookup-table"
#: The tags that a definition can give.
TAGS = (SEARCH_LIKE, CONTROL_LIKE, LOOKUP_TABLE)
#: Reported where no definition of a classifier gives its tag, and where two or more do.
UNCLASSIFIED = "unclassified"
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a definition says of a solver of a task.

    Attributes:
        definition: name, version and dials of the definition, as JSON values.
        tag: the tag that the definition can give.
        score: an exact number from 0 to 1; None where the definition does not apply.
        witness: JSON values that `check_witness` verifies; present iff the score is 1.
        note: why the definition does not apply; empty where it does.
    """

    definition: Mapping[str, Any]
    tag: str
    score: Fraction | None
    witness: Mapping[str, Any] | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the tag is given: iff the score is 1."""
        return self.score == 1

    def to_json(self) -> dict[str, Any]:
        """Return the judgement as JSON values; the score is a string such as `"2/3"`."""
        record: dict[str, Any] = {
            "definition": dict(self.definition),
            "tag": self.tag,
            "holds": self.holds,
            "score": None if self.score is None else str(self.score),
            "witness": None if self.witness is None else dict(self.witness),
        }
        if self.note:
            record["note"] = self.note
        return record


@runtime_checkable
class Definition(Protocol):
    """A definition: exact, cited, with dials, and plain about what it cannot see."""

    @property
    def name(self) -> str:
        """The name by which commands and sentences call the definition."""

    @property
    def tag(self) -> str:
        """The tag that it gives: one of `TAGS`."""

    @property
    def version(self) -> int:
        """Raised whenever a verdict could change."""

    @property
    def formula(self) -> str:
        """The definition in one or two sentences of mathematics."""

    @property
    def source(self) -> str:
        """Where the notion comes from."""

    @property
    def blind_to(self) -> str:
        """What the definition cannot see."""

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The dials and their values."""

    def judge(self, circuit: Circuit, task: FunctionTask) -> Judgement:
        """Return the judgement of a circuit that solves the task."""


def definition_record(definition: Definition) -> dict[str, Any]:
    """Return the name, version and dials of a definition, as recorded with every tag."""
    return {
        "name": definition.name,
        "version": definition.version,
        "parameters": definition.parameters,
    }
