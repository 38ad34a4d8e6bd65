"""Verifying a certificate without trusting the engine that made it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from mesacircuits.conjectures.certificate import (
    Certificate,
    asserted_fields,
    read_certificate,
    read_json,
    refuse_repeated_fields,
)
from mesacircuits.conjectures.check import sentences_of
from mesacircuits.conjectures.claim_certificate import CLAIM_FORMAT, check_claim_certificate
from mesacircuits.conjectures.demand import demand, shown
from mesacircuits.conjectures.journal import Journal
from mesacircuits.conjectures.recount import recount_arm
from mesacircuits.conjectures.sentence import Sentence, parse_sentence
from mesacircuits.conjectures.verdict import Verdict, worst
from mesacircuits.conjectures.verify_arm import check_arm
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tables import wrapped

__all__ = ["Verification", "verify"]


@dataclass(frozen=True)
class Verification:
    """What verifying a certificate found; it exists only if nothing failed.

    Attributes:
        name: the conjecture, or the sentence.
        verdict: the certificate's verdict.
        steps: what was re-derived, in words.
        asserted: the fields that were not re-derived; empty after a full verification.
    """

    name: str
    verdict: Verdict
    steps: tuple[str, ...]
    asserted: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Whether every field was re-derived."""
        return not self.asserted

    def to_json(self) -> dict[str, Any]:
        """Return the verification as JSON values."""
        return {
            "verified": True,
            "name": self.name,
            "verdict": self.verdict.value,
            "full": self.full,
            "steps": list(self.steps),
            "asserted": list(self.asserted),
        }

    def __str__(self) -> str:
        kind = "in full" if self.full else "except for what it asserts"
        headline = f"VERIFIED {kind}: {self.verdict.value}: {self.name}"
        lines = [wrapped(headline, hanging="  ")]
        lines += [wrapped(step, "  ok  ", "      ") for step in self.steps]
        if self.asserted:
            lines.append("asserted, recheck with --full:")
            lines += [wrapped(field, "      ", "        ") for field in self.asserted]
        return "\n".join(lines)


def verify(
    path: str | os.PathLike[str],
    full: bool = False,
    effort: Effort | None = None,
    journal: str | os.PathLike[str] | None = None,
) -> Verification:
    """Re-derive what a certificate says, without the engine that made it.

    Every example's circuit is evaluated, its witness checked from scratch, and its minimality
    shown again by SAT: no smaller (and under `depth-size` no shallower) circuit solves the task.
    Names, sums and verdicts are computed anew from the rows of the classes. The rows themselves
    can only be checked by finding all minima of all classes again: `full` does so by SAT.

    Arguments:
        path: the certificate file.
        full: whether to find all minima again, which takes long for four inputs.
        effort: threads and progress bar.
        journal: where a full verification keeps what is done, so that it resumes if it is killed;
            the file is deleted at the end. None keeps nothing.

    Raises:
        ArgumentError: if a file cannot be read or written.
        CertificateError: naming the first field that fails.
    """
    data, value = read_json(path)
    if value.get("format") == CLAIM_FORMAT:
        return _verify_claim(data, value, full, effort)
    certificate = read_certificate(path)
    sentences = _check_head(certificate)
    steps = ["form, checksum, claim and sentences"]
    for number, (record, sentence) in enumerate(zip(certificate.arms, sentences, strict=True)):
        steps += check_arm(f"arms[{number}]", record, sentence, full)
    if full:
        kept = Journal(journal, certificate.checksum)
        for number, (record, sentence) in enumerate(zip(certificate.arms, sentences, strict=True)):
            where = f"arms[{number}]"
            steps.append(recount_arm(where, record, sentence, effort or Effort(), kept))
        kept.remove()
    return Verification(
        certificate.conjecture or str(sentences[0]),
        Verdict(certificate.verdict),
        tuple(steps),
        () if full else tuple(certificate.asserted),
    )


def _verify_claim(
    data: bytes, value: dict[str, Any], full: bool, effort: Effort | None
) -> Verification:
    try:
        refuse_repeated_fields(data)
        steps, asserted = check_claim_certificate(value, full, effort)
    except RecursionError as error:
        raise CertificateError("file", "nested too deep") from error
    verdict = value["report"].get("verdict")
    if verdict not in {v.value for v in Verdict}:
        raise CertificateError("report.verdict", f"no verdict: {shown(verdict)}")
    return Verification(
        value["report"]["conjecture"], Verdict(verdict), tuple(steps), tuple(asserted)
    )


def _check_head(certificate: Certificate) -> tuple[Sentence, ...]:
    if not certificate.arms:
        raise CertificateError("arms", "none")
    sentences = []
    for number, arm in enumerate(certificate.arms):
        try:
            sentence = parse_sentence(arm.sentence)
        except ArgumentError as error:
            raise CertificateError(f"arms[{number}].sentence", str(error)) from error
        for name, value in sentence.to_json().items():
            demand(f"arms[{number}].{name}", getattr(arm, name), value)
        sentences.append(sentence)
    claim = source = None
    expected: Sequence[Sentence] = sentences[:1]
    if certificate.conjecture is not None:
        first = sentences[0]
        try:
            conjecture, expected = sentences_of(
                certificate.conjecture,
                first.universe.inputs,
                first.basis,
                first.order if len(sentences) == 1 else None,
                first.definition,
            )
        except ArgumentError as error:
            raise CertificateError("conjecture", str(error)) from error
        if conjecture is None:
            raise CertificateError("conjecture", "a sentence, not a name")
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
