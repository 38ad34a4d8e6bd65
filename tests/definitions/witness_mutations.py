"""Witnesses altered field by field: what a checker has to refuse."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from itertools import combinations, permutations, product
from typing import Any

from mesacircuits.circuits import Circuit
from mesacircuits.tasks import Task

Json = Any


def leaves(value: Json, path: tuple[Json, ...] = ()) -> Iterator[tuple[tuple[Json, ...], Json]]:
    """Yield the path and value of every field that is not an object or a list of objects."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for i, item in enumerate(value):
            yield from leaves(item, (*path, i))
    else:
        yield path, value


def shown(path: tuple[Json, ...]) -> str:
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")


def values_of(field: str, value: Json, circuit: Circuit, task: Task) -> Iterator[Json]:
    """Yield every value that the field could have in any witness of such a circuit, and more.

    Of long lists those that differ in one place, or by an exchange of two.
    """
    n, outputs = circuit.inputs, len(circuit.outputs)
    yield from (None, True, False, -1, 0, 1.0, "", "0", [], [0], [None], [[0]], {}, 1 << 70)
    if field in ("word", "other_word", "default"):
        yield from (list(word) for word in product((0, 1), repeat=outputs))
        yield from ([0] * (outputs + 1), [1] * (outputs - 1), [2] * outputs)
    elif field == "renaming":
        yield from (list(p) for p in permutations(range(n))) if n <= 4 else exchanged(value)
        yield from ([0] * n, list(range(n)), list(range(n + 1)), list(range(1, n + 1)))
    elif field == "order":
        few = len(value) <= 4
        yield from (list(p) for p in permutations(range(len(value)))) if few else exchanged(value)
        yield from ([0] * len(value), list(range(len(value) + 1)), value[1:], value[::-1])
    elif field == "wires":
        most, few = max(circuit.wires, 4) + 1, len(value) <= 2
        each = product(range(most), repeat=len(value))
        yield from map(list, each) if few else otherwise(value, range(most))
        yield from exchanged(value)
        yield from (value[:1], [*value, 0][-3:], [*value, *value])
    elif field == "inverted" and isinstance(value, list):
        yield from (list(bits) for bits in product((False, True), repeat=len(value)))
        yield from (value[1:], [*value, False])
    elif field == "phi":
        yield from otherwise(value, range(max(value) + 3))
        yield from ([0] * len(value), value[1:], [*value, 0], value[::-1])
    elif field == "kind":
        yield from ("search", "scored-search", "lookup", "renaming", "features", "utility")
    elif field == "relation":
        yield from ("aligned", "proxy", "other", "none")
    elif field == "utility":
        yield from ("0", "1", "2", "1/2", "-1", "01", " 1", "2/2", "one")
    elif field == "cube":
        yield from ("".join(marks) for marks in product("01-", repeat=n))
        yield from ("-" * (n + 1), "x" * n, "11\n")
    elif field == "inputs":
        places = [x for x in range(1 << n) if n <= 2 or task.support_bits >> x & 1]
        for size in range(len(places) + 1):
            yield from (list(chosen) for chosen in combinations(places, size))
        yield from ([x, x] for x in places)
        yield from (list(reversed(places)), [1 << n])
    else:
        yield from range(max(1 << n, circuit.wires) + 2)


def exchanged(value: list[Json]) -> Iterator[list[Json]]:
    """Yield the list with two of its places exchanged."""
    for i, j in combinations(range(len(value)), 2):
        altered = list(value)
        altered[i], altered[j] = value[j], value[i]
        yield altered


def otherwise(value: list[Json], values: Iterable[Json]) -> Iterator[list[Json]]:
    """Yield the list with one of its places altered to another value."""
    for i, new in product(range(len(value)), values):
        yield [*value[:i], new, *value[i + 1 :]]


def set_at(value: Json, path: tuple[Json, ...], new: Json) -> Json:
    altered = copy.deepcopy(value)
    at = altered
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = new
    return altered


def same(value: Json, other: Json) -> bool:
    return type(value) is type(other) and value == other
