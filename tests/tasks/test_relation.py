"""Relation tasks: sets of acceptable words, what solves them, and their forms."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from task_cases import relation_tasks

from mesacircuits.circuits import Circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash
from mesacircuits.tasks import RelationTask, Task, parse_function_task, parse_task
from mesacircuits.testing import circuits, function_tasks

ONE_OF_TWO = RelationTask(1, 2, ((0, 1, 2, 3), (1, 2)))


@given(relation_tasks())
def test_forms_round_trip(task):
    assert parse_task(str(task)) == task
    assert eval(repr(task)) == task
    assert RelationTask.from_json(task.to_json()) == task
    assert RelationTask.from_word_masks(task.inputs, task.word_masks) == task
    assert task.hash_hex == content_hash(task.to_json())
    assert not task.has_world


@given(relation_tasks(), st.data())
def test_words_may_come_in_any_order_and_twice(task, data):
    shuffled = [data.draw(st.permutations([*words, words[0]])) for words in task.accept]
    again = RelationTask(task.inputs, task.outputs, shuffled)
    assert (again, hash(again), str(again)) == (task, hash(task), str(task))
    assert all(a < b for words in again.accept for a, b in pairwise(words))


@given(relation_tasks(st.integers(1, 4)), st.data())
def test_solving_is_giving_an_acceptable_word_everywhere(task, data):
    circuit = data.draw(circuits(task.inputs, outputs=task.outputs))
    words = [sum(bit << i for i, bit in enumerate(circuit(x))) for x in range(1 << task.inputs)]
    solved = all(word in accept for word, accept in zip(words, task.accept, strict=True))
    assert task.solved_by(circuit) == solved
    # The same by masks, as engines see it.
    assert solved == all(task.word_masks[word] >> x & 1 for x, word in enumerate(words))
    loosened = tuple((*accept, word) for word, accept in zip(words, task.accept, strict=True))
    assert RelationTask(task.inputs, task.outputs, loosened).solved_by(circuit)


@given(relation_tasks())
def test_the_support_is_where_some_word_is_wrong(task):
    everywhere = -1
    for mask in task.word_masks:
        everywhere &= mask
    assert task.support_bits == ~everywhere & ((1 << (1 << task.inputs)) - 1)


def test_shapes_and_freedom():
    free = RelationTask(2, 1, ((0, 1),) * 4)
    assert free.support_bits == 0
    assert not free.is_function()
    assert free.solved_by(Circuit.parse(2, "out = 1"))
    assert not free.solved_by(Circuit.parse(1, "out = 1"))
    assert not free.solved_by(Circuit.parse(2, "out = 1, 0"))
    assert ONE_OF_TWO.support_bits == 0b10
    assert str(ONE_OF_TWO) == "relation:1:2:F,6"


@given(function_tasks(st.integers(1, 6), outputs=st.integers(1, 4), partial=True), st.data())
def test_functions_as_relations(function, data):
    relation = RelationTask.from_function(function)
    assert relation.is_function()
    assert relation.to_function() == function
    assert relation.word_masks == function.word_masks
    assert relation.support_bits == function.support_bits
    assert parse_function_task(str(relation)) == function
    small = function.inputs <= 4
    circuit = data.draw(circuits(min(function.inputs, 4), outputs=function.outputs))
    assert relation.solved_by(circuit) == function.solved_by(circuit)
    assert small or not function.solved_by(circuit)


@given(relation_tasks())
def test_relations_as_functions(task):
    if task.is_function():
        assert RelationTask.from_function(task.to_function()) == task
    else:
        with pytest.raises(ArgumentError, match="one acceptable word on each input"):
            task.to_function()
        with pytest.raises(ArgumentError, match="one acceptable word on each input"):
            parse_function_task(str(task))


def test_both_kinds_are_tasks():
    def summary(task: Task) -> tuple[int, int, int, tuple[int, ...]]:
        assert not task.has_world
        assert task.to_json()["inputs"] == task.inputs
        return task.inputs, task.outputs, task.support_bits, task.word_masks

    function = parse_task("tt:2:8@7")
    relation = RelationTask.from_function(function)
    assert summary(function) == summary(relation)
    names = {name for name in vars(Task) if not name.startswith("_")}
    assert "word_masks" in names
    assert names <= {*dir(function)} & {*dir(relation)}


REFUSED = [
    ((0, 1, ((0,),)), "inputs: expected a whole number from 1 to 6, got 0"),
    ((7, 1, ((0,),) * 128), "inputs: expected a whole number from 1 to 6, got 7"),
    ((True, 1, ((0,),) * 2), "inputs: expected a whole number from 1 to 6, got True"),
    ((1, 0, ((0,),) * 2), "outputs: expected a whole number from 1 to 4, got 0"),
    ((1, 5, ((0,),) * 2), "outputs: expected a whole number from 1 to 4, got 5"),
    ((1, "1", ((0,),) * 2), "outputs: expected a whole number from 1 to 4, got 1"),
    ((1, 1, ((0,),)), "accept: expected 2 sets of words, got 1"),
    ((1, 1, ((0,), ())), "accept[1]: expected at least one acceptable word, got none"),
    ((1, 1, ((0,), (2,))), "accept[1]: expected words from 0 to 1, got 2"),
    ((1, 1, ((-1,), (0,))), "accept[0]: expected words from 0 to 1, got -1"),
    ((1, 1, ((0.0,), (0,))), "accept[0]: expected words from 0 to 1, got 0.0"),
]


@pytest.mark.parametrize(("arguments", "text"), REFUSED)
def test_what_is_no_relation_is_refused(arguments, text):
    with pytest.raises(ArgumentError) as caught:
        RelationTask(*arguments)
    assert str(caught.value) == text


def test_functions_that_are_too_wide_to_list():
    wide = parse_task("expr:a, a, a, a, a")
    with pytest.raises(ArgumentError, match="outputs: expected a whole number from 1 to 4, got 5"):
        RelationTask.from_function(wide)
    with pytest.raises(ArgumentError, match="masks: expected 2, 4, 8 or 16 masks"):
        RelationTask.from_word_masks(1, (3, 3, 3))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"inputs": 1, "outputs": 1},
        {"inputs": 1, "outputs": 1, "accept": [[0], [0.5]]},
        {"inputs": 1, "outputs": 1, "accept": [[0], "0"]},
        {"inputs": 1, "outputs": 1, "accept": [[0], [True]]},
        {"inputs": 1, "outputs": 1, "accept": [[0], [0]], "support": "3"},
        {"inputs": 1, "outputs": 1, "accept": [[0], [0]], "kind": "function"},
    ],
)
def test_json_is_read_strictly(value):
    with pytest.raises(ArgumentError, match="task: expected a relation task in JSON form"):
        RelationTask.from_json(value)
