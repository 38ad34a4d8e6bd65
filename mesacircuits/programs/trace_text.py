"""Traces for the terminal: one line for each instruction executed."""

from __future__ import annotations

from collections.abc import Mapping

from mesacircuits.programs.interpreter import Step, Turn
from mesacircuits.programs.program import Program
from mesacircuits.tables import wrapped

__all__ = ["answer_text", "trace_text"]


def trace_text(program: Program, turn: Turn, marks: Mapping[int, str] | None = None) -> str:
    """Return a turn as text: what was executed, the registers after it, and the answer.

    Arguments:
        program: the program.
        turn: one of its turns.
        marks: labels of instructions, by number; they are listed at the end.

    Returns:
        lines of at most 80 columns. A register that was just written bears a star.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    >>> print(trace_text(program, run_turn(program, Instance(4, (0, 0, 1, 0)))))
    step  at  instruction   r0  r1  r2  r3
       1   0  inc r0         1*  0   0   0
       2   1  query r1, r0   1   0*  0   0   candidate 1 has 0
       3   2  jz r1, 0       1   0   0   0   goes to 0
       4   0  inc r0         2*  0   0   0
       5   1  query r1, r0   2   1*  0   0   candidate 2 has 1
       6   2  jz r1, 0       2   1   0   0   goes on
    answer 2 (bits 01), time 6, 2 queries
    """
    end = len(program.code)
    texts = [i.text("end" if i.target == end else None) for i in program.code]
    wide = max([11, *map(len, texts)])
    registers = range(program.machine.registers)
    several = 4 * len(registers) + wide <= 56
    heads = "".join(f"{f'r{r}':>4}" for r in registers) if several else "  registers"
    lines = [f"step  at  {'instruction':<{wide}}{heads}".rstrip()]
    for number, step in enumerate(turn.steps, 1):
        lines += _line(number, step, texts[step.place], wide, several)
    lines.append(answer_text(program, turn))
    for place, label in sorted((marks or {}).items()):
        lines.append(wrapped(f"{place}: {label}", "  ", "    "))
    return "\n".join(lines)


def _line(number: int, step: Step, text: str, wide: int, several: bool) -> list[str]:
    written = step.instruction.writes
    if several:
        values = _columns(step, written)
    else:
        values = "  " + " ".join(
            f"{value}{'*' if r == written else ''}" for r, value in enumerate(step.registers)
        )
    line = f"{number:>4}  {step.place:>2}  {text:<{wide}}{values}"
    note = _note(step)
    if len(line) + 2 + len(note) > 80:
        return [line.rstrip(), wrapped(note, " " * 10)]
    return [f"{line}  {note}".rstrip()]


def _columns(step: Step, written: int | None) -> str:
    # A star takes the first column of what follows.
    stars = ["*" if r == written else " " for r in range(len(step.registers))]
    cells = [f"{value:>3}{star}" for value, star in zip(step.registers, stars, strict=True)]
    return " " + "".join(cells)


def _note(step: Step) -> str:
    if step.argument is not None:
        return f"candidate {step.argument} has {step.result}"
    if step.instruction.target is not None:
        target = step.instruction.target
        return f"goes to {target}" if step.jumped else "goes on"
    if step.instruction.name == "act":
        return f"answers r{step.instruction.operands[0]}"
    return ""


def answer_text(program: Program, turn: Turn) -> str:
    """Return what a turn came to, in one line.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: jmp 0", Machine())
    >>> answer_text(program, run_turn(program, Instance(0)))
    'never ends: step 1 returns to the configuration before step 1'
    """
    if turn.word is None:
        again = (turn.repeats or 0) + 1
        return f"never ends: step {turn.time} returns to the configuration before step {again}"
    machine = program.machine
    word = turn.word & (1 << machine.answers) - 1
    bits = "".join(str(word >> i & 1) for i in range(machine.answers))
    kept = f", memory {turn.word >> machine.answers}" if machine.memory else ""
    queries = "1 query" if turn.queries == 1 else f"{turn.queries} queries"
    return f"answer {word} (bits {bits}){kept}, time {turn.time}, {queries}"
