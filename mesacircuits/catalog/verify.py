"""Checking a catalog: every hash, cost and tag derived again, and minimality by SAT on demand."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from mesacircuits.catalog.entries import Minimum, class_of_task
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import basis_named
from mesacircuits.classification import Definition, definition_named
from mesacircuits.classification.checker import check_judgement
from mesacircuits.classification.definition import solves, wired_of
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.orders import DEPTH_SIZE, SIZE
from mesacircuits.enumeration.sat import all_minima
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError
from mesacircuits.programs import Program
from mesacircuits.records import canonical_json, content_hash
from mesacircuits.tasks import Task, task_from_json

__all__ = ["Verification", "verify_catalog"]


@dataclass(frozen=True)
class Verification:
    """What was checked.

    Attributes:
        searches: how many were checked, of `of`.
        minima, tags: how many of these were derived again.
        recounted: of how many searches all minima were found again by SAT.
        digest: the catalog's hash.
    """

    searches: int
    of: int
    minima: int
    tags: int
    recounted: int
    digest: str

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return {
            "verified": True,
            "searches": self.searches,
            "of": self.of,
            "minima": self.minima,
            "tags": self.tags,
            "recounted": self.recounted,
            "digest": self.digest,
        }

    def __str__(self) -> str:
        lines = [
            f"VERIFIED: {self.searches:,} of {self.of:,} searches, {self.minima:,} minima, "
            f"{self.tags:,} tags",
            "  every hash, cost and tag was derived again",
        ]
        if self.recounted:
            lines.append(f"  all minima of {self.recounted:,} searches found again by SAT")
        if self.recounted < self.searches:
            left = self.searches - self.recounted
            lines.append(f"  asserted: that the lists of {left:,} searches are complete (--full)")
        lines.append(f"  catalog {self.digest}")
        return "\n".join(lines)


def verify_catalog(
    catalog: Catalog,
    sample: int | None = None,
    seed: int = 0,
    full: bool = False,
    effort: Effort | None = None,
) -> Verification:
    """Check a catalog: the file, every hash, and of each search costs, tags and their absence.

    Arguments:
        sample: check so many searches, drawn at random with `seed`; None for all.
        full: find all minima of these searches again by SAT, where the order is `size` or
            `depth-size`.
        effort: its progress bar is drawn; each SAT search may take what is left of its seconds.

    Raises `CertificateError` naming the first thing that is not so.
    """
    effort = effort or Effort()
    _check_file(catalog)
    known = _definitions(catalog)
    names = [name for [name] in catalog.rows("SELECT hash FROM searches ORDER BY hash")]
    chosen = names
    if sample is not None:
        if not isinstance(sample, int) or sample < 1:
            raise ArgumentError("sample", "a number of searches, at least 1", sample)
        chosen = sorted(random.Random(seed).sample(names, min(sample, len(names))))
    minima = tags = recounted = 0
    with effort.bar("searches", len(chosen)) as bar:
        for search in chosen:
            checked = _Search(catalog, search, known)
            minima += len(checked.solvers)
            tags += checked.check_tags()
            recounted += full and checked.recount(effort)
            bar.advance()
    return Verification(len(chosen), len(names), minima, tags, recounted, catalog.digest())


def _demand(where: str, said: object, derived: object) -> None:
    if said != derived:
        raise CertificateError(where, f"said {said!r}, derived {derived!r}")


def _check_file(catalog: Catalog) -> None:
    for [said] in catalog.rows("PRAGMA integrity_check"):
        _demand("file", said, "ok")
    for row in catalog.rows("PRAGMA foreign_key_check"):
        raise CertificateError("file", f"a row of {row[0]} refers to nothing")
    for search, task, kind, basis, ordering in catalog.rows(
        "SELECT hash, task, kind, basis, ordering FROM searches"
    ):
        _demand(f"searches[{search}].hash", search, content_hash([task, kind, basis, ordering]))
    for name, *content in catalog.rows("SELECT * FROM runs"):
        _demand(f"runs[{name}].hash", name, content_hash(content))
    left_over = "SELECT hash FROM solvers WHERE hash NOT IN (SELECT solver FROM minima)"
    for [name] in catalog.rows(left_over):
        raise CertificateError(f"solvers[{name}]", "no search found it")


def _definitions(catalog: Catalog) -> dict[str, Definition]:
    known = {}
    rows = catalog.rows("SELECT hash, name, version, parameters, tag, text FROM definitions")
    for name, called, version, parameters, tag, text in rows:
        where = f"definitions[{name}]"
        record = {"name": called, "version": version, "parameters": _json(where, parameters)}
        _demand(f"{where}.hash", name, content_hash(record))
        try:
            known[name] = definition_named(text)
        except MesacircuitsError as error:
            raise CertificateError(where, str(error)) from None
        _demand(f"{where}.version", version, known[name].version)
        _demand(f"{where}.parameters", record["parameters"], known[name].parameters)
        _demand(f"{where}.tag", tag, known[name].tag)
    return known


def _json(where: str, text: str) -> Any:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise CertificateError(where, str(error)) from None
    _demand(where, text, canonical_json(value).decode())
    return value


class _Search:
    """One search, its task and solvers read and checked."""

    def __init__(self, catalog: Catalog, search: str, known: dict[str, Definition]) -> None:
        self.catalog, self.search, self.known = catalog, search, known
        self.where = f"searches[{search}]"
        [row] = catalog.rows(
            "SELECT task, kind, basis, ordering, size, depth, minima FROM searches WHERE hash = ?",
            [search],
        )
        task, self.kind, self.basis, self.order, size, depth, count = row
        self.task = self._task(task)
        found = list(
            catalog.rows(
                "SELECT minima.place, minima.size, minima.depth, solvers.* FROM minima "
                "JOIN solvers ON solvers.hash = minima.solver WHERE search = ? ORDER BY place",
                [search],
            )
        )
        _demand(f"{self.where}.minima", count, len(found))
        self.solvers = [self._solver(place, *row) for place, row in enumerate(found)]
        _demand(f"{self.where}.size", size, min((row[1] for row in found), default=None))
        depths = [row[2] for row in found if row[2] is not None]
        _demand(f"{self.where}.depth", depth, min(depths, default=None))
        hashes = [solver.hash_hex for solver in self.solvers]
        _demand(f"{self.where}.minima", len(hashes), len(set(hashes)))
        if self.order == SIZE and self.kind == "circuit":
            _demand(f"{self.where}.size", len({row[1] for row in found}) <= 1, True)

    def _task(self, name: str) -> Task:
        [row] = self.catalog.rows("SELECT * FROM tasks WHERE hash = ?", [name])
        _, text, kind, inputs, outputs, npn_class, record = row
        where = f"tasks[{name}]"
        try:
            task = task_from_json(_json(f"{where}.json", record))
        except MesacircuitsError as error:
            raise CertificateError(f"{where}.json", str(error)) from None
        _demand(f"{where}.hash", name, task.hash_hex)
        _demand(f"{where}.kind", kind, json.loads(record).get("kind", "function"))
        _demand(f"{where}.inputs", (inputs, outputs), (task.inputs, task.outputs))
        _demand(f"{where}.class", npn_class, class_of_task(task))
        if kind == "function":
            _demand(f"{where}.text", text, str(task))
        return task

    def _solver(
        self, number: int, place: int, size: int, depth: int | None, *row: Any
    ) -> Circuit | Program:
        where = f"{self.where}.minima[{place}]"
        _demand(f"{where}.place", place, number)
        name, kind, inputs, text, record = row
        _demand(f"{where}.kind", kind, self.kind)
        try:
            if kind == "circuit":
                circuit = Circuit.parse(inputs, text)
                minimum = Minimum.of_circuit(circuit)
                _demand(f"{where}.cost", (size, depth), (minimum.size, minimum.depth))
                _demand(f"{where}.basis", circuit.in_basis(basis_named(self.basis)), True)
                _demand(f"{where}.reduced", circuit.is_reduced(), True)
            else:
                minimum = Minimum(Program.from_json(_json(where, record)), size)
            _demand(f"solvers[{name}]", row, minimum.solver_row())
            solved = solves(wired_of(minimum.solver, self.task), self.task)
        except CertificateError:
            raise
        except MesacircuitsError as error:
            raise CertificateError(where, str(error)) from None
        if not solved:
            raise CertificateError(where, f"does not solve {self.task}")
        return minimum.solver

    def check_tags(self) -> int:
        """Check every tag, and that the minima without a tag lack it; return how many there are."""
        rows = self.catalog.rows(
            "SELECT place, definition, witness FROM tags WHERE search = ?", [self.search]
        )
        tags = {(definition, place): witness for place, definition, witness in rows}
        checked = 0
        judged = self.catalog.rows(
            "SELECT definition, applies, tagged FROM judged WHERE search = ?", [self.search]
        )
        for name, applies, tagged in list(judged):
            definition = self.known[name]
            where = f"{self.where}.{definition.name}"
            said = self._judgements(definition, applies)
            holding = [place for place, judgement in enumerate(said) if judgement.holds]
            _demand(f"{where}.tagged", tagged, len(holding))
            for place, judgement in enumerate(said):
                _demand(f"{where}.applies", bool(applies), judgement.applies)
                kept = tags.pop((name, place), None)
                at = f"{where}[{place}]"
                _demand(f"{at}.tag", kept is not None, judgement.holds)
                if kept is not None:
                    _demand(f"{at}.witness", _json(at, kept), _plain(judgement.witness))
                    check_judgement(definition, self.solvers[place], self.task, judgement)
                    checked += 1
        if tags:
            raise CertificateError(f"{self.where}.tags", "tags of minima that are not listed")
        return checked

    def _judgements(self, definition: Definition, applies: int) -> Sequence[Any]:
        solvers = self.solvers if applies else self.solvers[:1]
        return [definition.judge(solver, self.task) for solver in solvers]

    def recount(self, effort: Effort) -> bool:
        """Find all minima again by SAT, where the order is one that it knows."""
        if self.kind != "circuit" or self.order not in (SIZE, DEPTH_SIZE) or self.task.joint:
            return False
        again = all_minima(self.task, basis_named(self.basis), self.order, effort=effort)
        derived = sorted(circuit.hash_hex for circuit in again)
        said = sorted(solver.hash_hex for solver in self.solvers)
        _demand(f"{self.where}.complete", said == derived, True)
        return True


def _plain(value: Any) -> Any:
    return msgspec.json.decode(canonical_json(dict(value or {})))
