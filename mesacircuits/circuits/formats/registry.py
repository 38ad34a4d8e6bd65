"""The formats that circuits are read from and written in, by name and by file suffix."""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.circuit_json import circuit_from_bytes
from mesacircuits.circuits.formats.aiger import aiger_notes, read_aiger, write_aag, write_aig
from mesacircuits.circuits.formats.bench import bench_notes, read_bench, write_bench
from mesacircuits.circuits.formats.blif import read_blif, write_blif
from mesacircuits.circuits.formats.plain import read_text, write_text
from mesacircuits.circuits.formats.verilog import write_verilog
from mesacircuits.errors import ArgumentError
from mesacircuits.records import file_contents, read_bytes, readable_json

__all__ = [
    "CIRCUIT_FORMATS",
    "WRITTEN_FORMATS",
    "CircuitFormat",
    "circuit_bytes",
    "circuit_format",
    "circuit_text",
    "comment_before",
    "format_notes",
    "parse_circuit",
    "read_circuit",
]


@dataclass(frozen=True, slots=True)
class CircuitFormat:
    """A format of circuit files.

    Arguments:
        name: what `--from` and `--to` call it; the suffix of its files is `.` and the name.
        description: one line.
        read: gives the circuit of a file's bytes; its second argument is what errors call them.
        write: gives the file's text or, for a binary format, bytes.
        notes: gives what `write` does not keep of a circuit, or asks of readers, one line each.
        commented: gives the file's bytes with some lines as a comment in them; None if the format
            has no comments.
        is_text: whether its files are text; else they are bytes.

    >>> CIRCUIT_FORMATS["aag"].suffix
    '.aag'
    """

    name: str
    description: str
    read: Callable[[bytes, str], Circuit]
    write: Callable[[Circuit], str | bytes]
    notes: Callable[[Circuit], tuple[str, ...]]
    commented: Callable[[bytes, Sequence[str]], bytes] | None = None
    is_text: bool = True

    @property
    def suffix(self) -> str:
        """The suffix of file names in this format."""
        return f".{self.name}"


def _no_notes(circuit: Circuit) -> tuple[str, ...]:
    return ()


def _read_json(data: bytes, argument: str) -> Circuit:
    try:
        return circuit_from_bytes(data)
    except ArgumentError as error:
        name = f"{' '.join(argument.split())}, {error.argument}"
        raise ArgumentError(name, error.expected, error.got) from error


def _write_json(circuit: Circuit) -> str:
    return readable_json(circuit.to_json()) + "\n"


def comment_before(mark: str) -> Callable[[bytes, Sequence[str]], bytes]:
    """Return what puts lines before a file's bytes, each as a comment that begins with a mark.

    >>> comment_before("#")(b"data", ["one", "two"])
    b'# one\\n# two\\ndata'
    """
    return lambda data, lines: "".join(f"{mark} {line}\n" for line in lines).encode() + data


def _after_c(data: bytes, lines: Sequence[str]) -> bytes:
    # In AIGER comments come last, after a line c.
    return data + b"c\n" + "\n".join(lines).encode() + b"\n"


_FORMATS = (
    CircuitFormat(
        "blif", "BLIF, one flat model", read_blif, write_blif, _no_notes, comment_before("#")
    ),
    CircuitFormat(
        "bench", "ISCAS BENCH, with LUTs", read_bench, write_bench, bench_notes, comment_before("#")
    ),
    CircuitFormat("aag", "AIGER, ASCII", read_aiger, write_aag, aiger_notes, _after_c),
    CircuitFormat("aig", "AIGER, binary", read_aiger, write_aig, aiger_notes, _after_c, False),
    CircuitFormat("json", "mesacircuits JSON", _read_json, _write_json, _no_notes),
    CircuitFormat(
        "txt", "mesacircuits text", read_text, write_text, _no_notes, comment_before("#")
    ),
)

#: The formats of circuit files, by name. Commands, their help and exports know no others.
CIRCUIT_FORMATS: dict[str, CircuitFormat] = {form.name: form for form in _FORMATS}


def _read_verilog(data: bytes, argument: str) -> Circuit:
    raise ArgumentError(argument, f"a format that is read: {', '.join(CIRCUIT_FORMATS)}", "Verilog")


_VERILOG = CircuitFormat(
    "v", "structural Verilog", _read_verilog, write_verilog, _no_notes, comment_before("//")
)

#: The formats that circuits are written in: those that are read, and Verilog.
WRITTEN_FORMATS: Mapping[str, CircuitFormat] = ChainMap({"v": _VERILOG}, CIRCUIT_FORMATS)


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
