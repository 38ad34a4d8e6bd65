"""A page for each registered conjecture and claim: verdict, universe, evidence, counterexamples."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from mesacircuits.catalog.atlas.markup import link, page
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.drawing import draw_svg
from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.registry import registered
from mesacircuits.data import StoredClaim, stored_claims
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.tables import Table

__all__ = ["conjecture_list", "conjecture_page"]


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


def conjecture_page(name: str, entry: Claim, footer: str) -> bytes:
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
