"""Tags of the shipped minima over bases without kernels: what the definitions say, by orbits."""

import random

import pytest
from hypothesis import given, strategies as st

from mesacircuits.catalog.atlas.lists import SHIPPED_DEFINITIONS, listed_classes, orbit_tags
from mesacircuits.circuits import Circuit, Output, TruthTable
from mesacircuits.circuits.bases import BASES
from mesacircuits.data import stored_orbit_tags
from mesacircuits.data.minima import (
    chain_of_text,
    minima_files,
    ranges_of_text,
    ranges_text,
    stored_minima,
)
from mesacircuits.enumeration.minima_lists import orbit_rows, shipped_classes
from mesacircuits.enumeration.rows import basis_tables, circuit_of_rows
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.tasks import FunctionTask

PAIRS = [pair for pair in minima_files() if not has_fast_kernel(BASES[pair[0]])]
QUICK = {("nand", "size")}


def stored(pair):
    return stored_orbit_tags(minima_files()[pair], stored_minima(*pair)[1])


@pytest.mark.parametrize(
    "pair",
    [pytest.param(pair, marks=[] if pair in QUICK else [pytest.mark.slow]) for pair in PAIRS],
    ids=" ".join,
)
def test_what_ships_is_what_is_judged(pair):
    found = orbit_tags((pair[0],), 3)[minima_files()[pair]]["tags"]
    known = stored(pair)
    assert known is not None
    assert found == {n: tags for n, tags in known.items() if n in ("2", "3")}


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_of_an_orbit_all_or_none_has_a_tag(pair):
    basis = BASES[pair[0]]
    drawn = random.Random(pair[0])
    records = list(shipped_classes(4, basis, pair[1]).items())
    for form, record in drawn.sample(records, min(6, len(records))):
        table = TruthTable.from_hex(4, form)
        task = FunctionTask((table,))
        held = (stored(pair).get("4") or {}).get(form, {})
        orbit = drawn.randrange(len(record.orbits))
        rows = orbit_rows(table, table, basis, (record.orbits[orbit],))
        inverted = basis.free_inverters and bool(table.bits & 1)
        for definition in SHIPPED_DEFINITIONS:
            expected = orbit in ranges_of_text(held.get(definition.name, ""))
            for chain in rows[:8]:
                plain = circuit_of_rows(basis_tables(basis), 4, chain)
                output = Output(plain.outputs[0].wire, inverted)
                circuit = Circuit(4, plain.gates, (output,))
                assert definition.judge(circuit, task).holds == expected


def test_the_atlas_marks_the_wires_of_the_witnesses():
    for listed in listed_classes(3, BASES["nand"], "size"):
        task = FunctionTask((listed.function,))
        texts = listed.text.split("\n")
        assert len(texts) == listed.count
        for definition in SHIPPED_DEFINITIONS:
            for place, marks in listed.marks[definition.name].items():
                circuit = chain_of_text(texts[place], 3, BASES["nand"].names)
                assert definition.judge(circuit, task).holds
                assert all(0 <= wire < circuit.wires for wire in marks)


def test_tags_of_a_file_with_another_hash_are_not_believed():
    assert stored_orbit_tags("minima-mux-size.json.xz", "0" * 64) is None
    assert stored_orbit_tags("none", "0" * 64) is None


@given(st.sets(st.integers(0, 60)))
def test_ranges_are_read_back(numbers):
    ascending = sorted(numbers)
    assert ranges_of_text(ranges_text(ascending)) == ascending
