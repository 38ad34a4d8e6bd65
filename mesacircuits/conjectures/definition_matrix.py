"""The verdict on claims under each of several definitions: rows of a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec

from mesacircuits.call import Settings
from mesacircuits.conjectures.check import check
from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.evidence import Existence, Tendency
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.sentence import Verdict
from mesacircuits.data import stored_verdicts
from mesacircuits.definitions import DEFINITIONS, definition_named, describe_definition
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import fitting_units
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.tables import Table, plain_table, wrapped

__all__ = [
    "ALL",
    "ANY",
    "MatrixRow",
    "definition_texts",
    "matrix_markdown",
    "matrix_text",
    "own_definition",
    "under_each",
]

#: Names all definitions.
ALL = "all"

#: Settings of dials that headline reports print beside the defaults.
_VARIANTS = (
    "search-like(objective_gates=2)",
    "search-like(objective_gates=0)",
    "search-like(reencoding=none)",
    "lookup-table(inputs_per_cell=1)",
)

#: Stands for the definition of a claim that asks none.
ANY = "any"

_DOES_NOT_APPLY = "n/a"
_NOT_ASKED = "-"
_SHORT = {v.value: v.value for v in Verdict} | {Verdict.INCONCLUSIVE.value: "open"}
_LETTERS = {
    "held": "H", "refuted": "R", "supported": "S", "against": "A", "no evidence": "N",
    "vacuous": "V", "open": "?", _DOES_NOT_APPLY: ".", _NOT_ASKED: "",
}  # fmt: skip


@dataclass(frozen=True)
class MatrixRow:
    """A claim's verdict under each definition.

    Attributes:
        name, topic: the claim's.
        verdicts: by definition, a verdict's name or `n/a`; under `any` alone if the claim asks no
            definition that could be exchanged.
        reasons: why a definition does not apply.
        own: the definition that the claim asks at its defaults; `any` if it asks none.
        quick: whether the universe is the smaller one of `--quick`, not that of the defaults.
    """

    name: str
    topic: str
    verdicts: Mapping[str, str]
    reasons: Mapping[str, str]
    own: str = ANY
    quick: bool = False

    @property
    def default(self) -> str:
        """The shipped verdict at the claim's defaults, by its own definition; empty for others."""
        known: Mapping[str, str] = stored_verdicts()
        return known.get(self.name, "")

    def differs(self, definition: str) -> bool:
        """Return whether the claim's own definition gives another verdict here than shipped."""
        found = self.verdicts.get(definition, "")
        return definition == self.own and found in _SHORT and self.default not in ("", found)

    @property
    def exit_status(self) -> int:
        """The worst status of the verdicts: 3 refuted or against, 4 undecided, 0."""
        statuses = [Verdict(v).exit_status for v in self.verdicts.values() if v in _SHORT]
        return max(statuses, key=[0, 4, 3].index, default=0)

    def verdict(self, definition: str) -> str:
        """Return the verdict under one definition, or under `any`; `open` for inconclusive.

        It is `-` where that is not asked: a definition of a claim that asks none, and `any` of one
        that does.
        """
        found = self.verdicts.get(definition, _NOT_ASKED)
        return _SHORT.get(found, found)

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            "name": self.name,
            "topic": self.topic,
            "verdicts": dict(self.verdicts),
            "reasons": dict(self.reasons),
            "own_definition": self.own,
            "quick": self.quick,
            "at_the_defaults": self.default or None,
        }


def definition_texts(text: str) -> tuple[str, ...]:
    """Return the definitions that a text names: `all`, or texts joined by semicolons.

    Raises `ArgumentError` for an unknown definition.

    >>> definition_texts("search-like; lookup-table")
    ('search-like', 'lookup-table')
    """
    if text.strip() == ALL:
        usual = (describe_definition(DEFINITIONS[name]()) for name in DEFINITIONS)
        return (*usual, *_VARIANTS)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts:
        raise ArgumentError("definitions", "all, or definitions joined by semicolons", text)
    return tuple(describe_definition(definition_named(part)) for part in parts)


@fitting_units
def under_each(
    entry: Claim,
    definitions: Sequence[str],
    quick: bool = False,
    effort: Effort | None = None,
    settings: Mapping[str, object] | None = None,
) -> MatrixRow:
    """Return a claim's verdict under each definition in place of its own.

    Arguments:
        entry: the claim.
        definitions: texts of definitions.
        quick: use the claim's smaller universe.
        effort: budget (shared evenly), threads and progress bar; finished verdicts are kept.
        settings: values for its other parameters.

    >>> from mesacircuits.conjectures.registry import conjecture_named
    >>> claim = conjecture_named("minimal-circuits")
    >>> dict(under_each(claim, ["search-like", "lookup-table"], quick=True).verdicts)
    {'search-like': 'refuted', 'lookup-table': 'refuted'}
    """
    effort = effort or Effort()
    if isinstance(entry.run, Tendency | Existence):
        # One definition in place of another is the neighbour that is looked at here.
        entry = replace(entry, run=entry.run.alone())
    kept = KeptParts(effort, f"matrix {entry.name}", Settings({"quick": int(quick)}))
    parameter = _asked_of(entry)
    if parameter is None:
        compute = partial(_verdict, entry, quick, effort, dict(settings or {}))
        verdict, _ = _read(kept.part(ANY, compute, _is_decided))
        return MatrixRow(entry.name, entry.topic, {ANY: verdict}, {}, quick=quick)
    verdicts, reasons = {}, {}
    for place, definition in enumerate(definitions):
        share = effort.share(len(definitions) - place)
        given = {**(settings or {}), parameter: definition}
        key = f"{definition} {sorted((settings or {}).items())}"
        compute = partial(_verdict, entry, quick, share, given)
        verdict, reason = _read(kept.part(key, compute, _is_decided))
        verdicts[definition] = verdict
        if reason:
            reasons[definition] = reason
    return MatrixRow(entry.name, entry.topic, verdicts, reasons, own_definition(entry), quick)


