"""Finished parts of a claim's run, kept in the effort's store so that being killed loses none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from mesacircuits.call import Settings
from mesacircuits.enumeration import Effort
from mesacircuits.records import printable

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
        self._effort = effort
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

        What is taken from the store may be anybody's: texts in it have no control characters, and
        the claim that reads it runs within `Effort.fitting`.

        Raises `ArgumentError` for a store that is damaged or not ours, and for a part in it that is
        none.
        """
        if self._effort.store is None:
            return compute()
        from mesacircuits.enumeration.units import UnitStore, bytes_of_json, json_of_bytes

        effort, name = self._effort, f"claim {self._run} {key}"
        with UnitStore(self._effort.store, name, effort.written) as store:
            kept = store.get(0)
            effort.count_unit(kept is not None and kept.from_file)
            if kept is not None:
                try:
                    return _clean(json_of_bytes(kept))
                except ValueError as error:
                    raise store.refused_unit(str(error)) from error
            found = compute()
            unit = bytes_of_json(found)
            if done is None or done(found):
                store.put(0, unit)
        # As it will be read back: tuples are lists.
        return json_of_bytes(unit)


def _clean(value: Any) -> Any:
    # Raise for a text that a terminal would take for more than text.
    if isinstance(value, str) and printable(value) != value:
        raise ValueError("a text with control characters")
    for part in value if isinstance(value, list) else ():
        _clean(part)
    for name, part in value.items() if isinstance(value, dict) else ():
        _clean(name)
        _clean(part)
    return value
