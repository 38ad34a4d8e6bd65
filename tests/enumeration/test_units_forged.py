"""Stores of units that somebody forged, with right digests: refused in one line, or named."""

import io
import json
import random
import shutil
import sqlite3
import zipfile

import msgspec
import numpy as np
import pytest

from mesacircuits.conjectures.check import all_checked
from mesacircuits.conjectures.definition_matrix import under_each
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.units import _digest, arrays_of_bytes, bytes_of_arrays
from mesacircuits.errors import ArgumentError

#: Commands whose units are of each kind, small.
COMMANDS = {
    "chains": ["class-minima", "--inputs", "3", "--basis", "aig"],
    "counts": ["census", "--inputs", "2", "--basis", "nand"],
    "lists": ["class-minima", "--inputs", "2", "--basis", "nand"],
    "images": ["enumerate", "expr:a & b, a | b", "--basis", "aig", "--engine", "threads"],
    "orbits": ["enumerate", "tt:3:18", "--engine", "threads", "--tags"],
    "sat": ["enumerate", "tt:2:6", "--basis", "aig", "--engine", "sat"],
    "programs": ["programs", "satisfying(candidates=4)"],
    "sentence": ["check", "minimal-circuits", "--set", "inputs=3"],
    "tagged": ["census", "--inputs", "3", "--tags"],
}
#: Claims that keep parts of their runs.
PARTS = ("maze",)
MORE_PARTS = (
    "chess-needs-search",
    "levin",
    *("joint-coding", "pseudo-alignment"),
)
COMMANDS |= {name: ["check", name, "--quick"] for name in (*PARTS, *MORE_PARTS)}


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Return a function that gives the file of a command run once, and what that run gave."""
    folder = tmp_path_factory.mktemp("stores")
    made = {}

    def store(run, kind):
        if kind not in made:
            path = folder / kind
            made[kind] = path, run(*COMMANDS[kind], "--resume", path)
            assert made[kind][1][0] in (0, 3, 4), made[kind]
        return made[kind]

    return store


def rows_of(path):
    """Return the rows of a store."""
    with sqlite3.connect(path) as file:
        return file.execute("SELECT rowid, arrays FROM unit ORDER BY rowid").fetchall()


def forge(source, path, rowid, **columns):
    """Copy a store with columns of one row altered, and its digest made right."""
    shutil.copy(source, path)
    file = sqlite3.connect(path)
    for name, value in columns.items():
        file.execute(f"UPDATE unit SET {name} = ? WHERE rowid = ?", (value, rowid))
    key, number, tried, arrays = file.execute(
        "SELECT key, number, tried, arrays FROM unit WHERE rowid = ?", (rowid,)
    ).fetchone()
    if "digest" not in columns and isinstance(arrays, bytes):
        digest = _digest(str(key), number, tried, arrays)
        file.execute("UPDATE unit SET digest = ? WHERE rowid = ?", (digest, rowid))
    file.commit()
    file.close()


def is_refused(ran, path):
    """Return whether a forged store was refused; else the result says that it rests on it."""
    status, out, err = ran
    assert "Traceback" not in err
    if status in (1, 2):
        assert (status, out) == (1, "")
        assert len(err.splitlines()) == 1
        assert err.startswith("mesacircuits: error: resume: expected "), err
        return True
    assert status in (0, 3, 4)
    # What a file claims is its word; a unit that is not taken from it is searched again.
    assert f"units from {path}, " in out
    return False


@pytest.fixture
def forged(run, stores, tmp_path):
    """Return a function that alters a unit of a command's store, and runs the command with it."""

    def call(kind, rowid, **columns):
        source, _ = stores(run, kind)
        path = tmp_path / "forged"
        forge(source, path, rowid, **columns)
        # The budget is for what a store without a unit makes the command search.
        return is_refused(run(*COMMANDS[kind], "--resume", path), path)

    return call


def largest(path):
    """Return the row whose arrays are the largest, as others may be empty."""
    return max(rows_of(path), key=lambda row: len(row[1]))


# -- what a file may claim of any unit ---------------------------------------------------------


def npy(array):
    data = io.BytesIO()
    np.save(data, array)
    return data.getvalue()


