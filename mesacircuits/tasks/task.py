"""Tasks that ask, input by input, for words: functions, relations, and choices by utility."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from fractions import Fraction
from functools import cache, cached_property
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    Protocol,
    Self,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from mesacircuits.call import check_whole, rational_from, rational_text
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.circuits.names import Names
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash, json_record

__all__ = [
    "MAX_RELATION_OUTPUTS", "MAX_TASK_INPUTS", "MAX_TASK_OUTPUTS", "PLAIN_TIES", "TIES",
    "FunctionTask", "OptimisationTask", "Recorded", "RelationTask", "Task",
]  # fmt: skip

#: The widest task that is accepted: its truth tables fit a 64-bit word.
MAX_TASK_INPUTS = 6
#: The most outputs of a function task.
MAX_TASK_OUTPUTS = 64
#: The most output bits of a relation: it lists words one by one.
MAX_RELATION_OUTPUTS = 4
#: The most candidates of an optimisation task: more than there are words, or features for them.
_MOST_CANDIDATES = 16
#: The most outputs of a function whose words are listed one by one.
_MOST_WORD_BITS = 16

#: What becomes of candidates that are equally good.
TIES = {
    "free": "any of the best candidates is acceptable",
    "first": "of the best candidates the one listed first",
    "last": "of the best candidates the one listed last",
    "context": "the one listed first where a bit of the context is 0, the last where it is 1",
    "excluded": "inputs on which the best candidates have several words are off the support",
}
#: Those that need no context and leave the support as it is.
PLAIN_TIES = ("free", "first", "last")


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

    def plain(self) -> Task:
        """Return the function or relation that the task asks for, if it asks for one; else itself.

        >>> from mesacircuits.tasks import parse_task
        >>> larger = OptimisationTask(1, 1, (0, 1), ((0, 1), (1, 1)))
        >>> str(larger.plain()), parse_task("thermostat").plain().joint
        ('tt:1:1@1', True)
        """

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values."""

    def __str__(self) -> str: ...


class Recorded:
    """A frozen dataclass with a JSON form: the name of its kind, then its fields in their order.

    Tuples are lists there, rationals whole numbers or texts, and values of such classes their own
    JSON forms. Fields whose default is None come last, and are left out where they are None; fields
    that do not count in comparisons, such as labels, are no part of it.
    """

    #: What `kind` says in JSON; it may lack.
    kind: ClassVar[str]
    #: What errors call it.
    called: ClassVar[str]
    #: What fields are in JSON, where that is not what they are here.
    json_types: ClassVar[dict[str, Any]] = {}

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, of which `from_json` makes the same but for a label."""
        record: dict[str, Any] = {"kind": self.kind}
        for f in sorted(_fields(type(self)), key=lambda f: f.default is None):
            value = getattr(self, f.name)
            if value is not None or f.default is not None:
                record[f.name] = _plain(value)
        return record

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return what `to_json` gave, raising `ArgumentError` for anything else."""
        argument = cls.called.rpartition(" ")[2]
        record = json_record(value, _record_type(cls), argument, f"{cls.called} in JSON form")
        return cls._of_record(record)

    @classmethod
    def _of_record(cls, record: Any) -> Self:
        values: dict[str, Any] = {name: getattr(record, name) for name in _types(cls)}
        for name, value in values.items():
            if isinstance(value, msgspec.Struct):
                values[name] = cast(Any, value).of._of_record(value)
        return cls.of_values(**values)

    @classmethod
    def of_values(cls, **values: Any) -> Self:
        """Return the value of these fields, in the types that they have in JSON."""
        return cls(**values)

    @cached_property
    def hash_hex(self) -> str:
        """The content hash: SHA-256 of the JSON form, as hexadecimal digits."""
        return content_hash(self.to_json())


def _fields(cls: Any) -> list[Any]:
    return [f for f in fields(cls) if f.compare]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [*map(_plain, value)]
    if isinstance(value, Fraction):
        return rational_text(value)
    return value.to_json() if isinstance(value, Recorded) else value


