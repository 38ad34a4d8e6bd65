"""A certificate with any one field altered, its checksum recomputed, must not verify."""

import contextlib
import importlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

import msgspec
import pytest
from forged import dotted, is_asserted, mutants, replaced, sealed_again

from mesacircuits.circuits import npn_classes
from mesacircuits.conjectures import CONJECTURES, certificate, check, verify
from mesacircuits.conjectures.claim import Sentences
from mesacircuits.conjectures.decide import decide_programs, parts_of
from mesacircuits.enumeration import Effort, processes
from mesacircuits.enumeration.units import UnitStore, bytes_of_json
from mesacircuits.errors import CertificateError, OutdatedError

#: The function of that name hides it.
module = importlib.import_module("mesacircuits.conjectures.verify")

# -- certificates ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cut(Effort):
    """A budget that ends after so many looks at the clock: the same on every machine."""

    looks: list = field(default_factory=lambda: [0])

    def left(self):
        self.looks[0] -= 1
        return 1.0 if self.looks[0] >= 0 else -1.0


def cut(looks):
    # What ships has no budget to cut.
    return Cut(workers=1, looks=[looks], shipped=False)


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
    "task-depth": "every depth-minimal(cap=3) circuit of tt:3:E8; tt:3:80 over b2 is search-like",
    "task-held": "no size-minimal circuit of tt:3:E8 over b2 is lookup-table(inputs_per_cell=1)",
    "task-inverted": "no size-minimal circuit of tt:3:81 over b2 is search-like",
    "choice": "every size-minimal circuit of argmax(candidates=3) over b2 is lookup-table",
    "orbits": "no size-minimal circuit of choices(2, 1, s=1, ties=first) over b2 is search-like",
    "outputs": "no size-depth-minimal circuit of tt:2:6,8 over b2 is lookup-table",
    "world": "some depth-size-minimal circuit of thermostat over b2 is control-like",
    "union": "no pareto-minimal circuit of tt:3:7E; argmax; functions(2) over b2 is search-like",
    "left-out": "no size-minimal circuit of rock; tt:2:6 over b2 is control-like",
    "mig": "some depth-size-minimal circuit of functions(2) over mig is lookup-table",
}
PROGRAMS = {
    "program": "every shortest program of satisfying(candidates=4) is search-like",
    "program-not": "no kt-minimal program of tt:1:1; satisfying(candidates=4) is search-like",
    "program-held": "no worst-time-minimal(cap=2) program of functions(1) is search-like",
    "program-left-out": "every shortest program of satisfying(candidates=4); rock is control-like",
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
        if reached and arm.example_is_open == ("refuted" in name):
            return report


@cache
def certificate_text(name):
    """Return the certificate of that name as JSON text, sealed."""
    if name == "default":
        report = check("minimal-circuits", {"inputs": 3})
    elif name == "depth-size":
        report = check("minimal-circuits", {"inputs": 3, "order": "depth-size"})
    elif name.startswith("cut"):
        report = cut_report(name)
    else:
        report = check((SENTENCES | PROGRAMS)[name])
    return json.dumps(report.certificate())


# -- verifying them ----------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="module")
def remembered_answers():
    """Ask SAT each question once: thousands of certificates here ask the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("all_minima", "smaller_exists", "shallower_exists", "minimum_depth"):
            patch.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture
def verified(tmp_path, monkeypatch):
    """Return a function that verifies bytes, as `verify` does a file."""
    monkeypatch.setattr(certificate, "read_bytes", lambda data, argument: data)
    return verify


@cache
def recounted(sentence, function):
    return msgspec.to_builtins(module.recount_function(sentence, function))


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory, monkeypatch):
    """Keep the progress of verifying apart from the user's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def all_but_done(data):
    """Keep all that a full verification of `data` finds, and return the bytes again."""
    found = json.loads(data)
    path = module.progress_of(found["checksum"])
    for number, arm in enumerate(found["arms"]):
        fill(path, number, arm["sentence"], arm["classes"])
    return data


def fill(path, number, sentence, rows, says=()):
    with UnitStore(path, f"verify arms[{number}] {sentence}") as store:
        for place, row in enumerate(rows):
            store.put(
                place,
                bytes_of_json(
                    recounted(sentence, row["name"]) | {name: row[name] for name in says}
                ),
            )


def refusal(verified, data):
    try:
        verified(data)
    except CertificateError as error:
        return error
    return None


def survivors(altered, verified):
    """Yield the altered certificates that are verified, with what was altered."""
    for path, new, body in altered:
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


def check_all(name, altered, verified):
    asserted = json.loads(certificate_text(name))["asserted"]
    for path, new, data in survivors(altered, verified):
        assert is_asserted(path, asserted), f"{dotted(path)} altered to {new!r} is verified"
        if still_true(path, new, data):
            continue
        with pytest.raises(CertificateError) as caught:
            verified(all_but_done(data), full=True, keep=True)
        assert caught.value.where.startswith(f"arms[{path[1]}]")


@pytest.mark.parametrize("name", NAMES)
def test_certificates_verify(name, verified, cache_folder):
    data = certificate_text(name).encode()
    result = verified(data)
    assert result.verdict.value == json.loads(data)["verdict"]
    assert result.asserted == tuple(json.loads(data)["asserted"])
    assert not result.full
    whole = verified(all_but_done(data), full=True, keep=True)
    assert whole.full
    assert whole.asserted == ()
    assert not [path for path in cache_folder.rglob("*") if path.is_file()]
    assert len(whole.steps) > len(result.steps)


@pytest.mark.parametrize("name", NAMES)
def test_no_field_can_be_altered_alone(name, verified, sampled):
    whole = json.loads(certificate_text(name))
    check_all(name, sampled(mutants(whole, most=6), 300), verified)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_field_can_be_altered_alone_in_any_way(name, verified):
    check_all(name, mutants(json.loads(certificate_text(name))), verified)


@cache
def exhausted_again(sentence):
    return decide_programs(sentence)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_field_of_a_certificate_of_programs_can_be_altered_alone(
    name, verified, sampled, monkeypatch
):
    monkeypatch.setattr(
        module, "decide_programs", lambda sentence, effort: exhausted_again(sentence)
    )
    whole = json.loads(certificate_text(name))
    data = certificate_text(name).encode()
    assert verified(data).asserted == tuple(whole["asserted"])
    assert verified(data, full=True).asserted == ()
    for path, new, body in sampled(mutants(whole, most=6), 400):
        altered = sealed_again(body)
        if refusal(verified, altered) is None:
            assert is_asserted(path, whole["asserted"]), (dotted(path), new)
            with pytest.raises(CertificateError) as caught:
                verified(altered, full=True)
            assert caught.value.where.startswith("arms[0]")


def test_programs_are_exhausted_again_in_full_within_the_budget(verified):
    data = certificate_text("program").encode()
    found = verified(data, full=True, effort=Effort(nodes=1))
    assert found.left_open == ("classes whose minima were not all found again",)
    assert verified(data, full=True).full


def test_what_an_older_definition_said_is_told_so(verified):
    data = resealed("task-none", ((*ARM, "definition", "version"), 0))
    with pytest.raises(OutdatedError, match=r"arms\[0\]\.definition\.version: version 0 of search"):
        verified(data)
    body = json.loads(certificate_text("task-none"))
    with pytest.raises(OutdatedError, match="claim certificate 3, of an older version"):
        verified(json.dumps(body | {"format": "mesacircuits claim certificate 3"}).encode())


def resealed(name, *changes):
    """Return a certificate altered in several places: pairs of a path and its new value."""
    body = json.loads(certificate_text(name))
    del body["checksum"]
    for path, new in changes:
        body = replaced(body, path, new)
    return sealed_again(body)


@pytest.mark.parametrize("field", ["minima", "tagged"])
def test_an_example_says_how_many_minima_there_are(verified, field):
    """Examples of claims need not, those of sentences must."""
    body = json.loads(certificate_text("default"))
    del body["checksum"], body["arms"][0]["example"][field]
    with pytest.raises(CertificateError, match=r"arms\[0\]\.example: expected minima and tagged"):
        verified(sealed_again(body))


def test_a_definition_is_spelled_in_one_way(verified):
    by = json.loads(certificate_text("default"))["arms"][0]["example"]["judgements"][0]["by"]
    place = ("arms", 0, "example", "judgements", 0, "by")
    with pytest.raises(CertificateError, match=r"\.judgements"):
        verified(resealed("default", (place, f" {by}")))


def test_functions_of_five_inputs(verified):
    """What reads all of them is left open, and no more than the bound for that is exhausted."""
    sentence = "no size-minimal circuit of functions(5) over b2 is search-like"
    body = check(sentence).certificate()
    assert verified(json.dumps(body).encode()).verdict.value == "refuted"
    assert body["arms"][0]["open"]["exhausted_size"] == 3
    del body["checksum"]
    data = sealed_again(replaced(body, ("arms", 0, "open", "exhausted_size"), 4))
    with pytest.raises(CertificateError, match=r"open\.exhausted_size: more than 3, unsearched"):
        verified(data)


def test_the_budget_bounds_the_listing_of_policies(verified, clock, monkeypatch):
    def parts(task):
        clock.now += 2
        return parts_of(task)

    monkeypatch.setattr(module, "parts_of", parts)
    two = "some size-minimal circuit of thermostat; rock over b2 is control-like"
    data = json.dumps(check(two).certificate()).encode()
    found = verified(data, effort=Effort(seconds=1))
    assert found.left_open == ("arms[0]: the policies that solve its tasks",)
    assert not found.to_json()["verified"]


@pytest.mark.parametrize(
    "sentence",
    [
        "no size-minimal circuit of bandit(least=100); tt:2:6 over b2 is search-like",
        "every size-minimal circuit of functions(1); tt:2:6; tt:2:8 over monotone is lookup-table",
        "no depth-size-minimal circuit of tt:2:8; tt:3:E8 over monotone is search-like",
        "some pareto-minimal circuit of tt:2:6; tt:3:E8 over monotone is lookup-table",
    ],
)
def test_tasks_without_a_circuit_are_left_out_and_found_to_be_in_full(verified, sentence):
    data = json.dumps(check(sentence).certificate()).encode()
    assert verified(data).left_open == ()
    assert verified(all_but_done(data), full=True, keep=True).asserted == ()


def test_a_row_for_a_task_without_a_circuit_is_refused_in_full():
    sentence = "no size-minimal circuit of bandit(least=100) over b2 is search-like"
    with pytest.raises(CertificateError, match=r"no circuit over b2 solves bandit\(least=100\)"):
        module.recount_function(sentence, "bandit(least=100)")


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("no formula-minimal circuit of tt:3:E8 over b2 is search-like", "order: expected one of"),
        ("no size-minimal circuit of functions(4); tt:3:E8 over b2 is search-like", "universe: "),
        ("no pareto-minimal circuit of functions(5) over b2 is search-like", "universe: expected"),
        ("no size-minimal circuit of library(all) over b2 is search-like", "got .library.all"),
    ],
)
def test_what_no_certificate_can_ask_is_the_fault_of_the_file(verified, sentence, problem):
    certificate = json.loads(certificate_text("task-some"))
    del certificate["checksum"]
    order, universe = sentence.split()[1], sentence.split(" of ")[1].split(" over ")[0]
    record = {"kind": "functions", "inputs": 5}
    if universe != "functions(5)":
        record = {"kind": "tasks", "tasks": universe.split("; ")}
    changes = {
        "sentence": sentence,
        "quantifier": "no",
        "order": order.removesuffix("-minimal"),
        "universe": record,
    }
    certificate["arms"][0] |= changes
    with pytest.raises(CertificateError, match=problem) as caught:
        verified(sealed_again(certificate))
    assert "\n" not in str(caught.value)


