"""Conjunctive normal forms, the constraints that encodings are made of, and a solver for them.

Literals are non-zero integers, as in DIMACS.

Source of the solvers: A. Ignatiev, A. Morgado, J. Marques-Silva, *PySAT*, SAT 2018.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import combinations, product
from typing import Any

from mesacircuits.enumeration.effort import BudgetEnded, Effort

__all__ = ["SOLVER", "Cnf", "Session", "check_budget", "differs", "forbidden_cubes", "table_of"]


class Cnf:
    """A growing conjunction of clauses, with a literal `true` that folds away.

    >>> cnf = Cnf()
    >>> x = cnf.new()
    >>> cnf.add([x, -cnf.true]); cnf.add([-x, cnf.true])
    >>> cnf.true, x, cnf.clauses
    (1, 2, [[1], [2]])
    """

    def __init__(self) -> None:
        self.true = self.variables = 1
        self.clauses: list[list[int]] = [[1]]

    def new(self) -> int:
        """Return a new variable."""
        self.variables += 1
        return self.variables

    def add(self, clause: Iterable[int]) -> None:
        """Add a clause, unless it contains `true`; false literals are left out of it."""
        kept = [literal for literal in clause if literal != -self.true]
        if self.true not in kept:
            self.clauses.append(kept or [-self.true])

    def exactly_one(self, literals: Sequence[int]) -> None:
        """Add: exactly one of the literals holds."""
        self.add(literals)
        for one, other in combinations(literals, 2):
            self.add([-one, -other])

    def constant(self, value: int) -> int:
        """Return the literal that is true iff `value` is not 0."""
        return self.true if value else -self.true

    def gate(self, chosen: int, bits: Sequence[int], operands: Sequence[int], g: int) -> None:
        """Add: if `chosen`, then g is the function with these table bits of the operands."""
        for row, bit in enumerate(bits):
            other = [-p if row >> i & 1 else p for i, p in enumerate(operands)]
            self.add([-chosen, *other, -bit, g])
            self.add([-chosen, *other, bit, -g])

    def parity(self, chosen: int, result: int, p: int, q: int) -> None:
        """Add: if `chosen`, then `result` is p XOR q."""
        self.gate(chosen, (-self.true, self.true, self.true, -self.true), (p, q), result)

    def unequal(self, chosen: int, one: Sequence[int], other: Sequence[int]) -> None:
        """Add: if `chosen`, then the two sequences of literals differ somewhere."""
        apart = [-chosen]
        for p, q in zip(one, other, strict=True):
            apart.append(self.new())
            self.add([-apart[-1], p, q])
            self.add([-apart[-1], -p, -q])
        self.add(apart)


def differs(bits: Sequence[int], table: int) -> list[int]:
    """Return the clause that a function with these table bits is not the one with this table."""
    return [-bit if table >> row & 1 else bit for row, bit in enumerate(bits)]


def table_of(bits: Sequence[int], model: set[int]) -> int:
    """Return the table that a model gives to table bits."""
    return sum(1 << row for row, bit in enumerate(bits) if bit in model)


@lru_cache(maxsize=4096)
def forbidden_cubes(words: frozenset[int], bits: int) -> tuple[dict[int, int], ...]:
    """Return the largest cubes of `bits`-bit words that contain none of `words`.

    A cube is given by the bits that it fixes, and their values. A word is none of `words` iff it
    lies in one of the cubes: these are the prime implicates of the set, negated.

    >>> forbidden_cubes(frozenset({0b01, 0b11}), 2)
    ({0: 0},)
    >>> forbidden_cubes(frozenset({0b01, 0b10}), 2)
    ({0: 0, 1: 0}, {0: 1, 1: 1})
    """
    if len(words) == 1:
        (word,) = words
        return tuple({i: ~word >> i & 1} for i in range(bits))
    found: list[dict[int, int]] = []
    for fixed in range(bits + 1):
        for places in combinations(range(bits), fixed):
            for values in product((0, 1), repeat=fixed):
                cube = dict(zip(places, values, strict=True))
                if not any(smaller.items() <= cube.items() for smaller in found) and not any(
                    all(word >> i & 1 == value for i, value in cube.items()) for word in words
                ):
                    found.append(cube)
    return tuple(found)


#: The solver's name in PySAT; one that gives proofs and takes budgets of conflicts.
SOLVER = "cadical195"

_FIRST_SLICE, _SLICE_SECONDS, _LARGEST_SLICE = 1_000, 0.5, 1_000_000


class Session(AbstractContextManager["Session"]):
    """A solver with clauses, asked again and again, until a budget ends.

    CaDiCaL cannot be interrupted from Python, but it can be told after how many conflicts to give
    up. With a limited `Effort` it is asked in slices of so many conflicts as take half a second;
    it keeps what it learnt from slice to slice.

    >>> with Session([[1, 2], [-1]], Effort(seconds=60)) as session:
    ...     session.model()
    [-1, 2]
    """

    def __init__(
        self, clauses: Iterable[list[int]], effort: Effort | None = None, proof: bool = False
    ) -> None:
        from pysat.solvers import Solver

        self._effort = effort or Effort()
        self._solver: Any = Solver(name=SOLVER, bootstrap_with=clauses, with_proof=proof)

    def __exit__(self, *_: object) -> None:
        self._solver.delete()

    def add(self, clauses: Iterable[list[int]]) -> None:
        """Add clauses."""
        self._solver.append_formula(clauses)

    def model(self) -> list[int] | None:
        """Return a model of all clauses, or None if there is none.

        Raises `BudgetEnded` when the budget is used up before it is known.
        """
        if not self._satisfiable():
            return None
        model: list[int] = self._solver.get_model()
        return model

    def proof(self) -> list[str]:
        """Return the lines of the DRUP proof that there is no model, once that was found."""
        lines: list[str] = self._solver.get_proof()
        return lines

    def _satisfiable(self) -> bool:
        try:
            return self._solved()
        except Exception as error:
            # PySAT's own error, for which it has no name of its own.
            if "keyboard interrupt" in str(error):
                # While it solves, PySAT answers Ctrl-C in place of Python.
                if self._effort.interruption is not None:
                    self._effort.interruption.end()
                    raise BudgetEnded from error
                raise KeyboardInterrupt from error
            raise

    def _solved(self) -> bool:
        check_budget(self._effort)
        if self._effort.seconds is None and self._effort.interruption is None:
            return bool(self._solver.solve())
        conflicts = _FIRST_SLICE
        while True:
            start = time.monotonic()
            self._solver.conf_budget(conflicts)
            answer = self._solver.solve_limited()
            if answer is not None:
                return bool(answer)
            check_budget(self._effort)
            pace = conflicts / max(time.monotonic() - start, 1e-3)
            seconds = min(_SLICE_SECONDS, self._effort.left())
            conflicts = max(_FIRST_SLICE, min(int(pace * seconds), _LARGEST_SLICE))


def check_budget(effort: Effort) -> None:
    """Raise `BudgetEnded` if the budget is used up."""
    if effort.left() <= 0:
        raise BudgetEnded
