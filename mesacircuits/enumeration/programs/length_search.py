"""All programs of one length that solve a task, within bounds: split into units, and run.

The search is given turns, in a telling order, and variants, which may stand at a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mesacircuits.circuits import Output
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.programs.program_classes import (
    first_named,
    least_of_class,
    zero_registers,
)
from mesacircuits.enumeration.programs.search_kernels import (
    COSTS,
    END,
    FRAME,
    FULL,
    VARIANT,
    Choices,
    Code,
    Limits,
    Progress,
    Rows,
    Rules,
    Runs,
    search_programs,
)
from mesacircuits.enumeration.units import UnitResult, has_arrays, run_units
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import OPERATIONS, Instance, Instruction, Machine, Program, run_turn
from mesacircuits.programs.charges import Charge, log_bits
from mesacircuits.programs.program import instruction_bits, length_bits
from mesacircuits.records import content_hash
from mesacircuits.tasks import OptimisationTask, Task
from mesacircuits.tasks.program_inputs import fits, instances_of, table_of_utilities

__all__ = [
    *("ALL_RULES", "MOST_REGISTER_BITS", "NO_BOUND", "RULES", "Bounds", "Found", "LengthCut"),
    *(
        "LengthSearch",
        "Turns",
        "Variant",
        "Variants",
        "acceptable_words",
        "accepts",
        "all_variants",
    ),
    *("search_length", "variants_of"),
]

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
    def runs(self) -> Runs:
        """What kernels are told of the turns."""
        machine, none = self.machine, (0,) * (1 << self.machine.width)
        masks = acceptable_words(self.task)
        instances = [self.instances[x] for x in self.inputs]
        packed = [
            sum(value << i * machine.width for i, value in enumerate(machine.start(x)))
            for x in self.inputs
        ]
        words = range(max(machine.input_words, 1))
        columns = (
            packed,
            [[machine.input_word(x, i) for i in words] for x in self.inputs],
            [instance.objective or none for instance in instances],
            [[machine.input_word(x, a) for a in range(1 << machine.width)] for x in self.inputs],
            [instance.utility or none for instance in instances],
            [instance.proxy or none for instance in instances],
            [instance.best for instance in instances],
            [masks[x] for x in self.inputs],
            list(range(len(self.inputs))),
        )
        return Runs(*(np.array(column, dtype=np.int64) for column in columns))

    @cached_property
    def utilities(self) -> tuple[int, int]:
        """How many entries a table of utilities has, and of how many levels."""
        return table_of_utilities(self.task)

    @cached_property
    def utility_bits(self) -> Charge:
        """The bits that a table of utilities is charged with: log2 L for each entry."""
        entries, levels = self.utilities
        return log_bits(Fraction(levels) ** entries)

    @property
    def keeps_tables(self) -> bool:
        """Whether two codes with private tables compare only once their tables are known."""
        return self.task.joint or self.machine.charge == "bits-back"

    def least_charge(self, uses: tuple[str, ...]) -> Charge:
        """Return the least that a program pays for the tables that it reads, beside its code.

        A private table that may hold anything costs nothing, unless it is charged in full.

        >>> from mesacircuits.tasks import parse_task
        >>> turns = Turns(parse_task("tt:2:8"), Machine(answers=1, charge="full"))
        >>> turns.least_charge(()), turns.least_charge(("table",))
        (0, 4)
        """
        table = len(self.inputs) * self.machine.answers if self.machine.charge == "full" else 0
        return (table if "table" in uses else 0) + (self.utility_bits if "utility" in uses else 0)

    @property
    def accept(self) -> NDArray[np.int64]:
        """For each turn the mask of words that are acceptable."""
        return self.runs.accept

    def accepts(self, given: Sequence[int]) -> bool:
        """Return whether the words given in the turns solve the task, as a whole."""
        if not self.task.joint:
            return all(mask >> word & 1 for mask, word in zip(self.accept, given, strict=True))
        words = [0] * (1 << self.task.inputs)
        for x, word in zip(self.inputs, given, strict=True):
            words[x] = int(word)
        return accepts(self.task, words)


_PLACES = tuple(OPERATIONS)


@dataclass(frozen=True, slots=True)
class Variant:
    """An instruction without the target that it may jump to.

    Attributes:
        name: its operation.
        operands: its operands but the target.

    >>> Variant("jlt", (2, 3)).registers, Variant("observe", (1, 0)).registers
    ((2, 3), (1,))
    """

    name: str
    operands: tuple[int, ...]

    def _at(self, letters: str) -> tuple[int, ...]:
        # The operands that stand for these letters of the operation's form.
        form = OPERATIONS[self.name].form.replace("t", "")
        return tuple(x for letter, x in zip(form, self.operands, strict=True) if letter in letters)

    @property
    def registers(self) -> tuple[int, ...]:
        """The registers that it names, in the order of its operands."""
        return self._at("duab")

    @property
    def sources(self) -> tuple[int, ...]:
        """The registers that it reads, without the one that it changes if it reads others."""
        return self._at("ab") or self._at("u")

    @property
    def writes(self) -> int:
        """The register that it writes, as a mask."""
        return 1 << self.operands[0] if OPERATIONS[self.name].writes else 0

    @property
    def reads(self) -> int:
        """The registers that it reads, as a mask."""
        return sum(1 << register for register in set(self._at("uab")))

    @classmethod
    def of(cls, instruction: Instruction) -> Variant:
        """Return the variant of an instruction.

        >>> Variant.of(Instruction("jz", (2, 7)))
        Variant(name='jz', operands=(2,))
        """
        jumps = instruction.target is not None
        return cls(instruction.name, instruction.operands[: len(instruction.operands) - jumps])

    def instruction(self, target: int) -> Instruction:
        """Return the instruction that jumps to `target`, if it jumps."""
        jumps = OPERATIONS[self.name].jumps
        return Instruction(self.name, (*self.operands, target) if jumps else self.operands)


def all_variants(machine: Machine) -> list[Variant]:
    """Return every variant that a machine has, in the order in which canonical programs ascend.

    >>> len(all_variants(Machine()))
    109
    """
    found = []
    for name in machine.names:
        ranges = [
            range(machine.input_words if letter == "i" else machine.registers)
            for letter in OPERATIONS[name].form.replace("t", "")
        ]
        found += [Variant(name, operands) for operands in product(*ranges)]
    return found


def _is_idle(variant: Variant) -> bool:
    """Return whether another variant, or none at all, does the same."""
    name, operands = variant.name, variant.operands
    if name in ("mov", "jlt", "sub"):
        # A move to itself does nothing, and so does a jump that is never taken; a - a has a
        # shorter way to 0 only where a register holds it, so that it stays.
        return name != "sub" and operands[0] == operands[1]
    if name in ("and", "or", "xor"):
        # Operands commute; equal ones make a move or 0.
        return operands[1] >= operands[2]
    return name == "andnot" and operands[1] == operands[2]


def variants_of(
    machine: Machine, canonical: bool = True, without: tuple[str, ...] = ()
) -> list[Variant]:
    """Return the variants that canonical programs use, or all, `without` some operations.

    Left out are moves of a register to itself, comparisons with itself, and of the Boolean
    operations those of equal operands and, as operands commute, of descending ones.

    >>> len(variants_of(Machine())), len(variants_of(Machine(), canonical=False))
    (101, 109)
    """
    listed = (v for v in all_variants(machine) if v.name not in without)
    return [v for v in listed if not (canonical and _is_idle(v))]


@dataclass(frozen=True, eq=False)
class Variants:
    """The variants of a machine, for programs of one length.

    Attributes:
        listed: the variants.
        choices: what kernels are told of them.
        header: the bits of the program's length.
    """

    listed: tuple[Variant, ...]
    choices: Choices
    header: int

    @classmethod
    @lru_cache(maxsize=64)
    def of(
        cls, machine: Machine, length: int, canonical: bool = True, without: tuple[str, ...] = ()
    ) -> Variants:
        """Return the variants of a machine for programs of so many instructions.

        Arguments:
            machine: the machine.
            length: L.
            canonical: leave out what `variants_of` does.
            without: operations that are not used; codes are those of the whole machine.
        """
        listed = variants_of(machine, canonical, without)
        width = machine.width
        rows = np.zeros(len(listed), dtype=VARIANT)
        for v, variant in enumerate(listed):
            sources = (*variant.sources, 0, 0)
            word = variant.operands[1] if variant.name == "observe" else 0
            written = variant.operands[0] if variant.writes else 0
            rows[v] = (
                _PLACES.index(variant.name),
                written * width,
                sources[0] * width,
                sources[1] * width,
                word,
                instruction_bits(machine, variant.name, length),
                variant.writes,
                variant.reads,
                written,
            )
        return cls(tuple(listed), rows, length_bits(length))

    @property
    def least_bits(self) -> int:
        """The bits of the shortest instruction."""
        return int(self.choices["bits"].min()) if self.listed else 0

    @cached_property
    def number_of(self) -> dict[Variant, int]:
        """The number of each variant."""
        return {variant: number for number, variant in enumerate(self.listed)}


#: Rules that leave out programs for which others stand, each with its bit in the kernel.
RULES = {
    "next": (1, "no jump goes to the next instruction, or to itself"),
    "dead": (2, "every result may be read, over the flow graph"),
    "thread": (4, "no jump goes to what only goes on elsewhere or ends the turn"),
    "idle": (
        8,
        "every instruction changes a register, reads the table, jumps or acts on some input",
    ),
    "zero": (16, "one register supplies 0, of those that are never written"),
}
#: By whose rules canonical programs are written; beside them registers are named as they are first
#: changed, and of each class the least is listed (see `least_of_class`).
ALL_RULES = tuple(RULES)
#: Greater than any cost.
NO_BOUND = 1 << 40

#: Raised whenever what the kernel finds could change: stored units are of one version.
_VERSION = 3
#: Rows of a chunk: few, as every part of a search has room for one.
_ROOM = 1 << 8
#: What all variants do in states is kept in so many numbers.
_ROW_ROOM = 1 << 22
#: Scatters the states of several turns among the rows that they share.
_ODD = 40503
#: So many jumps back are remembered, a power of two.
_MOST_LAPS = 1 << 10
#: The most programs that one length lists; a search that finds more gives up.
MOST_FOUND = 1 << 20
#: A search is cut where there are at least so many parts, which make up so many units.
_PARTS, _UNITS = 600, 200
#: To cut it deeper no more choices are tried than this, as nothing of them is kept or shown.
_MOST_TO_CUT = 1 << 16


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that a program may cost; all programs within the bounds are found.

    Attributes:
        bits: of its code.
        longest: the time of its longest turn.
        total: the time of all turns.
        queries: of all turns.
    """

    bits: int = NO_BOUND
    longest: int = NO_BOUND
    total: int = NO_BOUND
    queries: int = NO_BOUND


