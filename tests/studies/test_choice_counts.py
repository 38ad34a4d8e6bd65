"""How many minima choices have: counts of a program that shares no code with the package.

`tests/benchmarks/plain_chains.c` makes every utility and every set of vectors that occur for
itself, and walks all chains without symmetry. `PLAIN` is what
`plain_chains BASIS ORDER K,m,s,L,TIES` printed, added up by size;
`make bench BENCH=choices` holds it against the package task by task.
"""

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.studies import parse_universe

LOOP = Path(__file__).parents[1] / "benchmarks" / "plain_chains.c"
FRESH = Effort(workers=1, shipped=False)

#: Basis, order, K,m,s,L,TIES, and for each size how many tasks, and how many minima in all.
PLAIN = """
b2 size 2,1,0,2,free 0:2,4
b2 size 2,1,0,2,first 1:2,2
b2 size 2,1,0,2,last 1:2,2
b2 size 2,1,0,2,excluded 0:2,4
b2 size 2,1,1,4,free 0:168,336 1:72,144
b2 size 2,1,1,4,first 1:72,72 2:96,288 3:72,216
b2 size 2,1,1,4,last 1:72,72 2:96,288 3:72,216
b2 size 2,1,1,4,excluded 0:168,336 1:72,144
b2 size 2,1,1,4,context 2:168,168 4:72,3672
b2 size 2,1,2,3,free 0:2430,4860 1:2592,5832 2:1458,7452
b2 size 2,1,2,3,first 1:162,162 2:648,1944 3:1944,13608 4:1458,8910 5:1620,81648 6:648,243648
b2 size 2,1,2,3,last 1:162,162 2:648,1944 3:1944,13608 4:1458,8910 5:1620,81648 6:648,243648
b2 size 2,1,2,3,excluded 0:2430,4860 1:2592,5832 2:1458,7452
b2 size 2,1,2,3,context 2:486,486 3:972,2916 4:1620,16200 5:1782,28350 6:1620,147096
b2 size 2,2,0,2,free 0:84,200 1:26,84
b2 size 2,2,0,2,first 1:84,132 3:26,154
b2 size 2,2,0,2,last 1:84,132 3:26,154
b2 size 2,2,0,2,excluded 0:84,200 1:26,84
b2 size 2,2,0,3,free 0:480,1176 1:126,396 2:64,448 3:20,152
b2 size 2,2,0,3,first 1:480,804 3:190,934 5:16,224 7:4,23256
b2 size 2,2,0,3,last 1:480,804 3:190,934 5:16,224 7:4,23256
b2 size 2,2,0,3,excluded 0:480,1176 1:126,396 2:64,448 3:20,152
b2 size 2,2,0,4,free 0:1560,3888 1:380,1144 2:320,2304 3:88,704 4:16,1024
b2 size 2,2,0,4,first 1:1560,2712 3:700,3164 5:80,1424 6:8,144 7:16,93024
b2 size 2,2,0,4,last 1:1560,2712 3:700,3164 5:80,1424 6:8,144 7:16,93024
b2 size 2,2,0,4,excluded 0:1560,3888 1:380,1144 2:320,2304 3:88,704 4:16,1024
b2 size 3,1,0,2,free 1:2,8
b2 size 3,1,0,2,first 3:2,18
b2 size 3,1,0,2,last 3:2,8
b2 size 3,1,0,2,excluded 0:2,2
b2 size 3,1,1,4,free 1:168,672 3:72,576
b2 size 3,1,1,4,first 3:72,648 4:96,864 6:72,4536
b2 size 3,1,1,4,last 3:72,288 4:96,576 6:72,1728
b2 size 3,1,1,4,excluded 0:168,168 2:72,288
b2 size 4,1,0,2,free 3:2,96
b2 size 4,1,0,2,first 6:2,348
b2 size 4,1,0,2,last 6:2,348
b2 size 4,1,0,2,excluded 2:2,32
aig size 2,1,1,4,free 0:168,336 3:72,576
aig size 2,1,1,4,first 1:72,72 2:96,288 5:72,1728
aig size 2,2,0,2,free 0:84,200 1:24,48 3:2,8
aig size 2,2,0,2,first 1:84,132 3:24,72 7:2,44
aig size 2,2,0,2,last 1:84,132 3:24,72 7:2,44
aig size 2,2,0,2,excluded 0:84,200 1:24,48 3:2,8
aig size 2,2,0,3,free 0:480,1176 1:120,240 2:64,256 3:18,96 5:8,144
aig size 2,2,0,3,first 1:480,804 3:184,496 5:8,40 7:18,1200
aig size 2,2,0,4,free 0:1560,3888 1:368,736 2:320,1280 3:68,368 4:8,160 5:32,576 6:8,640
aig size 2,2,0,4,first 1:1560,2712 3:688,1808 5:48,232 7:68,4624
aig size 4,1,0,2,free 3:2,64
aig size 4,1,0,2,first 6:2,98
b2 depth-size 2,1,0,2,free 0:2,4
b2 depth-size 2,1,0,2,first 1:2,2
b2 depth-size 2,1,0,2,last 1:2,2
b2 depth-size 2,1,0,2,excluded 0:2,4
b2 depth-size 2,1,1,4,free 0:168,336 1:72,144
b2 depth-size 2,1,1,4,first 1:72,72 2:96,288 3:72,216
b2 depth-size 2,1,1,4,last 1:72,72 2:96,288 3:72,216
b2 depth-size 2,1,1,4,excluded 0:168,336 1:72,144
b2 depth-size 2,1,1,4,context 2:168,168 4:72,3672
b2 depth-size 2,1,2,3,free 0:2430,4860 1:2592,5832 2:1458,7452
b2 depth-size 2,1,2,3,first 1:162,162 2:648,1944 3:1944,3888 4:1458,8910 5:1620,50544 6:648,25920
b2 depth-size 2,1,2,3,last 1:162,162 2:648,1944 3:1944,3888 4:1458,8910 5:1620,50544 6:648,25920
b2 depth-size 2,1,2,3,excluded 0:2430,4860 1:2592,5832 2:1458,7452
b2 depth-size 2,1,2,3,context 2:486,486 3:972,2916 4:1620,13608 5:810,5832 6:1944,73224 7:648,3888
b2 depth-size 2,2,0,2,free 0:84,200 1:26,84
b2 depth-size 2,2,0,2,first 1:84,132 3:26,74
b2 depth-size 2,2,0,2,last 1:84,132 3:26,74
b2 depth-size 2,2,0,2,excluded 0:84,200 1:26,84
b2 depth-size 2,2,0,3,free 0:480,1176 1:126,396 2:64,448 3:20,120
b2 depth-size 2,2,0,3,first 1:480,804 3:190,502 5:16,112 7:4,216
b2 depth-size 2,2,0,3,last 1:480,804 3:190,502 5:16,112 7:4,216
b2 depth-size 2,2,0,3,excluded 0:480,1176 1:126,396 2:64,448 3:20,120
b2 depth-size 2,2,0,4,free 0:1560,3888 1:380,1144 2:320,2304 3:88,544 4:16,944
b2 depth-size 2,2,0,4,first 1:1560,2712 3:700,1788 5:80,568 7:24,1040
b2 depth-size 2,2,0,4,last 1:1560,2712 3:700,1788 5:80,568 7:24,1040
b2 depth-size 2,2,0,4,excluded 0:1560,3888 1:380,1144 2:320,2304 3:88,544 4:16,944
b2 depth-size 3,1,0,2,free 1:2,8
b2 depth-size 3,1,0,2,first 3:2,12
b2 depth-size 3,1,0,2,last 3:2,4
b2 depth-size 3,1,0,2,excluded 0:2,2
b2 depth-size 3,1,1,4,free 1:168,672 3:72,576
b2 depth-size 3,1,1,4,first 3:72,432 4:96,96 6:72,3240
b2 depth-size 3,1,1,4,last 3:72,144 4:96,96 6:72,864
b2 depth-size 3,1,1,4,excluded 0:168,168 2:72,288
b2 depth-size 4,1,0,2,free 3:2,32
b2 depth-size 4,1,0,2,first 6:2,28
b2 depth-size 4,1,0,2,last 6:2,28
b2 depth-size 4,1,0,2,excluded 2:2,32
aig depth-size 2,1,1,4,free 0:168,336 3:72,576
aig depth-size 2,1,1,4,first 1:72,72 2:96,288 5:72,1728
aig depth-size 2,2,0,2,free 0:84,200 1:24,48 3:2,8
aig depth-size 2,2,0,2,first 1:84,132 3:24,24 7:2,12
aig depth-size 2,2,0,2,last 1:84,132 3:24,24 7:2,12
aig depth-size 2,2,0,2,excluded 0:84,200 1:24,48 3:2,8
aig depth-size 2,2,0,3,free 0:480,1176 1:120,240 2:64,256 3:18,96 5:8,80
aig depth-size 2,2,0,3,first 1:480,804 3:184,208 5:8,40 7:18,96
aig depth-size 2,2,0,4,free 0:1560,3888 1:368,736 2:320,1280 3:68,368 4:8,160 5:32,320 6:8,96
aig depth-size 2,2,0,4,first 1:1560,2712 3:688,816 5:48,184 7:68,320
aig depth-size 4,1,0,2,free 3:2,32
aig depth-size 4,1,0,2,first 6:2,12
"""


