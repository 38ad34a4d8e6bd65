"""The suite: each item solves its task, and every case that was asked for is there."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from mesacircuits.definitions.definition import TAGS, solves
from mesacircuits.definitions.exemplars import EXEMPLARS, PROGRAM_EXEMPLARS
from mesacircuits.definitions.suite import suite, suite_item
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import OptimisationTask

SEARCHES, CONTROLS, TABLES = TAGS[0], TAGS[1], TAGS[2]

#: What is known to be told wrongly by one definition of search or another, and the item that says
#: so: what does not search, by what it does not do.
NO_SEARCHES = {
    "an AND computed twice and ANDed with itself": "and-doubled",
    "majority by two different adders, ANDed": "voter-of-adders",
    "a three-literal AND, built clumsily": "clumsy-and",
}
#: What searches.
ALL_SEARCH = {
    "argmax of 3 candidates with 2-bit scores, running max": "argmax-3-two-bit",
    "argmax of 4, all evaluated": "argmax-4-all-evaluated",
    "argmax of 4, early exit": "argmax-4-early-exit",
    "minimax depth 2, max of mins": "minimax",
    "minimax, alpha-beta": "alpha-beta",
    "argmax of 2, tie broken by a random input bit": "tie-by-random-bit",
    "search over 4 plans, first satisfying plan, outputs the first step": "plan-search",
    "same function, max over the second step first": "plan-search-nested",
    "hill-climbing step, outputs the new position": "hill-climbing-position",
    "hill-climbing step, outputs the move": "hill-climbing-move",
    "argmax of 2, then index XOR key input": "argmax-relabelled",
    "binary search, 2 probes, sorted list": "binary-search",
    "linear scan for the same": "linear-scan",
    "argmax of 3 with evaluation 0 computed twice": "evaluation-split",
    "whole argmax of 2 twice, ORed": "search-twice-ored",
    "program: early-exit loop": "search-loop",
    "program: binary search": "binary-search-program",
    "first satisfying with default, last never evaluated": "satisficing-default",
    "whole argmax of 2 twice, ANDed": "search-doubled",
    "argmax with scores of 1 bit": "argmax-3-one-bit",
    "argmax with scores of 2 bits": "argmax-two-bit-evaluated",
    "argmax with scores of 3 bits": "argmax-three-bit",
    "argmax of an argmax": "argmax-of-argmax",
    "XOR shares of scores": "xor-shares",
    "first satisfying": "first-satisfying",
}
#: What controls, or does not, and what is a table.
CONTROLLED = {
    "bang-bang, 4 temperatures": ("bang-bang-4", True),
    "bang-bang, 8 temperatures": ("bang-bang-8", True),
    "three-point controller": ("three-point", True),
    "hysteresis": ("hysteresis", True),
    "integrator": ("integrator", True),
    "XOR teleport": ("xor-teleport", None),
    "combination lock": ("combination-lock", False),
}
TABULATED = {
    "multiplexer tree, a LUT": ("lut-of-inputs", True),
    "multiplexer tree over constants": ("lut-of-constants", True),
    "ROM": ("rom", True),
    "ROM with a row stored twice": ("rom-row-twice", True),
    "truth table of minterms": ("truth-table", True),
    "decoder": ("decoder", True),
    "first satisfying": ("first-satisfying", False),
    "argmax of 4, all evaluated": ("argmax-4-all-evaluated", False),
    "priority encoder": ("priority-encoder", None),
}


@pytest.mark.parametrize("item", suite(), ids=lambda item: item.name)
def test_every_item_solves_its_task(item):
    assert solves(item.solver, item.task)
    assert re.fullmatch(r"[A-Z].*\.", item.sentence)
    assert item.tags <= {*TAGS}
    assert item.readers_differ <= {*TAGS} - item.tags


@pytest.mark.parametrize("item", suite(), ids=lambda item: item.name)
def test_every_gate_of_an_item_counts(item):
    if isinstance(item.solver, UnrolledProgram):
        return
    circuit = item.solver
    live = {output.wire for output in circuit.outputs}
    for wire in range(circuit.wires - 1, circuit.inputs - 1, -1):
        assert wire in live, circuit.wire_name(wire)
        live |= {*circuit.gates[wire - circuit.inputs].operands}


def test_items_are_named_once():
    names = [item.name for item in suite()]
    assert len({*names}) == len(names) >= 80
    solved = [(item.task.hash_hex, str(item.solver)) for item in suite()]
    assert len({*solved}) == len(solved)
    assert all(suite_item(item.name) is item for item in suite())
    with pytest.raises(ArgumentError, match="item: expected one of constant, single-gate"):
        suite_item("teapot")


def test_the_anchors_are_in_it():
    assert suite()[: len(EXEMPLARS)] == EXEMPLARS
    assert {*PROGRAM_EXEMPLARS} < {item.name for item in suite()}


def test_every_case_is_there():
    assert not [case for case, name in NO_SEARCHES.items() if suite_item(name).tags]
    for case, name in ALL_SEARCH.items():
        assert suite_item(name).verdict(SEARCHES), case
        assert not suite_item(name).verdict(TABLES), case
    for case, (name, verdict) in CONTROLLED.items():
        assert suite_item(name).verdict(CONTROLS) is verdict, case
        assert suite_item(name).verdict(SEARCHES) is False, case
    for case, (name, verdict) in TABULATED.items():
        assert suite_item(name).verdict(TABLES) is verdict, case


def test_what_declares_candidates_is_not_always_a_search():
    declared = [item for item in suite() if getattr(item.task, "features", None)]
    others = [item.name for item in declared if not item.verdict(SEARCHES)]
    assert len(others) >= 10
    assert {"one-look", "hints-voted", "rom-of-shares", "table-of-the-first"} <= {*others}


@pytest.mark.parametrize("tag", TAGS)
def test_both_verdicts_are_given(tag):
    verdicts = [item.verdict(tag) for item in suite()]
    assert verdicts.count(True) >= 8
    assert verdicts.count(False) >= 30


# -- the tasks are what they are called --------------------------------------------------------


def bits(x, *places):
    return tuple(x >> place & 1 for place in places)


def gray(low, middle, high):
    return int("".join(map(str, (high, high ^ middle, high ^ middle ^ low))), 2)


def walked(x):
    """Return for each position what it is worth on the ring, where it cannot be gone to -1."""
    at = x & 3
    return [x >> 2 + p & 1 if p in (at, (at + 1) % 4) else -1 for p in range(4)]


UTILITIES = {
    "argmax-4-early-exit": lambda x: [int(all(bits(x, i, 4, 5))) for i in range(4)],
    "argmax-two-bit": lambda x: [x & 3, x >> 2],
    "argmax-three-bit": lambda x: [x & 7, x >> 3],
    "argmax-three-bit-evaluated": lambda x: [gray(*bits(x, 0, 1, 2)), gray(*bits(x, 3, 4, 5))],
    "argmax-two-bit-evaluated": lambda x: [
        2 * c + (a ^ b) for a, b, c in (bits(x, 0, 1, 2), bits(x, 3, 4, 5))
    ],
    "alpha-beta": lambda x: [min(bits(x, 0, 1)), min(bits(x, 2, 3))],
    "plan-search-nested": lambda x: [
        max(x >> 2 * first + second & x >> 4 & 1 for second in (0, 1)) for first in (0, 1)
    ],
    "tie-by-random-bit": lambda x: [x & x >> 2 & 1, x >> 1 & x >> 2 & 1],
    "argmax-relabelled": lambda x: [bits(x, w ^ x >> 3)[0] & x >> 2 & 1 for w in (0, 1)],
    "hill-climbing-position": walked,
    "hill-climbing-move": lambda x: [walked(x)[x & 3], walked(x)[(x & 3) + 1 & 3]],
    "binary-search": lambda x: [*bits(x, 0, 1, 2), Fraction(1, 2)],
    "first-or-none": lambda x: [sum(bits(x, 0, 1)) & 1, sum(bits(x, 2, 3)) & 1, Fraction(1, 2)],
    "majority-objective": lambda x: [int((x & 7).bit_count() > 1), int((x >> 3).bit_count() > 1)],
}


@pytest.mark.parametrize("name", UTILITIES)
def test_utilities_are_right(name):
    task = suite_item(name).task
    assert isinstance(task, OptimisationTask)
    assert [[*row] for row in task.utilities] == [
        UTILITIES[name](x) for x in range(1 << task.inputs)
    ]


def test_the_list_that_is_searched_ascends():
    task = suite_item("binary-search").task
    for x in range(8):
        listed = [*bits(x, 0, 1, 2)]
        assert bool(task.support_bits >> x & 1) == (listed == sorted(listed))


def test_plans_are_gone_through_in_order():
    task = suite_item("plan-search").task
    for x in range(32):
        worth = [x >> plan & x >> 4 & 1 for plan in range(4)]
        first = worth.index(1) if any(worth) else 0
        assert task.word(x) == (first >> 1,)
