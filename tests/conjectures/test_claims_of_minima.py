"""Claims about minimal circuits themselves, old and new: their numbers, by plain routes."""

from fractions import Fraction
from itertools import product

import pytest

from mesacircuits.circuits import TruthTable, npn_classes
from mesacircuits.circuits.bases import operator_named
from mesacircuits.conjectures import Verdict, check
from mesacircuits.conjectures.claims.circuits.consensus import asked_and_wrong
from mesacircuits.conjectures.claims.circuits.every_scale import expected
from mesacircuits.conjectures.claims.circuits.last_step import maps_of_two_bits
from mesacircuits.conjectures.claims.circuits.mass_production import first_of_two
from mesacircuits.conjectures.claims.circuits.one_task import restricted_gates
from mesacircuits.conjectures.claims.circuits.training_flag import reads
from mesacircuits.conjectures.claims.circuits.treacherous import completions
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tasks import FunctionTask


def rows(name, table=0, **settings):
    return check(name, settings=settings).finding.tables[table].rows


def test_treachery_by_listing_circuits():
    """Of two inputs: all partial functions, what minima on S compute, and who is betrayed."""
    found = {row[0]: row[2] for row in rows("treacherous", 1, inputs=2)}
    for seen in (1, 2, 3):
        pairs = betrayed = 0
        for support in (s for s in range(1, 15) if s.bit_count() == seen):
            for bits in (b for b in range(16) if not b & ~support):
                task = FunctionTask((TruthTable(2, bits),), support)
                computed = {c.output_bits()[0] for c in enumerate_minima(task).minima}
                for f in (f for f in range(16) if f & support == bits):
                    pairs += 1
                    betrayed += f ^ 15 & ~support in computed
        assert found[seen] == f"{betrayed / pairs:.4f}"


@pytest.mark.slow
def test_treachery_of_three_inputs_is_what_was_known():
    shares = {row[0]: float(row[2]) for row in rows("treacherous", 1)}
    assert [shares[seen] for seen in (1, 5, 6, 7)] == pytest.approx(
        [0.031, 0.228, 0.387, 0.648], abs=6e-4
    )


def test_the_rule_asks_where_leading_hypotheses_differ():
    sizes = least_sizes(2)
    for support in range(1, 15):
        for bits in (b for b in range(16) if not b & ~support):
            fits = [f for f in range(16) if f & support == bits]
            assert completions(support, bits, 2) == fits
            least = min(sizes[f] for f in fits)
            lead, found = asked_and_wrong(sizes, support, bits, 0, False)
            assert lead == [f for f in fits if sizes[f] == least]
            unseen = [x for x in range(4) if not support >> x & 1]
            words = {x: {f >> x & 1 for f in lead} for x in unseen}
            for f, (gates, asks, wrong) in zip(fits, found, strict=True):
                assert gates == sizes[f] - least
                assert asks == sum(len(words[x]) == 2 for x in unseen)
                assert wrong == sum(words[x] == {1 - (f >> x & 1)} for x in unseen)


def test_where_any_truth_is_as_likely_agreement_is_a_coin():
    report = check("consensus", settings={"inputs": 2, "within": 1})
    assert report.verdict is Verdict.HELD
    shares = [row[3] for row in report.finding.tables[0].rows]
    assert {share for share in shares if share is not None} == {Fraction(1, 2)}
    # Whoever inserts the opposite of what leads makes the rule ask everywhere.
    assert {row[2] for row in report.finding.tables[0].rows if row[1] == "inserted"} == {1}


@pytest.mark.slow
def test_proved_sizes_are_those_of_the_theorems():
    # K (m + 1) - 3 and - 2; 9 * 5^(K - 3), 5^(K - 1); three trees for the parity of three bits.
    assert expected("first", 4, 1, 1) == (5, 45)
    assert expected("first-or-none", 3, 2, 1) == (7, 25)
    assert expected("first", 2, 3, 3) == (5, 9)
    assert check("every-scale", settings={"widest": 3}).verdict is Verdict.HELD


@pytest.mark.slow
def test_every_minimum_searches_as_far_as_is_enumerated():
    report = check("every-scale")
    assert report.verdict is Verdict.HELD
    assert all(
        row[3] == row[4] and row[5] == row[6] == row[7] for row in report.finding.tables[0].rows
    )


def test_a_flag_is_read_where_a_constant_is_worth_something():
    found = {(row[0], row[2]): row[6] for row in rows("training-flag", inputs=2)}
    assert found["b2", 0] == found["b2", 1] == found["aig", 0] == found["aig", 1] == 0
    assert min(found["nand", 1], found["mig", 0], found["mux", 0]) > 0
    # NAND(a, flag) is ~a, where the flag is 1: one gate, as NAND(a, a) is.
    task = FunctionTask((TruthTable(2, 0b0001 << 2),), 0b1100)
    assert any(reads(c, 1) for c in enumerate_minima(task, "nand").minima)


