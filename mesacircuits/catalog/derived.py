"""The rows of one search of a catalog, derived from what it is of and what it found.

What stands in a catalog may be a stranger's. Nothing of it is believed but what `ASSERTED` lists:
the rows are made anew by the code that makes them when a catalog is built, and compared whole.
Names resolve by `named_in_file`, so none is a path, and none is run. With `recounted` the minima
themselves are found again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from mesacircuits.catalog.building import CATALOG_ORDERS, judged_by
from mesacircuits.catalog.entries import Entry, Judged, Minimum, Run, functions_by_universe
from mesacircuits.catalog.schema import COLUMNS, KEYS
from mesacircuits.catalog.store import Catalog
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.bases import Basis
from mesacircuits.conjectures.sentence import MOST_GATES
from mesacircuits.definitions import DEFINITIONS, MIXED, UNCLASSIFIED, Definition
from mesacircuits.definitions.checker import check_judgement
from mesacircuits.definitions.definition import solves, wired_of
from mesacircuits.definitions.file_names import named_in_file
from mesacircuits.definitions.registry import definition_text, is_of_package
from mesacircuits.enumeration import (
    DEPTH_SIZE,
    FORMULA,
    PARETO,
    SIZE,
    SIZE_DEPTH,
    BudgetEnded,
    Effort,
    enumerate_minima,
)
from mesacircuits.enumeration.orders import checked_order, circuit_cost
from mesacircuits.enumeration.planner import planned
from mesacircuits.enumeration.programs import MinimalProgram, enumerate_programs
from mesacircuits.enumeration.programs.length_search import Turns
from mesacircuits.enumeration.programs.minima import completed, cost_of
from mesacircuits.enumeration.programs.orders import order_named
from mesacircuits.enumeration.reach import builds_all
from mesacircuits.enumeration.rows import keys_of
from mesacircuits.enumeration.sat import all_minima
from mesacircuits.errors import ArgumentError, CertificateError, MesacircuitsError, require
from mesacircuits.programs import Machine, Program, run_turn
from mesacircuits.records import canonical_json, content_hash, json_values
from mesacircuits.tasks import AnyTask, FunctionTask, Task, task_from_json
from mesacircuits.tasks.policy_task import ActingTask
from mesacircuits.tasks.program_inputs import instances_of

__all__ = [
    "ASSERTED", "BY_EXHAUSTION", "BY_SAT", "DerivedSearch", "definition_of", "recounted",
    "refused_at", "short",
]  # fmt: skip

#: Each column that is not derived again and compared, and why. Rows of definitions that are neither
#: the package's nor given are compared in form, and asserted.
ASSERTED: Mapping[str, str] = MappingProxyType(
    {
        "runs.source": "how minima were come by",
        "runs.versions": "what they were come by with",
        "runs.seed": "what was drawn at random",
    }
)

# No search of ours finds circuits or programs near these bounds; a stranger's could go on for long.
_MOST_STEPS = 1 << 14
_MOST_REGISTER_BITS = 16
_MOST_TABLES = 1 << 17
_MOST_SHOWN = 60
# Of somebody's own, and `contains(...)` around it.
_MOST_TAG = 80

BY_SAT = "by SAT"
BY_EXHAUSTION = "by exhaustion"

#: A search that looks at more gates, or choices, than this is left to a budget of seconds.
_MOST_TRIED = 10**9
_BY_SAT = (SIZE, DEPTH_SIZE, SIZE_DEPTH, PARETO)


def shown(value: object) -> str:
    """Return what stood in a cell, on one line of an error, cut."""
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


def demand(where: str, said: object, derived: object) -> None:
    """Raise `CertificateError` unless what is said is what was derived."""
    if said != derived or type(said) is not type(derived):
        raise CertificateError(where, f"said {shown(said)}, derived {shown(derived)}")


@contextmanager
def refused_at(where: str, *also: type[Exception]) -> Iterator[None]:
    """Say of what the block refuses, such as a name that resolves to nothing, where it stands."""
    kinds: tuple[type[Exception], ...] = MesacircuitsError, *also
    try:
        yield
    except CertificateError:
        raise
    except kinds as error:
        raise CertificateError(where, str(error)) from None


def short(name: object) -> str:
    """Return the beginning of a hash or place as errors name it, whatever a stranger wrote."""
    text = str(name)[:16]
    return text if text.isprintable() else repr(text)


def canonical_value(where: str, text: object) -> Any:
    """Return the JSON values of a cell, which has to be in the one form that hashes are of."""
    if not isinstance(text, str):
        raise CertificateError(where, f"said {shown(text)}, not a text in JSON")
    with refused_at(where, ValueError, OverflowError):
        value = json_values(text)
        demand(where, text, canonical_json(value).decode())
    return value


def _object(where: str, text: object) -> dict[str, Any]:
    """Return the JSON object of a cell."""
    value = canonical_value(where, text)
    if not isinstance(value, dict):
        raise CertificateError(where, "not an object")
    return value


def compare(
    table: str, stored: Iterable[tuple[Any, ...]], derived: Iterable[tuple[Any, ...]]
) -> None:
    """Raise `CertificateError` unless a table has the rows derived, and no others.

    Every column is compared but those that are asserted.
    """
    left = {_key(table, row): row for row in stored}
    for made in derived:
        key = _key(table, made)
        where = f"{table}[{', '.join(map(short, key))}]"
        kept = left.pop(key, None)
        if kept is None:
            raise CertificateError(where, "derived, and not there")
        for place, column in enumerate(COLUMNS[table]):
            if f"{table}.{column}" not in ASSERTED:
                demand(f"{where}.{column}", kept[place], made[place])
    for key in left:
        where = f"{table}[{', '.join(map(short, key))}]"
        raise CertificateError(where, "there, and not derived")


def _key(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(row[COLUMNS[table].index(key)] for key in KEYS[table])


def _claims_to_be_ours(name: str, text: str) -> bool:
    """Return whether a row of `definitions` claims to be one of the package's."""
    names = name, text.partition("(")[0].strip()
    # What is made of somebody's own definition is not.
    made_of = DEFINITIONS[name].made_of if name in DEFINITIONS else ""
    return any(n in DEFINITIONS for n in names) and (not made_of or is_of_package(text))


