"""The claim `maze`: the shortest program for one maze solves all mazes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache, partial
from itertools import combinations, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted

__all__ = ["INSTRUCTIONS", "MAZE", "Maze", "all_mazes", "all_walkers", "solves"]

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


def _general(side: int, length: int, effort: Effort) -> list[str]:
    """Return the programs of a length that solve all mazes."""
    mazes = all_mazes(side)
    found = []
    for number, program in enumerate(all_walkers(length)):
        if not number % 1024 and effort.used_up():
            raise BudgetEnded
        if all(solves(program, maze, side) for maze in mazes):
            found.append(program)
    return found


def _run(settings: Settings, effort: Effort) -> Finding:
    side, most = settings.whole("side"), settings.whole("length")
    mazes = all_mazes(side)
    universe = (
        f"all {counted(len(mazes), 'maze')} of {side} x {side} cells, walkers of up "
        f"to {counted(most, 'letter')}"
    )
    kept = KeptParts(effort, "maze 1", settings)
    left: list[str] = []
    shortest: dict[int, tuple[int, list[tuple[str, int]]]] = {}
    nulls: dict[int, Fraction] = {}
    for length in range(1, most + 1):
        if len(shortest) == len(mazes):
            break
        try:
            found = kept.part(f"length {length}", partial(_of_length, side, length, effort))
        except BudgetEnded:
            left.append(f"walkers of {counted(length, 'letter')}")
            break
        programs = [(program, int(solved)) for program, solved in found]
        total = sum(solved.bit_count() for _, solved in programs)
        nulls[length] = Fraction(total, 4**length * len(mazes))
        for number in range(len(mazes)):
            solving = [pair for pair in programs if pair[1] >> number & 1]
            if number not in shortest and solving:
                shortest[number] = length, solving
    left += [f"{counted(len(mazes) - len(shortest), 'maze')} that none of these solves"] * (
        len(shortest) < len(mazes) and not left
    )
    rows: list[tuple[Cell, ...]] = []
    whole = everywhere = 0
    overall = Fraction(0)
    for length in sorted({length for length, _ in shortest.values()}):
        here = [programs for found, programs in shortest.values() if found == length]
        shares = [
            Fraction(solved.bit_count(), len(mazes)) for programs in here for _, solved in programs
        ]
        general = sum(share == 1 for share in shares)
        whole += len(shares)
        everywhere += general
        mean = sum(shares, Fraction(0)) / len(shares)
        overall += sum(shares, Fraction(0))
        rows.append((length, len(here), len(shares), mean, max(shares), general, nulls[length]))
    general_length, general_programs = None, []
    for length in range(1, settings.whole("general") + 1):
        try:
            found = kept.part(f"general {length}", partial(_general, side, length, effort))
        except BudgetEnded:
            left.append(f"walkers of {counted(length, 'letter')} that solve all mazes")
            break
        if found:
            general_length, general_programs = length, found
            break
    held = whole > 0 and everywhere == whole
    verdict = Verdict.HELD if held else Verdict.REFUTED
    named = "none of those tried"
    if general_length is not None:
        named = f"{counted(general_length, 'letter')}, such as {general_programs[0]}"
    average = overall / whole if whole else Fraction(0)
    return Finding(
        verdict=verdict if whole else Verdict.INCONCLUSIVE,
        answer=(
            f"of {counted(whole, 'pair')} of a maze and a shortest program for it "
            f"{everywhere:,} solve all "
            f"mazes; a shortest program solves {float(average):.4f} of all mazes in the mean. The "
            f"shortest that solves all takes {named}."
        ),
        universe=universe,
        tables=(
            Table(
                "Mazes by the letters of their shortest programs; solved: share of all mazes that "
                "these solve, mean and most; all: pairs whose program solves every maze; null: the "
                "mean share that a program of so many letters drawn at random solves:",
                ("letters", "mazes", "pairs", "solved", "most", "all", "null"),
                tuple(rows),
            ),
        ),
        notes=(
            "F: a step ahead, unless there is a wall; L, R: turn; W: skip the next letter unless "
            "there is a wall ahead. The program is run again and again, from the south-west "
            "corner, facing north, to the north-east corner.",
            "A walker that turns right, then left as long as there is a wall, then steps, keeps "
            "its hand on the wall, and so solves every maze that is a tree.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    "Shortest programs for one maze",
                    "letters",
                    "mean share of all mazes solved",
                    (
                        Series("shortest for some maze", tuple((r[0], r[3]) for r in rows)),  # type: ignore[misc]
                        Series("at random", tuple(nulls.items())),
                    ),
                    most=1,
                ),
            )
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
        "programs: which share of all mazes do they solve?"
    ),
    question="Does every shortest program for every maze solve all mazes of the size?",
    blind_to="programs that see the whole maze, and larger mazes, where single routes are longer",
    control="all programs of the same length: exact",
    parameters=(
        Parameter("side", 3, "cells along a side", least=2, most=3),
        Parameter("length", 6, "letters of a program for one maze, up to so many", least=1, most=8),
        Parameter("general", 8, "the same for all mazes", least=1, most=9),
    ),
    run=_run,
    quick={"side": 2, "length": 5, "general": 5},
)
