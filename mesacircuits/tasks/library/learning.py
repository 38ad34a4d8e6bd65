"""Episodes in which something hidden has to be learned: a two-armed bandit, and the weather."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from mesacircuits.call import Parameter
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.policies import best_machines
from mesacircuits.tasks.policy_task import EpisodeTask

__all__ = ["TASKS"]

_HALF = Fraction(1, 2)
#: A state, before it is numbered.
State = tuple[int, ...]


def _task(
    episode: Episode, state_bits: int, least: Fraction | None, held_out: Episode
) -> EpisodeTask:
    if least is None:
        least = best_machines(episode, state_bits).reward
    return EpisodeTask(episode, least, state_bits, held_out)


def _arms(steps: int, good: Fraction, bad: Fraction, first: Fraction, sees: str) -> Episode:
    # States: which arm is good, whether the last pull paid and, if that is seen, the last arm.
    both = sees == "both"
    states = [(g, paid, arm) for g in (0, 1) for arm in range(1 + both) for paid in (0, 1)]
    number = {state: i for i, state in enumerate(states)}

    def chance(state: State, arm: int) -> Fraction:
        return good if arm == state[0] else bad

    def drawn(state: State, arm: int) -> tuple[tuple[int, Fraction], ...]:
        paid, seen = chance(state, arm), arm if both else 0
        return (number[state[0], 0, seen], 1 - paid), (number[state[0], 1, seen], paid)

    names = ("good", "paid", "arm")[: 2 + both]
    return Episode(
        observation_bits=1 + both,
        action_bits=1,
        states=tuple(
            " ".join(f"{name}={value}" for name, value in zip(names, state, strict=False))
            for state in states
        ),
        observations=tuple(paid | arm << 1 for _, paid, arm in states),
        prior=((number[0, 0, 0], 1 - first), (number[1, 0, 0], first)),
        transitions=tuple((drawn(state, 0), drawn(state, 1)) for state in states),
        rewards=tuple((chance(state, 0), chance(state, 1)) for state in states),
        length=steps,
        fields=(1,) * (1 + both),
    )


def _bandit(
    steps: int,
    state_bits: int,
    good: Fraction,
    bad: Fraction,
    first: Fraction,
    sees: str,
    least: Fraction | None,
) -> EpisodeTask:
    trained = _arms(steps, good, bad, first, sees)
    certain = _arms(steps, Fraction(1), Fraction(0), 1 - first, sees)
    return _task(trained, state_bits, least, certain)


#: For each state of the weather: whether it rains, and the chances of what comes next.
_Chain = Mapping[State, tuple[int, dict[State, Fraction]]]


def _forecast(chain: _Chain, prior: dict[State, Fraction], steps: int, name: str) -> Episode:
    states = list(chain)
    number = {state: i for i, state in enumerate(states)}
    rain = [
        sum((p for other, p in chain[state][1].items() if chain[other][0]), Fraction(0))
        for state in states
    ]
    drawn = [tuple((number[other], p) for other, p in chain[state][1].items()) for state in states]
    return Episode(
        observation_bits=1,
        action_bits=1,
        states=tuple(f"rain={chain[s][0]} {name}={s[-1]}" for s in states),
        observations=tuple(chain[state][0] for state in states),
        prior=tuple((number[state], p) for state, p in prior.items()),
        transitions=tuple((following, following) for following in drawn),
        rewards=tuple((1 - p, p) for p in rain),
        length=steps,
        fields=(1,),
    )


def _pairs(steps: int, chance: Fraction, kind: int) -> Episode:
    # Days of weather `kind` come in twos; a state is (which day of a pair, or 0).
    begins: dict[State, Fraction] = {(1,): chance, (0,): 1 - chance}
    chain: dict[State, tuple[int, dict[State, Fraction]]] = {
        (0,): (1 - kind, begins),
        (1,): (kind, {(2,): Fraction(1)}),
        (2,): (kind, begins),
    }
    return _forecast(chain, begins, steps, "day")


def _streaks(steps: int, persists: Fraction, longest: int) -> Episode:
    # A state is (weather, days that it has lasted, at most `longest`).
    chain: dict[State, tuple[int, dict[State, Fraction]]] = {}
    for rain in (0, 1):
        for days in range(1, longest + 1):
            stays = persists if days < longest or longest == 1 else 1 - persists
            later = rain, min(days + 1, longest)
            chain[rain, days] = rain, {later: stays, (1 - rain, 1): 1 - stays}
    return _forecast(chain, {(0, 1): _HALF, (1, 1): _HALF}, steps, "days")


def _drifting(steps: int, drift: Fraction) -> Episode:
    # A state is (weather, whether tomorrow is the opposite of today).
    chain: dict[State, tuple[int, dict[State, Fraction]]] = {}
    for rain in (0, 1):
        for opposite in (0, 1):
            tomorrow = rain ^ opposite
            changes: dict[State, Fraction] = {(tomorrow, opposite): 1 - drift}
            changes[tomorrow, 1 - opposite] = drift
            chain[rain, opposite] = rain, changes
    quarter = Fraction(1, 4)
    return _forecast(chain, dict.fromkeys(chain, quarter), steps, "opposite")


def _weather(
    rung: str, steps: int, state_bits: int, chance: Fraction, longest: int, least: Fraction | None
) -> EpisodeTask:
    if rung == "pairs":
        episode, held_out = _pairs(steps, 1 - chance, 1), _pairs(steps, 1 - chance, 0)
    elif rung == "drifting":
        episode, held_out = _drifting(steps, 1 - chance), _drifting(steps, Fraction(0))
    else:
        days = 1 if rung == "sticky" else longest
        episode, held_out = _streaks(steps, chance, days), _streaks(steps, 1 - chance, days)
    return _task(episode, state_bits, least, held_out)


_LEAST = Parameter(
    "least",
    None,
    "the expected reward asked for; absent: the most that such machines can earn",
    least=Fraction(0),
)

TASKS = (
    NamedTask(
        name="bandit",
        topic="episodes",
        description="Find out which of two arms pays, while it pays.",
        text=(
            "Hidden: which arm is good; it is arm 1 with probability first. Each step an arm is "
            "pulled: the good one pays 1 with probability good, the other with probability bad. "
            "Observation: whether the last pull paid (0 before the first); sees=both adds the last "
            "arm pulled (0 before the first). Action: the arm. Reward: what the pull pays, summed "
            "over all steps. Accepted: every machine of state_bits bits, 0 at the start, whose "
            "expected reward is at least `least`. Held out: the arms change places, arm 1 being "
            "the good one with probability 1 - first, and pay always and never: what learns does "
            "better there, what pulls one arm for its prior does worse."
        ),
        source=(
            "H. Robbins, Some aspects of the sequential design of experiments, Bulletin of the "
            "American Mathematical Society 58, 1952"
        ),
        parameters=(
            Parameter("steps", 4, "T, the pulls of an episode", least=1, most=32),
            Parameter("state_bits", 1, "bits of memory granted", least=0, most=2),
            Parameter("good", Fraction(3, 4), "how often the good arm pays", least=0, most=1),
            Parameter("bad", Fraction(1, 4), "how often the other arm pays", least=0, most=1),
            Parameter("first", _HALF, "how often arm 1 is the good one", least=0, most=1),
            Parameter("sees", "reward", "what is observed", values=("reward", "both")),
            _LEAST,
        ),
        builder=_bandit,
    ),
    NamedTask(
        name="weather",
        topic="episodes",
        description="Say each day whether it will rain on the next: a ladder of four climates.",
        text=(
            "Observation: whether it rains today. Action: whether it will tomorrow; a right answer "
            "earns 1. With c = chance, the climates are: pairs, rainy days come in twos, and after "
            "a dry day or a pair another pair begins with probability 1 - c (as on the first day); "
            "sticky, tomorrow is as today with probability c; streak, the same, but with "
            "probability 1 - c once the weather has lasted `longest` days or more; drifting, a "
            "hidden rule says that tomorrow is as today, or that it is the opposite, and after "
            "every day the rule changes with probability 1 - c. But for pairs the first day rains "
            "with probability 1/2, as the first of a streak, and both rules are equally probable. "
            "Accepted: every machine of state_bits bits, 0 at the start, whose expected reward is "
            "at least `least`. Held out: for pairs the dry days come in twos, for sticky and "
            "streak c is 1 - c, and for drifting the hidden rule never changes."
        ),
        source="L. R. Rabiner, A tutorial on hidden Markov models, Proc. IEEE 77, 1989",
        parameters=(
            Parameter(
                "rung", "pairs", "which climate", values=("pairs", "sticky", "streak", "drifting")
            ),
            Parameter("steps", 6, "T, the days of an episode", least=1, most=32),
            Parameter("state_bits", 1, "bits of memory granted", least=0, most=2),
            Parameter("chance", Fraction(3, 4), "c, see above", least=0, most=1),
            Parameter("longest", 3, "days, for the rung streak", least=2, most=6),
            _LEAST,
        ),
        builder=_weather,
    ),
)
