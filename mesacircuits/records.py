"""JSON records: canonical bytes, content hashes, and files written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from mesacircuits.errors import ArgumentError

__all__ = [
    "canonical_json",
    "check_writable",
    "content_hash",
    "read_bytes",
    "readable_json",
    "write_atomically",
]

_CANONICAL = msgspec.json.Encoder(order="sorted")


def canonical_json(value: Any) -> bytes:
    """Return the one JSON text of `value` that hashes are taken of: keys sorted, no spaces.

    >>> canonical_json({"b": 1, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    return _CANONICAL.encode(value)


def readable_json(value: Any) -> str:
    """Return `value` as indented JSON text, ending without a newline.

    >>> print(readable_json({"size": 3}))
    {
      "size": 3
    }
    """
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def content_hash(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `value`, in 64 hexadecimal digits.

    >>> content_hash([])[:12]
    '4f53cda18c2b'
    """
    return hashlib.sha256(canonical_json(value)).hexdigest()


def read_bytes(path: str | os.PathLike[str], argument: str, limit: int = 64 << 20) -> bytes:
    """Return the bytes of the file `path`, at most `limit` of them.

    Raises `ArgumentError`, naming `argument`, if there is no such file, it cannot be read,
    or it is larger than `limit`.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise ArgumentError(argument, "a readable file", _named(path, error)) from error
    if len(data) > limit:
        raise ArgumentError(argument, f"a file of at most {limit} bytes", os.fspath(path))
    return data


def write_atomically(path: str | os.PathLike[str], data: bytes, argument: str = "path") -> None:
    """Write `data` to the file `path` so that at any moment it is the old file or the new one.

    Raises `ArgumentError`, naming `argument`, if the folder is missing or cannot be written.
    """
    temporary: str | None = None
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise IsADirectoryError(21, "Is a directory")
            # A device or pipe has no old content to keep, and must stay what it is.
            target.write_bytes(data)
            return
        handle, temporary = tempfile.mkstemp(prefix=".mesacircuits.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
        temporary = None
    except (OSError, ValueError) as error:
        raise ArgumentError(argument, "a writable path", _named(path, error)) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def check_writable(path: str | os.PathLike[str], argument: str = "path") -> None:
    """Raise `ArgumentError`, naming `argument`, if a file could not be written at `path`."""
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(21, "Is a directory")
        if not target.parent.is_dir():
            raise FileNotFoundError(2, "No such directory")
        if not os.access(target if target.exists() else target.parent, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except (OSError, ValueError) as error:
        raise ArgumentError(argument, "a writable path", _named(path, error)) from error


def _named(path: str | os.PathLike[str], error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"{os.fspath(path)} ({reason})"
