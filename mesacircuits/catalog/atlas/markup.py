"""The frame of the atlas's pages, and the few elements that they share."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["link", "page"]

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
