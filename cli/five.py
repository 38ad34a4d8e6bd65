"""`five-inputs`: depth, formula length and size of all functions of five inputs, into one file."""

from __future__ import annotations

import click

from .arguments import STORE, WHOLE
from .options import INCONCLUSIVE, effort_of, effort_options, json_option, seconds, show

__all__ = ["five_inputs"]


@click.command("five-inputs", short_help="Depth, formula length and size of all 2^32 functions.")
@click.option("--depth", is_flag=True, help="Least depth of every function.")
@click.option("--formula", is_flag=True, help="Least formula length of every function.")
@click.option(
    "--size",
    type=WHOLE,
    metavar="N",
    help="Exhaust circuits of up to N gates, and count the minima of every function.",
)
@click.option(
    "--bounds",
    type=seconds,
    metavar="SECONDS",
    help="For what is left, look for circuits of N + 1, N + 2, ... gates, so long for each.",
)
@click.option(
    "--store",
    type=STORE,
    required=True,
    metavar="FILE",
    help="File that keeps all results, part by part.",
)
@effort_options()
@json_option
def five_inputs(
    depth: bool,
    formula: bool,
    size: int | None,
    bounds: float | None,
    store: str,
    budget: float | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Depth, formula length and size of all 4,294,967,296 functions of five inputs.

    They fall into 616,126 NPN classes. Of each, FILE keeps least depth, least formula length,
    bounds on the least size, the number of minimal circuits where they were counted, and a
    circuit. Run again, the command goes on where it ended, however it ended: each stage keeps its
    finished parts, of some seconds each. Without a stage to compute, it prints what FILE holds.

    What was in FILE before is not computed again, but for the circuits, which are evaluated. The
    last line says so.

    Exits with status 4 if the budget ended first.
    """
    from mesacircuits.enumeration.five_inputs import survey

    if not store or "\0" in store:
        raise click.UsageError("--store: expected the path of a file")

    found = survey(
        store,
        depth=depth,
        formula=formula,
        size=size,
        bounds=bounds,
        effort=effort_of(budget, workers, says_bound=True),
    )
    show(None if as_json else str(found), found.to_json())
    return 0 if found.conclusive else INCONCLUSIVE
