"""Where an exported file is from: the catalog's hash and the command, as each format notes it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from mesacircuits.circuits.formats import WRITTEN_FORMATS
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

    def commented(self, mark: str) -> str:
        """Return the lines as comments that begin with a mark.

        >>> print(Provenance("ab", "mesacircuits catalog export").commented("#").splitlines()[1])
        # command: mesacircuits catalog export
        """
        return "".join(f"{mark} {line}\n" for line in self.lines)

    def noted_in(self, data: bytes, form: str) -> bytes:
        """Return a file of a format with the lines noted in it.

        Arguments:
            form: a format of circuits or drawings, or `csv`.
        """
        known = WRITTEN_FORMATS.get(form)
        if known is not None and known.commented is not None:
            return known.commented(data, self.lines)
        return _NOTES[form](self, data)


def _before(mark: str) -> Callable[[Provenance, bytes], bytes]:
    return lambda said, data: said.commented(mark).encode() + data


def _in_svg(said: Provenance, data: bytes) -> bytes:
    # Two hyphens would end the comment.
    text = "\n".join(said.lines).replace("--", "- -")
    return data.rstrip(b"\n") + f"\n<!--\n{text}\n-->\n".encode()


def _in_png(said: Provenance, data: bytes) -> bytes:
    body = b"tEXtComment\0" + "\n".join(said.lines).encode("latin-1", "replace")
    chunk = (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    return data[:_PNG_HEAD] + chunk + data[_PNG_HEAD:]


_NOTES: dict[str, Callable[[Provenance, bytes], bytes]] = {
    "csv": _before("#"),
    "dot": _before("//"),
    "tex": _before("%"),
    "svg": _in_svg,
    "png": _in_png,
}
