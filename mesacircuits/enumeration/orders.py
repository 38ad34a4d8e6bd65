"""Orders: what `minimal` means."""

from __future__ import annotations

from mesacircuits.errors import ArgumentError, did_you_mean

__all__ = [
    "DEPTH",
    "DEPTH_SIZE",
    "FORMULA",
    "ORDERS",
    "PARETO",
    "SIZE",
    "SIZE_DEPTH",
    "check_cap",
    "checked_order",
]

SIZE = "size"
DEPTH_SIZE = "depth-size"
SIZE_DEPTH = "size-depth"
DEPTH = "depth"
PARETO = "pareto"
FORMULA = "formula"

#: The orders that minima are enumerated under, with what each means. In a basis whose operators
#: have costs, the cost of a circuit takes the place of its number of gates.
ORDERS = {
    SIZE: "fewest gates",
    DEPTH_SIZE: "least depth, and among those fewest gates",
    SIZE_DEPTH: "fewest gates, and among those least depth",
    DEPTH: "least depth within a size cap, of any size up to it",
    PARETO: "no other circuit has at most as many gates and at most the depth, one of them less",
    FORMULA: "fewest gates of a formula: no gate is read twice",
}


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
    text = ORDERS[order]
    if not weighted:
        return text
    for gates, cost in _WEIGHTED.items():
        text = text.replace(gates, cost)
    return text


def checked_order(order: str, known: tuple[str, ...] = tuple(ORDERS)) -> str:
    """Return `order` if it is one of `known`, else raise `ArgumentError`.

    >>> checked_order("size")
    'size'
    """
    if order not in known:
        hint = did_you_mean(order, known)
        raise ArgumentError("order", f"one of {', '.join(known)}", f"{order}{hint}")
    return order


def check_cap(order: str, cap: int | None) -> None:
    """Raise `ArgumentError` unless a cap, not negative, goes with the order `depth` and no other.

    >>> check_cap("depth", 3)
    """
    if (order == DEPTH) != (cap is not None):
        raise ArgumentError("cap", "a greatest size for the order depth, and for no other", cap)
    if cap is not None and cap < 0:
        raise ArgumentError("cap", "a whole number, not negative", cap)
