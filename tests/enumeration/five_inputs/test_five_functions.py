"""One function of five inputs: its minima by the survey's walk, and what ships of it."""

from dataclasses import replace

import numpy as np
import pytest
from five_twin import near_plainly

from mesacircuits.circuits import AIG, B2, TruthTable
from mesacircuits.data.five_inputs import sizes_of_file, stored_sizes
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.engines import FunctionEngine
from mesacircuits.enumeration.five_inputs import function_classes, sizes
from mesacircuits.enumeration.five_inputs.classes import OpenClasses, class_alone
from mesacircuits.enumeration.five_inputs.functions import ClassEngine
from mesacircuits.enumeration.five_inputs.lookup import check_stored, known_function
from mesacircuits.enumeration.five_inputs.near import near_circuits
from mesacircuits.enumeration.five_inputs.sizes import exact_minima, exhausted_sizes, size_units
from mesacircuits.enumeration.sat import all_circuits
from mesacircuits.errors import ArgumentError, FileError
from mesacircuits.studies.five_functions import tagged_function
from mesacircuits.tasks import FunctionTask

SEARCHED = Effort(shipped=False, workers=1)


def sample(size, count, seed=0):
    """Return members, drawn at random, of some classes of this size that read all inputs."""
    stored, rng = stored_sizes("b2"), np.random.default_rng(seed)
    held = np.flatnonzero((stored.lower == size) & (stored.upper == size))
    found = []
    for place in rng.permutation(held).tolist():
        members = class_alone(5, int(stored.forms[place])).classes
        table = TruthTable(5, int(rng.choice(members.members(np.zeros(1, dtype=np.int64)))))
        if len(table.support()) == 5:
            found.append((~table if rng.integers(2) else table, int(stored.minima[place])))
        if len(found) == count:
            break
    return found


# -- all minima of one function ------------------------------------------------------------------


