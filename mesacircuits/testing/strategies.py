"""Hypothesis strategies for tables, bases, circuits, machines, programs, worlds and tasks.

Wherever a number of inputs or outputs is asked for, a strategy of such numbers does as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import MealyMachine
from mesacircuits.circuits.bases import (
    B2,
    BASES,
    Basis,
    Operator,
    basis_named,
    operator_named,
    operator_of,
)
from mesacircuits.circuits.circuit import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.npn import NPNTransform
from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, TruthTable, input_bits
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import OPERATIONS, Instruction, Machine, Program
from mesacircuits.tasks import (
    MAX_TASK_INPUTS,
    Episode,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
    configurations_from,
    expected_total,
    next_configurations,
)
from mesacircuits.tasks.episode import Distribution

__all__ = [
    "SOLVED_KINDS",
    "bases",
    "circuits",
    "episode_tasks",
    "episodes",
    "function_tasks",
    "machines",
    "mealy_machines",
    "npn_transforms",
    "optimisation_tasks",
    "programs",
    "rationals",
    "relabelled",
    "relation_tasks",
    "rewritten",
    "solved_pairs",
    "supports",
    "tasks",
    "tasks_solved_by",
    "truth_tables",
    "world_tasks",
    "worlds",
]

_Number = int | SearchStrategy[int]


def _numbers(value: _Number, argument: str, least: int, most: int) -> SearchStrategy[int]:
    if isinstance(value, SearchStrategy):
        return value
    if not isinstance(value, int) or not least <= value <= most:
        raise ArgumentError(argument, f"a whole number from {least} to {most}", value)
    return st.just(value)


def truth_tables(inputs: _Number = 3) -> SearchStrategy[TruthTable]:
    """Return a strategy of truth tables of `inputs` inputs; it shrinks to the constant 0.

    >>> from hypothesis import find
    >>> find(truth_tables(inputs=2), lambda table: table.count_ones() > 0)
    TruthTable(inputs=2, bits=0x1)
    """
    return _numbers(inputs, "inputs", 0, MAX_TABLE_INPUTS).flatmap(
        lambda n: st.integers(0, (1 << (1 << n)) - 1).map(lambda bits: TruthTable(n, bits))
    )


def npn_transforms(inputs: _Number = 3) -> SearchStrategy[NPNTransform]:
    """Return a strategy of NPN transformations of `inputs` inputs; it shrinks to the identity.

    >>> from hypothesis import find
    >>> find(npn_transforms(inputs=2), lambda transform: transform.negate_output)
    NPNTransform(permutation=(0, 1), negated_inputs=0, negate_output=True)
    """
    return _numbers(inputs, "inputs", 0, MAX_TABLE_INPUTS).flatmap(
        lambda n: st.builds(
            NPNTransform,
            st.permutations(range(n)).map(tuple),
            st.integers(0, (1 << n) - 1),
            st.booleans(),
        )
    )


def bases(named: bool = False) -> SearchStrategy[Basis]:
    """Return a strategy of bases: those of `BASES`, and unless `named` also made-up ones.

    A made-up basis, called `drawn`, has any operators of two operands (and NOT, without free
    inverters) that are closed under exchanging operands.

    >>> from hypothesis import find
    >>> find(bases(), lambda basis: "xor" in basis.names).name
    'b2'
    """
    known = st.sampled_from(tuple(BASES.values()))
    return known if named else known | _made_up_bases()


@st.composite
def _made_up_bases(draw: DrawFn) -> Basis:
    free = draw(st.booleans())
    # Constants and operators that ignore an operand make no gate of a reduced circuit.
    both = [
        operator_of(2, table) for table in range(16) if TruthTable(2, table).support() == (0, 1)
    ]
    admitted = [operator for operator in both if not (free and operator.table & 1)]
    if not free:
        admitted.append(operator_named("not"))
    chosen = draw(st.lists(st.sampled_from(admitted), min_size=1, unique=True))
    closed = [o.permuted(order) for o in chosen for order in permutations(range(o.arity))]
    return Basis("drawn", tuple(closed), free_inverters=free)


def circuits(
    inputs: _Number = 3,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    max_gates: int = 6,
    outputs: _Number = 1,
    reduced: bool = False,
) -> SearchStrategy[Circuit]:
    """Return a strategy of circuits in `basis`; it shrinks to few gates.

    Arguments:
        inputs: number of inputs; with `reduced` each gate costs time in 2^inputs.
        basis: a basis, its name, or a strategy of bases; outputs are inverted only if it has
            free inverters.
        max_gates: the most gates that are drawn.
        outputs: number of outputs. They may be inputs or constants, too.
        reduced: draw only circuits that `Circuit.is_reduced`; otherwise gates may be dead, may
            repeat one another, and may read one wire twice.

    >>> from hypothesis import find
    >>> print(find(circuits(inputs=2, reduced=True), lambda circuit: circuit.size == 2))
    g1 = a & ~b; g2 = a & ~g1; out = g2
    """
    drawn_basis = basis if isinstance(basis, SearchStrategy) else st.just(basis_named(basis))
    if not isinstance(max_gates, int) or max_gates < 0:
        raise ArgumentError("max_gates", "a whole number from 0", max_gates)
    return _circuits(
        _numbers(inputs, "inputs", 0, MAX_TABLE_INPUTS),
        drawn_basis,
        max_gates,
        _numbers(outputs, "outputs", 1, 1 << 10),
        reduced,
    )


@st.composite
def _circuits(
    draw: DrawFn,
    inputs: SearchStrategy[int],
    bases: SearchStrategy[Basis],
    max_gates: int,
    outputs: SearchStrategy[int],
    reduced: bool,
) -> Circuit:
    n, basis = draw(inputs), draw(bases)
    words = draw(outputs)
    size = draw(st.integers(0, max_gates)) if n else 0
    gates = _reduced_gates(draw, n, basis, size, words) if reduced else _gates(draw, n, basis, size)
    read = {wire for gate in gates for wire in gate.operands}
    # The last wire comes first: there most gates are of use, and shrinking keeps to it.
    wires = [*range(n + len(gates) - 1, CONSTANT - 1, -1)]
    driving = [w for w in wires if w >= n and w not in read][:words] if reduced else []
    driving += [draw(st.sampled_from(wires)) for _ in range(words - len(driving))]
    drivers = []
    for wire in draw(st.permutations(driving)):
        free = basis.free_inverters or wire == CONSTANT
        drivers.append(Output(wire, draw(st.booleans()) if free else False))
    circuit = Circuit(n, tuple(gates), tuple(drivers))
    return circuit.without_dead_gates() if reduced else circuit


def _gates(draw: DrawFn, inputs: int, basis: Basis, size: int) -> list[Gate]:
    gates = []
    for place in range(size):
        operator = draw(st.sampled_from(basis.operators))
        wire = st.integers(CONSTANT if basis.constants else 0, inputs + place - 1)
        gates.append(Gate(operator.name, tuple(draw(wire) for _ in range(operator.arity))))
    return gates


def _reduced_gates(draw: DrawFn, inputs: int, basis: Basis, size: int, outputs: int) -> list[Gate]:
    mask = (1 << (1 << inputs)) - 1
    values = [input_bits(inputs, i) for i in range(inputs)]
    gates: list[Gate] = []
    unread: set[int] = set()
    for left in range(size - 1, -1, -1):
        seen = {0, mask, *values}
        found = [
            (Gate(form.operator.name, operands), bits)
            for form in basis.forms
            for wires in combinations(range(len(values)), form.wires)
            for operands in [form.operands(wires)]
            if (bits := _applied(form.operator, operands, values, mask)) not in seen
        ]
        # Each gate that is left can join two that nothing reads; more than that would stay dead.
        bound = left + outputs - 1
        found = [c for c in found if len(unread - {*c[0].operands}) <= bound] or found
        if not found:
            break
        gate, bits = draw(st.sampled_from(found))
        unread -= {*gate.operands}
        unread.add(len(values))
        gates.append(gate)
        values.append(bits)
    return gates


def _applied(operator: Operator, operands: tuple[int, ...], values: list[int], mask: int) -> int:
    return operator.apply(tuple(values[w] if w >= 0 else 0 for w in operands), mask)


@st.composite
def relabelled(draw: DrawFn, circuit: Circuit) -> Circuit:
    """Return a strategy of the chains that write the same circuit in another way.

    The gates come in any topological order and with their operands in any order, so a verdict
    that differs between two of them depends on names.

    >>> from hypothesis import find
    >>> circuit = Circuit.parse(2, "g1 = a & b; g2 = a ^ b; out = g1, g2")
    >>> print(find(relabelled(circuit), lambda other: other.outputs != circuit.outputs))
    g1 = a ^ b; g2 = a & b; out = g2, g1
    """
    placed = {*range(CONSTANT, circuit.inputs)}
    waiting, order, ways = [*range(circuit.size)], list[int](), list[tuple[int, ...]]()
    while waiting:
        ready = [i for i in waiting if placed.issuperset(circuit.gates[i].operands)]
        chosen = draw(st.sampled_from(ready))
        waiting.remove(chosen)
        placed.add(circuit.inputs + chosen)
        order.append(chosen)
        operands = range(len(circuit.gates[chosen].operands))
        ways.append(tuple(draw(st.permutations(operands))))
    return rewritten(circuit, order, ways)


def rewritten(
    circuit: Circuit, order: Sequence[int], ways: Sequence[tuple[int, ...]] | None = None
) -> Circuit:
    """Return the circuit with its gates, and their operands, in another order.

    Arguments:
        circuit: a circuit.
        order: the numbers of all gates, from 0, each after those that it reads.
        ways: for each of them in turn the order of its operands; by default reversed.

    >>> print(rewritten(Circuit.parse(2, "g1 = a & ~b; g2 = a ^ b; out = g1, g2"), [1, 0]))
    g1 = b ^ a; g2 = ~b & a; out = g2, g1
    """
    place = {wire: wire for wire in range(CONSTANT, circuit.inputs)}
    gates = []
    for count, number in enumerate(order):
        gate = circuit.gates[number]
        way = tuple(range(len(gate.operands)))[::-1] if ways is None else ways[count]
        operator = operator_named(gate.operator).permuted(way)
        gates.append(Gate(operator.name, tuple(place[gate.operands[i]] for i in way)))
        place[circuit.inputs + number] = circuit.inputs + count
    outputs = tuple(Output(place[o.wire], o.inverted) for o in circuit.outputs)
    return Circuit(circuit.inputs, tuple(gates), outputs)


@st.composite
def _function_tasks(
    draw: DrawFn, inputs: SearchStrategy[int], outputs: SearchStrategy[int], partial: bool
) -> FunctionTask:
    n = draw(inputs)
    tables = tuple(draw(truth_tables(n)) for _ in range(draw(outputs)))
    full = tables[0].mask
    support = draw(st.none() | st.integers(1, full)) if partial else None
    return FunctionTask(tables, support)


def function_tasks(
    inputs: _Number = 3, outputs: _Number = 1, partial: bool = False
) -> SearchStrategy[FunctionTask]:
    """Return a strategy of function tasks; with `partial`, some ask for words on a support only.

    For a circuit together with a task that it solves, draw the circuit and take
    `FunctionTask(circuit.tables())`.

    >>> from hypothesis import find
    >>> str(find(function_tasks(inputs=2, outputs=2), lambda task: task.word(0) == (0, 1)))
    'tt:2:0,1'
    """
    return _function_tasks(
        _numbers(inputs, "inputs", 0, MAX_TASK_INPUTS),
        _numbers(outputs, "outputs", 1, 1 << 10),
        partial,
    )


@st.composite
def mealy_machines(
    draw: DrawFn,
    observation_bits: int = 1,
    action_bits: int = 1,
    state_bits: int | SearchStrategy[int] = 1,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    max_gates: int = 4,
) -> MealyMachine:
    """Return a strategy of Mealy machines; it shrinks to few gates and the start state 0.

    Arguments:
        observation_bits, action_bits: n and m.
        state_bits: k, or a strategy of such numbers.
        basis, max_gates: as `circuits` takes them.

    >>> from hypothesis import find
    >>> find(mealy_machines(), lambda machine: machine.run([1, 0]) == (0, 1)).circuit.size
    0
    """
    k = draw(state_bits) if isinstance(state_bits, SearchStrategy) else state_bits
    circuit = draw(
        circuits(observation_bits + k, basis, max_gates=max_gates, outputs=action_bits + k)
    )
    return MealyMachine(circuit, k, draw(st.integers(0, (1 << k) - 1)))


_MOST_INSTRUCTIONS = 6


@st.composite
def machines(draw: DrawFn, most_inputs: int = 4) -> Machine:
    """Return a strategy of machines of at most 4 registers and so many input bits, small and fast.

    >>> from hypothesis import find
    >>> find(machines(), lambda machine: machine.registers == 2).width
    1
    """
    width = draw(st.integers(1, 3))
    names = draw(st.sets(st.sampled_from(sorted(OPERATIONS)), min_size=1))
    registers = draw(st.integers(1, 4))
    inputs = draw(st.integers(1, most_inputs))
    memory = draw(st.integers(0, min(2, (registers - 1) * width)))
    loaded = draw(st.booleans()) and -(-inputs // width) <= registers
    answers = draw(st.integers(1, width))
    return Machine(registers, width, inputs, answers, memory, tuple(names), loaded)


@st.composite
def programs(
    draw: DrawFn, machine: Machine | None = None, most: int = _MOST_INSTRUCTIONS
) -> Program:
    """Return a strategy of programs of at most so many instructions, ending or not.

    Arguments:
        machine: what they are for; by default any of `machines`.
        most: the most instructions.

    >>> from hypothesis import find
    >>> find(programs(), lambda program: len(program.code) == 2).entries
    0
    """
    chosen = machine or draw(machines())
    length = draw(st.integers(0, most))
    code = []
    for _ in range(length):
        name = draw(st.sampled_from(chosen.names))
        limits = {"i": chosen.input_words, "t": length + 1}
        code.append(
            Instruction(
                name,
                tuple(
                    draw(st.integers(0, limits.get(letter, chosen.registers) - 1))
                    for letter in OPERATIONS[name].form
                ),
            )
        )
    table = None
    if any(instruction.name == "table" for instruction in code):
        entry = st.none() | st.integers(0, (1 << chosen.answers) - 1)
        size = 1 << chosen.inputs + chosen.memory
        table = tuple(draw(st.lists(entry, min_size=size, max_size=size)))
    return Program(chosen, tuple(code), table)


@st.composite
def worlds(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 4
) -> World:
    """Return a strategy of worlds; it shrinks to one state that nothing leaves.

    Arguments:
        observation_bits, action_bits: n and m.
        max_states: the most states that are drawn.

    >>> from hypothesis import find
    >>> find(worlds(), lambda world: len(world.target) < len(world.states)).steps
    ((0, 0), (0, 0))
    """
    count = draw(st.integers(1, max_states))
    states = st.integers(0, count - 1)
    some = st.sets(states, min_size=1)
    return World(
        observation_bits,
        action_bits,
        tuple(f"s{i}" for i in range(count)),
        tuple(draw(st.integers(0, (1 << observation_bits) - 1)) for _ in range(count)),
        tuple(tuple(draw(states) for _ in range(1 << action_bits)) for _ in range(count)),
        tuple(draw(some)),
        tuple(draw(some)),
        tuple(tuple(draw(states) for _ in range(count)) for _ in range(draw(st.integers(0, 2)))),
    )


@st.composite
def world_tasks(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 4
) -> WorldTask:
    """Return a strategy of tasks of reaching a world's target; not all can be solved.

    For a task with a policy that solves it, see `solved_pairs`.

    >>> from hypothesis import find
    >>> task = find(world_tasks(), lambda task: task.within > 0 and task.state_bits > 0)
    >>> task.within, task.inputs, task.outputs
    (1, 2, 2)
    """
    world = draw(worlds(observation_bits, action_bits, max_states))
    return WorldTask(world, draw(st.integers(0, 3)), "reach", draw(st.integers(0, 1)))


@st.composite
def _distributions(draw: DrawFn, count: int) -> Distribution:
    weights = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    if not any(weights):
        weights[0] = 1
    return tuple((state, Fraction(w, sum(weights))) for state, w in enumerate(weights))


@st.composite
def episodes(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 3
) -> Episode:
    """Return a strategy of episodes; it shrinks to one state and no reward.

    >>> from hypothesis import find
    >>> len(find(episodes(), lambda episode: len(episode.prior) > 1).prior)
    2
    """
    count, actions = draw(st.integers(1, max_states)), range(1 << action_bits)
    rewards = st.builds(Fraction, st.integers(-2, 2), st.sampled_from((1, 2)))
    return Episode(
        observation_bits,
        action_bits,
        tuple(f"s{i}" for i in range(count)),
        tuple(draw(st.integers(0, (1 << observation_bits) - 1)) for _ in range(count)),
        draw(_distributions(count)),
        tuple(tuple(draw(_distributions(count)) for _ in actions) for _ in range(count)),
        tuple(tuple(draw(rewards) for _ in actions) for _ in range(count)),
        draw(st.integers(1, 3)),
    )


@st.composite
def episode_tasks(
    draw: DrawFn, observation_bits: int = 1, action_bits: int = 1, max_states: int = 3
) -> EpisodeTask:
    """Return a strategy of tasks of earning so much reward; not all can be solved.

    >>> from hypothesis import find
    >>> find(episode_tasks(), lambda task: task.least > 0).least
    Fraction(1, 1)
    """
    episode = draw(episodes(observation_bits, action_bits, max_states))
    least = draw(st.builds(Fraction, st.integers(-2, 4), st.sampled_from((1, 2))))
    return EpisodeTask(episode, least, draw(st.integers(0, 1)))


def rationals(most: int = 3) -> SearchStrategy[Fraction]:
    """Return a strategy of small rationals, of either sign; it shrinks to 0.

    >>> from hypothesis import find
    >>> find(rationals(), lambda number: number.denominator > 1)
    Fraction(1, 2)
    """
    return st.builds(Fraction, st.integers(-2 * most, 2 * most), st.sampled_from((1, 2)))


def supports(inputs: int) -> SearchStrategy[int | None]:
    """Return a strategy of supports of tasks of so many inputs; None is all of them."""
    return st.none() | st.integers(1, (1 << (1 << inputs)) - 1)


@st.composite
def relation_tasks(draw: DrawFn, inputs: int = 2, outputs: int = 1) -> RelationTask:
    """Return a strategy of relations; it shrinks to the one that accepts the word 0 alone.

    >>> from hypothesis import find
    >>> print(find(relation_tasks(inputs=1), lambda task: not task.is_function()))
    relation:1:1:3,3
    """
    words = st.integers(0, (1 << outputs) - 1)
    sets = st.lists(words, min_size=1, max_size=1 << outputs, unique=True)
    accept = tuple(tuple(draw(sets)) for _ in range(1 << inputs))
    return RelationTask(inputs, outputs, accept)


@st.composite
def optimisation_tasks(draw: DrawFn, inputs: int = 2, outputs: int = 1) -> OptimisationTask:
    """Return a strategy of optimisation tasks: candidates, utilities, supports, ties and slack.

    >>> from hypothesis import find
    >>> task = find(optimisation_tasks(inputs=1), lambda task: task.best(0) != task.best(1))
    >>> task.slack, task.utilities[0]
    (Fraction(0, 1), (Fraction(0, 1), Fraction(0, 1)))
    """
    words = st.integers(0, (1 << outputs) - 1)
    candidates = tuple(draw(st.lists(words, min_size=2, max_size=1 << outputs, unique=True)))
    rows = tuple(tuple(draw(rationals()) for _ in candidates) for _ in range(1 << inputs))
    ties = draw(st.sampled_from(("free", "first", "last")))
    slack = draw(st.sampled_from((Fraction(0), Fraction(1)))) if ties == "free" else Fraction(0)
    return OptimisationTask(inputs, outputs, candidates, rows, draw(supports(inputs)), ties, slack)


def tasks() -> SearchStrategy[Task]:
    """Return a strategy of tasks of every kind; it shrinks to a function.

    >>> from hypothesis import find
    >>> find(tasks(), lambda task: task.has_world).joint
    True
    """
    inputs = st.integers(1, 3)
    return st.one_of(
        function_tasks(inputs, outputs=st.integers(1, 2), partial=True),
        inputs.flatmap(lambda n: relation_tasks(n, 1)),
        relation_tasks(2, 2),
        inputs.flatmap(lambda n: optimisation_tasks(n, 1)),
        optimisation_tasks(2, 2),
        world_tasks(),
        episode_tasks(),
    )


#: The kinds of tasks that pairs are drawn of.
SOLVED_KINDS = ("function", "relation", "optimisation", "world", "episode")

Pair = tuple[Circuit, Task]


def solved_pairs(
    *kinds: str,
    basis: Basis | str | SearchStrategy[Basis] = B2,
    max_gates: int = 5,
    reduced: bool = False,
) -> SearchStrategy[Pair]:
    """Return a strategy of circuits, each with a task of one of these kinds that it solves.

    The circuit is drawn first, and the task so that it solves it: whatever a definition may be
    asked to judge. With state bits the circuit is that of the machine (`task.machine`).

    Arguments:
        kinds: some of `SOLVED_KINDS`; by default all.
        basis, max_gates, reduced: as `circuits` takes them.

    >>> from hypothesis import find
    >>> circuit, task = find(solved_pairs("world"), lambda pair: pair[0].size == 1)
    >>> task.solved_by(circuit)
    True
    """
    drawn = [_pairs(kind, basis, max_gates, reduced) for kind in kinds or SOLVED_KINDS]
    return st.one_of(drawn)


@st.composite
def _pairs(
    draw: DrawFn,
    kind: str,
    basis: Basis | str | SearchStrategy[Basis],
    max_gates: int,
    reduced: bool,
) -> Pair:
    acting = kind in ("world", "episode")
    inputs, outputs = draw(st.integers(1, 2 if acting else 3)), draw(st.integers(1, 2))
    circuit = draw(circuits(inputs, basis, max_gates, outputs, reduced))
    return circuit, draw(tasks_solved_by(circuit, kind))


@st.composite
def tasks_solved_by(draw: DrawFn, circuit: Circuit, kind: str) -> Task:
    """Return a strategy of tasks of a kind that a circuit solves.

    Arguments:
        circuit: at most six inputs and four outputs.
        kind: a name of `SOLVED_KINDS`.

    >>> from hypothesis import find
    >>> wire = Circuit.parse(1, "out = a")
    >>> str(find(tasks_solved_by(wire, "relation"), lambda task: not task.is_function()))
    'relation:1:1:3,3'
    """
    n, m = circuit.inputs, len(circuit.outputs)
    words = MealyMachine(circuit).words
    if kind == "function":
        return FunctionTask(circuit.tables(), draw(supports(n)))
    if kind == "relation":
        drawn = draw(relation_tasks(n, m))
        accept = zip(drawn.accept, words, strict=True)
        return RelationTask(n, m, tuple((*accepted, word) for accepted, word in accept))
    if kind == "optimisation":
        return _made_best(draw(optimisation_tasks(n, m)), words)
    k = draw(st.integers(0, 1)) if min(n, m) > 1 else 0
    if kind == "world":
        world: World = draw(worlds(n - k, m - k))
        more = world.target if draw(st.booleans()) else ()
        return _made_target(world, words, k, draw(st.integers(0, 3)), more)
    episode: Episode = draw(episodes(n - k, m - k))
    margin = draw(st.sampled_from((Fraction(0), Fraction(1, 2))))
    return EpisodeTask(episode, expected_total(episode, words, k) - margin, k)


def _made_best(task: OptimisationTask, words: tuple[int, ...]) -> OptimisationTask:
    # What the circuit answers is a candidate, as good as the best or, where ties forbid, better.
    candidates = tuple(dict.fromkeys((*task.candidates, *words)))
    rows = []
    for row, word in zip(task.utilities, words, strict=True):
        longer = [*row, *[Fraction(0)] * (len(candidates) - len(row))]
        place, best = candidates.index(word), max(longer)
        longer[place] = best
        ties = [i for i, utility in enumerate(longer) if utility == best]
        if (task.ties == "first" and ties[0] < place) or (task.ties == "last" and ties[-1] > place):
            longer[place] += 1
        rows.append(tuple(longer))
    features = task.features
    if features is not None:
        features += ((),) * (len(candidates) - len(task.candidates))
    return replace(task, candidates=candidates, utilities=tuple(rows), features=features)


def _made_target(
    world: World, words: tuple[int, ...], state_bits: int, within: int, more: tuple[int, ...]
) -> WorldTask:
    # The target holds all that is visited from step T on.
    following = next_configurations(world, words, state_bits)
    after = set()
    for start in world.starts:
        at = start << state_bits
        for _ in range(within):
            at = following[at]
        after.add(at)
    kept = configurations_from(following, after)
    target = (*(at >> state_bits for at in kept), *more)
    return WorldTask(replace(world, target=target), within, "reach", state_bits)
