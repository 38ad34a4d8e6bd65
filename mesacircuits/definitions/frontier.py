"""The frontier over dials: at which other settings a definition gives a tag that it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mesacircuits.definitions.definition import Definition, WithDials

if TYPE_CHECKING:
    from mesacircuits.definitions.definition import Solver
    from mesacircuits.tasks import Task

__all__ = ["MOST_SETTINGS", "Frontier", "dial_variants", "frontier_of", "is_stricter"]

#: Of so many settings of dials a solver is judged, unless said otherwise.
MOST_SETTINGS = 32
# So many of those that give the tag are printed.
_MOST_SHOWN = 3


def dial_variants(definition: Definition) -> list[Definition]:
    """Return the definition, then the same with its dials set otherwise.

    >>> from mesacircuits.definitions import LookupTable
    >>> [(each.inputs_per_cell, each.tree) for each in dial_variants(LookupTable(4))][:3]
    [(4, 'off'), (1, 'off'), (None, 'off')]
    """
    others = definition.variants() if isinstance(definition, WithDials) else ()
    return [definition, *(other for other in others if other != definition)]


@dataclass(frozen=True)
class Frontier:
    """At which other settings of its dials a definition gives a tag that it refuses as asked.

    Settings known to be stricter than the one asked refuse it too, and are not counted; nor are
    those that are stricter in one dial and less strict in another, where another setting is less
    strict than both.

    Attributes:
        asked: the definition as asked.
        given: the settings that give the tag and than which no stricter one is found to give it, by
            the number of dials that are set otherwise than asked.
        tried: the settings of which it is known, of some by others, stricter or less strict.
        left: the settings that were not tried, since so many had been.

    >>> from mesacircuits.definitions import LookupTable
    >>> Frontier(LookupTable(1), (LookupTable(2),), 4).text()
    '1 at inputs_per_cell=2'
    """

    asked: Definition
    given: tuple[Definition, ...]
    tried: int
    left: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the frontier as JSON values; each setting as the dials that differ."""
        given = [_turned(self.asked, definition) for definition in self.given]
        return {"given_at": given, "settings_tried": self.tried, "settings_left": self.left}

    def text(self) -> str:
        """Return the frontier in words, to follow a score; empty if nothing was tried."""
        if not self.tried:
            return ""
        settings = "setting" if self.tried == 1 else "settings"
        left = f" ({self.left:,} more not tried)" if self.left else ""
        if not self.given:
            return f"none of {self.tried:,} other {settings} tried gives the tag{left}"
        shown = [
            ", ".join(f"{name}={value}" for name, value in _turned(self.asked, each).items())
            for each in self.given[:_MOST_SHOWN]
        ]
        more = len(self.given) - len(shown)
        others = f", or at {more:,} more" if more else ""
        listed = " or ".join(shown)
        return f"1 at {listed}{others}{left}"


def _turned(asked: Definition, other: Definition) -> dict[str, int | str | None]:
    """Return the dials that another definition of a kind has set otherwise, as it has them."""
    usual = asked.parameters
    return {name: value for name, value in other.parameters.items() if usual[name] != value}


def frontier_of(
    definition: Definition, solver: Solver, task: Task, most: int = MOST_SETTINGS
) -> Frontier:
    """Return where else a definition gives its tag to a solver to which, as asked, it does not.

    Its other `settings` are judged: first those with the fewest dials set otherwise, of these the
    least strict first. What is stricter than a setting that refuses the tag refuses it (see
    `is_stricter_than`), and what is less strict than one that gives it gives it; neither is judged.

    Arguments:
        definition: the definition as asked; it refuses the tag.
        solver, task: what is judged.
        most: how many settings are judged at most; the others are left.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.definitions import LookupTable
    >>> from mesacircuits.tasks import parse_task
    >>> multiplexer = Circuit.parse(3, "g1 = a & b; g2 = c & ~a; g3 = g1 | g2; out = g3")
    >>> frontier_of(LookupTable(1), multiplexer, parse_task("tt:3:D8")).text()
    '1 at inputs_per_cell=2'
    """
    refused: list[Definition] = [definition]
    given: list[Definition] = []
    settings = definition.settings() if isinstance(definition, WithDials) else ()
    variants = [each for each in settings if each != definition]
    relaxed = [v for v in variants if is_stricter(definition, v)]
    others = relaxed + [
        v
        for v in variants
        if v not in relaxed and not any(is_stricter(v, other) for other in (definition, *relaxed))
    ]
    left = judged = 0

    def demands(variant: Definition) -> tuple[int, int]:
        weaker = sum(is_stricter(variant, other) for other in others)
        return len(_turned(definition, variant)), weaker

    for variant in sorted(others, key=demands):
        if any(is_stricter(variant, other) for other in refused):
            continue
        if any(is_stricter(other, variant) for other in given):
            continue
        if judged == most:
            left += 1
            continue
        judged += 1
        (given if variant.judge(solver, task).holds else refused).append(variant)
    strictest = [v for v in given if not any(is_stricter(other, v) for other in given)]
    return Frontier(definition, tuple(strictest), len(others) - left, left)


def is_stricter(one: Definition, other: Definition) -> bool:
    """Return whether one definition is known to be stricter than another one."""
    return one != other and isinstance(one, WithDials) and one.is_stricter_than(other)
