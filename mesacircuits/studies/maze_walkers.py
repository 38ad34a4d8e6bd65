"""Walkers in mazes: short programs of steps and turns, run in a loop, and all mazes of a size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product

__all__ = ["INSTRUCTIONS", "Maze", "all_mazes", "all_walkers", "solves"]

#: What a walker may do: F, a step ahead if there is no wall; L and R, turn; W, skip the next
#: instruction unless there is a wall ahead.
INSTRUCTIONS = "FLRW"

#: Of each cell, numbered row by row from the south-west, the walls: bit d for north, east, south,
#: west.
Maze = tuple[int, ...]

_STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))


@lru_cache(maxsize=4)
def all_mazes(side: int) -> tuple[Maze, ...]:
    """Return all mazes of side x side cells in which exactly one way joins any two cells.

    These are the spanning trees of the grid: 4 and 192 for sides 2 and 3 (OEIS A007341).

    >>> len(all_mazes(2)), len(all_mazes(3))
    (4, 192)
    """
    cells = side * side
    pairs = [(c, c + 1) for c in range(cells) if (c + 1) % side]
    pairs += [(c, c + side) for c in range(cells - side)]
    mazes = []
    for passages in combinations(pairs, cells - 1):
        part = list(range(cells))
        for one, other in passages:
            if part[one] != part[other]:
                old, new = part[one], part[other]
                part = [new if p == old else p for p in part]
        if len({*part}) == 1:
            mazes.append(_walls(side, frozenset(passages)))
    return tuple(mazes)


def _walls(side: int, passages: frozenset[tuple[int, int]]) -> Maze:
    found = []
    for cell in range(side * side):
        bits = 0
        for direction, (dx, dy) in enumerate(_STEPS):
            x, y = cell % side + dx, cell // side + dy
            inside = 0 <= x < side and 0 <= y < side
            other = x + y * side
            pair = (min(cell, other), max(cell, other))
            bits |= (not inside or pair not in passages) << direction
        found.append(bits)
    return tuple(found)


def all_walkers(length: int) -> Iterator[str]:
    """Yield all programs of so many instructions, as texts."""
    for letters in product(INSTRUCTIONS, repeat=length):
        yield "".join(letters)


def solves(program: str, maze: Maze, side: int) -> bool:
    """Return whether a walker, from the south-west cell and facing north, meets the north-east one.

    The program is run again and again; a configuration (cell, heading, place) that comes twice
    proves that the walker never arrives.

    >>> [solves("RWLF", maze, 2) for maze in all_mazes(2)]
    [False, False, False, True]
    """
    goal, cell, heading, place = side * side - 1, 0, 0, 0
    seen = set()
    length = len(program)
    while cell != goal:
        key = (cell * 4 + heading) * length + place
        if key in seen:
            return False
        seen.add(key)
        letter = program[place]
        place += 1
        wall = maze[cell] >> heading & 1
        if letter == "F":
            if not wall:
                cell += (side, 1, -side, -1)[heading]
        elif letter == "L":
            heading = heading - 1 & 3
        elif letter == "R":
            heading = heading + 1 & 3
        elif not wall:
            place += 1
        place %= length
    return True
