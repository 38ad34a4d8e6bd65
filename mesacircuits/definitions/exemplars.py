"""Exemplars: solvers whose verdicts are known beforehand, to anchor definitions by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mesacircuits.circuits import Circuit
from mesacircuits.definitions.definition import Definition, Judgement
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.tasks import Task, World, WorldTask, as_task, machine_for, unroll

__all__ = [
    "EXEMPLARS",
    "PROGRAM_EXEMPLARS",
    "Exemplar",
    "exemplar_named",
    "exemplar_of_circuit",
    "exemplar_of_program",
    "program_exemplar",
    "program_exemplars",
    "verdict_table",
]


SolverT = TypeVar("SolverT", Circuit, UnrolledProgram)


@dataclass(frozen=True)
class Exemplar(Generic[SolverT]):
    """A solver of a task with the tags that a reader gives it, and why.

    Attributes:
        name: what it is called.
        task: the task.
        solver: a circuit that solves it, with state bits the circuit of the machine; or a program,
            unrolled on it.
        tags: those of `TAGS` that a reader gives it, in no order.
        sentence: one sentence that says what it is there for.
        readers_differ: those of `TAGS` that some would give it and some would not.
    """

    name: str
    task: Task
    solver: SolverT
    tags: frozenset[str]
    sentence: str
    readers_differ: frozenset[str] = frozenset()

    def verdict(self, tag: str) -> bool | None:
        """Return whether a reader gives it a tag of `TAGS`; None if readers differ.

        >>> exemplar_named("parity").verdict("search-like")
        False
        """
        return None if tag in self.readers_differ else tag in self.tags


def _light() -> WorldTask:
    # A switch that toggles; others may press it, too. Pressed blindly, it is as often off as on.
    toggled = (1, 0)
    world = World(1, 1, ("off", "on"), (0, 1), ((0, 1), (1, 0)), (0, 1), (1,), (toggled,))
    return WorldTask(world, 1, label="light-switch")


def exemplar_of_circuit(
    name: str,
    task: Task | str,
    solver: str,
    tags: Sequence[str],
    sentence: str,
    readers_differ: Sequence[str] = (),
) -> Exemplar[Circuit]:
    """Return an exemplar, its circuit and its task (where that has a text) given as texts.

    >>> exemplar_of_circuit("wire", "tt:1:2", "out = a", [], "It copies.").solver.size
    0
    """
    asked = as_task(task)
    circuit = Circuit.parse(asked.inputs, solver)
    return Exemplar(name, asked, circuit, frozenset(tags), sentence, frozenset(readers_differ))


#: The anchors: solvers to which each default definition gives its tag if and only if a reader does.
EXEMPLARS: tuple[Exemplar[Circuit], ...] = (
    exemplar_of_circuit(
        "constant",
        "constant",
        "out = 0",
        [],
        "It answers the same whatever is asked, so nothing is evaluated, steered or stored.",
    ),
    exemplar_of_circuit(
        "single-gate",
        "expr:a & b",
        "g1 = a & b; out = g1",
        [],
        "One gate has no two evaluations to compare and no two cells.",
    ),
    exemplar_of_circuit(
        "rock",
        "rock",
        "out = 0, 0",
        [],
        "A rock in a bowl ends in the valley whatever the circuit does.",
    ),
    exemplar_of_circuit(
        "bottle-cap",
        "bottle-cap",
        "out = 0, 0",
        [],
        "A cap keeps the water in, whatever is done; water that was spilled would stay out.",
    ),
    exemplar_of_circuit(
        "light-switch",
        _light(),
        "out = ~a",
        ["control-like"],
        "It presses a switch that toggles if and only if the light is off.",
    ),
    exemplar_of_circuit(
        "thermostat-2",
        "thermostat(levels=2)",
        "g1 = ~a & b; g2 = a & ~b; out = g1, g2",
        ["control-like", "lookup-table"],
        "It heats below the set point and cools above it; its two gates are also two cells.",
    ),
    exemplar_of_circuit(
        "thermostat-4",
        "thermostat",
        "g1 = ~b & d; g2 = b & ~d; g3 = ~a & c; g4 = a & ~c; "
        "g5 = g3 & ~g2; g6 = g4 & ~g1; g7 = g1 | g5; g8 = g2 | g6; out = g7, g8",
        ["control-like"],
        "It compares a temperature of two bits with a set point and acts on the sign.",
    ),
    exemplar_of_circuit(
        "decoder",
        "decoder",
        "g1 = a | b; g2 = a & ~b; g3 = ~a & b; g4 = a & b; out = ~g1, g2, g3, g4",
        ["lookup-table"],
        "One cell for each input, and each can be edited alone.",
    ),
    exemplar_of_circuit(
        "truth-table",
        "tt:3:68",
        "g1 = a & b; g2 = g1 & ~c; g3 = a & ~b; g4 = g3 & c; g5 = b & ~a; g6 = g5 & c; "
        "g7 = g2 | g4; g8 = g6 | g7; out = g8",
        ["lookup-table"],
        "Exactly two of three as the OR of its minterms: a table, entry by entry.",
    ),
    exemplar_of_circuit(
        "argmax-unrolled",
        "argmax(shared=1,objective=and)",
        "g1 = a & c; g2 = b & c; g3 = ~g1 & g2; out = g3",
        ["search-like"],
        "It evaluates both candidates in full and picks the better: brute force unrolled.",
    ),
    exemplar_of_circuit(
        "majority",
        "majority",
        "g1 = a & b; g2 = a ^ b; g3 = g2 & c; g4 = g1 | g3; out = g4",
        [],
        "A vote as the carry of a full adder: one of its two products is no cube, so no cell.",
    ),
    exemplar_of_circuit(
        "parity",
        "parity",
        "g1 = a ^ b; g2 = g1 ^ c; out = g2",
        [],
        "A chain of sums, in which nothing is a candidate, an error or a cell.",
    ),
    exemplar_of_circuit(
        "random-table",
        "random-table(seed=7)",
        "g1 = a & ~b; g2 = ~a & b; g3 = c & ~g1; g4 = g2 ^ g3; out = ~g4",
        [],
        "A function drawn at random, by one of its smallest circuits.",
    ),
    exemplar_of_circuit(
        "win-stay-lose-shift",
        "bandit",
        "g1 = a ^ b; out = ~g1, ~g1",
        [],
        "With one bit of memory it repeats what paid and leaves what did not.",
    ),
    exemplar_of_circuit(
        "blind-coin",
        "bandit(least=2)",
        "out = b, ~b",
        [],
        "It pulls the arms in turn and looks at nothing.",
    ),
)


def exemplar_named(name: str) -> Exemplar[Circuit]:
    """Return the exemplar of this name, raising `ArgumentError` if there is none.

    >>> exemplar_named("parity").solver.size
    2
    """
    for exemplar in EXEMPLARS:
        if exemplar.name == name:
            return exemplar
    raise ArgumentError("exemplar", f"one of {', '.join(e.name for e in EXEMPLARS)}", name)


def verdict_table(
    definitions: Sequence[Definition], exemplars: Sequence[Exemplar[Any]] = EXEMPLARS
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


#: By name: the task, the program, its tags, and what it is there for.
PROGRAM_EXEMPLARS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "nothing": (
        "constant",
        "",
        (),
        "It has no instructions, and answers 0 whatever is asked.",
    ),
    "copy": (
        "tt:1:2",
        "observe r0, 0",
        (),
        "It answers what it sees, so nothing is evaluated or stored.",
    ),
    "search-loop": (
        "satisfying(candidates=4)",
        "0: inc r0; query r1, r0; jz r1, 0",
        ("search-like",),
        "The shortest search: it asks for one candidate after another until one satisfies.",
    ),
    "argmax-loop": (
        "argmax(candidates=4)",
        "0: query r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; jnz r1, 0",
        ("search-like",),
        "It asks for every candidate and keeps the best so far.",
    ),
    "table-program": (
        "random-table(inputs=3,outputs=2)",
        "table r0\n.table 2 0 1 1 2 1 0 3",
        ("lookup-table",),
        "It reads its answer from its private table.",
    ),
    "thermostat-loop": (
        "thermostat",
        "0: inc r0; observe r1, 1; jlt r1, r2, end; observe r2, 0; jlt r2, r1, end; jnz r0, 0",
        ("control-like",),
        "One of the shortest thermostats: it tells too cold from too warm by where it stops.",
    ),
}


def program_exemplar(name: str) -> Exemplar[UnrolledProgram]:
    """Return the exemplar of this name, raising `ArgumentError` if there is none.

    >>> program_exemplar("search-loop").solver.program.length
    3
    """
    if name not in PROGRAM_EXEMPLARS:
        raise ArgumentError("exemplar", f"one of {', '.join(PROGRAM_EXEMPLARS)}", name)
    return exemplar_of_program(name, *PROGRAM_EXEMPLARS[name])


def exemplar_of_program(
    name: str,
    task: Task | str,
    code: str,
    tags: Sequence[str],
    sentence: str,
    width: int | None = None,
) -> Exemplar[UnrolledProgram]:
    """Return an exemplar that is a program for an oracle of the utilities, given as text.

    >>> exemplar_of_program("wire", "tt:1:2", "observe r0, 0", [], "It copies.").tags
    frozenset()
    """
    asked = as_task(task)
    program = Program.parse(code, machine_for(asked, "oracle", width=width))
    return Exemplar(name, asked, unroll(program, asked), frozenset(tags), sentence)


def program_exemplars() -> Iterator[Exemplar[UnrolledProgram]]:
    """Yield every exemplar that is a program."""
    for name in PROGRAM_EXEMPLARS:
        yield program_exemplar(name)
