"""Numba kernels for formulas: what gates over pairs and triples of functions compute."""

# numba infers the types of local names itself, and types its functions as Any.
# mypy: disable-error-code="no-any-return,arg-type,assignment"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mesacircuits.circuits.array_kernels import twice_as_many_rows
from mesacircuits.circuits.compiled_kernels import kernel, leaf

__all__ = ["add_pairs", "add_triples", "decompose_pairs", "decompose_triples"]


@leaf
def add_pairs(
    first: NDArray[np.int64],
    first_weights: NDArray[np.int64],
    second: NDArray[np.int64],
    second_weights: NDArray[np.int64],
    normal_forms: NDArray[np.int64],
    mask: int,
    number: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Add up, per class of the result, the weights of all gates over two distinct functions.

    `totals[number[p(g, h)]]` grows by w(g) w(h) for each form p, g of `first` and h != g of
    `second`. The caller sees to it that no sum exceeds 63 bits.

    Arguments:
        first, first_weights: truth tables g, of at most 16 bits, and w(g).
        second, second_weights: the same for h.
        normal_forms: shape (f, 8): per form the coefficients of its algebraic normal form, 0 or
            -1; bits 0, 1 of the column stand for g and h.
        mask: all 2^n inputs, as bits.
        number: the class of each function, indexed by its integer.
        totals: what is added to.
    """
    for i in range(len(first)):
        g = first[i]
        for j in range(len(second)):
            h = second[j]
            if g == h:
                continue
            weight = first_weights[i] * second_weights[j]
            for p in range(len(normal_forms)):
                form = normal_forms[p]
                value = form[0] ^ (g & form[1]) ^ (h & form[2]) ^ (g & h & form[3])
                totals[number[value & mask]] += weight


@leaf
def add_triples(
    first: NDArray[np.int64],
    first_weights: NDArray[np.int64],
    second: NDArray[np.int64],
    second_weights: NDArray[np.int64],
    third: NDArray[np.int64],
    third_weights: NDArray[np.int64],
    normal_forms: NDArray[np.int64],
    mask: int,
    number: NDArray[np.int64],
    start: int,
    totals: NDArray[np.int64],
) -> None:
    """Add up, per class of the result, the weights of all gates over three distinct functions.

    As `add_pairs`; bit 2 of the normal forms' columns stands for the third function k. If `start`
    is not negative, then `second` is a part of `third` from there on, and of each pair of
    functions from both only one order is taken.
    """
    for i in range(len(first)):
        g = first[i]
        for j in range(len(second)):
            h = second[j]
            if g == h:
                continue
            pair = first_weights[i] * second_weights[j]
            both = g & h
            begin = 0
            if start >= 0:
                begin = start + j + 1
            for m in range(begin, len(third)):
                k = third[m]
                if k in (g, h):
                    continue
                weight = pair * third_weights[m]
                for p in range(len(normal_forms)):
                    form = normal_forms[p]
                    value = form[0] ^ (g & form[1]) ^ (h & form[2]) ^ (both & form[3])
                    value ^= k & (form[4] ^ (g & form[5]) ^ (h & form[6]) ^ (both & form[7]))
                    totals[number[value & mask]] += weight


@leaf
def _apply(form: NDArray[np.int64], g: int, h: int, k: int) -> int:
    low = form[0] ^ (g & form[1]) ^ (h & form[2]) ^ (g & h & form[3])
    high = form[4] ^ (g & form[5]) ^ (h & form[6]) ^ (g & h & form[7])
    return low ^ (k & high)


@kernel
def decompose_pairs(
    wanted: int,
    first: NDArray[np.int64],
    first_lengths: NDArray[np.int64],
    second: NDArray[np.int64],
    second_lengths: NDArray[np.int64],
    ordered: bool,
    normal_forms: NDArray[np.int64],
    costs: NDArray[np.int64],
    most: int,
    mask: int,
) -> NDArray[np.int64]:
    """List the gates over two distinct functions that compute `wanted` at a cost of at most `most`.

    Arguments:
        wanted: a truth table.
        first, first_lengths: truth tables g and the least costs of what computes them, ascending
            by these.
        second, second_lengths: the same for h.
        ordered: whether all pairs are tried; else both lists are equal, and h comes after g.
        normal_forms: see `add_pairs`.
        costs: shape (f,), the costs of the forms themselves.
        most: the greatest cost, of a form and both functions, that is listed.
        mask: all 2^n inputs, as bits.

    Returns:
        rows (form, g, h), in the order of form, g and h in their lists.
    """
    found = np.empty((64, 3), dtype=np.int64)
    count = 0
    for p in range(len(normal_forms)):
        form = normal_forms[p]
        for i in range(len(first)):
            left = most - costs[p] - first_lengths[i]
            if left < 0 or (not ordered and left < first_lengths[i]):
                break
            g = first[i]
            # On some input neither value of h gives the wanted one.
            never = (_apply(form, g, 0, 0) ^ wanted) & (_apply(form, g, -1, 0) ^ wanted)
            if never & mask:
                continue
            begin = 0
            if not ordered:
                begin = i + 1
            for j in range(begin, len(second)):
                if second_lengths[j] > left:
                    break
                h = second[j]
                if h == g or (_apply(form, g, h, 0) ^ wanted) & mask:
                    continue
                if count == len(found):
                    found = twice_as_many_rows(found, count)
                found[count, 0], found[count, 1], found[count, 2] = p, g, h
                count += 1
    return found[:count].copy()


@kernel
def decompose_triples(
    wanted: int,
    functions: NDArray[np.int64],
    lengths: NDArray[np.int64],
    normal_forms: NDArray[np.int64],
    costs: NDArray[np.int64],
    most: int,
    mask: int,
) -> NDArray[np.int64]:
    """List the gates over three distinct functions that compute `wanted` at a cost up to `most`.

    As `decompose_pairs` for unordered triples of one list; rows are (form, g, h, k).
    """
    found = np.empty((64, 4), dtype=np.int64)
    count = 0
    for p in range(len(normal_forms)):
        form = normal_forms[p]
        for i in range(len(functions)):
            left = most - costs[p] - lengths[i]
            if left < 2 * lengths[i]:
                break
            g = functions[i]
            never = (_apply(form, g, 0, 0) ^ wanted) & (_apply(form, g, -1, 0) ^ wanted)
            never &= (_apply(form, g, 0, -1) ^ wanted) & (_apply(form, g, -1, -1) ^ wanted)
            if never & mask:
                continue
            for j in range(i + 1, len(functions)):
                rest = left - lengths[j]
                if rest < lengths[j]:
                    break
                h = functions[j]
                never = (_apply(form, g, h, 0) ^ wanted) & (_apply(form, g, h, -1) ^ wanted)
                if never & mask:
                    continue
                for m in range(j + 1, len(functions)):
                    if lengths[m] > rest:
                        break
                    k = functions[m]
                    if (_apply(form, g, h, k) ^ wanted) & mask:
                        continue
                    if count == len(found):
                        found = twice_as_many_rows(found, count)
                    found[count, 0], found[count, 1] = p, g
                    found[count, 2], found[count, 3] = h, k
                    count += 1
    return found[:count].copy()
