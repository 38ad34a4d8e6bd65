"""Circuits, tasks and dials drawn so that many are search-like: built, not hoped for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from search_cases import DIALS

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.bases import B2, operator_of
from mesacircuits.tasks import FunctionTask, OptimisationTask, Task

#: A wire and whether it is read inverted; the constants are `CONSTANT`.
Signal = tuple[int, bool]
ZERO, ONE = (CONSTANT, False), (CONSTANT, True)

#: The most gates of a circuit where scores of several bits may be cut short: there are many ways.
MOST_CUT_PAIRS = 7

#: Functions of two bits that depend on both, bit p + 2q for p and q.
_BOTH = [t for t in range(16) if t in (1, 2, 4, 6, 7, 8, 9, 11, 13, 14)]


class Draw(NamedTuple):
    """A circuit, a task that it solves, dials, and how it was built."""

    circuit: Circuit
    task: Task
    dials: dict[str, Any]
    built: str


class Builder:
    """Gates put together one by one, now and then with a copy or a buffer in between.

    Arguments:
        rng: what to draw with.
        inputs: the number of inputs.
        thick: how likely it is that a wire is read by way of a copy or a buffer.
    """

    def __init__(self, rng: Random, inputs: int, thick: float) -> None:
        self.rng, self.inputs, self.thick = rng, inputs, thick
        self.gates: list[Gate] = []

    def gate(self, table: int, first: Signal, second: Signal) -> Signal:
        """Return a gate of two signals, bit p + 2q of the table for p and q; constants fold."""
        if first[0] == CONSTANT or second[0] == CONSTANT:
            fixed, free = (first, second) if first[0] == CONSTANT else (second, first)
            shift = (1 if fixed is first else 2) * fixed[1]
            step = 2 if fixed is first else 1
            low, high = table >> shift & 1, table >> shift + step & 1
            if free[0] == CONSTANT:
                return ONE if (high if free[1] else low) else ZERO
            if low == high:
                return ONE if low else ZERO
            return free[0], free[1] ^ bool(low)
        turned = 0
        for row in range(4):
            turned |= (table >> (row ^ first[1] ^ second[1] << 1) & 1) << row
        return self._add(turned, self._through(first[0]), self._through(second[0]))

    def _add(self, table: int, first: int, second: int) -> Signal:
        self.gates.append(Gate(operator_of(2, table).name, (first, second)))
        return self.inputs + len(self.gates) - 1, False

    def _through(self, wire: int) -> int:
        """Return the wire, or one that is equal to it: a buffer, a copy of its gate."""
        if self.rng.random() >= self.thick:
            return wire
        if wire >= self.inputs and self.rng.random() < 0.6:
            self.gates.append(self.gates[wire - self.inputs])
            return self.inputs + len(self.gates) - 1
        return self._add(self.rng.choice((8, 14)), wire, wire)[0]

    def mux(self, chosen: Signal, then: Signal, other: Signal) -> Signal:
        return self.either(self.both(chosen, then), self.both(inverse(chosen), other))

    def both(self, first: Signal, second: Signal) -> Signal:
        return self.gate(8, first, second)

    def either(self, first: Signal, second: Signal) -> Signal:
        return self.gate(14, first, second)

    def differ(self, first: Signal, second: Signal) -> Signal:
        return self.gate(6, first, second)

    def circuit(self, outputs: Sequence[Signal]) -> Circuit:
        return Circuit(self.inputs, tuple(self.gates), tuple(Output(*o) for o in outputs))


def inverse(signal: Signal) -> Signal:
    return signal[0], not signal[1]


class Formula(NamedTuple):
    """An evaluator: gates over places 0 .. m-1, each gate a table and two places."""

    leaves: int
    gates: tuple[tuple[int, int, int], ...]

    def build(self, to: Builder, bits: Sequence[Signal], unless: Signal = ZERO) -> Signal:
        """Return the formula of these bits; with `unless`, cut short where that is 1.

        The formula is 0 where all its bits are, so that looking away makes it 0.
        """
        values = list(bits)
        if unless != ZERO:
            values = [to.both(bit, inverse(unless)) for bit in values]
        for table, p, q in self.gates:
            values.append(to.gate(table, values[p], values[q]))
        return values[-1]

    def value(self, bits: int) -> int:
        values = [bits >> i & 1 for i in range(self.leaves)]
        for table, p, q in self.gates:
            values.append(table >> (values[p] | values[q] << 1) & 1)
        return values[-1]


def a_formula(rng: Random, leaves: int, zero: bool = False) -> Formula:
    """Draw a read-once formula; with `zero`, one that is 0 where all its bits are."""
    kinds = [t for t in _BOTH if not (zero and t & 1)]
    gates: list[tuple[int, int, int]] = []
    waiting = list(range(leaves))
    while len(waiting) > 1:
        rng.shuffle(waiting)
        gates.append((rng.choice(kinds), waiting.pop(), waiting.pop()))
        waiting.append(leaves + len(gates) - 1)
    return Formula(leaves, tuple(gates))


def draw(rng: Random, most_inputs: int = 4) -> Draw:
    """Draw one of the ways to build a search, or a small circuit at random."""
    ways: list[tuple[Callable[[Random, int], Draw], int]] = [
        (choosers, 9), (plans, 4), (pruners, 5), (pairs, 5), (featured, 8), (ranked, 3),
        (anything, 6),
    ]  # fmt: skip
    way = rng.choices([w for w, _ in ways], [weight for _, weight in ways])[0]
    made = way(rng, most_inputs)
    if made.dials["wires_per_score"] > 1 and made.circuit.size > MOST_CUT_PAIRS:
        made.dials["pruning"] = "off"
    return made


# -- ways to build --------------------------------------------------------------------------------


def choosers(rng: Random, most_inputs: int) -> Draw:
    """Evaluations by one formula, inputs renamed and re-encoded; the first of the best."""
    n = rng.randint(2, most_inputs)
    count = 2 if n < 3 else rng.choice((2, 2, 2, 3))
    to = Builder(rng, n, _thick(rng))
    leaves = rng.choice((1, 2, 2)) if n > 2 else 1
    formula = a_formula(rng, leaves)
    reencoding, masks = _masks(rng, n, count)
    values = [
        formula.build(to, [(i, bool(mask >> i & 1)) for i in places])
        for places, mask in zip(_blocks(rng, n, leaves, count), masks, strict=True)
    ]
    outputs = 1 if count == 2 and rng.random() < 0.5 else 2
    words = rng.sample(range(1 << outputs), count)
    ties = "fixed"
    if count == 2 and rng.random() < 0.25:
        ties = "input"
        drivers = _broken_ties(to, values, words, outputs, rng.randrange(n))
    else:
        drivers = _first_best(to, values, words, outputs, _default(rng, words, outputs))
    circuit = to.circuit(drivers)
    dials = _dials(rng, objective_gates=leaves - 1, reencoding=reencoding, ties=ties)
    return Draw(circuit, _function(rng, circuit), dials, "choosers")


def plans(rng: Random, most_inputs: int) -> Draw:
    """Several evaluations lead to one word: the first plan that will do gives its first action."""
    n = rng.randint(3, max(most_inputs, 3))
    count = rng.randint(3, min(n, 4))
    to = Builder(rng, n, _thick(rng))
    leaves = rng.choice((1, 2)) if n > count else 1
    formula = a_formula(rng, leaves, zero=True)
    places = rng.sample(range(n), count)
    shared = rng.choice([i for i in range(n) if i not in places] or [0])
    values = [formula.build(to, [(i, False), (shared, False)][:leaves]) for i in places[:count]]
    outputs = rng.choice((1, 1, 2))
    words = [rng.randrange(1 << outputs) for _ in values]
    words[-1] = words[0] ^ 1
    drivers = _first_best(to, values, words, outputs, _default(rng, words, outputs))
    circuit = to.circuit(drivers)
    dials = _dials(rng, objective_gates=leaves - 1, plans="on", candidates=rng.choice((2, 3)))
    return Draw(circuit, _function(rng, circuit), dials, "plans")


def pruners(rng: Random, most_inputs: int) -> Draw:
    """A later evaluation looks away once an earlier one satisfies."""
    n = rng.randint(2, most_inputs)
    count = 2 if n < 3 else rng.choice((2, 2, 3))
    to = Builder(rng, n, _thick(rng) / 2)
    leaves = rng.choice((1, 2)) if n > 2 else 1
    formula = a_formula(rng, leaves, zero=True)
    reencoding, masks = _masks(rng, n, count, none=0.7)
    values: list[Signal] = []
    # What each is worth, whether or not it is looked at.
    worth: list[int] = []
    found = ZERO
    for places, mask in zip(_blocks(rng, n, leaves, count), masks, strict=True):
        bits = [(i, bool(mask >> i & 1)) for i in places]
        read = (
            sum((x >> i & 1 ^ inv) << j for j, (i, inv) in enumerate(bits)) for x in range(1 << n)
        )
        worth.append(sum(formula.value(own) << x for x, own in enumerate(read)))
        late = rng.random() < 0.2
        value = formula.build(to, bits, ZERO if late else found)
        values.append(to.both(value, inverse(found)) if late else value)
        found = to.either(found, values[-1])
    outputs = 1 if count == 2 and rng.random() < 0.6 else 2
    words = rng.sample(range(1 << outputs), count)
    drivers = _first_best(to, values, words, outputs, _default(rng, words, outputs))
    circuit = to.circuit(drivers)
    dials = _dials(rng, objective_gates=leaves - 1, reencoding=reencoding, pruning="on")
    if rng.random() < 0.4:
        return _by_utility(rng, circuit, words, dials, "pruners", worth)
    return Draw(circuit, _function(rng, circuit), dials, "pruners")


def pairs(rng: Random, most_inputs: int) -> Draw:
    """Two scores of two bits each, bare or evaluated, of which the greater is output."""
    n = max(most_inputs, 4) if rng.random() < 0.8 else 3
    to = Builder(rng, n, _thick(rng) / 2)
    bare = rng.random() < 0.5
    kinds = rng.choice(((8, 14), (8, 6), (rng.choice(_BOTH), rng.choice(_BOTH))))
    scores: list[tuple[Signal, Signal]] = []
    places = rng.sample(range(n), min(n, 4))
    reencoding, masks = _masks(rng, n, 2, none=0.5)
    for turn in range(2):
        a, b = (places * 2)[2 * turn : 2 * turn + 2]
        first, second = ((i, bool(masks[turn] >> i & 1)) for i in (a, b))
        if bare:
            scores.append((first, second))
        else:
            scores.append((to.gate(kinds[0], first, second), to.gate(kinds[1], first, second)))
    (low, high), (other_low, other_high) = scores
    beats_high, beats_low = to.gate(4, other_high, high), to.gate(4, other_low, low)
    how = rng.random()
    if how < 0.6:
        beats_low = to.both(beats_low, inverse(to.differ(high, other_high)))
    wins = to.gate(rng.choice(_BOTH) if how > 0.9 else 14, beats_high, beats_low)
    outputs = [(wins[0], wins[1] ^ (rng.random() < 0.5))]
    if rng.random() < 0.2:
        outputs.append(outputs[0])
    circuit = to.circuit(outputs)
    dials = _dials(rng, objective_gates=0 if bare else 1, reencoding=reencoding, wires_per_score=2)
    return Draw(circuit, _function(rng, circuit), dials, "pairs")


def featured(rng: Random, most_inputs: int) -> Draw:
    """A choice with features and a context: evaluations on features of their own."""
    count = rng.choice((2, 2, 2, 3, 3)) if most_inputs > 2 else 2
    own = rng.choice((1, 1, 2)) if most_inputs >= 2 * count else 1
    context = rng.randint(0, max(0, min(1, most_inputs - count * own)))
    n = count * own + context
    to = Builder(rng, n, _thick(rng))
    places = rng.sample(range(n), n)
    features = [tuple(places[own * i : own * (i + 1)]) for i in range(count)]
    shared = [i for i in range(n) if i in places[own * count :]]
    formula = a_formula(rng, own + context, zero=rng.random() < 0.5)
    prune = rng.random() < 0.2
    reencoding = rng.choice(("none", "common", "common", "per-group"))
    values: list[Signal] = []
    found = ZERO
    for own_places in features:
        mask = 0 if reencoding == "none" else rng.getrandbits(own)
        if reencoding == "per-group":
            mask |= rng.getrandbits(context) << own if context else 0
        bits = [(i, bool(mask >> t & 1)) for t, i in enumerate((*own_places, *shared))]
        values.append(formula.build(to, bits, found if prune else ZERO))
        found = to.either(found, values[-1]) if prune else ZERO
    outputs = 1 if count == 2 and rng.random() < 0.6 else 2
    words = rng.sample(range(1 << outputs), count)
    shared_word = count > 2 and rng.random() < 0.4
    if shared_word:
        words[-1] = words[0]
    default = _default(rng, words, outputs)
    drivers = _first_best(to, values, words, outputs, default)
    circuit = to.circuit(drivers)
    listed = rng.sample(range(count), count)
    candidates, given = [words[i] for i in listed], [features[i] for i in listed]
    if default not in words and rng.random() < 0.8:
        candidates.append(default)
        given.append(())
    # The utility is the formula, or what tells more apart, or anything.
    table = [
        formula.value(v) + (rng.randint(0, 1) if rng.random() < 0.2 else 0)
        for v in range(1 << own + context)
    ]
    if rng.random() < 0.15:
        table = [rng.randint(0, 2) for _ in table]
    rows = []
    for x in range(1 << n):
        row = [
            Fraction(table[sum((x >> i & 1) << t for t, i in enumerate((*own_places, *shared)))])
            if own_places
            else Fraction(1, 2)
            for own_places in given
        ]
        rows.append(tuple(row))
    silent = not shared_word and rng.random() < 0.15
    known = None if silent else tuple(given)
    task = _solved(rng, circuit, tuple(candidates), rows, features=known)
    dials = _dials(
        rng,
        objective_gates=max(0, own + context - 1),
        reencoding=reencoding,
        objective="base" if rng.random() < 0.35 else "own",
        plans="on" if shared_word and rng.random() < 0.9 else "off",
        pruning="on" if prune else "off",
    )
    return Draw(circuit, task, dials, "featured")


def ranked(rng: Random, most_inputs: int) -> Draw:
    """Utilities without features, told by wires of a circuit that was built to choose."""
    made = rng.choice((choosers, pairs, pruners))(rng, most_inputs)
    if isinstance(made.task, OptimisationTask):
        return made
    tables, n = made.circuit.wire_bits(), made.circuit.inputs
    outputs = len(made.circuit.outputs)
    words = rng.sample(range(1 << outputs), rng.randint(2, 1 << outputs))
    levels = rng.sample([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)], 4)
    told = [(rng.randrange(made.circuit.wires), rng.randrange(made.circuit.wires)) for _ in words]
    rows = [
        tuple(levels[(tables[u] >> x & 1) + 2 * (tables[v] >> x & 1)] for u, v in told)
        for x in range(1 << n)
    ]
    task = _solved(rng, made.circuit, tuple(words), rows)
    return Draw(made.circuit, task, made.dials, "ranked")


def anything(rng: Random, most_inputs: int) -> Draw:
    """A small circuit at random, any task that it solves, any dials."""
    n = rng.randint(2, min(most_inputs, 3))
    gates: list[Gate] = []
    for _ in range(rng.randint(1, 6)):
        wires = range(n + len(gates))
        gates.append(Gate(rng.choice(B2.names), (rng.choice(wires), rng.choice(wires))))
    outputs = [Output(n + len(gates) - 1, rng.random() < 0.5)]
    if rng.random() < 0.4:
        outputs.append(Output(rng.randrange(n + len(gates)), rng.random() < 0.5))
    circuit = Circuit(n, tuple(gates), tuple(outputs))
    dials: dict[str, Any] = {
        "candidates": rng.choice((2, 2, 2, 3)),
        "objective_gates": rng.choice((0, 0, 1, 1, 2)),
        "wires_per_score": rng.choice((1, 1, 2, 2, 3)),
        "reencoding": rng.choice(("common", "none", "per-group")),
    }
    for name, values in (
        ("cost", ("cone", "private", "inputs")), ("objective", ("own", "base")),
        ("plans", ("off", "on")),
        ("pruning", ("off", "on")), ("ties", ("fixed", "input")),
        ("space", ("any", "any", "declared")),
    ):  # fmt: skip
        dials[name] = rng.choice(values)
    return Draw(circuit, _function(rng, circuit), {**DIALS, **dials}, "anything")


# -- parts ----------------------------------------------------------------------------------------


def _thick(rng: Random) -> float:
    return rng.choice((0.0, 0.0, 0.15, 0.35))


def _masks(rng: Random, n: int, count: int, none: float = 0.35) -> tuple[str, list[int]]:
    """Draw a re-encoding for each group, and the dial that allows them."""
    how = rng.random()
    if how < none:
        return rng.choice(("none", "common")), [0] * count
    if how < 0.75:
        return "common", [rng.getrandbits(n)] * count
    return "per-group", [rng.getrandbits(n) for _ in range(count)]


def _blocks(rng: Random, n: int, leaves: int, count: int) -> list[list[int]]:
    """Draw the inputs that each evaluation reads: their own if there are enough, or any."""
    places = rng.sample(range(n), n)
    if n >= leaves * count and rng.random() < 0.7:
        return [places[leaves * i : leaves * (i + 1)] for i in range(count)]
    if n > count and leaves == 2 and rng.random() < 0.7:
        return [[places[i], places[-1]] for i in range(count)]
    return [rng.sample(range(n), leaves) for _ in range(count)]


def _default(rng: Random, words: Sequence[int], outputs: int) -> int:
    """Draw the word for where nothing satisfies: a candidate's, or another."""
    others = [word for word in range(1 << outputs) if word not in words]
    return rng.choice(others) if others and rng.random() < 0.4 else rng.choice(words)


