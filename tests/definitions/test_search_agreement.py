"""Search-like: finder, checker and brute force agree on circuits that are built to search."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from search_agreement import accepts, drawn, every_alteration, run
from search_cases import CASES, DIALS
from search_draws import Draw
from search_oracle import Oracle, TooLarge

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.bases import B2
from mesacircuits.definitions.checker import _Classes
from mesacircuits.definitions.wire_classes import WireClasses
from mesacircuits.programs import Program
from mesacircuits.tasks import FunctionTask, machine_for, parse_task, unroll

#: What some witnesses of a run have to be, or it says nothing about them.
KINDS = (
    "pruned", "three groups or more", "plans that share a word", "plans with features",
    "scores of several bits", "another word", "re-encoded", "on a part of the inputs",
    "only by ties",
    "objective features", "objective renaming", "objective utility",
    "relation aligned", "relation proxy", "relation other",
)  # fmt: skip


def check_counts(counts: Counter[str], draws: int) -> None:
    assert counts["draws"] == draws
    assert counts["with the tag"] + counts["without the tag"] == draws
    assert counts["with the tag"] >= draws / 5
    assert counts["searched by brute force"] >= 0.95 * draws
    assert counts["altered"] >= 3 * counts["with the tag"]
    for kind in KINDS:
        assert counts[f"witness: {kind}"], kind


@pytest.mark.slow
def test_all_agree() -> None:
    check_counts(run(600, 0), 600)


@pytest.mark.slow
def test_all_agree_at_length() -> None:
    counts = run(100_000, 1)
    check_counts(counts, 100_000)
    assert counts["with the tag"] >= 20_000


def test_no_field_of_what_is_found_can_be_altered_alone() -> None:
    seen = altered = 0
    for place in range(300):
        made, rng = drawn(2, place)
        try:
            _, witness, _ = Oracle(made.circuit, made.task, made.dials, 500).best(
                lambda some, made=made: accepts(made, some)
            )
        except TooLarge:
            continue
        if witness is not None:
            seen += 1
            for where, changed in every_alteration(made, witness, rng):
                altered += 1
                assert not accepts(made, changed), (where, changed, made)
    assert seen > 60
    assert altered > 30 * seen


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.circuit.inputs < 6])
def test_brute_force_finds_what_is_written_by_hand(name: str) -> None:
    circuit, task, dials, _ = CASES[name]
    made = Draw(circuit, task, {**DIALS, **dials}, name)
    score, witness, _ = Oracle(circuit, task, made.dials).best(lambda some: accepts(made, some))
    assert score == 1
    assert witness is not None


# -- all witnesses there are, of very small circuits ----------------------------------------------


def every_witness_of_two(made: Draw) -> Any:
    """Yield all witnesses of two groups of one wire that could be written, with true costs."""
    circuit, dials = made.circuit, made.dials
    oracle = Oracle(circuit, made.task, dials)
    masks = range(1 << circuit.inputs)
    outputs = len(circuit.outputs)
    every = list(product((0, 1), repeat=outputs))
    renamings = list(permutations(range(circuit.inputs)))
    recoded = list(product(masks, masks)) if dials["reencoding"] == "per-group" else [
        (mask, mask) for mask in masks
    ]  # fmt: skip
    for wires in permutations(sorted(oracle.members), 2):
        costs = oracle.costs([(wire,) for wire in wires])
        for inverted, words, mask, p in product(
            product((False, True), repeat=2), permutations(every, 2), recoded, renamings
        ):
            for other, pruned in product([None, *every], (False, True)):
                yield {
                    "kind": "search",
                    "pruned": pruned,
                    "order": [0, 1],
                    "candidates": [
                        {
                            "word": list(words[i]),
                            "wires": [wires[i]],
                            "inverted": [inverted[i]],
                            "cost": costs[i][0],
                            "private_cost": costs[i][1],
                            "reencoding": mask[i],
                            "renaming": list(p) if i else list(range(circuit.inputs)),
                        }
                        for i in range(2)
                    ],
                    "other_word": None if other is None else list(other),
                    "objective": {"kind": "renaming"},
                }


def tiny(rng: Random) -> Draw:
    """Draw a circuit of two inputs and one output, and dials."""
    gates: list[Gate] = []
    for _ in range(rng.randint(1, 4)):
        wires = range(2 + len(gates))
        gates.append(Gate(rng.choice(B2.names), (rng.choice(wires), rng.choice(wires))))
    circuit = Circuit(2, tuple(gates), (Output(1 + len(gates), rng.random() < 0.5),))
    dials = {
        **DIALS,
        "objective_gates": rng.choice((0, 0, 0, 1)),
        "reencoding": rng.choice(("common", "none", "common", "per-group")),
        "pruning": rng.choice(("off", "on")),
        "ties": rng.choice(("fixed", "input")),
    }
    support = rng.choice((15, 15, 7, 11, 13, 14))
    return Draw(circuit, FunctionTask(circuit.tables(), support), dials, "tiny")


def check_tiny(draws: int, seed: int) -> Counter[bool]:
    rng, held = Random(seed), Counter[bool]()
    for _ in range(draws):
        made = tiny(rng)
        oracle = Oracle(made.circuit, made.task, made.dials)
        _, witness, _ = oracle.best(lambda some, made=made: accepts(made, some))
        found = [some for some in every_witness_of_two(made) if accepts(made, some)]
        assert bool(found) == (witness is not None), (made, found, witness)
        assert witness is None or witness in found, (made, found, witness)
        held[bool(found)] += 1
    return held


def test_every_witness_that_could_be_written() -> None:
    held = check_tiny(12, 0)
    assert held[True]
    assert held[False]


@pytest.mark.slow
def test_every_witness_that_could_be_written_at_length() -> None:
    held = check_tiny(400, 1)
    assert held[True] > 40
    assert held[False] > 40


# -- classes, derived twice -----------------------------------------------------------------------


def check_classes(wired: Any) -> None:
    own, found = _Classes(wired), WireClasses(wired)
    assert {lowest: tuple(wires) for lowest, wires in own.members.items()} == found.members
    assert own.inverse == found.inverted
    for one in found.members:
        assert own.needs(one) == found.needs[one]
        for other in found.members:
            assert own.feeds(one, other) == found.feeds(one, other)
            needed, private = own.cost([one], [[other]])
            assert needed == len(found.cost([one]))
            assert private == len(found.cost([one]) - found.cone([other]))


def test_the_checker_and_the_finder_see_the_same_classes() -> None:
    for place in range(200):
        check_classes(drawn(3, place)[0].circuit)
    for case in CASES.values():
        check_classes(case.circuit)
    for text, name in (
        ("0: inc r0; query r1, r0; jz r1, 0", "satisfying(candidates=4)"),
        ("inc r0; query r1, r0; inc r1; jnz r1, 0", "ranking"),
    ):
        task = parse_task(name)
        check_classes(unroll(Program.parse(text, machine_for(task, "oracle")), task))
