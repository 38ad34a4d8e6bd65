"""The claim `tabular`: a tabular model, as a decoder and an OR, is never a mesa-optimizer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import Parameter, Settings, value_text
from mesacircuits.circuits import B2, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.truthtable import input_name
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import (
    Definition,
    LookupTable,
    SearchLike,
    check_witness,
    describe_definition,
)
from mesacircuits.definitions.bulk import bulk_sets
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["TABULAR", "decoder_circuit", "mux_tree"]

#: Up to so many inputs every circuit is also judged by itself, and its witness checked.
_PLAIN_INPUTS = 3

# So many circuits are judged between two looks at the budget.
_BATCH = 2000

_DEFINITIONS: tuple[Definition, ...] = (
    LookupTable(),
    LookupTable(inputs_per_cell=1),
    SearchLike(),
    SearchLike(reencoding="per-group"),
    SearchLike(objective_gates=0),
)

_AND, _OR = 0x8, 0xE
# The places of b2's operators by their tables.
_PLACE = {operator.table: place for place, operator in enumerate(B2.operators)}

#: A wire and whether it is read inverted.
_Literal = tuple[int, bool]


class _Chain:
    """Gates of b2 as rows (low, high, operator), added one by one."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.rows: list[tuple[int, int, int]] = []

    def gate(self, table: int, first: _Literal, second: _Literal) -> _Literal:
        place, inverted = _normalised(table, first[1], second[1])
        self.rows.append((first[0], second[0], place))
        return self.inputs + len(self.rows) - 1, inverted


@cache
def _normalised(table: int, first: bool, second: bool) -> tuple[int, bool]:
    # Inversions go into the operator, which must be 0 on 00: else its inverse is taken.
    flips = first | second << 1
    table = sum((table >> (row ^ flips) & 1) << row for row in range(4))
    inverted = bool(table & 1)
    return _PLACE[table ^ (15 if inverted else 0)], inverted


def _decoder(inputs: int, entries: int) -> tuple[_Chain, _Literal]:
    """Return the chain of an OR of one cell per entry, and what to read."""
    chain = _Chain(inputs)
    places = [x for x in range(1 << inputs) if entries >> x & 1]
    pairs: dict[tuple[int, ...], _Literal] = {}

    def literal(x: int, i: int) -> _Literal:
        return i, not x >> i & 1

    def pair(x: int, low: int) -> _Literal:
        key = (low, x >> low & 3)
        if key not in pairs:
            pairs[key] = chain.gate(_AND, literal(x, low), literal(x, low + 1))
        return pairs[key]

    def cell(x: int) -> _Literal:
        if inputs == 2:
            return pair(x, 0)
        high = pair(x, 2) if inputs == 4 else literal(x, 2)
        return chain.gate(_AND, pair(x, 0), high)

    cells = [cell(x) for x in places]
    out = cells[0]
    for other in cells[1:]:
        out = chain.gate(_OR, out, other)
    return chain, out


def decoder_circuit(table: TruthTable, default: int = 0) -> Circuit:
    """Return the tabular circuit of a function of 2 to 4 inputs: a decoder and an OR.

    Each input on which f is not the default word has a cell of its own: a gate that is 1 there
    alone, the AND of all literals. Literals are joined in pairs, a and b, c and d, and cells
    share these pairs (as address decoders do). A chain of ORs joins the cells in ascending order;
    where the default word is 1, its result is read inverted. The circuit is not reduced.

    Arguments:
        table: f, with at least one input that is not the default.
        default: 0 or 1.

    >>> print(decoder_circuit(TruthTable.from_hex(2, "6")))
    g1 = a & ~b; g2 = ~a & b; g3 = g1 | g2; out = g3
    """
    entries = table.bits ^ (table.mask if default else 0)
    chain, (wire, inverted) = _decoder(table.inputs, entries)
    names = B2.names
    gates = tuple(Gate(names[place], (low, high)) for low, high, place in chain.rows)
    return Circuit(table.inputs, gates, (Output(wire, inverted ^ bool(default)),))


def _by_size(inputs: int, effort: Effort) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    # All entries of at least two inputs, grouped by the size of their circuits.
    groups: dict[int, tuple[list[int], list[Sequence[tuple[int, int, int]]]]]
    groups = defaultdict(lambda: ([], []))
    for entries in range((1 << (1 << inputs)) - 1):
        if effort.used_up():
            raise BudgetEnded
        # All entries are the inverse of none: a constant, which stores nothing.
        if entries.bit_count() >= 2:
            rows = _decoder(inputs, entries)[0].rows
            listed, chains = groups[len(rows)]
            listed.append(entries)
            chains.append(rows)
    for size in sorted(groups):
        listed, chains = groups[size]
        yield listed, np.array(chains, dtype=np.uint8)


