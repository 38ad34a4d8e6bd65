"""What verification demands of a certificate's fields."""

from __future__ import annotations

from mesacircuits.errors import CertificateError

__all__ = ["demand", "shown"]


def demand(where: str, got: object, expected: object) -> None:
    """Raise `CertificateError`, naming the field `where`, unless it says what was re-derived."""
    if got != expected:
        raise CertificateError(where, f"says {shown(got)}, re-derived {shown(expected)}")


def shown(value: object) -> str:
    """Return a value as text of at most 60 characters on one line.

    >>> shown([1, 2])
    '[1, 2]'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
