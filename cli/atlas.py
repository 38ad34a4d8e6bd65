"""`atlas`: the web site of all minima."""

from __future__ import annotations

import click

from .arguments import NAMED, OUTPUT_FOLDER
from .options import effort_of, json_option, show

__all__ = ["atlas"]


@click.command(short_help="Write a web site of all minima, to be opened from disk.")
@click.argument("folder", type=OUTPUT_FOLDER, metavar="DIR")
@click.option(
    "--basis",
    "bases",
    type=NAMED,
    multiple=True,
    metavar="NAME",
    help="Only this basis; repeatable.",
)
@json_option
def atlas(folder: str, bases: tuple[str, ...], as_json: bool) -> None:
    """Write to DIR a static web site: open DIR/index.html, no server and no network needed.

    It has every class of the functions of two to four inputs, its costs in each basis, all minima
    drawn with their tags and witnesses, filters, search by truth table, and a page for each
    conjecture with its verdict. All comes from the lists that ship with the package.
    """
    from dataclasses import asdict

    from mesacircuits.catalog.atlas import write_atlas

    report = write_atlas(folder, bases or None, effort_of(None, None))
    show(None if as_json else str(report), asdict(report))
