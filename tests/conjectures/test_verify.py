"""A certificate with any one field altered, its checksum recomputed, must not verify."""

import copy
import json
import random
import re
from dataclasses import dataclass, field
from functools import cache

import msgspec
import pytest

from mesacircuits.conjectures import certificate, check, recount, verify, verify_example
from mesacircuits.enumeration import Effort
from mesacircuits.errors import CertificateError
from mesacircuits.records import content_hash

# -- certificates ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut(Effort):
    """A budget that ends after so many looks at the clock: the same on every machine."""

    looks: list = field(default_factory=lambda: [0])

    def left(self):
        self.looks[0] -= 1
        return 1.0 if self.looks[0] >= 0 else -1.0


def cut(looks):
    return Cut(workers=1, looks=[looks])


SENTENCES = {
    "none": "no size-minimal circuit of functions(3) over b2 is search-like(reencoding=none)",
    "held": "no size-minimal circuit of functions(3) over b2 is search-like(objective_gates=2)",
    "lookup": "no size-minimal circuit of functions(3) over b2 is lookup-table",
    "aig": "no size-minimal circuit of functions(3) over aig is search-like",
    "aig-depth-none": (
        "no depth-size-minimal circuit of functions(3) over aig is search-like(reencoding=none)"
    ),
    "every": "every size-minimal circuit of functions(2) over b2 is search-like",
    "some": "some depth-size-minimal circuit of functions(3) over b2 is search-like",
    "some-not": "some size-minimal circuit of functions(2) over b2 is lookup-table",
    "task-every": "every size-minimal circuit of tt:3:7E over b2 is search-like",
    "task-every-not": "every size-minimal circuit of tt:3:E8 over b2 is search-like",
    "task-none": "no depth-size-minimal circuit of tt:3:7E over b2 is search-like(reencoding=none)",
    "task-some": "some size-minimal circuit of tt:4:0017 over b2 is search-like",
    "task-held": "no size-minimal circuit of tt:3:E8 over b2 is lookup-table(inputs_per_cell=1)",
    "task-inverted": "no size-minimal circuit of tt:3:81 over b2 is search-like",
}
CUTS = ["cut", "cut-depth", "cut-task", "cut-task-depth", "cut-refuted"]
NAMES = ["default", "depth-size", *SENTENCES, *CUTS]


def cut_report(name):
    """Return the report whose budget ended as soon as something, but not all, was exhausted."""
    order = "depth-size" if name.endswith("depth") else "size"
    universe = "tt:3:E8" if "task" in name else "functions(3)"
    tag = "search-like" if "refuted" in name else "lookup-table"
    sentence = f"no {order}-minimal circuit of {universe} over b2 is {tag}"
    for looks in range(1, 1000):
        report = check(sentence, effort=cut(looks))
        (arm,) = report.arms
        reached = arm.exhausted_size > 1 if "task" in name else len(arm.classes) > 2
        if reached and (arm.example is not None) == ("refuted" in name):
            return report


@cache
def certificate_text(name):
    """Return the certificate of that name as JSON text, sealed."""
    if name == "default":
        report = check("minimal-circuits", inputs=3)
    elif name == "depth-size":
        report = check("minimal-circuits", inputs=3, order="depth-size")
    elif name.startswith("cut"):
        report = cut_report(name)
    else:
        report = check(SENTENCES[name])
    return json.dumps(report.certificate())


# -- mutations ---------------------------------------------------------------------------------


def places(value, path=()):
    """Yield the path of every value inside, from the outside in, with the value."""
    yield path, value
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, inner in items:
        yield from places(inner, (*path, key))


def dotted(path):
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


