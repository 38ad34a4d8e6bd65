"""Whether a blind policy would do in a world: decided again, for the checker of control."""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.tasks import World

__all__ = ["some_action_is_always_optimal", "some_blind_policy_does"]

States = frozenset[int]
Pair = tuple[States, States]


def some_action_is_always_optimal(world: World) -> bool:
    """Return whether one action is on a shortest way to the target, or stays there, in all states.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> some_action_is_always_optimal(door)
    True
    """
    far = len(world.states)
    distance = [0 if world.in_target(state) else far for state in range(far)]
    for _ in world.states:
        for state, row in enumerate(world.steps):
            distance[state] = min(distance[state], 1 + min(distance[after] for after in row))
    return any(
        all(
            distance[row[action]] == max(0, distance[state] - 1)
            for state, row in enumerate(world.steps)
        )
        for action in range(1 << world.action_bits)
    )


def some_blind_policy_does(world: World, within: int) -> bool:
    """Return whether some sequence of actions does for all starts and all single disturbances.

    At each time let U be the states that undisturbed runs are in, and D those that runs are in
    which were disturbed before; an action takes D and all that a disturbance makes of U along. From
    time T = `within` on U must lie in the target, and each run in D must come to be there for ever.

    Should some sequence do, then one that repeats a word w from a time on does. So for each pair
    (U, D) that is reached (by at most T actions, then inside the target) all words w are followed
    that lead to some (U', D') with U' a subset of U and D' of D, U in the target all along. Then w
    can be repeated. It maps D into itself, so each run in D ends in a cycle of that map, and it
    does iff w leads each state of a cycle through the target only.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,), ((0, 0),))
    >>> some_blind_policy_does(door, 0)
    True
    >>> switch = World(1, 1, ("off", "on"), (0, 1), ((0, 1), (1, 0)), (0, 1), (1,))
    >>> some_blind_policy_does(switch, 1)
    False
    """
    edge: set[Pair] = {(frozenset(world.starts), frozenset())}
    early = {*edge}
    for _ in range(within):
        edge = {pair for old in edge for pair, _ in _steps(world, old)} - early
        early |= edge
        if not edge:
            break
    edge = {pair for pair in early if pair[0] <= world.target_set}
    late = {*edge}
    while edge:
        found = {pair for old in edge for pair, _ in _steps(world, old)}
        edge = {pair for pair in found if pair[0] <= world.target_set} - late
        late |= edge
    return any(_some_word_repeats(world, pair) for pair in late)


def _steps(world: World, pair: Pair) -> Iterator[tuple[Pair, int]]:
    undisturbed, disturbed = pair
    pushed = {moved[state] for moved in world.disturbances for state in undisturbed}
    for action in range(1 << world.action_bits):
        yield (
            (
                frozenset(world.steps[state][action] for state in undisturbed),
                frozenset(world.steps[state][action] for state in disturbed | pushed),
            ),
            action,
        )


def _some_word_repeats(world: World, pair: Pair) -> bool:
    begun = tuple(sorted(pair[1]))
    # What a word has made of the pair, of each state of D, and which of those left the target.
    waiting: list[tuple[Pair, tuple[int, ...], States]] = [(pair, begun, frozenset())]
    seen = {*waiting}
    for now, images, left in waiting:
        for later, action in _steps(world, now):
            if not later[0] <= world.target_set:
                continue
            moved = tuple(world.steps[state][action] for state in images)
            out = {state for state, at in zip(begun, moved, strict=True) if not world.in_target(at)}
            after = later, moved, left | out
            if later[0] <= pair[0] and later[1] <= pair[1]:
                mapped = dict(zip(begun, moved, strict=True))
                if not after[2] & _on_cycles(mapped):
                    return True
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _on_cycles(mapped: dict[int, int]) -> set[int]:
    # What is left when a map of a set into itself has been applied as often as it has members.
    states = {*mapped}
    for _ in mapped:
        states = {mapped[state] for state in states}
    return states
