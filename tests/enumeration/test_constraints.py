"""Constraints, the first minima, and exact sizes: both engines against raw brute force."""

import random
from collections import Counter
from functools import cache
from itertools import permutations, product

import pytest
from form_twin import gates_plainly
from hypothesis import given, strategies as st

from mesacircuits.circuits import AIG, B2, Circuit, Output, TruthTable, npn_classes
from mesacircuits.circuits.bases import operator_named
from mesacircuits.circuits.names import Names
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration import BudgetEnded, Effort, enumerate_minima, planner
from mesacircuits.enumeration.constraints import (
    Constraints,
    canonical_with_copies,
    constraints_of,
)
from mesacircuits.enumeration.sat import both_ways, search
from mesacircuits.enumeration.topology import Fence, GatePattern, Wiring, parse_topology
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import FunctionTask, parse_task

ONE = Effort(workers=1, shipped=False)
ANDS_FIRST = "and=1/0,xor=0/1+free-inverters"


# -- the plain twin ------------------------------------------------------------------------------


@cache
def chains(inputs, basis, size):
    """All lists of gates, copies too, of which none computes an input or a constant."""
    mask = (1 << (1 << inputs)) - 1
    trivial = {0, mask, *(input_bits(inputs, i) for i in range(inputs))}
    found = [((), tuple(input_bits(inputs, i) for i in range(inputs)))]
    for _ in range(size):
        longer = []
        for gates, tables in found:
            for gate in gates_plainly(basis, len(tables)):
                bits = operator_named(gate.operator).apply(
                    tuple(tables[w] for w in gate.operands), mask
                )
                if bits not in trivial:
                    longer.append(((*gates, gate), (*tables, bits)))
        found = longer
    return found


def same_graph(circuit):
    """Return what all ways to number the gates of a circuit have in common."""
    n, written = circuit.inputs, []
    for order in permutations(range(circuit.size)):
        place = {**{i: i for i in range(n)}, -1: -1}
        gates = []
        for i in order:
            gate = circuit.gates[i]
            if any(w not in place for w in gate.operands):
                break
            # Commutative or not: operators of swapped operands are others.
            reads = tuple(place[w] for w in gate.operands)
            turn = tuple(sorted(range(len(reads)), key=reads.__getitem__))
            name = operator_named(gate.operator).permuted(turn).name
            gates.append((name, tuple(sorted(reads))))
            place[n + i] = n + len(gates) - 1
        else:
            ends = tuple((place[o.wire], o.inverted) for o in circuit.outputs)
            written.append((tuple(gates), ends))
    return min(written)


def plainly(task, basis, size, constraints):
    """Every circuit of a size that solves the task and keeps to the constraints, read off them."""
    n, found = task.inputs, set()
    mask = (1 << (1 << n)) - 1
    for gates, tables in chains(n, basis, size):
        wires = {
            Output(w, i): mask * i ^ (*tables, 0)[w]
            for w in range(-1, n + size)
            for i in (False, True)
        }
        fitting = [
            [end for end, bits in wires.items() if not (bits ^ t.bits) & task.support_bits]
            for t in task.tables
        ]
        for ends in product(*fitting):
            circuit = Circuit(n, gates, ends)
            assert task.solved_by(circuit)
            readers = [
                sum(w in g.operands for g in gates) + sum(o.wire == w for o in ends)
                for w in range(n, n + size)
            ]
            if 0 in readers:
                continue
            if constraints.fanout is None:
                if len({*tables}) < n + size:
                    continue
            elif max(readers, default=0) > constraints.fanout:
                continue
            deep = {-1: 0} | {i: (*constraints.arrival, *[0] * n)[i] for i in range(n)}
            for i, gate in enumerate(gates):
                deep[n + i] = 1 + max(deep[w] for w in gate.operands)
            if constraints.depth is not None and any(
                deep[o.wire] > constraints.depth for o in ends
            ):
                continue
            either = {*tables, *(mask ^ t for t in tables), 0, mask}
            if any(t.bits not in either for t in constraints.fixed if isinstance(t, TruthTable)):
                continue
            patterns = [p for p in constraints.fixed if isinstance(p, GatePattern)]
            if not all(has_gate(p, gates, tables, n) for p in patterns):
                continue
            made = {*tables[n:], *(mask ^ t for t in tables[n:])}
            if any(t.bits in made for t in constraints.forbidden if isinstance(t, TruthTable)):
                continue
            patterns = [p for p in constraints.forbidden if isinstance(p, GatePattern)]
            if any(has_gate(p, gates, tables, n) for p in patterns):
                continue
            if not shaped_plainly(constraints.topology, circuit):
                continue
            found.add(same_graph(circuit))
    return found


