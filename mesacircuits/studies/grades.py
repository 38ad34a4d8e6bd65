"""Definitions graded by the suite: what they tag, against what readers would.

Of the items to which readers give the tag that a definition means, the share that it tags is its
*sensitivity*; of those to which they do not, and to which it applies, the share that it leaves
alone is its *specificity* (J. Yerushalmy, *Statistical problems in assessing methods of medical
diagnosis*, Public Health Reports 62, 1947).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mesacircuits.definitions.definition import TAGS, Definition
from mesacircuits.definitions.suite import MAY_BE_MISSED
from mesacircuits.tables import Table, wrapped

if TYPE_CHECKING:
    from mesacircuits.definitions.exemplars import Exemplar
    from mesacircuits.drawing import Picture, Shape

__all__ = [
    "APART", "CLEAR", "FALSE_ALARM", "HIT", "MISS", "OPEN", "Grade", "grade", "grades_of",
    "grades_picture", "grades_text", "share_text",
]  # fmt: skip

HIT, MISS, FALSE_ALARM, CLEAR = "hit", "miss", "false alarm", "clear"
#: Where readers differ, and where readers do not give the tag and the definition does not apply.
OPEN, APART = "open", "not applicable"


def grade(verdict: bool | None, tagged: bool | None) -> str:
    """Return what comes of an item: a hit, a miss, a false alarm, clear, open or not applicable.

    Arguments:
        verdict: whether readers give it the tag; None if they differ.
        tagged: whether the definition does; None if it does not apply.

    >>> grade(True, True), grade(True, None), grade(False, None), grade(None, True)
    ('hit', 'miss', 'not applicable', 'open')
    """
    if verdict is None:
        return OPEN
    if verdict:
        return HIT if tagged else MISS
    return APART if tagged is None else FALSE_ALARM if tagged else CLEAR


@dataclass(frozen=True)
class Grade:
    """How one definition does on items of the suite.

    Attributes:
        definition: its place among the definitions compared, from 0.
        tag: the tag that it means.
        outcomes: for each item its name and what came of it (see `grade`).

    >>> found = Grade(0, "search-like", (("minimax", HIT), ("alpha-beta", MISS), ("rom", CLEAR)))
    >>> found.sensitivity, found.specificity, found.names(MISS)
    (Fraction(1, 2), Fraction(1, 1), ('alpha-beta',))
    """

    definition: int
    tag: str
    outcomes: tuple[tuple[str, str], ...]

    def names(self, outcome: str) -> tuple[str, ...]:
        """Return the items of which that came."""
        return tuple(name for name, found in self.outcomes if found == outcome)

    def share(self, outcome: str, other: str) -> tuple[int, int]:
        """Return of how many items an outcome came, and of how many it or another did."""
        found = len(self.names(outcome))
        return found, found + len(self.names(other))

    @property
    def sensitivity(self) -> Fraction | None:
        """The share of hits among the items to which readers give the tag; None without any."""
        return _fraction(*self.share(HIT, MISS))

    @property
    def excused(self) -> tuple[str, ...]:
        """The items that it misses, and that a definition of its tag may miss."""
        return tuple(name for name in self.names(MISS) if name in MAY_BE_MISSED.get(self.tag, ()))

    @property
    def excused_share(self) -> tuple[int, int]:
        """Return the hits, and of how many items, those left out that may be missed and are.

        >>> found = (("minimax", HIT), ("alpha-beta", MISS), ("binary-search", MISS))
        >>> Grade(0, "search-like", found).excused_share
        (1, 2)
        """
        hits, every = self.share(HIT, MISS)
        return hits, every - len(self.excused)

    @property
    def specificity(self) -> Fraction | None:
        """The share that is clear among those that readers do not tag, where it applies."""
        return _fraction(*self.share(CLEAR, FALSE_ALARM))

    def to_json(self) -> dict[str, Any]:
        """Return the grade as JSON values; shares are texts such as `"2/3"`, then in percent."""
        record: dict[str, Any] = {"number": self.definition + 1, "tag": self.tag}
        for name, value in (("sensitivity", self.sensitivity), ("specificity", self.specificity)):
            record[name] = None if value is None else str(value)
            record[f"{name}_percent"] = None if value is None else round(100 * float(value), 2)
        if self.excused:
            shown = _fraction(*self.excused_share)
            record["may_be_missed"] = list(self.excused)
            record["sensitivity_to_others"] = None if shown is None else str(shown)
        keys = ("hits", "misses", "false_alarms", "clear", "readers_differ", "not_applicable")
        outcomes = (HIT, MISS, FALSE_ALARM, CLEAR, OPEN, APART)
        return record | {
            key: list(self.names(each)) for key, each in zip(keys, outcomes, strict=True)
        }


def _fraction(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def share_text(part: int, whole: int) -> str:
    """Return a share as counted, and in percent.

    >>> share_text(2, 3), share_text(0, 0)
    ('2/3 = 66.7 %', '-')
    """
    return f"{part}/{whole} = {100 * part / whole:.1f} %" if whole else "-"


def grades_of(
    definitions: Sequence[Definition],
    items: Iterable[tuple[Exemplar[Any], Sequence[bool | None]]],
) -> tuple[Grade, ...]:
    """Return the grades of those definitions that mean a tag of `TAGS`.

    Arguments:
        definitions: the definitions.
        items: items of the suite, each with what the definitions say of it, in their order.

    >>> from mesacircuits.definitions import SearchLike
    >>> from mesacircuits.definitions.suite import suite_item
    >>> grades_of([SearchLike()], [(suite_item("minimax"), [True])])[0].outcomes
    (('minimax', 'hit'),)
    """
    items = list(items)
    if not items:
        return ()
    return tuple(
        Grade(
            place,
            definition.tag,
            tuple(
                (item.name, grade(item.verdict(definition.tag), said[place]))
                for item, said in items
            ),
        )
        for place, definition in enumerate(definitions)
        if definition.tag in TAGS
    )


def grades_text(grades: Sequence[Grade], names: Sequence[str]) -> str:
    """Return the grades as printed: a table of shares, then what each misses and what is no hit.

    Arguments:
        grades: the grades, of at least one definition.
        names: the texts of all definitions compared.
    """
    rows = tuple(
        (
            names[found.definition],
            found.definition + 1,
            share_text(*found.share(HIT, MISS)),
            share_text(*found.share(CLEAR, FALSE_ALARM)),
        )
        for found in grades
    )
    title = f"By what readers say of {len(grades[0].outcomes)} solvers of the suite:"
    heads = ("definition", "number", "sensitivity", "specificity")
    lines = [Table(title, heads, rows).text()]
    for found in grades:
        number = found.definition + 1
        for outcome, what in ((MISS, "misses"), (FALSE_ALARM, "false alarms")):
            listed = ", ".join(found.names(outcome)) or "none"
            lines.append(wrapped(f"{number} {what}: {listed}", "  ", "    "))
        if found.excused:
            text = f"{number} finds {share_text(*found.excused_share)} without what may be missed"
            lines.append(wrapped(f"{text}: {', '.join(found.excused)}", "  ", "    "))
    for tag in dict.fromkeys(found.tag for found in grades):
        some = next(found for found in grades if found.tag == tag)
        if differ := some.names(OPEN):
            lines.append(wrapped(f"{tag}, readers differ: {', '.join(differ)}", "  ", "    "))
    graded = {found.definition for found in grades}
    if left := [str(place + 1) for place in range(len(names)) if place not in graded]:
        what = f"not graded: {', '.join(left)} (readers were asked for {', '.join(TAGS)})"
        lines.append(wrapped(what, "  ", "    "))
    return "\n".join(lines)


# -- picture -----------------------------------------------------------------------------------

_ROW, _CELL, _ROOM, _GAP = 17.0, 20.0, 14.0, 30.0
_LETTER = 6.6
#: How many panels stand beside each other.
_PANELS = 3
_HEADS = {TAGS[0]: "searches", TAGS[1]: "controllers", TAGS[2]: "tables", "": "none of these"}
_GOOD, _BAD = "#17883d", "#dc3a25"


def _mark(outcome: str, x: float, y: float) -> list[Shape]:
    """Return the sign of an outcome; form and colour both tell it."""
    from mesacircuits.drawing import dot, rectangle, text

    side = 11.0
    corner = x - side / 2, y - side / 2, side, side
    if outcome == HIT:
        return [rectangle(*corner, fill=_GOOD, stroke=_GOOD)]
    if outcome == MISS:
        return [rectangle(*corner, fill="none", stroke=_BAD)]
    if outcome == FALSE_ALARM:
        return [dot((x, y), side / 2, fill=_BAD, stroke=_BAD)]
    if outcome == CLEAR:
        return [dot((x, y), 1.8, fill="currentColor", stroke="none", fill_opacity=0.55)]
    if outcome == OPEN:
        return [text((x, y), "?", fill="currentColor", stroke="none", fill_opacity=0.6)]
    return []


def grades_picture(
    grades: Sequence[Grade],
    names: Sequence[str],
    items: Sequence[Exemplar[Any]],
    title: str,
) -> Picture:
    """Return a picture of the items by definitions, each with what came of it.

    Arguments:
        grades: the grades, of at least one definition, of these items.
        names: the texts of all definitions compared.
        items: the items.
        title: what it is called.
    """
    from mesacircuits.drawing import Picture, group, text, text_width

    groups: dict[str, list[Exemplar[Any]]] = {tag: [] for tag in _HEADS}
    for item in items:
        groups[next((tag for tag in TAGS if tag in item.tags), "")].append(item)
    rows: list[Exemplar[Any] | str] = []
    for tag, members in groups.items():
        if members:
            rows += [_HEADS[tag], *members]
    found = [dict(each.outcomes) for each in grades]
    per_panel = -(-len(rows) // _PANELS)
    widest = max(text_width(item.name, 11) for item in items)
    panel = widest + _ROOM / 2 + _CELL * len(grades) + _GAP

    shapes = [text((_ROOM, 20), title, "start", font_size=14)]
    y = 44.0
    for each in grades:
        shares = (
            f"sensitivity {share_text(*each.share(HIT, MISS))}",
            f"specificity {share_text(*each.share(CLEAR, FALSE_ALARM))}",
        )
        said = f"{each.definition + 1}  {names[each.definition]}: {', '.join(shares)}"
        shapes.append(text((_ROOM, y), said, "start"))
        y += _ROW + 1
    marks: list[Shape] = []
    x = _ROOM
    y += 8
    for outcome, said in (
        (HIT, "hit"), (MISS, "miss"), (FALSE_ALARM, "false alarm"), (CLEAR, "rightly not tagged"),
        (OPEN, "readers differ"),
    ):  # fmt: skip
        marks += _mark(outcome, x + 6, y)
        shapes.append(text((x + 18, y), said, "start"))
        x += 18 + text_width(said) + 22
    top = y + 34
    for place, row in enumerate(rows):
        number, line = divmod(place, per_panel)
        left = _ROOM + number * panel
        cells = left + widest + _ROOM / 2
        y = top + (line + 0.5) * _ROW
        if line == 0:
            for column, each in enumerate(grades):
                at = cells + (column + 0.5) * _CELL
                shapes.append(text((at, top - 10), str(each.definition + 1)))
        if isinstance(row, str):
            shapes.append(text((left + widest, y), row, "end", font_weight="bold"))
            continue
        shapes.append(text((left + widest, y), row.name, "end", font_size=11))
        for column, outcomes in enumerate(found):
            marks += _mark(outcomes[row.name], cells + (column + 0.5) * _CELL, y)
    width = max(x, _ROOM + _PANELS * panel, *(text_width(s.words, 14) + 2 * _ROOM for s in shapes))
    drawn = [group(shapes, fill="currentColor", stroke="none"), group(marks)]
    return Picture(width, top + per_panel * _ROW + _ROOM, drawn, title)
