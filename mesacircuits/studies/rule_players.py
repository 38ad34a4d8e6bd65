"""Players of tic-tac-toe made of ordered rules, and whether they ever lose."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

__all__ = ["LOOK_AHEAD", "RULES", "Board", "met_positions", "never_loses"]

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