def test_examples_of_more_gates_than_sat_can_show_minimal_are_not_judged(verified):
    certificate = json.loads(certificate_text("task-some"))
    del certificate["checksum"]
    found = certificate["arms"][0]["example"]
    gates = found["circuit"]["gates"]
    found["circuit"]["gates"] = gates + [gates[-1]] * 100
    with pytest.raises(CertificateError, match=r"example\.circuit: .*at most 64 gates"):
        verified(sealed_again(certificate))


def test_the_budget_bounds_the_reading_of_tasks(verified, clock):
    effort = Effort(seconds=1)
    clock.now += 2
    found = verified(certificate_text("task-some").encode(), effort=effort)
    assert found.left_open == ("the tasks that its sentences name",)


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


def test_a_frontier_cut_short_is_refused_and_an_emptied_one_is_found_in_full(verified):
    frontier = json.loads(certificate_text("default"))["arms"][0]["frontier"]
    assert [row["minima"] > 0 for row in frontier] == [True, False, True, False]
    # Of the third no other row says that it is empty.
    with pytest.raises(CertificateError, match=r"arms\[0\]\.frontier: says "):
        verified(resealed("default", ((*ARM, "frontier"), frontier[:2])))
    emptied = {**frontier[2], "classes": 0, "functions": 0, "minima": 0}
    data = resealed("default", ((*ARM, "frontier"), [*frontier[:2], emptied]))
    assert refusal(verified, data) is None
    with pytest.raises(CertificateError, match=r"arms\[0\]\.frontier: says "):
        verified(all_but_done(data), full=True, keep=True)


