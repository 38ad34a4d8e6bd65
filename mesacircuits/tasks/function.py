"""Function tasks: one word per input, on all inputs or on a support."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mesacircuits.circuits import Circuit, TruthTable, parse_expression
from mesacircuits.circuits.expression import variables_of
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash

__all__ = ["MAX_TASK_INPUTS", "FunctionTask", "parse_task"]

#: The widest task that is accepted: its truth tables fit a 64-bit word.
MAX_TASK_INPUTS = 6


@dataclass(frozen=True)
class FunctionTask:
    """The task of computing given functions f_0, ..., f_{m-1} of the same n inputs.

    A circuit solves it iff on every input x of the support S its output word, bit i of which is
    output i, is (f_0(x), ..., f_{m-1}(x)). Off the support anything goes.

    Arguments:
        tables: one truth table per output bit, all of the same width, at most six inputs.
        support: S as an integer whose bit x says whether x belongs to S; None for all inputs.

    Raises `ArgumentError` for tables of unequal width or an empty support.

    >>> task = FunctionTask((TruthTable.from_hex(3, "E8"),))
    >>> task
    FunctionTask((TruthTable(inputs=3, bits=0xE8),))
    >>> str(task), task.word(0b011)
    ('tt:3:E8', (1,))
    """

    tables: tuple[TruthTable, ...]
    support: int | None = None

    #: Whether the task has a world to act in; a function task has none.
    has_world = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(self.tables))
        if not self.tables:
            raise ArgumentError("tables", "at least one truth table", "none")
        inputs = self.tables[0].inputs
        for table in self.tables:
            if table.inputs != inputs:
                raise ArgumentError("tables", f"tables of {inputs} inputs", table)
        if inputs > MAX_TASK_INPUTS:
            raise ArgumentError("tables", f"at most {MAX_TASK_INPUTS} inputs", inputs)
        full = self.tables[0].mask
        if self.support is not None:
            if not 0 < self.support <= full:
                raise ArgumentError("support", f"a mask from 1 to {full:#x}", self.support)
            if self.support == full:
                object.__setattr__(self, "support", None)

    @property
    def inputs(self) -> int:
        """The number of input bits n."""
        return self.tables[0].inputs

    @property
    def outputs(self) -> int:
        """The number of output bits m."""
        return len(self.tables)

    @property
    def support_bits(self) -> int:
        """The support S as an integer, bit x set iff x belongs to it."""
        return self.tables[0].mask if self.support is None else self.support

    def word(self, x: int) -> tuple[int, ...]:
        """Return the word asked for on input x (of the support), bit 0 first."""
        return tuple(table(x) for table in self.tables)

    def solved_by(self, circuit: Circuit) -> bool:
        """Return whether `circuit` gives the right word on every input of the support.

        >>> parse_task("expr:a & b").solved_by(Circuit.parse(2, "g1 = a | b; out = g1"))
        False
        """
        if (circuit.inputs, len(circuit.outputs)) != (self.inputs, self.outputs):
            return False
        return all(
            not (bits ^ table.bits) & self.support_bits
            for bits, table in zip(circuit.output_bits(), self.tables, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values."""
        record: dict[str, Any] = {
            "kind": "function",
            "inputs": self.inputs,
            "tables": [table.hex for table in self.tables],
        }
        if self.support is not None:
            record["support"] = TruthTable(self.inputs, self.support).hex
        return record

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        tables = ",".join(table.hex for table in self.tables)
        text = f"tt:{self.inputs}:{tables}"
        if self.support is not None:
            text += f" on {TruthTable(self.inputs, self.support)}"
        return text

    def __repr__(self) -> str:
        support = "" if self.support is None else f", support={self.support:#x}"
        return f"FunctionTask({self.tables!r}{support})"


def _parse_inputs(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MAX_TASK_INPUTS:
        return int(text)
    raise ArgumentError(
        "task", f"a number of inputs from 1 to {MAX_TASK_INPUTS} after the first ':'", text
    )


def parse_task(text: str) -> FunctionTask:
    """Return the task that `text` names.

    `tt:N:HEX[,HEX...]` gives one truth table per output bit over N inputs, bit x of the integer
    being f(x); `expr:EXPRESSION` an expression in a, b, c, ... (`expr:N:EXPRESSION` fixes the
    number of inputs, else it is the last letter's; several outputs are separated by commas).

    Raises `ArgumentError` that says which part is at fault.

    >>> str(parse_task("expr:(a & b) ^ c")), str(parse_task("expr:4:a & b"))
    ('tt:3:78', 'tt:4:8888')
    """
    kind, colon, rest = text.partition(":")
    if kind == "tt" and colon:
        width, colon, tables = rest.partition(":")
        inputs = _parse_inputs(width)
        if not colon:
            raise ArgumentError("task", f"tt:{width}:HEX", text)
        return FunctionTask(
            tuple(TruthTable.from_hex(inputs, part.strip(), "task") for part in tables.split(","))
        )
    if kind == "expr" and colon:
        width, colon, expression = rest.partition(":")
        if colon:
            inputs = _parse_inputs(width.strip())
        else:
            expression, inputs = rest, max(1, variables_of(rest))
            if inputs > MAX_TASK_INPUTS:
                raise ArgumentError("task", f"at most {MAX_TASK_INPUTS} inputs (a to f)", rest)
        # Each part is padded, so that columns count from where the whole expression starts.
        parts, start = [], 0
        for part in expression.split(","):
            parts.append(" " * start + part)
            start += len(part) + 1
        return FunctionTask(tuple(parse_expression(part, inputs, "task") for part in parts))
    raise ArgumentError("task", "tt:N:HEX or expr:EXPRESSION", text)
