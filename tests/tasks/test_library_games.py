"""Tic-tac-toe and Nim: classes counted afresh, and every value against plain minimax."""

from functools import cache
from itertools import combinations, product

import pytest
from library_cases import check_against, members

from mesacircuits.tasks import LIBRARY, task_named
from mesacircuits.tasks.library.games import move_values, position_classes

LINES = ["012", "345", "678", "036", "147", "258", "048", "246"]
CELLS = list(product(range(3), repeat=2))


def has_line(board, player):
    return any(all(board[int(i)] == player for i in line) for line in LINES)


def images(board):
    """Yield the board under the square's symmetries: the axes exchanged, each turned round."""
    for swap, flip_row, flip_column in product((False, True), repeat=3):
        cells = []
        for row, column in CELLS:
            r, c = (column, row) if swap else (row, column)
            cells.append(board[3 * (2 - r if flip_row else r) + (2 - c if flip_column else c)])
        yield "".join(cells)


@cache
def value(board):
    """Return what the board is worth to who is to move, by trying everything."""
    own, other = ("X", "O") if board.count("X") == board.count("O") else ("O", "X")
    if has_line(board, other):
        return -1
    if "." not in board:
        return 0
    return max(-value(board[:i] + own + board[i + 1 :]) for i in range(9) if board[i] == ".")


def worth(board):
    own = "X" if board.count("X") == board.count("O") else "O"
    return {i: -value(board[:i] + own + board[i + 1 :]) for i in range(9) if board[i] == "."}


@cache
def positions(moves):
    """Return all boards after so many moves on which nobody has a line, whoever could reach them.

    Any such board is reached: without lines there is no end of the game on the way.
    """
    boards = set()
    for stones in combinations(range(9), moves):
        for crosses in combinations(stones, moves - moves // 2):
            own = {i: "X" if i in crosses else "O" for i in stones}
            boards.add("".join(own.get(i, ".") for i in range(9)))
    return {b for b in boards if not has_line(b, "X") and not has_line(b, "O")}


@pytest.mark.parametrize(("moves", "count"), [(1, 3), (2, 12), (3, 38), (7, 95)])
def test_classes_are_the_orbits_of_positions(moves, count):
    least = {min(images(board)) for board in positions(moves)}
    assert position_classes(moves) == tuple(sorted(least))
    assert len(least) == count
    assert {image for board in position_classes(moves) for image in images(board)} == positions(
        moves
    )


@pytest.mark.parametrize("moves", [0, 1, 2, 3, 7])
def test_moves_are_worth_what_minimax_says(moves):
    for board in position_classes(moves):
        assert move_values(board) == worth(board)


@pytest.mark.parametrize("moves", [1, 2, 3])
def test_openings(moves):
    task = task_named("tic-tac-toe", moves=moves)
    boards = sorted({min(images(board)) for board in positions(moves)})

    def acceptable(x):
        if x >= len(boards):
            return None
        values = worth(boards[x])
        return [i for i, v in values.items() if v == max(values.values())]

    check_against(task, acceptable)
    assert task.outputs == 4
    for x, board in enumerate(boards):
        assert {i: task.utility(x, i) for i in worth(board)} == worth(board)


def test_endings_are_decided_by_who_completes_a_line_where():
    task = task_named("tic-tac-toe")
    seen = set()
    for board in positions(7):
        free = [i for i in range(9) if board[i] == "."]
        for squares in (free, free[::-1]):
            x = 0
            for place, i in enumerate(squares):
                for bit, player in enumerate("OX"):
                    done = has_line(board[:i] + player + board[i + 1 :], player)
                    x |= done << (2 * place + bit)
            values = [worth(board)[i] for i in squares]
            assert [task.utility(x, word) for word in (0, 1)] == values
            seen.add(x)
    assert seen == set(range(16))
    assert (task.inputs, task.outputs, task.support) == (4, 1, None)
    check_against(task, task.best)


def test_drawn_boards_mark_the_best_moves():
    lines = LIBRARY["tic-tac-toe"].draw(moves=1).splitlines()
    # Corner, edge, centre: reply in the centre, in a centre or corner nearby, or in a corner.
    assert [line.split() for line in lines[1:4]] == [
        ["...", ".*.", "*.*"],
        [".*.", ".*.", ".X."],
        ["..X", "*X*", "*.*"],
    ]


@cache
def mover_wins(sizes):
    return any(not mover_wins(after) for after in moves_from(sizes).values())


def moves_from(sizes):
    return {
        (heap, left): (*sizes[:heap], left, *sizes[heap + 1 :])
        for heap, size in enumerate(sizes)
        for left in range(size)
    }


def sizes_of(x, heaps, most):
    width = len(f"{most:b}")
    return tuple(x // (1 << width * heap) % (1 << width) for heap in range(heaps))


def test_nim_against_plain_minimax():
    count = 0
    for settings, task in members("nim", most=7):
        heaps, most = settings["heaps"], settings["most"]
        left_bits = max(1, len(f"{most - 1:b}"))

        def acceptable(x, heaps=heaps, most=most, ask=settings["ask"], left_bits=left_bits):
            sizes = sizes_of(x, heaps, most)
            if max(sizes) > most:
                return None
            if ask == "win":
                return [int(mover_wins(sizes))]
            moves = moves_from(sizes)
            winning = [m for m, after in moves.items() if not mover_wins(after)]
            return [left | heap << left_bits for heap, left in winning or moves] or None

        check_against(task, acceptable)
        count += 1
    assert count >= 20


def test_nim_by_hand():
    task = task_named("nim", ask="move")
    assert (task.inputs, task.outputs) == (4, 3)
    # Heaps of 3 and 1: only taking the first down to 1 wins; equal heaps are lost anyhow.
    assert task.best(0b0111) == (0b001,)
    assert task.best(0b0101) == (0b000, 0b100)
    assert [task.utility(0b0111, word) for word in (0b001, 0b000, 0b100, 0b101)] == [1, -1, -1, -2]
    assert not task.support_bits & 1