def _plain(inputs: int, entries: int, default: int) -> list[bool]:
    table = TruthTable(inputs, entries)
    table = ~table if default else table
    circuit, task = decoder_circuit(table, default), FunctionTask((table,))
    said = [definition.judge(circuit, task) for definition in _DEFINITIONS]
    for judgement in said:
        if judgement.holds:
            check_witness(circuit, task, judgement.definition, judgement.witness)
    return [judgement.holds for judgement in said]


@dataclass
class _Row:
    """The decoders of so many inputs, by which definitions tag them."""

    inputs: int
    counts: list[int] = field(default_factory=lambda: [0] * len(_DEFINITIONS))
    sizes: set[int] = field(default_factory=set)
    circuits: int = 0
    #: Entries of those that refute the claim.
    exceptions: list[int] = field(default_factory=list)

    @property
    def cells(self) -> tuple[Cell, ...]:
        span = " to ".join(str(size) for size in sorted({min(self.sizes), max(self.sizes)}))
        return (self.inputs, span, self.circuits, *self.counts)

    def fill(self, effort: Effort) -> None:
        """Judge all decoders, the smallest first; raise `BudgetEnded` if the effort ends before."""
        for listed, gates in _by_size(self.inputs, effort):
            for start in range(0, len(listed), _BATCH):
                part = slice(start, start + _BATCH)
                self._add(listed[part], gates[part], effort)

    def _add(self, listed: list[int], gates: NDArray[np.uint8], effort: Effort) -> None:
        held = _tags(self.inputs, listed, gates, effort)
        self.sizes.add(gates.shape[1])
        # One circuit for either default word: they differ in how the output is read.
        self.circuits += 2 * len(listed)
        for place, tags in enumerate(held):
            self.counts[place] += 2 * sum(tags)
        self.exceptions += [
            entries
            for entries, table, search in zip(listed, held[0], held[2], strict=True)
            if search or not table
        ]


def mux_tree(table: TruthTable) -> Circuit:
    """Return the table of a function as a tree of multiplexers over stored entries.

    The node of the entries x and x + 2^i, which differ in input i, selects one of two nodes by it;
    the lowest select stored constants by input 0. The circuit is not reduced.

    >>> print(mux_tree(TruthTable.from_hex(2, "6")))
    g1 = a ? ~0 : 0; g2 = a ? ~0 : 0; g3 = b ? ~g2 : g1; out = g3
    """
    nodes = ["~0" if table(x) else "0" for x in range(1 << table.inputs)]
    lines: list[str] = []
    for i in range(table.inputs):
        above = []
        for low, high in zip(nodes[::2], nodes[1::2], strict=True):
            lines.append(f"g{len(lines) + 1} = {input_name(i)} ? {high} : {low}")
            above.append(f"g{len(lines)}")
        nodes = above
    return Circuit.parse(table.inputs, "; ".join([*lines, f"out = {nodes[0]}"]))


def _trees(inputs: int, effort: Effort) -> tuple[tuple[Cell, ...], list[int]]:
    """Return a row of the counts of all trees of so many inputs, and which are search-like."""
    counts = [0, 0]
    found = []
    functions = [*range(1, (1 << (1 << inputs)) - 1)]
    for bits in functions:
        if effort.used_up():
            raise BudgetEnded
        table = TruthTable(inputs, bits)
        circuit, task = mux_tree(table), FunctionTask((table,))
        held = [
            d.judge(circuit, task).holds for d in (SearchLike(), SearchLike(reencoding="per-group"))
        ]
        counts = [count + tag for count, tag in zip(counts, held, strict=True)]
        if any(held):
            found.append(bits)
    return (inputs, (1 << inputs) - 1, len(functions), *counts), found


