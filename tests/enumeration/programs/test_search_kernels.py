"""The compiled search against its plain twin, and its rules against raw brute force."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings, strategies as st
from program_twin import reference_programs

from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs import length_search
from mesacircuits.enumeration.programs.length_search import (
    ALL_RULES,
    RULES,
    Bounds,
    LengthSearch,
    Turns,
    all_variants,
    search_length,
)
from mesacircuits.programs import OPERATIONS, VARIANTS, Machine, Program, run_turn
from mesacircuits.tasks import parse_task
from mesacircuits.tasks.program_inputs import machine_for

#: Sets of operations small enough to exhaust, that together hold every operation.
SETS = {
    "counting": ("inc", "mov", "jz", "jmp"),
    "searching": ("inc", "query", "jz", "jnz"),
    "comparing": ("dec", "mov", "jlt", "act"),
    "reading": ("observe", "sub", "jnz", "act"),
    "choosing": ("argmax", "query", "add", "jlt"),
    "boolean": ("and", "or", "xor", "andnot", "observe"),
    "ending": ("inc", "jmp", "act", "jz"),
    "table": ("table", "inc", "jz"),
    "loading": ("inc", "load", "jz", "mov"),
    "utilities": ("inc", "load", "utility", "jlt"),
    "proxy": ("inc", "query-proxy", "jnz", "act"),
}
#: Those of version 1 but the table.
ASKING = tuple(name for name in VARIANTS["oracle"] if name != "table")
#: The larger of two values, and a proxy that is their opposite.
PROXIED = "choice(proxy=1)"


def turns_of(task, operations, registers=2, **settings):
    parsed = parse_task(task)
    return Turns(parsed, machine_for(parsed, operations, registers, **settings))


def behaviours(codes, turns, table=None):
    """Return the words that each program gives on all inputs tried, those that end everywhere."""
    found = set()
    for code in codes:
        program = Program(turns.machine, code, table)
        words = tuple(run_turn(program, turns.instances[x]).word for x in turns.inputs)
        if None not in words:
            found.add(words)
    return found


def every_code(machine, length):
    """Yield all programs of a length, with every target, none left out."""
    instructions = []
    for variant in all_variants(machine):
        jumps = OPERATIONS[variant.name].jumps
        targets = range(length + 1) if jumps else (0,)
        instructions += [variant.instruction(target) for target in targets]
    return product(instructions, repeat=length)


def canonical_behaviours(turns, length, rules=ALL_RULES, by_first_use=True):
    """Return the words of canonical programs of at most a length."""
    found = {tuple(turns.machine.word(turns.machine.start(x), 0) for x in turns.inputs)}
    for shorter in range(1, length + 1):
        search = LengthSearch(turns, shorter, rules=rules, by_first_use=by_first_use, free=True)
        found |= {tuple(row) for row in search_length(search, Effort()).given.tolist()}
    return found


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in ("choosing", "searching") else [pytest.mark.slow])
        for name in SETS
        if name != "table"
    ],
)
def test_no_behaviour_is_lost_to_the_canonical_form(name):
    turns = turns_of("argmax", SETS[name])
    raw = behaviours([()], turns)
    for length in (1, 2, 3):
        raw |= behaviours(every_code(turns.machine, length), turns)
        assert canonical_behaviours(turns, length) == raw


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", ["counting", "comparing", "ending"])
def test_each_rule_alone_loses_no_behaviour(name, rule):
    turns = turns_of("argmax", SETS[name])
    without = canonical_behaviours(turns, 3, rules=())
    assert canonical_behaviours(turns, 3, rules=(rule,)) == without
    assert canonical_behaviours(turns, 3, rules=(rule,), by_first_use=False) == without


@pytest.mark.slow
@pytest.mark.parametrize("rules", [*combinations(ALL_RULES, 2), ALL_RULES])
@pytest.mark.parametrize("name", ["counting", "comparing", "ending", "reading"])
def test_rules_together_lose_no_behaviour_of_four_instructions(name, rules):
    turns = turns_of("argmax", SETS[name], registers=3)
    assert canonical_behaviours(turns, 4, rules=rules) == canonical_behaviours(turns, 4, rules=())


@pytest.mark.slow
def test_no_behaviour_is_lost_on_a_wider_machine():
    turns = turns_of("argmax", ("inc", "mov", "query", "jz", "jlt"), registers=3)
    raw = set().union(*(behaviours(every_code(turns.machine, n), turns) for n in range(4)))
    assert canonical_behaviours(turns, 3) == raw


def kernel_codes(search):
    return set(search_length(search, Effort()).codes())


# That every program is found which ends is tried of two instructions below, of all sets.
@pytest.mark.parametrize(
    ("name", "free"),
    [
        *((name, False) for name in SETS),
        *(
            pytest.param(
                name, True, marks=[] if name in ("utilities", "ending") else pytest.mark.slow
            )
            for name in SETS
        ),
    ],
)
def test_the_kernel_finds_what_its_twin_finds(name, free):
    turns = turns_of(PROXIED if name == "proxy" else "argmax", SETS[name])
    for length in (1, 2, 3):
        search = LengthSearch(turns, length, free=free)
        assert kernel_codes(search) == reference_programs(search)


@given(
    st.sampled_from(sorted(SETS)),
    st.sets(st.sampled_from(ALL_RULES)).map(lambda chosen: tuple(sorted(chosen))),
    st.booleans(),
    st.booleans(),
    st.sampled_from(
        ["argmax", "satisfying(candidates=2)", "tt:2:6", "tt:2:8@B", "thermostat(levels=2)"]
    ),
)
@settings(max_examples=20)
def test_the_kernel_agrees_with_its_twin_under_any_rules(name, rules, by_first_use, free, task):
    turns = turns_of(task, ("inc", *SETS[name]))
    for length in (1, 2):
        search = LengthSearch(turns, length, rules=rules, by_first_use=by_first_use, free=free)
        assert kernel_codes(search) == reference_programs(search)


@pytest.mark.parametrize(
    ("task", "operations", "registers"),
    [("argmax(candidates=4)", ASKING, 4), ("nim", "boolean", 4), ("thermostat", ASKING, 6)],
)
def test_it_does_not_matter_how_much_is_remembered(task, operations, registers, monkeypatch):
    # Sets are masks of two words of 64, or of three.
    search = LengthSearch(turns_of(task, operations, registers), 3, free=True)
    with_room = search_length(search, Effort())
    monkeypatch.setattr(length_search, "_ROW_ROOM", 1)
    monkeypatch.setattr(length_search, "_MOST_LAPS", 1)
    without = search_length(search, Effort())
    assert (with_room.rows == without.rows).all()
    assert with_room.tried == without.tried


@pytest.mark.parametrize(
    ("task", "operations", "length"),
    [
        ("satisfying(candidates=4)", ASKING, 3),
        ("argmax(candidates=4)", ("inc", "query", "jz", "jnz"), 4),
        ("thermostat(levels=2)", ASKING, 3),
    ],
)
def test_costs_are_those_that_the_interpreter_counts(task, operations, length):
    turns = turns_of(task, operations, registers=4)
    found = search_length(LengthSearch(turns, length), Effort())
    assert len(found)
    for row, code in enumerate(found.codes()):
        program = Program(turns.machine, code)
        runs = [run_turn(program, turns.instances[x]) for x in turns.inputs]
        assert [run.word for run in runs] == found.given[row].tolist()
        assert program.bits == found.cost("bits")[row] + found.search.variants.header
        assert sum(run.time for run in runs) == found.cost("total")[row]
        assert max(run.time for run in runs) == found.cost("longest")[row]
        assert sum(run.queries for run in runs) == found.cost("queries")[row]


@pytest.mark.parametrize("field", ["bits", "longest", "total", "queries"])
def test_bounds_leave_out_exactly_what_is_beyond_them(field):
    turns = turns_of("argmax(candidates=4)", ("inc", "query", "jz", "jnz"), registers=4)
    whole = search_length(LengthSearch(turns, 4), Effort())
    costs = {
        "bits": whole.cost("bits") + whole.search.variants.header,
        "longest": whole.cost("longest"),
        "total": whole.cost("total"),
        "queries": whole.cost("queries"),
    }[field]
    for bound in (int(costs.min()) - 1, int(costs.min()), int(costs.max())):
        search = LengthSearch(turns, 4, Bounds(**{field: bound}))
        kept = [code for code, cost in zip(whole.codes(), costs, strict=True) if cost <= bound]
        assert list(search_length(search, Effort()).codes()) == kept


def test_the_machine_bounds_what_a_program_may_do():
    turns = turns_of("argmax", "oracle")
    assert isinstance(turns.machine, Machine)
    table = (0, 1, 2, 3)
    with pytest.raises(ValueError, match="table"):
        Program(turns.machine, (), table)
