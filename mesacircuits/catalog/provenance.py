"""Where an exported file is from: the catalog's hash and the command, as each format notes it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from mesacircuits.circuits.formats.registry import WRITTEN_FORMATS, comment_before
from mesacircuits.records import printable

__all__ = ["Provenance"]

_PNG_HEAD = 8 + 25  # the signature, and the chunk IHDR


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
        known = WRITTEN_FORMATS.get(form)
        note = None if known is None else known.commented
        return (note or _NOTES[form])(data, self.lines)


def _in_svg(data: bytes, lines: Sequence[str]) -> bytes:
    # Two hyphens would end the comment.
    text = "\n".join(lines).replace("--", "- -")
    return data.rstrip(b"\n") + f"\n<!--\n{text}\n-->\n".encode()


def _in_png(data: bytes, lines: Sequence[str]) -> bytes:
    body = b"tEXtComment\0" + "\n".join(lines).encode("latin-1", "replace")
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return data[:_PNG_HEAD] + chunk + data[_PNG_HEAD:]


_NOTES: dict[str, Callable[[bytes, Sequence[str]], bytes]] = {
    "csv": comment_before("#"),
    "dot": comment_before("//"),
    "tex": comment_before("%"),
    "svg": _in_svg,
    "png": _in_png,
}