def read(line):
    basis, order, family, *sizes = line.split()
    rows = (size.partition(":")[::2] for size in sizes)
    counts = {int(size): tuple(map(int, row.split(","))) for size, row in rows}
    return (basis, order, family), counts


COUNTS = dict(map(read, PLAIN.strip().splitlines()))
#: Those that take the package about a second or more.
SLOW = {
    ("b2", "2,1,2,3,free"),
    ("b2", "2,1,2,3,first"),
    ("b2", "2,1,2,3,last"),
    ("b2", "2,1,2,3,excluded"),
    ("b2", "2,1,2,3,context"),
    ("aig", "2,2,0,3,first"),
    ("aig", "2,2,0,4,first"),
    ("aig", "2,2,0,4,free"),
    ("b2", "2,2,0,3,first"),
    ("b2", "2,2,0,3,last"),
    ("b2", "2,2,0,4,free"),
    ("b2", "2,2,0,4,first"),
    ("b2", "2,2,0,4,last"),
    ("b2", "3,1,1,4,first"),
    ("b2", "3,1,1,4,last"),
}


def listed(basis, order, family, effort):
    """Return the package's tasks: allowed words, for how many it stands, size and minima."""
    text = "choices({},{},s={},L={},ties={},D=each)".format(*family.split(","))
    universe = parse_universe(text)
    for member in universe.members(basis, order, effort):
        masks = member.task.word_masks
        words = "".join(
            f"{sum((mask >> x & 1) << w for w, mask in enumerate(masks)):X}"
            for x in range(1 << member.task.inputs)
        )
        yield words, universe.stands_for(member.name), member.size, len(member.solvers)


