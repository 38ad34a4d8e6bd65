"""The claim `reachability`: a local optimizer may be unable to reach an optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import B2, CONSTANT, Circuit, Gate, Output, TruthTable
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["REACHABILITY", "bottlenecks", "edit_graph", "edited"]

_OPERATORS = tuple(operator.name for operator in B2.operators)


def edited(circuit: Circuit, most: int) -> Iterator[Circuit]:
    """Yield the reduced circuits over `b2` that one edit makes of a circuit, as canonical chains.

    An edit changes one gate's operator; or lets one operand of a gate, or the output, read another
    wire; or has the output read in the other polarity; or puts a new gate between a wire and one
    that reads it, of that wire and another. A gate that then no longer reaches the output is
    dropped, but no more than one; the result may have at most so many gates, and what is not
    reduced is no move.

    >>> circuit = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> sorted(str(c) for c in edited(circuit, 1))[-3:]
    ['out = 0', 'out = a', 'out = b']
    """
    for raw in _raw_edits(circuit, most):
        made = raw.without_dead_gates()
        if made.size >= circuit.size - 1 and made.is_reduced():
            yield made.canonical()


def _raw_edits(circuit: Circuit, most: int) -> Iterator[Circuit]:
    n, gates, [out] = circuit.inputs, circuit.gates, circuit.outputs
    yield Circuit(n, gates, (Output(out.wire, not out.inverted),))
    for wire in range(n + len(gates)):
        if wire != out.wire:
            yield Circuit(n, gates, (Output(wire, out.inverted),))
    if out.wire >= n:
        yield Circuit(n, gates, (Output(CONSTANT, out.inverted),))
    for place, gate in enumerate(gates):
        for operator in _OPERATORS:
            if operator != gate.operator:
                yield Circuit(n, _replaced(gates, place, Gate(operator, gate.operands)), (out,))
        for side in (0, 1):
            other = gate.operands[1 - side]
            for wire in range(n + place):
                if wire not in (other, gate.operands[side]):
                    changed = _gate(gate.operator, wire, other, side)
                    yield Circuit(n, _replaced(gates, place, changed), (out,))
    if len(gates) < most:
        yield from _with_new_gate(circuit)


def _with_new_gate(circuit: Circuit) -> Iterator[Circuit]:
    n, gates, [out] = circuit.inputs, circuit.gates, circuit.outputs
    new = n + len(gates)
    for operator in _OPERATORS:
        if out.wire >= 0:
            for other in range(new):
                if other != out.wire:
                    added = Gate(operator, _ordered(out.wire, other))
                    yield Circuit(n, (*gates, added), (Output(new, out.inverted),))
        else:
            for low in range(new):
                for high in range(low + 1, new):
                    added = Gate(operator, (low, high))
                    yield Circuit(n, (*gates, added), (Output(new, out.inverted),))
        for place, gate in enumerate(gates):
            for side in (0, 1):
                read = gate.operands[side]
                for other in range(n + place):
                    if other == read:
                        continue
                    # The new gate stands before the one that reads it.
                    shifted = _shifted(gates[place:], n + place)
                    first = _gate(gate.operator, n + place, gate.operands[1 - side], side)
                    added = Gate(operator, _ordered(read, other))
                    body = (*gates[:place], added, first, *shifted[1:])
                    moved = out.wire + (out.wire >= n + place)
                    yield Circuit(n, body, (Output(moved, out.inverted),))


def _shifted(gates: tuple[Gate, ...], start: int) -> list[Gate]:
    return [Gate(g.operator, tuple(w + 1 if w >= start else w for w in g.operands)) for g in gates]


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _gate(operator: str, wire: int, other: int, side: int) -> Gate:
    # Which operand is inverted depends on its place.
    return Gate(operator, (wire, other) if side == 0 else (other, wire))


def _replaced(gates: tuple[Gate, ...], place: int, gate: Gate) -> tuple[Gate, ...]:
    return (*gates[:place], gate, *gates[place + 1 :])


def edit_graph(inputs: int, most: int) -> tuple[list[Circuit], list[tuple[int, int]]]:
    """Return all reduced circuits that edits reach from a constant, and the edits among them.

    >>> circuits, edges = edit_graph(2, 1)
    >>> len(circuits)  # two constants, two inputs and five gates, each in two polarities
    16
    """
    start = Circuit(inputs, (), (Output(CONSTANT, False),))
    number = {start: 0}
    listed = [start]
    edges = set()
    for one in listed:
        for other in edited(one, most):
            if other not in number:
                number[other] = len(listed)
                listed.append(other)
            pair = _ordered(number[one], number[other])
            edges.add(pair)
    return listed, sorted(edges)


def bottlenecks(
    losses: list[int], edges: list[tuple[int, int]], starts: list[int], goals: list[int]
) -> dict[int, int]:
    """Return for each goal the least loss that every path to it from a start has to pass.

    The bottleneck of a path is the greatest loss of its circuits, ends included; of a goal the
    least bottleneck of all paths from any start to it (a minimax path, read off a minimum spanning
    tree: Hu 1961).

    Arguments:
        losses: of each node.
        edges: pairs of nodes.
        starts, goals: nodes.

    >>> bottlenecks([1, 3, 0, 2], [(0, 1), (1, 2), (0, 3), (3, 2)], [0], [2])
    {2: 2}
    """
    from networkx.utils import UnionFind

    joined = UnionFind(range(len(losses)))
    found: dict[int, int] = {}
    ordered = sorted(edges, key=lambda pair: max(losses[pair[0]], losses[pair[1]]))
    waiting = set(goals)
    first = starts[0]
    joined.union(*starts)
    level, place = min(losses), 0
    while waiting and level <= max(losses):
        while place < len(ordered) and max(losses[n] for n in ordered[place]) <= level:
            joined.union(*ordered[place])
            place += 1
        home = joined[first]
        for goal in sorted(waiting):
            if joined[goal] == home:
                found[goal] = level
        waiting -= set(found)
        level += 1
    return found


def _graph(inputs: int, most: int) -> dict[str, Any]:
    circuits, edges = edit_graph(inputs, most)
    return {"circuits": [circuit.to_json() for circuit in circuits], "edges": edges}


def _run(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    inputs, most = settings.whole("inputs"), settings.whole("gates")
    universe = (
        f"all functions of {counted(inputs, 'input')} whose minima have at most "
        f"{counted(most, 'gate')}; circuits of "
        f"at most {counted(most, 'gate')}, b2"
    )
    kept = KeptParts(effort, "reachability 1", settings)
    found = kept.part("graph", lambda: _graph(inputs, most))
    circuits = [Circuit.from_json(record) for record in found["circuits"]]
    edges = [(a, b) for a, b in found["edges"]]
    computed = [circuit.output_bits()[0] for circuit in circuits]
    constants = [i for i, c in enumerate(circuits) if not c.size and c.outputs[0].wire < 0]
    whole = 1 << inputs
    sums: dict[tuple[int, bool], list[int]] = {}
    barred: dict[tuple[int, bool], int] = {}
    worst: tuple[int, int, FunctionTask, Circuit] | None = None
    left: list[str] = []
    with effort.bar("functions", 1 << whole) as bar:
        for bits in range(1 << whole):
            bar.advance()
            if effort.used_up():
                left.append(f"functions from {bits} on")
                break
            minima = _minima(circuits, computed, bits)
            if not minima or not circuits[minima[0]].size:
                continue
            losses = [(value ^ bits).bit_count() for value in computed]
            least = min(losses[c] for c in constants)
            starts = [c for c in constants if losses[c] == least]
            reached = bottlenecks(losses, edges, starts, minima)
            task = FunctionTask((TruthTable(inputs, bits),))
            for number in minima:
                circuit = circuits[number]
                key = circuit.size, has_tag(definition, circuit, task)
                rise = reached[number] - least
                row = sums.setdefault(key, [0, 0, 0])
                row[0] += 1
                row[1] += reached[number]
                row[2] += rise
                barred[key] = barred.get(key, 0) + (rise > 0)
                if worst is None or (rise, -bits) > (worst[0], -worst[2].tables[0].bits):
                    worst = rise, least, task, circuit
    rows: list[tuple[Cell, ...]] = []
    for (size, held), (count, loss, rise) in sorted(sums.items()):
        rows.append(
            (
                f"{counted(size, 'gate')}, {'' if held else 'not '}{definition.tag}",
                count,
                barred[size, held],
                Fraction(barred[size, held], count),
                Fraction(loss, count * whole),
                Fraction(rise, count * whole),
            )
        )
    stuck = sum(barred.values())
    total = sum(row[0] for row in sums.values())
    tagged = sum(number for (_, held), number in barred.items() if held)
    of_tagged = sum(row[0] for (_, held), row in sums.items() if held)
    example = None
    if worst is not None and worst[0]:
        rise, least, task, circuit = worst
        caption = (
            "every path from the best constant, wrong on "
            f"{counted(least, 'input')}, is at some time wrong "
            f"on {least + rise}"
        )
        example = Case.judged(caption, task, circuit, (definition,), "size over b2")
    verdict = Verdict.HELD if tagged else Verdict.REFUTED
    table = Table(
        "Minima by gates and tag; barred: every path leads through circuits worse than the best "
        "constant; bottleneck: least greatest loss on a path, mean; rise: of that above the best "
        "constant's:",
        ("minima that are", "minima", "barred", "share", "bottleneck", "rise"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left and not tagged else verdict,
        answer=(
            f"{tagged:,} of {of_tagged:,} {definition.tag} minima, and {stuck - tagged:,} of "
            f"{total - of_tagged:,} others, are out of reach for an optimizer that never does "
            "worse than the best constant."
        ),
        universe=universe,
        tables=(table,),
        example=example,
        notes=(
            f"{counted(len(circuits), 'circuit')}, {counted(len(edges), 'edit')}; "
            "every circuit is reached by some.",
            "Loss is the share of inputs that are wrong. An optimizer may stay where it is or "
            "move to a circuit as bad, so that plateaus are no bars.",
        ),
        left_open=tuple(left),
        plot=Plot((bar_panel(table, ("share",), "Minima out of reach", "share barred"),)),
    )


def _minima(circuits: list[Circuit], computed: list[int], bits: int) -> list[int]:
    solving = [number for number, value in enumerate(computed) if value == bits]
    least = min((circuits[number].size for number in solving), default=0)
    return [number for number in solving if circuits[number].size == least]


REACHABILITY = Claim(
    name="reachability",
    topic="circuits",
    claim="A local optimizer may be unable to reach a mesa-optimizer, however simple that is.",
    source="Hubinger et al. 2019, section 2.2, reachability",
    reading=(
        "the graph whose nodes are all reduced circuits up to a size and whose edges are edits of "
        "a single gate; the loss of a circuit is the share of inputs on which it is wrong. From "
        "the best constant to each minimum: the least greatest loss on a path."
    ),
    question=(
        "Does every path to some tagged minimum lead through circuits worse than the best constant?"
    ),
    blind_to="larger steps, noise, circuits above the size, and how many paths there are",
    control="minima of equal size without the tag: exact, all of them",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("gates", 3, "most gates of a circuit", least=1, most=4),
        Parameter("definition", "search-like", "whose tag is told apart", names="definition"),
    ),
    run=_run,
    quick={"inputs": 2},
)
