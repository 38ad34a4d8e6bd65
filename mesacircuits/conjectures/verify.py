"""Verifying a certificate without trusting the engine that made it.

Of each arm its rows are checked, what follows from them is derived, and its example is derived
anew; in full, all minima of all classes are found again, by SAT.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache, reduce
from itertools import chain
from math import comb
from multiprocessing import TimeoutError
from operator import and_, or_
from pathlib import Path
from typing import Any

import msgspec

from mesacircuits.cache_folders import PACKAGE, user_cache_folder
from mesacircuits.call import Settings
from mesacircuits.circuits import (
    Circuit,
    NPNTransform,
    TruthTable,
    npn_canonical,
    npn_classes,
    npn_orbit,
)
from mesacircuits.circuits.bases import Basis
from mesacircuits.conjectures.certificate import (
    MOST_RECOUNTED,
    ArmRecord,
    CaseRecord,
    Certificate,
    FrontierRecord,
    JudgementRecord,
    RowRecord,
    asserted_fields,
    asserted_judgement,
    demand,
    is_own,
    read_certificate,
    shown,
)
from mesacircuits.conjectures.claim import Claim, Sentences
from mesacircuits.conjectures.decide import (
    PROGRAMS_LEFT_OUT,
    SHOWN_BY_SAT,
    ArmResult,
    Case,
    Finding,
    FrontierRow,
    ProgramRow,
    decide_programs,
    deciding_rows,
    gates_to_read,
    open_functions,
    parts_of,
    shortened,
    verdict_of,
)
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.conjectures.sentence import MOST_GATES, PROGRAM, Sentence, Verdict, parse_sentence
from mesacircuits.definitions import (
    DEFINITIONS,
    Definition,
    Judgement,
    check_witness,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.definition import WithDials, solves
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.definitions.frontier import dial_variants
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    MAX_CENSUS_INPUTS,
    PARETO,
    SIZE,
    SIZE_DEPTH,
    BudgetEnded,
    Effort,
)
from mesacircuits.enumeration.orders import DEPTH, ORDERS, checked_order
from mesacircuits.enumeration.processes import worker_processes
from mesacircuits.enumeration.programs import Exhausted
from mesacircuits.enumeration.programs.length_search import Turns
from mesacircuits.enumeration.programs.minima import completed, cost_of
from mesacircuits.enumeration.programs.orders import order_named
from mesacircuits.enumeration.reach import is_solvable
from mesacircuits.enumeration.rows import keys_of
from mesacircuits.enumeration.sat import (
    all_minima,
    circuit_cost,
    minimum_depth,
    shallower_exists,
    smaller_exists,
)
from mesacircuits.enumeration.units import UnitStore, bytes_of_json, json_of_bytes
from mesacircuits.errors import (
    ArgumentError,
    CertificateError,
    FileError,
    MesacircuitsError,
    OutdatedError,
)
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.records import canonical_json, content_hash, json_values
from mesacircuits.studies.survey import LEFT_OUT, ClassRow
from mesacircuits.studies.universe import inputs_in_use, table_of
from mesacircuits.tables import counted, wrapped
from mesacircuits.tasks import FunctionTask, Task, machine_for, unroll
from mesacircuits.tasks.parse import task_from_json

__all__ = [
    "Recount",
    "Verification",
    "check_arm",
    "class_names",
    "constant_on_classes",
    "derived_example",
    "minima_by_sat",
    "minimal_by_sat",
    "progress_of",
    "recount_arm",
    "recount_function",
    "shown_minimal",
    "task_of",
    "verify",
]

#: No claim states more sentences; to read one can take long.
_MOST_ARMS = 32

_MINIMAL = "example: minimal"


@dataclass(frozen=True)
class Verification:
    """What verifying a certificate found; it exists only if nothing failed.

    Attributes:
        name: the conjecture, or the sentence.
        verdict: the certificate's verdict.
        steps: what was re-derived, in words.
        asserted: the fields that were not re-derived; empty after a full verification.
        left_open: what the budget did not reach.
    """

    name: str
    verdict: Verdict
    steps: tuple[str, ...]
    asserted: tuple[str, ...]
    left_open: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """Whether every field was re-derived."""
        return not self.asserted and not self.left_open

    def to_json(self) -> dict[str, Any]:
        """Return the verification as JSON values."""
        return {
            "verified": not self.left_open,
            "name": self.name,
            "verdict": self.verdict.value,
            "full": self.full,
            "steps": list(self.steps),
            "asserted": list(self.asserted),
            "left_open": list(self.left_open),
        }

    def __str__(self) -> str:
        kind = "VERIFIED in full" if self.full else "VERIFIED except for what it asserts"
        if self.left_open:
            kind = "NOT VERIFIED, as the budget ended"
        headline = f"{kind}: {self.verdict.value}: {self.name}"
        lines = [wrapped(headline, hanging="  ")]
        lines += [wrapped(step, "  ok  ", "      ") for step in self.steps]
        if self.asserted:
            lines.append("asserted, recheck with --full:")
            lines += [wrapped(field, "      ", "        ") for field in self.asserted]
        if self.left_open:
            lines.append("not reached within the budget:")
            lines += [wrapped(field, "      ", "        ") for field in self.left_open]
        return "\n".join(lines)


def verify(
    path: str | os.PathLike[str],
    full: bool = False,
    effort: Effort | None = None,
    keep: bool = False,
    definitions: Mapping[str, Definition] | None = None,
) -> Verification:
    """Derive what a certificate says anew, without the engine that made it, and compare it whole.

    Every example's circuit is evaluated, or program run, its witness checked from scratch, and the
    minimality of circuits shown again by SAT: no smaller (and under `depth-size` no shallower)
    circuit solves the task. Names, sums and verdicts are computed anew from the rows of the
    classes. The rows themselves can only be checked by finding all minima of all classes again:
    `full` does so, of circuits by SAT, of programs by exhausting them again; what a claim's own run
    found by running it again. Every field is compared, or listed as asserted: `certificate.FIELDS`
    says which.

    Nothing that the file names is run or opened, and no other file is believed.

    Arguments:
        path: the certificate file.
        full: whether to find all minima again, which takes long for four inputs.
        effort: budget, threads and progress bar.
        keep: whether a full verification keeps what is done in the user's cache folder, so that it
            goes on there if it is killed; the file is deleted at the end.
        definitions: definitions of the user's own, by the text that the file has for each. The
            judgements by these, and only they, are then derived again.

    Raises:
        ArgumentError: if a file cannot be read or written.
        CertificateError: naming the first field that fails; an `OutdatedError` for a certificate of
            an older version, or by an older definition.
    """
    record = read_certificate(path)
    return _Verifying(record, full, effort or Effort(), keep, definitions or {}).run()


class _Verifying:
    """One verification: what was derived so far, what is asserted, and what was not reached."""

    def __init__(
        self,
        record: Certificate,
        full: bool,
        effort: Effort,
        keep: bool,
        own: Mapping[str, Definition],
    ) -> None:
        self.record, self.said = record, msgspec.to_builtins(record)
        self.full, self.effort, self.keep, self.own = full, effort, keep, own
        self.steps: list[str] = []
        self.left_open: list[str] = []
        self.asserted: list[str] = []

    def run(self) -> Verification:
        record = self.record
        _refuse_outdated(record)
        claim, settings = self._claim()
        if record.arms or claim is None or isinstance(claim.run, Sentences):
            self._check_arms(claim, settings)
        else:
            self._check_run(claim, settings)
        return Verification(
            record.conjecture or record.arms[0].sentence,
            Verdict(record.verdict),
            tuple(self.steps),
            tuple(self.asserted),
            tuple(self.left_open),
        )

    def _demand(self, expected: Mapping[str, Any]) -> None:
        for name, value in expected.items():
            demand(name, self.said[name], value)

    def _claim(self) -> tuple[Claim | None, Settings]:
        """Check what the certificate repeats of a claim, and its settings; return them."""
        record, claim = self.record, None
        texts: dict[str, Any] = dict.fromkeys(("claim", "source", "reading", "question"))
        settings = Settings({})
        if record.conjecture is not None:
            try:
                claim = conjecture_named(record.conjecture)
            except ArgumentError as error:
                raise CertificateError("conjecture", str(error)) from error
            with _held_against("settings"):
                settings = claim.settings(record.settings)
            texts = claim.texts()
            _check_names(claim, settings)
        self._demand({**texts, "settings": settings.to_json()})
        return claim, settings

    # -- sentences ---------------------------------------------------------------------------

    def _check_arms(self, claim: Claim | None, settings: Settings) -> None:
        """Derive every arm, and what follows from them; in full, also the rows of each."""
        record = self.record
        for number, said in enumerate(self.said["arms"]):
            if said["example"] is not None and not {"minima", "tagged"} <= said["example"].keys():
                raise CertificateError(f"arms[{number}].example", "expected minima and tagged")
        self._demand({"asserted": asserted_fields(self.said)})
        self.asserted = list(record.asserted)
        try:
            sentences = self._sentences(claim, settings)
        except BudgetEnded:
            self.left_open.append("the tasks that its sentences name")
            return
        self.steps.append("form, checksum, claim and sentences")
        numbered = [
            (f"arms[{number}]", *both)
            for number, both in enumerate(zip(record.arms, sentences, strict=True))
        ]
        arms: list[ArmResult] = []
        for at, arm, sentence in numbered:
            try:
                with _held_against(at):
                    found, steps, left_open = check_arm(at, arm, sentence, self.full, self.effort)
            except BudgetEnded:
                self.left_open.append(f"{at}: the policies that solve its tasks")
                continue
            arms.append(found)
            self.steps += steps
            self.left_open += left_open
        if len(arms) == len(sentences):
            finding = Finding.of_arms(arms)
            finding = finding if claim is None else claim.noted(finding, settings)
            self._demand(finding.to_json())
        if self.full and not self.left_open:
            self._check_rows(numbered)

    def _sentences(self, claim: Claim | None, settings: Settings) -> list[Sentence]:
        arms, effort = self.record.arms, self.effort

        def read(name: str) -> Task:
            if effort.used_up():
                raise BudgetEnded
            return named_in_file("task", name)

        if not arms:
            raise CertificateError("arms", "none")
        if len(arms) > (1 if claim is None else _MOST_ARMS):
            raise CertificateError("arms", "too many")
        sentences = []
        for number, arm in enumerate(arms):
            with _held_against(f"arms[{number}].sentence"):
                sentence = parse_sentence(arm.sentence, read)
                if sentence.solver != PROGRAM:
                    checked_order(sentence.order, SHOWN_BY_SAT)
            demand(f"arms[{number}].sentence", arm.sentence, str(sentence))
            sentences.append(sentence)
        if claim is not None:
            with _held_against("settings"):
                stated = claim.sentences(settings.values)
            demand("arms", [str(s) for s in sentences], [str(s) for s in stated])
        return sentences

    def _check_rows(self, numbered: list[tuple[str, ArmRecord, Sentence]]) -> None:
        """Find all minima of all classes again; what is then derived is asserted no more."""
        progress = progress_of(self.record.checksum) if self.keep else None
        whole = True
        try:
            for at, arm, sentence in numbered:
                with _held_against(at):
                    if sentence.solver == PROGRAM:
                        whole &= self._exhaust_again(at, arm, sentence)
                    else:
                        step = recount_arm(at, arm, sentence, self.effort, progress)
                        self.steps.append(step)
        except BudgetEnded:
            self.left_open.append("classes whose minima were not all found again")
            return
        if whole and not self.left_open:
            self.asserted = []
        if progress is not None:
            progress.unlink(missing_ok=True)

    def _exhaust_again(self, at: str, arm: ArmRecord, sentence: Sentence) -> bool:
        """Exhaust programs again and compare the arm; return whether nothing is left asserted."""
        if arm.open.functions:
            self.steps.append(f"{at}: {_NOT_COMPARED}")
            return False
        again = decide_programs(sentence, self.effort)
        if again.open_functions:
            raise BudgetEnded
        demand(at, msgspec.to_builtins(arm), again.to_json())
        self.steps.append(f"{at}: all programs were exhausted again, with the same result")
        return True

    # -- a claim's own run -------------------------------------------------------------------

    def _check_run(self, claim: Claim, settings: Settings) -> None:
        """Derive the example; in full, run the claim again and compare everything."""
        record, own = self.record, self.own
        self._demand({"asserted": asserted_fields(self.said)})
        values = f": {settings}" if settings.values else ""
        self.steps.append(f"form, checksum, claim and settings{values}")
        given = [
            asserted_judgement(place, said.by)
            for place, said in enumerate(record.example.judgements if record.example else [])
            if said.by in own
        ]
        self.asserted = [entry for entry in record.asserted if entry not in given]
        if record.example is not None:
            self._check_example(record.example, settings)
        if not self.full:
            return
        named = [p.name for p in claim.parameters if p.names == "definition"]
        asked = [text for name in named for text in settings.texts(name)]
        unnamed = [shown(text) for text in asked if is_own(text) and text not in own]
        if unnamed:
            self.steps.append(f"not run again: it asks {', '.join(unnamed)} (give --definition)")
            return
        again: dict[str, Any] = {"not_exhausted": ["all"]}
        try:
            again = claim.check(settings.to_json(), self.effort).certificate()
        except ArgumentError as error:
            raise CertificateError("settings", shown(error, 120)) from error
        except BudgetEnded:
            pass
        if again["not_exhausted"] and not record.not_exhausted:
            self.left_open.append("the claim, run again")
        elif record.not_exhausted:
            self.steps.append(_NOT_COMPARED)
        else:
            self._demand({name: again[name] for name in self.said if name != "checksum"})
            self.steps.append("the claim was run again, with the same result throughout")
            self.asserted = []

    def _check_example(self, record: CaseRecord, settings: Settings) -> None:
        task = task_of("example", record)
        case, steps = derived_example("example", record, task, self.own)
        self.steps += steps
        if case.minimal and isinstance(case.solver, UnrolledProgram):
            raise CertificateError("example.minimal", "a program, of which none is claimed")
        order, _, basis = case.minimal.partition(" over ")
        for parameter, value in {"basis": basis, "order": order}.items():
            if case.minimal and parameter in settings.values:
                where = f"example.minimal ({parameter})"
                demand(where, value, settings.text(parameter))
        try:
            minimal = shown_minimal("example", case, self.effort)
        except BudgetEnded:
            self.left_open.append(_MINIMAL)
            return
        if minimal is not None:
            self.steps.append(f"example: {minimal}")
        elif case.minimal:
            self.asserted.append(_MINIMAL)


_NOT_COMPARED = "not compared with another run: it ended before all was exhausted"


@contextmanager
def _held_against(where: str) -> Iterator[None]:
    """Within this, what cannot be asked is the fault of the certificate, which asks it."""
    try:
        yield
    except FileError:
        raise
    except ArgumentError as error:
        raise CertificateError(where, str(error)) from error


def _check_names(claim: Claim, settings: Settings) -> None:
    """Check that all that the settings name is of the package.

    But for definitions that a claim's own run asks: those the user has to give.
    """
    for parameter in claim.parameters:
        if not parameter.names or parameter.names == "words":
            continue
        for text in settings.texts(parameter.name):
            given = parameter.names == "definition" and not isinstance(claim.run, Sentences)
            if given and is_own(text):
                continue
            try:
                named_in_file(parameter.names, text)  # type: ignore[call-overload]
            except MesacircuitsError as error:
                raise CertificateError(f"settings.{parameter.name}", shown(error, 120)) from error


def _refuse_outdated(record: Certificate) -> None:
    """Raise `OutdatedError` for what an older version of one of the package's definitions said."""
    examples = [("example", record.example)]
    definitions: list[tuple[str, Mapping[str, Any]]] = []
    for number, arm in enumerate(record.arms):
        definitions.append((f"arms[{number}].definition", arm.definition))
        examples.append((f"arms[{number}].example", arm.example))
    for at, example in examples:
        for place, said in enumerate(example.judgements if example else []):
            definitions.append((f"{at}.judgements[{place}].definition", said.definition))
    for where, said_of in definitions:
        ours = DEFINITIONS.get(str(said_of.get("name")))
        dials, version = said_of.get("parameters"), said_of.get("version")
        try:
            # What is wrong with dials is said of them later.
            known = ours.version_as_recorded(dials or {}) if ours else 0
        except CertificateError:
            continue
        if type(version) is int and version < known:
            name = shown(said_of["name"])
            problem = f"version {version} of {name}, which is at version {known} now"
            raise OutdatedError(f"{where}.version", problem)


