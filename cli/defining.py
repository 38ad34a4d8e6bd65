"""`axioms` and `write-test`: definitions of one's own, tried and tested."""

from __future__ import annotations

import os

import click

from .arguments import NAMED, OUTPUT, WHOLE
from .options import json_option, show, time_limit_option
from .streams import say

__all__ = ["axioms", "write_test"]


@click.command(short_help="Try a definition on the axioms.")
@click.argument("definition", type=NAMED)
@click.option(
    "--examples",
    type=WHOLE,
    default=100,
    show_default=True,
    metavar="N",
    help="Examples to draw for each axiom, beside the smallest.",
)
@click.option(
    "--seed",
    type=WHOLE,
    default=0,
    show_default=True,
    metavar="N",
    help="What examples are drawn from; the same seed draws the same.",
)
@click.option("--programs", is_flag=True, help="Only the axioms on programs.")
@time_limit_option
@json_option
def axioms(
    definition: str, examples: int, seed: int, programs: bool, time_limit: float, as_json: bool
) -> int:
    """Try DEFINITION on the axioms, and show the smallest counterexample to each that it breaks.

    DEFINITION is NAME or FILE.py:NAME, dials as in NAME(dial=value). A file is run, with your
    rights, in a process of its own. Exit status: 0 all held, 3 some are broken, 1 it failed.
    """
    from mesacircuits.cache_folders import user_cache_folder
    from mesacircuits.definitions import definition_named
    from mesacircuits.errors import ArgumentError

    # What follows takes seconds to import.
    chosen = definition_named(definition, time_limit=time_limit)
    if examples < 1:
        raise ArgumentError("examples", "a whole number, at least 1", examples)
    folder = user_cache_folder("hypothesis")
    if folder is not None:
        # Else Hypothesis leaves a folder of its own in the present one.
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(folder))
    from mesacircuits.testing.axioms import PROGRAM_AXIOMS
    from mesacircuits.testing.axioms.trial import try_axioms

    trial = try_axioms(
        chosen,
        PROGRAM_AXIOMS if programs else None,
        examples=examples,
        seed=seed,
        progress=lambda text: say(f"axiom {text}"),
    )
    show(None if as_json else str(trial), trial.to_json())
    return trial.exit_status


@click.command(short_help="Write a file of tests for a definition.")
@click.argument("definition", type=NAMED)
@click.option(
    "--output", type=OUTPUT, metavar="FILE", help="Write to a new file instead of stdout."
)
@click.option("--force", is_flag=True, help="Replace the file of --output if it exists.")
@json_option
def write_test(definition: str, output: str | None, force: bool, as_json: bool) -> None:
    """Write a file of tests for pytest with the axioms of DEFINITION, for you to keep.

    DEFINITION is as for `axioms`.
    """
    from pathlib import Path

    from mesacircuits.definitions import definition_named
    from mesacircuits.records import write_atomically

    if as_json and output is not None:
        raise click.UsageError("--json prints the tests on stdout, so --output has no use")
    if force and output is None:
        raise click.UsageError("--force is about the file of --output")
    # What was begun by it is the user's to change; a device or a pipe has nothing to lose.
    if output is not None and not force and Path(output).is_file():
        raise click.UsageError(f"{output} exists; with --force it is replaced")
    chosen = definition_named(definition)
    from mesacircuits.testing.axioms.written_test import written_test

    text = written_test(chosen, output)
    if output is not None:
        write_atomically(output, text.encode(), "output")
    else:
        show(None if as_json else text.rstrip("\n"), {"definition": definition, "tests": text})
