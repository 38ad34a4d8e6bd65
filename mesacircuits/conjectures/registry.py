"""What is registered: conjectures, with their arms, and the further claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mesacircuits.circuits.bases import Basis
from mesacircuits.classification import Definition
from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.sentence import TAGGED_ORDERS, Functions, Sentence
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import wrapped

__all__ = [
    "CONJECTURES",
    "Conjecture",
    "conjecture_named",
    "conjecture_text",
    "conjectures_json",
    "conjectures_text",
]


@dataclass(frozen=True)
class Conjecture:
    """A claim of the literature, with the reading that makes it decidable.

    Attributes:
        name: by which commands call it.
        claim: what the source says, in one sentence.
        source: where.
        reading: what is decided.
        blind_to: what that reading cannot see.
        arms: the sentences, for a number of inputs, a basis and a definition.
        topic: what it is listed under.
    """

    name: str
    claim: str
    source: str
    reading: str
    blind_to: str
    arms: Callable[[int, Basis, Definition], tuple[Sentence, ...]]
    topic: str = "circuits"

    def to_json(self) -> dict[str, Any]:
        """Return the conjecture as JSON values, with the keys that claims have."""
        record: dict[str, Any] = {
            name: getattr(self, name) for name in ("name", "topic", "claim", "source", "reading")
        }
        record["question"] = "Does every sentence of its arms hold?"
        return record | {"blind_to": self.blind_to, "parameters": []}


def _minimal_circuits(inputs: int, basis: Basis, definition: Definition) -> tuple[Sentence, ...]:
    universe = Functions(inputs)
    return tuple(Sentence("no", order, universe, basis, definition) for order in TAGGED_ORDERS)


#: The registered conjectures by name.
CONJECTURES: dict[str, Conjecture] = {
    conjecture.name: conjecture
    for conjecture in (
        Conjecture(
            name="minimal-circuits",
            claim=(
                "Neither a minimal-depth nor a minimal-size Boolean circuit that solves a "
                "problem can be a mesa-optimizer."
            ),
            source="Hubinger et al. 2019, Risks from Learned Optimization, section 2",
            reading=(
                "Problem: a Boolean function of n inputs, fully specified. Minimal: all circuits "
                "of least size (arm 1), all of least depth and among those of least size "
                "(arm 2). Mesa-optimizer: tagged by the definition."
            ),
            blind_to=(
                "problems with more than one acceptable function, more inputs, several outputs, "
                "and every other meaning of optimizer"
            ),
            arms=_minimal_circuits,
        ),
    )
}


def conjecture_named(name: str) -> Conjecture | Claim:
    """Return the registered conjecture, or claim, called `name`.

    Raises `ArgumentError` with the nearest names for an unknown one.

    >>> conjecture_named("minimal-circuits").source[:15]
    'Hubinger et al.'
    """
    if name in CONJECTURES:
        return CONJECTURES[name]
    if name in CLAIMS:
        return CLAIMS[name]
    near = get_close_matches(name, [*CONJECTURES, *CLAIMS], n=3)
    hint = f" (did you mean {' or '.join(near)}?)" if near else ""
    expected = "a name that `mesacircuits conjectures` lists, or a sentence"
    raise ArgumentError("conjecture", expected, name + hint)


def _by_topic() -> dict[str, list[Conjecture | Claim]]:
    topics: dict[str, list[Conjecture | Claim]] = {}
    entries: list[Conjecture | Claim] = [*CONJECTURES.values(), *CLAIMS.values()]
    for entry in entries:
        topics.setdefault(entry.topic, []).append(entry)
    return topics


def conjectures_json() -> list[dict[str, Any]]:
    """Return all that is registered as JSON values, by topic."""
    return [entry.to_json() for entries in _by_topic().values() for entry in entries]


def conjectures_text() -> str:
    """Return all that is registered as text, by topic.

    >>> print(conjectures_text().splitlines()[2])
    circuits
    """
    count = len(CONJECTURES) + len(CLAIMS)
    lines = [f"{count} conjectures and claims registered (any sentence can be checked too)"]
    for topic, entries in _by_topic().items():
        lines += ["", topic]
        for entry in entries:
            lines += [f"  {entry.name}", wrapped(f"{entry.claim} ({entry.source})", "      ")]
    lines += ["", "`conjectures NAME` tells how one is read; `check NAME` decides it."]
    return "\n".join(lines)


def conjecture_text(entry: Conjecture | Claim) -> str:
    """Return one conjecture or claim as text: its source, how it is read, what may be set.

    >>> print(conjecture_text(conjecture_named("minimal-circuits")).splitlines()[0])
    minimal-circuits (circuits)
    """
    if isinstance(entry, Claim):
        return str(entry)
    return "\n".join(
        [
            f"{entry.name} ({entry.topic})",
            "",
            wrapped(f'"{entry.claim}" ({entry.source})'),
            wrapped(f"Read as: {entry.reading}"),
            wrapped(f"Blind to: {entry.blind_to}."),
        ]
    )
