"""The slow twin of the SAT engine: reduced circuits by plain enumeration, and tasks to try."""

import itertools
import random
from functools import cache

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.tasks import FunctionTask, RelationTask


def function(inputs, *tables, support=None):
    return FunctionTask(tuple(TruthTable(inputs, bits) for bits in tables), support)


def cost_of(circuit, basis):
    return sum(basis.cost_of(gate.operator) for gate in circuit.gates)


@cache
def graphs(inputs, basis, cost):
    """Every set of gates of this cost with distinct functions, once: gates and wires' tables."""
    mask = (1 << (1 << inputs)) - 1
    found = {}

    def extend(gates, bits, left):
        if left == 0:
            order = sorted(range(len(bits)), key=bits.__getitem__)
            whole = Circuit(inputs, gates, tuple(map(Output, order)) or (Output(CONSTANT),))
            found.setdefault(whole.canonical(), (gates, bits))
            return
        taken = {0, mask, *bits}
        if basis.free_inverters:
            taken |= {value ^ mask for value in taken}
        for form in basis.forms:
            if form.cost > left:
                continue
            for wires in itertools.combinations(range(len(bits)), form.wires):
                operands = form.operands(wires)
                value = form.operator.apply(tuple(bits[w] if w >= 0 else 0 for w in operands), mask)
                if value not in taken:
                    gate = Gate(form.operator.name, operands)
                    extend((*gates, gate), (*bits, value), left - form.cost)

    extend((), tuple(input_bits(inputs, i) for i in range(inputs)), cost)
    return list(found.values())


def naive(task, basis, cost):
    """Every reduced circuit of this cost that solves the task, by hash."""
    found = {}
    mask = (1 << (1 << task.inputs)) - 1
    for gates, bits in graphs(task.inputs, basis, cost):
        wires = [(Output(CONSTANT), 0), (Output(CONSTANT, True), mask)]
        wires += [(Output(wire), value) for wire, value in enumerate(bits)]
        if basis.free_inverters:
            wires += [(Output(wire, True), value ^ mask) for wire, value in enumerate(bits)]
        for chosen in itertools.product(wires, repeat=task.outputs):
            if accepts(task, [value for _, value in chosen]):
                circuit = Circuit(task.inputs, gates, tuple(output for output, _ in chosen))
                assert task.solved_by(circuit)
                if circuit.is_reduced():
                    found[circuit.hash_hex] = circuit
    return found


def accepts(task, tables):
    words = [
        sum((table >> x & 1) << i for i, table in enumerate(tables))
        for x in range(1 << task.inputs)
    ]
    return all(task.word_masks[word] >> x & 1 for x, word in enumerate(words))


def some_tasks(inputs, outputs, count, seed=""):
    """Functions, some on a support, and relations."""
    rng = random.Random(f"{inputs} {outputs} {seed}")
    full = (1 << (1 << inputs)) - 1
    special = [0, full, input_bits(inputs, 0), full ^ input_bits(inputs, inputs - 1)]
    for _ in range(count):
        if rng.random() < 0.3:
            words = range(1 << outputs)
            accept = [rng.sample(words, rng.randint(1, len(words))) for _ in range(1 << inputs)]
            yield RelationTask(inputs, outputs, tuple(map(tuple, accept)))
            continue
        tables = [
            rng.choice(special) if rng.random() < 0.2 else rng.randint(0, full)
            for _ in range(outputs)
        ]
        support = rng.choice((None, None, rng.randint(1, full), rng.randint(1, full) & ~1 or full))
        yield function(inputs, *tables, support=support)


def some_basis(rng):
    """A small basis of one's own: operators of two or three operands, some with costs."""
    names = rng.sample(
        ["and", "or", "xor", "nand", "butnot", "not", "maj", "mux"], rng.randint(1, 2)
    )
    free = rng.random() < 0.5
    names = [name for name in names if not (free and name == "not")] or ["and"]
    return Basis.closed(
        "drawn",
        {name: rng.randint(1, 3) for name in names},
        free,
        constants=rng.random() < 0.5,
        repeats=rng.random() < 0.5,
    )
