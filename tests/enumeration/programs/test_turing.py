"""Turing machines in tree normal form, against published counts and against raw brute force."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import product

import pytest
from turing import TuringCensus, _leaves, turing_census

from mesacircuits.errors import ArgumentError

#: OEIS A141475 for 1, 2 and 3 states.
A141475 = {1: 36, 2: 10_000, 3: 7_529_536}
#: OEIS A141474, as printed: D(1), D(2) and the beginning of D(3), run together.
A141474 = (
    "01"
    "010001101100101110011000001010111100000010010001101001101111011111"
    "0100011011000111001011100110010101000"
)
#: How many terms the table attached to A141474 has: n = 0 to 735, all of D(1), D(2) and D(3).
A141474_TABLE = 736
#: SHA-256 of that table, https://oeis.org/A141474/b141474.txt: a line "n a(n)" for each term and
#: six empty lines at the end, 4312 bytes. As the repository oeis/oeisdata records it.
A141474_TABLE_DIGEST = "f4092795b7f828310dad9b72a6fbc5506f1df73dec53849d764f613cdb354057"
#: How many machines of 2 and 3 states halt where the halting entry moves as well, as Rado has it:
#: https://wiki.bbchallenge.org/wiki/Number_of_Halting_TMs.
HALTING_WITH_A_MOVE = {2: 9_784, 3: 7_571_840}


@pytest.fixture(scope="module")
def censuses() -> dict[int, TuringCensus]:
    return {states: turing_census(states) for states in (1, 2, 3)}


def brute_force(states: int, blank: str, limit: int) -> tuple[Counter[str], int]:
    """Run every complete table with tapes as dictionaries; None stands for halting."""
    entries = [*product("01", (-1, 1), range(states)), ("0", 0, None), ("1", 0, None)]
    outputs: Counter[str] = Counter()
    longest = 0
    for table in product(entries, repeat=2 * states):
        output, steps = simulated(table, blank, limit)
        if output is not None:
            outputs[output] += 1
            longest = max(longest, steps)
    return outputs, longest


def simulated(table, blank, limit):
    tape: dict[int, str] = {}
    head = state = 0
    for steps in range(1, limit + 1):
        symbol, move, state = table[2 * state + int(tape.get(head, blank))]
        tape[head] = symbol
        if state is None:
            return "".join(tape[cell] for cell in sorted(tape)), steps
        head += move
        tape.setdefault(head, blank)
    return None, limit


def parsed(text):
    """Read the usual notation, such as 1RB1RZ_1LB0RC_1LC1LA, in which Z halts."""
    entries = [part[at : at + 3] for part in text.split("_") for at in (0, 3)]
    return [
        (entry[0], 0, None)
        if entry[2] == "Z"
        else (entry[0], {"L": -1, "R": 1}[entry[1]], "ABC".index(entry[2]))
        for entry in entries
    ]


def test_rado_and_lin(censuses):
    # Rado 1962; Lin and Rado 1965.
    assert [censuses[n].most_ones for n in (1, 2, 3)] == [1, 4, 6]
    assert [censuses[n].most_steps for n in (1, 2, 3)] == [1, 6, 21]


def test_machines_are_as_many_as_published(censuses):
    assert {n: census.machines for n, census in censuses.items()} == A141475


def test_outputs_are_as_published(censuses):
    flattened = "".join(output for n in (1, 2, 3) for output, _ in censuses[n].distribution())
    assert flattened[: len(A141474)] == A141474
    assert len(flattened) == A141474_TABLE
    # The printed terms leave open how longer strings of equal frequency are ordered.
    table = "".join(f"{n} {term}\n" for n, term in enumerate(flattened)) + 6 * "\n"
    assert hashlib.sha256(table.encode()).hexdigest() == A141474_TABLE_DIGEST


def test_outputs_on_zeros_alone_are_not_as_published(censuses):
    # Why both tapes are counted: on zeros alone, 17 strings of two states and not 22. D(n, m) is
    # so defined, over each blank symbol, at http://complexitycalculator.com/methodology.html,
    # where the output is that of the cells which the head went through.
    assert len(censuses[2].outputs) == 17
    assert len(censuses[2].distribution()) == 22


@pytest.mark.parametrize("states", HALTING_WITH_A_MOVE)
def test_halting_machines_where_halting_moves(states):
    # The same runs; each halting entry is two, and an entry never read is one of 4n + 4.
    halting = sum(2 * (4 * states + 4) ** leaf.undefined for leaf in _leaves(states))
    assert halting == HALTING_WITH_A_MOVE[states]


def test_halting_machines(censuses):
    assert [censuses[n].halting for n in (1, 2, 3)] == [12, 3_044, 2_147_184]
    twice = [sum(count for _, count in censuses[n].distribution()) for n in (1, 2, 3)]
    assert twice == [24, 6_088, 4_294_368]
    assert [len(censuses[n].distribution()) for n in (1, 2, 3)] == [2, 22, 128]


@pytest.mark.parametrize("states", [1, 2])
def test_brute_force_of_all_machines(states, censuses):
    # Far beyond S(n), so that the proven maxima are not assumed here.
    zeros, longest = brute_force(states, "0", 40)
    ones, longest_on_ones = brute_force(states, "1", 40)
    census = censuses[states]
    assert zeros == census.outputs
    assert zeros + ones == dict(census.distribution())
    assert longest == longest_on_ones == census.most_steps
    assert max(output.count("1") for output in zeros) == census.most_ones


def test_three_state_champions(censuses):
    # https://wiki.bbchallenge.org/wiki/BB(3); there the halting entry moves too.
    output, steps = simulated(parsed("1RB1RZ_1LB0RC_1LC1LA"), "0", 100)
    assert steps == censuses[3].most_steps
    assert output in censuses[3].outputs
    output, _ = simulated(parsed("1RB1RZ_0RC1RB_1LC1LA"), "0", 100)
    assert output.count("1") == censuses[3].most_ones
    assert output in censuses[3].outputs


@pytest.mark.parametrize("states", [1, 2, 3])
def test_mirrored_outputs_are_as_frequent(states, censuses):
    outputs = censuses[states].outputs
    assert outputs == {output[::-1]: count for output, count in outputs.items()}
    assert sum(outputs.values()) == censuses[states].halting


@pytest.mark.parametrize("states", [0, 4, -1, 2.0, True, "2", None, [1]])
def test_other_numbers_of_states(states):
    with pytest.raises(ArgumentError, match="states: expected a whole number from 1 to 3"):
        turing_census(states)
