"""Checks of lookup-table witnesses, from scratch."""

from __future__ import annotations

from mesacircuits.definitions.check_subject import Subject, demand
from mesacircuits.definitions.witness_records import (
    CellRecord,
    LookupParameters,
    LookupWitness,
)

__all__ = ["prove_lookup"]


def prove_lookup(subject: Subject, bound: LookupParameters, witness: LookupWitness) -> None:
    """Raise `CertificateError` unless the witness proves the circuit a lookup table."""
    cells, natural, default = witness.cells, subject.words(), witness.default
    outputs = len(subject.circuit.outputs)
    demand(len(default) == outputs, "default", f"not a word of {outputs} bits")
    demand(len(cells) >= 2, "cells", f"{len(cells)} given, at least 2 needed")
    covered: dict[int, int] = {}
    for i, cell in enumerate(cells):
        where = f"cells[{i}]"
        _check_cell(subject, bound, cell, where)
        demand(all(cell.wire != c.wire for c in cells[:i]), f"{where}.wire", "used by two cells")
        ascending = i == 0 or cells[i - 1].inputs[0] < cell.inputs[0]
        demand(ascending, f"{where}.inputs", "cells do not ascend by first input")
        for x in cell.inputs:
            demand(x not in covered, f"{where}.inputs", f"input {x} lies in two cells")
            covered[x] = i
    for x in subject.support:
        if x in covered:
            where, problem = f"cells[{covered[x]}].inputs", f"input {x} has the default word"
        else:
            where, problem = "cells", f"input {x} lies in none, and its word is not the default"
        demand((natural[x] != default) == (x in covered), where, problem)
    for i, cell in enumerate(cells):
        for x in cell.inputs if cell.wire < subject.circuit.inputs else ():
            inside = x ^ 1 << cell.wire in subject.support
            demand(inside, f"cells[{i}].wire", f"knocked out on input {x}, it leaves the support")
        # The constant that is read as 0: the bit 1 where the wire is read inverted.
        knocked_out = subject.words({cell.wire: int(cell.inverted)})
        for x in subject.support:
            expected = default if x in cell.inputs else natural[x]
            problem = f"knocked out, it gives {list(knocked_out[x])} on input {x}"
            demand(knocked_out[x] == expected, f"cells[{i}].wire", problem)


def _check_cell(subject: Subject, bound: LookupParameters, cell: CellRecord, where: str) -> None:
    demand(cell.wire < subject.circuit.wires, f"{where}.wire", "no such wire")
    read, limit = subject.read(cell), bound.inputs_per_cell
    inputs = [x for x in subject.support if read[x]]
    demand(list(cell.inputs) == inputs, f"{where}.inputs", f"the wire marks {inputs}")
    allowed = len(inputs) >= 1 and (limit is None or len(inputs) <= limit)
    demand(allowed, f"{where}.inputs", f"{len(inputs)} inputs, of 1 to {limit or 'any number'}")
    cube = ""
    for index in range(subject.circuit.inputs):
        bits = {x >> index & 1 for x in inputs}
        cube += "-" if len(bits) == 2 else str(bits.pop())
    demand(cell.cube == cube, f"{where}.cube", f"the least cube is {cube}")
    for x in subject.support:
        inside = all(mark in ("-", str(x >> i & 1)) for i, mark in enumerate(cube))
        demand(inside == (x in inputs), f"{where}.cube", f"holds input {x}, the cell does not")
