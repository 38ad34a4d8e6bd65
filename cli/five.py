"""`five-inputs`: depth, formula length and size of all functions of five inputs."""

from __future__ import annotations

from typing import Any

import click

from .arguments import WHOLE
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
@effort_options(long=True)
@json_option
def five_inputs(
    depth: bool,
    formula: bool,
    size: int | None,
    bounds: float | None,
    as_json: bool,
    **means: Any,
) -> int:
    """Depth, formula length and size of all 4,294,967,296 functions of five inputs.

    They fall into 616,126 NPN classes. With --resume FILE, each stage keeps its finished parts in
    FILE, of some seconds each, and goes on there, however it ended. What FILE holds of other stages
    is printed as well; without a stage to compute, that is all.

    Circuits in FILE are evaluated again; what else was in it is not computed again.

    Exits with status 4 if the budget ended first.
    """
    from mesacircuits.enumeration.five_inputs import survey

    found = survey(
        depth=depth,
        formula=formula,
        size=size,
        bounds=bounds,
        effort=effort_of(**means, says_bound=True),
    )
    show(None if as_json else str(found), found.to_json())
    return 0 if found.conclusive else INCONCLUSIVE
