"""The witness checker: every field of a witness is derived again, input by input.

It shares nothing with the code that finds witnesses except circuits and their evaluation, and
prefers loops that can be read to loops that are fast: at most six inputs are asked for.

Where several values of a field would prove the same tag, one is demanded, so that no field can
be altered alone unnoticed: candidates ascend by word and cells by first input; re-encodings are
the least, renamings the lexicographically first; a candidate's word that is never output is the
least word left over; of several wires that would serve in one place, all else equal, the lowest.
The last two never arise in size-minimal circuits with one output and inputs that differ on S.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import msgspec

from mesacircuits.circuits import Circuit
from mesacircuits.classification.witness_records import (
    CandidateRecord,
    CellRecord,
    DefinitionRecord,
    LookupParameters,
    LookupWitness,
    SearchParameters,
    SearchWitness,
    read_record,
)
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import FunctionTask

__all__ = ["MAX_CANDIDATES", "check_witness", "score_of_search_groups"]

#: The most candidates that are checked: their exchanges make up to 2^k patterns of values.
MAX_CANDIDATES = 12

_Word = tuple[int, ...]


def check_witness(
    circuit: Circuit,
    task: FunctionTask,
    definition_record: Mapping[str, Any],
    witness: Mapping[str, Any] | None,
) -> None:
    """Check from scratch that a witness proves the score 1, hence the tag.

    Arguments:
        circuit: a circuit that solves the task on its support S.
        task: the task.
        definition_record: name (`search-like` or `lookup-table`), version and dials.
        witness: JSON values in the shape of `SearchWitness` or `LookupWitness`.

    Raises `CertificateError` whose `where` is the JSON path of the first field at fault, such as
    `candidates[1].renaming`; else `circuit`, `witness`, or a path that begins with `definition`.

    >>> from mesacircuits.tasks import parse_task
    >>> decoder = Circuit.parse(2, "g1 = a & b; g2 = ~a & b; out = g1, g2")
    >>> task = parse_task("expr:a & b, ~a & b")
    >>> definition = {"name": "lookup-table", "version": 1, "parameters": {"inputs_per_cell": 1}}
    >>> cells = [{"wire": 3, "inverted": False, "cube": "01", "inputs": [2]},
    ...          {"wire": 2, "inverted": False, "cube": "11", "inputs": [3]}]
    >>> witness = {"kind": "lookup", "default": [0, 0], "cells": cells}
    >>> check_witness(decoder, task, definition, witness)
    >>> check_witness(decoder, task, definition, {**witness, "cells": cells[:1]})
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: cells: 1 given, at least 2 needed
    """
    if not task.solved_by(circuit):
        raise CertificateError("circuit", "does not solve the task on its support")
    subject = _Subject(circuit, task)
    definition = read_record(definition_record, DefinitionRecord, "definition")
    if definition.name == "search-like":
        dials = read_record(definition.parameters, SearchParameters, "definition.parameters")
        search = read_record(witness, SearchWitness, "")
        _prove_search(subject, dials, search)
        _demand_lowest_wires(subject, dials, search, "candidates", _prove_search)
    elif definition.name == "lookup-table":
        bound = read_record(definition.parameters, LookupParameters, "definition.parameters")
        lookup = read_record(witness, LookupWitness, "")
        _prove_lookup(subject, bound, lookup)
        _demand_lowest_wires(subject, bound, lookup, "cells", _prove_lookup)
    else:
        raise CertificateError("definition.name", "search-like or lookup-table is checked")


def score_of_search_groups(
    circuit: Circuit, task: FunctionTask, wires: tuple[int, ...]
) -> Fraction:
    """Return the score of formula (c) for groups given by their wires, conditions unchecked.

    With C the output word, G the values of `wires`, and x, x' independent and uniform on the
    support:  1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)],  or 0 where that is negative
    or the output is constant on the support.

    Arguments:
        circuit: a circuit.
        task: the task that states the support.
        wires: the wires of all groups.

    Raises `ArgumentError` for a wire that does not exist or a task of another width.

    >>> from mesacircuits.tasks import parse_task
    >>> circuit, task = Circuit.parse(2, "g1 = a & ~b; out = g1"), parse_task("expr:a & ~b")
    >>> score_of_search_groups(circuit, task, (0, 1)), score_of_search_groups(circuit, task, (0,))
    (Fraction(1, 1), Fraction(1, 3))
    """
    if task.inputs != circuit.inputs:
        raise ArgumentError("task", f"a task of {circuit.inputs} inputs", task)
    for wire in wires:
        if not 0 <= wire < circuit.wires:
            raise ArgumentError("wires", f"wires from 0 to {circuit.wires - 1}", wire)
    subject = _Subject(circuit, task)
    natural, values, moved, differ = subject.words(), subject.wire_values(), 0, 0
    for x in subject.support:
        held = subject.words({wire: values[wire][x] for wire in wires})
        for other in subject.support:
            moved += held[other] != natural[x]
            differ += natural[other] != natural[x]
    return max(Fraction(0), 1 - Fraction(moved, differ)) if differ else Fraction(0)


def _demand(condition: bool, where: str, problem: str) -> None:
    if not condition:
        raise CertificateError(where, problem)


@dataclass(frozen=True)
class _Subject:
    """A circuit on the support of a task, its values taken apart input by input."""

    circuit: Circuit
    task: FunctionTask

    @property
    def all_inputs(self) -> range:
        return range(1 << self.circuit.inputs)

    @property
    def support(self) -> list[int]:
        return [x for x in self.all_inputs if self.task.support_bits >> x & 1]

    def words(self, held: Mapping[int, int] | None = None) -> list[_Word]:
        """Return the output word on every input, the wires in `held` held at those bits."""
        # Minus one has all bits set; the circuit keeps as many as it has inputs.
        outputs = self.circuit.output_bits({wire: -bit for wire, bit in (held or {}).items()})
        return [tuple(bits >> x & 1 for bits in outputs) for x in self.all_inputs]

    def wire_values(self) -> list[list[int]]:
        """Return the value of every wire on every input."""
        return [[bits >> x & 1 for x in self.all_inputs] for bits in self.circuit.wire_bits()]

    def read(self, part: CandidateRecord | CellRecord) -> list[int]:
        """Return the value of the part's wire on every input, as the part reads it."""
        return [bit ^ part.inverted for bit in self.wire_values()[part.wire]]

    def feeds(self, source: int, target: int) -> bool:
        """Return whether `target` depends on the other wire `source`, a gate or an input."""
        gates, inputs = self.circuit.gates, self.circuit.inputs
        return any(source in gates[w - inputs].operands for w in self.circuit.cones[target])


