"""Claims of one's own, from a file: sentences in TOML, or objects in Python."""

from __future__ import annotations

import importlib.util
import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mesacircuits.conjectures.claim import Claim
from mesacircuits.conjectures.program_sentence import (
    ProgramSentence,
    is_about_programs,
    parse_program_sentence,
)
from mesacircuits.conjectures.sentence import Sentence, parse_sentence
from mesacircuits.definitions.own_definitions import described
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.records import file_contents, read_bytes
from mesacircuits.tables import wrapped

__all__ = ["OWN", "OwnSentence", "own_claims"]

#: The topic of sentences of one's own.
OWN = "your own"

_ARGUMENT = "claims"
_FIELDS = ("sentence", "claim", "source")
#: The most bytes of a file, and the most characters of a line. A line may hold one name of many
#: parts, `a.a.a`, over which Python's reader takes a time that grows with their square.
_LARGEST = 1 << 18
_LONGEST_LINE = 1000


@dataclass(frozen=True)
class OwnSentence:
    """A sentence with a name.

    Attributes:
        name: by which commands call it.
        sentence: what is decided.
        claim: what it says, in one's own words.
        source: where that is said.
    """

    name: str
    sentence: Sentence | ProgramSentence
    claim: str
    source: str = "not given"
    topic: str = OWN
    quick: dict[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the sentence as JSON values, with the keys that claims have."""
        return {
            "name": self.name,
            "topic": self.topic,
            "claim": self.claim,
            "source": self.source,
            "reading": str(self.sentence),
            "control": "",
            "question": "Does the sentence hold?",
            "blind_to": "",
            "quotation": False,
            "parameters": [],
        }

    def __str__(self) -> str:
        head = f"{self.name} ({self.topic})"
        return "\n".join(
            [
                head,
                "",
                wrapped(f"{self.claim} ({self.source})"),
                wrapped(f"Read as: {self.sentence}"),
            ]
        )


def own_claims(path: str | os.PathLike[str]) -> dict[str, Claim | OwnSentence]:
    """Return the claims in a file, by name.

    Arguments:
        path: `FILE.toml` with a table per claim, `[name]` with `sentence = "..."`, and if one
            likes `claim` and `source`; or `FILE.py`, each of whose `Claim`s is taken. **A file of
            Python is run**, with your rights.

    Raises `FileError` for a file that cannot be read or holds no claims, and for sentences that
    cannot be read; `ArgumentError` for another kind of file.
    """
    target = Path(path)
    if target.suffix not in (".toml", ".py"):
        raise ArgumentError(_ARGUMENT, "FILE.toml or FILE.py", str(target))
    with file_contents():
        found: list[Claim | OwnSentence] = []
        found += _sentences(target) if target.suffix == ".toml" else _objects(target)
        if not found:
            raise ArgumentError(_ARGUMENT, "a file with claims", str(target))
    return {claim.name: claim for claim in found}


def _sentences(path: Path) -> list[OwnSentence]:
    data = read_bytes(path, _ARGUMENT, _LARGEST)
    if max(map(len, data.splitlines()), default=0) > _LONGEST_LINE:
        raise ArgumentError(_ARGUMENT, f"lines of at most {_LONGEST_LINE} characters", str(path))
    try:
        tables = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArgumentError(_ARGUMENT, "TOML", f"{path} ({error})") from error
    return [_sentence(name, table) for name, table in tables.items()]


def _sentence(name: str, table: object) -> OwnSentence:
    where = f"claims, [{name}]"
    if not isinstance(table, dict) or "sentence" not in table:
        raise ArgumentError(where, 'a table with sentence = "..."', table)
    for key, value in table.items():
        if key not in _FIELDS:
            raise ArgumentError(where, f"only {', '.join(_FIELDS)}", key)
        if not isinstance(value, str) or not value.strip():
            raise ArgumentError(f"{where}: {key}", "a text", value)
    text = table["sentence"]
    try:
        read = parse_program_sentence if is_about_programs(text) else parse_sentence
        sentence: Sentence | ProgramSentence = read(text)
    except ArgumentError as error:
        raise ArgumentError(where, "a sentence", str(error)) from error
    source = table.get("source", OwnSentence.source)
    return OwnSentence(name, sentence, table.get("claim", str(sentence)), source)


def _objects(path: Path) -> list[Claim]:
    if not os.path.isfile(path):
        raise ArgumentError(_ARGUMENT, "a readable file of Python", str(path))
    name = f"mesacircuits_claims_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None  # as it ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up while they are made.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except MesacircuitsError:
        raise
    except Exception as error:
        raise ArgumentError(_ARGUMENT, "Python that runs", f"{path} ({described(error)})") from None
    return [value for value in vars(module).values() if isinstance(value, Claim)]
