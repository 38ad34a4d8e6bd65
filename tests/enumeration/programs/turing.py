"""Small Turing machines in tree normal form: a sibling instruction set, whose counts are published.

An n-state machine has 2n entries, one for each state and each symbol read, 0 or 1. Each entry is
one of 4n + 2: write a symbol, move left or right and go to one of n states; or write a symbol and
halt without a move. So there are (4n + 2)^(2n) machines, OEIS A141475. A machine starts in its
first state on a blank tape without ends; what it gives is the string of the symbols on the cells
that its head was on.

In tree normal form an entry is chosen only when it is first read. A run that halts with u entries
never read stands for the (4n + 2)^u machines that agree on the others, and for no others, so the
counts over all machines are exact while far fewer runs are made.

Sources:
    T. Rado, On non-computable functions, Bell System Technical Journal 41 (1962), 877-884.
    S. Lin and T. Rado, Computer studies of Turing machine problems, Journal of the ACM 12 (1965),
    196-212.
    J.-P. Delahaye and H. Zenil, Numerical evaluation of algorithmic complexity for short strings,
    Applied Mathematics and Computation 219 (2012), 63-77, arXiv:1101.4795.
    OEIS A141474 (what the machines of 1, 2 and 3 states give) and A141475 (how many there are).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mesacircuits.errors import ArgumentError

__all__ = ["TuringCensus", "turing_census"]

#: S(n), the most steps before an n-state machine halts on the blank tape, the halting one counted:
#: Rado 1962 for one and two states, Lin and Rado 1965 for three. A longer run never halts.
_MOST_STEPS = {1: 1, 2: 6, 3: 21}
_LEFT, _RIGHT = 1, -1
_EXCHANGED = str.maketrans("01", "10")


class _Move(NamedTuple):
    """An entry that does not halt."""

    symbol: int
    step: int
    state: int


class _Run(NamedTuple):
    """Where a machine is, of which some entries are chosen.

    Cells are the bits of `tape`, more significant ones to the left; those from bit `low` to bit
    `high` were visited.
    """

    table: tuple[_Move | None, ...]
    tape: int
    head: int
    low: int
    high: int
    state: int
    steps: int

    @property
    def place(self) -> int:
        """The entry that is read next."""
        return 2 * self.state + (self.tape >> self.head & 1)


class _Leaf(NamedTuple):
    """A run that halted."""

    output: str
    steps: int
    undefined: int


@dataclass(frozen=True, slots=True)
class TuringCensus:
    """What all Turing machines of so many states do on the blank tape of zeros.

    Attributes:
        states: n.
        machines: how many there are, (4n + 2)^(2n).
        halting: how many of them halt.
        outputs: each string that is given, with how many machines give it; cells from left to
            right.
        most_ones: Rado's Sigma(n), the most ones left by a machine that halts.
        most_steps: Rado's S(n), the most steps of a machine that halts, the halting one counted.
        leaves: how many halting runs were made, each for (4n + 2)^u machines.
    """

    states: int
    machines: int
    halting: int
    outputs: dict[str, int]
    most_ones: int
    most_steps: int
    leaves: int

    def distribution(self) -> tuple[tuple[str, int], ...]:
        """Return the strings given on either blank tape, of zeros or of ones, with their counts.

        This is D(n) of Delahaye and Zenil as A141474 has it; on zeros alone it comes out otherwise.
        Exchanging the symbols, in what is read and in what is written, maps the machines one to one
        to each other and their runs on zeros to runs on ones: a string is given on the tape of ones
        as often as its complement on that of zeros. The counts add up to twice `halting`.

        The most frequent are first; of equally frequent ones the shorter, then the
        lexicographically first, which is the order of A141474 as far as that is printed.

        >>> turing_census(1).distribution()
        (('0', 12), ('1', 12))
        >>> [string for string, _ in turing_census(2).distribution()][:10]
        ['0', '1', '00', '01', '10', '11', '001', '011', '100', '110']
        """
        both = Counter(self.outputs)
        for output, count in self.outputs.items():
            both[output.translate(_EXCHANGED)] += count
        return tuple(sorted(both.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0])))


def turing_census(states: int) -> TuringCensus:
    """Return what all machines of 1, 2 or 3 states and two symbols do on the blank tape.

    That a run never halts is decided by S(1) = 1, S(2) = 6 and S(3) = 21, which are proven: a run
    that has made S(n) steps and has not halted would halt later, if it did, than any machine does.
    So `most_steps` cannot exceed S(n); that it attains S(n), and what is counted, is found.

    >>> census = turing_census(2)
    >>> census.machines, census.halting, census.leaves
    (10000, 3044, 74)
    >>> census.most_ones, census.most_steps
    (4, 6)

    Raises:
        ArgumentError: if the number of states is not 1, 2 or 3.
    """
    if isinstance(states, bool) or not isinstance(states, int) or states not in _MOST_STEPS:
        raise ArgumentError("states", "a whole number from 1 to 3", states)
    choices = 4 * states + 2
    outputs: Counter[str] = Counter()
    most_ones = most_steps = leaves = 0
    for leaf in _leaves(states):
        outputs[leaf.output] += choices**leaf.undefined
        most_ones = max(most_ones, leaf.output.count("1"))
        most_steps = max(most_steps, leaf.steps)
        leaves += 1
    return TuringCensus(
        states=states,
        machines=choices ** (2 * states),
        halting=outputs.total(),
        outputs=dict(outputs),
        most_ones=most_ones,
        most_steps=most_steps,
        leaves=leaves,
    )


def _leaves(states: int) -> Iterator[_Leaf]:
    """Yield every halting run in tree normal form."""
    limit = _MOST_STEPS[states]
    moves = [
        _Move(symbol, step, state)
        for symbol in (0, 1)
        for step in (_LEFT, _RIGHT)
        for state in range(states)
    ]
    # The head starts so far to the left of bit 0 that no run within the limit passes that.
    open_runs = [_Run((None,) * (2 * states), 0, limit, limit, limit, 0, 0)]
    while open_runs:
        run = _continued(open_runs.pop(), limit)
        if run is None:
            continue
        undefined = run.table.count(None) - 1
        width = run.high - run.low + 1
        for symbol in (0, 1):
            cells = _written(run.tape, run.head, symbol) >> run.low
            yield _Leaf(f"{cells:0{width}b}", run.steps + 1, undefined)
        # Were the last entry a move too, no entry would halt.
        if undefined:
            before, after = run.table[: run.place], run.table[run.place + 1 :]
            open_runs.extend(run._replace(table=(*before, move, *after)) for move in moves)


def _continued(run: _Run, limit: int) -> _Run | None:
    """Return the run where it next reads an entry not chosen; None if it never halts."""
    table, tape, head, low, high, state, steps = run
    while steps < limit:
        move = table[2 * state + (tape >> head & 1)]
        if move is None:
            return _Run(table, tape, head, low, high, state, steps)
        tape = _written(tape, head, move.symbol)
        head += move.step
        low, high = min(low, head), max(high, head)
        state = move.state
        steps += 1
    return None


def _written(tape: int, head: int, symbol: int) -> int:
    return tape & ~(1 << head) | symbol << head
