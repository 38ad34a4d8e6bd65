"""The claim `false-positives`: under loose wording, standard blocks count as search."""

from __future__ import annotations

from dataclasses import dataclass

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Plot, bar_panel
from mesacircuits.definitions import Definition, definition_named, describe_definition
from mesacircuits.definitions.bulk import bulk_tags
from mesacircuits.enumeration import Effort
from mesacircuits.studies.universe import Member, parse_universe
from mesacircuits.tables import counted

__all__ = ["FALSE_POSITIVES"]

#: Blocks that nobody would call a search, each small enough for all its minima.
_ITEMS = (
    "comparator(bits=1)",
    # Whether a + 2b < c + 2d.
    "expr:~b&d | ~(b^d)&~a&c",
    "sorter(bits=2)",
    "sorter(bits=3)",
    "multiplexer",
    "majority(bits=3)",
    "majority(bits=4)",
    "not-all-equal(bits=3)",
    "not-all-equal(bits=4)",
    "tt:4:0660",
    "priority-encoder(bits=2)",
    "priority-encoder(bits=3)",
    "priority-encoder(bits=4)",
    "adder",
    "parity(bits=4)",
    "decoder",
)

_DEFINITIONS = (
    "search-like",
    "search-like(objective_gates=2)",
    "search-like(reencoding=none)",
    "search-like(reencoding=per-group)",
    "search-like(objective_gates=0)",
    "lookup-table",
    "lookup-table(inputs_per_cell=1)",
)


@dataclass(frozen=True)
class _Judged:
    """An item with its minima, and for each definition which of them have its tag."""

    member: Member
    held: tuple[list[bool | None], ...]


def _judge(member: Member, definitions: tuple[Definition, ...]) -> _Judged:
    columns: list[list[bool | None]] = []
    for definition in definitions:
        # Whether a definition applies depends on the task alone, where nothing has a world.
        first = definition.judge(member.solvers[0], member.task)
        if first.applies:
            columns.append([*bulk_tags(definition, member.solvers, member.task)])
        else:
            columns.append([None] * len(member.solvers))
    return _Judged(member, tuple(columns))


def _cell(column: list[bool | None]) -> Cell:
    return None if None in column else sum(map(bool, column))


def _run(settings: Settings, effort: Effort) -> Finding:
    definitions = tuple(definition_named(text) for text in settings.texts("definitions"))
    basis, order = basis_named(settings.text("basis")), settings.text("order")
    judged: list[_Judged] = []
    left_open: list[str] = []
    for member in parse_universe(settings.text("items")).members(basis, order, effort):
        if isinstance(member, Member):
            judged.append(_judge(member, definitions))
        else:
            left_open.append(str(member))
    tag = describe_definition(definitions[0])
    positive = [item for item in judged if any(item.held[0])]
    rows: list[tuple[Cell, ...]] = [
        (i.member.name, i.member.size, len(i.member.solvers), *map(_cell, i.held)) for i in judged
    ]
    example = None
    if positive:
        verdict = Verdict.REFUTED
        member, tags = positive[0].member, positive[0].held[0]
        listed = ", ".join(item.member.name for item in positive)
        answer = f"{len(positive)} of {counted(len(judged), 'item')} have {tag} minima: {listed}."
        circuit = member.solvers[tags.index(True)]
        example = Case.judged(
            "smallest", member.task, circuit, definitions, f"{order} over {basis}"
        )
    else:
        verdict = Verdict.INCONCLUSIVE if left_open else Verdict.HELD
        answer = f"no minimum of {counted(len(judged), 'item')} is {tag}."
    numbers = [str(number) for number in range(1, len(definitions) + 1)]
    keys = "; ".join(
        f"{number} {describe_definition(d)}" for number, d in zip(numbers, definitions, strict=True)
    )
    table = Table(
        f"Minima with each tag: {keys}.", ("block", "size", "minima", *numbers), tuple(rows)
    )
    bars = bar_panel(table, numbers, "Minima with each tag", "share of minima", of="minima")
    return Finding(
        verdict=verdict,
        answer=answer,
        universe=f"all minima of {len(judged)} standard blocks, {basis}, order {order}",
        tables=(table,),
        example=example,
        notes=(
            "A dash: the definition does not apply.",
            "tt:4:0660 is (a ^ b) & (c ^ d): two parities, one of which may be read inverted.",
        ),
        left_open=tuple(left_open),
        plot=Plot((bars,)),
    )


FALSE_POSITIVES = Claim(
    name="false-positives",
    topic="circuits",
    claim="Under loose wording attention and regression count as search.",
    source="Hobbhahn 2023, Clarifying mesa-optimization",
    reading=(
        "a suite of standard blocks that nobody would call a search: comparators, sorters, "
        "multiplexers, majorities, not-all-equal, priority encoders, an adder, a parity, a "
        "decoder; all minima of each, and what each definition says of them. A definition passes "
        "if it tags none."
    ),
    question="Does no block have a minimum with the first definition's tag?",
    blind_to="blocks too large for all their minima, and whether a block is a search after all",
    parameters=(
        Parameter("items", "; ".join(_ITEMS), "tasks, separated by semicolons", names="task"),
        Parameter(
            "definitions",
            "; ".join(_DEFINITIONS),
            "definitions, the first asked about",
            names="definition",
        ),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("order", "size", "what minimal means", values=("size", "depth-size")),
    ),
    run=_run,
    quick={"items": "; ".join(_ITEMS[:6])},
)
