"""Truth-table circuits: one cell for each input that is stored, and an OR for each output."""

from __future__ import annotations

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.circuit import CONSTANT
from mesacircuits.tasks import FunctionTask

__all__ = ["tabulated"]

# The operator that is 1 where two operands have these values.
_CELLS = {(1, 1): "and", (1, 0): "butnot", (0, 1): "notbut", (0, 0): "nor"}


def tabulated(task: FunctionTask) -> Circuit:
    """Return the table of a function of two inputs or more, as a circuit.

    Each input of the support whose word is not 0 has a cell of its own, a chain of gates that is 1
    on it alone, and each output is the OR of its cells.

    >>> from mesacircuits.tasks import parse_task
    >>> print(tabulated(FunctionTask(parse_task("tt:2:6").tables)))
    g1 = a & ~b; g2 = ~a & b; g3 = g1 | g2; out = g3
    """
    n, gates = task.inputs, list[Gate]()

    def add(operator: str, first: int, second: int) -> int:
        gates.append(Gate(operator, (first, second)))
        return n + len(gates) - 1

    cells = {}
    for x in range(1 << n):
        if task.support_bits >> x & 1 and any(task.word(x)):
            cell = add(_CELLS[x & 1, x >> 1 & 1], 0, 1)
            for i in range(2, n):
                cell = add("and" if x >> i & 1 else "butnot", cell, i)
            cells[x] = cell
    outputs = []
    for table in task.tables:
        read = [cell for x, cell in cells.items() if table(x)]
        wire = read[0] if read else CONSTANT
        for cell in read[1:]:
            wire = add("or", wire, cell)
        outputs.append(Output(wire))
    return Circuit(n, tuple(gates), tuple(outputs))
