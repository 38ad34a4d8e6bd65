"""The claim `task-location`: locating a known task is not learning a new one."""

from __future__ import annotations

from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.claims.worlds.mesa_learning import machines_of
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.episode_policies import optimal_total
from mesacircuits.tables import counted
from mesacircuits.tasks import Episode, EpisodeTask, best_machines, expected_total, parse_task

__all__ = ["TASK_LOCATION", "total_at_random"]

_TASKS = (
    "weather(rung=pairs); weather(rung=sticky); weather(rung=streak); weather(rung=drifting); "
    "bandit; bandit(state_bits=2)"
)


def total_at_random(episode: Episode) -> Fraction:
    """Return the expected total of a policy whose every act is drawn evenly, seeing nothing.

    >>> total_at_random(parse_task("bandit").episode)
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


def _run(settings: Settings, effort: Effort) -> Finding:
    rows: list[tuple[Cell, ...]] = []
    left: list[str] = []
    located: list[str] = []
    learned: list[str] = []
    for text in settings.texts("tasks"):
        task = parse_task(text)
        if not isinstance(task, EpisodeTask) or task.held_out is None:
            raise ArgumentError("tasks", "tasks with episodes, some held out", text)
        if effort.used_up():
            left.append(text)
            continue
        optimum = optimal_total(task.episode)
        chance = total_at_random(task.held_out)
        found = best_machines(task.episode, task.state_bits)
        kinds = {
            expected_total(task.held_out, words, task.state_bits)
            for words in machines_of(found.boxes or ())
        }
        for other in sorted(kinds):
            bayes = found.reward == optimum
            if bayes:
                (learned if other > chance else located).append(text)
            kind = "locates" if other <= chance else "learns"
            rows.append(
                (
                    text,
                    found.reward,
                    "yes" if bayes else "no",
                    other,
                    chance,
                    kind if bayes else "-",
                )
            )
    held = bool(located) and bool(learned)
    table = Table(
        "Best machines by what they earn: trained; whether that is what the Bayes mixture of "
        "trained worlds earns; relabelled, and by chance there:",
        ("task", "trained", "Bayes", "relabelled", "chance", "kind"),
        tuple(rows),
    )
    verdict = Verdict.HELD if held else Verdict.REFUTED
    where = ", ".join(dict.fromkeys(located)) or "nowhere"
    elsewhere = ", ".join(dict.fromkeys(learned)) or "nowhere"
    return Finding(
        verdict=verdict if held or not left else Verdict.INCONCLUSIVE,
        answer=(
            f"machines that act as the Bayes mixture earn no more than chance on the relabelled "
            f"world in {where}, and more than chance in {elsewhere}."
        ),
        universe=(
            f"best machines of {counted(len(rows), 'kind')}, "
            f"{counted(len(settings.texts('tasks')), 'task')}"
        ),
        tables=(table,),
        notes=(
            "A machine that earns what the optimum over beliefs earns acts on every history that "
            "can occur as the Bayes mixture of the trained worlds would: any other act would cost.",
            "relabelled: the task's held-out episodes; for bandits the arms changed places, for "
            "the weather rain and dry days, or the rule, did.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                bar_panel(
                    table,
                    ("trained", "relabelled", "chance"),
                    "What best machines earn",
                    "expected total",
                ),
            )
        ),
    )


TASK_LOCATION = Claim(
    name="task-location",
    topic="worlds and learners",
    claim="Locating a task that is known is not learning a new one.",
    source="Demski 2020, Mesa-Search vs Mesa-Control, and comments",
    reading=(
        "a machine locates if its acts are those of the Bayes mixture of the trained worlds, and "
        "on a relabelled world it earns no more than chance; it learns if it earns more there. "
        "All best machines of the library's episodes."
    ),
    question=(
        "Do some best machines act as the Bayes mixture and fall to chance on a relabelled world, "
        "while others that act as the Bayes mixture do not?"
    ),
    blind_to="machines that are not the best, and relabellings other than the held-out episodes",
    control="acting at random on the relabelled world: exact",
    parameters=(Parameter("tasks", _TASKS, "tasks with episodes, some held out", names="task"),),
    run=_run,
    quick={"tasks": "weather(rung=sticky); weather(rung=drifting); bandit"},
)