class DerivedSearch:
    """One search of a catalog, its rows derived again.

    Arguments:
        catalog: the catalog, within one moment of reading.
        search: the hash under which the search stands.
        known: the definitions, by their hashes; None for those that are not at hand.
        effort: its budget.

    Attributes:
        where: the search's name in errors.
        task, kind, name, order, minima: what was read of it and holds.
        basis, machine: what the solvers are over, if they are circuits, or programs.
        universes: what its runs searched.
        tags: how many tags were derived.
        judged: the hashes of the definitions that judged.
        own: of those that are not at hand, how many tags they gave.
        uncounted: whether there was a private table that was not derived.

    Raises `CertificateError` naming the first thing that is not so, and `BudgetEnded`.
    """

    def __init__(
        self,
        catalog: Catalog,
        search: str,
        known: Mapping[str, Definition | None],
        effort: Effort,
    ) -> None:
        self.catalog, self.search, self.known, self.effort = catalog, search, known, effort
        self.where = f"searches[{short(search)}]"
        self.basis: Basis | None = None
        self.machine: Machine | None = None
        self.judged: tuple[str, ...] = ()
        self.own: dict[str, int] = {}
        self.uncounted = False
        stored = {table: self._stored(table) for table in KEYS}
        [(_, task, self.kind, self.name, self.order, *_)] = stored["searches"]
        with refused_at(self.where):
            self._read_names()
            self.task = _task(stored["tasks"][0])
            demand(f"{self.where}.task", task, self.task.hash_hex)
            self.minima = self._read_minima(stored)
            self._check_alike()
            runs, functions = self._read_runs(stored["runs"])
            judged, own = self._judge(stored)
        self.universes = {run.universe for run in runs}
        named = self.task, self.name, self.order, self.minima, judged
        derived: dict[str, dict[tuple[Any, ...], None]] = {table: {} for table in KEYS}
        for run in runs:
            made = Entry(*named, run, functions, self.kind).rows()
            for table, rows in (*made.items(), *own.items()):
                derived[table].update(dict.fromkeys(rows))
        for table in KEYS:
            compare(table, stored[table], derived[table])
        self.tags = len(derived["tags"]) - len(own["tags"])

    def __str__(self) -> str:
        return f"{self.task} ({self.name}, {self.order})"

    # -- reading -----------------------------------------------------------------------------

    def _stored(self, table: str) -> list[tuple[Any, ...]]:
        """Return the rows of a table that belong to the search."""
        where = {
            "tasks": "hash IN (SELECT task FROM searches WHERE hash = ?)",
            "solvers": "hash IN (SELECT solver FROM minima WHERE search = ?)",
            "runs": "hash IN (SELECT run FROM search_runs WHERE search = ?)",
            "definitions": "hash IN (SELECT definition FROM judged WHERE search = ?)",
            "searches": "hash = ?",
        }.get(table, "search = ?")
        keys = ", ".join(KEYS[table])
        names = ", ".join(COLUMNS[table])
        sql = f"SELECT {names} FROM {table} WHERE {where} ORDER BY {keys}"
        return list(self.catalog.rows(sql, [self.search]))

    def _read_names(self) -> None:
        if self.kind == "circuit":
            self.basis = named_in_file("basis", self.name)
            demand(f"{self.where}.basis", self.name, "".join(self.basis.name.split()))
            checked_order(self.order, CATALOG_ORDERS)
            return
        self.machine = named_in_file("machine", self.name)
        demand(f"{self.where}.basis", self.name, str(self.machine))
        bits = self.machine.registers * self.machine.width
        problem = f"a machine of {bits} bits; at most {_MOST_REGISTER_BITS} are verified"
        require(bits <= _MOST_REGISTER_BITS, f"{self.where}.basis", problem)
        order_named(self.order)

    @property
    def turns(self) -> Turns:
        """The turns of a search for programs."""
        assert self.machine is not None  # it is of programs
        return Turns(self.task, self.machine, _MOST_STEPS)

    def _read_minima(self, stored: Mapping[str, list[tuple[Any, ...]]]) -> tuple[Minimum, ...]:
        solvers = {row[0]: row for row in stored["solvers"]}
        read = []
        for _, place, solver, *_ in sorted(stored["minima"], key=lambda row: row[1]):
            if self.effort.used_up():
                raise BudgetEnded
            where = f"{self.where}.minima[{place}]"
            _, kind, inputs, text, record = solvers[solver]
            demand(f"{where}.kind", kind, self.kind)
            with refused_at(where):
                if kind == "circuit":
                    read.append(self._circuit(where, inputs, text))
                else:
                    read.append(self._program(where, record))
                solved = solves(wired_of(read[-1][1].solver, self.task), self.task)
                require(solved, where, f"does not solve {self.task}")
        several = len({minimum.solver for _, minimum in read}) == len(read)
        require(several, f"{self.where}.minima", "one of them is listed twice")
        # As the engines list them; formulas come in an order that only their search tells.
        if self.order != FORMULA:
            read.sort(key=lambda found: found[0])
        if not read:
            self._check_unsolvable()
        return tuple(minimum for _, minimum in read)

    def _circuit(self, where: str, inputs: object, text: str) -> tuple[Any, Minimum]:
        demand(f"{where}.inputs", inputs, self.task.inputs)
        assert self.basis is not None  # it is of circuits
        # What is written stands for its canonical chain, whose text has to be that which is there.
        circuit = Circuit.parse(self.task.inputs, text).canonical()
        problem = f"{circuit.size} gates; at most {MOST_GATES} are verified"
        require(circuit.size <= MOST_GATES, where, problem)
        require(circuit.has_forms_of(self.basis), where, f"not over {self.name}")
        if self.order == FORMULA:
            require(_is_formula(circuit), where, "not a formula: a gate is not read just once")
        else:
            require(circuit.is_reduced(), where, "not reduced")
        key = circuit_cost(circuit, self.basis), keys_of(circuit)
        return key, Minimum.of_circuit(circuit)

    def _program(self, where: str, record: object) -> tuple[Any, Minimum]:
        program = Program.from_json(canonical_value(f"{where}.json", record))
        require(program.machine == self.machine, where, f"not for {self.name}")
        turns, order = self.turns, order_named(self.order)
        # Off the support too a turn may count as far as its registers do.
        for instance in instances_of(self.task, program.machine):
            run_turn(program, instance, most_steps=_MOST_STEPS)
        tables: int | None = 1
        if program.table is not None:
            try:
                few = Effort(nodes=_MOST_TABLES)
                best = completed(turns, program.code, order.counts_time, few)
            except BudgetEnded:
                # So many tables that the first of those that serve is not looked for.
                tables, self.uncounted = None, True
            else:
                if best is None or best[0] != program:
                    raise CertificateError(where, "not the first private table that serves")
                tables = best[1]
        found = MinimalProgram(program, cost_of(turns, program), tables)
        return found.key, Minimum.of_program(found)

    def _check_unsolvable(self) -> None:
        # A search finds nothing where there is nothing, or nothing up to the cap of its order.
        if self.basis is not None:
            solvable = planned(self.task, self.basis, self.order, Effort(nodes=1))[1]
        else:
            solvable = not order_named(self.order).capped
        require(not solvable, f"{self.where}.minima", "none, and the task has some")

    def _check_alike(self) -> None:
        """Check what the order says of a list as a whole: none of it is better than another."""
        points: set[Any] = set()
        for minimum in self.minima:
            solver = minimum.solver
            if isinstance(solver, Program):
                points.add(order_named(self.order).key(cost_of(self.turns, solver)))
                continue
            assert self.basis is not None  # it is of circuits
            by_depth = self.order in (PARETO, DEPTH_SIZE, SIZE_DEPTH)
            points.add((circuit_cost(solver, self.basis), solver.depth if by_depth else 0))
        where = f"{self.where}.minima"
        if self.order != PARETO or self.basis is None:
            require(len(points) <= 1, where, f"not alike under {self.order}")
            return
        for size, depth in points:
            if any(s <= size and d <= depth and (s, d) != (size, depth) for s, d in points):
                raise CertificateError(where, "one is beaten by another")

    def _read_runs(self, rows: Sequence[tuple[Any, ...]]) -> tuple[list[Run], int]:
        """Return the runs, and of how many functions they say that the task is a class."""
        require(bool(rows), f"{self.where}.search_runs", "no run found it")
        searched = [str(universe) for _, universe, *_ in rows]
        known = functions_by_universe(self.task, self.basis, self.name, self.order, searched)
        runs, functions = [], set()
        for name, universe, source, versions, seed in rows:
            where = f"runs[{short(name)}]"
            said = f"said {shown(universe)}, derived one of {', '.join(known)}"
            require(universe in known, f"{where}.universe", said)
            value = canonical_value(f"{where}.versions", versions)
            texts = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
            require(texts, f"{where}.versions", "not an object of texts")
            runs.append(Run(universe, source, seed, value))
            functions.add(known[universe])
        alike = len(functions) == 1
        require(alike, f"{self.where}.functions", "runs say it of several universes")
        return runs, functions.pop()

    # -- judging -----------------------------------------------------------------------------

    def _judge(
        self, stored: Mapping[str, list[tuple[Any, ...]]]
    ) -> tuple[tuple[Judged, ...], dict[str, list[tuple[Any, ...]]]]:
        """Return what the definitions at hand say, and the rows of those that are not."""
        judged: list[Judged] = []
        own: dict[str, list[tuple[Any, ...]]] = {"definitions": [], "judged": [], "tags": []}
        rows = {row[0]: row for row in stored["definitions"]}
        for said in stored["judged"]:
            if self.effort.used_up():
                raise BudgetEnded
            name = said[1]
            self.judged += (name,)
            definition = self.known[name]
            if definition is None:
                own["definitions"].append(rows[name])
                tags = [tag for tag in stored["tags"] if tag[2] == name]
                self._check_form(said, tags)
                own["judged"].append((*said[:3], len(tags)))
                own["tags"] += tags
                self.own[name] = len(tags)
                continue
            again = judged_by(definition, self.minima, self.task, bulk=False)
            judged.append(again)
            for place, judgement in again.tagged.items():
                solver = self.minima[place].solver
                if definition.name in DEFINITIONS:
                    check_judgement(definition, solver, self.task, judgement)
                elif judgement.witness is not None and callable(
                    own_check := getattr(definition, "check", None)
                ):
                    own_check(solver, self.task, judgement.witness)
        return tuple(judged), own

    def _check_form(self, said: tuple[Any, ...], tags: Sequence[tuple[Any, ...]]) -> None:
        # What a definition at hand might have said, in form.
        where = f"judged[{short(said[0])}, {short(said[1])}]"
        applies = said[2] == 1 or (said[2] == 0 and not tags)
        require(applies, f"{where}.applies", f"said {said[2]!r}")
        for _, place, _, witness, measured in tags:
            _object(f"{where}.tags[{place}].witness", witness)
            if measured is not None:
                _object(f"{where}.tags[{place}].measured", measured)


