"""Lookup-table: the solver stores its answers in separate cells (intervene on the entries)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from mesacircuits.definitions.wire_classes import WireClasses, wire_classes
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

    Wires are classes (see `wire_classes`). A *candidate* for a default word is a class, read in one
    of its two polarities, whose value on the support S is a cube (a conjunction of literals) that
    is not empty and on which the output differs from the default everywhere. It is a *plain cell*
    iff knocking it out (its wires read 0) returns exactly its own inputs to the default; and it is
    a *cell* iff it is a plain one, or knocking out those of its wires that no plain cell of other
    inputs feeds does so, if there are any. A circuit is a lookup table iff for some default word
    there are at least two disjoint cells whose union is all of S where the output is another word:
    then every entry can be edited alone. The score is the largest fraction of those inputs that at
    least two disjoint cells cover, over all default words; 0 if there are no two, if the output is
    constant on S, and if no action matters in the task's world. An input serves as a cell only if
    knocking it out leads from no input of S to one off S, where the task says nothing.

    So a row that is stored twice is one cell, and so is one that is copied, buffered or inverted.
    But the OR of all lines of a decoder but one is made of other cells. It is the inverse of that
    line, and no part of what is stored there: else the table of AND and NAND would be none.

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
                "entries that are no cubes, cells that overlap, and what is done off the support "
                "(though a copy has to be one there too)"
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
        tagged = lookup_tags(*given, bound)
        if self.tree == "on":
            tagged |= tree_tags(*given, bound)
        return chains.whole(tagged)

    def minima_tags(self, chains: Chains) -> NDArray[np.bool_]:
        """Return what the kernel finds, which takes five inputs as well."""
        tags: NDArray[np.bool_] = self.kernel_sets(chains) != 0
        return tags

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
        return cls._labels(witness, input_name)

    @classmethod
    def labels_in(cls, witness: Mapping[str, Any], wired: Wired) -> list[tuple[int, str]]:
        """Return the same, inputs called as the solver calls them."""
        return cls._labels(witness, wired.wire_name)

    @staticmethod
    def _labels(witness: Mapping[str, Any], name_of: Callable[[int], str]) -> list[tuple[int, str]]:
        if witness.get("kind") == "lookup":
            return [
                (c["wire"], f"cell {c['cube']}{read_as(c['inverted'])}") for c in witness["cells"]
            ]
        trees = witness["multiplexers"] if witness.get("kind") == "multiplexers" else ()
        return [(m["wire"], f"multiplexer by {name_of(m['select'])} at {m['cube']}") for m in trees]

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a circuit on a task, with a witness iff it is 1.

        Raises `ArgumentError` if the circuit does not solve the task.
        """
        circuit = solver_of(solver, task)
        if not has_influence(circuit, task):
            return self.judgement(0)
        full, support = (1 << (1 << task.inputs)) - 1, task.support_bits
        classes, words = wire_classes(cast(Any, circuit)), words_on(circuit.output_bits(), support)
        best, witness = Fraction(0), None
        # A default that never occurs leaves all of S to the cells; one such word stands for all
        # those that knocking a cell out can bring about. Some cell is a plain one.
        knocked = {
            word
            for lowest in classes.members
            for constant in (0, full)
            for word in words_on(circuit.output_bits(classes.do(lowest, constant)), support)
        }
        for default in sorted({*words, *knocked}):
            entries = support & ~words.get(default, 0)
            if not entries:
                continue
            cells = [
                cell
                for cell in _cells(circuit, classes, default, entries, support)
                if self.inputs_per_cell is None or cell[0].bit_count() <= self.inputs_per_cell
            ]
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


#: The inputs of a cell, the lowest wire of its class, and whether that is read inverted.
_Cell = tuple[int, int, bool]


def _cells(
    circuit: Wired, classes: WireClasses, default: tuple[int, ...], entries: int, support: int
) -> list[_Cell]:
    """Return the cells for a default word (see `LookupTable`).

    Arguments:
        circuit: the solver.
        classes: its wires.
        default: the word.
        entries: the inputs of the support on which the output is another word.
        support: S as an integer.
    """
    inputs, full = circuit.inputs, (1 << (1 << circuit.inputs)) - 1

    def returns(cell: int, do: Mapping[int, int]) -> bool:
        # Off the cell the wires already read 0, so nothing can change there.
        after = words_on(circuit.output_bits(do), cell)
        return [*after] == [default] and not endless_bits(circuit, do) & cell

    plain: list[_Cell] = []
    others: list[_Cell] = []
    for lowest in classes.members:
        for inverted in (False, True):
            cell = (classes.bits[lowest] ^ (full if inverted else 0)) & support
            if not cell or cell & ~entries or not is_cube_bits(cell, inputs, support):
                continue
            # An input knocked out is another input, which has to belong to S. It is the lowest of
            # its class.
            if lowest < inputs and knocked_input(cell, lowest) & ~support:
                continue
            whole = returns(cell, classes.do(lowest, full if inverted else 0))
            (plain if whole else others).append((cell, lowest, inverted))
    found = [*plain]
    fed_by = _fed_by(circuit, classes) if plain and others else {}
    for cell, lowest, inverted in others if plain else ():
        apart = {other for bits, other, _ in plain if not bits & cell} - {lowest}
        do = classes.do(lowest, full if inverted else 0)
        own = {wire: table for wire, table in do.items() if not fed_by[wire] & apart}
        if 0 < len(own) < len(do) and returns(cell, own):
            found.append((cell, lowest, inverted))
    return found


def _fed_by(circuit: Wired, classes: WireClasses) -> dict[int, set[int]]:
    """Return for each live wire the classes that feed it, each by its lowest wire."""
    found: dict[int, set[int]] = {}
    for wire in sorted(classes.lowest):
        read = circuit.gates[wire - circuit.inputs].operands if wire >= circuit.inputs else ()
        below = [operand for operand in read if operand >= 0]
        found[wire] = {classes.lowest[operand] for operand in below}.union(
            *(found[operand] for operand in below)
        )
    return found


def knocked_input(cell: int, wire: int) -> int:
    """Return the inputs that those of a cell become when input number `wire` is inverted.

    >>> bin(knocked_input(0b0010, 1))
    '0b1000'
    """
    return sum(1 << (x ^ 1 << wire) for x in range(cell.bit_length()) if cell >> x & 1)


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
