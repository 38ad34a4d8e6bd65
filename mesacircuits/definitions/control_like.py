"""Control-like: the solver acts on a world to drive an error to null (intervene on the world)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from mesacircuits.circuits import CONSTANT, Output
from mesacircuits.circuits.circuit import Wired, words_of
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    Judgement,
    Solver,
    WithDials,
    solver_of,
)
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
    """The default definition of control: a cut carries an error, and acting drives it to null.

    It judges a circuit C that solves a `WorldTask`, with k >= 0 bits of state. A *configuration* is
    a state of the world together with the k bits, its memory. Let

        R = the configurations that undisturbed runs from the starts pass through, memory 0 first,
        D = those that one disturbance makes of R (it moves the state and leaves the memory alone),
        Q = R, D and all that undisturbed runs from D pass through.

    C is control-like iff all of these hold:

    - *cut*: a minimal cut K of wires lies between all inputs of C (observation and memory) and the
      outputs that act; what drives the next memory is no action. A wire of K is a gate, or an
      input that itself drives an action (see `minimal_cuts`). So the action depends on the values
      on K alone. They are the *error* e(c) of a configuration c.
    - *error*: on Q, e takes no more values than the observation does (their ratio is in the
      witness). Some are null and some are not, and e(c) is null exactly where the world is in the
      target: no value occurs both inside and outside of it.
    - *ranking*: some V from Q to the natural numbers falls at every step from a configuration whose
      error is not null. There is one iff no cycle of the closed loop avoids the target, and the
      least counts the steps to the target; it is the witness.
    - *recovery*: from every configuration of D the run comes to be in the target for ever.
    - *no blind policy*, constant or a function of time alone, both is acceptable and recovers from
      every single disturbance (`blind_policy_suffices`). Under the demand `optimal`, which is of
      every state, a blind policy is acceptable iff all its actions are optimal in every state;
      such a one exists iff one action is, and it recovers.

    In a world without disturbances recovery is void, and the last asks that no blind policy be
    acceptable: its starts take the place of disturbances.

    Of several cuts the one that is not *behavioural* is taken (one all of whose wires drive
    actions is), then the one with fewest values of the error, then of fewest wires, then of lowest.
    A behavioural cut is noted.

    The score is 0 if no cut carries an error, or if a blind policy does. Otherwise it is

        #{(c, d): the run from d(c) comes to be in the target for ever} / #R (1 + #disturbances),

    c in R, d the identity or a disturbance. It is 1 iff all of the above hold: where every such run
    ends in the target, no cycle in Q avoids it.

    A task without a world has nothing to control; an episode has rewards and no target to be null
    in. To both it does not apply. It raises `ArgumentError` for a world that is too large for the
    search for blind policies.

    Source: A. Demski, *Mesa-Search vs Mesa-Control*, 2020; the ranking is the Lyapunov function of
    control theory, and recovery that of A. Flint, *The ground of optimization*, 2020.

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
    >>> setter = Circuit.parse(2, "out = b, ~b")        # it does without the temperature
    >>> ControlLike().judge(setter, WorldTask(world, 1)).note
    'no cut carries an error'
    """

    name: ClassVar[str] = "control-like"
    tag: ClassVar[str] = CONTROL_LIKE
    version: ClassVar[int] = 1
    symmetric = True
    source: ClassVar[str] = "Demski 2020"
    formula: ClassVar[str] = (
        "a minimal cut of wires between the inputs and the action carries an error that is null "
        "exactly in the target; while it is not null every closed-loop step lowers a ranking of "
        "the configurations; every single disturbance is recovered from, and no blind policy would "
        "do (only for tasks with a world)"
    )
    blind_to: ClassVar[str] = (
        "tasks without a world, rewards, what no run reaches that is disturbed at most once, "
        "how the error is computed, and whatever happens off the support"
    )

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
        error = _best_error(circuit, task, loop)
        if error is None:
            return self.judgement(0, note="no cut carries an error")
        if _blind_suffices(task):
            return self.judgement(0, note="a blind policy suffices")
        score = loop.recovered()
        if score < 1:
            return self.judgement(score, note="not recovered from every disturbance")
        witness = {**error, "ranking": loop.ranking()}
        return self.judgement(score, witness, _BEHAVIOURAL if error["behavioural"] else "")


class _Loop:
    """A circuit in closed loop with its world: the configurations R and Q, numbered as there."""

    def __init__(self, circuit: Wired, task: WorldTask) -> None:
        self.world, self.k = task.world, task.state_bits
        words = words_of(circuit)
        self.following = next_configurations(self.world, words, self.k)
        begun = [start << self.k for start in self.world.starts]
        self.undisturbed = configurations_from(self.following, begun)
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

    def recovered(self) -> Fraction:
        """Return the share of R, undisturbed or under each disturbance, that comes to rest."""
        good, held = settled(self.world, self.following, self.k), (1 << self.k) - 1
        counted = sum(good[at] for at in self.undisturbed) + sum(
            good[moved[at >> self.k] << self.k | at & held]
            for at in self.undisturbed
            for moved in self.world.disturbances
        )
        return Fraction(counted, len(self.undisturbed) * (1 + len(self.world.disturbances)))

    def ranking(self) -> list[int | None]:
        """Return for each configuration of Q the steps to the target; None for all others."""
        ranks: list[int | None] = [None] * len(self.following)
        for begun in self.occurring:
            path, at = [], begun
            while ranks[at] is None and not self.in_target(at):
                path.append(at)
                at = self.following[at]
            steps = ranks[at] = ranks[at] or 0
            for before in reversed(path):
                ranks[before] = steps = steps + 1
        return ranks


def _best_error(circuit: Wired, task: WorldTask, loop: _Loop) -> dict[str, Any] | None:
    """Return the best cut that carries an error, as the fields of a witness; None without one."""
    inside, outside = loop.inputs_where(True), loop.inputs_where(False)
    if inside & outside:
        return None
    bits = circuit.wire_bits()
    observations = len({x & (1 << task.world.observation_bits) - 1 for x in inside | outside})
    acting = circuit.outputs[: task.world.action_bits]
    drivers = {output.wire for output in acting}
    found = []
    for cut in minimal_cuts(circuit, acting):
        null, other = (
            {sum((bits[wire] >> x & 1) << i for i, wire in enumerate(cut)) for x in inputs}
            for inputs in (inside, outside)
        )
        values = len(null) + len(other)
        if null and other and not null & other and values <= observations:
            found.append((drivers.issuperset(cut), values, len(cut), cut, null, other))
    if not found:
        return None
    behavioural, values, width, cut, null, other = min(found, key=lambda item: item[:4])
    return {
        "kind": "control",
        "cut": list(cut),
        "behavioural": behavioural,
        "null": _words(null, width),
        "other": _words(other, width),
        "observations": observations,
        "ratio": str(Fraction(values, observations)),
    }


def _words(values: set[int], width: int) -> list[list[int]]:
    return [[value >> i & 1 for i in range(width)] for value in sorted(values)]


@lru_cache(maxsize=64)
def _blind_suffices(task: WorldTask) -> bool:
    if task.demand == "optimal":
        return any(mask & task.support_bits == task.support_bits for mask in task.word_masks)
    return blind_policy_suffices(task.world, task.within)


def minimal_cuts(circuit: Wired, outputs: Sequence[Output]) -> Iterator[tuple[int, ...]]:
    """Yield each minimal cut between the inputs and some of the outputs, its wires ascending.

    A *cut* is a set K of wires such that every path from an input to a wire that drives one of the
    outputs passes through K; it is minimal iff no proper subset is a cut. A wire may be a gate, or
    an input that itself drives one of the outputs (each cut has to hold those). Constants come from
    no input, so they need no cut, and outputs of constants alone are cut by no wires at all.

    The cuts are told apart by what lies between them and the outputs. From the outputs' wires down,
    each wire met is either *kept*, to lie in K, or *opened*: its operands are met in its place. Let
    M be all wires met. A kept wire stays needed iff some path from an input to it avoids the
    rest of M, which only grows; opening is refused where it would break that, or meet an input that
    may not be kept. A wire without such a path can never be kept, and opening it breaks
    nothing. So no choice leads nowhere and no cut comes twice: each costs O(s^2) steps for s
    gates. There may be exponentially many; all are yielded.

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
    inputs = circuit.inputs
    operands = [0] * inputs + [_mask(gate.operands) for gate in circuit.gates]
    drivers = _mask(output.wire for output in outputs)
    # Inputs that may not be kept.
    barred = (1 << inputs) - 1 & ~drivers
    waiting = [(0, drivers, drivers)]
    while waiting:
        kept, undecided, met = waiting.pop()
        if not undecided:
            yield tuple(wire for wire in range(circuit.wires) if kept >> wire & 1)
            continue
        wire = undecided.bit_length() - 1
        rest = undecided ^ 1 << wire
        reached = _reached(operands, inputs, met)
        if reached >> wire & 1:
            waiting.append((kept | 1 << wire, rest, met))
        if wire >= inputs and not operands[wire] & barred:
            wider = met | operands[wire]
            if not kept & ~_reached(operands, inputs, wider):
                waiting.append((kept, rest | operands[wire] & ~met, wider))


def _mask(wires: Iterable[int]) -> int:
    mask = 0
    for wire in wires:
        if wire != CONSTANT:
            mask |= 1 << wire
    return mask


def _reached(operands: Sequence[int], inputs: int, met: int) -> int:
    """Return the wires to which some path leads from an input, no wire before the last met."""
    reached = (1 << inputs) - 1
    for wire in range(inputs, len(operands)):
        if operands[wire] & reached & ~met:
            reached |= 1 << wire
    return reached
