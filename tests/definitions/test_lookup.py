"""Lookup-table: the finder against the checker, a slow oracle, invariances and anchors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.strategies import DrawFn
from judged_circuits import Pair, agree, judged, tables_of_cubes

from mesacircuits.circuits import Circuit, Gate, NPNTransform, Output, TruthTable, operator_named
from mesacircuits.circuits.bases import B2, operator_of
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import circuits, npn_transforms, relabelled

BOUNDS = (None, 1, 2, 4)
DIALS = tuple(LookupTable(bound) for bound in BOUNDS)

Word = tuple[int, ...]


@settings(max_examples=250)
@given(judged(tables_of_cubes))
def test_finder_and_checker_agree(pair: Pair) -> None:
    for definition in DIALS:
        agree(definition, *pair)


# -- the oracle: the text of the definition, by brute force --------------------------------------


def word_on(circuit: Circuit, x: int, wire: int | None = None, value: int = 0) -> Word:
    values: list[int] = []
    for place in range(circuit.wires):
        if place == wire:
            values.append(value)
        elif place < circuit.inputs:
            values.append(x >> place & 1)
        else:
            gate = circuit.gates[place - circuit.inputs]
            row = sum((w >= 0 and values[w]) << k for k, w in enumerate(gate.operands))
            values.append(operator_named(gate.operator).table >> row & 1)
    return tuple((0 if o.wire < 0 else values[o.wire]) ^ o.inverted for o in circuit.outputs)


def wires_on(circuit: Circuit, x: int) -> list[int]:
    every = Circuit(circuit.inputs, circuit.gates, tuple(map(Output, range(circuit.wires))))
    return list(word_on(every, x))


def cells(circuit: Circuit, task: FunctionTask, default: Word) -> Iterator[tuple[int, frozenset]]:
    """Yield every wire in every polarity that is a cell, with its inputs."""
    n = circuit.inputs
    support = [x for x in range(1 << n) if task.support_bits >> x & 1]
    natural = {x: word_on(circuit, x) for x in support}
    own = {x: wires_on(circuit, x) for x in support}
    cubes = {
        frozenset(x for x in support if all(m in ("-", x >> i & 1) for i, m in enumerate(marks)))
        for marks in product((0, 1, "-"), repeat=n)
    }
    for wire, inverted in product(range(circuit.wires), (0, 1)):
        inside = frozenset(x for x in support if own[x][wire] ^ inverted)
        if not inside or inside not in cubes or any(natural[x] == default for x in inside):
            continue
        if wire < n and any(x ^ 1 << wire not in support for x in inside):
            continue
        out = {x: word_on(circuit, x, wire, inverted) for x in support}
        if all(out[x] == (default if x in inside else natural[x]) for x in support):
            yield wire, inside


def families(found: list[tuple[int, frozenset]]) -> Iterator[int]:
    """Yield how many inputs each family of two or more disjoint cells covers."""
    for size in range(2, len(found) + 1):
        for family in combinations(found, size):
            covered = frozenset().union(*(inside for _, inside in family))
            if len({wire for wire, _ in family}) == size and len(covered) == sum(
                len(inside) for _, inside in family
            ):
                yield len(covered)


def oracle(definition: LookupTable, circuit: Circuit, task: FunctionTask) -> Fraction:
    bound = definition.inputs_per_cell
    best = Fraction(0)
    for default in product((0, 1), repeat=len(circuit.outputs)):
        support = [x for x in range(1 << circuit.inputs) if task.support_bits >> x & 1]
        if len({word_on(circuit, x) for x in support}) == 1:
            return best
        entries = sum(word_on(circuit, x) != default for x in support)
        found = [c for c in cells(circuit, task, default) if bound is None or len(c[1]) <= bound]
        for covered in families(found):
            best = max(best, Fraction(covered, entries))
    return best


@settings(max_examples=250)
@given(judged(tables_of_cubes, most_inputs=3))
def test_finder_is_complete(pair: Pair) -> None:
    for definition in DIALS:
        assert agree(definition, *pair) == oracle(definition, *pair), definition


@pytest.mark.slow
@settings(max_examples=3000)
@given(judged(tables_of_cubes))
def test_finder_is_complete_at_length(pair: Pair) -> None:
    for definition in DIALS:
        assert agree(definition, *pair) == oracle(definition, *pair), definition


def test_finder_is_complete_on_all_minima_of_three_inputs() -> None:
    held = 0
    for bits in range(0, 256, 6):
        minima = enumerate_minima(TruthTable(3, bits))
        for circuit in minima.minima:
            for definition in DIALS:
                score = agree(definition, circuit, minima.task)
                assert score == oracle(definition, circuit, minima.task)
                held += score == 1
    assert held > 20


def test_a_wire_is_a_cell_in_one_polarity_only() -> None:
    # a XOR a, by two wires that are a: knocking g2 out either way makes two halves of everything.
    circuit = Circuit.parse(2, "g1 = a & b; g2 = a | g1; g3 = a ^ g2; out = g3")
    task = FunctionTask(circuit.tables())
    assert oracle(LookupTable(), circuit, task) == agree(LookupTable(), circuit, task) == 0


# -- invariances ---------------------------------------------------------------------------------


def scores(circuit: Circuit, task: FunctionTask) -> list[Fraction | None]:
    return [definition.judge(circuit, task).score for definition in DIALS]


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


@settings(max_examples=80)
@given(edited_off_support())
def test_edits_off_the_support_do_not_matter(case: tuple[Circuit, Circuit, FunctionTask]) -> None:
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
