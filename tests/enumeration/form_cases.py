"""Bases and tasks to try the engine for any basis on."""

from math import comb

from hypothesis import assume, strategies as st

from mesacircuits.circuits import BASES, Basis, TruthTable
from mesacircuits.tasks import FunctionTask, RelationTask

NAMED = sorted(BASES)
NAMES = ["and", "or", "xor", "nand", "nor", "xnor", "butnot", "not", "maj", "mux", "tt:3:80"]


def function(inputs, *tables, support=None):
    return FunctionTask(tuple(TruthTable(inputs, bits) for bits in tables), support)


@st.composite
def closed_bases(draw, most_forms=24):
    """Made-up bases: any operators of up to three operands, with costs, constants, repeats."""
    tables = st.integers(1, 3).flatmap(
        lambda k: st.integers(0, (1 << (1 << k)) - 1).map(
            lambda t: f"tt:{k}:{t:0{max(1, (1 << k) // 4)}X}"
        )
    )
    names = draw(st.lists(st.sampled_from(NAMES) | tables, min_size=1, max_size=3, unique=True))
    costs = draw(
        st.just([1] * len(names))
        | st.lists(st.integers(1, 3), min_size=len(names), max_size=len(names))
    )
    basis = Basis.closed(
        "drawn",
        dict(zip(names, costs, strict=True)),
        draw(st.booleans()),
        constants=draw(st.booleans()),
        repeats=draw(st.booleans()),
    )
    # Gates that copy a wire are in no reduced circuit, and SAT asks for others.
    assume(any(form.table != 2 or form.wires > 1 for form in basis.forms))
    assume(len(basis.forms) <= most_forms)
    return basis


some_bases = st.sampled_from(NAMED).map(BASES.get) | closed_bases()


def chains_at_most(inputs, basis, cost):
    """How many chains of this cost a plain search may meet, about."""
    cheapest = min(form.cost for form in basis.forms)
    total = 1.0
    for place in range(cost // cheapest):
        here = sum(comb(inputs + place, form.wires) for form in basis.forms)
        total *= max(here, 1) / (place + 1)
    return total


def writings_at_most(task, basis, cost):
    """How many ways to write a circuit of this cost brute force may try."""
    cheapest = min(form.cost for form in basis.forms)
    total = (2 * (task.inputs + cost) + 2) ** task.outputs
    for place in range(cost // cheapest):
        wires = task.inputs + place + basis.constants
        total *= sum(wires**operator.arity for operator in basis.operators)
    return total


@st.composite
def settings_to_list(draw, most=3000, inputs=(1, 2, 3), bases=some_bases, costs=(0, 5)):
    """A basis, a number of inputs, and a cost whose chains a plain search lists soon."""
    basis, n = draw(bases), draw(st.sampled_from(inputs))
    cost = draw(st.integers(*costs))
    while cost and chains_at_most(n, basis, cost) > most:
        cost -= 1
    return basis, n, cost


@st.composite
def tasks(draw, inputs, most_outputs=2):
    """Functions, some on a support, and relations."""
    outputs = draw(st.integers(1, most_outputs))
    full = (1 << (1 << inputs)) - 1
    if draw(st.booleans()):
        word = st.integers(0, (1 << outputs) - 1)
        sets = st.lists(word, min_size=1, unique=True).map(tuple)
        accept = draw(st.lists(sets, min_size=1 << inputs, max_size=1 << inputs))
        return RelationTask(inputs, outputs, tuple(accept))
    tables = [draw(st.integers(0, full)) for _ in range(outputs)]
    return function(inputs, *tables, support=draw(st.none() | st.integers(1, full)))


def cost_of(circuit, basis):
    return sum(basis.cost_of(gate.operator) for gate in circuit.gates)
