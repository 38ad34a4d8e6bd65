"""Damaged files: every reader takes them or refuses them in one line, soon, and writes nothing.

The slow-marked test reads over 100,000 of them.
"""

import json
import random
import signal
import sqlite3

import pytest
from mutated import damaged

from mesacircuits.catalog import Catalog
from mesacircuits.catalog.verify import verify_catalog
from mesacircuits.circuits import Circuit, basis_named
from mesacircuits.circuits.bases import basis_from_bytes
from mesacircuits.circuits.formats import circuit_bytes, parse_circuit
from mesacircuits.cli import main
from mesacircuits.conjectures import check, verify
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.drup import check_drup_texts
from mesacircuits.errors import MesacircuitsError
from mesacircuits.programs import Machine, Program
from mesacircuits.programs.program import assemble
from mesacircuits.tasks import parse_task, parse_task_file, task_bytes

CIRCUITS = (
    Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = ~g3, g1"),
    Circuit.parse(4, "g1 = maj(a, b, c); g2 = d ? ~g1 : a; out = g2"),
    Circuit.parse(2, "out = ~a, 1"),
)
PROGRAM = ".machine oracle(registers=4, width=2, answers=2, words=2+2)\n0: inc r0\n\
query r1, r0\njz r1, 0\n"
#: A reader that takes longer over a small file hangs.
SECONDS = 600


def circuit_reader(form):
    return [circuit_bytes(c, form) for c in CIRCUITS], lambda data: parse_circuit(data, form)


def task_reader(form, *tasks):
    seeds = [task_bytes(parse_task(task), form) for task in tasks]
    return seeds, lambda data: parse_task_file(data, form)


READERS = {form: circuit_reader(form) for form in ("blif", "bench", "aag", "aig", "json", "txt")}
READERS["pla"] = task_reader("pla", "tt:3:E8", "expr:a & b, ~a & b", "tt:2:8@7")
READERS["task json"] = task_reader(
    "json", "tt:3:E8", "ranking", "thermostat", "bandit", "relation:1:2:3,4"
)
READERS["program"] = (
    [PROGRAM.encode()],
    lambda data: assemble(data.decode("utf-8", "replace")),
)
READERS["program json"] = (
    [json.dumps(assemble(PROGRAM).to_json()).encode()],
    Program.from_json,
)
READERS["program values"] = (
    [json.dumps(assemble(PROGRAM).to_json()).encode()],
    lambda data: Program.from_json(json.loads(data)) if _is_json(data) else None,
)
READERS["circuit text"] = (
    [str(circuit).encode() for circuit in CIRCUITS],
    lambda data: Circuit.parse(4, data.decode("utf-8", "replace")),
)
READERS["basis json"] = (
    [
        b'{"name": "x", "operators": [{"operator": "and", "cost": 2}, {"operator": "tt:3:E8"}]}',
        b'{"name": "y", "operators": [{"operator": "mux"}], "free-inverters": true}',
    ],
    basis_from_bytes,
)
READERS["basis text"] = (
    [b"and=2,xor=3+free-inverters", b"tt:3:E8+constants+repeats"],
    lambda data: basis_named(data.decode("utf-8", "replace"), files=False),
)
READERS["machine text"] = (
    [b"oracle(registers=4, width=2, answers=2, words=2+2)", b"inc+query+jz(loaded=1)"],
    lambda data: Machine.parse(data.decode("utf-8", "replace")),
)
READERS["formula and proof"] = (
    [b"c all of two\np cnf 2 4\n1 2 0\n-1 2 0\n1 -2 0\n-1 -2 0\n|c lemmas\n2 0\nd 1 2 0\n0\n"],
    lambda data: check_drup_texts(*data.decode("ascii", "replace").partition("|")[::2]),
)
READERS["task text"] = (
    [b"tt:3:E8", b"expr:(a ^ b) & ~c", b"argmax(candidates=3)", b"relation:1:2:3,4"],
    lambda data: parse_task(data.decode("utf-8", "replace"), files=False),
)


def _is_json(data):
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def read(reader, data):
    """Read bytes within the time; only the package's own errors may come, of one line."""
    signal.alarm(SECONDS)
    try:
        reader(data)
    except MesacircuitsError as error:
        return str(error)
    finally:
        signal.alarm(0)
    return None