def definition_of(row: tuple[Any, ...], given: Mapping[str, Definition]) -> Definition | None:
    """Return the definition that a row of `definitions` states, having compared the whole row.

    It is one of the package's, or one that is given, by its hash; None for another, whose row is
    checked in form alone.

    Raises `CertificateError` for a row that is not what its definition makes.
    """
    name, called, version, parameters, tag, text = row
    where = f"definitions[{short(name)}]"
    dials = canonical_value(f"{where}.parameters", parameters)
    record = {"name": called, "version": version, "parameters": dials}
    demand(f"{where}.hash", name, content_hash(record))
    definition = given.get(name)
    if definition is None and _claims_to_be_ours(called, text):
        with refused_at(where):
            definition = named_in_file("definition", text)
    if definition is not None:
        compare("definitions", [row], [Judged(definition, True, {}).definition_row()])
        return definition
    plain = isinstance(dials, dict) and all(
        value is None or type(value) in (int, str) for value in dials.values()
    )
    require(plain, f"{where}.parameters", "not an object of dials")
    demand(f"{where}.text", text, definition_text(called, dials))
    fits = tag.isprintable() and 0 < len(tag) <= _MOST_TAG and tag not in (MIXED, UNCLASSIFIED)
    fits = fits and len(tag.split()) == 1
    require(fits, f"{where}.tag", f"said {shown(tag)}, not a short name")
    return None


