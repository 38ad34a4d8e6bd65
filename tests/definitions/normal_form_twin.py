"""The right-hand side of the normal form of docs/theorems.md, written out plainly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from mesacircuits.circuits import Circuit, operator_named


def evaluation_costs(circuit: Circuit, reencoding: str = "common") -> tuple[int, int]:
    """Return the gates of the cheaper evaluation, and its private ones; both -1 without any."""
    cost, private, _ = evaluations(circuit, reencoding)
    return cost, private


def evaluations(circuit: Circuit, reencoding: str = "common") -> tuple[int, int, int]:
    """Return what evaluating costs, as `evaluation_costs`, and the re-encodings that will do.

    The last gate is the output and the AND of A and B, or the OR, as it reads its operands; and
    B(y ^ r) = ~A(p(y) ^ s) for all y, for a renaming p and masks r and s: equal, 0, or any. Of
    those that will do, r is the place of a bit that is set, or of any two the mask p(r) ^ s.
    """
    n, none = circuit.inputs, (-1, -1, 0)
    if not circuit.gates or circuit.outputs[0].wire != circuit.wires - 1:
        return none
    table, bits = operator_named(circuit.gates[-1].operator).table, circuit.wire_bits()
    if table.bit_count() % 2 == 0:
        return none  # XOR
    # Where the gate differs from all other values of its operands, A and B are both 1.
    [place] = [i for i in range(4) if (table >> i & 1) == (table.bit_count() == 1)]
    u, v = circuit.gates[-1].operands
    a = [bits[u] >> y & 1 == place & 1 for y in range(1 << n)]
    b = [bits[v] >> y & 1 == place >> 1 for y in range(1 << n)]
    if sum(a) + sum(b) != 1 << n:
        return none
    apart = reencoding == "per-group"
    found = {
        renamed[r] ^ s if apart else r
        for renamed in _renamings(n)
        for r, s in _masks(n, reencoding)
        if all(b[y ^ r] != a[x ^ s] for y, x in enumerate(renamed))
    }
    if not found:
        return none
    one, other = circuit.cones[u], circuit.cones[v]
    private = min(len(one - other), len(other - one))
    return min(len(one), len(other)), private, sum(1 << mask for mask in found)


def _renamings(n: int) -> Iterator[list[int]]:
    for p in permutations(range(n)):
        yield [sum((y >> i & 1) << p[i] for i in range(n)) for y in range(1 << n)]


def _masks(n: int, reencoding: str) -> list[tuple[int, int]]:
    if reencoding == "per-group":
        return [*product(range(1 << n), repeat=2)]
    return [(r, r) for r in range(1 if reencoding == "none" else 1 << n)]
