"""Pages of claims, worlds, choices and programs: they say what is known, and hold what is safe."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from mesacircuits.catalog.atlas import problems
from mesacircuits.catalog.atlas.claims import claim_page, claims_list, html_of_page, plots
from mesacircuits.catalog.atlas.problems import choices_page, programs_page, worlds_page
from mesacircuits.conjectures.plot import is_plain_svg
from mesacircuits.conjectures.registry import registered
from mesacircuits.data import stored_claims
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.programs.minima import enumerate_programs
from mesacircuits.tasks import task_named

NAMES = registered()


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.names, self.rows, self.text = set(), set(), [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.names |= {name for name, _ in attributes}
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data):
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


@given(st.text(st.sampled_from("<>![]()*`|-&\"'\n abjs:/.#"), max_size=60) | st.text(max_size=40))
def test_a_page_never_holds_html_of_its_own(text):
    found = Reader(html_of_page(f"<script>x</script>\n\n{text}\n<img src=x onerror=y>"))
    assert not found.tags & {"script", "iframe", "style", "svg", "input"}
    assert found.names <= {"href", "title", "src", "alt", "class", "tabindex", "start", "style"}


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_has_its_report_its_plot_and_its_discussion(name):
    page = claim_page(name, NAMES[name], "").decode()
    found = Reader(page)
    assert found.text.count("Discussion") >= 1
    assert f'<img src="../plot/{name}.svg" alt=' in page
    assert f"<h1>{name} " in page
    assert stored_claims()[name].verdict in page
    # No link leads out of the atlas, and none to a page that it does not have.
    for target in re.findall(r'href="([^"#]*)"', page):
        assert target.startswith(("../", "data:")) or target.removesuffix(".html") in NAMES
    assert f'href="conjecture/{name}.html"' in claims_list("").decode()


def test_plots_run_and_load_nothing():
    found = dict(plots())
    assert set(found) == {f"plot/{name}.svg" for name in NAMES}
    assert all(is_plain_svg(data.decode()) for data in found.values())


def test_worlds_have_their_least_controllers():
    names = ["rock", "maze"]
    page = worlds_page("", Effort(), names).decode()
    _, *rows = Reader(page).rows
    for name, row in zip(names, rows, strict=True):
        task = task_named(name)
        found = enumerate_minima(task)
        assert [row[0], row[1], row[4], row[6]] == [
            name, str(len(task.world.states)), str(found.size), str(found.circuits)
        ]  # fmt: skip
        assert any(f"<code>{circuit}</code>".replace("&", "&amp;") in page for circuit in found)
    assert page.count('aria-label="') >= 4


def test_choices_count_what_the_conjecture_counts():
    # The report of the claim lists the same minima, arm by arm.
    report = stored_claims()["minimal-circuits"].report
    arms = re.findall(r"^ +\d+ +(choices\S+) +depth-size +aig +(\d) +(\d+) +(\d+)$", report, re.M)
    assert len(arms) >= 3
    page = choices_page([("aig", "depth-size"), ("nand", "size")], "", Effort()).decode()
    rows = {row[0]: row for row in Reader(page).rows if len(row) == 10}
    for universe, tag, tagged, minima in arms:
        assert (rows[universe][5], rows[universe][5 + int(tag)]) == (minima, tagged)


def test_programs_are_the_shortest_or_bounds_are_given(monkeypatch):
    monkeypatch.setattr(problems, "TRIED", 20_000)
    page = programs_page("", Effort(), ["majority", "thermostat"]).decode()
    _, majority, thermostat = Reader(page).rows
    found = enumerate_programs(task_named("majority"))
    least = found.minima[0].cost.length
    assert majority[:3] == ["majority", str(least), str(len(found.minima))]
    assert re.fullmatch(r"\d+ to 17", thermostat[1])
    first = "\n".join(str(found.programs[0]).splitlines()[1:3])
    assert first.split("\n")[0].strip() in page
