"""Universes: sets of tasks, each with all its minima, smallest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import merge
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mesacircuits.call import Call, Parameter, check_whole, read_all
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.names import names_of
from mesacircuits.enumeration import SIZE, Effort, census, enumerate_minima
from mesacircuits.enumeration.symmetry import classes_of, negates_inputs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.studies.orbits import (
    INVERSIONS,
    NOTHING,
    PERMUTATIONS,
    UP_TO,
    choice_orbits,
    function_orbits,
    useless_utilities,
    world_orbits,
)
from mesacircuits.tables import counted
from mesacircuits.tasks import (
    MAX_TASK_INPUTS,
    TIES,
    FunctionTask,
    OptimisationTask,
    Task,
    TaskLike,
    WorldTask,
    as_task,
    parse_task,
    unroll,
)

if TYPE_CHECKING:
    from mesacircuits.definitions import Definition
    from mesacircuits.definitions.exemplars import Exemplar

__all__ = [
    "FAMILIES",
    "LIBRARY_INPUTS",
    "MAX_FUNCTION_INPUTS",
    "MAX_LISTED_INPUTS",
    "ORBIT_FAMILIES",
    "Functions",
    "Member",
    "Orbit",
    "ProgramMember",
    "Universe",
    "Unsolved",
    "as_universe",
    "asked_of_each",
    "inputs_in_use",
    "names_universe",
    "parse_universe",
    "solved_task",
    "solved_tasks",
    "table_of",
]

#: All functions of more inputs are no universe; of five, those that read at most four are decided.
MAX_FUNCTION_INPUTS = 5

#: Functions of more inputs are too many to ask about one by one.
MAX_LISTED_INPUTS = 3

#: Tasks of the library with more inputs are not in the universe `library`.
LIBRARY_INPUTS = 5

_Answer = TypeVar("_Answer")

# Where nothing is known of a size, it comes last.
_UNKNOWN = 1 << 30


@dataclass(frozen=True, slots=True)
class Functions:
    """All 2^(2^n) Boolean functions of n inputs, n from 1 to 5.

    >>> str(Functions(4))
    'functions(4)'
    """

    inputs: int

    def __post_init__(self) -> None:
        check_whole("inputs", self.inputs, 1, MAX_FUNCTION_INPUTS)

    def __str__(self) -> str:
        return f"functions({self.inputs})"


class _Solved:
    """What a task of a universe is once it is solved."""

    name: str
    task: Task
    size: int

    @property
    def key(self) -> tuple[int, int, str]:
        """What "smaller" compares: gates or length, inputs in use, hexadecimal table or name."""
        return self.size, inputs_in_use(self.task), self.name


@dataclass(frozen=True)
class Member(_Solved):
    """A task of a universe, with all its minima.

    Attributes:
        name: the text that names the task.
        task: the task.
        solvers: all its minimal circuits; none if the basis has no circuit for it.
        size: their least size.
        item: the item of the suite that it is, if it is one.
        minima_from: the shipped file that they are from; empty if they were searched for.
    """

    name: str
    task: Task
    solvers: tuple[Circuit, ...]
    size: int
    item: Exemplar[Any] | None = field(default=None, compare=False, repr=False)
    minima_from: str = field(default="", compare=False)


@dataclass(frozen=True)
class ProgramMember(_Solved):
    """A task of a universe, with all its shortest programs, or programs that are given.

    Attributes:
        name: the text that names the task, or the programs.
        task: the task.
        solvers: the programs; none if there is no program for it.
        size: the least length.
        item: the item of the suite that it is, if it is one.
    """

    name: str
    task: Task
    solvers: tuple[UnrolledProgram, ...]
    size: int
    item: Exemplar[Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Unsolved:
    """Tasks of a universe whose minima are not known, and why.

    Attributes:
        text: which, and why.
        exhausted_size: circuits of so many gates were searched through, for each.
    """

    text: str
    exhausted_size: int = field(default=0, compare=False)
    key: tuple[int, int, str] = field(default=(_UNKNOWN, 0, ""), compare=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Orbit:
    """What a task of a universe stands for: all that renaming bits makes of it.

    Attributes:
        part: the part of the universe's text that lists it.
        size: how many tasks those are, itself included.
        up_to: a name of `UP_TO`: what renames.
    """

    part: str
    size: int
    up_to: str


@dataclass(frozen=True)
class Universe:
    """A finite set of tasks.

    Attributes:
        text: how it is named.
        functions: all functions of so many inputs.
        tasks: further tasks, each with the text that names it, none twice.
        fixed: tasks with a solver that is given, minimal or not.
        fixed_programs: tasks with a program that is given, shortest or not.
        programs: tasks whose shortest programs for the fair machine are meant.
        left_out: what the name would include but the universe does not, and why.
        orbits: of tasks that are one of each orbit, by name, what they stand for.

    >>> universe = parse_universe("functions(2); tt:3:E8")
    >>> [(m.name, m.size, len(m.solvers)) for m in universe.members()][-2:]
    [('tt:2:E', 1, 1), ('tt:3:E8', 4, 51)]
    """

    text: str
    functions: tuple[Functions, ...] = ()
    tasks: tuple[tuple[str, Task], ...] = ()
    fixed: tuple[Member, ...] = ()
    fixed_programs: tuple[ProgramMember, ...] = ()
    programs: tuple[tuple[str, Task], ...] = ()
    left_out: tuple[str, ...] = ()
    orbits: Mapping[str, Orbit] = field(default_factory=dict, compare=False)

    @classmethod
    def of_functions(cls, inputs: int) -> Universe:
        """Return the universe of all functions of n inputs.

        >>> str(Universe.of_functions(4))
        'functions(4)'
        """
        part = Functions(inputs)
        return cls(str(part), functions=(part,))

    @classmethod
    def of_task(cls, task: Task) -> Universe:
        """Return the universe of one task.

        >>> str(Universe.of_task(parse_task("argmax( candidates=3 )")))
        'argmax(candidates=3)'
        """
        return cls(str(task), tasks=((str(task), task),))

    def to_json(self) -> dict[str, Any]:
        """Return the universe as JSON values: all functions of n inputs, or what is joined."""
        if self.only_functions:
            return {"kind": "functions", "inputs": self.inputs}
        return {"kind": "tasks", "tasks": [part.strip() for part in self.text.split(";")]}

    def __str__(self) -> str:
        return self.text

    def refuse_solvers(self) -> None:
        """Raise `ArgumentError` for what is given with its solvers, or asks for programs."""
        if self.fixed or self.fixed_programs or self.programs:
            raise ArgumentError("universe", "tasks, without solvers", self.text)

    def stands_for(self, name: str) -> int:
        """Return for how many tasks, itself included, the task of a name stands.

        >>> universe = parse_universe("choices(2, 2)")
        >>> [(name, universe.stands_for(name)) for name, _ in universe.tasks][2:]
        [('choice(features=2,utility=6)', 2), ('choice(features=2,utility=7)', 4)]
        """
        return self.orbits[name].size if name in self.orbits else 1

    @property
    def orbits_text(self) -> str:
        """How many tasks are one of each orbit, and for how many they stand; empty if none is.

        >>> parse_universe("choices(2, 2)").orbits_text
        'choices(2, 2): 4 tasks, one of each orbit, for 14 in all'
        """
        if not self.orbits:
            return ""
        total = sum(orbit.size for orbit in self.orbits.values())
        tasks = counted(len(self.orbits), "task")
        return f"{self}: {tasks}, one of each orbit, for {total:,} in all"

    def refuse_moved(
        self, basis: str | Basis | None = None, definition: Definition | None = None
    ) -> None:
        """Raise `ArgumentError` where what is asked could tell a task from those it stands for.

        Arguments:
            basis: over which circuits are meant; None for programs, which read inputs in order.
            definition: what tags them; of the package's, one may allow no re-encoding of inputs.

        >>> parse_universe("choices(2, 1)").refuse_moved("nand")
        Traceback (most recent call last):
        ...
        mesacircuits.errors.ArgumentError: universe: expected up_to=permutations, since to invert \
