"""Control-like: the solver acts on a world to drive an error to null (intervene on the world)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, cast

from mesacircuits.circuits import CONSTANT, Output
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    Definition,
    Judgement,
    Solver,
    WithDials,
    dial,
    endless_bits,
    solver_of,
)
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.tasks import (
    EpisodeTask,
    Task,
    WorldTask,
    blind_policy_suffices,
    configurations_from,
    disturbed_configurations,
    next_configurations,
    settled,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mesacircuits.definitions.bulk import Chains

__all__ = [
    "ControlLike",
    "minimal_cuts",
]

#: The note of a judgement whose best cut is at the outputs.
_BEHAVIOURAL = "behavioural"


@dataclass(frozen=True, slots=True)
class ControlLike(WithDials):
    """The default definition of control: a cut carries an error, and what it makes act is feedback.

    It judges a circuit C that solves a `WorldTask`, with k >= 0 bits of state. A *configuration* is
    a state of the world together with the k bits, its memory. Let

        R = the configurations that undisturbed runs from the starts pass through, memory 0 first,
        D = those that one disturbance makes of R (it moves the state and leaves the memory alone),
        Q = R, D and all that undisturbed runs from D pass through.

    Wires are classes (see `wire_classes`): a class reads what any of its wires reads, and is set as
    a whole. C is control-like iff all of these hold:

    - *cut*: a minimal cut K of wires lies between all inputs of C (observation and memory) and the
      outputs that act; what drives the next memory is no action. A wire of K is a gate, or an
      input that itself drives an action (see `minimal_cuts`). So the action depends on the values
      on K alone. They are the *error* e(c) of a configuration c.
    - *error*: outside the target (on Q) e takes at least two values, or one that it does not take
      inside. In all it takes no more values on Q than the observation does (their ratio is in the
      witness; a value that it takes inside and outside counts once), so that it is no mere record
      of observation and memory together.
    - *ranking*: some V from Q to the natural numbers falls at every step that begins outside the
      target. There is one iff no cycle of the closed loop avoids the target, and the least counts
      the steps to the target; it is the witness.
    - *distance*, asked only if `least_rank` r is 2 or more: some configuration of Q is r steps from
      the target, and some two successive ones, both outside, share one error: what is remedied step
      by step is not a key for each state.
    - *recovery*: from every configuration of D the run comes to be in the target for ever.
    - *feedback*: for every value v that e takes outside the target, K held at v for ever
      (do(K = v)) leaves some run from D such that it does not come to be in the target for ever.
    - *no blind policy*, constant or a function of time alone, both is acceptable and recovers from
      every single disturbance (`blind_policy_suffices`). Under the demand `optimal`, which is of
      every state, a blind policy is acceptable iff all its actions are optimal in every state;
      such a one exists iff one action is, and it recovers.

    In a world without disturbances recovery is void, and the starts take their place: feedback
    speaks of runs from the starts, and the last asks that no blind policy be acceptable. With K
    held the action is the same at every step, so feedback says that no action that is taken
    outside the target would do alone; it is the same for all cuts.

    Of several cuts the one that is not *behavioural* is taken (one all of whose wires drive
    actions is), then the one with fewest values of the error, then of fewest wires, then of lowest.
    A behavioural cut is noted.

    The score is 0 if no cut carries an error, if there is no such distance, if there is no
    feedback, or if a blind policy does. Otherwise it is

        #{(c, d): the run from d(c) comes to be in the target for ever} / #R (1 + #disturbances),

    c in R, d the identity or a disturbance. It is 1 iff all of the above hold: where every such run
    ends in the target, no cycle in Q avoids it.

    A task without a world has nothing to control; an episode has rewards and no target to come to.
    To both it does not apply. It raises `ArgumentError` for a world that is too large for the
    search for blind policies.

    Arguments:
        least_rank: r, at least 1: how far the target is from some configuration. At 1 a table that
            has for each state the action that leads to the target at once is control.

    Source: A. Demski, *Mesa-Search vs Mesa-Control*, 2020, whose example is the thermostat; the
    ranking is the Lyapunov function of control theory, recovery that of A. Flint, *The ground of
    optimization*, 2020, and feedback that what acts depends on what acting has done.

    A thermostat of one bit: `a` says that it is warm and `b` that it should be. It heats by output
    0 and cools by output 1; anything may disturb it.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import World
    >>> world = World(2, 2, ("cold-", "warm-", "cold+", "warm+"), (0, 1, 2, 3),
    ...     ((0, 1, 0, 0), (1, 1, 0, 1), (2, 3, 2, 2), (3, 3, 2, 3)), (0, 1, 2, 3), (0, 3),
    ...     ((1, 0, 3, 2), (2, 3, 0, 1)))
    >>> c = Circuit.parse(2, "g1 = b & ~a; g2 = a & ~b; out = g1, g2")
    >>> judgement = ControlLike().judge(c, WorldTask(world, 1))
    >>> judgement.score, judgement.note, judgement.witness["cut"], judgement.witness["ranking"]
    (Fraction(1, 1), 'behavioural', [2, 3], [0, 1, 1, 0])
    >>> ControlLike(least_rank=2).judge(c, WorldTask(world, 1)).note
    'no configuration is 2 steps from the target'

    A thermostat that is on below a set point and off above has no error that is null: it acts in
    the target, too.

    >>> rooms = World(2, 1, ("0", "1", "2", "3"), (0, 1, 2, 3), ((0, 1), (0, 2), (1, 3), (2, 3)),
    ...     (0, 1, 2, 3), (1, 2), ((3, 3, 3, 3), (0, 0, 0, 0)))
    >>> judgement = ControlLike().judge(Circuit.parse(2, "out = ~b"), WorldTask(rooms, 1))
    >>> judgement.holds, judgement.witness["inside"]
    (True, [[0], [1]])
    """

    least_rank: int = dial(1, least=1)

    name: ClassVar[str] = "control-like"
    tag: ClassVar[str] = CONTROL_LIKE
    version: ClassVar[int] = 2
    symmetric = True
    source: ClassVar[str] = "Demski 2020"
    formula: ClassVar[str] = (
        "a minimal cut of wires between the inputs and the action carries an error; outside the "
        "target every closed-loop step lowers a ranking of the configurations; every single "
        "disturbance is recovered from, but not with the cut held at any value that it has outside "
        "the target, and no blind policy would do (only for tasks with a world)"
    )
    blind_to: ClassVar[str] = (
        "tasks without a world, rewards, what no run reaches that is disturbed at most once, "
        "how the error is computed, whether acting changes what it depends on, and what is "
        "done off the support (though a copy has to be one there too)"
    )

    def variants(self) -> list[ControlLike]:
        """Return the definition with other distances from the target."""
        return [ControlLike(steps) for steps in (1, 2, 3)]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether this asks for as great a distance."""
        return isinstance(other, ControlLike) and self.least_rank >= other.least_rank

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64]:
        """Return empty sets: a function has no world to control."""
        return chains.none

    @classmethod
    def check_as_recorded(
        cls, solver: Solver, task: Task, dials: Mapping[str, Any], witness: Mapping[str, Any] | None
    ) -> None:
        """Raise `CertificateError` unless the witness proves control, with dials as recorded."""
        from mesacircuits.definitions.checker import check_control

        check_control(solver, task, dials, witness)

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the wires of the cut."""
        cut = witness["cut"] if witness.get("kind") == "control" else ()
        return [
            (wire, f"error ({'behavioural' if witness['behavioural'] else 'structural'})")
            for wire in cut
        ]

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a solver of a world task, with a witness iff it is 1.

        Raises `ArgumentError` if the solver does not solve the world task.
        """
        if not isinstance(task, WorldTask):
            lack = "an episode has rewards and no target"
            lack = lack if isinstance(task, EpisodeTask) else "the task has no world"
            return self.judgement(None, note=f"not applicable: {lack}")
        circuit = solver_of(solver, task)
        loop = _Loop(circuit, task)
        ranking = loop.ranking()
        if max(rank or 0 for rank in ranking) < self.least_rank > 1:
            steps = f"no configuration is {self.least_rank} steps from the target"
            return self.judgement(0, note=steps)
        error = _best_error(circuit, task, loop, self.least_rank)
        if error is None:
            return self.judgement(0, note="no cut carries an error")
        held = loop.held(error.cut, error.outside)
        if held is None:
            return self.judgement(0, note="held at one value of its error it recovers all the same")
        if _blind_suffices(task):
            return self.judgement(0, note="a blind policy suffices")
        score = loop.recovered()
        if score < 1:
            return self.judgement(score, note="not recovered from every disturbance")
        witness = {
            "kind": "control",
            "cut": [*error.cut],
            "behavioural": error.behavioural,
            "inside": _words(error.inside, len(error.cut)),
            "outside": held,
            "observations": error.observations,
            "ratio": str(Fraction(error.values, error.observations)),
            "repeated": error.repeated,
            "ranking": ranking,
        }
        return self.judgement(score, witness, _BEHAVIOURAL if error.behavioural else "")


