"""Search tasks: argmax and satisfying, against their statements read input by input."""

import pytest
from hypothesis import given, strategies as st
from library_cases import check_against, members

from mesacircuits.circuits import Circuit
from mesacircuits.tasks import parse_task, task_named


def scores(x, settings):
    """Return each candidate's score, read off the bits as the statement has them."""
    bits = [x >> i & 1 for i in range(6)]
    scored = []
    levels = settings.get("levels", 2)
    for _ in range(settings["candidates"]):
        if levels == 2:
            value, bits = bits[0], bits[1:]
        else:
            value, bits = min(bits[0] + 2 * bits[1], levels - 1), bits[2:]
        scored.append(value)
    shared = bits[: settings["shared"]]
    how = {
        "own": lambda v: v,
        "xor": lambda v: (v + sum(shared)) % 2,
        "and": lambda v: int(all([v, *shared])),
        "or": lambda v: int(any([v, *shared])),
    }
    return [how[settings["objective"]](v) for v in scored]


@pytest.mark.parametrize("objective", ["own", "xor", "and", "or"])
def test_argmax_asks_for_the_best(objective):
    count = 0
    for settings, task in members("argmax"):
        if settings["objective"] != objective:
            continue

        def acceptable(x, settings=settings):
            values = scores(x, settings)
            best = [i for i, value in enumerate(values) if value == max(values)]
            return {"free": best, "first": best[:1], "last": best[-1:]}[settings["ties"]]

        check_against(task, acceptable)
        for x in range(1 << task.inputs):
            values = scores(x, settings)
            assert [task.utility(x, i) for i in range(settings["candidates"])] == values
        count += 1
    assert count >= 20


def test_satisfying_asks_for_one_that_satisfies():
    count = 0
    for settings, task in members("satisfying"):
        none = [settings["candidates"]] if settings["otherwise"] == "none" else None

        def acceptable(x, settings=settings, none=none):
            values = scores(x, settings)
            return [i for i, value in enumerate(values) if value] or none

        check_against(task, acceptable)
        count += 1
    assert count >= 40


def test_argmax_by_hand():
    task = task_named("argmax")
    assert [task.best(x) for x in range(4)] == [(0, 1), (0,), (1,), (0, 1)]
    assert task.solved_by(Circuit.parse(2, "out = b"))
    assert task.solved_by(Circuit.parse(2, "out = ~a"))
    assert not task.solved_by(Circuit.parse(2, "out = a"))
    # Of the sixteen functions four solve it: the two inputs where one is better are fixed.
    solving = [bits for bits in range(16) if bits >> 1 & 1 == 0 and bits >> 2 & 1 == 1]
    assert len(solving) == 4


def test_a_shared_bit_turns_the_objective_round():
    task = task_named("argmax", shared=1, objective="xor")
    assert task.solved_by(Circuit.parse(3, "g1 = b ^ c; out = g1"))
    assert not task.solved_by(Circuit.parse(3, "out = b"))


def test_satisfying_where_none_does():
    free, none = task_named("satisfying"), task_named("satisfying", otherwise="none")
    assert (free.outputs, free.support_bits) == (1, 0b1110)
    assert (none.outputs, none.support_bits) == (2, 0b1111)
    assert none.solved_by(Circuit.parse(2, "g1 = a | b; g2 = ~a & b; out = g2, ~g1"))
    assert not none.solved_by(Circuit.parse(2, "g2 = ~a & b; out = g2, 0"))


def test_satisfying_two_candidates_is_argmax_of_them_where_one_satisfies():
    assert task_named("satisfying").relation() == task_named("argmax").relation()


@given(st.integers(2, 4), st.sampled_from(["first", "last"]))
def test_a_tie_break_leaves_one_word(levels, ties):
    task = parse_task(f"argmax(levels={levels},ties={ties})")
    assert task.relation().is_function()
