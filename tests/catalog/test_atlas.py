"""The atlas: whole, self-contained, and the circuits that it lists are the minima."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import msgspec
import pytest

from mesacircuits.catalog.atlas import write_atlas
from mesacircuits.catalog.atlas.lists import (
    SHIPPED_DEFINITIONS,
    listed_classes,
    texts_of_rows,
)
from mesacircuits.catalog.atlas.site import symbols_of
from mesacircuits.circuits import npn_classes
from mesacircuits.circuits.bases import BASES
from mesacircuits.conjectures.plot import is_plain_svg
from mesacircuits.conjectures.registry import registered
from mesacircuits.data.minima import chain_of_text, text_of_chain
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.enumeration.rows import basis_tables, rows_of_circuits
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask

# The command is in tests/cli; these read all that it writes of two bases.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    folder = tmp_path_factory.mktemp("atlas")
    return folder, write_atlas(folder, ["b2", "monotone"])


class _Page(HTMLParser):
    VOID = frozenset({"meta", "link", "input", "br", "img", "path", "circle", "rect"})

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.labels = [], [], [], 0

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[name] for name in ("href", "src", "data-src") if name in found]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def read(path):
    page = _Page()
    page.feed(path.read_text())
    page.close()
    return page


def test_every_page_is_well_formed_and_every_link_leads_somewhere(atlas):
    folder, report = atlas
    pages = {path: read(path) for path in folder.rglob("*.html")}
    assert len(pages) == report.pages == 4 + 14 + 222 + len(registered()) + 6
    for path, page in pages.items():
        assert not page.open
        assert len(set(page.ids)) == len(page.ids)
        assert "main" in page.ids
        for link in page.links:
            assert not re.match(r"[a-z]+:", link) or link == "data:,"
            target, _, fragment = link.partition("#")
            whole = (path.parent / unquote(target)).resolve() if target else path
            if link != "data:,":
                assert whole.is_file(), link
            if fragment:
                assert fragment in pages[whole].ids


def test_nothing_is_loaded_from_elsewhere(atlas):
    folder, _ = atlas
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            if path.parent.name == "plot":
                assert is_plain_svg(text)
                continue
            assert "http://" not in text
            assert "https://" not in text or path.parent.name == "conjecture"


def test_the_first_view_is_small(atlas):
    folder, report = atlas
    assert report.first_view < 300 * 1024
    assert report.size == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def test_the_minima_of_the_data_files_are_the_minima(atlas):
    folder, _ = atlas
    path = folder / "data" / "4-01A8.b2.size.js"
    record = msgspec.json.decode(path.read_text().removeprefix("atlasMinima(").strip().strip(");"))
    [listed] = record["lists"]
    texts = listed["text"].split("\n")
    found = enumerate_minima("tt:4:01A8")
    assert [
        chain_of_text(t, 4, tuple(record["operators"]), listed["inverted"]) for t in texts
    ] == list(found.minima)
    assert listed["marks"]["search-like"] == {"2": {"5": "candidate 0", "6": "candidate 1"}}


@pytest.mark.parametrize("order", ["size", "depth-size"])
def test_lists_and_tags_are_those_of_a_search(order):
    for listed in listed_classes(3, BASES["b2"], order):
        found = enumerate_minima(FunctionTask((listed.function,)), "b2", order)
        assert listed.count == found.circuits
        assert listed.size == found.size
        names = BASES["b2"].names
        assert listed.text.split("\n") == [text_of_chain(c, names) for c in found.minima]
        assert listed.depths == (
            min(c.depth for c in found.minima),
            max(c.depth for c in found.minima),
        )
        for definition in SHIPPED_DEFINITIONS:
            tags = bulk_tags(definition, found.minima, found.function_task)
            expected = [place for place, tag in enumerate(tags) if tag]
            assert list(listed.marks[definition.name]) == expected


@pytest.mark.parametrize("basis", BASES.values(), ids=lambda basis: basis.name)
def test_texts_of_rows_are_texts_of_chains(basis):
    tables = basis_tables(basis)
    for npn_class in npn_classes(2):
        found = enumerate_minima(FunctionTask((npn_class.representative,)), basis)
        for circuit in found.minima:
            if circuit.size:
                rows = rows_of_circuits(tables.basis, [circuit])
                text = texts_of_rows(tables, rows)
                assert text == text_of_chain(circuit, basis.names)


def test_symbols_have_a_back_for_every_pin():
    for name, symbol in symbols_of(BASES.values()).items():
        rows = symbol["heights"] if symbol["selector"] is not None else [symbol["heights"]]
        assert all(len(row) == len(symbol["negated"]) for row in rows), name
        assert {str(h) for row in rows for h in row} <= set(symbol["back"])


def test_writing_again_changes_nothing(atlas, tmp_path):
    folder, report = atlas
    assert write_atlas(tmp_path, ["b2", "monotone"]) == report
    for path in folder.rglob("*.js"):
        assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_refusals(tmp_path):
    with pytest.raises(ArgumentError, match="basis: expected one of"):
        write_atlas(tmp_path / "a", ["b3"])
    assert not (tmp_path / "a").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentError, match="output: expected a folder"):
        write_atlas(tmp_path / "file")


def test_classes_say_what_is_known_of_them(atlas):
    folder, _ = atlas
    page = (folder / "class" / "4-0117.html").read_text()
    # By its other name, its invariants, its words, and its search-like minima at once.
    for said in ("088E", "at least two of four", "unate, threshold, symmetric", "6, 6, 6, 6",
                 "minimum 944: ", "mesacircuits enumerate tt:4:0117"):  # fmt: skip
        assert said in page, said
    assert page.count("<figure>") == 3
    # A class that decides a claim says so, and the claim leads back.
    claim = (folder / "conjecture" / "minimal-circuits.html").read_text()
    [form] = set(re.findall(r"class/(3-[0-9A-F]+)\.html", claim))
    assert "conjecture/minimal-circuits.html" in (folder / "class" / f"{form}.html").read_text()
