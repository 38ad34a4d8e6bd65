"""C, D and L of every class of functions of five inputs, and a circuit of each, as shipped.

A file is a line of JSON that names its columns, and then the columns, each compressed by xz on its
own: so what asks for sizes does not wait for circuits. Classes stand in the order of their least
members.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from mesacircuits.errors import ArgumentError

if TYPE_CHECKING:
    # numpy is imported where it is used.
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FIVE_FORMAT", "StoredSizes", "packed_columns", "sizes_of_file", "stored_sizes"]

#: What a file calls its own format.
FIVE_FORMAT = "mesacircuits functions of five inputs 1"

_PACKAGE = "mesacircuits.data"
_PREFIX, _SUFFIX = "five-inputs-", ".columns.xz"
_NONE = 255
# Numbers that go up by little at a time, and gates, compress best without regard to alignment.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]


class _Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    type: str
    shape: tuple[int, ...]
    bytes: int


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    basis: str
    operators: tuple[str, ...]
    exhausted_size: int
    columns: tuple[_Column, ...]


@dataclass(frozen=True, eq=False)
class StoredSizes:
    """What is known of every NPN class of functions of five inputs over one basis.

    Columns have an entry for each class, in the order of least members.

    Attributes:
        basis: its name.
        operators: the names of its operators, by their places in gates.
        exhausted_size: all circuits of up to so many gates were looked at.
        file, sha256: where it was read from.
    """

    basis: str
    operators: tuple[str, ...]
    exhausted_size: int
    file: str
    sha256: str
    _parts: Mapping[str, tuple[_Column, bytes]]

    def _column(self, name: str) -> NDArray[Any]:
        import numpy as np

        column, data = self._parts[name]
        plain = lzma.decompress(data)
        return np.frombuffer(plain, dtype=column.type).reshape(column.shape)

    @cached_property
    def forms(self) -> NDArray[np.int64]:
        """The least member of each class, ascending, shape (c,)."""
        import numpy as np

        return np.cumsum(self._column("steps"), dtype=np.int64)

    @cached_property
    def lower(self) -> NDArray[np.uint8]:
        """How many gates are needed at least, by exhaustion, shape (c,)."""
        return self._column("lower")

    @cached_property
    def upper(self) -> NDArray[np.uint8]:
        """How many gates the circuit in `gates` has, shape (c,)."""
        return self._column("upper")

    @cached_property
    def depth(self) -> NDArray[np.uint8]:
        """The least depth D, shape (c,)."""
        return self._column("depth")

    @cached_property
    def length(self) -> NDArray[np.uint8]:
        """The least formula length L, shape (c,)."""
        return self._column("length")

    @cached_property
    def minima(self) -> NDArray[np.uint32]:
        """How many minimal circuits each function of a class has, 0 where not counted, shape (c,).

        >>> found = stored_sizes("b2")
        >>> int(found.minima[found.place_of(0x000634CE)])
        31
        """
        return self._column("minima")

    @cached_property
    def gates(self) -> NDArray[np.uint8]:
        """A circuit for a function of each class: (low, high, operator), shape (c, r, 3).

        Beyond the end of a circuit all three are 0; the last gate is the output.
        """
        import numpy as np

        pairs, operators = self._column("pairs"), self._column("ops")
        # Pairs (low, high) of wires, by the higher one and then by the lower; 0 is no gate.
        table = [(0, 0), *((i, j) for j in range(1, 32) for i in range(j))]
        both = np.array(table, dtype=np.uint8)[pairs]
        return np.concatenate([both, operators[:, :, None]], axis=2)

    def place_of(self, form: int) -> int:
        """Return the place of a class by its least member.

        Raises `ArgumentError` if it is of none.
        """
        import numpy as np

        place = int(np.searchsorted(self.forms, form))
        if place == len(self.forms) or self.forms[place] != form:
            raise ArgumentError("form", "the least member of a class", f"{form:08X}")
        return place

    def bounds_of(self, form: int) -> tuple[int, int]:
        """Return the bounds on C of the class with this least member, which meet if it is settled.

        >>> stored_sizes("b2").bounds_of(0x000634CE)
        (8, 8)
        """
        place = self.place_of(form)
        return int(self.lower[place]), int(self.upper[place])


def packed_columns(
    basis: str,
    operators: tuple[str, ...],
    exhausted_size: int,
    columns: Mapping[str, NDArray[Any]],
    gates: NDArray[np.uint8],
) -> bytes:
    """Return a file's bytes, the same for the same columns.

    Arguments:
        columns: the columns of `StoredSizes` by name, but for `gates`; -1 where nothing is known.
        gates: as in `StoredSizes`.
    """
    import numpy as np

    high = gates[:, :, 1].astype(np.int64)
    pairs = np.where(high > 0, 1 + high * (high - 1) // 2 + gates[:, :, 0], 0)
    filled = {
        "steps": np.diff(columns["forms"], prepend=0).astype("<u4"),
        **{
            name: np.where(columns[name] < 0, _NONE, columns[name]).astype(np.uint8)
            for name in ("lower", "upper", "depth", "length")
        },
        "minima": np.maximum(columns["minima"], 0).astype("<u4"),
        "pairs": pairs.astype(np.uint8),
        "ops": np.ascontiguousarray(gates[:, :, 2]),
    }
    if (filled["minima"] != np.maximum(columns["minima"], 0)).any() or pairs.max() >= _NONE:
        raise ArithmeticError("numbers too large for their columns")
    heads, parts = [], []
    for name, column in filled.items():
        parts.append(lzma.compress(column.tobytes(), filters=_FILTERS))
        heads.append(_Column(name, column.dtype.str, column.shape, len(parts[-1])))
    head = _Head(FIVE_FORMAT, basis, operators, exhausted_size, tuple(heads))
    return b"\n".join([msgspec.json.encode(head), b"".join(parts)])


def sizes_of_file(data: bytes, file: str = "") -> StoredSizes:
    """Return what a file's bytes hold.

    Raises `ArgumentError` for bytes that are no such file.

    >>> sizes_of_file(b"x")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: data: expected a file of sizes of five inputs, got b'x'
    """
    line, _, rest = data.partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=_Head)
    except msgspec.DecodeError:
        raise ArgumentError("data", "a file of sizes of five inputs", data[:20]) from None
    if head.format != FIVE_FORMAT:
        raise ArgumentError("data", f"the format {FIVE_FORMAT}", head.format)
    parts, begin = {}, 0
    for column in head.columns:
        parts[column.name] = column, rest[begin : begin + column.bytes]
        begin += column.bytes
    if begin != len(rest):
        raise ArgumentError("data", f"{begin} bytes of columns", len(rest))
    sha256 = hashlib.sha256(data).hexdigest()
    return StoredSizes(head.basis, head.operators, head.exhausted_size, file, sha256, parts)


@cache
def stored_sizes(basis: str) -> StoredSizes | None:
    """Return what ships of the functions of five inputs over a basis; None if nothing does.

    >>> stored_sizes("b2").file, stored_sizes("aig")
    ('five-inputs-b2.columns.xz', None)
    """
    file = files(_PACKAGE).joinpath(f"{_PREFIX}{basis}{_SUFFIX}")
    return sizes_of_file(file.read_bytes(), file.name) if file.is_file() else None