class _Loop:
    """A circuit in closed loop with its world: the configurations R and Q, numbered as there."""

    def __init__(self, circuit: Wired, task: WorldTask) -> None:
        self.circuit, self.world, self.k = circuit, task.world, task.state_bits
        words = words_of(circuit)
        self.following = next_configurations(self.world, words, self.k)
        self.begun = [start << self.k for start in self.world.starts]
        self.undisturbed = configurations_from(self.following, self.begun)
        disturbed = disturbed_configurations(self.world, words, self.k)
        self.occurring = configurations_from(self.following, self.undisturbed | disturbed)

    def in_target(self, configuration: int) -> bool:
        return configuration >> self.k in self.world.target_set

    def input_of(self, configuration: int) -> int:
        memory = configuration & (1 << self.k) - 1
        observation = self.world.observations[configuration >> self.k]
        return memory << self.world.observation_bits | observation

    def inputs_where(self, target: bool) -> set[int]:
        """Return the inputs that the circuit is given inside the target, or outside of it."""
        return {self.input_of(c) for c in self.occurring if self.in_target(c) == target}

    def disturb(self, configuration: int, disturbance: int) -> int:
        """Return what a disturbance makes of a configuration."""
        moved = self.world.disturbances[disturbance][configuration >> self.k]
        return moved << self.k | configuration & (1 << self.k) - 1

    def recovered(self) -> Fraction:
        """Return the share of R, undisturbed or under each disturbance, that comes to rest."""
        good, count = settled(self.world, self.following, self.k), len(self.world.disturbances)
        counted = sum(good[at] for at in self.undisturbed) + sum(
            good[self.disturb(at, number)] for at in self.undisturbed for number in range(count)
        )
        return Fraction(counted, len(self.undisturbed) * (1 + count))

    def ranking(self) -> list[int | None]:
        """Return for each configuration of Q the steps to the target.

        None for all others, and where the target is never reached.
        """
        ranks: list[int | None] = [None] * len(self.following)
        lost: set[int] = set()
        for begun in self.occurring:
            path, at = dict[int, None](), begun
            while ranks[at] is None and not self.in_target(at) and at not in lost | {*path}:
                path[at] = None
                at = self.following[at]
            if at in path or at in lost:
                lost |= {*path}
                continue
            steps = ranks[at] = ranks[at] or 0
            for before in reversed(path):
                ranks[before] = steps = steps + 1
        return ranks

    def repeated(self, error: Sequence[int]) -> int | None:
        """Return the first configuration of Q outside the target whose next shares its error.

        That is outside, too; None if there is none. `error` is its value for each input.
        """
        for at in sorted(self.occurring):
            after = self.following[at]
            same = error[self.input_of(at)] == error[self.input_of(after)]
            if same and not self.in_target(at) and not self.in_target(after):
                return at
        return None

    def held(self, cut: Sequence[int], values: Iterable[int]) -> list[dict[str, Any]] | None:
        """Return for each value a run that is not recovered while the cut is held at it.

        It begins in a start, or where the world has disturbances with one of these, before the
        first step; the first such run is given. None if for some value there is none.
        """
        classes, found = wire_classes(cast(Any, self.circuit)), []
        full = (1 << (1 << self.circuit.inputs)) - 1
        runs: list[tuple[int, int | None, int]] = [(at, None, at) for at in self.begun]
        if count := len(self.world.disturbances):
            runs = [
                (at, number, self.disturb(at, number))
                for at in sorted(self.undisturbed)
                for number in range(count)
            ]
        for value in sorted(values):
            do: dict[int, int] = {}
            for i, wire in enumerate(cut):
                do |= classes.do(wire, full * (value >> i & 1))
            words, endless = words_of(self.circuit, do), endless_bits(self.circuit, do)
            following = next_configurations(self.world, words, self.k)
            good = settled(self.world, following, self.k)
            for at, number, begun in runs:
                run = configurations_from(following, [begun])
                # A program that does not end acts no more.
                if not good[begun] or any(endless >> self.input_of(c) & 1 for c in run):
                    word = [value >> i & 1 for i in range(len(cut))]
                    found.append({"value": word, "configuration": at, "disturbance": number})
                    break
            else:
                return None
        return found