def _task(row: tuple[Any, ...]) -> Task:
    name, text, *_, record = row
    where = f"tasks[{short(name)}]"
    with refused_at(f"{where}.json"):
        task = task_from_json(canonical_value(f"{where}.json", record))
    if text != str(task) and not isinstance(task, FunctionTask):
        # Tasks with utilities, and worlds, are called by the text that named them.
        with suppress(ArgumentError):
            named: AnyTask = named_in_file("task", text)
            if isinstance(task, ActingTask) and isinstance(named, ActingTask):
                # Older catalogs do not say which bits of an observation belong together.
                said = replace(task, label=text)
                return said if task in (named, named.without_fields()) else task
            return named if named.hash_hex == task.hash_hex else task
    return task


def _is_formula(circuit: Circuit) -> bool:
    read = Counter(wire for gate in circuit.gates for wire in gate.operands)
    read.update(output.wire for output in circuit.outputs)
    return all(read[wire] == 1 for wire in range(circuit.inputs, circuit.wires))


# -- finding the minima again ------------------------------------------------------------------


def recounted(found: DerivedSearch, effort: Effort) -> str:
    """Find all minima of a search again, and return how.

    Circuits are found by SAT, which shares nothing with the search, or where it cannot by the
    search itself; and programs by theirs. What SAT cannot: whole policies, formulas, and fronts
    over bases that do not build every function.

    Raises `CertificateError` if they are others, and `BudgetEnded`: if the budget ended, or the
    search is too long to be run again without one.
    """
    if found.basis is None:
        again = enumerate_programs(found.task, found.order, found.machine, _bounded(effort))
        if not again.exhaustive:
            raise BudgetEnded
        _demand_all(found, [m.hash_hex for m in again.programs])
        return BY_EXHAUSTION
    if not found.minima:
        # That there is none was derived.
        return BY_EXHAUSTION
    circuits = [m.solver for m in found.minima if isinstance(m.solver, Circuit)]
    whole = builds_all(found.basis)
    if not found.task.joint and found.order in _BY_SAT and (whole or found.order != PARETO):
        # Where some functions have no circuit, what is listed bounds what is asked for.
        cap = None if whole else max(circuit_cost(circuit, found.basis) for circuit in circuits)
        listed: tuple[Circuit, ...] | None = None
        with suppress(ArgumentError):
            listed = all_minima(found.task, found.basis, found.order, cap=cap, effort=effort)
        if listed is not None:
            _demand_all(found, [circuit.hash_hex for circuit in listed])
            return BY_SAT
    searched = enumerate_minima(found.task, found.basis, found.order, _bounded(effort))
    if not searched.exhaustive:
        raise BudgetEnded
    _demand_all(found, [circuit.hash_hex for circuit in searched.minima], ordered=True)
    return BY_EXHAUSTION


def _bounded(effort: Effort) -> Effort:
    # Searched, and not taken from lists that ship; its bar would overwrite that of the whole.
    again = replace(effort, shipped=False, show_progress=False)
    return again if effort.seconds is not None else replace(again, nodes=_MOST_TRIED)


def _demand_all(found: DerivedSearch, derived: list[str], ordered: bool = False) -> None:
    said = [minimum.solver.hash_hex for minimum in found.minima]
    if not ordered:
        said, derived = sorted(said), sorted(derived)
    problem = f"{len(said):,} minima are listed, {len(derived):,} were found"
    if len(said) == len(derived):
        problem += ", others or in another order"
    require(said == derived, f"{found.where}.complete", problem)
