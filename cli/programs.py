"""`programs`, `trace` and `assemble`: minimal programs, their runs, and their text."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .arguments import NAMED, NAMED_OR_INPUT, OUTPUT, WHOLE
from .options import (
    INCONCLUSIVE,
    classifier_of,
    definition_options,
    effort_of,
    effort_options,
    json_option,
    show,
)
from .streams import read_data

if TYPE_CHECKING:
    from mesacircuits.programs import Machine, Program
    from mesacircuits.tasks import Task

__all__ = ["assemble", "program_option", "programs", "read_program", "trace"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Inputs have at most sixteen bits, and longer numbers need not be written out in errors.
_LONGEST_NUMBER = 80

program_option = click.option(
    "--program",
    type=NAMED_OR_INPUT,
    metavar="TEXT|FILE",
    help='A program of your own: "0: inc r0; query r1, r0; jz r1, 0", or a file with its text '
    "or its JSON form.",
)


def _machine_options(command: _Command) -> _Command:
    for option in (
        click.option(
            "--operations",
            default="standard",
            show_default=True,
            metavar="NAME",
            help="Set of operations (standard, search, straight-line, without-query, "
            "without-table, with-argmax, boolean), or names joined by plus signs.",
        ),
        click.option(
            "--registers",
            type=WHOLE,
            default=4,
            show_default=True,
            help="Registers of the machine.",
        ),
        click.option(
            "--width", type=WHOLE, help="Bits of a register (default: what the task needs)."
        ),
    ):
        command = option(command)
    return command


def read_program(given: str, task: Task | None, machine: Machine | None = None) -> Program:
    """Return the program that an argument states: its text, or a file of its text or JSON."""
    from mesacircuits.errors import ArgumentError
    from mesacircuits.programs import Program
    from mesacircuits.records import file_contents, read_bytes
    from mesacircuits.tasks import machine_for

    # `os.path` says of what can be no name of a file that it is none.
    is_text = given != "-" and not os.path.isfile(given) and any(c in given for c in " ;\n")
    if is_text:
        data = given.encode("utf-8", "surrogateescape")
    else:
        data = read_data("program") if given == "-" else read_bytes(given, "path")
    is_json = data.lstrip().startswith(b"{")
    if machine is None and task is not None and not is_json and b".machine" not in data:
        machine = machine_for(task)
    with nullcontext() if is_text else file_contents():
        if is_json:
            return Program.from_json(data)
        try:
            return Program.parse(data.decode(), machine)
        except UnicodeDecodeError as error:
            raise ArgumentError("program", "text, or JSON", str(error)) from error


@click.command(short_help="Find every minimal program of a task.")
@click.argument("task", type=NAMED)
@click.option(
    "--order",
    default="length",
    show_default=True,
    metavar="NAME",
    help="What minimal means: length, bits, worst-time, mean-time, total-time, queries, kt, "
    "or f:EXPRESSION in the time t.",
)
@click.option(
    "--cap", type=WHOLE, metavar="N", help="Most instructions, for orders of time and the front."
)
@click.option("--all", "every", is_flag=True, help="List all programs, not the first ten.")
@click.option("--tags", is_flag=True, help="Also judge each program: tags and witnesses.")
@click.option("--front", is_flag=True, help="The front of bits, time and queries instead, tagged.")
@click.option(
    "--time",
    default="worst",
    show_default=True,
    metavar="NAME",
    help="Time on the front: worst or mean.",
)
@_machine_options
@definition_options
@effort_options(long=True)
@json_option
def programs(
    task: str,
    order: str,
    cap: int | None,
    every: bool,
    tags: bool,
    front: bool,
    time: str,
    operations: str,
    registers: int,
    width: int | None,
    definition: tuple[str, ...],
    time_limit: float,
    as_json: bool,
    **means: Any,
) -> int:
    """Find every minimal program of TASK, and show what was exhausted below it.

    Programs are for a register machine: see docs/programs.md. With --front they are those that no
    other beats in bits, time and queries, and what is least under bits + lambda * time.

    Exit status 4 if the budget ended first.
    """
    from mesacircuits.enumeration.programs import enumerate_programs, program_front
    from mesacircuits.tasks import machine_for, parse_task

    if means["engine"] == "sat":
        raise click.UsageError("--engine: programs are searched by threads or dask, not by sat")
    parsed = parse_task(task)
    machine = machine_for(parsed, operations, registers, width)
    effort = effort_of(**means, says_bound=True)
    classifier = classifier_of(definition, time_limit)
    if front:
        from mesacircuits.studies.programs import tagged_front

        if order != "length":
            raise click.UsageError("--front compares bits, time and queries, so --order has no use")
        shown = tagged_front(program_front(parsed, machine, effort, cap, time), classifier)
        show(None if as_json else shown.text(None if every else 1), shown.to_json())
        return 0 if shown.front.exhaustive else INCONCLUSIVE
    listed = None if every else 10
    if tags or definition:
        from mesacircuits.studies.programs import tagged_programs

        tagged = tagged_programs(parsed, order, machine, effort, cap, classifier)
        show(None if as_json else tagged.text(listed), tagged.to_json())
        return 0 if tagged.result.exhaustive else INCONCLUSIVE
    found = enumerate_programs(parsed, order, machine, effort, cap)
    show(None if as_json else found.text(listed), found.to_json())
    return 0 if found.exhaustive else INCONCLUSIVE


def _input(text: str) -> int:
    try:
        if len(text) > _LONGEST_NUMBER:
            raise ValueError
        return int(text, 0)
    except ValueError:
        expected = "a whole number such as 6 or 0b0110"
        raise click.BadParameter(f"expected {expected}, got {text!r}") from None


@click.command(short_help="Run one turn of a program, step by step.")
@click.argument("task", type=NAMED)
@click.option(
    "--program",
    type=NAMED_OR_INPUT,
    required=True,
    metavar="TEXT|FILE",
    help="The program: its text, or a file with its text or its JSON form.",
)
@click.option(
    "--input", "x", type=_input, metavar="X", help="The input (default: the first of the support)."
)
@click.option("--mark", is_flag=True, help="Label the instructions that witnesses point at.")
@click.option("--picture", type=OUTPUT, metavar="FILE.svg", help="Also draw the trace.")
@json_option
def trace(
    task: str, program: str, x: int | None, mark: bool, picture: str | None, as_json: bool
) -> None:
    """Run one turn of a program on an input of TASK, and show every step.

    Bit i of X is input i, as in tables: 0b0110 has inputs b and c set.
    """
    from mesacircuits.errors import ArgumentError
    from mesacircuits.programs import run_turn
    from mesacircuits.programs.traces import trace_svg, trace_text
    from mesacircuits.records import write_atomically
    from mesacircuits.tasks import parse_task
    from mesacircuits.tasks.program_inputs import instances_for

    if picture is not None and not picture.lower().endswith(".svg"):
        raise click.BadParameter(f"expected FILE.svg, got {picture!r}")
    parsed = parse_task(task)
    chosen = read_program(program, parsed)
    instances = instances_for(chosen, parsed)
    last = (1 << parsed.inputs) - 1
    if x is None:
        x = (parsed.support_bits & -parsed.support_bits).bit_length() - 1
    if not 0 <= x <= last:
        raise ArgumentError("input", f"a number from 0 to {last}", x)
    turn = run_turn(chosen, instances[x])
    marks = _marks(chosen, parsed) if mark else {}
    if picture is not None:
        drawn = trace_svg(chosen, turn, marks, f"{parsed}, input {x}")
        write_atomically(picture, drawn.encode(), "picture")
    show(None if as_json else trace_text(chosen, turn, marks), _turn_json(chosen, turn, marks))


def _marks(program: Program, task: Task) -> dict[int, str]:
    from mesacircuits.studies.programs import classifier_for

    return classifier_for(task).classify(program, task).instruction_marks


def _turn_json(program: Program, turn: Any, marks: dict[int, str]) -> dict[str, Any]:
    return {
        "program": program.to_json(),
        "input": turn.instance.x,
        "word": turn.word,
        "time": turn.time,
        "queries": turn.queries,
        "repeats": turn.repeats,
        "marks": {str(place): label for place, label in marks.items()},
        "steps": [
            {
                "at": step.place,
                "instruction": str(step.instruction),
                "registers": list(step.registers),
                "candidate": step.argument,
                "result": step.result,
                "jumped": step.jumped,
            }
            for step in turn.steps
        ],
    }


@click.command(short_help="Read a program's text or JSON, and write the other.")
@click.argument("program", type=NAMED_OR_INPUT, metavar="TEXT|FILE|-")
@click.option(
    "--task", type=NAMED, metavar="TASK", help="Take the standard machine that fits TASK."
)
@click.option(
    "--machine", metavar="TEXT", help="The machine, such as standard(registers=4, width=2)."
)
@click.option("--output", type=OUTPUT, metavar="FILE", help="Write to a file instead of stdout.")
@json_option
def assemble(
    program: str, task: str | None, machine: str | None, output: str | None, as_json: bool
) -> None:
    """Read a program, and print it as text, or as JSON with its length, bits and prefix code.

    PROGRAM is its text, a file of its text or its JSON form, or - for standard input: so text is
    assembled with --json, and JSON disassembled without.
    """
    from mesacircuits.programs import Machine
    from mesacircuits.programs.program import encode
    from mesacircuits.records import readable_json, write_atomically
    from mesacircuits.tasks import parse_task

    given = None if machine is None else Machine.parse(machine)
    read = read_program(program, None if task is None else parse_task(task), given)
    record = {
        **read.to_json(),
        "length": read.length,
        "bits": read.bits,
        "code_bits": encode(read.machine, read.code),
        "hash": read.hash_hex,
    }
    if output is not None:
        # The file is a program that is read again, so nothing is beside it.
        text = readable_json(read.to_json()) if as_json else str(read)
        write_atomically(output, f"{text}\n".encode(), "output")
    else:
        show(None if as_json else str(read), record)
