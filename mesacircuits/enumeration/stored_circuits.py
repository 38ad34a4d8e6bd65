"""Lists of circuits kept in the file of a search, so that what was found is not sought again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.circuit import CircuitRecord
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.stored_rows import has_arrays
from mesacircuits.enumeration.unit_store import UnitResult, UnitStore
from mesacircuits.errors import MesacircuitsError
from mesacircuits.records import json_values

__all__ = ["bytes_of_json", "json_of_bytes", "stored_circuits"]

_NAME = "json"
#: The name that arrays of circuits were given first.
_FORMER = "circuits"


def bytes_of_json(value: object) -> UnitResult:
    """Return JSON values as the result of a unit.

    >>> json_of_bytes(bytes_of_json([1, 2]))
    [1, 2]
    """
    data = np.frombuffer(msgspec.json.encode(value), dtype=np.uint8)
    return UnitResult({_NAME: data}, 0, True)


def json_of_bytes(result: UnitResult) -> Any:
    """Return the values of `bytes_of_json`; raises `ValueError` for another result."""
    return json_values(_text(result, _NAME))


def _text(result: UnitResult, name: str) -> bytes:
    has_arrays(result.arrays, {name: (np.uint8, (None,))})
    return result.arrays[name].tobytes()


def stored_circuits(
    effort: Effort,
    key: str,
    find: Callable[[], tuple[Circuit, ...]],
    check: Callable[[tuple[Circuit, ...]], None],
) -> tuple[Circuit, ...]:
    """Return the circuits stored under `key`, or find and store them; without a store, find them.

    Arguments:
        effort: the means, whose store it is.
        key: names the list.
        find: returns the circuits.
        check: raises `ValueError` for circuits that the list cannot hold.

    Raises `ArgumentError` naming `resume` for a file that is not one of finished units, before
    anything is sought, and for a list in it that is none; and whatever `find` raises, and then
    stores nothing.

    >>> stored_circuits(Effort(), "none", lambda: (), lambda circuits: None)
    ()
    """
    if effort.store is None:
        return find()
    with UnitStore(effort.store, key, effort.written) as kept:
        result = kept.get(0)
        effort.count_unit(result is not None and result.from_file)
        if result is None:
            found = find()
            kept.put(0, bytes_of_json([circuit.to_json() for circuit in found]))
            return found
        try:
            # No longer than the longest array, and as typed values: lists are long.
            name = _NAME if _NAME in result.arrays else _FORMER
            records = msgspec.json.decode(_text(result, name), type=list[CircuitRecord])
            circuits = tuple(record.to_circuit() for record in records)
            check(circuits)
            return circuits
        except (MesacircuitsError, msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise kept.refused_unit(str(error)) from error
