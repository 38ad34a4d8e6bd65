"""Circuits from text such as `g1 = a & b; g2 = g1 ^ c; out = ~g2`."""

from __future__ import annotations

import re

from mesacircuits.circuits.circuit import CONSTANT, MAX_GATES, Circuit, Gate, Output
from mesacircuits.circuits.operators import OPERATORS, operator_named
from mesacircuits.circuits.truthtable import input_name
from mesacircuits.errors import ArgumentError

__all__ = ["circuit_from_text"]

_NAME = r"[A-Za-z_]\w*"
#: A wire of a gate, or the constant 0.
_OPERAND = rf"(?:{_NAME}|0)"
_STEP = re.compile(r"[^;\n]+")
_WORD = re.compile(_NAME)
#: Text without spaces is made of these, so that each character is looked at once.
_TOKEN = re.compile(r"\w+|[^\w\s]")
_GENERIC = re.compile(rf"(tt:\d:[0-9A-F]+)\(({_OPERAND}(?:,{_OPERAND})*)\)")
#: How many names errors list, and how much of each.
_MOST_NAMES = 20
_LONGEST_NAME = 20


def _pattern(form: str) -> re.Pattern[str]:
    packed = re.escape(form.replace(" ", "")).replace(r"\{", "{").replace(r"\}", "}")
    for place in range(3):
        packed = packed.replace(f"{{{place}}}", f"(?P<p{place}>{_OPERAND})")
    return re.compile(packed)


_FORMS = [(operator, _pattern(operator.form)) for operator in OPERATORS.values()]


def _packed(text: str) -> str:
    """Return a text without its spaces; between two words one stays, for `g 1` is not `g1`."""
    parts: list[str] = []
    after_word = False
    for token in _TOKEN.findall(text):
        is_word = token[0] == "_" or token[0].isalnum()
        parts.append(f" {token}" if is_word and after_word else token)
        after_word = is_word
    return "".join(parts)


def _read_gate(text: str, wires: dict[str, int]) -> Gate:
    packed = _packed(text)
    generic = _GENERIC.fullmatch(packed)
    if generic:
        names = generic[2].split(",")
        operator = operator_named(generic[1])
    else:
        for operator, pattern in _FORMS:
            match = pattern.fullmatch(packed)
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
    for found in _STEP.finditer(text):
        step = found[0].strip()
        if not step:
            continue
        name, right = (part.strip() for part in step.partition("=")[::2])
        if not _WORD.fullmatch(name) or not right or outputs is not None:
            raise ArgumentError("circuit", "steps NAME = GATE, then out = WIRE as the last", step)
        if name == "out":
            if right.count(",") >= MAX_GATES:
                raise ArgumentError("circuit", f"at most {MAX_GATES:,} outputs", "more")
            outputs = tuple(_read_output(part.strip(), wires) for part in right.split(","))
        elif name in wires:
            raise ArgumentError("circuit", "a new name for each gate", name)
        elif len(gates) == MAX_GATES:
            raise ArgumentError("circuit", f"at most {MAX_GATES:,} gates", "more")
        else:
            gates.append(_read_gate(right, wires))
            wires[name] = inputs + len(gates) - 1
    if outputs is None:
        raise ArgumentError("circuit", "a last step out = WIRE", text)
    return Circuit(inputs, tuple(gates), outputs)


def _names(wires: dict[str, int]) -> str:
    names = [name for name, wire in wires.items() if wire != CONSTANT]
    more = ["..."] if len(names) > _MOST_NAMES else []
    return ", ".join([*(name[:_LONGEST_NAME] for name in names[:_MOST_NAMES]), *more])


def _read_output(text: str, wires: dict[str, int]) -> Output:
    if text in ("0", "1"):
        return Output(CONSTANT, text == "1")
    inverted = text.startswith("~")
    name = text[1:].strip() if inverted else text
    if name not in wires:
        raise ArgumentError("circuit", f"an output wire among {_names(wires)}", text)
    return Output(wires[name], inverted)
