"""Traces for the terminal: one line for each instruction executed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mesacircuits.drawing import checked_marks
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.interpreter import Step, Turn
from mesacircuits.programs.program import Program
from mesacircuits.tables import WIDTH, bits_text, wrapped

__all__ = [
    "answer_text",
    "checked_labels",
    "instruction_texts",
    "step_note",
    "trace_text",
    "word_text",
]

_HANGING = " " * 10


def trace_text(program: Program, turn: Turn, marks: Mapping[int, str] | None = None) -> str:
    """Return a turn as text: what was executed, the registers after it, and the answer.

    Steps are counted from 1, so that the last one is the time. A register that was just written
    bears a star. A line that would be too long goes on in the next, indented.

    Arguments:
        program: the program.
        turn: one of its turns.
        marks: labels of instructions, by number; they are listed before the answer.

    Returns lines of at most 80 columns, without a final line break.

    Raises `ArgumentError` if the turn is none of the program's, or a mark names no instruction.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    >>> print(trace_text(program, run_turn(program, Instance(2, (0, 0, 1, 0))), {1: "score"}))
    step  at  instruction   r0  r1  r2  r3
              start         0   0   0   0
       1   0  inc r0        1*  0   0   0
       2   1  query r1, r0  1   0*  0   0    candidate 1 scores 0
       3   2  jz r1, 0      1   0   0   0    jumps to 0
       4   0  inc r0        2*  0   0   0
       5   1  query r1, r0  2   1*  0   0    candidate 2 scores 1
       6   2  jz r1, 0      2   1   0   0    does not jump
    instruction 1: score
    answer 2 (bits 01), time 6, 2 queries
    """
    labels = checked_labels(program, turn, marks)
    texts = instruction_texts(program)
    wide = max([len("instruction"), *map(len, texts)])
    digits = max(4, len(str(turn.time)))
    start = program.machine.start(turn.instance.x)
    # With many registers there is no room for all of their names.
    cell = 4 if digits + 8 + wide + 4 * len(start) <= WIDTH else 3
    heads = [f"r{r}" if r == 0 or cell == 4 else f"{r:>2}" for r in range(len(start))]
    head = f"{'step':>{digits}}  at  {'instruction':<{wide}}  "
    lines = [(head + "".join(f"{name:<{cell}}" for name in heads)).rstrip()]
    values = _values(program, start, None, cell)
    lines += _line(f"{'':{digits}}      {'start':<{wide}}", values, "")
    for number, step in enumerate(turn.steps, 1):
        ahead = f"{number:>{digits}}  {step.place:>2}  {texts[step.place]:<{wide}}"
        values = _values(program, step.registers, step.instruction.writes, cell)
        lines += _line(ahead, values, step_note(program, step))
    for place, label in labels.items():
        lines.append(wrapped(f"instruction {place}: {label}", "", _HANGING))
    return "\n".join([*lines, answer_text(program, turn)])


def _values(program: Program, registers: Sequence[int], written: int | None, cell: int) -> str:
    digits = 2 if cell == 3 else len(str(program.machine.mask))
    cells = [f"{v:>{digits}}{'*' if r == written else ''}" for r, v in enumerate(registers)]
    return "".join(f"{text:<{cell}}" for text in cells)


def _line(ahead: str, values: str, note: str) -> Iterator[str]:
    line = f"{ahead}  {values}"
    if len(line.rstrip()) > WIDTH:
        yield ahead.rstrip()
        line = _HANGING + values
    if note and len(line) + 1 + len(note) > WIDTH:
        yield line.rstrip()
        line = _HANGING[1:]
    yield f"{line} {note}".rstrip()


def instruction_texts(program: Program) -> list[str]:
    """Return the instructions as written; the place after the last is called `end`.

    >>> from mesacircuits.programs import Machine
    >>> instruction_texts(Program.parse("inc r0; jz r0, end", Machine()))
    ['inc r0', 'jz r0, end']
    """
    return [i.text(_place(program, i.target)) for i in program.code]


def _place(program: Program, place: int | None) -> str | None:
    if place is None:
        return None
    return "end" if place == len(program.code) else str(place)


def step_note(program: Program, step: Step) -> str:
    """Return what a step came to that its registers do not show: what was asked, where it jumped.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("query r1, r0; jz r1, end; act r1", Machine())
    >>> [step_note(program, step) for step in run_turn(program, Instance(0, (2, 0, 0, 0))).steps]
    ['candidate 0 scores 2', 'does not jump', 'answers r1']
    """
    instruction = step.instruction
    if step.argument is not None:
        return f"candidate {step.argument} scores {step.result}"
    if instruction.target is not None:
        where = _place(program, instruction.target)
        return f"jumps to {where}" if step.jumped else "does not jump"
    return f"answers r{instruction.operands[0]}" if instruction.name == "act" else ""


def answer_text(program: Program, turn: Turn) -> str:
    """Return what a turn came to, in one line: bits are written from bit 0 on.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("0: jmp 0", Machine())
    >>> answer_text(program, run_turn(program, Instance(0)))
    'never ends: step 1 returns to the configuration before step 1'
    """
    if turn.word is None:
        again = (turn.repeats or 0) + 1
        return f"never ends: step {turn.time} returns to the configuration before step {again}"
    machine = program.machine
    answer, memory = turn.word & (1 << machine.answers) - 1, turn.word >> machine.answers
    text = word_text("answer", answer, machine.answers)
    if machine.memory:
        text += f", {word_text('memory', memory, machine.memory)}"
    queries = "1 query" if turn.queries == 1 else f"{turn.queries} queries"
    return f"{text}, time {turn.time}, {queries}"


def word_text(name: str, word: int, count: int) -> str:
    """Return the low bits of a word, as a number and from bit 0 on, with what it is called.

    >>> word_text("input", 0b110, 2)
    'input 2 (bits 01)'
    """
    low = word & (1 << count) - 1
    return f"{name} {low} (bits {bits_text(low, count)})"


def checked_labels(
    program: Program, turn: Turn, marks: Mapping[int, str] | None = None
) -> dict[int, str]:
    """Return `marks` by ascending instruction, each label on one line, without control characters.

    Raises `ArgumentError` if the turn is none of the program's, a mark names no instruction, or a
    label has no text.

    >>> from mesacircuits.programs import Instance, Machine, run_turn
    >>> program = Program.parse("inc r0", Machine())
    >>> checked_labels(program, run_turn(program, Instance(0)), {0: "cell\\n0"})
    {0: 'cell 0'}
    """
    count, registers = len(program.code), program.machine.registers
    for number, step in enumerate(turn.steps):
        known = step.place < count and program.code[step.place] == step.instruction
        if not known or len(step.registers) != registers:
            raise ArgumentError(f"turn, step {number + 1}", "a step of the program", step)
    return checked_marks(marks, count, "instruction")
