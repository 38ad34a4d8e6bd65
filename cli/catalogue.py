"""`conjectures`, `definitions` and `bases`: what there is to name."""

from __future__ import annotations

import click

from .options import json_option, show

__all__ = ["bases", "conjectures", "definitions"]


@click.command(short_help="List the registered conjectures.")
@json_option
def conjectures(as_json: bool) -> None:
    """List the registered conjectures, with their sources and readings."""
    from mesacircuits.conjectures import CONJECTURES
    from mesacircuits.conjectures.registry import conjectures_text

    show(None if as_json else conjectures_text(), [c.to_json() for c in CONJECTURES.values()])


@click.command(short_help="List the definitions of tags.")
@json_option
def definitions(as_json: bool) -> None:
    """List the definitions, with formula, source, dials and blind spots."""
    from mesacircuits.classification.registry import definitions_json, definitions_text

    show(None if as_json else definitions_text(), definitions_json())


@click.command(short_help="List the bases.")
@json_option
def bases(as_json: bool) -> None:
    """List the bases, with their operators."""
    from mesacircuits.circuits import BASES
    from mesacircuits.circuits.bases import bases_text

    show(None if as_json else bases_text(), [basis.to_json() for basis in BASES.values()])
