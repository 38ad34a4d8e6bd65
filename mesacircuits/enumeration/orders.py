"""Orders: what `minimal` means, each as the questions that settle it.

An order of circuits is a generator. It yields questions (cost, bound): is there a circuit of
exactly this cost and at most this depth (None for any)? It is sent the depth of such a circuit,
the least where the answerer lists them; or None if there is none. What it returns are the points
(cost, bound) whose circuits are the minima. Whoever answers, by exhaustion or by SAT, for one task
or for all functions at once, an order is written here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import count

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.errors import ArgumentError, did_you_mean

__all__ = [
    "DEPTH",
    "DEPTH_SIZE",
    "FORMULA",
    "ORDERS",
    "PARETO",
    "SIZE",
    "SIZE_DEPTH",
    "Asked",
    "Order",
    "Plan",
    "Point",
    "Questions",
    "answered",
    "check_cap",
    "check_in_order",
    "checked_order",
    "circuit_cost",
    "circuit_orders",
    "meaning_of",
]

SIZE = "size"
DEPTH_SIZE = "depth-size"
SIZE_DEPTH = "size-depth"
DEPTH = "depth"
PARETO = "pareto"
FORMULA = "formula"


#: A cost, and the greatest depth, None for any.
Point = tuple[int, int | None]
Questions = Generator[Point, int | None, list[Point]]


@dataclass(frozen=True)
class Asked:
    """What an order is asked about.

    Attributes:
        least_depth: returns the least depth of any circuit; called where the order begins with it.
        cap: the greatest cost considered; None for any.
        least_floor: returns a depth that no circuit is below, where that is sooner told than the
            least; without a cap it is the least.
        start: a cost below which there is no circuit.
    """

    least_depth: Callable[[], int]
    cap: int | None = None
    least_floor: Callable[[], int] | None = None
    start: int = 0

    def floor(self) -> int:
        """Return a depth that no circuit is below, without a cap the least of all."""
        return self.least_depth() if self.least_floor is None else self.least_floor()

    def least(
        self, bound: int | None, start: int = 0, below: int | None = None
    ) -> Generator[Point, int | None, tuple[int, int] | None]:
        """Ask for the least cost from `start` on at a bound; return it and a depth, if there is."""
        ends = [
            end for end in (below, None if self.cap is None else self.cap + 1) if end is not None
        ]
        start = max(start, self.start)
        for cost in range(start, min(ends)) if ends else count(start):
            depth = yield cost, bound
            if depth is not None:
                return cost, depth
        return None


def _size(asked: Asked) -> Questions:
    found = yield from asked.least(None)
    return [] if found is None else [(found[0], None)]


def _flattest(cost: int, depth: int) -> Generator[Point, int | None, int]:
    # The least depth of circuits of a cost, from that of one of them.
    while depth and (flatter := (yield cost, depth - 1)) is not None:
        depth = flatter
    return depth


def _size_depth(asked: Asked) -> Questions:
    found = yield from asked.least(None)
    if found is None:
        return []
    return [(found[0], (yield from _flattest(*found)))]


def _depth_size(asked: Asked) -> Questions:
    bound = asked.least_depth()
    found = yield from asked.least(bound)
    return [] if found is None else [(found[0], bound)]


def _depth(asked: Asked) -> Questions:
    assert asked.cap is not None  # `check_cap` asks for it
    for bound in range(asked.floor(), asked.cap + 1):
        found: list[Point] = []
        for cost in range(asked.cap + 1):
            if (yield cost, bound) is not None:
                found.append((cost, bound))
        if found:
            return found
    return []


def _pareto(asked: Asked) -> Questions:
    # The smallest end, then from the flattest up: each point must be smaller than the one before.
    found = yield from asked.least(None)
    if found is None:
        return []
    size, depth = found[0], (yield from _flattest(*found))
    points: list[Point] = []
    below = None
    for bound in range(asked.floor() if depth else 0, depth):
        flat = yield from asked.least(bound, size + 1, below)
        if flat is not None:
            below = flat[0]
            points.append((below, bound))
    return [(size, depth), *reversed(points)]


@dataclass(frozen=True)
class Order:
    """What `minimal` means.

    Attributes:
        meaning: in words. In a basis whose operators have costs, the cost of a circuit takes the
            place of its number of gates.
        questions: makes the questions that settle it; None for formulas, which are no circuits.
        takes_cap: whether it asks for a greatest size, and lists circuits of any up to it.
        has_front: whether minima may have several sizes and depths, none of which beats another.
        depth_first: whether depth is minimised before size.
        fixes_depth: whether minima of one size have one depth.
    """

    meaning: str
    questions: Callable[[Asked], Questions] | None = None
    takes_cap: bool = False
    has_front: bool = False
    depth_first: bool = False
    fixes_depth: bool = True

    @property
    def takes_within(self) -> bool:
        """Whether circuits of so many more gates may be asked for."""
        return not self.takes_cap and not self.has_front


#: The orders that minima are enumerated under.
ORDERS = {
    SIZE: Order("fewest gates", _size, fixes_depth=False),
    DEPTH_SIZE: Order("least depth, and among those fewest gates", _depth_size, depth_first=True),
    SIZE_DEPTH: Order("fewest gates, and among those least depth", _size_depth),
    DEPTH: Order(
        "least depth within a size cap, of any size up to it",
        _depth,
        takes_cap=True,
        depth_first=True,
    ),
    PARETO: Order(
        "no other circuit has at most as many gates and at most the depth, one of them less",
        _pareto,
        has_front=True,
    ),
    FORMULA: Order("fewest gates of a formula: no gate is read twice", fixes_depth=False),
}


def circuit_orders() -> tuple[str, ...]:
    """Return the names of the orders of circuits: all but `formula`.

    >>> circuit_orders()
    ('size', 'depth-size', 'size-depth', 'depth', 'pareto')
    """
    return tuple(name for name, order in ORDERS.items() if order.questions is not None)


def answered(questions: Questions, answer: Callable[[int, int | None], int | None]) -> list[Point]:
    """Return the points of an order, its questions answered one by one.

    >>> answered(ORDERS["size"].questions(Asked(int)), lambda cost, bound: 2 if cost > 3 else None)
    [(4, None)]
    """
    try:
        point = next(questions)
        while True:
            point = questions.send(answer(*point))
    except StopIteration as end:
        points: list[Point] = end.value
        return points


#: What takes the place of gates where operators have costs.
_WEIGHTED = {
    "fewest gates": "least cost",
    "within a size cap, of any size up to it": "within a cap on the cost, of any cost up to it",
    "has at most as many gates": "costs at most as much",
}


def meaning_of(order: str, weighted: bool = False) -> str:
    """Return what is minimised under an order; `weighted` if the operators have costs.

    >>> meaning_of("depth-size"), meaning_of("size", weighted=True)
    ('least depth, and among those fewest gates', 'least cost')
    """
    text = ORDERS[order].meaning
    if not weighted:
        return text
    for gates, cost in _WEIGHTED.items():
        text = text.replace(gates, cost)
    return text


def checked_order(order: str, known: tuple[str, ...] | None = None) -> str:
    """Return `order` if it is one of `known`, by default of all, else raise `ArgumentError`.

    >>> checked_order("size")
    'size'
    """
    known = tuple(ORDERS) if known is None else known
    if order not in known:
        hint = did_you_mean(order, known)
        raise ArgumentError("order", f"one of {', '.join(known)}", f"{order}{hint}")
    return order


def check_in_order(order: str, basis: Basis, within: int = 0) -> None:
    """Raise `ArgumentError` for costs in order where something else is minimised before them.

    >>> from mesacircuits.circuits import B2
    >>> check_in_order("depth-size", B2)
    """
    if basis.in_order and order not in (SIZE, SIZE_DEPTH):
        raise ArgumentError("order", f"{SIZE} or {SIZE_DEPTH}, for costs in order", order)
    if basis.in_order and within:
        raise ArgumentError("within", "0, for costs in order", within)


def check_cap(order: str, cap: int | None) -> None:
    """Raise `ArgumentError` unless a cap, not negative, goes with the order `depth` and no other.

    >>> check_cap("depth", 3)
    """
    if ORDERS[order].takes_cap != (cap is not None):
        got = f"{'nothing' if cap is None else cap} for the order {order}"
        raise ArgumentError("cap", "a greatest size for the order depth, and for no other", got)
    if cap is not None and cap < 0:
        raise ArgumentError("cap", "a whole number, not negative", cap)


def circuit_cost(circuit: Circuit, basis: Basis) -> int:
    """Return what the gates of a circuit cost together: their number, unless `basis` has costs.

    >>> from mesacircuits.circuits import B2
    >>> circuit_cost(Circuit.parse(2, "g1 = a & b; out = g1"), B2)
    1
    """
    if not basis.costs:
        return circuit.size
    return sum(basis.cost_of(gate.operator) for gate in circuit.gates)


@dataclass(frozen=True)
class Plan:
    """Which engine searches, and why.

    Attributes:
        engine: what it is called.
        reason: why it was chosen; for SAT with the cost from which on it is asked.
        file: the shipped file that answers instead; empty if there is none.
    """

    engine: str = "exhaustive"
    reason: str = ""
    file: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the plan as JSON values."""
        return {"engine": self.engine, "reason": self.reason}

    def __str__(self) -> str:
        return self.engine + (f" ({self.reason})" if self.reason else "")
