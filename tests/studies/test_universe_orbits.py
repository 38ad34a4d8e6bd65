"""Orbits of choices, tuples of functions and worlds: plain twins, Burnside's count, same minima.

Burnside: a group has as many orbits as it fixes points in the mean. What a move of bits fixes is
counted by its cycles, which nothing here takes from the package.
"""

from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial

import pytest
from hypothesis import given, settings as limits, strategies as st

from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.orbits import (
    INVERSIONS,
    NOTHING,
    PERMUTATIONS,
    UP_TO,
    choice_orbits,
    function_orbits,
    useless_utilities,
    world_orbits,
)
from mesacircuits.tasks import FunctionTask, OptimisationTask, parse_task
from mesacircuits.tasks.library.choices import choice_label
from mesacircuits.tasks.library.worlds import world_label


def moves_of_bits(bits, up_to=INVERSIONS):
    """Return what permuting, and inverting, bits makes of words: a list of tuples."""
    orders = list(permutations(range(bits))) if up_to != NOTHING else [tuple(range(bits))]
    masks = range(1 << bits) if up_to == INVERSIONS else [0]
    return [
        tuple(sum((w >> order[i] & 1) << i for i in range(bits)) ^ mask for w in range(1 << bits))
        for order in orders
        for mask in masks
    ]


def cycles(move):
    left, lengths = {*range(len(move))}, []
    while left:
        at, length = left.pop(), 1
        while move[at] in left:
            at = move[at]
            left.remove(at)
            length += 1
        lengths.append(length)
    return lengths


def onto(cells, values):
    """Return how many maps from so many cells take all of so many values."""
    return sum((-1) ** j * comb(values, j) * (values - j) ** cells for j in range(values + 1))


def partition(points, images):
    """Return the orbits of points, each by all the images of one: a plain twin."""
    found, seen = [], set()
    for point in points:
        if point not in seen:
            orbit = {*images(point)}
            assert point in orbit
            assert not orbit & seen
            seen |= orbit
            found.append(orbit)
    return found


def agrees(listed, orbits):
    """Assert that of each orbit one member is listed, with the size of the orbit."""
    sizes = dict(listed)
    assert len(listed) == len(sizes) == len(orbits)
    for orbit in orbits:
        (point,) = orbit & sizes.keys()
        assert sizes[point] == len(orbit)


# -- functions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("up_to", UP_TO)
@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (1, 3), (1, 4)])
def test_tuples_of_functions_against_a_plain_twin(n, m, up_to):
    listed = list(function_orbits(n, m, up_to))
    inner, outer = moves_of_bits(n, up_to), moves_of_bits(m, up_to)

    def images(words):
        return [tuple(out[words[v]] for v in move) for move in inner for out in outer]

    every = list(product(range(1 << m), repeat=1 << n))
    agrees(listed, partition(every, images))
    assert sum(size for _, size in listed) == len(every)


@pytest.mark.parametrize("up_to", UP_TO)
@pytest.mark.parametrize(("n", "m"), [(3, 1), (2, 2), (3, 2), (2, 3), (2, 4)])
def test_tuples_of_functions_by_burnside(n, m, up_to):
    # Along a cycle of inputs of length l, the l-th power of the move of outputs fixes the word.
    inner = Counter(tuple(sorted(cycles(move))) for move in moves_of_bits(n, up_to))
    fixed, outer = Fraction(0), moves_of_bits(m, up_to)
    for lengths, many in inner.items():
        for out in outer:
            ways = 1
            for length in lengths:
                ways *= sum(length % own == 0 for own in cycles(out) for _ in range(own))
            fixed += many * ways
    listed = list(function_orbits(n, m, up_to))
    assert len(listed) == fixed / (sum(inner.values()) * len(outer))
    assert sum(size for _, size in listed) == 2 ** (m * 2**n)


