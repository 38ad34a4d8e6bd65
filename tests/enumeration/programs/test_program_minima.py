"""Minimal programs under every order, against all programs up to a length."""

import json
from fractions import Fraction
from itertools import product

import pytest
from program_twin import keeps_rules

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import (
    FrontPoint,
    enumerate_programs,
    length_search,
    lower_hull,
    minima,
    program_front,
)
from mesacircuits.enumeration.programs.length_search import (
    LengthSearch,
    Turns,
    all_variants,
    search_length,
)
from mesacircuits.enumeration.programs.minima import cost_of, programs_of, uses_of
from mesacircuits.enumeration.programs.orders import order_named, time_function
from mesacircuits.enumeration.programs.program_classes import least_of_class
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import OPERATIONS as OPERATIONS_OF, Program, run_turn
from mesacircuits.programs.charges import log_bits
from mesacircuits.tasks import World, WorldTask, machine_for, parse_task, unroll

SLOW = pytest.mark.slow
LONGEST = 3
TASKS = ("satisfying(candidates=4)", "argmax(candidates=2)", "tt:2:6", "thermostat(levels=2)")
OPERATIONS = ("inc", "mov", "query", "observe", "sub", "table", "jz")


def machine_of(task):
    return machine_for(task, OPERATIONS, registers=3)


def asked(name):
    """The machine of version 1 for a task: utilities are an oracle's."""
    return machine_for(parse_task(name), "oracle")


def every_program(task):
    """Return all canonical programs of at most LONGEST instructions that solve a task."""
    turns = Turns(task, machine_of(task))
    found = [*programs_of(turns, None, (), True)]
    for length in range(1, LONGEST + 1):
        searched = search_length(LengthSearch(turns, length), Effort())
        for uses in uses_of(turns.machine):
            found += programs_of(turns, searched, uses, True)
    return found


@pytest.mark.parametrize("order", ["worst-time", "mean-time", "total-time", "queries"])
@pytest.mark.parametrize("name", TASKS)
def test_orders_with_a_cap_give_all_of_the_least(name, order):
    task = parse_task(name)
    whole = every_program(task)
    chosen = order_named(order)
    least = min(chosen.key(minimum.cost) for minimum in whole)
    expected = {m.program.code for m in whole if chosen.key(m.cost) == least}
    minima = enumerate_programs(task, order, machine_of(task), cap=LONGEST)
    assert {program.code for program in minima.programs} == expected
    assert {order_named(order).key(m.cost) for m in minima.minima} == {least}


@pytest.mark.parametrize(
    "order",
    [
        "length",
        "kt",
        *(pytest.param(o, marks=pytest.mark.slow) for o in ("bits", "f:t", "f:t**2/4")),
    ],
)
@pytest.mark.parametrize("name", TASKS)
def test_orders_without_a_cap_give_all_of_the_least(name, order):
    task = parse_task(name)
    minima = enumerate_programs(task, order, machine_of(task))
    chosen = order_named(order)
    assert minima.exhaustive
    if order == "length" and minima.minima[0].cost.length > LONGEST:
        # Then nothing up to there is as short; what is longer was searched for beyond.
        assert all(m.cost.length > LONGEST for m in every_program(task))
        return
    whole = every_program(task)
    key = chosen.key(minima.minima[0].cost)
    assert min((chosen.key(m.cost) for m in whole), default=key) >= key
    short = {m.program.code for m in minima.minima if len(m.program.code) <= LONGEST}
    assert short == {m.program.code for m in whole if chosen.key(m.cost) == key}


def test_the_calibrated_counts():
    satisfying = enumerate_programs(
        "satisfying(candidates=4)", machine=asked("satisfying(candidates=4)")
    )
    assert [(e.length, e.found) for e in satisfying.exhausted] == [(0, 0), (1, 0), (2, 0), (3, 1)]
    assert [str(i) for i in satisfying.programs[0].code] == ["inc r0", "query r1, r0", "jz r1, 0"]
    argmax = enumerate_programs("argmax(candidates=4)", machine=asked("argmax(candidates=4)"))
    assert (len(argmax.minima), argmax.minima[0].cost.length) == (25, 4)
    table = enumerate_programs("random-table(inputs=3,outputs=2)", "bits")
    assert [str(i) for i in table.programs[0].code] == ["table r0"]
    assert table.minima[0].cost.bits == 25


