"""The claim `online`: online one-step training is training without a deployment stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tables import counted

__all__ = ["ONLINE", "Learner", "occam", "online_trace", "perceptron", "training_trace"]

#: An example: an input of n bits and the word that is right.
Example = tuple[int, int]
Parameters = tuple[int, ...]


@dataclass(frozen=True)
class Learner:
    """A learner: its first parameters, its act, and one step of training on one example."""

    name: str
    first: Parameters
    act: Callable[[Parameters, int], int]
    step: Callable[[Parameters, Example], Parameters]


def perceptron(inputs: int) -> Learner:
    """Return the perceptron with whole weights (Rosenblatt 1958): a step after each mistake.

    Parameters are the n weights and the bias; the act is 1 iff their sum on the input is above 0.

    >>> learner = perceptron(2)
    >>> learner.step((0, 0, 0), (3, 1))
    (1, 1, 1)
    """

    def act(parameters: Parameters, x: int) -> int:
        total = parameters[-1] + sum(parameters[i] for i in range(inputs) if x >> i & 1)
        return int(total > 0)

    def step(parameters: Parameters, example: Example) -> Parameters:
        x, word = example
        change = word - act(parameters, x)
        weights = (parameters[i] + change * (x >> i & 1) for i in range(inputs))
        return (*weights, parameters[-1] + change)

    return Learner("perceptron", (0,) * (inputs + 1), act, step)


def occam(inputs: int, sizes: Sequence[int]) -> Learner:
    """Return the learner whose act is that of the least function that fits what it saw.

    Parameters are the inputs seen and their latest words, as bits; of functions of equal size the
    least table is taken.
    """
    tables = sorted(range(len(sizes)), key=lambda bits: (sizes[bits], bits))

    def act(parameters: Parameters, x: int) -> int:
        seen, words = parameters
        return next(bits for bits in tables if not (bits ^ words) & seen) >> x & 1

    def step(parameters: Parameters, example: Example) -> Parameters:
        seen, words = parameters
        x, word = example
        return seen | 1 << x, (words & ~(1 << x)) | word << x

    return Learner("least function", (0, 0), act, step)


def online_trace(learner: Learner, stream: Sequence[Example]) -> list[Parameters]:
    """Return the parameters of a learner that acts on each input, is told the word, and learns."""
    parameters, trace = learner.first, []
    for x, word in stream:
        learner.act(parameters, x)
        parameters = learner.step(parameters, (x, word))
        trace.append(parameters)
    return trace


def training_trace(learner: Learner, data: Sequence[Example]) -> list[Parameters]:
    """Return the parameters of a training loop over a fixed data set, one pass, never acting."""
    trace = [learner.first]
    trace.extend(learner.step(trace[-1], data[place]) for place in range(len(data)))
    return trace[1:]


def closed_loop(learner: Learner, target: int, inputs: int, steps: int) -> list[Example]:
    """Return what is met when the next input is the last one, shifted, with the act put in."""
    parameters, x, met = learner.first, 0, []
    mask = (1 << inputs) - 1
    for _ in range(steps):
        act = learner.act(parameters, x)
        met.append((x, target >> x & 1))
        parameters = learner.step(parameters, met[-1])
        x = (x << 1 | act) & mask
    return met


def frozen_loop(learner: Learner, target: int, inputs: int, steps: int) -> list[Example]:
    """Return what is met by the untrained policy: a data set gathered before training."""
    x, met = 0, []
    mask = (1 << inputs) - 1
    for _ in range(steps):
        met.append((x, target >> x & 1))
        x = (x << 1 | learner.act(learner.first, x)) & mask
    return met


def _streams(learner: Learner, inputs: int, steps: int, effort: Effort) -> list[int]:
    examples = list(product(range(1 << inputs), (0, 1)))
    total = equal = 0
    for stream in product(examples, repeat=steps):
        if not total % 4096 and effort.used_up():
            raise BudgetEnded
        total += 1
        equal += online_trace(learner, stream) == training_trace(learner, stream)
    return [total, equal]


def _run(settings: Settings, effort: Effort) -> Finding:
    inputs, steps = settings.whole("inputs"), settings.whole("steps")
    kept = KeptParts(effort, "online 1", settings)
    universe = (
        f"all streams of {counted(steps, 'example')} of {counted(inputs, 'input')}, two learners"
    )
    rows: list[tuple[Cell, ...]] = []
    unequal = differ = early_runs = 0
    try:
        sizes = least_sizes(inputs, "b2", effort).tolist()
        learners = (perceptron(inputs), occam(inputs, sizes))
        for learner in learners:
            found = kept.part(learner.name, partial(_streams, learner, inputs, steps, effort))
            total, equal = found
            unequal += total - equal
            rows.append((f"{learner.name}, given streams", total, equal))
            targets = range(1 << (1 << inputs))
            replayed = before = 0
            for target in targets:
                met = closed_loop(learner, target, inputs, settings.whole("loop"))
                trace = online_trace(learner, met)
                replayed += trace == training_trace(learner, met)
                early = frozen_loop(learner, target, inputs, settings.whole("loop"))
                before += trace == training_trace(learner, early)
            unequal += len(targets) - replayed
            differ += len(targets) - before
            early_runs += len(targets)
            rows.append((f"{learner.name}, acts choose, data as met", len(targets), replayed))
            rows.append((f"{learner.name}, acts choose, data from before", len(targets), before))
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    table = Table(
        "Runs of a learner online, and of a training loop over a data set: how many have the same "
        "parameters after every step:",
        ("learner", "runs", "same"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.REFUTED if unequal else Verdict.HELD,
        answer=(
            f"{unequal} traces differ on the same data in the same order; but where acts choose "
            f"what is met, training on data gathered beforehand leads elsewhere in {differ} of "
            f"{early_runs} cases."
        ),
        universe=universe,
        tables=(table,),
        notes=(
            "The training loop never acts, and the online learner never knows what will come: that "
            "their parameters agree says that acting changes nothing that is learned, as long as "
            "it does not change the data.",
            "acts choose: the next input is the last one shifted, with the act as its lowest bit; "
            "data from before: what the untrained policy meets.",
        ),
        plot=Plot((bar_panel(table, ("same",), "Equal traces", "share of runs", of="runs"),)),
    )


ONLINE = Claim(
    name="online",
    topic="worlds and learners",
    claim=(
        "Online one-step training is ordinary training, only without a deployment stage that is "
        "set apart."
    ),
    source="Wentworth and Hubinger, thread on online learning",
    reading=(
        "a learner that acts on each input, is told what was right and makes one step of training, "
        "against a training loop over the same examples in the same order: are the parameters "
        "the same after every step? For all streams of a length; and where acts choose the next "
        "input, on the data as met, and on data gathered before training."
    ),
    question="Are the parameters the same after every step whenever the data are?",
    blind_to="learners with random steps, and rewards instead of right words",
    control="data gathered by the untrained policy, where acts choose what is met: exact",
    parameters=(
        Parameter("inputs", 2, "number of inputs n", least=1, most=3),
        Parameter("steps", 5, "examples of a stream", least=1, most=6),
        Parameter("loop", 12, "steps where acts choose what is met", least=1, most=64),
    ),
    run=_run,
    quick={"steps": 3},
)
