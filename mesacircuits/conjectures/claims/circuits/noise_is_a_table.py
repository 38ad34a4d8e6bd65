"""The claim `noise-is-a-table`: random noise does not compress, and is stored as a table."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import LookupTable, definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.shares import Share, class_shares, mean_share, tagged_share
from mesacircuits.studies.survey import ClassRow
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, parse_function_task

__all__ = ["NOISE_IS_A_TABLE"]

_ITEMS = (
    "multiplexer",
    "not-all-equal(bits=3)",
    "majority(bits=3)",
    "predict-agent",
    "parity(bits=4)",
    "not-all-equal(bits=4)",
    "majority(bits=4)",
    "tt:4:0660",
)


def _tasks(settings: Settings) -> list[tuple[str, FunctionTask]]:
    tasks = []
    for text in settings.texts("items"):
        task = parse_function_task(text)
        if task.outputs != 1 or not 2 <= task.inputs <= settings.whole("inputs"):
            wanted = f"functions of one output and 2 to {settings.whole('inputs')} inputs"
            raise ArgumentError("items", wanted, text)
        tasks.append((text, task))
    return tasks


def _run(settings: Settings, effort: Effort) -> Finding:
    search, table = definition_named(settings.text("definition")), LookupTable()
    basis, inputs = settings.text("basis"), settings.whole("inputs")
    universe = f"functions of {counted(inputs, 'input')}, {basis}, order size"
    try:
        nulls = [class_shares(inputs, d, basis, "size", effort) for d in (search, table)]
        shares = [
            (name, [tagged_share(task, d, basis, effort=effort) for d in (search, table)])
            for name, task in _tasks(settings)
        ]
    except BudgetEnded:
        return Finding.of_ended_budget(universe)
    largest = max(row.size for row in nulls[0])
    rows = [_row(name, pair, nulls) for name, pair in shares]
    own_search, null_search, own_table, null_table = (
        sum((row.shares[place] for row in rows), Fraction(0)) / len(rows) for place in range(4)
    )
    held = null_table > own_table and null_search < own_search
    mean_size = sum(r.size * r.functions for r in nulls[0])
    ratio = Fraction(mean_size, largest * sum(r.functions for r in nulls[0]))
    own_ratio = Fraction(sum(row.size for row in rows), largest * len(rows))
    searching = next((s[0] for _, s in shares if s[0].tagged), None)
    example = None
    if searching is not None and (circuit := searching.first()) is not None:
        example = Case.judged(
            "a structured task that is searched",
            searching.task,
            circuit,
            (search, table),
            f"size over {basis}",
        )
    listed = Table(
        "Structured tasks beside all functions of as many gates; C/most: gates over the most that "
        f"any function needs, {largest}; shares of minima:",
        ("task", "gates", "C/most", "search", "null search", "table", "null table"),
        tuple((row.name, row.size, Fraction(row.size, largest), *row.shares) for row in rows),
    )
    shown = ("search", "null search", "table", "null table")
    return Finding(
        verdict=Verdict.HELD if held else Verdict.REFUTED,
        answer=(
            f"of the minima of structured tasks {_percent(own_table)} are tables and "
            f"{_percent(own_search)} search; of all functions of equal size {_percent(null_table)} "
            f"and {_percent(null_search)}. A random table takes {_percent(ratio)} of the most "
            f"gates, a structured task {_percent(own_ratio)}."
        ),
        universe=f"{len(rows)} structured tasks; all {universe}",
        tables=(listed, _random_table(settings, nulls[0], nulls[1], largest)),
        example=example,
        notes=(
            "null: the mean share over all functions of as many inputs and gates; almost all of "
            "them are random tables in all but name.",
        ),
        plot=Plot((bar_panel(listed, shown, "Shares of minima", "share"),)),
    )


def _percent(value: Fraction) -> str:
    return f"{float(value):.2%}"


@dataclass(frozen=True)
class _Row:
    """A structured task: its gates, its shares of search and of tables, each before its null."""

    name: str
    size: int
    shares: tuple[Fraction, ...]


def _row(name: str, pair: list[Share], nulls: list[tuple[ClassRow, ...]]) -> _Row:
    size = pair[0].size or 0
    cells: list[Fraction] = []
    for share, rows in zip(pair, nulls, strict=True):
        cells += [
            share.value or Fraction(0),
            mean_share(row for row in rows if row.size == size) or Fraction(0),
        ]
    return _Row(name, size, tuple(cells))


def _random_table(
    settings: Settings,
    search: tuple[ClassRow, ...],
    table: tuple[ClassRow, ...],
    largest: int,
) -> Table:
    inputs = settings.whole("inputs")
    by_form = {row.representative: row for row in search}
    tables = {row.representative: row for row in table}
    generator = random.Random(settings.whole("seed"))
    drawn: dict[int, list[tuple[Fraction, Fraction]]] = {}
    for _ in range(settings.whole("draws")):
        form = npn_canonical(TruthTable(inputs, generator.getrandbits(1 << inputs)))[0]
        pair = by_form[form].value, tables[form].value
        drawn.setdefault(by_form[form].size, []).append(pair)
    rows: list[tuple[Cell, ...]] = []
    for size in sorted({row.size for row in search}):
        found = drawn.get(size, [])
        every = sum(row.functions for row in search if row.size == size)
        means = [sum((p[c] for p in found), Fraction(0)) / max(len(found), 1) for c in (0, 1)]
        rows.append((size, Fraction(size, largest), every, len(found), *means))
    return Table(
        f"Random tables, {settings.whole('draws')} drawn with seed {settings.whole('seed')}, "
        "by gates:",
        ("gates", "C/most", "functions", "drawn", "search", "table"),
        tuple(rows),
    )


NOISE_IS_A_TABLE = Claim(
    name="noise-is-a-table",
    topic="circuits",
    claim="Random noise is unlikely to gain from compression, and so from optimization.",
    source="Hubinger et al. 2019, section 2.1, compression of complex policies",
    reading=(
        "all minima of structured tasks (multiplexer, majority, parity, an agent predicted, ...) "
        "beside those of all functions of as many gates: the mean share of minima that are "
        "search-like, and that are lookup tables; and of random tables the gates over the most "
        "that any function needs."
    ),
    question=(
        "At equal size, are the minima of random functions more often lookup tables, and less "
        "often search-like, than those of structured tasks?"
    ),
    blind_to="tables of more inputs, where noise and structure are further apart",
    control="all functions of equal size: exact; random tables drawn by a seed stand beside them",
    parameters=(
        Parameter("inputs", 4, "number of inputs n of the functions", least=3, most=4),
        Parameter(
            "items", "; ".join(_ITEMS), "structured functions of at most n inputs", names="task"
        ),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("definition", "search-like", "what counts as search", names="definition"),
        Parameter("draws", 500, "random tables drawn", least=1, most=100_000),
        Parameter("seed", 0, "seed of the draws", least=0),
    ),
    run=_run,
    quick={"inputs": 3, "items": "; ".join(_ITEMS[:3]), "draws": 50},
)
