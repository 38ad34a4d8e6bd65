"""Worlds to be kept where they should be: thermostats, chains of integrators, and two impostors."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from mesacircuits.call import Parameter
from mesacircuits.tasks.library.named_task import NamedTask
from mesacircuits.tasks.library.state_spaces import (
    State,
    clamped,
    demanded,
    fastest,
    signed,
    signed_bits,
    world_from_rules,
)
from mesacircuits.tasks.world_task import WorldTask

__all__ = ["TASKS"]

#: Action words of two bits that push one way or the other: bit 0 up, bit 1 down; both cancel out.
_PUSH = (0, 1, -1, 0)


def _thermostat(levels: int, within: int | None) -> WorldTask:
    top = levels - 1

    def step(state: State, action: int) -> State:
        # Bit 0 heats, bit 1 cools.
        return clamped(state[0] + _PUSH[action], 0, top), state[1]

    def pushed(by: int) -> Callable[[State], State]:
        return lambda state: (clamped(state[0] + by, 0, top), state[1])

    bits = top.bit_length()
    world = world_from_rules(
        [(t, s) for s in range(levels) for t in range(levels)],
        lambda state: state[0] | state[1] << bits,
        step,
        lambda state: state[0] == state[1],
        [pushed(1), pushed(-1)],
        bits=(2 * bits, 2),
        names=("T", "S"),
    )
    return fastest(world, within)


def _integrator(order: int, reach: int, demand: str, within: int | None) -> WorldTask:
    width = signed_bits(reach)

    def observe(state: State) -> int:
        rate = signed(state[1], 2) if order == 2 else 0
        return signed(state[0], width) | rate << width

    def step(state: State, action: int) -> State:
        rates = (*state[1:], _PUSH[action])
        moved = [value + rate for value, rate in zip(state, rates, strict=True)]
        return clamped(moved[0], -reach, reach), *(clamped(v, -1, 1) for v in moved[1:])

    def pushed(by: int) -> Callable[[State], State]:
        return lambda state: (clamped(state[0] + by, -reach, reach), *state[1:])

    ranges = [range(-reach, reach + 1)] + [range(-1, 2)] * (order - 1)
    world = world_from_rules(
        list(product(*ranges)),
        observe,
        step,
        lambda state: not any(state),
        [pushed(1), pushed(-1)],
        bits=(width + 2 * (order - 1), 2),
        names=("x", "v")[:order],
    )
    return demanded(world, demand, within)


def _rock(reach: int) -> WorldTask:
    def step(state: State, action: int) -> State:
        return (state[0] - (state[0] > 0) + (state[0] < 0),)

    def pushed(by: int) -> Callable[[State], State]:
        return lambda state: (clamped(state[0] + by, -reach, reach),)

    bits = signed_bits(reach)
    world = world_from_rules(
        [(x,) for x in range(-reach, reach + 1)],
        lambda state: signed(state[0], bits),
        step,
        lambda state: state == (0,),
        [pushed(1), pushed(-1)],
        bits=(bits, 2),
        names=("x",),
    )
    return fastest(world, None)


def _bottle_cap() -> WorldTask:
    def tipped(state: State) -> State:
        return state if state[1] else (1 - state[0], 0)

    standing = [(0, 0), (1, 0)]
    world = world_from_rules(
        [*standing, (1, 1)],
        lambda state: state[0] | state[1] << 1,
        lambda state, action: state,
        lambda state: not state[1],
        [tipped],
        bits=(2, 2),
        names=("tipped", "spilled"),
        starts=standing,
    )
    return fastest(world, None)


_WITHIN = Parameter(
    "within", None, "T, the most steps to the target; absent: the least that can do", least=0
)

TASKS = (
    NamedTask(
        name="thermostat",
        topic="worlds",
        description="Bring a temperature to its set point and keep it there.",
        text=(
            "States: temperature T and set point S, each 0 to levels - 1; all are starts. "
            "Observation: the bits of T, then those of S, lowest first. Action: (heat, cool); "
            "heat alone raises T by one, cool alone lowers it, at most to the ends of its range; "
            "both or neither leave it. Target: T = S. Disturbances: T pushed up by one, and down. "
            "Accepted: every policy with which from every start T = S from step T_max = within on, "
            "for ever; by default levels - 1, so that no step may be wasted."
        ),
        source="W. R. Ashby, An Introduction to Cybernetics, 1956, chapter 11",
        parameters=(
            Parameter("levels", 4, "how many temperatures", values=(2, 4)),
            _WITHIN,
        ),
        builder=_thermostat,
    ),
    NamedTask(
        name="integrator",
        topic="worlds",
        description="Bring a chain of integrators to rest at zero: with order 2, by looking ahead.",
        text=(
            "States: x from -reach to reach and, with order 2, its rate v from -1 to 1; all are "
            "starts. Observation: x, then v, each in two's complement, lowest bit first (v takes "
            "two bits). Action: (up, down), for u = +1, -1, or 0 if both or neither are set. In "
            "one step, both at once, x becomes x + v and v becomes v + u (with order 1, x becomes "
            "x + u); each stops at the ends of its range. Target: all zero. Disturbances: x pushed "
            "up by one, and down. Accepted: every policy that from every start has reached the "
            "target after `within` steps and then stays in it; with demand=optimal every policy "
            "that takes a shortest way from every state."
        ),
        source=(
            "V. G. Rao and D. S. Bernstein, Naive control of the double integrator, IEEE Control "
            "Systems Magazine 21, 2001"
        ),
        parameters=(
            Parameter("order", 2, "how many integrators", least=1, most=2),
            Parameter("reach", 3, "the greatest x", values=(1, 3, 7)),
            Parameter("demand", "reach", "what is asked", values=("reach", "optimal")),
            _WITHIN,
        ),
        builder=_integrator,
    ),
    NamedTask(
        name="rock",
        topic="worlds",
        description="A rock in a bowl rolls to the bottom, whatever one does.",
        text=(
            "States: x from -reach to reach; all are starts. Observation: x in two's complement. "
            "Action: two bits without any influence. In one step x moves by one towards 0. Target: "
            "x = 0. Disturbances: x pushed up by one, and down. Accepted: every policy, for from "
            "every start x = 0 after reach steps."
        ),
        source="A. Flint, The ground of optimization, 2020: a ball rolling down a valley",
        parameters=(Parameter("reach", 1, "the greatest x", values=(1, 3)),),
        builder=_rock,
    ),
    NamedTask(
        name="bottle-cap",
        topic="worlds",
        description="A bottle is capped: the water stays in, whatever one does.",
        text=(
            "States: the bottle stands, is tipped, or (never, for it is capped) is tipped and "
            "spilled; it starts standing or tipped. Observation: tipped, then spilled. Action: two "
            "bits without any influence; nothing changes by itself. Target: not spilled. "
            "Disturbance: the bottle is tipped over, or set up again. Accepted: every policy."
        ),
        source="D. Filan, Bottle caps aren't optimisers, 2018",
        parameters=(),
        builder=_bottle_cap,
    ),
)
