"""The layout that drawings share: wires join what they should, and nothing overlaps."""

import pytest
from drawing_cases import CASES, drawn_circuits
from hypothesis import given, settings

from mesacircuits.circuits import CONSTANT, Circuit
from mesacircuits.circuits.drawing.layout import (
    BUBBLE,
    Layout,
    Net,
    Node,
    layers_of,
    layout_of,
    tracks_of,
)


def covers(segment: tuple[tuple[float, float], ...], point: tuple[float, float]) -> bool:
    (x0, y0), (x1, y1) = segment
    return min(x0, x1) <= point[0] <= max(x0, x1) and min(y0, y1) <= point[1] <= max(y0, y1)


def joined_points(layout: Layout, wire: int) -> set[tuple[float, float]]:
    """Return every end of a segment that can be reached from the port along the wire's segments."""
    reached = {next(n.port for n in layout.nodes if n.wire == wire and n.port)}
    waiting = [s for w in layout.wires if w.wire == wire for s in w.segments]
    done: list[tuple[tuple[float, float], ...]] = []
    while waiting:
        touching = [
            s
            for s in waiting
            if any(covers(s, p) for p in reached) or any(covers(d, end) for d in done for end in s)
        ]
        assert touching, "a segment is joined to nothing"
        waiting = [s for s in waiting if s not in touching]
        done += touching
        reached |= {end for segment in touching for end in segment}
    return reached


def gate_operands(circuit: Circuit, node: Node) -> tuple[int, ...]:
    return circuit.gates[node.wire - circuit.inputs].operands if node.symbol else ()


@pytest.mark.parametrize("circuit", CASES, ids=range(len(CASES)))
def test_every_wire_joins_its_port_to_exactly_its_readers(circuit: Circuit) -> None:
    check_joins(circuit)


def check_joins(circuit: Circuit) -> None:
    layout = layout_of(circuit)
    pins, alone = set(), set()
    for node in layout.nodes:
        for i, pin in enumerate(node.pins):
            gate = circuit.gates[node.wire - circuit.inputs] if node.symbol else None
            wire = gate.operands[i] if gate else node.wire
            # A constant operand has a 0 at its pin instead of a wire.
            if gate and wire == CONSTANT:
                alone.add(pin)
            else:
                pins.add((pin, wire))
        constants = sum(wire == CONSTANT for wire in gate_operands(circuit, node))
        assert len(node.zeros) == constants
    assert not alone & {end for w in layout.wires for s in w.segments for end in s}
    read = {wire for _, wire in pins}
    assert {w.wire for w in layout.wires} == read
    for wire in read:
        reached = joined_points(layout, wire)
        assert {pin for pin, by in pins if by == wire} <= reached
        assert not {pin for pin, by in pins if by != wire} & reached


@pytest.mark.parametrize("circuit", CASES, ids=range(len(CASES)))
def test_wires_keep_clear_of_each_other_and_of_gates(circuit: Circuit) -> None:
    check_clear(circuit)


def check_clear(circuit: Circuit) -> None:
    layout = layout_of(circuit, dict.fromkeys(range(0, circuit.wires, 3), "candidate 0"))
    segments = [(w.wire, s) for w in layout.wires for s in w.segments]
    for i, (wire, ((x0, y0), (x1, y1))) in enumerate(segments):
        assert x0 == x1 or y0 == y1
        assert 0 < min(x0, x1) <= max(x0, x1) < layout.width
        assert 0 < min(y0, y1) <= max(y0, y1) < layout.height
        for other, ((u0, v0), (u1, v1)) in segments[i + 1 :]:
            if wire != other:
                # Two wires may cross, but one never ends on or runs along another.
                wide = min(x1, u1) - max(x0, u0)
                high = min(max(y0, y1), max(v0, v1)) - max(min(y0, y1), min(v0, v1))
                level = (y0 == y1, v0 == v1)
                if level == (True, True):
                    assert y0 != v0 or wide < 0
                elif level == (False, False):
                    assert x0 != u0 or high < 0
                elif wide == 0 and high == 0:
                    ends = {(x0, y0), (x1, y1), (u0, v0), (u1, v1)}
                    x, y = (x0, v0) if x0 == x1 else (u0, y0)
                    assert (x, y) not in ends
        for node in layout.nodes:
            for x, y in node.zeros:
                clear = min(x0, x1) > x + 4 or max(x0, x1) < x - 4
                assert clear or min(y0, y1) > y + 6 or max(y0, y1) < y - 6
            if node.symbol:
                left, right = (
                    node.at[0] - node.symbol.half_width,
                    node.at[0] + node.symbol.half_width,
                )
                top, bottom = (
                    node.at[1] - node.symbol.half_height,
                    node.at[1] + node.symbol.half_height,
                )
                inside_x = min(x1, right) - max(x0, left)
                inside_y = min(max(y0, y1), bottom) - max(min(y0, y1), top)
                # A pin of an OR lies within its box, at the curved back.
                deep = 9 if node.symbol.shape in ("or", "xor") else 0.01
                assert inside_x <= deep or inside_y < 0, (node.name, wire)


