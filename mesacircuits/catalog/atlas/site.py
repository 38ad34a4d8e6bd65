"""Writing the atlas: a folder of pages that opens from disk, with no server and no network."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from mesacircuits.catalog.atlas.lists import SHIPPED_DEFINITIONS, is_exhausted, listed_classes
from mesacircuits.catalog.atlas.pages import (
    AtlasClass,
    Pair,
    class_page,
    conjecture_list,
    conjecture_page,
    data_file,
    page,
    symbols_of,
)
from mesacircuits.circuits import npn_classes
from mesacircuits.circuits.bases import BASES
from mesacircuits.conjectures.registry import registered
from mesacircuits.data.minima import minima_files, stored_minima
from mesacircuits.definitions import describe_definition
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError, FileError
from mesacircuits.records import canonical_json, write_atomically
from mesacircuits.tables import Cell, Table

__all__ = ["AtlasReport", "write_atlas"]

_PACKAGE = "mesacircuits.catalog.atlas"
_ASSETS = ("atlas.css", "atlas.js", "draw.js")
_FIRST_VIEW = ("index.html", "atlas.css", "atlas.js", "data/classes.js")
_INPUTS = (2, 3, 4)


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
    with (effort or Effort()).bar("pages", len(atlas)) as bar:
        for entry in atlas:
            for pair in entry.lists:
                writer.write(*data_file(entry, pair))
            writer.write(f"class/{entry.name}.html", class_page(entry, pairs, footer, writer.sizes))
            bar.advance()
    symbols = canonical_json(symbols_of(BASES[basis] for basis in chosen))
    writer.write("data/symbols.js", b"const atlasSymbols = " + symbols + b";\n")
    writer.write("data/classes.js", b"const atlasClasses = " + _listed(atlas, pairs) + b";\n")
    writer.write("conjectures.html", conjecture_list(footer))
    for name, conjecture in registered().items():
        writer.write(f"conjecture/{name}.html", conjecture_page(name, conjecture, footer))
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
            for part in ("class", "conjecture", "data"):
                (folder / part).mkdir(exist_ok=True)
        except OSError as error:
            said = f"{folder} ({error.strerror})"
            raise FileError("output", "a folder that can be written", said) from None

    def write(self, path: str, data: bytes) -> None:
        write_atomically(self.folder / path, data, "output")
        self.sizes[path] = len(data)


def _classes(pairs: Sequence[Pair]) -> list[AtlasClass]:
    atlas: dict[tuple[int, str], AtlasClass] = {}
    for inputs in _INPUTS:
        for npn_class in npn_classes(inputs):
            form = npn_class.representative
            atlas[inputs, form.hex] = AtlasClass(form, gateless=len(form.support()) < 2)
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


def _listed(atlas: Sequence[AtlasClass], pairs: Sequence[Pair]) -> bytes:
    return canonical_json(
        [
            {
                "inputs": entry.form.inputs,
                "name": entry.form.hex,
                "functions": len(entry.members()),
                "lists": {
                    " ".join(pair): summary
                    for pair in pairs
                    if (summary := entry.summary(pair)) is not None
                },
            }
            for entry in atlas
        ]
    )


def _footer(pairs: Sequence[Pair]) -> str:
    return (
        f"mesacircuits {escape(version('mesacircuits'))}: <code>mesacircuits atlas</code>, from "
        f"{len(pairs)} shipped lists of minima (hashes: see About)"
    )


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
<form id="search" role="search"><label>Truth table in hexadecimal
<input id="table" autocomplete="off" spellcheck="false" size="8" placeholder="1668"></label>
<button>Find its class</button><span id="found" aria-live="polite"></span></form>
<h2>Classes</h2>
<form id="filters">{fields}</form>
<p><output id="count" aria-live="polite"></output></p>
<div class="scroll"><table id="classes"><caption class="quiet">NPN classes by their least members.
&ndash;: not exhausted, no circuits in this basis, or tags not judged.</caption>
<thead><tr>{cells}</tr></thead><tbody></tbody></table></div>
<noscript><p>The list is filtered by a script; without it the class pages in the folder
<code>class</code> are all there is.</p></noscript>"""
    scripts = ("data/classes.js", "atlas.js")
    return page("Minimal circuits of all functions", body, footer, "", scripts)


def _about(pairs: Sequence[Pair], footer: str) -> bytes:
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
        '<div class="scroll">',
        Table("", sources, [*_sources(pairs)]).html(),
        "</div>",
        "<p>Each file is made again by the command that the package's manifest lists: "
        "<code>python -m mesacircuits.data --rebuild FILE</code>.</p>",
    ]
    return page("About", "\n".join(body), footer)


def _sources(pairs: Sequence[Pair]) -> Iterator[list[Cell]]:
    for basis, order in pairs:
        found = stored_minima(basis, order)
        assert found is not None  # pairs are of shipped files
        record, sha256 = found
        for universe in record.universes:
            yield [
                escape(basis),
                escape(order),
                universe.inputs,
                len(universe.classes),
                universe.open_classes,
                f"<code>{escape(minima_files()[basis, order])}</code>",
                f"<code>{sha256[:16]}</code>",
            ]
