"""The census of several outputs, held against brute force, one task at a time, and print."""

from itertools import combinations, product

import numpy as np
import pytest
from form_twin import chains_plainly

from mesacircuits.circuits.bases import basis_named
from mesacircuits.enumeration import Effort, census, enumerate_minima, output_census
from mesacircuits.enumeration.output_census import tuple_classes
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.orbits import INVERSIONS, PERMUTATIONS, function_orbits
from mesacircuits.tasks import FunctionTask


def sizes_plainly(inputs, outputs, basis):
    """Return, by set of functions as gates compute them, its least size and number of minima."""
    full = (1 << (1 << inputs)) - 1
    free = basis.free_inverters
    every = [f for f in range(full + 1) if not (free and f & 1)]
    asked = {frozenset(s) for k in range(1, outputs + 1) for s in combinations(every, k)}
    found, cost = {}, 0
    while missing := asked - found.keys():
        here = {}
        for _, tables in chains_plainly(inputs, basis, cost):
            known = {0, *tables} if free else {0, full, *tables}
            for k in range(1, outputs + 1):
                for s in map(frozenset, combinations(sorted(known), k)):
                    if s in missing:
                        here[s] = here.get(s, 0) + 1
        found |= {s: (cost, many) for s, many in here.items()}
        cost += 1
    return found


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("b2", 2),
        ("b2", 3),
        ("aig", 2),
        ("mig", 2),
        pytest.param("aig", 3, marks=pytest.mark.slow),
        pytest.param("nand", 2, marks=pytest.mark.slow),
        pytest.param("and-or-not", 2, marks=pytest.mark.slow),
    ],
)
def test_two_inputs_agree_with_brute_force(name, outputs):
    basis = basis_named(name)
    plain = sizes_plainly(2, outputs, basis)
    full = 15

    def settled(tables):
        normal = {f ^ full if basis.free_inverters and f & 1 else f for f in tables}
        return plain[frozenset(normal)]

    functions, classes, circuits, sets = {}, {}, {}, {}
    for tables in product(range(16), repeat=outputs):
        size, _ = settled(tables)
        functions[size] = functions.get(size, 0) + 1
    up_to = INVERSIONS if basis.free_inverters else PERMUTATIONS
    for words, _ in function_orbits(2, outputs, up_to):
        tables = [sum((w >> i & 1) << x for x, w in enumerate(words)) for i in range(outputs)]
        size, _ = settled(tables)
        classes[size] = classes.get(size, 0) + 1
    for functions_of, (size, many) in plain.items():
        if len(functions_of) == outputs:
            circuits[size] = circuits.get(size, 0) + many
            sets[size] = sets.get(size, 0) + 1
    counted = output_census(2, outputs, basis)
    assert [(r.size, r.functions, r.classes) for r in counted.rows] == [
        (size, functions[size], classes[size]) for size in sorted(functions)
    ]
    assert [(r.size, r.sets, r.circuits) for r in counted.rows if r.sets] == [
        (size, sets[size], circuits[size]) for size in sorted(sets)
    ]
    sizes = output_census(2, outputs, basis, circuits=False)
    assert (sizes.sizes == counted.sizes).all()


@pytest.mark.parametrize(
    ("inputs", "outputs", "basis"),
    [
        (3, 2, "b2"),
        pytest.param(3, 2, "aig", marks=pytest.mark.slow),
        pytest.param(3, 2, "mig", marks=pytest.mark.slow),
        pytest.param(3, 1, "nand", marks=pytest.mark.slow),
        pytest.param(3, 2, "monotone", marks=pytest.mark.slow),
    ],
)
def test_sets_of_functions_and_circuits_lead_to_the_same_sizes(inputs, outputs, basis):
    sizes = output_census(inputs, outputs, basis, circuits=False)
    assert sizes.exhaustive
    assert (sizes.sizes == output_census(inputs, outputs, basis).sizes).all()


@pytest.mark.parametrize("basis", ["b2", pytest.param("mig", marks=pytest.mark.slow)])
def test_one_output_is_the_census_of_functions(basis):
    plain = [(row.size, row.functions, row.classes, row.circuits) for row in census(3, basis).rows]
    rows = output_census(3, 1, basis).rows
    assert [(row.size, row.functions, row.classes, row.circuits) for row in rows] == plain


@pytest.mark.parametrize("engine", ["exhaustive", "sat"])
@pytest.mark.slow
def test_three_inputs_agree_with_a_search_for_each_task(engine):
    found = output_census(3, 2, "b2")
    numbers = np.random.default_rng(1).choice(len(found.sizes), 25, replace=False)
    for each in [list(found.each_class())[number] for number in numbers]:
        task = FunctionTask(each.representative)
        minima = enumerate_minima(task, "b2", engine=engine)
        assert (minima.size, len(minima.minima)) == (each.size, each.circuits)


@pytest.mark.slow
def test_three_outputs_agree_with_a_search_for_each_task():
    found = output_census(3, 3, "b2", circuits=False)
    numbers = np.random.default_rng(2).choice(len(found.sizes), 12, replace=False)
    eight = np.flatnonzero(found.sizes == 8)[:1]
    for number in [*numbers, *eight]:
        task = FunctionTask(found.classes.representative(number))
        assert enumerate_minima(task, "b2").size == found.sizes[number]


@pytest.mark.slow
def test_as_many_classes_of_pairs_of_four_inputs_as_published():
    # A. P. Goucher, 4-input 2-output Boolean circuits (2020): classes, and those of size 0 and 1.
    classes = tuple_classes(4, basis_named("b2"), 2)
    assert len(classes.tuples) == 1_476_218
    assert int(classes.functions.sum()) == 1 << 32
    rows = output_census(4, 2, "b2", Effort(nodes=1000), circuits=False).rows
    assert [row.classes for row in rows[:2]] == [4, 8]


#: All sets of one to three distinct functions with f(0) = 0 of two and three inputs, by least size:
#: SPbSAT/cirbo, pull request 140.
PUBLISHED = {
    "b2": [21, 200, 1567, 9368, 39832, 109202, 146642, 42620, 272],
    "aig": [21, 160, 946, 3888, 12824, 33462, 64549, 93544, 87588, 43958, 8668, 116],
}


@pytest.mark.parametrize("basis", ["b2", "aig"])
@pytest.mark.slow
def test_sets_of_up_to_three_functions_have_the_published_sizes(basis):
    sizes = [0] * len(PUBLISHED[basis])
    for inputs, outputs in product((2, 3), (1, 2, 3)):
        for row in output_census(inputs, outputs, basis, circuits=False).rows:
            sizes[row.size] += row.sets
    assert sizes == PUBLISHED[basis]
    assert sum(sizes) == 349_724


def test_what_a_budget_leaves_out_is_said_and_gone_on_with(tmp_path):
    whole = output_census(2, 2)
    effort = Effort(nodes=12, store=tmp_path / "units.db")
    cut = output_census(2, 2, effort=effort)
    assert not cut.exhaustive
    known = cut.sizes >= 0
    assert (cut.sizes[known] == whole.sizes[known]).all()
    assert (whole.sizes[~known] > cut.exhausted_size).all()
    again = output_census(2, 2, effort=Effort(store=tmp_path / "units.db"))
    assert again.rows == whole.rows


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ((5, 2), "inputs"),
        ((4, 3), "outputs"),
        ((3, 2, "and=2"), "basis"),
        ((4, 2, "nand"), "basis"),
    ],
)
def test_what_is_not_censused_is_said(arguments, argument):
    with pytest.raises(ArgumentError) as raised:
        output_census(*arguments)
    assert raised.value.argument == argument
