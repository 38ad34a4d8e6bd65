"""The planner: which engine searches for the minima of a task, and from which cost on.

Tasks that judge whole policies, worlds and episodes, are planned by way of relations. What a world
accepts is no relation: all left may do, and all right, but no mixture. Two ways lead to all minimal
circuits all the same. Either the acceptable policies are listed as disjoint relations, the task's
`boxes`; a circuit solves the task iff it solves one of them, and never two. Or the circuits of the
least relation that contains them, the *hull*, are listed, and those kept that the task accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from math import comb, prod
from typing import TYPE_CHECKING, Protocol

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import MAX_EXHAUSTED_FAN_IN, Basis
from mesacircuits.enumeration.constraints import FREE, Constraints
from mesacircuits.enumeration.decomposition import decomposed
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.engines import (
    ConstrainedEngine,
    FunctionEngine,
    TaskEngine,
    circuits_without_gates,
)
from mesacircuits.enumeration.orders import (
    DEPTH_SIZE,
    ORDERS,
    SIZE,
    SIZE_DEPTH,
    Asked,
    Plan,
    answered,
    circuit_cost,
)
from mesacircuits.enumeration.reach import builds_all, depth_of, is_solvable, least_depth
from mesacircuits.enumeration.rows import keys_of
from mesacircuits.enumeration.symmetry import has_fast_kernel, normal_bits
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    EpisodeTask,
    FunctionTask,
    RelationTask,
    Task,
    WorldTask,
)

if TYPE_CHECKING:
    from mesacircuits.enumeration.sat.search import BothWays

__all__ = [
    "AUTO",
    "CHOICES",
    "EXHAUSTIVE",
    "SAT",
    "Engine",
    "Filtered",
    "OneOfMany",
    "Plan",
    "Search",
    "planned",
]

AUTO = "auto"
EXHAUSTIVE = "exhaustive"
SAT = "sat"
#: What may be asked for.
CHOICES = (AUTO, EXHAUSTIVE, SAT)

_LISTED_INPUTS = 4
# Gates that the exhaustive engines may look at before SAT is expected to be sooner: measured, see
# docs/performance.md. For one function over two-input gates some 400 million a second are looked at
# on a core, for other tasks over such gates 150, over any basis 30.
_MOST_TRIED = {"orbits": 10**12, "outputs": 10**12, "any": 5 * 10**7}
# Of more inputs a function has so few circuits among all that what is known of it with an input
# fixed spares more than looking for all its images at once.
_MOST_JOINED = 5
# Where some minima are enough, a cost that takes longer than some hundredth of that is first looked
# through so far, and the next ones after it: one circuit bounds the minima from above. From a
# hundredth of this on a circuit that takes no search is made for a bound.
_LOOKED = {"orbits": 2 * 10**10, "outputs": 10**9, "any": 10**6}
_LOOKED_AHEAD = 2
# A search that has looked at nothing begins at no greater cost, unless those below it were known.
_MOST_BEGUN = 5
# How many times more there is to look at, at least, with one more gate.
_LEAST_GROWTH = 12
#: More boxes than this are searched one by one only where the hull will not do.
_FEW = 64
#: The longest list of a hull's circuits after which the next is asked for.
_MOST_LISTED = 1 << 18
#: The hull is searched if it holds at most so many policies for each acceptable one.
_LOOSEST = 1 << 10


class Engine(Protocol):
    """What lists the circuits of one cost for a task, and settles its least depth."""

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""

    @property
    def plan(self) -> Plan:
        """What the engine is called, and why it was chosen."""

    def circuits(
        self, cost: int, depth: int | None, first: int | None = None
    ) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly this cost and at most this depth, or `first`."""

    def stream(self, cost: int, depth: int | None) -> Iterator[Circuit]:
        """Yield the same in any order, as they are found."""

    def find_least_depth(self) -> int:
        """Return the least depth of any circuit for the task."""