def read_many(name, count, seed):
    seeds, reader = READERS[name]
    drawn = random.Random(f"{name} {seed}")
    refused = 0
    for data in seeds:
        assert read(reader, data) is None
    for _ in range(count):
        data = damaged(drawn.choice(seeds), drawn)
        said = read(reader, data)
        refused += said is not None
        assert "\n" not in (said or "")
    # Damage that is always taken, or always refused, would test little.
    assert 0 < refused < count


@pytest.mark.parametrize("name", READERS)
def test_damaged_files(name):
    read_many(name, 200, "few")


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_very_many_damaged_files(name):
    read_many(name, 9500, "many")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    sentence = "some size-minimal circuit of functions(2) over b2 is lookup-table"
    program = "every shortest program of satisfying(candidates=4) is search-like"
    claim = conjecture_named("tabular").check({"inputs": (2,)}, Effort())
    reports = [check(sentence), claim, check(program)]
    paths = []
    for number, report in enumerate(reports):
        paths.append(folder / f"{number}.json")
        paths[-1].write_text(json.dumps(report.certificate()))
    return paths


def verify_many(certificates, folder, count):
    drawn = random.Random(5)
    path = folder / "damaged.json"
    refused = 0
    for case in range(count):
        path.write_bytes(damaged(certificates[case % len(certificates)].read_bytes(), drawn))
        said = read(lambda p: verify(p, False, Effort(), None), path)
        refused += said is not None
        assert "\n" not in (said or "")
        assert [p.name for p in folder.iterdir()] == ["damaged.json"]
    assert refused > count // 2


def test_damaged_certificates(certificates, tmp_path):
    verify_many(certificates, tmp_path, 60)


@pytest.mark.slow
def test_very_many_damaged_certificates(certificates, tmp_path):
    verify_many(certificates, tmp_path, 1500)


def open_many(small_catalog, folder, count):
    data, drawn = small_catalog.read_bytes(), random.Random(9)
    path = folder / "damaged.db"

    def opened(whole):
        with Catalog.open(path) as catalog:
            verify_catalog(catalog, sample=1)

    for case in range(count):
        broken = bytearray(data)
        for _ in range(drawn.choice((1, 4, 60))):
            broken[drawn.randrange(len(data))] = drawn.randrange(256)
        path.write_bytes(broken[: drawn.randrange(len(data))] if case % 5 == 0 else broken)
        said = read(opened, None)
        assert "\n" not in (said or "")
        assert [p.name for p in folder.iterdir()] == ["damaged.db"]


def test_damaged_catalogs(small_catalog, tmp_path):
    open_many(small_catalog, tmp_path, 40)


@pytest.mark.slow
def test_very_many_damaged_catalogs(small_catalog, tmp_path):
    open_many(small_catalog, tmp_path, 1500)


def test_values_that_are_none_of_sqlite_types(small_catalog, tmp_path):
    # Cells of another type than their columns' are refused like any other damage.
    for table, column in (("minima", "size"), ("solvers", "text"), ("tasks", "json")):
        path = tmp_path / f"{table}.db"
        path.write_bytes(small_catalog.read_bytes())
        for value in (b"\xff\xfe", "text", 3.5, None):
            with sqlite3.connect(path) as connection:
                try:
                    connection.execute(f"UPDATE {table} SET {column} = ?", [value])
                except sqlite3.IntegrityError:
                    continue
            with pytest.raises(MesacircuitsError), Catalog.open(path) as catalog:
                verify_catalog(catalog)


@pytest.mark.parametrize("form", ["blif", "bench", "aag", "aig", "json", "txt", "pla"])
def test_the_command_line_ends_in_one_line_and_leaves_no_part(form, tmp_path, capfd):
    seeds, _ = READERS[form]
    drawn = random.Random(form)
    source, target = tmp_path / f"in.{form}", tmp_path / "out.json"
    for _ in range(25):
        source.write_bytes(damaged(drawn.choice(seeds), drawn))
        target.unlink(missing_ok=True)
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main(["convert", str(source), str(target)])
        _, errors = capfd.readouterr()
        assert caught.value.code in (0, 1, 2)
        if caught.value.code:
            # Notes on a file are of one that was read: the fault is then what it is to become.
            *notes, error = errors.splitlines()
            assert error.startswith("mesacircuits: error: ")
            assert all(note.startswith("mesacircuits: note: ") for note in notes)
            assert not target.exists()
        else:
            assert json.loads(target.read_bytes())
        assert {p.name for p in tmp_path.iterdir()} <= {source.name, target.name}
