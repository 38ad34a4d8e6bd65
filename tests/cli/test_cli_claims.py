"""Claims on the command line: under every definition, of one's own, all of them, their pages."""

import json
import sys

import msgspec
import pytest

from mesacircuits.conjectures.check import expected_text
from mesacircuits.data import stored_claims

OWN = """
[ands-do-not-search]
sentence = "no size-minimal circuit of functions(3) over aig is search-like"
claim = "In and-inverter graphs nothing of three inputs searches."
"""

OBJECT = """
from mesacircuits.conjectures import Claim, Finding, Parameter
from mesacircuits.conjectures.claim import Verdict

def run(settings, effort):
    number = settings.whole("number")
    verdict = Verdict.REFUTED if number % 2 else Verdict.HELD
    return Finding(verdict, f"it is {number}.", "one number")

EVEN = Claim("even", "numbers", "It is even.", "us", "a number", "Is it?", "all else",
             (Parameter("number", 4, "the number", least=1),), run)
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    return str(path)


def test_a_sentence_of_ones_own(run, own):
    status, text, _ = run("check", "ands-do-not-search", "--claims", own)
    assert (status, text.splitlines()[0].partition(":")[0]) == (0, "HELD")
    _, text, _ = run("conjectures", "--claims", own)
    assert "your own" in text
    assert "  ands-do-not-search " in text
    _, text, _ = run("conjectures", "show", "ands-do-not-search", "--claims", own)
    assert "nothing of three inputs searches" in text


def test_an_object_of_ones_own(run, tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OBJECT)
    assert run("check", "even", "--claims", str(path))[0] == 0
    status, text, _ = run("check", "even", "--claims", str(path), "--set", "number=3", "--json")
    assert (status, json.loads(text)["verdict"]) == (3, "refuted")


@pytest.mark.parametrize(
    ("name", "text", "status", "word"),
    [
        ("own.toml", "[a]\nsentences = 'x'", 1, "sentence"),
        ("own.toml", "[a]\nsentence = 'all is well'", 1, "claims, [a]"),
        ("own.toml", "[a", 1, "TOML"),
        ("own.toml", "", 1, "a file with claims"),
        ("own.toml", OWN + "more = 1", 1, "only sentence, claim, source"),
        ("own.toml", OWN.replace("ands-do-not-search", "tabular"), 1, "tabular"),
        ("own.toml", "a" + ".a" * 500 + " = 1", 1, "lines of at most 1000 characters"),
        ("own.toml", "# comment\n" * 40_000, 1, "a file of at most 262144 bytes"),
        ("own.py", "1 / 0", 1, "division by zero"),
        ("own.txt", "", 2, "FILE.toml or FILE.py"),
    ],
)
def test_claims_that_cannot_be_read(run, tmp_path, name, text, status, word):
    path = tmp_path / name
    path.write_text(text)
    code, out, errors = run("conjectures", "--claims", str(path))
    assert (code, out, len(errors.splitlines())) == (status, "", 1)
    assert word in errors


def test_a_page_keeps_its_discussion(run, tmp_path):
    page = tmp_path / "tabular.md"
    given = ("check", "tabular", "--set", "inputs=2", "--page", str(page))
    assert run(*given)[0] == 0
    assert page.with_suffix(".svg").exists()
    text = page.read_text()
    head, line, _ = text.partition("<!-- discussion -->\n")
    assert line
    page.write_text(head.replace("20", "21") + line + "Ours.\n")
    assert run(*given)[0] == 0
    assert page.read_text() == head + line + "Ours.\n"
    page.write_text("something else")
    status, _, errors = run(*given)
    assert (status, page.read_text()) == (2, "something else")
    assert "discussion" in errors


def test_the_verdict_under_each_definition(run, tmp_path):
    definitions = "search-like; lookup-table; mesa-learner"
    given = ("check", "restriction", "--set", "inputs=2", "--set", f"definition={definitions}")
    status, text, _ = run(*given, "--json")
    [row] = json.loads(text)
    assert set(row["verdicts"]) == {"search-like", "lookup-table", "mesa-learner"}
    assert row["verdicts"]["search-like"] == "vacuous"
    assert row["verdicts"]["mesa-learner"] == "n/a"
    assert "no episodes" in row["reasons"]["mesa-learner"]
    assert status == 4
    page = tmp_path / "matrix.md"
    _, text, _ = run(*given, "--page", str(page))
    assert "mesa-learner" in text
    assert "| [restriction](claims/restriction.md) |" in page.read_text()
    status, _, errors = run("check", "restriction", "--set", "definition=lookup-table;serach-like")
    assert (status, "did you mean search-like" in errors) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        (claim, "--quick", "--set", "definition=robust-basin")
        for claim in ("restriction", "range", "search-pays", "information-funnel", "statefulness")
    ]
    + [("no size-minimal circuit of functions(2) over b2 is control-like",)],
)
def test_a_definition_that_never_applies_decides_nothing(run, arguments):
    status, text, errors = run("check", *arguments)
    assert (status, text) == (2, "")
    assert "definition: expected one that applies to" in errors


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--all", "--set", "inputs=2"), "--all"),
        (("--all", "--quick", "--page", "nowhere"), "page: expected a folder"),
        (("--all", "--quick", "--page", "page.md"), "page: expected a folder"),
        (("restriction", "--page", "page"), "page: expected the name of a file, FILE.md"),
        (("--all", "--set", "definition=all", "--plot", "a.svg"), "--plot"),
        (("no size-minimal circuit of functions(2) over b2 is search-like", "--quick"), "--quick"),
    ],
)
def test_options_that_do_not_go_together(run, arguments, word):
    status, text, errors = run("check", *arguments)
    assert (status, text, len(errors.splitlines())) == (2, "", 1)
    assert word in errors


@pytest.mark.slow
def test_a_definition_of_ones_own_decides_but_is_not_certified(run, tmp_path):
    (tmp_path / "own.py").write_text("def deep(solver, task):\n    return solver.depth > 1\n")
    definition = f"{tmp_path / 'own.py'}:deep"
    given = ("check", "minimal-circuits", "--set", "inputs=3", "--set", f"definition={definition}")
    status, text, _ = run(*given)
    assert status == 3
    assert "deep: 10 of 14 classes" in text
    file = tmp_path / "c.json"
    status, text, errors = run(*given, "--certificate", file)
    assert (status, text) == (2, "")
    assert "definition: expected one of the package's, for a certificate" in errors
    assert not file.exists()


def test_what_takes_long_says_so_before(run, monkeypatch):
    measured = {
        name: msgspec.structs.replace(found, seconds=30) for name, found in stored_claims().items()
    }
    monkeypatch.setattr(
        sys.modules["mesacircuits.conjectures.check"], "stored_claims", lambda: measured
    )
    said = "expected to take about 30 s of one core, as measured for what ships"
    assert run("check", "symmetry")[2].splitlines()[0] == said
    # Not of what is asked otherwise, nor of what nobody measured.
    assert said not in run("check", "symmetry", "--quick")[2]
    assert said not in run("check", "symmetry", "--set", "states=3")[2]
    assert expected_text([*measured]) == said.replace("30 s", f"{len(measured) // 2} minutes")
    assert not expected_text(["symmetry", "one of one's own"])
