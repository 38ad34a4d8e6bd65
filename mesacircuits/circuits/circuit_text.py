"""Circuits from text such as `g1 = a & b; g2 = g1 ^ c; out = ~g2`."""

from __future__ import annotations

import re

from mesacircuits.circuits.circuit import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.operators import OPERATORS, operator_named
from mesacircuits.circuits.truthtable import input_name
from mesacircuits.errors import ArgumentError

__all__ = ["circuit_from_text"]

_NAME = r"[A-Za-z_]\w*"
#: A wire of a gate, or the constant 0.
_OPERAND = rf"(?:{_NAME}|0)"
_STEP = re.compile(rf"^\s*({_NAME})\s*=\s*(.+?)\s*$")
#: White space beside a symbol; that between two words stays, for `g 1` is not `g1`.
_SPACE = re.compile(r"(?<=[^\w\s])\s+|\s+(?=[^\w\s])")
_GENERIC = re.compile(rf"^(tt:\d:[0-9A-F]+)\(\s*({_OPERAND}(?:\s*,\s*{_OPERAND})*)\s*\)$")


def _pattern(form: str) -> re.Pattern[str]:
    spaced = re.escape(form.replace(" ", "")).replace(r"\{", "{").replace(r"\}", "}")
    for place in range(3):
        spaced = spaced.replace(f"{{{place}}}", f"(?P<p{place}>{_OPERAND})")
    return re.compile(f"^{spaced}$")


_FORMS = [(operator, _pattern(operator.form)) for operator in OPERATORS.values()]


def _read_gate(text: str, wires: dict[str, int]) -> Gate:
    generic = _GENERIC.match(text)
    if generic:
        names = [name.strip() for name in generic[2].split(",")]
        operator = operator_named(generic[1])
    else:
        packed = _SPACE.sub("", text)
        for operator, pattern in _FORMS:
            match = pattern.match(packed)
            if match:
                names = [match[f"p{i}"] for i in range(operator.arity)]
                break
        else:
            raise ArgumentError("circuit", "a gate such as a & ~g1", text)
    for name in names:
        if name not in wires:
            raise ArgumentError("circuit", f"a wire among {_names(wires)}", name)
    return Gate(operator.name, tuple(wires[name] for name in names))


def circuit_from_text(inputs: int, text: str) -> Circuit:
    """Return the circuit that `text` writes, in the form that `str(circuit)` gives.

    Steps are separated by `;` or new lines. The last step is `out = ...`, with one wire (or its
    inverse `~wire`, or `0` or `1`) per output bit, separated by commas. Gates may have any names.

    Raises `ArgumentError` that quotes the step at fault.

    >>> circuit_from_text(3, "x = a ^ b; y = b ^ c; z = x | y; out = z").depth
    2
    """
    Circuit(inputs, (), (Output(CONSTANT),))  # refuses a bad number of inputs
    wires = {"0": CONSTANT} | {input_name(i): i for i in range(inputs)}
    gates: list[Gate] = []
    outputs: tuple[Output, ...] | None = None
    for step in re.split(r"[;\n]", text):
        if not step.strip():
            continue
        match = _STEP.match(step)
        if match is None or outputs is not None:
            raise ArgumentError(
                "circuit", "steps NAME = GATE, then out = WIRE as the last", step.strip()
            )
        name, right = match.groups()
        if name == "out":
            outputs = tuple(_read_output(part.strip(), wires) for part in right.split(","))
        elif name in wires:
            raise ArgumentError("circuit", "a new name for each gate", name)
        else:
            gates.append(_read_gate(right, wires))
            wires[name] = inputs + len(gates) - 1
    if outputs is None:
        raise ArgumentError("circuit", "a last step out = WIRE", text)
    return Circuit(inputs, tuple(gates), outputs)


def _names(wires: dict[str, int]) -> str:
    return ", ".join(name for name, wire in wires.items() if wire != CONSTANT)


def _read_output(text: str, wires: dict[str, int]) -> Output:
    if text in ("0", "1"):
        return Output(CONSTANT, text == "1")
    inverted = text.startswith("~")
    name = text[1:].strip() if inverted else text
    if name not in wires:
        raise ArgumentError("circuit", f"an output wire among {_names(wires)}", text)
    return Output(wires[name], inverted)
