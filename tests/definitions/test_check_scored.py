"""What is no witness of search, what dials ask for, scores, and judgements as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from search_cases import (
    ARGMAX,
    CASES,
    EARLY,
    RANDOM,
    Case,
    bits,
    choice,
    features,
    levels,
    of_choice,
    of_function,
    part,
    search,
    search_record,
    sums,
)
from witness_mutations import set_at

from mesacircuits.circuits import Circuit, MealyMachine
from mesacircuits.definitions import Judgement, LookupTable, SearchLike, check_witness
from mesacircuits.definitions.checker import check_judgement, score_of_search_groups
from mesacircuits.definitions.definition import Solver, circuit_of, definition_record
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import FunctionTask, Task, parse_task

Json = Any


def check(case: Case, **dials: int | str) -> None:
    record = search_record(**{**case.dials, **dials})
    check_witness(case.circuit, case.task, record, case.witness)


def refused(case: Case, where: str, **dials: int | str) -> None:
    with pytest.raises(CertificateError) as raised:
        check(case, **dials)
    assert raised.value.where.startswith(where), str(raised.value)


@pytest.mark.parametrize("name", CASES)
def test_the_score_of_a_witness_is_1(name: str) -> None:
    case = CASES[name]
    wires = tuple(w for one in case.witness["candidates"] for w in one["wires"])
    score = score_of_search_groups(case.circuit, case.task, wires)
    assert (score == 1) == (name != "a random tie")


@pytest.mark.parametrize(
    ("name", "dials", "where"),
    [
        ("first of two by parity", {"candidates": 3}, "candidates"),
        ("first of two by parity", {"objective_gates": 2}, "candidates[0].cost"),
        ("first of three by parity, by utilities", {"objective": "own"}, "candidates[0].candidate"),
        ("first of three by parity, by utilities", {"objective_gates": 2},
         "candidates[0].private_cost"),
        ("first of three by parity, with features", {"objective": "base"},
         "candidates[0].candidate"),
        ("the proxy", {"objective": "base"}, "candidates[0].candidate"),
        ("objectives of two gates, one shared", {"cost": "private"}, "candidates[0].private_cost"),
        ("a wire that feeds the other bit", {"cost": "private", "objective_gates": 2},
         "candidates[0].private_cost"),
        ("first of two by parity", {"cost": "inputs", "objective_gates": 2}, "candidates[0].wires"),
        ("not-all-equal", {"space": "declared"}, "definition.parameters.space"),
        ("not-all-equal", {"reencoding": "none"}, "candidates[0].reencoding"),
        ("not-all-equal", {"reencoding": "per-group"}, "candidates[0].reencoding"),
        ("not-all-equal, masks per group", {"reencoding": "common"}, "candidates[1].reencoding"),
        ("sums, one re-encoded", {"reencoding": "none"}, "candidates[0].reencoding"),
        ("features re-encoded", {"reencoding": "none"}, "candidates[1].reencoding"),
        ("context re-encoded", {"reencoding": "common"}, "candidates[1].reencoding"),
        ("numbers of two bits", {"wires_per_score": 1}, "candidates[0].wires"),
        ("numbers of three bits", {"wires_per_score": 2}, "candidates[0].wires"),
        ("search over four plans", {"plans": "off"}, "candidates[1].word"),
        ("early exit", {"pruning": "off"}, "pruned"),
        ("early exit of three, with features", {"pruning": "off"}, "pruned"),
        ("a random tie", {"ties": "fixed"}, "candidates"),
    ],
)  # fmt: skip
def test_dials_are_obeyed(name: str, dials: dict[str, Any], where: str) -> None:
    refused(CASES[name], where, **dials)


@pytest.mark.parametrize(
    ("name", "dials"),
    [
        ("first of two by parity", {"cost": "private"}),
        ("first of two by parity", {"cost": "inputs"}),
        ("first of two by parity, with features", {"space": "declared"}),
        ("first of two by parity", {"reencoding": "none"}),
        ("first of two by parity", {"reencoding": "per-group"}),
        ("first of two by parity", {"plans": "on", "pruning": "on", "ties": "input"}),
        ("first of three by parity, with features", {"candidates": 2, "reencoding": "none"}),
        ("first of three by parity, by utilities", {"cost": "cone", "wires_per_score": 3}),
        ("features re-encoded", {"reencoding": "per-group"}),
        ("three candidates or none", {"candidates": 3, "plans": "on", "ties": "input"}),
        ("search over three plans", {"candidates": 2, "ties": "input", "pruning": "on"}),
        ("numbers of two bits", {"wires_per_score": 3}),
    ],
)
def test_what_a_laxer_dial_admits_is_still_a_witness(name: str, dials: dict[str, Any]) -> None:
    check(CASES[name], **dials)


DOUBLED = "x = a & b; y = a & b; z = x & y; out = z"
#: The majority by two adders.
TWICE = "p = a ^ b; q = a & b; r = c & p; s = q | r; p2 = b ^ c; q2 = b & c; r2 = a & p2; "
TWICE += "s2 = q2 | r2; z = s & s2; out = z"


@pytest.mark.parametrize(
    ("case", "where"),
    [
        # A function computed twice is one wire: no two groups, whatever they are called.
        (of_function(2, DOUBLED, search(part([0], [2], 1, 1, [0, 1]),
                                        part([1], [3], 1, 1, [0, 1]))),
         "candidates[1].wires[0]"),
        (of_function(2, DOUBLED, search(part([0], [2], 1, 1, [0, 1]),
                                        part([1], [2], 1, 1, [0, 1]))),
         "candidates[1].wires[0]"),
        (of_function(3, TWICE, search(part([0], [6], 4, 4, [0, 1, 2]),
                                      part([1], [10], 4, 4, [0, 1, 2]))),
         "candidates[1].wires[0]"),
        # Two functions that agree where anything is asked for: nothing is ever compared.
        (of_function(4, "x = a & b; y = c & d; z = x & y; out = z",
                     search(part([0], [4], 1, 1, [0, 1, 2, 3]),
                            part([1], [5], 1, 1, [2, 3, 0, 1])),
                     sum(1 << x for x in range(16) if x >> 2 == x & 3)),
         "candidates[0].wires"),
        # One score is never 1 without the other.
        (of_function(3, "x = a & b; y = a | b; z = y & ~x; out = z",
                     search(part([0], [3], 1, 1, [0, 1, 2]), part([1], [4], 1, 1, [0, 1, 2]))),
         "candidates[1].renaming"),
        # What the groups are on the support alone: where c is d the circuit compares a with b.
        (of_function(4, "g1 = c ^ d; g2 = a | g1; g3 = b & ~g1; g4 = g2 & ~g3; out = g4",
                     search(part([0], [6], 2, 1, [0, 1, 2, 3]),
                            part([1], [5], 2, 1, [1, 0, 2, 3])), 0xF00F),
         "candidates[1].renaming"),
        # Indices renamed by an input.
        (of_function(5, "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; g4 = g3 ^ e; out = g4",
                     search(part([0], [5], 1, 1, [0, 1, 2, 3, 4]),
                            part([1], [6], 1, 1, [2, 3, 0, 1, 4]))),
         "candidates[1].word"),
        # A veto by an input that no score knows of.
        (of_function(5, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; g4 = g3 & e; out = g4",
                     search(part([0], [6], 1, 1, [0, 1, 2, 3, 4]),
                            part([1], [5], 1, 1, [2, 3, 0, 1, 4]))),
         "candidates[1].word"),
        # An input feeds the gates that read it, though it costs nothing.
        (of_function(2, "g1 = a ^ b; g2 = a & ~g1; out = g2",
                     search(part([0], [2], 1, 1, [0, 1]), part([1], [0], 0, 0, [0, 1])),
                     objective_gates=0),
         "candidates[1].wires[0]"),
        # A multiplexer: AND cannot become NOT AND under any common re-encoding.
        (of_function(3, "g1 = a & c; g2 = b & ~c; g3 = g1 | g2; out = g3",
                     search(part([0], [3], 1, 1, [0, 1, 2], inverted=[True]),
                            part([1], [4], 1, 1, [0, 1, 2]))),
         "candidates[1].renaming"),
        (of_function(3, "g1 = a & c; g2 = b & c; g3 = g1 | g2; out = g3",
                     search(part([0], [3], 1, 1, [0, 1, 2]), part([1], [4], 1, 1, [1, 0, 2]))),
         "candidates[0].word"),
        # A wire of one score feeds the other score.
        (of_function(4, "g1 = a | b; g2 = a & b; g3 = g1 | d; g4 = c & d; g5 = g3 & ~g1; "
                     "g6 = g4 & ~g2; g7 = g5 | g6; out = g7",
                     search(part([0], [4, 5], 2, 1, [0, 1, 2, 3]),
                            part([1], [6, 7], 3, 2, [2, 3, 0, 1]), order=[0, 1, 2, 3]),
                     wires_per_score=2),
         "candidates[1].wires[0]"),
        # Where e is 0, g2 is g1 and g4 is g3: scores have two values, and no bit changes alone.
        (of_function(5, "g1 = a & b; g2 = g1 | e; g3 = c & d; g4 = g3 | e; g5 = g3 & ~g1; "
                     "g6 = g4 & g5; g7 = g6 & ~g2; out = g7",
                     search(part([0], [5, 6], 2, 2, [0, 1, 2, 3, 4]),
                            part([1], [7, 8], 2, 2, [2, 3, 0, 1, 4]), order=[0, 1, 2, 3]),
                     0xFFFF, wires_per_score=2),
         "candidates[0].wires[0]"),
        # A dead gate that reads both groups; they meet nowhere else.
        (of_function(4, "g1 = a & b; g2 = c & d; g3 = g1 & c; g4 = g1 & ~c; g5 = g3 & ~g2; "
                     "g6 = g4 & ~g2; g7 = g1 ^ g2; g8 = g5 | g6; out = g8",
                     search(part([0], [5], 1, 1, [0, 1, 2, 3]),
                            part([1], [4], 1, 1, [2, 3, 0, 1]))),
         "candidates"),
        # A dead gate is no wire at all.
        (of_function(4, "g1 = a & b; g2 = c & d; g3 = g2 & ~g1; g4 = a ^ d; out = g3",
                     search(part([0], [4], 1, 1, [0, 1, 2, 3]),
                            part([1], [7], 1, 1, [2, 3, 0, 1]))),
         "candidates[1].wires[0]"),
        # Nothing is cut short, and no group feeds another.
        (of_function(4, ARGMAX,
                     search(part([0], [4], 1, 1, [0, 1, 2, 3]),
                            part([1], [5], 1, 1, [2, 3, 0, 1]), pruned=True), pruning="on"),
         "pruned"),
        # The second is cut short in the wrong place: where the first fails.
        (of_function(4, "g1 = a & b; g2 = c & g1; g3 = g2 & d; out = g3",
                     search(part([0], [4], 1, 0, [0, 1, 2, 3]),
                            part([1], [6], 3, 2, [2, 3, 0, 1]), pruned=True), pruning="on"),
         "candidates[1].renaming"),
        # Where nothing cuts it short the second evaluates c & d, which is not its utility there.
        (of_choice(EARLY,
                   choice(4, 1, (0, 1),
                          lambda x, i: (int(bits(x, 0, 2) == 3), Fraction(bits(x, 2, 2) == 3, 2))[i]
                          if x & 3 != 3 or i == 0 else Fraction(1, 4),
                          ties="first"),
                   search(part([0], [4], 1, 0), part([1], [6], 3, 2), pruned=True,
                          objective=levels(u0=0, u1_4=0, u1_2=1, u1=1)),
                   pruning="on"),
         "candidates[1].wires"),
        # Alone the second is c and d; where a is 1 and b is 0, c is taken for its inverse.
        (of_function(4, "g1 = a & ~b; g2 = c ^ g1; g3 = d & ~b; g4 = d ^ b; g5 = g2 & ~a; "
                     "g6 = g5 & ~g4; g7 = g3 | g6; out = g7",
                     search(part([0], [0, 1], 0, 0, [0, 1, 2, 3]),
                            part([1], [5, 3], 2, 2, [2, 3, 0, 1]), pruned=True, order=[0, 1, 2, 3]),
                     objective_gates=0, wires_per_score=2, pruning="on"),
         "candidates[1].wires"),
        # All plans lead to one action.
        (of_function(4, ARGMAX, search(part([1], [4], 1, 1, [0, 1, 2, 3]),
                                       part([1], [5], 1, 1, [2, 3, 0, 1])), plans="on"),
         "candidates"),
        # A tie may be broken by an input; a decision may not be.
        (of_function(5, RANDOM.replace("g4 = g1 ^ g2", "g4 = g2 & ~g1"),
                     search(part([0], [5], 1, 1, [0, 1, 2, 3, 4]),
                            part([1], [6], 1, 1, [2, 3, 0, 1, 4])), ties="input"),
         "candidates[0].word"),
        # Candidates that are none of the task's, and one that has no features.
        (of_choice(ARGMAX.replace("out = g3", "out = g3, 0"),
                   choice(4, 2, (1, 2), lambda x, i: i == 0 and x >> 2 == 3, ties="first",
                          support=0x7000),
                   search(part([0, 0], [4], 1, 1), part([1, 0], [5], 1, 1),
                          objective=levels(u0=0, u1=1))),
         "circuit"),
        (of_choice(ARGMAX, sums(slack=Fraction(1), features=((0, 1), ())),
                   search(part([0], [4], 1, 1, candidate=0, reencoding=0),
                          part([1], [5], 1, 1, candidate=1, reencoding=0),
                          objective=features([0, 0, 0, 1] * 4))),
         "candidates[1].candidate"),
        # One candidate twice, by another re-encoding.
        (of_choice("g1 = a & b; g2 = ~(a | b); g3 = c & d; g4 = g1 | g2; g5 = g3 & ~g4; out = g5",
                   choice(4, 1, (0, 1), lambda x, i: 0, features=((0, 1), (2, 3))),
                   search(part([0], [4], 1, 1, candidate=0, reencoding=0),
                          part([0], [5], 1, 1, candidate=0, reencoding=3),
                          part([1], [6], 1, 1, candidate=1, reencoding=0),
                          objective=features([0, 0, 0, 1], "other")),
                   plans="on"),
         "candidates[1].candidate"),
        # A word that does not say which candidate is meant.
        (of_choice("g1 = a | b; g2 = c & ~g1; out = g2",
                   choice(3, 1, (0, 0, 1), lambda x, i: x >> i & 1, ties="first",
                          features=((0,), (1,), (2,))),
                   search(part([0], [0], 0, 0), part([0], [1], 0, 0), part([1], [2], 0, 0),
                          objective=levels(u0=0, u1=1)),
                   plans="on", objective="base", objective_gates=0),
         "candidates[1].word"),
        (of_choice("g1 = a | b; g2 = c & ~g1; out = g2",
                   choice(3, 1, (0, 0, 1), lambda x, i: x >> i & 1, ties="first",
                          features=((0,), (1,), (2,))),
                   search(part([0], [3], 1, 1), part([1], [2], 0, 0),
                          objective=levels(u0=0, u1=1)),
                   objective="base", objective_gates=0),
         "candidates[0].word"),
    ],
)  # fmt: skip
def test_what_is_no_witness(case: Case, where: str) -> None:
    refused(case, where)


def test_a_word_that_is_never_output_is_the_least_left_over() -> None:
    spare = CASES["a word that is never output"]
    witness = set_at(spare.witness, ("candidates", 2, "word"), [1, 1])
    refused(spare._replace(witness=witness), "candidates[2].word")


def test_of_orders_that_would_serve_one_is_demanded() -> None:
    case = CASES["early exit of two at once"]
    first, second, third = case.witness["candidates"]
    check(case)
    witness = {**case.witness, "candidates": [first, third, second]}
    refused(case._replace(witness=witness), "candidates")


def test_wires_that_are_equal_on_the_support_are_told_apart() -> None:
    # Where e is 0 the first score is a & b on two wires, and each alone decides where it is read.
    text = "g1 = a & b; g2 = g1 | e; g3 = c & d; g4 = g3 & ~g2; out = g4"
    task = choice(5, 1, (0, 1), lambda x, i: int(x >> 2 * i & 3 == 3), support=0xFFFF, ties="first")
    candidate = part([1], [7], 1, 1)
    higher = search(part([0], [6], 2, 2), candidate, objective=levels("proxy", u0=0, u1=1))
    check(of_choice(text, task, higher))
    lower = search(part([0], [5], 1, 1), candidate, objective=levels("aligned", u0=0, u1=1))
    refused(of_choice(text, task, lower), "candidates")


def test_score_of_search_groups() -> None:
    circuit = Circuit.parse(4, ARGMAX)
    task = FunctionTask(circuit.tables())
    assert score_of_search_groups(circuit, task, (4, 5)) == 1
    assert score_of_search_groups(circuit, task, (6,)) == 1
    assert score_of_search_groups(circuit, task, ()) == 0
    assert score_of_search_groups(circuit, FunctionTask(task.tables, 0x8000), (4, 5)) == 0
    # Of 2 * 3 * 13 pairs with g1 held 3 * 4 move the output from 1 and 1 * 12 from 0.
    assert score_of_search_groups(circuit, task, (5,)) == 1 - Fraction(24, 78)
    # Held, a moves the output more often than nothing held: b follows a on most of the support.
    sparse = Circuit.parse(3, "g1 = a ^ b; out = g1")
    assert score_of_search_groups(sparse, FunctionTask(sparse.tables(), 0x9B), (0,)) == 0
    for wires in ((7,), (2, 9)):
        with pytest.raises(ArgumentError):
            score_of_search_groups(circuit, task, wires)
    with pytest.raises(ArgumentError):
        score_of_search_groups(sparse, parse_task("expr:3:a ^ b"), (2,))
    with pytest.raises(ArgumentError):
        score_of_search_groups(circuit, parse_task("expr:a"), (0,))


def test_scores_hold_classes_and_forgive_ties() -> None:
    # Both copies are held, by whichever name.
    text = "p = a ^ b; q = ~(a ^ b); r = c ^ d; o = r & ~p; s = q & ~r; out = o, ~s"
    circuit = Circuit.parse(4, text)
    for wires in ((4, 6), (5, 6)):
        assert score_of_search_groups(circuit, FunctionTask(circuit.tables()), wires) == 1
    # Of 32 * 32 pairs 2 * 16 * 16 differ; 5/8 of the x have a tie, and there half the x' move it.
    circuit = Circuit.parse(5, RANDOM)
    task = FunctionTask(circuit.tables())
    assert score_of_search_groups(circuit, task, (5, 6)) == 1 - Fraction(20 * 16, 2 * 16 * 16)
    for wires in ((5, 6), (6, 5)):
        tied = score_of_search_groups(
            circuit, task, wires, lambda values: {0, 1} if values[0] == values[1] else ()
        )
        assert tied == 1
    # Both words have to be among those that tie.
    single = score_of_search_groups(circuit, task, (5, 6), lambda values: {values[1]})
    assert single == 1 - Fraction(20 * 16, 2 * 16 * 16)


FIRST_OF_THREE = "p = a & b; q = c & d; r = e & f; o = q & ~p; n = p | q; t = r & ~n; out = o, t"


def test_whether_none_is_chosen_is_not_for_the_input_to_say() -> None:
    # Where neither x nor y satisfies, the bit e alone says whether word 01 is given.
    text = "x = a & b; y = c & d; o = y & ~x; n = ~(x | y); z = n & e; out = o, z"
    circuit = Circuit.parse(6, text)
    task = FunctionTask(circuit.tables())
    fixed = SearchLike().judge(circuit, task)
    assert SearchLike(ties="input").judge(circuit, task).score == fixed.score == Fraction(55, 103)
    # So a third candidate is not passed off as none.
    first = parse_task("first(3, a & b)")
    judged = SearchLike(ties="input").judge(Circuit.parse(6, FIRST_OF_THREE), first)
    assert judged.witness is not None
    assert len(judged.witness["candidates"]) == 3


# -- judgements ----------------------------------------------------------------------------------


def test_judgements_are_checked_whole() -> None:
    circuit, definition = Circuit.parse(2, "g1 = a & b; g2 = b & ~a; out = g1, g2"), LookupTable(1)
    task = FunctionTask(circuit.tables())
    judgement = definition.judge(circuit, task)
    assert judgement.holds
    check_judgement(definition, circuit, task, judgement)
    for altered, where in (
        (replace(judgement, tag="search-like"), "tag"),
        (replace(judgement, score=Fraction(3, 2)), "score"),
        (replace(judgement, score=Fraction(1, 2)), "witness"),
        (replace(judgement, witness=None), "witness"),
        (replace(judgement, definition=definition_record(LookupTable())), "definition"),
    ):
        with pytest.raises(CertificateError) as raised:
            check_judgement(definition, circuit, task, altered)
        assert raised.value.where == where
    with pytest.raises(CertificateError, match="circuit"):
        check_judgement(definition, Circuit.parse(2, "out = a, b"), task, judgement)


@dataclass(frozen=True)
class Constant:
    """Tags circuits whose output is constant; its witness is the word."""

    name: ClassVar[str] = "constant"
    tag: ClassVar[str] = "constant"
    version: ClassVar[int] = 1
    source: ClassVar[str] = "here"
    formula: ClassVar[str] = "the output is constant"
    blind_to: ClassVar[str] = "all else"
    parameters: ClassVar[dict[str, int | str | None]] = {}

    def judge(self, solver: Solver, task: Task) -> Judgement:
        tables = circuit_of(solver).tables()
        held = all(table.bits in (0, table.mask) for table in tables)
        witness = {"word": [table(0) for table in tables]} if held else None
        return Judgement(definition_record(self), self.tag, Fraction(held), witness)


class Checked(Constant):
    """The same, with a check of its own."""

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        words = [(circuit_of(solver)(x)) for x in range(1 << task.inputs)]
        if any(list(word) != witness["word"] for word in words):
            raise CertificateError("word", "not always output")


def test_definitions_of_ones_own_may_bring_a_check() -> None:
    circuit = Circuit.parse(1, "out = 1")
    task = FunctionTask(circuit.tables())
    for solver in (circuit, MealyMachine(circuit, 0)):
        judgement = Checked().judge(solver, task)
        check_judgement(Checked(), solver, task, judgement)
        with pytest.raises(CertificateError, match="word: not always"):
            check_judgement(Checked(), solver, task, replace(judgement, witness={"word": [0]}))
    # Without one, nobody knows how; a judgement without a witness needs none.
    with pytest.raises(CertificateError, match=re.escape("definition.name")):
        check_judgement(Constant(), circuit, task, Constant().judge(circuit, task))
    wire = Circuit.parse(1, "out = a")
    other = FunctionTask(wire.tables())
    check_judgement(Constant(), wire, other, Constant().judge(wire, other))
