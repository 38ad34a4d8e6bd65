"""Search: pick the best of a few candidates, or one that satisfies; and predict who does so."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

from mesacircuits.call import Parameter, check_whole
from mesacircuits.circuits import TruthTable
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.library.functions import function_of_words
from mesacircuits.tasks.task import MAX_TASK_INPUTS, PLAIN_TIES, FunctionTask, OptimisationTask

__all__ = ["CONTROLS", "OBJECTIVES", "TASKS"]

#: What a candidate scores, from its own value v and the shared bits s.
OBJECTIVES = {
    "own": "v; the shared bits, if any, do not matter",
    "xor": "v XOR the parity of s",
    "and": "v AND all of s",
    "or": "v OR any of s",
}


def _own_value(x: int, candidate: int, levels: int) -> int:
    """Return the value that input x states for a candidate: its own bits, at most levels - 1.

    Candidate i has one bit if there are two levels, else two; candidate 0's are the lowest.
    """
    width = _width(levels)
    return min(levels - 1, x >> width * candidate & (1 << width) - 1)


def _own_bits(candidates: int, width: int) -> tuple[tuple[int, ...], ...]:
    """Return for each candidate the inputs that state its own value."""
    return tuple(tuple(range(width * i, width * (i + 1))) for i in range(candidates))


def _scores(x: int, candidates: int, levels: int, shared: int, objective: str) -> list[Fraction]:
    """Return what each candidate scores on input x, under one of `OBJECTIVES`."""
    context = x >> candidates * _width(levels)
    score: dict[str, Callable[[int], int]] = {
        "own": lambda value: value,
        "xor": lambda value: value ^ context.bit_count() & 1,
        "and": lambda value: value & (context == (1 << shared) - 1),
        "or": lambda value: value | (context != 0),
    }
    return [Fraction(score[objective](_own_value(x, i, levels))) for i in range(candidates)]


def _argmax(
    candidates: int, levels: int, shared: int, objective: str, ties: str
) -> OptimisationTask:
    inputs = _checked_inputs(candidates * _width(levels), shared, objective, levels)
    rows = (_scores(x, candidates, levels, shared, objective) for x in range(1 << inputs))
    words, outputs = tuple(range(candidates)), (candidates - 1).bit_length()
    features = _own_bits(candidates, _width(levels))
    return OptimisationTask(
        inputs, outputs, words, tuple(map(tuple, rows)), ties=ties, features=features
    )


def _satisfying(candidates: int, shared: int, objective: str, otherwise: str) -> OptimisationTask:
    """Return the task of giving the index of a candidate that scores 1.

    Where none does, the input is off the support, or with `otherwise` none the further word K is
    asked for: it scores 1/2.
    """
    inputs = _checked_inputs(candidates, shared, objective, 2)
    none = otherwise == "none"
    rows = [_scores(x, candidates, 2, shared, objective) for x in range(1 << inputs)]
    support = sum((none or max(row) > 0) << x for x, row in enumerate(rows))
    words = tuple(range(candidates + none))
    utilities = tuple((*row, Fraction(1, 2)) if none else tuple(row) for row in rows)
    outputs = (len(words) - 1).bit_length()
    # The word that says that none does has no bits of its own.
    features = (*_own_bits(candidates, 1), *((),) * none)
    return OptimisationTask(inputs, outputs, words, utilities, support, features=features)


def _ranking(candidates: int, accept: int, instances: int | None) -> OptimisationTask:
    """Return the task of giving one of the best candidates of a ranking that the input numbers."""
    orders = list(permutations(range(candidates)))[::-1]
    count = len(orders) if instances is None else instances
    check_whole("instances", count, 1, len(orders))
    check_whole("accept", accept, 1, candidates)
    inputs = max(len(orders) - 1, 1).bit_length()
    rows = [tuple(map(Fraction, order)) for order in orders]
    rows += [(Fraction(0),) * candidates] * ((1 << inputs) - len(rows))
    # Instances are spread over the rankings, so that few of them do not share their best.
    support = sum(1 << i * len(orders) // count for i in range(count))
    words, slack = tuple(range(candidates)), Fraction(accept - 1)
    outputs = (candidates - 1).bit_length()
    return OptimisationTask(inputs, outputs, words, tuple(rows), support, slack=slack)


#: For each NPN class that qualifies (see `_predict_agent_control`) its least table, ascending.
CONTROLS = (0x013E, 0x01EA, 0x0369, 0x036A, 0x036C, 0x03C6, 0x0663, 0x0669, 0x07E0, 0x1686)


def _predict_agent(options: int, levels: int) -> FunctionTask:
    """Return the prediction of an agent that takes the first of its best options.

    Input x states what the agent sees, a utility for each option; the word is the index of the
    option that it takes. It is the relation of `argmax` with ties `first`, without the utilities:
    whoever predicts need not know that there are any.

    Raises `ArgumentError` for more than six inputs.
    """
    inputs = options * (levels - 1).bit_length()
    if inputs > MAX_TASK_INPUTS:
        raise ArgumentError("options", f"at most {MAX_TASK_INPUTS} inputs for them", inputs)

    def choice(x: int) -> int:
        utilities = [_own_value(x, option, levels) for option in range(options)]
        return utilities.index(max(utilities))

    return function_of_words(inputs, (options - 1).bit_length(), choice)


def _predict_agent_control(which: int) -> FunctionTask:
    """Return a control for `predict-agent`: as many ones, as large and deep, but no agent's.

    Over all functions f of four inputs that depend on each, `CONTROLS` has one of each NPN class in
    which some f (a) has six ones, as the prediction has, (b) needs five gates over `b2`, as it does
    (and depth 3), and (c) is the choice of no agent between two options: for no split of the inputs
    into two parts p and q are there scores with f = [s(p) < t(q)], or with its complement. That is
    so iff f, as a relation between p and q, is no Ferrers relation: the sets {q : f(p, q) = 1} are
    no chain under inclusion (J. Riguet, *Les relations de Ferrers*, Comptes Rendus 232, 1951).
    """
    return FunctionTask((TruthTable(4, CONTROLS[which]),))


def _width(levels: int) -> int:
    return (levels - 1).bit_length()


def _checked_inputs(own: int, shared: int, objective: str, levels: int) -> int:
    """Return the number of inputs, raising `ArgumentError` for settings that do not go together."""
    if objective != "own" and not shared:
        raise ArgumentError("shared", f"at least 1 for the objective {objective}", shared)
    if objective != "own" and levels > 2:
        raise ArgumentError("levels", f"2 for the objective {objective}", levels)
    if own + shared > MAX_TASK_INPUTS:
        expected = f"at most {MAX_TASK_INPUTS} inputs: those of the candidates, and shared"
        raise ArgumentError("candidates", expected, own + shared)
    return own + shared


_CANDIDATES = Parameter("candidates", 2, "how many candidates, K", least=2, most=6)
_SHARED = Parameter("shared", 0, "context bits that all candidates share, s", least=0, most=4)
_OBJECTIVE = Parameter("objective", "own", "what a candidate scores", values=tuple(OBJECTIVES))
_SCORES = "; ".join(f"{name}: {meaning}" for name, meaning in OBJECTIVES.items())

_RLO = (
    "Tasks with optimizers in the environment: Hubinger et al. 2019, Risks from Learned "
    "Optimization, section 2"
)

TASKS = (
    NamedTask(
        name="argmax",
        topic="search",
        description="Give the index of a candidate of greatest score.",
        text=(
            "Inputs: each candidate's own value v in turn, candidate 0's lowest (one bit for 2 "
            "levels, else two bits, codes beyond the last level counting as it), then the shared "
            f"bits s. Score: {_SCORES}. The last three need levels=2 and a shared bit. The word is "
            "the index of the candidate; of equally good ones any will do unless ties say "
            "otherwise."
        ),
        source=(
            "Search in the sense of Hubinger et al. 2019, Risks from Learned Optimization, "
            "section 1.1"
        ),
        parameters=(
            _CANDIDATES,
            Parameter("levels", 2, "how many values an own value has", least=2, most=4),
            _SHARED,
            _OBJECTIVE,
            Parameter("ties", "free", "which of the best is asked for", values=PLAIN_TIES),
        ),
        builder=_argmax,
    ),
    NamedTask(
        name="satisfying",
        topic="search",
        description="Give the index of a candidate that satisfies a predicate.",
        text=(
            "Inputs: one bit v per candidate, candidate 0's lowest, then the shared bits s. A "
            f"candidate satisfies iff its score is 1. Score: {_SCORES}. The last three need a "
            "shared bit. Where no candidate satisfies, free puts the input off the support, so any "
            "word will do; none asks for one further word, K, that says so."
        ),
        source=(
            "Satisficing against optimising: H. A. Simon, Rational choice and the structure of "
            "the environment, Psychological Review 63, 1956"
        ),
        parameters=(
            _CANDIDATES,
            _SHARED,
            _OBJECTIVE,
            Parameter("otherwise", "free", "where none satisfies", values=("free", "none")),
        ),
        builder=_satisfying,
    ),
    NamedTask(
        name="ranking",
        topic="search",
        description="Give one of the best candidates of a ranking.",
        text=(
            "Input: the number of a permutation of the candidates' utilities 0, ..., K - 1, "
            "counted from the last in lexicographic order; numbers beyond are off the support, and "
            "so are those beyond the instances, which are spread evenly. The word is one of the "
            "best so many candidates. A word among the best K / 2^b of K is b bits of optimisation."
        ),
        source=(
            "Bits of optimisation: E. Yudkowsky, Measuring Optimization Power, 2008; instances of "
            "a task: Hubinger et al. 2019, section 2.1"
        ),
        parameters=(
            Parameter("candidates", 4, "how many candidates, K", least=2, most=4),
            Parameter("accept", 1, "how many of the best are acceptable", least=1, most=4),
            Parameter("instances", None, "how many rankings occur; absent: all", least=1, most=24),
        ),
        builder=_ranking,
    ),
    NamedTask(
        "predict-agent",
        "agents",
        "Predict which option an argmax agent takes.",
        "Inputs: the utility that each option has for the agent, option 0's bits lowest (one bit "
        "for 2 levels, else two bits, codes beyond the last level counting as it). The word is the "
        "index of the first option of greatest utility. A function task: no utilities are given.",
        _RLO,
        (
            Parameter("options", 2, "how many options the agent has", least=2, most=6),
            Parameter("levels", 4, "how many values a utility has", least=2, most=4),
        ),
        _predict_agent,
    ),
    NamedTask(
        "predict-agent-control",
        "agents",
        "A control for predict-agent: equally large, but no agent's choice.",
        "The least table of each of the ten NPN classes of functions of four inputs that, like "
        "predict-agent, depend on all inputs, have six ones, and need five gates and depth 3 over "
        "b2, but are no agent's choice: for no split of the inputs into two parts is the output "
        "1 iff one part's score exceeds the other's (or never mind which), whatever the scores.",
        "J. Riguet, Les relations de Ferrers, Comptes Rendus 232, 1951, for the criterion",
        (Parameter("which", 0, "which of the ten, by table", least=0, most=len(CONTROLS) - 1),),
        _predict_agent_control,
    ),
)
