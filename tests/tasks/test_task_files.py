"""Tasks from files: PLA, JSON and circuits, by suffix, and what is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from task_cases import relation_tasks

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import CIRCUIT_FORMATS, circuit_bytes
from mesacircuits.circuits.names import Names
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.records import readable_json
from mesacircuits.tasks import (
    TASK_FORMATS,
    FunctionTask,
    RelationTask,
    parse_task,
    parse_task_file,
    read_task,
    task_bytes,
    task_from_json,
    task_of_circuit,
)
from mesacircuits.testing import circuits, function_tasks

XOR = Circuit.parse(2, "g1 = a ^ b; out = g1")


@pytest.mark.parametrize("form", sorted(CIRCUIT_FORMATS))
def test_a_circuit_is_the_task_of_computing_its_outputs(form, tmp_path):
    path = tmp_path / f"xor.{form}"
    path.write_bytes(circuit_bytes(XOR, form))
    assert read_task(path) == parse_task("expr:a ^ b")
    assert parse_task(f"file:{path}") == parse_task("expr:a ^ b")
    assert parse_task(str(path)) == parse_task("expr:a ^ b")


@given(circuits(st.integers(1, 4), outputs=st.integers(1, 3)), st.sampled_from(["blif", "json"]))
def test_circuits_solve_the_tasks_of_their_files(circuit, form):
    task = parse_task_file(circuit_bytes(circuit, form), form)
    assert task.solved_by(circuit)
    assert task == task_of_circuit(circuit)


@given(relation_tasks() | function_tasks(st.integers(1, 4), partial=True))
def test_json_states_any_task(task):
    assert parse_task_file(task_bytes(task, "json"), "json") == task
    bare = {k: v for k, v in task.to_json().items() if k != "kind"}
    assert task_from_json(bare) == task


@given(function_tasks(st.integers(1, 4), outputs=st.integers(1, 3), partial=True))
@settings(max_examples=30)
def test_each_format_of_tasks(task):
    for form in TASK_FORMATS:
        assert parse_task_file(task_bytes(task, form), form) == task


MODEL = ".model m\n.inputs x y\n.outputs {}\n.names x y f\n11 1\n.names x g\n1 1\n"


@pytest.mark.parametrize("ends", [".exdc\n{}.end\n", ".end\n.exdc\n{}.end\n"])
def test_dont_cares_of_blif(ends):
    free = ends.format(".inputs x y\n.outputs f\n.names x n\n0 1\n.names n y f\n01 1\n")
    task = parse_task_file((MODEL.format("f") + free).encode(), "blif")
    assert task == parse_task("tt:2:8@7")
    assert task.names == Names(("x", "y"), ("f",))
    # Of two outputs the second is free nowhere.
    both = parse_task_file((MODEL.format("f g") + free).encode(), "blif")
    assert both.accept == ((0,), (2,), (0,), (2, 3))
    with pytest.raises(ArgumentError, match="at most 4 outputs where their don't-cares differ"):
        parse_task_file((MODEL.format("f g f g f") + free).encode(), "blif")


def test_names_stand_beside_tasks_in_json(tmp_path):
    for task in (parse_task("tt:2:8@7"), RelationTask(1, 2, ((0, 3), (1,)))):
        named = replace(task, names=Names(("x", "0")[: task.inputs], ("f", "f")[: task.outputs]))
        assert (named, named.hash_hex, named.to_json()) == (task, task.hash_hex, task.to_json())
        again = parse_task_file(task_bytes(named, "json"), "json")
        assert (again, again.names) == (named, named.names)
        assert enumerate_minima(named).pick(1).names == named.names
    record = parse_task("thermostat").to_json() | {"names": {"inputs": [], "outputs": []}}
    for wrong in (record, parse_task("tt:1:2").to_json() | {"names": {"inputs": ["x"]}}):
        with pytest.raises(ArgumentError, match=r"^in\.json, names: expected"):
            parse_task_file(json.dumps(wrong).encode(), "json", "in.json")


def test_relations_by_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.json").write_text('{"inputs": 1, "outputs": 2, "accept": [[0], [2, 1]]}')
    (tmp_path / "two.PLA").write_text(".i 1\n.o 2\n1 1-\n")
    assert parse_task("one.json") == RelationTask(1, 2, ((0,), (1, 2)))
    assert parse_task("file:one.json") == parse_task("one.json")
    assert parse_task("two.PLA") == RelationTask(1, 2, ((0,), (1, 3)))
    (tmp_path / "a:b.pla").write_text(".i 1\n.o 1\n1 1\n")
    assert parse_task("a:b.pla") == parse_task("tt:1:2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no.pla", "path: expected a readable file, got no.pla (No such file or directory)"),
        ("file:no.pla", "path: expected a readable file, got no.pla (No such file or directory)"),
        ("file:", "path: expected a name that ends in one of .pla, .json, .blif, .bench, .cirbo, "),
        (
            "file:x.v",
            "path: expected a name that ends in one of .pla, .json, .blif, .bench, .cirbo, ",
        ),
        ("a\0.pla", "path: expected a readable file, got a\0.pla (embedded null byte)"),
        ("dir.json", "path: expected a readable file, got dir.json (Is a directory)"),
        ("bad.blif", "bad.blif, line 2: expected a combinational circuit (no latches), got .latch"),
        ("bad.json", "bad.json: expected a task in JSON form, got "),
        ("wide.bench", "wide.bench: expected a circuit of 1 to 6 inputs for a task, got 7"),
        ("none.bench", "none.bench: expected a circuit of 1 to 6 inputs for a task, got 0"),
        ("bad.pla", "bad.pla, line 1: expected .i and a number from 1 to 6, got 9"),
    ],
)
def test_files_that_cannot_be_read_or_hold_none(tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dir.json").mkdir()
    (tmp_path / "bad.blif").write_text(".inputs a\n.latch a b\n")
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "bad.pla").write_text(".i 9")
    wide = [f"INPUT(x{i})\n" for i in range(7)]
    (tmp_path / "wide.bench").write_text("".join([*wide, "OUTPUT(x0)\n"]))
    (tmp_path / "none.bench").write_text("OUTPUT(z)\nz = vdd\n")
    with pytest.raises(ArgumentError) as caught:
        parse_task(text)
    assert str(caught.value).startswith(message)


def test_texts_of_strangers_name_no_files(tmp_path):
    path = tmp_path / "xor.blif"
    path.write_bytes(circuit_bytes(XOR, "blif"))
    for text in (str(path), f"file:{path}", "no.pla"):
        with pytest.raises(ArgumentError, match="task: expected tt:N:HEX, expr:EXPRESSION, a name"):
            parse_task(text, files=False)
    assert parse_task("relation:1:1:1,2", files=False).inputs == 1


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (None, "task: expected JSON with accept (a relation), tables (functions), utilities"),
        ([], "task: expected JSON with accept"),
        ({}, "task: expected JSON with accept"),
        ({"kind": "world"}, "got kind world"),
        ({"kind": []}, "got kind []"),
        ({"x": 1}, "got ['x']"),
        ({"accept": 1}, "task, task: expected a relation task in JSON form"),
        ({"kind": "relation", "tables": []}, "task, task: expected a relation task in JSON form"),
        ({"inputs": 1, "outputs": 1, "accept": [[0], [2]]}, "task, accept[1]: expected words"),
        ({"inputs": 1, "tables": ["4"]}, "task, tables: expected at most 2 bits, got 4"),
        ({"gates": []}, "task, circuit: expected a circuit in JSON form"),
    ],
)
def test_json_that_is_no_task_is_refused(value, part):
    with pytest.raises(ArgumentError) as caught:
        task_from_json(value)
    assert part in str(caught.value)


def test_formats_have_names():
    with pytest.raises(ArgumentError, match="format: expected one of pla, json for a task"):
        task_bytes(FunctionTask(XOR.tables()), "blif")
    with pytest.raises(ArgumentError, match="format: expected one of pla, json, blif"):
        parse_task_file(b"", "verilog")


leaves = st.none() | st.booleans() | st.integers(-2, 20) | st.floats() | st.sampled_from(["8", "F"])
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4), max_leaves=10)
keys = st.sampled_from(["kind", "inputs", "outputs", "accept", "tables", "support", "gates"])
kinds = st.sampled_from(["relation", "function"])


@given(st.dictionaries(keys, values | kinds) | values)
def test_any_json_is_a_task_or_refused(value):
    data = json.dumps(value).encode()
    refused_or_read(data, "json")


@pytest.mark.parametrize("data", [b"[" * 10**5, b"\xff", b"", b"1e999", b'{"accept":[[1e400]]}'])
def test_hostile_json_is_refused(data):
    with pytest.raises(ArgumentError):
        parse_task_file(data, "json", "f")


@given(st.text() | st.sampled_from(["x.pla", "file:", "file:\n.blif", ".json", "\ud800.aag"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_refused_with_one_line(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    for name in (text, f"file:{text}", f"{text}.json"):
        try:
            parse_task(name)
        except ArgumentError as refusal:
            message = str(refusal)
            assert len(message.splitlines()) == 1


def refused_or_read(data, form):
    try:
        task = parse_task_file(data, form)
    except ArgumentError as refusal:
        message = str(refusal)
        assert len(message.splitlines()) == 1
    else:
        assert parse_task_file(readable_json(task.to_json()).encode(), form) == task
