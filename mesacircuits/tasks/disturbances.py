"""Single disturbances: whether a policy recovers from them, and whether a blind one would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.closed_loop import configurations_from, next_configurations
from mesacircuits.tasks.world import World

__all__ = ["blind_policy_suffices", "disturbed_configurations", "recovers", "settled"]

#: Sets of states that the search for a blind policy looks at before it is given up with an error.
_MOST_LOOKED = 1 << 20


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


def settled(world: World, following: Sequence[int], state_bits: int = 0) -> list[bool]:
    """Return for each configuration whether its run comes to be in the target for ever.

    The run of a finite loop ends in a cycle of configurations, so that is so iff the world is in
    the target all along that cycle.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,))
    >>> settled(door, next_configurations(door, (0, 0)))
    [False, True]
    """
    found: dict[int, bool] = {}
    for begun in range(len(following)):
        path: list[int] = []
        place: dict[int, int] = {}
        at = begun
        while at not in found and at not in place:
            place[at] = len(path)
            path.append(at)
            at = following[at]
        if at not in found:
            cycle = path[place[at] :]
            found[at] = all(c >> state_bits in world.target_set for c in cycle)
        found.update(dict.fromkeys(path, found[at]))
    return [found[at] for at in range(len(following))]


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
    following = next_configurations(world, words, state_bits)
    begun = disturbed_configurations(world, words, state_bits, memory)
    if within is None:
        good = settled(world, following, state_bits)
        return all(good[at] for at in begun)
    after = set()
    for at in begun:
        for _ in range(world.horizon(within, state_bits)):
            at = following[at]
        after.add(at)
    kept = configurations_from(following, after)
    return all(at >> state_bits in world.target_set for at in kept)


def blind_policy_suffices(world: World, within: int | None) -> bool:
    """Return whether some blind policy is acceptable and recovers from every single disturbance.

    A blind policy is a sequence of actions a_0, a_1, ... that depends on time alone; constant ones
    are among them. It acts on all starts and disturbances at once, for it sees neither, and its
    clock goes on when the world is disturbed. It suffices iff

    - undisturbed, from every start, the world is in the target at all times from T on; and
    - for every start, time t >= 0 and disturbance d: with the world put from s_t into d(s_t) before
      a_t is done, it comes into the target and from some time on never leaves it.

    Whether there is one is decided exactly. Let U be the set of states that undisturbed runs can be
    in, and D those of runs disturbed before. An action a takes U to a(U), and D to the image under
    a of D and of all d(U). If a blind policy suffices, so does an eventually periodic one (the
    condition is omega-regular). On its loop, a word w repeated, let S be the states of D to which w
    returns for ever. Repeating w often enough, all of D is in S when w ends. So it is searched for
    sets U and D, reached by T or more actions, a subset S of D within the target, and a word w,
    not empty, that takes U into U with all sets on the way within the target, D into D, S into S
    with all sets on the way within the target, and every state of D into S. Conversely, any such
    loop repeated suffices. Sets D that contain another reached with the same U are passed over, for
    what does for the larger one does for the smaller.

    Arguments:
        world: the world.
        within: T; None if any finite T will do.

    Raises `ArgumentError` for a world whose sets of states are too many to search.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (1,), (1,), ((0, 0),))
    >>> blind_policy_suffices(door, 1)                     # always shutting it will do
    True
    >>> switch = World(1, 1, ("off", "on"), (0, 1), ((0, 1), (1, 0)), (0, 1), (1,))
    >>> blind_policy_suffices(switch, 1)                   # pressing it turns it off again
    False
    """
    search = _BlindSearch(world)
    return any(search.has_loop(*sets) for sets in search.kept_with_disturbed(within))


class _BlindSearch:
    """Sets of states as masks, and what actions and disturbances make of them."""

    def __init__(self, world: World) -> None:
        self.actions = range(1 << world.action_bits)
        self.after = [[1 << row[a] for row in world.steps] for a in self.actions]
        self.pushed = [
            sum({1 << moved[s] for moved in world.disturbances}) for s in range(len(world.states))
        ]
        self.target = sum(1 << s for s in world.target)
        self.starts = sum(1 << s for s in world.starts)
        self.images: dict[tuple[int, int], int] = {}
        self.pushes: dict[int, int] = {}
        #: Sets U within the target that some sequence of actions keeps there for ever.
        self.kept: set[int] = set()
        self.looked = 0

    def step(self, states: int, action: int) -> int:
        key = states, action
        if key not in self.images:
            self.images[key] = _union(self.after[action], states)
        return self.images[key]

    def count(self) -> None:
        self.looked += 1
        if self.looked > _MOST_LOOKED:
            expected = f"a world whose blind policies reach at most {_MOST_LOOKED} sets of states"
            raise ArgumentError("world", expected, "more")

    def steps(self, states: int) -> set[int]:
        self.count()
        return {self.step(states, action) for action in self.actions}

    def pairs(self, undisturbed: int, disturbed: int) -> list[tuple[int, int]]:
        # The pair that follows (U, D), under each action.
        self.count()
        if undisturbed not in self.pushes:
            self.pushes[undisturbed] = _union(self.pushed, undisturbed)
        every = disturbed | self.pushes[undisturbed]
        return [(self.step(undisturbed, a), self.step(every, a)) for a in self.actions]

    def kept_with_disturbed(self, within: int | None) -> Iterator[tuple[int, int]]:
        """Yield the pairs (U, D) from time T on such that U is kept in the target."""
        layers = self._undisturbed(within)
        reached: dict[int, list[int]] = {self.starts: [0]} if self.starts in layers[0] else {}
        if within is None:
            queue = [(self.starts, 0)] if reached else []
            for pair in queue:
                for later, moved in self.pairs(*pair):
                    if later in layers[0] and _add(reached, later, moved):
                        queue.append((later, moved))
        for allowed in layers[1:]:
            layer: dict[int, list[int]] = {}
            for undisturbed, every in reached.items():
                for disturbed in every:
                    for later, moved in self.pairs(undisturbed, disturbed):
                        if later in allowed:
                            _add(layer, later, moved)
            reached = layer
        # From here on all pairs count, for a loop may not lead back to the smallest.
        found = dict.fromkeys(
            (u, disturbed) for u, every in reached.items() if u in self.kept for disturbed in every
        )
        queue = list(found)
        for pair in queue:
            yield pair
            for later, moved in self.pairs(*pair):
                if later in self.kept and (later, moved) not in found:
                    found[later, moved] = None
                    queue.append((later, moved))

    def _undisturbed(self, within: int | None) -> list[set[int]]:
        # By time the sets U that may yet be kept in the target from T on; one for all times if
        # there is no T. Fills `kept`.
        layers = [{self.starts}]
        if within is None:
            layers = [self._reached(layers[0], ~0)]
        for _ in range(within or 0):
            layers.append({later for states in layers[-1] for later in self.steps(states)})
        kept = self._reached({u for u in layers[-1] if not u & ~self.target}, self.target)
        self.kept = _largest(lambda some: {u for u in some if self.steps(u) & some}, kept)
        if within is None:
            useful = {*self.kept}
            while more := {u for u in layers[0] - useful if self.steps(u) & useful}:
                useful |= more
            return [useful]
        layers[-1] &= self.kept
        for time in reversed(range(within)):
            later = layers[time + 1]
            layers[time] = {u for u in layers[time] if self.steps(u) & later}
        return layers

    def _reached(self, begun: set[int], inside: int) -> set[int]:
        found, edge = {*begun}, {*begun}
        while edge:
            edge = {u for states in edge for u in self.steps(states) if not u & ~inside} - found
            found |= edge
        return found

    def has_loop(self, undisturbed: int, disturbed: int) -> bool:
        """Return whether a loop as described leads from (U, D) into itself."""
        inside = disturbed & self.target
        stays = inside
        while True:
            if (stays or not disturbed) and self._returns(undisturbed, disturbed, stays):
                return True
            if not stays:
                return False
            stays = (stays - 1) & inside

    def _returns(self, undisturbed: int, disturbed: int, stays: int) -> bool:
        # `held` is where S is taken, `old` where D is.
        queue = [(undisturbed, disturbed, stays, disturbed)]
        seen = {*queue}
        for now, every, held, old in queue:
            for action, (later, moved) in enumerate(self.pairs(now, every)):
                keeps, images = self.step(held, action), self.step(old, action)
                if later not in self.kept or keeps & ~self.target:
                    continue
                if not (later & ~undisturbed or moved & ~disturbed or images & ~stays):
                    return True
                after = later, moved, keeps, images
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        return False


def _union(images: Sequence[int], states: int) -> int:
    union = 0
    while states:
        lowest = states & -states
        union |= images[lowest.bit_length() - 1]
        states ^= lowest
    return union


def _add(layer: dict[int, list[int]], undisturbed: int, disturbed: int) -> bool:
    # Whether D is new and contains no other; those that contain it are dropped.
    every = layer.setdefault(undisturbed, [])
    if any(not other & ~disturbed for other in every):
        return False
    every[:] = [other for other in every if disturbed & ~other]
    every.append(disturbed)
    return True


def _largest(shrink: Callable[[set[int]], set[int]], states: set[int]) -> set[int]:
    while (smaller := shrink(states)) != states:
        states = smaller
    return states
