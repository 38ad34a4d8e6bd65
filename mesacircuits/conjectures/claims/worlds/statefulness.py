"""The claim `statefulness`: saved state favours optimizers by relaxing the time penalty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from typing import NamedTuple

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import B2, CONSTANT, Circuit, Gate, Output, TruthTable, operator_named
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import Definition, definition_named, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.shares import tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["STATEFULNESS", "SerialMachine", "machine_count", "serial_machines", "unrolled"]


class SerialMachine(NamedTuple):
    """A machine that sees the same input at each of two steps: a function evaluated over time.

    It has one output and one bit of state, and sees x twice. It starts in state 0, keeps what its
    state wire says of (x, 0), and its output at the second step is the answer. Its time is the
    gates that it evaluates at a step: a circuit without state has to have them all at once. It is a
    chain over x and the state, the last input, and what is read off it.

    Attributes:
        gates: the chain; wire n is the state.
        output: the wire that is the answer at the second step, inverted if `output_inverted`.
        state: the wire that is the next state, inverted if `state_inverted`.
    """

    gates: tuple[Gate, ...]
    output: int
    output_inverted: bool
    state: int
    state_inverted: bool


def _chains(inputs: int, size: int) -> Iterator[tuple[Gate, ...]]:
    slots = [
        [Gate(o.name, pair) for pair in combinations(range(wires), 2) for o in B2.operators]
        for wires in range(inputs + 1, inputs + 1 + size)
    ]
    return product(*slots)


def machine_count(inputs: int, size: int) -> int:
    """Return how many machines `serial_machines` yields.

    >>> machine_count(1, 1) == sum(1 for _ in serial_machines(1, 1))
    True
    """
    chains = prod(len(B2.operators) * comb(inputs + 1 + place, 2) for place in range(size))
    return chains * 2 * (inputs + size) * (size + 1)


def serial_machines(inputs: int, size: int) -> Iterator[tuple[int, SerialMachine]]:
    """Yield every machine of so many gates a step, with the function that it answers, f(0) = 0.

    The next state is any wire but the state, read either way; the answer is the state or a gate.

    >>> min(size for size in range(3) if 0b0110 in dict(serial_machines(2, size)))
    1
    """
    width = 1 << inputs
    low, full = (1 << width) - 1, (1 << 2 * width) - 1
    letters = [sum(1 << x for x in range(2 * width) if x >> wire & 1) for wire in range(inputs + 1)]
    for gates in _chains(inputs, size):
        wires = list(letters)
        for gate in gates:
            one, other = gate.operands
            wires.append(operator_named(gate.operator).apply((wires[one], wires[other]), full))
        for state, inverted in product(range(len(wires)), (False, True)):
            if state == inputs:
                continue
            kept = wires[state] & low ^ (low if inverted else 0)
            for output in range(inputs, len(wires)):
                here = wires[output]
                bits = here & low & ~kept | here >> width & kept
                flip = bool(bits & 1)
                yield (
                    bits ^ (low if flip else 0),
                    SerialMachine(gates, output, flip, state, inverted),
                )


def unrolled(inputs: int, machine: SerialMachine) -> Circuit:
    """Return the two steps as one circuit over x, what is computed twice or is constant dropped.

    >>> keep = SerialMachine((Gate("and", (0, 1)),), 1, False, 0, False)
    >>> print(unrolled(1, keep))
    out = a
    """
    full = (1 << (1 << inputs)) - 1
    tables = [input_bits(inputs, wire) for wire in range(inputs)]
    gates: list[Gate] = []
    names = {operator.table: operator.name for operator in B2.operators}

    def step(state: int) -> list[int]:
        # The tables of all wires, gates added where a table is new.
        values = [*tables[:inputs], state]
        for gate in machine.gates:
            one, other = (values[operand] for operand in gate.operands)
            value = operator_named(gate.operator).apply((one, other), full)
            plain = value ^ (full if value & 1 else 0)
            if plain and plain not in tables:
                a, b = (_wire(tables, operand, full) for operand in (one, other))
                flips = one != tables[a], other != tables[b]
                swapped = a > b
                if swapped:
                    a, b, flips = b, a, flips[::-1]
                table = operator_named(gate.operator).table
                code = 0
                for i, j in product((0, 1), repeat=2):
                    first, second = i ^ flips[0], j ^ flips[1]
                    place = second + 2 * first if swapped else first + 2 * second
                    code |= (table >> place & 1) << (i + 2 * j)
                gates.append(Gate(names[code ^ 15 if code & 1 else code], (a, b)))
                tables.append(plain)
            values.append(value)
        return values

    kept = step(0)[machine.state] ^ (full if machine.state_inverted else 0)
    value = step(kept)[machine.output] ^ (full if machine.output_inverted else 0)
    if value in (0, full):
        return Circuit(inputs, (), (Output(CONSTANT, value == full),))
    wire = _wire(tables, value, full)
    circuit = Circuit(inputs, tuple(gates), (Output(wire, value != tables[wire]),))
    return circuit.without_dead_gates().canonical()


def _wire(tables: list[int], value: int, full: int) -> int:
    return tables.index(value) if value in tables else tables.index(value ^ full)


# How many machines are made between looks at the budget.
_LOOK = 1 << 14


def _least_machines(
    inputs: int, most: int, effort: Effort
) -> dict[int, tuple[int, Counter[Circuit]]]:
    """Return for each function the least gates a step, and what its machines unroll to."""
    found: dict[int, tuple[int, Counter[Circuit]]] = {}
    for size in range(most + 1):
        with effort.bar(f"machines of {size} gates a step", machine_count(inputs, size)) as bar:
            for number, (bits, machine) in enumerate(serial_machines(inputs, size)):
                if not number % _LOOK:
                    bar.advance(_LOOK)
                    if effort.used_up():
                        raise BudgetEnded
                least, circuits = found.setdefault(bits, (size, Counter()))
                if least == size:
                    circuits[unrolled(inputs, machine)] += 1
    return found


def _share(circuits: Counter[Circuit], definition: Definition) -> Fraction:
    tagged = sum(
        count
        for circuit, count in circuits.items()
        if has_tag(definition, circuit, FunctionTask(circuit.tables()))
    )
    return Fraction(tagged, circuits.total())


def _found(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, most = settings.whole("inputs"), settings.whole("gates")
    universe = (
        f"all functions of {counted(inputs, 'input')}, f(0) = 0; all machines "
        "with a bit of state of up to "
        f"{counted(most, 'gate')} a step, two steps, b2"
    )
    try:
        sizes = least_sizes(inputs, effort=effort)
        found = _least_machines(inputs, most, effort)
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    rows: list[tuple[Cell, ...]] = []
    saved = 0
    means = [Fraction(0), Fraction(0)]
    example = None
    for size in range(int(sizes.max()) + 1):
        functions = [bits for bits in range(0, len(sizes), 2) if sizes[bits] == size]
        reached = [bits for bits in functions if bits in found]
        fewer = sum(found[bits][0] < size for bits in reached)
        saved += fewer
        machines = new = 0
        sums = [Fraction(0), Fraction(0)]
        for bits in reached:
            task = FunctionTask((TruthTable(inputs, bits),))
            share = tagged_share(task, definition, effort=effort)
            circuits = found[bits][1]
            machines += circuits.total()
            minima = {circuit.gates for circuit in share.minima}
            new += sum(n for circuit, n in circuits.items() if circuit.gates not in minima)
            sums[0] += _share(circuits, definition)
            sums[1] += share.value or Fraction(0)
            circuit = share.first()
            if example is None and circuit is not None:
                caption = f"all that machines of {counted(size, 'gate')} a step unroll to, first"
                example = Case.judged(caption, task, circuit, (definition,), "size over b2")
        means = [mean + part for mean, part in zip(means, sums, strict=True)]
        averages = [part / len(reached) if reached else None for part in sums]
        rows.append((size, len(functions), len(reached), fewer, machines, new, *averages))
    more = means[0] > means[1]
    table = Table(
        "Functions by the gates of a minimum; those that a machine computes in two steps with so "
        "many gates a step or fewer; with fewer than a minimum has; machines of fewest gates a "
        "step, and those that unroll to a circuit that is no minimum; mean share that is "
        f"{definition.tag}: of these machines, unrolled, and of minima:",
        ("gates", "functions", "reached", "fewer", "machines", "new", "two steps", "minima"),
        tuple(rows),
    )
    reached_all = sum(int(str(row[2])) for row in rows)
    return Finding(
        verdict=Verdict.HELD if saved and more else Verdict.REFUTED,
        answer=(
            f"of {counted(reached_all, 'function')} that machines of up to "
            f"{counted(most, 'gate')} a step compute in two "
            f"steps, {saved} take fewer gates a step than a circuit without state; the mean share "
            f"that is {definition.tag} is {'larger' if more else 'not larger'} with state."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            "A machine sees the same input twice, starts in state 0, and its output at the second "
            "step is the answer. Gates a step are its time; a circuit without state needs all its "
            "gates at once.",
            "Unrolled: both steps as one circuit over the input, without what is constant or "
            "computed twice; it is judged like any other.",
        ),
        plot=Plot((bar_panel(table, ("two steps", "minima"), "Two steps or one", "mean share"),)),
    )


STATEFULNESS = Claim(
    name="statefulness",
    topic="worlds and learners",
    claim="Saved state favours optimizers, since it relaxes the penalty on time.",
    source="Hubinger et al. 2019, section 2.2, statefulness",
    reading=(
        "a function may be evaluated over two steps, by a machine that keeps a bit from the first "
        "to the second: fewer gates a step is less time. All machines of fewest gates a step, "
        "unrolled, and their share that has the tag, against all minima of circuits without state."
    ),
    kind=Kind.EXISTENCE,
    keeps="that steps of fewer gates relax a penalty on time, and what they make likelier",
    question=(
        "Does some function take fewer gates a step with state, and is the mean share of tagged "
        "machines larger than that of tagged minima?"
    ),
    blind_to="more steps, more state, and functions of more inputs, where more could be saved",
    control="all minima of the same functions, without state: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("gates", 3, "most gates a step", least=1, most=3),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"inputs": 2}, {"inputs": 3, "gates": 2}),
        neighbours=({"gates": 2, "definition": "search-like(objective_gates=0)"},),
    ),
    quick={"gates": 2},
)
