"""What verification demands of a certificate's fields."""

from __future__ import annotations

from collections.abc import Mapping

from mesacircuits.errors import CertificateError
from mesacircuits.records import canonical_json

__all__ = ["demand", "shown"]


def demand(where: str, got: object, expected: object) -> None:
    """Raise `CertificateError` unless the field `where` says what was re-derived.

    Values are compared as JSON, which tells `true` and `1.0` from `1`; Python does not. Of objects
    and lists the first place inside that differs is named.

    >>> demand("example", {"size": 3}, {"size": 4})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: example.size: says 3, re-derived 4
    """
    if canonical_json(got) == canonical_json(expected):
        return
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        for name in sorted({*got, *expected}):
            if name not in got:
                raise CertificateError(f"{where}.{name}", "missing")
            if name not in expected:
                raise CertificateError(f"{where}.{shown(name)}", "no field of it")
            demand(f"{where}.{name}", got[name], expected[name])
    if isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        for place, (one, other) in enumerate(zip(got, expected, strict=True)):
            demand(f"{where}[{place}]", one, other)
    raise CertificateError(where, f"says {shown(got)}, re-derived {shown(expected)}")


def shown(value: object, most: int = 60) -> str:
    """Return a value as text of at most so many characters on one line.

    >>> shown([1, 2])
    '[1, 2]'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 3] + "..."
