"""Putting encodings to a solver, within a budget.

Source of the solvers: A. Ignatiev, A. Morgado, J. Marques-Silva, *PySAT*, SAT 2018.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from mesacircuits.enumeration.effort import BudgetEnded, Effort

__all__ = ["SOLVER", "Session", "check_budget"]

#: The solver's name in PySAT; one that gives proofs and takes budgets of conflicts.
SOLVER = "cadical195"

_FIRST_SLICE, _SLICE_SECONDS, _LARGEST_SLICE = 1_000, 0.5, 1_000_000


class Session:
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

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
