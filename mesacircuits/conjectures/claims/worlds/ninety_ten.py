"""The claim `ninety-ten`: "best of the last ten, 90 %; else random" adapts, and is no search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from mesacircuits.call import Parameter, Settings, check_whole
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import (
    Definition,
    definition_named,
    describe_definition,
    has_tag,
)
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.universe import Member, Unsolved, solved_task
from mesacircuits.tables import counted, reached
from mesacircuits.tasks import FunctionTask, OptimisationTask, Task

__all__ = ["NINETY_TEN", "SCORES", "WindowPolicy"]

#: How an arm is scored by the pulls in the window.
SCORES = {
    "total": "the sum of its rewards; 0 if it was not pulled",
    "mean": "the mean of its rewards; an arm that was not pulled comes last",
}

_MOST_WINDOW = 10
_MOST_STEPS = 200
_MOST_DENOMINATOR = 100
# Residues are below 2^50, and what multiplies them before the next reduction below 2^13.
_RESIDUE_BITS = 50


@dataclass(frozen=True)
class WindowPolicy:
    """The policy "best of the last W with probability 1 - e, else random" for a two-armed bandit.

    It remembers its last W pulls, each an arm (0 or 1) and a reward (0 or 1). With probability
    e it pulls an arm at random; otherwise the arm of greater score in the window, and where the
    scores are equal, as at the start, an arm at random. It is a machine of finitely many states:
    the windows of at most W pulls, (4^(W + 1) - 1) / 3 of them.

    Arguments:
        window: W, 1 to 10.
        explore: e, a rational from 0 to 1 with a denominator of at most 100.
        score: a name of `SCORES`.

    Raises `ArgumentError` for anything outside those ranges.

    >>> rewards = WindowPolicy(1).expected_rewards(3, Fraction(3, 4))
    >>> [str(reward) for reward in rewards]
    ['1/2', '89/160', '1861/3200']
    """

    window: int = 10
    explore: Fraction = Fraction(1, 10)
    score: str = "total"

    def __post_init__(self) -> None:
        check_whole("window", self.window, 1, _MOST_WINDOW)
        _check_chance("explore", self.explore)
        if self.score not in SCORES:
            raise ArgumentError("score", f"one of {', '.join(SCORES)}", self.score)

    def scores(self, pulls: Sequence[tuple[int, int]]) -> tuple[Fraction, Fraction]:
        """Return the scores of arms 0 and 1 by the pulls (arm, reward) in a window.

        >>> WindowPolicy(3).scores([(0, 1), (1, 1), (1, 0)])
        (Fraction(1, 1), Fraction(1, 1))
        """
        found = []
        for arm in range(2):
            rewards = [reward for pulled, reward in pulls if pulled == arm]
            if self.score == "total":
                found.append(Fraction(sum(rewards)))
            else:
                found.append(Fraction(sum(rewards), len(rewards)) if rewards else Fraction(-1))
        return found[0], found[1]

    def best(self, pulls: Sequence[tuple[int, int]]) -> int | None:
        """Return the arm of greater score; None if the scores are equal."""
        first, second = self.scores(pulls)
        return None if first == second else int(second > first)

    # -- its rewards -----------------------------------------------------------------------------

    def expected_rewards(
        self, steps: int, good: Fraction, effort: Effort | None = None
    ) -> tuple[Fraction, ...]:
        """Return the exact expected reward of each step t = 1, ..., `steps`.

        One arm pays 1 with probability `good`, the other with 1 - good. (Which one it is makes no
        difference: the policy treats both alike.) Over the windows that can occur the probability
        of each is a whole number of units, which is computed modulo as many primes as it takes and
        put together by the Chinese remainder theorem.

        Raises `ArgumentError` for more than 200 steps, or a `good` that is no rational from 0 to 1
        with a denominator of at most 100; and `BudgetEnded` if the effort's budget ends before.
        """
        check_whole("steps", steps, 1, _MOST_STEPS)
        _check_chance("good", good)
        unit = 2 * self.explore.denominator * good.denominator
        moduli = list(_primes(unit**steps))
        residues: list[list[int]] = []
        for prime in moduli:
            residues.append([])
            for numerator in self._numerators(steps, good, prime):
                if effort is not None and effort.used_up():
                    raise BudgetEnded
                residues[-1].append(numerator)
        return tuple(
            Fraction(_joined(moduli, [row[t] for row in residues]), unit ** (t + 1))
            for t in range(steps)
        )

    def _numerators(self, steps: int, good: Fraction, prime: int) -> Iterator[int]:
        # Modulo the prime: the expected reward of step t in units of 1 / unit^t.
        modulus = np.uint64(prime)
        pays = [good.denominator - good.numerator, good.numerator]
        chances = np.ones(1, dtype=np.uint64)
        for step in range(steps):
            length = min(step, self.window)
            acts = [chances * weight % modulus for weight in self._act_weights(length)]
            yield sum(int(_sum(a, prime)) * p for a, p in zip(acts, pays, strict=True)) % prime
            if length == self.window:
                # The oldest pull, the highest digit, drops out.
                acts = [a.reshape(4, -1).sum(axis=0) % modulus for a in acts]
            columns = [
                acts[arm] * np.uint64(p if reward else good.denominator - p) % modulus
                for arm, p in enumerate(pays)
                for reward in range(2)
            ]
            chances = np.stack(columns, axis=1).reshape(-1)

    def _act_weights(self, length: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return for each window of so many pulls the chances of arms 0 and 1, times 2 q.

        A window is the number whose digits to base 4 are its pulls, 2 arm + reward, oldest first.
        """
        windows = np.arange(4**length, dtype=np.int64)
        pulled = np.zeros((2, len(windows)), dtype=np.int64)
        paid = np.zeros((2, len(windows)), dtype=np.int64)
        for place in range(length):
            pull = windows >> 2 * place & 3
            for arm in range(2):
                pulled[arm] += pull >> 1 == arm
                paid[arm] += pull == 2 * arm + 1
        if self.score == "total":
            ahead = np.sign(paid[1] - paid[0])
        else:
            # An arm that was not pulled has less than any mean: -1 of 1.
            paid = np.where(pulled == 0, -1, paid)
            pulled = np.maximum(pulled, 1)
            ahead = np.sign(paid[1] * pulled[0] - paid[0] * pulled[1])
        p, q = self.explore.numerator, self.explore.denominator
        second = (p + (q - p) * (1 + ahead)).astype(np.uint64)
        return np.uint64(2 * q) - second, second

    # -- its circuits ----------------------------------------------------------------------------

    def whole_task(self) -> FunctionTask:
        """Return the task of computing the policy's act from the window and two random bits.

        Inputs 2i and 2i + 1 are arm and reward of pull i; then whether to pull at random, and the
        arm that is pulled at random.

        >>> str(WindowPolicy(1).whole_task())
        'tt:4:FB08'
        """
        return self._function(2 * self.window + 2)

    def greedy_task(self) -> FunctionTask:
        """Return the same without the input that says whether to pull at random: it never does."""
        return self._function(2 * self.window + 1)

    def choice_task(self) -> OptimisationTask:
        """Return the task of choosing the arm of greater score in the window, ties free."""
        rows = []
        for x in range(1 << 2 * self.window):
            rows.append(self.scores(self._pulls(x)))
        return OptimisationTask(2 * self.window, 1, (0, 1), tuple(rows))

    def written(self) -> Circuit:
        """Return the circuit that makes the choice of two pulls as the policy is described.

        It adds up what each arm paid, a word of two bits for each, and takes the greater.

        >>> circuit = WindowPolicy(2).written()
        >>> circuit.size, WindowPolicy(2).choice_task().solved_by(circuit)
        (13, True)
        """
        if self.window != 2 or self.score != "total":
            raise ArgumentError(
                "window", "two pulls and their sums", f"{self.window}, {self.score}"
            )
        return Circuit.parse(
            4,
            "g1 = a & b; g2 = c & d; g3 = g1 ^ g2; g4 = g1 & g2; "
            "g5 = b & ~a; g6 = d & ~c; g7 = g5 ^ g6; g8 = g5 & g6; "
            "g9 = g4 & ~g8; g10 = g4 ^ g8; g11 = g3 & ~g7; g12 = g11 & ~g10; g13 = g9 | g12; "
            "out = g13",
        )

    def _pulls(self, x: int) -> list[tuple[int, int]]:
        return [(x >> 2 * i & 1, x >> 2 * i + 1 & 1) for i in range(self.window)]

    def _function(self, inputs: int) -> FunctionTask:
        def act(x: int) -> int:
            drawn = x >> inputs - 1
            at_random = inputs > 2 * self.window + 1 and x >> inputs - 2 & 1
            best = self.best(self._pulls(x))
            return drawn if at_random or best is None else best

        return FunctionTask((TruthTable.of(inputs, act),))


