"""Optimisation tasks that say which inputs are a candidate's features."""

from fractions import Fraction

import pytest

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import OptimisationTask, parse_task_file, task_bytes

ROWS = tuple((Fraction(x & 1), Fraction(x >> 1 & 1), Fraction(1, 2)) for x in range(8))


def choice(features):
    return OptimisationTask(3, 2, (0, 1, 3), ROWS, features=features)


@pytest.mark.parametrize("features", [None, ((0,), (1,), ()), ((2, 0), (), ()), ((), (), ())])
def test_features_stay_with_the_task(features):
    task = choice(features)
    assert task.features == features
    assert eval(repr(task)) == task
    assert parse_task_file(task_bytes(task, "json"), "json") == task
    assert ("features" in task.to_json()) == (features is not None)


@pytest.mark.parametrize(
    ("features", "text"),
    [
        (((0,), (1,)), "3 lists of inputs, one per candidate"),
        (((0,), (3,), ()), "a whole number from 0 to 2"),
        (((0,), (True,), ()), "a whole number from 0 to 2"),
        (((0,), (0,), ()), "each input once"),
        (((0, 0), (), ()), "each input once"),
        (((0, 1), (2,), ()), "as many for each candidate that has some"),
    ],
)
def test_what_is_no_list_of_features_is_refused(features, text):
    with pytest.raises(ArgumentError, match=text) as raised:
        choice(features)
    assert raised.value.argument == "features"
