"""Programs that are one: up to names of registers, the order of neighbours, and where 0 is read."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.programs import OPERATIONS, Instruction, Machine

__all__ = ["first_named", "least_of_class", "zero_registers"]

_PLACES = {name: place for place, name in enumerate(OPERATIONS)}
#: Operations whose two sources may be exchanged.
COMMUTING = ("and", "or", "xor")
#: An instruction as it is compared: the place of its operation, and its operands but the target.
_Written = tuple[int, tuple[int, ...]]
#: Names given so far, by register, and the instructions of a block that are still to be written.
_State = tuple[tuple[tuple[int, int], ...], frozenset[int]]


def _loaded(machine: Machine) -> int:
    return machine.input_words if machine.loaded else 0


def first_named(machine: Machine) -> int:
    """Return how many registers have a name from the start: what goes in and out, and memory.

    >>> first_named(Machine()), first_named(Machine(memory=2))
    (1, 2)
    """
    return max(1 + len(machine.memory_registers), _loaded(machine))


def zero_registers(machine: Machine) -> tuple[int, ...]:
    """Return the registers that hold 0 in every turn, as long as no instruction writes them.

    >>> zero_registers(Machine(memory=2)), zero_registers(Machine(loaded=True))
    ((0, 2, 3), (2, 3))
    """
    held = {*machine.memory_registers, *range(_loaded(machine))}
    return tuple(register for register in range(machine.registers) if register not in held)


def least_of_class(machine: Machine, code: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """Return the least program of a program's class.

    Two programs are of one class if these lead from one to the other, in any number and order:

    - other names for registers, but for those that `first_named` counts;
    - an exchange of two neighbours that are independent (neither writes what the other reads or
      writes, neither jumps or ends the turn), where no jump goes to the second;
    - another never-written register to supply 0;
    - an exchange of the sources of `and`, `or` or `xor`.

    All of these keep the words given, the time, the queries and the bits. The least program is the
    first in the order of its instructions, one after another, each by the place of its operation
    among `OPERATIONS` and then by its operands.

    Arguments:
        machine: what the program is for.
        code: its instructions.

    >>> from mesacircuits.programs import Program
    >>> machine = Machine(inputs=4)
    >>> program = Program.parse("observe r2, 1; observe r1, 0; jlt r3, r2, 0", machine)
    >>> print(*least_of_class(machine, program.code), sep="; ")
    observe r1, 0; observe r2, 1; jlt r0, r2, 0
    """
    code = _with_one_zero(machine, code)
    targets = {i.target for i in code}
    fixed = tuple((register, register) for register in range(first_named(machine)))
    states: set[_State] = {(fixed, frozenset())}
    least: list[Instruction] = []
    for place, own in enumerate(code):
        if place in targets or _stays(own) or _stays(code[place - 1]) or not place:
            block = _block(code, place, targets)
            states = {(names, block) for names, _ in states}
        best: _Written | None = None
        following: set[_State] = set()
        for names, waiting in states:
            for chosen in waiting:
                if any(p < chosen and _depend(code[p], code[chosen]) for p in waiting):
                    continue
                for written, named in _renamed(code[chosen], names, first_named(machine)):
                    if best is None or written < best:
                        best, following = written, set()
                    if written == best:
                        following.add((named, waiting - {chosen}))
        states = following
        assert best is not None
        operands = best[1] if own.target is None else (*best[1], own.target)
        least.append(Instruction(_NAMES[best[0]], operands))
    return tuple(least)


_NAMES = tuple(OPERATIONS)


def _with_one_zero(machine: Machine, code: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    written = {instruction.writes for instruction in code}
    zeros = [register for register in zero_registers(machine) if register not in written]
    if not zeros:
        return code
    changed = []
    for instruction in code:
        operands = list(instruction.operands)
        for place in instruction.operation.reads:
            if operands[place] in zeros:
                operands[place] = zeros[0]
        changed.append(Instruction(instruction.name, tuple(operands)))
    return tuple(changed)


def _stays(instruction: Instruction) -> bool:
    # What jumps or ends a turn keeps its place.
    return instruction.writes is None


def _block(code: tuple[Instruction, ...], place: int, targets: set[int | None]) -> frozenset[int]:
    """Return the places from one on whose instructions may be exchanged."""
    end = place + 1
    if not _stays(code[place]):
        while end < len(code) and end not in targets and not _stays(code[end]):
            end += 1
    return frozenset(range(place, end))


def _depend(first: Instruction, second: Instruction) -> bool:
    a, b = first.writes, second.writes
    return a == b or a in second.reads or b in first.reads


def _renamed(
    instruction: Instruction, names: tuple[tuple[int, int], ...], fixed: int
) -> Iterator[tuple[_Written, tuple[tuple[int, int], ...]]]:
    """Yield what an instruction may read, registers named as they come, and the names after it."""
    operands = instruction.operands
    if instruction.target is not None:
        operands = operands[:-1]
    orders = [operands]
    if instruction.name in COMMUTING:
        orders.append((operands[0], operands[2], operands[1]))
    for order in orders:
        given = dict(names)
        shown = []
        for letter, operand in zip(instruction.operation.form, order, strict=False):
            if letter == "i":
                shown.append(operand)
                continue
            shown.append(given.setdefault(operand, max(len(given), fixed)))
        if instruction.name not in COMMUTING or shown[1] <= shown[2]:
            yield (_PLACES[instruction.name], tuple(shown)), tuple(sorted(given.items()))
