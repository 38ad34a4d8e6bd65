"""What several commands share: options, an exit status, and how results are printed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .arguments import INPUT, NAMED, STORE, WHOLE
from .streams import EFFORT, from_file, say, show

if TYPE_CHECKING:
    from mesacircuits.definitions import Classifier
    from mesacircuits.enumeration import Effort

__all__ = [
    "ENGINES",
    "INCONCLUSIVE",
    "Group",
    "basis_option",
    "cap_option",
    "claims_option",
    "classifier_of",
    "definition_options",
    "effort_of",
    "effort_options",
    "fresh_option",
    "from_file",
    "json_option",
    "order_option",
    "own_claims_of",
    "seconds",
    "show",
    "time_limit_option",
]

#: The exit status where the budget ended before the answer was reached.
INCONCLUSIVE = 4

#: What `--engine` may be.
ENGINES = ("auto", "threads", "dask", "sat")

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Group(click.Group):
    """A group of commands; named without one, it prints its help on stderr, with status 2."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what comes before the command."""
        # Releases of click differ in where the help goes, and in the status.
        if not args and not ctx.resilient_parsing:
            say(ctx.get_help())
            ctx.exit(2)
        return super().parse_args(ctx, args)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")

# Names are checked by the library, which knows them: a Choice would need to import it for --help.
basis_option = click.option(
    "--basis",
    type=NAMED,
    default="b2",
    show_default=True,
    metavar="NAME",
    help="Basis: see `bases`.",
)
order_option = click.option(
    "--order",
    default="size",
    show_default=True,
    metavar="NAME",
    help="What minimal means: size, depth-size, size-depth, depth, pareto, formula.",
)
cap_option = click.option(
    "--cap", type=WHOLE, metavar="SIZE", help="Greatest size, for the order depth."
)

fresh_option = click.option(
    "--fresh", is_flag=True, help="Search, even if minima shipped with the package answer."
)

claims_option = click.option(
    "--claims",
    type=INPUT,
    metavar="FILE",
    help="Also the claims in FILE.toml (sentences) or FILE.py (which is run).",
)


def own_claims_of(path: str | None) -> dict[str, Any]:
    """Return the claims of the file that `claims_option` names; none without one."""
    from mesacircuits.conjectures.registry import own_claims, registered
    from mesacircuits.records import file_contents

    if path is None:
        return {}
    found = own_claims(path)
    with file_contents():
        registered(found)  # refuses names that are taken
    return dict(found)


def definition_options(command: _Command) -> _Command:
    """Add `--definition`, any number of times, and `--time-limit` to a command."""
    definition = click.option(
        "--definition",
        type=NAMED,
        multiple=True,
        metavar="DEF",
        help="Judge by this instead of the defaults: NAME or FILE.py:NAME, dials as in "
        "NAME(dial=value). May be given several times.",
    )
    return definition(time_limit_option(command))


def classifier_of(definition: tuple[str, ...], time_limit: float) -> Classifier | None:
    """Return the classifier that `definition_options` ask for; None for the defaults."""
    from mesacircuits.definitions import Classifier, definition_named

    if not definition:
        return None
    return Classifier(tuple(definition_named(d, time_limit=time_limit) for d in definition))


def seconds(text: str) -> float:
    """Return the seconds that 60 or 60s names; whether they are positive, the library checks."""
    try:
        return float(text.strip().removesuffix("s"))
    except ValueError:
        raise click.BadParameter(
            f"expected a number of seconds such as 60 or 60s, got {text!r}"
        ) from None


def _positive(context: click.Context, param: click.Parameter, value: float) -> float:
    if not value > 0:
        raise click.BadParameter(f"expected a positive number of seconds, got {value}")
    return value


time_limit_option = click.option(
    "--time-limit",
    type=seconds,
    callback=_positive,
    default="10",
    show_default=True,
    metavar="SECONDS",
    help="What each judgement of a definition of your own may take.",
)


def _count(text: str) -> int:
    # 5000 or 5e9; whether it is in range, the library checks.
    from decimal import Decimal

    with suppress(ArithmeticError):
        number = Decimal(text)
        # Before it is spelled out: 1e999999 has as many digits.
        if abs(number) < Decimal("1e30") and number == int(number):
            return int(number)
    raise click.BadParameter(f"expected a whole number such as 5000 or 5e9, got {text!r}")


def _engine(text: str) -> str:
    # An address has a colon: tcp://host:8786.
    if text in ENGINES or ":" in text:
        return text
    expected = f"one of {', '.join(ENGINES)}, or the address of a scheduler"
    raise click.BadParameter(f"expected {expected}, got {text!r}")


def effort_options(
    default_budget: float | None = None, long: bool = False
) -> Callable[[_Command], _Command]:
    """Add `--budget` and `--workers` to a command; its values of them are for `effort_of`.

    Arguments:
        default_budget: the seconds that apply unless `--budget` or `--nodes` is given.
        long: also add what long searches need: `--nodes`, `--engine`, `--resume`.
    """
    limit = f"{default_budget:g}" if default_budget else "no limit"
    options = [
        click.option(
            "--budget",
            type=seconds,
            metavar="SECONDS",
            default=None if default_budget is None else f"{default_budget:g}",
            help=f"Stop searching after so long, and say what was left out (default: {limit}).",
        ),
        click.option(
            "--workers", type=WHOLE, metavar="N", help="Threads to use (default: all cores)."
        ),
    ]
    if long:
        options += [
            click.option(
                "--nodes",
                type=_count,
                metavar="N",
                help="Stop after so many gates tried, at the same place on every machine.",
            ),
            click.option(
                "--engine",
                type=_engine,
                default="auto",
                metavar="NAME",
                help=f"What searches: {', '.join(ENGINES)} (processes here, with the extra of that "
                "name), or the address of a dask scheduler, such as tcp://host:8786.",
            ),
            click.option(
                "--resume",
                type=STORE,
                metavar="FILE",
                help="Keep finished parts in FILE, and do not search parts again that are in it; "
                "the result then says what it took from FILE.",
            ),
        ]

    def add(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def effort_of(
    budget: float | None,
    workers: int | None,
    nodes: int | None = None,
    engine: str = "auto",
    resume: str | None = None,
    shipped: bool = False,
    says_bound: bool = False,
) -> Effort:
    """Return the effort that the options ask for, with a progress bar on stderr.

    `says_bound`: the command says what was exhausted when a budget ends, so a first signal ends
    its budget; else any signal ends the command.

    `auto` is threads, and an address is dask with the scheduler there. `sat` is no matter of
    effort: commands that know it choose it themselves.
    """
    from mesacircuits.enumeration import Effort, Interruption

    # A search by an engine that is named is asked for.
    shipped = shipped and engine == "auto"
    scheduler = None if engine in ENGINES else engine
    if scheduler is not None:
        engine = "dask"
    elif engine in ("auto", "sat"):
        engine = "threads"
    context = click.get_current_context(silent=True)
    if nodes is not None and context is not None:
        # A budget in one measure takes the place of the default in the other.
        source = context.get_parameter_source("budget")
        if source is click.core.ParameterSource.DEFAULT:
            budget = None
    effort = Effort(
        seconds=budget,
        workers=workers,
        show_progress=True,
        nodes=nodes,
        engine=engine,
        scheduler=scheduler,
        store=resume,
        shipped=shipped,
        interruption=Interruption() if says_bound else None,
    )
    if context is not None:
        # What is shown says what of it was taken from a file, whatever the command.
        context.meta[EFFORT] = effort
    return effort
