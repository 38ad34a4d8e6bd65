"""`tasks`, `conjectures`, `definitions` and `bases`: what there is to name."""

from __future__ import annotations

from pathlib import PurePath

import click

from . import options
from .completion import completed
from .options import NAMED, OUTPUT, Result, as_json, command, option, refuse

__all__ = ["bases", "conjectures", "definitions", "tasks"]


@command(
    short_help="List the registered conjectures and claims, or explain one.",
    example="conjectures restriction",
)
@click.argument("words", nargs=-1, metavar="[[show] NAME]", shell_complete=completed)
@options.claims
def conjectures(words: tuple[str, ...], claims: str | None) -> Result:
    """List the registered conjectures and claims by topic, each with the last known verdict.

    With NAME, or `show NAME`: how that one is read, its question, what it is measured against,
    what it is blind to and what may be set.
    """
    from mesacircuits.conjectures import registry

    own = options.own_claims_of(claims)
    names = words[1:] if words[:1] == ("show",) else words
    wrong = len(names) > 1 or (words and not names)
    refuse(wrong, "expected a NAME after show, and nothing more")
    if not names:
        return Result(
            lambda: registry.conjectures_text(own), lambda: registry.conjectures_json(own)
        )
    entry = registry.conjecture_named(names[0], own)
    return Result(entry.__str__, entry.to_json)


@command(short_help="List the definitions of tags.", example="definitions search-like")
@click.argument("definition", type=NAMED, required=False)
def definitions(definition: str | None) -> Result:
    """List the definitions, with tag, formula, source, dials and blind spots, or show DEFINITION.

    DEFINITION is NAME or FILE.py:NAME, dials as in NAME(dial=value,...).
    """
    from mesacircuits.definitions.registry import definitions_json, definitions_text

    records = definitions_json(definition)
    record = records if definition is None else records[0]
    return Result(lambda: definitions_text(records), record)


@command(short_help="List the bases.", example="bases")
def bases() -> Result:
    """List the bases, with their operators."""
    from mesacircuits.circuits import BASES
    from mesacircuits.circuits.bases import bases_text

    return Result(bases_text, [basis.to_json() for basis in BASES.values()])


@command(short_help="List the named tasks, or describe a task.", example="tasks thermostat")
@click.argument("task", type=NAMED, required=False)
@option(
    "--output", "Write the task to a file: .json or .pla; or a picture of it: .svg.", "FILE", OUTPUT
)
def tasks(task: str | None, output: str | None) -> Result | None:
    """List the library of named tasks, or describe TASK.

    TASK is NAME or NAME(p=v,...), parameters that are not given at their defaults, or a task in
    any other form. A file that --output writes is a task too: file:PATH; of choices and worlds it
    writes pictures.
    """
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import write_atomically
    from mesacircuits.tasks import TASK_FORMATS, library, parse_task, task_bytes
    from mesacircuits.tasks.drawing import task_svg

    if task is None or output is None:
        refuse(output is not None, "--output goes with a TASK, and without --json")
        if task is None:
            return Result(library.library_text, library.library_json)
        return Result(lambda: library.task_text(task), lambda: library.task_json(task))
    refuse(as_json(), "--output goes with a TASK, and without --json")
    suffix = PurePath(output).suffix.lower().removeprefix(".")
    if suffix not in (*TASK_FORMATS, "svg"):
        known = ", ".join(f".{name}" for name in TASK_FORMATS)
        raise ArgumentError("--output", f"a name that ends in {known} or .svg", output)
    parsed = parse_task(task)
    data = task_svg(parsed).encode() if suffix == "svg" else task_bytes(parsed, suffix)
    write_atomically(output, data, "output")
    return None