def has_gate(pattern, gates, tables, n):
    """Return whether some gate is as the pattern has it; functions and inverses alike."""
    mask = (1 << (1 << n)) - 1

    def alike(one, other):
        return one in (other, other ^ mask)

    for gate, own in zip(gates, tables[n:], strict=True):
        read = [tables[w] for w in {*gate.operands}]
        if pattern.function is not None and not alike(pattern.function.bits, own):
            continue
        if pattern.alone and len(read) != len(pattern.reads):
            continue
        if all(any(alike(t.bits, bits) for bits in read) for t in pattern.reads):
            return True
    return False


def shaped_plainly(topology, circuit):
    """Return whether a circuit has a fence or a wiring, all its numberings and namings tried."""
    n, size = circuit.inputs, circuit.size
    if topology is None:
        return True
    if isinstance(topology, Fence):
        deep = [0] * n
        for gate in circuit.gates:
            deep.append(1 + max(deep[w] for w in gate.operands))
        return sorted(deep[n:]) == [d for d, m in enumerate(topology.levels, 1) for _ in range(m)]
    if len(topology.gates) != size:
        return False
    texts = [r for reads in topology.gates for r in reads if isinstance(r, str)]
    ends = topology.outputs or ()
    named = {"abc".index(r) for r in [*texts, *ends] if str(r) in "abc"}
    marks = sorted({r for r in texts if r[0] == "?" and r != "?"})
    for order in permutations(range(size)):
        for chosen in permutations([i for i in range(n) if i not in named], len(marks)):
            place = dict(zip(marks, chosen, strict=True)) | {c: i for i, c in enumerate("abc")}
            place |= {j: n + i for j, i in enumerate(order)}
            fits = True
            for j, reads in enumerate(topology.gates):
                read = {*circuit.gates[order[j]].operands}
                known = {place[r] for r in reads if r != "?"}
                more = read - known
                fits &= known <= read and all(w < n for w in more)
                fits &= len(more) == sum(r == "?" for r in reads)
            for end, output in zip(ends, circuit.outputs, strict=bool(ends)):
                fits &= end == "?" or output.wire == (-1 if end == "0" else place[end])
            if fits:
                return True
    return False


def pattern(rng, inputs, gates, tables):
    """One of the gates of a chain, or one of its wires."""
    place = rng.randrange(len(gates))
    made = TruthTable(inputs, tables[inputs + place])
    read = [TruthTable(inputs, tables[w]) for w in gates[place].operands]
    if rng.random() < 0.5:
        return GatePattern(made, tuple(read), alone=True)
    return GatePattern(rng.choice((None, made)), (rng.choice(read),), alone=False)


#: What may stand in a wiring in place of the inputs a, b, c.
OPENED = (("?", "?", "?"), ("a", "?", "?x"), ("?x", "?y", "?z"))


def shape(rng, inputs, gates):
    """A fence or a wiring of a chain of gates, some of its inputs left open."""
    circuit = Circuit(inputs, gates, (Output(inputs + len(gates) - 1),))
    if rng.random() < 0.3:
        return Fence(tuple(Counter(circuit.depths[inputs:]).values()))
    whole = Wiring.of(circuit)
    opened = dict(zip("abc", rng.choice(OPENED), strict=True))
    open_gates = tuple(tuple(opened.get(r, r) for r in reads) for reads in whole.gates)
    return Wiring(open_gates, rng.choice((None, whole.outputs)))