@dataclass(frozen=True, slots=True)
class _Error:
    """A cut and the values on it, bit i of a value being that of wire i.

    Attributes:
        behavioural: whether all wires of the cut drive actions.
        values: how many values there are inside and outside of the target together.
        cut: its wires.
        inside, outside: the values in the target, and those elsewhere.
        observations: how many observations occur.
        repeated: see `_Loop.repeated`.
    """

    behavioural: bool
    values: int
    cut: tuple[int, ...]
    inside: frozenset[int]
    outside: frozenset[int]
    observations: int
    repeated: int | None


def _best_error(circuit: Wired, task: WorldTask, loop: _Loop, least_rank: int) -> _Error | None:
    """Return the best cut that carries an error; None if there is none."""
    inside, outside = loop.inputs_where(True), loop.inputs_where(False)
    bits, lowest = circuit.wire_bits(), wire_classes(cast(Any, circuit)).lowest
    observations = len({x & (1 << task.world.observation_bits) - 1 for x in inside | outside})
    acting = circuit.outputs[: task.world.action_bits]
    drivers = {lowest[output.wire] for output in acting if output.wire != CONSTANT}
    found = []
    for cut in minimal_cuts(circuit, acting):
        error = [
            sum((bits[wire] >> x & 1) << i for i, wire in enumerate(cut))
            for x in range(1 << circuit.inputs)
        ]
        null, other = (frozenset(error[x] for x in inputs) for inputs in (inside, outside))
        if len(other) < 2 and other <= null:
            continue
        repeated, values = loop.repeated(error), len(null | other)
        if values <= observations and (least_rank == 1 or repeated is not None):
            behavioural = drivers.issuperset(cut)
            found.append(_Error(behavioural, values, cut, null, other, observations, repeated))
    rank = attrgetter("behavioural", "values")
    return min(found, key=lambda e: (*rank(e), len(e.cut), e.cut), default=None)


