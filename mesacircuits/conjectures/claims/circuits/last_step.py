"""The claim `last-step`: a minimum may simulate all steps but the last, and leave that out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.conjectures.claim import BASIS, ORDER, Case, Cell, Claim, Kind, Table
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.nulls import Unit
from mesacircuits.studies.orbits import bit_moves
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["LAST_STEP", "maps_of_two_bits"]

_BITS = 2
Map = tuple[int, ...]

#: What a minimum may do where it was not trained, by name, of the step g.
_COMPLETIONS: dict[str, Callable[[Map, int], int]] = {
    "one step": lambda g, x: g[x],
    "two steps": lambda g, x: g[g[x]],
    "three steps": lambda g, x: g[g[g[x]]],
    "none": lambda g, x: x,
}
_WHOLE = "two steps"


def maps_of_two_bits() -> list[tuple[Map, int]]:
    """Return one map g of two bits of each class, and how many maps it stands for.

    States are renamed: their bits are permuted and inverted, before and after a step alike.

    >>> found = maps_of_two_bits()
    >>> len(found), sum(count for _, count in found)
    (43, 256)
    """
    moves = bit_moves(_BITS).tolist()
    left = set(product(range(1 << _BITS), repeat=1 << _BITS))
    classes = []
    while left:
        g = min(left)
        orbit = {_renamed(g, names) for names in moves}
        left -= orbit
        classes.append((g, len(orbit)))
    return classes


def _renamed(g: Map, names: Sequence[int]) -> Map:
    found = [0] * len(g)
    for x, after in enumerate(g):
        found[names[x]] = names[after]
    return tuple(found)


def _words(circuit: Circuit) -> Map:
    bits = circuit.output_bits()
    return tuple(
        sum((table >> x & 1) << j for j, table in enumerate(bits)) for x in range(1 << _BITS)
    )


def _compared(settings: Settings, effort: Effort) -> Compared:
    basis, order = settings.text("basis"), settings.text("order")
    marked = _COMPLETIONS[settings.text("marked")]
    whole = _COMPLETIONS[_WHOLE]
    units: list[Unit] = []
    by_seen: dict[int, list[int]] = {}
    example: Case | None = None
    classes = maps_of_two_bits()
    for place, (g, _) in enumerate(classes):
        seen = [x for x in range(1 << _BITS) if whole(g, x) == g[x]]
        if len(seen) not in settings.wholes("seen"):
            continue
        if effort.used_up():
            raise BudgetEnded
        after = [whole(g, x) for x in range(1 << _BITS)]
        tables = tuple(
            TruthTable(_BITS, sum((y >> j & 1) << x for x, y in enumerate(after)))
            for j in range(_BITS)
        )
        task = FunctionTask(tables, sum(1 << x for x in seen))
        means = effort.share(len(classes) - place)
        minima = enumerate_minima(task, basis, order, means).all_found().minima
        unseen = [x for x in range(1 << _BITS) if x not in seen]
        does = {
            held: [all(_words(c)[x] == step(g, x) for x in unseen) for c in minima]
            for held, step in ((True, marked), (False, whole))
        }
        units += [Unit(g, held, Fraction(sum(said), len(said))) for held, said in does.items()]
        counts = by_seen.setdefault(len(seen), [0, 0, 0, 0])
        for column, number in enumerate((1, len(minima), sum(does[True]), sum(does[False]))):
            counts[column] += number
        if example is None and all(does[True]):
            circuit = minima[0]
            said = f"{order} over {basis}"
            caption = f"every minimum leaves the last step out; g = {''.join(map(str, g))}"
            example = Case.judged(caption, task, circuit, (), said)
    rows: list[tuple[Cell, ...]] = [(seen, *by_seen[seen]) for seen in sorted(by_seen)]
    return Compared(
        tuple(units),
        f"{counted(len(units) // 2, 'class', 'classes')} of maps of two bits, two steps, {basis}, "
        f"order {order}",
        (
            Table(
                "By states seen in training, those on which the last step changes nothing: classes "
                "of maps; their minima; that take as many steps off training as is marked; that "
                "take both:",
                ("seen", "maps", "minima", settings.text("marked"), _WHOLE),
                tuple(rows),
            ),
        ),
        example,
        (
            "Maps of which no state is seen, or every one, decide nothing.",
            "Off training no minimum is told what to do: of the completions these are two.",
        ),
    )


LAST_STEP = Claim(
    name="last-step",
    topic="circuits",
    claim=(
        "A minimal circuit may be a simulator of all steps but the last, which training does not "
        "tell from one of all steps."
    ),
    source="a reply to Christiano 2018, Open question: are minimal circuits daemon-free?",
    reading=(
        "a state of two bits takes two steps of a map g, the last of which is the agent's choice. "
        "Training has the states on which that changes nothing. Off training, do more of the "
        "minima give the state after one step than that after two? For all g, up to the names of "
        "bits."
    ),
    kind=Kind.MIGHT,
    keeps="that training cannot tell the two, and that a step more costs gates",
    question="Do minima leave the last step out more often than they take it?",
    blind_to="states of more bits, more steps, and agents that choose among several acts",
    control="the two completions of each map: exact, all minima",
    parameters=(
        Parameter(
            "marked",
            "one step",
            "what is set against taking both steps",
            values=tuple(name for name in _COMPLETIONS if name != _WHOLE),
        ),
        Parameter("seen", (1, 2, 3), "numbers of states seen in training", least=1, most=3),
        BASIS,
        ORDER,
    ),
    run=Tendency(
        _compared,
        unit=("completion", "completions"),
        marked="one step",
        value="share of minima",
        matched="the map",
        placebos={"three steps": {"marked": "three steps"}, "no step": {"marked": "none"}},
        neighbours=({"basis": "aig"}, {"basis": "mig"}, {"order": "depth-size"}),
    ),
    quick={"seen": (2, 3)},
)
