"""`convert`: circuit files and task files from one format to another."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from .arguments import INPUT, OUTPUT
from .streams import check_terminal, note, read_data, show, write_data

if TYPE_CHECKING:
    from mesacircuits.circuits import Circuit
    from mesacircuits.tasks import AnyTask

    Content = Circuit | AnyTask

__all__ = ["convert"]

_STREAM = "-"


def _format_of(path: str, given: str | None, option: str, known: list[str]) -> str:
    """Return the format that an option or else the suffix of a path names."""
    from mesacircuits.errors import ArgumentError

    if given is not None:
        if given not in known:
            raise ArgumentError(option, f"one of {', '.join(known)}", given)
        return given
    if path == _STREAM:
        raise click.UsageError(f"- has no suffix: say {option} FORMAT, one of {', '.join(known)}")
    suffix = PurePath(path).suffix.lower().removeprefix(".")
    if suffix not in known:
        suffixes = ", ".join(f".{name}" for name in known)
        raise ArgumentError("path", f"a name that ends in one of {suffixes}, or {option}", path)
    return suffix


def _read(path: str, form: str) -> Content:
    """Return the circuit or the task of a file; JSON that has gates is a circuit."""
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS, parse_circuit
    from mesacircuits.records import file_contents, json_values, read_bytes
    from mesacircuits.tasks import parse_task_file

    with file_contents():
        name = "stdin" if path == _STREAM else path
        data = read_data("source") if path == _STREAM else read_bytes(path, "path")
        is_circuit = form in CIRCUIT_FORMATS
        if form == "json":
            try:
                value = json_values(data)
            except ValueError:
                value = None  # refused below, by name
            is_circuit = isinstance(value, dict) and "gates" in value
        return parse_circuit(data, form, name) if is_circuit else parse_task_file(data, form, name)


def _written(content: Content, form: str) -> tuple[bytes, list[str]]:
    """Return the file in a format and the notes on what it loses."""
    from mesacircuits.circuits import Circuit
    from mesacircuits.circuits.formats import circuit_bytes, format_notes
    from mesacircuits.errors import ArgumentError
    from mesacircuits.tasks import TASK_FORMATS, task_bytes, task_of_circuit

    if not isinstance(content, Circuit):
        if form not in TASK_FORMATS:
            expected = f"one of {', '.join(TASK_FORMATS)} for a task (it has no gates)"
            raise ArgumentError("--to", expected, form)
        return task_bytes(content, form), []
    if form == "pla":
        gates = f"{content.size} gate{'s' * (content.size != 1)}"
        note = f"a PLA keeps what the circuit computes, not its {gates}"
        return task_bytes(task_of_circuit(content), form), [note]
    return circuit_bytes(content, form), list(format_notes(content, form))


def _record(content: Content, source: str, target: str, notes: list[str]) -> dict[str, Any]:
    from mesacircuits.circuits import Circuit

    record: dict[str, Any] = {"from": source, "to": target, "notes": notes}
    if isinstance(content, Circuit):
        counts = {"inputs": content.inputs, "outputs": len(content.outputs), "size": content.size}
        return record | {"kind": "circuit", **counts, "depth": content.depth}
    kind = content.to_json()["kind"]
    return record | {"kind": kind, "inputs": content.inputs, "outputs": content.outputs}


@click.command(short_help="Convert circuit and task files.")
@click.argument("source", type=INPUT)
@click.argument("destination", type=OUTPUT)
@click.option("--from", "source_format", metavar="FORMAT", help="Format of SOURCE.")
@click.option("--to", "target_format", metavar="FORMAT", help="Format of DESTINATION.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary of the conversion as JSON.")
def convert(
    source: str,
    destination: str,
    source_format: str | None,
    target_format: str | None,
    as_json: bool,
) -> None:
    """Convert the circuit or task in SOURCE to the format of DESTINATION.

    Formats go by the files' suffixes, or by --from and --to; - is stdin or stdout.

    \b
    Circuits: blif, bench, aag and aig (AIGER), json, txt (g1 = a & b; out = g1);
              v (structural Verilog) is written, not read
    Tasks:    pla (Espresso), json

    A circuit becomes a PLA as the task of computing its outputs. Files lose the names of their
    signals, but not the order; what else a format does not keep is said on stderr.
    """
    from mesacircuits.circuits.formats import CIRCUIT_FORMATS, WRITTEN_FORMATS
    from mesacircuits.records import write_atomically

    form = _format_of(source, source_format, "--from", [*CIRCUIT_FORMATS, "pla"])
    target = _format_of(destination, target_format, "--to", [*WRITTEN_FORMATS, "pla"])
    if as_json and destination == _STREAM:
        raise click.UsageError("--json prints the summary on stdout, so - has no use")
    if destination == _STREAM:
        check_terminal(target != "aig")
    content = _read(source, form)
    data, notes = _written(content, target)
    if destination == _STREAM:
        write_data(data, target != "aig")
    else:
        write_atomically(destination, data, "destination")
    for text in notes:
        note(text)
    if as_json:
        show(None, _record(content, form, target, notes))