@dataclass(frozen=True)
class LengthSearch:
    """The search for all programs of L instructions.

    Arguments:
        turns: the task and the machine.
        length: L, at least 1.
        bounds: what the programs may cost.
        rules: names of `RULES`.
        by_first_use: whether registers are named as they are first changed.
        least: whether each class is listed once, by its least program.
        free: whether any words at all are acceptable, so that every program is found that ends.
        wanted: if given, what words together are acceptable in place of what the task says: a bit
            for each function from turns to answers, packed as numpy does, the word of the first
            turn the most significant digit of a function's number.
        without: operations of the machine that are not used.
        parts: the choices that lead to each part of the search to be made; one without choices is
            the whole search.
    """

    turns: Turns
    length: int
    bounds: Bounds = Bounds()
    rules: tuple[str, ...] = ALL_RULES
    by_first_use: bool = True
    least: bool = True
    free: bool = False
    wanted: bytes | None = None
    without: tuple[str, ...] = ()
    parts: tuple[tuple[int, ...], ...] = ((),)

    @cached_property
    def variants(self) -> Variants:
        """What may stand at a place."""
        canonical = "next" in self.rules
        return Variants.of(self.turns.machine, self.length, canonical, self.without)

    @property
    def takes_words(self) -> bool:
        """Whether other words are acceptable than the task says."""
        return self.free or self.wanted is not None

    def with_table(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of some programs, by their rows, read the private table."""
        return self.using("table", rows)

    def using(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of some programs, by their rows, have an instruction of this name."""
        there = np.array([v.name == name for v in self.variants.listed], dtype=bool)
        return np.asarray(there[rows[:, : self.length]].any(axis=1), dtype=np.bool_)

    @cached_property
    def runs(self) -> Runs:
        """What kernels are told of the turns."""
        runs = self.turns.runs
        if self.free:
            return runs._replace(accept=np.full(len(runs.accept), -1, dtype=np.int64))
        if self.wanted is None:
            return runs
        # For each turn, and words of the turns before, the words that some function goes on with.
        words = 1 << self.turns.machine.answers
        levels: list[NDArray[np.int64]] = []
        left: NDArray[Any] = np.unpackbits(np.frombuffer(self.wanted, dtype=np.uint8))
        left = left[: words ** len(runs.start)] > 0
        for _ in runs.start:
            left = left.reshape(-1, words)
            levels.insert(0, left @ (1 << np.arange(words)))
            left = np.any(left, axis=1)
        first = np.cumsum([0, *map(len, levels[:-1])])
        return runs._replace(accept=np.concatenate(levels), first=first)

    @property
    def key(self) -> str:
        """The content hash of all that the programs found depend on."""
        bounds = list(astuple(self.bounds))
        return content_hash(
            [
                "programs", _VERSION, self.turns.task.to_json(), self.turns.machine.to_json(),
                self.length, bounds, list(self.rules), self.by_first_use, self.least, self.free,
                list(self.without), None if self.wanted is None else self.wanted.hex(),
            ]
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """Programs of one length, with what they cost.

    Attributes:
        search: where they were found.
        rows: shape (m, 2 L + 4 + turns): code, targets, costs, words given.
        tried: how many choices were tried.
    """

    search: LengthSearch
    rows: NDArray[np.int64]
    tried: int

    def __len__(self) -> int:
        return len(self.rows)

    def cost(self, name: str) -> NDArray[np.int64]:
        """Return a cost of each program, one that `Bounds` has; its bits are without a table."""
        place = 2 * self.search.length + ("bits", "total", "longest", "queries").index(name)
        costs: NDArray[np.int64] = self.rows[:, place]
        return costs

    @property
    def given(self) -> NDArray[np.int64]:
        """The words given in each turn, in the order of `Turns.inputs`."""
        words: NDArray[np.int64] = self.rows[:, 2 * self.search.length + COSTS :]
        return words

    def codes(self) -> Iterator[tuple[Instruction, ...]]:
        """Yield the instructions of each program."""
        variants = self.search.variants.listed
        length = self.search.length
        for row in self.rows.tolist():
            yield tuple(
                variants[v].instruction(target)
                for v, target in zip(row[:length], row[length : 2 * length], strict=True)
            )


class _Kernel:
    """A search with its arrays: a part of it is run until all is found, a chunk at a time."""

    def __init__(self, search: LengthSearch, split: int = -1) -> None:
        turns, length, bounds = search.turns, search.length, search.bounds
        machine, variants = turns.machine, search.variants
        count, size = len(turns.inputs), len(variants.listed)
        live = 1 | sum(1 << register for register in machine.memory_registers)
        # Effects of each kind, one after another: see the kernel.
        words = 1 if search.wanted is None else 1 << machine.answers
        tables = 2 + words
        changes = tables + machine.registers
        effects = changes + (machine.registers << machine.width)
        asks = bounds.queries < NO_BOUND or any(v.name == "table" for v in variants.listed)
        rules = sum(RULES[name][0] for name in search.rules)
        ends_by_act = "act" in machine.names and "act" not in search.without
        if ends_by_act and "jmp" in machine.names:
            # Where both end a turn, that of fewer bits stands for the other.
            bits = [instruction_bits(machine, name, length) for name in ("act", "jmp")]
            ends_by_act = bits[0] <= bits[1]
        self.limits = Limits(
            length=length,
            width=machine.width,
            runs=count,
            answers=machine.answers,
            memory=machine.memory,
            fresh=first_named(machine) if search.by_first_use else machine.registers,
            bits=min(bounds.bits, NO_BOUND) - variants.header,
            worst=bounds.longest,
            total=bounds.total,
            queries=bounds.queries,
            rules=rules,
            split=split,
            forced=0,
            least_bits=variants.least_bits,
            nodes=0,
            live=live,
            zeros=sum(1 << register for register in zero_registers(machine)),
            ends_by_act=int(ends_by_act),
            words=words,
            tables=tables,
            changes=changes,
            asking=effects if asks else 0,
            effects=(2 if asks else 1) * effects,
            stride=2 << machine.registers * machine.width,
        )
        self.choices, self._registers = variants.choices, machine.registers
        self.runs = search.runs
        width = 2 * length + COSTS + count if split < 0 else max(split, 1)
        self._found = np.zeros((_ROOM, width), dtype=np.int64)
        # Every choice at a place makes its set smaller: one frame, and some sets to return to.
        most = length * size + length + count + 1
        self._frames = np.zeros(most, dtype=FRAME)
        self._rules, self._sets = self._masks(search.rules)
        self._rows = self._no_rows(size)
        self._code = Code(
            sets=self._sets.copy(),
            targets=np.full(length, -1),
            entries=np.full(count, -1),
            trail=np.zeros((2 * most + 6 * length, 1 + self._sets.shape[1]), dtype=np.int64),
            code=np.zeros(length, dtype=np.int64),
            given=np.zeros(count, dtype=np.int64),
            live=np.zeros(length + 1, dtype=np.int64),
            laps=np.zeros((_MOST_LAPS, 2), dtype=np.int64),
            met=np.full(_MOST_LAPS, -1),
        )
        self._progress = Progress(*np.zeros((len(Progress._fields), 1), dtype=np.int64))

    def _no_rows(self, size: int) -> Rows:
        """Return room for what variants do in states."""
        words, effects = _words(size), min(size, self.limits.effects)
        # A row for each state, if there is room; else states share rows.
        many = 1 << (self.limits.runs * self.limits.stride - 1).bit_length()
        most = 1 << max(_ROW_ROOM // (3 + effects * (1 + words) + size // 4), 1).bit_length() - 1
        if many > most:
            many = most
            self.limits = self.limits._replace(stride=_ODD)
        return Rows(
            tags=np.full((many, 2), -1),
            many=np.zeros(many, dtype=np.int64),
            effects=np.zeros((many, effects), dtype=np.int64),
            masks=np.zeros((many, effects, words), dtype=np.int64),
            places=np.empty((many, size), dtype=np.int16),
            scratch=np.zeros((self.limits.effects, words), dtype=np.int64),
        )

    def _masks(self, names: tuple[str, ...]) -> tuple[Rules, NDArray[np.int64]]:
        """Return what rules leave out, and what stands at each place before anything is chosen."""
        limits, choices = self.limits, self.choices
        operations, reads, writes = (choices[name] for name in ("op", "reads", "writes"))
        jumps = operations >= _PLACES.index("jmp")
        goes, acts = operations == _PLACES.index("jmp"), operations == _PLACES.index("act")
        ends = acts & (reads == 1)
        loses = []
        for last in (False, True):
            for written in (1 << r for r in range(self._registers)):
                # After the last place only what is live is read, after an act only what persists.
                forgets = np.where(acts, not written & limits.live & ~1, writes == written)
                forgets |= ~acts & (last and not written & limits.live)
                loses.append(~jumps & (reads & written == 0) & forgets)
        bits = np.unique(choices["bits"])
        rules = Rules(
            ends=_mask([goes | ends, goes]),
            loses=_mask(loses).reshape(2, self._registers, -1),
            bits=bits,
            of_bits=_mask(choices["bits"] == bits[:, None]),
        )
        stands = np.ones((limits.length, len(choices)), dtype=bool)
        if "thread" in names and not limits.ends_by_act:
            stands &= ~ends
        if "dead" in names:
            stands[-1] &= ~(ends | (writes > 0) & (writes & limits.live == 0))
        first = [[*np.flatnonzero(place).tolist(), -1][0] for place in stands]
        known = np.zeros(limits.length, dtype=np.int64)
        return rules, np.column_stack([known, np.array(first), _mask(stands)])

    @property
    def tried(self) -> int:
        return int(self._progress.nodes[0])

    def chunks(
        self, stop: NDArray[np.uint8], forced: tuple[int, ...] = (), most_nodes: int = 1 << 62
    ) -> Iterator[tuple[NDArray[np.int64], bool]]:
        """Yield what is found, and with the last chunk whether the search came to its end.

        Arguments:
            stop: set from outside to end the search.
            forced: the choices that lead to the part that is searched.
            most_nodes: how many choices are tried at most.
        """
        limits = self.limits._replace(forced=len(forced), nodes=most_nodes)
        choices = np.array([*forced, 0], dtype=np.int64)
        self._code.sets[:] = self._sets
        self._code.targets[:] = self._code.entries[:] = -1
        for number in self._progress:
            number[0] = 0
        while True:
            why = search_programs(
                self._code,
                self._frames,
                self._progress,
                self._found,
                stop,
                limits,
                self.choices,
                self.runs,
                self._rules,
                self._rows,
                choices,
            )
            yield self._found[: self._progress.found[0]].copy(), why == END
            if why != FULL:
                return


def _words(size: int) -> int:
    """Return how many words of 64 bits a set of variants takes, at least one."""
    return max(-(-size // 64), 1)


def _mask(members: ArrayLike) -> NDArray[np.int64]:
    """Return sets of variants as masks, from arrays that say of each whether it is a member."""
    bits = np.asarray(members, dtype=bool)
    room = np.zeros((*bits.shape[:-1], 64 * _words(bits.shape[-1])), dtype=bool)
    room[..., : bits.shape[-1]] = bits
    return np.packbits(room, axis=-1, bitorder="little").view("<i8").astype(np.int64)


def _run_unit(search: LengthSearch, stop: NDArray[np.uint8], most_tried: int) -> UnitResult:
    """Run some parts of a search; stop early, incomplete, if too many programs are found."""
    width = 2 * search.length + COSTS + len(search.turns.inputs)
    kept = [np.zeros((0, width), dtype=np.int64)]
    count = tried = 0
    complete = True
    kernel = _Kernel(search)
    for forced in search.parts:
        for found, ended in kernel.chunks(stop, forced, most_tried - tried):
            complete = ended
            if search.turns.task.joint and not search.takes_words and len(found):
                found = found[_accepted(search, found)]
            kept.append(found)
            count += len(found)
            if count > MOST_FOUND:
                complete = False
                break
        tried += kernel.tried
        if not complete:
            break
    return UnitResult({"rows": np.concatenate(kept).astype(np.int32)}, tried, complete)


def _check(search: LengthSearch, result: UnitResult) -> None:
    length, turns = search.length, search.turns
    width = 2 * length + COSTS + len(turns.inputs)
    has_arrays(result.arrays, {"rows": (np.int32, (None, width))})
    rows = result.arrays["rows"].astype(np.int64)
    variants, targets = rows[:, :length], rows[:, length : 2 * length]
    if len(rows) > MOST_FOUND:
        raise ValueError("too many programs")
    if ((variants < 0) | (variants >= len(search.variants.listed))).any():
        raise ValueError("no program")
    jumps = np.array([v.instruction(0).operation.jumps for v in search.variants.listed])
    if (jumps[variants] & ((targets < 0) | (targets > length))).any():
        raise ValueError("a jump to nowhere")
    tables = search.with_table(rows)
    # A program with a table is listed for each way of its entries that its turns tell apart.
    bare = rows[~tables]
    if len(np.unique(bare, axis=0)) < len(bare):
        raise ValueError("a program is listed twice")
    found = Found(search, rows, result.tried)
    for place, (code, table) in enumerate(zip(found.codes(), tables, strict=True)):
        # What entries a table has is not listed; they are chosen again, by running it.
        if not table and _ran(search, code) != rows[place, 2 * length :].tolist():
            raise ValueError("a program that does something else")
    if not search.takes_words and not _accepted(search, rows).all():
        raise ValueError("a program that does not solve the task")


def _ran(search: LengthSearch, code: tuple[Instruction, ...]) -> list[int | None]:
    # The costs of a program without a table, and the words that it gives.
    turns = search.turns
    program = Program(turns.machine, code)
    runs = [run_turn(program, turns.instances[x]) for x in turns.inputs]
    times = [run.time for run in runs]
    queries = sum(run.queries for run in runs)
    bits = program.bits - search.variants.header
    return [bits, sum(times), max(times), queries, *(run.word for run in runs)]


def _accepted(search: LengthSearch, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which programs a task accepts as a whole; with a table there may be other words."""
    given = rows[:, 2 * search.length + COSTS :]
    words, place = np.unique(given, axis=0, return_inverse=True)
    good = np.array([search.turns.accepts(row) for row in words.tolist()], dtype=bool)
    found: NDArray[np.bool_] = good[place.reshape(-1)] | search.with_table(rows)
    return found


def _units(search: LengthSearch) -> tuple[list[LengthSearch], int]:
    """Return the units of a search, and how many choices it took to find them.

    The search is cut after the least number of choices that makes enough parts; what takes fewer
    choices is a part of its own.
    """
    parts: list[tuple[int, ...]] = [()]
    tried, stop, split = 0, np.zeros(1, dtype=np.uint8), 0
    while len(parts) < _PARTS and any(len(part) == split for part in parts):
        split += 1
        kernel = _Kernel(search, split)
        chunks = list(kernel.chunks(stop, most_nodes=_MOST_TO_CUT))
        if not chunks[-1][1]:
            break
        tried = kernel.tried
        rows = (row for chunk, _ in chunks for row in chunk.tolist())
        parts = [tuple(choice for choice in row if choice >= 0) for row in rows]
    units = [tuple(parts[number::_UNITS]) for number in range(min(_UNITS, len(parts)))]
    return [replace(search, parts=unit) for unit in units], tried


class LengthCut(BudgetEnded):
    """Raised where a search ended within a length.

    Attributes:
        done, parts: how many parts of the length were searched, and how many there are.
        too_many: whether more than `MOST_FOUND` programs were found; else the budget ended.
    """

    def __init__(self, done: int, parts: int, too_many: bool = False) -> None:
        super().__init__(f"{done} of {parts} parts")
        self.done, self.parts, self.too_many = done, parts, too_many


def search_length(
    search: LengthSearch, effort: Effort, keep: Callable[[Found], Found] | None = None
) -> Found:
    """Return all programs of one length within the bounds, up to the canonical form.

    Arguments:
        search: what is sought.
        effort: the means; its nodes are choices tried.
        keep: drops programs of each part that nobody asks for.

    Raises:
        LengthCut: if the budget ran out first, or more than 2^20 programs were found.

    >>> from mesacircuits.tasks import parse_task
    >>> from mesacircuits.tasks.program_inputs import machine_for
    >>> task = parse_task("satisfying(candidates=4)")
    >>> turns = Turns(task, machine_for(task, "fair"))
    >>> found = search_length(LengthSearch(turns, 3, without=("table", "utility")), Effort())
    >>> [[str(instruction) for instruction in code] for code in found.codes()]
    [['inc r0', 'load r1, r0', 'jz r1, 0']]
    """
    units, tried = _units(search)
    effort.count_tried(tried)
    title = f"length {search.length}"
    kept: list[NDArray[np.int64]] = []
    count = 0
    try:
        with closing(run_units(_run_unit, units, effort, search.key, title, _check)) as results:
            for _, result in results:
                tried += result.tried
                found = Found(search, result.arrays["rows"].astype(np.int64), result.tried)
                rows = (keep(found) if keep else found).rows
                count += len(rows)
                if count > MOST_FOUND:
                    raise BudgetEnded
                kept.append(rows)
    except BudgetEnded as ended:
        raise LengthCut(len(kept), len(units), not effort.used_up()) from ended
    width = 2 * search.length + COSTS + len(search.turns.inputs)
    rows = np.concatenate(kept) if kept else np.zeros((0, width), dtype=np.int64)
    rows = _least_codes(search, rows) if search.least else rows
    return Found(search, _unique_codes(rows, search.length), tried)


def _least_codes(search: LengthSearch, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of programs with the least program of its class in place of each."""
    numbers = search.variants.number_of
    least = rows.copy()
    for place, code in enumerate(Found(search, rows, 0).codes()):
        chosen = least_of_class(search.turns.machine, code)
        for p, instruction in enumerate(chosen):
            least[place, p] = numbers[Variant.of(instruction)]
    return least


def _unique_codes(rows: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Return the rows in the order of their codes, each code once, with its least costs.

    A code comes again where entries of its table lead through it in other ways.
    """
    if not len(rows):
        return rows
    costs = rows[:, 2 * length : 2 * length + COSTS]
    order = np.lexsort((*costs.T[::-1], *rows[:, : 2 * length].T[::-1]))
    ordered = rows[order]
    codes = ordered[:, : 2 * length]
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (codes[1:] != codes[:-1]).any(axis=1)
    unique: NDArray[np.int64] = ordered[first]
    return unique
