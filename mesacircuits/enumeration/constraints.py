"""What circuits may be asked to keep to beside their task: fan-out, depth, topology, given wires.

Minima under constraints are those of the circuits that keep to them. With a limit on fan-out such a
circuit may need a gate twice, so there, and only there, two gates may compute the same function; it
is then *normal* if none computes an input or a constant and each reaches an output. Elsewhere
circuits are reduced, as everywhere: merging equal gates makes no gate deeper, and computes nothing
that was not computed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import signature
from itertools import permutations, product
from typing import Any, TypeVar

from mesacircuits.circuits import CONSTANT, Circuit, Output, TruthTable
from mesacircuits.circuits.formats import read_text
from mesacircuits.circuits.names import (
    Names,
    input_names_of,
    input_words,
    name_of_word,
    names_of,
    quoted,
    reworded,
    shown_words,
    usual_names,
    word_of,
)
from mesacircuits.circuits.truthtable import input_bits, input_name
from mesacircuits.enumeration.topology import (
    Fence,
    GatePattern,
    Topology,
    Wiring,
    parse_pattern,
    parse_topology,
    table_text,
)
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import MAX_TASK_INPUTS, FunctionTask, RelationTask, Task, parse_task

__all__ = [
    "FREE", "Constraints", "as_constraints", "canonical_with_copies", "constraints_of", "is_normal",
]  # fmt: skip

_OPERATOR = re.compile(r"[&|^~!\"]|\b(?:and|or|xor|not)\b", re.IGNORECASE)
# Later inputs than this have nothing to be compared with.
_LATEST = 16


@dataclass(frozen=True)
class Constraints:
    """What circuits keep to, beside solving their task.

    Attributes:
        fanout: the most gates and outputs that read any one gate; None for any number. Inputs and
            given wires may be read as often as need be.
        depth: the greatest depth; None for any.
        arrival: by input, then by given wire, from what depth on it is there; those left out, 0.
            The depth of a gate is one more than that of the deepest wire that it reads, and all
            depths are counted so.
        given: functions of the inputs that circuits may read as further inputs, for nothing.
        fixed: functions each of which some wire computes, or with free inverters its inverse; and
            gates each of which there is.
        forbidden: functions that no gate computes, nor with free inverters their inverses; and
            gates that there are not.
        topology: the fence or the wiring that circuits have, thus their number of gates; None for
            any.

    >>> constraints = Constraints(fanout=1, arrival=(2,))
    >>> print(constraints)
    fan-out at most 1; a arrives at depth 2
    >>> constraints.depth_of(Circuit.parse(2, "g1 = a & b; g2 = b & g1; out = g2"))
    4
    """

    fanout: int | None = None
    depth: int | None = None
    arrival: tuple[int, ...] = ()
    given: tuple[TruthTable, ...] = ()
    fixed: tuple[TruthTable | GatePattern, ...] = ()
    forbidden: tuple[TruthTable | GatePattern, ...] = ()
    topology: Topology | None = None

    def __bool__(self) -> bool:
        return self != FREE

    @property
    def copies(self) -> bool:
        """Whether two gates may compute the same function."""
        return self.fanout is not None

    @property
    def symmetric(self) -> bool:
        """Whether circuits keep to it or not together with their images under all symmetries.

        Neither permuting inputs nor negating them changes who reads a gate, or its depth. It does
        change when inputs arrive, which functions are computed, and who reads a named input.
        """
        shape = self.topology is None or self.topology.symmetric
        return shape and not (any(self.arrival) or self.fixed or self.forbidden)

    @property
    def of_functions(self) -> bool:
        """Whether which functions the gates compute says whether a circuit keeps to it.

        For that, depth and arrival are left aside.
        """
        listed = (*self.fixed, *self.forbidden)
        gates = any(isinstance(each, GatePattern) for each in listed)
        return self.fanout is None and self.topology is None and not gates

    @property
    def may_fail(self) -> bool:
        """Whether there may be no circuit, of whatever size, though the task has some."""
        return bool(self.fixed or self.forbidden or self.topology)

    def arrival_of(self, wire: int) -> int:
        """Return the depth of an input."""
        return self.arrival[wire] if wire < len(self.arrival) else 0

    def depth_of(self, circuit: Circuit) -> int:
        """Return the depth of the deepest output, counted from when inputs arrive."""
        if not any(self.arrival):
            return circuit.depth
        deep = {CONSTANT: 0} | {i: self.arrival_of(i) for i in range(circuit.inputs)}
        for i, gate in enumerate(circuit.gates, circuit.inputs):
            deep[i] = 1 + max(deep[w] for w in gate.operands)
        return max((deep[o.wire] for o in circuit.outputs), default=0)

    def allows(self, circuit: Circuit, free_inverters: bool) -> bool:
        """Return whether a circuit keeps to it."""
        if self.fanout is not None and max(_reads(circuit).values(), default=0) > self.fanout:
            return False
        if self.depth is not None and self.depth_of(circuit) > self.depth:
            return False
        if self.topology is not None and not self.topology.holds(circuit):
            return False
        if not (self.fixed or self.forbidden):
            return True
        mask = (1 << (1 << circuit.inputs)) - 1

        def normal(bits: int) -> int:
            return bits ^ mask if free_inverters and bits & 1 else bits

        wires = [normal(bits) for bits in circuit.wire_bits()]
        gates = {*wires[circuit.inputs :]}
        reads = [[wires[w] for w in gate.operands if w >= 0] for gate in circuit.gates]
        read = [*zip(wires[circuit.inputs :], reads, strict=True)]

        def has(each: TruthTable | GatePattern, known: set[int]) -> bool:
            if isinstance(each, TruthTable):
                return normal(each.bits) in known
            asked = each.normal() if free_inverters else each
            return any(asked.met_by(*gate) for gate in read)

        known = {0, mask, *wires}
        fixed = all(has(each, known) for each in self.fixed)
        return fixed and not any(has(each, gates) for each in self.forbidden)

    def fitted(self, task: Task) -> Constraints:
        """Return it for the inputs of a task, after what does not go with that was refused.

        Raises `ArgumentError`, naming what is wrong.
        """
        if not self:
            return self
        if task.joint and self.given:
            raise ArgumentError("given", "a function or relation to go with it", str(task))
        for name, least in (("fanout", 1), ("depth_at_most", 0)):
            value = self.fanout if name == "fanout" else self.depth
            if value is not None and (type(value) is not int or value < least):
                raise ArgumentError(name, f"a whole number from {least} on", value)
        if self.given and (self.fixed or self.forbidden):
            raise ArgumentError("given", "no functions that are fixed or forbidden beside", "both")
        inputs = task.inputs + len(self.given)
        if inputs > MAX_TASK_INPUTS:
            expected = f"at most {MAX_TASK_INPUTS} inputs and given functions together"
            raise ArgumentError("given", expected, inputs)
        if len(self.arrival) > inputs:
            raise ArgumentError("arrival", f"at most {inputs} depths", len(self.arrival))
        for value in self.arrival:
            if type(value) is not int or not 0 <= value <= _LATEST:
                raise ArgumentError("arrival", f"whole numbers from 0 to {_LATEST}", value)
        given = tuple(_widened(table, task.inputs, "given") for table in self.given)
        fixed = tuple(_fitted(each, task.inputs, "fix") for each in self.fixed)
        forbidden = tuple(_fitted(each, task.inputs, "forbid") for each in self.forbidden)
        arrival = self.arrival if any(self.arrival) else ()
        topology = self.topology
        if topology is not None:
            words = _input_words(task.inputs, len(given), input_names_of(task))
            topology = topology.fitted(words, task.outputs)
        return Constraints(self.fanout, self.depth, arrival, given, fixed, forbidden, topology)

    def task_for(self, task: Task) -> Task:
        """Return the task of circuits that read the given wires as inputs n, n + 1, ...

        They need to solve it where these inputs are what the given functions make them.

        >>> constraints = Constraints(given=(TruthTable(2, 0b0110),))
        >>> print(constraints.task_for(parse_task("tt:2:9")))
        tt:3:09@69
        """
        if not self.given:
            return task
        n, more, rows = task.inputs, len(self.given), self._rows()
        names = names_of(task)
        names = names and _with_given(names, more)
        met = sum(1 << row for row in rows)
        if isinstance(task, FunctionTask):
            tables = tuple(_widened(table, n + more, "given") for table in task.tables)
            cares = task.support_bits
            met = sum(1 << rows[x] for x in range(1 << n) if cares >> x & 1)
            return FunctionTask(tables, met, names=names)
        others = ((1 << (1 << (n + more))) - 1) ^ met
        return RelationTask.from_word_masks(
            n + more,
            tuple(
                others | sum(1 << rows[x] for x in range(1 << n) if mask >> x & 1)
                for mask in task.word_masks
            ),
            names,
        )

    def task_before(self, task: Task) -> Task:
        """Return the task that a task with given wires comes from: what `task_for` does, undone.

        >>> constraints = Constraints(given=(TruthTable(2, 0b0110),))
        >>> print(constraints.task_before(constraints.task_for(parse_task("tt:2:9"))))
        tt:2:9
        """
        if not self.given:
            return task

        def narrowed(bits: int) -> int:
            return sum((bits >> row & 1) << x for x, row in enumerate(self._rows()))

        n = self.given[0].inputs
        if isinstance(task, FunctionTask):
            tables = tuple(TruthTable(n, narrowed(table.bits)) for table in task.tables)
            return FunctionTask(tables, narrowed(task.support_bits))
        return RelationTask.from_word_masks(n, tuple(map(narrowed, task.word_masks)))

    def _rows(self) -> list[int]:
        # By input, the input of a circuit that reads the given wires as well.
        n = self.given[0].inputs
        return [x | sum(t(x) << i for i, t in enumerate(self.given, n)) for x in range(1 << n)]

    def to_json(self) -> dict[str, Any]:
        """Return what is asked for as JSON values."""
        record: dict[str, Any] = {}
        if self.fanout is not None:
            record["fanout"] = self.fanout
        if self.depth is not None:
            record["depth_at_most"] = self.depth
        if self.arrival:
            record["arrival"] = list(self.arrival)
        for name, tables in (
            ("given", self.given),
            ("fix", self.fixed),
            ("forbid", self.forbidden),
        ):
            if tables:
                record[name] = [_named(each, name == "fix") for each in tables]
        if self.topology is not None:
            record["topology"] = str(self.topology)
        return record

    def said(self, names: Sequence[str] | None = None) -> str:
        """Return it in words.

        Arguments:
            names: what inputs, and then given wires, are called; None for a, b, c, ...
        """

        def called(place: int) -> str:
            return input_name(place) if names is None else quoted(names[place])

        said = []
        if self.fanout is not None:
            said.append(f"fan-out at most {self.fanout}")
        if self.depth is not None:
            said.append(f"depth at most {self.depth}")
        said += [
            f"{called(i)} arrives at depth {depth}" for i, depth in enumerate(self.arrival) if depth
        ]
        for i, table in enumerate(self.given):
            said.append(f"{called(table.inputs + i)} = {table_text(table, names)} is given")
        for how, listed in (("computed", self.fixed), ("not computed", self.forbidden)):
            for each in listed:
                if isinstance(each, TruthTable):
                    said.append(f"{table_text(each, names)} is {how}")
                else:
                    said.append(each.said(how == "computed", names))
        if self.topology is not None:
            said.append(self.topology.said(names))
        return "; ".join(said)

    def __str__(self) -> str:
        return self.said()


#: No constraint at all.
FREE = Constraints()


def constraints_of(
    fanout: int | None = None,
    depth_at_most: int | None = None,
    arrival: Mapping[str, int] | Iterable[int | str] | str | None = None,
    given: Iterable[TruthTable | str] | str | None = None,
    fix: Iterable[TruthTable | GatePattern | str] | str | None = None,
    forbid: Iterable[TruthTable | GatePattern | str] | str | None = None,
    topology: Topology | Circuit | str | None = None,
    names: Sequence[str] | None = None,
) -> Constraints:
    """Return constraints from what a caller or a command states.

    Arguments:
        fanout, depth_at_most: whole numbers; None for no limit.
        arrival: depths by input, as a list, a mapping of names, or texts: `a=2,c=1` or `2,0,1`;
            given wires come after the inputs.
        given, fix, forbid: truth tables, or texts as `parse_task` reads them; in a text of `fix` or
            `forbid` also several, separated by `;`, and gates as `parse_pattern` reads them.
        topology: a fence or a wiring, a circuit whose wiring is meant, or text (`parse_topology`).
        names: what the inputs are called in texts; None for a, b, c, ...

    Raises `ArgumentError` for text that cannot be read.

    >>> print(constraints_of(arrival="a=2,c=1", forbid="expr:a & b"))
    a arrives at depth 2; c arrives at depth 1; tt:2:8 is not computed
    >>> print(constraints_of(fix="expr:a & b; gate:(a & b) ^ c"))
    tt:2:8 is computed; tt:3:78 is computed from tt:3:88, c
    >>> print(constraints_of(topology="1,1"))
    fence 1,1
    """
    if isinstance(topology, Circuit):
        topology = Wiring.of(topology, names)
    elif topology is not None and not isinstance(topology, str | Fence | Wiring):
        raise ArgumentError("topology", "a fence, a wiring, a circuit, or text", topology)
    tables = _read("given", given, lambda text: _tables("given", text, names))
    return Constraints(
        fanout,
        depth_at_most,
        _arrival(arrival, names, len(tables)),
        tables,
        _read("fix", fix, lambda text: _gates("fix", text, names)),
        _read("forbid", forbid, lambda text: _gates("forbid", text, names)),
        parse_topology(topology, names) if isinstance(topology, str) else topology,
    )


def as_constraints(
    given: Constraints | Mapping[str, Any], names: Sequence[str] | None = None
) -> Constraints:
    """Return constraints, also from the arguments of `constraints_of`.

    `names` are what inputs are called; None for a, b, c, ... Raises `ArgumentError` for anything
    else, and for other arguments.

    >>> print(as_constraints({"fanout": 1}))
    fan-out at most 1
    """
    if isinstance(given, Constraints):
        return given
    known = [name for name in signature(constraints_of).parameters if name != "names"]
    expected = f"Constraints, or a mapping of some of {', '.join(known)}"
    if not isinstance(given, Mapping):
        raise ArgumentError("constraints", expected, given)
    for name in given:
        if name not in known:
            raise ArgumentError("constraints", expected, name)
    return constraints_of(**given, names=names)


def _arrival(given: Any, names: Sequence[str] | None, more: int) -> tuple[int, ...]:
    """Return depths by place, from one of the forms that `constraints_of` takes.

    Arguments:
        names: what inputs are called; None for a, b, c, ...
        more: how many given wires there are.
    """
    if given is None or (isinstance(given, Iterable) and not isinstance(given, str | Mapping)):
        listed = tuple(given or ())
        if not any(isinstance(each, str) for each in listed):
            return listed
    else:
        listed = (given,)
    depths: list[tuple[str, Any]] = []
    expected = "depths of inputs such as a=2,b=1 or 2,1"
    if isinstance(given, Mapping):
        depths = [(word_of(str(name)), depth) for name, depth in given.items()]
    elif not all(isinstance(each, str) for each in listed):
        raise ArgumentError("arrival", expected, given)
    else:
        texts = [part for each in listed for part in reworded(each).split(";")]
        if len(texts) == 1 and all(part.strip().isdecimal() for part in texts[0].split(",")):
            return tuple(map(int, texts[0].split(",")))
        for part in (part for text in texts for part in text.split(",")):
            word, _, number = (each.strip() for each in part.partition("="))
            if not number.isdecimal():
                raise ArgumentError("arrival", expected, shown_words(part))
            depths.append((word, int(number)))
    known = MAX_TASK_INPUTS - more if names is None else len(names)
    words = _input_words(known, more, names)
    found: dict[int, Any] = {}
    for word, depth in depths:
        name = name_of_word(word)
        if word not in words:
            called = [quoted(name_of_word(each)) for each in words]
            said = f"from {called[0]} to {called[-1]}" if names is None else ", ".join(called)
            raise ArgumentError("arrival", f"inputs {said}", name)
        if words[word] in found:
            raise ArgumentError("arrival", "each input once", f"{quoted(name)} twice")
        found[words[word]] = depth
    return tuple(found.get(i, 0) for i in range(max(found, default=-1) + 1))


def _with_given(names: Names, more: int) -> Names:
    """Return names of given wires, too, which no file gives any."""
    listed = [*names.inputs, *[None] * more]
    usual = usual_names(len(listed), 0)[0]
    return Names.of_file(listed, names.outputs) or Names(usual, names.outputs)


def _input_words(inputs: int, more: int, names: Sequence[str] | None) -> dict[str, int]:
    """Return what texts call inputs by, and then given wires, with their places."""
    if names is None:
        return input_words(inputs + more)
    every = _with_given(Names(tuple(names), ()), more).inputs
    given = {word_of(every[i]): i for i in range(inputs, inputs + more)}
    return input_words(inputs, names) | given


_Given = TypeVar("_Given")


def _read(name: str, given: Any, of_text: Callable[[str], Iterable[_Given]]) -> tuple[_Given, ...]:
    found: list[Any] = []
    several = isinstance(given, Iterable) and not isinstance(given, str | TruthTable)
    for each in given if several else () if given is None else (given,):
        if isinstance(each, str):
            found += of_text(each)
        elif isinstance(each, TruthTable) or (isinstance(each, GatePattern) and name != "given"):
            found.append(each)
        else:
            raise ArgumentError(name, "truth tables, or texts such as expr:a & b", each)
    return tuple(found)


def _tables(name: str, text: str, names: Sequence[str] | None) -> tuple[TruthTable, ...]:
    kind, colon, rest = text.strip().partition(":")
    # Without `expr:`, too, an expression goes by the names of the file.
    bare = not colon and (
        _OPERATOR.search(kind) or word_of(kind.strip('"')) in map(word_of, names or ())
    )
    if names is not None and (kind == "expr" or bare):
        return read_text(f"out = {rest if colon else kind}", name, names).tables()
    try:
        task = parse_task(text)
    except ArgumentError as error:
        expected = f"functions, such as expr:a & b ({error.expected})"
        raise ArgumentError(name, expected, error.got) from error
    if not isinstance(task, FunctionTask) or task.support is not None:
        raise ArgumentError(name, "functions, such as expr:a & b", text)
    return task.tables


def _gates(name: str, text: str, names: Sequence[str] | None) -> Iterator[TruthTable | GatePattern]:
    for part in text.split(";"):
        pattern = parse_pattern(part, name, names)
        if pattern is None:
            yield from _tables(name, part.strip(), names)
        else:
            yield pattern


def _named(each: TruthTable | GatePattern, fixed: bool) -> str:
    return each.said(fixed) if isinstance(each, GatePattern) else str(FunctionTask((each,)))


def _fitted(each: TruthTable | GatePattern, inputs: int, name: str) -> TruthTable | GatePattern:
    if isinstance(each, TruthTable):
        return _widened(each, inputs, name)
    made = None if each.function is None else _widened(each.function, inputs, name)
    return GatePattern(made, tuple(_widened(t, inputs, name) for t in each.reads), each.alone)


def _widened(table: TruthTable, inputs: int, name: str) -> TruthTable:
    # The same function of more inputs, the further ones idle.
    if table.inputs > inputs:
        raise ArgumentError(name, f"functions of at most {inputs} inputs", table_text(table))
    return table.extended_to(inputs)


def _reads(circuit: Circuit) -> Counter[int]:
    # How many gates and outputs read each gate.
    found: Counter[int] = Counter()
    for gate in circuit.gates:
        found.update({w for w in gate.operands if w >= circuit.inputs})
    found.update(o.wire for o in circuit.outputs if o.wire >= circuit.inputs)
    return found


def canonical_with_copies(circuit: Circuit) -> Circuit:
    """Return one circuit of all that differ only in the names of gates, copies among them.

    Gates that unfold to the same formula may change places; of all canonical chains that arise so
    the one written first is taken.

    >>> text = "g1 = a & b; g2 = a & b; g3 = c & g2; g4 = d ^ g1; g5 = g3 | g4; out = g5"
    >>> print(canonical_with_copies(Circuit.parse(4, text)))
    g1 = a & b; g2 = a & b; g3 = c & g1; g4 = d ^ g2; g5 = g3 | g4; out = g5
    """
    n, circuit = circuit.inputs, circuit.canonical()
    wires = range(n, n + circuit.size)
    unfolded: list[Any] = [*range(n)]
    deep = [0] * n
    for gate in circuit.gates:
        unfolded.append((gate.operator, *(unfolded[w] if w >= 0 else w for w in gate.operands)))
        deep.append(1 + max(deep[w] if w >= 0 else 0 for w in gate.operands))
    alike: dict[Any, list[int]] = {}
    for wire in wires:
        alike.setdefault(unfolded[wire], []).append(wire)
    twins = [same for same in alike.values() if len(same) > 1]
    chains = []
    for orders in product(*(permutations(same) for same in twins)):
        rank = {w: w for w in wires}
        for same, order in zip(twins, orders, strict=True):
            rank |= dict(zip(same, order, strict=True))
        # `Circuit.canonical` keeps the order of twins, and of nothing else.
        turns = sorted((deep[w], rank[w], w) for w in wires)
        place = {w: w for w in range(CONSTANT, n)} | {w: n + i for i, (*_, w) in enumerate(turns)}
        gates = [circuit.gates[w - n] for *_, w in turns]
        chain = tuple(replace(g, operands=tuple(place[w] for w in g.operands)) for g in gates)
        ends = tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs)
        chains.append(Circuit(n, chain, ends).canonical())
    return min(chains, key=str)


def is_normal(circuit: Circuit, constraints: Constraints) -> bool:
    """Return whether a circuit is one of those that are listed: reduced, or normal with copies."""
    if not constraints.copies:
        return circuit.is_reduced()
    trivial = {0, (1 << (1 << circuit.inputs)) - 1}
    trivial |= {input_bits(circuit.inputs, i) for i in range(circuit.inputs)}
    bits = circuit.wire_bits()[circuit.inputs :]
    return not trivial & {*bits} and circuit.without_dead_gates().size == circuit.size