def archive(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, member in members.items():
            file.writestr(f"{name}.npy", member)
    return data.getvalue()


def claims_size(data, size):
    """Let the directory of an archive claim that its first member is so large."""
    place = data.index(b"PK\x01\x02") + 24
    return data[:place] + size.to_bytes(4, "little") + data[place + 4 :]


def with_head(shape, descr="|u1", data=b"\0" * 8):
    head = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + data


NO_ARRAYS = {
    "nothing": b"",
    "garbage": random.Random(1).randbytes(300),
    "no archive": b"PK\x03\x04" + bytes(50),
    "gigabytes declared": claims_size(archive(gates=npy(np.zeros(9, dtype=np.uint8))), 4 * 10**9),
    "more than declared": claims_size(archive(gates=npy(np.zeros(900, dtype=np.uint8))), 9),
    "no member": archive(),
    "no array": archive(gates=b"x" * 100),
    "terabytes of shape": archive(gates=with_head("(9999999999999,)")),
    "negative shape": archive(gates=with_head("(-8,)")),
    "a number for a shape": archive(gates=with_head("8")),
    "code for a shape": archive(gates=with_head("(__import__('os'),)")),
    "deep shape": archive(gates=with_head("(" * 5000 + ")" * 5000)),
    "shape of nothing": archive(gates=with_head("(0, 9999999999999)", data=b"")),
    "objects": archive(gates=with_head("(1,)", "|O")),
    "no type": archive(gates=with_head("(8,)", "nonsense")),
    "fields": archive(gates=with_head("(8,)", [("a", "|u1")])),
    "of no size": archive(gates=with_head("(8,)", "|V0")),
    "pickles": archive(gates=npy(np.zeros(1)).replace(b"<f8", b"|O8")),
    "other names": bytes_of_arrays({"x": np.zeros(3)}),
}


@pytest.mark.parametrize("what", NO_ARRAYS)
def test_bytes_that_are_no_arrays(forged, run, stores, what):
    for kind in ("chains", "sat"):
        rowid, _ = largest(stores(run, kind)[0])
        assert forged(kind, rowid, arrays=NO_ARRAYS[what]), kind


@pytest.mark.parametrize("value", [None, "text", 7, 1.5, b"", b"x", -1, 2**62 + 1, 2**63 - 1])
@pytest.mark.parametrize("column", ["key", "number", "tried", "digest", "arrays"])
def test_columns_of_other_kinds(forged, run, stores, column, value):
    rowid, _ = largest(stores(run, "chains")[0])
    try:
        forged("chains", rowid, **{column: value})
    except sqlite3.IntegrityError:
        # Columns that may not be NULL, and no two units of one number.
        assert value is None or column == "number"


def test_two_arrays_of_one_name(forged, run, stores):
    rowid, arrays = largest(stores(run, "chains")[0])
    data = io.BytesIO(arrays)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(data, "a") as file:
        file.writestr("gates.npy", file.read("gates.npy"))
    assert forged("chains", rowid, arrays=data.getvalue())


# -- what a file may claim of units of each kind -----------------------------------------------

KINDS = ("chains", "counts", "lists", "images", "orbits", "programs", "sentence", "tagged")


def variants(array, chosen, count):
    """Yield arrays that an array is forged to: other forms, and `count` values altered."""
    yield array.astype(np.float64)
    yield array.astype(">i8" if array.dtype != np.int64 else np.int32)
    yield array.reshape(-1)
    yield array[None]
    yield array[..., :-1] if array.ndim > 1 else array[:-1]
    yield np.zeros((0, *array.shape[1:]), dtype=array.dtype)
    yield np.concatenate([array, array])
    yield array[::-1]
    yield np.zeros_like(array)
    limits = np.iinfo(array.dtype)
    for number in range(count):
        other = array.copy()
        place = chosen.randrange(array.size)
        near = int(array.flat[place]) + chosen.choice([-2, -1, 1, 2])
        value = (near, limits.min, limits.max, chosen.randint(limits.min, limits.max))[number % 4]
        other.flat[place] = min(max(value, limits.min), limits.max)
        yield other


def each_forgery(path, chosen, units, count):
    """Yield forged bytes for some units of a store, with the rows that they are of."""
    filled = [
        (rowid, arrays)
        for rowid, arrays in rows_of(path)
        if min(a.size for a in arrays_of_bytes(arrays).values())
    ]
    for rowid, data in chosen.sample(filled, min(units, len(filled))):
        arrays = arrays_of_bytes(data)
        for name, array in arrays.items():
            yield rowid, {key: a for key, a in arrays.items() if key != name}
            yield rowid, {**arrays, f"{name}2": array}
            for other in variants(array, chosen, count):
                yield rowid, {**arrays, name: other}


@pytest.mark.parametrize("kind", KINDS)
def test_forged_arrays(forged, run, stores, kind):
    check_arrays(forged, stores(run, kind)[0], kind, units=1, count=2)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_forged_arrays(forged, run, stores, kind):
    check_arrays(forged, stores(run, kind)[0], kind, units=3, count=24)


def check_arrays(forged, path, kind, units, count):
    honest = dict(rows_of(path))
    refused = []
    for rowid, arrays in each_forgery(path, random.Random(kind), units, count):
        data = bytes_of_arrays(arrays)
        if data != honest[rowid]:
            refused.append(forged(kind, rowid, arrays=data))
    # Lists that lack a circuit, counts of other circuits: none but a search can tell.
    assert sum(refused) > len(refused) / 2


def test_a_circuit_in_place_of_another_is_refused(forged, run, stores):
    """Even where it is as small, and of the basis."""
    path, _ = stores(run, "chains")
    rowid, data = largest(path)
    arrays = arrays_of_bytes(data)
    gates = arrays["gates"].copy()
    gates[0, -1, 3] ^= 1
    assert forged("chains", rowid, arrays=bytes_of_arrays({**arrays, "gates": gates}))


def test_minimality_by_a_file_is_said_to_rest_on_it(run, stores, tmp_path):
    """All classes but the smallest emptied out of the store."""
    path, honest = stores(run, "sentence")
    assert "units from" not in honest[1]
    forged = tmp_path / "forged"
    shutil.copy(path, forged)
    count = len(rows_of(path))
    status, out, _ = run(*COMMANDS["sentence"], "--resume", forged)
    assert status == 3
    assert f"\n{count} of {count} units from {forged}, not searched again: the result" in out
    assert out.splitlines()[:-1] == honest[1].splitlines()
    _, out, _ = run(*COMMANDS["sentence"], "--resume", forged, "--json")
    assert json.loads(out)["from_file"] == {"file": str(forged), "units": count, "of": count}


def test_a_page_says_what_it_rests_on(run, stores, tmp_path):
    path, _ = stores(run, "maze")
    page = tmp_path / "maze.md"
    run(*COMMANDS["maze"], "--page", page)
    assert "units from" not in page.read_text()
    run(*COMMANDS["maze"], "--page", page, "--resume", path)
    assert f"units from {path}, not searched again: the result rests on" in page.read_text()


# -- parts of claims, as JSON ------------------------------------------------------------------


def altered(value, chosen):
    """Return JSON values with one of them altered."""
    places = []

    def walk(part, path):
        places.append(path)
        if isinstance(part, dict):
            for key, inner in part.items():
                walk(inner, (*path, key))
        elif isinstance(part, list):
            for place, inner in enumerate(part):
                walk(inner, (*path, place))

    walk(value, ())
    other = chosen.choice(
        [None, True, -1, 0, 10**30, 1.5, "", "x", "\x1b[31m", [], [[]], {}, {"a": 1}, "9" * 9999]
    )
    path = chosen.choice(places)
    if not path:
        return other
    value = msgspec.json.decode(msgspec.json.encode(value))
    whole = value
    for key in path[:-1]:
        whole = whole[key]
    whole[path[-1]] = other
    return value


def json_unit(text):
    return bytes_of_arrays({"json": np.frombuffer(text, dtype=np.uint8)})


def check_parts(forged, path, kind, count):
    chosen = random.Random(kind)
    listed = [
        (rowid, arrays["json"].tobytes())
        for rowid, data in rows_of(path)
        if "json" in (arrays := arrays_of_bytes(data))
    ]
    assert listed
    refused = 0
    for _ in range(count):
        rowid, text = chosen.choice(listed)
        other = msgspec.json.encode(altered(msgspec.json.decode(text), chosen))
        refused += forged(kind, rowid, arrays=json_unit(other))
    assert refused
    rowid, text = listed[0]
    for garbage in (b"", b"{", b"\xff", b"[" * 10**5, b'{"a": 1, "a": 2}', text + b"x"):
        assert forged(kind, rowid, arrays=json_unit(garbage))
    escape = msgspec.json.encode(["\x1b[31m"])
    assert forged(kind, rowid, arrays=json_unit(escape))


@pytest.mark.parametrize("kind", [*PARTS, "sat"])
def test_forged_parts(forged, run, stores, kind):
    check_parts(forged, stores(run, kind)[0], kind, 20)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*PARTS, "sat", *MORE_PARTS])
