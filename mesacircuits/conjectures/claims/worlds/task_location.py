"""The claim `task-location`: locating a known task is not learning a new one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.episode_policies import all_machines
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode, EpisodeTask, rewards_of_many, task_named

__all__ = ["RELABELLINGS", "TASK_LOCATION", "relabelled", "total_at_random"]

#: What may be renamed of an episode of one bit each way: whether observations, and acts, are.
RELABELLINGS = tuple(product((False, True), repeat=2))


def relabelled(episode: Episode, observations: bool, acts: bool) -> Episode:
    """Return an episode of one-bit words whose observations, or acts, are exchanged.

    >>> bandit = task_named("bandit", least=0).episode
    >>> relabelled(relabelled(bandit, True, True), True, True) == bandit
    True
    """
    return replace(
        episode,
        observations=tuple(seen ^ observations for seen in episode.observations),
        transitions=tuple(row[::-1] if acts else row for row in episode.transitions),
        rewards=tuple(row[::-1] if acts else row for row in episode.rewards),
    )


def total_at_random(episode: Episode) -> Fraction:
    """Return the expected total of a policy whose every act is drawn evenly, seeing nothing.

    >>> total_at_random(task_named("bandit", least=0).episode)
    Fraction(2, 1)
    """
    acts = 1 << episode.action_bits
    weights = dict(episode.prior)
    total = Fraction(0)
    for _ in range(episode.length):
        after: dict[int, Fraction] = {}
        for state, weight in weights.items():
            total += weight * sum(episode.rewards[state], Fraction(0)) / acts
            for drawn in episode.transitions[state]:
                for other, chance in drawn:
                    after[other] = after.get(other, Fraction(0)) + weight * chance / acts
        weights = after
    return total


def _bandit(steps: int, good: Fraction, bad: Fraction, even: bool) -> Episode:
    task = task_named("bandit", steps=steps, good=good, bad=bad, least=0)
    assert isinstance(task, EpisodeTask)
    if not even:
        return task.episode
    # States are numbered so that those of one arm which paid, and did not, are 2 g + 1 and 2 g.
    prior = tuple((s ^ paid, p / 2) for s, p in task.episode.prior for paid in (0, 1))
    return replace(task.episode, prior=prior)


def _found(settings: Settings, effort: Effort) -> Finding:
    steps, states = settings.whole("steps"), settings.whole("states")
    bits = (states - 1).bit_length()
    quarters = [Fraction(n, settings.whole("parts")) for n in range(settings.whole("parts") + 1)]
    worlds = [(good, bad) for good in quarters for bad in quarters if good > bad]
    whole = len(RELABELLINGS)
    rows: list[tuple[Cell, ...]] = []
    locating = learning = possible = both = 0
    for good, bad in worlds:
        if effort.used_up():
            raise BudgetEnded
        episode = _bandit(steps, good, bad, settings.text("first") == "even")
        words = list(all_machines(episode, states))
        totals = [
            [sum(row, Fraction(0)) for row in rewards_of_many(relabelled(episode, *r), words, bits)]
            for r in RELABELLINGS
        ]
        chance = total_at_random(episode)
        survived = [sum(total > chance for total in each) for each in zip(*totals, strict=True)]
        mixed = [sum(each) for each in zip(*totals, strict=True)]
        here: list[list[int]] = []
        for earned in (totals[0], mixed):
            best = max(earned)
            here.append([s for s, e in zip(survived, earned, strict=True) if e == best])
        own, mixture = here
        locating += any(s < whole for s in own)
        both += any(s == whole for s in own)
        learning += any(s == whole for s in mixture)
        possible += max(survived) == whole
        rows.append(
            (
                f"{good}, {bad}",
                chance,
                max(totals[0]),
                len(own),
                sum(s == whole for s in own),
                Fraction(max(mixed), whole),
                len(mixture),
                sum(s == whole for s in mixture),
                max(survived),
            )
        )
    if not possible:
        verdict = Verdict.VACUOUS
    else:
        verdict = Verdict.HELD if locating and learning else Verdict.REFUTED
    table = Table(
        "By what the good arm and the other pay: what acting at random earns; of machines that are "
        "best where nothing is renamed, and best where all renamings are equally likely, what they "
        "earn, how many they are, and how many earn more than chance under all renamings; and of "
        "how many renamings any machine does:",
        ("bandit", "chance", "own", "best", "all", "any", "best ", "all ", "most"),
        tuple(rows),
    )
    return Finding(
        verdict=verdict,
        answer=(
            f"in {locating} of {counted(len(worlds), 'bandit')} some best machine fails under a "
            f"renaming (in {both} some survives all), and in {learning} some that is best where "
            "all renamings are equally likely earns more than chance under each."
        ),
        universe=(
            f"{counted(len(worlds), 'bandit')} of {counted(steps, 'step')}; all machines of "
            f"{counted(states, 'state')}, all {whole} renamings"
        ),
        tables=(table,),
        notes=(
            "Renamings exchange what is seen (paid, did not), the arms, or both. Arms are good "
            "equally often, so that exchanging them is a symmetry of every bandit, which all "
            "machines survive.",
            "Where the arms pay with p and 1 - p, exchanging what is seen is as good as exchanging "
            "the arms, and nothing that is seen tells them apart: no machine survives all, and "
            "what is best in the mixture earns no more than chance. That is a theorem.",
        ),
        plot=Plot((bar_panel(table, ("own", "any", "chance"), "Best machines", "total"),)),
    )


TASK_LOCATION = Claim(
    name="task-location",
    topic="worlds and learners",
    claim="Locating a task that is known is not learning a new one.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, and comments",
    reading=(
        "the group of renamings of what is seen and what is done. A machine locates if it earns "
        "more than chance in the world that it was selected for, but not under every renaming of "
        "it; it learns if it does under every one. All machines of so many states: those that are "
        "best in a bandit, and those that are best where its renamings are equally likely."
    ),
    kind=Kind.EXISTENCE,
    keeps="that what was selected in one world may know that world alone",
    question=(
        "Are there best machines that locate, and machines selected over all renamings that learn?"
    ),
    blind_to=(
        "renamings in the middle of an episode, worlds of longer words, and how a machine comes to "
        "know which renaming it is in"
    ),
    control="acting at random, and all other machines of as many states: exact",
    parameters=(
        Parameter("steps", 6, "steps of an episode", least=2, most=8),
        Parameter("states", 2, "states of a machine", least=1, most=3),
        Parameter("parts", 4, "arms pay with multiples of one of so many parts", least=1, most=8),
        Parameter(
            "first",
            "even",
            "what is seen first: either equally often, or that nothing was paid, which tells how "
            "observations are named",
            values=("even", "unpaid"),
        ),
    ),
    run=Existence(
        _found,
        trend=({"states": 1}, {"states": 2}),
        neighbours=({"steps": 4}, {"steps": 5}, {"parts": 3}, {"first": "unpaid"}),
    ),
    quick={"steps": 4, "parts": 2, "first": "unpaid"},
)