def _first_best(
    to: Builder, values: Sequence[Signal], words: Sequence[int], outputs: int, default: int
) -> list[Signal]:
    """Return the word of the first, in some order, that is 1; else the default."""
    order = to.rng.sample(range(len(values)), len(values))
    # A candidate that comes last and whose word is the default need not be looked at.
    drivers = []
    for k in range(outputs):
        at = ONE if default >> k & 1 else ZERO
        for i in reversed(order):
            at = to.either(values[i], at) if words[i] >> k & 1 else to.gate(4, values[i], at)
        drivers.append(at)
    return drivers


def _broken_ties(
    to: Builder, values: Sequence[Signal], words: Sequence[int], outputs: int, by: int
) -> list[Signal]:
    """Return the word of the better of two, in a tie that which an input says."""
    first, second = values
    wins = to.gate(4, first, second)
    tie = inverse(to.differ(first, second))
    wins = to.either(wins, to.both(tie, (by, False)))
    drivers = []
    for k in range(outputs):
        bits = words[0] >> k & 1, words[1] >> k & 1
        drivers.append(
            (ONE if bits[0] else ZERO) if bits[0] == bits[1] else (wins[0], wins[1] ^ bits[0])
        )
    return drivers


def _dials(rng: Random, **fitting: Any) -> dict[str, Any]:
    """Return dials that fit what was built, and some that may not."""
    dials = {**DIALS, **fitting}
    if dials["objective_gates"] and rng.random() < 0.3:
        dials["objective_gates"] = rng.randrange(dials["objective_gates"] + 2)
    for name, other, likely in (
        ("cost", rng.choice(("private", "inputs")), 0.3), ("plans", "on", 0.15),
        ("pruning", "on", 0.15),
        ("ties", "input", 0.2), ("wires_per_score", 2, 0.1), ("candidates", 3, 0.05),
        ("space", "declared", 0.05),
    ):  # fmt: skip
        if dials[name] == DIALS[name] and rng.random() < likely:
            dials[name] = other
    if rng.random() < 0.1:
        dials["reencoding"] = rng.choice(("common", "none", "per-group"))
    return dials


