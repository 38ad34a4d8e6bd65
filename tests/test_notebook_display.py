"""What a notebook shows of results: a short repr, and HTML in which witnesses are marked."""

from html.parser import HTMLParser

import pytest

import mesacircuits as mc

RESULTS = {
    "minima": lambda: mc.enumerate_minima("tt:3:7E"),
    "classification": lambda: mc.classify(mc.enumerate_minima("tt:3:7E").minima[0]),
    "report": lambda: mc.check("minimal-circuits", {"inputs": 3}),
    "claim": lambda: mc.check("tabular", {"inputs": 2}),
    "comparison": lambda: mc.compare(["search-like", "lookup-table"], "functions(2)"),
    "programs": lambda: mc.enumerate_programs("satisfying(candidates=4)"),
}


class Tags(HTMLParser):
    """Reads HTML whose tags are closed in the order in which they were opened."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in ("br",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_shown_in_short_and_as_html(name):
    found = RESULTS[name]()
    assert len(repr(found)) < 120
    assert "\n" not in repr(found)
    tags = Tags()
    tags.feed(found._repr_html_())
    tags.close()
    assert not tags.open
    assert "pre" in tags.seen or "ol" in tags.seen
    assert ("svg" in tags.seen) == (name in ("minima", "classification", "report"))


@pytest.mark.parametrize("name", ["classification", "report"])
def test_witnesses_are_marked(name):
    shown = RESULTS[name]()._repr_html_()
    assert "candidate 0" in shown.partition("<details>")[0]


def test_a_program_shows_its_listing():
    program = mc.enumerate_programs("satisfying(candidates=4)").programs[0]
    shown = program._repr_html_()
    assert "inc r0" in shown
    assert ".machine" in shown
    # In short it is what makes it again.
    from mesacircuits.programs import assemble

    assert eval(repr(program), {"assemble": assemble}) == program