def _check_chance(argument: str, chance: Fraction) -> None:
    known = isinstance(chance, Fraction) and 0 <= chance <= 1
    if not known or chance.denominator > _MOST_DENOMINATOR:
        expected = f"a fraction from 0 to 1 with a denominator of at most {_MOST_DENOMINATOR}"
        raise ArgumentError(argument, expected, str(chance))


def _sum(residues: NDArray[np.uint64], prime: int) -> int:
    # In parts short enough not to overflow.
    parts = np.add.reduceat(residues, np.arange(0, len(residues), 1 << 10))
    return sum(map(int, parts)) % prime


def _primes(bound: int) -> Iterator[int]:
    # Descending from 2^50, until their product is above the bound.
    from sympy import prevprime

    prime, product = 1 << _RESIDUE_BITS, 1
    while product <= bound:
        prime = int(prevprime(prime))
        product *= prime
        yield prime


def _joined(moduli: Sequence[int], residues: Sequence[int]) -> int:
    whole = prod(moduli)
    total = 0
    for modulus, residue in zip(moduli, residues, strict=True):
        rest = whole // modulus
        total += residue * rest * pow(rest, -1, modulus)
    return total % whole


_DEFINITIONS = (
    "search-like(wires_per_score=2)",
    "search-like",
    "search-like(objective_gates=0,wires_per_score=2)",
    "lookup-table",
)