def test_examples_with_many_minima_are_asserted_and_found_again_in_full(verified, monkeypatch):
    # The certificate is kept for other tests, so it is made before the limit changes.
    asserted = json.loads(certificate_text("none"))["asserted"]
    assert asserted[-1] == "arms[0].example: whether there is one, and none smaller"
    asserted[-1] += ", minima, tagged"
    for place in (certificate, module):
        monkeypatch.setattr(place, "MOST_RECOUNTED", 2)
    as_asserted = (("asserted",), asserted)
    data = resealed("none", as_asserted)
    assert verified(data).asserted == tuple(asserted)
    assert verified(all_but_done(data), full=True, keep=True).full
    altered = resealed("none", as_asserted, ((*ARM, "example", "tagged"), 1))
    assert refusal(verified, altered) is None
    with pytest.raises(CertificateError, match=r"example\.tagged: says 1, re-derived 2"):
        verified(all_but_done(altered), full=True, keep=True)


def test_a_full_verification_resumes_from_what_is_left_of_its_file(tmp_path, monkeypatch):
    data = certificate_text("default").encode()
    file = tmp_path / "c.json"
    file.write_bytes(all_but_done(data))
    path = module.progress_of(json.loads(data)["checksum"])
    key = f"verify arms[0] {json.loads(data)['arms'][0]['sentence']}"
    with contextlib.closing(sqlite3.connect(path)) as units, units:
        units.execute("DELETE FROM unit WHERE key = ? AND number < 3", (key,))
        units.execute("UPDATE unit SET arrays = x'00' WHERE key = ? AND number = 3", (key,))
    with UnitStore(path, key) as store:
        store.put(0, bytes_of_json("no minima"))
    asked = []
    again = module.recount_function

    def counted(*pair):
        asked.append(pair)
        return again(*pair)

    monkeypatch.setattr(processes, "get_context", lambda method: InProcess)
    monkeypatch.setattr(module, "recount_function", counted)
    result = verify(file, full=True, effort=Effort(workers=2), keep=True)
    assert result.full
    assert len(asked) == 4
    assert not path.exists()
    assert "in full" in str(result).splitlines()[0]


