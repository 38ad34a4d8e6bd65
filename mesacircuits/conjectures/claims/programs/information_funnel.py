"""The claim `information-funnel`: indirect encoding favours optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import permutations

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, operator_named
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import TAGGED, Compared, Tendency, tagged_classes
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.shares import Share, tagged_share
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["INFORMATION_FUNNEL", "Run", "gamma", "generator_bits", "printings", "runs_bits"]

#: An instruction of a generator: the truth table of a gate, and how far before it the wires that it
#: reads are, the nearer one first. A run repeats it: each copy reads wires that have moved on by
#: one.
Run = tuple[int, int, int]
_GAMMA, _FLAT = "gamma", "flat"
_FLAT_BITS = 12


def gamma(number: int) -> int:
    """Return the bits of Elias's gamma code of a number from 1 on.

    >>> [gamma(number) for number in (1, 2, 3, 4)]
    [1, 3, 3, 5]
    """
    return 2 * number.bit_length() - 1


def runs_bits(gates: tuple[Run, ...], code: str = _GAMMA) -> int:
    """Return the bits of the generator that prints these gates one after the other.

    It begins with the number of its runs; a run names one of five operators in 3 bits, the distance
    to the nearer wire, how much farther the other is, and how often it is repeated: by gamma codes,
    or all in 3 bits each.

    >>> runs_bits(((6, 2, 3), (6, 2, 3), (14, 1, 2)))  # 3 + (3 + 3 + 1 + 3) + (3 + 1 + 1 + 1)
    19
    >>> runs_bits((), "flat")
    1
    """
    runs: list[list[int]] = []
    last: Run | None = None
    for gate in gates:
        if gate == last:
            runs[-1][2] += 1
        else:
            runs.append([gate[1], gate[2] - gate[1], 1])
        last = gate
    if code == _FLAT:
        return gamma(len(runs) + 1) + _FLAT_BITS * len(runs)
    return gamma(len(runs) + 1) + sum(3 + sum(map(gamma, run)) for run in runs)


def _orders(circuit: Circuit) -> Iterator[tuple[int, ...]]:
    """Yield every order of the gates in which none stands before one that it reads."""
    reads = [
        {w - circuit.inputs for w in gate.operands if w >= circuit.inputs} for gate in circuit.gates
    ]

    def place(done: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(done) == len(reads):
            yield done
        for gate, read in enumerate(reads):
            if gate not in done and read <= {*done}:
                yield from place((*done, gate))

    return place(())


def printings(circuit: Circuit) -> Iterator[tuple[Run, ...]]:
    """Yield every way to print a circuit: its inputs permuted and inverted, its gates in any order.

    Where inputs are inverted, wires are so as well, such that all are 0 where all inputs are, as in
    the normal form. The last gate is the output.

    >>> circuit = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> len({*printings(circuit)}), min(map(runs_bits, printings(circuit)))
    (24, 19)
    """
    n, wires = circuit.inputs, circuit.wire_bits()
    tables = [operator_named(gate.operator).table for gate in circuit.gates]
    operators = []
    for inverted in range(1 << n):
        held = [wires[w] >> inverted & 1 for w in range(n + len(tables))]
        operators.append(
            tuple(
                _normal(table, held[gate.operands[0]], held[gate.operands[1]], held[n + i])
                for i, (gate, table) in enumerate(zip(circuit.gates, tables, strict=True))
            )
        )
    for order in _orders(circuit):
        at = {n + gate: n + place for place, gate in enumerate(order)}
        for inputs in permutations(range(n)):
            at.update(enumerate(inputs))
            places = [tuple(at[w] for w in circuit.gates[gate].operands) for gate in order]
            for named in set(operators):
                yield tuple(
                    (named[gate], n + i - y, n + i - x)
                    if x < y
                    else (_exchanged(named[gate]), n + i - x, n + i - y)
                    for i, (gate, (x, y)) in enumerate(zip(order, places, strict=True))
                )


def _normal(table: int, first: int, second: int, own: int) -> int:
    # Bit p + 2 q is the value at operands p and q.
    return sum((table >> (p ^ first) + 2 * (q ^ second) & 1 ^ own) << p + 2 * q
               for p in (0, 1) for q in (0, 1))  # fmt: skip


def _exchanged(table: int) -> int:
    return table & 0b1001 | (table & 0b0010) << 1 | (table & 0b0100) >> 1


def generator_bits(circuit: Circuit, code: str = _GAMMA) -> int:
    """Return the bits of the shortest generator that prints a circuit, up to its inputs' names.

    >>> generator_bits(Circuit.parse(3, "g1 = a & b; g2 = g1 & c; out = g2"))
    13
    """
    return min(runs_bits(gates, code) for gates in {*printings(circuit)})


@lru_cache(maxsize=64)
def _minima(
    task: FunctionTask, definition: str, code: str, effort: Effort
) -> tuple[Share, tuple[int, ...]]:
    share = tagged_share(task, definition_named(definition), effort=effort)
    return share, _bits_of(share.minima, code, effort)


@lru_cache(maxsize=64)
def _bits_of(minima: tuple[Circuit, ...], code: str, effort: Effort) -> tuple[int, ...]:
    bits = []
    for circuit in minima:
        if effort.used_up():
            raise BudgetEnded
        bits.append(generator_bits(circuit, code))
    return tuple(bits)


def _compared(settings: Settings, effort: Effort) -> Compared:
    inputs, most = settings.whole("inputs"), settings.whole("gates")
    means = effort.share(1)
    units: list[Unit] = []
    rows: list[tuple[Cell, ...]] = []
    # Which classes have a tagged minimum; random tags are placed on as many of a class here.
    own = Settings({**settings.values, "basis": "b2", "order": "size", "tag": "own"})
    for row in tagged_classes(own, effort):
        if not row.tagged or row.value == 1 or row.size > most:
            continue
        task = FunctionTask((row.representative,))
        how = settings.text("definition"), settings.text("code")
        share, bits = _minima(task, *how, means)
        held = share.held
        if settings.text("tag") != "own":
            import random

            drawn = random.Random(f"{settings.whole('seed')} {row.name}")
            held = tuple(drawn.sample(held, len(held)))
        units += [Unit(row.name, tag, b) for tag, b in zip(held, bits, strict=True)]
        weights = [Fraction(1, 1 << b) for b in bits]
        tagged = sum((w for w, tag in zip(weights, held, strict=True) if tag), Fraction(0))
        means_of = [
            f"{sum(part) / len(part):.2f}" if part else None
            for part in (
                [b for b, tag in zip(bits, held, strict=True) if tag == kind]
                for kind in (True, False)
            )
        ]
        even = Fraction(sum(held), len(held))
        shares = f"{float(even):.4f}", f"{float(tagged / sum(weights)):.4f}"
        counts = row.size, len(bits), sum(held)
        rows.append((row.representative.hex, *counts, *means_of, *shares))
    return Compared(
        tuple(units),
        f"all minima, reduced, of the classes of functions of {counted(inputs, 'input')} of which "
        f"some minima have the tag, but not all, up to {counted(most, 'gate')}, b2, order size",
        (
            Table(
                "Classes some of whose minima have the tag; bits of the shortest generator of "
                "those with the tag, and of others, in the mean; share with the tag, and that of "
                "a genome drawn with chance 2^-bits:",
                ("class", "gates", "minima", "tagged", "bits", "of others", "share", "drawn"),
                tuple(rows),
            ),
        ),
        notes=(
            "A generator is a list of runs; a run prints a gate some times over, each copy reading "
            "wires as far back as the one before it did. Of a circuit the shortest is meant, its "
            "inputs permuted and inverted and its gates in any order.",
        ),
    )


INFORMATION_FUNNEL = Claim(
    name="information-funnel",
    topic="programs",
    claim="An information funnel, such as indirect encoding by a genome, might favour optimizers.",
    source="Hubinger et al. 2019, section 2.2, inductive biases",
    reading=(
        "a genome prints a circuit gate by gate, with repetition, and its length is in bits. All "
        "minima of a function are alike to what is selected, but not to the genome: do those with "
        "the tag have shorter genomes than the others?"
    ),
    kind=Kind.MIGHT,
    keeps="that few bits have to say what is built, so that what repeats is favoured",
    question="Do minima with the tag take fewer bits of a generator than others of their function?",
    blind_to=(
        "generators with other instructions, circuits that are not minimal, and genomes that are "
        "too short for any minimum"
    ),
    control="all other minima of the same function: exact",
    parameters=(
        Parameter("inputs", 4, "number of inputs n", least=3, most=4),
        Parameter("gates", 6, "most gates of a class", least=3, most=7),
        Parameter(
            "code", _GAMMA, "how numbers are written: gamma codes, or 3 bits each",
            values=(_GAMMA, _FLAT),
        ),
        Parameter("definition", "search-like", "whose tag is counted", names="definition"),
        *TAGGED,
    ),
    run=Tendency(
        _compared,
        unit=("minimum", "minima"),
        marked="tagged minima",
        value="bits of the generator",
        matched="function",
        greater=False,
        placebos={
            "random tag": {"tag": "random"},
            "lookup-table": {"definition": "lookup-table"},
        },
        trend=({"inputs": 3},),
        neighbours=(
            {"gates": 5},
            {"code": _FLAT},
            {"definition": "search-like(objective_gates=0)"},
        ),
    ),
    quick={"gates": 4},
)  # fmt: skip
