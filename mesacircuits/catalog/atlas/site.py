"""The atlas: a folder of pages that opens from disk, with no server and no network.

There is a page for each class of functions and for each conjecture; circuits are data that the
browser draws, with the gate symbols of the package's own drawings.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from mesacircuits.catalog.atlas.claims import claim_page, claims_list, class_page_of, plots
from mesacircuits.catalog.atlas.frame import explained, figure, link, page, word
from mesacircuits.catalog.atlas.lists import (
    SHIPPED_DEFINITIONS,
    ListedClass,
    is_exhausted,
    listed_classes,
)
from mesacircuits.catalog.atlas.problems import choices_page, programs_page, worlds_page
from mesacircuits.catalog.atlas.words import WORDS, names_of_class
from mesacircuits.circuits import TruthTable, npn_classes, npn_orbit
from mesacircuits.circuits.bases import BASES, Basis, operator_named
from mesacircuits.circuits.drawing import draw_svg
from mesacircuits.circuits.drawing.layout import Symbol, symbol_of
from mesacircuits.circuits.invariants import invariants_of
from mesacircuits.conjectures.registry import registered
from mesacircuits.data import stored_claims
from mesacircuits.data.minima import chain_of_text, minima_files, stored_minima
from mesacircuits.definitions import describe_definition
from mesacircuits.drawing import path_data
from mesacircuits.enumeration import FORMULA, Effort, enumerate_minima
from mesacircuits.errors import ArgumentError, FileError
from mesacircuits.records import canonical_json, write_atomically
from mesacircuits.tables import Cell, Table, counted, range_of

__all__ = ["AtlasReport", "symbols_of", "write_atlas"]

_PACKAGE = "mesacircuits.catalog.atlas"
_ASSETS = ("atlas.css", "atlas.js", "draw.js")
_FIRST_VIEW = ("index.html", "atlas.css", "atlas.js", "data/classes.js")
_INPUTS = (2, 3, 4)

#: A basis and an order.
_Pair = tuple[str, str]


@dataclass(frozen=True)
class AtlasReport:
    """What was written.

    Attributes:
        pages, files: how many.
        size: of all files, in bytes.
        first_view: of those that the first page loads.
        minima: how many circuits are drawn.
    """

    pages: int
    files: int
    size: int
    first_view: int
    minima: int

    def __str__(self) -> str:
        return (
            f"{self.minima:,} minima on {self.pages:,} pages, {self.size / 2**20:,.1f} MiB in "
            f"{self.files:,} files; the first page loads {self.first_view / 1024:,.0f} KiB"
        )


def write_atlas(
    folder: str | os.PathLike[str],
    bases: Sequence[str] | None = None,
    effort: Effort | None = None,
) -> AtlasReport:
    """Write the atlas of all functions of two to four inputs to a folder.

    Arguments:
        folder: made if it is not there; one with other files than an atlas is refused.
        bases: names of bases; None for all that minima are shipped of.
        effort: its progress bar is drawn.

    Raises `ArgumentError` for a basis without shipped minima, and a folder that cannot be written.
    """
    shipped = list(dict.fromkeys(basis for basis, _ in minima_files()))
    for basis in bases or ():
        if basis not in shipped:
            raise ArgumentError("basis", f"one of {', '.join(shipped)}", basis)
    chosen = [basis for basis in BASES if basis in (bases or shipped)]
    pairs = [(b, o) for b in chosen for o in ("size", "depth-size") if (b, o) in minima_files()]
    writer = _Writer(Path(folder))
    atlas = _classes(pairs)
    footer = _footer(pairs)
    effort = effort or Effort()
    with effort.bar("pages", len(atlas)) as bar:
        for entry in atlas:
            for pair in entry.lists:
                writer.write(*_data_file(entry, pair))
            drawn = _class_page(entry, pairs, footer, writer.sizes)
            writer.write(f"class/{entry.name}.html", drawn)
            bar.advance()
    symbols = canonical_json(symbols_of(BASES[basis] for basis in chosen))
    writer.write("data/symbols.js", b"const atlasSymbols = " + symbols + b";\n")
    writer.write("data/classes.js", b"const atlasClasses = " + _listed(atlas, pairs) + b";\n")
    writer.write("conjectures.html", claims_list(footer))
    for name, claim in registered().items():
        writer.write(f"conjecture/{name}.html", claim_page(name, claim, footer))
    for path, plot in plots():
        writer.write(path, plot)
    writer.write("worlds.html", worlds_page(footer, effort))
    writer.write("choices.html", choices_page(pairs, footer, effort))
    writer.write("programs.html", programs_page(footer, effort))
    writer.write("about.html", _about(pairs, footer))
    writer.write("index.html", _index(chosen, footer))
    return AtlasReport(
        pages=sum(path.endswith(".html") for path in writer.sizes),
        files=len(writer.sizes),
        size=sum(writer.sizes.values()),
        first_view=sum(writer.sizes[path] for path in _FIRST_VIEW),
        minima=sum(each.count for e in atlas for found in e.lists.values() for each in found),
    )


class _Writer:
    def __init__(self, folder: Path) -> None:
        self.folder, self.sizes = folder, dict[str, int]()
        try:
            if folder.is_dir() and any(folder.iterdir()) and not (folder / _ASSETS[0]).is_file():
                raise FileError("output", "an empty folder, a new one, or an atlas", str(folder))
            folder.mkdir(parents=True, exist_ok=True)
            # These first: they tell that what lies there is an atlas.
            for name in _ASSETS:
                self.write(name, files(_PACKAGE).joinpath(name).read_bytes())
            for part in ("class", "conjecture", "data", "plot"):
                (folder / part).mkdir(exist_ok=True)
        except OSError as error:
            said = f"{folder} ({error.strerror})"
            raise FileError("output", "a folder that can be written", said) from None

    def write(self, path: str, data: bytes) -> None:
        write_atomically(self.folder / path, data, "output")
        self.sizes[path] = len(data)


def _classes(pairs: Sequence[_Pair]) -> list[_AtlasClass]:
    atlas: dict[tuple[int, str], _AtlasClass] = {}
    for inputs in _INPUTS:
        for npn_class in npn_classes(inputs):
            form = npn_class.representative
            atlas[inputs, form.hex] = _AtlasClass(form, gateless=len(form.support()) < 2)
    for basis, order in pairs:
        for inputs in _INPUTS:
            whole = is_exhausted(inputs, BASES[basis], order)
            for listed in listed_classes(inputs, BASES[basis], order):
                entry = atlas[inputs, listed.npn_class]
                entry.lists.setdefault((basis, order), []).append(listed)
            for (n, _), entry in atlas.items():
                if n == inputs:
                    entry.exhausted[basis, order] = whole or entry.is_whole((basis, order))
    return list(atlas.values())


def _listed(atlas: Sequence[_AtlasClass], pairs: Sequence[_Pair]) -> bytes:
    records = []
    for entry in atlas:
        found = {" ".join(pair): entry.summary(pair) for pair in pairs}
        lists = {pair: summary for pair, summary in found.items() if summary is not None}
        named = {"inputs": entry.form.inputs, "name": entry.form.hex}
        known = names_of_class(entry.form)
        named |= {"names": list(known)} if known else {}
        named |= {"words": list(words)} if (words := invariants_of(entry.form).words) else {}
        records.append(named | {"functions": len(entry.members()), "lists": lists})
    return canonical_json(records)


# -- the pages of all --------------------------------------------------------------------------


def _footer(pairs: Sequence[_Pair]) -> str:
    return (
        f"mesacircuits {escape(version('mesacircuits'))}: <code>mesacircuits atlas</code>, from "
        f"{len(pairs)} shipped lists of minima (hashes: see About)"
    )


#: Properties that classes are filtered by.
_PROPERTIES = ("affine", "self-dual", "unate", "threshold", "symmetric")


def _options(values: Sequence[tuple[str, str]]) -> str:
    return "".join(f'<option value="{value}">{text}</option>' for value, text in values)


def _index(bases: Sequence[str], footer: str) -> bytes:
    selects: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("inputs", "Inputs", [("4", "4"), ("3", "3"), ("2", "2")]),
        ("basis", "Basis", [(basis, basis) for basis in bases]),
        ("order", "Order", [("size", "size"), ("depth-size", "depth-size")]),
        (
            "tag",
            "Some minimum is",
            [("", "any"), ("search-like", "search-like"), ("lookup-table", "lookup-table"),
             ("none", "of none with a tag")],
        ),
        (
            "differ",
            "Disagreement",
            [("", "any"), ("minima", "minima disagree"), ("definitions", "definitions disagree")],
        ),
        ("word", "Property", [("", "any"), *((word, word) for word in _PROPERTIES)]),
    ]  # fmt: skip
    fields = "".join(
        f'<label>{label}<select name="{name}">{_options(values)}</select></label>'
        for name, label, values in selects
    )
    fields += "".join(
        f'<label>{label}<input name="{name}" type="number" min="0" max="20" size="3"></label>'
        for name, label in (("low", "Size from"), ("high", "Size to"))
    )
    heads = ("class", "functions", "size", "depth", "minima", "search-like", "lookup-table")
    cells = "".join(
        f'<th scope="col" aria-sort="{"ascending" if i == 0 else "none"}">'
        f'<button type="button">{head}</button></th>'
        for i, head in enumerate(heads)
    )
    body = f"""<p>Every minimal circuit of every Boolean function of up to four inputs, class by
