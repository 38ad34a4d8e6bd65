"""Records: canonical JSON and hashes, files written whole, and the data files that ship."""

import json
import os
import pickle
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from mesacircuits import records
from mesacircuits.circuits import Circuit, MealyMachine, basis_named
from mesacircuits.circuits.formats import read_circuit
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.data import manifest_entries, published
from mesacircuits.errors import ArgumentError, FileError, MesacircuitsError
from mesacircuits.programs import Machine, Program
from mesacircuits.records import (
    canonical_json,
    check_writable,
    content_hash,
    file_contents,
    read_bytes,
    readable_json,
    write_atomically,
)
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    World,
    WorldTask,
    parse_task,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def reordered(value):
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@given(json_values)
def test_canonical_json_is_one_text_per_value(value):
    text = canonical_json(value)
    assert json.loads(text) == json.loads(readable_json(value)) == value
    assert canonical_json(reordered(value)) == text
    assert content_hash(reordered(value)) == content_hash(value)
    assert canonical_json(json.loads(readable_json(value))) == text


@given(json_values, json_values)
def test_different_values_have_different_hashes(one, other):
    # Python takes 1 for True; JSON does not.
    if json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True):
        assert content_hash(one) != content_hash(other)


def test_hashes_stay_what_they_were():
    # Stored certificates name things by these; a change here breaks them.
    assert content_hash({"b": [1, None], "a": "é"}) == (
        "3d92f6368f93f3cb36a4e7a721098054dfbfd705e31fa50409f2d99e0727a08c"
    )
    assert parse_task("tt:3:E8").hash_hex == (
        "d573973d190bd9ac54e67d0f5502be5d279513245134eee241c597205916bd13"
    )


# -- files -----------------------------------------------------------------------------------


def test_files_are_written_whole_and_replaced(tmp_path):
    path = tmp_path / "record.json"
    for data in (b"first", b"", b"second"):
        write_atomically(path, data)
        assert read_bytes(path, "record") == data
        assert os.listdir(tmp_path) == ["record.json"]


def test_permissions_are_those_of_an_ordinary_file(tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.write_bytes(b"")
    write_atomically(tmp_path / "atomic", b"")
    assert (tmp_path / "atomic").stat().st_mode == ordinary.stat().st_mode


def test_a_relative_path_will_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_atomically("record.json", b"{}")
    assert (tmp_path / "record.json").read_bytes() == b"{}"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, step):
    path = tmp_path / "record.json"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(records.os, step, fail)
    with pytest.raises(ArgumentError) as caught:
        write_atomically(path, b"new", "output")
    assert str(caught.value).startswith("output: expected a writable path, got ")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["record.json"]


