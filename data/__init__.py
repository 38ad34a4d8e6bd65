"""Counts to be reproduced, and censuses that took long to count.

`published()` reads `published.json`: published counts, and calibrations of this project's own.
`stored_claims()` reads what the claims were found to be at their defaults. `stored_census()`
reads a census: how many minima each class has, as the command in `recipes.json` printed it;
`mesacircuits.data.minima` reads lists of all minima, `mesacircuits.data.class_tags` which classes
of functions of up to five inputs have tagged ones, `mesacircuits.data.five_inputs` the size, depth
and formula length of every class of functions of five inputs. `manifest.json` holds each file's
SHA-256, totals and command; it is rewritten by `python -m mesacircuits.data`, and the files
themselves by `python -m mesacircuits.data --rebuild`.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from mesacircuits.errors import ArgumentError

__all__ = [
    "Calibration", "CalibrationRow", "Distribution", "Published", "StoredClaim", "TaskCount",
    "manifest_entries", "published", "recipes", "stored_census", "stored_claims",
    "stored_orbit_tags", "stored_verdicts",
]  # fmt: skip

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


def recipes() -> dict[str, str]:
    """Return the command that makes each file that one makes, by the name of the file.

    >>> recipes()["census-n4-aig-size.json"]
    'mesacircuits census --inputs 4 --basis aig --order size --nodes 1e15 --classes --json'
    """
    data = files(_PACKAGE).joinpath("recipes.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, str])


def stored_census(name: str) -> tuple[dict[str, Any], str]:
    """Return a stored census as the JSON values that `Census.to_json` gave, and its SHA-256.

    Raises `ArgumentError`, with what there is, if there is none of that name.

    >>> [row["classes"] for row in stored_census("census-n4-aig-size.json")[0]["rows"]]
    [2, 1, 2, 7, 9, 24, 30, 61, 45, 37, 4]
    """
    known = [file for file, command in recipes().items() if command.split()[1] == "census"]
    if name not in known:
        raise ArgumentError("name", f"one of {', '.join(sorted(known))}", name)
    data = files(_PACKAGE).joinpath(name).read_bytes()
    return msgspec.json.decode(data, type=dict[str, Any]), hashlib.sha256(data).hexdigest()


class StoredClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a registered claim was found to be at its defaults, as last found for a release.

    `report` is the whole report as printed, `examples` the circuits or programs that decide it,
    `kind` and `evidence` those of `Claim` and `Finding`, `seconds` about how long it took one core.
    """

    name: str
    topic: str
    verdict: str
    answer: str
    universe: str
    report: str = ""
    examples: tuple[dict[str, Any], ...] = ()
    kind: str = ""
    evidence: dict[str, Any] | None = None
    seconds: int = 0


@cache
def stored_claims() -> dict[str, StoredClaim]:
    """Return what each registered claim was found to be, by name.

    >>> stored_claims()["minimal-circuits"].universe
    'functions(3) and 10 more universes, b2, aig'
    """
    data = files(_PACKAGE).joinpath("verdicts.json").read_bytes()
    return {found.name: found for found in msgspec.json.decode(data, type=list[StoredClaim])}


@cache
def stored_verdicts() -> dict[str, str]:
    """Return the verdict of each registered claim at its defaults, as last found for a release.

    >>> stored_verdicts()["minimal-circuits"]
    'refuted'
    """
    return {name: found.verdict for name, found in stored_claims().items()}


@cache
def stored_orbit_tags(file: str, sha256: str) -> dict[str, dict[str, dict[str, str]]] | None:
    """Return which orbits of a file of minima have a tag, by inputs, class and definition.

    Orbits are named by ranges (see `ranges_of_text`). None if that was not judged, or of a file
    with another hash.
    """
    stored = files(_PACKAGE).joinpath("orbit-tags.json")
    known = msgspec.json.decode(stored.read_bytes()) if stored.is_file() else {}
    if file not in known or known[file]["sha256"] != sha256:
        return None
    tags: dict[str, dict[str, dict[str, str]]] = known[file]["tags"]
    return tags


def manifest_entries() -> dict[str, dict[str, Any]]:
    """Return what the manifest says of the data files as they stand; it is not one of them.

    >>> manifest_entries()["census-n4-aig-size.json"]["totals"]["classes"]
    222
    """
    # What reads circuits is imported by those alone who need it.
    from mesacircuits.data.five_inputs import sizes_of_file
    from mesacircuits.data.minima import minima_of_file, task_minima_of_file

    commands = recipes()
    entries = {}
    for file in sorted(files(_PACKAGE).iterdir(), key=lambda file: file.name):
        if not file.name.endswith((".json", ".xz")) or file.name == _MANIFEST:
            continue
        data = file.read_bytes()
        entry: dict[str, Any] = {"sha256": hashlib.sha256(data).hexdigest()}
        if file.name in commands:
            entry["command"] = commands[file.name]
        if file.name.startswith("census-"):
            census = msgspec.json.decode(data)
            summed = ("functions", "classes", "circuits", "wirings", "circuits_p")
            entry["exhaustive"] = census["exhaustive"]
            entry["totals"] = {
                name: sum(row[name] for row in census["rows"])
                for name in summed
                if all(name in row for row in census["rows"])
            }
        if file.name.startswith("class-tags-"):
            tags = msgspec.json.decode(data)
            entry["exhausted_size"] = tags["size"]
            entry["totals"] = {
                **{n: sum(s[n] for s in tags["sizes"]) for n in ("classes", "functions", "minima")},
                "tagged_classes": len(tags["classes"]),
            }
        if file.name.startswith("minima-"):
            # Of how many classes all minima are listed, by the number of inputs.
            entry["universes"] = [
                {
                    "inputs": universe.inputs,
                    "classes": len(universe.classes),
                    "open_classes": universe.open_classes,
                    "minima": sum(c.circuits for c in universe.classes),
                    "orbits": sum(len(c.orbits) for c in universe.classes),
                }
                for universe in minima_of_file(data).universes
            ]
        if file.name.startswith("five-inputs-"):
            sizes = sizes_of_file(data)
            settled = sizes.lower == sizes.upper
            entry["exhausted_size"] = sizes.exhausted_size
            entry["totals"] = {
                "classes": len(settled),
                "settled_classes": int(settled.sum()),
                "counted_classes": int((sizes.minima > 0).sum()),
            }
        if file.name.startswith("task-minima-"):
            found = task_minima_of_file(data)
            entry["universe"] = found.universe
            entry["totals"] = {
                "tasks": len(found.tasks),
                "minima": sum(map(len, found.tasks.values())),
            }
        entries[file.name] = entry
    return entries
