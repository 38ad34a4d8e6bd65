"""Bases written out: inline, as JSON, and what is said of those that cannot be."""

import json

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import BASES, OPERATORS, Basis, Operator, basis_named
from mesacircuits.circuits.bases import (
    bases_text,
    basis_from_bytes,
    basis_from_text,
    operator_named,
)
from mesacircuits.errors import ArgumentError

OPERANDS = st.integers(1, 3)
tables = OPERANDS.flatmap(
    lambda k: st.integers(0, (1 << (1 << k)) - 1).map(
        lambda table: f"tt:{k}:{table:0{max(1, (1 << k) // 4)}X}"
    )
)
costs = st.dictionaries(
    st.sampled_from(sorted(OPERATORS)) | tables, st.integers(1, 9), min_size=1, max_size=4
)
flags = st.sets(st.sampled_from(["free-inverters", "constants", "repeats"]))


@given(costs, flags, st.booleans())
def test_inline_and_json_forms_say_the_same(chosen, flags, spaced):
    comma = ", " if spaced else ","
    text = comma.join(f"{name}={cost}" for name, cost in chosen.items())
    text += "".join(f"+{flag}" for flag in sorted(flags))
    inline = basis_from_text(text)
    record = {
        "name": text,
        "operators": [{"operator": name, "cost": cost} for name, cost in chosen.items()],
        **dict.fromkeys(flags, True),
    }
    written = basis_from_bytes(json.dumps(record).encode())
    closed = Basis.closed(
        text,
        chosen,
        "free-inverters" in flags,
        constants="constants" in flags,
        repeats="repeats" in flags,
    )
    assert inline == written == closed == basis_named(text)
    assert eval(repr(inline)) == inline
    assert all(isinstance(operator, Operator) for operator in inline.operators)
    # What is named is there; where one operator implies another, the cheaper cost counts.
    for name, cost in chosen.items():
        if not inline.free_inverters:
            operator = operator_named(name)
            assert inline.cost_of(operator.name) <= cost


@given(costs, flags)
def test_the_json_of_a_basis_reads_back(chosen, flags):
    """`to_json` lists the operators that follow too; to imply them again changes nothing."""
    basis = Basis.closed("drawn", chosen, "free-inverters" in flags, constants="constants" in flags)
    listed = {o["name"]: o["cost"] for o in basis.to_json()["operators"]}
    again = Basis.closed("drawn", listed, "free-inverters" in flags, constants="constants" in flags)
    assert again == basis
    assert again.forms == basis.forms


def test_costs_are_one_unless_given():
    basis = basis_from_text("and,xor=3+free-inverters")
    assert (basis.cost_of("or"), basis.cost_of("xor")) == (1, 3)
    assert basis_from_text("and=1,or,not").costs == ()


def test_a_file(tmp_path):
    path = tmp_path / "horn.json"
    path.write_text('{"name": "horn", "operators": [{"operator": "butnot"}], "repeats": true}')
    basis = basis_named(str(path))
    assert (basis.name, basis.names, basis.repeats) == ("horn", ("butnot", "notbut"), True)
    with pytest.raises(ArgumentError, match="basis"):
        basis_named(str(tmp_path / "none.json"))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("and=0", "after and=, or costs in order, such as and=1/0,xor=0/1, got 0"),
        ("and=-1", "a positive whole cost of at most 9 digits after and=, got -1"),
        ("and=1.5", "a positive whole cost of at most 9 digits after and=, got 1.5"),
        ("and=", "a positive whole cost of at most 9 digits after and=, got"),
        ("and=1,xor=²", "a positive whole cost of at most 9 digits after xor=, got ²"),
        ("and=1,nonsense=2", "got nonsense"),
        ("and,,or", "operator: expected one of not, and"),
        ("and+inverters", "got +inverters"),
        ("and+", "+free-inverters, +constants, +repeats after the operators, got +"),
        ("and=1,tt:6:8000", "mux or tt:ARITY:HEX, got tt:6:8000"),
        ("tt:2:E8", "got tt:2:E8"),
    ],
)
def test_errors_quote_the_part_at_fault(text, part):
    with pytest.raises(ArgumentError) as caught:
        basis_named(text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"name": "x", "operators": []}',
        b'{"name": "x", "operators": ["and"]}',
        b'{"name": "x", "operators": [{"operator": "and", "cost": 0}]}',
        b'{"name": "x", "operators": [{"operator": "and", "cost": "1"}]}',
        b'{"name": "x", "operators": [{"operator": "andd"}]}',
        b'{"name": "x", "operators": [{"operator": "and"}], "free_inverters": true}',
        b'{"name": "x", "operators": [{"operator": "and"}], "inverters": true}',
    ],
)
def test_json_that_is_no_basis(data):
    with pytest.raises(ArgumentError) as caught:
        basis_from_bytes(data)
    assert "\n" not in str(caught.value)


def test_an_operator_named_twice():
    with pytest.raises(ArgumentError, match="each operator once, got and twice"):
        basis_from_text("and=1,or,and=2")
    with pytest.raises(ArgumentError, match="each operator once, got and twice"):
        basis_from_bytes(
            b'{"name": "x", "operators": [{"operator": "and"}, {"operator": "and", "cost": 2}]}'
        )


def test_named_bases_are_listed():
    lines = bases_text().splitlines()
    assert lines[0] == f"{len(BASES)} bases"
    assert all(any(line.startswith(f"{name}: ") for line in lines) for name in BASES)
    assert all(len(line) <= 80 for line in lines)
