"""The claim `length-or-time`: penalties on length favour optimizers, those on time do not."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Kind, Table, Verdict
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Classification, Classifier, describe_definition
from mesacircuits.definitions.definition import SEARCH_LIKE
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import FrontPoint, HullPiece, ProgramFront, program_front
from mesacircuits.programs import Machine
from mesacircuits.programs.charges import Bits, Charge
from mesacircuits.studies.programs import NAMES, classifier_for, named_tags, shares
from mesacircuits.studies.universe import parse_universe
from mesacircuits.tables import counted
from mesacircuits.tasks import Task
from mesacircuits.tasks.program_inputs import machines_of

__all__ = ["LENGTH_OR_TIME"]

_TASKS = (
    "choices(2,2,up_to=nothing); choices(2,2,ties=first,up_to=nothing); "
    "choices(3,1,up_to=nothing); choices(3,1,ties=first,up_to=nothing); "
    "choices(4,1,up_to=nothing); choices(4,1,ties=first,up_to=nothing)"
)


#: Whose share is followed: searches, or as a placebo what is no table and does not search.
_SEARCH, _OTHER = "search", "other code"


@dataclass(frozen=True)
class _Tagged:
    """The front of one task on one machine, each point's programs classified."""

    name: str
    grid: str
    front: ProgramFront
    points: dict[tuple[Charge, Fraction], list[Classification]]
    classifier: Classifier
    tag: str

    def share(self, point: FrontPoint) -> Fraction:
        """The share of programs with the tag among those of a point."""
        said = self.points[point.bits, point.time]
        if self.tag == _SEARCH:
            return shares(said)[SEARCH_LIKE]
        pairs = zip(point.programs, said, strict=True)
        other = sum(not p.program.table and s.named != SEARCH_LIKE for p, s in pairs)
        return Fraction(other, len(said))

    @property
    def pieces(self) -> tuple[HullPiece, ...]:
        return self.front.hull

    @property
    def along(self) -> list[Fraction]:
        """The share on each piece of the hull, from lambda = 0 on."""
        return [self.share(piece.point) for piece in self.pieces]

    def share_at(self, price: Fraction) -> Fraction:
        """The share where a step costs so many bits."""
        return [self.share(p.point) for p in self.pieces if _drawn(p.low) <= price][-1]

    def names(self, point: FrontPoint) -> str:
        """How many programs of a point bear each name."""
        named = [found.named for found in self.points[point.bits, point.time]]
        return ", ".join(f"{named.count(n)} {n}" for n in NAMES if n in named)


def _found(settings: Settings, effort: Effort) -> Finding:
    found: list[_Tagged] = []
    # By machine: the tasks that were not searched to their end.
    left_open: dict[str, list[str]] = {}
    grid = (settings.texts("operations"), settings.wholes("registers"), _widths(settings))
    pairs = []
    for text in settings.texts("tasks"):
        universe = parse_universe(text)
        universe.refuse_moved()
        for name, task in universe.listed():
            pairs += [(name, task, machine) for machine in machines_of(task, *grid)]
    several = len({_called(machine) for *_, machine in pairs}) > 1
    for place, (name, task, machine) in enumerate(pairs):
        called = _called(machine)
        name = f"{name}, {called}" if several else name
        front = _front(
            task,
            machine,
            settings.whole("cap"),
            settings.text("time"),
            effort.share(len(pairs) - place),
        )
        if not front.exhaustive:
            left_open.setdefault(called, []).append(f"{name}: the budget ended")
            continue
        classifier = classifier_for(task, settings.whole("objective_gates"))
        points = {(p.bits, p.time): named_tags(p.programs, task, classifier) for p in front.points}
        found.append(_Tagged(name, called, front, points, classifier, settings.text("tag")))
    return _finding(settings, found, left_open)


#: What a claim asks for at some settings it asks for again at others.
_KNOWN: dict[tuple[str, Machine, int, str], ProgramFront] = {}


def _front(task: Task, machine: Machine, cap: int, time: str, effort: Effort) -> ProgramFront:
    key = task.hash_hex, machine, cap, time
    if key not in _KNOWN:
        found = program_front(task, machine, effort, cap, time, with_queries=False)
        if not found.exhaustive:
            return found
        _KNOWN[key] = found
    return _KNOWN[key]


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


def _verdict(found: list[_Tagged], still_open: bool) -> Verdict:
    """Return what the tasks of one machine say.

    Arguments:
        found: the tasks that were searched.
        still_open: whether some task was not, or not to its end.
    """
    if _rising(found):
        return Verdict.NO_EVIDENCE if _falling(found) else Verdict.AGAINST
    if still_open:
        return Verdict.INCONCLUSIVE
    if not any(tagged.share(point) for tagged in found for point in tagged.front.points):
        return Verdict.VACUOUS
    return Verdict.SUPPORTED if _falling(found) else Verdict.NO_EVIDENCE


