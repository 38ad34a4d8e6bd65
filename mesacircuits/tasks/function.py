"""Function tasks: one word per input, on all inputs or on a support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import msgspec

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Wired
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record

__all__ = ["MAX_TASK_INPUTS", "MAX_TASK_OUTPUTS", "FunctionTask", "FunctionTaskRecord"]

#: The widest task that is accepted: its truth tables fit a 64-bit word.
MAX_TASK_INPUTS = 6

#: The most outputs of a function task.
MAX_TASK_OUTPUTS = 64

#: The most outputs whose words are listed one by one.
_MOST_WORD_BITS = 16


@dataclass(frozen=True)
class FunctionTask:
    """The task of computing given functions f_0, ..., f_{m-1} of the same n inputs.

    A circuit solves it iff on every input x of the support S its output word, bit i of which is
    output i, is (f_0(x), ..., f_{m-1}(x)). Off the support anything goes, so the tables are kept 0
    there: tasks that ask for the same are equal.

    Arguments:
        tables: one truth table per output bit, at most 64, all of the same width, at most six
            inputs.
        support: S as an integer whose bit x says whether x belongs to S; None for all inputs.
        label: the text that named the task, if one did; no part of what it is, and `str` gives the
            tables all the same, for they say what is asked for.

    Raises `ArgumentError` for tables of unequal width or an empty support.

    >>> task = FunctionTask((TruthTable.from_hex(3, "E8"),))
    >>> task
    FunctionTask((TruthTable(inputs=3, bits=0xE8),))
    >>> str(task), task.word(0b011)
    ('tt:3:E8', (1,))
    >>> print(FunctionTask(task.tables, support=0x7F))
    tt:3:68@7F
    """

    tables: tuple[TruthTable, ...]
    support: int | None = None
    label: str = field(default="", compare=False, repr=False)

    #: Whether the task has a world to act in; a function task has none.
    has_world = False
    #: Whether what is acceptable on one input depends on what is done on others.
    joint = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(self.tables))
        if not self.tables:
            raise ArgumentError("tables", "at least one truth table", "none")
        if len(self.tables) > MAX_TASK_OUTPUTS:
            raise ArgumentError("tables", f"at most {MAX_TASK_OUTPUTS}", len(self.tables))
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
            inside = (TruthTable(inputs, table.bits & self.support) for table in self.tables)
            object.__setattr__(self, "tables", tuple(inside))
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

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each of the 2^m words the integer whose bit x says if it is acceptable on input x.

        Off the support every word is. Raises `ArgumentError` for more than 16 outputs.

        >>> from mesacircuits.tasks import parse_task
        >>> [f"{mask:04b}" for mask in parse_task("tt:2:8@B").word_masks]
        ['0111', '1100']
        """
        if self.outputs > _MOST_WORD_BITS:
            expected = f"at most {_MOST_WORD_BITS} outputs, to list their words"
            raise ArgumentError("tables", expected, self.outputs)
        full = self.tables[0].mask
        masks = [full]
        for table in self.tables:
            # Word w with a further bit 1 comes 2^i places after w.
            masks = [mask & ~table.bits for mask in masks] + [mask & table.bits for mask in masks]
        return tuple(mask | full & ~self.support_bits for mask in masks)

    def word(self, x: int) -> tuple[int, ...]:
        """Return the word asked for on input x (of the support), bit 0 first."""
        return tuple(table(x) for table in self.tables)

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` gives the right word on every input of the support.

        >>> from mesacircuits.tasks import parse_task
        >>> from mesacircuits.circuits import Circuit
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
        """Return the task as JSON values; `from_json` is the inverse."""
        record: dict[str, Any] = {
            "kind": "function",
            "inputs": self.inputs,
            "tables": [table.hex for table in self.tables],
        }
        if self.support is not None:
            record["support"] = TruthTable(self.inputs, self.support).hex
        return record

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> FunctionTask:
        """Return the task that `to_json` gave, raising `ArgumentError` for anything else.

        >>> FunctionTask.from_json({"inputs": 2, "tables": ["8"], "support": "7"})
        FunctionTask((TruthTable(inputs=2, bits=0x0),), support=0x7)
        """
        return json_record(
            value, FunctionTaskRecord, "task", "a function task in JSON form"
        ).to_task()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        tables = ",".join(table.hex for table in self.tables)
        text = f"tt:{self.inputs}:{tables}"
        if self.support is not None:
            text += f"@{TruthTable(self.inputs, self.support).hex}"
        return text

    def __repr__(self) -> str:
        support = "" if self.support is None else f", support={self.support:#x}"
        return f"FunctionTask({self.tables!r}{support})"


class FunctionTaskRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a function task, as `FunctionTask.to_json` writes it; `kind` may lack."""

    inputs: int
    tables: list[str]
    kind: Literal["function"] = "function"
    support: str | None = None

    def to_task(self) -> FunctionTask:
        """Return the task, raising `ArgumentError` for tables that it cannot have."""
        if not 0 <= self.inputs <= MAX_TASK_INPUTS:
            raise ArgumentError("inputs", f"at most {MAX_TASK_INPUTS}", self.inputs)
        tables = (TruthTable.from_hex(self.inputs, text, "tables") for text in self.tables)
        support = self.support
        mask = None if support is None else TruthTable.from_hex(self.inputs, support, "support")
        return FunctionTask(tuple(tables), None if mask is None else mask.bits)
