"""`run`: a circuit in the closed loop of its world, or over its episodes."""

from __future__ import annotations

from pathlib import Path

import click

from .options import json_option, show

__all__ = ["run"]


@click.command(short_help="Run a circuit in its world or its episodes.")
@click.argument("task")
@click.option(
    "--circuit",
    required=True,
    metavar="TEXT|FILE",
    help='The circuit: "g1 = a & b; out = ~g1", or a file with its JSON form.',
)
@click.option(
    "--draw",
    "form",
    metavar="FORMAT",
    help="Draw the world with the circuit's actions marked instead: terminal or svg.",
)
@json_option
def run(task: str, circuit: str, form: str | None, as_json: bool) -> int:
    """Run a circuit in the world, or over the episodes, of TASK: exactly.

    In a world: the runs from all starts, those after each single disturbance, and whether the
    circuit solves TASK and recovers. Over episodes: the expected reward of each step, and in all.
    The inputs of the circuit are the observation, then its state; its outputs the action, then its
    next state.
    """
    from mesacircuits.circuits import Circuit
    from mesacircuits.circuits.circuit_json import circuit_from_bytes
    from mesacircuits.records import read_bytes
    from mesacircuits.tasks import WorldTask, closed_loop_report, draw_world, parse_task

    parsed = parse_task(task)
    if "=" in circuit and not Path(circuit).exists():
        chosen = Circuit.parse(parsed.inputs, circuit)
    else:
        chosen = circuit_from_bytes(read_bytes(circuit, "path"))
    report = closed_loop_report(parsed, chosen)
    if form is not None:
        if not isinstance(parsed, WorldTask):
            raise click.UsageError("--draw goes with a world, not with episodes")
        picture = draw_world(parsed.world, form, parsed.machine(chosen).words)
        show(None if as_json else picture.rstrip("\n"), {"format": form, "drawing": picture})
        return 0
    show(None if as_json else report.text(), report.to_json())
    return 0
