"""What Hypothesis calls, through its entry point, to learn of the strategies here."""

from __future__ import annotations

__all__ = ["register"]


def register() -> None:
    """Register the strategies, so that `st.from_type(Circuit)` and its like just work."""
