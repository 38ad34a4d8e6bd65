"""Checks of search-like witnesses with scores of one bit and no utilities, from scratch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import Protocol

from mesacircuits.definitions.check_subject import Subject, Word, demand
from mesacircuits.definitions.witness_records import SearchParameters, SearchWitness
from mesacircuits.errors import CertificateError

__all__ = [
    "MAX_CANDIDATES",
    "check_spare_words",
    "check_words",
    "number",
    "prove_search",
    "renamed",
]

#: The most candidates that are checked: their exchanges make up to 2^k patterns of values.
MAX_CANDIDATES = 12


def prove_search(subject: Subject, dials: SearchParameters, witness: SearchWitness) -> None:
    """Raise `CertificateError` unless the witness proves the circuit search-like."""
    count, least = len(witness.candidates), dials.candidates
    demand(count >= least, "candidates", f"{count} given, at least {least} needed")
    demand(count <= MAX_CANDIDATES, "candidates", f"more than {MAX_CANDIDATES} are not checked")
    check_words(subject, witness.candidates, witness.other_word)
    _check_groups(subject, dials, witness)
    _check_objective(subject, dials, witness)
    _check_exchanges(subject, witness)
    _check_comparison(subject, witness)
    _check_influence_and_cut(subject, witness)


def number(word: Word) -> int:
    """Return a word as an integer, bit 0 first."""
    return sum(bit << i for i, bit in enumerate(word))


class Worded(Protocol):
    """A candidate of any witness of search."""

    @property
    def word(self) -> Word:
        """The candidate, bit 0 first."""


def check_words(subject: Subject, candidates: Sequence[Worded], other_word: Word | None) -> None:
    """Refuse words that are none of the task's, that do not ascend, or that serve twice."""
    outputs = len(subject.circuit.outputs)
    words = [candidate.word for candidate in candidates]
    for i, word in enumerate(words):
        where, ascends = f"candidates[{i}].word", i == 0 or number(words[i - 1]) < number(word)
        demand(len(word) == outputs, where, f"not a word of {outputs} bits")
        demand(ascends, where, "words do not ascend")
    if other_word is not None:
        demand(len(other_word) == outputs, "other_word", f"not a word of {outputs} bits")
        demand(other_word not in words, "other_word", "a candidate's word")


def _check_groups(subject: Subject, dials: SearchParameters, witness: SearchWitness) -> None:
    circuit, candidates = subject.circuit, witness.candidates
    for i, candidate in enumerate(candidates):
        where = f"candidates[{i}].wire"
        demand(candidate.wire < circuit.wires, where, "no such wire")
        for j in range(i):
            other = candidates[j].wire
            demand(candidate.wire != other, where, f"the wire of candidate {j} too")
            feeds = subject.feeds(candidate.wire, other) or subject.feeds(other, candidate.wire)
            demand(not feeds, where, f"feeds the wire of candidate {j}, or that this")
    least = dials.objective_gates
    for i, candidate in enumerate(candidates):
        cone = circuit.cones[candidate.wire]
        rivals = [circuit.cones[c.wire] for c in candidates if c is not candidate]
        private = len(cone.difference(*rivals))
        where = f"candidates[{i}].cost"
        demand(candidate.cost == len(cone), where, f"the cone has {len(cone)} gates")
        demand(len(cone) >= least, where, f"at least {least} gates needed")
        where = f"candidates[{i}].private_cost"
        demand(candidate.private_cost == private, where, f"{private} gates are private")


def renamed(y: int, renaming: tuple[int, ...]) -> int:
    """Return y' with y'_j = y_(renaming[j])."""
    return sum((y >> source & 1) << j for j, source in enumerate(renaming))


