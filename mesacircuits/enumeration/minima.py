"""All minima of one task: what was found, and which engine found it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, overload

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis, Bound, basis_named, cost_text
from mesacircuits.circuits.names import input_names_of, named_json, names_of
from mesacircuits.enumeration.constraints import FREE, Constraints, as_constraints
from mesacircuits.enumeration.effort import THREADS, BudgetEnded, Effort, fitting_units
from mesacircuits.enumeration.orders import (
    FORMULA,
    ORDERS,
    SIZE,
    Plan,
    check_cap,
    check_in_order,
    checked_order,
    circuit_cost,
    meaning_of,
)
from mesacircuits.enumeration.planner import AUTO, Search, planned
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import Framed, counted, wrapped
from mesacircuits.tasks import FunctionTask, RelationTask, Task, TaskLike, as_task

__all__ = ["Minima", "enumerate_minima", "iter_minima"]

_LISTED = 12
#: How many a notebook draws.
_DRAWN = 3
#: The engine of minima that were not searched for.
SHIPPED = "shipped"


@dataclass(frozen=True)
class Minima(Sequence[Circuit], Framed):
    """All minimal circuits of a task: a sequence of them, in the order of `minima`.

    A circuit is `in` it if one of them is the same graph, however its gates are numbered.

    Attributes:
        task: what they solve.
        basis, order: names of what was minimised over, and how.
        minima: every minimal circuit, as canonical chains: for each size in the order of keys.
        size, depth: the least cost and depth among them; None if they were not reached, but for a
            least cost that was (the rest of a front, or within `within` of it, was not).
        exhausted_size: no circuit of at most this cost was left out of the search. Under
            `depth-size` that is said of circuits of least depth. None if none was searched for.
        exhaustive: whether the minima were reached before the budget ended.
        plan: which engine searched, and why.
        cap, within: as they were asked for.
        solvable: whether the basis has any circuit for the task (within the cap).
        tried: gates looked at by the exhaustive search.
        weighted: whether gates have costs, which take the place of size.
        front: under `pareto` the (size, depth) of the minima, sizes ascending.
        in_order: whether these costs are pairs (see `Basis`).
        first: of the minima so many were asked for; see `complete`.
        at_most: the greatest size that was looked at; None for any.
        exactly: `minima` are, instead, the circuits of this size, minimal or not.
        constraints: what circuits keep to; given wires are further inputs of `task`.
        best: where the budget ended first, a circuit that solves the task all the same, if one of
            the sizes after those searched through was met, or it takes no search.
        best_cost: what that one costs.
    """

    task: Task
    basis: str
    order: str
    minima: tuple[Circuit, ...]
    size: int | None
    depth: int | None
    exhausted_size: int | None
    exhaustive: bool = True
    plan: Plan = field(default_factory=Plan, compare=False)
    cap: int | None = None
    within: int = 0
    solvable: bool = True
    tried: int = field(default=0, compare=False)
    weighted: bool = False
    front: tuple[tuple[int, int], ...] = ()
    in_order: bool = False
    first: int | None = None
    at_most: int | None = None
    exactly: int | None = None
    constraints: Constraints = FREE
    best: Circuit | None = None
    best_cost: int | None = None

    @property
    def complete(self) -> bool:
        """Whether all minima are among `minima`, not just the first.

        >>> enumerate_minima("tt:3:7E", first=2).complete
        False
        """
        return self.exhaustive and (self.first is None or self.circuits < self.first)

    @property
    def function_task(self) -> FunctionTask:
        """The task, which must ask for a function; raises `ArgumentError` for a relation."""
        if not isinstance(self.task, FunctionTask):
            raise ArgumentError("task", "a function", str(self.task))
        return self.task

    def all_found(self) -> Minima:
        """Return this, as all minima were found; raises `BudgetEnded` if the budget ended first.

        >>> enumerate_minima("tt:3:7E").all_found().circuits
        3
        """
        if not self.exhaustive:
            raise BudgetEnded
        return self

    def __len__(self) -> int:
        return len(self.minima)

    def __iter__(self) -> Iterator[Circuit]:
        return iter(self.minima)

    @overload
    def __getitem__(self, place: int) -> Circuit: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Circuit, ...]: ...

    def __getitem__(self, place: int | slice) -> Circuit | tuple[Circuit, ...]:
        return self.minima[place]

    def __contains__(self, circuit: object) -> bool:
        return isinstance(circuit, Circuit) and circuit.canonical() in self.minima

    def frame_columns(self) -> dict[str, list[Any]]:
        """Return columns with a row for each minimum: its text, gates, depth, and greatest fan-out.

        >>> columns = enumerate_minima("tt:2:6").frame_columns()
        >>> columns["circuit"], columns["fan_out"]
        (['g1 = a ^ b; out = g1'], [1])
        """
        return {
            "circuit": [str(circuit) for circuit in self],
            "size": [circuit.size for circuit in self],
            "depth": [circuit.depth for circuit in self],
            "fan_out": [max(c.fan_outs[c.inputs :], default=0) for c in self],
            "hash": [circuit.hash_hex for circuit in self],
        }

    @property
    def is_shipped(self) -> bool:
        """Whether the minima are from a file that ships with the package, and not searched for.

        >>> enumerate_minima("16E9").is_shipped
        True
        >>> enumerate_minima("E8", effort=Effort(shipped=False)).is_shipped
        False
        """
        return self.plan.engine == SHIPPED

    @property
    def circuits(self) -> int:
        """The number of minimal circuits."""
        return len(self.minima)

    @property
    def dags(self) -> int:
        """The number of minimal circuits without regard to what drives the outputs."""
        return len({c.gates for c in self.minima})

    @property
    def wirings(self) -> int:
        """The number of wirings: circuits whose operators differ but not what gates compute."""
        return len({_wiring(c) for c in self.minima})

    def to_json(self, with_minima: bool = True) -> dict[str, Any]:
        """Return the result as JSON values, without the list of circuits if so asked."""
        record: dict[str, Any] = {
            "task": str(self.task),
            "basis": self.basis,
            "order": self.order,
            "size": self.shown_cost(self.size),
            "depth": self.depth,
            "circuits": self.circuits,
            "dags": self.dags,
            "wirings": self.wirings,
            "exhaustive": self.exhaustive,
            "exhausted_size": self.shown_cost(self.exhausted_size),
            "solvable": self.solvable,
            "plan": self.plan.to_json(),
        }
        if self.cap is not None:
            record["cap"] = self.cap
        if self.within:
            record["within"] = self.within
        if self.first is not None:
            record["first"] = self.first
        for name in ("at_most", "exactly"):
            if getattr(self, name) is not None:
                record[name] = self.shown_cost(getattr(self, name))
        if self.first is not None:
            record["complete"] = self.complete
        if self.constraints:
            record["constraints"] = self.constraints.to_json()
        if self.best is not None:
            record["best"] = self.best.to_json()
        if self.front:
            record["front"] = [list(point) for point in self.front]
        record |= named_json(self.task)
        if with_minima:
            record["minima"] = [circuit.to_json() for circuit in self.minima]
        return record

    @property
    def headline(self) -> str:
        """The answer in one line."""
        asked = self.constraints.task_before(self.task)
        if not self.exhaustive:
            return f"{asked}: not exhausted; {self._reached} ({self.basis}, {self.order})"
        if not self.solvable:
            cap = self.at_most if self.cap is None else self.cap
            within = "" if cap is None else f" of {self._at_most(cap)}"
            if self.exactly is not None:
                within = f" of {self._bounded(self.exactly, 'exactly')}"
            kept = f" where {self._kept}" if self.constraints else ""
            return f"{asked}: no circuit{within} over {self.basis}{kept}"
        counts = counted(self.wirings, "wiring")
        if self.dags < self.circuits:
            counts += f", {self.dags:,} without regard to outputs"
        kind = "formula" if self.order == FORMULA else "circuit"
        kind = kind if self.exactly is not None else f"minimal {kind}"
        near = f" within +{self.within}" if self.within else ""
        more = "" if self.complete else " of possibly more"
        # On a front, and with slack, no one circuit need have both.
        least = "least " if self.within or not ORDERS[self.order].takes_within else ""
        return (
            f"{asked}: {counted(self.circuits, kind)}{near} ({counts}){more}, "
            f"{least}{self._measure} {self.shown_cost(self.size)}, {least}depth {self.depth}"
        )

    @property
    def _kept(self) -> str:
        return self.constraints.said(input_names_of(self.task))

    def shown_cost(self, cost: int | None) -> int | str | None:
        """Return a cost as it is printed: of costs in order both, as `1/3`.

        >>> enumerate_minima("E8").shown_cost(4)
        4
        """
        return cost if cost is None or not self.in_order else cost_text(cost, in_order=True)

    @property
    def _measure(self) -> str:
        # What is least: costs take the place of size.
        return "cost" if self.weighted else "size"

    @property
    def _means(self) -> str:
        return {"sat": "SAT", "exhaustive, then sat": "exhaustion and SAT"}.get(
            self.plan.engine, "exhaustion"
        )

    def _bounded(self, size: int, how: str = "") -> str:
        # So many gates, or what they cost: how many at most, or exactly.
        how = how and f"{how} "
        if self.weighted:
            return f"cost {how}{self.shown_cost(size)}"
        return how + counted(size, "gate")

    def _at_most(self, size: int) -> str:
        return self._bounded(size, "at most")

    @property
    def _reached(self) -> str:
        # What a search that did not end says.
        if self.exhausted_size is None:
            if self.exactly is not None:
                return f"no circuit of {self._bounded(self.exactly)} was met"
            return "no size was searched through"
        of = " of least depth" if ORDERS[self.order].depth_first else ""
        if self.size is None:
            none = f"no circuit{of} of {self._at_most(self.exhausted_size)}"
            cost = self.best_cost
            met = "" if cost is None else f", but one of {self._bounded(cost)}"
            return none + met
        least = f"the least {self._measure}{of} is {self.shown_cost(self.size)}"
        return f"{least}, and circuits of {self._at_most(self.exhausted_size)} were searched"

    def pick(self, index: int) -> Circuit:
        """Return minimum number `index`, from 1; raises `ArgumentError` if there are fewer."""
        if not 1 <= index <= self.circuits:
            raise ArgumentError("index", f"a number from 1 to {self.circuits}", index)
        return self.minima[index - 1]

    def text(self, listed: bool = True, most: int | None = _LISTED) -> str:
        """Return the result as printed, with or without the first of the circuits.

        Arguments:
            most: how many circuits are printed; None for all.
        """
        lines = [wrapped(self.headline, "", "  ")]
        if self.exhaustive and self.solvable:
            if self.exactly is not None:
                said = f"basis {self.basis}: all used, no two computing the same"
                if self.constraints.copies:
                    said = f"basis {self.basis}: all used"
                said += f"; found by {self._means}"
            else:
                meaning = meaning_of(self.order, self.weighted)
                said = f"basis {self.basis}, order {self.order}: {meaning}"
                said += f"; minimal by {self._means}"
            lines.append(wrapped(said, "", "  "))
            if self.front:
                front = ", ".join(f"({size}, {depth})" for size, depth in self.front)
                lines.append(wrapped(f"front ({self._measure}, depth): {front}", "", "  "))
        if self.constraints:
            lines.append(wrapped(f"constraints: {self._kept}", "", "  "))
        lines.append(wrapped(f"engine: {self.plan}", "", "  "))
        if self.best is not None and listed:
            lines += ["", wrapped(str(self.best), "met:  ", " " * 6, at="; ")]
        if self.exhaustive and listed and self.minima:
            if names := names_of(self.task):
                lines.append(wrapped(f"names: {names}", "", "  "))
            lines.append("")
            for number, circuit in enumerate(self.minima[:most], 1):
                lines.append(wrapped(str(circuit), f"{number:>4}  ", " " * 6, at="; "))
            if most is not None and self.circuits > most:
                lines.append(f"      and {self.circuits - most:,} more (--show all prints all)")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        from mesacircuits.circuits.drawing import draw_svg

        told = " ".join(self.text(listed=False).split())
        rest = told.removeprefix(" ".join(self.headline.split()))
        drawn = "".join(f"<div>{draw_svg(circuit)}</div>" for circuit in self[:_DRAWN])
        listed = "".join(f"<li><code>{escape(str(c))}</code></li>" for c in self[:_LISTED])
        more = self.circuits - _LISTED
        said = f"<p>and {more:,} more</p>" if more > 0 else ""
        head = f"<p><b>{escape(self.headline)}</b><br>{escape(rest)}</p>"
        return f"{head}{drawn}<ol>{listed}</ol>{said}"

    def __repr__(self) -> str:
        return f"<{self.headline}>"


@fitting_units
def enumerate_minima(
    task: TaskLike,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    *,
    cap: int | None = None,
    within: int = 0,
    engine: str = AUTO,
    n: int | None = None,
    first: int | None = None,
    at_most: Bound | None = None,
    exactly: Bound | None = None,
    constraints: Constraints | Mapping[str, Any] = FREE,
) -> Minima:
    """Return every minimal circuit of a task, or the first of them.

    All reduced circuits of cost 0, 1, 2, ... that solve the task are listed until there are some;
    so nothing smaller exists, and the list is complete.

    Arguments:
        task: a task of any kind (functions, partial functions, relations, utilities; worlds and
            episodes, whose policies are judged whole), or what `as_task` reads as one: a truth
            table, a number with `n`, bits, a function of bits, a sympy expression, text; at most
            six inputs and four outputs. Reach is by size: some 7 gates at four inputs
            take seconds, 8 at five minutes.
        basis: a basis or its name. Where operators have costs, cost takes the place of size.
        order: a name of `ORDERS`.
        effort: budget, threads and progress bar; by default no limit, all cores, no bar.
        cap: the greatest size, which the order `depth` asks for and no other takes.
        within: list also circuits of so many more gates than minimal; where the order minimises
            depth, no deeper than the minima. Not under `depth` and `pareto`.
        engine: `auto` (see `planned`), `exhaustive` or `sat`. Under `auto` the minima that ship
            with the package answer if the effort allows it (`Effort(shipped=False)` searches).
        n: the number of inputs, which a task that is a number needs.
        first: stop after so many minima; the result says whether there are more (`complete`).
            That they are minimal is settled all the same.
        at_most: look at no circuits of more gates (or cost; of costs in order a pair, see
            `Basis.bound`); if none solves the task, the result says so.
        exactly: instead of the minima, return all reduced circuits of so many gates: every gate
            reaches an output, none computes an input, a constant or what another computes. Under
            the order `size`.
        constraints: what circuits keep to (see `Constraints`), or the arguments of
            `constraints_of` in a mapping.

    Raises:
        ArgumentError: for arguments outside those ranges, and where a budget-less search would not
            end: a task of more than four inputs over a basis that does not build every function,
            or a world of which it is not known that any policy solves it.

    >>> result = enumerate_minima("tt:3:E8")
    >>> result.size, result.circuits, result.wirings
    (4, 51, 33)
    >>> adder = enumerate_minima("expr:a ^ b ^ c, (a & b) | (c & (a ^ b))")
    >>> adder.size, adder.circuits
    (5, 180)
    >>> print(enumerate_minima("tt:3:E8", at_most=3).headline)
    tt:3:E8: no circuit of at most 3 gates over b2
    >>> enumerate_minima("tt:3:E8", exactly=5, constraints={"depth_at_most": 3}).circuits
    240
    """
    effort = effort or Effort()
    task, basis, asked = _checked(
        as_task(task, n), basis_named(basis), order, effort, cap, within, first, at_most, exactly,
        constraints,
    )  # fmt: skip
    kept: Constraints = asked["constraints"]
    known = _without_search(task, basis, order, effort, within, engine, **asked)
    if known is not None:
        return known
    search, solvable = planned(task, basis, order, effort, engine, cap, within, **asked)
    if not solvable:
        none = _minima(task, basis, order, (), search.engine.plan, 0, cap, within, kept)
        return replace(none, **asked)
    found: tuple[Circuit, ...] | None = None
    with suppress(BudgetEnded):
        found = search.run()
    exhausted = search.exhausted if search.exhausted >= 0 else None
    plan = search.engine.plan
    best = getattr(search.engine, "best", None) if found is None else None
    result = _minima(task, basis, order, found, plan, exhausted, cap, within, kept)
    return replace(
        result,
        size=search.least if not found else result.size,
        tried=search.engine.tried,
        best=best,
        best_cost=None if best is None else circuit_cost(best, basis),
        **asked,
    )


def iter_minima(
    task: TaskLike,
    basis: str | Basis = "b2",
    order: str = "size",
    effort: Effort | None = None,
    *,
    cap: int | None = None,
    engine: str = AUTO,
    n: int | None = None,
    at_most: Bound | None = None,
    exactly: Bound | None = None,
    constraints: Constraints | Mapping[str, Any] = FREE,
) -> Generator[Circuit, None, None]:
    """Yield the minimal circuits of a task one by one while they are searched for, in any order.

    Under the orders `size` and `depth-size` no list of them is held, only a hash of each; under the
    others it takes a list to tell which are minimal. To end the search, close the generator, or
    leave it.

    Arguments and errors are those of `enumerate_minima`; and `BudgetEnded` if the budget ends
    before the search does. Wrong arguments raise at once.

    >>> from itertools import islice
    >>> [circuit.size for circuit in islice(iter_minima("tt:4:169E"), 3)]
    [5, 5, 5]
    >>> {*iter_minima("tt:3:E8", effort=Effort(shipped=False))} == {*enumerate_minima("tt:3:E8")}
    True
    """
    effort = effort or Effort()
    asked = as_task(task, n)
    fitted, basis, more = _checked(
        asked, basis_named(basis), order, effort, cap, 0, None, at_most, exactly, constraints
    )
    known = _without_search(fitted, basis, order, effort, 0, engine, **more)
    if known is not None:
        return (circuit for circuit in known.all_found())
    search, solvable = planned(fitted, basis, order, effort, engine, cap, **more)
    return _searched(search if solvable else None, fitted, effort)


def _searched(search: Search | None, task: Task, effort: Effort) -> Generator[Circuit, None, None]:
    names = names_of(task)
    with effort.fitting():
        for circuit in () if search is None else search.stream():
            yield circuit.named(names) if names else circuit


def _without_search(
    task: Task,
    basis: Basis,
    order: str,
    effort: Effort,
    within: int,
    engine: str,
    first: int | None,
    at_most: int | None,
    exactly: int | None,
    constraints: Constraints,
) -> Minima | None:
    # Formulas, which are soon listed, and what ships.
    if order == FORMULA:
        if engine != AUTO or effort.engine != THREADS:
            raise ArgumentError("engine", "auto, for the order formula", engine)
        if effort.store is not None:
            raise ArgumentError("resume", "nothing, for the order formula", effort.store)
        return _some(_formulas(task, basis, effort, within), first, at_most)
    plain = exactly is None and not constraints
    if not (effort.takes_shipped and engine == AUTO and not within and plain):
        return None
    shipped = _shipped(task, basis, order)
    if shipped is None and first == 1 and order == SIZE:
        shipped = _known(task, basis)
    return None if shipped is None else _some(shipped, first, at_most)


def _checked(
    task: Task,
    basis: Basis,
    order: str,
    effort: Effort,
    cap: int | None,
    within: int,
    first: int | None,
    at_most: Bound | None,
    exactly: Bound | None,
    constraints: Constraints | Mapping[str, Any],
) -> tuple[Task, Basis, dict[str, Any]]:
    # What is asked, given wires being inputs, once it is known to go together; and, in a form,
    # which of the minima are.
    checked_order(order)
    check_cap(order, cap)
    check_in_order(order, basis, within)
    kept = as_constraints(constraints, input_names_of(task)).fitted(task)
    task = kept.task_for(task)
    most = None if at_most is None else basis.bound("at_most", at_most)
    just = None if exactly is None else basis.bound("exactly", exactly, exact=True)
    _check_asked(order, cap, within, first, most, just, kept, effort)
    if within < 0 or (within and not ORDERS[order].takes_within):
        raise ArgumentError("within", "0, or more under other orders than depth, pareto", within)
    asked = {"first": first, "at_most": most, "exactly": just, "constraints": kept}
    return task, basis, asked


def _check_asked(
    order: str,
    cap: int | None,
    within: int,
    first: int | None,
    at_most: int | None,
    exactly: int | None,
    constraints: Constraints,
    effort: Effort,
) -> None:
    if first is not None and (type(first) is not int or first < 1):
        raise ArgumentError("first", "a whole number from 1 on", first)
    if first is not None and within:
        raise ArgumentError("first", "all circuits, with within", first)
    if at_most is not None and (cap is not None or within or exactly is not None):
        raise ArgumentError("at_most", "no cap, within or exactly beside it", at_most)
    if exactly is not None and (order != SIZE or within):
        raise ArgumentError("exactly", "the order size, and no within", order)
    if not constraints:
        return
    if order == FORMULA:
        raise ArgumentError("constraints", "none, for the order formula", str(constraints))
    if constraints.may_fail:
        if ORDERS[order].depth_first or ORDERS[order].has_front:
            raise ArgumentError("order", "size or size-depth, where gates are prescribed", order)
        bounded = at_most is not None or exactly is not None
        limited = effort.seconds or effort.nodes
        if not (bounded or limited or constraints.topology):
            expected = "a bound (or a budget), for no circuit need keep to what is fixed"
            raise ArgumentError("at_most", expected, "none")


def _some(found: Minima, first: int | None, at_most: int | None) -> Minima:
    # The first of all minima; none if they are too large.
    if at_most is not None and found.size is not None and found.size > at_most:
        found = replace(
            found, minima=(), size=None, depth=None, exhausted_size=at_most, solvable=False
        )
    return replace(found, minima=found.minima[:first], first=first, at_most=at_most)


def _minima(
    task: Task,
    basis: Basis,
    order: str,
    found: Sequence[Circuit] | None,
    plan: Plan,
    exhausted: int | None,
    cap: int | None = None,
    within: int = 0,
    constraints: Constraints = FREE,
) -> Minima:
    # What was found of the minima; None if the budget ended first.
    points = sorted({(circuit_cost(c, basis), constraints.depth_of(c)) for c in found or ()})
    minima = tuple(found or ())
    if names := names_of(task):
        minima = tuple(circuit.named(names) for circuit in minima)
    return Minima(
        task=task,
        basis=basis.name,
        order=order,
        minima=minima,
        size=min((cost for cost, _ in points), default=None),
        depth=min((depth for _, depth in points), default=None),
        exhausted_size=exhausted,
        exhaustive=found is not None,
        plan=plan,
        cap=cap,
        within=within,
        solvable=bool(found) or found is None,
        weighted=bool(basis.costs),
        front=tuple(points) if ORDERS[order].has_front else (),
        in_order=basis.in_order,
    )


def _shipped(task: Task, basis: Basis, order: str) -> Minima | None:
    from mesacircuits.enumeration.minima_lists import shipped_minima, shipped_task_minima

    asked = task.plain()
    if isinstance(asked, FunctionTask) and asked.outputs == 1 and asked.support is None:
        found = shipped_minima(asked.tables[0], basis, order)
    else:
        found = shipped_task_minima(asked, basis, order)
    if found is None:
        return None
    plan = Plan(SHIPPED, f"{found.file}, SHA-256 {found.sha256[:12]}", found.file)
    return _minima(task, basis, order, found.circuits, plan, found.circuits[0].size)


def _known(task: Task, basis: Basis) -> Minima | None:
    # One minimum, of a function of five inputs whose least size ships.
    from mesacircuits.enumeration.five_inputs.lookup import settled_function

    asked = task.plain()
    known = None if asked is None else settled_function(asked, basis)
    if known is None or known.circuit is None:
        return None
    plan = Plan(SHIPPED, known.source, known.source.partition(",")[0])
    return _minima(task, basis, SIZE, (known.circuit,), plan, known.size)


def _wiring(circuit: Circuit) -> tuple[object, ...]:
    # Wires are told by their functions, for operators may change the order of gates.
    bits = [*circuit.wire_bits(), 0]  # the last is the constant
    gates = (
        (bits[circuit.inputs + i], tuple(sorted(bits[w] for w in gate.operands)))
        for i, gate in enumerate(circuit.gates)
    )
    return frozenset(gates), tuple((bits[o.wire], o.inverted) for o in circuit.outputs)


def _formulas(task: Task, basis: Basis, effort: Effort, within: int) -> Minima:
    from mesacircuits.enumeration.formulas import minimal_formulas

    asked = task.plain()
    if not isinstance(asked, FunctionTask | RelationTask):
        raise ArgumentError("task", "a function, for the order formula", str(task))
    plan = Plan("formula", "least costs of all functions, then top down")
    found: list[Circuit] | None = None
    with suppress(BudgetEnded):
        found = list(minimal_formulas(asked, basis, within, effort))
    result = _minima(task, basis, FORMULA, found, plan, None, within=within)
    return replace(result, exhausted_size=result.size)
