"""The claim `length-or-time`: penalties on length favour optimizers, those on time do not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Classification, Classifier, describe_definition
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import FrontPoint, HullPiece, ProgramFront, program_front
from mesacircuits.studies.programs import NAMES, classifier_for, named_tags, shares
from mesacircuits.tables import counted
from mesacircuits.tasks import machine_for, parse_task

__all__ = ["LENGTH_OR_TIME"]

_TASKS = (
    "satisfying(candidates=3); satisfying(candidates=4); argmax(candidates=3); "
    "argmax(candidates=4); ranking(instances=8); ranking(instances=16)"
)


@dataclass(frozen=True)
class _Tagged:
    """The front of one task on one machine, each point's programs classified."""

    name: str
    family: str
    front: ProgramFront
    points: dict[tuple[int, Fraction], list[Classification]]
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
        along = [(p.low, shares(self.points[p.point.bits, p.point.time])[tag]) for p in self.pieces]
        return (*along, (last, along[-1][1]))

    def names(self, point: FrontPoint) -> str:
        """How many programs of a point bear each name."""
        named = [found.named for found in self.points[point.bits, point.time]]
        return ", ".join(f"{named.count(n)} {n}" for n in NAMES if n in named)


def _run(settings: Settings, effort: Effort) -> Finding:
    found: list[_Tagged] = []
    left_open: list[str] = []
    pairs = [(t, o) for o in settings.texts("operations") for t in settings.texts("tasks")]
    for place, (text, operations) in enumerate(pairs):
        task = parse_task(text)
        machine = machine_for(task, operations, settings.whole("registers"))
        several = len(settings.texts("operations")) > 1
        name = f"{text}, {machine.variant}" if several else text
        front = program_front(
            task,
            machine,
            effort.share(len(pairs) - place),
            settings.whole("cap"),
            settings.text("time"),
            with_queries=False,
        )
        if not front.exhaustive:
            left_open.append(f"{name}: the budget ended")
            continue
        if not front.complete:
            cap = settings.whole("cap")
            left_open.append(f"{name}: programs of more than {counted(cap, 'instruction')}")
        classifier = classifier_for(task, settings.whole("objective_gates"))
        points = {(p.bits, p.time): named_tags(p.programs, task, classifier) for p in front.points}
        found.append(_Tagged(name, text.partition("(")[0], front, points, classifier))
    return _finding(settings, found, left_open)


def _finding(settings: Settings, found: list[_Tagged], left_open: list[str]) -> Finding:
    rises = [t for t in found if any(b > a for a, b in zip(t.along, t.along[1:], strict=False))]
    falls = [t for t in found if t.along and t.along[0] > t.along[-1]]
    families = list(dict.fromkeys(t.family for t in found))
    without = [f for f in families if f not in {t.family for t in falls}]
    verdict = Verdict.REFUTED if rises or without else Verdict.HELD
    if left_open and not rises:
        verdict = Verdict.INCONCLUSIVE
    if rises:
        answer = f"it rises in {', '.join(t.name for t in rises)}."
    elif without:
        answer = f"it falls in none of the tasks of {', '.join(without)}."
    else:
        switches = "; ".join(f"{t.name}: {_switch(t)}" for t in falls)
        answer = f"it never rises, and falls at lambda {switches}."
    example = _example(falls or found)
    return Finding(
        verdict,
        answer,
        f"{counted(len(found), 'task')}, programs of at most "
        f"{counted(settings.whole('cap'), 'instruction')}",
        _tables(found),
        example,
        (
            "Bits are those of the prefix code, entries of the table included; time is the "
            f"{settings.text('time')} over the support. Where the table is never dearer than a "
            "search it is least for every lambda, and there is no switch.",
        ),
        tuple(left_open),
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
            pieces.append((tagged.name, str(piece.low), high, p.bits, str(p.time), tagged.share(p)))
        for p in tagged.front.points:
            points.append((tagged.name, p.bits, str(p.time), len(p.programs), tagged.names(p)))
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


def _plot(settings: Settings, found: list[_Tagged]) -> Plot:
    last = max((piece.low for t in found for piece in t.pieces), default=Fraction(1)) * 3 / 2
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
            (piece.low, str(piece.low)) for t in of for piece in t.pieces if piece.low > 0
        )
        panels.append(Panel(f"{family}: shares along lambda", "lambda", "share", series, lines, 1))
    for family in dict.fromkeys(t.family for t in found):
        panels.append(_front_panel(settings, family, [t for t in found if t.family == family]))
    return Plot(tuple(panels), max(len(panels) // 2, 1))


def _front_panel(settings: Settings, family: str, found: list[_Tagged]) -> Panel:
    by_name: dict[str, list[tuple[int, Fraction]]] = {}
    for tagged in found:
        for point in tagged.front.points:
            for said in tagged.points[point.bits, point.time]:
                by_name.setdefault(said.named, []).append((point.bits, point.time))
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
        "from 0 on at once: the corners of the lower convex hull of the front of (bits, time). "
        "The share of them that are search-like, scores as wide as the utilities need."
    ),
    question=(
        "Does the share never rise along lambda, and fall in some task of each family of tasks?"
    ),
    blind_to=(
        "programs of more instructions than the cap where it says so, other machines and codes, "
        "and what is not quite least"
    ),
    parameters=(
        Parameter("tasks", _TASKS, "tasks; a family is those of one name", names="task"),
        Parameter("operations", "search", "sets of operations, see `VARIANTS`", names="words"),
        Parameter("registers", 4, "registers of the machine", least=1, most=8),
        Parameter("cap", 6, "most instructions of a program", least=1, most=12),
        Parameter("time", "worst", "what the time is", values=("worst", "mean")),
        Parameter("objective_gates", 1, "dial c of search-like", least=0),
    ),
    run=_run,
    control=(
        "the same tasks penalised by length alone (lambda = 0), and lookup tables, which are on "
        "the same fronts: exact"
    ),
    quick={"tasks": "satisfying(candidates=3); argmax(candidates=3)"},
)
