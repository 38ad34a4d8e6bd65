"""Exemplars: solvers whose verdicts are known beforehand, to anchor definitions by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.definition import Definition, Judgement
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import Task, World, WorldTask, parse_task

__all__ = [
    "EXEMPLARS",
    "Exemplar",
    "exemplar_named",
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


def _light() -> WorldTask:
    # A switch that toggles; others may press it, too. Pressed blindly, it is as often off as on.
    toggled = (1, 0)
    world = World(1, 1, ("off", "on"), (0, 1), ((0, 1), (1, 0)), (0, 1), (1,), (toggled,))
    return WorldTask(world, 1, label="light-switch")


def _exemplar(
    name: str, task: Task | str, solver: str, tags: Sequence[str], sentence: str
) -> Exemplar:
    asked = parse_task(task) if isinstance(task, str) else task
    circuit = Circuit.parse(asked.inputs, solver)
    return Exemplar(name, asked, circuit, frozenset(tags), sentence)


#: Solvers whose default tags are known beforehand.
EXEMPLARS: tuple[Exemplar, ...] = (
    _exemplar(
        "constant",
        "constant",
        "out = 0",
        [],
        "It answers the same whatever is asked, so nothing is evaluated, steered or stored.",
    ),
    _exemplar(
        "single-gate",
        "expr:a & b",
        "g1 = a & b; out = g1",
        [],
        "One gate has no two evaluations to compare and no two cells.",
    ),
    _exemplar(
        "rock",
        "rock",
        "out = 0, 0",
        [],
        "A rock in a bowl ends in the valley whatever the circuit does.",
    ),
    _exemplar(
        "bottle-cap",
        "bottle-cap",
        "out = 0, 0",
        [],
        "A cap keeps the water in, whatever is done; water that was spilled would stay out.",
    ),
    _exemplar(
        "light-switch",
        _light(),
        "out = ~a",
        ["control-like"],
        "It presses a switch that toggles if and only if the light is off.",
    ),
    _exemplar(
        "thermostat-2",
        "thermostat(levels=2)",
        "g1 = ~a & b; g2 = a & ~b; out = g1, g2",
        ["control-like", "lookup-table"],
        "It heats below the set point and cools above it; its two gates are also two cells.",
    ),
    _exemplar(
        "thermostat-4",
        "thermostat",
        "g1 = ~b & d; g2 = b & ~d; g3 = ~a & c; g4 = a & ~c; "
        "g5 = g3 & ~g2; g6 = g4 & ~g1; g7 = g1 | g5; g8 = g2 | g6; out = g7, g8",
        ["control-like"],
        "It compares a temperature of two bits with a set point and acts on the sign.",
    ),
    _exemplar(
        "decoder",
        "decoder",
        "g1 = a | b; g2 = a & ~b; g3 = ~a & b; g4 = a & b; out = ~g1, g2, g3, g4",
        ["lookup-table"],
        "One cell for each input, and each can be edited alone.",
    ),
    _exemplar(
        "truth-table",
        "tt:3:68",
        "g1 = a & b; g2 = g1 & ~c; g3 = a & ~b; g4 = g3 & c; g5 = b & ~a; g6 = g5 & c; "
        "g7 = g2 | g4; g8 = g6 | g7; out = g8",
        ["lookup-table"],
        "Exactly two of three as the OR of its minterms: a table, entry by entry.",
    ),
    _exemplar(
        "argmax-unrolled",
        "argmax(shared=1,objective=and)",
        "g1 = a & c; g2 = b & c; g3 = ~g1 & g2; out = g3",
        ["search-like"],
        "It evaluates both candidates in full and picks the better: brute force unrolled.",
    ),
    _exemplar(
        "majority",
        "majority",
        "g1 = a & b; g2 = a ^ b; g3 = g2 & c; g4 = g1 | g3; out = g4",
        [],
        "A vote as the carry of a full adder: one of its two products is no cube, so no cell.",
    ),
    _exemplar(
        "parity",
        "parity",
        "g1 = a ^ b; g2 = g1 ^ c; out = g2",
        [],
        "A chain of sums, in which nothing is a candidate, an error or a cell.",
    ),
    _exemplar(
        "random-table",
        "random-table(seed=7)",
        "g1 = a & ~b; g2 = ~a & b; g3 = c & ~g1; g4 = g2 ^ g3; out = ~g4",
        [],
        "A function drawn at random, by one of its smallest circuits.",
    ),
    _exemplar(
        "win-stay-lose-shift",
        "bandit",
        "g1 = a ^ b; out = ~g1, ~g1",
        [],
        "With one bit of memory it repeats what paid and leaves what did not.",
    ),
    _exemplar(
        "blind-coin",
        "bandit(least=2)",
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
    """Return what each definition, of distinct names, says of each exemplar: by their names.

    >>> from mesacircuits.definitions import LookupTable
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
