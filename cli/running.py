"""`run`: a circuit in the closed loop of its world, or over its episodes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from .arguments import NAMED, NAMED_OR_INPUT
from .options import json_option, show
from .programs import program_option, read_program

if TYPE_CHECKING:
    from mesacircuits.circuits import Circuit
    from mesacircuits.circuits.circuit import Wired

__all__ = ["circuit_option", "read_circuit", "run"]

circuit_option = click.option(
    "--circuit",
    type=NAMED_OR_INPUT,
    metavar="TEXT|FILE",
    help='A circuit of your own: "g1 = a & b; out = ~g1", or a file with its JSON form.',
)


def read_circuit(given: str, inputs: int) -> Circuit:
    """Return the circuit that an argument states: its text, or a file of its JSON form.

    Arguments:
        given: the argument.
        inputs: the number of inputs, which a text does not say.
    """
    from mesacircuits.circuits import Circuit
    from mesacircuits.records import file_contents, read_bytes

    if "=" in given and not os.path.exists(given):
        return Circuit.parse(inputs, given)
    with file_contents():
        return Circuit.from_json(read_bytes(given, "path"))


@click.command(short_help="Run a circuit or a program in its world.")
@click.argument("task", type=NAMED)
@circuit_option
@program_option
@click.option(
    "--draw",
    "form",
    metavar="FORMAT",
    help="Draw the world with the circuit's actions marked instead: terminal or svg.",
)
@json_option
def run(
    task: str, circuit: str | None, program: str | None, form: str | None, as_json: bool
) -> int:
    """Run a circuit or a program in the world, or over the episodes, of TASK: exactly.

    In a world: the runs from all starts, those after each single disturbance, and whether the
    circuit solves TASK and recovers. Over episodes: the expected reward of each step, and in all.
    The inputs of the circuit are the observation, then its state; its outputs the action, then its
    next state. A program has one turn for each step; on a task without a world it is run on every
    input of the support.
    """
    from mesacircuits.studies.programs import program_runs
    from mesacircuits.tasks import WorldTask, closed_loop_report, draw_world, parse_task, unroll

    if (circuit is None) == (program is None):
        raise click.UsageError("give --circuit or --program")
    parsed = parse_task(task)
    chosen: Wired
    if program is not None:
        read = read_program(program, parsed)
        if not parsed.has_world:
            if form is not None:
                raise click.UsageError("--draw goes with a world")
            runs = program_runs(read, parsed)
            show(None if as_json else str(runs), runs.to_json())
            return 0
        chosen = unroll(read, parsed)
    else:
        chosen = read_circuit(circuit or "", parsed.inputs)
    report = closed_loop_report(parsed, chosen)
    if form is not None:
        if not isinstance(parsed, WorldTask):
            raise click.UsageError("--draw goes with a world, not with episodes")
        picture = draw_world(parsed.world, form, parsed.machine(chosen).words)
        show(None if as_json else picture.rstrip("\n"), {"format": form, "drawing": picture})
        return 0
    show(None if as_json else report.text(), report.to_json())
    return 0
