"""Lookup-table: the solver stores its answers in separate cells (intervene on the entries)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from mesacircuits.circuits.circuit import Wired
from mesacircuits.circuits.truthtable import input_bits, is_cube_bits
from mesacircuits.definitions.definition import (
    LOOKUP_TABLE,
    Definition,
    Judgement,
    Solver,
    WithDials,
    dial,
    endless_bits,
    has_influence,
    read_as,
    solver_of,
    words_on,
)
from mesacircuits.tasks import Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mesacircuits.definitions.bulk import Chains

__all__ = ["LookupTable"]


@dataclass(frozen=True, slots=True)
class LookupTable(WithDials):
    """The default definition of a lookup table.

    A *cell* for a default word is a wire, read in one of its two polarities, whose value on the
    support S is a cube (a conjunction of literals) that is not empty, on which the output differs
    from the default everywhere, and such that knocking it out (the wire reads 0) returns exactly
    the cell's own inputs to the default. A circuit is a lookup table iff for some default word
    there are at least two disjoint cells whose union is all of S where the output is another word:
    then every entry can be edited alone. The score is the largest fraction of those inputs that at
    least two disjoint cells cover, over all default words; 0 if there are no two, if the output is
    constant on S, and if no action matters in the task's world. An input serves as a cell only if
    knocking it out leads from no input of S to one off S, where the task says nothing.

    Tasks of every kind are judged alike, by the words that the circuit gives on S. A circuit with
    state is judged as it stands: state bits are inputs, bits of the next state are outputs, and S
    holds the inputs that can occur.

    Arguments:
        inputs_per_cell: the most inputs that a cell may have; None for any number, 1 for the
            tabular model itself.

    Raises `ArgumentError` for a bound below 1.

    Source: E. Hubinger et al., *Risks from Learned Optimization*, 2019, section 2.1, on a tabular
    model, "which independently learns the correct output for every input".

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> c = Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3")
    >>> LookupTable().judge(c, parse_task("expr:(a & b) | (~a & c)")).holds
    True
    """

    inputs_per_cell: int | None = dial(None, least=1)

    name: ClassVar[str] = "lookup-table"
    tag: ClassVar[str] = LOOKUP_TABLE
    version: ClassVar[int] = 2
    symmetric = True
    source: ClassVar[str] = "Hubinger et al. 2019, section 2.1"
    formula: ClassVar[str] = (
        "two or more disjoint wires, each a cube of the inputs, together exactly where the output "
        "is not the default word; knocking one out returns exactly its own inputs to the default"
    )
    blind_to: ClassVar[str] = (
        "entries that are no cubes, cells that overlap, and whatever happens off the support"
    )

    def variants(self) -> list[LookupTable]:
        """Return the definition with other bounds on the inputs of a cell, or none."""
        return [LookupTable(bound) for bound in (None, 8, 4, 2, 1)]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether cells of this have at most as many inputs as the other allows."""
        if not isinstance(other, LookupTable):
            return False
        own, bound = self.inputs_per_cell, other.inputs_per_cell
        return bound is None or (own is not None and own <= bound)

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64]:
        """Return, for each of many chains, the full set of negations iff it is a table."""
        from mesacircuits.definitions.tag_kernels import lookup_tags

        most = self.inputs_per_cell
        # Each input that is not read doubles the inputs of a cell.
        bound = 1 << chains.inputs if most is None else most >> chains.unread
        tagged = lookup_tags(
            chains.gates, chains.inputs, chains.literals, chains.operators, chains.cube_table, bound
        )
        return chains.whole(tagged)

    @classmethod
    def check_as_recorded(
        cls, solver: Solver, task: Task, dials: Mapping[str, Any], witness: Mapping[str, Any] | None
    ) -> None:
        """Raise `CertificateError` unless the witness proves a table, with dials as recorded."""
        from mesacircuits.definitions.checker import check_lookup

        check_lookup(solver, task, dials, witness)

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the wires of the cells."""
        cells = witness["cells"] if witness.get("kind") == "lookup" else ()
        return [(c["wire"], f"cell {c['cube']}{read_as(c['inverted'])}") for c in cells]

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a circuit on a task, with a witness iff it is 1.

        Raises `ArgumentError` if the circuit does not solve the task.
        """
        circuit = solver_of(solver, task)
        if not has_influence(circuit, task):
            return self.judgement(0)
        full, support = (1 << (1 << task.inputs)) - 1, task.support_bits
        words = words_on(circuit.output_bits(), support)
        best, witness = Fraction(0), None
        # A default that never occurs leaves all of S to the cells; one such word stands for all
        # those that knocking a cell out can bring about.
        knocked = {
            word
            for wire in range(circuit.wires)
            for constant in (0, full)
            for word in words_on(circuit.output_bits({wire: constant}), support)
        }
        for default in sorted({*words, *knocked}):
            entries = support & ~words.get(default, 0)
            if not entries:
                continue
            cells = list(self._cells(circuit, task, default, entries))
            covered, chosen = _best_cover(cells)
            score = Fraction(covered, entries.bit_count())
            if score > best:
                best = score
            if score == 1:
                witness = _witness(default, chosen, task)
                break
        return self.judgement(best, witness)

    def _cells(
        self, circuit: Wired, task: Task, default: tuple[int, ...], entries: int
    ) -> Iterator[tuple[int, int, bool]]:
        full, support = (1 << (1 << task.inputs)) - 1, task.support_bits
        for wire, bits in enumerate(circuit.wire_bits()):
            for inverted in (False, True):
                cell = (bits ^ (full if inverted else 0)) & support
                if not cell or cell & ~entries:
                    continue
                if self.inputs_per_cell is not None and cell.bit_count() > self.inputs_per_cell:
                    continue
                if not is_cube_bits(cell, task.inputs, support):
                    continue
                # An input knocked out is another input, which has to belong to S.
                if wire < task.inputs and knocked_input(cell, wire) & ~support:
                    continue
                # Off the cell the wire already reads 0, so nothing can change there.
                do = {wire: full if inverted else 0}
                after = circuit.output_bits(do)
                endless = endless_bits(circuit, do) & cell
                if list(words_on(after, cell)) == [default] and not endless:
                    yield cell, wire, inverted