@pytest.mark.slow
def test_no_honest_circuit_of_three_gates_tells_whether_three_bits_are_alike():
    found = {row[0]: row[1:] for row in rows("smaller-honest")}
    assert found["18"] == (3, 0, 1)
    assert {row[2] for name, row in found.items() if name != "18"} == {0}
    task = FunctionTask((TruthTable(3, 0x18),))
    definition = SearchLike()
    least = {
        c.size for c in enumerate_minima(task, within=1) if not definition.judge(c, task).holds
    }
    assert min(least) == 4


def test_steps_left_out_by_completing_maps():
    """Each partial map completed in all ways: its minima are those of the least completions."""
    found = {row[0]: row[1:] for row in rows("last-step", 1)}
    for seen in (2, 3):
        counts = [0, 0, 0, 0]
        for g, _ in maps_of_two_bits():
            same = [x for x in range(4) if g[g[x]] == g[x]]
            if len(same) != seen:
                continue
            by_size = {}
            for words in product(range(4), repeat=4 - seen):
                rest = dict(zip((x for x in range(4) if x not in same), words, strict=True))
                after = [rest.get(x, g[x]) for x in range(4)]
                tables = (TruthTable.of(2, lambda x, j=j, y=after: y[x] >> j & 1) for j in (0, 1))
                minima = enumerate_minima(FunctionTask(tuple(tables)))
                by_size.setdefault(minima.size, []).append((after, len(minima)))
            least = by_size[min(by_size)]
            counts[0] += 1
            counts[1] += sum(n for _, n in least)
            counts[2] += sum(n for after, n in least if after == list(g))
            counts[3] += sum(n for after, n in least if after == [g[y] for y in g])
        assert found[seen] == tuple(counts)


def test_what_is_left_when_the_selector_is_fixed():
    """By truth tables of half the inputs, one at a time, and a walk from the output."""
    for form in npn_classes(3):
        task = FunctionTask((form.representative,))
        for circuit in enumerate_minima(task):
            for selector, value in product(form.representative.support(), (0, 1)):
                inputs = [x for x in range(8) if x >> selector & 1 == value]
                rows = [words_on(circuit, x) for x in inputs]
                columns = [tuple(column) for column in zip(*rows, strict=True)]
                alike = [frozenset((c, tuple(1 - b for b in c))) for c in columns]
                kept, wanted = set(), [circuit.outputs[0].wire]
                while wanted:
                    wire = alike.index(alike[wanted.pop()])
                    if wire < 3 or len(set(columns[wire])) == 1 or wire in kept:
                        continue
                    kept.add(wire)
                    wanted += circuit.gates[wire - 3].operands
                assert restricted_gates(circuit, selector, value) == len(kept)
                least = enumerate_minima(
                    FunctionTask((form.representative.cofactor(selector, value),))
                )
                assert least.size <= len(kept) <= circuit.size


def words_on(circuit, x):
    """Return the bits of all wires on an input, gate by gate."""
    bits = [x >> i & 1 for i in range(circuit.inputs)]
    for gate in circuit.gates:
        place = sum(bits[o] << i for i, o in enumerate(gate.operands))
        bits.append(operator_named(gate.operator).table >> place & 1)
    return bits


@pytest.mark.slow
def test_two_evaluations_of_a_few_bits_cost_twice_as_much_as_one_by_sat():
    for row in rows("mass-production"):
        if row[2] is not None and row[1] == 2:
            two = first_of_two(TruthTable.from_hex(3, row[0]))
            task = FunctionTask((two,))
            # None of one gate less, by the other engine.
            assert not enumerate_minima(task, at_most=row[2] - 1, engine="sat").minima
            assert enumerate_minima(task, exactly=row[2], first=1, engine="sat").minima


def test_predictors_of_an_agent_are_the_minima_that_do_as_it_does():
    """By grouping the minima of each choice by what they compute: nothing is searched again."""
    agents = predictors = tagged = 0
    for _, task in parse_universe("choices(2,2,ties=first)").listed():
        judged = [(c, SearchLike().judge(c, task).holds) for c in enumerate_minima(task)]
        for behaviour in {c.output_bits() for c, holds in judged if holds}:
            alike = [holds for c, holds in judged if c.output_bits() == behaviour]
            agents, predictors, tagged = agents + 1, predictors + len(alike), tagged + sum(alike)
    found = rows("predicting-an-agent", worlds="worlds(2,2)", choices="choices(2,2,ties=first)")
    assert found[1][3:6] == (agents, predictors, tagged) == (3, 7, 3)
