"""All reduced circuits whose gates compute given functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from mesacircuits.circuits import CONSTANT, Basis, Circuit, Gate, Output
from mesacircuits.circuits.operators import GateForm
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.enumeration.sat.kinds import applied, gate_kinds
from mesacircuits.tasks import Task

__all__ = ["circuits_over", "output_assignments"]


class _Way(NamedTuple):
    """How one function can be computed from others: a form, the wires read, and these as bits."""

    form: GateForm
    wires: tuple[int, ...]
    bits: int


def output_assignments(
    task: Task, basis: Basis, functions: list[int]
) -> list[tuple[tuple[Output, ...], int]]:
    """Return all ways in which wires may drive the outputs of a task.

    Arguments:
        task: whose words must be acceptable on every input.
        basis: whether wires may be read inverted; constants always may.
        functions: what the wires compute.

    Returns the outputs, and which wires they read, as bits.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> output_assignments(parse_task("expr:~b"), B2, [0b1010, 0b1100])
    [((Output(1, inverted=True),), 2)]
    """
    mask = (1 << (1 << task.inputs)) - 1
    choices = [(CONSTANT, False, 0), (CONSTANT, True, mask)]
    for wire, bits in enumerate(functions):
        choices.append((wire, False, bits))
        if basis.free_inverters:
            choices.append((wire, True, bits ^ mask))
    # matches[p]: on which inputs the outputs chosen so far spell p; completions[i][p]: on which
    # some acceptable word begins so.
    completions = [list(task.word_masks)]
    for i in reversed(range(task.outputs)):
        above = completions[0]
        completions.insert(0, [above[p] | above[p | 1 << i] for p in range(1 << i)])
    found: list[tuple[tuple[Output, ...], int]] = []

    def assign(chosen: tuple[Output, ...], read: int, matches: list[int]) -> None:
        i = len(chosen)
        if i == task.outputs:
            found.append((chosen, read))
            return
        for wire, inverted, bits in choices:
            following = [m & ~bits for m in matches] + [m & bits for m in matches]
            covered = 0
            for inputs, completed in zip(following, completions[i + 1], strict=True):
                covered |= inputs & completed
            if covered == mask:
                driven = read | (1 << wire if wire >= 0 else 0)
                assign((*chosen, Output(wire, inverted)), driven, following)

    assign((), 0, [mask])
    return found


def circuits_over(
    functions: frozenset[int],
    task: Task,
    basis: Basis,
    cost: int | None = None,
    depth: int | None = None,
) -> Iterator[Circuit]:
    """Yield all reduced circuits for a task whose gates compute just these functions.

    For each function one way to compute it from others is chosen, so that no cycle arises and
    every gate reaches an output. Circuits come as canonical chains, each once.

    Arguments:
        functions: none of them an input or constant.
        task, basis: what is solved, and from what.
        cost: what the gates cost together; None for any.
        depth: the greatest depth allowed; None for any.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> task, functions = parse_task("expr:a | b"), frozenset({0b0110, 0b1000, 0b1110})
    >>> for circuit in circuits_over(functions, task, B2, depth=2):
    ...     print(circuit)
    g1 = a ^ b; g2 = a & b; g3 = g1 ^ g2; out = g3
    g1 = a ^ b; g2 = a & b; g3 = g1 | g2; out = g3
    """
    n, kinds = task.inputs, gate_kinds(basis)
    mask = (1 << (1 << n)) - 1
    bits = [*(input_bits(n, i) for i in range(n)), *sorted(functions)]
    assignments = output_assignments(task, basis, bits)
    if not assignments:
        return
    place = {value: wire for wire, value in enumerate(bits) if wire >= n}
    ways: list[list[_Way]] = [[] for _ in place]
    for k, tables in kinds.forms.items():
        for wires in combinations(range(len(bits)), k):
            operands, read = [bits[w] for w in wires], sum(1 << w for w in wires)
            for table, forms in tables.items():
                wire = place.get(applied(table, operands, mask))
                if wire is not None and not read >> wire & 1:
                    ways[wire - n] += [_Way(form, wires, read) for form in forms]
    gates = ((1 << len(bits)) - 1) ^ ((1 << n) - 1)
    drivable = 0
    for _, driven in assignments:
        drivable |= driven
    chosen: list[_Way] = []

    def choose(below: list[int]) -> Iterator[tuple[list[_Way], list[int]]]:
        # below[w]: the wires that wire w is known to depend on.
        wire = n + len(chosen)
        if wire == len(bits):
            yield chosen, below
            return
        for way in ways[wire - n]:
            reach = way.bits
            for w in way.wires:
                reach |= below[w]
            if not reach >> wire & 1:
                chosen.append(way)
                yield from choose(
                    [b | reach if w == wire or b >> wire & 1 else b for w, b in enumerate(below)]
                )
                chosen.pop()

    for picked, below in choose([0] * len(bits)):
        if cost is not None and sum(way.form.cost for way in picked) != cost:
            continue
        read = 0
        for way in picked:
            read |= way.bits
        unread = gates & ~read
        if unread & ~drivable:
            continue
        # What a gate depends on is a proper part of what its readers depend on.
        order = sorted(range(n, len(bits)), key=lambda w: below[w].bit_count())
        named = {w: w for w in range(CONSTANT, n)} | {w: n + i for i, w in enumerate(order)}
        chain = tuple(
            Gate(way.form.operator.name, tuple(named[w] for w in way.form.operands(way.wires)))
            for way in (picked[w - n] for w in order)
        )
        for outputs, driven in assignments:
            if not unread & ~driven:
                ends = tuple(Output(named[o.wire], o.inverted) for o in outputs)
                circuit = Circuit(n, chain, ends)
                if depth is None or circuit.depth <= depth:
                    yield circuit.canonical()