class InProcess:
    """In place of a pool of processes, where calls are to be counted."""

    @staticmethod
    def Pool(workers, begin):
        return contextlib.nullcontext(InProcess)

    @staticmethod
    def imap_unordered(work, pairs):
        results = map(work, pairs)
        return SimpleNamespace(next=lambda seconds: next(results))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_workers_start_waits_until_all_are_known(monkeypatch, number):
    """One that is ended half-way prints a traceback of its own, and nobody else ends it."""
    happened = []

    class Starting:
        @staticmethod
        def Pool(workers, begin):
            # As a thread that does not block signals would take it.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
            signal.raise_signal(number)
            happened.append("started")
            return contextlib.closing(SimpleNamespace(close=lambda: happened.append("ended")))

    def answered(signum, frame):
        happened.append("answered")
        raise SystemExit(128 + signum)

    monkeypatch.setattr(processes, "get_context", lambda method: Starting)
    before = signal.signal(number, answered)
    try:
        with pytest.raises(SystemExit), processes.worker_processes(2):
            happened.append("worked")
        assert signal.getsignal(number) is answered
    finally:
        signal.signal(number, before)
    assert happened == ["started", "answered", "ended"]


@pytest.mark.slow
def test_workers_leave_ctrl_c_to_their_parent():
    code = (
        "import signal\n"
        "from mesacircuits.enumeration.processes import worker_processes\n"
        "with worker_processes(1) as pool:\n"
        "    print(pool.apply(signal.pthread_sigmask, (signal.SIG_BLOCK, ())) == {signal.SIGINT})"
    )
    # In a process of its own, which has started no other.
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"


