"""The claim `levin`: Kt and f-complexity do not rule out linear-time agents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import SearchLike, describe_definition
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.programs import enumerate_programs
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import Instance, Instruction, Machine, Program, run_turn
from mesacircuits.programs.program import code_bits
from mesacircuits.studies.programs import classifier_for, named_counts, named_tags
from mesacircuits.tasks import machine_for, parse_task, unroll

__all__ = ["LEVIN", "agent_of", "table_bits"]

#: For T = 2^w data: the first that is 0, and the first of all if none is, as w bits wrap around.
_AGENT = "0: load r1, r0; jz r1, end; inc r0; jnz r0, 0"
#: What a time of t steps costs, with T data.
_PRICES: dict[str, Callable[[int, int], int]] = {
    "bits": lambda t, T: 0,
    "kt": lambda t, T: (t - 1).bit_length(),
    "t/T": lambda t, T: -(-t // T),
    "t": lambda t, T: t,
    "t**2": lambda t, T: t * t,
    "2**(t/4)": lambda t, T: 1 << (t // 4),
}


def agent_of(width: int) -> tuple[int, int]:
    """Return the bits and the longest turn of the agent that reads T = 2^w data, one by one.

    It is run on every history, and has to name the first datum that is 0; the first of all where
    none is.

    >>> agent_of(2)
    (37, 16)
    """
    many = 1 << width
    words = tuple((i,) for i in range(many))
    program = Program.parse(_AGENT, Machine(4, width, many, width, words=words))
    longest = 0
    for x in range(1 << many):
        run = run_turn(program, Instance(x))
        first = next((i for i in range(many) if not x >> i & 1), 0)
        if run.word != first:
            raise ArithmeticError(f"on {x:b} the agent says {run.word}")
        longest = max(longest, run.time)
    return program.bits, longest


def table_bits(width: int, histories: int) -> int:
    """Return the bits of a program that looks the answer up: each history has one, of w bits.

    >>> table_bits(2, 16)
    41
    """
    look_up = (Instruction("table", (0,)),)
    return code_bits(Machine(4, width, 1, width), look_up) + histories * width


def _solved(many: int, order: str, operations: str, effort: Effort) -> list[object]:
    task = parse_task(f"choice(candidates={many},utility=1,ties=first)")
    asked = order if order in ("bits", "kt") else f"f:{order.replace('T', str(many))}"
    found = enumerate_programs(task, asked, machine_for(task, operations), effort)
    if not found.exhaustive:
        raise BudgetEnded
    names = named_counts(named_tags(found.minima, task, classifier_for(task, 0)))
    least = found.minima[0].program
    times = [int(m.cost.longest) for m in found.minima]
    return [str(least.bits), max(times), len(times), names.get(SEARCH_LIKE, 0)]


def _found(settings: Settings, effort: Effort) -> Finding:
    kept = KeptParts(effort, "levin 2", settings)
    operations, longest = settings.text("operations"), settings.whole("data")
    orders = settings.texts("orders")
    unknown = [order for order in orders if order not in _PRICES]
    if unknown:
        raise ArgumentError("orders", f"some of {'; '.join(_PRICES)}", unknown[0])
    exact: list[tuple[Cell, ...]] = []
    searched = dict.fromkeys(orders, 0)
    for order in orders:
        for many in range(2, longest + 1):
            compute = partial(_solved, many, order, operations, effort)
            bits, time, minima, search = kept.part(f"{many} {order}", compute)
            exact.append((many, order, bits, time, minima, search))
            searched[order] = search if many == longest else searched[order]
    rows: list[tuple[Cell, ...]] = []
    drops: dict[str, list[str]] = {}
    series: dict[str, list[tuple[int, int]]] = {}
    for width in range(1, settings.whole("widest") + 1):
        many = 1 << width
        # Every history is tried as far as that is quick; then the form of both is the same.
        bits, time = agent_of(width) if width <= _TRIED else (agent_of(_TRIED)[0], 4 * many)
        for kind, histories in (("all", 1 << many), ("one each", many + 1)):
            table = table_bits(width, histories)
            cheaper = [
                price
                for price, cost in _PRICES.items()
                if bits + cost(time, many) <= table + cost(1, many)
            ]
            others = [price for price in _PRICES if price not in cheaper]
            rows.append((many, kind, bits, time, f"{table:,}", ", ".join(others) or None))
            drops[kind] = others
            if table < _MOST_DRAWN:
                called = "all histories" if kind == "all" else "one for each answer"
                series.setdefault(f"table, {called}", []).append((many, table))
        series.setdefault("agent, bits", []).append((many, bits))
        series.setdefault("agent, bits + t", []).append((many, bits + time))
    gentle = [order for order in orders if order in ("bits", "kt", "t/T")]
    held = all(searched[order] for order in gentle)
    verdict = Verdict.HELD if held else Verdict.REFUTED
    ruled = ", ".join(drops["all"]) or "none"
    said = "; ".join(f"{searched[order]} under {order}" for order in orders)
    task = parse_task(f"choice(candidates={_LEAST},utility=1,ties=first)")
    agent, definition = Program.parse(_AGENT, machine_for(task)), SearchLike(objective_gates=0)
    wired = unroll(agent, task)
    judged = ((describe_definition(definition), definition.judge(wired, task)),)
    example = Case(f"the agent of {_LEAST} data", task, wired, judged, len(agent.code))
    return Finding(
        verdict=Verdict.VACUOUS if longest < _LEAST else verdict,
        answer=(
            f"of {longest} data so many of the least programs are agents that read them one by "
            f"one: {said}. At {1 << settings.whole('widest')} data the agent is dearer than the "
            f"table of all histories under {ruled}, and than one of as many histories as data "
            f"under {', '.join(drops['one each']) or 'none'}."
        ),
        universe=f"all programs for 2 to {longest} data over {operations}; agent and table beyond",
        tables=(
            Table(
                "All programs least under an order, T data: bits and longest turn of the first; "
                "how many there are, and how many of them search:",
                ("T", "order", "bits", "time", "least", "search"),
                tuple(exact),
            ),
            Table(
                "The agent beside the table of the histories that occur, all 2^T or one for each "
                "answer; under which prices of a time t the agent is dearer:",
                ("T", "histories", "agent, bits", "t", "table, bits", "ruled out under"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            "Theorem: the agent has as many bits whatever T = 2^w is, and takes at most 4 T steps, "
            "one round of four for each datum; a table of all histories has 2^T entries of w bits, "
            "none of which is free. So a price f rules the agent out in favour of that table only "
            "if f(4 T) grows as 2^T log T; no polynomial does.",
            "Where only T + 1 histories occur a table has some T log T bits: f = t still keeps the "
            "agent once w is 5 or more, as 4 T < T w; a price of t^2 never does.",
            f"Of {longest} data all programs were searched; beyond, other programs may be less "
            "than both.",
        ),
        plot=Plot(
            (
                Panel(
                    "Cost of agent and table",
                    "data T",
                    "bits",
                    tuple(Series(name, tuple(points), "points") for name, points in series.items()),
                    logarithmic=True,
                    whole=True,
                ),
            )
        ),
    )


#: Up to which width the agent is run on every history; what a plot still shows; and the least
#: number of data of which the agent is least, so that of fewer nothing is said.
_TRIED, _MOST_DRAWN, _LEAST = 3, 10**6, 4


LEVIN = Claim(
    name="levin",
    topic="programs",
    claim=(
        "Levin complexity Kt, and f-complexity with a gentle f, do not rule out agents that take "
        "linear time."
    ),
    source="Shimi and Demski, review thread on inner alignment; Levin 1973",
    reading=(
        "a history of T data, of which the first that is good is to be named; an agent reads them "
        "one by one, in time linear in T. All programs least under bits, bits + ceil(log2 t), and "
        "bits + t/T: is some such an agent? And as the history grows: under which prices of time "
        "is the agent dearer than a table of the histories that occur?"
    ),
    kind=Kind.THEOREM,
    keeps="linear in the length of the history; and which f are gentle",
    question="Is, under every gentle price, some least program an agent that reads all data?",
    blind_to="agents that plan; programs of more data that are neither agent nor table",
    control="the programs of fewest bits, whatever their time: exact",
    parameters=(
        Parameter("orders", "bits; kt; t/T", "what a time costs", names="words"),
        Parameter("data", 4, "T of which all programs are searched", least=2, most=4),
        Parameter("widest", 4, "agent and table of up to 2^w data", least=1, most=4),
        Parameter("operations", "fair", "operations, see `VARIANTS`", names="words"),
    ),
    run=Existence(
        _found,
        trend=({"data": 2}, {"data": 3}),
        neighbours=({"operations": "fair-search", "orders": "bits"},),
    ),
    quick={"orders": "bits"},
)
