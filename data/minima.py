"""All minima of one function of each class, and of tasks, as shipped: read, and written as texts.

A file holds, for one basis and order, universes of n = 1, ..., 4 inputs; each lists the classes
that were exhausted, by their least members, with one minimum for each orbit under the symmetries
of that function. A circuit is written gate by gate: its operand wires and then its operator, each
one letter of `0-9a-z` (`-` is the constant), the operator by its place in `operators`.

Another kind of file holds, for one basis and order, the tasks of universes, by the hashes of what
they plainly ask, each with all its minima as texts.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import operator_named
from mesacircuits.errors import ArgumentError

__all__ = [
    "MINIMA_FORMAT", "TASKS_FORMAT", "ClassRecord", "MinimaFile", "TaskMinimaFile",
    "UniverseRecord", "chain_of_text", "minima_files", "minima_of_file", "packed",
    "ranges_of_text", "ranges_text", "stored_minima", "stored_task_minima",
    "task_minima_of_file", "text_of_chain",
]  # fmt: skip

#: What a file calls its own format.
MINIMA_FORMAT = "mesacircuits minima 1"
TASKS_FORMAT = "mesacircuits minima of tasks 1"

_PACKAGE = "mesacircuits.data"
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CONSTANT_LETTER = "-"


class ClassRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The minima of one class.

    `representative` is the least member's truth table in hexadecimal, `functions` how many members
    there are, `circuits` how many minima each has, and `orbits` one of the representative's for
    each orbit under its symmetries.
    """

    representative: str
    functions: int
    size: int
    depth: int | None
    circuits: int
    orbits: tuple[str, ...]


class UniverseRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The classes of all functions of `inputs` inputs that were exhausted.

    Functions that take no gates are not listed. `exhausted_size`: every function of at most so many
    gates is, where a budget ended the search; `open_classes` are not.
    """

    inputs: int
    kind: str
    exhaustive: bool
    exhausted_size: int | None
    open_classes: int
    classes: tuple[ClassRecord, ...]


class MinimaFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lists of one basis and order."""

    format: str
    basis: str
    order: str
    operators: tuple[str, ...]
    universes: tuple[UniverseRecord, ...]

    def universe(self, inputs: int) -> UniverseRecord | None:
        """Return the universe of so many inputs; None if there is none."""
        return next((u for u in self.universes if u.inputs == inputs), None)


class TaskMinimaFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The minima of tasks, over one basis and under one order.

    `universe` is the text of what the tasks are of; `tasks` has for the hash of the function or
    relation that each asks for all minimal circuits, as texts.
    """

    format: str
    basis: str
    order: str
    universe: str
    tasks: dict[str, tuple[str, ...]]


_File = TypeVar("_File", MinimaFile, TaskMinimaFile)


def text_of_chain(circuit: Circuit, operators: tuple[str, ...]) -> str:
    """Return the gates of a circuit as text; its last gate is its output.

    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> text_of_chain(nae, ("xor", "or"))
    '010 120 341'
    """
    return " ".join(
        "".join(_CONSTANT_LETTER if w == CONSTANT else _LETTERS[w] for w in gate.operands)
        + _LETTERS[operators.index(gate.operator)]
        for gate in circuit.gates
    )


def chain_of_text(
    text: str, inputs: int, operators: tuple[str, ...], inverted: bool = False
) -> Circuit:
    """Return the circuit that a text stands for, its last gate the output.

    Raises `ArgumentError` if it stands for none.

    >>> print(chain_of_text("010 120 341", 3, ("xor", "or")))
    g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3
    """
    gates = []
    for word in text.split():
        places = [CONSTANT if c == _CONSTANT_LETTER else _LETTERS.find(c) for c in word]
        if not 0 <= places[-1] < len(operators):
            raise ArgumentError("circuit", f"one of {len(operators)} operators", word)
        if any(w < 0 and c != _CONSTANT_LETTER for w, c in zip(places[:-1], word, strict=False)):
            raise ArgumentError("circuit", "wires as 0-9, a-z or -", word)
        gates.append(Gate(operators[places[-1]], tuple(places[:-1])))
    if not gates:
        raise ArgumentError("circuit", "at least one gate", text)
    return Circuit(inputs, tuple(gates), (Output(inputs + len(gates) - 1, inverted),))


def packed(record: MinimaFile | TaskMinimaFile) -> bytes:
    """Return a file's bytes: JSON, compressed by xz; the same bytes for the same record."""
    return lzma.compress(msgspec.json.encode(record), preset=9 | lzma.PRESET_EXTREME)