class, tagged by exact definitions of &ldquo;optimizer&rdquo;, each tag with its witness.</p>
<form id="search" role="search"><label>Function: hexadecimal, expression, or name
<input id="table" autocomplete="off" spellcheck="false" size="24"
placeholder="1668, a &amp; (b ^ c), majority"></label>
<button>Find its class</button><span id="found" aria-live="polite"></span></form>
<h2>Classes</h2>
<form id="filters">{fields}</form>
<p><output id="count" aria-live="polite"></output>
<span class="quiet">What is meant by {", ".join(map(word, WORDS))}?</span></p>
<table id="classes"><caption class="quiet">NPN classes by their least members.
&ndash;: not exhausted, no circuits in this basis, or tags not judged.</caption>
<thead><tr>{cells}</tr></thead><tbody></tbody></table>
<noscript><p>The list is filtered by a script; without it the class pages in the folder
<code>class</code> are all there is.</p></noscript>
{"".join(explained(WORDS))}"""
    scripts = ("data/classes.js", "atlas.js")
    return page("Minimal circuits of all functions", body, footer, "", scripts)


def _about(pairs: Sequence[_Pair], footer: str) -> bytes:
    sources = ("basis", "order", "inputs", "classes", "open", "file", "SHA-256")
    body = [
        "<p>Sizes are numbers of gates, depths gates on a longest path. Minima under "
        "<em>size</em> are all circuits of least size; under <em>depth-size</em> all of least "
        "depth, and among those of least size. Circuits are reduced, and counted up to "
        "isomorphism; where inverters are free, polarities are normalised away and a class is an "
        "NPN class. In other bases the classes are those under permutation of inputs.</p>",
        "<p>The minima of a class are those of its least member; those of another member are "
        "their images. Tags are given by "
        + ", ".join(f"<code>{escape(describe_definition(d))}</code>" for d in SHIPPED_DEFINITIONS)
        + "; the coloured wires are a tag's witness.</p>",
        "<h2>Sources</h2>",
        Table("", sources, [*_sources(pairs)]).html(),
        "<p>Each file is made again by the command that the package's manifest lists: "
        "<code>python -m mesacircuits.data --rebuild FILE</code>.</p>",
    ]
    return page("About", "\n".join(body), footer)


def _sources(pairs: Sequence[_Pair]) -> Iterator[list[Cell]]:
    for basis, order in pairs:
        found = stored_minima(basis, order)
        assert found is not None  # pairs are of shipped files
        record, sha256 = found
        for universe in record.universes:
            counts = universe.inputs, len(universe.classes), universe.open_classes
            named = minima_files()[basis, order], sha256[:16]
            yield [basis, order, *counts, *(f"<code>{text}</code>" for text in named)]


# -- classes -----------------------------------------------------------------------------------


@dataclass
class _AtlasClass:
    """An NPN class, with what the shipped lists have of it.

    Attributes:
        form: its least member.
        lists: by basis and order, the minima of the class's representative; in a basis whose
            inverters cost, of each P-class within it.
        exhausted: whether nothing of it is left out, by basis and order.
        gateless: whether it needs no gates in a basis with free inverters.
    """

    form: TruthTable
    lists: dict[_Pair, list[ListedClass]] = field(default_factory=dict)
    exhausted: dict[_Pair, bool] = field(default_factory=dict)
    gateless: bool = False

    @property
    def name(self) -> str:
        """The class's name in paths: inputs and least member."""
        return f"{self.form.inputs}-{self.form.hex}"

    def members(self) -> list[TruthTable]:
        """All functions of the class, ascending."""
        return [*npn_orbit(self.form)]

    def is_whole(self, pair: _Pair) -> bool:
        """Return whether every function of the class is in some list, or takes no gates."""
        n, members = self.form.inputs, self.members()
        constants = {TruthTable(n, 0), ~TruthTable(n, 0)}
        gateless = constants | {TruthTable.of_input(n, i) for i in range(n)}
        taking = len(members) - len(gateless & {*members})
        return sum(each.functions for each in self.lists.get(pair, ())) >= taking

    def summary(self, pair: _Pair) -> list[Any] | None:
        """Return least size, depths, minima, and how many have each tag; None if nothing is known.

        Of several P-classes sizes are those from the least to the greatest, as text.
        """
        found = self.lists.get(pair)
        if self.gateless and BASES[pair[0]].free_inverters:
            return [0, 0, 1, 0, 0]
        if not found:
            return None
        tags = [[each.tagged(name) for each in found] for name in ("search-like", "lookup-table")]
        return [
            range_of([each.size for each in found]),
            range_of([depth for each in found for depth in each.depths]),
            sum(each.count for each in found),
            *(None if None in counts else sum(map(int, filter(None, counts))) for counts in tags),
        ]


