"""Circuits from JSON values, strictly: what is not a circuit is refused by name."""

from __future__ import annotations

from typing import Any

import msgspec

from mesacircuits.circuits.circuit import Circuit, Gate, Output
from mesacircuits.records import json_record

__all__ = ["CircuitRecord", "circuit_from_bytes", "circuit_from_json"]


class GateRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a gate."""

    operator: str
    operands: list[int]


class OutputRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of an output."""

    wire: int
    inverted: bool


class CircuitRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a circuit, as `Circuit.to_json` writes it."""

    inputs: int
    gates: list[GateRecord]
    outputs: list[OutputRecord]

    def to_circuit(self) -> Circuit:
        """Return the circuit, raising `ArgumentError` if its wires or operators do not exist."""
        return Circuit(
            self.inputs,
            tuple(Gate(g.operator, tuple(g.operands)) for g in self.gates),
            tuple(Output(o.wire, o.inverted) for o in self.outputs),
        )


def circuit_from_bytes(data: bytes) -> Circuit:
    """Return the circuit whose JSON form this is as text, raising `ArgumentError` if it is none.

    >>> circuit_from_bytes(
    ...     b'{"inputs": 1, "gates": [], "outputs": [{"wire": 0, "inverted": false}]}'
    ... )
    Circuit(1, (), (Output(0),))
    """
    return _circuit(data)


def circuit_from_json(value: Any) -> Circuit:
    """Return the circuit with this JSON form.

    Raises `ArgumentError` for a value of another shape.

    >>> circuit_from_json({"inputs": 1, "gates": [], "outputs": [{"wire": 0, "inverted": True}]})
    Circuit(1, (), (Output(0, inverted=True),))
    """
    return _circuit(value)


def _circuit(value: object) -> Circuit:
    return json_record(value, CircuitRecord, "circuit", "a circuit in JSON form").to_circuit()
