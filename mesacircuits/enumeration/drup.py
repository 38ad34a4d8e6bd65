"""An independent checker of proofs that a formula has no model: DRUP by reverse unit propagation.

It reads two files, a formula in DIMACS form and a proof, and knows nothing of who wrote them.

Sources: E. Goldberg, Y. Novikov, *Verification of proofs of unsatisfiability for CNF formulas*,
DATE 2003; M. Heule, W. Hunt, N. Wetzler, *Trimming while checking clausal proofs*, FMCAD 2013.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mesacircuits.errors import CertificateError
from mesacircuits.records import read_bytes

__all__ = ["LARGEST_FILE", "DrupCheck", "check_drup", "check_drup_texts"]

#: The most bytes that are read of a formula or a proof.
LARGEST_FILE = 1 << 30


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

    Raises `CertificateError` naming the line at fault, and `ArgumentError` for a file that cannot
    be read.
    """
    texts = []
    for path, argument in ((cnf, "cnf"), (proof, "proof")):
        data = read_bytes(path, "path", LARGEST_FILE)
        try:
            texts.append(data.decode("ascii"))
        except UnicodeDecodeError as error:
            raise CertificateError(argument, "not a text of ASCII characters") from error
    return check_drup_texts(*texts)


def check_drup_texts(cnf: str, proof: str) -> DrupCheck:
    """Check a proof given as text; see `check_drup`.

    >>> check_drup_texts("p cnf 2 4\\n1 2 0\\n-1 2 0\\n1 -2 0\\n-1 -2 0\\n", "2 0\\n0\\n").lemmas
    1
    >>> check_drup_texts("p cnf 2 3\\n1 2 0\\n-1 2 0\\n1 -2 0\\n", "2 0\\n0\\n")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.CertificateError: certificate: proof line 2: does not follow: 0
    """
    comments, variables, clauses = _dimacs(cnf)
    checker = _Checker(variables)
    for clause in clauses:
        checker.add(clause)
    lemmas = deletions = 0
    for number, deleted, clause in _proof_lines(proof, variables):
        if checker.refuted:
            break
        if deleted:
            deletions += 1
            if not checker.delete(clause):
                raise CertificateError(f"proof line {number}", "deletes a clause that is not there")
            continue
        if not checker.follows(clause):
            shown = " ".join(map(str, [*clause[:6], *(["..."] if len(clause) > 6 else []), 0]))
            raise CertificateError(f"proof line {number}", f"does not follow: {shown}")
        lemmas += 1
        checker.add(clause)
    if not checker.refuted:
        raise CertificateError("proof", "ends before the formula is refuted")
    return DrupCheck(variables, len(clauses), lemmas, deletions, comments)


def _dimacs(text: str) -> tuple[tuple[str, ...], int, list[list[int]]]:
    comments: list[str] = []
    head: tuple[int, int] | None = None
    numbers: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        where = f"cnf line {number}"
        if line.startswith("c"):
            comments.append(line[1:].strip())
        elif line.startswith("p"):
            words = line.split()
            counts = _whole(words[2:], where)
            if head or words[:2] != ["p", "cnf"] or len(counts) != 2 or min(counts) < 0:
                raise CertificateError(where, "expected one line: p cnf VARIABLES CLAUSES")
            head = counts[0], counts[1]
        elif head is None:
            raise CertificateError(where, "expected p cnf VARIABLES CLAUSES first")
        else:
            found = _whole(line.split(), where)
            if any(abs(literal) > head[0] for literal in found):
                raise CertificateError(where, f"a variable beyond {head[0]}")
            numbers += found
    if head is None:
        raise CertificateError("cnf", "no line p cnf VARIABLES CLAUSES")
    clauses: list[list[int]] = []
    clause: list[int] = []
    for literal in numbers:
        if literal:
            clause.append(literal)
        else:
            clauses.append(clause)
            clause = []
    if clause or len(clauses) != head[1]:
        raise CertificateError("cnf", f"not {head[1]} clauses, each ended by 0")
    return tuple(comments), head[0], clauses


def _proof_lines(text: str, variables: int) -> Iterator[tuple[int, bool, list[int]]]:
    for number, line in enumerate(text.splitlines(), 1):
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
        return [int(word) for word in words]
    except ValueError as error:
        raise CertificateError(where, "expected whole numbers") from error


class _Checker:
    """Clauses under unit propagation, two literals of each watched.

    The trail has up to three parts: what holds outright; what follows if the first literal of the
    last lemma is false, kept as proofs often go on with lemmas that begin alike; and, while a
    lemma is checked, what follows if all its literals are.
    """

    def __init__(self, variables: int) -> None:
        #: Whether the clauses contradict each other by unit propagation.
        self.refuted = False
        # Indexed by literals, negative ones from the end: 1 true, -1 false, 0 unknown.
        self._value = [0] * (2 * variables + 1)
        self._watches: list[list[list[int]]] = [[] for _ in self._value]
        self._clauses: dict[tuple[int, ...], list[list[int]]] = {}
        self._trail: list[int] = []
        self._outright = 0
        self._prefix: int | None = None
        self._prefix_refuted = False

    def add(self, literals: list[int]) -> None:
        """Add a clause, and what follows from it."""
        if self.refuted:
            return
        clause = list(dict.fromkeys(literals))
        self._clauses.setdefault(tuple(sorted(clause)), []).append(clause)
        # Literals that are not false outright, those that are not false first.
        false = {-literal for literal in self._trail[: self._outright] if -literal in literals}
        live = [literal for literal in clause if literal not in false]
        live.sort(key=lambda literal: self._value[literal] < 0)
        if len(live) < 2:
            self._back_to_outright()
            self.refuted = not live or self._implies(live[0])
            self._outright = len(self._trail)
            return
        clause[:] = [*live, *false]
        self._watches[live[0]].append(clause)
        self._watches[live[1]].append(clause)
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
            self._prefix_refuted = self._implies(-literals[0])
        if not literals:
            self._back_to_outright()
        if self._prefix_refuted or self.refuted:
            return True
        mark = len(self._trail)
        refuted = any(self._implies(-literal) for literal in literals[1:])
        self._back_to(mark)
        return refuted

    def _back_to_outright(self) -> None:
        self._back_to(self._outright)
        self._prefix, self._prefix_refuted = None, False

    def _back_to(self, mark: int) -> None:
        for literal in self._trail[mark:]:
            self._value[literal] = self._value[-literal] = 0
        del self._trail[mark:]

    def _implies(self, literal: int) -> bool:
        # Let the literal be true, and all that follows; return whether that is contradictory.
        value, trail, watches = self._value, self._trail, self._watches
        if value[literal]:
            return value[literal] < 0
        value[literal], value[-literal] = 1, -1
        head = len(trail)
        trail.append(literal)
        while head < len(trail):
            false = -trail[head]
            head += 1
            watching = watches[false]
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
                        watches[clause[1]].append(clause)
                        break
                else:
                    kept.append(clause)
                    if value[other] < 0:
                        kept += watching[place + 1 :]
                        return True
                    value[other], value[-other] = 1, -1
                    trail.append(other)
        return False
