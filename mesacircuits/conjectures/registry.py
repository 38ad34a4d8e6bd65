"""What is registered: conjectures, which state sentences, and further claims; and one's own."""

from __future__ import annotations

import importlib.util
import os
import sys
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mesacircuits.call import Parameter
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import OWN, Beside, Claim, Kind, Sentences
from mesacircuits.conjectures.claims import CLAIMS
from mesacircuits.conjectures.sentence import TAGGED_ORDERS, Sentence, parse_sentence
from mesacircuits.data import stored_verdicts
from mesacircuits.definitions import SearchLike, definition_named
from mesacircuits.definitions.own_definitions import described
from mesacircuits.enumeration import DEPTH, DEPTH_SIZE, SIZE
from mesacircuits.errors import ArgumentError, MesacircuitsError, did_you_mean
from mesacircuits.records import file_contents, read_bytes
from mesacircuits.studies.class_tags import shipped_class_tags
from mesacircuits.studies.universe import parse_universe
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
#: The column where a list of claims says what they say.
_BESIDE = 41


_ALL = "all"
#: What `make` searches again: the functions, and the smallest choices.
_FEW = "few"
_SEARCH = "search-like"


@dataclass(frozen=True, slots=True)
class _Arm:
    """One universe that the headline conjecture is asked about, and what search is there."""

    universe: str
    definition: str = _SEARCH
    basis: str = "b2"
    orders: tuple[str, ...] = TAGGED_ORDERS
    few: bool = False
    solver: str = "circuit"
    cap: int | None = None


# Of K candidates all K have to be evaluated, of bare bits at no cost; that is all that differs.
_K3, _K4 = f"{_SEARCH}(candidates=3)", f"{_SEARCH}(candidates=4,objective_gates=0)"
_ARMS = (
    _Arm("functions(3)"),
    _Arm("functions(4)", few=True),
    _Arm("choices(2,2,D=each,ties=first)", few=True),
    _Arm("choices(3,2,ties=first)", _K3),
    _Arm("choices(3,2)", _K3),
    _Arm("choices(4,1,ties=first)", _K4),
    _Arm("choices(2,2,L=3,ties=first)", orders=(DEPTH_SIZE,)),
    _Arm("choices(2,2,L=4,ties=first)", orders=(DEPTH_SIZE,)),
    _Arm("functions(4)", basis="aig", orders=(SIZE,)),
    _Arm("choices(2,2,D=each,ties=first)", basis="aig"),
    _Arm("choices(3,2)", _K3, basis="aig"),
    _Arm("choices(4,1,ties=first)", _K4, basis="aig"),
    _Arm("choices(2,2,ties=first)", orders=(DEPTH,), cap=5),
    _Arm("worlds(3,2)", solver="controller"),
    _Arm("worlds(2,4)", solver="controller"),
    _Arm("functions(4)", f"contains({_SEARCH})"),
    _Arm("choices(3,2,ties=first)", f"contains({_SEARCH})"),
)


def _minimal_circuits(values: Mapping[str, Any]) -> tuple[Sentence, ...]:
    """Return the sentences: of one universe two arms, else those of `_ARMS`."""
    text, inputs, basis = values["universe"], values["inputs"], values["basis"]
    definition = values["definition"]
    if inputs is not None and text != _ALL:
        raise ArgumentError("universe", "nothing beside inputs", text)
    if inputs is not None:
        text = f"functions({inputs})"
    arms = [arm for arm in _ARMS if text == _ALL or (text == _FEW and arm.few)]
    if arms and basis != "b2":
        raise ArgumentError("basis", "b2, as each arm names its own, or a universe too", basis)
    if arms and definition != _SEARCH:
        # What is asked instead is asked of each once.
        arms = [arm for arm in arms if not arm.definition.startswith("contains")]
    stated = []
    for arm in arms or [_Arm(text, basis=basis)]:
        asked = definition if definition != _SEARCH else arm.definition
        if isinstance(asked, str):
            asked = definition_named(asked)
        universe = parse_universe(arm.universe)
        stated += [
            Sentence("no", order, universe, basis_named(arm.basis), asked, arm.solver, arm.cap)
            for order in arm.orders
            if values["order"] in (_ALL, order)
        ]
    if not stated:
        raise ArgumentError(
            "order", "an order of its arms (of a universe: size, depth-size)", values["order"]
        )
    return tuple(stated)