def test_known_numbers_of_classes():
    # NPN classes, and P classes.
    assert [len(list(function_orbits(n, 1))) for n in (1, 2, 3, 4)] == [2, 4, 14, 222]
    # Functions of three inputs up to permuting them; outputs stay as they are.
    assert len(list(function_orbits(3, 1, PERMUTATIONS))) == 80


# -- choices -----------------------------------------------------------------------------------


def decides(U, D, m):
    """Return whether, in some context, two vectors that occur have different utilities."""
    inside = [f for f in range(1 << m) if D >> f & 1]
    starts = range(0, len(U), 1 << m)
    return any(U[start + f] != U[start + inside[0]] for start in starts for f in inside)


def ranked(U):
    """Return a utility with its values relabelled in their order, without a gap."""
    values = sorted({*U})
    return tuple(map(values.index, U))


def group_of(m, s, up_to, fixed):
    """Return all moves of vectors: of the features, and of the context but for its last bits."""
    own, shared = moves_of_bits(m, up_to), moves_of_bits(s - fixed, up_to)
    return [
        (
            f_move,
            tuple(
                f_move[v & (1 << m) - 1]
                | c_move[v >> m & (1 << s - fixed) - 1] << m
                | v >> m + s - fixed << m + s - fixed
                for v in range(1 << m + s)
            ),
        )
        for f_move in own
        for c_move in shared
    ]


SMALL = [
    (m, s, L, fixed)
    for m, s, L, fixed in product((1, 2), (0, 1, 2), (2, 3), (0, 1))
    if fixed <= s and L ** (1 << m + s) <= 6561
]


@pytest.mark.parametrize("up_to", UP_TO)
@pytest.mark.parametrize(("m", "s", "L", "fixed"), SMALL)
def test_choices_against_a_plain_twin(m, s, L, fixed, up_to):
    whole = (1 << (1 << m)) - 1
    listed = list(choice_orbits(m, s, L, whole, up_to, fixed))
    group = [move for _, move in group_of(m, s, up_to, fixed)]
    every = [U for U in product(range(L), repeat=1 << m + s) if decides(U, whole, m)]
    # Of all utilities, those that order vectors alike are one.
    weights = Counter(map(ranked, every))

    def images(U):
        return [tuple(U[v] for v in move) for move in group]

    orbits, sizes = partition([*weights], images), {U: size for _, U, size in listed}
    assert {D for D, *_ in listed} == {whole}
    assert len(listed) == len(sizes) == len(orbits)
    for orbit in orbits:
        (point,) = orbit & sizes.keys()
        assert sizes[point] == sum(weights[U] for U in orbit)
    assert sum(size for *_, size in listed) == len(every)
    assert len(every) + useless_utilities(m, s, L, whole) == L ** (1 << m + s)


@pytest.mark.parametrize(("m", "s", "L"), [(1, 0, 2), (2, 0, 2), (2, 0, 3), (2, 1, 2), (1, 1, 3)])
@pytest.mark.parametrize("up_to", UP_TO)
def test_choices_with_each_training_set_against_a_plain_twin(m, s, L, up_to):
    listed = list(choice_orbits(m, s, L, None, up_to))
    group = group_of(m, s, up_to, 0)
    sets = range(1, 1 << (1 << m))
    every = [(D, U) for D in sets for U in product(range(L), repeat=1 << m + s) if decides(U, D, m)]
    weights = Counter((D, ranked(U)) for D, U in every)

    def images(point):
        D, U = point
        return [
            (
                sum((D >> f_move[f] & 1) << f for f in range(1 << m)),
                tuple(U[v] for v in move),
            )
            for f_move, move in group
        ]

    orbits, sizes = partition([*weights], images), {(D, U): size for D, U, size in listed}
    assert len(listed) == len(sizes) == len(orbits)
    for orbit in orbits:
        (point,) = orbit & sizes.keys()
        assert sizes[point] == sum(weights[each] for each in orbit)
    useless = sum(useless_utilities(m, s, L, D) for D in sets)
    assert sum(size for *_, size in listed) + useless == len(sets) * L ** (1 << m + s)
    # One set alone is moved by what leaves it as it is; all its images are as many as there are.
    for D in sets:
        alone = list(choice_orbits(m, s, L, D, up_to))
        assert sum(size for *_, size in alone) == sum(own == D for own, _ in every)