def _demand_lowest_wires(
    subject: _Subject, dials: Any, witness: Any, field: str, prove: Callable[..., None]
) -> None:
    """Refuse a witness that stays one when a wire is replaced by a lower one, all else equal."""
    parts, values = getattr(witness, field), subject.wire_values()
    for i, part in enumerate(parts):
        for wire in range(part.wire):
            if any(values[wire][x] != values[part.wire][x] for x in subject.support):
                continue
            altered = msgspec.structs.replace(part, wire=wire)
            others = (*parts[:i], altered, *parts[i + 1 :])
            try:
                prove(subject, dials, msgspec.structs.replace(witness, **{field: others}))
            except CertificateError:
                continue
            raise CertificateError(f"{field}[{i}].wire", f"wire {wire} serves and is lower")


# -- search-like -------------------------------------------------------------------------------


def _prove_search(subject: _Subject, dials: SearchParameters, witness: SearchWitness) -> None:
    count, least = len(witness.candidates), dials.candidates
    _demand(count >= least, "candidates", f"{count} given, at least {least} needed")
    _demand(count <= MAX_CANDIDATES, "candidates", f"more than {MAX_CANDIDATES} are not checked")
    _check_words(subject, witness)
    _check_groups(subject, dials, witness)
    _check_objective(subject, dials, witness)
    _check_exchanges(subject, witness)
    _check_comparison(subject, witness)
    _check_influence_and_cut(subject, witness)


def _number(word: _Word) -> int:
    return sum(bit << i for i, bit in enumerate(word))


def _check_words(subject: _Subject, witness: SearchWitness) -> None:
    outputs = len(subject.circuit.outputs)
    words = [candidate.word for candidate in witness.candidates]
    for i, word in enumerate(words):
        where, ascends = f"candidates[{i}].word", i == 0 or _number(words[i - 1]) < _number(word)
        _demand(len(word) == outputs, where, f"not a word of {outputs} bits")
        _demand(ascends, where, "words do not ascend")
    if witness.other_word is not None:
        _demand(len(witness.other_word) == outputs, "other_word", f"not a word of {outputs} bits")
        _demand(witness.other_word not in words, "other_word", "a candidate's word")


