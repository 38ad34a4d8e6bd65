"""The table of all small choices in docs/theory.md, from the minima that ship."""

import re
from pathlib import Path

import pytest

from mesacircuits.conjectures import check
from mesacircuits.studies.universe import parse_universe

PAGE = Path(__file__).parents[2] / "docs" / "theory.md"
HEAD = (
    "| choices | tasks | `b2`, `size` | `b2`, `depth-size` | `aig`, `size` | `aig`, `depth-size` |"
)
COLUMNS = (("b2", "size"), ("b2", "depth-size"), ("aig", "size"), ("aig", "depth-size"))


def shown():
    """Return the rows of the table, by universe."""
    _, head, rest = PAGE.read_text().partition(HEAD)
    assert head
    lines = [line for line in rest.split("\n\n")[0].splitlines()[2:] if line]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name.strip("`"): found for name, *found in cells}


def tagged(universe, basis, order, candidates, gates, *more):
    """Return the arm that counts the minima with so many candidates of so many gates."""
    dials = ",".join((f"candidates={candidates}", f"objective_gates={gates}", *more))
    text = f"no {order}-minimal circuit of {universe} over {basis} is search-like({dials})"
    (arm,) = check(text).arms
    assert arm.minima_from
    assert not arm.open_functions
    return arm.totals


def cell(universe, basis, order):
    """Return what the table shows: the minima, and at the strictest settings those that search."""
    most = int(re.match(r"choices?\((\d)", universe)[1])
    parts, gates = [], 0
    for candidates in range(most, 1, -1):
        # Who evaluates more candidates, or with more gates, is tagged at fewer of each.
        strictest = None
        while (found := tagged(universe, basis, order, candidates, gates))["tagged_minima"]:
            strictest, gates = found["tagged_minima"], gates + 1
        if strictest is not None:
            parts.append(f"{strictest} at ({candidates}, {gates - 1})")
    return f"{found['minima']:,}: {', '.join(parts) or 'none'}"


#: Of these hundreds or thousands of minima are judged one by one.
SLOW = (
    "choices(2,2,D=each,ties=last)",
    "choices(2,2,D=each,ties=excluded)",
    "choices(2,2,L=3,ties=first)",
    "choices(2,2,L=4,ties=first)",
    "choices(3,2)",
    "choices(3,2,ties=first)",
    "choices(4,1,ties=first)",
    "choice(3,2,utility=1,ties=first)",
)


@pytest.mark.parametrize(
    "universe",
    [pytest.param(u, marks=pytest.mark.slow if u in SLOW else ()) for u in shown()],
)
def test_the_strictest_searches_among_all_small_choices(universe):
    tasks, *cells = shown()[universe]
    assert int(tasks) == len(parse_universe(universe).tasks)
    for (basis, order), text in zip(COLUMNS, cells, strict=True):
        if text != "–":
            assert cell(universe, basis, order) == text


@pytest.mark.parametrize(
    ("universe", "order", "counts"),
    [
        ("choices(2,2,L=3,ties=first)", "depth-size", (10, 78)),
        ("choices(2,2,L=4,ties=first)", "depth-size", (11, 115)),
        ("choices(2,2,L=3)", "size", (0, 40)),
        ("choices(2,2,L=4)", "size", (0, 180)),
        pytest.param(SLOW[0], "size", (50, 5860), marks=pytest.mark.slow),
        pytest.param(SLOW[1], "size", (50, 5944), marks=pytest.mark.slow),
    ],
)
def test_searches_by_two_wires_a_score(universe, order, counts):
    found = tagged(universe, "b2", order, 2, 1, "wires_per_score=2")
    assert (found["tagged_minima"], found["minima"]) == counts