def constant_on_classes(definition: Definition) -> bool:
    """Return whether negating inputs never changes the tag, so that it is constant on classes."""
    return definition.parameters.get("reencoding") != "none"


def check_arm(
    where: str,
    record: ArmRecord,
    sentence: Sentence,
    full: bool = False,
    effort: Effort | None = None,
) -> tuple[ArmResult, list[str], list[str]]:
    """Derive one arm anew from its rows, which are believed, and compare it whole.

    `full`: find the example's minima again even if they are many. `effort`: its budget bounds SAT
    and the listing of policies.

    Returns the arm, the steps in words, and what the budget left open.

    Raises `CertificateError` naming the first field that fails, and `BudgetEnded` if the budget
    ended before all policies were listed.
    """
    effort, size = effort or Effort(), record.open.exhausted_size
    if sentence.by_classes:
        rows = _function_rows(where, record, sentence)
        left, classes = open_functions(sentence.universe.inputs, rows)
    else:
        rows = _task_rows(where, record, sentence, effort)
        left = len(sentence.universe.listed()) - len(rows) - len(record.left_out)
        classes = left
    if not left or sentence.solver == PROGRAM:
        size = None
    elif size is None:
        raise CertificateError(f"{where}.open.exhausted_size", "missing")
    elif sentence.by_classes and sentence.universe.inputs > MAX_CENSUS_INPUTS:
        # No circuit of fewer gates reads all inputs, as what has no row does.
        most = gates_to_read(sentence.universe.inputs, sentence.basis) - 1
        if size > most:
            raise CertificateError(f"{where}.open.exhausted_size", f"more than {most}, unsearched")
    result = ArmResult(
        sentence=sentence,
        verdict=verdict_of(sentence.quantifier, rows, not left),
        classes=tuple(rows),
        frontier=(),
        example=None,
        left_out=tuple((entry.task, entry.why) for entry in record.left_out),
        open_functions=left,
        open_classes=classes,
        exhausted_size=size,
    )
    result = replace(result, frontier=_frontier(where, record.frontier, result))
    said, example = msgspec.to_builtins(record), {"example": None, "open": None}
    demand(where, said | example, result.to_json() | example)
    steps = [
        f"{where}: the rows of {_rows_counted(sentence, len(rows))} over {sentence.over} under "
        f"{sentence.order} add up; verdict {result.verdict.value} follows"
    ]
    left_open: list[str] = []
    fitting = deciding_rows(sentence, rows)
    if record.example is not None:
        if not fitting:
            raise CertificateError(f"{where}.example", "given, though no class has one")
        at = f"{where}.example"
        found, more, left_open = _example(at, record.example, sentence, fitting, full, effort)
        result = replace(result, example=found)
        steps += more
    elif fitting:
        steps.append(f"{where}: there is an example, but the smallest is not given")
    demand(where, said, result.to_json())
    return result, steps, left_open


