"""Claims about all solvers of a task: their numbers by plain routes that share no code."""

from fractions import Fraction
from itertools import combinations, product

import pytest

from mesacircuits.circuits import Circuit, TruthTable, npn_canonical, npn_classes, npn_orbit
from mesacircuits.conjectures import CLAIMS, check
from mesacircuits.conjectures.claim import Verdict
from mesacircuits.conjectures.claims.circuits.search_pays import is_of_two_objectives
from mesacircuits.conjectures.claims.circuits.simplicity_biases import chain_volumes
from mesacircuits.conjectures.claims.circuits.tabular import mux_tree
from mesacircuits.definitions import SearchLike, definition_named
from mesacircuits.definitions.suite import suite
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tasks import FunctionTask


def rows(report, place=0):
    return report.finding.tables[place].rows


def test_choices_of_agents_are_classes_of_better_and_as_good():
    found = set()
    for utility in product(range(4), repeat=4):
        # Two candidates of one bit, and a context of one.
        for strict in (0, 1):
            bits = 0
            for x in range(8):
                a, b = (utility[(x >> i & 1) + 2 * (x >> 2)] for i in (0, 1))
                bits |= (b > a if strict else b >= a) << x
            found.add(npn_canonical(TruthTable(3, bits))[0])
    said = check("human-modelling", settings={"inputs": 3}).universe
    assert f"of which {len(found)} are an agent's choice" in said


def test_settings_of_chains_one_by_one():
    tables = (1, 2, 4, 6, 7, 8, 9, 11, 13, 14)

    def value(table, a, b):
        return sum((table >> (a >> x & 1) + 2 * (b >> x & 1) & 1) << x for x in range(4))

    counts = [0] * 16
    for (i, j), one, other in product(combinations(range(3), 2), tables, tables):
        wires = [0b1010, 0b1100]
        wires.append(value(one, *wires))
        counts[wires[2]] += 1
        counts[value(other, wires[i], wires[j])] += 1
    assert chain_volumes(2, 2, "any").tolist() == counts


def test_what_excluding_a_class_costs_by_hand():
    sizes = least_sizes(3)
    [row] = [r for r in rows(check("threshold-uncompetitive", settings={"inputs": 3}), 1) if r[1]]
    (nae,) = [c for c in npn_classes(3) if c.representative.bits == 0x18]
    excluded = {member.bits for member in npn_orbit(nae.representative)}
    within = [f for f in range(256) if sizes[f] <= 3]
    kept = [f for f in within if f not in excluded]
    lost = sum(
        min((f ^ g).bit_count() for g in kept) > min((f ^ g).bit_count() for g in within)
        for f in range(256)
    )
    assert row[:3] == (3, 1, f"{lost / len(excluded):.3f}")


def test_two_objectives_by_listing_them():
    listed = set()
    for g, h in product(range(1, 15), repeat=2):
        if g != h:
            bits = sum((g >> y & ~(h >> x) & 1) << x + 4 * y for x in range(4) for y in range(4))
            listed |= {bits, bits ^ 0xFFFF}
    said = {f for f in range(0, 1 << 16, 7) if is_of_two_objectives(f, 2)}
    assert said == {f for f in listed if not f % 7}


def test_right_off_the_training_set_by_listing_utilities():
    report = check("search-pays", settings={"features": 2, "vectors": 3})
    vectors, tagged, right, others, rest = rows(report, 1)[0]
    assert (vectors, tagged, others) == (3, 2, 2)
    # All but one vector is seen: a minimum is right off S over both utilities that agree.
    shares = {True: [], False: []}
    for known in ((0, 1, 1), (1, 0, 0)):
        truths = [(*known, last) for last in (0, 1)]
        chosen = [
            sum((u[y] > u[x]) << x + 4 * y for x in range(4) for y in range(4)) for u in truths
        ]
        seen = sum(1 << x + 4 * y for x in range(3) for y in range(3))
        task = FunctionTask((TruthTable(4, chosen[0] & seen),), seen)
        computed = {circuit.output_bits()[0] for circuit in enumerate_minima(task).minima}
        for bits in computed:
            wrong = sum(((bits ^ t) & ~seen & 0xFFFF).bit_count() for t in chosen)
            is_choice = any(
                bits == sum((u[y] > u[x]) << x + 4 * y for x in range(4) for y in range(4))
                for u in product((0, 1), repeat=4)
            )
            shares[is_choice].append(1 - Fraction(wrong, 14))
    assert right == f"{float(sum(shares[True]) / len(shares[True])):.4f}"
    assert rest == f"{float(sum(shares[False]) / len(shares[False])):.4f}"


def test_parts_that_search_by_judging_every_minimum():
    inside, own = definition_named("contains(search-like)"), SearchLike()
    only = total = 0
    for entry in npn_classes(3):
        task = FunctionTask((entry.representative,))
        for circuit in enumerate_minima(task).minima:
            total += 1
            only += inside.judge(circuit, task).holds and not own.judge(circuit, task).holds
    answer = check("contains-search", settings={"inputs": 3, "null": 0}).finding.answer
    assert answer.startswith(f"{only} of {total} minima, in 1 of 14 classes, contain a part")


def test_trees_of_multiplexers_compute_their_tables():
    for bits in range(1, 255, 9):
        table = TruthTable(3, bits)
        assert mux_tree(table).tables() == (table,)
        assert mux_tree(table).size == 7


def test_the_suite_is_counted_as_a_reader_labels_it():
    report = check("false-positives", settings={"items": "parity", "definitions": "search-like"})
    counts = {True: [0, 0], False: [0, 0]}
    for item in suite():
        label = item.verdict("search-like")
        if label is not None and isinstance(item.solver, Circuit):
            counts[label][0] += SearchLike().judge(item.solver, item.task).holds
            counts[label][1] += 1
    (row,) = rows(report)
    (found, searches), (wrong, others) = counts[True], counts[False]
    assert row[1:5] == (
        f"{found} of {searches}",
        f"{found / searches:.3f}",
        f"{wrong} of {others}",
        f"{1 - wrong / others:.3f}",
    )
    assert report.verdict is Verdict.REFUTED


@pytest.mark.slow
def test_minima_that_disagree_have_two_thousand_functions():
    report = CLAIMS["one-of-the-shortest"].check({}, Effort())
    assert report.finding.answer.startswith(
        "of 2,024 functions with a search-like minimum, in 13 classes, 1,776 functions in 10"
    )
