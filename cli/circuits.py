"""`classify` and `draw`: single circuits, given or found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .arguments import NAMED, OUTPUT, WHOLE
from .options import (
    INCONCLUSIVE,
    basis_option,
    cap_option,
    classifier_of,
    definition_options,
    effort_of,
    effort_options,
    fresh_option,
    json_option,
    order_option,
    show,
)
from .programs import program_option, read_program
from .running import circuit_option, read_circuit
from .streams import check_terminal, say, write_data

if TYPE_CHECKING:
    from mesacircuits.circuits import Circuit
    from mesacircuits.programs import Program
    from mesacircuits.tasks import Task

__all__ = ["classify", "draw"]


def _read_task(text: str) -> Task:
    # What asks for a function is shown as one, whatever file or relation said so.
    from mesacircuits.tasks import RelationTask, parse_task

    task = parse_task(text)
    return task.to_function() if isinstance(task, RelationTask) and task.is_function() else task


def _read_circuit(given: str, task: Task, cap: int | None) -> Circuit:
    if cap is not None:
        raise click.UsageError("--circuit goes without --cap")
    return read_circuit(given, task.inputs)


@click.command(short_help="Judge circuits or a program: tags and witnesses.")
@click.argument("task", type=NAMED)
@circuit_option
@program_option
@basis_option
@order_option
@cap_option
@definition_options
@fresh_option
@effort_options(default_budget=60)
@json_option
def classify(
    task: str,
    circuit: str | None,
    program: str | None,
    basis: str,
    order: str,
    cap: int | None,
    definition: tuple[str, ...],
    time_limit: float,
    fresh: bool,
    budget: float | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Judge circuits, or a program, for TASK: scores, tags and witnesses.

    A program's scores are as wide as the task's utilities need, unless --definition says otherwise.
    Without --circuit or --program all minimal circuits of TASK are judged: the counts per tag, and
    the first circuit of each verdict with its witness (all of them with --json). Minima that ship
    with the package answer where they can; --fresh searches all the same. Exit status 1 if a
    definition of your own failed; the others are printed all the same; 4 if the budget ended first.
    """
    from mesacircuits import definitions, studies
    from mesacircuits.studies.programs import classifier_for

    parsed = _read_task(task)
    classifier = classifier_of(definition, time_limit)
    if circuit is not None and program is not None:
        raise click.UsageError("give --circuit or --program, not both")
    if circuit is not None or program is not None:
        solver: Circuit | Program
        if program is not None:
            solver = read_program(program, parsed)
            classifier = classifier or classifier_for(parsed)
        else:
            solver = _read_circuit(circuit or "", parsed, cap)
        judged = definitions.classify(solver, parsed, classifier)
        show(None if as_json else str(judged), judged.to_json())
        return int(any(j.note.startswith("failed: ") for j in judged.judgements))
    effort = effort_of(budget, workers, shipped=not fresh, says_bound=True)
    tagged = studies.tagged_minima(parsed, basis, order, effort, classifier, cap=cap)
    if as_json:
        show(None, tagged.judgements_json())
    else:
        show(tagged.judgements_text(), None)
    if tagged.failures:
        return 1
    return 0 if tagged.result.exhaustive else INCONCLUSIVE


