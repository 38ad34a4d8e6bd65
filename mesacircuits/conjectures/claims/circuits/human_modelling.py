"""The claim `human-modelling`: tasks that contain optimizers might teach optimizing."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import BASIS, ORDER, Cell, Claim, Kind, Table
from mesacircuits.conjectures.claims.circuits.noise_is_a_table import members
from mesacircuits.conjectures.evidence import (
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.symmetry import class_numbers
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted

__all__ = ["HUMAN_MODELLING"]

_CHOICES, _SYMMETRIC, _THRESHOLD = "choices", "symmetric", "threshold"


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare classes of one size and number of ones: those that are an agent's choice."""
    inputs = settings.whole("inputs")
    rows = tagged_classes(settings, effort)
    forms, number = class_numbers(inputs)
    agents = {int(forms[number[f]]) for f in members(settings.text("family"), inputs)}
    ranks = _halves(rows)
    units, table = [], []
    shares: dict[tuple[int, bool], list[Fraction]] = defaultdict(list)
    for row in rows:
        ones = min((bits := row.representative.bits.bit_count()), (1 << inputs) - bits)
        marked = row.representative.bits in agents
        units.append(Unit((row.size, ones, ranks[row.name]), marked, row.value))
        shares[row.size, marked].append(row.value)
    for size in sorted({row.size for row in rows}):
        both = (shares[size, True], shares[size, False])
        table.append((size, *(cell for found in both for cell in _cells(found))))
    return Compared(
        tuple(units),
        f"all {counted(len(rows), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')}, of which {len(agents)} are an agent's choice, "
        f"{settings.text('basis')}, order {settings.text('order')}",
        (
            Table(
                "Classes by the gates of their minima: those that are an agent's choice, those of "
                "them with a tagged minimum, and the mean share of tagged minima; and of others:",
                ("gates", "agents", "some", "share", "others", "some of them", "their share"),
                tuple(table),
            ),
        ),
        notes=(
            "An agent's choice: which of two candidates is better, or as good, by some utility of "
            "their own features and perhaps a context. Whatever predicts it is judged as a "
            "function, as all others are: by renamings of inputs, not by that utility.",
            "Matched in number of ones, and in whether there are more minima than in the median "
            "of that size.",
        ),
    )


def _halves(rows: tuple[ClassRow, ...]) -> dict[str, bool]:
    """Return of each class whether it has more minima than the median of its size."""
    found = {}
    for size in {row.size for row in rows}:
        here = [row for row in rows if row.size == size]
        median = sorted(row.circuits for row in here)[len(here) // 2]
        found.update({row.name: row.circuits > median for row in here})
    return found


def _cells(shares: list[Fraction]) -> tuple[Cell, Cell, Cell]:
    mean = f"{float(sum(shares, Fraction(0)) / len(shares)):.4f}" if shares else None
    return len(shares), sum(share > 0 for share in shares), mean


HUMAN_MODELLING = Claim(
    name="human-modelling",
    topic="circuits",
    claim="Tasks that contain optimizers, such as modelling humans, might teach optimizing.",
    source="Hubinger et al. 2019, section 2.1, human modeling",
    reading=(
        "predict what an agent chooses that has two candidates before it: all utilities of their m "
        "features and of s bits of context, 2 m + s = n. Of all minima of that function, the share "
        "that have the tag, against functions that are no agent's choice."
    ),
    kind=Kind.MIGHT,
    keeps="that what predicts an optimizer may itself be one",
    question=(
        "Do functions that are an agent's choice have a greater share of tagged minima than others "
        "of as many gates, ones and minima?"
    ),
    blind_to=(
        "agents with more than two options or more than four bits before them, human modelling "
        "with uncertainty about the goal, and what is taught to a learner rather than picked by "
        "size"
    ),
    control="classes with as many gates and ones, and about as many minima: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=2, most=4),
        Parameter(
            "family",
            _CHOICES,
            f"which functions are marked; `{_CHOICES}`: agents' choices; else a placebo",
            values=(_CHOICES, _SYMMETRIC, _THRESHOLD),
        ),
        BASIS,
        ORDER,
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="agents' choices",
        value="share of tagged minima",
        matched="gates, ones and number of minima",
        placebos={
            **TAG_PLACEBOS,
            "symmetric functions": {"family": _SYMMETRIC},
            "threshold functions": {"family": _THRESHOLD},
        },
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"order": "depth-size"},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"inputs": 3},
)
