"""Lists of circuits kept in the file of a search, so that what was found is not sought again."""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec
import numpy as np

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.circuit_json import circuit_from_json
from mesacircuits.enumeration.unit_store import UnitResult, UnitStore

__all__ = ["stored_circuits"]


def stored_circuits(
    store: str | os.PathLike[str] | None, key: str, find: Callable[[], tuple[Circuit, ...]]
) -> tuple[Circuit, ...]:
    """Return the circuits stored under `key`, or find and store them; without a store, find them.

    Raises `ArgumentError` naming `resume` for a file that is not one of finished units, before
    anything is sought; and whatever `find` raises, and then stores nothing.

    >>> stored_circuits(None, "none", lambda: ())
    ()
    """
    if store is None:
        return find()
    with UnitStore(store, key) as kept:
        result = kept.get(0)
        if result is None:
            found = find()
            data = msgspec.json.encode([circuit.to_json() for circuit in found])
            kept.put(0, UnitResult({"circuits": np.frombuffer(data, dtype=np.uint8)}, 0, True))
            return found
    return tuple(map(circuit_from_json, msgspec.json.decode(result.arrays["circuits"].tobytes())))
