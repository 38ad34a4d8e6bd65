"""The claim `reachability`: a local optimizer may be unable to reach a mesa-optimizer."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import numpy as np

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable, npn_classes
from mesacircuits.conjectures.claim import Claim, Kind, Table
from mesacircuits.conjectures.evidence import RANDOM_TAG, TAG_PLACEBOS, TAGGED, Compared, Tendency
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.edits import EDITS, EditGraph, edit_graph
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["REACHABILITY", "rise_and_chance"]

_CHANCE, _RISE = "chance", "rise"
#: Chances are rounded to the nearest of so many parts.
_PARTS = 1_000_000


def rise_and_chance(graph: EditGraph, function: int) -> list[tuple[int, int, float]]:
    """Return each minimum of a function with how hard it is to reach from the best constant.

    Returns:
        the place of the circuit; by how many inputs it takes to be worse than the constant on the
        way, at least; and the chance that a strict descent ends there.

    >>> from mesacircuits.studies.edits import edit_graph
    >>> graph = edit_graph(2, 1)
    >>> [(rise, round(chance, 4)) for _, rise, chance in rise_and_chance(graph, 0b1000)]
    [(0, 1.0)]
    """
    least = int(graph.losses(function)[graph.starts(function)[0]])
    bottlenecks, chances = graph.bottlenecks(function), graph.chances(function)
    return [
        (place, int(bottlenecks[place]) - least, float(chances[place]))
        for place in graph.minima(function)
    ]


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare minima of one size: how hard they are to reach by edits from a constant."""
    inputs, most = settings.whole("inputs"), settings.whole("gates")
    definition = definition_named(settings.text("definition"))
    random = np.random.default_rng(settings.whole("seed"))
    graph = edit_graph(inputs, most, settings.text("edits"), effort)
    units, barred, minima, left_out = [], 0, 0, 0
    found: dict[tuple[int, bool], list[tuple[int, float]]] = defaultdict(list)
    for entry in npn_classes(inputs):
        if effort.used_up():
            raise BudgetEnded
        reached = rise_and_chance(graph, entry.representative.bits)
        if not reached or not graph.sizes[reached[0][0]]:
            left_out += not reached
            continue
        size = int(graph.sizes[reached[0][0]])
        task = FunctionTask((TruthTable(inputs, entry.representative.bits),))
        circuits: list[Circuit] = [graph.circuit(place) for place, _, _ in reached]
        has_tag(definition, circuits[0], task)
        tags = bulk_tags(definition, circuits, task, True)
        # Minima of a function that its symmetries carry to each other are alike in all this.
        alike: dict[tuple[bool, int, int], list[float]] = defaultdict(list)
        for (_, rise, chance), tag in zip(reached, tags, strict=True):
            alike[tag, rise, round(chance * _PARTS)].append(chance)
            minima, barred = minima + 1, barred + (rise > 0)
        for tag, rise, parts in alike:
            value = rise if settings.text("measure") == _RISE else Fraction(parts, _PARTS)
            units.append(Unit(size, tag, value))
            found[size, tag].append((rise, parts / _PARTS))
    if settings.text("tag") == RANDOM_TAG:
        marks = _shuffled(units, random)
        units = [Unit(u.stratum, mark, u.value) for u, mark in zip(units, marks, strict=True)]
    return Compared(
        tuple(units),
        f"all classes of functions of {counted(inputs, 'input')} whose minima have at most "
        f"{counted(most, 'gate')}; {counted(len(graph.sizes), 'circuit')} of at most as many, b2",
        (
            Table(
                "Minima by gates and tag, those of a class that are alike in all of this once; "
                "barred: to reach them one has to be worse than the best constant on the way; "
                "chance: that a strict descent from the best constant ends there:",
                ("gates", "tag", "minima", "barred", "mean chance", "least", "greatest"),
                tuple(
                    (
                        size,
                        definition.tag if tag else f"not {definition.tag}",
                        len(rows),
                        sum(rise > 0 for rise, _ in rows),
                        *(f"{end(c for _, c in rows):.4f}" for end in (_mean, min, max)),
                    )
                    for (size, tag), rows in sorted(found.items())
                ),
            ),
        ),
        notes=(
            f"An edit ({settings.text('edits')}): {EDITS[settings.text('edits')]}. Operators are "
            "all ten that depend on both operands, so that a polarity costs nothing: by symmetry a "
            "class is barred or it is not.",
            f"{counted(barred, 'minimum', 'minima')} of {minima:,} of the classes' representatives "
            "are barred to an optimizer that may go to what is as bad, but never worse than the "
            f"best constant. {counted(len(graph.edges), 'edit')}; "
            f"{counted(left_out, 'class', 'classes')} of larger minima left out.",
        ),
    )


def _mean(values: object) -> float:
    listed = list(values)  # type: ignore[call-overload]
    return float(sum(listed) / len(listed))


def _shuffled(units: list[Unit], random: np.random.Generator) -> list[bool]:
    """Return marks that are placed at random within each stratum."""
    marks = [False] * len(units)
    for stratum in sorted({unit.stratum for unit in units}, key=str):
        places = [place for place, unit in enumerate(units) if unit.stratum == stratum]
        many = sum(units[place].marked for place in places)
        for place in random.permutation(places)[:many]:
            marks[place] = True
    return marks


REACHABILITY = Claim(
    name="reachability",
    topic="circuits",
    claim="A local optimizer may be unable to reach a mesa-optimizer, however simple that is.",
    source="Hubinger et al. 2019, section 2.2, reachability",
    reading=(
        "all reduced circuits up to a size, over all operators of two operands, and the edits of a "
        "single gate among them; the loss is the share of inputs that are wrong. From the best "
        "constant to each minimum: must one get worse on the way, and with what chance does a "
        "strict descent end there?"
    ),
    kind=Kind.MIGHT,
    keeps="that how simple a circuit is and how easily it is found differ",
    question=(
        "Are minima with the tag reached by a strict descent with less chance than others of equal "
        "size?"
    ),
    blind_to=(
        "larger steps, gradients, noise, circuits above the size, and search whose objective is "
        "worth more than three gates"
    ),
    control="minima of equal size without the tag: exact, those of a class that are alike once",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter("gates", 3, "most gates of a circuit", least=1, most=4),
        Parameter("edits", "all", "which edits there are", values=tuple(EDITS)),
        Parameter(
            "measure",
            _CHANCE,
            f"what is compared: the `{_CHANCE}` of a strict descent, or by how many inputs one has "
            f"to be worse on the way (`{_RISE}`)",
            values=(_CHANCE, _RISE),
        ),
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("minimum", "minima"),
        marked="minima with the tag",
        value="chance of a descent, or rise,",
        matched="gates",
        greater=False,
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"edits": "operators"},
            {"gates": 2},
            {"measure": _RISE},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3},
)