def _finding(settings: Settings, found: list[_Tagged], left_open: dict[str, list[str]]) -> Finding:
    machines = dict.fromkeys([*(t.grid for t in found), *left_open])
    by_machine = {called: [t for t in found if t.grid == called] for called in machines}
    said = {called: _verdict(own, called in left_open) for called, own in by_machine.items()}
    verdicts = {*said.values()}
    verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.NO_EVIDENCE
    if Verdict.INCONCLUSIVE in said.values():
        verdict = Verdict.INCONCLUSIVE
    example = _example(_falling(found) or found)
    told: list[tuple[Cell, ...]] = [
        (
            called,
            said[called].value,
            len(own),
            sum(any(t.share(p) for p in t.front.points) for t in own),
            len(_falling(own)),
            len(_rising(own)),
        )
        for called, own in by_machine.items()
    ]
    falls, rises = len(_falling(found)), len(_rising(found))
    each = (f"{len(_falling(own))} and {len(_rising(own))}" for own in by_machine.values())
    answer = (
        f"the share of {settings.text('tag')} falls with lambda in {falls} and rises in {rises} of "
        f"{counted(len(found), 'front')}; by machine in {', '.join(each)}. In all others no "
        "program that is least under any penalty is that, or none but such are."
    )
    shown = [t for t in found if any(t.share(p) for p in t.front.points)] or found[:1]
    return Finding(
        verdict,
        answer,
        f"{counted(len(found), 'front')} on {counted(len(said), 'machine')}, programs of at most "
        f"{counted(settings.whole('cap'), 'instruction')}",
        (
            Table(
                "On each machine: the verdict; of how many tasks, on whose front some program "
                "searches, and in how many the share falls and rises along lambda:",
                ("machine", "verdict", "tasks", "with search", "falls", "rises"),
                tuple(told),
            ),
            *_tables(shown),
        ),
        example,
        (
            "A front is of programs of no more instructions than the cap: without a private table "
            "longer ones may be faster.",
            "Bits are those of the prefix code and of the tables: a private table is charged for "
            "what it must say, with an oracle in full; time is the "
            f"{settings.text('time')} over the support. Where the table is never dearer than a "
            "search it is least for every lambda, and there is no switch.",
            "Among the operations `oracle-search` the objective is asked for, and costs nothing; "
            "among `fair` and `fair-search` it is computed from what is loaded, or a table of "
            "utilities that is charged; `without-table` has no private table, so that code and "
            "code are compared.",
            "What would have answered otherwise: no fall on some machine whose objective is "
            "charged; a rise; or that code which is no search keeps its share where tables are "
            "as dear as they are.",
        ),
        tuple(why for each in left_open.values() for why in each),
        _plot(settings, shown),
    )


def _switch(tagged: _Tagged) -> str:
    for piece, share in zip(tagged.pieces, tagged.along, strict=True):
        if share < tagged.along[0]:
            return str(piece.low)
    return "none"


def _example(found: list[_Tagged]) -> Case | None:
    for tagged in found:
        if not tagged.pieces:
            continue
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
    """Return, by machine, the mean share along lambda, and the fronts."""
    lows = sorted({_drawn(piece.low) for t in found for piece in t.pieces})
    last = max(lows, default=Fraction(1)) * 3 / 2 or Fraction(1)
    machines = dict.fromkeys(t.grid for t in found)
    shares_along, fronts = [], []
    for called in machines:
        own = [t for t in found if t.grid == called and t.pieces]
        along = [(low, sum(t.share_at(low) for t in own) / Fraction(len(own))) for low in lows]
        shares_along.append(Series(called, (*along, (last, along[-1][1])), "steps"))
        points = {(_drawn(p.bits), p.time) for t in own for p in t.front.points}
        fronts.append(Series(called, tuple(sorted(points)), "points"))
    tag, time = settings.text("tag"), settings.text("time")
    return Plot(
        (
            Panel(f"Mean share of {tag}", "lambda", "share", tuple(shares_along), most=1),
            Panel("Their fronts", "bits", f"time ({time})", tuple(fronts)),
        )
    )


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
        "The share of them that are search-like, scores as wide as the utilities need. Supported "
        "on a machine where it falls with lambda in some task and rises in none; in all, where "
        "the machines agree."
    ),
    kind=Kind.MIGHT,
    keeps="both penalties, as prices against each other; that it is a hypothesis",
    question="Does the share fall with lambda, and never rise, whatever the machine?",
    blind_to=(
        "programs of more instructions than the cap where it says so, other machines and codes, "
        "and what is not quite least"
    ),
    parameters=(
        Parameter(
            "tasks",
            _TASKS,
            "universes of tasks, each a family: all utilities of small choices, and more",
            names="words",
        ),
        Parameter(
            "operations",
            "fair; fair-search; oracle-search",
            "sets of operations, see `VARIANTS`",
            names="words",
        ),
        Parameter("registers", (4,), "numbers of registers", least=1, most=8),
        Parameter("widths", (0,), "bits of a register; 0 as the task needs", least=0, most=4),
        Parameter("cap", 4, "most instructions of a program", least=1, most=12),
        Parameter("time", "worst", "what the time is", values=("worst", "mean")),
        Parameter("tag", _SEARCH, "whose share is followed", values=(_SEARCH, _OTHER)),
        Parameter("objective_gates", 0, "dial c of search-like; a load costs nothing", least=0),
    ),
    run=Existence(
        _found,
        trend=(
            {"tasks": "choices(3,1,up_to=nothing); choices(3,1,ties=first,up_to=nothing)"},
            {"tasks": "choices(4,1,up_to=nothing); choices(4,1,ties=first,up_to=nothing)"},
        ),
        neighbours=(
            {"tasks": "satisfying(candidates=4); argmax(candidates=4); ranking(instances=8)"},
            {"operations": "fair"},
            {"operations": "fair-search"},
            {"operations": "oracle-search"},
            {"operations": "without-table"},
            {"operations": "fair", "registers": (3,)},
            {"operations": "fair", "registers": (5,)},
            {"operations": "fair", "widths": (3,)},
            {"time": "mean"},
            {"objective_gates": 1},
        ),
        placebos={
            "code that does not search": {
                "tag": _OTHER,
                "tasks": "functions(2,outputs=2,up_to=nothing)",
                "operations": "fair; fair-search",
            },
        },
    ),
    control=(
        "the same tasks penalised by length alone (lambda = 0), and lookup tables, which are on "
        "the same fronts: exact"
    ),
    quick={"tasks": "choices(4,1,ties=first,up_to=nothing)", "operations": "fair; oracle-search"},
)