def by_size(tasks):
    """Return for each size the tasks and the minima."""
    found = Counter()
    for _, many, size, minima in tasks:
        found[size, 0] += many
        found[size, 1] += many * minima
    return {size: (found[size, 0], found[size, 1]) for size, _ in found}


CASES = [
    pytest.param(*case, marks=[pytest.mark.slow] if (case[0], case[2]) in SLOW else [])
    for case in COUNTS
]


@pytest.mark.parametrize(("basis", "order", "family"), CASES)
def test_all_minima_of_choices_are_as_many_as_the_plain_loop_counts(basis, order, family):
    assert by_size(listed(basis, order, family, FRESH)) == COUNTS[basis, order, family]


@pytest.mark.parametrize(
    ("basis", "order", "family"),
    [
        ("b2", "size", "2,2,0,2,free"),
        ("b2", "size", "2,2,0,2,first"),
        ("b2", "size", "2,1,1,4,context"),
        ("b2", "size", "4,1,0,2,free"),
        ("b2", "depth-size", "2,2,0,2,first"),
        ("aig", "size", "2,1,1,4,first"),
        ("aig", "depth-size", "2,2,0,3,free"),
    ],
)
def test_each_task_has_what_the_plain_loop_counts(basis, order, family, tmp_path):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no compiler")
    program = str(tmp_path / "plain_chains")
    subprocess.run([compiler, "-O2", "-o", program, str(LOOP)], check=True)
    call = [program, basis, order, family]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    lines = map(str.split, done.stdout.splitlines())
    plain = [(words, *map(int, numbers)) for _, words, *numbers in lines]
    counted = {words: (size, minima) for words, _, size, minima in plain}
    ours = list(listed(basis, order, family, FRESH))
    assert ours
    assert all(counted[words] == (size, minima) for words, _, size, minima in ours)
    assert by_size(plain) == by_size(ours) == COUNTS[basis, order, family]


SHIPPED = [
    (basis, order, f"{shape},{ties}")
    for basis in ("b2", "aig")
    for order in ("size", "depth-size")
    for shape in ("2,2,0,2", "4,1,0,2")
    for ties in ("free", "first")
]


@pytest.mark.parametrize(("basis", "order", "family"), SHIPPED)
def test_what_ships_is_as_much_as_the_plain_loop_counts(basis, order, family):
    tasks = list(listed(basis, order, family, Effort()))
    assert by_size(tasks) == COUNTS[basis, order, family]


@pytest.mark.slow
def test_sat_lists_the_shipped_minima_of_six_inputs():
    """Beyond the plain loop: AND among three, 75 minima, XOR 9, and all others of two features."""
    universe = parse_universe("choices(3,2,ties=first)")
    counts = {}
    for member in universe.members():
        found = enumerate_minima(member.task, effort=FRESH, engine="sat")
        assert found.plan.engine == "sat"
        assert member.minima_from
        assert (found.size, found.minima) == (member.size, member.solvers)
        counts[member.name] = found.circuits
    assert len(counts) == 4
    assert counts["choice(candidates=3,features=2,utility=1,ties=first)"] == 75
    assert counts["choice(candidates=3,features=2,utility=6,ties=first)"] == 9