def _key_and_path(entry: _AtlasClass, pair: _Pair) -> tuple[str, str]:
    return " ".join((entry.name, *pair)), f"data/{'.'.join((entry.name, *pair))}.js"


def _data_file(entry: _AtlasClass, pair: _Pair) -> tuple[str, bytes]:
    """Return the path of a class's minima over a basis and under an order, and the script there."""
    key, path = _key_and_path(entry, pair)
    lists = [each.to_json() for each in entry.lists[pair]]
    operators = list(BASES[pair[0]].names)
    record = {"key": key, "inputs": entry.form.inputs, "operators": operators, "lists": lists}
    return path, b"atlasMinima(" + canonical_json(record) + b");\n"


def _class_page(
    entry: _AtlasClass, pairs: Sequence[_Pair], footer: str, sizes: Mapping[str, int]
) -> bytes:
    """Return the page of a class.

    Arguments:
        pairs: the bases and orders of the atlas.
        sizes: of its data files, by path.
    """
    form = entry.form
    members = entry.members()
    names = names_of_class(form)
    columns = ["basis", "order", "size", "depth", "minima", "search-like", "lookup-table", "list"]
    heading = f'Class <span class="hex">{form.hex}</span> of {form.inputs} inputs'
    body = [
        f"<p>{len(members):,} functions of {form.inputs} inputs are in this {word('NPN class')}, "
        f'of which <span class="hex">{form.hex}</span> is the least; <span class="hex">'
        f"{_least_at_zero(members).hex}</span> is the least with f(0) = 0. {_support(form)}</p>",
        *([f"<p>Known as: {escape(', '.join(names))}.</p>"] if names else []),
        _invariants(form),
        *_claims_about(form),
        f"<details><summary>All {len(members):,} functions</summary><p class='hex'>"
        + " ".join(t.hex for t in members)
        + "</p></details>",
        _truth_table(form),
        f"<p>Again: <code>mesacircuits enumerate tt:{form.inputs}:{form.hex} --tags</code>; over "
        "another basis <code>--basis NAME</code>, under another order <code>--order NAME</code>; "
        "<code>--write FILE.blif</code>, <code>.aag</code> or <code>.v</code> saves one.</p>",
        *(explained(("NPN class", "search-like", "lookup-table"))),
        *_searching(entry),
        "<h2>Costs</h2>",
        Table("", columns, [_cost_row(entry, pair) for pair in pairs]).html(),
        "<h2>All minima</h2>",
        *_sections(entry, pairs, sizes),
    ]
    scripts = ("data/symbols.js", "draw.js", "atlas.js")
    title = f"Class {form.hex} of {form.inputs} inputs"
    return page(title, "\n".join(body), footer, "../", scripts, heading)