def _function(rng: Random, circuit: Circuit) -> FunctionTask:
    """Draw a task that the circuit solves: total, or on a support."""
    full = (1 << (1 << circuit.inputs)) - 1
    support = None
    how = rng.random()
    if how < 0.1:
        support = rng.randint(1, full)
    elif how < 0.2:
        support = (rng.getrandbits(full.bit_length()) | rng.getrandbits(full.bit_length())) or 1
    tables = tuple(TruthTable(circuit.inputs, bits) for bits in circuit.output_bits())
    return FunctionTask(tables, support)


def _by_utility(
    rng: Random,
    circuit: Circuit,
    words: Sequence[int],
    dials: dict[str, Any],
    built: str,
    tables: Sequence[int],
) -> Draw:
    """Return the circuit on a task whose utilities these tables are, or nearly so."""
    noisy = rng.random() < 0.3
    rows = [
        tuple(
            Fraction(table >> x & 1) + (Fraction(rng.randint(-1, 0), 2) if noisy else 0)
            for table in tables
        )
        for x in range(1 << circuit.inputs)
    ]
    return Draw(circuit, _solved(rng, circuit, tuple(words), rows), dials, built)


def _solved(
    rng: Random,
    circuit: Circuit,
    candidates: tuple[int, ...],
    rows: list[tuple[Fraction, ...]],
    features: tuple[tuple[int, ...], ...] | None = None,
) -> OptimisationTask:
    """Return a task of these utilities that the circuit solves: where it is wrong it is silent."""
    bits = circuit.output_bits()
    words = [sum((b >> x & 1) << i for i, b in enumerate(bits)) for x in range(len(rows))]
    inside = fine = 0
    for x, row in enumerate(rows):
        if words[x] in candidates:
            inside |= 1 << x
            best = {word for word, u in zip(candidates, row, strict=True) if u == max(row)}
            fine |= (words[x] in best) << x
    if not inside:
        # No candidate is ever output: one more is, and all are as good.
        candidates, rows = (*candidates, words[0]), [(*row, max(row)) for row in rows]
        features = None if features is None else (*features, ())
        inside = fine = 1
    slack, support = Fraction(0), fine & rng.getrandbits(len(rows)) if rng.random() < 0.1 else fine
    if not support or rng.random() < 0.05:
        # Anything that a candidate is will do.
        slack, support = Fraction(9), inside
    if rng.random() < 0.3:
        # Off the support utilities say nothing.
        rows = [
            row if support >> x & 1 else tuple(rng.sample(row, len(row)))
            for x, row in enumerate(rows)
        ]
    return OptimisationTask(
        circuit.inputs, len(circuit.outputs), candidates, tuple(rows), support,
        slack=slack, features=features,
    )  # fmt: skip