@click.command(short_help="Draw a circuit or a program, witnesses marked.")
@click.argument("task", type=NAMED)
@circuit_option
@program_option
@basis_option
@order_option
@cap_option
@click.option(
    "--index",
    type=WHOLE,
    default=1,
    show_default=True,
    metavar="K",
    help="Which minimum, from 1.",
)
@click.option("--tag", metavar="TAG", help="The first minimum with this tag, instead of --index.")
@click.option("--plain", is_flag=True, help="Do not mark the wires of witnesses.")
@click.option(
    "--format",
    "form",
    default="terminal",
    show_default=True,
    metavar="FORMAT",
    help="terminal, svg, dot, tex or png (png needs the extra of that name).",
)
@click.option("--output", type=OUTPUT, metavar="FILE", help="Write to a file instead of stdout.")
@fresh_option
@effort_options(default_budget=60)
@json_option
def draw(
    task: str,
    circuit: str | None,
    program: str | None,
    basis: str,
    order: str,
    cap: int | None,
    index: int,
    tag: str | None,
    plain: bool,
    form: str,
    output: str | None,
    fresh: bool,
    budget: float | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Draw a circuit for TASK, by default its first minimal one, witnesses marked.

    Minima that ship with the package answer where they can; --fresh searches all the same. Exits
    with status 4 if the budget ended before the minima were reached.

    With --program: its listing and its trace on the first input of the support, as text or svg.
    """
    from mesacircuits.circuits import drawing
    from mesacircuits.definitions import classify as judge
    from mesacircuits.definitions.definition import MIXED, TAGS, UNCLASSIFIED
    from mesacircuits.enumeration import enumerate_minima
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import write_atomically
    from mesacircuits.studies.tagged import tagged

    if as_json and output is not None:
        raise click.UsageError("--json prints the drawing on stdout, so --output has no use")
    drawing.check_format(form)
    if not as_json and output is None:
        check_terminal(form != "png")
    parsed = _read_task(task)
    if program is not None:
        if circuit is not None or form not in ("terminal", "svg"):
            raise click.UsageError("--program goes without --circuit, as terminal or svg")
        record = _drawn_program(program, parsed, form, plain)
        if as_json:
            show(None, record)
        elif output is not None:
            write_atomically(output, record["drawing"].encode(), "output")
        elif form == "terminal":
            show(record["drawing"].rstrip("\n"), None)
        else:
            write_data(record["drawing"].encode())
        return 0
    if circuit is not None:
        chosen = _read_circuit(circuit, parsed, cap)
    else:
        if tag is None and index < 1:
            raise ArgumentError("index", "a number from 1", index)
        if tag is not None and tag not in (*TAGS, MIXED, UNCLASSIFIED):
            raise ArgumentError("tag", f"one of {', '.join((*TAGS, MIXED, UNCLASSIFIED))}", tag)
        effort = effort_of(budget, workers, shipped=not fresh, says_bound=True)
        found = enumerate_minima(parsed, basis, order, effort, cap=cap)
        if not found.exhaustive:
            say(found.headline)
            return INCONCLUSIVE
        if not found.solvable:
            raise click.ClickException(found.headline)
        # Tags are asked for by those alone who choose by them.
        chosen = found.pick(index) if tag is None else tagged(found).pick(index, tag)
    marks = {} if plain else judge(chosen, parsed).marks
    picture = drawing.draw(chosen, form, marks)
    if as_json:
        record = {"task": str(parsed), "circuit": chosen.to_json(), "format": form}
        if isinstance(picture, bytes):
            from base64 import b64encode

            record["base64"] = b64encode(picture).decode()
        else:
            record["drawing"] = picture
        show(None, record)
    elif output is not None:
        data = picture if isinstance(picture, bytes) else picture.encode() + b"\n"
        write_atomically(output, data, "output")
    elif isinstance(picture, bytes):
        write_data(picture, is_text=False)
    elif form == "terminal":
        show(picture, None)
    else:
        write_data(picture.encode() + b"\n")
    return 0


def _drawn_program(given: str, task: Task, form: str, plain: bool) -> dict[str, Any]:
    from mesacircuits.programs import run_turn
    from mesacircuits.programs.traces import trace_svg, trace_text
    from mesacircuits.studies.programs import classifier_for
    from mesacircuits.tasks import instances_of

    chosen = read_program(given, task)
    # This also says whether it solves the task.
    said = classifier_for(task).classify(chosen, task)
    marks = {} if plain else said.instruction_marks
    first = (task.support_bits & -task.support_bits).bit_length() - 1
    turn = run_turn(chosen, instances_of(task, chosen.machine)[first])
    if form == "svg":
        picture = trace_svg(chosen, turn, marks, f"{task}, input {first}")
    else:
        picture = f"{chosen}\n\ninput {first}\n{trace_text(chosen, turn, marks)}"
    return {
        "task": str(task),
        "program": chosen.to_json(),
        "format": form,
        "drawing": picture,
    }
