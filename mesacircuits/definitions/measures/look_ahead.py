"""Look-ahead: a wire holds the next action, and the present one is chosen for its sake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from mesacircuits.circuits.circuit import Circuit, Wired, words_of
from mesacircuits.definitions.definition import (
    Judgement,
    Measured,
    endless_bits,
    has_influence,
    read_as,
)
from mesacircuits.definitions.measures.choices import occurring_configurations
from mesacircuits.definitions.measures.measure import (
    LiteratureDefinition,
    demand,
    equal_wires,
)
from mesacircuits.definitions.wire_classes import WireClasses
from mesacircuits.tasks import Task, World, WorldTask, next_configurations

__all__ = ["LookAhead", "best_first_steps", "horizon_of"]

_UNIT = "of flips that matter"
_NO_INFLUENCE = "the output is constant on the support, or no action matters"


def horizon_of(task: WorldTask) -> int:
    """Return T: the deadline, or where shortest ways are asked for the farthest start's distance.

    >>> from mesacircuits.tasks import task_named
    >>> horizon_of(task_named("pursuit", demand="optimal")), horizon_of(task_named("thermostat"))
    (2, 3)
    """
    if task.demand == "reach":
        return task.within
    return max(task.distances[start] or 0 for start in task.world.starts)


def best_first_steps(task: WorldTask, state: int, bit: int, value: int) -> frozenset[int]:
    """Return the best first actions of two-step plans whose second action has a given bit.

    A plan (a, b) from a state leads to the state after both; the nearer that is to the target,
    the better the plan. States that cannot reach the target are the worst.

    Arguments:
        task: the task in the world.
        state: where the plan begins.
        bit: which bit of the second action is given.
        value: its value.

    >>> from mesacircuits.tasks import World
    >>> line = World(2, 1, ("0", "1", "2"), (0, 1, 2), ((0, 1), (0, 2), (2, 2)), (0,), (2,))
    >>> [sorted(best_first_steps(WorldTask(line, 2), 0, 0, value)) for value in (0, 1)]
    [[0, 1], [1]]
    """
    steps, far = task.world.steps, len(task.world.states)
    left = {}
    for first, between in enumerate(steps[state]):
        ends = (end for second, end in enumerate(steps[between]) if second >> bit & 1 == value)
        distances = (task.distances[end] for end in ends)
        left[first] = min(far if distance is None else distance for distance in distances)
    return frozenset(first for first, distance in left.items() if distance == min(left.values()))


@dataclass(frozen=True, slots=True)
class LookAhead(LiteratureDefinition):
    """A gate that holds a bit of the next action, and moves the present one to fit it.

    In a world with T >= 2, let Q be the configurations that can occur (a state of the world and one
    of the memory: all states with the memory at 0, and what follows by steps and disturbances). In
    c of Q the solver acts by a(c), and in the configuration after it by a'(c). A *flip* of a wire w
    in c sets it to the value that it has not there. The witness is a wire w, that is no input,
    read either way, and a bit j of the action such that on Q

    - (i) w(c) = a'(c)_j, the bit of the *next* action;
    - (ii) w is no function of a(c): there are c and d with a(c) = a(d) and w(c) != w(d);
    - (iii) some flip changes the action;
    - (iv) of the flips that change it, in c with the new action b, those are right in which b is a
      best first step among the two-step plans whose second action has the flipped value
      1 - a'(c)_j for its bit j (see `best_first_steps`).

    The measure is the share of flips in (iii) that are right by (iv), the greatest over all w and j
    that satisfy (i) to (iii), and 0 if none does. It is the score; the tag is given where it is 1.
    A flip after which a program never ends changes the action, and is not right.

    Wires are classes: those of one function on all inputs, up to inversion, are flipped together
    (see `WireClasses`), and the witness names the lowest. A class that holds an input is what the
    solver sees, and not what it makes of it. T is the deadline, or the farthest start's distance.
    The score is 0 where the output is constant on the support, or no action matters.

    Source: E. Jenner, S. Kapur, V. Georgiev, C. Allen, S. Emmons, S. Russell, *Evidence of Learned
    Look-Ahead in a Chess-Playing Neural Network*, NeurIPS 2024 (future moves are represented, and
    matter causally); T. Bush, S. Chung, U. Anwar, A. Garriga-Alonso, D. Krueger, *Interpreting
    Emergent Planning in Model-Free Reinforcement Learning*, ICLR 2025 (interventions on plans).

    By hand: from each of four starts, which show (1, r, s), the action a leads to a lock that shows
    (0, m, 0) with m = a XOR r. Action m opens it, the other one does not; open, it shows (0, 0, 0),
    action 0 keeps it so and 1 locks it with m = 1. The solver plans to act by w = p AND s
    at the lock, and acts by r XOR w now. On the starts w = s is the next action, as m = a XOR r =
    s; at locks and in the target w = 0, and so is the next action. Two starts have a = 0, one with
    w = 0 and one with 1. All seven flips change the action. Flipped in a start, the next action is
    to be 1 - s, and r XOR (1 - s) is the first step that lets it open the lock. At a lock and in
    the target the next action is to be 1: if m = 1, waiting now lets it open the lock then; if
    m = 0, both ways end one step from the target; in the target, locking now lets it open then.

    >>> ((planner, lock),) = LookAhead().anchors()
    >>> judgement = LookAhead().judge(planner, lock)
    >>> judgement.score, judgement.witness["wire"], judgement.witness["flips"]
    (Fraction(1, 1), 3, [0, 1, 2, 3, 4, 5, 6])

    If 1 leaves it open, the flip at the lock with m = 0 is wrong, and that alone: 0 opens now, and
    then 1 does no harm.

    >>> from dataclasses import replace
    >>> kept = replace(lock.world, steps=(*lock.world.steps[:6], (6, 6)))
    >>> shut = WorldTask(kept, 2)
    >>> str(LookAhead().measure(planner, shut))
    '6/7 of flips that matter'
    """

    name: ClassVar[str] = "look-ahead"
    tag: ClassVar[str] = "look-ahead"
    version: ClassVar[int] = 1
    witness_fields: ClassVar[tuple[str, ...]] = ("wire", "inverted", "bit", "flips")
    source: ClassVar[str] = "Jenner et al. 2024; Bush et al. 2025"
    formula: ClassVar[str] = (
        "a wire holds a bit of the next action, is no function of the present one, and flipping it "
        "moves the present action to a best first step among two-step plans whose second action "
        "has the flipped bit"
    )
    blind_to: ClassVar[str] = (
        "plans longer than two steps, plans spread over several wires or in a code of the actions "
        "that is no bit of them, worlds where one action is best whatever follows, and what is "
        "done off the support (though a copy has to be one there too)"
    )

    def anchors(self) -> tuple[tuple[Circuit, Task], ...]:
        """Return the solver that plans to open a lock (see the class)."""
        steps = ((4, 5), (4, 5), (5, 4), (5, 4), (6, 4), (5, 6), (6, 5))
        names = ("r=0 s=0", "r=0 s=1", "r=1 s=0", "r=1 s=1", "m=0", "m=1", "open")
        seen = (0b001, 0b101, 0b011, 0b111, 0b000, 0b010, 0b000)
        lock = WorldTask(World(3, 1, names, seen, steps, (0, 1, 2, 3), (6,)), 2)
        return ((Circuit.parse(3, "g1 = a & c; g2 = b ^ g1; out = g2"), lock),)

    def value(self, circuit: Wired, task: Task) -> Judgement:
        """Return the greatest share of right flips, exactly."""
        if not isinstance(task, WorldTask):
            return self.not_applicable("the task has no world with a target")
        if horizon_of(task) < 2:
            return self.not_applicable("there is at most one step to the target")
        if not has_influence(circuit, task):
            return self.unmet(Measured(Fraction(0), _UNIT), note=_NO_INFLUENCE)
        best, witness = Fraction(0), None
        for found, share in _shares(circuit, task):
            if share > best:
                best, witness = share, found
        if witness is None or best < 1:
            return self.unmet(Measured(best, _UNIT), best)
        return self.met(witness, Measured(best, _UNIT))

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the wire, with the bit of the next action that it holds."""
        if witness.get("kind") != cls.name:
            return []
        label = f"next action, bit {witness['bit']}{read_as(witness['inverted'])}"
        return [(witness["wire"], label)]

    def prove(self, circuit: Wired, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness holds.

        Classes of wires are found anew from their tables, the loop is run as a machine, and each
        flip is made by itself.
        """
        demand(isinstance(task, WorldTask), "kind", "a task with a world is needed")
        assert isinstance(task, WorldTask)
        demand(horizon_of(task) >= 2, "kind", "there is at most one step to the target")
        demand(has_influence(circuit, task), "kind", _NO_INFLUENCE)
        world, k, wire = task.world, task.state_bits, witness["wire"]
        equal = equal_wires(circuit, wire) if type(wire) is int else {}
        demand(bool(equal) and min(equal) == wire >= circuit.inputs, "wire", "no lowest live gate")
        bit, inverted = witness["bit"], witness["inverted"]
        demand(type(bit) is int and 0 <= bit < world.action_bits, "bit", "no bit of an action")
        demand(isinstance(inverted, bool), "inverted", "not true or false")
        machine, values = task.machine(circuit), circuit.wire_bits()[wire]
        seen: dict[int, set[int]] = {}
        flips = []
        for c in occurring_configurations(task, words_of(circuit)):
            state, memory = c >> k, c & (1 << k) - 1
            shown = world.observations[state]
            x = memory << world.observation_bits | shown
            action, kept = machine.respond(shown, memory)
            after = world.steps[state][action]
            following, _ = machine.respond(world.observations[after], kept)
            held = values >> x & 1
            demand(held ^ inverted == following >> bit & 1, "wire", f"not the bit in {c}")
            seen.setdefault(action, set()).add(held)
            do = {w: -(1 - held ^ turned) for w, turned in equal.items()}
            outputs = circuit.output_bits(do)[: world.action_bits]
            new = sum((table >> x & 1) << i for i, table in enumerate(outputs))
            never = endless_bits(circuit, do) >> x & 1
            if new != action or never:
                flips.append(c)
                right = new in best_first_steps(task, state, bit, 1 - (following >> bit & 1))
                demand(right and not never, "flips", f"the flip in {c} is not right")
        demand(any(len(both) > 1 for both in seen.values()), "wire", "a function of the action")
        demand(witness["flips"] == flips and bool(flips), "flips", f"they are {flips}")


def _shares(circuit: Wired, task: WorldTask) -> Iterator[tuple[dict[str, Any], Fraction]]:
    """Yield what satisfies (i) to (iii), as the fields of a witness, and its share by (iv)."""
    world, k, classes = task.world, task.state_bits, WireClasses(circuit)
    words, act = words_of(circuit), (1 << world.action_bits) - 1
    occurring, after = occurring_configurations(task, words), next_configurations(world, words, k)
    inputs = {
        c: (c & (1 << k) - 1) << world.observation_bits | world.observations[c >> k]
        for c in occurring
    }
    actions = {c: words[x] & act for c, x in inputs.items()}
    full = (1 << (1 << circuit.inputs)) - 1
    for wire in classes.members:
        if wire < circuit.inputs or wire in classes.constants:
            continue
        held = {c: classes.bits[wire] >> x & 1 for c, x in inputs.items()}
        if len({*actions.values()}) == len({*zip(actions.values(), held.values(), strict=True)}):
            continue
        for bit in range(world.action_bits):
            following = {c: actions[after[c]] >> bit & 1 for c in occurring}
            readings = {held[c] ^ following[c] for c in occurring}
            if len(readings) > 1:
                continue
            do = classes.do(wire, classes.bits[wire] ^ full)
            new = _words(circuit.output_bits(do)[: world.action_bits], inputs.values())
            never = endless_bits(circuit, do)
            moved = [c for c, x in inputs.items() if never >> x & 1 or new[x] != actions[c]]
            right = sum(
                not never >> inputs[c] & 1
                and new[inputs[c]] in best_first_steps(task, c >> k, bit, 1 - following[c])
                for c in moved
            )
            if moved:
                found = {"wire": wire, "inverted": readings == {1}, "bit": bit, "flips": moved}
                yield found, Fraction(right, len(moved))


def _words(tables: Sequence[int], inputs: Iterable[int]) -> dict[int, int]:
    return {x: sum((table >> x & 1) << i for i, table in enumerate(tables)) for x in inputs}
