"""`tasks`: the library of named tasks."""

from __future__ import annotations

from pathlib import PurePath

import click

from .arguments import NAMED, OUTPUT
from .options import json_option, show

__all__ = ["tasks"]


@click.command(short_help="List the named tasks, or describe a task.")
@click.argument("task", type=NAMED, required=False)
@json_option
@click.option(
    "--output", type=OUTPUT, metavar="FILE", help="Write the task to a file: .json, or .pla."
)
def tasks(task: str | None, as_json: bool, output: str | None) -> None:
    """List the library of named tasks, or describe TASK.

    TASK is NAME or NAME(p=v,...), parameters that are not given at their defaults, or a task in
    any other form. A file that --output writes is a task too: file:PATH.
    """
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import write_atomically
    from mesacircuits.tasks import TASK_FORMATS, parse_task, task_bytes
    from mesacircuits.tasks.library import (
        library_json,
        library_text,
        task_json,
        task_text,
    )

    if output is not None:
        if task is None or as_json:
            raise click.UsageError("--output goes with a TASK, and without --json")
        suffix = PurePath(output).suffix.lower().removeprefix(".")
        if suffix not in TASK_FORMATS:
            known = " or ".join(f".{name}" for name in TASK_FORMATS)
            raise ArgumentError("--output", f"a name that ends in {known}", output)
        write_atomically(output, task_bytes(parse_task(task), suffix), "output")
    elif task is None:
        show(None if as_json else library_text(), library_json() if as_json else None)
    elif as_json:
        show(None, task_json(task))
    else:
        show(task_text(task), None)
