"""A task as the search meets it: the turns to run, in a telling order, and what is acceptable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Output
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Instance, Machine
from mesacircuits.tasks import OptimisationTask, Task
from mesacircuits.tasks.program_inputs import fits, instances_of

__all__ = ["MOST_REGISTER_BITS", "Turns", "acceptable_words", "accepts"]

#: The most bits of all registers together: they are kept in one integer.
MOST_REGISTER_BITS = 60


@dataclass(frozen=True)
class _GivenWords:
    """A table of words, as tasks ask circuits for theirs."""

    inputs: int
    outputs: tuple[Output, ...]
    tables: tuple[int, ...]

    def output_bits(self, do: None = None) -> tuple[int, ...]:
        return self.tables


def accepts(task: Task, words: Sequence[int]) -> bool:
    """Return whether a task accepts giving these words, one for each of the 2^n inputs.

    >>> from mesacircuits.tasks import parse_task
    >>> accepts(parse_task("expr:a & b"), (0, 0, 0, 1))
    True
    """
    tables = tuple(
        sum((word >> i & 1) << x for x, word in enumerate(words)) for i in range(task.outputs)
    )
    # Tasks ask no more of a circuit than its widths and tables.
    given = _GivenWords(task.inputs, (Output(0),) * task.outputs, tables)
    return task.solved_by(given)  # type: ignore[arg-type]


def acceptable_words(task: Task) -> list[int]:
    """Return for each input the mask of words that some acceptable policy gives there.

    >>> from mesacircuits.tasks import parse_task
    >>> acceptable_words(parse_task("expr:a & b"))
    [1, 1, 1, 2]
    """
    if isinstance(task, OptimisationTask):
        every = (1 << (1 << task.outputs)) - 1
        return [
            sum(1 << word for word in task.best(x)) if task.support_bits >> x & 1 else every
            for x in range(1 << task.inputs)
        ]
    masks = task.word_masks
    return [
        sum((mask >> x & 1) << word for word, mask in enumerate(masks))
        for x in range(1 << task.inputs)
    ]


@dataclass(frozen=True)
class Turns:
    """The turns by which programs are tried on a task.

    Arguments:
        task: the task.
        machine: the machine.
        most_steps: of one turn, where a program is run by itself; None for no limit.

    Raises `ArgumentError` for a machine that does not fit the task, or of more than 60 bits in its
    registers.

    >>> from mesacircuits.tasks import parse_task
    >>> turns = Turns(parse_task("tt:2:8@B"), Machine(inputs=2, answers=1))
    >>> turns.inputs
    (3, 1, 0)
    """

    task: Task
    machine: Machine
    most_steps: int | None = None

    def __post_init__(self) -> None:
        if not fits(self.machine, self.task):
            raise ArgumentError("machine", f"one that fits {self.task}", str(self.machine))
        if self.machine.registers * self.machine.width > MOST_REGISTER_BITS:
            expected = f"at most {MOST_REGISTER_BITS} bits in all"
            raise ArgumentError("registers", expected, self.machine.registers)

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """What a turn gets on each of the 2^n inputs."""
        return instances_of(self.task, self.machine)

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The inputs of the support, in the order in which they are tried.

        That which fewest words serve comes first, and then always one that shares fewest with the
        one before: what gives the same word everywhere fails at once.
        """
        masks = acceptable_words(self.task)
        waiting = [x for x in range(1 << self.task.inputs) if self.task.support_bits >> x & 1]
        chosen: list[int] = []
        while waiting:
            last = masks[chosen[-1]] if chosen else 0
            key = [((masks[x] & last).bit_count(), masks[x].bit_count(), -x) for x in waiting]
            chosen.append(waiting.pop(key.index(min(key))))
        return tuple(chosen)

    @cached_property
    def accept(self) -> NDArray[np.int64]:
        """For each turn the mask of words that are acceptable."""
        masks = acceptable_words(self.task)
        return np.array([masks[x] for x in self.inputs], dtype=np.int64)

    @cached_property
    def start(self) -> NDArray[np.int64]:
        """For each turn the registers at its start, packed."""
        width = self.machine.width
        packed = (
            sum(value << i * width for i, value in enumerate(self.machine.start(x)))
            for x in self.inputs
        )
        return np.array(list(packed), dtype=np.int64)

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """For each turn the words of its input."""
        count = max(self.machine.input_words, 1)
        rows = [[self.machine.input_word(x, i) for i in range(count)] for x in self.inputs]
        return np.array(rows, dtype=np.int64)

    @cached_property
    def objective(self) -> NDArray[np.int64]:
        """For each turn the answers to queries."""
        none = (0,) * (1 << self.machine.width)
        rows = [self.instances[x].objective or none for x in self.inputs]
        return np.array(rows, dtype=np.int64)

    @cached_property
    def best(self) -> NDArray[np.int64]:
        """For each turn the first of the best candidates."""
        return np.array([self.instances[x].best for x in self.inputs], dtype=np.int64)

    def accepts(self, given: Sequence[int]) -> bool:
        """Return whether the words given in the turns solve the task, as a whole."""
        if not self.task.joint:
            return all(mask >> word & 1 for mask, word in zip(self.accept, given, strict=True))
        words = [0] * (1 << self.task.inputs)
        for x, word in zip(self.inputs, given, strict=True):
            words[x] = int(word)
        return accepts(self.task, words)
