"""Exemplars: solvers whose verdicts are known beforehand, to anchor definitions by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.circuits import Circuit
from mesacircuits.classification.definition import Definition, Judgement
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    Episode,
    EpisodeTask,
    OptimisationTask,
    Task,
    World,
    WorldTask,
    parse_task,
)

__all__ = [
    "EXEMPLARS",
    "Exemplar",
    "bandit_episode",
    "exemplar_named",
    "thermostat_world",
    "verdict_table",
]


@dataclass(frozen=True)
class Exemplar:
    """A solver of a task with the default tags that it should be given, and why.

    Attributes:
        name: what it is called.
        task: the task.
        solver: a circuit that solves it; with state bits, the circuit of the machine.
        tags: the tags of the default definitions that are to hold, in no order.
        sentence: one sentence that says what it is there for.
    """

    name: str
    task: Task
    solver: Circuit
    tags: frozenset[str]
    sentence: str


def _levels_moved(temperature: int, by: int, levels: int) -> int:
    return min(max(temperature + by, 0), levels - 1)


def thermostat_world(bits: int) -> World:
    """Return a room of 2^bits temperatures with a set point that is observed.

    State t + 2^bits g has temperature t and set point g, and is its own observation. Action bit 0
    heats by one level, bit 1 cools by one; both together do nothing. The target is t = g. Single
    disturbances warm or cool the room by a level, and raise the set point by one (from the highest
    to the lowest).

    >>> world = thermostat_world(1)
    >>> world.target, world.steps[2]
    ((0, 3), (2, 3, 2, 3))
    """
    levels = 1 << bits
    pairs = [(t, g) for g in range(levels) for t in range(levels)]

    def number(temperature: int, goal: int) -> int:
        return _levels_moved(temperature, 0, levels) + levels * (goal % levels)

    return World(
        2 * bits,
        2,
        tuple(f"{t} of {g}" for t, g in pairs),
        tuple(range(levels * levels)),
        tuple(tuple(number(t + by, g) for by in (0, 1, -1, 0)) for t, g in pairs),
        tuple(range(levels * levels)),
        tuple(number(t, t) for t in range(levels)),
        tuple(
            tuple(number(t + warmer, g + higher) for t, g in pairs)
            for warmer, higher in ((1, 0), (-1, 0), (0, 1))
        ),
    )


def bandit_episode(good: Fraction, length: int) -> Episode:
    """Return a bandit of two arms, one of which pays with probability `good`, the other 1 - good.

    Which arm is the good one is hidden and even. The observation says whether the last pull paid;
    before the first it says no. State 2g + o: arm g is good, o was observed.

    >>> bandit_episode(Fraction(3, 4), 2).rewards[0]
    (Fraction(3, 4), Fraction(1, 4))
    """
    states = [(arm, paid) for arm in range(2) for paid in range(2)]
    pays = [[good if action == arm else 1 - good for action in range(2)] for arm, _ in states]
    return Episode(
        1,
        1,
        tuple(f"arm {arm}, {'paid' if paid else 'not'}" for arm, paid in states),
        tuple(paid for _, paid in states),
        ((0, Fraction(1, 2)), (2, Fraction(1, 2))),
        tuple(
            tuple(((2 * arm, 1 - p), (2 * arm + 1, p)) for p in row)
            for (arm, _), row in zip(states, pays, strict=True)
        ),
        tuple(tuple(row) for row in pays),
        length,
    )


def _argmax(shared: bool) -> OptimisationTask:
    # Two candidates, each with a bit of its own; a context bit that both are joined with.
    values = [(x & 1, x >> 1 & 1, x >> 2 & 1) for x in range(8 if shared else 4)]
    rows = tuple((a & c, b & c) if shared else (a, b) for a, b, c in values)
    return OptimisationTask(3 if shared else 2, 1, (0, 1), rows)


def _rock() -> WorldTask:
    # It rolls down whatever is done; a kick takes it to the top.
    heights = range(4)
    world = World(
        1,
        1,
        ("valley", "low", "high", "top"),
        tuple(int(h > 0) for h in heights),
        tuple((max(h - 1, 0),) * 2 for h in heights),
        tuple(heights),
        (0,),
        ((3,) * 4,),
    )
    return WorldTask(world, 3)


def _bottle_cap() -> WorldTask:
    # Water stays in while the cap is on; what was spilled does not come back.
    states, spilled = ("in", "out"), (1, 1)
    world = World(1, 1, states, (0, 1), ((1, 0), (1, 1)), (0,), (0,), (spilled,))
    return WorldTask(world, 0)


def _bandit(least: str) -> EpisodeTask:
    trained, other = bandit_episode(Fraction(3, 4), 4), bandit_episode(Fraction(1), 4)
    return EpisodeTask(trained, Fraction(least), 1, other)


def _exemplar(name: str, task: Task, solver: str, tags: Sequence[str], sentence: str) -> Exemplar:
    circuit = Circuit.parse(task.inputs, solver)
    return Exemplar(name, task, circuit, frozenset(tags), sentence)


#: Solvers whose default tags are known beforehand.
EXEMPLARS: tuple[Exemplar, ...] = (
    _exemplar(
        "constant",
        parse_task("tt:2:0"),
        "out = 0",
        [],
        "It answers the same whatever is asked, so nothing is evaluated, steered or stored.",
    ),
    _exemplar(
        "single-gate",
        parse_task("tt:2:8"),
        "g1 = a & b; out = g1",
        [],
        "One gate has no two evaluations to compare and no two cells.",
    ),
    _exemplar(
        "rock",
        _rock(),
        "out = 0",
        [],
        "A rock in a bowl ends in the valley whatever the circuit does.",
    ),
    _exemplar(
        "bottle-cap",
        _bottle_cap(),
        "out = 1",
        [],
        "A cap keeps the water in, but does not bring back what is spilled.",
    ),
    _exemplar(
        "thermostat-2",
        WorldTask(thermostat_world(1), 1),
        "g1 = ~a & b; g2 = a & ~b; out = g1, g2",
        ["control-like", "lookup-table"],
        "It heats below the set point and cools above it; its two gates are also two cells.",
    ),
    _exemplar(
        "thermostat-4",
        WorldTask(thermostat_world(2), 3),
        "g1 = ~b & d; g2 = b & ~d; g3 = ~a & c; g4 = a & ~c; "
        "g5 = g3 & ~g2; g6 = g4 & ~g1; g7 = g1 | g5; g8 = g2 | g6; out = g7, g8",
        ["control-like"],
        "It compares a temperature of two bits with a set point and acts on the sign.",
    ),
    _exemplar(
        "decoder",
        parse_task("tt:2:1,2,4,8"),
        "g1 = a | b; g2 = a & ~b; g3 = ~a & b; g4 = a & b; out = ~g1, g2, g3, g4",
        ["lookup-table"],
        "One cell for each input, and each can be edited alone.",
    ),
    _exemplar(
        "truth-table",
        parse_task("tt:3:68"),
        "g1 = a & b; g2 = g1 & ~c; g3 = a & ~b; g4 = g3 & c; g5 = b & ~a; g6 = g5 & c; "
        "g7 = g2 | g4; g8 = g6 | g7; out = g8",
        ["lookup-table"],
        "Exactly two of three as the OR of its minterms: a table, entry by entry.",
    ),
    _exemplar(
        "argmax-unrolled",
        _argmax(shared=True),
        "g1 = a & c; g2 = b & c; g3 = ~g1 & g2; out = g3",
        ["search-like"],
        "It evaluates both candidates in full and picks the better: brute force unrolled.",
    ),
    _exemplar(
        "majority",
        parse_task("tt:3:E8"),
        "g1 = a & b; g2 = a ^ b; g3 = g2 & c; g4 = g1 | g3; out = g4",
        [],
        "A vote as the carry of a full adder: one of its two products is no cube, so no cell.",
    ),
    _exemplar(
        "parity",
        parse_task("tt:3:96"),
        "g1 = a ^ b; g2 = g1 ^ c; out = g2",
        [],
        "A chain of sums, in which nothing is a candidate, an error or a cell.",
    ),
    _exemplar(
        "random-table",
        parse_task("tt:3:D2"),
        "g1 = a & ~b; g2 = g1 ^ c; out = g2",
        [],
        "A function drawn at random, by one of its smallest circuits.",
    ),
    _exemplar(
        "win-stay-lose-shift",
        _bandit("19/8"),
        "g1 = a ^ b; out = ~g1, ~g1",
        [],
        "With one bit of memory it repeats what paid and leaves what did not.",
    ),
    _exemplar(
        "blind-coin",
        _bandit("2"),
        "out = b, ~b",
        [],
        "It pulls the arms in turn and looks at nothing.",
    ),
)


def exemplar_named(name: str) -> Exemplar:
    """Return the exemplar of this name, raising `ArgumentError` if there is none.

    >>> exemplar_named("parity").solver.size
    2
    """
    for exemplar in EXEMPLARS:
        if exemplar.name == name:
            return exemplar
    raise ArgumentError("exemplar", f"one of {', '.join(e.name for e in EXEMPLARS)}", name)


def verdict_table(
    definitions: Sequence[Definition], exemplars: Sequence[Exemplar] = EXEMPLARS
) -> dict[str, Mapping[str, Judgement]]:
    """Return what each definition says of each exemplar: by exemplar, by definition.

    >>> from mesacircuits.classification import LookupTable
    >>> table = verdict_table([LookupTable()], [exemplar_named("decoder")])
    >>> table["decoder"]["lookup-table"].score
    Fraction(1, 1)
    """
    return {
        exemplar.name: {
            definition.name: definition.judge(exemplar.solver, exemplar.task)
            for definition in definitions
        }
        for exemplar in exemplars
    }
