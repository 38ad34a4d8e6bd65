"""The plain twin of the search: the same canonical programs, found by running them anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mesacircuits.enumeration.programs.length_search import LengthSearch, Variant
from mesacircuits.enumeration.programs.program_classes import least_of_class, zero_registers
from mesacircuits.programs import Instruction, Machine, Program, run_turn
from mesacircuits.programs.program import instruction_bits

__all__ = ["keeps_rules", "reference_programs"]


@dataclass(frozen=True)
class _Partial:
    """A program of which some is chosen: variants, targets of jumps, entries of the table."""

    code: tuple[Variant | None, ...]
    targets: tuple[int | None, ...]
    entries: tuple[tuple[int, int], ...] = ()

    def with_slot(self, place: int, variant: Variant) -> _Partial:
        code = (*self.code[:place], variant, *self.code[place + 1 :])
        return _Partial(code, self.targets, self.entries)

    def with_target(self, place: int, target: int) -> _Partial:
        targets = (*self.targets[:place], target, *self.targets[place + 1 :])
        return _Partial(self.code, targets, self.entries)

    def with_entry(self, x: int, entry: int) -> _Partial:
        return _Partial(self.code, self.targets, (*self.entries, (x, entry)))

    @property
    def spare(self) -> int:
        """How many targets of jumps may yet be chosen."""
        loose = sum(
            v is not None and v.instruction(0).operation.jumps and t is None
            for v, t in zip(self.code, self.targets, strict=True)
        )
        return self.code.count(None) + loose


def reference_programs(search: LengthSearch) -> set[tuple[Instruction, ...]]:
    """Return the codes that `search_length` finds, by a slow and plain way.

    Every turn is run from its beginning by the interpreter, whenever anything was chosen; what is
    missing is found by running into it. The rules are asked of whole programs. Costs are not
    bounded.

    >>> from mesacircuits.enumeration.programs.length_search import Turns
    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> task = parse_task("satisfying(candidates=4)")
    >>> turns = Turns(task, machine_for(task, ("inc", "query", "jz"), registers=2))
    >>> [list(map(str, code)) for code in reference_programs(LengthSearch(turns, 3))]
    [['inc r0', 'query r1, r0', 'jz r1, 0']]
    """
    empty = (None,) * search.length
    found = _completed(search, _Partial(empty, empty))
    return {least_of_class(search.turns.machine, code) for code in found}


def _completed(search: LengthSearch, partial: _Partial) -> Iterator[tuple[Instruction, ...]]:
    given = []
    useful: set[int] = set()
    for place, x in enumerate(search.turns.inputs):
        ended = _run(search, partial, x, useful)
        if isinstance(ended, list):
            for more in ended:
                yield from _completed(search, more)
            return
        if ended is None or not (search.free or search.turns.accept[place] >> ended & 1):
            return
        given.append(ended)
    if partial.spare or not (search.free or search.turns.accepts(given)):
        return
    code = tuple(
        v.instruction(t or 0)
        for v, t in zip(partial.code, partial.targets, strict=True)
        if v is not None
    )
    if keeps_rules(search, code, useful):
        yield code


def _run(
    search: LengthSearch, partial: _Partial, x: int, useful: set[int]
) -> int | list[_Partial] | None:
    """Return the word given, None if the turn never ends, or the choices that it waits for.

    Places that did more than to go on are added to `useful`.
    """
    turns, length = search.turns, search.length
    # What is missing is written as an end of the turn that nothing else in the program is.
    listed = []
    for variant, target in zip(partial.code, partial.targets, strict=True):
        if variant is None:
            listed.append(Instruction("jmp", (length,)))
        else:
            listed.append(variant.instruction(length if target is None else target))
    machine = turns.machine
    names = (*machine.names, "jmp")
    whole = type(machine)(
        machine.registers, machine.width, machine.inputs, machine.answers, machine.memory, names,
        machine.loaded, machine.words, machine.charge,
    )  # fmt: skip
    entries = dict(partial.entries)
    table = None
    if any(instruction.name == "table" for instruction in listed):
        table = tuple(entries.get(y, 0) for y in range(1 << turns.task.inputs))
    turn = run_turn(Program(whole, tuple(listed), table), turns.instances[x])
    before = tuple(machine.start(turns.instances[x].x))
    for step in turn.steps:
        variant = partial.code[step.place]
        if variant is None:
            return [partial.with_slot(step.place, chosen) for chosen in search.variants.listed]
        if variant.name == "table" and x not in entries:
            return [partial.with_entry(x, entry) for entry in range(1 << machine.answers)]
        if step.jumped and partial.targets[step.place] is None:
            return [partial.with_target(step.place, target) for target in range(length + 1)]
        if step.registers != before or step.jumped or variant.name in ("act", "table"):
            useful.add(step.place)
        before = step.registers
    return turn.word


def keeps_rules(
    search: LengthSearch, code: tuple[Instruction, ...], useful: Collection[int]
) -> bool:
    """Return whether no rule leaves out a program, of which some places did more than to go on."""
    rules, length, machine = search.rules, search.length, search.turns.machine
    jumps = [(p, i.target) for p, i in enumerate(code) if i.target is not None]
    if "idle" in rules and len(useful) < length:
        return False
    if "next" in rules and any(t in (p, p + 1) for p, t in jumps):
        return False
    if "thread" in rules and not _is_threaded(machine, code, jumps):
        return False
    if "dead" in rules:
        kept = {0, *machine.memory_registers}
        if (code[-1].name, code[-1].operands) == ("act", (0,)):
            return False
        for place, instruction in enumerate(code):
            if instruction.writes is not None:
                after = {place + 1}
                if not _may_be_read(code, instruction.writes, after, kept):
                    return False
    if "zero" in rules:
        written = {i.writes for i in code}
        zeros = [r for r in zero_registers(machine) if r not in written]
        return not any(r in zeros[1:] for i in code for r in i.reads)
    return True


def _is_threaded(
    machine: Machine, code: tuple[Instruction, ...], jumps: list[tuple[int, int]]
) -> bool:
    ends = Instruction("act", (0,))
    by_act = "act" in machine.names
    if by_act and "jmp" in machine.names:
        bits = [instruction_bits(machine, name, len(code)) for name in ("act", "jmp")]
        by_act = bits[0] <= bits[1]
    if "act" in machine.names and not by_act and ends in code:
        return False
    for place, target in jumps:
        if target == len(code):
            if by_act and code[place].name == "jmp":
                return False
        elif code[target].name == "jmp" or code[target] == ends:
            return False
    return True


def _may_be_read(
    code: tuple[Instruction, ...], register: int, places: set[int], kept: set[int]
) -> bool:
    """Return whether a register may be read before it is written, on some way from some places."""
    seen: set[int] = set()
    while places - seen:
        place = min(places - seen)
        seen.add(place)
        if place == len(code):
            if register in kept:
                return True
            continue
        instruction = code[place]
        if register in instruction.reads:
            return True
        if instruction.name == "act":
            if register in kept - {0}:
                return True
        elif instruction.writes != register:
            if instruction.target is not None:
                places.add(instruction.target)
            if instruction.name != "jmp":
                places.add(place + 1)
    return False
