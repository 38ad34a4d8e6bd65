"""The claim `tic-tac-toe`: simple rules suffice; no search is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import permutations
from math import log2

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded

__all__ = ["LOOK_AHEAD", "RULES", "TIC_TAC_TOE", "Board", "met_positions", "never_loses"]

#: The cells of the player to move, and of the other, as bits 0 to 8, row by row.
Board = tuple[int, int]

_LINES = tuple(
    sum(1 << c for c in line)
    for line in (
        (0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)
    )
)  # fmt: skip
_CORNERS = (0, 2, 6, 8)
_SIDES = (1, 3, 5, 7)
_FULL = (1 << 9) - 1


def _won(cells: int) -> bool:
    return any(cells & line == line for line in _LINES)


def _threats(own: int, other: int) -> int:
    # How many lines have two of one's own and an empty cell.
    return sum((own & line).bit_count() == 2 and not other & line for line in _LINES)


def _empty(board: Board) -> list[int]:
    taken = board[0] | board[1]
    return [c for c in range(9) if not taken >> c & 1]


def _win(board: Board) -> list[int]:
    return [c for c in _empty(board) if _won(board[0] | 1 << c)]


def _block(board: Board) -> list[int]:
    return [c for c in _empty(board) if _won(board[1] | 1 << c)]


def _fork(board: Board) -> list[int]:
    return [c for c in _empty(board) if _threats(board[0] | 1 << c, board[1]) >= 2]


def _block_fork(board: Board) -> list[int]:
    # A move after which the other has no fork, or is forced to answer a threat elsewhere.
    own, other = board
    good = []
    for c in _empty(board):
        mine = own | 1 << c
        forks = [d for d in _empty((mine, other)) if _threats(other | 1 << d, mine) >= 2]
        forced = [d for d in _empty((mine, other)) if _won(mine | 1 << d)]
        if not forks or (forced and not any(d in forks for d in forced)):
            good.append(c)
    return good


def _placed(cells: tuple[int, ...]) -> Callable[[Board], list[int]]:
    return lambda board: [c for c in cells if not (board[0] | board[1]) >> c & 1]


def _opposite(board: Board) -> list[int]:
    taken = board[0] | board[1]
    return [c for c in _CORNERS if board[1] >> (8 - c) & 1 and not taken >> c & 1]


#: What a player may be told, by name: the cells to choose from, the lowest of which is taken.
RULES: dict[str, Callable[[Board], list[int]]] = {
    "win": _win,
    "block": _block,
    "fork": _fork,
    "block fork": _block_fork,
    "centre": _placed((4,)),
    "opposite corner": _opposite,
    "corner": _placed(_CORNERS),
    "side": _placed(_SIDES),
}

#: How many moves ahead a rule looks: it tries candidate moves and sees what they lead to.
LOOK_AHEAD = {"win": 1, "block": 2, "fork": 3, "block fork": 4}


@lru_cache(maxsize=1 << 17)
def _move(rule: str, board: Board) -> int:
    cells = RULES[rule](board)
    return min(cells) if cells else -1


def _chosen(rules: tuple[str, ...], board: Board) -> int:
    for rule in rules:
        cell = _move(rule, board)
        if cell >= 0:
            return cell
    return -1


def never_loses(rules: tuple[str, ...]) -> bool:
    """Return whether a player that takes the first rule that applies never loses, first or second.

    Whatever the other plays; where no rule applies it has no move, and loses.

    >>> never_loses(("win", "block", "centre", "corner"))
    False
    """
    return met_positions(rules) is not None


def met_positions(rules: tuple[str, ...]) -> frozenset[Board] | None:
    """Return the positions in which a player that never loses comes to move; None if it loses."""
    met: set[Board] = set()
    waiting: list[Board] = [(0, 0)]
    # As second player, after each first move of the other.
    waiting += [(0, 1 << c) for c in range(9)]
    while waiting:
        board = waiting.pop()
        if board in met:
            continue
        met.add(board)
        cell = _chosen(rules, board)
        if cell < 0:
            return None
        own, other = board[0] | 1 << cell, board[1]
        if _won(own) or own | other == _FULL:
            continue
        for reply in _empty((own, other)):
            answered = other | 1 << reply
            if _won(answered):
                return None
            if own | answered != _FULL:
                waiting.append((own, answered))
    return frozenset(met)


def _perfect(length: int, effort: Effort) -> list[list[object]]:
    """Return the rule lists of a length that never lose, with the positions they meet."""
    found: list[list[object]] = []
    for number, rules in enumerate(permutations(RULES, length)):
        if not number % 64 and effort.used_up():
            raise BudgetEnded
        met = met_positions(rules)
        if met is not None:
            found.append([list(rules), len(met), _up_to_symmetry(met)])
    return found


def _up_to_symmetry(met: frozenset[Board]) -> int:
    turns = [tuple((y, 2 - x) for y in range(3) for x in range(3))]
    quarter = [x + 3 * y for x, y in turns[0]]
    mirror = [2 - c % 3 + 3 * (c // 3) for c in range(9)]
    images: list[list[int]] = [list(range(9))]
    for _ in range(3):
        images.append([quarter[c] for c in images[-1]])
    images += [[mirror[c] for c in image] for image in images]

    def moved(cells: int, image: list[int]) -> int:
        return sum(1 << image[c] for c in range(9) if cells >> c & 1)

    return len({min((moved(a, i), moved(b, i)) for i in images) for a, b in met})


def _ahead(rules: list[str]) -> int:
    return max((LOOK_AHEAD.get(rule, 0) for rule in rules), default=0)


def _run(settings: Settings, effort: Effort) -> Finding:
    most = settings.whole("length")
    kept = KeptParts(effort, "tic-tac-toe 1", settings)
    universe = f"all ordered lists of up to {most} of {len(RULES)} rules"
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    shortest: list[list[object]] = []
    counts = []
    searchless = 0
    for length in range(1, most + 1):
        try:
            found = kept.part(f"length {length}", partial(_perfect, length, effort))
        except BudgetEnded:
            left.append(f"lists of {length} rules")
            break
        lists = len(list(permutations(RULES, length)))
        least = [_ahead(rules) for rules, _, _ in found]
        searchless += sum(ahead == 0 for ahead in least)
        counts.append((length, len(found)))
        rows.append(
            (length, lists, len(found), min(least, default=None), sum(a <= 2 for a in least))
        )
        if found and not shortest:
            shortest = found
    rules_bits = table_bits = None
    shown: list[tuple[Cell, ...]] = []
    if shortest:
        length = len(shortest[0][0])  # type: ignore[arg-type]
        rules_bits = length * log2(len(RULES)) + 2 * (length + 1).bit_length() - 1
        for rules, met, classes in shortest:
            assert isinstance(rules, list)
            assert isinstance(met, int)
            assert isinstance(classes, int)
            shown.append((", ".join(rules), _ahead(rules), met, classes))
        fewest = min(int(row[3] or 0) for row in shown)
        table_bits = fewest * log2(9)
    held = searchless > 0
    if not shortest:
        answer = f"no list of up to {most} rules never loses."
    else:
        ahead = min(_ahead(rules) for rules, _, _ in shortest)  # type: ignore[arg-type]
        answer = (
            f"the shortest lists that never lose have {length} rules and look at least {ahead} "
            f"moves ahead; without looking ahead {searchless} do. In bits: {rules_bits:.1f} for "
            f"the rules' names, {table_bits:.1f} for a table of the positions met."
        )
    verdict = Verdict.HELD if held else Verdict.REFUTED
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left and not held else verdict,
        answer=answer,
        universe=universe,
        tables=(
            Table(
                "Lists that never lose, first or second, whatever the other plays; ahead: least "
                "number of moves that the rule looking furthest looks ahead; two: lists with "
                "nothing beyond win and block:",
                ("rules", "lists", "perfect", "ahead", "two"),
                tuple(rows),
            ),
            Table(
                "The shortest; positions in which they come to move, all and up to symmetry:",
                ("list", "ahead", "met", "classes"),
                tuple(shown),
            ),
        ),
        notes=(
            "A rule names cells, and the lowest is taken; the first rule that applies counts "
            "(Newell and Simon 1972; Crowley and Siegler 1993). win, block, fork and block fork "
            "try each empty cell and see what it leads to, 1 to 4 moves ahead: a search of its "
            "candidates. centre, corner, opposite corner and side look at the board alone.",
            "A minimax player looks up to 9 moves ahead; as a rule of its own it would be a list "
            "of length 1 that looks 9 moves ahead.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    "Players that never lose",
                    "rules",
                    "ordered lists",
                    (Series("lists", tuple(counts)),),
                ),
            )
        ),
    )


TIC_TAC_TOE = Claim(
    name="tic-tac-toe",
    topic="programs",
    claim="In tic-tac-toe simple rules suffice; no search is needed.",
    source="Hubinger et al. 2019, section 2.1, at its start",
    reading=(
        "players are ordered lists of the rules that people are taught. All lists up to a length "
        "are tried against every play of the other, moving first and second: the shortest that "
        "never lose, and how far their rules look ahead. Searching is looking ahead."
    ),
    question="Is there a list that never loses and whose rules never look ahead?",
    blind_to="players in other languages, and what evaluating a rule costs",
    control="a table of the positions met, and minimax, which looks nine moves ahead: exact",
    parameters=(Parameter("length", 6, "most rules of a list", least=1, most=8),),
    run=_run,
    quick={"length": 3},
)
