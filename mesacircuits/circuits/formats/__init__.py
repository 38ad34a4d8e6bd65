"""Circuit files: BLIF, BENCH, AIGER (ASCII and binary), and the project's own JSON and text.

Every format has a reader and a writer. Readers take combinational circuits of at most 16 inputs,
decompose what is wider than a gate of four operands, and refuse the rest with one line that says
where and why. Inputs and outputs keep their names and their order (`Circuit.names`); other signals
lose theirs. What a format does not keep of a circuit, `format_notes` tells.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from pathlib import PurePath

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.formats.aiger import aiger_notes, read_aiger, write_aag, write_aig
from mesacircuits.circuits.formats.bench import (
    bench_notes,
    cirbo_notes,
    read_bench,
    write_bench,
    write_cirbo,
)
from mesacircuits.circuits.formats.blif import read_blif, read_blif_with_free, write_blif
from mesacircuits.circuits.formats.netlist import CircuitFormat, text_bytes
from mesacircuits.circuits.formats.plain import read_text, write_text
from mesacircuits.circuits.formats.verilog import write_verilog
from mesacircuits.errors import ArgumentError
from mesacircuits.records import file_contents, read_bytes

__all__ = [
    "CIRCUIT_FORMATS", "WRITTEN_FORMATS", "CircuitFormat", "aiger_notes", "bench_notes",
    "check_has_models", "cirbo_notes", "circuit_bytes", "circuit_format", "circuit_text",
    "format_notes", "model_of_path", "parse_circuit", "read_aiger", "read_bench", "read_blif",
    "read_blif_with_free", "read_circuit", "read_text", "register", "text_bytes", "write_aag",
    "write_aig", "write_bench", "write_blif", "write_cirbo", "write_text", "write_verilog",
]  # fmt: skip

#: The formats that circuits are read from, by name.
CIRCUIT_FORMATS: dict[str, CircuitFormat] = {}
#: The formats that circuits are written in, by name.
WRITTEN_FORMATS: dict[str, CircuitFormat] = {}


def register(*formats: CircuitFormat) -> None:
    """Make formats known, to all that reads or writes circuits.

    Raises `ArgumentError` for a name that is taken.
    """
    for form in formats:
        if form.name in WRITTEN_FORMATS:
            raise ArgumentError("format", "a new name", form.name)
        WRITTEN_FORMATS[form.name] = form
        if form.read is not None:
            CIRCUIT_FORMATS[form.name] = form


# The files of formats, each with its `FORMATS`, in the order in which they are listed.
for _name in (
    "blif",
    "bench",
    "aiger",
    "plain",
    "verilog",
):
    register(*import_module(f"{__name__}.{_name}").FORMATS)


def circuit_format(name: str, argument: str = "format") -> CircuitFormat:
    """Return the format called `name`; raises `ArgumentError` for an unknown name.

    >>> circuit_format("blif").description
    'BLIF, without latches'
    """
    if name not in WRITTEN_FORMATS:
        raise ArgumentError(argument, f"one of {', '.join(WRITTEN_FORMATS)}", name)
    return WRITTEN_FORMATS[name]


def model_of_path(path: str) -> tuple[str, str | None]:
    """Return the file, and the model, of a text FILE.blif:MODEL; a file of that name goes first.

    >>> model_of_path("chip.blif:adder"), model_of_path("chip.blif")
    (('chip.blif', 'adder'), ('chip.blif', None))
    """
    ends = "|".join(name for name, form in CIRCUIT_FORMATS.items() if form.has_models)
    found = re.fullmatch(rf"(?is)(.*\.(?:{ends})):(\S+)", path)
    return (found[1], found[2]) if found and not os.path.exists(path) else (path, None)


def parse_circuit(
    data: str | bytes, format: str, argument: str | None = None, model: str | None = None
) -> Circuit:
    """Return the circuit that `data` states in the named format.

    Inputs and outputs keep their order and, if the format has such, their names. Errors call the
    data `argument`, by default the name of the format. `model` is the name of one of several
    circuits, where the format has several in a file; else the first is taken.

    Raises `ArgumentError` for an unknown format, and for data that are no circuit in it.

    >>> print(parse_circuit("INPUT(x)\\nOUTPUT(y)\\ny = NOT(x)", "bench"))
    out = ~x
    """
    form = circuit_format(format)
    if form.read is None:
        readable = f"a format that is read: {', '.join(CIRCUIT_FORMATS)}"
        raise ArgumentError(argument or "format", readable, format)
    octets = data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
    name = form.name if argument is None else argument
    if model is None:
        return form.read(octets, name)
    check_has_models(form)
    return form.read(octets, name, model)


def check_has_models(form: CircuitFormat) -> None:
    """Raise `ArgumentError` if files of a format have one circuit each, which has no name.

    >>> check_has_models(circuit_format("blif"))
    """
    if not form.has_models:
        known = ", ".join(n for n, form in CIRCUIT_FORMATS.items() if form.has_models)
        raise ArgumentError("model", f"a format of several models: {known}", form.name)


def read_circuit(path: str | os.PathLike[str], format: str | None = None) -> Circuit:
    """Return the circuit of a file, in the named format or else the one that its suffix names.

    A path such as `chip.blif:adder` names a model of a file that has several.

    Raises `FileError` if the file cannot be read (naming `path`), and if it states no circuit
    (naming the file and the line); `ArgumentError` if its suffix names no format.

    >>> read_circuit("adder.v")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: path: expected a name that ends in .blif, .bench, .cirbo, \
.aag, .aig, .json or .txt, got adder.v
    """
    name, model = model_of_path(os.fspath(path))
    if format is None:
        format = PurePath(name).suffix.lower().removeprefix(".")
        if format not in CIRCUIT_FORMATS:
            *others, last = (form.suffix for form in CIRCUIT_FORMATS.values())
            raise ArgumentError("path", f"a name that ends in {', '.join(others)} or {last}", name)
    circuit_format(format)
    with file_contents():
        return parse_circuit(read_bytes(name, "path"), format, name, model)


def circuit_bytes(circuit: Circuit, format: str) -> bytes:
    """Return the file of a circuit in the named format; `format_notes` says what it loses.

    Raises `ArgumentError` for an unknown format.

    >>> circuit_bytes(Circuit.parse(1, "out = ~a"), "aig")
    b'aig 1 1 0 1 0\\n3\\ni0 a\\no0 out\\n'
    """
    data = circuit_format(format).write(circuit)
    return data if isinstance(data, bytes) else data.encode()


def circuit_text(circuit: Circuit, format: str) -> str:
    """Return the file of a circuit in the named format, if that is one of text.

    Raises `ArgumentError` for an unknown format, and for `aig`, whose files are bytes.

    >>> print(circuit_text(Circuit.parse(1, "out = ~a"), "bench"), end="")
    INPUT(a)
    OUTPUT(out)
    out = NOT(a)
    """
    data = circuit_format(format).write(circuit)
    if isinstance(data, bytes):
        raise ArgumentError("format", "a format of text (aag is AIGER's)", format)
    return data


def format_notes(circuit: Circuit, format: str) -> tuple[str, ...]:
    """Return what the named format does not keep of a circuit, or asks of readers, line by line.

    Raises `ArgumentError` for an unknown format.

    >>> format_notes(Circuit.parse(2, "g1 = a ^ b; out = g1"), "aag")
    ('1 of 1 gates is no AND of wires or inverses; AIGER states it by 3 ANDs',)
    """
    return circuit_format(format).notes(circuit)
