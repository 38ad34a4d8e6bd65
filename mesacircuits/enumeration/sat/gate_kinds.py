"""What the gates of a basis can compute from the distinct wires that they read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product
from math import comb

from mesacircuits.circuits import Basis
from mesacircuits.circuits.bases import GateForm
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.errors import ArgumentError

__all__ = ["GateKinds", "applied", "gate_kinds"]

_AND, _XOR, _NOT_FIRST, _NOT = 0x8, 0x6, 0x5, 0x1
_IDENTITY = 0b10
# Beyond so many combinations of tables none is looked through: that only loses speed.
_MOST_COMBINATIONS = 2048


def applied(table: int, operands: Sequence[int], mask: int) -> int:
    """Return the function with this table, applied bitwise to integers within `mask`.

    >>> applied(0x8, (0b1010, 0b1100), 0b1111)
    8
    """
    result = 0
    if len(operands) == 2:  # the common case, unrolled
        p, q = operands
        if table & 8:
            result = p & q
        if table & 2:
            result |= p & ~q
        if table & 4:
            result |= q & ~p
        if table & 1:
            result |= ~(p | q)
        return result & mask
    for row in range(1 << len(operands)):
        if table >> row & 1:
            term = mask
            for i, operand in enumerate(operands):
                term &= operand if row >> i & 1 else ~operand
            result |= term
    return result


class GateKinds:
    """The functions of distinct wires that the gates of a basis compute, and the costs of each.

    Forms that merely copy a wire are left out: no reduced circuit has such a gate.

    Attributes:
        basis: the basis.
        forms: for each number k of wires and each table of k arguments the forms that give it.

    >>> from mesacircuits.circuits.bases import NAND
    >>> {wires: [*tables] for wires, tables in GateKinds(NAND).forms.items()}
    {1: [1], 2: [7]}
    """

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.forms: dict[int, dict[int, list[GateForm]]] = {}
        for form in basis.forms:
            if (form.wires, form.table) != (1, _IDENTITY):
                self.forms.setdefault(form.wires, {}).setdefault(form.table, []).append(form)
        for tables in self.forms.values():
            for forms in tables.values():
                forms.sort(key=lambda form: form.cost)
        if not self.forms:
            raise ArgumentError("basis", "operators that depend on operands", basis.name)
        #: The costs that gates have, ascending.
        self.costs = sorted({form.cost for form in basis.forms})
        #: Of so many wires every function has a gate, all at one cost; 0 if not even of two.
        self.full = 0
        if len(self.costs) == 1:
            shares = 2 if basis.free_inverters else 1
            while len(self.forms.get(self.full or 2, ())) * shares == _dependent(self.full or 2):
                self.full = (self.full or 2) + 1
            self.full = max(self.full - 1, 0)
        self._spared: dict[tuple[Sequence[int], ...], list[tuple[int, int]]] = {}

    @property
    def fan_in(self) -> int:
        """The greatest number of wires that a gate reads."""
        return max(self.forms)

    def costs_of(self, wires: int, table: int) -> list[int]:
        """Return the costs, ascending, of gates that compute `table` from so many wires."""
        return sorted({form.cost for form in self.forms.get(wires, {}).get(table, ())})

    def is_negation_closed(self) -> bool:
        """Return whether the same gates, at the same costs, serve if operands are inverted.

        Without free inverters they do not.

        >>> from mesacircuits.circuits import AIG
        >>> from mesacircuits.circuits.bases import NAND
        >>> GateKinds(AIG).is_negation_closed(), GateKinds(NAND).is_negation_closed()
        (True, False)
        """
        if not self.basis.free_inverters:
            return False
        if self.full == self.fan_in:
            return True
        for wires, tables in self.forms.items():
            rows = 1 << wires
            for table in tables:
                # One operand suffices: a basis is closed under permuting operands.
                image = sum((table >> (row ^ 1) & 1) << row for row in range(rows))
                image ^= (image & 1) * ((1 << rows) - 1)
                if self.costs_of(wires, image) != self.costs_of(wires, table):
                    return False
        return True

    def is_complete(self, inputs: int) -> bool:
        """Return whether every function of so many inputs has a reduced circuit.

        Decided on two inputs: from AND and XOR, or without free inverters from AND and NOT, all
        else is built.

        >>> from mesacircuits.circuits.bases import MIG, MONOTONE
        >>> GateKinds(MIG).is_complete(3), GateKinds(MONOTONE).is_complete(3)
        (True, False)
        """
        free = self.basis.free_inverters
        if inputs == 0 or (inputs == 1 and free):
            return True
        considered = min(inputs, 2)
        goal = {_AND, _XOR if free else _NOT_FIRST} if considered == 2 else {_NOT}
        mask = (1 << (1 << considered)) - 1
        reached: set[int] = set()
        found = {input_bits(considered, i) for i in range(considered)}
        while reached != found and not goal <= found:
            reached = set(found)
            for wires, tables in self.forms.items():
                for operands in combinations(sorted(reached), wires):
                    found |= {applied(table, operands, mask) for table in tables}
            found -= {0, mask}
        return goal <= found

    def is_spared(self, table: int, wires: int, cost: int) -> bool:
        """Return whether a function of some wires costs a reduced circuit no more than `cost`.

        It does if it is constant or one of the wires (so no gate of a reduced circuit computes it)
        or if a gate of at most this cost computes it from those wires that it depends on.
        """
        if self.basis.free_inverters and wires <= self.full:
            return True
        kept = [
            i
            for i in range(wires)
            if any((table >> row ^ table >> (row ^ 1 << i)) & 1 for row in range(1 << wires))
        ]
        core = 0
        for row in range(1 << len(kept)):
            source = sum((row >> place & 1) << i for place, i in enumerate(kept))
            core |= (table >> source & 1) << row
        if not kept or (len(kept), core) == (1, _IDENTITY):
            return True
        costs = self.costs_of(len(kept), core)
        return bool(costs) and costs[0] <= cost

    def spared(
        self, lower: tuple[int, ...], reads: tuple[int, ...], leaves: int
    ) -> list[tuple[int, int]]:
        """Return which gates over a gate could as well do without it.

        Arguments:
            lower: the wires that the lower gate reads, as places among the leaves.
            reads: the wires that the upper gate reads, likewise; -1 is the lower gate.
            leaves: how many wires both read, other than the lower gate.

        Returns the pairs (lower table, upper table) such that what the upper gate computes is
        spared (see `is_spared`) over the leaves at its own cost.
        """
        key = (lower, reads, (leaves,))
        if len(self.forms[len(lower)]) * len(self.forms[len(reads)]) > _MOST_COMBINATIONS:
            return []
        if key not in self._spared:
            rows = 1 << leaves
            inputs = [input_bits(leaves, i) for i in range(leaves)]
            self._spared[key] = [
                (low, high)
                for low, high in product(self.forms[len(lower)], self.forms[len(reads)])
                if self.is_spared(
                    applied(
                        high,
                        [
                            inputs[i]
                            if i >= 0
                            else applied(low, [inputs[j] for j in lower], (1 << rows) - 1)
                            for i in reads
                        ],
                        (1 << rows) - 1,
                    ),
                    leaves,
                    self.costs_of(len(reads), high)[0],
                )
            ]
        return self._spared[key]

    def twins_are_spared(self, wires: int) -> bool:
        """Return whether a gate over two gates that read the same wires can read those itself.

        That is asked of gates that read these two alone.
        """
        if 2 not in self.forms or (self.basis.free_inverters and wires <= self.full):
            return 2 in self.forms
        inputs = [input_bits(wires, i) for i in range(wires)]
        mask = (1 << (1 << wires)) - 1
        if len(self.forms[wires]) ** 2 * len(self.forms[2]) > _MOST_COMBINATIONS:
            return False
        pairs = list(product(self.forms[wires], repeat=2))
        return all(
            self.is_spared(
                applied(table, [applied(t, inputs, mask) for t in pair], mask),
                wires,
                self.costs_of(2, table)[0],
            )
            for pair in pairs
            for table in self.forms[2]
        )


def _dependent(wires: int) -> int:
    # How many functions depend on all of so many wires.
    functions = [1 << (1 << k) for k in range(wires + 1)]
    return sum((-1) ** (wires - k) * comb(wires, k) * functions[k] for k in range(wires + 1))


@lru_cache(maxsize=32)
def gate_kinds(basis: Basis) -> GateKinds:
    """Return the kinds of gates of a basis; raises `ArgumentError` if there are none.

    >>> from mesacircuits.circuits import B2
    >>> gate_kinds(B2).twins_are_spared(2), gate_kinds(B2).costs
    (True, [1])
    """
    return GateKinds(basis)
