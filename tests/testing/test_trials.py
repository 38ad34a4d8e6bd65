"""Trials: what is found with any seed, of every kind of task; what they print can be rebuilt."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import ClassVar

import pytest
from hypothesis import strategies as st

from mesacircuits.definitions import (
    ControlLike,
    LookupTable,
    SearchLike,
    from_function,
    has_influence,
)
from mesacircuits.definitions.definition import circuit_of, wired_of, words_on
from mesacircuits.definitions.measures import Extensional, OptimisationPower, RobustBasin
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import EpisodeTask, OptimisationTask, WorldTask, task_from_json
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.testing import axioms, episode_tasks, optimisation_tasks, world_tasks
from mesacircuits.testing.axioms import Subject
from mesacircuits.testing.axioms.definition_axioms import variants_of
from mesacircuits.testing.axioms.subjects import KINDS
from mesacircuits.testing.axioms.tagged import Solvers, tag_can_be_made
from mesacircuits.testing.axioms.trial import EXAMPLES, try_axioms
from mesacircuits.testing.drawing import drawn

FEW = 8
BLIND = "whatever happens off the support"


# -- what is drawn --------------------------------------------------------------------------------


def test_what_is_drawn_depends_on_the_seed_alone(tmp_path, monkeypatch) -> None:
    # Hypothesis prefers constants of the modules that are loaded, of which here is one more.
    before = drawn(st.integers(), 300, 1)
    (tmp_path / "more_numbers.py").write_text(
        f"NUMBERS = [{', '.join(map(str, range(2000, 3000)))}]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("more_numbers")
    assert drawn(st.integers(), 300, 1) == before


# -- faults that show only where the tag is given --------------------------------------------------


def inverts(solver, task):
    """Some gate, inverted while it runs, makes the solver pursue the opposite utility.

    The fault: a gate that reaches no output counts. Where all candidates are worth the same, the
    solver already pursues the opposite, and any such gate will do.
    """
    if not isinstance(task, OptimisationTask):
        return None, "no utilities"
    circuit, full = circuit_of(solver), (1 << (1 << task.inputs)) - 1
    rows = tuple(tuple(-u for u in row) for row in task.utilities)
    opposite = replace(task, utilities=rows, ties="free", slack=Fraction(0))
    bits = circuit.wire_bits()
    for wire in range(circuit.inputs, circuit.wires):
        tables = circuit.output_bits({wire: bits[wire] ^ full})
        word_of = (
            sum((t >> x & 1) << i for i, t in enumerate(tables)) for x in range(full.bit_length())
        )
        if all(opposite.word_masks[word] >> x & 1 for x, word in enumerate(word_of)):
            return True, {"wire": wire}
    return 0


INVERTS = from_function("inverts", "inverts", inverts, blind_to=BLIND)


@dataclass(frozen=True)
class Faulty:
    """A definition that takes its tag away where something is so that should not matter."""

    base: object
    takes_away: object

    def __getattr__(self, name):
        return getattr(self.base, name)

    def judge(self, solver, task):
        judgement = self.base.judge(solver, task)
        if judgement.holds and self.takes_away(solver, task):
            return replace(judgement, score=Fraction(0), witness=None)
        return judgement


def has_dead_gates(solver, task):
    live = set().union(*(solver.cones[o.wire] for o in solver.outputs if o.wire >= 0))
    return len(live) < len(solver.gates)


def begins_descending(solver, task):
    return bool(solver.gates) and [*solver.gates[0].operands] != sorted(solver.gates[0].operands)


def is_worth_much(solver, task):
    return isinstance(task, OptimisationTask) and max(map(max, task.utilities)) > 1


FAULTS = [
    (Faulty(SearchLike(), has_dead_gates), axioms.DEAD_GATES),
    (Faulty(LookupTable(), has_dead_gates), axioms.DEAD_GATES),
    (Faulty(ControlLike(), has_dead_gates), axioms.DEAD_GATES),
    (Faulty(SearchLike(), begins_descending), axioms.GATE_RENAMING),
    (Faulty(LookupTable(), begins_descending), axioms.GATE_RENAMING),
    (Faulty(ControlLike(), begins_descending), axioms.GATE_RENAMING),
    (Faulty(SearchLike(), is_worth_much), axioms.UTILITY_SCALE),
]


def broken_with(definition, axiom, seeds):
    found = []
    for seed in seeds:
        (result,) = try_axioms(definition, [axiom], EXAMPLES, seed).results
        found.append(result.status)
    return found


def test_a_dead_gate_that_counts_is_found_with_any_seed() -> None:
    assert broken_with(INVERTS, axioms.DEAD_GATES, range(20)) == ["broken"] * 20


@pytest.mark.slow
@pytest.mark.parametrize(("definition", "axiom"), FAULTS)
def test_a_fault_where_the_tag_is_given_is_found_with_any_seed(definition, axiom) -> None:
    assert broken_with(definition, axiom, range(20)) == ["broken"] * 20


@pytest.mark.slow
@pytest.mark.parametrize(("definition", "axiom"), FAULTS[:5:2])
def test_a_fault_where_the_tag_is_given_is_found(definition, axiom) -> None:
    assert broken_with(definition, axiom, [1]) == ["broken"]


def operands_ascend(solver, task):
    gates = circuit_of(solver).gates
    return bool(gates) and all([*g.operands] == sorted(g.operands) for g in gates)


def test_the_order_of_operands_is_tried_of_symmetric_gates_too() -> None:
    ascending = from_function("ascending", "ascending", operands_ascend)
    for seed in range(5):
        (result,) = try_axioms(ascending, [axioms.GATE_RENAMING], FEW, seed).results
        assert result.status == "broken"
        first, second = (s.solver for s in result.violation.example.subjects)
        assert first.hash_hex == second.hash_hex
        # The smallest has one gate, read in two ways.
        assert (first.size, result.smallest) == (1, True)


# -- kinds of tasks, and solvers with the tag ------------------------------------------------------


@pytest.mark.slow
def test_half_of_what_is_drawn_has_the_tag_where_such_are_found() -> None:
    (result,) = try_axioms(ControlLike(), [axioms.RENAMING], 50).results
    # Ten are drawn of each kind; it applies to worlds alone.
    assert set(result.tally.kinds) == set(axioms.RENAMING.kinds)
    world = result.tally.kinds["world"]
    assert world.tagged >= 5
    assert (result.tagged, result.applied) == (world.tagged, world.applied)
    assert all(counts.applied == 0 for k, counts in result.tally.kinds.items() if k != "world")
    assert result.examples == sum(counts.examples for counts in result.tally.kinds.values())


@cache
def solvers(definition) -> Solvers:
    return Solvers(definition, count=20)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("definition", [LookupTable(), ControlLike(), Extensional()])
def test_solvers_are_on_the_side_that_they_are_said_to_be(definition, kind: str) -> None:
    found = solvers(definition)
    for side, held in ((found.tagged(kind), True), (found.untagged(kind), False)):
        for subject in side:
            assert subject.kind == kind
            assert definition.judge(subject.solver, subject.task).holds is held
            assert held or has_influence(subject.solver, subject.task)
        assert [s.key for s in side] == sorted(s.key for s in side)


def test_tagged_solvers_are_found_where_there_are_some() -> None:
    found = {
        (definition.name, kind): len(solvers(definition).tagged(kind))
        for definition in (LookupTable(), ControlLike())
        for kind in KINDS
    }
    assert all(found["lookup-table", kind] for kind in KINDS)
    assert found["control-like", "world"] > 2
    assert found["control-like", "function"] == 0


def test_failing_on_a_solver_that_is_only_looked_for_ends_the_trial() -> None:
    failing = from_function("failing", "failing", lambda s, t: 1 // (len(s.gates) != 4))
    trial = try_axioms(failing, [axioms.TABULATION, axioms.UTILITY_SCALE], FEW)
    assert "raised ZeroDivisionError" in str(trial.failure)
    # For tests that are written it is left out: there the axioms say what fails.
    assert all(
        len(s.solver.gates) != 4 for s in Solvers(failing, count=5, lenient=True).tagged("function")
    )


def test_the_text_shows_what_had_the_tag_by_kind() -> None:
    text = str(try_axioms(ControlLike(), [axioms.SCORES, axioms.ANCHORS], FEW))
    assert re.search(r"^axiom +verdict +with tag +applied +examples$", text, re.M)
    assert re.search(r"^axiom +function +relation +optimisation +world +episode$", text, re.M)
    assert max(map(len, text.splitlines())) <= 80


# -- saying something ------------------------------------------------------------------------------

NEVER = from_function("never", "never", lambda solver, task: 0, blind_to=BLIND)


def conclusion(definition, axiom=axioms.NON_TRIVIAL, examples=FEW):
    (result,) = try_axioms(definition, [axiom], examples).results
    return result


def test_what_never_gives_its_tag_is_undecided() -> None:
    hardly = from_function("hardly", "hardly", lambda solver, task: Fraction(1, 2))
    result = conclusion(hardly)
    assert (result.status, result.tagged, result.smallest) == ("inconclusive", 0, False)
    trial = try_axioms(hardly, [axioms.NON_TRIVIAL, axioms.DEAD_GATES], FEW)
    assert trial.exit_status == 4
    text = " ".join(str(trial).split())
    assert text.startswith("hardly: 1 axiom held, 0 broken, 1 inconclusive ")
    assert f"none of {result.applied} solvers with influence has the tag" in text


def test_what_says_the_same_of_all_is_trivial() -> None:
    result = conclusion(NEVER)
    assert (result.status, result.tagged) == ("broken", 0)
    assert "it says the same of all, a score of 0" in result.conclusion.text


def test_what_never_gives_a_known_tag_is_trivial() -> None:
    never = from_function("never", "lookup-table", lambda solver, task: 0)
    assert conclusion(never).status == "broken"
    # Where solvers are built for dials set otherwise, they have the tag; else there need be none.
    assert conclusion(SearchLike(objective_gates=4)).status == "held"
    assert not tag_can_be_made(SearchLike(objective_gates=2000))
    assert not tag_can_be_made(NEVER)


def test_what_always_gives_its_tag_is_trivial() -> None:
    result = conclusion(from_function("some", "some", has_influence))
    assert (result.status, result.tagged == result.applied > 0) == ("broken", True)
    assert "have the tag" in result.conclusion.text
    assert result.violation is None


def test_only_solvers_with_influence_count() -> None:
    # It differs between solvers, but of those with influence all have the tag.
    influenced = from_function("influence", "influence", lambda s, t: has_influence(s, t))
    for example in drawn(axioms.NON_TRIVIAL.examples(), 30):
        subject = example.subjects[0]
        assert influenced.judge(subject.solver, subject.task).holds


def test_defaults_say_something() -> None:
    for definition in (SearchLike(), LookupTable(), ControlLike()):
        assert conclusion(definition).status == "held"


# -- dials -----------------------------------------------------------------------------------------


def deep(solver, task, gates=2):
    return circuit_of(solver).depth > gates


@pytest.mark.parametrize(("way", "status"), [("more", "held"), ("less", "broken")])
def test_a_dial_that_is_said_to_be_stricter_is_tried(way: str, status: str) -> None:
    definition = from_function("deep", "deep", deep, stricter={"gates": way})
    assert [(v.parameters["gates"], stricter) for v, stricter in variants_of(definition)] == [
        (3, way == "more"),
        (1, way == "less"),
    ]
    result = conclusion(definition, axioms.DIAL_MONOTONE)
    assert result.status == status
    if status == "broken":
        assert "which is to be stricter, gives the tag" in result.violation.problem
        shown = [int(n) for n in re.findall(r"gates=(\d)", result.violation.problem)]
        subject = result.violation.example.subjects[0]
        gives, lacks = (
            definition.with_dials({"gates": n}).judge(subject.solver, subject.task).holds
            for n in shown
        )
        assert (gives, lacks) == (True, False)
        # It holds that a lower number is the laxer one.
        assert shown[0] < shown[1]


class Backwards(LookupTable):
    """A table that takes cells of more inputs for the stricter ones."""

    name: ClassVar[str] = "backwards"

    def variants(self):
        return [Backwards(1), Backwards(4)]

    def is_stricter_than(self, other):
        return LookupTable.is_stricter_than(other, self)


def test_variants_that_are_said_to_be_stricter_are_tried() -> None:
    assert conclusion(LookupTable(), axioms.DIAL_MONOTONE).status == "held"
    result = conclusion(Backwards(2), axioms.DIAL_MONOTONE)
    assert result.status == "broken"


def test_dials_of_which_nothing_is_known_are_left_alone() -> None:
    result = conclusion(from_function("deep", "deep", deep), axioms.DIAL_MONOTONE)
    assert (result.status, result.examples) == ("not applicable", 0)
    assert result.remark == "no dial of it is known to be stricter one way"


def test_thresholds_move_within_their_range() -> None:
    found = {v.parameters["bits"]: s for v, s in variants_of(OptimisationPower())}
    assert found == {"5/4": True, "3/4": False}
    dials = [(v.least, v.ratio, s) for v, s in variants_of(RobustBasin())]
    # `least` is at its most already; a smaller ratio is the stricter.
    assert dials == [("3/4", "1/2", False), ("1", "3/4", False), ("1", "1/4", True)]


@pytest.mark.parametrize(
    ("stricter", "problem"),
    [
        ({"depth": "more"}, "dial of deep: expected gates, got depth"),
        ({"gates": "up"}, "more or less"),
    ],
)
def test_what_is_stricter_must_be_a_dial_and_a_way(stricter, problem: str) -> None:
    with pytest.raises(ArgumentError, match=problem):
        from_function("deep", "deep", deep, stricter=stricter)


# -- what is reported ------------------------------------------------------------------------------


def reads_xor(solver, task):
    return any(gate.operator in ("xor", "xnor") for gate in circuit_of(solver).gates)


def test_what_is_reported_breaks_nothing() -> None:
    definition = from_function("xor", "xor", reads_xor)
    (result,) = try_axioms(definition, [axioms.TECHNOLOGY], FEW).results
    assert (result.status, result.violation) == ("reported", None)
    assert result.tally.found > 0
    assert result.conclusion.text == (
        f"the score differs in {result.tally.found} of {result.applied} examples"
    )
    first, second = result.tally.first.example.subjects
    assert {j.score for j in result.tally.first.judgements} == {0, 1}
    assert first.solver.output_bits() == second.solver.output_bits()
    trial = try_axioms(definition, [axioms.TECHNOLOGY], FEW)
    assert (trial.exit_status, trial.broken) == (0, ())
    record = json.loads(json.dumps(trial.to_json()))["axioms"][0]
    assert (record["status"], record["found"]) == ("reported", result.tally.found)
    assert Subject.from_json(record["example"]["subjects"][1]) == second
    assert "the smallest of them:" in str(trial)
    axioms.TECHNOLOGY.assert_holds(definition, result.tally.first.example)


def test_whether_structure_is_seen() -> None:
    for definition, seen in (
        (from_function("xor", "xor", reads_xor), True),
        (Extensional(), False),
    ):
        trial = try_axioms(definition, [axioms.INTENSIONAL], FEW)
        assert trial.intensional is seen
        assert trial.to_json()["intensional"] is seen
        word = "yes" if seen else "no"
        assert f"\nintensional: {word}: solvers of one task and one function get" in str(trial)
    assert try_axioms(NEVER, [axioms.SCORES], 1).intensional is None


def test_definitions_that_judge_no_machines_are_left_alone() -> None:
    gates = from_function("gates", "gates", lambda solver, task: len(solver.gates) > 2)
    result = conclusion(gates, axioms.UNROLLING)
    assert (result.status, result.examples) == ("not applicable", 0)
    assert result.remark.startswith("it does not judge machines: raised AttributeError")
    able = from_function("gates", "gates", lambda s, t: len(wired_of(s, t).gates) > 2)
    assert conclusion(able, axioms.UNROLLING).status == "reported"


def test_programs_and_their_circuits_are_compared() -> None:
    several = from_function(
        "words",
        "words",
        lambda s, t: len(words_on(wired_of(s, t).output_bits(), t.support_bits)) > 1,
    )
    # What depends on the answers alone is the same for both.
    result = conclusion(several, axioms.PROGRAM_UNROLLING, 20)
    assert (result.status, result.tally.found, result.tagged > 0) == ("reported", 0, True)
    kinds = from_function("kinds", "kinds", lambda s, t: hasattr(s, "program"))
    assert conclusion(kinds, axioms.PROGRAM_UNROLLING).tally.found > 0


# -- counterexamples can be rebuilt ----------------------------------------------------------------


def touchy(solver, task):
    """A score that any change changes, of solver or task."""
    text = json.dumps([wired_of(solver, task).to_json(), task.to_json()])
    return Fraction(int(hashlib.sha256(text.encode()).hexdigest()[:4], 16), 1 << 17)


TOUCHY = from_function("touchy", "touchy", touchy, blind_to=BLIND)


def test_counterexamples_are_rebuilt_from_what_is_printed() -> None:
    trial = try_axioms(TOUCHY, None, FEW)
    record = json.loads(json.dumps(trial.to_json()))
    kinds = set()
    for row, result in zip(record["axioms"], trial.results, strict=True):
        shown = row.get("counterexample", row.get("example"))
        if shown is None:
            continue
        violation = result.violation or result.tally.first
        rebuilt = [Subject.from_json(value) for value in shown["subjects"]]
        assert rebuilt == list(violation.example.subjects)
        kinds |= {subject.kind for subject in rebuilt}
        scores = [TOUCHY.judge(subject.solver, subject.task).score for subject in rebuilt]
        assert list(map(str, scores)) == [value["score"] for value in shown["subjects"]]
        for value, subject in zip(shown["subjects"], rebuilt, strict=True):
            assert task_from_json(value["task"]) == subject.task
            # A text that says it all, where there is one.
            assert ("text" in value) is (
                ":" not in str(subject.task) or subject.kind != "optimisation"
            )
    assert {row["status"] for row in record["axioms"]} >= {"broken", "reported"}
    assert kinds >= {"function", "optimisation", "program"}


def utilities_from(text: str) -> OptimisationTask:
    """Return the task that a picture shows."""
    lines = text.splitlines()
    letters, *heads = lines[0].split()
    candidates: list[int] = []
    rows: list[list[Fraction]] = [[] for _ in range(1 << len(letters))]
    support, more = 0, {}
    for line in lines:
        first, *cells = line.split()
        if first == letters:
            candidates += [sum(int(bit) << i for i, bit in enumerate(cell)) for cell in cells]
        elif first == "ties:":
            more["ties"] = cells[0]
            more["tie_input"] = letters.index(cells[1]) if cells[1:] else None
        elif first == "slack:":
            more["slack"] = Fraction(cells[0])
        elif first == "features:":
            own = (tuple(map(letters.index, cell.strip("-"))) for cell in cells)
            more["features"] = tuple(own)
        elif set(first) <= {"0", "1"}:
            x = sum(int(bit) << i for i, bit in enumerate(first))
            rows[x] += [Fraction(cell.strip("*()")) for cell in cells]
            support |= (not cells[0].startswith("(")) << x
    inputs, outputs = len(letters), len(heads[0])
    return OptimisationTask(inputs, outputs, tuple(candidates), tuple(rows), support, **more)


def test_a_task_of_utilities_is_printed_in_full() -> None:
    tasks = [
        OptimisationTask.of_utility((0, 1, 1, 2), 2, 1, 1, ties="context"),
        OptimisationTask.of_utility((0, 3, 1, 2), 3, 2, words=(0, 1, 1), ties="excluded"),
        OptimisationTask.of_utility((0, 1), 2, 1, default=(2, Fraction(1, 2)), ties="first"),
        OptimisationTask.of_utility((0, 1, 1, 0), 2, 2, training=0b0011),
    ]
    for inputs, outputs, count in ((1, 1, 20), (2, 2, 20), (3, 4, 5)):
        tasks += drawn(optimisation_tasks(inputs, outputs), count)
    for task in tasks:
        text = draw_task(task, whole=True)
        assert utilities_from(text) == task
        assert max(map(len, text.splitlines())) <= 76


def test_the_text_of_a_counterexample_has_the_task() -> None:
    worth = Faulty(SearchLike(), is_worth_much)
    (result,) = try_axioms(worth, [axioms.UTILITY_SCALE], 20).results
    for subject in result.violation.example.subjects:
        picture = draw_task(subject.task, whole=True)
        assert utilities_from(picture) == subject.task
        indented = "\n".join(f"    {line}".rstrip() for line in picture.splitlines())
        assert indented in str(result.violation)


WORLDS = {
    "within": lambda t: replace(t, within=t.within + 1),
    "state bits": lambda t: replace(t, state_bits=1 - t.state_bits),
    "target": lambda t: replace(t, world=replace(t.world, target=(*t.world.target, 0))),
    "starts": lambda t: replace(t, world=replace(t.world, starts=(*t.world.starts, 0))),
    "disturbances": lambda t: replace(
        t, world=replace(t.world, disturbances=((0,) * len(t.world.states),))
    ),
    "observations": lambda t: replace(
        t, world=replace(t.world, observations=tuple(1 - o for o in t.world.observations))
    ),
}
EPISODES = {
    "least": lambda t: replace(t, least=t.least + 1),
    "state bits": lambda t: replace(t, state_bits=1 - t.state_bits),
    "length": lambda t: replace(t, episode=replace(t.episode, length=t.episode.length + 1)),
    "rewards": lambda t: replace(
        t,
        episode=replace(
            t.episode, rewards=tuple(tuple(r + 1 for r in row) for row in t.episode.rewards)
        ),
    ),
    "held out": lambda t: replace(t, held_out=t.episode),
}


@pytest.mark.parametrize(
    ("strategy", "change"),
    [(world_tasks(), change) for change in WORLDS.values()]
    + [(episode_tasks(), change) for change in EPISODES.values()],
    ids=[*WORLDS, *EPISODES],
)
def test_pictures_of_worlds_and_episodes_tell_them_apart(strategy, change) -> None:
    changes = 0
    for task in drawn(strategy, 20):
        assert isinstance(task, WorldTask | EpisodeTask)
        other = change(task)
        same = draw_task(task, whole=True) == draw_task(other, whole=True)
        assert same is (task == other)
        changes += not same
    assert changes


# -- files -----------------------------------------------------------------------------------------

TRY = """
from mesacircuits.definitions import LookupTable
from mesacircuits.testing import axioms
from mesacircuits.testing.axioms.trial import try_axioms
axioms.keep_files_elsewhere()
try_axioms(LookupTable(), [axioms.SCORES, axioms.RENAMING], 5)
"""


@pytest.mark.slow
@pytest.mark.parametrize("safe", [True, False], ids=["private", "open to others"])
def test_hypothesis_leaves_nothing_in_the_present_folder(tmp_path, safe: bool) -> None:
    here, cache_home = tmp_path / "here", tmp_path / "cache"
    for folder in (here, cache_home):
        folder.mkdir(mode=0o700)
    if not safe:
        # What others may write into is not used; then there is a temporary folder.
        cache_home.chmod(0o777)
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache_home), "TMPDIR": str(tmp_path)}
    environment.pop("HYPOTHESIS_STORAGE_DIRECTORY", None)
    subprocess.run([sys.executable, "-c", TRY], cwd=here, env=environment, check=True)
    assert not list(here.iterdir())
    assert not list(tmp_path.glob("hypothesis-*"))
    assert (cache_home / "mesacircuits" / "hypothesis").is_dir() is safe
