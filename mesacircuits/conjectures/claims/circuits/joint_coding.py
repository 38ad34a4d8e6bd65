"""The claim `joint-coding`: predicting an agent makes being one cheap."""

from __future__ import annotations

from functools import partial
from itertools import combinations_with_replacement, permutations, product

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import basis_named
from mesacircuits.conjectures.claim import Case, Cell, Claim, Kind, Table, within_budget
from mesacircuits.conjectures.evidence import Compared, Tendency
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.enumeration.sat import minimum_size
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.studies.nulls import Unit
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["JOINT_CODING", "pairs_of"]

_INPUTS, _MASK = 4, 0xFFFF
#: How the two candidates' predicates p, q are joined: who chooses gives q & ~p.
_JOINED = {"choice": lambda p, q: q & ~p, "xor": lambda p, q: p ^ q}
#: Predicates of two features, of which others are renamings; and the candidates' inputs.
_PREDICATES = {"a & b": 0b1000, "a ^ b": 0b0110}
_BLOCKS = {"own": ((0, 1), (2, 3)), "wrong": ((0, 2), (1, 3))}

#: A renaming of inputs, as where each row of a truth table goes.
Move = tuple[int, ...]


def _moves() -> list[tuple[tuple[int, ...], int]]:
    return list(product(permutations(range(_INPUTS)), range(1 << _INPUTS)))


def _move(order: tuple[int, ...], mask: int) -> Move:
    return tuple(
        sum(((x ^ mask) >> i & 1) << order[i] for i in range(_INPUTS)) for x in range(1 << _INPUTS)
    )


def _moved(bits: int, move: Move) -> int:
    return sum((bits >> x & 1) << to for x, to in enumerate(move))