def _check_objective(subject: Subject, dials: SearchParameters, witness: SearchWitness) -> None:
    candidates, n, support = witness.candidates, subject.circuit.inputs, set(subject.support)
    read = [subject.read(candidate) for candidate in candidates]
    for i, candidate in enumerate(candidates):
        where, mask = f"candidates[{i}].reencoding", candidate.reencoding
        demand(mask < 1 << n, where, f"not a mask of {n} inputs")
        kept = {x ^ mask for x in support} == support
        demand(kept, where, "does not map the support onto itself")
        if dials.reencoding == "none":
            demand(mask == 0, where, "no re-encoding is allowed")
        elif dials.reencoding == "common":
            demand(mask == candidates[0].reencoding, where, "not common to all candidates")
        elif i == 0:
            demand(mask == 0, where, "the first candidate's is 0")
    # In lexicographic order, so that the first that serves is the one demanded.
    orders = permutations(range(n))
    renamings = [p for p in orders if {renamed(x, p) for x in support} == support]

    def first_renaming(i: int, mask: int, mask_of_first: int) -> tuple[int, ...] | None:
        """Return the first p with h_i(y XOR mask) = h_0(y' XOR mask_of_first) on the support."""
        for p in renamings:
            if all(read[i][y ^ mask] == read[0][renamed(y, p) ^ mask_of_first] for y in support):
                return p
        return None

    for i, candidate in enumerate(candidates):
        first = first_renaming(i, candidate.reencoding, candidates[0].reencoding)
        where = f"candidates[{i}].renaming"
        demand(first is not None, where, "none makes the objective that of candidate 0")
        demand(candidate.renaming == first, where, f"the first that serves is {first}")
    for i, candidate in enumerate(candidates):
        for mask in range(candidate.reencoding):
            if {x ^ mask for x in support} != support:
                continue
            # A common mask has to serve all candidates, one per group its own alone.
            served = range(len(candidates)) if dials.reencoding == "common" else [i]
            mask_of_first = mask if dials.reencoding == "common" else 0
            serves = all(first_renaming(j, mask, mask_of_first) is not None for j in served)
            demand(not serves, f"candidates[{i}].reencoding", f"{mask} serves and is less")


def _exchanges(subject: Subject, witness: SearchWitness) -> Iterator[tuple[int, Word, Word]]:
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


def _check_exchanges(subject: Subject, witness: SearchWitness) -> None:
    words = [candidate.word for candidate in witness.candidates]
    seen: set[Word] = set()
    for x, pattern, word in _exchanges(subject, witness):
        seen.add(word)
        best = [i for i, value in enumerate(pattern) if value == max(pattern)]
        if word in [words[i] for i in best]:
            continue
        shown = f"word {list(word)} on input {x} under values {list(pattern)}"
        equal = min(pattern) == max(pattern)
        demand(equal, f"candidates[{best[0]}].word", f"{shown} is of no best candidate")
        demand(word == witness.other_word, "other_word", f"{shown} is another")
    if witness.other_word is not None:
        # Seen elsewhere than among equal values it would have been refused above.
        demand(witness.other_word in seen, "other_word", "never output")
    check_spare_words(words, witness.other_word, seen)


def check_spare_words(words: Sequence[Word], other_word: Word | None, seen: set[Word]) -> None:
    """Refuse a candidate's word that is never output, unless it is the least one left over."""
    for i, word in enumerate(words):
        if word not in seen:
            taken = {number(w) for w in (*words, other_word or word) if w != word}
            least = min(n for n in range(len(taken) + 1) if n not in taken)
            problem = "never output, and not the least word left over"
            demand(number(word) == least, f"candidates[{i}].word", problem)


def _check_comparison(subject: Subject, witness: SearchWitness) -> None:
    circuit, wires = subject.circuit, {candidate.wire for candidate in witness.candidates}
    inside = {gate for wire in wires for gate in circuit.cones[wire]}
    # A gate that reaches no output compares nothing.
    live = {gate for o in circuit.outputs if o.wire >= 0 for gate in circuit.cones[o.wire]}
    for wire, gate in enumerate(circuit.gates, start=circuit.inputs):
        if wire in live - inside and len(wires.intersection(gate.operands)) >= 2:
            return
    raise CertificateError("candidates", "no gate outside their cones reads two of their wires")


def _check_influence_and_cut(subject: Subject, witness: SearchWitness) -> None:
    natural, values, support = subject.words(), subject.wire_values(), subject.support
    for i, candidate in enumerate(witness.candidates):
        changes = False
        for bit in {values[candidate.wire][x] for x in support}:
            held = subject.words({candidate.wire: bit})
            changes = changes or any(held[x] != natural[x] for x in support)
        demand(changes, f"candidates[{i}].wire", "changes the output nowhere")
    constant = len({natural[x] for x in support}) == 1
    demand(not constant, "candidates", "the output is constant on the support, so the score is 0")
    for x in support:
        held = subject.words({c.wire: values[c.wire][x] for c in witness.candidates})
        for other in support:
            problem = f"with their values on input {x} held, input {other} moves the output"
            demand(held[other] == natural[x], "candidates", problem)
