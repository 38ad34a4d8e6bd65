"""The claim `diversity`: codes and tables by a plain twin, and its numbers by hand."""

from dataclasses import replace
from itertools import permutations, product
from math import ceil, log2

import pytest

from mesacircuits.conjectures import CLAIMS, check
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.enumeration.programs.scored_codes import scored_codes
from mesacircuits.programs import Machine

NAMES = ("inc", "mov", "load", "table", "jz", "jnz", "jlt")
FORMS = {"inc": "r", "mov": "rr", "load": "rr", "table": "r", "jz": "rt", "jnz": "rt", "jlt": "rrt"}


def word_of(code, words, entry, registers):
    """Run a code, as docs/programs.md says."""
    held, place, seen = [0] * registers, 0, set()
    while place < len(code):
        if (place, *held) in seen:
            return None
        seen.add((place, *held))
        name, *own = code[place]
        place += 1
        if name == "inc":
            held[own[0]] = (held[own[0]] + 1) % 4
        elif name == "mov":
            held[own[0]] = held[own[1]]
        elif name == "load":
            held[own[0]] = words[held[own[1]]]
        elif name == "table":
            held[own[0]] = entry
        elif (
            (name == "jz" and held[own[0]] == 0)
            or (name == "jnz" and held[own[0]] != 0)
            or (name == "jlt" and held[own[0]] < held[own[1]])
        ):
            place = own[-1]
    return held[0]


def codes_of(registers, most):
    """Yield every code of at most so many bits, with its bits."""
    for length in range(4):
        widths = {"r": ceil(log2(registers)), "t": ceil(log2(length + 1))}
        header = 2 * (length + 1).bit_length() - 1
        listed = []
        for name, form in FORMS.items():
            ranges = [range(registers) if f == "r" else range(length + 1) for f in form]
            bits = 3 + sum(widths[f] for f in form)
            listed += [((name, *own), bits) for own in product(*ranges)]
        for chosen in product(listed, repeat=length):
            bits = header + sum(b for _, b in chosen)
            if bits <= most:
                yield [i for i, _ in chosen], bits


def test_codes_are_those_of_a_plain_twin():
    seen = [(3, 2, 1, 0), (0, 3, 1, 2), (1, 0, 2, 3)]
    least = {}
    for code, bits in codes_of(2, 19):
        served = []
        for words in seen:
            given = [word_of(code, words, entry, 2) for entry in range(4)]
            scores = [0 if word is None else words[word] for word in given]
            served.append(tuple(sum(s > level for s in scores) for level in range(3)))
        least[tuple(served)] = min(bits, least.get(tuple(served), bits))
    machine = Machine(
        2, 2, 8, 2, words=tuple((2 * i, 2 * i + 1) for i in range(4)), operations="+".join(NAMES)
    )
    inputs = [sum(u << 2 * i for i, u in enumerate(words)) for words in seen]
    found = scored_codes(machine, 19, inputs, seen)
    rows = [tuple(map(tuple, row)) for row in found.served.tolist()]
    told = dict(zip(rows, found.bits.tolist(), strict=True))
    assert told == least
    assert len(told) > 20


def test_a_search_pays_from_where_a_table_is_dearer():
    claim = CLAIMS["diversity"]
    report = replace(claim, run=claim.run.alone()).check({**claim.quick, "draws": 2})
    rows = report.finding.tables[1].rows
    # By hand: 5 + 5 + 7 + 5 + 8 bits of inc, load, inc, jnz, less 3 + 5 of the reader.
    assert report.finding.tables[0].rows[-1][1] == str(30 - 8)
    assert [row[1] for row in rows] == ["0"] * 10 + ["0 or 2"] + ["2"] * 13
    # A table of N entries of two bits, or less by luck; and the search.
    assert all(float(row[5]) <= min(2 * row[0], 22) for row in rows)
    assert rows[-1][5] == "22.00"
    search = [("inc", 0), ("load", 1, 0), ("inc", 1), ("jnz", 1, 0)]
    assert all(word_of(search, words, 0, 4) == words.index(3) for words in permutations(range(4)))


@pytest.mark.slow
def test_the_model_is_right_but_for_luck_where_x_is_sure_and_wrong_in_the_mean():
    report = check("diversity")
    assert report.verdict is Verdict.REFUTED
    costs, rows = (table.rows for table in report.finding.tables[:2])
    # By hand: of 11 operations a name takes 4 bits; the reader 9.
    assert [row[1] for row in costs] == ["0", "18", "25"]
    assert 5 + 6 + 8 + 6 + 9 - 9 == 25
    assert 5 + 6 + 8 + 8 - 9 == 18
    assert [row[2] for row in rows] == ["100 x 0"] * 12 + ["100 x 2"] * 12
    assert "62,390 of 62,400" in report.finding.answer
    assert set(report.finding.evidence.neighbours.values()) == {Verdict.REFUTED}