def _least_at_zero(members: Sequence[TruthTable]) -> TruthTable:
    return next(member for member in members if not member.bits & 1)


def _invariants(form: TruthTable) -> str:
    """Return the invariants of a class as a table."""
    found = invariants_of(form)
    length = enumerate_minima(form, "b2", FORMULA, first=1).size
    rows: list[tuple[Cell, ...]] = [
        ("properties", ", ".join(found.words) or "none of affine, self-dual, unate, ..."),
        ("degree over the field of two", str(found.degree)),
        ("ones, of the rarer value", str(found.ones)),
        ("inputs that matter", str(found.support)),
        ("influences, of so many inputs", ", ".join(map(str, found.influences))),
        ("sensitivity", str(found.sensitivity)),
        ("gates of a shortest formula", str(length)),
    ]
    return Table("Of every function of the class:", ("what", "value"), tuple(rows)).html()


@cache
def _claims_by_class() -> dict[str, list[str]]:
    """Return the claims that a function of a class decides, by the class's page."""
    found: dict[str, list[str]] = {}
    for name, claim in stored_claims().items():
        for example in claim.examples:
            form = class_page_of(example["task"])
            if form is not None and name not in found.setdefault(form, []):
                found[form].append(name)
    return found


def _claims_about(form: TruthTable) -> list[str]:
    names = _claims_by_class().get(f"{form.inputs}-{form.hex}", [])
    listed = ", ".join(link(f"../conjecture/{name}.html", name) for name in names)
    return [f"<p>A function of this class decides: {listed}.</p>"] if names else []


