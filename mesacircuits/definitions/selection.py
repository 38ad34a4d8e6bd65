"""The select condition: which words and which order of values make a circuit take the best."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

__all__ = ["Selection", "seen_values", "select", "words_on"]

Word = tuple[int, ...]
#: The values of all groups on some input, and the word output under them.
Seen = tuple[tuple[int, ...], Word]


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


@dataclass(frozen=True, slots=True)
class Selection:
    """How a circuit selects.

    Attributes:
        words: the distinct words of the candidates, one per group.
        other: the one other word, given somewhere that all values are equal; None if there is none.
        order: the values from the worst to the best.
    """

    words: tuple[Word, ...]
    other: Word | None
    order: tuple[int, ...]


def seen_values(
    groups: Sequence[Sequence[int]], outputs: Sequence[int], support: int
) -> frozenset[Seen]:
    """Return the values that groups have together on the support, each with the word given then.

    Arguments:
        groups: for each group the tables of its wires as read; bit j of its value is wire j's.
        outputs: the tables of the outputs.
        support: the inputs that count.

    >>> sorted(seen_values([[0b0110], [0b1100]], [0b0010], 0b0111))
    [((0, 0), (0,)), ((1, 0), (1,)), ((1, 1), (0,))]
    """
    width = len(groups[0])
    inside = width * len(groups)
    flat = [table for group in groups for table in group]
    return frozenset(
        (
            tuple(
                sum(bit << j for j, bit in enumerate(code[start : start + width]))
                for start in range(0, inside, width)
            ),
            code[inside:],
        )
        for code in words_on([*flat, *outputs], support)
    )


def select(
    seen: Collection[Seen],
    orders: Iterable[tuple[int, ...]],
    words: tuple[Word, ...] | None = None,
) -> Selection | None:
    """Return words and an order by which the output is always the word of a best group.

    Arguments:
        seen: values of the k groups, and the word output under them (see `seen_values`).
        orders: the orders of values to try, worst first; of those that agree on the values seen
            the first serves for all.
        words: the words of the groups, where they are known.

    Returns:
        the first selection that fits; None if there is none. A group whose word nothing fixes has
        the least word that is given, or the least that is not.

    >>> select({((0, 0), (0,)), ((1, 0), (1,)), ((0, 1), (0,))}, [(0, 1)])
    Selection(words=((1,), (0,)), other=None, order=(0, 1))
    """
    occurring = {value for values, _ in seen for value in values}
    tried: set[tuple[int, ...]] = set()
    for order in orders:
        on_these = tuple(value for value in order if value in occurring)
        if on_these in tried:
            continue
        tried.add(on_these)
        found = _under(seen, order, words)
        if found is not None:
            return found
    return None


def _under(
    seen: Collection[Seen], order: tuple[int, ...], words: tuple[Word, ...] | None
) -> Selection | None:
    rank = {value: place for place, value in enumerate(order)}
    # What is demanded: where exactly the groups of `best` are maximal, this word came out.
    demands: set[tuple[frozenset[int], Word]] = set()
    count = width = 0
    for values, word in seen:
        count, width = len(values), len(word)
        ranks = [rank[value] for value in values]
        top = max(ranks)
        demands.add((frozenset(i for i, r in enumerate(ranks) if r == top), word))
    everyone = frozenset(range(count))

    def fitting(chosen: tuple[Word, ...]) -> Selection | None:
        others = set()
        for best, word in demands:
            if word not in {chosen[i] for i in best}:
                if best != everyone or word in chosen:
                    return None
                others.add(word)
        if len(others) > 1:
            return None
        return Selection(chosen, next(iter(others), None), order)

    if words is not None:
        return fitting(words)
    given = sorted({word for _, word in demands})
    # A candidate whose word never comes out may have any word that nobody gives.
    unused = (word[::-1] for word in product((0, 1), repeat=width) if word[::-1] not in given)
    spare = [word for _, word in zip(range(count), unused, strict=False)]
    fixed: dict[int, Word] = {}
    for best, word in demands:
        if len(best) == 1 and fixed.setdefault(next(iter(best)), word) != word:
            return None

    def assign(chosen: tuple[Word, ...]) -> Selection | None:
        place = len(chosen)
        if place == count:
            return fitting(chosen)
        for word in [fixed[place]] if place in fixed else [*given, *spare]:
            if word not in chosen:
                done = assign((*chosen, word))
                if done is not None:
                    return done
        return None

    return assign(())
