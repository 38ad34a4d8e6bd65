"""The pages of the atlas: their frame, one for each class and each conjecture, and gate symbols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from mesacircuits.catalog.atlas.lists import ListedClass
from mesacircuits.circuits import Circuit, TruthTable, npn_orbit
from mesacircuits.circuits.bases import BASES, Basis
from mesacircuits.circuits.drawing import draw_svg
from mesacircuits.circuits.drawing.symbols import Symbol, symbol_of
from mesacircuits.circuits.operators import operator_named
from mesacircuits.conjectures.registry import Entry, registered
from mesacircuits.data import StoredClaim, stored_claims
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.drawing import path_data
from mesacircuits.records import canonical_json
from mesacircuits.tables import Cell, Table

__all__ = [
    "AtlasClass",
    "class_page",
    "conjecture_list",
    "conjecture_page",
    "data_file",
    "link",
    "page",
    "symbols_of",
]

#: A basis and an order.
Pair = tuple[str, str]

_FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{up}atlas.css">
{scripts}</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><strong>mesacircuits atlas</strong>
<nav aria-label="Atlas"><a href="{up}index.html">Classes</a> \
<a href="{up}conjectures.html">Conjectures</a> <a href="{up}about.html">About</a></nav></header>
<main id="main">
<h1>{heading}</h1>
{body}
</main>
<footer>{footer}</footer>
</body>
</html>
"""


def page(
    title: str, body: str, footer: str, up: str = "", scripts: Sequence[str] = (), heading: str = ""
) -> bytes:
    """Return a page of the atlas.

    Arguments:
        title: plain text.
        body, footer, heading: HTML; the heading is the title if empty.
        up: `../` for pages in a folder.
        scripts: paths from the atlas's folder.
    """
    loaded = "".join(f'<script defer src="{up}{script}"></script>\n' for script in scripts)
    text = _FRAME.format(
        title=escape(title),
        up=up,
        scripts=loaded,
        heading=heading or escape(title),
        body=body,
        footer=footer,
    )
    return text.encode()


def link(target: str, text: str) -> str:
    """Return a link, its text escaped.

    >>> link("a.html", "a & b")
    '<a href="a.html">a &amp; b</a>'
    """
    return f'<a href="{escape(target)}">{escape(text)}</a>'


# -- classes -----------------------------------------------------------------------------------


@dataclass
class AtlasClass:
    """An NPN class, with what the shipped lists have of it.

    Attributes:
        form: its least member.
        lists: by basis and order, the minima of the class's representative; in a basis whose
            inverters cost, of each P-class within it.
        exhausted: whether nothing of it is left out, by basis and order.
        gateless: whether it needs no gates in a basis with free inverters.
    """

    form: TruthTable
    lists: dict[Pair, list[ListedClass]] = field(default_factory=dict)
    exhausted: dict[Pair, bool] = field(default_factory=dict)
    gateless: bool = False

    @property
    def name(self) -> str:
        """The class's name in paths: inputs and least member."""
        return f"{self.form.inputs}-{self.form.hex}"

    def members(self) -> list[TruthTable]:
        """All functions of the class, ascending."""
        orbit = {*npn_orbit(self.form)}
        return sorted(orbit | {~t for t in orbit}, key=lambda t: t.bits)

    def is_whole(self, pair: Pair) -> bool:
        """Return whether every function of the class is in some list, or takes no gates."""
        n = self.form.inputs
        wires = {t.bits for i in range(n) for t in [TruthTable.of_input(n, i)]}
        simple = {0, (1 << (1 << n)) - 1, *wires}
        taking = sum(member.bits not in simple for member in self.members())
        return sum(each.functions for each in self.lists.get(pair, ())) >= taking

    def summary(self, pair: Pair) -> list[Any] | None:
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
            _range([each.size for each in found]),
            _range([depth for each in found for depth in each.depths]),
            sum(each.count for each in found),
            *(None if None in counts else sum(map(int, filter(None, counts))) for counts in tags),
        ]


