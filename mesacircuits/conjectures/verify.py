"""Verifying a certificate without trusting the engine that made it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from mesacircuits.call import Settings
from mesacircuits.conjectures.certificate import (
    ArmRecord,
    CaseRecord,
    Certificate,
    asserted_fields,
    asserted_judgement,
    demand,
    is_own,
    read_certificate,
    shown,
)
from mesacircuits.conjectures.claim import Claim, Finding, Sentences
from mesacircuits.conjectures.decide import ArmResult, decide_programs
from mesacircuits.conjectures.example import SHOWN_BY_SAT, derived_example, shown_minimal, task_of
from mesacircuits.conjectures.recount import progress_of, recount_arm
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.conjectures.sentence import PROGRAM, Sentence, Verdict, parse_sentence
from mesacircuits.conjectures.verify_arm import check_arm
from mesacircuits.definitions import DEFINITIONS, Definition
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import BudgetEnded, Effort
from mesacircuits.enumeration.orders import checked_order
from mesacircuits.errors import (
    ArgumentError,
    CertificateError,
    FileError,
    MesacircuitsError,
    OutdatedError,
)
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tables import wrapped
from mesacircuits.tasks import Task

__all__ = ["Verification", "verify"]

#: No claim states more sentences; to read one can take long.
_MOST_ARMS = 8

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
            self._demand(Finding.of_arms(arms).to_json())
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
