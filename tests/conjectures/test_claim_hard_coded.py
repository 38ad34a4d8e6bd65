"""The claim `hard-coded`: what an operator computes with a gate before it, by trying all."""

from itertools import product

import pytest

from mesacircuits.circuits import B2, TruthTable, npn_canonical
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claims.circuits.hard_coded import computed_with
from mesacircuits.enumeration.symmetry import classes_of
from mesacircuits.studies.least_sizes import choosers, orders

ROWS = range(16)


def canonical(bits):
    return npn_canonical(TruthTable(4, bits))[0].bits


def tried(operator, gates):
    """Return the classes that an operator computes, each input set by itself."""
    plain = [[x >> i & 1 for x in ROWS] for i in range(4)]
    made = [[]]
    if gates:
        made = [
            [[function >> (plain[i][x] + 2 * plain[j][x]) & 1 for x in ROWS]]
            for i, j in ((0, 1), (1, 3), (2, 3))
            for function in (0b1000, 0b0010, 0b0001, 0b0110)
        ]
    found = set()
    for more in made:
        wires = [[0] * 16, *plain, *more]
        wires += [[1 - bit for bit in wire] for wire in wires]
        for read in product(wires, repeat=4):
            words = [a | b << 1 | c << 2 | d << 3 for a, b, c, d in zip(*read, strict=True)]
            found.add(sum((operator >> words[x] & 1) << x for x in ROWS))
    return {canonical(bits) for bits in found}


@pytest.mark.parametrize("gates", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_what_an_operator_computes(gates):
    forms = classes_of(4, B2).representatives
    operator = 0x0660
    [found] = computed_with([operator], gates)
    assert {int(forms[number]) for number in found} == tried(operator, gates)


def test_choosers_choose():
    found = choosers(2, 0, 4)
    for table, utility in found.items():
        for x in ROWS:
            assert table >> x & 1 == (utility[x >> 2] > utility[x & 3])
    # Weak orders of four vectors that are not constant (A000670, less one), all of them different.
    assert len(found) == len({*orders(4, 4)}) == 75 - 1


@pytest.mark.slow
def test_an_optimizer_leaves_no_less_than_another_operator():
    report = check("hard-coded")
    assert report.verdict.value == "no evidence"
    assert report.finding.tables[1].rows[0] == ("0007", 3, 1, 14, "1.6429")
