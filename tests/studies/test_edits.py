"""The graph of edits: its symmetries, and descents by another route."""

from functools import cache

import pytest

from mesacircuits.circuits import TruthTable, npn_orbit
from mesacircuits.conjectures.claims.circuits.reachability import rise_and_chance
from mesacircuits.studies.edits import EDITS, edit_graph


@pytest.mark.parametrize("edits", EDITS)
def test_how_hard_minima_are_to_reach_is_the_same_all_over_a_class(edits):
    graph = edit_graph(3, 2, edits)
    for bits in (0x01, 0x06, 0x11, 0x96):
        found = {
            tuple(sorted((rise, round(chance, 9)) for _, rise, chance in rise_and_chance(graph, f)))
            for f in (member.bits for member in npn_orbit(TruthTable(3, bits)))
        }
        assert len(found) == 1


def test_circuits_of_the_graph_compute_what_they_are_said_to():
    graph = edit_graph(3, 2)
    seen = set()
    for place in range(len(graph.sizes)):
        circuit = graph.circuit(place)
        assert circuit.output_bits()[0] == graph.outputs[place]
        assert (circuit.size, circuit.is_reduced()) == (graph.sizes[place], True)
        seen.add(circuit)
    # Wires and constants in two polarities, five operators on three pairs, and then two gates.
    assert len(seen) == len(graph.sizes)
    assert (graph.sizes == 0).sum() == 8
    assert (graph.sizes == 1).sum() == 30


def test_descents_and_bottlenecks_by_walking():
    graph = edit_graph(2, 2)
    near = {}
    for one, other in graph.edges.tolist():
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    for function in (0b0110, 0b1000, 0b0111):
        losses = [(int(value) ^ function).bit_count() for value in graph.outputs]

        @cache
        def ends(at, goal, losses=tuple(losses)):
            if at == goal:
                return 1.0
            below = [n for n in near[at] if losses[n] < losses[at]]
            return sum(ends(n, goal) for n in below) / len(below) if below else 0.0

        starts = graph.starts(function)
        for place, rise, chance in rise_and_chance(graph, function):
            assert chance == pytest.approx(sum(ends(s, place) for s in starts) / len(starts))
            level = losses[starts[0]] + rise
            reached, waiting = set(starts), list(starts)
            while waiting:
                for other in near[waiting.pop()]:
                    if other not in reached and losses[other] <= level:
                        reached.add(other)
                        waiting.append(other)
            assert place in reached
