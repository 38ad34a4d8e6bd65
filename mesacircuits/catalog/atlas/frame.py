"""What all pages of the atlas have: the frame, links, and terms that are explained."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from mesacircuits.catalog.atlas.words import WORDS

__all__ = ["explained", "figure", "link", "page", "word"]

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
<a href="{up}conjectures.html">Conjectures</a> <a href="{up}worlds.html">Worlds</a> \
<a href="{up}choices.html">Choices</a> <a href="{up}programs.html">Programs</a> \
<a href="{up}about.html">About</a></nav></header>
<main id="main">
<h1>{heading}</h1>
{body}
</main>
<footer>{footer}</footer>
</body>
</html>
"""


_SCROLL = '<div class="scroll" tabindex="0">'


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
        body=_scrolling(body),
        footer=footer,
    )
    return text.encode()


def _scrolling(body: str) -> str:
    """Return HTML in which what may be wider than the page scrolls, also by the keyboard."""
    body = re.sub("<table.*?</table>", rf"{_SCROLL}\g<0></div>", body, flags=re.DOTALL)
    return body.replace("<pre>", '<pre tabindex="0">')


def figure(drawn: str, caption: str) -> str:
    """Return a picture with what stands beneath it, both HTML."""
    return f"<figure>{_SCROLL}{drawn}</div><figcaption>{caption}</figcaption></figure>"


def link(target: str, text: str) -> str:
    """Return a link, its text escaped.

    >>> link("a.html", "a & b")
    '<a href="a.html">a &amp; b</a>'
    """
    return f'<a href="{escape(target)}">{escape(text)}</a>'


def word(name: str) -> str:
    """Return a term that shows what it means when it is asked."""
    return f'<button type="button" class="word" popovertarget="{_key(name)}">{name}</button>'


def explained(names: Iterable[str]) -> list[str]:
    """Return what terms of a page mean: shown by `word`."""
    return [
        f'<div id="{_key(name)}" popover class="meaning"><strong>{name}</strong>: '
        f"{WORDS[name]}</div>"
        for name in names
    ]


def _key(name: str) -> str:
    return "word-" + name.replace(" ", "-")
