"""What is registered: conjectures, with their arms, and the further claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mesacircuits.call import Parameter, read_all
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import Claim, attributed
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.own_claims import OwnSentence
from mesacircuits.conjectures.sentence import TAGGED_ORDERS, Sentence
from mesacircuits.data import stored_verdicts
from mesacircuits.definitions import Definition, definition_named
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.studies.universe import Universe
from mesacircuits.tables import WIDTH, wrapped

__all__ = [
    "CONJECTURES",
    "Conjecture",
    "Entry",
    "conjecture_named",
    "conjecture_text",
    "conjectures_json",
    "conjectures_text",
    "registered",
]


@dataclass(frozen=True)
class Conjecture:
    """A claim of the literature, with the reading that makes it decidable.

    Attributes:
        name: by which commands call it.
        claim: what the source says, in one sentence, with its hedges.
        source: where.
        reading: what is decided.
        blind_to: what that reading cannot see.
        arms: the sentences, from the values of its parameters.
        topic: what it is listed under.
        parameters: what its sentences depend on.
        quick: values of these for a smaller universe, answered in seconds.
        question: the yes/no question whose answer is the verdict.
        quotation: whether `claim` is quoted word for word; else it is a paraphrase.
    """

    name: str
    claim: str
    source: str
    reading: str
    blind_to: str
    arms: Callable[[Mapping[str, Any]], tuple[Sentence, ...]]
    topic: str = "circuits"
    parameters: tuple[Parameter, ...] = ()
    quick: Mapping[str, object] = field(default_factory=dict)
    question: str = "Does every sentence of its arms hold?"
    quotation: bool = False

    def sentences(self, given: Mapping[str, object] | None = None) -> tuple[Sentence, ...]:
        """Return the sentences that it states, with these values of its parameters.

        Raises `ArgumentError` for a name that is no parameter's, and for values out of range.

        >>> for sentence in CONJECTURES["minimal-circuits"].sentences({"inputs": 3}):
        ...     print(sentence)
        no size-minimal circuit of functions(3) over b2 is search-like
        no depth-size-minimal circuit of functions(3) over b2 is search-like
        """
        given = given or {}
        # A definition that is given itself may have no text that names it.
        own = {name: value for name, value in given.items() if isinstance(value, Definition)}
        named = {name: value for name, value in given.items() if name not in own}
        values: dict[str, Any] = {each.name: each.default for each in self.parameters}
        values |= read_all(f"setting of {self.name}", self.parameters, named)
        return self.arms(values | own)

    def to_json(self) -> dict[str, Any]:
        """Return the conjecture as JSON values, with the keys that claims have."""
        record: dict[str, Any] = {
            name: getattr(self, name) for name in ("name", "topic", "claim", "source", "reading")
        }
        record |= {"control": "", "question": self.question, "blind_to": self.blind_to}
        record |= {"quotation": self.quotation}
        return record | {"parameters": [parameter.to_json() for parameter in self.parameters]}


def _minimal_circuits(values: Mapping[str, Any]) -> tuple[Sentence, ...]:
    universe = Universe.of_functions(values["inputs"])
    basis, definition = basis_named(values["basis"]), values["definition"]
    if isinstance(definition, str):
        definition = definition_named(definition)
    return tuple(
        Sentence("no", order, universe, basis, definition)
        for order in TAGGED_ORDERS
        if values["order"] in ("both", order)
    )


#: The registered conjectures by name.
CONJECTURES: dict[str, Conjecture] = {
    conjecture.name: conjecture
    for conjecture in (
        Conjecture(
            name="minimal-circuits",
            claim=(
                "speculative conjecture: neither a minimal-depth nor minimal-size boolean circuit "
                "that solves a problem can be a mesa-optimizer"
            ),
            quotation=True,
            source="Hubinger et al. 2019, Risks from Learned Optimization, section 2.2",
            reading=(
                "Problem: a Boolean function of n inputs, fully specified. Minimal: all circuits "
                "of least size (arm 1), all of least depth and among those of least size "
                "(arm 2). Mesa-optimizer: tagged by the definition."
            ),
            blind_to=(
                "problems with more than one acceptable function, more inputs, several outputs, "
                "and every other meaning of optimizer"
            ),
            arms=_minimal_circuits,
            parameters=(
                Parameter("inputs", 4, "number of inputs n", least=1, most=4),
                Parameter("basis", "b2", "basis, see `bases`", names="basis"),
                Parameter("order", "both", "or only one arm", values=("both", *TAGGED_ORDERS)),
                Parameter(
                    "definition",
                    "search-like",
                    "whose tag is meant, with its dials",
                    names="definition",
                ),
            ),
            quick={"inputs": 3},
        ),
    )
}


#: What can be called by a name.
Entry = Conjecture | Claim | OwnSentence


def registered(own: Mapping[str, Claim | OwnSentence] | None = None) -> dict[str, Entry]:
    """Return all that is registered, and what is given besides, by name, topic after topic.

    Raises `ArgumentError` for a name that is taken.

    >>> list(registered())[:2]
    ['minimal-circuits', 'tabular']
    """
    known: dict[str, Entry] = {**CONJECTURES, **CLAIMS}
    for name, entry in (own or {}).items():
        if name in known:
            raise ArgumentError("claims", "names of their own", f"{name}, which is registered")
        known[name] = entry
    topics = list(dict.fromkeys(entry.topic for entry in known.values()))
    return dict(sorted(known.items(), key=lambda item: topics.index(item[1].topic)))


def conjecture_named(name: str, own: Mapping[str, Claim | OwnSentence] | None = None) -> Entry:
    """Return the registered conjecture, or claim, called `name`.

    Raises `ArgumentError` with the nearest names for an unknown one.

    >>> conjecture_named("minimal-circuits").source[:15]
    'Hubinger et al.'
    """
    known = registered(own)
    if name in known:
        return known[name]
    expected = "a name that `mesacircuits conjectures` lists, or a sentence"
    raise ArgumentError("conjecture", expected, name + did_you_mean(name, known, most=3))


def conjectures_json(
    own: Mapping[str, Claim | OwnSentence] | None = None,
) -> list[dict[str, Any]]:
    """Return all that is registered as JSON values, by topic, with the last known verdicts."""
    known = stored_verdicts()
    return [
        entry.to_json() | {"last_verdict": known.get(entry.name)}
        for entry in registered(own).values()
    ]


def conjectures_text(own: Mapping[str, Claim | OwnSentence] | None = None) -> str:
    """Return all that is registered as text, by topic, a line each with the last known verdict.

    >>> print(conjectures_text().splitlines()[2])
    circuits
    """
    entries = registered(own)
    known = stored_verdicts()
    lines = [f"{len(entries)} conjectures and claims registered (any sentence can be checked too)"]
    topic = ""
    for entry in entries.values():
        if entry.topic != topic:
            topic = entry.topic
            lines += ["", topic]
        line = f"  {entry.name:<24} {known.get(entry.name, '-'):<12}  {entry.claim}"
        lines.append(line if len(line) <= WIDTH else line[: WIDTH - 3].rstrip() + "...")
    lines += [
        "",
        wrapped(
            "The verdicts are those of the last release, at the defaults. `conjectures show NAME` "
            "tells how one is read; `check NAME` decides it, `check --all` all of them."
        ),
    ]
    return "\n".join(lines)


def conjecture_text(entry: Entry) -> str:
    """Return one conjecture or claim as text: its source, how it is read, what may be set.

    >>> print(conjecture_text(conjecture_named("minimal-circuits")).splitlines()[0])
    minimal-circuits (circuits)
    """
    if not isinstance(entry, Conjecture):
        return str(entry)
    return "\n".join(
        [
            f"{entry.name} ({entry.topic})",
            "",
            wrapped(attributed(entry.claim, entry.source, entry.quotation)),
            wrapped(f"Read as: {entry.reading}"),
            wrapped(f"Question: {entry.question}"),
            wrapped(f"Blind to: {entry.blind_to}."),
            "",
            "--set NAME=VALUE",
            *(wrapped(str(parameter), "  ", "      ") for parameter in entry.parameters),
        ]
    )