def _tasks(settings: Settings) -> Iterator[tuple[str, Task]]:
    for window in settings.wholes("windows"):
        policy = WindowPolicy(window, settings.rational("explore"), settings.text("score"))
        if window <= settings.whole("whole"):
            yield f"W = {window}: whole policy", policy.whole_task()
        else:
            yield f"W = {window}: greedy part, ties random", policy.greedy_task()
        if window > 1:
            # With one pull any arm may be best.
            yield f"W = {window}: greedy part, ties free", policy.choice_task()


def _found(settings: Settings, effort: Effort) -> Finding:
    definitions = tuple(definition_named(text) for text in settings.texts("definitions"))
    policy = WindowPolicy(
        settings.whole("window"), settings.rational("explore"), settings.text("score")
    )
    rows: list[tuple[Cell, ...]] = []
    left_open: list[str] = []
    searching: Case | None = None
    first: Case | None = None
    tasks = list(_tasks(settings))
    for place, (name, task) in enumerate(tasks):
        # One share of the seconds is kept for the rewards.
        found = solved_task(name, task, "b2", "size", effort.share(len(tasks) - place + 1))
        if isinstance(found, Unsolved):
            left_open.append(str(found))
            continue
        try:
            row, case = _judged(found, definitions, effort)
        except BudgetEnded:
            minima = counted(len(found.solvers), "minimum", "minima")
            left_open.append(f"{name}: {minima} found, not all judged")
            continue
        rows.append(row)
        searching = searching or case
        first = first or Case.judged(
            "one of the minima", task, found.solvers[0], definitions, "size over b2"
        )
    written = ""
    if 2 in settings.wholes("windows") and settings.text("score") == "total":
        pair = WindowPolicy(2, settings.rational("explore"))
        task, circuit = pair.choice_task(), pair.written()
        held = [has_tag(definition, circuit, task) for definition in definitions]
        rows.append(("W = 2: as written", circuit.size, None, *map(int, held)))
        written = f"; the policy as written is{'' if held[0] else ' not'}"
        if held[0]:
            searching = Case.judged("as written", task, circuit, definitions)
    steps = settings.whole("steps")
    rewards: tuple[Fraction, ...] = ()
    try:
        rewards = policy.expected_rewards(steps, settings.rational("good"), effort)
    except BudgetEnded:
        left_open.append(f"W = {policy.window}: the expected reward of {counted(steps, 'step')}")
    adapts = all(a <= b for a, b in pairwise(rewards)) and rewards[:1] < rewards[-1:]
    if searching is not None:
        verdict = Verdict.REFUTED
    else:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.HELD
    rise = "the expected reward was not computed"
    if rewards:
        how = "rises" if adapts else "does not only rise"
        end = f"{float(rewards[-1]):.4f} at step {steps}"
        rise = f"the expected reward {how} from {rewards[0]} to {end}"
    tags = "no minimum of its act is" if searching is None else "some minimum of its act is"
    return Finding(
        verdict=verdict,
        answer=f"{rise}; {tags} {describe_definition(definitions[0])}{written}.",
        universe=(
            f"W = {policy.window} for {counted(steps, 'step')}; all minima of the act for "
            f"{reached(len(rows), len(tasks), 'smaller policy', 'smaller policies')}, b2"
        ),
        tables=(
            Table(
                "Expected reward by step (exact in --json):",
                ("step", "expected reward"),
                tuple((t + 1, rewards[t]) for t in _shown(len(rewards))),
            ),
            _tags_table(definitions, rows),
        ),
        example=searching or first,
        notes=(
            f"{settings.text('score')}: {SCORES[settings.text('score')]}.",
            "whole policy: inputs are arm and reward of each pull, a bit that says whether to pull "
            "at random, and the arm to pull at random. Greedy part: it never pulls at random but "
            "where arms tie; with ties free either arm will do there, and the scores are the "
            "utilities. As written: it adds up what each arm paid, and takes the greater sum.",
        ),
        left_open=tuple(left_open),
        plot=_plot(policy, rewards),
    )


