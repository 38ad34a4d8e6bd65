"""Registered conjectures: a claim, its source, its exact reading, and its arms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from mesacircuits.circuits.bases import Basis
from mesacircuits.classification import Definition
from mesacircuits.conjectures.sentence import TAGGED_ORDERS, Functions, Sentence
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import wrapped

__all__ = ["CONJECTURES", "Conjecture", "conjecture_named", "conjectures_text"]


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
    """

    name: str
    claim: str
    source: str
    reading: str
    blind_to: str
    arms: Callable[[int, Basis, Definition], tuple[Sentence, ...]]

    def to_json(self) -> dict[str, str]:
        """Return the conjecture as JSON values."""
        names = ("name", "claim", "source", "reading", "blind_to")
        return {name: getattr(self, name) for name in names}


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


def conjecture_named(name: str) -> Conjecture:
    """Return the registered conjecture called `name`.

    Raises `ArgumentError` with the nearest names for an unknown one.

    >>> conjecture_named("minimal-circuits").source[:15]
    'Hubinger et al.'
    """
    if name in CONJECTURES:
        return CONJECTURES[name]
    near = get_close_matches(name, CONJECTURES, n=3)
    hint = f" (did you mean {' or '.join(near)}?)" if near else ""
    raise ArgumentError("conjecture", f"{', '.join(CONJECTURES)}, or a sentence", name + hint)


def conjectures_text() -> str:
    """Return the registered conjectures as text.

    >>> print(conjectures_text().splitlines()[0])
    1 conjecture registered (any sentence can be checked too)
    """
    plural = "s" * (len(CONJECTURES) != 1)
    lines = [f"{len(CONJECTURES)} conjecture{plural} registered (any sentence can be checked too)"]
    for conjecture in CONJECTURES.values():
        lines += [
            "",
            conjecture.name,
            wrapped(conjecture.claim, "  "),
            wrapped(f"source: {conjecture.source}", "  ", "    "),
            wrapped(f"read as: {conjecture.reading}", "  ", "    "),
            wrapped(f"blind to: {conjecture.blind_to}", "  ", "    "),
        ]
    return "\n".join(lines)
