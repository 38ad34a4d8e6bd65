"""The minima of every class of functions of n inputs, as a result: what is listed, what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mesacircuits.circuits import Circuit, Output
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.data.minima import (
    MINIMA_FORMAT,
    ClassRecord,
    MinimaFile,
    UniverseRecord,
    text_of_chain,
)
from mesacircuits.enumeration.class_lists import (
    LISTED_ORDERS,
    ClassList,
    class_lists,
    classes_with_gates,
)
from mesacircuits.enumeration.classes import classes_of
from mesacircuits.enumeration.effort import BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.form_tables import circuit_of_rows, form_tables
from mesacircuits.enumeration.levels import MAX_CENSUS_INPUTS
from mesacircuits.enumeration.orders import SIZE, checked_order
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted, plain_table

__all__ = ["MinimaLists", "check_lists", "lists_record", "minima_lists"]


@dataclass(frozen=True)
class MinimaLists:
    """All minima of the representative of each class of functions of n inputs.

    Attributes:
        inputs: n.
        basis, order: what was minimised over, and how.
        kind: what the classes are: `NPN` or `P`.
        lists: the classes that take gates, as far as they were exhausted.
        open_classes: how many the budget left out.
        exhausted_size: where it left some out, the size up to which none is; None if not known.
    """

    inputs: int
    basis: Basis
    order: str
    kind: str
    lists: tuple[ClassList, ...]
    open_classes: int
    exhausted_size: int | None

    @property
    def exhaustive(self) -> bool:
        """Whether every class is listed."""
        return not self.open_classes

    def circuits(self, listed: ClassList) -> tuple[Circuit, ...]:
        """Return one minimum of a class's representative for each orbit."""
        tables = form_tables(self.basis)
        inverted = self.basis.free_inverters and bool(listed.representative.bits & 1)
        found = [circuit_of_rows(tables, self.inputs, rows) for rows in listed.orbits]
        return tuple(
            Circuit(c.inputs, c.gates, (Output(c.outputs[0].wire, inverted),)) for c in found
        )

    def to_record(self) -> UniverseRecord:
        """Return the lists as they are shipped."""
        names = self.basis.names
        return UniverseRecord(
            inputs=self.inputs,
            kind=self.kind,
            exhaustive=self.exhaustive,
            exhausted_size=self.exhausted_size,
            open_classes=self.open_classes,
            classes=tuple(
                ClassRecord(
                    representative=listed.representative.hex,
                    functions=listed.functions,
                    size=listed.size,
                    depth=listed.depth,
                    circuits=listed.circuits,
                    orbits=tuple(text_of_chain(c, names) for c in self.circuits(listed)),
                )
                for listed in self.lists
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the lists as JSON values, each circuit as text."""
        return {
            "inputs": self.inputs,
            "basis": self.basis.name,
            "order": self.order,
            "class_kind": self.kind,
            "exhaustive": self.exhaustive,
            "exhausted_size": self.exhausted_size,
            "open_classes": self.open_classes,
            "classes": [
                {
                    "representative": listed.representative.hex,
                    "functions": listed.functions,
                    "size": listed.size,
                    "depth": listed.depth,
                    "circuits": listed.circuits,
                    "orbits": [str(circuit) for circuit in self.circuits(listed)],
                }
                for listed in self.lists
            ],
        }

    def __str__(self) -> str:
        classes: Counter[int] = Counter()
        circuits: Counter[int] = Counter()
        orbits: Counter[int] = Counter()
        for listed in self.lists:
            classes[listed.size] += 1
            circuits[listed.size] += listed.circuits
            orbits[listed.size] += len(listed.orbits)
        rows = [(size, classes[size], circuits[size], orbits[size]) for size in sorted(classes)]
        total = ("all", classes.total(), circuits.total(), orbits.total())
        table = plain_table(("size", "classes", "minima", "orbits"), [*rows, total])
        left = (
            ""
            if self.exhaustive
            else f"; {counted(self.open_classes, 'class', 'classes')} left open"
        )
        if self.exhausted_size is not None:
            left += f", every function of at most {counted(self.exhausted_size, 'gate')} is listed"
        return (
            f"minima of a representative of each {self.kind}-class of "
            f"{counted(self.inputs, 'input')}, "
            f"{self.basis.name}, order {self.order}{left}\n{table}"
        )


@fitting_units
def minima_lists(
    inputs: int, basis: str | Basis = "b2", order: str = SIZE, effort: Effort | None = None
) -> MinimaLists:
    """Return all minima of the representative of each class of functions of n inputs.

    Arguments:
        inputs: n, from 1 to 4.
        basis: a basis or its name; its operators cost 1 each.
        order: `size` or `depth-size`.
        effort: budget, threads, progress bar and store.

    Raises `ArgumentError` for arguments outside those ranges.

    >>> lists = minima_lists(3)
    >>> sum(listed.circuits for listed in lists.lists), lists.exhaustive
    (117, True)
    """
    basis = basis_named(basis)
    check_lists(inputs, basis, order)
    found: list[ClassList] = []
    exhausted = None
    try:
        found += class_lists(inputs, basis, order, effort)
    except BudgetEnded as ended:
        exhausted = ended.args[0] if ended.args and order == SIZE else None
    asked = classes_with_gates(inputs, basis)
    found.sort(key=lambda listed: listed.representative.bits)
    return MinimaLists(
        inputs=inputs,
        basis=basis,
        order=order,
        kind=classes_of(inputs, basis).kind,
        lists=tuple(found),
        open_classes=len(asked) - len(found),
        exhausted_size=exhausted,
    )


def check_lists(inputs: int, basis: str | Basis, order: str) -> None:
    """Raise `ArgumentError` for what `minima_lists` does not list, before it searches.

    >>> check_lists(4, "b2", "size")
    """
    if not isinstance(inputs, int) or not 1 <= inputs <= MAX_CENSUS_INPUTS:
        raise ArgumentError("inputs", f"a whole number from 1 to {MAX_CENSUS_INPUTS}", inputs)
    basis = basis_named(basis)
    if basis.costs:
        raise ArgumentError("basis", "one whose operators cost 1 each", basis.name)
    checked_order(order, LISTED_ORDERS)


def lists_record(lists: Iterable[MinimaLists]) -> MinimaFile:
    """Return lists of one basis and order, of several numbers of inputs, as one file's record."""
    listed = list(lists)
    [(basis, order)] = {(each.basis, each.order) for each in listed}
    return MinimaFile(
        format=MINIMA_FORMAT,
        basis=basis.name,
        order=order,
        operators=basis.names,
        universes=tuple(each.to_record() for each in listed),
    )