def _check_groups(subject: _Subject, dials: SearchParameters, witness: SearchWitness) -> None:
    circuit, candidates = subject.circuit, witness.candidates
    for i, candidate in enumerate(candidates):
        where = f"candidates[{i}].wire"
        _demand(candidate.wire < circuit.wires, where, "no such wire")
        for j in range(i):
            other = candidates[j].wire
            _demand(candidate.wire != other, where, f"the wire of candidate {j} too")
            feeds = subject.feeds(candidate.wire, other) or subject.feeds(other, candidate.wire)
            _demand(not feeds, where, f"feeds the wire of candidate {j}, or that this")
    least = dials.objective_gates
    for i, candidate in enumerate(candidates):
        cone = circuit.cones[candidate.wire]
        rivals = [circuit.cones[c.wire] for c in candidates if c is not candidate]
        private = len(cone.difference(*rivals))
        where = f"candidates[{i}].cost"
        _demand(candidate.cost == len(cone), where, f"the cone has {len(cone)} gates")
        _demand(len(cone) >= least, where, f"at least {least} gates needed")
        where = f"candidates[{i}].private_cost"
        _demand(candidate.private_cost == private, where, f"{private} gates are private")


def _renamed(y: int, renaming: tuple[int, ...]) -> int:
    """Return y' with y'_j = y_(renaming[j])."""
    return sum((y >> source & 1) << j for j, source in enumerate(renaming))


def _check_objective(subject: _Subject, dials: SearchParameters, witness: SearchWitness) -> None:
    candidates, n, support = witness.candidates, subject.circuit.inputs, set(subject.support)
    read = [subject.read(candidate) for candidate in candidates]
    for i, candidate in enumerate(candidates):
        where, mask = f"candidates[{i}].reencoding", candidate.reencoding
        _demand(mask < 1 << n, where, f"not a mask of {n} inputs")
        kept = {x ^ mask for x in support} == support
        _demand(kept, where, "does not map the support onto itself")
        if dials.reencoding == "none":
            _demand(mask == 0, where, "no re-encoding is allowed")
        elif dials.reencoding == "common":
            _demand(mask == candidates[0].reencoding, where, "not common to all candidates")
        elif i == 0:
            _demand(mask == 0, where, "the first candidate's is 0")
    # In lexicographic order, so that the first that serves is the one demanded.
    orders = permutations(range(n))
    renamings = [p for p in orders if {_renamed(x, p) for x in support} == support]

    def first_renaming(i: int, mask: int, mask_of_first: int) -> tuple[int, ...] | None:
        """Return the first p with h_i(y XOR mask) = h_0(y' XOR mask_of_first) on the support."""
        for p in renamings:
            if all(read[i][y ^ mask] == read[0][_renamed(y, p) ^ mask_of_first] for y in support):
                return p
        return None

    for i, candidate in enumerate(candidates):
        first = first_renaming(i, candidate.reencoding, candidates[0].reencoding)
        where = f"candidates[{i}].renaming"
        _demand(first is not None, where, "none makes the objective that of candidate 0")
        _demand(candidate.renaming == first, where, f"the first that serves is {first}")
    for i, candidate in enumerate(candidates):
        for mask in range(candidate.reencoding):
            if {x ^ mask for x in support} != support:
                continue
            # A common mask has to serve all candidates, one per group its own alone.
            served = range(len(candidates)) if dials.reencoding == "common" else [i]
            mask_of_first = mask if dials.reencoding == "common" else 0
            serves = all(first_renaming(j, mask, mask_of_first) is not None for j in served)
            _demand(not serves, f"candidates[{i}].reencoding", f"{mask} serves and is less")


def _exchanges(subject: _Subject, witness: SearchWitness) -> Iterator[tuple[int, _Word, _Word]]:
    """Yield (input x, read values, output word) for all exchanges of the values read on x.

    The exchanges of bits are the tuples with as many ones: so each tuple is held in turn, and
    looked at on those inputs of the support whose own values have the same sum.
    """
    read = [subject.read(candidate) for candidate in witness.candidates]
    for pattern in product((0, 1), repeat=len(read)):
        words = subject.words(
            {c.wire: bit ^ c.inverted for c, bit in zip(witness.candidates, pattern, strict=True)}
        )
        for x in subject.support:
            if sum(pattern) == sum(values[x] for values in read):
                yield x, pattern, words[x]


def _check_exchanges(subject: _Subject, witness: SearchWitness) -> None:
    words = [candidate.word for candidate in witness.candidates]
    seen: set[_Word] = set()
    for x, pattern, word in _exchanges(subject, witness):
        seen.add(word)
        best = [i for i, value in enumerate(pattern) if value == max(pattern)]
        if word in [words[i] for i in best]:
            continue
        shown = f"word {list(word)} on input {x} under values {list(pattern)}"
        equal = min(pattern) == max(pattern)
        _demand(equal, f"candidates[{best[0]}].word", f"{shown} is of no best candidate")
        _demand(word == witness.other_word, "other_word", f"{shown} is another")
    if witness.other_word is not None:
        # Seen elsewhere than among equal values it would have been refused above.
        _demand(witness.other_word in seen, "other_word", "never output")
    for i, word in enumerate(words):
        if word not in seen:
            taken = {_number(w) for w in (*words, witness.other_word or word) if w != word}
            least = min(n for n in range(len(taken) + 1) if n not in taken)
            problem = "never output, and not the least word left over"
            _demand(_number(word) == least, f"candidates[{i}].word", problem)


