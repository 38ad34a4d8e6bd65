"""Claims: statements of the literature made checkable, what a run of one finds, and its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from mesacircuits.call import Parameter, Settings, read_all, value_text
from mesacircuits.conjectures.decide import (
    SHOWN_BY_SAT,
    ArmResult,
    Case,
    Evidence,
    Finding,
    decided,
    extremes_text,
    parts_of,
)
from mesacircuits.conjectures.sentence import PROGRAM, Sentence, Verdict
from mesacircuits.data import stored_verdicts
from mesacircuits.definitions import DEFINITIONS, Definition, describe_definition
from mesacircuits.drawing import card
from mesacircuits.enumeration import BudgetEnded, Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import Cell, Table

__all__ = [
    "BASIS",
    "ORDER",
    "OWN",
    "Case",
    "Cell",
    "Claim",
    "Evidence",
    "Finding",
    "Kind",
    "Report",
    "Sentences",
    "Table",
    "Verdict",
    "at_the_defaults",
    "attributed",
    "decided",
    "within_budget",
]

#: The topic of sentences of one's own.
OWN = "your own"

#: Parameters that many claims have.
BASIS = Parameter("basis", "b2", "basis, see `bases`", names="basis")
ORDER = Parameter("order", "size", "what minimal means", values=("size", "depth-size"))


class Kind(Enum):
    """What a claim is, which says what decides it and which verdicts it can have.

    A theorem has a proof for every n, and the run checks it. Of a statement about all of a
    universe, or about some of it, one example decides. A tendency is an effect against a matched
    null. Of what a source says may be or might be, the finding tells what makes it likelier; it is
    never refuted.

    >>> [verdict.value for verdict in Kind.TENDENCY.verdicts][:3]
    ['supported', 'against', 'no evidence']
    """

    THEOREM = "theorem"
    EXISTENCE = "existence"
    TENDENCY = "tendency"
    MIGHT = "might"

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts that a claim of this kind can have."""
        decided: tuple[Verdict, ...] = (Verdict.HELD, Verdict.REFUTED)
        if self in (Kind.TENDENCY, Kind.MIGHT):
            decided = (Verdict.SUPPORTED, Verdict.AGAINST, Verdict.NO_EVIDENCE)
        return (*decided, Verdict.VACUOUS, Verdict.INCONCLUSIVE)

    @property
    def read_as(self) -> str:
        """What its reading is said to be."""
        return {
            "theorem": "a theorem, of which this is a check",
            "existence": "a statement that one example decides",
            "tendency": "a tendency",
            "might": "a might: what makes it likelier",
        }[self.value]


def attributed(claim: str, source: str, quotation: bool = False) -> str:
    """Return a claim with its source: in quotation marks only if it is quoted word for word.

    >>> attributed("Occam promises one of the shortest.", "a thread"), attributed("so", "us", True)
    ('Occam promises one of the shortest. (after a thread)', '"so" (us)')
    """
    return f'"{claim}" ({source})' if quotation else f"{claim} (after {source})"


def at_the_defaults(name: str, verdict: str) -> str:
    """Return what a registered claim was found to be at its defaults, if that is not `verdict`.

    It is said wherever another universe gave another verdict, and is empty where they agree.

    >>> at_the_defaults("slack", "refuted"), at_the_defaults("slack", "held")
    ('; at the defaults: held', '')
    """
    known = stored_verdicts().get(name, verdict)
    return "" if known == verdict else f"; at the defaults: {known}"


