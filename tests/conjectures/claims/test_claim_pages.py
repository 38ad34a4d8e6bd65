"""The pages of the claims: each is there, with its discussion, and says what the claim finds."""

import re
from pathlib import Path

import pytest

from mesacircuits.conjectures import check
from mesacircuits.conjectures.claim_page import DISCUSSION, page_head
from mesacircuits.conjectures.registry import registered

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
    assert head.startswith(f"# {name}\n\n> {ENTRIES[name].claim}\n")
    assert (DOCS / "claims" / f"{name}.svg").exists()
    paragraphs = discussion.strip().split("\n\n")
    assert paragraphs[0] == "## Discussion"
    assert len(paragraphs) >= 3


def test_pages_and_the_list_of_claims_are_those_registered():
    assert {path.stem for path in (DOCS / "claims").glob("*.md")} == set(ENTRIES)
    listed = re.findall(
        r"^\| \[([a-z-]+)\]\(claims/\1\.md\)", (DOCS / "claims.md").read_text(), re.M
    )
    assert listed == list(ENTRIES)


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRIES)
def test_a_page_says_what_is_found_at_the_defaults(name):
    assert page_head(check(ENTRIES[name])) + "\n" == parts(name)[0]
