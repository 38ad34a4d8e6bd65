"""The planner: which engine searches for the minima of a task, and from which cost on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.enumeration.depths import depth_of
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.function_search import FunctionSearch
from mesacircuits.enumeration.joint_tasks import DepthEngine, plain_task, planned_jointly
from mesacircuits.enumeration.levels import joins_levels
from mesacircuits.enumeration.orders import DEPTH
from mesacircuits.enumeration.reach import is_solvable, least_depth
from mesacircuits.enumeration.stored_circuits import stored_circuits
from mesacircuits.enumeration.stored_rows import rows_of_circuits, stored_rows
from mesacircuits.enumeration.task_orders import Plan, Search, cost_of
from mesacircuits.enumeration.task_search import TaskSearch, circuits_without_gates, keys_of
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash
from mesacircuits.tasks import FunctionTask, Task

if TYPE_CHECKING:
    from mesacircuits.circuits import TruthTable

__all__ = ["AUTO", "CHOICES", "EXHAUSTIVE", "SAT", "planned"]

AUTO = "auto"
EXHAUSTIVE = "exhaustive"
SAT = "sat"
#: What may be asked for.
CHOICES = (AUTO, EXHAUSTIVE, SAT)

_LISTED_INPUTS = 4
# Raise this when a change of the SAT engine could change what it lists.
_VERSION = 1
# Gates that the exhaustive engines may look at before SAT is expected to be sooner: measured, see
# docs/performance.md. The engine for two-input gates looks at some 400 million a second on a core,
# the one for any basis at 30.
_MOST_TRIED = {"orbits": 10**12, "any": 5 * 10**7}
# How many times more there is to look at, at least, with one more gate.
_LEAST_GROWTH = 12


class _Planned:
    """Asks an exhaustive engine as long as that is expected to be sooner, then SAT."""

    def __init__(self, task: Task, basis: Basis, effort: Effort, choice: str, reads: bool) -> None:
        self.task, self.basis, self.effort, self.choice = task, basis, effort, choice
        self.exhaustive: FunctionSearch | TaskSearch
        table = _single(task)
        if table is not None and joins_levels(basis) and reads:
            self.kind, self.exhaustive = "orbits", FunctionSearch(table, basis, effort)
        else:
            self.kind, self.exhaustive = "any", TaskSearch(task, basis, effort)
        #: By depth bound: the gates looked at for the last cost and the one before.
        self.looked: dict[int | None, tuple[int, int]] = {}
        self.sat_from: int | None = None
        self.depth_by_sat = False
        self.expected = 0

    @property
    def tried(self) -> int:
        return self.exhaustive.tried

    @property
    def plan(self) -> Plan:
        if self.choice == SAT:
            return Plan("sat", "asked for")
        how = "one set of first gates per orbit"
        if self.kind == "any" and self.task.inputs > _LISTED_INPUTS:
            how = "all chains"
        if self.depth_by_sat:
            how += "; least depth by sat"
        if self.sat_from is None:
            return Plan("exhaustive", how)
        return Plan(
            "exhaustive, then sat",
            f"{how}; sat from cost {self.sat_from} on, where exhaustion was expected to look at "
            f"{self.expected:.0e} gates",
        )

    def circuits(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        if cost == 0:
            return circuits_without_gates(self.task, self.basis)
        if self.choice == SAT or (self.choice == AUTO and self._is_long(cost, depth)):
            return self._by_sat(cost, depth)
        before = self.exhaustive.tried
        listed = self.exhaustive.circuits(cost, depth)
        last = self.looked.get(depth, (0, 0))[0]
        self.looked[depth] = self.exhaustive.tried - before, last
        return listed

    def _by_sat(self, cost: int, depth: int | None) -> tuple[Circuit, ...]:
        from mesacircuits.enumeration.sat import all_circuits

        def find() -> tuple[Circuit, ...]:
            found = all_circuits(self.task, self.basis, cost, depth, self.effort)
            return tuple(sorted(found, key=keys_of))

        def check(circuits: tuple[Circuit, ...]) -> None:
            stored_rows(rows_of_circuits(self.basis, circuits), self.task.inputs, self.basis, ())
            if list(circuits) != sorted(set(circuits), key=keys_of):
                raise ValueError("circuits out of order")
            for circuit in circuits:
                flat = depth is None or circuit.depth <= depth
                right = flat and cost_of(circuit, self.basis) == cost
                if not (right and self.task.solved_by(circuit)):
                    raise ValueError("a circuit that does not solve the task so")

        asked = ["sat", _VERSION, self.task.to_json(), self.basis.to_json(), cost, depth]
        return stored_circuits(self.effort, content_hash(asked), find, check)

    def find_least_depth(self) -> int:
        """Return the least depth of any circuit for the task.

        Raises `BudgetEnded`, and `ArgumentError` where only SAT could tell and is not to be asked.
        """
        task, basis = self.task, self.basis
        if task.inputs <= _LISTED_INPUTS:
            depth = least_depth(task, basis)
            assert depth is not None  # the task has a circuit
            return depth
        table = _single(task)
        if table is not None and joins_levels(basis) and len(table.support()) > 1:
            core = table.restricted_to(table.support())
            bound = depth_of(core.bits ^ (core.mask if core.bits & 1 else 0), core.inputs, basis)
            if bound.exact:
                return bound.depth
        if self.choice == EXHAUSTIVE:
            expected = f"auto or sat: for more than {_LISTED_INPUTS} inputs SAT settles depths"
            raise ArgumentError("engine", expected, self.choice)
        from mesacircuits.enumeration.sat import minimum_depth

        self.depth_by_sat = True
        return minimum_depth(task, basis, self.effort)[0]

    def _is_long(self, cost: int, depth: int | None) -> bool:
        # SAT counts no gates, so a budget of nodes is for exhaustion alone.
        if self.effort.nodes is not None:
            return False
        if self.sat_from is not None and cost >= self.sat_from:
            return True
        last, before = self.looked.get(depth, (0, 0))
        self.expected = last * max(_LEAST_GROWTH, last // before if before else 0)
        if self.expected <= _MOST_TRIED[self.kind]:
            return False
        self.sat_from = cost
        return True


def _single(task: Task) -> TruthTable | None:
    if isinstance(task, FunctionTask) and task.outputs == 1 and task.support is None:
        return task.tables[0]
    return None


def planned(
    task: Task,
    basis: Basis,
    order: str,
    effort: Effort,
    choice: str = AUTO,
    cap: int | None = None,
    within: int = 0,
) -> tuple[Search, bool]:
    """Return the search for all minima of a task, and whether there is any circuit to be found.

    - One total function over two-input operators with free inverters: the engine that looks at one
      set of first gates per orbit and joins the last two gates.
    - Anything else: the engine for any basis, one set of first gates per orbit and all images of
      the task up to four inputs, all chains beyond.
    - As soon as the next cost is expected to take either of these longer than SAT, SAT. Where depth
      comes first and there are more than four inputs, SAT also settles the least depth.
    - Where whole policies are judged, these engines for relations of such (see `joint_tasks`).

    Arguments:
        choice: `auto`; or `exhaustive` or `sat` for one engine alone.
        task, basis, order, effort, cap, within: as for `enumerate_minima`.

    SAT looks at no nodes, so with a budget of these `auto` keeps to exhaustion.

    Raises `ArgumentError` for another choice, for `sat` with a budget of nodes, and where the
    search would not end.
    """
    if choice not in CHOICES:
        raise ArgumentError("engine", f"one of {', '.join(CHOICES)}", choice)
    if choice == SAT and effort.nodes is not None:
        raise ArgumentError("nodes", "a budget of seconds, for the engine sat", effort.nodes)
    # The engine for two-input operators lists no circuit that reads an idle input; such circuits
    # are never minimal, but may be within a few gates of it, or flat and large.
    reads = not within and order != DEPTH

    def engine_for(asked: Task) -> _Planned:
        return _Planned(asked, basis, effort, choice, reads)

    asked = plain_task(task)
    engine: DepthEngine
    if asked.joint:
        engine, solvable = planned_jointly(asked, basis, order, engine_for, effort)
    else:
        engine, solvable = engine_for(asked), is_solvable(asked, basis)
    return Search(engine, basis, order, engine.find_least_depth, cap=cap, within=within), solvable