def _range(values: Sequence[int]) -> int | str:
    low, high = min(values), max(values)
    return low if low == high else f"{low} to {high}"


def data_file(entry: AtlasClass, pair: Pair) -> tuple[str, bytes]:
    """Return the path of a class's minima over a basis and under an order, and the script there."""
    basis, order = pair
    key = f"{entry.name} {basis} {order}"
    record = {
        "key": key,
        "inputs": entry.form.inputs,
        "operators": list(BASES[basis].names),
        "lists": [each.to_json() for each in entry.lists[pair]],
    }
    path = f"data/{entry.name}.{basis}.{order}.js"
    return path, b"atlasMinima(" + canonical_json(record) + b");\n"


def class_page(
    entry: AtlasClass, pairs: Sequence[Pair], footer: str, sizes: Mapping[str, int]
) -> bytes:
    """Return the page of a class.

    Arguments:
        pairs: the bases and orders of the atlas.
        sizes: of its data files, by path.
    """
    form = entry.form
    members = entry.members()
    columns = ["basis", "order", "size", "depth", "minima", "search-like", "lookup-table", ""]
    heading = f'Class <span class="hex">{form.hex}</span> of {form.inputs} inputs'
    body = [
        f"<p>{len(members):,} functions of {form.inputs} inputs are in this NPN class: those that "
        f"permuting and negating inputs, and negating the output, make of "
        f'<span class="hex">{form.hex}</span>. ' + _support(form) + "</p>",
        f"<details><summary>All {len(members):,} functions</summary><p class='hex'>"
        + " ".join(t.hex for t in members)
        + "</p></details>",
        _truth_table(form),
        "<h2>Costs</h2>",
        '<div class="scroll">',
        Table("", columns, [_cost_row(entry, pair) for pair in pairs]).html(),
        "</div>",
        "<h2>All minima</h2>",
        *_sections(entry, pairs, sizes),
    ]
    scripts = ("data/symbols.js", "draw.js", "atlas.js")
    title = f"Class {form.hex} of {form.inputs} inputs"
    return page(title, "\n".join(body), footer, "../", scripts, heading)


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


def _cost_row(entry: AtlasClass, pair: Pair) -> list[Cell]:
    found = entry.summary(pair)
    basis, order = pair
    anchor = f'<a href="#{basis}-{order}">minima</a>' if pair in entry.lists else ""
    if found is None:
        state = "no circuits" if entry.exhausted.get(pair) else "not exhausted"
        return [escape(basis), escape(order), state, "", "", "", "", ""]
    tags = ["not judged" if count is None else count for count in found[3:]]
    note = "" if entry.exhausted.get(pair, True) else " (some P-classes not exhausted)"
    return [escape(basis) + note, escape(order), *found[:3], *tags, anchor]


def _sections(entry: AtlasClass, pairs: Sequence[Pair], sizes: Mapping[str, int]) -> Iterator[str]:
    if entry.gateless:
        yield "<p>Functions of this class that are a constant or an input take no gates.</p>"
    for basis, order in pairs:
        lists = entry.lists.get((basis, order))
        if not lists:
            continue
        count = sum(each.count for each in lists)
        path = f"data/{entry.name}.{basis}.{order}.js"
        key = f"{entry.name} {basis} {order}"
        plural = "minimum" if count == 1 else "minima"
        several = (
            f", of {len(lists):,} classes under permutation of inputs" if len(lists) > 1 else ""
        )
        yield (
            f'<section id="{basis}-{order}" data-minima="{key}" data-src="../{path}">'
            f"<h3>{escape(basis)}, {escape(order)}</h3>"
            f"<p>{count:,} {plural}{several}. <button type='button'>Draw them "
            f"({sizes[path] // 1024 + 1:,} KiB)</button></p>"
            '<div class="lists" aria-live="polite"></div></section>'
        )


