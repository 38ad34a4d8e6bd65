"""The claim `agent-structure`: behaving well in many environments implies structure."""

from __future__ import annotations

import random
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import OWN_TAG, RANDOM_TAG, Compared, Tendency
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import all_machines
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, rewards_of_many, task_named

__all__ = ["AGENT_STRUCTURE", "keeps_what_it_saw"]

_FEW = "few"


def keeps_what_it_saw(words: tuple[int, ...], states: int) -> bool:
    """Return whether a machine for one-bit words can come into states that act differently by
    what it sees.

    >>> keeps_what_it_saw((2, 0, 3, 3), 2), keeps_what_it_saw((0, 1, 0, 0), 2)
    (True, False)
    """
    reached, waiting = {0}, [0]
    while waiting:
        state = waiting.pop()
        for seen in (0, 1):
            after = words[state << 1 | seen] >> 1
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    for state in reached:
        nexts = [words[state << 1 | seen] >> 1 for seen in (0, 1)]
        acts = [tuple(words[n << 1 | seen] & 1 for seen in (0, 1)) for n in nexts]
        if acts[0] != acts[1]:
            return True
    return False


def _compared(settings: Settings, effort: Effort) -> Compared:
    steps, states = settings.whole("steps"), settings.whole("states")
    bits, tag = (states - 1).bit_length(), settings.text("tag")
    parts = settings.whole("parts")
    shares = [Fraction(n, parts) for n in range(parts + 1)]
    pairs = [(good, bad) for good in shares for bad in shares if good > bad]
    machines: list[tuple[int, ...]] = []
    solved: list[int] = []
    for good, bad in pairs:
        if effort.used_up():
            raise BudgetEnded
        task = task_named("bandit", steps=steps, good=good, bad=bad, least=0)
        assert isinstance(task, EpisodeTask)
        machines = machines or list(all_machines(task.episode, states))
        chance = steps * (good + bad) / 2
        totals = [sum(row) for row in rewards_of_many(task.episode, machines, bits)]
        best = max(totals)
        # Solved: at least so much of what the best machine earns beyond chance.
        least = chance + settings.rational("part") * (best - chance)
        won_here = [total >= least for total in totals]
        solved = [a + b for a, b in zip(solved or [0] * len(totals), won_here, strict=True)]
    known = set()
    units, counts = [], {True: [0, 0], False: [0, 0]}
    few = random.Random(settings.whole("seed"))
    need = settings.rational("share") * len(pairs)
    listed = []
    for words, won in zip(machines, solved, strict=True):
        # The arms are exchanged by inverting all acts.
        mirrored = tuple(word ^ 1 for word in words)
        if mirrored not in known:
            known.add(words)
            listed.append((words, won))
    marks = [won >= need if tag != _FEW else 0 < won < need for _, won in listed]
    if tag == RANDOM_TAG:
        few.shuffle(marks)
    for (words, _), mark in zip(listed, marks, strict=True):
        structure = keeps_what_it_saw(words, states)
        units.append(Unit(states, mark, int(structure)))
        counts[mark][0] += structure
        counts[mark][1] += 1
    rows: list[tuple[Cell, ...]] = []
    for won in range(len(pairs) + 1):
        here = [words for words, other in listed if other == won]
        if here:
            found = sum(keeps_what_it_saw(words, states) for words in here)
            rows.append((won, len(here), found, Fraction(found, len(here))))
    return Compared(
        tuple(units),
        f"all {counted(len(listed), 'machine')} of {counted(states, 'state')}, up to exchanging "
        f"the arms; {counted(len(pairs), 'bandit')} of {counted(steps, 'step')}",
        (
            Table(
                "Machines by how many bandits they solve; those that keep what they saw, and their "
                "share:",
                ("solved", "machines", "keep", "share"),
                tuple(rows),
            ),
        ),
        notes=(
            "Solved: at least so much of what the best machine of as many states earns beyond "
            "chance. Structure: in some state that it can come to, what is seen decides between "
            "states that act differently.",
        ),
    )


AGENT_STRUCTURE = Claim(
    name="agent-structure",
    topic="worlds and learners",
    claim="Behaving well over a class of environments implies structure inside.",
    source="after Altair 2024, on the agent structure problem",
    reading=(
        "the class of all bandits of two arms whose chances are multiples of one of so many parts. "
        "Machines of so many states that solve most of the class, against all machines of as many: "
        "do more of them keep what they saw in their state, and act on it?"
    ),
    kind=Kind.TENDENCY,
    keeps="that doing well in many environments says something of what is inside",
    question="Do machines that solve most of the class keep what they saw more often than others?",
    blind_to="other structures, such as models and searches, and machines of more states",
    control="all machines of as many states: exact",
    parameters=(
        Parameter("steps", 6, "steps of an episode", least=2, most=8),
        Parameter("states", 2, "states of a machine", least=2, most=2),
        Parameter("parts", 4, "chances are multiples of one of so many parts", least=2, most=8),
        Parameter("part", Fraction(1, 2), "of what the best earns beyond chance", least=0, most=1),
        Parameter("share", Fraction(3, 4), "of the class to be solved", least=0, most=1),
        Parameter(
            "tag",
            OWN_TAG,
            f"marked: machines that solve most; `{_FEW}`: some, but not most; `random`: as many, "
            "drawn",
            values=(OWN_TAG, _FEW, RANDOM_TAG),
        ),
        Parameter("seed", 0, "seed of that draw", least=0),
    ),
    run=Tendency(
        _compared,
        unit=("machine", "machines"),
        marked="machines that solve most of the class",
        value="share that keeps what was seen",
        matched="number of states",
        placebos={"random machines": {"tag": RANDOM_TAG}, "solve some": {"tag": _FEW}},
        trend=(
            {"share": Fraction(1, 4)},
            {"share": Fraction(1, 2)},
            {"share": Fraction(3, 4)},
            {"share": Fraction(1)},
        ),
        neighbours=(
            {"part": Fraction(1, 4)},
            {"part": Fraction(3, 4)},
            {"steps": 4},
            {"parts": 3},
        ),
    ),
    quick={"steps": 4, "parts": 3},
)
