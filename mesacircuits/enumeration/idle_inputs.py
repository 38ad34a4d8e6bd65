"""Whether minimal circuits ever read an input that the function does not depend on."""

from __future__ import annotations

from functools import lru_cache

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.operators import GateForm
from mesacircuits.enumeration.form_symmetry import negates_inputs

__all__ = ["idle_inputs_stay_unread"]


@lru_cache(maxsize=64)
def idle_inputs_stay_unread(basis: Basis) -> bool:
    """Return whether minimal circuits over `basis` provably never read an idle input.

    Fix an idle input to some value v: the function stays the same. If every gate that reads a
    constant thereby becomes a constant or a wire (inverted, if inverters are free) or a gate that
    costs and reads no more, and those that read the input itself cease to be gates, then a circuit
    that reads an idle input is not minimal: it has a cheaper one, no deeper. That is so in `b2` or
    `nand`, not in `mig`: with an operand fixed, a majority gate is still a gate. With free
    inverters v is 0 unless the basis is closed under inverting operands: gates stay 0 on the
    all-zero input.

    >>> from mesacircuits.circuits.bases import B2, MIG, NAND
    >>> idle_inputs_stay_unread(B2), idle_inputs_stay_unread(NAND), idle_inputs_stay_unread(MIG)
    (True, True, False)
    """
    either = not basis.free_inverters or negates_inputs(basis)
    return any(
        all(
            _ceases(_fixed(form, place, value), form, basis)
            and all(_shrinks(_fixed(form, place, constant), form, basis) for constant in (0, 1))
            for form in basis.forms
            for place in range(form.wires)
        )
        for value in ((0, 1) if either else (0,))
    )


def _fixed(form: GateForm, place: int, value: int) -> int:
    # The table over the other wires once one wire is constant.
    low = (1 << place) - 1
    table = 0
    for row in range(1 << (form.wires - 1)):
        source = row & low | value << place | (row & ~low) << 1
        table |= (form.table >> source & 1) << row
    return table


def _ceases(table: int, form: GateForm, basis: Basis) -> bool:
    wires = form.wires - 1
    full = (1 << (1 << wires)) - 1
    single = [sum((row >> i & 1) << row for row in range(1 << wires)) for i in range(wires)]
    allowed = {0, full, *single}
    if basis.free_inverters:
        allowed |= {full ^ s for s in single}
    return table in allowed


def _shrinks(table: int, form: GateForm, basis: Basis) -> bool:
    if _ceases(table, form, basis):
        return True
    full = (1 << (1 << (form.wires - 1))) - 1
    same = {table, full ^ table} if basis.free_inverters else {table}
    return any(
        f.wires == form.wires - 1 and f.table in same and f.cost <= form.cost for f in basis.forms
    )
