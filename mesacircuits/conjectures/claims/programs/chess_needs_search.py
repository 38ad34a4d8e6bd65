"""The claim `chess-needs-search`: some games do not scale without search."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from functools import cache, partial
from itertools import combinations
from math import log2

import numpy as np

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.programs import Instance, Machine, Program, run_turn
from mesacircuits.programs.charges import Charge, log_bits
from mesacircuits.programs.program import length_bits
from mesacircuits.tables import counted

__all__ = [
    "CHESS_NEEDS_SEARCH",
    "SEARCH",
    "cheapest_rule",
    "failing_share",
    "machine_of",
    "winning_moves",
]

_MOST_TAKEN = 4
_OPERATIONS = "inc+mov+add+sub+and+observe+table+query+act+jmp+jz+jnz+jlt"
#: Register 1 is a position i, from 1 up to the one asked about; bit d - 1 of register 2 says that
#: i - d is lost; `query` gives the rules, bit d - 1 of which says that d may be taken from i; so
#: register 3 has the winning moves. The answer is the least of them, as a bit.
SEARCH = """
0: inc r1
   add r2, r2
   jnz r3, 4
   inc r2
4: query r3, r1
   and r3, r3, r2
   observe r0, 0
   jlt r1, r0, 0
   sub r0, r0
   sub r0, r3
   and r0, r0, r3