@dataclass
class Search:
    """A search for all minima of a task under an order.

    Attributes:
        engine: lists the circuits of one cost.
        order: one of `circuit_orders`.
        cap: under `depth` the greatest cost allowed.
        within: also circuits of so much more cost than minimal, no deeper.
        first: so many of the minima are enough.
        at_most: the greatest cost that is looked at; None for any.
        exactly: instead of the minima, the circuits of this cost.
        constraints: what circuits keep to.
        exhausted: every circuit of at most this cost (and where depth comes first, of at most the
            depth looked at) was searched; -1 before any was.
        least: the cost of the minima, once that is known; for a front, of its smallest.
        start, last: costs below and above which there is no circuit; None for none such.
    """

    engine: Engine
    order: str
    cap: int | None = None
    within: int = 0
    first: int | None = None
    at_most: int | None = None
    exactly: int | None = None
    constraints: Constraints = FREE
    exhausted: int = -1
    least: int | None = None
    start: int = 0
    last: int | None = None
    # By cost and bound: what was listed.
    _listed: dict[int, dict[int | None, tuple[Circuit, ...]]] = field(default_factory=dict)

    def run(self) -> tuple[Circuit, ...]:
        """Return the minima; none if no circuit within the cap solves the task.

        Raises:
            BudgetEnded: if the budget ran out first.
        """
        meaning = ORDERS[self.order]
        assert meaning.questions is not None  # it is an order of circuits
        flat = self.constraints.depth
        if flat is not None and self.engine.find_least_depth() > flat:
            return ()
        if self.exactly is not None:
            return self._circuits(self.exactly, None)
        caps = [c for c in (self.at_most, self.cap, self.last) if c is not None]
        cap = min(caps, default=None)
        asked = Asked(self.engine.find_least_depth, cap, start=self.start)
        points = answered(meaning.questions(asked), self._depth_of)
        found = tuple(c for point in points for c in self._circuits(*point))[: self.first]
        if meaning.takes_cap and points:
            self.exhausted = asked.cap or 0
        for more in range(1, self.within + 1):
            [(cost, bound)] = points
            found += self._circuits(cost + more, bound)
            self.exhausted = cost + more
        return found

    def stream(self) -> Iterator[Circuit]:
        """Yield the minima as they are found, in any order.

        Where it takes all circuits of a size to tell which are minimal, they are listed before.

        Raises:
            BudgetEnded: if the budget ran out first.
        """
        bound = flat = self.constraints.depth
        depth_first = self.order == DEPTH_SIZE
        if self.exactly is None and (self.within or self.order not in (SIZE, DEPTH_SIZE)):
            yield from self.run()
            return
        if flat is not None or depth_first:
            least = self.engine.find_least_depth()
            if flat is not None and least > flat:
                return
            bound = least if depth_first else flat
        if self.exactly is not None:
            yield from self.engine.stream(self.exactly, flat)
            return
        caps = [c for c in (self.at_most, self.last) if c is not None]
        for cost in count(self.start):
            if caps and cost > min(caps):
                return
            met = False
            for circuit in self.engine.stream(cost, bound):
                met = True
                yield circuit
            if met:
                return

    def _depth_of(self, cost: int, bound: int | None) -> int | None:
        found = self._circuits(cost, bound)
        if self.least is None and not ORDERS[self.order].takes_cap:
            self.exhausted, self.least = cost, cost if found else None
        return min(map(self.constraints.depth_of, found), default=None)

    def _circuits(self, cost: int, bound: int | None) -> tuple[Circuit, ...]:
        flat, depth_of = self.constraints.depth, self.constraints.depth_of
        if flat is not None:
            bound = flat if bound is None else min(bound, flat)
        listed = self._listed.setdefault(cost, {})
        for most, circuits in listed.items():
            if most is None or (bound is not None and bound <= most):
                kept = tuple(c for c in circuits if bound is None or depth_of(c) <= bound)
                # Of some only, those that are flat enough may not have been met.
                if self.first is None or most == bound or len(circuits) < self.first:
                    return kept
        listed[bound] = self.engine.circuits(cost, bound, self.first)
        return listed[bound]


