"""Search efficiency: blind orders tried one by one, queries counted, and programs by hand."""

from fractions import Fraction
from itertools import permutations
from math import log10

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import UTILITIES

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.exemplars import exemplar_named, program_exemplar
from mesacircuits.definitions.measures import SearchEfficiency, blind_queries, mean_queries
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Program
from mesacircuits.tasks import OptimisationTask, machine_for, parse_task, task_named, unroll

FOUR = parse_task("satisfying(candidates=4)")
#: It reads the bits of candidates 2 and 3, and asks for the first of the pair that is good.
READING = "observe r1, 1; jz r1, 4; inc r0; inc r0; 4: query r2, r0; jnz r2, end; inc r0"


def program(text, task=FOUR):
    return unroll(Program.parse(text, machine_for(task, "oracle")), task)


@st.composite
def choices(draw):
    """Draw tasks with utilities, slack or none, on some of their inputs."""
    count = draw(st.integers(1, 4))
    rows = tuple(tuple(draw(UTILITIES) for _ in range(count)) for _ in range(4))
    support, slack = draw(st.integers(1, 15)), draw(st.sampled_from([0, Fraction(1, 2), 2]))
    return OptimisationTask(2, 2, tuple(range(count)), rows, support, "free", Fraction(slack))


@given(choices())
def test_blind_orders_tried_one_by_one(task):
    total, inputs = Fraction(0), 0
    for x in range(4):
        if task.support_bits >> x & 1:
            inputs += 1
            good = [w for w in task.candidates if w in task.best(x)]
            orders = [*permutations(task.candidates)]
            asked = [1 + min(map(order.index, good)) for order in orders]
            total += Fraction(sum(asked), len(orders))
    assert blind_queries(task) == total / inputs


@given(choices(), st.integers(0, 3))
@settings(max_examples=60)
def test_judgements_hold_to_their_word(task, extra):
    # A program that asks for 0 some times, and then answers as the oracle of its machine does.
    machine = machine_for(task, "oracle-argmax")
    solver = unroll(Program.parse("query r1, r2; " * extra + "argmax r0", machine), task)
    judgement = SearchEfficiency().judge(solver, task)
    if not extra:
        assert judgement.note == "not applicable: the program executes no query"
        return
    ratio = blind_queries(task) / extra
    assert mean_queries(solver, task) == extra
    assert float(judgement.measured.value) == pytest.approx(log10(ratio), abs=1e-9)
    assert judgement.holds == (ratio > 1)
    if judgement.holds:
        SearchEfficiency().check(solver, task, judgement.witness)
        for field in ("blind", "asked"):
            with pytest.raises(CertificateError, match=f"witness.{field}"):
                SearchEfficiency().check(solver, task, {**judgement.witness, field: "1/7"})


def test_queries_counted_by_hand():
    # 1, 2, 3, 0: eight inputs have candidate 1, four of the others 2, two of the others 3.
    loop = program("0: inc r0; query r1, r0; jz r1, 0")
    assert mean_queries(loop, FOUR) == Fraction(8 * 1 + 4 * 2 + 2 * 3 + 1 * 4, 15)
    assert mean_queries(program(READING), FOUR) == 1
    # Asking twice costs twice.
    twice = program("0: inc r0; query r1, r0; query r1, r0; jz r1, 0")
    assert mean_queries(twice, FOUR) == Fraction(52, 15)


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("0: inc r0; query r1, r0; jz r1, 0", Fraction(1)),
        (READING, Fraction(26, 15)),
        ("0: inc r0; query r1, r0; query r1, r0; jz r1, 0", Fraction(1, 2)),
    ],
)
def test_only_who_needs_less_than_a_blind_order_is_efficient(text, ratio):
    judgement = SearchEfficiency().judge(program(text), FOUR)
    assert judgement.holds == (ratio > 1)
    assert float(judgement.measured.value) == pytest.approx(log10(ratio), abs=1e-9)
    assert judgement.measured.unit == "orders of magnitude"


@pytest.mark.parametrize(("orders", "holds"), [("0", True), ("1/5", True), ("1/4", False)])
def test_thresholds_by_whole_numbers(orders, holds):
    # log10(26/15) = 0.2389.
    assert SearchEfficiency(orders).judge(program(READING), FOUR).holds == holds


def test_where_candidates_are_compared_all_are_asked_for():
    pair = program_exemplar("argmax-loop")
    judgement = SearchEfficiency().judge(pair.solver, pair.task)
    # b of 4 are best on comb(4, b) inputs, and on one more all are: 5 / (b + 1) queries.
    assert blind_queries(pair.task) == Fraction(26 + 1, 16)
    assert judgement.score == 0
    assert float(judgement.measured.value) == pytest.approx(log10(Fraction(27, 64)), abs=1e-9)


@pytest.mark.slow
def test_the_shortest_searches_are_as_blind_as_chance():
    found = enumerate_programs(FOUR)
    assert found.programs
    for shortest in found.programs:
        assert SearchEfficiency().judge(unroll(shortest, FOUR), FOUR).measured.value == 0


def test_dead_code_asks_nothing():
    dead = program("0: inc r0; query r1, r0; jz r1, 0; jmp 5; query r1, r1")
    assert mean_queries(dead, FOUR) == Fraction(26, 15)


def test_where_it_does_not_apply():
    search = exemplar_named("argmax-unrolled")
    assert "a circuit asks no queries" in SearchEfficiency().judge(search.solver, search.task).note
    table = program_exemplar("table-program")
    assert "no utilities" in SearchEfficiency().judge(table.solver, table.task).note
    # Of two candidates the second, if its bit is 1: it reads, and asks for none.
    task = task_named("argmax")
    reads = program("inc r2; inc r2; observe r1, 0; jlt r1, r2, end; inc r0", task)
    assert "no query" in SearchEfficiency().judge(reads, task).note


def test_a_witness_is_of_a_program():
    witness = SearchEfficiency().judge(program(READING), FOUR).witness
    loop = program("0: inc r0; query r1, r0; jz r1, 0")
    with pytest.raises(CertificateError, match=r"witness.asked: it is 26/15"):
        SearchEfficiency().check(loop, FOUR, witness)
    with pytest.raises(CertificateError, match="no more than 1 orders"):
        SearchEfficiency("1").check(program(READING), FOUR, witness)
    argmax = task_named("argmax")
    with pytest.raises(CertificateError, match="a circuit asks no queries"):
        SearchEfficiency().check(Circuit.parse(2, "out = b"), argmax, witness)


def test_bad_dials_are_refused():
    with pytest.raises(ArgumentError, match="orders: expected a fraction from 0 to 2"):
        SearchEfficiency("3")
