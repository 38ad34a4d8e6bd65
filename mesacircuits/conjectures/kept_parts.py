"""Finished parts of a claim's run, kept in the effort's store so that being killed loses none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from mesacircuits.conjectures.settings import Settings
from mesacircuits.enumeration import Effort

__all__ = ["KeptParts"]


class KeptParts:
    """The parts of a claim's run, by key, kept in the file that `effort.store` names.

    A part is kept once it is whole, with the settings of the run, and taken from the file when the
    same run is started again. Without a store every part is computed.

    Arguments:
        effort: the means of the run.
        claim: the claim's name, with a number to be raised when parts come to mean something else.
        settings: the values of its parameters.

    >>> parts = KeptParts(Effort(), "example 1", Settings({"inputs": 2}))
    >>> parts.part("two", lambda: [1, 2])
    [1, 2]
    """

    def __init__(self, effort: Effort, claim: str, settings: Settings) -> None:
        self._store = effort.store
        text = msgspec.json.encode([claim, settings.to_json()])
        self._run = hashlib.sha256(text).hexdigest()

    def part(
        self, key: str, compute: Callable[[], Any], done: Callable[[Any], bool] | None = None
    ) -> Any:
        """Return a part, from the store or by computing it.

        Arguments:
            key: what tells it from the run's other parts.
            compute: returns it as JSON values; what it raises, such as `BudgetEnded`, is raised,
                and nothing is kept.
            done: whether what was computed is to be kept; by default it is.

        Raises `ArgumentError` for a store that is damaged or not ours.
        """
        if self._store is None:
            return compute()
        import numpy as np

        from mesacircuits.enumeration.unit_store import UnitResult, UnitStore

        with UnitStore(self._store, f"claim {self._run} {key}") as store:
            kept = store.get(0)
            if kept is not None:
                return msgspec.json.decode(kept.arrays["json"].tobytes())
            found = compute()
            data = np.frombuffer(msgspec.json.encode(found), dtype=np.uint8)
            if done is None or done(found):
                store.put(0, UnitResult({"json": data}, 0, True))
        # As it will be read back: tuples are lists.
        return msgspec.json.decode(data.tobytes())
