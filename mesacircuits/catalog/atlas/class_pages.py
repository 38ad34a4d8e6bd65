"""A page for each class of functions: its members, its costs in each basis, all its minima."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from mesacircuits.catalog.atlas.lists import ListedClass
from mesacircuits.catalog.atlas.markup import page
from mesacircuits.circuits import TruthTable, npn_orbit
from mesacircuits.circuits.bases import BASES
from mesacircuits.records import canonical_json
from mesacircuits.tables import Cell, Table

__all__ = ["AtlasClass", "class_page", "data_file"]

#: A basis and an order.
Pair = tuple[str, str]


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
