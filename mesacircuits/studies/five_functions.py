"""What is known of one function of five inputs, with the tags of its minima."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.npn import npn_class
from mesacircuits.data.class_tags import TaggedClass, stored_class_tags
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.five_inputs.lookup import KnownFunction, known_function
from mesacircuits.enumeration.symmetry import exact_quotient
from mesacircuits.tables import wrapped
from mesacircuits.tasks import Task

__all__ = ["TaggedFunction", "tagged_function"]

_REENCODINGS = ("common", "per-group")


@dataclass(frozen=True)
class TaggedFunction:
    """What is known of a function, and what its minima are.

    Attributes:
        known: size, depth, formula length, a circuit.
        search: by re-encoding how many minima are search-like; empty where tags are not known.
        lookup: how many are lookup tables; None where that is not known.
        tags: the file that says so.
    """

    known: KnownFunction
    search: dict[str, int]
    lookup: int | None
    tags: str

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        own = {name: value for name, value in asdict(self).items() if name != "known"}
        return {**self.known.to_json(), **own}

    def __str__(self) -> str:
        lines = [str(self.known)]
        if self.known.circuit is not None:
            least = "a minimum" if self.known.size is not None else "a circuit"
            lines.append(wrapped(f"{least}: {self.known.circuit}", "  ", "    ", at="; "))
        if self.lookup is None:
            lines.append("  tags of its minima: not known")
        else:
            counts = [f"search-like, re-encoding {name} {n:,}" for name, n in self.search.items()]
            said = f"of its minima: {'; '.join(counts)}; lookup-table {self.lookup:,}"
            lines.append(wrapped(said, "  ", "    "))
        source = f"from {self.known.source}" + (f"; tags from {self.tags}" if self.tags else "")
        return "\n".join([*lines, wrapped(source, "  ", "    ")])


def tagged_function(
    task: Task | TruthTable | str, basis: str | Basis = "b2", effort: Effort | None = None
) -> TaggedFunction:
    """Return what is known of a function of at most five inputs, and of its minima's tags.

    Arguments and errors are those of `known_function`; tags are those that ship.

    >>> found = tagged_function("tt:3:CA")
    >>> found.known.minima, found.search, found.lookup
    (6, {'common': 0, 'per-group': 0}, 4)
    """
    known = known_function(task, basis, effort)
    stored = stored_class_tags(basis_named(basis).name)
    core = known.table.restricted_to(known.table.support())
    if stored is None or known.size is None or known.minima is None:
        return TaggedFunction(known, {}, None, "")
    record, file, _ = stored
    if core.inputs == record.inputs and known.size > record.size:
        return TaggedFunction(known, {}, None, "")
    form = npn_class(core).representative.hex if core.inputs > 1 else ""
    held = [c for c in record.classes if (c.table, c.inputs) == (form, core.inputs)]
    search = {name: sum(_minima(held, name)) for name in _REENCODINGS}
    lookup = sum(exact_quotient(c.lookup, c.functions // 2) for c in held)
    return TaggedFunction(known, search, lookup, file)


def _minima(held: list[TaggedClass], reencoding: str) -> list[int]:
    # Of each function; a class counts those of its functions with f(0) = 0.
    return [
        exact_quotient(s.minima, c.functions // 2)
        for c in held
        for s in c.search
        if s.reencoding == reencoding
    ]
