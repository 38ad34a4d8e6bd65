"""Examples: solvers of tasks that are shown, judged, and derived anew from what a file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import msgspec

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.circuits.circuit import Wired
from mesacircuits.conjectures.certificate import (
    CaseRecord,
    JudgementRecord,
    demand,
    is_own,
    shown,
)
from mesacircuits.definitions import (
    Definition,
    Judgement,
    check_witness,
    definition_record,
    describe_definition,
)
from mesacircuits.definitions.definition import solves
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.enumeration import DEPTH_SIZE, PARETO, SIZE, SIZE_DEPTH, Effort
from mesacircuits.enumeration.orders import checked_order
from mesacircuits.enumeration.reach import is_solvable
from mesacircuits.enumeration.sat import all_minima, circuit_cost, shallower_exists, smaller_exists
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError
from mesacircuits.programs import Program
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.records import canonical_json, json_values
from mesacircuits.tables import counted
from mesacircuits.tasks import EpisodeTask, Task, WorldTask, unroll
from mesacircuits.tasks.parse import task_from_json

__all__ = [
    "MOST_GATES",
    "SHOWN_BY_SAT",
    "Case",
    "derived_example",
    "minima_by_sat",
    "minimal_by_sat",
    "parts_of",
    "shown_minimal",
    "task_of",
]


@dataclass(frozen=True)
class Case:
    """One solver that is shown, with what definitions say of it.

    Attributes:
        caption: what it is an example of; empty where it is said elsewhere.
        task: what the solver solves.
        solver: a circuit, or an unrolled program.
        judgements: what is said of it, each beside the text that names its definition.
        size: gates of a circuit; of a program its length.
        minimal: of a minimum of its task, by what order and over what, as in `size over b2`; empty
            if it is not said to be one.
        name: the text that names the task in its universe, where it is of one.
        minima, tagged: how many minima the task has, and how many of them have the tag; None if
            that is not counted.
    """

    caption: str
    task: Task
    solver: Wired
    judgements: tuple[tuple[str, Judgement], ...]
    size: int
    minimal: str = ""
    name: str = ""
    minima: int | None = None
    tagged: int | None = None

    @classmethod
    def judged(
        cls,
        caption: str,
        task: Task,
        circuit: Circuit,
        definitions: tuple[Definition, ...],
        minimal: str = "",
    ) -> Case:
        """Return the case of a circuit as these definitions judge it."""
        said = tuple((describe_definition(d), d.judge(circuit, task)) for d in definitions)
        return cls(caption, task, circuit, said, circuit.size, minimal)

    def certified(self) -> Case:
        """Return the case without what no verification could derive.

        That is its caption, and the label of a task that no text names.
        """
        task: Any = self.task
        if not self.name and not _is_text_of(task) and hasattr(task, "label"):
            task = replace(task, label="")
        return replace(self, caption="", task=task)

    def to_json(self) -> dict[str, Any]:
        """Return the case as JSON values."""
        record: dict[str, Any] = {"caption": self.caption} if self.caption else {}
        record["task"] = self.name or str(self.task)
        if not self.name and not _is_text_of(self.task):
            record["task_json"] = self.task.to_json()
        program = isinstance(self.solver, UnrolledProgram)
        record |= {
            "program" if program else "circuit": self.solver.to_json(),
            "hash": self.solver.hash_hex,
            "size": self.size,
            "minimal": self.minimal,
            "judgements": [{"by": by, **said.to_json()} for by, said in self.judgements],
        }
        if self.minima is not None:
            record |= {"minima": self.minima, "tagged": self.tagged}
        return record


def _is_text_of(task: Task) -> bool:
    """Return whether a task's text alone says what it is."""
    try:
        return bool(named_in_file("task", str(task)) == task)
    except ArgumentError:
        return False


# -- derived anew --------------------------------------------------------------------------------


def task_of(where: str, record: CaseRecord) -> Task:
    """Return the task of an example that is of no universe."""
    try:
        if record.task_json is not msgspec.UNSET:
            return task_from_json(record.task_json)
        return named_in_file("task", record.task)
    except (MesacircuitsError, KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"{where}.task", shown(error, 120)) from error