def _types(cls: type[Recorded]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in _fields(cls)} | cls.json_types


def _strict_type(cls: Any) -> Any:
    """Return the type by which JSON values are read, strictly."""
    usual = {f.name: (f.default,) for f in _fields(cls) if f.default is not MISSING}
    listed: list[Any] = [("kind", Literal[cls.kind], cls.kind)]
    for name, kind in _types(cls).items():
        listed.append((name, _json_type(kind), *usual.get(name, ())))
    options: dict[str, Any] = {"frozen": True, "kw_only": True, "forbid_unknown_fields": True}
    return msgspec.defstruct(cls.__name__, listed, namespace={"of": cls}, **options)


_record_type: Callable[[Any], Any] = cache(_strict_type)


def _json_type(kind: Any) -> Any:
    if kind is Fraction:
        return int | str
    if isinstance(kind, type) and issubclass(kind, Recorded):
        return _record_type(kind)
    inner = tuple(map(_json_type, get_args(kind)))
    if get_origin(kind) in (Union, UnionType):
        return Union[inner]  # noqa: UP007
    return get_origin(kind)[inner] if inner else kind


def _support_bits(inputs: int, text: str | None) -> int | None:
    return None if text is None else TruthTable.from_hex(inputs, text, "support").bits


class _WordTask(Recorded):
    """A task that has words on each input, whatever is done on others."""

    if TYPE_CHECKING:

        @property
        def word_masks(self) -> tuple[int, ...]:
            """See `Task.word_masks`."""

    #: Whether the task has a world to act in.
    has_world = False
    #: Whether what is acceptable on one input depends on what is done on others.
    joint = False

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` gives an acceptable word on every input."""
        task, masks = cast(Task, self), self.word_masks
        if (circuit.inputs, len(circuit.outputs)) != (task.inputs, task.outputs):
            return False
        return all(masks[word] >> x & 1 for x, word in enumerate(words_of(circuit)))

    def plain(self) -> Task:
        """Return the function or relation that the task asks for (see `Task.plain`)."""
        return cast(Task, self)


@dataclass(frozen=True)
class FunctionTask(_WordTask):
    """The task of computing given functions f_0, ..., f_{m-1} of the same n inputs.

    A circuit solves it iff on every input x of the support S its output word, bit i of which is
    output i, is (f_0(x), ..., f_{m-1}(x)). Off the support anything goes, so the tables are kept 0
    there: tasks that ask for the same are equal.

    Arguments:
        tables: one truth table per output bit, at most 64, all of the same width, at most six
            inputs.
        support: S as an integer whose bit x says whether x belongs to S; None for all inputs.
        label: the text that named the task, if one did; no part of what it is, and `str` gives the
            tables all the same, for they say what is asked for.
        names: what a file calls inputs and outputs; no part of what it is, nor of `to_json`.

    Raises `ArgumentError` for tables of unequal width or an empty support.

    >>> task = FunctionTask((TruthTable.from_hex(3, "E8"),))
    >>> task
    FunctionTask((TruthTable(inputs=3, bits=0xE8),))
    >>> str(task), task.word(0b011)
    ('tt:3:E8', (1,))
    >>> print(FunctionTask(task.tables, support=0x7F))
    tt:3:68@7F
    """

    tables: tuple[TruthTable, ...]
    support: int | None = None
    label: str = field(default="", compare=False, repr=False)
    names: Names | None = field(default=None, compare=False, repr=False)

    kind, called = "function", "a function task"
    json_types: ClassVar = {"inputs": int, "tables": list[str], "support": str | None}

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", tuple(self.tables))
        if not self.tables:
            raise ArgumentError("tables", "at least one truth table", "none")
        if len(self.tables) > MAX_TASK_OUTPUTS:
            raise ArgumentError("tables", f"at most {MAX_TASK_OUTPUTS}", len(self.tables))
        inputs = self.tables[0].inputs
        for table in self.tables:
            if table.inputs != inputs:
                raise ArgumentError("tables", f"tables of {inputs} inputs", table)
        if inputs > MAX_TASK_INPUTS:
            raise ArgumentError("tables", f"at most {MAX_TASK_INPUTS} inputs", inputs)
        full = self.tables[0].mask
        if self.support is not None:
            if not 0 < self.support <= full:
                raise ArgumentError("support", f"a mask from 1 to {full:#x}", self.support)
            inside = (TruthTable(inputs, table.bits & self.support) for table in self.tables)
            object.__setattr__(self, "tables", tuple(inside))
            if self.support == full:
                object.__setattr__(self, "support", None)
        if self.names is not None:
            self.names.check(inputs, len(self.tables))

    @property
    def inputs(self) -> int:
        """The number of input bits n."""
        return self.tables[0].inputs

    @property
    def outputs(self) -> int:
        """The number of output bits m."""
        return len(self.tables)

    @property
    def support_bits(self) -> int:
        """The support S as an integer, bit x set iff x belongs to it."""
        return self.tables[0].mask if self.support is None else self.support

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each of the 2^m words the integer whose bit x says if it is acceptable on input x.

        Off the support every word is. Raises `ArgumentError` for more than 16 outputs.

        >>> from mesacircuits.tasks import parse_task
        >>> [f"{mask:04b}" for mask in parse_task("tt:2:8@B").word_masks]
        ['0111', '1100']
        """
        if self.outputs > _MOST_WORD_BITS:
            expected = f"at most {_MOST_WORD_BITS} outputs, to list their words"
            raise ArgumentError("tables", expected, self.outputs)
        full = self.tables[0].mask
        masks = [full]
        for table in self.tables:
            # Word w with a further bit 1 comes 2^i places after w.
            masks = [mask & ~table.bits for mask in masks] + [mask & table.bits for mask in masks]
        return tuple(mask | full & ~self.support_bits for mask in masks)

    def word(self, x: int) -> tuple[int, ...]:
        """Return the word asked for on input x (of the support), bit 0 first."""
        return tuple(table(x) for table in self.tables)

    def solved_by(self, circuit: Wired) -> bool:
        """Return whether `circuit` gives the right word on every input of the support.

        >>> from mesacircuits.tasks import parse_task
        >>> from mesacircuits.circuits import Circuit
        >>> parse_task("expr:a & b").solved_by(Circuit.parse(2, "g1 = a | b; out = g1"))
        False
        """
        if (circuit.inputs, len(circuit.outputs)) != (self.inputs, self.outputs):
            return False
        return all(
            not (bits ^ table.bits) & self.support_bits
            for bits, table in zip(circuit.output_bits(), self.tables, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values; `from_json` is the inverse.

        >>> FunctionTask.from_json({"inputs": 2, "tables": ["8"], "support": "7"})
        FunctionTask((TruthTable(inputs=2, bits=0x0),), support=0x7)
        """
        record: dict[str, Any] = {"kind": self.kind, "inputs": self.inputs}
        record["tables"] = [table.hex for table in self.tables]
        if self.support is not None:
            record["support"] = TruthTable(self.inputs, self.support).hex
        return record

    @classmethod
    def of_values(cls, **values: Any) -> Self:
        """Return the task of these fields, in the types that they have in JSON."""
        inputs = values["inputs"]
        if not 0 <= inputs <= MAX_TASK_INPUTS:
            raise ArgumentError("inputs", f"at most {MAX_TASK_INPUTS}", inputs)
        tables = (TruthTable.from_hex(inputs, text, "tables") for text in values["tables"])
        return cls(tuple(tables), _support_bits(inputs, values["support"]))

    def __str__(self) -> str:
        tables = ",".join(table.hex for table in self.tables)
        text = f"tt:{self.inputs}:{tables}"
        if self.support is not None:
            text += f"@{TruthTable(self.inputs, self.support).hex}"
        return text

    def __repr__(self) -> str:
        support = "" if self.support is None else f", support={self.support:#x}"
        return f"FunctionTask({self.tables!r}{support})"


@dataclass(frozen=True)
class RelationTask(_WordTask):
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
        names: what a file calls inputs and outputs; no part of what it is, nor of `to_json`.

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
    names: Names | None = field(default=None, compare=False, repr=False)

    kind, called = "relation", "a relation task"

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
        if self.names is not None:
            self.names.check(self.inputs, self.outputs)

    @classmethod
    def from_function(cls, task: FunctionTask) -> RelationTask:
        """Return the relation that accepts the task's one word on its support, all words off it.

        Raises `ArgumentError` for a task of no inputs or of more than 4 outputs.

        >>> RelationTask.from_function(FunctionTask((TruthTable(1, 0b10),), support=0b10))
        RelationTask(1, 1, ((0, 1), (1,)))
        """
        check_whole("outputs", task.outputs, 1, MAX_RELATION_OUTPUTS)
        return cls.from_word_masks(task.inputs, task.word_masks, task.names)

    @classmethod
    def from_word_masks(
        cls, inputs: int, masks: tuple[int, ...], names: Names | None = None
    ) -> RelationTask:
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
        return cls(inputs, len(masks).bit_length() - 1, tuple(accept), names)

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
            tuple(TruthTable(self.inputs, bits) for bits in tables),
            self.support_bits,
            names=self.names,
        )

    def __str__(self) -> str:
        sets = (sum(1 << word for word in words) for words in self.accept)
        return f"relation:{self.inputs}:{self.outputs}:{','.join(f'{mask:X}' for mask in sets)}"

    def __repr__(self) -> str:
        return f"RelationTask({self.inputs}, {self.outputs}, {self.accept!r})"


@dataclass(frozen=True)
class OptimisationTask(_WordTask):
    """The task of choosing, on each input x of a support S, a candidate of greatest utility.

    With U(x, a) the utility of candidate word a on x and U*(x) its greatest value there, word a is
    acceptable on x in S iff it is a candidate and U(x, a) >= U*(x) - B; where ties are broken, iff
    it is the word of the first (or the last) candidate with U(x, a) = U*(x). Off S every word is.
    The utilities stay with the task, so that definitions can ask for them; where it says whose
    feature each input is, they are told off S as well.

    Several candidates may have one word, as several plans have one first step. Then U(x, a) is the
    greatest utility of those of word a.

    Arguments:
        inputs: n, 1 to 6.
        outputs: m, 1 to 4.
        candidates: for each candidate its word of m bits, in the order in which ties are broken.
            Words are distinct, unless there are features; then at least two occur. At most 16.
        utilities: for each input x = sum of x_i 2^i, from 0 on, one rational per candidate.
        support: S as an integer whose bit x says whether x belongs to it; None for all inputs.
        ties: a name of `TIES`. Where ties are `excluded`, S is what is left of the support.
        slack: B >= 0; more than 0 only where ties are free.
        features: for each candidate, in their order, the inputs that are its own features, the t-th
            of one candidate corresponding to the t-th of another; () for a candidate that has none,
            such as the word "none". Those that have some have equally many, and share none; inputs
            that are nobody's feature are the context. None where the task does not say.
        tie_input: the input of the context that breaks ties, where it does; else it is None.
        proxy: a second objective, as `utilities`, that nothing is asked for; programs may ask an
            oracle for it. None where there is none.
        label: how `str` calls the task, such as the text that named it; no part of what it is.

    Raises `ArgumentError` for anything outside those ranges.

    >>> larger = OptimisationTask(2, 1, (0, 1), ((0, 0), (1, 0), (0, 1), (1, 1)))
    >>> [sorted(larger.best(x)) for x in range(4)]
    [[0, 1], [0], [1], [0, 1]]
    >>> from mesacircuits.circuits import Circuit
    >>> larger.solved_by(Circuit.parse(2, "out = b")), larger.relation().is_function()
    (True, True)
    >>> own = OptimisationTask(2, 1, (0, 1), larger.utilities, features=((0,), (1,)))
    >>> OptimisationTask.from_json(own.to_json()) == own, own == larger
    (True, False)
    >>> by_third = [larger.utilities[x & 3] for x in range(8)]
    >>> tied = OptimisationTask(
    ...     3, 1, (0, 1), tuple(by_third), ties="context", features=((0,), (1,)), tie_input=2
    ... )
    >>> [tied.best(x) for x in (0b011, 0b111)]
    [(0,), (1,)]
    """

    inputs: int
    outputs: int
    candidates: tuple[int, ...]
    utilities: tuple[tuple[Fraction, ...], ...]
    support: int | None = None
    ties: str = "free"
    slack: Fraction = Fraction(0)
    features: tuple[tuple[int, ...], ...] | None = None
    tie_input: int | None = None
    proxy: tuple[tuple[Fraction, ...], ...] | None = None
    label: str = field(default="", compare=False, repr=False)

    kind, called = "optimisation", "an optimisation task"
    json_types: ClassVar = {"support": str | None}

    def __post_init__(self) -> None:
        check_whole("inputs", self.inputs, 1, MAX_TASK_INPUTS)
        check_whole("outputs", self.outputs, 1, MAX_RELATION_OUTPUTS)
        last, count = (1 << self.outputs) - 1, 1 << self.inputs
        candidates = tuple(self.candidates)
        if not candidates or (self.features is None and len({*candidates}) < len(candidates)):
            raise ArgumentError("candidates", "at least one word, each once", candidates)
        if len(candidates) > 1 and len({*candidates}) == 1:
            raise ArgumentError("candidates", "at least two words among several", candidates)
        if len(candidates) > _MOST_CANDIDATES:
            raise ArgumentError("candidates", f"at most {_MOST_CANDIDATES}", len(candidates))
        if not all(isinstance(word, int) and 0 <= word <= last for word in candidates):
            raise ArgumentError("candidates", f"words from 0 to {last}", candidates)
        exact = self._checked_rows("utilities", self.utilities)
        if self.proxy is not None:
            object.__setattr__(self, "proxy", self._checked_rows("proxy", self.proxy))
        full = (1 << count) - 1
        if self.support is not None and not 0 < self.support <= full:
            raise ArgumentError("support", f"a mask from 1 to {full:#x}", self.support)
        if self.ties not in TIES:
            raise ArgumentError("ties", f"one of {', '.join(TIES)}", self.ties)
        slack = rational_from(self.slack, "slack")
        if slack < 0 or (slack and self.ties != "free"):
            raise ArgumentError("slack", "0, or more where ties are free", self.slack)
        if self.features is not None:
            object.__setattr__(self, "features", self._checked_features(len(candidates)))
        object.__setattr__(self, "candidates", candidates)
        object.__setattr__(self, "utilities", exact)
        object.__setattr__(self, "slack", slack)
        object.__setattr__(self, "support", None if self.support == full else self.support)
        if self.ties != "context":
            object.__setattr__(self, "tie_input", None)
        elif isinstance(self.tie_input, bool) or self.tie_input not in self.context:
            listed = ", ".join(map(str, self.context)) or "which is empty"
            raise ArgumentError("tie_input", f"an input of the context: {listed}", self.tie_input)
        if not self.support_bits:
            raise ArgumentError("ties", "an input of the support with one best word", self.ties)

    def _checked_rows(
        self, name: str, given: Sequence[Sequence[Fraction]]
    ) -> tuple[tuple[Fraction, ...], ...]:
        rows, count = tuple(given), 1 << self.inputs
        if len(rows) != count:
            raise ArgumentError(name, f"{count} rows for {self.inputs} inputs", len(rows))
        for x, row in enumerate(rows):
            if len(row) != len(self.candidates):
                expected = f"{len(self.candidates)} numbers, one per candidate"
                raise ArgumentError(f"{name}[{x}]", expected, row)
        return tuple(tuple(rational_from(u, name) for u in row) for row in rows)

    @classmethod
    def of_utility(
        cls,
        utility: Sequence[Fraction | int],
        candidates: int,
        features: int,
        context: int = 0,
        *,
        words: Sequence[int] | None = None,
        default: tuple[int, Fraction] | None = None,
        ties: str = "free",
        training: int | None = None,
    ) -> Self:
        """Return the choice among K candidates by one utility of own features and the context.

        Inputs: the m features of candidate 0, of candidate 1, ..., then the s bits of the context,
        of which the last breaks ties where one does.

        Arguments:
            utility: U for each vector of m + s bits, from 0 on, the features lowest.
            candidates, features, context: K, m and s.
            words: each candidate's word; by default its number.
            default: one more candidate, without features: its word, and its utility everywhere.
            ties: a name of `TIES`.
            training: D, the vectors of features that occur, as an integer whose bit f says whether
                f does: S is D^K in every context. None for all.

        Raises `ArgumentError` for another number of utilities, more than 6 inputs, no vector that
        occurs, and as the class does.

        >>> task = OptimisationTask.of_utility((0, 1, 1, 0), 2, 2, ties="first", training=0b0011)
        >>> task.features, f"{task.support_bits:04X}", task.best(0b0100), task.common_utility[3]
        (((0, 1), (2, 3)), '0033', (1,), Fraction(0, 1))
        """
        check_whole("features", features, 1, MAX_TASK_INPUTS)
        check_whole("context", context, 0, MAX_TASK_INPUTS)
        check_whole("candidates", candidates, 1)
        inputs, vectors = candidates * features + context, 1 << features
        if inputs > MAX_TASK_INPUTS:
            expected = f"at most {MAX_TASK_INPUTS} inputs for their features and the context"
            raise ArgumentError("candidates", expected, inputs)
        if len(utility) != vectors << context:
            raise ArgumentError("utility", f"{vectors << context} utilities", len(utility))
        if training is not None and not 0 < training < 1 << vectors:
            expected = f"a set of some of {vectors} vectors of features, as a mask"
            raise ArgumentError("training", expected, training)
        listed = [*(range(candidates) if words is None else words)]
        if len(listed) != candidates:
            raise ArgumentError("words", f"{candidates} words, one per candidate", len(listed))
        places = [tuple(range(features * i, features * (i + 1))) for i in range(candidates)]
        rows, support = [], 0
        for x in range(1 << inputs):
            own = [x >> features * i & vectors - 1 for i in range(candidates)]
            above = x >> candidates * features << features
            rows.append([utility[vector | above] for vector in own])
            support |= all(training is None or training >> f & 1 for f in own) << x
        if default is not None:
            listed.append(default[0])
            places.append(())
            rows = [[*row, default[1]] for row in rows]
        return cls(
            inputs,
            max(max(listed).bit_length(), 1),
            tuple(listed),
            tuple(map(tuple, rows)),  # type: ignore[arg-type]
            support,
            ties,
            features=tuple(places),
            tie_input=inputs - 1 if ties == "context" and context else None,
        )

    def _checked_features(self, candidates: int) -> tuple[tuple[int, ...], ...]:
        features = tuple(tuple(own) for own in self.features or ())
        if len(features) != candidates:
            expected = f"{candidates} lists of inputs, one per candidate"
            raise ArgumentError("features", expected, features)
        listed = [place for own in features for place in own]
        for place in listed:
            check_whole("features", place, 0, self.inputs - 1)
        if len({*listed}) < len(listed):
            raise ArgumentError("features", "each input once", features)
        if len({len(own) for own in features if own}) > 1:
            raise ArgumentError("features", "as many for each candidate that has some", features)
        return features

    @cached_property
    def context(self) -> tuple[int, ...]:
        """The inputs that are nobody's feature, ascending; none where the task does not say.

        >>> OptimisationTask(2, 1, (0,), ((0,),) * 4, features=((1,),)).context
        (0,)
        """
        if self.features is None:
            return ()
        owned = {place for own in self.features for place in own}
        return tuple(place for place in range(self.inputs) if place not in owned)

    @cached_property
    def words(self) -> tuple[int, ...]:
        """The words that candidates have, each once, ascending."""
        return tuple(sorted({*self.candidates}))

    @cached_property
    def common_utility(self) -> tuple[Fraction, ...] | None:
        """U as one function of a candidate's own features and the context, if it is one.

        A value for each vector of bits, from 0 on: the features lowest, the context above them.
        None where the task does not say whose features inputs are, where nobody has any, and where
        two candidates of the same features in the same context have different utilities.

        >>> rows = ((0, 0), (1, 0), (0, 1), (1, 1))
        >>> own = OptimisationTask(2, 1, (0, 1), rows, features=((0,), (1,)))
        >>> own.common_utility
        (Fraction(0, 1), Fraction(1, 1))
        """
        with_some = [(i, own) for i, own in enumerate(self.features or ()) if own]
        if not with_some:
            return None
        found: dict[int, Fraction] = {}
        for x, row in enumerate(self.utilities):
            for i, own in with_some:
                places = (*own, *self.context)
                vector = sum((x >> place & 1) << t for t, place in enumerate(places))
                if found.setdefault(vector, row[i]) != row[i]:
                    return None
        return tuple(found[vector] for vector in range(len(found)))

    @cached_property
    def support_bits(self) -> int:
        """The support S as an integer, bit x set iff x belongs to it.

        An input of S where every word is acceptable belongs to it all the same; one where ties are
        excluded, and the best candidates have several words, does not.
        """
        every = (1 << (1 << self.inputs)) - 1 if self.support is None else self.support
        if self.ties != "excluded":
            return every
        return sum((len(self.best(x)) == 1) << x for x in range(1 << self.inputs)) & every

    def utility(self, x: int, word: int) -> Fraction | None:
        """Return U(x, word), or None if the word is no candidate's.

        >>> OptimisationTask(1, 2, (0, 3), ((1, 2), (1, 0))).utility(0, 3)
        Fraction(2, 1)
        """
        pairs = zip(self.candidates, self.utilities[x], strict=True)
        return max((u for own, u in pairs if own == word), default=None)

    def best(self, x: int) -> tuple[int, ...]:
        """Return the words acceptable on input x (as if it belonged to the support), ascending."""
        row = self.utilities[x]
        bound = max(row) - self.slack
        good = [word for word, u in zip(self.candidates, row, strict=True) if u >= bound]
        if self.ties in ("free", "excluded"):
            return tuple(sorted({*good}))
        at_last = self.ties == "last" or (
            self.tie_input is not None and bool(x >> self.tie_input & 1)
        )
        return (good[-1] if at_last else good[0],)

    def relation(self) -> RelationTask:
        """Return the relation of acceptable words, which keeps no utilities."""
        every = tuple(range(1 << self.outputs))
        return RelationTask(
            self.inputs,
            self.outputs,
            tuple(
                self.best(x) if self.support_bits >> x & 1 else every
                for x in range(1 << self.inputs)
            ),
        )

    def plain(self) -> FunctionTask | RelationTask:
        """Return the relation of acceptable words, or the function if there is one of each."""
        relation = self.relation()
        return relation.to_function() if relation.is_function() else relation

    @cached_property
    def word_masks(self) -> tuple[int, ...]:
        """For each of the 2^m words the integer whose bit x says if it is acceptable on input x."""
        return self.relation().word_masks

    def to_json(self) -> dict[str, Any]:
        """Return the task as JSON values; `from_json` is the inverse but for the label."""
        record = super().to_json()
        if self.support is not None:
            record["support"] = TruthTable(self.inputs, self.support).hex
        return record

    @classmethod
    def of_values(cls, **values: Any) -> Self:
        """Return the task of these fields, in the types that they have in JSON."""
        check_whole("inputs", values["inputs"], 1, MAX_TASK_INPUTS)
        support = _support_bits(values["inputs"], values["support"])
        return cls(**values | {"support": support})

    def __str__(self) -> str:
        return self.label or f"optimisation:{self.hash_hex[:12]}"
