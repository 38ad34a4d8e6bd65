"""The claim `tables-beat-search`: a fast enough solution memorises what search would find."""

from __future__ import annotations

from dataclasses import dataclass

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, Gate, Output, TruthTable
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import LookupTable, SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["TABLES_BEAT_SEARCH", "table_size", "unrolled_search"]


def unrolled_search(value_bits: int) -> Circuit:
    """Return a brute-force search unrolled: is the second of two values greater than the first?

    Values of so many bits, the first in the low inputs, each least bit first: bit by bit, a greater
    bit decides and equal bits leave the decision. One gate for the first bit, four for each other.

    >>> unrolled_search(1).tables()[0].hex, unrolled_search(2).size
    ('4', 5)
    """
    n = 2 * value_bits
    gates = [Gate("notbut", (0, value_bits))]
    for bit in range(1, value_bits):
        first, second, before = bit, value_bits + bit, n + len(gates) - 1
        wire = n + len(gates)
        gates += [
            Gate("xor", (first, second)),
            # Where the bits differ the second decides, else what is known already.
            Gate("and", (second, wire)),
            Gate("butnot", (before, wire)),
            Gate("or", (wire + 1, wire + 2)),
        ]
    return Circuit(n, tuple(gates), (Output(n + len(gates) - 1),))


def table_size(table: TruthTable) -> int:
    """Return the gates of a decoder with an OR: a cell for each input where the table is 1.

    Literals are joined in pairs, a and b, c and d, ..., and pairs from the first on; cells share
    what they have in common. n is even.

    >>> table_size(TruthTable(2, 0b0110)), table_size(TruthTable(4, 0x8001))
    (3, 7)
    """
    entries = [x for x in range(1 << table.inputs) if table(x)]
    pairs = {(low, x >> low & 3) for x in entries for low in range(0, table.inputs, 2)}
    prefixes = {
        (width, x & (1 << width) - 1) for x in entries for width in range(4, table.inputs + 1, 2)
    }
    return len(pairs) + len(prefixes) + max(len(entries) - 1, 0)


@dataclass(frozen=True)
class _Sizes:
    """The gates of a search, of a table, and of the minima, of one task."""

    inputs: int
    search: int
    table: int
    minimum: int | None
    bound: int

    @property
    def cells(self) -> tuple[Cell, ...]:
        least: Cell = self.minimum
        if least is None and self.bound >= 0:
            least = f"> {self.bound}"
        return self.inputs, 1 << (self.inputs // 2), self.search, self.table, least


def _task(value_bits: int) -> FunctionTask:
    def second_is_greater(x: int) -> bool:
        return x >> value_bits > x & (1 << value_bits) - 1

    return FunctionTask((TruthTable.of(2 * value_bits, second_is_greater),))


def _run(settings: Settings, effort: Effort) -> Finding:
    rows: list[_Sizes] = []
    left: list[str] = []
    example = None
    most = settings.whole("value_bits")
    for value_bits in range(1, most + 1):
        task = _task(value_bits)
        search = unrolled_search(value_bits)
        if not task.solved_by(search):
            raise ArithmeticError(f"the unrolled search is wrong for {value_bits} bits")
        table = task.tables[0]
        # Either word may be the default, so the fewer entries are stored.
        stored = min(table_size(one) for one in (table, ~table))
        minimum, bound = None, -1
        if task.inputs <= settings.whole("exhausted"):
            share = effort.share(most - value_bits + 1)
            found = enumerate_minima(task, "b2", effort=share)
            minimum = found.size if found.exhaustive else None
            bound = found.exhausted_size if found.exhausted_size is not None else -1
            if minimum is None:
                left.append(
                    f"{counted(task.inputs, 'input')}: no circuit of at most "
                    f"{counted(bound, 'gate')}"
                )
            else:
                circuit = found.minima[0]
                definitions = (SearchLike(), LookupTable())
                caption = f"a minimum for values of {counted(value_bits, 'bit')}"
                example = Case.judged(caption, task, circuit, definitions, "size over b2")
        rows.append(_Sizes(task.inputs, search.size, stored, minimum, bound))
    crossing = next((row.inputs for row in rows if row.search < row.table), None)
    both = next(
        (r.inputs for r in rows if r.minimum is not None and r.minimum < min(r.search, r.table)),
        None,
    )
    first = rows[0]
    held = first.table <= first.search and crossing is not None
    series = [
        Series("unrolled search", tuple((r.inputs, r.search) for r in rows)),
        Series("least table", tuple((r.inputs, r.table) for r in rows)),
        Series("minimum", tuple((r.inputs, r.minimum) for r in rows if r.minimum is not None)),
    ]
    under = "nowhere as far as exhausted" if both is None else f"at {counted(both, 'input')}"
    over = "nowhere" if crossing is None else f"from {counted(crossing, 'input')} on"
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"the search takes fewer gates than the best table {over}; the minimum takes fewer "
            f"than both {under}."
        ),
        universe=f"the greater of two values of 1..{counted(most, 'bit')}, b2",
        tables=(
            Table(
                "Gates that choose the better of two candidates with so many values:",
                ("inputs", "values", "search", "table", "minimum"),
                tuple(row.cells for row in rows),
            ),
        ),
        example=example,
        notes=(
            "search: a ripple comparator, the evaluations being the inputs themselves; 4 b - 3 "
            "gates for b bits. table: the cells of the fewer inputs that differ from a default, "
            "joined by ORs. Both are constructed, and checked on all inputs.",
            "minimum: exhausted up to "
            f"{counted(settings.whole('exhausted'), 'input')}; beyond that the "
            "search is the least circuit that is known here.",
        ),
        left_open=tuple(left),
        plot=Plot((Panel("Choosing the better of two", "inputs", "gates", tuple(series)),)),
    )


TABLES_BEAT_SEARCH = Claim(
    name="tables-beat-search",
    topic="circuits",
    claim="A fast enough solution memorises what search would find.",
    source="Demski 2020, Mesa-Search vs Mesa-Control",
    reading=(
        "choosing the better of two candidates whose values have b bits, ties to the first: the "
        "gates of a brute-force search unrolled, of the best table (decoder and ORs, either "
        "default), and of the minima, as b grows."
    ),
    question="Does a table take no more gates than search at first, and more from some size on?",
    blind_to="more candidates, costly evaluations, and time instead of gates",
    control="the minima of the same tasks, as far as they are exhausted",
    parameters=(
        Parameter("value_bits", 3, "bits of a value, from 1 up to this", least=1, most=3),
        Parameter("exhausted", 4, "minima are found up to so many inputs", least=2, most=6),
    ),
    run=_run,
    quick={"value_bits": 2},
)
