"""Hypothesis strategies of what is judged: definitions, and solvers that have the tag of one.

Of what is drawn at random hardly anything searches or controls. The solvers here are built so that
they do, and each is confirmed by the definition's own judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice, product
from typing import Any, cast

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.call import check_whole
from mesacircuits.circuits import B2, Circuit, TruthTable, operator_named
from mesacircuits.circuits.circuit import FALSE, GateBuilder, Output, words_of
from mesacircuits.definitions import (
    DEFINITIONS,
    Classifier,
    ControlLike,
    Definition,
    Judgement,
    LookupTable,
    SearchLike,
    definition_named,
    describe_definition,
)
from mesacircuits.definitions.definition import WithDials
from mesacircuits.errors import ArgumentError, did_you_mean
from mesacircuits.tasks import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    EpisodeTask,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
    World,
    WorldTask,
)
from mesacircuits.testing.drawing import look_at
from mesacircuits.testing.solving import Decomposing, computing
from mesacircuits.testing.strategies import (
    SOLVED_KINDS,
    Number,
    Pair,
    bounds_of,
    checked_kind,
    circuits,
    limits,
    relabelled,
    solved_pairs,
    tasks_solved_by,
)

__all__ = [
    "TRIES",
    "anchors_of",
    "classifiers",
    "constructed",
    "definitions",
    "judgements",
    "kind_of",
    "pairs_made",
    "tagged",
]

#: How many solvers are looked at for one that has a tag, unless said otherwise.
TRIES = 500
_MOST_GATES = 1 << 10
_USUAL_INPUTS = 4


@dataclass(frozen=True)
class _Bounds:
    """What solvers are made within: kinds of tasks, inputs, gates."""

    kinds: tuple[str, ...] = SOLVED_KINDS
    inputs: tuple[int, int] = (1, _USUAL_INPUTS)
    gates: tuple[int, int] = (0, _MOST_GATES)

    def hold(self, circuit: Circuit, task: Task) -> bool:
        """Return whether a pair is within them."""
        sizes = (circuit.inputs, self.inputs), (circuit.size, self.gates)
        within = all(least <= number <= most for number, (least, most) in sizes)
        return within and kind_of(task) in self.kinds


_KINDS: dict[type, str] = {
    FunctionTask: "function",
    RelationTask: "relation",
    OptimisationTask: "optimisation",
    WorldTask: "world",
    EpisodeTask: "episode",
}


def kind_of(task: Task) -> str:
    """Return of which of `SOLVED_KINDS` a task is.

    >>> from mesacircuits.tasks import parse_task
    >>> kind_of(parse_task("argmax")), kind_of(parse_task("thermostat"))
    ('optimisation', 'world')
    """
    return _KINDS[type(task)]


def tagged(
    definition: Definition | str,
    *kinds: str,
    min_inputs: Number = 1,
    max_inputs: Number | None = None,
    min_gates: Number = 0,
    max_gates: Number | None = None,
    tries: int = TRIES,
) -> SearchStrategy[Pair]:
    """Return a strategy of circuits, with tasks, that have the tag of a definition.

    For the definitions of search, control and tables that come with the package the circuits are
    built (see `constructed`), and what its judge does not confirm is drawn anew. For any other
    definition those with the tag are taken from exemplars, from shipped minima of up to four
    inputs, one for each class of functions, and from what is drawn: solvers built for those three,
    and `solved_pairs`. The former are looked through when this is called, and if none of them has
    the tag, so are drawn ones.

    Arguments:
        definition: a definition, or the text that names one.
        kinds: of which kinds the tasks are, some of `SOLVED_KINDS`; by default any.
        min_inputs, max_inputs: bounds on the inputs, 1 to 6; by default up to 4, or as many as the
            dials need.
        min_gates, max_gates: bounds on the gates; by default there is no upper one.
        tries: of a definition that circuits are not built for, how many are looked at before it is
            said that none was found.

    Raises `ArgumentError` for another kind, for bounds out of range, for dials that no circuit
    within the bounds can have, and for a definition that gives its tag to none of `tries` solvers.

    >>> from hypothesis import find
    >>> circuit, task = find(tagged("search-like"), lambda pair: pair[0].size == 3)
    >>> SearchLike().judge(circuit, task).holds
    True
    >>> circuit, task = find(tagged("control-like"), lambda pair: True)
    >>> task.has_world, circuit.size
    (True, 0)
    """
    chosen = definition_named(definition) if isinstance(definition, str) else definition
    asked = tuple(checked_kind(kind) for kind in kinds) or SOLVED_KINDS
    check_whole("tries", tries, 1)
    gates = limits("gates", min_gates, max_gates, 0, _MOST_GATES, _MOST_GATES)
    inputs = limits("inputs", min_inputs, max_inputs, 1, MAX_TASK_INPUTS, _USUAL_INPUTS)
    bounds = st.tuples(inputs, gates).map(lambda both: _Bounds(asked, *both))
    maker = _MAKERS.get(type(chosen))
    if maker is None:
        known = _known(chosen, bounds, tries)
        return bounds.flatmap(lambda within: _found(chosen, known, within))
    make = maker(chosen, max_inputs is None)
    given = (min_inputs, max_inputs, min_gates, max_gates)
    if not any(isinstance(number, SearchStrategy) for number in given):
        # Known beforehand, and so refused beforehand.
        fixed = _Bounds(
            asked,
            bounds_of("inputs", min_inputs, max_inputs, 1, MAX_TASK_INPUTS, _USUAL_INPUTS),
            bounds_of("gates", min_gates, max_gates, 0, _MOST_GATES, _MOST_GATES),
        )
        return make(fixed)
    return bounds.flatmap(make)


def constructed(definition: Definition) -> SearchStrategy[Pair] | None:
    """Return a strategy of circuits built to have a tag; None if none are built for the definition.

    They are built for the definitions of search, control and tables that come with the package,
    with any dials:

    - search-like: an evaluator of at least c gates is drawn, and stands in the circuit once for
      each candidate, on features of the candidate's own and a context that all may share; then the
      word of a best candidate is selected, ties by a drawn rule. So each candidate's value moves
      alone;
    - control-like: a world is drawn with a ranking of its states, in which from each state outside
      the target some action leads down, and the action that keeps the target leads nowhere else.
      The controller takes these actions;
    - lookup-table: a decoder of disjoint cubes, each a word's cell, and an OR of cells for each
      output.

    Each is confirmed by the definition's judge.

    >>> from mesacircuits.definitions import from_function
    >>> constructed(from_function("mine", "mine", lambda solver, task: 0)) is None
    True
    """
    maker = _MAKERS.get(type(definition))
    return None if maker is None else maker(definition, True)(_Bounds())


@lru_cache(maxsize=256)
def pairs_made(
    kind: str, inputs: tuple[int, int], gates: tuple[int, int]
) -> SearchStrategy[Pair] | None:
    """Return a strategy of pairs of a kind that have a tag by construction; None if none fits.

    Arguments:
        kind: one of `SOLVED_KINDS`.
        inputs, gates: the least and the most of each.
    """
    made = []
    for definition, kinds in _MADE_FOR:
        if kind in kinds:
            with suppress(ArgumentError):
                bounds = _Bounds((kind,), inputs, gates)
                made.append(_MAKERS[type(definition)](definition, False)(bounds))
    return st.one_of(made) if made else None


def _confirmed(
    definition: Definition, pairs: SearchStrategy[Pair], bounds: _Bounds
) -> SearchStrategy[Pair]:
    return pairs.filter(lambda pair: bounds.hold(*pair) and definition.judge(*pair).holds)


def _refuse(name: str, expected: str, definition: Definition, got: object) -> ArgumentError:
    return ArgumentError(name, f"{expected}, for {describe_definition(definition)}", got)


# -- search --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """The sizes of a search: K candidates of m features and s context bits, scores of w bits."""

    candidates: int
    features: int
    context: int
    width: int

    @property
    def inputs(self) -> int:
        return self.candidates * self.features + self.context


def _shapes(definition: SearchLike, inputs: tuple[int, int], most_gates: int) -> list[_Shape]:
    """Return the shapes that admit the dials, those of fewest inputs first."""
    least, cost = definition.candidates, definition.objective_gates
    width = definition.wires_per_score
    found = []
    # To select among several by scores of several bits takes many gates.
    most = MAX_TASK_INPUTS if width == 1 else least
    for count, features, context in product(
        range(least, max(least, most) + 1),
        range(1, MAX_TASK_INPUTS + 1),
        range(MAX_TASK_INPUTS),
    ):
        shape = _Shape(count, features, context, width)
        # A gate reads two wires, and a score of several bits takes several values.
        enough = features + context >= max(width, 1 + (cost > 0))
        fits = inputs[0] <= shape.inputs <= inputs[1] and count <= 1 << MAX_RELATION_OUTPUTS
        if enough and fits and count * cost + _selecting(count) <= most_gates:
            found.append(shape)
    return sorted(found, key=lambda shape: (shape.inputs, shape.candidates, shape.context))


def _selecting(count: int) -> int:
    # The fewest gates that select one of so many by scores of one bit.
    return 2 * count - 3


def _searchers(definition: Any, widen: bool) -> Callable[[_Bounds], SearchStrategy[Pair]]:
    def make(bounds: _Bounds) -> SearchStrategy[Pair]:
        kinds = [kind for kind in ("function", "optimisation") if kind in bounds.kinds]
        if not kinds:
            raise _refuse("kinds", "function or optimisation", definition, ", ".join(bounds.kinds))
        wide = bounds
        shapes = _shapes(definition, wide.inputs, wide.gates[1])
        while widen and not shapes and wide.inputs[1] < MAX_TASK_INPUTS:
            wide = replace(wide, inputs=(wide.inputs[0], wide.inputs[1] + 1))
            shapes = _shapes(definition, wide.inputs, wide.gates[1])
        if not shapes:
            raise _refuse(
                "max_inputs, max_gates", "more", definition, (wide.inputs[1], wide.gates[1])
            )
        return _confirmed(definition, _search(definition, shapes, kinds, wide.gates[1]), wide)

    return make


@st.composite
def _search(
    draw: DrawFn,
    definition: SearchLike,
    shapes: Sequence[_Shape],
    kinds: Sequence[str],
    most_gates: int,
) -> Pair:
    shape, kind = draw(st.sampled_from(shapes)), draw(st.sampled_from(kinds))
    evaluator = draw(_evaluators(definition, shape, most_gates))
    n, k, m, w = shape.inputs, shape.candidates, shape.features, shape.width
    order = draw(st.permutations(range(n)))
    declared = kind == "optimisation" and draw(st.booleans())
    negated = draw(_reencodings(definition, shape, order, kind, declared))
    build = GateBuilder(n)
    literals = [Output(wire, bool(negated >> wire & 1)) for wire in order]
    context = literals[k * m :]
    copied = draw(st.booleans())
    made: dict[tuple[int, tuple[Output, ...]], Output] = {}
    scores: list[Output] = []
    for i in range(k):
        if copied:
            # What reads the context alone is there once for each.
            made.clear()
        wires = [*literals[i * m : (i + 1) * m], *context]
        for gate in evaluator.gates:
            table = operator_named(gate.operator).table
            operands = tuple(wires[operand] for operand in gate.operands)
            if (table, operands) not in made:
                made[table, operands] = build.gate(table, operands, normal=True)
            wires.append(made[table, operands])
        scores += [~wires[o.wire] if o.inverted else wires[o.wire] for o in evaluator.outputs]
    plans = kind == "function" and definition.plans == "on"
    selection = draw(_selections(k, w, plans))
    # Scores of several bits are compared from the highest on, or there would be too many gates.
    compared = [i * w + j for j in range(w - 1, -1, -1) for i in range(k)] if w > 1 else ()
    selecting = Decomposing(draw, build, dict(enumerate(scores)), k * w, compared)
    circuit = build.circuit([selecting.wire(bits) for bits in selection.tables])
    support = draw(_supports(n))
    task: Task = FunctionTask(circuit.tables(), support)
    if kind == "optimisation":
        bits = [_bits_of(circuit, score) for score in scores]
        own = [tuple(order[i * m : (i + 1) * m]) for i in range(k)] if declared else []
        task = selection.task(n, bits, support, own)
    return draw(relabelled(circuit)), task


@st.composite
def _reencodings(
    draw: DrawFn,
    definition: SearchLike,
    shape: _Shape,
    order: Sequence[int],
    kind: str,
    declared: bool,
) -> int:
    """Draw which inputs are read inverted, as a mask, so that there is one objective all the same.

    Of a function that is one mask of all inputs, or none; of declared features one mask for each
    candidate, while what is done to the context belongs to the objective; of utilities any.
    """
    n, m = shape.inputs, shape.features
    mask = st.just(0) | st.integers(0, (1 << n) - 1)
    if declared and definition.reencoding != "per-group":
        one = draw(st.integers(0, (1 << m) - 1)) if definition.reencoding == "common" else 0
        place = {wire: i for i, wire in enumerate(order)}
        split = shape.candidates * m
        drawn = draw(mask)
        return sum(
            (drawn >> wire if i >= split else one >> i % m) % 2 << wire for wire, i in place.items()
        )
    return draw(mask) if kind == "optimisation" or definition.reencoding != "none" else 0


def _bits_of(circuit: Circuit, wire: Output) -> int:
    bits = circuit.wire_bits()[wire.wire]
    return bits ^ ((1 << (1 << circuit.inputs)) - 1) * wire.inverted


@st.composite
def _supports(draw: DrawFn, inputs: int) -> int | None:
    # Mostly all inputs; else all but one or two.
    full = (1 << (1 << inputs)) - 1
    missing = draw(st.just(0) | st.integers(0, 3))
    places = draw(st.lists(st.integers(0, (1 << inputs) - 1), min_size=missing, max_size=missing))
    for x in places[:2]:
        full &= ~(1 << x)
    return full


@st.composite
def _evaluators(draw: DrawFn, definition: SearchLike, shape: _Shape, most_gates: int) -> Circuit:
    """Draw what scores a candidate: its features are the first inputs, the context the last."""
    cost, k, m = definition.objective_gates, shape.candidates, shape.features
    most = max(cost, min(cost + 2, (most_gates - _selecting(k)) // k))
    circuit = draw(
        circuits(
            m + shape.context,
            outputs=shape.width,
            min_gates=cost,
            max_gates=most,
            reduced=True,
        )
    )
    outputs = [TruthTable(circuit.inputs, bits) for bits in circuit.output_bits()]
    own = {*range(m)}
    # Each bit of the score depends on something, the score on the candidate; it takes more values
    # than fewer bits could tell.
    assume(all(table.support() for table in outputs))
    assume(any(own.intersection(table.support()) for table in outputs))
    assume(len({*words_of(circuit)}) > 1 << (shape.width - 1))
    if definition.cost == "private":
        gates = circuit.wire_bits()[circuit.inputs :]
        private = (TruthTable(circuit.inputs, bits).support() for bits in gates)
        assume(sum(bool(own.intersection(support)) for support in private) >= cost)
    return circuit


@dataclass(frozen=True)
class _Selection:
    """Which word is given for which scores.

    Attributes:
        words: the word of each candidate.
        other: the word where all have the least score; None if it is a candidate's.
        width: the bits of a score.
        tables: for each output its table over the bits of the scores, the first candidate's lowest.
        ties: whether the first of the best is given, or any.
    """

    words: tuple[int, ...]
    other: int | None
    width: int
    tables: tuple[int, ...]
    ties: str

    def task(
        self,
        inputs: int,
        scores: Sequence[int],
        support: int | None,
        features: Sequence[tuple[int, ...]],
    ) -> OptimisationTask:
        """Return the task whose utilities are these scores, their tables given bit by bit."""
        rows = []
        for x in range(1 << inputs):
            row = [
                Fraction(sum((scores[i * self.width + j] >> x & 1) << j for j in range(self.width)))
                for i in range(len(self.words))
            ]
            # Better than the least score, worse than the next.
            rows.append(tuple(row if self.other is None else [*row, Fraction(1, 2)]))
        candidates = self.words if self.other is None else (*self.words, self.other)
        # The other word has no features.
        declared = (*features, *[()] * (len(candidates) - len(features))) if features else None
        return OptimisationTask(
            inputs,
            len(self.tables),
            candidates,
            tuple(rows),
            support,
            self.ties,
            features=declared,
        )


@st.composite
def _selections(draw: DrawFn, candidates: int, width: int, plans: bool) -> _Selection:
    other = draw(st.booleans()) and candidates < 1 << MAX_RELATION_OUTPUTS
    outputs = (candidates + other - 1).bit_length()
    words = draw(st.permutations(range(1 << outputs)))[: candidates + other]
    if plans:
        # Several candidates may stand for one word, but not all of them.
        shared = draw(st.integers(0, candidates - 2))
        words = [*words[: candidates - shared], *words[1 : 1 + shared], *words[candidates:]]
    rule = draw(st.sampled_from(("first", "last", "any")))
    count = candidates * width
    chosen = []
    for vector in range(1 << count):
        scores = [vector >> i * width & (1 << width) - 1 for i in range(candidates)]
        best = [i for i, score in enumerate(scores) if score == max(scores)]
        if other and not any(scores):
            chosen.append(words[-1])
        elif rule == "any" and len(best) > 1 and count <= _USUAL_INPUTS:
            chosen.append(words[draw(st.sampled_from(best))])
        else:
            chosen.append(words[best[-1] if rule == "last" else best[0]])
    tables = tuple(
        sum((word >> i & 1) << vector for vector, word in enumerate(chosen)) for i in range(outputs)
    )
    ties = draw(st.sampled_from(("free", "first"))) if rule == "first" else "free"
    return _Selection(tuple(words[:candidates]), words[-1] if other else None, width, tables, ties)


# -- control -------------------------------------------------------------------------------------


def _controllers(definition: Any, widen: bool) -> Callable[[_Bounds], SearchStrategy[Pair]]:
    def make(bounds: _Bounds) -> SearchStrategy[Pair]:
        if "world" not in bounds.kinds:
            raise _refuse("kinds", "world", definition, ", ".join(bounds.kinds))
        least_rank = int(definition.parameters.get("least_rank") or 1)
        return _confirmed(definition, _control(least_rank, bounds.inputs), bounds)

    return make


@st.composite
def _control(draw: DrawFn, least_rank: int, inputs: tuple[int, int]) -> Pair:
    """Draw a world with a ranking of its states, and a controller that goes down it."""
    m = draw(st.integers(1, 2))
    ranks = [0]
    for rank in range(1, least_rank + draw(st.integers(1, 2))):
        ranks += [rank] * draw(st.integers(1, 2))
    if draw(st.booleans()):
        ranks.insert(0, 0)
    # The action that keeps the target is no other state's.
    actions = [*draw(st.permutations(range(1 << m)))]
    still = actions.pop()
    outside = [s for s, rank in enumerate(ranks) if rank]
    inside = [s for s, rank in enumerate(ranks) if not rank]
    down = {s: draw(st.sampled_from([t for t in range(len(ranks)) if ranks[t] == ranks[s] - 1]))
            for s in outside}  # fmt: skip
    acted: dict[int, int] = {}
    for s in outside:
        # A state acts as the next one does, where that is outside too: they share an error.
        shared = ranks[s] > 1 and (least_rank > 1 or draw(st.booleans()))
        after = down[s] if shared else None
        acted[s] = draw(st.sampled_from(actions)) if after is None else acted[after]
    steps = []
    for s in range(len(ranks)):
        row = []
        for action in range(1 << m):
            if s in acted and action == acted[s]:
                row.append(down[s])
            elif s in acted:
                # Any other leads nowhere better.
                row.append(s if action == still else draw(st.sampled_from(outside)))
            else:
                row.append(draw(st.sampled_from(inside if action == still else outside)))
        steps.append(tuple(row))
    # States that call for the same action may look alike.
    classes = [acted.get(s, still) for s in range(len(ranks))]
    alike = draw(st.booleans())
    kept = sorted({*classes}) if alike else [*range(len(ranks))]
    needed = max(inputs[0], (len(kept) - 1).bit_length())
    assume(needed <= inputs[1])
    n = draw(st.integers(needed, inputs[1]))
    codes = draw(st.permutations(range(1 << n)))
    seen = tuple(codes[kept.index(classes[s] if alike else s)] for s in range(len(ranks)))
    moved = [draw(st.sampled_from(outside)) if not ranks[s] else
             draw(st.sampled_from(range(len(ranks)))) for s in range(len(ranks))]  # fmt: skip
    world = World(
        n,
        m,
        tuple(f"s{s}" for s in range(len(ranks))),
        seen,
        tuple(steps),
        tuple(range(len(ranks))),
        tuple(inside),
        (tuple(moved),),
    )
    words = [draw(st.integers(0, (1 << m) - 1)) for _ in range(1 << n)]
    for s, code in enumerate(seen):
        words[code] = classes[s]
    tables = [sum((word >> i & 1) << x for x, word in enumerate(words)) for i in range(m)]
    return draw(computing(tables, n)), WorldTask(world, max(ranks))


# -- tables --------------------------------------------------------------------------------------


def _tables(definition: Any, widen: bool) -> Callable[[_Bounds], SearchStrategy[Pair]]:
    def make(bounds: _Bounds) -> SearchStrategy[Pair]:
        least, most = max(bounds.inputs[0], 2), bounds.inputs[1]
        if least > most:
            raise _refuse("max_inputs", "at least 2", definition, most)
        most_cell = definition.inputs_per_cell
        # Each cell takes a gate or more, and so does each OR that joins it to those before.
        most_cells = max(2, (bounds.gates[1] + 1) // 2)
        drawn = _table(most_cell, most_cells, (least, most), bounds.kinds)
        return _confirmed(definition, drawn, bounds)

    return make


@st.composite
def _table(
    draw: DrawFn,
    most_cell: int | None,
    most_cells: int,
    inputs: tuple[int, int],
    kinds: Sequence[str],
) -> Pair:
    n = draw(st.integers(*inputs))
    # Cubes of fewer literals hold more inputs; one literal alone is no gate of its own.
    least = 2 if most_cell is None else max(2, n + 1 - most_cell.bit_length())
    cubes: list[dict[int, bool]] = []

    def split(cube: dict[int, bool], left: list[int]) -> None:
        if len(cube) >= min(least, n) and (not left or not draw(st.booleans())):
            cubes.append(cube)
            return
        i = draw(st.sampled_from(left))
        for value in (True, False):
            split({**cube, i: value}, [j for j in left if j != i])

    split({}, [*range(n)])
    most = min(most_cells, len(cubes))
    places = st.sampled_from(range(len(cubes)))
    cells = draw(st.lists(places, min_size=2, unique=True, max_size=most))
    outputs = draw(st.integers(1, 2))
    default = draw(st.integers(0, (1 << outputs) - 1))
    build = GateBuilder(n)
    read: list[list[Output]] = [[] for _ in range(outputs)]
    for place in cells:
        literals = [Output(i, not value) for i, value in sorted(cubes[place].items())]
        wire = literals[0]
        for literal in literals[1:]:
            wire = build.gate(0x8, (wire, literal), normal=True)
        changed = draw(st.integers(1, (1 << outputs) - 1))
        for i in range(outputs):
            if changed >> i & 1:
                read[i].append(wire)
    drivers = []
    for i, wires in enumerate(read):
        either = wires[0] if wires else FALSE
        for wire in wires[1:]:
            either = build.gate(0xE, (either, wire), normal=True)
        drivers.append(~either if default >> i & 1 else either)
    circuit = draw(relabelled(build.circuit(drivers)))
    kind = draw(st.sampled_from(kinds))
    if kind == "function":
        return circuit, FunctionTask(circuit.tables(), draw(_supports(n)))
    return circuit, draw(tasks_solved_by(circuit, kind))


_MAKERS: dict[type, Callable[[Any, bool], Callable[[_Bounds], SearchStrategy[Pair]]]] = {
    SearchLike: _searchers,
    ControlLike: _controllers,
    LookupTable: _tables,
}
#: The definitions that pairs of no stated tag are made for, and the kinds of tasks of each.
_MADE_FOR: tuple[tuple[Definition, tuple[str, ...]], ...] = (
    (SearchLike(), ("function", "optimisation")),
    (LookupTable(), ("function", "relation")),
    (ControlLike(), ("world",)),
)


# -- any definition ------------------------------------------------------------------------------


def anchors_of(definition: Definition) -> tuple[Pair, ...]:
    """Return the solvers that a definition names as ones that are to have its tag.

    >>> len(anchors_of(definition_named("look-ahead"))), anchors_of(SearchLike())
    (1, ())
    """
    return definition.anchors() if isinstance(definition, WithDials) else ()


def _known(definition: Definition, bounds: SearchStrategy[_Bounds], tries: int) -> list[Pair]:
    """Return the listed solvers that have the tag, smallest first, or else a drawn one.

    Raises `ArgumentError` if none of so many has it.
    """
    anchors = anchors_of(definition)
    pairs = [*anchors, *islice(_listed(), tries - len(anchors))]
    known = [pair for pair in pairs if definition.judge(*pair).holds]
    if len(pairs) < tries and not known:
        known = _first_drawn(
            bounds.flatmap(_drawn), lambda pair: definition.judge(*pair).holds, tries - len(pairs)
        )
    if not known:
        got = f"{describe_definition(definition)}, to none of {tries}"
        raise ArgumentError("definition", "one that gives its tag to some solver", got)
    return sorted(known, key=lambda pair: pair[0].size)


class _Enough(Exception):
    """What was looked for is found."""


def _first_drawn(
    pairs: SearchStrategy[Pair], holds: Callable[[Pair], bool], tries: int
) -> list[Pair]:
    found: list[Pair] = []

    def look(pair: Pair) -> None:
        if holds(pair):
            found.append(pair)
            raise _Enough

    with suppress(_Enough):
        look_at(pairs, look, tries, shrink=False)
    return found[:1]


#: How many are drawn for an example before one that is known is taken, if there is one.
_AT_ONCE = 3


@st.composite
def _found(draw: DrawFn, definition: Definition, known: Sequence[Pair], bounds: _Bounds) -> Pair:
    listed = [pair for pair in known if bounds.hold(*pair)]
    if not listed or draw(st.booleans()):
        drawn = _drawn(bounds)
        for _ in range(_AT_ONCE):
            pair = draw(drawn)
            if bounds.hold(*pair) and definition.judge(*pair).holds:
                return pair
    assume(bool(listed))
    return draw(st.sampled_from(listed))


def _drawn(bounds: _Bounds) -> SearchStrategy[Pair]:
    """Return a strategy of solvers within bounds, some of which have a tag of the package."""
    plain = solved_pairs(
        *bounds.kinds,
        min_inputs=bounds.inputs[0],
        max_inputs=bounds.inputs[1],
        min_gates=bounds.gates[0],
        max_gates=min(bounds.gates[1], max(bounds.gates[0], _DRAWN_GATES)),
        tagged_share=0,
    )
    made = [pairs_made(kind, bounds.inputs, bounds.gates) for kind in bounds.kinds]
    return st.one_of(plain, *(strategy for strategy in made if strategy is not None))


_DRAWN_GATES = 6


def _listed() -> Iterator[Pair]:
    """Yield the exemplars, then a shipped minimum of each class of functions of up to 4 inputs."""
    # What takes long to load, and only this needs.
    from mesacircuits.data.minima import chain_of_text
    from mesacircuits.definitions.exemplars import EXEMPLARS
    from mesacircuits.enumeration.minima_lists import shipped_classes
    from mesacircuits.enumeration.orders import SIZE

    for exemplar in EXEMPLARS:
        yield exemplar.solver, exemplar.task
    for inputs in range(1, _USUAL_INPUTS + 1):
        for record in shipped_classes(inputs, B2, SIZE).values():
            circuit = chain_of_text(record.orbits[0], inputs, B2.names)
            yield circuit, FunctionTask(circuit.tables())


# -- definitions, classifiers, judgements --------------------------------------------------------


def definitions(*names: str) -> SearchStrategy[Definition]:
    """Return a strategy of definitions of the package, their dials at their defaults or varied.

    Arguments:
        names: which; by default any.

    Raises `ArgumentError` for a name that is none.

    >>> from hypothesis import find
    >>> find(definitions("lookup-table"), lambda d: d.parameters["inputs_per_cell"] == 1).name
    'lookup-table'
    """
    for name in names:
        if name not in DEFINITIONS:
            came = f"{name}{did_you_mean(name, DEFINITIONS)}"
            raise ArgumentError("definition", f"one of {', '.join(DEFINITIONS)}", came)
    return st.sampled_from(names or tuple(DEFINITIONS)).flatmap(_with_dials)


def _with_dials(name: str) -> SearchStrategy[Definition]:
    usual = DEFINITIONS[name]()
    return st.sampled_from(cast(Sequence[Definition], (usual, *usual.variants())))


@st.composite
def classifiers(draw: DrawFn) -> Classifier:
    """Return a strategy of classifiers of definitions of the package, in any precedence.

    >>> from hypothesis import find
    >>> classifier = find(classifiers(), lambda classifier: len(classifier.definitions) == 2)
    >>> Classifier.from_json(classifier.to_json()) == classifier
    True
    """
    names = draw(st.lists(st.sampled_from(tuple(DEFINITIONS)), min_size=1, max_size=4, unique=True))
    chosen = tuple(draw(_with_dials(name)) for name in names)
    tags = draw(st.permutations([definition.tag for definition in chosen]))
    return Classifier(chosen, tuple(tags))


def judgements() -> SearchStrategy[Judgement]:
    """Return a strategy of what the definitions of search, control and tables say of solvers.

    >>> from hypothesis import find
    >>> find(judgements(), lambda judgement: judgement.holds).score
    Fraction(1, 1)
    """
    usual = st.sampled_from([definition for definition, _ in _MADE_FOR])
    return st.tuples(usual, solved_pairs()).map(lambda drawn: drawn[0].judge(*drawn[1]))