def drawn(rng, inputs, basis, size, outputs):
    """A task that some circuit of so many gates solves, and constraints, some of several kinds."""
    gates, tables = rng.choice(chains(inputs, basis, size))
    mask = (1 << (1 << inputs)) - 1
    bits = [tables[-1], *(rng.choice(tables) for _ in range(outputs - 1))]
    support = rng.choice((None, None, rng.randint(1, mask)))
    task = FunctionTask(tuple(TruthTable(inputs, b) for b in bits), support)
    some = [TruthTable(inputs, rng.choice(tables[inputs:])) for _ in range(2)]
    other = rng.choice(chains(inputs, basis, size))
    kinds = {
        "fanout": rng.choice((None, 1, 2)),
        "depth": rng.choice((None, 1, 2, 3)),
        "arrival": rng.choice(((), (1,), (0, 2))),
        "fixed": rng.choice(((), (), (some[0],), (pattern(rng, inputs, gates, tables),))),
        "forbidden": rng.choice(((), (), (some[1],), (pattern(rng, inputs, *other),))),
        "topology": rng.choice((None, shape(rng, inputs, gates))) if outputs == 1 else None,
    }
    return task, Constraints(**kinds)


def agree_with_brute_force(seed, inputs, sizes, count, outputs):
    rng, met = random.Random(seed), 0
    for _ in range(count):
        basis = rng.choice((B2, AIG))
        task, constraints = drawn(rng, inputs, basis, sizes[-1], rng.choice(outputs))
        for size in sizes:
            expected = plainly(task, basis, size, constraints)
            for engine in ("exhaustive", "sat"):
                found = enumerate_minima(
                    task, basis, "size", ONE, engine=engine, exactly=size, constraints=constraints
                )
                graphs = [same_graph(c) for c in found.minima]
                assert len(graphs) == len({*graphs}), (task, constraints, engine)
                assert {*graphs} == expected, (task, constraints, engine, size)
            met += bool(expected)
    return met


def test_both_engines_list_what_brute_force_lists():
    assert agree_with_brute_force("quick", 2, (1, 2), 6, (1, 1, 2)) > 2


@pytest.mark.slow
def test_both_engines_list_what_brute_force_lists_of_three_inputs():
    assert agree_with_brute_force("slow", 3, (2, 3), 60, (1, 1, 1, 2)) > 30
    assert agree_with_brute_force("more", 2, (1, 2, 3), 150, (1, 2)) > 70


# -- what constraints mean ------------------------------------------------------------------------


def classes(inputs):
    return [FunctionTask((c.representative,)) for c in npn_classes(inputs)]


def fan_out_is_formula(task, engine):
    formulas = enumerate_minima(task, "b2", "formula")
    found = enumerate_minima(task, "b2", "size", ONE, engine=engine, constraints=Constraints(1))
    assert found.size == formulas.size
    assert {*found.minima} == {canonical_with_copies(c) for c in formulas.minima}


def depth_is_depth_size(task):
    flat = enumerate_minima(task, "b2", "depth-size", ONE)
    bound = Constraints(depth=flat.depth)
    assert enumerate_minima(task, "b2", "size", ONE, constraints=bound).minima == flat.minima
    if flat.depth:
        none = enumerate_minima(
            task, "b2", "size", ONE, constraints=Constraints(depth=flat.depth - 1)
        )
        assert (none.solvable, none.minima) == (False, ())


def test_fan_out_one_is_a_formula_and_depth_at_most_is_depth_size():
    for task in classes(3):
        fan_out_is_formula(task, "sat")
        depth_is_depth_size(task)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(222))
def test_fan_out_one_is_a_formula_and_depth_at_most_is_depth_size_of_four_inputs(number):
    task = classes(4)[number]
    fan_out_is_formula(task, "auto")
    depth_is_depth_size(task)


