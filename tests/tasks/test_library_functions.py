"""The standard blocks, random tables and agents: tables by hand, and statements read afresh."""

from itertools import combinations
from random import Random

import pytest
from library_cases import check_against, circuit_giving, members

from mesacircuits.circuits import TruthTable, npn_canonical
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import parse_task, task_named
from mesacircuits.tasks.library.search import CONTROLS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("adder", "tt:3:96,E8"),
        ("majority", "tt:3:E8"),
        ("majority(bits=5)", "tt:5:FEE8E880"),
        ("majority(bits=2)", "tt:2:8"),
        ("not-all-equal", "tt:3:7E"),
        ("parity", "tt:3:96"),
        ("parity(bits=4)", "tt:4:6996"),
        ("multiplexer", "tt:3:CA"),
        ("decoder", "tt:2:1,2,4,8"),
        ("decoder(bits=1)", "expr:~a, a"),
        ("comparator(bits=1)", "expr:2:~a & b, a & ~b"),
        ("comparator", "tt:4:7310,08CE"),
        ("sorter", "expr:a | b, a & b"),
        ("sorter(bits=3)", "tt:3:FE,E8,80"),
        ("priority-encoder(bits=2)", "expr:b, a | b"),
        ("priority-encoder", "expr:b & ~c, c, a | b | c"),
        ("constant", "tt:2:0"),
        ("constant(value=1)", "tt:2:F"),
    ],
)
def test_tables_by_hand(name, text):
    assert parse_task(name) == parse_task(text)


def number(bits):
    return sum(bit << i for i, bit in enumerate(bits))


def comparator(bits, n):
    a, b = number(bits[:n]), number(bits[n:])
    return [int(a < b), int(a > b)]


def priority_encoder(bits, n):
    width = len(bin(n - 1)) - 2
    at = max((i for i, bit in enumerate(bits) if bit), default=None)
    if at is None:
        return [0] * (width + 1)
    return [*map(int, f"{at:0{width}b}"[::-1]), 1]


def adder(bits, n):
    total = number(bits[:n]) + number(bits[n : 2 * n]) + bits[-1]
    return [*map(int, f"{total:0{n + 1}b}"[::-1])]


#: What each block gives, from its input bits and its parameter.
STATEMENTS = {
    "comparator": comparator,
    "multiplexer": lambda bits, s: [bits[number(bits[1 << s :])]],
    "decoder": lambda bits, n: [int(number(bits) == i) for i in range(1 << n)],
    "parity": lambda bits, n: [sum(bits) % 2],
    "majority": lambda bits, n: [int(sum(bits) > n / 2)],
    "not-all-equal": lambda bits, n: [int(len(set(bits)) > 1)],
    "sorter": lambda bits, n: sorted(bits, reverse=True),
    "priority-encoder": priority_encoder,
    "adder": adder,
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_blocks_against_their_statements(name):
    count = 0
    for settings, task in members(name, most=6):
        (value,) = settings.values()

        def acceptable(x, n=task.inputs, value=value):
            return [number(STATEMENTS[name]([x >> i & 1 for i in range(n)], value))]

        check_against(task, acceptable)
        count += 1
    assert count >= 2


def test_the_comparator_heats_and_cools():
    """Less and greater are what the thermostat of four levels may do: heat, and cool."""
    task = task_named("comparator")
    words = [number(comparator([x >> i & 1 for i in range(4)], 2)) for x in range(16)]
    assert task_named("thermostat").solved_by(circuit_giving(4, 2, words))
    assert task.solved_by(circuit_giving(4, 2, words))
    swapped = [word >> 1 | (word & 1) << 1 for word in words]
    assert not task_named("thermostat").solved_by(circuit_giving(4, 2, swapped))


def test_constants():
    for settings, task in members("constant", most=6):
        check_against(task, lambda x, value=settings["value"]: [value])


def test_random_tables_do_not_change():
    """The draws of Python's generator are pinned: no version of it may draw others."""
    assert parse_task("random-table") == parse_task("tt:3:AC")
    assert parse_task("random-table(inputs=4,outputs=2,seed=3)") == parse_task("tt:4:AB65,0B20")
    assert parse_task("random-table(ones=4,seed=1)") == parse_task("tt:3:39")
    assert parse_task("random-partial") == parse_task("tt:3:90@BE")


def test_random_tables_are_what_they_say():
    seen = set()
    for seed in range(40):
        plain = task_named("random-table", inputs=3, outputs=2, seed=seed)
        draw = Random(seed)
        assert [t.bits for t in plain.tables] == [
            sum((draw.random() < 1 / 2) << x for x in range(8)) for _ in range(2)
        ]
        for ones in (0, 3, 8):
            tables = task_named("random-table", outputs=2, ones=ones, seed=seed).tables
            assert [t.bits.bit_count() for t in tables] == [ones] * 2
        partial = task_named("random-partial", inputs=4, support=5, seed=seed)
        assert partial.support_bits.bit_count() == 5
        seen |= {plain, partial}
    assert len(seen) > 70
    assert task_named("random-partial", support=8).support is None


def choice(x, options, levels):
    width = 1 if levels == 2 else 2
    utilities = [min(x >> width * i & (1 << width) - 1, levels - 1) for i in range(options)]
    return min(range(options), key=lambda i: (-utilities[i], i))


def test_predicting_an_agent_is_giving_its_choice():
    count = 0
    for settings, task in members("predict-agent", most=6):
        check_against(task, lambda x, s=settings: [choice(x, s["options"], s["levels"])])
        same = task_named(
            "argmax", candidates=settings["options"], levels=settings["levels"], ties="first"
        )
        assert same.relation().to_function() == task
        count += 1
    assert count == 9


def split_sets(table, part):
    """Return for each value of the inputs in `part` the set of values of the others giving 1."""
    rest = [i for i in range(4) if i not in part]
    sets = {}
    for x in range(16):
        p, q = (tuple(x >> i & 1 for i in side) for side in (part, rest))
        sets.setdefault(p, set())
        if table >> x & 1:
            sets[p].add(q)
    return sets.values()


def is_choice(table):
    """Return whether for some split of the inputs the sets are a chain (a Ferrers relation)."""
    parts = [part for size in (1, 2, 3) for part in combinations(range(4), size)]
    return any(
        all(a <= b or b <= a for a, b in combinations(split_sets(table, part), 2)) for part in parts
    )


def depends_on_all(table):
    return all(any((table >> x ^ table >> (x ^ 1 << i)) & 1 for x in range(16)) for i in range(4))


def test_controls_match_the_agent_and_are_nobodys_choice():
    """The criterion is run again over all functions of four inputs."""
    agent = enumerate_minima("predict-agent", "b2")
    shallow = enumerate_minima("predict-agent", "b2", "depth-size")
    assert (agent.size, shallow.depth) == (5, 3)
    (table,) = task_named("predict-agent").tables
    assert table.bits.bit_count() == 6
    assert is_choice(table.bits)
    least = {}
    for ones in combinations(range(16), 6):
        bits = sum(1 << x for x in ones)
        if depends_on_all(bits) and not is_choice(bits):
            form = npn_canonical(TruthTable(4, bits))[0].bits
            least[form] = min(bits, least.get(form, bits))
    assert len(least) == 25
    found = sorted(t for t in least.values() if enumerate_minima(TruthTable(4, t)).size == 5)
    assert tuple(found) == CONTROLS
    for which, bits in enumerate(CONTROLS):
        control = task_named("predict-agent-control", which=which)
        assert control.tables == (TruthTable(4, bits),)
        assert enumerate_minima(control, "b2", "depth-size").depth == 3
