"""The claim `mesa-learning`: a frozen policy keeps improving, by learning in its activations."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions.measures.mesa_learner import learning_gain
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.episode_policies import optimal_total
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, best_machines, expected_rewards, parse_task
from mesacircuits.tasks.policies import Box

__all__ = ["MESA_LEARNING", "machines_of"]


def machines_of(boxes: tuple[Box, ...]) -> Iterator[tuple[int, ...]]:
    """Yield every machine of these boxes, as words.

    Words that training leaves free are part of a machine too: they decide what it earns in worlds
    where it comes to them.

    >>> list(machines_of((((0,), (1, 2)),)))
    [(0, 1), (0, 2)]
    """
    for box in boxes:
        yield from product(*(words or (0,) for words in box))


def _best(text: str, bits: int, effort: Effort) -> list[list[str]]:
    """Return the distinct rewards by step of the best machines, trained and held out, and gains."""
    if effort.used_up():
        raise BudgetEnded
    task = parse_task(text)
    assert isinstance(task, EpisodeTask)
    assert task.held_out is not None
    found = best_machines(task.episode, bits)
    if found.boxes is None:
        raise ArgumentError("bits", "fewer best machines", bits)
    kinds = set()
    for words in machines_of(found.boxes):
        trained = expected_rewards(task.episode, words, bits)
        held_out = expected_rewards(task.held_out, words, bits)
        gains = learning_gain(task.episode, words, bits), learning_gain(task.held_out, words, bits)
        kinds.add((trained, held_out, gains))
    return [
        [*map(str, trained), "|", *map(str, held_out), "|", *map(str, gains)]
        for trained, held_out, gains in sorted(kinds)
    ]


def _read(row: list[str]) -> tuple[list[Fraction], list[Fraction]]:
    first = row.index("|")
    second = row.index("|", first + 1)
    trained, gains = (
        [Fraction(cell) for cell in part] for part in (row[:first], row[second + 1 :])
    )
    return trained, gains


def _run(settings: Settings, effort: Effort) -> Finding:
    text, most = settings.text("task"), settings.whole("bits")
    task = parse_task(text)
    if not isinstance(task, EpisodeTask) or task.held_out is None:
        raise ArgumentError("task", "a task with episodes, some held out", text)
    kept = KeptParts(effort, "mesa-learning 1", settings)
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    series = []
    rising = learners = with_memory = 0
    for bits in range(most + 1):
        try:
            found = kept.part(str(bits), partial(_best, text, bits, effort))
        except BudgetEnded:
            left.append(f"machines of {counted(bits, 'bit')}")
            continue
        for number, record in enumerate(found):
            trained, gains = _read(record)
            rises = all(a <= b for a, b in pairwise(trained)) and trained[0] < trained[-1]
            learns = gains[0] > 0 and gains[1] >= gains[0]
            if bits:
                with_memory += 1
                rising += rises
                learners += learns
            name = counted(bits, "bit") + (f", {number + 1}" if len(found) > 1 else "")
            series.append(Series(name, tuple(enumerate(trained, 1))))
            rows.append((name, *trained, *gains, "yes" if learns else "no"))
    optimum = optimal_total(task.episode)
    held = with_memory > 0 and rising == learners == with_memory
    verdict = Verdict.HELD if held else Verdict.REFUTED
    steps = [f"step {t}" for t in range(1, task.episode.length + 1)]
    return Finding(
        verdict=Verdict.INCONCLUSIVE if left else verdict,
        answer=(
            f"of {counted(with_memory, 'kind')} of best machines with memory the "
            f"reward of {rising} never "
            f"falls from step to step and rises in all, and {learners} learn in held-out episodes "
            f"no less than in trained ones; whatever remembers all earns {optimum} in all."
        ),
        universe=f"{text}; all machines of up to {counted(most, 'bit')} of state",
        tables=(
            Table(
                "Best machines by bits of state, told apart by what they earn: expected reward of "
                "each step; gain: how much what they earn beyond a yoked copy grows after the "
                "first step, trained and held out:",
                ("machines", *steps, "gain", "held out", "learns"),
                tuple(rows),
            ),
        ),
        notes=(
            "Machines are frozen: only their state changes within an episode, and is 0 at the "
            "start of each.",
            "A yoked copy takes its actions in another episode, so that it does the same but "
            "uninformed.",
        ),
        left_open=tuple(left),
        plot=Plot((Panel(f"{text}: best machines", "step", "expected reward", tuple(series)),)),
    )


MESA_LEARNING = Claim(
    name="mesa-learning",
    topic="worlds and learners",
    claim="A frozen policy keeps improving: it learns in its activations.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "a bandit whose good arm is drawn for each episode: of all machines with k bits of state "
        "the best, their exact expected reward by step, and their gain in episodes held out, "
        "where the arms have changed places and pay always or never."
    ),
    question=(
        "Does the reward of all best machines with memory never fall from step to step and rise "
        "in all, and do they learn in held-out episodes no less than in trained ones?"
    ),
    blind_to="machines that are nearly the best, and longer episodes",
    control="best machines without memory, and yoked copies: exact, all machines",
    parameters=(
        Parameter("task", "bandit", "a task with episodes, some held out", names="task"),
        Parameter("bits", 2, "most bits of state", least=1, most=2),
    ),
    run=_run,
    quick={"bits": 1},
)
