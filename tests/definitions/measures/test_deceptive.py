"""Deception: shares by plain comparison, several utilities at once, and where nothing is said."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings, strategies as st
from literature_cases import circuit_of_words, hold_to_its_word, rewired, solved_choices

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.measures import FAMILIES, Deceptive, other_utilities
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.programs import Machine, Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import OptimisationTask, instances_of, parse_task, task_named

DOWN, UP = (2, 1, 0), (0, 1, 2)
#: Words 0, 1, 2; trained on the inputs 0 and 1, where 0 and 2 are best.
TASK = OptimisationTask(2, 2, (0, 1, 2), (DOWN, UP, DOWN, DOWN), support=0b0011)


def best(row):
    return {place for place, value in enumerate(row) if value == max(row)}


def set_points(task):
    """Return the rows of each set point that is no renaming of the task's own best words."""
    values = sorted({u for row in task.utilities for u in row})
    words = range(1 << task.outputs)
    own = [{task.candidates[p] for p in best(row)} for row in task.utilities]
    found = []
    for goal in range(len(values) - 1):
        rows = [[-abs(values.index(u) - goal) for u in row] for row in task.utilities]
        given_ = [{task.candidates[p] for p in best(row)} for row in rows]
        renamed = any(
            [{order[w] for w in accepted} for accepted in own] == given_
            for order in permutations(words)
        )
        if not renamed:
            found.append(rows)
    return found


def naive_share(circuit, task):
    """Return the greatest share of inputs off the support, from the definition, word by word."""
    off = [x for x in range(1 << task.inputs) if not task.support_bits >> x & 1]
    shares = []
    for rows in set_points(task):
        right = 0
        for x in off:
            word = sum(bit << i for i, bit in enumerate(circuit(x)))
            if word in task.candidates:
                place = task.candidates.index(word)
                right += place in best(rows[x]) and place not in best(task.utilities[x])
        shares.append(Fraction(right, len(off)))
    return max(shares)


@given(solved_choices())
def test_shares_by_plain_comparison(pair):
    task, circuit = pair
    judgement = Deceptive().judge(circuit, task)
    if judgement.score is not None:
        assert judgement.score == judgement.measured.value == naive_share(circuit, task)


@given(solved_choices())
def test_where_it_does_not_apply(pair):
    task, circuit = pair
    off = [x for x in range(1 << task.inputs) if not task.support_bits >> x & 1]
    asked = bool(off) and any(len({*task.utilities[x]}) > 1 for x in off)
    applies = Deceptive().judge(circuit, task).applies
    assert applies == (asked and bool(set_points(task)))


@given(solved_choices(), st.sampled_from([*FAMILIES]))
def test_judgements_hold_to_their_word(pair, family):
    task, circuit = pair
    hold_to_its_word(Deceptive(family), circuit, task)


@given(solved_choices())
@settings(max_examples=40)
def test_what_is_inside_does_not_count(pair):
    task, circuit = pair
    score = Deceptive().judge(circuit, task).score
    for other in rewired(circuit).values():
        assert Deceptive().judge(other, task).score == score


@pytest.mark.parametrize(
    ("words", "share"),
    [
        # The middle word on both inputs off the support, on one, on none.
        ([0, 2, 1, 1], 1),
        ([0, 2, 1, 0], Fraction(1, 2)),
        ([0, 2, 0, 0], 0),
        # Word 3 is no candidate; word 2 is best for -U, which is U with 0 and 2 exchanged.
        ([0, 2, 3, 1], Fraction(1, 2)),
        ([0, 2, 2, 2], 0),
    ],
)
def test_shares_worked_out_by_hand(words, share):
    judgement = Deceptive().judge(circuit_of_words(words, 2, 2), TASK)
    assert judgement.score == share
    assert judgement.holds == (share == 1)


