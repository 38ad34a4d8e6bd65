"""Pages of claims: what `docs/claims` says of each, its plot, and what decides it, drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mesacircuits.catalog.atlas.frame import figure, link, page
from mesacircuits.circuits import Circuit, TruthTable, npn_canonical
from mesacircuits.circuits.drawing import draw_svg
from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.registry import registered
from mesacircuits.conjectures.report_text import DISCUSSION
from mesacircuits.data import stored_claims
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.tables import Table

__all__ = ["claim_page", "claims_list", "class_page_of", "html_of_page", "plots"]

#: Where `docs/claims` is installed.
_PAGES = "mesacircuits.claim_pages"

# Raw HTML stays text.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def claims_list(footer: str) -> bytes:
    """Return the page that lists all that is registered, topic by topic."""
    known = stored_claims()
    rows = []
    for name, entry in registered().items():
        verdict = escape(known[name].verdict if name in known else "not decided")
        claim = f"{link(f'conjecture/{name}.html', name)}<br>{escape(entry.claim)}"
        topic = f'<span class="quiet">{escape(entry.topic)}</span>'
        rows.append([claim, f'<span class="verdict">{verdict}</span><br>{topic}'])
    heads = ("claim", "verdict and topic")
    body = (
        "<p>What each was found to be at its defaults. <em>Held</em>: the answer to its question "
        "is yes, over its whole stated universe; <em>refuted</em>: it is no.</p>"
        f"{Table('', heads, rows).html()}"
    )
    return page("Conjectures", body, footer)


def claim_page(name: str, entry: Claim, footer: str) -> bytes:
    """Return the page of a registered claim."""
    text = files(_PAGES).joinpath(f"{name}.md").read_text(encoding="utf-8")
    head, _, discussion = text.partition(DISCUSSION)
    found = stored_claims().get(name)
    parameters = [
        (f"<code>{escape(p['name'])}</code>", escape(_default(p)), escape(p["doc"]))
        for p in entry.to_json()["parameters"]
    ]
    settings = Table("", ("name", "default", "meaning"), parameters).html()
    # Arms may be decided by the same circuit.
    drawn = dict.fromkeys(_example(example) for example in found.examples) if found else ()
    body = [
        # The frame has the title.
        html_of_page(head.removeprefix(f"# {name}\n")),
        *(["<h2>What decides it</h2>"] if drawn else []),
        *drawn,
        html_of_page(discussion),
        # Of most claims the page lists the settings with what was found.
        *([] if "--set NAME=VALUE" in head else ["<h2>Parameters</h2>", settings]),
        f"<p>A certificate: <code>mesacircuits check {escape(name)} --certificate FILE</code>, "
        "then <code>mesacircuits verify FILE</code>.</p>",
    ]
    verdict = f' <span class="tag verdict">{escape(found.verdict)}</span>' if found else ""
    return page(name, "\n".join(body), footer, "../", heading=escape(name) + verdict)


def html_of_page(text: str) -> str:
    """Return a page of `docs/claims` as HTML: what it links in the atlas as links, the rest named.

    >>> print(html_of_page("See [this](tabular.md) and [that](../theorems.md#theorem-3)."), end="")
    <p>See <a href="tabular.html">this</a> and that (docs/theorems.md).</p>
    """
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        aside = ""
        for inner in token.children or ():
            if inner.type == "image":
                _show_plot(inner)
            elif inner.type == "link_open":
                target, _, _ = str(inner.attrs["href"]).partition("#")
                aside = target.removeprefix("../") if target.startswith("../") else ""
                if target.endswith(".md"):
                    inner.attrs["href"] = target.removesuffix(".md") + ".html"
            if aside and inner.type in ("link_open", "link_close"):
                inner.content = f" (docs/{aside})" if inner.type == "link_close" else ""
                inner.type, inner.nesting = "text", 0
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return html.replace("<p><img", '<p class="scroll" tabindex="0"><img')


def _show_plot(image: Token) -> None:
    name = str(image.attrs["src"]).removesuffix(".svg")
    image.attrs |= {"src": f"../plot/{name}.svg", "class": "plot"}
    image.children = [Token("text", "", 0, content=f"Plot of what was found: {name}")]


def plots() -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of each plot that the pages show."""
    for name in registered():
        file = files(_PAGES).joinpath(f"{name}.svg")
        if file.is_file():
            yield f"plot/{name}.svg", file.read_bytes()


def _default(parameter: Mapping[str, Any]) -> str:
    value = parameter["default"]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _example(example: Mapping[str, Any]) -> str:
    task = str(example["task"])
    caption = f"{example.get('caption', 'smallest')}: {task}, size {example['size']}"
    if "circuit" not in example:
        program = escape(str(example.get("program", "")))
        return f"<p>{escape(caption)}</p><pre>{program}</pre>"
    circuit = Circuit.from_json(example["circuit"])
    marks: dict[int, str] = {}
    witnesses = [example.get("witness")]
    witnesses += [said.get("witness") for said in example.get("judgements", ())]
    for witness in witnesses:
        for wire, label in witness_labels(witness or {}):
            marks.setdefault(wire, label)
    name = class_page_of(task)
    more = "" if name is None else f" ({link(f'../class/{name}.html', 'its class')})"
    said = f"{escape(caption)}{more}: <code>{escape(str(circuit))}</code>"
    return figure(draw_svg(circuit, marks), said)


def class_page_of(task: str) -> str | None:
    """Return the name of the page of a task's class; None if it is no function of two to four.

    >>> class_page_of("tt:3:E8"), class_page_of("tt:5:0000000F")
    ('3-17', None)
    """
    whole = re.fullmatch(r"tt:([2-4]):([0-9A-F]+)", task)
    if whole is None:
        return None
    table = TruthTable.from_hex(int(whole[1]), whole[2])
    return f"{table.inputs}-{npn_canonical(table)[0].hex}"
