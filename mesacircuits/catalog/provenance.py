"""Where an exported file is from: the catalog's hash and the command, as each format notes it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from mesacircuits.circuits.drawing import DRAWINGS
from mesacircuits.circuits.formats import WRITTEN_FORMATS
from mesacircuits.circuits.formats.netlist import comment_before
from mesacircuits.records import printable

__all__ = ["Provenance"]


@dataclass(frozen=True)
class Provenance:
    """Where exported files are from.

    Attributes:
        digest: the catalog's hash.
        command: the command that exported.
    """

    digest: str
    command: str

    @property
    def lines(self) -> tuple[str, str]:
        """Two lines of text that say so."""
        command = printable(" ".join(self.command.split()))
        return (
            f"catalog {self.digest}, mesacircuits {version('mesacircuits')}",
            f"command: {command}",
        )

    def noted_in(self, data: bytes, form: str) -> bytes:
        """Return a file of a format with the lines noted in it.

        Arguments:
            form: a format of circuits or drawings, or `csv`.
        """
        known = (WRITTEN_FORMATS | DRAWINGS).get(form)
        note = comment_before("#") if known is None else known.commented
        assert note is not None, form
        return note(data, self.lines)