def _plot(policy: WindowPolicy, rewards: tuple[Fraction, ...]) -> Plot:
    last = max(len(rewards), 1)
    series = (
        Series(f"best of the last {policy.window}", tuple(enumerate(rewards, 1))),
        Series("at random", ((1, Fraction(1, 2)), (last, Fraction(1, 2)))),
    )
    return Plot((Panel("A bandit of two arms", "step", "expected reward", series),))


def _shown(steps: int) -> list[int]:
    # The first steps, then every fifth, and the last.
    return [t for t in range(steps) if t < 4 or (t + 1) % 5 == 0 or t == steps - 1]


def _judged(
    found: Member, definitions: tuple[Definition, ...], effort: Effort
) -> tuple[tuple[Cell, ...], Case | None]:
    held: list[list[bool]] = [[] for _ in definitions]
    for circuit in found.solvers:
        for tags, definition in zip(held, definitions, strict=True):
            if effort.used_up():
                raise BudgetEnded
            tags.append(has_tag(definition, circuit, found.task))
    case = None
    if any(held[0]):
        circuit = found.solvers[held[0].index(True)]
        case = Case.judged(found.name, found.task, circuit, definitions, "size over b2")
    return (found.name, found.size, len(found.solvers), *map(sum, held)), case


def _tags_table(definitions: tuple[Definition, ...], rows: list[tuple[Cell, ...]]) -> Table:
    numbers = [str(number) for number in range(1, len(definitions) + 1)]
    keys = "; ".join(
        f"{number} {describe_definition(d)}" for number, d in zip(numbers, definitions, strict=True)
    )
    return Table(
        f"Minima with each tag: {keys}.",
        ("act", "size", "minima", *numbers),
        tuple(rows),
    )


NINETY_TEN = Claim(
    name="ninety-ten",
    topic="worlds and learners",
    claim=(
        "A bandit policy that repeats the best of the last ten with 90 %, and else acts at "
        "random, is no optimizer."
    ),
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "a machine that remembers its last W = 10 pulls of two arms: with probability 9/10 it "
        "pulls the arm of greater score among them, ties at random, else an arm at random. Its "
        "exact expected reward by step, where one arm pays with 3/4 and the other with 1/4; and "
        "for W of 1 and 2 all minimal circuits of its act, and the circuit that adds up what each "
        "arm paid and takes the greater, tagged with scores of two wires."
    ),
    kind=Kind.EXISTENCE,
    keeps="that whether such a rule is an optimizer is a matter of what happens inside",
    question="Is neither the policy as it is written, nor any minimum of its act, search-like?",
    blind_to=(
        "circuits of the act for the ten pulls themselves, circuits that update the window, and "
        "whether adapting is optimizing"
    ),
    parameters=(
        Parameter("window", 10, "W of the policy that is run", least=1, most=10),
        Parameter("steps", 30, "how long it is run", least=2, most=200),
        Parameter("good", Fraction(3, 4), "how often the good arm pays; the other 1 - good"),
        Parameter("explore", Fraction(1, 10), "how often an arm is pulled at random"),
        Parameter("score", "total", "what is best", values=tuple(SCORES)),
        Parameter("windows", (1, 2), "W of the acts whose minima are found", least=1, most=2),
        Parameter("whole", 1, "for W up to this the whole act, not its greedy part", least=0),
        Parameter(
            "definitions",
            "; ".join(_DEFINITIONS),
            "definitions, the first asked about",
            names="definition",
        ),
    ),
    run=Existence(
        _found,
        neighbours=(
            {"definitions": "search-like", "window": 1, "steps": 3},
            {"definitions": "search-like(wires_per_score=2)", "window": 1, "steps": 3},
            {"windows": (1,), "window": 1, "steps": 3},
        ),
    ),
    control="a policy that always pulls at random, which earns 1/2 at every step: exact",
    quick={"window": 4, "steps": 10},
)
