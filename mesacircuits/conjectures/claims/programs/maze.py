"""The claim `maze`: the shortest program for a maze that is long enough might solve all mazes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache, partial
from itertools import combinations, pairwise, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted

__all__ = [
    "INSTRUCTIONS", "MAZE", "Maze", "all_mazes", "all_walkers", "corners_of", "solves", "way_of",
]  # fmt: skip

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


def way_of(maze: Maze, side: int) -> list[int]:
    """Return the cells on the one way from the south-west to the north-east corner.

    >>> way_of(all_mazes(2)[0], 2)
    [0, 2, 3]
    """
    before: dict[int, int] = {0: 0}
    ahead = [0]
    for cell in ahead:
        for direction, step in enumerate((side, 1, -side, -1)):
            if not maze[cell] >> direction & 1 and cell + step not in before:
                before[cell + step] = cell
                ahead.append(cell + step)
    way = [side * side - 1]
    while way[-1]:
        way.append(before[way[-1]])
    return way[::-1]


def corners_of(maze: Maze, side: int) -> int:
    """Return how often the way turns.

    >>> [corners_of(maze, 2) for maze in all_mazes(2)]
    [1, 1, 1, 1]
    """
    way = way_of(maze, side)
    steps = [after - cell for cell, after in pairwise(way)]
    return sum(one != other for one, other in pairwise(steps))


#: By which a maze is long, or as a placebo is not: dead ends off the way.
_MEASURES: dict[str, Callable[[Maze, int], int]] = {
    "steps": lambda maze, side: len(way_of(maze, side)) - 1,
    "corners": corners_of,
    "dead ends": lambda maze, side: sum(walls.bit_count() == 3 for walls in maze[1:-1]),
}


def _of_length(side: int, length: int, effort: Effort) -> list[list[object]]:
    """Return each program of a length that solves some maze, with the mazes it solves as bits."""
    mazes = all_mazes(side)
    found: list[list[object]] = []
    for number, program in enumerate(all_walkers(length)):
        if not number % 64 and effort.used_up():
            raise BudgetEnded
        solved = sum(1 << m for m, maze in enumerate(mazes) if solves(program, maze, side))
        if solved:
            found.append([program, str(solved)])
    return found


#: Of each maze, by side and letters: what a run asks for at some settings it asks for again.
_KNOWN: dict[tuple[int, int], dict[int, tuple[int, int, int]]] = {}


def _shortest(side: int, most: int, effort: Effort) -> dict[int, tuple[int, int, int]]:
    """Return of each maze the letters of its shortest programs, how many, and how many general."""
    # What a store has is read from it, whoever wrote it.
    known = _KNOWN.setdefault((side, most), {}) if effort.store is None else {}
    mazes = all_mazes(side)
    every = (1 << len(mazes)) - 1
    kept = KeptParts(effort, "maze 2", Settings({"side": side}))
    for length in range(1, most + 1):
        if len(known) == len(mazes):
            break
        found = kept.part(f"length {length}", partial(_of_length, side, length, effort))
        programs = [int(solved) for _, solved in found]
        for number in {*range(len(mazes))} - {*known}:
            solving = [solved for solved in programs if solved >> number & 1]
            if solving:
                known[number] = length, len(solving), sum(s == every for s in solving)
    return known


def _compared(settings: Settings, effort: Effort) -> Compared:
    side, most = settings.whole("side"), settings.whole("length")
    mazes = all_mazes(side)
    if effort.used_up():
        raise BudgetEnded
    shortest = _shortest(side, most, effort)
    measure = _MEASURES[settings.text("long_by")]
    sizes = {number: measure(mazes[number], side) for number in shortest}
    middle = sorted(sizes.values())[len(sizes) // 2] if sizes else 0
    matched = settings.text("matched") == "letters"
    units = tuple(
        Unit(length if matched else 0, sizes[number] > middle, Fraction(general, count))
        for number, (length, count, general) in sorted(shortest.items())
    )
    rows: list[tuple[Cell, ...]] = []
    for length in sorted({length for length, _, _ in shortest.values()}):
        here = [number for number in shortest if shortest[number][0] == length]
        counts = [shortest[number] for number in here]
        rows.append(
            (
                length,
                len(here),
                sum(sizes[number] > middle for number in here),
                sum(general > 0 for _, _, general in counts),
                sum(general == count for _, count, general in counts),
            )
        )
    missing = len(mazes) - len(shortest)
    return Compared(
        units,
        f"all {counted(len(mazes), 'maze')} of {side} x {side} cells, walkers of up to "
        f"{counted(most, 'letter')}",
        (
            Table(
                "Mazes by the letters of their shortest programs: how many; that are long; that "
                "have a shortest program which solves all mazes; that have no other:",
                ("letters", "mazes", "long", "some general", "all general"),
                tuple(rows),
            ),
        ),
        None,
        (
            "F: a step ahead, unless there is a wall; L, R: turn; W: skip the next letter unless "
            "there is a wall ahead. The program is run again and again, from the south-west "
            "corner, facing north, to the north-east corner. It may store the way, letter by "
            "letter, as well as follow a wall.",
            "A program that solves all mazes has six letters at least: it turns right, then left "
            "as long as there is a wall, then steps. So a maze that a shorter program solves has "
            "no general one among its shortest: a way that is stored has to be dearer than that "
            "rule. This is how the claim says it comes about; among mazes of as many letters (at "
            "other settings) nothing is left to compare.",
            f"Long: more {settings.text('long_by')} than the {middle} of the middle maze.",
            *(
                (f"{counted(missing, 'maze')} that none of these solves are left out.",)
                * (missing > 0)
            ),
        ),
    )


MAZE = Claim(
    name="maze",
    topic="programs",
    claim="If a maze is long and complicated enough, its shortest program might solve all mazes.",
    source="Hubinger et al. 2019, section 2.1, compression of complex policies",
    reading=(
        "all mazes of a size with one way between any two cells, and all programs of a walker "
        "that steps, turns and feels the wall ahead, run in a loop. Of every maze all shortest "
        "programs: is the share of them that solve every maze greater where its way is long?"
    ),
    kind=Kind.MIGHT,
    keeps="length of the maze against generality of the shortest program; that it only might",
    question="Have long mazes more often a shortest program that solves all mazes?",
    blind_to="programs that see the whole maze; mazes of side 4 and 5, whose ways are longer",
    control="mazes of the same size whose way is short: exact",
    parameters=(
        Parameter("side", 3, "cells along a side", least=2, most=3),
        Parameter("length", 6, "letters of a program, up to so many", least=1, most=8),
        Parameter("long_by", "steps", "what makes a maze long", values=tuple(_MEASURES)),
        Parameter("matched", "nothing", "what mazes are matched in", values=("letters", "nothing")),
    ),
    run=Tendency(
        _compared,
        unit=("maze", "mazes"),
        marked="long mazes",
        value="share of general programs",
        matched="the size",
        placebos={"dead ends": {"long_by": "dead ends"}},
        trend=({"side": 2},),
        neighbours=({"long_by": "corners"}, {"matched": "letters"}, {"length": 5}),
    ),
    quick={"side": 2},
)
