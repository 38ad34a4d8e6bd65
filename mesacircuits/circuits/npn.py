"""NPN transformations and classes of Boolean functions.

An NPN transformation negates inputs, permutes them, and may negate the output. The 2^n n! 2
transformations of n inputs form a group; its orbits on functions are the NPN classes (4 for two
inputs, 14 for three, 222 for four, 616,126 for five). The canonical form of a class is its member
with the least integer truth table. That member, in hexadecimal, is the one name of the class in all
that is printed (0117 for the class of 088E); where a class is asked for, any member names it.

Sources: E. Goto and H. Takahasi, *Some theorems useful in threshold logic for enumerating Boolean
functions*, Proc. IFIP Congress 1962, pages 747-752; D. E. Knuth, TAOCP 4A, section 7.1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from math import factorial
from typing import TYPE_CHECKING, Any

from mesacircuits.call import check_whole
from mesacircuits.circuits.bases import operator_named
from mesacircuits.circuits.circuit import CONSTANT, FALSE, Circuit, GateBuilder, Output
from mesacircuits.circuits.truthtable import TruthTable
from mesacircuits.errors import ArgumentError

if TYPE_CHECKING:
    # numpy is imported where it is used: every user of Hypothesis pays for importing this module.
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "MAX_NPN_INPUTS", "NPN_CLASS_COUNTS", "NPNClass", "NPNTransform", "inverse_elements",
    "np_group", "npn_canonical", "npn_class", "npn_classes", "npn_orbit",
]  # fmt: skip

#: Canonical forms are found by going through the whole group, up to this many inputs.
MAX_NPN_INPUTS = 6
_MAX_LISTED_INPUTS = 4


@dataclass(frozen=True, slots=True)
class NPNTransform:
    """The transformation T with (T f)(x) = f(y) XOR `negate_output`, y_i = x_p(i) XOR m_i.

    `permutation` is p: input i of f is fed by x_p(i). Bit i of `negated_inputs` is m_i.

    Raises `ArgumentError` if `permutation` is none or the mask is too wide.

    >>> t = NPNTransform((1, 0), negated_inputs=0b01, negate_output=False)
    >>> t(TruthTable(2, 0b0010))                 # a AND NOT b becomes NOT b AND NOT a
    TruthTable(inputs=2, bits=0x1)
    """

    permutation: tuple[int, ...]
    negated_inputs: int = 0
    negate_output: bool = False

    def __post_init__(self) -> None:
        n = len(self.permutation)
        if sorted(self.permutation) != list(range(n)):
            raise ArgumentError("permutation", f"an order of 0 to {n - 1}", self.permutation)
        if not 0 <= self.negated_inputs < 1 << n:
            raise ArgumentError("negated_inputs", f"a mask of {n} bits", self.negated_inputs)

    def source(self, x: int) -> int:
        """Return y, the input on which f is asked to give (T f)(x)."""
        y = sum((x >> p & 1) << i for i, p in enumerate(self.permutation))
        return y ^ self.negated_inputs

    def __call__(self, table: TruthTable) -> TruthTable:
        """Return T f."""
        if table.inputs != len(self.permutation):
            raise ArgumentError("table", f"{len(self.permutation)} inputs", table)
        moved = TruthTable.of(table.inputs, lambda x: table(self.source(x)))
        return ~moved if self.negate_output else moved

    def inverse(self) -> NPNTransform:
        """Return the transformation that undoes this one.

        >>> t = NPNTransform((1, 2, 0), 0b011, True)
        >>> t.inverse()(t(TruthTable(3, 0x1E)))
        TruthTable(inputs=3, bits=0x1E)
        """
        inverse = [0] * len(self.permutation)
        mask = 0
        for i, p in enumerate(self.permutation):
            inverse[p] = i
            mask |= (self.negated_inputs >> i & 1) << p
        return NPNTransform(tuple(inverse), mask, self.negate_output)

    def on_circuit(self, circuit: Circuit) -> Circuit:
        """Return the circuit for T f that is `circuit` for f with its inputs and outputs rewired.

        Polarities are normalised again: every gate of the result is 0 on the all-zero input, so
        the operators stay within a basis of free inverters that holds them in all polarities.

        >>> c = Circuit.parse(2, "g1 = a & b; out = g1")
        >>> print(NPNTransform((0, 1), 0b01).on_circuit(c))
        g1 = ~a & b; out = g1
        """
        if circuit.inputs != len(self.permutation):
            raise ArgumentError("circuit", f"{len(self.permutation)} inputs", circuit.inputs)
        build = GateBuilder(circuit.inputs)
        wires = {CONSTANT: FALSE}
        for i, p in enumerate(self.permutation):
            wires[i] = Output(p, bool(self.negated_inputs >> i & 1))
        for wire, gate in enumerate(circuit.gates, circuit.inputs):
            operands = [wires[w] for w in gate.operands]
            wires[wire] = build.gate(operator_named(gate.operator).table, operands, normal=True)
        outputs = (
            ~wires[o.wire] if o.inverted ^ self.negate_output else wires[o.wire]
            for o in circuit.outputs
        )
        return build.circuit(outputs).canonical()


@cache
def np_group(inputs: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return all n! 2^n input permutations and negations: arrays of shape (g, n) and (g,).

    Row k is the transformation with permutation `permutations[k]` and mask `negations[k]`; row 0
    is the identity. The arrays are read-only.

    >>> [array.shape for array in np_group(4)]
    [(384, 4), (384,)]
    """
    import numpy as np

    orders = np.array(list(permutations(range(inputs))), dtype=np.uint8)
    orders = orders.reshape(factorial(inputs), inputs)
    size = 1 << inputs
    repeated = np.repeat(orders, size, axis=0)
    masks = np.tile(np.arange(size, dtype=np.uint8), len(orders))
    repeated.flags.writeable = masks.flags.writeable = False
    return repeated, masks


