"""Choices: an optimisation problem in full, and the first candidate that satisfies a predicate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from string import hexdigits

from mesacircuits.call import Parameter
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.truthtable import parse_expression, variables_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import counted
from mesacircuits.tasks.drawing import draw_choice, draw_task
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.task import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    TIES,
    OptimisationTask,
)

__all__ = ["CHOICE", "TASKS", "choice_label"]

_OTHERWISE = ("first", "free", "none")
_OWN, _ALL, _INDEX, _NONE = "own", "all", "index", "none"


def _choice(
    candidates: int,
    features: int,
    context: int,
    levels: int,
    utility: str,
    ties: str,
    training: str,
    words: str,
    proxy: str,
) -> OptimisationTask:
    if candidates * features + context > MAX_TASK_INPUTS:
        expected = f"at most {MAX_TASK_INPUTS} inputs for their features and the context"
        raise ArgumentError("candidates", expected, candidates * features + context)
    if ties == "context" and not context:
        raise ArgumentError("context", "at least 1 bit, to break ties by", context)
    vectors = None
    if training != _ALL:
        vectors = TruthTable.from_hex(features, training, "training").bits

    def made(objective: str, name: str) -> OptimisationTask:
        return OptimisationTask.of_utility(
            _utility(objective, levels, features, context, name),
            candidates,
            features,
            context,
            words=None if words == _INDEX else _words(words, candidates),
            ties=ties,
            training=vectors,
        )

    task = made(utility, "utility")
    return task if proxy == _NONE else replace(task, proxy=made(proxy, "proxy").utilities)


def _utility(
    text: str, levels: int, features: int, context: int, name: str = "utility"
) -> list[int]:
    """Return U for each vector of features and context, from 0 on."""
    count = 1 << features + context
    if text == _OWN:
        return [min(vector & (1 << features) - 1, levels - 1) for vector in range(count)]
    if levels == 2:
        table = TruthTable.from_hex(features + context, text, name)
        return [table(vector) for vector in range(count)]
    digits = _digits(text)
    if len(digits) != count or max(digits) >= levels:
        expected = f"{count} digits from 0 to {levels - 1:x}, or {_OWN}"
        raise ArgumentError(name, expected, text)
    return digits


def _words(text: str, candidates: int) -> list[int]:
    words = _digits(text)
    if len(words) != candidates:
        expected = f"{candidates} hexadecimal digits, one per candidate, or {_INDEX}"
        raise ArgumentError("words", expected, text)
    if len({*words}) < 2:
        raise ArgumentError("words", "at least two words", text)
    return words


def _digits(text: str) -> list[int]:
    return [int(digit, 16) for digit in text] if {*text} <= {*hexdigits} else []


def choice_label(
    utility: tuple[int, ...],
    candidates: int,
    features: int,
    context: int = 0,
    *,
    ties: str = "free",
    training: int | None = None,
    words: str = _INDEX,
) -> str:
    """Return the text that names a choice whose utility takes the values 0, ..., L - 1.

    Arguments: as for `OptimisationTask.of_utility`, words as the text has them.

    >>> choice_label((0, 1, 1, 0), 2, 2, training=0b0011)
    'choice(features=2,utility=6,training=3)'
    """
    levels = max(utility) + 1
    table = TruthTable(features + context, sum(bool(u) << v for v, u in enumerate(utility)))
    return CHOICE.label(
        candidates=candidates,
        features=features,
        context=context,
        levels=levels,
        utility=table.hex if levels == 2 else "".join(f"{u:x}" for u in utility),
        ties=ties,
        training=_ALL if training is None else TruthTable(features, training).hex,
        words=words,
    )


def _first(candidates: int, objective: str, otherwise: str = "first") -> OptimisationTask:
    bits = max(variables_of(objective), 1)
    most = MAX_TASK_INPUTS // candidates
    if bits > most:
        expected = f"an expression of at most {counted(most, 'bit')} for {candidates} candidates"
        raise ArgumentError("objective", expected, objective)
    phi = parse_expression(objective, bits, "objective")
    if phi.bits in (0, phi.mask):
        raise ArgumentError("objective", "an expression that is not constant", objective)
    # Output j - 1 says that candidate j > 0 is the first; of the last, that there is one at all.
    some = int(otherwise == "none") << candidates - 1
    words = [some, *(some | 1 << j for j in range(candidates - 1))]
    if max(words) >> MAX_RELATION_OUTPUTS:
        most = MAX_RELATION_OUTPUTS + (not some)
        raise ArgumentError("candidates", f"at most {most}, for as few outputs", candidates)
    task = OptimisationTask.of_utility(
        [phi(own) for own in range(1 << bits)],
        candidates,
        bits,
        words=words,
        default=(0, Fraction(1, 2)) if some else None,
        # Where none satisfies all are tied, and the first is candidate 0.
        ties="first",
    )
    if otherwise == "free":
        satisfied = sum((max(row) > 0) << x for x, row in enumerate(task.utilities))
        return replace(task, support=satisfied)
    return task


def _first_or_none(candidates: int, objective: str) -> OptimisationTask:
    return _first(candidates, objective, "none")


def _pictures(task: OptimisationTask) -> str:
    return f"{draw_choice(task)}\n\n{draw_task(task)}"


_CANDIDATES = Parameter("candidates", 2, "how many candidates, K", least=2, most=6)
_FEWER = Parameter("candidates", 2, "how many candidates, K", least=2, most=5)
_OBJECTIVE = Parameter(
    "objective", "a^b", "phi, in the letters of a candidate's bits", names="expression"
)
_WORDS = (
    "Output j - 1 is 1 iff candidate j is the first that satisfies phi, for 0 < j < K, so the word "
    "of candidate 0 is all zeros"
)
_PROVED = "What its least circuits are is proved in docs/theorems.md."
_SIMON = (
    "The first alternative that is good enough: H. A. Simon, A behavioral model of rational "
    "choice, Quarterly Journal of Economics 69, 1955"
)

CHOICE = NamedTask(
    name="choice",
    topic="search",
    description="Choose a candidate of greatest utility.",
    text=(
        "Inputs: the m feature bits of candidate 0, those of candidate 1, ..., then the s bits of "
        "the context. U is one function of a candidate's own features, the lowest bits, and the "
        "context: for L = 2 a truth table in hexadecimal, else a digit from 0 to L - 1 for each "
        "vector, from 0 on; own: the number that the features state, at most L - 1. Training: the "
        "vectors of features that occur, as a truth table; inputs on which some candidate has "
        "another are off the support. Words: a digit for each candidate; index: its number. Plans "
        "are candidates of which several have one word. Ties: "
        + "; ".join(f"{name}: {meaning}" for name, meaning in TIES.items())
        + ". That bit is the last."
    ),
    source=(
        "Search over candidates that are evaluated: Hubinger et al. 2019, Risks from Learned "
        "Optimization, section 1.1; proxies: section 3"
    ),
    parameters=(
        _CANDIDATES,
        Parameter("features", 1, "bits of each candidate, m", least=1, most=3),
        Parameter("context", 0, "bits that all share, s", least=0, most=4),
        Parameter("levels", 2, "how many values U may have, L", least=2, most=16),
        Parameter("utility", _OWN, "U, as digits"),
        Parameter("ties", "free", "which of the best is asked for", values=tuple(TIES)),
        Parameter("training", _ALL, "D, as hexadecimal digits"),
        Parameter("words", _INDEX, "words of the candidates, a digit each"),
        Parameter("proxy", _NONE, "a second objective, as digits, for programs to ask for"),
    ),
    builder=_choice,
    picture=lambda **settings: _pictures(_choice(**settings)),
    unnamed=4,
)

TASKS = (
    CHOICE,
    NamedTask(
        name="first",
        topic="search",
        description="Say which candidate is the first that satisfies a predicate.",
        text=(
            f"FIRST(K, phi). Inputs: the m bits of candidate 0, of candidate 1, ... {_WORDS}. "
            "Where none satisfies, first asks for that word too; free puts the input off the "
            "support; none asks for a word that is nobody's, all zeros, of utility 1/2: then there "
            f"is one more output, which is 1 iff some candidate satisfies. {_PROVED}"
        ),
        source=_SIMON,
        parameters=(
            _FEWER,
            _OBJECTIVE,
            Parameter(
                "otherwise", "first", "where none satisfies", values=("first", "free", "none")
            ),
        ),
        builder=_first,
        picture=lambda **settings: _pictures(_first(**settings)),
        unnamed=2,
    ),
    NamedTask(
        name="first-or-none",
        topic="search",
        description="Say which candidate is the first that satisfies, and whether one does.",
        text=(
            f"FON(K, phi), which is first(otherwise=none). Inputs: the m bits of candidate 0, of "
            f"candidate 1, ... {_WORDS} but for the last output, which is 1 iff some candidate "
            f"satisfies. The word of all zeros is nobody's, and worth 1/2. {_PROVED}"
        ),
        source=_SIMON,
        parameters=(replace(_FEWER, most=4), _OBJECTIVE),
        builder=_first_or_none,
        picture=lambda **settings: _pictures(_first_or_none(**settings)),
        unnamed=2,
    ),
)
