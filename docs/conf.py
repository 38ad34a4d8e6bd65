"""The documentation as one site, by Sphinx: these pages, and the reference from docstrings.

`make docs` builds it into `build/docs`. The pages are plain Markdown, read as well where they lie;
what a site needs besides is made here: the order of pages, formulas as mathematics, an index.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "papers"))

from formulas import formula  # noqa: E402  (found where the line above says)

project = "mesacircuits"
author = "the mesacircuits developers"
release = version = version_of("mesacircuits")
root_doc = "README"
html_show_copyright = False
exclude_patterns = ["pictures"]
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"mesacircuits {version}"
html_math_renderer = "mathml"
# A name in backticks is a link where the reference has it, and code where not.
default_role = "py:obj"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "imported-members": True, "show-inheritance": True}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
# Anchors of headings that other pages name are checked by the tests.
suppress_warnings = ["myst.xref_missing", "ref.python", "misc.highlighting_failure"]

#: The pages whose running text has formulas.
FORMULAS = ("theorems", "theory", "definitions")
_PUBLIC = "circuits circuits.drawing circuits.formats programs tasks enumeration "
_PUBLIC += "enumeration.programs enumeration.sat definitions studies conjectures catalog "
_PUBLIC += "testing.axioms testing.solving testing.strategies testing.tagging"
PUBLIC = ["mesacircuits", *(f"mesacircuits.{name}" for name in _PUBLIC.split())]


def setup(app: Sphinx) -> None:
    """Tell Sphinx what is made here."""
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml, None))
    app.connect("builder-inited", _reference)
    app.connect("source-read", _read)
    app.connect("build-finished", _index)


def _mathml(translator: HTML5Translator, node: nodes.Element) -> None:
    """Set a formula as MathML, which needs no script and no network."""
    shown = isinstance(node, nodes.math_block)
    translator.body.append(tex2mathml(node.astext(), as_block=shown))
    raise nodes.SkipNode


def _reference(app: Sphinx) -> None:
    """Write a page for each public package; its text is the docstrings'."""
    folder = Path(app.srcdir) / "reference"
    folder.mkdir(exist_ok=True)
    indexed: set[Any] = set()
    for name in PUBLIC:
        option = ":no-index:"
        if name != project:
            # What two packages have is where the first has it; what the whole has, in its parts.
            package = import_module(name)
            found = {public: getattr(package, public) for public in package.__all__}
            again = [public for public, it in found.items() if callable(it) and it in indexed]
            indexed |= {it for it in found.values() if callable(it)}
            option = f":exclude-members: {', '.join(again)}" if again else ""
        text = f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n   {option}\n```\n"
        page = folder / f"{name}.md"
        if not page.exists() or page.read_text() != text:
            page.write_text(text)


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    """Make of a page as it lies here one of the site."""
    # What lies outside these pages is named, and no link.
    text = re.sub(r"\[([^]]*)\]\(\.\./(?:\.\./)?[^)]*\)", r"\1", source[0])
    if page in FORMULAS:
        text = "".join(_set(text))
    if page == root_doc:
        text += "".join(_contents(text))
    source[0] = text


def _set(text: str) -> Iterator[str]:
    """Set the formulas of running text and of indented lines: not of code and tables."""
    fenced = False
    for block in re.split(r"(\n\s*\n)", text):
        lines = block.split("\n")
        fences = sum(line.startswith("```") for line in lines)
        if fenced or fences or block.startswith(("|", "#")):
            yield block
        elif all(line.startswith("    ") for line in lines):
            # What a formula says stands beside it, after some spaces.
            apart = (re.sub(" {3,}", "\u2003", line.strip()) for line in lines)
            yield "  \n".join("> " + formula(line, str) for line in apart)
        else:
            parts = re.split(r"(`[^`]*`|\]\([^)]*\)|<[^>]*>)", block)
            yield "".join(part if i % 2 else formula(part, str) for i, part in enumerate(parts))
        fenced ^= bool(fences % 2)


def _contents(text: str) -> Iterator[str]:
    """Yield the tree of pages, from the front page's own lists; then the library's."""
    parts = re.split(r"^\*\*(.+?)\*\*", text, flags=re.MULTILINE)
    for title, listed in zip(parts[1::2], parts[2::2], strict=True):
        pages = dict.fromkeys(re.findall(r"\]\(([\w/-]+)\.md\)", listed))
        yield from _tree(title.strip("."), pages)
    named = (f"{name.partition('.')[2] or name} <reference/{name}>" for name in PUBLIC)
    yield from _tree("The library", named)
    claims = sorted(path.stem for path in (HERE / "claims").glob("*.md"))
    yield from _tree("Claims", [f"claims/{name}" for name in claims])


def _tree(title: str, pages: Iterable[str]) -> Iterator[str]:
    yield f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n"
    yield from (f"{page}\n" for page in pages)
    yield "```\n"


def _index(app: Sphinx, error: Exception | None) -> None:
    """Let the folder itself lead to the front page."""
    if error is None:
        to = f'<meta http-equiv="refresh" content="0; url={root_doc}.html">'
        (Path(app.outdir) / "index.html").write_text(
            f"<!doctype html><title>{project}</title>{to}\n"
        )
