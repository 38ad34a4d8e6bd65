"""What the definitions say of circuits whose nature is known: functions, and argmax by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from judged_circuits import agree

from mesacircuits.circuits import Circuit, TruthTable, npn_orbit
from mesacircuits.definitions import LookupTable, SearchLike, check_witness
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import FunctionTask, OptimisationTask, Task, parse_task

#: Search by every dial of scores of one bit and of two.
SEARCHES = (SearchLike(), SearchLike(reencoding="per-group"), SearchLike(wires_per_score=2))


def holds(definition: SearchLike | LookupTable, circuit: Circuit, task: Task) -> bool:
    judgement = definition.judge(circuit, task)
    if judgement.witness is not None:
        check_witness(circuit, task, judgement.definition, judgement.witness)
    return judgement.holds


def tagged(definition: SearchLike | LookupTable, task: Task | str, basis: str = "b2"):
    """Return how many of the minima have the tag, and how many there are."""
    minima = enumerate_minima(task, basis)
    return sum(holds(definition, c, minima.task) for c in minima.minima), minima.circuits


def argmax(inputs: int, outputs: int, scores: Sequence[Sequence[int]]) -> OptimisationTask:
    """Return argmax, the first of the best, of scores given for each candidate on each input."""
    rows = tuple(tuple(Fraction(own[x]) for own in scores) for x in range(1 << inputs))
    return OptimisationTask(inputs, outputs, tuple(range(len(scores))), rows, ties="first")


# -- search: unrolled brute force ----------------------------------------------------------------


def test_brute_force_over_two_candidates_is_search() -> None:
    # U(x, 0) = (a AND b) OR c and U(x, 1) = (d AND b) OR c, each by two gates of its own; then the
    # better of the two. Both by utilities and, the tables being all that is known, by renaming.
    text = "g1 = a & b; g2 = g1 | c; g3 = b & d; g4 = g3 | c; g5 = g4 & ~g2; out = g5"
    circuit = Circuit.parse(4, text)
    x = range(16)
    task = argmax(4, 1, [[v & v >> 1 & 1 | v >> 2 & 1 for v in x],
                         [v >> 3 & v >> 1 & 1 | v >> 2 & 1 for v in x]])  # fmt: skip
    for judged in (task, FunctionTask(circuit.tables())):
        for gates, held in ((1, True), (2, True), (3, False)):
            assert holds(SearchLike(objective_gates=gates), circuit, judged) == held


def test_brute_force_over_three_candidates_is_search() -> None:
    # Three scores of one gate, a word of two bits: 1 beats 0, 2 beats both, earlier ones win ties.
    text = "g1 = a & d; g2 = b & d; g3 = c & d; g4 = g2 & ~g1; g5 = g1 | g2; g6 = g3 & ~g5; "
    circuit = Circuit.parse(4, text + "out = g4, g6")
    task = argmax(4, 2, [[v >> i & v >> 3 & 1 for v in range(16)] for i in range(3)])
    for judged in (task, FunctionTask(circuit.tables())):
        assert holds(SearchLike(candidates=3), circuit, judged)
        assert not holds(SearchLike(candidates=4), circuit, judged)
        assert not holds(SearchLike(objective_gates=2), circuit, judged)


def test_brute_force_with_graded_scores_is_search_with_two_bit_scores() -> None:
    # p + q of two own bits, all turned round by a shared bit e: five inputs, three levels.
    scores = [[((v >> i & 3) ^ 3 * (v >> 4)).bit_count() for v in range(32)] for i in (0, 2)]
    task = argmax(5, 1, scores)
    text = "g1 = a ^ e; g2 = b ^ e; g3 = c ^ e; g4 = d ^ e; g5 = g1 | g2; g6 = g1 & g2; "
    text += "g7 = g3 | g4; g8 = g3 & g4; g9 = g7 & ~g5; g10 = g8 & ~g6; g11 = g9 | g10; out = g11"
    circuit = Circuit.parse(5, text)
    assert task.solved_by(circuit)
    # A score of two wires costs the gates of both. By words alone "at least 1" of the one candidate
    # and "at least 2" of the other may be one score, compared with the other two: that costs six.
    for judged, most in ((task, 4), (FunctionTask(circuit.tables()), 6)):
        for gates, held in ((1, True), (most, True), (most + 1, False)):
            definition = SearchLike(objective_gates=gates, wires_per_score=2)
            assert holds(definition, circuit, judged) == held
        # No one wire tells three levels apart.
        assert not holds(SearchLike(), circuit, judged)


def test_not_all_equal_is_search_by_reencoding() -> None:
    # (a XOR b) OR (b XOR c): "equal" of one pair against "unequal" of the other, one score read
    # inverted. With one input negated they are one objective: the price of NPN invariance.
    assert tagged(SearchLike(), "tt:3:7E") == (3, 3)
    assert tagged(SearchLike(objective_gates=2), "tt:3:7E") == (0, 3)
    assert tagged(SearchLike(reencoding="none"), "tt:3:7E") == (0, 3)


def test_without_reencoding_not_all_equal_is_counted_in_functions() -> None:
    # Of the 8 functions of its class all 24 minima count under the common re-encoding. Without it
    # those of not-all-equal and of all-equal stop counting. In the other six one input is negated:
    # of the three minima two compare XORs of which just one reads it, so that equal and unequal
    # have become one objective; in the third both do.
    found = {}
    for table in npn_orbit(TruthTable(3, 0x7E)):
        task = FunctionTask((table,))
        assert tagged(SearchLike(), task) == (3, 3)
        found[table.hex] = tagged(SearchLike(reencoding="none"), task)
    assert found == {
        "7E": (0, 3), "81": (0, 3), "18": (2, 3), "24": (2, 3),
        "42": (2, 3), "BD": (2, 3), "DB": (2, 3), "E7": (2, 3),
    }  # fmt: skip


# -- lookup tables -------------------------------------------------------------------------------


@pytest.mark.slow
def test_one_minimum_of_the_decoder_is_a_table() -> None:
    # Four lines, each by a gate of inputs alone, can be edited one by one. In the other 224 minima
    # some line is made out of others.
    decoder = "expr:~a & ~b, a & ~b, ~a & b, a & b"
    assert tagged(LookupTable(1), decoder) == (1, 225)
    assert tagged(LookupTable(), decoder) == (1, 225)
    assert tagged(LookupTable(1), decoder, "aig") == (1, 45)
    independent = Circuit.parse(2, "g1 = a & b; g2 = a & ~b; g3 = b & ~a; g4 = a | b; "
                                   "out = ~g4, g2, g3, g1")  # fmt: skip
    (table,) = [c for c in enumerate_minima(decoder).minima
                if LookupTable().judge(c, FunctionTask(c.tables())).holds]  # fmt: skip
    assert table == independent.canonical()
    for search in SEARCHES:
        assert tagged(search, decoder) == (0, 225)


def test_xor_over_and_gates_is_a_table_of_two_cells() -> None:
    # Two minterms and their OR (two ways of reading inverters); over b2 XOR is but one gate.
    assert tagged(LookupTable(1), "expr:a ^ b", "aig") == (2, 2)
    assert tagged(LookupTable(), "expr:a ^ b") == (0, 1)


def test_most_multiplexers_are_tables() -> None:
    # Four of six: two cells of two inputs, joined by OR or XOR; the others make use of b XOR c.
    minima = enumerate_minima("expr:(a & b) | (~a & c)")
    held = [c for c in minima.minima if holds(LookupTable(), c, minima.task)]
    assert (len(held), minima.circuits) == (4, 6)
    assert tagged(LookupTable(2), minima.task) == (4, 6)
    assert tagged(LookupTable(1), minima.task) == (0, 6)


def test_the_sorter_of_two_bits_is_a_table() -> None:
    # AND and OR: where both inputs are 1 one cell, where both are 0 the other, else 01.
    assert tagged(LookupTable(1), "expr:a & b, a | b") == (1, 1)
    assert tagged(SearchLike(), "expr:a & b, a | b") == (0, 1)
    # Which of two bits is larger, though, is a comparison of bare inputs.
    assert tagged(SearchLike(objective_gates=0), "expr:a & b, a | b") == (1, 1)


# -- nothing at all ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["0", "1", "a", "~b"])
def test_constants_and_wires_are_nothing(text: str) -> None:
    circuit = Circuit.parse(2, f"out = {text}")
    task = FunctionTask(circuit.tables())
    for definition in (*SEARCHES, SearchLike(objective_gates=0), LookupTable()):
        assert agree(definition, circuit, task) == 0


@pytest.mark.parametrize(
    ("task", "count"),
    [
        ("expr:a & b", 1),
        ("expr:a ^ b", 1),
        # Parity and majority: nothing is evaluated twice, and nothing can be edited alone.
        ("expr:a ^ b ^ c", 3),
        ("expr:a ^ b ^ c ^ d", 15),
        ("tt:3:E8", 51),
    ],
)
def test_minima_that_are_nothing(task: str, count: int) -> None:
    for definition in (*SEARCHES, LookupTable()):
        assert tagged(definition, task) == (0, count)


# -- the thermostat's comparator -----------------------------------------------------------------

#: Temperature a + 2b, set point c + 2d: heat below it, cool above it.
HEAT_COOL = "expr:(d & ~b) | (~(b ^ d) & c & ~a), (b & ~d) | (~(b ^ d) & a & ~c)"
WARM = "g1 = b & ~d; g2 = d & ~b; g3 = a | g1; g4 = c & ~g1; g5 = g3 & ~g2; g6 = g4 | g2; "


def test_a_thermostat_may_be_a_search_for_what_to_do() -> None:
    # g5 says that there is some reason to cool, g6 that there is some to heat, one the other with
    # temperature and set point exchanged. Heat iff there is more to be said for it; else neither.
    circuit = Circuit.parse(4, WARM + "g7 = g6 & ~g5; g8 = g5 & ~g6; out = g7, g8")
    task = parse_task(HEAT_COOL)
    assert task.solved_by(circuit)
    for gates, held in ((1, True), (4, True), (5, False)):
        for reencoding in ("common", "none"):
            definition = SearchLike(objective_gates=gates, reencoding=reencoding)
            assert holds(definition, circuit, task) == held
    witness = SearchLike().judge(circuit, task).witness
    assert witness is not None
    assert [c["word"] for c in witness["candidates"]] == [[1, 0], [0, 1]]
    assert witness["other_word"] == [0, 0]


@pytest.mark.slow
def test_few_minima_of_the_thermostat_search() -> None:
    # Where numbers are scores of two bits all do, with bare inputs for scores.
    minima = enumerate_minima(HEAT_COOL)
    assert (minima.size, minima.circuits) == (8, 4354)
    for definition, count in (
        (SearchLike(), 30),
        (SearchLike(reencoding="none"), 30),
        (SearchLike(candidates=3), 2),
        (SearchLike(objective_gates=2), 28),
        (SearchLike(objective_gates=4), 28),
        (SearchLike(objective_gates=5), 0),
        (SearchLike(wires_per_score=2), 810),
        (SearchLike(objective_gates=0, wires_per_score=2), 4354),
        (LookupTable(), 0),
    ):
        assert sum(holds(definition, c, minima.task) for c in minima.minima) == count