def inverse_elements(
    orders: NDArray[np.uint8], masks: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the inverses of permutations and negations of inputs, as `np_group` lists them.

    >>> import numpy as np
    >>> orders, masks = np_group(3)
    >>> back, flips = inverse_elements(orders, masks)
    >>> bool((np.take_along_axis(orders, back, axis=1) == np.arange(3)).all())
    True
    """
    import numpy as np

    inverse_orders = np.argsort(orders, axis=1).astype(np.uint8)
    inverse_masks = np.zeros(len(masks), dtype=np.uint8)
    for i in range(orders.shape[1]):
        inverse_masks |= (masks >> i & 1) << orders[:, i]
    return inverse_orders, inverse_masks


def _group_of(table: TruthTable) -> tuple[Any, int, NDArray[np.uint8], NDArray[np.uint8]]:
    # What kernels ask for: the table, its inputs, the group.
    import numpy as np

    if table.inputs > MAX_NPN_INPUTS:
        raise ArgumentError("table", f"at most {MAX_NPN_INPUTS} inputs", table.inputs)
    return np.uint64(table.bits), table.inputs, *np_group(table.inputs)


#: The number of NPN classes of the functions of n inputs (OEIS A000370).
NPN_CLASS_COUNTS = {1: 2, 2: 4, 3: 14, 4: 222, 5: 616_126}


def npn_canonical(table: TruthTable) -> tuple[TruthTable, NPNTransform]:
    """Return the canonical form of a function and a transformation that takes it there.

    The canonical form is the least truth table, as an integer, in the function's NPN class.

    Raises `ArgumentError` for more than six inputs.

    >>> form, transform = npn_canonical(TruthTable.from_hex(3, "7E"))
    >>> form.hex, transform(TruthTable.from_hex(3, "7E")) == form
    ('18', True)
    """
    from mesacircuits.circuits.npn_kernels import least_in_orbit

    _, inputs, orders, masks = group = _group_of(table)
    bits, row, negated = least_in_orbit(*group)
    transform = NPNTransform(tuple(map(int, orders[row])), int(masks[row]), bool(negated))
    return TruthTable(inputs, int(bits)), transform


def npn_orbit(table: TruthTable) -> tuple[TruthTable, ...]:
    """Return all members of a function's NPN class, ascending.

    >>> [t.hex for t in npn_orbit(TruthTable.from_hex(2, "6"))]
    ['6', '9']
    """
    import numpy as np

    from mesacircuits.circuits.npn_kernels import images_under

    images = images_under(*_group_of(table))
    both = np.union1d(images, images ^ np.uint64(table.mask))
    return tuple(TruthTable(table.inputs, int(bits)) for bits in both)


@dataclass(frozen=True, slots=True, order=True)
class NPNClass:
    """An NPN class: its canonical (least) member and the number of its members.

    >>> npn_class(TruthTable.from_hex(4, "6996"))
    NPNClass(representative=TruthTable(inputs=4, bits=0x6996), functions=2)
    """

    representative: TruthTable
    functions: int


def npn_class(table: TruthTable) -> NPNClass:
    """Return the NPN class of a function of at most six inputs."""
    members = npn_orbit(table)
    return NPNClass(members[0], len(members))


@cache
def npn_class_table(inputs: int) -> NDArray[np.uint64]:
    """Return, for n <= 4, the canonical form of every function, indexed by its integer."""
    from mesacircuits.circuits.npn_kernels import least_of_all

    check_whole("inputs", inputs, 0, _MAX_LISTED_INPUTS)
    table: NDArray[np.uint64] = least_of_all(inputs, *np_group(inputs), True)
    table.flags.writeable = False
    return table


def npn_classes(inputs: int) -> Iterator[NPNClass]:
    """Yield every NPN class of functions of `inputs` <= 4 inputs, representatives ascending.

    >>> len(list(npn_classes(4))), sum(c.functions for c in npn_classes(4))
    (222, 65536)
    """
    import numpy as np

    found = np.unique(npn_class_table(inputs), return_counts=True)
    for least, count in zip(*found, strict=True):
        yield NPNClass(TruthTable(inputs, int(least)), int(count))