def _keeps(order: tuple[int, ...], mask: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    """Return whether a renaming is one of features, the same for both candidates."""
    first, second = blocks
    images = [tuple(order[i] for i in block) for block in blocks]
    if {*map(frozenset, images)} != {*map(frozenset, blocks)}:
        return False
    place = {i: t for block in blocks for t, i in enumerate(block)}
    if [place[i] for i in images[0]] != [place[i] for i in images[1]]:
        return False
    return all(mask >> i & 1 == mask >> j & 1 for i, j in zip(first, second, strict=True))


def pairs_of(g: int, h: int, blocks: str = "own") -> dict[int, bool]:
    """Return one h' of each class of pairs (g, h'), h' a renaming of h, and whether it is marked.

    Pairs are alike that a renaming of inputs makes of each other, outputs inverted or not. Marked
    are those in which h' is h with features renamed, alike for both candidates, or candidates
    exchanged. A pair of one function and itself is left out.

    Arguments:
        g, h: truth tables of four inputs.
        blocks: whether candidates have inputs 0, 1 and 2, 3 (`own`), or 0, 2 and 1, 3 (`wrong`).

    >>> found = pairs_of(0x0660, 0x0660)
    >>> len(found), sum(found.values())
    (4, 1)
    """
    moves = [(_move(*each), _keeps(*each, _BLOCKS[blocks])) for each in _moves()]
    still = [move for move, _ in moves if _moved(g, move) in (g, g ^ _MASK)]
    found: dict[int, bool] = {}
    for move, kept in moves:
        other = _moved(h, move)
        images = {_moved(other, move) for move in still}
        least = min(*images, *(image ^ _MASK for image in images))
        if least not in (g, g ^ _MASK) and g not in images and g ^ _MASK not in images:
            found[least] = found.get(least, False) or kept
    return found


def _agents(joined: str) -> dict[str, int]:
    found = {}
    for name, predicate in _PREDICATES.items():
        p = sum((predicate >> (x & 3) & 1) << x for x in range(1 << _INPUTS))
        q = sum((predicate >> (x >> 2) & 1) << x for x in range(1 << _INPUTS))
        found[name] = _JOINED[joined](p, q) & _MASK
    return found


def _joint_size(g: int, h: int, effort: Effort) -> int:
    if effort.used_up():
        raise BudgetEnded
    task = FunctionTask((TruthTable(_INPUTS, g), TruthTable(_INPUTS, h)))
    return minimum_size(task, basis_named("b2"), effort)[0]


def _compared(settings: Settings, effort: Effort) -> Compared:
    """Compare pairs of two classes: gates saved where both choose between the same candidates."""
    sizes = least_sizes(_INPUTS, "b2", effort)
    kept = KeptParts(effort, "joint-coding 2", settings)
    agents = _agents(settings.text("joined"))
    units, rows = [], []
    best: tuple[int, int, int] | None = None
    asked = settings.texts("predicates")
    for one, other in combinations_with_replacement([n for n in agents if n in asked], 2):
        g, h = agents[one], agents[other]
        apart = int(sizes[g] + sizes[h])
        savings: dict[bool, list[int]] = {True: [], False: []}
        for form, marked in sorted(pairs_of(g, h, settings.text("blocks")).items()):
            joint = kept.part(f"{g} {form}", partial(_joint_size, g, form, effort))
            savings[marked].append(apart - joint)
            units.append(Unit((one, other), marked, apart - joint))
            if marked and (best is None or apart - joint > best[0]):
                best = apart - joint, g, form
        cells: list[Cell] = [one, other, apart]
        for part in savings.values():
            mean = f"{sum(part) / len(part):.4f}" if part else None
            cells += [len(part), mean]
        rows.append(tuple(cells))
    example, _ = within_budget(partial(_example, best, effort))
    return Compared(
        tuple(units),
        f"all {counted(len(units), 'class', 'classes')} of pairs of acts of four inputs, b2, "
        "order size",
        (
            Table(
                "g, the act that is predicted, and h, one's own: by what candidates are chosen; "
                "C(g) + C(h); classes of pairs in which both choose between the same candidates, "
                "and the gates that are saved in the mean; and of all other pairs, h renamed:",
                ("g by", "h by", "apart", "same", "saved", "others", "saved by others"),
                tuple(rows),
            ),
        ),
        example,
        (
            "g predicts who chooses the better of two candidates of two bits by a predicate, the "
            "first on ties; h is such a choice. All pairs of a row have the same C(g) and C(h), "
            "ones and numbers of minima. C(g, h) is found by SAT.",
        ),
    )


def _example(best: tuple[int, int, int] | None, effort: Effort) -> Case | None:
    if best is None:
        return None
    saved, *acts = best
    task = FunctionTask(tuple(TruthTable(_INPUTS, act) for act in acts))
    circuit = minimum_size(task, basis_named("b2"), effort)[1]
    caption = f"an agent predicted and another acted out, {counted(saved, 'gate')} saved"
    return Case.judged(caption, task, circuit, (), "size over b2")


JOINT_CODING = Claim(
    name="joint-coding",
    topic="circuits",
    claim="Predicting an agent makes being one cheap.",
    source="Shimi and Demski, review thread on inner alignment",
    reading=(
        "C(g) + C(h) - C(g, h), the gates saved by a circuit with two outputs: g is the act of an "
        "agent that chooses the better of two candidates of two bits by a predicate, h an act by "
        "another predicate; against h with its inputs renamed such that it no longer chooses "
        "between these candidates. All classes of pairs"
    ),
    kind=Kind.TENDENCY,
    keeps="that a model of an agent has parts that an agent can use",
    question=(
        "Is more saved where both choose between the same candidates than where h is the same "
        "function of other inputs?"
    ),
    blind_to=(
        "utilities of three and more values, whose pairs are out of reach; agents whose utilities "
        "are learned; whether what is shared is the search"
    ),
    control="all other ways in which h reads the inputs: exact, all of them",
    parameters=(
        Parameter("predicates", "; ".join(_PREDICATES), "by which is chosen", names="words"),
        Parameter(
            "joined",
            "choice",
            "what is made of both candidates' predicates: a choice, or their XOR, which is none",
            values=tuple(_JOINED),
        ),
        Parameter(
            "blocks",
            "own",
            "which inputs are taken to be a candidate's; `wrong`: some of each",
            values=tuple(_BLOCKS),
        ),
    ),
    run=Tendency(
        _compared,
        unit=("pair", "pairs"),
        marked="pairs that choose between the same candidates",
        value="gates saved",
        matched="both classes",
        placebos={
            "candidates mixed up": {"blocks": "wrong"},
            "no choice": {"joined": "xor"},
        },
        neighbours=tuple({"predicates": name} for name in _PREDICATES),
    ),
    quick={"predicates": "a ^ b"},
)
