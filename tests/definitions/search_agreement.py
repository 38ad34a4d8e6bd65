"""Finder, checker and brute force held against each other on circuits drawn to search.

For each draw: the tag that the finder gives is one that the checker accepts; its witness altered in
one field is refused; and all choices of groups, tried one by one as the definition has it, lead to
the same score, and to a witness that the checker accepts exactly where the finder has one. What
lacks one clause of the definition, all else being there, is refused.

As a program it prints how many of each there were:

    python tests/definitions/search_agreement.py --draws 100000
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from random import Random
from typing import Any

from search_draws import Draw, draw
from search_oracle import CLAUSES, Oracle, TooLarge
from witness_mutations import leaves, set_at, shown

from mesacircuits.definitions import definition_named
from mesacircuits.definitions.checker import check_search
from mesacircuits.errors import CertificateError

Json = Any

#: How many ways to read groups the brute force may try; circuits that need more are left out.
MOST_TRIES = 1500
#: How many fields of a witness are altered, each by itself.
ALTERED = 6
#: How many witnesses that lack one clause are held against the checker.
NEAR_MISSES = 4


def drawn(seed: int, place: int) -> tuple[Draw, Random]:
    """Return draw number `place` of a seed, and what to go on drawing with."""
    rng = Random(f"{seed}/{place}")
    return draw(rng, rng.choices((4, 5, 6), (970, 27, 3))[0]), rng


def accepts(made: Draw, witness: Json) -> bool:
    """Return whether the checker accepts a witness."""
    try:
        check_search(made.circuit, made.task, made.dials, witness)
    except CertificateError:
        return False
    return True


def hold_against(made: Draw, rng: Random, counts: Counter[str], altered: int = ALTERED) -> None:
    """Hold finder, checker and brute force against each other on one draw, and count."""
    counts["draws"] += 1
    counts[f"built: {made.built}"] += 1
    judgement = definition_named("search-like", made.dials).judge(made.circuit, made.task)
    witness = judgement.witness
    assert (witness is not None) == judgement.holds, made
    if witness is not None:
        # The error names what is not accepted.
        check_search(made.circuit, made.task, made.dials, witness)
    oracle = Oracle(made.circuit, made.task, made.dials, MOST_TRIES)
    try:
        score, own, refused = oracle.best(lambda some: accepts(made, some))
    except TooLarge:
        counts["too large for brute force"] += 1
    else:
        counts["searched by brute force"] += 1
        counts["scores of 1 by brute force of which some witness was refused"] += refused > 0
        assert (own is not None) == (score == 1), f"brute force says {score}: {made}"
        assert judgement.score == score, f"finder {judgement.score}, truth {score}: {made}"
        counts["some score below 1"] += 0 < score < 1
    clause = rng.choice(CLAUSES)
    oracle.tries = rng.choice((0, MOST_TRIES // 20))
    with suppress(TooLarge):
        for near in islice(oracle.near_misses(clause), NEAR_MISSES):
            counts[f"near misses refused: {clause}"] += 1
            assert not accepts(made, near), f"accepted without {clause}: {near}, {made}"
    if witness is None:
        counts["without the tag"] += 1
        return
    counts["with the tag"] += 1
    counts[f"with the tag: {made.built}"] += 1
    for name, value in said(made, witness).items():
        counts[f"witness: {name}"] += value
    fields = list(leaves(witness))
    for path, value in rng.sample(fields, min(altered, len(fields))):
        new = another(rng, path, value, made)
        if new is not None and new[0] != value:
            counts["altered"] += 1
            changed = set_at(witness, path, new[0])
            told = f"{shown(path)} := {new[0]!r} accepted: {made}, {witness}"
            assert not accepts(made, changed), told


def said(made: Draw, witness: Json) -> Mapping[str, bool]:
    """Return what kind of witness it is."""
    parts = witness["candidates"]
    words = {tuple(part["word"]) for part in parts}
    untied = Draw(made.circuit, made.task, {**made.dials, "ties": "fixed"}, made.built)
    return {
        "pruned": witness["pruned"],
        "three groups or more": len(parts) > 2,
        "plans that share a word": len(words) < len(parts),
        "plans with features": len(words) < len(parts) and "candidate" in parts[0],
        "scores of several bits": len(parts[0]["wires"]) > 1,
        "another word": witness["other_word"] is not None,
        "re-encoded": any(part.get("reencoding") for part in parts),
        "on a part of the inputs": made.task.support_bits != (1 << (1 << made.task.inputs)) - 1,
        "only by ties": made.dials["ties"] == "input" and not accepts(untied, witness),
        f"objective {witness['objective']['kind']}": True,
        f"relation {witness['objective'].get('relation', 'of none')}": True,
        "five inputs or six": made.circuit.inputs > 4,
    }


def another(rng: Random, path: tuple[Json, ...], value: Json, made: Draw) -> tuple[Json] | None:
    """Draw another value of a field, of the right type; None where there is none."""
    field, circuit = path[-1], made.circuit
    if isinstance(value, bool):
        return (not value,)
    if field in ("word", "other_word"):
        word: Json = [rng.randint(0, 1) for _ in circuit.outputs]
        return (
            None if value is not None and field == "other_word" and rng.random() < 0.5 else word,
        )
    if field in ("kind", "relation", "utility"):
        return (rng.choice(("aligned", "proxy", "other", "search", "renaming", "0", "1", "1/2")),)
    if field in ("renaming", "order"):
        return (rng.sample(value, len(value)),)
    if isinstance(value, list):
        place, changed = rng.randrange(len(value)), list(value)
        if field == "wires":
            if len(value) > 1 and rng.random() < 0.3:
                return (value[::-1],)
            changed[place] = rng.randrange(circuit.wires)
        elif field == "inverted":
            changed[place] = not value[place]
        else:
            changed[place] = rng.randint(0, max(value))
        return (changed,)
    most = (1 << circuit.inputs) - 1 if field == "reencoding" else circuit.size + 1
    return (rng.randint(0, 3 if field in ("value", "candidate") else most),)


def every_alteration(made: Draw, witness: Json, rng: Random) -> Iterator[tuple[str, Json]]:
    """Yield the witness altered in each of its fields, a few times."""
    for path, value in leaves(witness):
        for _ in range(3):
            new = another(rng, path, value, made)
            if new is not None and new[0] != value:
                yield shown(path), set_at(witness, path, new[0])


def run(draws: int, seed: int) -> Counter[str]:
    """Hold all three against each other on so many draws, and return the counts."""
    counts: Counter[str] = Counter()
    for place in range(draws):
        made, rng = drawn(seed, place)
        try:
            hold_against(made, rng, counts)
        except (AssertionError, CertificateError) as error:
            raise AssertionError(f"draw {place} of seed {seed}: {error}") from error
    return counts


def main(arguments: list[str]) -> None:
    """Print the counts of a run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one draw of the seed, shown")
    given = parser.parse_args(arguments)
    if given.only is not None:
        made, rng = drawn(given.seed, given.only)
        print(*made, sep="\n")
        counts: Counter[str] = Counter()
        hold_against(made, rng, counts)
    else:
        counts = run(given.draws, given.seed)
    for name, count in sorted(counts.items()):
        print(f"{count:>9,}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