def _words(values: Iterable[int], width: int) -> list[list[int]]:
    return [[value >> i & 1 for i in range(width)] for value in sorted(values)]


@lru_cache(maxsize=64)
def _blind_suffices(task: WorldTask) -> bool:
    if task.demand == "optimal":
        return any(mask & task.support_bits == task.support_bits for mask in task.word_masks)
    return blind_policy_suffices(task.world, task.within)


def minimal_cuts(circuit: Wired, outputs: Sequence[Output]) -> Iterator[tuple[int, ...]]:
    """Yield each minimal cut between the inputs and some of the outputs, its wires ascending.

    Wires are classes, each called by its lowest (see `wire_classes`). Of the wires from which one
    of the outputs is reached, a class *drives* an output if a wire of it does, and *reads* the
    other classes that wires of it read; one that holds an input reads nothing, and constants are
    read by nobody. A *cut* is a set K of classes such that every path of classes from one that
    holds an input to one that drives an output passes through K; it is minimal iff no proper subset
    is a cut. A class that holds an input may be in K only if it drives an output itself (each cut
    has to hold those). Constants come from no input, so they need no cut, and outputs of constants
    alone are cut by no wires at all.

    The cuts are told apart by what lies between them and the outputs. From the outputs' wires down,
    each wire met is either *kept*, to lie in K, or *opened*: what it reads is met in its place. Let
    M be all wires met. A kept wire stays needed iff some path from an input to it avoids the
    rest of M, which only grows; opening is refused where it would break that, or meet an input that
    may not be kept. A wire without such a path can never be kept, and opening it breaks
    nothing. So no choice leads nowhere and no cut comes twice: each costs O(s^3) steps for s
    gates, and O(s^2) where no class reads itself in a circle. There may be exponentially many; all
    are yielded.

    Arguments:
        circuit: any circuit.
        outputs: those of its outputs that are to be cut off.

    Source: the paradigm of listing cuts by choices that never fail is that of J. S. Provan and D.
    R. Shier, *A paradigm for listing (s, t)-cuts in graphs*, Algorithmica 15, 1996.

    >>> from mesacircuits.circuits import Circuit
    >>> nae = Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    >>> [[nae.wire_name(wire) for wire in cut] for cut in minimal_cuts(nae, nae.outputs)]
    [['g1', 'g2'], ['g3']]
    """
    reads, inputs, drivers = _class_graph(circuit, outputs)
    # Inputs that may not be kept.
    barred = inputs & ~drivers
    waiting = [(0, drivers, drivers)]
    while waiting:
        kept, undecided, met = waiting.pop()
        if not undecided:
            yield tuple(wire for wire in range(circuit.wires) if kept >> wire & 1)
            continue
        wire = undecided.bit_length() - 1
        rest = undecided ^ 1 << wire
        if _reached(reads, inputs, met) >> wire & 1:
            waiting.append((kept | 1 << wire, rest, met))
        if not inputs >> wire & 1 and not reads[wire] & barred:
            wider = met | reads[wire]
            if not kept & ~_reached(reads, inputs, wider):
                waiting.append((kept, rest | reads[wire] & ~met, wider))