def derived_example(
    where: str, record: CaseRecord, task: Task, own: Mapping[str, Definition], name: str = ""
) -> tuple[Case, list[str]]:
    """Derive an example from its task and its solver, and compare it whole.

    Arguments:
        where: its place in the certificate.
        record: what that says.
        task: its task.
        own: definitions of the user's own, by text; what others of that kind are said to say is
            not derived, and missing in the case that is returned.
        name: the name of the task in its universe, if it is of one.

    Returns the case, and in words what was derived.

    Raises `CertificateError` naming the first field that fails.
    """
    at = f"{where}.{'circuit' if record.program is msgspec.UNSET else 'program'}"
    try:
        solver = _solver_of(record, task)
        solved = solves(solver, task)
    except (MesacircuitsError, KeyError, TypeError, ValueError) as error:
        raise CertificateError(at, shown(error, 120)) from error
    if not solved:
        raise CertificateError(at, f"does not solve {task}")
    program = isinstance(solver, UnrolledProgram)
    size = solver.program.length if isinstance(solver, UnrolledProgram) else solver.size
    kind = f"program of length {size}" if program else f"circuit of {counted(size, 'gate')}"
    steps = [f"{where}: a {kind} solves {name or task}"]
    judgements, records = [], []
    for place, said in enumerate(record.judgements):
        judgement, again, step = _judged(f"{where}.judgements[{place}]", said, solver, task, own)
        judgements += [] if judgement is None else [(said.by, judgement)]
        records.append({"by": said.by, **again})
        steps.append(f"{where}: {step}")
    case = Case("", task, solver, tuple(judgements), size, record.minimal, name)
    if name:
        minima, tagged = (0 if n is msgspec.UNSET else n for n in (record.minima, record.tagged))
        case = replace(case, minima=minima, tagged=tagged)
    derived = case.certified().to_json() | {"judgements": records}
    demand(where, msgspec.to_builtins(record), derived)
    return case, steps


def _solver_of(record: CaseRecord, task: Task) -> Circuit | UnrolledProgram:
    if record.program is not msgspec.UNSET:
        return unroll(Program.from_json(record.program), task)
    if record.circuit is msgspec.UNSET:
        raise ArgumentError("example", "a circuit or a program", "neither")
    if len(record.circuit.gates) > MOST_GATES:
        raise ArgumentError("circuit", f"at most {MOST_GATES} gates", "more")
    return record.circuit.to_circuit()


def _judged(
    where: str,
    said: JudgementRecord,
    solver: Circuit | UnrolledProgram,
    task: Task,
    own: Mapping[str, Definition],
) -> tuple[Judgement | None, dict[str, Any], str]:
    """Return what a definition says of the example, as JSON, and in words how that was derived.

    A definition of the user's own that was not given is not asked: then what is said is returned.
    """
    if is_own(said.by) and said.by not in own:
        kept = msgspec.to_builtins(said)
        del kept["by"]
        return None, kept, f"{shown(said.by)} was not asked"
    try:
        definition = own.get(said.by) or named_in_file("definition", said.by)
        judgement = definition.judge(solver, task)
    except MesacircuitsError as error:
        raise CertificateError(where, shown(error, 120)) from error
    if said.by not in own:
        # Other spellings of its name are read as well, but written is this one.
        demand(f"{where}.by", said.by, describe_definition(definition))
    again = json_values(canonical_json(judgement.to_json()))
    score = f"gives it score {judgement.score}" if judgement.applies else "does not apply"
    if judgement.witness is None:
        return judgement, again, f"{said.by} {score}"
    # The checker reads what the file says.
    demand(f"{where}.witness", said.witness, again["witness"])
    try:
        check_witness(solver, task, definition_record(definition), said.witness)
    except CertificateError as error:
        if said.by in own:
            # Its own check, if it has one, is part of judging.
            return judgement, again, f"{said.by} {score} and the same witness again"
        place = f"{where}.witness.{shown(error.where)}"
        raise CertificateError(place, shown(error.problem, 120)) from error
    return judgement, again, f"the witness of {said.by} holds, score {judgement.score}"


# -- shown to be minimal by SAT, without the engine that found it --------------------------------


def shown_minimal(where: str, case: Case, effort: Effort) -> str | None:
    """Show by SAT that an example is minimal as it says, and return that in words.

    Returns None if it says nothing, is a program, or SAT cannot show it: of a task that accepts
    whole policies, and too many boxes of them.

    Raises `CertificateError` if it is not, and `BudgetEnded` if the budget ends first.
    """
    where = f"{where}.minimal"
    solver, (order, _, name) = case.solver, case.minimal.partition(" over ")
    if not case.minimal or not isinstance(solver, Circuit):
        return None
    try:
        basis = named_in_file("basis", name)
    except ArgumentError as error:
        raise CertificateError(where, str(error)) from error
    demand(where, case.minimal, f"{order} over {basis}")
    if not solver.is_reduced() or not solver.canonical().has_forms_of(basis):
        raise CertificateError(where, f"no reduced circuit over {basis}")
    if order not in SHOWN_BY_SAT:
        orders = ", ".join(SHOWN_BY_SAT)
        raise CertificateError(where, f"one of {orders} is shown by SAT, not {shown(order)}")
    parts = parts_of(case.task)
    return None if parts is None else minimal_by_sat(parts, basis, order, solver, effort, where)


#: More gates than any example has; SAT shows no minimum of a third of it.
MOST_GATES = 64

#: The orders whose minima SAT shows to be minimal.
SHOWN_BY_SAT = (SIZE, DEPTH_SIZE, SIZE_DEPTH, PARETO)