@pytest.mark.slow
def test_the_shortest_thermostats():
    # Of four temperatures; two minutes on two cores.
    minima = enumerate_programs("thermostat", machine=asked("thermostat"))
    assert [(e.length, e.found) for e in minima.exhausted if not e.table] == [
        (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 10),
    ]  # fmt: skip
    for program in minima.programs:
        assert minima.task.solved_by(unroll(program, minima.task))


def test_tables_are_counted():
    minima = enumerate_programs("argmax(candidates=3)", "bits", None)
    best = minima.minima[0]
    assert [str(i) for i in best.program.code] == ["table r0"]
    task = minima.task
    choices = 1
    for x in range(8):
        choices *= len(task.best(x))
    assert best.tables == choices


def test_policies_are_judged_as_a_whole():
    # All left or all right: no mixture comes to rest.
    world = World(
        1, 1, ("L", "R", "l", "r"), (0, 1, 0, 1),
        ((2, 1), (2, 3), (2, 3), (2, 3)), (0, 1), (2, 3),
    )  # fmt: skip
    task = WorldTask(world, 2)
    minima = enumerate_programs(task, "length")
    for program in minima.programs:
        assert task.solved_by(unroll(program, task))
    front = program_front(task, cap=2)
    for point in front.points:
        for minimum in point.programs:
            assert task.solved_by(unroll(minimum.program, task))


def test_a_budget_ends_the_search_and_a_store_takes_it_up(tmp_path):
    name, store = "argmax(candidates=4)", tmp_path / "units"
    machine = asked(name)
    cut = enumerate_programs(name, machine=machine, effort=Effort(nodes=5_000, store=store))
    assert not cut.exhaustive
    assert cut.minima == ()
    assert [e.length for e in cut.exhausted] == [0, 1, 2, 3]
    assert "not reached" in cut.text()
    whole = enumerate_programs(name, machine=machine, effort=Effort(store=store))
    again = enumerate_programs(name, machine=machine, effort=Effort(store=store, workers=1))
    alone = enumerate_programs(name, machine=machine)
    assert whole.programs == again.programs == alone.programs


def test_results_print_and_are_json():
    for order in ("length", "worst-time"):
        minima = enumerate_programs("argmax(candidates=3)", order)
        json.dumps(minima.to_json())
        assert all(len(line) <= 80 for line in minima.text(None).splitlines())


@pytest.mark.parametrize(
    ("order", "cap", "message"),
    [
        ("size", None, "order: expected one of length"),
        ("f:", None, "f: expected"),
        ("f:x", None, "f: expected an expression in"),
        ("f:-t", None, "does not fall"),
        ("f:sqrt(t)", None, "rational"),
        ("f:t+9**9**9**9", None, "f: expected an expression whose numbers have at most 4096 bits"),
        ("f:log", None, "f: expected an expression in t"),
        ("f:2**2**t", None, "f: expected an expression whose numbers have at most 4096 bits"),
        ("f:t,t", None, "f: expected an expression in t"),
        ("f:__import__('os')", None, "f: expected"),
        ("length", 3, "cap: expected none"),
        ("worst-time", -1, "cap: expected a whole number"),
    ],
)
def test_what_is_refused(order, cap, message):
    with pytest.raises(ArgumentError) as caught:
        enumerate_programs("argmax", order, cap=cap)
    assert message in str(caught.value)


def test_functions_of_time_are_exact():
    assert time_function("t**2/3")(2) == Fraction(4, 3)
    assert time_function("ceiling(log(t, 2))")(9) == 4


