"""Verifying a certificate without trusting the engine that made it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from mesacircuits.conjectures.certificate import (
    Certificate,
    ClaimCertificate,
    asserted_fields,
    read_certificate,
)
from mesacircuits.conjectures.claim_certificate import check_claim_certificate
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.minimality import SHOWN_BY_SAT
from mesacircuits.conjectures.recount import progress_of, recount_arm
from mesacircuits.conjectures.registry import CONJECTURES
from mesacircuits.conjectures.sentence import Sentence, parse_sentence
from mesacircuits.conjectures.verdict import Verdict, worst
from mesacircuits.conjectures.verify_arm import check_arm
from mesacircuits.definitions import Definition
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import BudgetEnded, Effort
from mesacircuits.enumeration.orders import checked_order
from mesacircuits.errors import ArgumentError, CertificateError, FileError
from mesacircuits.tables import wrapped
from mesacircuits.tasks import Task

__all__ = ["Verification", "verify"]

#: No conjecture states more sentences; to read one can take long.
_MOST_ARMS = 8


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

    Every example's circuit is evaluated, its witness checked from scratch, and its minimality
    shown again by SAT: no smaller (and under `depth-size` no shallower) circuit solves the task.
    Names, sums and verdicts are computed anew from the rows of the classes. The rows themselves
    can only be checked by finding all minima of all classes again: `full` does so by SAT; a
    claim's tables by running the claim again. Every field is compared, or listed as asserted:
    `certificate.FIELDS` and `certificate.CLAIM_FIELDS` say which.

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
        CertificateError: naming the first field that fails.
    """
    effort = effort or Effort()
    certificate = read_certificate(path)
    if isinstance(certificate, ClaimCertificate):
        checked = check_claim_certificate(certificate, full, effort, definitions)
        found = certificate.report
        return Verification(found.conjecture, Verdict(found.verdict), *map(tuple, checked))
    steps: list[str] = []
    left_open: list[str] = []
    try:
        sentences = _check_head(certificate, effort)
        steps.append("form, checksum, claim and sentences")
    except BudgetEnded:
        sentences = ()
        left_open.append("the tasks that its sentences name")
    numbered = list(enumerate(zip(certificate.arms, sentences, strict=False)))
    for number, (record, sentence) in numbered:
        at = f"arms[{number}]"
        try:
            with _held_against(at):
                found_steps, found_open = check_arm(at, record, sentence, full, effort)
        except BudgetEnded:
            found_steps, found_open = [], [f"{at}: the policies that solve its tasks"]
        steps += found_steps
        left_open += found_open
    asserted = tuple(certificate.asserted)
    if full and not left_open:
        progress = progress_of(certificate.checksum) if keep else None
        try:
            for number, (record, sentence) in numbered:
                at = f"arms[{number}]"
                with _held_against(at):
                    steps.append(recount_arm(at, record, sentence, effort, progress))
            asserted = ()
            if progress is not None:
                progress.unlink(missing_ok=True)
        except BudgetEnded:
            left_open.append("classes whose minima were not all found again")
    return Verification(
        certificate.conjecture or certificate.arms[0].sentence,
        Verdict(certificate.verdict),
        tuple(steps),
        asserted,
        tuple(left_open),
    )


@contextmanager
def _held_against(where: str) -> Iterator[None]:
    """Within this, what cannot be asked is the fault of the certificate, which asks it."""
    try:
        yield
    except FileError:
        raise
    except ArgumentError as error:
        raise CertificateError(where, str(error)) from error


def _check_head(certificate: Certificate, effort: Effort) -> tuple[Sentence, ...]:
    def read(name: str) -> Task:
        if effort.used_up():
            raise BudgetEnded
        return named_in_file("task", name)

    if not certificate.arms:
        raise CertificateError("arms", "none")
    if len(certificate.arms) > (_MOST_ARMS if certificate.conjecture else 1):
        raise CertificateError("arms", "too many")
    sentences = []
    for number, arm in enumerate(certificate.arms):
        with _held_against(f"arms[{number}].sentence"):
            sentence = parse_sentence(arm.sentence, read)
            checked_order(sentence.order, SHOWN_BY_SAT)
        for name, value in sentence.to_json().items():
            demand(f"arms[{number}].{name}", getattr(arm, name), value)
        sentences.append(sentence)
    claim = source = None
    expected: Sequence[Sentence] = sentences[:1]
    if certificate.conjecture is not None:
        conjecture = CONJECTURES.get(certificate.conjecture)
        if conjecture is None:
            name = shown(certificate.conjecture)
            raise CertificateError("conjecture", f"none that states sentences: {name}")
        first = sentences[0]
        stated: dict[str, object] = {"basis": str(first.basis), "definition": first.definition}
        if first.universe.only_functions:
            stated["inputs"] = first.universe.inputs
        if len(sentences) == 1:
            stated["order"] = first.order
        with _held_against("conjecture"):
            expected = conjecture.sentences(stated)
        claim, source = conjecture.claim, conjecture.source
    demand("claim", certificate.claim, claim)
    demand("source", certificate.source, source)
    demand("arms", [str(s) for s in sentences], [str(s) for s in expected])
    verdicts = []
    for number, arm in enumerate(certificate.arms):
        if arm.verdict not in {v.value for v in Verdict}:
            raise CertificateError(f"arms[{number}].verdict", f"no verdict: {shown(arm.verdict)}")
        verdicts.append(Verdict(arm.verdict))
    demand("verdict", certificate.verdict, worst(verdicts).value)
    arms = msgspec.to_builtins(certificate.arms)
    demand("asserted", certificate.asserted, asserted_fields(arms))
    return tuple(sentences)