def _rows_counted(sentence: Sentence, number: int) -> str:
    return counted(number, "class", "classes") if sentence.by_classes else counted(number, "task")


@lru_cache(maxsize=5)
def _class_sizes(inputs: int) -> dict[str, tuple[TruthTable, int]]:
    # Of five inputs, the classes that read at most four.
    most = min(inputs, MAX_CENSUS_INPUTS)
    found = {}
    for each in npn_classes(most):
        read = len(each.representative.support())
        table = each.representative
        if most < inputs:
            table = npn_canonical(table.extended_to(inputs))[0]
        found[table.hex] = table, each.functions * comb(inputs, read) // comb(most, read)
    return found


def class_names(inputs: int) -> tuple[TruthTable, ...]:
    """Return the least member of every NPN class of functions of n inputs; of at most 4 in use.

    >>> [table.hex for table in class_names(2)]
    ['0', '1', '3', '6']
    """
    return tuple(sorted(table for table, _ in _class_sizes(inputs).values()))


def _function_rows(where: str, record: ArmRecord, sentence: Sentence) -> list[ClassRow]:
    inputs = sentence.universe.inputs
    known = _class_sizes(inputs)
    rows: list[ClassRow] = []
    seen: set[str] = set()
    for place, entry in enumerate(record.classes):
        at = f"{where}.classes[{place}]"
        if entry.name not in known:
            raise CertificateError(
                f"{at}.name",
                f"names no class of {counted(inputs, 'input')}: {shown(entry.name)}",
            )
        if entry.name in seen:
            raise CertificateError(f"{at}.name", f"listed twice: {entry.name}")
        seen.add(entry.name)
        table, functions = known[entry.name]
        rows.append(_row(at, entry, FunctionTask((table,)), functions, sentence))
        if place and (rows[-2].size, table_of(rows[-2].task).bits) > (entry.size, table.bits):
            raise CertificateError(f"{at}.size", "rows are not in the order of size and function")
    demand(f"{where}.left_out", msgspec.to_builtins(record.left_out), [])
    return rows


