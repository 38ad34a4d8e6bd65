"""Mazes: find the way to a corner, told where one is or seeing the walls alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from mesacircuits.call import Parameter
from mesacircuits.tasks.library.named_task import NamedTask
from mesacircuits.tasks.library.state_spaces import State, fastest, world_from_rules
from mesacircuits.tasks.world_task import WorldTask

__all__ = ["TASKS"]

#: Action words: north, east, south, west.
_MOVES = ((0, 1), (1, 0), (0, -1), (-1, 0))

#: Pairs of neighbouring cells between which there is no wall, each both ways.
Passages = frozenset[tuple[State, State]]


def _zigzag_path(side: int) -> list[State]:
    # Along the rows, from the south-west; every second one backwards.
    return [(x if y % 2 == 0 else side - 1 - x, y) for y in range(side) for x in range(side)]


def _spiral_path(side: int) -> list[State]:
    path: list[State] = [(0, 0)]
    lengths = [side - 1, *(n for n in range(side - 1, 0, -1) for _ in range(2))]
    for turn, length in enumerate(lengths):
        dx, dy = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn % 4]
        for _ in range(length):
            path.append((path[-1][0] + dx, path[-1][1] + dy))
    return path


def _random_tree(pairs: list[tuple[State, State]], seed: int) -> list[tuple[State, State]]:
    # Passages in an order drawn by the seed, each kept if it joins what was apart.
    random.Random(seed).shuffle(pairs)
    part = {cell: cell for pair in pairs for cell in pair}
    kept = []
    for one, other in pairs:
        if part[one] != part[other]:
            kept.append((one, other))
            joined, into = part[one], part[other]
            part = {cell: into if p == joined else p for cell, p in part.items()}
    return kept


def _layout(name: str, side: int, seed: int) -> tuple[Passages, State]:
    goal: State = (side - 1, side - 1)
    inner = [(x, y) for y in range(side) for x in range(side - 1)]
    pairs: list[tuple[State, State]] = [((x, y), (x + 1, y)) for x, y in inner]
    pairs += [((y, x), (y, x + 1)) for x, y in inner]
    if name == "random":
        pairs = _random_tree(pairs, seed)
    elif name != "open":
        path = _zigzag_path(side) if name == "zigzag" else _spiral_path(side)
        pairs, goal = list(pairwise(path)), path[-1]
    return frozenset([*pairs, *((b, a) for a, b in pairs)]), goal


def _maze(
    name: str, side: int, seed: int, sees: str, state_bits: int, within: int | None
) -> WorldTask:
    passages, goal = _layout(name, side, seed)
    bits = (side - 1).bit_length()

    def moved(state: State, direction: int) -> State:
        dx, dy = _MOVES[direction]
        other = state[0] + dx, state[1] + dy
        return other if (state, other) in passages else state

    def pushed(direction: int) -> Callable[[State], State]:
        return lambda state: moved(state, direction)

    def observe(state: State) -> int:
        if sees == "place":
            return state[0] | state[1] << bits
        return sum((moved(state, d) == state) << d for d in range(4))

    world = world_from_rules(
        [(x, y) for y in range(side) for x in range(side)],
        observe,
        moved,
        lambda state: state == goal,
        [pushed(direction) for direction in range(4)],
        bits=(2 * bits if sees == "place" else 4, 2),
        names=("x", "y"),
    )
    # What looks alike may need any number of steps; a run that arrives does so before it repeats.
    ever = None if sees == "place" else len(world.states) << state_bits
    task = fastest(world, within, ever)
    return WorldTask(world, task.within, state_bits=state_bits)


TASKS = (
    NamedTask(
        name="maze",
        topic="worlds",
        description="Find the way through a small maze to its end, from everywhere.",
        text=(
            "States: the cells (x, y) of a square of side x side; all are starts. Action: 00 "
            "north, 10 east, 01 south, 11 west (bit 0 first); a step into a wall goes nowhere. The "
            "names: open has no inner walls, its end is the north-east corner; zigzag is one path "
            "along the rows, from the south-west; spiral one path inwards from there, its end the "
            "last cell of the path; random a tree of passages, taken in an order drawn by the seed "
            "if they join what was apart, its end the north-east corner. Observation: the place, "
            "the bits of x and then of y; or the walls around, north, east, south, west. Target: "
            "the end, where a wall has to be run into to stay. Disturbances: pushed one cell "
            "north, east, south or west, if there is no wall. Accepted: every policy, with "
            "state_bits bits of memory, that from every cell is at the end from step `within` on; "
            "by default the longest of the shortest ways, and where walls are seen any number of "
            "steps (states times memories, after which a run repeats itself)."
        ),
        source="C. E. Shannon, Presentation of a maze-solving machine, 1951",
        parameters=(
            Parameter(
                "name",
                "spiral",
                "which maze",
                values=("open", "zigzag", "spiral", "random"),
            ),
            Parameter("side", 3, "cells along a side", least=2, most=4),
            Parameter("seed", 0, "draws the random maze", least=0),
            Parameter("sees", "place", "what is observed", values=("place", "walls")),
            Parameter("state_bits", 0, "bits of memory granted", least=0, most=2),
            Parameter("within", None, "T, the most steps to the end; absent: see above", least=0),
        ),
        builder=_maze,
    ),
)