def _run(settings: Settings, effort: Effort) -> Finding:
    rows: list[tuple[Cell, ...]] = []
    exceptions: list[tuple[int, int]] = []
    left_open: list[str] = []
    whole: list[int] = []
    for inputs in settings.wholes("inputs"):
        if effort.used_up():
            left_open.append(f"functions of {counted(inputs, 'input')}")
            continue
        row = _Row(inputs)
        try:
            row.fill(effort)
            whole.append(inputs)
        except BudgetEnded:
            done = f"the smallest {counted(row.circuits, 'circuit')} judged"
            left_open.append(f"functions of {counted(inputs, 'input')}: {done}")
        if row.circuits:
            rows.append(row.cells)
        exceptions += [(inputs, entries) for entries in row.exceptions]
    total = sum(row[2] for row in rows if isinstance(row[2], int))
    trees: list[tuple[Cell, ...]] = []
    searching: list[tuple[int, int]] = []
    for inputs in settings.wholes("inputs"):
        if inputs > _PLAIN_INPUTS:
            continue
        try:
            tree_row, found = _trees(inputs, effort)
        except BudgetEnded:
            left_open.append(f"trees of {counted(inputs, 'input')}")
            continue
        trees.append(tree_row)
        searching += [(inputs, bits) for bits in found]
    example = None
    if exceptions:
        inputs, entries = exceptions[0]
        table = TruthTable(inputs, entries)
        task, circuit = FunctionTask((table,)), decoder_circuit(table)
        example = Case.judged("smallest exception", task, circuit, _DEFINITIONS)
        verdict = Verdict.REFUTED
        answer = (
            f"{2 * len(exceptions):,} of {counted(total, 'circuit')} are not, or are search-like."
        )
    elif searching:
        inputs, bits = searching[0]
        table = TruthTable(inputs, bits)
        example = Case.judged(
            "smallest exception", FunctionTask((table,)), mux_tree(table), _DEFINITIONS
        )
        verdict = Verdict.REFUTED
        answer = f"{counted(len(searching), 'tree')} of multiplexers are search-like."
    else:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.HELD
        many = sum(row[2] for row in trees if isinstance(row[2], int))
        answer = (
            f"all {counted(total, 'decoder')} are lookup tables, and none of them, nor of "
            f"{counted(many, 'tree')} of multiplexers, is search-like."
        )
    over = f"all functions of {value_text(settings.wholes('inputs'))} inputs"
    if left_open:
        over = f"some functions of {value_text(settings.wholes('inputs'))} inputs"
        over += f", all of {value_text(tuple(whole))}" if whole else ""
    names = [describe_definition(definition) for definition in _DEFINITIONS]
    short = ("table", "1 per cell", "search", "per group", "c = 0")
    counts = Table(
        "Circuits with each tag, by number of inputs:",
        ("inputs", "gates", "circuits", *short),
        tuple(rows),
    )
    return Finding(
        verdict=verdict,
        answer=answer,
        universe=f"decoders of {over}",
        tables=(
            counts,
            Table(
                "Trees of multiplexers with each tag, of all functions that are not constant:",
                ("inputs", "gates", "trees", "search", "per group"),
                tuple(trees),
            ),
        ),
        example=example,
        notes=(
            "Columns: " + ", ".join(f"{s}: {n}" for s, n in zip(short, names, strict=True)) + ".",
            "Either word is the default once; constants, and functions with fewer than two other "
            f"inputs, are left out. Up to {counted(_PLAIN_INPUTS, 'input')} each "
            "circuit was also judged by "
            "itself, in either polarity, and its witnesses checked.",
        ),
        left_open=tuple(left_open),
        plot=Plot((bar_panel(counts, short, "Decoders with each tag", "share", of="circuits"),)),
    )


def _tags(
    inputs: int, listed: list[int], gates: NDArray[np.uint8], effort: Effort
) -> list[list[bool]]:
    """Return for each definition which of the circuits have its tag, by two routes if small."""
    if effort.used_up():
        raise BudgetEnded
    sets = bulk_sets(_DEFINITIONS, inputs, B2, gates)
    by_kernel = [[bool(z & 1) for z in found.tolist()] for found in sets]
    if inputs > _PLAIN_INPUTS:
        return by_kernel
    plain: list[list[list[bool]]] = [[], []]
    for default, entries in product((0, 1), listed):
        if effort.used_up():
            raise BudgetEnded
        plain[default].append(_plain(inputs, entries, default))
    columns = [list(map(list, zip(*judged, strict=True))) for judged in plain]
    if columns[0] != columns[1] or by_kernel != columns[0]:
        raise ArithmeticError(f"two ways of judging tabular circuits of {inputs} inputs disagree")
    return columns[0]


TABULAR = Claim(
    name="tabular",
    topic="circuits",
    claim="A tabular model is never a mesa-optimizer.",
    source="Hubinger et al. 2019, section 2.2, on architectures",
    reading=(
        "the circuit that stores a function entry by entry: for each input whose word is not the "
        "default a cell, the AND of all literals (cells share the ANDs of a and b and of c and "
        "d), and a chain of ORs; every function of n inputs with at least two such inputs that is "
        "not constant, for either default word. And as a tree of multiplexers over stored entries. "
        "That no such circuit searches is proved for all n; up to four inputs each is judged."
    ),
    kind=Kind.THEOREM,
    keeps="that a model which stores its answers one by one evaluates nothing",
    theorems=(
        "No decoder of n >= 2 inputs, cells whose ANDs all split the inputs in one way, joined by "
        "ORs in any order, is search-like with groups of one wire at a gate or more: the ones of "
        "the two groups would have to add up to 2^n, and there are fewer.",
        "No tree of multiplexers is, over gates that are multiplexers: no group would depend on "
        "the highest input that the function depends on.",
    ),
    question="Is every such decoder a lookup table, and no decoder or tree search-like?",
    blind_to=(
        "tables with cells that are smaller than a product of all inputs, or are made in different "
        "ways, trees whose multiplexers are made of AND and OR, and scores of several wires"
    ),
    parameters=(Parameter("inputs", (2, 3, 4), "numbers of inputs n", least=2, most=4),),
    run=_run,
    quick={"inputs": (2, 3)},
)
