"""`compare`: how often definitions disagree, and where they first do."""

from __future__ import annotations

from typing import Any

import click

from . import options
from .options import NAMED, OUTPUT, Result, command, option
from .streams import say_orbits

__all__ = ["compare"]


@command(
    short_help="Count where definitions disagree.",
    example="compare search-like lookup-table --universe 'functions(3)'",
)
@click.argument("definitions", type=NAMED, nargs=-1, required=True, metavar="DEFINITION...")
@option(
    "--universe",
    "Tasks, repeatable or separated by semicolons (default: functions(3)).",
    "UNIVERSE",
    NAMED,
    multiple=True,
)
@options.basis
@option(
    "--order",
    "What minimal means: size, depth-size, size-depth, pareto; of tasks also formula.",
    "NAME",
    default="size",
)
@option(
    "--picture",
    "Also write the matrix as a heat map, of the suite what came of each item: FILE.svg or "
    "FILE.png.",
    "FILE",
    OUTPUT,
)
@options.time_limit
@options.effort(default_budget=300, fresh=True)
def compare(
    definitions: tuple[str, ...],
    universe: tuple[str, ...],
    basis: str,
    order: str,
    picture: str | None,
    time_limit: float,
    **means: Any,
) -> Result:
    """Count over all minima of UNIVERSE how often each pair of definitions disagrees.

    Each pair is shown with the smallest solver on which they disagree. A DEFINITION is one of
    `definitions`, with dials as in "search-like(objective_gates=2)", or FILE.py:NAME. Over
    exemplars each is also graded by the verdicts of readers, and one DEFINITION is enough.

    \b
    UNIVERSE is any of these:
      functions(N)  all functions of N inputs, 1 to 4 (see below); with
                    outputs=M all tuples of M, for M and N up to 2
      partial(N)    all partial functions of N inputs, 1 or 2
      choices(K, M), worlds(N, A)  all choices and worlds of a size, one of each
                    orbit; functions(N, outputs=M): tuples of functions, likewise
      library       the named tasks at their defaults, as far as they are small
      exemplars     the suite: circuits and programs with verdicts of readers,
                    minimal or not; program-exemplars: the programs among them
      programs(TASK)  all shortest programs of TASK
      TASK          as for `enumerate`: tt:N:HEX, expr:EXPRESSION, NAME(p=v), ...

    Where inverters are free, as in b2, minima of functions(N) are counted over functions with
    f(0) = 0: an inverse has the same circuits, its output read inverted. What a definition would
    say of inverses, one of your own too, is not asked; name them as tasks.

    Minima that ship with the package answer where they can; --fresh searches all the same.

    Tasks are searched in at most half of the budget, small ones first; the rest is for judging.

    Exit status 1 if a definition failed (the others are compared all the same), 4 if the budget
    ended before all was judged.
    """
    from mesacircuits.drawing import picture_form
    from mesacircuits.records import write_atomically
    from mesacircuits.studies.comparison import compare as compared
    from mesacircuits.studies.universe import parse_universe

    form = ""
    if picture is not None:
        form = picture_form(picture, "picture", "compare --picture FILE.png")
    tasks = parse_universe(*(universe or ("functions(3)",)))
    say_orbits(tasks)
    effort = options.effort_of(**means, says_bound=True)
    found = compared(definitions, tasks, basis, order, effort, time_limit=time_limit)
    if picture is not None and not effort.interrupted:
        drawn = found.picture(form)
        data = drawn if isinstance(drawn, bytes) else drawn.encode()
        write_atomically(picture, data, "picture")
    status = 1 if found.failed else 0 if found.exhaustive else options.INCONCLUSIVE
    return Result(found.__str__, found.to_json, status)
