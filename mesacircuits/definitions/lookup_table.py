"""Lookup-table: the solver stores its answers in separate cells (intervene on the entries)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, cast

from mesacircuits.circuits.circuit import CONSTANT, Wired
from mesacircuits.circuits.truthtable import input_bits, input_name, is_cube_bits
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
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.tasks import Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mesacircuits.definitions.bulk import Chains

__all__ = ["LookupTable"]


#: Whether multiplexer trees count as tables, too.
TREES = ("off", "on")


@dataclass(frozen=True, slots=True)
class LookupTable(WithDials):
    """The default definition of a lookup table.

    A *cell* for a default word is a row, read in one of its two polarities, whose value on the
    support S is a cube (a conjunction of literals) that is not empty, on which the output differs
    from the default everywhere, and such that knocking it out (it reads 0) returns exactly the
    cell's own inputs to the default. A circuit is a lookup table iff for some default word
    there are at least two disjoint cells whose union is all of S where the output is another word:
    then every entry can be edited alone. The score is the largest fraction of those inputs that at
    least two disjoint cells cover, over all default words; 0 if there are no two, if the output is
    constant on S, and if no action matters in the task's world. An input serves as a cell only if
    knocking it out leads from no input of S to one off S, where the task says nothing.

    A *row* is a set of live wires: what reads one row alone, constants aside, belongs to it; of the
    other wires those that are equal on all inputs are one. So copies, buffers and inverters of a
    wire are one row, and are knocked out at once. (What is the inverse of a row without being made
    of it is another row: the OR of all lines of a decoder but one is no part of that line. So rows
    are smaller than the classes of `wire_classes`, or the table of AND and NAND would be none.)

    With `tree` a circuit is a table, of score 1, also if each of its outputs is a *multiplexer
    tree*. Such is a class T that holds no input and is no constant, if for some input s, on all
    inputs, T = s ? x : y with x and y unequal and independent of s, each of them a constant, a
    literal or another tree, read as it is or inverted, and all entries can be edited alone. An
    *entry* is a constant x or y; a literal stands for two, as it is the multiplexer of two
    constants. It is reached on the cube P of inputs that the selects on the way from the output to
    T, the select of T and the literal's value say. To edit it is to set T to what it computes,
    inverted wherever s, and the literal, lead to the entry, P or not: then the tree's output has to
    be inverted on S exactly in P, and no other output changes. So no part of a tree serves in two
    places.

    Tasks of every kind are judged alike, by the words that the circuit gives on S. A circuit with
    state is judged as it stands: state bits are inputs, bits of the next state are outputs, and S
    holds the inputs that can occur.

    Arguments:
        inputs_per_cell: the most inputs of S that a cell, or an entry of a tree, may have; None for
            any number, 1 for the tabular model itself.
        tree: `off`, or `on`.

    Raises `ArgumentError` for a bound below 1.

    Read loosely, with no bound, much is a table that nobody would call one: cells are any disjoint
    cubes, so that what a decision list or a priority encoder grants is a cell. With one input for
    each cell it is what the source speaks of.

    Source: E. Hubinger et al., *Risks from Learned Optimization*, 2019, section 2.1, on a tabular
    model, "which independently learns the correct output for every input". A tree of multiplexers
    over constants is the lookup table of a field-programmable gate array, and a read-only memory of
    which the address selects.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.circuits import Circuit
    >>> c = Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3")
    >>> LookupTable().judge(c, parse_task("expr:(a & b) | (~a & c)")).holds
    True
    >>> c = Circuit.parse(3, "g1 = b ^ c; g2 = b & c; g3 = a ? g1 : g2; out = g3")
    >>> task = parse_task("expr:(a & (b ^ c)) | (~a & b & c)")
    >>> LookupTable().judge(c, task).holds, LookupTable(tree="on").judge(c, task).holds
    (False, True)
    """

    inputs_per_cell: int | None = dial(None, least=1)
    tree: str = dial("off", values=TREES)

    name: ClassVar[str] = "lookup-table"
    tag: ClassVar[str] = LOOKUP_TABLE
    version: ClassVar[int] = 3
    symmetric = True
    source: ClassVar[str] = "Hubinger et al. 2019, section 2.1"
    formula: ClassVar[str] = (
        "two or more disjoint wires, each a cube of the inputs, together exactly where the output "
        "is not the default word; knocking one out returns exactly its own inputs to the default "
        "(or, with tree=on, outputs are trees of multiplexers over constants and literals, each "
        "entry of which can be edited alone)"
    )

    @property
    def blind_to(self) -> str:  # type: ignore[override]
        """What the definition cannot see: trees are told by what their parts are off S, too."""
        if self.tree == "off":
            return (
                "entries that are no cubes, cells that overlap, and whatever happens off the "
                "support, but for which wires are copies there"
            )
        return (
            "entries that are no cubes, cells that overlap, parts of a tree that serve twice, and "
            "what is done off the support (though a multiplexer has to be one there too)"
        )

    def variants(self) -> list[LookupTable]:
        """Return the definition with other bounds on the inputs of a cell, 1 first; and trees."""
        bounds = [replace(self, inputs_per_cell=bound) for bound in (1, None, 8, 4, 2)]
        return [*bounds, *(replace(self, tree=tree) for tree in TREES)]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether cells of this have at most as many inputs, and no more is a table."""
        if not isinstance(other, LookupTable):
            return False
        own, bound = self.inputs_per_cell, other.inputs_per_cell
        fewer = bound is None or (own is not None and own <= bound)
        return fewer and (self.tree == "off" or other.tree == "on")

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64]:
        """Return, for each of many chains, the full set of negations iff it is a table."""
        from mesacircuits.definitions.tag_kernels import lookup_tags, tree_tags

        most = self.inputs_per_cell
        # Each input that is not read doubles the inputs of a cell.
        bound = 1 << chains.inputs if most is None else most >> chains.unread
        given = chains.gates, chains.inputs, chains.literals, chains.operators
        tagged = lookup_tags(*given, chains.cube_table, bound)
        if self.tree == "on":
            tagged |= tree_tags(*given, bound)
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
        """Return the wires of the cells, or the multiplexers of the trees."""
        if witness.get("kind") == "lookup":
            return [
                (c["wire"], f"cell {c['cube']}{read_as(c['inverted'])}") for c in witness["cells"]
            ]
        trees = witness["multiplexers"] if witness.get("kind") == "multiplexers" else ()
        return [
            (m["wire"], f"multiplexer by {input_name(m['select'])} at {m['cube']}") for m in trees
        ]

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a circuit on a task, with a witness iff it is 1.

        Raises `ArgumentError` if the circuit does not solve the task.
        """
        circuit = solver_of(solver, task)
        if not has_influence(circuit, task):
            return self.judgement(0)
        full, support = (1 << (1 << task.inputs)) - 1, task.support_bits
        words, rows = words_on(circuit.output_bits(), support), rows_of(circuit)
        best, witness = Fraction(0), None
        # A default that never occurs leaves all of S to the cells; one such word stands for all
        # those that knocking a cell out can bring about.
        knocked = {
            word
            for row in rows.values()
            for constant in (0, full)
            for word in words_on(circuit.output_bits(_set(row, constant, full)), support)
        }
        for default in sorted({*words, *knocked}):
            entries = support & ~words.get(default, 0)
            if not entries:
                continue
            cells = list(self._cells(circuit, task, default, entries, rows))
            covered, chosen = _best_cover(cells)
            score = Fraction(covered, entries.bit_count())
            if score > best:
                best = score
            if score == 1:
                witness = _witness(default, chosen, task)
                break
        if self.tree == "on" and witness is None:
            trees = _Trees(circuit, support, self.inputs_per_cell).listed()
            if trees is not None:
                best, witness = Fraction(1), {"kind": "multiplexers", "multiplexers": trees}
        return self.judgement(best, witness)

    def _cells(
        self,
        circuit: Wired,
        task: Task,
        default: tuple[int, ...],
        entries: int,
        rows: Mapping[int, Mapping[int, bool]],
    ) -> Iterator[tuple[int, int, bool]]:
        full, support = (1 << (1 << task.inputs)) - 1, task.support_bits
        bits = circuit.wire_bits()
        for lowest, row in rows.items():
            for inverted in (False, True):
                cell = (bits[lowest] ^ (full if inverted else 0)) & support
                if not cell or cell & ~entries:
                    continue
                if self.inputs_per_cell is not None and cell.bit_count() > self.inputs_per_cell:
                    continue
                if not is_cube_bits(cell, task.inputs, support):
                    continue
                # An input knocked out is another input, which has to belong to S. It is the lowest
                # of its row.
                if lowest < task.inputs and knocked_input(cell, lowest) & ~support:
                    continue
                # Off the cell the wire already reads 0, so nothing can change there.
                do = _set(row, full if inverted else 0, full)
                after = circuit.output_bits(do)
                endless = endless_bits(circuit, do) & cell
                if list(words_on(after, cell)) == [default] and not endless:
                    yield cell, lowest, inverted


def rows_of(wired: Wired) -> dict[int, dict[int, bool]]:
    """Return the rows of a solver (see `LookupTable`), each under its lowest wire.

    Of each wire of a row is said whether it is the inverse of the lowest.

    >>> from mesacircuits.circuits import Circuit
    >>> copies = Circuit.parse(2, "g1 = a & b; g2 = b & a; g3 = ~g1; g4 = g2 | g2; out = g3, g4")
    >>> rows_of(copies)
    {0: {0: False}, 1: {1: False}, 2: {2: False, 3: False, 4: True, 5: False}}
    >>> nor = Circuit.parse(2, "g1 = a & b; g2 = a & ~b; g3 = b | g2; g4 = ~(a | b); out = g3, g4")
    >>> [*rows_of(nor)]
    [0, 1, 3, 4, 5]
    """
    classes = wire_classes(cast(Any, wired))
    bits, full = classes.bits, (1 << (1 << wired.inputs)) - 1
    # For each wire the table of what it is made of, if that is one row; else its own.
    made_of: dict[int, int] = {}
    rows: dict[int, dict[int, bool]] = {}
    lowest: dict[int, int] = {}
    for wire in sorted(classes.lowest):
        table = bits[wire]
        if wire >= wired.inputs and classes.lowest[wire] not in classes.constants:
            read = wired.gates[wire - wired.inputs].operands
            below = {made_of[w] for w in read if w >= 0 and bits[w] not in (0, full)}
            if len(below) == 1 and table ^ full in below:
                table ^= full
        made_of[wire] = table
        first = lowest.setdefault(table, wire)
        rows.setdefault(first, {})[wire] = bits[wire] != bits[first]
    return rows


def _set(row: Mapping[int, bool], table: int, full: int) -> dict[int, int]:
    """Return the tables of all wires of a row when its lowest is set to a table."""
    return {wire: table ^ (full if inverse else 0) for wire, inverse in row.items()}


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


class _Trees:
    """Multiplexer trees among the classes of a solver's wires (see `LookupTable`).

    Arguments:
        circuit: the solver.
        support: S as an integer.
        most: the most inputs of S that an entry may have; None for any number.
    """

    def __init__(self, circuit: Wired, support: int, most: int | None) -> None:
        self._circuit, self._support, self._most = circuit, support, most
        self._inputs, self._full = circuit.inputs, (1 << (1 << circuit.inputs)) - 1
        self._classes = wire_classes(cast(Any, circuit))
        #: What a table is: the lowest wire of a class, and whether it is its inverse.
        self._named = {0: (CONSTANT, False), self._full: (CONSTANT, True)}
        for lowest in self._classes.members:
            bits = self._classes.bits[lowest]
            self._named.setdefault(bits, (lowest, False))
            self._named.setdefault(bits ^ self._full, (lowest, True))
        self._known: dict[tuple[int, int, str], list[dict[str, Any]] | None] = {}

    def listed(self) -> list[dict[str, Any]] | None:
        """Return the multiplexers of all outputs: each before those on its high side, then low.

        None if some output is no tree.
        """
        found = []
        for number, output in enumerate(self._circuit.outputs):
            root = self._classes.lowest.get(output.wire, CONSTANT)
            tree = self._tree(number, root, "-" * self._inputs) if self._is_gate(root) else None
            if tree is None:
                return None
            found += tree
        return found

    def _is_gate(self, lowest: int) -> bool:
        return lowest >= self._inputs and lowest not in self._classes.constants

    def _tree(self, output: int, lowest: int, cube: str) -> list[dict[str, Any]] | None:
        key = output, lowest, cube
        if key not in self._known:
            trees = (self._by(output, lowest, cube, s) for s in range(self._inputs))
            self._known[key] = next((tree for tree in trees if tree is not None), None)
        return self._known[key]

    def _by(self, output: int, lowest: int, cube: str, select: int) -> list[dict[str, Any]] | None:
        """Return the tree that a class is where an input selects; None if it is none."""
        bits, high = self._classes.bits[lowest], input_bits(self._inputs, select)
        shift = 1 << select
        sides = (
            (bits & high) | (bits & high) >> shift,
            (bits & ~high) | (bits & ~high) << shift,
        )
        if sides[0] == sides[1] or not all(side in self._named for side in sides):
            return None
        here = {"output": output, "cube": cube, "wire": lowest, "select": select}
        below: list[dict[str, Any]] = []
        for name, side, bit in zip(("high", "low"), sides, "10", strict=True):
            wire, inverted = self._named[side]
            here[name] = {"wire": wire, "inverted": inverted}
            further = cube[:select] + bit + cube[select + 1 :]
            if self._is_gate(wire):
                tree = self._tree(output, wire, further)
                if tree is None:
                    return None
                below += tree
            elif not self._entries_fit(output, lowest, cube, high if bit == "1" else ~high, wire):
                return None
        return [here, *below]

    def _entries_fit(self, output: int, lowest: int, cube: str, side: int, literal: int) -> bool:
        """Return whether the entries on one side of a multiplexer are small and edited alone."""
        reached = cube_bits(self._inputs, cube) & side & self._support
        split = input_bits(self._inputs, literal) if literal >= 0 else self._full
        largest = max((reached & split).bit_count(), (reached & ~split).bit_count())
        if self._most is not None and largest > self._most:
            return False
        # What setting a wire on one input does there, setting it on all inputs does there.
        do = self._classes.do(lowest, self._classes.bits[lowest] ^ self._full)
        edited = self._support & side
        if endless_bits(self._circuit, do) & edited:
            return False
        changed = zip(self._circuit.output_bits(), self._circuit.output_bits(do), strict=True)
        return all(
            ((before ^ after) & edited) == (reached if number == output else 0)
            for number, (before, after) in enumerate(changed)
        )


def cube_bits(inputs: int, cube: str) -> int:
    """Return the inputs in a cube: `1` stands for a literal, `0` for its negation, `-` for neither.

    >>> bin(cube_bits(2, "-0"))
    '0b11'
    """
    bits = (1 << (1 << inputs)) - 1
    for i, mark in enumerate(cube):
        if mark != "-":
            bits &= input_bits(inputs, i) if mark == "1" else ~input_bits(inputs, i)
    return bits
