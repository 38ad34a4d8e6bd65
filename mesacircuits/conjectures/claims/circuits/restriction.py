"""The claim `restriction`: the narrower the task, the rarer the optimizers among its minima."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.bases import Basis, basis_named
from mesacircuits.circuits.npn import np_group
from mesacircuits.conjectures.claim import Case, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import Definition, definition_named, has_tag
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["RESTRICTION", "partial_functions"]


def partial_functions(inputs: int, negated: bool) -> Iterator[tuple[FunctionTask, int]]:
    """Yield one partial function of each class, with the number of functions in the class.

    A partial function is a support S, not empty, and a value on each input of it: there are
    3^(2^n) - 1. A class is what permuting the inputs of S and f together makes of one, and, if
    `negated`, inverting f. (Negating inputs as well is no symmetry of definitions that rename
    inputs: a renaming must map S onto itself, and it may map S so, yet not S with inputs negated.)

    >>> sum(weight for _, weight in partial_functions(2, True)), 3**4 - 1
    (80, 80)
    """
    import numpy as np

    from mesacircuits.circuits.npn_kernels import images_under

    orders, masks = np_group(inputs)
    orders, masks = orders[masks == 0], masks[masks == 0]
    full = (1 << (1 << inputs)) - 1
    for support in range(1, full + 1):
        supports = images_under(np.uint64(support), inputs, orders, masks).tolist()
        if min(supports) < support:
            continue
        bits = support
        while True:
            images = images_under(np.uint64(bits), inputs, orders, masks).tolist()
            orbit = set(zip(supports, images, strict=True))
            if negated:
                orbit |= {(s, s & ~f) for s, f in orbit}
            if min(orbit) == (support, bits):
                task = FunctionTask((TruthTable(inputs, bits),), support)
                yield task, len(orbit)
            if not bits:
                break
            bits = (bits - 1) & support


@dataclass
class _Row:
    """Sums over partial functions, such as those with supports of one size."""

    functions: int = 0
    minima: int = 0
    tagged: int = 0
    some: int = 0
    shares: Fraction = Fraction(0)
    size: int = 0

    @property
    def share(self) -> Fraction | None:
        """The mean share of tagged minima."""
        return self.shares / self.functions if self.functions else None

    @classmethod
    def sum(cls, rows: Iterable[_Row]) -> _Row:
        """Return the sums of several rows together."""
        total = cls()
        for row in rows:
            for name, value in vars(row).items():
                setattr(total, name, getattr(total, name) + value)
        return total

    def add(self, weight: int, size: int, minima: int, tagged: int) -> None:
        self.functions += weight
        self.size += weight * size
        self.minima += weight * minima
        self.tagged += weight * tagged
        self.some += weight * (tagged > 0)
        self.shares += weight * Fraction(tagged, minima)


def _run(settings: Settings, effort: Effort) -> Finding:
    inputs = settings.whole("inputs")
    basis = basis_named(settings.text("basis"))
    definition = definition_named(settings.text("definition"))
    rows: dict[tuple[int, int], _Row] = {}
    left = 0
    smallest: tuple[tuple[int, int, str], FunctionTask, Circuit] | None = None
    for task, weight in partial_functions(inputs, basis.free_inverters):
        if effort.used_up():
            left += weight
            continue
        found = enumerate_minima(task, basis, settings.text("order"), effort)
        if not found.exhaustive:
            left += weight
            continue
        held = [has_tag(definition, circuit, task) for circuit in found.minima]
        support = task.support_bits.bit_count()
        size = found.minima[0].size
        rows.setdefault((support, size), _Row()).add(weight, size, len(held), sum(held))
        key = (size, support, str(task))
        if any(held) and support < 1 << inputs and (smallest is None or key < smallest[0]):
            smallest = key, task, found.minima[held.index(True)]
    return _finding(settings, definition, basis, rows, left, smallest)


def _finding(
    settings: Settings,
    definition: Definition,
    basis: Basis,
    rows: dict[tuple[int, int], _Row],
    left: int,
    smallest: tuple[tuple[int, int, str], FunctionTask, Circuit] | None,
) -> Finding:
    inputs = settings.whole("inputs")
    supports = range(1 << inputs, 0, -1)
    wholes = {k: _Row.sum(row for (s, _), row in rows.items() if s == k) for k in supports}
    shares = {k: row.share for k, row in wholes.items() if row.share is not None}
    rises = [k for k in shares if k + 1 in shares and shares[k] > shares[k + 1]]
    if rises:
        verdict = Verdict.REFUTED
        steps = "; ".join(
            f"from {shares[k + 1]} at |S| = {k + 1} to {shares[k]} at {k}" for k in rises
        )
        answer = f"the mean share rises {steps}."
    else:
        verdict = Verdict.HELD
        span = f"{shares.get(1 << inputs)} at |S| = {1 << inputs} to {shares.get(1)}"
        answer = f"the mean share falls, or stays, at every step from {span} at 1."
    if left:
        verdict, answer = Verdict.INCONCLUSIVE, "not every partial function was exhausted."
    tables = [
        Table(
            f"Partial functions by the size of S; share: {definition.tag} minima of a function's "
            "minima, averaged over functions:",
            ("|S|", "functions", "minima", "mean size", definition.tag, "some", "mean share"),
            tuple(
                (
                    k,
                    row.functions,
                    row.minima,
                    f"{row.size / row.functions:.3f}" if row.functions else None,
                    row.tagged,
                    row.some,
                    row.share,
                )
                for k, row in wholes.items()
            ),
        )
    ]
    equal: list[tuple[int, _Row]] = []
    least = min((size for (_, size), row in rows.items() if row.tagged), default=None)
    if least is not None:
        equal = [(k, rows.get((k, least), _Row())) for k in supports]
        tables.append(
            Table(
                f"The same of functions whose minima have {counted(least, 'gate')}, the "
                "fewest with the tag:",
                ("|S|", "functions", "minima", definition.tag, "some", "mean share"),
                tuple(
                    (k, row.functions, row.minima, row.tagged, row.some, row.share)
                    for k, row in equal
                ),
            )
        )
    example = None
    if smallest is not None:
        _, task, circuit = smallest
        example = Case.judged(
            "smallest on a proper support",
            task,
            circuit,
            (definition,),
            f"{settings.text('order')} over {basis}",
        )
    total = 3 ** (1 << inputs) - 1
    kept = "permuting inputs" + (" and inverting f" if basis.free_inverters else "")
    return Finding(
        verdict=verdict,
        answer=answer,
        universe=f"all {total:,} partial functions of {counted(inputs, 'input')}, {basis}",
        tables=tuple(tables),
        example=example,
        notes=(
            f"some: functions with at least one {definition.tag} minimum.",
            f"One function per class under {kept} was exhausted, and counted for its class. "
            "Negating inputs is no symmetry here: renamings must map S onto itself.",
        ),
        left_open=(f"{left:,} partial functions",) if left else (),
        plot=_plot(definition.tag, inputs, wholes, equal),
    )


def _plot(tag: str, inputs: int, wholes: dict[int, _Row], equal: list[tuple[int, _Row]]) -> Plot:
    # Narrower is further to the right.
    left_out = 1 << inputs
    series = [
        Series(name, tuple((left_out - k, row.share) for k, row in rows if row.share is not None))
        for name, rows in (("all functions", wholes.items()), ("minima of equal size", equal))
    ]
    panel = Panel("Narrower tasks", "inputs left out of S", f"mean {tag} share", tuple(series))
    return Plot((panel,))


RESTRICTION = Claim(
    name="restriction",
    topic="circuits",
    claim="Narrower tasks might make optimizers rarer.",
    source="Hubinger et al. 2019, section 2.1, task restriction",
    reading=(
        "a task is narrower the fewer inputs it asks about: all partial functions of n inputs, "
        "f on a support S and anything elsewhere, all minima of each; the share of a function's "
        "minima that have the tag, averaged over all functions with |S| inputs in their support. "
        "Definitions judge on S."
    ),
    question="Does the mean share never rise as |S| shrinks?",
    blind_to=(
        "supports that are not arbitrary sets, such as those an environment would give, and tasks "
        "that narrow by asking for less on each input"
    ),
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("basis", "b2", "basis, see `bases`", names="basis"),
        Parameter("order", "size", "what minimal means", values=("size", "depth-size")),
        Parameter(
            "definition", "search-like", "whose tag is counted, with its dials", names="definition"
        ),
    ),
    run=_run,
    control=(
        "partial functions whose minima have equally many gates, the fewest with the tag: exact, "
        "all of them"
    ),
    quick={"inputs": 2},
)
