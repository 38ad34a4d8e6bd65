"""Search-like with scores of two bits: the checker, invariances, degenerate groups, sets."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings, strategies as st
from judged_circuits import Pair, agree, tasks_of
from judged_pairs import pair_scorers

from mesacircuits.circuits import Circuit, Gate, NPNTransform, TruthTable
from mesacircuits.circuits.bases import B2
from mesacircuits.definitions import REENCODINGS, SearchLike
from mesacircuits.definitions.bulk import bulk_sets, bulk_tags
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.levels import levels
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import npn_transforms, relabelled

DIALS = tuple(
    SearchLike(objective_gates=c, wires_per_score=2, reencoding=r)
    for c, r in product(range(3), REENCODINGS)
)
#: Two bits against two bits: 1 iff a + 2b > c + 2d.
COMPARATOR = "expr:(b & ~d) | (~(b ^ d) & a & ~c)"


@st.composite
def scored(draw: st.DrawFn, most_inputs: int = 4) -> Pair:
    n, outputs = draw(st.integers(2, most_inputs)), draw(st.integers(1, 2))
    circuit = draw(pair_scorers(n, outputs))
    return circuit, draw(tasks_of(circuit))


@settings(max_examples=100)
@given(scored())
def test_finder_and_checker_agree(pair: Pair) -> None:
    for definition in DIALS:
        agree(definition, *pair)


# -- invariances ---------------------------------------------------------------------------------


def scores(circuit: Circuit, task: FunctionTask, reencodings: tuple[str, ...] = REENCODINGS):
    return [d.judge(circuit, task).score for d in DIALS if d.reencoding in reencodings]


def moved(transform: NPNTransform, circuit: Circuit, task: FunctionTask) -> Pair:
    """Return circuit and task transformed together, the support too."""
    inputs_alone = NPNTransform(transform.permutation, transform.negated_inputs)
    support = inputs_alone(TruthTable(task.inputs, task.support_bits)).bits
    tables = tuple(transform(table) for table in task.tables)
    return transform.on_circuit(circuit), FunctionTask(tables, support)


@settings(max_examples=40)
@given(scored(), st.data())
def test_npn_transformations_of_circuit_and_task_do_not_matter(
    pair: Pair, data: st.DataObject
) -> None:
    circuit, task = pair
    drawn = data.draw(npn_transforms(circuit.inputs))
    mask = data.draw(st.integers(0, (1 << task.inputs) - 1))
    negation = NPNTransform(tuple(range(task.inputs)), mask)
    renaming = NPNTransform(drawn.permutation, 0, drawn.negate_output)
    common = ("common", "per-group")
    turned = moved(renaming, *moved(negation, *pair))
    assert scores(*turned, common) == scores(*pair, common)
    assert scores(*moved(renaming, *pair)) == scores(*pair)


@settings(max_examples=60)
@given(scored(), st.data())
def test_names_and_dead_gates_do_not_matter(pair: Pair, data: st.DataObject) -> None:
    circuit, task = pair
    gates = list(circuit.gates)
    for _ in range(data.draw(st.integers(0, 3))):
        wire = st.integers(0, circuit.inputs + len(gates) - 1)
        name = data.draw(st.sampled_from(B2.names))
        gates.append(Gate(name, (data.draw(wire), data.draw(wire))))
    more = data.draw(relabelled(Circuit(circuit.inputs, tuple(gates), circuit.outputs)))
    assert scores(more, task) == scores(circuit, task)


# -- anchors and degenerate groups ---------------------------------------------------------------

#: Scores p + q of two own bits, coded as "at least 1" and "at least 2"; the first wins ties.
SUMS = "g1 = a | b; g2 = a & b; g3 = c | d; g4 = c & d; g5 = g3 & ~g1; g6 = g4 & ~g2; "


def judged_text(inputs: int, text: str, definition: SearchLike, support: int | None = None):
    circuit = Circuit.parse(inputs, text)
    return agree(definition, circuit, FunctionTask(circuit.tables(), support))


def test_a_comparator_of_two_bit_numbers_is_search_over_its_inputs() -> None:
    minima = enumerate_minima(COMPARATOR)
    assert (minima.size, minima.circuits) == (5, 65)
    for circuit in minima.minima:
        # The scores are bare inputs: no gate evaluates anything.
        definition = SearchLike(objective_gates=0, wires_per_score=2)
        assert agree(definition, circuit, minima.task) == 1
        assert definition.judge(circuit, minima.task).witness["candidates"][0]["cost"] == 0
        assert not SearchLike(objective_gates=0).judge(circuit, minima.task).holds


def test_sums_compared_are_search_with_two_bit_scores_only() -> None:
    text = SUMS + "g7 = g5 | g6; out = g7"
    for reencoding in REENCODINGS:
        two = SearchLike(wires_per_score=2, reencoding=reencoding)
        assert judged_text(4, text, two) == 1
        assert judged_text(4, text, SearchLike(reencoding=reencoding)) < 1
    circuit = Circuit.parse(4, text)
    witness = two.judge(circuit, FunctionTask(circuit.tables())).witness
    assert witness is not None
    # 0 is worst, then 1 ("at least 1" alone) and 3; 2 does not occur.
    assert (witness["kind"], witness["order"]) == ("search", [0, 1, 2, 3])
    assert [c["wires"] for c in witness["candidates"]] == [[4, 5], [6, 7]]
    assert [c["word"] for c in witness["candidates"]] == [[0], [1]]


def test_reencodings_are_as_the_dial_allows() -> None:
    plain = Circuit.parse(4, SUMS + "g7 = g5 | g6; out = g7")
    # a is negated in the first score, and no other reads it.
    negated = NPNTransform((0, 1, 2, 3), 0b0001).on_circuit(plain)
    # Two scores of the same three inputs; a common mask negates as many literals of either.
    text = "g1 = a | b; g2 = b & ~c; g3 = a & ~c; g4 = c & ~b; g5 = g1 & ~g3; g6 = g2 & ~g4; "
    crossed = Circuit.parse(3, text + "g7 = g5 | g6; out = g7")
    for circuit, held in (
        (plain, {"none", "common", "per-group"}),
        (negated, {"common", "per-group"}),
        (crossed, {"per-group"}),
    ):
        task = FunctionTask(circuit.tables())
        for reencoding in REENCODINGS:
            definition = SearchLike(wires_per_score=2, reencoding=reencoding)
            assert (agree(definition, circuit, task) == 1) == (reencoding in held)


def test_which_value_beats_which_is_found() -> None:
    text = "g1 = d & ~b; g2 = b ^ d; g3 = c & ~a; g4 = g3 & ~g2; g5 = g1 | g4; out = g5"
    definition = SearchLike(objective_gates=0, wires_per_score=2)
    assert judged_text(4, text, definition) == 1
    for negated in range(16):
        turned = NPNTransform((0, 1, 2, 3), negated).on_circuit(Circuit.parse(4, text))
        witness = definition.judge(turned, FunctionTask(turned.tables())).witness
        assert witness is not None
        # The first group, of a and b, is read as it is; what is negated is seen in the order.
        assert witness["order"] == [value ^ negated & 3 for value in range(4)]


def widths(inputs: int, text: str, support: int | None = None) -> tuple[int, ...]:
    """Return how many wires the groups have; none if the circuit does not search."""
    circuit = Circuit.parse(inputs, text)
    task, definition = FunctionTask(circuit.tables(), support), SearchLike(wires_per_score=2)
    judgement = definition.judge(circuit, task)
    agree(definition, circuit, task)
    return tuple(len(c["wires"]) for c in (judgement.witness or {"candidates": ()})["candidates"])


def test_a_copied_wire_makes_no_second_bit() -> None:
    # On the support g2 repeats g1, and g4 repeats g3; the comparison reads one of each.
    support = sum(1 << x for x in range(32) if not x >> 4)
    text = "g1 = a & b; g2 = g1 | e; g3 = c & d; g4 = g3 | e; g5 = g2 & ~g4; out = g5"
    assert widths(5, text, support) == (1, 1)
    # Both are read, and each moves the output if it is set alone; the two never differ.
    text = "g1 = a & b; g2 = g1 | e; g3 = c & d; g4 = g3 | e; g5 = g1 & ~g4; g6 = g2 & g5; out = g6"
    assert widths(5, text, support) == ()


def test_a_wire_that_only_feeds_the_other_makes_no_second_bit() -> None:
    text = "g1 = a | b; g2 = g1 & c; g3 = d | e; g4 = g3 & f; g5 = g2 & ~g4; out = g5"
    assert widths(6, text) == (1, 1)


def test_a_wire_that_feeds_the_other_may_be_the_other_bit() -> None:
    # 2 AND q of own bits (p, q), and p OR q made of it: both are compared.
    text = "g1 = a & b; g2 = g1 | a; g3 = c & d; g4 = g3 | c; "
    text += "g5 = g2 & ~g4; g6 = g1 & ~g3; g7 = g5 | g6; out = g7"
    assert judged_text(4, text, SearchLike(wires_per_score=2)) == 1


def test_one_output_bit_admits_two_candidates() -> None:
    definition = SearchLike(candidates=3, objective_gates=0, wires_per_score=2)
    minima = enumerate_minima(COMPARATOR)
    assert not any(definition.judge(c, minima.task).holds for c in minima.minima)


def test_constants_wires_and_gates_are_no_search() -> None:
    for text in ("0", "a", "a & b", "a ^ b", "a ^ b ^ c", "(a & b) | (c & (a ^ b))"):
        minima = enumerate_minima(f"expr:{text}")
        for circuit in minima.minima:
            for definition in DIALS:
                if definition.objective_gates:
                    assert agree(definition, circuit, minima.task) == 0


# -- many at once --------------------------------------------------------------------------------


def test_circuits_are_judged_one_by_one() -> None:
    task = parse_task(COMPARATOR)
    minima = enumerate_minima(task).minima
    # An input beside a gate is a group that costs one: four minima compare such.
    for c, count in ((0, 65), (1, 4), (2, 0)):
        definition = SearchLike(objective_gates=c, wires_per_score=2)
        assert sum(bulk_tags(definition, minima, task)) == count


def test_sets_of_chains_are_judged_one_by_one() -> None:
    searches = [SearchLike(objective_gates=0, wires_per_score=2, reencoding=r) for r in REENCODINGS]
    full = (1 << 4) - 1
    for level in levels(2, B2, "size", Effort()):
        for definition, sets in zip(
            searches, bulk_sets(searches, 2, B2, level.chains.rows), strict=True
        ):
            assert set(sets.tolist()) <= {0, full} or definition.reencoding == "none"
    # b, d against a, c: the chain of `test_which_value_beats_which_is_found`, and an idle input.
    names = [operator.name for operator in B2.operators]
    rows = [(1, 3, "notbut"), (1, 3, "xor"), (0, 2, "notbut"), (6, 5, "butnot"), (4, 7, "or")]
    gates = np.array([[(a, b, names.index(name)) for a, b, name in rows]], dtype=np.uint8)
    common, none = bulk_sets([searches[0], searches[1]], 4, B2, gates)
    assert common.tolist() == [(1 << 16) - 1]
    # Negating both bits of one number and not of the other leaves nothing to compare by renaming.
    assert none.item() & 1
    held = [z for z in range(16) if none.item() >> z & 1]
    assert held == [z for z in range(16) if (z & 3) == z >> 2]
    assert bulk_sets([searches[0]], 4, B2, gates, unread=1)[0].tolist() == common.tolist()
    assert bulk_sets([SearchLike(wires_per_score=2)], 4, B2, gates)[0].tolist() == [0]