def test_a_gate_is_copied_where_it_may_be_read_once():
    """Half of an adder drives an output, and is read by the rest."""
    task = parse_task("expr:a ^ b, (a ^ b) & c")
    shared = enumerate_minima(task, effort=ONE)
    for engine in ("exhaustive", "sat"):
        copied = enumerate_minima(task, effort=ONE, engine=engine, constraints=Constraints(1))
        assert (shared.size, copied.size) == (2, 3)
        assert [str(c) for c in copied.minima][:1] == [
            "g1 = a ^ b; g2 = a ^ b; g3 = c & g1; out = g2, g3"
        ]


def test_late_inputs_are_read_last():
    parity = parse_task("tt:3:96")
    late = Constraints(arrival=(0, 0, 3), depth=4)
    found = enumerate_minima(parity, effort=ONE, constraints=late)
    assert [str(c) for c in found.minima] == ["g1 = a ^ b; g2 = c ^ g1; out = g2"]
    assert found.depth == 4
    # The order takes depths as constraints count them; one less is refuted by both engines.
    for engine in ("auto", "sat"):
        kept = Constraints(arrival=(0, 0, 3))
        least = enumerate_minima(parity, "b2", "depth-size", ONE, engine=engine, constraints=kept)
        assert (least.depth, least.minima) == (4, found.minima)


def test_constraints_of_tasks_that_judge_whole_policies():
    """All circuits of a size, and of these the ones that keep to what is asked."""
    every = enumerate_minima("thermostat", "xmg", effort=ONE)
    for asked in (
        Constraints(depth=2),
        constraints_of(forbid="gate:a & b; wire:c"),
        constraints_of(fix="wire:a"),
        constraints_of(topology=every[0]),
    ):
        found = enumerate_minima(
            "thermostat", "xmg", effort=ONE, exactly=every.size, constraints=asked
        )
        kept = asked.fitted(every.task)
        assert {*found} == {c for c in every if kept.allows(c, True)}


def test_given_functions_are_further_inputs():
    carry = parse_task("tt:3:E8")
    for engine in ("exhaustive", "sat"):
        found = enumerate_minima(
            carry, effort=ONE, engine=engine, constraints=constraints_of(given="expr:a ^ b")
        )
        assert found.size == 3 < enumerate_minima(carry).size
        for circuit in found.minima:
            for x in range(8):
                row = x | ((x ^ x >> 1) & 1) << 3
                assert circuit.output_bits()[0] >> row & 1 == 0xE8 >> x & 1
    relation = parse_task("relation:1:1:3,2")
    widened = constraints_of(given="expr:a").task_for(relation)
    assert widened.word_masks == (0b0111, 0b1111)


# -- some of the minima ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["tt:3:E8", "tt:3:96,A0", "relation:3:1:1,1,3,2,1,2,2,3"])
@pytest.mark.parametrize("order", ["size", "pareto"])
def test_the_first_minima_are_minima(text, order):
    whole = enumerate_minima(text, "b2", order, ONE)
    for engine in ("auto", "sat"):
        for first in (1, whole.circuits + 1):
            some = enumerate_minima(text, "b2", order, ONE, engine=engine, first=first)
            assert {*some.minima} <= {*whole.minima}
            assert some.circuits == min(first, whole.circuits)
            assert some.complete == (first > whole.circuits)
            assert ("of possibly more" in some.headline) != some.complete


def test_some_are_found_before_the_cost_is_exhausted(monkeypatch):
    """As if exhaustion were slow: a first look finds one, and says so where the budget ends."""
    monkeypatch.setattr(planner, "_LOOKED", {"orbits": 10**4, "outputs": 10**4, "any": 10**4})
    monkeypatch.setattr(planner, "_MOST_TRIED", {"orbits": 10**4, "outputs": 10**4, "any": 10**4})
    found = enumerate_minima("tt:4:169E", effort=ONE, first=1)
    whole = enumerate_minima("tt:4:169E")
    assert found.minima[0] in whole.minima
    assert (found.size, found.exhaustive, found.complete) == (5, True, False)


