"""Lookup-table: the finder against the checker, a slow oracle, invariances and anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
from copied_wires import doubled, same_circuits
from hypothesis import given, settings, strategies as st
from hypothesis.strategies import DrawFn
from judged_circuits import Pair, agree, judged, tables_of_cubes, trees
from plain_values import below, values_on, word_on
from witness_mutations import leaves, same, set_at, shown, values_of

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, TruthTable, operator_named
from mesacircuits.circuits.bases import B2, operator_of
from mesacircuits.definitions import LookupTable, SearchLike, check_judgement
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.studies.survey import survey
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import circuits, npn_transforms, relabelled

Word = tuple[int, ...]

BOUNDS = (None, 1, 2, 4)
DIALS = tuple(LookupTable(bound) for bound in BOUNDS)
TREES = tuple(LookupTable(bound, "on") for bound in BOUNDS)


@settings(max_examples=250)
@given(judged(tables_of_cubes) | judged(trees))
def test_finder_and_checker_agree(pair: Pair) -> None:
    for definition in DIALS + TREES:
        agree(definition, *pair)


# -- the oracle: the text of the definition, by brute force --------------------------------------


class Plain:
    """A circuit on a task, its wires and classes taken apart input by input."""

    def __init__(self, circuit: Circuit, task: FunctionTask) -> None:
        self.circuit, self.inputs = circuit, range(1 << circuit.inputs)
        self.support = [x for x in self.inputs if task.support_bits >> x & 1]
        rows = [values_on(circuit, x, {}) for x in self.inputs]
        self.tables = list(zip(*rows, strict=True))
        self.natural = {x: word_on(circuit, x, {}) for x in self.inputs}
        live = set[int]()
        for output in circuit.outputs:
            live |= below(circuit, output.wire) if output.wire >= 0 else set()
        #: The classes of live wires, by their lowest.
        self.classes: dict[int, list[int]] = {}
        for wire in sorted(live):
            both = (self.tables[wire], tuple(1 - bit for bit in self.tables[wire]))
            lowest = min((w for w in self.classes if self.tables[w] in both), default=wire)
            self.classes.setdefault(lowest, []).append(wire)

    def word(self, x: int, wires: Iterable[int], wire: int, value: int) -> Word:
        """Return the word on an input, one of some wires set to a value, the others along."""
        flip = self.tables[wire][x] != value
        return word_on(self.circuit, x, {w: self.tables[w][x] ^ flip for w in wires})

    def candidates(self, default: Word) -> Iterator[tuple[int, int, frozenset[int]]]:
        """Yield every class in every polarity that is a cube of inputs with other words."""
        n, support = self.circuit.inputs, self.support
        cubes = {
            frozenset(x for x in support if all(m in ("-", x >> i & 1) for i, m in enumerate(c)))
            for c in product((0, 1, "-"), repeat=n)
        }
        for lowest, inverted in product(self.classes, (0, 1)):
            inside = frozenset(x for x in support if self.tables[lowest][x] ^ inverted)
            bare = [w for w in self.classes[lowest] if w < n]
            if (
                inside
                and inside in cubes
                and all(self.natural[x] != default for x in inside)
                and all(x ^ 1 << w in support for w in bare for x in inside)
            ):
                yield lowest, inverted, inside

    def cells(self, default: Word) -> Iterator[tuple[int, frozenset[int]]]:
        """Yield every class in every polarity that is a cell, with its inputs."""

        def returns(wires: list[int], lowest: int, inverted: int, inside: frozenset[int]) -> bool:
            out = {x: self.word(x, wires, lowest, inverted) for x in self.support}
            return all(
                out[x] == (default if x in inside else self.natural[x]) for x in self.support
            )

        found = list(self.candidates(default))
        plain = [c for c in found if returns(self.classes[c[0]], *c)]
        for lowest, inverted, inside in found:
            wires = self.classes[lowest]
            if (lowest, inverted, inside) not in plain:
                for other, _, apart in plain:
                    if other != lowest and not apart & inside:
                        like = {*self.classes[other]}
                        wires = [w for w in wires if not below(self.circuit, w) & like]
                if not wires or not returns(wires, lowest, inverted, inside):
                    continue
            yield lowest, inside

    def is_tree(self, output: int, table: Word, path: dict[int, int], most: int) -> bool:
        """Return whether a function is a multiplexer tree, or a leaf, where these selects hold."""
        own = [w for w, wires in self.classes.items() if self.like(table, w) and wires]
        if len({*table}) == 1 or (own and own[0] < self.circuit.inputs):
            # A leaf is a constant or a literal: whoever reads it tries its entries.
            return True
        return bool(own) and any(
            self.selects(output, own[0], select, path, most)
            for select in range(self.circuit.inputs)
        )

    def like(self, table: Word, wire: int) -> bool:
        return self.tables[wire] in (table, tuple(1 - bit for bit in table))

    def selects(self, output: int, wire: int, select: int, path: dict[int, int], most: int) -> bool:
        table = self.tables[wire]
        sides = [
            tuple(table[x & ~(1 << select) | bit << select] for x in self.inputs) for bit in (0, 1)
        ]
        if sides[0] == sides[1]:
            return False
        for bit, side in enumerate(sides):
            further = {**path, select: bit}
            leaf = [w for w in self.classes if w < self.circuit.inputs and self.like(side, w)]
            if not leaf and len({*side}) == 2:
                known = any(self.like(side, w) for w in self.classes)
                if not known or not self.is_tree(output, side, further, most):
                    return False
                continue
            # An entry for each value of the leaf.
            for value in {*side}:
                edited = [x for x in self.inputs if x >> select & 1 == bit and side[x] == value]
                count = 0
                for x in {*edited} & {*self.support}:
                    reached = all(x >> i & 1 == b for i, b in further.items())
                    count += reached
                    word = list(self.natural[x])
                    word[output] ^= reached
                    if self.word(x, self.classes[wire], wire, 1 - table[x]) != tuple(word):
                        return False
                if count > most:
                    return False
        return True

    def is_table_by_trees(self, most: int) -> bool:
        for number, output in enumerate(self.circuit.outputs):
            if output.wire < 0:
                return False
            table = self.tables[output.wire]
            bare = any(w < self.circuit.inputs and self.like(table, w) for w in self.classes)
            if len({*table}) == 1 or bare or not self.is_tree(number, table, {}, most):
                return False
        return True


def families(found: list[tuple[int, frozenset[int]]]) -> Iterator[int]:
    """Yield how many inputs each family of two or more disjoint cells covers."""
    for size in range(2, len(found) + 1):
        for family in combinations(found, size):
            covered = frozenset().union(*(inside for _, inside in family))
            if len({wire for wire, _ in family}) == size and len(covered) == sum(
                len(inside) for _, inside in family
            ):
                yield len(covered)


def oracle(definition: LookupTable, circuit: Circuit, task: FunctionTask) -> Fraction:
    bound, plain = definition.inputs_per_cell, Plain(circuit, task)
    best = Fraction(0)
    if len({plain.natural[x] for x in plain.support}) == 1:
        return best
    most = 1 << circuit.inputs if bound is None else bound
    if definition.tree == "on" and plain.is_table_by_trees(most):
        return Fraction(1)
    for default in product((0, 1), repeat=len(circuit.outputs)):
        entries = sum(plain.natural[x] != default for x in plain.support)
        found = [cell for cell in plain.cells(default) if len(cell[1]) <= most]
        for covered in families(found):
            best = max(best, Fraction(covered, entries))
    return best


@settings(max_examples=250)
@given(judged(tables_of_cubes, most_inputs=3) | judged(trees, most_inputs=3))
def test_finder_is_complete(pair: Pair) -> None:
    for definition in DIALS + TREES:
        assert agree(definition, *pair) == oracle(definition, *pair), definition


@pytest.mark.slow
@settings(max_examples=3000)
@given(judged(tables_of_cubes) | judged(trees))
def test_finder_is_complete_at_length(pair: Pair) -> None:
    for definition in DIALS + TREES:
        assert agree(definition, *pair) == oracle(definition, *pair), definition


def test_finder_is_complete_on_all_minima_of_three_inputs() -> None:
    held = 0
    for bits in range(0, 256, 6):
        minima = enumerate_minima(TruthTable(3, bits))
        for circuit in minima.minima:
            for definition in (*DIALS, *TREES[:2]):
                score = agree(definition, circuit, minima.task)
                assert score == oracle(definition, circuit, minima.task)
                held += score == 1
    assert held > 20


@pytest.mark.parametrize(
    ("text", "held"),
    [
        # The OR of three lines of a decoder is no part of the fourth, however it is written.
        ("g5 = g1 | g2; g6 = g3 | g5; out = g6, g4", 1),
        ("g5 = g1 | g2; g6 = ~(g3 | g5); out = ~g6, g4", 1),
        ("g5 = g1 | g2; g6 = g3 | g5; g7 = g6 & g6; g8 = ~g4; out = g7, ~g8", 1),
        # Here the fourth is that OR, and nothing else is stored for it: AND, and its inverse.
        ("g5 = g1 | g2; g6 = g3 | g5; out = g6, ~g6", 1),
        ("g5 = g1 | g2; g6 = g3 | g5; out = g6, g6", 1),
        ("out = ~g4, g4", 0),
    ],
)
def test_what_is_made_of_other_cells_is_no_part_of_a_cell(text: str, held: int) -> None:
    lines = "g1 = ~(a | b); g2 = a & ~b; g3 = b & ~a; g4 = a & b; "
    circuit = Circuit.parse(2, lines + text)
    task = FunctionTask(circuit.tables())
    score = agree(LookupTable(1), circuit, task)
    assert score == oracle(LookupTable(1), circuit, task)
    assert (score == 1) == held


def test_all_tables_of_two_inputs_and_outputs_are_tables() -> None:
    # Also where one output is the inverse of the other, or constant.
    for first, second in product(range(16), repeat=2):
        lines = {x: f"g{x + 1}" for x in range(4)}
        gates = ["g1 = ~(a | b)", "g2 = a & ~b", "g3 = b & ~a", "g4 = a & b"]
        outputs = []
        for bits in (first, second):
            joined = [lines[x] for x in range(4) if bits >> x & 1]
            at = joined[0] if joined else "0"
            for line in joined[1:]:
                gates.append(f"g{len(gates) + 1} = {at} | {line}")
                at = f"g{len(gates)}"
            outputs.append(at)
        circuit = Circuit.parse(2, f"{'; '.join(gates)}; out = {', '.join(outputs)}")
        task = FunctionTask(circuit.tables())
        words = {word_on(circuit, x, {}) for x in range(4)}
        entries = sum(word_on(circuit, x, {}) != (0, 0) for x in range(4))
        if len(words) > 1 and entries > 1:
            assert agree(LookupTable(1), circuit, task) == 1, (first, second)


def test_a_wire_is_a_cell_in_one_polarity_only() -> None:
    # a XOR a, by two wires that are a: knocking g2 out either way makes two halves of everything.
    circuit = Circuit.parse(2, "g1 = a & b; g2 = a | g1; g3 = a ^ g2; out = g3")
    task = FunctionTask(circuit.tables())
    assert oracle(LookupTable(), circuit, task) == agree(LookupTable(), circuit, task) == 0


# -- invariances ---------------------------------------------------------------------------------


def scores(circuit: Circuit, task: FunctionTask) -> list[Fraction | None]:
    return [definition.judge(circuit, task).score for definition in DIALS + TREES]


@settings(max_examples=60)
@given(judged(tables_of_cubes, most_inputs=3) | judged(trees, most_inputs=3), st.data())
def test_wires_computed_twice_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    other = data.draw(st.sampled_from([circuit, *same_circuits(circuit)]))
    for definition in DIALS + TREES:
        score = definition.judge(circuit, task).score
        assert agree(definition, other, task) == score, definition


def minima_of_three() -> list[Circuit]:
    """Return all minima of functions f of three inputs with f(0) = 0."""
    found = [enumerate_minima(TruthTable(3, bits)).minima for bits in range(0, 256, 2)]
    return [circuit for minima in found for circuit in minima if circuit.size]


def check_copies(circuits: list[Circuit]) -> int:
    """Hold what is said of circuits against what is said of those with wires computed twice."""
    held = 0
    for circuit in circuits:
        task = FunctionTask(circuit.tables())
        for definition in (LookupTable(), LookupTable(1), LookupTable(tree="on")):
            before = definition.judge(circuit, task).holds
            held += before
            for other in same_circuits(circuit):
                assert definition.judge(other, task).holds == before, (definition, other)
    return held


def test_wires_computed_twice_do_not_matter_to_some_minima_of_three_inputs() -> None:
    assert check_copies(minima_of_three()[::30]) > 3


@pytest.mark.slow
def test_wires_computed_twice_do_not_matter_to_all_minima_of_three_inputs() -> None:
    assert check_copies(minima_of_three()) == 195


def test_all_minima_of_three_inputs_doubled_have_the_tags_that_they_have() -> None:
    minima = minima_of_three()
    for size in range(1, 5):
        some = [circuit for circuit in minima if circuit.size == size]
        for definition in (*DIALS[:2], *TREES[:2]):
            tags = [bulk_tags(definition, [c], FunctionTask(c.tables()))[0] for c in some]
            for operator in ("and", "or"):
                twice = [doubled(circuit, operator) for circuit in some]
                again = [bulk_tags(definition, [c], FunctionTask(c.tables()))[0] for c in twice]
                assert again == tags


WORLDS = ("light-switch", "thermostat-2", "thermostat-4", "rock")


@pytest.mark.parametrize("name", WORLDS)
def test_wires_computed_twice_do_not_matter_in_worlds(name: str) -> None:
    exemplar = exemplar_named(name)
    for definition in (LookupTable(), LookupTable(1), LookupTable(tree="on")):
        before = definition.judge(exemplar.solver, exemplar.task).score
        for other in same_circuits(exemplar.solver):
            judgement = definition.judge(other, exemplar.task)
            assert judgement.score == before
            check_judgement(definition, other, exemplar.task, judgement)


@settings(max_examples=80)
@given(judged(tables_of_cubes), st.data())
def test_names_and_dead_gates_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    gates = list(circuit.gates)
    for _ in range(data.draw(st.integers(0, 3))):
        wire = st.integers(0, circuit.inputs + len(gates) - 1)
        name = data.draw(st.sampled_from(B2.names))
        gates.append(Gate(name, (data.draw(wire), data.draw(wire))))
    more = data.draw(relabelled(Circuit(circuit.inputs, tuple(gates), circuit.outputs)))
    assert scores(more, task) == scores(circuit, task)


@settings(max_examples=80)
@given(judged(tables_of_cubes), st.data())
def test_npn_transformations_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    transform = data.draw(npn_transforms(circuit.inputs))
    on_inputs = NPNTransform(transform.permutation, transform.negated_inputs)
    support = on_inputs(TruthTable(task.inputs, task.support_bits)).bits
    moved = FunctionTask(tuple(map(transform, task.tables)), support)
    assert scores(transform.on_circuit(circuit), moved) == scores(circuit, task)


@settings(max_examples=80)
@given(judged(tables_of_cubes), st.data())
def test_renaming_the_words_does_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    order = data.draw(st.permutations(range(task.outputs)))
    flips = [data.draw(st.booleans()) for _ in order]
    outputs, tables = [], []
    for i, flip in zip(order, flips, strict=True):
        output = circuit.outputs[i]
        outputs.append(Output(output.wire, output.inverted ^ flip))
        tables.append(~task.tables[i] if flip else task.tables[i])
    renamed = Circuit(circuit.inputs, circuit.gates, tuple(outputs))
    assert scores(renamed, FunctionTask(tuple(tables), task.support)) == scores(circuit, task)


@st.composite
def edited_off_support(draw: DrawFn) -> tuple[Circuit, Circuit, FunctionTask]:
    """Draw a circuit, an edit of a gate on a row that no knock-out brings about, and a task.

    The gate reads two inputs that on the support are never p and never q, so that it is never
    given (p, q), not even where one of them is knocked out.
    """
    n = draw(st.integers(3, 4))
    reduced = circuits(n, max_gates=6, outputs=draw(st.integers(1, 2)), reduced=True)
    circuit = draw((reduced | tables_of_cubes(n, 1)).filter(lambda c: c.size > 0))
    place = draw(st.sampled_from([i for i, g in enumerate(circuit.gates) if max(g.operands) < n]))
    (first, second), row = circuit.gates[place].operands, draw(st.integers(0, 3))
    table = operator_named(circuit.gates[place].operator).table ^ 1 << row
    gates = list(circuit.gates)
    gates[place] = Gate(operator_of(2, table).name, (first, second))
    edited = Circuit(n, tuple(gates), circuit.outputs)
    near = [x for x in range(1 << n) if x >> first & 1 != row & 1 and x >> second & 1 != row >> 1]
    support = draw(st.sets(st.sampled_from(near), min_size=1))
    return circuit, edited, FunctionTask(edited.tables(), sum(1 << x for x in support))


def named_wires(circuit: Circuit) -> tuple[dict[int, int], dict[int, bool], frozenset[int]]:
    classes = wire_classes(circuit)
    return classes.lowest, classes.inverted, classes.constants


@settings(max_examples=80)
@given(edited_off_support().filter(lambda case: named_wires(case[0]) == named_wires(case[1])))
def test_edits_off_the_support_do_not_matter(case: tuple[Circuit, Circuit, FunctionTask]) -> None:
    # What is one wire is read off all inputs; an edit that changes nothing in that changes nothing.
    circuit, edited, task = case
    for definition in DIALS:
        assert definition.judge(circuit, task) == definition.judge(edited, task)


# -- anchors -------------------------------------------------------------------------------------


def tabulated(table: TruthTable, default: int) -> Circuit:
    """Return the truth-table circuit: a minterm for each input off the default, all joined.

    Minterms share nothing, so that each entry can be edited alone.
    """
    n = table.inputs
    gates: list[Gate] = []

    def add(name: str, first: int, second: int) -> int:
        gates.append(Gate(name, (first, second)))
        return n + len(gates) - 1

    minterms = []
    for x in range(1 << n):
        if table(x) == default:
            continue
        # Literals that are 1 first; without any the last gate is read inverted.
        literals = sorted(range(n), key=lambda i: not x >> i & 1)
        wire, none = literals[0], x == 0
        for i in literals[1:]:
            wire = add("or" if none else "and" if x >> i & 1 else "butnot", wire, i)
        minterms.append((wire, none))
    wire, inverted = minterms[0]
    for minterm, _ in minterms[1:]:
        # An inverted wire, if any, is the first: ~u | v is the inverse of u & ~v.
        wire = add("butnot" if inverted else "or", wire, minterm)
    return Circuit(n, tuple(gates), (Output(wire, bool(inverted ^ default)),))


@pytest.mark.parametrize("default", [0, 1])
def test_truth_table_circuits_are_lookup_tables_and_no_search(default: int) -> None:
    judged_so_far = 0
    for bits in range(256):
        table = TruthTable(3, bits)
        # A constant function stores nothing, however many cells spell it out.
        if bits in (0, 255) or (table.bits ^ (255 * default)).bit_count() < 2:
            continue
        circuit = tabulated(table, default)
        task = FunctionTask((table,))
        assert task.solved_by(circuit)
        assert agree(LookupTable(), circuit, task) == 1
        assert agree(LookupTable(inputs_per_cell=1), circuit, task) == 1
        for reencoding in ("common", "none"):
            search = SearchLike(reencoding=reencoding).judge(circuit, task)
            assert not search.holds, (str(circuit), reencoding)
        judged_so_far += 1
    assert judged_so_far == 256 - 2 - 8


@pytest.mark.parametrize(
    ("text", "inputs", "bound", "held"),
    [
        # Multiplexer: two cells of two inputs each.
        ("g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3", 3, None, True),
        ("g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3", 3, 2, True),
        ("g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3", 3, 1, False),
        # One XOR of the data, one AND, one XOR: the same function without entries.
        ("g1 = b ^ c; g2 = a & g1; g3 = c ^ g2; out = g3", 3, None, False),
        # A decoder, and two of its lines joined.
        ("g1 = a & b; g2 = a & ~b; g3 = b & ~a; g4 = a | b; out = ~g4, g2, g3, g1", 2, 1, True),
        ("g1 = a & b; g2 = a & ~b; g3 = b & ~a; g4 = g2 | g3; out = g4", 2, 1, True),
        ("g1 = a ^ b; out = g1", 2, None, False),
        ("g1 = a & b; out = g1", 2, None, False),
        ("out = a", 2, None, False),
        ("out = ~b", 2, None, False),
        ("out = 0", 2, None, False),
        ("out = 1", 2, None, False),
    ],
)
def test_anchors(text: str, inputs: int, bound: int | None, held: bool) -> None:
    circuit = Circuit.parse(inputs, text)
    task = FunctionTask(circuit.tables())
    assert (agree(LookupTable(bound), circuit, task) == 1) == held


# -- multiplexer trees ---------------------------------------------------------------------------

#: b ^ c where a is 1, b & c elsewhere: eight entries, 0 1 1 0 and 0 0 0 1.
LUT = "g1 = b ^ c; g2 = b & c; g3 = a ? g1 : g2; out = g3"


@pytest.mark.parametrize(
    ("text", "inputs", "bound", "held"),
    [
        (LUT, 3, None, True),
        # Its entries are single inputs, but for two that were one: b & c is 0 where b is.
        (LUT, 3, 2, True),
        (LUT, 3, 1, False),
        # The multiplexer made of other gates, and inverted.
        (
            "g1 = b ^ c; g2 = b & c; g3 = a & g1; g4 = g2 & ~a; g5 = g3 | g4; out = ~g5",
            3, None, True,
        ),
        # The lookup table of an FPGA, its four entries in the input.
        ("g1 = e ? b : a; g2 = e ? d : c; g3 = f ? g2 : g1; out = g3", 6, None, True),
        # Stored in constants, written out; two of its wires are one.
        (
            "g1 = b ? ~0 : 0; g2 = b ? ~0 : 0; g3 = c ? g1 : 0; g4 = c ? ~g2 : g2; "
            "g5 = a ? g4 : g3; out = g5", 3, None, True,
        ),
        # By one multiplexer of two literals, whatever the gates: here no cell is.
        ("g1 = b ^ c; g2 = a & g1; g3 = c ^ g2; out = g3", 3, None, True),
        # Any gate, and a list of decisions: where a, then b, then c.
        ("g1 = a & b; out = g1", 2, None, True),
        ("g1 = a ^ b; out = g1", 2, 1, True),
        ("g1 = a & b; out = g1", 2, 1, False),
        ("g1 = b & c; g2 = a | g1; out = g2", 3, None, True),
        # What serves on both sides of a multiplexer is edited in two places.
        ("g1 = b ^ c; g2 = a ^ g1; out = g2", 3, None, False),
        ("g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3", 3, None, False),
        ("g1 = a & b; g2 = a ^ b; g3 = g2 & c; g4 = g1 | g3; out = g4", 3, None, False),
        # The two sides are wires, and the output does not depend on one of them: it is made anew.
        (
            "g1 = b & c; g2 = b | c; g3 = a & b; g4 = a & c; g5 = g3 | g4; g6 = g1 | g5; "
            "g7 = g6 & g2; out = g7", 3, None, False,
        ),
        # Two trees apart, one tree twice, a wire, a constant.
        ("g1 = a & b; g2 = a ? c : b; out = g1, g2", 3, None, True),
        ("g1 = a & b; out = g1, ~g1", 2, None, False),
        ("g1 = a & b; g2 = g1 ? c : 0; out = g1, g2", 3, None, False),
        ("g1 = a & b; out = g1, a", 2, None, False),
        ("g1 = a & b; out = g1, 0", 2, None, False),
        ("out = a", 2, None, False),
    ],
)  # fmt: skip
def test_multiplexer_trees(text: str, inputs: int, bound: int | None, held: bool) -> None:
    circuit = Circuit.parse(inputs, text)
    task = FunctionTask(circuit.tables())
    definition = LookupTable(bound, "on")
    if inputs < 4:
        assert (oracle(definition, circuit, task) == 1) == held
    judgement = definition.judge(circuit, task)
    assert judgement.holds == held
    check_judgement(definition, circuit, task, judgement)


def test_trees_on_a_support() -> None:
    # Parity where b is c: its shared part is edited in two places all the same.
    parity = Circuit.parse(3, "g1 = b ^ c; g2 = a ^ g1; out = g2")
    equal = sum(1 << x for x in range(8) if x >> 1 & 1 == x >> 2 & 1)
    definition = LookupTable(tree="on")
    assert agree(definition, parity, FunctionTask(parity.tables(), equal)) == 0
    # So it is where a is 1: to edit what is reached by a = 0 changes something there.
    assert agree(definition, parity, FunctionTask(parity.tables(), 0xAA)) == 0
    lut = Circuit.parse(3, LUT)
    for support in (0xAA, 0xFE, equal):
        assert agree(definition, lut, FunctionTask(lut.tables(), support)) == 1
    # Entries count as many inputs as they have in the support.
    assert agree(LookupTable(1, "on"), lut, FunctionTask(lut.tables(), 0b10111010)) == 1


def test_how_many_minima_are_tables() -> None:
    asked = [LookupTable(1), LookupTable(), LookupTable(2, "on"), LookupTable(tree="on")]
    rows = survey(parse_universe("functions(3)"), B2, "size", asked, Effort()).rows
    counts = [sum(row.counts[i].circuits for row in rows) for i in range(len(asked))]
    assert counts == [0, 48, 75, 147]


def test_variants_begin_with_the_tabular_model() -> None:
    variants = LookupTable().variants()
    assert variants[0] == LookupTable(1)
    assert LookupTable(tree="on") in variants
    assert LookupTable(1).is_stricter_than(LookupTable(2, "on"))
    assert not LookupTable(1, "on").is_stricter_than(LookupTable(2))
    with pytest.raises(ArgumentError, match="tree: expected one of off, on"):
        LookupTable(tree="yes")


def mux(cube: str, wire: int, select: int, high: tuple[int, bool], low: tuple[int, bool]) -> Any:
    sides = {name: {"wire": w, "inverted": i} for name, (w, i) in (("high", high), ("low", low))}
    return {"output": 0, "cube": cube, "wire": wire, "select": select, **sides}


LUT_WITNESS: Any = {
    "kind": "multiplexers",
    "multiplexers": [
        mux("---", 5, 0, (3, False), (4, False)),
        mux("1--", 3, 1, (2, True), (2, False)),
        mux("0--", 4, 1, (2, False), (-1, False)),
    ],
}


def test_a_witness_of_trees_made_by_hand() -> None:
    circuit, definition = Circuit.parse(3, LUT), LookupTable(2, "on")
    task = FunctionTask(circuit.tables())
    judgement = definition.judge(circuit, task)
    assert judgement.witness == LUT_WITNESS
    check_judgement(definition, circuit, task, judgement)
    assert LookupTable.wire_labels(LUT_WITNESS) == [
        (5, "multiplexer by a at ---"), (3, "multiplexer by b at 1--"),
        (4, "multiplexer by b at 0--"),
    ]  # fmt: skip
    # One more input selects as well.
    other = set_at(LUT_WITNESS, ("multiplexers", 1), mux("1--", 3, 2, (1, True), (1, False)))
    definition.check(circuit, task, other)


def test_no_field_of_a_tree_can_be_altered_alone() -> None:
    circuit, definition = Circuit.parse(3, LUT), LookupTable(2, "on")
    task = FunctionTask(circuit.tables())
    for path, value in leaves(LUT_WITNESS):
        for new in (*values_of(str(path[-1]), value, circuit, task), -1, -2):
            if same(new, value):
                continue
            with pytest.raises(CertificateError) as raised:
                definition.check(circuit, task, set_at(LUT_WITNESS, path, new))
            # A branch leads to another multiplexer than the one given next.
            assert raised.value.where.startswith(("kind", "multiplexers"))
            if path[-1] != "inverted" and len(path) > 3:
                assert raised.value.where.startswith(shown(path[:2])), (shown(path), new)
    listed = LUT_WITNESS["multiplexers"]
    for altered in (listed[:-1], listed[::-1], [*listed, listed[-1]], []):
        with pytest.raises(CertificateError) as raised:
            definition.check(circuit, task, {**LUT_WITNESS, "multiplexers": altered})
        assert raised.value.where.startswith("multiplexers")
    for record, where in (
        ({**LUT_WITNESS, "note": 1}, "note"),
        ({"kind": "multiplexers"}, "multiplexers"),
        (set_at(LUT_WITNESS, ("multiplexers", 0, "note"), 1), "multiplexers[0].note"),
    ):
        with pytest.raises(CertificateError) as raised:
            definition.check(circuit, task, record)
        assert raised.value.where == where


def test_what_the_dials_ask_of_trees_is_checked() -> None:
    circuit = Circuit.parse(3, LUT)
    task = FunctionTask(circuit.tables())
    with pytest.raises(CertificateError, match="an entry of 2 inputs, of at most 1") as raised:
        LookupTable(1, "on").check(circuit, task, LUT_WITNESS)
    assert raised.value.where == "multiplexers[2].low"
    with pytest.raises(CertificateError) as raised:
        LookupTable().check(circuit, task, LUT_WITNESS)
    assert raised.value.where == "kind"
    # With trees a witness of cells will do as well.
    text = "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3"
    table = Circuit.parse(3, text)
    cells = LookupTable().judge(table, FunctionTask(table.tables())).witness
    assert LookupTable(tree="on").judge(table, FunctionTask(table.tables())).witness == cells
    LookupTable(tree="on").check(table, FunctionTask(table.tables()), cells or {})


@pytest.mark.parametrize(
    ("text", "multiplexers", "where", "said"),
    [
        ("g1 = b ^ c; g2 = a ^ g1; out = g2",
         [mux("---", 4, 0, (3, True), (3, False)), mux("1--", 3, 1, (2, True), (2, False)),
          mux("0--", 3, 1, (2, True), (2, False))],
         "multiplexers[1].high", "edited on input 2, the output is [0]"),
        ("g1 = a & a; g2 = b & g1; out = g1", [mux("---", 0, 0, (-1, True), (-1, False))],
         "multiplexers[0].wire", "an input or a constant"),
        ("g1 = a & b; g2 = ~g1; out = g2", [mux("---", 4, 0, (1, True), (-1, True))],
         "multiplexers[0].wire", "it is wire 3"),
        ("g1 = a & b; g2 = a & ~a; g3 = g1 | g2; out = g3",
         [mux("---", 3, 0, (1, False), (4, False))],
         "multiplexers[0].low.wire", "which is wire -1"),
        ("g1 = a & b; out = 0, g1", [], "multiplexers[0].wire", "output 0 is constant"),
    ],
)  # fmt: skip
def test_what_is_no_tree(text: str, multiplexers: Any, where: str, said: str) -> None:
    circuit = Circuit.parse(3, text)
    witness = {"kind": "multiplexers", "multiplexers": multiplexers}
    with pytest.raises(CertificateError, match=re.escape(said)) as raised:
        LookupTable(tree="on").check(circuit, FunctionTask(circuit.tables()), witness)
    assert raised.value.where == where


def test_entries_that_no_cell_holds_are_left_out_of_the_score() -> None:
    # Parity: the entries 7 and 4 are cells, the entries 1 and 2 come by one gate that is no cube.
    text = "g1 = a & b; g2 = g1 & c; g3 = a | b; g4 = c & ~g3; g5 = a ^ b; g6 = g5 & ~c; "
    circuit = Circuit.parse(3, text + "g7 = g2 | g4; g8 = g7 | g6; out = g8")
    task = parse_task("expr:a ^ b ^ c")
    assert oracle(LookupTable(), circuit, task) == Fraction(1, 2)
    assert agree(LookupTable(), circuit, task) == Fraction(1, 2)
    # Where the support leaves out 1 and 2, the two cells are all.
    assert agree(LookupTable(), circuit, FunctionTask(task.tables, 0b11111001)) == 1


@pytest.mark.parametrize("value", [0, -1, 1.5, "one", True])
def test_a_bound_out_of_range_is_refused(value: object) -> None:
    with pytest.raises(ArgumentError) as raised:
        LookupTable(value)  # type: ignore[arg-type]
    assert raised.value.argument == "inputs_per_cell"


def test_a_circuit_that_does_not_solve_the_task_is_refused() -> None:
    with pytest.raises(ArgumentError, match="solves"):
        LookupTable().judge(Circuit.parse(2, "out = a"), parse_task("expr:a & b"))
