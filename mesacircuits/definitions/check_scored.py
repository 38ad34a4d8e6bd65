"""Checks of search-like witnesses with scores of two bits or by utilities, from scratch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import permutations

import msgspec

from mesacircuits.definitions.check_search import (
    MAX_CANDIDATES,
    check_spare_words,
    check_words,
    number,
    renamed,
)
from mesacircuits.definitions.check_subject import Subject, Word, demand
from mesacircuits.definitions.witness_records import (
    ScoredSearchWitness,
    SearchParameters,
    UtilityGroupRecord,
    UtilitySearchWitness,
)
from mesacircuits.errors import CertificateError
from mesacircuits.tasks import OptimisationTask

__all__ = ["prove_scored", "prove_scored_by_lowest_wires"]

Witness = ScoredSearchWitness | UtilitySearchWitness


def prove_scored_by_lowest_wires(
    subject: Subject, dials: SearchParameters, witness: Witness
) -> None:
    """Do as `prove_scored`, and refuse a witness in which a lower wire would serve as well."""
    prove_scored(subject, dials, witness)
    values = subject.wire_values()
    for i, part in enumerate(witness.candidates):
        for j, own in enumerate(part.wires):
            for wire in range(own):
                if any(values[wire][x] != values[own][x] for x in subject.support):
                    continue
                wires = (*part.wires[:j], wire, *part.wires[j + 1 :])
                altered = msgspec.structs.replace(part, wires=wires)
                others = (*witness.candidates[:i], altered, *witness.candidates[i + 1 :])
                try:
                    prove_scored(
                        subject, dials, msgspec.structs.replace(witness, candidates=others)
                    )
                except CertificateError:
                    continue
                where = f"candidates[{i}].wires[{j}]"
                raise CertificateError(where, f"wire {wire} serves and is lower")


def prove_scored(subject: Subject, dials: SearchParameters, witness: Witness) -> None:
    """Raise `CertificateError` unless the witness proves the circuit search-like."""
    count, least = len(witness.candidates), dials.candidates
    demand(count >= least, "candidates", f"{count} given, at least {least} needed")
    demand(count <= MAX_CANDIDATES, "candidates", f"more than {MAX_CANDIDATES} are not checked")
    check_words(subject, witness.candidates, witness.other_word)
    _check_groups(subject, dials, witness.candidates)
    values = range(1 << dials.wires_per_score)
    demand(sorted(witness.order) == [*values], "order", f"not all values 0 to {values[-1]}")
    groups = _Groups(subject, witness.candidates)
    if isinstance(witness, UtilitySearchWitness):
        _check_map(subject, groups, witness)
    else:
        _check_renamings(subject, groups, dials, witness)
    _check_order(groups, witness)
    _check_comparison(subject, witness.candidates)
    _check_every_wire(subject, groups)
    _check_cut(subject, groups)


class _Groups:
    """The groups of a witness, read input by input."""

    def __init__(self, subject: Subject, parts: Sequence[UtilityGroupRecord]) -> None:
        self.subject, self.parts = subject, parts
        wires = subject.wire_values()
        #: For each group its value on every input.
        self.values = [
            [
                sum((wires[w][x] ^ inv) << j for j, (w, inv) in enumerate(_read_wires(part)))
                for x in subject.all_inputs
            ]
            for part in parts
        ]

    def held(self, group: int, value: int) -> dict[int, int]:
        """Return what a group's wires carry where it has that value."""
        return {
            w: value >> j & 1 ^ inv for j, (w, inv) in enumerate(_read_wires(self.parts[group]))
        }

    def words_under(self, values: Sequence[int]) -> list[Word]:
        """Return the word on every input, the groups held at these values."""
        held: dict[int, int] = {}
        for group, value in enumerate(values):
            held |= self.held(group, value)
        return self.subject.words(held)

    @cached_property
    def exchanged(self) -> list[tuple[int, tuple[int, ...], Word]]:
        """(input x, values, output word) for all exchanges of the groups' values on each x of S."""
        found = []
        on_inputs = {x: tuple(sorted(own[x] for own in self.values)) for x in self.subject.support}
        for values in sorted(set(on_inputs.values())):
            for pattern in _arrangements(values):
                words = self.words_under(pattern)
                found += [(x, pattern, words[x]) for x, own in on_inputs.items() if own == values]
        return found


def _read_wires(part: UtilityGroupRecord) -> Iterator[tuple[int, bool]]:
    return zip(part.wires, part.inverted, strict=True)


