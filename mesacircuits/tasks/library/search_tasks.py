"""Search tasks: pick the best of a few candidates, or one that satisfies."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from mesacircuits.call import Parameter, check_whole
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.function import MAX_TASK_INPUTS
from mesacircuits.tasks.library.named_task import NamedTask
from mesacircuits.tasks.optimisation import TIES, OptimisationTask

__all__ = ["OBJECTIVES", "TASKS", "argmax", "own_value", "ranking", "satisfying", "score"]

#: What a candidate scores, from its own value v and the shared bits s.
OBJECTIVES = {
    "own": "v; the shared bits, if any, do not matter",
    "xor": "v XOR the parity of s",
    "and": "v AND all of s",
    "or": "v OR any of s",
}

_MOST_CANDIDATES = 6


def own_value(x: int, candidate: int, levels: int) -> int:
    """Return the value that input x states for a candidate: its own bits, at most levels - 1.

    Candidate i has one bit if there are two levels, else two; candidate 0's are the lowest.

    >>> [own_value(0b1101, candidate, 3) for candidate in (0, 1)]
    [1, 2]
    """
    width = _width(levels)
    return min(levels - 1, x >> width * candidate & (1 << width) - 1)


def score(value: int, context: int, shared: int, objective: str) -> int:
    """Return what a value scores in a context of `shared` bits, under one of `OBJECTIVES`.

    >>> [score(1, context, 2, "and") for context in range(4)]
    [0, 0, 0, 1]
    """
    if objective == "xor":
        return value ^ context.bit_count() & 1
    if objective == "and":
        return value & (context == (1 << shared) - 1)
    if objective == "or":
        return value | (context != 0)
    return value


def argmax(
    candidates: int = 2,
    levels: int = 2,
    shared: int = 0,
    objective: str = "own",
    ties: str = "free",
) -> OptimisationTask:
    """Return the task of giving the index of a candidate of greatest score.

    Raises `ArgumentError` for settings that do not go together or need more than six inputs.

    >>> argmax(2, 2, 1, "xor").best(0b101)  # a is 1, b is 0, and the context turns both round
    (1,)
    """
    own = candidates * _width(levels)
    _check(own, shared, objective, levels)
    rows = tuple(
        tuple(
            Fraction(score(own_value(x, i, levels), x >> own, shared, objective))
            for i in range(candidates)
        )
        for x in range(1 << own + shared)
    )
    outputs = (candidates - 1).bit_length()
    return OptimisationTask(own + shared, outputs, tuple(range(candidates)), rows, ties=ties)


def satisfying(
    candidates: int = 2, shared: int = 0, objective: str = "own", otherwise: str = "free"
) -> OptimisationTask:
    """Return the task of giving the index of a candidate that scores 1.

    Where none does, the input is off the support, or with `otherwise` none the further word K is
    asked for: it scores 1/2.

    >>> satisfying(otherwise="none").best(0b00), satisfying(otherwise="none").best(0b11)
    ((2,), (0, 1))
    """
    _check(candidates, shared, objective, 2)
    none = otherwise == "none"
    words = candidates + none
    rows, support = [], 0
    for x in range(1 << candidates + shared):
        values = (own_value(x, i, 2) for i in range(candidates))
        row = [Fraction(score(v, x >> candidates, shared, objective)) for v in values]
        support |= (none or max(row) > 0) << x
        rows.append((*row, Fraction(1, 2)) if none else tuple(row))
    outputs = (words - 1).bit_length()
    return OptimisationTask(candidates + shared, outputs, tuple(range(words)), tuple(rows), support)


def ranking(candidates: int = 4, accept: int = 1, instances: int | None = None) -> OptimisationTask:
    """Return the task of giving one of the best candidates of a ranking that the input numbers.

    >>> ranking(3).best(5), ranking(3, accept=2).best(5)    # the last of 6: 0 < 1 < 2
    ((2,), (1, 2))
    """
    orders = list(permutations(range(candidates)))[::-1]
    count = len(orders) if instances is None else instances
    check_whole("instances", count, 1, len(orders))
    check_whole("accept", accept, 1, candidates)
    inputs = max(len(orders) - 1, 1).bit_length()
    rows = [tuple(map(Fraction, order)) for order in orders]
    rows += [(Fraction(0),) * candidates] * ((1 << inputs) - len(rows))
    # Instances are spread over the rankings, so that few of them do not share their best.
    step = [i * len(orders) // count for i in range(count)]
    support = sum(1 << x for x in step)
    return OptimisationTask(
        inputs,
        (candidates - 1).bit_length(),
        tuple(range(candidates)),
        tuple(rows),
        support,
        slack=Fraction(accept - 1),
    )


def _width(levels: int) -> int:
    return (levels - 1).bit_length()


def _check(own: int, shared: int, objective: str, levels: int) -> None:
    if objective != "own" and not shared:
        raise ArgumentError("shared", f"at least 1 for the objective {objective}", shared)
    if objective != "own" and levels > 2:
        raise ArgumentError("levels", f"2 for the objective {objective}", levels)
    if own + shared > MAX_TASK_INPUTS:
        expected = f"at most {MAX_TASK_INPUTS} inputs: those of the candidates, and shared"
        raise ArgumentError("candidates", expected, own + shared)


_CANDIDATES = Parameter("candidates", 2, "how many candidates, K", least=2, most=_MOST_CANDIDATES)
_SHARED = Parameter("shared", 0, "context bits that all candidates share, s", least=0, most=4)
_OBJECTIVE = Parameter("objective", "own", "what a candidate scores", values=tuple(OBJECTIVES))
_SCORES = "; ".join(f"{name}: {meaning}" for name, meaning in OBJECTIVES.items())

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
            Parameter("ties", "free", "which of the best is asked for", values=tuple(TIES)),
        ),
        builder=argmax,
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
        builder=satisfying,
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
        builder=ranking,
    ),
)
