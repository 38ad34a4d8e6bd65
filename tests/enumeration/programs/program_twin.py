"""The plain twin of the search: the same canonical programs, found by running them anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mesacircuits.enumeration.programs.length_search import LengthSearch, Variant, first_named
from mesacircuits.programs import Instruction, Program, run_turn

__all__ = ["reference_programs"]


@dataclass(frozen=True)
class _Partial:
    """A program of which some is chosen: variants, targets of jumps, entries of the table."""

    code: tuple[Variant | None, ...]
    targets: tuple[int | None, ...]
    entries: tuple[tuple[int, int], ...] = ()
    named: int = 1

    def with_slot(self, place: int, variant: Variant) -> _Partial:
        code = (*self.code[:place], variant, *self.code[place + 1 :])
        named = max([self.named, *(register + 1 for register in variant.registers)])
        return _Partial(code, self.targets, self.entries, named)

    def with_target(self, place: int, target: int) -> _Partial:
        targets = (*self.targets[:place], target, *self.targets[place + 1 :])
        return _Partial(self.code, targets, self.entries, self.named)

    def with_entry(self, x: int, entry: int) -> _Partial:
        return _Partial(self.code, self.targets, (*self.entries, (x, entry)), self.named)

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
    missing is found by running into it. Costs are not bounded.

    >>> from mesacircuits.enumeration.programs.length_search import Turns
    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> task = parse_task("satisfying(candidates=4)")
    >>> turns = Turns(task, machine_for(task, ("inc", "query", "jz"), registers=2))
    >>> [list(map(str, code)) for code in reference_programs(LengthSearch(turns, 3))]
    [['inc r0', 'query r1, r0', 'jz r1, 0']]
    """
    empty = (None,) * search.length
    start = _Partial(empty, empty, named=first_named(search.turns.machine))
    return set(_completed(search, start))


def _completed(search: LengthSearch, partial: _Partial) -> Iterator[tuple[Instruction, ...]]:
    given = []
    for place, x in enumerate(search.turns.inputs):
        ended = _run(search, partial, x)
        if isinstance(ended, list):
            for more in ended:
                yield from _completed(search, more)
            return
        if ended is None or not (search.free or search.turns.accept[place] >> ended & 1):
            return
        given.append(ended)
    if partial.spare:
        return
    if search.free or search.turns.accepts(given):
        yield tuple(
            v.instruction(t or 0)
            for v, t in zip(partial.code, partial.targets, strict=True)
            if v is not None
        )


def _run(search: LengthSearch, partial: _Partial, x: int) -> int | list[_Partial] | None:
    """Return the word given, None if the turn never ends, or the choices that it waits for."""
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
    for step in turn.steps:
        variant = partial.code[step.place]
        if variant is None:
            return _slots(search, partial, step.place)
        if variant.name == "table" and x not in entries:
            return [partial.with_entry(x, entry) for entry in range(1 << machine.answers)]
        if step.jumped and partial.targets[step.place] is None:
            return _targets(search, partial, step.place)
    return turn.word


def _slots(search: LengthSearch, partial: _Partial, place: int) -> list[_Partial]:
    found = []
    for variant in search.variants.listed:
        named = partial.named
        for register in variant.registers if search.by_first_use else ():
            if register > named:
                break
            named = max(named, register + 1)
        else:
            more = partial.with_slot(place, variant)
            if _is_canonical(search, more):
                found.append(more)
    return found


def _targets(search: LengthSearch, partial: _Partial, place: int) -> list[_Partial]:
    every = (partial.with_target(place, target) for target in range(search.length + 1))
    return [more for more in every if _is_canonical(search, more)]


def _is_canonical(search: LengthSearch, partial: _Partial) -> bool:
    """Return whether no rule leaves a partial program out, whatever becomes of it."""
    rules, length, code = search.rules, search.length, partial.code
    jumps = [(p, t) for p, t in enumerate(partial.targets) if t is not None]
    if "next" in rules and any(t in (p, p + 1) for p, t in jumps):
        return False
    if "thread" in rules:
        act = "act" in search.turns.machine.names
        for place, target in jumps:
            jump, aim = code[place], code[target] if target < length else None
            if target == length and act and jump is not None and jump.name == "jmp":
                return False
            if aim is not None and (aim.name == "jmp" or (aim.name, aim.operands) == ("act", (0,))):
                return False
    if "dead" in rules and not _is_read(search, code):
        return False
    return "order" not in rules or _is_ordered(search, partial)


def _is_read(search: LengthSearch, code: Sequence[Variant | None]) -> bool:
    kept = sum(1 << register for register in search.turns.machine.memory_registers)
    if code[-1] is not None:
        last = code[-1]
        if (last.name, last.operands) == ("act", (0,)):
            return False
        if last.writes and not last.writes & (1 | kept):
            return False
    for first, second in pairwise(code):
        if first is None or second is None or not first.writes:
            continue
        if second.name == "act" and not first.writes & (second.reads | kept):
            return False
        if second.writes == first.writes and not second.reads & first.writes:
            return False
    return True


def _is_ordered(search: LengthSearch, partial: _Partial) -> bool:
    place_of = {variant: place for place, variant in enumerate(search.variants.listed)}
    disordered = 0
    for place, (a, b) in enumerate(pairwise(partial.code), 1):
        if a is None or b is None or place_of[a] <= place_of[b]:
            continue
        if any(v.instruction(0).operation.jumps or v.name == "act" for v in (a, b)):
            continue
        apart = a.writes & (b.reads | b.writes) or b.writes & a.reads
        if not apart and place not in partial.targets:
            disordered += 1
    return disordered <= partial.spare
