"""The select condition: which words candidates must stand for, given outputs under exchanges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

__all__ = ["select_words", "words_on"]

Word = tuple[int, ...]


def words_on(tables: Sequence[int], support: int) -> dict[Word, int]:
    """Return which words the tables spell on the support, and on which of its inputs each.

    >>> words_on([0b0110, 0b1100], 0b1111)
    {(0, 0): 1, (1, 0): 2, (1, 1): 4, (0, 1): 8}
    """
    found: dict[Word, int] = {}
    for x in range(support.bit_length()):
        if support >> x & 1:
            word = tuple(table >> x & 1 for table in tables)
            found[word] = found.get(word, 0) | 1 << x
    return found


def select_words(
    cases: Iterable[tuple[Sequence[int], Sequence[int]]], support: int
) -> tuple[tuple[Word, ...], Word | None] | None:
    """Return words w_1, ..., w_k that make the output always the word of a maximal candidate.

    Arguments:
        cases: for each exchange, the read values of the k candidates and the outputs, as tables.
        support: the inputs that count.

    Returns:
        the distinct words of the candidates, and the one other word that is given somewhere that
        all values are equal (None if there is none); None if no words will do.

    >>> select_words([([0b0010, 0b0100], [0b0010])], 0b0111)
    (((1,), (0,)), None)
    """
    # What is demanded: where exactly the candidates of `best` are maximal, this word came out.
    demands: set[tuple[frozenset[int], Word]] = set()
    count = width = 0
    for values, outputs in cases:
        count, width = len(values), len(outputs)
        for code in words_on([*values, *outputs], support):
            ones = frozenset(i for i in range(count) if code[i])
            demands.add((ones or frozenset(range(count)), code[count:]))
    everyone = frozenset(range(count))
    given = sorted({word for _, word in demands})
    # A candidate whose word never comes out may have any word that nobody gives.
    unused = (word[::-1] for word in product((0, 1), repeat=width) if word[::-1] not in given)
    spare = [word for _, word in zip(range(count), unused, strict=False)]
    fixed: dict[int, Word] = {}
    for best, word in demands:
        if len(best) == 1 and fixed.setdefault(next(iter(best)), word) != word:
            return None

    def assign(chosen: tuple[Word, ...]) -> tuple[tuple[Word, ...], Word | None] | None:
        place = len(chosen)
        if place == count:
            return _checked(chosen)
        for word in [fixed[place]] if place in fixed else [*given, *spare]:
            if word not in chosen:
                done = assign((*chosen, word))
                if done is not None:
                    return done
        return None

    def _checked(chosen: tuple[Word, ...]) -> tuple[tuple[Word, ...], Word | None] | None:
        others = set()
        for best, word in demands:
            if word not in {chosen[i] for i in best}:
                if best != everyone or word in chosen:
                    return None
                others.add(word)
        if len(others) > 1:
            return None
        return chosen, next(iter(others), None)

    return assign(())
