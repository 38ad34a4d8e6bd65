"""Circuit files: BLIF, BENCH, AIGER (ASCII and binary), and the project's own JSON and text.

Every format has a reader and a writer. Readers take combinational circuits of at most 16 inputs,
decompose what is wider than a gate of four operands, and refuse the rest with one line that says
where and why. A `Circuit` has no names, so those of a file's signals are not kept; the order of
inputs and outputs is. What a format does not keep of a circuit, `format_notes` tells.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import PurePath

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.formats.aiger import aiger_notes, read_aiger, write_aag, write_aig
from mesacircuits.circuits.formats.bench import bench_notes, read_bench, write_bench
from mesacircuits.circuits.formats.blif import read_blif, write_blif
from mesacircuits.circuits.formats.netlist import CircuitFormat
from mesacircuits.circuits.formats.plain import read_text, write_text
from mesacircuits.circuits.formats.verilog import write_verilog
from mesacircuits.errors import ArgumentError
from mesacircuits.records import file_contents, read_bytes

__all__ = [
    "CIRCUIT_FORMATS", "WRITTEN_FORMATS", "CircuitFormat", "aiger_notes", "bench_notes",
    "circuit_bytes", "circuit_format", "circuit_text", "format_notes", "parse_circuit",
    "read_aiger", "read_bench", "read_blif", "read_circuit", "read_text", "register", "write_aag",
    "write_aig", "write_bench", "write_blif", "write_text", "write_verilog",
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
    'BLIF, one flat model'
    """
    if name not in WRITTEN_FORMATS:
        raise ArgumentError(argument, f"one of {', '.join(WRITTEN_FORMATS)}", name)
    return WRITTEN_FORMATS[name]


def parse_circuit(data: str | bytes, format: str, argument: str | None = None) -> Circuit:
    """Return the circuit that `data` states in the named format.

    Inputs and outputs keep their order and lose their names: a `Circuit` calls its inputs a, b, ...
    Errors call the data `argument`, by default the name of the format.

    Raises `ArgumentError` for an unknown format, and for data that are no circuit in it.

    >>> print(parse_circuit("INPUT(x)\\nOUTPUT(y)\\ny = NOT(x)", "bench"))
    out = ~a
    """
    form = circuit_format(format)
    if form.read is None:
        readable = f"a format that is read: {', '.join(CIRCUIT_FORMATS)}"
        raise ArgumentError(argument or "format", readable, format)
    octets = data if isinstance(data, bytes) else data.encode("utf-8", "backslashreplace")
    return form.read(octets, form.name if argument is None else argument)


def read_circuit(path: str | os.PathLike[str], format: str | None = None) -> Circuit:
    """Return the circuit of a file, in the named format or else the one that its suffix names.

    Raises `FileError` if the file cannot be read (naming `path`), and if it states no circuit
    (naming the file and the line); `ArgumentError` if its suffix names no format.

    >>> read_circuit("adder.v")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.ArgumentError: path: expected a name that ends in .blif, .bench, .aag, \
.aig, .json or .txt, got adder.v
    """
    name = os.fspath(path)
    if format is None:
        format = PurePath(name).suffix.lower().removeprefix(".")
        if format not in CIRCUIT_FORMATS:
            *others, last = (form.suffix for form in CIRCUIT_FORMATS.values())
            raise ArgumentError("path", f"a name that ends in {', '.join(others)} or {last}", name)
    circuit_format(format)
    with file_contents():
        return parse_circuit(read_bytes(path, "path"), format, name)


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