#: How many search-like minima a page shows at once.
_SHOWN = 3


def _searching(entry: _AtlasClass) -> list[str]:
    """Return drawings of the first search-like minima over `b2`, witnesses marked."""
    for listed in entry.lists.get(("b2", "size"), []):
        marks = (listed.marks or {}).get("search-like", {})
        if not marks:
            continue
        texts, names = listed.text.split("\n"), tuple(BASES["b2"].names)
        drawn = []
        for place, labels in [*marks.items()][:_SHOWN]:
            circuit = chain_of_text(texts[place], entry.form.inputs, names, listed.inverted)
            said = f"minimum {place + 1}: <code>{escape(str(circuit))}</code>"
            drawn.append(figure(draw_svg(circuit, labels), said))
        said = f"{len(marks):,} of {listed.count:,} minima over b2, size, are {word('search-like')}"
        return [f"<h2>Search-like minima</h2><p>{said}; the first:</p>", *drawn]
    return []


def _support(form: TruthTable) -> str:
    read = len(form.support())
    return "" if read == form.inputs else f"They depend on {read} of their inputs."


def _truth_table(form: TruthTable) -> str:
    cells = "".join(
        f"<span>{x:0{form.inputs}b}&nbsp;{int(form(x))}</span>" for x in range(1 << form.inputs)
    )
    letters = "".join(reversed("abcd"[: form.inputs]))
    return (
        f"<details><summary>Truth table (inputs {letters}, then the value)</summary>"
        f'<p class="table hex">{cells}</p></details>'
    )