def test_bounds_on_size():
    task = parse_task("tt:4:169E")
    for order in ("size", "depth-size", "formula"):
        size = enumerate_minima(task, "b2", order).size
        none = enumerate_minima(task, "b2", order, at_most=size - 1)
        assert (none.solvable, none.minima) == (False, ())
        assert f"no circuit of at most {size - 1} gates" in none.headline
        assert enumerate_minima(task, "b2", order, at_most=size).size == size
    three = enumerate_minima("tt:3:E8", effort=ONE, exactly=3)
    assert (three.solvable, three.exhausted_size) == (False, None)
    whole = enumerate_minima("tt:3:E8", effort=ONE, exactly=4)
    assert whole.minima == enumerate_minima("tt:3:E8").minima


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"first": 0}, "first: expected a whole number from 1"),
        ({"first": 2, "within": 1}, "first: expected all circuits"),
        ({"at_most": -1}, "at_most: expected a whole number from 0"),
        ({"at_most": 3, "exactly": 3}, "at_most: expected no cap"),
        ({"exactly": 3, "order": "depth-size"}, "exactly: expected the order size"),
        ({"constraints": Constraints(fanout=0)}, "fanout: expected a whole number from 1"),
        ({"constraints": Constraints(arrival=(0, 0, 0, 1))}, "arrival: expected at most 3"),
        ({"constraints": Constraints(arrival=(17,))}, "arrival: expected whole numbers from 0 to"),
        ({"constraints": constraints_of(forbid="tt:3:88")}, "at_most: expected a bound"),
        ({"constraints": Constraints(1), "order": "formula"}, "constraints: expected none"),
        ({"constraints": {"fan": 1}}, "constraints: expected Constraints, or a mapping .* got fan"),
        ({"constraints": 1}, "constraints: expected Constraints, or a mapping"),
        (
            {"constraints": {"arrival": "a=2, a=3"}},
            "arrival: expected each input once, got a twice",
        ),
        ({"constraints": {"arrival": ["2,1", "a=1"]}}, "arrival: expected depths .* got 2"),
        ({"constraints": {"given": "expr:a & d"}}, "given: expected .* 3 inputs, got tt:4:AA00"),
        ({"constraints": {"topology": (2, 1)}}, "topology: expected a fence, a wiring, a circuit"),
        ({"constraints": {"given": [0x66]}}, "given: expected truth tables, or texts"),
        ({"constraints": {"fix": 0x88}}, "fix: expected truth tables, or texts"),
        ({"at_most": "1/3"}, "at_most: expected a whole number from 0 on, got 1/3"),
        ({"exactly": 2, "basis": ANDS_FIRST}, "exactly: expected costs in order, such as 1/3"),
        ({"at_most": "1/x", "basis": ANDS_FIRST}, "at_most: expected costs in order"),
        ({"exactly": "1/any", "basis": ANDS_FIRST}, "exactly: expected costs in order"),
    ],
)
def test_what_is_refused(asked, message):
    with pytest.raises(ArgumentError, match=message):
        enumerate_minima("tt:3:E8", **asked)


def test_units_of_constrained_searches_are_kept(tmp_path):
    kept = Effort(workers=1, store=tmp_path / "units.db")
    asked = {"constraints": Constraints(fanout=1), "engine": "exhaustive"}
    first = enumerate_minima("tt:2:6", "aig", effort=kept, **asked)
    again = Effort(workers=1, store=tmp_path / "units.db")
    assert enumerate_minima("tt:2:6", "aig", effort=again, **asked) == first
    assert again.from_file is not None
    # Others are not taken for them.
    free = enumerate_minima("tt:2:6", "aig", effort=again, engine="exhaustive")
    assert (free.circuits, first.circuits) == (2, 2)