def test_files_beside_a_certificate_and_of_others_are_not_believed(tmp_path, monkeypatch):
    """Progress that says whatever the certificate does, anywhere but in the user's own folder."""
    rows = json.loads(certificate_text("some-not"))["arms"][0]["classes"]
    data = resealed("some-not", ((*ARM, "classes", 3, "size"), rows[3]["size"] + 1))
    file = tmp_path / "c.json"
    file.write_bytes(data)
    found = json.loads(data)
    (arm,) = found["arms"]
    kept = module.progress_of(found["checksum"])
    for name in ("c.json.progress", "progress", kept.name):
        fill(tmp_path / name, 0, arm["sentence"], arm["classes"], says=["size"])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CertificateError, match=r"arms\[0\]\.classes\[3\]\.size: says 2, re-der"):
        verify(file, full=True, keep=True)
    # Another certificate's progress is not this one's.
    assert module.progress_of(json.loads(certificate_text("some-not"))["checksum"]) != kept


@pytest.mark.slow
def test_a_full_verification_without_a_file_finds_an_altered_size(tmp_path):
    rows = json.loads(certificate_text("some-not"))["arms"][0]["classes"]
    file = tmp_path / "c.json"
    file.write_bytes(resealed("some-not", ((*ARM, "classes", 3, "size"), rows[3]["size"] + 1)))
    assert not verify(file).full
    with pytest.raises(CertificateError, match=r"arms\[0\]\.classes\[3\]\.size: says 2, re-der"):
        verify(file, full=True)
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]


# -- four inputs -------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_conjecture_on_four_inputs(verified, sampled):
    whole = check("minimal-circuits", {"inputs": 4}).certificate()
    result = verified(json.dumps(whole).encode())
    assert result.verdict.value == "refuted"
    assert "0117" in whole["arms"][0]["disagreeing"]
    chosen = random.Random(4).sample(list(mutants(whole, most=1)), 700)
    ends = ("verdict", "score", "hash", "operator", "operands", "tagged", "disagreeing", "witness")
    chosen += [
        m for m in mutants(whole, 1) if m[0][-1:] and m[0][-1] in ends and "classes" not in m[0]
    ]
    for path, new, body in sampled(chosen, 60):
        error = refusal(verified, sealed_again(body))
        if error is None:
            assert is_asserted(path, whole["asserted"]), (dotted(path), new)


def test_rows_are_named_by_the_least_members_of_their_classes():
    whole = check("minimal-circuits", {"inputs": 3, "order": "size"}).to_json()["arms"][0]
    names = [row["name"] for row in whole["classes"]]
    assert sorted(names) == sorted(c.representative.hex for c in npn_classes(3))


def test_no_conjecture_states_more_sentences_than_are_verified():
    for entry in CONJECTURES.values():
        assert isinstance(entry.run, Sentences)
        defaults = {parameter.name: parameter.default for parameter in entry.parameters}
        arms = entry.run.stated(defaults)
        assert 1 < len(arms) <= module._MOST_ARMS


@pytest.mark.slow
def test_the_whole_headline_is_verified_by_sat(verified):
    report = check("minimal-circuits")
    found = verified(json.dumps(report.certificate()).encode())
    assert found.verdict is report.verdict
    assert sum("SAT lists" in step for step in found.steps) == sum(
        arm.example is not None for arm in report.arms
    )
