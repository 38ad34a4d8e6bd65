"""The claim `tic-tac-toe`: simple rules suffice; no search is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import log2

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.tables import counted

__all__ = ["BLOCK", "TIC_TAC_TOE", "WIN", "Board", "Line", "Pattern", "never_loses", "rules"]

#: The cells of the player to move, and of the other, as bits 0 to 8, row by row.
Board = tuple[int, int]

_LINES = tuple(
    sum(1 << c for c in line)
    for line in (
        (0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)
    )
)  # fmt: skip
_FULL = (1 << 9) - 1
_NAMES = {0: "corner", 1: "side", 4: "centre"}
#: A pattern says of each of nine cells: answered, mine, the other's, or whatever; two bits.
_PATTERN_BITS = 2 * 9
#: A table says of each of nine cells: mine, the other's, or empty; and names the cell answered.
_ENTRY_BITS = 9 * log2(3) + log2(9)


@cache
def _images() -> tuple[tuple[int, ...], ...]:
    """Return what each of the eight symmetries of the board makes of each set of cells."""
    turned, mirrored = (6, 3, 0, 7, 4, 1, 8, 5, 2), (2, 1, 0, 5, 4, 3, 8, 7, 6)
    places, found = list(range(9)), []
    for _ in range(4):
        found += [list(places), [mirrored[c] for c in places]]
        places = [turned[c] for c in places]
    return tuple(
        tuple(sum(1 << to[c] for c in range(9) if cells >> c & 1) for cells in range(1 << 9))
        for to in found
    )


@dataclass(frozen=True, slots=True)
class Line:
    """The rule: where a line has so many of mine and of the other's, take an empty cell of it."""

    mine: int
    other: int

    def cells(self, board: Board) -> int:
        """Return the cells that it allows on a board, as bits; 0 if it does not apply."""
        own, other = board
        found = 0
        for line in _LINES:
            if ((own & line).bit_count(), (other & line).bit_count()) == (self.mine, self.other):
                found |= line & ~own & ~other
        return found

    def __str__(self) -> str:
        return f"line {self.mine}:{self.other}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The rule: take this cell, if it is empty and these are mine, and the other's; or an image.

    Attributes:
        cell: the number of the cell.
        mine, other: cells, as bits.
    """

    cell: int
    mine: int = 0
    other: int = 0

    def cells(self, board: Board) -> int:
        """Return the cells that it allows on a board, as bits; 0 if it does not apply."""
        own, other = board
        found = 0
        for image in _images():
            if not image[self.mine] & ~own and not image[self.other] & ~other:
                found |= image[1 << self.cell]
        return found & ~own & ~other

    def __str__(self) -> str:
        taken = "".join(
            "X" if self.mine >> c & 1 else "O" for c in range(9) if self._named >> c & 1
        )
        if not taken:
            return _NAMES[self.cell]
        at = "".join(str(c) for c in range(9) if self._named >> c & 1)
        return f"{self.cell} if {taken} at {at}"

    @property
    def _named(self) -> int:
        return self.mine | self.other


Rule = Line | Pattern
WIN, BLOCK = Line(2, 0), Line(0, 2)


def rules(taken: int) -> tuple[Rule, ...]:
    """Return the rules that look at the present board alone, one of each class of symmetry.

    Lines of up to two taken cells, and patterns in which up to `taken` cells are.

    >>> [len(rules(taken)) for taken in (0, 1, 2)]
    [8, 32, 174]
    >>> [str(rule) for rule in rules(0)]
    ['line 0:1', 'line 0:2', 'line 1:0', 'line 1:1', 'line 2:0', 'corner', 'side', 'centre']
    """
    lines = [Line(a, b) for a in range(3) for b in range(3 - a) if a + b]
    patterns: dict[tuple[int, ...], Pattern] = {}
    for cell in _NAMES:
        for many in range(taken + 1):
            for places in combinations([c for c in range(9) if c != cell], many):
                for whose in product((True, False), repeat=many):
                    mine = sum(1 << c for c, own in zip(places, whose, strict=True) if own)
                    rule = Pattern(cell, mine, sum(1 << c for c in places) - mine)
                    key = min((i[1 << cell], i[rule.mine], i[rule.other]) for i in _images())
                    patterns.setdefault(key, rule)
    return (*lines, *patterns.values())


def _won(cells: int) -> bool:
    return any(cells & line == line for line in _LINES)


@cache
def _value(board: Board) -> int:
    # Of the player to move: 1 wins, 0 draws, -1 loses.
    own, other = board
    if _won(other):
        return -1
    return max((-_value((other, own | 1 << c)) for c in _empty(board)), default=0)


def _empty(board: Board) -> Iterator[int]:
    return (c for c in range(9) if not (board[0] | board[1]) >> c & 1)


@cache
def _losing(board: Board) -> int:
    """Return the cells that lose against the best play, as bits."""
    own, other = board
    return sum(1 << c for c in _empty(board) if _value((other, own | 1 << c)) > 0)


@cache
def _after(board: Board, cell: int) -> frozenset[Board]:
    """Return the boards that one may have to move on next, one of each class of symmetry."""
    own, other = board[0] | 1 << cell, board[1]
    if _won(own):
        return frozenset()
    replies = (other | 1 << c for c in _empty((own, other)))
    return frozenset(_least((own, reply)) for reply in replies if own | reply != _FULL)


def _least(board: Board) -> Board:
    return min((image[board[0]], image[board[1]]) for image in _images())


def _starts() -> frozenset[Board]:
    # To move first, or after each first move of the other.
    return frozenset({(0, 0), *(_least((0, 1 << c)) for c in range(9))})


#: The boards met so far, and those on which no rule applies yet.
_State = tuple[frozenset[Board], frozenset[Board]]


def _with(found: tuple[Rule, ...], state: _State, rule: Rule) -> _State | None:
    """Return the state of a list with one rule more at its end; None if that rule may lose."""
    met, undecided = set(state[0]), set()
    waiting = list(state[1])
    while waiting:
        board = waiting.pop()
        # What was met before and was undecided was so by all rules but the last.
        before = () if board in state[1] else found
        cells = next(filter(None, (_cells(r, board) for r in (*before, rule))), 0)
        if not cells:
            undecided.add(board)
        elif cells & _losing(board):
            return None
        for c in range(9):
            if cells >> c & 1:
                new = _after(board, c) - met
                met |= new
                waiting += new
    return frozenset(met), frozenset(undecided)


@cache
def _cells(rule: Rule, board: Board) -> int:
    return rule.cells(board)


def never_loses(listed: tuple[Rule, ...]) -> int:
    """Return how many boards a player meets who takes any cell that the first rule allows.

    It never loses, first or second, whichever of the cells it takes and whatever the other plays.
    Boards are counted up to symmetry. 0 if it may lose, or comes to a board where no rule applies.

    >>> never_loses((WIN, BLOCK, Pattern(4), Pattern(0), Pattern(1)))
    0
    """
    state: _State | None = (_starts(), _starts())
    for place, rule in enumerate(listed):
        state = state and _with(listed[:place], state, rule)
    return 0 if state is None or state[1] else len(state[0])


def _perfect(length: int, taken: int, effort: Effort) -> list[tuple[tuple[Rule, ...], int]]:
    """Return the lists of a length that begin with WIN and BLOCK and never lose, with boards met.

    A rule that may lose on a board that is met may do so whatever follows.
    """
    found: list[tuple[tuple[Rule, ...], int]] = []
    listed = rules(taken)

    def extend(own: tuple[Rule, ...], state: _State) -> None:
        if effort.used_up():
            raise BudgetEnded
        if not state[1]:
            if len(own) == length:
                found.append((own, len(state[0])))
            return
        for rule in listed if len(own) < length else ():
            # The last rule has to apply wherever none has so far.
            last = len(own) == length - 1
            if rule in own or (last and not all(_cells(rule, board) for board in state[1])):
                continue
            after = _with(own, state, rule)
            if after is not None:
                extend((*own, rule), after)

    state: _State | None = (_starts(), _starts())
    own: tuple[Rule, ...] = ()
    for rule in (WIN, BLOCK)[:length]:
        assert state is not None, "neither may lose"
        state, own = _with(own, state, rule), (*own, rule)
    assert state is not None, "neither may lose"
    extend(own, state)
    return found


@cache
def _patterns_of(rule: Rule) -> int:
    """Return as how many patterns of nine cells a rule is written down."""
    if isinstance(rule, Pattern):
        return 1
    found = set()
    for line in _LINES:
        places = [c for c in range(9) if line >> c & 1]
        for whose in product("mo.", repeat=3):
            if whose.count("m") == rule.mine and whose.count("o") == rule.other:
                own, other, rest = (
                    sum(1 << c for c, w in zip(places, whose, strict=True) if w == who)
                    for who in "mo."
                )
                # One of the empty cells is answered, the other is empty as well.
                found |= {
                    min((i[own], i[other], i[rest], i[1 << c]) for i in _images())
                    for c in places
                    if rest >> c & 1
                }
    return len(found)


@cache
def _looked_at(board: Board) -> int:
    """Return how many boards a minimax player looks at that starts from this one."""
    if _won(board[1]):
        return 1
    own, other = board
    return 1 + sum(_looked_at((other, own | 1 << c)) for c in _empty(board))


def _found(settings: Settings, effort: Effort) -> Finding:
    most, taken = settings.whole("length"), settings.whole("taken")
    number = len(rules(taken))
    universe = (
        f"all lists of up to {counted(most, 'rule')}, of {number} that look at the present board, "
        "that begin with win and block"
    )
    rows: list[tuple[Cell, ...]] = []
    shortest: list[tuple[tuple[Rule, ...], int]] = []
    for length in range(2, most + 1):
        shortest = _perfect(length, taken, effort)
        rows.append((length, len(shortest)))
        if shortest:
            break
    tables = [
        Table(
            "Lists that never lose, first or second, whichever of the cells allowed is taken and "
            "whatever the other plays:",
            ("rules", "perfect"),
            tuple(rows),
        )
    ]
    if shortest:
        shown = []
        for listed, met in sorted(shortest, key=lambda pair: (pair[1], str(pair[0])))[:12]:
            written = sum(map(_patterns_of, listed))
            said = ", ".join(map(str, listed[2:]))
            table = f"{met * _ENTRY_BITS:.0f}"
            shown.append((said, written, written * _PATTERN_BITS, met, table, 8 * written))
        tables.append(
            Table(
                "After win and block, of those that meet fewest boards; patterns that the whole "
                f"list is written down as, {_PATTERN_BITS} bits each; boards it meets, up to "
                "symmetry, and bits of a table of them; tests of a pattern for a move at most "
                f"(minimax looks at {_looked_at((0, 0)):,} boards for its first):",
                ("then", "patterns", "bits", "met", "table", "tests"),
                tuple(shown),
            )
        )
        least = min(sum(map(_patterns_of, listed)) for listed, _ in shortest)
        answer = (
            f"{counted(len(shortest), 'list')} of {counted(length, 'rule')} that look at the "
            f"present board alone, and none of fewer, never lose: {least * _PATTERN_BITS} bits "
            "of patterns."
        )
    else:
        answer = f"no list of up to {counted(most, 'rule')} never loses."
    return Finding(
        verdict=Verdict.HELD if shortest else Verdict.REFUTED,
        answer=answer,
        universe=universe,
        tables=tuple(tables),
        notes=(
            "Cells are numbered row by row, 0 to 8. X: mine, O: the other's. `1 if O at 6`: take "
            "side 1 if corner 6 is the other's; or any image of this under turns and reflections. "
            "Win: line 2:0; block: line 0:2.",
            "Win and block may stand first in any list that never loses: where one can win a win "
            "ends the game, and where one must block any other move loses. So there is some list "
            "of these rules iff there is one that begins so.",
        ),
        plot=Plot(
            (
                Panel(
                    "Lists of rules that never lose",
                    "lists",
                    "",
                    (
                        Series(
                            "lists",
                            tuple((i, int(str(r[1]))) for i, r in enumerate(rows)),
                            "points",
                        ),
                    ),
                    names=tuple(counted(int(str(row[0])), "rule") for row in rows),
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
        "a rule names cells to take by a pattern of the present board; a player takes any cell "
        "that the first rule of its list that applies allows. Rules: lines with so many of mine "
        "and of the other's, and all patterns in which up to so many other cells are taken, up to "
        "symmetry. All lists up to a length are tried against every play. Nothing looks ahead."
    ),
    kind=Kind.EXISTENCE,
    keeps="that rules suffice which are simple: their code is charged; and that they do not search",
    question="Is there a list of such rules that never loses?",
    blind_to="wins that are missed, rules with exceptions, and minimax as code, which has no bits",
    control="a table of the boards met, and minimax by the boards it looks at: exact",
    parameters=(
        Parameter("length", 7, "most rules of a list", least=2, most=7),
        Parameter("taken", 1, "in a pattern so many other cells may be taken", least=0, most=2),
    ),
    run=Existence(
        _found,
        trend=({"taken": 0}, {"taken": 1}),
        neighbours=({"length": 5}, {"length": 6}),
    ),
    quick={"length": 6},
)
