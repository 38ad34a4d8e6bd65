"""A file of tests, for pytest, with the axioms of one definition."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import fill

from mesacircuits.call import Call
from mesacircuits.definitions.definition import Definition
from mesacircuits.definitions.own_definitions import file_of
from mesacircuits.definitions.registry import DEFINITIONS, describe_definition

__all__ = ["written_test"]

_HEAD = '''"""Axioms that {name} is to satisfy.

Begun by `mesacircuits write-test`; yours to keep and to change.
"""

from itertools import islice
{path_import}
import pytest
from hypothesis import given, settings

from mesacircuits.definitions import {loader}
from mesacircuits.testing import axioms

{definition}
AXIOMS = {axioms}


@pytest.mark.parametrize("axiom", AXIOMS, ids=lambda axiom: axiom.name)
def test_small_examples(axiom):
    """The smallest circuits come first, so what fails here is no larger than needed."""
    # Only the first 400 of the small examples; most axioms have many more. Once a drawn one breaks
    # an axiom, `mesacircuits axioms` looks on among the small ones for the smallest that does.
    for example in islice(axiom.smallest(), 400):
        axiom.assert_holds(DEFINITION, example)
'''

_TEST = '''

@settings(deadline=None)
@given(axioms.{constant}.examples())
def test_{function}(example):
    """{statement}"""
    axioms.{constant}.assert_holds(DEFINITION, example)
'''

_LEFT_OUT = """

{remark}
"""


def written_test(definition: Definition, output: str | None = None) -> str:
    """Return a file of tests with the axioms of a definition, one test each.

    Arguments:
        definition: the definition, with its dials.
        output: where the file is going to be, from where a definition's own file is found; by
            default the working directory.

    >>> from mesacircuits.definitions import SearchLike
    >>> [line for line in written_test(SearchLike()).splitlines() if "search-like" in line][1]
    'DEFINITION = definition_named("search-like")'
    """
    from mesacircuits.testing.axioms import AXIOMS

    name = describe_definition(definition)
    call = Call.parse(name, "definition")
    applying = [axiom for axiom in AXIOMS if not axiom.inapplicable(definition)]
    listed = "".join(f"    axioms.{axiom.constant},\n" for axiom in applying)
    path_import, loader = "", "definition_named"
    if (place := file_of(call.name)) is not None:
        folder = Path(output or "test.py").resolve().parent
        path = os.path.relpath(Path(place[0]).resolve(), folder)
        within = f":{Call(place[1], call.arguments)}"
        path_import, loader = "from pathlib import Path\n", "load_definition"
        made = (
            "# Judged in this process, where a debugger sees it.\n"
            f"FILE = Path(__file__).parent / {_quoted(path)}\n"
            f"DEFINITION = load_definition(f{_quoted('{FILE}' + within)})"
        )
    else:
        loader = loader if call.name in DEFINITIONS else "load_definition"
        made = f"DEFINITION = {loader}({_quoted(name)})"
    text = _HEAD.format(
        name=name,
        path_import=path_import,
        loader=loader,
        definition=made,
        axioms=f"(\n{listed})",
    )
    for axiom in AXIOMS:
        reason = axiom.inapplicable(definition)
        text += (
            _LEFT_OUT.format(remark=_comment(f"{axiom.name} does not apply: {reason}."))
            if reason
            else _TEST.format(
                constant=axiom.constant,
                function=axiom.name.replace("-", "_"),
                statement=_folded(axiom.statement),
            )
        )
    return text


def _comment(text: str) -> str:
    return fill(text, 100, initial_indent="# ", subsequent_indent="# ")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folded(statement: str) -> str:
    # Docstrings of one line fit in 100 columns.
    if len(statement) <= 80:
        return statement
    words, lines = statement.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 80:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{word}"
    return "\n    ".join([*lines, ""])