def test_the_front_holds_what_nothing_beats():
    task = parse_task("satisfying(candidates=4)")
    machine = machine_of(task)
    front = program_front(task, machine, cap=LONGEST)
    costs = {(m.cost.bits, m.cost.longest, m.cost.queries) for m in every_program(task)}
    lookup = (front.points[-1].bits, 1, 0)
    costs.add(lookup)
    unbeaten = {
        c for c in costs
        if not any(o != c and all(a <= b for a, b in zip(o, c, strict=True)) for o in costs)
    }  # fmt: skip
    assert {(p.bits, p.time, p.queries) for p in front.points} == unbeaten


@pytest.mark.parametrize("name", ["satisfying(candidates=4)", "argmax(candidates=4)"])
def test_the_hull_is_what_is_least_for_some_lambda(name):
    task = parse_task(name)
    machine = machine_for(task, "oracle-search")
    front = program_front(task, machine, cap=4, with_queries=False)
    fast = program_front(task, machine, cap=4, hull_only=True)
    corners = [(p.point.bits, p.point.time, p.low, p.high) for p in front.hull]
    assert corners == [(p.point.bits, p.point.time, p.low, p.high) for p in fast.hull]
    for step in range(40):
        rate = Fraction(step, 8)
        least = min(p.bits + rate * p.time for p in front.points)
        best = [p.point for p in front.hull if p.low <= rate and (p.high is None or rate <= p.high)]
        assert all(p.bits + rate * p.time == least for p in best)


def test_points_on_a_line_are_no_corners():
    points = [FrontPoint(b, Fraction(t), 0, ()) for b, t in ((1, 3), (2, 2), (3, 1))]
    assert [p.point.bits for p in lower_hull(points)] == [1, 3]
    assert lower_hull([]) == ()


def test_kt_of_a_known_program():
    task = parse_task("satisfying(candidates=4)")
    machine = machine_for(task, "oracle")
    program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", machine)
    times = [run_turn(program, i).time for i in Turns(task, machine).instances[1:]]
    assert max(times) == 12
    found = enumerate_programs(task, "kt", machine)
    assert found.minima[0].cost.kt <= program.bits + 4


def raw_solvers(turns):
    """Return all programs of at most LONGEST instructions that solve a task, no rule applied.

    By the plain interpreter; each with its cost, and the places that did more than to go on.
    """
    found = []
    for length in range(1, LONGEST + 1):
        instructions = [
            variant.instruction(target)
            for variant in all_variants(turns.machine)
            for target in (range(length + 1) if OPERATIONS_OF[variant.name].jumps else (0,))
        ]
        for code in product(instructions, repeat=length):
            program, useful = Program(turns.machine, code), set()
            for x, accept in zip(turns.inputs, turns.accept, strict=True):
                run = run_turn(program, turns.instances[x])
                if run.word is None or not accept >> run.word & 1:
                    break
                before = tuple(turns.machine.start(x))
                for step in run.steps:
                    if step.registers != before or step.jumped or step.instruction.name == "act":
                        useful.add(step.place)
                    before = step.registers
            else:
                found.append((program, cost_of(turns, program), useful))
    return found


@pytest.mark.parametrize(
    ("name", "operations"),
    [
        ("argmax(candidates=2)", ("inc", "query", "jz")),
        pytest.param("satisfying(candidates=4)", ("inc", "query", "jz", "jmp"), marks=SLOW),
        pytest.param("argmax(candidates=2)", ("inc", "query", "act", "jnz", "jmp"), marks=SLOW),
        pytest.param("argmax(candidates=2,ties=first)", ("sub", "inc", "query", "jz"), marks=SLOW),
    ],
)
def test_the_rules_lose_no_minimum_of_any_order(name, operations):
    task = parse_task(name)
    machine = machine_for(task, operations, registers=2)
    turns = Turns(task, machine)
    raw = raw_solvers(turns)
    assert raw
    searches = {n: LengthSearch(turns, n) for n in range(1, LONGEST + 1)}

    def classes(programs):
        return {
            least_of_class(machine, program.code)
            for program, _, useful in programs
            if keeps_rules(searches[len(program.code)], program.code, useful)
        }

    for order in ("length", "bits", "kt", "f:t", "worst-time", "mean-time", "queries"):
        chosen = order_named(order)
        least = min(chosen.key(cost) for _, cost, _ in raw)
        best = [found for found in raw if chosen.key(found[1]) == least]
        cap = LONGEST if chosen.capped else None
        minima = enumerate_programs(task, order, machine, cap=cap)
        assert {chosen.key(m.cost) for m in minima.minima} == {least}
        short = {p.code for p in minima.programs if len(p.code) <= LONGEST}
        assert short == classes(best) != set()
    front = program_front(task, machine, cap=LONGEST)
    costs = {(c.bits, c.longest, c.queries) for _, c, _ in raw}
    for point in front.points:
        own = (point.bits, point.time, point.queries)
        assert own in costs
        best = [f for f in raw if (f[1].bits, f[1].longest, f[1].queries) == own]
        assert {m.program.code for m in point.programs} == classes(best)
    unbeaten = [
        c for c in costs
        if not any(o != c and all(a <= b for a, b in zip(o, c, strict=True)) for o in costs)
    ]  # fmt: skip
    assert len(front.points) == len(unbeaten)


