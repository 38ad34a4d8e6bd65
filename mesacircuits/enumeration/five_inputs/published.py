"""Published counts of five-input functions and classes, to be held against what is computed.

Source: D. E. Knuth, TAOCP 4A, section 7.1.2, tables 1 (n = 4) and 2 (n = 5), full two-input basis.
"""

from __future__ import annotations

__all__ = ["PUBLISHED"]

#: By inputs, then by measure, classes of value 0, 1, 2, ...
PUBLISHED: dict[int, dict[str, tuple[int, ...]]] = {
    4: {
        "depth": (2, 2, 17, 179, 22),
        "length": (2, 2, 5, 20, 34, 75, 68, 16),
        "size": (2, 2, 5, 20, 34, 75, 72, 12),
    },
    5: {
        "depth": (2, 2, 17, 1789, 614316),
        "length": (2, 2, 5, 20, 93, 366, 1730, 8782, 40297, 141422, 273277, 145707, 4423),
        "size": (2, 2, 5, 20, 93, 389, 1988, 11382, 60713, 221541, 293455, 26535, 1),
    },
}
