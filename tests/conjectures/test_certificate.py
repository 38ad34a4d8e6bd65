"""Certificates as files: what is written is read back, and hostile files end in one error."""

import json
import random
import re
import typing
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from mesacircuits.circuits.circuit import CircuitRecord
from mesacircuits.conjectures import certificate as module, check, verify, write_certificate
from mesacircuits.conjectures.certificate import asserted_fields, read_certificate, sealed
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.records import canonical_json, content_hash


@cache
def whole():
    return check("minimal-circuits", {"inputs": 2}).certificate()


@cache
def written():
    return json.dumps(whole(), indent=1).encode()


@pytest.fixture
def read(monkeypatch):
    """Return a function that reads bytes, as `read_certificate` does a file."""
    monkeypatch.setattr(module, "read_bytes", lambda data, argument: data)
    return read_certificate


# -- what is written ---------------------------------------------------------------------------


def test_a_certificate_says_what_the_report_says():
    report = check("minimal-circuits", {"inputs": 2})
    body = {k: v for k, v in report.certificate().items() if k != "checksum"}
    assert body["format"] == "mesacircuits certificate 5"
    # Where the minima are from is no part of what is certified.
    said = {k: v for k, v in report.to_json().items() if k != "minima_from"}
    assert {k: v for k, v in body.items() if k not in ("format", "asserted")} == said
    assert report.certificate()["checksum"] == content_hash(body)


def test_it_is_the_same_each_time():
    assert canonical_json(check("minimal-circuits", {"inputs": 2}).certificate()) == canonical_json(
        whole()
    )


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "c.json"
    write_certificate(whole(), path)
    text = path.read_text()
    assert text.endswith("}\n")
    assert json.loads(text) == whole()
    assert msgspec.to_builtins(read_certificate(path)) == whole()
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


def test_the_layout_of_the_text_does_not_matter(read):
    for indent in (None, 0, 7):
        data = json.dumps(whole(), indent=indent, sort_keys=indent == 0).encode()
        assert msgspec.to_builtins(read(data)) == whole()


def test_what_is_asserted_is_named():
    arm = whole()["arms"][0]
    assert arm["example"] is None
    places = ["arms[0]: verdict, counts, disagreeing", "arms[0].open: functions, classes, "
              "exhausted_size", "arms[0].classes[]: size, circuits, minima, tagged, some, every",
              "arms[0].frontier[]: classes, functions, minima",
              "arms[0].example: whether there is one, and none smaller"]  # fmt: skip
    assert asserted([arm]) == ["certificate: verdict, answer", *places]
    both = asserted([arm, arm])
    assert both[6:] == [place.replace("arms[0]", "arms[1]") for place in places]
    deep = asserted([{**arm, "order": "depth-size"}])
    assert "arms[0].classes[]: size, depth, circuits, minima, tagged, some, every" in deep
    # What the example decides is proved by it; its minima are found again if they are few.
    few = {**arm, "verdict": "refuted", "example": {"minima": 200}}
    assert asserted([few])[:2] == ["certificate: answer", "arms[0]: counts, disagreeing"]
    many = asserted([{**few, "example": {"minima": 201}}])
    assert many[-1] == "arms[0].example: whether there is one, and none smaller, minima, tagged"
    assert asserted([few, arm])[1:3] == [
        "arms[0]: counts, disagreeing",
        "arms[0].open: functions, classes, exhausted_size",
    ]
    assert asserted([{**few, "verdict": "held"}, arm])[0] == "certificate: verdict, answer"
    # Programs are exhausted again, and only in full.
    programs = asserted([{**few, "operations": "oracle"}])
    assert programs[:2] == ["certificate: verdict, answer", "arms[0]: verdict, counts, disagreeing"]
    assert programs[-1].endswith("none smaller, minimal, minima, tagged")
    assert programs[3].endswith("tagged, some, every, cost, exhausted")


def asserted(arms):
    return asserted_fields({"arms": arms})


def fields_of(record, path=""):
    """Yield the place of every field of a schema, those that hold records included."""
    for name, kind in typing.get_type_hints(record).items():
        place = f"{path}{name}"
        several = any(typing.get_origin(k) is list for k in (kind, *typing.get_args(kind)))
        parts = [kind, *typing.get_args(kind)]
        parts += [part for k in parts for part in typing.get_args(k)]
        inner = [k for k in parts if hasattr(k, "__struct_fields__")]
        if inner and inner[0] is not CircuitRecord:
            yield from fields_of(inner[0], f"{place}[]." if several else f"{place}.")
            if not several:
                yield place
        else:
            yield place


#: Records whose fields are one in the tables: whole, they are compared or asserted.
WHOLE = {
    "tables[]": "tables",
    "example.judgements[]": "example.judgements",
    "arms[].example.judgements[]": "arms[].example.judgements",
    "arms[].classes[].exhausted[]": "arms[].classes[].exhausted",
}


def test_every_field_is_compared_or_asserted():
    """A field that is added has to be entered in the table, which says how it is held."""
    places = set()
    for place in fields_of(module.Certificate):
        for part, shown in WHOLE.items():
            if place.startswith(part):
                place = shown
        places.add(place)
    # Those that only hold others, of which the table speaks one by one.
    assert places - set(module.FIELDS) <= {"arms[].open"}
    assert set(module.FIELDS) <= places


def test_the_checksum_covers_every_other_field():
    for name, value in whole().items():
        if name not in ("checksum", "format", "asserted"):
            report = {k: v for k, v in whole().items() if k not in ("checksum", "format")}
            kept = name in ("arms", "example")
            altered = sealed({**report, name: value if kept else f"{value}x"})
            assert (altered["checksum"] == whole()["checksum"]) == kept