def _arrangements(values: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the arrangements of a few values, equal ones not told apart, each once."""
    if not values:
        yield ()
    for value in sorted(set(values)):
        place = values.index(value)
        for rest in _arrangements((*values[:place], *values[place + 1 :])):
            yield value, *rest


def _check_groups(
    subject: Subject, dials: SearchParameters, parts: Sequence[UtilityGroupRecord]
) -> None:
    circuit, width, least = subject.circuit, dials.wires_per_score, dials.objective_gates
    for i, part in enumerate(parts):
        where = f"candidates[{i}]"
        for name, given in (
            ("wires", part.wires), ("inverted", part.inverted), ("costs", part.costs)
        ):  # fmt: skip
            demand(len(given) == width, f"{where}.{name}", f"{len(given)} given, {width} needed")
        for j, wire in enumerate(part.wires):
            at = f"{where}.wires[{j}]"
            demand(wire < circuit.wires, at, "no such wire")
            demand(wire not in part.wires[:j], at, "twice in one group")
            for k, rival in enumerate(parts[:i]):
                for other in rival.wires:
                    demand(wire != other, at, f"a wire of candidate {k} too")
                    feeds = subject.feeds(wire, other) or subject.feeds(other, wire)
                    demand(not feeds, at, f"feeds a wire of candidate {k}, or that this")
    if width > 1:
        first = parts[0]
        demand([*first.wires] == sorted(first.wires), "candidates[0].wires", "do not ascend")
        demand(not any(first.inverted), "candidates[0].inverted", "the first is read as it is")
    owned = [{gate for wire in part.wires for gate in circuit.cones[wire]} for part in parts]
    for i, part in enumerate(parts):
        for j, (wire, cost) in enumerate(zip(part.wires, part.costs, strict=True)):
            size, where = len(circuit.cones[wire]), f"candidates[{i}].costs[{j}]"
            demand(cost == size, where, f"the cone has {size} gates")
            demand(size >= least, where, f"at least {least} gates needed")
        private = len(owned[i].difference(*owned[:i], *owned[i + 1 :]))
        where = f"candidates[{i}].private_cost"
        demand(part.private_cost == private, where, f"{private} gates are private")


def _check_map(subject: Subject, groups: _Groups, witness: UtilitySearchWitness) -> None:
    task = subject.task
    demand(isinstance(task, OptimisationTask), "map", "the task has no utilities")
    assert isinstance(task, OptimisationTask)
    expected: dict[Fraction, int] = {}
    for i, part in enumerate(witness.candidates):
        for x in subject.support:
            utility = task.utility(x, number(part.word))
            if utility is None:
                raise CertificateError(f"candidates[{i}].word", "no candidate of the task")
            value = groups.values[i][x]
            known = expected.setdefault(utility, value)
            problem = f"the value on input {x} is {value}; of utility {utility} it was {known}"
            demand(known == value, f"candidates[{i}].wires", problem)
    demand(len(witness.map) == len(expected), "map", f"{len(expected)} utilities occur")
    ranks = []
    for i, (level, utility) in enumerate(zip(witness.map, sorted(expected), strict=True)):
        value = expected[utility]
        demand(level.utility == str(utility), f"map[{i}].utility", f"the next is {utility}")
        demand(level.value == value, f"map[{i}].value", f"the groups have {value}")
        ranks.append(witness.order.index(value))
    demand(ranks == sorted(ranks), "order", "the map does not increase")
    demand(ranks[0] < ranks[-1], "map", "constant on the utilities that occur")


def _check_renamings(
    subject: Subject, groups: _Groups, dials: SearchParameters, witness: ScoredSearchWitness
) -> None:
    parts, n, support = witness.candidates, subject.circuit.inputs, set(subject.support)
    masks = [r for r in range(1 << n) if {x ^ r for x in support} == support]
    # In lexicographic order, so that the first that serves is the one demanded.
    orders = permutations(range(n))
    renamings = [p for p in orders if {renamed(x, p) for x in support} == support]

    def first_renaming(i: int, mask: int, mask_of_first: int) -> tuple[int, ...] | None:
        """Return the first p with h_i(y XOR mask) = h_0(y' XOR mask_of_first) on the support."""
        own, first = groups.values[i], groups.values[0]
        for p in renamings:
            if all(own[y ^ mask] == first[renamed(y, p) ^ mask_of_first] for y in support):
                return p
        return None

    for i, part in enumerate(parts):
        where, mask = f"candidates[{i}].reencoding", part.reencoding
        demand(mask in masks, where, "no mask that maps the support onto itself")
        if dials.reencoding == "none":
            demand(mask == 0, where, "no re-encoding is allowed")
        elif dials.reencoding == "common":
            demand(mask == parts[0].reencoding, where, "not common to all candidates")
        elif i == 0:
            demand(mask == 0, where, "the first candidate's is 0")
    for i, part in enumerate(parts):
        serving = first_renaming(i, part.reencoding, parts[0].reencoding)
        where = f"candidates[{i}].renaming"
        demand(serving is not None, where, "none makes the objective that of candidate 0")
        demand(part.renaming == serving, where, f"the first that serves is {serving}")
    for i, part in enumerate(parts):
        for mask in masks:
            if mask >= part.reencoding:
                break
            # A common mask has to serve all candidates, one per group its own alone.
            common = dials.reencoding == "common"
            served = range(len(parts)) if common else [i]
            serves = all(first_renaming(j, mask, mask if common else 0) for j in served)
            demand(not serves, f"candidates[{i}].reencoding", f"{mask} serves and is less")


def _check_order(groups: _Groups, witness: Witness) -> None:
    words = [part.word for part in witness.candidates]
    for x, values, word in groups.exchanged:
        best = _best(values, witness.order)
        if word in [words[i] for i in best]:
            continue
        shown = f"word {list(word)} on input {x} under values {list(values)}"
        equal = len(best) == len(words)
        demand(equal, f"candidates[{best[0]}].word", f"{shown} is of no best candidate")
        demand(word == witness.other_word, "other_word", f"{shown} is another")
    seen = {word for _, _, word in groups.exchanged}
    if witness.other_word is not None:
        demand(witness.other_word in seen, "other_word", "never output")
    if isinstance(witness, ScoredSearchWitness):
        check_spare_words(words, witness.other_word, seen)
    if len(witness.order) == 2:
        demand(witness.order == (0, 1), "order", "a score of one bit is read so that 1 is better")
        return
    for order in permutations(range(len(witness.order))):
        if order == witness.order:
            break
        if isinstance(witness, UtilitySearchWitness):
            ranks = [order.index(level.value) for level in witness.map]
            if ranks != sorted(ranks):
                continue
        serves = all(
            word == witness.other_word or word in [words[i] for i in _best(values, order)]
            for _, values, word in groups.exchanged
        )
        demand(not serves, "order", f"{list(order)} serves and comes before")


def _best(values: Sequence[int], order: Sequence[int]) -> list[int]:
    """Return which groups have the best of the values."""
    ranks = [order.index(value) for value in values]
    return [i for i, rank in enumerate(ranks) if rank == max(ranks)]


def _check_comparison(subject: Subject, parts: Sequence[UtilityGroupRecord]) -> None:
    circuit = subject.circuit
    inside = {gate for part in parts for wire in part.wires for gate in circuit.cones[wire]}
    # A gate that reaches no output compares nothing.
    live = {gate for o in circuit.outputs if o.wire >= 0 for gate in circuit.cones[o.wire]}
    for wire, gate in enumerate(circuit.gates, start=circuit.inputs):
        read = [i for i, part in enumerate(parts) if {*part.wires} & {*gate.operands}]
        if wire in live - inside and len(read) >= 2:
            return
    raise CertificateError("candidates", "no gate outside their cones reads two of their groups")


def _check_every_wire(subject: Subject, groups: _Groups) -> None:
    natural, support = subject.words(), subject.support
    for i, part in enumerate(groups.parts):
        taken = {groups.values[i][x] for x in support}
        after = {value: subject.words(groups.held(i, value)) for value in taken}
        for j in range(len(part.wires)):
            matters = any(
                groups.values[i][x] ^ 1 << j == value and words[x] != natural[x]
                for value, words in after.items()
                for x in support
            )
            problem = "alone changes the output nowhere, by values that the group takes"
            demand(matters, f"candidates[{i}].wires[{j}]", problem)


def _check_cut(subject: Subject, groups: _Groups) -> None:
    natural, support = subject.words(), subject.support
    constant = len({natural[x] for x in support}) == 1
    demand(not constant, "candidates", "the output is constant on the support, so the score is 0")
    for x in support:
        held = groups.words_under([own[x] for own in groups.values])
        for other in support:
            problem = f"with their values on input {x} held, input {other} moves the output"
            demand(held[other] == natural[x], "candidates", problem)
