"""`classify`, `draw`, `run` and `convert`: single circuits or programs, given or found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from . import options
from .options import INPUT, NAMED, OUTPUT, WHOLE, Result, as_json, command, flag, option, refuse
from .streams import check_terminal, note, read_data, say, write_data

if TYPE_CHECKING:
    from mesacircuits.circuits import Circuit
    from mesacircuits.circuits.circuit import Wired
    from mesacircuits.programs import Program
    from mesacircuits.tasks import AnyTask, Task

    Content = Circuit | AnyTask

__all__ = ["classify", "convert", "draw", "run"]

_STREAM = "-"


def _read_task(text: str) -> Task:
    # What asks for a function is shown as one, whatever file or relation said so.
    from mesacircuits.tasks import RelationTask, parse_task

    task = parse_task(text)
    return task.to_function() if isinstance(task, RelationTask) and task.is_function() else task


def _read_circuit(given: str, task: Task, cap: int | None) -> Circuit:
    refuse(cap is not None, "--circuit goes without --cap")
    return options.read_circuit(given, task)


@command(
    short_help="Judge circuits or a program: tags and witnesses.", example="classify tt:4:088E"
)
@click.argument("task", type=NAMED)
@options.circuit
@options.program
@options.basis
@options.order
@options.cap
@options.definitions()
@option(
    "--settings",
    "Where a tag is not given, try so many other settings of the definition's dials at most; "
    "0: none.",
    "N",
    WHOLE,
    32,
)
@flag("--why", "Show what each tag rests on: what is set inside the solver, and what it does then.")
@options.effort(default_budget=60, fresh=True)
def classify(
    task: str,
    circuit: str | None,
    program: str | None,
    basis: str,
    order: str,
    cap: int | None,
    definition: tuple[str, ...],
    time_limit: float,
    settings: int,
    why: bool,
    **means: Any,
) -> Result:
    """Judge circuits, or a program, for TASK: scores, tags and witnesses.

    Where a tag is not given, a word on the frontier follows the score: at which other dials it
    would be, those nearest to the ones asked, or that it is at none of those tried. One definition
    may be given at several dials.

    A program's scores are as wide as the task's utilities need, unless --definition says otherwise.
    Without --circuit or --program all minimal circuits of TASK are judged: the counts per tag, and
    the first circuit of each verdict with its witness (all of them with --json). Minima that ship
    with the package answer where they can; --fresh searches all the same. Exit status 1 if a
    definition of your own failed; the others are printed all the same; 4 if the budget ended first.
    """
    from mesacircuits import definitions, studies
    from mesacircuits.circuits.names import named_json
    from mesacircuits.studies.programs import classifier_for

    parsed = _read_task(task)
    classifier = options.classifier_of(definition, time_limit)
    both = circuit is not None and program is not None
    refuse(both, "give --circuit or --program, not both")
    if circuit is not None or program is not None:
        solver: Circuit | Program
        if program is not None:
            solver = options.read_program(program, parsed)
            classifier = classifier or classifier_for(parsed)
        else:
            solver = _read_circuit(circuit or "", parsed, cap)
        judged = definitions.classify(solver, parsed, classifier, settings)
        failed = any(j.note.startswith("failed: ") for j in judged.judgements)
        return Result(
            lambda: judged.text(why), lambda: judged.to_json() | named_json(solver), int(failed)
        )
    effort = options.effort_of(**means, says_bound=True)
    tagged = studies.tagged_minima(parsed, basis, order, effort, classifier, cap=cap)
    status = 1 if tagged.failures else 0 if tagged.result.exhaustive else options.INCONCLUSIVE
    return Result(
        lambda: tagged.judgements_text(settings, why),
        lambda: tagged.judgements_json(settings),
        status,
    )


def _drawing_formats() -> dict[str, str]:
    from mesacircuits.circuits.drawing import DRAWINGS

    *others, last = DRAWINGS
    return {"FORMATS": f"{', '.join(others)} or {last}"}


@command(
    short_help="Draw a circuit or a program, witnesses marked.",
    example="draw tt:4:088E --tag search-like",
    words=_drawing_formats,
)
@click.argument("task", type=NAMED)
@options.circuit
@options.program
@options.basis
@options.order
@options.cap
@option("--index", "Which minimum, from 1.", "K", WHOLE, 1)
@option("--tag", "The first minimum with this tag, instead of --index.", "TAG")
@flag("--plain", "Do not mark the wires of witnesses.")
@option(
    "--format", "FORMATS (png needs the extra of that name).", "FORMAT", None, "terminal", "form"
)
@options.output
@options.effort(default_budget=60, fresh=True)
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
    **means: Any,
) -> Result | int | None:
    """Draw a circuit for TASK, by default its first minimal one, witnesses marked.

    Minima that ship with the package answer where they can; --fresh searches all the same. Exits
    with status 4 if the budget ended before the minima were reached.

    With --program: its listing and its trace on the first input of the support, as text or svg.
    """
    from mesacircuits.circuits import drawing
    from mesacircuits.circuits.names import named_json
    from mesacircuits.definitions import classify as judge
    from mesacircuits.definitions.definition import MIXED, TAGS, UNCLASSIFIED
    from mesacircuits.enumeration import enumerate_minima
    from mesacircuits.errors import ArgumentError
    from mesacircuits.studies.tagged import tagged

    both = as_json() and output is not None
    refuse(both, "--json prints the drawing on stdout, so --output has no use")
    drawing.check_format(form)
    is_text = drawing.DRAWINGS[form].is_text
    if not as_json() and output is None:
        check_terminal(is_text)
    parsed = _read_task(task)
    if program is not None:
        wrong = circuit is not None or form not in ("terminal", "svg")
        refuse(wrong, "--program goes without --circuit, as terminal or svg")
        solver, picture = _drawn_program(program, parsed, form, plain)
        return _drawn({"task": str(parsed), "program": solver.to_json()}, form, picture, output)
    if circuit is not None:
        chosen = _read_circuit(circuit, parsed, cap)
    else:
        if tag is None and index < 1:
            raise ArgumentError("index", "a number from 1", index)
        if tag is not None and tag not in (*TAGS, MIXED, UNCLASSIFIED):
            raise ArgumentError("tag", f"one of {', '.join((*TAGS, MIXED, UNCLASSIFIED))}", tag)
        effort = options.effort_of(**means, says_bound=True)
        found = enumerate_minima(parsed, basis, order, effort, cap=cap)
        if not found.exhaustive:
            say(found.headline)
            return options.INCONCLUSIVE
        if not found.solvable:
            raise click.ClickException(found.headline)
        # Tags are asked for by those alone who choose by them.
        chosen = found.pick(index) if tag is None else tagged(found).pick(index, tag)
    drawn = drawing.draw(chosen, form, {} if plain else judge(chosen, parsed).marks)
    record = {"task": str(parsed), "circuit": chosen.to_json(), **named_json(chosen)}
    return _drawn(record, form, drawn, output, end="\n")


def _drawn(
    record: dict[str, Any], form: str, picture: str | bytes, output: str | None, end: str = ""
) -> Result | None:
    """Write a picture to its file or as data; for a terminal, or as JSON, it is the result.

    Arguments:
        record: what it shows, as JSON values.
        end: what ends the file of a picture that is text.
    """
    from base64 import b64encode

    from mesacircuits.records import write_atomically

    data = picture if isinstance(picture, bytes) else f"{picture}{end}".encode()
    if output is not None:
        write_atomically(output, data, "output")
        return None
    if not as_json() and form != "terminal":
        write_data(data, isinstance(picture, str))
        return None
    if isinstance(picture, bytes):
        return Result("", {**record, "format": form, "base64": b64encode(picture).decode()})
    return Result(picture.rstrip("\n"), {**record, "format": form, "drawing": picture})


def _drawn_program(given: str, task: Task, form: str, plain: bool) -> tuple[Program, str]:
    from mesacircuits.programs import run_turn
    from mesacircuits.programs.traces import trace_svg, trace_text
    from mesacircuits.studies.programs import classifier_for
    from mesacircuits.tasks import instances_of

    chosen = options.read_program(given, task)
    # This also says whether it solves the task.
    said = classifier_for(task).classify(chosen, task)
    marks = {} if plain else said.instruction_marks
    first = (task.support_bits & -task.support_bits).bit_length() - 1
    turn = run_turn(chosen, instances_of(task, chosen.machine)[first])
    if form == "svg":
        return chosen, trace_svg(chosen, turn, marks, f"{task}, input {first}")
    return chosen, f"{chosen}\n\ninput {first}\n{trace_text(chosen, turn, marks)}"


@command(
    short_help="Run a circuit or a program in its world.",
    example="run 'thermostat(levels=2)' --circuit 'out = b & ~a, a & ~b'",
)
@click.argument("task", type=NAMED)
@options.circuit
@options.program
@option(
    "--draw",
    "Draw the world with the circuit's actions marked instead: terminal or svg.",
    "FORMAT",
    into="form",
)
def run(task: str, circuit: str | None, program: str | None, form: str | None) -> Result:
    """Run a circuit or a program in the world, or over the episodes, of TASK: exactly.

    In a world: the runs from all starts, those after each single disturbance, and whether the
    circuit solves TASK and recovers. Over episodes: the expected reward of each step, and in all.
    The inputs of the circuit are the observation, then its state; its outputs the action, then its
    next state. A program has one turn for each step; on a task without a world it is run on every
    input of the support.
    """
    from mesacircuits.studies.programs import program_runs
    from mesacircuits.tasks import WorldTask, closed_loop_report, draw_world, parse_task, unroll

    refuse((circuit is None) == (program is None), "give --circuit or --program")
    parsed = parse_task(task)
    chosen: Wired
    if program is not None:
        read = options.read_program(program, parsed)
        if not parsed.has_world:
            refuse(form is not None, "--draw goes with a world")
            return Result.of(program_runs(read, parsed))
        chosen = unroll(read, parsed)
    else:
        chosen = options.read_circuit(circuit or "", parsed)
    report = closed_loop_report(parsed, chosen)
    if form is None:
        return Result(report.text, report.to_json)
    if not isinstance(parsed, WorldTask):
        raise click.UsageError("--draw goes with a world, not with episodes")
    picture = draw_world(parsed.world, form, parsed.machine(chosen).words)
    return Result(picture.rstrip("\n"), {"format": form, "drawing": picture})


# -- files -------------------------------------------------------------------------------------


def _read(path: str, form: str, model: str | None, as_task: bool) -> Content | list[Circuit]:
    """Return the circuit, the task or the minima of a file.

    JSON that has gates is a circuit, which may be asked for as a task; minima are what
    `enumerate --json` prints.
    """
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS, parse_circuit, text_bytes
    from mesacircuits.records import file_contents, json_values, read_bytes
    from mesacircuits.tasks import parse_task_file

    with file_contents():
        name = "stdin" if path == _STREAM else path
        data = read_data("source") if path == _STREAM else read_bytes(path, "path")
        is_circuit = form in CIRCUIT_FORMATS
        if form == "json":
            try:
                value = json_values(text_bytes(data, name))
            except ValueError:
                value = None  # refused below, by name
            is_circuit = isinstance(value, dict) and "gates" in value
            if isinstance(value, dict) and "minima" in value and model is None:
                return _listed(value, name)
        if is_circuit and not as_task:
            return parse_circuit(data, form, name, model)
        return parse_task_file(data, form, name, model)


def _listed(value: dict[str, Any], name: str) -> list[Circuit]:
    from mesacircuits.circuits import Circuit
    from mesacircuits.errors import ArgumentError

    names = {key: value[key] for key in ("names",) if key in value}
    listed = value["minima"] if isinstance(value["minima"], list) else [None]
    circuits = []
    for each in listed:
        try:
            circuits.append(Circuit.from_json(each | names if isinstance(each, dict) else each))
        except ArgumentError as error:
            where = f"{name}, minima[{len(circuits)}], {error.argument}"
            raise ArgumentError(where, error.expected, error.got) from error
    return circuits


def _chosen(
    content: Content | list[Circuit], number: int | None, target: str, **how: Any
) -> Content | int:
    """Return what is to be written: a circuit of several, or the task itself; else a status.

    Arguments:
        number: which of the minima, from 1; None if that was not said.
        target: the format that it goes to.
        how: basis, order and effort of the search for the minima of a task.
    """
    from mesacircuits.circuits import Circuit
    from mesacircuits.enumeration import enumerate_minima
    from mesacircuits.errors import ArgumentError
    from mesacircuits.tasks import TASK_FORMATS

    if isinstance(content, list):
        if number is None or not 1 <= number <= len(content):
            expected = f"--minimum and a number from 1 to {len(content):,}, of the file's minima"
            raise ArgumentError("--minimum", expected, "none" if number is None else number)
        return content[number - 1]
    if isinstance(content, Circuit):
        return content
    if number is None:
        if target not in TASK_FORMATS:
            expected = f"one of {', '.join(TASK_FORMATS)} for a task (it has no gates; --minimum 1 "
            raise ArgumentError("--to", f"{expected}makes it one of its minimal circuits)", target)
        return content
    found = enumerate_minima(content, **how)
    if not found.exhaustive:
        say(found.headline)
        return options.INCONCLUSIVE
    if not found.solvable:
        raise click.ClickException(found.headline)
    chosen = found.pick(number)
    note(f"minimum {number} of {found.headline}")
    return chosen


def _written(content: Content, form: str) -> tuple[bytes, list[str]]:
    """Return the file in a format and the notes on what it loses."""
    from mesacircuits.circuits import Circuit
    from mesacircuits.circuits.formats import WRITTEN_FORMATS, circuit_bytes, format_notes
    from mesacircuits.tasks import task_bytes, task_notes, task_of_circuit

    if not isinstance(content, Circuit):
        return task_bytes(content, form), list(task_notes(content, form))
    if form not in WRITTEN_FORMATS:
        gates = f"{content.size} gate{'s' * (content.size != 1)}"
        said = f"a {form.upper()} keeps what the circuit computes, not its {gates}"
        task = task_of_circuit(content)
        return task_bytes(task, form), [said, *task_notes(task, form)]
    return circuit_bytes(content, form), list(format_notes(content, form))


def _record(content: Content, source: str, target: str, notes: list[str]) -> dict[str, Any]:
    from mesacircuits.circuits import Circuit

    record: dict[str, Any] = {"from": source, "to": target, "notes": notes}
    if isinstance(content, Circuit):
        counts = {"inputs": content.inputs, "outputs": len(content.outputs), "size": content.size}
        return record | {"kind": "circuit", **counts, "depth": content.depth}
    kind = content.to_json()["kind"]
    return record | {"kind": kind, "inputs": content.inputs, "outputs": content.outputs}


def _circuit_formats() -> dict[str, str]:
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS, WRITTEN_FORMATS
    from mesacircuits.tasks import TASK_FORMATS

    said = {name: f"{name} ({form.description})" for name, form in WRITTEN_FORMATS.items()}
    return {
        "CIRCUITS": ", ".join(said[name] for name in CIRCUIT_FORMATS),
        "WRITTEN": ", ".join(said[name] for name in said if name not in CIRCUIT_FORMATS),
        "TASKS": ", ".join(f"{name} ({of})" for name, of in TASK_FORMATS.items()),
    }


@command(
    short_help="Convert circuit and task files.",
    example="convert adder.blif adder.aag",
    words=_circuit_formats,
    json_help="Print a summary of the conversion as JSON.",
)
@click.argument("source", type=INPUT)
@click.argument("destination", type=OUTPUT)
@option("--from", "Format of SOURCE.", "FORMAT", into="source_format")
@option("--to", "Format of DESTINATION.", "FORMAT", into="target_format")
@option("--model", "Which model of a BLIF file (default: the first).", "NAME")
@option(
    "--minimum",
    "Write minimal circuit number K of the task, or of what `enumerate --json` printed.",
    "K",
    WHOLE,
)
@options.basis
@options.order
@options.effort(default_budget=60, fresh=True)
def convert(
    source: str,
    destination: str,
    source_format: str | None,
    target_format: str | None,
    model: str | None,
    minimum: int | None,
    basis: str,
    order: str,
    **means: Any,
) -> Result | int | None:
    """Convert the circuit or task in SOURCE to the format of DESTINATION.

    Formats go by the files' suffixes, or by --from and --to; - is stdin or stdout.

    Circuits: CIRCUITS. Written, not read: WRITTEN.

    Tasks: TASKS.

    A circuit becomes a PLA as the task of computing its outputs, and with --minimum 1 a task, or
    that of a circuit, becomes the first of its minimal circuits. Inputs and outputs keep their
    names and their order; what a format does not keep is said on stderr.
    """
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS, WRITTEN_FORMATS, model_of_path
    from mesacircuits.records import write_atomically
    from mesacircuits.tasks import TASK_FORMATS

    read, written = (
        [*dict.fromkeys([*f, *TASK_FORMATS])] for f in (CIRCUIT_FORMATS, WRITTEN_FORMATS)
    )
    form = options.format_of(model_of_path(source)[0], source_format, "--from", read)
    target = options.format_of(destination, target_format, "--to", written)
    streamed = destination == _STREAM
    refuse(as_json() and streamed, "--json prints the summary on stdout, so - has no use")
    is_text = target not in WRITTEN_FORMATS or WRITTEN_FORMATS[target].is_text
    if streamed:
        check_terminal(is_text)
    if model is None:
        path, model = model_of_path(source)
    else:
        path = source
    how = {"basis": basis, "order": order, "effort": options.effort_of(**means, says_bound=True)}
    content = _chosen(_read(path, form, model, minimum is not None), minimum, target, **how)
    if isinstance(content, int):
        return content
    data, notes = _written(content, target)
    if streamed:
        write_data(data, is_text)
    else:
        write_atomically(destination, data, "destination")
    for text in notes:
        note(text)
    return Result("", _record(content, form, target, notes)) if as_json() else None
