"""An order is written in one place: one that is registered is answered by every engine."""

import pytest

from mesacircuits.circuits import basis_named
from mesacircuits.enumeration import Effort, census, enumerate_minima, orders
from mesacircuits.enumeration.orders import ORDERS, Asked, Order, answered
from mesacircuits.enumeration.sat import all_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import parse_task

ONE = Effort(workers=1, shipped=False)


def lexicographic(asked):
    """Fewest gates, and among those least depth: bounds tried from the flattest up."""
    found = yield from asked.least(None)
    if found is None:
        return []
    cost, depth = found
    for bound in range(depth):
        if (yield cost, bound) is not None:
            return [(cost, bound)]
    return [(cost, depth)]


def flat_first(asked):
    """Least depth, and among those fewest gates: sizes tried from the smallest up, each bound."""
    bound, cost = asked.least_depth(), 0
    while asked.cap is None or cost <= asked.cap:
        if (yield cost, bound) is not None:
            return [(cost, bound)]
        cost += 1
    return []


#: The orders that are one under another name.
TWINS = {
    "lexicographic": ("size-depth", Order("fewest gates, then least depth", lexicographic)),
    "flat-first": ("depth-size", Order("least depth, then gates", flat_first, depth_first=True)),
}


@pytest.fixture(params=TWINS)
def twin(request, monkeypatch):
    """Register an order of one's own, and nothing else; return its name and its twin's."""
    known, order = TWINS[request.param]
    monkeypatch.setitem(orders.ORDERS, request.param, order)
    return request.param, known


@pytest.mark.parametrize("basis", ["b2", "aig", "mig", "and=1,xor=3+free-inverters"])
@pytest.mark.parametrize("text", ["tt:3:E8", "tt:3:96", "expr:a ^ b, a & b", "tt:2:6@7"])
def test_minima_of_tasks(twin, text, basis):
    name, known = twin
    if basis != "b2" and text == "tt:3:96":
        text = "tt:2:6"
    expected = enumerate_minima(text, basis, known, ONE, engine="exhaustive")
    for engine in ("exhaustive", "sat"):
        found = enumerate_minima(text, basis, name, ONE, engine=engine)
        assert found.minima == expected.minima
        assert (found.size, found.depth) == (expected.size, expected.depth)
        assert ORDERS[name].meaning.split(",")[0] in str(found) or "cost" in str(found)
    by_sat = all_minima(parse_task(text), basis_named(basis), name)
    assert {*by_sat} == {*expected.minima}


@pytest.mark.parametrize(("inputs", "basis"), [(3, "b2"), (3, "aig"), (2, "nand"), (2, "mig")])
def test_minima_of_all_functions(twin, inputs, basis):
    name, known = twin
    found, expected = (census(inputs, basis, order, ONE) for order in (name, known))
    assert found.exhaustive
    assert found.classes == expected.classes
    assert found.rows == expected.rows


def test_an_order_that_is_not_registered_is_unknown():
    for call in (enumerate_minima, census):
        with pytest.raises(ArgumentError, match="order: expected one of size, depth-size, "):
            call(2 if call is census else "tt:2:6", "b2", "lexicographic")


def test_questions_of_the_front():
    """Circuits of 4 gates are 4 deep, those of 6 are 3, those of 7 are 2."""
    circuits = {4: 4, 6: 3, 7: 2}
    asked = []

    def answer(cost, bound):
        asked.append((cost, bound))
        depth = circuits.get(cost)
        return depth if depth is not None and (bound is None or depth <= bound) else None

    points = answered(ORDERS["pareto"].questions(Asked(lambda: 2)), answer)
    assert points == [(4, 4), (6, 3), (7, 2)]
    assert len({*asked}) == len(asked)
