"""Bases: which operators a circuit may be built from, and what each costs, as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from typing import Any

from mesacircuits.circuits.forms import GateForm, gate_forms
from mesacircuits.circuits.operators import MULTIPLEXERS, Operator, operator_named, operator_of
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tables import wrapped

__all__ = [
    "AIG",
    "AND_OR_NOT",
    "B2",
    "BASES",
    "MAX_COST",
    "MIG",
    "MONOTONE",
    "MUX",
    "NAND",
    "NOR",
    "Basis",
    "bases_text",
    "basis_named",
]


#: The greatest cost of an operator.
MAX_COST = 10**9 - 1


@dataclass(frozen=True)
class Basis:
    """A set of operators, closed under permuting operands, what they cost, and how gates read.

    With free inverters polarities are normalised away: every gate computes a function that is 0
    on the all-zero input, so every operator has table bit 0 equal to 0; each output may be read
    inverted. `operators` are kept sorted by their tables, the order that gate keys compare them by.

    Arguments:
        name: what the basis is called.
        operators: the operators; those of at most three operands make gates.
        free_inverters: whether outputs, and in effect operands, may be inverted at no cost.
        description: one line for people.
        costs: the cost of each operator, whole numbers from 1 to 10^9 - 1; empty if all cost 1.
        constants: whether one operand of a gate may be the constant 0.
        repeats: whether a gate may read one wire twice.

    The selector of a multiplexer is neither constant nor one of the wires that it selects from.

    Raises `ArgumentError` if the operators are not closed under permuting operands, or with free
    inverters not normalised, or the costs are not positive or differ among permuted operators.

    >>> B2.names
    ('butnot', 'notbut', 'xor', 'and', 'or')
    >>> AIG.admits("xor")
    False
    """

    name: str
    operators: tuple[Operator, ...]
    free_inverters: bool
    description: str = ""
    costs: tuple[int, ...] = ()
    constants: bool = False
    repeats: bool = False

    def __post_init__(self) -> None:
        if not self.operators:
            raise ArgumentError("operators", "at least one operator", "none")
        if self.costs and len(self.costs) != len(self.operators):
            raise ArgumentError("costs", f"one for each of {len(self.operators)}", self.costs)
        cost_of: dict[Operator, int] = {}
        for operator, cost in zip(
            self.operators, self.costs or (1,) * len(self.operators), strict=True
        ):
            known = type(cost) is int and 1 <= cost <= MAX_COST
            if not known or cost_of.setdefault(operator, cost) != cost:
                expected = f"one positive whole number up to {MAX_COST} for {operator.name}"
                raise ArgumentError("costs", expected, cost)
        ordered = tuple(sorted(cost_of, key=lambda o: (o.arity, o.table)))
        object.__setattr__(self, "operators", ordered)
        # Unit costs are left unsaid, so that equal bases are equal values.
        costs = tuple(cost_of[operator] for operator in ordered)
        object.__setattr__(self, "costs", () if set(costs) == {1} else costs)
        for operator in self.operators:
            if self.free_inverters and operator.table & 1:
                raise ArgumentError(
                    "operators", "functions that are 0 where all operands are 0", operator.name
                )
            for i in range(operator.arity - 1):
                order = list(range(operator.arity))
                order[i], order[i + 1] = order[i + 1], order[i]
                if cost_of.get(operator.permuted(tuple(order))) != cost_of[operator]:
                    raise ArgumentError(
                        "operators",
                        "a set, and costs, closed under permuting operands",
                        operator.name,
                    )

    @classmethod
    def closed(
        cls,
        name: str,
        costs: dict[str, int],
        free_inverters: bool,
        description: str = "",
        constants: bool = False,
        repeats: bool = False,
    ) -> Basis:
        """Return the basis of some operators, named with their costs, and what they imply.

        That is: the same with operands permuted, and with free inverters also with operands and
        result inverted, normalised to be 0 where all operands are 0. Where two operators imply
        one, the cheaper cost counts.

        >>> Basis.closed("horn", {"butnot": 1}, free_inverters=False).names
        ('butnot', 'notbut')
        """
        cost_of: dict[Operator, int] = {}
        for operator_name, cost in costs.items():
            operator = operator_named(operator_name)
            if operator.arity > _MAX_FAN_IN:
                raise ArgumentError(
                    "operators", f"operators of at most {_MAX_FAN_IN} operands", operator.name
                )
            for implied in _implied(operator, free_inverters):
                cost_of[implied] = min(cost, cost_of.get(implied, cost))
        return cls(
            name,
            tuple(cost_of),
            free_inverters,
            description,
            tuple(cost_of.values()),
            constants,
            repeats,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the operators, in key order."""
        return tuple(operator.name for operator in self.operators)

    @cached_property
    def forms(self) -> tuple[GateForm, ...]:
        """The ways in which a gate may read distinct wires, sorted by their number, then key."""
        costs = self.costs or (1,) * len(self.operators)
        fits = [
            (o, c) for o, c in zip(self.operators, costs, strict=True) if o.arity <= _MAX_FAN_IN
        ]
        return gate_forms(fits, self.constants, self.repeats)

    def admits(self, operator: str) -> bool:
        """Return whether the operator of this name belongs to the basis."""
        return operator in self.names

    def cost_of(self, operator: str) -> int:
        """Return the cost of an operator; raises `ArgumentError` if the basis has none such."""
        place = self.index(operator)
        return self.costs[place] if self.costs else 1

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
            "constants": self.constants,
            "repeats": self.repeats,
            "operators": [
                {
                    "name": o.name,
                    "arity": o.arity,
                    "table": o.table,
                    "form": o.form,
                    "cost": self.cost_of(o.name),
                }
                for o in self.operators
            ],
        }

    def __str__(self) -> str:
        return self.name


