"""`axioms` and `write-test`: definitions of one's own, tried and tested."""

from __future__ import annotations

import click

from . import options
from .options import NAMED, OUTPUT, WHOLE, Result, as_json, command, flag, option, refuse
from .streams import say

__all__ = ["axioms", "write_test"]


@command(
    short_help="Try a definition on the axioms.", example="axioms 'search-like(objective_gates=2)'"
)
@click.argument("definition", type=NAMED)
@option("--examples", "Examples to draw for each axiom, beside the smallest.", "N", WHOLE, 100)
@option("--seed", "What examples are drawn from; the same seed draws the same.", "N", WHOLE, 0)
@flag("--programs", "Only the axioms on programs.")
@options.time_limit
def axioms(definition: str, examples: int, seed: int, programs: bool, time_limit: float) -> Result:
    """Try DEFINITION on the axioms, and show the smallest counterexample to each that it breaks.

    DEFINITION is NAME or FILE.py:NAME, dials as in NAME(dial=value). A file is run, with your
    rights, in a process of its own. Half of what is drawn are solvers with the tag, where such are
    found. Some axioms are reported, not demanded. Exit status: 0 all held, 3 some are broken, 4
    none is, but one is inconclusive, 1 it failed.
    """
    from mesacircuits.definitions import definition_named
    from mesacircuits.errors import ArgumentError

    # What follows takes seconds to import.
    chosen = definition_named(definition, time_limit=time_limit)
    if examples < 1:
        raise ArgumentError("examples", "a whole number, at least 1", examples)
    from mesacircuits.testing.axioms import PROGRAM_AXIOMS, keep_files_elsewhere
    from mesacircuits.testing.axioms.trial import try_axioms

    # Else Hypothesis leaves a folder of its own in the present one.
    keep_files_elsewhere()
    trial = try_axioms(
        chosen,
        PROGRAM_AXIOMS if programs else None,
        examples=examples,
        seed=seed,
        progress=lambda text: say(f"axiom {text}"),
    )
    return Result(trial.__str__, trial.to_json, trial.exit_status)


@command(
    short_help="Write a file of tests for a definition.",
    example="write-test mine.py:shallow --output test_mine.py",
)
@click.argument("definition", type=NAMED)
@option("--output", "Write to a new file instead of stdout.", "FILE", OUTPUT)
@flag("--force", "Replace the file of --output if it exists.")
def write_test(definition: str, output: str | None, force: bool) -> Result | None:
    """Write a file of tests for pytest with the axioms of DEFINITION, for you to keep.

    DEFINITION is as for `axioms`.
    """
    from pathlib import Path

    from mesacircuits.definitions import definition_named
    from mesacircuits.records import write_atomically

    both = as_json() and output is not None
    refuse(both, "--json prints the tests on stdout, so --output has no use")
    refuse(force and output is None, "--force is about the file of --output")
    # What was begun by it is the user's to change; a device or a pipe has nothing to lose.
    there = output is not None and not force and Path(output).is_file()
    refuse(there, f"{output} exists; with --force it is replaced")
    chosen = definition_named(definition)
    from mesacircuits.testing.axioms.trial import written_test

    text = written_test(chosen, output)
    if output is None:
        return Result(text.rstrip("\n"), {"definition": definition, "tests": text})
    write_atomically(output, text.encode(), "output")
    return None
