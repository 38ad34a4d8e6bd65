"""Definitions of others, judged in a process of their own."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import msgspec

from mesacircuits.call import Call
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Measured,
    Solver,
    about,
    definition_record,
    solver_of,
    unrolled,
)
from mesacircuits.definitions.own_definitions import (
    DefinitionFailed,
    Dial,
    described,
    file_of,
    judgement_from,
    load_definition,
    subject_text,
    type_text,
)
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError
from mesacircuits.tasks import Task

__all__ = [
    "MOST_ANSWER_BYTES",
    "TIME_LIMIT",
    "Contained",
    "PluginProcess",
    "Problem",
    "serve",
]

#: The seconds that a judgement may take, unless said otherwise.
TIME_LIMIT = 10.0
#: The most that it may: a day.
MOST_SECONDS = 86400

#: Texts are hashed from other seeds in the second process.
_HASH_SEEDS = 0, 1


def _found() -> Any:
    """Return a field that is found out, and says nothing new of a value."""
    return field(init=False, compare=False, repr=False)


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
    #: The name by which commands and sentences call it: its text, without dials.
    name: str = _found()
    tag: str = _found()
    version: int = _found()
    formula: str = _found()
    source: str = _found()
    blind_to: str = _found()
    _about: _About = field(init=False, compare=False, repr=False)
    _host: _Host = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.time_limit <= MOST_SECONDS:
            expected = f"seconds, more than 0 and at most {MOST_SECONDS}"
            raise ArgumentError("time_limit", expected, self.time_limit)
        call = Call.parse(self.text, "definition")
        object.__setattr__(self, "name", call.name)
        if (place := file_of(call.name)) is not None:
            if not Path(place[0]).is_file():
                raise ArgumentError("path", "a readable file of Python", place[0])
            # From here on the text means the same, wherever the working directory goes.
            call = Call(f"{Path(place[0]).resolve()}:{place[1]}", call.arguments)
        host = _Host(str(call), self.time_limit)
        object.__setattr__(self, "_host", host)
        weakref.finalize(self, host.close)
        try:
            said = _read(host.main.describe(), _About)
        except Problem as problem:
            raise DefinitionFailed(self.text, "", str(problem)) from None
        object.__setattr__(self, "_about", said)
        for each in ("tag", "version", "formula", "source", "blind_to"):
            object.__setattr__(self, each, getattr(said, each))

    def __reduce__(self) -> tuple[type[Contained], tuple[str, float]]:
        return type(self), (self.text, self.time_limit)

    @property
    def parameters(self) -> dict[str, Dial]:
        """The dials and their values."""
        return dict(self._about.parameters)

    @property
    def stricter(self) -> dict[str, str]:
        """For each dial of which it is known, whether `more` or `less` never adds a tag."""
        return dict(self._about.stricter)

    def with_dials(self, dials: Mapping[str, Dial]) -> Contained:
        """Return the definition with some of its dials set otherwise, in processes of its own."""
        return Contained(str(Call(self.name, self.parameters | dict(dials))), self.time_limit)

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
    stricter: dict[str, str] = {}


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


#: Longer answers, such as witnesses without end, are refused.
MOST_ANSWER_BYTES = 1 << 20
#: What a child may take to start and to import mesacircuits, in seconds.
_STARTING = 120.0

_LENGTH = struct.Struct(">Q")
_CODE = "from mesacircuits.definitions.contained import serve; serve()"


class Problem(Exception):
    """A request was not answered; the text says what happened instead."""


class PluginProcess:
    """A child that holds one definition and judges with it.

    Arguments:
        text: the definition, as `load_definition` reads it.
        time_limit: seconds that loading, and each judgement, may take.
        hash_seed: the child's PYTHONHASHSEED.

    It is started by the first request, and anew after one that failed.
    """

    def __init__(self, text: str, time_limit: float, hash_seed: int) -> None:
        self.text = text
        self.time_limit = time_limit
        self.hash_seed = hash_seed
        self._child: subprocess.Popen[bytes] | None = None
        self._parent = os.getpid()

    def describe(self) -> dict[str, Any]:
        """Return name, tag and all else that the definition says of itself, as JSON values."""
        return self._ask(pickle.dumps(("describe", None)))

    def judge(self, payload: bytes) -> dict[str, Any]:
        """Return the judgement, as JSON values, of a pickled solver and task."""
        return self._ask(payload)

    def check(self, payload: bytes) -> dict[str, Any]:
        """Return what the definition's own `check` refuses in a witness: nothing, or `refused`."""
        return self._ask(payload)

    def close(self) -> None:
        """Kill the child, if there is one, with whatever it has started."""
        child, self._child = self._child, None
        if child is None or os.getpid() != self._parent:
            return
        with contextlib.suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def _ask(self, request: bytes) -> dict[str, Any]:
        if os.getpid() != self._parent:
            # A fork has the parent's pipes, which are not its own to use.
            self._child, self._parent = None, os.getpid()
        try:
            if self._child is None:
                self._start()
            answer = self._exchange(request, self.time_limit)
        except BaseException:
            # Also if interrupted: what is left in the pipes would answer the next request.
            self.close()
            raise
        if "problem" in answer:
            raise Problem(str(answer["problem"]))
        if "argument" in answer:
            raise ArgumentError(*map(str, answer["argument"]))
        return answer

    def _start(self) -> None:
        paths = [os.path.abspath(path) for path in sys.path]
        environment = {
            **os.environ,
            "PYTHONHASHSEED": str(self.hash_seed),
            "PYTHONPATH": os.pathsep.join(paths),
        }
        # A session of its own: Ctrl-C reaches the parent alone, which then kills the group.
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            bufsize=0,
        )
        for pipe in (self._child.stdin, self._child.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        self._exchange(pickle.dumps(("start", None)), _STARTING)
        answer = self._exchange(pickle.dumps(("load", self.text)), self.time_limit)
        if answer:
            self.close()
            if "argument" in answer:
                raise ArgumentError(*map(str, answer["argument"]))
            raise Problem(str(answer.get("problem")))

    def _exchange(self, request: bytes, limit: float) -> dict[str, Any]:
        assert self._child is not None
        requests, answers = self._child.stdin, self._child.stdout
        assert requests is not None
        assert answers is not None
        deadline = time.monotonic() + limit
        to_send = memoryview(_LENGTH.pack(len(request)) + request)
        received = bytearray()
        wanted = _LENGTH.size
        while len(received) < wanted:
            left = deadline - time.monotonic()
            writing = [requests] if to_send else []
            readable, writable, _ = select.select([answers], writing, [], max(0.0, left))
            if writable:
                try:
                    to_send = to_send[os.write(requests.fileno(), to_send) :]
                except BrokenPipeError:
                    raise Problem(self._ending()) from None
            if readable:
                got = os.read(answers.fileno(), wanted - len(received))
                if not got:
                    raise Problem(self._ending())
                received += got
                if wanted == _LENGTH.size == len(received):
                    wanted += _LENGTH.unpack(received)[0]
                    if wanted > MOST_ANSWER_BYTES + _LENGTH.size:
                        raise Problem(f"an answer of more than {MOST_ANSWER_BYTES:,} bytes")
            elif not writable and left <= 0:
                raise Problem(f"took longer than {limit:g} s")
        try:
            answer = msgspec.json.decode(bytes(received[_LENGTH.size :]), type=dict[str, Any])
        except msgspec.DecodeError:
            raise Problem("its process wrote what is no answer") from None
        return answer

    def _ending(self) -> str:
        assert self._child is not None
        try:
            status = self._child.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "its process closed its answers"
        if status >= 0:
            return f"its process ended with status {status}"
        try:
            return f"its process was killed by {signal.Signals(-status).name}"
        except ValueError:
            return f"its process was killed by signal {-status}"


# -- the child ------------------------------------------------------------------------------------


def serve() -> NoReturn:
    """Answer the requests on stdin until they end; what the child runs."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    waiting: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    # A thread of its own, so that the child ends with its parent even in an endless loop.
    threading.Thread(target=_receive, args=(requests, waiting), daemon=True).start()
    definition: Definition | None = None
    while True:
        kind, content = waiting.get()
        answer: dict[str, Any]
        try:
            if kind == "start":
                answer = {}
            elif kind == "load":
                definition, answer = load_definition(content), {}
            elif definition is None:
                answer = {"problem": "it was not loaded"}
            elif kind == "describe":
                answer = _description(definition)
            elif kind == "check":
                answer = _checked(definition, *content)
            else:
                answer = _judged(definition, *content)
        except DefinitionFailed as error:
            answer = {"problem": error.problem}
        except ArgumentError as error:
            if kind == "load":
                got = error.got if isinstance(error.got, str) else repr(error.got)
                answer = {"argument": [error.argument, error.expected, got]}
            else:
                answer = {"problem": str(error)}
        except MesacircuitsError as error:
            answer = {"problem": str(error)}
        except BaseException as error:
            answer = {"problem": described(error)}
        _send(answers, answer)


def _receive(requests: BinaryIO, waiting: queue.SimpleQueue[tuple[str, Any]]) -> None:
    while True:
        head = requests.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            os._exit(0)
        data = requests.read(_LENGTH.unpack(head)[0])
        try:
            waiting.put(pickle.loads(data))
        except BaseException as error:
            waiting.put(("unreadable", (error,)))


def _send(answers: BinaryIO, answer: Mapping[str, Any]) -> None:
    try:
        data = msgspec.json.encode(answer)
    except BaseException as error:
        data = msgspec.json.encode({"problem": f"the answer is no JSON: {described(error)}"})
    if len(data) > MOST_ANSWER_BYTES:
        problem = f"a judgement of more than {MOST_ANSWER_BYTES:,} bytes"
        data = msgspec.json.encode({"problem": problem})
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    answers.write(_LENGTH.pack(len(data)) + data)
    answers.flush()


def _description(definition: Definition) -> dict[str, Any]:
    checks = callable(getattr(definition, "check", None))
    stricter = dict(getattr(definition, "stricter", None) or {})
    return about(definition) | {"checks": checks, "stricter": stricter}


def _checked(definition: Any, *subject_and_witness: Any) -> dict[str, Any]:
    try:
        definition.check(*subject_and_witness)
    except CertificateError as error:
        return {"refused": [str(error.where), str(error.problem)]}
    return {}


def _judged(definition: Definition, *subject: Any) -> dict[str, Any]:
    if len(subject) != 2:
        raise subject[0]
    result: object = definition.judge(*subject)
    judgement: Judgement = judgement_from(definition, result)
    record = judgement.to_json()
    if judgement.witness is not None:
        record["witness"] = _json_values(judgement.witness, "witness")
    return record


def _json_values(value: object, at: str) -> object:
    # Strictly: an encoder would turn keys into texts, and sets into lists in any order.
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and value - value == 0:
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise ArgumentError(f"{at}", "names for keys", type_text(key))
        return {key: _json_values(part, f"{at}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json_values(part, f"{at}[{i}]") for i, part in enumerate(value)]
    raise ArgumentError(at, "JSON values", type_text(value))