def _task_rows(where: str, record: ArmRecord, sentence: Sentence, effort: Effort) -> list[ClassRow]:
    tasks = dict(sentence.universe.listed())
    programs = sentence.solver == PROGRAM
    for name, task in tasks.items():
        if effort.used_up():
            raise BudgetEnded
        if not programs and parts_of(task) is None:
            raise CertificateError(f"{where}.universe", f"{name} has too many policies to verify")
    out = [entry.task for entry in record.left_out]
    listed = [entry.name for entry in record.classes]
    for at, names in ((f"{where}.left_out", out), (f"{where}.classes", listed)):
        # In the order of the universe, so none twice.
        known = set(names)
        demand(at, names, [name for name in tasks if name in known])
    known = set(listed)
    for place, left in enumerate(record.left_out):
        if left.task in known:
            raise CertificateError(f"{where}.left_out[{place}].task", "has a row")
        if left.why not in (PROGRAMS_LEFT_OUT if programs else LEFT_OUT):
            raise CertificateError(f"{where}.left_out[{place}].why", "no reason known")
    stands_for = sentence.universe.stands_for
    return [
        _row(
            f"{where}.classes[{place}]", entry, tasks[entry.name], stands_for(entry.name), sentence
        )
        for place, entry in enumerate(record.classes)
    ]


