"""Finding all minima of all classes again, by SAT, for a full verification."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache, reduce
from io import StringIO
from multiprocessing import TimeoutError, get_context, parent_process, resource_tracker
from multiprocessing.pool import Pool
from operator import and_, or_
from pathlib import Path
from threading import Thread, current_thread, main_thread

import msgspec

from mesacircuits.cache_folders import PACKAGE, user_cache_folder
from mesacircuits.circuits import Circuit, NPNTransform, TruthTable
from mesacircuits.conjectures.certificate import ArmRecord, demand
from mesacircuits.conjectures.decide import FrontierRow, shortened
from mesacircuits.conjectures.example import minima_by_sat, parts_of
from mesacircuits.conjectures.sentence import Sentence, parse_sentence
from mesacircuits.conjectures.verify_arm import class_names, constant_on_classes
from mesacircuits.definitions import (
    Definition,
    describe_definition,
)
from mesacircuits.definitions.definition import WithDials
from mesacircuits.definitions.frontier import dial_variants
from mesacircuits.enumeration import DEPTH_SIZE, BudgetEnded, Effort
from mesacircuits.enumeration.reach import is_solvable
from mesacircuits.enumeration.sat import minimum_depth, smaller_exists
from mesacircuits.enumeration.units import UnitStore, bytes_of_json, json_of_bytes
from mesacircuits.errors import CertificateError, FileError
from mesacircuits.records import content_hash
from mesacircuits.studies.survey import LEFT_OUT
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["Recount", "progress_of", "recount_arm", "recount_function"]

_QUIET = "ignore:resource_tracker"


class Recount(msgspec.Struct, frozen=True):
    """The minima of one function, found by SAT, and their tags under each setting of the dials.

    `sets[v]` lists for each minimum, as a mask, the input negations under which it has the tag of
    variant v; minima with none are left out.
    """

    size: int
    depth: int
    circuits: int
    sets: list[list[int]]


def _negated(circuit: Circuit, mask: int) -> Circuit:
    return NPNTransform(tuple(range(circuit.inputs)), mask).on_circuit(circuit)


def _tag_set(definition: Definition, circuit: Circuit) -> int:
    whole = 1 << circuit.inputs
    if constant_on_classes(definition):
        holds = definition.judge(circuit, FunctionTask(circuit.tables())).holds
        return (1 << whole) - 1 if holds else 0
    found = 0
    for mask in range(whole):
        image = _negated(circuit, mask)
        found |= definition.judge(image, FunctionTask(image.tables())).holds << mask
    return found


# A process counts one task of a sentence after the other.
_parsed = lru_cache(maxsize=1)(parse_sentence)


def recount_function(sentence_text: str, name: str) -> Recount:
    """Return the minima of one class or task of the sentence's universe by SAT, with their tags.

    A class is named by its least member, in hexadecimal. Of a task only mask 1 is told.

    >>> text = "no size-minimal circuit of functions(3) over b2 is search-like"
    >>> recount_function(text, "18").circuits
    3
    """
    sentence = _parsed(sentence_text)
    task = _task_named(sentence, name)
    minima = minima_by_sat(task, sentence.basis, sentence.order)
    if not minima:
        raise CertificateError("arms", f"no circuit over {sentence.basis} solves {name}")
    if not sentence.definition.judge(minima[0], task).applies:
        raise CertificateError("arms", f"the definition does not apply to {name}")
    variants = dial_variants(sentence.definition)
    sets: list[list[int]] = [[] for _ in variants]
    for circuit in minima:
        known: list[int] = []
        for place, variant in enumerate(variants):
            # What fails a laxer setting cannot pass a stricter one.
            lost = any(
                not known[earlier]
                and isinstance(variant, WithDials)
                and variant.is_stricter_than(variants[earlier])
                for earlier in range(place)
            )
            known.append(0 if lost else _tags_of(sentence, variant, circuit, task))
            if known[-1]:
                sets[place].append(known[-1])
    return Recount(minima[0].size, min(c.depth for c in minima), len(minima), sets)


def _task_named(sentence: Sentence, name: str) -> Task:
    if not sentence.by_classes:
        return dict(sentence.universe.listed())[name]
    inputs = sentence.universe.inputs
    return FunctionTask((TruthTable.from_hex(inputs, name),))


def _tags_of(sentence: Sentence, definition: Definition, circuit: Circuit, task: Task) -> int:
    if sentence.by_classes:
        return _tag_set(definition, circuit)
    return int(definition.judge(circuit, task).holds)


def progress_of(checksum: str) -> Path | None:
    """Return the file in which verifying a certificate keeps what is done; None without a place.

    It lies in the user's cache folder, as what is in it is believed. Its name is bound to the
    certificate's content and to this package's, so it never speaks for another certificate or for
    other code.
    """
    folder = user_cache_folder("verify")
    name = content_hash([checksum, _package_digest()])
    return None if folder is None else folder / f"{name}.db"


@cache
def _package_digest() -> str:
    """Return a hash of the package's code: another version may find something else."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def recount_arm(
    where: str, record: ArmRecord, sentence: Sentence, effort: Effort, progress: Path | None
) -> str:
    """Find all minima of every class again and check rows and frontier; return the step in words.

    Classes that the file `progress` holds are taken from it; new ones are added as they are done.

    Raises `CertificateError` naming the first field that fails; `FileError` for a damaged file.
    """
    counts = [[0, 0, 0] for _ in dial_variants(sentence.definition)]
    results = dict(_recounts(where, record, sentence, effort, progress))
    by_classes = sentence.by_classes
    whole = 1 << sentence.universe.inputs if by_classes else 1
    for place, row in enumerate(record.classes):
        found, own = results[row.name], row.functions
        tallies = []
        for count, sets in zip(counts, found.sets, strict=True):
            some = reduce(or_, sets, 0).bit_count() * own // whole
            tagged = sum(s.bit_count() for s in sets) * (own // 2 if by_classes else 1) // whole
            tallies.append((tagged, some))
            count[:] = count[0] + (some > 0), count[1] + some, count[2] + tagged
        shared = 0
        if len(found.sets[0]) == found.circuits:
            shared = reduce(and_, found.sets[0])
        again = {
            "size": found.size,
            "depth": found.depth if sentence.order == DEPTH_SIZE else None,
            "circuits": found.circuits,
            "tagged": tallies[0][0],
            "some": tallies[0][1],
            "every": shared.bit_count() * own // whole,
        }
        demand(f"{where}.classes[{place}]", {name: getattr(row, name) for name in again}, again)
    names = [describe_definition(v) for v in dial_variants(sentence.definition)]
    rows = shortened([FrontierRow(n, *c) for n, c in zip(names, counts, strict=True)])
    expected = [row.to_json() for row in rows] if record.classes else []
    demand(f"{where}.frontier", msgspec.to_builtins(record.frontier), expected)
    _check_left_out(where, record, sentence, effort)
    if record.open.exhausted_size is not None:
        _check_exhausted(where, record, sentence, effort)
    nouns = ("class", "classes") if by_classes else ("task", "tasks")
    return (
        f"{where}: all minima over {sentence.basis} under {sentence.order} of "
        f"{counted(len(record.classes), *nouns)} found again by SAT"
    )


def _recounts(
    where: str, record: ArmRecord, sentence: Sentence, effort: Effort, progress: Path | None
) -> Iterator[tuple[str, Recount]]:
    text = str(sentence)
    places = {row.name: place for place, row in enumerate(record.classes)}
    todo = []
    key = f"verify {where} {text}"
    with ExitStack() as stack:
        store = None if progress is None else stack.enter_context(UnitStore(progress, key))
        for name, place in places.items():
            kept = None if store is None else _kept(store, place, sentence)
            if kept is None:
                todo.append(name)
            else:
                yield name, kept
        bar = stack.enter_context(effort.bar(f"{where}: minima by SAT", len(places)))
        bar.advance(len(places) - len(todo))
        if not todo:
            return
        # SAT holds the interpreter, so threads would not help; a fresh interpreter for each worker,
        # since forking one that has run threads is unsafe. Leaving the pool ends its workers.
        pool = stack.enter_context(_workers(min(effort.threads, len(todo))))
        # The largest functions, which come last, take longest, so they go first.
        pairs = [(text, name) for name in reversed(todo)]
        results = pool.imap_unordered(_recount_pair, pairs)
        for _ in pairs:
            try:
                left = effort.left()
                name, found = results.next(None if left == float("inf") else max(left, 0))
            except TimeoutError:
                raise BudgetEnded from None
            if store is not None:
                store.put(places[name], bytes_of_json(found))
            bar.advance()
            yield name, found


def _kept(store: UnitStore, place: int, sentence: Sentence) -> Recount | None:
    # What is damaged is not used, so the work is done again.
    try:
        unit = store.get(place)
        found = None if unit is None else msgspec.convert(json_of_bytes(unit), Recount)
    except (FileError, msgspec.ValidationError, ValueError):
        return None
    whole = found is not None and len(found.sets) == len(dial_variants(sentence.definition))
    return found if whole else None


@contextmanager
def _workers(number: int) -> Iterator[Pool]:
    """Start so many processes, which end with the block, or with this process, and say nothing."""
    if _QUIET not in sys.warnoptions:
        # If this process is killed, its tracker cleans up, and need not say so.
        sys.warnoptions.append(_QUIET)
    # Starting it unblocks signals in this thread; it is for all processes, so it is started first.
    resource_tracker.ensure_running()
    with ExitStack() as stack:
        with _signals_put_off():
            pool = stack.enter_context(get_context("spawn").Pool(number, _begin_worker))
        yield pool


@contextmanager
def _signals_put_off() -> Iterator[None]:
    """Answer signals after the block, in which processes start.

    A process that is ended before it has read what it is to do prints a traceback, so a signal is
    answered once all are known. The mask is for them: Ctrl-C reaches the whole process group, they
    could not ignore it before they have started, and the parent alone is to answer it. It does not
    serve the parent, of which any other thread may take the signal.
    """
    came: list[int] = []
    kept = {}
    if current_thread() is main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            if callable(signal.getsignal(number)):
                kept[number] = signal.signal(number, lambda signum, _: came.append(signum))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in kept.items():
            signal.signal(number, handler)
        for which in came:
            signal.raise_signal(which)


def _begin_worker() -> None:
    # What goes wrong in it is told by the parent, or the parent was killed while it had the answer.
    sys.stderr = StringIO()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A parent that was killed closes no pipe, as the workers hold its ends themselves.
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _recount_pair(pair: tuple[str, str]) -> tuple[str, Recount]:
    # In a main thread PySAT answers Ctrl-C itself while it solves; in others it leaves it alone.
    with ThreadPoolExecutor(1) as thread:
        return pair[1], thread.submit(recount_function, *pair).result()


def _check_left_out(where: str, record: ArmRecord, sentence: Sentence, effort: Effort) -> None:
    """Check that each task left out says nothing of the sentence, for the reason given."""
    tasks = dict(sentence.universe.listed()) if record.left_out else {}
    for place, entry in enumerate(record.left_out):
        at, task = f"{where}.left_out[{place}]", tasks[entry.task]
        why = LEFT_OUT[0]
        minima = minima_by_sat(task, sentence.basis, sentence.order, effort)
        if minima:
            if sentence.definition.judge(minima[0], task).applies:
                raise CertificateError(f"{at}.task", "the definition applies to it")
            why = LEFT_OUT[1]
        demand(f"{at}.why", entry.why, why)


def _check_exhausted(where: str, record: ArmRecord, sentence: Sentence, effort: Effort) -> None:
    """Check that none of the functions left open has a circuit of the sizes called exhausted."""
    size = record.open.exhausted_size or 0
    listed = {row.name for row in record.classes}
    if sentence.by_classes:
        tables = class_names(sentence.universe.inputs)
        tasks: list[Task] = [FunctionTask((t,)) for t in tables if t.hex not in listed]
        if sentence.order == DEPTH_SIZE:
            demand(f"{where}.open.exhausted_size", size, 0)
    else:
        said = listed | {entry.task for entry in record.left_out}
        tasks = [task for name, task in sentence.universe.listed() if name not in said]
    for task in (part for each in tasks for part in parts_of(each) or ()):
        if not is_solvable(task, sentence.basis):
            continue
        depth = None
        if sentence.order == DEPTH_SIZE:
            depth = minimum_depth(task, sentence.basis, effort)[0]
        if smaller_exists(task, sentence.basis, size + 1, depth, effort) is not None:
            raise CertificateError(
                f"{where}.open.exhausted_size",
                f"{task} has a circuit of at most {counted(size, 'gate')}",
            )