def _cost_row(entry: _AtlasClass, pair: _Pair) -> list[Cell]:
    found = entry.summary(pair)
    basis, order = pair
    anchor = f'<a href="#{basis}-{order}">minima</a>' if pair in entry.lists else ""
    if found is None:
        state = "no circuits" if entry.exhausted.get(pair) else "not exhausted"
        return [basis, order, state, "", "", "", "", ""]
    tags = ["not judged" if count is None else count for count in found[3:]]
    note = "" if entry.exhausted.get(pair, True) else " (some P-classes not exhausted)"
    return [basis + note, order, *found[:3], *tags, anchor]


def _sections(
    entry: _AtlasClass, pairs: Sequence[_Pair], sizes: Mapping[str, int]
) -> Iterator[str]:
    if entry.gateless:
        yield "<p>Functions of this class that are a constant or an input take no gates.</p>"
    for pair in pairs:
        if not (lists := entry.lists.get(pair)):
            continue
        key, path = _key_and_path(entry, pair)
        found = counted(sum(each.count for each in lists), "minimum", "minima")
        if len(lists) > 1:
            found += f", of {len(lists):,} classes under permutation of inputs"
        yield (
            f'<section id="{"-".join(pair)}" data-minima="{key}" data-src="../{path}">'
            f"<h3>{', '.join(pair)}</h3>"
            f"<p>{found}. <button type='button'>Draw them "
            f"({sizes[path] // 1024 + 1:,} KiB)</button></p>"
            '<div class="lists" aria-live="polite"></div></section>'
        )


# -- symbols -----------------------------------------------------------------------------------


def symbols_of(bases: Iterable[Basis]) -> dict[str, dict[str, Any]]:
    """Return the symbol of each operator of some bases, as JSON values.

    `heights` are those of the pins from the top; of a multiplexer two lists, the first for its
    selector on top. `back` is where the body begins at each of these heights.

    >>> from mesacircuits.circuits.bases import NAND
    >>> nand = symbols_of([NAND])["nand"]
    >>> nand["form"], nand["inverted"], nand["heights"]
    ('~({0} & {1})', True, [-10, 10])
    """
    names = sorted({name for basis in bases for name in basis.names})
    return {name: _record(name, symbol_of(name)) for name in names}


def _record(name: str, symbol: Symbol) -> dict[str, Any]:
    selector = symbol.letters.index("s") if symbol.letters else None
    plain = tuple(range(symbol.arity))
    if selector is None:
        heights: list[Any] = _whole(symbol.heights(plain))
        every = set(heights)
    else:
        others = tuple(i for i in plain if i != selector)
        heights = [_whole(symbol.heights(o)) for o in ((selector, *others), (*others, selector))]
        every = {height for some in heights for height in some}
    return {
        "form": operator_named(name).form,
        "ranks": list(symbol.ranks),
        "negated": list(symbol.negated),
        "inverted": symbol.inverted,
        "letters": list(symbol.letters) or None,
        "selector": selector,
        "label": symbol.label,
        "name": list(symbol.name_at),
        "half": symbol.half_width,
        "high": symbol.half_height,
        "front": symbol.front,
        "edge": symbol.edge,
        "heights": heights,
        "back": {str(height): round(symbol.back(height), 2) for height in sorted(every)},
        "outline": [[path_data(stroke), stroke.closed] for stroke in symbol.outline()],
    }


def _whole(heights: tuple[float, ...]) -> list[int]:
    return [int(height) for height in heights]