def _row(at: str, entry: RowRecord, task: Task, functions: int, sentence: Sentence) -> ClassRow:
    """Return a row as it is said to be, if it can be so, with what follows from its numbers."""
    minima = entry.circuits * functions // 2 if sentence.by_classes else entry.circuits
    if entry.circuits < 1:
        raise CertificateError(f"{at}.circuits", "without minima there is no row")
    if entry.tagged > minima:
        raise CertificateError(f"{at}.tagged", "more than all minima")
    some, every = entry.some, entry.every
    if constant_on_classes(sentence.definition):
        some = functions if entry.tagged else 0
        every = functions if entry.tagged == minima else 0
    elif not every <= some <= functions:
        raise CertificateError(f"{at}.some", "out of range")
    elif (some > 0) != (entry.tagged > 0):
        raise CertificateError(f"{at}.some", "contradicts the tagged minima")
    elif (every == functions) != (entry.tagged == minima):
        raise CertificateError(f"{at}.every", "contradicts the tagged minima")
    own = (entry.name, task, functions, entry.size)
    counts = (entry.circuits, minima, entry.tagged, some, every)
    if sentence.solver == PROGRAM:
        cost = "" if entry.cost is msgspec.UNSET else entry.cost
        lines = [] if entry.exhausted is msgspec.UNSET else msgspec.to_builtins(entry.exhausted)
        exhausted = tuple(Exhausted(**line) for line in lines)
        return ProgramRow(*own, None, *counts, cost=cost, exhausted=exhausted)
    _check_size(at, entry, task, sentence)
    return ClassRow(*own, entry.depth, *counts)


def _check_size(at: str, entry: RowRecord, task: Task, sentence: Sentence) -> None:
    """Check that circuits of such a size and depth can solve the task."""
    reading = 0
    if isinstance(task, FunctionTask) and task.support is None:
        reading = max(gates_to_read(len(t.support()), sentence.basis) for t in task.tables)
        if sentence.by_classes and not reading:
            demand(f"{at}.size", entry.size, 0)
            demand(f"{at}.circuits", entry.circuits, 1)
    if entry.size < reading:
        raise CertificateError(f"{at}.size", "too few gates to read every input in use")
    if (entry.depth is None) != (sentence.order != DEPTH_SIZE):
        raise CertificateError(f"{at}.depth", f"order {sentence.order} says otherwise")
    if entry.depth is not None:
        most = _most_gates(entry.depth, task.outputs, sentence, entry.size)
        if not entry.depth <= entry.size <= most:
            raise CertificateError(f"{at}.depth", f"cannot be, with {entry.size} gates")


def _most_gates(depth: int, outputs: int, sentence: Sentence, enough: int) -> int:
    """Return how many gates a minimum of this depth has at most; if `enough` are, no more.

    It unfolds into a tree for each output, and minima have no more gates than these.
    """
    fan_in = max(2, *(operator.arity for operator in sentence.basis.operators))
    gates, level = 0, outputs
    for _ in range(depth):
        gates, level = gates + level, level * fan_in
        if gates >= enough:
            break
    return gates


def _frontier(
    where: str, listed: Sequence[FrontierRecord], result: ArmResult
) -> tuple[FrontierRow, ...]:
    """Return the frontier as it is said to be, if it can be so."""
    if not result.classes or result.sentence.solver == PROGRAM:
        return ()
    by_name = {row.definition: row for row in listed}
    rows, variants = [], dial_variants(result.sentence.definition)
    for variant in variants:
        name = describe_definition(variant)
        row = by_name.get(name, FrontierRecord(name, 0, 0, 0))
        rows.append(FrontierRow(name, row.classes, row.functions, row.minima))
    totals = result.totals
    own = (totals[f"tagged_{name}"] for name in ("classes", "functions", "minima"))
    rows[0] = FrontierRow(rows[0].definition, *own)
    kept = shortened(rows, variants)
    for place, kept_row in enumerate(kept):
        counts = (kept_row.classes, kept_row.functions, kept_row.minima)
        if any(counts) != all(counts):
            raise CertificateError(f"{where}.frontier[{place}]", "some counts are 0, others not")
        for name in ("classes", "functions", "minima"):
            if getattr(kept_row, name) > totals[name]:
                raise CertificateError(f"{where}.frontier[{place}].{name}", "more than all")
    return kept


def _example(
    where: str,
    record: CaseRecord,
    sentence: Sentence,
    fitting: Sequence[ClassRow],
    full: bool,
    effort: Effort,
) -> tuple[Case, list[str], list[str]]:
    """Derive the example anew; return it, the steps in words, and what the budget left open.

    `fitting` are the rows that have examples; the one given must come from the least of them.
    `full`: find its minima again even if they are many. `effort`: its budget bounds SAT.

    Raises `CertificateError` naming the first field that fails.
    """
    task = _task(where, record, sentence)
    by = [describe_definition(sentence.definition)]
    demand(f"{where}.judgements", [said.by for said in record.judgements], by)
    demand(f"{where}.minimal", record.minimal, sentence.minimal)
    case, steps = derived_example(where, record, task, {}, record.task)
    if not sentence.decided_by(case.judgement.holds):
        raise CertificateError(
            f"{where}.judgements[0].holds", "so it is no example of the sentence"
        )
    row = _row_of(where, record, sentence, case, fitting)
    found = replace(case, minima=row.circuits)
    if not sentence.by_classes:
        found = replace(found, tagged=row.tagged)
    if isinstance(case.solver, UnrolledProgram):
        return found, [*steps, f"{where}: by its runs it costs what its row says"], []
    assert isinstance(case.solver, Circuit)
    canonical = case.solver.canonical().to_json()
    demand(f"{where}.circuit", msgspec.to_builtins(record.circuit), canonical)
    try:
        steps.append(f"{where}: {shown_minimal(where, case, effort)}")
        if sentence.by_classes:
            _check_least(where, sentence, table_of(task), fitting, effort)
        if full or row.circuits <= MOST_RECOUNTED:
            _check_counts(where, found, sentence, effort)
            steps.append(
                f"{where}: SAT lists "
                f"{counted(row.circuits, 'minimum', 'minima')} over {sentence.basis}, "
                f"{found.tagged} with the tag, this first"
            )
    except BudgetEnded:
        return (
            found,
            steps,
            [f"{where}: that it is minimal, the smallest, and one of so many minima"],
        )
    return found, steps, []