# -- what is read ------------------------------------------------------------------------------


def refused(read, data):
    with pytest.raises(CertificateError) as caught:
        read(data)
    assert str(caught.value).startswith(f"certificate: {caught.value.where}: ")
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300
    return caught.value


HOSTILE = {
    "empty": b"",
    "blank": b" \n",
    "binary": bytes(range(256)),
    "zeros": b"\0" * 1000,
    "lists": b"[" * 10**6,
    "objects": b'{"a":' * 10**6,
    "closed lists": b"[" * 10**5 + b"]" * 10**5,
    "nested 900": b'{"arms":' + b"[" * 900 + b"]" * 900 + b"}",
    "NaN": b"NaN",
    "infinity": b'{"format": Infinity}',
    "huge number": b'{"format": 1e999}',
    "long number": b'{"format": ' + b"9" * 10**4 + b"}",
    "utf-16": '{"format": 1}'.encode("utf-16"),
    "mark": b"\xef\xbb\xbf{}",
    "half a pair": b'{"format": "\\ud800"}',
    "bad utf-8": b'{"format": "\xff"}',
    "comment": b"{} // no",
    "two": b"{}{}",
    "null": b"null",
    "list": b"[]",
    "text": b'"certificate"',
    "number": b"1",
    "true": b"true",
    "object": b"{}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_certificate_is_refused(read, name):
    assert refused(read, HOSTILE[name]).where in ("file", "format", "arms[0]")


@pytest.mark.parametrize(
    "value",
    [
        *(b"NaN", b"1e999", b"-1", b"1.0", b"1e30", b"9" * 30, b"9" * 5000, b"[" * 5000),
        *(b"[" * 900 + b"]" * 900, b'"\xff"', b'"\\ud800"', b"", b"true", b"null", b'"2"'),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_values_of_no_count_are_refused_wherever_they_stand(read, value):
    places = ['"inputs": 2', '"size": 0', '"functions": 16', '"version": 3', '"minima": 8']
    for place in places:
        assert place.encode() in written()
        name = place.split(":")[0].encode()
        # Of the fields that are free objects, the checksum finds the damage.
        refused(read, written().replace(place.encode(), name + b": " + value, 1))


def test_files_cut_short_are_refused(read):
    data = written().rstrip()
    for length in random.Random(1).sample(range(len(data)), 150):
        assert refused(read, data[:length]).where == "file"


@pytest.mark.parametrize(
    "twice",
    [
        ('"verdict": "held"', '"verdict": "refuted", "verdict": "held"'),
        ('"verdict": "held"', '"verdict": "held", "verdict": "held"'),
        ('"inputs": 2', '"inputs": 3, "inputs": 2'),
        ('"size": 0', '"size": 9, "s\\u0069ze": 0'),
    ],
)
def test_a_field_given_twice_is_refused(read, twice):
    assert twice[0].encode() in written()
    data = written().replace(twice[0].encode(), twice[1].encode(), 1)
    assert msgspec.json.decode(data) == whole()
    assert re.fullmatch(r"no JSON: the field .* is given twice", refused(read, data).problem)


def test_a_wrong_checksum_is_refused(read):
    for wrong in ("", "0" * 64, whole()["checksum"].upper(), whole()["checksum"] + " "):
        assert refused(read, json.dumps({**whole(), "checksum": wrong}).encode()).where == (
            "checksum"
        )
    assert refused(read, json.dumps({**whole(), "verdict": "refuted"}).encode()).where == "checksum"


def test_files_that_cannot_be_read_are_the_callers_error(tmp_path):
    for path in (tmp_path / "missing", tmp_path, "a\0b"):
        for function in (read_certificate, verify):
            with pytest.raises(ArgumentError, match=r"^certificate: expected a readable file, "):
                function(path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def ends_well(data):
    """Read and verify bytes; only a `CertificateError` may come of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "read_bytes", lambda data, argument: data)
        try:
            verify(data)
        except CertificateError as error:
            return len(str(error).splitlines()) == 1
    return json.loads(data) == whole()


@given(json_values)
def test_any_json_is_refused(value):
    assert ends_well(json.dumps(value).encode())


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(data):
    assert ends_well(data)


paths = st.lists(st.integers(0, 100), min_size=1, max_size=7)


@given(paths, json_values)
@settings(max_examples=300)
def test_any_value_in_any_place_is_refused(steps, value):
    # Each step chooses one of the fields or items that there are.
    body = {k: v for k, v in json.loads(written()).items() if k != "checksum"}
    inner, parent, key = body, None, None
    for step in steps:
        if not isinstance(inner, dict | list) or not inner:
            break
        keys = list(inner) if isinstance(inner, dict) else range(len(inner))
        parent, key = inner, keys[step % len(keys)]
        inner = parent[key]
    parent[key] = value
    try:
        checksum = content_hash(msgspec.json.decode(json.dumps(body)))
    except (msgspec.DecodeError, UnicodeEncodeError):
        checksum = "0" * 64
    assert ends_well(json.dumps({**body, "checksum": checksum}).encode())


edits = st.tuples(st.integers(0, 10**6), st.integers(0, 3), st.binary(max_size=4))


@given(st.lists(edits, min_size=1, max_size=4))
@settings(max_examples=300)
def test_edits_of_bytes_are_refused(changes):
    data = written()
    for place, dropped, new in changes:
        place %= len(data)
        data = data[:place] + new + data[place + dropped :]
    assert ends_well(data)