def within_budget(example: Callable[[], Case | None]) -> tuple[Case | None, tuple[str, ...]]:
    """Return the example that is made, and what was left open of it: nothing, or that it was not.

    What the budget did not suffice for does not change a verdict that is known without it.

    >>> def late():
    ...     raise BudgetEnded
    >>> within_budget(lambda: None), within_budget(late)
    ((None, ()), (None, ('the example was not found within the budget',)))
    """
    try:
        return example(), ()
    except BudgetEnded:
        return None, ("the example was not found within the budget",)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the sentences that a claim states.

    Attributes:
        note: what it is.
        searches: for settings (k, c) of search-like whether some minimum is such a search.
    """

    note: str
    searches: Mapping[tuple[int, int], bool]


@dataclass(frozen=True)
class Sentences:
    """The run of a claim that states sentences, its arms: it decides them.

    Arguments:
        stated: the sentences, from the values of the claim's parameters.
        beside: what is known beside them, from the same.
    """

    stated: Callable[[Mapping[str, Any]], tuple[Sentence, ...]]
    beside: Callable[[Mapping[str, Any]], Beside | None] = lambda values: None

    def __call__(self, settings: Settings, effort: Effort) -> Finding:
        """Decide the sentences that these values give."""
        return decided(self.stated(settings.values), effort)


@dataclass(frozen=True)
class Claim:
    """A claim of the literature, the reading that makes it checkable, and what checks it.

    Attributes:
        name: by which commands call it.
        topic: what it is listed under.
        claim: what the source says, in one sentence, with its hedges.
        source: where: who and when, and the section or the part of it.
        reading: what is measured or exhausted.
        question: the yes/no question whose answer is the verdict; yes is `held`, or `supported`.
        blind_to: what that reading cannot see, and what of the sentence it loses.
        parameters: what the run depends on.
        run: what answers the question, given every parameter's value and the effort allowed; where
            the claim is about all minima of a universe, `Sentences`.
        control: of a tendency: what it is measured against, and whether exactly or by sampling.
        quick: values of parameters for a smaller universe, answered in seconds.
        theorems: what is proved of it (docs/theorems.md), a sentence each; it is no finding.
        quotation: whether `claim` is quoted word for word; else it is a paraphrase.
        kind: what it is; None for claims that were not read so yet, and are held or refuted.
        keeps: what of the sentence the reading keeps.
    """

    name: str
    topic: str
    claim: str
    source: str
    reading: str
    question: str
    blind_to: str
    parameters: tuple[Parameter, ...]
    run: Callable[[Settings, Effort], Finding]
    control: str = ""
    quick: Mapping[str, object] = field(default_factory=dict)
    quotation: bool = False
    theorems: tuple[str, ...] = ()
    kind: Kind | None = None
    keeps: str = ""

    def settings(self, given: Mapping[str, object] | None = None) -> Settings:
        """Return the parameters' values, with those that are given in place of defaults.

        Of what names a definition the value may be the definition itself; its text stands for it.

        Raises `ArgumentError` for a name that is no parameter's, and for values out of range.
        """
        said = {
            name: describe_definition(value) if isinstance(value, Definition) else value
            for name, value in (given or {}).items()
        }
        values = {parameter.name: parameter.default for parameter in self.parameters}
        return Settings(values | read_all(f"setting of {self.name}", self.parameters, said))

    def sentences(self, given: Mapping[str, object] | None = None) -> tuple[Sentence, ...]:
        """Return the sentences that it states, with these values of its parameters; of most none.

        Raises `ArgumentError` as `settings`.

        >>> from mesacircuits.conjectures.registry import conjecture_named
        >>> for sentence in conjecture_named("minimal-circuits").sentences({"inputs": 3}):
        ...     print(sentence)
        no size-minimal circuit of functions(3) over b2 is search-like
        no depth-size-minimal circuit of functions(3) over b2 is search-like
        """
        if not isinstance(self.run, Sentences):
            return ()
        # A definition that is given itself may have no text that names it.
        own = {name: v for name, v in (given or {}).items() if isinstance(v, Definition)}
        return self.run.stated({**self.settings(given).values, **own})

    def check(
        self, given: Mapping[str, object] | None = None, effort: Effort | None = None
    ) -> Report:
        """Answer the question, with these values in place of defaults.

        Raises `ArgumentError` as `settings`, and for values that do not go together.
        """
        settings, effort = self.settings(given), effort or Effort()
        sentences = self.sentences(given)
        if sentences:
            # A sentence of one's own is reported as if it had no name, which nobody else knows.
            finding = self.noted(decided(sentences, effort), settings)
            return Report(None if self.topic == OWN else self, settings, finding)
        # What ships answers, as some of what a claim asks at other settings takes hours to search.
        effort = replace(effort, beside=True)
        with effort.fitting():
            return Report(self, settings, self.run(settings, effort))

    def noted(self, finding: Finding, settings: Settings) -> Finding:
        """Return a finding about its sentences with what is known beside them."""
        beside = self.run.beside(settings.values) if isinstance(self.run, Sentences) else None
        if beside is None:
            return finding
        answer = extremes_text(finding.arms, beside.searches)
        return replace(finding, answer=answer, notes=(*finding.notes, beside.note))

    def texts(self) -> dict[str, str]:
        """Return what a report repeats of the claim, by field."""
        names = ("claim", "source", "reading", "question")
        return {"conjecture": self.name, **{name: getattr(self, name) for name in names}}

    def to_json(self) -> dict[str, Any]:
        """Return the claim as JSON values."""
        names = ("name", "topic", "claim", "source", "reading", "control", "question", "blind_to")
        record: dict[str, Any] = {name: getattr(self, name) for name in names}
        record["quotation"] = self.quotation
        record["kind"] = self.kind and self.kind.value
        record["keeps"] = self.keeps
        record["theorems"] = list(self.theorems)
        record["parameters"] = [parameter.to_json() for parameter in self.parameters]
        return record

    def __str__(self) -> str:
        from mesacircuits.conjectures.report_text import claim_text

        return claim_text(self)


@dataclass(frozen=True)
class Report:
    """What was found of a claim, or of a sentence.

    Attributes:
        claim: the registered claim; None for a sentence.
        settings: the values of its parameters.
        finding: what was found.
    """

    claim: Claim | None
    settings: Settings
    finding: Finding

    @property
    def name(self) -> str:
        """The claim's name, or the sentence."""
        return self.claim.name if self.claim else str(self.arms[0].sentence)

    @property
    def arms(self) -> tuple[ArmResult, ...]:
        """Each sentence decided; none if the claim has a run of its own."""
        return self.finding.arms

    @property
    def cases(self) -> tuple[Case, ...]:
        """The examples: what decides the claim, or each of its arms."""
        found = [self.finding.example, *(arm.example for arm in self.arms)]
        return tuple(case for case in found if case is not None)

    @property
    def verdict(self) -> Verdict:
        """The answer to the claim's question: held is yes, refuted is no."""
        return self.finding.verdict

    @property
    def exit_status(self) -> int:
        """The verdict as an exit status: 0 held, 3 refuted, 4 inconclusive."""
        return self.verdict.exit_status

    @property
    def universe(self) -> str:
        """Over what, with the settings that are not the defaults."""
        if self.claim is None or self.arms:
            return self.finding.universe
        defaults = self.claim.settings().values
        others = (
            f", {name} = {value_text(value)}"
            for name, value in self.settings.values.items()
            if value != defaults[name]
        )
        return self.finding.universe + "".join(others)

    @property
    def at_the_defaults(self) -> str:
        """The shipped verdict in words, if other values than the defaults gave another; else ''."""
        if self.claim is None or self.settings == self.claim.settings():
            return ""
        return at_the_defaults(self.name, self.verdict.value)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values, with the shipped files that minima are from."""
        shipped = sorted({arm.minima_from for arm in self.arms if arm.minima_from})
        evidence = self.finding.evidence
        return (
            self.record()
            | ({"minima_from": shipped} if shipped else {})
            | ({"evidence": evidence.to_json()} if evidence else {})
        )

    def record(self) -> dict[str, Any]:
        """Return what a certificate states of the report, as JSON values."""
        names = ("conjecture", "claim", "source", "reading", "question")
        texts = dict.fromkeys(names) if self.claim is None else self.claim.texts()
        return {**texts, "settings": self.settings.to_json(), **self.finding.to_json()}

    def plotted(self, form: str = "svg") -> bytes:
        """Return the plot of what was found, as a file's bytes.

        Raises `ArgumentError` if the claim has none, `MissingExtra` if matplotlib is not installed.
        """
        from mesacircuits.conjectures.plot import draw_plot

        plot = self.finding.picture
        if plot is None:
            raise ArgumentError("plot", "a claim that draws what it finds", self.name)
        return draw_plot(plot, form)

    def certificate(self) -> dict[str, Any]:
        """Return the certificate that `verify` re-checks, as JSON values.

        Raises `ArgumentError` for a sentence about a definition that is not of the package, as a
        certificate is re-checked without running anyone's code; and for what SAT cannot check
        again: the order `formula`, and tasks with too many policies.
        """
        from mesacircuits.conjectures.certificate import sealed

        for arm in self.arms:
            _refuse_uncertified(arm.sentence)
        found = self.finding
        if found.example is not None:
            found = replace(found, example=found.example.certified())
        return sealed(replace(self, finding=found).record())

    def __str__(self) -> str:
        from mesacircuits.conjectures.report_text import report_text

        return report_text(self)

    def __repr__(self) -> str:
        return f"<{self.verdict.value}: {self.name}>"

    def _repr_html_(self) -> str:
        from mesacircuits.conjectures.report_text import case_svg

        head = f"{self.verdict.value.upper()}: {self.name}, {self.finding.universe}"
        return card(head, str(self), *filter(None, map(case_svg, self.cases[:1])))


def _refuse_uncertified(sentence: Sentence) -> None:
    """Raise `ArgumentError` for a sentence of which no certificate could be verified."""
    name = sentence.definition.name
    if name not in DEFINITIONS:
        raise ArgumentError("definition", "one of the package's, for a certificate", name)
    if sentence.solver == PROGRAM:
        return
    if sentence.order not in SHOWN_BY_SAT:
        orders = ", ".join(SHOWN_BY_SAT)
        raise ArgumentError("order", f"one of {orders}, for a certificate", sentence.order)
    for name, task in [] if sentence.by_classes else sentence.universe.listed():
        if parts_of(task) is None:
            few = "tasks with few enough policies, for a certificate"
            raise ArgumentError("universe", few, name)