@pytest.mark.parametrize(
    ("m", "s", "L", "fixed"),
    [(2, 0, 2, 0), (3, 0, 2, 0), (3, 0, 3, 0), (3, 0, 4, 0), (2, 1, 3, 1), (2, 2, 2, 0),
     (2, 2, 2, 1), (1, 3, 2, 0), (1, 3, 2, 1), (1, 2, 3, 0)],
)  # fmt: skip
@pytest.mark.parametrize("up_to", [INVERSIONS, PERMUTATIONS])
def test_choices_by_burnside(m, s, L, fixed, up_to):
    group = [move for _, move in group_of(m, s, up_to, fixed)]
    fixed_orders = Fraction(0)
    for move in group:
        # Orders of vectors by j values are maps onto them; one is fixed if constant on cycles.
        fixed_orders += sum(onto(len(cycles(move)), j) for j in range(1, L + 1))
        # Less those by which no candidate is ever better: functions of the context alone.
        contexts = tuple(move[c << m] >> m for c in range(1 << s))
        fixed_orders -= sum(onto(len(cycles(contexts)), j) for j in range(1, L + 1))
    listed = list(choice_orbits(m, s, L, (1 << (1 << m)) - 1, up_to, fixed))
    assert len(listed) == fixed_orders / len(group)


@st.composite
def choices(draw, shapes):
    K, m, s = draw(st.sampled_from(shapes))
    ties = draw(st.sampled_from(["free", "first", "last", "excluded", *["context"] * (s > 0)]))
    L = draw(st.integers(2, 3))
    U = tuple(draw(st.integers(0, L - 1)) for _ in range(1 << m + s))
    D = draw(st.sampled_from([(1 << (1 << m)) - 1, draw(st.integers(1, (1 << (1 << m)) - 1))]))
    return K, m, s, ties, U, D


@pytest.mark.parametrize(
    "shapes",
    [
        [(2, 1, 0), (2, 1, 1), (3, 1, 0)],
        # Some tasks of four inputs take half a minute.
        pytest.param([(2, 2, 0), (3, 1, 1)], marks=pytest.mark.slow),
    ],
    ids=["three inputs", "four inputs"],
)
@given(st.data())
@limits(max_examples=25)
def test_what_a_choice_stands_for_has_as_many_minima_of_the_same_size(shapes, data):
    """Every move of a choice leaves the number and the size of its minima alone."""
    K, m, s, ties, U, D = data.draw(choices(shapes))
    if not decides(U, D, m):
        return
    L, fixed = max(ranked(U)) + 1, int(ties == "context")
    group = group_of(m, s, INVERSIONS, fixed)
    orbit = {
        (sum((D >> f[g] & 1) << g for g in range(1 << m)), tuple(ranked(U)[v] for v in move))
        for f, move in group
    }
    listed = [(own, table) for own, table, _ in choice_orbits(m, s, L, None, fixed=fixed)]
    ((own, table),) = (point for point in listed if point in orbit)
    task = parse_task(choice_label(table, K, m, s, ties=ties, training=own))
    other = OptimisationTask.of_utility(U, K, m, s, ties=ties, training=D)
    first, second = enumerate_minima(task), enumerate_minima(other)
    assert (first.size, first.circuits) == (second.size, second.circuits)


def test_a_choice_of_two_features_by_hand():
    # AND, a feature, XOR, OR; each with what permuting and inverting features makes of it.
    found = [(U, size) for _, U, size in choice_orbits(2, 0, 2, 0b1111)]
    assert found == [((1, 0, 0, 0), 4), ((1, 1, 0, 0), 4), ((0, 1, 1, 0), 2), ((1, 1, 1, 0), 4)]


