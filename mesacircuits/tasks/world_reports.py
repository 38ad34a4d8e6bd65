"""What a solver does in its world or its episodes: every run, exactly, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mesacircuits.call import rational_text
from mesacircuits.circuits import MealyMachine
from mesacircuits.circuits.circuit import Wired
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import plain_table, wrapped
from mesacircuits.tasks.episode import expected_rewards
from mesacircuits.tasks.policy_task import EpisodeTask, WorldTask
from mesacircuits.tasks.task import Task
from mesacircuits.tasks.world import next_configurations, settling_times

__all__ = ["EpisodeReport", "Run", "WorldReport", "closed_loop_report"]

#: Rows that are printed.
_SHOWN = 24
_LOST = 8
#: What JSON calls a disturbance.
_WHEN = "disturbance", "time"


@dataclass(frozen=True)
class Run:
    """A run of a world under a policy, until it repeats itself.

    Attributes:
        start: the state that it begins in.
        disturbed: None; or which disturbance there was, and the time at which it came.
        states: the states of the world from the start on, or from right after the disturbance on,
            without what repeats.
        repeats: the place in `states` from which on they repeat for ever.
        settled: the least number of steps, from the first of `states` on, after which the world is
            in its target for ever; None if there is none.
    """

    start: int
    disturbed: tuple[int, int] | None
    states: tuple[int, ...]
    repeats: int
    settled: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the run as JSON values."""
        when = {} if self.disturbed is None else dict(zip(_WHEN, self.disturbed, strict=True))
        end = {"states": list(self.states), "repeats": self.repeats, "settled": self.settled}
        return {"start": self.start} | when | end


@dataclass(frozen=True)
class WorldReport:
    """What a policy does in a world.

    Attributes:
        task: the task.
        machine: the policy.
        runs: the undisturbed runs, one for each start.
        disturbed: the runs after a single disturbance: for each start, each time until the
            undisturbed run repeats itself (later times bring nothing new), each disturbance.
        solved: whether the task accepts the policy.
    """

    task: WorldTask
    machine: MealyMachine
    runs: tuple[Run, ...]
    disturbed: tuple[Run, ...]
    solved: bool

    @property
    def reaches(self) -> bool:
        """Whether every undisturbed run comes into the target for ever, in whatever time."""
        return all(run.settled is not None for run in self.runs)

    @property
    def recovers(self) -> bool:
        """Whether every disturbed run does (see `mesacircuits.tasks.recovers`)."""
        return all(run.settled is not None for run in self.disturbed)

    @property
    def worst(self) -> int | None:
        """The longest time to the target over all starts; None if some run never comes there."""
        return _worst(self.runs)

    @property
    def mean(self) -> Fraction | None:
        """The mean time to the target over all starts, exactly; None if some never comes there."""
        return _mean(self.runs)

    @property
    def worst_recovery(self) -> int | None:
        """The longest time from a disturbance to the target; None if some run never comes there."""
        return _worst(self.disturbed)

    @property
    def mean_recovery(self) -> Fraction | None:
        """The mean of these times over all starts, times and disturbances that are listed."""
        return _mean(self.disturbed)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values; times are in steps, means are fractions."""
        verdicts = ("solved", "reaches", "recovers")
        times = ("worst", "mean", "worst_recovery", "mean_recovery")
        return {
            "task": str(self.task),
            "circuit": self.machine.circuit.to_json(),
            "states": list(self.task.world.states),
            **{name: _json(getattr(self, name)) for name in (*verdicts, *times)},
            "runs": [run.to_json() for run in self.runs],
            "disturbed": [run.to_json() for run in self.disturbed],
        }

    def text(self) -> str:
        """Return the report as printed: verdict, traces from all starts, disturbances in sum."""
        names = self.task.world.states
        lines = [_head(self)]
        bound = f" (within {self.task.within})" if self.task.demand == "reach" else ""
        lines.append(wrapped(f"target{bound}: {_times(self.runs, 'start')}", "", "  "))
        after = _times(self.disturbed, "run") if self.disturbed else "the world has none"
        lines += [wrapped(f"after one disturbance: {after}", "", "  "), "", "[] repeats for ever"]
        for run in self.runs[:_SHOWN]:
            lines.append(wrapped(_trace(run, names), "  ", "      ", at="> "))
        if len(self.runs) > _SHOWN:
            lines.append(f"  and {len(self.runs) - _SHOWN:,} more starts (--json lists all)")
        lost = [run for run in self.disturbed if run.settled is None]
        for run in lost[:_LOST]:
            assert run.disturbed is not None  # they are disturbed
            which, time = run.disturbed
            begun = f"from {names[run.start]}, disturbance {which} at {time}: "
            lines.append(wrapped(begun + _trace(run, names), "  ", "      ", at="> "))
        if len(lost) > _LOST:
            lines.append(f"  and {len(lost) - _LOST:,} more that do not recover")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class EpisodeReport:
    """What a machine earns over the episodes of a task.

    Attributes:
        task: the task.
        machine: the machine.
        rewards: the expected reward of each step.
        held_out: the same in the held-out episodes; None if the task has none.
        solved: whether the task accepts the machine.
    """

    task: EpisodeTask
    machine: MealyMachine
    rewards: tuple[Fraction, ...]
    held_out: tuple[Fraction, ...] | None
    solved: bool

    @property
    def total(self) -> Fraction:
        """The expected total."""
        return sum(self.rewards, Fraction(0))

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values; rewards are fractions."""
        record: dict[str, Any] = {
            "task": str(self.task),
            "circuit": self.machine.circuit.to_json(),
            "solved": self.solved,
            "least": rational_text(self.task.least),
            "total": rational_text(self.total),
            "rewards": [*map(rational_text, self.rewards)],
        }
        if self.held_out is not None:
            record["held_out"] = [*map(rational_text, self.held_out)]
            record["held_out_total"] = rational_text(sum(self.held_out, Fraction(0)))
        return record

    def text(self) -> str:
        """Return the report as printed: verdict, and the expected reward by step."""
        lines = [
            _head(self),
            f"expected total {_number(self.total)} (asked: {_number(self.task.least)})",
            "",
        ]
        heads = ["step", "expected reward"]
        columns = [self.rewards]
        if self.held_out is not None:
            heads.append("held out")
            columns.append(self.held_out)
        rows: list[list[object]] = [
            [t, *(_number(column[t - 1]) for column in columns if t <= len(column))]
            for t in range(1, len(self.rewards) + 1)
        ]
        rows.append(["all", *(_number(sum(column, Fraction(0))) for column in columns)])
        return "\n".join([*lines, plain_table(heads, rows)])

    def __str__(self) -> str:
        return self.text()


