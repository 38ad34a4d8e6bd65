"""Relation tasks: for each input a set of acceptable words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import msgspec

from mesacircuits.call import check_whole
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Wired
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record
from mesacircuits.tasks.function import MAX_TASK_INPUTS, FunctionTask

__all__ = ["MAX_RELATION_OUTPUTS", "RelationTask", "RelationTaskRecord"]

#: The most output bits of a relation: it lists words one by one.
MAX_RELATION_OUTPUTS = 4


@dataclass(frozen=True)
class RelationTask:
    """The task of giving, on each input x, one of the words acceptable there.

    Bit i of a word is output i. An input on which every word is acceptable is off the support. This
    is a Boolean relation in the sense of R. K. Brayton and F. Somenzi, *Boolean relations and the
    incomplete specification of logic networks*, VLSI 1989: it states dependences between outputs
    that don't-cares of single outputs cannot, such as {01, 10}.

    Arguments:
        inputs: n, 1 to 6.
        outputs: m, 1 to 4.
        accept: for each input x = sum of x_i 2^i, from 0 on, the words that are acceptable; kept
            sorted, each once.

    Raises `ArgumentError` for another number of inputs, outputs or sets, for a word that is none of
    m bits, and for an input with no acceptable word.

    >>> task = RelationTask(1, 2, ((0, 3), (2, 1)))
    >>> task
    RelationTask(1, 2, ((0, 3), (1, 2)))
    >>> print(task)
    relation:1:2:9,6
    >>> from mesacircuits.circuits import Circuit
    >>> [task.solved_by(Circuit.parse(1, text)) for text in ("out = a, 0", "out = a, a")]
    [True, False]
    """

    inputs: int
    outputs: int
    accept: tuple[tuple[int, ...], ...]

    #: Whether the task has a world to act in; a relation task has none.
    has_world = False
    #: Whether what is acceptable on one input depends on what is done on others.
    joint = False

    def __post_init__(self) -> None:
        check_whole("inputs", self.inputs, 1, MAX_TASK_INPUTS)
        check_whole("outputs", self.outputs, 1, MAX_RELATION_OUTPUTS)
        accept = tuple(self.accept)
        if len(accept) != 1 << self.inputs:
            raise ArgumentError("accept", f"{1 << self.inputs} sets of words", len(accept))
        last = (1 << self.outputs) - 1
        sets = []
        for x, words in enumerate(accept):
            for word in words:
                if not isinstance(word, int) or not 0 <= word <= last:
                    raise ArgumentError(f"accept[{x}]", f"words from 0 to {last}", word)
            if not words:
                raise ArgumentError(f"accept[{x}]", "at least one acceptable word", "none")
            sets.append(tuple(sorted({int(word) for word in words})))
        object.__setattr__(self, "accept", tuple(sets))

    @classmethod
    def from_function(cls, task: FunctionTask) -> RelationTask:
        """Return the relation that accepts the task's one word on its support, all words off it.

        Raises `ArgumentError` for a task of no inputs or of more than 4 outputs.

        >>> RelationTask.from_function(FunctionTask((TruthTable(1, 0b10),), support=0b10))
        RelationTask(1, 1, ((0, 1), (1,)))
        """
        check_whole("outputs", task.outputs, 1, MAX_RELATION_OUTPUTS)
        return cls.from_word_masks(task.inputs, task.word_masks)

    @classmethod
    def from_word_masks(cls, inputs: int, masks: tuple[int, ...]) -> RelationTask:
        """Return the relation of these `word_masks`, one for each word of m bits.

        >>> RelationTask.from_word_masks(1, (0b01, 0b11))
        RelationTask(1, 1, ((0, 1), (1,)))
        """
        check_whole("inputs", inputs, 1, MAX_TASK_INPUTS)
        if len(masks) not in (1 << m for m in range(1, MAX_RELATION_OUTPUTS + 1)):
            raise ArgumentError("masks", "2, 4, 8 or 16 masks, one per word", len(masks))
        accept = (
            tuple(word for word, mask in enumerate(masks) if mask >> x & 1)
            for x in range(1 << inputs)
        )
        return cls(inputs, len(masks).bit_length() - 1, tuple(accept))

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each of the 2^m words the integer whose bit x says if it is acceptable on input x.

        >>> [f"{mask:02b}" for mask in RelationTask(1, 1, ((0, 1), (1,))).word_masks]
        ['01', '11']
        """
        masks = [0] * (1 << self.outputs)
        for x, words in enumerate(self.accept):
            for word in words:
                masks[word] |= 1 << x
        return tuple(masks)

    @cached_property
    def support_bits(self) -> int:
        """The support as an integer, bit x set iff some word is not acceptable on input x."""
        count = 1 << self.outputs
        return sum((len(words) < count) << x for x, words in enumerate(self.accept))

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` gives an acceptable word on every input."""
        if (circuit.inputs, len(circuit.outputs)) != (self.inputs, self.outputs):
            return False
        tables = circuit.output_bits()
        return all(
            sum((bits >> x & 1) << i for i, bits in enumerate(tables)) in words
            for x, words in enumerate(self.accept)
        )

    def is_function(self) -> bool:
        """Return whether a `FunctionTask` asks for the same.

        That is so iff each input of the support has one acceptable word, and there is such an
        input: the support of a function task is not empty.

        >>> RelationTask(1, 1, ((0, 1), (1,))).is_function()
        True
        """
        free = 1 << self.outputs
        return self.support_bits != 0 and all(len(words) in (1, free) for words in self.accept)

    def to_function(self) -> FunctionTask:
        """Return the function task that asks for the same; `ArgumentError` if there is none.

        >>> RelationTask(1, 1, ((0, 1), (1,))).to_function()
        FunctionTask((TruthTable(inputs=1, bits=0x2),), support=0x2)
        """
        if not self.is_function():
            expected = "a task with one acceptable word on each input of its support"
            raise ArgumentError("task", expected, str(self))
        tables = (
            sum((words[0] >> i & 1) << x for x, words in enumerate(self.accept))
            for i in range(self.outputs)
        )
        return FunctionTask(
            tuple(TruthTable(self.inputs, bits) for bits in tables), self.support_bits
        )

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values; `from_json` is the inverse."""
        return {
            "kind": "relation",
            "inputs": self.inputs,
            "outputs": self.outputs,
            "accept": [list(words) for words in self.accept],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RelationTask:
        """Return the task that `to_json` gave, raising `ArgumentError` for anything else.

        >>> RelationTask.from_json({"inputs": 1, "outputs": 1, "accept": [[0, 1], [1]]})
        RelationTask(1, 1, ((0, 1), (1,)))
        """
        return json_record(
            value, RelationTaskRecord, "task", "a relation task in JSON form"
        ).to_task()

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())

    def __str__(self) -> str:
        sets = (sum(1 << word for word in words) for words in self.accept)
        return f"relation:{self.inputs}:{self.outputs}:{','.join(f'{mask:X}' for mask in sets)}"

    def __repr__(self) -> str:
        return f"RelationTask({self.inputs}, {self.outputs}, {self.accept!r})"


class RelationTaskRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON form of a relation task, as `RelationTask.to_json` writes it; `kind` may lack."""

    inputs: int
    outputs: int
    accept: list[list[int]]
    kind: Literal["relation"] = "relation"

    def to_task(self) -> RelationTask:
        """Return the task, raising `ArgumentError` for sets that it cannot have."""
        return RelationTask(self.inputs, self.outputs, tuple(map(tuple, self.accept)))