def test_many_forged_parts(forged, run, stores, kind):
    check_parts(forged, stores(run, kind)[0], kind, 40)


@pytest.mark.slow
def test_forged_verdicts_of_many_claims(tmp_path, sampled):
    """`check --all` and `--definitions` keep verdicts, texts, pages and plots."""
    claims = [conjecture_named("tabular"), conjecture_named("minimal-circuits")]
    path, copy = tmp_path / "kept", tmp_path / "forged"

    def every(store):
        return [
            *all_checked(claims, True, Effort(store=store), pages=True),
            under_each(claims[1], ["search-like"], True, Effort(store=store)),
        ]

    honest = every(path)
    assert not honest[0].from_file
    again = every(path)
    assert "units from" in again[0].from_file
    assert [c.to_json() for c in again] == [c.to_json() for c in honest]
    chosen = random.Random(2)
    refused = []
    kept = [
        (rowid, arrays["json"].tobytes())
        for rowid, data in rows_of(path)
        if "json" in (arrays := arrays_of_bytes(data))
    ]
    forgeries = [
        (rowid, altered(msgspec.json.decode(text), chosen)) for rowid, text in sampled(6 * kept, 9)
    ]
    rowid, text = next((r, t) for r, t in kept if b"<svg" in t)
    value = msgspec.json.decode(text)
    scripted = value["page"][1].replace("</svg>", "<script>alert(1)</script></svg>")
    forgeries.append((rowid, {**value, "page": [value["page"][0], scripted]}))
    for rowid, value in forgeries:
        forge(path, copy, rowid, arrays=json_unit(msgspec.json.encode(value)))
        try:
            found = every(copy)
        except ArgumentError as error:
            refused.append(str(error))
        else:
            assert "units from" in found[0].from_file
            assert value is not forgeries[-1][1], "a script"
    assert all(line.startswith("resume: expected ") for line in refused)
    assert len(refused) > len(forgeries) / 3