def _five_inputs(values: Mapping[str, Any]) -> Beside | None:
    """Return what ships of the functions of five inputs, of which no arm exhausts all."""
    whole = values["universe"] == _ALL and values["inputs"] is None
    found = shipped_class_tags() if whole and values["definition"] == _SEARCH else None
    if found is None:
        return None
    sizes = [size for n, size in found.sizes if n == found.inputs]

    def some(gates: int) -> int:
        asked = SearchLike(objective_gates=gates)
        return sum(found.count(found.inputs, size, asked).classes for size in sizes)

    classes = sum(found.sizes[found.inputs, size].classes for size in sizes)
    most = max(gates for gates in range(1, max(sizes)) if some(gates))
    note = (
        f"Of functions({found.inputs}), of at most {max(sizes)} gates, size over b2: {some(1)} of "
        f"{classes:,} classes have a search-like minimum, {some(most)} with evaluations of {most} "
        "gates (five-inputs --tags)."
    )
    return Beside(note, {(2, gates): gates <= most for gates in range(1, most + 2)})


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
            "Problem: a choice among K candidates by a utility of their features (all utilities, "
            "and all training sets where D=each), a Boolean function of n inputs, or a world whose "
            "target is to be reached and kept. Minimal: all circuits of least size, or all of "
            "least depth and among those of least size (`depth`: of whatever size up to a cap). "
            "Mesa-optimizer: tagged by the definition, in choices with K candidates evaluated."
        ),
        question="Does every sentence of its arms hold?",
        blind_to=(
            "problems with more inputs, objectives that are hard to compute, and every other "
            "meaning of optimizer"
        ),
        theorems=(
            "For every k and c some size-minimal and some depth-minimal circuit is search-like "
            "with k candidates of c gates: the conjecture fails at every scale.",
            "To find the first of K candidates by a read-once objective that ends in an XOR every "
            "size-minimal circuit searches; where training leaves features constant and such an "
            "objective is left, every one searches for that proxy.",
            "For almost all objectives, once they are large, no minimal circuit evaluates its "
            "candidates on gates of their own.",
            "A minimum of one output is search-like just if it ends in the AND or OR of two "
            "renamed twins, the least of which is not-all-equal of three bits. Search worth the "
            "name has three candidates, or several outputs: choices.",
        ),
        kind=Kind.EXISTENCE,
        keeps=(
            "both senses of minimal, and that no minimum is a search; of the hedge that it is "
            "speculative, that one example decides it"
        ),
        run=Sentences(_minimal_circuits, _five_inputs),
        parameters=(
            Parameter("universe", _ALL, f"all arms, `{_FEW}` of them, or a universe instead"),
            Parameter("inputs", None, "the functions of n inputs alone", least=1, most=4),
            Parameter("basis", "b2", "of such a universe, see `bases`", names="basis"),
            Parameter("order", _ALL, "or only arms of one", values=(_ALL, *TAGGED_ORDERS, DEPTH)),
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
    ['minimal-circuits', 'every-scale']
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
    """Return all that is registered as text, by topic, each with the last known verdict.

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
        # The claim stands beside, in lines of its own column.
        first, *rest = textwrap.wrap(entry.claim, WIDTH - _BESIDE, break_on_hyphens=False)
        lines.append(f"  {entry.name:<24} {known.get(entry.name, '-'):<12}  {first}")
        lines += [" " * _BESIDE + line for line in rest]
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