def _asked_of(entry: Claim) -> str | None:
    # By which parameter a claim takes its definition.
    names = [parameter.name for parameter in entry.parameters]
    return next((name for name in ("definition", "definitions") if name in names), None)


def own_definition(entry: Claim) -> str:
    """Return the definition that a claim asks at its defaults, as text; `any` if it asks none.

    Of several the first decides its question.

    >>> from mesacircuits.conjectures.registry import conjecture_named
    >>> own_definition(conjecture_named("tabular")), own_definition(conjecture_named("gradual"))
    ('any', 'search-like')
    """
    asked = _asked_of(entry)
    if asked is None:
        return ANY
    return next(str(p.default) for p in entry.parameters if p.name == asked).split(";")[0]


def _verdict(
    entry: Claim, quick: bool, effort: Effort, given: dict[str, object]
) -> tuple[str, str]:
    try:
        settings = {**(entry.quick if quick else {}), **given}
        return check(entry, settings, effort).verdict.value, ""
    except MesacircuitsError as error:
        if isinstance(error, ArgumentError) and error.argument == "resume":
            # No matter of the definition's, but the file's.
            raise
        return _DOES_NOT_APPLY, str(error)


def _read(found: object) -> tuple[str, str]:
    # Raise for what is no verdict: anybody may have written the file.
    verdict, reason = msgspec.convert(found, tuple[str, str])
    if verdict != _DOES_NOT_APPLY:
        Verdict(verdict)
    return verdict, reason


def _is_decided(found: tuple[str, str]) -> bool:
    # What a budget left open is asked again.
    return found[0] != Verdict.INCONCLUSIVE.value


def matrix_text(rows: Iterable[MatrixRow], definitions: Sequence[str]) -> str:
    """Return the matrix as printed: definitions by number, their names below."""
    listed = list(rows)
    numbers = [str(number) for number in range(1, len(definitions) + 1)]
    if len(listed) == 1:
        [row] = listed
        asked = [ANY] if ANY in row.verdicts else definitions
        table = plain_table(("definition", "verdict"), [(d, row.verdict(d)) for d in asked])
        reasons = [wrapped(f"{d}: {why}", "  ", "    ") for d, why in row.reasons.items()]
        note = ["no definition of the claim's could be exchanged"] if ANY in row.verdicts else []
        if row.default:
            note.append(wrapped(f"at the defaults ({row.own}): {row.default}"))
        return "\n".join([row.name, table, *note, *reasons])
    columns = (ANY, *definitions)
    table = plain_table(
        ("claim", "d", "0", *numbers),
        [
            (
                row.name,
                _LETTERS.get(_SHORT.get(row.default, ""), ""),
                *(_LETTERS[row.verdict(d)] + "!" * row.differs(d) for d in columns),
            )
            for row in listed
        ],
    )
    named = zip(numbers, definitions, strict=True)
    key = "; ".join(["0 none is asked", *(f"{number} {text}" for number, text in named)])
    return "\n".join(
        [
            table,
            "",
            wrapped(
                "H held, R refuted, S supported, A evidence against, N no evidence, V vacuous, "
                "? inconclusive, . does not apply; d: as shipped, at the claim's defaults; !: here "
                "its own definition gives another verdict"
            ),
            wrapped(key, "", "  ", at="; "),
        ]
    )


def matrix_markdown(rows: Iterable[MatrixRow], definitions: Sequence[str]) -> str:
    """Return the matrix as a page of Markdown; rows over smaller universes are marked."""
    numbers = [str(number) for number in range(1, len(definitions) + 1)]
    title = [
        "# Claims under each definition",
        "",
        "The verdict on each claim that asks a definition when that is exchanged, over the "
        "universe of its defaults; (quick): over the smaller one of `--quick`. "
        "*At the defaults*: the shipped verdict, over the universe and by the definition of the "
        "claim's defaults. **Bold**: here the claim's own definition gives another verdict than "
        "that. n/a: the "
        "definition does not judge such solvers, or does not apply to some task of the claim (no "
        "world, no utilities). open: a budget ended first.",
        "",
        *(f"{number}. `{text}`" for number, text in zip(numbers, definitions, strict=True)),
    ]
    cells = [
        (
            f"[{row.name}](claims/{row.name}.md){' (quick)' * row.quick}",
            row.default,
            *(_marked(row, definition) for definition in definitions),
        )
        for row in rows
    ]
    heads = ("claim", "at the defaults", *numbers)
    return Table("\n".join(title), heads, cells).markdown() + "\n"


def _marked(row: MatrixRow, definition: str) -> str:
    found = row.verdict(definition)
    return f"**{found}**" if row.differs(definition) else found
