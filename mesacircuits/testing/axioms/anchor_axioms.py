"""Axioms by example: solvers whose verdicts are known beforehand, and tables."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import assume, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits import TruthTable
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    SEARCH_LIKE,
    Definition,
    Judgement,
)
from mesacircuits.definitions.exemplars import exemplar_named
from mesacircuits.tasks import FunctionTask
from mesacircuits.testing.axioms.axiom import Axiom, Example, Subject
from mesacircuits.testing.axioms.tabulation import tabulated
from mesacircuits.testing.strategies import function_tasks

__all__ = ["ANCHORS", "TABULATION", "UNTAGGED_ANCHORS"]

#: Exemplars that nothing may tag.
UNTAGGED_ANCHORS = ("constant", "rock", "bottle-cap")
#: Exemplars that must have a tag, for definitions that give it.
_TAGGED = {
    LOOKUP_TABLE: ("decoder", "truth-table"),
    CONTROL_LIKE: ("thermostat-2", "thermostat-4"),
    SEARCH_LIKE: ("argmax-unrolled",),
}


def _anchors() -> Iterator[Example]:
    examples = []
    for name in (*UNTAGGED_ANCHORS, *(name for names in _TAGGED.values() for name in names)):
        exemplar = exemplar_named(name)
        subject = Subject(exemplar.solver, exemplar.task)
        examples.append(Example((subject,), name, name not in UNTAGGED_ANCHORS))
    yield from sorted(examples, key=lambda example: example.key)


def _any_anchor() -> SearchStrategy[Example]:
    return st.sampled_from(list(_anchors()))


def _anchored(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    judgement = judgements[0]
    if not example.tagged:
        return f"The {example.change} is tagged." if judgement.holds else None
    if example.change in _TAGGED.get(definition.tag, ()) and not judgement.holds:
        score = judgement.note if judgement.score is None else f"its score is {judgement.score}"
        return f"The {example.change} is not tagged {definition.tag}: {score}."
    return None


@st.composite
def _tabulated(draw: DrawFn) -> Example:
    task = draw(function_tasks(st.integers(2, 3), outputs=st.integers(1, 2), partial=True))
    assume(_stored(task))
    return Example((Subject(tabulated(task), task),), "table", True)


def _stored(task: FunctionTask) -> bool:
    # At least two entries, and no constant: where nothing is at stake there is no tag.
    words = [task.word(x) for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    return len({*words}) > 1 and sum(map(any, words)) >= 2


def _smallest_tabulated() -> Iterator[Example]:
    examples = []
    for inputs in (2, 3):
        for bits in range(1 << (1 << inputs)):
            task = FunctionTask((TruthTable(inputs, bits),))
            if _stored(task):
                examples.append(Example((Subject(tabulated(task), task),), "table", True))
    yield from sorted(examples, key=lambda example: example.key)


def _is_table(
    definition: Definition, example: Example, judgements: tuple[Judgement, ...]
) -> str | None:
    if judgements[0].holds:
        return None
    return f"The table is not tagged; its score is {judgements[0].score}."


def _no_lookup(definition: Definition) -> str:
    return "" if definition.tag == LOOKUP_TABLE else f"its tag is not {LOOKUP_TABLE}"


ANCHORS = Axiom(
    "anchors",
    "Constant, rock and bottle cap have no tag; decoder and truth table are lookup, thermostats "
    "control, unrolled brute force search.",
    _any_anchor,
    _anchors,
    _anchored,
)
TABULATION = Axiom(
    "tabulation",
    "The table of a function that is not constant, with two entries or more, is a lookup table.",
    _tabulated,
    _smallest_tabulated,
    _is_table,
    _no_lookup,
)