inputs is not free over nand, got choices(2, 1)
        """
        least, why = INVERSIONS, ""
        if basis is None:
            least, why = NOTHING, "programs read inputs in their order"
        elif not negates_inputs(basis_named(basis)):
            least, why = PERMUTATIONS, f"to invert inputs is not free over {basis}"
        for orbit in self.orbits.values():
            if [*UP_TO].index(orbit.up_to) < [*UP_TO].index(least):
                raise ArgumentError("universe", f"up_to={least}, since {why}", orbit.part)
        if definition is not None and definition.parameters.get("reencoding") == "none":
            for name, task in self.tasks:
                # Features are inverted of all candidates alike, which is no re-encoding.
                alike = isinstance(task, OptimisationTask) and task.features is not None
                moved = name in self.orbits and self.orbits[name].up_to == INVERSIONS
                if moved and not alike:
                    expected = f"up_to={PERMUTATIONS}, since {definition.name} re-encodes nothing"
                    raise ArgumentError("universe", expected, self.orbits[name].part)

    @property
    def inputs(self) -> int:
        """The number of inputs, where all functions of so many are all there is."""
        (part,) = self.functions
        return part.inputs

    def listed(self) -> list[tuple[str, Task]]:
        """Return every task, functions one by one, with the text that names it, none twice.

        Raises `ArgumentError` for functions of more than `MAX_LISTED_INPUTS` inputs, and for what
        is given with its solvers.

        >>> len(parse_universe("functions(2); tt:2:6; argmax(candidates=3)").listed())
        17
        """
        return list(self._listed)

    @cached_property
    def _listed(self) -> tuple[tuple[str, Task], ...]:
        # Verifying asks for them for the rows, the example, and what was left out.
        self.refuse_solvers()
        found: dict[str, tuple[str, Task]] = {}
        for part in self.functions:
            if part.inputs > MAX_LISTED_INPUTS:
                most = f"functions of at most {MAX_LISTED_INPUTS} inputs, where one by one"
                raise ArgumentError("universe", most, str(part))
            for table in _tables(part.inputs):
                function = FunctionTask((table,))
                found[function.hash_hex] = str(function), function
        for name, task in self.tasks:
            found.setdefault(task.hash_hex, (name, task))
        return tuple(found.values())

    @cached_property
    def only_given(self) -> bool:
        """Whether every solver is given, and none is searched for."""
        given = self.fixed or self.fixed_programs
        return bool(given) and not (self.functions or self.tasks or self.programs)

    def counts_half(self, basis: str | Basis) -> bool:
        """Whether of all functions only those with f(0) = 0 are members, as inverters are free.

        >>> parse_universe("functions(3)").counts_half("b2")
        True
        """
        return bool(self.functions) and basis_named(basis).free_inverters

    @cached_property
    def only_functions(self) -> bool:
        """Whether there is nothing beside functions of one number of inputs."""
        others = self.tasks or self.fixed or self.fixed_programs or self.programs
        return len(self.functions) == 1 and not others

    def members(
        self, basis: str | Basis = "b2", order: str = SIZE, effort: Effort | None = None
    ) -> Iterator[Member | Unsolved]:
        """Yield each task with all its minima, smallest first: by gates, inputs in use, name.

        Where inverters are free a function and its inverse have the same circuits, and only
        functions with f(0) = 0 are yielded. What the budget left out comes last, as `Unsolved`.

        Programs are not among them (see `program_members`).

        Tasks are solved before the first is yielded, those of few inputs and outputs first, in at
        most half of the seconds left: what is asked of the minima takes time as well.

        Arguments:
            basis, order: what minima are of, and what minimal means.
            effort: budget, threads and progress bar; by default no limit, all cores, no bar.

        Raises `ArgumentError` as `census` and `enumerate_minima` do.
        """
        basis = basis_named(basis)
        effort = effort or Effort()
        self.refuse_moved(basis)
        parts = len(self.functions) + bool(self.tasks)
        streams: list[Iterable[Member | Unsolved]] = [sorted(self.fixed, key=lambda m: m.key)]
        if self.tasks:
            # Sizes are known once they are found, so these are solved at once.
            share = effort.share(parts)
            if share.seconds is not None:
                # Nodes are for searching alone, seconds also for what is asked of the minima.
                share = share.limited(share.seconds / 2)
            found = solved_tasks(self.tasks, basis, order, share)
            streams.append(sorted(found.values(), key=lambda member: member.key))
        streams += [_functions(part.inputs, basis, order, effort) for part in self.functions]
        yield from merge(*streams, key=lambda member: member.key)

    def program_members(self, effort: Effort | None = None) -> list[ProgramMember | Unsolved]:
        """Return each task whose programs are meant with all of them, shortest first.

        Arguments:
            effort: budget, threads and progress bar; by default no limit, all cores, no bar.

        >>> universe = parse_universe("programs(satisfying(candidates=4))")
        >>> [(member.name, member.size) for member in universe.program_members()]
        [('programs(satisfying(candidates=4))', 3)]
        """
        effort = effort or Effort()
        found: list[ProgramMember | Unsolved] = [*self.fixed_programs]
        for place, (name, task) in enumerate(self.programs):
            share = effort.share(len(self.programs) - place)
            found.append(_shortest_programs(name, task, share))
        return sorted(found, key=lambda member: member.key)


def inputs_in_use(task: Task) -> int:
    """Return how many inputs a task depends on; all it has, where it leaves something free.

    >>> inputs_in_use(parse_task("tt:3:88"))
    2
    """
    if isinstance(task, FunctionTask) and task.support is None:
        return len({i for table in task.tables for i in table.support()})
    return task.inputs


def table_of(task: Task) -> TruthTable:
    """Return the truth table of a task that is one function.

    >>> table_of(parse_task("tt:3:88")).hex
    '88'
    """
    if not isinstance(task, FunctionTask) or len(task.tables) != 1:
        raise ArgumentError("task", "one function", str(task))
    return task.tables[0]


def solved_task(
    name: str,
    task: Task,
    basis: str | Basis,
    order: str,
    effort: Effort,
    cap: int | None = None,
) -> Member | Unsolved:
    """Return a task with all its minima, or what the budget left open of it.

    `cap`: the greatest size that is considered, for the order that asks for one.

    >>> member = solved_task("and", parse_task("expr:a & b"), "b2", "size", Effort())
    >>> member.key
    (1, 2, 'and')
    """
    minima = enumerate_minima(task, basis, order, effort, cap=cap)
    if not minima.exhaustive:
        least, size = "no size was searched through", minima.exhausted_size
        if size is not None:
            least = f"circuits of at most {counted(size, 'gate')} were exhausted"
        return Unsolved(f"{name}: minima not reached in the budget; {least}", size or 0)
    size = min((circuit.size for circuit in minima.minima), default=0)
    return Member(name, task, minima.minima, size, minima_from=minima.plan.file)


def solved_tasks(
    tasks: Sequence[tuple[str, Task]],
    basis: Basis,
    order: str,
    effort: Effort,
    cap: int | None = None,
) -> dict[str, Member | Unsolved]:
    """Return each task with all its minima (see `solved_task`), or what was left open, by name.

    >>> named = [("and", parse_task("expr:a & b"))]
    >>> solved_tasks(named, basis_named("b2"), "size", Effort())["and"].size
    1
    """
    return asked_of_each(
        tasks,
        lambda name, task, share: solved_task(name, task, basis, order, share, cap),
        lambda found: isinstance(found, Member),
        effort,
    )


def asked_of_each(
    tasks: Sequence[tuple[str, Task]],
    ask: Callable[[str, Task, Effort], _Answer],
    settled: Callable[[_Answer], bool],
    effort: Effort,
) -> dict[str, _Answer]:
    """Return what is found of each task, by name, each asked within its share of the effort.

    An equal share of the budget is for each, then what is left for those that it did not do for.
    Small tasks come first: what they leave of their shares is for the others.

    >>> named = [(text, parse_task(text)) for text in ("tt:3:E8", "tt:2:8")]
    >>> asked_of_each(named, lambda name, task, share: task.inputs, bool, Effort())
    {'tt:2:8': 2, 'tt:3:E8': 3}
    """
    tasks = sorted(tasks, key=lambda pair: (pair[1].inputs, pair[1].outputs))
    found: dict[str, _Answer] = {}
    for _ in range(2):
        waiting = [(name, t) for name, t in tasks if name not in found or not settled(found[name])]
        for place, (name, task) in enumerate(waiting):
            if name in found and effort.used_up():
                break
            found[name] = ask(name, task, effort.share(len(waiting) - place))
    return found


def _functions(
    inputs: int, basis: Basis, order: str, effort: Effort
) -> Iterator[Member | Unsolved]:
    found = census(inputs, basis, order, effort)
    normalised = basis.free_inverters
    sizes: dict[int, int] = {}
    for entry in found.classes:
        form = entry.representative.bits
        sizes[form] = min(sizes.get(form, entry.size), entry.size)
    classes = classes_of(inputs, basis)
    functions = sorted(
        (sizes[form], len(TruthTable(inputs, bits).support()), bits)
        for bits, number in enumerate(classes.number.tolist())
        if (form := int(classes.representatives[number])) in sizes and not (normalised and bits & 1)
    )
    left = 0
    for _, _, bits in functions:
        task = FunctionTask((TruthTable(inputs, bits),))
        member = (
            Unsolved("") if effort.used_up() else solved_task(str(task), task, basis, order, effort)
        )
        if isinstance(member, Member):
            yield member
        else:
            left += 1
    left += found.open_functions // 2 if normalised else found.open_functions
    if left:
        which = " with f(0) = 0" if normalised else ""
        yield Unsolved(f"functions({inputs}): {counted(left, 'function')}{which}, the largest")


def parse_universe(*texts: str, task: Callable[[str], Task] = parse_task) -> Universe:
    """Return the universe that texts name, joined.

    Each text is one of these, or several separated by semicolons:

    - `functions(N)`: all functions of N inputs, 1 to 5;
    - `functions(N, outputs=M)`: all tuples of M functions of N inputs, one of each orbit under
      permuting and inverting inputs and outputs, 2^(M 2^N) of them up to 65,536;
    - `choices(K, m, s=0, L=2, ties=free, D=all)`: all choices among K candidates of m features in s
      bits of context, by a utility of L values, one of each orbit (see `choice_orbits`): ties as
      `TIES` has them, D the vectors of features that occur, as hexadecimal digits, or `each`;
      `words` as in the task `choice`;
    - `worlds(N, A)`: all worlds of N states and A actions in which everything is observed and the
      target, one state, can be reached and kept, one of each orbit (see `world_orbits`), each as
      the task `world`;
    - `partial(N)`: all partial functions of N inputs, 1 or 2, each with what it leaves free;
    - `exemplars`: the circuits and programs of the suite (see `definitions.suite`), as they are,
      minimal or not;
    - `program-exemplars`: the programs among them;
    - `programs(TASK)`: all shortest programs of a task for the fair machine;
    - `library`: the tasks of the library at their defaults, up to `LIBRARY_INPUTS` inputs;
    - any task as `parse_task` reads it, such as `tt:3:E8` or `argmax(levels=4)`.

    With `up_to=permutations` nothing is inverted in an orbit, with `up_to=nothing` each is of one.

    Arguments:
        texts: the texts.
        task: reads the name of a task; one that opens no files, for texts of strangers.

    Raises `ArgumentError` for no text, and for one that cannot be read.

    >>> print(parse_universe("functions(3)", "tt:3:E8; expr:a & b"))
    functions(3); tt:3:E8; expr:a & b
    >>> [name for name, _ in parse_universe("partial(1)").tasks][:4]
    ['tt:1:0@1', 'tt:1:1@1', 'tt:1:0@2', 'tt:1:2@2']
    """
    parts = [part.strip() for text in texts for part in text.split(";") if part.strip()]
    if not parts:
        raise ArgumentError("universe", "functions(N), library, exemplars, or a task", "nothing")
    found = _Parts(task)
    for part in parts:
        name = part.partition("(")[0].strip()
        if name not in FAMILIES:
            found.add(part, task(part))
            continue
        family = FAMILIES[name]
        call = Call.parse(part, "universe", family.first)
        for needed in family.needed:
            if needed not in call.arguments:
                asked = ", ".join(n if len(n) == 1 else n.upper() for n in family.needed)
                raise ArgumentError("universe", f"{name}({asked})", part)
        family.read(
            found, part, **read_all(f"parameter of {name}", family.parameters, call.arguments)
        )
    return Universe(
        "; ".join(parts),
        tuple(found.functions),
        tuple(found.tasks.values()),
        found.fixed,
        found.fixed_programs,
        tuple(found.programs.values()),
        tuple(found.left_out),
        found.orbits,
    )


def names_universe(text: str) -> bool:
    """Return whether a text names a family of tasks, or several parts, and not just one task.

    >>> names_universe("functions(2)"), names_universe("tt:2:8; tt:2:E"), names_universe("argmax")
    (True, True, False)
    """
    return ";" in text or text.partition("(")[0].strip() in FAMILIES


def as_universe(universe: Universe | TaskLike) -> Universe:
    """Return a universe as it is, one that a text names, or the one of a task, as `as_task` reads.

    >>> print(as_universe("functions(2)"), as_universe(lambda a, b: a & b))
    functions(2) tt:2:8
    """
    if isinstance(universe, Universe):
        return universe
    if isinstance(universe, str):
        return parse_universe(universe)
    return Universe.of_task(as_task(universe))


class _Parts:
    """What the parts of a universe's text have named so far; see `Universe`."""

    def __init__(self, task: Callable[[str], Task]) -> None:
        self.task = task
        self.functions: list[Functions] = []
        self.tasks: dict[str, tuple[str, Task]] = {}
        self.fixed: tuple[Member, ...] = ()
        self.fixed_programs: tuple[ProgramMember, ...] = ()
        self.programs: dict[str, tuple[str, Task]] = {}
        self.left_out: list[str] = []
        self.orbits: dict[str, Orbit] = {}

    def add(self, name: str, task: Task, orbit: Orbit | None = None) -> None:
        # A task stands for its class here, so it has no names of a file's.
        if names_of(task) is not None:
            task = replace(cast(Any, task), names=None)
        known, _ = self.tasks.setdefault(task.hash_hex, (name, task))
        # Where parts overlap it stands for as many as the part says that knows of most.
        if orbit is not None and (known not in self.orbits or orbit.size > self.orbits[known].size):
            self.orbits[known] = orbit


