"""Options that several commands share, and how results are printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mesacircuits.enumeration import Effort

__all__ = ["basis_option", "effort_of", "effort_options", "json_option", "order_option", "show"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")

# Names are checked by the library, which knows them: a Choice would need to import it for --help.
basis_option = click.option(
    "--basis", default="b2", show_default=True, metavar="NAME", help="Basis: see `bases`."
)
order_option = click.option(
    "--order",
    default="size",
    show_default=True,
    metavar="NAME",
    help="What minimal means: size, or depth-size.",
)


def effort_options(default_budget: float | None = None) -> Callable[[_Command], _Command]:
    """Add `--budget` and `--workers` to a command."""
    limit = f"{default_budget:g}" if default_budget else "no limit"

    def add(command: _Command) -> _Command:
        command = click.option(
            "--workers", type=int, metavar="N", help="Threads to use (default: all cores)."
        )(command)
        return click.option(
            "--budget",
            type=float,
            metavar="SECONDS",
            default=default_budget,
            help=f"Stop searching after so long, and say what was left out (default: {limit}).",
        )(command)

    return add


def effort_of(budget: float | None, workers: int | None) -> Effort:
    """Return the effort that the options ask for, with a progress bar on stderr."""
    from mesacircuits.enumeration import Effort

    return Effort(seconds=budget, workers=workers, show_progress=True)


def show(text: str | None, record: Any) -> None:
    """Print a result on stdout: its text, or its JSON values if there is no text."""
    if text is None:
        from mesacircuits.records import readable_json

        text = readable_json(record)
    click.echo(text)