def _task(where: str, record: CaseRecord, sentence: Sentence) -> Task:
    if not sentence.by_classes:
        known = dict(sentence.universe.listed())
        if record.task not in known:
            raise CertificateError(f"{where}.task", f"not in {sentence.universe}")
        return known[record.task]
    try:
        task = named_in_file("function", record.task)
    except ArgumentError as error:
        raise CertificateError(f"{where}.task", str(error)) from error
    demand(f"{where}.task", record.task, str(task))
    whole = task.support is None and task.outputs == 1
    if not whole or task.inputs != sentence.universe.inputs:
        raise CertificateError(f"{where}.task", f"not in {sentence.universe}")
    return task


def _row_of(
    where: str, record: CaseRecord, sentence: Sentence, case: Case, fitting: Sequence[ClassRow]
) -> ClassRow:
    """Check the example against the row of its class or task, and return that."""
    names = {record.task}
    if sentence.by_classes:
        names = {npn_canonical(table_of(case.task))[0].hex}
    own = next((row for row in fitting if row.name in names), None)
    if own is None:
        raise CertificateError(f"{where}.task", "its class has no example, by its row")
    demand(f"{where}.minima", record.minima, own.circuits)
    if isinstance(case.solver, UnrolledProgram):
        _check_cost(where, case.solver, sentence, own)
    elif sentence.order not in (PARETO, DEPTH):
        demand(f"{where}.size", record.size, own.size)
    if own.depth is not None and isinstance(case.solver, Circuit):
        demand(f"{where}.circuit (depth)", case.solver.depth, own.depth)
    if not sentence.by_classes:
        demand(f"{where}.task", record.task, min(fitting, key=lambda row: row.key).name)
        return own
    least = min(row.key[:2] for row in fitting)
    demand(f"{where}.task", (own.size, inputs_in_use(case.task)), least)
    return own


def _check_cost(where: str, solver: UnrolledProgram, sentence: Sentence, row: ClassRow) -> None:
    """Check that a program is one for the machine of its task, and costs what its row says."""
    machine = machine_for(row.task, str(sentence.over))
    demand(f"{where}.program.machine", solver.program.machine.to_json(), machine.to_json())
    turns, code = Turns(row.task, machine), solver.program.code
    served = completed(turns, code, order_named(sentence.order).counts_time)
    cost = cost_of(turns, solver.program, 1 if served is None else served[1])
    if not isinstance(row, ProgramRow) or cost.length < row.size:
        raise CertificateError(f"{where}.size", "less than its row says")
    if sentence.order == "length":
        demand(f"{where}.size", cost.length, row.size)
    demand(f"{where}.program (cost)", order_named(sentence.order).shown(cost), row.cost)
    if sentence.cap is not None and len(solver.program.code) > sentence.cap:
        raise CertificateError(f"{where}.program", "longer than the cap")


def _check_least(
    where: str,
    sentence: Sentence,
    table: TruthTable,
    fitting: Sequence[ClassRow],
    effort: Effort,
) -> None:
    """Check that no row has a smaller example: fewer gates, inputs in use, lesser table."""
    least = min(row.key[:2] for row in fitting)
    for row in fitting:
        if row.key[:2] != least:
            continue
        for member in npn_orbit(table_of(row.task)):
            if member.bits >= table.bits:
                continue
            lesser = FunctionTask((member,))
            for circuit in minima_by_sat(lesser, sentence.basis, sentence.order, effort):
                holds = sentence.definition.judge(circuit, lesser).holds
                if sentence.decided_by(holds):
                    raise CertificateError(f"{where}.task", f"{lesser} is a smaller example")


def _check_counts(where: str, example: Case, sentence: Sentence, effort: Effort) -> None:
    """Check that the example is the first of as many minima as it says, as SAT lists them."""
    minima = minima_by_sat(example.task, sentence.basis, sentence.order, effort, sentence.cap)
    tags = [sentence.definition.judge(c, example.task).holds for c in minima]
    demand(f"{where}.minima", example.minima, len(minima))
    demand(f"{where}.tagged", example.tagged, sum(tags))
    first = min(
        (c for c, tag in zip(minima, tags, strict=True) if sentence.decided_by(tag)),
        key=keys_of,
    )
    demand(f"{where}.circuit", str(example.solver), str(first))


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
    minima = minima_by_sat(task, sentence.basis, sentence.order, cap=sentence.cap)
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
    variants = dial_variants(sentence.definition)
    counts = [[0, 0, 0] for _ in variants]
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
    names = map(describe_definition, variants)
    listed = [FrontierRow(n, *c) for n, c in zip(names, counts, strict=True)]
    rows = shortened(listed, variants)
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
        pool = stack.enter_context(worker_processes(min(effort.threads, len(todo))))
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


def _recount_pair(pair: tuple[str, str]) -> tuple[str, Recount]:
    # In a main thread PySAT answers Ctrl-C itself while it solves; in others it leaves it alone.
    with ThreadPoolExecutor(1) as thread:
        return pair[1], thread.submit(recount_function, *pair).result()