@dataclass(frozen=True)
class _FamilyOfTasks:
    """How the text of a family is read.

    Attributes:
        read: adds its tasks to `_Parts`, given the text and the values of parameters.
        parameters: what may be given.
        needed: the names of those that have to be.
    """

    read: Callable[..., None]
    parameters: tuple[Parameter, ...]
    needed: tuple[str, ...]

    @property
    def first(self) -> str | tuple[str, ...]:
        """What `Call.parse` takes to stand first: a text may have commas, numbers have not."""
        if self.needed and isinstance(self.parameters[0].default, str):
            return self.needed[0]
        return tuple(parameter.name for parameter in self.parameters) if self.needed else ()


#: Families of tasks by the word that names them.
FAMILIES: dict[str, _FamilyOfTasks] = {}


def _family(
    name: str, *parameters: Parameter, needed: int = 1
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def registered(read: Callable[..., None]) -> Callable[..., None]:
        names = tuple(parameter.name for parameter in parameters[:needed])
        FAMILIES[name] = _FamilyOfTasks(read, parameters, names)
        return read

    return registered


#: The families of which one of each orbit is listed.
ORBIT_FAMILIES = ("functions", "choices", "worlds")
_UP_TO = Parameter("up_to", INVERSIONS, "what makes tasks alike", values=tuple(UP_TO))


@_family(
    "functions",
    Parameter("inputs", 1, "N", least=1, most=MAX_FUNCTION_INPUTS),
    Parameter("outputs", 1, "M", least=1, most=4),
    _UP_TO,
)
def _all_functions(
    found: _Parts, part: str, inputs: int, outputs: int | None = None, up_to: str | None = None
) -> None:
    if outputs is None:
        if up_to is not None:
            raise ArgumentError("up_to", "a number of outputs beside it", up_to)
        if (universe := Functions(inputs)) not in found.functions:
            found.functions.append(universe)
        return
    up_to = up_to or INVERSIONS
    for words, size in function_orbits(inputs, outputs, up_to):
        tables = (sum((w >> i & 1) << x for x, w in enumerate(words)) for i in range(outputs))
        task = FunctionTask(tuple(TruthTable(inputs, bits) for bits in tables))
        found.add(str(task), task, Orbit(part, size, up_to))


@_family(
    "choices",
    Parameter("K", 2, "candidates", least=2, most=6),
    Parameter("m", 1, "features of each", least=1, most=3),
    Parameter("s", 0, "bits of context", least=0, most=4),
    Parameter("L", 2, "values of the utility", least=2, most=16),
    Parameter("ties", "free", "what becomes of ties", values=tuple(TIES)),
    Parameter("D", "all", "vectors of features that occur: hexadecimal digits, all or each"),
    Parameter("words", "index", "words of the candidates, a digit each, or index"),
    _UP_TO,
    needed=2,
)
def _all_choices(
    found: _Parts,
    part: str,
    K: int,
    m: int,
    s: int = 0,
    L: int = 2,
    ties: str = "free",
    D: str = "all",
    words: str = "index",
    up_to: str = INVERSIONS,
) -> None:
    from mesacircuits.tasks.library.choices import choice_label

    if K * m + s > MAX_TASK_INPUTS:
        raise ArgumentError("universe", f"at most {MAX_TASK_INPUTS} inputs", K * m + s)
    if ties == "context" and not s:
        raise ArgumentError("universe", "a bit of context, to break ties by", part)
    every = (1 << (1 << m)) - 1
    training = None
    if D != "each":
        training = every if D == "all" else TruthTable.from_hex(m, D, "D").bits
        if not training:
            raise ArgumentError("D", "some vector of features that occurs", D)
    for occurring, utility, size in choice_orbits(m, s, L, training, up_to, ties == "context"):
        name = choice_label(
            utility, K, m, s, ties=ties, training=None if occurring == every else occurring,
            words=words,
        )  # fmt: skip
        found.add(name, parse_task(name, files=False), Orbit(part, size, up_to))
    sets = [training] if training else range(1, every + 1)
    without = sum(useless_utilities(m, s, L, occurring) for occurring in sets)
    why = "by which no candidate is ever better than another"
    found.left_out.append(f"{part}: {counted(without, 'utility', 'utilities')} {why}")


@_family(
    "worlds",
    Parameter("states", 2, "N", least=2, most=4),
    Parameter("actions", 2, "A", values=(2, 4)),
    _UP_TO,
    needed=2,
)
def _all_worlds(
    found: _Parts, part: str, states: int, actions: int, up_to: str = INVERSIONS
) -> None:
    from mesacircuits.tasks.library.worlds import world_label

    without = 0
    for table, size in world_orbits(states, actions, up_to):
        *after, target = table
        rows = tuple(tuple(after[actions * s : actions * (s + 1)]) for s in range(states))
        name = world_label(rows, target)
        task = parse_task(name, files=False)
        assert isinstance(task, WorldTask)
        # All states are starts, and each is told from the others.
        if target in rows[target] and None not in task.distances:
            found.add(name, task, Orbit(part, size, up_to))
        else:
            without += size
    if without:
        why = "where the target cannot be kept, or not reached from every state"
        found.left_out.append(f"{part}: {counted(without, 'world')} {why}")


@_family("partial", Parameter("inputs", 1, "N", least=1, most=2))
def _partial_functions(found: _Parts, part: str, inputs: int) -> None:
    for support in range(1, 1 << (1 << inputs)):
        for table in _tables(inputs):
            if not table.bits & ~support:
                task = FunctionTask((table,), support)
                found.add(str(task), task)


@_family("library", needed=0)
def _library_tasks(found: _Parts, part: str) -> None:
    from mesacircuits.tasks import LIBRARY, task_named

    for name in LIBRARY:
        task = task_named(name)
        if task.inputs <= LIBRARY_INPUTS:
            found.add(name, task)
        else:
            inputs = counted(task.inputs, "input")
            found.left_out.append(f"{name}: {inputs}, more than {LIBRARY_INPUTS}")


@_family("exemplars", needed=0)
def _anchors(found: _Parts, part: str) -> None:
    found.fixed, found.fixed_programs = _exemplars(), _program_exemplars()


@_family("program-exemplars", needed=0)
def _anchor_programs(found: _Parts, part: str) -> None:
    found.fixed_programs = _program_exemplars()


@_family("programs", Parameter("task", "", "whose shortest programs are meant"))
def _programs_of(found: _Parts, part: str, task: str) -> None:
    asked = found.task(task)
    found.programs.setdefault(asked.hash_hex, (part, asked))


def _tables(inputs: int) -> list[TruthTable]:
    return [TruthTable(inputs, bits) for bits in range(1 << (1 << inputs))]


def _exemplars() -> tuple[Member, ...]:
    from mesacircuits.definitions.suite import suite

    return tuple(
        Member(e.name, e.task, (e.solver,), e.solver.size, e)
        for e in suite()
        if not isinstance(e.solver, UnrolledProgram)
    )


def _program_exemplars() -> tuple[ProgramMember, ...]:
    from mesacircuits.definitions.suite import suite

    return tuple(
        ProgramMember(e.name, e.task, (e.solver,), e.solver.program.length, e)
        for e in suite()
        if isinstance(e.solver, UnrolledProgram)
    )


def _shortest_programs(name: str, task: Task, effort: Effort) -> ProgramMember | Unsolved:
    from mesacircuits.enumeration.programs import enumerate_programs

    found = enumerate_programs(task, effort=effort)
    if not found.exhaustive:
        return Unsolved(f"{name}: shortest programs not reached in the budget")
    solvers = tuple(unroll(program, task) for program in found.programs)
    return ProgramMember(name, task, solvers, min((p.length for p in found.programs), default=0))
