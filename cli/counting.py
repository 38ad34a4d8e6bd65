"""`census` and `enumerate`: how many minima there are, and which."""

from __future__ import annotations

from typing import Any

import click

from .arguments import NAMED, WHOLE
from .options import (
    INCONCLUSIVE,
    basis_option,
    cap_option,
    effort_of,
    effort_options,
    fresh_option,
    json_option,
    order_option,
    show,
)

__all__ = ["census", "enumerate_"]


def _check_census(order: str, cap: int | None, tags: bool, classes: bool, as_json: bool) -> None:
    # Before the search: these options do not go with one another, or with every order.
    from mesacircuits.enumeration.orders import DEPTH_SIZE, FORMULA, SIZE, check_cap, checked_order
    from mesacircuits.errors import ArgumentError

    checked_order(order)
    if tags and order not in (SIZE, DEPTH_SIZE):
        raise ArgumentError("--tags", f"order {SIZE} or {DEPTH_SIZE} to go with it", order)
    check_cap(order, cap)
    if classes and order == FORMULA:
        raise ArgumentError("--classes", f"another order than {FORMULA} to go with it", order)
    if classes and tags:
        raise ArgumentError("--classes", "a census without --tags", "--tags")
    if classes and not as_json:
        raise ArgumentError("--classes", "--json to go with it", "text")


@click.command(short_help="Count the minima of all functions of N inputs.")
@click.option("--inputs", type=WHOLE, required=True, metavar="N", help="Number of inputs, 1 to 4.")
@basis_option
@order_option
@cap_option
@click.option("--tags", is_flag=True, help="Also count the minima by tag (b2, aig).")
@click.option("--classes", is_flag=True, help="With --json: also every class.")
@fresh_option
@effort_options(default_budget=60, long=True)
@json_option
def census(
    inputs: int,
    basis: str,
    order: str,
    cap: int | None,
    tags: bool,
    classes: bool,
    fresh: bool,
    as_json: bool,
    **means: Any,
) -> int:
    """Count the minimal circuits of all functions of N inputs.

    One row per minimal size: functions (of all 2^(2^N)), classes (NPN where inverters are free,
    else P), circuits and wirings (summed over functions with f(0) = 0, or over all where inverters
    cost), and circuits up to input permutation and up to NPN. Sizes that the budget did not reach
    are reported as not exhausted, and the exit status is then 4. Censuses that ship with the
    package (aig and mig of 4 inputs, by size) answer, and say so; --fresh searches all the same.
    """
    from mesacircuits import enumeration
    from mesacircuits.studies import tagged_census

    _check_census(order, cap, tags, classes, as_json)
    if means["engine"] == "sat":
        raise click.BadParameter("the census is taken by exhaustion alone", param_hint="--engine")
    effort = effort_of(**means, shipped=not fresh, says_bound=True)
    if order == enumeration.FORMULA:
        if means["engine"] == "dask":
            raise click.BadParameter("formulas are counted in seconds, here", param_hint="--engine")
        if effort.store is not None:
            raise click.BadParameter("nothing is kept of formulas", param_hint="--resume")
        formulas = enumeration.formula_census(inputs, basis, effort)
        show(None if as_json else str(formulas), formulas.to_json())
        return 0 if formulas.exhaustive else INCONCLUSIVE
    if tags:
        tagged = tagged_census(inputs, basis, order, effort)
        show(None if as_json else str(tagged), tagged.to_json())
        return 0 if tagged.exhaustive else INCONCLUSIVE
    plain = enumeration.census(inputs, basis, order, effort, cap=cap)
    show(None if as_json else str(plain), plain.to_json(with_classes=classes))
    return 0 if plain.exhaustive else INCONCLUSIVE


@click.command("enumerate", short_help="List every minimal circuit of a task.")
@click.argument("task", type=NAMED)
@basis_option
@order_option
@cap_option
@click.option(
    "--within",
    type=WHOLE,
    default=0,
    metavar="J",
    help="Also circuits of up to J more gates than minimal.",
)
@click.option("--count", is_flag=True, help="Only count; do not list the circuits.")
@click.option("--tags", is_flag=True, help="Also count the minima by tag.")
@fresh_option
@effort_options(long=True)
@json_option
def enumerate_(
    task: str,
    basis: str,
    order: str,
    cap: int | None,
    within: int,
    count: bool,
    tags: bool,
    fresh: bool,
    as_json: bool,
    **means: Any,
) -> int:
    """List every minimal circuit of TASK.

    With --count, TASK may be any universe that `compare` takes: a row for each of its tasks.

    Minima of functions of up to four inputs ship with the package, and answer where they can;
    --fresh searches all the same. A planner picks the engine, exhaustion or SAT, and the output
    says which and why; --engine threads or dask asks for exhaustion alone, --engine sat for SAT
    alone. Exits with status 4 if the budget ended before the minima were reached.
    """
    from mesacircuits import enumeration
    from mesacircuits.errors import ArgumentError
    from mesacircuits.studies.tagged import tagged_minima, universe_minima
    from mesacircuits.studies.universe import names_universe

    effort = effort_of(**means, shipped=not fresh, says_bound=True)
    names = {"auto": enumeration.AUTO, "sat": enumeration.SAT}
    engine = names.get(means["engine"], enumeration.EXHAUSTIVE)
    if names_universe(task):
        if not count:
            raise ArgumentError("task", "one task, or a universe with --count", task)
        each = universe_minima(
            task, basis, order, effort, tags=tags, cap=cap, within=within, engine=engine
        )
        show(None if as_json else str(each), each.to_json())
        return 0 if each.exhaustive else INCONCLUSIVE
    if tags:
        tagged = tagged_minima(task, basis, order, effort, cap=cap, within=within, engine=engine)
        result = tagged.result
        text = tagged.text(listed=not count)
        record = tagged.to_json(with_minima=not count)
    else:
        result = enumeration.enumerate_minima(
            task, basis, order, effort, cap=cap, within=within, engine=engine
        )
        text = result.text(listed=not count)
        record = result.to_json(with_minima=not count)
    show(None if as_json else text, record)
    return 0 if result.exhaustive else INCONCLUSIVE