def test_who_serves_one_utility_here_and_another_there_pursues_neither():
    # Off the support are 1 and 2. -U takes words 2 and 3 there, the middle value word 1; on input 3
    # two words are best, so that neither is a renaming.
    rows = ((2, 1, 0, 0), (2, 1, 0, 0), (2, 1, 0, 0), (2, 2, 0, 1))
    task = OptimisationTask(2, 2, (0, 1, 2, 3), rows, support=0b1001)
    keys = [other.key for other in other_utilities(task, "set-points")]
    assert keys == ["0", "1"]
    definition = Deceptive()
    both = circuit_of_words([0, 2, 1, 1], 2, 2)
    assert definition.judge(both, task).score == Fraction(1, 2)
    for words, key in (([0, 2, 3, 1], "0"), ([0, 1, 1, 1], "1")):
        judgement = definition.judge(circuit_of_words(words, 2, 2), task)
        assert judgement.witness["other"] == key
        assert judgement.witness["inputs"] == [1, 2]
        assert judgement.witness["words"] == words[1:3]
        other_key = {"0": "1", "1": "0"}[key]
        with pytest.raises(CertificateError, match="other: not served on input 1"):
            definition.check(
                circuit_of_words(words, 2, 2), task, {**judgement.witness, "other": other_key}
            )


def test_two_candidates_have_the_least_alone():
    # Trained where candidate 0 is good; `out = 0` is then wrong where it matters off that.
    whole = task_named("argmax")
    task = OptimisationTask(2, 1, (0, 1), whole.utilities, support=0b1010)
    wrong, right = (Circuit.parse(2, f"out = {text}") for text in ("0", "~a"))
    assert Deceptive().judge(wrong, task).note == (
        "not applicable: no other utility of the family is left"
    )
    # Off the support are 00, where the candidates tie, and 01: one of two.
    assert Deceptive("negated").judge(wrong, task).score == Fraction(1, 2)
    assert Deceptive("negated").judge(right, task).score == 0
    strict = OptimisationTask(2, 1, (0, 1), whole.utilities, support=0b1011)
    judgement = Deceptive("negated").judge(wrong, strict)
    assert judgement.holds
    assert judgement.witness["inputs"] == [2]
    assert judgement.witness["other"] == "-U"


def test_what_is_not_said_off_the_support_is_not_meant():
    ranking = task_named("ranking")
    judgement = Deceptive().judge(circuit_of_best(ranking), ranking)
    assert judgement.note == (
        "not applicable: off the support every candidate is as good as any other"
    )
    function = parse_task("tt:2:8@7")
    assert "no utilities" in Deceptive().judge(Circuit.parse(2, "out = 0"), function).note
    argmax = task_named("argmax")
    assert "all inputs" in Deceptive().judge(circuit_of_best(argmax), argmax).note


def circuit_of_best(task):
    words = [task.best(x)[0] for x in range(1 << task.inputs)]
    return circuit_of_words(words, task.inputs, task.outputs)


def test_a_program_that_does_not_end_gives_no_word():
    # It answers a where a = 0, and never ends where a = 1: off the support, all inputs have a = 1.
    task = OptimisationTask(2, 1, (0, 1), ((1, 0), (1, 0), (1, 0), (1, 0)), support=0b0101)
    machine = Machine(2, 2, 2, 1, operations=("observe", "and", "dec", "jnz", "jmp", "inc"))
    observe = "observe r1, 0; inc r0; and r1, r1, r0; dec r0; 4: jnz r1, 4"
    program = Program.parse(observe, machine)
    solver = UnrolledProgram(program, instances_of(task, machine))
    assert solver.endless_bits() == 0b1010
    assert Deceptive("negated").judge(solver, task).score == 0
    ending = Program.parse(observe.replace("4: jnz r1, 4", "jnz r1, 6; jmp end; inc r0"), machine)
    solver = UnrolledProgram(ending, instances_of(task, machine))
    judgement = Deceptive("negated").judge(solver, task)
    assert judgement.holds
    Deceptive("negated").check(solver, task, judgement.witness)


def test_bad_dials_are_refused():
    with pytest.raises(ArgumentError, match="other: expected one of set-points"):
        Deceptive("mine")
