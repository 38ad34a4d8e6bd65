"""Tasks drawn as tables: by hand, and read back from their pictures."""

import pytest
from hypothesis import given, strategies as st
from task_cases import relation_tasks

from mesacircuits.tasks import OptimisationTask, parse_task
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.testing import function_tasks

PICTURES = {
    "tt:2:8,9@7": ["ab  out", "00   01", "10   00", "01   00", "11   --"],
    "relation:2:2:3,6,F,7": [
        "ab  words",
        "00  00 10",
        "10  10 01",
        "01  -",
        "11  all but 11",
    ],
    "satisfying(otherwise=none)": [
        "ab  00  10    01",
        "00   0   0  *1/2",
        "10  *1   0   1/2",
        "01   0  *1   1/2",
        "11  *1  *1   1/2",
    ],
    "satisfying": ["ab   0   1", "00   -   -", "10  *1   0", "01   0  *1", "11  *1  *1"],
    "tt:4:0003@0007": [
        "abcd  out",
        "0000    1",
        "1000    1",
        "0100    0",
        "13 other inputs: off the support",
    ],
}


@pytest.mark.parametrize("text", PICTURES)
def test_pictures_by_hand(text):
    assert draw_task(parse_task(text)).splitlines() == PICTURES[text]


def test_wide_tables_stand_side_by_side():
    lines = draw_task(parse_task("parity(bits=6)")).splitlines()
    assert lines[0] == "   ".join(["abcdef  out"] * 4)
    assert lines[1] == "000000    0   000010    1   000001    1   000011    0"
    assert len(lines) == 17


def test_many_candidates_are_drawn_as_the_best_words():
    lines = draw_task(parse_task("nim(most=7,ask=move)")).splitlines()
    assert lines[0] == "abcdef  best  words"
    assert lines[1] == "000000     -"
    assert lines[2] == "100000     1  0000"
    assert lines[-1] == "111111    -1  all but 1110 1111"


def words_of(line, inputs):
    """Return the input and the word that a line of a truth table shows."""
    bits, word = line.split()
    assert len(bits) == inputs
    return sum(int(b) << i for i, b in enumerate(bits)), word


@given(function_tasks(st.integers(1, 4), outputs=st.integers(1, 4), partial=True))
def test_a_truth_table_can_be_read_back(task):
    lines = draw_task(task).splitlines()[1:]
    shown = dict(words_of(line, task.inputs) for line in lines if "off" not in line)
    for x in range(1 << task.inputs):
        if task.support_bits >> x & 1:
            assert shown[x] == "".join(map(str, task.word(x)))
        elif lines[-1].endswith("off the support"):
            assert x not in shown
        else:
            assert shown[x] == "-" * task.outputs


@given(relation_tasks(st.integers(1, 6), st.integers(1, 4)))
def test_relations_fit(task):
    assert all(len(line) <= 80 for line in draw_task(task).splitlines())


@given(st.data(), st.integers(1, 5), st.integers(1, 4))
def test_utilities_fit_and_mark_the_best(data, inputs, outputs):
    words = data.draw(st.sets(st.integers(0, (1 << outputs) - 1), min_size=1))
    row = st.tuples(*[st.integers(-3, 3)] * len(words))
    rows = data.draw(st.tuples(*[row] * (1 << inputs)))
    task = OptimisationTask(inputs, outputs, tuple(sorted(words)), rows)
    picture = draw_task(task)
    assert all(len(line) <= 80 for line in picture.splitlines())
    if "best" not in picture:
        assert picture.count("*") == sum(len(task.best(x)) for x in range(1 << inputs))