# -- SAT both ways ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["tt:4:166E", "tt:3:96,E8", "tt:3:01"])
@pytest.mark.parametrize("begun", [False, True])
def test_from_below_and_from_above_the_same_size_is_met(text, begun, monkeypatch):
    """With turns so short that neither way settles much in one."""
    monkeypatch.setattr(search, "_TURN", 20)
    task, size = parse_task(text), enumerate_minima(text).size
    best = enumerate_minima(text, exactly=size + 2, first=1)[0] if begun else None
    ways = both_ways(task, B2, best=best)
    for cost in range(size):
        assert ways.settle(cost) is None
        assert ways.best is None or (ways.bound >= size and task.solved_by(ways.best))
    assert ways.settle(size) in enumerate_minima(text)
    assert ways.bound == size


def test_a_circuit_from_above_is_told_where_the_budget_ends(monkeypatch):
    """It is stopped once a circuit was met, before smaller ones are ruled out."""
    told = search.Session.told
    met = []

    def stopped(session, conflicts):
        if met:
            raise BudgetEnded
        answer = told(session, conflicts)
        met.extend([answer] if answer else [])
        return answer

    monkeypatch.setattr(search, "_TURN", 20)
    monkeypatch.setattr(search.Session, "told", stopped)
    found = enumerate_minima("tt:4:166E", effort=ONE, engine="sat", first=1)
    assert not found.exhaustive
    assert found.best is not None
    assert found.task.solved_by(found.best)
    assert f"but one of {found.best.size} gates" in found.headline


def test_what_is_given_several_times_is_kept_each_time():
    once = constraints_of(fix="expr:a & b; gate:a ^ c", forbid="expr:a | b;tt:2:9")
    assert once == constraints_of(fix=["expr:a & b", "gate:a ^ c"], forbid=["expr:a | b", "tt:2:9"])
    given = constraints_of(given="expr:a & b, a | b")
    assert given == constraints_of(given=["expr:a & b", TruthTable(2, 0xE)])
    assert constraints_of(arrival="2,0,1") == constraints_of(arrival="c=1,a=2")
    for name in ("given", "fix", "forbid"):
        with pytest.raises(ArgumentError, match=f"^{name}: expected functions"):
            constraints_of(**{name: "xor"})


@given(st.sampled_from(["tt:3:E8", "tt:3:68@7F", "tt:2:8,6", "relation:2:2:1,6,8,F"]), st.data())
def test_given_wires_are_left_out_of_the_task_again(text, data):
    tables = st.lists(st.integers(0, 15).map(lambda bits: TruthTable(2, bits)), max_size=2)
    task, kept = parse_task(text), constraints_of(given=data.draw(tables))
    kept = kept.fitted(task)
    assert kept.task_before(kept.task_for(task)) == task


def test_costs_in_order_are_bounded_by_both():
    every = enumerate_minima("tt:3:E8", ANDS_FIRST, effort=ONE)
    for same in ("1/3", (1, 3), "1/any", every.size):
        found = enumerate_minima("tt:3:E8", ANDS_FIRST, effort=ONE, at_most=same)
        assert found.minima == every.minima
    for less in ("1/2", (0, "any"), 0):
        none = enumerate_minima("tt:3:E8", ANDS_FIRST, effort=ONE, at_most=less)
        assert not none.solvable
    assert none.to_json()["at_most"] == "0/0"
    just = enumerate_minima("tt:3:E8", ANDS_FIRST, effort=ONE, exactly="1/4")
    assert just.to_json()["exactly"] == "1/4"
    assert just
    for circuit in just:
        assert [gate.operator == "xor" for gate in circuit.gates].count(False) == 1
        assert circuit.size == 5