def minima_of_file(data: bytes) -> MinimaFile:
    """Return the record of a file's bytes.

    Raises `ArgumentError` for bytes that are no such file.

    >>> minima_of_file(b"x")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: data: expected a file of minima, got b'x'
    """
    record = _record(data, MinimaFile, MINIMA_FORMAT, "a file of minima")
    try:
        for operator in record.operators:
            operator_named(operator)
    except ArgumentError:
        raise ArgumentError("data", "a file of minima", data[:20]) from None
    return record


def task_minima_of_file(data: bytes) -> TaskMinimaFile:
    """Return the record of the bytes of a file of minima of tasks.

    Raises `ArgumentError` for bytes that are no such file.

    >>> task_minima_of_file(b"x")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: data: expected a file of minima of tasks, got b'x'
    """
    return _record(data, TaskMinimaFile, TASKS_FORMAT, "a file of minima of tasks")


def _record(data: bytes, kind: type[_File], form: str, what: str) -> _File:
    """Return the record of this kind that a file's bytes hold, in the format that it states."""
    try:
        record = msgspec.json.decode(lzma.decompress(data), type=kind)
    except (lzma.LZMAError, msgspec.DecodeError):
        raise ArgumentError("data", what, data[:20]) from None
    if record.format != form:
        raise ArgumentError("data", f"the format {form}", record.format)
    return record


@cache
def minima_files() -> dict[tuple[str, str], str]:
    """Return the names of the shipped files of classes, by basis and order.

    >>> minima_files()["b2", "size"]
    'minima-b2-size.json.xz'
    """
    return _listed("minima-")


def _listed(prefix: str) -> dict[tuple[str, str], str]:
    listed = {}
    for name in sorted(file.name for file in files(_PACKAGE).iterdir()):
        if name.startswith(prefix) and name.endswith(".json.xz"):
            basis, order = _split(name.removeprefix(prefix).removesuffix(".json.xz"))
            listed[basis, order] = name
    return listed


def _split(text: str) -> tuple[str, str]:
    # Names of bases and of orders have hyphens of their own.
    for order in ("depth-size", "size"):
        if text.endswith(f"-{order}"):
            return text.removesuffix(f"-{order}"), order
    raise ArgumentError("name", "the name of a basis and an order", text)


@cache
def stored_minima(basis: str, order: str) -> tuple[MinimaFile, str] | None:
    """Return the shipped lists of a basis and order, with the SHA-256 of their file; None if none.

    >>> record, _ = stored_minima("b2", "size")
    >>> [len(universe.classes) for universe in record.universes]
    [0, 2, 12, 220]
    """
    name = minima_files().get((basis, order))
    if name is None:
        return None
    data = files(_PACKAGE).joinpath(name).read_bytes()
    return minima_of_file(data), hashlib.sha256(data).hexdigest()


@cache
def stored_task_minima(basis: str, order: str) -> tuple[TaskMinimaFile, str, str] | None:
    """Return the shipped minima of tasks, their file's name and its SHA-256; None if none are.

    >>> record, name, _ = stored_task_minima("b2", "size")
    >>> name, record.order
    ('task-minima-b2-size.json.xz', 'size')
    """
    name = _listed("task-minima-").get((basis, order))
    if name is None:
        return None
    data = files(_PACKAGE).joinpath(name).read_bytes()
    return task_minima_of_file(data), name, hashlib.sha256(data).hexdigest()


def ranges_text(numbers: Iterable[int]) -> str:
    """Return ascending numbers, such as places of orbits, as ranges.

    >>> ranges_text([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def ranges_of_text(text: str) -> list[int]:
    """Return the numbers that ranges name.

    >>> ranges_of_text("0-2,5")
    [0, 1, 2, 5]
    """
    numbers: list[int] = []
    for part in filter(None, text.split(",")):
        low, _, high = part.partition("-")
        numbers += range(int(low), int(high or low) + 1)
    return numbers
