"""What arguments are: files that are read or written, texts that may name one, whole numbers.

Each says so by its type. So before a command begins, its files are known, and it is refused if it
would write one that it also reads, or write one twice, or cannot write one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

__all__ = [
    "CATALOG", "INPUT", "LARGEST", "NAMED", "NAMED_OR_INPUT", "OUTPUT", "OUTPUT_FOLDER",
    "OUTPUT_OR_FOLDER", "PAGE", "STORE", "WHOLE", "FileType", "NamedType", "WholeType",
    "refuse_clashes",
]  # fmt: skip

# Generic from some release of click on.
if TYPE_CHECKING:
    _TextType = click.ParamType[str]
    _NumberType = click.ParamType[int]
else:
    _TextType = _NumberType = click.ParamType

_KEY = "mesacircuits.files"

#: Whole numbers are not larger, nor smaller than its negative; sums of some fit a machine word.
LARGEST = 10**15


def refuse_clashes(ctx: click.Context | None, name: str, paths: list[str], written: bool) -> None:
    """Remember files of the command of `ctx`, and refuse those that clash with files before.

    Arguments:
        ctx: as click gives it; None outside of a command, where nothing clashes.
        name: the argument that names the files.
        paths: the files.
        written: whether they are written; else they are only read.

    Raises `click.UsageError` if a file that is written is read as well, or written twice.
    """
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import refuse_same_files

    outputs, inputs = ({}, {}) if ctx is None else ctx.meta.setdefault(_KEY, ({}, {}))
    into: dict[str, str] = outputs if written else inputs
    for path in paths:
        # Such as a repeatable option; what is only read may be one file.
        own, place = name, 1
        while own in outputs or own in inputs:
            place += 1
            own = f"{name} {place}"
        into[own] = path
    try:
        refuse_same_files(outputs, inputs)
    except ArgumentError as error:
        raise click.UsageError(str(error), ctx) from error


def _name(param: click.Parameter | None) -> str:
    return "path" if param is None else param.opts[0].lstrip("-")


class FileType(_TextType):
    """The name of a file or folder.

    Arguments:
        written: whether the command writes it; else it is only read.
        folder: whether it is a folder, in which the command makes files; None if that depends on
            other arguments.
        beside: returns the files that go with it, beside it.
    """

    name = "file"

    def __init__(
        self,
        written: bool,
        folder: bool | None = False,
        beside: Callable[[str], list[str]] | None = None,
    ) -> None:
        self.written, self.folder, self.beside = written, folder, beside

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, once it is known to be of use."""
        from mesacircuits.records import check_writable

        path, name = str(value), _name(param)
        if not path:
            kind = "folder" if self.folder else "file"
            raise click.UsageError(f"{name}: expected the path of a {kind}, got nothing", ctx)
        if self.folder:
            _check_folder(path, name)
            return path
        paths = [path, *(self.beside(path) if self.beside is not None else [])]
        refuse_clashes(ctx, name, paths, self.written)
        if self.written and self.folder is not None:
            for each in paths:
                if each != "-":
                    check_writable(each, name)
        return path


class _PageType(FileType):
    """The name of a page, FILE.md; any other is that of a folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, once it is known to be of use."""
        if str(value).endswith(".md"):
            return super().convert(value, param, ctx)
        return OUTPUT_FOLDER.convert(value, param, ctx)


def _check_folder(path: str, name: str) -> None:
    """Raise `FileError` if no files can be made in a folder, or the folder cannot be made."""
    from mesacircuits.errors import FileError

    place = os.path.abspath(path)
    # What is not there yet is made in the first folder above it that is.
    while not os.path.lexists(place) and place != os.path.dirname(place):
        place = os.path.dirname(place)
    if not os.path.isdir(place):
        raise FileError(name, "a folder", path)
    if not os.access(place, os.W_OK | os.X_OK):
        raise FileError(name, "a folder that can be written", path)


class NamedType(_TextType):
    """A text that may name files, such as a task, a basis, or a definition of the user's own.

    Arguments:
        whole: whether the whole text may be the name of any file.
    """

    name = "text"

    def __init__(self, whole: bool = False) -> None:
        self.whole = whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, once no file that it names is one that is written."""
        text = str(value)
        named = [path for path in dict.fromkeys(self._candidates(text)) if _is_file(path)]
        refuse_clashes(ctx, _name(param), named, False)
        return text

    def _candidates(self, text: str) -> Iterator[str]:
        if self.whole:
            yield text
        for piece in (text, *re.split(r"[\s;,()]+", text)):
            path = piece.removeprefix("file:")
            # FILE.py:NAME
            path = re.sub(r"\.py:[^/]*$", ".py", path)
            # A bare word is the package's, even if a file has that name.
            if path != piece or "." in path:
                yield path


def _side_files(path: str) -> list[str]:
    from mesacircuits.records import SIDE_FILES

    return [path + end for end in SIDE_FILES]


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


class WholeType(_NumberType):
    """A whole number; whether it is in the range of what is asked, the library checks."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        if isinstance(value, int):
            return value
        text = value.strip()
        # Longer ones take time beyond all measure to read.
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,30}", text) else None
        if number is None or abs(number) > LARGEST:
            shown = text if len(text) <= 40 else f"{text[:40]}..."
            self.fail(f"expected a whole number up to {LARGEST:.0e}, got {shown!r}", param, ctx)
        return number


#: A file that is read.
INPUT = FileType(written=False)
#: A file that is written, in place of what was there.
OUTPUT = FileType(written=True)
#: A catalog that is read.
CATALOG = FileType(written=False, beside=_side_files)
#: A file that is read if it is there, and added to.
STORE = FileType(written=True, beside=_side_files)
#: A file or a folder, as other arguments say.
OUTPUT_OR_FOLDER = FileType(written=True, folder=None)
#: A folder in which files are made.
OUTPUT_FOLDER = FileType(written=True, folder=True)
#: A page, with its plot beside it, or a folder for several.
PAGE = _PageType(written=True, beside=lambda path: [f"{path[:-3]}.svg"])
#: A task, a basis, a definition, a sentence.
NAMED = NamedType()
#: A text, or the name of a file of any name.
NAMED_OR_INPUT = NamedType(whole=True)
WHOLE = WholeType()