def minimal_by_sat(
    tasks: Sequence[Task],
    basis: Basis,
    order: str,
    circuit: Circuit,
    effort: Effort,
    where: str,
) -> str:
    """Show that a circuit is minimal for a task that it solves, and return that in words.

    Arguments:
        tasks: the task, or the parts that make it up: one solved is the whole solved.
        basis: what circuits are built from.
        order: what minimal means: one of `SHOWN_BY_SAT`.
        circuit: the circuit.
        effort: the budget of SAT.
        where: the field at fault if that does not hold.

    Raises:
        ArgumentError: for another order.
        CertificateError: if a smaller circuit, or a shallower one, solves a task.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> both = Circuit.parse(3, "g1 = a & b; g2 = c & g1; out = g2")
    >>> minimal_by_sat([parse_task("tt:3:80")], B2, "size", both, Effort(), "minimal")
    'by SAT over b2 no circuit of fewer than 2 gates solves the task'
    """
    checked_order(order, SHOWN_BY_SAT)
    cost, depth = circuit_cost(circuit, basis), circuit.depth
    less = "cheaper" if basis.costs else "smaller"
    for task in tasks:
        if order == DEPTH_SIZE and shallower_exists(task, basis, depth, effort) is not None:
            raise CertificateError(where, "a shallower circuit solves the task")
        within = depth if order in (DEPTH_SIZE, PARETO) else None
        if smaller_exists(task, basis, cost, within, effort) is not None:
            alike = "" if within is None else " as shallow"
            raise CertificateError(where, f"a {less} circuit{alike} solves the task")
        shallower = order in (SIZE_DEPTH, PARETO) and depth > 0
        if shallower and smaller_exists(task, basis, cost + 1, depth - 1, effort) is not None:
            raise CertificateError(where, "a shallower circuit no larger solves the task")
    if order == DEPTH_SIZE:
        return f"by SAT over {basis} none shallower, and none {less} of depth {depth}"
    if order == PARETO:
        return f"by SAT over {basis} none {less} of depth {depth}, and none shallower no larger"
    bound = f"of less than cost {cost}" if basis.costs else f"of fewer than {counted(cost, 'gate')}"
    alike = ", and none shallower no larger" if order == SIZE_DEPTH else ""
    return f"by SAT over {basis} no circuit {bound} solves the task{alike}"


def parts_of(task: Task) -> tuple[Task, ...] | None:
    """Return tasks of which a circuit solves one just if it solves the task.

    They are the task itself, or, where whole policies are judged, the boxes of its policies; None
    if those are too many.

    >>> from mesacircuits.tasks import parse_task
    >>> len(parts_of(parse_task("tt:3:E8"))), len(parts_of(parse_task("thermostat")))
    (1, 1)
    """
    return task.boxes if isinstance(task, EpisodeTask | WorldTask) and task.joint else (task,)


def minima_by_sat(
    task: Task, basis: Basis, order: str, effort: Effort | None = None
) -> tuple[Circuit, ...]:
    """Return all minimal circuits of a task, as SAT lists them, by cost and then written form.

    There are none if no circuit over the basis solves it.

    Raises:
        ArgumentError: for a task with too many boxes of policies.
        BudgetEnded: if the budget ends first.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> len(minima_by_sat(parse_task("tt:3:E8"), B2, "size"))
    51
    """
    parts = parts_of(task)
    if parts is None:
        raise ArgumentError("task", "one whose policies are few enough to list", str(task))
    listed = [
        all_minima(part, basis, order, effort=effort) for part in parts if is_solvable(part, basis)
    ]
    if len(listed) == 1:
        return listed[0]
    least = _best(chain.from_iterable(listed), basis, order)
    return tuple(sorted(least, key=lambda c: (circuit_cost(c, basis), str(c))))


def _best(circuits: Iterable[Circuit], basis: Basis, order: str) -> list[Circuit]:
    """Return those of some circuits that are minimal among them, each once.

    >>> from mesacircuits.circuits import B2
    >>> one = Circuit.parse(2, "g1 = a & b; out = g1")
    >>> two = Circuit.parse(2, "g1 = a & b; g2 = a ^ g1; out = g2")
    >>> _best([one, one, two], B2, "size") == [one]
    True
    """
    unlike = list(dict.fromkeys(circuits))
    keys = [(circuit_cost(c, basis), c.depth) for c in unlike]
    if order in (SIZE, DEPTH_SIZE):
        keys = [(cost, 0) if order == SIZE else (depth, cost) for cost, depth in keys]
    points = set(keys)
    if order == PARETO:
        least = {
            (c, d)
            for c, d in points
            if not any((a, b) != (c, d) and a <= c and b <= d for a, b in points)
        }
    else:
        least = {min(points)} if points else set()
    return [circuit for circuit, key in zip(unlike, keys, strict=True) if key in least]
