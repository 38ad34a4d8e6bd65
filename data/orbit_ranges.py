"""Ascending whole numbers as short texts: `0-4,9`."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["ranges_of_text", "ranges_text"]


def ranges_text(numbers: Iterable[int]) -> str:
    """Return ascending numbers as ranges.

    >>> ranges_text([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def ranges_of_text(text: str) -> list[int]:
    """Return the numbers that ranges name.

    >>> ranges_of_text("0-2,5")
    [0, 1, 2, 5]
    """
    numbers: list[int] = []
    for part in filter(None, text.split(",")):
        low, _, high = part.partition("-")
        numbers += range(int(low), int(high or low) + 1)
    return numbers
