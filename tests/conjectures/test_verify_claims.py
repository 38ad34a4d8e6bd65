"""A claim's certificate altered in any way is refused, or the field is listed as asserted."""

import importlib
import json
import random
import re
import sys
from functools import cache

import msgspec
import pytest
from forged import dotted, mutants, replaced, sealed_again

from mesacircuits.circuits import Circuit
from mesacircuits.conjectures import certificate, check, verify, write_certificate
from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.definitions import definition_named
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import Effort, sat
from mesacircuits.errors import ArgumentError, CertificateError

#: The function of that name hides it.
module = importlib.import_module("mesacircuits.conjectures.verify")

#: Claims with an example of each kind: a function, a world, a function on a
#: support, a measure, no judgement at all, a program; and some without an example.
GIVEN = {
    "contains-search": {"inputs": 3, "null": 0},
    "selection-or-control": None,
    "full-reoptimisation": None,
    "goal-directed-not-search": None,
    "rare-error": None,
    "ninety-ten": None,
    "length-or-time": {"tasks": "satisfying(candidates=4)"},
    "tabular": {"inputs": 2},
    "online": None,
}
LONG = ("goal-directed-not-search", "length-or-time", "ninety-ten", "rare-error")


def settings_of(name):
    given = GIVEN[name]
    return dict(CLAIMS[name].quick) if given is None else given


@cache
def certificate_text(name):
    return json.dumps(CLAIMS[name].check(settings_of(name)).certificate())


