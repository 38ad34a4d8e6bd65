"""World models: wires that say where each of several actions would lead, and the policy by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Circuit, Wired
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    endless_bits,
    has_influence,
    read_as,
)
from mesacircuits.definitions.measures.measure import (
    LiteratureDefinition,
    demand,
    equal_wires,
)
from mesacircuits.definitions.wire_classes import WireClasses
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted
from mesacircuits.tasks import Task, World, WorldTask, task_named

__all__ = ["StatedGoal", "WorldModel", "stated_goal"]

_UNIT = "of successors"
_NO_INFLUENCE = "the output is constant on the support, or no action matters"
#: The most places that a world may have: an encoding is looked for among all.
_MOST_PLACES = 8
#: The most choices of actions with groups of wires that are looked at; beyond them it is an error.
_MOST_CHOICES = 1 << 20


@dataclass(frozen=True, slots=True)
class StatedGoal:
    """How a world states its goal in what is seen: a place, which moves, beside a goal, which not.

    Attributes:
        goal: the bits of the observation that no action changes.
        places: what the other bits say, as words with the goal's bits 0, ascending.
        after: for each action the number of the place after each place.
    """

    goal: tuple[int, ...]
    places: tuple[int, ...]
    after: tuple[tuple[int, ...], ...]

    @property
    def mask(self) -> int:
        """The goal's bits."""
        return sum(1 << bit for bit in self.goal)

    @property
    def width(self) -> int:
        """The least number of bits that tell the places apart."""
        return (len(self.places) - 1).bit_length()

    def place_of(self, observation: int) -> int:
        """Return the number of the place that an observation shows."""
        return self.places.index(observation & ~self.mask)


def stated_goal(world: World) -> StatedGoal | str:
    """Return how a world states its goal in the observation, or why it does not.

    The *goal* is the bits of the observation that no action changes, in any state (disturbances
    may); the *place* is the other bits. A world states its goal in the observation iff

    - every state has an observation of its own;
    - the next place depends on the place and the action alone, not on the goal;
    - in some place the goal decides whether the world is in the target.

    Such is a thermostat, which sees the temperature and the set point. In a maze, whose goal is
    one cell, or a pursuit, which sees distances, nothing that is seen stays as it is.

    >>> from mesacircuits.tasks import task_named
    >>> stated_goal(task_named("thermostat").world)
    StatedGoal(goal=(2, 3), places=(0, 1, 2, 3), after=((0, 1, 2, 3), (1, 2, 3, 3), (0, 0, 1, 2), \
(0, 1, 2, 3)))
    >>> stated_goal(task_named("maze").world)
    'every bit of the observation is moved by some action, so none states a goal'
    """
    seen = world.observations
    if len({*seen}) < len(seen):
        return "states look alike"
    moved = 0
    for state, row in enumerate(world.steps):
        for after in row:
            moved |= seen[state] ^ seen[after]
    goal = tuple(bit for bit in range(world.observation_bits) if not moved >> bit & 1)
    if not goal:
        return "every bit of the observation is moved by some action, so none states a goal"
    places = tuple(sorted({o & moved for o in seen}))
    maps: list[dict[int, int]] = [{} for _ in range(1 << world.action_bits)]
    rewarded: dict[int, set[bool]] = {}
    for state, row in enumerate(world.steps):
        here = places.index(seen[state] & moved)
        rewarded.setdefault(here, set()).add(world.in_target(state))
        for action, after in enumerate(row):
            there = places.index(seen[after] & moved)
            if maps[action].setdefault(here, there) != there:
                return "where an action leads depends on what no action changes"
    if all(len(both) == 1 for both in rewarded.values()):
        return "what no action changes does not decide about the target"
    numbers = range(len(places))
    return StatedGoal(goal, places, tuple(tuple(leads[p] for p in numbers) for leads in maps))


