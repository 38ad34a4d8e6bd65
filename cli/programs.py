"""`programs`, `fronts`, `trace` and `assemble`: minimal programs, their runs, and their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from . import options
from .options import (
    NAMED,
    NAMED_OR_INPUT,
    OUTPUT,
    WHOLE,
    Result,
    as_json,
    command,
    flag,
    option,
    refuse,
)

if TYPE_CHECKING:
    from mesacircuits.programs import Program
    from mesacircuits.tasks import Task

__all__ = ["assemble", "fronts", "program_census", "programs", "trace"]

#: Inputs have at most sixteen bits, and longer numbers need not be written out in errors.
_LONGEST_NUMBER = 80


@command(
    short_help="Find every minimal program of a task.",
    example="programs 'satisfying(candidates=4)' --tags",
)
@click.argument("task", type=NAMED)
@option(
    "--order",
    "What minimal means: length, bits, worst-time, mean-time, total-time, queries, kt, "
    "or f:EXPRESSION in the time t.",
    "NAME",
    default="length",
)
@option("--cap", "Most instructions, for orders of time and the front.", "N", WHOLE)
@flag("--all", "List all programs, not the first ten.", "every")
@flag("--tags", "Also judge each program: tags and witnesses.")
@flag("--front", "The front of bits, time and queries instead, tagged.")
@option("--time", "Time on the front: worst or mean.", "NAME", default="worst")
@option("--width", "Bits of a register (default: what the task needs).", None, WHOLE)
@option("--registers", "Registers of the machine.", None, WHOLE, 4)
@option(
    "--operations",
    "Set of operations (fair, fair-search, loop-free, without-utility, without-table, oracle, "
    "oracle-proxy, oracle-search, oracle-argmax, observing, boolean), or names joined by plus "
    "signs.",
    "NAME",
    default="fair",
)
@option(
    "--charge",
    "What a private table costs: bits-back, or full (default: full with an oracle).",
    "NAME",
)
@options.definitions()
@options.effort(long=True)
def programs(
    task: str,
    order: str,
    cap: int | None,
    every: bool,
    tags: bool,
    front: bool,
    time: str,
    operations: str,
    charge: str | None,
    registers: int,
    width: int | None,
    definition: tuple[str, ...],
    time_limit: float,
    **means: Any,
) -> Result:
    """Find every minimal program of TASK, and show what was exhausted below it.

    Programs are for a register machine: see docs/programs.md. With --front they are those that no
    other beats in bits, time and queries, and what is least under bits + lambda * time. With
    --engine sat it is one program of the least length, found by SAT.

    Exit status 4 if the budget ended first.
    """
    from mesacircuits.enumeration.programs import enumerate_programs, program_front
    from mesacircuits.tasks import machine_for, parse_task

    found: Any
    by_sat = means["engine"] == "sat"
    others = order != "length" or cap is not None or front or time != "worst" or every
    unused = others or tags or definition or means["nodes"] is not None or means["resume"]
    said = "one program under length: of other options --budget and those of the machine go with it"
    refuse(by_sat and bool(unused), f"--engine sat finds {said}")
    parsed = parse_task(task)
    machine = machine_for(parsed, operations, registers, width, charge=charge)
    effort = options.effort_of(**means, says_bound=True)
    if by_sat:
        from mesacircuits.enumeration.sat.programs import shortest_program

        shortest = shortest_program(parsed, machine, effort)
        return Result.of(shortest, shortest.exhaustive)
    classifier = options.classifier_of(definition, time_limit)
    if front:
        from mesacircuits.studies.programs import tagged_front

        said = "--front compares bits, time and queries, so --order has no use"
        refuse(order != "length", said)
        found = tagged_front(program_front(parsed, machine, effort, cap, time), classifier)
        listed, exhaustive = None if every else 1, found.front.exhaustive
    elif tags or definition:
        from mesacircuits.studies.programs import tagged_programs

        found = tagged_programs(parsed, order, machine, effort, cap, classifier)
        listed, exhaustive = None if every else 10, found.result.exhaustive
    else:
        found = enumerate_programs(parsed, order, machine, effort, cap)
        listed, exhaustive = None if every else 10, found.exhaustive
    status = 0 if exhaustive else options.INCONCLUSIVE
    return Result(lambda: found.text(listed), found.to_json, status)


@command(
    "program-census",
    short_help="Least length of all functions of N inputs, by programs.",
    example="program-census --inputs 2 --outputs 2 --operations oracle",
)
@option("--inputs", "Number of inputs.", "N", WHOLE, required=True)
@option("--outputs", "Number of outputs.", "M", WHOLE, 1)
@option("--cap", "Most instructions (default: until every function has a program).", "L", WHOLE)
@option("--width", "Bits of a register (default: what an answer needs).", None, WHOLE)
@option("--registers", "Registers of the machine.", None, WHOLE, 4)
@option("--operations", "Set of operations, as of programs.", "NAME", default="without-table")
@flag("--functions", "With --json: also every function.")
@options.effort(default_budget=60, long=True)
def program_census(
    inputs: int,
    outputs: int,
    cap: int | None,
    width: int | None,
    registers: int,
    operations: str,
    functions: bool,
    **means: Any,
) -> Result:
    """Find the least length of all functions of N inputs and M outputs in one pass.

    One row per length: functions whose shortest programs have so many instructions, and how many
    programs these are. The private table is not used. M times 2^N is at most 20.

    Exit status 4 if the budget ended first.
    """
    from mesacircuits.enumeration.programs import program_census as taken

    refuse(functions and not as_json(), "--functions goes with --json")
    refuse(means["engine"] == "sat", "--engine: programs are searched by threads or dask")
    effort = options.effort_of(**means, says_bound=True)
    found = taken(inputs, outputs, operations, registers, width, cap, effort)
    status = 0 if found.exhaustive else options.INCONCLUSIVE
    return Result(found.__str__, lambda: found.to_json(with_functions=functions), status)


@command(
    short_help="The fronts of bits and time of tasks, on a grid of machines.",
    example="fronts 'choices(2,1)'",
)
@click.argument("universe", type=NAMED)
@option("--operations", "Sets of operations, separated by commas.", "NAMES", default="fair,oracle")
@option("--registers", "Numbers of registers, separated by commas.", "NUMBERS", default="4")
@option(
    "--widths", "Bits of a register, separated by commas (default: what tasks need).", "NUMBERS"
)
@option("--cap", "Most instructions.", "N", WHOLE)
@option(
    "--objective-gates",
    "Dial c of search-like; what a program loads costs nothing.",
    "C",
    WHOLE,
    0,
)
@option("--charge", "What a private table costs: bits-back, or full.", "NAME")
@options.effort(long=True)
def fronts(
    universe: str,
    operations: str,
    registers: str,
    widths: str | None,
    cap: int | None,
    objective_gates: int,
    charge: str | None,
    **means: Any,
) -> Result:
    """Print which programs of UNIVERSE no other beats in bits and time, on each machine of a grid.

    Each is named by what it is tagged, search-like at --objective-gates, and with the lambda from
    which on it is least under bits + lambda * time.

    Exit status 4 if the budget ended first.
    """
    from mesacircuits.studies.programs import program_grid

    refuse(
        means["engine"] == "sat", "--engine: programs are searched by threads or dask, not by sat"
    )
    found = program_grid(
        universe,
        operations.split(","),
        _numbers("--registers", registers),
        (None,) if widths is None else _numbers("--widths", widths),
        options.effort_of(**means, says_bound=True),
        cap,
        objective_gates,
        charge,
    )
    return Result.of(found, found.exhaustive)


def _numbers(name: str, text: str) -> list[int]:
    try:
        return [_input(part.strip()) for part in text.split(",")]
    except click.BadParameter:
        expected = "whole numbers such as 3,4"
        raise click.BadParameter(f"{name}: expected {expected}, got {text!r}") from None


def _input(text: str) -> int:
    try:
        if len(text) > _LONGEST_NUMBER:
            raise ValueError
        return int(text, 0)
    except ValueError:
        expected = "a whole number such as 6 or 0b0110"
        raise click.BadParameter(f"expected {expected}, got {text!r}") from None


@command(
    short_help="Run one turn of a program, step by step.",
    example="trace 'satisfying(candidates=4)' --program '0: inc r0; load r1, r0; jz r1, 0'",
)
@click.argument("task", type=NAMED)
@option(
    "--program",
    "The program: its text, or a file with its text or its JSON form.",
    "TEXT|FILE",
    NAMED_OR_INPUT,
    required=True,
)
@option("--input", "The input (default: the first of the support).", "X", _input, into="x")
@flag("--mark", "Label the instructions that witnesses point at.")
@option("--picture", "Also draw the trace.", "FILE.svg", OUTPUT)
def trace(task: str, program: str, x: int | None, mark: bool, picture: str | None) -> Result:
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
    chosen = options.read_program(program, parsed)
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
    text = trace_text(chosen, turn, marks)
    return Result(text, lambda: _turn_json(chosen, turn, marks))


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


@command(
    short_help="Read a program's text or JSON, and write the other.",
    example="assemble '0: inc r0; load r1, r0; jz r1, 0' --task 'satisfying(candidates=4)'",
)
@click.argument("program", type=NAMED_OR_INPUT, metavar="TEXT|FILE|-")
@option("--task", "Take the machine that fits TASK.", "TASK", NAMED)
@option(
    "--machine",
    "The machine, such as fair(registers=4,width=2,inputs=2,answers=1,words=1+1).",
    "TEXT",
)
@options.output
def assemble(
    program: str, task: str | None, machine: str | None, output: str | None
) -> Result | None:
    """Read a program, and print it as text, or as JSON with its length, bits and prefix code.

    PROGRAM is its text, a file of its text or its JSON form, or - for standard input: so text is
    assembled with --json, and JSON disassembled without.
    """
    from mesacircuits.programs import Machine
    from mesacircuits.programs.program import encode
    from mesacircuits.records import readable_json, write_atomically
    from mesacircuits.tasks import parse_task

    given = None if machine is None else Machine.parse(machine)
    read = options.read_program(program, None if task is None else parse_task(task), given)
    record = {
        **read.to_json(),
        "length": read.length,
        "bits": read.bits,
        "code_bits": encode(read.machine, read.code),
        "hash": read.hash_hex,
    }
    if output is not None:
        # The file is a program that is read again, so nothing is beside it.
        text = readable_json(read.to_json()) if as_json() else str(read)
        write_atomically(output, f"{text}\n".encode(), "output")
        return None
    return Result(read.__str__, record)
