"""A program run on a task: turn by turn over the support, or in closed loop with its world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mesacircuits.programs import Program, Run, run_turn
from mesacircuits.tables import bits_text, plain_table, wrapped
from mesacircuits.tasks import Task
from mesacircuits.tasks.program_inputs import instances_for

__all__ = ["ProgramRuns", "program_runs"]


@dataclass(frozen=True)
class ProgramRuns:
    """The turns of a program on all inputs of a task's support.

    Attributes:
        program, task: what was run on what.
        turns: one for each input of the support, ascending.
        acceptable: for each whether its word is acceptable; where words are judged jointly, None.
    """

    program: Program
    task: Task
    turns: tuple[Run, ...]
    acceptable: tuple[bool | None, ...]

    @property
    def solved(self) -> bool:
        """Whether every turn ends with an acceptable word."""
        return all(self.acceptable)

    def to_json(self) -> dict[str, Any]:
        """Return the runs as JSON values."""
        return {
            "task": str(self.task),
            "program": self.program.to_json(),
            "solved": self.solved,
            "turns": [
                {
                    "input": turn.instance.x,
                    "word": turn.word,
                    "acceptable": good,
                    "time": turn.time,
                    "queries": turn.queries,
                }
                for turn, good in zip(self.turns, self.acceptable, strict=True)
            ],
        }

    def __str__(self) -> str:
        rows = []
        for turn, good in zip(self.turns, self.acceptable, strict=True):
            bits = bits_text(turn.instance.x, self.task.inputs)
            word = "never ends" if turn.word is None else str(turn.word)
            rows.append((bits, word, "yes" if good else "no", turn.time, turn.queries))
        verdict = "solves" if self.solved else "does not solve"
        table = plain_table(("input", "word", "acceptable", "time", "queries"), rows)
        return f"{wrapped(f'the program {verdict} {self.task}', hanging='  ')}\n\n{table}"


def program_runs(program: Program, task: Task) -> ProgramRuns:
    """Return the turns of a program on the inputs of a task's support.

    Raises `ArgumentError` for a machine that does not fit the task.

    >>> from mesacircuits.tasks import machine_for, parse_task
    >>> task = parse_task("satisfying(candidates=4)")
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine_for(task))
    >>> program_runs(program, task).solved
    True
    """
    masks = task.word_masks
    turns, acceptable = [], []
    for x, instance in enumerate(instances_for(program, task)):
        if task.support_bits >> x & 1:
            turn = run_turn(program, instance)
            turns.append(turn)
            good = turn.word is not None and bool(masks[turn.word] >> x & 1)
            acceptable.append(good)
    return ProgramRuns(program, task, tuple(turns), tuple(acceptable))
