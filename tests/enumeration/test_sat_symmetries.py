"""The symmetries that SAT breaks, and the cubes: nothing is lost, and every unit is found again."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sat_twin import some_basis

from mesacircuits.circuits import AIG, B2, Basis, Circuit, Gate, Output, basis_named
from mesacircuits.enumeration import Effort, enumerate_minima, processes
from mesacircuits.enumeration.drup import check_drup_texts
from mesacircuits.enumeration.sat import all_circuits, all_minima, search
from mesacircuits.enumeration.sat.encodings import ChainEncoding, Session
from mesacircuits.enumeration.sat.proofs import refute
from mesacircuits.enumeration.sat.search import Search
from mesacircuits.enumeration.sat.symmetries import (
    Symmetry,
    exchanged_inputs,
    first_gate_orbits,
    generators_of,
    symmetries_of,
)
from mesacircuits.enumeration.units import UnitResult, UnitStore, bytes_of_circuits
from mesacircuits.errors import FileError
from mesacircuits.tasks import RelationTask, parse_task

#: Of several outputs, with symmetries that no exchange of two inputs gives.
TASKS = (
    "expr:a & b | c & d, ~(a & b | c & d)",
    "expr:(a ^ b) & (c ^ d)",
    "expr:a & ~b, c & ~d",
    "first(2, a & b)",
    "argmax(candidates=2,levels=3)",
    "multiplexer(selects=1)",
    "tt:3:96,E8",
)


def relations(inputs, outputs):
    word = st.sets(st.integers(0, (1 << outputs) - 1), min_size=1).map(lambda s: tuple(sorted(s)))
    words = st.lists(word, min_size=1 << inputs, max_size=1 << inputs)
    return words.map(lambda accept: RelationTask(inputs, outputs, tuple(accept)))


def plainly(task, basis, cost):
    """Every circuit of this cost, no symmetry broken."""
    found = set()
    for size in search.gate_counts(basis, cost):
        encoding = ChainEncoding(task, basis, size, None, cost, symmetric=False)
        found |= set(Search(task, basis).every_of(encoding, cost, None))
    return found


def symmetries_by_trial(task, negated, inverted):
    """The symmetries of a small task, each tried word by word."""
    accept = [
        {w for w, mask in enumerate(task.word_masks) if mask >> x & 1}
        for x in range(1 << task.inputs)
    ]
    found = set()
    for order in permutations(range(task.inputs)):
        for mask in range(1 << task.inputs if negated else 1):
            for outputs in permutations(range(task.outputs)):
                for flips in range(1 << task.outputs if inverted else 1):
                    for x, words in enumerate(accept):
                        y = sum(((x >> w & 1) ^ (mask >> i & 1)) << i for i, w in enumerate(order))
                        moved = {
                            sum(
                                ((v >> w & 1) ^ (flips >> j & 1)) << j
                                for j, w in enumerate(outputs)
                            )
                            for v in accept[y]
                        }
                        if moved != words:
                            break
                    else:
                        found.add((order, mask))
    return found


@given(relations(2, 2) | relations(3, 1), st.sampled_from(["b2", "aig", "nand", "monotone"]))
def test_the_symmetries_are_those_that_keep_the_relation(task, name):
    basis = basis_named(name)
    group = symmetries_of(task, basis)
    negated = inverted = basis.free_inverters
    assert set(map(tuple, group)) == symmetries_by_trial(task, negated, inverted)
    # A product of generators, and of those again, is each of them.
    places = {tuple(s.on_input(x) for x in range(1 << task.inputs)) for s in group}
    reached = {tuple(range(1 << task.inputs))}
    waiting = list(reached)
    while waiting:
        place = waiting.pop()
        for generator in generators_of(group):
            image = tuple(generator.on_input(y) for y in place)
            if image not in reached:
                reached.add(image)
                waiting.append(image)
    assert reached == places


@given(st.permutations(range(3)), st.integers(0, 7), st.sampled_from([B2, AIG]))
def test_a_gate_is_carried_to_what_its_function_is_carried_to(order, mask, basis):
    symmetry = Symmetry(tuple(order), mask)

    def function(key):
        (p, q), table = key
        return sum((table >> (x >> p & 1 | (x >> q & 1) << 1) & 1) << x for x in range(8))

    for orbit in first_gate_orbits(parse_task("tt:3:E8"), basis):
        assert orbit[0] == min(orbit, key=lambda key: (key[0][::-1], key[1]))
        for key in orbit:
            image = symmetry.on_key(key, basis)
            assert {function(image)} == symmetry.on_gates([function(key)], basis)


def test_blocks_are_exchanged_together():
    group = symmetries_of(parse_task("expr:a & b | ~c & d"), B2)
    assert Symmetry((2, 3, 0, 1), 0b0101) in group
    assert exchanged_inputs(group) == [(0, 1), (2, 3)]
    # Candidates, each of two inputs, and with them the outputs.
    assert Symmetry((2, 3, 0, 1), 0) in symmetries_of(parse_task("expr:a & ~b, c & ~d"), B2)
    assert exchanged_inputs(symmetries_of(parse_task("multiplexer(selects=2)"), B2)) == []


def minima_agree(task, basis):
    found = all_minima(task, basis)
    cost = found[0].size
    assert len(set(found)) == len(found)
    assert set(found) == plainly(task, basis, cost)
    exhaustive = enumerate_minima(
        task, basis, effort=Effort(shipped=False, workers=1), engine="exhaustive"
    )
    assert set(found) == set(exhaustive.minima)
    if cost:
        below = ChainEncoding(task, basis, cost - 1, least=True, distinct=True, symmetric=False)
        with Session(below.cnf.clauses) as session:
            assert session.model() is None
        proof = refute(task, basis, cost - 1)
        assert check_drup_texts(proof.cnf, proof.proof).clauses == proof.clauses


@settings(max_examples=25, deadline=None)
@given(relations(2, 2))
def test_minima_of_relations_agree_with_exhaustion_and_plain_sat(task):
    minima_agree(task, B2)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([0x96, 0xE8, 0x7E, 0x18, 0xCA, 0x16, 0x80, 0x06]))
def test_minima_of_symmetric_functions_agree_with_exhaustion_and_plain_sat(bits):
    minima_agree(parse_task(f"tt:3:{bits:02X}"), B2)


@pytest.mark.parametrize("text", TASKS)
def test_minima_of_blocks_agree_with_exhaustion_and_plain_sat(text):
    minima_agree(parse_task(text), B2)


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False), relations(2, 1), st.integers(1, 3))
def test_cubes_lose_nothing_over_any_basis(rng, task, cost):
    """Without what is known of smaller sizes, too, and with costs."""
    basis: Basis = some_basis(rng)
    found = list(all_circuits(task, basis, cost))
    assert len(found) == len(set(found))
    assert set(found) == plainly(task, basis, cost)


@pytest.fixture
def small_units(monkeypatch):
    monkeypatch.setattr(search, "_WHOLE", 0)


@pytest.mark.parametrize("text", TASKS[:3])
def test_every_solution_is_in_one_of_the_cubes(small_units, text):
    task = parse_task(text)
    minima = all_minima(task, B2)
    encoding = ChainEncoding(task, B2, minima[0].size, least=True)
    assert len(encoding.cubes) == len(first_gate_orbits(task, B2)) > 1
    apart = [
        set(Search(task, B2).every_of(encoding.within([cube]), minima[0].size, None))
        for cube in encoding.cubes
    ]
    assert set().union(*apart) == set(minima)
    assert sum(map(bool, apart)) > 0
    # Shares of the encoding do not change it.
    assert set(Search(task, B2).every_of(encoding, minima[0].size, None)) == set(minima)


def test_a_search_that_was_killed_is_resumed(small_units, tmp_path, monkeypatch):
    task, store, work, run = parse_task("tt:3:16"), tmp_path / "units.db", search._list_unit, []
    whole = list(all_circuits(task, B2, 4))
    assert len(whole) == 42

    def killed(unit, stop, most_tried):
        if len(run) == 2:
            raise MemoryError
        return counted(unit, stop, most_tried)

    def counted(unit, stop, most_tried):
        run.append(unit.number)
        return work(unit, stop, most_tried)

    monkeypatch.setattr(search, "_list_unit", killed)
    with pytest.raises(MemoryError):
        list(all_circuits(task, B2, 4, effort=Effort(store=store)))
    with UnitStore(store, search._Question(task, B2, 4, 4, None, False).key) as kept:
        left = [number for number in range(4) if kept.tried(number) is None]
    # What had ended beside the unit that failed may not have been kept.
    assert left[-2:] == [2, 3]
    monkeypatch.setattr(search, "_list_unit", counted)
    run.clear()
    for _ in range(2):
        effort = Effort(store=store)
        assert list(all_circuits(task, B2, 4, effort=effort)) == whole
        assert run == left
    assert effort.from_file.taken == effort.from_file.units == 4


@pytest.mark.parametrize(
    ("gates", "what"),
    [
        ("and 0 1, xor 2 3, and 4 5", "does not solve"),
        ("xor 2 3, xor 0 1, and 4 5", "not reduced"),
        ("and 0 1", "another size"),
        ("", "its arrays"),
    ],
)
def test_units_that_no_search_leaves_are_refused(small_units, tmp_path, gates, what):
    task, store = parse_task("expr:(a ^ b) & (c ^ d)"), tmp_path / "units.db"
    forged = UnitResult({"other": np.zeros(1)}, 0, True)
    if gates:
        each = [text.split() for text in gates.split(", ")]
        chain = tuple(Gate(name, (int(p), int(q))) for name, p, q in each)
        forged = bytes_of_circuits([Circuit(4, chain, (Output(3 + len(chain)),))])
    with UnitStore(store, search._Question(task, B2, 3, 3, None, False).key) as kept:
        kept.put(0, forged)
    with pytest.raises(FileError, match=what):
        list(all_circuits(task, B2, 3, effort=Effort(store=store)))


@pytest.mark.slow
def test_processes_find_the_same(small_units, monkeypatch):
    task = parse_task("tt:3:16")
    whole = list(all_circuits(task, B2, 4))
    monkeypatch.setattr(processes, "_SOON", 0.0)
    assert list(all_circuits(task, B2, 4, effort=Effort(workers=2))) == whole
