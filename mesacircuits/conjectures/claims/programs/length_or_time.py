"""The claim `length-or-time`: penalties on length favour optimizers, those on time do not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Classification, Classifier, describe_definition
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import FrontPoint, HullPiece, ProgramFront, program_front
from mesacircuits.programs import Machine
from mesacircuits.programs.charges import Bits, Charge
from mesacircuits.studies.programs import NAMES, classifier_for, named_tags, shares
from mesacircuits.tables import counted
from mesacircuits.tasks import parse_task
from mesacircuits.tasks.program_inputs import machines_of

__all__ = ["LENGTH_OR_TIME"]

_TASKS = (
    "satisfying(candidates=3); satisfying(candidates=4); argmax(candidates=3); "
    "argmax(candidates=4); ranking(instances=8)"
)


@dataclass(frozen=True)
class _Tagged:
    """The front of one task on one machine, each point's programs classified."""

    name: str
    family: str
    grid: str
    front: ProgramFront
    points: dict[tuple[Charge, Fraction], list[Classification]]
    classifier: Classifier

    def share(self, point: FrontPoint) -> Fraction:
        """The share of search-like programs among those of a point."""
        return shares(self.points[point.bits, point.time])[SEARCH_LIKE]

    @property
    def pieces(self) -> tuple[HullPiece, ...]:
        return self.front.hull

    @property
    def along(self) -> list[Fraction]:
        """The share on each piece of the hull, from lambda = 0 on."""
        return [self.share(piece.point) for piece in self.pieces]

    def steps(self, tag: str, last: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
        """The share of a tag along lambda: where each piece begins, and up to the last."""
        along = [
            (_drawn(p.low), shares(self.points[p.point.bits, p.point.time])[tag])
            for p in self.pieces
        ]
        return (*along, (last, along[-1][1]))

    def names(self, point: FrontPoint) -> str:
        """How many programs of a point bear each name."""
        named = [found.named for found in self.points[point.bits, point.time]]
        return ", ".join(f"{named.count(n)} {n}" for n in NAMES if n in named)


class _Open(NamedTuple):
    """A task on a machine that was not searched to its end."""

    grid: str
    family: str
    why: str


def _run(settings: Settings, effort: Effort) -> Finding:
    found: list[_Tagged] = []
    left_open: list[_Open] = []
    grid = (settings.texts("operations"), settings.wholes("registers"), _widths(settings))
    pairs = []
    for text in settings.texts("tasks"):
        task = parse_task(text)
        pairs += [(text, task, machine) for machine in machines_of(task, *grid)]
    several = len({_called(machine) for _, _, machine in pairs}) > 1
    for place, (text, task, machine) in enumerate(pairs):
        called = _called(machine)
        name = f"{text}, {called}" if several else text
        family = text.partition("(")[0]
        front = program_front(
            task,
            machine,
            effort.share(len(pairs) - place),
            settings.whole("cap"),
            settings.text("time"),
            with_queries=False,
        )
        if not front.exhaustive:
            left_open.append(_Open(called, family, f"{name}: the budget ended"))
            continue
        if not front.complete:
            cap = settings.whole("cap")
            why = f"{name}: programs of more than {counted(cap, 'instruction')}"
            left_open.append(_Open(called, family, why))
        classifier = classifier_for(task, settings.whole("objective_gates"))
        points = {(p.bits, p.time): named_tags(p.programs, task, classifier) for p in front.points}
        found.append(_Tagged(name, family, called, front, points, classifier))
    return _finding(settings, found, left_open)


def _widths(settings: Settings) -> tuple[int | None, ...]:
    # Zero stands for as many bits as a task needs.
    return tuple(width or None for width in settings.wholes("widths"))


def _called(machine: Machine) -> str:
    """Return the place of a machine in the grid; its inputs are the task's."""
    variant = "fair" if machine.variant == "without-utility" else machine.variant
    return f"{variant}, R = {machine.registers}, w = {machine.width}"


def _rising(found: list[_Tagged]) -> list[_Tagged]:
    return [t for t in found if any(b > a for a, b in pairwise(t.along))]


def _falling(found: list[_Tagged]) -> list[_Tagged]:
    return [t for t in found if t.along and t.along[0] > t.along[-1]]


def _answer(found: list[_Tagged], still_open: set[str]) -> tuple[Verdict, str]:
    """Return the verdict on the tasks of one machine, and why.

    Arguments:
        found: the tasks that were searched.
        still_open: families of which some task was not, or not to its end.
    """
    rises, falls = _rising(found), _falling(found)
    families = list(dict.fromkeys(t.family for t in found))
    without = [f for f in families if f not in {*still_open, *(t.family for t in falls)}]
    if rises:
        return Verdict.REFUTED, f"it rises in {', '.join(t.name for t in rises)}."
    if without:
        return Verdict.REFUTED, f"it falls in none of the tasks of {', '.join(without)}."
    switches = "; ".join(f"{t.name}: {_switch(t)}" for t in falls)
    answer = f"it never rises, and falls at lambda {switches or 'nowhere'}."
    return Verdict.INCONCLUSIVE if still_open else Verdict.HELD, answer


def _finding(settings: Settings, found: list[_Tagged], left_open: list[_Open]) -> Finding:
    machines = dict.fromkeys([*(t.grid for t in found), *(o.grid for o in left_open)])
    by_machine = {called: [t for t in found if t.grid == called] for called in machines}
    said = {
        called: _answer(own, {o.family for o in left_open if o.grid == called})
        for called, own in by_machine.items()
    }
    verdicts = [verdict for verdict, _ in said.values()]
    held = [called for called, (verdict, _) in said.items() if verdict is Verdict.HELD]
    verdict = Verdict.HELD if len(held) == len(said) > 0 else Verdict.INCONCLUSIVE
    if Verdict.REFUTED in verdicts:
        verdict = Verdict.REFUTED
    if len(said) == 1:
        ((_, answer),) = said.values()
    else:
        many = counted(len(said), "machine")
        answer = f"so it is on {len(held)} of {many}: {'; '.join(held) or 'none'}."
    example = _example(_falling(found) or found)
    told: tuple[tuple[Cell, ...], ...] = tuple(
        (called, said[called][0].value, len(own), len(_falling(own)), len(_rising(own)))
        for called, own in by_machine.items()
    )
    heads = ("machine", "verdict", "tasks", "falls", "rises")
    return Finding(
        verdict,
        answer,
        f"{counted(len(found), 'front')} on {counted(len(said), 'machine')}, programs of at most "
        f"{counted(settings.whole('cap'), 'instruction')}",
        (
            Table(
                "The verdict on each machine, and in how many tasks the share falls and rises "
                "along lambda:",
                heads,
                told,
            ),
            *_tables(found),
        ),
        example,
        (
            "Bits are those of the prefix code and of the tables: a private table is charged for "
            "what it must say, with an oracle in full; time is the "
            f"{settings.text('time')} over the support. Where the table is never dearer than a "
            "search it is least for every lambda, and there is no switch.",
            "Among the operations `oracle-search` the objective is asked for, and costs nothing; "
            "among `fair` and `fair-search` it is computed from what is loaded, or a table of "
            "utilities that is charged.",
        ),
        tuple(left.why for left in left_open),
        _plot(settings, found),
    )


def _switch(tagged: _Tagged) -> str:
    for piece, share in zip(tagged.pieces, tagged.along, strict=True):
        if share < tagged.along[0]:
            return str(piece.low)
    return "none"


def _example(found: list[_Tagged]) -> Case | None:
    for tagged in found:
        point = tagged.pieces[0].point
        for program, said in zip(
            point.programs, tagged.points[point.bits, point.time], strict=True
        ):
            if said.named == SEARCH_LIKE:
                task = tagged.front.task
                asked = map(describe_definition, tagged.classifier.definitions)
                judged = tuple(zip(asked, said.judgements, strict=True))
                caption = f"A shortest program, until lambda = {_switch(tagged)}"
                return Case(caption, task, said.wired, judged, program.cost.length)
    return None


def _tables(found: list[_Tagged]) -> tuple[Table, ...]:
    pieces: list[tuple[Cell, ...]] = []
    points: list[tuple[Cell, ...]] = []
    for tagged in found:
        for piece in tagged.pieces:
            p = piece.point
            high = "all" if piece.high is None else str(piece.high)
            pieces.append(
                (tagged.name, str(piece.low), high, str(p.bits), str(p.time), tagged.share(p))
            )
        for p in tagged.front.points:
            points.append((tagged.name, str(p.bits), str(p.time), len(p.programs), tagged.names(p)))
    return (
        Table(
            "What is least under bits + lambda * time, and the share of it that is search-like:",
            ("task", "from", "to", "bits", "time", "search-like"),
            tuple(pieces),
        ),
        Table(
            "The front: no program is both shorter and faster:",
            ("task", "bits", "time", "programs", "named"),
            tuple(points),
        ),
    )


def _drawn(number: Charge) -> Fraction:
    """Return where a number stands in a picture, to a thousandth."""
    return (
        Fraction(round(1000 * float(number)), 1000)
        if isinstance(number, Bits)
        else Fraction(number)
    )


def _plot(settings: Settings, found: list[_Tagged]) -> Plot:
    lows = [_drawn(piece.low) for t in found for piece in t.pieces]
    last = max(lows, default=Fraction(1)) * 3 / 2
    panels = []
    for family in dict.fromkeys(t.family for t in found):
        of = [t for t in found if t.family == family and t.pieces]
        series = tuple(
            Series(f"{tag}: {t.name.removeprefix(family)}", steps, "steps")
            for t in of
            for tag in NAMES
            for steps in [t.steps(tag, last or Fraction(1))]
            if any(share for _, share in steps)
        )
        lines = tuple(
            (_drawn(piece.low), str(piece.low)) for t in of for piece in t.pieces if piece.low > 0
        )
        panels.append(Panel(f"{family}: shares along lambda", "lambda", "share", series, lines, 1))
    for family in dict.fromkeys(t.family for t in found):
        panels.append(_front_panel(settings, family, [t for t in found if t.family == family]))
    return Plot(tuple(panels), max(len(panels) // 2, 1))


def _front_panel(settings: Settings, family: str, found: list[_Tagged]) -> Panel:
    by_name: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for tagged in found:
        for point in tagged.front.points:
            for said in tagged.points[point.bits, point.time]:
                by_name.setdefault(said.named, []).append((_drawn(point.bits), point.time))
    series = tuple(
        Series(name, tuple(dict.fromkeys(by_name[name])), "points")
        for name in NAMES
        if name in by_name
    )
    time = f"time ({settings.text('time')})"
    return Panel(f"{family}: front of bits and time", "bits", time, series)


LENGTH_OR_TIME = Claim(
    name="length-or-time",
    topic="programs",
    claim=(
        "Penalising description length is hypothesised to favour optimizers, and penalising "
        "time complexity to disfavour them."
    ),
    source="Hubinger et al. 2019, section 2.2, inductive biases",
    reading=(
        "for each task, all programs that are least under bits + lambda * time, for all lambda "
        "from 0 on at once, on each machine of a grid of sets of operations, registers and widths: "
        "the corners of the lower convex hull of the front of (bits, time). "
        "The share of them that are search-like, scores as wide as the utilities need."
    ),
    question=(
        "Does the share, on each machine, never rise along lambda, and fall in some task of each "
        "family of tasks?"
    ),
    blind_to=(
        "programs of more instructions than the cap where it says so, other machines and codes, "
        "and what is not quite least"
    ),
    parameters=(
        Parameter("tasks", _TASKS, "tasks; a family is those of one name", names="task"),
        Parameter(
            "operations",
            "fair; fair-search; oracle-search",
            "sets of operations, see `VARIANTS`",
            names="words",
        ),
        Parameter("registers", (4,), "numbers of registers", least=1, most=8),
        Parameter("widths", (0,), "bits of a register; 0 as the task needs", least=0, most=4),
        Parameter("cap", 6, "most instructions of a program", least=1, most=12),
        Parameter("time", "worst", "what the time is", values=("worst", "mean")),
        Parameter("objective_gates", 0, "dial c of search-like; a load costs nothing", least=0),
    ),
    run=_run,
    control=(
        "the same tasks penalised by length alone (lambda = 0), and lookup tables, which are on "
        "the same fronts: exact"
    ),
    quick={"tasks": "satisfying(candidates=3); argmax(candidates=3)"},
)