def _check_left_out(where: str, record: ArmRecord, sentence: Sentence, effort: Effort) -> None:
    """Check that each task left out says nothing of the sentence, for the reason given."""
    tasks = dict(sentence.universe.listed()) if record.left_out else {}
    for place, entry in enumerate(record.left_out):
        at, task = f"{where}.left_out[{place}]", tasks[entry.task]
        why = LEFT_OUT[0 if sentence.cap is None else 1]
        minima = minima_by_sat(task, sentence.basis, sentence.order, effort, sentence.cap)
        if minima:
            if sentence.definition.judge(minima[0], task).applies:
                raise CertificateError(f"{at}.task", "the definition applies to it")
            why = LEFT_OUT[2]
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


# -- derived anew --------------------------------------------------------------------------------


def task_of(where: str, record: CaseRecord) -> Task:
    """Return the task of an example that is of no universe."""
    try:
        if record.task_json is not msgspec.UNSET:
            return task_from_json(record.task_json)
        return named_in_file("task", record.task)
    except (MesacircuitsError, KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"{where}.task", shown(error, 120)) from error


def derived_example(
    where: str, record: CaseRecord, task: Task, own: Mapping[str, Definition], name: str = ""
) -> tuple[Case, list[str]]:
    """Derive an example from its task and its solver, and compare it whole.

    Arguments:
        where: its place in the certificate.
        record: what that says.
        task: its task.
        own: definitions of the user's own, by text; what others of that kind are said to say is
            not derived, and missing in the case that is returned.
        name: the name of the task in its universe, if it is of one.

    Returns the case, and in words what was derived.

    Raises `CertificateError` naming the first field that fails.
    """
    at = f"{where}.{'circuit' if record.program is msgspec.UNSET else 'program'}"
    try:
        solver = _solver_of(record, task)
        solved = solves(solver, task)
    except (MesacircuitsError, KeyError, TypeError, ValueError) as error:
        raise CertificateError(at, shown(error, 120)) from error
    if not solved:
        raise CertificateError(at, f"does not solve {task}")
    program = isinstance(solver, UnrolledProgram)
    size = solver.program.length if isinstance(solver, UnrolledProgram) else solver.size
    kind = f"program of length {size}" if program else f"circuit of {counted(size, 'gate')}"
    steps = [f"{where}: a {kind} solves {name or task}"]
    judgements, records = [], []
    for place, said in enumerate(record.judgements):
        judgement, again, step = _judged(f"{where}.judgements[{place}]", said, solver, task, own)
        judgements += [] if judgement is None else [(said.by, judgement)]
        records.append({"by": said.by, **again})
        steps.append(f"{where}: {step}")
    case = Case("", task, solver, tuple(judgements), size, record.minimal, name)
    if name:
        minima, tagged = (0 if n is msgspec.UNSET else n for n in (record.minima, record.tagged))
        case = replace(case, minima=minima, tagged=tagged)
    derived = case.certified().to_json() | {"judgements": records}
    demand(where, msgspec.to_builtins(record), derived)
    return case, steps


def _solver_of(record: CaseRecord, task: Task) -> Circuit | UnrolledProgram:
    if record.program is not msgspec.UNSET:
        return unroll(Program.from_json(record.program), task)
    if record.circuit is msgspec.UNSET:
        raise ArgumentError("example", "a circuit or a program", "neither")
    if len(record.circuit.gates) > MOST_GATES:
        raise ArgumentError("circuit", f"at most {MOST_GATES} gates", "more")
    return record.circuit.to_circuit()


def _judged(
    where: str,
    said: JudgementRecord,
    solver: Circuit | UnrolledProgram,
    task: Task,
    own: Mapping[str, Definition],
) -> tuple[Judgement | None, dict[str, Any], str]:
    """Return what a definition says of the example, as JSON, and in words how that was derived.

    A definition of the user's own that was not given is not asked: then what is said is returned.
    """
    if is_own(said.by) and said.by not in own:
        kept = msgspec.to_builtins(said)
        del kept["by"]
        return None, kept, f"{shown(said.by)} was not asked"
    try:
        definition = own.get(said.by) or named_in_file("definition", said.by)
        judgement = definition.judge(solver, task)
    except MesacircuitsError as error:
        raise CertificateError(where, shown(error, 120)) from error
    if said.by not in own:
        # Other spellings of its name are read as well, but written is this one.
        demand(f"{where}.by", said.by, describe_definition(definition))
    again = json_values(canonical_json(judgement.to_json()))
    score = f"gives it score {judgement.score}" if judgement.applies else "does not apply"
    if judgement.witness is None:
        return judgement, again, f"{said.by} {score}"
    # The checker reads what the file says.
    demand(f"{where}.witness", said.witness, again["witness"])
    try:
        check_witness(solver, task, definition_record(definition), said.witness)
    except CertificateError as error:
        if said.by in own:
            # Its own check, if it has one, is part of judging.
            return judgement, again, f"{said.by} {score} and the same witness again"
        place = f"{where}.witness.{shown(error.where)}"
        raise CertificateError(place, shown(error.problem, 120)) from error
    return judgement, again, f"the witness of {said.by} holds, score {judgement.score}"


# -- shown to be minimal by SAT, without the engine that found it --------------------------------