@pytest.mark.parametrize("floors", [True, False])
@pytest.mark.parametrize("most", [5, pytest.param(7, marks=pytest.mark.slow)])
def test_one_class_alone_has_as_many_minima_as_among_all(floors, most, monkeypatch):
    """Whether or not the floors cut, four inputs."""
    if not floors:
        none = np.empty((0, 2), dtype=np.int64)
        monkeypatch.setattr(sizes, "_floors", lambda *_: none)
    classes = function_classes(4)
    for run in exhausted_sizes(4, B2, SEARCHED, most):
        numbers, _ = run.found
        minima = exact_minima(classes, run.sums)
        for number in numbers[:: 1 if run.size < 6 else 8].tolist():
            alone = class_alone(4, int(classes.normal[number]))
            assert alone.classes.functions[0] == classes.functions[number]
            assert alone.classes.forms[0] == classes.forms[number]
            listed = 0
            for unit in size_units(alone, B2, run.size):
                batches = unit.minima(np.zeros(3, dtype=np.int64), np.zeros(1, dtype=np.uint8))
                listed += sum(int(batch.weights.sum()) for batch in batches)
            assert listed == minima[number] * (classes.functions[number] // 2)


def test_floors_are_the_sizes_of_what_is_left_of_a_function():
    # A multiplexer of c and d by a, and e: with a fixed it is an AND.
    table = TruthTable.of(5, lambda x: (x >> (2 + (x & 1)) & 1) & (x >> 4))
    least = {(4, 0): 0, (4, 1): 3, (0, 0): 1, (0, 1): 1, (1, 0): 4, (1, 1): 4}
    found = sizes._floors(table.bits, 5, B2)
    for (i, value), size in least.items():
        assert found[i, value if i != 0 else 0] == size


@pytest.mark.parametrize(
    ("basis", "size"),
    [(B2, 4), (B2, 5), *(pytest.param(b, 6, marks=pytest.mark.slow) for b in (B2, AIG))],
)
def test_the_walk_lists_what_the_engine_of_chains_lists(basis, size):
    for table, minima in sample(size, 3):
        task = FunctionTask((table,))
        walk, chains = ClassEngine(task, basis, SEARCHED), FunctionEngine(task, basis, SEARCHED)
        for cost in range(3, size + 1):
            listed = walk.circuits(cost, None)
            assert listed == chains.circuits(cost, None)
            assert all(task.solved_by(circuit) for circuit in listed)
        assert basis is AIG or len(listed) == minima


def test_sat_lists_the_same_minima():
    [(table, minima)] = sample(5, 1, seed=3)
    task = FunctionTask((table,))
    listed = enumerate_minima(task, effort=Effort(workers=1))
    assert listed.exhausted_size == listed.size == 5
    assert set(listed.minima) == set(all_circuits(task, B2, 5, None, SEARCHED))
    assert len(listed.minima) == minima


@pytest.mark.slow
@pytest.mark.parametrize("size", [6, 7])
def test_numbers_of_minima_are_the_survey_s(size):
    for table, minima in sample(size, 12, seed=size):
        found = enumerate_minima(table, effort=SEARCHED)
        assert (found.size, found.circuits) == (size, minima)


def test_bounds_on_depth_are_asked_of_the_engine_of_chains():
    [(table, _)] = sample(4, 1)
    plain = enumerate_minima(table, effort=SEARCHED)
    flat = enumerate_minima(table, order="size-depth", effort=SEARCHED)
    assert set(flat.minima) == {c for c in plain.minima if c.depth == flat.depth}
    assert enumerate_minima(table, order="depth-size", effort=SEARCHED).depth <= flat.depth


def test_a_search_goes_on_from_a_file_that_is_checked(tmp_path):
    [(table, minima)] = sample(5, 1)
    effort = Effort(workers=1, store=tmp_path / "five.db")
    assert enumerate_minima(table, effort=effort).circuits == minima
    again = Effort(workers=1, store=tmp_path / "five.db")
    assert enumerate_minima(table, effort=again).circuits == minima
    assert again.from_file.taken == again.from_file.units > 0


# -- circuits by changing others -----------------------------------------------------------------


@pytest.mark.parametrize("longer", [False, True])
def test_changed_circuits_reach_what_the_plain_twin_reaches(longer):
    classes = function_classes(3)
    for gates in ([(0, 1, 2), (2, 3, 4)], [(0, 2, 0), (1, 3, 2), (3, 4, 1)]):
        known = np.array([gates], dtype=np.uint8)
        waiting = OpenClasses(classes, np.arange(len(classes)))
        found = list(near_circuits(waiting, B2, SEARCHED, known, longer))
        reached = np.array(sorted(near_plainly(gates, 3, B2, longer)))
        numbers = np.concatenate([numbers for numbers, _ in found])
        assert sorted(numbers.tolist()) == np.unique(classes.of(reached)).tolist()
        assert not waiting.holds()[numbers].any()


# -- what ships ----------------------------------------------------------------------------------


def test_what_ships_of_one_function():
    found = tagged_function("tt:5:000634CE")
    assert (found.known.size, found.known.minima) == (8, 31)
    assert found.known.circuit.output_bits() == (0x000634CE,)
    assert found.known.circuit.size == 8
    inverse = known_function(TruthTable(5, 0xFFFFFFFF ^ 0x000634CE))
    assert (inverse.size, inverse.form) == (8, found.known.form)
    assert inverse.circuit.output_bits() == (0xFFFFFFFF ^ 0x000634CE,)
    assert known_function("tt:5:00000000").circuit.size == 0
    hard = known_function("tt:5:169AE443")
    assert (hard.size, hard.lower, hard.upper, hard.minima) == (None, 10, 12, None)
    assert "no circuit of at most 9 gates" in str(hard)
    for task in ("tt:6:123456789ABCDEF0", "tt:3:96,E8", "tt:4:0104@0116"):
        with pytest.raises(ArgumentError, match="task: expected one total function"):
            known_function(task)


def test_a_shipped_file_is_read_with_care():
    good = b'{"format":"mesacircuits functions of five inputs 2","basis":"b2","operators":[],'
    good += b'"exhausted_size":9,"columns":[]}\n'
    with pytest.raises(ArgumentError, match="format"):
        sizes_of_file(good)
    with pytest.raises(ArgumentError, match="columns"):
        sizes_of_file(good.replace(b"inputs 2", b"inputs 1") + b"more")
    with pytest.raises(ArgumentError, match="least member"):
        stored_sizes("b2").place_of(0xE8)


def test_a_file_that_is_not_there_has_nothing_to_show(tmp_path, run):
    with pytest.raises(FileError, match="there is no such file"):
        known_function("tt:5:000634CE", effort=Effort(store=tmp_path / "none.db"))
    status, out, _ = run("five-inputs", "--show", "tt:5:000634CE")
    assert status == 0
    assert out.startswith("tt:5:000634CE: C = 8, 31 minimal circuits, D = 4, L = 8\n")
    status, _, err = run("five-inputs", "--show", "tt:5:000634CE", "--depth")
    assert status == 2
    assert "goes without" in err


def test_a_circuit_that_ships_answers_what_cannot_be_proved(run):
    status, out, _ = run("prove", "tt:5:000634CE", "--size", "8")
    assert status == 3
    assert out.startswith("NOT SO: a circuit of size 8 and depth ")


@pytest.mark.slow
def test_a_file_of_a_survey_shows_what_it_holds(tmp_path):
    from mesacircuits.enumeration.five_inputs import survey

    effort = Effort(workers=1, store=tmp_path / "five.db")
    survey(5, size=5, effort=effort)
    found = known_function("tt:5:96696996", effort=Effort(store=tmp_path / "five.db"))
    assert (found.size, found.minima, found.depth) == (4, 105, None)
    assert found.circuit.output_bits() == (0x96696996,)
    left = known_function("tt:5:000634CE", effort=Effort(store=tmp_path / "five.db"))
    assert (left.lower, left.upper, left.circuit) == (6, None, None)


@pytest.mark.slow
def test_the_shipped_file_is_right():
    found = check_stored(stored_sizes("b2"), sample=4)
    assert found.right, str(found)


@pytest.mark.slow
def test_a_wrong_file_is_told(monkeypatch):
    stored = stored_sizes("b2")
    gates, lower = stored.gates.copy(), stored.lower.copy()
    gates[100_000, 0] = gates[100_000, 0] ^ [0, 0, 1]
    lower[np.flatnonzero(lower == 7)[5]] += 1
    wrong = replace(stored)
    wrong.__dict__.update(gates=gates, lower=lower)
    rows = {name: bad for name, _, bad in check_stored(wrong, sample=1).rows}
    assert rows["circuits, evaluated, gates counted"] == 2
    assert rows["classes by size, as published"] >= 1


@pytest.mark.slow
def test_sizes_are_those_of_a_table_from_elsewhere():
    """Every class: fbool carries the table of the optimal5 engine."""
    fbool = pytest.importorskip("fbool")
    stored = stored_sizes("b2")
    sizes_there = np.array(
        [fbool.FBool.from_number(form, 5).minimal_gates() for form in stored.forms.tolist()]
    )
    assert ((stored.lower <= sizes_there) & (sizes_there <= stored.upper)).all()
    held = stored.lower == stored.upper
    assert np.array_equal(stored.upper[held], sizes_there[held])


@pytest.mark.parametrize(("bits", "least", "most"), [(0x96696996, 4, 5), (0x3D, 5, 6)])
def test_circuits_of_a_stated_size_are_those_of_the_engine_of_chains(bits, least, most):
    task = FunctionTask((TruthTable(5, bits),))
    # Largest first: what is smaller is looked through on the way, as far as something is there.
    walk, chains = (engine(task, B2, SEARCHED) for engine in (ClassEngine, FunctionEngine))
    for size in (most, 5, 4):
        assert walk.circuits(size, None) == chains.circuits(size, None)
        assert walk.least == least