_MAX_FAN_IN = 3


def _implied(operator: Operator, free_inverters: bool) -> list[Operator]:
    found = []
    rows = range(1 << operator.arity)
    for flips in rows if free_inverters else (0,):
        table = sum((operator.table >> (row ^ flips) & 1) << row for row in rows)
        if free_inverters and table & 1:
            table ^= (1 << len(rows)) - 1
        turned = operator_of(operator.arity, table)
        found += [turned.permuted(order) for order in permutations(range(operator.arity))]
    return found


def _units(*names: str) -> dict[str, int]:
    return dict.fromkeys(names, 1)


#: The full two-input basis: every operator of two operands, inverters free.
B2 = Basis.closed("b2", _units("and", "xor"), True, "all two-input gates, inverters free")
#: And-inverter graphs: `b2` without XOR.
AIG = Basis.closed(
    "aig", _units("and"), True, "two-input AND gates with free inverters (b2 without XOR)"
)
#: NAND gates alone; both operands may be one wire, which inverts it.
NAND = Basis.closed("nand", _units("nand"), False, "two-input NAND gates", repeats=True)
#: NOR gates alone; both operands may be one wire, which inverts it.
NOR = Basis.closed("nor", _units("nor"), False, "two-input NOR gates", repeats=True)
#: AND, OR and NOT, inverters counted.
AND_OR_NOT = Basis.closed(
    "and-or-not", _units("and", "or", "not"), False, "AND, OR and NOT gates, inverters counted"
)
#: AND and OR without inverters: monotone functions only.
MONOTONE = Basis.closed(
    "monotone", _units("and", "or"), False, "AND and OR gates, no inverters: monotone functions"
)
#: Majority-inverter graphs: an operand may be the constant.
MIG = Basis.closed(
    "mig",
    _units("maj"),
    True,
    "three-input majority gates, inverters free, an operand may be constant",
    constants=True,
)
#: Multiplexers s ? x : y; x or y may be constant, and inverted they may be one wire.
MUX = Basis(
    "mux",
    tuple(MULTIPLEXERS),
    True,
    "multiplexers s ? x : y, inverters free, x or y may be constant",
    constants=True,
    repeats=True,
)

#: The bases that have a name, by name.
BASES: dict[str, Basis] = {
    basis.name: basis for basis in (B2, AIG, NAND, NOR, AND_OR_NOT, MONOTONE, MIG, MUX)
}


def basis_named(name: str | Basis, *, files: bool = True) -> Basis:
    """Return the basis called `name`; a `Basis` is returned as it is.

    Besides the names of `BASES`, a basis may be written out, `and=1,xor=3+free-inverters`, or be a
    JSON file: see `mesacircuits.circuits.basis_text.basis_from_text`.

    Arguments:
        name: the name.
        files: whether it may name a file; say False for texts of strangers.

    Raises `ArgumentError` for an unknown name, with the nearest known one.

    >>> basis_named("aig").free_inverters
    True
    """
    if isinstance(name, Basis):
        return name
    if name in BASES:
        return BASES[name]
    from mesacircuits.circuits.basis_text import basis_from_text

    basis = basis_from_text(name, files=files)
    if basis is not None:
        return basis
    forms = f"one of {', '.join(BASES)}, OPERATOR=COST,...{', or a .json file' if files else ''}"
    raise ArgumentError("basis", forms, name + did_you_mean(name, BASES))


def bases_text() -> str:
    """Return the named bases as a table.

    >>> print(bases_text().splitlines()[0])
    8 bases
    """
    lines = [f"{len(BASES)} bases"]
    for basis in BASES.values():
        names = list(dict.fromkeys(_form_text(form) for form in basis.forms))
        lines += ["", f"{basis.name}: {basis.description}"]
        lines.append(wrapped("  ".join(names), "  gates: ", " " * 9, at="  "))
    return "\n".join(lines)


def _form_text(form: GateForm) -> str:
    return form.operator.form.format(*("0" if p < 0 else "xyz"[p] for p in form.pattern))