#: Values that some field of some certificate may have, to be put in place of another.
PLAUSIBLE = [
    *("held", "refuted", "inconclusive", "no", "every", "some", "size", "depth-size", "b2", "aig"),
    *("search-like", "lookup-table", "control-like", "search-like(objective_gates=2)"),
    *("search-like(reencoding=none)", "common", "none", "per-group", "search", "lookup"),
    *("0", "1", "1/2", "2/2", "1.0", "01", "00", "18", "7E", "E8", "1E", "FE", "6", "00FE", "x"),
    *("tt:3:18", "tt:3:7E", "tt:3:0x18", "tt:4:0018", "tt:3:24", "expr:a ^ b", "tt:3:18,18"),
    *("and", "or", "xor", "butnot", "notbut", "nand", "tt:2:8", "functions", "task"),
    *("1-0", "-11", "minimal-circuits", "mesacircuits certificate 2", "\u00e9", "\u0661"),
    SENTENCES["every"],
    SENTENCES["held"],
    "0" * 64,
]
HUGE = [10**6, 2**31, 2**63, 2**64, 10**30]


def others(value):
    """Yield values of any type that differ from a leaf."""
    if isinstance(value, bool):
        found = [not value, int(value), None, str(value).lower(), "", []]
    elif isinstance(value, int):
        found = [value + 1, value - 1, 0, 1, 2, value * 2, -value, *HUGE, -(10**30)]
        found += [float(value), value + 0.5, 1e300, str(value), None, [value], {}, True, False]
    elif isinstance(value, str):
        found = [
            *PLAUSIBLE,
            "",
            value + " ",
            " " + value,
            value[:-1],
            value[::-1],
            value.swapcase(),
        ]
        found += [value.replace(" ", "  "), value + value, value + "\n", value + "\0"]
        found += [None, 0, 1, True, [value], {}]
    else:
        found = [0, 1, 3, -1, False, True, "", "1", "none", [], {}, [None], {"kind": "search"}]
    return found


def variants(value):
    """Yield what may stand in place of a value: leaves swapped, lists and objects reshaped."""
    if isinstance(value, list):
        for i in range(len(value)):
            yield value[:i] + value[i + 1 :]
            yield [*value[: i + 1], *value[i:]]
            if i:
                yield [*value[: i - 1], value[i], value[i - 1], *value[i + 1 :]]
        yield from ([*value, extra] for extra in (None, 0, "", {}, []))
        yield from (value[::-1], [], {}, None, 0, "", dict(enumerate(map(str, value))))
    elif isinstance(value, dict):
        for key in value:
            rest = {k: v for k, v in value.items() if k != key}
            yield rest
            yield {**rest, key + "_": value[key]}
            yield {**rest, key.upper(): value[key]}
        yield from ({**value, extra: 0} for extra in {"", "size", "wire", "extra"} - {*value})
        yield from ({}, [], None, 0, "", True, list(value.values()), [value])
    else:
        yield from others(value)


def replaced(value, path, new):
    if not path:
        return new
    result = copy.copy(value)
    result[path[0]] = replaced(value[path[0]], path[1:], new)
    return result


def mutants(whole, most=None):
    """Yield (path, new value, altered body) for every single alteration, the checksum aside."""
    body = {key: value for key, value in whole.items() if key != "checksum"}
    for path, value in places(body):
        found = [new for new in variants(value) if json.dumps(new) != json.dumps(value)]
        if most is not None:
            found = random.Random(dotted(path)).sample(found, min(most, len(found)))
        for new in found:
            yield path, new, replaced(body, path, new)


def sealed_again(body):
    """Return the altered body as a file's bytes, with the checksum that it now should have."""
    if not isinstance(body, dict):
        return json.dumps(body).encode()
    # As it is read back: of numbers too long for 64 bits, readers differ.
    body = msgspec.json.decode(json.dumps(body))
    return json.dumps({**body, "checksum": content_hash(body)}).encode()


def is_asserted(path, asserted):
    """Return whether a field lies under an entry such as `arms[0].classes[]: size, tagged`."""
    for entry in asserted:
        place, _, names = entry.partition(": ")
        pattern = re.escape(place).replace(re.escape("[]"), r"\[\d+\]")
        pattern = pattern.replace(re.escape("[1:]"), r"\[[1-9]\d*\]")
        if re.fullmatch(f"{pattern}\\.({'|'.join(names.split(', '))})", dotted(path)):
            return True
    return False


