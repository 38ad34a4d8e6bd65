"""Which policies are acceptable, exactly: by following runs in worlds, by trying in episodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import TYPE_CHECKING

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.episode import Episode, expected_rewards, expected_total
from mesacircuits.tasks.task import RelationTask
from mesacircuits.tasks.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "MAX_BOXES", "MOST_MACHINES", "BestMachines", "Box", "best_machines", "blind_policy_suffices",
    "can_be_tried", "has_policy", "hull_masks", "machine_count", "machines_earning",
    "policy_boxes", "rewards_of_many", "whole_episode",
]  # fmt: skip

#: More products than this are not listed.
MAX_BOXES = 1 << 12
#: Branches that are followed before the search for products is given up, and steps of their runs.
_MOST_LOOKED = 1 << 16
_MOST_STEPS = 1 << 24
#: Sets of states that the search for a blind policy looks at before it is given up with an error.
_MOST_SETS = 1 << 20
#: The most machines that are searched through.
MOST_MACHINES = 1 << 24
#: The most machines, times steps, times states: seconds.
_MOST_WORK = 3 << 28
#: The same where sums do not fit 64 bits, so that fractions are added up one by one.
_MOST_WORK_BY_FRACTIONS = 1 << 18
_CHUNK = 1 << 18
#: Sums of whole numbers stay below.
_LIMIT = 1 << 62

#: For each input word of the policy the acceptable words, all of them where it does not matter.
Box = tuple[tuple[int, ...], ...]


# -- worlds ------------------------------------------------------------------------------------


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
    """Follows runs of policies that are defined no further than they were asked."""

    def __init__(self, world: World, within: int, state_bits: int) -> None:
        self.world, self.k = world, state_bits
        self.within = world.horizon(within, state_bits)
        self.n = world.observation_bits
        self.words = 1 << (world.action_bits + state_bits)
        self.looked = self.stepped = 0
        sharing: dict[int, list[tuple[int, ...]]] = {}
        for observation, row in zip(world.observations, world.steps, strict=True):
            sharing.setdefault(observation, []).append(row)
        self.classes = {o: self._classes(rows) for o, rows in sharing.items()}

    def _classes(self, rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        # Words that do the same in every state that gives this observation.
        m = self.world.action_bits
        alike: dict[tuple[int, ...], list[int]] = {}
        for word in range(self.words):
            moved = (row[word & (1 << m) - 1] for row in rows)
            alike.setdefault((*moved, word >> m), []).append(word)
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
        if self.looked > _MOST_SETS:
            expected = f"a world whose blind policies reach at most {_MOST_SETS} sets of states"
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
        self.kept = self._reached({u for u in layers[-1] if not u & ~self.target}, self.target)
        while (fewer := {u for u in self.kept if self.steps(u) & self.kept}) != self.kept:
            self.kept = fewer
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


# -- episodes ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class WholeEpisode:
    """An episode in whole numbers: numerators over common denominators.

    Attributes:
        episode: the episode.
        arrays: o(s); the first states, and their numerators over `first`; the states that may
            follow, and their numerators over `each`, of shape (states, actions, most), 0 where
            there are no more; the rewards' numerators over `unit`, of shape (states, actions).
        first, each, unit: these denominators.
    """

    episode: Episode
    arrays: tuple[NDArray[np.int64], ...]
    first: int
    each: int
    unit: int

    @property
    def denominator(self) -> int:
        """The denominator of an expected total: first * each^(T - 1) * unit."""
        return self.step_denominator(self.episode.length - 1)

    def step_denominator(self, t: int) -> int:
        """Return the denominator of the expected reward of step t, from 0 on."""
        return int(self.first * self.each**t * self.unit)


@lru_cache(maxsize=64)
def whole_episode(episode: Episode) -> WholeEpisode | None:
    """Return the episode in whole numbers; None if some sum might not fit 64 bits.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> whole_episode(coin).denominator
    2
    """
    import numpy as np

    first = lcm(*(p.denominator for _, p in episode.prior))
    each = lcm(*(p.denominator for row in episode.transitions for drawn in row for _, p in drawn))
    unit = lcm(*(r.denominator for row in episode.rewards for r in row))
    greatest = max(abs(int(r * unit)) for row in episode.rewards for r in row)
    length = episode.length
    if max(1, greatest) * length * first * each ** (length - 1) >= _LIMIT:
        return None
    every = [drawn for row in episode.transitions for drawn in row]
    after = np.zeros((len(every), max(map(len, every))), dtype=np.int64)
    chances = np.zeros_like(after)
    for i, drawn in enumerate(every):
        after[i, : len(drawn)] = [state for state, _ in drawn]
        chances[i, : len(drawn)] = [int(p * each) for _, p in drawn]
    shape = len(episode.states), 1 << episode.action_bits
    arrays = (
        np.array(episode.observations, dtype=np.int64),
        np.array([state for state, _ in episode.prior], dtype=np.int64),
        np.array([int(p * first) for _, p in episode.prior], dtype=np.int64),
        after.reshape(*shape, -1),
        chances.reshape(*shape, -1),
        np.array([[int(r * unit) for r in row] for row in episode.rewards], dtype=np.int64),
    )
    return WholeEpisode(episode, arrays, first, each, unit)


def rewards_of_many(
    episode: Episode,
    policies: Sequence[Sequence[int]] | NDArray[np.integer],
    state_bits: int = 0,
) -> list[tuple[Fraction, ...]]:
    """Return for each policy the exact expected reward of each step.

    They are computed in whole numbers at once, or as fractions one by one where those might not fit
    64 bits.

    Arguments:
        episode: the episode.
        policies: the words of each, as `MealyMachine.words` gives them.
        state_bits: k; memories are 0 at the start.

    Raises `ArgumentError` for policies of another shape or with other words.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> rewards_of_many(coin, [(0, 0), (0, 1)])
    [(Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 1), Fraction(1, 1))]
    """
    import numpy as np

    n, m = episode.observation_bits, episode.action_bits
    width, last = 1 << (n + state_bits), (1 << (m + state_bits)) - 1
    table = np.asarray(policies, dtype=np.int64)
    if not table.size:
        table = table.reshape(0, width)
    if table.ndim != 2 or table.shape[1] != width:
        raise ArgumentError("policies", f"rows of {width} words", table.shape)
    beyond = table[(table < 0) | (table > last)]
    if beyond.size:
        raise ArgumentError("policies", f"words from 0 to {last}", int(beyond[0]))
    whole = whole_episode(episode)
    if whole is None:
        return [expected_rewards(episode, words, state_bits) for words in table.tolist()]
    from mesacircuits.tasks.episode_kernels import add_up_rewards

    totals = np.empty((len(table), episode.length), dtype=np.int64)
    add_up_rewards(table, whole.arrays, (n, m, state_bits), totals)
    scales = [whole.step_denominator(t) for t in range(episode.length)]
    return [
        tuple(Fraction(total, scale) for total, scale in zip(row, scales, strict=True))
        for row in totals.tolist()
    ]


@dataclass(frozen=True)
class BestMachines:
    """What machines with some bits of state can earn in an episode, at best, and which do.

    Attributes:
        reward: the greatest expected total.
        boxes: the best machines, as disjoint products of sets of words, like `policy_boxes`; None
            if these are more than `MAX_BOXES`.
        tried: how many machines there are, inputs that cannot occur left out.
    """

    reward: Fraction
    boxes: tuple[Box, ...] | None
    tried: int


def machine_count(episode: Episode, state_bits: int) -> int:
    """Return how many machines differ on inputs that can occur: 2^((m + k) * inputs)."""
    return 1 << (episode.action_bits + state_bits) * (len({*episode.observations}) << state_bits)


def best_machines(episode: Episode, state_bits: int = 0) -> BestMachines:
    """Return the greatest expected total of all machines with k bits of state, 0 at the start.

    All are tried, exactly.

    Arguments:
        episode: the episode.
        state_bits: k.

    Raises `ArgumentError` for more than 2^24 machines, or fewer that would take minutes.

    >>> coin = Episode(
    ...     1, 1, ("0", "1"), (0, 1), ((0, "1/2"), (1, "1/2")),
    ...     ((((0, 1),), ((0, 1),)), (((1, 1),), ((1, 1),))), ((1, 0), (0, 1)), 2,
    ... )
    >>> best_machines(coin)
    BestMachines(reward=Fraction(2, 1), boxes=(((0,), (1,)),), tried=4)
    """
    reward, numbers = _searched(episode, state_bits, None)
    boxes = None if numbers is None else _boxes(episode, state_bits, numbers)
    return BestMachines(reward, boxes, machine_count(episode, state_bits))


def machines_earning(episode: Episode, state_bits: int, least: Fraction) -> tuple[Box, ...] | None:
    """Return all machines whose expected total is at least `least`, as disjoint products.

    A product fixes the words on the inputs that its machines meet, and leaves the others free.

    Returns None if there are more products than `MAX_BOXES`, or too many machines to try.
    """
    if not can_be_tried(episode, state_bits):
        return None
    # The best are most often what is asked for, and known already.
    reward, numbers = _searched(episode, state_bits, None)
    if least > reward:
        return ()
    if least < reward:
        _, numbers = _searched(episode, state_bits, least)
    return None if numbers is None else _boxes(episode, state_bits, numbers)


def can_be_tried(episode: Episode, state_bits: int) -> bool:
    """Return whether the machines are few enough to be searched through."""
    return machine_count(episode, state_bits) <= _most(episode)


def _most(episode: Episode) -> int:
    # The longer an episode, and the more states it has, the fewer machines can be tried.
    work = _MOST_WORK_BY_FRACTIONS if whole_episode(episode) is None else _MOST_WORK
    return min(MOST_MACHINES, work // (episode.length * len(episode.states)))


def _inputs(episode: Episode, state_bits: int) -> list[int]:
    observed = sorted({*episode.observations})
    n = episode.observation_bits
    return [memory << n | o for memory in range(1 << state_bits) for o in observed]


def _words(episode: Episode, state_bits: int, number: int) -> list[int]:
    words = [0] * (1 << (episode.observation_bits + state_bits))
    width = episode.action_bits + state_bits
    for j, x in enumerate(_inputs(episode, state_bits)):
        words[x] = number >> j * width & (1 << width) - 1
    return words


@lru_cache(maxsize=64)
def _searched(
    episode: Episode, state_bits: int, least: Fraction | None
) -> tuple[Fraction, tuple[int, ...] | None]:
    # The best total, or `least`, and the numbers of the machines that earn it or more; None for
    # these if they are too many.
    count = machine_count(episode, state_bits)
    if count > _most(episode):
        expected = (
            f"less memory, or fewer steps: of an episode of {episode.length} steps at most "
            f"{_most(episode)} machines can be tried"
        )
        raise ArgumentError("state_bits", expected, f"{state_bits}, which makes {count}")
    whole = whole_episode(episode)
    if whole is None:
        return _by_fractions(episode, state_bits, least, count)
    best = -(1 << 63) if least is None else -(-least * whole.denominator // 1)
    kept: list[int] = []
    too_many = False
    for earned, good, numbers in _chunks(whole, state_bits, best, least is None, count):
        if earned > best:
            best, kept, too_many = earned, [], False
        too_many = too_many or len(kept) + good > MAX_BOXES
        if not too_many:
            kept += numbers
    reward = Fraction(best, whole.denominator) if least is None else least
    return reward, None if too_many else tuple(kept)


def _chunks(
    whole: WholeEpisode, state_bits: int, least: int, only_best: bool, count: int
) -> Iterator[tuple[int, int, list[int]]]:
    # By ranges of machines: what the best (so far) earn, how many, and which.
    import numpy as np

    from mesacircuits.tasks.episode_kernels import keep_good_machines

    episode = whole.episode
    bits = episode.observation_bits, episode.action_bits, state_bits
    inputs = np.array(_inputs(episode, state_bits), dtype=np.int64)
    scales = [whole.each ** (episode.length - 1 - t) for t in range(episode.length)]
    settings = np.array(scales, dtype=np.int64), bits, only_best
    found = np.empty(MAX_BOXES, dtype=np.int64)
    for first in range(0, count, _CHUNK):
        last = min(count, first + _CHUNK)
        good, least = keep_good_machines(first, last, inputs, whole.arrays, *settings, least, found)
        yield least, good, found[:good].tolist()


def _by_fractions(
    episode: Episode, state_bits: int, least: Fraction | None, count: int
) -> tuple[Fraction, tuple[int, ...] | None]:
    best, kept = least, list[int]()
    for number in range(count):
        words = _words(episode, state_bits, number)
        total = expected_total(episode, words, state_bits)
        if best is None or (least is None and total > best):
            best, kept = total, []
        met = _met(episode, words, state_bits)
        if total >= best and not any(word for x, word in enumerate(words) if x not in met):
            kept.append(number)
    assert best is not None  # there is a machine
    return best, tuple(kept) if len(kept) <= MAX_BOXES else None


def _met(episode: Episode, words: list[int], state_bits: int) -> set[int]:
    # The inputs that the machine meets with positive probability.
    n, m = episode.observation_bits, episode.action_bits
    met, at = set[int](), {(state, 0) for state, _ in episode.prior}
    for _ in range(episode.length):
        following = set()
        for state, memory in at:
            x = memory << n | episode.observations[state]
            met.add(x)
            action, later = words[x] & (1 << m) - 1, words[x] >> m
            following |= {(other, later) for other, _ in episode.transitions[state][action]}
        at = following
    return met


def _boxes(episode: Episode, state_bits: int, numbers: tuple[int, ...]) -> tuple[Box, ...]:
    every = tuple(range(1 << (episode.action_bits + state_bits)))
    boxes = []
    for number in numbers:
        words = _words(episode, state_bits, number)
        met = _met(episode, words, state_bits)
        boxes.append(tuple((word,) if x in met else every for x, word in enumerate(words)))
    return tuple(boxes)