def _check_comparison(subject: _Subject, witness: SearchWitness) -> None:
    circuit, wires = subject.circuit, {candidate.wire for candidate in witness.candidates}
    inside = {gate for wire in wires for gate in circuit.cones[wire]}
    # A gate that reaches no output compares nothing.
    live = {gate for o in circuit.outputs if o.wire >= 0 for gate in circuit.cones[o.wire]}
    for wire, gate in enumerate(circuit.gates, start=circuit.inputs):
        if wire in live - inside and len(wires.intersection(gate.operands)) >= 2:
            return
    raise CertificateError("candidates", "no gate outside their cones reads two of their wires")


def _check_influence_and_cut(subject: _Subject, witness: SearchWitness) -> None:
    natural, values, support = subject.words(), subject.wire_values(), subject.support
    for i, candidate in enumerate(witness.candidates):
        changes = False
        for bit in {values[candidate.wire][x] for x in support}:
            held = subject.words({candidate.wire: bit})
            changes = changes or any(held[x] != natural[x] for x in support)
        _demand(changes, f"candidates[{i}].wire", "changes the output nowhere")
    constant = len({natural[x] for x in support}) == 1
    _demand(not constant, "candidates", "the output is constant on the support, so the score is 0")
    for x in support:
        held = subject.words({c.wire: values[c.wire][x] for c in witness.candidates})
        for other in support:
            problem = f"with their values on input {x} held, input {other} moves the output"
            _demand(held[other] == natural[x], "candidates", problem)


# -- lookup-table ------------------------------------------------------------------------------


def _prove_lookup(subject: _Subject, bound: LookupParameters, witness: LookupWitness) -> None:
    cells, natural, default = witness.cells, subject.words(), witness.default
    outputs = len(subject.circuit.outputs)
    _demand(len(default) == outputs, "default", f"not a word of {outputs} bits")
    _demand(len(cells) >= 2, "cells", f"{len(cells)} given, at least 2 needed")
    covered: dict[int, int] = {}
    for i, cell in enumerate(cells):
        where = f"cells[{i}]"
        _check_cell(subject, bound, cell, where)
        _demand(all(cell.wire != c.wire for c in cells[:i]), f"{where}.wire", "used by two cells")
        ascending = i == 0 or cells[i - 1].inputs[0] < cell.inputs[0]
        _demand(ascending, f"{where}.inputs", "cells do not ascend by first input")
        for x in cell.inputs:
            _demand(x not in covered, f"{where}.inputs", f"input {x} lies in two cells")
            covered[x] = i
    for x in subject.support:
        if x in covered:
            where, problem = f"cells[{covered[x]}].inputs", f"input {x} has the default word"
        else:
            where, problem = "cells", f"input {x} lies in none, and its word is not the default"
        _demand((natural[x] != default) == (x in covered), where, problem)
    for i, cell in enumerate(cells):
        # The constant that is read as 0: the bit 1 where the wire is read inverted.
        knocked_out = subject.words({cell.wire: int(cell.inverted)})
        for x in subject.support:
            expected = default if x in cell.inputs else natural[x]
            problem = f"knocked out, it gives {list(knocked_out[x])} on input {x}"
            _demand(knocked_out[x] == expected, f"cells[{i}].wire", problem)


def _check_cell(subject: _Subject, bound: LookupParameters, cell: CellRecord, where: str) -> None:
    _demand(cell.wire < subject.circuit.wires, f"{where}.wire", "no such wire")
    read, limit = subject.read(cell), bound.inputs_per_cell
    inputs = [x for x in subject.support if read[x]]
    _demand(list(cell.inputs) == inputs, f"{where}.inputs", f"the wire marks {inputs}")
    allowed = len(inputs) >= 1 and (limit is None or len(inputs) <= limit)
    _demand(allowed, f"{where}.inputs", f"{len(inputs)} inputs, of 1 to {limit or 'any number'}")
    cube = ""
    for index in range(subject.circuit.inputs):
        bits = {x >> index & 1 for x in inputs}
        cube += "-" if len(bits) == 2 else str(bits.pop())
    _demand(cell.cube == cube, f"{where}.cube", f"the least cube is {cube}")
    for x in subject.support:
        inside = all(mark in ("-", str(x >> i & 1)) for i, mark in enumerate(cube))
        _demand(inside == (x in inputs), f"{where}.cube", f"holds input {x}, the cell does not")