# -- verifying them ----------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="module")
def remembered_answers():
    """Ask SAT each question once: thousands of certificates here ask the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in [
            *((verify_example, n) for n in ("all_minima", "smaller_exists", "shallower_exists")),
            *((recount, n) for n in ("smaller_exists", "minimum_depth")),
        ]:
            patch.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture
def verified(tmp_path, monkeypatch):
    """Return a function that verifies bytes, as `verify` does a file."""
    monkeypatch.setattr(certificate, "read_bytes", lambda data, argument: data)
    return verify


@cache
def recounted(sentence, function):
    return msgspec.to_builtins(recount.recount_function(sentence, function))


def full_journal(path, data):
    """Write the progress file of a full verification of `data` that is all but done."""
    found = json.loads(data)
    lines = []
    for arm in found["arms"]:
        for row in arm["classes"]:
            pair = arm["sentence"], row["function"]
            line = {"subject": found["checksum"], "key": " ".join(pair)}
            lines.append({**line, "result": recounted(*pair)})
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def refusal(verified, data):
    try:
        verified(data)
    except CertificateError as error:
        return error
    return None


def survivors(name, verified, most=None):
    """Yield the altered certificates that are verified, with what was altered."""
    for path, new, body in mutants(json.loads(certificate_text(name)), most):
        data = sealed_again(body)
        error = refusal(verified, data)
        if error is None:
            yield path, new, data
        else:
            assert error.where, (dotted(path), new)
            assert "\n" not in str(error)


def still_true(path, new, data):
    """Return whether an altered `exhausted_size` still says what is so, if not what was done."""
    if path[-1] != "exhausted_size":
        return False
    found = json.loads(data)["arms"][path[1]]
    if "depth-size" in found["sentence"] and "functions" in found["sentence"]:
        return False
    return new < (4 if "tt:3:E8" in found["sentence"] else 1 + found["classes"][-1]["size"])


def check_all(name, verified, journal, most):
    asserted = json.loads(certificate_text(name))["asserted"]
    for path, new, data in survivors(name, verified, most):
        assert is_asserted(path, asserted), f"{dotted(path)} altered to {new!r} is verified"
        if still_true(path, new, data):
            continue
        with pytest.raises(CertificateError) as caught:
            verified(data, full=True, journal=full_journal(journal, data))
        assert caught.value.where.startswith(f"arms[{path[1]}]")


@pytest.mark.parametrize("name", NAMES)
def test_certificates_verify(name, verified, tmp_path):
    data = certificate_text(name).encode()
    result = verified(data)
    assert result.verdict.value == json.loads(data)["verdict"]
    assert result.asserted == tuple(json.loads(data)["asserted"])
    assert not result.full
    journal = full_journal(tmp_path / "progress", data)
    whole = verified(data, full=True, journal=journal)
    assert whole.full
    assert not journal.exists()
    assert len(whole.steps) > len(result.steps)


@pytest.mark.parametrize("name", NAMES)
def test_no_field_can_be_altered_alone(name, verified, tmp_path):
    check_all(name, verified, tmp_path / "progress", most=6)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_field_can_be_altered_alone_in_any_way(name, verified, tmp_path):
    check_all(name, verified, tmp_path / "progress", most=None)


def resealed(name, *changes):
    """Return a certificate altered in several places: pairs of a path and its new value."""
    body = json.loads(certificate_text(name))
    del body["checksum"]
    for path, new in changes:
        body = replaced(body, path, new)
    return sealed_again(body)


ARM = ("arms", 0)


@pytest.mark.parametrize("size", [10**4, 2**62, 10**18])
def test_depths_out_of_all_measure_are_refused_at_once(verified, size):
    last = len(json.loads(certificate_text("depth-size"))["arms"][0]["classes"]) - 1
    row = (*ARM, "classes", last)
    data = resealed("depth-size", ((*row, "size"), size), ((*row, "depth"), size))
    # Nothing but enumeration contradicts them; what matters is that no power of two is formed.
    assert refusal(verified, data) is None
    with pytest.raises(CertificateError, match=rf"classes\[{last}\]\.depth: cannot be"):
        verified(resealed("depth-size", ((*row, "size"), size), ((*row, "depth"), 5)))


def test_a_frontier_cut_short_is_found_in_full(verified, tmp_path):
    frontier = json.loads(certificate_text("default"))["arms"][0]["frontier"]
    assert [row["minima"] > 0 for row in frontier] == [True, False, True, False]
    data = resealed("default", ((*ARM, "frontier"), frontier[:2]))
    assert refusal(verified, data) is None
    with pytest.raises(CertificateError, match=r"arms\[0\]\.frontier: says "):
        verified(data, full=True, journal=full_journal(tmp_path / "progress", data))


def test_examples_with_many_minima_are_asserted_and_found_again_in_full(
    verified, tmp_path, monkeypatch
):
    # The certificate is kept for other tests, so it is made before the limit changes.
    asserted = [
        *json.loads(certificate_text("none"))["asserted"],
        "arms[0].example: minima, tagged",
    ]
    for module in (certificate, verify_example):
        monkeypatch.setattr(module, "MOST_RECOUNTED", 2)
    at = asserted.index("arms[0].frontier[1:]: classes, functions, minima") + 1
    asserted.insert(at, asserted.pop())
    as_asserted = (("asserted",), asserted)
    data = resealed("none", as_asserted)
    assert "arms[0].example: minima, tagged" in verified(data).asserted
    assert verified(data, full=True, journal=full_journal(tmp_path / "p", data)).full
    altered = resealed("none", as_asserted, ((*ARM, "example", "tagged"), 1))
    assert refusal(verified, altered) is None
    with pytest.raises(CertificateError, match=r"example\.tagged: says 1, re-derived 2"):
        verified(altered, full=True, journal=full_journal(tmp_path / "p", altered))


def test_a_full_verification_resumes_from_what_is_left_of_its_journal(tmp_path):
    data = certificate_text("default").encode()
    file, path = tmp_path / "c.json", tmp_path / "c.json.progress"
    file.write_bytes(data)
    lines = full_journal(path, data).read_bytes().splitlines(keepends=True)
    strange = [b"\xff\n", b"[[[\n", b"{}\n", b'"subject"\n', b"\n"]
    other = lines[0].replace(json.loads(data)["checksum"].encode(), b"0" * 64)
    damaged = lines[-1].replace(b'"circuits":', b'"circuits":"x","x":')
    assert damaged != lines[-1]
    path.write_bytes(b"".join([*strange, other, *lines[3:-1], damaged]) + lines[1][:-9])
    result = verify(file, full=True, effort=Effort(workers=2), journal=path)
    assert result.full
    assert not path.exists()
    assert "in full" in str(result).splitlines()[0]


def test_a_full_verification_without_a_journal_finds_an_altered_size(tmp_path):
    rows = json.loads(certificate_text("some-not"))["arms"][0]["classes"]
    file = tmp_path / "c.json"
    file.write_bytes(resealed("some-not", ((*ARM, "classes", 3, "size"), rows[3]["size"] + 1)))
    assert not verify(file).full
    with pytest.raises(CertificateError, match=r"arms\[0\]\.classes\[3\]\.size: says 2, re-der"):
        verify(file, full=True)
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]


# -- four inputs -------------------------------------------------------------------------------


def test_the_conjecture_on_four_inputs(verified):
    whole = check("minimal-circuits").certificate()
    result = verified(json.dumps(whole).encode())
    assert result.verdict.value == "refuted"
    assert "088E" in whole["arms"][0]["disagreeing"]
    chosen = random.Random(4).sample(list(mutants(whole, most=1)), 700)
    ends = ("verdict", "score", "hash", "operator", "operands", "tagged", "disagreeing", "witness")
    chosen += [
        m for m in mutants(whole, 1) if m[0][-1:] and m[0][-1] in ends and "classes" not in m[0]
    ]
    for path, new, body in chosen:
        error = refusal(verified, sealed_again(body))
        if error is None:
            assert is_asserted(path, whole["asserted"]), (dotted(path), new)
