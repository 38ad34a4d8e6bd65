"""An independent checker of proofs that a formula has no model: DRUP by reverse unit propagation.

It reads two files, a formula in DIMACS form and a proof, and knows nothing of who wrote them.

Sources: E. Goldberg, Y. Novikov, *Verification of proofs of unsatisfiability for CNF formulas*,
DATE 2003; M. Heule, W. Hunt, N. Wetzler, *Trimming while checking clausal proofs*, FMCAD 2013.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mesacircuits.circuits.formats.netlist import lines_of
from mesacircuits.errors import CertificateError
from mesacircuits.records import file_contents, read_bytes

__all__ = ["DrupCheck", "check_drup", "check_drup_texts", "read_drup"]

#: The most bytes that are read of a formula or a proof.
_LARGEST_FILE = 1 << 30
#: The most variables and clauses that a formula may declare; solvers have the same bound.
_MOST = (1 << 31) - 1


@dataclass(frozen=True)
class DrupCheck:
    """What a proof that was checked consists of.

    Attributes:
        variables, clauses: of the formula.
        lemmas: the clauses that the proof adds, up to the one that ended it.
        deletions: the clauses that it deletes.
        comments: the formula's comments. What they say is not checked.
    """

    variables: int
    clauses: int
    lemmas: int
    deletions: int
    comments: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return {
            "variables": self.variables,
            "clauses": self.clauses,
            "lemmas": self.lemmas,
            "deletions": self.deletions,
            "comments": list(self.comments),
        }


def check_drup(cnf: str | os.PathLike[str], proof: str | os.PathLike[str]) -> DrupCheck:
    """Check that a file proves a formula in another file to have no model.

    Every clause that the proof adds must follow from those before it by unit propagation; one of
    them must be empty, or all must contradict each other by unit propagation. Deletions are heeded,
    except that what a deleted clause has implied by itself stays: the check stays sound.

    Arguments:
        cnf: the formula, in DIMACS form.
        proof: one clause a line, ending in 0; `d` before a clause that is deleted.

    Raises `CertificateError` naming the line at fault, and `FileError` for a file that cannot be
    read.
    """
    with file_contents():
        return check_drup_texts(*read_drup(cnf, proof))


def read_drup(cnf: str | os.PathLike[str], proof: str | os.PathLike[str]) -> tuple[str, str]:
    """Return the texts of a formula and a proof, for what is to be asked of one reading of them.

    Errors as `check_drup`.
    """
    texts = []
    for path, argument in ((cnf, "cnf"), (proof, "proof")):
        data = read_bytes(path, "path", _LARGEST_FILE)
        try:
            texts.append(data.decode("ascii"))
        except UnicodeDecodeError as error:
            raise CertificateError(argument, "not a text of ASCII characters") from error
    return texts[0], texts[1]


def check_drup_texts(cnf: str, proof: str) -> DrupCheck:
    """Check a proof given as text; see `check_drup`.

    Time and memory go by the texts, not by the numbers in them. Raises `ArgumentError` for a line
    that is too long.

    >>> check_drup_texts("p cnf 2 4\\n1 2 0\\n-1 2 0\\n1 -2 0\\n-1 -2 0\\n", "2 0\\n0\\n").lemmas
    1
    >>> check_drup_texts("p cnf 2 3\\n1 2 0\\n-1 2 0\\n1 -2 0\\n", "2 0\\n0\\n")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: proof line 2: does not follow: 0
    """
    comments, variables, clauses = _dimacs(cnf)
    checker = _Checker()
    for clause in clauses:
        checker.add(checker.literals(clause))
    lemmas = deletions = 0
    for number, deleted, clause in _proof_lines(proof, variables):
        if checker.refuted:
            break
        literals = checker.literals(clause)
        if deleted:
            deletions += 1
            if not checker.delete(literals):
                raise CertificateError(f"proof line {number}", "deletes a clause that is not there")
            continue
        if not checker.follows(literals):
            shown = " ".join(map(str, [*clause[:6], *(["..."] if len(clause) > 6 else []), 0]))
            raise CertificateError(f"proof line {number}", f"does not follow: {shown}")
        lemmas += 1
        checker.add(literals)
    if not checker.refuted:
        raise CertificateError("proof", "ends before the formula is refuted")
    return DrupCheck(variables, len(clauses), lemmas, deletions, comments)


def _dimacs(text: str) -> tuple[tuple[str, ...], int, list[list[int]]]:
    comments: list[str] = []
    head: tuple[int, int] | None = None
    clauses: list[list[int]] = []
    clause: list[int] = []
    for number, line in lines_of(text, "cnf"):
        where = f"cnf line {number}"
        if line.startswith("c"):
            comments.append(line[1:].strip())
        elif not line.strip():
            continue
        elif line.startswith("p"):
            words = line.split(maxsplit=4)
            counts = _whole(words[2:], where)
            if head or words[:2] != ["p", "cnf"] or len(counts) != 2 or min(counts) < 0:
                raise CertificateError(where, "expected one line: p cnf VARIABLES CLAUSES")
            if max(counts) > _MOST:
                raise CertificateError(where, f"expected at most {_MOST} variables and clauses")
            head = counts[0], counts[1]
        elif head is None:
            raise CertificateError(where, "expected p cnf VARIABLES CLAUSES first")
        else:
            found = _whole(line.split(), where)
            if any(abs(literal) > head[0] for literal in found):
                raise CertificateError(where, f"a variable beyond {head[0]}")
            for literal in found:
                if literal:
                    clause.append(literal)
                else:
                    clauses.append(clause)
                    clause = []
    if head is None:
        raise CertificateError("cnf", "no line p cnf VARIABLES CLAUSES")
    if clause or len(clauses) != head[1]:
        raise CertificateError("cnf", f"not {head[1]} clauses, each ended by 0")
    return tuple(comments), head[0], clauses


def _proof_lines(text: str, variables: int) -> Iterator[tuple[int, bool, list[int]]]:
    for number, line in lines_of(text, "proof"):
        where, words = f"proof line {number}", line.split()
        if not words or words[0] == "c":
            continue
        deleted = words[0] == "d"
        literals = _whole(words[deleted:], where)
        if not literals or literals[-1] or 0 in literals[:-1]:
            raise CertificateError(where, "expected one clause, ended by 0")
        if any(abs(literal) > variables for literal in literals):
            raise CertificateError(where, f"a variable beyond {variables}")
        yield number, deleted, literals[:-1]


def _whole(words: list[str], where: str) -> list[int]:
    try:
        # Python also reads 1_0 and +1, which other checkers take for something else.
        if any("_" in word or "+" in word for word in words):
            raise ValueError
        return [int(word) for word in words]
    except ValueError as error:
        raise CertificateError(where, "expected whole numbers") from error


class _Checker:
    """Clauses under unit propagation, two literals of each watched.

    The trail has up to three parts: what holds outright; what follows if the first literal of the
    last lemma is false, kept as proofs often go on with lemmas that begin alike; and, while a
    lemma is checked, what follows if all its literals are.

    Variables are numbered as they come, so that it takes no more room than what was read: literal
    2 i is variable i, and 2 i + 1 its inverse.
    """

    def __init__(self) -> None:
        #: Whether the clauses contradict each other by unit propagation.
        self.refuted = False
        self._variables: dict[int, int] = {}
        # Indexed by literals: 1 true, -1 false, 0 unknown.
        self._value = array("b")
        self._watches: dict[int, list[list[int]]] = {}
        self._clauses: dict[tuple[int, ...], list[list[int]]] = {}
        self._trail: list[int] = []
        self._outright = 0
        self._true_outright: set[int] = set()
        self._prefix: int | None = None
        self._prefix_refuted = False

    def literals(self, clause: list[int]) -> list[int]:
        """Return the literals of a clause that is given as numbers, inverses negative."""
        known = self._variables
        found = []
        for number in clause:
            variable = known.setdefault(abs(number), len(known))
            found.append(2 * variable + (number < 0))
        self._value.extend(bytes(2 * len(known) - len(self._value)))
        return found

    def add(self, literals: list[int]) -> None:
        """Add a clause, and what follows from it."""
        if self.refuted:
            return
        clause = list(dict.fromkeys(literals))
        self._clauses.setdefault(tuple(sorted(clause)), []).append(clause)
        # Literals that are not false outright, those that are not false first.
        false = [literal for literal in clause if literal ^ 1 in self._true_outright]
        live = [literal for literal in clause if literal ^ 1 not in self._true_outright]
        live.sort(key=lambda literal: self._value[literal] < 0)
        if len(live) < 2:
            self._back_to_outright()
            self.refuted = not live or self._implies(live[0])
            self._true_outright.update(self._trail[self._outright :])
            self._outright = len(self._trail)
            return
        clause[:] = [*live, *false]
        self._watches.setdefault(live[0], []).append(clause)
        self._watches.setdefault(live[1], []).append(clause)
        if self._value[live[1]] < 0 and self._value[live[0]] <= 0:
            self._prefix_refuted |= self._implies(live[0])

    def delete(self, literals: list[int]) -> bool:
        """Delete a clause; return whether it was there."""
        same = self._clauses.get(tuple(sorted(set(literals))))
        if not same:
            return False
        same.pop().clear()  # those who watch it find it empty
        return True

    def follows(self, literals: list[int]) -> bool:
        """Return whether the clauses and the negation of this one contradict each other."""
        if literals and literals[0] != self._prefix:
            self._back_to_outright()
            self._prefix = literals[0]
            self._prefix_refuted = self._implies(literals[0] ^ 1)
        if not literals:
            self._back_to_outright()
        if self._prefix_refuted or self.refuted:
            return True
        mark = len(self._trail)
        refuted = any(self._implies(literal ^ 1) for literal in literals[1:])
        self._back_to(mark)
        return refuted

    def _back_to_outright(self) -> None:
        self._back_to(self._outright)
        self._prefix, self._prefix_refuted = None, False

    def _back_to(self, mark: int) -> None:
        for literal in self._trail[mark:]:
            self._value[literal] = self._value[literal ^ 1] = 0
        del self._trail[mark:]

    def _implies(self, literal: int) -> bool:
        # Let the literal be true, and all that follows; return whether that is contradictory.
        value, trail, watches = self._value, self._trail, self._watches
        if value[literal]:
            return value[literal] < 0
        value[literal], value[literal ^ 1] = 1, -1
        head = len(trail)
        trail.append(literal)
        while head < len(trail):
            false = trail[head] ^ 1
            head += 1
            watching = watches.get(false)
            if not watching:
                continue
            kept: list[list[int]] = []
            watches[false] = kept
            for place, clause in enumerate(watching):
                if not clause:
                    continue
                if clause[0] == false:
                    clause[0], clause[1] = clause[1], false
                other = clause[0]
                if value[other] > 0:
                    kept.append(clause)
                    continue
                for i in range(2, len(clause)):
                    if value[clause[i]] >= 0:
                        clause[1], clause[i] = clause[i], false
                        watches.setdefault(clause[1], []).append(clause)
                        break
                else:
                    kept.append(clause)
                    if value[other] < 0:
                        kept += watching[place + 1 :]
                        return True
                    value[other], value[other ^ 1] = 1, -1
                    trail.append(other)
        return False
