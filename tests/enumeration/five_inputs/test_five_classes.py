"""NPN classes of five-input functions by the places of their halves."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.circuits.npn import npn_class_table, npn_orbit
from mesacircuits.enumeration.five_inputs import function_classes
from mesacircuits.enumeration.five_inputs.classes import OpenClasses
from mesacircuits.errors import ArgumentError


@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_every_function_has_the_class_of_the_table(inputs):
    classes = function_classes(inputs)
    functions = np.arange(1 << (1 << inputs))
    least = npn_class_table(inputs)
    assert np.array_equal(classes.forms[classes.of(functions)], least)
    assert np.array_equal(classes.forms, np.unique(least))
    assert np.array_equal(classes.functions, np.bincount(classes.of(functions)))


@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_members_are_the_orbit(inputs):
    classes = function_classes(inputs)
    for number in range(0, len(classes), 1 + len(classes) // 40):
        orbit = npn_orbit(TruthTable(inputs, int(classes.forms[number])))
        expected = [t.bits for t in orbit if not t.bits & 1]
        assert classes.members(np.array([number])).tolist() == expected


@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_which_classes_read_all_inputs(inputs):
    classes = function_classes(inputs)
    for form, full in zip(classes.forms.tolist(), classes.reads_all.tolist(), strict=True):
        assert full == (len(TruthTable(inputs, form).support()) == inputs)


def test_normal_members_and_trivial_classes():
    classes = function_classes(3)
    assert not (classes.normal & 1).any()
    assert np.array_equal(classes.of(classes.normal), np.arange(len(classes)))
    assert classes.of(np.array([0, 255, 0xAA, 0x0F])).tolist() == [
        *classes.trivial[[0, 0]],
        *classes.trivial[[1, 1]],
    ]


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.integers(0, (1 << 32) - 1))
def test_five_inputs_agree_with_the_whole_group(bits):
    classes = function_classes(5)
    number = classes.of(np.array([bits]))
    assert classes.forms[number[0]] == npn_canonical(TruthTable(5, bits))[0].bits


@pytest.mark.slow
def test_five_inputs_as_a_whole():
    classes = function_classes(5)
    assert len(classes) == 616_126
    assert classes.functions.sum() == 1 << 32
    assert len(classes.members(np.array([7]))) * 2 == classes.functions[7]


def test_open_classes():
    classes = function_classes(3)
    waiting = OpenClasses(classes, np.array([1, 4, 9]))
    assert waiting.numbers.tolist() == [1, 4, 9]
    assert waiting.holds()[:5].tolist() == [False, True, False, False, True]
    assert waiting.copy().digest == waiting.digest
    assert pickle.loads(pickle.dumps(waiting)).numbers.tolist() == [1, 4, 9]
    waiting.close(np.array([4, 9]))
    assert waiting.numbers.tolist() == [1]
    waiting.close(np.array([1]))
    assert not waiting.marks.any()


@pytest.mark.parametrize("inputs", [1, 6])
def test_other_numbers_of_inputs_are_refused(inputs):
    with pytest.raises(ArgumentError, match="inputs: expected a whole number from 2 to 5"):
        function_classes(inputs)
