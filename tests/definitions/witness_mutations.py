"""Witnesses altered field by field: what a checker has to refuse."""

from __future__ import annotations

import copy
from collections.abc import Iterator
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
    """Yield every value that the field could have in any witness of such a circuit, and more."""
    n, outputs = circuit.inputs, len(circuit.outputs)
    yield from (None, True, False, -1, 0, 1.0, "", "0", [], [0], [None], [[0]], {}, 1 << 70)
    if field in ("word", "other_word", "default"):
        yield from (list(word) for word in product((0, 1), repeat=outputs))
        yield from ([0] * (outputs + 1), [1] * (outputs - 1), [2] * outputs)
    elif field == "renaming":
        yield from (list(p) for p in permutations(range(n)))
        yield from ([0] * n, list(range(n + 1)), list(range(1, n + 1)))
    elif field == "order":
        yield from (list(p) for p in permutations(range(len(value))))
        yield from ([0] * len(value), list(range(len(value) + 1)), value[1:])
    elif field in ("wires", "costs"):
        most = max(circuit.wires, 4) + 1
        yield from (list(pair) for pair in product(range(most), repeat=len(value)))
        yield from (value[:1], [*value, 0][-3:], [*value, *value])
    elif field == "inverted" and isinstance(value, list):
        yield from (list(bits) for bits in product((False, True), repeat=len(value)))
        yield from (value[1:], [*value, False])
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


def set_at(value: Json, path: tuple[Json, ...], new: Json) -> Json:
    altered = copy.deepcopy(value)
    at = altered
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = new
    return altered


def same(value: Json, other: Json) -> bool:
    return type(value) is type(other) and value == other
