"""The claim `online`: online one-step training is training without a deployment stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tables import counted

__all__ = [
    "ONLINE",
    "Learner",
    "closed_loop",
    "least_squares",
    "occam",
    "online_trace",
    "perceptron",
    "training_trace",
]

#: An example: an input of n bits and the word that is right.
Example = tuple[int, int]
Parameters = tuple[Fraction | int, ...]


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


def least_squares(inputs: int, rate: Fraction) -> Learner:
    """Return the linear learner that goes by `rate` along the gradient of the squared error.

    Its act is 1 iff the weighted sum is above 1/2 (Widrow and Hoff 1960).

    >>> [str(w) for w in least_squares(2, Fraction(1, 4)).step((0, 0, 0), (3, 1))]
    ['1/4', '1/4', '1/4']
    """

    def total(parameters: Parameters, x: int) -> Fraction | int:
        return parameters[-1] + sum(parameters[i] for i in range(inputs) if x >> i & 1)

    def step(parameters: Parameters, example: Example) -> Parameters:
        x, word = example
        change = rate * (word - total(parameters, x))
        weights = (parameters[i] + change * (x >> i & 1) for i in range(inputs))
        return (*weights, parameters[-1] + change)

    first = (Fraction(0),) * (inputs + 1)
    return Learner(f"linear, rate {rate}", first, lambda p, x: int(2 * total(p, x) > 1), step)


def occam(inputs: int, sizes: Sequence[int]) -> Learner:
    """Return the learner whose act is that of the least function that fits what it saw.

    Parameters are the inputs seen and their latest words, as bits; of functions of equal size the
    least table is taken.
    """
    tables = sorted(range(len(sizes)), key=lambda bits: (sizes[bits], bits))

    def act(parameters: Parameters, x: int) -> int:
        seen, words = map(int, parameters)
        return next(bits for bits in tables if not (bits ^ words) & seen) >> x & 1

    def step(parameters: Parameters, example: Example) -> Parameters:
        seen, words = map(int, parameters)
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


def closed_loop(
    learner: Learner, target: int, inputs: int, steps: int, every: int = 0
) -> list[Example]:
    """Return what is met when the next input is the last one, shifted, with the act put in.

    Arguments:
        every: of so many acts one is the opposite, to explore; 0: none.
    """
    parameters, x, met = learner.first, 0, []
    mask = (1 << inputs) - 1
    for t in range(steps):
        act = learner.act(parameters, x)
        met.append((x, target >> x & 1))
        parameters = learner.step(parameters, met[-1])
        x = (x << 1 | act ^ bool(every and t % every == every - 1)) & mask
    return met


def _function(learner: Learner, parameters: Parameters, inputs: int) -> int:
    return sum(learner.act(parameters, x) << x for x in range(1 << inputs))


def _found(settings: Settings, effort: Effort) -> Finding:
    inputs, steps = settings.whole("inputs"), settings.whole("loop")
    rates = [Fraction(1, n) for n in settings.wholes("rates")]
    whole, targets = 1 << inputs, range(1 << (1 << inputs))
    if effort.used_up():
        raise BudgetEnded
    sizes = least_sizes(inputs, "b2", effort).tolist()
    linear = [least_squares(inputs, rate) for rate in rates]
    learners = (perceptron(inputs), *linear, occam(inputs, sizes))
    rows: list[tuple[Cell, ...]] = []
    unequal = elsewhere = runs = 0
    for learner in learners:
        for every in settings.wholes("explore"):
            if effort.used_up():
                raise BudgetEnded
            same = alike = own_right = even_right = met_inputs = 0
            for target in targets:
                met = closed_loop(learner, target, inputs, steps, every)
                trace = online_trace(learner, met)
                same += trace == training_trace(learner, met)
                # As many examples, all inputs in turn, whatever is done.
                even = [(t % whole, target >> t % whole & 1) for t in range(steps)]
                learned = [
                    _function(learner, found[-1], inputs)
                    for found in (trace, training_trace(learner, even))
                ]
                alike += learned[0] == learned[1]
                right = [whole - (function ^ target).bit_count() for function in learned]
                own_right, even_right = own_right + right[0], even_right + right[1]
                met_inputs += len({x for x, _ in met})
            unequal += len(targets) - same
            elsewhere += len(targets) - alike
            runs += len(targets)
            means = [Fraction(n, len(targets)) for n in (met_inputs, own_right, even_right)]
            explores = f"1 in {every}" if every else "never"
            rows.append((learner.name, explores, len(targets), same, alike, *means))
    table = Table(
        "Learners whose acts choose the next input, by how often the act is the opposite, to "
        "explore, over all targets: those with the parameters, after every step, of training on "
        "the data as met; those that end at the function of training on all inputs in turn; in the "
        f"mean, of {whole} inputs, those met, those right at the end, and those right after all in "
        "turn:",
        ("learner", "explores", "targets", "same", "alike", "met", "right", "right in turn"),
        tuple(rows),
    )
    return Finding(
        verdict=Verdict.REFUTED if unequal else Verdict.HELD,
        answer=(
            f"{unequal} traces differ from training on the data as met; but in {elsewhere} of "
            f"{counted(runs, 'run')} a learner whose acts choose what it meets ends at another "
            "function than one that is shown all inputs in turn."
        ),
        universe=(
            f"all {counted(len(targets), 'target')} of {counted(inputs, 'input')}, "
            f"{counted(len(learners), 'learner')}, {counted(steps, 'step')}"
        ),
        tables=(table,),
        notes=(
            "Online and on the same data in the same order the parameters are the same after every "
            "step, as both make the same steps: a theorem, by induction. It says nothing of which "
            "data are met.",
            "Acts choose: the next input is the last one shifted, with the act as its lowest bit.",
        ),
        plot=Plot((bar_panel(table, ("alike",), "Learned the same", "share", of="targets"),)),
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
        "against a training loop over the data as met; and where acts choose the next input, "
        "against training on all inputs in turn, by learner, step size and exploration."
    ),
    kind=Kind.THEOREM,
    keeps="that acting as such adds nothing to training; what it does to the data stands beside",
    question="Are the parameters the same after every step whenever the data are?",
    blind_to="learners with random steps, rewards instead of right words, and longer runs",
    control="training on all inputs in turn, which no act chooses: exact, all targets",
    theorems=(
        "On the same data in the same order a learner has the same parameters after every step, "
        "whether it acts or not.",
    ),
    parameters=(
        Parameter("inputs", 2, "number of inputs n", least=1, most=3),
        Parameter("loop", 16, "steps of a run", least=1, most=64),
        Parameter("rates", (1, 2, 4, 8), "step sizes of linear learners: one over these", least=1),
        Parameter("explore", (0, 2, 4), "one in so many acts is the opposite; 0: none", least=0),
    ),
    run=Existence(_found, trend=({"inputs": 1}, {"inputs": 2}), neighbours=({"loop": 8},)),
    quick={"inputs": 1},
)
