"""What every task can be asked, whatever its kind."""

from __future__ import annotations

from typing import Any, Protocol

from mesacircuits.circuits.circuit import Wired

__all__ = ["Task"]


class Task(Protocol):
    """A task over n input bits: for each input of a support, a set of acceptable output words.

    Output i is bit i of a word. Function tasks accept one word on each input of the support,
    relation and optimisation tasks any set; engines that read `word_masks` alone take them all.
    Where what is acceptable is `joint` (a world's policies), the masks say what some acceptable
    policy does, and `solved_by` decides.

    >>> from mesacircuits.tasks import parse_task
    >>> task: Task = parse_task("expr:a & b")
    >>> [f"{mask:04b}" for mask in task.word_masks]
    ['0111', '1000']
    """

    @property
    def inputs(self) -> int:
        """The number of input bits n."""

    @property
    def outputs(self) -> int:
        """The number of output bits m."""

    @property
    def support_bits(self) -> int:
        """The support as an integer, bit x set iff some word is not acceptable on input x."""

    @property
    def word_masks(self) -> tuple[int, ...]:
        """For each of the 2^m words the integer whose bit x says if it is acceptable on input x."""

    @property
    def joint(self) -> bool:
        """Whether what is acceptable on one input depends on what is done on others.

        Then the words of `word_masks` are those that may be part of a solution.
        """

    @property
    def has_world(self) -> bool:
        """Whether the task has a world to act in."""

    @property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` gives an acceptable word on every input."""

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values."""

    def __str__(self) -> str: ...
