"""Small games solved exactly: positions of tic-tac-toe, reduced by symmetry, and Nim."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from mesacircuits.call import Parameter
from mesacircuits.circuits import TruthTable
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.policy_task import AnyTask
from mesacircuits.tasks.task import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    FunctionTask,
    OptimisationTask,
)

__all__ = [
    "TASKS", "draw_tic_tac_toe", "heap_sizes", "move_values", "nim", "position_classes",
    "tic_tac_toe",
]  # fmt: skip

_LINES = (
    *((i, i + 1, i + 2) for i in (0, 3, 6)),
    *((i, i + 3, i + 6) for i in (0, 1, 2)),
    (0, 4, 8),
    (2, 4, 6),
)

# The dihedral group of the square: for each symmetry, from where each square is taken.
_TURN = (6, 3, 0, 7, 4, 1, 8, 5, 2)
_MIRROR = (2, 1, 0, 5, 4, 3, 8, 7, 6)


def _symmetries() -> tuple[tuple[int, ...], ...]:
    found, turned = [], tuple(range(9))
    for _ in range(4):
        found += [turned, tuple(turned[i] for i in _MIRROR)]
        turned = tuple(turned[i] for i in _TURN)
    return tuple(found)


_SYMMETRIES = _symmetries()


def _players(board: str) -> tuple[str, str]:
    """Return who is to move and the other: X begins."""
    return ("X", "O") if board.count(".") % 2 else ("O", "X")


def _completes(board: str, square: int, player: str) -> bool:
    """Return whether a stone of `player` on the empty `square` makes a line."""
    return any(
        square in line and all(i == square or board[i] == player for i in line) for line in _LINES
    )


def _placed(board: str, square: int) -> str:
    return board[:square] + _players(board)[0] + board[square + 1 :]


@cache
def _move_value(board: str, square: int) -> int:
    if _completes(board, square, _players(board)[0]):
        return 1
    after = _placed(board, square)
    return -max((_move_value(after, i) for i in range(9) if after[i] == "."), default=0)


def move_values(board: str) -> dict[int, int]:
    """Return what each empty square is worth to who is to move: 1 win, 0 draw, -1 loss.

    The board, on which nobody has a line, is given row by row as nine of `X`, `O` and `.`; X moved
    first. Both play on without error.

    >>> move_values("XX.OO.X.O")
    {2: 1, 5: 0, 7: -1}
    """
    return {square: _move_value(board, square) for square in range(9) if board[square] == "."}


@cache
def position_classes(moves: int) -> tuple[str, ...]:
    """Return one board of each class of positions after so many moves in which nobody has a line.

    Two positions are of one class iff a symmetry of the square takes one to the other; the board
    returned is the class's least as text (`.` before `O` before `X`), and they ascend.

    >>> position_classes(1)
    ('........X', '.......X.', '....X....')
    >>> [len(position_classes(moves)) for moves in range(9)]
    [1, 3, 12, 38, 108, 153, 183, 95, 34]
    """
    if moves == 0:
        return ("." * 9,)
    found = {
        min("".join(after[i] for i in symmetry) for symmetry in _SYMMETRIES)
        for board in position_classes(moves - 1)
        for square in range(9)
        if board[square] == "." and not _completes(board, square, _players(board)[0])
        for after in (_placed(board, square),)
    }
    return tuple(sorted(found))


def tic_tac_toe(moves: int = 7) -> OptimisationTask:
    """Return the task of giving a best move in a position after so many moves.

    >>> tic_tac_toe(1).best(2), tic_tac_toe(7).best(0b1011)  # the centre was taken; win at once
    ((0, 2, 6, 8), (0,))
    """
    return _endings() if moves == 7 else _openings(moves)


def _openings(moves: int) -> OptimisationTask:
    boards = position_classes(moves)
    inputs = (len(boards) - 1).bit_length()
    # A square that is taken is worth less than any loss.
    rows = [
        tuple(Fraction(move_values(board).get(square, -2)) for square in range(9))
        for board in boards
    ]
    rows += [(Fraction(0),) * 9] * ((1 << inputs) - len(boards))
    return OptimisationTask(inputs, 4, tuple(range(9)), tuple(rows), (1 << len(boards)) - 1)


def _endings() -> OptimisationTask:
    rows: dict[int, tuple[Fraction, ...]] = {}
    for board in position_classes(7):
        own, other = _players(board)
        values = move_values(board)
        for squares in (tuple(values), tuple(values)[::-1]):
            x = sum(
                (_completes(board, i, own) | _completes(board, i, other) << 1) << 2 * place
                for place, i in enumerate(squares)
            )
            row = tuple(Fraction(values[i]) for i in squares)
            # The four bits decide what each move is worth.
            assert rows.setdefault(x, row) == row
    return OptimisationTask(4, 1, (0, 1), tuple(rows[x] for x in range(16)))


def draw_tic_tac_toe(moves: int = 7) -> str:
    """Return the classes of positions as boards, a `*` on each square that is a best move.

    The few bits that an ending is reduced to are drawn as the table of what each square is worth.
    """
    task = tic_tac_toe(moves)
    if moves == 7:
        return draw_task(task)
    boards = []
    for x, board in enumerate(position_classes(moves)):
        squares = "".join("*" if i in task.best(x) else board[i] for i in range(9))
        boards.append([f"{x:^5}", *(f" {squares[row : row + 3]} " for row in (0, 3, 6))])
    blocks = [boards[start : start + 13] for start in range(0, len(boards), 13)]
    lines = [" ".join(parts).rstrip() for block in blocks for parts in zip(*block, strict=True)]
    return "\n".join([*lines, f"{'OX'[moves % 2 == 0]} is to move; * is a best move"])


def heap_sizes(x: int, heaps: int, most: int) -> tuple[int, ...] | None:
    """Return the sizes of the heaps that input x states, heap 0's bits lowest; None if beyond most.

    >>> heap_sizes(0b0111, 2, 3), heap_sizes(0b0111, 2, 2)
    ((3, 1), None)
    """
    width = most.bit_length()
    sizes = tuple(x >> width * heap & (1 << width) - 1 for heap in range(heaps))
    return sizes if max(sizes) <= most else None


def _nim_sum(sizes: tuple[int, ...]) -> int:
    total = 0
    for size in sizes:
        total ^= size
    return total


def nim(heaps: int = 2, most: int = 3, ask: str = "win") -> AnyTask:
    """Return the task of saying whether who is to move in Nim wins, or with which move.

    Who takes the last object wins; by Bouton's theorem the mover wins iff the exclusive or of the
    sizes is not 0, and a move wins iff it makes that 0.

    Raises `ArgumentError` for more than six inputs or four outputs.

    >>> print(nim())
    tt:4:7BDE
    >>> nim(2, 3, "move").best(0b0111)  # from heaps of 3 and 1: take heap 0 down to 1
    (1,)
    """
    width = most.bit_length()
    inputs = heaps * width
    if inputs > MAX_TASK_INPUTS:
        raise ArgumentError("heaps", f"at most {MAX_TASK_INPUTS} inputs for their sizes", inputs)
    positions = [heap_sizes(x, heaps, most) for x in range(1 << inputs)]
    if ask == "win":
        bits = sum(1 << x for x, sizes in enumerate(positions) if sizes and _nim_sum(sizes))
        support = sum(1 << x for x, sizes in enumerate(positions) if sizes)
        return FunctionTask((TruthTable(inputs, bits),), support)
    # The word of a move: the size left in the lower bits, above it the heap.
    low = max(1, (most - 1).bit_length())
    outputs = low + (heaps - 1).bit_length()
    if outputs > MAX_RELATION_OUTPUTS:
        expected = f"at most {MAX_RELATION_OUTPUTS} outputs for the size left and the heap"
        raise ArgumentError("most", expected, outputs)
    moves = [(heap, left) for heap in range(heaps) for left in range(most)]
    rows, support = [], 0
    for x, sizes in enumerate(positions):
        row = [Fraction(_nim_value(sizes, *move) if sizes else 0) for move in moves]
        support |= (max(row) > -2 if sizes else False) << x
        rows.append(tuple(row))
    words = tuple(left | heap << low for heap, left in moves)
    return OptimisationTask(inputs, outputs, words, tuple(rows), support)


def _nim_value(sizes: tuple[int, ...], heap: int, left: int) -> int:
    """Return what a move is worth: 1 if it wins, -1 if it loses, -2 if it is none."""
    if left >= sizes[heap]:
        return -2
    return -1 if _nim_sum((*sizes[:heap], left, *sizes[heap + 1 :])) else 1


TASKS = (
    NamedTask(
        "tic-tac-toe",
        "games",
        "Give a best move in tic-tac-toe, positions reduced by symmetry.",
        "Two positions are one if one of the board's 8 symmetries takes one to the other; "
        "positions where somebody has a line are left out, X moved first, and a move is worth 1, "
        "0 or -1 if it wins, draws or loses when both play on without error. After 1, 2 or 3 "
        "moves there are 3, 12 or 38 classes. The input is the number of the class, in the order "
        "of its least board as text (squares row by row, '.' < 'O' < 'X'), and the word is a "
        "square of that board, 0 to 8; a taken square is worth -2; numbers beyond the last class "
        "are off the support. After 7 moves there are 95 classes, two squares are empty, and four "
        "bits decide what each is worth: for the first square, whether the mover completes a line "
        "there, whether the other would; then both for the second. No symmetry changes them, and "
        "either square may be called the first; the word says which to take.",
        "Minimax after J. von Neumann, Zur Theorie der Gesellschaftsspiele, Mathematische "
        "Annalen 100, 1928",
        (Parameter("moves", 7, "how many moves were made", values=(1, 2, 3, 7)),),
        tic_tac_toe,
        draw_tic_tac_toe,
    ),
    NamedTask(
        "nim",
        "games",
        "Say whether the mover wins in Nim, or give a best move.",
        "Inputs: the size of each heap, heap 0's bits lowest; sizes beyond most are off the "
        "support. Who takes the last object wins. ask=win: output 1 iff who is to move wins. "
        "ask=move: the word has the size to be left in its lower bits and above it the heap; a "
        "winning move is worth 1, a losing one -1, one that is against the rules -2; where there "
        "is no move the input is off the support.",
        "C. L. Bouton, Nim, a game with a complete mathematical theory, Annals of Mathematics 3, "
        "1901",
        (
            Parameter("heaps", 2, "how many heaps", least=1, most=6),
            Parameter("most", 3, "the largest size of a heap", least=1, most=63),
            Parameter("ask", "win", "what is asked for", values=("win", "move")),
        ),
        nim,
    ),
)
