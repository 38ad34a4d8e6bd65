"""`conjectures`, `definitions` and `bases`: what there is to name."""

from __future__ import annotations

import click

from .arguments import NAMED
from .options import claims_option, json_option, own_claims_of, show

__all__ = ["bases", "conjectures", "definitions"]


@click.command(short_help="List the registered conjectures and claims, or explain one.")
@click.argument("words", nargs=-1, metavar="[[show] NAME]")
@claims_option
@json_option
def conjectures(words: tuple[str, ...], claims: str | None, as_json: bool) -> None:
    """List the registered conjectures and claims by topic, each with the last known verdict.

    With NAME, or `show NAME`: how that one is read, its question, what it is measured against,
    what it is blind to and what may be set.
    """
    from mesacircuits.conjectures import registry

    own = own_claims_of(claims)
    names = words[1:] if words[:1] == ("show",) else words
    if len(names) > 1 or (words and not names):
        raise click.UsageError("expected a NAME after show, and nothing more")
    if not names:
        show(None if as_json else registry.conjectures_text(own), registry.conjectures_json(own))
        return
    entry = registry.conjecture_named(names[0], own)
    show(None if as_json else str(entry), entry.to_json())


@click.command(short_help="List the definitions of tags.")
@click.argument("definition", type=NAMED, required=False)
@json_option
def definitions(definition: str | None, as_json: bool) -> None:
    """List the definitions, with tag, formula, source, dials and blind spots, or show DEFINITION.

    DEFINITION is NAME or FILE.py:NAME, dials as in NAME(dial=value,...).
    """
    from mesacircuits.definitions.registry import definitions_json, definitions_text

    records = definitions_json(definition)
    text = None if as_json else definitions_text(records)
    show(text, records if definition is None else records[0])


@click.command(short_help="List the bases.")
@json_option
def bases(as_json: bool) -> None:
    """List the bases, with their operators."""
    from mesacircuits.circuits import BASES
    from mesacircuits.circuits.bases import bases_text

    show(None if as_json else bases_text(), [basis.to_json() for basis in BASES.values()])
