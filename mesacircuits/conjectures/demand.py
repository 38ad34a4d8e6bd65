"""What verification demands of a certificate's fields."""

from __future__ import annotations

from mesacircuits.errors import CertificateError
from mesacircuits.records import canonical_json

__all__ = ["demand", "shown"]


def demand(where: str, got: object, expected: object) -> None:
    """Raise `CertificateError`, naming the field `where`, unless it says what was re-derived.

    Values are compared as JSON, which tells `true` and `1.0` from `1`; Python does not.
    """
    if canonical_json(got) != canonical_json(expected):
        raise CertificateError(where, f"says {shown(got)}, re-derived {shown(expected)}")


def shown(value: object, most: int = 60) -> str:
    """Return a value as text of at most so many characters on one line.

    >>> shown([1, 2])
    '[1, 2]'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 3] + "..."