def knocked_input(cell: int, wire: int) -> int:
    """Return the inputs that those of a cell become when input number `wire` is inverted.

    >>> bin(knocked_input(0b0010, 1))
    '0b1000'
    """
    return sum(1 << (x ^ 1 << wire) for x in range(cell.bit_length()) if cell >> x & 1)


_Cell = tuple[int, int, bool]


def _best_cover(cells: list[_Cell]) -> tuple[int, list[_Cell]]:
    # Most inputs that two or more disjoint cells cover, by trying each cell in and out; a branch
    # is left when even all remaining cells could not better the best.
    cells = sorted(cells, key=lambda cell: (-cell[0].bit_count(), cell))
    best: tuple[int, list[_Cell]] = (0, [])

    def extend(start: int, covered: int, chosen: list[_Cell]) -> None:
        nonlocal best
        if len(chosen) >= 2 and covered.bit_count() > best[0]:
            best = (covered.bit_count(), chosen)
        reach = covered
        for bits, _, _ in cells[start:]:
            reach |= bits
        if reach.bit_count() <= best[0]:
            return
        for place in range(start, len(cells)):
            # A wire is read in one of its polarities, so it serves as one cell only.
            used = {wire for _, wire, _ in chosen}
            if not cells[place][0] & covered and cells[place][1] not in used:
                extend(place + 1, covered | cells[place][0], [*chosen, cells[place]])

    extend(0, 0, [])
    return best


def _witness(default: tuple[int, ...], cells: list[_Cell], task: Task) -> dict[str, Any]:
    listed = []
    for bits, wire, inverted in sorted(cells, key=lambda cell: cell[0] & -cell[0]):
        literals = ""
        for i in range(task.inputs):
            high = input_bits(task.inputs, i)
            literals += "1" if not bits & ~high else "0" if not bits & high else "-"
        listed.append(
            {
                "wire": wire,
                "inverted": inverted,
                "cube": literals,
                "inputs": [x for x in range(bits.bit_length()) if bits >> x & 1],
            }
        )
    return {"kind": "lookup", "default": list(default), "cells": listed}