@given(st.integers(0, 255), st.permutations(range(3)), st.data())
def test_constraints_go_by_the_names_of_a_file(bits, order, data):
    """A file that lists the same inputs in another order has the same minima, by name."""
    names = ("p", "x[0]", "b")
    depths = data.draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
    asked = {"arrival": {name: depth for name, depth in zip(names, depths, strict=True) if depth}}
    kind = data.draw(st.sampled_from(["given", "fix", "topology", "none"]))
    texts = {
        "given": 'expr:p & "x[0]", b',
        "fix": 'gate:p & ~"x[0]"; wire:b',
        "topology": 'y = p, "x[0]"; z = ?, ?',
    }
    asked |= {kind: texts[kind]} if kind != "none" else {}
    own = FunctionTask((TruthTable(3, bits),), names=Names(names, ("f",)))
    rows = (sum((x >> i & 1) << order[i] for i in range(3)) for x in range(8))
    table = TruthTable.of([bits >> row & 1 for row in rows])
    other = FunctionTask((table,), names=Names(tuple(names[i] for i in order), ("f",)))
    few = {"constraints": asked, "effort": ONE, "at_most": 2}
    first, second = (enumerate_minima(task, **few) for task in (own, other))
    costs = [(found.size, found.depth, found.circuits) for found in (first, second)]
    assert costs[0] == costs[1]
    tables = [
        Counter(
            frozenset(by_name(circuit, bits) for bits in circuit.wire_bits()) for circuit in found
        )
        for found in (first, second)
    ]
    assert tables[0] == tables[1]
    if kind == "none":
        said = [found.constraints.said(found.task.names.inputs) for found in (first, second)]
        assert sorted(said[0].split("; ")) == sorted(said[1].split("; "))


def by_name(circuit, bits):
    """Return a function of a circuit's inputs as the sets of the names that are 1 where it is."""
    names = circuit.names.inputs
    rows = (x for x in range(1 << circuit.inputs) if bits >> x & 1)
    return frozenset(frozenset(n for i, n in enumerate(names) if x >> i & 1) for x in rows)


@pytest.mark.parametrize("text", ["b & ~a", "b and not a", "b", '"b" & a', "~a"])
def test_expressions_go_by_the_names_of_a_file_however_they_are_marked(text):
    names = ("b", "a")
    for name in ("given", "fix", "forbid"):
        own = constraints_of(**{name: text}, names=names)
        assert own == constraints_of(**{name: f"expr:{text}"}, names=names)
    # What is no expression is read as anywhere.
    assert constraints_of(forbid="tt:2:2", names=names) == constraints_of(forbid="tt:2:2")


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("inputs = x, y; g1 = x, y; out = g1", ("x", "y"), "g1 = x, y; out = g1"),
        ("inputs = q, p; outputs = s; g1 = q, p; out = g1", ("x", "y"), "g1 = x, y; out = g1"),
        ("inputs = b, a; g1 = b, ?; out = g1", None, "g1 = a, ?; out = g1"),
        ("inputs = b, a; g1 = ~b & a; out = g1", None, "g1 = a, b; out = g1"),
        ("inputs = y, x; g1 = y & x; out = y", ("x", "y"), "g1 = x, y; out = y"),
    ],
)
def test_a_topology_may_say_first_what_its_inputs_are_called(text, names, meant):
    assert {*parse_topology(text, names).gates[0]} == {*parse_topology(meant, names).gates[0]}
    assert parse_topology(text, names).outputs == parse_topology(meant, names).outputs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inputs = x, y, z; g1 = x, y; out = g1", "at most 2 inputs, each once"),
        ("inputs = x, y; outputs = s, t; g1 = x, y; out = g1", "2 outputs, as it names"),
        ("inputs = x, y; x = x, y; out = x", "none called as an input is"),
        ("inputs = x, y", "a fence such as"),
    ],
)
def test_topologies_whose_first_steps_say_otherwise_are_refused(text, said):
    with pytest.raises(ArgumentError, match=f"topology: expected .*{said}"):
        parse_topology(text, ("x", "y"))


def test_a_wiring_with_gates_that_no_operator_is_of_is_refused():
    # As where an output is written as a gate: `s = g1`.
    with pytest.raises(ArgumentError, match="topology: expected gates of 2 wires, got one of 1"):
        enumerate_minima("tt:2:6", constraints={"topology": "g1 = a, b; s = g1"})


def test_one_depth_alone_says_not_of_which_input():
    with pytest.raises(ArgumentError, match="arrival: expected depths of inputs such as"):
        enumerate_minima("tt:2:6", constraints={"arrival": 5})
