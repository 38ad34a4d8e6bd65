"""Which policies bring a world into its target, as disjoint products of sets of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mesacircuits.tasks.relation import RelationTask
from mesacircuits.tasks.world import World

__all__ = ["MAX_BOXES", "Box", "has_policy", "hull_masks", "policy_boxes"]

#: More products than this are not listed.
MAX_BOXES = 1 << 12
#: Branches that are followed before the search for products is given up, and steps of their runs.
_MOST_LOOKED = 1 << 16
_MOST_STEPS = 1 << 24

#: For each input word of the policy the acceptable words, all of them where it does not matter.
Box = tuple[tuple[int, ...], ...]


def policy_boxes(world: World, within: int, state_bits: int = 0) -> tuple[Box, ...] | None:
    """Return all policies that reach and keep the target, as disjoint products.

    A product gives for each input word of the policy (its state above the observation) a set of
    words; it stands for all policies that choose from these sets. Runs from all starts are followed
    with the policy undefined; where it is asked for a word that is not defined yet, each
    class of words that lead to the same successors is tried in turn. What no run asks for is free.
    So every acceptable policy lies in exactly one product, and each in a product is acceptable.

    Arguments:
        world: the world.
        within: T, as for `reaches_and_keeps`.
        state_bits: k, the bits of state that the policy is granted; it starts at 0.

    Returns:
        the products, none if no policy will do; None instead if there are more than `MAX_BOXES`, or
        if it takes more than 2^16 branches, or 2^24 steps of their runs, to find them.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> policy_boxes(door, 1)
    (((1,), (0, 1)),)
    """
    search = _Search(world, within, state_bits)
    found: list[Box] = []
    for box in search.boxes():
        if len(found) == MAX_BOXES:
            return None
        found.append(box)
    return None if search.given_up else tuple(found)


def has_policy(world: World, within: int, state_bits: int = 0) -> bool | None:
    """Return whether some policy reaches and keeps the target; None if the search grew too long.

    Arguments as for `policy_boxes`, which this search leaves at the first product.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> has_policy(door, 1), has_policy(door, 0)
    (True, False)
    """
    search = _Search(world, within, state_bits)
    if next(search.boxes(), None) is not None:
        return True
    return None if search.given_up else False


def hull_masks(boxes: Sequence[RelationTask] | None, inputs: int, outputs: int) -> tuple[int, ...]:
    """Return the `word_masks` of the least relation that contains all of these.

    None stands for relations too many to list: then every word is acceptable on every input.

    >>> hull_masks([RelationTask(1, 1, ((0,), (1,))), RelationTask(1, 1, ((1,), (1,)))], 1, 1)
    (1, 3)
    >>> hull_masks(None, 1, 1), hull_masks((), 1, 1)
    ((3, 3), (0, 0))
    """
    if boxes is None:
        return ((1 << (1 << inputs)) - 1,) * (1 << outputs)
    masks = [0] * (1 << outputs)
    for box in boxes:
        masks = [mask | more for mask, more in zip(masks, box.word_masks, strict=True)]
    return tuple(masks)


class _Search:
    def __init__(self, world: World, within: int, state_bits: int) -> None:
        self.world, self.k = world, state_bits
        self.within = world.horizon(within, state_bits)
        self.n = world.observation_bits
        self.words = 1 << (world.action_bits + state_bits)
        self.looked = self.stepped = 0
        self.sharing: dict[int, list[int]] = {}
        for state, observation in enumerate(world.observations):
            self.sharing.setdefault(observation, []).append(state)
        self.classes = {o: self._classes(states) for o, states in self.sharing.items()}

    def _classes(self, states: list[int]) -> list[tuple[int, ...]]:
        # Words that do the same in every state that gives this observation.
        act = (1 << self.world.action_bits) - 1
        alike: dict[tuple[int, ...], list[int]] = {}
        for word in range(self.words):
            moved = tuple(self.world.steps[s][word & act] for s in states)
            key = (*moved, word >> self.world.action_bits)
            alike.setdefault(key, []).append(word)
        return [tuple(words) for words in alike.values()]

    @property
    def given_up(self) -> bool:
        return self.looked > _MOST_LOOKED or self.stepped > _MOST_STEPS

    def boxes(self) -> Iterator[Box]:
        every = tuple(range(self.words))
        for chosen in self._extend({}):
            yield tuple(chosen.get(x, every) for x in range(1 << (self.n + self.k)))

    def _extend(self, chosen: dict[int, tuple[int, ...]]) -> Iterator[dict[int, tuple[int, ...]]]:
        self.looked += 1
        if self.given_up:
            return
        asked = self._asked(chosen)
        if asked is None:
            return
        if asked < 0:
            yield chosen
            return
        for words in self.classes[asked & (1 << self.n) - 1]:
            yield from self._extend({**chosen, asked: words})

    def _asked(self, chosen: dict[int, tuple[int, ...]]) -> int | None:
        """Return the first undefined input that a run asks for, -1 if none, None if one fails."""
        undefined = -1
        for start in self.world.starts:
            state, memory = start, 0
            seen: set[tuple[int, int]] = set()
            time = 0
            while time <= self.within or (state, memory) not in seen:
                if time >= self.within:
                    if state not in self.world.target_set:
                        return None
                    seen.add((state, memory))
                x = memory << self.n | self.world.observations[state]
                if x not in chosen:
                    if undefined < 0:
                        undefined = x
                    break
                word = chosen[x][0]
                state = self.world.steps[state][word & (1 << self.world.action_bits) - 1]
                memory = word >> self.world.action_bits
                time += 1
                self.stepped += 1
        return undefined
