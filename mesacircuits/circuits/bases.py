"""Bases: which operators a circuit may be built from, as values."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mesacircuits.circuits.operators import Operator, operator_named
from mesacircuits.errors import ArgumentError

__all__ = ["AIG", "B2", "BASES", "Basis", "bases_text", "basis_named"]


@dataclass(frozen=True, slots=True)
class Basis:
    """A set of operators, closed under permuting operands, and whether inverters are free.

    With free inverters polarities are normalised away: every gate computes a function that is 0
    on the all-zero input, so every operator has table bit 0 equal to 0; each output may be read
    inverted. `operators` are kept sorted by their tables, the order that gate keys compare them by.

    Raises `ArgumentError` if the operators are not closed under permuting operands, or with free
    inverters not normalised.

    >>> B2.names
    ('butnot', 'notbut', 'xor', 'and', 'or')
    >>> AIG.admits("xor")
    False
    """

    name: str
    operators: tuple[Operator, ...]
    free_inverters: bool
    description: str = ""

    def __post_init__(self) -> None:
        if not self.operators:
            raise ArgumentError("operators", "at least one operator", "none")
        ordered = tuple(sorted(set(self.operators), key=lambda o: (o.arity, o.table)))
        object.__setattr__(self, "operators", ordered)
        for operator in self.operators:
            if self.free_inverters and operator.table & 1:
                raise ArgumentError(
                    "operators", "functions that are 0 where all operands are 0", operator.name
                )
            for i in range(operator.arity - 1):
                order = list(range(operator.arity))
                order[i], order[i + 1] = order[i + 1], order[i]
                if operator.permuted(tuple(order)) not in self.operators:
                    raise ArgumentError(
                        "operators", "a set closed under permuting operands", operator.name
                    )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the operators, in key order."""
        return tuple(operator.name for operator in self.operators)

    def admits(self, operator: str) -> bool:
        """Return whether the operator of this name belongs to the basis."""
        return operator in self.names

    def index(self, operator: str) -> int:
        """Return the place of the operator in key order; raises `ArgumentError` if it has none."""
        try:
            return self.names.index(operator)
        except ValueError:
            raise ArgumentError(
                "operator", f"one of {', '.join(self.names)} in basis {self.name}", operator
            ) from None

    def to_json(self) -> dict[str, Any]:
        """Return the basis as JSON values."""
        return {
            "name": self.name,
            "description": self.description,
            "free_inverters": self.free_inverters,
            "operators": [
                {"name": o.name, "arity": o.arity, "table": o.table, "form": o.form}
                for o in self.operators
            ],
        }

    def __str__(self) -> str:
        return self.name


def _two_input(*names: str) -> tuple[Operator, ...]:
    return tuple(operator_named(name) for name in names)


#: The full two-input basis: every operator of two operands, inverters free.
B2 = Basis(
    "b2",
    _two_input("and", "butnot", "notbut", "or", "xor"),
    free_inverters=True,
    description="all two-input gates, inverters free",
)
#: And-inverter graphs: `b2` without XOR.
AIG = Basis(
    "aig",
    _two_input("and", "butnot", "notbut", "or"),
    free_inverters=True,
    description="two-input AND gates with free inverters (b2 without XOR)",
)

#: The bases that have a name, by name.
BASES: dict[str, Basis] = {basis.name: basis for basis in (B2, AIG)}


def basis_named(name: str | Basis) -> Basis:
    """Return the basis called `name`; a `Basis` is returned as it is.

    Raises `ArgumentError` for an unknown name, with the nearest known one.

    >>> basis_named("aig").free_inverters
    True
    """
    if isinstance(name, Basis):
        return name
    if name in BASES:
        return BASES[name]
    near = get_close_matches(name, BASES, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise ArgumentError("basis", f"one of {', '.join(BASES)}", f"{name}{hint}")


def bases_text() -> str:
    """Return the named bases as a table.

    >>> print(bases_text().splitlines()[0])
    2 bases
    """
    lines = [f"{len(BASES)} bases"]
    for basis in BASES.values():
        forms = ", ".join(o.form.format(*"xyz") for o in basis.operators)
        lines += ["", f"{basis.name}: {basis.description}", f"  gates: {forms}"]
    return "\n".join(lines)
