"""The claim `chess-needs-search`: games by a plain recursion, and its bits by hand."""

from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import log2

import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.conjectures import check
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.claims.programs.chess_needs_search import (
    SEARCH,
    cheapest_rule,
    failing_share,
    machine_of,
    winning_moves,
)
from mesacircuits.programs import Instance, Program, run_turn

MASKS = st.lists(st.integers(0, 15), min_size=16, max_size=16)


def won_by(masks):
    """Return for each position the moves d with bit d - 1 of its mask that leave a lost one."""

    @cache
    def moves(p):
        there = [d for d in range(1, 5) if masks[p] >> (d - 1) & 1 and d <= p]
        return [d for d in there if not moves(p - d)]

    return [moves(p) for p in range(len(masks))]


@settings(max_examples=30, deadline=None)
@given(MASKS)
def test_the_search_plays_every_game_perfectly(masks):
    rules = [[d for d in range(1, 5) if m >> (d - 1) & 1] for m in masks]
    winning = won_by(masks)
    assert [list(moves) for moves in winning_moves(rules)] == winning
    program = Program.parse(SEARCH, machine_of())
    # What exceeds the pile is no move.
    legal = tuple(m & ((1 << p) - 1) for p, m in enumerate(masks))
    for p, moves in enumerate(winning):
        word = run_turn(program, Instance(p, legal)).word
        assert word is not None
        assert not moves or word == 1 << moves[0] - 1


def test_its_bits_are_those_of_the_prefix_code():
    # Of 13 operations a name takes 4 bits, a register 2, a place of 12 4; eleven are told in 7.
    written = 2 * 6 + 8 + 10 + 8 + 2 * 10 + 6 + 12 + 2 * 8
    assert Program.parse(SEARCH, machine_of()).bits == 7 + written == 99


@settings(max_examples=30, deadline=None)
@given(MASKS)
def test_a_table_or_a_rule_is_charged_for_what_it_must_say(masks):
    winning = won_by(masks)
    period, bits = cheapest_rule([tuple(moves) for moves in winning])
    least = 9 + sum(2 - log2(len(moves)) for moves in winning if moves)
    for t in range(1, 16):
        gamma = 2 * t.bit_length() - 1
        serving = [
            [a for a in range(1, 5) if all(not w or a in w for w in winning[r::t])]
            for r in range(t)
        ]
        if all(serving):
            least = min(least, 9 + gamma + sum(2 - log2(len(own)) for own in serving))
    assert float(bits) == pytest.approx(least)
    assert 1 <= period <= 16


def test_the_same_rules_everywhere_come_round():
    for many in (1, 2, 3):
        for moves in combinations(range(1, 5), many):
            period, bits = cheapest_rule(winning_moves([moves] * 64))
            assert period <= 8
            assert bits == cheapest_rule(winning_moves([moves] * 128))[1]


def test_without_look_ahead_every_answer_errs_sooner_or_later():
    # A second route: all sequences of five masks, from every state, and what follows each.
    masks = [sum(1 << d for d in some) for some in combinations(range(4), 3)]
    for steps in (3, 5):
        least = 1
        for start in range(16):
            ends = []
            for path in product(masks, repeat=steps):
                lost = [bool(start >> 3 - i & 1) for i in range(4)]
                for mask in path:
                    lost.append(not any(mask >> d & 1 and lost[-1 - d] for d in range(4)))
                ends.append(lost)
            errs = 0
            for mask in masks:
                wins = [[d for d in range(4) if mask >> d & 1 and e[-1 - d]] for e in ends]
                errs += min(sum(bool(w) and a not in w for w in wins) for a in range(4))
            least = min(least, Fraction(errs, len(ends) * len(masks)))
        assert failing_share(3, steps) == least


@pytest.mark.slow
def test_drawn_games_are_searched_and_structured_ones_never():
    report = check("chess-needs-search")
    assert report.verdict is Verdict.HELD
    last = [row for row in report.finding.tables[0].rows if row[2] == 256]
    assert [(row[0], row[1], row[3], row[7], row[8]) for row in last] == [
        ("same", 2, 6, 0, 0), ("drawn", 2, 10, 10, 10),
        ("same", 3, 4, 0, 0), ("drawn", 3, 10, 10, 10),
    ]  # fmt: skip
    evidence = report.finding.evidence
    assert [verdict.value for verdict in evidence.trend.values()] == ["vacuous", "refuted", "held"]
    assert evidence.neighbours["moves = 1"] is Verdict.VACUOUS
