"""The JSON shapes of control-like witnesses and dials, read strictly by `read_record`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

__all__ = ["ControlParameters", "ControlWitness"]

Bit = Annotated[int, Meta(ge=0, le=1)]
Natural = Annotated[int, Meta(ge=0)]
ErrorValue = tuple[Bit, ...]


class ControlWitness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The witness of a control-like circuit.

    Configurations, numbered `world state * 2^k + memory`, are those that runs disturbed at most
    once pass through; a value of the error has one bit for each wire of the cut, in its order, and
    counts as the integer sum of value[i] 2^i.

    Attributes:
        kind: the string `control`.
        cut: the wires that carry the error, ascending.
        behavioural: whether all of them drive actions.
        null: the values of the error inside the target, ascending.
        other: its values outside of the target, ascending.
        observations: how many observations occur.
        ratio: values of the error per observation, a fraction as text.
        ranking: for each number of a configuration the steps to the target; None where the
            configuration does not occur.
    """

    kind: Literal["control"]
    cut: tuple[Natural, ...]
    behavioural: bool
    null: tuple[ErrorValue, ...]
    other: tuple[ErrorValue, ...]
    observations: Natural
    ratio: str
    ranking: tuple[Natural | None, ...]


class ControlParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dials of `control-like`: none."""