class _Planned:
    """Asks an exhaustive engine as long as that is expected to be sooner, then SAT."""

    def __init__(
        self,
        task: Task,
        basis: Basis,
        effort: Effort,
        choice: str,
        reads: bool,
        constraints: Constraints,
    ) -> None:
        self.task, self.basis, self.effort, self.choice = task, basis, effort, choice
        self.constraints = constraints
        self.wide = ""
        #: Where some circuits were enough: one of those of least cost met so far.
        self.best: Circuit | None = None
        self.looked_ahead = False
        #: By depth bound: what is known of it by SAT.
        self.ways: dict[int | None, BothWays] = {}
        if basis.is_wide:
            self.wide = f"operators of more than {MAX_EXHAUSTED_FAN_IN} operands"
            if choice == EXHAUSTIVE or effort.nodes is not None:
                expected = f"auto or sat, and no budget of nodes, for {self.wide}"
                raise ArgumentError("engine", expected, choice)
            self.choice = SAT
            return
        if constraints.topology is not None and choice == AUTO and effort.nodes is None:
            # There is no saying which sets of first gates lead to a topology.
            self.wide, self.choice = "for a topology", SAT
            return
        self.kind, self.exhaustive = "any", TaskEngine(task, basis, effort)
        single = _single(task)
        support = len(single.tables[0].support()) if single is not None else 0
        narrow = support <= _MOST_JOINED
        reads = reads or support == task.inputs  # no input is idle
        if constraints.copies or any(constraints.arrival):
            # No engine that makes use of symmetries tells when inputs arrive, or lists copies.
            self.exhaustive = ConstrainedEngine(task, basis, effort, constraints)
        elif reads and single is not None and narrow and has_fast_kernel(basis):
            self.kind, self.exhaustive = "orbits", FunctionEngine(single, basis, effort)
            if len(single.tables[0].support()) == _MOST_JOINED:
                from mesacircuits.enumeration.five_inputs.functions import ClassEngine

                self.exhaustive = ClassEngine(single, basis, effort)
        elif self.exhaustive.is_fast:
            self.kind = "outputs"
        #: By depth bound: the gates looked at for the last cost and the one before.
        self.looked: dict[int | None, tuple[int, int]] = {}
        self.sat_from: int | None = None
        self.depth_by_sat = False
        self.expected = 0

    @property
    def tried(self) -> int:
        return 0 if self.wide else self.exhaustive.tried

    @property
    def plan(self) -> Plan:
        if self.choice == SAT:
            return Plan("sat", self.wide or "asked for")
        how = "one set of first gates per orbit"
        constrained = isinstance(self.exhaustive, ConstrainedEngine)
        if constrained or (self.kind == "any" and self.task.inputs > _LISTED_INPUTS):
            how = "all chains"
        how += f"; {self.exhaustive.known}" if self.exhaustive.known else ""
        if self.depth_by_sat:
            how += "; least depth by sat"
        if self.sat_from is None:
            return Plan("exhaustive", how)
        return Plan(
            "exhaustive, then sat",
            f"{how}; sat from cost {self.sat_from} on, where exhaustion was expected to look at "
            f"{self.expected:.0e} gates",
        )

    def circuits(
        self, cost: int, depth: int | None, first: int | None = None
    ) -> tuple[Circuit, ...]:
        if cost == 0:
            return self._kept(circuits_without_gates(self.task, self.basis), depth)[:first]
        if self.choice == SAT:
            return self._by_sat(cost, depth, first)
        if first is not None and self.choice == AUTO:
            found = self._soonest(cost, depth, first)
            if found:
                return found
        if self.choice == AUTO and self._is_long(cost, depth):
            return self._by_sat(cost, depth, first)
        before = self.exhaustive.tried
        listed = self._exhausted(self.exhaustive, cost, depth, first)
        last = self.looked.get(depth, (0, 0))[0]
        self.looked[depth] = self.exhaustive.tried - before, last
        return listed

    def stream(self, cost: int, depth: int | None) -> Iterator[Circuit]:
        if cost == 0:
            yield from self._kept(circuits_without_gates(self.task, self.basis), depth)
            return
        if self.choice == SAT or (self.choice == AUTO and self._is_long(cost, depth)):
            from mesacircuits.enumeration.sat import all_circuits

            asked = self.task, self.basis, cost, depth, self.effort, self.constraints
            yield from all_circuits(*asked, soonest=True)
            return
        before = self.exhaustive.tried
        for circuit in self.exhaustive.stream(cost, depth):
            # What is fixed or forbidden the engine does not know.
            yield from self._kept((circuit,), depth) if self.constraints.may_fail else (circuit,)
        self.looked[depth] = self.exhaustive.tried - before, self.looked.get(depth, (0, 0))[0]

    def _exhausted(
        self, engine: TaskEngine, cost: int, depth: int | None, first: int | None
    ) -> tuple[Circuit, ...]:
        # What is fixed or forbidden is asked of circuits after all were listed: being reduced has
        # nothing to do with it, and all circuits of a cost are listed, images and all.
        if self.constraints.may_fail:
            return self._kept(engine.circuits(cost, depth), depth)[:first]
        return engine.circuits(cost, depth, first)

    def _kept(self, circuits: tuple[Circuit, ...], depth: int | None) -> tuple[Circuit, ...]:
        allowed, free = self.constraints, self.basis.free_inverters
        if not allowed:
            return circuits
        return tuple(
            c
            for c in circuits
            if allowed.allows(c, free) and (depth is None or allowed.depth_of(c) <= depth)
        )

    def _expected(self, cost: int, depth: int | None) -> int:
        # The gates to look at for a cost, by those for the last two. Where the one before was cut
        # at once it does not say how fast they grow; each gate over all wires, up to order, does.
        last, before = self.looked.get(depth, (0, 0))
        growth = last // before if before else 0
        if not before and all(form.cost == 1 for form in self.basis.forms):
            wires = self.task.inputs + cost - 1
            growth = sum(comb(wires, form.wires) for form in self.basis.forms) // cost
        return last * max(_LEAST_GROWTH, growth)

    def _soonest(self, cost: int, depth: int | None, first: int) -> tuple[Circuit, ...]:
        # Where to exhaust the cost takes long: some circuits of it, if one that is known has it or
        # the sets of most first gates have any; else one of a cost soon after, kept for an answer
        # in case the budget ends.
        expected, looked = self._expected(cost, depth), _LOOKED[self.kind]
        quick = self.exhaustive.is_quick(cost, depth)
        # Where costs below were known, nothing is of what there is to look at.
        begun = expected > 0 or cost <= _MOST_BEGUN
        soon = begun and (quick or expected <= looked // _LEAST_GROWTH**2)
        if soon or self.effort.nodes is not None:
            return ()
        best = self._best(depth)
        more_known = _LOOKED_AHEAD if best is None else circuit_cost(best, self.basis) - cost - 1
        if best is not None and more_known < 0 and first == 1:
            return (best,)
        if quick or expected <= looked:
            return ()
        ahead = 0 if self.looked_ahead else min(_LOOKED_AHEAD, more_known)
        for more in range(max(0, ahead) + 1):
            part = self.effort.limited(nodes=_LOOKED[self.kind])
            engine: TaskEngine
            if isinstance(self.exhaustive, ConstrainedEngine):
                engine = ConstrainedEngine(self.task, self.basis, part, self.constraints)
            else:
                engine = type(self.exhaustive)(self.task, self.basis, part)
            found: tuple[Circuit, ...] = ()
            try:
                found = self._exhausted(engine, cost + more, depth, 1 if more else first)
            except BudgetEnded:
                if self.effort.used_up():
                    raise
            finally:
                self.exhaustive.tried += engine.tried
            if found and not more:
                return found
            if found:
                self.best, self.looked_ahead = found[0], True
                break
        return ()

    def _by_sat(self, cost: int, depth: int | None, first: int | None) -> tuple[Circuit, ...]:
        from mesacircuits.enumeration.sat import all_circuits

        if first is not None:
            ways = self._both_ways(depth)
            try:
                met = ways.settle(cost)
            finally:
                self.best = ways.best
            if met is None or first == 1:
                return () if met is None else (met,)
        asked = self.task, self.basis, cost, depth, self.effort, self.constraints
        with closing(all_circuits(*asked, soonest=first is not None)) as found:
            return tuple(sorted(islice(found, first), key=keys_of))

    def _both_ways(self, depth: int | None) -> BothWays:
        from mesacircuits.enumeration.sat import both_ways

        if depth not in self.ways:
            asked = self.task, self.basis, self.effort, self.constraints
            self.ways[depth] = both_ways(*asked, depth, self._best(depth))
        return self.ways[depth]

    def _best(self, depth: int | None) -> Circuit | None:
        # The cheapest circuit known, minimal or not.
        if depth is not None:
            return None
        if self.best is None:
            self.best = self._at_once
        return self.best

    @cached_property
    def _at_once(self) -> Circuit | None:
        # A circuit that takes no search. Costs in order are known of single functions alone, which
        # pieces are not.
        if self.constraints or self.basis.in_order:
            return None
        return self._shipped() or decomposed(self.task, self.basis, self._pieces)

    def _shipped(self) -> Circuit | None:
        # Of a function of five inputs.
        from mesacircuits.enumeration.five_inputs.lookup import known_function

        single = _single(self.task)
        if single is None or single.inputs != _MOST_JOINED or not self.effort.takes_shipped:
            return None
        with suppress(ArgumentError):  # nothing ships of other bases
            return known_function(single.tables[0], self.basis).circuit
        return None

    def _pieces(self, piece: Task) -> tuple[Circuit, ...]:
        search, solvable = planned(piece, self.basis, SIZE, Effort(workers=1))
        return search.run() if solvable else ()

    def find_least_depth(self) -> int:
        """Return the least depth of any circuit for the task.

        Raises `BudgetEnded`, and `ArgumentError` where only SAT could tell and is not to be asked.
        """
        task, basis = self.task, self.basis
        if any(self.constraints.arrival):
            return self._least_depth_by_sat()
        if task.inputs <= _LISTED_INPUTS and not self.wide:
            depth = least_depth(task, basis)
            assert depth is not None  # the task has a circuit
            return depth
        single = _single(task)
        if single is not None and has_fast_kernel(basis):
            [table] = single.tables
            core = table.restricted_to(table.support())
            if core.inputs > 1:
                bound = depth_of(int(normal_bits(core, basis)), core.inputs, basis)
                if bound.exact:
                    return bound.depth
        if self.choice == EXHAUSTIVE:
            expected = f"auto or sat: for more than {_LISTED_INPUTS} inputs SAT settles depths"
            raise ArgumentError("engine", expected, self.choice)
        return self._least_depth_by_sat()

    def _least_depth_by_sat(self) -> int:
        from mesacircuits.enumeration.sat import minimum_depth

        self.depth_by_sat = True
        return minimum_depth(self.task, self.basis, self.effort, self.constraints)[0]

    def _is_long(self, cost: int, depth: int | None) -> bool:
        # SAT counts no gates, so a budget of nodes is for exhaustion alone.
        if self.effort.nodes is not None:
            return False
        if self.sat_from is not None and cost >= self.sat_from:
            return True
        self.expected = self._expected(cost, depth)
        if self.expected <= _MOST_TRIED[self.kind]:
            return False
        self.sat_from = cost
        return True


def _single(task: Task) -> FunctionTask | None:
    # The task, if it asks for one total function.
    total = isinstance(task, FunctionTask) and task.outputs == 1 and task.support is None
    return task if total else None  # type: ignore[return-value]


# -- tasks that judge whole policies -------------------------------------------------------------


class OneOfMany:
    """The circuits that solve one of several relations, no two of which share a solution.

    Arguments:
        engines: for each relation an engine.
    """

    def __init__(self, engines: Sequence[Engine]) -> None:
        self.engines = tuple(engines)

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""
        return sum(engine.tried for engine in self.engines)

    @property
    def plan(self) -> Plan:
        """The plan of the first engine that had recourse to SAT, else of the first of all."""
        plans = [engine.plan for engine in self.engines]
        if not plans:
            return Plan(reason="no policy is acceptable")
        plan = next((p for p in plans if "sat" in p.engine), plans[0])
        if len(plans) == 1:
            return plan
        return Plan(plan.engine, f"{len(plans)} relations of acceptable policies; {plan.reason}")

    def circuits(
        self, cost: int, depth: int | None, first: int | None = None
    ) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly this cost and at most this depth, or `first`."""
        found = [c for engine in self.engines for c in engine.circuits(cost, depth, first)]
        return tuple(sorted(found, key=keys_of))[:first]

    def stream(self, cost: int, depth: int | None) -> Iterator[Circuit]:
        """Yield the same in any order, as they are found."""
        for engine in self.engines:
            yield from engine.stream(cost, depth)

    def find_least_depth(self) -> int:
        """Return the least depth of any circuit for one of the relations."""
        return min(engine.find_least_depth() for engine in self.engines)


class Filtered:
    """The circuits of a hull that the task accepts, each policy judged once.

    A hull that is far wider than the task has too many circuits to list; after one list of more
    than 2^18 the search is given up, as if its budget had ended.

    Arguments:
        engine: lists the circuits of the hull.
        task: decides.
        effort: its budget.
    """

    def __init__(self, engine: Engine, task: Task, effort: Effort) -> None:
        self.engine, self.task, self.effort = engine, task, effort
        self.judged: dict[tuple[int, ...], bool] = {}
        self.listed = 0

    @property
    def tried(self) -> int:
        """The number of gates looked at so far."""
        return self.engine.tried

    @property
    def plan(self) -> Plan:
        """The plan for the hull."""
        plan = self.engine.plan
        how = "whole policies judged one by one"
        if self.listed > _MOST_LISTED:
            how += ", given up for there are too many"
        return Plan(plan.engine, f"{how}; {plan.reason}")

    def circuits(
        self, cost: int, depth: int | None, first: int | None = None
    ) -> tuple[Circuit, ...]:
        """Return all reduced circuits of exactly this cost and at most this depth, or `first`.

        Raises:
            BudgetEnded: if the budget ran out, or the last list was too long to go on.
        """
        if self.listed > _MOST_LISTED:
            raise BudgetEnded
        listed = self.engine.circuits(cost, depth)
        self.listed = len(listed)
        return tuple(islice((c for c in listed if self._accepts(c)), first))

    def stream(self, cost: int, depth: int | None) -> Iterator[Circuit]:
        """Yield the same in any order, as they are found; there may be too many to be listed."""
        return filter(self._accepts, self.engine.stream(cost, depth))

    def _accepts(self, circuit: Circuit) -> bool:
        tables = tuple(circuit.output_bits())
        if tables not in self.judged:
            if self.effort.used_up():
                raise BudgetEnded
            self.judged[tables] = self.task.solved_by(circuit)
        return self.judged[tables]

    def find_least_depth(self) -> int:
        """Raise `ArgumentError`: a circuit of the hull may be flatter than any that is accepted."""
        raise ArgumentError("order", f"{SIZE} or {SIZE_DEPTH}, for so many policies", "another")


def _planned_jointly(
    task: Task,
    basis: Basis,
    order: str,
    engine_for: Callable[[Task], Engine],
    effort: Effort,
) -> tuple[Engine, bool]:
    """Return the engine for a task that judges whole policies, and whether it has any circuit.

    Arguments:
        task: a world or an episode.
        basis: over which circuits are sought.
        order: one of `ORDERS`. Those that start from depth search the boxes, whose least depth is
            the least of theirs; else the hull is searched where there are many boxes, or few of its
            policies are not acceptable.
        engine_for: makes the engine for a function or relation task.
        effort: the means of the search.

    Raises `ArgumentError` for an order that starts from depth where the boxes are too many to list;
    and for an effort without budget if they are, and it is not known that there is a circuit.
    """
    assert isinstance(task, WorldTask | EpisodeTask)
    endless = effort.seconds is None and effort.nodes is None
    hull_serves = not ORDERS[order].depth_first and not ORDERS[order].has_front
    if task.boxes is not None:
        boxes = [_as_function(box) for box in task.boxes]
        few = len(boxes) <= _FEW and not _is_tight(task.boxes, task.word_masks)
        if not hull_serves or few or len(boxes) <= 1 or not builds_all(basis):
            solvable = [box for box in boxes if is_solvable(box, basis)]
            return OneOfMany([engine_for(box) for box in solvable]), bool(solvable)
    elif not hull_serves:
        expected = f"{SIZE} or {SIZE_DEPTH}, for a task that accepts so many policies"
        raise ArgumentError("order", expected, order)
    elif task.solvable is False:
        return OneOfMany(()), False
    elif endless and not (task.solvable and builds_all(basis)):
        expected = "a number of seconds, for it is not known whether any circuit solves the task"
        raise ArgumentError("budget", expected, "none")
    hull = RelationTask.from_word_masks(task.inputs, task.word_masks)
    return Filtered(engine_for(hull), task, effort), True


def _is_tight(boxes: Sequence[RelationTask], masks: Sequence[int]) -> bool:
    accepted = sum(prod(len(words) for words in box.accept) for box in boxes)
    inputs = range(1 << boxes[0].inputs) if boxes else ()
    in_hull = prod(sum(mask >> x & 1 for mask in masks) for x in inputs)
    return in_hull <= _LOOSEST * accepted


def _as_function(box: RelationTask) -> FunctionTask | RelationTask:
    # Engines know functions of one output better.
    return box.to_function() if box.is_function() else box


# -- the plan ------------------------------------------------------------------------------------


def planned(
    task: Task,
    basis: Basis,
    order: str,
    effort: Effort,
    choice: str = AUTO,
    cap: int | None = None,
    within: int = 0,
    first: int | None = None,
    at_most: int | None = None,
    exactly: int | None = None,
    constraints: Constraints = FREE,
) -> tuple[Search, bool]:
    """Return the search for all minima of a task, and whether there is any circuit to be found.

    - One total function of at most five inputs over two-input operators with free inverters: the
      engine that looks at one set of first gates per orbit and joins the last two gates.
    - Other tasks over such operators: the engine that looks at one set of first gates per orbit of
      the task's own symmetries, and joins the last gate that no output asks for with the outputs.
    - Anything else: the engine for any basis, one set of first gates per orbit and all images of
      the task up to four inputs, all chains beyond.
    - As soon as the next cost is expected to take either of these longer than SAT, SAT. Where depth
      comes first and there are more than four inputs, SAT also settles the least depth.
    - Where some operator has more than three operands, or a topology is given, SAT alone.
    - Where whole policies are judged, these engines for relations of such (see above).

    Arguments:
        choice: `auto`; or `exhaustive` or `sat` for one engine alone.
        task, basis, order, effort, cap, within, first, at_most, exactly: as for `enumerate_minima`.
        constraints: fitted to the task.

    Where `first` minima are enough, the sets of most first gates are extended before the others,
    and no more once there are so many; before a cost that takes minutes, it and the next two are
    looked through so far.

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
    reads = not within and not ORDERS[order].takes_cap and exactly is None
    reads = reads and not constraints.may_fail

    def engine_for(asked: Task) -> _Planned:
        return _Planned(asked, basis, effort, choice, reads, constraints)

    asked = task.plain()
    engine: Engine
    if asked.joint:
        engine, solvable = _planned_jointly(asked, basis, order, engine_for, effort)
    else:
        engine, solvable = engine_for(asked), is_solvable(asked, basis)
    start = 0
    if basis.in_order:
        from mesacircuits.enumeration.multiplicative import least_first_cost

        start = least_first_cost(asked, basis, effort)
    last = None
    if constraints.topology is not None:
        constraints.topology.check_operands({form.wires for form in basis.forms})
        # Its number of gates is given.
        each, gates = {basis.cost_of(o.name) for o in basis.operators}, constraints.topology.size
        start, last = max(start, gates * min(each)), gates * max(each)
    found = Search(
        engine, order, cap, within, first, at_most, exactly, constraints, start=start, last=last
    )
    return found, solvable