# -- conjectures -------------------------------------------------------------------------------


def conjecture_list(footer: str) -> bytes:
    """Return the page that lists all that is registered, topic by topic."""
    known = stored_claims()
    rows = []
    for name, entry in registered().items():
        found = known.get(name)
        verdict = found.verdict if found else "not decided"
        rows.append(
            [
                link(f"conjecture/{name}.html", name),
                escape(entry.topic),
                f'<span class="verdict">{escape(verdict)}</span>',
                escape(entry.claim),
            ]
        )
    heads = ("name", "about", "verdict", "claim")
    body = (
        "<p>What each was found to be at its defaults. <em>Held</em>: the answer to its question "
        "is yes, over its whole stated universe; <em>refuted</em>: it is no.</p>"
        f'<div class="scroll">{Table("", heads, rows).html()}</div>'
    )
    return page("Conjectures", body, footer)


def conjecture_page(name: str, entry: Entry, footer: str) -> bytes:
    """Return the page of one registered conjecture or claim."""
    found = stored_claims().get(name)
    record = entry.to_json()
    parameters = [
        (f"<code>{escape(p['name'])}</code>", escape(_default(p)), escape(p["doc"]))
        for p in record["parameters"]
    ]
    said = [
        ("Read as", record["reading"]),
        ("Question", record["question"]),
        ("Measured against", record["control"]),
        ("Blind to", record["blind_to"]),
        ("Universe", found.universe if found else ""),
    ]
    body = [
        _claim(record),
        _verdict(found),
        "<dl>",
        *(
            f"<dt><strong>{term}</strong></dt><dd>{escape(text)}</dd>"
            for term, text in said
            if text
        ),
        "</dl>",
        "<h2>Parameters</h2>",
        Table("", ("name", "default", "meaning"), parameters).html(),
    ]
    if found and found.examples:
        body.append("<h2>What decides it</h2>")
        # Arms may be decided by the same circuit.
        body += dict.fromkeys(_example(example) for example in found.examples)
    if found and found.report:
        body += ["<h2>The report</h2>", f"<pre>{escape(found.report)}</pre>"]
    body.append(
        f"<p>Decide it again: <code>mesacircuits check {escape(name)}</code>; a certificate: "
        f"<code>mesacircuits check {escape(name)} --certificate FILE</code>, then "
        "<code>mesacircuits verify FILE</code>.</p>"
    )
    return page(name, "\n".join(body), footer, "../")


def _claim(record: Mapping[str, Any]) -> str:
    claim, source = escape(record["claim"]), escape(record["source"])
    if record["quotation"]:
        return f"<blockquote><p>{claim}</p><footer>{source}</footer></blockquote>"
    return f"<p>{claim} (after {source})</p>"


def _verdict(found: StoredClaim | None) -> str:
    if found is None:
        return "<p>Not decided at its defaults.</p>"
    return (
        f'<p><strong class="verdict">{escape(found.verdict)}</strong>: {escape(found.answer)}</p>'
    )


def _default(parameter: Mapping[str, Any]) -> str:
    value = parameter["default"]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _example(example: Mapping[str, Any]) -> str:
    caption = f"{example.get('caption', 'smallest')}: {example['task']}, size {example['size']}"
    if "circuit" not in example:
        return f"<p>{escape(caption)}</p><pre>{escape(str(example.get('program', '')))}</pre>"
    circuit = Circuit.from_json(example["circuit"])
    marks: dict[int, str] = {}
    witnesses = [example.get("witness")]
    witnesses += [said.get("witness") for said in example.get("judgements", ())]
    for witness in witnesses:
        for wire, label in witness_labels(witness or {}):
            marks.setdefault(wire, label)
    return (
        f"<figure>{draw_svg(circuit, marks)}<figcaption>{escape(caption)}: "
        f"<code>{escape(str(circuit))}</code></figcaption></figure>"
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
