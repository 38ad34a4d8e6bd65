"""Worlds from rules: states as tuples of whole numbers, and functions that move them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.world import World
from mesacircuits.tasks.world_task import WorldTask

__all__ = ["State", "clamped", "demanded", "fastest", "signed", "signed_bits", "world_from_rules"]

#: A state of a world, before it is numbered.
State = tuple[int, ...]


def clamped(value: int, least: int, most: int) -> int:
    """Return the number of the range that is nearest to `value`.

    >>> clamped(5, -3, 3)
    3
    """
    return max(least, min(most, value))


def signed(value: int, bits: int) -> int:
    """Return a whole number as a word in two's complement: modulo 2^bits.

    >>> signed(-1, 3), signed(3, 3)
    (7, 3)
    """
    return value & (1 << bits) - 1


def signed_bits(most: int) -> int:
    """Return how many bits hold -most to most in two's complement.

    >>> signed_bits(1), signed_bits(3)
    (2, 3)
    """
    return most.bit_length() + 1


def world_from_rules(
    states: Sequence[State],
    observe: Callable[[State], int],
    step: Callable[[State, int], State],
    in_target: Callable[[State], bool],
    pushes: Iterable[Callable[[State], State]],
    *,
    bits: tuple[int, int],
    names: tuple[str, ...],
    starts: Sequence[State] | None = None,
) -> World:
    """Return the world of these states, which begins in each of them unless `starts` are given.

    Arguments:
        states: all of them, in the order in which they are numbered.
        observe: o(s).
        step: the next state under an action.
        in_target: which states are to be reached and kept.
        pushes: the disturbances.
        bits: n and m.
        names: what the parts of a state are called, such as ("T", "S").
        starts: the states that a run may begin in.

    >>> def move(state, action):
    ...     return (clamped(state[0] + action, 0, 1),)
    >>> world = world_from_rules(
    ...     [(0,), (1,)], lambda s: s[0], move, lambda s: s == (1,), [], bits=(1, 1), names=("x",)
    ... )
    >>> world.states, world.steps
    (('x=0', 'x=1'), ((0, 1), (1, 1)))
    """
    number = {state: i for i, state in enumerate(states)}
    actions = range(1 << bits[1])
    return World(
        observation_bits=bits[0],
        action_bits=bits[1],
        states=tuple(
            " ".join(f"{name}={v}" for name, v in zip(names, state, strict=True))
            for state in states
        ),
        observations=tuple(observe(state) for state in states),
        steps=tuple(tuple(number[step(state, a)] for a in actions) for state in states),
        starts=tuple(number[state] for state in (states if starts is None else starts)),
        target=tuple(number[state] for state in states if in_target(state)),
        disturbances=tuple(tuple(number[push(state)] for state in states) for push in pushes),
    )


def demanded(world: World, demand: str, within: int | None) -> WorldTask:
    """Return the task of acting optimally in every state, or else of `fastest`.

    Raises `ArgumentError` for a T where shortest ways are demanded.
    """
    if demand == "reach":
        return fastest(world, within)
    if within is not None:
        raise ArgumentError("within", "none where every way has to be a shortest", within)
    return WorldTask(world, demand=demand)


def fastest(world: World, within: int | None, most: int | None = None) -> WorldTask:
    """Return the task of reaching and keeping the target within T steps.

    Without `within`, T is the greatest distance of a start from the target: where states do not
    look alike and the target can be kept, no policy does with less, and some policy does with that.
    `most` takes its place where they do look alike.

    Raises `ArgumentError` for a T with which no start but the nearest could reach the target.
    """
    distances = WorldTask(world).distances
    farthest = 0
    for start in world.starts:
        distance = distances[start]
        if distance is None:
            raise ArgumentError("world", "a target that each start can reach", world.states[start])
        farthest = max(farthest, distance)
    if within is None:
        within = farthest if most is None else most
    if within < farthest:
        expected = f"a whole number from {farthest}, the farthest start's distance"
        raise ArgumentError("within", expected, within)
    return WorldTask(world, within)