def shown_minimal(where: str, case: Case, effort: Effort) -> str | None:
    """Show by SAT that an example is minimal as it says, and return that in words.

    Returns None if it says nothing, is a program, or SAT cannot show it: of a task that accepts
    whole policies, and too many boxes of them.

    Raises `CertificateError` if it is not, and `BudgetEnded` if the budget ends first.
    """
    where = f"{where}.minimal"
    solver, (order, _, name) = case.solver, case.minimal.partition(" over ")
    if not case.minimal or not isinstance(solver, Circuit):
        return None
    try:
        basis = named_in_file("basis", name)
    except ArgumentError as error:
        raise CertificateError(where, str(error)) from error
    demand(where, case.minimal, f"{order} over {basis}")
    if not solver.is_reduced() or not solver.canonical().has_forms_of(basis):
        raise CertificateError(where, f"no reduced circuit over {basis}")
    named = re.fullmatch(r"([a-z-]+)(?:\(cap=([0-9]{1,3})\))?", order)
    if named is None or named[1] not in SHOWN_BY_SAT:
        orders = ", ".join(SHOWN_BY_SAT)
        raise CertificateError(where, f"one of {orders} is shown by SAT, not {shown(order)}")
    order, cap = named[1], None if named[2] is None else int(named[2])
    if ORDERS[order].takes_cap != (cap is not None):
        raise CertificateError(where, f"depth, and no other, has a cap: {shown(order)}")
    parts = parts_of(case.task)
    if parts is None:
        return None
    return minimal_by_sat(parts, basis, order, solver, effort, where, cap)


def minimal_by_sat(
    tasks: Sequence[Task],
    basis: Basis,
    order: str,
    circuit: Circuit,
    effort: Effort,
    where: str,
    cap: int | None = None,
) -> str:
    """Show that a circuit is minimal for a task that it solves, and return that in words.

    Arguments:
        tasks: the task, or the parts that make it up: one solved is the whole solved.
        basis: what circuits are built from.
        order: what minimal means: one of `SHOWN_BY_SAT`.
        circuit: the circuit.
        effort: the budget of SAT.
        where: the field at fault if that does not hold.
        cap: the greatest size (or cost) that is considered, under `depth`.

    Raises:
        ArgumentError: for another order.
        CertificateError: if a smaller circuit, or a shallower one, solves a task.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> both = Circuit.parse(3, "g1 = a & b; g2 = c & g1; out = g2")
    >>> minimal_by_sat([parse_task("tt:3:80")], B2, "size", both, Effort(), "minimal")
    'by SAT over b2 no circuit of fewer than 2 gates solves the task'
    """
    checked_order(order, SHOWN_BY_SAT)
    cost, depth = circuit_cost(circuit, basis), circuit.depth
    less = "cheaper" if basis.costs else "smaller"
    if cap is not None and cost > cap:
        raise CertificateError(where, "it is larger than the cap")
    for task in tasks:
        if cap is not None:
            if depth and smaller_exists(task, basis, cap + 1, depth - 1, effort) is not None:
                raise CertificateError(where, "a shallower circuit within the cap solves the task")
            continue
        if order == DEPTH_SIZE and shallower_exists(task, basis, depth, effort) is not None:
            raise CertificateError(where, "a shallower circuit solves the task")
        within = depth if order in (DEPTH_SIZE, PARETO) else None
        if smaller_exists(task, basis, cost, within, effort) is not None:
            alike = "" if within is None else " as shallow"
            raise CertificateError(where, f"a {less} circuit{alike} solves the task")
        shallower = order in (SIZE_DEPTH, PARETO) and depth > 0
        if shallower and smaller_exists(task, basis, cost + 1, depth - 1, effort) is not None:
            raise CertificateError(where, "a shallower circuit no larger solves the task")
    if cap is not None:
        most = f"cost at most {cap}" if basis.costs else f"at most {counted(cap, 'gate')}"
        return f"by SAT over {basis} none shallower of {most} solves the task"
    if order == DEPTH_SIZE:
        return f"by SAT over {basis} none shallower, and none {less} of depth {depth}"
    if order == PARETO:
        return f"by SAT over {basis} none {less} of depth {depth}, and none shallower no larger"
    bound = f"of less than cost {cost}" if basis.costs else f"of fewer than {counted(cost, 'gate')}"
    alike = ", and none shallower no larger" if order == SIZE_DEPTH else ""
    return f"by SAT over {basis} no circuit {bound} solves the task{alike}"


def minima_by_sat(
    task: Task, basis: Basis, order: str, effort: Effort | None = None, cap: int | None = None
) -> tuple[Circuit, ...]:
    """Return all minimal circuits of a task, as SAT lists them, by cost and then written form.

    There are none if no circuit over the basis, and within the cap of `depth`, solves it.

    Raises:
        ArgumentError: for a task with too many boxes of policies.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(minima_by_sat(parse_task("tt:3:E8"), B2, "size"))
    51
    """
    parts = parts_of(task)
    if parts is None:
        raise ArgumentError("task", "one whose policies are few enough to list", str(task))
    listed = [
        all_minima(part, basis, order, cap=cap, effort=effort)
        for part in parts
        if is_solvable(part, basis)
    ]
    if len(listed) == 1:
        return listed[0]
    least = _best(chain.from_iterable(listed), basis, order)
    return tuple(sorted(least, key=lambda c: (circuit_cost(c, basis), str(c))))


def _best(circuits: Iterable[Circuit], basis: Basis, order: str) -> list[Circuit]:
    """Return those of some circuits that are minimal among them, each once.

    >>> from mesacircuits.circuits import B2
    >>> one = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> two = Circuit.parse(2, "g1 = a & b; g2 = a ^ g1; out = g2")
    >>> _best([one, one, two], B2, "size") == [one]
    True
    """
    unlike = list(dict.fromkeys(circuits))
    keys = [(circuit_cost(c, basis), c.depth) for c in unlike]
    if order in (SIZE, DEPTH_SIZE, DEPTH):
        minimised = {SIZE: (1, 0), DEPTH_SIZE: (1, 1), DEPTH: (0, 1)}[order]
        keys = [(d * minimised[1], c * minimised[0]) for c, d in keys]
    points = set(keys)
    if order == PARETO:
        least = {
            (c, d)
            for c, d in points
            if not any((a, b) != (c, d) and a <= c and b <= d for a, b in points)
        }
    else:
        least = {min(points)} if points else set()
    return [circuit for circuit, key in zip(unlike, keys, strict=True) if key in least]