def _class_graph(circuit: Wired, outputs: Sequence[Output]) -> tuple[dict[int, int], int, int]:
    """Return what each class reads, which classes hold an input, and which drive an output.

    Sets of classes are numbers whose bits are the lowest wires; only wires from which one of the
    outputs is reached are looked at.
    """
    classes = wire_classes(cast(Any, circuit))
    drivers = {output.wire for output in outputs if output.wire != CONSTANT}
    live = {*drivers}
    for wire in reversed(range(circuit.inputs, circuit.wires)):
        if wire in live:
            live.update(w for w in circuit.gates[wire - circuit.inputs].operands if w >= 0)
    named = {w: classes.lowest[w] for w in live if classes.lowest[w] not in classes.constants}
    inputs = _mask(named[wire] for wire in named if wire < circuit.inputs)
    reads = dict.fromkeys(named.values(), 0)
    for wire, name in named.items():
        if not inputs >> name & 1:
            read = circuit.gates[wire - circuit.inputs].operands
            reads[name] |= _mask(named[w] for w in read if w in named) & ~(1 << name)
    return reads, inputs, _mask(named[wire] for wire in drivers if wire in named)


def _mask(wires: Iterable[int]) -> int:
    mask = 0
    for wire in wires:
        mask |= 1 << wire
    return mask


def _reached(reads: Mapping[int, int], inputs: int, met: int) -> int:
    """Return the wires to which some path leads from an input, no wire before the last met."""
    reached, before = inputs, -1
    # Once, and once more to see that all is found, unless classes read each other in a circle.
    while reached != before:
        before = reached
        for wire, read in reads.items():
            if read & reached & ~met:
                reached |= 1 << wire
    return reached
