"""Definitions of others, judged in a process of their own."""

from __future__ import annotations

import pickle
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from mesacircuits.call import Call
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    Solver,
    definition_record,
    solver_of,
    unrolled,
)
from mesacircuits.definitions.function_definition import Dial
from mesacircuits.definitions.plugin_process import PluginProcess, Problem
from mesacircuits.definitions.plugins import DefinitionFailed, file_of, subject_text
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import Task

__all__ = ["TIME_LIMIT", "Contained"]

#: The seconds that a judgement may take, unless said otherwise.
TIME_LIMIT = 10.0
#: The most that it may: a day.
MOST_SECONDS = 86400

#: Texts are hashed from other seeds in the second process.
_HASH_SEEDS = 0, 1


@dataclass(frozen=True)
class Contained:
    """A definition that is not part of mesacircuits, judged in a process of its own.

    Each judgement is asked for twice, and of the 1st, 2nd, 4th, 8th, ... (counting all, and
    counting those that give the tag) once more in a second process, with another history and
    another order of hashes; all must agree. A process that takes too long, or dies, is replaced.
    That contains mistakes, not malice: the definition runs with the user's rights.

    Arguments:
        text: `FILE.py:NAME`, or the name of a definition that an installed package offers; dials
            may follow in parentheses.
        time_limit: the seconds that loading, and each judgement, may take; more than 0, at most
            86400 (a day).

    Raises:
        ArgumentError: if there is no such file, name or dial, or for another time limit.
        DefinitionFailed: if it cannot be loaded.
    """

    text: str
    time_limit: float = TIME_LIMIT
    _about: _About = field(init=False, compare=False, repr=False)
    _host: _Host = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.time_limit <= MOST_SECONDS:
            expected = f"seconds, more than 0 and at most {MOST_SECONDS}"
            raise ArgumentError("time_limit", expected, self.time_limit)
        call = Call.parse(self.text, "definition")
        if (place := file_of(call.name)) is not None:
            if not Path(place[0]).is_file():
                raise ArgumentError("path", "a readable file of Python", place[0])
            # From here on the text means the same, wherever the working directory goes.
            call = Call(f"{Path(place[0]).resolve()}:{place[1]}", call.arguments)
        host = _Host(str(call), self.time_limit)
        object.__setattr__(self, "_host", host)
        weakref.finalize(self, host.close)
        try:
            about = _read(host.main.describe(), _About)
        except Problem as problem:
            raise DefinitionFailed(self.text, "", str(problem)) from None
        object.__setattr__(self, "_about", about)

    def __reduce__(self) -> tuple[type[Contained], tuple[str, float]]:
        return type(self), (self.text, self.time_limit)

    @property
    def name(self) -> str:
        """The name by which commands and sentences call it: its text, without dials."""
        return Call.parse(self.text, "definition").name

    @property
    def tag(self) -> str:
        """The tag that it gives."""
        return self._about.tag

    @property
    def version(self) -> int:
        """The version that it says it is of."""
        return self._about.version

    @property
    def formula(self) -> str:
        """What it says of itself."""
        return self._about.formula

    @property
    def source(self) -> str:
        """Where it says that it comes from."""
        return self._about.source

    @property
    def blind_to(self) -> str:
        """What it says that it cannot see."""
        return self._about.blind_to

    @property
    def parameters(self) -> dict[str, Dial]:
        """The dials and their values."""
        return dict(self._about.parameters)

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return its judgement of a solver of the task.

        Raises:
            ArgumentError: if the solver does not solve the task.
            DefinitionFailed: if it raises something, takes too long, ends its process, returns
                what is no judgement, or judges otherwise when it is asked again.
        """
        solver = unrolled(solver, task)
        solver_of(solver, task)
        try:
            found = self._host.judge(pickle.dumps(("judge", (solver, task))))
        except Problem as problem:
            raise DefinitionFailed(self.text, subject_text(solver, task), str(problem)) from None
        return Judgement(
            definition_record(self),
            self.tag,
            None if found.score is None else Fraction(found.score),
            found.witness,
            found.note,
            None if found.measured is None else found.measured.to_measured(),
        )

    @property
    def check(self) -> Callable[[Solver, Task, Mapping[str, Any]], None] | None:
        """Its own checker of witnesses, run in its process too; None if it has none.

        Called, it raises `CertificateError` for a witness that it refuses.
        """
        return self._check if self._about.checks else None

    def _check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        try:
            answer = self._host.check(pickle.dumps(("check", (solver, task, dict(witness)))))
        except Problem as problem:
            raise DefinitionFailed(self.text, subject_text(solver, task), str(problem)) from None
        if "refused" in answer:
            raise CertificateError(*map(str, answer["refused"]))

    def close(self) -> None:
        """End its processes; a further judgement starts them again."""
        self._host.close()


class _About(msgspec.Struct):
    """What a definition says of itself, as its process answers."""

    name: str
    tag: str
    version: int
    formula: str
    source: str
    blind_to: str
    parameters: dict[str, int | str | None]
    checks: bool


class _MeasuredRecord(msgspec.Struct):
    value: str | int | float
    unit: str
    error: float = 0.0

    def to_measured(self) -> Measured:
        exact = isinstance(self.value, str)
        return Measured(Fraction(self.value) if exact else float(self.value), self.unit, self.error)


class _Judged(msgspec.Struct):
    score: str | None
    witness: dict[str, Any] | None
    note: str = ""
    measured: _MeasuredRecord | None = None

    def __post_init__(self) -> None:
        score = None if self.score is None else Fraction(self.score)
        if (score is not None and not 0 <= score <= 1) or (self.witness and score != 1):
            raise ValueError("a judgement that cannot be")


def _read(answer: Mapping[str, Any], shape: type[Any]) -> Any:
    # The child has checked what it sends; this is against one that writes to the pipe itself.
    try:
        return msgspec.convert(answer, shape)
    except (msgspec.ValidationError, ValueError, ZeroDivisionError):
        raise Problem("its process wrote what is no answer") from None


class _Host:
    """The two processes of one definition, and what they were asked."""

    def __init__(self, text: str, time_limit: float) -> None:
        self.main, self.second = (PluginProcess(text, time_limit, seed) for seed in _HASH_SEEDS)
        self.lock = threading.Lock()
        self.asked = self.held = 0

    def judge(self, payload: bytes) -> _Judged:
        with self.lock:
            first: _Judged = _read(self.main.judge(payload), _Judged)
            again: _Judged = _read(self.main.judge(payload), _Judged)
            _compare(first, again, "when asked twice")
            self.asked += 1
            held = first.score == "1"
            self.held += held
            if _is_power_of_two(self.asked) or (held and _is_power_of_two(self.held)):
                other: _Judged = _read(self.second.judge(payload), _Judged)
                _compare(first, other, "in a fresh process")
            return first

    def check(self, payload: bytes) -> dict[str, Any]:
        with self.lock:
            return self.main.check(payload)

    def close(self) -> None:
        self.main.close()
        self.second.close()


def _is_power_of_two(number: int) -> bool:
    return not number & number - 1


def _compare(first: _Judged, again: _Judged, when: str) -> None:
    if first == again:
        return
    if first.score != again.score:
        raise Problem(f"not deterministic: score {first.score}, and {again.score} {when}")
    changed = "witness" if first.witness != again.witness else "note or measure"
    raise Problem(f"not deterministic: another {changed} {when}")
