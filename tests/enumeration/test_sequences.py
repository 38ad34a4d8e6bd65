"""Minima as a sequence and in a notebook, data frames, and what circuits say of themselves."""

import sys

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.formats import WRITTEN_FORMATS, circuit_format
from mesacircuits.enumeration import census, enumerate_minima, formula_census
from mesacircuits.errors import ArgumentError, MissingExtra
from mesacircuits.testing import circuits


def test_minima_are_a_sequence():
    found = enumerate_minima("977E")
    assert (len(found), list(found), found[:2]) == (1494, [*found.minima], found.minima[:2])
    assert (found[-1], found.index(found[7]), bool(found)) == (found.minima[-1], 7, True)
    with pytest.raises(IndexError):
        found[1494]
    # A circuit is told by its graph, however its gates are numbered.
    swapped = Circuit(2, (Gate("and", (1, 0)), Gate("xor", (1, 0))), (Output(3), Output(2)))
    assert swapped in enumerate_minima("6,8")
    assert swapped not in enumerate_minima("8,6")
    assert "g1" not in found
    assert len(enumerate_minima("a ^ b", "monotone")) == 0


def test_a_notebook_shows_few_and_escapes_them():
    text = enumerate_minima("977E")._repr_html_()
    assert text.count("<li>") == 12
    assert "and 1,482 more" in text
    assert "g1 = a &amp; " in enumerate_minima("a & ~b")._repr_html_()
    costly = enumerate_minima("a ^ b", "and=2,xor=3+free-inverters")
    assert "order size: least cost" in costly._repr_html_()
    assert "fewest" not in costly.text()


@given(circuits(st.integers(1, 4), max_gates=8))
def test_circuits_are_called_with_bits(circuit):
    for x in range(1 << circuit.inputs):
        bits = [x >> i & 1 for i in range(circuit.inputs)]
        word = tuple(table(x) for table in circuit.tables())
        assert circuit.evaluate(*bits) == circuit(*bits) == circuit(x) == word
    for wrong in ((), (0,) * (circuit.inputs + 1 + (circuit.inputs == 0)), (1 << circuit.inputs,)):
        with pytest.raises(ArgumentError, match=r"^x: expected"):
            circuit(*wrong)


@given(circuits(st.integers(1, 4), max_gates=8))
def test_levels_and_fan_outs_are_those_of_the_graph(circuit):
    graph = circuit.to_networkx()
    names = [circuit.wire_name(wire) for wire in range(circuit.wires)]
    assert circuit.fan_outs == tuple(graph.out_degree(name) for name in names)
    depths = [graph.nodes[name]["depth"] for name in names]
    assert [wire for level in circuit.levels for wire in level] == sorted(
        range(circuit.wires), key=lambda wire: (depths[wire], wire)
    )
    assert all(depths[w] == d for d, level in enumerate(circuit.levels) for w in level)


def test_every_format_has_a_method():
    circuit = Circuit.parse(2, "g1 = a & ~b; out = ~g1")
    methods = {"v": "to_verilog"} | {name: f"to_{name}" for name in WRITTEN_FORMATS if name != "v"}
    del methods["json"]  # `to_json` gives values
    for name, method in methods.items():
        assert getattr(circuit, method)() == circuit_format(name).write(circuit)


def test_numbers_of_inputs_come_first():
    with pytest.raises(
        ArgumentError, match=r"got 232 \(the bits come after it: TruthTable\(3, 0xE8"
    ):
        TruthTable(0xE8, 3)
    with pytest.raises(ArgumentError, match="bits"):
        TruthTable(3, 0xE8)(1, 0)
    with pytest.raises(ArgumentError, match="whether it takes x or n bits"):
        TruthTable.of(3, lambda *bits: 0)


FRAMES = [
    (census(3), "circuits", 814),
    (census(3).by_class, "circuits", None),
    (formula_census(2), "formulas", None),
    (enumerate_minima("E8"), "size", 4 * 51),
]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_have_the_columns(library):
    pytest.importorskip(library)
    for value, name, total in FRAMES:
        frame = getattr(value, f"to_{library}")()
        columns = value.frame_columns()
        assert list(frame.columns) == list(columns)
        assert frame[name].to_list() == columns[name]
        assert total in (None, int(frame[name].sum()))


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named_with_the_pip_line(library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=f"a data frame needs {library}: pip install '{library}"):
        getattr(census(2), f"to_{library}")()
