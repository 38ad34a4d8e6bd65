"""`class-minima`: all minima of one function of each class."""

from __future__ import annotations

from typing import Any

import click

from .arguments import WHOLE
from .options import (
    INCONCLUSIVE,
    basis_option,
    effort_of,
    effort_options,
    from_file,
    json_option,
    show,
)
from .streams import check_terminal, say, write_data

__all__ = ["class_minima"]


@click.command(short_help="List the minima of one function of each class.")
@click.option("--inputs", type=WHOLE, required=True, metavar="N", help="Number of inputs, 1 to 4.")
@click.option("--fewer", is_flag=True, help="Also of all fewer inputs.")
@basis_option
@click.option(
    "--order",
    default="size",
    show_default=True,
    metavar="NAME",
    help="What minimal means: size or depth-size.",
)
@click.option("--packed", is_flag=True, help="Print the bytes of a file of `data/`, to a pipe.")
@effort_options(default_budget=60, long=True)
@json_option
def class_minima(
    inputs: int,
    fewer: bool,
    basis: str,
    order: str,
    packed: bool,
    as_json: bool,
    **means: Any,
) -> int:
    """List all minimal circuits of the least function of each class of functions of N inputs.

    With --json one circuit for each orbit under the symmetries of that function is listed; text has
    a row per size: classes, minima, orbits. Classes that the budget did not reach are counted as
    open, and the exit status is then 4. `catalog build` makes a file that can be queried of these.
    """
    from mesacircuits.data import minima
    from mesacircuits.enumeration.minima_lists import check_lists, lists_record, minima_lists

    if packed and as_json:
        raise click.UsageError("give --packed or --json, not both")
    check_terminal(not packed)
    if means["engine"] == "sat":
        raise click.BadParameter("lists are made by exhaustion alone", param_hint="--engine")
    effort = effort_of(**means, says_bound=True)
    # The largest number, too, before anything is searched.
    check_lists(inputs, basis, order)
    numbers = range(1, inputs + 1) if fewer else (inputs,)
    found = [minima_lists(n, basis, order, effort) for n in numbers]
    if packed:
        write_data(minima.packed(lists_record(found)), is_text=False)
        if (taken := from_file()) is not None:
            say(f"mesacircuits: {taken}")
    else:
        record = [each.to_json() for each in found]
        show(
            None if as_json else "\n\n".join(map(str, found)),
            record if fewer else record[0],
        )
    return 0 if all(each.exhaustive for each in found) else INCONCLUSIVE
