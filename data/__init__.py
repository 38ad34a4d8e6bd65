"""Counts to be reproduced: published ones, and calibrations of this project's own.

`published()` reads `published.json`; `manifest.json` holds the SHA-256 of each data file and is
rewritten by `python -m mesacircuits.data` after a change.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

import msgspec

from mesacircuits.errors import ArgumentError

__all__ = [
    "Calibration",
    "CalibrationRow",
    "Distribution",
    "Published",
    "TaskCount",
    "data_hashes",
    "published",
]

_PACKAGE = "mesacircuits.data"
_MANIFEST = "manifest.json"


class Distribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many functions, or NPN classes, of `inputs` inputs have each least cost.

    `counts[k]` is the number whose minimum under `order` is k; constants, inputs and their
    inverses cost 0. `measure` is the source's letter for the order: C, D or L.
    """

    inputs: int
    basis: str
    order: str
    measure: str
    counted: str
    counts: tuple[int, ...]
    source: str


class CalibrationRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of functions whose minima have `gates` gates, and of those minima in all."""

    gates: int
    functions: int
    circuits: int


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The single-output minima of every function of `inputs` inputs, by number of gates.

    `functions` is `normal` for the functions with f(0) = 0 other than the constant and the
    inputs, `all` for all functions. A calibration that is not `complete` stops at its last row.
    """

    inputs: int
    basis: str
    order: str
    functions: str
    complete: bool
    rows: tuple[CalibrationRow, ...]
    source: str


class TaskCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of minima of one task, operators told apart (`circuits`) or not (`wirings`)."""

    name: str
    task: str
    basis: str
    order: str
    wirings: int
    circuits: int
    source: str


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All the counts, and the full titles of their sources by short name."""

    sources: dict[str, str]
    distributions: tuple[Distribution, ...]
    calibrations: tuple[Calibration, ...]
    tasks: tuple[TaskCount, ...]

    def distribution(self, inputs: int, order: str, counted: str = "functions") -> Distribution:
        """Return the distribution over `functions` or `classes` of this many inputs.

        Raises `ArgumentError`, with what there is, if none is published here.

        >>> published().distribution(4, "depth").counts
        (10, 60, 1458, 56456, 7552)
        """
        asked = (inputs, order, counted)
        known = {(d.inputs, d.order, d.counted): d for d in self.distributions}
        if asked not in known:
            listed = "; ".join(f"{n} {o} {c}" for n, o, c in known)
            raise ArgumentError("distribution", f"one of {listed}", " ".join(map(str, asked)))
        return known[asked]

    def calibration(self, basis: str, order: str) -> Calibration:
        """Return the calibration of three inputs in the basis of this name.

        Raises `ArgumentError`, with what there is, if there is none.

        >>> [(row.gates, row.circuits) for row in published().calibration("b2", "size").rows]
        [(1, 15), (2, 75), (3, 180), (4, 540)]
        """
        known = {(c.basis, c.order): c for c in self.calibrations}
        if (basis, order) not in known:
            listed = "; ".join(" ".join(pair) for pair in known)
            raise ArgumentError("calibration", f"one of {listed}", f"{basis} {order}")
        return known[basis, order]


@cache
def published() -> Published:
    """Return the published counts and the calibrations, read once.

    >>> sum(published().distribution(5, "size", "classes").counts)
    616126
    >>> [(task.name, task.wirings, task.circuits) for task in published().tasks][0]
    ('majority of three', 33, 51)
    """
    data = files(_PACKAGE).joinpath("published.json").read_bytes()
    return msgspec.json.decode(data, type=Published)


def data_hashes() -> dict[str, str]:
    """Return the SHA-256 of every data file as it stands, by name; the manifest is not one.

    >>> list(data_hashes())
    ['published.json']
    """
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files(_PACKAGE).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json") and file.name != _MANIFEST
    }
