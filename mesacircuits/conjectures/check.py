"""Checking a claim or a sentence, or all claims one after the other, so that a kill loses none."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import msgspec

from mesacircuits.call import Settings
from mesacircuits.conjectures.claim import Claim, Report, at_the_defaults, decided
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import is_plain_svg
from mesacircuits.conjectures.registry import CONJECTURES, conjecture_named
from mesacircuits.conjectures.report_text import page_head, plot_of
from mesacircuits.conjectures.sentence import QUANTIFIERS, Sentence, Verdict, parse_sentence
from mesacircuits.data import stored_claims
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.tables import plain_table, wrapped

__all__ = [
    "Checked", "about", "all_checked", "check", "expected_text", "line_text", "summary_text",
    "worst_status",
]  # fmt: skip

#: Seconds from which it is said beforehand how long a claim takes.
_WORTH_SAYING = 10
_MINUTE = 60
_ERROR = "error"


def check(
    name: str | Claim | Sentence,
    settings: Mapping[str, object] | None = None,
    effort: Effort | None = None,
) -> Report:
    """Decide a registered claim, or a sentence, over its universe.

    Arguments:
        name: a name of `CONJECTURES` or `CLAIMS`, or a sentence as `parse_sentence` reads it; or a
            claim, or a sentence, itself.
        settings: values for the parameters of a claim, by name; the others have their defaults. Of
            what names a definition the value may be the definition itself. A sentence states all
            of them itself.
        effort: budget (shared evenly among the arms), threads and progress bar; by default no
            limit, all cores, no bar.

    Raises:
        ArgumentError: for an unknown name, a sentence that cannot be read, a setting that there is
            not or that is out of range, and a definition that does not apply.

    >>> report = check("minimal-circuits", {"inputs": 3})
    >>> report.verdict.value, report.exit_status, report.arms[0].example.task.tables[0].hex
    ('refuted', 3, '18')
    """
    if isinstance(name, str):
        name = CLAIMS.get(name) or CONJECTURES.get(name) or name
    if isinstance(name, Claim):
        return name.check(settings, effort)
    if settings:
        raise ArgumentError("settings", "nothing beside a sentence, which states it", [*settings])
    if isinstance(name, str):
        if " " not in name.strip() and name.strip() not in QUANTIFIERS:
            conjecture_named(name)
        name = parse_sentence(name)
    return Report(None, Settings({}), decided((name,), effort or Effort()))


@dataclass(frozen=True)
class Checked:
    """What one claim of several was found to be.

    Attributes:
        name, topic: the claim's.
        verdict: a verdict's name, or `error`.
        answer: the answer in a sentence; of an error what happened.
        universe: over what.
        seconds: how long it took, when it was run.
        cpu_seconds: the same of one core.
        quick: whether that is its smaller universe, not that of the defaults.
        page: the generated head of its page and its plot; None if they were not asked for.
        from_file: how much of it was taken from a file of finished units, in words; else empty.
        report: the whole report, as `check` prints it.
        examples: the circuits or programs that decide it, as `check --json` has them.
        kind: the claim's; empty if it was not read so yet.
        evidence: what the verdict hangs on (`Evidence.to_json`); None where that was not asked.
    """

    name: str
    topic: str
    verdict: str
    answer: str
    universe: str
    seconds: float
    quick: bool = False
    page: tuple[str, bytes | None] | None = None
    report: str = ""
    examples: tuple[dict[str, Any], ...] = ()
    from_file: str = ""
    kind: str = ""
    evidence: dict[str, Any] | None = None
    cpu_seconds: float = 0.0

    @property
    def exit_status(self) -> int:
        """0 held, 3 refuted, 4 inconclusive, 1 error."""
        return 1 if self.verdict == _ERROR else Verdict(self.verdict).exit_status

    def to_json(self) -> dict[str, Any]:
        """Return what was found as JSON values that the same run gives again.

        At the defaults also about how long it took, of which the same is not so.
        """
        names = ("name", "topic", "verdict", "answer", "universe", "report")
        record = {name: getattr(self, name) for name in names} | {"examples": list(self.examples)}
        # Of a claim that was not read so, neither is said.
        record |= {
            name: getattr(self, name) for name in ("kind", "evidence") if getattr(self, name)
        }
        if not self.quick:
            record["seconds"] = about(self.cpu_seconds)
        other = self.at_the_defaults
        return record | ({"at_the_defaults": other.rpartition(" ")[2]} if other else {})

    @property
    def at_the_defaults(self) -> str:
        """The shipped verdict in words, where the smaller universe has another; else ''."""
        return at_the_defaults(self.name, self.verdict) if self.quick else ""


def all_checked(
    entries: Iterable[Claim],
    quick: bool = False,
    effort: Effort | None = None,
    pages: bool = False,
) -> Iterator[Checked]:
    """Check claims at their defaults, and yield what each was found to be.

    What is decided is kept in the effort's store, and taken from it when the same is asked again
    of the same version; inside a claim finished parts are.

    Arguments:
        entries: the claims.
        quick: use each claim's smaller universe.
        effort: budget (what is left is shared among the claims to come), threads, progress bar;
            once it is interrupted, no further claim is begun.
        pages: also make the heads of their pages, and their plots.

    >>> from mesacircuits.conjectures.registry import conjecture_named
    >>> [(c.name, c.verdict) for c in all_checked([conjecture_named("symmetry")], quick=True)]
    [('symmetry', 'held')]
    """
    from importlib.metadata import version

    effort = effort or Effort()
    listed = list(entries)
    run = Settings({"version": version("mesacircuits"), "quick": int(quick), "pages": int(pages)})
    kept = KeptParts(effort, "check --all", run)
    for place, entry in enumerate(listed):
        if effort.interrupted:
            return
        share = effort.share(len(listed) - place)
        try:
            compute = partial(_decided, entry, quick, share, pages)
            with effort.fitting():
                record = _read(kept.part(_key(entry), compute, _is_decided))
        except MesacircuitsError as error:
            if isinstance(error, ArgumentError) and error.argument == "resume":
                # No claim's error, but the file's.
                raise
            record = _Record(_ERROR, str(error), "", 0.0)
        head, plot = record.page or ("", None)
        taken = effort.from_file
        yield Checked(
            entry.name,
            entry.topic,
            record.verdict,
            record.answer,
            record.universe,
            record.seconds,
            quick,
            (head, None if plot is None else plot.encode()) if head else None,
            record.report,
            tuple(record.examples),
            "" if taken is None else str(taken),
            "" if entry.kind is None else entry.kind.value,
            record.evidence,
            record.cpu_seconds,
        )


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    """What is kept of a claim that was decided."""

    verdict: str
    answer: str
    universe: str
    seconds: float
    report: str = ""
    examples: list[dict[str, Any]] = []
    page: tuple[str, str | None] | None = None
    evidence: dict[str, Any] | None = None
    cpu_seconds: float = 0.0


def _read(record: object) -> _Record:
    # Raise for what is no record, or not plain text and pictures: anybody may have written it.
    read = msgspec.convert(record, _Record)
    Verdict(read.verdict)
    head, plot = read.page or ("", None)
    if "<script" in head.lower():
        raise ValueError("a page that runs something")
    if plot is not None and not is_plain_svg(plot):
        raise ValueError("a plot that is more than a picture")
    return read


def _is_decided(record: dict[str, Any]) -> bool:
    # What a budget left open is asked again.
    return bool(record["verdict"] != Verdict.INCONCLUSIVE.value)


def _key(entry: Claim) -> str:
    # An own claim of the same name may say something else.
    from mesacircuits.records import content_hash

    return f"{entry.name} {content_hash(entry.to_json())[:16]}"


def _decided(entry: Claim, quick: bool, effort: Effort, pages: bool) -> dict[str, Any]:
    begun, cpu = time.monotonic(), time.process_time()
    report = check(entry, entry.quick if quick else None, effort)
    record: dict[str, Any] = {
        "verdict": report.verdict.value,
        "answer": report.finding.answer,
        "universe": report.universe,
        "seconds": time.monotonic() - begun,
        "cpu_seconds": time.process_time() - cpu,
        "report": str(report),
        "examples": [case.to_json() for case in report.cases],
        "evidence": report.to_json().get("evidence"),
    }
    if pages and report.claim is not None:
        plot = plot_of(report)
        record["page"] = page_head(report), None if plot is None else plot.decode()
    return record


def about(seconds: float) -> int:
    """Return a time rounded up to 1, 2 or 5 times a power of ten; less than a second is 1.

    >>> [about(t) for t in (0.2, 1.5, 3, 14, 61)]
    [1, 2, 5, 20, 100]
    """
    ladder = (step * int(10**power) for power in count() for step in (1, 2, 5))
    return next(mark for mark in ladder if seconds <= mark)


def expected_text(names: Iterable[str]) -> str:
    """Return about how long claims take at their defaults, as measured for what ships.

    Nothing where that is less than ten seconds, or not known of some claim.

    >>> expected_text(["symmetry"])
    ''
    """
    known = stored_claims()
    measured = [known[name].seconds if name in known else 0 for name in names]
    total = sum(measured)
    if not all(measured) or total < _WORTH_SAYING:
        return ""
    long = f"{total} s" if total < 2 * _MINUTE else f"{round(total / _MINUTE)} minutes"
    return f"expected to take about {long} of one core, as measured for what ships"


def line_text(checked: Checked) -> str:
    """Return what was found of one claim: a line, and below it over what, and the answer.

    >>> print(line_text(Checked("slack", "circuits", "refuted", "none has.", "b2", 3.2, True)))
    refuted          3 s  slack; at the defaults: held
        b2: none has.
    """
    line = f"{checked.verdict:<12} {checked.seconds:>5.0f} s  {checked.name}"
    line += checked.at_the_defaults
    over = f"{checked.universe}: " if checked.universe else ""
    return f"{line}\n{wrapped(over + checked.answer, '    ')}"


def summary_text(found: Iterable[Checked]) -> str:
    """Return how many claims of each topic have each verdict that occurs, and the seconds taken."""
    listed = list(found)
    occurring = {checked.verdict for checked in listed}
    kinds = [
        kind for kind in (*(verdict.value for verdict in Verdict), _ERROR) if kind in occurring
    ]
    topics = list(dict.fromkeys(checked.topic for checked in listed))
    rows = [(topic, *_counts([c for c in listed if c.topic == topic], kinds)) for topic in topics]
    return plain_table(
        ("claims about", "claims", *kinds, "seconds"), [*rows, ("all", *_counts(listed, kinds))]
    )


def _counts(found: list[Checked], kinds: list[str]) -> tuple[int, ...]:
    by_kind = (sum(c.verdict == kind for c in found) for kind in kinds)
    return (len(found), *by_kind, round(sum(c.seconds for c in found)))


def worst_status(found: Iterable[Checked]) -> int:
    """Return the worst exit status: error, then refuted, inconclusive, held.

    >>> worst_status([Checked("a", "", "refuted", "", "", 0), Checked("b", "", "error", "", "", 0)])
    1
    """
    order = [0, 4, 3, 1]
    return max((c.exit_status for c in found), key=order.index, default=0)