@dataclass(frozen=True, slots=True)
class WorldModel(LiteratureDefinition):
    """A policy that acts by what its wires say of the places to which its actions lead.

    It is asked of worlds that state their goal in the observation (see `stated_goal`): a state is
    a place s with a goal g, the next place is T(s, a), and there are N places, 3 to 8. Let S be
    the support (what can be seen, under every memory), and w = ceil(log2 N). A witness has two or
    more actions, no two of which lead alike, for each action a *group* M_a of w classes of wires
    (see `WireClasses`), no two of the same classes, and one *encoding* enc, which gives each place
    a word of w bits of its own. It is demanded that

    - (i) each wire of a group says the same of a place on all of S, whatever goal and memory are,
      and some wire of each group is no input (nor a constant), for what is seen is no model;
    - (ii) with all groups and the goal held at what they are on x of S, no other change of the
      input, within S, moves the action; and not all live inputs of the place are in the groups,
      for to hold these would hold the state itself;
    - (iii) each group moves the action: on some x of S, set to some value that it has on S.

    A pair (s, a) is *right* iff M_a = enc(T(s, a)) in place s, wires read either way. The measure
    is the share of right pairs among all pairs of a place and one of the actions, the greatest
    over all witnesses; it is the score, and the tag is given where it is 1. (A further action whose
    group is right makes a wrong pair count for less.) With memory the solver
    may keep its model there; what is judged is what its wires say within a step. Of several the
    witness has the fewest actions, then the lowest; of a class it names the lowest wire.

    Where the world does not state its goal, or has fewer than 3 places (then T(., a) is the place,
    its inverse, or constant: there is nothing to compute) or more than 8, or all actions lead
    alike, it does not apply. The score is 0 where the output is constant on the support.

    Raises `ArgumentError` for a solver without the tag whose groups are too many for its score.

    Source: J. Richens, D. Abel, A. Bellot, T. Everitt, *General agents contain world models*, ICML
    2025 (a goal-conditioned policy, and the transition function that it must know); the structural
    reading, wires that hold the successors, is this project's own.

    By hand: the thermostat of four levels sees the temperature (a, b), lowest bit first, and the
    set point (c, d). After heating it is min(T + 1, 3) = (a NAND NOT b, a OR b), after cooling
    max(T - 1, 0) = (NOT a AND b, a AND b). The circuit computes both, heats iff the one is at
    most the set point, and cools iff the other is at least it. All 2 * 4 pairs are right.

    >>> ((planner, thermostat),) = WorldModel().anchors()
    >>> judgement = WorldModel().judge(planner, thermostat)
    >>> judgement.score, judgement.witness["actions"], judgement.witness["groups"]
    (Fraction(1, 1), [1, 2], [[4, 5], [6, 7]])

    The thermostat that compares the temperature itself has no such wires.

    >>> from mesacircuits.definitions.exemplars import exemplar_named
    >>> comparing = exemplar_named("thermostat-4")
    >>> str(WorldModel().measure(comparing.solver, comparing.task))
    '0 of successors'
    """

    name: ClassVar[str] = "world-model"
    tag: ClassVar[str] = "world-model"
    version: ClassVar[int] = 1

    def anchors(self) -> tuple[tuple[Circuit, Task], ...]:
        """Return the thermostat that computes where heating and cooling lead (see the class)."""
        model = "h = a & ~b; i = a | b; j = ~a & b; k = a & b; "
        heats = "l = i & ~d; m = i ^ d; n = h | c; o = m | n; p = o & ~l; "
        cools = "q = d & ~k; r = k ^ d; s = c & ~j; t = s & ~r; u = q | t; "
        planner = Circuit.parse(4, f"{model}{heats}{cools}out = p, ~u")
        return ((planner, task_named("thermostat")),)

    witness_fields: ClassVar[tuple[str, ...]] = (
        "goal", "places", "actions", "groups", "inverted", "encoding",
    )  # fmt: skip
    source: ClassVar[str] = "Richens, Abel, Bellot and Everitt 2025"
    formula: ClassVar[str] = (
        "for two or more actions groups of wires hold, in one encoding, the place to which each "
        "would lead; with these and the goal held fixed nothing else moves the action"
    )
    blind_to: ClassVar[str] = (
        "worlds whose observation does not state a goal that no action changes, models of some "
        "bits of the place or in several encodings, models that need every input of the place as "
        "it is, what is done with the successors, and what is done off the support (though a copy "
        "has to be one there too)"
    )

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return the greatest share of right pairs, exactly."""
        if not isinstance(task, WorldTask):
            return self.not_applicable("the task has no world with a target")
        stated = _modelled(task.world)
        if isinstance(stated, str):
            return self.not_applicable(stated)
        if not has_influence(circuit, task):
            return self.unmet(Measured(Fraction(0), _UNIT), note=_NO_INFLUENCE)
        share, witness = _best(_Loop(circuit, task, stated))
        if share < 1:
            return self.unmet(Measured(share, _UNIT), share)
        return self.met(witness, Measured(share, _UNIT))

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the wires of the groups, with what each says."""
        if witness.get("kind") != cls.name:
            return []
        return [
            (wire, f"place after {action}, bit {j}{read_as(turned)}")
            for action, wires, inverted in zip(
                witness["actions"], witness["groups"], witness["inverted"], strict=True
            )
            for j, (wire, turned) in enumerate(zip(wires, inverted, strict=True))
        ]

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Classes of wires are found anew from their tables, and the world is asked for every
        successor, on every input of the support.
        """
        demand(isinstance(task, WorldTask), "kind", "a task with a world is needed")
        assert isinstance(task, WorldTask)
        world, stated = task.world, _modelled(task.world)
        demand(not isinstance(stated, str), "kind", str(stated))
        assert isinstance(stated, StatedGoal)
        demand(has_influence(circuit, task), "kind", _NO_INFLUENCE)
        demand(witness["goal"] == [*stated.goal], "goal", f"it is {list(stated.goal)}")
        demand(witness["places"] == [*stated.places], "places", f"they are {list(stated.places)}")
        actions, groups, encoding = witness["actions"], witness["groups"], witness["encoding"]
        known = range(1 << world.action_bits)
        listed = _are(actions, int) and len(actions) > 1 and {*actions} <= {*known}
        demand(listed, "actions", "not two or more actions")
        leading = {tuple(row[a] for row in world.steps) for a in actions}
        demand(len(leading) == len(actions), "actions", "two of them lead alike")
        coded = _are(encoding, int) and len(encoding) == len(stated.places) == len({*encoding})
        demand(coded and {*encoding} <= {*range(1 << stated.width)}, "encoding", "no encoding")
        for field, kind in (("groups", int), ("inverted", bool)):
            rows = witness[field]
            shaped = isinstance(rows, list) and len(rows) == len(actions)
            shaped = shaped and all(_are(row, kind) and len(row) == stated.width for row in rows)
            demand(shaped, field, f"not {stated.width} for each action")
        equal = {wire: equal_wires(circuit, wire) for wires in groups for wire in wires}
        for wire, wires in equal.items():
            demand(bool(wires) and min(wires) == wire, "groups", f"wire {wire} is no lowest wire")
        sets = [frozenset(wires) for wires in groups]
        alone = len({*sets}) == len(sets) and all(len(s) == stated.width for s in sets)
        demand(alone, "groups", "a class twice in a group, or a group twice")
        made = all(max(wires) >= circuit.inputs for wires in groups)
        demand(made, "groups", "one of inputs alone")
        self._prove_behaviour(circuit, task, stated, witness, equal)

    def _prove_behaviour(
        self,
        circuit: Wired,
        task: WorldTask,
        stated: StatedGoal,
        witness: Mapping[str, Any],
        equal: Mapping[int, Mapping[int, bool]],
    ) -> None:
        world, groups = task.world, witness["groups"]
        tables, support = circuit.wire_bits(), _inputs_in(task.support_bits)
        shown = {o: state for state, o in enumerate(world.observations)}
        seen = (1 << world.observation_bits) - 1

        def acted(x: int, held: Mapping[int, int]) -> tuple[int, ...] | None:
            do = {
                w: -(held[wire] ^ turned)
                for wire in held
                for w, turned in (equal.get(wire) or equal_wires(circuit, wire)).items()
            }
            if endless_bits(circuit, do) >> x & 1:
                return None
            return tuple(t >> x & 1 for t in circuit.output_bits(do)[: world.action_bits])

        moving = [False] * len(groups)
        for x in support:
            state = shown[x & seen]
            for i, (action, wires) in enumerate(zip(witness["actions"], groups, strict=True)):
                said = sum(
                    (tables[wire] >> x & 1 ^ turned) << j
                    for j, (wire, turned) in enumerate(
                        zip(wires, witness["inverted"][i], strict=True)
                    )
                )
                there = world.observations[world.steps[state][action]] & ~stated.mask
                code = witness["encoding"][stated.places.index(there)]
                demand(said == code, f"groups[{i}]", f"not the place after {action} on {x}")
                moving[i] |= any(
                    acted(x, {w: tables[w] >> y & 1 for w in wires}) != acted(x, {})
                    for y in support
                )
            goal = {bit: x >> bit & 1 for bit in stated.goal if equal_wires(circuit, bit)}
            held = {w: tables[w] >> x & 1 for w in equal} | goal
            still = all(acted(y, held) == acted(x, {}) for y in support)
            demand(still, "groups", f"the action moves though they are held as on {x}")
        demand(all(moving), "groups", "one does not move the action")
        free = [
            i
            for i in range(world.observation_bits)
            if i not in stated.goal and equal_wires(circuit, i) and i not in equal
        ]
        demand(bool(free), "groups", "they hold every input of the place")


def _are(values: object, kind: type) -> bool:
    return isinstance(values, list) and all(type(value) is kind for value in values)


def _inputs_in(bits: int) -> list[int]:
    return [x for x in range(bits.bit_length()) if bits >> x & 1]


def _modelled(world: World) -> StatedGoal | str:
    """Return how a world states its goal, or why nothing is asked of a model of it."""
    stated = stated_goal(world)
    if isinstance(stated, str):
        return stated
    if not 3 <= len(stated.places) <= _MOST_PLACES:
        return f"it has {counted(len(stated.places), 'place')}, not 3 to {_MOST_PLACES}"
    return stated if len({*stated.after}) > 1 else "all actions lead alike"


#: A group: its classes, ascending, by their lowest wires.
_Group = tuple[int, ...]


class _Loop:
    """A solver in such a world: what its wires say of places, and what moves its action."""

    def __init__(self, circuit: Wired, task: WorldTask, stated: StatedGoal) -> None:
        self.circuit, self.stated = circuit, stated
        self.classes = WireClasses(circuit)
        self.acting = task.world.action_bits
        self.support = _inputs_in(task.support_bits)
        seen = (1 << task.world.observation_bits) - 1
        self.place = {x: stated.place_of(x & seen) for x in self.support}
        members = self.classes.members
        self.goal = [bit for bit in stated.goal if bit in members]
        bits = range(task.world.observation_bits)
        self.place_inputs = {i for i in bits if i not in stated.goal and i in members}
        self.actions = self._acted({}, self.support)
        #: For each class that speaks of places alone, what it says of each.
        self.says: dict[int, tuple[int, ...]] = {}
        for wire in members:
            values: dict[int, set[int]] = {}
            for x in self.support:
                values.setdefault(self.place[x], set()).add(self.classes.bits[wire] >> x & 1)
            if wire not in self.classes.constants and all(len(v) == 1 for v in values.values()):
                self.says[wire] = tuple(min(values[p]) for p in range(len(stated.places)))
        self._cuts: dict[frozenset[int], bool] = {}
        self._moving: dict[_Group, bool] = {}

    def _acted(self, held: Mapping[int, int], inputs: Sequence[int]) -> list[int]:
        """Return the action on each input, classes held at a bit; -1 where there is none."""
        do: dict[int, int] = {}
        for wire, bit in held.items():
            do |= self.classes.do(wire, -bit)
        outputs, never = self.circuit.output_bits(do)[: self.acting], endless_bits(self.circuit, do)
        return [
            -1 if never >> x & 1 else sum((table >> x & 1) << i for i, table in enumerate(outputs))
            for x in inputs
        ]

    def values_of(self, group: _Group) -> tuple[int, ...]:
        """Return what a group says of each place, class j as bit j."""
        rows = (self.says[wire] for wire in group)
        said = zip(*rows, strict=True)
        return tuple(sum(bit << j for j, bit in enumerate(bits)) for bits in said)

    def groups(self, leads: Sequence[int] | None = None) -> list[_Group]:
        """Return the groups that are not of inputs alone, and move the action.

        With `leads`, the place after each place, those alone that tell all places after apart, and
        no two of one.
        """
        wires = sorted(self.says)
        if leads is not None:
            ends = len({*leads})
            wires = [w for w in wires if len({*zip(leads, self.says[w], strict=True)}) == ends]
        found = []
        for group in combinations(wires, self.stated.width):
            values = {*self.values_of(group)}
            apart = leads is None or len(values) == len({*leads})
            if apart and group[-1] >= self.circuit.inputs and self._moves(group):
                found.append(group)
        return found

    def _moves(self, group: _Group) -> bool:
        if group not in self._moving:
            self._moving[group] = any(
                self._acted({w: value >> j & 1 for j, w in enumerate(group)}, self.support)
                != self.actions
                for value in {*self.values_of(group)}
            )
        return self._moving[group]

    def is_cut(self, wires: frozenset[int]) -> bool:
        """Return whether the action depends on these classes, and the goal, alone."""
        if wires not in self._cuts:
            self._cuts[wires] = self._found_cut(wires)
        return self._cuts[wires]

    def _found_cut(self, wires: frozenset[int]) -> bool:
        if wires >= self.place_inputs:
            return False
        held = [*wires, *self.goal]
        found: dict[tuple[int, ...], int] = {}
        for x, action in zip(self.support, self.actions, strict=True):
            values = tuple(self.classes.bits[wire] >> x & 1 for wire in held)
            if found.setdefault(values, action) != action:
                return False
        return all(
            {*self._acted(dict(zip(held, values, strict=True)), self.support)} == {action}
            for values, action in found.items()
        )


def _best(loop: _Loop) -> tuple[Fraction, dict[str, Any]]:
    """Return the greatest share of right pairs, and the fields of a witness that has it."""
    stated = loop.stated
    actions = [a for a, leads in enumerate(stated.after) if leads not in stated.after[:a]]
    # Of groups that are right of all places there are few, so these are tried first.
    exact = {action: loop.groups(stated.after[action]) for action in actions}
    for chosen, held in _choices(exact):
        if loop.is_cut(frozenset().union(*held)):
            right, found = _encoded(loop, chosen, held)
            if right == len(chosen) * len(stated.places):
                return Fraction(1), found
    groups = loop.groups()
    sizes = range(2, 1 + min(len(actions), len(groups)))
    count = sum(comb(len(actions), size) * len(groups) ** size for size in sizes)
    if count > _MOST_CHOICES:
        expected = f"one with at most {_MOST_CHOICES} choices of groups for its actions"
        raise ArgumentError("solver", expected, count)
    most = {
        (action, group): _most_right(stated.after[action], loop.values_of(group))
        for action in actions
        for group in groups
    }
    best: tuple[Fraction, dict[str, Any]] = Fraction(0), {}
    for chosen, held in _choices(dict.fromkeys(actions, groups)):
        pairs = len(chosen) * len(stated.places)
        bound = sum(most[pair] for pair in zip(chosen, held, strict=True))
        if Fraction(bound, pairs) > best[0] and loop.is_cut(frozenset().union(*held)):
            right, found = _encoded(loop, chosen, held)
            if Fraction(right, pairs) > best[0]:
                best = Fraction(right, pairs), found
    return best


def _choices(
    groups: Mapping[int, Sequence[_Group]],
) -> Iterator[tuple[tuple[int, ...], tuple[_Group, ...]]]:
    """Yield two actions or more with a group for each, none for two, the fewest actions first."""
    for size in range(2, len(groups) + 1):
        for chosen in combinations(groups, size):
            for held in product(*(groups[action] for action in chosen)):
                if len({*held}) == size:
                    yield chosen, held


def _most_right(leads: Sequence[int], values: Sequence[int]) -> int:
    """Return how many places are right at most, if every place had a code of its choice."""
    codes: dict[int, list[int]] = {}
    for there, value in zip(leads, values, strict=True):
        codes.setdefault(there, []).append(value)
    return sum(max(map(listed.count, listed)) for listed in codes.values())


def _encoded(
    loop: _Loop, actions: Sequence[int], groups: Sequence[_Group]
) -> tuple[int, dict[str, Any]]:
    """Return how many pairs are right under the best common encoding, and that as a witness.

    The first group is read as it is, its classes ascending; the encoding takes up the rest.
    """
    stated, width = loop.stated, loop.stated.width
    best, found = -1, dict[str, Any]()
    for others in product(_readings(width), repeat=len(groups) - 1):
        readings = ((tuple(range(width)), 0), *others)
        weights = [[0] * (1 << width) for _ in stated.places]
        for action, group, (order, turned) in zip(actions, groups, readings, strict=True):
            values = loop.values_of(tuple(group[j] for j in order))
            for there, value in zip(stated.after[action], values, strict=True):
                weights[there][value ^ turned] += 1
        right, encoding = _assigned(weights)
        if right > best:
            best = right
            found = {
                "goal": [*stated.goal],
                "places": [*stated.places],
                "actions": [*actions],
                "groups": [
                    [group[j] for j in order]
                    for group, (order, _) in zip(groups, readings, strict=True)
                ],
                "inverted": [
                    [bool(turned >> j & 1) for j in range(width)] for _, turned in readings
                ],
                "encoding": encoding,
            }
    return best, found


def _readings(width: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield every order of the wires of a group, with each choice of wires read inverted."""
    for order in permutations(range(width)):
        for turned in range(1 << width):
            yield order, turned


def _assigned(weights: Sequence[Sequence[int]]) -> tuple[int, list[int]]:
    """Return the greatest weight of words given to places, each word once, and the words.

    Of several the first in lexicographic order.
    """
    count = len(weights)
    # By the words that are taken: the most that the places from one on can have.
    most: list[dict[int, int]] = [{} for _ in range(count + 1)]

    def rest(place: int, taken: int) -> int:
        if place == count:
            return 0
        if taken not in most[place]:
            most[place][taken] = max(
                weight + rest(place + 1, taken | 1 << word)
                for word, weight in enumerate(weights[place])
                if not taken >> word & 1
            )
        return most[place][taken]

    total, taken, words = rest(0, 0), 0, list[int]()
    for place in range(count):
        word = next(
            word
            for word, weight in enumerate(weights[place])
            if not taken >> word & 1
            and weight + rest(place + 1, taken | 1 << word) == rest(place, taken)
        )
        words.append(word)
        taken |= 1 << word
    return total, words
