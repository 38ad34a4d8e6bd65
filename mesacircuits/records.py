"""JSON records: canonical bytes, content hashes; files read with a bound, and written whole."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from mesacircuits.errors import ArgumentError, FileError

__all__ = [
    "SIDE_FILES", "canonical_json", "check_side_files", "check_writable", "content_hash",
    "file_contents", "json_record", "json_values", "printable", "read_bytes", "readable_json",
    "refuse_same_files", "write_atomically",
]  # fmt: skip

#: What SQLite writes beside a file of its own, by the end of the name.
SIDE_FILES = ("-journal", "-wal", "-shm")
# What the record at the end of a journal that names further files ends with: see "The Rollback
# Journal" in the description of the format of SQLite files.
_JOURNAL = bytes.fromhex("d9d505f920a163d7")

_Record = TypeVar("_Record")

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


#: JSON text of more values than this, or nested deeper, is of no file of ours.
MOST_VALUES = 1_000_000
_DEEPEST = 200


def json_values(data: bytes | str) -> Any:
    """Return the values of a stranger's JSON text, in memory that its length bounds.

    Refused, beside what is no JSON: more than `MOST_VALUES` values, counted before any is made; a
    field given twice, of which readers take the first or the last; and deep nesting.

    Raises `ValueError`, whose text is one line.

    >>> json_values(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    ValueError: the field 'a' is given twice
    """
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    # Each value but the first follows a bracket, a brace or a comma; those in texts do no harm.
    if sum(map(data.count, (b"[", b"{", b","))) >= MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} values")
    try:
        value = msgspec.json.decode(data)
        json.loads(data, object_pairs_hook=_refuse_repeated, parse_int=len, parse_float=len)
        _refuse_deep(value)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(" ".join(str(error).split())) from None
    return value


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise ValueError(f"the field {name[:60]!r} is given twice")
        seen.add(name)


def _refuse_deep(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        level = [
            part
            for whole in level
            if isinstance(whole, dict | list)
            for part in (whole.values() if isinstance(whole, dict) else whole)
        ]


def json_record(value: object, kind: type[_Record], argument: str, expected: str) -> _Record:
    """Return JSON values as a record of msgspec's.

    Arguments:
        value: the values; JSON text, as bytes, is read by `json_values`.
        kind: the type of the record.
        argument, expected: what errors call the values, and what they should be.

    Raises `ArgumentError` for what is no such record, one line whatever the values hold.

    >>> json_record(b"[1, 2]", tuple[int, str], "pair", "a number and a text")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: pair: expected a number and a text, got Expected `str`, \
got `int` - at `$[1]`
    """
    try:
        return msgspec.convert(json_values(value) if isinstance(value, bytes) else value, kind)
    except RecursionError:
        raise ArgumentError(argument, expected, "values nested too deep") from None
    except (ValueError, msgspec.MsgspecError) as error:
        # That is also texts of half a character, which JSON text cannot hold but values can.
        raise ArgumentError(argument, expected, str(error)) from error


def printable(text: str) -> str:
    """Return a stranger's text as a terminal may be sent it: control characters replaced.

    Line breaks stay; all else that is not printable, such as escape sequences, becomes U+FFFD.

    >>> printable("a\x1b[31mb")
    'a�[31mb'
    """
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def read_bytes(path: str | os.PathLike[str], argument: str, limit: int = 64 << 20) -> bytes:
    """Return the bytes of the regular file `path`, at most `limit` of them.

    Raises `FileError`, naming `argument`, if there is no such file, it cannot be read, it is
    larger than `limit`, or it is a device or a pipe, of which nobody knows when it ends.
    """

    def quick(name: str, flags: int) -> int:
        # Opening a pipe waits for a writer; a regular file is not concerned.
        return os.open(name, flags | os.O_NONBLOCK)

    with _fault_of(path, argument, "a readable file"), open(path, "rb", opener=quick) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a regular file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileError(argument, f"a file of at most {limit} bytes", os.fspath(path))
    return data


@contextmanager
def _fault_of(path: str | os.PathLike[str], argument: str, expected: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileError(argument, expected, f"{os.fspath(path)} ({reason})") from error


@contextmanager
def file_contents() -> Iterator[None]:
    """Within this, what is refused is the fault of a file: `ArgumentError` becomes `FileError`.

    It goes around the reading of a file, or of stdin, and the making of a value of what it holds.

    >>> with file_contents():
    ...     raise ArgumentError("basis", "a basis in JSON form", "[]")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.FileError: basis: expected a basis in JSON form, got []
    """
    try:
        yield
    except FileError:
        raise
    except ArgumentError as error:
        raise FileError(error.argument, error.expected, error.got) from error


def write_atomically(path: str | os.PathLike[str], data: bytes, argument: str = "path") -> None:
    """Write `data` to the file `path` so that at any moment it is the old file or the new one.

    A file that was there keeps its permissions. Killed before the end, nothing is left behind.

    Raises `FileError`, naming `argument`, if the folder is missing or cannot be written, or
    the file may not be.
    """
    with _fault_of(path, argument, "a writable path"):
        target = Path(path).resolve()
        status = _refuse_unwritable(target)
        if status is not None and not stat.S_ISREG(status.st_mode):
            # A device or pipe has no old content to keep, and must stay what it is.
            target.write_bytes(data)
            return
        mask = os.umask(0)
        os.umask(mask)
        _replace(target, data, 0o666 & ~mask if status is None else stat.S_IMODE(status.st_mode))


def _replace(target: Path, data: bytes, mode: int) -> None:
    temporary = target.with_name(f".mesacircuits.{secrets.token_hex(8)}")
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        try:
            # A file without a name, of which a killed process leaves nothing.
            handle, nameless = os.open(target.parent, os.O_TMPFILE | os.O_WRONLY, 0o600), True
        except (AttributeError, OSError):
            # Not every file system has such files.
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            nameless = False
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            if nameless:
                # The folder's descriptor makes it the call that follows the link in /proc.
                os.link(f"/proc/self/fd/{file.fileno()}", temporary, src_dir_fd=folder)
        os.replace(temporary, target)
    finally:
        os.close(folder)
        temporary.unlink(missing_ok=True)


def check_side_files(path: str | os.PathLike[str]) -> None:
    """Raise `ValueError` for files beside an SQLite file that SQLite is not to be let at.

    It opens them as it opens the file, so a pipe would be waited for. And a journal may name
    further files, which are deleted with it when it is played back: ours names none.
    """
    for end in SIDE_FILES:
        beside = f"{os.fspath(path)}{end}"
        try:
            status = os.stat(beside)
        except (FileNotFoundError, NotADirectoryError):
            continue
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"its {end[1:]} is not a regular file")
        if end == "-journal" and status.st_size >= len(_JOURNAL):
            with open(beside, "rb") as file:
                file.seek(-len(_JOURNAL), os.SEEK_END)
                if file.read() == _JOURNAL:
                    raise ValueError("its journal names other files, which would be deleted")


def check_writable(path: str | os.PathLike[str], argument: str = "path") -> None:
    """Raise `FileError`, naming `argument`, if a file could not be written at `path`."""
    target = Path(path)
    with _fault_of(path, argument, "a writable path"):
        if _refuse_unwritable(target) is None:
            if not target.parent.is_dir():
                raise FileNotFoundError(2, "No such directory")
            if not os.access(target.parent, os.W_OK):
                raise PermissionError(13, "Permission denied")


def _refuse_unwritable(target: Path) -> os.stat_result | None:
    # Replacing a file needs no permission of its own, and root needs none at all: so it is asked.
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if _is_stream(status):
        raise ValueError("it is stdout or stderr, where other text goes")
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(21, "Is a directory")
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied")
    return status


def _is_stream(status: os.stat_result) -> bool:
    """Return whether a file is one that this process prints to, such as /dev/stdout."""
    for descriptor in (1, 2):
        with suppress(OSError):
            own = os.fstat(descriptor)
            kept = stat.S_ISREG(own.st_mode) or stat.S_ISFIFO(own.st_mode)
            if kept and (own.st_dev, own.st_ino) == (status.st_dev, status.st_ino):
                return True
    return False


def refuse_same_files(
    outputs: Mapping[str, str | os.PathLike[str] | None],
    inputs: Mapping[str, str | os.PathLike[str] | None] | None = None,
) -> None:
    """Raise `ArgumentError` if a file that is to be written is an input, or another output.

    Files are told apart by what they are, not by how they are spelled: links and `..` are seen
    through, and a name that does not exist yet is compared in its folder.

    Arguments:
        outputs: by argument, the files to be written; None stands for none, `-` for stdout.
        inputs: by argument, the files that are read.

    >>> refuse_same_files({"output": "c.db"}, {"catalog": "./c.db"})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: output: expected a file other than catalog, got c.db
    """
    seen = {_identity(path): name for name, path in (inputs or {}).items() if _is_file_name(path)}
    for name, path in outputs.items():
        if not _is_file_name(path):
            continue
        other = seen.setdefault(_identity(path), name)
        if other != name:
            raise ArgumentError(name, f"a file other than {other}", os.fspath(path or ""))


def _is_file_name(path: str | os.PathLike[str] | None) -> bool:
    return path is not None and os.fspath(path) not in ("", "-")


def _identity(path: str | os.PathLike[str] | None) -> object:
    target = Path(path or "")
    try:
        status = target.stat()
    except (OSError, ValueError):
        # Folders are resolved as far as they exist; what cannot be a name is refused when used.
        return os.path.realpath(target) if "\0" not in str(target) else str(target)
    if stat.S_ISCHR(status.st_mode):
        # What is written to a device, such as /dev/null, is not kept.
        return object()
    return status.st_dev, status.st_ino
