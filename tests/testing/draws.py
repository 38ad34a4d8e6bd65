"""What strategies draw, without shrinking, and with Hypothesis's checks of health."""

from __future__ import annotations

from hypothesis import Phase, given, seed, settings


def drawn(strategy, examples=40, seeded=None):
    """Return some values that are drawn, with a seed the same in every run."""
    found = []

    @settings(max_examples=examples, database=None, phases=[Phase.generate], deadline=None)
    @given(strategy)
    def take(value):
        found.append(value)

    (take if seeded is None else seed(seeded)(take))()
    return found
