"""What is registered: conjectures, which state sentences, and further claims; and one's own."""

from __future__ import annotations

import importlib.util
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mesacircuits.call import Parameter
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import OWN, Claim, Sentences
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.sentence import TAGGED_ORDERS, Sentence, parse_sentence
from mesacircuits.data import stored_verdicts
from mesacircuits.definitions import definition_named
from mesacircuits.definitions.own_definitions import described
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.records import file_contents, read_bytes
from mesacircuits.studies.universe import Universe
from mesacircuits.tables import WIDTH, wrapped

__all__ = [
    "CONJECTURES",
    "conjecture_named",
    "conjectures_json",
    "conjectures_text",
    "own_claims",
    "registered",
]

_ARGUMENT = "claims"
_FIELDS = ("sentence", "claim", "source")
#: The most bytes of a file, and the most characters of a line. A line may hold one name of many
#: parts, `a.a.a`, over which Python's reader takes a time that grows with their square.
_LARGEST = 1 << 18
_LONGEST_LINE = 1000


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


#: The registered conjectures by name: claims that state sentences.
CONJECTURES = {
    "minimal-circuits": Claim(
        name="minimal-circuits",
        topic="circuits",
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
        question="Does every sentence of its arms hold?",
        blind_to=(
            "problems with more than one acceptable function, more inputs, several outputs, "
            "and every other meaning of optimizer"
        ),
        run=Sentences(_minimal_circuits),
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
}


def registered(own: Mapping[str, Claim] | None = None) -> dict[str, Claim]:
    """Return all that is registered, and what is given besides, by name, topic after topic.

    Raises `ArgumentError` for a name that is taken.

    >>> list(registered())[:2]
    ['minimal-circuits', 'tabular']
    """
    known: dict[str, Claim] = {**CONJECTURES, **CLAIMS}
    for name, entry in (own or {}).items():
        if name in known:
            raise ArgumentError("claims", "names of their own", f"{name}, which is registered")
        known[name] = entry
    topics = list(dict.fromkeys(entry.topic for entry in known.values()))
    return dict(sorted(known.items(), key=lambda item: topics.index(item[1].topic)))


def conjecture_named(name: str, own: Mapping[str, Claim] | None = None) -> Claim:
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
    own: Mapping[str, Claim] | None = None,
) -> list[dict[str, Any]]:
    """Return all that is registered as JSON values, by topic, with the last known verdicts."""
    known = stored_verdicts()
    return [
        entry.to_json() | {"last_verdict": known.get(entry.name)}
        for entry in registered(own).values()
    ]


def conjectures_text(own: Mapping[str, Claim] | None = None) -> str:
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


def own_claims(path: str | os.PathLike[str]) -> dict[str, Claim]:
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
        found: list[Claim] = []
        found += _sentences(target) if target.suffix == ".toml" else _objects(target)
        if not found:
            raise ArgumentError(_ARGUMENT, "a file with claims", str(target))
    return {claim.name: claim for claim in found}


def _sentences(path: Path) -> list[Claim]:
    data = read_bytes(path, _ARGUMENT, _LARGEST)
    if max(map(len, data.splitlines()), default=0) > _LONGEST_LINE:
        raise ArgumentError(_ARGUMENT, f"lines of at most {_LONGEST_LINE} characters", str(path))
    try:
        tables = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArgumentError(_ARGUMENT, "TOML", f"{path} ({error})") from error
    return [_sentence(name, table) for name, table in tables.items()]


def _sentence(name: str, table: object) -> Claim:
    where = f"claims, [{name}]"
    if not isinstance(table, dict) or "sentence" not in table:
        raise ArgumentError(where, 'a table with sentence = "..."', table)
    for key, value in table.items():
        if key not in _FIELDS:
            raise ArgumentError(where, f"only {', '.join(_FIELDS)}", key)
        if not isinstance(value, str) or not value.strip():
            raise ArgumentError(f"{where}: {key}", "a text", value)
    try:
        sentence = parse_sentence(table["sentence"])
    except ArgumentError as error:
        raise ArgumentError(where, "a sentence", str(error)) from error
    return Claim(
        name,
        OWN,
        claim=table.get("claim", str(sentence)),
        source=table.get("source", "a source not given"),
        reading=str(sentence),
        question="Does the sentence hold?",
        blind_to="",
        parameters=(),
        run=Sentences(lambda _: (sentence,)),
    )


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
