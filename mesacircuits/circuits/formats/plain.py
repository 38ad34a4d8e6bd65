"""The project's own files of circuits: text, with a first step that says its inputs, and JSON."""

from __future__ import annotations

import re

from mesacircuits.circuits.circuit import Circuit
from mesacircuits.circuits.formats.netlist import (
    CircuitFormat,
    comment_before,
    lines_of,
    refusal,
)
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, input_name
from mesacircuits.errors import ArgumentError
from mesacircuits.records import readable_json

__all__ = ["FORMATS", "read_text", "write_text"]

_INPUTS = re.compile(r"inputs\s*=\s*((?:\w+(?:\s*,\s*\w+)*)?)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_LETTERS = {input_name(i): i for i in range(MAX_TABLE_INPUTS)}


def read_text(data: str | bytes, argument: str = "text") -> Circuit:
    """Return the circuit of a text such as `inputs = a, b; g1 = a & ~b; out = ~g1`.

    Steps are those of `Circuit.parse`, on lines of their own or separated by `;`; what follows a
    `#` is a comment. The first step names the inputs, which are a, b, c, ... in this order. Without
    it they are taken to go up to the last letter that a step reads before any step defines it.

    Arguments:
        data: the file's text or bytes.
        argument: what errors call the file.

    Raises `ArgumentError` that quotes the step at fault.

    >>> read_text("inputs = a, b, c\\ng1 = a & ~b\\nout = g1").inputs
    3
    >>> read_text("g1 = a & ~b; out = g1").inputs
    2
    """
    inputs: int | None = None
    steps: list[str] = []
    for line, text in lines_of(data, argument):
        for step in text.partition("#")[0].split(";"):
            if not step.strip():
                continue
            match = None if steps or inputs is not None else _INPUTS.fullmatch(step.strip())
            if match is None:
                steps.append(step.strip())
                continue
            names = [name.strip() for name in match[1].split(",") if name.strip()]
            if names != [*_LETTERS][: len(names)]:
                raise refusal(argument, line, "inputs = a, b, c, ... up to p", match[1])
            inputs = len(names)
    if inputs is None:
        inputs = _inputs_read(steps)
    try:
        return Circuit.parse(inputs, "\n".join(steps))
    except ArgumentError as error:
        raise ArgumentError(" ".join(argument.split()), error.expected, error.got) from error


def _inputs_read(steps: list[str]) -> int:
    most, defined = 0, set[str]()
    for step in steps:
        name, _, right = step.partition("=")
        read = {word for word in _WORD.findall(right) if word in _LETTERS} - defined
        most = max([most, *(_LETTERS[word] + 1 for word in read)])
        defined.add(name.strip())
    return most


def write_text(circuit: Circuit) -> str:
    """Return a circuit as a text that `read_text` reads, one step per line.

    >>> print(write_text(Circuit.parse(2, "g1 = a & ~b; out = ~g1")), end="")
    inputs = a, b
    g1 = a & ~b
    out = ~g1
    """
    names = ", ".join(circuit.wire_name(i) for i in range(circuit.inputs))
    return f"inputs = {names}".rstrip() + "\n" + str(circuit).replace("; ", "\n") + "\n"


def _read_json(data: bytes, argument: str) -> Circuit:
    try:
        return Circuit.from_json(data)
    except ArgumentError as error:
        name = f"{' '.join(argument.split())}, {error.argument}"
        raise ArgumentError(name, error.expected, error.got) from error


def _write_json(circuit: Circuit) -> str:
    return readable_json(circuit.to_json()) + "\n"


FORMATS = (
    CircuitFormat("json", "mesacircuits JSON", _write_json, _read_json),
    CircuitFormat("txt", "mesacircuits text", write_text, read_text, commented=comment_before("#")),
)
