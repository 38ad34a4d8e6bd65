"""The project's own files of circuits: text, with a first step that says its inputs, and JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mesacircuits.circuits.circuit import MAX_GATES, Circuit
from mesacircuits.circuits.formats.netlist import (
    CircuitFormat,
    comment_before,
    lines_of,
    refusal,
    text_bytes,
)
from mesacircuits.circuits.names import (
    Names,
    name_of_word,
    named_json,
    quoted,
    reworded,
)
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, input_name
from mesacircuits.errors import ArgumentError
from mesacircuits.records import readable_json

__all__ = ["FORMATS", "read_text", "write_text"]

_NAME = r"[A-Za-z_]\w*"
_PORTS = re.compile(rf"(inputs|outputs)\s*=\s*((?:{_NAME}(?:\s*,\s*{_NAME})*)?)")
_WORD = re.compile(_NAME)
_LETTERS = {input_name(i): i for i in range(MAX_TABLE_INPUTS)}


def read_text(
    data: str | bytes,
    argument: str = "text",
    names: Sequence[str] | None = None,
) -> Circuit:
    """Return the circuit of a text such as `inputs = x, y; g1 = x & ~y; out = ~g1`.

    Steps are those of `Circuit.parse`, on lines of their own or separated by `;`; what follows a
    `#` is a comment. First the steps `inputs = x, y` and `outputs = f` may name inputs and
    outputs, in quotes where a name is no word of letters, digits and `_`. Without the former,
    inputs are a, b, c, ..., and taken to go up to the last letter that a step reads before any
    step defines it.

    Arguments:
        data: the file's text or bytes.
        argument: what errors call the file.
        names: what the inputs are called, if the text does not say; None if nobody knows.

    Raises `ArgumentError` that quotes the step at fault.

    >>> read_text("inputs = a, b, c\\ng1 = a & ~b\\nout = g1").inputs
    3
    >>> read_text("g1 = a & ~b; out = g1").inputs
    2
    >>> print(read_text('inputs = b, "x[0]"; out = ~b & "x[0]"'))
    g1 = ~b & "x[0]"; out = g1
    """
    ports: dict[str, list[str]] = {}
    steps: list[str] = []
    for line, text in lines_of(data, argument):
        for step in map(str.strip, reworded(text).partition("#")[0].split(";")):
            match = None if steps else _PORTS.fullmatch(step)
            if match is None:
                steps += [step] if step else []
                continue
            listed = [name_of_word(word) for word in _WORD.findall(match[2])]
            most = MAX_TABLE_INPUTS if match[1] == "inputs" else MAX_GATES
            twice = match[1] == "inputs" and len({*listed}) < len(listed)
            if match[1] in ports or len(listed) > most or twice:
                expected = f"{match[1]} = x, y, ... once, with at most {most:,} names"
                raise refusal(argument, line, expected + ", each once" * twice, match[2])
            ports[match[1]] = listed
    try:
        named = ports.get("inputs", names)
        known = _inputs_read(steps) if named is None else len(named)
        circuit = Circuit.parse(known, "\n".join(steps), named)
        if "outputs" in ports:
            own = [*map(circuit.wire_name, range(circuit.inputs))]
            Names(tuple(own), tuple(ports["outputs"])).check(circuit.inputs, len(circuit.outputs))
            circuit = circuit.named(Names.of_file(own, ports["outputs"]))
    except ArgumentError as error:
        raise ArgumentError(" ".join(argument.split()), error.expected, error.got) from error
    return circuit


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
    inputs = [circuit.wire_name(i) for i in range(circuit.inputs)]
    lines = [f"inputs = {', '.join(map(quoted, inputs))}".rstrip()]
    if circuit.names != Names.of_file(inputs, [None] * len(circuit.outputs)):
        lines.append(f"outputs = {', '.join(map(quoted, circuit.output_names))}")
    return "\n".join([*lines, *circuit.steps()]) + "\n"


def _read_json(data: bytes, argument: str) -> Circuit:
    try:
        return Circuit.from_json(text_bytes(data, argument))
    except ArgumentError as error:
        name = f"{' '.join(argument.split())}, {error.argument}"
        raise ArgumentError(name, error.expected, error.got) from error


def _write_json(circuit: Circuit) -> str:
    return readable_json(circuit.to_json() | named_json(circuit)) + "\n"


FORMATS = (
    CircuitFormat("json", "mesacircuits JSON", _write_json, _read_json),
    CircuitFormat("txt", "mesacircuits text", write_text, read_text, commented=comment_before("#")),
)