# -- worlds ------------------------------------------------------------------------------------


def renamings(N, A, up_to):
    """Return the renamings of states and of actions that permute and invert bits."""
    bits = (N - 1).bit_length()
    states = {move[:N] for move in moves_of_bits(bits, up_to) if {*move[:N]} == {*range(N)}}
    return [(to, act) for to in states for act in moves_of_bits((A - 1).bit_length(), up_to)]


def renamed(world, N, A, to, act):
    *after, target = world
    table = [0] * (N * A)
    for s in range(N):
        for a in range(A):
            table[to[s] * A + act[a]] = to[after[s * A + a]]
    return (*table, to[target])


@pytest.mark.parametrize("up_to", UP_TO)
@pytest.mark.parametrize(("N", "A"), [(2, 2), (3, 2), (2, 4)])
def test_worlds_against_a_plain_twin_and_burnside(N, A, up_to):
    listed = list(world_orbits(N, A, up_to))
    group = renamings(N, A, up_to)
    every = [(*after, target) for after in product(range(N), repeat=N * A) for target in range(N)]

    def images(world):
        return [renamed(world, N, A, to, act) for to, act in group]

    agrees(listed, partition(every, images))
    assert sum(size for _, size in listed) == len(every) == N ** (N * A + 1)
    fixed = sum(world == renamed(world, N, A, *move) for move in group for world in every)
    assert len(listed) == Fraction(fixed, len(group))


def test_the_symmetries_of_worlds():
    assert len(renamings(2, 2, INVERSIONS)) == 2 * 2
    # Of three states, numbered by two bits, these may change places; of four, eight of 24 ways.
    assert len(renamings(3, 2, INVERSIONS)) == 2 * 2
    assert len(renamings(4, 2, INVERSIONS)) == 8 * 2 < factorial(4) * 2


@given(st.data(), st.sampled_from([(2, 2), (3, 2)]))
@limits(max_examples=20)
def test_a_renamed_world_has_as_many_minima_of_the_same_size(data, size):
    N, A = size
    world = tuple(data.draw(st.integers(0, N - 1)) for _ in range(N * A + 1))
    to, act = data.draw(st.sampled_from(renamings(N, A, INVERSIONS)))
    found = []
    for table in (world, renamed(world, N, A, to, act)):
        rows = tuple(table[A * s : A * s + A] for s in range(N))
        minima = enumerate_minima(parse_task(world_label(rows, table[-1])))
        found.append((minima.solvable, minima.size, minima.circuits))
    assert found[0] == found[1]


# -- bounds ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: function_orbits(3, 3), "at most 65,536 tuples of functions, got 16,777,216"),
        (lambda: choice_orbits(3, 0, 5, 255), "at most 65,536 utilities, got 390,625"),
        (lambda: world_orbits(4, 2), "at most 65,536 worlds, got 262,144"),
    ],
)
def test_too_many_are_refused_at_once(made, said):
    with pytest.raises(ArgumentError, match=said):
        next(made())


@given(st.tuples(*[st.integers(0, 3)] * 4), st.integers(1, 15))
def test_one_of_an_orbit_of_tuples_has_the_minima_of_all(words, mask):
    tables = [sum((w >> i & 1) << x for x, w in enumerate(words)) for i in range(2)]
    task = FunctionTask.from_json({"inputs": 2, "tables": [f"{t:X}" for t in tables]})
    moved = [sum((tables[i] >> (x ^ mask & 3) & 1) << x for x in range(4)) for i in (1, 0)]
    other = FunctionTask.from_json({"inputs": 2, "tables": [f"{t ^ 15:X}" for t in moved]})
    first, second = enumerate_minima(task), enumerate_minima(other)
    assert (first.size, first.circuits) == (second.size, second.circuits)