def closed_loop_report(task: Task, solver: Wired | MealyMachine) -> WorldReport | EpisodeReport:
    """Return everything that a solver does in a task's world or episodes, exactly.

    Arguments:
        task: a world or an episode task.
        solver: a circuit or an unrolled program, which starts in state 0, or a machine with the
            task's bits of state.

    Raises `ArgumentError` for another kind of task, or a solver of another shape.

    >>> from mesacircuits.circuits import Circuit
    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("thermostat(levels=2)")
    >>> report = closed_loop_report(task, Circuit.parse(2, "out = ~a, ~b"))
    >>> report.solved, report.recovers, report.worst, report.mean
    (True, True, 1, Fraction(1, 2))
    >>> bandit = parse_task("bandit(steps=2)")
    >>> closed_loop_report(bandit, Circuit.parse(2, "g1 = a ^ b; out = g1, ~g1")).rewards
    (Fraction(1, 2), Fraction(5, 8))
    """
    if not isinstance(task, WorldTask | EpisodeTask):
        raise ArgumentError("task", "a task with a world or episodes", str(task))
    circuit: Wired = solver.circuit if isinstance(solver, MealyMachine) else solver
    shape = circuit.inputs, len(circuit.outputs)
    if shape != (task.inputs, task.outputs):
        expected = f"{task.inputs} inputs and {task.outputs} outputs"
        raise ArgumentError("solver", expected, f"{shape[0]} and {shape[1]}")
    machine = solver if isinstance(solver, MealyMachine) else task.machine(circuit)
    if machine.state_bits != task.state_bits:
        raise ArgumentError("solver", f"{task.state_bits} bits of state", machine.state_bits)
    solved = machine.start == 0 and task.solved_by(circuit)
    if isinstance(task, WorldTask):
        return _world_report(task, machine, solved)
    arguments = machine.words, task.state_bits, machine.start
    held_out = None if task.held_out is None else expected_rewards(task.held_out, *arguments)
    rewards = expected_rewards(task.episode, *arguments)
    return EpisodeReport(task, machine, rewards, held_out, solved)


def _world_report(task: WorldTask, machine: MealyMachine, solved: bool) -> WorldReport:
    world, k = task.world, task.state_bits
    following = next_configurations(world, machine.words, k)
    times = settling_times(world, following, k)

    def run(at: int, start: int, disturbed: tuple[int, int] | None) -> Run:
        path, repeats = _path(following, at)
        return Run(start, disturbed, tuple(c >> k for c in path), repeats, times[at])

    def disturbed() -> Iterator[Run]:
        for start in world.starts:
            path, _ = _path(following, start << k | machine.start)
            for time, at in enumerate(path):
                for which, moved in enumerate(world.disturbances):
                    memory = at & (1 << k) - 1
                    yield run(moved[at >> k] << k | memory, start, (which, time))

    runs = tuple(run(start << k | machine.start, start, None) for start in world.starts)
    return WorldReport(task, machine, runs, tuple(disturbed()), solved)


def _head(report: WorldReport | EpisodeReport) -> str:
    verdict = "SOLVED" if report.solved else "NOT SOLVED"
    return wrapped(f"{report.task}: {verdict} by {report.machine}", "", "  ", at="; ")


def _path(following: list[int], at: int) -> tuple[list[int], int]:
    # The configurations of a run, each once, and the place of the one that it returns to.
    path: list[int] = []
    place: dict[int, int] = {}
    while at not in place:
        place[at] = len(path)
        path.append(at)
        at = following[at]
    return path, place[at]


def _worst(runs: tuple[Run, ...]) -> int | None:
    known = [run.settled for run in runs if run.settled is not None]
    return max(known, default=0) if len(known) == len(runs) else None


def _mean(runs: tuple[Run, ...]) -> Fraction | None:
    known = [run.settled for run in runs if run.settled is not None]
    return Fraction(sum(known), len(runs)) if runs and len(known) == len(runs) else None


def _json(value: Any) -> Any:
    return rational_text(value) if isinstance(value, Fraction) else value


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{value} = {float(value):.4f}"


def _times(runs: tuple[Run, ...], what: str) -> str:
    count = sum(run.settled is not None for run in runs)
    found = f"reached and kept in {count:,} of {len(runs):,} {what}s"
    if (mean := _mean(runs)) is None:
        return found
    return f"{found}, after {_number(mean)} steps on average, {_worst(runs)} at most"


def _trace(run: Run, names: tuple[str, ...]) -> str:
    parts = [names[state] for state in run.states]
    parts[run.repeats] = "[" + parts[run.repeats]
    parts[-1] += "]"
    end = "never settles" if run.settled is None else f"settled after {run.settled}"
    return " -> ".join(parts) + f"  ({end})"
