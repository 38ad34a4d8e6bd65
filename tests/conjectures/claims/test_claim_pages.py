"""The pages of the claims: each is there, with its discussion, and says what the claim finds."""

import re
from pathlib import Path

import pytest

from mesacircuits.conjectures import check
from mesacircuits.conjectures.claim import Verdict, attributed
from mesacircuits.conjectures.definition_matrix import (
    ANY,
    MatrixRow,
    definition_texts,
    matrix_markdown,
    matrix_text,
    own_definition,
)
from mesacircuits.conjectures.registry import CONJECTURES, conjectures_text, registered
from mesacircuits.conjectures.report_text import (
    DISCUSSION,
    LIST,
    LIST_END,
    claims_list,
    list_parts,
    page_head,
    write_list,
)
from mesacircuits.data import stored_claims, stored_verdicts
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import wrapped

DOCS = Path(__file__).parents[3] / "docs"
ENTRIES = registered()


def parts(name):
    """Return what is generated of a page, and its discussion."""
    head, line, discussion = (DOCS / "claims" / f"{name}.md").read_text().partition(DISCUSSION)
    assert line
    return head, discussion


@pytest.mark.parametrize("name", ENTRIES)
def test_a_page_has_a_picture_and_a_discussion(name):
    head, discussion = parts(name)
    entry = ENTRIES[name]
    # A block quotation is one.
    said = (
        f"> {entry.claim}"
        if entry.quotation
        else f"{entry.claim}\n\nAfter {entry.source}" + "." * (entry.source[-1] not in ".?")
    )
    assert head.startswith(f"# {name}\n\n{said}\n")
    assert ("> " in head) == entry.quotation
    assert (DOCS / "claims" / f"{name}.svg").exists()
    paragraphs = discussion.strip().split("\n\n")
    assert paragraphs[0] == "## Discussion"
    assert len(paragraphs) >= 3


def test_pages_and_the_list_of_claims_are_those_registered():
    assert {path.stem for path in (DOCS / "claims").glob("*.md")} == set(ENTRIES)
    listed = re.findall(
        r"^\| \[([a-z-]+)\]\(claims/\1\.md\)", (DOCS / "claims.md").read_text(), re.M
    )
    # Below, those of which evidence is listed stand once more.
    assert list(dict.fromkeys(listed)) == list(ENTRIES)


def test_verdicts_are_the_shipped_ones_wherever_they_are_listed():
    """The list in the docs, the pages, and what the command line lists say the same."""
    known = stored_verdicts()
    page = DOCS / "claims.md"
    before, after = list_parts(page)
    evidence = {name: found.evidence for name, found in stored_claims().items()}
    listed = claims_list(ENTRIES.values(), known, "claims", evidence)
    assert page.read_text() == f"{before}{LIST}\n{listed}\n{LIST_END}{after}"
    verdicts = "|".join(verdict.value for verdict in Verdict)
    printed = re.findall(rf"^  ([a-z-]+) +({verdicts}) ", conjectures_text(), re.M)
    assert printed == [(name, known[name]) for name in ENTRIES]
    for name, found in stored_claims().items():
        head, _ = parts(name)
        if name in CONJECTURES:
            assert f"\n**{found.verdict.capitalize()}.** " in head
        else:
            assert f"** ({found.verdict}): {found.answer}\n" in head
            assert f"\nUniverse: {found.universe[:1].upper()}{found.universe[1:]}" in head


def test_stored_reports_say_what_the_claims_say():
    for name, found in stored_claims().items():
        entry = ENTRIES[name]
        said = attributed(entry.claim, entry.source, entry.quotation)
        assert f"\n\n{wrapped(said)}\nRead as" in found.report
        assert found.kind == (entry.kind.value if entry.kind else "")
        assert not entry.kind or Verdict(found.verdict) in entry.kind.verdicts
        assert found.report.startswith(f"{found.verdict.upper()}: {name}")


def test_the_matrix_marks_what_differs_from_the_defaults():
    text = (DOCS / "claim-matrix.md").read_text()
    definitions = definition_texts("all")
    rows = []
    line = r"^\| \[([a-z-]+)\]\(claims/\1\.md\)( \(quick\))? \| (.*) \|$"
    for name, quick, cells in re.findall(line, text, re.M):
        default, *found = [cell.strip(" *") for cell in cells.split("|")]
        verdicts = {
            definition: {"open": "inconclusive"}.get(cell, cell)
            for definition, cell in zip(definitions, found, strict=True)
            if cell != "-"
        }
        rows.append(MatrixRow(name, "", verdicts, {}, own_definition(ENTRIES[name]), bool(quick)))
        assert default == stored_verdicts()[name]
        assert len(verdicts) == len(definitions)
        # What asks several definitions at its defaults is not the same by the first alone.
        several = any(";" in str(p.default) for p in ENTRIES[name].parameters)
        assert quick or several or not rows[-1].differs(rows[-1].own)
    # A claim that asks no definition has no row.
    assert [row.name for row in rows] == [
        name for name, entry in ENTRIES.items() if own_definition(entry) != ANY
    ]
    assert matrix_markdown(rows, definitions) == text
    marked = {row.name for row in rows if row.differs(row.own)}
    assert len(re.findall(r"\*\*[a-z ]+\*\*", text)) == len(marked)
    assert max(map(len, matrix_text(rows, definitions).splitlines())) <= 80


def test_a_list_is_written_between_its_lines_alone(tmp_path):
    page, entries = tmp_path / "list.md", [ENTRIES["maze"]]
    write_list(page, entries, {"maze": "held"})
    assert "| [maze](list/maze.md) | If a maze is long" in page.read_text()
    page.write_text(f"Before.\n{LIST}what was\n{LIST_END}After.\n")
    write_list(page, entries, {"maze": "refuted"})
    text = page.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert ("what was" in text, "| refuted |" in text) == (False, True)
    page.write_text("ours")
    with pytest.raises(ArgumentError, match="pages"):
        write_list(page, entries, {"maze": "held"})
    assert page.read_text() == "ours"


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRIES)
def test_a_page_says_what_is_found_at_the_defaults(name):
    # A page says what is found by searching.
    report = check(ENTRIES[name], effort=Effort(shipped=False))
    assert page_head(report) + "\n" == parts(name)[0]
