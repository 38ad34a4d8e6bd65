"""Search-like: the solver evaluates candidates and selects the best (intervene on evaluations)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from mesacircuits.definitions.definition import (
    SEARCH_LIKE,
    Definition,
    Judgement,
    Solver,
    WithDials,
    definition_record,
    dial,
    solver_of,
)
from mesacircuits.definitions.influence import has_influence
from mesacircuits.definitions.search_groups import GroupFinder, witness_of
from mesacircuits.definitions.search_objective import REENCODINGS
from mesacircuits.tasks import Task

__all__ = ["MOST_WIRES_PER_SCORE", "REENCODINGS", "SearchLike"]

#: The most wires of a group.
MOST_WIRES_PER_SCORE = 2
# Of a frontier.
_MOST_OBJECTIVE_GATES = 6


@dataclass(frozen=True, slots=True)
class SearchLike(WithDials):
    """The default definition of search.

    A circuit is search-like on a task with support S iff there are k' >= k distinct candidate
    words and for each of them a *group* of w wires, each read as it is or inverted, so that the
    group has one of 2^w values, such that

    (a) *evaluate*: no wire of one group feeds or is a wire of another (within one group a wire may
        feed the other); the cone of every wire holds at least c gates; and the groups compute one
        objective: after one re-encoding y = x XOR r common to all, each is the other under a
        renaming (permutation) of inputs, on S, its wires taken in some order and polarity;
    (b) *select*: there is a total order of the 2^w values, one for all groups, such that on S, and
        after any exchange of the groups' values (all wires of a group at once), the output is the
        word of a candidate of maximal value, ties by any rule (where all are equal one fixed other
        word is allowed); some gate outside the cones, from which an output is reached, reads wires
        of two groups; and every wire matters: for some x in S and some value that its group takes
        on S and that differs from the value on x in this wire alone, setting the group to it
        changes the output on x;
    (c) *cut*: with the groups held fixed nothing else moves the output. The score is the greatest
        1 - P[C_do(G = G(x))(x') != C(x)] / P[C(x') != C(x)], x and x' uniform on S, over the
        choices that satisfy (a) and (b); 0 if there are none, if the output is constant on S, and
        if no action matters in the task's world.

    For w = 1 the order is 0 < 1 and "every wire matters" says that each group changes the output
    somewhere. For w = 2 it follows that a group takes at least three values on S: a score of one
    bit does not become one of two by a copy, an idle wire, or a wire that only feeds the other.
    (That merging two values would falsify (b) is not asked: ties are free, so the low bit of a
    comparator of two-bit numbers would be merged away.)

    Where the task is an `OptimisationTask`, candidates are its candidates and its utilities say
    what the objective is; in (a) re-encodings and renamings are not asked for, but one map phi
    from utilities to values such that the value of the group of word w is phi(U(x, w)) for all x
    in S. In the order of (b) phi increases weakly; it is not constant on the utilities that occur.
    Any candidates, at least k, may be the ones evaluated.

    A circuit with state is judged as it stands: state bits are inputs, bits of the next state are
    outputs, and S holds the inputs that can occur.

    Arguments:
        candidates: k, at least 2; a lower bound. One output bit admits only two candidates.
        objective_gates: c, at least 0: the gates of a whole cone; at 0 bare inputs are candidates.
        wires_per_score: w, 1 or 2, exact.
        reencoding: `common`; `none` (r = 0); or `per-group` (a re-encoding for each group). Where
            there are utilities it says nothing.

    Raises `ArgumentError` for dials outside those ranges.

    Source: E. Hubinger et al., *Risks from Learned Optimization in Advanced Machine Learning
    Systems*, 2019, section 1.1: a system is an optimizer if it is "internally searching through a
    search space [...] looking for those elements that score high according to some objective
    function that is explicitly represented within the system".

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> c = Circuit.parse(4, "g1 = a & b; g2 = c & d; g3 = g1 & ~g2; out = g3")
    >>> SearchLike().judge(c, parse_task("expr:(a & b) & ~(c & d)")).score
    Fraction(1, 1)
    """

    candidates: int = dial(2, least=2)
    objective_gates: int = dial(1, least=0)
    wires_per_score: int = dial(1, least=1, most=MOST_WIRES_PER_SCORE)
    reencoding: str = dial("common", values=REENCODINGS)

    name: ClassVar[str] = "search-like"
    tag: ClassVar[str] = SEARCH_LIKE
    version: ClassVar[int] = 1
    symmetric = True
    source: ClassVar[str] = "Hubinger et al. 2019, section 1.1"
    formula: ClassVar[str] = (
        "k or more groups of w wires, one per candidate word, compute one objective of at least c "
        "gates (the task's utilities, if it has any); the output is the word of a group of maximal "
        "value, also after any exchange of their values; with them fixed nothing else moves it"
    )
    blind_to: ClassVar[str] = (
        "objectives of more wires than w, searches in which no two evaluations exist at once, "
        "searches through time (state bits count as inputs, bits of the next state as outputs), "
        "and whatever happens off the support"
    )

    def variants(self) -> list[SearchLike]:
        """Return the definition with other objectives: of 1 to 6 gates, re-encoded or not."""
        return [
            replace(self, objective_gates=gates, reencoding=reencoding)
            for reencoding in dict.fromkeys((self.reencoding, "common", "none"))
            for gates in range(1, _MOST_OBJECTIVE_GATES + 1)
        ]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether this asks for as many candidates and gates, and no freer objectives."""
        rank = ("none", "common", "per-group").index
        return (
            isinstance(other, SearchLike)
            and self.candidates >= other.candidates
            and self.objective_gates >= other.objective_gates
            and self.wires_per_score == other.wires_per_score
            and rank(self.reencoding) <= rank(other.reencoding)
        )

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a solver of any task, with a witness iff it is 1.

        Raises `ArgumentError` if the solver does not solve the task.
        """
        circuit = solver_of(solver, task)
        best, witness = Fraction(0), None
        if has_influence(circuit, task):
            finder = GroupFinder(
                circuit,
                task,
                self.candidates,
                self.objective_gates,
                self.wires_per_score,
                self.reencoding,
            )
            for choice in finder.choices():
                selection = finder.selects(choice)
                if selection is None:
                    continue
                score = finder.score(choice)
                best = max(best, score)
                if score == 1:
                    witness = witness_of(finder, choice, selection)
                    break
        return Judgement(definition_record(self), self.tag, best, witness)
