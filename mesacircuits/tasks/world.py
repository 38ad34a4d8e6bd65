"""Worlds: finite closed loops of states, observations and actions; and exact runs of policies.

A *configuration* is a state of the world together with a state of the policy, numbered
`world state * 2^k + policy state`; a policy is its table of words: entry `policy state * 2^n +
observation` is `next policy state * 2^m + action`, as `MealyMachine.words` gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from mesacircuits.call import check_whole
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.task import Recorded

__all__ = [
    "MAX_WORLD_STATES", "Dynamics", "World", "all_dynamics", "configurations_from",
    "disturbed_configurations", "next_configurations", "reaches_and_keeps", "recovers", "settled",
    "settling_times",
]  # fmt: skip

#: For each state the next state under each action.
Dynamics = tuple[tuple[int, ...], ...]

#: The most states of a world.
MAX_WORLD_STATES = 1 << 16
#: The longest name of a state, so that drawings stay legible.
_LONGEST_NAME = 40
#: The most bits of an observation, and of an action.
_MOST_BITS = 6, 4


@dataclass(frozen=True)
class World(Recorded):
    """A deterministic finite world in closed loop with a policy.

    In state s the policy sees the observation o(s), a word of n bits, and answers with an action, a
    word a of m bits; the next state is step(s, a). A disturbance, at one time, puts the world from
    state s into state d(s).

    Arguments:
        observation_bits: n, 1 to 6.
        action_bits: m, 1 to 4.
        states: what the states are called; they are numbered from 0 on.
        observations: o(s) for each state.
        steps: for each state the next state under each of the 2^m actions, from word 0 on.
        starts: the states from which a run may begin; kept sorted, each once.
        target: the states to be reached and kept; likewise.
        disturbances: maps from states to states, each as a tuple over all states.
        fields: how many bits of the observation, from bit 0 on, belong together, such as (2, 2) for
            two numbers of two bits; they sum to n. None if that is not said. Programs read a field
            as a word.

    Raises `ArgumentError` for a number, state or word out of range, and where there is no start or
    no target.

    Source: the closed loop of a plant and a controller as in control theory, made finite; see W. M.
    Wonham, *Supervisory Control of Discrete-Event Systems*, and for the target with disturbances
    A. Flint, *The ground of optimization*, 2020.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,), ((0, 0),))
    >>> door.steps[0][1], door.in_target(1), len(door.states)
    (1, True, 2)
    """

    observation_bits: int
    action_bits: int
    states: tuple[str, ...]
    observations: tuple[int, ...]
    steps: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    target: tuple[int, ...]
    disturbances: tuple[tuple[int, ...], ...] = ()
    fields: tuple[int, ...] | None = None

    kind, called = "world", "a world"

    def __post_init__(self) -> None:
        count = check_surroundings(self)
        steps = tuple(map(tuple, self.steps))
        if len(steps) != count:
            raise ArgumentError("steps", f"{count} rows, one per state", len(steps))
        for s, row in enumerate(steps):
            if len(row) != 1 << self.action_bits:
                expected = f"{1 << self.action_bits} states, one per action"
                raise ArgumentError(f"steps[{s}]", expected, row)
            check_numbers(f"steps[{s}]", row, count)
        for name in ("starts", "target"):
            chosen = tuple(sorted({*getattr(self, name)}))
            check_numbers(name, chosen, count)
            if not chosen:
                raise ArgumentError(name, "at least one state", "none")
            object.__setattr__(self, name, chosen)
        disturbances = tuple(map(tuple, self.disturbances))
        for d, moved in enumerate(disturbances):
            if len(moved) != count:
                raise ArgumentError(f"disturbances[{d}]", f"{count} states", len(moved))
            check_numbers(f"disturbances[{d}]", moved, count)
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "disturbances", disturbances)

    @cached_property
    def target_set(self) -> frozenset[int]:
        """The target, to look states up in."""
        return frozenset(self.target)

    def in_target(self, state: int) -> bool:
        """Return whether a state belongs to the target."""
        return state in self.target_set

    def horizon(self, within: int, state_bits: int = 0) -> int:
        """Return the least of T and 2^k times the number of states: as good as T, however large.

        The run of a policy with k bits of state is in its loop by then, so it is in the target for
        ever from T on just if it is from here on.

        >>> World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,)).horizon(9, 1)
        4
        """
        return min(within, len(self.states) << state_bits)


def check_surroundings(value: Any) -> int:
    """Check what worlds and episodes have in common, and return how many states there are.

    Raises `ArgumentError` unless bits are in range, each state has a printable name of its own, and
    each an observation.
    """
    check_whole("observation_bits", value.observation_bits, 1, _MOST_BITS[0])
    check_whole("action_bits", value.action_bits, 1, _MOST_BITS[1])
    names, observations = tuple(value.states), tuple(value.observations)
    if not 1 <= len(names) <= MAX_WORLD_STATES:
        raise ArgumentError("states", f"1 to {MAX_WORLD_STATES} names", len(names))
    for name in names:
        if not isinstance(name, str) or not name.isprintable() or len(name) > _LONGEST_NAME:
            expected = f"printable names of at most {_LONGEST_NAME} characters"
            raise ArgumentError("states", expected, name)
    if len({*names}) < len(names):
        raise ArgumentError("states", "names, each once", names)
    if len(observations) != len(names):
        raise ArgumentError("observations", f"{len(names)} words, one per state", len(observations))
    check_numbers("observations", observations, 1 << value.observation_bits, "words")
    if value.fields is not None:
        widths = tuple(value.fields)
        whole = all(isinstance(w, int) and not isinstance(w, bool) and w > 0 for w in widths)
        if not whole or sum(widths) != value.observation_bits:
            expected = f"numbers of bits that sum to {value.observation_bits}"
            raise ArgumentError("fields", expected, value.fields)
        object.__setattr__(value, "fields", widths)
    object.__setattr__(value, "states", names)
    object.__setattr__(value, "observations", observations)
    return len(names)


def check_numbers(argument: str, numbers: Sequence[int], count: int, of: str = "states") -> None:
    """Raise `ArgumentError`, naming `argument`, unless all are numbers of `count` states."""
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < count:
            raise ArgumentError(argument, f"{of} from 0 to {count - 1}", number)


def all_dynamics(states: int, actions: int) -> Iterator[Dynamics]:
    """Yield all maps from states and actions to states: (N^A)^N of them.

    >>> sum(1 for _ in all_dynamics(2, 2))
    16
    """
    rows = list(product(range(states), repeat=actions))
    yield from product(rows, repeat=states)


def next_configurations(world: World, words: Sequence[int], state_bits: int = 0) -> list[int]:
    """Return for each configuration the next one, under a policy given by its words.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> next_configurations(door, (1, 0)), next_configurations(door, (0, 0))
    ([1, 1], [0, 1])
    """
    n, m, k = world.observation_bits, world.action_bits, state_bits
    act = (1 << m) - 1
    following = []
    for observation, row in zip(world.observations, world.steps, strict=True):
        for memory in range(1 << k):
            word = words[memory << n | observation]
            following.append(row[word & act] << k | word >> m)
    return following


def configurations_from(following: Sequence[int], starts: Iterable[int]) -> set[int]:
    """Return all configurations that runs from these reach, themselves included."""
    reached: set[int] = set()
    for start in starts:
        at = start
        while at not in reached:
            reached.add(at)
            at = following[at]
    return reached


def settling_times(world: World, following: Sequence[int], state_bits: int = 0) -> list[int | None]:
    """Return for each configuration after how many steps its run is in the target for ever.

    The run of a finite loop ends in a cycle of configurations, so it comes to be so iff the world
    is in the target all along that cycle; None says that it does not.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,))
    >>> settling_times(door, next_configurations(door, (0, 0)))
    [None, 0]
    """
    found: dict[int, int | None] = {}
    for begun in range(len(following)):
        path: dict[int, None] = {}
        at = begun
        while at not in found and at not in path:
            path[at] = None
            at = following[at]
        listed = [*path]
        if at not in found:
            cycle = listed[listed.index(at) :]
            keeps = all(c >> state_bits in world.target_set for c in cycle)
            found |= dict.fromkeys(cycle, 0 if keeps else None)
            listed = listed[: -len(cycle)]
        time = found[at]
        for before in reversed(listed):
            if time is not None and (time or before >> state_bits not in world.target_set):
                time += 1
            found[before] = time
    return [found[at] for at in range(len(following))]


def settled(world: World, following: Sequence[int], state_bits: int = 0) -> list[bool]:
    """Return for each configuration whether its run comes to be in the target for ever.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,))
    >>> settled(door, next_configurations(door, (0, 0)))
    [False, True]
    """
    return [time is not None for time in settling_times(world, following, state_bits)]


def _all_within(times: Iterable[int | None], within: int | None) -> bool:
    return all(time is not None and (within is None or time <= within) for time in times)


def reaches_and_keeps(
    world: World, words: Sequence[int], within: int, state_bits: int = 0, memory: int = 0
) -> bool:
    """Return whether from each start the world is in its target from step `within` on, for ever.

    Arguments:
        world: the world.
        words: the policy.
        within: T, the number of steps that it may take.
        state_bits: k, the bits of the policy's own state.
        memory: the policy's state at the start.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> reaches_and_keeps(door, (1, 0), 1), reaches_and_keeps(door, (1, 0), 0)
    (True, False)
    """
    times = settling_times(world, next_configurations(world, words, state_bits), state_bits)
    return _all_within((times[start << state_bits | memory] for start in world.starts), within)


def disturbed_configurations(
    world: World, words: Sequence[int], state_bits: int = 0, memory: int = 0
) -> set[int]:
    """Return the configurations that one disturbance puts an undisturbed run into.

    A run begins in a start with the policy's state `memory`. At any time t >= 0, before the policy
    observes, one disturbance d puts the world from s into d(s); the policy's state stays.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,), ((0, 0),))
    >>> disturbed_configurations(door, (1, 0))
    {0}
    """
    following = next_configurations(world, words, state_bits)
    begun = [start << state_bits | memory for start in world.starts]
    held = (1 << state_bits) - 1
    return {
        moved[at >> state_bits] << state_bits | at & held
        for at in configurations_from(following, begun)
        for moved in world.disturbances
    }


def recovers(
    world: World,
    words: Sequence[int],
    state_bits: int = 0,
    memory: int = 0,
    within: int | None = None,
) -> bool:
    """Return whether a policy recovers from every single disturbance of its undisturbed runs.

    That is: from every configuration that an undisturbed run from a start passes through, starts
    and the time before T included, after any one disturbance of the world's state (the policy's own
    state is kept, and nothing disturbs it again) the run comes into the target and, from some time
    on, never leaves it. With `within` it has to be there from so many steps after the disturbance
    on. Whether undisturbed runs reach the target is not asked (see `reaches_and_keeps`); without
    disturbances the answer is yes.

    Arguments:
        world: the world.
        words: the policy.
        state_bits: k, the bits of the policy's own state.
        memory: the policy's state at the start.
        within: the most steps that recovery may take; None for any finite number.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,), ((0, 0),))
    >>> recovers(door, (1, 0)), recovers(door, (0, 0)), recovers(door, (1, 0), within=0)
    (True, False, False)
    """
    times = settling_times(world, next_configurations(world, words, state_bits), state_bits)
    begun = disturbed_configurations(world, words, state_bits, memory)
    return _all_within((times[at] for at in begun), within)
