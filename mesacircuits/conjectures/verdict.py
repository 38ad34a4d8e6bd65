"""Verdicts, and the exit statuses that report them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from mesacircuits.data import stored_verdicts

__all__ = ["Verdict", "at_the_defaults", "worst"]


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


def at_the_defaults(name: str, verdict: str) -> str:
    """Return what a registered claim was found to be at its defaults, if that is not `verdict`.

    It is said wherever another universe gave another verdict, and is empty where they agree.

    >>> at_the_defaults("gradual", "refuted"), at_the_defaults("gradual", "held")
    ('; at the defaults: held', '')
    """
    known = stored_verdicts().get(name, verdict)
    return "" if known == verdict else f"; at the defaults: {known}"
