"""Minima of the library written twice: what computes one function is one wire, for every tag."""

from __future__ import annotations

from functools import cache
from itertools import islice

import pytest
from copied_wires import same_circuits

from mesacircuits.circuits import Circuit
from mesacircuits.definitions import ControlLike, Definition, LookupTable, SearchLike
from mesacircuits.definitions.contains import Contains
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import EpisodeTask, Task, WorldTask, parse_task

TASKS = (
    "argmax", "argmax(candidates=3)", "satisfying(candidates=3,shared=1)", "first(2, a ^ b)",
    "first(3, a ^ b)", "first(2, a & b)", "first-or-none(2, a ^ b)", "comparator(bits=1)",
    "choice(2,2,utility=6,training=7,ties=first)", "multiplexer", "decoder", "parity", "majority",
    "not-all-equal", "sorter", "sorter(bits=3)", "priority-encoder", "adder", "random-table",
    "random-partial", "nim", "thermostat", "integrator(order=1,reach=3)", "pursuit", "rock",
)  # fmt: skip
DEFAULTS: tuple[Definition, ...] = (SearchLike(), LookupTable(), ControlLike())


@cache
def minima_of(text: str) -> tuple[Task, tuple[Circuit, ...]]:
    found = enumerate_minima(parse_task(text))
    return found.task, found.minima


def tags(circuit: Circuit, task: Task) -> list[bool]:
    """Return which of the default tags a circuit has, and whether it contains a search."""
    worldly = isinstance(task, WorldTask | EpisodeTask)
    asked = [d for d in DEFAULTS if worldly or not isinstance(d, ControlLike)]
    if not worldly:
        asked.append(Contains(SearchLike()))
    return [definition.judge(circuit, task).holds for definition in asked]


def check(text: str, most: int | None, every: int) -> int:
    """Hold the tags of minima against those of what they are written twice; return how many."""
    task, minima = minima_of(text)
    held = 0
    for circuit in minima[:most]:
        said = tags(circuit, task)
        held += sum(said)
        for other in islice(same_circuits(circuit), None, None, every):
            assert tags(other, task) == said, (text, str(circuit), str(other))
    return held


@pytest.mark.slow
def test_some_minima_of_the_library_written_twice_have_the_same_tags() -> None:
    assert sum(check(text, 2, 7) for text in TASKS) > 12


@pytest.mark.slow
@pytest.mark.parametrize("text", TASKS)
def test_all_minima_of_the_library_written_twice_have_the_same_tags(text: str) -> None:
    check(text, None, 1)