def test_an_interrupt_leaves_no_temporary_file(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(records.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "record.json", b"new")
    assert os.listdir(tmp_path) == []


def unwritable(folder: Path):
    (folder / "folder").mkdir()
    (folder / "file").write_bytes(b"")
    return {
        "folder": "Is a directory",
        "missing/record": "No such file or directory",
        "file/record": "Not a directory",
    }


def test_unwritable_paths_are_refused_by_name(tmp_path):
    # By shape, not by permission: tests may run as root, who may write anywhere.
    for name, problem in unwritable(tmp_path).items():
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(ArgumentError) as caught:
            write_atomically(tmp_path / name, b"data", "output")
        assert caught.value.argument == "output"
        assert caught.value.got == f"{tmp_path / name} ({problem})"
        assert "\n" not in str(caught.value)
        assert sorted(tmp_path.rglob("*")) == before


def test_unreadable_files_are_refused_by_name(tmp_path):
    path = tmp_path / "record"
    for target in (path, tmp_path):
        with pytest.raises(ArgumentError, match=r"^record: expected a readable file, got "):
            read_bytes(target, "record")
    path.write_bytes(b"12345")
    assert read_bytes(path, "record", limit=5) == b"12345"
    with pytest.raises(ArgumentError, match=r"^record: expected a file of at most 4 bytes, got "):
        read_bytes(path, "record", limit=4)


def test_the_fault_of_a_file_is_told_apart(tmp_path):
    for fault in (
        lambda: read_bytes(tmp_path / "none", "path"),
        lambda: write_atomically(tmp_path / "none" / "file", b"", "output"),
        lambda: check_writable(tmp_path / "none" / "file", "output"),
        lambda: read_circuit(tmp_path / "none.blif"),
        lambda: basis_named(str(tmp_path / "none.json")),
        lambda: parse_task(str(tmp_path / "none.pla")),
    ):
        with pytest.raises(FileError) as caught:
            fault()
        again = pickle.loads(pickle.dumps(caught.value))
        assert (type(again), str(again)) == (FileError, str(caught.value))
    with pytest.raises(ArgumentError) as caught, file_contents():
        basis_named("none")
    assert type(caught.value) is FileError
    with pytest.raises(ArgumentError) as caught:
        basis_named("none")
    assert type(caught.value) is ArgumentError


#: What `to_json` gives of one of each.
STATED = {
    Circuit: Circuit.parse(2, "g1 = a & b; out = g1").to_json(),
    Episode: parse_task("bandit(steps=2)").episode.to_json(),
    EpisodeTask: parse_task("bandit(steps=2)").to_json(),
    FunctionTask: parse_task("tt:2:8@7").to_json(),
    Machine: Machine().to_json(),
    MealyMachine: MealyMachine(Circuit.parse(2, "out = b, a"), 1).to_json(),
    OptimisationTask: parse_task("argmax").to_json(),
    Program: Program.parse("inc r0; jmp 0", Machine()).to_json(),
    RelationTask: parse_task("relation:1:2:3,4").to_json(),
    World: parse_task("thermostat(levels=2)").world.to_json(),
    WorldTask: parse_task("thermostat(levels=2)").to_json(),
}


def altered(value, leaf):
    """Yield JSON values with each text, number and key of `value` replaced in turn."""
    if isinstance(value, dict):
        for key in value:
            for inner in altered(value[key], leaf):
                yield {**value, key: inner}
            yield {**{k: v for k, v in value.items() if k != key}, leaf: value[key]}
    elif isinstance(value, list) and value:
        for inner in altered(value[0], leaf):
            yield [inner, *value[1:]]
    yield leaf


#: Half a character, control characters, numbers of many digits.
LEAVES = ("\ud800", "a\n\x1b", 1 << 70, 1 << 20_000, -1, 1.5, None)


@pytest.mark.parametrize("form", STATED, ids=lambda form: form.__name__)
def test_values_that_state_nothing_are_refused_by_name(form):
    refused = []
    for leaf in LEAVES:
        for value in altered(STATED[form], leaf):
            try:
                form.from_json(value)
            except MesacircuitsError as error:
                refused.append(str(error))
    assert len(refused) > 20
    assert not any("\n" in line for line in refused)


# -- the data that ships ---------------------------------------------------------------------


def test_the_manifest_matches_the_data_files():
    manifest = json.loads(files("mesacircuits.data").joinpath("manifest.json").read_text())
    assert manifest == manifest_entries(), "run python -m mesacircuits.data if the change is meant"


def test_distributions_cover_every_function_and_class():
    totals = {(4, "functions"): 2**16, (4, "classes"): 222}
    totals |= {(5, "functions"): 2**32, (5, "classes"): 616126}
    for d in published().distributions:
        assert sum(d.counts) == totals[d.inputs, d.counted]
        assert published().distribution(d.inputs, d.order, d.counted) is d


def test_complete_calibrations_cover_every_normal_function():
    for c in published().calibrations:
        covered = sum(row.functions for row in c.rows)
        total = {"normal": 2**7 - 4, "all": 2**8}[c.functions]
        assert (covered == total) if c.complete else (covered < total)
        assert [row.gates for row in c.rows] == list(range(1, len(c.rows) + 1))
        assert all(row.functions <= row.circuits for row in c.rows)
        assert published().calibration(c.basis, c.order) is c


def test_every_count_has_a_source():
    data = published()
    counts = (*data.distributions, *data.calibrations, *data.tasks)
    assert {c.source for c in counts} == set(data.sources)
    assert [parse_task(t.task).inputs for t in data.tasks] == [3, 3, 4]


def test_what_is_not_published_is_refused():
    with pytest.raises(ArgumentError, match=r"^distribution: expected one of 4 size classes; "):
        published().distribution(6, "size")
    with pytest.raises(ArgumentError, match=r"^calibration: expected one of b2 size; "):
        published().calibration("b2", "formula")


def minima(basis, most):
    """Return {function: (cost, wirings, circuits)} of three inputs, by going through all chains."""
    found = defaultdict(list)

    def extend(values, reach, depths, last, gates):
        for j in range(len(values)):
            for i in range(j):
                for operator in basis.operators:
                    key = (j, i, operator.table)
                    bits = operator.apply((values[i], values[j]), 0xFF)
                    if key <= last or bits in (0, *values):
                        continue
                    chain = (*gates, (j, i, bits))
                    cone = reach[i] | reach[j] | 1 << len(gates)
                    depth = 1 + max(depths[i], depths[j])
                    if cone == (1 << len(chain)) - 1:
                        found[bits].append((depth, chain))
                    if len(chain) < most:
                        extend([*values, bits], [*reach, cone], [*depths, depth], key, chain)

    extend([input_bits(3, i) for i in range(3)], [0] * 3, [0] * 3, (), ())
    return found


@pytest.mark.parametrize(("name", "order"), [("b2", "size"), ("aig", "size"), ("b2", "depth-size")])
def test_calibrations_by_brute_force(name, order):
    def cost(circuit):
        depth, chain = circuit
        return (depth if order == "depth-size" else 0, len(chain))

    counts = defaultdict(lambda: [0, 0])
    best = {}
    for bits, chains in minima(basis_named(name), 4).items():
        least = min(map(cost, chains))
        best[bits] = [chain for depth, chain in chains if cost((depth, chain)) == least]
        counts[least[1]][0] += 1
        counts[least[1]][1] += len(best[bits])
    rows = [r for r in published().calibration(name, order).rows if r.gates <= 4]
    assert {r.gates: [r.functions, r.circuits] for r in rows} == counts
    if (name, order) == ("b2", "size"):
        for task in published().tasks[:2]:
            chains = best[parse_task(task.task).tables[0].bits]
            assert (len(set(chains)), len(chains)) == (task.wirings, task.circuits)
