"""The claim `statefulness`: saved state favours optimizers by relaxing the time penalty."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.conjectures.claim import ORDER, Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import (
    TAG_PLACEBOS,
    TAGGED,
    Compared,
    Tendency,
    tagged_classes,
)
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.shares import mean_share
from mesacircuits.tables import counted

__all__ = ["STATEFULNESS", "gates_a_step", "serial_function", "serial_gates"]

# Constant, bit and state, up to inversion, as tables over 2 state + bit: they take no gate.
_WIRES = (0b0000, 0b0101, 0b0011)


def serial_function(inputs: int, following: int, answer: int, first: int) -> int:
    """Return the table of what a machine of one state bit says of bits that arrive one by one.

    Arguments:
        inputs: how many bits arrive; input i at step i + 1.
        following: the next state, a table over 2 state + bit.
        answer: what is answered at the last step, likewise.
        first: the first state.

    >>> serial_function(3, 0b0110, 0b0110, 0) == 0b10010110
    True
    """
    table = 0
    for x in range(1 << inputs):
        state = first
        for place in range(inputs - 1):
            state = following >> (2 * state + (x >> place & 1)) & 1
        table |= (answer >> (2 * state + (x >> inputs - 1)) & 1) << x
    return table


def gates_a_step(following: int, answer: int) -> int:
    """Return the gates of a step: functions of both the bit and the state, up to inversion.

    >>> gates_a_step(0b0110, 0b1001), gates_a_step(0b1000, 0b0110), gates_a_step(0b1010, 0b1100)
    (1, 2, 0)
    """
    made = {min(table, 15 ^ table) for table in (following, answer)}
    return len(made - {*_WIRES})


@lru_cache(maxsize=4)
def serial_gates(inputs: int) -> dict[int, int]:
    """Return the least gates a step of each NPN class that some machine of one state bit computes.

    Classes are named by the tables of their canonical functions.

    >>> sorted(serial_gates(2).values())
    [0, 0, 1, 1]
    """
    found: dict[int, int] = {}
    for following, answer, first in product(range(16), range(16), (0, 1)):
        table = TruthTable(inputs, serial_function(inputs, following, answer, first))
        number = npn_canonical(table)[0].bits
        gates = gates_a_step(following, answer)
        found[number] = min(gates, found.get(number, gates))
    return found


def _compared(settings: Settings, effort: Effort) -> Compared:
    inputs = settings.whole("inputs")
    found = tagged_classes(settings, effort)
    serial = serial_gates(inputs)
    tag = definition_named(settings.text("definition")).tag
    units = []
    parts: dict[tuple[int, int | None], list[int]] = {}
    for place, row in enumerate(found):
        gates = serial.get(npn_canonical(row.representative)[0].bits)
        units.append(Unit(row.size, gates is not None and gates < row.size, row.value))
        parts.setdefault((row.size, gates), []).append(place)
    rows: list[tuple[Cell, ...]] = []
    for (size, gates), places in sorted(parts.items(), key=lambda p: (p[0][0], p[0][1] or -1)):
        here = [found[place] for place in places]
        shown = "-" if gates is None else str(gates)
        rows.append((size, shown, len(here), sum(bool(r.some) for r in here), mean_share(here)))
    saved = sum(unit.marked for unit in units)
    most = max((row.size - serial.get(npn_canonical(row.representative)[0].bits, row.size)
                for row in found), default=0)  # fmt: skip
    return Compared(
        tuple(units),
        f"all {counted(len(found), 'class', 'classes')} of functions of "
        f"{counted(inputs, 'input')}, b2, order size; all machines of one state bit",
        (
            Table(
                "Classes by the gates of a circuit without state, and the least gates a step of a "
                "machine that reads one bit a step (-: one state bit is not enough); those with a "
                f"{tag} minimum, and the mean share of such minima:",
                ("gates", "a step", "classes", "some", "share"),
                tuple(rows),
            ),
        ),
        notes=(
            f"State relaxes the penalty on time for {counted(saved, 'class', 'classes')}, by up to "
            f"{counted(most, 'gate')} a step. What one state bit computes is a chain of functions "
            "of two bits, and needs at most two gates a step at any number of steps.",
            "Whether that favours optimizers is whether the classes it favours have more tagged "
            "minima than others of equal size.",
        ),
    )


STATEFULNESS = Claim(
    name="statefulness",
    topic="worlds and learners",
    claim="Saved state favours optimizers, since it relaxes the penalty on time.",
    source="Hubinger et al. 2019, section 2.2, statefulness",
    reading=(
        "bits that arrive one a step, and machines that keep a bit from each step to the next: "
        "time is the gates of a step, where a circuit without state has to have all its gates at "
        "once. Do the classes of functions whose time state relaxes have more tagged minima than "
        "classes of equal size?"
    ),
    kind=Kind.TENDENCY,
    keeps="that state makes steps cheaper, and that this may favour some solvers over others",
    question="Have classes that take fewer gates a step with state more tagged minima?",
    blind_to=(
        "more state than a bit, machines that read several bits a step, and searches that are "
        "spread over steps"
    ),
    control="classes of equal least size that state does not help: exact, all of them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n, and of steps", least=2, most=4),
        Parameter("basis", "b2", "basis", values=("b2",)),
        ORDER,
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("class", "classes"),
        marked="classes whose time state relaxes",
        value="share of tagged minima",
        matched="least size",
        placebos=TAG_PLACEBOS,
        trend=({"inputs": 2}, {"inputs": 3}),
        neighbours=(
            {"order": "depth-size"},
            {"definition": "search-like(objective_gates=0)"},
            {"definition": "search-like(objective_gates=2)"},
        ),
    ),
    quick={"inputs": 3},
)
