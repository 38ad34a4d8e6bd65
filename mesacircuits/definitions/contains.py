"""Contains: a part of the solver has a definition's tag on what the part computes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits import Circuit, Output
from mesacircuits.definitions.definition import (
    Definition,
    Judgement,
    Solver,
    WithDials,
    dial,
    has_influence,
    solver_of,
    words_on,
)
from mesacircuits.definitions.wire_classes import wire_classes
from mesacircuits.errors import ArgumentError, CertificateError, require
from mesacircuits.tasks import FunctionTask, Task

if TYPE_CHECKING:
    from mesacircuits.definitions.bulk import Chains

__all__ = ["Contains", "part_of"]

#: How many judgements of parts are remembered: those of many circuits are alike.
_MOST_KEPT = 1 << 14
#: The version of what is said here, whatever is contained.
_VERSION = 1


@dataclass(frozen=True)
class Contains(WithDials):
    """Containing what a definition D tags: being an optimizer, and having one inside, differ.

    A circuit C contains D on a task with support S iff there is a set O' of at most `outputs` live
    gates, no two of them equal or inverse on all inputs, such that

    - (i) *part*: the circuit that consists of the cones of O', its outputs being O' in ascending
      order, read as they are, has the tag of D on the task of computing its own function on S;
    - (ii) *use*: for some x in S and some value that O' takes on S, setting O' to that value
      changes the output of C on x. Set are the classes of O' (see `wire_classes`), so that copies
      are set along with what they copy.

    The score is the greatest of D's scores over all O' that satisfy (ii); 0 if there are none, if
    the output is constant on S, and if no action matters in the task's world. D speaks of the part
    as of any circuit: by what it computes, whatever C is for. O' may be the outputs themselves: a
    circuit of one output that has a tag on its own function contains it, too.

    D has to take functions as tasks. To what D does not apply to in any part (control needs a world
    to act in) this does not apply either, nor to programs: no part of a program is one.

    Arguments:
        definition: D, or its text, which names a definition of the package.
        outputs: m, the most gates of O', at least 1.

    Raises `ArgumentError` for a text that names none, and for dials out of range.

    Source: E. Hubinger et al., *Risks from Learned Optimization*, 2019, whose definition is of what
    a system is; its readers asked of what a system contains.

    What passes the choice of a search on, if it is asked to, is no search itself:

    >>> from mesacircuits.definitions import LookupTable, SearchLike
    >>> from mesacircuits.tasks import parse_task
    >>> c = Circuit.parse(4, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; g4 = g3 & d; out = g4")
    >>> task = parse_task("expr:((a ^ b) | (b ^ c)) & d")
    >>> SearchLike().judge(c, task).holds, Contains(SearchLike()).judge(c, task).holds
    (False, True)
    >>> Contains(SearchLike()).judge(c, task).witness["wires"]
    [6]
    >>> Contains("lookup-table").tag
    'contains(lookup-table)'
    """

    definition: Definition | str = "search-like"
    outputs: int = dial(1, least=1)

    name: ClassVar[str] = "contains"
    made_of: ClassVar[str] = "definition"

    def __post_init__(self) -> None:
        from mesacircuits.definitions.registry import definition_named

        given = self.definition
        if isinstance(given, str):
            given = definition_named(given, files=False)
        if not isinstance(given, Definition):
            raise ArgumentError("definition", "a definition, or the text of one", given)
        object.__setattr__(self, "definition", given)
        WithDials.__post_init__(self)

    @property
    def _inner(self) -> Definition:
        return cast(Definition, self.definition)

    @property
    def tag(self) -> str:  # type: ignore[override]
        """The tag of D, in the parentheses of `contains(...)`."""
        return f"contains({self._inner.tag})"

    @property
    def version(self) -> int:  # type: ignore[override]
        """Its own version and that of D, added: it rises with either."""
        return _VERSION + self._inner.version

    @property
    def formula(self) -> str:  # type: ignore[override]
        """What is asked of a part, and then the formula of D."""
        gates = "a live gate" if self.outputs == 1 else f"at most {self.outputs} live gates"
        return (
            f"{gates}, and all that feeds {'it' if self.outputs == 1 else 'them'}, have the tag "
            f"{self._inner.tag} as a circuit on its own function over the support, and setting "
            "them to some value that they take there changes the output somewhere; there the tag "
            f"says: {self._inner.formula}"
        )

    @property
    def source(self) -> str:  # type: ignore[override]
        """That of the question, and that of D."""
        return f"readers of Hubinger et al. 2019; {self._inner.source}"

    @property
    def blind_to(self) -> str:  # type: ignore[override]
        """Whose objective the part has, and what D is blind to."""
        return (
            "what the whole is for, parts that are no cones (a stage that begins at gates), and "
            f"in the part to {self._inner.blind_to}"
        )

    @property
    def parameters(self) -> dict[str, int | str | None]:
        """The text of D, and the most outputs of a part."""
        from mesacircuits.definitions.registry import describe_definition

        return {"definition": describe_definition(self._inner), "outputs": self.outputs}

    @property
    def symmetric(self) -> bool:  # type: ignore[override]
        """As D is."""
        return isinstance(self._inner, WithDials) and self._inner.symmetric

    @property
    def ignores_negations(self) -> bool:
        """As D does: where inputs are negated, they are so in every part."""
        return isinstance(self._inner, WithDials) and self._inner.ignores_negations

    @classmethod
    def version_as_recorded(cls, dials: Mapping[str, Any]) -> int:
        """Return the version of the definition, the dials as some file has them."""
        try:
            return cls(**dials).version
        except (ArgumentError, TypeError) as error:
            raise CertificateError("definition.parameters", str(error)) from error

    def variants(self) -> list[Contains]:
        """Return what contains the variants of D."""
        inner = self._inner.variants() if isinstance(self._inner, WithDials) else ()
        return [replace(self, definition=cast(Definition, other)) for other in inner]

    def is_stricter_than(self, other: Definition) -> bool:
        """Return whether the other allows as many outputs, and asks no more of a part."""
        return (
            isinstance(other, Contains)
            and self.outputs <= other.outputs
            and (
                self._inner == other._inner
                or (
                    isinstance(self._inner, WithDials)
                    and self._inner.is_stricter_than(other._inner)
                )
            )
        )

    @classmethod
    def wire_labels(cls, witness: Mapping[str, Any]) -> list[tuple[int, str]]:
        """Return the outputs of the part, and what the part's own witness labels."""
        from mesacircuits.definitions.classifier import witness_labels

        if witness.get("kind") != "contains":
            return []
        several = len(witness["wires"]) > 1
        labels = [
            (wire, f"output {i} of a part" if several else "output of a part")
            for i, wire in enumerate(witness["wires"])
        ]
        part = witness["part"]
        try:
            inner = witness_labels(witness["witness"] or {})
            return labels + [(part[wire], f"in it {label}") for wire, label in inner]
        except (KeyError, IndexError, TypeError):
            # The witness of somebody's own definition, whatever its shape.
            return labels

    def judge(self, solver: Solver, task: Task) -> Judgement:
        """Return the exact score of a solver of any task, with a witness iff it is 1.

        Raises `ArgumentError` if the solver does not solve the task.
        """
        wired, support = solver_of(solver, task), task.support_bits
        if not isinstance(wired, Circuit):
            return self.judgement(None, note="not applicable: no part of a program is one")
        best: Fraction | None = None
        # Why D does not apply to a part; None as long as no part was asked about.
        why: str | None = None
        for wires in self._sites(wired) if has_influence(wired, task) else ():
            if not _used(wired, wires, support):
                continue
            part, places = part_of(wired, wires)
            said = _judged(self._inner, part, support)
            why = said.note
            if said.holds:
                inner = said.witness and dict(said.witness)
                found = {"wires": [*wires], "part": [*places], "witness": inner}
                return self.judgement(1, {"kind": "contains", **found})
            if said.score is not None:
                best = max(best or Fraction(0), said.score)
        if why is None:
            # Whether D applies is then asked of the whole, as of a part; on all inputs if the task
            # asks for nothing anywhere.
            whole = _judged(self._inner, wired, support or (1 << (1 << task.inputs)) - 1)
            best, why = (None if whole.score is None else Fraction(0)), whole.note
        if best is None:
            lack = why.removeprefix("not applicable: ")
            return self.judgement(None, note=f"not applicable: a part is a function, and {lack}")
        return self.judgement(best)

    def _sites(self, circuit: Circuit) -> Iterator[tuple[int, ...]]:
        """Yield the sets of live gates of distinct classes: the fewest first, then the lowest."""
        lowest = wire_classes(circuit).lowest
        gates = sorted(wire for wire in lowest if wire >= circuit.inputs)
        for count in range(1, min(self.outputs, len(gates)) + 1):
            for wires in combinations(gates, count):
                if len({lowest[wire] for wire in wires}) == count:
                    yield wires

    def kernel_sets(self, chains: Chains) -> NDArray[np.int64] | None:
        """Return what the kernels find of parts of one output; None for parts of several.

        Equal parts of all the chains are looked at once.
        """
        from mesacircuits.definitions.bulk import sets_of

        if self.outputs > 1:
            return None
        found = chains.none
        for parts, of, which in chains.parts:
            np.bitwise_or.at(found, of, sets_of(self._inner, parts)[which])
        return found

    def check(self, solver: Solver, task: Task, witness: Mapping[str, Any]) -> None:
        """Raise `CertificateError` unless the witness proves the tag.

        What it says of the part is held against the checker of D, or against what D says again.
        """
        from mesacircuits.definitions.checker import check_contains

        check_contains(solver, task, self.outputs, witness, self._check_part)

    def _check_part(
        self, part: Circuit, task: FunctionTask, witness: Mapping[str, Any] | None
    ) -> None:
        own_check = getattr(self._inner, "check", None)
        if callable(own_check) and witness is not None:
            own_check(part, task, witness)
            return
        said = self._inner.judge(part, task)
        require(said.holds, "witness", f"the part does not have the tag {self._inner.tag}")
        same = (said.witness and dict(said.witness)) == (witness and dict(witness))
        require(same, "witness", "not the one that the definition gives")


def part_of(circuit: Circuit, wires: Sequence[int]) -> tuple[Circuit, tuple[int, ...]]:
    """Return the circuit that some wires are the outputs of, and for its wires those of the whole.

    It has all inputs of the whole, and the gates of the wires' cones.

    >>> c = Circuit.parse(2, "g1 = a & b; g2 = a | b; g3 = g1 ^ g2; out = g3")
    >>> part, places = part_of(c, [3])
    >>> print(part, places)
    g1 = a | b; out = g1 (0, 1, 3)
    """
    outputs = tuple(Output(wire) for wire in wires)
    gates = frozenset().union(*(circuit.cones[wire] for wire in wires))
    part = Circuit(circuit.inputs, circuit.gates, outputs).without_dead_gates()
    return part, (*range(circuit.inputs), *sorted(gates))


def _used(circuit: Circuit, wires: Sequence[int], support: int) -> bool:
    """Return whether setting the wires to what they are somewhere changes the output somewhere."""
    classes, bits, natural = wire_classes(circuit), circuit.wire_bits(), circuit.output_bits()
    full = (1 << (1 << circuit.inputs)) - 1
    for word in words_on([bits[wire] for wire in wires], support):
        do: dict[int, int] = {}
        for wire, bit in zip(wires, word, strict=True):
            do |= classes.do(classes.lowest[wire], full * (bit ^ classes.inverted[wire]))
        after = circuit.output_bits(do)
        if any((a ^ b) & support for a, b in zip(natural, after, strict=True)):
            return True
    return False


def _judged(definition: Definition, circuit: Circuit, support: int) -> Judgement:
    """Return what a definition says of a circuit on its own function, on a support."""
    try:
        hash(definition)
    except TypeError:
        return definition.judge(circuit, FunctionTask(circuit.tables(), support))
    return _kept(cast(Hashable, definition), circuit, support)


@lru_cache(maxsize=_MOST_KEPT)
def _kept(definition: Hashable, circuit: Circuit, support: int) -> Judgement:
    return cast(Definition, definition).judge(circuit, FunctionTask(circuit.tables(), support))
