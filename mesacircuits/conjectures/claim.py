"""Claims: statements of the literature made checkable, each with a question that a run answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mesacircuits.call import Parameter, Settings, read_all, value_text
from mesacircuits.conjectures.finding import Finding
from mesacircuits.conjectures.verdict import Verdict, at_the_defaults
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError

__all__ = ["Claim", "ClaimReport", "attributed"]


def attributed(claim: str, source: str, quotation: bool = False) -> str:
    """Return a claim with its source: in quotation marks only if it is quoted word for word.

    >>> attributed("Occam promises one of the shortest.", "a thread"), attributed("so", "us", True)
    ('Occam promises one of the shortest. (after a thread)', '"so" (us)')
    """
    return f'"{claim}" ({source})' if quotation else f"{claim} (after {source})"


@dataclass(frozen=True)
class Claim:
    """A claim of the literature, the reading that makes it checkable, and what checks it.

    Attributes:
        name: by which commands call it.
        topic: what it is listed under.
        claim: what the source says, in one sentence, with its hedges.
        source: where: who and when, and the section or the part of it.
        reading: what is measured or exhausted.
        question: the yes/no question whose answer is the verdict; yes is `held`.
        blind_to: what that reading cannot see.
        parameters: what the run depends on.
        run: what answers the question, given every parameter's value and the effort allowed.
        control: of a tendency: what it is measured against, and whether exactly or by sampling.
        quick: values of parameters for a smaller universe, answered in seconds.
        quotation: whether `claim` is quoted word for word; else it is a paraphrase.
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

    def settings(self, given: Mapping[str, object] | None = None) -> Settings:
        """Return the parameters' values, with those that are given in place of defaults.

        Raises `ArgumentError` for a name that is no parameter's, and for values out of range.
        """
        values = {parameter.name: parameter.default for parameter in self.parameters}
        return Settings(values | read_all(f"setting of {self.name}", self.parameters, given))

    def check(
        self, given: Mapping[str, object] | None = None, effort: Effort | None = None
    ) -> ClaimReport:
        """Answer the question, with these values in place of defaults.

        Raises `ArgumentError` as `settings`, and for values that do not go together.
        """
        settings = self.settings(given)
        # Reports of claims do not say where their minima are from: they are searched for.
        effort = replace(effort or Effort(), shipped=False)
        with effort.fitting():
            return ClaimReport(self, settings, self.run(settings, effort))

    def texts(self) -> dict[str, str]:
        """Return what a report repeats of the claim, by field."""
        names = ("claim", "source", "reading", "question")
        return {"conjecture": self.name, **{name: getattr(self, name) for name in names}}

    def to_json(self) -> dict[str, Any]:
        """Return the claim as JSON values."""
        names = ("name", "topic", "claim", "source", "reading", "control", "question", "blind_to")
        record: dict[str, Any] = {name: getattr(self, name) for name in names}
        record["quotation"] = self.quotation
        record["parameters"] = [parameter.to_json() for parameter in self.parameters]
        return record

    def __str__(self) -> str:
        from mesacircuits.conjectures.claim_text import claim_text

        return claim_text(self)


@dataclass(frozen=True)
class ClaimReport:
    """A claim checked: the values of its parameters, and what was found."""

    claim: Claim
    settings: Settings
    finding: Finding

    @property
    def name(self) -> str:
        """The claim's name."""
        return self.claim.name

    @property
    def verdict(self) -> Verdict:
        """The answer to the claim's question: held is yes, refuted is no."""
        return self.finding.verdict

    @property
    def exit_status(self) -> int:
        """The verdict as an exit status: 0 held, 3 refuted, 4 inconclusive."""
        return self.verdict.exit_status

    @property
    def other_settings(self) -> str:
        """The settings that are not the defaults, as `--set` takes them, in words; else ''."""
        defaults = self.claim.settings().values
        return "".join(
            f", {name} = {value_text(value)}"
            for name, value in self.settings.values.items()
            if value != defaults[name]
        )

    @property
    def at_the_defaults(self) -> str:
        """The shipped verdict in words, if other values than the defaults gave another; else ''."""
        if self.settings == self.claim.settings():
            return ""
        return at_the_defaults(self.name, self.verdict.value)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            **self.claim.texts(),
            "settings": self.settings.to_json(),
            **self.finding.to_json(),
        }

    def plotted(self, form: str = "svg") -> bytes:
        """Return the plot of what was found, as a file's bytes.

        Raises `ArgumentError` if the claim has none, `MissingExtra` if matplotlib is not installed.
        """
        from mesacircuits.conjectures.plot import draw_plot

        if self.finding.plot is None:
            raise ArgumentError("plot", "a claim that draws what it finds", self.name)
        return draw_plot(self.finding.plot, form)

    def certificate(self) -> dict[str, Any]:
        """Return the report as a certificate, which `verify` reads."""
        from mesacircuits.conjectures.claim_certificate import claim_certificate

        return claim_certificate(self)

    def __str__(self) -> str:
        from mesacircuits.conjectures.claim_text import claim_report_text

        return claim_report_text(self)
