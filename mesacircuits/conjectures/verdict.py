"""Verdicts, and the exit statuses that report them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

__all__ = ["Verdict", "worst"]


class Verdict(Enum):
    """What was found of a conjecture over its universe.

    >>> Verdict.REFUTED.exit_status
    3
    """

    HELD = "held"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_status(self) -> int:
        """0 if held, 3 if refuted, 4 if inconclusive."""
        return {"held": 0, "refuted": 3, "inconclusive": 4}[self.value]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts: refuted, then inconclusive, then held.

    >>> worst([Verdict.HELD, Verdict.INCONCLUSIVE]).value
    'inconclusive'
    """
    order = [Verdict.HELD, Verdict.INCONCLUSIVE, Verdict.REFUTED]
    return max(verdicts, key=order.index, default=Verdict.HELD)
