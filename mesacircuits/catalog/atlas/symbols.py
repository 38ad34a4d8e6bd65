"""Gate symbols as data for the browser: outlines, pins and bubbles, from the package's drawings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.drawing.layout import Symbol, symbol_of
from mesacircuits.circuits.operators import operator_named
from mesacircuits.drawing import path_data

__all__ = ["symbols_of"]


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
