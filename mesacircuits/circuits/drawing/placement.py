"""Heights in a picture: items near what they are joined to, and as many straight wires as can be.

All heights are multiples of `GRID`, downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mesacircuits.circuits.drawing.layers import Item, Layers

__all__ = ["GRID", "Room", "heights_of"]

#: The grid that all heights lie on.
GRID = 10.0

_SWEEPS = 6
_BEND = 40.0  # a bend is as bad as this much length


class Room(NamedTuple):
    """How much of its layer an item keeps free above and below the point it is placed by."""

    above: float
    below: float


class _Joint(NamedTuple):
    """A neighbour of an item, and how far below it a straight wire would set the item."""

    item: Item
    shift: float


def heights_of(
    layers: Layers, rooms: Mapping[Item, Room], pins: Mapping[tuple[Item, int], float]
) -> dict[Item, float]:
    """Return the height of every item.

    Arguments:
        layers: the items in their order.
        rooms: the room that each item needs.
        pins: how far below its gate each (gate, operand) pin stands; 0 if not given.
    """
    lefts: dict[Item, list[_Joint]] = {item: [] for row in layers.items for item in row}
    rights: dict[Item, list[_Joint]] = {item: [] for row in layers.items for item in row}
    for edges in layers.edges:
        for edge in edges:
            pin = pins.get((edge.right, edge.operand), 0.0)
            lefts[edge.right].append(_Joint(edge.left, -pin))
            rights[edge.left].append(_Joint(edge.right, pin))
    height: dict[Item, float] = {}
    for row in layers.items:
        _place(row, [0.0] * len(row), rooms, height)
    rows = list(layers.items)
    for sweep in range(_SWEEPS):
        for joints, order in ((lefts, rows), (rights, rows[::-1])):
            for row in order:
                wanted = [_wanted(item, joints[item], height) for item in row]
                _place(row, wanted, rooms, height)
        if sweep == _SWEEPS - 1:
            for row in rows:
                wanted = [_wanted(i, lefts[i] + rights[i], height) for i in row]
                _place(row, wanted, rooms, height)
    _snap(rows, rooms, height)
    both = {item: lefts[item] + rights[item] for item in lefts}
    for _ in range(_SWEEPS):
        if not _straighten(rows, both, rooms, height):
            break
    return height


def _wanted(item: Item, joints: Sequence[_Joint], height: Mapping[Item, float]) -> float:
    if not joints:
        return height[item]
    return sum(height[j.item] + j.shift for j in joints) / len(joints)


def _place(
    row: Sequence[Item],
    wanted: Sequence[float],
    rooms: Mapping[Item, Room],
    height: dict[Item, float],
) -> None:
    """Set the items of a row, in their order, as near as can be to the heights wanted.

    Least squares under "no nearer than their rooms allow" is isotonic regression of the heights
    less the room used up so far, which pooling adjacent violators solves.
    """
    offset, offsets = 0.0, []
    for i, item in enumerate(row):
        offset += rooms[row[i - 1]].below + rooms[item].above if i else 0.0
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for want, used in zip(wanted, offsets, strict=True):
        mean, count = want - used, 1
        while pools and pools[-1][0] > mean:
            before, size = pools.pop()
            mean, count = (before * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    levels = [mean for mean, count in pools for _ in range(count)]
    for item, level, used in zip(row, levels, offsets, strict=True):
        height[item] = level + used


def _snap(
    rows: Sequence[Sequence[Item]], rooms: Mapping[Item, Room], height: dict[Item, float]
) -> None:
    for row in rows:
        floor = float("-inf")
        for item in row:
            least = floor + rooms[item].above
            height[item] = max(round(height[item] / GRID) * GRID, least)
            floor = height[item] + rooms[item].below


def _straighten(
    rows: Sequence[Sequence[Item]],
    joints: Mapping[Item, Sequence[_Joint]],
    rooms: Mapping[Item, Room],
    height: dict[Item, float],
) -> bool:
    """Straighten bends by moving all that is in line with one end; return whether any was."""
    near = {}
    for row in rows:
        for i, item in enumerate(row):
            above = row[i - 1] if i else None
            near[item] = (above, row[i + 1] if i + 1 < len(row) else None)
    changed = False
    for item, own in joints.items():
        for joint in own:
            change = height[joint.item] + joint.shift - height[item]
            block = _in_line(item, joints, height)
            if not change or joint.item in block or not _fits(block, change, near, rooms, height):
                continue
            outward = [(i, j) for i in block for j in joints[i] if j.item not in block]
            before = sum(_bend(height[j.item] + j.shift - height[i]) for i, j in outward)
            after = sum(_bend(height[j.item] + j.shift - height[i] - change) for i, j in outward)
            if after < before:
                changed = True
                for moved in block:
                    height[moved] += change
    return changed


def _bend(difference: float) -> float:
    return abs(difference) + (_BEND if difference else 0.0)


def _in_line(
    item: Item, joints: Mapping[Item, Sequence[_Joint]], height: Mapping[Item, float]
) -> set[Item]:
    """Return the item and all that straight wires join to it."""
    block, waiting = {item}, [item]
    while waiting:
        here = waiting.pop()
        for joint in joints[here]:
            straight = height[joint.item] + joint.shift == height[here]
            if straight and joint.item not in block:
                block.add(joint.item)
                waiting.append(joint.item)
    return block


def _fits(
    block: set[Item],
    change: float,
    near: Mapping[Item, tuple[Item | None, Item | None]],
    rooms: Mapping[Item, Room],
    height: Mapping[Item, float],
) -> bool:
    """Return whether moving the block keeps the room and order of everything in its layers."""
    for item in block:
        above, below = near[item]
        top = height[item] + change - rooms[item].above
        bottom = height[item] + change + rooms[item].below
        if above and above not in block and height[above] + rooms[above].below > top:
            return False
        if below and below not in block and height[below] - rooms[below].above < bottom:
            return False
    return True