"""
#: Positions of the games on which that program is run: what registers of four bits hold.
_RUN = 16
#: How far look the bounds of the theorem.
_MOST_STEPS = 13

#: The bits of the code that looks up an entry: of its length, an operation and a register.
_LOOK_UP = length_bits(1) + 4 + 2

Rules = Sequence[Sequence[int]]


def machine_of(width: int = 4) -> Machine:
    """Return the machine that sees a position, and asks for the rules of any.

    >>> machine_of().width
    4
    """
    words = (tuple(range(width)),)
    return Machine(4, width, width, _MOST_TAKEN, words=words, operations=_OPERATIONS)


def winning_moves(rules: Rules) -> list[tuple[int, ...]]:
    """Return for each position the moves that win, by recursion; none where it is lost.

    Arguments:
        rules: for each position p = 0, 1, ... how many may be taken; who cannot take any loses.

    >>> winning_moves([(), (1, 2), (1, 2), (1, 2), (1, 2)])
    [(), (1,), (2,), (), (1,)]
    """
    won: list[tuple[int, ...]] = []
    for position, moves in enumerate(rules):
        won.append(tuple(d for d in moves if d <= position and not won[position - d]))
    return won


def cheapest_rule(winning: Sequence[tuple[int, ...]]) -> tuple[int, Charge]:
    """Return the period t, and the bits, of the cheapest table that is read at p modulo t.

    Each of its entries has two bits, less log2 of how many moves would serve as well at all
    positions that read it; before it come t, in Elias' gamma code, and the code of one look-up. To
    take p modulo t is free, which favours the rule. Where t is the number of positions it is a
    table of them all, of which t is not told.

    >>> cheapest_rule(winning_moves([()] + [(1, 2)] * 31))[0]
    3
    """
    size = len(winning)
    best: tuple[int, Charge] | None = None
    for period in range(1, size + 1):
        # How many entries have so many moves that serve.
        entries = [0] * (_MOST_TAKEN + 1)
        for residue in range(period):
            serving = {*range(1, _MOST_TAKEN + 1)}
            for moves in winning[residue::period]:
                serving &= {*moves} or serving
            entries[len(serving)] += 1
            if not serving:
                break
        if entries[0]:
            continue
        bits: Charge = _LOOK_UP + (length_bits(period - 1) if period < size else 0)
        for many, count in enumerate(entries[1:], 1):
            bits += count * (2 - log_bits(many))
        if best is None or bits < best[1]:
            best = period, bits
    assert best is not None
    return best


def _local_bits(rules: Rules, winning: Sequence[tuple[int, ...]]) -> Charge:
    """Return the bits of a table that is read by who knows which moves there are, and no more."""
    bits: Charge = _LOOK_UP
    for position, moves in enumerate(winning):
        if moves:
            there = sum(d <= position for d in rules[position])
            bits += log_bits(there) - log_bits(len(moves))
    return bits


@cache
def failing_share(moves: int, steps: int) -> Fraction:
    """Return how likely at least a program errs that knows the position and its own moves alone.

    Which of the last four positions are lost is one of 16 states, and the moves of each position
    are drawn anew. From the worst of the states, so many steps on, whatever the program answers to
    whatever moves there are: the chance that there is a winning move, and it names another.

    >>> failing_share(1, 6), failing_share(3, 5)
    (Fraction(0, 1), Fraction(3, 32))
    """
    drawn = [sum(1 << i for i in some) for some in combinations(range(_MOST_TAKEN), moves)]
    least = Fraction(1)
    for start in range(1 << _MOST_TAKEN):
        chances = {start: Fraction(1)}
        for _ in range(steps):
            after: dict[int, Fraction] = {}
            for lost, chance in chances.items():
                for mask in drawn:
                    state = (lost << 1 | (not mask & lost)) & 15
                    after[state] = after.get(state, Fraction(0)) + chance / len(drawn)
            chances = after
        errs = Fraction(0)
        for mask in drawn:
            errs += min(
                sum(
                    (c for lost, c in chances.items() if lost & mask and not lost & mask & 1 << a),
                    Fraction(0),
                )
                for a in range(_MOST_TAKEN)
            )
        least = min(least, errs / len(drawn))
    return least


def _bounds(many: Sequence[int], search: int) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for moves in many:
        rate, steps, share = max(
            (-log2(1 - share) / (steps + 1), -steps, share)
            for steps in range(_MOST_STEPS)
            for share in [failing_share(moves, steps)]
        )
        # 2^b (1 - c)^floor((n - 4) / (t + 1)) is less than 1/2, with b the bits of the search.
        blocks = int((search + 1) / -log2(1 - share)) + 1 if share else None
        enough = None if blocks is None else blocks * (1 - steps) + _MOST_TAKEN
        rows.append((moves, -steps, f"{float(share):.4f}", f"{rate:.4f}", enough))
    return Table(
        "The theorem, by moves in a position: so many steps on, whatever went before, a program "
        "without look-ahead errs with this chance c at least; bits that it takes a position, for "
        "all but few drawn games; and positions from which most take more than the search has:",
        ("moves", "steps", "c", "bits a position", "most from n ="),
        tuple(rows),
    )


def _plays(rules: Rules) -> bool:
    """Return whether the search names a winning move wherever there is one, on the machine."""
    program = Program.parse(SEARCH, machine_of())
    asked = tuple(
        sum(1 << d - 1 for d in rules[p] if d <= p) if p < len(rules) else 0 for p in range(_RUN)
    )
    winning = winning_moves(rules)
    words = [run_turn(program, Instance(p, asked)).word for p in range(min(_RUN, len(rules)))]
    return all(
        word is not None and (not moves or word in {1 << d - 1 for d in moves})
        for word, moves in zip(words, winning, strict=False)
    )


def _games(settings: Settings) -> list[tuple[str, int, Rules]]:
    """Return the games: all that may take the same everywhere, and of each size drawn ones."""
    size = max(settings.wholes("positions"))
    every = range(1, _MOST_TAKEN + 1)
    games: list[tuple[str, int, Rules]] = []
    for many in settings.wholes("moves"):
        sets = list(combinations(every, many))
        games += [(",".join(map(str, moves)), many, [moves] * size) for moves in sets]
        for number in range(settings.whole("draws")):
            # Of a smaller size it is the beginning of the same game.
            generator = random.Random(f"{settings.whole('seed')} {many} {number}")
            rules = [generator.choice(sets) for _ in range(size)]
            games.append((f"drawn {number + 1}", many, rules))
    return games


#: What a claim asks for at some settings it asks for again at others.
_KNOWN: dict[tuple[tuple[tuple[int, ...], ...], int], float] = {}


def _exhausted(rules: Rules, most: int, effort: Effort) -> float:
    """Return the least bits, in all, of a code of so many bits at most and a table, blind to rules.

    It names a winning move d by the word d - 1 in every position that is won.
    """
    from mesacircuits.enumeration.programs.scored_codes import scored_codes

    winning = winning_moves(rules)
    key = tuple(winning), most
    if key not in _KNOWN:
        won = [p for p, moves in enumerate(winning) if moves]
        scores = [[int(d in winning[p]) for d in range(1, _MOST_TAKEN + 1)] for p in won]
        names = _OPERATIONS.replace("query+", "")
        machine = Machine(4, 4, 4, 2, words=((0, 1, 2, 3),), operations=names)
        found = scored_codes(machine, most, won, scores, effort)
        with np.errstate(divide="ignore"):
            tables = (2 - np.log2(found.served[:, :, 0])).sum(axis=1)
        _KNOWN[key] = float((found.bits + tables).min())
    return _KNOWN[key]


def _bits_of(
    rules: Rules, sizes: Sequence[int], most: int, effort: Effort
) -> list[list[float | int]]:
    """Return, by the number of positions, t and the bits of the rule, and of the local table.

    Last come those of the first positions, with the least bits that were found by exhaustion.
    """
    first = rules[:_RUN]
    rows: list[list[float | int]] = []
    for size in sizes:
        winning = winning_moves(rules[:size])
        period, bits = cheapest_rule(winning)
        local = _local_bits(rules[:size], winning)
        rows.append([period, round(float(bits), 6), round(float(local), 6)])
    rule = float(cheapest_rule(winning_moves(first))[1])
    rows.append([round(_exhausted(first, most, effort), 6), round(rule, 6)])
    return rows


def _found(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "chess-needs-search 2", settings)
    sizes, most = settings.wholes("positions"), settings.whole("bits")
    search = Program.parse(SEARCH, machine_of()).bits
    games = _games(settings)
    found: dict[tuple[bool, int], list[list[list[float]]]] = {}
    plays = True
    for name, many, rules in games:
        if effort.used_up():
            raise BudgetEnded
        rows = kept.part(f"{many} {name}", partial(_bits_of, rules, sizes, most, effort))
        plays &= _plays(rules[:_RUN])
        found.setdefault((name.startswith("drawn"), many), []).append(rows)
    table: list[tuple[Cell, ...]] = []
    # Of drawn games, and of those of the same rules everywhere: of how many positions how many
    # there are, are longer by rule or table than by search, and by a local table as well.
    totals: dict[tuple[bool, int], list[int]] = {}
    for (drawn, many), own in found.items():
        for place, size in enumerate(sizes):
            rule = [rows[place][1] for rows in own]
            local = [rows[place][2] for rows in own]
            longer = [bits > search for bits in rule]
            both = [a and bits > search for a, bits in zip(longer, local, strict=True)]
            total = totals.setdefault((drawn, size), [0, 0, 0])
            for at, count in enumerate((len(own), sum(longer), sum(both))):
                total[at] += count
            table.append(
                (
                    "drawn" if drawn else "same",
                    many,
                    size,
                    len(own),
                    sum(rows[place][0] < size for rows in own),
                    f"{min(rule):.0f} to {max(rule):.0f}",
                    f"{min(local):.0f} to {max(local):.0f}",
                    sum(longer),
                    sum(both),
                )
            )
    drawn_total, same_total = totals[True, max(sizes)], totals[False, max(sizes)]
    verdict = Verdict.HELD if plays and drawn_total[2] else Verdict.REFUTED
    # The dearest table is no longer than the search, or nobody has a choice.
    if _LOOK_UP + 2 * (max(sizes) - 1) <= search or settings.wholes("moves") == (1,):
        verdict = Verdict.VACUOUS
    series = [
        Series(
            f"{'drawn' if drawn else 'same'}, {counted(many, 'move')}",
            tuple(
                (size, sum(rows[place][1] for rows in own) / len(own))
                for place, size in enumerate(sizes)
            ),
            "points",
        )
        for (drawn, many), own in found.items()
    ]
    series.append(Series("search", tuple((size, search) for size in sizes)))
    return Finding(
        verdict,
        (
            f"at {max(sizes)} positions the search of {search} bits is shorter than every rule and "
            f"table in {drawn_total[1]} of {drawn_total[0]} drawn games, and in {same_total[1]} of "
            f"{same_total[0]} of the same rules everywhere; of the drawn ones in {drawn_total[2]} "
            "than a table for who sees the moves there are, too."
        ),
        f"{counted(len(games), 'game')} of {', '.join(map(str, sizes))} positions",
        (
            Table(
                "By kind of rules, moves in a position, and positions: games; in how many the "
                "cheapest rule has a period, else it is a table; its bits, and those of a table "
                "for who sees the moves there are (local); in how many games the rule is longer "
                "than the search, and both are:",
                (
                    "rules",
                    "moves",
                    "positions",
                    "games",
                    "periodic",
                    "rule",
                    "local",
                    "longer",
                    "both",
                ),
                tuple(table),
            ),
            _exact(found, most),
            _bounds(settings.wholes("moves"), search),
        ),
        None,
        (
            f"The search was written by hand, so that its {search} bits are an upper bound; it was "
            f"run on positions 0 to {_RUN - 1} of each game, and named a winning move wherever "
            f"there is one{'' if plays else ', but in some'}. With wider registers it is the same "
            "code of the same bits.",
            "Rules and tables are charged too little: to take the position modulo a period is "
            "free, and an entry is two bits less what it need not say.",
        ),
        (),
        Plot((Panel("Perfect play", "positions", "bits", tuple(series)),)),
    )


def _exact(found: dict[tuple[bool, int], list[list[list[float]]]], most: int) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (drawn, many), own in found.items():
        least = [rows[-1] for rows in own]
        rows.append(
            (
                "drawn" if drawn else "same",
                many,
                len(own),
                f"{min(bits for bits, _ in least):.0f} to {max(bits for bits, _ in least):.0f}",
                sum(bits < rule for bits, rule in least),
                sum(bits <= most + 1 for bits, _ in least),
            )
        )
    return Table(
        f"Of {_RUN} positions all codes of at most {most} bits with all tables, without the rules: "
        "least bits in all; in how many games that is less than by rule; in how many no longer "
        "code can be less:",
        ("rules", "moves", "games", "least", "less", "exact"),
        tuple(rows),
    )


CHESS_NEEDS_SEARCH = Claim(
    name="chess-needs-search",
    topic="programs",
    claim="Some games, such as chess, can arguably not be played well at scale without search.",
    source="Hubinger et al. 2019, section 2.1, better generalization through search",
    reading=(
        "in position p one to four may be taken, as the rules of p say; who cannot loses. The "
        "rules can be asked for, a position at a time. A search finds values by recursion over "
        "the positions, in a fixed code. Without the rules there is a table read at p, or at p "
        "modulo a period. All games whose rules are the same everywhere, and games of as many "
        "moves in each position, drawn: which is of fewest bits, as positions become more?"
    ),
    question="Does a game, once large, take more bits by rule, table, or own moves than by search?",
    blind_to=(
        "time, play that is merely good, chess itself; programs that look some moves ahead and not "
        "to the end; whether a recursion over all positions is what is meant by search"
    ),
    control="games of the same rules everywhere, with as many moves in each position: all of them",
    kind=Kind.THEOREM,
    keeps="some, and at scale; that the rules are known to who searches",
    theorems=(
        "one program of 99 bits plays all these games of any size by recursion; without look-ahead "
        "all but a vanishing share of the games drawn with two moves in each of n positions take "
        "n/30 bits at least, of those with three n/22, of any code and table; where the rules are "
        "the same everywhere a rule of bounded size plays at every n",
    ),
    parameters=(
        Parameter("positions", (16, 32, 64, 128, 256), "numbers of positions", least=16, most=512),
        Parameter("moves", (2, 3), "moves in a position, of four", least=1, most=3),
        Parameter("draws", 10, "games drawn for each number of moves", least=1, most=100),
        Parameter("bits", 30, "most bits of a code exhausted, without rules", least=9, most=32),
        Parameter("seed", 0, "seed of the draws", least=0),
    ),
    run=Existence(
        _found,
        trend=({"positions": (16,)}, {"positions": (64,)}, {"positions": (128,)}),
        neighbours=({"seed": 1}, {"moves": (1,)}, {"moves": (2,)}, {"moves": (3,)}),
    ),
    quick={"positions": (16, 128), "draws": 2, "bits": 24},
)