@pytest.fixture(autouse=True, scope="module")
def remembered_answers():
    """Ask SAT each question once: thousands of certificates here ask the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("smaller_exists", "shallower_exists"):
            patch.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture
def verified(monkeypatch):
    """Return a function that verifies bytes, as `verify` does a file."""
    monkeypatch.setattr(certificate, "read_bytes", lambda data, argument: data)
    return verify


def refusal(verified, data, **more):
    """Return the verification of a file, or None if it is refused, in one line."""
    try:
        return verified(data, **more)
    except CertificateError as error:
        assert error.where and "\n" not in str(error)  # noqa: PT017, PT018
        return None


def marked(path, new, found, body):
    """Return whether an accepted alteration is of a field that is listed as asserted."""
    place = dotted(path)
    if path[:1] == ("settings",):
        # What is asked: the answer to it is asserted, and the question is printed.
        return len(path) > 1 and "settings: " in found.steps[0]
    for entry in found.asserted:
        where, _, names = entry.partition(": ")
        fields = names.split(", ")
        if where == "certificate" and re.match(rf"({'|'.join(fields)})\b", place):
            return True
        if where.startswith("example.judgements") and place.startswith(where):
            return True
    # Something of the example is left out: all of it, what it is minimal by, or a judgement.
    if place in ("example", "example.minimal"):
        return new in (None, "")
    if place == "example.judgements":
        return all(said["holds"] in (True, False) for said in new)
    # The same circuit, its operands in another order.
    found = body["example"]
    return "circuit" in path and Circuit.from_json(found["circuit"]).hash_hex == found["hash"]


def test_a_definition_is_spelled_in_one_way(verified):
    body = json.loads(certificate_text("contains-search"))
    del body["checksum"]
    said = body["example"]["judgements"][0]
    said["by"] = f" {said['by']}"
    with pytest.raises(CertificateError, match=r"example\.judgements\[0\]\.by: says"):
        verified(sealed_again(body))


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in GIVEN],
)
def test_certificates_of_claims_verify_and_no_field_can_be_altered_alone(name, verified, sampled):
    whole = json.loads(certificate_text(name))
    result = verified(certificate_text(name).encode())
    assert result.asserted == tuple(whole["asserted"])
    assert len(result.asserted) == 2
    for path, new, body in sampled(mutants(whole, most=2), 150):
        found = refusal(verified, sealed_again(body))
        assert found is None or marked(path, new, found, body), (dotted(path), new)


@pytest.mark.parametrize(
    "name",
    [
        "contains-search",
        pytest.param("rare-error", marks=pytest.mark.slow),
        "goal-directed-not-search",
    ],
)
def test_in_full_nothing_can_be_altered(name, verified, monkeypatch):
    reports = {}
    run = Claim.check

    def remembered(self, given=None, effort=None):
        key = self.name, json.dumps(given, default=str)
        if key not in reports:
            reports[key] = run(self, given, effort)
        return reports[key]

    monkeypatch.setattr(Claim, "check", remembered)
    whole = json.loads(certificate_text(name))
    result = verified(certificate_text(name).encode(), full=True)
    assert result.full
    assert result.asserted == ()
    for path, new, body in mutants(whole, most=1):
        if path[:1] == ("settings",):
            # Another question takes another search.
            continue
        found = refusal(verified, sealed_again(body), full=True)
        # An end that the run itself declares open is not reached again, and stays asserted.
        left_open = path[:1] == ("not_exhausted",) and found and not found.full
        assert found is None or left_open or "circuit" in path, (dotted(path), new)


def test_two_fields_forged_together_are_refused_or_marked(verified):
    """Consistently: where one field repeats another, both are altered alike."""
    drawn = random.Random(18)
    tried = 0
    for name in ("contains-search", "full-reoptimisation", "ninety-ten", "online"):
        whole = json.loads(certificate_text(name))
        singles = [
            m for m in mutants(whole, most=2) if m[0][:1] not in ((), ("asserted",), ("format",))
        ]
        pairs = zip(drawn.sample(singles, 70), drawn.sample(singles, 70), strict=True)
        for (path, new, body), (other, value, _) in pairs:
            if other[: len(path)] == path or path[: len(other)] == other:
                continue
            tried += 1
            both = replaced(body, other, value)
            found = refusal(verified, sealed_again(both))
            for at, what in ((path, new), (other, value)):
                assert found is None or marked(at, what, found, both), (dotted(at), what)
    assert tried > 200


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"task": "tt:3:E8"}, "example.circuit"),
        ({"minimal": "size over aig"}, "example.minimal"),
        ({"minimal": "size over X.json"}, "example.minimal"),
        ({"minimal": "proved over b2"}, "example.minimal"),
        ({"caption": "a proof"}, "example"),
        ({"size": 2}, "example.size"),
    ],
)
def test_what_an_example_says_beside_what_it_is(verified, changes, where):
    body = json.loads(certificate_text("contains-search"))
    body["example"].update(changes)
    with pytest.raises(CertificateError) as caught:
        verified(sealed_again({k: v for k, v in body.items() if k != "checksum"}))
    assert caught.value.where.startswith(where)


@pytest.mark.slow
def test_a_circuit_over_another_basis_than_the_settings_name(verified):
    """The fewest and-inverter gates for XOR are no fewest gates over b2."""
    body = json.loads(certificate_text("rare-error"))
    del body["checksum"]
    body["settings"]["basis"] = "aig"
    with pytest.raises(CertificateError, match=r"example\.minimal \(basis\): says b2, re-der"):
        verified(sealed_again(body))


# -- names in files --------------------------------------------------------------------------


def test_every_setting_that_is_a_text_says_what_it_names():
    for claim in CLAIMS.values():
        for given in ({}, claim.quick):
            settings = claim.settings(given)
            for parameter in claim.parameters:
                if not isinstance(parameter.default, str) or parameter.values:
                    assert not parameter.names
                    continue
                assert parameter.names, (claim.name, parameter.name)
                if parameter.names != "words":
                    for text in settings.texts(parameter.name):
                        named_in_file(parameter.names, text)


EVIL = """
from pathlib import Path
Path("RUN").write_text("")
def evil(circuit, task):
    return False