@pytest.mark.parametrize("circuit", CASES, ids=range(len(CASES)))
def test_forks_have_dots_and_crossings_have_none(circuit: Circuit) -> None:
    for wire in layout_of(circuit).wires:
        points = {end for segment in wire.segments for end in segment}
        forks = set()
        for x, y in points:
            arms = sum(
                (min(x0, x1) < x and y0 == y1) + (max(x0, x1) > x and y0 == y1)
                + (min(y0, y1) < y and x0 == x1) + (max(y0, y1) > y and x0 == x1)
                for (x0, y0), (x1, y1) in wire.segments
                if covers(((x0, y0), (x1, y1)), (x, y))
            )  # fmt: skip
            if arms >= 3:
                forks.add((x, y))
        assert set(wire.dots) == forks


@settings(max_examples=60, deadline=None)
@given(drawn_circuits())
def test_circuits_of_every_named_basis_have_a_sound_layout(circuit: Circuit) -> None:
    check_joins(circuit)
    check_clear(circuit)


def test_the_selector_of_a_multiplexer_comes_from_the_side_that_crosses_less() -> None:
    for text, above in (("g1 = a ? b : c", True), ("g1 = c ? a : b", False)):
        node = layout_of(Circuit.parse(3, f"{text}; out = g1")).nodes[3]
        (x, y), middle = node.pins[0], node.at
        assert x == middle[0]
        assert (y < middle[1]) == above
        assert [letter for _, letter in node.letters] == ["1", "0"]
        assert node.pins[1][1] < node.pins[2][1]


def test_symbols_of_a_layer_do_not_overlap() -> None:
    def box(node: Node) -> tuple[float, float, float, float]:
        assert node.symbol is not None
        (x, y), w, h = node.at, node.symbol.half_width + 2 * BUBBLE, node.symbol.half_height
        return x - w, y - h - (16 if node.mark else 0), x + w, y + h

    for circuit in CASES:
        marks = dict.fromkeys(range(circuit.wires), "candidate 0")
        boxes = [box(n) for n in layout_of(circuit, marks).nodes if n.symbol]
        for i, (a, b, c, d) in enumerate(boxes):
            for e, f, g, h in boxes[i + 1 :]:
                assert min(c, g) < max(a, e) or min(d, h) < max(b, f)


def test_ordering_leaves_no_crossing_that_it_can_avoid() -> None:
    """g1 = c & d and g2 = a & b would cross if gates stood in their written order."""
    layers = layers_of(Circuit.parse(4, "g1 = c & d; g2 = a & b; g3 = g1 | g2; out = g3"))
    assert [item.number for item in layers.items[1]] == [5, 4]


def test_tracks_keep_a_wire_off_another_that_leaves_where_it_comes_in() -> None:
    tracks, clear = tracks_of([Net(0, 0.0, (20.0,)), Net(1, 20.0, (40.0,))])
    assert clear
    assert tracks[1] < tracks[0]
    # Two wires that swap heights cannot do so on one track each.
    _, clear = tracks_of([Net(0, 0.0, (20.0,)), Net(1, 20.0, (0.0,))])
    assert not clear
