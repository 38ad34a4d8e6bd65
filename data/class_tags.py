"""Which classes of functions of up to five inputs have tagged minima, as shipped.

A file holds, for one basis and the order `size`, the classes of which some minimum has a tag; every
other class of at most `size` gates has none. Classes are of functions that read all `inputs`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

__all__ = ["ClassTagsFile", "SearchRecord", "SizeRecord", "TaggedClass", "stored_class_tags"]

_PACKAGE = "mesacircuits.data"
_PREFIX = "class-tags-"


class SizeRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The classes of functions that read all of `inputs` inputs and have minima of `size` gates.

    `minima` are summed over the functions with f(0) = 0.
    """

    inputs: int
    size: int
    classes: int
    functions: int
    minima: int


class SearchRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many minima of a class are search-like under a re-encoding, at just these costs.

    `cone` is the gates of the cheaper evaluation, `private` the least that are its own.
    """

    reencoding: str
    cone: int
    private: int
    minima: int


class TaggedClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of which some minimum has a tag.

    `table` is its least member in hexadecimal, `functions` how many members it has, and `minima`
    those of the members with f(0) = 0 together, as all minima here are counted. `unturned` says by
    the name of a cost of how many functions some minimum is search-like without re-encoding, at a
    cost of at least 0, 1, 2, ... gates. `lookup` are the minima that are lookup tables, `tabular`
    those of them that have one input for each cell.
    """

    table: str
    inputs: int
    size: int
    functions: int
    minima: int
    search: tuple[SearchRecord, ...]
    unturned: dict[str, tuple[int, ...]]
    lookup: int
    tabular: int


class ClassTagsFile(msgspec.Struct, frozen=True):
    """The tags of one basis.

    `definitions` records what gave them; `inputs` is the most that functions read, `size` the most
    gates searched for.
    """

    basis: str
    definitions: list[dict[str, Any]]
    inputs: int
    size: int
    sizes: tuple[SizeRecord, ...]
    classes: tuple[TaggedClass, ...]


@cache
def stored_class_tags(basis: str) -> tuple[ClassTagsFile, str, str] | None:
    """Return the shipped tags over a basis, their file's name and its SHA-256; None if none are.

    >>> record, name, _ = stored_class_tags("b2")
    >>> name, record.inputs
    ('class-tags-b2.json', 5)
    """
    file = files(_PACKAGE).joinpath(f"{_PREFIX}{basis}.json")
    if not file.is_file():
        return None
    data = file.read_bytes()
    record = msgspec.json.decode(data, type=ClassTagsFile)
    return record, file.name, hashlib.sha256(data).hexdigest()