"""


@pytest.mark.slow
def test_a_definition_of_ones_own_is_asserted_until_the_user_gives_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.py").write_text(EVIL)
    report = CLAIMS["ninety-ten"].check(
        {**CLAIMS["ninety-ten"].quick, "definitions": "search-like; evil.py:evil"}
    )
    write_certificate(report.certificate(), "c.json")
    (tmp_path / "RUN").unlink()
    for full in (False, True):
        result = verify("c.json", full)
        [said] = [entry for entry in result.asserted if "evil" in entry]
        assert said.endswith("asserted (give --definition evil.py:evil)")
        assert len(result.asserted) == 3
        assert not result.full
        assert not (tmp_path / "RUN").exists()
    own = {"evil.py:evil": definition_named("evil.py:evil")}
    result = verify("c.json", definitions=own)
    assert len(result.asserted) == 2
    assert (tmp_path / "RUN").exists()
    assert verify("c.json", True, definitions=own).full
    body = json.loads((tmp_path / "c.json").read_text())
    del body["checksum"]
    [place] = [n for n, said in enumerate(body["example"]["judgements"]) if "evil" in said["by"]]
    body["example"]["judgements"][place]["score"] = "1/2"
    (tmp_path / "c.json").write_bytes(sealed_again(body))
    assert len(verify("c.json").asserted) == 3
    with pytest.raises(CertificateError, match=rf"judgements\[{place}\].score"):
        verify("c.json", definitions=own)


#: What a name in a file may not lead to: modules of Python, JSON files, and any other file.
HOSTILE = [
    "evil.py:evil",
    "evil.py",
    "evil",
    "evil.json",
    "file:evil.json",
    "./evil.json",
    "evil.pla",
]


def test_nothing_that_a_certificate_names_is_opened_or_run(tmp_path, monkeypatch, sampled):
    """Every text of it, one after the other, is the name of a file that is there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "evil.py").write_text(EVIL)
    for name in ("evil.json", "evil.pla", "evil"):
        (tmp_path / name).write_text("{}")
    seen, watching = [], [True]

    def hook(event, arguments):
        if (
            watching
            and event in ("open", "import", "subprocess.Popen", "os.posix_spawn")
            and "evil" in str(arguments[0])
        ):
            seen.append((event, str(arguments[0])))

    sys.addaudithook(hook)
    file = tmp_path / "c.json"
    refused = tried = 0
    named = ("contains-search", "selection-or-control", "online", "ninety-ten")
    for text in (*map(certificate_text, named), *sentence_texts()):
        whole = {k: v for k, v in json.loads(text).items() if k != "checksum"}
        for path, value in sampled(texts_of(whole), 6):
            hostile = HOSTILE[len(dotted(path)) % len(HOSTILE)]
            for new in {
                hostile,
                value.replace("b2", hostile).replace("search-like", "evil.py:evil"),
            }:
                if new == value:
                    continue
                file.write_bytes(sealed_again(as_asserted(replaced(whole, path, new))))
                for full in (False, True):
                    tried += 1
                    try:
                        verify(file, full, Effort(workers=1))
                    except (CertificateError, ArgumentError):
                        refused += 1
    watching.clear()
    assert refused > tried / 2
    assert not (tmp_path / "RUN").exists()
    assert seen == []


def sentence_texts():
    yield json.dumps(check("minimal-circuits", {"inputs": 2}).certificate())
    yield json.dumps(check(PROGRAM).certificate())


PROGRAM = "every shortest program of satisfying(candidates=4) is search-like"


def texts_of(value, path=()):
    if isinstance(value, str):
        yield path, value
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, inner in items:
        # The names of fields are no names of anything; and tables are read by nothing.
        if key not in ("claim", "tables", "notes", "asserted", "reading", "question"):
            yield from texts_of(inner, (*path, key))


def as_asserted(body):
    """Return a body whose list of what is asserted is the one that it should have."""
    if not body["arms"]:
        try:
            body = {**body, "asserted": certificate.asserted_fields(body)}
        except (TypeError, KeyError):
            return body
    return body


# -- hostile forms ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [("arms",), ("example",), ("verdict",), ("claim",), ("tables",)],
)
def test_wrong_types_end_in_one_line(verified, path):
    whole = {
        k: v for k, v in json.loads(certificate_text("contains-search")).items() if k != "checksum"
    }
    for new in (1, [], ["held"], {}, {"a": 1}, "x", None, True, 1.5, 10**30):
        if path == ("example",) and new is None:
            continue
        if path[0] in ("tables", "arms") and new == []:
            continue
        with pytest.raises(CertificateError):
            verified(sealed_again(replaced(whole, path, new)))


def test_a_circuit_too_large_for_an_example_is_refused_unread(verified):
    body = json.loads(certificate_text("contains-search"))
    del body["checksum"]
    gates = body["example"]["circuit"]["gates"]
    body["example"]["circuit"]["gates"] = gates * 100
    with pytest.raises(CertificateError, match=r"circuit: circuit: expected at most 64 gates"):
        verified(sealed_again(body))


class Ended(Effort):
    """A budget that ends when SAT first asks for it: the same on every machine."""

    def left(self):
        return -1.0

    def used_up(self):
        return True


def test_a_budget_that_ends_is_said(verified, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(certificate, "read_bytes", lambda data, argument: data)
    for name in ("smaller_exists", "shallower_exists"):
        monkeypatch.setattr(module, name, getattr(sat, name))
    result = verify(certificate_text("contains-search").encode(), effort=Ended(workers=1))
    assert result.left_open == ("example: minimal",)
    assert not result.full
    assert str(result).startswith("NOT VERIFIED, as the budget ended: held: contains-search")
    assert result.to_json()["verified"] is False
    assert msgspec.json.encode(result.to_json())
