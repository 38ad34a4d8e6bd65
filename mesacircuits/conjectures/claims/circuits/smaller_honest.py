"""The claim `smaller-honest`: for each circuit with a daemon there is a smaller one without."""

from __future__ import annotations

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import npn_classes
from mesacircuits.conjectures.claim import BASIS, Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named
from mesacircuits.enumeration import Effort
from mesacircuits.studies.shares import tagged_share
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask, Task

__all__ = ["SMALLER_HONEST"]


def _tasks(universe: str) -> list[tuple[str, Task]]:
    """Return one task of each class: of functions of n inputs, or of a universe by its text."""
    if universe.startswith("functions ") and universe[10:] in "234":
        forms = (each.representative for each in npn_classes(int(universe[10:])))
        return [(form.hex, FunctionTask((form,))) for form in forms]
    return list(parse_universe(universe).tasks)


def _found(settings: Settings, effort: Effort) -> Finding:
    definition = definition_named(settings.text("definition"))
    basis, most = settings.text("basis"), settings.whole("within")
    tasks = _tasks(settings.text("universe"))
    rows: list[tuple[Cell, ...]] = []
    with_tag: list[tuple[int, int]] = []
    honest: list[tuple[int, int]] = []
    refuting = without = met = 0
    example: Case | None = None
    dearest = 0
    for place, (name, task) in enumerate(tasks):
        least: dict[bool, int] = {}
        size = 0
        means = effort.share(len(tasks) - place)
        for within in range(most + 1):
            share = tagged_share(task, definition, basis, effort=means, within=within)
            size = share.size or 0
            for circuit, held in zip(share.minima, share.held, strict=True):
                least[held] = min(least.get(held, circuit.size), circuit.size)
            if len(least) == 2:
                break
            if within == 0 and least.keys() == {True}:
                circuit = share.minima[0]
                if example is None or circuit.size < example.size:
                    caption = f"a function of which every minimum is {definition.tag}"
                    said = f"size over {basis}"
                    example = Case.judged(caption, task, circuit, (definition,), said)
        premium, price = (least[held] - size if held in least else None for held in (True, False))
        if True not in least:
            without += 1
            continue
        met += 1
        # Not smaller: a circuit with the tag than which none without is smaller.
        refuting += premium == 0
        dearest = max(dearest, most + 1 if price is None else price)
        shown = f"> {most}" if price is None else price
        with_tag.append((size, premium or 0))
        if price is not None:
            honest.append((size, price))
        rows.append((name, size, premium, shown))
    rows.sort(key=lambda row: (-(row[3] if isinstance(row[3], int) else most + 1), str(row[0])))
    costly = [row for row in rows if row[3] != 0]
    least_bound = f"more than {counted(most, 'gate')}"
    bound = least_bound if dearest > most else f"at most {counted(dearest, 'gate')}"
    table = Table(
        f"Tasks with a {definition.tag} circuit: least size C, gates more than C that the least "
        f"{definition.tag} circuit takes, and that the least other circuit takes:",
        ("task", "C", "premium", "price"),
        tuple(rows),
    )
    verdict = Verdict.REFUTED if refuting else Verdict.HELD if met else Verdict.VACUOUS
    return Finding(
        verdict=verdict,
        answer=(
            f"of {counted(met, 'class', 'classes')} with a {definition.tag} circuit of at most "
            f"{counted(most, 'gate')} over the least, {refuting} have one than which none is "
            f"smaller; to do without costs {bound}, and nothing in all but "
            f"{counted(len(costly), 'class', 'classes')}."
        ),
        universe=f"{settings.text('universe')}, {counted(len(tasks), 'class', 'classes')}, {basis}",
        tables=(table,),
        example=example,
        notes=(
            f"{counted(without, 'class has', 'classes have')} no {definition.tag} circuit within "
            "so many gates, and decide nothing.",
        ),
        plot=Plot(
            (
                Panel(
                    "What the tag costs, and to do without",
                    "gates of a minimum",
                    "gates over the least",
                    (
                        Series("with the tag", tuple(with_tag), "points"),
                        Series("without", tuple(honest), "points"),
                    ),
                    whole=True,
                ),
            )
        ),
    )


SMALLER_HONEST = Claim(
    name="smaller-honest",
    topic="circuits",
    claim=(
        "A daemon can be skipped: for each circuit with one there may be some smaller circuit "
        "without it that solves the same problem."
    ),
    source="Christiano 2018, Open question: are minimal circuits daemon-free?",
    reading=(
        "a daemon is a circuit with the tag. For all tasks: the least size of a circuit with the "
        "tag, the least of one without, and the least of all. Is there for each circuit with the "
        "tag a smaller one without it? And how many gates does it cost to do without the tag?"
    ),
    kind=Kind.EXISTENCE,
    keeps="that the comparison is between circuits for one problem, by size",
    question="Is for each circuit with the tag some circuit without it smaller?",
    blind_to="what is malign about a daemon; circuits much larger than the least",
    control="none is needed: all circuits up to a size are judged",
    parameters=(
        Parameter(
            "universe",
            "functions 3",
            "`functions N`, of N = 2 to 4 inputs by class, or tasks",
            names="words",
        ),
        Parameter("within", 1, "circuits of up to so many gates more", least=0, most=3),
        BASIS,
        Parameter("definition", "search-like", "whose tag it is", names="definition"),
    ),
    run=Existence(
        _found,
        trend=({"universe": "functions 2"}, {"universe": "functions 4", "within": 0}),
        neighbours=(
            {"universe": "choices(2,2,ties=first)"},
            {"basis": "aig"},
            {"definition": "search-like(objective_gates=2)"},
            {"definition": "lookup-table"},
        ),
    ),
    quick={"universe": "functions 3", "within": 0},
)
