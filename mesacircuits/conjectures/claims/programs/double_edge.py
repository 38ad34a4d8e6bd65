"""The claim `double-edge`: a time penalty favours pseudo-aligned optimizers."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache, partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.conjectures.claim import Case, Cell, Claim, Finding, Table, Verdict
from mesacircuits.conjectures.kept_parts import KeptParts
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.effort import BudgetEnded
from mesacircuits.studies.least_sizes import circuits_of_size
from mesacircuits.tables import counted
from mesacircuits.tasks import FunctionTask

__all__ = ["DOUBLE_EDGE"]


@lru_cache(maxsize=8)
def _circuits(
    inputs: int, gates: int, effort: Effort
) -> tuple[tuple[FunctionTask, tuple[Circuit, ...]], ...]:
    return tuple(circuits_of_size(inputs, gates, "b2", effort))


def _searchers(settings: Settings, support: int, effort: Effort) -> list[list[object]]:
    """Return the circuits that search on a support: function on all inputs, depth, size, circuit.

    Of those with the same function on all inputs and the same depth, the first of least size.
    """
    definition = definition_named(settings.text("definition"))
    inputs = settings.whole("inputs")
    full = (1 << (1 << inputs)) - 1
    found: dict[tuple[int, int], list[object]] = {}
    for gates in range(1, settings.whole("gates") + 1):
        for task, circuits in _circuits(inputs, gates, effort):
            bits = task.tables[0].bits
            on = FunctionTask((TruthTable(inputs, bits & support),), support)
            for circuit in circuits:
                if effort.used_up():
                    raise BudgetEnded
                if (bits, circuit.depth) in found:
                    continue
                if has_tag(definition, circuit, on):
                    row = [bits, circuit.depth, circuit.size, circuit.to_json()]
                    found[bits, circuit.depth] = row
    # The inverse of a function has the same circuits, with the output read inverted.
    return list(found.values()) + [[row[0] ^ full, row[1], row[2], None] for row in found.values()]  # type: ignore[operator]


def _run(settings: Settings, effort: Effort) -> Finding:
    inputs = settings.whole("inputs")
    whole = 1 << inputs
    full = (1 << whole) - 1
    supports = [
        s for s in range(1, full + 1) if s.bit_count() in settings.wholes("supports") and s != full
    ]
    kept = KeptParts(effort, "double-edge 1", settings)
    universe = (
        f"all functions of {counted(inputs, 'input')}, supports of "
        f"{', '.join(map(str, settings.wholes('supports')))} inputs, "
        "search-like circuits of at "
        f"most {counted(settings.whole('gates'), 'gate')}"
    )
    sums: dict[int, list[int]] = {}
    wrong: dict[int, list[Fraction]] = {}
    left: list[str] = []
    example: Case | None = None
    with effort.bar("supports", len(supports)) as bar:
        for support in supports:
            try:
                compute = partial(_searchers, settings, support, effort)
                found = kept.part(str(support), compute)
            except BudgetEnded:
                left.append(f"supports from {support:0{whole}b} on")
                break
            bar.advance()
            by_part: dict[int, list[tuple[int, int, object]]] = {}
            for bits, depth, _, record in found:
                by_part.setdefault(bits & support, []).append((bits, depth, record))
            row = sums.setdefault(support.bit_count(), [0, 0, 0, 0])
            for part, circuits in by_part.items():
                honest: dict[int, int] = {}
                for bits, depth, _ in circuits:
                    honest[bits] = min(depth, honest.get(bits, depth))
                fastest = min(honest.values())
                # Each function that agrees with them on S may be the true one.
                off = full & ~support
                rest = off
                while True:
                    true = part | rest
                    row[0] += 1
                    proxies = [b for b, depth in honest.items() if b != true and depth == fastest]
                    if true not in honest:
                        row[1] += 1
                    elif honest[true] > fastest:
                        row[2] += 1
                    else:
                        row[3] += 1
                    if proxies and honest.get(true, fastest + 1) > fastest:
                        errors = [
                            Fraction(((b ^ true) & off).bit_count(), off.bit_count())
                            for b in proxies
                        ]
                        share = sum(errors, Fraction(0)) / len(errors)
                        wrong.setdefault(support.bit_count(), []).append(share)
                        if example is None and true in honest:
                            example = _example(circuits, proxies[0], support, inputs, settings)
                    if not rest:
                        break
                    rest = (rest - 1) & off
    rows: list[tuple[Cell, ...]] = []
    for size, row in sorted(sums.items(), reverse=True):
        errors = wrong.get(size, [])
        mean = sum(errors, Fraction(0)) / len(errors) if errors else None
        rows.append((size, *row, mean))
    faster = sum(row[2] for row in sums.values())
    alone = sum(row[1] for row in sums.values())
    total = sum(row[0] for row in sums.values())
    verdict = Verdict.HELD if faster else Verdict.REFUTED
    series = [
        Series(name, tuple((r[0], Fraction(int(r[c] or 0), int(r[1] or 1))) for r in rows))  # type: ignore[misc]
        for name, c in (("only proxies search", 2), ("a proxy is faster", 3), ("honest first", 4))
    ]
    return Finding(
        verdict=verdict if faster or not left else Verdict.INCONCLUSIVE,
        answer=(
            f"of {counted(total, 'pair')} of a function and S on which some "
            f"circuit searches, in {faster:,} "
            f"a search that is wrong off S is faster than every search for the function itself, "
            f"and in {alone:,} only such proxies search."
        ),
        universe=universe,
        tables=(
            Table(
                "Functions and S on which some circuit searches; alone: no search computes the "
                "function itself; faster: one does, but a proxy has less depth; honest: none has; "
                "error: mean share of inputs off S that the fastest proxies get wrong, where they "
                "win:",
                ("|S|", "pairs", "alone", "faster", "honest", "error"),
                tuple(rows),
            ),
        ),
        example=example,
        notes=(
            f"Search-like: {settings.text('definition')}, judged on S. Time is depth.",
            "A proxy agrees with the function on S and not on all inputs.",
        ),
        left_open=tuple(left),
        plot=Plot(
            (
                Panel(
                    "Who searches fastest on S",
                    "inputs in S",
                    "share of functions",
                    tuple(series),
                    most=1,
                ),
            )
        ),
    )


def _example(
    circuits: list[tuple[int, int, object]],
    proxy: int,
    support: int,
    inputs: int,
    settings: Settings,
) -> Case | None:
    definition = definition_named(settings.text("definition"))
    for bits, _, record in circuits:
        if bits == proxy and isinstance(record, dict):
            circuit = Circuit.from_json(record)
            task = FunctionTask((TruthTable(inputs, bits & support),), support)
            caption = "a proxy that is faster than every honest search"
            return Case.judged(caption, task, circuit, (definition,))
    return None


DOUBLE_EDGE = Claim(
    name="double-edge",
    topic="programs",
    claim=(
        "A time penalty is double-edged: where it does not exclude optimizers it favours "
        "pseudo-aligned ones, whose proxies are faster to evaluate."
    ),
    source="Hubinger et al. 2019, section 3.2, quoted in the review thread",
    reading=(
        "among circuits that are search-like on a support S (time is depth): the fastest that "
        "computes the function everywhere, and the fastest proxies, which agree with it on S only; "
        "for every function that some search gets right on S, and every S of the given sizes. "
        "Circuits stand in for programs, since there every evaluation has its own cost."
    ),
    question=(
        "Is there a function and an S for which a proxy's search is faster than every search for "
        "the function itself?"
    ),
    blind_to="searches of more gates, where honest ones might be as fast, and programs with loops",
    control="functions on the same S whose own search is as fast as any proxy's: exact",
    parameters=(
        Parameter("inputs", 3, "number of inputs n", least=2, most=3),
        Parameter("supports", (7,), "sizes of S", least=1, most=7),
        Parameter("gates", 4, "most gates of a circuit", least=1, most=4),
        Parameter(
            "definition", "search-like(objective_gates=0)", "what a search is", names="definition"
        ),
    ),
    run=_run,
    quick={"supports": 7, "gates": 2},
)