#: Bits of `table r0` with the table, charged for what it must say, and in full.
CHARGED = [
    ("satisfying(candidates=4)", "31 - log2(81)", 39),
    ("random-table(inputs=3,outputs=2)", 25, 25),
]


@pytest.mark.parametrize(("name", "bits", "full"), CHARGED)
def test_a_table_is_charged_for_what_it_must_say(name, bits, full):
    task = parse_task(name)
    (minimum,) = enumerate_programs(task, "bits").minima
    assert [str(i) for i in minimum.program.code] == ["table r0"]
    assert minimum.to_json()["cost"]["bits"] == bits
    turns = Turns(task, machine_for(task, charge="full"))
    assert cost_of(turns, minimum.program, minimum.tables).bits == full
    free = sum(log_bits(len(task.best(x))) for x in task_inputs(task)) if "sat" in name else 0
    entries = 2 * sum(1 for _ in task_inputs(task))
    code = minimum.program.bits - minimum.program.table_bits
    assert minimum.cost.bits == code + entries - free


def task_inputs(task):
    return (x for x in range(1 << task.inputs) if task.support_bits >> x & 1)


def test_utilities_are_charged_where_they_are_read():
    task = parse_task("ranking(instances=8)")
    turns = Turns(task, machine_for(task))
    assert (turns.utilities, turns.utility_bits) == ((32, 4), 64)
    reads = Program.parse("utility r1, r0", turns.machine)
    cost = cost_of(turns, reads)
    assert (cost.length, cost.bits) == (33, reads.bits + 64)
    shared = parse_task("argmax(candidates=2,levels=3)")
    turns = Turns(shared, machine_for(shared))
    # Features of two bits state three levels; a table of them has four entries.
    assert (turns.utilities, turns.utility_bits.exact) == ((4, 3), "0 + log2(81)")
    search = LengthSearch(turns, 1, without=("table",))
    found = search_length(search, Effort())
    assert not any(programs_of(turns, found, ("utility",), False))


@pytest.mark.slow
def test_a_file_of_programs_whose_tables_branch_is_taken_again(tmp_path):
    task = parse_task("choice(candidates=4,utility=1,ties=first)")
    kept = Effort(store=tmp_path / "kept.db")
    first = enumerate_programs(task, "bits", effort=kept)
    again = enumerate_programs(task, "bits", effort=Effort(store=tmp_path / "kept.db"))
    assert again.programs == first.programs
    assert again.exhausted == first.exhausted


def test_what_finds_too_many_programs_says_so(monkeypatch):
    monkeypatch.setattr(length_search, "MOST_FOUND", 3)
    monkeypatch.setattr(minima, "MOST_FOUND", 3)
    machine = machine_for(parse_task("tt:3:96"), ("observe", "and", "or", "xor", "andnot"))
    found = enumerate_programs("tt:3:96", machine=machine)
    assert found.cut is not None
    assert found.cut.too_many
    assert "ended by more than 3 programs" in str(found)
    assert "minima not listed" in str(found)
    assert found.to_json()["cut"]["too_many"]
